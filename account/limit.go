package account

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"projectr"
)

// Wrong sign-ins are counted for an address of the network together with the
// account it tried, and for the address of the network alone. They are not
// counted for an account alone: whoever could fill that count could lock the
// real person out. What protects an account against many addresses at once is
// the length of its password and that few passwords are hashed at a time.
const (
	pairBurst = 8                // wrong passwords for one account from one address
	pairEvery = 30 * time.Second // then one each
	addrBurst = 60               // wrong sign-ins from one address
	addrEvery = 5 * time.Second
	maxPlaces = 20_000 // counters kept; a counter that is full again is forgotten first

	hashers  = 2               // passwords hashed at a time; each takes Params.Memory
	hashWait = 8 * time.Second // how long a sign-in waits for its turn
)

// SlowDown is the error of somebody who has to wait. It is of kind TooMany.
type SlowDown struct {
	After time.Duration
	err   *projectr.Error
}

func (e *SlowDown) Error() string { return e.err.Error() }

// Unwrap returns the error with kind and sentence.
func (e *SlowDown) Unwrap() error { return e.err }

func slowDown(after time.Duration) error {
	return &SlowDown{After: after, err: &projectr.Error{Kind: projectr.TooMany, Message: "Too many sign-ins went wrong from here. Wait a little, then try again."}}
}

type limits struct {
	mu     sync.Mutex
	places map[string]*rate.Limiter
}

func newLimits() *limits { return &limits{places: map[string]*rate.Limiter{}} }

// wait returns how long somebody at from has to wait before another try at an
// account; 0 for not at all.
func (l *limits) wait(from netip.Addr, email string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var longest time.Duration
	for _, key := range keys(from, email) {
		if lim := l.places[key]; lim != nil {
			if missing := 1 - lim.TokensAt(now); missing > 0 {
				longest = max(longest, time.Duration(missing/float64(lim.Limit())*float64(time.Second)))
			}
		}
	}
	return longest
}

// failed counts a wrong sign-in.
func (l *limits) failed(from netip.Addr, email string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, key := range keys(from, email) {
		lim := l.places[key]
		if lim == nil {
			l.makeRoom(now)
			lim = rate.NewLimiter(rate.Every(addrEvery), addrBurst)
			if i == 0 {
				lim = rate.NewLimiter(rate.Every(pairEvery), pairBurst)
			}
			l.places[key] = lim
		}
		lim.AllowN(now, 1)
	}
}

// succeeded forgets the wrong tries of somebody who then knew the password.
func (l *limits) succeeded(from netip.Addr, email string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.places, keys(from, email)[0])
}

// makeRoom keeps the map bounded: counters that are full again say nothing and
// go first, then some that do.
func (l *limits) makeRoom(now time.Time) {
	if len(l.places) < maxPlaces {
		return
	}
	for k, lim := range l.places {
		if lim.TokensAt(now) >= float64(lim.Burst()) {
			delete(l.places, k)
		}
	}
	for k := range l.places {
		if len(l.places) < maxPlaces*9/10 {
			return
		}
		delete(l.places, k)
	}
}

// keys names the counters: the pair first, then the place alone. An IPv6
// customer owns a whole /64, so that is the place.
func keys(from netip.Addr, email string) [2]string {
	from = from.Unmap()
	place := from.String()
	if from.Is6() {
		if p, err := from.Prefix(64); err == nil {
			place = p.String()
		}
	}
	return [2]string{place + " " + email, place}
}

// slot waits for a turn to hash a password and returns how to end it.
func (a *Accounts) slot(ctx context.Context) (func(), error) {
	ctx, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	select {
	case a.slots <- struct{}{}:
		return func() { <-a.slots }, nil
	case <-ctx.Done():
		return nil, &projectr.Error{Kind: projectr.Unavailable, Message: "Many people are signing in just now. Try again in a moment.", Err: ctx.Err()}
	}
}
