package ingest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"projectr"
)

// locks are locks on what ties mails of one organisation together. Nobody waits but
// for mail of the same organisation.
type locks struct {
	mu   sync.Mutex
	held map[string]*lock // those that somebody has or waits for
}

type lock struct {
	turn  chan struct{} // full while somebody has it
	users int
}

// lock takes the locks of all ids, of one organisation, and returns what gives
// them back. Locks are taken in one order, so that nobody waits in a circle. When
// ctx ends while others have them, it takes none.
func (s *locks) lock(ctx context.Context, org projectr.OrgID, ids []string) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	keys := make(map[string]bool, len(ids))
	for _, id := range ids {
		keys[string(org)+"\x00"+id] = true
	}
	order := slices.Sorted(maps.Keys(keys))
	mine := s.use(order)
	for i, l := range mine {
		select {
		case l.turn <- struct{}{}:
		case <-ctx.Done():
			s.leave(order, mine, i)
			return nil, waited(ctx)
		}
	}
	return func() { s.leave(order, mine, len(mine)) }, nil
}

func (s *locks) use(keys []string) []*lock {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held == nil {
		s.held = map[string]*lock{}
	}
	mine := make([]*lock, len(keys))
	for i, k := range keys {
		l := s.held[k]
		if l == nil {
			l = &lock{turn: make(chan struct{}, 1)}
			s.held[k] = l
		}
		l.users++
		mine[i] = l
	}
	return mine
}

// leave gives the first taken of the locks back, and forgets those nobody uses.
func (s *locks) leave(keys []string, mine []*lock, taken int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, l := range mine {
		if i < taken {
			<-l.turn
		}
		if l.users--; l.users == 0 {
			delete(s.held, keys[i])
		}
	}
}
