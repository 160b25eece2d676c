package oidc

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
)

func decode(t *testing.T, r io.Reader, v any) {
	t.Helper()
	if err := json.NewDecoder(r).Decode(v); err != nil {
		t.Fatal(err)
	}
}

// hashOf is the at_hash of an access token (OpenID Connect Core, 3.1.3.6).
func hashOf(access string) string {
	sum := sha256.Sum256([]byte(access))
	return b64(sum[:16])
}

// A provider that answers wrongly, or not, makes us say so, in bounded time, and never
// lets anybody in.
func TestWrongAnswers(t *testing.T) {
	answer := func(status int, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	const js = "application/json"
	for name, wrong := range map[string]http.HandlerFunc{
		"an error":      answer(500, js, `{"error":"server_error"}`),
		"not found":     answer(404, "text/html", "<h1>no</h1>"),
		"nothing":       answer(200, js, ""),
		"null":          answer(200, js, "null"),
		"a page":        answer(200, "text/html", "<h1>Sign in</h1>"),
		"half of it":    answer(200, js, `{"issuer":"http://`),
		"a list":        answer(200, js, "[]"),
		"of other form": answer(200, js, `{"issuer":1,"keys":"x","id_token":5}`),
		"deep":          answer(200, js, strings.Repeat("[", 20000)),
		"binary":        answer(200, js, strings.Repeat("\x00\xff", 100)),
		"packed small": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", js)
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 3 * maxAnswer / 1024 {
				if _, err := io.WriteString(z, strings.Repeat(" ", 1024)); err != nil {
					return
				}
			}
			z.Close()
		},
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/moved"+r.URL.Path, http.StatusTemporaryRedirect)
		},
		"hangs up": func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) },
		"slow":     func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"drips": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(20 * time.Millisecond)
			}
		},
	} {
		for _, path := range []string{"/.well-known/openid-configuration", "/keys", "/token", "/userinfo"} {
			t.Run(name+" from "+path, func(t *testing.T) {
				t.Parallel()
				s := newIssuer(t)
				moved := func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }
				s.fault["/moved"+path] = moved
				p, _ := s.provider(func(o *Options) { o.Timeout = 300 * time.Millisecond; o.Audience = api })
				began := time.Now()
				var trip projectr.SignOnTrip
				var err error
				if path == "/.well-known/openid-configuration" {
					s.set(func() { s.fault[path] = wrong })
				}
				if trip, err = p.Start(t.Context()); path == "/.well-known/openid-configuration" {
					want(t, err, projectr.Unavailable)
					_, err = p.Start(t.Context())
					want(t, err, projectr.Unavailable)
					if n := s.discoveries.Load(); n != 1 {
						t.Errorf("asked %d times at once", n)
					}
				} else {
					if err != nil {
						t.Fatal(err)
					}
					s.set(func() {
						s.fault[path] = wrong
						s.idToken = func() string {
							return sign(rsaKey(), fields{"alg": "RS256", "kid": "rsa"}, fields{"iss": s.URL, "sub": "user-1", "aud": us, "nonce": trip.Nonce, "iat": unix(0), "exp": unix(time.Hour)})
						}
					})
					_, err = p.Finish(t.Context(), trip, projectr.SignOnReturn{Code: "code", State: trip.State})
					if kind := projectr.KindOf(err); kind != projectr.Unavailable && (path != "/token" && path != "/userinfo" || kind != projectr.Unknown) {
						t.Errorf("%s: %v", kind, err)
					}
				}
				h, c := s.profiled()
				_, err = p.Bearer(t.Context(), sign(rsaKey(), h, c))
				if path == "/token" || path == "/userinfo" {
					if err != nil {
						t.Errorf("an access token needs no %s: %v", path, err)
					}
				} else {
					want(t, err, projectr.Unavailable)
				}
				if d := time.Since(began); d > 3*time.Second {
					t.Errorf("it took %v", d)
				}
				if text := fmt.Sprint(err); len(text) > 1000 {
					t.Errorf("the error is %d bytes long", len(text))
				}
			})
		}
	}
}

// Of an answer no more than a megabyte is read, even where it would be right.
func TestLongAnswers(t *testing.T) {
	for _, pad := range []int{1000, 2 * maxAnswer} {
		s := newIssuer(t)
		s.pad = pad
		p, _ := s.provider(func(o *Options) { o.Audience = api })
		_, err := p.Start(t.Context())
		h, c := s.profiled()
		if pad < maxAnswer {
			if _, b := p.Bearer(t.Context(), sign(rsaKey(), h, c)); err != nil || b != nil {
				t.Errorf("%d blanks: %v, %v", pad, err, b)
			}
			continue
		}
		want(t, err, projectr.Unavailable)
		s.set(func() { s.pad = 0 })
		p, _ = s.provider(func(o *Options) { o.Audience = api })
		if _, err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.set(func() { s.pad = pad })
		_, err = p.Bearer(t.Context(), sign(rsaKey(), h, c.with(fields{"iss": s.URL})))
		want(t, err, projectr.Unavailable)
	}
}

func want(t *testing.T, err error, kind projectr.Kind) {
	t.Helper()
	if err == nil || projectr.KindOf(err) != kind {
		t.Errorf("want %q: %v", kind, err)
	}
}

// What a provider says of itself is not believed where it would send us, or our people,
// somewhere unsafe or to another provider.
func TestWrongMetadata(t *testing.T) {
	for name, about := range map[string]fields{
		"another issuer":         {"issuer": "https://else.example"},
		"an issuer with a slash": {"issuer": "SELF/"},
		"any company's issuer":   {"issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"},
		"no authorization":       {"authorization_endpoint": nil},
		"authorization by http":  {"authorization_endpoint": "http://login.example/authorize"},
		"a script":               {"authorization_endpoint": "javascript:alert(1)"},
		"no token endpoint":      {"token_endpoint": nil},
		"token endpoint by http": {"token_endpoint": "http://login.example/token"},
		"no keys":                {"jwks_uri": nil},
		"keys by http":           {"jwks_uri": "http://login.example/keys"},
		"keys in a file":         {"jwks_uri": "file:///etc/passwd"},
		"userinfo by http":       {"userinfo_endpoint": "http://login.example/me"},
	} {
		s := newIssuer(t)
		if about["issuer"] == "SELF/" {
			about["issuer"] = s.URL + "/"
		}
		s.about = about
		p, _ := s.provider(nil)
		if _, err := p.Start(t.Context()); projectr.KindOf(err) != projectr.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A provider that is down when we start is found when it is up, at the latest 30 seconds
// later, and one that goes down later is not missed while its keys serve.
func TestProviderDown(t *testing.T) {
	s := newIssuer(t)
	const about = "/.well-known/openid-configuration"
	down := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
	s.fault[about], s.fault["/keys"] = down, down
	p, clock := s.provider(func(o *Options) { o.Audience = api })
	h, c := s.profiled()
	bearer := func() error {
		_, err := p.Bearer(t.Context(), sign(rsaKey(), h, c.with(fields{"exp": clock.now().Add(time.Minute).Unix(), "iat": clock.now().Unix()})))
		return err
	}
	for range 5 {
		want(t, bearer(), projectr.Unavailable)
	}
	s.set(func() { delete(s.fault, about) })
	want(t, bearer(), projectr.Unavailable)
	if n := s.discoveries.Load(); n != 1 {
		t.Errorf("a provider that is down was asked %d times at once", n)
	}
	clock.pass(30 * time.Second)
	want(t, bearer(), projectr.Unavailable) // found, without keys
	s.set(func() { delete(s.fault, "/keys") })
	want(t, bearer(), projectr.Unavailable)
	clock.pass(10 * time.Second)
	if err := bearer(); err != nil {
		t.Fatalf("the provider is up: %v", err)
	}
	s.set(func() { s.fault[about], s.fault["/keys"] = down, down })
	clock.pass(23 * time.Hour)
	if err := bearer(); err != nil {
		t.Errorf("down for 23 hours: %v", err)
	}
	clock.pass(2 * time.Hour)
	want(t, bearer(), projectr.Unavailable)
	s.set(func() { s.fault = map[string]http.HandlerFunc{} })
	clock.pass(time.Minute)
	if err := bearer(); err != nil {
		t.Errorf("up again: %v", err)
	}
	clock.pass(-48 * time.Hour)
	if err := bearer(); err != nil {
		t.Errorf("the clock was set back: %v", err)
	}
}

// New keys are found, withdrawn ones given up, and a flood of unknown ones costs one
// question a minute.
func TestKeys(t *testing.T) {
	s := newIssuer(t)
	p, clock := s.provider(func(o *Options) { o.Audience = api })
	bearer := func(kid string, key any) error {
		h, c := s.profiled()
		_, err := p.Bearer(t.Context(), sign(key, h.with(fields{"kid": kid}), c.with(fields{"exp": clock.now().Add(time.Minute).Unix(), "iat": clock.now().Unix()})))
		return err
	}
	reads := func(n int64) {
		t.Helper()
		if got := s.keyReads.Load(); got != n {
			t.Errorf("the keys were read %d times, not %d", got, n)
		}
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := bearer("rsa", rsaKey()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	reads(1)
	for i := range 50 {
		want(t, bearer(fmt.Sprint("guess-", i), rsaKey()), projectr.Unknown)
	}
	reads(1)
	clock.pass(time.Minute)
	for i := range 50 {
		want(t, bearer(fmt.Sprint("guess-", i), rsaKey()), projectr.Unknown)
	}
	reads(2)
	s.set(func() { s.keys = []fields{jwk("new", otherRSA()), jwk("ec", ecKey())} })
	want(t, bearer("new", otherRSA()), projectr.Unknown) // within the minute
	if err := bearer("rsa", rsaKey()); err != nil {
		t.Errorf("not known yet to be withdrawn: %v", err)
	}
	clock.pass(time.Minute)
	if err := bearer("new", otherRSA()); err != nil {
		t.Errorf("a new key: %v", err)
	}
	reads(3)
	want(t, bearer("rsa", rsaKey()), projectr.Unknown)
	s.set(func() { s.keys = []fields{jwk("ec", ecKey())} })
	clock.pass(time.Hour)
	want(t, bearer("new", otherRSA()), projectr.Unknown)
	reads(4)
}

// Of the keys that a provider shows, only those are kept by which it may sign for us.
func TestReadKey(t *testing.T) {
	private := jwk("x", ecKey()).with(fields{"d": b64(bytes.Repeat([]byte{7}, 32))})
	for name, r := range map[string]struct {
		key  fields
		kept bool
	}{
		"RSA":             {jwk("x", rsaKey()), true},
		"P-256":           {jwk("x", ecKey()), true},
		"no use":          {jwk("x", ecKey()).with(fields{"use": nil}), true},
		"to verify":       {jwk("x", ecKey()).with(fields{"key_ops": []string{"verify"}}), true},
		"1024 bits":       {jwk("x", weakRSA()), false},
		"P-384":           {jwk("x", wideEC()), false},
		"secret":          {jwk("x", []byte("secret")), false},
		"a private half":  {private, false},
		"for encryption":  {jwk("x", ecKey()).with(fields{"use": "enc"}), false},
		"another's":       {jwk("x", ecKey()).with(fields{"alg": "ES384"}), false},
		"no point":        {jwk("x", ecKey()).with(fields{"y": b64(make([]byte, 32))}), false},
		"of unknown kind": {fields{"kty": "new", "kid": "x"}, false},
		"empty":           {fields{}, false},
	} {
		raw, err := json.Marshal(r.key)
		if err != nil {
			t.Fatal(err)
		}
		if k, kept := readKey(raw); kept != r.kept || kept && k.id != "x" {
			t.Errorf("%s: %+v, %v", name, k, kept)
		}
	}
}

// Whoever is served by what is known waits for nobody who is not.
func TestNobodyWaitsForAStranger(t *testing.T) {
	s := newIssuer(t)
	p, clock := s.provider(func(o *Options) { o.Audience = api; o.Timeout = 10 * time.Second })
	h, c := s.profiled()
	c["exp"] = unix(2 * time.Hour)
	good := sign(rsaKey(), h, c)
	if _, err := p.Bearer(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	asked, open := make(chan bool), make(chan bool)
	s.set(func() {
		s.fault["/keys"] = func(w http.ResponseWriter, r *http.Request) {
			asked <- true
			<-open
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	clock.pass(61 * time.Minute) // the keys are to be read again, and serve until they are
	done := make(chan error)
	go func() {
		_, err := p.Bearer(context.Background(), sign(otherRSA(), h.with(fields{"kid": "guess"}), c))
		done <- err
	}()
	<-asked
	if _, err := p.Bearer(t.Context(), good); err != nil {
		t.Error(err)
	}
	select {
	case err := <-done:
		t.Errorf("it waited until the stranger was answered: %v", err)
	default:
	}
	// A second stranger gives up when its time is over, not when the first is answered.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Bearer(ctx, sign(otherRSA(), h.with(fields{"kid": "guess"}), c))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a stranger that gave up: %v", err)
	}
	close(open)
	want(t, <-done, projectr.Unavailable)
}

func TestOptions(t *testing.T) {
	good := Options{Issuer: "https://login.example.com/realms/acme", ClientID: us, RedirectURL: "https://projectr.example/sign-in/oidc"}
	for name, change := range map[string]func(*Options){
		"no issuer":                func(o *Options) { o.Issuer = "" },
		"an issuer by http":        func(o *Options) { o.Issuer = "http://login.example.com" },
		"an issuer with a name":    func(o *Options) { o.Issuer = "https://me:pw@login.example.com" },
		"an issuer with a query":   func(o *Options) { o.Issuer = "https://login.example.com?x" },
		"an issuer with a hash":    func(o *Options) { o.Issuer = "https://login.example.com#x" },
		"a path":                   func(o *Options) { o.Issuer = "/etc" },
		"no client":                func(o *Options) { o.ClientID = "" },
		"nowhere to come back to":  func(o *Options) { o.RedirectURL = "" },
		"back by http":             func(o *Options) { o.RedirectURL = "http://projectr.example/" },
		"a domain that is none":    func(o *Options) { o.Domains = []string{"acme.example", " "} },
		"an address as a domain":   func(o *Options) { o.Domains = []string{"jo@acme.example"} },
		"a domain of other script": func(o *Options) { o.Domains = []string{"\u0430cme.example"} },
	} {
		o := good
		change(&o)
		if _, err := New(o); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, local := range []string{"http://localhost:9000", "http://127.0.0.1:9000/x", "http://[::1]:9000"} {
		o := good
		o.Issuer = local
		if _, err := New(o); err != nil {
			t.Errorf("%s: %v", local, err)
		}
	}
}
