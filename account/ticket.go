package account

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"projectr"
	"projectr/store"
)

// NewTicket makes a welcome link, which signs its user in once, within TicketLife, and
// returns its secret, which is told this once.
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
func (a *Accounts) SeeTicket(ctx context.Context, secret string, from netip.Addr) (u projectr.User, needsPassword bool, err error) {
	u, err = a.opened(ctx, secret, from, store.Welcome)
	if err != nil {
		return u, false, err
	}
	_, hash, err := a.store.UserByEmail(ctx, u.Email)
	if err != nil {
		return projectr.User{}, false, fmt.Errorf("look up account: %w", err)
	}
	return u, hash == "", nil
}

// TicketUse is how somebody uses a welcome link.
type TicketUse struct {
	Secret   string
	Name     string // becomes the account's, unless it is empty
	Password string // becomes the account's, unless it is empty; an account that has none needs one
	Code     string // a one-time or recovery code, for an account that asks for one
	Visit
}

// UseTicket uses a welcome link up and begins a session. With a password, the account's
// other sessions and links end. What cannot be taken leaves the link as it was: a
// password, a name, or the code that an account with one-time codes asks for (kind
// SecondFactor).
func (a *Accounts) UseTicket(ctx context.Context, in TicketUse) (Signed, error) {
	u, needs, err := a.SeeTicket(ctx, in.Secret, in.From)
	if err != nil {
		return Signed{}, err
	}
	if in.Name = strings.TrimSpace(in.Name); in.Name != "" {
		if err := checkName(in.Name); err != nil {
			return Signed{}, err
		}
	}
	var hash string
	if in.Password != "" || needs {
		if err := checkPassword(in.Password, u); err != nil {
			return Signed{}, err
		}
		if hash, err = a.hashed(ctx, in.Password); err != nil {
			return Signed{}, err
		}
	}
	second, device, err := a.byLink(ctx, u, in.Secret, store.Welcome, in.Code, in.Visit)
	if err != nil {
		return Signed{}, err
	}
	if hash != "" {
		device = "" // what is known of browsers goes with the password
		if err := a.store.SetPassword(ctx, u.ID, hash, ""); err != nil {
			return Signed{}, fmt.Errorf("set password: %w", err)
		}
	}
	if in.Name != "" && in.Name != u.Name {
		u.Name = in.Name
		if err := a.store.RenameUser(ctx, u.ID, u.Name); err != nil {
			return Signed{}, fmt.Errorf("save name: %w", err)
		}
	}
	return a.begin(ctx, u, withLink, second, device, in.Visit)
}

// SignInByLink uses a link up that AskSignIn had mailed, and begins a session. An
// account with one-time codes asks for one as it does beside a password (kind
// SecondFactor), and the link stays until it is right.
func (a *Accounts) SignInByLink(ctx context.Context, secret, code string, v Visit) (Signed, error) {
	u, err := a.opened(ctx, secret, v.From, store.SignInLink)
	if err != nil {
		return Signed{}, err
	}
	second, device, err := a.byLink(ctx, u, secret, store.SignInLink, code, v)
	if err != nil {
		return Signed{}, err
	}
	return a.begin(ctx, u, withLink, second, device, v)
}

// byLink asks for the second proof and uses the link up, which proves the address.
func (a *Accounts) byLink(ctx context.Context, u projectr.User, secret string, p store.Purpose, code string, v Visit) (second bool, device string, err error) {
	if device, err = a.device(ctx, v.Device, u.ID); err != nil {
		return false, "", err
	}
	if second, err = a.second(ctx, u, code, device); err != nil {
		return false, "", err
	}
	if _, err := a.store.TakeTicket(ctx, hashOf(secret), p); err != nil {
		return false, "", once(err)
	}
	if err := a.store.VerifyUser(ctx, u.ID); err != nil {
		return false, "", fmt.Errorf("note that the address is proved: %w", err)
	}
	return second, device, nil
}
