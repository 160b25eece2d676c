package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"projectr"
)

// Subscription is what an organisation pays for.
type Subscription struct {
	Plan        projectr.Plan   `json:"plan"`
	Status      string          `json:"status" enum:"none,incomplete,trialing,active,past_due,unpaid,canceled,paused" doc:"None: there is no subscription, and the operator sets the plan. A trial is one with the payment provider where subscribed is true."`
	Billing     bool            `json:"billing" doc:"Whether a payment provider is connected."`
	Subscribed  bool            `json:"subscribed" doc:"There is a subscription, which is changed or cancelled; else one is begun by a checkout."`
	Portal      bool            `json:"portal" doc:"The payment provider knows the organisation, so that its portal can be opened."`
	PeriodStart time.Time       `json:"period_start,omitzero"`
	PeriodEnd   time.Time       `json:"period_end,omitzero" doc:"When the next payment is due."`
	TrialEnd    time.Time       `json:"trial_end,omitzero"`
	CancelAt    time.Time       `json:"cancel_at,omitzero" doc:"When it ends, where that was asked for."`
	Price       projectr.Charge `json:"price,omitzero" doc:"What the subscription takes each time, before taxes and what is taken off: of who subscribed when the plan had another price it is that one. Left out: there is none, or it is not known."`
	NextPlan    string          `json:"next_plan,omitempty" doc:"The plan that is had after the present one."`
	NextAt      time.Time       `json:"next_at,omitzero" doc:"From when on it is: until then the limits are those of the present one."`
	NextPrice   projectr.Charge `json:"next_price,omitzero" doc:"What is taken each time from then on. Left out: not known."`
	GraceUntil  time.Time       `json:"grace_until,omitzero" doc:"Until when mail is read although a payment failed."`
	ReadUntil   time.Time       `json:"read_until,omitzero" doc:"From when on mail is received and not read; left out: it is read."`
	DataUntil   time.Time       `json:"data_until,omitzero" doc:"Until when what is kept can be read and exported for sure; left out: there is no end."`
	Limits      Limits          `json:"limits"`
	Used        projectr.Used   `json:"used" doc:"How much of the limits is used."`

	AIBudget *projectr.AIBudget `json:"ai_budget,omitempty" doc:"How the AI budget stands; left out: there is none."`

	Alerts []projectr.Alert `json:"alerts" nullable:"false" doc:"Which shares of the limits were reached this month, the newest first."`
	Plans  []projectr.Plan  `json:"plans" nullable:"false" doc:"The plans that are for sale, the smallest first."`
}

func getSubscription(ctx context.Context, c Caller, _ OrgIn) (Subscription, error) {
	read := c.Org.Subscription
	if b := c.Site.billing; b != nil {
		read = func(ctx context.Context) (projectr.Subscription, error) { return b.Fresh(ctx, c.Org) }
	}
	s, err := read(ctx)
	if err != nil {
		return Subscription{}, err
	}
	return c.subscription(ctx, s)
}

// subscription is what was kept with the plan and its use.
func (c Caller) subscription(ctx context.Context, s projectr.Subscription) (Subscription, error) {
	i, err := c.Org.Info(ctx)
	if err != nil {
		return Subscription{}, err
	}
	used, err := c.Org.Used(ctx)
	if err != nil {
		return Subscription{}, err
	}
	alerts, err := c.Org.Alerts(ctx)
	if err != nil {
		return Subscription{}, err
	}
	p := c.Site.plans().Of(i)
	out := Subscription{
		Plan: p, Status: string(s.State), Alerts: alerts, Plans: c.Site.plans().ForSale(), Billing: c.Site.billing != nil, Used: used,
		Subscribed: c.Site.billing != nil && s.Live(), Portal: c.Site.billing != nil && s.Customer != "",
		PeriodStart: s.PeriodStart, PeriodEnd: s.PeriodEnd, TrialEnd: s.TrialEnd, CancelAt: s.CancelAt, NextPlan: s.Next, NextAt: s.NextAt, NextPrice: s.NextPrice,
		GraceUntil: s.GraceUntil(), ReadUntil: i.ReadUntil, DataUntil: dataUntil(i, s),
		Limits:   Limits{Emails: p.Emails, Projects: p.Projects, Users: p.Users, BudgetMicro: p.BudgetMicro, StorageBytes: p.StorageBytes},
		AIBudget: i.AIBudget(p, used, c.Site.Now()),
	}
	if out.Subscribed {
		out.Price = s.Price
	}
	if s.State == projectr.NoSubscription {
		out.TrialEnd = i.TrialEnds
		if out.Billing && i.TrialEnds.After(c.Site.Now()) {
			out.Status = string(projectr.Trialing)
		}
	}
	return out, nil
}

// dataUntil is until when what is kept can be read and exported; later than is promised
// where admins were told late.
func dataUntil(i projectr.Org, s projectr.Subscription) time.Time {
	if !i.ClosesAt.IsZero() {
		return i.ClosesAt
	}
	return i.DataUntil(s)
}

// pays is the payment provider, or a sentence when there is none.
func (c Caller) pays() (Billing, error) {
	if c.Site.billing == nil {
		return nil, &projectr.Error{Kind: projectr.Conflict, Message: "No payment provider is connected here: the operator sets the plan."}
	}
	return c.Site.billing, nil
}

// back is where the payment provider sends people back to: the page that they came from.
func (c Caller) back(ctx context.Context) (string, error) {
	i, err := c.Org.Info(ctx)
	return c.Site.publicURL + "/orgs/" + i.Address + "/billing", err
}

// Elsewhere is a page of the payment provider.
type Elsewhere struct {
	URL string `json:"url" format:"uri" doc:"Of the payment provider's page: send the browser there."`
}

type beginCheckoutIn struct {
	OrgIn
	Body struct {
		Plan string `json:"plan" doc:"One that has a price, such as starter."`
	} `nameHint:"CheckoutStart"`
}

func beginCheckout(ctx context.Context, c Caller, in beginCheckoutIn) (Elsewhere, error) {
	b, err := c.pays()
	if err != nil {
		return Elsewhere{}, err
	}
	back, err := c.back(ctx)
	if err != nil {
		return Elsewhere{}, err
	}
	url, err := b.Checkout(ctx, c.Org, in.Body.Plan, c.User.Email, back)
	if err != nil {
		return Elsewhere{}, err
	}
	return Elsewhere{url}, c.Org.Note(ctx, "billing.checkout", in.Body.Plan)
}

func openPortal(ctx context.Context, c Caller, _ OrgIn) (Elsewhere, error) {
	b, err := c.pays()
	if err != nil {
		return Elsewhere{}, err
	}
	back, err := c.back(ctx)
	if err != nil {
		return Elsewhere{}, err
	}
	url, err := b.Portal(ctx, c.Org, back)
	if err != nil {
		return Elsewhere{}, err
	}
	return Elsewhere{url}, c.Org.Note(ctx, "billing.portal", "")
}

type priceChangeIn struct {
	OrgIn
	Plan string `query:"plan" required:"true" doc:"Another plan that has a price."`
}

func priceChange(ctx context.Context, c Caller, in priceChangeIn) (projectr.PlanChange, error) {
	b, err := c.pays()
	if err != nil {
		return projectr.PlanChange{}, err
	}
	return b.PriceChange(ctx, c.Org, in.Plan)
}

type changeSubscriptionIn struct {
	OrgIn
	Body struct {
		Plan   string `json:"plan,omitempty" doc:"Another plan that has a price: a dearer one at once, a cheaper one from the end of what is paid for. The present one takes back a change that was to come."`
		Cancel *bool  `json:"cancel,omitempty" doc:"Whether it ends with the period that is paid for; the plan is then not changed any more."`
	} `nameHint:"SubscriptionChange"`
}

func changeSubscription(ctx context.Context, c Caller, in changeSubscriptionIn) (Subscription, error) {
	b, err := c.pays()
	if err != nil {
		return Subscription{}, err
	}
	s, err := c.Org.Subscription(ctx)
	cancel := func(on bool, action string) {
		if err != nil || in.Body.Cancel == nil || *in.Body.Cancel != on {
			return
		}
		if s, err = b.Cancel(ctx, c.Org, on); err == nil {
			err = c.Org.Note(ctx, action, "")
		}
	}
	cancel(false, "billing.continue") // of one that ends the plan is not changed
	if err == nil && in.Body.Plan != "" {
		if s, err = b.ChangePlan(ctx, c.Org, in.Body.Plan); err == nil {
			err = c.Org.Note(ctx, "billing.plan", in.Body.Plan)
		}
	}
	cancel(true, "billing.cancel")
	if err != nil {
		return Subscription{}, err
	}
	return c.subscription(ctx, s)
}

// Payer is who pays for an organisation, and whether that will go on.
type Payer struct {
	projectr.Payer
	Late bool `json:"late" doc:"The card cannot be charged any more when the next payment is due."`
}

func getPayer(ctx context.Context, c Caller, _ OrgIn) (Payer, error) {
	b, err := c.pays()
	if err != nil {
		return Payer{}, err
	}
	s, err := c.Org.Subscription(ctx)
	if err != nil {
		return Payer{}, err
	}
	p, err := b.Payer(ctx, c.Org)
	late := p.Card != nil && s.Live() && s.CancelAt.IsZero() && !p.Card.Ends().After(s.PeriodEnd)
	return Payer{p, late}, err
}

// Invoices are what an organisation was asked to pay.
type Invoices struct {
	Items []projectr.Invoice `json:"items" nullable:"false"`
}

func listInvoices(ctx context.Context, c Caller, _ OrgIn) (Invoices, error) {
	if c.Site.billing == nil {
		return Invoices{[]projectr.Invoice{}}, nil
	}
	all, err := c.Site.billing.Invoices(ctx, c.Org)
	return Invoices{all}, err
}

// maxHook is how large a webhook may be, and hookTime how long taking it may last: the
// payment provider gives up later.
const (
	maxHook  = 256 << 10
	hookTime = 15 * time.Second
)

// paymentHook takes the payment provider's webhooks. 200 is answered when what it means is
// on stable storage; anything but 200 has the provider send it again.
func (s *server) paymentHook(w http.ResponseWriter, r *http.Request) {
	if s.Billing == nil {
		noSuchPath(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		writeProblem(w, problem(http.StatusMethodNotAllowed, string(projectr.Invalid), "This address takes events of the payment provider."))
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxHook))
	if err != nil {
		writeProblem(w, problem(http.StatusBadRequest, string(projectr.Invalid), "The event could not be read, or is too large."))
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), hookTime)
	defer cancel()
	err = s.Billing.Event(ctx, raw, r.Header.Get("Stripe-Signature"))
	switch {
	case err == nil:
		w.WriteHeader(http.StatusOK)
	case projectr.KindOf(err) == projectr.Invalid:
		s.Log.WarnContext(ctx, "a webhook was refused", "err", err)
		writeProblem(w, problem(http.StatusBadRequest, string(projectr.Invalid), projectr.MessageOf(err)))
	default:
		s.Log.WarnContext(ctx, "a webhook was not taken yet", "err", err)
		writeProblem(w, problem(http.StatusServiceUnavailable, string(projectr.Unavailable), "The event could not be taken just now. Send it again."))
	}
}
