package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"projectr"
	"projectr/account"
	"projectr/store"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// shut is the door of a house with nobody in it: enough for what is answered
// before anybody is looked up.
func shut(t testing.TB, change ...func(*Config)) http.Handler {
	t.Helper()
	acc, err := account.New(store.New(nil, nil, at(noon)), at(noon), zeros{}, account.Params{Memory: 64, Time: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	c := Config{
		Accounts: acc, MailDomain: "mail.example", PublicURL: "http://127.0.0.1:8080", Now: at(noon), Log: slog.New(slog.DiscardHandler),
		Web: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "<!doctype html>app") }),
	}
	for _, f := range change {
		f(&c)
	}
	return Handler(c)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func ask(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func jsonRequest(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// Everything that is refused is a problem document; what people read in them
// is under review in the golden file.
func TestProblems(t *testing.T) {
	h := shut(t, func(c *Config) {
		c.Ready = func(context.Context) error { return fmt.Errorf("disk full") }
	})
	form := httptest.NewRequest("POST", "/api/v1/session", strings.NewReader("email=a&password=b"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	untyped := httptest.NewRequest("POST", "/api/v1/session", strings.NewReader(`{}`))
	vendor := httptest.NewRequest("POST", "/api/v1/session", strings.NewReader(`{}`))
	vendor.Header.Set("Content-Type", "application/vnd.x+json")
	badKey := httptest.NewRequest("GET", "/api/v1/me", nil)
	badKey.Header.Set("Authorization", "Basic am86eA==")
	crossSite := jsonRequest("POST", "/api/v1/session", `{"email":"a","password":"b"}`)
	crossSite.Header.Set("Sec-Fetch-Site", "cross-site")

	var out bytes.Buffer
	for _, c := range []struct {
		name string
		r    *http.Request
	}{
		{"unknown path of the API", httptest.NewRequest("GET", "/api/v1/nonsense", nil)},
		{"the API's root", httptest.NewRequest("GET", "/api", nil)},
		{"another version", httptest.NewRequest("GET", "/api/v2/me", nil)},
		{"a method that the path has not", httptest.NewRequest("PUT", "/api/v1/session", nil)},
		{"writing the description", httptest.NewRequest("POST", "/openapi.json", nil)},
		{"posting to the app", httptest.NewRequest("POST", "/projects", nil)},
		{"not signed in", httptest.NewRequest("GET", "/api/v1/orgs/acme/projects", nil)},
		{"not signed in, wrong input too", jsonRequest("POST", "/api/v1/orgs/acme/projects", `{`)},
		{"a scheme we do not know", badKey},
		{"no JSON", jsonRequest("POST", "/api/v1/session", `{"email":`)},
		{"no body", jsonRequest("POST", "/api/v1/session", ``)},
		{"null", jsonRequest("POST", "/api/v1/session", `null`)},
		{"an array", jsonRequest("POST", "/api/v1/session", `[]`)},
		{"a field missing", jsonRequest("POST", "/api/v1/session", `{"email":"jo@example.com"}`)},
		{"a field of the wrong type", jsonRequest("POST", "/api/v1/session", `{"email":"jo@example.com","password":7}`)},
		{"a field that is null", jsonRequest("POST", "/api/v1/session", `{"email":null,"password":"x"}`)},
		{"a field that is unknown", jsonRequest("POST", "/api/v1/session", `{"email":"jo@example.com","password":"x","role":"admin"}`)},
		{"a body too large", jsonRequest("POST", "/api/v1/session", `{"email":"`+strings.Repeat("x", maxBody)+`"}`)},
		{"a form", form},
		{"a body without a type", untyped},
		{"a body of another kind of JSON", vendor},
		{"another site", crossSite},
		{"not ready", httptest.NewRequest("GET", "/readyz", nil)},
	} {
		w := ask(h, c.r)
		fmt.Fprintf(&out, "## %s\n%s %s\n%d %s\n", c.name, c.r.Method, c.r.URL, w.Code, w.Header().Get("Content-Type"))
		for _, k := range []string{"Allow", "Www-Authenticate", "Retry-After"} {
			if v := w.Header().Get(k); v != "" {
				fmt.Fprintf(&out, "%s: %s\n", k, v)
			}
		}
		fmt.Fprintf(&out, "%s\n", w.Body)
		var p Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != w.Code || p.Code == "" || p.Detail == "" || p.Title == "" {
			t.Errorf("%s: %d %s: not a whole problem document (%v)", c.name, w.Code, w.Body, err)
		}
	}
	golden(t, "problems.txt", out.Bytes())
}

// A problem of each kind has its own code, and a fault of ours shows nothing.
func TestProblemOf(t *testing.T) {
	seen := map[string]bool{}
	for kind, status := range statusOf {
		p := problemOf(fmt.Errorf("while: %w", &projectr.Error{Kind: kind, Message: "Do this.", Err: io.ErrUnexpectedEOF}))
		if p.Status != status || seen[p.Code] || (string(kind) != p.Code && kind != projectr.Internal) {
			t.Errorf("%q: %+v", kind, p)
		}
		seen[p.Code] = true
		if strings.Contains(p.Detail, "EOF") {
			t.Errorf("%q shows its cause: %s", kind, p.Detail)
		}
	}
	if p := problemOf(io.ErrUnexpectedEOF); p.Status != 500 || p.Code != "internal" || strings.Contains(p.Detail, "EOF") {
		t.Errorf("a fault of ours: %+v", p)
	}
}

// Unsafe methods from another origin are refused (invariant I-23).
func TestCrossSite(t *testing.T) {
	h := shut(t, func(c *Config) { c.PublicURL = "https://app.example.com" })
	for _, c := range []struct {
		method, site, origin, host string
		refused                    bool
	}{
		{"POST", "same-origin", "", "app.example.com", false},
		{"POST", "none", "", "app.example.com", false}, // typed in by a person
		{"POST", "same-site", "", "app.example.com", true},
		{"POST", "cross-site", "", "app.example.com", true},
		{"POST", "", "https://app.example.com", "app.example.com", false},
		{"POST", "", "https://app.example.com", "10.0.0.7:8080", false}, // a proxy changed the host
		{"POST", "cross-site", "https://app.example.com", "10.0.0.7:8080", false},
		{"POST", "", "https://evil.example", "app.example.com", true},
		{"POST", "", "null", "app.example.com", true},
		{"POST", "cross-site", "null", "app.example.com", true},
		{"DELETE", "cross-site", "", "app.example.com", true},
		{"PATCH", "same-site", "", "app.example.com", true},
		{"PUT", "cross-site", "", "app.example.com", true},
		{"GET", "cross-site", "", "app.example.com", false},
		{"HEAD", "cross-site", "https://evil.example", "app.example.com", false},
		{"POST", "", "", "app.example.com", false}, // no browser: it has no cookies of anybody's
	} {
		r := httptest.NewRequest(c.method, "https://"+c.host+"/api/v1/session", nil)
		for k, v := range map[string]string{"Sec-Fetch-Site": c.site, "Origin": c.origin} {
			if v != "" {
				r.Header.Set(k, v)
			}
		}
		if w := ask(h, r); (w.Code == http.StatusForbidden) != c.refused {
			t.Errorf("%+v: %d", c, w.Code)
		}
	}
}

func TestHeaders(t *testing.T) {
	every := map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	}
	plain := shut(t)
	tls := shut(t, func(c *Config) { c.PublicURL = "https://app.example.com" })
	for path, policy := range map[string]string{
		"/":                       "default-src 'self'",
		"/orgs/acme/projects":     "default-src 'self'",
		"/api/v1/me":              "default-src 'none'",
		"/api/v1/nonsense":        "default-src 'none'",
		"/openapi.json":           "default-src 'none'",
		"/docs":                   "default-src 'none'; style-src 'unsafe-inline'",
		"/healthz":                "default-src 'none'",
		"/api/v1/orgs/x/projects": "default-src 'none'",
	} {
		w := ask(plain, httptest.NewRequest("GET", path, nil))
		for k, want := range every {
			if got := w.Header().Get(k); got != want {
				t.Errorf("%s: %s is %q, not %q", path, k, got, want)
			}
		}
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, policy) || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "script-src 'unsafe") {
			t.Errorf("%s: policy is %q", path, csp)
		}
		if strings.HasPrefix(path, "/api/") && w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %q", path, w.Header().Get("Cache-Control"))
		}
		if got := w.Header().Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: by http, Strict-Transport-Security is %q", path, got)
		}
		if got := ask(tls, httptest.NewRequest("GET", path, nil)).Header().Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=31536000") {
			t.Errorf("%s: by https, Strict-Transport-Security is %q", path, got)
		}
	}
}

func TestPanicIsAProblemAndIsLogged(t *testing.T) {
	var log bytes.Buffer
	h := shut(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		c.Web = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a hole in the floor") })
	})
	w := ask(h, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || !strings.Contains(w.Body.String(), `"code":"internal"`) || strings.Contains(w.Body.String(), "hole") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "a hole in the floor") {
		t.Errorf("the log says nothing of it: %s", log.String())
	}
}

// A reader who went away is no fault of ours.
func TestAReaderWhoWentAwayIsNotAPanic(t *testing.T) {
	var log bytes.Buffer
	h := shut(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	h.ServeHTTP(brokenPipe{httptest.NewRecorder()}, jsonRequest("POST", "/api/v1/session", `{}`))
	if strings.Contains(log.String(), "panic") || strings.Contains(log.String(), "ERROR") {
		t.Errorf("logged: %s", log.String())
	}
}

type brokenPipe struct{ http.ResponseWriter }

func (brokenPipe) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestRequestsAreLoggedWithoutWhatWasAsked(t *testing.T) {
	var log bytes.Buffer
	h := shut(t, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	ask(h, httptest.NewRequest("GET", "/api/v1/orgs/acme/search?q=canary", nil))
	line := log.String()
	if !strings.Contains(line, "status=401") || !strings.Contains(line, "route=/api/v1/orgs/{org}/search") || strings.Contains(line, "canary") {
		t.Errorf("logged: %s", line)
	}
}

func TestRemote(t *testing.T) {
	s := &server{Config: Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:4711", "", "203.0.113.9"},
		{"203.0.113.9:4711", "198.51.100.7", "203.0.113.9"}, // anybody can write that header
		{"10.0.0.1:4711", "198.51.100.7", "198.51.100.7"},
		{"10.0.0.1:4711", "1.2.3.4, 198.51.100.7", "198.51.100.7"}, // only what our proxy saw
		{"10.0.0.1:4711", "198.51.100.7, 10.0.0.2", "198.51.100.7"},
		{"10.0.0.1:4711", "garbage", "10.0.0.1"},
		{"10.0.0.1:4711", "", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:4711", "2001:db8::1", "2001:db8::1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := s.remote(r).String(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestCookieByAddress(t *testing.T) {
	for _, c := range []struct {
		url   string
		names []string
		warns bool
	}{
		{"https://app.example.com", []string{hostCookie}, false},
		{"http://127.0.0.1:8080", []string{hostCookie, plainCookie}, false},
		{"http://localhost:8080", []string{hostCookie, plainCookie}, false},
		{"http://[::1]:8080", []string{hostCookie, plainCookie}, false},
		{"http://trailer.example:8080", []string{plainCookie}, true},
		{"http://192.168.1.20:8080", []string{plainCookie}, true},
	} {
		var log bytes.Buffer
		h := shut(t, func(cfg *Config) {
			cfg.PublicURL = c.url
			cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
		})
		_ = h
		if got := strings.Contains(log.String(), "plain http"); got != c.warns {
			t.Errorf("%s: warned %v: %s", c.url, got, log.String())
		}
		s := &server{Config: Config{PublicURL: c.url, Accounts: &account.Accounts{Life: account.SessionLife}}}
		s.secure, s.local = strings.HasPrefix(c.url, "https"), !c.warns && !strings.HasPrefix(c.url, "https")
		var names []string
		for _, k := range s.cookies("secret") {
			names = append(names, k.Name)
			if k.Path != "/" || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Domain != "" || k.Secure != (k.Name == hostCookie) {
				t.Errorf("%s: cookie %s", c.url, k.String())
			}
		}
		if fmt.Sprint(names) != fmt.Sprint(c.names) {
			t.Errorf("%s: cookies %v", c.url, names)
		}
	}
}

// No file name of a sender ends the header, leaves the folder or turns the
// extension around (RFC 6266, RFC 8187).
func TestDisposition(t *testing.T) {
	for name, want := range map[string]string{
		"Schedule A.pdf":                  `attachment; filename="Schedule A.pdf"`,
		"":                                `attachment; filename="file"`,
		"...":                             `attachment; filename="file"`,
		"../../etc/passwd":                `attachment; filename="passwd"`,
		`C:\Users\dana\plan.dwg`:          `attachment; filename="plan.dwg"`,
		"a\r\nSet-Cookie: x=1.pdf":        `attachment; filename="aSet-Cookie x=1.pdf"`,
		`quote".pdf`:                      `attachment; filename="quote.pdf"`,
		`x"; filename="evil.exe`:          `attachment; filename="x filename=evil.exe"`,
		"Grundriß.pdf":                    `attachment; filename="Grundri_.pdf"; filename*=UTF-8''Grundri%C3%9F.pdf`,
		"plan\u202efdp.exe":               `attachment; filename="planfdp.exe"`,
		"\xff\xfe.pdf":                    `attachment; filename="pdf"`,
		strings.Repeat("a", 300) + ".pdf": `attachment; filename="` + strings.Repeat("a", 80) + strings.Repeat("a", 36) + `.pdf"`,
	} {
		if got := disposition(name); got != want {
			t.Errorf("disposition(%q)\n got %s\nwant %s", name, got, want)
		}
	}
}

func FuzzDisposition(f *testing.F) {
	f.Add("a\r\nb.pdf")
	f.Add("Grundriß \"1\".pdf")
	f.Fuzz(func(t *testing.T, name string) {
		d := disposition(name)
		kind, params, err := mime.ParseMediaType(d)
		if err != nil || kind != "attachment" || params["filename"] == "" {
			t.Fatalf("%q: %s: %v", name, d, err)
		}
		for _, r := range d {
			if unicode.IsControl(r) || r > '~' {
				t.Fatalf("%q: %q in %s", name, r, d)
			}
		}
		if strings.ContainsAny(params["filename"], `/\"`) {
			t.Fatalf("%q: %s", name, d)
		}
	})
}

type brokenAtEnd struct{ n int }

func (b *brokenAtEnd) Read(p []byte) (int, error) {
	if b.n == 0 {
		return 0, fmt.Errorf("bad hash")
	}
	n := min(len(p), b.n)
	b.n -= n
	return n, nil
}

func TestDamagedBytesAreNeverServedWhole(t *testing.T) {
	for _, size := range []int{1, 64 << 10, 64<<10 + 1, 300_000} {
		var w bytes.Buffer
		if err := copyHeld(&w, &brokenAtEnd{size}); err == nil || w.Len() >= size {
			t.Errorf("%d bytes: %d were served (%v)", size, w.Len(), err)
		}
		w.Reset()
		whole := bytes.Repeat([]byte("x"), size)
		if err := copyHeld(&w, bytes.NewReader(whole)); err != nil || !bytes.Equal(w.Bytes(), whole) {
			t.Errorf("%d whole bytes: %d were served (%v)", size, w.Len(), err)
		}
	}
}

func TestReferencePageNeedsNobodyElse(t *testing.T) {
	w := ask(shut(t), httptest.NewRequest("GET", "/docs", nil))
	page := w.Body.String()
	for _, bad := range []string{"<script", "http://", "https://", "src="} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q in it", bad)
		}
	}
	for _, rt := range routes {
		if !strings.Contains(page, `id="`+rt.id+`"`) {
			t.Errorf("the page says nothing of %s", rt.id)
		}
	}
}

func TestRoutesAreWhole(t *testing.T) {
	ids := map[string]bool{}
	for _, rt := range routes {
		if ids[rt.id] {
			t.Errorf("two routes are called %s", rt.id)
		}
		ids[rt.id] = true
		if inside := strings.HasPrefix(rt.path, "/orgs/{org}"); inside != (rt.may != "") {
			t.Errorf("%s %s: permission %q", rt.method, rt.path, rt.may)
		}
		if writes := rt.method != "GET"; writes && rt.may != "" && projectr.Viewer.Can(rt.may) && rt.id != "see-project" && rt.id != "leave" {
			t.Errorf("%s %s: a viewer may", rt.method, rt.path)
		}
	}
}
