package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"

	sqlite3 "modernc.org/sqlite/lib"

	"projectr"
	"projectr/store"
)

// maxBatch bounds what shares one commit, so that none of them waits long.
const maxBatch = 256

// writer owns the one connection that writes. It takes what waits, runs each
// request inside a savepoint of one transaction, commits once, and only then
// answers. There is no timer: a batch is what arrived during the last commit,
// so a lone write waits for nothing.
type writer struct {
	db    dialler
	c     *conn // nil after a fault, until the next batch
	queue chan *request
	stop  chan struct{}
	ended chan struct{}
	point func(string) error
}

// request is one atomic step that somebody waits for.
type request struct {
	run   func(*txn) error
	state atomic.Int32
	done  chan answer
}

const (
	waiting int32 = iota
	begun
	withdrawn
)

// answer is how a step ended. A panic in it is an assertion that failed: it is
// raised again where the step was asked for.
type answer struct {
	err   error
	panic any
}

// txn is what a step has of the batch's transaction.
type txn struct {
	c     *conn
	later []indexing
}

// indexing is work for the search index: a thing's words, folded. It is done once
// at the end of a batch: the index would otherwise write a segment for every
// savepoint.
type indexing struct {
	doc         int64
	title, text string
	drop        int64 // not 0: the things from doc to this one go from the index
}

var errClosed = &projectr.Error{Kind: projectr.Unavailable, Message: "The store is closed."}

func newWriter(ctx context.Context, db dialler, point func(string) error) (*writer, error) {
	if point == nil {
		point = func(string) error { return nil }
	}
	w := &writer{db: db, point: point, queue: make(chan *request, maxBatch), stop: make(chan struct{}), ended: make(chan struct{})}
	c, err := db.dial(ctx)
	if err != nil {
		return nil, err
	}
	w.c = c
	go w.loop()
	return w, nil
}

func (w *writer) close() error {
	close(w.stop)
	<-w.ended
	if w.c != nil {
		return w.c.close()
	}
	return nil
}

// do runs a step and returns when it is on stable storage or undone. A caller
// that gives up before its step has begun leaves nothing behind; one whose step
// has begun is told how it ended.
func (w *writer) do(ctx context.Context, run func(*txn) error) error {
	r := &request{run: run, done: make(chan answer, 1)}
	select {
	case w.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stop:
		return errClosed
	}
	var a answer
	select {
	case a = <-r.done:
	case <-ctx.Done():
		if r.state.CompareAndSwap(waiting, withdrawn) {
			return ctx.Err()
		}
		a = <-r.done
	case <-w.ended:
		select {
		case a = <-r.done:
		default:
			return errClosed
		}
	}
	if a.panic != nil {
		panic(a.panic)
	}
	return fault("write", a.err)
}

func (w *writer) loop() {
	defer close(w.ended)
	batch := make([]*request, 0, maxBatch)
	for {
		batch = batch[:0]
		select {
		case r := <-w.queue:
			batch = append(batch, r)
		case <-w.stop:
			return // what waits is told by do
		}
	more:
		for len(batch) < maxBatch {
			select {
			case r := <-w.queue:
				batch = append(batch, r)
			default:
				break more
			}
		}
		w.commit(batch)
	}
}

// commit runs a batch. Nobody is told of success before COMMIT has returned,
// and when it fails nobody is.
func (w *writer) commit(batch []*request) {
	ran := make([]*request, 0, len(batch))
	answers := make([]answer, 0, len(batch))
	for _, r := range batch {
		if r.state.CompareAndSwap(waiting, begun) {
			ran = append(ran, r)
		}
	}
	if len(ran) == 0 {
		return
	}
	err := w.begin()
	if err == nil {
		answers, err = w.steps(ran)
	}
	if err == nil {
		err = w.point("commit")
	}
	if err == nil {
		_, err = w.c.exec(context.Background(), "COMMIT")
	}
	if err != nil {
		w.abandon(err)
	} else if e := w.point("committed"); e != nil {
		err = e
	}
	for i, r := range ran {
		a := answer{err: err}
		if i < len(answers) && (err == nil || answers[i].panic != nil) {
			a = answers[i]
		}
		r.done <- a
	}
}

func (w *writer) begin() error {
	if err := w.point("begin"); err != nil {
		return err
	}
	if w.c == nil {
		c, err := w.db.dial(context.Background())
		if err != nil {
			return err
		}
		w.c = c
	}
	_, err := w.c.exec(context.Background(), "BEGIN IMMEDIATE")
	return err
}

// steps runs every request in a savepoint of its own: one that fails undoes
// itself alone. The error is of the transaction, which is then lost.
func (w *writer) steps(batch []*request) ([]answer, error) {
	ctx := context.Background()
	answers := make([]answer, len(batch))
	t := &txn{c: w.c}
	for i, r := range batch {
		if _, err := w.c.exec(ctx, "SAVEPOINT step"); err != nil {
			return answers, err
		}
		mark := len(t.later)
		answers[i] = step(r.run, t)
		if answers[i].err != nil || answers[i].panic != nil {
			t.later = t.later[:mark]
			// This fails when SQLite has rolled the whole transaction back, as
			// it may on a full disk: then none of the batch was kept.
			if _, err := w.c.exec(ctx, "ROLLBACK TO step"); err != nil {
				return answers, errors.Join(answers[i].err, err)
			}
		}
		if _, err := w.c.exec(ctx, "RELEASE step"); err != nil {
			return answers, err
		}
	}
	for _, x := range t.later {
		if err := t.index(x); err != nil {
			return answers, err
		}
	}
	return answers, nil
}

func step(run func(*txn) error, t *txn) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a.panic = p
		}
	}()
	return answer{err: run(t)}
}

// abandon undoes a transaction that could not be committed. After trouble with
// the disk the connection is given up as well: what SQLite and the kernel
// believe to be in the log after a failed sync must not be built on; a new
// connection begins from what is there.
func (w *writer) abandon(err error) {
	if w.c == nil {
		return
	}
	_, e := w.c.exec(context.Background(), "ROLLBACK")
	busy := code(err)&0xff == sqlite3.SQLITE_BUSY
	if !busy && (code(err) != 0 || e != nil) {
		_ = w.c.close() // the fault that matters is answered already
		w.c = nil
	}
}

func (t *txn) index(x indexing) error {
	if x.drop != 0 {
		_, err := t.c.exec(context.Background(), `DELETE FROM search WHERE rowid BETWEEN ? AND ?`, x.doc, x.drop)
		return err
	}
	org := x.doc >> orgBits
	_, err := t.c.exec(context.Background(), `INSERT OR REPLACE INTO search (rowid, title, text) VALUES (?, ?, ?)`, x.doc, terms(org, x.title), terms(org, x.text))
	return err
}

// write runs a step about accounts and the ways in.
func (d *Driver) write(ctx context.Context, fn func(*txn) error) error {
	return d.writer.do(ctx, fn)
}

// change runs a step about the scope's organisation and adds its audit entry,
// all or nothing. fn says whether anything was changed; if not, there is
// nothing to note.
func (d *Driver) change(ctx context.Context, s store.Scope, a *projectr.AuditEntry, fn func(*txn, view) (bool, error)) error {
	id := s.Org()
	noted := false
	err := d.writer.do(ctx, func(t *txn) error {
		num, err := d.num(context.Background(), t.c, id)
		if err != nil {
			return err
		}
		v := view{ctx: context.Background(), c: t.c, org: num, touched: new([]projectr.EmailID)}
		changed, err := fn(t, v)
		if err != nil || !changed || a == nil {
			return err
		}
		if err := v.relink(d, s.Link(), a.At); err != nil {
			return err
		}
		noted = true
		return v.note(*a)
	})
	if err == nil && noted {
		s.Noted()
	}
	return err
}

func (t *txn) exec(q sharedSQL, args ...any) (int64, error) {
	r, err := t.c.exec(context.Background(), string(q), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (t *txn) one(q sharedSQL, args []any, dest ...any) error {
	return t.c.one(context.Background(), q, args, dest...)
}

func (c *conn) one(ctx context.Context, q sharedSQL, args []any, dest ...any) error {
	rows, err := c.query(ctx, string(q), args...)
	return first(rows, err, dest)
}

func (c *conn) each(ctx context.Context, q sharedSQL, scan func(*sql.Rows) error, args ...any) error {
	rows, err := c.query(ctx, string(q), args...)
	return drain(rows, err, scan)
}

// must reports a step that changed no row where it had to.
func must(n int64, err, missing error) error {
	if err == nil && n == 0 {
		return missing
	}
	return err
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
