package stripe_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/stripe"
	"projectr/stripe/stripetest"
)

// fors is what invoices are for, the newest first.
func fors(t *testing.T, p *stripe.Payments, customer string) (all []string) {
	t.Helper()
	invoices, err := p.Invoices(t.Context(), customer)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range invoices {
		all = append(all, i.Plan+"<"+i.InsteadOf)
	}
	return all
}

// Over the life of a subscription invoices say which plan they are for, and prices are asked
// for once.
func TestWhatInvoicesAreFor(t *testing.T) {
	fake := stripetest.New(t, noon)
	to, err := url.Parse(fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	web := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		if r.In.Method == http.MethodGet && r.In.URL.Path == "/v1/prices" && !r.In.URL.Query().Has("lookup_keys[0]") {
			asked++
		}
	}})
	t.Cleanup(web.Close)
	p, err := stripe.New(stripe.Options{Key: stripetest.Key, Base: web.URL, Now: fake.Now})
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	says := func(when string, lists int, want ...string) {
		t.Helper()
		asked = 0
		customer := "cus_00001"
		for range 2 { // the second time nothing is asked for
			if got := fors(t, p, customer); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", when, got, want)
			}
		}
		if asked != lists {
			t.Errorf("%s: prices were asked for %d times, want %d", when, asked, lists)
		}
	}
	customer, err := p.Customer(t.Context(), projectr.Org{ID: "org_1", Name: "Acme"}, "jo@acme.example", "")
	must(err)
	if customer != "cus_00001" {
		t.Fatalf("the customer is %s", customer)
	}
	plans := slices.Clone(projectr.Plans)
	_, err = p.Setup(t.Context(), plans)
	must(err)
	says("before anything is paid", 0)
	fake.Metered(customer) // use is on invoices too, and of no plan
	page, err := p.Checkout(t.Context(), projectr.Checkout{Org: "org_1", Customer: customer, Plan: "starter", Done: "https://x", Back: "https://x"})
	must(err)
	must(fake.CompleteCheckout(page))
	says("the first", 1, "starter<")
	fake.Advance(noon.AddDate(0, 1, 3))
	must(p.Meter(t.Context(), projectr.MeterEvent{ID: "1", Meter: projectr.AIMeter, Customer: customer, Amount: 3_000_000, At: fake.Now()}))
	says("a month later, and later than prices are kept", 1, "starter<", "starter<")

	// A price has a successor: who pays the old one has the plan still.
	for i := range plans {
		if plans[i].PriceCents > 0 {
			plans[i].PriceCents += 10_00
		}
	}
	_, err = p.Setup(t.Context(), plans)
	must(err)
	s, err := p.Subscription(t.Context(), customer)
	must(err)
	must(p.ChangePlan(t.Context(), s.ID, "professional"))
	says("upgraded, to a price that is not known yet", 1, "professional<starter", "starter<", "starter<")
	must(p.ChangePlan(t.Context(), s.ID, "starter"))
	fake.Advance(fake.Now().AddDate(0, 1, 1))
	says("a cheaper one, from its next period", 1, "starter<", "professional<starter", "starter<", "starter<")
	fake.PriceElsewhere(customer)
	fake.Advance(fake.Now().AddDate(0, 1, 0))
	says("of another price of the account", 1, "<", "starter<", "professional<starter", "starter<", "starter<")

	fake.Down(true)
	fake.Advance(fake.Now().Add(2 * time.Hour))
	if _, err := p.Invoices(t.Context(), customer); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("while the provider is down: %v", err)
	}
}

// The line of a plan counts wherever it stands among those of an invoice.
func TestInvoicesOfManyLines(t *testing.T) {
	fake := stripetest.New(t, noon)
	to, err := url.Parse(fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	down := false
	proxy := httputil.NewSingleHostReverseProxy(to)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down && strings.HasSuffix(r.URL.Path, "/lines") {
			w.Header().Set("Stripe-Should-Retry", "false")
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	p, err := stripe.New(stripe.Options{Key: stripetest.Key, Base: web.URL, Now: fake.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = p.Setup(t.Context(), projectr.Plans); err != nil {
		t.Fatal(err)
	}
	customer, err := p.Customer(t.Context(), projectr.Org{ID: "org_1", Name: "Acme"}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	page, err := p.Checkout(t.Context(), projectr.Checkout{Org: "org_1", Customer: customer, Plan: "starter", Done: "https://x", Back: "https://x"})
	if err == nil {
		err = fake.CompleteCheckout(page)
	}
	if err != nil {
		t.Fatal(err)
	}
	fake.Extras(customer, 230) // of which an invoice shows ten, and a page a hundred
	fake.Advance(noon.AddDate(0, 1, 0))
	for _, c := range []struct {
		when string
		down bool
		want string
	}{{"all lines", false, "starter<"}, {"lines that cannot be listed name no plan", true, "<"}} {
		down = c.down
		if got := fors(t, p, customer); !slices.Equal(got, []string{c.want, "starter<"}) {
			t.Errorf("%s: %q, want %q first", c.when, got, c.want)
		}
	}
	if invoices, err := p.Invoices(t.Context(), customer); err != nil || invoices[0].Paid != 49_00+230_00 {
		t.Errorf("what was paid waits for lines: %+v, %v", invoices, err)
	}
}

// Invoices are told also while prices cannot be listed, without their plans as far as those
// are not known; the next call asks again.
func TestInvoicesWithoutPrices(t *testing.T) {
	down, asked, price, listed := true, 0, "price_s", `{"id":"price_s","metadata":{"projectr_plan":"starter"}},{"id":"price_p","metadata":{"projectr_plan":"professional"}}`
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/v1/prices":
			_, _ = fmt.Fprintf(w, `{"object":"list","data":[{"id":"in_1","object":"invoice","total":4900,"lines":{"object":"list","data":[{"amount":4900,"period":{"start":1,"end":2},"pricing":{"price_details":{"price":%q}}}]}}]}`, price)
		case down:
			w.Header().Set("Stripe-Should-Retry", "false")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"error":{"type":"api_error","message":"down"}}`)
		default:
			asked++
			_, _ = fmt.Fprintf(w, `{"object":"list","data":[%s]}`, listed)
		}
	}))
	t.Cleanup(web.Close)
	now := noon
	p, err := stripe.New(stripe.Options{Key: "sk_test_x", Base: web.URL, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	says := func(when string, lists int, want string) {
		t.Helper()
		asked = 0
		if got := fors(t, p, "cus_1"); !slices.Equal(got, []string{want}) || asked != lists {
			t.Errorf("%s: %q and prices listed %d times, want %q and %d", when, got, asked, want, lists)
		}
	}
	says("no prices", 0, "<")
	says("no prices still", 0, "<")
	down = false
	says("prices at the next call", 1, "starter<")
	says("kept", 0, "starter<")
	down, now = true, now.Add(2*time.Hour)
	says("too old, and no prices", 0, "starter<")
	price = "price_n"
	says("a new one, and no prices", 0, "<")
	price, down = "price_s", false
	listed = `{"id":"price_p","metadata":{"projectr_plan":"professional"}}`
	says("not listed any more", 1, "starter<")
	listed, now = `{"id":"price_s","metadata":{}}`, now.Add(2*time.Hour)
	says("taken off its plan", 1, "<")
}

// What lines may look like that are not ours to make.
func TestWhatLinesOfAnInvoiceSay(t *testing.T) {
	line := func(price string, cents, from int, parent string) string {
		return fmt.Sprintf(`{"object":"line_item","amount":%d,"period":{"start":%d,"end":99},"parent":%s,"pricing":{"type":"price_details","price_details":{"price":%s,"product":"prod"}}}`, cents, from, parent, price)
	}
	const (
		starter, pro, top, else_ = `"price_s"`, `"price_p"`, `"price_e"`, `"price_x"`

		whole = `{"type":"subscription_item_details","subscription_item_details":{"proration":false}}`
		part  = `{"type":"subscription_item_details","subscription_item_details":{"proration":true}}`
		item  = `{"type":"invoice_item_details","invoice_item_details":{"proration":true}}`
		hand  = `{"type":"invoice_item_details","invoice_item_details":{"proration":false}}`
	)
	for _, c := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"no lines", nil, "<"},
		{"a plan", []string{line(starter, 4900, 1, whole)}, "starter<"},
		{"a price that is written out", []string{line(`{"id":"price_s","object":"price"}`, 4900, 1, whole)}, "starter<"},
		{"a trial", []string{line(starter, 0, 1, whole)}, "starter<"},
		{"something else", []string{line(else_, 500, 1, whole)}, "<"},
		{"a price that is listed nowhere", []string{line(`"price_y"`, 500, 1, whole)}, "<"},
		{"something else beside a plan", []string{line(else_, 500, 1, whole), line(pro, 14900, 1, whole), line(else_, 700, 2, whole)}, "professional<"},
		{"no pricing", []string{`{"amount":4900,"period":{"start":1,"end":2}}`, `{"amount":4900,"pricing":{"type":"price_details"}}`}, "<"},
		{"no period", []string{`{"amount":4900,"pricing":{"price_details":{"price":"price_s"}}}`}, "<"},
		{"an upgrade", []string{line(starter, -3200, 5, part), line(pro, 14900, 5, whole)}, "professional<starter"},
		{"an upgrade by invoice items, the other way round", []string{line(pro, 14900, 5, whole), line(starter, -3200, 5, item)}, "professional<starter"},
		{"an upgrade within the period", []string{line(starter, -3200, 5, part), line(pro, 9800, 5, part)}, "professional<starter"},
		{"that, billed with the next period", []string{line(starter, -3200, 5, part), line(pro, 9800, 5, part), line(pro, 14900, 30, whole)}, "professional<starter"},
		{"two changes in one period", []string{line(pro, -9000, 7, part), line(top, 20000, 7, part), line(starter, -3200, 5, part), line(pro, 9800, 5, part)}, "enterprise<starter"},
		{"there and back", []string{line(starter, -3200, 5, part), line(pro, 9800, 5, part), line(pro, -9000, 7, part), line(starter, 3000, 7, part)}, "starter<"},
		{"a downgrade at once", []string{line(pro, -9800, 5, part), line(starter, 3200, 5, part)}, "starter<professional"},
		{"another price of the same plan", []string{line(starter, -3200, 5, part), line(`"price_s2"`, 5900, 5, whole)}, "starter<"},
		{"a correction by hand", []string{line(starter, 4900, 1, whole), line(pro, -100, 0, hand)}, "starter<"},
		{"nothing but a credit", []string{line(starter, -3200, 5, part)}, "<"},
		{"nothing left to credit", []string{line(starter, 0, 5, part), line(pro, 14900, 5, whole)}, "professional<"},
	} {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v1/prices" {
				_, _ = io.WriteString(w, `{"object":"list","data":[{"id":"price_s","metadata":{"projectr_plan":"starter"}},{"id":"price_s2","metadata":{"projectr_plan":"starter"}},{"id":"price_p","metadata":{"projectr_plan":"professional"}},{"id":"price_e","metadata":{"projectr_plan":"enterprise"}},{"id":"price_x","metadata":{}}]}`)
				return
			}
			_, _ = fmt.Fprintf(w, `{"object":"list","data":[{"id":"in_1","object":"invoice","lines":{"object":"list","data":[%s]}}]}`, strings.Join(c.lines, ","))
		}))
		if got := fors(t, account(t, stripe.Options{Key: "sk_test_x", Base: web.URL}), "cus_1"); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		web.Close()
	}
}
