package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"projectr"
	"projectr/store"
)

// lettersKept is how long a letter that was sent is remembered, to count it.
const lettersKept = 24 * time.Hour

// letters keeps mails of ours to be sent, as part of a step. One like it that waits is
// enough.
func (t *txn) letters(ls []projectr.Letter) error {
	for _, l := range ls {
		if _, err := t.exec(`DELETE FROM letters WHERE sent_at <= ?`, micros(l.At.Add(-lettersKept))); err != nil {
			return wrap("drop old letters", err)
		}
		var org sql.NullInt64
		if l.Org != "" {
			if err := t.one(`SELECT num FROM orgs WHERE id = ?`, []any{string(l.Org)}, &org); err != nil {
				return wrap("look up organisation", or(err, errNoOrg))
			}
		}
		if _, err := t.exec(`INSERT INTO letters (kind, user_id, email, org, ref, at, due) SELECT ?1, nullif(?2, ''), ?3, ?4, ?5, ?6, ?7
			WHERE NOT EXISTS (SELECT 1 FROM letters WHERE kind = ?1 AND email = ?3 AND ref = ?5 AND user_id IS nullif(?2, '') AND org IS ?4 AND sent_at IS NULL)`,
			string(l.Kind), string(l.User), l.Email, org, l.Ref, micros(l.At), micros(l.Due)); err != nil {
			return wrap("keep letter", err)
		}
	}
	return nil
}

// PutLetters is store.Driver's.
func (d *Driver) PutLetters(ctx context.Context, ls []projectr.Letter) error {
	return d.write(ctx, func(t *txn) error { return t.letters(ls) })
}

// TakeLetters is store.Driver's. It writes only when there is something to take.
func (d *Driver) TakeLetters(ctx context.Context, now, until time.Time, limit int) (ls []projectr.Letter, err error) {
	err = d.look(ctx, func(c *conn) error {
		var due bool
		err := c.one(ctx, `SELECT 1 FROM letters WHERE sent_at IS NULL AND due <= ? LIMIT 1`, []any{micros(now)}, &due)
		if errors.Is(err, sql.ErrNoRows) {
			limit = 0
			return nil
		}
		return err
	})
	if err != nil || limit <= 0 {
		return nil, err
	}
	err = d.write(ctx, func(t *txn) error {
		ls = nil
		err := t.c.each(context.Background(), `SELECT l.n, l.kind, coalesce(l.user_id, ''), l.email, coalesce(o.id, ''), l.ref, l.at, l.tries
			FROM letters l LEFT JOIN orgs o ON o.num = l.org WHERE l.sent_at IS NULL AND l.due <= ? ORDER BY l.due, l.n LIMIT ?`, func(r *sql.Rows) error {
			var l projectr.Letter
			var at int64
			err := r.Scan(&l.N, &l.Kind, &l.User, &l.Email, &l.Org, &l.Ref, &at, &l.Tries)
			l.At, l.Due, l.Tries = moment(at), until, l.Tries+1
			ls = append(ls, l)
			return err
		}, micros(now), limit)
		if err != nil {
			return wrap("look for letters", err)
		}
		for _, l := range ls {
			if _, err := t.exec(`UPDATE letters SET due = ?, tries = ? WHERE n = ?`, micros(until), l.Tries, l.N); err != nil {
				return wrap("take letters", err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ls, nil
}

// PostponeLetter is store.Driver's.
func (d *Driver) PostponeLetter(ctx context.Context, n int64, due time.Time) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`UPDATE letters SET due = ? WHERE n = ? AND sent_at IS NULL`, micros(due), n)
		return wrap("postpone letter", err)
	})
}

// SentLetter is store.Driver's.
func (d *Driver) SentLetter(ctx context.Context, n int64, at time.Time) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`UPDATE letters SET sent_at = ? WHERE n = ? AND sent_at IS NULL`, micros(at), n)
		return wrap("note letter", err)
	})
}

// PutLetterTicket is store.Driver's.
func (d *Driver) PutLetterTicket(ctx context.Context, n int64, hash string, k store.Ticket) error {
	return d.write(ctx, func(t *txn) error {
		var waits bool
		err := t.one(`SELECT 1 FROM letters WHERE n = ? AND user_id = ? AND sent_at IS NULL`, []any{n, string(k.User)}, &waits)
		if err != nil {
			return wrap("look up letter", or(err, notFound("letter")))
		}
		return t.putTicket(hash, k)
	})
}

// LettersTo is store.Driver's.
func (d *Driver) LettersTo(ctx context.Context, email string, kind projectr.LetterKind, since time.Time) (n int, last time.Time, err error) {
	var at sql.NullInt64
	err = d.look(ctx, func(c *conn) error {
		return c.one(ctx, `SELECT count(*), max(at) FROM letters WHERE email = ? AND kind = ? AND at >= ?`, []any{email, string(kind), micros(since)}, &n, &at)
	})
	return n, optionalMoment(at), err
}
