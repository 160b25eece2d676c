package account

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"projectr"
)

// Visit is a browser that asks for something before anybody is signed in.
type Visit struct {
	From   netip.Addr // where it comes from on the network
	Agent  string     // what the browser calls itself
	Device string     // the secret that Signed.Device gave this browser, if any
}

// Attempt is one try to sign in.
type Attempt struct {
	Email    string
	Password string
	Code     string // a one-time or recovery code, for an account that asks for one
	Visit
}

// Signed is a session that has begun.
type Signed struct {
	User   projectr.User
	Secret string // of the session; only the browser keeps it
	Device string // by which the account knows the browser from now on, for DeviceLife; empty: it keeps what it has
}

// errWrong is the one answer to a sign-in that does not succeed. It does not
// say what was wrong.
var errWrong = &projectr.Error{Kind: projectr.Unknown, Message: "E-mail address and password do not belong together. Check both and try again."}

// SignIn begins a session by a password. An unknown address, a wrong password, an
// account without a password and one that is disabled are the same error after the
// same work; too many of them are a SlowDown. A right password for an account with
// one-time codes is an error of kind SecondFactor until the code comes with it.
func (a *Accounts) SignIn(ctx context.Context, at Attempt) (Signed, error) {
	email := normal(at.Email)
	u, hash, err := a.lookup(ctx, email)
	if err != nil {
		return Signed{}, err
	}
	device, err := a.device(ctx, at.Device, u.ID)
	if err != nil {
		return Signed{}, err
	}
	right, err := a.try(ctx, passwordCounters(at.From, email, device), u, hash, at.Password)
	if err != nil {
		return Signed{}, err
	}
	if !right {
		return Signed{}, errWrong
	}
	second, err := a.second(ctx, u, at.Code, device)
	if err != nil {
		return Signed{}, err
	}
	return a.begin(ctx, u, withPassword, second, device, at.Visit)
}

// try compares a password with an account's. An account that is not there has no hash.
func (a *Accounts) try(ctx context.Context, cs []counter, u projectr.User, hash, password string) (bool, error) {
	right, err := a.guess(ctx, cs, hash, password, !u.Disabled)
	if right {
		a.limits.forget(cs[0])
	}
	return right, err
}

// guess compares a password with a hash, once it is its turn, and counts when it is
// wrong, or may not be right.
func (a *Accounts) guess(ctx context.Context, cs []counter, hash, password string, may bool) (bool, error) {
	if d := a.limits.wait(a.now(), cs...); d > 0 {
		return false, slowDown(d)
	}
	done, err := a.slot(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	// Again, now that it is our turn: those before us in the queue have failed.
	if d := a.limits.wait(a.now(), cs...); d > 0 {
		return false, slowDown(d)
	}
	may = may && hash != "" && len(password) <= maxPassword
	if hash == "" {
		hash = a.dummy
	}
	right, err := verify(hash, password)
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	if !right || !may {
		a.limits.count(a.now(), cs...)
		return false, nil
	}
	return true, nil
}

// By what a session was begun, projectr.Session.How.
const (
	withPassword = "password"
	withLink     = "link"
	withPasskey  = "passkey"
)

// begin keeps a new session. device is the hash of the browser's secret when the
// account knows it already.
func (a *Accounts) begin(ctx context.Context, u projectr.User, how string, second bool, device string, v Visit) (Signed, error) {
	x, secret := a.session(u.ID, how, second, v)
	if err := a.store.PutSession(ctx, hashOf(secret), x); err != nil {
		return Signed{}, fmt.Errorf("begin session: %w", err)
	}
	s := Signed{User: u, Secret: secret}
	if device == "" {
		var err error
		if s.Device, err = a.newDevice(ctx, u.ID); err != nil {
			return Signed{}, err
		}
		if !u.SeenAt.IsZero() {
			if err := a.notify(ctx, projectr.LetterNewBrowser, u.ID, x.ID); err != nil {
				return Signed{}, err
			}
		}
	}
	return s, nil
}

// session returns a new session and its secret.
func (a *Accounts) session(u projectr.UserID, how string, second bool, v Visit) (projectr.Session, string) {
	now := a.now()
	return projectr.Session{
		ID: "se_" + a.secret()[:20], User: u, How: how, Second: second, Agent: shorten(v.Agent), Place: network(v.From),
		CreatedAt: now, SeenAt: now, AuthAt: now, ExpiresAt: now.Add(a.Life),
	}, a.secret()
}

// SignOut ends the session with that secret; one that is over already is no
// error.
func (a *Accounts) SignOut(ctx context.Context, secret string) error {
	if secret == "" {
		return nil
	}
	return a.store.DeleteSession(ctx, hashOf(secret))
}

// DeviceLife is how long a browser is known to have signed in to an account.
const DeviceLife = 365 * 24 * time.Hour

// device returns the hash of a browser's secret when the account knows it, else the
// empty string.
func (a *Accounts) device(ctx context.Context, secret string, u projectr.UserID) (string, error) {
	if secret == "" {
		return "", nil
	}
	h := hashOf(secret)
	whose, err := a.store.Device(ctx, h)
	switch {
	case projectr.KindOf(err) == projectr.NotFound && err != nil, err == nil && whose != u:
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look up browser: %w", err)
	}
	return h, nil
}

// newDevice makes a browser known to an account and returns its secret.
func (a *Accounts) newDevice(ctx context.Context, u projectr.UserID) (string, error) {
	secret := a.secret()
	if err := a.store.PutDevice(ctx, hashOf(secret), u, a.now().Add(DeviceLife)); err != nil {
		return "", fmt.Errorf("keep browser: %w", err)
	}
	return secret, nil
}

// shorten keeps what a browser says of itself to one short line.
func shorten(agent string) string {
	agent = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, agent), "")
	if len(agent) > 200 {
		agent = strings.ToValidUTF8(agent[:200], "")
	}
	return agent
}
