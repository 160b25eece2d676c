package account

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"projectr"
	"projectr/store"
)

// mailed begins the secret of an invitation that was sent to its address and told to
// nobody else: whoever has it reads mail there. One that an admin was told has no such
// beginning, and gets none: the whole of it is hashed.
const mailed = "m-"

// Invite invites whoever reads mail at an address to an organisation, for InviteLife.
// Where mail is sent, the link goes there, and the secret is empty; else the secret is
// told this once, to be handed on. An address that is invited or a member's is a
// Conflict; more people than the plan has seats for are OverLimit.
func (a *Accounts) Invite(ctx context.Context, o store.Org, email string, role projectr.Role) (x projectr.Invite, secret string, err error) {
	email = normal(email)
	if err := checkEmail(email); err != nil {
		return x, "", err
	}
	if err := checkRole(role); err != nil {
		return x, "", err
	}
	secret, hash := a.handedOn()
	x, err = o.Invite(ctx, email, role, InviteLife, hash)
	if err != nil {
		return x, "", err
	}
	return x, secret, nil
}

// RenewInvite sends an invitation anew, good for InviteLife from now. The link of
// before opens nothing any more. The secret is as for Invite.
func (a *Accounts) RenewInvite(ctx context.Context, o store.Org, id projectr.InviteID) (x projectr.Invite, secret string, err error) {
	secret, hash := a.handedOn()
	x, err = o.RenewInvite(ctx, id, InviteLife, hash)
	if err != nil {
		return x, "", err
	}
	return x, secret, nil
}

// handedOn returns the secret of an invitation that no mail takes there, and its hash;
// empty where mail is sent.
func (a *Accounts) handedOn() (secret, hash string) {
	if a.Mails {
		return "", ""
	}
	secret = a.secret()
	return secret, hashOf(secret)
}

// Invitation is an invitation as whoever has its link sees it.
type Invitation struct {
	Organisation string        `json:"organisation"`
	Email        string        `json:"email"`
	Role         projectr.Role `json:"role" enum:"admin,viewer"`
	HasAccount   bool          `json:"has_account" doc:"The address has an account: sign in as it, then accept."`
}

// LookInvitation says what an invitation is, without using it up. Accepted, withdrawn,
// expired and unknown are all NotFound.
func (a *Accounts) LookInvitation(ctx context.Context, secret string, from netip.Addr) (Invitation, error) {
	x, err := a.invited(ctx, secret, from)
	return Invitation{Organisation: x.OrgName, Email: x.Email, Role: x.Role, HasAccount: x.Account != ""}, err
}

func (a *Accounts) invited(ctx context.Context, secret string, from netip.Addr) (store.Invited, error) {
	at := counter{&secretRule, place(from)}
	if d := a.limits.wait(a.now(), at); d > 0 {
		return store.Invited{}, tooOften(d)
	}
	x, err := a.store.Invited(ctx, hashOf(secret))
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		a.limits.count(a.now(), at)
		return store.Invited{}, errTicket
	}
	if err != nil {
		return store.Invited{}, fmt.Errorf("look up invitation: %w", err)
	}
	return x, nil
}

// Acceptance is how somebody accepts an invitation.
type Acceptance struct {
	Secret   string
	As       Principal // who is signed in; zero: nobody
	Name     string    // of the account that is made when the address has none
	Password string    // of that account
	Route    string    // for the audit log
	Request  string
	Visit
}

// AcceptInvitation makes somebody a member. A new person gets an account and a session.
// An address that has an account accepts signed in as that account, and keeps the
// session they have: Secret is empty. Else a copied link would open somebody's account.
// Nobody signed in where there is an account is a Conflict, somebody else Forbidden;
// both leave the invitation, and so does a name or a password that cannot be taken.
func (a *Accounts) AcceptInvitation(ctx context.Context, in Acceptance) (Signed, error) {
	x, err := a.invited(ctx, in.Secret, in.From)
	if err != nil {
		return Signed{}, err
	}
	j := store.Joining{Proved: strings.HasPrefix(in.Secret, mailed), Route: in.Route, Request: in.Request}
	s := Signed{}
	switch {
	case in.As.Key:
		return Signed{}, errPerson
	case in.As.User.ID != "":
		j.As, s.User = in.As.User.ID, in.As.User
	case x.Account != "":
		return Signed{}, &projectr.Error{Kind: projectr.Conflict, Message: "This address has an account already. Sign in with it, then open the link again."}
	default:
		in.Name = strings.TrimSpace(in.Name)
		if err := checkName(in.Name); err != nil {
			return Signed{}, err
		}
		s.User = projectr.User{ID: a.userID(), Email: x.Email, Name: in.Name, CreatedAt: a.now()}
		if err := checkPassword(in.Password, s.User); err != nil {
			return Signed{}, err
		}
		if j.Password, err = a.hashed(ctx, in.Password); err != nil {
			return Signed{}, err
		}
		j.User = s.User
		j.Session, s.Secret = a.session(s.User.ID, withLink, false, in.Visit)
		j.Secret = hashOf(s.Secret)
	}
	if _, err := a.store.AcceptInvite(ctx, hashOf(in.Secret), j); err != nil {
		switch projectr.KindOf(err) {
		case projectr.Forbidden, projectr.OverLimit:
			return Signed{}, err
		}
		return Signed{}, once(err)
	}
	if s.Secret != "" {
		s.Device, err = a.newDevice(ctx, s.User.ID)
	}
	return s, err
}

// postInvite gives an invitation the secret of its letter.
func (a *Accounts) postInvite(ctx context.Context, m Posting, l projectr.Letter) (Posting, bool, error) {
	m.Secret = mailed + a.secret()
	x, err := a.store.WriteInvite(ctx, l.N, hashOf(m.Secret))
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		return m, false, nil
	}
	if err != nil {
		return m, false, fmt.Errorf("write invitation: %w", err)
	}
	m.To.Address, m.Org, m.Role, m.By, m.Life = x.Email, x.OrgName, x.Role, x.By, x.ExpiresAt.Sub(a.now())
	return m, true, nil
}
