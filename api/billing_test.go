package api

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/billing"
	"projectr/store"
	"projectr/stripe"
	"projectr/stripe/stripetest"
)

// cashier is a payment provider that keeps nothing and says yes.
type cashier struct{}

func (cashier) Checkout(context.Context, store.Org, string, string, string) (string, error) {
	return "https://pay.example/checkout", nil
}

func (cashier) Portal(context.Context, store.Org, string) (string, error) {
	return "https://pay.example/portal", nil
}

func (cashier) PriceChange(ctx context.Context, o store.Org, plan string) (projectr.PlanChange, error) {
	s, err := o.Subscription(ctx)
	return projectr.PlanChange{Plan: plan, Price: 49_00, Currency: "USD", Due: s.PeriodEnd}, err
}

func (cashier) ChangePlan(ctx context.Context, o store.Org, _ string) (projectr.Subscription, error) {
	return o.Subscription(ctx)
}

func (cashier) Cancel(ctx context.Context, o store.Org, _ bool) (projectr.Subscription, error) {
	return o.Subscription(ctx)
}

func (cashier) Leave(context.Context, store.Org) error { return nil }

func (cashier) Fresh(ctx context.Context, o store.Org) (projectr.Subscription, error) {
	return o.Subscription(ctx)
}

func (cashier) Invoices(ctx context.Context, o store.Org) ([]projectr.Invoice, error) {
	s, err := o.Subscription(ctx)
	return []projectr.Invoice{{ID: "in_1", Number: s.ID, State: "paid", Total: 49_00, Currency: "USD"}}, err
}

func (cashier) Payer(ctx context.Context, o store.Org) (projectr.Payer, error) {
	s, err := o.Subscription(ctx)
	return projectr.Payer{Name: s.ID, Address: []string{}, Way: "card", Card: &projectr.Card{Brand: "visa", Last4: "4242", Month: 8, Year: 2030}}, err
}

func (cashier) Event(context.Context, []byte, string) error { return nil }

// From no subscription to its end, by routes and webhooks.
func TestPaying(t *testing.T) {
	h := open(t)
	fake := stripetest.New(t, h.clock.now())
	pay, err := stripe.New(stripe.Options{Key: stripetest.Key, WebhookSecret: stripetest.Secret, Base: fake.URL, Now: fake.Now})
	h.must(err)
	_, err = pay.Setup(t.Context(), projectr.Plans)
	h.must(err)
	h.config.Billing = &billing.Billing{Store: h.st, Payments: pay, Now: h.clock.now, Log: h.config.Log}
	h.Handler = Handler(h.config)
	dana := h.signIn(h.acme.admin)
	hook := func(body []byte, signature string) int {
		r := httptest.NewRequest("POST", "/hooks/stripe", bytes.NewReader(body))
		r.Header.Set("Stripe-Signature", signature)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	told := func() {
		t.Helper()
		for _, e := range fake.Events() {
			if code := hook(e.Body, stripetest.Sign(e.Body, stripetest.Secret, fake.Now())); code != http.StatusOK {
				t.Errorf("%s: %d", e.Type, code)
			}
		}
	}
	stands := func(want string) Subscription {
		t.Helper()
		s := get[Subscription](dana, "/orgs/acme/subscription")
		if got := s.Status + " " + s.Plan.Name; got != want || !s.Billing {
			t.Errorf("%s, want %s", got, want)
		}
		return s
	}
	stands("none professional")
	for name, c := range map[string][3]string{
		"a portal of nobody":  {"POST", "/orgs/acme/subscription/portal", ""},
		"the end of nothing":  {"PATCH", "/orgs/acme/subscription", `{"cancel":true}`},
		"what that costs":     {"GET", "/orgs/acme/subscription/change?plan=starter", ""},
		"a plan not for sale": {"POST", "/orgs/acme/subscription/checkout", `{"plan":"enterprise"}`},
	} {
		if w := dana.do(c[0], c[1], c[2]); w.Code != http.StatusConflict && w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	page := decode[Elsewhere](dana, dana.do("POST", "/orgs/acme/subscription/checkout", `{"plan":"starter"}`), "/orgs/acme/subscription/checkout")
	h.must(fake.CompleteCheckout(page.URL))
	told()
	if s := stands("active starter"); s.Price != (projectr.Charge{Amount: projectr.Amount{Minor: 49_00, Currency: "USD"}, Every: "month", Count: 1}) {
		t.Errorf("takes %+v", s.Price)
	}
	if portal := decode[Elsewhere](dana, dana.do("POST", "/orgs/acme/subscription/portal", ""), "/orgs/acme/subscription/portal"); !strings.HasPrefix(portal.URL, "https://portal.") || !strings.Contains(portal.URL, url.QueryEscape("/orgs/acme/billing")) {
		t.Errorf("portal %+v", portal)
	}
	paidBy := func(want Payer) {
		t.Helper()
		got := get[Payer](dana, "/orgs/acme/subscription/payer")
		if want.Address = []string{"12 Quarry Road", "Albany, NY 12207", "US"}; got.Email == "" || got.Name == "" || !slices.Equal(got.Address, want.Address) || got.Late != want.Late || got.Way != want.Way || (got.Card == nil) != (want.Card == nil) || got.Card != nil && *got.Card != *want.Card {
			t.Errorf("paid by %+v %+v, want %+v %+v", got, got.Card, want, want.Card)
		}
	}
	card := func(brand, last4 string, month, year int) projectr.Payer {
		return projectr.Payer{Way: "card", Card: &projectr.Card{Brand: brand, Last4: last4, Month: month, Year: year}}
	}
	customer, err := h.acme.Subscription(t.Context())
	h.must(err)
	paidBy(Payer{Payer: card("visa", "4242", 8, 2030)})
	fake.Down(true)
	paidBy(Payer{Payer: card("visa", "4242", 8, 2030)}) // what was answered just now
	fake.Down(false)
	due := customer.PeriodEnd.AddDate(0, 0, -customer.PeriodEnd.Day()) // in the month before the next payment
	fake.PayWith(customer.Customer, stripetest.Card{Brand: "amex", Last4: "0005", Month: int(due.Month()), Year: due.Year()})
	told() // and what was answered is asked for again
	paidBy(Payer{card("amex", "0005", int(due.Month()), due.Year()), true})
	fake.PayWith(customer.Customer, stripetest.Card{Brand: "amex", Last4: "0005", Month: int(customer.PeriodEnd.Month()), Year: customer.PeriodEnd.Year()})
	told()
	paidBy(Payer{card("amex", "0005", int(customer.PeriodEnd.Month()), customer.PeriodEnd.Year()), false})
	fake.Card(customer.Customer, false) // and no event comes
	fake.Events()
	h.clock.forward(time.Minute)
	paidBy(Payer{Payer: projectr.Payer{}})
	fake.PayWith(customer.Customer, stripetest.Visa)
	fake.Events()
	h.clock.forward(time.Minute)
	fake.Down(true)
	if w := dana.do("GET", "/orgs/acme/subscription/payer", ""); w.Code != http.StatusServiceUnavailable {
		t.Errorf("who pays, while the provider is down: %d %s", w.Code, w.Body)
	}
	fake.Down(false)
	if w := h.signIn(h.acme.viewer).do("GET", "/orgs/acme/subscription/payer", ""); w.Code != http.StatusForbidden {
		t.Errorf("a viewer asks who pays: %d %s", w.Code, w.Body)
	}
	// Who is deleted does not go on paying; who is had back says whether to.
	send[OrgView](dana, "DELETE", "/orgs/acme", "")
	if s := stands("active starter"); s.CancelAt.IsZero() {
		t.Errorf("to be deleted, and paid for: %+v", s)
	}
	send[OrgView](dana, "POST", "/orgs/acme/restore", "")
	if s := send[Subscription](dana, "PATCH", "/orgs/acme/subscription", `{"cancel":false}`); !s.CancelAt.IsZero() {
		t.Errorf("had back: %+v", s)
	}
	fake.Advance(fake.Now().AddDate(0, 0, 10))
	told()
	if p := get[projectr.PlanChange](dana, "/orgs/acme/subscription/change?plan=professional"); p.Credit <= 0 || p.Credit >= 49_00 || p.Today != 149_00-p.Credit || p.Price != 149_00 || p.Currency != "USD" || !p.From.IsZero() || !p.Due.Equal(fake.Now().AddDate(0, 1, 0).Truncate(time.Second)) {
		t.Errorf("priced at %+v", p)
	}
	if w := dana.do("GET", "/orgs/acme/subscription/change?plan=starter", ""); w.Code != http.StatusConflict {
		t.Errorf("the plan that there is: %d %s", w.Code, w.Body)
	}
	if s := decode[Subscription](dana, dana.do("PATCH", "/orgs/acme/subscription", `{"plan":"professional","cancel":true}`), "/orgs/acme/subscription"); s.Plan.Name != "professional" || s.CancelAt.IsZero() {
		t.Errorf("changed to %+v", s)
	}
	if l := get[Invoices](dana, "/orgs/acme/invoices"); len(l.Items) != 2 || l.Items[0].Plan != "professional" || l.Items[0].InsteadOf != "starter" || l.Items[1].Plan != "starter" || l.Items[1].InsteadOf != "" {
		t.Errorf("invoices %+v", l)
	}
	fake.Advance(fake.Now().AddDate(0, 2, 0))
	events := fake.Events()
	last := events[len(events)-1].Body
	for name, signature := range map[string]string{
		"unsigned":    "",
		"another key": stripetest.Sign(last, "whsec_other", fake.Now()),
		"old":         stripetest.Sign(last, stripetest.Secret, fake.Now().Add(-stripe.Tolerance*2)),
	} {
		if code := hook(last, signature); code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, code)
		}
	}
	fake.Down(true)
	if code := hook(last, stripetest.Sign(last, stripetest.Secret, fake.Now())); code != http.StatusServiceUnavailable {
		t.Errorf("while the provider is down: %d", code)
	}
	fake.Down(false)
	if code := hook(bytes.Repeat([]byte("x"), maxHook+1), ""); code != http.StatusBadRequest {
		t.Errorf("a large one: %d", code)
	}
	stands("active professional")
	if code := hook(last, stripetest.Sign(last, stripetest.Secret, fake.Now())); code != http.StatusOK {
		t.Errorf("again: %d", code)
	}
	if s := stands("canceled professional"); s.ReadUntil.IsZero() || !s.DataUntil.Equal(s.ReadUntil.Add(projectr.DataKept)) {
		t.Errorf("ended as %+v", s)
	}
	var done []string
	for _, a := range get[List[projectr.AuditEntry]](dana, "/orgs/acme/audit?limit=20").Items {
		if strings.HasPrefix(a.Action, "billing.") && a.Outcome == projectr.WasDone {
			done = append(done, a.Action)
		}
	}
	if got := strings.Join(done, " "); got != "billing.subscription billing.cancel billing.subscription billing.plan billing.subscription billing.continue billing.subscription billing.subscription billing.portal billing.subscription billing.checkout billing.customer" {
		t.Errorf("the audit log says %s", got)
	}
}

func TestWithoutAPaymentProvider(t *testing.T) {
	h := open(t, func(c *Config) { c.Billing = nil })
	dana := h.signIn(h.acme.admin)
	if s := get[Subscription](dana, "/orgs/acme/subscription"); s.Billing || s.Status != "none" {
		t.Errorf("%+v", s)
	}
	if l := get[Invoices](dana, "/orgs/acme/invoices"); l.Items == nil || len(l.Items) > 0 {
		t.Errorf("invoices %+v", l)
	}
	for path, c := range map[string][2]string{"/subscription/checkout": {"POST", `{"plan":"starter"}`}, "/subscription/change?plan=starter": {"GET", ""}, "/subscription/portal": {"POST", ""}, "/subscription/payer": {"GET", ""}, "/subscription": {"PATCH", `{"cancel":true}`}} {
		if w := dana.do(c[0], "/orgs/acme"+path, c[1]); w.Code != http.StatusConflict {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "/hooks/stripe", strings.NewReader("{}")))
	if w.Code != http.StatusNotFound {
		t.Errorf("a webhook: %d", w.Code)
	}
}

// TestClosedWhenNobodyPays asks everything of an organisation for which nobody has paid for
// so long that it is closed.
func TestClosedWhenNobodyPays(t *testing.T) {
	h := open(t)
	h.must(h.acme.JoinCustomer(t.Context(), "cus_acme"))
	ended := h.clock.now()
	stands := func(state projectr.SubscriptionState) {
		t.Helper()
		_, err := h.acme.TakeSubscription(t.Context(), "", func(context.Context) (projectr.Subscription, error) {
			return projectr.Subscription{ID: "sub_1", Plan: "professional", State: state, Since: ended, AsOf: h.clock.now()}, nil
		})
		h.must(err)
	}
	warned := func(want projectr.LetterKind) {
		t.Helper()
		if got, err := h.acme.WarnOfClosing(t.Context()); err != nil || got != want {
			t.Errorf("told %q, %v, want %q", got, err, want)
		}
	}
	const sentence = "Nobody pays for this organisation any more"
	stands(projectr.Canceled)
	h.clock.forward(projectr.DataKept - projectr.CloseNotice)
	warned(projectr.LetterClosing)
	h.clock.forward(projectr.CloseNotice - time.Minute)
	for name, c := range map[string]client{"admin": h.signIn(h.acme.admin), "key": h.withKey(h.acme.adminKey)} {
		if w := c.do("GET", "/orgs/acme/projects", ""); w.Code != http.StatusOK {
			t.Errorf("%s, a minute before: %d %s", name, w.Code, w.Body)
		}
	}
	until := get[Subscription](h.signIn(h.acme.admin), "/orgs/acme/subscription").DataUntil
	if want := ended.Add(projectr.DataKept); until.Sub(want).Abs() > time.Second {
		t.Errorf("open until %v, want %v", until, want)
	}
	h.clock.forward(time.Minute)
	warned(projectr.LetterClosed)
	closed := 0
	names := regexp.MustCompile(`\{[^}]*\}`)
	for name, c := range map[string]client{"admin": h.signIn(h.acme.admin), "viewer": h.signIn(h.acme.viewer), "key": h.withKey(h.acme.adminKey)} {
		for _, rt := range routes {
			if rt.may == "" || !rt.closes() || name == "viewer" && !projectr.Viewer.Can(rt.may) {
				continue
			}
			path := names.ReplaceAllString(strings.Replace(rt.path, "{org}", "acme", 1), "x")
			w := c.do(rt.method, path, "")
			if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), sentence) {
				t.Errorf("%s %s %s: %d %s", name, rt.method, path, w.Code, w.Body)
			}
			closed++
		}
	}
	if closed < 100 {
		t.Errorf("only %d requests were refused", closed)
	}
	for _, path := range []string{"/me", "/orgs/acme", "/orgs/acme/subscription", "/orgs/acme/invoices", "/orgs/acme/members", "/orgs/acme/settings", "/orgs/acme/senders", "/orgs/acme/audit"} {
		if w := h.signIn(h.acme.admin).do("GET", path, ""); w.Code != http.StatusOK || strings.Contains(w.Body.String(), sentence) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := h.signIn(h.globex.admin).do("GET", "/orgs/globex/projects", ""); w.Code != http.StatusOK {
		t.Errorf("the other organisation: %d %s", w.Code, w.Body)
	}
	stands(projectr.Subscribed)
	if w := h.signIn(h.acme.admin).do("GET", "/orgs/acme/projects", ""); w.Code != http.StatusOK {
		t.Errorf("paid again: %d %s", w.Code, w.Body)
	}
}
