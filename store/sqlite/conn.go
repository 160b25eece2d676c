package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"projectr"
	"projectr/store"
)

// orgSQL is a statement about an organisation's data. It must name :org; what
// is bound to it comes from the Scope.
type orgSQL string

// sharedSQL is a statement about what belongs to no organisation: accounts,
// sessions, the ways in. It answers with accounts, ids and roles only.
type sharedSQL string

// conn is one connection with its prepared statements. It is used by one
// goroutine at a time.
type conn struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
	own   map[string]driver.Stmt // those run past database/sql
	said  func(string) string    // what is run for a statement
}

// dialler makes connections.
type dialler struct {
	db      *sql.DB
	rewrite func(string) string // Options.Rewrite
}

func (d dialler) dial(ctx context.Context) (*conn, error) {
	c, err := d.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	said := d.rewrite
	if said == nil {
		said = func(q string) string { return q }
	}
	return &conn{c: c, stmts: map[string]*sql.Stmt{}, own: map[string]driver.Stmt{}, said: said}, nil
}

// close ends the connection for good; it does not go back to a pool.
func (c *conn) close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	if len(c.own) > 0 {
		errs = append(errs, c.c.Raw(func(any) error {
			var errs []error
			for _, s := range c.own {
				errs = append(errs, s.Close())
			}
			return errors.Join(errs...)
		}))
	}
	errs = append(errs, c.c.Close())
	return errors.Join(errs...)
}

func (c *conn) prepare(q string) (*sql.Stmt, error) {
	if s, ok := c.stmts[q]; ok {
		return s, nil
	}
	s, err := c.c.PrepareContext(context.Background(), c.said(q))
	if err != nil {
		return nil, fmt.Errorf("prepare %.60q: %w", q, err)
	}
	c.stmts[q] = s
	return s, nil
}

func (c *conn) exec(ctx context.Context, q string, args ...any) (sql.Result, error) {
	s, err := c.prepare(q)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *conn) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	s, err := c.prepare(q)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// view is one moment of one organisation, for the time of one call.
type view struct {
	ctx context.Context
	c   *conn
	org int64

	touched *[]projectr.EmailID // in a step that changes: mails whose facts are to be tied anew
}

// bind puts the organisation's number among the arguments, where :org first
// stands. It panics on a statement that does not say whose rows it means.
func (v view) bind(q orgSQL, args []any) (string, []any) {
	at := strings.Index(string(q), ":org")
	if at < 0 {
		panic("sqlite: statement without :org: " + string(q))
	}
	before := strings.Count(string(q[:at]), "?")
	return string(q), slices.Insert(slices.Clone(args), min(before, len(args)), any(sql.Named("org", v.org)))
}

func (v view) exec(q orgSQL, args ...any) (int64, error) {
	text, args := v.bind(q, args)
	r, err := v.c.exec(v.ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// each calls scan for every row.
func (v view) each(q orgSQL, scan func(*sql.Rows) error, args ...any) error {
	text, args := v.bind(q, args)
	rows, err := v.c.query(v.ctx, text, args...)
	return drain(rows, err, scan)
}

// cells is a row as the driver gives it, taken from left to right. Tables are
// strict, so a cell is of its column's type or NULL, which is taken for the zero
// value. Long lists are read by it, past database/sql, whose locks and
// conversions cost about as much as the query.
type cells struct {
	v    []driver.Value
	next int
}

func (c *cells) take() driver.Value { c.next++; return c.v[c.next-1] }

func (c *cells) str() string { s, _ := c.take().(string); return s }

func (c *cells) num() int64 { n, _ := c.take().(int64); return n }

func (c *cells) real() float64 { f, _ := c.take().(float64); return f }

// opt returns a text, nil for NULL.
func (c *cells) opt() *string {
	if s, ok := c.take().(string); ok {
		return &s
	}
	return nil
}

// moment returns a time, nil for NULL.
func (c *cells) moment() *time.Time {
	if us, ok := c.take().(int64); ok {
		at := moment(us)
		return &at
	}
	return nil
}

// opt is cells.opt for an id.
func opt[T ~string](c *cells) *T {
	if s := c.opt(); s != nil {
		id := T(*s)
		return &id
	}
	return nil
}

// eachCells calls scan for every row. scan must not use the connection.
func (v view) eachCells(q orgSQL, scan func(*cells) error, args ...any) error {
	text, args := v.bind(q, args)
	values := make([]driver.NamedValue, len(args))
	for i, a := range args {
		values[i].Ordinal = i + 1
		if n, ok := a.(sql.NamedArg); ok {
			values[i].Name, a = n.Name, n.Value
		}
		var err error
		if values[i].Value, err = driver.DefaultParameterConverter.ConvertValue(a); err != nil {
			return err
		}
	}
	return v.c.c.Raw(func(dc any) (err error) {
		rows, err := v.c.direct(v.ctx, dc, text, values)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		c := cells{v: make([]driver.Value, len(rows.Columns()))}
		for {
			if err := rows.Next(c.v); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			c.next = 0
			if err := scan(&c); err != nil {
				return err
			}
		}
	})
}

// direct runs a query on the driver's own connection, prepared once.
func (c *conn) direct(ctx context.Context, dc any, q string, args []driver.NamedValue) (driver.Rows, error) {
	s, ok := c.own[q]
	if !ok {
		var err error
		if s, err = dc.(driver.Conn).Prepare(c.said(q)); err != nil {
			return nil, fmt.Errorf("prepare %.60q: %w", q, err)
		}
		c.own[q] = s
	}
	return s.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// one reads the first row into dest; sql.ErrNoRows when there is none.
func (v view) one(q orgSQL, args []any, dest ...any) error {
	text, args := v.bind(q, args)
	rows, err := v.c.query(v.ctx, text, args...)
	return first(rows, err, dest)
}

func drain(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := scan(rows); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

func first(rows *sql.Rows, err error, dest []any) error {
	found := false
	err = drain(rows, err, func(r *sql.Rows) error {
		if found {
			return nil
		}
		found = true
		return r.Scan(dest...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// look runs fn on a read connection, in one moment of the database.
func (d *Driver) look(ctx context.Context, fn func(*conn) error) (err error) {
	var c *conn
	select {
	case c = <-d.readers:
	case <-ctx.Done():
		return ctx.Err()
	case <-d.closed:
		return errClosed
	}
	defer func() { d.readers <- c }()
	if c.c == nil { // it was dropped after a fault
		fresh, err := d.reading.dial(ctx)
		if err != nil {
			return fault("connect", err)
		}
		*c = *fresh
	}
	if _, err := c.exec(context.Background(), "BEGIN"); err != nil {
		return d.drop(c, err)
	}
	err = fn(c)
	// The end of a read must not depend on the caller's patience.
	if _, e := c.exec(context.Background(), "ROLLBACK"); e != nil {
		return d.drop(c, errors.Join(err, e))
	}
	return fault("read", err)
}

func (d *Driver) drop(c *conn, err error) error {
	e := c.close()
	*c = conn{}
	return fault("read", errors.Join(err, e))
}

// read runs fn on one moment of the scope's organisation.
func (d *Driver) read(ctx context.Context, s store.Scope, fn func(view) error) error {
	id := s.Org()
	return d.look(ctx, func(c *conn) error {
		num, err := d.num(ctx, c, id)
		if err != nil {
			return err
		}
		d.nums.Store(id, num) // what a read sees is committed
		return fn(view{ctx: ctx, c: c, org: num})
	})
}

// num returns the number that stands for an organisation in keys.
func (d *Driver) num(ctx context.Context, c *conn, id projectr.OrgID) (int64, error) {
	if n, ok := d.nums.Load(id); ok {
		return n.(int64), nil
	}
	var n int64
	err := c.one(ctx, `SELECT num FROM orgs WHERE id = ?`, []any{string(id)}, &n)
	return n, or(err, errNoOrg)
}

func notFound(what string) error {
	return &projectr.Error{Kind: projectr.NotFound, Message: "No such " + what + "."}
}

var errNoOrg = notFound("organisation")

// or returns missing for the error of a query that found no row.
func or(err, missing error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return missing
	}
	return err
}

// fault gives an error of the database its kind: what may go away by itself is
// Unavailable, a row that points nowhere is NotFound, the rest is ours.
func fault(doing string, err error) error {
	var known *projectr.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	switch code(err) & 0xff {
	case sqlite3.SQLITE_FULL:
		return &projectr.Error{Kind: projectr.Unavailable, Message: "There is no room left on the disk. Try again later.", Err: fmt.Errorf("%s: %w", doing, err)}
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_PROTOCOL:
		return &projectr.Error{Kind: projectr.Unavailable, Message: "The database cannot be used just now. Try again in a moment.", Err: fmt.Errorf("%s: %w", doing, err)}
	}
	if code(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return &projectr.Error{Kind: projectr.NotFound, Message: "Something this belongs to is not there any more.", Err: fmt.Errorf("%s: %w", doing, err)}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// code returns SQLite's extended result code in err's chain, 0 if none.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// taken reports whether err says that a key exists already.
func taken(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || c == sqlite3.SQLITE_CONSTRAINT_UNIQUE
}
