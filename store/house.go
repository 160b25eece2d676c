package store

import (
	"context"
	"io"
	"strings"
	"time"

	"projectr"
)

// What belongs to the house and to no organisation: its own audit log, the counter
// of rights, operators' visits, and mail that led nowhere.

// Note adds an entry to the house's own audit log, which tells of what belongs to
// no organisation: accounts, sign-ins, operators. With of, the account it is about,
// the entry is added to the audit log of each organisation of that account too,
// where admins see it, in the same step. Without At it is now.
func (s *Store) Note(ctx context.Context, a projectr.AuditEntry, of projectr.UserID) error {
	if a.At.IsZero() {
		a.At = s.now()
	}
	return s.d.PutHouseAudit(ctx, a, of)
}

// HouseAudit lists the house's own audit log, newest first.
func (s *Store) HouseAudit(ctx context.Context, f projectr.AuditFilter) (projectr.List[projectr.AuditEntry], error) {
	f, err := checkAudit(f)
	if err != nil {
		return projectr.List[projectr.AuditEntry]{}, err
	}
	return s.d.HouseAudit(ctx, f)
}

// VerifyHouse follows the chain of the house's own audit log.
func (s *Store) VerifyHouse(ctx context.Context) (projectr.AuditCheck, error) {
	return s.d.VerifyHouseAudit(ctx)
}

// checkAudit refuses a filter that can find nothing.
func checkAudit(f projectr.AuditFilter) (projectr.AuditFilter, error) {
	f.Page = f.Page.Bounded()
	switch f.Outcome {
	case "", projectr.WasDone, projectr.WasRefused:
	default:
		return f, &projectr.Error{Kind: projectr.Invalid, Field: "outcome", Message: "An outcome is done or refused."}
	}
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		return f, &projectr.Error{Kind: projectr.Invalid, Field: "to", Message: "The end lies before the beginning: say them the other way round."}
	}
	return f, nil
}

// Rights is a number that moves on, in every process, whenever a session, a
// membership, a key, a visit or an account ends or is worth less than before, or
// an organisation's settings change. While it stands still, nobody who had a right
// has lost it but by the passing of time.
func (s *Store) Rights(ctx context.Context) (int64, error) { return s.d.Rights(ctx) }

// maxVisit is the longest an operator stays inside without giving a reason anew.
const maxVisit = 24 * time.Hour

// BeginVisit lets an operator into an organisation, named by id or mail-in name,
// for so long: AsMember then opens it to them as to a viewer. The reason stands in
// the organisation's audit log, and its admins get a mail. Who is no operator is
// Forbidden. A visit that is open already goes on with the new reason.
func (s *Store) BeginVisit(ctx context.Context, u projectr.UserID, org, why string, life time.Duration) (projectr.Visit, error) {
	why = strings.TrimSpace(why)
	if err := checkReason(why); err != nil {
		return projectr.Visit{}, err
	}
	if life <= 0 || life > maxVisit {
		return projectr.Visit{}, &projectr.Error{Kind: projectr.Invalid, Message: "A visit takes a day at most."}
	}
	id, err := s.OrgNamed(ctx, org)
	if err != nil {
		return projectr.Visit{}, err
	}
	now := s.now()
	v := projectr.Visit{Org: id, User: u, Why: why, At: now, ExpiresAt: now.Add(life)}
	v.Name, err = s.d.BeginVisit(ctx, s.enter(id, projectr.Actor{}).scope, v, projectr.AuditEntry{
		At: now, Actor: projectr.Actor{Kind: "operator", ID: string(u)}, Action: "operator.enter", Target: string(id), Note: why})
	if err != nil {
		return projectr.Visit{}, err
	}
	return v, nil
}

// EndVisit ends an operator's visit at once; NotFound when there is none.
func (s *Store) EndVisit(ctx context.Context, u projectr.UserID, org projectr.OrgID) error {
	return s.d.EndVisit(ctx, s.enter(org, projectr.Actor{}).scope, u, projectr.AuditEntry{
		At: s.now(), Actor: projectr.Actor{Kind: "operator", ID: string(u)}, Action: "operator.leave", Target: string(org)})
}

// VisitsOf lists where an operator is inside now.
func (s *Store) VisitsOf(ctx context.Context, u projectr.UserID) ([]projectr.Visit, error) {
	return s.d.VisitsOf(ctx, u, s.now())
}

// ByOperator opens an organisation, named by id or mail-in name, as AsOperator does, for
// an account that may use the operator's pages: the proof is that, looked up in the same
// call, and the reason. Anybody else is Forbidden.
func (s *Store) ByOperator(ctx context.Context, u projectr.UserID, org, why string) (Org, error) {
	if err := checkReason(why); err != nil {
		return Org{}, err
	}
	x, err := s.d.User(ctx, u)
	if err != nil && projectr.KindOf(err) != projectr.NotFound {
		return Org{}, err
	}
	if err != nil || !x.Operator || x.Disabled {
		return Org{}, &projectr.Error{Kind: projectr.Forbidden, Message: "Only an operator does this."}
	}
	id, err := s.OrgNamed(ctx, org)
	if err != nil {
		return Org{}, err
	}
	o := s.enter(id, projectr.Actor{Kind: "operator", ID: string(u), Name: x.Name})
	o.why = strings.TrimSpace(why)
	return o, nil
}

// checkReason says what is wrong with an operator's reason, or nil.
func checkReason(why string) error {
	if strings.TrimSpace(why) == "" {
		return &projectr.Error{Kind: projectr.Invalid, Field: "reason", Message: "An operator enters an organisation only with a reason."}
	}
	if !projectr.IsLine(why, 500) {
		return &projectr.Error{Kind: projectr.Invalid, Field: "reason", Message: "A reason is one line of at most 500 characters."}
	}
	return nil
}

// unrouted stands in blob keys where an organisation's id does for others. No
// organisation has it: their ids begin with org_.
const unrouted = "unrouted"

// KeepUnrouted keeps a mail that leads nowhere, its bytes read from r, and returns
// when both are on stable storage. The same mail for the same recipient is kept
// once. The bytes must hash to what u says, else nothing is kept.
func (s *Store) KeepUnrouted(ctx context.Context, u projectr.Unrouted, r io.Reader) error {
	s.astray.Lock() // else its bytes could go with one of the same that is dropped meanwhile
	defer s.astray.Unlock()
	if err := s.blobs.Put(ctx, unrouted+"/"+string(u.SHA256), newVerifier(r, u.SHA256)); err != nil {
		return err
	}
	return s.d.PutUnrouted(ctx, u, projectr.AuditEntry{At: s.now(), Actor: projectr.Actor{Kind: "mail"}, Action: "mail.unrouted", Target: string(u.SHA256)})
}

// Unrouted lists the mails that led nowhere, newest first.
func (s *Store) Unrouted(ctx context.Context, p projectr.Page) (projectr.List[projectr.Unrouted], error) {
	return s.d.Unrouted(ctx, p.Bounded())
}

// OpenUnrouted returns the bytes of a mail that led nowhere, as they came, and
// notes in the house's audit log who asked for them. NotFound: there is none with
// these bytes. Reading fails at the end if they do not hash to what was received.
func (s *Store) OpenUnrouted(ctx context.Context, d projectr.Digest, by projectr.Actor) (io.ReadCloser, error) {
	if err := s.d.SeeUnrouted(ctx, d, projectr.AuditEntry{At: s.now(), Actor: by, Action: "mail.open_unrouted", Target: string(d)}); err != nil {
		return nil, err
	}
	r, err := s.blobs.Open(ctx, unrouted+"/"+string(d))
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{newVerifier(r, d), r}, nil
}

// UnroutedMail returns what is known of a mail that led nowhere.
func (s *Store) UnroutedMail(ctx context.Context, d projectr.Digest, recipient string) (projectr.Unrouted, error) {
	return s.d.UnroutedMail(ctx, d, recipient)
}

// DropUnrouted forgets a mail that led nowhere, and its bytes with the last recipient,
// and notes in the house's audit log who did and why. When the bytes cannot be removed
// it is Unavailable, and they stay with nothing that tells of them.
func (s *Store) DropUnrouted(ctx context.Context, d projectr.Digest, recipient string, by projectr.Actor, why string) error {
	s.astray.Lock()
	defer s.astray.Unlock()
	last, err := s.d.DropUnrouted(ctx, d, recipient, projectr.AuditEntry{At: s.now(), Actor: by, Action: "mail.drop_unrouted", Target: string(d), Note: why})
	if err != nil || !last {
		return err
	}
	return s.blobs.Delete(ctx, unrouted+"/"+string(d))
}

// CheckUnrouted reads a mail that led nowhere through and returns how many bytes it
// has. An error says that they are not there, or not those that were received. Nobody
// sees them, so nobody is noted.
func (s *Store) CheckUnrouted(ctx context.Context, d projectr.Digest) (int64, error) {
	r, err := s.blobs.Open(ctx, unrouted+"/"+string(d))
	if err != nil {
		return 0, err
	}
	defer r.Close()
	return io.Copy(io.Discard, newVerifier(r, d))
}
