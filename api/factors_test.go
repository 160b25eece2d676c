package api

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/account"
)

// codeAt is the one-time code of a secret at a moment (RFC 6238), as an app shows it.
func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	m := hmac.New(sha1.New, key)
	_ = binary.Write(m, binary.BigEndian, at.Unix()/30)
	sum := m.Sum(nil)
	from := sum[19] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[from:from+4])&0x7fffffff%1_000_000)
}

// withTOTP turns one-time codes on for whoever c is and returns their client, the
// secret and the recovery codes.
func (c client) withTOTP(t *testing.T) (client, string, []string) {
	t.Helper()
	o := send[account.TOTPOffer](c, "POST", "/me/totp", "")
	w := c.do("PUT", "/me/totp", fmt.Sprintf(`{"token":%q,"code":%q}`, o.Token, codeAt(t, o.Secret, c.h.clock.now())))
	return c.with(w), o.Secret, decode[RecoveryCodes](c, w, "/me/totp").Codes
}

func trySignIn(h *house, u projectr.User, password, code string) *httptest.ResponseRecorder {
	b, _ := json.Marshal(map[string]string{"email": u.Email, "password": password, "code": code})
	return ask(h, jsonRequest("POST", "/api/v1/session", string(b)))
}

func TestOneTimeCodes(t *testing.T) {
	h := open(t)
	first, there := h.signIn(h.acme.viewer), h.signIn(h.acme.viewer)
	o := send[account.TOTPOffer](first, "POST", "/me/totp", "")
	if !strings.HasPrefix(o.URI, "otpauth://totp/") || !strings.Contains(o.URI, o.Secret) || o.Picture.Path == "" {
		t.Errorf("%+v", o)
	}
	if w := first.do("PUT", "/me/totp", fmt.Sprintf(`{"token":%q,"code":"000000"}`, o.Token)); w.Code != 422 || !strings.Contains(w.Body.String(), "body.code") {
		t.Errorf("a wrong code: %d %s", w.Code, w.Body)
	}
	if w := there.do("PUT", "/me/totp", fmt.Sprintf(`{"token":%q,"code":%q}`, o.Token, codeAt(t, o.Secret, h.clock.now()))); w.Code != 422 {
		t.Errorf("an offer to another session: %d %s", w.Code, w.Body)
	}
	if f := get[account.FactorsOf](first, "/me/factors"); f.TOTP {
		t.Errorf("%+v", f)
	}
	vic, secret, codes := first.withTOTP(t)
	if f := get[account.FactorsOf](vic, "/me/factors"); !f.TOTP || f.RecoveryCodes != 10 || len(codes) != 10 {
		t.Errorf("%+v, %d codes", f, len(codes))
	}
	if e := h.acme.noted(h, "")[0]; e.Action != "turn-on-totp" || e.Outcome != projectr.WasDone {
		t.Errorf("noted %+v", e)
	}
	if a, b := there.do("GET", "/me", "").Code, first.do("GET", "/me", "").Code; a != 401 || b != 401 {
		t.Errorf("elsewhere %d, under the secret before %d", a, b)
	}
	if m := get[Me](vic, "/me"); !m.SecondFactor {
		t.Errorf("%+v", m)
	}

	h.clock.forward(time.Minute)
	w := trySignIn(h, h.acme.viewer, password, "")
	if w.Code != 401 || !strings.Contains(w.Body.String(), `"code":"second_factor"`) || len(w.Result().Cookies()) > 0 {
		t.Errorf("without a code: %d %s", w.Code, w.Body)
	}
	if w := trySignIn(h, h.acme.viewer, "wrong wrong wrong", codeAt(t, secret, h.clock.now())); w.Code != 401 || strings.Contains(w.Body.String(), "second_factor") {
		t.Errorf("a wrong password: %d %s", w.Code, w.Body)
	}
	code := codeAt(t, secret, h.clock.now())
	if m := decode[Me](client{h: h}, trySignIn(h, h.acme.viewer, password, code), "session"); !m.SecondFactor {
		t.Errorf("%+v", m)
	}
	if w := trySignIn(h, h.acme.viewer, password, code); w.Code != 401 || !strings.Contains(w.Body.String(), "second_factor") {
		t.Errorf("the same code again: %d %s", w.Code, w.Body)
	}
	if w := trySignIn(h, h.acme.viewer, password, codes[0]); w.Code != 200 {
		t.Errorf("a recovery code: %d %s", w.Code, w.Body)
	}
	if w := trySignIn(h, h.acme.viewer, password, codes[0]); w.Code != 401 {
		t.Errorf("the same recovery code again: %d %s", w.Code, w.Body)
	}
	fresh := send[RecoveryCodes](vic, "POST", "/me/recovery-codes", "")
	if w := trySignIn(h, h.acme.viewer, password, codes[1]); w.Code != 401 || len(fresh.Codes) != 10 {
		t.Errorf("a code from before: %d, %d new ones", w.Code, len(fresh.Codes))
	}
	for range 6 {
		w = trySignIn(h, h.acme.viewer, password, "123456")
	}
	if w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("after six wrong codes: %d %s", w.Code, w.Body)
	}

	h.clock.forward(account.StepUp)
	for _, rt := range [][2]string{{"DELETE", "/me/totp"}, {"POST", "/me/totp"}, {"POST", "/me/recovery-codes"}} {
		if w := vic.do(rt[0], rt[1], ""); w.Code != 403 || !strings.Contains(w.Body.String(), `"code":"reauthenticate"`) {
			t.Errorf("%s %s after a while: %d %s", rt[0], rt[1], w.Code, w.Body)
		}
	}
	if w := vic.do("POST", "/session/confirm", `{"password":"`+password+`"}`); w.Code != 401 || !strings.Contains(w.Body.String(), "second_factor") {
		t.Errorf("confirmed without a code: %d %s", w.Code, w.Body)
	}
	h.clock.forward(time.Hour)
	w = vic.do("POST", "/session/confirm", fmt.Sprintf(`{"password":%q,"code":%q}`, password, codeAt(t, secret, h.clock.now())))
	if w.Code != 204 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	vic = vic.with(w)
	if w := vic.do("DELETE", "/me/totp", ""); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := vic.do("DELETE", "/me/totp", ""); w.Code != 409 {
		t.Errorf("again: %d %s", w.Code, w.Body)
	}
	if w := trySignIn(h, h.acme.viewer, password, ""); w.Code != 200 {
		t.Errorf("turned off: %d %s", w.Code, w.Body)
	}
}

// A link proves the mailbox alone: an account with one-time codes asks for one.
func TestALinkAsksForTheSecondFactor(t *testing.T) {
	h := open(t)
	_, secret, _ := h.signIn(h.acme.viewer).withTOTP(t)
	token, err := h.acc.NewTicket(t.Context(), h.acme.viewer)
	h.must(err)
	h.clock.forward(time.Minute)
	link := func(code string) *httptest.ResponseRecorder {
		return ask(h, jsonRequest("POST", "/api/v1/session/link", fmt.Sprintf(`{"token":%q,"code":%q}`, token, code)))
	}
	if w := link(""); w.Code != 401 || !strings.Contains(w.Body.String(), "second_factor") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := link(codeAt(t, secret, h.clock.now())); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
