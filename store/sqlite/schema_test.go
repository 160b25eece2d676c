package sqlite_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"projectr"
	"projectr/store/sqlite"
)

var update = flag.Bool("update", false, "write the golden files anew")

// raw opens the file behind the driver's back.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestSchemaIsTheGoldenOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	open(t, path)
	rows, err := raw(t, path).Query(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_%' ORDER BY type DESC, name`)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		got.WriteString(s + ";\n\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/schema.sql"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the migrations add up to another schema than %s; run go test -update and look at the difference:\n%s", golden, got.String())
	}
}

func TestPragmas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	d := open(t, path)
	var mode string
	if err := raw(t, path).QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %q, %v", mode, err)
	}
	for name, want := range map[string]int{"synchronous": 2, "foreign_keys": 1, "temp_store": 2, "cache_size": -8000, "trusted_schema": 0, "busy_timeout": 5000} {
		for who, got := range d.Pragma(t, name) {
			if got != want {
				t.Errorf("PRAGMA %s of the %s is %d, want %d", name, who, got, want)
			}
		}
	}
}

func sum(t *testing.T, path string) [sha256.Size]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

// TestNewerSchemaIsRefused keeps invariant I-35: an older binary touches nothing.
func TestNewerSchemaIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	db := raw(t, path)
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (77, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	before := sum(t, path)
	_, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if want := "This data folder was written by a newer projectr (schema 77); use that version or restore a backup."; err == nil || projectr.MessageOf(err) != want {
		t.Errorf("open: %v, want %q", err, want)
	}
	if sum(t, path) != before {
		t.Error("the file was changed")
	}
}

func TestForeignFilesAreRefused(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	db := raw(t, other)
	if _, err := db.Exec(`CREATE TABLE theirs (x)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("This is no database.\n", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{other, text} {
		before := sum(t, path)
		_, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if want := "The database file in this data folder was not written by projectr."; err == nil || projectr.MessageOf(err) != want {
			t.Errorf("open %s: %v, want %q", filepath.Base(path), err, want)
		}
		if sum(t, path) != before {
			t.Errorf("%s was changed", filepath.Base(path))
		}
	}
	if _, err := sqlite.Open(t.Context(), filepath.Join(dir, "no", "such", "folder.db"), sqlite.Options{}); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("open in a folder that is not there: %v", err)
	}
}

// TestOnlyTheOwnerReads looks at the modes of all that the driver makes, and of
// what an earlier one left for all to read.
func TestOnlyTheOwnerReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	look := func(d *sqlite.Driver, when string) {
		t.Helper()
		if err := d.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			info, err := os.Stat(path + suffix)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != 0o600 {
				t.Errorf("%s: p.db%s has mode %o", when, suffix, got)
			}
		}
	}
	// It is so from its first moment, not made so later.
	never, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sqlite.Open(never, path, sqlite.Options{}); err == nil {
		t.Error("opened for a caller who gave up")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("before anything is in it: %v, %v", info, err)
	}
	d := open(t, path)
	look(d, "made anew")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Chmod(path+suffix, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	look(open(t, path), "opened beside another")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	look(open(t, path), "opened again")
}

// TestTwoStartAtOnce opens a fresh file by several handles at the same moment,
// as processes that are started together do.
func TestTwoStartAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			d, err := sqlite.Open(context.Background(), path, sqlite.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := d.Ready(context.Background()); err != nil {
				t.Error(err)
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
