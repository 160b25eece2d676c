package store

import (
	"context"
	"time"

	"projectr"
)

// PaymentDriver is what a Driver keeps of what organisations pay.
type PaymentDriver interface {
	// Subscription is what was kept last, and whether this event of the provider was taken
	// already. Without any it is of projectr.NoSubscription, with the customer if there is
	// one.
	Subscription(ctx context.Context, s Scope, event string) (projectr.Subscription, bool, error)
	// PutCustomer ties the organisation to a customer of the provider, for good. It is a
	// Conflict when it is tied to another, or the customer to another organisation.
	PutCustomer(ctx context.Context, s Scope, customer string, a projectr.AuditEntry) error
	// PutSubscription keeps Is, the plan and ReadUntil of Then, and the event's id. It is a
	// Conflict when what is kept has another Revision than Was, or the record is not as
	// Info any more. Of what says the same as before no entry is kept.
	PutSubscription(ctx context.Context, s Scope, t SubscriptionStep, a projectr.AuditEntry) error
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
	return o.s.d.PutCustomer(ctx, o.scope, customer, o.audit("billing.customer", customer))
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
		if is.Pays() {
			then.Plan = is.Plan
		}
		if err := then.Validate(); err != nil {
			return was, err
		}
		step := SubscriptionStep{Event: event, At: o.s.now(), Was: was, Is: is, Info: info, Then: then}
		if err := o.s.d.PutSubscription(ctx, o.scope, step, o.audit("billing.subscription", string(is.State))); err != nil || then == info {
			return is, err
		}
		_, err = o.ResumeReadings(ctx) // the plan may have grown; what there is still no budget for waits again
		return is, err
	})
}
