package local

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"projectr"
)

// Spool keeps accepted mail in segment files until it is processed.
//
// One writer appends what arrives to the segment in use and syncs it once for
// all mails that came while it was busy with the sync before (group commit), so
// a lone mail waits for nobody and a hundred share one sync. A large mail is
// written in chunks as it arrives, so memory stays flat; only its commit record
// waits for a sync. A mail without a commit record was never accepted.
//
// What became of a mail stands in a marks file beside its segment. When all
// mails of a segment are done, both files go. After a crash, OpenSpool finds
// each mail that was accepted and is not marked done.
//
// A failed write or sync gives up the segment: every Put of that batch gets an
// error of kind Unavailable, and so does any Put that has chunks in it. The
// spool goes on in a new file. It never syncs the old one again, because Linux
// marks pages clean whose write-back failed and the next sync would succeed
// without them (Rebello et al., USENIX ATC 2020). A new file has no such pages,
// so its syncs tell the truth; and mails acknowledged before rest on syncs that
// succeeded. A mail that was refused in this way may still be found by
// OpenSpool; then it is the same mail that the sender sends again.
type Spool struct {
	dir     string
	disk    disk
	size    int64 // of a segment
	minFree int64
	log     *slog.Logger
	now     func() time.Time
	jitter  func() float64
	entropy io.Reader
	found   func(projectr.Envelope, int64)

	mails  atomic.Uint64 // number of the mail begun last
	budget atomic.Int64  // bytes left for buffers beyond the first of each Put
	free   atomic.Pointer[freeCheck]

	rushUntil atomic.Int64 // Unix time in ns until which Run holds back

	queue struct {
		sync.Mutex
		ops    []*op
		closed bool
	}
	wake   chan struct{} // holds one token when the queue has something for the writer
	writer sync.WaitGroup

	mu      sync.Mutex // guards what follows, and segment.refs
	more    *sync.Cond // ready has grown, or a Run ends
	segs    map[uint64]*segment
	ready   []item
	waiting int
}

// SpoolOptions are the settings of a spool. The zero value is a good one.
type SpoolOptions struct {
	SegmentSize int64            // bytes of one file; 0 means 64 MiB
	MaxMail     int64            // the largest mail; with less than one and a half times this free on the disk, none is taken; 0 means 25 MiB
	Log         *slog.Logger     // nil: slog.DiscardHandler
	Now         func() time.Time // nil: time.Now
	Jitter      func() float64   // 0 ≤ x < 1, spreads retries; nil: math/rand/v2
	Entropy     io.Reader        // of the nonces; nil: crypto/rand

	// Found is told of each mail that waits already, with its size in bytes, before
	// OpenSpool returns; nil: nobody is.
	Found func(projectr.Envelope, int64)

	disk disk // nil: the real one
}

// Buffers of a Put. The first fits an ordinary mail; while the budget lasts, a
// mail that is longer gets larger ones, up to a chunk.
const (
	firstBuffer = 8 << 10
	chunkBuffer = 256 << 10
	commitRoom  = 1 << 10 // left free behind the last chunk, so that most commits fit without a copy
	bufferSpace = 32 << 20
)

var errDamaged = errors.New("record is damaged")

func unavailable(err error) error {
	return &projectr.Error{Kind: projectr.Unavailable, Message: "Mail cannot be stored just now. Try again in a few minutes.", Err: err}
}

// OpenSpool opens the spool in dir, which it makes when there is none, and
// finds the mail that waits there. Only one process may have a spool open; seeing to that is the
// caller's affair.
func OpenSpool(dir string, opts SpoolOptions) (*Spool, error) {
	s := &Spool{
		dir: dir, disk: opts.disk, size: opts.SegmentSize, minFree: opts.MaxMail * 3 / 2,
		log: opts.Log, now: opts.Now, jitter: opts.Jitter, entropy: opts.Entropy,
		found: opts.Found,
		wake:  make(chan struct{}, 1),
		segs:  make(map[uint64]*segment),
	}
	if s.disk == nil {
		s.disk = osDisk{}
	}
	if s.size == 0 {
		s.size = 64 << 20
	}
	if s.minFree == 0 {
		s.minFree = (25 << 20) * 3 / 2
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.jitter == nil {
		s.jitter = mathrand.Float64
	}
	if s.entropy == nil {
		s.entropy = rand.Reader
	}
	if s.found == nil {
		s.found = func(projectr.Envelope, int64) {}
	}
	s.more = sync.NewCond(&s.mu)
	s.budget.Store(bufferSpace)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := errors.Join(os.MkdirAll(dir, 0o700), syncDir(filepath.Dir(dir))); err != nil {
			return nil, fmt.Errorf("make spool folder: %w", err)
		}
	}
	w := &writer{Spool: s}
	if err := w.recover(); err != nil {
		return nil, fmt.Errorf("open spool %s: %w", dir, err)
	}
	s.writer.Go(w.run)
	return s, nil
}

// Close ends the spool after what was put has been written. A Put that comes
// later, or that is still reading its mail, gets an error of kind Unavailable.
// End every Run before.
func (s *Spool) Close() error {
	s.queue.Lock()
	s.queue.closed = true
	s.queue.Unlock()
	s.nudge()
	s.writer.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, seg := range s.segs {
		if seg.reader != nil {
			errs = append(errs, seg.reader.Close())
			seg.reader = nil
		}
	}
	return errors.Join(errs...)
}

// Waiting returns how many mails are not done, those in work included.
func (s *Spool) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting
}

// Ready says whether mail can be taken: an error of kind Unavailable when the
// disk is nearly full. Put asks it too; a door asks before a mail is sent.
func (s *Spool) Ready() error {
	now := s.now()
	c := s.free.Load()
	if c == nil || now.Sub(c.at).Abs() >= time.Second {
		n, err := s.disk.Free(s.dir)
		if err != nil {
			return unavailable(fmt.Errorf("ask for free space: %w", err))
		}
		c = &freeCheck{at: now, bytes: n}
		s.free.Store(c)
	}
	if c.bytes < s.minFree {
		return unavailable(fmt.Errorf("%d bytes free, %d wanted", c.bytes, s.minFree))
	}
	return nil
}

// freeCheck is the last answer about free space; it is good for a second.
type freeCheck struct {
	at    time.Time
	bytes int64
}

// Put keeps the mail read from r with its envelope and returns when both are
// on stable storage. An error from r is returned as it is, wrapped, and nothing
// is kept; trouble with the disk is an error of kind Unavailable.
func (s *Spool) Put(ctx context.Context, env projectr.Envelope, r io.Reader) (projectr.Delivery, error) {
	if err := s.Ready(); err != nil {
		return projectr.Delivery{}, err
	}
	p := &put{s: s, mail: s.mails.Add(1), digest: sha256.New(), done: make(chan error, 1)}
	p.grow(firstBuffer)
	d, err := p.run(ctx, env, r)
	s.budget.Add(p.borrowed)
	if err != nil {
		s.release(p.segs...)
		return projectr.Delivery{}, err
	}
	return d, nil
}

// put is one mail on its way in.
type put struct {
	s        *Spool
	mail     uint64
	digest   hash.Hash
	buf      []byte // a record head and the chunk being read
	borrowed int64  // of the budget
	chunks   []extent
	segs     []*segment // of each chunk, referenced
	size     int64
	done     chan error
}

func (p *put) run(ctx context.Context, env projectr.Envelope, r io.Reader) (projectr.Delivery, error) {
	for empty := 0; ; {
		n, err := r.Read(p.buf[len(p.buf) : cap(p.buf)-commitRoom])
		p.digest.Write(p.buf[len(p.buf) : len(p.buf)+n])
		p.buf = p.buf[:len(p.buf)+n]
		p.size += int64(n)
		if err == io.EOF {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if n > 0 {
			empty = 0
		} else if empty++; empty > 100 && err == nil {
			err = io.ErrNoProgress
		}
		if err != nil {
			return projectr.Delivery{}, fmt.Errorf("read the mail: %w", err)
		}
		if len(p.buf) == cap(p.buf)-commitRoom && !p.grow(8*cap(p.buf)) {
			if err := p.flush(); err != nil {
				return projectr.Delivery{}, err
			}
		}
	}
	return p.commit(env)
}

// grow makes room in the buffer for a larger chunk if the budget allows, and
// says whether it did.
func (p *put) grow(n int) bool {
	if p.buf == nil {
		p.buf = make([]byte, headSize, n)
		return true
	}
	n = min(n, chunkBuffer)
	if n <= cap(p.buf) {
		return false
	}
	if p.s.budget.Add(-int64(n)) < 0 {
		p.s.budget.Add(int64(n))
		return false
	}
	p.s.budget.Add(p.borrowed)
	p.borrowed = int64(n)
	p.buf = append(make([]byte, 0, n), p.buf...)
	return true
}

func (p *put) chunkHead() head {
	payload := p.buf[headSize:]
	return head{mail: p.mail, kind: chunkRecord, seq: uint32(len(p.chunks)),
		length: uint32(len(payload)), sum: crc32.Checksum(payload, castagnoli)}
}

// flush writes the buffer out as a chunk. It waits for the write, not for a sync.
func (p *put) flush() error {
	h := p.chunkHead()
	h.put(p.buf)
	o := &op{recs: p.buf, heads: [2]int{0, 0}, needs: p.segs, done: p.done}
	if err := p.s.submit(o); err != nil {
		return err
	}
	p.chunks = append(p.chunks, extent{o.seg.seq, o.off, h.length})
	p.segs = append(p.segs, o.seg)
	p.buf = p.buf[:headSize]
	return nil
}

// commit writes the last chunk and the commit record side by side, and waits
// until they and all before are on stable storage.
func (p *put) commit(env projectr.Envelope) (projectr.Delivery, error) {
	h := p.chunkHead()
	h.put(p.buf)
	c := commit{Envelope: env, Digest: projectr.Digest(hex.EncodeToString(p.digest.Sum(nil))), Size: p.size, Chunks: p.chunks, Last: h.length}
	text, err := json.Marshal(c)
	if err != nil {
		return projectr.Delivery{}, fmt.Errorf("encode the envelope: %w", err)
	}
	if len(text) > maxPayload {
		return projectr.Delivery{}, &projectr.Error{Kind: projectr.Invalid, Message: "The mail is too large to be stored."}
	}
	at := len(p.buf)
	p.buf = append(p.buf, make([]byte, headSize)...)
	p.buf = append(p.buf, text...)
	head{mail: p.mail, kind: commitRecord, seq: h.seq + 1, length: uint32(len(text)), sum: crc32.Checksum(text, castagnoli)}.put(p.buf[at:])
	o := &op{recs: p.buf, heads: [2]int{0, at}, commit: true, needs: p.segs, done: p.done}
	if err := p.s.submit(o); err != nil {
		return projectr.Delivery{}, err
	}
	return projectr.Delivery{Key: key(o.seg.seq, o.off+int64(at)), Envelope: env, Digest: c.Digest, Size: p.size}, nil
}

// submit hands o to the writer and waits for its answer.
func (s *Spool) submit(o *op) error {
	s.queue.Lock()
	if s.queue.closed {
		s.queue.Unlock()
		return unavailable(errors.New("the spool is closed"))
	}
	s.queue.ops = append(s.queue.ops, o)
	s.queue.Unlock()
	s.nudge()
	return <-o.done
}

func (s *Spool) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// key names a mail by where its commit record stands. No segment number is
// used twice, so no key is.
func key(seg uint64, off int64) string { return fmt.Sprintf("%x-%x", seg, off) }

func parseKey(k string) (seg uint64, off int64, ok bool) {
	a, b, _ := strings.Cut(k, "-")
	seg, errA := strconv.ParseUint(a, 16, 64)
	at, errB := strconv.ParseUint(b, 16, 63)
	return seg, int64(at), errA == nil && errB == nil && key(seg, int64(at)) == k
}

// Open returns the raw bytes of a delivery that waits. Each chunk is checked
// before a byte of it is handed out. NotFound: the delivery was never here, or
// is done and cleared away.
func (s *Spool) Open(_ context.Context, d projectr.Delivery) (io.ReadCloser, error) {
	seq, off, ok := parseKey(d.Key)
	s.mu.Lock()
	seg := s.segs[seq]
	if !ok || seg == nil {
		s.mu.Unlock()
		return nil, &projectr.Error{Kind: projectr.NotFound, Message: "That mail does not wait in the spool."}
	}
	seg.refs++
	s.mu.Unlock()
	m, err := s.load(seg, off)
	if err != nil {
		s.release(seg)
		return nil, fmt.Errorf("open delivery %s: %w", d.Key, err)
	}
	r := &mailReader{s: s, held: []*segment{seg}, mail: m.number}
	s.mu.Lock()
	for _, e := range m.Chunks {
		if sg := s.segs[e.seg]; sg != nil {
			sg.refs++
			r.held = append(r.held, sg)
			r.parts = append(r.parts, part{sg, e.off})
		}
	}
	s.mu.Unlock()
	if len(r.parts) < len(m.Chunks) {
		return nil, errors.Join(fmt.Errorf("open delivery %s: %w", d.Key, errDamaged), r.Close())
	}
	r.parts = append(r.parts, part{seg, off - int64(m.Last) - headSize})
	return r, nil
}

// mailReader reads the chunks of a mail one after the other.
type mailReader struct {
	s     *Spool
	mail  uint64
	held  []*segment
	parts []part
	next  int
	rest  []byte
}

type part struct {
	seg *segment
	off int64
}

func (r *mailReader) Read(b []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.next == len(r.parts) {
			return 0, io.EOF
		}
		at := r.parts[r.next]
		f, err := r.s.readerOf(at.seg)
		if err != nil {
			return 0, err
		}
		h, payload, err := readRecord(f, at.off, at.seg.nonce)
		if err == nil && (h.kind != chunkRecord || h.mail != r.mail || int(h.seq) != r.next) {
			err = errDamaged
		}
		if err != nil {
			return 0, fmt.Errorf("read %s at %d: %w", filepath.Base(at.seg.path), at.off, err)
		}
		r.rest = payload
		r.next++
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// Close lets the segments go.
func (r *mailReader) Close() error {
	r.s.release(r.held...)
	r.held, r.parts, r.rest, r.next = nil, nil, nil, 0
	return nil
}
