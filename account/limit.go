package account

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"projectr"
)

// Who tries a password from a browser that has signed in to the account before is
// counted with that browser and nowhere else. Everybody else is counted with their
// address and the account, with the address alone, and with the account alone. So
// whoever fills the counters of an account from ten thousand addresses does not lock
// its person out of the browsers they use; elsewhere they come in by a mailed link, a
// passkey or their provider, which are not counted with passwords.
var (
	pairRule   = rule{burst: 8, every: 30 * time.Second} // passwords for one account from one address
	placeRule  = rule{burst: 60, every: 5 * time.Second} // from one address
	alonePwd   = rule{burst: 20, every: time.Minute}     // for one account from unknown browsers
	deviceRule = rule{burst: 10, every: 30 * time.Second}

	// One-time codes have a million values, of which three are right.
	codeRule       = rule{burst: 5, every: 5 * time.Minute} // for one account from unknown browsers
	deviceCodeRule = rule{burst: 5, every: 30 * time.Second}

	askRule     = rule{burst: 20, every: 30 * time.Second} // mails, sign-ups and the like, from one address
	trialRule   = rule{burst: 5, every: 4 * time.Hour}     // organisations with a trial founded from one address: each has an AI budget that nobody pays for
	secretRule  = rule{burst: 60, every: 5 * time.Second}  // links that open nothing, from one address
	passkeyRule = rule{burst: 60, every: 2 * time.Second}  // questions for a passkey, from one address
	tripRule    = rule{burst: 60, every: 2 * time.Second}  // ways to a provider begun, from one address
	sampleRule  = rule{burst: 5, every: 10 * time.Minute}  // sample mails for one organisation
	ownRule     = rule{burst: 10, every: 30 * time.Second} // wrong passwords of somebody signed in
)

const (
	maxPlaces = 20_000 // counters kept of a rule; one that is full again is forgotten first

	hashers  = 2               // passwords hashed at a time; each takes Params.Memory
	hashWait = 8 * time.Second // how long a sign-in waits for its turn
)

// rule says how many wrong tries there may be, and after how long one more.
type rule struct {
	burst int
	every time.Duration
}

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

func tooOften(after time.Duration) error {
	return &SlowDown{After: after, err: &projectr.Error{Kind: projectr.TooMany, Message: "That was asked for too often from here. Wait a little, then try again."}}
}

// Sample counts that a sample mail is asked for in an organisation; TooMany when that was
// too often of late.
func (a *Accounts) Sample(org projectr.OrgID) error {
	if d := a.limits.take(a.now(), counter{&sampleRule, string(org)}); d > 0 {
		return tooOften(d)
	}
	return nil
}

// counter is one count: of a rule, for whom or where.
type counter struct {
	rule *rule
	key  string
}

// limits are the counters of this process, those of each rule by themselves, so that
// filling one rule's makes no other's be forgotten.
type limits struct {
	mu     sync.Mutex
	places map[*rule]map[string]*rate.Limiter
}

func newLimits() *limits { return &limits{places: map[*rule]map[string]*rate.Limiter{}} }

// wait returns how long it takes until each of the counters lets another try pass; 0
// for not at all.
func (l *limits) wait(now time.Time, cs ...counter) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waits(now, cs)
}

func (l *limits) waits(now time.Time, cs []counter) (longest time.Duration) {
	for _, c := range cs {
		if lim := l.places[c.rule][c.key]; lim != nil {
			if missing := 1 - lim.TokensAt(now); missing > 0 {
				longest = max(longest, time.Duration(missing/float64(lim.Limit())*float64(time.Second)))
			}
		}
	}
	return longest
}

// count counts a try.
func (l *limits) count(now time.Time, cs ...counter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts(now, cs)
}

func (l *limits) counts(now time.Time, cs []counter) {
	for _, c := range cs {
		m := l.places[c.rule]
		if m == nil {
			m = map[string]*rate.Limiter{}
			l.places[c.rule] = m
		}
		lim := m[c.key]
		if lim == nil {
			makeRoom(m, now)
			lim = rate.NewLimiter(rate.Every(c.rule.every), c.rule.burst)
			m[c.key] = lim
		}
		lim.AllowN(now, 1)
	}
}

// take counts a try when all the counters let it pass, and says else how long to wait.
func (l *limits) take(now time.Time, cs ...counter) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.waits(now, cs); d > 0 {
		return d
	}
	l.counts(now, cs)
	return 0
}

// forget takes back the wrong tries of somebody who then knew better.
func (l *limits) forget(cs ...counter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range cs {
		delete(l.places[c.rule], c.key)
	}
}

// makeRoom keeps a map bounded: counters that are full again say nothing and
// go first, then some that do.
func makeRoom(m map[string]*rate.Limiter, now time.Time) {
	if len(m) < maxPlaces {
		return
	}
	for k, lim := range m {
		if lim.TokensAt(now) >= float64(lim.Burst()) {
			delete(m, k)
		}
	}
	for k := range m {
		if len(m) < maxPlaces*9/10 {
			return
		}
		delete(m, k)
	}
}

// place names where somebody is on the network. An IPv6 customer owns a whole /64, so
// that is the place.
func place(from netip.Addr) string {
	from = from.Unmap()
	if from.Is6() {
		if p, err := from.Prefix(64); err == nil {
			return p.String()
		}
	}
	return from.String()
}

// network returns what is kept of where a session began: enough to recognise one's own
// network by, less than an address.
func network(from netip.Addr) string {
	if !from.IsValid() {
		return ""
	}
	from = from.Unmap()
	bits := 24
	if from.Is6() {
		bits = 48
	}
	p, err := from.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// passwordCounters are those of a try at an account's password. device is the hash of
// the browser's secret when the account knows it, else empty.
func passwordCounters(from netip.Addr, email, device string) []counter {
	if device != "" {
		return []counter{{&deviceRule, device}}
	}
	return []counter{{&pairRule, place(from) + " " + email}, {&placeRule, place(from)}, {&alonePwd, email}}
}

// codeCounters are those of a try at an account's one-time code.
func codeCounters(u projectr.UserID, device string) []counter {
	if device != "" {
		return []counter{{&deviceCodeRule, device}}
	}
	return []counter{{&codeRule, string(u)}}
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
