package api

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/ingest"
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

// reader is a model whose mails cost half a dollar each, or nobody knows what.
type reader struct{ ingest.Model }

func (reader) Estimate(extract.Input) extract.Estimate {
	return extract.Estimate{Model: "dear", Calls: 1, Likely: projectr.Tokens{Input: 1000}}
}

func (reader) Costs(models []string, _ projectr.Tokens) []projectr.ModelPrice {
	micro := int64(500_000)
	out := []projectr.ModelPrice{{Model: "dear", MailMicro: &micro}}
	for i, m := range models {
		out = append(out[:i], projectr.ModelPrice{Model: m})
		if m == "dear" {
			out[i].MailMicro = &micro
		}
	}
	return out
}

// A change of what reads the mail is told its price, and is saved above the amount only
// when somebody has accepted that. All else is saved as before.
func TestWhatReadsIsPricedBeforeItIsSaved(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	ask := func(body string) projectr.SettingsPrice {
		t.Helper()
		return send[projectr.SettingsPrice](dana, "POST", "/orgs/acme/settings/price", body)
	}
	if p := ask(`{"extractor":"model"}`); p.Proposed.Extractor != "rules" || p.AskAgain || *p.LikelyMicro != 0 {
		t.Errorf("where there is no model: %+v", p)
	}
	h.road.Model = reader{}
	p := ask(`{"extractor":"model"}`)
	if p.Received == 0 || p.LikelyMicro == nil || *p.LikelyMicro != p.Proposed.Mails*500_000 || !p.AskAgain || p.AskAbove != 5_000_000 {
		t.Fatalf("%+v", p)
	}
	if s := get[projectr.Settings](dana, "/orgs/acme/settings"); s.Extractor != "rules" {
		t.Fatalf("asking for the price changed the settings: %+v", s)
	}
	enough := fmt.Sprint(*p.LikelyMicro)
	for _, c := range []struct {
		body string
		want int
		says string
	}{
		{`{"extractor":"oracle"}`, 422, "by rules or by a model"},
		{`{"extractor":"model"}`, 409, fmt.Sprintf("likely to cost $%d.%02d a month", *p.LikelyMicro/1_000_000, *p.LikelyMicro%1_000_000/10_000)},
		{`{"extractor":"model","accepted_micro_usd":1}`, 409, "accepted_micro_usd"},
		{`{"extractor":"model","accepted_micro_usd":-1}`, 422, ""},
		{`{"extractor":"model","ask_above_micro_usd":10000000000}`, 409, "accept it"}, // by the amount as it is
		{`{"file_from":70,"no_ai_words":["x-ray"]}`, 200, ""},
		{`{"extractor":"rules"}`, 200, ""},
		{`{"extractor":"rules","models":["new"]}`, 200, ""}, // which does not read
		{`{"extractor":"model"}`, 200, ""},                  // nobody knows what it costs; where there is a budget it is not asked
		{`{"extractor":"model","models":["new"]}`, 200, ""}, // as it is
		{`{"models":["newer"]}`, 200, ""},
		{`{"models":["dear"]}`, 409, "likely to cost"}, // what it cost before is not known
		{`{"models":["dear"],"accepted_micro_usd":` + enough + `}`, 200, ""},
		{`{"models":["dear","new"]}`, 200, ""}, // only asked when the other does not answer
		{`{"models":["new","dear"]}`, 200, ""},
		{`{"extractor":"rules","models":[]}`, 200, ""},
		{`{"extractor":"model","accepted_micro_usd":` + enough + `}`, 200, ""},
		{`{"models":["dear"]}`, 200, ""}, // as dear
	} {
		before := get[projectr.Settings](dana, "/orgs/acme/settings")
		w := dana.do("PATCH", "/orgs/acme/settings", c.body)
		if w.Code != c.want || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
		}
		if after := get[projectr.Settings](dana, "/orgs/acme/settings"); c.want != 200 && !reflect.DeepEqual(before, after) {
			t.Errorf("%s was refused, and changed the settings: %+v", c.body, after)
		}
	}
	if w := dana.do("POST", "/orgs/acme/settings/price", `{"models":["a b"]}`); w.Code != 422 {
		t.Errorf("the price of what cannot be: %d %s", w.Code, w.Body)
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
