package local

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// recover finds the mail that waits in the spool's folder. The segments found
// are never written to again: what stands behind the last sync of a crashed
// process is not known, and need not be. A new one is made for the first Put,
// so a spool opens, and empties itself, on a disk that is full.
func (w *writer) recover() error {
	segs, err := w.find()
	if err != nil {
		return err
	}
	for i, seg := range segs {
		if err := w.read(seg, i == len(segs)-1); err != nil {
			return fmt.Errorf("read spool segment %s: %w", filepath.Base(seg.path), err)
		}
		w.last = seg.seq
	}
	// Numbers of mails need only differ within the segments a mail can be in.
	w.mails.Store((w.last + 1) << 32)
	if n := len(segs); n > 0 {
		w.keep, segs = segs[n-1], segs[:n-1]
	}
	w.release(segs...)
	return nil
}

// find returns the segments in the folder in the order they were written, each
// referenced once.
func (w *writer) find() ([]*segment, error) {
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return nil, err
	}
	var segs []*segment
	for _, e := range entries {
		if seq, nonce, ok := parseSegmentName(e.Name()); ok {
			seg := &segment{seq: seq, nonce: nonce, path: filepath.Join(w.dir, segmentName(seq, nonce)), refs: 1}
			segs = append(segs, seg)
			w.segs[seq] = seg
		}
	}
	slices.SortFunc(segs, func(a, b *segment) int { return cmp.Compare(a.seq, b.seq) })
	return segs, nil
}

// read takes up the mails of a segment that are not done.
func (w *writer) read(seg *segment, newest bool) error {
	marks, err := w.marks(seg)
	if err != nil {
		return err
	}
	f, err := w.readerOf(seg)
	if err != nil {
		return err
	}
	size, err := f.Size()
	if err != nil {
		return err
	}
	end, err := scan(f, size, seg.nonce, func(off int64, h head, payload []byte) {
		if h.kind != commitRecord || marks[off] == markDone {
			return
		}
		var c commit
		if err := json.Unmarshal(payload, &c); err != nil {
			w.damaged(seg, off, newest, err)
			return
		}
		chunks := w.partsOf(c.Chunks)
		for _, p := range append(chunks, part{seg, off - int64(c.Last) - headSize}) {
			if err := w.check(p, h.mail); err != nil {
				w.damaged(seg, off, newest, err)
				return
			}
		}
		seg.refs++ // as op and put have it: the last chunk and the commit are one
		for _, p := range chunks {
			p.seg.refs++
		}
		w.ready = append(w.ready, item{seg: seg, off: off, tries: marks[off]})
		w.waiting++
		w.found(c.Envelope, c.Size)
	})
	if err != nil || end == size {
		return err
	}
	return w.disk.Truncate(seg.path+segmentExt, end)
}

// partsOf finds where chunks stand; a chunk in a segment that is gone has a
// part without one.
func (w *writer) partsOf(chunks []extent) []part {
	parts := make([]part, len(chunks), len(chunks)+1)
	for i, e := range chunks {
		parts[i] = part{w.segs[e.seg], e.off}
	}
	return parts
}

// check says whether a chunk of that mail stands whole in its place.
func (w *writer) check(p part, mail uint64) error {
	if p.seg == nil || p.off < 0 {
		return fmt.Errorf("a chunk is gone: %w", errDamaged)
	}
	f, err := w.readerOf(p.seg)
	if err != nil {
		return err
	}
	h, _, err := readRecord(f, p.off, p.seg.nonce)
	if err == nil && (h.kind != chunkRecord || h.mail != mail) {
		err = errDamaged
	}
	return err
}

// damaged tells of a mail that cannot be taken up. In the newest segment it was
// most likely never acknowledged: the machine stopped before its sync. In an
// older one the disk lost what it had promised, so the file is kept to be
// looked at.
func (w *writer) damaged(seg *segment, off int64, newest bool, err error) {
	if newest {
		w.log.Warn("spool: a mail at the end was cut off and is left out", "delivery", key(seg.seq, off), "err", err)
		return
	}
	w.log.Error("spool: a mail is damaged and is left out; its segment is kept", "delivery", key(seg.seq, off), "segment", seg.path+segmentExt, "err", err)
	seg.refs++
}

// marks reads what became of the mails of a segment, and takes a torn mark off
// the end of the file so that later ones stand in line.
func (w *writer) marks(seg *segment) (map[int64]uint32, error) {
	b, err := os.ReadFile(seg.path + marksExt)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if torn := len(b) % markSize; torn != 0 {
		if err := w.disk.Truncate(seg.path+marksExt, int64(len(b)-torn)); err != nil {
			return nil, err
		}
	}
	return readMarks(b, seg.nonce), nil
}
