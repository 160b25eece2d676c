package stripe_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/stripe"
	"projectr/stripe/stripetest"
)

// requests are those that the package makes, by the call of Stripe's library.
var requests = map[string]string{
	"V1BillingMeterEvents.Create":          "POST /v1/billing/meter_events",
	"V1BillingMeters.Create":               "POST /v1/billing/meters",
	"V1BillingMeters.List":                 "GET /v1/billing/meters",
	"V1BillingPortalConfigurations.Create": "POST /v1/billing_portal/configurations",
	"V1BillingPortalConfigurations.List":   "GET /v1/billing_portal/configurations",
	"V1BillingPortalSessions.Create":       "POST /v1/billing_portal/sessions",
	"V1Charges.List":                       "GET /v1/charges",
	"V1CreditNotes.List":                   "GET /v1/credit_notes",
	"V1Disputes.List":                      "GET /v1/disputes",
	"V1CheckoutSessions.Create":            "POST /v1/checkout/sessions",
	"V1CheckoutSessions.Expire":            "POST /v1/checkout/sessions/x",
	"V1CheckoutSessions.List":              "GET /v1/checkout/sessions",
	"V1Customers.Create":                   "POST /v1/customers",
	"V1Customers.Retrieve":                 "GET /v1/customers/x",
	"V1Invoices.CreatePreview":             "POST /v1/invoices/create_preview",
	"V1Invoices.Pay":                       "POST /v1/invoices/x/pay",
	"V1Invoices.List":                      "GET /v1/invoices",
	"V1Invoices.ListLines":                 "GET /v1/invoices/x/lines",
	"V1Prices.Create":                      "POST /v1/prices",
	"V1Prices.List":                        "GET /v1/prices",
	"V1Products.Create":                    "POST /v1/products",
	"V1Products.Retrieve":                  "GET /v1/products/x",
	"V1SubscriptionSchedules.Create":       "POST /v1/subscription_schedules",
	"V1SubscriptionSchedules.Release":      "POST /v1/subscription_schedules/x/release",
	"V1SubscriptionSchedules.Retrieve":     "GET /v1/subscription_schedules/x",
	"V1SubscriptionSchedules.Update":       "POST /v1/subscription_schedules/x",
	"V1Subscriptions.Cancel":               "DELETE /v1/subscriptions/x",
	"V1Subscriptions.List":                 "GET /v1/subscriptions",
	"V1Subscriptions.Resume":               "POST /v1/subscriptions/x/resume",
	"V1Subscriptions.Retrieve":             "GET /v1/subscriptions/x",
	"V1Subscriptions.Update":               "POST /v1/subscriptions/x",
}

// shapes stands before stripe-mock, which holds each request against Stripe's OpenAPI
// description, and notes what it says. What stripe-mock cannot know it adds: whose price
// is whose, which charge was for which invoice, that a product is missing, and by the name of
// a subscription or customer whether it is dear, scheduled or ends.
type shapes struct {
	*httputil.ReverseProxy
	mu   sync.Mutex
	said map[string][]string // of each request
}

var (
	named  = regexp.MustCompile(`^(\w+ /v1/(products|subscriptions|subscription_schedules|customers|checkout/sessions))/[^/]+(/release|/resume)?.*`)
	lines  = regexp.MustCompile(`^(\w+ /v1/invoices)/[^/]+/(lines|pay)$`)
	plain  = regexp.MustCompile(`"metadata":\s*(\{\}|null)`)
	cents  = regexp.MustCompile(`"unit_amount":\s*\d+`)
	ends   = regexp.MustCompile(`"cancel_at_period_end":\s*true`)
	endAt  = regexp.MustCompile(`"cancel_at":\s*\d+`)
	active = regexp.MustCompile(`"status":\s*"active"`)
	noWay  = regexp.MustCompile(`"default_payment_method":\s*null`)
	tried  = regexp.MustCompile(`"trial_end":\s*(null|\d+)`)
	free   = regexp.MustCompile(`"schedule":\s*null`)
)

func (s *shapes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/v1/products/") {
		rec := httptest.NewRecorder()
		s.ReverseProxy.ServeHTTP(rec, r)
		s.note(r, rec.Code, rec.Body.String())
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":{"code":"resource_missing","type":"invalid_request_error"}}`)
		return
	}
	s.ReverseProxy.ServeHTTP(w, r)
}

func (s *shapes) note(r *http.Request, status int, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	call := lines.ReplaceAllString(named.ReplaceAllString(r.Method+" "+r.URL.Path, "$1/x$3"), "$1/x/$2")
	said := ""
	if status != http.StatusOK {
		said = fmt.Sprint(status, " ", body)
	}
	s.said[call] = append(s.said[call], said)
}

// mock starts stripe-mock, which PROJECTR_STRIPE_MOCK names.
func mock(t *testing.T) (*shapes, string) {
	t.Helper()
	program := os.Getenv("PROJECTR_STRIPE_MOCK")
	if program == "" {
		t.Skip("PROJECTR_STRIPE_MOCK names no stripe-mock: make test installs one into bin")
	}
	l := httptest.NewServer(nil)
	addr := l.Listener.Addr().String()
	l.Close()
	var log bytes.Buffer
	cmd := exec.Command(program, "-http-addr", addr)
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	up := false
	for range 300 {
		if r, err := http.Get("http://" + addr + "/"); err == nil {
			r.Body.Close()
			up = true
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if !up {
		t.Fatal("stripe-mock does not answer")
	}
	s := &shapes{ReverseProxy: httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: addr}), said: map[string][]string{}}
	s.ModifyResponse = func(r *http.Response) error {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			return err
		}
		if !strings.HasPrefix(r.Request.URL.Path, "/v1/products/") {
			s.note(r.Request, r.StatusCode, string(body))
		}
		switch r.Request.Method + " " + r.Request.URL.Path {
		case "GET /v1/invoices":
			body = []byte(`{"object":"list","data":[{"id":"in_1","object":"invoice","amount_paid":4900,"post_payment_credit_notes_amount":100,"lines":{"object":"list","has_more":true,"data":[{"object":"line_item","amount":4900,"pricing":{"type":"price_details","price_details":{"price":"price_1"}}}]},"payments":{"object":"list","data":[{"payment":{"type":"charge","charge":"ch_1"}}]}}]}`)
		case "GET /v1/charges":
			body = []byte(`{"object":"list","data":[{"id":"ch_1","object":"charge","amount_refunded":100,"disputed":true}]}`)
		}
		body = bytes.ReplaceAll(body, []byte(`"mode":"payment"`), []byte(`"mode":"subscription"`))
		about := r.Request.URL.String()
		plan, price := "starter", "39"
		if strings.Contains(about, "professional") || strings.Contains(about, "dear") {
			plan, price = "professional", "139"
		}
		body = plain.ReplaceAll(body, []byte(`"metadata":{"projectr_plan":"`+plan+`"}`))
		body = cents.ReplaceAll(body, []byte(`"unit_amount":`+price+`00`))
		body = endAt.ReplaceAll(body, []byte(`"cancel_at":null`))
		if !strings.Contains(about, "ends") {
			body = ends.ReplaceAll(body, []byte(`"cancel_at_period_end":false`))
		}
		if strings.Contains(about, "paused") {
			body = active.ReplaceAll(body, []byte(`"status":"paused"`))
			body = tried.ReplaceAll(body, []byte(`"trial_end":4102444800`))
			body = noWay.ReplaceAll(body, []byte(`"default_payment_method":"pm_1"`))
		}
		if strings.Contains(about, "unpaid") {
			body = active.ReplaceAll(body, []byte(`"status":"incomplete"`))
		}
		if strings.Contains(about, "scheduled") {
			body = free.ReplaceAll(body, []byte(`"schedule":"sub_sched_1"`))
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Length", fmt.Sprint(len(body)))
		return nil
	}
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return s, web.URL
}

// TestRequestsHaveStripesShape makes every request that the package makes, of stripe-mock.
func TestRequestsHaveStripesShape(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`client\.(V\d\w+\.\w+)\(`).FindAllSubmatch(b, -1) {
			made[string(m[1])] = true
		}
	}
	if got, want := slices.Sorted(maps.Keys(made)), slices.Sorted(maps.Keys(requests)); !slices.Equal(got, want) {
		t.Errorf("the package makes the calls %v, and the table has %v", got, want)
	}
	s, url := mock(t)
	p, err := stripe.New(stripe.Options{Key: "sk_test_123", WebhookSecret: "whsec_x", Base: url, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, back := t.Context(), "https://projectr.example/orgs/acme/billing"
	for name, call := range map[string]func() error{
		"set up": func() error { _, err := p.Setup(ctx, projectr.Plans); return err },
		"customer": func() error {
			_, err := p.Customer(ctx, projectr.Org{ID: "org_1", Name: "Acme"}, "jo@acme.example", "")
			return err
		},
		"subscription":                   func() error { _, err := p.Subscription(ctx, "cus_1"); return err },
		"subscription that is to change": func() error { _, err := p.Subscription(ctx, "cus_scheduled"); return err },
		"checkout": func() error {
			_, err := p.Checkout(ctx, projectr.Checkout{Org: "org_1", Customer: "cus_1", Plan: "starter", Done: back, Back: back})
			return err
		},
		"checkout in a trial": func() error {
			_, err := p.Checkout(ctx, projectr.Checkout{Org: "org_1", Customer: "cus_1", Plan: "starter", TrialEnd: time.Now().AddDate(0, 0, 9), Done: back, Back: back})
			return err
		},
		"portal":                            func() error { _, err := p.Portal(ctx, "cus_1", back); return err },
		"price of a change":                 func() error { _, err := p.PriceChange(ctx, "sub_1", "professional"); return err },
		"price of a change that is to come": func() error { _, err := p.PriceChange(ctx, "sub_dear", "starter"); return err },
		"change of plan":                    func() error { return p.ChangePlan(ctx, "sub_1", "professional") },
		"change of plan that is to come":    func() error { return p.ChangePlan(ctx, "sub_dear_scheduled", "starter") },
		"cancel":                            func() error { return p.Cancel(ctx, "sub_1_scheduled", true) },
		"take a cancel back":                func() error { return p.Cancel(ctx, "sub_ends", false) },
		"leave":                             func() error { return p.Leave(ctx, "cus_1") },
		"leave what was never paid":         func() error { return p.Leave(ctx, "cus_unpaid") },
		"known":                             func() error { _, err := p.Known(ctx, "cus_1"); return err },
		"go on":                             func() error { _, err := p.Resume(ctx, "sub_paused"); return err },
		"who pays":                          func() error { _, err := p.Payer(ctx, "cus_1", ""); return err },
		"how it is paid":                    func() error { _, err := p.Payer(ctx, "cus_1", "sub_1"); return err },
		"the next payment":                  func() error { _, err := p.Next(ctx, "sub_1"); return err },
		"invoices":                          func() error { _, err := p.Invoices(ctx, "cus_1"); return err },
		"use": func() error {
			return p.Meter(ctx, projectr.MeterEvent{ID: "org_1-2026-03-04-0", Meter: projectr.AIMeter, Customer: "cus_1", Amount: 1234, At: time.Now()})
		},
	} {
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for call, path := range requests {
		if len(s.said[path]) == 0 {
			t.Errorf("%s was not made: %s", call, path)
		}
		for _, said := range s.said[path] {
			if said != "" {
				t.Errorf("%s: %s", path, said)
			}
		}
	}
	if len(s.said) != len(requests) {
		t.Errorf("requests that the table does not have: %v", slices.Sorted(maps.Keys(s.said)))
	}
	// It does look: what is not Stripe's is refused.
	for body, want := range map[string]int{"name=Acme": http.StatusOK, "name=Acme&colour=blue": http.StatusBadRequest} {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v1/customers", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer sk_test_123")
		r.Header.Set("Stripe-Version", stripetest.Version)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", body, answer.StatusCode, want)
		}
	}
}
