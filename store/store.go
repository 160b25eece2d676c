// Package store keeps what organisations own, one organisation at a time.
//
// There is no function from an organisation's id to its data. A Store is
// entered through one of five doors, each of which asks for the thing that
// proves the right to enter, and what comes out is an Org: a handle on one
// organisation, on behalf of one actor. Rules, audit entries and the keys of
// blobs are made here, once, above all drivers.
//
// Start reading at the doors below, then org.go, then driver.go. What every
// driver must keep is said by the sentences in storetest.
package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"projectr"
)

// Store is everything that is kept, behind its doors.
type Store struct {
	// Check says how well the evidence of a fact in the text of its mail holds,
	// after a person has corrected it. Set it before the store is used. Without
	// it, values that were changed by hand count as missing in the quote.
	Check func(text string, f projectr.Fact) projectr.Fact

	// Link ties facts that say the same or change one another. Set it before the
	// store is used. Without it every fact stands alone.
	Link Linker

	// Plans is the table of plans. New sets the usual one; set another before the store is
	// used.
	Plans projectr.PlanTable

	d     Driver
	blobs Blobs
	now   func() time.Time
	hub   *hub

	astray sync.Mutex // of what is kept of mail that led nowhere
}

// New returns the store that d and blobs keep. now tells the time (UTC). Times
// are kept to the microsecond, and are cut to it here, so that what is answered
// to a change is what is read later.
func New(d Driver, blobs Blobs, now func() time.Time) *Store {
	cut := func() time.Time { return now().Truncate(time.Microsecond) }
	return &Store{Plans: projectr.Plans, d: d, blobs: blobs, now: cut, hub: &hub{}}
}

func (s *Store) enter(id projectr.OrgID, by projectr.Actor) Org {
	return Org{s: s, scope: Scope{org: id, link: &s.Link}, by: by}
}

// AsMember is the door for people and API keys: the proof is a membership,
// looked up in the same call. Somebody without one learns nothing, not even
// that the organisation exists. An operator whose visit is open enters as a viewer
// without being a member.
func (s *Store) AsMember(ctx context.Context, u projectr.UserID, org projectr.OrgID) (Org, projectr.Role, error) {
	m, err := s.d.MembershipOf(ctx, u, org, s.now())
	if err != nil {
		return Org{}, projectr.NoRole, err
	}
	kind := "user"
	switch {
	case strings.HasPrefix(string(u), "key_"):
		kind = "key"
	case m.Visit != "":
		kind = "operator"
	}
	o := s.enter(org, projectr.Actor{Kind: kind, ID: string(u), Name: m.Name})
	o.why, o.guest, o.closes = m.Visit, m.Visit != "", m.Closes
	for _, p := range m.Scopes {
		o.scopes += " " + string(p)
	}
	return o, m.Role, nil
}

// AtAddress is the door for mail: the proof is a mail-in name, the part of an
// envelope recipient before the plus tag and the @. Old names keep working.
func (s *Store) AtAddress(ctx context.Context, name string) (Org, error) {
	id, err := s.d.RouteOf(ctx, strings.ToLower(name))
	if err != nil {
		return Org{}, err
	}
	return s.enter(id, projectr.Actor{Kind: "mail", Name: name}), nil
}

// OfCustomer is the door for the payment provider's events: the proof is the
// customer id in an event whose signature was verified.
func (s *Store) OfCustomer(ctx context.Context, customer string) (Org, error) {
	id, err := s.d.CustomerOf(ctx, customer)
	if err != nil {
		return Org{}, err
	}
	return s.enter(id, projectr.Actor{Kind: "job", ID: "billing"}), nil
}

// EachOrg is the door for named jobs that walk all organisations.
func (s *Store) EachOrg(ctx context.Context, job string) iter.Seq2[Org, error] {
	return func(yield func(Org, error) bool) {
		ids, err := s.d.OrgIDs(ctx)
		if err != nil {
			yield(Org{}, err)
			return
		}
		for _, id := range ids {
			if !yield(s.enter(id, projectr.Actor{Kind: "job", ID: job}), nil) {
				return
			}
		}
	}
}

// AsOperator is the door for whoever runs the installation: the proof is the
// command line, and a reason that is kept with every entry in the organisation's
// audit log, where its admins see it. org is an id or a mail-in name.
func (s *Store) AsOperator(ctx context.Context, org, why string) (Org, error) {
	if err := checkReason(why); err != nil {
		return Org{}, err
	}
	id, err := s.OrgNamed(ctx, org)
	if err != nil {
		return Org{}, err
	}
	o := s.enter(id, projectr.Actor{Kind: "operator", Name: "Operator"})
	o.why = strings.TrimSpace(why)
	if err := s.d.PutAudit(ctx, o.scope, o.audit("operator.enter", string(id))); err != nil {
		return Org{}, err
	}
	return o, nil
}

// OrgNamed resolves an id or a mail-in name to an id. An id opens nothing.
func (s *Store) OrgNamed(ctx context.Context, nameOrID string) (projectr.OrgID, error) {
	id, err := s.d.OrgNamed(ctx, strings.ToLower(nameOrID))
	if projectr.KindOf(err) == projectr.NotFound {
		return "", errNoOrg
	}
	return id, err
}

var errNoOrg = &projectr.Error{Kind: projectr.NotFound, Message: "No such organisation."}

// CreateOrg keeps a new organisation and its mail-in name in one step. A name
// that is or ever was another organisation's is a Conflict.
func (s *Store) CreateOrg(ctx context.Context, o projectr.Org, by projectr.Actor) error {
	if o.CreatedAt.IsZero() {
		o.CreatedAt = s.now()
	}
	if o.ID == "" {
		return errors.New("store: new organisation without an id")
	}
	if err := o.Validate(); err != nil {
		return err
	}
	return s.d.CreateOrg(ctx, o, projectr.AuditEntry{At: s.now(), Actor: by, Action: "org.create", Target: string(o.ID)})
}

// EraseDue deletes the organisations whose time has come since Org.Leave, with all they
// have, as Org.Delete does.
func (s *Store) EraseDue(ctx context.Context) error {
	now := s.now()
	ids, err := s.d.LeavingOrgs(ctx, now)
	if err != nil {
		return fmt.Errorf("look for organisations to delete: %w", err)
	}
	var errs []error
	for _, id := range ids {
		err := s.enter(id, projectr.Actor{Kind: "job", ID: "deletion"}).erase(ctx, now)
		if projectr.KindOf(err) == projectr.Conflict || projectr.KindOf(err) == projectr.NotFound {
			continue // taken back meanwhile, or gone
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// SweepBlobs removes the raw mail that was left of deleted organisations: by a
// crash in the midst, or by a mail that was on its way. It goes by the list of
// those that were deleted, never by what is missing, so that neither a new
// organisation nor a database that was put back can cost anybody mail.
func (s *Store) SweepBlobs(ctx context.Context) error {
	gone, err := s.d.ErasedOrgs(ctx)
	if err != nil {
		return err
	}
	for _, id := range gone {
		if err := s.blobs.DeleteAll(ctx, id); err != nil {
			return fmt.Errorf("sweep blobs of %s: %w", id, err)
		}
	}
	return nil
}

// Ready reports whether the store can be read and written now.
func (s *Store) Ready(ctx context.Context) error { return s.d.Ready(ctx) }

// hub tells open pages of this process that something is new.
type hub struct {
	mu   sync.Mutex
	subs map[projectr.OrgID]map[chan projectr.Change]struct{}
}

func (h *hub) subscribe(org projectr.OrgID) (<-chan projectr.Change, func()) {
	c := make(chan projectr.Change, 32)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.subs == nil {
		h.subs = map[projectr.OrgID]map[chan projectr.Change]struct{}{}
	}
	if h.subs[org] == nil {
		h.subs[org] = map[chan projectr.Change]struct{}{}
	}
	h.subs[org][c] = struct{}{}
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subs[org], c)
		if len(h.subs[org]) == 0 {
			delete(h.subs, org)
		}
	}
}

// publish never waits: a page that does not keep up misses ids, not data,
// because it asks again for what it shows.
func (h *hub) publish(org projectr.OrgID, ch projectr.Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.subs[org] {
		select {
		case c <- ch:
		default:
		}
	}
}
