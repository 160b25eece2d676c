package store

import (
	"context"
	"errors"
	"time"

	"projectr"
)

// People's accounts belong to no organisation; what follows answers with
// accounts, ids and roles only, never with an organisation's data.

// Purpose is what a one-time link is good for, and the only thing it is good for.
type Purpose string

// The purposes of links.
const (
	Welcome     Purpose = "welcome"      // the first sign-in
	SignInLink  Purpose = "sign_in"      // any later one without a password
	Reset       Purpose = "reset"        // set a new password
	Verify      Purpose = "verify"       // prove the account's address, Data
	ChangeEmail Purpose = "change_email" // prove another address, Data, and make it the account's
)

// Ticket is a link that works once. It is kept under the hash of its secret.
type Ticket struct {
	User      projectr.UserID
	Purpose   Purpose
	Data      string // the address that is proved by it
	CreatedAt time.Time
	ExpiresAt time.Time
}

// MembershipOf is what the driver knows of a principal in an organisation.
type MembershipOf struct {
	Role   projectr.Role
	Name   string
	Visit  string                // the reason of an operator's open visit; empty for a member
	Scopes []projectr.Permission // of an API key; none: all of its role
	Closes time.Time             // the organisation's; zero: it stays open
}

// CreateUser keeps a new account. An e-mail address that has one is a Conflict.
// hash is the encoded password hash, empty for none yet.
func (s *Store) CreateUser(ctx context.Context, u projectr.User, hash string) error {
	return s.d.CreateUser(ctx, u, hash)
}

// User returns an account by id.
func (s *Store) User(ctx context.Context, id projectr.UserID) (projectr.User, error) {
	return s.d.User(ctx, id)
}

// UserByEmail returns an account and its encoded password hash by sign-in
// address in lower case.
func (s *Store) UserByEmail(ctx context.Context, email string) (projectr.User, string, error) {
	return s.d.UserByEmail(ctx, email)
}

// RenameUser changes how the person of an account is called, and nothing else of it: who
// renames themselves while the account is closed does not open it again.
func (s *Store) RenameUser(ctx context.Context, id projectr.UserID, name string) error {
	return s.d.RenameUser(ctx, id, name)
}

// CloseUser closes an account, or opens it again. A closed one keeps memberships and
// password, and loses its sessions, links and known browsers. An organisation's only
// admin who can sign in stays open: Conflict. The house's audit log and that of each
// organisation of the account say who did it and why.
func (s *Store) CloseUser(ctx context.Context, id projectr.UserID, closed bool, by projectr.Actor, why string) error {
	action := "account.enable"
	if closed {
		action = "account.disable"
	}
	return s.d.CloseUser(ctx, id, closed, s.aboutUser(action, id, by, why))
}

// aboutUser is an entry of the house's own audit log about an account.
func (s *Store) aboutUser(action string, id projectr.UserID, by projectr.Actor, why string) projectr.AuditEntry {
	return projectr.AuditEntry{At: s.now(), Actor: by, Action: action, Target: string(id), Note: why}
}

// VerifyUser notes that an account's address was proved to be its owner's.
func (s *Store) VerifyUser(ctx context.Context, id projectr.UserID) error {
	return s.d.VerifyUser(ctx, id, s.now())
}

// SeeUser notes that an account was used, at most once a minute.
func (s *Store) SeeUser(ctx context.Context, id projectr.UserID) error {
	return s.d.SeeUser(ctx, id, s.now())
}

// SetOperator says whether an account may use the operator's pages, and notes in the
// house's audit log who says so.
func (s *Store) SetOperator(ctx context.Context, id projectr.UserID, may bool, by projectr.Actor) error {
	action := "operator.remove"
	if may {
		action = "operator.add"
	}
	return s.d.SetOperator(ctx, id, may, projectr.AuditEntry{At: s.now(), Actor: by, Action: action, Target: string(id)})
}

// Operators lists the accounts that may use the operator's pages, by address.
func (s *Store) Operators(ctx context.Context) ([]projectr.User, error) { return s.d.Operators(ctx) }

// SetPassword changes the encoded password hash of an account, ends its
// sessions, except the one kept under the hash keep, and voids its one-time
// links and known browsers: whoever has an old one is not let in past the new
// password. The account's address counts as proved, since every way to a password
// leads through it or through the operator. notices are letters to be sent of it.
func (s *Store) SetPassword(ctx context.Context, id projectr.UserID, hash string, keep string, notices ...projectr.Letter) error {
	return s.d.SetPassword(ctx, id, hash, keep, s.now(), s.stamped(notices))
}

// ProveEmail uses up a link of purpose Verify or ChangeEmail: the address in it is
// the account's from then on, and proved. When that is another than before, all other
// links of the account are void. An address that has an account by now is a Conflict,
// and the link stays; used, expired and unknown links are NotFound.
func (s *Store) ProveEmail(ctx context.Context, hash string, p Purpose, notices ...projectr.Letter) (projectr.User, error) {
	return s.d.ProveEmail(ctx, hash, p, s.now(), s.stamped(notices))
}

// DeleteUser removes an account with all that is kept of it: memberships, sessions,
// links, factors, identities, letters. The last
// admin of an organisation cannot be removed; a disabled admin is none.
func (s *Store) DeleteUser(ctx context.Context, id projectr.UserID, by projectr.Actor, why string) error {
	return s.d.DeleteUser(ctx, id, s.aboutUser("account.delete", id, by, why))
}

// MembershipsOf lists where a user belongs, by organisation id.
func (s *Store) MembershipsOf(ctx context.Context, id projectr.UserID) ([]projectr.Membership, error) {
	return s.d.MembershipsOf(ctx, id)
}

// PutSession keeps a session under the hash of its secret. It needs an id.
func (s *Store) PutSession(ctx context.Context, hash string, x projectr.Session) error {
	if x.ID == "" {
		return errors.New("store: session without an id")
	}
	return s.d.PutSession(ctx, hash, x)
}

// Session returns the session kept under hash and its user. One that has
// expired, or whose user is disabled, is NotFound.
func (s *Store) Session(ctx context.Context, hash string) (projectr.Session, projectr.User, error) {
	return s.d.Session(ctx, hash, s.now())
}

// Sessions lists the sessions of an account that have not expired, the last used
// first.
func (s *Store) Sessions(ctx context.Context, id projectr.UserID) ([]projectr.Session, error) {
	return s.d.Sessions(ctx, id, s.now())
}

// SeeSession notes that a session, and so its account, was used.
func (s *Store) SeeSession(ctx context.Context, hash string) error {
	return s.d.SeeSession(ctx, hash, s.now())
}

// DeleteSession ends a session. One that is gone already is no error.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.d.DeleteSession(ctx, hash)
}

// EndSession ends one of an account's sessions by its id. One that is gone, or
// another account's, is NotFound.
func (s *Store) EndSession(ctx context.Context, u projectr.UserID, id string) error {
	return s.d.EndSession(ctx, u, id)
}

// EndSessions ends the sessions of an account, except the one kept under the hash
// keep.
func (s *Store) EndSessions(ctx context.Context, u projectr.UserID, keep string) error {
	return s.d.EndSessions(ctx, u, keep)
}

// RenewSession notes that the person of a session proved anew who they are, with
// second by a second factor, and keeps the session under the hash of a fresh secret;
// the one before opens nothing any more. A session that is over is NotFound.
func (s *Store) RenewSession(ctx context.Context, hash, fresh string, second bool) error {
	return s.d.RenewSession(ctx, hash, fresh, second, s.now())
}

// PutTicket keeps a one-time link under the hash of its secret.
func (s *Store) PutTicket(ctx context.Context, hash string, t Ticket) error {
	if t.CreatedAt.IsZero() {
		t.CreatedAt = s.now()
	}
	return s.d.PutTicket(ctx, hash, t)
}

// Ticket returns a one-time link without using it up. Used, expired, unknown and good
// for something else are all NotFound.
func (s *Store) Ticket(ctx context.Context, hash string, p Purpose) (Ticket, error) {
	return s.d.Ticket(ctx, hash, p, s.now())
}

// TakeTicket uses a one-time link up. Used, expired, unknown and good for something
// else are all NotFound; the last of these stays as it is.
func (s *Store) TakeTicket(ctx context.Context, hash string, p Purpose) (Ticket, error) {
	return s.d.TakeTicket(ctx, hash, p, s.now())
}

// KeyHolder returns which organisation an API key opens and as whom, by the
// hash of its secret. A key that is revoked or expired is NotFound. That it was used
// is noted once a minute.
func (s *Store) KeyHolder(ctx context.Context, hash string) (projectr.OrgID, projectr.UserID, error) {
	now := s.now()
	org, k, err := s.d.KeyByHash(ctx, hash, now)
	if err != nil {
		return "", "", err
	}
	if now.Sub(k.UsedAt) >= keySeenEvery {
		if err := s.d.SeeKey(ctx, hash, now); err != nil {
			return "", "", err
		}
	}
	return org, k.Principal(), nil
}

// keySeenEvery is how often the use of a key is noted at most.
const keySeenEvery = time.Minute
