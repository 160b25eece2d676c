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
	var closes sql.NullInt64
	err = d.look(ctx, func(c *conn) error {
		if key, ok := strings.CutPrefix(string(u), "key_"); ok {
			var scopes string
			err := c.one(ctx, `SELECT k.role, k.name, k.scopes, o.closes_at FROM orgs o JOIN api_keys k ON k.org = o.num
				WHERE o.id = ? AND k.id = ? AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)`,
				[]any{string(org), key, micros(now)}, &m.Role, &m.Name, &scopes, &closes)
			m.Scopes = permissions(scopes)
			return or(err, errNoOrg)
		}
		err := c.one(ctx, `SELECT m.role, u.name, o.closes_at FROM orgs o JOIN members m ON m.org = o.num JOIN users u ON u.id = m.user_id
			WHERE o.id = ? AND m.user_id = ? AND u.disabled = 0`, []any{string(org), string(u)}, &m.Role, &m.Name, &closes)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		m.Role = projectr.Viewer // of a visit
		return or(c.one(ctx, `SELECT u.name, x.why, o.closes_at FROM orgs o JOIN visits x ON x.org = o.num JOIN users u ON u.id = x.user_id
			WHERE o.id = ? AND x.user_id = ? AND x.expires_at > ? AND u.operator = 1 AND u.disabled = 0`,
			[]any{string(org), string(u), micros(now)}, &m.Name, &m.Visit, &closes), errNoOrg)
	})
	m.Closes = optionalMoment(closes)
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

func (d *Driver) orgIDs(ctx context.Context, q sharedSQL, args ...any) (ids []projectr.OrgID, err error) {
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, q, func(r *sql.Rows) error {
			var id projectr.OrgID
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		}, args...)
	})
	return ids, err
}

// KeyByHash is store.Driver's.
func (d *Driver) KeyByHash(ctx context.Context, hash string, now time.Time) (org projectr.OrgID, k projectr.APIKey, err error) {
	err = d.look(ctx, func(c *conn) error {
		rows, err := c.query(ctx, `SELECT o.id, `+keyColumns+` FROM api_keys k JOIN orgs o ON o.num = k.org LEFT JOIN users b ON b.id = k.by WHERE k.hash = ?`, hash)
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

// SeeKey is store.Driver's.
func (d *Driver) SeeKey(ctx context.Context, hash string, now time.Time) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`UPDATE api_keys SET used_at = max(coalesce(used_at, 0), ?) WHERE hash = ?`, micros(now), hash)
		return wrap("note use of API key", err)
	})
}

const keyColumns = `k.id, k.name, k.prefix, k.role, k.scopes, coalesce(b.name, k.by), k.created_at, k.expires_at, k.revoked_at, k.used_at`

// permissions reads the scopes of a key, which are kept with blanks between.
func permissions(scopes string) (l []projectr.Permission) {
	for _, s := range strings.Fields(scopes) {
		l = append(l, projectr.Permission(s))
	}
	return l
}

func scanKey(r *sql.Rows, before ...any) (projectr.APIKey, error) {
	var k projectr.APIKey
	var created int64
	var scopes string
	var expires, revoked, used sql.NullInt64
	err := r.Scan(append(before, &k.ID, &k.Name, &k.Prefix, &k.Role, &scopes, &k.By, &created, &expires, &revoked, &used)...)
	k.Scopes = permissions(scopes)
	k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.UsedAt = moment(created), optionalMoment(expires), optionalMoment(revoked), optionalMoment(used)
	return k, err
}

// CreateUser is store.Driver's.
func (d *Driver) CreateUser(ctx context.Context, u projectr.User, hash string) error {
	return d.write(ctx, func(t *txn) error {
		return t.createUser(u, hash)
	})
}

func (t *txn) createUser(u projectr.User, hash string) error {
	_, err := t.exec(`INSERT INTO users (id, email, name, disabled, created_at, password, verified_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		string(u.ID), u.Email, u.Name, u.Disabled, micros(u.CreatedAt), hash, optional(u.VerifiedAt))
	if taken(err) {
		return errEmailTaken
	}
	return wrap("create user", err)
}

var errEmailTaken = &projectr.Error{Kind: projectr.Conflict, Field: "email", Message: "There is an account with this e-mail address already."}

const userColumns = `u.id, u.email, u.name, u.disabled, u.created_at, u.verified_at, u.seen_at, u.operator,
	u.totp IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id)`

func scanUser(r interface{ Scan(...any) error }, more ...any) (u projectr.User, err error) {
	var created int64
	var verified, seen sql.NullInt64
	err = r.Scan(append([]any{&u.ID, &u.Email, &u.Name, &u.Disabled, &created, &verified, &seen, &u.Operator, &u.SecondFactor}, more...)...)
	u.CreatedAt, u.VerifiedAt, u.SeenAt = moment(created), optionalMoment(verified), optionalMoment(seen)
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

// RenameUser is store.Driver's.
func (d *Driver) RenameUser(ctx context.Context, id projectr.UserID, name string) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE users SET name = ? WHERE id = ?`, name, string(id))
		return wrap("rename user", must(n, err, errNoUser))
	})
}

// CloseUser is store.Driver's.
func (d *Driver) CloseUser(ctx context.Context, id projectr.UserID, closed bool, a projectr.AuditEntry) error {
	return d.write(ctx, func(t *txn) error {
		if closed {
			if err := t.adminsRemain(id); err != nil {
				return err
			}
		}
		n, err := t.exec(`UPDATE users SET disabled = ? WHERE id = ?`, closed, string(id))
		if err := must(n, err, errNoUser); err != nil {
			return wrap("close user", err)
		}
		if closed {
			if err := t.shut(id, ""); err != nil {
				return err
			}
		}
		return t.noteAbout(id, a)
	})
}

// noteAbout adds an entry about an account to the house's own audit log and to that of
// each organisation of the account.
func (t *txn) noteAbout(id projectr.UserID, a projectr.AuditEntry) error {
	if err := t.noteHouse(a); err != nil {
		return err
	}
	return t.noteEach(id, a)
}

// shut ends every way in that an account has besides its password, its factors and
// its identities: its sessions, except the one kept under the hash keep, its one-time
// links, what it was asked, and the browsers it is known by.
func (t *txn) shut(id projectr.UserID, keep string) error {
	if err := t.endSessions(id, keep); err != nil {
		return err
	}
	for _, q := range []sharedSQL{`DELETE FROM devices WHERE user_id = ?`, `DELETE FROM challenges WHERE user_id = ?`} {
		if _, err := t.exec(q, string(id)); err != nil {
			return wrap("shut account", err)
		}
	}
	return t.voidLinks(id)
}

func (t *txn) endSessions(id projectr.UserID, keep string) error {
	_, err := t.exec(`DELETE FROM sessions WHERE user_id = ? AND hash <> ?`, string(id), keep)
	return wrap("end sessions", err)
}

// voidLinks drops the one-time links of an account, and the letters that would make
// new ones.
func (t *txn) voidLinks(id projectr.UserID) error {
	if _, err := t.exec(`DELETE FROM tickets WHERE user_id = ?`, string(id)); err != nil {
		return wrap("drop links", err)
	}
	_, err := t.exec(`DELETE FROM letters WHERE user_id = ? AND sent_at IS NULL AND kind IN ('verify', 'reset', 'sign_in', 'change_email', 'welcome')`, string(id))
	return wrap("drop letters", err)
}

// VerifyUser is store.Driver's.
func (d *Driver) VerifyUser(ctx context.Context, id projectr.UserID, now time.Time) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE users SET verified_at = coalesce(verified_at, ?) WHERE id = ?`, micros(now), string(id))
		return wrap("verify user", must(n, err, errNoUser))
	})
}

// seenEvery is how long a noted use of an account stands before a later one is noted.
const seenEvery = time.Minute

// SeeUser is store.Driver's.
func (d *Driver) SeeUser(ctx context.Context, id projectr.UserID, now time.Time) error {
	u, err := d.User(ctx, id)
	if err != nil || now.Sub(u.SeenAt) < seenEvery {
		return err
	}
	return d.write(ctx, func(t *txn) error { return t.seeUser(id, now) })
}

func (t *txn) seeUser(id projectr.UserID, now time.Time) error {
	n, err := t.exec(`UPDATE users SET seen_at = max(coalesce(seen_at, 0), ?) WHERE id = ?`, micros(now), string(id))
	return wrap("see user", must(n, err, errNoUser))
}

// SetOperator is store.Driver's.
func (d *Driver) SetOperator(ctx context.Context, id projectr.UserID, may bool, a projectr.AuditEntry) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE users SET operator = ? WHERE id = ?`, may, string(id))
		if err := must(n, err, errNoUser); err != nil {
			return wrap("set operator", err)
		}
		return t.noteHouse(a)
	})
}

// Operators is store.Driver's.
func (d *Driver) Operators(ctx context.Context) (us []projectr.User, err error) {
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, `SELECT `+userColumns+` FROM users u WHERE u.operator = 1 ORDER BY u.email`, func(r *sql.Rows) error {
			u, err := scanUser(r)
			us = append(us, u)
			return err
		})
	})
	return us, err
}

// SetPassword is store.Driver's.
func (d *Driver) SetPassword(ctx context.Context, id projectr.UserID, hash, keep string, now time.Time, notices []projectr.Letter) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE users SET password = ?, verified_at = coalesce(verified_at, ?) WHERE id = ?`, hash, micros(now), string(id))
		if err := must(n, err, errNoUser); err != nil {
			return wrap("set password", err)
		}
		if err := t.shut(id, keep); err != nil {
			return err
		}
		return t.letters(notices)
	})
}

// ProveEmail is store.Driver's.
func (d *Driver) ProveEmail(ctx context.Context, hash string, p store.Purpose, now time.Time, notices []projectr.Letter) (u projectr.User, err error) {
	err = d.write(ctx, func(t *txn) error {
		var id, email, was string
		err := t.one(`DELETE FROM tickets WHERE hash = ? AND purpose = ? AND purpose IN ('verify', 'change_email') AND expires_at > ? AND data <> '' RETURNING user_id, data`,
			[]any{hash, string(p), micros(now)}, &id, &email)
		if err != nil {
			return wrap("use link", or(err, errNoTicket))
		}
		if err := t.one(`SELECT email FROM users WHERE id = ? AND disabled = 0`, []any{id}, &was); err != nil {
			return wrap("look up account", or(err, errNoTicket))
		}
		_, err = t.exec(`UPDATE users SET email = ?, verified_at = CASE WHEN email = ? THEN coalesce(verified_at, ?) ELSE ? END WHERE id = ?`, email, email, micros(now), micros(now), id)
		if taken(err) {
			return errEmailTaken
		}
		if err != nil {
			return wrap("change address", err)
		}
		if was != email {
			if err := t.voidLinks(projectr.UserID(id)); err != nil {
				return err
			}
		}
		if u, err = t.user(projectr.UserID(id)); err != nil {
			return err
		}
		return t.letters(notices)
	})
	if err != nil {
		return projectr.User{}, err
	}
	return u, nil
}

func (t *txn) user(id projectr.UserID) (u projectr.User, err error) {
	err = t.c.each(context.Background(), `SELECT `+userColumns+` FROM users u WHERE u.id = ?`, func(r *sql.Rows) error {
		u, err = scanUser(r)
		return err
	}, string(id))
	return u, err
}

// DeleteUser is store.Driver's.
func (d *Driver) DeleteUser(ctx context.Context, id projectr.UserID, a projectr.AuditEntry) error {
	return d.write(ctx, func(t *txn) error {
		if err := t.adminsRemain(id); err != nil {
			return err
		}
		if err := t.forgetName(id); err != nil {
			return err
		}
		if err := t.noteAbout(id, a); err != nil { // before it, while it still belongs somewhere
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
func (d *Driver) PutSession(ctx context.Context, hash string, x projectr.Session) error {
	return d.write(ctx, func(t *txn) error { return t.putSession(hash, x) })
}

func (t *txn) putSession(hash string, x projectr.Session) error {
	_, err := t.exec(`INSERT INTO sessions (hash, id, user_id, how, second, agent, place, created_at, seen_at, auth_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET id = excluded.id, user_id = excluded.user_id, how = excluded.how, second = excluded.second, agent = excluded.agent,
			place = excluded.place, created_at = excluded.created_at, seen_at = excluded.seen_at, auth_at = excluded.auth_at, expires_at = excluded.expires_at`,
		hash, x.ID, string(x.User), x.How, x.Second, x.Agent, x.Place, micros(x.CreatedAt), micros(x.SeenAt), micros(x.AuthAt), micros(x.ExpiresAt))
	if err != nil {
		return wrap("keep session", err)
	}
	if err := t.seeUser(x.User, x.SeenAt); err != nil {
		return err
	}
	// Those that have run out go as new ones come.
	_, err = t.exec(`DELETE FROM sessions WHERE user_id = ? AND expires_at <= ?`, string(x.User), micros(x.CreatedAt))
	return wrap("drop old sessions", err)
}

const sessionColumns = `s.id, s.user_id, s.how, s.second, s.agent, s.place, s.created_at, s.seen_at, s.auth_at, s.expires_at`

// sessionRow is where the columns of a session are read to.
type sessionRow struct {
	x                             projectr.Session
	created, seen, proved, expire int64
}

func (s *sessionRow) dest() []any {
	return []any{&s.x.ID, &s.x.User, &s.x.How, &s.x.Second, &s.x.Agent, &s.x.Place, &s.created, &s.seen, &s.proved, &s.expire}
}

func (s *sessionRow) session() projectr.Session {
	s.x.CreatedAt, s.x.SeenAt, s.x.AuthAt, s.x.ExpiresAt = moment(s.created), moment(s.seen), moment(s.proved), moment(s.expire)
	return s.x
}

// Session is store.Driver's.
func (d *Driver) Session(ctx context.Context, hash string, now time.Time) (projectr.Session, projectr.User, error) {
	var row sessionRow
	u, err := d.user(ctx, `SELECT `+userColumns+`, `+sessionColumns+` FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = ?`, errNoSession, hash, row.dest()...)
	x := row.session()
	if err == nil && (u.Disabled || !now.Before(x.ExpiresAt)) {
		err = errNoSession
	}
	if err != nil {
		return projectr.Session{}, projectr.User{}, err
	}
	return x, u, nil
}

// Sessions is store.Driver's.
func (d *Driver) Sessions(ctx context.Context, id projectr.UserID, now time.Time) (xs []projectr.Session, err error) {
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, `SELECT `+sessionColumns+` FROM sessions s WHERE s.user_id = ? AND s.expires_at > ? ORDER BY s.seen_at DESC, s.id`, func(r *sql.Rows) error {
			var row sessionRow
			err := r.Scan(row.dest()...)
			xs = append(xs, row.session())
			return err
		}, string(id), micros(now))
	})
	return xs, err
}

// SeeSession is store.Driver's.
func (d *Driver) SeeSession(ctx context.Context, hash string, now time.Time) error {
	return d.write(ctx, func(t *txn) error {
		var id projectr.UserID
		err := t.one(`UPDATE sessions SET seen_at = max(seen_at, ?) WHERE hash = ? RETURNING user_id`, []any{micros(now), hash}, &id)
		if err != nil {
			return wrap("see session", or(err, errNoSession))
		}
		return t.seeUser(id, now)
	})
}

// RenewSession is store.Driver's.
func (d *Driver) RenewSession(ctx context.Context, hash, fresh string, second bool, now time.Time) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE sessions SET hash = ?, auth_at = ?, second = max(second, ?) WHERE hash = ? AND expires_at > ?
			AND EXISTS (SELECT 1 FROM users u WHERE u.id = user_id AND u.disabled = 0)`, fresh, micros(now), second, hash, micros(now))
		return wrap("renew session", must(n, err, errNoSession))
	})
}

// DeleteSession is store.Driver's.
func (d *Driver) DeleteSession(ctx context.Context, hash string) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`DELETE FROM sessions WHERE hash = ?`, hash)
		return wrap("end session", err)
	})
}

// EndSession is store.Driver's.
func (d *Driver) EndSession(ctx context.Context, u projectr.UserID, id string) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`DELETE FROM sessions WHERE id = ? AND user_id = ?`, id, string(u))
		return wrap("end session", must(n, err, errNoSession))
	})
}

// EndSessions is store.Driver's.
func (d *Driver) EndSessions(ctx context.Context, u projectr.UserID, keep string) error {
	return d.write(ctx, func(t *txn) error { return t.endSessions(u, keep) })
}

// PutTicket is store.Driver's.
func (d *Driver) PutTicket(ctx context.Context, hash string, k store.Ticket) error {
	return d.write(ctx, func(t *txn) error { return t.putTicket(hash, k) })
}

func (t *txn) putTicket(hash string, k store.Ticket) error {
	if _, err := t.exec(`INSERT INTO tickets (hash, user_id, purpose, data, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		hash, string(k.User), string(k.Purpose), k.Data, micros(k.CreatedAt), micros(k.ExpiresAt)); err != nil {
		return wrap("keep link", err)
	}
	_, err := t.exec(`DELETE FROM tickets WHERE user_id = ? AND expires_at <= ?`, string(k.User), micros(k.CreatedAt))
	return wrap("drop old links", err)
}

const ticketColumns = `user_id, purpose, data, created_at, expires_at`

// ticket reads a link by one of the two ways to ask for it.
func ticket(one func(dest ...any) error) (k store.Ticket, err error) {
	var created, expires int64
	if err := or(one(&k.User, &k.Purpose, &k.Data, &created, &expires), errNoTicket); err != nil {
		return store.Ticket{}, err
	}
	k.CreatedAt, k.ExpiresAt = moment(created), moment(expires)
	return k, nil
}

// Ticket is store.Driver's.
func (d *Driver) Ticket(ctx context.Context, hash string, p store.Purpose, now time.Time) (k store.Ticket, err error) {
	err = d.look(ctx, func(c *conn) error {
		k, err = ticket(func(dest ...any) error {
			return c.one(ctx, `SELECT `+ticketColumns+` FROM tickets WHERE hash = ? AND purpose = ? AND expires_at > ?`, []any{hash, string(p), micros(now)}, dest...)
		})
		return err
	})
	return k, err
}

// TakeTicket is store.Driver's.
func (d *Driver) TakeTicket(ctx context.Context, hash string, p store.Purpose, now time.Time) (k store.Ticket, err error) {
	err = d.write(ctx, func(t *txn) error {
		k, err = ticket(func(dest ...any) error {
			return t.one(`DELETE FROM tickets WHERE hash = ? AND purpose = ? AND expires_at > ? RETURNING `+ticketColumns, []any{hash, string(p), micros(now)}, dest...)
		})
		return err
	})
	if err != nil {
		return store.Ticket{}, err
	}
	return k, nil
}
