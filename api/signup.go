package api

import (
	"context"

	"projectr"
	"projectr/account"
)

// How people come in for the first time, and come in again when they have lost the
// way: sign-ups, invitations, and links that are mailed. What a stranger asks for is
// answered alike whether the address has an account or not.

// SignInWays is which ways in there are here.
type SignInWays struct {
	SignUp   account.SignUps `json:"sign_up" enum:"open,invitation,operator" doc:"Who may sign up an organisation: anybody, whoever was invited to, or nobody but the operator."`
	Mail     bool            `json:"mail" doc:"Links can be mailed: to sign in, and to set a new password."`
	Provider string          `json:"provider,omitempty" doc:"What people call the sign-in provider; left out: there is none."`
	Passkeys bool            `json:"passkeys" doc:"Passkeys can be added, and sign in: the address of this installation is https, or on one's own machine."`
	Pages    Pages           `json:"pages" doc:"What whoever runs this installation says of it elsewhere."`
}

// Pages are addresses of pages that whoever runs the installation keeps; empty where
// there is none.
type Pages struct {
	Privacy string `json:"privacy,omitempty" doc:"The privacy notice."`
	Terms   string `json:"terms,omitempty" doc:"The terms of use."`
	Status  string `json:"status,omitempty" doc:"Whether all is well."`
}

type signInWaysOut struct{ Body SignInWays }

func signInWays(_ context.Context, v Visitor, _ struct{}) (signInWaysOut, error) {
	w := SignInWays{SignUp: v.accounts.SignUps, Mail: v.accounts.Mails, Passkeys: v.accounts.HasPasskeys(), Pages: v.Site.outside}
	if v.signOn != nil {
		w.Provider = v.signOn.Name
	}
	return signInWaysOut{w}, nil
}

type emailAskIn struct {
	Body struct {
		Email string `json:"email" maxLength:"320"`
	} `nameHint:"AddressAsk"`
}

func askReset(ctx context.Context, v Visitor, in emailAskIn) (nothing, error) {
	return nothing{}, v.accounts.AskReset(ctx, in.Body.Email, v.From)
}

func askSignIn(ctx context.Context, v Visitor, in emailAskIn) (nothing, error) {
	return nothing{}, v.accounts.AskSignIn(ctx, in.Body.Email, v.From)
}

func askEmail(ctx context.Context, v Visitor, in emailAskIn) (nothing, error) {
	return nothing{}, v.accounts.ChangeEmail(ctx, v.Who, in.Body.Email)
}

func askVerification(ctx context.Context, v Visitor, _ struct{}) (nothing, error) {
	return nothing{}, v.accounts.AskVerification(ctx, v.Who)
}

type resetIn struct {
	Body struct {
		Token    string `json:"token" maxLength:"200"`
		Password string `json:"password" maxLength:"1000" doc:"The new one, at least 12 characters."`
	} `nameHint:"PasswordReset"`
}

func resetPassword(ctx context.Context, v Visitor, in resetIn) (nothing, error) {
	u, err := v.accounts.ResetPassword(ctx, in.Body.Token, in.Body.Password, v.From)
	traceOf(ctx).user = u.ID
	return nothing{}, err
}

type mailLinkIn struct {
	Body struct {
		Token string `json:"token" maxLength:"200"`
		Code  string `json:"code,omitempty" maxLength:"100" doc:"A one-time or recovery code, for an account that asks for one."`
	} `nameHint:"MailedLink"`
}

func signInByMail(ctx context.Context, v Visitor, in mailLinkIn) (signedInOut[Me], error) {
	s, err := v.accounts.SignInByLink(ctx, in.Body.Token, in.Body.Code, v.visit())
	if err != nil {
		return signedInOut[Me]{}, err
	}
	return v.begun(ctx, s)
}

// begun is the answer to whoever has just signed in. The session that the browser had
// before ends.
func (v Visitor) begun(ctx context.Context, s account.Signed) (signedInOut[Me], error) {
	if err := v.accounts.SignOut(ctx, v.Secret); err != nil {
		return signedInOut[Me]{}, err
	}
	m, err := v.meBy(ctx, s)
	return signedInOut[Me]{SetCookie: v.keep(s), Body: m}, err
}

type tokenIn struct {
	Body struct {
		Token string `json:"token" maxLength:"200" doc:"Of the link."`
	} `nameHint:"Token"`
}

func verifyEmail(ctx context.Context, v Visitor, in tokenIn) (nothing, error) {
	u, err := v.accounts.VerifyEmail(ctx, in.Body.Token, v.From)
	traceOf(ctx).user = u.ID
	return nothing{}, err
}

func confirmEmail(ctx context.Context, v Visitor, in tokenIn) (nothing, error) {
	u, err := v.accounts.ConfirmEmail(ctx, in.Body.Token, v.From)
	traceOf(ctx).user = u.ID
	return nothing{}, err
}

type signUpIn struct {
	Body struct {
		Organisation string `json:"organisation" maxLength:"500" doc:"The company's name."`
		Address      string `json:"address" maxLength:"100" doc:"The mail-in name to have. That it is taken is said: such names are public."`
		TimeZone     string `json:"time_zone,omitempty" maxLength:"100" doc:"IANA name; left out: the installation's."`
		Name         string `json:"name" maxLength:"500" doc:"Of its first admin."`
		Email        string `json:"email" maxLength:"320"`
		Password     string `json:"password" maxLength:"1000" doc:"At least 12 characters."`
	} `nameHint:"SignUp"`
}

func signUp(ctx context.Context, v Visitor, in signUpIn) (nothing, error) {
	b := in.Body
	return nothing{}, v.accounts.SignUp(ctx, account.NewOrg{
		Organisation: b.Organisation, Address: b.Address, TimeZone: b.TimeZone, Name: b.Name, Email: b.Email, Password: b.Password,
	}, v.From)
}

// SignUpLink is what the link of a sign-up leads to.
type SignUpLink struct {
	Email   string `json:"email"`
	Invited bool   `json:"invited" doc:"By the operator: what the organisation will be has still to be said with the confirmation."`
}

type signUpLinkOut struct{ Body SignUpLink }

func seeSignUp(ctx context.Context, v Visitor, in tokenIn) (signUpLinkOut, error) {
	traceOf(ctx).idle = true
	l, err := v.accounts.SeeSignUp(ctx, in.Body.Token, v.From)
	return signUpLinkOut{SignUpLink(l)}, err
}

type confirmSignUpIn struct {
	Body struct {
		Token        string `json:"token" maxLength:"200" doc:"Of the link."`
		Organisation string `json:"organisation,omitempty" maxLength:"500" doc:"The company's name; this and the rest but the password only for an invitation of the operator's."`
		Address      string `json:"address,omitempty" maxLength:"100" doc:"The mail-in name to have."`
		TimeZone     string `json:"time_zone,omitempty" maxLength:"100" doc:"IANA name; left out: the installation's."`
		Name         string `json:"name,omitempty" maxLength:"500" doc:"Of its first admin."`
		Password     string `json:"password,omitempty" maxLength:"1000" doc:"The one that was chosen with the sign-up. For an invitation a new one of at least 12 characters."`
	} `nameHint:"SignUpConfirmation"`
}

func confirmSignUp(ctx context.Context, v Visitor, in confirmSignUpIn) (signedInOut[Me], error) {
	b := in.Body
	var s account.Signed
	var err error
	if b.Organisation == "" {
		s, err = v.accounts.ConfirmSignUp(ctx, b.Token, b.Password, v.visit())
	} else {
		s, err = v.accounts.Found(ctx, b.Token, account.NewOrg{
			Organisation: b.Organisation, Address: b.Address, TimeZone: b.TimeZone, Name: b.Name, Password: b.Password,
		}, v.visit())
	}
	if err != nil {
		return signedInOut[Me]{}, err
	}
	return v.begun(ctx, s)
}

// InvitationLink is what the link of an invitation leads to.
type InvitationLink struct {
	Organisation string        `json:"organisation"`
	Email        string        `json:"email"`
	Role         projectr.Role `json:"role" enum:"admin,viewer"`
	HasAccount   bool          `json:"has_account" doc:"The address has an account: sign in as it, then accept."`
}

type invitationOut struct{ Body InvitationLink }

func lookInvitation(ctx context.Context, v Visitor, in tokenIn) (invitationOut, error) {
	traceOf(ctx).idle = true
	i, err := v.accounts.LookInvitation(ctx, in.Body.Token, v.From)
	return invitationOut{InvitationLink(i)}, err
}

type acceptIn struct {
	Body struct {
		Token    string `json:"token" maxLength:"200" doc:"Of the link."`
		Name     string `json:"name,omitempty" maxLength:"500" doc:"How the person wants to be called, where the address has no account."`
		Password string `json:"password,omitempty" maxLength:"1000" doc:"At least 12 characters, where the address has no account."`
	} `nameHint:"Acceptance"`
}

func acceptInvitation(ctx context.Context, v Visitor, in acceptIn) (signedInOut[Me], error) {
	as, err := v.accounts.BySession(ctx, v.Secret)
	if err != nil && projectr.KindOf(err) != projectr.Unknown {
		return signedInOut[Me]{}, err
	}
	t := traceOf(ctx)
	t.user = as.User.ID
	s, err := v.accounts.AcceptInvitation(ctx, account.Acceptance{
		Secret: in.Body.Token, As: as, Name: in.Body.Name, Password: in.Body.Password,
		Route: t.step.route, Request: t.request, Visit: v.visit(),
	})
	if err != nil {
		return signedInOut[Me]{}, err
	}
	t.idle = true       // the organisation's own log has it
	if s.Secret == "" { // they keep the session they have
		m, err := v.me(ctx, as)
		return signedInOut[Me]{Body: m}, err
	}
	m, err := v.meBy(ctx, s)
	return signedInOut[Me]{SetCookie: v.keep(s), Body: m}, err
}
