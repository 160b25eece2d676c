package api

import (
	"context"
	"net/http"

	"projectr"
	"projectr/account"
)

// What people do about their own account: how they are called, their password, and
// where they are signed in.

// keptOut answers nothing but cookies: the session goes on under a new secret.
type keptOut struct {
	SetCookie []http.Cookie `header:"Set-Cookie" doc:"The session, under a new secret."`
}

type changeMeIn struct {
	Body struct {
		Name string `json:"name" maxLength:"500" doc:"How the person wants to be called."`
	} `nameHint:"MeChange"`
}

func changeMe(ctx context.Context, v Visitor, in changeMeIn) (meOut, error) {
	u, err := v.accounts.Rename(ctx, v.Who, in.Body.Name)
	if err != nil {
		return meOut{}, err
	}
	who := v.Who
	who.User = u
	m, err := v.me(ctx, who)
	return meOut{m}, err
}

type passwordIn struct {
	Body struct {
		Old      string `json:"old,omitempty" maxLength:"1000" doc:"The password there is; left out where there is none."`
		Password string `json:"password" maxLength:"1000" doc:"The new one, at least 12 characters."`
	} `nameHint:"PasswordChange"`
}

func changePassword(ctx context.Context, v Visitor, in passwordIn) (keptOut, error) {
	s, err := v.accounts.ChangePassword(ctx, v.Who, in.Body.Old, in.Body.Password)
	if err != nil {
		return keptOut{}, err
	}
	return keptOut{v.keep(s)}, nil
}

type confirmIn struct {
	Body struct {
		Password string `json:"password,omitempty" maxLength:"1000" doc:"Left out where the account has none."`
		Code     string `json:"code,omitempty" maxLength:"100" doc:"A one-time or recovery code, for an account with one-time codes."`

		Passkey *credential `json:"passkey,omitempty" doc:"In the place of both: what navigator.credentials.get answered to the question of /session/passkey/start, as JSON."`
	} `nameHint:"Proof"`
}

func confirmSession(ctx context.Context, v Visitor, in confirmIn) (keptOut, error) {
	var s account.Signed
	var err error
	if k := in.Body.Passkey; k != nil {
		s, err = v.accounts.ConfirmByPasskey(ctx, v.Who, k.RawMessage, v.From)
	} else {
		s, err = v.accounts.Confirm(ctx, v.Who, account.Proof{Password: in.Body.Password, Code: in.Body.Code})
	}
	if err != nil {
		return keptOut{}, err
	}
	return keptOut{v.keep(s)}, nil
}

// OwnSession is one place where somebody is signed in, as they see it.
type OwnSession struct {
	projectr.Session
	Current bool `json:"current" doc:"It is the one that asks."`
}

type sessionsOut struct{ Body List[OwnSession] }

func listSessions(ctx context.Context, v Visitor, _ struct{}) (sessionsOut, error) {
	list, err := v.accounts.Sessions(ctx, v.Who)
	if err != nil {
		return sessionsOut{}, err
	}
	out := List[OwnSession]{Items: []OwnSession{}}
	for _, x := range list {
		out.Items = append(out.Items, OwnSession{Session: x, Current: x.ID == v.Who.Session.ID})
	}
	return sessionsOut{out}, nil
}

func endOtherSessions(ctx context.Context, v Visitor, _ struct{}) (nothing, error) {
	return nothing{}, v.accounts.EndOtherSessions(ctx, v.Who)
}

type sessionIn struct {
	ID string `path:"id" maxLength:"100" doc:"The session's id."`
}

func endSession(ctx context.Context, v Visitor, in sessionIn) (nothing, error) {
	return nothing{}, v.accounts.EndSession(ctx, v.Who, in.ID)
}
