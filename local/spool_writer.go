package local

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
)

// segment is one file of the spool. Its number, nonce and path never change.
type segment struct {
	seq, nonce uint64
	path       string // without extension
	refs       int    // held by the writer, each chunk and commit of a mail that arrives or waits, each open reader
	reader     file   // opened when first read

	dead bool // a write or sync failed, so what is not synced yet is lost; the writer's own
}

const (
	segmentExt = ".seg"
	marksExt   = ".done"
)

func segmentName(seq, nonce uint64) string { return fmt.Sprintf("%016x-%016x", seq, nonce) }

func parseSegmentName(name string) (seq, nonce uint64, ok bool) {
	base, found := strings.CutSuffix(name, segmentExt)
	n, err := fmt.Sscanf(base, "%016x-%016x", &seq, &nonce)
	return seq, nonce, found && err == nil && n == 2 && segmentName(seq, nonce) == base
}

// op is one record, or two that stand side by side, to be written.
type op struct {
	recs   []byte
	heads  [2]int     // where the records begin; equal when there is one
	commit bool       // answer after a sync, and let the mail be processed
	needs  []*segment // with earlier chunks of the mail
	done   chan error // takes one answer without blocking

	// Set before a nil answer.
	seg *segment // referenced once for this op
	off int64
}

// writer is the one goroutine that writes segments. Only it touches these fields.
type writer struct {
	*Spool
	last uint64 // number of the newest segment

	seg  *segment // in use; nil when there is none
	file file
	off  int64 // where the next record goes

	keep     *segment // the one before, held so that its number is not used again
	noRoom   error    // why no segment could be made in this batch
	placed   []*op    // have their place, are not written
	unsynced []*op    // commits that are written
	dirty    bool     // something is written and not synced

	since  time.Time // mails are counted since then
	came   int
	gather []byte
}

// gatherSize bounds the copy that saves a system call for each small record;
// larger ones are written from where they are.
const gatherSize = 64 << 10

// run writes what is in the queue until the spool is closed. A batch is what
// came while the one before was written and synced.
func (w *writer) run() {
	for range w.wake {
		w.queue.Lock()
		batch, closed := w.queue.ops, w.queue.closed
		w.queue.ops = nil
		w.queue.Unlock()

		w.noRoom = nil
		for _, o := range batch {
			if err := w.place(o); err != nil {
				o.done <- unavailable(err)
			}
		}
		w.flush()
		if len(w.unsynced) > 0 || closed {
			w.sync()
		}
		if closed {
			w.end()
			return
		}
	}
}

// place gives o its place in a segment.
func (w *writer) place(o *op) error {
	if w.seg != nil && w.off > 0 && w.off+int64(len(o.recs)) > w.size {
		// A commit in the next segment may rest on chunks in this one.
		w.flush()
		w.sync()
		w.retire()
	}
	for _, seg := range o.needs {
		if seg.dead {
			return fmt.Errorf("an earlier part of the mail is lost in %s", filepath.Base(seg.path))
		}
	}
	if w.seg == nil && w.noRoom == nil {
		if w.noRoom = w.create(); w.noRoom != nil {
			w.log.Error("no new spool segment, mail is put off", "err", w.noRoom)
		}
	}
	if w.noRoom != nil {
		return w.noRoom
	}
	o.seg, o.off = w.seg, w.off
	seal(o.recs[o.heads[0]:], w.seg.nonce)
	if o.heads[1] != o.heads[0] {
		seal(o.recs[o.heads[1]:], w.seg.nonce)
	}
	w.off += int64(len(o.recs))
	w.placed = append(w.placed, o)
	return nil
}

// flush writes what is placed and answers the chunks among it.
func (w *writer) flush() {
	if len(w.placed) == 0 {
		return
	}
	if err := w.write(); err != nil {
		w.giveUp(fmt.Errorf("write %s: %w", filepath.Base(w.seg.path), err))
		return
	}
	w.mu.Lock()
	w.seg.refs += len(w.placed)
	w.mu.Unlock()
	for _, o := range w.placed {
		if o.commit {
			w.unsynced = append(w.unsynced, o)
		} else {
			o.done <- nil
		}
	}
	w.placed = w.placed[:0]
}

func (w *writer) write() error {
	w.dirty = true
	at := w.placed[0].off
	w.gather = w.gather[:0]
	put := func(b []byte) error {
		n, err := w.file.WriteAt(b, at)
		at += int64(n)
		return err
	}
	for _, o := range w.placed {
		if len(w.gather)+len(o.recs) <= gatherSize {
			w.gather = append(w.gather, o.recs...)
			continue
		}
		if err := put(w.gather); err != nil {
			return err
		}
		w.gather = w.gather[:0]
		if len(o.recs) <= gatherSize {
			w.gather = append(w.gather, o.recs...)
		} else if err := put(o.recs); err != nil {
			return err
		}
	}
	return put(w.gather)
}

// sync puts all that is written on stable storage and answers the commits.
func (w *writer) sync() {
	if !w.dirty {
		return
	}
	if err := w.file.Sync(); err != nil {
		w.giveUp(fmt.Errorf("sync %s: %w", filepath.Base(w.seg.path), err))
		return
	}
	w.dirty = false
	now := w.now()
	w.mu.Lock()
	for _, o := range w.unsynced {
		w.ready = append(w.ready, item{seg: o.seg, off: o.off + int64(o.heads[1]), came: now.UnixNano()})
	}
	w.waiting += len(w.unsynced)
	w.mu.Unlock()
	w.more.Broadcast()
	for _, o := range w.unsynced {
		o.done <- nil
	}
	w.watch(now, len(w.unsynced))
	w.unsynced = w.unsynced[:0]
}

// watch sees how fast mail comes in and gives accepting the right of way when
// it is fast.
func (w *writer) watch(now time.Time, came int) {
	w.came += came
	took := now.Sub(w.since)
	if took < pace {
		return
	}
	if time.Duration(w.came)*time.Second > rush*took {
		w.rushUntil.Store(now.Add(2 * pace).UnixNano())
	}
	w.since, w.came = now, 0
}

// giveUp leaves the segment after a failed write or sync; see Spool for why.
func (w *writer) giveUp(err error) {
	w.log.Error("spool segment given up, the mails under way are put off", "err", err, "mails", len(w.placed)+len(w.unsynced))
	seg := w.seg
	seg.dead = true
	_ = w.file.Close() // whatever it says, nothing more is known
	w.seg, w.file, w.dirty = nil, nil, false
	for _, o := range w.unsynced {
		w.release(seg)
		o.done <- unavailable(err)
	}
	for _, o := range w.placed {
		o.done <- unavailable(err)
	}
	w.placed, w.unsynced = w.placed[:0], w.unsynced[:0]
	w.keep = seg
}

// create begins a new segment.
func (w *writer) create() error {
	var b [8]byte
	if _, err := io.ReadFull(w.entropy, b[:]); err != nil {
		return fmt.Errorf("make a nonce: %w", err)
	}
	w.last++
	seg := &segment{seq: w.last, nonce: binary.LittleEndian.Uint64(b[:]), refs: 1}
	seg.path = filepath.Join(w.dir, segmentName(seg.seq, seg.nonce))
	f, err := w.disk.Create(seg.path+segmentExt, w.size)
	if err != nil {
		return fmt.Errorf("create spool segment: %w", err)
	}
	w.seg, w.file, w.off = seg, f, 0
	w.mu.Lock()
	w.segs[seg.seq] = seg
	w.mu.Unlock()
	if w.keep != nil {
		w.release(w.keep)
		w.keep = nil
	}
	return nil
}

// retire leaves a full segment, all of which is synced.
func (w *writer) retire() {
	if w.seg == nil {
		return
	}
	w.end()
	w.seg, w.keep = nil, w.seg
}

// end gives the room of the segment that was not used back to the disk.
func (w *writer) end() {
	if w.seg == nil {
		return
	}
	err := errors.Join(w.file.Close(), w.disk.Truncate(w.seg.path+segmentExt, w.off))
	if err != nil {
		w.log.Warn("spool segment keeps room it does not need", "err", err)
	}
	w.file = nil
}
