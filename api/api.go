// Package api is the HTTP door: the JSON API under /api/v1, its description,
// and the embedded web app behind everything else.
//
// Routes are one table, in routes.go: method, path, permission, handler. A
// handler is a plain function of a Caller, who has been let into one
// organisation already, and of its input; it holds nothing with which another
// organisation could be reached. Errors are RFC 9457 problem documents with a
// code; an id that is unknown and one that is another organisation's give the
// same answer to the byte.
//
// Start reading at routes.go, then enter in caller.go, then the file of the
// resource you came for.
package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"projectr"
	"projectr/account"
	"projectr/store"
)

// Config is what the door needs to know.
type Config struct {
	Accounts   *account.Accounts
	SignOn     *account.SignOn             // nil: no sign-in provider is set up
	Web        http.Handler                // the web app; nil answers 404 outside the API
	Ready      func(context.Context) error // says why no work can be done now; nil is always ready
	Waiting    func() int                  // mails accepted and not processed yet; nil is none
	Nudge      func()                      // called when mail that waits may be let in; nil does nothing
	Release    Release                     // nil: mail cannot be let in one by one
	Redeliver  Redeliver                   // nil: mail that led nowhere cannot be sent on
	Reread     Reread                      // nil: mail cannot be read again on demand
	Price      Price                       // nil: nobody can say what other settings would cost
	Sample     Sample                      // nil: no sample mail can be had
	Billing    Billing                     // nil: there is no payment provider
	Prices     string                      // version of the list by which calls of models are priced
	MailDomain string                      // the domain of mail-in addresses
	PublicURL  string                      // under which address people reach this, such as https://app.example.com
	Pages      Pages                       // of whoever runs this, linked before sign-in
	Proxies    []netip.Prefix              // reverse proxies whose X-Forwarded-For is believed
	Version    string                      // of the product, for the API's description
	Now        func() time.Time            // UTC
	Log        *slog.Logger
	Heartbeat  time.Duration   // how often an event stream shows it is alive and checks its rights; 0 is 20 seconds
	Trail      *Trail          // keeps the audit log whole; nil: one that nobody flushes
	Closing    <-chan struct{} // closed when the server shuts down: event streams end; nil is never
}

// Release lets one mail of an organisation in because a person, whose name is who,
// says so.
type Release func(ctx context.Context, org store.Org, id projectr.EmailID, who string) error

// Redeliver carries a mail that led nowhere to an address that leads somewhere.
type Redeliver func(ctx context.Context, d projectr.Digest, recipient, to string, by projectr.Actor) error

// Reread has mails read again, or says what that would take.
type Reread func(ctx context.Context, org store.Org, ask projectr.RereadAsk) (projectr.RereadPlan, error)

// Price says what a month of an organisation's mail is likely to cost by other settings.
type Price func(ctx context.Context, org store.Org, to projectr.Settings) (projectr.SettingsPrice, error)

// Sample puts a sample mail on an organisation's road, as if by had forwarded it.
type Sample func(ctx context.Context, org store.Org, by projectr.User) error

// Billing is what organisations pay by a payment provider; billing.Billing does it.
type Billing interface {
	Checkout(ctx context.Context, org store.Org, plan, email, back string) (string, error)
	Portal(ctx context.Context, org store.Org, back string) (string, error)
	PriceChange(ctx context.Context, org store.Org, plan string) (projectr.PlanChange, error)
	ChangePlan(ctx context.Context, org store.Org, plan string) (projectr.Subscription, error)
	Cancel(ctx context.Context, org store.Org, on bool) (projectr.Subscription, error)
	Leave(ctx context.Context, org store.Org) error
	Fresh(ctx context.Context, org store.Org) (projectr.Subscription, error)
	Invoices(ctx context.Context, org store.Org) ([]projectr.Invoice, error)
	Payer(ctx context.Context, org store.Org) (projectr.Payer, error)
	Event(ctx context.Context, raw []byte, signature string) error
}

const base = "/api/v1"

// server is a Config with what is made of it once.
type server struct {
	Config
	secure bool // people reach this by https
	local  bool // or by http on their own machine
	site   *Site
}

// Handler returns the whole HTTP door.
func Handler(c Config) http.Handler {
	h, _ := build(c)
	return h
}

func build(c Config) (http.Handler, *description) {
	if c.Heartbeat == 0 {
		c.Heartbeat = 20 * time.Second
	}
	if c.Trail == nil {
		c.Trail = NewTrail(c.Accounts, c.Now)
	}
	s := &server{Config: c, site: &Site{
		MailDomain: c.MailDomain, Now: c.Now, Log: c.Log, nudge: c.Nudge, release: c.Release, reread: c.Reread, price: c.Price, redeliver: c.Redeliver,
		billing: c.Billing, prices: c.Prices, plans: c.Accounts.Plans, sample: c.Sample, maySample: c.Accounts.Sample, outside: c.Pages,
		heartbeat: c.Heartbeat, closing: c.Closing, streams: &streams{open: map[string]int{}},
		recent: c.Accounts.Recent, newKey: c.Accounts.NewAPIKey, invite: c.Accounts.Invite, renewInvite: c.Accounts.RenewInvite, publicURL: strings.TrimSuffix(c.PublicURL, "/"),
		rights: &rights{read: c.Accounts.Rights, clock: c.Now},
		pages:  make(turns, maxPages),
	}}
	crossOrigin := http.NewCrossOriginProtection()
	if u, err := url.Parse(c.PublicURL); err == nil {
		s.secure = u.Scheme == "https"
		s.local = !s.secure && isLocal(u.Hostname())
		if u.Host != "" {
			// A proxy in front may change the Host header; browsers still say this origin.
			if err := crossOrigin.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
				c.Log.Warn("public URL is no origin", "url", c.PublicURL, "error", err)
			}
		}
	}
	if !s.secure && !s.local {
		c.Log.Warn("people reach this by plain http: passwords and sessions can be read on the way; put https in front and set the public URL", "url", c.PublicURL)
	}

	mux := http.NewServeMux()
	d := s.register(mux)
	outer := http.NewServeMux()
	outer.Handle("/api/", problems(mux))
	outer.HandleFunc("/api", noSuchPath)
	outer.HandleFunc("/openapi.json", s.only(d.serveJSON))
	outer.HandleFunc("/docs", s.only(d.servePage))
	outer.HandleFunc("/healthz", s.only(s.healthy))
	outer.HandleFunc("/readyz", s.only(s.readiness))
	outer.HandleFunc("/hooks/stripe", s.paymentHook)
	outer.Handle("/", s.web())

	guarded := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := crossOrigin.Check(r); err != nil {
			writeProblem(w, problem(http.StatusForbidden, "forbidden", "Another site's page sent this. Open Projectr itself and do it there."))
			return
		}
		if !takesBody(r.Method) && r.ContentLength != 0 { // -1: of unknown length
			writeProblem(w, problem(http.StatusBadRequest, string(projectr.Invalid), "A "+r.Method+" takes no body here: send it without."))
			return
		}
		outer.ServeHTTP(w, r)
	})
	return s.observe(s.headers(guarded)), d
}

// takesBody reports whether requests of a method may have a body at all.
func takesBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

// isLocal reports whether a host name means the machine the browser runs on.
func isLocal(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// only lets GET and HEAD through.
func (s *server) only(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			writeProblem(w, problem(http.StatusMethodNotAllowed, "invalid", "This address can only be read."))
			return
		}
		h(w, r)
	}
}

// web serves the app, which may say more exactly than we do what its pages may
// load and what may be kept.
func (s *server) web() http.Handler {
	if s.Web == nil {
		return http.HandlerFunc(noSuchPath)
	}
	return s.only(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Del("Cache-Control")
		w.Header().Set("Content-Security-Policy", appPolicy)
		s.Web.ServeHTTP(w, r)
	})
}

// healthy answers as long as the process runs.
func (s *server) healthy(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readiness answers whether work can be done.
func (s *server) readiness(w http.ResponseWriter, r *http.Request) {
	if s.Ready != nil {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		if err := s.Ready(ctx); err != nil {
			s.Log.WarnContext(ctx, "not ready", "error", err)
			writeProblem(w, problem(http.StatusServiceUnavailable, "unavailable", "Not ready to work just now."))
			return
		}
	}
	answer := struct {
		Status  string `json:"status"`
		Waiting int    `json:"waiting"` // mails accepted and not processed yet
	}{Status: "ready"}
	if s.Waiting != nil {
		answer.Waiting = s.Waiting()
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

// streams counts the open event streams, all together and of each principal.
type streams struct {
	mu   sync.Mutex
	open map[string]int
	all  int
}

const (
	maxStreams    = 2000
	maxStreamsOne = 20 // of one person or key: a browser with that many tabs
)

// add counts one more stream of who, or says that there are enough.
func (s *streams) add(who string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= maxStreams || s.open[who] >= maxStreamsOne {
		return false
	}
	s.all++
	s.open[who]++
	return true
}

func (s *streams) done(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.open[who]--; s.open[who] == 0 {
		delete(s.open, who)
	}
}
