// Package web is the dashboard: the built React app, embedded, as an
// http.Handler.
//
// The app is built into dist by `npm run build`. The repository keeps dist
// empty, so `go build` needs no Node; a binary built that way serves a page
// that says how to build the app, and its API works all the same.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed all:dist placeholder
var files embed.FS

// Handler serves the app that was built into this binary, or the page that
// says it was built without.
func Handler() http.Handler {
	dist, err := fs.Sub(files, "dist")
	if err == nil {
		if _, err = fs.Stat(dist, "index.html"); err == nil {
			return New(dist)
		}
	}
	placeholder, err := fs.Sub(files, "placeholder")
	if err != nil {
		panic(err) // "placeholder" is a valid path: fs.Sub fails on nothing else
	}
	return New(placeholder)
}

// New serves the files of a built app, which has an index.html.
//
// A path that names no file and has no extension is a page of the app and gets
// index.html, which is asked for anew each time; whatever lies under /assets
// has a hash in its name and may be kept for ever. Text is sent as it was
// compressed at build time where the client takes it so.
func New(app fs.FS) http.Handler {
	return &handler{app: app, policy: policy(app)}
}

type handler struct {
	app    fs.FS
	policy string
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if !h.has(name) {
		if name != "" && path.Ext(name) != "" && !isPage(r) {
			http.NotFound(w, r)
			return
		}
		name = "index.html"
	}

	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	switch {
	case name == "index.html":
		head.Set("Cache-Control", "no-cache")
		head.Set("Content-Security-Policy", h.policy)
		head.Set("Referrer-Policy", "same-origin")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
	case strings.HasPrefix(name, "assets/"):
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	default:
		head.Set("Cache-Control", "public, max-age=3600")
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		head.Set("Content-Type", t)
	}

	sent := name
	head.Add("Vary", "Accept-Encoding")
	for _, c := range []struct{ token, ext string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if accepts(r, c.token) && h.has(name+c.ext) {
			head.Set("Content-Encoding", c.token)
			sent = name + c.ext
			break
		}
	}
	b, err := fs.ReadFile(h.app, sent)
	if err != nil {
		http.Error(w, "The page could not be read.", http.StatusInternalServerError)
		return
	}
	sum := sha256.Sum256(b)
	head.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

func (h *handler) has(name string) bool {
	if name == "" || path.Base(name)[0] == '.' {
		return false
	}
	info, err := fs.Stat(h.app, name)
	return err == nil && info.Mode().IsRegular()
}

// isPage reports whether a browser asks for a page and not for one of its
// parts: a project's id or a welcome token may hold a dot.
func isPage(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, "/assets/") && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// accepts reports whether the client takes an encoding: it is named, and not
// with a weight of nought (RFC 9110 §12.5.3).
func accepts(r *http.Request, encoding string) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		token, weight, _ := strings.Cut(part, ";")
		if strings.TrimSpace(token) == encoding {
			q := strings.TrimSpace(weight)
			return q == "" || strings.Trim(strings.TrimPrefix(q, "q="), "0.") != ""
		}
	}
	return false
}

// policy is the page's Content-Security-Policy. Scripts come from here alone;
// the one that stands in the page itself is named by its hash. Styles may be
// inline because floating parts are placed by style attributes.
func policy(app fs.FS) string {
	scripts := "'self'"
	page, err := fs.ReadFile(app, "index.html")
	if err != nil {
		page = nil // every page will say so
	}
	for {
		_, after, ok := bytes.Cut(page, []byte("<script>"))
		if !ok {
			break
		}
		script, rest, ok := bytes.Cut(after, []byte("</script>"))
		if !ok {
			break
		}
		sum := sha256.Sum256(script)
		scripts += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		page = rest
	}
	return "default-src 'none'; script-src " + scripts + "; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; " +
		"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
}
