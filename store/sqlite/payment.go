package sqlite

import (
	"context"
	"database/sql"
	"errors"

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
	var from, to, trial, cancel, since sql.NullInt64
	var began, asOf int64
	err = v.one(`SELECT id, plan, state, began, period_start, period_end, trial_end, cancel_at, since, as_of, revision FROM subscriptions WHERE org = :org`, nil,
		&s.ID, &s.Plan, &s.State, &began, &from, &to, &trial, &cancel, &since, &asOf, &s.Revision)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		s.State = projectr.NoSubscription
	case err != nil:
		return s, wrap("read subscription", err)
	default:
		s.AsOf = moment(asOf)
		s.PeriodStart, s.PeriodEnd, s.TrialEnd = optionalMoment(from), optionalMoment(to), optionalMoment(trial)
		s.CancelAt, s.Since = optionalMoment(cancel), optionalMoment(since)
		if began != 0 {
			s.Began = moment(began)
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
func (d *Driver) PutCustomer(ctx context.Context, s store.Scope, customer string, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		was, err := v.subscription()
		if err != nil || was.Customer == customer {
			return false, err
		}
		if was.Customer != "" {
			return false, errOtherCustomer
		}
		_, err = v.exec(`INSERT INTO customers (org, customer) VALUES (:org, ?)`, customer)
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
		if _, err := v.exec(`INSERT INTO subscriptions (org, id, plan, state, began, period_start, period_end, trial_end, cancel_at, since, as_of, revision)
			VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (org) DO UPDATE SET id = excluded.id, plan = excluded.plan, state = excluded.state, began = excluded.began, period_start = excluded.period_start,
				period_end = excluded.period_end, trial_end = excluded.trial_end, cancel_at = excluded.cancel_at, since = excluded.since, as_of = excluded.as_of, revision = excluded.revision`,
			is.ID, is.Plan, string(is.State), began, optional(is.PeriodStart), optional(is.PeriodEnd), optional(is.TrialEnd), optional(is.CancelAt), optional(is.Since),
			micros(is.AsOf), is.Revision); err != nil {
			return false, wrap("keep subscription", err)
		}
		_, err = v.exec(`UPDATE orgs SET plan = ?, read_until = ? WHERE num = :org`, t.Then.Plan, optional(t.Then.ReadUntil))
		return !is.Same(was) || t.Then != t.Info, wrap("keep plan", err)
	})
}
