package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/oidc"
)

var _ Provider = (*oidc.Provider)(nil)

const idp = "https://login.example.com"

// fakeProvider signs on whoever a test says: the code is the subject.
type fakeProvider struct {
	mu     sync.Mutex
	trips  int
	people map[string]projectr.Claims
}

func (p *fakeProvider) Start(context.Context) (projectr.SignOnTrip, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trips++
	n := fmt.Sprint(p.trips)
	return projectr.SignOnTrip{URL: idp + "/authorize?state=state-" + n, State: "state-" + n, Nonce: "nonce-" + n, Verifier: "verifier-" + n}, nil
}

func (p *fakeProvider) Finish(ctx context.Context, t projectr.SignOnTrip, r projectr.SignOnReturn) (projectr.Claims, error) {
	if t.State != r.State || strings.TrimPrefix(t.State, "state-") != strings.TrimPrefix(t.Verifier, "verifier-") || t.Nonce == "" {
		return projectr.Claims{}, fmt.Errorf("trip %+v comes back as %+v", t, r)
	}
	return p.Bearer(ctx, r.Code)
}

func (p *fakeProvider) Bearer(_ context.Context, token string) (projectr.Claims, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.people[token]
	if !ok {
		return projectr.Claims{}, &projectr.Error{Kind: projectr.Unknown, Message: "no such token"}
	}
	c.Issuer, c.Subject = idp, token
	return c, nil
}

type signOns struct {
	*house
	*SignOn
	p *fakeProvider
}

func signOnsOf(t *testing.T) *signOns {
	t.Helper()
	h := open(t)
	p := &fakeProvider{people: map[string]projectr.Claims{}}
	s := &signOns{house: h, SignOn: h.NewSignOn(p), p: p}
	s.Joins = map[string]string{"acme.example": "acme"}
	if _, _, err := h.AddMember(t.Context(), h.org, "boss@acme.example", "Boss", projectr.Admin); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *signOns) says(subject, email string, verified bool, org string, role projectr.Role) {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	s.p.people[subject] = projectr.Claims{Email: email, Verified: verified, Name: "Jo Doe", Org: org, Role: role}
}

// in signs somebody on as a browser does.
func (s *signOns) in(t *testing.T, subject, invitation string) (Signed, error) {
	t.Helper()
	url, browser, err := s.Start(t.Context(), invitation, here.From)
	if err != nil {
		return Signed{}, err
	}
	_, state, _ := strings.Cut(url, "state=")
	return s.Finish(t.Context(), browser, projectr.SignOnReturn{State: state, Code: subject}, here)
}

// roles says where an account belongs.
func (s *signOns) roles(t *testing.T, u projectr.User) string {
	t.Helper()
	ms, err := s.store.MembershipsOf(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range ms {
		out = append(out, strings.TrimPrefix(string(m.Org), "org_")+":"+string(m.Role))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// noted counts what acme's log says.
func (s *signOns) noted(t *testing.T) int {
	t.Helper()
	log, err := s.org.Audit(t.Context(), projectr.AuditFilter{Page: projectr.Page{Limit: 100}})
	if err != nil {
		t.Fatal(err)
	}
	return len(log.Items)
}

func (s *signOns) must(t *testing.T, subject, want string) projectr.User {
	t.Helper()
	x, err := s.in(t, subject, "")
	if err != nil {
		t.Fatalf("%s: %v", subject, err)
	}
	p, err := s.BySession(t.Context(), x.Secret)
	if err != nil || p.User.ID != x.User.ID {
		t.Fatalf("the session is of %v: %v", p.User.ID, err)
	}
	if got := s.roles(t, x.User); got != want {
		t.Errorf("%s belongs to %q, not %q", subject, got, want)
	}
	return x.User
}

func (s *signOns) never(t *testing.T, subject string, kind projectr.Kind) error {
	t.Helper()
	x, err := s.in(t, subject, "")
	if err == nil || projectr.KindOf(err) != kind || x.Secret != "" {
		t.Errorf("%s should be %q: %+v, %v", subject, kind, x.User, err)
	}
	return err
}

// Who is not known comes in by a proved address of a domain that joins, as a viewer, and
// is the same person from then on, whatever the address.
func TestSignOn(t *testing.T) {
	s := signOnsOf(t)
	s.says("1", "jo@acme.example", true, "", "")
	jo := s.must(t, "1", "acme:viewer")
	if u, err := s.store.User(t.Context(), jo.ID); err != nil || u.VerifiedAt.IsZero() || u.Email != "jo@acme.example" || u.Name != "Jo Doe" {
		t.Errorf("%+v, %v", u, err)
	}
	s.says("1", "doe@else.example", false, "", "")
	if again := s.must(t, "1", "acme:viewer"); again.ID != jo.ID || again.Email != "jo@acme.example" {
		t.Errorf("the same person with another address is %+v", again)
	}
	// The address alone is nobody: it may belong to somebody else by now.
	s.says("2", "jo@acme.example", true, "", "")
	s.never(t, "2", projectr.Conflict)

	s.says("3", "ann@acme.example", false, "", "")
	s.never(t, "3", projectr.Forbidden)
	s.says("4", "", true, "", "")
	s.never(t, "4", projectr.Forbidden)
	s.says("4", "", true, "acme", projectr.Admin)
	s.never(t, "4", projectr.Forbidden)
	s.says("5", "eve@evil.example", true, "", "")
	s.never(t, "5", projectr.Forbidden)
	s.says("6", "eve@sub.acme.example", true, "", "")
	s.never(t, "6", projectr.Forbidden)
	s.never(t, "nobody", projectr.Unknown)
	for _, email := range []string{"ann@acme.example", "eve@evil.example", "eve@sub.acme.example"} {
		if _, err := s.User(t.Context(), email); projectr.KindOf(err) != projectr.NotFound {
			t.Errorf("%s has an account: %v", email, err)
		}
	}
	x, err := s.in(t, "1", "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.BySession(t.Context(), x.Secret)
	if err != nil || p.Session.How != "oidc" || !p.Session.Second {
		t.Errorf("session %+v, %v", p.Session, err)
	}
}

// An account that was made for an address and never used is taken over by its owner; one
// that somebody uses is not.
func TestSignOnToAnAccountThatWaits(t *testing.T) {
	s := signOnsOf(t)
	waits, _, err := s.AddMember(t.Context(), s.org, "ann@else.example", "Ann", projectr.Admin)
	if err != nil {
		t.Fatal(err)
	}
	s.user(t, "bob@acme.example", good)
	s.says("ann", "ann@else.example", false, "", "")
	s.never(t, "ann", projectr.Forbidden)
	s.says("ann", "ann@else.example", true, "", "")
	if u := s.must(t, "ann", "acme:admin"); u.ID != waits.ID || u.Name != "Ann" {
		t.Errorf("another account: %+v", u)
	}
	s.says("bob", "bob@acme.example", true, "", "")
	s.never(t, "bob", projectr.Conflict)
	boss, err := s.User(t.Context(), "boss@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Disable(t.Context(), waits, true, projectr.Actor{Kind: "operator"}, "test"); err != nil {
		t.Fatal(err)
	}
	s.never(t, "ann", projectr.Unknown)
	if _, err := s.ByToken(t.Context(), "ann"); projectr.KindOf(err) != projectr.Unknown {
		t.Errorf("a token of a closed account: %v", err)
	}
	closed, _, err := s.AddMember(t.Context(), s.org, "cy@acme.example", "Cy", projectr.Viewer)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Disable(t.Context(), closed, true, projectr.Actor{Kind: "operator"}, "test"); err != nil {
		t.Fatal(err)
	}
	s.says("cy", "cy@acme.example", true, "", "")
	s.never(t, "cy", projectr.Unknown)
	if _, _, err := s.store.Identity(t.Context(), idp, "cy"); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("a closed account was connected: %v", err)
	}
	s.says("boss", "boss@acme.example", true, "", "")
	if u := s.must(t, "boss", "acme:admin"); u.ID != boss.ID {
		t.Errorf("another account: %+v", u)
	}
}

// Whoever is taken out stays out, and whoever is given another role keeps it.
func TestAdminsHaveTheLastWord(t *testing.T) {
	s := signOnsOf(t)
	s.says("1", "jo@acme.example", true, "", "")
	jo := s.must(t, "1", "acme:viewer")
	if err := s.org.SaveMember(t.Context(), jo.ID, projectr.Admin); err != nil {
		t.Fatal(err)
	}
	before := s.noted(t)
	s.must(t, "1", "acme:admin")
	if after := s.noted(t); after != before {
		t.Errorf("a sign-in that changes nothing is noted %d times", after-before)
	}
	if err := s.org.DropMember(t.Context(), jo.ID); err != nil {
		t.Fatal(err)
	}
	s.must(t, "1", "")
	s.now = s.now.Add(time.Hour)
	s.must(t, "1", "")
	if _, err := s.ByToken(t.Context(), "1"); err != nil || s.roles(t, jo) != "" {
		t.Errorf("by a token: %q, %v", s.roles(t, jo), err)
	}
	log, err := s.org.Audit(t.Context(), projectr.AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(log.Items, func(e projectr.AuditEntry) bool {
		return e.Action == "operator.enter" && strings.Contains(e.Note, "Addresses of this domain join")
	}) {
		t.Errorf("the log does not say why somebody joined: %+v", log.Items)
	}
}

// What a trusted provider says of organisation and role is done once, moves people, and
// never takes the last admin away.
func TestClaimsOfOrganisationAndRole(t *testing.T) {
	s := signOnsOf(t)
	s.says("1", "jo@acme.example", true, "globex", projectr.Admin)
	jo := s.must(t, "1", "globex:admin") // what is said goes before the domain
	s.says("1", "jo@acme.example", true, "globex", projectr.Viewer)
	s.must(t, "1", "globex:admin") // the last one
	s.says("1", "jo@acme.example", true, "", "")
	s.must(t, "1", "globex:admin") // the domain says nothing new
	s.says("2", "ann@else.example", true, "org_globex", projectr.Admin)
	ann := s.must(t, "2", "globex:admin")
	s.says("2", "ann@else.example", true, "org_globex", projectr.Viewer)
	s.must(t, "2", "globex:viewer")
	s.says("2", "ann@else.example", true, "org_globex", projectr.Admin)
	s.must(t, "2", "globex:admin")
	s.says("2", "ann@else.example", true, "acme", projectr.Viewer)
	s.must(t, "2", "acme:viewer")
	before := s.noted(t)
	s.must(t, "2", "acme:viewer")
	if after := s.noted(t); after != before {
		t.Errorf("a sign-in that changes nothing is noted %d times", after-before)
	}
	s.says("2", "ann@else.example", true, "", "")
	s.must(t, "2", "acme:viewer")
	s.says("3", "bob@else.example", true, "no-such", projectr.Admin)
	s.must(t, "3", "")
	s.says("4", "eve@else.example", false, "acme", projectr.Admin)
	s.never(t, "4", projectr.Forbidden)
	if err := s.org.DropMember(t.Context(), ann.ID); err != nil {
		t.Fatal(err)
	}
	s.says("2", "ann@else.example", true, "acme", projectr.Admin)
	s.must(t, "2", "") // another role is no way back in
	if got := s.roles(t, jo); got != "globex:admin" {
		t.Errorf("jo: %q", got)
	}
}

// A token may be older than what the provider said since: it gives something only to
// whom nothing was given, and takes away.
func TestTokensThatAreShownAgain(t *testing.T) {
	s := signOnsOf(t)
	s.says("old", "jo@acme.example", true, "acme", projectr.Admin)
	p, err := s.ByToken(t.Context(), "old")
	if err != nil || s.roles(t, p.User) != "acme:admin" {
		t.Fatalf("%q, %v", s.roles(t, p.User), err)
	}
	if p.Key || p.Session.ID != "" || !p.Session.AuthAt.IsZero() {
		t.Errorf("a token proves more than it should: %+v", p)
	}
	if _, role, err := s.Enter(t.Context(), p, "acme"); err != nil || role != projectr.Admin {
		t.Errorf("enter as %q, %v", role, err)
	}
	if _, _, err := s.Enter(t.Context(), p, "globex"); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("enter another's: %v", err)
	}
	if _, _, err := s.StartConnect(t.Context(), p); projectr.KindOf(err) != projectr.Forbidden {
		t.Errorf("connect by a token: %v", err)
	}
	says := func(org string, role projectr.Role) { s.says("old", "jo@acme.example", true, org, role) }
	says("globex", projectr.Viewer)
	if _, err := s.ByToken(t.Context(), "old"); err != nil || s.roles(t, p.User) != "acme:admin" {
		t.Errorf("a token moves somebody: %q, %v", s.roles(t, p.User), err)
	}
	says("acme", projectr.Viewer)
	if _, err := s.ByToken(t.Context(), "old"); err != nil || s.roles(t, p.User) != "acme:viewer" {
		t.Errorf("a lesser role: %q, %v", s.roles(t, p.User), err)
	}
	for _, org := range []string{"acme", "globex"} {
		s.now = s.now.Add(time.Hour)
		says(org, projectr.Admin)
		if _, err := s.ByToken(t.Context(), "old"); err != nil || s.roles(t, p.User) != "acme:viewer" {
			t.Errorf("an old token gives %q, %v", s.roles(t, p.User), err)
		}
	}
	s.must(t, "old", "globex:admin")
	if err := s.Disable(t.Context(), p.User, true, projectr.Actor{Kind: "operator"}, "test"); err == nil {
		t.Error("the last admin was closed")
	}

	// A request is no write: the same within a minute changes no row.
	s.says("often", "ann@acme.example", true, "", "")
	if _, err := s.ByToken(t.Context(), "often"); err != nil {
		t.Fatal(err)
	}
	before, _, err := s.store.Identity(t.Context(), idp, "often")
	if err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(59 * time.Second)
	if _, err := s.ByToken(t.Context(), "often"); err != nil {
		t.Fatal(err)
	}
	if after, _, err := s.store.Identity(t.Context(), idp, "often"); err != nil || after != before {
		t.Errorf("%+v became %+v, %v", before, after, err)
	}
}

// An invitation is taken over by the one whose proved address it is for: with its link,
// or where their domain joins.
func TestInvitationsBySignOn(t *testing.T) {
	s := signOnsOf(t)
	invite := func(email string, role projectr.Role) string {
		t.Helper()
		secret := s.secret()
		if _, err := s.org.Invite(t.Context(), email, role, 7*24*time.Hour, hashOf(secret)); err != nil {
			t.Fatal(err)
		}
		return secret
	}
	forAnn := invite("ann@else.example", projectr.Admin)
	s.says("eve", "eve@evil.example", true, "", "")
	if _, err := s.in(t, "eve", forAnn); projectr.KindOf(err) != projectr.Forbidden {
		t.Errorf("another's invitation: %v", err)
	}
	if _, err := s.User(t.Context(), "eve@evil.example"); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("another's invitation opens an account: %v", err)
	}
	s.says("ann", "ann@else.example", false, "", "")
	if _, err := s.in(t, "ann", forAnn); projectr.KindOf(err) != projectr.Forbidden {
		t.Errorf("an address that is not proved: %v", err)
	}
	s.says("ann", "ann@else.example", true, "", "")
	s.never(t, "ann", projectr.Forbidden) // without the link
	x, err := s.in(t, "ann", forAnn)
	if err != nil || s.roles(t, x.User) != "acme:admin" {
		t.Fatalf("%q, %v", s.roles(t, x.User), err)
	}
	if _, err := s.in(t, "ann", forAnn); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("an invitation twice: %v", err)
	}
	if _, _, err := s.Start(t.Context(), "never", here.From); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("no invitation: %v", err)
	}
	if err := s.org.DropMember(t.Context(), x.User.ID); err != nil {
		t.Fatal(err)
	}

	invite("bob@acme.example", projectr.Admin)
	s.says("bob", "bob@acme.example", true, "", "")
	bob := s.must(t, "bob", "acme:admin")
	left, err := s.org.Invites(t.Context())
	if err != nil || len(left) != 0 {
		t.Errorf("invitations left: %+v, %v", left, err)
	}
	// A plan for three people has no room for a fourth.
	s.says("cy", "cy@acme.example", true, "", "")
	s.must(t, "cy", "acme:viewer")
	s.says("dan", "dan@acme.example", true, "", "")
	s.never(t, "dan", projectr.OverLimit)
	dan, err := s.User(t.Context(), "dan@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	globex, err := s.store.AsOperator(t.Context(), "globex", "to set the test up")
	if err != nil {
		t.Fatal(err)
	}
	if err := globex.SaveMember(t.Context(), dan.ID, projectr.Viewer); err != nil {
		t.Fatal(err)
	}
	s.must(t, "dan", "globex:viewer") // who belongs elsewhere is not kept out
	if err := s.org.DropMember(t.Context(), bob.ID); err != nil {
		t.Fatal(err)
	}
	s.must(t, "dan", "acme:viewer globex:viewer")

	// An invitation that has expired makes nobody an admin any more.
	if err := s.org.DropMember(t.Context(), dan.ID); err != nil {
		t.Fatal(err)
	}
	invite("gil@acme.example", projectr.Admin)
	s.now = s.now.Add(8 * 24 * time.Hour)
	s.says("gil", "gil@acme.example", true, "", "")
	gil := s.must(t, "gil", "acme:viewer")

	// What waits for an address that is not proved to be theirs is not taken over.
	if err := s.org.DropMember(t.Context(), gil.ID); err != nil {
		t.Fatal(err)
	}
	s.user(t, "fay@acme.example", good)
	secret, err := s.try(t, "fay@acme.example", good)
	if err != nil {
		t.Fatal(err)
	}
	fay, err := s.BySession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	invite("fay@acme.example", projectr.Admin)
	s.says("fay", "other@acme.example", true, "", "")
	url, browser, err := s.StartConnect(t.Context(), fay)
	if err != nil {
		t.Fatal(err)
	}
	_, state, _ := strings.Cut(url, "state=")
	if err := s.Connect(t.Context(), fay, browser, projectr.SignOnReturn{State: state, Code: "fay"}); err != nil {
		t.Fatal(err)
	}
	s.must(t, "fay", "") // by an account that she connected herself, the domain lets her in nowhere
}

// Whom an admin took out does not come back by disconnecting and connecting.
func TestWhoWasTakenOutStaysOut(t *testing.T) {
	s := signOnsOf(t)
	s.Joins = map[string]string{"acme.example": "acme"}
	s.says("1", "jo@acme.example", true, "", "")
	jo := s.must(t, "1", "acme:viewer")
	if err := s.org.DropMember(t.Context(), jo.ID); err != nil {
		t.Fatal(err)
	}
	x, err := s.in(t, "1", "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.BySession(t.Context(), x.Secret)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := s.ChangePassword(t.Context(), p, "", good)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = s.BySession(t.Context(), fresh.Secret); err != nil {
		t.Fatal(err)
	}
	if err := s.Disconnect(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	url, browser, err := s.StartConnect(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	_, state, _ := strings.Cut(url, "state=")
	if err := s.Connect(t.Context(), p, browser, projectr.SignOnReturn{State: state, Code: "1"}); err != nil {
		t.Fatal(err)
	}
	s.must(t, "1", "")
}

// What a browser brings back counts in that browser, once, and for ten minutes.
func TestTrips(t *testing.T) {
	s := signOnsOf(t)
	s.says("1", "jo@acme.example", true, "", "")
	start := func() (state, browser string) {
		t.Helper()
		url, browser, err := s.Start(t.Context(), "", here.From)
		if err != nil {
			t.Fatal(err)
		}
		_, state, _ = strings.Cut(url, "state=")
		return state, browser
	}
	refused := func(what, browser, state string) {
		t.Helper()
		if x, err := s.Finish(t.Context(), browser, projectr.SignOnReturn{State: state, Code: "1"}, here); err != errTrip || x.Secret != "" {
			t.Errorf("%s: %+v, %v", what, x, err)
		}
	}
	state, browser := start()
	refused("no browser", "", state)
	refused("no state", browser, "")
	_, other := start()
	refused("another browser", other, state)
	refused("the right one, after it was used up", browser, state)
	state, browser = start()
	refused("another state", browser, state+"x")
	s.now = s.now.Add(TripLife)
	refused("too late", browser, state)
	state, browser = start()
	if _, err := s.Finish(t.Context(), browser, projectr.SignOnReturn{State: state, Code: "1"}, here); err != nil {
		t.Fatal(err)
	}
	refused("twice", browser, state)
	for range 200 {
		if _, err := s.Finish(t.Context(), "guess", projectr.SignOnReturn{State: "guess"}, here); projectr.KindOf(err) == projectr.TooMany {
			if _, _, err := s.Start(t.Context(), "", here.From); err != nil && projectr.KindOf(err) != projectr.TooMany {
				t.Error(err)
			}
			return
		}
	}
	t.Error("guesses are not counted")
}

// Somebody signed in connects the account they have at the provider; nobody else does it
// for them.
func TestConnect(t *testing.T) {
	s := signOnsOf(t)
	u := s.user(t, "bob@acme.example", good)
	secret, err := s.try(t, "bob@acme.example", good)
	if err != nil {
		t.Fatal(err)
	}
	bob, err := s.BySession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	s.user(t, "eve@acme.example", good)
	if secret, err = s.try(t, "eve@acme.example", good); err != nil {
		t.Fatal(err)
	}
	eve, err := s.BySession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	s.says("b", "robert@else.example", false, "", "")
	back := func(p Principal) (browser string, r projectr.SignOnReturn) {
		t.Helper()
		url, browser, err := s.StartConnect(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		_, state, _ := strings.Cut(url, "state=")
		return browser, projectr.SignOnReturn{State: state, Code: "b"}
	}
	browser, r := back(eve)
	if err := s.Connect(t.Context(), bob, browser, r); err != errTrip {
		t.Errorf("what another began: %v", err)
	}
	browser, r = back(bob)
	if _, err := s.Finish(t.Context(), browser, r, here); err != errTrip {
		t.Errorf("a trip to connect signs in: %v", err)
	}
	if err := s.Connect(t.Context(), bob, browser, r); err != nil {
		t.Fatal(err)
	}
	if got := s.must(t, "b", ""); got.ID != u.ID {
		t.Errorf("signed in as %+v", got)
	}
	s.says("b", "robert@acme.example", false, "", "")
	s.must(t, "b", "") // an address that is not proved joins nothing
	s.says("b", "robert@else.example", true, "", "")
	s.must(t, "b", "")
	if u, err := s.store.User(t.Context(), u.ID); err != nil || u.Email != "bob@acme.example" {
		t.Errorf("another address became the account's: %+v, %v", u, err)
	}
	browser, r = back(eve)
	if err := s.Connect(t.Context(), eve, browser, r); projectr.KindOf(err) != projectr.Conflict {
		t.Errorf("another's identity: %v", err)
	}
	url, browser, err := s.Start(t.Context(), "", here.From)
	if err != nil {
		t.Fatal(err)
	}
	_, state, _ := strings.Cut(url, "state=")
	if err := s.Connect(t.Context(), bob, browser, projectr.SignOnReturn{State: state, Code: "b"}); err != errTrip {
		t.Errorf("a trip to sign in connects: %v", err)
	}
	if _, _, err := s.StartConnect(t.Context(), Principal{Key: true}); projectr.KindOf(err) != projectr.Forbidden {
		t.Errorf("a key connects: %v", err)
	}
}

// Whoever disconnects is signed out elsewhere, and the provider signs nobody in to the
// account any more; the last way in stays.
func TestDisconnect(t *testing.T) {
	s := signOnsOf(t)
	s.Mails = true
	signed := func(secret string) Principal {
		t.Helper()
		p, err := s.BySession(t.Context(), secret)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	s.says("1", "jo@acme.example", true, "", "")
	x, err := s.in(t, "1", "")
	if err != nil {
		t.Fatal(err)
	}
	jo := signed(x.Secret)
	if err := s.Disconnect(t.Context(), jo); err != errOnlyWay {
		t.Errorf("the only way in: %v", err)
	}
	fresh, err := s.ChangePassword(t.Context(), jo, "", good)
	if err != nil {
		t.Fatal(err)
	}
	jo = signed(fresh.Secret)
	there, err := s.in(t, "1", "")
	if err != nil {
		t.Fatal(err)
	}
	if list, err := s.Identities(t.Context(), jo); err != nil || len(list) != 1 || list[0].Issuer != idp || list[0].Email != "jo@acme.example" {
		t.Errorf("%+v, %v", list, err)
	}
	for what, p := range map[string]Principal{"a key": {Key: true}, "a token": {User: jo.User}} {
		if err := s.Disconnect(t.Context(), p); err != errPerson {
			t.Errorf("%s: %v", what, err)
		}
	}
	s.now = s.now.Add(StepUp)
	if err := s.Disconnect(t.Context(), jo); err != errRecent {
		t.Errorf("a while after: %v", err)
	}
	if _, _, err := s.StartConnect(t.Context(), jo); err != errRecent {
		t.Errorf("connect a while after: %v", err)
	}
	s.now = s.now.Add(-StepUp)
	if err := s.Disconnect(t.Context(), jo); err != nil {
		t.Fatal(err)
	}
	if _, err := s.BySession(t.Context(), there.Secret); err != errSignIn {
		t.Errorf("signed in elsewhere: %v", err)
	}
	if err := s.Disconnect(t.Context(), signed(fresh.Secret)); err != errNotConnected {
		t.Errorf("again: %v", err)
	}
	s.never(t, "1", projectr.Conflict)
	if _, err := s.ByToken(t.Context(), "1"); projectr.KindOf(err) != projectr.Forbidden {
		t.Errorf("by a token: %v", err)
	}
	var kinds []projectr.LetterKind
	for _, m := range s.due(t) {
		kinds = append(kinds, m.Kind)
	}
	if !slices.Contains(kinds, projectr.LetterDisconnected) {
		t.Errorf("letters %v", kinds)
	}
}

// Of many who sign the same new person on at once, all come into one account.
func TestSignOnAtOnce(t *testing.T) {
	s := signOnsOf(t)
	s.says("1", "jo@acme.example", true, "", "")
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := map[projectr.UserID]bool{}
	for range 8 {
		all.Go(func() {
			p, err := s.ByToken(context.Background(), "1")
			mu.Lock()
			defer mu.Unlock()
			if seen[p.User.ID] = true; err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(seen) != 1 {
		t.Errorf("%d accounts", len(seen))
	}
}
