package api

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/account"
	"projectr/account/passkeytest"
)

// withPasskey adds a passkey of this name for whoever c is and returns their client.
func (c client) withPasskey(t *testing.T, name string) (client, *passkeytest.Authenticator, projectr.Passkey) {
	t.Helper()
	k := passkeytest.New(t, site)
	q := send[PasskeyQuestion](c, "POST", "/me/passkeys/start", "")
	w := c.do("POST", "/me/passkeys", fmt.Sprintf(`{"name":%q,"credential":%s}`, name, k.Create(q.Options.RawMessage)))
	if w.Code != 201 {
		t.Fatalf("add a passkey: %d %s", w.Code, w.Body)
	}
	return c.with(w), k, decode[projectr.Passkey](c, w, "/me/passkeys")
}

// question asks as a browser does that nobody is signed in with.
func (h *house) question() json.RawMessage {
	h.Helper()
	return send[PasskeyQuestion](client{h: h}, "POST", "/session/passkey/start", "").Options.RawMessage
}

func tryPasskey(h *house, answer []byte) *httptest.ResponseRecorder {
	return ask(h, jsonRequest("POST", "/api/v1/session/passkey", fmt.Sprintf(`{"credential":%s}`, answer)))
}

func TestPasskeys(t *testing.T) {
	h := open(t)
	if ways := get[SignInWays](client{h: h}, "/sign-in"); !ways.Passkeys {
		t.Errorf("%+v", ways)
	}
	first, there := h.signIn(h.acme.viewer), h.signIn(h.acme.viewer)
	if l := get[List[projectr.Passkey]](first, "/me/passkeys"); l.Items == nil || len(l.Items) != 0 {
		t.Errorf("before: %+v", l)
	}
	vic, k, made := first.withPasskey(t, " Phone ")
	if made.Name != "Phone" || made.ID == "" || made.CreatedAt.IsZero() || !made.UsedAt.IsZero() {
		t.Errorf("%+v", made)
	}
	if e := h.acme.noted(h, "")[0]; e.Action != "add-passkey" || e.Outcome != projectr.WasDone || e.Target != made.ID {
		t.Errorf("noted %+v", e)
	}
	if a, b := there.do("GET", "/me", "").Code, first.do("GET", "/me", "").Code; a != 401 || b != 401 {
		t.Errorf("elsewhere %d, under the secret before %d", a, b)
	}
	if m, f := get[Me](vic, "/me"), get[account.FactorsOf](vic, "/me/factors"); !m.SecondFactor || f.Passkeys != 1 || f.TOTP {
		t.Errorf("%+v, %+v", m, f)
	}

	// It is both proofs: an organisation that asks for a second factor lets in who came
	// by it, and nobody who came by the password alone.
	_, err := h.acme.ChangeSettings(t.Context(), func(s *projectr.Settings) { s.RequireSecondFactor = true })
	h.must(err)
	h.clock.forward(time.Minute)
	w := tryPasskey(h, k.Get(h.question()))
	m := decode[Me](client{h: h}, w, "/session/passkey")
	if m.User.Email != h.acme.viewer.Email || !m.SecondFactor {
		t.Errorf("%+v", m)
	}
	phone := client{h: h}.with(w)
	if w := phone.do("GET", "/orgs/acme", ""); w.Code != 200 {
		t.Errorf("by passkey: %d %s", w.Code, w.Body)
	}
	if w := h.signIn(h.acme.viewer).do("GET", "/orgs/acme", ""); w.Code != 403 || !strings.Contains(w.Body.String(), "second_factor_required") {
		t.Errorf("by password: %d %s", w.Code, w.Body)
	}
	how := ""
	for _, x := range get[List[OwnSession]](phone, "/me/sessions").Items {
		if x.Current {
			how = x.How
		}
	}
	if l := get[List[projectr.Passkey]](phone, "/me/passkeys"); how != "passkey" || len(l.Items) != 1 || l.Items[0].UsedAt.IsZero() {
		t.Errorf("came by %q: %+v", how, l)
	}

	// Later, who it is has to be shown again for what changes who gets in.
	h.clock.forward(account.StepUp)
	for _, rt := range [][3]string{{"POST", "/me/passkeys/start", ""}, {"POST", "/me/passkeys", `{"name":"Laptop","credential":{}}`}, {"DELETE", "/me/passkeys/" + made.ID, ""}} {
		if w := phone.do(rt[0], rt[1], rt[2]); w.Code != 403 || !strings.Contains(w.Body.String(), `"code":"reauthenticate"`) {
			t.Errorf("%s %s after a while: %d %s", rt[0], rt[1], w.Code, w.Body)
		}
	}
	if w := phone.do("PATCH", "/me/passkeys/"+made.ID, `{"name":"Old phone"}`); w.Code != 204 {
		t.Errorf("renamed: %d %s", w.Code, w.Body)
	}
	if e := h.acme.noted(h, projectr.WasDone)[0]; e.Action != "rename-passkey" || e.Target != made.ID {
		t.Errorf("noted %+v", e)
	}
	if w := phone.do("PATCH", "/me/passkeys/"+made.ID, `{"name":""}`); w.Code != 422 || !strings.Contains(w.Body.String(), "body.name") {
		t.Errorf("without a name: %d %s", w.Code, w.Body)
	}
	w = phone.do("POST", "/session/confirm", fmt.Sprintf(`{"passkey":%s}`, k.Get(h.question())))
	if w.Code != 204 {
		t.Fatalf("confirmed by passkey: %d %s", w.Code, w.Body)
	}
	phone = phone.with(w)
	dana, _, _ := h.signIn(h.acme.admin).withPasskey(t, "Of Dana")
	if w := dana.do("DELETE", "/me/passkeys/"+made.ID, ""); w.Code != 404 {
		t.Errorf("removed by somebody else: %d %s", w.Code, w.Body)
	}
	if l := get[List[projectr.Passkey]](phone, "/me/passkeys"); len(l.Items) != 1 || l.Items[0].Name != "Old phone" {
		t.Errorf("%+v", l)
	}
	if w := phone.do("DELETE", "/me/passkeys/"+made.ID, ""); w.Code != 204 {
		t.Errorf("removed: %d %s", w.Code, w.Body)
	}
	if e := h.acme.noted(h, projectr.WasDone)[0]; e.Action != "remove-passkey" || e.Target != made.ID {
		t.Errorf("noted %+v", e)
	}
	if a, b := phone.do("GET", "/me", "").Code, vic.do("GET", "/me", "").Code; a != 200 || b != 401 {
		t.Errorf("here %d, elsewhere %d", a, b)
	}
	if w := tryPasskey(h, k.Get(h.question())); w.Code != 401 {
		t.Errorf("once it is removed: %d %s", w.Code, w.Body)
	}
}

// Whoever shows a passkey that is none of this house learns nothing else, and the
// session that the browser has stays.
func TestPasskeysThatOpenNothing(t *testing.T) {
	h := open(t)
	_, k, _ := h.signIn(h.acme.viewer).withPasskey(t, "Phone")
	gone, lost, _ := h.signIn(h.globex.viewer).withPasskey(t, "Lost")
	closed, err := h.acc.User(t.Context(), h.globex.viewer.Email)
	h.must(err)
	h.must(h.acc.Disable(t.Context(), closed, true, projectr.Actor{Kind: "operator"}, "test"))
	stranger := passkeytest.New(t, site)
	stranger.User = k.User
	forged := *k
	forged.Key = stranger.Key
	elsewhere := *k
	elsewhere.Origin = "https://app.example.evil.example"
	unseen := *k
	unseen.Flags = passkeytest.Present
	once := k.Get(h.question())
	if w := tryPasskey(h, once); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	said := ""
	for what, answer := range map[string][]byte{
		"an unknown passkey": stranger.Get(h.question()), "a forged signature": forged.Get(h.question()), "another page": elsewhere.Get(h.question()),
		"nobody verified": unseen.Get(h.question()), "a closed account": lost.Get(h.question()), "used already": once, "an empty answer": []byte(`{}`),
		"a question of one's own": k.Get(json.RawMessage(`{"challenge":"bXkgb3duIHF1ZXN0aW9u","userVerification":"required"}`)),
	} {
		w := tryPasskey(h, answer)
		if w.Code != 401 || len(w.Result().Cookies()) > 0 {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
		if said == "" {
			said = w.Body.String()
		}
		if w.Body.String() != said {
			t.Errorf("%s is answered otherwise: %s", what, w.Body)
		}
	}
	if w := gone.do("GET", "/me", ""); w.Code != 401 {
		t.Errorf("the closed account: %d", w.Code)
	}
	for _, body := range []string{``, `{}`, `{"credential":null}`, `{"credential":"x"}`, `{"credential":[]}`} {
		if w := ask(h, jsonRequest("POST", "/api/v1/session/passkey", body)); w.Code != 422 && w.Code != 400 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	dana := h.signIn(h.acme.admin)
	if w := dana.do("POST", "/session/confirm", fmt.Sprintf(`{"passkey":%s}`, k.Get(h.question()))); w.Code != 422 || len(w.Result().Cookies()) > 0 {
		t.Errorf("confirmed by somebody else's: %d %s", w.Code, w.Body)
	}
	if w := dana.do("POST", "/session/confirm", `{"passkey":{}}`); w.Code != 401 || len(w.Result().Cookies()) > 0 {
		t.Errorf("confirmed by nothing: %d %s", w.Code, w.Body)
	}
	if w := dana.do("GET", "/me", ""); w.Code != 200 {
		t.Errorf("after it: %d", w.Code)
	}
	var w *httptest.ResponseRecorder
	for range 61 {
		w = ask(h, jsonRequest("POST", "/api/v1/session/passkey/start", ""))
	}
	if w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("asked without end: %d %s", w.Code, w.Body)
	}
}

// Where the address can have no passkeys, nothing offers them, and those there are
// are listed and removed all the same.
func TestWithoutPasskeys(t *testing.T) {
	h := open(t)
	h.acc.Origin = "http://192.0.2.1"
	if ways := get[SignInWays](client{h: h}, "/sign-in"); ways.Passkeys {
		t.Errorf("%+v", ways)
	}
	vic := h.signIn(h.acme.viewer)
	h.must(h.st.PutPasskey(t.Context(), projectr.Passkey{ID: "before", User: h.acme.viewer.ID, Name: "Phone", Credential: "{}", CreatedAt: h.clock.now()}))
	for _, rt := range [][3]string{
		{"POST", "/session/passkey/start", ""}, {"POST", "/session/passkey", `{"credential":{}}`},
		{"POST", "/me/passkeys/start", ""}, {"POST", "/me/passkeys", `{"name":"Phone","credential":{}}`},
	} {
		if w := vic.do(rt[0], rt[1], rt[2]); w.Code != 503 || !strings.Contains(w.Body.String(), "https://") {
			t.Errorf("%s %s: %d %s", rt[0], rt[1], w.Code, w.Body)
		}
	}
	if l := get[List[projectr.Passkey]](vic, "/me/passkeys"); len(l.Items) != 1 {
		t.Errorf("%+v", l)
	}
	if w := vic.do("DELETE", "/me/passkeys/before", ""); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
