package local

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"projectr"
)

// item is a mail that waits. It is small, because a burst can leave a million
// of them; the rest is read back when its turn comes.
type item struct {
	seg   *segment
	off   int64  // of its commit record
	came  int64  // Unix time in ns; 0: in an earlier process
	tries uint32 // attempts begun that say something about the mail
	again uint32 // attempts that failed in this process, for the back-off
}

func (it item) key() string { return key(it.seg.seq, it.off) }

// Run hands waiting deliveries to handle, so many at a time and oldest first,
// until ctx ends; it returns nil when the last call of handle has returned.
// When handle returns nil the mail is forgotten. After an error it is handed
// out again 1 s later, then 2 s, 4 s and so on to 5 min, less up to a quarter
// by chance. Delivery.Tries counts the attempts begun before, those of earlier
// processes included; an attempt that failed because ctx ended, or with an error
// of kind Unavailable, says nothing about the mail and does not count.
//
// Accepting goes first: its senders wait for us, and nobody waits for a mail
// that came a second ago. While more than rush mails a second come in and more
// than it can work off, Run keeps to a tenth of one core, until a mail has
// waited for maxLag.
func (s *Spool) Run(ctx context.Context, workers int, handle func(context.Context, projectr.Delivery) error) error {
	defer context.AfterFunc(ctx, func() {
		s.mu.Lock() // so that no worker is between its look at ctx and its wait
		defer s.mu.Unlock()
		s.more.Broadcast()
	})()
	var wg sync.WaitGroup
	workers = max(workers, 1)
	for range workers {
		wg.Go(func() {
			for {
				it, ok := s.next(ctx)
				if !ok {
					return
				}
				began := s.now()
				s.attempt(ctx, it, handle)
				s.rest(ctx, s.now().Sub(began)*time.Duration(10*workers-1))
			}
		})
	}
	wg.Wait()
	return nil
}

const (
	rush   = 250 // mails a second: less leaves room for all
	maxLag = 10 * time.Second
	pace   = 50 * time.Millisecond // how often the rate is looked at
)

// rest pauses for d, or as long as accepting has the right of way.
func (s *Spool) rest(ctx context.Context, d time.Duration) {
	for until := s.now().Add(min(d, time.Second)); s.rushed() && s.now().Before(until); {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pace / 5):
		}
	}
}

// rushed says whether accepting has the right of way.
func (s *Spool) rushed() bool {
	now := s.now()
	if now.UnixNano() > s.rushUntil.Load() {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ready) > 0 && now.Sub(time.Unix(0, s.ready[0].came)) < maxLag
}

// next waits for a mail that is ready.
func (s *Spool) next(ctx context.Context) (item, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ctx.Err() == nil {
		if len(s.ready) > 0 {
			it := s.ready[0]
			s.ready = s.ready[1:]
			return it, true
		}
		s.more.Wait()
	}
	return item{}, false
}

// attempt lets handle try one mail and notes what came of it.
func (s *Spool) attempt(ctx context.Context, it item, handle func(context.Context, projectr.Delivery) error) {
	// The mark is written before handle runs: a mail that brings the process
	// down counts its attempts too.
	s.mark(it, it.tries+1)
	m, err := s.load(it.seg, it.off)
	if err != nil {
		s.log.ErrorContext(ctx, "spool: waiting mail cannot be read", "delivery", it.key(), "err", err)
	} else {
		err = handle(ctx, projectr.Delivery{Key: it.key(), Envelope: m.Envelope, Digest: m.Digest, Size: m.Size, Tries: int(it.tries)})
	}
	switch {
	case err == nil:
		s.mark(it, markDone)
		s.forget(it, m)
	case ctx.Err() != nil:
		s.mark(it, it.tries)
		s.putBack(it)
	default:
		it.again++
		if projectr.KindOf(err) == projectr.Unavailable {
			s.mark(it, it.tries) // a full disk says nothing about the mail
		} else {
			it.tries++
		}
		time.AfterFunc(s.backOff(it.again), func() { s.putBack(it) })
	}
}

// backOff is how long to wait before the n-th attempt after the first.
func (s *Spool) backOff(n uint32) time.Duration {
	d := 5 * time.Minute
	if n < 10 {
		d = min(d, time.Second<<(n-1))
	}
	return d - time.Duration(s.jitter()*float64(d/4))
}

func (s *Spool) putBack(it item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = append(s.ready, it)
	s.more.Signal()
}

func (s *Spool) forget(it item, m loaded) {
	held := []*segment{it.seg}
	s.mu.Lock()
	for _, e := range m.Chunks {
		held = append(held, s.segs[e.seg])
	}
	s.waiting--
	s.mu.Unlock()
	s.release(held...)
}

// mark notes what became of a mail. A mark that cannot be written costs a
// repetition after a restart and no more.
func (s *Spool) mark(it item, tries uint32) {
	if err := s.disk.Append(it.seg.path+marksExt, appendMark(nil, it.seg.nonce, it.off, tries)); err != nil {
		s.log.Warn("spool: a mark cannot be written", "delivery", it.key(), "err", err)
	}
}

// loaded is a commit record read back.
type loaded struct {
	commit
	number uint64
}

func (s *Spool) load(seg *segment, off int64) (loaded, error) {
	f, err := s.readerOf(seg)
	if err != nil {
		return loaded{}, err
	}
	h, payload, err := readRecord(f, off, seg.nonce)
	if err == nil && h.kind != commitRecord {
		err = errDamaged
	}
	m := loaded{number: h.mail}
	if err == nil {
		err = json.Unmarshal(payload, &m.commit)
	}
	if err != nil {
		return loaded{}, fmt.Errorf("read %s at %d: %w", filepath.Base(seg.path), off, err)
	}
	return m, nil
}

// readerOf returns the segment's file for reading. The caller holds a reference.
func (s *Spool) readerOf(seg *segment) (file, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seg.reader == nil {
		f, err := s.disk.Open(seg.path + segmentExt)
		if err != nil {
			return nil, err
		}
		seg.reader = f
	}
	return seg.reader, nil
}

// release lets references go and removes the segments that nobody needs any more.
func (s *Spool) release(segs ...*segment) {
	var gone []*segment
	s.mu.Lock()
	for _, seg := range segs {
		if seg.refs--; seg.refs == 0 {
			delete(s.segs, seg.seq)
			gone = append(gone, seg)
		}
	}
	s.mu.Unlock()
	for _, seg := range gone {
		if seg.reader != nil {
			_ = seg.reader.Close() // only read from
		}
		// The mails first: marks without mails mean nothing, mails without
		// marks would all be processed once more.
		for _, ext := range []string{segmentExt, marksExt} {
			if err := s.disk.Remove(seg.path + ext); err != nil {
				s.log.Warn("spool: a finished segment cannot be removed", "file", seg.path+ext, "err", err)
			}
		}
	}
}
