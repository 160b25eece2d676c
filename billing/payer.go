package billing

import (
	"context"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

const (
	payerLife  = 30 * time.Second // for which an answer is given again
	mostPayers = 1000             // that are remembered
)

// payers are answers of the provider about who pays. An answer is good until it is told of
// anything that changed: then what is kept has another revision.
type payers struct {
	mu  sync.Mutex
	all map[projectr.OrgID]payer
}

type payer struct {
	revision int64
	until    time.Time
	is       projectr.Payer
}

func (p *payers) of(org projectr.OrgID, revision int64, now time.Time) (projectr.Payer, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x, ok := p.all[org]
	return x.is, ok && x.revision == revision && now.Before(x.until)
}

func (p *payers) keep(org projectr.OrgID, x payer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil || len(p.all) >= mostPayers {
		p.all = map[projectr.OrgID]payer{}
	}
	p.all[org] = x
}

func (p *payers) forget(org projectr.OrgID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, org)
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
	b.payers.keep(org.ID(), payer{s.Revision, b.Now().Add(payerLife), is})
	return is, nil
}
