package sqlite

import (
	"database/sql"
	"slices"
	"time"

	"projectr"
)

// Pages of projects show sums over mails and facts. They are kept with the
// project and its weeks and change in the same step as what they count; storetest
// counts again after random changes.

// tally adds sign times mails (filed on a project) and facts to the sums of a
// project. Facts that do not count any more are left out.
func (v view) tally(p projectr.ProjectID, zone *time.Location, sign int, mails []time.Time, facts []projectr.Fact) error {
	type bar struct {
		kind string
		week int64
	}
	bars := map[bar]int{}
	for _, m := range mails {
		bars[bar{"", weekOf(m, zone)}] += sign
	}
	var live, actions, risks int
	for _, f := range facts {
		if !f.Live() {
			continue
		}
		live++
		bars[bar{string(f.Kind), weekOf(f.At, zone)}] += sign
		if drives(f) && f.Kind == projectr.ActionItem {
			actions++
		}
		if drives(f) && f.Kind == projectr.Risk {
			risks++
		}
	}
	for b, n := range bars {
		if _, err := v.exec(`INSERT INTO weeks (org, project_id, kind, week, n) VALUES (:org, ?, ?, ?, ?)
			ON CONFLICT (org, project_id, kind, week) DO UPDATE SET n = n + excluded.n`, string(p), b.kind, b.week, n); err != nil {
			return wrap("count weeks", err)
		}
	}
	_, err := v.exec(`UPDATE projects SET mails = mails + ?, facts = facts + ?, actions = actions + ?, risks = risks + ?
		WHERE org = :org AND id = ?`, sign*len(mails), sign*live, sign*actions, sign*risks, string(p))
	return wrap("count in project", err)
}

// count adds sign times a mail, with its facts, to what is counted of each project
// where it stands and, if it counts as received, of a day: there it is one mail, of its
// own project.
func (v view) count(zone *time.Location, sign int, e mailRow, day int64) error {
	if e.counted {
		if err := v.used(day, projectOf(e.Email), sign); err != nil {
			return err
		}
	}
	for _, p := range e.Projects() {
		var dates []time.Time
		if e.State == projectr.Filed {
			dates = []time.Time{e.Date}
		}
		if err := v.tally(p, zone, sign, dates, factsOn(p, e.Facts)); err != nil {
			return err
		}
		if e.State != projectr.Filed {
			continue
		}
		var err error
		if sign > 0 {
			err = v.mailed(p, e.Date)
		} else {
			err = v.redate(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// retally counts facts as they are now in place of what they were.
func (v view) retally(zone *time.Location, was, is []projectr.Fact) error {
	for sign, facts := range map[int][]projectr.Fact{-1: was, 1: is} {
		var done []projectr.ProjectID
		for _, f := range facts {
			if f.ProjectID == "" || slices.Contains(done, f.ProjectID) {
				continue
			}
			done = append(done, f.ProjectID)
			if err := v.tally(f.ProjectID, zone, sign, nil, factsOn(f.ProjectID, facts)); err != nil {
				return err
			}
		}
	}
	return nil
}

// factsOn are those of facts that are filed on a project.
func factsOn(p projectr.ProjectID, facts []projectr.Fact) []projectr.Fact {
	var out []projectr.Fact
	for _, f := range facts {
		if f.ProjectID == p {
			out = append(out, f)
		}
	}
	return out
}

// drives says whether a fact may be counted as work to do. It is the column
// facts.drives said in Go.
func drives(f projectr.Fact) bool {
	if f.Repeats != nil || f.DoneAt != nil {
		return false
	}
	switch f.State {
	case projectr.FactConfirmed, projectr.FactCorrected:
		return true
	case projectr.FactOpen:
		return f.Proof != projectr.Unverified && f.Held == ""
	}
	return false
}

// mailed notes that a project has mail of that date.
func (v view) mailed(p projectr.ProjectID, date time.Time) error {
	us := micros(date)
	_, err := v.exec(`UPDATE projects SET first_mail_at = min(coalesce(first_mail_at, ?), ?), last_mail_at = max(coalesce(last_mail_at, ?), ?),
		active_at = max(coalesce(last_mail_at, ?), ?) WHERE org = :org AND id = ?`, us, us, us, us, us, us, string(p))
	return wrap("date project", err)
}

// redate looks up again between which dates a project has mail, after one was
// taken away.
func (v view) redate(p projectr.ProjectID) error {
	var first, last sql.NullInt64
	err := v.one(`SELECT min(p.date), max(p.date) FROM email_projects p JOIN emails e ON e.doc = p.doc WHERE p.org = :org AND p.project_id = ? AND e.state = 'filed'`, []any{string(p)}, &first, &last)
	if err != nil {
		return wrap("look up dates", err)
	}
	_, err = v.exec(`UPDATE projects SET first_mail_at = ?, last_mail_at = ?, active_at = coalesce(?, created_at) WHERE org = :org AND id = ?`,
		first, last, last, string(p))
	return wrap("date project", err)
}

// recountWeeks makes the weeks anew, after the organisation's zone has changed.
func (v view) recountWeeks(zone *time.Location) error {
	type bar struct {
		project, kind string
		week          int64
	}
	bars := map[bar]int{}
	err := v.each(`SELECT p.project_id, '', p.date FROM email_projects p JOIN emails e ON e.doc = p.doc WHERE p.org = :org AND e.state = 'filed'
		UNION ALL SELECT project_id, kind, at FROM facts WHERE org = :org AND project_id IS NOT NULL AND live`, func(r *sql.Rows) error {
		var b bar
		var us int64
		err := r.Scan(&b.project, &b.kind, &us)
		b.week = weekOf(moment(us), zone)
		bars[b]++
		return err
	})
	if err != nil {
		return wrap("count weeks again", err)
	}
	if _, err := v.exec(`DELETE FROM weeks WHERE org = :org`); err != nil {
		return wrap("count weeks again", err)
	}
	for b, n := range bars {
		if _, err := v.exec(`INSERT INTO weeks (org, project_id, kind, week, n) VALUES (:org, ?, ?, ?, ?)`, b.project, b.kind, b.week, n); err != nil {
			return wrap("count weeks again", err)
		}
	}
	return nil
}

// used adds n mails to a day's usage.
func (v view) used(day int64, p projectr.ProjectID, n int) error {
	_, err := v.exec(`INSERT INTO usage_days (org, day, project, emails) VALUES (:org, ?, ?, ?)
		ON CONFLICT (org, day, project) DO UPDATE SET emails = emails + excluded.emails`, day, string(p), n)
	return wrap("count usage", err)
}
