package account

import (
	"context"
	"fmt"
	"net/netip"

	"projectr"
	"projectr/store"
)

// errTicket is the one answer to a link that does not open anything.
var errTicket = &projectr.Error{Kind: projectr.NotFound, Message: "This link was used already or has expired. Ask for a new one."}

// AskReset sends a link to set a new password to the account of that address. The
// answer and the work are the same for an address that has none.
func (a *Accounts) AskReset(ctx context.Context, email string, from netip.Addr) error {
	return a.asked(ctx, projectr.LetterReset, email, from)
}

// AskSignIn sends a link that signs in, once. The answer and the work are the same for
// an address that has no account.
func (a *Accounts) AskSignIn(ctx context.Context, email string, from netip.Addr) error {
	return a.asked(ctx, projectr.LetterSignIn, email, from)
}

// ResetPassword sets a new password by a link that was mailed. All sessions end and
// all links are void. It signs nobody in: a second factor is asked for at sign-in as
// ever. A password that cannot be taken leaves the link as it was. Whose account it is
// comes back.
func (a *Accounts) ResetPassword(ctx context.Context, secret, password string, from netip.Addr) (projectr.User, error) {
	u, err := a.opened(ctx, secret, from, store.Reset)
	if err != nil {
		return projectr.User{}, err
	}
	if err := checkPassword(password, u); err != nil {
		return projectr.User{}, err
	}
	hash, err := a.hashed(ctx, password)
	if err != nil {
		return projectr.User{}, err
	}
	if _, err := a.store.TakeTicket(ctx, hashOf(secret), store.Reset); err != nil {
		return projectr.User{}, once(err)
	}
	if err := a.store.SetPassword(ctx, u.ID, hash, "", a.letters(projectr.LetterPasswordChanged, u.ID)...); err != nil {
		return projectr.User{}, fmt.Errorf("set password: %w", err)
	}
	return u, nil
}

// ConfirmEmail makes the new address of ChangeEmail the account's, by the link that
// was mailed there. The address before is told. An address that got an account
// meanwhile is a Conflict.
func (a *Accounts) ConfirmEmail(ctx context.Context, secret string, from netip.Addr) (projectr.User, error) {
	u, err := a.opened(ctx, secret, from, store.ChangeEmail)
	if err != nil {
		return projectr.User{}, err
	}
	notices := a.letters(projectr.LetterEmailChanged, u.ID)
	for i := range notices {
		notices[i].Email = u.Email
	}
	u, err = a.store.ProveEmail(ctx, hashOf(secret), store.ChangeEmail, notices...)
	return u, once(err)
}

// VerifyEmail notes that the account's address is its owner's, by the link that was
// mailed there.
func (a *Accounts) VerifyEmail(ctx context.Context, secret string, from netip.Addr) (projectr.User, error) {
	if _, err := a.opened(ctx, secret, from, store.Verify); err != nil {
		return projectr.User{}, err
	}
	u, err := a.store.ProveEmail(ctx, hashOf(secret), store.Verify)
	return u, once(err)
}

// opened looks a link up that is good for this purpose and returns whose it is. Links
// that open nothing are counted by place.
func (a *Accounts) opened(ctx context.Context, secret string, from netip.Addr, p store.Purpose) (projectr.User, error) {
	at := counter{&secretRule, place(from)}
	if d := a.limits.wait(a.now(), at); d > 0 {
		return projectr.User{}, tooOften(d)
	}
	t, err := a.store.Ticket(ctx, hashOf(secret), p)
	var u projectr.User
	if err == nil {
		u, err = a.store.User(ctx, t.User)
	}
	switch {
	case err != nil && projectr.KindOf(err) != projectr.NotFound:
		return projectr.User{}, fmt.Errorf("look up link: %w", err)
	case err != nil || u.Disabled:
		a.limits.count(a.now(), at)
		return projectr.User{}, errTicket
	}
	return u, nil
}

// once is the error of using a link up: somebody was quicker, or a fault.
func once(err error) error {
	switch {
	case err == nil:
		return nil
	case projectr.KindOf(err) == projectr.NotFound:
		return errTicket
	case projectr.KindOf(err) == projectr.Conflict:
		return err
	}
	return fmt.Errorf("use link up: %w", err)
}
