package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"projectr"
	"projectr/store"
)

// Subscription is store.Driver's.
func (d *Driver) Subscription(ctx context.Context, s store.Scope, event string) (is projectr.Subscription, taken bool, err error) {
	err = d.read(ctx, s, func(v view) error {
		if is, err = v.subscription(); err != nil || event == "" {
			return err
		}
		err = v.one(`SELECT EXISTS (SELECT 1 FROM payment_events WHERE org = :org AND id = ?)`, []any{event}, &taken)
		return wrap("look for event", err)
	})
	return is, taken, err
}

func (v view) subscription() (s projectr.Subscription, err error) {
	var from, to, trial, cancel, since, next sql.NullInt64
	var began, asOf int64
	var price, nextPrice []byte
	err = v.one(`SELECT id, plan, state, began, period_start, period_end, trial_end, cancel_at, since, next_plan, next_at, price, next_price, invoice, others, as_of, revision FROM subscriptions WHERE org = :org`, nil,
		&s.ID, &s.Plan, &s.State, &began, &from, &to, &trial, &cancel, &since, &s.Next, &next, &price, &nextPrice, &s.Invoice, &s.Others, &asOf, &s.Revision)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		s.State = projectr.NoSubscription
	case err != nil:
		return s, wrap("read subscription", err)
	default:
		s.AsOf = moment(asOf)
		s.PeriodStart, s.PeriodEnd, s.TrialEnd = optionalMoment(from), optionalMoment(to), optionalMoment(trial)
		s.CancelAt, s.Since, s.NextAt = optionalMoment(cancel), optionalMoment(since), optionalMoment(next)
		if began != 0 {
			s.Began = moment(began)
		}
		if err := errors.Join(json.Unmarshal(price, &s.Price), json.Unmarshal(nextPrice, &s.NextPrice)); err != nil {
			return s, wrap("read price", err)
		}
	}
	err = v.one(`SELECT customer FROM customers WHERE org = :org`, nil, &s.Customer)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return s, wrap("read customer", err)
}

var (
	errOtherCustomer = &projectr.Error{Kind: projectr.Conflict, Message: "This organisation is another customer of the payment provider already."}
	errPaidAtOnce    = &projectr.Error{Kind: projectr.Conflict, Message: "The subscription was changed just now. Look at it again."}
)

// PutCustomer is store.Driver's.
func (d *Driver) PutCustomer(ctx context.Context, s store.Scope, was, customer string, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		now, err := v.subscription()
		if err != nil || now.Customer == customer {
			return false, err
		}
		if now.Customer != was {
			return false, errOtherCustomer
		}
		if was == "" {
			_, err = v.exec(`INSERT INTO customers (org, customer) VALUES (:org, ?)`, customer)
		} else {
			_, err = v.exec(`UPDATE customers SET customer = ? WHERE org = :org AND customer = ?`, customer, was)
		}
		if taken(err) {
			return false, errOtherCustomer
		}
		return true, wrap("keep customer", err)
	})
}

// PutSubscription is store.Driver's.
func (d *Driver) PutSubscription(ctx context.Context, s store.Scope, t store.SubscriptionStep, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		was, err := v.subscription()
		if err != nil {
			return false, err
		}
		info, err := v.info()
		if err != nil {
			return false, err
		}
		if was.Revision != t.Was.Revision || was.Customer != t.Was.Customer || info != t.Info {
			return false, errPaidAtOnce
		}
		if t.Event != "" {
			n, err := v.exec(`INSERT INTO payment_events (org, id, at) VALUES (:org, ?, ?) ON CONFLICT DO NOTHING`, t.Event, micros(t.At))
			if err == nil && n == 0 {
				err = errPaidAtOnce
			}
			if err != nil {
				return false, wrap("keep event", err)
			}
		}
		is := t.Is
		var began int64
		if !is.Began.IsZero() {
			began = micros(is.Began)
		}
		price, err := toJSON(is.Price)
		if err != nil {
			return false, err
		}
		nextPrice, err := toJSON(is.NextPrice)
		if err != nil {
			return false, err
		}
		if _, err := v.exec(`INSERT INTO subscriptions (org, id, plan, state, began, period_start, period_end, trial_end, cancel_at, since, next_plan, next_at, price, next_price, invoice, others, as_of, revision)
			VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (org) DO UPDATE SET id = excluded.id, plan = excluded.plan, state = excluded.state, began = excluded.began, period_start = excluded.period_start,
				period_end = excluded.period_end, trial_end = excluded.trial_end, cancel_at = excluded.cancel_at, since = excluded.since,
				next_plan = excluded.next_plan, next_at = excluded.next_at, price = excluded.price, next_price = excluded.next_price, invoice = excluded.invoice, others = excluded.others, as_of = excluded.as_of, revision = excluded.revision`,
			is.ID, is.Plan, string(is.State), began, optional(is.PeriodStart), optional(is.PeriodEnd), optional(is.TrialEnd), optional(is.CancelAt), optional(is.Since), is.Next, optional(is.NextAt),
			price, nextPrice, is.Invoice, is.Others, micros(is.AsOf), is.Revision); err != nil {
			return false, wrap("keep subscription", err)
		}
		_, err = v.exec(`UPDATE orgs SET plan = ?, read_until = ?, closes_at = ?, warned = ? WHERE num = :org`, t.Then.Plan, optional(t.Then.ReadUntil), optional(t.Then.ClosesAt), t.Then.Warned)
		if err == nil && t.Then.Plan != t.Info.Plan {
			_, err = v.resume()
		}
		return !is.Same(was) || t.Then != t.Info, wrap("keep plan", err)
	})
}

// PutClosing is store.Driver's.
func (d *Driver) PutClosing(ctx context.Context, s store.Scope, was, is projectr.Org, letter projectr.LetterKind, ref string, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		now, err := v.info()
		if err != nil {
			return false, err
		}
		if now != was {
			return false, errRenamed
		}
		if _, err := v.exec(`UPDATE orgs SET closes_at = ?, warned = ? WHERE num = :org`, optional(is.ClosesAt), is.Warned); err != nil || letter == "" {
			return true, wrap("keep end", err)
		}
		return true, v.tellAdmins(letter, ref, a.At)
	})
}

// Reminders is store.Driver's.
func (d *Driver) Reminders(ctx context.Context, s store.Scope, limit int) (l []projectr.Reminder, err error) {
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT org, kind, about FROM reminders WHERE org = :org ORDER BY n DESC LIMIT ?`, func(r *sql.Rows) error {
			var x projectr.Reminder
			var org int64
			if err := r.Scan(&org, &x.Kind, &x.About); err != nil {
				return err
			}
			l = append(l, x)
			return v.own(org)
		}, limit)
	})
	return l, wrap("list reminders", err)
}

// PutReminder is store.Driver's.
func (d *Driver) PutReminder(ctx context.Context, s store.Scope, info projectr.Org, revision int64, r projectr.Reminder, letter projectr.LetterKind, ref string, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		now, err := v.info()
		if err != nil {
			return false, err
		}
		sub, err := v.subscription()
		if err != nil {
			return false, err
		}
		if now != info || sub.Revision != revision {
			return false, errPaidAtOnce
		}
		n, err := v.exec(`INSERT INTO reminders (org, n, kind, about, at) SELECT :org, 1 + coalesce(max(n), 0), ?, ?, ? FROM reminders WHERE org = :org ON CONFLICT (org, kind, about) DO NOTHING`,
			string(r.Kind), r.About, micros(a.At))
		if err == nil && n == 0 {
			err = errPaidAtOnce
		}
		if err != nil {
			return false, wrap("keep reminder", err)
		}
		return true, v.tellAdmins(letter, ref, a.At)
	})
}

// moreUse is what days were charged beyond what is in the outbox of them, and how many
// entries those have.
const moreUse = `SELECT day, more, entries FROM (
	SELECT day, sum(charged) - coalesce((SELECT sum(u.amount) FROM use_entries u WHERE u.org = :org AND u.day = c.day), 0) AS more,
		(SELECT count(*) FROM use_entries u WHERE u.org = :org AND u.day = c.day) AS entries
	FROM call_days c WHERE org = :org AND day >= ? GROUP BY day) WHERE more > 0`

// useFrom is the first day whose use is counted at a moment, and that moment's; false: none
// is.
func (v view) useFrom(at time.Time, zone *time.Location) (first, today int64, ok bool, err error) {
	s, err := v.subscription()
	if err != nil || s.Customer == "" || s.Began.IsZero() {
		return 0, 0, false, err
	}
	today = dayOf(at, zone)
	return max(dayOf(s.Began, zone), today-projectr.UseDays+1), today, true, nil
}

// CountUse is store.Driver's. It looks before it asks for the writer: mostly there is
// nothing to count.
func (d *Driver) CountUse(ctx context.Context, s store.Scope, at time.Time) (n int, err error) {
	var more bool
	err = d.read(ctx, s, func(v view) error {
		zone, err := v.zone(d)
		if err != nil {
			return err
		}
		first, _, ok, err := v.useFrom(at, zone)
		if err != nil || !ok {
			return err
		}
		return wrap("look for use", v.one(`SELECT EXISTS (`+moreUse+`)`, []any{first}, &more))
	})
	if err != nil || !more {
		return 0, err
	}
	err = d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		zone, err := v.zone(d)
		if err != nil {
			return false, err
		}
		first, today, ok, err := v.useFrom(at, zone)
		if err != nil || !ok {
			return false, err
		}
		type use struct{ day, more, entries int64 }
		var all []use
		if err := v.each(moreUse, func(r *sql.Rows) error {
			var u use
			err := r.Scan(&u.day, &u.more, &u.entries)
			all = append(all, u)
			return err
		}, first); err != nil {
			return false, wrap("read use", err)
		}
		for _, u := range all {
			when := at
			if u.day < today { // what is charged after its day has ended is still of that day
				y, m, day := time.Unix(u.day*86400, 0).UTC().Date()
				when = time.Date(y, m, day+1, 0, 0, 0, 0, zone).Add(-time.Second)
			}
			if _, err := v.exec(`INSERT INTO use_entries (org, id, day, amount, at, state, tries, due, problem) VALUES (:org, ?, ?, ?, ?, 'waits', 0, ?, '')`,
				fmt.Sprintf("%s-%s-%d", s.Org(), dateOf(u.day), u.entries), u.day, u.more, micros(when.Truncate(time.Second)), micros(at)); err != nil {
				return false, wrap("count use", err)
			}
		}
		n = len(all)
		return n > 0, nil
	})
	return n, err
}

// Outbox is store.Driver's.
func (d *Driver) Outbox(ctx context.Context, s store.Scope, is projectr.UseState, limit int) (l []projectr.UseEntry, err error) {
	l = []projectr.UseEntry{}
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT org, id, day, amount, at, state, tries, due, doubt, problem FROM use_entries
			WHERE org = :org AND state = ? ORDER BY at, id LIMIT ?`, func(r *sql.Rows) error {
			var e projectr.UseEntry
			var org, day, at, due int64
			var doubt sql.NullInt64
			if err := r.Scan(&org, &e.ID, &day, &e.Amount, &at, &e.State, &e.Tries, &due, &doubt, &e.Problem); err != nil {
				return err
			}
			e.Day, e.At, e.Due, e.Doubt = dateOf(day), moment(at), moment(due), optionalMoment(doubt)
			l = append(l, e)
			return v.own(org)
		}, string(is), limit)
	})
	return l, wrap("list outbox", err)
}

var errTold = &projectr.Error{Kind: projectr.Conflict, Message: "Another one is at this entry of use just now."}

// PutUse is store.Driver's.
func (d *Driver) PutUse(ctx context.Context, s store.Scope, was, is projectr.UseEntry, a *projectr.AuditEntry) error {
	return d.change(ctx, s, a, func(_ *txn, v view) (bool, error) {
		n, err := v.exec(`UPDATE use_entries SET state = ?, tries = ?, due = ?, doubt = ?, problem = ? WHERE org = :org AND id = ? AND state = ? AND tries = ?`,
			string(is.State), is.Tries, micros(is.Due), optional(is.Doubt), is.Problem, is.ID, string(was.State), was.Tries)
		if err == nil && n == 0 {
			err = errTold
		}
		return true, wrap("keep use", err)
	})
}

// PrunePayments is store.Driver's. The day is that of UTC: no day of whatever zone is
// counted that is near it.
func (d *Driver) PrunePayments(ctx context.Context, s store.Scope, before time.Time, limit int) (pruned int, err error) {
	err = d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		events, err := v.exec(`DELETE FROM payment_events WHERE (org, id) IN (SELECT org, id FROM payment_events WHERE org = :org AND at < ? LIMIT ?)`, micros(before), limit)
		if err != nil {
			return false, wrap("prune events", err)
		}
		told, err := v.exec(`DELETE FROM use_entries WHERE (org, id) IN (SELECT org, id FROM use_entries WHERE org = :org AND state = 'told' AND day < ? LIMIT ?)`,
			dayOf(before, time.UTC), limit)
		pruned = int(events + told)
		return pruned > 0, wrap("prune use", err)
	})
	return pruned, err
}

// PutPaid is store.Driver's.
func (d *Driver) PutPaid(ctx context.Context, s store.Scope, paid []projectr.Invoice, a *projectr.AuditEntry) error {
	return d.change(ctx, s, a, func(_ *txn, v view) (changed bool, err error) {
		for _, i := range paid {
			n, err := v.exec(`INSERT INTO paid_invoices (org, id, at, currency, amount) VALUES (:org, ?, ?, ?, ?)
				ON CONFLICT (org, id) DO UPDATE SET at = excluded.at, currency = excluded.currency, amount = excluded.amount
				WHERE (at, currency, amount) <> (excluded.at, excluded.currency, excluded.amount)`, i.ID, micros(i.PaidAt), i.Currency, i.Paid)
			if err != nil {
				return false, wrap("keep what was paid", err)
			}
			changed = changed || n > 0
		}
		return changed, nil
	})
}

// Income is store.Driver's.
func (d *Driver) Income(ctx context.Context, s store.Scope, from, to time.Time) (all []projectr.Amount, err error) {
	all = []projectr.Amount{}
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT currency, sum(amount) FROM paid_invoices WHERE org = :org AND at >= ? AND at < ? GROUP BY currency HAVING sum(amount) <> 0 ORDER BY currency`, func(r *sql.Rows) error {
			var a projectr.Amount
			err := r.Scan(&a.Currency, &a.Minor)
			all = append(all, a)
			return err
		}, micros(from), micros(to))
	})
	return all, wrap("sum what was paid", err)
}
