package sqlite

import (
	"database/sql"
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

// count adds sign times a mail in that state, with its facts, to what is
// counted of a project and, if it counts as received, of a day.
func (v view) count(p projectr.ProjectID, zone *time.Location, sign int, e mailRow, state projectr.EmailState, day int64) error {
	if e.counted {
		if err := v.used(day, p, sign); err != nil {
			return err
		}
	}
	if p == "" {
		return nil
	}
	if state != projectr.Filed {
		return v.tally(p, zone, sign, nil, e.Facts)
	}
	if err := v.tally(p, zone, sign, []time.Time{e.Date}, e.Facts); err != nil {
		return err
	}
	if sign > 0 {
		return v.mailed(p, e.Date)
	}
	return v.redate(p)
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
	err := v.one(`SELECT min(date), max(date) FROM emails WHERE org = :org AND project_id = ? AND state = 'filed'`, []any{string(p)}, &first, &last)
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
	err := v.each(`SELECT project_id, '', date FROM emails WHERE org = :org AND project_id IS NOT NULL AND state = 'filed'
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
