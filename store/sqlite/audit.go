package sqlite

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"

	"projectr"
	"projectr/store"
)

// The forms of an entry's hash. Entries of form 1 were written before there were
// routes; their hash covers the actor's name. That of form 2 covers everything but
// the name, so that a name can be taken out and the chain still holds.
const (
	form1 = 1
	form2 = 2
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
	a = sealed(a)
	_, err = v.exec(`INSERT INTO audit (org, n, at, actor_kind, actor_id, actor_name, action, target, route, outcome, request, note, form, hash)
		VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		n, micros(a.At), a.Actor.Kind, a.Actor.ID, a.Actor.Name, a.Action, a.Target, a.Route, string(a.Outcome), a.Request, a.Note, form2, auditHash(form2, prev, n, a))
	return wrap("add to the audit log", err)
}

// sealed is an entry as it is kept.
func sealed(a projectr.AuditEntry) projectr.AuditEntry {
	a.Outcome = cmp.Or(a.Outcome, projectr.WasDone)
	return a
}

// auditHash is SHA-256 over the hash before, the entry's number and time (8
// bytes each, big-endian) and its texts, each after its length. The first entry
// follows 32 zero bytes. Form 2 begins with its number, so that no entry of one
// form passes for one of the other.
func auditHash(form int64, prev []byte, n int64, a projectr.AuditEntry) []byte {
	var b []byte
	texts := []string{a.Actor.Kind, a.Actor.ID, a.Actor.Name, a.Action, a.Target}
	if form == form2 {
		b = append(b, form2)
		texts = []string{a.Actor.Kind, a.Actor.ID, a.Action, a.Target, a.Route, string(a.Outcome), a.Request, a.Note}
	}
	if len(prev) == 0 {
		prev = make([]byte, sha256.Size)
	}
	b = append(b, prev...)
	b = binary.BigEndian.AppendUint64(b, uint64(n))
	b = binary.BigEndian.AppendUint64(b, uint64(micros(a.At)))
	for _, s := range texts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

const auditColumns = `n, at, actor_kind, actor_id, actor_name, action, target, route, outcome, request, note`

func auditCells(a *projectr.AuditEntry, n, us *int64) []any {
	return []any{n, us, &a.Actor.Kind, &a.Actor.ID, &a.Actor.Name, &a.Action, &a.Target, &a.Route, &a.Outcome, &a.Request, &a.Note}
}

func scanAudit(l *list[projectr.AuditEntry]) func(*sql.Rows) error {
	return func(r *sql.Rows) error {
		var a projectr.AuditEntry
		var n, us int64
		if err := r.Scan(auditCells(&a, &n, &us)...); err != nil {
			return err
		}
		a.At = moment(us)
		l.add(a, mark{nums: [2]int64{n}})
		return nil
	}
}

// auditFilter is the further condition for entries, with its arguments.
func auditFilter(f projectr.AuditFilter) (where string, args []any) {
	add := func(sql string, with any) { where, args = where+" AND "+sql, append(args, with) }
	if f.Person != "" {
		add(`actor_id = ?`, f.Person)
	}
	if f.Action != "" {
		add(`action = ?`, f.Action)
	}
	if f.Outcome != "" {
		add(`outcome = ?`, string(f.Outcome))
	}
	if !f.From.IsZero() {
		add(`at >= ?`, micros(f.From))
	}
	if !f.To.IsZero() {
		add(`at < ?`, micros(f.To))
	}
	return where, args
}

// chain follows an audit log from its beginning.
type chain struct {
	n, broken int64
	head      []byte
}

// follow looks at the next row: form, hash, then auditColumns.
func (c *chain) follow(r *sql.Rows) error {
	var a projectr.AuditEntry
	var form, n, us int64
	var hash []byte
	if err := r.Scan(append([]any{&form, &hash}, auditCells(&a, &n, &us)...)...); err != nil {
		return err
	}
	a.At = moment(us)
	c.n++
	if c.broken == 0 && (n != c.n || form != form1 && form != form2 || !slices.Equal(hash, auditHash(form, c.head, n, a))) {
		c.broken = c.n
	}
	c.head = hash
	return nil
}

func (c *chain) check() projectr.AuditCheck {
	return projectr.AuditCheck{Entries: c.n, Head: hex.EncodeToString(c.head), Broken: c.broken}
}

// PutAudit is store.Driver's.
func (d *Driver) PutAudit(ctx context.Context, s store.Scope, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(*txn, view) (bool, error) { return true, nil })
}

// Audit is store.Driver's.
func (d *Driver) Audit(ctx context.Context, s store.Scope, f projectr.AuditFilter) (projectr.List[projectr.AuditEntry], error) {
	var l list[projectr.AuditEntry]
	err := d.read(ctx, s, func(v view) error {
		l = listOf[projectr.AuditEntry](v, "audit", f.Page, 1, 0)
		at, err := l.after(f.Page.After)
		if err != nil {
			return err
		}
		index := ""
		switch { // said, because without statistics the primary key looks as good
		case f.Person != "":
			index = ` INDEXED BY audit_actor`
		case f.Action != "":
			index = ` INDEXED BY audit_action`
		}
		where, args := auditFilter(f)
		return v.each(orgSQL(`SELECT `+auditColumns+` FROM audit`+index+` WHERE org = :org AND n < ?`+where+` ORDER BY n DESC LIMIT ?`), scanAudit(&l),
			append(append([]any{at.num(0)}, args...), f.Page.Limit+1)...)
	})
	return l.done(), err
}

// VerifyAudit is store.Driver's.
func (d *Driver) VerifyAudit(ctx context.Context, s store.Scope) (projectr.AuditCheck, error) {
	var c chain
	err := d.read(ctx, s, func(v view) error {
		return v.each(`SELECT form, hash, `+auditColumns+` FROM audit WHERE org = :org ORDER BY n`, c.follow)
	})
	return c.check(), err
}
