package local_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/local"
	"projectr/store"
	"projectr/store/storetest"
)

func TestFiles(t *testing.T) {
	storetest.Blobs(t, func(t testing.TB) store.Blobs {
		return &local.Files{Dir: filepath.Join(t.TempDir(), "blobs")}
	})
}

const (
	someKey = "org_a/" + someSum
	someSum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

func filesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestFilesAreWhereTheManualSays(t *testing.T) {
	dir := t.TempDir()
	f := &local.Files{Dir: dir}
	if err := f.Put(context.Background(), someKey, strings.NewReader("raw")); err != nil {
		t.Fatal(err)
	}
	names := filesIn(t, dir)
	if want := "org_a/e3/" + someSum + ".zst"; len(names) != 1 || names[0] != want {
		t.Errorf("files %q, want only %q", names, want)
	}
	info, err := os.Stat(filepath.Join(dir, names[0]))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want only the owner to read it", info.Mode(), err)
	}
}

func TestAnotherProcessDeletesAnOrganisation(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	serving, command := &local.Files{Dir: dir}, &local.Files{Dir: dir}
	for range 2 { // the second time, the serving one has to make the folders anew
		if err := serving.Put(ctx, someKey, strings.NewReader("raw")); err != nil {
			t.Fatal(err)
		}
		if names := filesIn(t, dir); len(names) != 1 {
			t.Fatalf("files %q", names)
		}
		if err := command.DeleteAll(ctx, "org_a"); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Fatalf("left: %v, %v", left, err)
		}
	}
}

func TestAFailedPutLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	f := &local.Files{Dir: dir}
	err := f.Put(context.Background(), someKey, io.MultiReader(strings.NewReader("half"), broken{}))
	if err == nil {
		t.Fatal("the reader's error was swallowed")
	}
	if names := filesIn(t, dir); len(names) != 0 {
		t.Errorf("left behind: %q", names)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWhatACrashLeftIsSweptAfterADay(t *testing.T) {
	dir := t.TempDir()
	sub := filepath.Join(dir, "org_a", "e3")
	if err := os.MkdirAll(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	old, young := filepath.Join(sub, "tmp-old"), filepath.Join(sub, "tmp-young")
	for _, path := range []string{old, young} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(old)
	if err != nil {
		t.Fatal(err)
	}
	past := info.ModTime().Add(-25 * time.Hour)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	f := &local.Files{Dir: dir}
	if err := f.Put(context.Background(), someKey, strings.NewReader("raw")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("the old one is still there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("the young one may be somebody's: %v", err)
	}
}

func TestChangedBytesAreNotServed(t *testing.T) {
	dir := t.TempDir()
	f := &local.Files{Dir: dir}
	if err := f.Put(context.Background(), someKey, bytes.NewReader(bytes.Repeat([]byte("some line of a mail\r\n"), 100))); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, filesIn(t, dir)[0])
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"cut short":  func(b []byte) []byte { return b[:len(b)-3] },
		"bit turned": func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
	} {
		if err := os.WriteFile(path, change(bytes.Clone(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := f.Open(context.Background(), someKey)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err == nil {
			t.Errorf("%s: read without an error", name)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestADiskThatRefusesIsUnavailable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "not a folder")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := &local.Files{Dir: filepath.Join(file, "blobs")}
	if err := f.Put(context.Background(), someKey, strings.NewReader("raw")); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("put: %v, want Unavailable", err)
	}
}
