package store

import (
	"context"
	"time"

	"projectr"
)

// People's accounts belong to no organisation; what follows answers with
// accounts, ids and roles only, never with an organisation's data.

// Session is a person's signed-in browser. It is kept under the hash of its
// secret, never under the secret.
type Session struct {
	ID        string // by which it is listed and ended; it says nothing of the secret
	User      projectr.UserID
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
	Agent     string // the browser's own name, shortened, to recognise it by
}

// Ticket is a link that works once: first sign-in, later resets and
// invitations. It is kept under the hash of its secret.
type Ticket struct {
	User      projectr.UserID
	Purpose   string // "welcome"
	ExpiresAt time.Time
}

// MembershipOf is what the driver knows of a principal in an organisation.
type MembershipOf struct {
	Role  projectr.Role
	Name  string
	Visit string // the reason of an operator's open visit; empty for a member
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

// SaveUser changes name, address or the disabled mark of an account. A user
// that is disabled loses every session and every one-time link at once. The last
// admin of an organisation cannot be disabled.
func (s *Store) SaveUser(ctx context.Context, u projectr.User) error { return s.d.SaveUser(ctx, u) }

// SetPassword changes the encoded password hash of an account, ends its
// sessions, except the one kept under the hash keep, and voids its one-time
// links: whoever has an old one is not let in past the new password.
func (s *Store) SetPassword(ctx context.Context, id projectr.UserID, hash string, keep string) error {
	return s.d.SetPassword(ctx, id, hash, keep)
}

// DeleteUser removes an account, its memberships and its sessions. The last
// admin of an organisation cannot be removed; a disabled admin is none.
func (s *Store) DeleteUser(ctx context.Context, id projectr.UserID) error {
	return s.d.DeleteUser(ctx, id)
}

// MembershipsOf lists where a user belongs, by organisation id.
func (s *Store) MembershipsOf(ctx context.Context, id projectr.UserID) ([]projectr.Membership, error) {
	return s.d.MembershipsOf(ctx, id)
}

// PutSession keeps a session under the hash of its secret.
func (s *Store) PutSession(ctx context.Context, hash string, x Session) error {
	return s.d.PutSession(ctx, hash, x)
}

// Session returns the session kept under hash and its user. One that has
// expired, or whose user is disabled, is NotFound.
func (s *Store) Session(ctx context.Context, hash string) (Session, projectr.User, error) {
	return s.d.Session(ctx, hash, s.now())
}

// SeeSession notes that a session was used.
func (s *Store) SeeSession(ctx context.Context, hash string) error {
	return s.d.SeeSession(ctx, hash, s.now())
}

// DeleteSession ends a session. One that is gone already is no error.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.d.DeleteSession(ctx, hash)
}

// PutTicket keeps a one-time link under the hash of its secret.
func (s *Store) PutTicket(ctx context.Context, hash string, t Ticket) error {
	return s.d.PutTicket(ctx, hash, t)
}

// Ticket returns a one-time link without using it up. Used, expired and unknown
// are all NotFound.
func (s *Store) Ticket(ctx context.Context, hash string) (Ticket, error) {
	return s.d.Ticket(ctx, hash, s.now())
}

// TakeTicket uses a one-time link up. Used, expired and unknown are all NotFound.
func (s *Store) TakeTicket(ctx context.Context, hash string) (Ticket, error) {
	return s.d.TakeTicket(ctx, hash, s.now())
}

// KeyHolder returns which organisation an API key opens and as whom, by the
// hash of its secret. A key that is revoked or expired is NotFound.
func (s *Store) KeyHolder(ctx context.Context, hash string) (projectr.OrgID, projectr.UserID, error) {
	org, k, err := s.d.KeyByHash(ctx, hash, s.now())
	if err != nil {
		return "", "", err
	}
	return org, k.Principal(), nil
}
