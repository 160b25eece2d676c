package sqlite

import (
	"context"
	"database/sql"
	"time"

	"projectr"
	"projectr/store"
)

var errNoPasskey = notFound("passkey")

// Factors is store.Driver's.
func (d *Driver) Factors(ctx context.Context, id projectr.UserID) (f store.Factors, err error) {
	err = d.look(ctx, func(c *conn) error {
		return or(c.one(ctx, `SELECT u.totp, u.totp_step, (SELECT count(*) FROM recovery_codes r WHERE r.user_id = u.id), (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id)
			FROM users u WHERE u.id = ?`, []any{string(id)}, &f.TOTP, &f.Step, &f.Codes, &f.Passkeys), errNoUser)
	})
	return f, err
}

// SetTOTP is store.Driver's.
func (d *Driver) SetTOTP(ctx context.Context, id projectr.UserID, sealed []byte, step int64, codes []string, notices []projectr.Letter) error {
	return d.write(ctx, func(t *txn) error {
		if len(sealed) == 0 {
			sealed, step = nil, 0
		}
		n, err := t.exec(`UPDATE users SET totp = ?, totp_step = ? WHERE id = ?`, sealed, step, string(id))
		if err := must(n, err, errNoUser); err != nil {
			return wrap("set one-time codes", err)
		}
		if err := t.recoveryCodes(id, codes); err != nil {
			return err
		}
		return t.letters(notices)
	})
}

func (t *txn) recoveryCodes(id projectr.UserID, hashes []string) error {
	if _, err := t.exec(`DELETE FROM recovery_codes WHERE user_id = ?`, string(id)); err != nil {
		return wrap("drop recovery codes", err)
	}
	for _, hash := range hashes {
		if _, err := t.exec(`INSERT INTO recovery_codes (user_id, hash) VALUES (?, ?)`, string(id), hash); err != nil {
			return wrap("keep recovery codes", err)
		}
	}
	return nil
}

// UseTOTP is store.Driver's.
func (d *Driver) UseTOTP(ctx context.Context, id projectr.UserID, sealed []byte, step int64) (bool, error) {
	return d.took(ctx, "use one-time code", `UPDATE users SET totp_step = ? WHERE id = ? AND totp = ? AND totp_step < ?`, step, string(id), sealed, step)
}

// TakeRecoveryCode is store.Driver's.
func (d *Driver) TakeRecoveryCode(ctx context.Context, id projectr.UserID, hash string) (bool, error) {
	return d.took(ctx, "use recovery code", `DELETE FROM recovery_codes WHERE user_id = ? AND hash = ?`, string(id), hash)
}

// took runs a statement that changes one row for whoever comes first.
func (d *Driver) took(ctx context.Context, doing string, q sharedSQL, args ...any) (bool, error) {
	var n int64
	err := d.write(ctx, func(t *txn) (err error) {
		n, err = t.exec(q, args...)
		return wrap(doing, err)
	})
	return err == nil && n == 1, err
}

// PutRecoveryCodes is store.Driver's.
func (d *Driver) PutRecoveryCodes(ctx context.Context, id projectr.UserID, hashes []string) error {
	return d.write(ctx, func(t *txn) error {
		var on bool
		if err := t.one(`SELECT totp IS NOT NULL FROM users WHERE id = ?`, []any{string(id)}, &on); err != nil {
			return wrap("look up account", or(err, errNoUser))
		}
		if !on {
			return &projectr.Error{Kind: projectr.Conflict, Message: "Recovery codes belong to one-time codes: set those up first."}
		}
		return t.recoveryCodes(id, hashes)
	})
}

// ResetFactors is store.Driver's.
func (d *Driver) ResetFactors(ctx context.Context, id projectr.UserID, notices []projectr.Letter, a projectr.AuditEntry) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE users SET totp = NULL, totp_step = 0 WHERE id = ?`, string(id))
		if err := must(n, err, errNoUser); err != nil {
			return wrap("reset factors", err)
		}
		if _, err := t.exec(`DELETE FROM passkeys WHERE user_id = ?`, string(id)); err != nil {
			return wrap("drop passkeys", err)
		}
		if err := t.recoveryCodes(id, nil); err != nil {
			return err
		}
		if err := t.shut(id, ""); err != nil {
			return err
		}
		if err := t.noteAbout(id, a); err != nil {
			return err
		}
		return t.letters(notices)
	})
}

// PutPasskey is store.Driver's.
func (d *Driver) PutPasskey(ctx context.Context, k projectr.Passkey, notices []projectr.Letter) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.exec(`INSERT INTO passkeys (id, user_id, name, credential, created_at, used_at) VALUES (?, ?, ?, ?, ?, ?)`,
			k.ID, string(k.User), k.Name, k.Credential, micros(k.CreatedAt), optional(k.UsedAt))
		if taken(err) {
			return &projectr.Error{Kind: projectr.Conflict, Message: "This passkey is set up already.", Err: err}
		}
		if err != nil {
			return wrap("keep passkey", err)
		}
		return t.letters(notices)
	})
}

const passkeyColumns = `id, user_id, name, credential, created_at, used_at`

func (d *Driver) passkeys(ctx context.Context, q sharedSQL, key string) (ks []projectr.Passkey, err error) {
	err = d.look(ctx, func(c *conn) error {
		return c.each(ctx, q, func(r *sql.Rows) error {
			var k projectr.Passkey
			var created int64
			var used sql.NullInt64
			err := r.Scan(&k.ID, &k.User, &k.Name, &k.Credential, &created, &used)
			k.CreatedAt, k.UsedAt = moment(created), optionalMoment(used)
			ks = append(ks, k)
			return err
		}, key)
	})
	return ks, err
}

// Passkey is store.Driver's.
func (d *Driver) Passkey(ctx context.Context, id string) (projectr.Passkey, error) {
	ks, err := d.passkeys(ctx, `SELECT `+passkeyColumns+` FROM passkeys WHERE id = ?`, id)
	if err == nil && len(ks) == 0 {
		err = errNoPasskey
	}
	if err != nil {
		return projectr.Passkey{}, err
	}
	return ks[0], nil
}

// Passkeys is store.Driver's.
func (d *Driver) Passkeys(ctx context.Context, id projectr.UserID) ([]projectr.Passkey, error) {
	return d.passkeys(ctx, `SELECT `+passkeyColumns+` FROM passkeys WHERE user_id = ? ORDER BY created_at, id`, string(id))
}

// UsePasskey is store.Driver's.
func (d *Driver) UsePasskey(ctx context.Context, was projectr.Passkey, credential string, at time.Time) error {
	return d.write(ctx, func(t *txn) error {
		var now string
		if err := t.one(`SELECT credential FROM passkeys WHERE id = ? AND user_id = ?`, []any{was.ID, string(was.User)}, &now); err != nil {
			return wrap("look up passkey", or(err, errNoPasskey))
		}
		if now != was.Credential {
			return &projectr.Error{Kind: projectr.Conflict, Message: "This passkey was used somewhere else at the same moment. Try again."}
		}
		_, err := t.exec(`UPDATE passkeys SET credential = ?, used_at = ? WHERE id = ?`, credential, micros(at), was.ID)
		return wrap("use passkey", err)
	})
}

// RenamePasskey is store.Driver's.
func (d *Driver) RenamePasskey(ctx context.Context, u projectr.UserID, id, name string) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`UPDATE passkeys SET name = ? WHERE id = ? AND user_id = ?`, name, id, string(u))
		return wrap("rename passkey", must(n, err, errNoPasskey))
	})
}

// DropPasskey is store.Driver's.
func (d *Driver) DropPasskey(ctx context.Context, u projectr.UserID, id string, notices []projectr.Letter) error {
	return d.write(ctx, func(t *txn) error {
		n, err := t.exec(`DELETE FROM passkeys WHERE id = ? AND user_id = ?`, id, string(u))
		if err := must(n, err, errNoPasskey); err != nil {
			return wrap("drop passkey", err)
		}
		return t.letters(notices)
	})
}
