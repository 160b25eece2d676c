package api

import (
	"context"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"projectr"
	"projectr/account"
	"projectr/store"
)

// Caller is somebody inside an organisation. Its Org is all that a handler can
// reach.
type Caller struct {
	Org  store.Org
	Role projectr.Role
	User projectr.User
	Site *Site

	who   account.Principal
	again func(context.Context) error // whether the caller may still do what they do
}

// Visitor is somebody before any organisation: perhaps signed in, perhaps not.
type Visitor struct {
	Who    account.Principal // zero when not signed in
	Secret string            // of the session, when there is one
	From   netip.Addr
	Agent  string
	Device string // by which an account knows the browser, when one does
	Trip   string // secret of the browser's way to a sign-in provider and back, when it is on one
	Site   *Site

	accounts *account.Accounts
	signOn   *account.SignOn                    // nil: no provider is set up
	keep     func(account.Signed) []http.Cookie // that keep a session in the browser
	end      func() []http.Cookie               // that take it away
	trips    func(string) []http.Cookie         // that keep the secret of a trip, or take it away
}

// Site is what handlers know of the installation.
type Site struct {
	MailDomain string
	Now        func() time.Time
	Log        *slog.Logger

	recent      func(account.Principal) error // whether a person has shown of late who they are
	newKey      func(ctx context.Context, org store.Org, name string, role projectr.Role, expires time.Time, scopes ...projectr.Permission) (string, projectr.APIKey, error)
	invite      func(ctx context.Context, org store.Org, email string, role projectr.Role) (projectr.Invite, string, error)
	renewInvite func(ctx context.Context, org store.Org, id projectr.InviteID) (projectr.Invite, string, error)
	billing     Billing // nil: there is none
	prices      string
	plans       func() projectr.PlanTable
	outside     Pages
	publicURL   string // without a slash at its end
	nudge       func()
	release     func(ctx context.Context, org store.Org, id projectr.EmailID, who string) error
	redeliver   func(ctx context.Context, d projectr.Digest, recipient, to string, by projectr.Actor) error
	reread      func(ctx context.Context, org store.Org, ask projectr.RereadAsk) (projectr.RereadPlan, error)
	price       func(ctx context.Context, org store.Org, to projectr.Settings) (projectr.SettingsPrice, error)
	sample      func(ctx context.Context, org store.Org, by projectr.User) error
	maySample   func(projectr.OrgID) error // whether one may be asked for, or was too often
	heartbeat   time.Duration
	closing     <-chan struct{}
	streams     *streams
	rights      *rights
	pages       turns
}

// mailIn returns a mail-in address: of an organisation, or with a tag of one
// of its projects.
func (s *Site) mailIn(name, tag string) string {
	if tag != "" {
		name += "+" + tag
	}
	return name + "@" + s.MailDomain
}

// orgNamed returns the id or mail-in name that a path names an organisation by.
// Its whole mail-in address is as good; an address elsewhere is nobody's.
func (s *Site) orgNamed(path string) string {
	name, tag, domain, ok := projectr.SplitRecipient(path)
	if ok && tag == "" && domain == strings.ToLower(s.MailDomain) && projectr.ValidateMailName(name) == nil {
		return name
	}
	return path
}

type (
	callerKey  struct{}
	visitorKey struct{}
)

// credentials is what a request shows of who sends it. An Authorization header
// is all that counts when there is one: an API client with a stray cookie is
// never taken for the person. What it bears is an API key, told by how it
// begins, or an access token of the sign-in provider.
type credentials struct {
	bearer string
	given  bool // an Authorization header was sent
	cookie string
}

func (s *server) credentials(r *http.Request) credentials {
	if h := r.Header.Values("Authorization"); len(h) > 0 {
		scheme, token, _ := strings.Cut(h[0], " ")
		if len(h) > 1 || !strings.EqualFold(scheme, "Bearer") {
			token = ""
		}
		return credentials{bearer: strings.TrimSpace(token), given: true}
	}
	return credentials{cookie: s.sessionCookie(r)}
}

// who returns the principal behind a request's credentials, nobody's error of
// kind Unknown when there is none.
func (s *server) who(ctx context.Context, c credentials) (account.Principal, error) {
	switch {
	case !c.given:
		return s.Accounts.BySession(ctx, c.cookie)
	case s.SignOn == nil || c.bearer == "" || account.IsKey(c.bearer):
		return s.Accounts.ByKey(ctx, c.bearer)
	}
	p, err := s.SignOn.ByToken(ctx, c.bearer)
	because(ctx, err)
	return p, err
}

// enter is the way of every request about an organisation: who is it, may they
// enter, may their role do this. In that order, and before anything of the
// request is looked at, so that a stranger learns nothing from its errors.
func (s *server) enter(rt route) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(hc)
		ctx := r.Context()
		t := traceOf(ctx)
		creds := s.credentials(r)
		t.begin(hc.Operation(), r, creds.given)
		c, err := s.caller(ctx, creds, s.site.orgNamed(r.PathValue("org")), rt)
		t.user, t.org = c.User.ID, ""
		if c.Org != (store.Org{}) {
			t.org = c.Org.ID()
		}
		c.Org = c.Org.On(t.step.route, t.request)
		if err != nil {
			p := s.answerIn(ctx, err)
			if t.org != "" {
				_ = s.settled(ctx, c, p.Status) // only what was done can fail
			} else {
				t.step.target = ""
				_ = s.settledOutside(ctx, actor(c.who), s.remote(r), p.Status)
			}
			writeProblem(w, p)
			return
		}
		c.again = func(ctx context.Context) error {
			_, err := s.caller(ctx, creds, string(c.Org.ID()), rt)
			return err
		}
		if !s.accepts(w, hc.Operation(), r) {
			return
		}
		next(huma.WithValue(hc, callerKey{}, c))
		_ = s.settled(ctx, c, hc.Status()) // refused before it reached the handler
	}
}

func (s *server) caller(ctx context.Context, creds credentials, org string, rt route) (Caller, error) {
	p, err := s.who(ctx, creds)
	if err != nil {
		return Caller{}, err
	}
	c := Caller{User: p.User, Site: s.site, who: p}
	c.Org, c.Role, err = s.Accounts.Enter(ctx, p, org)
	if err != nil {
		return c, err
	}
	if !c.Role.Can(rt.may) {
		return c, &projectr.Error{Kind: projectr.Forbidden, Message: "You can look at this organisation and change nothing in it. Ask one of its admins, or to be made an admin."}
	}
	if !c.Org.Within(rt.may) {
		return c, &projectr.Error{Kind: projectr.Forbidden, Message: "This API key was made for less: it has no scope " + string(rt.may) + ". Ask an admin for one that has."}
	}
	if rt.closes() {
		return c, c.Org.CheckOpen()
	}
	return c, nil
}

// visit is the way of requests that are about no organisation.
func (s *server) visit(signedIn bool) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(hc)
		ctx := r.Context()
		t := traceOf(ctx)
		creds := s.credentials(r)
		t.begin(hc.Operation(), r, creds.given)
		v := Visitor{
			Secret: creds.cookie, From: s.remote(r), Agent: r.UserAgent(), Device: cookieOf(r, s.named(hostDevice, plainDevice)), Trip: cookieOf(r, s.named(hostTrip, plainTrip)), Site: s.site,
			accounts: s.Accounts, signOn: s.SignOn, keep: s.keep, end: func() []http.Cookie { return s.cookies("") }, trips: s.tripCookies,
		}
		if signedIn {
			var err error
			if v.Who, err = s.who(ctx, creds); err != nil {
				p := s.answerTo(ctx, err)
				_ = s.settledOutside(ctx, projectr.Actor{}, v.From, p.Status) // only what was done can fail
				writeProblem(w, p)
				return
			}
			t.user = v.Who.User.ID
		}
		if !s.accepts(w, hc.Operation(), r) {
			return
		}
		next(huma.WithValue(hc, visitorKey{}, v))
		_ = s.settledOutside(ctx, v.actor(ctx), v.From, hc.Status()) // refused before it reached the handler
	}
}

// answerTo turns what a handler or a door returned into the problem that is
// answered, and keeps the cause of a fault of ours for the log.
func (s *server) answerTo(ctx context.Context, err error) *Problem {
	switch projectr.KindOf(err) {
	case projectr.Internal, projectr.Unavailable:
		traceOf(ctx).err = err
	}
	return problemOf(err)
}

// answerIn is answerTo inside an organisation, where what is not found is the
// same for every id and for the organisation itself.
func (s *server) answerIn(ctx context.Context, err error) *Problem {
	if projectr.KindOf(err) == projectr.NotFound {
		return notFound()
	}
	return s.answerTo(ctx, err)
}

// accepts refuses a body that is not JSON. A body without a type is refused
// too: that is what a page of another site can send without being asked. A
// route that reads no body takes an empty one, or JSON that it does not look at.
func (s *server) accepts(w http.ResponseWriter, op *huma.Operation, r *http.Request) bool {
	if op.RequestBody == nil && r.ContentLength == 0 {
		return true
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		writeProblem(w, problem(http.StatusUnsupportedMediaType, string(projectr.Invalid), wantJSON))
		return false
	}
	if r.ContentLength > maxBody {
		writeProblem(w, problem(http.StatusRequestEntityTooLarge, string(projectr.Invalid), tooLarge))
		return false
	}
	return true
}

// The session cookie. By https it has the __Host- prefix: no other host and no
// page by plain http can set or read it. On one's own machine, by plain http,
// that cookie is set too, and beside it the same without the prefix: Safari and
// most programs keep no Secure cookie from an address that is not https, and
// nothing leaves the machine there. By plain http elsewhere there is only the
// latter, and the log has a warning.
const (
	hostCookie  = "__Host-projectr"
	plainCookie = "projectr"
)

// The cookie by which an account knows a browser that has signed in to it before. It
// opens nothing, so it stays when somebody signs out.
const (
	hostDevice  = "__Host-projectr-device"
	plainDevice = "projectr-device"
)

func (s *server) sessionCookie(r *http.Request) string {
	return cookieOf(r, s.named(hostCookie, plainCookie))
}

// cookieOf returns the value of the first of the names that has one.
func cookieOf(r *http.Request, names []string) string {
	for _, name := range names {
		if c, err := r.Cookie(name); err == nil && c.Value != "" {
			return c.Value
		}
	}
	return ""
}

// named returns by which names a cookie is kept here.
func (s *server) named(host, plain string) []string {
	switch {
	case s.secure:
		return []string{host}
	case s.local:
		return []string{host, plain}
	}
	return []string{plain}
}

// keep returns the cookies that keep a session that begins, and what the account
// knows the browser by from now on.
func (s *server) keep(x account.Signed) []http.Cookie {
	list := s.cookies(x.Secret)
	if x.Device != "" {
		list = append(list, cookiesOf(s.named(hostDevice, plainDevice), x.Device, account.DeviceLife)...)
	}
	return list
}

// cookies returns the cookies that keep a session's secret in the browser; for
// an empty secret those that take it away.
func (s *server) cookies(secret string) []http.Cookie {
	return cookiesOf(s.named(hostCookie, plainCookie), secret, s.Accounts.Life)
}

func cookiesOf(names []string, secret string, life time.Duration) []http.Cookie {
	var list []http.Cookie
	for _, name := range names {
		c := http.Cookie{
			Name: name, Value: secret, Path: "/", MaxAge: int(life.Seconds()),
			HttpOnly: true, Secure: strings.HasPrefix(name, "__Host-"), SameSite: http.SameSiteLaxMode,
		}
		if secret == "" {
			c.MaxAge = -1
		}
		list = append(list, c)
	}
	return list
}
