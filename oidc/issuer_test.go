package oidc

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"projectr"
)

// noon is the time at which the tests happen.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

const (
	us  = "projectr-client"
	api = "https://api.projectr.example"
)

// The keys are made once: an RSA key takes a while.
var (
	rsaKey   = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(2048) })
	otherRSA = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(2048) })
	weakRSA  = sync.OnceValue(func() *rsa.PrivateKey { return newRSA(1024) })
	ecKey    = sync.OnceValue(func() *ecdsa.PrivateKey { // always the same: fuzzing is done by several processes
		k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{7}, 32))
		if err != nil {
			panic(err)
		}
		return k
	})
	foreignEC = sync.OnceValue(func() *ecdsa.PrivateKey { return newEC(elliptic.P256()) })
	wideEC    = sync.OnceValue(func() *ecdsa.PrivateKey { return newEC(elliptic.P384()) })
)

func newRSA(bits int) *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return k
}

func newEC(c elliptic.Curve) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

// unsigned is the key of a token with an empty signature.
type unsigned struct{}

type fields map[string]any

// with returns f with what is in other; nil takes a field away.
func (f fields) with(other fields) fields {
	out := maps.Clone(f)
	for k, v := range other {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// sign makes a token of any header and body with any key, whether they fit or not.
func sign(key any, h, body any) string {
	part := func(v any) string {
		if s, ok := v.(string); ok {
			return b64([]byte(s))
		}
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return b64(b)
	}
	text := part(h) + "." + part(body)
	sum := sha256.Sum256([]byte(text))
	var sig []byte
	var err error
	switch k := key.(type) {
	case unsigned:
	case []byte:
		m := hmac.New(sha256.New, k)
		m.Write([]byte(text))
		sig = m.Sum(nil)
	case *rsa.PrivateKey:
		sig, err = rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
	case *ecdsa.PrivateKey:
		size := (k.Curve.Params().BitSize + 7) / 8
		r, s, e := ecdsa.Sign(rand.Reader, k, sum[:])
		sig, err = append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...), e
	default: // by PSS or with a longer hash
		sig, err = key.(func(string) ([]byte, error))(text)
	}
	if err != nil {
		panic(err)
	}
	return text + "." + b64(sig)
}

func pss(text string) ([]byte, error) {
	sum := sha256.Sum256([]byte(text))
	return rsa.SignPSS(rand.Reader, rsaKey(), crypto.SHA256, sum[:], nil)
}

func rs512(text string) ([]byte, error) {
	sum := sha512.Sum512([]byte(text))
	return rsa.SignPKCS1v15(rand.Reader, rsaKey(), crypto.SHA512, sum[:])
}

func jwk(kid string, key any) fields {
	f := fields{"kid": kid, "use": "sig"}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		f["kty"], f["n"], f["e"] = "RSA", b64(k.N.Bytes()), b64(big.NewInt(int64(k.E)).Bytes())
	case *ecdsa.PrivateKey:
		size := (k.Curve.Params().BitSize + 7) / 8
		f["kty"], f["crv"] = "EC", k.Curve.Params().Name
		f["x"], f["y"] = b64(k.X.FillBytes(make([]byte, size))), b64(k.Y.FillBytes(make([]byte, size)))
	case []byte:
		f["kty"], f["k"] = "oct", b64(k)
	}
	return f
}

// issuer is a provider that answers whatever a test wants.
type issuer struct {
	*httptest.Server
	t *testing.T

	mu       sync.Mutex
	about    fields // instead of what it says of itself
	keys     []fields
	idToken  func() string
	userInfo any
	fault    map[string]http.HandlerFunc // by path
	pad      int                         // blanks before each answer

	discoveries, keyReads, tokens atomic.Int64
	authorization                 atomic.Value // of the last question to the token endpoint
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	s := &issuer{t: t, about: fields{}, fault: map[string]http.HandlerFunc{}}
	s.keys = []fields{jwk("rsa", rsaKey()), jwk("ec", ecKey())}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

// set changes what the provider does, while it may be asked.
func (s *issuer) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

func (s *issuer) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	fault := s.fault[r.URL.Path]
	about, keys, idToken, userInfo, pad := s.about, s.keys, s.idToken, s.userInfo, s.pad
	s.mu.Unlock()
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		s.discoveries.Add(1)
	case "/keys":
		s.keyReads.Add(1)
	case "/token":
		s.tokens.Add(1)
		if err := r.ParseForm(); err != nil {
			s.t.Error(err)
		}
		s.authorization.Store(r.Header.Get("Authorization") + "|" + r.PostForm.Get("client_id") + "|" + r.PostForm.Get("client_secret") + "|" + r.PostForm.Get("code_verifier"))
	}
	if fault != nil {
		fault(w, r)
		return
	}
	say := func(v any) {
		w.Header().Set("Content-Type", "application/json")
		if _, err := io.WriteString(w, strings.Repeat(" ", pad)); err != nil {
			return // we hung up
		}
		if err := json.NewEncoder(w).Encode(v); err != nil && pad == 0 {
			s.t.Error(err)
		}
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		say(fields{
			"issuer": s.URL, "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token",
			"jwks_uri": s.URL + "/keys", "userinfo_endpoint": s.URL + "/userinfo", "id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"},
		}.with(about))
	case "/keys":
		say(fields{"keys": keys})
	case "/token":
		say(fields{"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": idToken()})
	case "/userinfo":
		if r.Header.Get("Authorization") != "Bearer access" {
			s.t.Errorf("userinfo was asked with %q", r.Header.Get("Authorization"))
		}
		say(userInfo)
	default:
		http.NotFound(w, r)
	}
}

// clock is a time that tests move.
type clock struct{ atomic.Int64 }

func (c *clock) now() time.Time       { return noon.Add(time.Duration(c.Load())) }
func (c *clock) pass(d time.Duration) { c.Add(int64(d)) }
func (s *issuer) options(c *clock) Options {
	return Options{Issuer: s.URL, ClientID: us, ClientSecret: "s3cret", RedirectURL: "http://localhost:8080/sign-in/oidc", Now: c.now, Rand: rand.Reader, Timeout: 2 * time.Second}
}

func (s *issuer) provider(change func(*Options)) (*Provider, *clock) {
	s.t.Helper()
	c := &clock{}
	o := s.options(c)
	if change != nil {
		change(&o)
	}
	p, err := New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return p, c
}

func unix(d time.Duration) int64 { return noon.Add(d).Unix() }

// What a good access token says, in the three ways providers say it.
func (s *issuer) profiled() (h, c fields) { // RFC 9068
	return fields{"alg": "RS256", "kid": "rsa", "typ": "at+jwt"},
		fields{"iss": s.URL, "sub": "user-1", "aud": api, "client_id": "anyone", "iat": unix(-time.Minute), "exp": unix(5 * time.Minute), "jti": "1"}
}

func (s *issuer) cognito() (h, c fields) {
	return fields{"alg": "RS256", "kid": "rsa"},
		fields{"iss": s.URL, "sub": "user-1", "client_id": us, "token_use": "access", "scope": "openid email", "iat": unix(-time.Minute), "exp": unix(5 * time.Minute), "username": "jo"}
}

func (s *issuer) plain() (h, c fields) { // Entra, Keycloak
	return fields{"alg": "RS256", "kid": "rsa", "typ": "JWT"},
		fields{"iss": s.URL, "sub": "user-1", "aud": []string{api, "account"}, "azp": us, "scope": "openid email", "iat": unix(-time.Minute), "exp": unix(5 * time.Minute)}
}

// cause returns why something was refused, which only the log is told.
func cause(err error) string {
	var e *projectr.Error
	if !errors.As(err, &e) || e.Err == nil {
		return fmt.Sprint(err)
	}
	return e.Err.Error()
}
