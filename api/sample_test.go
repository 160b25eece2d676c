package api

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A sample comes from the admin who asks, stands in the audit log, and cannot be asked
// for without end.
func TestSample(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	for range 5 {
		if w := dana.do("POST", "/orgs/acme/sample", ""); w.Code != 202 || w.Body.Len() != 0 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	want := string(h.acme.ID()) + " " + h.acme.admin.Email
	if len(h.samples) != 5 || slices.ContainsFunc(h.samples, func(s string) bool { return s != want }) {
		t.Errorf("sent %q", h.samples)
	}
	w := dana.do("POST", "/orgs/acme/sample", "")
	if w.Code != 429 || w.Header().Get("Retry-After") == "" || len(h.samples) != 5 {
		t.Errorf("the sixth: %d, sent %q", w.Code, h.samples)
	}
	if w := h.signIn(h.globex.admin).do("POST", "/orgs/globex/sample", ""); w.Code != 202 {
		t.Errorf("another organisation: %d %s", w.Code, w.Body)
	}
	h.clock.forward(10 * time.Minute)
	if w := dana.do("POST", "/orgs/acme/sample", ""); w.Code != 202 {
		t.Errorf("later: %d %s", w.Code, w.Body)
	}
	if w := dana.do("GET", "/orgs/acme/audit?action=mail.sample", ""); strings.Count(w.Body.String(), `"outcome":"done"`) != 6 {
		t.Errorf("the log: %s", w.Body)
	}
}
