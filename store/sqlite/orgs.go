package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

var errNameTaken = &projectr.Error{Kind: projectr.Conflict, Field: "address", Message: "That address is taken."}

// CreateOrg is store.Driver's.
func (d *Driver) CreateOrg(ctx context.Context, o projectr.Org, a projectr.AuditEntry) error {
	return d.write(ctx, func(t *txn) error {
		_, err := t.createOrg(o, a)
		return err
	})
}

// createOrg makes an organisation and notes it in its audit log.
func (t *txn) createOrg(o projectr.Org, a projectr.AuditEntry) (view, error) {
	var num int64
	var erased bool
	if err := t.one(`SELECT count(*) FROM erased WHERE id = ?`, []any{string(o.ID)}, &erased); err != nil {
		return view{}, wrap("look up id", err)
	}
	if erased {
		return view{}, &projectr.Error{Kind: projectr.Conflict, Message: "There was an organisation with this id, which was deleted."}
	}
	err := t.one(`INSERT INTO orgs (id, name, address, plan, suspended, time_zone, created_at, trial_ends, read_until)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING num`,
		[]any{string(o.ID), o.Name, o.Address, o.Plan, o.Suspended, o.TimeZone, micros(o.CreatedAt), optional(o.TrialEnds), optional(o.ReadUntil)}, &num)
	if taken(err) {
		return view{}, &projectr.Error{Kind: projectr.Conflict, Message: "There is an organisation with this id already.", Err: err}
	}
	if err != nil {
		return view{}, wrap("create organisation", err)
	}
	v := view{ctx: context.Background(), c: t.c, org: num}
	if err := v.route(o.Address); err != nil {
		return view{}, err
	}
	return v, v.note(a)
}

// route makes name lead to the organisation. A name that leads, or ever led, to
// another is a Conflict.
func (v view) route(name string) error {
	var org sql.NullInt64
	err := v.c.one(v.ctx, `SELECT org FROM routes WHERE name = ?`, []any{name}, &org)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err = v.exec(`INSERT INTO routes (org, name) VALUES (:org, ?)`, name)
		return wrap("add address", err)
	case err != nil:
		return wrap("look up address", err)
	case !org.Valid || org.Int64 != v.org:
		return errNameTaken
	}
	return nil
}

// Info is store.Driver's.
func (d *Driver) Info(ctx context.Context, s store.Scope) (o projectr.Org, err error) {
	err = d.read(ctx, s, func(v view) error {
		o, err = v.info()
		return err
	})
	return o, err
}

func (v view) info() (o projectr.Org, err error) {
	var created int64
	var trial, leaves, read, closes sql.NullInt64
	err = v.one(`SELECT id, name, address, plan, suspended, time_zone, created_at, trial_ends, leaves_at, read_until, closes_at, warned FROM orgs WHERE num = :org`, nil,
		&o.ID, &o.Name, &o.Address, &o.Plan, &o.Suspended, &o.TimeZone, &created, &trial, &leaves, &read, &closes, &o.Warned)
	o.CreatedAt, o.TrialEnds, o.DeleteAt, o.ReadUntil, o.ClosesAt = moment(created), optionalMoment(trial), optionalMoment(leaves), optionalMoment(read), optionalMoment(closes)
	return o, or(err, errNoOrg)
}

var errRenamed = &projectr.Error{Kind: projectr.Conflict, Message: "Somebody else has changed the organisation just now. Look at it again."}

// PutInfo is store.Driver's.
func (d *Driver) PutInfo(ctx context.Context, s store.Scope, was, o projectr.Org, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		now, err := v.info()
		if err != nil {
			return false, err
		}
		if now != was {
			return false, errRenamed
		}
		if err := v.route(o.Address); err != nil {
			return false, err
		}
		if _, err := v.exec(`UPDATE orgs SET name = ?, address = ?, plan = ?, suspended = ?, time_zone = ?, trial_ends = ?, leaves_at = ?, read_until = ?, closes_at = ?, warned = ? WHERE num = :org`,
			o.Name, o.Address, o.Plan, o.Suspended, o.TimeZone, optional(o.TrialEnds), optional(o.DeleteAt), optional(o.ReadUntil), optional(o.ClosesAt), o.Warned); err != nil {
			return false, wrap("save organisation", err)
		}
		if o.Suspended != was.Suspended || !o.DeleteAt.Equal(was.DeleteAt) {
			if err := t.noteHouse(a); err != nil { // the house knows of it when the organisation's own log is gone
				return false, err
			}
		}
		if was.DeleteAt.IsZero() && !o.DeleteAt.IsZero() {
			if err := v.tellAdmins(projectr.LetterLeaving, "", a.At); err != nil {
				return false, err
			}
		}
		if o.Plan != was.Plan || o.TimeZone != was.TimeZone { // what waits for the turn of the month waits for another moment
			if _, err := v.resume(); err != nil {
				return false, err
			}
		}
		if o.TimeZone == was.TimeZone {
			return true, nil
		}
		return true, v.recountWeeks(d.zone(o.TimeZone))
	})
}

// Settings is store.Driver's.
func (d *Driver) Settings(ctx context.Context, s store.Scope) (is projectr.Settings, err error) {
	err = d.read(ctx, s, func(v view) error {
		is, err = v.settings()
		return err
	})
	return is, err
}

// settings reads what was decided over what holds without.
func (v view) settings() (projectr.Settings, error) {
	is := projectr.DefaultSettings()
	var kept []byte
	if err := v.one(`SELECT settings FROM orgs WHERE num = :org`, nil, &kept); err != nil {
		return is, or(err, errNoOrg)
	}
	return is, wrap("read settings", json.Unmarshal(kept, &is))
}

var errResettled = &projectr.Error{Kind: projectr.Conflict, Message: "Somebody else has changed the settings just now. Look at them again."}

// PutSettings is store.Driver's.
func (d *Driver) PutSettings(ctx context.Context, s store.Scope, was, is projectr.Settings, a projectr.AuditEntry) error {
	kept, err := toJSON(is)
	if err != nil {
		return err
	}
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		now, err := v.settings()
		if err != nil {
			return false, err
		}
		if !reflect.DeepEqual(now, was) {
			return false, errResettled
		}
		if _, err := v.exec(`UPDATE orgs SET settings = ? WHERE num = :org`, kept); err != nil {
			return false, wrap("save settings", err)
		}
		if is.ReadsAs(was) {
			return true, nil
		}
		_, err = v.resume()
		return true, err
	})
}

var errStays = &projectr.Error{Kind: projectr.Conflict, Message: "This organisation is not to be deleted now."}

// LeavingOrgs is store.Driver's.
func (d *Driver) LeavingOrgs(ctx context.Context, now time.Time) (ids []projectr.OrgID, err error) {
	return d.orgIDs(ctx, `SELECT id FROM orgs WHERE leaves_at <= ? ORDER BY num`, micros(now))
}

// DeleteOrg is store.Driver's. Children go before what they belong to, so that
// looking for rows left behind finds none at once.
func (d *Driver) DeleteOrg(ctx context.Context, s store.Scope, due time.Time, a projectr.AuditEntry) error {
	defer d.nums.Delete(s.Org())
	return d.change(ctx, s, nil, func(t *txn, v view) (bool, error) {
		o, err := v.info()
		if err != nil {
			return false, err
		}
		if !due.IsZero() && (o.DeleteAt.IsZero() || o.DeleteAt.After(due)) {
			return false, errStays
		}
		if err := t.noteHouse(a); err != nil {
			return false, err
		}
		// What is erased is overwritten as well, not only unlinked.
		if err := t.c.secureDelete("ON"); err != nil {
			return false, err
		}
		defer func() { _ = t.c.secureDelete("FAST") }()
		var people []projectr.UserID
		if err := v.each(`SELECT user_id FROM members WHERE org = :org ORDER BY user_id`, func(r *sql.Rows) error {
			var id projectr.UserID
			err := r.Scan(&id)
			people = append(people, id)
			return err
		}); err != nil {
			return false, wrap("list members", err)
		}
		for _, q := range []orgSQL{
			`DELETE FROM events WHERE org = :org`,
			`DELETE FROM readings WHERE org = :org`,
			`DELETE FROM fact_versions WHERE org = :org`,
			`DELETE FROM facts WHERE org = :org`,
			`DELETE FROM attachments WHERE org = :org`,
			`DELETE FROM file_texts WHERE org = :org`,
			`DELETE FROM arrivals WHERE org = :org`,
			`DELETE FROM senders WHERE org = :org`,
			`DELETE FROM filing_rules WHERE org = :org`,
			`DELETE FROM bodies WHERE doc BETWEEN :org << 40 AND ((:org + 1) << 40) - 1`,
			`DELETE FROM emails WHERE org = :org`,
			`DELETE FROM message_ids WHERE org = :org`,
			`DELETE FROM threads WHERE org = :org`,
			`DELETE FROM weeks WHERE org = :org`,
			`DELETE FROM seen WHERE org = :org`,
			`DELETE FROM projects WHERE org = :org`,
			`DELETE FROM usage_days WHERE org = :org`,
			`DELETE FROM letters WHERE org = :org`,
			`DELETE FROM invitations WHERE org = :org`,
			`DELETE FROM visits WHERE org = :org`,
			`DELETE FROM audit WHERE org = :org`,
			`DELETE FROM api_keys WHERE org = :org`,
			`DELETE FROM members WHERE org = :org`,
			`DELETE FROM search WHERE rowid BETWEEN :org << 40 AND ((:org + 1) << 40) - 1`,
			`INSERT INTO erased (id) SELECT id FROM orgs WHERE num = :org`,
			`DELETE FROM orgs WHERE num = :org`, // its names stay, leading nowhere
		} {
			if _, err := v.exec(q); err != nil {
				return false, wrap("delete organisation", err)
			}
		}
		for _, id := range people {
			if err := t.dropStranded(id, a); err != nil {
				return false, err
			}
		}
		// What was recorded just before, in the same commit, is indexed after this.
		t.later = append(t.later, indexing{doc: v.org << orgBits, drop: (v.org+1)<<orgBits - 1})
		return true, nil
	})
}

// dropStranded removes an account that belongs nowhere any more, since its organisation
// was deleted as a says: nobody could remove it afterwards. Those of operators stay.
func (t *txn) dropStranded(id projectr.UserID, a projectr.AuditEntry) error {
	n, err := t.exec(`DELETE FROM users WHERE id = ? AND operator = 0 AND NOT EXISTS (SELECT 1 FROM members m WHERE m.user_id = users.id)`, string(id))
	if err != nil || n == 0 {
		return wrap("delete user", err)
	}
	// What they did in other organisations stays under their name there: those are not deleted.
	if _, err := t.exec(`UPDATE house_audit SET actor_name = '' WHERE actor_id = ?`, string(id)); err != nil {
		return wrap("forget a name", err)
	}
	a.Action, a.Target = "account.delete", string(id)
	return t.noteHouse(a)
}

// secureDelete sets the pragma anew: a prepared one would act only once.
func (c *conn) secureDelete(to string) error {
	_, err := c.c.ExecContext(context.Background(), "PRAGMA secure_delete = "+to)
	return wrap("set secure_delete", err)
}

// Members is store.Driver's.
func (d *Driver) Members(ctx context.Context, s store.Scope) (ms []projectr.Member, err error) {
	ms = []projectr.Member{}
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT `+userColumns+`, m.role, m.since FROM members m JOIN users u ON u.id = m.user_id WHERE m.org = :org ORDER BY u.name, u.id`,
			func(r *sql.Rows) error {
				var m projectr.Member
				var since sql.NullInt64
				u, err := scanUser(r, &m.Role, &since)
				m.User, m.Since = u, optionalMoment(since)
				ms = append(ms, m)
				return err
			})
	})
	return ms, err
}

// PutMember is store.Driver's.
func (d *Driver) PutMember(ctx context.Context, s store.Scope, u projectr.UserID, r projectr.Role, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		if r != projectr.Admin {
			if err := v.notTheLastAdmin(u); err != nil {
				return false, err
			}
		}
		_, err := v.exec(`INSERT INTO members (org, user_id, role, since) VALUES (:org, ?, ?, ?)
			ON CONFLICT (org, user_id) DO UPDATE SET role = excluded.role`, string(u), string(r), micros(a.At))
		return true, wrap("save member", err)
	})
}

// ChangeRole is store.Driver's.
func (d *Driver) ChangeRole(ctx context.Context, s store.Scope, u projectr.UserID, r projectr.Role, a projectr.AuditEntry) (changed bool, err error) {
	err = d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		var was projectr.Role
		err := v.one(`SELECT role FROM members WHERE org = :org AND user_id = ?`, []any{string(u)}, &was)
		if changed = err == nil && was != r; !changed {
			return false, wrap("look up member", or(err, errNoMember))
		}
		if r != projectr.Admin {
			if err := v.notTheLastAdmin(u); err != nil {
				return false, err
			}
		}
		_, err = v.exec(`UPDATE members SET role = ? WHERE org = :org AND user_id = ?`, string(r), string(u))
		return true, wrap("change role", err)
	})
	return changed && err == nil, err
}

// DropMember is store.Driver's.
func (d *Driver) DropMember(ctx context.Context, s store.Scope, u projectr.UserID, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		if err := v.notTheLastAdmin(u); err != nil {
			return false, err
		}
		n, err := v.exec(`DELETE FROM members WHERE org = :org AND user_id = ?`, string(u))
		return true, wrap("drop member", must(n, err, errNoMember))
	})
}

var errNoMember = notFound("member")

// notTheLastAdmin refuses to take an admin away who is the only one that can sign in.
func (v view) notTheLastAdmin(u projectr.UserID) error {
	var is, others int
	err := v.one(`SELECT count(*) FILTER (WHERE m.user_id = ?), count(*) FILTER (WHERE m.user_id <> ?)
		FROM members m JOIN users u ON u.id = m.user_id WHERE m.org = :org AND m.role = 'admin' AND u.disabled = 0`, []any{string(u), string(u)}, &is, &others)
	if err == nil && is == 1 && others == 0 {
		return &projectr.Error{Kind: projectr.Conflict, Message: "The last admin cannot be taken away."}
	}
	return wrap("count admins", err)
}

// APIKeys is store.Driver's.
func (d *Driver) APIKeys(ctx context.Context, s store.Scope) (ks []projectr.APIKey, err error) {
	ks = []projectr.APIKey{}
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT `+keyColumns+` FROM api_keys k LEFT JOIN users b ON b.id = k.by WHERE k.org = :org ORDER BY k.created_at DESC, k.id`, func(r *sql.Rows) error {
			k, err := scanKey(r)
			ks = append(ks, k)
			return err
		})
	})
	return ks, err
}

// PutAPIKey is store.Driver's.
func (d *Driver) PutAPIKey(ctx context.Context, s store.Scope, k projectr.APIKey, hash string, letters []projectr.Letter, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		scopes := make([]string, len(k.Scopes))
		for i, p := range k.Scopes {
			scopes[i] = string(p)
		}
		_, err := v.exec(`INSERT INTO api_keys (org, id, hash, name, prefix, role, scopes, by, created_at, expires_at, revoked_at) VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			string(k.ID), hash, k.Name, k.Prefix, string(k.Role), strings.Join(scopes, " "), k.By, micros(k.CreatedAt), optional(k.ExpiresAt), optional(k.RevokedAt))
		if taken(err) {
			return false, &projectr.Error{Kind: projectr.Conflict, Message: "There is an API key with this id already.", Err: err}
		}
		if err != nil {
			return false, wrap("keep API key", err)
		}
		return true, t.letters(letters)
	})
}

// RevokeAPIKey is store.Driver's.
func (d *Driver) RevokeAPIKey(ctx context.Context, s store.Scope, id projectr.KeyID, at time.Time, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		var revoked sql.NullInt64
		if err := v.one(`SELECT revoked_at FROM api_keys WHERE org = :org AND id = ?`, []any{string(id)}, &revoked); err != nil || revoked.Valid {
			return false, or(err, errNoKey) // one that is closed stays closed since when it was
		}
		_, err := v.exec(`UPDATE api_keys SET revoked_at = ? WHERE org = :org AND id = ?`, micros(at), string(id))
		return true, wrap("revoke API key", err)
	})
}
