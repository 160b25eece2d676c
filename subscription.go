package projectr

import (
	"strings"
	"time"
)

// SubscriptionState is where a subscription stands, in the payment provider's words.
type SubscriptionState string

// The states. NoSubscription is of an organisation that never had one: its plan is set by
// the operator.
const (
	NoSubscription SubscriptionState = "none"
	Incomplete     SubscriptionState = "incomplete" // the first payment has not come
	Trialing       SubscriptionState = "trialing"
	Subscribed     SubscriptionState = "active"
	PastDue        SubscriptionState = "past_due" // a payment failed and is tried again
	Unpaid         SubscriptionState = "unpaid"   // the tries are used up
	Canceled       SubscriptionState = "canceled"
	Paused         SubscriptionState = "paused" // the trial ended without a way to pay
)

// SubscriptionStates lists them all.
var SubscriptionStates = []SubscriptionState{NoSubscription, Incomplete, Trialing, Subscribed, PastDue, Unpaid, Canceled, Paused}

const (
	// PaymentGrace is how long mail is read after a payment has failed.
	PaymentGrace = 14 * 24 * time.Hour
	// DataKept is how long what is kept can be read and exported after reading has stopped.
	DataKept = 90 * 24 * time.Hour
	// CloseNotice is how long before what is kept is closed admins get a letter, at least.
	CloseNotice = 14 * 24 * time.Hour
	// CloseSoon is how long before it they get another one.
	CloseSoon = 3 * 24 * time.Hour
)

// Subscription is what an organisation has with the payment provider, as the provider said
// last. Except for AsOf and Revision it depends on nothing else: neither on which events
// came, nor on when or in which order.
type Subscription struct {
	ID          string            `json:"-"` // the provider's
	Customer    string            `json:"-"` // the provider's id of the organisation; empty: it knows none
	Plan        string            `json:"plan"`
	State       SubscriptionState `json:"state"`
	Began       time.Time         `json:"began,omitzero"`
	PeriodStart time.Time         `json:"period_start,omitzero"`
	PeriodEnd   time.Time         `json:"period_end,omitzero" doc:"When the next payment is due."`
	TrialEnd    time.Time         `json:"trial_end,omitzero"`
	CancelAt    time.Time         `json:"cancel_at,omitzero" doc:"When it ends, where that was asked for."`
	Price       Charge            `json:"price,omitzero" doc:"What is taken each time, before taxes and what is taken off. Left out: not known."`
	Next        string            `json:"next,omitempty" doc:"The plan that it is to be of after the present one."`
	NextAt      time.Time         `json:"next_at,omitzero" doc:"From when on."`
	NextPrice   Charge            `json:"next_price,omitzero" doc:"What is taken each time from then on. Left out: not known."`
	Since       time.Time         `json:"since,omitzero" doc:"Of one that is not paid or has ended: since when."`

	Invoice string `json:"-"` // the provider's id of the newest one that is not paid, in PastDue and Unpaid

	Others int `json:"-"` // how many others of the customer go on beside it, which is one too many

	AsOf     time.Time `json:"-"` // when the provider said so, by its clock
	Revision int64     `json:"-"` // how often it was kept
}

// Charge is what a subscription takes each time, as the payment provider has it: of who
// subscribed when a plan had another price it is that one. Zero: not known, as where it goes
// by use.
type Charge struct {
	Amount
	Every      string `json:"every" enum:"day,week,month,year" doc:"How often it is taken, with count: every 3 months."`
	Count      int64  `json:"count"`
	Discounted bool   `json:"discounted,omitempty" doc:"A discount is taken off it."`
}

// Same reports whether both say the same, whenever it was said.
func (s Subscription) Same(t Subscription) bool {
	s.AsOf, s.Revision, t.AsOf, t.Revision = time.Time{}, 0, time.Time{}, 0
	return s == t
}

// Live reports whether there is something to change or cancel: another checkout would be
// paid for beside it.
func (s Subscription) Live() bool {
	switch s.State {
	case Trialing, Subscribed, PastDue, Unpaid, Paused:
		return true
	}
	return false
}

// InOrder reports whether nothing of it is due: its plan can be changed.
func (s Subscription) InOrder() bool { return s.State == Trialing || s.State == Subscribed }

// Pays reports whether its plan is the organisation's plan.
func (s Subscription) Pays() bool {
	return s.State == Trialing || s.State == Subscribed || s.State == PastDue
}

// GraceUntil is when reading stops because a payment failed; zero: none did.
func (s Subscription) GraceUntil() time.Time {
	if s.State != PastDue && s.State != Unpaid {
		return time.Time{}
	}
	return s.Since.Add(PaymentGrace)
}

// ReadUntil is from when on mail is received and not read; zero: it is read. trialEnds is
// that of an organisation before it subscribes.
func (s Subscription) ReadUntil(trialEnds time.Time) time.Time {
	switch s.State {
	case Trialing, Subscribed:
		return time.Time{}
	case PastDue, Unpaid: // the tries may be used up before grace is
		return s.GraceUntil()
	case Canceled, Paused:
		return s.Since
	}
	return trialEnds
}

// DataUntil is until when what is kept can be read and exported for sure; zero: there is no
// end. trialEnds is that of an organisation before it subscribes.
func (s Subscription) DataUntil(trialEnds time.Time) time.Time {
	switch s.State {
	case PastDue, Unpaid:
		return s.Since.Add(PaymentGrace + DataKept)
	case Canceled, Paused:
		return s.Since.Add(DataKept)
	case NoSubscription, Incomplete:
		if !trialEnds.IsZero() {
			return trialEnds.Add(DataKept)
		}
	}
	return time.Time{}
}

// Allows says what a subscription allows at a moment. Mail is received always.
func (s Subscription) Allows(trialEnds, now time.Time) Allowance {
	read, data := s.ReadUntil(trialEnds), s.DataUntil(trialEnds)
	return Allowance{Receives: true, Reads: read.IsZero() || now.Before(read), Opens: data.IsZero() || now.Before(data)}
}

// Allowance is what an organisation may do by what it pays.
type Allowance struct {
	Receives bool // mail is received and kept
	Reads    bool // mail is read
	Opens    bool // what is kept can be read and exported
}

// Current returns, of all subscriptions of one customer, the one that counts: one that is in
// order before one that is due, that before one that does not pay, and of those the newest. Without any it is of NoSubscription. It
// does not depend on their order.
func Current(all []Subscription) Subscription {
	best := Subscription{State: NoSubscription}
	for _, s := range all {
		if r, b := rank(s.State), rank(best.State); r > b || r == b && (s.Began.After(best.Began) || s.Began.Equal(best.Began) && s.ID > best.ID) {
			best = s
		}
	}
	for _, s := range all {
		if s.Live() && s.CancelAt.IsZero() && s.ID != best.ID {
			best.Others++
		}
	}
	return best
}

// rank says which state counts before which. One whose first payment has not come counts
// less than one that ended: else beginning to pay would be as good as paying.
func rank(s SubscriptionState) int {
	switch s {
	case Subscribed, Trialing:
		return 5
	case PastDue: // else who pays for one would be locked out by another that they do not
		return 4
	case Unpaid, Paused:
		return 3
	case Canceled:
		return 2
	case Incomplete:
		return 1
	}
	return 0
}

// PlanChange is what another plan would cost, as the payment provider reckons it at a
// moment. Amounts are in minor units of the currency.
type PlanChange struct {
	Plan     string    `json:"plan"`
	From     time.Time `json:"from,omitzero" doc:"From when on it is had: a cheaper one from the end of what is paid for. Left out: at once."`
	Price    int64     `json:"price" doc:"What it costs a month. In the smallest unit of the currency, as cents."`
	Credit   int64     `json:"credit" doc:"What was paid for the rest of the present period, which is taken off today."`
	Today    int64     `json:"today" doc:"What is paid today, with taxes and what else is taken off. A dearer plan begins a month of its own today."`
	Due      time.Time `json:"due,omitzero" doc:"When the next payment is due."`
	Currency string    `json:"currency" doc:"ISO 4217, in upper case."`
}

// Why a plan is not changed now.
var (
	PayFirst  = &Error{Kind: Conflict, Message: "The subscription is not paid for: pay in the payment portal first, and change the plan then."}
	StayFirst = &Error{Kind: Conflict, Message: "The subscription was cancelled: take that back first, and change the plan then."}
)

// NoCustomer says that the payment provider had a customer and has it no more: whatever it
// subscribed to has ended.
var NoCustomer = &Error{Kind: NotFound, Message: "The payment provider does not have this customer any more."}

// Checkout is what a person is sent to the payment provider for.
type Checkout struct {
	Org      OrgID
	Customer string
	Plan     string
	TrialEnd time.Time // of the trial that goes on there; zero: none
	Done     string    // where they come back to, having paid
	Back     string    // and not having paid
}

// Payer is who pays and how, as the payment provider has it. Of a card it is no more than
// what people know theirs by.
type Payer struct {
	Name    string   `json:"name,omitempty" doc:"Of the company, as it stands on invoices."`
	Email   string   `json:"email,omitempty" doc:"Where invoices go."`
	Address []string `json:"address" nullable:"false" doc:"As lines on an envelope; empty: none is given."`
	Way     string   `json:"way,omitempty" doc:"What is charged: a card, or another way in the provider's words, such as us_bank_account. Left out: nothing is there to charge."`
	Card    *Card    `json:"card,omitempty" doc:"Where it is one."`
	Next    *Amount  `json:"next,omitempty" doc:"What the next payment comes to as things stand, with taxes, discounts and what else is on it; it is due when the period ends. Left out: nothing is to be paid, or it is not known just now."`
}

// Card is what a card is known by.
type Card struct {
	Brand string `json:"brand" doc:"As visa, in the provider's words."`
	Last4 string `json:"last4" doc:"The last four digits."`
	Month int    `json:"exp_month" doc:"The last month in which it can be charged, 1 to 12."`
	Year  int    `json:"exp_year"`
}

// brands are those whose name is not the provider's word with a capital.
var brands = map[string]string{"amex": "American Express", "diners": "Diners Club", "jcb": "JCB", "unionpay": "UnionPay", "eftpos_au": "Eftpos", "cartes_bancaires": "Cartes Bancaires"}

// String is as people say it: Visa ending in 4242.
func (c Card) String() string {
	name, ok := brands[c.Brand]
	switch {
	case ok:
	case c.Brand == "" || c.Brand == "unknown":
		name = "card"
	default:
		name = strings.ToUpper(c.Brand[:1]) + c.Brand[1:]
	}
	return name + " ending in " + c.Last4
}

// Ends is the moment from which the card cannot be charged any more.
func (c Card) Ends() time.Time {
	return time.Date(c.Year, time.Month(c.Month)+1, 1, 0, 0, 0, 0, time.UTC)
}

// PaymentEvent is what the payment provider's webhook told: that something about a customer
// may have changed. What that is, is asked for.
type PaymentEvent struct {
	ID       string
	Type     string
	Customer string // empty: it is about none
}

// Invoice is one of the payment provider's. Amounts are in minor units of the currency.
type Invoice struct {
	ID       string    `json:"id"`
	Number   string    `json:"number"`
	At       time.Time `json:"at"`
	State    string    `json:"state" doc:"Draft, open, paid, uncollectible or void, in the provider's words."`
	Total    int64     `json:"total" doc:"In the smallest unit of the currency, as cents."`
	Due      int64     `json:"-"` // what is asked for: the total less earlier credit
	Tries    bool      `json:"-"` // a payment that failed is tried again by itself
	Currency string    `json:"currency" doc:"ISO 4217, in upper case."`
	Paid     int64     `json:"paid" doc:"What was paid of it, less what was given back, in the same unit."`
	PaidAt   time.Time `json:"paid_at,omitzero"`
	URL      string    `json:"url,omitempty" doc:"The provider's page of it."`
	PDF      string    `json:"pdf,omitempty"`

	Plan      string `json:"plan,omitempty" doc:"The plan that it is for. Left out: it is for something else."`
	InsteadOf string `json:"instead_of,omitempty" doc:"The plan that was had before: its rest, which was paid, is taken off."`
}

// MeterEvent tells the payment provider of use that is paid for by its amount.
type MeterEvent struct {
	ID       string // the same for the same use: told twice, it counts once
	Meter    string
	Customer string
	Amount   int64 // micro-USD
	At       time.Time
}

// AIMeter counts what models were charged for, in micro-USD.
const AIMeter = "projectr_ai_micro_usd"

// UseEntry is an entry of the outbox of use: so much more of a day is to be told to the
// payment provider. The entries of a day come to what the day was charged, less what is
// not counted yet.
type UseEntry struct {
	ID      string    `json:"id"`
	Day     string    `json:"day"`              // YYYY-MM-DD, in the organisation's zone
	Amount  int64     `json:"amount_micro_usd"` // more than nothing
	At      time.Time `json:"at"`               // when it is counted at the provider
	State   UseState  `json:"state"`
	Tries   int       `json:"tries"`
	Due     time.Time `json:"due"`              // of the next try
	Doubt   time.Time `json:"doubt,omitzero"`   // of the first try that the provider may have taken; zero: none may
	Problem string    `json:"problem,omitzero"` // why it is not told
}

// UseState is where an entry of the outbox stands.
type UseState string

// The states.
const (
	UseWaits UseState = "waits" // for its next try
	UseTold  UseState = "told"
	UseStuck UseState = "stuck" // an operator has to look
)

const (
	// UseDoubt is how long an entry is told again that may have been told: after that the
	// provider does not remember it for sure, and could count it twice.
	UseDoubt = 23 * time.Hour
	// UseDays is how many days back the provider takes use.
	UseDays = 34
	// usePause is after the first try, and longer than one takes; each further one is twice as long, at most useLong.
	usePause = 5 * time.Minute
	useLong  = 6 * time.Hour
)

// Try is the entry as it stands while it is told at a moment: stuck, where it must not
// be told.
func (e UseEntry) Try(now time.Time) UseEntry {
	switch {
	case !e.Doubt.IsZero() && now.Sub(e.Doubt) >= UseDoubt:
		e.State, e.Problem = UseStuck, "It was sent, and whether the payment provider counts it was not heard for a day: look there before it is told again."
		return e
	case now.Sub(e.At) >= UseDays*24*time.Hour:
		e.State, e.Problem = UseStuck, "It is older than the payment provider takes: put it on an invoice by hand."
		return e
	}
	e.Tries++
	e.Due = now.Add(min(usePause<<min(e.Tries-1, 20), useLong))
	if e.Doubt.IsZero() {
		e.Doubt = now
	}
	return e
}
