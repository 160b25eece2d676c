package api

import (
	"strings"
	"testing"
	"time"

	"projectr"
)

func TestSettings(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	if s := get[projectr.Settings](dana, "/orgs/acme/settings"); s.Extractor != "rules" || s.FileFrom != 80 || s.NoAIWords == nil {
		t.Errorf("before anybody decided: %+v", s)
	}
	s := send[projectr.Settings](dana, "PATCH", "/orgs/acme/settings", `{"extractor":"model","no_ai_words":["attorney-client"],"no_ai_senders":["@LAW.example"]}`)
	if s.Extractor != "model" || len(s.NoAIWords) != 1 || s.NoAISenders[0] != "@law.example" || s.FileFrom != 80 {
		t.Errorf("decided: %+v", s)
	}
	s = send[projectr.Settings](dana, "PATCH", "/orgs/acme/settings", `{"no_ai_words":null,"file_from":90}`)
	if s.Extractor != "model" || len(s.NoAIWords) != 0 || s.FileFrom != 90 {
		t.Errorf("decided anew: %+v", s)
	}
	for _, body := range []string{`{"extractor":"oracle"}`, `{"file_from":20}`, `{"no_ai_senders":["jo"]}`, `{"models":["a b"]}`, `{"no_ai_words":["..."]}`} {
		if w := dana.do("PATCH", "/orgs/acme/settings", body); w.Code != 422 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}

// Who asks others for a second factor has one, and who has none is let in nowhere that
// asks for it, but keeps what is their own.
func TestRequireSecondFactor(t *testing.T) {
	h := open(t)
	dana, vic := h.signIn(h.acme.admin), h.signIn(h.acme.viewer)
	const on, off = `{"require_second_factor":true}`, `{"require_second_factor":false}`
	change := func(who client, body string) (int, string) {
		w := who.do("PATCH", "/orgs/acme/settings", body)
		return w.Code, w.Body.String()
	}
	if code, why := change(dana, on); code != 409 || !strings.Contains(why, "set one up in your security settings") {
		t.Errorf("by an admin without one: %d %s", code, why)
	}
	for _, body := range []string{on, off} {
		if code, why := change(h.withKey(h.acme.adminKey), body); code != 403 || !strings.Contains(why, "Only a person") {
			t.Errorf("%s by a key: %d %s", body, code, why)
		}
	}
	dana, _, _ = dana.withTOTP(t)
	h.clock.forward(time.Hour)
	if code, why := change(dana, on); code != 403 || !strings.Contains(why, "reauthenticate") {
		t.Errorf("without a recent proof: %d %s", code, why)
	}
	h.clock.forward(-time.Hour)
	if code, why := change(dana, on); code != 200 {
		t.Fatalf("by an admin with one: %d %s", code, why)
	}
	for _, c := range []struct {
		who  client
		path string
		want int
	}{
		{dana, "/orgs/acme", 200}, {vic, "/orgs/acme", 403}, {vic, "/orgs/acme/emails", 403}, {vic, "/me", 200}, {vic, "/me/factors", 200}, {vic, "/me/sessions", 200},
		{h.withKey(h.acme.viewerKey), "/orgs/acme", 200},
	} {
		w := c.who.do("GET", c.path, "")
		if w.Code != c.want {
			t.Errorf("GET %s: %d, not %d: %s", c.path, w.Code, c.want, w.Body)
		}
		if w.Code == 403 && (!strings.Contains(w.Body.String(), `"code":"second_factor_required"`) || !strings.Contains(w.Body.String(), "Turn on one-time codes")) {
			t.Errorf("GET %s does not say what to do: %s", c.path, w.Body)
		}
	}
	vic, _, _ = vic.withTOTP(t)
	if w := vic.do("GET", "/orgs/acme", ""); w.Code != 200 {
		t.Errorf("after setting one up: %d %s", w.Code, w.Body)
	}
	if code, why := change(dana, off); code != 200 {
		t.Errorf("turned off: %d %s", code, why)
	}
}

// What waits for a proof of who sent it is looked at again when the setting changes.
func TestRequireAuthentication(t *testing.T) {
	looks := 0
	h := open(t, func(c *Config) { c.Nudge = func() { looks++ } })
	dana := h.signIn(h.acme.admin)
	for i, body := range []string{`{"require_authentication":true}`, `{"require_authentication":false}`, `{"file_from":90}`} {
		s := send[projectr.Settings](dana, "PATCH", "/orgs/acme/settings", body)
		if s.RequireAuthentication != (i == 0) || looks != min(i+1, 2) {
			t.Errorf("%s: %+v after %d looks", body, s, looks)
		}
	}
}
