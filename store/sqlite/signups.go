package sqlite

import (
	"context"
	"time"

	"projectr"
	"projectr/store"
)

// maxDevices bounds what is kept of browsers that signed in to an account before.
const maxDevices = 20

// PutDevice is store.Driver's.
func (d *Driver) PutDevice(ctx context.Context, hash string, id projectr.UserID, now, expires time.Time) error {
	return d.write(ctx, func(t *txn) error {
		if _, err := t.exec(`INSERT INTO devices (hash, user_id, expires_at) VALUES (?, ?, ?)`, hash, string(id), micros(expires)); err != nil {
			return wrap("keep browser", err)
		}
		_, err := t.exec(`DELETE FROM devices WHERE user_id = ?1 AND (expires_at <= ?2 OR hash NOT IN (
			SELECT hash FROM devices WHERE user_id = ?1 ORDER BY expires_at DESC, hash LIMIT ?3))`, string(id), micros(now), maxDevices)
		return wrap("drop old browsers", err)
	})
}

// Device is store.Driver's.
func (d *Driver) Device(ctx context.Context, hash string, now time.Time) (id projectr.UserID, err error) {
	err = d.look(ctx, func(c *conn) error {
		return or(c.one(ctx, `SELECT user_id FROM devices WHERE hash = ? AND expires_at > ?`, []any{hash, micros(now)}, &id), notFound("browser"))
	})
	return id, err
}

// PutChallenge is store.Driver's.
func (d *Driver) PutChallenge(ctx context.Context, hash string, x store.Challenge, now time.Time) error {
	return d.write(ctx, func(t *txn) error {
		if _, err := t.exec(`DELETE FROM challenges WHERE expires_at <= ?`, micros(now)); err != nil {
			return wrap("drop old challenges", err)
		}
		_, err := t.exec(`INSERT INTO challenges (hash, kind, user_id, data, expires_at) VALUES (?, ?, nullif(?, ''), ?, ?)`, hash, x.Kind, string(x.User), x.Data, micros(x.ExpiresAt))
		return wrap("keep challenge", err)
	})
}

var errNoChallenge = &projectr.Error{Kind: projectr.NotFound, Message: "This took too long, or was done already. Begin again."}

// TakeChallenge is store.Driver's.
func (d *Driver) TakeChallenge(ctx context.Context, hash, kind string, now time.Time) (store.Challenge, error) {
	var x store.Challenge
	err := d.write(ctx, func(t *txn) error {
		var expires int64
		err := t.one(`DELETE FROM challenges WHERE hash = ? AND kind = ? AND expires_at > ? RETURNING kind, coalesce(user_id, ''), data, expires_at`,
			[]any{hash, kind, micros(now)}, &x.Kind, &x.User, &x.Data, &expires)
		x.ExpiresAt = moment(expires)
		return wrap("take challenge", or(err, errNoChallenge))
	})
	if err != nil {
		return store.Challenge{}, err
	}
	return x, nil
}

// PutSignUp is store.Driver's.
func (d *Driver) PutSignUp(ctx context.Context, hash string, x store.SignUp, now time.Time, letters []projectr.Letter) error {
	return d.write(ctx, func(t *txn) error {
		if _, err := t.exec(`DELETE FROM signups WHERE expires_at <= ?`, micros(now)); err != nil {
			return wrap("drop old sign-ups", err)
		}
		if _, err := t.exec(`INSERT INTO signups (hash, email, data, expires_at) VALUES (?, ?, ?, ?)`, hash, x.Email, x.Data, micros(x.ExpiresAt)); err != nil {
			return wrap("keep sign-up", err)
		}
		if x.By.Kind != "" {
			if err := t.noteHouse(projectr.AuditEntry{At: now, Actor: x.By, Action: "org.invite", Target: x.Email}); err != nil {
				return err
			}
		}
		return t.letters(letters)
	})
}

// SignUp is store.Driver's.
func (d *Driver) SignUp(ctx context.Context, hash string, now time.Time) (x store.SignUp, err error) {
	var expires int64
	err = d.look(ctx, func(c *conn) error {
		return or(c.one(ctx, `SELECT email, data, expires_at FROM signups WHERE hash = ? AND expires_at > ?`, []any{hash, micros(now)}, &x.Email, &x.Data, &expires), errNoTicket)
	})
	if err != nil {
		return store.SignUp{}, err
	}
	x.ExpiresAt = moment(expires)
	return x, nil
}

// RenewSignUp is store.Driver's.
func (d *Driver) RenewSignUp(ctx context.Context, hash, fresh string, expires, now time.Time) error {
	return d.write(ctx, func(t *txn) error {
		var email string
		if err := t.one(`UPDATE signups SET hash = ?, expires_at = ? WHERE hash = ? AND expires_at > ? RETURNING email`,
			[]any{fresh, micros(expires), hash, micros(now)}, &email); err != nil {
			return wrap("renew sign-up", or(err, errNoTicket))
		}
		_, err := t.exec(`UPDATE letters SET ref = ? WHERE email = ? AND kind = ? AND ref = ?`, fresh, email, string(projectr.LetterSignUp), hash)
		return wrap("renew letter of sign-up", err)
	})
}

// Found is store.Driver's.
func (d *Driver) Found(ctx context.Context, hash string, f store.Founding, a projectr.AuditEntry) error {
	return d.write(ctx, func(t *txn) error {
		u := f.User
		if err := t.one(`DELETE FROM signups WHERE hash = ? AND expires_at > ? RETURNING email`, []any{hash, micros(a.At)}, &u.Email); err != nil {
			return wrap("use sign-up", or(err, errNoTicket))
		}
		if _, err := t.exec(`DELETE FROM signups WHERE email = ?`, u.Email); err != nil {
			return wrap("void other sign-ups", err)
		}
		u.VerifiedAt = a.At
		if err := t.createUser(u, f.Password); err != nil {
			return err
		}
		v, err := t.createOrg(f.Org, a)
		if err != nil {
			return err
		}
		if _, err := v.exec(`INSERT INTO members (org, user_id, role, since) VALUES (:org, ?, ?, ?)`, string(u.ID), string(projectr.Admin), micros(a.At)); err != nil {
			return wrap("add first member", err)
		}
		return t.putSession(f.Secret, f.Session)
	})
}
