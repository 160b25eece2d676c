package stripe_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/stripe"
	"projectr/stripe/stripetest"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func now() time.Time { return noon }

func account(t *testing.T, o stripe.Options) *stripe.Payments {
	t.Helper()
	o.Now = now
	p, err := stripe.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func event(version, object string, live bool) []byte {
	return fmt.Appendf(nil, `{"id":"evt_1","object":%q,"api_version":%q,"created":1,"livemode":%v,"type":"invoice.paid","data":{"object":{"object":"invoice","customer":"cus_1","note":"é"}}}`, object, version, live)
}

// TestWhoseWebhookItIs are the rows of T-10: what is signed, when and by what.
func TestWhoseWebhookItIs(t *testing.T) {
	const secret, version = "whsec_a", stripetest.Version
	body := event(version, "event", false)
	at := func(d time.Duration) string { return fmt.Sprint(noon.Add(d).Unix()) }
	t0 := at(0)
	mac := stripetest.MAC(t0, body, secret)
	signed := func(b []byte, d time.Duration) string { return stripetest.Sign(b, secret, noon.Add(d)) }
	test, live := account(t, stripe.Options{Key: "sk_test_x", WebhookSecret: secret}), account(t, stripe.Options{Key: "rk_live_x", WebhookSecret: secret})
	rolled := stripetest.MAC(t0, body, "whsec_old")
	for _, c := range []struct {
		name   string
		in     *stripe.Payments
		body   []byte
		header string
		ok     bool
	}{
		{"as it is", test, body, signed(body, 0), true},
		{"the time last", test, body, "v1=" + mac + ",t=" + t0, true},
		{"two signatures, the second right", test, body, "t=" + t0 + ",v1=" + rolled + ",v1=" + mac, true},
		{"two signatures, the first right", test, body, "t=" + t0 + ",v1=" + mac + ",v1=" + rolled, true},
		{"with a v0 beside", test, body, "t=" + t0 + ",v1=" + mac + ",v0=" + rolled, true},
		{"with a scheme there will be", test, body, "t=" + t0 + ",v2=zz,v1=" + mac, true},
		{"with a signature that is no hexadecimal beside", test, body, "t=" + t0 + ",v1=zz,v1=" + mac, true},
		{"in upper case", test, body, "t=" + t0 + ",v1=" + strings.ToUpper(mac), true},
		{"five minutes old", test, body, signed(body, -stripe.Tolerance), true},
		{"five minutes ahead", test, body, signed(body, stripe.Tolerance), true},
		{"live, where we are", live, event(version, "event", true), signed(event(version, "event", true), 0), true},
		{"a later version of the same train", test, event("2026-09-01.dahlia", "event", false), signed(event("2026-09-01.dahlia", "event", false), 0), true},
		{"of an account whose version is an old one", test, event("2020-08-27", "event", false), signed(event("2020-08-27", "event", false), 0), true},
		{"of an account whose version is a newer train", test, event("2026-09-30.endive", "event", false), signed(event("2026-09-30.endive", "event", false), 0), true},

		{"no header", test, body, "", false},
		{"blanks", test, body, "  ", false},
		{"v0 alone", test, body, "t=" + t0 + ",v0=" + mac, false},
		{"no time", test, body, "v1=" + mac, false},
		{"no signature", test, body, "t=" + t0, false},
		{"an empty signature", test, body, "t=" + t0 + ",v1=", false},
		{"half a signature", test, body, "t=" + t0 + ",v1=" + mac[:32], false},
		{"a time in words", test, body, "t=today,v1=" + mac, false},
		{"two times", test, body, "t=" + at(-time.Hour) + ",t=" + t0 + ",v1=" + mac, false},
		{"another time than was signed", test, body, "t=" + at(time.Second) + ",v1=" + mac, false},
		{"another key", test, body, "t=" + t0 + ",v1=" + rolled, false},
		{"six minutes old", test, body, signed(body, -stripe.Tolerance-time.Second), false},
		{"six minutes ahead", test, body, signed(body, stripe.Tolerance+time.Second), false},
		{"a year ahead", test, body, signed(body, 365*24*time.Hour), false},
		{"a body written anew", test, []byte(strings.ReplaceAll(string(body), `"é"`, `"\u00e9"`)), signed(body, 0), false},
		{"a body with another end", test, append(append([]byte{}, body...), '\n'), signed(body, 0), false},
		{"a body with another amount", test, []byte(strings.Replace(string(body), "cus_1", "cus_2", 1)), signed(body, 0), false},
		{"no body", test, nil, signed(body, 0), false},
		{"live in test mode", test, event(version, "event", true), signed(event(version, "event", true), 0), false},
		{"a test in live mode", live, body, signed(body, 0), false},
		{"signed, and no JSON", test, []byte("hello"), signed([]byte("hello"), 0), false},
		{"signed, and no event", test, event(version, "customer", false), signed(event(version, "customer", false), 0), false},
		{"signed, and empty", test, []byte(`{"object":"event","api_version":"` + version + `"}`), signed([]byte(`{"object":"event","api_version":"`+version+`"}`), 0), false},
		{"signed by nothing, where no secret is set", account(t, stripe.Options{Key: "sk_test_x"}), body, stripetest.Sign(body, "", noon), false},
	} {
		e, err := c.in.Event(c.body, c.header)
		switch {
		case c.ok && (err != nil || e != (projectr.PaymentEvent{ID: "evt_1", Type: "invoice.paid", Customer: "cus_1"})):
			t.Errorf("%s: %+v, %v", c.name, e, err)
		case !c.ok && (projectr.KindOf(err) != projectr.Invalid || e != projectr.PaymentEvent{}):
			t.Errorf("%s: %+v, %v", c.name, e, err)
		}
	}
}

// FuzzEvent looks for a header or a body that is taken though nobody signed it, or that
// ends the program.
func FuzzEvent(f *testing.F) {
	body := event(stripetest.Version, "event", false)
	f.Add(body, stripetest.Sign(body, "whsec_other", noon))
	f.Add([]byte("{}"), "t=1,v1=00,v1")
	p, err := stripe.New(stripe.Options{Key: "sk_test_x", WebhookSecret: "whsec_a", Now: now})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		if e, err := p.Event(body, header); err == nil {
			t.Errorf("taken: %+v", e)
		}
	})
}

// A change that is to come leaves what else is agreed as it is, in both of its phases: what else
// is sold, for how many, taxed how, and what is taken off of one item or of all.
func TestAChangeThatIsToComeKeepsWhatIsAgreed(t *testing.T) {
	const dear = `{"id":"price_dear","object":"price","currency":"usd","unit_amount":14900,"recurring":{"interval":"month","interval_count":1},"metadata":{"projectr_plan":"professional"}}`
	answers := map[string]string{
		"GET /v1/prices":              `{"object":"list","data":[{"id":"price_cheap","object":"price","currency":"usd","unit_amount":4900,"recurring":{"interval":"month","interval_count":1}}]}`,
		"GET /v1/subscriptions/sub_1": `{"id":"sub_1","object":"subscription","status":"active","items":{"object":"list","data":[{"id":"si_1","price":` + dear + `,"quantity":1,"current_period_end":2000000000}]}}`,
		"POST /v1/subscription_schedules": `{"id":"sub_sched_1","object":"subscription_schedule","phases":[{"start_date":1990000000,"end_date":2000000000,"discounts":[{"coupon":"all_off"}],"default_tax_rates":[{"id":"txr_all"}],
			"items":[{"price":"price_dear","quantity":1,"discounts":[{"discount":"di_1"},{"promotion_code":"promo_1"},{"coupon":"one_off"}],"tax_rates":[{"id":"txr_1"}]},{"price":"price_seat","quantity":7,"discounts":[]}]}]}`,
	}
	var asked url.Values
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/subscription_schedules/sub_sched_1" {
			_ = r.ParseForm()
			asked = r.Form
		}
		_, _ = w.Write([]byte(cmp.Or(answers[r.Method+" "+r.URL.Path], "{}")))
	}))
	t.Cleanup(web.Close)
	if err := account(t, stripe.Options{Key: "sk_test_x", Base: web.URL}).ChangePlan(t.Context(), "sub_1", "starter"); err != nil {
		t.Fatal(err)
	}
	for phase, price := range []string{"price_dear", "price_cheap"} {
		for name, want := range map[string]string{
			"[items][0][price]": price, "[items][0][quantity]": "1", "[items][0][tax_rates][0]": "txr_1",
			"[items][0][discounts][0][discount]": "di_1", "[items][0][discounts][1][promotion_code]": "promo_1", "[items][0][discounts][2][coupon]": "one_off",
			"[items][1][price]": "price_seat", "[items][1][quantity]": "7", "[discounts][0][coupon]": "all_off", "[default_tax_rates][0]": "txr_all",
		} {
			if got := asked.Get(fmt.Sprintf("phases[%d]%s", phase, name)); got != want {
				t.Errorf("phase %d: %s is %q, want %q", phase, name, got, want)
			}
		}
	}
}

// A customer that is not found is gone only where that is sure: it was deleted, or is one of
// the test mode that was left behind. With another key it may be there all the same.
func TestWhichCustomerIsGone(t *testing.T) {
	const none = `{"error":{"message":"No such customer: 'cus_1'%s","code":"resource_missing","type":"invalid_request_error"}}`
	for name, c := range map[string]struct {
		key, list, customer string
		gone                bool
	}{
		"deleted":                           {"sk_live_x", fmt.Sprintf(none, ""), `{"id":"cus_1","object":"customer","deleted":true}`, true},
		"of the test mode":                  {"sk_live_x", fmt.Sprintf(none, "; a similar object exists in test mode, but a live mode key was used to make this request."), "", true},
		"live, and a test key by mistake":   {"sk_test_x", fmt.Sprintf(none, "; a similar object exists in live mode, but a test mode key was used to make this request."), "", false},
		"of another account":                {"sk_live_x", fmt.Sprintf(none, ""), "", false},
		"there, and something else was not": {"sk_live_x", fmt.Sprintf(none, ""), `{"id":"cus_1","object":"customer"}`, false},
	} {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := c.list
			if r.URL.Path == "/v1/customers/cus_1" && c.customer != "" {
				body = c.customer
			} else {
				w.WriteHeader(http.StatusNotFound)
			}
			_, _ = w.Write([]byte(body))
		}))
		_, err := account(t, stripe.Options{Key: c.key, Base: web.URL}).Subscription(t.Context(), "cus_1")
		web.Close()
		if projectr.KindOf(err) != projectr.NotFound || (err == error(projectr.NoCustomer)) != c.gone {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestErrorsOfTheProvider(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   projectr.Kind
	}{
		{400, `{"error":{"message":"No","type":"invalid_request_error"}}`, projectr.Conflict},
		{401, `{"error":{"message":"Invalid API Key provided: sk_test_x"}}`, projectr.Unavailable},
		{402, `{"error":{"message":"Declined","type":"card_error"}}`, projectr.Conflict},
		{404, `{"error":{"message":"No such customer","code":"resource_missing"}}`, projectr.NotFound},
		{200, `<html>`, projectr.Unavailable},
	} {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		_, err := account(t, stripe.Options{Key: "sk_test_x", Base: web.URL + "/"}).Subscription(t.Context(), "cus_1")
		web.Close()
		if projectr.KindOf(err) != c.want {
			t.Errorf("%d: %v", c.status, err)
		}
		var told *projectr.Error
		if told, _ = err.(*projectr.Error); told == nil || strings.Contains(told.Message, "sk_test") {
			t.Errorf("%d tells %v", c.status, err)
		}
	}
}
