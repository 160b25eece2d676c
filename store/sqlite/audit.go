package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"slices"

	"projectr"
	"projectr/store"
)

// note adds an entry to the organisation's audit log. Each entry's hash covers
// the entry and the hash before it, so that none can be changed or taken out
// without all that follow.
func (v view) note(a projectr.AuditEntry) error {
	var n int64
	var prev []byte
	err := v.one(`SELECT n, hash FROM audit WHERE org = :org ORDER BY n DESC LIMIT 1`, nil, &n, &prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return wrap("read the audit log", err)
	}
	n++
	_, err = v.exec(`INSERT INTO audit (org, n, at, actor_kind, actor_id, actor_name, action, target, hash) VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?)`,
		n, micros(a.At), a.Actor.Kind, a.Actor.ID, a.Actor.Name, a.Action, a.Target, auditHash(prev, n, a))
	return wrap("add to the audit log", err)
}

// auditHash is SHA-256 over the hash before, the entry's number and time (8
// bytes each, big-endian) and its texts, each after its length. The first entry
// follows 32 zero bytes.
func auditHash(prev []byte, n int64, a projectr.AuditEntry) []byte {
	b := slices.Clone(prev)
	if len(b) == 0 {
		b = make([]byte, sha256.Size)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(n))
	b = binary.BigEndian.AppendUint64(b, uint64(micros(a.At)))
	for _, s := range []string{a.Actor.Kind, a.Actor.ID, a.Actor.Name, a.Action, a.Target} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// PutAudit is store.Driver's.
func (d *Driver) PutAudit(ctx context.Context, s store.Scope, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(*txn, view) (bool, error) { return true, nil })
}

// Audit is store.Driver's.
func (d *Driver) Audit(ctx context.Context, s store.Scope, p projectr.Page) (projectr.List[projectr.AuditEntry], error) {
	var l list[projectr.AuditEntry]
	err := d.read(ctx, s, func(v view) error {
		l = listOf[projectr.AuditEntry](v, "audit", p, 1, 0)
		at, err := l.after(p.After)
		if err != nil {
			return err
		}
		return v.each(`SELECT n, at, actor_kind, actor_id, actor_name, action, target FROM audit
			WHERE org = :org AND n < ? ORDER BY n DESC LIMIT ?`, func(r *sql.Rows) error {
			var a projectr.AuditEntry
			var n, us int64
			if err := r.Scan(&n, &us, &a.Actor.Kind, &a.Actor.ID, &a.Actor.Name, &a.Action, &a.Target); err != nil {
				return err
			}
			a.At = moment(us)
			l.add(a, mark{nums: [2]int64{n}})
			return nil
		}, at.num(0), p.Limit+1)
	})
	return l.done(), err
}
