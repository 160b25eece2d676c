package store

import (
	"context"
	"errors"
	"time"

	"projectr"
)

// PaymentDriver is what a Driver keeps of what organisations pay.
type PaymentDriver interface {
	// Subscription is what was kept last, and whether this event of the provider was taken
	// already. Without any it is of projectr.NoSubscription, with the customer if there is
	// one.
	Subscription(ctx context.Context, s Scope, event string) (projectr.Subscription, bool, error)
	// PutCustomer ties the organisation to a customer of the provider, in place of was; empty:
	// of none. It is a Conflict when it is tied to another, or the customer to another
	// organisation.
	PutCustomer(ctx context.Context, s Scope, was, customer string, a projectr.AuditEntry) error
	// PutSubscription keeps Is, the plan and ReadUntil of Then, and the event's id. It is a
	// Conflict when what is kept has another Revision than Was, or the record is not as
	// Info any more. Of what says the same as before no entry is kept. With another plan, what
	// waits for AI budget is due again.
	PutSubscription(ctx context.Context, s Scope, t SubscriptionStep, a projectr.AuditEntry) error
	// PutClosing keeps ClosesAt and Warned of is, with a letter to each admin unless that is
	// empty. It is a Conflict when the record is not as was any more.
	PutClosing(ctx context.Context, s Scope, was, is projectr.Org, letter projectr.LetterKind, ref string, a projectr.AuditEntry) error
	// Reminders lists the reminders that were written, the newest first, at most limit.
	Reminders(ctx context.Context, s Scope, limit int) ([]projectr.Reminder, error)
	// PutReminder keeps that r was written, with a letter to each admin, in one step. It is
	// a Conflict when it was written already, the subscription has another revision, or the
	// record is not as info any more.
	PutReminder(ctx context.Context, s Scope, info projectr.Org, revision int64, r projectr.Reminder, letter projectr.LetterKind, ref string, a projectr.AuditEntry) error
	// CountUse puts into the outbox what its days were charged beyond what is there of them,
	// from the day on which the subscription began, and answers how many entries those are.
	// Without a customer and a subscription it is none.
	CountUse(ctx context.Context, s Scope, at time.Time) (int, error)
	// Outbox lists entries in a state, at most limit, the oldest first.
	Outbox(ctx context.Context, s Scope, is projectr.UseState, limit int) ([]projectr.UseEntry, error)
	// PutUse keeps an entry of the outbox as is. It is a Conflict when it is not as was any
	// more, by State and Tries. a may be nil.
	PutUse(ctx context.Context, s Scope, was, is projectr.UseEntry, a *projectr.AuditEntry) error
	// PrunePayments removes events that were taken before a moment, and entries that were
	// told of use of days before that one's: at most limit of each. It answers how many
	// those are.
	PrunePayments(ctx context.Context, s Scope, before time.Time, limit int) (int, error)
	// PutPaid keeps what was paid for invoices, by their ids, in place of what was kept of
	// the same ones. a may be nil; else it is kept in the same step, where anything changed.
	PutPaid(ctx context.Context, s Scope, paid []projectr.Invoice, a *projectr.AuditEntry) error
	// Income is what was paid from a moment on and before another, by currency.
	Income(ctx context.Context, s Scope, from, to time.Time) ([]projectr.Amount, error)
}

// SubscriptionStep is what an answer of the payment provider changes.
type SubscriptionStep struct {
	Event      string // empty: it was asked without one
	At         time.Time
	Was, Is    projectr.Subscription
	Info, Then projectr.Org
}

// Subscription returns what the payment provider said last.
func (o Org) Subscription(ctx context.Context) (projectr.Subscription, error) {
	s, _, err := o.s.d.Subscription(ctx, o.scope, "")
	return s, err
}

// JoinCustomer ties the organisation to a customer of the payment provider. Doing it again
// with the same changes nothing; with another it is a Conflict.
func (o Org) JoinCustomer(ctx context.Context, customer string) error {
	if customer == "" {
		return &projectr.Error{Kind: projectr.Invalid, Field: "customer", Message: "A customer of the payment provider has an id."}
	}
	return o.s.d.PutCustomer(ctx, o.scope, "", customer, o.audit("billing.customer", customer))
}

// ReplaceCustomer ties the organisation to another customer than was, which the payment
// provider does not have any more. It is a Conflict when it is tied to a third one.
func (o Org) ReplaceCustomer(ctx context.Context, was, customer string) error {
	if was == "" || customer == "" {
		return &projectr.Error{Kind: projectr.Invalid, Field: "customer", Message: "A customer of the payment provider has an id."}
	}
	return o.s.d.PutCustomer(ctx, o.scope, was, customer, o.audit("billing.customer", customer))
}

// TakeSubscription has fetch ask the payment provider for the subscription and keeps what it
// says, with the plan and what may be read by it, and the id of the event that was the
// reason to ask, in one step. An event that was taken already is not asked about again.
//
// What is kept is never older than what was kept before: fetch is asked after that was
// read, and asked again when another one was quicker to keep an answer. An answer whose
// AsOf is before that of the last one is Unavailable; it is to be asked for again later.
func (o Org) TakeSubscription(ctx context.Context, event string, fetch func(context.Context) (projectr.Subscription, error)) (projectr.Subscription, error) {
	return again(func() (projectr.Subscription, error) {
		was, taken, err := o.s.d.Subscription(ctx, o.scope, event)
		if err != nil || taken {
			return was, err
		}
		info, err := o.s.d.Info(ctx, o.scope)
		if err != nil {
			return was, err
		}
		is, err := fetch(ctx)
		if err != nil {
			return was, err
		}
		if is.AsOf.Before(was.AsOf) {
			return was, &projectr.Error{Kind: projectr.Unavailable, Message: "The payment provider answered with something older than what is known already. Try again in a moment."}
		}
		is.Customer, is.Revision = was.Customer, was.Revision+1
		then := info
		then.ReadUntil = is.ReadUntil(info.TrialEnds)
		if _, known := o.s.Plans.Named(is.Plan); known && is.Pays() { // else it is of a price of the operator's own, who sets the plan
			then.Plan = is.Plan
		}
		if is.State == projectr.Canceled && was.State == projectr.Canceled && is.ID == was.ID && is.Since.Equal(was.Since) {
			then.ReadUntil = info.ReadUntil // the operator may have set a plan since
		}
		then = then.Reopened(is)
		if err := then.Validate(); err != nil {
			return was, err
		}
		step := SubscriptionStep{Event: event, At: o.s.now(), Was: was, Is: is, Info: info, Then: then}
		return is, o.s.d.PutSubscription(ctx, o.scope, step, o.audit("billing.subscription", string(is.State)))
	})
}

// WarnOfClosing has the organisation be closed when nobody has paid for it for so long,
// after letters to its admins, and answers which letter that was now; empty: none. It is to
// be called now and then.
func (o Org) WarnOfClosing(ctx context.Context) (projectr.LetterKind, error) {
	return again(func() (projectr.LetterKind, error) {
		was, err := o.s.d.Info(ctx, o.scope)
		if err != nil || was.ReadUntil.IsZero() && was.ClosesAt.IsZero() {
			return "", err
		}
		s, err := o.Subscription(ctx)
		if err != nil {
			return "", err
		}
		is, letter := was.Closing(s, o.s.now())
		if is == was {
			return "", nil
		}
		zone, err := time.LoadLocation(is.TimeZone)
		if err != nil {
			zone = time.UTC
		}
		ref := is.ClosesAt.In(zone).Format("2 January 2006")
		return letter, o.s.d.PutClosing(ctx, o.scope, was, is, letter, ref, o.audit("billing.closing", ref))
	})
}

// mostReminders is how many reminders are looked at: those about more than a year.
const mostReminders = 50

// Remind writes to the admins what there is to say of how the organisation is paid, and
// answers which letter that was; empty: nothing is new. Each is written once, whoever looks,
// how often and at the same time. say chooses the letter and its Ref; a Conflict of it has
// what is kept be looked at again.
func (o Org) Remind(ctx context.Context, say func(context.Context, projectr.Org, projectr.Subscription, projectr.Reminder) (projectr.LetterKind, string, error)) (projectr.LetterKind, error) {
	return again(func() (projectr.LetterKind, error) {
		info, err := o.s.d.Info(ctx, o.scope)
		if err != nil {
			return "", err
		}
		s, err := o.Subscription(ctx)
		if err != nil {
			return "", err
		}
		told, err := o.s.d.Reminders(ctx, o.scope, mostReminders)
		if err != nil {
			return "", err
		}
		r, ok := info.Reminder(s, told, o.s.now())
		if !ok {
			return "", nil
		}
		letter, ref, err := say(ctx, info, s, r)
		if err != nil {
			return "", err
		}
		return letter, o.s.d.PutReminder(ctx, o.scope, info, s.Revision, r, letter, ref, o.audit("billing.reminder", string(letter)))
	})
}

// outboxPage is how many entries of the outbox are looked at together.
const outboxPage = 200

// CountUse puts into the outbox of use what was charged since it was done last, and
// answers how many entries that made. Each charge is in one of them, whoever does it, how
// often and at the same time.
func (o Org) CountUse(ctx context.Context) (int, error) {
	return o.s.d.CountUse(ctx, o.scope, o.s.now())
}

// Outbox lists the entries of use in a state, the oldest first: the first 200.
func (o Org) Outbox(ctx context.Context, is projectr.UseState) ([]projectr.UseEntry, error) {
	return o.s.d.Outbox(ctx, o.scope, is, outboxPage)
}

// TellUse has tell tell the payment provider of an entry that is due, and returns what
// became of it. That it is being told is kept before, so that who comes after a crash
// knows. A Conflict of tell says that the provider has not taken it; after any other error
// it may have. An entry that another process is at, or that must not be told any more, is
// left.
func (o Org) TellUse(ctx context.Context, e projectr.UseEntry, tell func(context.Context, projectr.MeterEvent) error) (projectr.UseEntry, error) {
	now := o.s.now()
	if e.State != projectr.UseWaits || e.Due.After(now) {
		return e, nil
	}
	s, err := o.Subscription(ctx)
	if err != nil {
		return e, err
	}
	try := e.Try(now)
	if err := o.s.d.PutUse(ctx, o.scope, e, try, nil); err != nil || try.State != projectr.UseWaits {
		if projectr.KindOf(err) == projectr.Conflict {
			return e, nil
		}
		return try, err
	}
	told := tell(ctx, projectr.MeterEvent{ID: e.ID, Meter: projectr.AIMeter, Customer: s.Customer, Amount: e.Amount, At: e.At})
	is := try
	switch {
	case told == nil:
		is.State, is.Problem = projectr.UseTold, ""
	case projectr.KindOf(told) == projectr.Conflict:
		is.Doubt, is.Problem = e.Doubt, projectr.MessageOf(told)
	default:
		is.Problem = projectr.MessageOf(told)
	}
	// What came of it is kept even when we are told to stop meanwhile.
	return is, errors.Join(told, o.s.d.PutUse(context.WithoutCancel(ctx), o.scope, try, is, nil))
}

// RetryUse has a stuck entry be told anew. Who asks for it has looked that the payment
// provider has not counted it. NotFound: none with this id is stuck.
func (o Org) RetryUse(ctx context.Context, id string) error {
	all, err := o.Outbox(ctx, projectr.UseStuck)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.ID == id {
			is := e
			is.State, is.Due, is.Doubt, is.Problem = projectr.UseWaits, o.s.now(), time.Time{}, ""
			a := o.audit("billing.retry", id)
			return o.s.d.PutUse(ctx, o.scope, e, is, &a)
		}
	}
	return &projectr.Error{Kind: projectr.NotFound, Message: "No entry of use with this id is stuck."}
}

const (
	// paymentsKept is how long events and told use are kept: longer than the provider sends
	// an event again, by itself or when asked to (30 days), and than days are counted
	// (projectr.UseDays): to count one whose entries are gone would be to charge it twice.
	paymentsKept = 90 * 24 * time.Hour
	// prunePage is how many of each are pruned together.
	prunePage = 1000
)

// PrunePayments removes what nobody asks for any more of what was paid: events that were
// taken, and use that was told, 90 days ago. It answers how many those are, and is to be
// called now and then, as it removes at most 1,000 of each. Use that waits or is stuck
// stays. An event that comes again after that is a hint as any other: it is asked about,
// and what is known already changes nothing.
func (o Org) PrunePayments(ctx context.Context) (int, error) {
	return o.s.d.PrunePayments(ctx, o.scope, o.s.now().Add(-paymentsKept), prunePage)
}

// KeepPaid keeps what was paid, of the invoices that were. Doing it again with what the
// provider says by then keeps that instead. To keep nothing that is older than what is kept,
// call it in what TakeSubscription calls to ask the provider.
func (o Org) KeepPaid(ctx context.Context, all []projectr.Invoice) error {
	var paid []projectr.Invoice
	for _, i := range all {
		if i.PaidAt.IsZero() || i.ID == "" || i.Currency == "" {
			continue
		}
		paid = append(paid, i)
	}
	if len(paid) == 0 {
		return nil
	}
	return o.s.d.PutPaid(ctx, o.scope, paid, nil)
}

// WriteDownPaid keeps what was paid otherwise than by the payment provider, in one step with an
// entry that says so: there is none of a payment that is not kept. Written down again under
// the same id it takes the place of what was there.
func (o Org) WriteDownPaid(ctx context.Context, paid projectr.Invoice, said string) error {
	if paid.PaidAt.IsZero() || paid.ID == "" || paid.Currency == "" {
		return &projectr.Error{Kind: projectr.Invalid, Message: "A payment has an id, a day and a currency."}
	}
	a := o.audit("org.paid", said)
	return o.s.d.PutPaid(ctx, o.scope, []projectr.Invoice{paid}, &a)
}

// Month returns what the organisation brought and cost in a month (YYYY-MM; empty: the
// present one) in its own zone, without margin, and when that month ends.
func (o Org) Month(ctx context.Context, month string) (m projectr.Month, ends time.Time, err error) {
	info, err := o.Info(ctx)
	if err != nil {
		return m, ends, err
	}
	zone, err := time.LoadLocation(info.TimeZone)
	if err != nil {
		return m, ends, err
	}
	now := o.s.now().In(zone)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, zone)
	if month != "" {
		if first, err = time.ParseInLocation("2006-01", month, zone); err != nil {
			return m, ends, &projectr.Error{Kind: projectr.Invalid, Field: "month", Message: "A month is written as 2026-03."}
		}
	}
	next := first.AddDate(0, 1, 0)
	used, err := o.s.d.Used(ctx, o.scope, first.AddDate(0, 0, 14))
	if err != nil {
		return m, ends, err
	}
	m = projectr.Month{Month: used.Month, Emails: int(used.Emails), Calls: used.Spent.Calls, Unpriced: used.Spent.Unpriced, Cost: used.Spent.CostMicro}
	m.Income, err = o.s.d.Income(ctx, o.scope, first, next)
	return m, next, err
}
