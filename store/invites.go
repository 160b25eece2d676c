package store

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"projectr"
)

// Invited is an invitation as whoever holds its secret sees it.
type Invited struct {
	projectr.Invite
	Org     projectr.OrgID
	OrgName string
	Account projectr.UserID // the account of the address; empty: there is none
}

// Joining is who accepts an invitation.
type Joining struct {
	As       projectr.UserID  // who is signed in; empty: nobody
	User     projectr.User    // the account to be made when the address has none; its address is the invitation's
	Password string           // its encoded hash
	Proved   bool             // the secret was sent to the address alone: whoever has it reads mail there
	Session  projectr.Session // begun with it, kept under the hash Secret; without an id: none is
	Secret   string
	Route    string // for the audit log
	Request  string
}

// Invites lists the invitations that were not accepted, newest first, expired ones
// too.
func (o Org) Invites(ctx context.Context) ([]projectr.Invite, error) {
	return o.s.d.Invites(ctx, o.scope)
}

// Invite invites whoever reads mail at an address, for so long. hash is that of the
// secret, which the caller hands on; empty: a letter is kept with it, and a secret is
// made when that is written. An address that is invited already, or a member's, is a
// Conflict; more people than the plan has seats for are OverLimit.
func (o Org) Invite(ctx context.Context, email string, role projectr.Role, life time.Duration, hash string) (projectr.Invite, error) {
	now := o.s.now()
	x := projectr.Invite{ID: projectr.InviteID("in_" + strings.ToLower(rand.Text()[:16])), Email: strings.ToLower(strings.TrimSpace(email)), Role: role,
		By: o.maker(), CreatedAt: now, ExpiresAt: now.Add(life)}
	if role != projectr.Admin && role != projectr.Viewer {
		return x, errRole
	}
	if local, domain, ok := strings.Cut(x.Email, "@"); !ok || local == "" || domain == "" || !projectr.IsLine(x.Email, 254) {
		return x, &projectr.Error{Kind: projectr.Invalid, Field: "email", Message: "That is not an e-mail address such as jo@example.com."}
	}
	seats, err := o.seats(ctx)
	if err != nil {
		return x, err
	}
	err = o.s.d.PutInvite(ctx, o.scope, x, hash, seats, o.inviting(x, hash), o.audit("invitation.create", string(x.ID)))
	if err == nil && o.by.Name != "" {
		x.By = o.by.Name
	}
	return x, err
}

// RenewInvite makes an invitation good for so long from now, with another secret:
// the one before opens nothing any more. hash is as for Invite.
func (o Org) RenewInvite(ctx context.Context, id projectr.InviteID, life time.Duration, hash string) (projectr.Invite, error) {
	seats, err := o.seats(ctx)
	if err != nil {
		return projectr.Invite{}, err
	}
	x := projectr.Invite{ID: id, ExpiresAt: o.s.now().Add(life)}
	return o.s.d.RenewInvite(ctx, o.scope, x, hash, seats, o.inviting(x, hash), o.audit("invitation.renew", string(id)))
}

// DropInvite withdraws an invitation: its link opens nothing from now on.
func (o Org) DropInvite(ctx context.Context, id projectr.InviteID) error {
	return o.s.d.DropInvite(ctx, o.scope, id, o.audit("invitation.drop", string(id)))
}

// inviting is the letter of an invitation that has no secret yet.
func (o Org) inviting(x projectr.Invite, hash string) []projectr.Letter {
	if hash != "" {
		return nil
	}
	return o.s.stamped([]projectr.Letter{{Kind: projectr.LetterInvitation, Email: x.Email, Org: o.scope.Org(), Ref: string(x.ID)}})
}

// seats returns how many people the organisation's plan has room for; 0: any number.
func (o Org) seats(ctx context.Context) (int64, error) {
	most, err := o.limits(ctx)
	return most.Users, err
}

// maker is under what somebody is kept who makes something: the id of a person or a
// key, whose name can go, else what sort of actor it was.
func (o Org) maker() string {
	if o.by.Kind == "user" || o.by.Kind == "key" {
		return o.by.ID
	}
	return o.by.Kind
}

// WriteInvite gives the invitation that a letter waits to be written about the hash of
// its secret, in the place of an earlier one, and returns what the letter has to say.
// The proof is the letter. NotFound: it was accepted or withdrawn meanwhile, or has
// expired, and there is nothing to be sent.
func (s *Store) WriteInvite(ctx context.Context, letter int64, hash string) (Invited, error) {
	return s.d.WriteInvite(ctx, letter, hash, s.now())
}

// Invited returns the invitation kept under the hash of a secret, which is the proof,
// without using it up. Accepted, withdrawn, expired and unknown are all NotFound.
func (s *Store) Invited(ctx context.Context, hash string) (Invited, error) {
	return s.d.Invited(ctx, hash, s.now())
}

// AcceptInvite uses an invitation up: it makes the account when the address has none,
// else takes that of the address, which must be the one that is signed in, and makes it
// a member, with the session and the letters, all or nothing. Who is a member already
// stays what they are. Accepted, withdrawn, expired and unknown are all NotFound;
// nobody signed in where there is an account is a Conflict, and somebody else is
// Forbidden; both leave the invitation.
func (s *Store) AcceptInvite(ctx context.Context, hash string, j Joining, letters ...projectr.Letter) (Invited, error) {
	now := s.now()
	if j.As == "" && j.User.ID == "" {
		return Invited{}, errors.New("store: nobody accepts an invitation")
	}
	if j.User.CreatedAt.IsZero() {
		j.User.CreatedAt = now
	}
	return s.d.AcceptInvite(ctx, hash, j, s.stamped(letters), projectr.AuditEntry{At: now, Action: "invitation.accept", Route: j.Route, Request: j.Request})
}
