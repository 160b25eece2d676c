package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/account"
)

// with is the client with the cookies an answer brought.
func (c client) with(w *httptest.ResponseRecorder) client {
	kept := slices.Clone(c.cookies)
	for _, k := range w.Result().Cookies() {
		kept = slices.DeleteFunc(kept, func(o *http.Cookie) bool { return o.Name == k.Name })
		if k.MaxAge >= 0 {
			kept = append(kept, k)
		}
	}
	c.cookies = kept
	return c
}

// lastAtHome is the newest entry of the house's log.
func (h *house) lastAtHome() projectr.AuditEntry { return h.atHome("")[0] }

func TestOwnName(t *testing.T) {
	h := open(t)
	vic := h.signIn(h.acme.viewer)
	if m := send[Me](vic, "PATCH", "/me", `{"name":"  Vic Vance "}`); m.User.Name != "Vic Vance" || len(m.Organisations) != 1 {
		t.Errorf("%+v", m)
	}
	if m := get[Me](vic, "/me"); m.User.Name != "Vic Vance" {
		t.Errorf("%+v", m)
	}
	if e := h.acme.noted(h, "")[0]; e.Action != "change-me" || e.Actor.ID != string(h.acme.viewer.ID) {
		t.Errorf("noted %+v", e)
	}
	for _, body := range []string{`{"name":""}`, `{"name":"a\nb"}`, `{"name":"` + strings.Repeat("x", 201) + `"}`, `{"name":"Vic","email":"vic@x.example"}`} {
		if w := vic.do("PATCH", "/me", body); w.Code != 422 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}

func TestOwnSessions(t *testing.T) {
	h := open(t)
	here, there := h.signIn(h.acme.viewer), h.signIn(h.acme.viewer)
	other := get[List[OwnSession]](h.signIn(h.globex.admin), "/me/sessions").Items[0].ID
	list := get[List[OwnSession]](here, "/me/sessions").Items
	if len(list) != 2 || list[0].Current == list[1].Current || list[0].How != "password" {
		t.Fatalf("%+v", list)
	}
	elsewhere := list[0].ID
	if list[0].Current {
		elsewhere = list[1].ID
	}
	for _, k := range here.cookies {
		if w := here.do("GET", "/me/sessions", ""); strings.Contains(w.Body.String(), k.Value) {
			t.Error("the list tells the secret of a session")
		}
	}
	foreign, unknown := here.do("DELETE", "/me/sessions/"+other, ""), here.do("DELETE", "/me/sessions/se_nobody", "")
	if foreign.Code != 404 || foreign.Body.String() != unknown.Body.String() {
		t.Errorf("somebody else's: %d %s, nobody's: %s", foreign.Code, foreign.Body, unknown.Body)
	}
	if w := here.do("DELETE", "/me/sessions/"+elsewhere, ""); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := there.do("GET", "/me", ""); w.Code != 401 {
		t.Errorf("the session that was ended: %d", w.Code)
	}
	if e := h.lastAtHome(); e.Action != "end-session" || e.Target != elsewhere || e.Outcome != projectr.WasDone {
		t.Errorf("noted %+v", e)
	}
	there = h.signIn(h.acme.viewer)
	if w := here.do("DELETE", "/me/sessions", ""); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if a, b := here.do("GET", "/me", "").Code, there.do("GET", "/me", "").Code; a != 200 || b != 401 {
		t.Errorf("signed out elsewhere: here %d, there %d", a, b)
	}
}

func TestOwnPassword(t *testing.T) {
	h := open(t)
	here, there := h.signIn(h.acme.viewer), h.signIn(h.acme.viewer)
	const fresh = "quarry lake in autumn"
	for _, c := range []struct {
		body, field string
	}{
		{`{"old":"wrong wrong wrong","password":"` + fresh + `"}`, "body.old"},
		{`{"password":"` + fresh + `"}`, "body.old"},
		{`{"old":"` + password + `","password":"short"}`, "body.password"},
		{`{"old":"` + password + `","password":"` + password + `"}`, "body.password"},
	} {
		if w := here.do("POST", "/me/password", c.body); w.Code != 422 || !strings.Contains(w.Body.String(), c.field) || len(w.Result().Cookies()) > 0 {
			t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
		}
	}
	w := here.do("POST", "/me/password", `{"old":"`+password+`","password":"`+fresh+`"}`)
	if w.Code != 204 || len(w.Result().Cookies()) != 4 {
		t.Fatalf("%d %s %v", w.Code, w.Body, w.Result().Cookies())
	}
	if e := h.acme.noted(h, "")[0]; e.Action != "change-password" || e.Outcome != projectr.WasDone {
		t.Errorf("noted %+v", e)
	}
	if a, b, c := here.with(w).do("GET", "/me", "").Code, here.do("GET", "/me", "").Code, there.do("GET", "/me", "").Code; a != 200 || b != 401 || c != 401 {
		t.Errorf("with the new secret %d, with the one before %d, elsewhere %d", a, b, c)
	}
	if w := ask(h, jsonRequest("POST", "/api/v1/session", fmt.Sprintf(`{"email":%q,"password":%q}`, h.acme.viewer.Email, fresh))); w.Code != 200 {
		t.Errorf("the new password: %d", w.Code)
	}
}

func TestConfirm(t *testing.T) {
	h := open(t)
	c := h.signIn(h.acme.viewer)
	h.clock.forward(account.StepUp)
	if w := c.do("POST", "/session/confirm", `{"password":"wrong wrong wrong"}`); w.Code != 422 || len(w.Result().Cookies()) > 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := c.do("POST", "/session/confirm", `{"password":"`+password+`"}`)
	if w.Code != 204 || len(w.Result().Cookies()) != 2 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if a, b := c.with(w).do("GET", "/me", "").Code, c.do("GET", "/me", "").Code; a != 200 || b != 401 {
		t.Errorf("with the new secret %d, with the one before %d", a, b)
	}
	c = c.with(w)
	for range 10 {
		c.do("POST", "/session/confirm", `{"password":"wrong wrong wrong"}`)
	}
	if w = c.do("POST", "/session/confirm", `{"password":"`+password+`"}`); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("after ten wrong ones: %d %s", w.Code, w.Body)
	}
}

// ownRoutes are what only a person who is signed in may ask for.
func ownRoutes() []route {
	var list []route
	for _, rt := range routes {
		if strings.HasPrefix(rt.path, "/me/") || rt.id == "change-me" || rt.id == "confirm-session" {
			list = append(list, rt)
		}
	}
	return list
}

// What is about a person is nothing for a key, nor for a stranger, nor for a page of
// another site that they have open.
func TestOwnRoutesAreForPeople(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	bodies := map[string]string{
		"change-me": `{"name":"Canary"}`, "change-password": `{"password":"quarry lake in autumn"}`, "confirm-session": `{"password":"` + password + `"}`,
		"ask-email":    `{"email":"new@acme.example"}`,
		"connect":      `{"state":"x","code":"x"}`,
		"turn-on-totp": `{"token":"x","code":"123456"}`,
		"add-passkey":  `{"name":"Canary","credential":{}}`, "rename-passkey": `{"name":"Canary"}`,
	}
	for _, rt := range ownRoutes() {
		path, body := strings.Replace(rt.path, "{id}", "x", 1), bodies[rt.id]
		for who, c := range map[string]client{"nobody": {h: h}, "a key": h.withKey(h.acme.adminKey), "a key with a person's cookie": {h: h, cookies: dana.cookies, bearer: h.acme.adminKey}} {
			want := 403
			if who == "nobody" {
				want = 401
			}
			if w := c.do(rt.method, path, body); w.Code != want {
				t.Errorf("%s %s by %s: %d, not %d: %s", rt.method, rt.path, who, w.Code, want, w.Body)
			}
		}
		if !unsafe(rt.method) {
			continue
		}
		r := dana.request(rt.method, path, body)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if w := ask(h, r); w.Code != 403 || !strings.Contains(w.Body.String(), "Another site") {
			t.Errorf("%s %s from another site: %d %s", rt.method, rt.path, w.Code, w.Body)
		}
		h.clock.forward(time.Minute)
	}
	if m := get[Me](dana, "/me"); m.User.Name != h.acme.admin.Name {
		t.Errorf("%+v", m)
	}
}
