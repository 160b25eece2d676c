package api

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"projectr"
)

// trace is what becomes known of a request on its way, for its one line in
// the log. It holds who and what, never what was asked or written.
type trace struct {
	route string
	org   projectr.OrgID
	user  projectr.UserID
	err   error // the cause of a fault of ours
	doubt error // why a sign-in provider's word was not believed

	request string // its id, in the log and in the audit log
	method  string
	keyed   bool // it came with an API key
	step    step // as it is noted in an audit log
	idle    bool // it asked for a change and changed nothing: there is nothing to note
	settled bool // it was noted, or there was nothing to note
}

// begin says what the request asks for.
func (t *trace) begin(op *huma.Operation, r *http.Request, keyed bool) {
	t.route, t.method, t.keyed = op.Path, op.Method, keyed
	t.step = step{action: op.OperationID, route: op.Method + " " + op.Path, request: t.request, target: target(r)}
}

type traceKey struct{}

// traceOf returns the trace of a request; a fresh one when it has none.
func traceOf(ctx context.Context) *trace {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok {
		return t
	}
	return &trace{}
}

// observe logs each request by one line and turns a panic into a problem. It
// is the one place that sees every answer, refused ones included.
func (s *server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.Now()
		t := &trace{request: strings.ToLower(rand.Text()[:16])}
		sw := &statusWriter{ResponseWriter: w}
		defer func() {
			level := slog.LevelInfo
			if p := recover(); p != nil {
				switch {
				case p == http.ErrAbortHandler:
					defer panic(p) // after the line in the log; net/http cuts the connection
				case sw.gone:
					// Nobody reads the answer any more, and whoever wrote it gave up.
				default:
					level = slog.LevelError
					s.Log.ErrorContext(r.Context(), "panic in a handler", "panic", p, "stack", string(debug.Stack()))
					if sw.status == 0 {
						writeProblem(sw, problemOf(nil))
					}
				}
			}
			if t.route == "" && (sw.status == http.StatusOK || sw.status == http.StatusNotModified) {
				level = slog.LevelDebug // the app's own files
			}
			attrs := []slog.Attr{
				slog.String("method", r.Method), slog.String("route", t.route), slog.Int("status", sw.status),
				slog.Int64("ms", s.Now().Sub(start).Milliseconds()),
			}
			if t.route != "" {
				attrs = append(attrs, slog.String("request", t.request))
			}
			if t.org != "" {
				attrs = append(attrs, slog.String("org", string(t.org)))
			}
			if t.user != "" {
				attrs = append(attrs, slog.String("user", string(t.user)))
			}
			if t.err != nil {
				level = slog.LevelError
				attrs = append(attrs, slog.Any("error", t.err))
			}
			if t.doubt != nil {
				attrs = append(attrs, slog.Any("doubt", t.doubt))
			}
			s.Log.LogAttrs(r.Context(), level, "request", attrs...)
		}()
		next.ServeHTTP(sw, r.WithContext(context.WithValue(r.Context(), traceKey{}, t)))
	})
}

// statusWriter remembers the status that was sent, and whether sending failed.
type statusWriter struct {
	http.ResponseWriter
	status int
	gone   bool
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.gone = w.gone || err != nil
	return n, err
}

// Unwrap lets http.ResponseController reach the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Policies of content, by what is shown.
const (
	// apiPolicy is for answers that are data.
	apiPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"
	// appPolicy is for the web app: nothing from elsewhere, nobody frames it.
	// Styles may be inline because dialogs lock scrolling by a style element.
	appPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	// mailPolicy is for the cleaned view of a mail, shown in a sandboxed frame
	// of the app: no script, no request to anywhere, pictures of the mail itself
	// only. A link that a person presses opens in a tab of its own; the frame of
	// the app says the same.
	mailPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " +
		"frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
	// filePolicy is for bytes that came by mail.
	filePolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"
)

// headers sets what every answer carries; a route may replace some.
func (s *server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", apiPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-DNS-Prefetch-Control", "off") // nor is the host of a link in a mail looked up before it is pressed
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
		h.Set("Cache-Control", "no-store")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// remote is the address somebody comes from. What a proxy says of it is
// believed only of a proxy we know, from the nearest hop outwards.
func (s *server) remote(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := ap.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.isProxy(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap()
	}
	return addr
}

func (s *server) isProxy(a netip.Addr) bool {
	for _, p := range s.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
