package ingest

import (
	"context"
	"io"
	"sync"
	"time"

	"projectr"
)

// errNoRoom turns mail away for now (452): its sender's server tries again for days.
var errNoRoom = &projectr.Error{Kind: projectr.OverLimit, Message: "This organisation keeps as much mail as its plan is for: try again when its plan has grown."}

// hasRoom says whether the organisation at a mail-in name may take another mail: nil,
// OverLimit when what it keeps and what waits in the spool for it come to what its plan
// is for, or NotFound. Just before a no, and when it was long ago, the store is asked.
func (p *Pipeline) hasRoom(ctx context.Context, name string) error {
	if p.rooms.known(name, p.Now()) {
		return nil
	}
	if err := p.lookAt(ctx, name); err != nil {
		return err
	}
	if p.rooms.full(name) {
		return errNoRoom
	}
	return nil
}

// lookAt asks the store how much the organisation at a mail-in name keeps, and may.
func (p *Pipeline) lookAt(ctx context.Context, name string) error {
	at := p.Now()
	seen := p.rooms.before(name)
	org, err := p.Store.AtAddress(ctx, name)
	if err != nil {
		return err
	}
	info, err := org.Info(ctx)
	if err != nil {
		return err
	}
	most, kept := p.Store.Plans.Of(info).StorageBytes, int64(0)
	if most > 0 {
		used, err := org.Used(ctx)
		if err != nil {
			return err
		}
		kept = used.Bytes
	}
	p.rooms.saw(name, seen, at, most, kept)
	return nil
}

// take counts a mail that is to be spooled, or says that an organisation it goes to has
// no room: then it is counted for none. One mail has one answer (RFC 5321 §4.2.5); at
// the next try that organisation's address alone is turned away.
func (p *Pipeline) take(ctx context.Context, env projectr.Envelope, size int64) error {
	needs := needsOf(env, size)
	looked := map[string]bool{}
	look := func(name string) error {
		looked[name] = true
		err := p.lookAt(ctx, name)
		if err != nil && projectr.KindOf(err) == projectr.NotFound {
			return nil // it was there at RCPT: the operator keeps its mail
		}
		return err
	}
	for name := range needs {
		if !p.rooms.recent(name, p.Now()) {
			if err := look(name); err != nil {
				return err
			}
		}
	}
	for {
		name, ok := p.rooms.take(needs)
		if ok {
			return nil
		}
		if looked[name] {
			return errNoRoom
		}
		if err := look(name); err != nil {
			return err
		}
	}
}

// needsOf returns how many bytes a mail takes at each mail-in name: its own, once, as
// they are kept, however many records are made of it there.
func needsOf(env projectr.Envelope, size int64) map[string]int64 {
	stops, _ := route(env.To)
	needs := make(map[string]int64, len(stops))
	for _, s := range stops {
		needs[s.name] = size
	}
	return needs
}

// Waits counts a mail that is in the spool already, from before the process began.
func (p *Pipeline) Waits(env projectr.Envelope, size int64) {
	p.rooms.put(needsOf(env, size))
}

// rooms is what is known of the storage of organisations, so that what waits in the
// spool counts too, and a burst does not ask the store for each mail. By mail-in name:
// an organisation has one.
type rooms struct {
	mu   sync.Mutex
	of   map[string]*room
	most int // so many before those for which nothing waits are forgotten
}

// room is how much an organisation keeps: what the store said, what has left the spool
// since, and what waits there. It is never less than it keeps, and for a moment more,
// where a mail is written and still counted as one that waits.
type room struct {
	at      time.Time // when the store was asked; zero: never
	most    int64     // bytes; 0: no limit
	kept    int64     // bytes in the store
	left    int64     // bytes that have left the spool since there is this room
	leftAt  int64     // left when the store was asked
	waiting int64     // bytes that wait in the spool
}

const (
	roomLife = 10 * time.Second
	lastLife = time.Second // of a room that is nearly full: others write to the store too
	maxRooms = 10_000
)

func (r *room) used() int64 { return r.kept + r.left - r.leftAt + r.waiting }
func (r *room) full() bool  { return r.most > 0 && r.used() >= r.most }

func (r *room) recent(now time.Time) bool {
	life := roomLife
	if r.most > 0 && r.used() >= r.most-r.most/10 {
		life = lastLife
	}
	return !r.at.IsZero() && now.Sub(r.at).Abs() < life
}

// known says that a name is there and has room, as far as is known.
func (s *rooms) known(name string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.of[name]
	return r != nil && r.recent(now) && !r.full()
}

// recent says that the store was asked not long ago.
func (s *rooms) recent(name string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.of[name]
	return r != nil && r.recent(now)
}

func (s *rooms) full(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.of[name]
	return r != nil && r.full()
}

// before is a room as it was before the store is asked: a mail that leaves the spool
// from then on may be in its answer or not, and is counted.
type before struct {
	room *room
	left int64
}

func (s *rooms) before(name string) before {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.of[name]; r != nil {
		return before{r, r.left}
	}
	return before{}
}

func (s *rooms) saw(name string, seen before, at time.Time, most, kept int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.roomOf(name)
	r.at, r.most, r.kept, r.leftAt = at, most, kept, 0
	if r == seen.room {
		r.leftAt = seen.left
	}
}

// take adds what a mail needs to what waits, or says where there is no room and adds nothing.
func (s *rooms) take(needs map[string]int64) (fullAt string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range needs {
		if r := s.of[name]; r != nil && r.full() {
			return name, false
		}
	}
	s.add(needs)
	return "", true
}

func (s *rooms) put(needs map[string]int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(needs)
}

func (s *rooms) add(needs map[string]int64) {
	for name, n := range needs {
		s.roomOf(name).waiting += n
	}
}

// give takes back what a mail needed that was not kept.
func (s *rooms) give(needs map[string]int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, n := range needs {
		s.roomOf(name).waiting -= n
	}
}

// leave notes that a mail has left the spool, written or not.
func (s *rooms) leave(needs map[string]int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, n := range needs {
		r := s.roomOf(name)
		r.waiting -= n
		r.left += n
	}
}

func (s *rooms) roomOf(name string) *room {
	r := s.of[name]
	if r == nil {
		if s.of == nil {
			s.of = map[string]*room{}
		}
		if len(s.of) >= max(s.most, maxRooms) {
			s.forget()
		}
		r = &room{}
		s.of[name] = r
	}
	return r
}

// forget drops the rooms for which nothing waits.
func (s *rooms) forget() {
	for name, r := range s.of {
		if r.waiting == 0 {
			delete(s.of, name)
		}
	}
	s.most = 2 * len(s.of)
}

// arriving is a mail as it comes in. Its end comes when end has said yes to its size.
type arriving struct {
	r    io.Reader
	end  func(size int64) error
	size int64
	err  error // once it has ended
}

// Read reads on in the mail; at its end it gives io.EOF, or what end said.
func (a *arriving) Read(b []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	n, err := a.r.Read(b)
	a.size += int64(n)
	if err == io.EOF {
		if no := a.end(a.size); no != nil {
			err = no
		}
		a.err = err
	}
	return n, err
}
