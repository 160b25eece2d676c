package oidc

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"

	"projectr"
)

// visit is the browser at the provider: it asks for the page, is signed on there without
// more ado, and brings back what is in the address it is sent to.
func visit(t *testing.T, trip projectr.SignOnTrip) projectr.SignOnReturn {
	t.Helper()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.Get(trip.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	back, err := res.Location()
	if err != nil {
		t.Fatalf("%s: %v", res.Status, err)
	}
	q := back.Query()
	return projectr.SignOnReturn{Code: q.Get("code"), State: q.Get("state"), Issuer: q.Get("iss"), Error: q.Get("error")}
}

// The code flow, against a provider that is not ours.
func TestCodeFlow(t *testing.T) {
	m, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	defer m.Shutdown()
	o := Options{
		Issuer: m.Issuer(), ClientID: m.ClientID, ClientSecret: m.ClientSecret, RedirectURL: "http://localhost:8080/sign-in/oidc",
		Domains: []string{"example.com"}, Now: time.Now, Rand: rand.Reader,
	}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	start := func() projectr.SignOnTrip {
		t.Helper()
		trip, err := p.Start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return trip
	}
	refused := func(what string, trip projectr.SignOnTrip, r projectr.SignOnReturn) {
		t.Helper()
		if c, err := p.Finish(t.Context(), trip, r); projectr.KindOf(err) != projectr.Unknown || c != (projectr.Claims{}) {
			t.Errorf("%s: %+v, %v", what, c, err)
		}
	}

	trip := start()
	back := visit(t, trip)
	c, err := p.Finish(t.Context(), trip, back)
	if want := (projectr.Claims{Issuer: m.Issuer(), Subject: "1234567890", Email: "jane.doe@example.com", Verified: true}); err != nil || c != want {
		t.Fatalf("%+v, %v", c, err)
	}
	refused("a code twice", trip, back)

	trip = start()
	back = visit(t, trip)
	wrong := trip
	wrong.Verifier = start().Verifier
	refused("another's verifier", wrong, back)
	trip = start()
	back = visit(t, trip)
	wrong = trip
	wrong.Nonce = start().Nonce
	refused("another's nonce", wrong, back)
	trip = start()
	back = visit(t, trip)
	back.State = start().State
	refused("another's state", trip, back)
	back.State = ""
	refused("no state", trip, back)
	trip = start()
	refused("no code", trip, projectr.SignOnReturn{State: trip.State})
	refused("the person said no", trip, projectr.SignOnReturn{State: trip.State, Error: "access_denied"})
	refused("the code of nobody", trip, projectr.SignOnReturn{State: trip.State, Code: "guess"})
	refused("another issuer", trip, projectr.SignOnReturn{State: trip.State, Code: "x", Issuer: "https://else.example"})

	m.QueueUser(&mockoidc.MockUser{Subject: "2", Email: "eve@example.com"})
	trip = start()
	if _, err := p.Finish(t.Context(), trip, visit(t, trip)); projectr.KindOf(err) != projectr.Forbidden {
		t.Errorf("an address that is not proved: %v", err)
	}
	m.QueueUser(&mockoidc.MockUser{Subject: "3", Email: "eve@evil.example", EmailVerified: true})
	trip = start()
	if _, err := p.Finish(t.Context(), trip, visit(t, trip)); projectr.KindOf(err) != projectr.Forbidden {
		t.Errorf("an address of another domain: %v", err)
	}
	m.QueueUser(&mockoidc.MockUser{Subject: "4"})
	trip = start()
	if _, err := p.Finish(t.Context(), trip, visit(t, trip)); projectr.KindOf(err) != projectr.Forbidden {
		t.Errorf("no address: %v", err)
	}

	// Its access token says nothing that its ID token does not say as well.
	m.QueueUser(mockoidc.DefaultUser())
	trip = start()
	res, err := http.PostForm(m.TokenEndpoint(), url.Values{
		"client_id": {m.ClientID}, "client_secret": {m.ClientSecret}, "grant_type": {"authorization_code"},
		"code": {visit(t, trip).Code}, "code_verifier": {trip.Verifier},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var tokens struct{ Access, ID string }
	decode(t, res.Body, &struct {
		A *string `json:"access_token"`
		I *string `json:"id_token"`
	}{&tokens.Access, &tokens.ID})
	for _, token := range []string{tokens.Access, tokens.ID} {
		if _, err := p.Bearer(t.Context(), token); token == "" || projectr.KindOf(err) != projectr.Unknown {
			t.Errorf("%q as an access token: %v", token, err)
		}
	}
}

// Everything that goes with the browser is new each time and cannot be guessed.
func TestStart(t *testing.T) {
	s := newIssuer(t)
	p, _ := s.provider(nil)
	seen := map[string]bool{}
	for range 20 {
		trip, err := p.Start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(trip.URL)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		for name, want := range map[string]string{
			"response_type": "code", "client_id": us, "redirect_uri": "http://localhost:8080/sign-in/oidc", "scope": "openid profile email",
			"state": trip.State, "nonce": trip.Nonce, "code_challenge_method": "S256", "client_secret": "", "code_verifier": "",
		} {
			if q.Get(name) != want {
				t.Errorf("%s is %q, not %q", name, q.Get(name), want)
			}
		}
		if c, err := base64.RawURLEncoding.DecodeString(q.Get("code_challenge")); err != nil || len(c) != 32 {
			t.Errorf("code_challenge %q", q.Get("code_challenge"))
		}
		for _, secret := range []string{trip.State, trip.Nonce, trip.Verifier} {
			if b, err := base64.RawURLEncoding.DecodeString(secret); err != nil || len(b) != 32 || seen[secret] {
				t.Errorf("%q is no new secret of 256 bits", secret)
			}
			seen[secret] = true
		}
		if strings.Contains(trip.URL, trip.Verifier) {
			t.Error("the verifier goes through the browser")
		}
	}
	if _, err := p.Finish(t.Context(), projectr.SignOnTrip{}, projectr.SignOnReturn{Code: "x"}); projectr.KindOf(err) != projectr.Unknown || s.tokens.Load() != 0 {
		t.Errorf("without a state the provider was asked: %v", err)
	}
	if n := s.discoveries.Load(); n != 1 {
		t.Errorf("the provider was discovered %d times", n)
	}
}

// An ID token is good in one way and wrong in many.
func TestIDTokens(t *testing.T) {
	for _, r := range []struct {
		name string
		h, c fields
		key  any
		user any // what userinfo says
		say  fields
		why  string // empty: it is good
		kind projectr.Kind
	}{
		{name: "good"},
		{name: "good, with a hash of the access token", c: fields{"at_hash": hashOf("access")}},
		{name: "good, Cognito", c: fields{"token_use": "id"}},
		{name: "good, for two audiences and by us", c: fields{"aud": []string{us, "account"}, "azp": us}},
		{name: "the address comes from userinfo", c: fields{"email": nil, "email_verified": nil}, user: fields{"sub": "user-1", "email": "jo@acme.example", "email_verified": true}},
		{name: "userinfo of somebody else", c: fields{"email": nil}, user: fields{"sub": "user-2", "email": "jo@acme.example", "email_verified": true}, why: "userinfo is of somebody else"},
		{name: "userinfo of nobody", c: fields{"email": nil}, user: fields{}, why: "userinfo is of somebody else"},
		{name: "userinfo that is no object", c: fields{"email": nil}, user: "x", kind: projectr.Unavailable, why: "GET"},
		{name: "the issuer is told, and right", say: fields{"authorization_response_iss_parameter_supported": true}},
		{name: "another nonce", c: fields{"nonce": "guess"}, why: "nonce"},
		{name: "no nonce", c: fields{"nonce": nil}, why: "nonce"},
		{name: "another audience", c: fields{"aud": "else"}, why: "not for us"},
		{name: "no audience", c: fields{"aud": nil}, why: "not for us"},
		{name: "two audiences, and by nobody", c: fields{"aud": []string{us, "else"}}, why: "another client"},
		{name: "by another client", c: fields{"azp": "else"}, why: "another client"},
		{name: "another issuer", c: fields{"iss": "https://else.example"}, why: "another issuer"},
		{name: "no subject", c: fields{"sub": ""}, why: "subject"},
		{name: "expired", c: fields{"exp": unix(-2 * time.Minute), "iat": unix(-5 * time.Minute)}, why: "expired"},
		{name: "never expires", c: fields{"exp": nil}, why: "never expires"},
		{name: "not yet", c: fields{"nbf": unix(2 * time.Minute)}, why: "time has not come"},
		{name: "issued long ago", c: fields{"iat": unix(-11 * time.Minute)}, why: "before this sign-on"},
		{name: "an access token", h: fields{"typ": "at+jwt"}, why: "another use"},
		{name: "an access token of Cognito", c: fields{"token_use": "access"}, why: "no ID token"},
		{name: "another's access token", c: fields{"at_hash": hashOf("another")}, why: "access token is not the one"},
		{name: "not signed", h: fields{"alg": "none"}, key: unsigned{}, why: "algorithm"},
		{name: "signed with our secret", h: fields{"alg": "HS256"}, key: []byte("s3cret"), why: "algorithm"},
		{name: "signed by another", key: otherRSA(), why: "no key"},
		{name: "its own key", h: fields{"jwk": jwk("rsa", otherRSA())}, key: otherRSA(), why: "jwk"},
	} {
		t.Run(r.name, func(t *testing.T) {
			s := newIssuer(t)
			s.about, s.userInfo = r.say, r.user
			p, _ := s.provider(nil)
			trip, err := p.Start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if r.key == nil {
				r.key = rsaKey()
			}
			good := fields{"iss": s.URL, "sub": "user-1", "aud": us, "nonce": trip.Nonce, "iat": unix(0), "exp": unix(time.Hour), "email": "jo@acme.example", "email_verified": true}
			s.set(func() {
				s.idToken = func() string {
					return sign(r.key, fields{"alg": "RS256", "kid": "rsa", "typ": "JWT"}.with(r.h), good.with(r.c))
				}
			})
			back := projectr.SignOnReturn{Code: "code", State: trip.State}
			if r.say != nil {
				if _, err := p.Finish(t.Context(), trip, back); projectr.KindOf(err) != projectr.Unknown || s.tokens.Load() != 0 {
					t.Errorf("the issuer was not told: %v", err)
				}
				back.Issuer = s.URL
			}
			c, err := p.Finish(t.Context(), trip, back)
			if r.why != "" {
				if r.kind == projectr.Internal {
					r.kind = projectr.Unknown
				}
				if projectr.KindOf(err) != r.kind || !strings.Contains(cause(err), r.why) || c != (projectr.Claims{}) {
					t.Fatalf("it should be refused because %q: %+v, %v", r.why, c, err)
				}
				return
			}
			if want := (projectr.Claims{Issuer: s.URL, Subject: "user-1", Email: "jo@acme.example", Verified: true}); err != nil || c != want {
				t.Fatalf("%+v, %v", c, err)
			}
		})
	}
}

// We show our secret as the provider wants it, and none where we have none.
func TestClientSecret(t *testing.T) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(us+":s3cret"))
	for _, r := range []struct {
		methods []string
		secret  string
		want    string
	}{
		{nil, "s3cret", basic + "||"},
		{[]string{"client_secret_basic"}, "s3cret", basic + "||"},
		{[]string{"client_secret_post"}, "s3cret", "|" + us + "|s3cret"},
		{[]string{"client_secret_basic", "none"}, "", "|" + us + "|"},
	} {
		s := newIssuer(t)
		s.about = fields{"token_endpoint_auth_methods_supported": r.methods}
		s.idToken = func() string { return "" }
		p, _ := s.provider(func(o *Options) { o.ClientSecret = r.secret })
		trip, err := p.Start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Finish(t.Context(), trip, projectr.SignOnReturn{Code: "code", State: trip.State}); projectr.KindOf(err) != projectr.Unknown {
			t.Errorf("no ID token: %v", err)
		}
		if got := s.authorization.Load(); got != r.want+"|"+trip.Verifier || s.tokens.Load() != 1 {
			t.Errorf("%q with %q: %d times, %q", r.methods, r.secret, s.tokens.Load(), got)
		}
	}
}
