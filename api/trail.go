package api

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"projectr"
	"projectr/account"
	"projectr/store"
)

// Trail sees to it that each request that changes something or is refused leaves one
// entry in an audit log, and that nobody can make entries without end: refusals of
// one principal are kept one by one up to a bound, those of strangers and the rest
// are counted, and Flush keeps the sums.
type Trail struct {
	note func(context.Context, projectr.AuditEntry, projectr.UserID) error
	now  func() time.Time

	mu     sync.Mutex
	spent  map[spender]*spending
	crowds map[crowd]int
}

const (
	trailWindow = time.Minute
	maxRefused  = 30  // refusals of one principal in one organisation that are kept one by one in a window
	maxCrowds   = 100 // places that strangers' requests are counted by until the next Flush
	elsewhere   = "elsewhere"
)

// spender is a principal in an organisation, or outside of any.
type spender struct {
	who string
	org projectr.OrgID
}

// spending is how many refusals a spender had since a moment.
type spending struct {
	since time.Time
	n     int
	by    projectr.Actor
	org   store.Org // where the sum is kept; for a spender without an organisation nothing
}

// crowd is what strangers from one place asked for.
type crowd struct {
	action, route, place string
	outcome              projectr.Outcome
}

// NewTrail returns a trail that keeps what belongs to no organisation with a.
func NewTrail(a *account.Accounts, now func() time.Time) *Trail {
	return &Trail{note: a.Note, now: now, spent: map[spender]*spending{}, crowds: map[crowd]int{}}
}

// Flush keeps what was only counted: call it every minute, and before the process
// ends. What cannot be kept is counted on.
func (t *Trail) Flush(ctx context.Context) error {
	t.mu.Lock()
	crowds, over := t.crowds, map[spender]spending{}
	t.crowds = map[crowd]int{}
	for who, s := range t.spent {
		if t.now().Sub(s.since) >= trailWindow {
			delete(t.spent, who)
			over[who] = *s
		}
	}
	t.mu.Unlock()
	for c, n := range crowds {
		if err := t.note(ctx, projectr.AuditEntry{
			Actor: projectr.Actor{Kind: "nobody"}, Action: c.action, Target: c.place, Route: c.route, Outcome: c.outcome, Note: times(n),
		}, ""); err != nil {
			t.mu.Lock()
			for c, n := range crowds {
				t.crowds[c] += n
			}
			t.mu.Unlock()
			return fmt.Errorf("note strangers' requests: %w", err)
		}
		delete(crowds, c)
	}
	for who, s := range over {
		if err := t.sum(ctx, s); err != nil {
			t.mu.Lock()
			if t.spent[who] == nil {
				t.spent[who] = &s
			}
			t.mu.Unlock()
			return fmt.Errorf("note further refusals: %w", err)
		}
	}
	return nil
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// sum keeps one entry for the refusals of a window that had none of their own.
func (t *Trail) sum(ctx context.Context, s spending) error {
	if s.n <= maxRefused {
		return nil
	}
	const action = "refused"
	more := fmt.Sprintf("%d more requests within a minute", s.n-maxRefused)
	if s.org != (store.Org{}) {
		return s.org.Refused(ctx, action, more)
	}
	return t.note(ctx, projectr.AuditEntry{Actor: s.by, Action: action, Target: more, Outcome: projectr.WasRefused}, "")
}

// step is one request as it is noted.
type step struct {
	action, route, request string
	target                 string
}

// entry is the step as an entry of the house's own log.
func (x step) entry(by projectr.Actor, o projectr.Outcome) projectr.AuditEntry {
	return projectr.AuditEntry{Actor: by, Action: x.action, Target: x.target, Route: x.route, Outcome: o, Request: x.request}
}

// refused notes that a principal was refused something, in an organisation when
// they are let into one.
func (t *Trail) refused(ctx context.Context, x step, by projectr.Actor, org store.Org) error {
	ctx = context.WithoutCancel(ctx) // who hangs up is noted all the same
	who := spender{who: by.Kind + by.ID}
	inside := org != (store.Org{})
	if inside {
		who.org = org.ID()
	}
	now := t.now()
	t.mu.Lock()
	s := t.spent[who]
	var before spending
	if s == nil || now.Sub(s.since) >= trailWindow {
		if s != nil {
			before = *s
		}
		s = &spending{since: now, by: by}
		if inside {
			s.org = org.On("", "")
		}
		t.spent[who] = s
	}
	s.n++
	over := s.n > maxRefused
	t.mu.Unlock()
	if err := t.sum(ctx, before); err != nil {
		return err
	}
	switch {
	case over:
		return nil
	case inside:
		return org.Refused(ctx, x.action, x.target)
	}
	return t.note(ctx, x.entry(by, projectr.WasRefused), "")
}

// done notes what a principal did that no step of it noted.
func (t *Trail) done(ctx context.Context, x step, org store.Org) error {
	return org.Note(context.WithoutCancel(ctx), x.action, x.target)
}

// doneBy notes what a person did outside organisations.
func (t *Trail) doneBy(ctx context.Context, x step, by projectr.Actor) error {
	return t.note(context.WithoutCancel(ctx), x.entry(by, projectr.WasDone), projectr.UserID(by.ID))
}

// stranger counts a request of nobody we know. It writes nothing: a stranger could
// make it as often as they like.
func (t *Trail) stranger(x step, from netip.Addr, o projectr.Outcome) {
	c := crowd{action: x.action, route: x.route, place: placeOf(from), outcome: o}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, counted := t.crowds[c]; !counted && len(t.crowds) >= maxCrowds {
		c.place = elsewhere
	}
	t.crowds[c]++
}

// placeOf is the network an address is in, by which strangers are told apart: a
// person's own address is not kept.
func placeOf(a netip.Addr) string {
	bits := 24
	if a.Is6() && !a.Is4In6() {
		bits = 48
	}
	p, err := a.Unmap().WithZone("").Prefix(bits)
	if err != nil {
		return elsewhere
	}
	return p.String()
}

// refusals are the answers that are noted as refused; to a request that could change
// nothing only the first two.
var refusals = map[int]bool{
	http.StatusForbidden:           true,
	http.StatusNotFound:            true,
	http.StatusConflict:            false,
	http.StatusUnprocessableEntity: false,
	http.StatusPaymentRequired:     false,
	http.StatusUnauthorized:        false, // of somebody who is signed in: a proof that does not hold
}

// isRefused reports whether an answer with this status is noted as refused.
func isRefused(method string, status int) bool {
	always, is := refusals[status]
	return is && (always || unsafe(method))
}

// unsafe reports whether requests of this method may change something (RFC 9110).
func unsafe(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// target is what a path names inside an organisation, as far as it looks like an id.
func target(r *http.Request) string { return shortID(r.PathValue("id")) }

func shortID(id string) string {
	if !projectr.IsLine(id, 64) {
		return ""
	}
	return id
}

// actor is on whose behalf somebody outside organisations acts.
func actor(p account.Principal) projectr.Actor {
	kind := "user"
	if p.Key {
		kind = "key"
	}
	return projectr.Actor{Kind: kind, ID: string(p.User.ID), Name: p.User.Name}
}

// settled notes, once for each request, how what a caller asked for ended, before
// they are answered. It returns an error when something was done and cannot be noted.
func (s *server) settled(ctx context.Context, c Caller, status int) error {
	t := traceOf(ctx)
	if t.settled {
		return nil
	}
	t.settled = true
	switch {
	case isRefused(t.method, status):
		if err := s.Trail.refused(ctx, t.step, c.Org.By(), c.Org); err != nil {
			t.err = err
		}
	case status < 400 && unsafe(t.method) && c.Org.Noted() == 0 && !t.idle:
		return s.Trail.done(ctx, t.step, c.Org)
	case status < 400 && c.Org.By().Kind == "operator" && t.step.target != "": // what an operator opens on a visit
		return s.Trail.done(ctx, t.step, c.Org)
	}
	return nil
}

// settledOutside is settled for a request about no organisation, or about one that
// the principal is not let into.
func (s *server) settledOutside(ctx context.Context, by projectr.Actor, from netip.Addr, status int) error {
	t := traceOf(ctx)
	if t.settled {
		return nil
	}
	t.settled = true
	known := by.ID != ""
	switch {
	case known && isRefused(t.method, status):
		if err := s.Trail.refused(ctx, t.step, by, store.Org{}); err != nil {
			t.err = err
		}
	case known && status < 400 && unsafe(t.method) && !t.idle:
		return s.Trail.doneBy(ctx, t.step, by)
	case known || t.idle:
	case status >= 400 && (unsafe(t.method) || t.keyed):
		s.Trail.stranger(t.step, from, projectr.WasRefused)
	case status < 400 && unsafe(t.method):
		s.Trail.stranger(t.step, from, projectr.WasDone)
	}
	return nil
}

// ended is what a handler's end inside an organisation is answered with, nil for its
// own answer, once it is noted.
func (s *server) ended(ctx context.Context, c Caller, err error) error {
	if err != nil {
		p := s.answerIn(ctx, err)
		_ = s.settled(ctx, c, p.Status) // only what was done can fail
		return p
	}
	if err := s.settled(ctx, c, http.StatusOK); err != nil {
		return s.answerTo(ctx, err)
	}
	return nil
}

// endedOutside is ended for a handler about no organisation.
func (s *server) endedOutside(ctx context.Context, v Visitor, err error) error {
	if err != nil {
		p := s.answerTo(ctx, err)
		_ = s.settledOutside(ctx, v.actor(ctx), v.From, p.Status) // only what was done can fail
		return p
	}
	if err := s.settledOutside(ctx, v.actor(ctx), v.From, http.StatusOK); err != nil {
		return s.answerTo(ctx, err)
	}
	return nil
}

// actor is on whose behalf the visitor acts: who they are, or turned out to be.
func (v Visitor) actor(ctx context.Context) projectr.Actor {
	a := actor(v.Who)
	if a.ID == "" {
		a.ID = string(traceOf(ctx).user)
	}
	return a
}
