// Package stripe speaks to the payment provider Stripe, by its own library and the API
// version that is pinned with it. It knows customers, subscriptions, invoices, meters, the
// pages Stripe shows to who pays, and whether a webhook is Stripe's.
//
// It promises that what it says of a subscription depends on what Stripe has now and on
// nothing else, with Stripe's time of the answer. It keeps nothing but which price is of
// which plan, for an hour. Start at Payments.Subscription.
package stripe

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"projectr"
)

// Tolerance is how far the time of a webhook may be from now.
const Tolerance = 5 * time.Minute

const (
	planKey   = "projectr_plan"   // in the metadata of a price: which plan it is of
	orgKey    = "projectr_org"    // in the metadata of a customer and of what it subscribed to here: which organisation it is
	lookup    = "projectr_month_" // and the plan: where its present price is found
	soonest   = 48 * time.Hour    // a trial that ends sooner cannot be set at a checkout
	timeout   = 30 * time.Second
	retries   = 2
	mostPages = 20 // of 100 subscriptions of one customer

	portalKey = "projectr_portal" // in the metadata of what a portal lets customers do: which version of ours it is
	portalNow = "1"
)

// Options say how Stripe is reached.
type Options struct {
	Key           string // secret or restricted key
	WebhookSecret string
	Base          string // another address of the API, for tests; empty: Stripe's
	Now           func() time.Time
}

// Payments is Stripe with one account. It may be used by many at once.
type Payments struct {
	client *stripe.Client
	secret string
	live   bool
	now    func() time.Time
	prices prices
}

// New returns the account that a key opens. Nothing is asked yet.
func New(o Options) (*Payments, error) {
	kind, rest, _ := strings.Cut(o.Key, "_")
	if (kind != "sk" && kind != "rk") || (!strings.HasPrefix(rest, "live_") && !strings.HasPrefix(rest, "test_")) {
		return nil, &projectr.Error{Kind: projectr.Invalid, Message: "PROJECTR_STRIPE_SECRET_KEY must be a secret or restricted key of Stripe: it begins with sk_live_, sk_test_, rk_live_ or rk_test_."}
	}
	conf := &stripe.BackendConfig{
		EnableTelemetry:   stripe.Bool(false),
		HTTPClient:        &http.Client{Timeout: timeout, Transport: dated{http.DefaultTransport}},
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull},
		MaxNetworkRetries: stripe.Int64(retries),
	}
	if o.Base != "" {
		conf.URL = stripe.String(strings.TrimSuffix(o.Base, "/"))
	}
	return &Payments{
		client: stripe.NewClient(o.Key, stripe.WithBackends(stripe.NewBackendsWithConfig(conf))),
		secret: o.WebhookSecret, live: strings.HasPrefix(rest, "live_"), now: o.Now,
	}, nil
}

// dated notes the time of answers, by the clock of who answers, where the request asks.
type dated struct{ http.RoundTripper }

type dateKey struct{}

func (d dated) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := d.RoundTripper.RoundTrip(r)
	if at, ok := r.Context().Value(dateKey{}).(*time.Time); ok && err == nil {
		if t, e := http.ParseTime(answer.Header.Get("Date")); e == nil && (at.IsZero() || t.Before(*at)) {
			*at = t.UTC() // of several pages the first one counts
		}
	}
	return answer, err
}

// said gives an error of Stripe its kind. What Stripe writes is for the log: it may name
// ids.
func said(doing string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	kind, sentence := projectr.Unavailable, "The payment provider does not answer just now. Try again in a moment."
	var e *stripe.Error
	if errors.As(err, &e) {
		switch {
		case e.HTTPStatusCode == http.StatusUnauthorized, e.HTTPStatusCode == http.StatusForbidden:
			sentence = "The payment provider does not accept our key: the operator has to look at it."
		case e.HTTPStatusCode == http.StatusNotFound || e.Code == stripe.ErrorCodeResourceMissing:
			kind, sentence = projectr.NotFound, "The payment provider knows no such thing. Load the page again, and tell the operator if that does not help."
		case wantsConsent(e):
			kind, sentence = projectr.Conflict, "Your bank wants you to confirm this payment yourself, which cannot be done here. Nothing was charged, and the plan stays as it is. Add the card anew in the payment portal, where your bank can ask you, or add another one; then try again."
		case e.HTTPStatusCode == http.StatusPaymentRequired:
			kind, sentence = projectr.Conflict, "The payment was refused: check how you pay in the billing portal."
		case e.HTTPStatusCode == http.StatusBadRequest:
			kind, sentence = projectr.Conflict, "The payment provider refused that. Load the page again, and tell the operator if that does not help."
		}
	}
	return &projectr.Error{Kind: kind, Message: sentence, Err: errors.Join(errors.New(doing), err)}
}

// wantsConsent reports whether a payment needs its owner there and then, as 3-D Secure asks
// for.
func wantsConsent(e *stripe.Error) bool {
	switch e.Code {
	case stripe.ErrorCodeAuthenticationRequired, stripe.ErrorCodeInvoicePaymentIntentRequiresAction, "subscription_payment_intent_requires_action":
		return true
	}
	return e.DeclineCode == stripe.DeclineCodeAuthenticationRequired
}

// Customer makes the organisation a customer, instead of one that is there no more, and
// returns its id. Asked again within a day it is the same.
func (p *Payments) Customer(ctx context.Context, o projectr.Org, email, instead string) (string, error) {
	in := &stripe.CustomerCreateParams{Name: stripe.String(o.Name), Metadata: map[string]string{orgKey: string(o.ID)}}
	if email != "" {
		in.Email = stripe.String(email)
	}
	in.SetIdempotencyKey(once("customer", string(o.ID), o.Name, email, instead))
	c, err := p.client.V1Customers.Create(ctx, in)
	if err != nil {
		return "", said("make customer", err)
	}
	return c.ID, nil
}

// once is the same for the same words.
func once(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return words[0] + "-" + hex.EncodeToString(sum[:16])
}

// Known reports whether a customer is there: it may have been deleted, or be one of the test
// mode that was left behind when payments became live. It is an error where it cannot be
// told, as where the key is another account's.
func (p *Payments) Known(ctx context.Context, customer string) (bool, error) {
	c, err := p.client.V1Customers.Retrieve(ctx, customer, nil)
	var e *stripe.Error
	if p.live && errors.As(err, &e) && e.Code == stripe.ErrorCodeResourceMissing && strings.Contains(e.Msg, "exists in test mode") { // there is no code for it
		return false, nil
	}
	if err != nil {
		return false, said("look for customer", err)
	}
	return !c.Deleted, nil
}

// Subscription returns the one that counts of all a customer has and had, with the time of
// the answer.
func (p *Payments) Subscription(ctx context.Context, customer string) (projectr.Subscription, error) {
	var at time.Time
	ctx = context.WithValue(ctx, dateKey{}, &at)
	in := &stripe.SubscriptionListParams{Customer: stripe.String(customer), Status: stripe.String("all")}
	in.Limit = stripe.Int64(100)
	in.AddExpand("data.latest_invoice")
	var all []projectr.Subscription
	schedules := map[string]string{} // by subscription
	for s, err := range p.client.V1Subscriptions.List(ctx, in).All(ctx) {
		if err != nil {
			err = said("ask for subscriptions", err)
			if projectr.KindOf(err) == projectr.NotFound {
				if known, e := p.Known(ctx, customer); e == nil && !known {
					return projectr.Subscription{}, projectr.NoCustomer
				}
			}
			return projectr.Subscription{}, err
		}
		if s.Livemode != p.live {
			return projectr.Subscription{}, wrongMode
		}
		if len(all) >= mostPages*100 {
			break
		}
		if is := subscription(s); is.Plan != "" || s.Metadata[orgKey] != "" { // else it is of something else that the account sells
			all = append(all, is)
			if s.Schedule != nil {
				schedules[s.ID] = s.Schedule.ID
			}
		}
	}
	is := projectr.Current(all)
	if id := schedules[is.ID]; id != "" && is.Pays() {
		if err := p.then(ctx, id, &is); err != nil {
			return projectr.Subscription{}, err
		}
	}
	if is.State == projectr.PastDue || is.State == projectr.Unpaid {
		since, invoice, err := p.unpaid(ctx, is.ID)
		if err != nil {
			return projectr.Subscription{}, err
		}
		is.Invoice = invoice
		if !since.IsZero() {
			is.Since = since
		}
	}
	if is.AsOf = at; at.IsZero() {
		is.AsOf = p.now().UTC().Truncate(time.Second)
	}
	return is, nil
}

// then adds the plan that a schedule has a subscription be of after the present one, if any.
func (p *Payments) then(ctx context.Context, schedule string, is *projectr.Subscription) error {
	in := &stripe.SubscriptionScheduleRetrieveParams{}
	in.AddExpand("phases.items.price")
	c, err := p.client.V1SubscriptionSchedules.Retrieve(ctx, schedule, in)
	if err != nil || c.Status != stripe.SubscriptionScheduleStatusActive {
		return said("look at schedule", err)
	}
	for _, phase := range c.Phases {
		start := at(phase.StartDate)
		if start.Before(is.PeriodEnd) || !is.CancelAt.IsZero() && !start.Before(is.CancelAt) {
			continue
		}
		var plan *sold
		var all []sold
		off := len(phase.Discounts) > 0
		for _, item := range phase.Items {
			all = append(all, sold{item.Price, item.Quantity})
			off = off || len(item.Discounts) > 0
			if item.Price != nil && item.Price.Metadata[planKey] != "" && item.Price.Metadata[planKey] != is.Plan && plan == nil {
				plan = &all[len(all)-1]
				is.Next, is.NextAt = item.Price.Metadata[planKey], start
			}
		}
		if plan != nil {
			is.NextPrice = takes(*plan, all, off)
			return nil
		}
	}
	return nil
}

// unpaid is since when a subscription is not paid, and the id of the newest invoice of it that
// can be paid; zero and empty: there is none. It is the time of the first of the invoices
// that are not paid, one after the other up to the newest. A subscription that stays past
// due, as an account may be set, gets another one each month, and one that is unpaid a draft,
// which is no reason for more grace.
func (p *Payments) unpaid(ctx context.Context, subscription string) (since time.Time, newest string, err error) {
	in := &stripe.InvoiceListParams{Subscription: stripe.String(subscription)}
	in.Limit = stripe.Int64(100)
	list := p.client.V1Invoices.List(ctx, in) // the newest first
	if err := list.Err(); err != nil {
		return since, "", said("ask for unpaid invoices", err)
	}
	var next *stripe.Invoice // after the one that is looked at, and not paid either
	for _, i := range list.Data() {
		switch {
		case i.Status == stripe.InvoiceStatusPaid && i.Total > 0:
			return since, newest, nil
		case i.Status == stripe.InvoiceStatusOpen, i.Status == stripe.InvoiceStatusUncollectible:
			newest = cmp.Or(newest, i.ID)
		case i.Status == stripe.InvoiceStatusDraft && (next == nil || next.Status == stripe.InvoiceStatusDraft): // an older one was forgotten
		case i.Status == stripe.InvoiceStatusVoid && !forgiven(i, next):
		default:
			continue
		}
		// One that is sent to be paid within so many days is not late before.
		since, next = at(max(i.Created, i.DueDate)), i
	}
	return since, newest, nil
}

// forgiven reports whether an invoice was void before the next one that is not paid was made:
// then that one is the first. Else it was not paid when the next one came, and that nobody
// asks for it any more begins no grace anew.
func forgiven(i, next *stripe.Invoice) bool {
	if next == nil || next.Status == stripe.InvoiceStatusDraft || i.StatusTransitions == nil {
		return false
	}
	return i.StatusTransitions.VoidedAt > 0 && i.StatusTransitions.VoidedAt <= next.Created
}

func at(unix int64) time.Time {
	if unix == 0 {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

// states are Stripe's words for ours. One whose first payment never came is as none.
var states = map[stripe.SubscriptionStatus]projectr.SubscriptionState{
	stripe.SubscriptionStatusIncomplete: projectr.Incomplete, stripe.SubscriptionStatusIncompleteExpired: projectr.NoSubscription,
	stripe.SubscriptionStatusTrialing: projectr.Trialing, stripe.SubscriptionStatusActive: projectr.Subscribed,
	stripe.SubscriptionStatusPastDue: projectr.PastDue, stripe.SubscriptionStatusUnpaid: projectr.Unpaid,
	stripe.SubscriptionStatusCanceled: projectr.Canceled, stripe.SubscriptionStatusPaused: projectr.Paused,
}

// subscription reads what Stripe has. Since is from Stripe as well: grace runs from the
// invoice that was not paid, however late we hear of it.
func subscription(s *stripe.Subscription) projectr.Subscription {
	is := projectr.Subscription{ID: s.ID, State: states[s.Status], Began: at(s.Created), TrialEnd: at(s.TrialEnd), CancelAt: at(s.CancelAt)}
	if is.State == "" {
		is.State = projectr.NoSubscription // a word that this version does not know opens nothing
	}
	if s.Items != nil {
		var main sold
		var all []sold
		off := len(s.Discounts) > 0
		for _, item := range s.Items.Data {
			all = append(all, sold{item.Price, item.Quantity})
			off = off || len(item.Discounts) > 0
			plan := ""
			if item.Price != nil {
				plan = item.Price.Metadata[planKey]
			}
			if plan == "" && !is.PeriodEnd.IsZero() {
				continue // what else is sold with it
			}
			is.Plan = cmp.Or(plan, is.Plan)
			is.PeriodStart, is.PeriodEnd = at(item.CurrentPeriodStart), at(item.CurrentPeriodEnd)
			main = all[len(all)-1]
		}
		is.Price = takes(main, all, off)
	}
	if s.CancelAtPeriodEnd && is.CancelAt.IsZero() {
		is.CancelAt = is.PeriodEnd
	}
	switch is.State {
	case projectr.PastDue, projectr.Unpaid:
		is.Since = is.PeriodStart
		if s.LatestInvoice != nil && s.LatestInvoice.Created > 0 {
			is.Since, is.Invoice = at(s.LatestInvoice.Created), s.LatestInvoice.ID
		}
	case projectr.Canceled:
		is.Since = at(cmp.Or(s.EndedAt, s.CanceledAt, s.Created))
	case projectr.Paused:
		is.Since = is.TrialEnd
		if is.PeriodStart.After(is.Since) { // by the account's owner, and it is not said when
			is.Since = is.PeriodStart
		}
	}
	return is
}

// sold is an item of a subscription.
type sold struct {
	price    *stripe.Price
	quantity int64
}

// takes is what is taken each time for a plan, with what else is sold with it as often. What
// is used comes to it. Zero: not known, as where it goes by steps.
func takes(plan sold, all []sold, discounted bool) projectr.Charge {
	if plan.price == nil || plan.price.Recurring == nil {
		return projectr.Charge{}
	}
	is := projectr.Charge{Amount: projectr.Amount{Currency: strings.ToUpper(string(plan.price.Currency))},
		Every: string(plan.price.Recurring.Interval), Count: max(plan.price.Recurring.IntervalCount, 1), Discounted: discounted}
	for _, x := range all {
		r := (*stripe.PriceRecurring)(nil)
		if x.price != nil {
			r = x.price.Recurring
		}
		switch {
		case r == nil || x.price != plan.price && (r.UsageType == stripe.PriceRecurringUsageTypeMetered || string(r.Interval) != is.Every || max(r.IntervalCount, 1) != is.Count):
		case r.UsageType == stripe.PriceRecurringUsageTypeMetered, x.price.BillingScheme == stripe.PriceBillingSchemeTiered, x.price.TransformQuantity != nil,
			x.price.UnitAmount == 0 && x.price.UnitAmountDecimal != 0: // parts of a cent
			return projectr.Charge{}
		default:
			is.Minor += x.price.UnitAmount * x.quantity
		}
	}
	return is
}

// price finds the present price of a plan.
func (p *Payments) price(ctx context.Context, plan string) (*stripe.Price, error) {
	in := &stripe.PriceListParams{LookupKeys: []*string{stripe.String(lookup + plan)}, Active: stripe.Bool(true)}
	for x, err := range p.client.V1Prices.List(ctx, in).All(ctx) {
		return x, said("look for price", err)
	}
	return nil, &projectr.Error{Kind: projectr.Conflict, Field: "plan", Message: "This plan cannot be bought here yet: the operator has to run projectr stripe setup."}
}

// Checkout returns the address of a page on which the plan is paid for. Pages that the
// customer was sent to before expire: two that are paid on would be two subscriptions.
func (p *Payments) Checkout(ctx context.Context, c projectr.Checkout) (string, error) {
	x, err := p.price(ctx, c.Plan)
	if err != nil {
		return "", err
	}
	in := &stripe.CheckoutSessionCreateParams{
		Mode: stripe.String(string(stripe.CheckoutSessionModeSubscription)), Customer: stripe.String(c.Customer), ClientReferenceID: stripe.String(string(c.Org)),
		SuccessURL: stripe.String(c.Done), CancelURL: stripe.String(c.Back),
		LineItems:        []*stripe.CheckoutSessionCreateLineItemParams{{Price: stripe.String(x.ID), Quantity: stripe.Int64(1)}},
		SubscriptionData: &stripe.CheckoutSessionCreateSubscriptionDataParams{Metadata: map[string]string{orgKey: string(c.Org)}},
	}
	if c.TrialEnd.Sub(p.now()) > soonest {
		in.SubscriptionData.TrialEnd = stripe.Int64(c.TrialEnd.Unix())
		// Without a way to pay at its end nothing is to be owed: Stripe would bill a month that nobody wanted.
		in.SubscriptionData.TrialSettings = &stripe.CheckoutSessionCreateSubscriptionDataTrialSettingsParams{
			EndBehavior: &stripe.CheckoutSessionCreateSubscriptionDataTrialSettingsEndBehaviorParams{
				MissingPaymentMethod: stripe.String(string(stripe.SubscriptionTrialSettingsEndBehaviorMissingPaymentMethodPause))}}
	}
	s, err := p.client.V1CheckoutSessions.Create(ctx, in)
	if err != nil {
		return "", said("begin checkout", err)
	}
	open := &stripe.CheckoutSessionListParams{Customer: stripe.String(c.Customer), Status: stripe.String(string(stripe.CheckoutSessionStatusOpen))}
	for old, err := range p.client.V1CheckoutSessions.List(ctx, open).All(ctx) {
		if err == nil && old.ID != s.ID && old.Mode == stripe.CheckoutSessionModeSubscription {
			_, err = p.client.V1CheckoutSessions.Expire(ctx, old.ID, nil)
		}
		if err != nil { // it may be paid on just now: then this one must not be
			_, e := p.client.V1CheckoutSessions.Expire(context.WithoutCancel(ctx), s.ID, nil)
			return "", errors.Join(said("end earlier checkout", err), e)
		}
	}
	return s.URL, nil
}

// Portal returns the address of a page on which a customer changes how it pays. Where Setup
// has made one, it is one on which plans are not changed: they are here, as ChangePlan does.
func (p *Payments) Portal(ctx context.Context, customer, back string) (string, error) {
	in := &stripe.BillingPortalSessionCreateParams{Customer: stripe.String(customer), ReturnURL: stripe.String(back)}
	id, err := p.portal(ctx)
	if err != nil {
		return "", err
	}
	if id != "" {
		in.Configuration = stripe.String(id)
	}
	s, err := p.client.V1BillingPortalSessions.Create(ctx, in)
	if err != nil {
		return "", said("open portal", err)
	}
	return s.URL, nil
}

// portal finds what Setup has made of a portal; empty: nothing yet.
func (p *Payments) portal(ctx context.Context) (string, error) {
	for x, err := range p.client.V1BillingPortalConfigurations.List(ctx, &stripe.BillingPortalConfigurationListParams{Active: stripe.Bool(true)}).All(ctx) {
		if err != nil {
			return "", said("look for portal", err)
		}
		if x.Metadata[portalKey] == portalNow {
			return x.ID, nil
		}
	}
	return "", nil
}

// change is a subscription as it is, beside the price that it is to have.
type change struct {
	*stripe.Subscription
	item *stripe.SubscriptionItem // that is of a plan
	to   *stripe.Price
}

// trials reports whether nothing is paid yet: the plan changes at once, and the trial ends
// when it would have.
func (c change) trials() bool { return c.Status == stripe.SubscriptionStatusTrialing }

// rises reports whether the price is greater than the one that is paid, by the year.
func (c change) rises() bool { return aYear(c.to) > aYear(c.item.Price) }

// aYear is what a price comes to in a year.
func aYear(x *stripe.Price) int64 {
	times := int64(12)
	if x.Recurring == nil {
		return x.UnitAmount * times
	}
	switch x.Recurring.Interval {
	case stripe.PriceRecurringIntervalDay:
		times = 365
	case stripe.PriceRecurringIntervalWeek:
		times = 52
	case stripe.PriceRecurringIntervalYear:
		times = 1
	}
	return x.UnitAmount * times / max(x.Recurring.IntervalCount, 1)
}

// change looks at a subscription before its plan is changed. It is a Conflict where it is
// not paid for: what was not paid would be credited. So it is where it ends: what a greater
// plan is paid for could be cut short.
func (p *Payments) change(ctx context.Context, id, plan string) (c change, err error) {
	if c.to, err = p.price(ctx, plan); err != nil {
		return c, err
	}
	if c.Subscription, err = p.client.V1Subscriptions.Retrieve(ctx, id, nil); err != nil {
		return c, said("look at subscription", err)
	}
	if c.Items != nil {
		for _, i := range c.Items.Data {
			if i.Price != nil && i.Price.Metadata[planKey] != "" {
				c.item = i
			}
		}
	}
	switch {
	case c.item == nil:
		return c, &projectr.Error{Kind: projectr.Conflict, Message: "This subscription was not made here: change it in the billing portal."}
	case c.item.Price.Currency != c.to.Currency: // a subscription has one, for good
		return c, &projectr.Error{Kind: projectr.Conflict, Field: "plan", Message: fmt.Sprintf("This subscription is paid in %s, and plans are sold here in %s: ask the operator to change it.",
			strings.ToUpper(string(c.item.Price.Currency)), strings.ToUpper(string(c.to.Currency)))}
	case !c.trials() && c.Status != stripe.SubscriptionStatusActive:
		return c, projectr.PayFirst
	case c.CancelAtPeriodEnd || c.CancelAt > 0:
		return c, projectr.StayFirst
	}
	return c, nil
}

// PriceChange says what ChangePlan would cost now.
func (p *Payments) PriceChange(ctx context.Context, id, plan string) (projectr.PlanChange, error) {
	c, err := p.change(ctx, id, plan)
	if err != nil {
		return projectr.PlanChange{}, err
	}
	in := &stripe.InvoiceCreatePreviewSubscriptionDetailsParams{
		Items:             []*stripe.InvoiceCreatePreviewSubscriptionDetailsItemParams{{ID: stripe.String(c.item.ID), Price: stripe.String(c.to.ID)}},
		ProrationBehavior: stripe.String("none"),
	}
	atOnce := c.rises() && !c.trials()
	if atOnce {
		in.ProrationBehavior, in.BillingCycleAnchorNow = stripe.String("always_invoice"), stripe.Bool(true)
	}
	i, err := p.client.V1Invoices.CreatePreview(ctx, &stripe.InvoiceCreatePreviewParams{Subscription: stripe.String(id), SubscriptionDetails: in})
	if err != nil {
		return projectr.PlanChange{}, said("price a change of plan", err)
	}
	is := projectr.PlanChange{Plan: plan, Price: c.to.UnitAmount * max(c.item.Quantity, 1), Due: at(c.item.CurrentPeriodEnd), Currency: strings.ToUpper(string(i.Currency))}
	switch {
	case atOnce:
		is.Today, is.Due = i.AmountDue, p.now().UTC().Truncate(time.Second).AddDate(0, 1, 0) // unless a line says it
		first := i.Lines
		if p.allLines(ctx, i); i.Lines == nil {
			i.Lines = first
		}
		if i.Lines != nil {
			ends := time.Time{}
			for _, l := range i.Lines.Data {
				switch {
				case prorates(l) && l.Amount < 0:
					is.Credit -= l.Amount
				case !prorates(l) && priceOf(l) == c.to.ID && l.Period != nil && at(l.Period.End).After(ends):
					ends = at(l.Period.End)
				}
			}
			if !ends.IsZero() {
				is.Due = ends
			}
		}
	case !c.trials():
		is.From = is.Due
	}
	return is, nil
}

// prorates reports whether a line of an invoice is for a part of a period.
func prorates(l *stripe.InvoiceLineItem) bool {
	return l.Parent != nil && (l.Parent.SubscriptionItemDetails != nil && l.Parent.SubscriptionItemDetails.Proration ||
		l.Parent.InvoiceItemDetails != nil && l.Parent.InvoiceItemDetails.Proration)
}

// ChangePlan has a subscription be of another plan: of a dearer one at once, with a period
// that begins today and is paid today, less what was paid for the rest of the present one;
// of a cheaper one when the period that is paid for has ended; in a trial at once, and
// nothing is paid. Where the payment does not come, nothing changes. Whatever change was to
// come is taken back before, and with the plan that there is that is all.
func (p *Payments) ChangePlan(ctx context.Context, id, plan string) error {
	c, err := p.change(ctx, id, plan)
	if err != nil {
		return err
	}
	if err := p.release(ctx, c.Subscription); err != nil || c.item.Price.Metadata[planKey] == plan {
		return err
	}
	if !c.rises() && !c.trials() {
		return p.changeLater(ctx, c)
	}
	in := &stripe.SubscriptionUpdateParams{
		Items:             []*stripe.SubscriptionUpdateItemParams{{ID: stripe.String(c.item.ID), Price: stripe.String(c.to.ID)}},
		ProrationBehavior: stripe.String("none"),
	}
	if !c.trials() {
		in.ProrationBehavior, in.BillingCycleAnchorNow = stripe.String("always_invoice"), stripe.Bool(true)
		in.PaymentBehavior = stripe.String("error_if_incomplete")
	}
	if c.trials() {
		_, err = p.client.V1Subscriptions.Update(ctx, id, in)
	} else {
		err = p.payOnce(ctx, c, in)
	}
	if err = said("change plan", err); err != nil && c.Schedule != nil {
		return &projectr.Error{Kind: projectr.KindOf(err), Message: projectr.MessageOf(err) + " The change of plan that was to come is taken back.", Err: err}
	}
	return err
}

// mostRefusals is how many payments for one change of plan may be refused in a day before
// Stripe is asked without a key.
const mostRefusals = 20

// payOnce has a subscription be of another price at once. Two who ask for it of the same
// period and after the same invoice have one key, and so are charged once. Stripe answers a key with what it answered
// first, a refusal as well: whoever hears an old refusal asks anew, as the card may be
// mended since.
func (p *Payments) payOnce(ctx context.Context, c change, in *stripe.SubscriptionUpdateParams) error {
	latest := ""
	if c.LatestInvoice != nil {
		latest = c.LatestInvoice.ID
	}
	for refusals := range mostRefusals {
		in.SetIdempotencyKey(once("change", c.ID, c.item.ID, c.item.Price.ID, c.to.ID, strconv.FormatInt(c.item.CurrentPeriodStart, 10), latest, strconv.Itoa(refusals)))
		_, err := p.client.V1Subscriptions.Update(ctx, c.ID, in)
		var e *stripe.Error
		if !errors.As(err, &e) || e.LastResponse == nil || e.LastResponse.Header.Get("Idempotent-Replayed") != "true" {
			return err
		}
	}
	in.IdempotencyKey = nil
	_, err := p.client.V1Subscriptions.Update(ctx, c.ID, in)
	return err
}

// changeLater has a subscription be of another price from its next period on. Between the
// two requests there is a schedule that changes nothing.
func (p *Payments) changeLater(ctx context.Context, c change) error {
	s, err := p.client.V1SubscriptionSchedules.Create(ctx, &stripe.SubscriptionScheduleCreateParams{FromSubscription: stripe.String(c.ID)})
	if err != nil {
		return said("begin schedule", err)
	}
	if len(s.Phases) == 0 {
		return &projectr.Error{Kind: projectr.Unavailable, Message: "The payment provider does not say when the present period ends. Try again in a moment."}
	}
	now, then := phase(s.Phases[0]), phase(s.Phases[0])
	now.StartDate, now.EndDate = stripe.Int64(s.Phases[0].StartDate), stripe.Int64(c.item.CurrentPeriodEnd)
	then.Duration = &stripe.SubscriptionScheduleUpdatePhaseDurationParams{Interval: stripe.String("month"), IntervalCount: stripe.Int64(1)}
	for _, item := range then.Items {
		if *item.Price == c.item.Price.ID {
			item.Price = stripe.String(c.to.ID)
		}
	}
	_, err = p.client.V1SubscriptionSchedules.Update(ctx, s.ID, &stripe.SubscriptionScheduleUpdateParams{
		EndBehavior: stripe.String(string(stripe.SubscriptionScheduleEndBehaviorRelease)), ProrationBehavior: stripe.String("none"),
		Phases: []*stripe.SubscriptionScheduleUpdatePhaseParams{now, then},
	})
	return said("schedule a change of plan", err)
}

// phase is a phase as it is to be asked for: one that is left out would lose what else the
// account's owner sells with it, or takes off.
func phase(is *stripe.SubscriptionSchedulePhase) *stripe.SubscriptionScheduleUpdatePhaseParams {
	out := &stripe.SubscriptionScheduleUpdatePhaseParams{ProrationBehavior: stripe.String("none")}
	for _, i := range is.Items {
		if i.Price == nil {
			continue
		}
		item := &stripe.SubscriptionScheduleUpdatePhaseItemParams{Price: stripe.String(i.Price.ID), TaxRates: rates(i.TaxRates)}
		if i.Quantity > 0 { // of use there is none
			item.Quantity = stripe.Int64(i.Quantity)
		}
		for _, d := range i.Discounts {
			if was, code, coupon := takenOff(d.Discount, d.PromotionCode, d.Coupon); was != nil || code != nil || coupon != nil {
				item.Discounts = append(item.Discounts, &stripe.SubscriptionScheduleUpdatePhaseItemDiscountParams{Discount: was, PromotionCode: code, Coupon: coupon})
			}
		}
		out.Items = append(out.Items, item)
	}
	out.DefaultTaxRates = rates(is.DefaultTaxRates)
	for _, d := range is.Discounts {
		if was, code, coupon := takenOff(d.Discount, d.PromotionCode, d.Coupon); was != nil || code != nil || coupon != nil {
			out.Discounts = append(out.Discounts, &stripe.SubscriptionScheduleUpdatePhaseDiscountParams{Discount: was, PromotionCode: code, Coupon: coupon})
		}
	}
	return out
}

// takenOff names a discount by what it is now, else by what gave it: Stripe takes one of the three.
func takenOff(d *stripe.Discount, p *stripe.PromotionCode, c *stripe.Coupon) (discount, code, coupon *string) {
	switch {
	case d != nil:
		discount = stripe.String(d.ID)
	case p != nil:
		code = stripe.String(p.ID)
	case c != nil:
		coupon = stripe.String(c.ID)
	}
	return discount, code, coupon
}

func rates(all []*stripe.TaxRate) (ids []*string) {
	for _, r := range all {
		ids = append(ids, stripe.String(r.ID))
	}
	return ids
}

// release takes back whatever change of a subscription was to come: Stripe refuses to have
// one end that a schedule manages.
func (p *Payments) release(ctx context.Context, s *stripe.Subscription) error {
	if s.Schedule == nil {
		return nil
	}
	_, err := p.client.V1SubscriptionSchedules.Release(ctx, s.Schedule.ID, nil)
	return said("take a change of plan back", err)
}

// Cancel has a subscription end with the period that is paid for, whatever change was to
// come after it, or takes that back.
func (p *Payments) Cancel(ctx context.Context, id string, on bool) error {
	s, err := p.client.V1Subscriptions.Retrieve(ctx, id, nil)
	if err != nil {
		return said("look at subscription", err)
	}
	ends := s.CancelAtPeriodEnd || s.CancelAt > 0
	if on == ends {
		return nil
	}
	if err := p.release(ctx, s); err != nil {
		return err
	}
	in := &stripe.SubscriptionUpdateParams{CancelAtPeriodEnd: stripe.Bool(on)}
	if !on && !s.CancelAtPeriodEnd { // the portal names the day instead, and both at once are refused
		in = &stripe.SubscriptionUpdateParams{}
		in.AddUnsetField(stripe.SubscriptionUpdateParamsUnsetFieldCancelAt)
	}
	_, err = p.client.V1Subscriptions.Update(ctx, id, in)
	return said("cancel subscription", err)
}

// Resume has a subscription go on that a trial without a way to pay has paused, where there
// is one by now: that is charged. It reports whether the subscription may be another one since.
// For one way to pay it is tried once a day at most, so that a card that fails is not charged
// again and again.
func (p *Payments) Resume(ctx context.Context, id string) (bool, error) {
	in := &stripe.SubscriptionRetrieveParams{}
	in.AddExpand("latest_invoice")
	in.AddExpand("customer")
	s, err := p.client.V1Subscriptions.Retrieve(ctx, id, in)
	if err != nil {
		return false, said("look at subscription", err)
	}
	way := ""
	switch {
	case s.DefaultPaymentMethod != nil:
		way = s.DefaultPaymentMethod.ID
	case s.Customer != nil && s.Customer.InvoiceSettings != nil && s.Customer.InvoiceSettings.DefaultPaymentMethod != nil:
		way = s.Customer.InvoiceSettings.DefaultPaymentMethod.ID
	}
	due, billed := s.LatestInvoice, false
	if due != nil && due.Created >= s.TrialEnd {
		billed = due.Status == stripe.InvoiceStatusOpen || due.Status == stripe.InvoiceStatusDraft
		if due.Status == stripe.InvoiceStatusPaid { // it was paused by the account's owner, who has it go on
			way = ""
		}
	}
	if s.Status != stripe.SubscriptionStatusPaused || s.TrialEnd == 0 || way == "" {
		return s.Status != stripe.SubscriptionStatusPaused, nil
	}
	day := p.now().UTC().Format(time.DateOnly)
	if !billed {
		again := &stripe.SubscriptionResumeParams{}
		again.AddExpand("latest_invoice")
		again.SetIdempotencyKey(once("resume", id, way, day))
		if s, err = p.client.V1Subscriptions.Resume(ctx, id, again); err != nil {
			return false, said("resume subscription", err)
		}
		due = s.LatestInvoice
	}
	if s.Status == stripe.SubscriptionStatusPaused && due != nil { // it is until that is paid, which nobody tries by itself
		pay := &stripe.InvoicePayParams{}
		pay.SetIdempotencyKey(once("pay", due.ID, way, day))
		if _, err := p.client.V1Invoices.Pay(ctx, due.ID, pay); err != nil {
			return true, said("pay for a subscription that goes on", err)
		}
	}
	return true, nil
}

// Leave has everything that a customer subscribed to here end with what is paid for, and at
// once what was never paid, as there is no period that ends. Pages of checkout that are open
// expire first: one that is paid on meanwhile has made a subscription by then.
func (p *Payments) Leave(ctx context.Context, customer string) error {
	open := &stripe.CheckoutSessionListParams{Customer: stripe.String(customer), Status: stripe.String(string(stripe.CheckoutSessionStatusOpen))}
	for s, err := range p.client.V1CheckoutSessions.List(ctx, open).All(ctx) {
		if err == nil && s.Mode == stripe.CheckoutSessionModeSubscription {
			_, err = p.client.V1CheckoutSessions.Expire(ctx, s.ID, nil)
		}
		if err != nil {
			return said("end checkout", err)
		}
	}
	in := &stripe.SubscriptionListParams{Customer: stripe.String(customer), Status: stripe.String("all")}
	in.Limit = stripe.Int64(100)
	for s, err := range p.client.V1Subscriptions.List(ctx, in).All(ctx) {
		if err != nil {
			return said("ask for subscriptions", err)
		}
		if s.Livemode != p.live {
			return wrongMode
		}
		if is := subscription(s); is.Plan == "" && s.Metadata[orgKey] == "" {
			continue // of something else that the account sells
		}
		switch s.Status {
		case stripe.SubscriptionStatusIncomplete, stripe.SubscriptionStatusPaused:
			_, err = p.client.V1Subscriptions.Cancel(ctx, s.ID, nil)
			err = said("end subscription", err)
		case stripe.SubscriptionStatusTrialing, stripe.SubscriptionStatusActive, stripe.SubscriptionStatusPastDue, stripe.SubscriptionStatusUnpaid:
			err = p.Cancel(ctx, s.ID, true)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Payer returns who pays and how: of a subscription, or of a customer where its id is empty.
func (p *Payments) Payer(ctx context.Context, customer, subscription string) (projectr.Payer, error) {
	const way = "invoice_settings.default_payment_method"
	var c *stripe.Customer
	var m *stripe.PaymentMethod
	if subscription != "" {
		in := &stripe.SubscriptionRetrieveParams{}
		in.AddExpand("default_payment_method")
		in.AddExpand("customer." + way)
		s, err := p.client.V1Subscriptions.Retrieve(ctx, subscription, in)
		if err != nil {
			return projectr.Payer{}, said("ask who pays", err)
		}
		c, m = s.Customer, s.DefaultPaymentMethod
	} else {
		in := &stripe.CustomerRetrieveParams{}
		in.AddExpand(way)
		var err error
		if c, err = p.client.V1Customers.Retrieve(ctx, customer, in); err != nil {
			return projectr.Payer{}, said("ask who pays", err)
		}
	}
	is := projectr.Payer{Address: []string{}}
	if c == nil || c.Deleted {
		return is, &projectr.Error{Kind: projectr.NotFound, Message: "The payment provider knows no such customer."}
	}
	is.Name, is.Email, is.Address = c.Name, c.Email, envelope(c.Address)
	if m == nil && c.InvoiceSettings != nil {
		m = c.InvoiceSettings.DefaultPaymentMethod
	}
	switch {
	case m != nil && m.Card != nil:
		is.Card = &projectr.Card{Brand: string(m.Card.Brand), Last4: m.Card.Last4, Month: int(m.Card.ExpMonth), Year: int(m.Card.ExpYear)}
		is.Way = string(stripe.PaymentMethodTypeCard)
	case m != nil:
		is.Way = string(m.Type)
	case c.DefaultSource != nil: // as customers have it that are older than payment methods
		is.Way = "source"
	}
	return is, nil
}

// envelope is an address by lines.
func envelope(a *stripe.Address) []string {
	lines := []string{}
	if a == nil {
		return lines
	}
	place := strings.TrimSpace(strings.Join([]string{a.City, strings.TrimSpace(a.State + " " + a.PostalCode)}, ", "))
	for _, l := range []string{a.Line1, a.Line2, strings.Trim(place, ", "), a.Country} {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// Next is what a subscription will be charged next.
func (p *Payments) Next(ctx context.Context, id string) (projectr.Amount, error) {
	i, err := p.client.V1Invoices.CreatePreview(ctx, &stripe.InvoiceCreatePreviewParams{Subscription: stripe.String(id)})
	if err != nil {
		return projectr.Amount{}, said("ask for the next payment", err)
	}
	return projectr.Amount{Minor: i.AmountDue, Currency: strings.ToUpper(string(i.Currency))}, nil
}

// Meter tells of use. Of an event that was told before it is no error to tell it again.
// A Conflict says that it was not taken, and any other error that it may have been.
func (p *Payments) Meter(ctx context.Context, e projectr.MeterEvent) error {
	in := &stripe.BillingMeterEventCreateParams{
		EventName: stripe.String(e.Meter), Identifier: stripe.String(e.ID), Timestamp: stripe.Int64(e.At.Unix()),
		Payload: map[string]string{"stripe_customer_id": e.Customer, "value": strconv.FormatInt(e.Amount, 10)},
	}
	in.SetIdempotencyKey(once("meter", e.ID))
	_, err := p.client.V1BillingMeterEvents.Create(ctx, in)
	var s *stripe.Error
	if errors.As(err, &s) && s.HTTPStatusCode == http.StatusBadRequest && strings.Contains(s.Msg, "identifier") && strings.Contains(s.Msg, "already exists") {
		return nil // there is no code for it
	}
	if err = said("tell of use", err); s != nil && s.HTTPStatusCode >= 400 && s.HTTPStatusCode < 500 && s.HTTPStatusCode != http.StatusConflict { // 409: the same one is on its way
		return &projectr.Error{Kind: projectr.Conflict, Message: projectr.MessageOf(err), Err: err}
	}
	return err
}

var (
	notStripe = &projectr.Error{Kind: projectr.Invalid, Message: "This is not signed as an event of the payment provider is."}
	wrongMode = &projectr.Error{Kind: projectr.Invalid, Message: "This is of the payment provider's test mode and we are live, or the other way round."}
)

// Event returns what a webhook tells, when it is Stripe's: when the signature over the
// bytes as they came is right, its time is within Tolerance of now, and it is of our mode.
func (p *Payments) Event(raw []byte, signature string) (projectr.PaymentEvent, error) {
	sent, ok := sentAt(signature)
	if d := p.now().Sub(sent); p.secret == "" || !ok || d > Tolerance || d < -Tolerance {
		return projectr.PaymentEvent{}, notStripe
	}
	e, err := webhook.ConstructEventWithOptions(raw, signature, p.secret, webhook.ConstructEventOptions{
		IgnoreTolerance:          true, // its own clock is not ours
		IgnoreAPIVersionMismatch: true, // an account sends events in its own version, and all that is read of one is whose it is
	})
	if err != nil {
		return projectr.PaymentEvent{}, &projectr.Error{Kind: projectr.Invalid, Message: notStripe.Message, Err: err}
	}
	if e.Livemode != p.live {
		return projectr.PaymentEvent{}, wrongMode
	}
	if e.ID == "" || e.Data == nil {
		return projectr.PaymentEvent{}, notStripe
	}
	return projectr.PaymentEvent{ID: e.ID, Type: string(e.Type), Customer: customerIn(e.Data.Raw)}, nil
}

// sentAt is the one time in a header of a signature.
func sentAt(header string) (at time.Time, ok bool) {
	for part := range strings.SplitSeq(header, ",") {
		t, found := strings.CutPrefix(part, "t=")
		if !found {
			continue
		}
		n, err := strconv.ParseInt(t, 10, 64)
		if err != nil || ok {
			return at, false
		}
		at, ok = time.Unix(n, 0), true
	}
	return at, ok
}

// customerIn is whose object an event is about: the customer itself, or the one it names.
func customerIn(raw json.RawMessage) string {
	var x struct {
		ID, Object string
		Customer   json.RawMessage
	}
	if json.Unmarshal(raw, &x) != nil {
		return ""
	}
	if x.Object == "customer" {
		return x.ID
	}
	var id string
	if json.Unmarshal(x.Customer, &id) == nil {
		return id
	}
	var whole struct{ ID string }
	_ = json.Unmarshal(x.Customer, &whole) // else it names none
	return whole.ID
}
