package web

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func app() fs.FS {
	return fstest.MapFS{
		"index.html":            {Data: []byte("<!doctype html><script>theme()</script><div id=root></div>")},
		".gitkeep":              {Data: []byte{}},
		"favicon.svg":           {Data: []byte("<svg/>")},
		"assets/main-4f2.js":    {Data: []byte("plain")},
		"assets/main-4f2.js.gz": {Data: []byte("gzipped")},
		"assets/main-4f2.js.br": {Data: []byte("brotli")},
		"assets/inter-9a.woff2": {Data: []byte("font")},
	}
}

func get(t *testing.T, h http.Handler, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestPathsAndCaching(t *testing.T) {
	const forEver, anew = "public, max-age=31536000, immutable", "no-cache"
	const page, script = "text/html; charset=utf-8", "text/javascript; charset=utf-8"
	for _, tt := range []struct {
		name, target, accept string
		status               int
		cache, kind          string
	}{
		{"the root is the page", "/", "", 200, anew, page},
		{"the page by its name", "/index.html", "", 200, anew, page},
		{"a page of the app", "/orgs/acme/projects", "", 200, anew, page},
		{"a page whose id has a dot", "/welcome/ab.cd", "text/html,*/*", 200, anew, page},
		{"a file", "/favicon.svg", "", 200, "public, max-age=3600", "image/svg+xml"},
		{"a hashed file", "/assets/main-4f2.js", "", 200, forEver, script},
		{"a file of an older build", "/assets/main-000.js", "text/html,*/*", 404, "", "text/plain; charset=utf-8"},
		{"a file that is not there", "/robots.txt", "*/*", 404, "", "text/plain; charset=utf-8"},
		{"a folder is a page", "/assets", "", 200, anew, page},
		{"dots lead nowhere", "/../embed.go", "", 404, "", "text/plain; charset=utf-8"},
		{"hidden files are not files", "/.gitkeep", "", 404, "", "text/plain; charset=utf-8"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := get(t, New(app()), tt.target, "Accept", tt.accept)
			if res.StatusCode != tt.status {
				t.Fatalf("status %d, want %d", res.StatusCode, tt.status)
			}
			if got := res.Header.Get("Cache-Control"); got != tt.cache {
				t.Errorf("Cache-Control %q, want %q", got, tt.cache)
			}
			if got := res.Header.Get("Content-Type"); got != tt.kind {
				t.Errorf("Content-Type %q, want %q", got, tt.kind)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	for _, tt := range []struct{ accept, target, encoding, body string }{
		{"gzip, deflate, br", "/assets/main-4f2.js", "br", "brotli"},
		{"gzip, deflate", "/assets/main-4f2.js", "gzip", "gzipped"},
		{"br;q=0, gzip;q=0.5", "/assets/main-4f2.js", "gzip", "gzipped"},
		{"", "/assets/main-4f2.js", "", "plain"},
		{"gzip", "/assets/inter-9a.woff2", "", "font"},
	} {
		res := get(t, New(app()), tt.target, "Accept-Encoding", tt.accept)
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if res.Header.Get("Content-Encoding") != tt.encoding || string(body) != tt.body {
			t.Errorf("%q for %q: %q %q, want %q %q", tt.target, tt.accept,
				res.Header.Get("Content-Encoding"), string(body), tt.encoding, tt.body)
		}
		if res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: Vary %q", tt.target, res.Header.Get("Vary"))
		}
	}
}

func TestPageIsAskedForAnewAndNotSentTwice(t *testing.T) {
	h := New(app())
	tag := get(t, h, "/").Header.Get("ETag")
	if res := get(t, h, "/orgs/acme/review", "If-None-Match", tag); res.StatusCode != http.StatusNotModified {
		t.Errorf("status %d, want 304", res.StatusCode)
	}
}

func TestPolicyNamesThePagesOwnScript(t *testing.T) {
	csp := get(t, New(app()), "/").Header.Get("Content-Security-Policy")
	// printf 'theme()' | openssl dgst -sha256 -binary | base64
	for _, want := range []string{
		"script-src 'self' 'sha256-Rfr3GgHZFiXm+TmNr+li+0sZ4J9FGllo8jsXcJF5XZ8=';", "default-src 'none'", "frame-ancestors 'none'",
	} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy lacks %q:\n%s", want, csp)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	w := httptest.NewRecorder()
	New(app()).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

// The binary always has a page, whether or not the app was built into it.
func TestEmbeddedPage(t *testing.T) {
	res := get(t, Handler(), "/")
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		t.Errorf("status %d, Content-Type %q", res.StatusCode, res.Header.Get("Content-Type"))
	}
}
