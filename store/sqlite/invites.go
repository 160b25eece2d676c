package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"projectr"
	"projectr/store"
)

const inviteColumns = `i.id, i.email, i.role, coalesce(b.name, i.by), i.created_at, i.expires_at`

func scanInvite(r interface{ Scan(...any) error }, more ...any) (x projectr.Invite, err error) {
	var created, expires int64
	err = r.Scan(append([]any{&x.ID, &x.Email, &x.Role, &x.By, &created, &expires}, more...)...)
	x.CreatedAt, x.ExpiresAt = moment(created), moment(expires)
	return x, err
}

var errNoInvite = notFound("invitation")

// Invites is store.Driver's.
func (d *Driver) Invites(ctx context.Context, s store.Scope) (l []projectr.Invite, err error) {
	l = []projectr.Invite{}
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT `+inviteColumns+` FROM invitations i LEFT JOIN users b ON b.id = i.by WHERE i.org = :org ORDER BY i.created_at DESC, i.id`,
			func(r *sql.Rows) error {
				x, err := scanInvite(r)
				l = append(l, x)
				return err
			})
	})
	return l, wrap("list invitations", err)
}

// room refuses one more person where members and open invitations, the one of that id
// aside, take all seats already.
func (v view) room(id projectr.InviteID, seats int64, now time.Time) error {
	if seats == 0 {
		return nil
	}
	var taken int64
	err := v.one(`SELECT (SELECT count(*) FROM members WHERE org = :org) + (SELECT count(*) FROM invitations WHERE org = :org AND id <> ? AND expires_at > ?)`,
		[]any{string(id), micros(now)}, &taken)
	if err == nil && taken >= seats {
		return &projectr.Error{Kind: projectr.OverLimit, Message: fmt.Sprintf("Your plan is for %d people, and members and open invitations are as many. Take somebody out, or change the plan.", seats)}
	}
	return wrap("count people", err)
}

// PutInvite is store.Driver's.
func (d *Driver) PutInvite(ctx context.Context, s store.Scope, x projectr.Invite, hash string, seats int64, letters []projectr.Letter, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		var member bool
		if err := v.one(`SELECT count(*) FROM users u JOIN members m ON m.org = :org AND m.user_id = u.id WHERE u.email = ?`, []any{x.Email}, &member); err != nil {
			return false, wrap("look for a member", err)
		}
		if member {
			return false, &projectr.Error{Kind: projectr.Conflict, Field: "email", Message: "This person is a member already."}
		}
		if _, err := v.exec(`DELETE FROM invitations WHERE org = :org AND email = ? AND expires_at <= ?`, x.Email, micros(a.At)); err != nil {
			return false, wrap("drop an expired invitation", err)
		}
		_, err := v.exec(`INSERT INTO invitations (org, id, hash, email, role, by, created_at, expires_at) VALUES (:org, ?, nullif(?, ''), ?, ?, ?, ?, ?)`,
			string(x.ID), hash, x.Email, string(x.Role), x.By, micros(x.CreatedAt), micros(x.ExpiresAt))
		if taken(err) {
			return false, &projectr.Error{Kind: projectr.Conflict, Field: "email", Message: "This person is invited already. Send the invitation again, or withdraw it first."}
		}
		if err != nil {
			return false, wrap("keep invitation", err)
		}
		if err := v.room(x.ID, seats, a.At); err != nil {
			return false, err
		}
		return true, t.letters(letters)
	})
}

// RenewInvite is store.Driver's.
func (d *Driver) RenewInvite(ctx context.Context, s store.Scope, x projectr.Invite, hash string, seats int64, letters []projectr.Letter, a projectr.AuditEntry) (kept projectr.Invite, err error) {
	err = d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		n, err := v.exec(`UPDATE invitations SET hash = nullif(?, ''), expires_at = ? WHERE org = :org AND id = ?`, hash, micros(x.ExpiresAt), string(x.ID))
		if err := must(n, err, errNoInvite); err != nil {
			return false, wrap("renew invitation", err)
		}
		if err := v.room(x.ID, seats, a.At); err != nil {
			return false, err
		}
		if err := v.each(`SELECT `+inviteColumns+` FROM invitations i LEFT JOIN users b ON b.id = i.by WHERE i.org = :org AND i.id = ?`, func(r *sql.Rows) error {
			kept, err = scanInvite(r)
			return err
		}, string(x.ID)); err != nil {
			return false, wrap("read invitation", err)
		}
		for i := range letters {
			letters[i].Email = kept.Email
		}
		return true, t.letters(letters)
	})
	if err != nil {
		return projectr.Invite{}, err
	}
	return kept, nil
}

// DropInvite is store.Driver's.
func (d *Driver) DropInvite(ctx context.Context, s store.Scope, id projectr.InviteID, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		n, err := v.exec(`DELETE FROM invitations WHERE org = :org AND id = ?`, string(id))
		if err := must(n, err, errNoInvite); err != nil {
			return false, wrap("withdraw invitation", err)
		}
		_, err = v.exec(`DELETE FROM letters WHERE org = :org AND kind = 'invitation' AND ref = ? AND sent_at IS NULL`, string(id))
		return true, wrap("drop letter", err)
	})
}

const invitedColumns = inviteColumns + `, o.num, o.id, o.name, coalesce(u.id, '')`

const invitedTables = `invitations i JOIN orgs o ON o.num = i.org LEFT JOIN users b ON b.id = i.by LEFT JOIN users u ON u.email = i.email`

// invited reads the one invitation that a query finds, and the number of its
// organisation.
func (c *conn) invited(ctx context.Context, q sharedSQL, args ...any) (x store.Invited, org int64, err error) {
	err = c.each(ctx, q, func(r *sql.Rows) (err error) {
		x.Invite, err = scanInvite(r, &org, &x.Org, &x.OrgName, &x.Account)
		return err
	}, args...)
	if err == nil && x.ID == "" {
		err = errNoTicket
	}
	return x, org, wrap("read invitation", err)
}

const invitedByHash = `SELECT ` + invitedColumns + ` FROM ` + invitedTables + ` WHERE i.hash = ? AND i.expires_at > ?`

// Invited is store.Driver's.
func (d *Driver) Invited(ctx context.Context, hash string, now time.Time) (x store.Invited, err error) {
	err = d.look(ctx, func(c *conn) error {
		x, _, err = c.invited(ctx, invitedByHash, hash, micros(now))
		return err
	})
	return x, err
}

// WriteInvite is store.Driver's.
func (d *Driver) WriteInvite(ctx context.Context, letter int64, hash string, now time.Time) (x store.Invited, err error) {
	err = d.write(ctx, func(t *txn) error {
		var org int64
		x, org, err = t.c.invited(context.Background(), `SELECT `+invitedColumns+` FROM letters l CROSS JOIN `+invitedTables+`
			WHERE l.n = ? AND l.kind = 'invitation' AND l.sent_at IS NULL AND i.org = l.org AND i.id = l.ref AND i.expires_at > ?`, letter, micros(now))
		if err != nil {
			return err
		}
		v := view{ctx: context.Background(), c: t.c, org: org}
		_, err := v.exec(`UPDATE invitations SET hash = ? WHERE org = :org AND id = ?`, hash, string(x.ID))
		return wrap("write invitation", err)
	})
	if err != nil {
		return store.Invited{}, err
	}
	return x, nil
}

var (
	errHasAccount   = &projectr.Error{Kind: projectr.Conflict, Message: "There is an account with this address. Sign in to it, then open the invitation again."}
	errOtherAccount = &projectr.Error{Kind: projectr.Forbidden, Message: "This invitation is for another address than that of the account you are signed in to. Sign out, then open it again."}
)

// AcceptInvite is store.Driver's.
func (d *Driver) AcceptInvite(ctx context.Context, hash string, j store.Joining, letters []projectr.Letter, a projectr.AuditEntry) (x store.Invited, err error) {
	err = d.write(ctx, func(t *txn) error {
		var org int64
		x, org, err = t.c.invited(context.Background(), invitedByHash, hash, micros(a.At))
		if err != nil {
			return err
		}
		fresh := x.Account == ""
		switch {
		case j.As != x.Account && j.As != "":
			return errOtherAccount
		case j.As != x.Account:
			return errHasAccount
		case fresh:
			j.User.Email = x.Email
			if err := t.createUser(j.User, j.Password); err != nil {
				return err
			}
			x.Account = j.User.ID
		}
		var name string
		err := t.one(`SELECT name FROM users WHERE id = ? AND disabled = 0`, []any{string(x.Account)}, &name)
		if err != nil {
			return or(err, errNoTicket)
		}
		if j.Proved {
			if _, err := t.exec(`UPDATE users SET verified_at = coalesce(verified_at, ?) WHERE id = ?`, micros(a.At), string(x.Account)); err != nil {
				return wrap("prove address", err)
			}
		}
		a.Actor, a.Target = projectr.Actor{Kind: "user", ID: string(x.Account), Name: name}, string(x.ID)
		if fresh {
			made := a
			made.Action, made.Target = "account.create", string(x.Account)
			if err := t.noteHouse(made); err != nil {
				return err
			}
		}
		if err := (view{ctx: context.Background(), c: t.c, org: org}).join(&x, a); err != nil {
			return err
		}
		if j.Session.ID != "" {
			j.Session.User = x.Account
			if err := t.putSession(j.Secret, j.Session); err != nil {
				return err
			}
		}
		return t.letters(letters)
	})
	if err != nil {
		return store.Invited{}, err
	}
	return x, nil
}

// join makes whoever accepts an invitation a member in its place.
func (v view) join(x *store.Invited, a projectr.AuditEntry) error {
	if _, err := v.exec(`INSERT INTO members (org, user_id, role, since) VALUES (:org, ?, ?, ?) ON CONFLICT DO NOTHING`,
		string(x.Account), string(x.Role), micros(a.At)); err != nil {
		return wrap("add member", err)
	}
	err := v.one(`SELECT role FROM members WHERE org = :org AND user_id = ?`, []any{string(x.Account)}, &x.Role)
	if errors.Is(err, sql.ErrNoRows) {
		return errors.New("sqlite: a member that was added is not there")
	}
	if err != nil {
		return wrap("read member", err)
	}
	if _, err := v.exec(`DELETE FROM invitations WHERE org = :org AND id = ?`, string(x.ID)); err != nil {
		return wrap("use invitation up", err)
	}
	return v.note(a)
}
