package sqlite

import (
	"context"
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

// eachEvent calls scan for every row of eventColumns, factColumns and what stands
// after them. The fact is there only when the event has one.
func (v view) eachEvent(q orgSQL, scan func(projectr.Event, *cells) error, args ...any) error {
	return v.eachCells(q, func(c *cells) error {
		org := c.num()
		e := projectr.Event{ID: projectr.EventID(c.str()), Kind: projectr.EventKind(c.str())}
		at, minutes := c.num(), c.num()
		e.At, e.ProjectID = zoned(at, minutes), projectr.ProjectID(c.str())
		e.EmailID, e.FactID = (*projectr.EmailID)(c.opt()), (*projectr.FactID)(c.opt())
		e.Actor = projectr.Actor{Kind: c.str(), ID: c.str(), Name: c.str()}
		e.Other, e.Note = (*projectr.ProjectID)(c.opt()), c.str()
		f, err := v.factFrom(c)
		if err == nil {
			err = v.own(org)
		}
		if err != nil {
			return err
		}
		if f.ID != "" {
			e.Fact = &f
		}
		return scan(e, c)
	}, args...)
}

// Timeline is store.Driver's.
func (d *Driver) Timeline(ctx context.Context, s store.Scope, id projectr.ProjectID, p projectr.Page) (projectr.List[projectr.Event], error) {
	var l list[projectr.Event]
	err := d.read(ctx, s, func(v view) error {
		name := "timeline " + string(id)
		l = listOf[projectr.Event](v, name, p, 1, 1)
		at, err := l.after(p.After)
		if err != nil {
			return err
		}
		err = v.eachEvent(`SELECT `+eventColumns+`, `+factColumns+`
			FROM events e LEFT JOIN facts f ON f.org = e.org AND f.id = e.fact_id
			WHERE e.org = :org AND e.project = ? AND (e.at, e.id) < (?, ?)
			ORDER BY e.at DESC, e.id DESC LIMIT ?`, func(e projectr.Event, _ *cells) error {
			l.add(e, mark{nums: [2]int64{micros(e.At)}, strs: [2]string{string(e.ID)}})
			return nil
		}, string(id), at.num(0), at.str(0), p.Limit+1)
		if err == nil && len(l.items) == 0 { // it is empty, or not there at all
			_, err = v.project(id)
		}
		return err
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
		l = listOf[projectr.Event](v, "changes", p, 1, 1)
		at, err := l.after(p.After)
		if err != nil {
			return err
		}
		return v.eachEvent(`SELECT `+eventColumns+`, `+factColumns+`, e.recorded_at `+news+` AND (e.recorded_at, e.id) < (?, ?)
			ORDER BY e.recorded_at DESC, e.id DESC LIMIT ?`, func(e projectr.Event, c *cells) error {
			l.add(e, mark{nums: [2]int64{c.num()}, strs: [2]string{string(e.ID)}})
			return nil
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
