package api

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/oauth2-proxy/mockoidc"

	"projectr"
	"projectr/account"
	"projectr/oidc"
)

// signOns is a house whose sign-in provider is mockoidc.
type signOns struct {
	*house
	m *mockoidc.MockOIDC
	// for another client: the ID tokens of the provider are issued to that one
	misissued bool
}

func withProvider(t *testing.T) *signOns {
	t.Helper()
	s := &signOns{}
	var err error
	if s.m, err = mockoidc.NewServer(nil); err != nil {
		t.Fatal(err)
	}
	if err := s.m.AddMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if s.misissued && r.URL.Path == mockoidc.TokenEndpoint {
				_ = r.ParseForm()
				r.Form.Set("client_id", s.m.ClientID)
			}
			next.ServeHTTP(w, r)
		})
	}); err != nil {
		t.Fatal(err)
	}
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.m.Start(door, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.m.Shutdown() })
	s.house = open(t, func(c *Config) {
		p, err := oidc.New(oidc.Options{
			Issuer: s.m.Issuer(), ClientID: s.m.ClientID, ClientSecret: s.m.ClientSecret, RedirectURL: c.PublicURL + "/sign-in/oidc",
			Audience: "projectr", Domains: []string{"acme.example", "globex.example"}, ClaimsFrom: []string{s.m.Issuer()}, Now: c.Now, Rand: rand.Reader,
		})
		if err != nil {
			t.Fatal(err)
		}
		c.SignOn.Provider, c.SignOn.Joins = p, map[string]string{"acme.example": "acme"}
	})
	s.acme.roomy(s.house)
	s.globex.roomy(s.house)
	return s
}

// goes sends a browser from path to the provider, which signs somebody on without more
// ado, and returns the browser with the cookie it was given, and what it brings back.
func (s *signOns) goes(c client, path string, who *mockoidc.MockUser) (client, map[string]string) {
	s.Helper()
	s.m.QueueUser(who)
	w := c.do("POST", path, map[bool]string{true: "{}"}[path == "/session/oidc/start"])
	trip := decode[SignOnTrip](c, w, path)
	c.cookies = append(slices.Clone(c.cookies), w.Result().Cookies()...)
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get(trip.URL)
	s.must(err)
	res.Body.Close()
	to, err := res.Location()
	s.must(err)
	if to.Scheme+"://"+to.Host+to.Path != "http://127.0.0.1:8080/sign-in/oidc" {
		s.Errorf("sent back to %s", to)
	}
	return c, map[string]string{"code": to.Query().Get("code"), "state": to.Query().Get("state")}
}

func (s *signOns) comes(c client, brings map[string]string) *httptest.ResponseRecorder {
	s.Helper()
	b, err := json.Marshal(brings)
	s.must(err)
	return c.do("POST", "/session/oidc", string(b))
}

// in signs somebody on.
func (s *signOns) in(who *mockoidc.MockUser) *httptest.ResponseRecorder {
	s.Helper()
	return s.comes(s.goes(client{h: s.house}, "/session/oidc/start", who))
}

func person(subject, email string) *mockoidc.MockUser {
	return &mockoidc.MockUser{Subject: subject, Email: email, EmailVerified: true}
}

// refused says that nobody was let in, and by which status.
func (s *signOns) refused(what string, w *httptest.ResponseRecorder, status int) {
	s.Helper()
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != status || len(w.Result().Cookies()) > 0 || !strings.HasSuffix(p.Detail, ".") {
		s.Errorf("%s: %d, not %d: %s %v", what, w.Code, status, w.Body, w.Result().Cookies())
	}
}

// Whose proved address is of a domain that joins comes in as a viewer, and is the same
// person from then on.
func TestSignOn(t *testing.T) {
	s := withProvider(t)
	nobody := client{h: s.house}
	if got := get[SignInWays](nobody, "/sign-in"); got.Provider != "Acme ID" {
		t.Errorf("%+v", got)
	}
	c, brings := s.goes(nobody, "/session/oidc/start", person("1", "jo@acme.example"))
	for i, name := range []string{hostTrip, plainTrip} {
		if k := c.cookies[i]; k.Name != name || !k.HttpOnly || k.Secure != (i == 0) || k.SameSite != http.SameSiteStrictMode || k.Path != "/" || k.MaxAge != 600 {
			t.Errorf("cookie %v", k)
		}
	}
	w := s.comes(c, brings)
	me := decode[Me](c, w, "session/oidc")
	if me.User.Email != "jo@acme.example" || len(me.Organisations) != 1 || me.Organisations[0].Address != "acme" || me.Organisations[0].Role != projectr.Viewer || !me.Verified || !me.SecondFactor {
		t.Errorf("%+v", me)
	}
	gone := 0
	for _, k := range w.Result().Cookies() {
		if (k.Name == hostTrip || k.Name == plainTrip) && k.MaxAge < 0 {
			gone++
		}
	}
	if gone != 2 {
		t.Errorf("the trip is over, and its cookies are not: %v", w.Result().Cookies())
	}
	jo := nobody.with(w)
	if x := get[List[OwnSession]](jo, "/me/sessions"); len(x.Items) != 1 || x.Items[0].How != "oidc" {
		t.Errorf("%+v", x)
	}
	if w := jo.do("PATCH", "/orgs/acme", `{"name":"Mine"}`); w.Code != 403 {
		t.Errorf("a viewer changes the organisation: %d", w.Code)
	}
	if x := get[List[OwnIdentity]](jo, "/me/oidc"); len(x.Items) != 1 || x.Items[0].Issuer != s.m.Issuer() || x.Items[0].Email != "jo@acme.example" {
		t.Errorf("%+v", x)
	}
	if again := decode[Me](c, s.in(person("1", "doe@acme.example")), "session/oidc"); again.User != me.User {
		t.Errorf("the same person at another address is %+v", again.User)
	}
	s.refused("what was brought once", s.comes(c, brings), 401)
}

func TestSignOnIsRefused(t *testing.T) {
	s := withProvider(t)
	begin := func() (client, map[string]string) {
		t.Helper()
		return s.goes(client{h: s.house}, "/session/oidc/start", person("1", "jo@acme.example"))
	}
	c, brings := begin()
	brings["state"] += "x"
	s.refused("another state", s.comes(c, brings), 401)
	_, brings = begin()
	s.refused("a browser without the cookie", s.comes(client{h: s.house}, brings), 401)
	c, _ = begin()
	_, brings = begin()
	s.refused("another browser's", s.comes(c, brings), 401)
	c, brings = begin()
	brings["iss"] = "https://else.example"
	s.refused("another issuer", s.comes(c, brings), 401)
	c, brings = begin()
	s.m.SessionStore.Store[brings["code"]].OIDCNonce = "another"
	s.refused("another nonce", s.comes(c, brings), 401)
	c, brings = begin()
	ours := s.m.ClientID
	s.m.ClientID, s.misissued = "another client", true
	s.refused("an ID token for another client", s.comes(c, brings), 401)
	s.m.ClientID, s.misissued = ours, false
	c, brings = begin()
	if w := s.comes(c, brings); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	later, other := begin()
	other["code"] = brings["code"]
	s.refused("a code once more", s.comes(later, other), 401)
	c, brings = begin()
	delete(brings, "code")
	brings["error"] = "access_denied"
	s.refused("the person said no", s.comes(c, brings), 401)

	s.refused("a domain that is not allowed", s.in(person("2", "eve@evil.example")), 403)
	s.refused("a domain that joins nothing", s.in(person("3", "gus@globex.example")), 403)
	s.refused("an address that is not proved", s.in(&mockoidc.MockUser{Subject: "4", Email: "ann@acme.example"}), 403)
	s.refused("no address", s.in(&mockoidc.MockUser{Subject: "5"}), 403)
	for _, email := range []string{"eve@evil.example", "gus@globex.example", "ann@acme.example"} {
		if _, err := s.acc.User(t.Context(), email); projectr.KindOf(err) != projectr.NotFound {
			t.Errorf("%s has an account: %v", email, err)
		}
	}
	// An address is nobody: the account that has it is in use.
	s.refused("somebody else with a viewer's address", s.in(person("6", s.acme.viewer.Email)), 409)
	jo, err := s.acc.User(t.Context(), "jo@acme.example")
	s.must(err)
	s.must(s.acc.Disable(t.Context(), jo, true, projectr.Actor{Kind: "operator"}, "test"))
	s.refused("a closed account", s.in(person("1", "jo@acme.example")), 401)
	if e := s.acme.noted(s.house, projectr.WasDone); !slices.ContainsFunc(e, func(e projectr.AuditEntry) bool { return strings.Contains(e.Note, "Addresses of this domain join") }) {
		t.Error("the log does not say why somebody joined")
	}
}

// A provider that is down keeps nobody out who comes another way.
func TestProviderDown(t *testing.T) {
	s := withProvider(t)
	c, brings := s.goes(client{h: s.house}, "/session/oidc/start", person("1", "jo@acme.example"))
	jo := client{h: s.house}.with(s.in(person("1", "jo@acme.example")))
	s.must(s.m.Shutdown())
	s.refused("back while it is down", s.comes(c, brings), 503)
	if w := jo.do("GET", "/orgs/acme", ""); w.Code != 200 {
		t.Errorf("who is signed in: %d", w.Code)
	}
	s.signIn(s.acme.admin)

	h := open(t)
	h.idp.down = true
	if w := (client{h: h}).do("POST", "/session/oidc/start", "{}"); w.Code != 503 || len(w.Result().Cookies()) > 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := h.withKey("eyJ").do("GET", "/me", ""); w.Code != 503 {
		t.Errorf("an access token: %d %s", w.Code, w.Body)
	}
	if w := h.withKey(h.acme.adminKey).do("GET", "/me", ""); w.Code != 200 {
		t.Errorf("an API key: %d %s", w.Code, w.Body)
	}
}

// A person who has shown who they are connects and disconnects.
func TestConnect(t *testing.T) {
	s := withProvider(t)
	vic := s.signIn(s.acme.viewer)
	elsewhere := person("v", "vic@globex.example")
	put := func(c client, brings map[string]string) *httptest.ResponseRecorder {
		t.Helper()
		b, err := json.Marshal(brings)
		s.must(err)
		return c.do("PUT", "/me/oidc", string(b))
	}
	c, brings := s.goes(vic, "/me/oidc", elsewhere)
	s.refused("a trip to connect signs nobody in", s.comes(c, brings), 401)
	dana := s.signIn(s.acme.admin)
	dana.cookies = append(dana.cookies, c.cookies[len(vic.cookies):]...)
	s.refused("what another began", put(dana, brings), 401)
	c, brings = s.goes(vic, "/me/oidc", elsewhere)
	if w := put(c, brings); w.Code != 204 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if e := s.acme.noted(s.house, "")[0]; e.Action != "connect" || e.Outcome != projectr.WasDone {
		t.Errorf("noted %+v", e)
	}
	if me := decode[Me](c, s.in(elsewhere), "session/oidc"); me.User.ID != s.acme.viewer.ID {
		t.Errorf("%+v", me)
	}
	s.clock.forward(account.StepUp)
	for _, method := range []string{"POST", "DELETE"} {
		if w := vic.do(method, "/me/oidc", ""); w.Code != 403 || !strings.Contains(w.Body.String(), "reauthenticate") {
			t.Errorf("%s after a while: %d %s", method, w.Code, w.Body)
		}
	}
	s.clock.forward(-account.StepUp)
	if w := vic.do("DELETE", "/me/oidc", ""); w.Code != 204 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if x := get[List[OwnIdentity]](vic, "/me/oidc"); len(x.Items) != 0 {
		t.Errorf("%+v", x)
	}
	s.refused("disconnected", s.in(elsewhere), 403)

	h := open(t, func(c *Config) { c.SignOn = nil })
	if got := get[SignInWays](client{h: h}, "/sign-in"); got.Provider != "" {
		t.Errorf("%+v", got)
	}
	dana = h.signIn(h.acme.admin)
	for _, x := range [][3]string{{"POST", "/session/oidc/start", "{}"}, {"POST", "/session/oidc", `{"state":"x"}`}, {"POST", "/me/oidc", ""}, {"PUT", "/me/oidc", `{"state":"x"}`}} {
		if w := dana.do(x[0], x[1], x[2]); w.Code != 404 || !strings.Contains(w.Body.String(), "No sign-in provider") {
			t.Errorf("%s %s without a provider: %d %s", x[0], x[1], w.Code, w.Body)
		}
	}
}

// token is an access token that the provider signed.
func (s *signOns) token(claims map[string]any) string {
	s.Helper()
	all := map[string]any{"iss": s.m.Issuer(), "aud": "projectr", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
	for k, v := range claims {
		all[k] = v
	}
	id, err := s.m.Keypair.KeyID()
	s.must(err)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: s.m.Keypair.PrivateKey, KeyID: id}}, nil)
	s.must(err)
	t, err := jwt.Signed(signer).Claims(all).Serialize()
	s.must(err)
	return t
}

// A program with an access token may do what its person may, looked at anew with each
// request (invariant I-19).
func TestAccessTokens(t *testing.T) {
	s := withProvider(t)
	ann := map[string]any{"sub": "a", "email": "ann@globex.example", "email_verified": true, "organization_id": "acme", "role": "admin"}
	bearer := func(change map[string]any) client {
		all := map[string]any{}
		for _, m := range []map[string]any{ann, change} {
			for k, v := range m {
				if all[k] = v; v == nil {
					delete(all, k)
				}
			}
		}
		return s.withKey(s.token(all))
	}
	admin := bearer(nil)
	if me := get[Me](admin, "/me"); me.User.Email != "ann@globex.example" || len(me.Organisations) != 1 || me.Organisations[0].Address != "acme" || me.Organisations[0].Role != projectr.Admin {
		t.Fatalf("%+v", me)
	}
	if w := admin.do("PATCH", "/orgs/acme", `{"time_zone":"America/Chicago"}`); w.Code != 200 {
		t.Errorf("an admin: %d %s", w.Code, w.Body)
	}
	if w := admin.do("POST", "/orgs/acme/api-keys", `{"name":"CI","role":"admin"}`); w.Code != 403 {
		t.Errorf("an access token makes a key: %d %s", w.Code, w.Body)
	}
	for what, change := range map[string]map[string]any{
		"another audience":                      {"aud": "else"},
		"expired":                               {"exp": time.Now().Add(-2 * time.Minute).Unix()},
		"another issuer":                        {"iss": "https://else.example"},
		"an ID token":                           {"nonce": "n"},
		"a role that is none":                   {"role": "owner"},
		"two claims that contradict each other": {"custom:role": "viewer"},
		"for the client, which is no access":    {"aud": s.m.ClientID},
		"of an organisation that is not a text": {"organization_id": 7},
	} {
		c := bearer(change)
		c.cookies = s.signIn(s.acme.admin).cookies // count for nothing
		if w := c.do("GET", "/me", ""); w.Code != 401 || strings.Contains(w.Body.String(), "audience") {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	if w := admin.do("GET", "/orgs/globex", ""); w.Code != 404 {
		t.Errorf("another's organisation: %d", w.Code)
	}
	// Less from now on.
	if w := bearer(map[string]any{"role": "viewer"}).do("PATCH", "/orgs/acme", `{"time_zone":"America/Chicago"}`); w.Code != 403 {
		t.Errorf("a viewer by now: %d %s", w.Code, w.Body)
	}
	if w := admin.do("PATCH", "/orgs/acme", `{"time_zone":"America/Chicago"}`); w.Code != 403 {
		t.Errorf("the token of before: %d", w.Code)
	}
	u, err := s.acc.User(t.Context(), "ann@globex.example")
	s.must(err)
	s.must(s.acme.DropMember(t.Context(), u.ID))
	if w := admin.do("GET", "/orgs/acme", ""); w.Code != 404 {
		t.Errorf("taken out: %d", w.Code)
	}
	s.must(s.acc.Disable(t.Context(), u, true, projectr.Actor{Kind: "operator"}, "test"))
	if w := admin.do("GET", "/me", ""); w.Code != 401 {
		t.Errorf("disabled: %d", w.Code)
	}
	// A domain of its own makes a viewer of a token's person; nobody knows the others.
	if me := get[Me](bearer(map[string]any{"sub": "b", "email": "bo@acme.example", "organization_id": nil, "role": nil}), "/me"); len(me.Organisations) != 1 || me.Organisations[0].Role != projectr.Viewer {
		t.Errorf("%+v", me)
	}
	for what, c := range map[string]client{
		"nobody we know":       s.withKey(s.token(map[string]any{"sub": "c", "scope": "openid"})),
		"a person's address":   bearer(map[string]any{"sub": "d", "email": s.acme.viewer.Email, "organization_id": nil, "role": nil}),
		"a domain not allowed": bearer(map[string]any{"sub": "e", "email": "eve@evil.example"}),
	} {
		if w := c.do("GET", "/orgs/acme", ""); w.Code != 403 {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
}

// Why a token opens nothing is for the log alone.
func TestDoubtIsLogged(t *testing.T) {
	var log bytes.Buffer
	h := open(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	w := h.withKey("eyJnobody").do("GET", "/me", "")
	if w.Code != 401 || strings.Contains(w.Body.String(), "nobody signed it") || !strings.Contains(log.String(), "nobody signed it") || strings.Contains(log.String(), "eyJnobody") || strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("%d %s\n%s", w.Code, w.Body, log.String())
	}
}
