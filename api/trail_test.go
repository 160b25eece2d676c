package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"projectr"
)

// atHome are the entries of the house's own audit log, newest first.
func (h *house) atHome(o projectr.Outcome) []projectr.AuditEntry {
	h.Helper()
	l, err := h.st.HouseAudit(h.Context(), projectr.AuditFilter{Outcome: o, Page: projectr.Page{Limit: 200}})
	h.must(err)
	return l.Items
}

// unnoted are the routes that may change something and whose call in the matrix
// changes nothing of the organisation.
var unnoted = map[string]bool{"see-project": true, "reread": true, "price-settings": true}

// Every route that may change something leaves one entry when it is done and one when
// it is refused, by door, body or id.
func TestEachRequestIsNotedOnce(t *testing.T) {
	h := open(t)
	admin, viewer := h.signIn(h.acme.admin), h.signIn(h.acme.viewer)
	for _, rt := range routes {
		if rt.may == "" || !unsafe(rt.method) {
			continue
		}
		if rt.id == "create-api-key" {
			admin = h.signIn(h.acme.admin) // it asks for a young proof
		}
		r := matrix[rt.id]
		path, body := r.path(h), ""
		if r.body != nil {
			body = r.body(h)
		}
		route := rt.method + " /api/v1" + rt.path
		check := func(what string, before []projectr.AuditEntry, o projectr.Outcome, want int, who projectr.User) {
			t.Helper()
			all := h.acme.noted(h, o)
			fresh := all[:len(all)-len(before)]
			if len(fresh) != want {
				t.Errorf("%s, %s: %d entries, not %d: %+v", route, what, len(fresh), want, fresh)
			}
			for _, e := range fresh {
				if e.Route != route || e.Request == "" || e.Actor.ID != string(who.ID) || e.Actor.Name != who.Name || e.Action == "" {
					t.Errorf("%s, %s: noted as %+v", route, what, e)
				}
			}
		}
		done, refused := h.acme.noted(h, projectr.WasDone), h.acme.noted(h, projectr.WasRefused)
		if r.viewer == 403 {
			viewer.do(rt.method, path, body)
			check("by a viewer", refused, projectr.WasRefused, 1, h.acme.viewer)
			refused = h.acme.noted(h, projectr.WasRefused)
		}
		if body != "" {
			if w := admin.do(rt.method, path, `{"no such field":1}`); w.Code != 422 {
				t.Errorf("%s with a field that is not known: %d", route, w.Code)
			}
			check("with a body that is wrong", refused, projectr.WasRefused, 1, h.acme.admin)
			refused = h.acme.noted(h, projectr.WasRefused)
		}
		if strings.Contains(rt.path, "/{id}") {
			unknown := strings.NewReplacer("{org}", "acme", "{id}", "em_nobody", "{n}", "2", "{start}", "0").Replace(rt.path)
			if w := admin.do(rt.method, unknown, body); w.Code != 404 {
				t.Errorf("%s of nobody: %d %s", route, w.Code, w.Body)
			}
			check("of what is not there", refused, projectr.WasRefused, 1, h.acme.admin)
			refused = h.acme.noted(h, projectr.WasRefused)
		}
		check("refused", done, projectr.WasDone, 0, h.acme.viewer)
		h.clock.forward(time.Minute) // refusals have room again
		want := 1
		if unnoted[rt.id] {
			want = 0
		}
		if w := admin.do(rt.method, path, body); w.Code != r.admin {
			t.Errorf("%s by an admin: %d", route, w.Code)
		}
		check("by an admin", done, projectr.WasDone, want, h.acme.admin)
		check("by an admin", refused, projectr.WasRefused, 0, h.acme.admin)
		if rt.id == "leave" {
			rejoined(h)
		}
	}
}

// Whoever may not even look is noted; who asks for a list with a wrong number is not.
func TestWhatIsReadIsNotedWhenItIsRefused(t *testing.T) {
	h := open(t)
	vic := h.signIn(h.acme.viewer)
	for path, want := range map[string]int{"/orgs/acme/audit": 1, "/orgs/acme/projects/pr_nobody": 1, "/orgs/acme/projects?limit=0": 0, "/orgs/acme/projects": 0} {
		before := len(h.acme.noted(h, ""))
		vic.do("GET", path, "")
		if n := len(h.acme.noted(h, "")) - before; n != want {
			t.Errorf("GET %s: %d entries, not %d", path, n, want)
		}
	}
}

// Another organisation's door that somebody knocks at is no matter of that organisation,
// nor of their own.
func TestForeignDoorsAreNotedInTheHouse(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	acme, globex := len(h.acme.noted(h, "")), len(h.globex.noted(h, ""))
	dana.do("GET", "/orgs/globex", "")
	h.withKey(h.acme.adminKey).do("DELETE", "/orgs/globex/senders/x", "")
	if a, g := len(h.acme.noted(h, "")), len(h.globex.noted(h, "")); a != acme || g != globex {
		t.Errorf("the organisations got %d and %d entries", a-acme, g-globex)
	}
	got := h.atHome(projectr.WasRefused)
	if len(got) != 2 || got[1].Actor.ID != string(h.acme.admin.ID) || got[1].Route != "GET /api/v1/orgs/{org}" || got[0].Actor.Kind != "key" {
		t.Errorf("the house noted %+v", got)
	}
}

// Strangers write nothing, however often they try; that they tried is kept.
func TestStrangersAreCounted(t *testing.T) {
	h := open(t)
	before := len(h.atHome(""))
	try := func(path, body, from string) {
		r := jsonRequest("POST", "/api/v1"+path, body)
		r.RemoteAddr = from
		ask(h, r)
	}
	for range 40 {
		try("/session", `{"email":"nobody@acme.example","password":"x"}`, "192.0.2.7:999")
		try("/orgs/acme/projects", `{"name":"X"}`, "192.0.2.9:999")
	}
	for i := range 300 {
		try("/session", `{"nope":1}`, fmt.Sprintf("10.%d.%d.1:999", i/250, i%250))
	}
	h.withKey("prj_nothing").do("GET", "/me", "")
	client{h: h}.do("GET", "/me", "") // a page that asks whether somebody is signed in
	client{h: h}.do("DELETE", "/session", "")
	if n := len(h.atHome("")); n != before {
		t.Fatalf("strangers made %d entries", n-before)
	}
	h.must(h.config.Trail.Flush(t.Context()))
	all := h.atHome(projectr.WasRefused)
	sum := map[string]int{}
	for _, e := range all {
		n := 1
		if e.Note != "once" {
			if _, err := fmt.Sscanf(e.Note, "%d times", &n); err != nil {
				t.Errorf("%q: %v", e.Note, err)
			}
		}
		sum[e.Action] += n
		if e.Actor.Kind != "nobody" || e.Actor.ID != "" {
			t.Errorf("a stranger is %+v", e.Actor)
		}
		if e.Target == "192.0.2.0/24" && e.Note != "40 times" {
			t.Errorf("%+v", e)
		}
	}
	if sum["sign-in"] != 340 || sum["create-project"] != 40 || sum["me"] != 1 || len(sum) != 3 {
		t.Errorf("counted %v", sum)
	}
	if len(all) > maxCrowds+len(routes) {
		t.Errorf("%d entries in one window", len(all))
	}
	h.must(h.config.Trail.Flush(t.Context()))
	if n := len(h.atHome(projectr.WasRefused)); n != len(all) {
		t.Errorf("noted twice: %d, then %d", len(all), n)
	}
}

// Who is refused without end fills no log.
func TestRefusalsHaveABound(t *testing.T) {
	h := open(t)
	vic := h.signIn(h.acme.viewer)
	for range maxRefused + 12 {
		if w := vic.do("POST", "/orgs/acme/projects", `{"name":"X"}`); w.Code != http.StatusForbidden {
			t.Fatal(w.Code)
		}
	}
	if n := len(h.acme.noted(h, projectr.WasRefused)); n != maxRefused {
		t.Errorf("%d entries, not %d", n, maxRefused)
	}
	h.clock.forward(time.Minute)
	h.must(h.config.Trail.Flush(t.Context()))
	all := h.acme.noted(h, projectr.WasRefused)
	if len(all) != maxRefused+1 || all[0].Target != "12 more requests within a minute" || all[0].Actor.ID != string(h.acme.viewer.ID) {
		t.Errorf("%d entries, the last %+v", len(all), all[0])
	}
	vic.do("POST", "/orgs/acme/projects", `{"name":"X"}`)
	if n := len(h.acme.noted(h, projectr.WasRefused)); n != maxRefused+2 {
		t.Errorf("a minute later: %d entries", n)
	}
}

// What somebody does about their own account is seen by their admins.
func TestSigningInIsNotedInEachOrganisation(t *testing.T) {
	h := open(t)
	h.must(h.globex.SaveMember(t.Context(), h.acme.viewer.ID, projectr.Viewer))
	vic := h.signIn(h.acme.viewer)
	vic.do("DELETE", "/session", "")
	for _, f := range []firm{h.acme, h.globex} {
		got := f.noted(h, "")[:2]
		for i, action := range []string{"sign-out", "sign-in"} {
			if e := got[i]; e.Action != action || e.Actor.ID != string(h.acme.viewer.ID) || e.Actor.Name != h.acme.viewer.Name {
				t.Errorf("%s: %+v", f.name, e)
			}
		}
	}
}

// What people do about their own account is noted once in the house, and what was done
// once in each organisation of theirs, by whom and on what.
func TestWhatPeopleDoAboutThemselvesIsNotedOnce(t *testing.T) {
	h := open(t)
	h.idp.people["vic9"] = projectr.Claims{Email: h.acme.viewer.Email, Verified: true, Name: "Vic"}
	c := h.signIn(h.acme.viewer)
	const other = `"quarry lake in autumn"`
	for _, x := range []struct {
		method, path, body string
		code               int
		action, target     string
	}{
		{"PATCH", "/me", `{"name":"Vic Two"}`, 200, "change-me", ""},
		{"PATCH", "/me", `{"name":""}`, 422, "change-me", ""},
		{"POST", "/session/confirm", `{"password":"` + password + `"}`, 204, "confirm-session", ""},
		{"POST", "/session/confirm", `{"password":"not the one there is"}`, 422, "confirm-session", ""},
		{"POST", "/me/password", `{"old":"` + password + `","password":` + other + `}`, 204, "change-password", ""},
		{"POST", "/me/password", `{"old":"` + password + `","password":` + other + `}`, 422, "change-password", ""},
		{"DELETE", "/me/sessions", "", 204, "end-other-sessions", ""},
		{"DELETE", "/me/sessions/se_nobody", "", 404, "end-session", "se_nobody"},
		{"POST", "/me/email", `{"email":"new@acme.example"}`, 202, "ask-email", ""},
		{"POST", "/me/oidc", "", 200, "", ""},
		{"PUT", "/me/oidc", `{"code":"vic9","state":"s1"}`, 204, "connect", ""},
		{"PUT", "/me/oidc", `{"code":"vic9","state":"s1"}`, 401, "connect", ""},
		{"DELETE", "/me/oidc", "", 204, "disconnect", ""},
		{"DELETE", "/me/oidc", "", 409, "disconnect", ""},
		{"POST", "/me/passkeys/start", "", 200, "", ""},
		{"POST", "/me/passkeys", `{"name":"Phone","credential":{}}`, 422, "add-passkey", ""},
		{"PATCH", "/me/passkeys/none", `{"name":"Phone"}`, 404, "rename-passkey", "none"},
		{"DELETE", "/me/passkeys/none", "", 404, "remove-passkey", "none"},
		{"DELETE", "/session", "", 204, "sign-out", ""},
		{"DELETE", "/session", "", 204, "", ""},
	} {
		house, org := len(h.atHome("")), len(h.acme.noted(h, ""))
		w := c.do(x.method, x.path, x.body)
		if len(w.Result().Cookies()) > 0 {
			c = c.with(w)
		}
		what := fmt.Sprintf("%s %s %d", x.method, x.path, w.Code)
		if w.Code != x.code {
			t.Errorf("%s: want %d: %s", what, x.code, w.Body)
		}
		o, inside := projectr.WasRefused, 0
		if w.Code < 400 {
			o, inside = projectr.WasDone, 1
		}
		athome, atwork := h.atHome(""), h.acme.noted(h, "")
		athome, atwork = athome[:len(athome)-house], atwork[:len(atwork)-org]
		if x.action == "" {
			if len(athome)+len(atwork) > 0 {
				t.Errorf("%s is noted: %+v %+v", what, athome, atwork)
			}
			continue
		}
		if len(athome) != 1 || len(atwork) != inside {
			t.Errorf("%s is noted %d times in the house and %d in acme", what, len(athome), len(atwork))
		}
		for _, e := range append(athome, atwork...) {
			if e.Action != x.action || e.Outcome != o || e.Target != x.target || e.Actor.ID != string(h.acme.viewer.ID) || e.Route == "" || e.Request == "" {
				t.Errorf("%s is noted as %+v", what, e)
			}
		}
	}
}
