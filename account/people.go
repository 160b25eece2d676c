package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"projectr"
)

// StepUp is how young the last proof of who somebody is has to be for what Recent
// guards.
const StepUp = 15 * time.Minute

var (
	errRecent = &projectr.Error{Kind: projectr.Reauthenticate, Message: "Show once more that it is you, then go on."}
	errWeaker = &projectr.Error{Kind: projectr.Reauthenticate, Message: "Show with your passkey that it is you, then go on."}
	errPerson = &projectr.Error{Kind: projectr.Forbidden, Message: "Only a person who is signed in can do this, not an API key or an access token."}
)

// Recent reports, as an error of kind Reauthenticate, that the last proof of who holds
// a session is older than StepUp, or less than the account has: a password alone changes
// nothing of an account with a passkey, or whoever knows it could add one of their own.
// What changes how one gets in, and what cannot be taken back, asks for it. An API key and a bearer token have no session: Forbidden.
func (a *Accounts) Recent(p Principal) error {
	if p.Session.ID == "" {
		return errPerson
	}
	if a.now().Sub(p.Session.AuthAt) >= StepUp {
		return errRecent
	}
	if p.User.SecondFactor && !p.TwoProofs() && a.HasPasskeys() { // where none can be shown the password is all there is
		return errWeaker
	}
	return nil
}

// Proof is what somebody shows of themselves again.
type Proof struct {
	Password string
	Code     string // for an account with one-time codes
}

// Confirm takes a new proof of who holds the session, after which Recent is content
// for StepUp. The session goes on under a new secret, and the one before opens nothing
// any more. It asks for what sign-in asks for: the password where there is one, and a
// code where there are one-time codes. An account with passkeys and without codes shows
// one of them instead (ConfirmByPasskey).
func (a *Accounts) Confirm(ctx context.Context, p Principal, proof Proof) (Signed, error) {
	if p.Session.ID == "" {
		return Signed{}, errPerson
	}
	u, hash, err := a.store.UserByEmail(ctx, p.User.Email)
	if err != nil {
		return Signed{}, fmt.Errorf("look up account: %w", err)
	}
	if hash != "" {
		right, err := a.try(ctx, own(p), u, hash, proof.Password)
		if err != nil {
			return Signed{}, err
		}
		if !right {
			return Signed{}, errPassword("password")
		}
	}
	second, err := a.second(ctx, u, proof.Code, "session "+p.Session.ID)
	if err != nil {
		return Signed{}, err
	}
	if u.SecondFactor && !second && a.HasPasskeys() {
		return Signed{}, errWeaker // else who knows the password freshens a session that was begun with more
	}
	if hash == "" && !second {
		return Signed{}, &projectr.Error{Kind: projectr.Reauthenticate, Message: "This account has no password. Sign out, sign in again and come back."}
	}
	return a.renew(ctx, p, second)
}

// own counts wrong passwords of somebody who is signed in.
func own(p Principal) []counter { return []counter{{&ownRule, string(p.User.ID)}} }

func errPassword(field string) error {
	return &projectr.Error{Kind: projectr.Invalid, Field: field, Message: "This is not your password. Check it and try again."}
}

// renew keeps a session under a new secret, as proved anew.
func (a *Accounts) renew(ctx context.Context, p Principal, second bool) (Signed, error) {
	secret := a.secret()
	if err := a.store.RenewSession(ctx, p.hash, hashOf(secret), second); err != nil {
		if projectr.KindOf(err) == projectr.NotFound {
			return Signed{}, errSignIn
		}
		return Signed{}, fmt.Errorf("renew session: %w", err)
	}
	return Signed{User: p.User, Secret: secret}, nil
}

// alone renews a session and ends the person's others.
func (a *Accounts) alone(ctx context.Context, p Principal, second bool) (Signed, error) {
	s, err := a.renew(ctx, p, second)
	if err != nil {
		return s, err
	}
	return s, a.store.EndSessions(ctx, p.User.ID, hashOf(s.Secret))
}

// Rename changes how a person is called.
func (a *Accounts) Rename(ctx context.Context, p Principal, name string) (projectr.User, error) {
	u := p.User
	if p.Key {
		return u, errPerson
	}
	u.Name = strings.TrimSpace(name)
	if err := checkName(u.Name); err != nil {
		return p.User, err
	}
	return u, a.store.RenameUser(ctx, u.ID, u.Name)
}

// ChangePassword gives a person a new password, who shows the one before; where there is
// a second factor it asks for a recent proof of who it is as well. The own
// session goes on under a new secret; the others end, and with them one-time links and
// what is known of other browsers.
func (a *Accounts) ChangePassword(ctx context.Context, p Principal, old, fresh string) (Signed, error) {
	if p.Session.ID == "" {
		return Signed{}, errPerson
	}
	u, hash, err := a.store.UserByEmail(ctx, p.User.Email)
	if err != nil {
		return Signed{}, fmt.Errorf("look up account: %w", err)
	}
	if hash == "" {
		if err := a.Recent(p); err != nil {
			return Signed{}, err
		}
	} else if right, err := a.try(ctx, own(p), u, hash, old); err != nil {
		return Signed{}, err
	} else if !right {
		return Signed{}, errPassword("old")
	} else if u.SecondFactor { // the session is as of now proved anew by it
		if err := a.Recent(p); err != nil {
			return Signed{}, err
		}
	}
	if err := checkPassword(fresh, u); err != nil {
		return Signed{}, err
	}
	if fresh == old {
		return Signed{}, &projectr.Error{Kind: projectr.Invalid, Field: "password", Message: "This is the password you have. Choose another one."}
	}
	if hash, err = a.hashed(ctx, fresh); err != nil {
		return Signed{}, err
	}
	if err := a.store.SetPassword(ctx, u.ID, hash, p.hash, a.letters(projectr.LetterPasswordChanged, u.ID)...); err != nil {
		return Signed{}, fmt.Errorf("set password: %w", err)
	}
	s, err := a.renew(ctx, p, p.Session.Second)
	if err != nil {
		return s, err
	}
	s.Device, err = a.newDevice(ctx, u.ID)
	return s, err
}

// Sessions lists where a person is signed in, the last used first. Session.ID of the
// principal is the one they ask with.
func (a *Accounts) Sessions(ctx context.Context, p Principal) ([]projectr.Session, error) {
	if p.Key {
		return nil, errPerson
	}
	list, err := a.store.Sessions(ctx, p.User.ID)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	live := list[:0]
	for _, x := range list {
		if a.now().Sub(x.SeenAt) < a.Idle {
			live = append(live, x)
		}
	}
	return live, nil
}

// EndSession ends one of a person's own sessions. One that is gone, or somebody
// else's, is NotFound.
func (a *Accounts) EndSession(ctx context.Context, p Principal, id string) error {
	if p.Key {
		return errPerson
	}
	return a.store.EndSession(ctx, p.User.ID, id)
}

// EndOtherSessions signs a person out everywhere but here.
func (a *Accounts) EndOtherSessions(ctx context.Context, p Principal) error {
	if p.Key {
		return errPerson
	}
	return a.store.EndSessions(ctx, p.User.ID, p.hash)
}

// ChangeEmail sends a link to a new address, which becomes the account's when it is
// used. It asks for a recent proof of who it is. Whether the address has an account
// already is told only to that address.
func (a *Accounts) ChangeEmail(ctx context.Context, p Principal, email string) error {
	if err := a.Recent(p); err != nil {
		return err
	}
	email = normal(email)
	if err := checkEmail(email); err != nil {
		return err
	}
	if email == p.User.Email {
		return &projectr.Error{Kind: projectr.Invalid, Field: "email", Message: "This is your address already."}
	}
	if !a.Mails {
		return errNoMail
	}
	if d := a.limits.take(a.now(), counter{&ownRule, "email " + string(p.User.ID)}); d > 0 {
		return tooOften(d)
	}
	l := projectr.Letter{Kind: projectr.LetterChangeEmail, User: p.User.ID, Email: email}
	u, _, err := a.lookup(ctx, email)
	if err != nil {
		return err
	}
	if u.ID != "" {
		l.Kind = projectr.LetterEmailTaken
	}
	return a.write(ctx, l)
}

// AskVerification sends a link that proves the account's address. One that is proved
// already needs none, and is no error.
func (a *Accounts) AskVerification(ctx context.Context, p Principal) error {
	if p.Key {
		return errPerson
	}
	if !p.User.VerifiedAt.IsZero() {
		return nil
	}
	if !a.Mails {
		return errNoMail
	}
	if d := a.limits.take(a.now(), counter{&ownRule, "verify " + string(p.User.ID)}); d > 0 {
		return tooOften(d)
	}
	return a.write(ctx, projectr.Letter{Kind: projectr.LetterVerify, User: p.User.ID, Email: p.User.Email})
}
