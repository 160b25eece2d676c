package sqlite

import (
	"context"
	"database/sql"

	"projectr"
	"projectr/store"
)

// maxKnown bounds how many mails of one likeness are compared.
const maxKnown = 50

const knownColumns = `e.id, e.state, coalesce(e.project_id, ''), e.thread_id, coalesce(t.project_id, ''), e.came_by, e.date, e.date_offset, e.content, e.print, e.topic, e.clue`

func (v view) known(q orgSQL, args ...any) (out []projectr.Known, err error) {
	err = v.each(q, func(r *sql.Rows) error {
		var k projectr.Known
		var date, minutes int64
		err := r.Scan(&k.ID, &k.State, &k.Project, &k.Thread.ID, &k.Thread.Project, &k.CameBy, &date, &minutes,
			&k.Likeness.Content, &k.Likeness.Print, &k.Likeness.Topic, &k.Likeness.Clue)
		k.Date = zoned(date, minutes)
		out = append(out, k)
		return err
	}, args...)
	return out, err
}

// Like is store.Driver's.
func (d *Driver) Like(ctx context.Context, s store.Scope, content string) (out []projectr.Known, err error) {
	err = d.read(ctx, s, func(v view) error {
		out, err = v.known(`SELECT `+knownColumns+` FROM emails e JOIN threads t ON t.org = e.org AND t.id = e.thread_id
			WHERE e.org = :org AND e.content = ? AND e.content <> '' AND e.copy_of IS NULL ORDER BY e.doc LIMIT ?`, content, maxKnown)
		return wrap("look for the same mail", err)
	})
	return out, err
}

// OnTopic is store.Driver's.
func (d *Driver) OnTopic(ctx context.Context, s store.Scope, topic string, from, to int64) (out []projectr.Known, err error) {
	err = d.read(ctx, s, func(v view) error {
		out, err = v.known(`SELECT `+knownColumns+` FROM emails e JOIN threads t ON t.org = e.org AND t.id = e.thread_id
			WHERE e.org = :org AND e.topic = ? AND e.topic <> '' AND e.date BETWEEN ? AND ? AND e.copy_of IS NULL ORDER BY e.date DESC, e.doc DESC LIMIT ?`,
			topic, from, to, maxKnown)
		return wrap("look for the same subject", err)
	})
	return out, err
}

// Arrive is store.Driver's.
func (d *Driver) Arrive(ctx context.Context, s store.Scope, id projectr.EmailID, a projectr.Arrival, entry projectr.AuditEntry) (bool, error) {
	fresh := false
	err := d.change(ctx, s, &entry, func(_ *txn, v view) (bool, error) {
		to, err := v.original(id)
		if err != nil {
			return false, err
		}
		var n int
		err = v.one(`SELECT count(*) FROM arrivals WHERE org = :org AND email_id = ? AND via = ?`, []any{string(to), string(a.EmailID)}, &n)
		if err != nil || n > 0 {
			return false, wrap("look for arrival", err)
		}
		fresh = true
		return true, v.addArrival(to, a)
	})
	return fresh && err == nil, err
}

// Senders is store.Driver's.
func (d *Driver) Senders(ctx context.Context, s store.Scope) (rules []projectr.SenderRule, err error) {
	err = d.read(ctx, s, func(v view) error {
		return wrap("read senders", v.each(`SELECT id, pattern, allow, by, created_at FROM senders WHERE org = :org ORDER BY created_at DESC, id`, func(r *sql.Rows) error {
			var x projectr.SenderRule
			var at int64
			err := r.Scan(&x.ID, &x.Pattern, &x.Allow, &x.By, &at)
			x.CreatedAt = moment(at)
			rules = append(rules, x)
			return err
		}))
	})
	return rules, err
}

// PutSender is store.Driver's.
func (d *Driver) PutSender(ctx context.Context, s store.Scope, r projectr.SenderRule, a projectr.AuditEntry) (kept projectr.SenderRule, err error) {
	kept = r
	err = d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		return true, wrap("keep sender", v.one(`INSERT INTO senders (org, id, pattern, allow, by, created_at) VALUES (:org, ?, ?, ?, ?, ?)
			ON CONFLICT (org, pattern) DO UPDATE SET allow = excluded.allow, by = excluded.by, created_at = excluded.created_at RETURNING id`,
			[]any{string(r.ID), r.Pattern, r.Allow, r.By, micros(r.CreatedAt)}, &kept.ID))
	})
	return kept, err
}

var errNoSender = notFound("sender rule")

// DropSender is store.Driver's.
func (d *Driver) DropSender(ctx context.Context, s store.Scope, id projectr.SenderID, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		n, err := v.exec(`DELETE FROM senders WHERE org = :org AND id = ?`, string(id))
		if err == nil && n == 0 {
			err = errNoSender
		}
		return true, wrap("drop sender", err)
	})
}

var errNoFileText = &projectr.Error{Kind: projectr.NotFound, Message: "The text of this file was not read."}

// FileText is store.Driver's.
func (d *Driver) FileText(ctx context.Context, s store.Scope, digest projectr.Digest) (f projectr.FileText, err error) {
	err = d.read(ctx, s, func(v view) error {
		var packed []byte
		err := v.one(`SELECT state, note, text FROM file_texts WHERE org = :org AND sha256 = ?`, []any{string(digest)}, &f.State, &f.Note, &packed)
		if err != nil {
			return or(err, errNoFileText)
		}
		text, err := d.dec.DecodeAll(packed, nil)
		f.Text = string(text)
		return wrap("unpack text of file", err)
	})
	return f, err
}
