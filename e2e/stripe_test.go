package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"projectr/stripe/stripetest"
)

// What an operator does at Stripe happens once, however often it is asked for.
func TestStripeIsSetUpOnce(t *testing.T) {
	fake := stripetest.New(t, time.Now())
	s := New(t)
	s.More = []string{"PROJECTR_STRIPE_SECRET_KEY=" + stripetest.Key, "PROJECTR_STRIPE_WEBHOOK_SECRET=" + stripetest.Secret, "PROJECTR_STRIPE_API_BASE=" + fake.URL}
	for i, want := range []int{4, 0} {
		before := fake.Has()
		out, errs, code := s.Run("--json", "stripe", "setup")
		var is struct{ Made []string }
		if err := json.Unmarshal([]byte(out), &is); code != 0 || err != nil || len(is.Made) != want {
			t.Errorf("setup %d: exit %d, %s %s", i+1, code, out, errs)
		}
		if i > 0 && fake.Has() != before {
			t.Errorf("setup %d changed %q to %q", i+1, before, fake.Has())
		}
	}
	onboard := []string{"onboard", "--stripe", "--name", "Acme", "--address", "acme", "--admin-email", "jo@acme.example", "--admin-name", "Jo", "--trial-days", "14"}
	out, errs, code := s.Run(onboard...)
	if code != 0 || !strings.Contains(out, "Stripe customer") || !strings.Contains(out, "made") || strings.Contains(out, "not made") {
		t.Errorf("onboard: exit %d, %s %s", code, out, errs)
	}
	before := fake.Has()
	if !strings.Contains(before, "1 customers") {
		t.Errorf("the provider has %s", before)
	}
	out, errs, code = s.Run(onboard...)
	if code != 1 || strings.Count(strings.TrimSpace(errs), "\n") > 0 || fake.Has() != before {
		t.Errorf("onboard again: exit %d, %s %s; the provider has %s", code, out, errs, fake.Has())
	}
	out, errs, code = s.Run("stripe", "use")
	if code != 0 || !strings.Contains(out, "has been told of all use") {
		t.Errorf("use: exit %d, %s %s", code, out, errs)
	}
	if _, errs, code = s.Run("stripe", "retry", "--org", "acme", "use-1"); code != 1 || !strings.Contains(errs, "is stuck") {
		t.Errorf("retry: exit %d, %s", code, errs)
	}

	// A subscription says which plan is had, and not the operator until it has ended.
	s.Start()
	globex := s.Onboard("globex")
	status, body := globex.Request("POST", "/orgs/globex/subscription/checkout", map[string]string{"plan": "starter"})
	var page struct{ URL string }
	if err := json.Unmarshal(body, &page); err != nil || fake.CompleteCheckout(page.URL) != nil {
		t.Fatalf("checkout: %d %s", status, body)
	}
	_, errs, code = s.Run("org", "plan", "globex", "enterprise")
	if code != 1 || !strings.Contains(errs, "in Plan & billing") || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
		t.Errorf("another plan beside a subscription: exit %d, %s", code, errs)
	}
	// Without Stripe's key it cannot be asked: the next event would take the plan back.
	keys := s.More
	s.More = nil
	if _, errs, code = s.Run("org", "plan", "globex", "enterprise"); code != 1 || !strings.Contains(errs, "PROJECTR_STRIPE_SECRET_KEY") || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
		t.Errorf("another plan beside a subscription that cannot be asked about: exit %d, %s", code, errs)
	}
	if _, errs, code = s.Run("org", "delete", "globex", "--yes"); code != 1 || !strings.Contains(errs, "PROJECTR_STRIPE_SECRET_KEY") || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
		t.Errorf("one that pays deleted where that cannot be ended: exit %d, %s", code, errs)
	}
	if out, errs, code = s.Run("org", "plan", "globex", "enterprise", "--yes"); code != 0 || !strings.Contains(out, "enterprise") {
		t.Errorf("another plan where Stripe is used no more: exit %d, %s %s", code, out, errs)
	}
	s.More = keys
	if _, _, code = s.Run("org", "plan", "globex", "enterprise"); code != 1 {
		t.Errorf("another plan beside a subscription: exit %d", code)
	}
	if out, _, _ = s.Run("org", "show", "globex"); !strings.Contains(out, "starter") {
		t.Errorf("the subscription is of starter: %s", out)
	}
	if _, _, code := s.Run("org", "plan", "acme", "enterprise"); code != 0 {
		t.Errorf("another plan of who has no subscription: exit %d", code)
	}
	for _, e := range fake.Events() {
		if id, of, ok := strings.Cut(string(e.Body), `"customer":"`); ok && id != "" {
			customer, _, _ := strings.Cut(of, `"`)
			fake.CancelNow(customer)
		}
	}
	if out, errs, code = s.Run("org", "plan", "globex", "enterprise"); code != 0 || !strings.Contains(out, "enterprise") {
		t.Errorf("another plan after the end: exit %d, %s %s", code, out, errs)
	}

	// Half of what payment needs is refused at the start, in one sentence.
	for _, c := range []struct{ without, want string }{
		{"PROJECTR_STRIPE_WEBHOOK_SECRET=", "PROJECTR_STRIPE_SECRET_KEY needs PROJECTR_STRIPE_WEBHOOK_SECRET"},
		{"PROJECTR_STRIPE_SECRET_KEY=", "PROJECTR_STRIPE_WEBHOOK_SECRET is of no use without"},
	} {
		_, errs, code := s.serveOnce(append(s.Env(), c.without))
		if code != 1 || !strings.HasPrefix(errs, c.want) || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
			t.Errorf("%s exit %d, %s", c.without, code, errs)
		}
	}
}
