package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"projectr"
)

func openSpool(t testing.TB, dir string, opts SpoolOptions) *Spool {
	t.Helper()
	s, err := OpenSpool(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func envelope(i int) projectr.Envelope {
	return projectr.Envelope{
		From: fmt.Sprintf("s%d@sender.example", i), To: []string{"acme@in.example"},
		ReceivedAt: time.Date(2026, 3, 2, 8, 0, i, 0, time.UTC),
	}
}

// rawMail makes n bytes that are mail i's alone.
func rawMail(i, n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(i), byte(i >> 8), byte(n)})
	_, _ = r.Read(b)
	return b
}

func putMail(t testing.TB, s *Spool, i int, raw []byte) projectr.Delivery {
	t.Helper()
	d, err := s.Put(t.Context(), envelope(i), bytes.NewReader(raw))
	if err != nil {
		t.Errorf("put %d: %v", i, err) // also called beside the test's goroutine
	}
	return d
}

// waiting reads every mail that waits, without finishing any: sender to raw bytes.
func waiting(t testing.TB, s *Spool) map[string][]byte {
	t.Helper()
	found := make(map[string][]byte)
	s.mu.Lock()
	items := append([]item(nil), s.ready...)
	s.mu.Unlock()
	for _, it := range items {
		m, err := s.load(it.seg, it.off)
		if err != nil {
			t.Fatalf("load %s: %v", it.key(), err)
		}
		raw := readAll(t, s, projectr.Delivery{Key: it.key()})
		if int64(len(raw)) != m.Size {
			t.Fatalf("%s has %d bytes, said %d", it.key(), len(raw), m.Size)
		}
		if _, twice := found[m.Envelope.From]; twice {
			t.Fatalf("mail of %s is there twice", m.Envelope.From)
		}
		found[m.Envelope.From] = raw
	}
	return found
}

func readAll(t testing.TB, s *Spool, d projectr.Delivery) []byte {
	t.Helper()
	raw, err := read(s, d)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func read(s *Spool, d projectr.Delivery) ([]byte, error) {
	r, err := s.Open(context.Background(), d)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(r)
	return raw, errors.Join(err, r.Close())
}

// segments returns the paths of the segment files in dir, oldest first.
func segments(t testing.TB, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"+segmentExt))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// TestSpoolFindsWhatWasAcknowledged cuts the segment at every byte of the last
// mail, and turns every byte of it: the mails before are there whole, the last
// one whole or not at all (I-1, I-3).
func TestSpoolFindsWhatWasAcknowledged(t *testing.T) {
	from := t.TempDir()
	s := openSpool(t, from, SpoolOptions{SegmentSize: 1 << 20})
	mails := map[string][]byte{}
	for i, n := range []int{0, 300, firstBuffer + 10} {
		raw := rawMail(i, n)
		mails[envelope(i).From] = raw
		putMail(t, s, i, raw)
	}
	lastRaw := rawMail(3, 700)
	last := putMail(t, s, 3, lastRaw)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := segments(t, from)[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, commitAt, _ := parseKey(last.Key)
	begin := int(commitAt) - len(lastRaw) - headSize

	dir := t.TempDir()
	check := func(what string, n int, image []byte) {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), image, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := OpenSpool(dir, SpoolOptions{SegmentSize: 4 << 10})
		if err != nil {
			t.Fatalf("%s %d: %v", what, n, err)
		}
		defer func() { _ = s.Close() }()
		got := waiting(t, s)
		for from, raw := range mails {
			if !bytes.Equal(got[from], raw) {
				t.Fatalf("%s %d: the mail of %s is not what was put", what, n, from)
			}
			delete(got, from)
		}
		if raw, there := got[envelope(3).From]; there {
			if n != len(whole) {
				t.Fatalf("%s %d: the last mail is there although part of it is not", what, n)
			}
			if !bytes.Equal(raw, lastRaw) {
				t.Fatalf("%s %d: the last mail is not what was put", what, n)
			}
			delete(got, envelope(3).From)
		}
		if len(got) > 0 {
			t.Fatalf("%s %d: mails nobody put: %d", what, n, len(got))
		}
	}
	for n := begin; n <= len(whole); n++ {
		check("cut at", n, append(bytes.Clone(whole[:n]), make([]byte, 512)...)) // preallocated zeros behind
	}
	for n := begin; n < len(whole); n++ {
		image := bytes.Clone(whole)
		image[n] ^= 0x41
		check("turned byte", n, image)
	}
}

// TestSpoolPassesDamageOver turns a byte of a mail in the middle: only that
// mail is lost, and its file is kept.
func TestSpoolPassesDamageOver(t *testing.T) {
	dir := t.TempDir()
	s := openSpool(t, dir, SpoolOptions{SegmentSize: 64 << 10})
	for i := range 3 {
		putMail(t, s, i, rawMail(i, 2000))
	}
	_ = s.Close()
	s = openSpool(t, dir, SpoolOptions{}) // a newer segment, so that the damage is not at the end
	putMail(t, s, 3, []byte("newer"))
	_ = s.Close()
	name := filepath.Base(segments(t, dir)[0])
	for _, at := range []int{4, headSize + 1000} { // in the head; in the bytes
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			copied := t.TempDir()
			if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(copied, name)
			image, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			image[at] ^= 1
			if err := os.WriteFile(path, image, 0o600); err != nil {
				t.Fatal(err)
			}
			s := openSpool(t, copied, SpoolOptions{})
			got := waiting(t, s)
			if len(got) != 3 || !bytes.Equal(got[envelope(1).From], rawMail(1, 2000)) || !bytes.Equal(got[envelope(2).From], rawMail(2, 2000)) {
				t.Fatalf("found %d mails, want all but the damaged one", len(got))
			}
			drain(t, s, 3)
			if _, err := os.Stat(path); err != nil {
				t.Errorf("the damaged segment is gone: %v", err)
			}
		})
	}
}

// drain finishes n mails.
func drain(t testing.TB, s *Spool, n int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var left atomic.Int64
	left.Store(int64(n))
	if err := s.Run(ctx, 2, func(context.Context, projectr.Delivery) error {
		if left.Add(-1) == 0 {
			cancel()
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// TestSpoolNobodyForgesRecords sends a mail that holds a copy of another
// spool's records: a search after damage must not take them for mail.
func TestSpoolNobodyForgesRecords(t *testing.T) {
	other := t.TempDir()
	s := openSpool(t, other, SpoolOptions{SegmentSize: 64 << 10})
	putMail(t, s, 66, []byte("forged"))
	_ = s.Close()
	forged, err := os.ReadFile(segments(t, other)[0])
	if err != nil {
		t.Fatal(err)
	}

	dir := t.TempDir()
	s = openSpool(t, dir, SpoolOptions{SegmentSize: 64 << 10})
	putMail(t, s, 1, forged)
	_ = s.Close()
	path := segments(t, dir)[0]
	image, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	image[30] ^= 1 // the head of the mail's chunk: its length cannot be believed
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := waiting(t, openSpool(t, dir, SpoolOptions{})); len(got) != 0 {
		t.Fatalf("found %d mails in the body of a mail", len(got))
	}
}

// TestSpoolOneFault lets the n-th step of one kind fail, once and for ever, for
// n = 1, 2, … until nothing fails any more (T-3): no Put says yes that a reopened
// spool does not keep, trouble is Unavailable, and a passing fault heals.
func TestSpoolOneFault(t *testing.T) {
	for _, step := range []string{"create", "write", "short write", "sync", "append", "truncate", "remove"} {
		for _, forever := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, for ever %v", step, forever), func(t *testing.T) {
				for n := 1; ; n++ {
					if n > 500 {
						t.Fatal("still failing after 500 faults")
					}
					if !oneFault(t, step, n, forever) {
						if n == 1 {
							t.Fatal("the step was never taken")
						}
						return
					}
				}
			})
		}
	}
}

func oneFault(t *testing.T, step string, n int, forever bool) (hit bool) {
	dir := t.TempDir()
	d := &faultyDisk{step: step, n: n, forever: forever}
	s, err := OpenSpool(dir, SpoolOptions{SegmentSize: 96 << 10, MaxMail: 1, disk: d})
	if err != nil {
		if !errors.Is(err, syscall.EIO) {
			t.Fatalf("fault %d: open: %v", n, err)
		}
		return true
	}
	acked := map[string][]byte{}
	done := map[string]bool{}
	for i, size := range []int{100, 20 << 10, 90 << 10, 3000, 40 << 10, 100} {
		raw := rawMail(i, size)
		_, err := s.Put(t.Context(), envelope(i), bytes.NewReader(raw))
		switch {
		case err == nil:
			acked[envelope(i).From] = raw
		case projectr.KindOf(err) != projectr.Unavailable:
			t.Fatalf("fault %d: put %d: %v is not Unavailable", n, i, err)
		}
		if i == 3 && len(acked) > 0 {
			ctx, cancel := context.WithCancel(t.Context())
			left := len(acked)
			_ = s.Run(ctx, 1, func(_ context.Context, d projectr.Delivery) error {
				if raw, err := read(s, d); err != nil || !bytes.Equal(raw, acked[d.Envelope.From]) {
					t.Errorf("fault %d: %s was handed out with other bytes: %v", n, d.Key, err)
				}
				done[d.Envelope.From] = true
				if left--; left == 0 {
					cancel()
				}
				return nil
			})
		}
	}
	hit = d.hit.Load()
	if !forever && hit {
		if _, err := s.Put(t.Context(), envelope(9), strings.NewReader("healed")); err != nil {
			t.Fatalf("fault %d: not healed: %v", n, err)
		}
		acked[envelope(9).From] = []byte("healed")
	}
	_ = s.Close()

	s, err = OpenSpool(dir, SpoolOptions{SegmentSize: 96 << 10})
	if err != nil {
		t.Fatalf("fault %d: reopen: %v", n, err)
	}
	defer func() { _ = s.Close() }()
	found := waiting(t, s)
	for from, raw := range acked {
		if got, there := found[from]; !there && !done[from] {
			t.Fatalf("fault %d: the mail of %s was acknowledged and is lost", n, from)
		} else if there && !bytes.Equal(got, raw) {
			t.Fatalf("fault %d: the mail of %s is not what was put", n, from)
		}
	}
	return hit
}

// faultyDisk is the real disk with the n-th step of one kind failing.
type faultyDisk struct {
	osDisk
	step    string
	n       int
	forever bool
	count   atomic.Int64
	hit     atomic.Bool
}

func (d *faultyDisk) fails(step string) error {
	if step != d.step {
		return nil
	}
	if n := int(d.count.Add(1)); n == d.n || d.forever && n > d.n {
		d.hit.Store(true)
		return syscall.EIO
	}
	return nil
}

func (d *faultyDisk) Create(path string, size int64) (file, error) {
	if err := d.fails("create"); err != nil {
		return nil, err
	}
	f, err := d.osDisk.Create(path, size)
	return faultyFile{f, d}, err
}

func (d *faultyDisk) Append(path string, b []byte) error {
	if err := d.fails("append"); err != nil {
		return err
	}
	return d.osDisk.Append(path, b)
}

func (d *faultyDisk) Truncate(path string, size int64) error {
	if err := d.fails("truncate"); err != nil {
		return err
	}
	return d.osDisk.Truncate(path, size)
}

func (d *faultyDisk) Remove(path string) error {
	if err := d.fails("remove"); err != nil {
		return err
	}
	return d.osDisk.Remove(path)
}

type faultyFile struct {
	file
	d *faultyDisk
}

func (f faultyFile) WriteAt(b []byte, off int64) (int, error) {
	if err := f.d.fails("write"); err != nil {
		return 0, err
	}
	if err := f.d.fails("short write"); err != nil {
		n, _ := f.file.WriteAt(b[:len(b)/2], off)
		return n, err
	}
	return f.file.WriteAt(b, off)
}

func (f faultyFile) Sync() error {
	if err := f.d.fails("sync"); err != nil {
		return err
	}
	return f.file.Sync()
}

// TestSpoolSurvivesPowerCuts puts and finishes mails at random on a disk that,
// at the cut, keeps what was synced and of the rest only some sectors. Every
// mail acknowledged and not finished is there once and whole; what is there
// besides was put, and is whole.
func TestSpoolSurvivesPowerCuts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		d := &cuttableDisk{files: make(map[string]*cuttableFile), marks: make(map[string][]byte)}
		s, err := OpenSpool(dir, SpoolOptions{SegmentSize: 64 << 10, MaxMail: 1, disk: d})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		sent := map[string][]byte{}
		owed := map[string]bool{}
		var mu sync.Mutex
		for i := range rapid.IntRange(1, 12).Draw(rt, "mails") {
			if rapid.IntRange(0, 3).Draw(rt, "finish one") == 0 && len(owed) > 0 {
				ctx, cancel := context.WithCancel(t.Context())
				_ = s.Run(ctx, 1, func(_ context.Context, d projectr.Delivery) error {
					delete(owed, d.Envelope.From)
					cancel()
					return nil
				})
			}
			raw := rawMail(i, rapid.SampledFrom([]int{0, 1, 500, 7000, 9000, 30_000, 70_000}).Draw(rt, "size"))
			sent[envelope(i).From] = raw
			owed[envelope(i).From] = true
			if _, err := s.Put(t.Context(), envelope(i), bytes.NewReader(raw)); err != nil {
				rt.Fatal(err)
			}
		}
		// Mails that are on their way in when the power goes.
		hold := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 3 {
			raw := rawMail(100+i, 60_000)
			sent[envelope(100+i).From] = raw
			wg.Go(func() {
				r := io.MultiReader(bytes.NewReader(raw[:50_000]), readerFunc(func([]byte) (int, error) { <-hold; return 0, io.EOF }))
				_, err := s.Put(context.Background(), envelope(100+i), r)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					t.Error("a mail was acknowledged by a spool that was closed")
				}
			})
		}
		after := t.TempDir()
		if err := d.cut(after, rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "sectors"), 1))); err != nil {
			rt.Fatal(err)
		}
		_ = s.Close()
		close(hold)
		wg.Wait()

		again, err := OpenSpool(after, SpoolOptions{SegmentSize: 64 << 10, MaxMail: 1})
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { _ = again.Close() }()
		found := waiting(t, again)
		for from := range owed {
			if _, ok := found[from]; !ok {
				rt.Fatalf("the mail of %s is lost", from)
			}
		}
		for from, raw := range found {
			if !bytes.Equal(raw, sent[from]) {
				rt.Fatalf("the mail of %s is not what was put", from)
			}
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// cuttableDisk remembers what of each file is on stable storage.
type cuttableDisk struct {
	osDisk
	mu    sync.Mutex
	files map[string]*cuttableFile
	marks map[string][]byte
}

type cuttableFile struct {
	file
	d       *cuttableDisk
	stable  []byte
	pending []pendingWrite
}

type pendingWrite struct {
	off int64
	b   []byte
}

func (d *cuttableDisk) Create(path string, size int64) (file, error) {
	f, err := d.osDisk.Create(path, size)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	c := &cuttableFile{file: f, d: d, stable: make([]byte, size)}
	d.files[path] = c
	return c, nil
}

func (d *cuttableDisk) Append(path string, b []byte) error {
	d.mu.Lock()
	d.marks[path] = append(d.marks[path], b...)
	d.mu.Unlock()
	return d.osDisk.Append(path, b)
}

func (d *cuttableDisk) Remove(path string) error {
	d.mu.Lock()
	delete(d.files, path)
	delete(d.marks, path)
	d.mu.Unlock()
	return d.osDisk.Remove(path)
}

func (f *cuttableFile) WriteAt(b []byte, off int64) (int, error) {
	f.d.mu.Lock()
	if end := int(off) + len(b); end > len(f.stable) {
		f.stable = append(f.stable, make([]byte, end-len(f.stable))...)
	}
	f.pending = append(f.pending, pendingWrite{off, bytes.Clone(b)})
	f.d.mu.Unlock()
	return f.file.WriteAt(b, off)
}

func (f *cuttableFile) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	for _, w := range f.pending {
		copy(f.stable[w.off:], w.b)
	}
	f.pending = nil
	return f.file.Sync()
}

// cut writes what is left after a power cut to dir.
func (d *cuttableDisk) cut(dir string, rnd *rand.Rand) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	const sector = 512
	for path, f := range d.files {
		image := bytes.Clone(f.stable)
		for _, w := range f.pending {
			for i := 0; i < len(w.b); {
				n := min(len(w.b)-i, sector-int(w.off+int64(i))%sector)
				if rnd.IntN(2) == 0 {
					copy(image[int(w.off)+i:], w.b[i:i+n])
				}
				i += n
			}
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), image, 0o600); err != nil {
			return err
		}
	}
	for path, b := range d.marks {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), b[:rnd.IntN(len(b)+1)], 0o600); err != nil {
			return err
		}
	}
	return nil
}

// TestSpoolManyAtOnce puts and processes in parallel, some mails failing at
// first: each is done once, with the bytes it came with, and the files go.
func TestSpoolManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s := openSpool(t, dir, SpoolOptions{SegmentSize: 256 << 10, MaxMail: 1})
		ctx, cancel := context.WithCancel(t.Context())
		var mu sync.Mutex
		done, tried := map[string]int{}, map[string]int{}
		var run sync.WaitGroup
		run.Go(func() {
			_ = s.Run(ctx, 4, func(_ context.Context, d projectr.Delivery) error {
				mu.Lock()
				defer mu.Unlock()
				if d.Tries != tried[d.Envelope.From] {
					t.Errorf("%s: tries %d, want %d", d.Envelope.From, d.Tries, tried[d.Envelope.From])
				}
				tried[d.Envelope.From]++
				if len(d.Envelope.From)%3 == 0 && d.Tries < 2 {
					return errors.New("not yet")
				}
				done[d.Envelope.From]++
				return nil
			})
		})
		var puts sync.WaitGroup
		for g := range 20 {
			puts.Go(func() {
				for k := range 15 {
					i := g*100 + k
					putMail(t, s, i, rawMail(i, []int{10, 3000, 9000, 80_000, 200_000}[i%5]))
				}
			})
		}
		puts.Wait()
		for s.Waiting() > 0 {
			time.Sleep(time.Second)
		}
		cancel()
		run.Wait()
		if len(done) != 300 {
			t.Errorf("%d mails done, want 300", len(done))
		}
		for from, n := range done {
			if n != 1 {
				t.Errorf("%s done %d times", from, n)
			}
		}
		if left := segments(t, dir); len(left) != 1 {
			t.Errorf("%d segments left, want the one in use", len(left))
		}
	})
}

// TestSpoolBackOff follows one mail that never succeeds.
func TestSpoolBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openSpool(t, t.TempDir(), SpoolOptions{Jitter: func() float64 { return 0 }})
		putMail(t, s, 1, []byte("x"))
		start := time.Now()
		var at []time.Duration
		ctx, cancel := context.WithCancel(t.Context())
		_ = s.Run(ctx, 3, func(_ context.Context, d projectr.Delivery) error {
			if d.Tries != len(at) {
				t.Errorf("tries %d, want %d", d.Tries, len(at))
			}
			if at = append(at, time.Since(start)); len(at) == 12 {
				cancel()
			}
			return errors.New("no")
		})
		var sum time.Duration
		for i, want := range []time.Duration{0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
			if sum += want * time.Second; at[i] != sum {
				t.Errorf("attempt %d after %v, want %v", i, at[i], sum)
			}
		}
		if s.Waiting() != 1 {
			t.Errorf("%d mails wait, want 1", s.Waiting())
		}
	})
}

// TestSpoolAcceptsFirst lets mail come in faster than it is processed: work
// holds back while it does, but not for longer than maxLag, and not after.
func TestSpoolAcceptsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openSpool(t, t.TempDir(), SpoolOptions{disk: carelessDisk{}})
		ctx, cancel := context.WithCancel(t.Context())
		var done atomic.Int64
		var run sync.WaitGroup
		run.Go(func() {
			_ = s.Run(ctx, 4, func(context.Context, projectr.Delivery) error {
				time.Sleep(20 * time.Millisecond)
				done.Add(1)
				return nil
			})
		})
		come := func(n int, every time.Duration) (doneMeanwhile int64) {
			before := done.Load()
			for i := range n {
				putMail(t, s, i, []byte("x"))
				time.Sleep(every)
			}
			return done.Load() - before
		}
		if n := come(200, 10*time.Millisecond); n < 190 {
			t.Errorf("%d of 200 mails done while they came slowly", n)
		}
		if n := come(5*300, time.Second/300); n > 100 {
			t.Errorf("%d mails done in a rush of 5 s, want some 25", n)
		}
		come(5*300, time.Second/300)
		if n := come(5*300, time.Second/300); n < 800 {
			t.Errorf("%d mails done in 5 s when the oldest waited %v, want all that can be", n, maxLag)
		}
		left, start := s.Waiting(), time.Now()
		for s.Waiting() > 0 {
			time.Sleep(10 * time.Millisecond)
		}
		if took := time.Since(start); took > time.Duration(left)*5*time.Millisecond+2*time.Second {
			t.Errorf("%d mails took %v after the rush", left, took)
		}
		cancel()
		run.Wait()
	})
}

// carelessDisk does not wait for syncs, which a fake clock does not see.
type carelessDisk struct{ osDisk }

func (d carelessDisk) Create(path string, size int64) (file, error) {
	f, err := d.osDisk.Create(path, size)
	return carelessFile{f}, err
}

type carelessFile struct{ file }

func (carelessFile) Sync() error { return nil }

// TestSpoolKeepsTries counts attempts across restarts, but not one that was
// only interrupted by the end.
func TestSpoolKeepsTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s := openSpool(t, dir, SpoolOptions{})
		putMail(t, s, 1, []byte("x"))
		for _, step := range []struct {
			interrupted bool
			tries       int
		}{{true, 0}, {false, 0}, {true, 1}, {false, 1}, {false, 2}} {
			ctx, cancel := context.WithCancel(t.Context())
			var run sync.WaitGroup
			run.Go(func() {
				_ = s.Run(ctx, 1, func(ctx context.Context, d projectr.Delivery) error {
					if d.Tries != step.tries {
						t.Errorf("tries %d, want %d", d.Tries, step.tries)
					}
					if step.interrupted {
						<-ctx.Done()
					}
					return errors.New("no")
				})
			})
			synctest.Wait()
			cancel()
			run.Wait()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openSpool(t, dir, SpoolOptions{})
		}
	})
}

func TestSpoolRefusesBeforeTheDiskIsFull(t *testing.T) {
	d := &smallDisk{}
	d.free.Store(100)
	now := time.Now()
	s := openSpool(t, t.TempDir(), SpoolOptions{MaxMail: 1000, disk: d, Now: func() time.Time { return now }})
	_, err := s.Put(t.Context(), envelope(1), iotest.ErrReader(errors.New("read although there is no room")))
	if projectr.KindOf(err) != projectr.Unavailable || s.Ready() == nil {
		t.Fatalf("put on a full disk: %v", err)
	}
	d.free.Store(2000)
	now = now.Add(time.Second)
	if err := s.Ready(); err != nil {
		t.Fatalf("not ready though there is room again: %v", err)
	}
	putMail(t, s, 1, []byte("x"))
}

type smallDisk struct {
	osDisk
	free atomic.Int64
}

func (d *smallDisk) Free(string) (int64, error) { return d.free.Load(), nil }

// TestSpoolMemoryIsBounded holds 100 large mails in the middle of their way in.
func TestSpoolMemoryIsBounded(t *testing.T) {
	s := openSpool(t, t.TempDir(), SpoolOptions{})
	const mails, size = 100, 4 << 20
	var wg, all sync.WaitGroup
	all.Add(mails)
	hold := make(chan struct{})
	for i := range mails {
		wg.Go(func() {
			r := io.MultiReader(io.LimitReader(zeros{}, size), readerFunc(func([]byte) (int, error) {
				all.Done()
				<-hold
				return 0, io.EOF
			}))
			if _, err := s.Put(t.Context(), envelope(i), r); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	close(hold)
	wg.Wait()
	if m.HeapAlloc > 64<<20 {
		t.Errorf("%d MiB in use with %d mails of %d MiB under way", m.HeapAlloc>>20, mails, size>>20)
	}
	if got := s.budget.Load(); got != bufferSpace {
		t.Errorf("buffer budget is %d when all is done, want %d", got, bufferSpace)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestParseKey(t *testing.T) {
	for _, k := range []string{"", "1", "1-", "-1", "1-2-3", "1-2 ", "01-2", "g-1", "1--2", "+1-2"} {
		if _, _, ok := parseKey(k); ok {
			t.Errorf("parseKey(%q) is ok", k)
		}
	}
	if seg, off, ok := parseKey(key(0xabc, 0x1f)); !ok || seg != 0xabc || off != 0x1f {
		t.Errorf("parseKey(key) = %x, %x, %v", seg, off, ok)
	}
}

// FuzzScan reads segments of any content.
func FuzzScan(f *testing.F) {
	b := make([]byte, headSize)
	head{mail: 1, kind: chunkRecord}.put(b)
	seal(b, 7)
	f.Add(b)
	f.Add(append([]byte("noise"), b...))
	f.Add(append(bytes.Clone(b), b[:20]...))
	f.Fuzz(func(t *testing.T, b []byte) {
		at := int64(-1)
		end, err := scan(bytes.NewReader(b), int64(len(b)), 7, func(off int64, h head, payload []byte) {
			if off <= at {
				t.Errorf("record at %d after one at %d", off, at)
			}
			at = off
			if int(h.length) != len(payload) || !bytes.Equal(payload, b[off+headSize:][:len(payload)]) {
				t.Error("payload is not what stands there")
			}
		})
		if err != nil || end > int64(len(b)) {
			t.Errorf("end %d of %d, %v", end, len(b), err)
		}
	})
}
