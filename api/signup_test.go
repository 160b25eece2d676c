package api

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/account"
)

// letter takes the letters that wait, makes them ready to be sent, and returns the one
// of that kind. False: none of that kind is sent.
func (h *house) letter(kind projectr.LetterKind) (account.Posting, bool) {
	h.Helper()
	var found account.Posting
	ok := false
	ls, err := h.st.TakeLetters(h.Context(), time.Hour, 100)
	h.must(err)
	for _, l := range ls {
		m, is, err := h.acc.Post(h.Context(), l)
		h.must(err)
		h.must(h.st.SentLetter(h.Context(), l.N))
		if is && l.Kind == kind {
			found, ok = m, true
		}
	}
	return found, ok
}

func postTo(h *house, path, body string) *httptest.ResponseRecorder {
	return ask(h, jsonRequest("POST", "/api/v1"+path, body))
}

// What a stranger asks for is answered by the same bytes, whoever has an account
// (invariant I-21).
func TestAskingTellsNothing(t *testing.T) {
	h := open(t)
	h.acc.SignUps = account.SignUpOpen
	gone, err := h.acc.CreateUser(t.Context(), "gone@acme.example", "Gone", password)
	h.must(err)
	h.must(h.acc.Disable(t.Context(), gone, true, projectr.Actor{Kind: "operator"}, "test"))
	n := 0
	for path, body := range map[string]string{
		"/password-reset": `{"email":%q}`,
		"/session/mail":   `{"email":%q}`,
		"/sign-up":        `{"organisation":"New Co","address":"new%d","name":"Nia New","email":%q,"password":"quarry lake in autumn"}`,
	} {
		var first *httptest.ResponseRecorder
		for _, email := range []string{"nobody@acme.example", "admin@acme.example", "gone@acme.example", "ADMIN@acme.example"} {
			filled := fmt.Sprintf(body, email)
			if path == "/sign-up" {
				n++
				filled = fmt.Sprintf(body, n, email)
			}
			w := postTo(h, path, filled)
			if first == nil {
				first = w
			}
			if w.Code != 202 || w.Body.Len() > 0 || fmt.Sprint(w.Header()) != fmt.Sprint(first.Header()) {
				t.Errorf("%s for %s: %d %s %v", path, email, w.Code, w.Body, w.Header())
			}
		}
	}
	var w *httptest.ResponseRecorder
	for range 21 {
		w = postTo(h, "/password-reset", `{"email":"nobody@acme.example"}`)
	}
	if w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("asked without end: %d %s", w.Code, w.Body)
	}
}

func TestPasswordReset(t *testing.T) {
	h := open(t)
	vic := h.signIn(h.acme.viewer)
	postTo(h, "/password-reset", `{"email":"viewer@acme.example"}`)
	m, ok := h.letter(projectr.LetterReset)
	if !ok || m.To.Address != "viewer@acme.example" {
		t.Fatalf("%+v", m)
	}
	reset := func(token, password string) *httptest.ResponseRecorder {
		return postTo(h, "/password-reset/confirm", fmt.Sprintf(`{"token":%q,"password":%q}`, token, password))
	}
	if w := reset(m.Secret, "short"); w.Code != 422 || !strings.Contains(w.Body.String(), "body.password") {
		t.Errorf("short: %d %s", w.Code, w.Body)
	}
	if w := postTo(h, "/session/mail/confirm", fmt.Sprintf(`{"token":%q}`, m.Secret)); w.Code != 404 {
		t.Errorf("the link signs in: %d", w.Code)
	}
	if w := reset(m.Secret, "quarry lake in autumn"); w.Code != 204 || len(w.Result().Cookies()) > 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if e := h.acme.noted(h, "")[0]; e.Action != "reset-password" || e.Actor.ID != string(h.acme.viewer.ID) {
		t.Errorf("noted %+v", e)
	}
	if w := reset(m.Secret, "quarry pond in autumn"); w.Code != 404 || w.Body.String() != reset("never", "quarry pond in autumn").Body.String() {
		t.Errorf("again: %d %s", w.Code, w.Body)
	}
	if a, b := vic.do("GET", "/me", "").Code, trySignIn(h, h.acme.viewer, "quarry lake in autumn", "").Code; a != 401 || b != 200 {
		t.Errorf("the session before %d, the new password %d", a, b)
	}
}

func TestSignInByMail(t *testing.T) {
	h := open(t)
	postTo(h, "/session/mail", `{"email":"viewer@acme.example"}`)
	m, _ := h.letter(projectr.LetterSignIn)
	body := fmt.Sprintf(`{"token":%q}`, m.Secret)
	w := postTo(h, "/session/mail/confirm", body)
	if me := decode[Me](client{h: h}, w, "mail"); me.User.ID != h.acme.viewer.ID || !me.Verified {
		t.Errorf("%+v", me)
	}
	if e := h.acme.noted(h, "")[0]; e.Action != "sign-in-by-mail" || e.Actor.ID != string(h.acme.viewer.ID) {
		t.Errorf("noted %+v", e)
	}
	if w := postTo(h, "/session/mail/confirm", body); w.Code != 404 {
		t.Errorf("again: %d", w.Code)
	}
}

func TestSignUp(t *testing.T) {
	h := open(t)
	const body = `{"organisation":"New Co","address":"newco","name":"Nia New","email":"nia@new.example","password":"quarry lake in autumn"}`
	if w := postTo(h, "/sign-up", body); w.Code != 403 {
		t.Errorf("where it is not open: %d", w.Code)
	}
	h.acc.SignUps = account.SignUpOpen
	if ways := get[SignInWays](client{h: h}, "/sign-in"); ways.SignUp != account.SignUpOpen || !ways.Mail {
		t.Errorf("%+v", ways)
	}
	if w := postTo(h, "/sign-up", strings.Replace(body, "newco", "acme", 1)); w.Code != 409 || !strings.Contains(w.Body.String(), "body.address") {
		t.Errorf("a mail-in name that is taken: %d %s", w.Code, w.Body)
	}
	if w := postTo(h, "/sign-up", body); w.Code != 202 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	m, ok := h.letter(projectr.LetterSignUp)
	if !ok {
		t.Fatal("no letter")
	}
	token := fmt.Sprintf(`{"token":%q}`, m.Secret)
	if l := decode[SignUpLink](client{h: h}, postTo(h, "/sign-up/look", token), "look"); l.Email != "nia@new.example" || l.Invited {
		t.Errorf("%+v", l)
	}
	if w := postTo(h, "/sign-up/confirm", token); w.Code != 422 || !strings.Contains(w.Body.String(), "body.password") {
		t.Errorf("by the link alone: %d %s", w.Code, w.Body)
	}
	token = fmt.Sprintf(`{"token":%q,"password":"quarry lake in autumn"}`, m.Secret)
	w := postTo(h, "/sign-up/confirm", token)
	me := decode[Me](client{h: h}, w, "confirm")
	if len(me.Organisations) != 1 || me.Organisations[0].Address != "newco" || me.Organisations[0].Role != projectr.Admin || !me.Verified {
		t.Errorf("%+v", me)
	}
	if w := (client{h: h, cookies: w.Result().Cookies()}).do("GET", "/orgs/newco", ""); w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
	if w := postTo(h, "/sign-up/confirm", token); w.Code != 404 {
		t.Errorf("again: %d", w.Code)
	}

	secret, err := h.acc.InviteToSignUp(t.Context(), "ian@new.example", projectr.Actor{Kind: "operator"})
	h.must(err)
	if w := postTo(h, "/sign-up/confirm", fmt.Sprintf(`{"token":%q}`, secret)); w.Code != 422 {
		t.Errorf("by invitation, nothing said: %d %s", w.Code, w.Body)
	}
	me = decode[Me](client{h: h}, postTo(h, "/sign-up/confirm", fmt.Sprintf(`{"token":%q,"organisation":"Ian Co","address":"ianco","name":"Ian","password":"quarry lake in autumn"}`, secret)), "confirm")
	if me.User.Email != "ian@new.example" || len(me.Organisations) != 1 {
		t.Errorf("%+v", me)
	}
}

func TestInvitation(t *testing.T) {
	h := open(t)
	invite := func(email string) string {
		_, _, err := h.acc.Invite(t.Context(), h.acme.Org, email, projectr.Viewer)
		h.must(err)
		m, ok := h.letter(projectr.LetterInvitation)
		if !ok {
			t.Fatal("no letter")
		}
		return m.Secret
	}
	fresh := invite("new@else.example")
	if i := decode[InvitationLink](client{h: h}, postTo(h, "/invitations/look", fmt.Sprintf(`{"token":%q}`, fresh)), "look"); i.Organisation != "Acme Electric" || i.HasAccount || i.Email != "new@else.example" {
		t.Errorf("%+v", i)
	}
	if w := postTo(h, "/invitations/accept", fmt.Sprintf(`{"token":%q,"name":"New","password":"short"}`, fresh)); w.Code != 422 {
		t.Errorf("short: %d %s", w.Code, w.Body)
	}
	w := postTo(h, "/invitations/accept", fmt.Sprintf(`{"token":%q,"name":"New","password":"quarry lake in autumn"}`, fresh))
	me := decode[Me](client{h: h}, w, "accept")
	if len(me.Organisations) != 1 || me.Organisations[0].Role != projectr.Viewer || len(w.Result().Cookies()) != 4 {
		t.Errorf("%+v", me)
	}
	if e := h.acme.noted(h, "")[0]; e.Route != "POST /api/v1/invitations/accept" || e.Request == "" {
		t.Errorf("noted %+v", e)
	}
	h.must(h.acme.DropMember(t.Context(), me.User.ID)) // the plan has three seats

	body := fmt.Sprintf(`{"token":%q}`, invite(h.globex.viewer.Email))
	if w := postTo(h, "/invitations/accept", body); w.Code != 409 {
		t.Errorf("nobody signed in: %d %s", w.Code, w.Body)
	}
	if w := h.signIn(h.globex.admin).do("POST", "/invitations/accept", body); w.Code != 403 {
		t.Errorf("somebody else: %d %s", w.Code, w.Body)
	}
	me = send[Me](h.signIn(h.globex.viewer), "POST", "/invitations/accept", body)
	if len(me.Organisations) != 2 {
		t.Errorf("%+v", me)
	}
	used, unknown := postTo(h, "/invitations/look", body), postTo(h, "/invitations/look", `{"token":"never"}`)
	if used.Code != 404 || used.Body.String() != unknown.Body.String() {
		t.Errorf("again: %d %s", used.Code, used.Body)
	}
}

func TestChangeOfAddress(t *testing.T) {
	h := open(t)
	vic := h.signIn(h.acme.viewer)
	free, taken := vic.do("POST", "/me/email", `{"email":"vic@new.example"}`), vic.do("POST", "/me/email", `{"email":"admin@globex.example"}`)
	if free.Code != 202 || taken.Code != 202 || free.Body.String() != taken.Body.String() {
		t.Errorf("free %d %s, taken %d %s", free.Code, free.Body, taken.Code, taken.Body)
	}
	m, ok := h.letter(projectr.LetterChangeEmail)
	if !ok || m.To.Address != "vic@new.example" {
		t.Fatalf("%+v", m)
	}
	if w := postTo(h, "/verify", fmt.Sprintf(`{"token":%q}`, m.Secret)); w.Code != 404 {
		t.Errorf("a link for something else: %d", w.Code)
	}
	if w := postTo(h, "/email/confirm", fmt.Sprintf(`{"token":%q}`, m.Secret)); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if e := h.acme.noted(h, "")[0]; e.Action != "confirm-email" || e.Actor.ID != string(h.acme.viewer.ID) {
		t.Errorf("noted %+v", e)
	}
	if w := postTo(h, "/email/confirm", fmt.Sprintf(`{"token":%q}`, m.Secret)); w.Code != 404 {
		t.Errorf("again: %d", w.Code)
	}
	if w := postTo(h, "/session", `{"email":"vic@new.example","password":"`+password+`"}`); w.Code != 200 {
		t.Errorf("the new address: %d", w.Code)
	}
	h.clock.forward(account.StepUp)
	if w := h.signIn(h.acme.admin).do("POST", "/me/verification", ""); w.Code != 202 {
		t.Errorf("%d", w.Code)
	}
}
