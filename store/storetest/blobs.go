package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"projectr"
	"projectr/store"
)

// Blobs tells of a store.Blobs whether it keeps the rules, one sentence a
// subtest. open returns an empty one.
func Blobs(t *testing.T, open func(testing.TB) store.Blobs) {
	for _, s := range []struct {
		name string
		test func(testing.TB, store.Blobs)
	}{
		{"what was put comes back bit for bit", blobRoundTrip},
		{"what is there already stays, and is not read again", blobOnce},
		{"an error of the reader keeps nothing", blobReaderFails},
		{"a caller who gives up keeps nothing", blobGivesUp},
		{"what is not there is not found", blobMissing},
		{"what was deleted is gone, and deleting again is no error", blobDelete},
		{"what is an organisation's goes at once, and again", blobDeleteAll},
		{"equal bytes of two organisations are two blobs", blobApart},
		{"many at once keep all", blobMany},
		{"a key leads nowhere else", blobKeys},
	} {
		t.Run(s.name, func(t *testing.T) { s.test(t, open(t)) })
	}
}

func keyOf(org string, b []byte) string {
	sum := sha256.Sum256(b)
	return org + "/" + hex.EncodeToString(sum[:])
}

func readBlob(t testing.TB, b store.Blobs, key string) []byte {
	t.Helper()
	r, err := b.Open(context.Background(), key)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	var got bytes.Buffer
	_, err = got.ReadFrom(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatalf("read: %v", err)
	}
	return got.Bytes()
}

func blobRoundTrip(t testing.TB, b store.Blobs) {
	random := make([]byte, 3<<20)
	src := rand.NewChaCha8([32]byte{1})
	if _, err := src.Read(random); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty": {}, "one byte": {0}, "text": bytes.Repeat([]byte("Received: from x\r\n"), 5000), "random": random,
	} {
		key := keyOf("org_a", data)
		// One byte at a time from the reader must do as well.
		if err := b.Put(context.Background(), key, smallReads{bytes.NewReader(data)}); err != nil {
			t.Fatalf("%s: put: %v", name, err)
		}
		if got := readBlob(t, b, key); !bytes.Equal(got, data) {
			t.Errorf("%s: %d bytes came back as %d others", name, len(data), len(got))
		}
	}
}

type smallReads struct{ r io.Reader }

func (s smallReads) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), 1000)]) }

func blobOnce(t testing.TB, b store.Blobs) {
	ctx, data := context.Background(), []byte("a mail")
	key := keyOf("org_a", data)
	if err := b.Put(ctx, key, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	if err := b.Put(ctx, key, failing{}); err != nil {
		t.Errorf("putting what is there: %v", err)
	}
	if got := readBlob(t, b, key); !bytes.Equal(got, data) {
		t.Errorf("it became %q", got)
	}
}

type failing struct{}

var errReader = errors.New("the reader broke")

func (failing) Read([]byte) (int, error) { return 0, errReader }

func blobReaderFails(t testing.TB, b store.Blobs) {
	ctx, data := context.Background(), bytes.Repeat([]byte("half of it "), 50000)
	key := keyOf("org_a", data)
	err := b.Put(ctx, key, io.MultiReader(bytes.NewReader(data[:len(data)/2]), failing{}))
	if !errors.Is(err, errReader) {
		t.Errorf("put: %v, want the reader's own error", err)
	}
	if _, err := b.Open(ctx, key); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("open: %v, want NotFound", err)
	}
	if err := b.Put(ctx, key, bytes.NewReader(data)); err != nil {
		t.Fatalf("put again: %v", err)
	}
	if got := readBlob(t, b, key); !bytes.Equal(got, data) {
		t.Error("what was put again is not what came back")
	}
}

func blobGivesUp(t testing.TB, b store.Blobs) {
	ctx, cancel := context.WithCancel(context.Background())
	data := []byte("a mail")
	key := keyOf("org_a", data)
	cancel()
	if err := b.Put(ctx, key, bytes.NewReader(data)); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v, want context.Canceled", err)
	}
	if _, err := b.Open(context.Background(), key); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("open: %v, want NotFound", err)
	}
}

func blobMissing(t testing.TB, b store.Blobs) {
	if _, err := b.Open(context.Background(), keyOf("org_a", []byte("never"))); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("open: %v, want NotFound", err)
	}
}

func blobDelete(t testing.TB, b store.Blobs) {
	ctx, data := context.Background(), []byte("a mail")
	key := keyOf("org_a", data)
	if err := b.Put(ctx, key, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Delete(ctx, key); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := b.Open(ctx, key); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("open: %v, want NotFound", err)
	}
}

func blobDeleteAll(t testing.TB, b store.Blobs) {
	ctx := context.Background()
	var keys []string
	put := func(org string) {
		t.Helper()
		for i := range 20 {
			data := fmt.Appendf(nil, "mail %d", i)
			key := keyOf(org, data)
			if err := b.Put(ctx, key, bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
			if org == "org_a" {
				keys = append(keys, key)
			}
		}
	}
	for _, org := range []string{"org_a", "org_ab", "org_", "org_b"} {
		put(org)
	}
	if err := b.Delete(ctx, keys[3]); err != nil { // as if it had been cut short
		t.Fatal(err)
	}
	given, cancel := context.WithCancel(ctx)
	cancel()
	if err := b.DeleteAll(given, "org_a"); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who gave up was told %v", err)
	}
	for range 2 {
		if err := b.DeleteAll(ctx, "org_a"); err != nil {
			t.Errorf("delete all: %v", err)
		}
	}
	for _, key := range keys {
		if _, err := b.Open(ctx, key); projectr.KindOf(err) != projectr.NotFound {
			t.Errorf("open %s: %v, want NotFound", key, err)
		}
	}
	for _, org := range []string{"org_ab", "org_", "org_b"} {
		for i := range 20 {
			data := fmt.Appendf(nil, "mail %d", i)
			if got := readBlob(t, b, keyOf(org, data)); !bytes.Equal(got, data) {
				t.Errorf("%q of %s came back as %q", data, org, got)
			}
		}
	}
	put("org_a") // and it can be used again
	if got := readBlob(t, b, keys[0]); string(got) != "mail 0" {
		t.Errorf("put again, it came back as %q", got)
	}
	if err := b.DeleteAll(ctx, "org_never"); err != nil {
		t.Errorf("delete all of nothing: %v", err)
	}
	for _, org := range []projectr.OrgID{"", ".", "..", "../org_b", "org_b/", "org_b/..", "/", "org_b\x00"} {
		if err := b.DeleteAll(ctx, org); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("delete all of %q: %v, want Invalid", org, err)
		}
	}
}

func blobApart(t testing.TB, b store.Blobs) {
	ctx, data := context.Background(), []byte("the same mail to both")
	for _, org := range []string{"org_a", "org_b"} {
		if err := b.Put(ctx, keyOf(org, data), bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Delete(ctx, keyOf("org_a", data)); err != nil {
		t.Fatal(err)
	}
	if got := readBlob(t, b, keyOf("org_b", data)); !bytes.Equal(got, data) {
		t.Error("deleting one organisation's took the other's")
	}
}

func blobMany(t testing.TB, b store.Blobs) {
	var wg sync.WaitGroup
	errs := make([]error, 64)
	for i := range errs {
		wg.Go(func() {
			data := fmt.Appendf(nil, "mail %d", i/2) // every second one twice
			errs[i] = b.Put(context.Background(), keyOf("org_a", data), bytes.NewReader(data))
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for i := range len(errs) / 2 {
		data := fmt.Appendf(nil, "mail %d", i)
		if got := readBlob(t, b, keyOf("org_a", data)); !bytes.Equal(got, data) {
			t.Errorf("%q came back as %q", data, got)
		}
	}
}

func blobKeys(t testing.TB, b store.Blobs) {
	ctx, sum := context.Background(), keyOf("", nil)[1:]
	for _, key := range []string{
		"", "/", sum, "org_a/", "org_a/" + sum[:63], "org_a/" + sum + "0", "/" + sum, "../" + sum, "org_a/../" + sum, "org_a/../../etc/passwd",
		"Org_A/" + sum, "org a/" + sum, "org\x00a/" + sum, "org_a\\x/" + sum, "org_a/" + sum + "\n", "./" + sum, "org_a//" + sum,
	} {
		if err := b.Put(ctx, key, bytes.NewReader(nil)); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("put under %q: %v, want Invalid", key, err)
		}
		if _, err := b.Open(ctx, key); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("open %q: %v, want Invalid", key, err)
		}
		if err := b.Delete(ctx, key); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("delete %q: %v, want Invalid", key, err)
		}
	}
}

// memory is a store.Blobs for tests of other things.
type memory struct {
	mu     sync.Mutex
	blobs  map[string][]byte
	broken error // what DeleteAll says instead
}

func (m *memory) DeleteAll(_ context.Context, org projectr.OrgID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken == nil {
		maps.DeleteFunc(m.blobs, func(key string, _ []byte) bool { return strings.HasPrefix(key, string(org)+"/") })
	}
	return m.broken
}

func (m *memory) Put(_ context.Context, key string, r io.Reader) error {
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.blobs == nil {
		m.blobs = map[string][]byte{}
	}
	m.blobs[key] = b.Bytes()
	return nil
}

func (m *memory) Open(_ context.Context, key string) (io.ReadCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.blobs[key]
	if !ok {
		return nil, &projectr.Error{Kind: projectr.NotFound, Message: "Nothing is there."}
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (m *memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.blobs, key)
	return nil
}
