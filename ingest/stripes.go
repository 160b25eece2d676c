package ingest

import (
	"hash/fnv"
	"slices"
	"sync"

	"projectr"
)

// stripes are locks on Message-IDs, many ids to a lock.
type stripes [256]sync.Mutex

// lock takes the locks of all ids, of one organisation, and returns what gives
// them back. Locks are taken in one order, so that nobody waits in a circle.
func (s *stripes) lock(org projectr.OrgID, ids []string) (unlock func()) {
	var at []int
	for _, id := range ids {
		h := fnv.New32a()
		h.Write([]byte(string(org) + "\x00" + id))
		if i := int(h.Sum32() % uint32(len(s))); !slices.Contains(at, i) {
			at = append(at, i)
		}
	}
	slices.Sort(at)
	for _, i := range at {
		s[i].Lock()
	}
	return func() {
		for _, i := range at {
			s[i].Unlock()
		}
	}
}
