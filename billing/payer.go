package billing

import (
	"context"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

const (
	answerLife  = 30 * time.Second // for which an answer is given again
	mostAnswers = 1000             // that are remembered
)

// answers are what the provider said of organisations. Each is good until it is told of
// anything that changed: then what is kept has another revision. Without them, whoever may
// look at a page could ask the provider so often that it answers nobody.
type answers[T any] struct {
	mu  sync.Mutex
	all map[projectr.OrgID]answer[T]
}

type answer[T any] struct {
	revision int64
	until    time.Time
	is       T
}

func (a *answers[T]) of(org projectr.OrgID, revision int64, now time.Time) (T, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	x, ok := a.all[org]
	return x.is, ok && x.revision == revision && now.Before(x.until)
}

func (a *answers[T]) keep(org projectr.OrgID, x answer[T]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.all == nil || len(a.all) >= mostAnswers {
		a.all = map[projectr.OrgID]answer[T]{}
	}
	a.all[org] = x
}

func (a *answers[T]) forget(org projectr.OrgID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.all, org)
}

// Payer says who pays for an organisation and how, as the provider has it. Nothing of it is
// kept but in memory, for half a minute. Of a subscription that goes on it says what is paid next. Nobody pays for one that is no customer.
func (b *Billing) Payer(ctx context.Context, org store.Org) (projectr.Payer, error) {
	s, err := org.Subscription(ctx)
	if err != nil || s.Customer == "" {
		return projectr.Payer{Address: []string{}}, err
	}
	if is, ok := b.payers.of(org.ID(), s.Revision, b.Now()); ok {
		return is, nil
	}
	id := s.ID
	if !s.Live() {
		id = ""
	}
	is, err := b.Payments.Payer(ctx, s.Customer, id)
	if err != nil {
		return is, err
	}
	if s.InOrder() && s.CancelAt.IsZero() {
		next, err := b.Payments.Next(ctx, s.ID)
		if err != nil { // who pays must not wait for that
			b.Log.WarnContext(ctx, "what is paid next is not known", "org", org.ID(), "err", err)
		} else {
			is.Next = &next
		}
	}
	b.payers.keep(org.ID(), answer[projectr.Payer]{s.Revision, b.Now().Add(answerLife), is})
	return is, nil
}
