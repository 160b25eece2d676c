package api

import (
	"context"
	"net/http"
	"time"

	"projectr"
	"projectr/account"
)

// Me is who is signed in and where they may go.
type Me struct {
	User          MeUser         `json:"user"`
	Organisations []Organisation `json:"organisations" nullable:"false"`
	Verified      bool           `json:"verified,omitempty" doc:"The address was proved to be the person's."`
	SecondFactor  bool           `json:"second_factor,omitempty" doc:"This session was begun with two proofs of who it is."`
	Operator      bool           `json:"operator,omitempty" doc:"The person may use the operator's pages."`
	Proved        bool           `json:"proved,omitempty" doc:"What asks for a recent proof of who it is would be done now without a new one."`
}

// MeUser is a user as they see themselves; for an API key, its principal.
type MeUser struct {
	ID    projectr.UserID `json:"id"`
	Email string          `json:"email" doc:"Empty for an API key."`
	Name  string          `json:"name"`
}

// Organisation is an organisation as one of its people sees it.
type Organisation struct {
	ID       projectr.OrgID `json:"id"`
	Name     string         `json:"name"`
	Address  string         `json:"address" doc:"The mail-in name, also good in paths."`
	Role     projectr.Role  `json:"role" enum:"admin,viewer"`
	MailIn   string         `json:"mail_in" doc:"The whole mail-in address."`
	TimeZone string         `json:"time_zone" doc:"IANA name."`
	Plan     string         `json:"plan" enum:"starter,professional,enterprise,self_hosted"`
	DeleteAt *time.Time     `json:"delete_at,omitempty" doc:"When it is deleted with all it has; left out: it stays."`
}

func organisation(s *Site, o projectr.Org, role projectr.Role) Organisation {
	x := Organisation{ID: o.ID, Name: o.Name, Address: o.Address, Role: role, MailIn: s.mailIn(o.Address, ""), TimeZone: o.TimeZone, Plan: o.Plan}
	if !o.DeleteAt.IsZero() {
		x.DeleteAt = &o.DeleteAt
	}
	return x
}

func (v Visitor) me(ctx context.Context, p account.Principal) (Me, error) {
	list, err := v.accounts.Belongings(ctx, p)
	if err != nil {
		return Me{}, err
	}
	m := Me{
		User: MeUser{ID: p.User.ID, Email: p.User.Email, Name: p.User.Name}, Organisations: []Organisation{},
		Verified: !p.User.VerifiedAt.IsZero(), SecondFactor: p.Session.Second, Operator: p.User.Operator,
		Proved: v.Site.recent(p) == nil,
	}
	for _, b := range list {
		m.Organisations = append(m.Organisations, organisation(v.Site, b.Org, b.Role))
	}
	return m, nil
}

func (v Visitor) visit() account.Visit {
	return account.Visit{From: v.From, Agent: v.Agent, Device: v.Device}
}

// meBy is me for a session that has just begun.
func (v Visitor) meBy(ctx context.Context, s account.Signed) (Me, error) {
	traceOf(ctx).user = s.User.ID
	p, err := v.accounts.BySession(ctx, s.Secret)
	if err != nil {
		return Me{}, err
	}
	return v.me(ctx, p)
}

type signInIn struct {
	Body struct {
		Email    string `json:"email" maxLength:"320"`
		Password string `json:"password" maxLength:"1000"`
		Code     string `json:"code,omitempty" maxLength:"100" doc:"A one-time or recovery code. An account that asks for one answers second_factor without it: send all again with the code."`
	} `nameHint:"SignIn"`
}

// signedInOut is an answer that keeps the session in the browser.
type signedInOut[T any] struct {
	SetCookie []http.Cookie `header:"Set-Cookie" doc:"The session, and by what the account knows the browser again."`
	Body      T
}

func signIn(ctx context.Context, v Visitor, in signInIn) (signedInOut[Me], error) {
	s, err := v.accounts.SignIn(ctx, account.Attempt{Email: in.Body.Email, Password: in.Body.Password, Code: in.Body.Code, Visit: v.visit()})
	if err != nil {
		return signedInOut[Me]{}, err
	}
	return v.begun(ctx, s)
}

type linkIn struct {
	Body struct {
		Token    string `json:"token" maxLength:"200"`
		Password string `json:"password,omitempty" maxLength:"1000" doc:"The password to set, at least 12 characters; needed when the account has none."`
		Name     string `json:"name,omitempty" maxLength:"500" doc:"How the person wants to be called."`
		Code     string `json:"code,omitempty" maxLength:"100" doc:"A one-time or recovery code, for an account that asks for one."`
	} `nameHint:"SignInByLink"`
}

// LinkAnswer is what a sign-in link leads to.
type LinkAnswer struct {
	NeedsPassword bool           `json:"needs_password" doc:"The account has no password yet: send the link again with one. The link was not used up."`
	Email         string         `json:"email"`
	Name          string         `json:"name"`
	User          *MeUser        `json:"user,omitempty" doc:"Once signed in."`
	Organisations []Organisation `json:"organisations,omitempty" nullable:"false" doc:"Once signed in."`
}

func signInByLink(ctx context.Context, v Visitor, in linkIn) (signedInOut[LinkAnswer], error) {
	var out signedInOut[LinkAnswer]
	u, needs, err := v.accounts.SeeTicket(ctx, in.Body.Token, v.From)
	if err != nil {
		return out, err
	}
	out.Body = LinkAnswer{NeedsPassword: true, Email: u.Email, Name: u.Name}
	if needs && in.Body.Password == "" {
		traceOf(ctx).idle = true
		return out, nil
	}
	s, err := v.accounts.UseTicket(ctx, account.TicketUse{Secret: in.Body.Token, Name: in.Body.Name, Password: in.Body.Password, Code: in.Body.Code, Visit: v.visit()})
	if err != nil {
		return out, err
	}
	if err := v.accounts.SignOut(ctx, v.Secret); err != nil {
		return out, err
	}
	m, err := v.meBy(ctx, s)
	out.SetCookie = v.keep(s)
	out.Body = LinkAnswer{Email: s.User.Email, Name: s.User.Name, User: &m.User, Organisations: m.Organisations}
	return out, err
}

type signedOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie" doc:"Takes the session away."`
	Clear     string        `header:"Clear-Site-Data" doc:"What the browser forgets: pages it kept, and what the dashboard stored."`
}

// forget leaves cookies out: the session's is taken away by name, and others say
// nothing of what was seen.
const forget = `"cache", "storage"`

// signOut is for everybody: who is signed out already gets what they asked
// for, and a browser is rid of a cookie that opens nothing.
func signOut(ctx context.Context, v Visitor, _ struct{}) (signedOut, error) {
	if p, err := v.accounts.BySession(ctx, v.Secret); err == nil {
		traceOf(ctx).user = p.User.ID
	} else {
		traceOf(ctx).idle = true
	}
	return signedOut{SetCookie: v.end(), Clear: forget}, v.accounts.SignOut(ctx, v.Secret)
}

type meOut struct{ Body Me }

func me(ctx context.Context, v Visitor, _ struct{}) (meOut, error) {
	m, err := v.me(ctx, v.Who)
	return meOut{m}, err
}
