// Package sqlite keeps what organisations own in one SQLite file.
//
// It is a store.Driver: read that interface first, it says what each method
// promises. What is particular here:
//
//   - A write is answered when it is on stable storage. One connection writes;
//     what arrives while a commit is being synced shares the next one
//     (writer.go).
//   - Reads have connections of their own and see one moment each (conn.go).
//   - A statement about an organisation's data is an orgSQL, which must name
//     :org; the number bound to it comes from the Scope alone (conn.go).
//   - Sums that pages need at once are kept with the rows they count
//     (tally.go).
//   - The schema grows by the files in migrations; testdata/schema.sql is what
//     they add up to.
//
// Several processes may have the file open: commands beside a running server
// wait for each other's writes by SQLite's own locks. The file must be on a
// local file system.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"projectr"
	"projectr/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks the file as ours (PRAGMA application_id), see migration 1.
const applicationID = 0x706a7472

// Options are what can be chosen about a Driver. The zero value is fit for use.
type Options struct {
	// Readers is how many reads can run at once; 0 means 4. Each has a page
	// cache of 8 MB at most.
	Readers int
	// Busy is how long to wait for another process's write before a write is
	// refused as Unavailable; 0 means 5 seconds.
	Busy time.Duration
	// Fault, when set, is asked at named points of a write, for tests of what
	// must hold when things go wrong there: "begin", "commit", "committed". An
	// error it returns is taken for the disk's.
	Fault func(point string) error
	// Rewrite, when set, is given each statement before it is prepared and says
	// what is prepared in its place, for tests of what a statement's condition is
	// worth. It may be called by several connections at once. What it returns must
	// have the same parameters.
	Rewrite func(statement string) string
}

// Driver is a store.Driver on one SQLite file.
type Driver struct {
	writer  *writer
	readers chan *conn // idle ones; all of them when nobody reads
	dialled int        // how many there are
	closed  chan struct{}
	close   func() error
	db      *sql.DB // for reading
	wdb     *sql.DB // for the writer
	reading dialler // of db

	nums  sync.Map // projectr.OrgID -> int64; a number is never used twice
	zones sync.Map // string -> *time.Location

	enc *zstd.Encoder
	dec *zstd.Decoder
}

var _ store.Driver = (*Driver)(nil)

// Open opens the file at path, makes it when there is none, and brings its
// schema up to date. A file that a newer projectr wrote, or that is not ours,
// is an error with a sentence, and nothing of it is touched. Nobody but the
// file's owner can read it, whatever its folder allows.
func Open(ctx context.Context, path string, opts Options) (*Driver, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if opts.Readers <= 0 {
		opts.Readers = 4
	}
	if opts.Busy <= 0 {
		opts.Busy = 5 * time.Second
	}
	makeFile(abs)
	d := &Driver{readers: make(chan *conn, opts.Readers), closed: make(chan struct{})}
	d.close = sync.OnceValue(d.shut)
	if d.enc, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest)); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if d.dec, err = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxBody)); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if d.wdb, err = sql.Open("sqlite", dsn(abs, opts.Busy, false)); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if d.db, err = sql.Open("sqlite", dsn(abs, opts.Busy, true)); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := d.start(ctx, abs, opts); err != nil {
		return nil, errors.Join(fault("open database", err), d.Close())
	}
	return d, nil
}

func (d *Driver) start(ctx context.Context, path string, opts Options) error {
	if err := migrate(ctx, d.wdb); err != nil {
		return err
	}
	if err := ownersAlone(path); err != nil {
		return err
	}
	// A connection that is given up is closed, not kept for the next who asks.
	d.wdb.SetMaxIdleConns(-1)
	d.db.SetMaxIdleConns(-1)
	w, err := newWriter(ctx, dialler{d.wdb, opts.Rewrite}, opts.Fault)
	if err != nil {
		return err
	}
	d.writer = w
	d.reading = dialler{d.db, opts.Rewrite}
	for range opts.Readers {
		c, err := d.reading.dial(ctx)
		if err != nil {
			return err
		}
		d.readers <- c
		d.dialled++
	}
	return nil
}

// ownerOnly is the mode of the database file and its log.
const ownerOnly = 0o600

// makeFile makes an empty database file where there is none: SQLite would make it
// for all to read, and gives its log the mode of the file. The file is closed
// before it gets its name, because closing one that SQLite has open in this
// process would end SQLite's locks. Where that cannot be done, SQLite says what
// is wrong, or ownersAlone mends it.
func makeFile(path string) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*.db") // its mode is ownerOnly
	if err != nil {
		return
	}
	if f.Close() == nil {
		_ = os.Link(f.Name(), path) // another process may have been first
	}
	_ = os.Remove(f.Name())
}

// ownersAlone takes the file and its log from everybody but their owner, where an
// earlier version or a copy left them open.
func ownersAlone(path string) error {
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err == nil && info.Mode().Perm()&^ownerOnly != 0 {
			err = os.Chmod(name, ownerOnly)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &projectr.Error{Kind: projectr.Invalid, Err: err,
				Message: "Others can read the database file " + name + ", and its mode cannot be changed: make it yours alone (chmod 600)."}
		}
	}
	return nil
}

// dsn says how a connection is made. The path is escaped: a "?" in a folder's
// name is no parameter.
func dsn(path string, busy time.Duration, readOnly bool) string {
	q := url.Values{}
	if readOnly {
		q.Set("mode", "ro")
	}
	pragmas := []string{
		fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()),
		"foreign_keys(1)",
		"synchronous(FULL)", // what was answered survives a power cut
		"cache_size(-8000)", // 8 MB
		"temp_store(MEMORY)",
		"secure_delete(FAST)",
		"trusted_schema(0)",
		"journal_size_limit(67108864)", // the log shrinks again after a burst
	}
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// Close waits for the reads and writes that have begun, refuses those that wait,
// and closes the file. Closing again does nothing.
func (d *Driver) Close() error { return d.close() }

func (d *Driver) shut() error {
	close(d.closed)
	var errs []error
	if d.writer != nil {
		errs = append(errs, d.writer.close())
	}
	for range d.dialled {
		if c := <-d.readers; c.c != nil {
			errs = append(errs, c.close())
		}
	}
	d.dec.Close()
	errs = append(errs, d.enc.Close(), d.db.Close(), d.wdb.Close())
	return errors.Join(errs...)
}

// Ready reports whether the file can be read and written now.
func (d *Driver) Ready(ctx context.Context) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`UPDATE orgs SET num = num WHERE num = 0`)
		return err
	})
}

// migrate brings the schema up to date, or says why it cannot.
func migrate(ctx context.Context, db *sql.DB) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, sub, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	// Two processes may start at once on a fresh folder: one of them loses,
	// looks again and finds the work done.
	for try := 0; ; try++ {
		have, err := schemaVersion(ctx, db)
		switch {
		case err != nil:
			return err
		case have == newest:
			return nil
		case have > newest:
			return &projectr.Error{Kind: projectr.Conflict, Message: fmt.Sprintf(
				"This data folder was written by a newer projectr (schema %d); use that version or restore a backup.", have)}
		}
		if have == 0 { // it stays so: the mode is written into the file
			_, err = db.ExecContext(ctx, `PRAGMA journal_mode = WAL`)
		}
		if err == nil {
			_, err = p.Up(ctx)
		}
		if err != nil && try == 20 {
			return fmt.Errorf("bring the schema up to date: %w", err)
		}
		if err != nil {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
}

// schemaVersion returns the number of the last migration; 0 for a new file.
func schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var id, tables, version int64
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&id); err != nil {
		if strings.Contains(err.Error(), "not a database") {
			return 0, errNotOurs
		}
		return 0, err
	}
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`).Scan(&tables); err != nil {
		return 0, err
	}
	switch {
	case tables == 0:
		return 0, nil
	case id != applicationID:
		return 0, errNotOurs
	}
	err := db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&version)
	return version, err
}

var errNotOurs = &projectr.Error{Kind: projectr.Conflict, Message: "The database file in this data folder was not written by projectr."}
