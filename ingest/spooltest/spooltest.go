// Package spooltest holds what every ingest.Spool keeps to, as sentences. A
// home's spool runs all of them in its own tests:
//
//	spooltest.Run(t, func(t testing.TB) spooltest.Home { ... })
package spooltest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"projectr"
	"projectr/ingest"
)

// Home is where a spool lives. Open opens the spool as a process does that
// starts; it is called again after Close, and after the spool was only left, as
// by a process that was killed.
type Home interface {
	Open(t testing.TB) ingest.Spool
	Close(t testing.TB, s ingest.Spool)
}

// Run runs the suite, each sentence in a new home.
func Run(t *testing.T, home func(t testing.TB) Home) {
	for _, s := range sentences {
		t.Run(s.says, func(t *testing.T) { s.check(t, home(t)) })
	}
}

var sentences = []struct {
	says  string
	check func(t *testing.T, h Home)
}{
	{"a mail is handed out once, with its bytes and its envelope", handedOutOnce},
	{"a mail of any size and of any bytes comes back as it was", anyBytes},
	{"mail that was put before Run is handed out oldest first", oldestFirst},
	{"a mail that could not be read to its end is not kept", brokenOff},
	{"an error brings the mail back, with the attempts counted", comesBack},
	{"what is not done is there after a restart, what is done is not", restart},
	{"what was put is there after a process was killed", killed},
	{"a mail that waits for another attempt does not hold up the others", noQueueing},
	{"at most so many mails are in work as there are workers", workers},
	{"when ctx ends, Run waits for the mails in work and returns nil", runEnds},
	{"many may put while others process", manyAtOnce},
	{"the same bytes put twice are two deliveries with one digest", twice},
	{"Open knows nothing of a delivery that is not there", unknown},
}

func envelope(i int) projectr.Envelope {
	return projectr.Envelope{
		From: fmt.Sprintf("s%d@sender.example", i), To: []string{"acme@in.example", fmt.Sprintf("globex+%d@in.example", i)},
		Remote: netip.MustParseAddr("192.0.2.7"), Helo: "sender.example", TLS: true,
		ReceivedAt: time.Date(2026, 3, 2, 8, 0, i, 1000, time.UTC),
	}
}

func raw(i, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(i), byte(n), byte(n >> 8)}).Read(b)
	return b
}

func put(t testing.TB, s ingest.Spool, i int, b []byte) projectr.Delivery {
	t.Helper()
	d, err := s.Put(t.Context(), envelope(i), bytes.NewReader(b))
	if err != nil {
		t.Errorf("put %d: %v", i, err)
	}
	return d
}

func read(s ingest.Spool, d projectr.Delivery) ([]byte, error) {
	r, err := s.Open(context.Background(), d)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, 1<<30))
	return b, errors.Join(err, r.Close())
}

// process runs s until handle was called n times and returned.
func process(t testing.TB, s ingest.Spool, n, workers int, handle func(context.Context, projectr.Delivery) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var mu sync.Mutex
	calls := 0
	err := s.Run(ctx, workers, func(ctx context.Context, d projectr.Delivery) error {
		err := handle(ctx, d)
		mu.Lock()
		defer mu.Unlock()
		if calls++; calls == n {
			time.AfterFunc(50*time.Millisecond, cancel) // one too many would come now
		} else if calls > n {
			t.Errorf("%s was handed out though only %d mails were to come", d.Key, n)
		}
		return err
	})
	if err != nil {
		t.Errorf("Run: %v", err)
	}
	if calls < n {
		t.Fatalf("%d mails were handed out, want %d", calls, n)
	}
}

func handedOutOnce(t *testing.T, h Home) {
	s := h.Open(t)
	defer h.Close(t, s)
	b := raw(1, 5000)
	d := put(t, s, 1, b)
	sum := sha256.Sum256(b)
	want := projectr.Delivery{Key: d.Key, Envelope: envelope(1), Digest: projectr.Digest(hex.EncodeToString(sum[:])), Size: 5000}
	if d.Key == "" || !reflect.DeepEqual(d, want) {
		t.Errorf("Put returned %+v, want %+v", d, want)
	}
	process(t, s, 1, 3, func(_ context.Context, got projectr.Delivery) error {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("handed out %+v, want %+v", got, want)
		}
		for range 2 { // it may be read again
			if back, err := read(s, got); err != nil || !bytes.Equal(back, b) {
				t.Errorf("other bytes came back, %v", err)
			}
		}
		return nil
	})
}

func anyBytes(t *testing.T, h Home) {
	s := h.Open(t)
	defer h.Close(t, s)
	sizes := []int{0, 1, 4095, 4096, 4097, 8192, 65_536, 262_144, 262_145, 1_000_000, 9_000_000}
	want := make(map[string][]byte)
	for i, n := range sizes {
		b := raw(i, n)
		var r io.Reader = bytes.NewReader(b)
		if n < 10_000 {
			r = iotest.OneByteReader(r)
		}
		d, err := s.Put(t.Context(), envelope(i), r)
		if err != nil {
			t.Fatalf("put %d bytes: %v", n, err)
		}
		want[d.Key] = b
	}
	if len(want) != len(sizes) {
		t.Errorf("%d keys for %d mails", len(want), len(sizes))
	}
	process(t, s, len(sizes), 2, func(_ context.Context, d projectr.Delivery) error {
		if b, err := read(s, d); err != nil || !bytes.Equal(b, want[d.Key]) || d.Size != int64(len(b)) {
			t.Errorf("%s: %d bytes, said %d, put %d, %v", d.Key, len(b), d.Size, len(want[d.Key]), err)
		}
		return nil
	})
}

func oldestFirst(t *testing.T, h Home) {
	s := h.Open(t)
	defer h.Close(t, s)
	var want, got []string
	for i := range 20 {
		want = append(want, put(t, s, i, raw(i, 100)).Key)
	}
	process(t, s, 20, 1, func(_ context.Context, d projectr.Delivery) error {
		got = append(got, d.Key)
		return nil
	})
	if !reflect.DeepEqual(got, want) {
		t.Errorf("handed out %v, put %v", got, want)
	}
}

func brokenOff(t *testing.T, h Home) {
	s := h.Open(t)
	broken := errors.New("the sender went away")
	for _, n := range []int{0, 100, 700_000} {
		if _, err := s.Put(t.Context(), envelope(1), io.MultiReader(bytes.NewReader(raw(1, n)), iotest.ErrReader(broken))); !errors.Is(err, broken) {
			t.Errorf("put %d bytes and an error: %v", n, err)
		}
	}
	put(t, s, 2, raw(2, 10))
	h.Close(t, s)
	s = h.Open(t)
	defer h.Close(t, s)
	process(t, s, 1, 2, func(_ context.Context, d projectr.Delivery) error {
		if d.Envelope.From != envelope(2).From {
			t.Errorf("handed out %+v", d)
		}
		return nil
	})
}

func comesBack(t *testing.T, h Home) {
	s := h.Open(t)
	defer h.Close(t, s)
	b := raw(1, 3000)
	put(t, s, 1, b)
	tries := 0
	process(t, s, 3, 2, func(_ context.Context, d projectr.Delivery) error {
		if d.Tries != tries {
			t.Errorf("tries %d, want %d", d.Tries, tries)
		}
		if back, err := read(s, d); err != nil || !bytes.Equal(back, b) {
			t.Errorf("attempt %d: other bytes came back, %v", tries, err)
		}
		if tries++; tries < 3 {
			return errors.New("not yet")
		}
		return nil
	})
}

func restart(t *testing.T, h Home) {
	s := h.Open(t)
	done, failed, waits := put(t, s, 1, raw(1, 400)), put(t, s, 2, raw(2, 400_000)), put(t, s, 3, raw(3, 50))
	ctx, cancel := context.WithCancel(t.Context())
	if err := s.Run(ctx, 1, func(ctx context.Context, d projectr.Delivery) error {
		switch d.Key {
		case done.Key:
			return nil
		case failed.Key:
			return errors.New("not yet")
		}
		cancel() // the process ends while the third is in work: that is no attempt
		return ctx.Err()
	}); err != nil {
		t.Errorf("Run: %v", err)
	}
	h.Close(t, s)
	s = h.Open(t)
	defer h.Close(t, s)
	got := make(map[string]int)
	process(t, s, 2, 1, func(_ context.Context, d projectr.Delivery) error {
		got[d.Key] = d.Tries
		return nil
	})
	if want := map[string]int{failed.Key: 1, waits.Key: 0}; !reflect.DeepEqual(got, want) {
		t.Errorf("after the restart: tries %v, want %v", got, want)
	}
}

func killed(t *testing.T, h Home) {
	left := h.Open(t) // and never closed, as far as the next knows
	d := put(t, left, 1, raw(1, 300_000))
	s := h.Open(t)
	process(t, s, 1, 1, func(_ context.Context, got projectr.Delivery) error {
		if got.Key != d.Key || got.Digest != d.Digest {
			t.Errorf("handed out %+v, put %+v", got, d)
		}
		return nil
	})
	h.Close(t, s)
	h.Close(t, left)
}

func noQueueing(t *testing.T, h Home) {
	s := h.Open(t)
	defer h.Close(t, s)
	bad := put(t, s, 1, raw(1, 10))
	for i := range 5 {
		put(t, s, 2+i, raw(2+i, 10))
	}
	var order []string
	process(t, s, 7, 1, func(_ context.Context, d projectr.Delivery) error {
		order = append(order, d.Key)
		if d.Key == bad.Key && d.Tries == 0 {
			return errors.New("not yet")
		}
		return nil
	})
	if order[0] != bad.Key || order[6] != bad.Key {
		t.Errorf("handed out %v; %s was to be first and last", order, bad.Key)
	}
}

func workers(t *testing.T, h Home) {
	s := h.Open(t)
	defer h.Close(t, s)
	for i := range 12 {
		put(t, s, i, raw(i, 10))
	}
	var mu sync.Mutex
	var now, most int
	process(t, s, 12, 3, func(context.Context, projectr.Delivery) error {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(10 * time.Millisecond)
		mu.Lock()
		now--
		mu.Unlock()
		return nil
	})
	if most > 3 {
		t.Errorf("%d mails were in work at once, 3 workers", most)
	}
}

func runEnds(t *testing.T, h Home) {
	s := h.Open(t)
	put(t, s, 1, raw(1, 10))
	ctx, cancel := context.WithCancel(t.Context())
	finished := false
	if err := s.Run(ctx, 2, func(ctx context.Context, _ projectr.Delivery) error {
		cancel()
		<-ctx.Done()
		time.Sleep(20 * time.Millisecond)
		finished = true
		return nil
	}); err != nil {
		t.Errorf("Run: %v", err)
	}
	if !finished {
		t.Error("Run returned while a mail was in work")
	}
	if err := s.Run(ctx, 2, func(context.Context, projectr.Delivery) error {
		t.Error("a mail was handed out after the end, or after it was done")
		return nil
	}); err != nil {
		t.Errorf("Run with a ctx that has ended: %v", err)
	}
	h.Close(t, s)
}

func manyAtOnce(t *testing.T, h Home) {
	s := h.Open(t)
	defer h.Close(t, s)
	var puts sync.WaitGroup
	var mu sync.Mutex
	want, got := make(map[string]projectr.Digest), make(map[string]projectr.Digest)
	for g := range 10 {
		puts.Go(func() {
			for k := range 10 {
				d := put(t, s, g, raw(10*g+k, 1000*k*k))
				mu.Lock()
				want[d.Key] = d.Digest
				mu.Unlock()
			}
		})
	}
	process(t, s, 100, 4, func(_ context.Context, d projectr.Delivery) error {
		b, err := read(s, d)
		sum := sha256.Sum256(b)
		if err != nil || hex.EncodeToString(sum[:]) != string(d.Digest) {
			t.Errorf("%s: other bytes came back, %v", d.Key, err)
		}
		mu.Lock()
		defer mu.Unlock()
		got[d.Key] = d.Digest
		return nil
	})
	puts.Wait()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d mails handed out, %d put", len(got), len(want))
	}
}

func twice(t *testing.T, h Home) {
	s := h.Open(t)
	defer h.Close(t, s)
	a, b := put(t, s, 1, raw(1, 100)), put(t, s, 1, raw(1, 100))
	if a.Key == b.Key || a.Digest != b.Digest {
		t.Errorf("%+v and %+v", a, b)
	}
	process(t, s, 2, 1, func(context.Context, projectr.Delivery) error { return nil })
}

func unknown(t *testing.T, h Home) {
	s := h.Open(t)
	defer h.Close(t, s)
	d := put(t, s, 1, raw(1, 100))
	for _, key := range []string{"", "x", d.Key + "0", "../" + d.Key, "ffffffff-0"} {
		if _, err := s.Open(t.Context(), projectr.Delivery{Key: key}); err == nil {
			t.Errorf("open %q: no error", key)
		}
	}
}
