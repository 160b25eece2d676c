package oidc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// maxAnswer is how much of one answer of a provider is read. Documents of keys have some
// ten kilobytes.
const maxAnswer = 1 << 20

// client returns what asks the provider: patient for timeout, following no redirect, and
// reading no more than maxAnswer, packed or not.
func client(t *http.Transport, timeout time.Duration) *http.Client {
	if t == nil {
		t = http.DefaultTransport.(*http.Transport).Clone()
	}
	t.MaxResponseHeaderBytes = 64 << 10
	return &http.Client{
		Transport:     bounded{t},
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded cuts answers off with an error where they are too long.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = http.MaxBytesReader(nil, res.Body, maxAnswer)
	return res, nil
}

// read gets a JSON document of the provider; bearer, where there is one, is shown.
func (p *Provider) read(ctx context.Context, address, bearer string, v any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := p.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", address, res.Status)
	}
	if t, _, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err != nil || t != "application/json" && !strings.HasSuffix(t, "+json") {
		return fmt.Errorf("GET %s: not JSON but %q", address, t)
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return fmt.Errorf("GET %s: %w", address, err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("GET %s: %w", address, err)
	}
	return nil
}

// cache is something that is read from the provider when it is needed, by one caller at
// a time, and not again too soon.
type cache[T any] struct {
	now   func() time.Time
	ask   func(context.Context) (T, error)
	fresh time.Duration // for so long it is not read again while it serves
	keep  time.Duration // for so long it serves when it cannot be read again
	again time.Duration // so long it is not read again because it does not serve
	first time.Duration // the same while it was never read

	got   atomic.Pointer[got[T]]
	turn  chan struct{} // held by whoever reads; guards tried and fault
	tried time.Time
	fault error // of the last try
}

type got[T any] struct {
	value T
	at    time.Time
}

func newCache[T any](now func() time.Time, ask func(context.Context) (T, error), fresh, keep, again, first time.Duration) *cache[T] {
	return &cache[T]{now: now, ask: ask, fresh: fresh, keep: keep, again: again, first: first, turn: make(chan struct{}, 1)}
}

// get returns the thing, read anew when it is old or does not serve and it is time to.
// What is returned without an error serves, or is as new as it can be. Whoever is served
// by what there is never waits for somebody else's reading.
func (c *cache[T]) get(ctx context.Context, serves func(T) bool) (T, error) {
	has := func(life time.Duration) (*got[T], bool) {
		g := c.got.Load()
		return g, g != nil && within(c.now().Sub(g.at), life) && serves(g.value)
	}
	if g, ok := has(c.fresh); ok {
		return g.value, nil
	}
	var none T
	if g, ok := has(c.keep); ok {
		select {
		case c.turn <- struct{}{}:
		default:
			return g.value, nil
		}
	} else {
		select {
		case c.turn <- struct{}{}:
		case <-ctx.Done():
			return none, ctx.Err()
		}
	}
	defer func() { <-c.turn }()
	if g, ok := has(c.fresh); ok { // read while we waited
		return g.value, nil
	}
	wait := c.again
	if c.got.Load() == nil {
		wait = c.first
	}
	if c.tried.IsZero() || !within(c.now().Sub(c.tried), wait) {
		c.tried = c.now()
		// Others wait for this too: that one of them gives up does not end it.
		v, err := c.ask(context.WithoutCancel(ctx))
		if c.fault = err; err == nil {
			c.got.Store(&got[T]{v, c.now()})
			return v, nil
		}
	}
	g, ok := has(c.keep)
	switch {
	case ok:
		return g.value, nil
	case c.fault != nil:
		return none, c.fault
	}
	return g.value, nil
}

// within reports whether an age is below life. A clock that was set back makes
// everything old, so that nothing waits for it to catch up.
func within(age, life time.Duration) bool { return age >= 0 && age < life }
