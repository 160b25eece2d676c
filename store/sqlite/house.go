package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"projectr"
	"projectr/store"
)

// noteHouse adds an entry to the house's own audit log.
func (t *txn) noteHouse(a projectr.AuditEntry) error {
	var n int64
	var prev []byte
	err := t.one(`SELECT n, hash FROM house_audit WHERE n = (SELECT max(n) FROM house_audit)`, nil, &n, &prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return wrap("read the house's audit log", err)
	}
	n++
	a = sealed(a)
	_, err = t.exec(`INSERT INTO house_audit (n, at, actor_kind, actor_id, actor_name, action, target, route, outcome, request, note, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		n, micros(a.At), a.Actor.Kind, a.Actor.ID, a.Actor.Name, a.Action, a.Target, a.Route, string(a.Outcome), a.Request, a.Note, auditHash(form2, prev, n, a))
	return wrap("add to the house's audit log", err)
}

// noteEach adds an entry to the audit log of each organisation of an account.
func (t *txn) noteEach(u projectr.UserID, a projectr.AuditEntry) error {
	var orgs []int64
	if err := t.c.each(context.Background(), `SELECT org FROM members WHERE user_id = ? ORDER BY org`, func(r *sql.Rows) error {
		var org int64
		err := r.Scan(&org)
		orgs = append(orgs, org)
		return err
	}, string(u)); err != nil {
		return wrap("list memberships", err)
	}
	for _, org := range orgs {
		if err := (view{ctx: context.Background(), c: t.c, org: org}).note(a); err != nil {
			return err
		}
	}
	return nil
}

// forgetName takes the name of an account that goes out of the audit logs; what it
// did stays under its id. Entries of form 1 keep it: their hash covers it.
func (t *txn) forgetName(u projectr.UserID) error {
	_, err := t.exec(`UPDATE audit SET actor_name = '' WHERE org IN (SELECT num FROM orgs) AND actor_id = ? AND form = 2`, string(u))
	if err == nil {
		_, err = t.exec(`UPDATE house_audit SET actor_name = '' WHERE actor_id = ?`, string(u))
	}
	return wrap("forget a name", err)
}

// PutHouseAudit is store.Driver's.
func (d *Driver) PutHouseAudit(ctx context.Context, a projectr.AuditEntry, of projectr.UserID) error {
	return d.write(ctx, func(t *txn) error {
		if err := t.noteHouse(a); err != nil || of == "" {
			return err
		}
		return t.noteEach(of, a)
	})
}

// HouseAudit is store.Driver's.
func (d *Driver) HouseAudit(ctx context.Context, f projectr.AuditFilter) (projectr.List[projectr.AuditEntry], error) {
	l := listOf[projectr.AuditEntry](view{}, "house audit", f.Page, 1, 0)
	at, err := l.after(f.Page.After)
	if err != nil {
		return l.done(), err
	}
	where, args := auditFilter(f)
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, sharedSQL(`SELECT `+auditColumns+` FROM house_audit WHERE n < ?`+where+` ORDER BY n DESC LIMIT ?`), scanAudit(&l),
			append(append([]any{at.num(0)}, args...), f.Page.Limit+1)...)
	})
	return l.done(), err
}

// VerifyHouseAudit is store.Driver's.
func (d *Driver) VerifyHouseAudit(ctx context.Context) (projectr.AuditCheck, error) {
	var c chain
	err := d.look(ctx, func(x *conn) error {
		return x.each(ctx, `SELECT 2, hash, `+auditColumns+` FROM house_audit ORDER BY n`, c.follow)
	})
	return c.check(), err
}

// Rights is store.Driver's.
func (d *Driver) Rights(ctx context.Context) (n int64, err error) {
	err = d.look(ctx, func(c *conn) error {
		return wrap("read the counter of rights", c.one(ctx, `SELECT n FROM house WHERE name = 'rights'`, nil, &n))
	})
	return n, err
}

var errNoOperator = &projectr.Error{Kind: projectr.Forbidden, Message: "Only an operator enters an organisation that is not theirs."}

// BeginVisit is store.Driver's.
func (d *Driver) BeginVisit(ctx context.Context, s store.Scope, x projectr.Visit, a projectr.AuditEntry) (name string, err error) {
	err = d.change(ctx, s, nil, func(t *txn, v view) (bool, error) {
		err := t.one(`SELECT name FROM users WHERE id = ? AND operator = 1 AND disabled = 0`, []any{string(x.User)}, &name)
		if err != nil {
			return false, or(err, errNoOperator)
		}
		if _, err := t.exec(`DELETE FROM visits WHERE user_id = ? AND expires_at <= ?`, string(x.User), micros(x.At)); err != nil {
			return false, wrap("drop old visits", err)
		}
		if _, err := v.exec(`INSERT INTO visits (org, user_id, why, at, expires_at) VALUES (:org, ?, ?, ?, ?)
			ON CONFLICT (org, user_id) DO UPDATE SET why = excluded.why, at = excluded.at, expires_at = excluded.expires_at`,
			string(x.User), x.Why, micros(x.At), micros(x.ExpiresAt)); err != nil {
			return false, wrap("begin visit", err)
		}
		if err := v.tellAdmins(projectr.LetterOperator, string(x.User), x.At); err != nil {
			return false, err
		}
		a.Actor.Name = name
		if err := t.noteHouse(a); err != nil {
			return false, err
		}
		return true, v.note(a)
	})
	return name, err
}

// tellAdmins keeps a letter to each admin who can sign in.
func (v view) tellAdmins(kind projectr.LetterKind, ref string, at time.Time) error {
	_, err := v.exec(`INSERT INTO letters (kind, user_id, email, org, ref, at, due)
		SELECT ?, u.id, '', m.org, ?, ?, ? FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.org = :org AND m.role = 'admin' AND u.disabled = 0`, string(kind), ref, micros(at), micros(at))
	return wrap("write to the admins", err)
}

var errNoVisit = notFound("visit")

// EndVisit is store.Driver's.
func (d *Driver) EndVisit(ctx context.Context, s store.Scope, u projectr.UserID, a projectr.AuditEntry) error {
	return d.change(ctx, s, nil, func(t *txn, v view) (bool, error) {
		if err := v.one(`DELETE FROM visits WHERE org = :org AND user_id = ? RETURNING (SELECT name FROM users WHERE id = user_id)`,
			[]any{string(u)}, &a.Actor.Name); err != nil {
			return false, wrap("end visit", or(err, errNoVisit))
		}
		if err := t.noteHouse(a); err != nil {
			return false, err
		}
		return true, v.note(a)
	})
}

const visitColumns = `o.id, x.user_id, u.name, x.why, x.at, x.expires_at`

func scanVisits(l *[]projectr.Visit) func(*sql.Rows) error {
	return func(r *sql.Rows) error {
		var x projectr.Visit
		var at, expires int64
		err := r.Scan(&x.Org, &x.User, &x.Name, &x.Why, &at, &expires)
		x.At, x.ExpiresAt = moment(at), moment(expires)
		*l = append(*l, x)
		return err
	}
}

// VisitsOf is store.Driver's.
func (d *Driver) VisitsOf(ctx context.Context, u projectr.UserID, now time.Time) (l []projectr.Visit, err error) {
	l = []projectr.Visit{}
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, `SELECT `+visitColumns+` FROM visits x JOIN orgs o ON o.num = x.org JOIN users u ON u.id = x.user_id
			WHERE x.user_id = ? AND x.expires_at > ? ORDER BY x.at DESC, o.id`, scanVisits(&l), string(u), micros(now))
	})
	return l, wrap("list visits", err)
}

// Visits is store.Driver's.
func (d *Driver) Visits(ctx context.Context, s store.Scope, now time.Time) (l []projectr.Visit, err error) {
	l = []projectr.Visit{}
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT `+visitColumns+` FROM visits x JOIN orgs o ON o.num = x.org JOIN users u ON u.id = x.user_id
			WHERE x.org = :org AND x.expires_at > ? ORDER BY x.at DESC, x.user_id`, scanVisits(&l), micros(now))
	})
	return l, wrap("list visits", err)
}

// PutUnrouted is store.Driver's.
func (d *Driver) PutUnrouted(ctx context.Context, u projectr.Unrouted, a projectr.AuditEntry) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`INSERT INTO unrouted (sha256, recipient, sender, size, received_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			string(u.SHA256), u.Recipient, u.Sender, u.Size, micros(u.ReceivedAt))
		if err != nil || n == 0 {
			return wrap("keep unrouted mail", err)
		}
		return t.noteHouse(a)
	})
}

// Unrouted is store.Driver's.
func (d *Driver) Unrouted(ctx context.Context, p projectr.Page) (projectr.List[projectr.Unrouted], error) {
	l := listOf[projectr.Unrouted](view{}, "unrouted", p, 1, 2)
	at, err := l.after(p.After)
	if err != nil {
		return l.done(), err
	}
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, `SELECT sha256, recipient, sender, size, received_at FROM unrouted
			WHERE (received_at, sha256, recipient) < (?, ?, ?) ORDER BY received_at DESC, sha256 DESC, recipient DESC LIMIT ?`, func(r *sql.Rows) error {
			var u projectr.Unrouted
			var us int64
			if err := r.Scan(&u.SHA256, &u.Recipient, &u.Sender, &u.Size, &us); err != nil {
				return err
			}
			u.ReceivedAt = moment(us)
			l.add(u, mark{nums: [2]int64{us}, strs: [2]string{string(u.SHA256), u.Recipient}})
			return nil
		}, at.num(0), at.str(0), at.str(1), p.Limit+1)
	})
	return l.done(), wrap("list unrouted mail", err)
}

// UnroutedMail is store.Driver's.
func (d *Driver) UnroutedMail(ctx context.Context, digest projectr.Digest, recipient string) (u projectr.Unrouted, err error) {
	err = d.look(ctx, func(c *conn) error {
		var us int64
		err := c.one(ctx, `SELECT sha256, recipient, sender, size, received_at FROM unrouted WHERE sha256 = ? AND recipient = ?`,
			[]any{string(digest), recipient}, &u.SHA256, &u.Recipient, &u.Sender, &u.Size, &us)
		u.ReceivedAt = moment(us)
		return or(err, errNoUnrouted)
	})
	if err != nil {
		return projectr.Unrouted{}, wrap("look up unrouted mail", err)
	}
	return u, nil
}

// DropUnrouted is store.Driver's.
func (d *Driver) DropUnrouted(ctx context.Context, digest projectr.Digest, recipient string, a projectr.AuditEntry) (last bool, err error) {
	err = d.write(ctx, func(t *txn) error {
		n, err := t.exec(`DELETE FROM unrouted WHERE sha256 = ? AND recipient = ?`, string(digest), recipient)
		if err := must(n, err, errNoUnrouted); err != nil {
			return wrap("drop unrouted mail", err)
		}
		var left int
		if err := t.one(`SELECT count(*) FROM unrouted WHERE sha256 = ?`, []any{string(digest)}, &left); err != nil {
			return wrap("look for unrouted mail", err)
		}
		last = left == 0
		return t.noteHouse(a)
	})
	return last && err == nil, err
}

var errNoUnrouted = notFound("unrouted mail")

// SeeUnrouted is store.Driver's.
func (d *Driver) SeeUnrouted(ctx context.Context, digest projectr.Digest, a projectr.AuditEntry) error {
	return d.write(ctx, func(t *txn) error {
		var n int
		if err := t.one(`SELECT count(*) FROM unrouted WHERE sha256 = ?`, []any{string(digest)}, &n); err != nil {
			return wrap("look for unrouted mail", err)
		}
		if n == 0 {
			return errNoUnrouted
		}
		return t.noteHouse(a)
	})
}
