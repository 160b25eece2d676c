package account

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"projectr"
)

// Attempt is one try to sign in.
type Attempt struct {
	Email    string
	Password string
	From     netip.Addr // where it comes from on the network
	Agent    string     // what the browser calls itself
}

// errWrong is the one answer to a sign-in that does not succeed. It does not
// say what was wrong.
var errWrong = &projectr.Error{Kind: projectr.Unknown, Message: "E-mail address and password do not belong together. Check both and try again."}

// SignIn begins a session and returns its secret, which only the browser
// keeps. An unknown address, a wrong password, an account without a password
// and one that is disabled are the same error after the same work; too many of
// them from one place are a SlowDown.
func (a *Accounts) SignIn(ctx context.Context, at Attempt) (string, projectr.User, error) {
	email := normal(at.Email)
	if d := a.limits.wait(at.From, email, a.now()); d > 0 {
		return "", projectr.User{}, slowDown(d)
	}
	u, right, err := a.try(ctx, email, at)
	if err != nil {
		return "", projectr.User{}, err
	}
	if !right {
		return "", projectr.User{}, errWrong
	}
	secret, err := a.begin(ctx, u, "password", at.Agent)
	return secret, u, err
}

func (a *Accounts) try(ctx context.Context, email string, at Attempt) (projectr.User, bool, error) {
	done, err := a.slot(ctx)
	if err != nil {
		return projectr.User{}, false, err
	}
	defer done()
	// Again, now that it is our turn: those before us in the queue have failed.
	if d := a.limits.wait(at.From, email, a.now()); d > 0 {
		return projectr.User{}, false, slowDown(d)
	}
	u, hash, err := a.store.UserByEmail(ctx, email)
	if err != nil && projectr.KindOf(err) != projectr.NotFound {
		return u, false, fmt.Errorf("look up account: %w", err)
	}
	may := err == nil && hash != "" && !u.Disabled && len(at.Password) <= maxPassword
	if hash == "" {
		hash = a.dummy
	}
	right, err := verify(hash, at.Password)
	if err != nil {
		return u, false, fmt.Errorf("check password of %s: %w", u.ID, err)
	}
	if !right || !may {
		a.limits.failed(at.From, email, a.now())
		return u, false, nil
	}
	a.limits.succeeded(at.From, email)
	return u, true, nil
}

// begin begins a session; how says by what, as in projectr.Session.
func (a *Accounts) begin(ctx context.Context, u projectr.User, how, agent string) (string, error) {
	secret, now := a.secret(), a.now()
	x := projectr.Session{
		ID: "se_" + a.secret()[:20], User: u.ID, How: how, Agent: shorten(agent),
		CreatedAt: now, SeenAt: now, AuthAt: now, ExpiresAt: now.Add(a.Life),
	}
	if err := a.store.PutSession(ctx, hashOf(secret), x); err != nil {
		return "", fmt.Errorf("begin session: %w", err)
	}
	return secret, nil
}

// SignOut ends the session with that secret; one that is over already is no
// error.
func (a *Accounts) SignOut(ctx context.Context, secret string) error {
	if secret == "" {
		return nil
	}
	return a.store.DeleteSession(ctx, hashOf(secret))
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
