package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// Every answer, of every route to everybody and of everything that is no
// route, says what a browser may do with it.
func TestEveryAnswerHasItsHeaders(t *testing.T) {
	h := open(t, closed, func(c *Config) { c.PublicURL = "https://app.example.com" })
	admin, seen := h.withKey(h.acme.adminKey), map[int]bool{}
	check := func(what string, w *httptest.ResponseRecorder, data bool) {
		t.Helper()
		seen[w.Code] = true
		head := w.Header()
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-DNS-Prefetch-Control": "off",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy":        "camera=(), geolocation=(), microphone=(), payment=()",
			"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
		} {
			if got := head.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s is %q", what, name, got)
			}
		}
		for _, name := range []string{"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Server", "X-Powered-By"} {
			if got := head.Get(name); got != "" {
				t.Errorf("%s: %s is %q", what, name, got)
			}
		}
		policy := head.Values("Content-Security-Policy")
		if len(policy) != 1 || !strings.HasPrefix(policy[0], "default-src '") || !strings.Contains(policy[0], "frame-ancestors '") ||
			strings.Contains(policy[0], "script-src 'unsafe") || strings.Contains(policy[0], "*") {
			t.Errorf("%s: Content-Security-Policy is %q", what, policy)
		}
		if data && (!strings.HasPrefix(policy[0], "default-src 'none'") || !strings.Contains(policy[0], "sandbox")) {
			t.Errorf("%s: what is no page has the policy %q", what, policy)
		}
		if data && head.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %q", what, head.Get("Cache-Control"))
		}
		kind := head.Get("Content-Type")
		if w.Body.Len() > 0 && kind == "" {
			t.Errorf("%s has a body of no type", what)
		}
		if w.Code >= 400 && kind != "application/problem+json" {
			t.Errorf("%s: %d is a %q", what, w.Code, kind)
		}
	}
	for _, rt := range routes {
		path, body := rt.path, ""
		if r, ok := matrix[rt.id]; ok {
			path = r.path(h)
			if r.body != nil {
				body = r.body(h)
			}
		}
		for who, c := range map[string]client{"nobody": {h: h}, "a stranger": h.withKey(h.globex.adminKey), "a viewer": h.withKey(h.acme.viewerKey), "an admin": admin} {
			check(fmt.Sprintf("%s %s by %s", rt.method, path, who), c.do(rt.method, path, body), true)
		}
		check("HEAD "+path, admin.do("HEAD", path, ""), true)
	}
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
		for _, path := range []string{"/", "/orgs/acme/projects", "/nothing.js", "/docs", "/openapi.json", "/healthz", "/readyz", "/api", "/api/v1", "/api/v2/me", "/api/v1/nonsense", "/api/v1/session", "/api/v1/../../etc/passwd", "/api/v1//me"} {
			w := ask(h, httptest.NewRequest(method, "https://app.example.com"+path, nil))
			if w.Code == http.StatusMovedPermanently || w.Code == http.StatusTemporaryRedirect || w.Code == http.StatusPermanentRedirect {
				continue // to the path as it is written properly
			}
			check(method+" "+path, w, strings.HasPrefix(path, "/api"))
		}
	}
	for what, r := range map[string]*http.Request{
		"a body that is no JSON":  jsonRequest("POST", "/api/v1/session", `{`),
		"a large body":            jsonRequest("POST", "/api/v1/session", `"`+strings.Repeat("x", maxBody)+`"`),
		"another type":            httptest.NewRequest("POST", "/api/v1/session", strings.NewReader("a=b")),
		"a field that is missing": jsonRequest("POST", "/api/v1/session", `{"email":"jo@x.example"}`),
		"wrong credentials":       jsonRequest("POST", "/api/v1/session", `{"email":"jo@x.example","password":"no"}`),
	} {
		check(what, ask(h, r), true)
	}
	cross := jsonRequest("POST", "/api/v1/session", `{}`)
	cross.Header.Set("Sec-Fetch-Site", "cross-site")
	check("another site's page", ask(h, cross), true)
	for _, status := range []int{200, 201, 204, 400, 401, 403, 404, 405, 413, 415, 422} {
		if !seen[status] {
			t.Errorf("no answer was a %d", status)
		}
	}
}

// Nothing takes a body that is not JSON of a bounded size, and a route that
// takes none gets none (deny by default).
func TestBodiesAreDeniedByDefault(t *testing.T) {
	h := open(t, closed)
	admin := h.withKey(h.acme.adminKey)
	large := `{"name":"` + strings.Repeat("x", maxBody) + `"}`
	for _, rt := range routes {
		path, body := rt.path, `{}`
		if r, ok := matrix[rt.id]; ok {
			path = r.path(h)
			if r.body != nil {
				body = r.body(h)
			}
		}
		for _, c := range []struct {
			kind, body string
			unknown    bool // its length is
			want       map[bool]int
		}{
			{"application/json", body, false, map[bool]int{false: 400}},
			{"application/json", body, true, map[bool]int{false: 400}},
			{"", body, false, map[bool]int{false: 400, true: 415}},
			{"text/plain", body, false, map[bool]int{false: 400, true: 415}},
			{"application/x-www-form-urlencoded", "a=b", false, map[bool]int{false: 400, true: 415}},
			{"multipart/form-data; boundary=x", "--x--", true, map[bool]int{false: 400, true: 415}},
			{"application/xml", "<a/>", false, map[bool]int{false: 400, true: 415}},
			{"application/vnd.api+json", body, false, map[bool]int{false: 400, true: 415}},
			{"application/json, text/plain", body, false, map[bool]int{false: 400, true: 415}},
			{"application/json", large, false, map[bool]int{false: 400, true: 413}},
		} {
			r := admin.request(rt.method, path, c.body)
			if rt.id == "sign-in" || rt.id == "sign-in-by-link" {
				r = client{h: h}.request(rt.method, path, c.body)
			}
			r.Header.Del("Content-Type")
			if c.kind != "" {
				r.Header.Set("Content-Type", c.kind)
			}
			if c.unknown {
				r.ContentLength = -1
			}
			want, told := c.want[takesBody(rt.method)]
			if !told {
				continue // good enough for this route
			}
			before := h.acme.writes(h)
			w := ask(h, r)
			if w.Code != want {
				t.Errorf("%s %s with %d bytes of %q: %d, not %d: %.200s", rt.method, path, len(c.body), c.kind, w.Code, want, w.Body)
			}
			if h.acme.writes(h) != before {
				t.Errorf("%s %s with %q was refused and wrote all the same", rt.method, path, c.kind)
			}
		}
	}
	// A large body of unknown length is let go while it comes.
	r := admin.request("POST", "/orgs/acme/projects", large)
	r.ContentLength = -1
	if w := ask(h, r); w.Code != 413 {
		t.Errorf("a large body of unknown length: %d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/", "/docs", "/healthz", "/openapi.json", "/api/v1/nonsense"} {
		if w := ask(h, httptest.NewRequest("GET", path, strings.NewReader("x"))); w.Code != 400 {
			t.Errorf("GET %s with a body: %d", path, w.Code)
		}
	}
}

// What a proxy says is believed of X-Forwarded-For alone, and of known proxies
// alone: the public URL says by which scheme and host people come.
func TestForwardedHeadersAreNotBelieved(t *testing.T) {
	proxy := netip.MustParsePrefix("10.0.0.7/32")
	lies := map[string]string{
		"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "443", "X-Forwarded-Ssl": "on",
		"Forwarded": "for=192.0.2.1;proto=https;host=evil.example", "X-Real-Ip": "192.0.2.1", "X-Original-Url": "/healthz", "X-Rewrite-Url": "/healthz",
		"X-Http-Method-Override": "DELETE", "X-Forwarded-Prefix": "/x",
	}
	for _, public := range []string{"http://127.0.0.1:8080", "https://app.example.com"} {
		h := open(t, func(c *Config) { c.PublicURL, c.Proxies = public, []netip.Prefix{proxy} })
		for _, peer := range []string{"203.0.113.9:4711", "10.0.0.7:4711"} {
			answer := func(header map[string]string) string {
				r := jsonRequest("POST", "/api/v1/session", fmt.Sprintf(`{"email":%q,"password":%q}`, h.acme.admin.Email, password))
				r.RemoteAddr = peer
				for k, v := range header {
					r.Header.Set(k, v)
				}
				w := ask(h, r)
				for _, k := range w.Result().Cookies() {
					k.Value = ""
					w.Header().Add("Cookie-Shape", k.String())
				}
				w.Header().Del("Set-Cookie")
				return fmt.Sprint(w.Code, w.Header(), w.Body)
			}
			if plain, lied := answer(nil), answer(lies); plain != lied || !strings.HasPrefix(plain, "200 ") {
				t.Errorf("%s from %s:\n%s\nwith headers of a proxy:\n%s", public, peer, plain, lied)
			}
		}
		forged := jsonRequest("POST", "/api/v1/session", `{}`)
		forged.RemoteAddr = "10.0.0.7:4711"
		forged.Header.Set("Origin", "https://evil.example")
		forged.Header.Set("X-Forwarded-Host", "evil.example")
		if w := ask(h, forged); w.Code != 403 {
			t.Errorf("%s: another site's page with a forwarded host: %d", public, w.Code)
		}
	}

	// The limit of wrong sign-ins counts who really came.
	for peer, limited := range map[string]bool{"203.0.113.9:4711": true, "10.0.0.7:4711": false} {
		h := open(t, func(c *Config) { c.Proxies = []netip.Prefix{proxy} })
		last := 0
		for i := range 90 {
			r := jsonRequest("POST", "/api/v1/session", fmt.Sprintf(`{"email":"nobody%d@x.example","password":"wrong horse battery"}`, i))
			r.RemoteAddr = peer
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("192.0.2.%d", i))
			last = ask(h, r).Code
		}
		if (last == 429) != limited {
			t.Errorf("after 90 wrong sign-ins by %s: %d", peer, last)
		}
	}
}

// Who signs out leaves nothing in the browser.
func TestSignOutClearsTheBrowser(t *testing.T) {
	h := open(t)
	w := h.signIn(h.acme.admin).do("DELETE", "/session", "")
	if got := w.Header().Get("Clear-Site-Data"); w.Code != 204 || got != `"cache", "storage"` {
		t.Errorf("%d, Clear-Site-Data: %s", w.Code, got)
	}
	for _, k := range w.Result().Cookies() {
		if k.MaxAge >= 0 || k.Value != "" {
			t.Errorf("the cookie %s stays", k)
		}
	}
}
