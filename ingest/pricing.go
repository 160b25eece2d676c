package ingest

import (
	"context"
	"sync"

	"projectr"
)

const (
	maxPricing = 2 // prices that are reckoned at the same time
	maxInLine  = 4 // of one organisation, with the one that is reckoned
)

// pricing is who has the price of reading reckoned. That reads up to thousands of mails
// whole, as often as anybody asks: of one organisation it is done one after the other, and
// of all few at a time, so that mail of the others is not kept waiting.
type pricing struct {
	mu    sync.Mutex
	lines map[projectr.OrgID]*lock
	turns chan struct{}
}

// enter waits for a turn, and returns what gives it back. TooMany: others of the
// organisation wait already.
func (p *pricing) enter(ctx context.Context, org projectr.OrgID) (leave func(), err error) {
	p.mu.Lock()
	if p.turns == nil {
		p.lines, p.turns = map[projectr.OrgID]*lock{}, make(chan struct{}, maxPricing)
	}
	l := p.lines[org]
	if l == nil {
		l = &lock{turn: make(chan struct{}, 1)}
		p.lines[org] = l
	}
	l.users++
	full := l.users > maxInLine
	p.mu.Unlock()
	drop := func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if l.users--; l.users == 0 {
			delete(p.lines, org)
		}
	}
	if full {
		drop()
		return nil, &projectr.Error{Kind: projectr.TooMany, Message: "Several prices are being reckoned for this organisation just now. Wait a little, then try again."}
	}
	for i, turn := range []chan struct{}{l.turn, p.turns} {
		select {
		case turn <- struct{}{}:
		case <-ctx.Done():
			if i > 0 {
				<-l.turn
			}
			drop()
			return nil, waited(ctx)
		}
	}
	return func() {
		<-p.turns
		<-l.turn
		drop()
	}, nil
}
