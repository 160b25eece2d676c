package sqlite

import (
	"context"
	"database/sql"
	"time"

	"projectr"
	"projectr/store"
)

// addEvent adds an entry to a timeline. recorded is when it became known.
func (v view) addEvent(e projectr.Event, recorded time.Time) error {
	_, err := v.exec(`INSERT INTO events (org, project, at, id, at_offset, kind, email_id, fact_id, actor_kind, actor_id, actor_name, other, note, recorded_at)
		VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(e.ProjectID), micros(e.At), string(e.ID), offset(e.At), string(e.Kind), text(e.EmailID), text(e.FactID),
		e.Actor.Kind, e.Actor.ID, e.Actor.Name, text(e.Other), e.Note, micros(recorded))
	return wrap("add event", err)
}

// addEventOnce adds an entry unless the project's timeline tells of the same
// fact already, as it does when a mail comes back to where it was.
func (v view) addEventOnce(e projectr.Event, recorded time.Time) error {
	if e.Kind == projectr.FactExtracted && e.FactID != nil {
		var n int
		err := v.one(`SELECT count(*) FROM events WHERE org = :org AND project = ? AND at = ? AND kind = ? AND fact_id = ?`,
			[]any{string(e.ProjectID), micros(e.At), string(e.Kind), string(*e.FactID)}, &n)
		if err != nil || n > 0 {
			return wrap("look for event", err)
		}
	}
	return v.addEvent(e, recorded)
}

// text keeps nil as NULL.
func text[T ~string](p *T) any {
	if p == nil {
		return nil
	}
	return string(*p)
}

const eventColumns = `e.org, e.id, e.kind, e.at, e.at_offset, e.project, e.email_id, e.fact_id, e.actor_kind, e.actor_id, e.actor_name, e.other, e.note`

// eventScan reads eventColumns, factColumns and what stands after them. The
// fact is there only when the event has one.
func (v view) scanEvent(r *sql.Rows, more ...any) (e projectr.Event, err error) {
	var org, at, minutes int64
	var f factRow
	dest := append([]any{&org, &e.ID, &e.Kind, &at, &minutes, &e.ProjectID, &e.EmailID, &e.FactID,
		&e.Actor.Kind, &e.Actor.ID, &e.Actor.Name, &e.Other, &e.Note}, f.dest()...)
	if err := r.Scan(append(dest, more...)...); err != nil {
		return e, err
	}
	if err := v.own(org); err != nil {
		return e, err
	}
	e.At = zoned(at, minutes)
	if e.FactID != nil && f.id.Valid {
		fact, err := f.fact(v)
		if err != nil {
			return e, err
		}
		e.Fact = &fact
	}
	return e, nil
}

// Timeline is store.Driver's.
func (d *Driver) Timeline(ctx context.Context, s store.Scope, id projectr.ProjectID, p projectr.Page) (projectr.List[projectr.Event], error) {
	var l list[projectr.Event]
	err := d.read(ctx, s, func(v view) error {
		name := "timeline " + string(id)
		at, err := v.cursor(name, p.After, 1, 1)
		if err != nil {
			return err
		}
		l = listOf[projectr.Event](v, name, p)
		return v.each(`SELECT `+eventColumns+`, `+factColumns+`
			FROM events e LEFT JOIN facts f ON f.org = e.org AND f.id = e.fact_id
			WHERE e.org = :org AND e.project = ? AND (e.at, e.id) < (?, ?)
			ORDER BY e.at DESC, e.id DESC LIMIT ?`, func(r *sql.Rows) error {
			e, err := v.scanEvent(r)
			l.add(e, mark{nums: []int64{micros(e.At)}, strs: []string{string(e.ID)}})
			return err
		}, string(id), at.num(0), at.str(0), p.Limit+1)
	})
	return l.done(), err
}

// news are the events of facts as Changes lists them: those recorded in the
// project the fact is in now. What was recorded while it was elsewhere, or its
// mail in review, is not news of this project.
const news = `FROM events e INDEXED BY events_news JOIN facts f ON f.org = e.org AND f.id = e.fact_id AND f.project_id = e.project
	WHERE e.org = :org AND e.kind IN ('fact_extracted', 'fact_confirmed', 'fact_corrected', 'fact_rejected') AND e.project <> ''
		AND e.recorded_at >= ? AND (f.live OR e.kind <> 'fact_extracted')`

// Changes is store.Driver's.
func (d *Driver) Changes(ctx context.Context, s store.Scope, since time.Time, p projectr.Page) (projectr.List[projectr.Event], error) {
	var l list[projectr.Event]
	err := d.read(ctx, s, func(v view) error {
		at, err := v.cursor("changes", p.After, 1, 1)
		if err != nil {
			return err
		}
		l = listOf[projectr.Event](v, "changes", p)
		return v.each(`SELECT `+eventColumns+`, `+factColumns+`, e.recorded_at `+news+` AND (e.recorded_at, e.id) < (?, ?)
			ORDER BY e.recorded_at DESC, e.id DESC LIMIT ?`, func(r *sql.Rows) error {
			var recorded int64
			e, err := v.scanEvent(r, &recorded)
			l.add(e, mark{nums: []int64{recorded}, strs: []string{string(e.ID)}})
			return err
		}, micros(since), at.num(0), at.str(0), p.Limit+1)
	})
	return l.done(), err
}

// ChangeTotals is store.Driver's.
func (d *Driver) ChangeTotals(ctx context.Context, s store.Scope, since time.Time) (t projectr.ChangeTotals, err error) {
	err = d.read(ctx, s, func(v view) error {
		return v.one(`SELECT count(DISTINCT e.email_id), count(DISTINCT e.project) `+news, []any{micros(since)}, &t.Mails, &t.Projects)
	})
	return t, err
}
