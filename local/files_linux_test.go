package local_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"projectr"
	"projectr/local"
)

// TestFilesOnAFullDisk fills a real file system, if it may make one.
func TestFilesOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("SKIPPED: needs root for a small file system: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
	f := &local.Files{Dir: dir}
	noise := make([]byte, 200_000)
	src := rand.NewChaCha8([32]byte{2})
	var kept []string
	var err error
	for range 50 {
		_, _ = src.Read(noise)
		sum := sha256.Sum256(noise)
		key := "org_a/" + hex.EncodeToString(sum[:])
		if err = f.Put(t.Context(), key, bytes.NewReader(noise)); err != nil {
			break
		}
		kept = append(kept, key)
	}
	if projectr.KindOf(err) != projectr.Unavailable || len(kept) == 0 {
		t.Fatalf("after %d blobs: %v, want Unavailable", len(kept), err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "org_a", "*", "*"))
	if err != nil || len(left) != len(kept) {
		t.Errorf("%d files, %v, for %d blobs", len(left), err, len(kept))
	}
	for _, key := range kept {
		r, err := f.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			t.Error(err)
		}
		h.Write(b.Bytes())
		if got := hex.EncodeToString(h.Sum(nil)); !strings.HasSuffix(key, got) {
			t.Errorf("%s reads as %s", key, got)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := os.Remove(left[0]); err != nil {
		t.Fatal(err)
	}
	if err := f.Put(t.Context(), "org_a/"+fmt.Sprintf("%064x", 1), strings.NewReader("small")); err != nil {
		t.Errorf("after there was room again: %v", err)
	}
}
