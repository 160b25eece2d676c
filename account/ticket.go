package account

import (
	"context"
	"fmt"
	"strings"

	"projectr"
	"projectr/store"
)

// errTicket is the one answer to a link that does not open anything.
var errTicket = &projectr.Error{Kind: projectr.NotFound, Message: "This link was used already or has expired. Ask for a new one."}

// NewTicket makes a welcome link: it signs its user in once, within TicketLife. It
// returns the link's secret, which is told this once.
func (a *Accounts) NewTicket(ctx context.Context, u projectr.User) (string, error) {
	secret := a.secret()
	t := store.Ticket{User: u.ID, Purpose: store.Welcome, ExpiresAt: a.now().Add(TicketLife)}
	if err := a.store.PutTicket(ctx, hashOf(secret), t); err != nil {
		return "", fmt.Errorf("keep sign-in link: %w", err)
	}
	return secret, nil
}

// SeeTicket says whose welcome link it is and whether that account still needs a
// password, without using the link up. A link for anything else is none.
func (a *Accounts) SeeTicket(ctx context.Context, secret string) (u projectr.User, needsPassword bool, err error) {
	t, err := a.store.Ticket(ctx, hashOf(secret), store.Welcome)
	if err == nil {
		u, err = a.store.User(ctx, t.User)
	}
	var hash string
	if err == nil {
		u, hash, err = a.store.UserByEmail(ctx, u.Email)
	}
	switch {
	case projectr.KindOf(err) == projectr.NotFound && err != nil, err == nil && u.Disabled:
		return projectr.User{}, false, errTicket
	case err != nil:
		return projectr.User{}, false, fmt.Errorf("look up sign-in link: %w", err)
	}
	return u, hash == "", nil
}

// UseTicket uses a welcome link up and begins a session. With a password it becomes
// the account's, and its other sessions and links end; without one the account
// must have one already. A name that is not empty becomes the account's. A
// password or name that cannot be taken leaves the link as it was.
func (a *Accounts) UseTicket(ctx context.Context, secret, name, password, agent string) (string, projectr.User, error) {
	u, needs, err := a.SeeTicket(ctx, secret)
	if err != nil {
		return "", u, err
	}
	if name = strings.TrimSpace(name); name != "" {
		if err := checkName(name); err != nil {
			return "", u, err
		}
	}
	var hash string
	if password != "" || needs {
		if err := checkPassword(password, u); err != nil {
			return "", u, err
		}
		if hash, err = a.hashed(ctx, password); err != nil {
			return "", u, err
		}
	}
	if _, err := a.store.TakeTicket(ctx, hashOf(secret), store.Welcome); err != nil {
		if projectr.KindOf(err) == projectr.NotFound {
			return "", u, errTicket // somebody was quicker
		}
		return "", u, fmt.Errorf("use sign-in link up: %w", err)
	}
	if hash != "" {
		if err := a.store.SetPassword(ctx, u.ID, hash, ""); err != nil {
			return "", u, fmt.Errorf("set password: %w", err)
		}
	} else if err := a.store.VerifyUser(ctx, u.ID); err != nil {
		return "", u, fmt.Errorf("note the address as proved: %w", err)
	}
	if name != "" && name != u.Name {
		u.Name = name
		if err := a.store.SaveUser(ctx, u); err != nil {
			return "", u, fmt.Errorf("save name: %w", err)
		}
	}
	secret, err = a.begin(ctx, u, "link", agent)
	return secret, u, err
}
