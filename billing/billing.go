// Package billing is what organisations pay: it sends people to the payment provider's
// pages, and keeps what the provider says of their subscriptions.
//
// It promises that what is kept depends on what the provider has, and not on which of its
// events came, how often or in which order: an event is a reason to ask, never an answer
// (ADR 0027). Start at Billing.Event.
package billing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

// Payments is a payment provider.
type Payments interface {
	// Customer makes an organisation a customer, instead of one that is there no more or of
	// none, and returns its id; soon asked again, the same.
	Customer(ctx context.Context, o projectr.Org, email, instead string) (string, error)
	// Known reports whether the provider still has a customer.
	Known(ctx context.Context, customer string) (bool, error)
	// Subscription is the one that counts, with the provider's time of the answer.
	// projectr.NoCustomer: for sure there is none any more, as the customer is gone.
	Subscription(ctx context.Context, customer string) (projectr.Subscription, error)
	// Checkout and Portal return addresses of the provider's pages.
	Checkout(ctx context.Context, c projectr.Checkout) (string, error)
	Portal(ctx context.Context, customer, back string) (string, error)
	// PriceChange says what ChangePlan would cost.
	PriceChange(ctx context.Context, id, plan string) (projectr.PlanChange, error)
	// ChangePlan has a subscription be of another plan: of a dearer one at once, which is
	// paid for a month from today; of a cheaper one after what is paid for. Of the one that
	// it is of already: a change that was to come is taken back.
	ChangePlan(ctx context.Context, id, plan string) error
	// Cancel has it end with its period, whatever change was to come, or takes that back.
	Cancel(ctx context.Context, id string, on bool) error
	// Resume has a subscription that a trial without a way to pay has paused go on, where there
	// is one by now. It reports whether it may be another one since, also with an error.
	Resume(ctx context.Context, id string) (bool, error)
	// Leave has everything that a customer subscribed to here end with what is paid for, what
	// was never paid at once, and ends pages of checkout that are open.
	Leave(ctx context.Context, customer string) error
	Invoices(ctx context.Context, customer string) ([]projectr.Invoice, error)
	// Payer says who pays and how; subscription may be empty.
	Payer(ctx context.Context, customer, subscription string) (projectr.Payer, error)
	// Next is what a subscription will be charged next.
	Next(ctx context.Context, id string) (projectr.Amount, error)
	// Meter tells of use; told again, it counts once. After a Conflict it is not counted,
	// and after any other error it may be.
	Meter(ctx context.Context, e projectr.MeterEvent) error
	// Event returns what a webhook tells, when it is the provider's.
	Event(raw []byte, signature string) (projectr.PaymentEvent, error)
}

// Billing is the payments of an installation.
type Billing struct {
	Store    *store.Store
	Payments Payments
	Now      func() time.Time
	Log      *slog.Logger

	payers   answers[projectr.Payer]
	invoices answers[[]projectr.Invoice]
	begun    begun
}

// Event takes a webhook: the bytes as they came, and their signature. nil: it is done with
// for good. Invalid: it is not the provider's. Any other error: it is to be sent again.
func (b *Billing) Event(ctx context.Context, raw []byte, signature string) error {
	e, err := b.Payments.Event(raw, signature)
	if err != nil || e.Customer == "" {
		return err
	}
	org, err := b.Store.OfCustomer(ctx, e.Customer)
	if projectr.KindOf(err) == projectr.NotFound {
		return nil // deleted here, or another installation's at the same provider
	}
	if err != nil {
		return err
	}
	if _, err = b.resume(ctx, org, e.Customer, e); err != nil {
		return err
	}
	if err := b.remind(ctx, org); err != nil { // the event is done with: Remind comes back to it
		b.Log.WarnContext(ctx, "a letter about a payment waits", "org", org.ID(), "err", err)
	}
	return nil
}

// take asks the provider and keeps what it says of the subscription, and of what was paid
// unless an event says that it is about something else.
func (b *Billing) take(ctx context.Context, org store.Org, customer string, e projectr.PaymentEvent) (projectr.Subscription, error) {
	return org.TakeSubscription(ctx, e.ID, func(ctx context.Context) (projectr.Subscription, error) {
		if e.ID == "" || e.Type == "invoice.paid" || e.Type == "charge.refunded" || strings.HasPrefix(e.Type, "credit_note") {
			invoices, err := b.Payments.Invoices(ctx, customer)
			if err == nil {
				err = org.KeepPaid(ctx, invoices)
			}
			if err != nil && projectr.KindOf(err) != projectr.NotFound { // whether the customer is gone is told below
				return projectr.Subscription{}, err
			}
		}
		s, err := b.Payments.Subscription(ctx, customer)
		if err == error(projectr.NoCustomer) {
			return b.ended(ctx, org)
		}
		return s, err
	})
}

// ended is what is left of a subscription whose customer the provider does not have any more,
// and so cannot be asked about: it ended when that was heard of.
func (b *Billing) ended(ctx context.Context, org store.Org) (projectr.Subscription, error) {
	s, err := org.Subscription(ctx)
	now := b.Now().UTC().Truncate(time.Second)
	switch {
	case s.Live():
		s.State, s.Since = projectr.Canceled, now
	case s.State == projectr.Incomplete:
		s.State = projectr.NoSubscription
	}
	s.CancelAt, s.Next, s.NextAt, s.NextPrice, s.Invoice, s.Others = time.Time{}, "", time.Time{}, projectr.Charge{}, "", 0
	if now.After(s.AsOf) {
		s.AsOf = now
	}
	return s, err
}

// resume is take, and has a subscription that a trial without a way to pay has paused go on
// as soon as there is one, as the admins were told: the provider does not by itself. What
// fails of that is tried again with the next event and each day.
func (b *Billing) resume(ctx context.Context, org store.Org, customer string, e projectr.PaymentEvent) (projectr.Subscription, error) {
	s, err := b.take(ctx, org, customer, e)
	if err != nil || s.State != projectr.Paused {
		return s, err
	}
	if info, err := org.Info(ctx); err != nil || !info.DeleteAt.IsZero() {
		return s, err
	}
	goes, err := b.Payments.Resume(ctx, s.ID)
	if err != nil {
		b.Log.WarnContext(ctx, "a subscription that was paused does not go on", "org", org.ID(), "err", err)
	}
	if !goes {
		return s, nil
	}
	return b.take(ctx, org, customer, projectr.PaymentEvent{})
}

// Reconcile asks the provider about each customer, so that an event that never came costs
// no more than the time until then, and ends the subscriptions of those that are to be
// deleted. What fails for one holds up no other.
func (b *Billing) Reconcile(ctx context.Context) error {
	var errs []error
	for org, err := range b.Store.EachOrg(ctx, "billing") {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		was, err := org.Subscription(ctx)
		if err == nil && was.Customer == "" {
			continue
		}
		var is projectr.Subscription
		if err == nil {
			is, err = b.resume(ctx, org, was.Customer, projectr.PaymentEvent{})
		}
		if err == nil && is.Others > 0 { // which is one too many is not ours to say
			b.Log.WarnContext(ctx, "an organisation has more than one subscription that goes on: end the others at the payment provider", "org", org.ID(), "counts", is.ID, "others", is.Others)
		}
		if err == nil {
			var info projectr.Org
			if info, err = org.Info(ctx); err == nil && !info.DeleteAt.IsZero() {
				err = b.Leave(ctx, org)
			}
		}
		switch {
		case projectr.KindOf(err) == projectr.NotFound && err != nil: // deleted meanwhile, here or there
			b.Log.WarnContext(ctx, "the payment provider does not know an organisation", "org", org.ID(), "err", err)
		case err != nil:
			errs = append(errs, fmt.Errorf("reconcile %s: %w", org.ID(), err))
		case !is.Same(was):
			b.Log.WarnContext(ctx, "the payment provider's events had not told all", "org", org.ID(), "was", was.State, "is", is.State)
		}
	}
	return errors.Join(errs...)
}

// TellUse tells the provider what organisations were charged for models, by the outbox of
// each: first what was charged since is put there, then what is due is told, the oldest
// first. What the provider refuses for one holds up no other; when it does not answer, all
// wait.
func (b *Billing) TellUse(ctx context.Context) error {
	var errs []error
	for org, err := range b.Store.EachOrg(ctx, "use") {
		if err == nil {
			err = b.tellUse(ctx, org)
		}
		switch {
		case err == nil || projectr.KindOf(err) == projectr.NotFound: // deleted meanwhile
		case projectr.KindOf(err) == projectr.Conflict:
			errs = append(errs, fmt.Errorf("use of %s: %w", org.ID(), err))
		default:
			return errors.Join(append(errs, err)...)
		}
	}
	return errors.Join(errs...)
}

func (b *Billing) tellUse(ctx context.Context, org store.Org) error {
	if _, err := org.CountUse(ctx); err != nil {
		return err
	}
	all, err := org.Outbox(ctx, projectr.UseWaits)
	if err != nil {
		return err
	}
	for _, e := range all {
		is, err := org.TellUse(ctx, e, b.Payments.Meter)
		if is.State == projectr.UseStuck {
			b.Log.WarnContext(ctx, "use is not told to the payment provider any more: see projectr stripe use", "org", org.ID(), "entry", e.ID, "why", is.Problem)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// customer is the organisation's id at the provider, made when there is none.
func (b *Billing) customer(ctx context.Context, org store.Org, email string) (projectr.Subscription, error) {
	s, err := org.Subscription(ctx)
	if err != nil || s.Customer != "" {
		return s, err
	}
	info, err := org.Info(ctx)
	if err != nil {
		return s, err
	}
	if s.Customer, err = b.Payments.Customer(ctx, info, email, ""); err != nil {
		return s, err
	}
	if err = org.JoinCustomer(ctx, s.Customer); projectr.KindOf(err) == projectr.Conflict {
		return org.Subscription(ctx) // another one was quicker
	}
	return s, err
}

// still is the organisation's customer, or a new one where the provider does not have it any
// more: who could not be charged could never subscribe again.
func (b *Billing) still(ctx context.Context, org store.Org, info projectr.Org, customer, email string) (string, error) {
	known, err := b.Payments.Known(ctx, customer)
	if err != nil || known {
		return customer, err
	}
	is, err := b.Payments.Customer(ctx, info, email, customer)
	if err != nil {
		return customer, err
	}
	return is, org.ReplaceCustomer(ctx, customer, is)
}

// Begin makes the organisation a customer and keeps what the provider has of it: from then
// on its trial ends when it says.
func (b *Billing) Begin(ctx context.Context, org store.Org, email string) error {
	s, err := b.customer(ctx, org, email)
	if err == nil {
		_, err = b.take(ctx, org, s.Customer, projectr.PaymentEvent{})
	}
	return err
}

// Checkout returns the address of the page on which an admin subscribes to a plan. email
// is where the provider writes to. Conflict: there is a subscription to change instead.
func (b *Billing) Checkout(ctx context.Context, org store.Org, plan, email, back string) (string, error) {
	if err := b.sold(plan); err != nil {
		return "", err
	}
	s, err := b.customer(ctx, org, email)
	if err != nil {
		return "", err
	}
	if s, err = b.take(ctx, org, s.Customer, projectr.PaymentEvent{}); err != nil { // what is kept may be a moment old, and paying twice is worse than waiting
		return "", err
	}
	if s.Live() {
		return "", &projectr.Error{Kind: projectr.Conflict, Message: "There is a subscription already: change its plan, or how it is paid, instead."}
	}
	info, err := org.Info(ctx)
	if err != nil {
		return "", err
	}
	if !info.DeleteAt.IsZero() {
		return "", restoreFirst
	}
	if s.Customer, err = b.still(ctx, org, info, s.Customer, email); err != nil {
		return "", err
	}
	c := projectr.Checkout{Org: info.ID, Customer: s.Customer, Plan: plan, Done: back + "?paid=yes", Back: back}
	if s.State != projectr.Canceled && info.TrialEnds.After(b.Now()) {
		c.TrialEnd = info.TrialEnds // there is one trial
	}
	url, err := b.Payments.Checkout(ctx, c)
	if err == nil {
		b.begun.begin(info.ID, b.Now())
	}
	return url, err
}

// sold refuses a plan that is not sold here.
func (b *Billing) sold(plan string) error {
	if p, ok := b.Store.Plans.Named(plan); !ok || p.PriceCents == 0 || p.ByAgreement {
		return &projectr.Error{Kind: projectr.Invalid, Field: "plan", Message: "This plan is not sold here: choose starter or professional, or ask the operator."}
	}
	return nil
}

var (
	nothingToPay = &projectr.Error{Kind: projectr.Conflict, Message: "There is no subscription yet: choose a plan first."}
	restoreFirst = &projectr.Error{Kind: projectr.Conflict, Message: "This organisation is to be deleted, and its mail is held: restore it in the settings, under Your data, and choose a plan then."}
	goesOn       = &projectr.Error{Kind: projectr.Conflict, Message: "This organisation pays for a subscription, which says what its plan is: have an admin change it in Plan & billing, or end the subscription at Stripe first."}
)

// Portal returns the address of the page on which an admin changes how is paid.
func (b *Billing) Portal(ctx context.Context, org store.Org, back string) (string, error) {
	s, err := org.Subscription(ctx)
	if err != nil {
		return "", err
	}
	if s.Customer == "" {
		return "", nothingToPay
	}
	b.payers.forget(org.ID()) // it may be changed there
	b.invoices.forget(org.ID())
	return b.Payments.Portal(ctx, s.Customer, back)
}

// changeable refuses to change the plan of a subscription that is not paid for, or ends.
func changeable(s projectr.Subscription) error {
	switch {
	case !s.InOrder():
		return projectr.PayFirst
	case !s.CancelAt.IsZero():
		return projectr.StayFirst
	}
	return nil
}

// PriceChange says what ChangePlan would cost now. Conflict: there is no subscription to
// change, it is of that plan, is not paid for, or ends.
func (b *Billing) PriceChange(ctx context.Context, org store.Org, plan string) (projectr.PlanChange, error) {
	if err := b.sold(plan); err != nil {
		return projectr.PlanChange{}, err
	}
	s, err := org.Subscription(ctx)
	if err != nil {
		return projectr.PlanChange{}, err
	}
	if !s.Live() {
		return projectr.PlanChange{}, nothingToPay
	}
	if s.Plan == plan {
		return projectr.PlanChange{}, &projectr.Error{Kind: projectr.Conflict, Field: "plan", Message: "The subscription is of this plan already."}
	}
	if err := changeable(s); err != nil {
		return projectr.PlanChange{}, err
	}
	return b.Payments.PriceChange(ctx, s.ID, plan)
}

// ChangePlan changes the subscription's plan, to a dearer one at once and to a cheaper one
// when what is paid for has ended, and returns what became of it; to the plan that it is
// of, it takes back a change that was to come. Conflict: there is none, it ends, or it is not
// paid for, and a dearer plan would be had for nothing.
func (b *Billing) ChangePlan(ctx context.Context, org store.Org, plan string) (projectr.Subscription, error) {
	if err := b.sold(plan); err != nil {
		return projectr.Subscription{}, err
	}
	return b.change(ctx, org, func(s projectr.Subscription) error {
		if s.Plan == plan && s.Next == "" || s.Next == plan {
			return nil
		}
		if err := changeable(s); err != nil {
			return err
		}
		return b.Payments.ChangePlan(ctx, s.ID, plan)
	})
}

// Cancel has the subscription end with the period that is paid for, or takes that back.
func (b *Billing) Cancel(ctx context.Context, org store.Org, on bool) (projectr.Subscription, error) {
	return b.change(ctx, org, func(s projectr.Subscription) error { return b.Payments.Cancel(ctx, s.ID, on) })
}

// Leave has what an organisation that is to be deleted subscribed to end with the period
// that is paid for: nobody could end it afterwards. The provider is asked what that is, as an
// event may be on its way, and there may be more than one. Where there is none, there is
// nothing to do.
func (b *Billing) Leave(ctx context.Context, org store.Org) error {
	s, err := org.Subscription(ctx)
	if err != nil || s.Customer == "" {
		return err
	}
	if err = b.Payments.Leave(ctx, s.Customer); err == nil {
		_, err = b.take(ctx, org, s.Customer, projectr.PaymentEvent{})
	}
	if err != nil && projectr.KindOf(err) == projectr.NotFound {
		// Where the customer is gone, what it subscribed to is gone with it. What another
		// account's key does not find may go on.
		if known, fault := b.Payments.Known(ctx, s.Customer); fault == nil && !known {
			return nil
		}
	}
	return err
}

func (b *Billing) change(ctx context.Context, org store.Org, do func(projectr.Subscription) error) (projectr.Subscription, error) {
	s, err := org.Subscription(ctx)
	if err != nil {
		return s, err
	}
	if !s.Live() {
		return s, nothingToPay
	}
	if err := do(s); err != nil {
		return s, err
	}
	return b.take(ctx, org, s.Customer, projectr.PaymentEvent{})
}

// ByAgreement asks the provider, and is a Conflict while there is a subscription that goes
// on: it says which plan is had, and what an operator set would be overwritten by it.
func (b *Billing) ByAgreement(ctx context.Context, org store.Org) error {
	s, err := org.Subscription(ctx)
	if err != nil || s.Customer == "" {
		return err
	}
	s, err = b.take(ctx, org, s.Customer, projectr.PaymentEvent{}) // what is kept may be a moment old
	switch {
	case projectr.KindOf(err) == projectr.NotFound && err != nil:
		return nil // the customer is gone, and what it subscribed to with it
	case err != nil:
		return err
	case s.Live():
		return goesOn
	}
	return nil
}

// Invoices lists what the organisation was asked to pay, the newest first.
func (b *Billing) Invoices(ctx context.Context, org store.Org) ([]projectr.Invoice, error) {
	s, err := org.Subscription(ctx)
	if err != nil || s.Customer == "" {
		return []projectr.Invoice{}, err
	}
	if is, ok := b.invoices.of(org.ID(), s.Revision, b.Now()); ok {
		return slices.Clone(is), nil
	}
	is, err := b.Payments.Invoices(ctx, s.Customer)
	if err == nil {
		b.invoices.keep(org.ID(), answer[[]projectr.Invoice]{s.Revision, b.Now().Add(answerLife), slices.Clone(is)})
	}
	return is, err
}
