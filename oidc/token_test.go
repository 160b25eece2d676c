package oidc

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
)

// A token is good in one way and wrong in many. Each row changes one thing of a good
// token, or of the keys that the provider shows, and says why that is refused; an empty
// why: it is let in (T-17).
func TestTokens(t *testing.T) {
	type form = func(*issuer) (h, c fields)
	profiled, cognito, plain := (*issuer).profiled, (*issuer).cognito, (*issuer).plain
	forAPI := func(o *Options) { o.Audience = api }
	type row struct {
		name string
		form form           // of the good token; nil: profiled
		o    func(*Options) // nil: our audience is api
		h, c fields         // what is changed
		key  any            // that signs it; nil: the provider's RSA key
		keys []fields       // that the provider shows
		raw  func(token string) string
		why  string
	}
	public := b64(rsaKey().N.Bytes()) // what everybody may read
	cut := func(n int) func(string) string {
		return func(s string) string { return strings.Join(strings.Split(s, ".")[:n], ".") }
	}
	part := func(i int, change func(string) string) func(string) string {
		return func(s string) string {
			p := strings.Split(s, ".")
			p[i] = change(p[i])
			return strings.Join(p, ".")
		}
	}
	to := func(s string) func(string) string { return func(string) string { return s } }
	rows := []row{
		// What is let in.
		{name: "RFC 9068"},
		{name: "RFC 9068, type written in full", h: fields{"typ": "application/AT+JWT"}},
		{name: "RFC 9068 for our client", o: func(*Options) {}, c: fields{"aud": us}},
		{name: "ES256", h: fields{"alg": "ES256", "kid": "ec"}, key: ecKey()},
		{name: "Cognito", form: cognito, o: func(*Options) {}},
		{name: "Cognito with an audience of ours", form: cognito, c: fields{"aud": api}},
		{name: "Keycloak", form: plain, c: fields{"typ": "Bearer"}},
		{name: "Entra: scp, audience is the client", form: plain, o: func(*Options) {}, c: fields{"aud": us, "scope": nil, "scp": "read"}},
		{name: "a thumbprint of a certificate beside the key's name", h: fields{"x5t": "abc"}},
		{name: "no key named where there is one alone", h: fields{"kid": nil}, keys: []fields{jwk("rsa", rsaKey())}},
		{name: "two keys of one name", keys: []fields{jwk("rsa", otherRSA()), jwk("rsa", rsaKey())}},
		{name: "expired within what clocks differ", c: fields{"exp": unix(-59 * time.Second), "iat": unix(-time.Hour)}},
		{name: "issued within what clocks differ", c: fields{"iat": unix(59 * time.Second), "nbf": unix(59 * time.Second)}},
		{name: "claims of no trusted issuer are not looked at", c: fields{"organization_id": 5, "role": []string{"owner"}}},

		// Algorithms.
		{name: "none", h: fields{"alg": "none"}, key: unsigned{}, why: "algorithm is not in our list"},
		{name: "None", h: fields{"alg": "None"}, why: "algorithm is not in our list"},
		{name: "no algorithm", h: fields{"alg": nil}, why: "algorithm is not in our list"},
		{name: "an empty algorithm", h: fields{"alg": ""}, why: "alg in its header is no text"},
		{name: "an algorithm that is a list", h: fields{"alg": []string{"RS256"}}, why: "alg in its header is no text"},
		{name: "in lower case", h: fields{"alg": "rs256"}, why: "algorithm is not in our list"},
		{name: "HS256 with the public key", h: fields{"alg": "HS256"}, key: []byte(public), why: "algorithm is not in our list"},
		{name: "HS256 with a key that the provider shows", h: fields{"alg": "HS256", "kid": "s"}, key: []byte("known"), keys: []fields{jwk("rsa", rsaKey()), jwk("s", []byte("known"))}, why: "algorithm is not in our list"},
		{name: "RS512", h: fields{"alg": "RS512"}, key: rs512, why: "algorithm is not in our list"},
		{name: "PS256", h: fields{"alg": "PS256"}, key: pss, why: "algorithm is not in our list"},
		{name: "PS256 that says RS256", key: pss, why: "no key of the provider has signed it"},
		{name: "an algorithm twice", raw: part(0, to(b64([]byte(`{"alg":"none","alg":"RS256","kid":"rsa","typ":"at+jwt"}`)))), why: "header is no JSON object"},

		// Keys.
		{name: "another's key", key: otherRSA(), why: "no key of the provider has signed it"},
		{name: "another's key of a curve", h: fields{"alg": "ES256", "kid": "ec"}, key: foreignEC(), why: "no key of the provider has signed it"},
		{name: "the name of a key of another kind", h: fields{"kid": "ec"}, why: "no key of the provider has signed it"},
		{name: "ES256 under the name of an RSA key", h: fields{"alg": "ES256"}, key: ecKey(), why: "no key of the provider has signed it"},
		{name: "an unknown key", h: fields{"kid": "new"}, why: "no key of the provider has signed it"},
		{name: "a key that is a path", h: fields{"kid": "../../../dev/null"}, key: []byte{}, why: "no key of the provider has signed it"},
		{name: "a key that is a question to a database", h: fields{"kid": "x' UNION SELECT 'k"}, why: "no key of the provider has signed it"},
		{name: "no key named where there are several", h: fields{"kid": nil}, why: "no key of the provider has signed it"},
		{name: "an empty name of a key", h: fields{"kid": ""}, why: "kid in its header is no text"},
		{name: "a name of a key that is a number", h: fields{"kid": 1}, why: "kid in its header is no text"},
		{name: "a key of 1024 bits", key: weakRSA(), keys: []fields{jwk("rsa", weakRSA()), jwk("ec", ecKey())}, why: "no key of the provider has signed it"},
		{name: "a curve that is not P-256", h: fields{"alg": "ES256", "kid": "wide"}, key: wideEC(), keys: []fields{jwk("rsa", rsaKey()), jwk("wide", wideEC())}, why: "no key of the provider has signed it"},
		{name: "a key for encryption", keys: []fields{jwk("rsa", rsaKey()).with(fields{"use": "enc"}), jwk("ec", ecKey())}, why: "no key of the provider has signed it"},
		{name: "a key for wrapping", keys: []fields{jwk("rsa", rsaKey()).with(fields{"key_ops": []string{"wrapKey"}}), jwk("ec", ecKey())}, why: "no key of the provider has signed it"},
		{name: "a key for another algorithm", keys: []fields{jwk("rsa", rsaKey()).with(fields{"alg": "RS512"}), jwk("ec", ecKey())}, why: "no key of the provider has signed it"},
		{name: "a key of another issuer", keys: []fields{jwk("rsa", rsaKey()).with(fields{"issuer": "https://else.example"})}, why: "the key signs tokens of another issuer"},
		{name: "jku", h: fields{"jku": "https://evil.example/keys"}, key: otherRSA(), why: "header has jku"},
		{name: "jku, rightly signed", h: fields{"jku": "https://evil.example/keys"}, why: "header has jku"},
		{name: "jwk", h: fields{"jwk": jwk("mine", otherRSA()), "kid": "mine"}, key: otherRSA(), why: "header has jwk"},
		{name: "x5u", h: fields{"x5u": "https://evil.example/cert"}, why: "header has x5u"},
		{name: "x5c", h: fields{"x5c": []string{"MIIB"}}, why: "header has x5c"},
		{name: "an extension", h: fields{"crit": []string{"b64"}, "b64": false}, why: "header has"},
		{name: "packed", h: fields{"zip": "DEF"}, why: "header has zip"},

		// Form.
		{name: "nothing", raw: to(""), why: "not three parts"},
		{name: "two dots alone", raw: to(".."), why: "header is no JSON object"},
		{name: "no signature", raw: cut(2), why: "not three parts"},
		{name: "an empty signature", raw: part(2, to("")), why: "no key of the provider has signed it"},
		{name: "four parts", raw: func(s string) string { return s + ".x" }, why: "not three parts"},
		{name: "encrypted", raw: func(s string) string { return s + ".x.y" }, why: "not three parts"},
		{name: "huge", c: fields{"x": strings.Repeat("x", maxToken)}, why: "too long"},
		{name: "a signature cut short", raw: func(s string) string { return s[:len(s)-8] }, why: "no key of the provider has signed it"},
		{name: "claims changed after they were signed", raw: part(1, to(b64([]byte(`{"sub":"admin"}`)))), why: "no key of the provider has signed it"},
		{name: "the header of another token", raw: part(0, to(b64([]byte(`{"alg":"RS256","kid":"rsa"}`)))), why: "no key of the provider has signed it"},
		{name: "filled up", raw: part(0, func(s string) string { return s + "==" }), why: "header is not base64url"},
		{name: "in JSON", raw: to(`{"payload":"e30","protected":"a.b.c","signature":"x"}`), why: "header is not base64url"},
		{name: "white space", raw: func(s string) string { return " " + s }, why: "header is not base64url"},
		{name: "a header that is null", raw: part(0, to(b64([]byte("null")))), why: "header is no JSON object"},
		{name: "a header that is a list", raw: part(0, to(b64([]byte("[]")))), why: "header is no JSON object"},

		// Issuer and subject.
		{name: "another issuer", c: fields{"iss": "https://else.example"}, why: "another issuer"},
		{name: "no issuer", c: fields{"iss": nil}, why: "another issuer"},
		{name: "an issuer with a slash more", c: fields{"iss": "SELF/"}, why: "another issuer"},
		{name: "another pool of the same provider", c: fields{"iss": "SELF/other-pool"}, why: "another issuer"},
		{name: "the issuer in another case", c: fields{"iss": nil, "Iss": "SELF"}, why: "another issuer"},
		{name: "no subject", c: fields{"sub": nil}, why: "subject is none"},
		{name: "an empty subject", c: fields{"sub": ""}, why: "subject is none"},
		{name: "a subject that is a number", c: fields{"sub": 7}, why: "claims are not as they must be"},
		{name: "a long subject", c: fields{"sub": strings.Repeat("s", maxID+1)}, why: "subject is none"},
		{name: "a subject of two lines", c: fields{"sub": "a\nb"}, why: "subject is none"},

		// Audience and use.
		{name: "another audience", c: fields{"aud": "https://else.example"}, why: "another audience"},
		{name: "several audiences, none ours", c: fields{"aud": []string{us, "account"}}, why: "another audience"},
		{name: "no audience", c: fields{"aud": nil}, why: "no audience"},
		{name: "an empty list of audiences", c: fields{"aud": []string{}}, why: "no audience"},
		{name: "an audience that is a number", c: fields{"aud": 1}, why: "claims are not as they must be"},
		{name: "an audience that only begins as ours", c: fields{"aud": api + ".evil.example"}, why: "another audience"},
		{name: "Cognito: an ID token", form: cognito, c: fields{"token_use": "id", "aud": api, "client_id": nil}, why: "no access token"},
		{name: "Cognito: another client", form: cognito, c: fields{"client_id": "other"}, why: "another client"},
		{name: "Cognito: no client", form: cognito, c: fields{"client_id": nil}, why: "another client"},
		{name: "Cognito: another audience", form: cognito, c: fields{"aud": "https://else.example"}, why: "another audience"},
		{name: "Cognito: neither use nor audience", form: cognito, c: fields{"token_use": nil}, why: "no audience"},
		{name: "an ID token by its nonce", form: plain, c: fields{"nonce": "n"}, why: "ID token"},
		{name: "an ID token by its hash of the access token", form: plain, c: fields{"at_hash": "h"}, why: "ID token"},
		{name: "an ID token by its hash of the code", form: plain, c: fields{"c_hash": "h"}, why: "ID token"},
		{name: "an ID token for our client that says nothing more", form: plain, o: func(*Options) {}, c: fields{"aud": us, "scope": nil}, why: "does not say that it is an access token"},
		{name: "Keycloak: an ID token", form: plain, c: fields{"typ": "ID"}, why: "type is of another use"},
		{name: "Keycloak: a refresh token", form: plain, c: fields{"typ": "Refresh"}, why: "type is of another use"},
		{name: "a token that ends a session", h: fields{"typ": "logout+jwt"}, why: "type is of another use"},
		{name: "the same, without a type", form: plain, h: fields{"typ": nil}, c: fields{"events": fields{"http://schemas.openid.net/event/backchannel-logout": fields{}}}, why: "tells of an event"},
		{name: "an answer to a request for authorization", h: fields{"typ": "oauth-authz-req+jwt"}, why: "type is of another use"},
		{name: "a type that is a number", h: fields{"typ": 1}, why: "typ in its header is no text"},

		// Time.
		{name: "expired", c: fields{"exp": unix(-time.Minute), "iat": unix(-time.Hour)}, why: "has expired"},
		{name: "never expires", c: fields{"exp": nil}, why: "never expires"},
		{name: "expires at null", raw: nil, c: fields{"exp": []byte(nil)}, why: "never expires"},
		{name: "expires when a text says", c: fields{"exp": "2099-01-01"}, why: "claims are not as they must be"},
		{name: "expires when no number can say", c: fields{"exp": 1e300}, why: "claims are not as they must be"},
		{name: "expired long ago", c: fields{"exp": -5}, why: "has expired"},
		{name: "not yet", c: fields{"nbf": unix(61 * time.Second)}, why: "time has not come"},
		{name: "issued in the future", c: fields{"iat": unix(61 * time.Second)}, why: "issued in the future"},
		{name: "issued at no time", c: fields{"iat": nil}, why: "does not say when it was issued"},
		{name: "expired before it was issued", c: fields{"exp": unix(-30 * time.Second), "iat": unix(-10 * time.Second)}, why: "expired before it was issued"},
		{name: "claims twice", raw: func(string) string {
			return sign(rsaKey(), fields{"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}, `{"sub":"a","sub":"b"}`)
		}, why: "claims are not as they must be"},
		{name: "claims that are no object", raw: func(string) string {
			return sign(rsaKey(), fields{"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}, `"text"`)
		}, why: "claims are not as they must be"},
	}
	if len(rows) < 45 {
		t.Fatalf("only %d rows", len(rows))
	}
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r.name] {
			t.Errorf("two rows are called %q", r.name)
		}
		seen[r.name] = true
		t.Run(r.name, func(t *testing.T) {
			s := newIssuer(t)
			if r.keys != nil {
				s.keys = r.keys
			}
			if r.o == nil {
				r.o = forAPI
			}
			if r.form == nil {
				r.form = profiled
			}
			if r.key == nil {
				r.key = rsaKey()
			}
			p, _ := s.provider(r.o)
			h, c := r.form(s)
			c = c.with(r.c)
			for _, name := range []string{"iss", "Iss"} {
				if iss, ok := c[name].(string); ok {
					c[name] = strings.Replace(iss, "SELF", s.URL, 1)
				}
			}
			token := sign(r.key, h.with(r.h), c)
			if r.raw != nil {
				token = r.raw(token)
			}
			got, err := p.Bearer(t.Context(), token)
			if r.why == "" {
				if err != nil || got.Issuer != s.URL || got.Subject != "user-1" || got.Org != "" || got.Role != projectr.NoRole {
					t.Fatalf("it should be let in: %+v, %v", got, err)
				}
				return
			}
			if projectr.KindOf(err) != projectr.Unknown || !strings.Contains(cause(err), r.why) {
				t.Fatalf("it should be refused because %q: %+v, %v", r.why, got, err)
			}
			if got != (projectr.Claims{}) {
				t.Errorf("refused, and told all the same: %+v", got)
			}
			if parts := strings.Split(token, "."); len(token) > 20 && (strings.Contains(err.Error(), token) || strings.Contains(err.Error(), parts[len(parts)-1]) && len(parts[len(parts)-1]) > 20) {
				t.Errorf("the error holds the token: %v", err)
			}
			if n := s.keyReads.Load(); n > 1 {
				t.Errorf("the keys were read %d times", n)
			}
		})
	}
}

// What a provider says of a person counts as far as the operator trusts it.
func TestClaims(t *testing.T) {
	const google = "https://accounts.google.com"
	trusting := func(o *Options) { o.ClaimsFrom = []string{o.Issuer} }
	for _, r := range []struct {
		name string
		o    func(*Options)
		c    fields
		want projectr.Claims // Issuer and Subject aside
		why  string
	}{
		{name: "nothing said"},
		{name: "a proved address", c: fields{"email": "Jo@Acme.example", "email_verified": true, "name": " Jo Doe "}, want: projectr.Claims{Email: "jo@acme.example", Verified: true, Name: "Jo Doe"}},
		{name: "proved in words, as Cognito says it", c: fields{"email": "jo@acme.example", "email_verified": "true"}, want: projectr.Claims{Email: "jo@acme.example", Verified: true}},
		{name: "not proved", c: fields{"email": "jo@acme.example", "email_verified": false}, want: projectr.Claims{Email: "jo@acme.example"}},
		{name: "not proved in words", c: fields{"email": "jo@acme.example", "email_verified": "false"}, want: projectr.Claims{Email: "jo@acme.example"}},
		{name: "nothing said of a proof", c: fields{"email": "jo@acme.example"}, want: projectr.Claims{Email: "jo@acme.example"}},
		{name: "proved, as Entra says it", c: fields{"email": "jo@acme.example", "xms_edov": "1"}, want: projectr.Claims{Email: "jo@acme.example", Verified: true}},
		{name: "proved by the operator's word", o: func(o *Options) { o.ProvesAddresses = true }, c: fields{"email": "jo@acme.example"}, want: projectr.Claims{Email: "jo@acme.example", Verified: true}},
		{name: "no address", o: func(o *Options) { o.ProvesAddresses = true }, c: fields{"email": "jo"}},
		{name: "an address with a name", c: fields{"email": "Jo <jo@acme.example>", "email_verified": true}},
		{name: "two addresses", c: fields{"email": "jo@acme.example, x@evil.example", "email_verified": true}},
		{name: "a quoted address", c: fields{"email": `"jo@acme.example"@evil.example`, "email_verified": true}},
		{name: "a Kelvin sign is no k", c: fields{"email": "\u212aim@acme.example", "email_verified": true}},
		{name: "a dotted I is no i", c: fields{"email": "\u0130an@acme.example", "email_verified": true}},
		{name: "an address that is a list", c: fields{"email": []string{"jo@acme.example"}, "email_verified": true}},
		{name: "a name of two lines", c: fields{"name": "Jo\nadmin"}},
		{name: "claims are not trusted", c: fields{"organization_id": "org_1", "role": "admin"}},
		{name: "claims of another issuer are trusted", o: func(o *Options) { o.ClaimsFrom = []string{o.Issuer + "/other", google} }, c: fields{"organization_id": "org_1", "role": "admin"}},
		{name: "claims are trusted", o: trusting, c: fields{"organization_id": "org_1", "role": "admin"}, want: projectr.Claims{Org: "org_1", Role: projectr.Admin}},
		{name: "claims as Cognito writes them", o: trusting, c: fields{"custom:organization_id": "org_1", "custom:role": "viewer"}, want: projectr.Claims{Org: "org_1", Role: projectr.Viewer}},
		{name: "both, and the same", o: trusting, c: fields{"organization_id": "org_1", "custom:organization_id": "org_1", "role": "viewer"}, want: projectr.Claims{Org: "org_1", Role: projectr.Viewer}},
		{name: "both, and another", o: trusting, c: fields{"organization_id": "org_1", "custom:organization_id": "org_2", "role": "viewer"}, why: "not as they must be"},
		{name: "an organisation without a role", o: trusting, c: fields{"organization_id": "org_1"}},
		{name: "a role without an organisation", o: trusting, c: fields{"role": "admin"}},
		{name: "a role we do not have", o: trusting, c: fields{"organization_id": "org_1", "role": "owner"}, why: "its role is none"},
		{name: "a role in capitals", o: trusting, c: fields{"organization_id": "org_1", "role": "ADMIN"}, why: "its role is none"},
		{name: "several roles", o: trusting, c: fields{"organization_id": "org_1", "role": []string{"admin"}}, why: "not as they must be"},
		{name: "an organisation of two lines", o: trusting, c: fields{"organization_id": "org_1\norg_2", "role": "admin"}, why: "its organisation is none"},
	} {
		t.Run(r.name, func(t *testing.T) {
			s := newIssuer(t)
			p, _ := s.provider(func(o *Options) {
				o.Audience = api
				if r.o != nil {
					r.o(o)
				}
			})
			h, c := s.profiled()
			got, err := p.Bearer(t.Context(), sign(rsaKey(), h, c.with(r.c)))
			if r.why != "" {
				if projectr.KindOf(err) != projectr.Unknown || !strings.Contains(cause(err), r.why) {
					t.Fatalf("want refused because %q: %+v, %v", r.why, got, err)
				}
				return
			}
			r.want.Issuer, r.want.Subject = s.URL, "user-1"
			if err != nil || got != r.want {
				t.Fatalf("got %+v, %v\nwant %+v", got, err, r.want)
			}
		})
	}
	p, err := New(Options{Issuer: google, ClientID: us, RedirectURL: "https://projectr.example/sign-in/oidc", Now: (&clock{}).now})
	if err != nil {
		t.Fatal(err)
	}
	for email, hosted := range map[string]string{`"jo@acme.example"`: "", `"jo@acme.example" `: `"acme.example"`, `"jo@gmail.com"`: ""} {
		c, err := p.claims(payload{Issuer: google, Subject: "1", Email: []byte(email), EmailVerified: []byte("true"), Hosted: []byte(hosted)})
		if want := hosted != "" || strings.Contains(email, "gmail"); err != nil || c.Verified != want {
			t.Errorf("Google, %s, hosted %s: proved %v, %v", email, hosted, c.Verified, err)
		}
	}
}

// Only proved addresses of the listed domains come in; who shows none may be somebody
// known already.
func TestDomains(t *testing.T) {
	s := newIssuer(t)
	p, _ := s.provider(func(o *Options) { o.Audience, o.Domains = api, []string{" Acme.example", "@globex.example"} })
	for email, in := range map[string]bool{
		"jo@acme.example": true, "JO@ACME.EXAMPLE": true, "jo@globex.example": true,
		"jo@evil.example": false, "jo@x.acme.example": false, "jo@notacme.example": false, "jo@acme.example.evil.example": false,
		"jo@\u0430cme.example": false, // a Cyrillic letter
	} {
		for _, proved := range []bool{true, false} {
			h, c := s.profiled()
			_, err := p.Bearer(t.Context(), sign(rsaKey(), h, c.with(fields{"email": email, "email_verified": proved})))
			if in && proved && err != nil || !(in && proved) && projectr.KindOf(err) != projectr.Forbidden {
				t.Errorf("%s, proved %v: %v", email, proved, err)
			}
		}
	}
	h, c := s.profiled()
	if got, err := p.Bearer(t.Context(), sign(rsaKey(), h, c)); err != nil || got.Email != "" {
		t.Errorf("no address: %+v, %v", got, err)
	}
}

// Entra signs people of any company on, and says in the token of which.
func TestCompaniesOfEntra(t *testing.T) {
	const (
		configured = "https://login.microsoftonline.com/organizations/v2.0"
		company    = "11111111-2222-3333-4444-555555555555"
	)
	its, many := anyCompany(configured)
	if !many || its != "https://login.microsoftonline.com/{tenantid}/v2.0" {
		t.Fatalf("%q, %v", its, many)
	}
	for _, one := range []string{"https://login.microsoftonline.com/" + company + "/v2.0", "https://evil.example/common/v2.0", "https://login.example.com/organizations/v2.0"} {
		if got, many := anyCompany(one); many || got != one {
			t.Errorf("%s is of one company, not %s", one, got)
		}
	}
	for _, r := range []struct {
		iss, tid string
		good     bool
	}{
		{"https://login.microsoftonline.com/" + company + "/v2.0", company, true},
		{"https://login.microsoftonline.com/" + company + "/v2.0", "", false},
		{"https://login.microsoftonline.com/" + company + "/v2.0", "99999999-2222-3333-4444-555555555555", false},
		{"https://login.microsoftonline.com/" + company, company, false},
		{"https://login.microsoftonline.com/{tenantid}/v2.0", "{tenantid}", false},
		{"https://login.microsoftonline.com/x/../y/v2.0", "x/../y", false},
		{"https://login.microsoftonline.com//v2.0", "", false},
	} {
		if issues(its, r.iss, r.tid) != r.good {
			t.Errorf("%s of %q: want %v", r.iss, r.tid, r.good)
		}
	}
	// The whole of it: our requests for Entra end at a server of ours.
	s, at := newIssuer(t), "https://login.microsoftonline.com/"
	tls := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.about = fields{"issuer": its, "authorization_endpoint": at + "authorize", "token_endpoint": at + "token", "jwks_uri": at + "keys", "userinfo_endpoint": nil}
		if strings.HasPrefix(r.URL.Path, "/common/") {
			s.about["issuer"] = at + company + "/v2.0"
		}
		r.URL.Path = strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/organizations/v2.0"), "/common/v2.0")
		s.serve(w, r)
	}))
	defer tls.Close()
	s.keys = []fields{jwk("rsa", rsaKey()).with(fields{"issuer": its})}
	entra := func(issuer string) *Provider {
		p, _ := s.provider(func(o *Options) {
			o.Issuer, o.Audience = issuer, api
			o.Transport = tls.Client().Transport.(*http.Transport).Clone()
			o.Transport.TLSClientConfig.ServerName = "example.com" // as the test server's certificate says
			o.Transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, tls.Listener.Addr().String())
			}
		})
		return p
	}
	h, c := s.plain()
	ofCompany := c.with(fields{"iss": "https://login.microsoftonline.com/" + company + "/v2.0", "tid": company})
	p := entra(configured)
	if got, err := p.Bearer(t.Context(), sign(rsaKey(), h, ofCompany)); err != nil || got.Issuer != ofCompany["iss"] {
		t.Errorf("a token of a company: %+v, %v", got, err)
	}
	for _, wrong := range []fields{{"tid": nil}, {"tid": "99999999-2222-3333-4444-555555555555"}, {"iss": its}, {"iss": configured}, {"iss": "https://else.example"}} {
		if _, err := p.Bearer(t.Context(), sign(rsaKey(), h, ofCompany.with(wrong))); projectr.KindOf(err) != projectr.Unknown {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	if _, err := entra("https://login.microsoftonline.com/common/v2.0").Start(t.Context()); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("one company says that it is all: %v", err)
	}

	// A key that Entra keeps for one company signs no token of another.
	s = newIssuer(t)
	p, _ = s.provider(func(o *Options) { o.Audience = api })
	s.keys = []fields{jwk("rsa", rsaKey()).with(fields{"issuer": s.URL})}
	h, c = s.profiled()
	if _, err := p.Bearer(t.Context(), sign(rsaKey(), h, c)); err != nil {
		t.Errorf("a key of this issuer: %v", err)
	}
	if _, err := New(Options{Issuer: configured, ClientID: us, RedirectURL: "https://projectr.example/", ClaimsFrom: []string{configured}}); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("anybody's claims are trusted: %v", err)
	}
	if _, err := New(Options{Issuer: configured, ClientID: us, RedirectURL: "https://projectr.example/", ProvesAddresses: true}); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("anybody's addresses are trusted: %v", err)
	}
}

// Whatever is shown as a token, it is taken apart without harm, and what comes through
// is what we allow: one signature, by the header that we read, over what was signed.
func FuzzParse(f *testing.F) {
	signed := map[string]bool{}
	for _, h := range []fields{{"alg": "ES256", "kid": "ec", "typ": "at+jwt"}, {"alg": "ES256"}, {"alg": "ES256", "jku": "https://x.example"}} {
		token := sign(ecKey(), h, fields{"iss": "https://login.example", "sub": "1", "exp": 1})
		signed[token[:strings.LastIndex(token, ".")]] = true
		f.Add(token)
	}
	f.Add("..")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		h, jws, err := parse(token)
		if err != nil {
			if jws != nil {
				t.Fatal("refused, and handed on all the same")
			}
			return
		}
		if len(token) > maxToken || strings.Count(token, ".") != 2 || !slices.Contains(algorithms, h.alg) || len(jws.Signatures) != 1 {
			t.Fatalf("%q came through", token)
		}
		if got := jws.Signatures[0].Protected; got.Algorithm != string(h.alg) || got.KeyID != h.kid || got.JSONWebKey != nil {
			t.Fatalf("we read %+v, the library %+v", h, got)
		}
		if _, err := jws.Verify(ecKey().Public()); err == nil && !signed[token[:strings.LastIndex(token, ".")]] {
			t.Fatalf("nobody has signed %q", token)
		}
	})
}
