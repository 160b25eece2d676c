package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

var (
	errNoUser    = notFound("user")
	errNoSession = notFound("session")
	errNoTicket  = &projectr.Error{Kind: projectr.NotFound, Message: "This link was used already or has expired."}
	errNoKey     = notFound("API key")
	errNoName    = notFound("address")
)

// MembershipOf is store.Driver's.
func (d *Driver) MembershipOf(ctx context.Context, u projectr.UserID, org projectr.OrgID, now time.Time) (m store.MembershipOf, err error) {
	err = d.look(ctx, func(c *conn) error {
		if key, ok := strings.CutPrefix(string(u), "key_"); ok {
			return or(c.one(ctx, `SELECT k.role, k.name FROM orgs o JOIN api_keys k ON k.org = o.num
				WHERE o.id = ? AND k.id = ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)`,
				[]any{string(org), key, micros(now)}, &m.Role, &m.Name), errNoOrg)
		}
		err := c.one(ctx, `SELECT m.role, u.name FROM orgs o JOIN members m ON m.org = o.num JOIN users u ON u.id = m.user_id
			WHERE o.id = ? AND m.user_id = ? AND u.disabled = 0`, []any{string(org), string(u)}, &m.Role, &m.Name)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		m.Role = projectr.Viewer // of a visit
		return or(c.one(ctx, `SELECT u.name, x.why FROM orgs o JOIN visits x ON x.org = o.num JOIN users u ON u.id = x.user_id
			WHERE o.id = ? AND x.user_id = ? AND x.expires_at > ? AND u.operator = 1 AND u.disabled = 0`,
			[]any{string(org), string(u), micros(now)}, &m.Name, &m.Visit), errNoOrg)
	})
	return m, err
}

func (d *Driver) lookOrg(ctx context.Context, q sharedSQL, missing error, args ...any) (id projectr.OrgID, err error) {
	err = d.look(ctx, func(c *conn) error { return or(c.one(ctx, q, args, &id), missing) })
	return id, err
}

// RouteOf is store.Driver's.
func (d *Driver) RouteOf(ctx context.Context, mailName string) (projectr.OrgID, error) {
	return d.lookOrg(ctx, `SELECT o.id FROM routes r JOIN orgs o ON o.num = r.org WHERE r.name = ?`, errNoName, mailName)
}

// OrgNamed is store.Driver's.
func (d *Driver) OrgNamed(ctx context.Context, nameOrID string) (projectr.OrgID, error) {
	return d.lookOrg(ctx, `SELECT id FROM (
		SELECT o.id, 1 AS n FROM orgs o WHERE o.id = ?
		UNION ALL SELECT o.id, 2 FROM routes r JOIN orgs o ON o.num = r.org WHERE r.name = ?) ORDER BY n LIMIT 1`, errNoOrg, nameOrID, nameOrID)
}

// CustomerOf is store.Driver's.
func (d *Driver) CustomerOf(ctx context.Context, customer string) (projectr.OrgID, error) {
	return d.lookOrg(ctx, `SELECT o.id FROM customers c JOIN orgs o ON o.num = c.org WHERE c.customer = ?`, notFound("customer"), customer)
}

// OrgIDs is store.Driver's.
func (d *Driver) OrgIDs(ctx context.Context) ([]projectr.OrgID, error) {
	return d.orgIDs(ctx, `SELECT id FROM orgs ORDER BY num`)
}

// ErasedOrgs is store.Driver's.
func (d *Driver) ErasedOrgs(ctx context.Context) ([]projectr.OrgID, error) {
	return d.orgIDs(ctx, `SELECT id FROM erased ORDER BY id`)
}

func (d *Driver) orgIDs(ctx context.Context, q sharedSQL) (ids []projectr.OrgID, err error) {
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, q, func(r *sql.Rows) error {
			var id projectr.OrgID
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		})
	})
	return ids, err
}

// KeyByHash is store.Driver's.
func (d *Driver) KeyByHash(ctx context.Context, hash string, now time.Time) (org projectr.OrgID, k projectr.APIKey, err error) {
	err = d.look(ctx, func(c *conn) error {
		rows, err := c.query(ctx, `SELECT o.id, `+keyColumns+` FROM api_keys k JOIN orgs o ON o.num = k.org WHERE k.hash = ?`, hash)
		found := false
		err = drain(rows, err, func(r *sql.Rows) (err error) {
			found = true
			k, err = scanKey(r, &org)
			return err
		})
		if err == nil && (!found || !k.Live(now)) {
			return errNoKey
		}
		return err
	})
	if err != nil {
		return "", projectr.APIKey{}, err
	}
	return org, k, nil
}

const keyColumns = `k.id, k.name, k.prefix, k.role, k.created_at, k.expires_at, k.revoked_at`

func scanKey(r *sql.Rows, before ...any) (projectr.APIKey, error) {
	var k projectr.APIKey
	var created int64
	var expires, revoked sql.NullInt64
	err := r.Scan(append(before, &k.ID, &k.Name, &k.Prefix, &k.Role, &created, &expires, &revoked)...)
	k.CreatedAt, k.ExpiresAt, k.RevokedAt = moment(created), optionalMoment(expires), optionalMoment(revoked)
	return k, err
}

// CreateUser is store.Driver's.
func (d *Driver) CreateUser(ctx context.Context, u projectr.User, hash string) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`INSERT INTO users (id, email, name, disabled, created_at, password) VALUES (?, ?, ?, ?, ?, ?)`,
			string(u.ID), u.Email, u.Name, u.Disabled, micros(u.CreatedAt), hash)
		if taken(err) {
			return errEmailTaken
		}
		return wrap("create user", err)
	})
}

var errEmailTaken = &projectr.Error{Kind: projectr.Conflict, Field: "email", Message: "There is an account with this e-mail address already."}

const userColumns = `u.id, u.email, u.name, u.disabled, u.created_at`

func scanUser(r interface{ Scan(...any) error }, more ...any) (u projectr.User, err error) {
	var created int64
	err = r.Scan(append([]any{&u.ID, &u.Email, &u.Name, &u.Disabled, &created}, more...)...)
	u.CreatedAt = moment(created)
	return u, err
}

// user reads one user and the columns after it.
func (d *Driver) user(ctx context.Context, q sharedSQL, missing error, key any, more ...any) (u projectr.User, err error) {
	err = d.look(ctx, func(c *conn) error {
		found := false
		err := c.each(ctx, q, func(r *sql.Rows) (err error) {
			found = true
			u, err = scanUser(r, more...)
			return err
		}, key)
		if err == nil && !found {
			return missing
		}
		return err
	})
	return u, err
}

// User is store.Driver's.
func (d *Driver) User(ctx context.Context, id projectr.UserID) (projectr.User, error) {
	return d.user(ctx, `SELECT `+userColumns+` FROM users u WHERE u.id = ?`, errNoUser, string(id))
}

// UserByEmail is store.Driver's.
func (d *Driver) UserByEmail(ctx context.Context, email string) (projectr.User, string, error) {
	var hash string
	u, err := d.user(ctx, `SELECT `+userColumns+`, u.password FROM users u WHERE u.email = ?`, errNoUser, email, &hash)
	return u, hash, err
}

// SaveUser is store.Driver's.
func (d *Driver) SaveUser(ctx context.Context, u projectr.User) error {
	return d.write(ctx, func(t *txn) error {
		if u.Disabled {
			if err := t.adminsRemain(u.ID); err != nil {
				return err
			}
		}
		n, err := t.exec(`UPDATE users SET email = ?, name = ?, disabled = ? WHERE id = ?`, u.Email, u.Name, u.Disabled, string(u.ID))
		if taken(err) {
			return errEmailTaken
		}
		if err := must(n, err, errNoUser); err != nil || !u.Disabled {
			return wrap("save user", err)
		}
		return t.shut(u.ID, "")
	})
}

// shut ends every way in that an account has besides its password: its
// sessions, except the one kept under the hash keep, and its one-time links.
func (t *txn) shut(id projectr.UserID, keep string) error {
	if _, err := t.exec(`DELETE FROM sessions WHERE user_id = ? AND hash <> ?`, string(id), keep); err != nil {
		return wrap("end sessions", err)
	}
	_, err := t.exec(`DELETE FROM tickets WHERE user_id = ?`, string(id))
	return wrap("drop links", err)
}

// SetPassword is store.Driver's.
func (d *Driver) SetPassword(ctx context.Context, id projectr.UserID, hash, keep string) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE users SET password = ? WHERE id = ?`, hash, string(id))
		if err := must(n, err, errNoUser); err != nil {
			return wrap("set password", err)
		}
		return t.shut(id, keep)
	})
}

// DeleteUser is store.Driver's.
func (d *Driver) DeleteUser(ctx context.Context, id projectr.UserID) error {
	return d.write(ctx, func(t *txn) error {
		if err := t.adminsRemain(id); err != nil {
			return err
		}
		if err := t.forgetName(id); err != nil {
			return err
		}
		n, err := t.exec(`DELETE FROM users WHERE id = ?`, string(id))
		return wrap("delete user", must(n, err, errNoUser))
	})
}

// adminsRemain refuses to take an account away while an organisation has no
// other admin who can sign in.
func (t *txn) adminsRemain(id projectr.UserID) error {
	var alone int
	err := t.one(`SELECT count(*) FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.user_id = ? AND m.role = 'admin' AND u.disabled = 0 AND NOT EXISTS (
			SELECT 1 FROM members o JOIN users v ON v.id = o.user_id
			WHERE o.org = m.org AND o.user_id <> m.user_id AND o.role = 'admin' AND v.disabled = 0)`, []any{string(id)}, &alone)
	if err == nil && alone > 0 {
		return &projectr.Error{Kind: projectr.Conflict, Message: "This person is the last admin of an organisation. Make somebody else an admin first."}
	}
	return wrap("count admins", err)
}

// MembershipsOf is store.Driver's.
func (d *Driver) MembershipsOf(ctx context.Context, id projectr.UserID) (ms []projectr.Membership, err error) {
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, `SELECT o.id, m.role FROM members m JOIN orgs o ON o.num = m.org WHERE m.user_id = ? ORDER BY o.id`, func(r *sql.Rows) error {
			m := projectr.Membership{User: id}
			err := r.Scan(&m.Org, &m.Role)
			ms = append(ms, m)
			return err
		}, string(id))
	})
	return ms, err
}

// PutSession is store.Driver's.
func (d *Driver) PutSession(ctx context.Context, hash string, x store.Session) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`INSERT INTO sessions (hash, id, user_id, created_at, seen_at, expires_at, agent) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (hash) DO UPDATE SET id = excluded.id, user_id = excluded.user_id, created_at = excluded.created_at,
				seen_at = excluded.seen_at, expires_at = excluded.expires_at, agent = excluded.agent`,
			hash, x.ID, string(x.User), micros(x.CreatedAt), micros(x.SeenAt), micros(x.ExpiresAt), x.Agent)
		if err != nil {
			return wrap("keep session", err)
		}
		// Those that have run out go as new ones come.
		_, err = t.exec(`DELETE FROM sessions WHERE user_id = ? AND expires_at <= ?`, string(x.User), micros(x.CreatedAt))
		return wrap("drop old sessions", err)
	})
}

// Session is store.Driver's.
func (d *Driver) Session(ctx context.Context, hash string, now time.Time) (store.Session, projectr.User, error) {
	var x store.Session
	var created, seen, expires int64
	u, err := d.user(ctx, `SELECT `+userColumns+`, s.created_at, s.seen_at, s.expires_at, s.agent, s.id
		FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = ?`, errNoSession, hash, &created, &seen, &expires, &x.Agent, &x.ID)
	if err == nil && (u.Disabled || !now.Before(moment(expires))) {
		err = errNoSession
	}
	if err != nil {
		return store.Session{}, projectr.User{}, err
	}
	x.User, x.CreatedAt, x.SeenAt, x.ExpiresAt = u.ID, moment(created), moment(seen), moment(expires)
	return x, u, nil
}

// SeeSession is store.Driver's.
func (d *Driver) SeeSession(ctx context.Context, hash string, now time.Time) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE sessions SET seen_at = max(seen_at, ?) WHERE hash = ?`, micros(now), hash)
		return wrap("see session", must(n, err, errNoSession))
	})
}

// DeleteSession is store.Driver's.
func (d *Driver) DeleteSession(ctx context.Context, hash string) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`DELETE FROM sessions WHERE hash = ?`, hash)
		return wrap("end session", err)
	})
}

// PutTicket is store.Driver's.
func (d *Driver) PutTicket(ctx context.Context, hash string, k store.Ticket) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`INSERT INTO tickets (hash, user_id, purpose, expires_at) VALUES (?, ?, ?, ?)`, hash, string(k.User), k.Purpose, micros(k.ExpiresAt))
		return wrap("keep link", err)
	})
}

// Ticket is store.Driver's.
func (d *Driver) Ticket(ctx context.Context, hash string, now time.Time) (k store.Ticket, err error) {
	err = d.look(ctx, func(c *conn) error {
		var expires int64
		err := c.one(ctx, `SELECT user_id, purpose, expires_at FROM tickets WHERE hash = ? AND expires_at > ?`, []any{hash, micros(now)},
			&k.User, &k.Purpose, &expires)
		k.ExpiresAt = moment(expires)
		return or(err, errNoTicket)
	})
	if err != nil {
		return store.Ticket{}, err
	}
	return k, nil
}

// TakeTicket is store.Driver's.
func (d *Driver) TakeTicket(ctx context.Context, hash string, now time.Time) (store.Ticket, error) {
	var k store.Ticket
	gone := false
	err := d.write(ctx, func(t *txn) error {
		var expires int64
		err := t.one(`DELETE FROM tickets WHERE hash = ? RETURNING user_id, purpose, expires_at`, []any{hash}, &k.User, &k.Purpose, &expires)
		if errors.Is(err, sql.ErrNoRows) {
			return errNoTicket
		}
		k.ExpiresAt = moment(expires)
		gone = !now.Before(k.ExpiresAt) // used up all the same
		return wrap("use link", err)
	})
	if err == nil && gone {
		err = errNoTicket
	}
	if err != nil {
		return store.Ticket{}, err
	}
	return k, nil
}
