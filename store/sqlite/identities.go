package sqlite

import (
	"context"
	"database/sql"

	"projectr"
)

var errNoIdentity = notFound("identity")

const identityColumns = `i.issuer, i.subject, i.user_id, i.email, i.claimed_org, i.claimed_role, i.created_at, i.seen_at`

// identityRow is where the columns of an identity are read to.
type identityRow struct {
	x             projectr.Identity
	created, seen int64
}

func (i *identityRow) dest() []any {
	return []any{&i.x.Issuer, &i.x.Subject, &i.x.User, &i.x.Email, &i.x.Org, &i.x.Role, &i.created, &i.seen}
}

func (i *identityRow) identity() projectr.Identity {
	i.x.CreatedAt, i.x.SeenAt = moment(i.created), moment(i.seen)
	return i.x
}

// Identity is store.Driver's.
func (d *Driver) Identity(ctx context.Context, issuer, subject string) (x projectr.Identity, u projectr.User, err error) {
	err = d.look(ctx, func(c *conn) error {
		found := false
		err := c.each(ctx, `SELECT `+userColumns+`, `+identityColumns+` FROM identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = ? AND i.subject = ?`,
			func(r *sql.Rows) (err error) {
				var row identityRow
				found = true
				u, err = scanUser(r, row.dest()...)
				x = row.identity()
				return err
			}, issuer, subject)
		if err == nil && !found {
			return errNoIdentity
		}
		return err
	})
	return x, u, err
}

// Identities is store.Driver's.
func (d *Driver) Identities(ctx context.Context, id projectr.UserID) (xs []projectr.Identity, err error) {
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, `SELECT `+identityColumns+` FROM identities i WHERE i.user_id = ? ORDER BY i.issuer`, func(r *sql.Rows) error {
			var row identityRow
			err := r.Scan(row.dest()...)
			xs = append(xs, row.identity())
			return err
		}, string(id))
	})
	return xs, err
}

// PutIdentity is store.Driver's.
func (d *Driver) PutIdentity(ctx context.Context, x projectr.Identity, untouched bool, notices []projectr.Letter) error {
	return d.write(ctx, func(t *txn) error {
		var fresh, other bool
		err := t.one(`SELECT u.password = '' AND u.totp IS NULL AND u.seen_at IS NULL AND NOT EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id)
				AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id),
				EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id AND i.issuer = ?)
			FROM users u WHERE u.id = ?`, []any{x.Issuer, string(x.User)}, &fresh, &other)
		switch {
		case err != nil:
			return wrap("look up account", or(err, errNoUser))
		case untouched && !fresh:
			return &projectr.Error{Kind: projectr.Conflict, Message: "This account is in use. Sign in to it and connect it in its settings."}
		case other:
			return &projectr.Error{Kind: projectr.Conflict, Message: "This account is connected to the provider already. Disconnect it first."}
		}
		if err := t.putIdentity(x); err != nil {
			return err
		}
		return t.letters(notices)
	})
}

func (t *txn) putIdentity(x projectr.Identity) error {
	_, err := t.exec(`INSERT INTO identities (issuer, subject, user_id, email, claimed_org, claimed_role, created_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		x.Issuer, x.Subject, string(x.User), x.Email, string(x.Org), string(x.Role), micros(x.CreatedAt), micros(x.SeenAt))
	if taken(err) {
		return &projectr.Error{Kind: projectr.Conflict, Message: "What you signed in with at the provider belongs to another account here.", Err: err}
	}
	return wrap("keep identity", err)
}

// CreateUserFrom is store.Driver's.
func (d *Driver) CreateUserFrom(ctx context.Context, u projectr.User, x projectr.Identity) error {
	return d.write(ctx, func(t *txn) error {
		if err := t.createUser(u, ""); err != nil {
			return err
		}
		return t.putIdentity(x)
	})
}

// SeeIdentity is store.Driver's.
func (d *Driver) SeeIdentity(ctx context.Context, x projectr.Identity) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE identities SET email = ?, claimed_org = ?, claimed_role = ?, seen_at = max(seen_at, ?) WHERE issuer = ? AND subject = ?`,
			x.Email, string(x.Org), string(x.Role), micros(x.SeenAt), x.Issuer, x.Subject)
		return wrap("see identity", must(n, err, errNoIdentity))
	})
}

// DropIdentity is store.Driver's.
func (d *Driver) DropIdentity(ctx context.Context, u projectr.UserID, issuer string) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`DELETE FROM identities WHERE user_id = ? AND issuer = ?`, string(u), issuer)
		return wrap("drop identity", must(n, err, errNoIdentity))
	})
}
