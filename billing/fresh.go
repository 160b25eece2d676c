package billing

import (
	"context"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

const (
	freshFor   = time.Hour       // after a checkout was begun
	freshEvery = 5 * time.Second // at most
	freshTime  = 5 * time.Second // that a page waits
	mostBegun  = 1000            // that are remembered
)

// begun are the checkouts that people were sent to of late.
type begun struct {
	mu  sync.Mutex
	all map[projectr.OrgID]asked
}

type asked struct{ until, next time.Time }

func (b *begun) begin(org projectr.OrgID, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all == nil || len(b.all) >= mostBegun {
		b.all = map[projectr.OrgID]asked{}
	}
	b.all[org] = asked{now.Add(freshFor), now}
}

// due reports whether the provider is to be asked about an organisation now.
func (b *begun) due(org projectr.OrgID, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	x, ok := b.all[org]
	switch {
	case !ok || now.Before(x.next):
		return false
	case !now.Before(x.until):
		delete(b.all, org)
		return false
	}
	x.next = now.Add(freshEvery)
	b.all[org] = x
	return true
}

// Fresh is what is kept of a subscription, asked of the provider where somebody was sent to
// its checkout in the last hour and no event has told yet what became of it: who has paid
// does not wait for an event that is late or lost.
func (b *Billing) Fresh(ctx context.Context, org store.Org) (projectr.Subscription, error) {
	s, err := org.Subscription(ctx)
	if err != nil || s.Live() || s.Customer == "" || !b.begun.due(org.ID(), b.Now()) {
		return s, err
	}
	ctx, cancel := context.WithTimeout(ctx, freshTime)
	defer cancel()
	is, err := b.take(ctx, org, s.Customer, projectr.PaymentEvent{})
	if err != nil {
		b.Log.WarnContext(ctx, "what became of a checkout is not known", "org", org.ID(), "err", err)
		return s, nil
	}
	return is, nil
}
