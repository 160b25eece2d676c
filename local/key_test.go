package local

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"projectr"
)

func TestAKeyIsMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seal.key")
	keys := make([][]byte, 16)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], err = Key(path, 32, rand.Reader); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range keys {
		if len(k) != 32 || !bytes.Equal(k, keys[0]) || bytes.Equal(k, make([]byte, 32)) {
			t.Fatalf("keys differ or are none: %x, %x", k, keys[0])
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("kept as %v (%v)", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("beside it: %v (%v)", left, err)
	}
}

func TestWhatIsNoKeyIsRefusedAndLeft(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
	}{
		"short":              {"abc", 0o600},
		"long":               {strings.Repeat("k", 33), 0o600},
		"empty":              {"", 0o600},
		"readable by others": {strings.Repeat("k", 32), 0o644},
	} {
		path := filepath.Join(t.TempDir(), "seal.key")
		if err := os.WriteFile(path, []byte(c.content), c.mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Key(path, 32, rand.Reader); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != c.content {
			t.Errorf("%s: became %q (%v)", name, now, err)
		}
	}
	if _, err := Key(filepath.Join(t.TempDir(), "no", "folder"), 32, rand.Reader); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("without a folder: %v", err)
	}
}
