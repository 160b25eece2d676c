// Package sqlitetest opens databases for tests of what stands on the store.
package sqlitetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"projectr/store/sqlite"
)

// blank is a database with its schema and nothing in it. To make one takes most of
// the time of a small test, so it is made once in a process.
var blank = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "projectr-blank-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "p.db")
	db, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// paths says where the databases lie that are open: *sqlite.Driver -> string.
var paths sync.Map

// Open returns a new, empty database in a folder of the test's own, closed when the test ends.
func Open(t testing.TB) *sqlite.Driver {
	t.Helper()
	return OpenWith(t, sqlite.Options{})
}

// OpenWith is Open with options.
func OpenWith(t testing.TB, opts sqlite.Options) *sqlite.Driver {
	t.Helper()
	b, err := blank()
	if err != nil {
		t.Fatal(err)
	}
	return OpenCopy(t, b, opts)
}

// OpenCopy opens a database that has what a database file had, in a folder of the
// test's own. What file was read from must have been closed before.
func OpenCopy(t testing.TB, file []byte, opts sqlite.Options) *sqlite.Driver {
	t.Helper()
	path := filepath.Join(t.TempDir(), "p.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(context.Background(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	paths.Store(db, path)
	t.Cleanup(func() {
		paths.Delete(db)
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Path returns where a database lies that was opened here.
func Path(t testing.TB, db *sqlite.Driver) string {
	t.Helper()
	path, ok := paths.Load(db)
	if !ok {
		t.Fatal("sqlitetest: this database was not opened here")
	}
	return path.(string)
}
