package account

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

// TripLife is how long a browser may be on its way to a provider and back.
const TripLife = 10 * time.Minute

const (
	withProvider = "oidc"

	// Challenge.Kind of a trip to sign in, and of one to connect an account.
	tripSignOn  = "oidc"
	tripConnect = "oidc_connect"

	takeOver = time.Minute // how long an invitation lives that is accepted in the same call
)

// Provider is an OpenID Connect provider at which people sign on.
type Provider interface {
	Start(ctx context.Context) (projectr.SignOnTrip, error)
	Finish(ctx context.Context, t projectr.SignOnTrip, r projectr.SignOnReturn) (projectr.Claims, error)
	Bearer(ctx context.Context, token string) (projectr.Claims, error)
}

// SignOn lets people in who sign on at a provider. Who somebody is, is told by issuer
// and subject, never by an address alone. Set its fields before it is used.
type SignOn struct {
	Provider Provider
	Name     string // what people call the provider; stands after "Sign in with"
	// Joins says whose proved addresses make them viewers, of which organisation: the
	// mail-in name or id of one by the domain, in lower case. It is the operator's to
	// say: an organisation cannot claim a domain.
	Joins map[string]string

	a      *Accounts
	admits sync.Mutex // held while somebody joins: whoever comes twice at once is one member
}

// NewSignOn returns the sign-on by p to these accounts.
func (a *Accounts) NewSignOn(p Provider) *SignOn {
	a.signOn = true
	return &SignOn{Provider: p, a: a}
}

// trip is what is kept of a browser on its way, under the hash of the state that it
// brings back.
type trip struct {
	projectr.SignOnTrip
	Browser string `json:"browser"` // hash of the secret that this browser alone has
	Invite  string `json:"invite,omitempty"`
}

var (
	errTrip = &projectr.Error{Kind: projectr.Unknown, Message: "This sign-in was begun in another browser, or too long ago. Begin again."}

	errClosed       = &projectr.Error{Kind: projectr.Unknown, Message: "This account is closed. Ask an admin of your organisation."}
	errUnproved     = &projectr.Error{Kind: projectr.Forbidden, Message: "The sign-in provider does not say that your e-mail address was proved, so no account can be opened with it. Ask your administrator."}
	errNotInvited   = &projectr.Error{Kind: projectr.Forbidden, Message: "You are signed in at the provider, but no organisation here has let you in yet. Ask one of its admins for an invitation."}
	errNotConnected = &projectr.Error{Kind: projectr.Conflict, Message: "Your account is not connected to a sign-in provider."}
	errInvitedToo   = &projectr.Error{Kind: projectr.Conflict, Message: "There is an invitation for you. Open the link that was mailed to you, and sign in there."}
	errSeats        = &projectr.Error{Kind: projectr.OverLimit, Message: "Your organisation's plan has no seat left. Ask one of its admins to make room for you."}
	errOnlyWay      = &projectr.Error{Kind: projectr.Conflict, Message: "This is your only way in. Set a password first, leaving the one you have now empty, or add a passkey."}
	errInvitee      = &projectr.Error{Kind: projectr.Forbidden, Message: "This invitation is for another address than that of your account at the sign-in provider."}
)

// Start sends a browser to the provider: it returns the address there, and a secret that
// the browser keeps for TripLife and shows when it is back. invitation is the secret of
// one that is to be accepted with it, or empty.
func (s *SignOn) Start(ctx context.Context, invitation string, from netip.Addr) (url, browser string, err error) {
	if d := s.a.limits.take(s.a.now(), counter{&tripRule, place(from)}); d > 0 {
		return "", "", tooOften(d)
	}
	t := trip{}
	if invitation != "" {
		t.Invite = hashOf(invitation)
		if _, err := s.a.store.Invited(ctx, t.Invite); err != nil {
			return "", "", once(err)
		}
	}
	return s.start(ctx, tripSignOn, "", t)
}

// StartConnect sends the browser of somebody signed in to the provider, to connect
// their account there with the one here. It asks for a recent proof of who they are
// (kind Reauthenticate).
func (s *SignOn) StartConnect(ctx context.Context, p Principal) (url, browser string, err error) {
	if err := s.a.Recent(p); err != nil {
		return "", "", err
	}
	return s.start(ctx, tripConnect, p.User.ID, trip{})
}

func (s *SignOn) start(ctx context.Context, kind string, u projectr.UserID, t trip) (url, browser string, err error) {
	if t.SignOnTrip, err = s.Provider.Start(ctx); err != nil {
		return "", "", err
	}
	browser = s.a.secret()
	t.Browser = hashOf(browser)
	data, err := json.Marshal(t)
	if err != nil {
		return "", "", err
	}
	c := store.Challenge{Kind: kind, User: u, Data: string(data), ExpiresAt: s.a.now().Add(TripLife)}
	if err := s.a.store.PutChallenge(ctx, hashOf(t.State), c); err != nil {
		return "", "", fmt.Errorf("keep trip to the provider: %w", err)
	}
	return t.URL, browser, nil
}

// Finish begins a session for whoever a browser brings back from the provider. An
// unknown person gets an account when an invitation, the provider's claims or their
// domain let them into an organisation; without any of these they are Forbidden. What
// the browser brings is used up, whatever comes of it.
func (s *SignOn) Finish(ctx context.Context, browser string, r projectr.SignOnReturn, v Visit) (Signed, error) {
	at := counter{&secretRule, place(v.From)}
	if d := s.a.limits.wait(s.a.now(), at); d > 0 {
		return Signed{}, tooOften(d)
	}
	t, c, _, err := s.back(ctx, tripSignOn, browser, r)
	if err != nil {
		s.a.limits.count(s.a.now(), at)
		return Signed{}, err
	}
	u, err := s.person(ctx, c, t.Invite, true)
	if err != nil {
		return Signed{}, err
	}
	device, err := s.a.device(ctx, v.Device, u.ID)
	if err != nil {
		return Signed{}, err
	}
	// Whether there is a second proof is for the provider to ask.
	return s.a.begin(ctx, u, withProvider, true, device, v)
}

// byHand stands for an organisation in what is kept of an identity that its owner
// connected: the domain of its address lets it in nowhere. Else whoever was taken out of
// an organisation came back by disconnecting and connecting.
const byHand projectr.OrgID = "-"

// Connect lets the provider's account that a browser brings back sign in to the account
// of the principal, who began it.
func (s *SignOn) Connect(ctx context.Context, p Principal, browser string, r projectr.SignOnReturn) error {
	if p.Session.ID == "" {
		return errPerson
	}
	_, c, u, err := s.back(ctx, tripConnect, browser, r)
	if err != nil {
		return err
	}
	if u != p.User.ID {
		return errTrip
	}
	x := projectr.Identity{Issuer: c.Issuer, Subject: c.Subject, User: u, Email: c.Email, Org: byHand}
	if err := s.a.store.PutIdentity(ctx, x, false, s.a.letters(projectr.LetterConnected, u)...); err != nil {
		return fmt.Errorf("connect account: %w", err)
	}
	return nil
}

// Identities lists the accounts at providers that sign a person in.
func (a *Accounts) Identities(ctx context.Context, p Principal) ([]projectr.Identity, error) {
	if p.Key {
		return nil, errPerson
	}
	list, err := a.store.Identities(ctx, p.User.ID)
	if err != nil {
		return nil, fmt.Errorf("list identities: %w", err)
	}
	return list, nil
}

// Disconnect ends that providers sign a person in, who is signed out everywhere else. It
// asks for a recent proof of who they are. Whoever is not connected, or has no other way
// in, is a Conflict.
func (a *Accounts) Disconnect(ctx context.Context, p Principal) error {
	if err := a.Recent(p); err != nil {
		return err
	}
	list, err := a.Identities(ctx, p)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errNotConnected
	}
	_, hash, err := a.store.UserByEmail(ctx, p.User.Email)
	if err != nil {
		return fmt.Errorf("look up account: %w", err)
	}
	f, err := a.store.Factors(ctx, p.User.ID)
	if err != nil {
		return fmt.Errorf("look up passkeys: %w", err)
	}
	if hash == "" && f.Passkeys == 0 {
		return errOnlyWay
	}
	for _, x := range list {
		if err := a.store.DropIdentity(ctx, p.User.ID, x.Issuer); err != nil && projectr.KindOf(err) != projectr.NotFound {
			return fmt.Errorf("disconnect account: %w", err)
		}
	}
	if err := a.store.EndSessions(ctx, p.User.ID, p.hash); err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return a.notify(ctx, projectr.LetterDisconnected, p.User.ID, "")
}

// back uses up the trip of a browser that is back.
func (s *SignOn) back(ctx context.Context, kind, browser string, r projectr.SignOnReturn) (t trip, c projectr.Claims, u projectr.UserID, err error) {
	if browser == "" || r.State == "" {
		return t, c, "", errTrip
	}
	kept, err := s.a.store.TakeChallenge(ctx, hashOf(r.State), kind)
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		return t, c, "", errTrip
	}
	if err == nil {
		err = json.Unmarshal([]byte(kept.Data), &t)
	}
	if err != nil {
		return t, c, "", fmt.Errorf("look up trip to the provider: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(t.Browser), []byte(hashOf(browser))) != 1 {
		return t, c, "", errTrip
	}
	c, err = s.Provider.Finish(ctx, t.SignOnTrip, r)
	return t, c, kept.User, err
}

// ByToken returns the person behind an access token of the provider. They may do what
// they may do signed in, but nothing that asks for a fresh proof of who they are.
func (s *SignOn) ByToken(ctx context.Context, token string) (Principal, error) {
	c, err := s.Provider.Bearer(ctx, token)
	if err != nil {
		return Principal{}, err
	}
	u, err := s.person(ctx, c, "", false)
	if e := (*projectr.Error)(nil); errors.As(err, &e) && e.Kind == projectr.Conflict {
		// It is not about what the request asks for.
		err = &projectr.Error{Kind: projectr.Forbidden, Message: e.Message, Err: err}
	}
	if err != nil {
		return Principal{}, err
	}
	return Principal{User: u, Session: projectr.Session{User: u.ID, How: withProvider, Second: true}}, nil
}

// person returns the account of whom the provider names, which is made when they may
// have one, and lets it into the organisations where it belongs. present says that the
// provider says so now; else it is a token that may be older than what it said since.
func (s *SignOn) person(ctx context.Context, c projectr.Claims, invite string, present bool) (projectr.User, error) {
	x, u, err := s.a.store.Identity(ctx, c.Issuer, c.Subject)
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		no := s.welcome(ctx, c, invite)
		if no != nil && projectr.KindOf(no) != projectr.Conflict {
			return projectr.User{}, no
		}
		present = true // nothing was said before
		x, u, err = s.a.store.Identity(ctx, c.Issuer, c.Subject)
		if no != nil && projectr.KindOf(err) == projectr.NotFound {
			return projectr.User{}, no // else they came twice at the same time
		}
	}
	if err != nil {
		return projectr.User{}, fmt.Errorf("look up identity: %w", err)
	}
	if u.Disabled {
		return projectr.User{}, errClosed
	}
	if u.VerifiedAt.IsZero() && c.Verified && c.Email == u.Email {
		if err := s.a.store.VerifyUser(ctx, u.ID); err != nil {
			return projectr.User{}, fmt.Errorf("note proved address: %w", err)
		}
	}
	if invite != "" {
		if _, err := s.a.store.AcceptInvite(ctx, invite, store.Joining{As: u.ID}); err != nil {
			return projectr.User{}, once(err)
		}
	}
	now := x
	if c.Email != "" {
		now.Email = c.Email
	}
	// A program shows its token with each request: not each of them may be a write.
	due := present || s.a.now().Sub(x.SeenAt) >= seenEvery
	if due || lowers(c, x) {
		err = s.admit(ctx, c, u, &now, present)
	}
	if due || now != x {
		if err := s.a.store.SeeIdentity(ctx, now); err != nil {
			return projectr.User{}, fmt.Errorf("note use of identity: %w", err)
		}
	}
	if err != nil {
		return projectr.User{}, err
	}
	return u, nil
}

// lowers reports whether the provider gives somebody a lesser role than it gave before.
func lowers(c projectr.Claims, x projectr.Identity) bool {
	return c.Role == projectr.Viewer && x.Role == projectr.Admin
}

// welcome gives somebody whom nobody knows an account: the one that waits for their
// address, where nobody ever came in, or a new one.
func (s *SignOn) welcome(ctx context.Context, c projectr.Claims, invite string) error {
	if c.Email == "" || !c.Verified {
		return errUnproved
	}
	if invite != "" {
		switch x, err := s.a.store.Invited(ctx, invite); {
		case err != nil:
			return once(err)
		case x.Email != c.Email:
			return errInvitee
		}
	}
	x := projectr.Identity{Issuer: c.Issuer, Subject: c.Subject, Email: c.Email}
	u, _, err := s.a.store.UserByEmail(ctx, c.Email)
	switch {
	case err == nil && u.Disabled:
		return errClosed
	case err == nil:
		x.User = u.ID
		if err := s.a.store.PutIdentity(ctx, x, true); err != nil {
			return fmt.Errorf("connect account: %w", err)
		}
	case projectr.KindOf(err) != projectr.NotFound:
		return fmt.Errorf("look up account: %w", err)
	case invite == "" && c.Org == "" && s.joins(c) == "":
		return errNotInvited
	default:
		name, _, _ := strings.Cut(c.Email, "@")
		if c.Name != "" {
			name = c.Name
		}
		u = projectr.User{ID: projectr.UserID("us_" + s.a.secret()[:20]), Email: c.Email, Name: name, CreatedAt: s.a.now()}
		if err := CheckPerson(u.Email, u.Name); err != nil {
			return err
		}
		if err := s.a.store.CreateUserFrom(ctx, u, x); err != nil {
			return fmt.Errorf("open account: %w", err)
		}
	}
	return nil
}

// joins returns the organisation that lets owners of addresses like this one in.
func (s *SignOn) joins(c projectr.Claims) string {
	_, domain, ok := strings.Cut(c.Email, "@")
	if !ok || !c.Verified {
		return ""
	}
	return s.Joins[domain]
}

// admit lets an account into the organisation that the provider names, or else that of
// its domain. Each is done once, and x says what was: whom an admin takes out or gives
// another role stays so until the provider says something new. What is not said at
// present gives nothing where something was given before, and only takes away.
func (s *SignOn) admit(ctx context.Context, c projectr.Claims, u projectr.User, x *projectr.Identity, present bool) error {
	name, role, why := c.Org, c.Role, "The sign-in provider says who belongs here."
	if name == "" {
		name, role, why = s.joins(c), projectr.Viewer, "Addresses of this domain join by the sign-in provider."
	}
	if name == "" {
		return nil
	}
	id, err := s.a.store.OrgNamed(ctx, name)
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		return nil // it is gone, or the provider knows one that we do not
	}
	if err != nil {
		return fmt.Errorf("find organisation: %w", err)
	}
	if x.Org == id && x.Role == role || x.Org != "" && c.Org == "" || !present && x.Org != "" && (x.Org != id || !lowers(c, *x)) {
		return nil
	}
	s.admits.Lock()
	defer s.admits.Unlock()
	ms, err := s.a.store.MembershipsOf(ctx, u.ID)
	if err != nil {
		return fmt.Errorf("list memberships: %w", err)
	}
	had := projectr.NoRole
	if at := slices.IndexFunc(ms, func(m projectr.Membership) bool { return m.Org == id }); at >= 0 {
		had = ms[at].Role
	}
	o, err := s.a.store.AsOperator(ctx, string(id), why)
	if err != nil {
		return fmt.Errorf("enter organisation: %w", err)
	}
	if had == projectr.NoRole && x.Org != id {
		had, err = s.join(ctx, o, c, u, role)
		if projectr.KindOf(err) == projectr.OverLimit && len(ms) > 0 {
			return nil // no seat here, but they belong elsewhere too
		}
		if err != nil {
			return err
		}
	}
	if c.Org != "" && had != projectr.NoRole && had != role {
		if err := o.SaveMember(ctx, u.ID, role); err != nil && projectr.KindOf(err) != projectr.Conflict { // the last admin stays one
			return fmt.Errorf("change role: %w", err)
		}
	}
	if x.Org != "" && x.Org != id {
		if err := s.leave(ctx, ms, x.Org, u); err != nil {
			return err
		}
	}
	x.Org, x.Role = id, role
	return nil
}

// join makes an account a member, by the invitation that waits for its address or by
// one made here, so that the seats of the plan are counted in the same step. It returns
// in which role.
func (s *SignOn) join(ctx context.Context, o store.Org, c projectr.Claims, u projectr.User, role projectr.Role) (projectr.Role, error) {
	open, err := o.Invites(ctx)
	if err != nil {
		return projectr.NoRole, fmt.Errorf("list invitations: %w", err)
	}
	hash := hashOf(s.a.secret())
	at := slices.IndexFunc(open, func(x projectr.Invite) bool { return x.Email == u.Email && s.a.now().Before(x.ExpiresAt) })
	switch {
	case at < 0:
		_, err = o.Invite(ctx, u.Email, role, takeOver, hash)
	case c.Verified && c.Email == u.Email:
		_, err = o.RenewInvite(ctx, open[at].ID, takeOver, hash)
	default:
		return projectr.NoRole, errInvitedToo // it is for who reads mail there, and that is not proved
	}
	var in store.Invited
	if err == nil {
		in, err = s.a.store.AcceptInvite(ctx, hash, store.Joining{As: u.ID})
	}
	switch {
	case projectr.KindOf(err) == projectr.OverLimit:
		return projectr.NoRole, errSeats
	case err != nil:
		return projectr.NoRole, fmt.Errorf("join organisation: %w", err)
	}
	return in.Role, nil
}

// leave takes an account out of the organisation where the provider said before that it
// belongs. The last admin stays.
func (s *SignOn) leave(ctx context.Context, ms []projectr.Membership, id projectr.OrgID, u projectr.User) error {
	if !slices.ContainsFunc(ms, func(m projectr.Membership) bool { return m.Org == id }) {
		return nil
	}
	o, err := s.a.store.AsOperator(ctx, string(id), "The sign-in provider says that somebody belongs elsewhere.")
	if err != nil {
		return fmt.Errorf("enter organisation: %w", err)
	}
	if err := o.DropMember(ctx, u.ID); err != nil && projectr.KindOf(err) != projectr.Conflict {
		return fmt.Errorf("leave organisation: %w", err)
	}
	return nil
}
