// Package stripetest is a Stripe for tests: it answers the calls that package stripe makes,
// keeps customers, subscriptions, invoices and use, and has a clock that tests move. What
// happens makes signed webhooks, which a test delivers when, how often and in which order it
// likes. It is written from Stripe's documentation and shares no code with package stripe.
//
// Start at New, or at Open for one that is served elsewhere, then Server.Advance, which is
// the life of subscriptions.
package stripetest

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Secret signs the webhooks of a Server, and Key opens it.
const (
	Secret = "whsec_of_the_fake"
	Key    = "sk_test_fake"
)

// Version is the API version that it speaks.
const Version = "2026-03-25.dahlia"

const (
	tries    = 21 * 24 * time.Hour // how long a payment that failed is tried again
	expire   = 23 * time.Hour      // how long a first payment may take
	draft    = time.Hour           // how long an invoice takes use of its period up
	remember = 24 * time.Hour      // how long an identifier of use is known for sure
	oldest   = 35 * 24 * time.Hour // use that is taken
	ahead    = 5 * time.Minute     // and how far its time may be from now
)

// Server is a Stripe account in test mode.
type Server struct {
	URL string

	// Pages is where the pages are that people are sent to; empty: at an address that
	// leads nowhere.
	Pages string

	// Ends is what becomes of a subscription that stays unpaid: unpaid, canceled or past_due,
	// as the account is set.
	Ends string

	mu       sync.Mutex
	now      time.Time
	n        int
	down     bool
	customer map[string]*customer
	subs     []*subscription
	prices   []*price
	products map[string]bool
	meters   []string
	sessions map[string]*session
	plans    []*schedule
	portals  []string // what portals are set up to let customers do
	invoices []*invoice
	use      []use
	replies  map[string]answer // by idempotency key
	previews map[string][]line // of invoices that are not made, by their ids
	events   []Event
}

// use is a meter event that was taken.
type use struct {
	id, customer string
	micro        int64
	at, taken    time.Time
}

type answer struct {
	status int
	body   []byte
}

type customer struct {
	id, name, org string
	email         string
	pm            *Card // what is charged, unless a subscription has its own
	declines      bool  // its payments fail
	deleted       bool
	hard          bool  // for good: they are not tried again
	credit        int64 // that its next invoice has taken off
	taxed, off    int64 // percent that is put on each preview, and cents that are taken off
	extras        int   // lines of something else that its next invoice begins with
	in, out       int64 // what moved between it and the account
	consents      bool  // its bank wants each payment confirmed there and then
	metered       bool  // it pays for use, a dollar a dollar
	card          bool  // it has a way to pay
}

// Card is what a customer pays with.
type Card struct {
	Brand, Last4 string
	Month, Year  int
}

// Visa is the card of whoever pays at a checkout or in the portal.
var Visa = Card{"visa", "4242", 8, 2030}

// lives is where customers do.
var lives = map[string]any{"line1": "12 Quarry Road", "line2": "", "city": "Albany", "state": "NY", "postal_code": "12207", "country": "US"}

type price struct {
	id, product, lookup, plan string
	cents                     int64
	currency, every           string // empty: dollars, a month
}

type session struct {
	id, customer, price string
	success, cancel     string // where people are sent back to
	trial               time.Time
	pauses              bool // at the end of the trial, where there is no way to pay
	done                bool // paid, or expired
}

type subscription struct {
	id, item, customer, status string
	price                      *price
	quantity                   int64 // zero: one
	discounted                 bool
	created, from, to          time.Time
	trial, ended, canceled     time.Time
	pauses                     bool // at the end of its trial, where there is no way to pay; else that is billed
	cancelAtEnd                bool
	cancelAt                   bool     // by the portal, which names the day
	pm                         *Card    // of its own
	org                        string   // in its metadata
	due                        *invoice // that is not paid
	latest                     *invoice
	schedule                   *schedule // that manages it
}

// schedule is a subscription schedule, of phases one after the other.
type schedule struct {
	id, status string
	sub        *subscription
	phases     []phase
}

type phase struct {
	from, to time.Time
	price    *price
}

type invoice struct {
	id, customer, sub, status string
	created, from, to         time.Time // from and to: of the use that it bills; zero: none
	total                     int64
	credit                    int64 // of the customer's, that is taken off
	metered                   bool  // use has a price
	atOnce                    bool  // it is never a draft
	paidAt, voidedAt          time.Time
	due                       time.Time // until when it is to be paid, where it is sent
	again                     time.Time // when its payment is tried again
	noted                     int64     // what credit notes say that were made after it was paid
	byNote                    int64     // of that, what was refunded of its charge
	elsewhere                 int64     // of that, what was given back by other means; the rest is credit of the customer's
	refunded                  int64     // of its charge, also without a credit note
	lost, disputed            int64     // by disputes of its charge that were lost, and that are open
	lines                     []line
}

// line is one of an invoice, of a subscription.
type line struct {
	sub, item string
	price     *price
	cents     int64
	from, to  time.Time
	prorates  bool
}

// json is a line as Stripe has it, which names its price by the id alone.
func (l line) json() map[string]any {
	return map[string]any{"object": "line_item", "amount": l.cents, "currency": "usd", "period": map[string]any{"start": l.from.Unix(), "end": l.to.Unix()},
		"parent":  map[string]any{"type": "subscription_item_details", "subscription_item_details": map[string]any{"subscription": l.sub, "subscription_item": l.item, "proration": l.prorates}},
		"pricing": map[string]any{"type": "price_details", "price_details": map[string]any{"price": l.price.id, "product": l.price.product}}}
}

// linesShown is how many lines an invoice comes with.
const linesShown = 10

// sum is what lines come to.
func sum(lines []line) (cents int64) {
	for _, l := range lines {
		cents += l.cents
	}
	return cents
}

// listed is so many lines of an invoice as one list, after those before.
func listed(invoice string, lines []line, after, limit int) map[string]any {
	data := []any{}
	for n, l := range lines {
		if n < after || n >= after+limit {
			continue
		}
		x := l.json()
		x["id"] = fmt.Sprintf("il_%s_%d", invoice, n+1)
		data = append(data, x)
	}
	return map[string]any{"object": "list", "data": data, "has_more": after+limit < len(lines), "url": "/v1/invoices/" + invoice + "/lines"}
}

// Event is a webhook that is to be delivered.
type Event struct {
	ID, Type string
	Body     []byte
}

// Open is an account whose clock, which knows whole seconds, stands at a moment, to be served.
func Open(at time.Time) *Server {
	return &Server{
		Ends: "unpaid", now: at.UTC().Truncate(time.Second), customer: map[string]*customer{}, products: map[string]bool{}, sessions: map[string]*session{},
		replies: map[string]answer{}, previews: map[string][]line{},
	}
}

// New serves an account whose clock stands at a moment, for the time of a test.
func New(t testing.TB, at time.Time) *Server {
	s := Open(at)
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	s.URL = web.URL
	return s
}

// Now is the account's clock.
func (s *Server) Now() time.Time { s.mu.Lock(); defer s.mu.Unlock(); return s.now }

// Down has it answer nothing but 503, or answer again.
func (s *Server) Down(on bool) { s.mu.Lock(); defer s.mu.Unlock(); s.down = on }

// Forget has it forget which requests it has answered, as Stripe does after a day.
func (s *Server) Forget() { s.mu.Lock(); defer s.mu.Unlock(); clear(s.replies) }

// Events takes the webhooks that nobody took yet, in the order in which they came about.
func (s *Server) Events() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.events
	s.events = nil
	return all
}

// Sign is the header of a webhook that is sent at a moment.
func Sign(body []byte, secret string, at time.Time) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + MAC(t, body, secret)
}

// MAC is the signature of a body that is sent at t, in hexadecimal.
func MAC(t string, body []byte, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%s.%s", t, body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Has says how much there is of what a setup and new customers make.
func (s *Server) Has() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("%d customers, %d products, %d prices, %d meters", len(s.customer), len(s.products), len(s.prices), len(s.meters))
}

// Used is the sum of what meters counted.
func (s *Server) Used() (sum int64, events int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.use {
		sum += u.micro
	}
	return sum, len(s.use)
}

// Metered has a customer pay for use beside its plan, a dollar a dollar, as an account's
// owner may agree with it by a price on the meter.
func (s *Server) Metered(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customer[customer].metered = true
}

// Line is what an invoice says of use.
type Line struct {
	From, To time.Time
	Micro    int64 // that the meter counted, in micro-USD
	Cents    int64 // the whole invoice
}

// Lines are those of a customer's invoices of periods that have ended, the oldest first.
func (s *Server) Lines(customer string) (all []Line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.invoices {
		if i.customer == customer && !i.to.IsZero() {
			all = append(all, Line{i.from, i.to, s.used(i), s.sum(i)})
		}
	}
	return all
}

// used is the use that an invoice bills: of its period, and told before it left the draft.
func (s *Server) used(i *invoice) (micro int64) {
	for _, u := range s.use {
		takes := i.created
		if !i.atOnce {
			takes = takes.Add(draft)
		}
		if u.customer == i.customer && !u.at.Before(i.from) && u.at.Before(i.to) && !u.taken.After(takes) {
			micro += u.micro
		}
	}
	return micro
}

// sum is what an invoice comes to.
func (s *Server) sum(i *invoice) int64 {
	if !i.metered || i.to.IsZero() {
		return i.total
	}
	return i.total + (s.used(i)+5_000)/10_000
}

// Page is what a page of checkout is about.
type Page struct {
	Plan         string
	Cents        int64 // a month
	Trial        time.Time
	Done, Cancel string // where people are sent back to
}

// Checkout is what the page of an open checkout shows.
func (s *Server) Checkout(id string) (Page, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions[id]
	if x == nil || x.done {
		return Page{}, false
	}
	p := s.priced(x.price)
	return Page{Plan: p.plan, Cents: p.cents, Trial: x.trial, Done: x.success, Cancel: x.cancel}, true
}

// CompleteCheckout has whoever was sent to the page with this address pay there.
func (s *Server) CompleteCheckout(url string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.sessions[url[strings.LastIndex(url, "/")+1:]]
	if x == nil || x.done {
		return fmt.Errorf("there is no open checkout at %s", url)
	}
	x.done = true
	c := s.customer[x.customer]
	c.card = true
	sub := &subscription{pm: &Visa, org: c.org, id: s.id("sub"), item: s.id("si"), customer: c.id, price: s.priced(x.price), created: s.now, from: s.now, to: s.now.AddDate(0, 1, 0), status: "active"}
	s.subs = append(s.subs, sub)
	switch {
	case x.trial.After(s.now):
		sub.status, sub.trial, sub.to, sub.pauses = "trialing", x.trial, x.trial, x.pauses
	case c.declines:
		sub.status = "incomplete"
	}
	if sub.status != "trialing" {
		s.bill(sub, sub.period())
	}
	s.tell("customer.subscription.created", sub.json())
	s.tell("checkout.session.completed", map[string]any{"id": x.id, "object": "checkout.session", "customer": c.id, "subscription": sub.id})
	return nil
}

// Declines has payments of a customer fail from now on, or work again.
func (s *Server) Declines(customer string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customer[customer].declines = on
}

// DeclinesForGood is Declines where the bank says not to try again, as of a card that was
// reported as lost.
func (s *Server) DeclinesForGood(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customer[customer].declines, s.customer[customer].hard = true, true
}

// Delete has a customer be deleted, as the account's owner may: what it subscribed to ends.
func (s *Server) Delete(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customer[customer]
	for _, sub := range s.of(customer) {
		s.end(sub)
	}
	c.deleted = true
	s.tell("customer.deleted", c.json())
}

// Credit has a customer have so much in its favour, which its next invoice has taken off.
func (s *Server) Credit(customer string, cents int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customer[customer].credit += cents
}

// Taxes has what a customer pays next be so many percent more, less so many cents of a
// discount. Only what comes next is said with them.
func (s *Server) Taxes(customer string, percent, off int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customer[customer].taxed, s.customer[customer].off = percent, off
}

// Extras has the next invoice of a customer begin with so many lines of something else, of a
// dollar each.
func (s *Server) Extras(customer string, lines int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customer[customer].extras = lines
}

// Consents has payments of a customer that nobody is there for wait for its consent, as 3-D
// Secure does, until it pays with another card.
func (s *Server) Consents(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customer[customer].consents = true
}

// PriceElsewhere has subscriptions of a customer be of a price of the account's own, which is
// of no plan.
func (s *Server) PriceElsewhere(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.of(customer) {
		sub.price = &price{id: s.id("price"), cents: 99_00}
		s.tell("customer.subscription.updated", sub.json())
	}
}

// Agrees has subscriptions of a customer be of a price that was agreed with it, or that its
// plan had before: so much of a currency in each interval ("month", "year"), for so many.
func (s *Server) Agrees(customer string, cents int64, currency, every string, quantity int64, discounted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.of(customer) {
		sub.price = &price{id: s.id("price"), plan: sub.price.plan, cents: cents, currency: currency, every: every}
		sub.quantity, sub.discounted = quantity, discounted
		s.tell("customer.subscription.updated", sub.json())
	}
}

// Card has a customer have a way to pay, or none.
func (s *Server) Card(customer string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.card(customer, on, Visa)
}

// PayWith has a customer pay with a card from now on, as in the portal.
func (s *Server) PayWith(customer string, card Card) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.card(customer, true, card)
}

func (s *Server) card(customer string, on bool, card Card) {
	c := s.customer[customer]
	c.card, c.consents, c.pm = on, false, nil
	if on {
		c.pm = &card
	}
	for _, sub := range s.of(customer) {
		sub.pm = nil
	}
	s.tell("customer.updated", c.json())
}

// Pay has a customer pay what is open, as in the portal. One that was paused has a way to pay
// by that, and does not go on by itself.
func (s *Server) Pay(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customer[customer]
	c.declines = false
	if !c.card {
		c.card, c.pm = true, &Visa
		s.tell("customer.updated", c.json())
	}
	for _, sub := range s.of(customer) {
		switch {
		case sub.due != nil && sub.due.status == "open" && sub.ended.IsZero():
			s.paid(sub)
		}
	}
}

// Void has the oldest invoice of a customer that is not paid not be asked for any more, as the
// account's owner may. Whether its subscription is in order by that is not modelled: it is not.
func (s *Server) Void(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.invoices {
		if i.customer == customer && i.status == "open" {
			i.status, i.voidedAt = "void", s.now
			s.tell("invoice.voided", i.json())
			return
		}
	}
}

// Sends has the newest invoice of a customer be one that was sent, to be paid within so many
// days.
func (s *Server) Sends(customer string, days int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.of(customer) {
		sub.latest.due = sub.latest.created.AddDate(0, 0, days)
		s.tell("invoice.updated", sub.latest.json())
	}
}

// GiveBack credits a part of the newest paid invoice of a customer by a credit note, as the
// account's owner may: by a refund of its charge, to what the next invoice has taken off, or
// by other means, as in cash, whatever the amount leaves of three.
func (s *Server) GiveBack(customer string, cents int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.newestPaid(customer)
	if i == nil || i.left() < cents {
		return
	}
	i.noted += cents
	switch cents % 3 {
	case 0:
		i.byNote += cents
		s.refund(i, cents)
	case 1:
		s.customer[customer].credit += cents
	case 2:
		i.elsewhere += cents
		s.customer[customer].out += cents
	}
	s.tell("credit_note.created", map[string]any{"id": s.id("cn"), "object": "credit_note", "customer": customer, "invoice": i.id})
}

// Refund gives a part of the newest paid charge of a customer back, without a credit note.
func (s *Server) Refund(customer string, cents int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.newestPaid(customer); i != nil && i.left() >= cents {
		s.refund(i, cents)
	}
}

func (s *Server) refund(i *invoice, cents int64) {
	i.refunded += cents
	s.customer[i.customer].out += cents
	s.tell("charge.refunded", i.charge())
}

// left is what of an invoice can still be given back.
func (i *invoice) left() int64 {
	return i.total - i.credit - i.noted - (i.refunded - i.byNote) - i.lost
}

// Dispute has a customer dispute what it paid last, which is open or lost to it. What is
// told of a dispute names no customer.
func (s *Server) Dispute(customer string, lost bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.newestPaid(customer)
	if i == nil {
		return
	}
	i.disputed = i.total - i.credit - i.refunded - i.lost
	if lost {
		s.customer[customer].out += i.disputed
		i.lost, i.disputed = i.lost+i.disputed, 0
	}
	s.tell("charge.dispute.closed", map[string]any{"id": s.id("dp"), "object": "dispute", "charge": "ch_" + i.id})
}

// Net is what a customer paid and did not get back, in cents, by the month it was paid in.
func (s *Server) Net(customer string) map[string]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]int64{}
	for _, i := range s.invoices {
		if i.customer == customer && i.status == "paid" {
			all[i.paidAt.Format("2006-01")] += s.sum(i) - i.credit - i.elsewhere - i.refunded - i.lost
		}
	}
	return all
}

// Kept is what a customer paid into the account and did not get out of it again, in cents,
// reckoned by what moved and not by invoices.
func (s *Server) Kept(customer string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.customer[customer].in - s.customer[customer].out
}

// newestPaid is the invoice that a customer paid last.
func (s *Server) newestPaid(customer string) *invoice {
	for _, i := range slices.Backward(s.invoices) {
		if i.customer == customer && i.status == "paid" && i.total > i.credit {
			return i
		}
	}
	return nil
}

// charged is what is taken of its customer for an invoice.
func (i *invoice) charged() int64 { return max(i.total-i.credit, 0) }

// charge is that of an invoice.
func (i *invoice) charge() map[string]any {
	return map[string]any{"id": "ch_" + i.id, "object": "charge", "customer": i.customer, "payment_intent": "pi_" + i.id, "amount": i.total - i.credit, "amount_refunded": i.refunded,
		"disputed": i.disputed+i.lost > 0, "currency": "usd", "livemode": false}
}

// SellElse has a customer subscribe to something else that the account sells.
func (s *Server) SellElse(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := &subscription{id: s.id("sub"), item: s.id("si"), customer: customer, price: &price{id: s.id("price"), cents: 5_00}, created: s.now, from: s.now, to: s.now.AddDate(0, 1, 0), status: "active"}
	s.subs = append(s.subs, sub)
	s.tell("customer.subscription.created", sub.json())
}

// Twice has a customer have its newest subscription twice, as two checkouts at once made it.
func (s *Server) Twice(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.of(customer)
	sub := *all[len(all)-1]
	sub.id, sub.item, sub.created = s.id("sub"), s.id("si"), sub.created.Add(-time.Hour)
	s.subs = append(s.subs, &sub)
}

// CancelInPortal has subscriptions of a customer end with their periods, as the portal does
// it: it sets the day.
func (s *Server) CancelInPortal(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.of(customer) {
		if sub.schedule != nil { // the portal has it released first
			s.release(sub.schedule)
		}
		sub.cancelAt = true
		s.tell("customer.subscription.updated", sub.json())
	}
}

// ScheduleElsewhere has subscriptions of a customer become of another price with their next
// period, as the account's owner may, or a portal that is set up for it.
func (s *Server) ScheduleElsewhere(customer, plan string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.of(customer) {
		for _, p := range s.prices {
			if p.plan == plan && p.lookup != "" && sub.schedule == nil && !sub.leaves() && sub.status == "active" {
				x := s.scheduled(sub)
				x.phases = append(x.phases, phase{sub.to, sub.to.AddDate(0, 1, 0), p})
				s.tell("subscription_schedule.updated", x.json())
			}
		}
	}
}

// ReleaseElsewhere takes that back, and what was scheduled by us.
func (s *Server) ReleaseElsewhere(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.of(customer) {
		if sub.schedule != nil {
			s.release(sub.schedule)
		}
	}
}

// CancelNow has a subscription end at once, as the account's owner may.
func (s *Server) CancelNow(customer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sub := range s.of(customer) {
		s.end(sub)
	}
}

// Advance moves the clock to a moment, and with it what is due until then: trials end,
// periods are paid for, or not and tried again, and what was cancelled ends.
func (s *Server) Advance(to time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		var next *subscription
		var at time.Time
		for _, sub := range s.subs {
			if t := s.next(sub); !t.IsZero() && !t.After(to) && (next == nil || t.Before(at)) {
				next, at = sub, t
			}
		}
		if next == nil {
			break
		}
		if at.After(s.now) {
			s.now = at
		}
		s.step(next)
	}
	if to.After(s.now) {
		s.now = to.UTC().Truncate(time.Second)
	}
}

// next is when something is to happen to a subscription; zero: nothing is.
func (s *Server) next(x *subscription) time.Time {
	switch x.status {
	case "trialing", "active":
		return x.to
	case "past_due":
		if s.Ends == "past_due" {
			return x.to
		}
		return x.due.created.Add(tries)
	case "incomplete":
		return x.created.Add(expire)
	case "unpaid":
		return x.to
	case "paused":
		if x.due != nil {
			return x.due.created.Add(expire)
		}
	}
	return time.Time{}
}

func (s *Server) step(x *subscription) {
	switch {
	case x.status == "incomplete":
		x.ended = s.now
		s.move(x, "incomplete_expired")
	case x.status == "past_due" && s.Ends == "canceled":
		s.end(x)
	case x.status == "past_due" && s.Ends == "unpaid":
		x.due.again = time.Time{}
		s.move(x, "unpaid")
	case x.leaves():
		s.end(x)
	case x.status == "paused":
		x.due.status, x.due.voidedAt = "void", s.now
		s.tell("invoice.voided", x.due.json())
		x.due = nil
	case x.status == "unpaid": // its invoices stay drafts, which nobody is asked to pay
		x.from, x.to = x.to, x.to.AddDate(0, 1, 0)
		s.enter(x)
		i := &invoice{id: s.id("in"), customer: x.customer, sub: x.id, status: "draft", created: s.now, total: x.period().cents, lines: []line{x.period()}}
		s.invoices, x.latest = append(s.invoices, i), i
		s.tell("invoice.created", i.json())
		s.tell("customer.subscription.updated", x.json())
	case x.status == "trialing" && !s.customer[x.customer].card && x.pauses:
		s.move(x, "paused")
		s.tell("customer.subscription.paused", x.json())
	default:
		from, used := x.from, x.status == "active"
		x.from, x.to = x.to, x.to.AddDate(0, 1, 0)
		s.enter(x)
		s.bill(x, x.period())
		if used { // a trial is free
			x.latest.from, x.latest.to = from, x.from
		}
		if x.due == nil {
			s.move(x, "active")
		} else {
			s.move(x, "past_due")
		}
	}
}

// scheduled puts a subscription under a schedule of one phase, its present period.
func (s *Server) scheduled(x *subscription) *schedule {
	x.schedule = &schedule{id: s.id("sub_sched"), status: "active", sub: x, phases: []phase{{x.from, x.to, x.price}}}
	s.plans = append(s.plans, x.schedule)
	s.tell("subscription_schedule.created", x.schedule.json())
	s.tell("customer.subscription.updated", x.json())
	return x.schedule
}

// enter has the phase of a schedule begin that begins with the period, and the schedule be
// over when its last one has ended.
func (s *Server) enter(x *subscription) {
	if x.schedule == nil {
		return
	}
	for _, p := range x.schedule.phases {
		if p.from.Equal(x.from) {
			x.price = p.price
			s.tell("subscription_schedule.updated", x.schedule.json())
			return
		}
	}
	s.release(x.schedule)
}

// release ends a schedule, and leaves its subscription as it is.
func (s *Server) release(c *schedule) {
	c.status, c.sub.schedule = "released", nil
	s.tell("subscription_schedule.released", c.json())
	s.tell("customer.subscription.updated", c.sub.json())
}

// line is one of a subscription.
func (x *subscription) line(p *price, cents int64, from, to time.Time, prorates bool) line {
	return line{x.id, x.item, p, cents, from, to, prorates}
}

// period is the line of its present period.
func (x *subscription) period() line {
	return x.line(x.price, x.price.cents*max(x.quantity, 1), x.from, x.to, false)
}

// bill makes an invoice and has it paid, or not.
func (s *Server) bill(x *subscription, lines ...line) {
	c := s.customer[x.customer]
	for range c.extras {
		lines = append([]line{x.line(&price{id: "price_of_extras", product: "prod_extras"}, 1_00, x.from, x.to, false)}, lines...)
	}
	c.extras = 0
	cents := sum(lines)
	i := &invoice{id: s.id("in"), customer: x.customer, sub: x.id, status: "open", created: s.now, total: cents, metered: c.metered, lines: lines}
	i.credit = min(c.credit, max(cents, 0))
	c.credit -= i.credit
	s.invoices, x.latest, x.due = append(s.invoices, i), i, i
	s.tell("invoice.created", i.json())
	if c.declines || !c.card {
		if !c.hard {
			i.again = s.now.AddDate(0, 0, 3)
		}
		s.tell("invoice.payment_failed", i.json())
		return
	}
	i.status, i.paidAt, x.due = "paid", s.now, nil
	c.in += i.charged()
	s.tell("invoice.paid", i.json())
}

func (s *Server) paid(x *subscription) {
	s.customer[x.customer].in += x.due.charged()
	x.due.status, x.due.paidAt, x.due.again = "paid", s.now, time.Time{}
	s.tell("invoice.paid", x.due.json())
	x.due = nil
	s.move(x, "active")
}

func (s *Server) move(x *subscription, status string) {
	x.status = status
	s.tell("customer.subscription.updated", x.json())
}

// leaves reports whether it ends with its period.
func (x *subscription) leaves() bool { return x.cancelAtEnd || x.cancelAt }

func (s *Server) end(x *subscription) {
	if x.status == "canceled" || x.status == "incomplete_expired" {
		return
	}
	x.status, x.ended, x.canceled = "canceled", s.now, s.now
	if x.schedule != nil {
		x.schedule.status, x.schedule = "canceled", nil
	}
	s.tell("customer.subscription.deleted", x.json())
}

// of lists the subscriptions of a customer.
func (s *Server) of(customer string) []*subscription {
	var all []*subscription
	for _, x := range s.subs {
		if x.customer == customer {
			all = append(all, x)
		}
	}
	return all
}

func (s *Server) priced(id string) *price {
	for _, p := range s.prices {
		if p.id == id {
			return p
		}
	}
	return nil
}

func (s *Server) id(kind string) string { s.n++; return fmt.Sprintf("%s_%05d", kind, s.n) }

// tell keeps a webhook. Its object is as it is now, which may be old when it comes.
func (s *Server) tell(kind string, object map[string]any) {
	id := s.id("evt")
	body, err := json.Marshal(map[string]any{"id": id, "object": "event", "api_version": Version, "created": s.now.Unix(), "livemode": false, "type": kind,
		"data": map[string]any{"object": object}})
	if err != nil {
		panic(err)
	}
	s.events = append(s.events, Event{id, kind, body})
}

func unix(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Unix()
}

func (c *customer) json() map[string]any {
	return c.with(false)
}

// with is the customer with what is charged, or its id alone.
func (c *customer) with(expanded bool) map[string]any {
	return map[string]any{"id": c.id, "object": "customer", "name": c.name, "email": c.email, "address": lives, "livemode": false,
		"metadata": map[string]any{"projectr_org": c.org}, "invoice_settings": map[string]any{"default_payment_method": c.pm.json(expanded)}}
}

func (c *Card) json(expanded bool) any {
	switch {
	case c == nil:
		return nil
	case !expanded:
		return "pm_" + c.Last4
	}
	return map[string]any{"id": "pm_" + c.Last4, "object": "payment_method", "type": "card", "livemode": false,
		"card": map[string]any{"brand": c.Brand, "last4": c.Last4, "exp_month": c.Month, "exp_year": c.Year, "fingerprint": "of the whole number", "country": "US"}}
}

func (p *price) json() map[string]any {
	return map[string]any{"id": p.id, "object": "price", "product": p.product, "lookup_key": p.lookup, "currency": cmp.Or(p.currency, "usd"), "unit_amount": p.cents, "unit_amount_decimal": fmt.Sprint(p.cents), "active": true,
		"livemode": false, "billing_scheme": "per_unit", "recurring": map[string]any{"interval": cmp.Or(p.every, "month"), "interval_count": 1, "usage_type": "licensed"}, "metadata": map[string]any{"projectr_plan": p.plan}}
}

func (i *invoice) json() map[string]any { return i.said(i.total) }

func (i *invoice) said(total int64) map[string]any {
	var paid int64
	if i.status == "paid" {
		paid = max(total-i.credit, 0)
	}
	return map[string]any{"id": i.id, "object": "invoice", "number": "N-" + i.id, "customer": i.customer, "status": i.status, "created": i.created.Unix(), "total": total,
		"amount_due": max(total-i.credit, 0), "amount_paid": paid, "post_payment_credit_notes_amount": i.noted, "status_transitions": map[string]any{"paid_at": unix(i.paidAt), "voided_at": unix(i.voidedAt)}, "due_date": unix(i.due), "next_payment_attempt": unix(i.again),
		"currency": "usd", "livemode": false, "hosted_invoice_url": "https://stripe.example/i/" + i.id, "invoice_pdf": "https://stripe.example/i/" + i.id + "/pdf", "lines": listed(i.id, i.all(total), 0, linesShown)}
}

// all is its lines, where it comes to a total.
func (i *invoice) all(total int64) []line {
	if use := total - i.total; use > 0 {
		return append(slices.Clip(i.lines), line{i.sub, "si_use", &price{id: "price_of_use", product: "prod_use"}, use, i.from, i.to, false})
	}
	return i.lines
}

func (c *schedule) json() map[string]any {
	var phases []any
	for _, p := range c.phases {
		phases = append(phases, map[string]any{"start_date": p.from.Unix(), "end_date": p.to.Unix(), "items": []any{map[string]any{"price": p.price.json(), "quantity": 1}}})
	}
	out := map[string]any{"id": c.id, "object": "subscription_schedule", "status": c.status, "customer": c.sub.customer, "subscription": nil, "livemode": false, "phases": phases, "end_behavior": "release"}
	if c.status == "active" {
		out["subscription"] = c.sub.id
		out["current_phase"] = map[string]any{"start_date": c.sub.from.Unix(), "end_date": c.sub.to.Unix()}
	}
	return out
}

func (x *subscription) json() map[string]any {
	out := map[string]any{
		"schedule": nil,
		"id":       x.id, "object": "subscription", "customer": x.customer, "status": x.status, "created": x.created.Unix(), "livemode": false,
		"trial_end": unix(x.trial), "ended_at": unix(x.ended), "canceled_at": unix(x.canceled), "cancel_at_period_end": x.cancelAtEnd, "cancel_at": nil,
		"default_payment_method": x.pm.json(false), "metadata": map[string]any{"projectr_org": x.org},
		"items": map[string]any{"object": "list", "data": []any{map[string]any{
			"id": x.item, "object": "subscription_item", "price": x.price.json(), "quantity": max(x.quantity, 1), "discounts": []any{}, "current_period_start": x.from.Unix(), "current_period_end": x.to.Unix()}}},
	}
	if x.schedule != nil {
		out["schedule"] = x.schedule.id
	}
	if x.discounted {
		out["discounts"] = []any{"di_" + x.id}
	}
	if x.leaves() {
		out["cancel_at"] = x.to.Unix()
	}
	if x.latest != nil {
		out["latest_invoice"] = x.latest.json()
	}
	return out
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Date", s.now.Format(http.TimeFormat))
	w.Header().Set("Content-Type", "application/json")
	if r.Header.Get("Authorization") != "Bearer "+Key {
		write(w, fail(http.StatusUnauthorized, "", "Invalid API Key provided"))
		return
	}
	if s.down {
		w.Header().Set("Stripe-Should-Retry", "false") // or the test waits
		write(w, fail(http.StatusServiceUnavailable, "", "Down"))
		return
	}
	if v := r.Header.Get("Stripe-Version"); v != Version {
		write(w, fail(http.StatusBadRequest, "", "this fake speaks "+Version+", not "+v))
		return
	}
	if err := r.ParseForm(); err != nil {
		write(w, fail(http.StatusBadRequest, "", err.Error()))
		return
	}
	key := r.Header.Get("Idempotency-Key")
	if a, ok := s.replies[key]; ok && key != "" {
		w.Header().Set("Idempotent-Replayed", "true")
		write(w, a)
		return
	}
	a := s.answer(r)
	if r.Method == http.MethodPost && key != "" && a.status < 500 {
		s.replies[key] = a
	}
	write(w, a)
}

func write(w http.ResponseWriter, a answer) {
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

func fail(status int, code, sentence string) answer {
	return made(status, map[string]any{"error": map[string]any{"type": "invalid_request_error", "code": code, "message": sentence}})
}

func made(status int, x any) answer {
	b, err := json.Marshal(x)
	if err != nil {
		panic(err)
	}
	return answer{status, b}
}

func list[T interface{ json() map[string]any }](all []T) answer {
	data := []any{}
	for _, x := range all {
		data = append(data, x.json())
	}
	return made(http.StatusOK, map[string]any{"object": "list", "data": data, "has_more": false})
}

func missing(what string) answer {
	return fail(http.StatusNotFound, "resource_missing", "No such "+what)
}

// answer does what a call asks for.
func (s *Server) answer(r *http.Request) answer {
	f := r.Form
	ok := func(x map[string]any) answer { return made(http.StatusOK, x) }
	call, id := r.Method+" "+r.URL.Path, ""
	for _, with := range []string{"/v1/subscriptions/", "/v1/products/", "/v1/checkout/sessions/", "/v1/subscription_schedules/", "/v1/customers/", "/v1/invoices/"} {
		if rest, found := strings.CutPrefix(r.URL.Path, with); found {
			call, id = r.Method+" "+with, rest
		}
	}
	if sub, ok := strings.CutSuffix(id, "/resume"); ok {
		call, id = call+" /resume", sub
	}
	switch call {
	case "POST /v1/customers":
		c := &customer{id: s.id("cus"), name: f.Get("name"), email: f.Get("email"), org: f.Get("metadata[projectr_org]")}
		s.customer[c.id] = c
		s.tell("customer.created", c.json())
		return ok(c.json())
	case "GET /v1/customers/":
		if s.customer[id] == nil {
			return missing("customer")
		}
		if s.customer[id].deleted {
			return ok(map[string]any{"id": id, "object": "customer", "deleted": true})
		}
		return ok(s.customer[id].with(expands(f, "invoice_settings.default_payment_method")))
	case "GET /v1/subscriptions":
		if !s.there(f.Get("customer")) || f.Get("status") != "all" {
			return missing("customer")
		}
		all := s.of(f.Get("customer"))
		slices.Reverse(all) // the newest first
		return list(all)
	case "POST /v1/subscriptions/ /resume":
		return s.resume(id)
	case "GET /v1/subscriptions/", "POST /v1/subscriptions/", "DELETE /v1/subscriptions/":
		at := slices.IndexFunc(s.subs, func(x *subscription) bool { return x.id == id })
		if at < 0 {
			return missing("subscription")
		}
		if r.Method == http.MethodGet {
			x := s.subs[at].json()
			switch {
			case expands(f, "customer.invoice_settings.default_payment_method"):
				x["customer"] = s.customer[s.subs[at].customer].with(true)
			case expands(f, "customer"):
				x["customer"] = s.customer[s.subs[at].customer].with(false)
			}
			x["default_payment_method"] = s.subs[at].pm.json(expands(f, "default_payment_method"))
			return ok(x)
		}
		if r.Method == http.MethodDelete {
			s.end(s.subs[at])
			return ok(s.subs[at].json())
		}
		return s.change(s.subs[at], r)
	case "POST /v1/subscription_schedules", "GET /v1/subscription_schedules/", "POST /v1/subscription_schedules/":
		return s.schedule(r, id)
	case "GET /v1/prices":
		var all []*price
		for _, p := range s.prices {
			if !f.Has("lookup_keys[0]") || p.lookup == f.Get("lookup_keys[0]") {
				all = append(all, p)
			}
		}
		return list(all)
	case "POST /v1/prices":
		cents, err := strconv.ParseInt(f.Get("unit_amount"), 10, 64)
		if err != nil || !s.products[f.Get("product")] || f.Get("recurring[interval]") != "month" || f.Get("currency") != "usd" {
			return fail(http.StatusBadRequest, "", "that is no price")
		}
		for _, p := range s.prices {
			if p.lookup == f.Get("lookup_key") {
				if f.Get("transfer_lookup_key") != "true" {
					return fail(http.StatusBadRequest, "", "the lookup key is in use")
				}
				p.lookup = ""
			}
		}
		p := &price{id: s.id("price"), product: f.Get("product"), lookup: f.Get("lookup_key"), plan: f.Get("metadata[projectr_plan]"), cents: cents}
		s.prices = append(s.prices, p)
		return ok(p.json())
	case "GET /v1/products/":
		if !s.products[id] {
			return missing("product")
		}
		return ok(map[string]any{"id": id, "object": "product"})
	case "POST /v1/products":
		s.products[f.Get("id")] = true
		return ok(map[string]any{"id": f.Get("id"), "object": "product"})
	case "GET /v1/billing/meters":
		data := []any{}
		for _, m := range s.meters {
			data = append(data, map[string]any{"id": "mtr_" + m, "object": "billing.meter", "event_name": m, "status": "active"})
		}
		return ok(map[string]any{"object": "list", "data": data, "has_more": false})
	case "POST /v1/billing/meters":
		s.meters = append(s.meters, f.Get("event_name"))
		return ok(map[string]any{"id": "mtr_" + f.Get("event_name"), "object": "billing.meter"})
	case "POST /v1/billing/meter_events":
		return s.meter(r)
	case "POST /v1/checkout/sessions":
		x := &session{id: s.id("cs"), customer: f.Get("customer"), price: f.Get("line_items[0][price]"), success: f.Get("success_url"), cancel: f.Get("cancel_url")}
		if !s.there(x.customer) || s.priced(x.price) == nil || f.Get("mode") != "subscription" || x.success == "" {
			return fail(http.StatusBadRequest, "", "that is no checkout")
		}
		if n, err := strconv.ParseInt(f.Get("subscription_data[trial_end]"), 10, 64); err == nil {
			if x.trial = time.Unix(n, 0).UTC(); x.trial.Before(s.now.Add(48 * time.Hour)) {
				return fail(http.StatusBadRequest, "", "trial_end has to be at least 2 days in the future")
			}
		}
		x.pauses = f.Get("subscription_data[trial_settings][end_behavior][missing_payment_method]") == "pause"
		s.sessions[x.id] = x
		return ok(map[string]any{"id": x.id, "object": "checkout.session", "url": cmp.Or(s.Pages, "https://checkout.stripe.example") + "/pay/" + x.id})
	case "GET /v1/checkout/sessions":
		data := []any{}
		for _, id := range slices.Sorted(maps.Keys(s.sessions)) {
			if x := s.sessions[id]; x.customer == f.Get("customer") && !x.done && f.Get("status") == "open" {
				data = append(data, map[string]any{"id": x.id, "object": "checkout.session", "mode": "subscription", "status": "open"})
			}
		}
		return ok(map[string]any{"object": "list", "data": data, "has_more": false})
	case "POST /v1/checkout/sessions/":
		x := s.sessions[strings.TrimSuffix(id, "/expire")]
		if x == nil || x.done {
			return fail(http.StatusBadRequest, "", "only an open checkout can be expired")
		}
		x.done = true
		return ok(map[string]any{"id": x.id, "object": "checkout.session", "status": "expired"})
	case "GET /v1/billing_portal/configurations":
		data := []any{}
		for i, what := range s.portals {
			data = append(data, map[string]any{"id": fmt.Sprintf("bpc_%d", i), "object": "billing_portal.configuration", "active": true, "metadata": map[string]any{"projectr_portal": what}})
		}
		return ok(map[string]any{"object": "list", "data": data, "has_more": false})
	case "POST /v1/billing_portal/configurations":
		if f.Get("features[subscription_update][enabled]") != "false" {
			return fail(http.StatusBadRequest, "", "plans are not changed there")
		}
		s.portals = append(s.portals, f.Get("metadata[projectr_portal]"))
		return ok(map[string]any{"id": fmt.Sprintf("bpc_%d", len(s.portals)-1), "object": "billing_portal.configuration", "active": true})
	case "POST /v1/billing_portal/sessions":
		if s.customer[f.Get("customer")] == nil || len(s.portals) > 0 && f.Get("configuration") == "" {
			return missing("customer")
		}
		page := cmp.Or(s.Pages, "https://portal.stripe.example") + "/portal/" + f.Get("customer") + "?" + url.Values{"back": {f.Get("return_url")}}.Encode()
		return ok(map[string]any{"id": s.id("bps"), "object": "billing_portal.session", "url": page})
	case "POST /v1/invoices/":
		if invoice, ok := strings.CutSuffix(id, "/pay"); ok {
			return s.pay(invoice)
		}
		return s.preview(f)
	case "GET /v1/invoices/":
		return s.lines(strings.TrimSuffix(id, "/lines"), f)
	case "GET /v1/invoices":
		data := []any{}
		for _, i := range slices.Backward(s.invoices) {
			if f.Has("customer") && i.customer == f.Get("customer") || f.Has("subscription") && i.sub == f.Get("subscription") {
				x := i.said(s.sum(i))
				if expands(f, "data.payments") && i.status == "paid" {
					x["payments"] = map[string]any{"object": "list", "data": []any{map[string]any{"object": "invoice_payment", "status": "paid",
						"payment": map[string]any{"type": "payment_intent", "payment_intent": "pi_" + i.id}}}}
				}
				data = append(data, x)
			}
		}
		return ok(map[string]any{"object": "list", "data": data, "has_more": false})
	}
	return s.books(call, f)
}

// there reports whether a customer is, and is not deleted.
func (s *Server) there(customer string) bool {
	c := s.customer[customer]
	return c != nil && !c.deleted
}

// lines is a page of the lines of an invoice.
func (s *Server) lines(id string, f url.Values) answer {
	lines, ok := s.previews[id]
	at := slices.IndexFunc(s.invoices, func(i *invoice) bool { return i.id == id })
	switch {
	case at >= 0:
		lines = s.invoices[at].all(s.sum(s.invoices[at]))
	case !ok:
		return missing("invoice")
	}
	limit, err := strconv.Atoi(f.Get("limit"))
	if err != nil {
		limit = linesShown
	}
	after, _ := strconv.Atoi(f.Get("starting_after")[1+strings.LastIndex(f.Get("starting_after"), "_"):])
	return made(http.StatusOK, listed(id, lines, after, min(limit, 100)))
}

// books answers what was charged and given back.
func (s *Server) books(call string, f url.Values) answer {
	data := []any{}
	for _, i := range slices.Backward(s.invoices) {
		switch {
		case i.status != "paid" || call != "GET /v1/disputes" && i.customer != f.Get("customer"):
		case call == "GET /v1/charges":
			data = append(data, i.charge())
		case call == "GET /v1/credit_notes" && i.noted > 0:
			note := map[string]any{"object": "credit_note", "invoice": i.id, "status": "issued", "post_payment_amount": i.noted, "out_of_band_amount": i.elsewhere, "refunds": []any{}}
			if i.byNote > 0 {
				note["refunds"] = []any{map[string]any{"type": "refund", "refund": "re_" + i.id, "amount_refunded": i.byNote}}
			}
			data = append(data, note)
		case call == "GET /v1/disputes" && f.Get("charge") == "ch_"+i.id:
			for status, cents := range map[string]int64{"lost": i.lost, "needs_response": i.disputed} {
				if cents > 0 {
					data = append(data, map[string]any{"object": "dispute", "status": status, "amount": cents})
				}
			}
		}
	}
	switch call {
	case "GET /v1/charges", "GET /v1/credit_notes", "GET /v1/disputes":
		return made(http.StatusOK, map[string]any{"object": "list", "data": data, "has_more": false})
	}
	return fail(http.StatusNotFound, "", "this fake does not know "+call)
}

// expands reports whether a call asks for the whole of what else is an id.
func expands(f url.Values, what string) bool {
	for key, all := range f {
		if strings.HasPrefix(key, "expand[") && slices.Contains(all, what) {
			return true
		}
	}
	return false
}

// change is an update of a subscription. Of one that a schedule manages nothing is changed
// here: Stripe refuses that of how it ends, and what it makes of the rest is not modelled.
func (s *Server) change(x *subscription, r *http.Request) answer {
	f := r.Form
	if x.status == "canceled" || x.status == "incomplete_expired" {
		return fail(http.StatusBadRequest, "resource_missing", "a subscription that is canceled cannot be changed")
	}
	if x.schedule != nil {
		return fail(http.StatusBadRequest, "", "the subscription is managed by the subscription schedule "+x.schedule.id)
	}
	if p := s.priced(f.Get("items[0][price]")); f.Get("items[0][price]") != "" {
		if p == nil || f.Get("items[0][id]") != x.item {
			return missing("price")
		}
		if refused := s.reprice(x, p, f); refused != nil {
			return *refused
		}
	}
	if on := f.Get("cancel_at_period_end"); on != "" {
		if f.Has("cancel_at") {
			return fail(http.StatusBadRequest, "", "cancel_at and cancel_at_period_end exclude each other")
		}
		x.cancelAtEnd = on == "true"
	}
	if f.Has("cancel_at") && f.Get("cancel_at") == "" {
		x.cancelAt, x.cancelAtEnd = false, false
	}
	s.tell("customer.subscription.updated", x.json())
	return made(http.StatusOK, x.json())
}

// resume bills one that is paused for a period that begins now. It is paused until that is
// paid, which is not tried by itself, and for good when it was not within a day.
func (s *Server) resume(id string) answer {
	at := slices.IndexFunc(s.subs, func(x *subscription) bool { return x.id == id })
	if at < 0 {
		return missing("subscription")
	}
	x := s.subs[at]
	if x.status != "paused" || x.due != nil {
		return fail(http.StatusBadRequest, "", "only a subscription that is paused can be resumed, once at a time")
	}
	l := x.line(x.price, x.price.cents*max(x.quantity, 1), s.now, s.now.AddDate(0, 1, 0), false)
	i := &invoice{id: s.id("in"), customer: x.customer, sub: x.id, status: "open", created: s.now, total: l.cents, lines: []line{l}}
	s.invoices, x.latest, x.due = append(s.invoices, i), i, i
	s.tell("invoice.created", i.json())
	return made(http.StatusOK, x.json())
}

// pay tries to have an invoice paid.
func (s *Server) pay(id string) answer {
	at := slices.IndexFunc(s.subs, func(x *subscription) bool { return x.due != nil && x.due.id == id })
	if at < 0 || s.subs[at].due.status != "open" {
		return fail(http.StatusBadRequest, "", "only an invoice that is open can be paid")
	}
	x := s.subs[at]
	c := s.customer[x.customer]
	if x.status == "paused" {
		x.from, x.to = s.now, s.now.AddDate(0, 1, 0)
		s.tell("customer.subscription.resumed", x.json())
	}
	if c.declines || !c.card {
		s.move(x, "past_due")
		s.tell("invoice.payment_failed", x.due.json())
		return made(http.StatusPaymentRequired, map[string]any{"error": map[string]any{"type": "card_error", "code": "card_declined", "message": "Your card was declined."}})
	}
	s.paid(x)
	return made(http.StatusOK, x.latest.json())
}

// reprice has a subscription be of another price at once. Where a new period is to begin, it
// is charged at once, less what was paid for the rest of the present one; where that is not
// paid and error_if_incomplete was said, nothing changes.
func (s *Server) reprice(x *subscription, p *price, f url.Values) *answer {
	if x.status != "active" || f.Get("billing_cycle_anchor") != "now" { // without an anchor the period goes on
		if f.Get("proration_behavior") != "none" {
			a := fail(http.StatusBadRequest, "", "this fake prorates nothing but a period that begins anew")
			return &a
		}
		x.price = p
		return nil
	}
	c := s.customer[x.customer]
	if f.Get("payment_behavior") == "error_if_incomplete" && (c.declines || !c.card) {
		a := made(http.StatusPaymentRequired, map[string]any{"error": map[string]any{"type": "card_error", "code": "card_declined", "message": "Your card was declined."}})
		return &a
	}
	if f.Get("payment_behavior") == "error_if_incomplete" && c.consents {
		a := made(http.StatusPaymentRequired, map[string]any{"error": map[string]any{"type": "card_error", "code": "subscription_payment_intent_requires_action", "message": "Payment for this subscription requires additional user action before it can be completed successfully."}})
		return &a
	}
	rest := x.line(x.price, -s.unused(x), s.now, x.to, true)
	from := x.from
	x.price, x.from, x.to = p, s.now, s.now.AddDate(0, 1, 0)
	s.bill(x, rest, x.period())
	x.latest.from, x.latest.to, x.latest.atOnce = from, s.now, true
	if x.due != nil {
		s.move(x, "past_due")
	}
	return nil
}

// unused is what was paid for the rest of the present period, by whole seconds.
func (s *Server) unused(x *subscription) int64 {
	rest, whole := int64(x.to.Sub(s.now)/time.Second), int64(x.to.Sub(x.from)/time.Second)
	if x.status != "active" || whole <= 0 {
		return 0
	}
	return x.price.cents * rest / whole
}

// preview is the next invoice of a subscription, as it is or as it would be with another
// price.
func (s *Server) preview(f url.Values) answer {
	at := slices.IndexFunc(s.subs, func(x *subscription) bool { return x.id == f.Get("subscription") })
	if at < 0 {
		return missing("subscription")
	}
	x := s.subs[at]
	p := x.price
	if x.schedule != nil {
		for _, c := range x.schedule.phases {
			if c.from.Equal(x.to) {
				p = c.price
			}
		}
	}
	if id := f.Get("subscription_details[items][0][price]"); id != "" {
		if p = s.priced(id); p == nil || f.Get("subscription_details[items][0][id]") != x.item {
			return missing("price")
		}
	}
	next := x.to
	lines := []line{x.line(p, p.cents, x.to, x.to.AddDate(0, 1, 0), false)}
	if f.Get("subscription_details[billing_cycle_anchor]") == "now" {
		next = s.now
		lines = []line{x.line(x.price, -s.unused(x), s.now, x.to, true), x.line(p, p.cents, s.now, s.now.AddDate(0, 1, 0), false)}
	}
	c := s.customer[x.customer]
	for range c.extras {
		lines = append([]line{x.line(&price{id: "price_of_extras", product: "prod_extras"}, 1_00, x.from, x.to, false)}, lines...)
	}
	total := sum(lines)
	total += total*c.taxed/100 - c.off
	preview := s.id("upcoming_in")
	s.previews[preview] = lines
	return made(http.StatusOK, map[string]any{"id": preview, "object": "invoice", "customer": x.customer, "currency": "usd", "total": total, "amount_due": max(total, 0), "next_payment_attempt": next.Unix(),
		"livemode": false, "lines": listed(preview, lines, 0, linesShown)})
}

// schedule makes a schedule of a subscription as it is, tells of one, has it have other
// phases, or ends it.
func (s *Server) schedule(r *http.Request, id string) answer {
	f := r.Form
	if id == "" {
		at := slices.IndexFunc(s.subs, func(x *subscription) bool { return x.id == f.Get("from_subscription") })
		if at < 0 {
			return missing("subscription")
		}
		x := s.subs[at]
		if x.schedule != nil || f.Has("phases[0][start_date]") || x.status != "active" && x.status != "trialing" {
			return fail(http.StatusBadRequest, "", "a subscription has one schedule, which is made of it without anything else")
		}
		return made(http.StatusOK, s.scheduled(x).json())
	}
	name, releases := strings.CutSuffix(id, "/release")
	at := slices.IndexFunc(s.plans, func(c *schedule) bool { return c.id == name })
	if at < 0 {
		return missing("subscription schedule")
	}
	c := s.plans[at]
	switch {
	case r.Method == http.MethodGet:
	case c.status != "active":
		return fail(http.StatusBadRequest, "", "a schedule that is "+c.status+" cannot be changed")
	case releases:
		s.release(c)
	default:
		unix := func(name string) time.Time {
			n, _ := strconv.ParseInt(f.Get(name), 10, 64)
			return time.Unix(n, 0).UTC()
		}
		now, next := s.priced(f.Get("phases[0][items][0][price]")), s.priced(f.Get("phases[1][items][0][price]"))
		if now != c.sub.price || next == nil || !unix("phases[0][start_date]").Equal(c.phases[0].from) || !unix("phases[0][end_date]").Equal(c.sub.to) || f.Get("end_behavior") != "release" ||
			f.Get("phases[1][duration][interval]") != "month" || f.Get("phases[1][proration_behavior]") != "none" || f.Get("proration_behavior") != "none" {
			return fail(http.StatusBadRequest, "", "this fake knows the present phase and one after it")
		}
		c.phases = []phase{{c.phases[0].from, c.sub.to, now}, {c.sub.to, c.sub.to.AddDate(0, 1, 0), next}}
		s.tell("subscription_schedule.updated", c.json())
	}
	return made(http.StatusOK, c.json())
}

func (s *Server) meter(r *http.Request) answer {
	f := r.Form
	id, customer := f.Get("identifier"), f.Get("payload[stripe_customer_id]")
	n, err := strconv.ParseInt(f.Get("payload[value]"), 10, 64)
	unix, e := strconv.ParseInt(f.Get("timestamp"), 10, 64)
	if err != nil || e != nil || s.customer[customer] == nil || !slices.Contains(s.meters, f.Get("event_name")) {
		return fail(http.StatusBadRequest, "", "that is no use of a meter")
	}
	at := time.Unix(unix, 0).UTC()
	if at.Before(s.now.Add(-oldest)) || at.After(s.now.Add(ahead)) {
		return fail(http.StatusBadRequest, "timestamp_too_far_in_past", "the timestamp must be within the past 35 days and not more than 5 minutes ahead")
	}
	if slices.ContainsFunc(s.use, func(u use) bool { return u.id == id && s.now.Sub(u.taken) < remember }) {
		return fail(http.StatusBadRequest, "", "An event already exists with identifier "+id+": it already exists")
	}
	s.use = append(s.use, use{id, customer, n, at, s.now})
	return made(http.StatusOK, map[string]any{"object": "billing.meter_event", "identifier": id})
}
