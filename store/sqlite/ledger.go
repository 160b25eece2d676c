package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

var (
	errNoCall   = notFound("call")
	errNoBudget = &projectr.Error{Kind: projectr.OverLimit, Message: "The AI budget of this month is used up: mail is received, filed and read by the rules, and a model reads it when the month turns or the budget grows."}
)

// monthOf is the first day of a day's month, in days since 1970-01-01.
func monthOf(day int64) int64 {
	y, m, _ := time.Unix(day*86400, 0).UTC().Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// hasRoom refuses one more mail of a day whose month has as many as most already; 0: any
// number.
func (v view) hasRoom(day, most int64) error {
	if most == 0 {
		return nil
	}
	n, err := v.mailsIn(monthOf(day))
	if err == nil && n >= most {
		err = &projectr.Error{Kind: projectr.OverLimit, Message: fmt.Sprintf("The %d mails of this month's plan are used up: mail is kept, and read when the month turns or the plan grows.", most)}
	}
	return wrap("count mails", err)
}

// mailsIn counts the mails of a month, by its first day.
func (v view) mailsIn(month int64) (n int64, err error) {
	err = v.one(`SELECT coalesce(sum(emails), 0) FROM usage_days WHERE org = :org AND day BETWEEN ? AND ?`, []any{month, monthOf(month+31) - 1}, &n)
	return n, err
}

// Used is store.Driver's.
func (d *Driver) Used(ctx context.Context, s store.Scope, at time.Time) (u projectr.Used, err error) {
	err = d.read(ctx, s, func(v view) error {
		zone, err := v.zone(d)
		if err != nil {
			return err
		}
		if u.Spent, err = v.spent(dayOf(at, zone)); err != nil {
			return err
		}
		u.Month = u.Spent.Month
		// What waits since a month before is due, or soon is where the zone has changed since.
		soonest := max(micros(at), micros(projectr.NextMonth(at, zone).AddDate(0, 0, -2)))
		if err := v.one(`SELECT count(DISTINCT email_id) FROM readings INDEXED BY readings_budget WHERE org = :org AND budget AND due > ?`, []any{soonest}, &u.Waiting); err != nil {
			return wrap("count what waits for budget", err)
		}
		is, err := v.settings()
		if err != nil {
			return err
		}
		if !is.ByModel() { // no budget has a model read it now
			u.Waiting = 0
		}
		if u.Emails, err = v.mailsIn(monthOf(dayOf(at, zone))); err != nil {
			return wrap("count mails", err)
		}
		err = v.one(`SELECT (SELECT count(*) FROM projects WHERE org = :org AND status <> 'completed'), (SELECT bytes FROM orgs WHERE num = :org),
				(SELECT count(*) FROM members WHERE org = :org) + (SELECT count(*) FROM invitations WHERE org = :org AND expires_at > ?)`,
			[]any{micros(at)}, &u.Projects, &u.Bytes, &u.Users)
		return wrap("count what is used", err)
	})
	return u, err
}

// StartCall is store.Driver's.
func (d *Driver) StartCall(ctx context.Context, s store.Scope, id projectr.CallID, c projectr.CallStart, at time.Time, budget projectr.Budget) error {
	return d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		zone, err := v.zone(d)
		if err != nil {
			return false, err
		}
		day := dayOf(at, zone)
		var project sql.NullString
		if err := v.one(`SELECT project_id FROM emails WHERE org = :org AND id = ?`, []any{string(c.EmailID)}, &project); err != nil {
			return false, or(err, errNoEmail)
		}
		var most int64
		if c.MostMicro != nil {
			most = *c.MostMicro
		}
		month := monthOf(day)
		if _, err := v.exec(`INSERT INTO call_months (org, month, calls, unpriced, reserved, cost, charged) VALUES (:org, ?, 0, 0, 0, 0, 0)
			ON CONFLICT (org, month) DO NOTHING`, month); err != nil {
			return false, wrap("begin month", err)
		}
		n, err := v.exec(`UPDATE call_months SET calls = calls + 1, unpriced = unpriced + 1, reserved = reserved + ?
			WHERE org = :org AND month = ? AND (? = 0 OR charged + reserved + ? <= ? AND cost + lost + reserved + ? <= ?)`, most, month, budget.Charged, most, budget.Charged, most, budget.Cost)
		if err == nil && n == 0 {
			err = errNoBudget
		}
		if err != nil {
			return false, wrap("set aside", err)
		}
		if _, err := v.exec(`INSERT INTO calls (org, id, at, day, job, email_id, project, step, actor_kind, actor_id, model, answered, prompt, prices, outcome,
				took, input, cached, written, output, reasoning, most, cost, charged)
			VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, 'started', 0, 0, 0, 0, 0, 0, ?, NULL, 0)`,
			string(id), micros(at), day, c.Job, string(c.EmailID), project.String, string(c.Step), c.By.Kind, c.By.ID, c.Model, c.Prompt, c.Prices, number(c.MostMicro)); err != nil {
			return false, wrap("write call down", err)
		}
		_, err = v.exec(`INSERT INTO call_days (org, day, model, project, step, person, calls, unpriced, input, cached, written, output, reasoning, cost, charged)
			VALUES (:org, ?, ?, ?, ?, ?, 1, 1, 0, 0, 0, 0, 0, 0, 0)
			ON CONFLICT (org, day, model, project, step, person) DO UPDATE SET calls = calls + 1, unpriced = unpriced + 1`,
			day, c.Model, project.String, string(c.Step), personOf(c.By.Kind, c.By.ID))
		return true, wrap("count call", err)
	})
}

// personOf is who a call is counted under; empty when nobody asked for it.
func personOf(kind, id string) string {
	if kind != "user" && kind != "key" && kind != "operator" {
		return ""
	}
	return id
}

// callRow is what settling looks at.
type callRow struct {
	day                 int64
	job, model, project string
	step, kind, actor   string
	outcome             projectr.CallOutcome
	most                *int64
}

func (v view) call(id projectr.CallID) (c callRow, err error) {
	var most sql.NullInt64
	err = v.one(`SELECT day, job, model, project, step, actor_kind, actor_id, outcome, most FROM calls WHERE org = :org AND id = ?`, []any{string(id)},
		&c.day, &c.job, &c.model, &c.project, &c.step, &c.kind, &c.actor, &c.outcome, &most)
	if most.Valid {
		c.most = &most.Int64
	}
	return c, or(err, errNoCall)
}

// free sets free what was set aside for a call.
func (v view) free(c callRow) error {
	if c.most == nil || *c.most == 0 {
		return nil
	}
	_, err := v.exec(`UPDATE call_months SET reserved = reserved - ? WHERE org = :org AND month = ?`, *c.most, monthOf(c.day))
	return wrap("set free", err)
}

// lose has what was set aside for a call count as what it cost until that is known, or not
// count so any more: who always dies after the answer is bounded too, and so is a server
// that answers and does not count, or too late.
func (v view) lose(c callRow, sign int64) error {
	if c.most == nil || *c.most == 0 {
		return nil
	}
	_, err := v.exec(`UPDATE call_months SET lost = lost + ? WHERE org = :org AND month = ?`, sign**c.most, monthOf(c.day))
	return wrap("count lost call", err)
}

// SettleCall is store.Driver's.
func (d *Driver) SettleCall(ctx context.Context, s store.Scope, id projectr.CallID, e projectr.CallEnd) error {
	if !e.Outcome.Settled() {
		return &projectr.Error{Kind: projectr.Invalid, Field: "outcome", Message: "A call is settled by how it ended."}
	}
	return d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		c, err := v.call(id)
		if err != nil || c.outcome.Settled() {
			return false, err
		}
		var charge int64
		if c.outcome == projectr.CallStarted {
			if err := v.free(c); err != nil {
				return false, err
			}
			charge = e.Charge(c.most)
		} else if err := v.lose(c, -1); err != nil {
			return false, err
		}
		if e.CostMicro == nil {
			if err := v.lose(c, 1); err != nil {
				return false, err
			}
		}
		if charge > 0 {
			var before bool
			if err := v.one(`SELECT EXISTS (SELECT 1 FROM calls WHERE org = :org AND job = ? AND charged > 0)`, []any{c.job}, &before); err != nil {
				return false, wrap("look at job", err)
			}
			if before {
				charge = 0
			}
		}
		t := e.Tokens
		if _, err := v.exec(`UPDATE calls SET outcome = ?, answered = ?, took = ?, input = ?, cached = ?, written = ?, output = ?, reasoning = ?, cost = ?, charged = ?
			WHERE org = :org AND id = ?`, string(e.Outcome), e.Answered, e.TookMilli, t.Input, t.Cached, t.Written, t.Output, t.Reasoning, number(e.CostMicro), charge, string(id)); err != nil {
			return false, wrap("settle call", err)
		}
		var cost, priced int64
		if e.CostMicro != nil {
			cost, priced = *e.CostMicro, 1
		}
		if _, err := v.exec(`UPDATE call_months SET unpriced = unpriced - ?, cost = cost + ?, charged = charged + ? WHERE org = :org AND month = ?`,
			priced, cost, charge, monthOf(c.day)); err != nil {
			return false, wrap("sum month", err)
		}
		var assumed int64
		if charge > 0 && e.CostMicro == nil {
			assumed = 1
		}
		_, err = v.exec(`UPDATE call_days SET unpriced = unpriced - ?, assumed = assumed + ?, input = input + ?, cached = cached + ?, written = written + ?, output = output + ?, reasoning = reasoning + ?,
				cost = cost + ?, charged = charged + ?
			WHERE org = :org AND day = ? AND model = ? AND project = ? AND step = ? AND person = ?`,
			priced, assumed, t.Input, t.Cached, t.Written, t.Output, t.Reasoning, cost, charge, c.day, c.model, c.project, c.step, personOf(c.kind, c.actor))
		return true, wrap("sum day", err)
	})
}

// LoseCalls is store.Driver's. It looks before it asks for the writer: mostly there
// is nothing to lose.
func (d *Driver) LoseCalls(ctx context.Context, s store.Scope, before time.Time) (lost int, err error) {
	const started = `SELECT id FROM calls INDEXED BY calls_open WHERE org = :org AND outcome = 'started' AND at < ?`
	var open bool
	err = d.read(ctx, s, func(v view) error {
		return v.one(`SELECT EXISTS (`+started+`)`, []any{micros(before)}, &open)
	})
	if err != nil || !open {
		return 0, err
	}
	err = d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		var ids []projectr.CallID
		if err := v.each(started, func(r *sql.Rows) error {
			var id projectr.CallID
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		}, micros(before)); err != nil {
			return false, wrap("read open calls", err)
		}
		lost = len(ids)
		for _, id := range ids {
			c, err := v.call(id)
			if err == nil {
				err = v.free(c)
			}
			if err == nil {
				err = v.lose(c, 1)
			}
			if err != nil {
				return false, err
			}
			if _, err := v.exec(`UPDATE calls SET outcome = 'unknown' WHERE org = :org AND id = ?`, string(id)); err != nil {
				return false, wrap("lose call", err)
			}
		}
		return lost > 0, nil
	})
	return lost, err
}

// Ledger is store.Driver's.
func (d *Driver) Ledger(ctx context.Context, s store.Scope, f projectr.LedgerFilter) (projectr.List[projectr.LedgerEntry], error) {
	var l list[projectr.LedgerEntry]
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	var err error
	if f.From != "" {
		if from, err = dayNamed(f.From); err != nil {
			return l.done(), err
		}
	}
	if f.To != "" {
		if to, err = dayNamed(f.To); err != nil {
			return l.done(), err
		}
	}
	err = d.read(ctx, s, func(v view) error {
		l = listOf[projectr.LedgerEntry](v, "ledger", f.Page, 1, 1)
		at, err := l.after(f.Page.After)
		if err != nil {
			return err
		}
		where, args := []string{"c.org = :org", "(c.at, c.id) < (?, ?)", "c.day BETWEEN ? AND ?"}, []any{at.num(0), at.str(0), from, to}
		for _, w := range []struct{ column, is string }{{"c.email_id", string(f.Email)}, {"c.project", string(f.Project)}, {"c.model", f.Model}, {"c.step", string(f.Step)}, {"c.outcome", string(f.Outcome)}} {
			if w.is != "" {
				where, args = append(where, w.column+" = ?"), append(args, w.is)
			}
		}
		switch f.Person {
		case "":
		case projectr.BySettings:
			where = append(where, "c.actor_kind NOT IN ('user', 'key', 'operator')") // as personOf
		default:
			where, args = append(where, "c.actor_kind IN ('user', 'key', 'operator')", "c.actor_id = ?"), append(args, f.Person)
		}
		return v.each(orgSQL(`SELECT c.org, c.id, c.at, c.day, c.job, c.email_id, coalesce(e.subject, ''), nullif(c.project, ''), coalesce(p.name, ''), c.step, c.actor_kind, c.actor_id, coalesce(u.name, k.name, ''), c.model, c.answered, c.prompt, c.prices,
				c.outcome, c.took, c.input, c.cached, c.written, c.output, c.reasoning, c.most, c.cost, c.charged
			FROM calls c LEFT JOIN members m ON c.actor_kind = 'user' AND m.org = c.org AND m.user_id = c.actor_id LEFT JOIN users u ON u.id = m.user_id
				LEFT JOIN api_keys k ON c.actor_kind = 'key' AND k.org = c.org AND k.id = c.actor_id
				LEFT JOIN emails e ON e.org = c.org AND e.id = c.email_id LEFT JOIN projects p ON p.org = c.org AND p.id = c.project
			WHERE `+strings.Join(where, " AND ")+` ORDER BY c.at DESC, c.id DESC LIMIT ?`), func(r *sql.Rows) error {
			var e projectr.LedgerEntry
			var org, at, day int64
			t := &e.Tokens
			if err := r.Scan(&org, &e.ID, &at, &day, &e.Job, &e.EmailID, &e.Subject, &e.ProjectID, &e.Project, &e.Step, &e.By.Kind, &e.By.ID, &e.By.Name, &e.Model, &e.Answered, &e.Prompt, &e.Prices,
				&e.Outcome, &e.TookMilli, &t.Input, &t.Cached, &t.Written, &t.Output, &t.Reasoning, &e.MostMicro, &e.CostMicro, &e.ChargedMicro); err != nil {
				return err
			}
			e.At, e.Day = moment(at), dateOf(day)
			l.add(e, mark{nums: [2]int64{at}, strs: [2]string{string(e.ID)}})
			return v.own(org)
		}, append(args, f.Page.Limit+1)...)
	})
	return l.done(), err
}

// CallDays is store.Driver's.
func (d *Driver) CallDays(ctx context.Context, s store.Scope, from, to string) (days []projectr.CallDay, err error) {
	first, err := dayNamed(from)
	if err != nil {
		return nil, err
	}
	last, err := dayNamed(to)
	if err != nil {
		return nil, err
	}
	days = []projectr.CallDay{}
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT org, day, model, nullif(project, ''), step, person, calls, unpriced, assumed, input, cached, written, output, reasoning, cost, charged
			FROM call_days WHERE org = :org AND day BETWEEN ? AND ? ORDER BY day, model, project, step, person`, func(r *sql.Rows) error {
			var x projectr.CallDay
			var org, day int64
			t := &x.Tokens
			if err := r.Scan(&org, &day, &x.Model, &x.ProjectID, &x.Step, &x.By, &x.Calls, &x.Unpriced, &x.Assumed, &t.Input, &t.Cached, &t.Written, &t.Output, &t.Reasoning,
				&x.CostMicro, &x.ChargedMicro); err != nil {
				return err
			}
			x.Day = dateOf(day)
			days = append(days, x)
			return v.own(org)
		}, first, last)
	})
	return days, wrap("read days of calls", err)
}

// Spent is store.Driver's.
func (d *Driver) Spent(ctx context.Context, s store.Scope, at time.Time) (x projectr.Spent, err error) {
	err = d.read(ctx, s, func(v view) error {
		zone, err := v.zone(d)
		if err != nil {
			return err
		}
		x, err = v.spent(dayOf(at, zone))
		return err
	})
	return x, err
}

// spent is what calls of a day's month come to.
func (v view) spent(day int64) (x projectr.Spent, err error) {
	month := monthOf(day)
	x.Month = dateOf(month)[:len("2006-01")]
	err = v.one(`SELECT coalesce(sum(calls), 0), coalesce(sum(unpriced), 0), coalesce(sum(reserved), 0), coalesce(sum(cost), 0), coalesce(sum(lost), 0), coalesce(sum(charged), 0)
		FROM call_months WHERE org = :org AND month = ?`, []any{month}, &x.Calls, &x.Unpriced, &x.ReservedMicro, &x.CostMicro, &x.LostMicro, &x.ChargedMicro)
	return x, wrap("read month", err)
}

// PruneLedger is store.Driver's.
func (d *Driver) PruneLedger(ctx context.Context, s store.Scope, day string) (pruned int, err error) {
	before, err := dayNamed(day)
	if err != nil {
		return 0, err
	}
	err = d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		// Of a reading that goes on, what was charged is not charged again: its calls stay.
		n, err := v.exec(`DELETE FROM calls WHERE org = :org AND day < ? AND outcome <> 'started'
			AND email_id NOT IN (SELECT r.email_id FROM readings r WHERE r.org = :org AND r.due IS NOT NULL)`, before)
		pruned = int(n)
		return n > 0, wrap("prune ledger", err)
	})
	return pruned, err
}

// unknownLimit is that of alerts that were raised before limits were kept with them.
const unknownLimit = math.MaxInt64

// told is whether an alert was raised before, of this limit or a greater one: who was told
// of a share of that knows.
const told = `SELECT EXISTS (SELECT 1 FROM alerts WHERE org = :org AND month = ? AND kind = ? AND percent = ? AND most >= ?)`

// PutAlert is store.Driver's.
func (d *Driver) PutAlert(ctx context.Context, s store.Scope, a projectr.Alert, tell bool) (fresh bool, err error) {
	key := []any{a.Month, string(a.Of), a.Percent, a.Limit}
	look := func(v view) error {
		var kept bool
		err := v.one(told, key, &kept)
		fresh = !kept
		return wrap("look for alert", err)
	}
	if err = d.read(ctx, s, look); err != nil || !fresh { // mostly it was raised before
		return false, err
	}
	err = d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		if err := look(v); err != nil || !fresh {
			return false, err
		}
		if _, err := v.exec(`INSERT INTO alerts (org, month, kind, percent, most, at) VALUES (:org, ?, ?, ?, ?, ?)`, append(key, micros(a.At))...); err != nil || !tell {
			return true, wrap("raise alert", err)
		}
		_, err = v.exec(`INSERT INTO letters (kind, user_id, email, org, ref, at, due)
			SELECT ?, u.id, '', m.org, ?, ?, ? FROM members m JOIN users u ON u.id = m.user_id WHERE m.org = :org AND m.role = 'admin' AND u.disabled = 0`,
			string(a.Letter()), strconv.Itoa(a.Percent), micros(a.At), micros(a.At))
		return true, wrap("write to the admins", err)
	})
	return fresh && err == nil, err
}

// Alerts is store.Driver's.
func (d *Driver) Alerts(ctx context.Context, s store.Scope, month string) (l []projectr.Alert, err error) {
	l = []projectr.Alert{}
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT org, month, kind, percent, most, at FROM alerts WHERE org = :org AND month = ? ORDER BY at DESC, kind, percent DESC, most DESC`, func(r *sql.Rows) error {
			var a projectr.Alert
			var org, at int64
			if err := r.Scan(&org, &a.Month, &a.Of, &a.Percent, &a.Limit, &at); err != nil {
				return err
			}
			if a.Limit == unknownLimit {
				a.Limit = 0
			}
			a.At = moment(at)
			l = append(l, a)
			return v.own(org)
		}, month)
	})
	return l, wrap("list alerts", err)
}

// ResumeReadings is store.Driver's.
func (d *Driver) ResumeReadings(ctx context.Context, s store.Scope) (resumed int, err error) {
	err = d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		resumed, err = v.resume()
		return resumed > 0, err
	})
	return resumed, err
}

// resume has what waits for budget be due again. It is done in the step that changes what
// it waits for: between two, mail would be shown to wait for what it has.
func (v view) resume() (int, error) {
	n, err := v.exec(`UPDATE readings SET budget = 0, due = at, note = '' WHERE org = :org AND budget AND due IS NOT NULL`)
	return int(n), wrap("resume readings", err)
}
