package account

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/store"
	"projectr/store/sqlite"
	"projectr/store/sqlite/sqlitetest"
)

type house struct {
	*Accounts
	db  *sqlite.Driver
	now time.Time
	org store.Org

	// Of the test that asks for addresses.
	t       *testing.T
	device1 string
	jo      Principal
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{now: noon}
	h.db = sqlitetest.Open(t)
	var err error
	clock := func() time.Time { return h.now }
	st := store.New(h.db, nil, clock)
	if h.Accounts, err = New(st, clock, rand.Reader, cheap); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"acme", "globex"} {
		if err := st.CreateOrg(t.Context(), projectr.Org{ID: projectr.OrgID("org_" + name), Name: name, Address: name, Plan: "starter", TimeZone: "UTC"}, projectr.Actor{Kind: "operator"}); err != nil {
			t.Fatal(err)
		}
	}
	if h.org, err = st.AsOperator(t.Context(), "acme", "to set the test up"); err != nil {
		t.Fatal(err)
	}
	return h
}

// here is where the tests' people sit.
var here = Visit{From: netip.MustParseAddr("203.0.113.9"), Agent: "a browser"}

const good = "gravel pit at dawn"

func (h *house) user(t *testing.T, email, password string) projectr.User {
	t.Helper()
	u, err := h.CreateUser(t.Context(), email, "Jo", password)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (h *house) try(t *testing.T, email, password string) (string, error) {
	t.Helper()
	s, err := h.SignIn(t.Context(), Attempt{Email: email, Password: password, Visit: here})
	return s.Secret, err
}

func TestNoSecretIsKept(t *testing.T) {
	h := open(t)
	u := h.user(t, "jo@acme.example", good)
	secret, err := h.try(t, "jo@acme.example", good)
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := h.NewTicket(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	key, k, err := h.NewAPIKey(t.Context(), h.org, "key", projectr.Viewer, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	_, hash, err := h.store.UserByEmail(t.Context(), "jo@acme.example")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$") {
		t.Errorf("password is kept as %q (%v)", hash, err)
	}
	for what, s := range map[string]string{"session": secret, "ticket": ticket, "key": strings.TrimPrefix(key, keyPrefix)} {
		if len(s) != 32 { // 160 bits
			t.Errorf("%s secret %q", what, s)
		}
		if _, _, err := h.store.Session(t.Context(), s); err == nil {
			t.Errorf("the %s's secret is a name in the store", what)
		}
	}
	if !strings.HasPrefix(key, k.Prefix) || len(k.Prefix) >= 12 {
		t.Errorf("key is recognised by %q", k.Prefix)
	}
}

// The work is the same for an address that has no account: a password is
// hashed. (A dummy that cannot be read shows that it was.)
func TestUnknownAddressCostsAHashToo(t *testing.T) {
	h := open(t)
	h.user(t, "new@acme.example", "")
	for _, email := range []string{"nobody@acme.example", "new@acme.example"} {
		if _, err := h.try(t, email, good); err != errWrong {
			t.Errorf("%s: %v", email, err)
		}
	}
	h.dummy = "not a hash"
	for _, email := range []string{"nobody@acme.example", "new@acme.example"} {
		if _, err := h.try(t, email, good); err == nil || err == errWrong {
			t.Errorf("%s: no password was hashed (%v)", email, err)
		}
	}
}

func TestSignInWaitsForItsTurn(t *testing.T) {
	h := open(t)
	h.user(t, "jo@acme.example", good)
	for range hashers {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := h.SignIn(ctx, Attempt{Email: "jo@acme.example", Password: good})
	if projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("with no turn free: %v", err)
	}
	<-h.slots
	if _, err := h.try(t, "jo@acme.example", good); err != nil {
		t.Errorf("with one free: %v", err)
	}
}

func TestManySignInsAtOnce(t *testing.T) {
	h := open(t)
	h.user(t, "jo@acme.example", good)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := h.try(t, "jo@acme.example", good); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(h.slots) != 0 {
		t.Errorf("%d turns are still taken", len(h.slots))
	}
}

func TestOneLinkIsUsedOnce(t *testing.T) {
	h := open(t)
	u := h.user(t, "jo@acme.example", "")
	ticket, err := h.NewTicket(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.UseTicket(t.Context(), TicketUse{Secret: ticket, Password: "", Visit: here}); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("without the password it needs: %v", err)
	}
	var mu sync.Mutex
	won := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := h.UseTicket(t.Context(), TicketUse{Secret: ticket, Password: good, Visit: here})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if projectr.KindOf(err) != projectr.NotFound {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d of 8 used the link", won)
	}
	if _, err := h.try(t, "jo@acme.example", good); err != nil {
		t.Error(err)
	}
}

func TestUseIsNotedOnceAMinute(t *testing.T) {
	h := open(t)
	h.user(t, "jo@acme.example", good)
	secret, err := h.try(t, "jo@acme.example", good)
	if err != nil {
		t.Fatal(err)
	}
	seen := func() time.Time {
		t.Helper()
		if _, err := h.BySession(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		x, _, err := h.store.Session(t.Context(), hashOf(secret))
		if err != nil {
			t.Fatal(err)
		}
		return x.SeenAt
	}
	h.now = noon.Add(59 * time.Second)
	if got := seen(); !got.Equal(noon) {
		t.Errorf("after 59 s: seen at %v", got)
	}
	h.now = noon.Add(60 * time.Second)
	if got := seen(); !got.Equal(h.now) {
		t.Errorf("after 60 s: seen at %v", got)
	}
}

func TestEnter(t *testing.T) {
	h := open(t)
	u := h.user(t, "jo@acme.example", good)
	if err := h.org.SaveMember(t.Context(), u.ID, projectr.Admin); err != nil {
		t.Fatal(err)
	}
	key, _, err := h.NewAPIKey(t.Context(), h.org, "key", projectr.Viewer, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	byKey, err := h.ByKey(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		who  Principal
		org  string
		role projectr.Role
	}{
		{Principal{User: u}, "acme", projectr.Admin},
		{Principal{User: u}, "ACME", projectr.Admin},
		{Principal{User: u}, "org_acme", projectr.Admin},
		{Principal{User: u}, "globex", projectr.NoRole},
		{Principal{User: u}, "nobody", projectr.NoRole},
		{Principal{User: u}, "", projectr.NoRole},
		{byKey, "acme", projectr.Viewer},
		{byKey, "globex", projectr.NoRole},
		{Principal{}, "acme", projectr.NoRole},
	} {
		_, role, err := h.Enter(t.Context(), c.who, c.org)
		if role != c.role || (role == projectr.NoRole) != (err == errNoOrg) {
			t.Errorf("%q into %q: %q, %v", c.who.User.ID, c.org, role, err)
		}
	}
	bs, err := h.Belongings(t.Context(), byKey)
	if err != nil || len(bs) != 1 || bs[0].Org.Address != "acme" || bs[0].Role != projectr.Viewer {
		t.Errorf("the key belongs to %+v (%v)", bs, err)
	}
}

func TestCreateUser(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		email, name, password string
		kind                  projectr.Kind
	}{
		{"Jo@Acme.example ", "Jo", good, "ok"},
		{"jo@acme.example", "Jo again", good, projectr.Conflict},
		{"no address", "Jo", good, projectr.Invalid},
		{"Jo <jo2@acme.example>", "Jo", good, projectr.Invalid},
		{"jo2@acme.example\r\nBcc: x@y.example", "Jo", good, projectr.Invalid},
		{"jo2@acme.example", "", good, projectr.Invalid},
		{"jo2@acme.example", "Jo\nBcc: x", good, projectr.Invalid},
		{"<jo2@acme.example>", "Jo", good, projectr.Invalid},
		{"jo2\u202e@acme.example", "Jo", good, projectr.Invalid},
		{strings.Repeat("j", 250) + "@acme.example", "Jo", good, projectr.Invalid},
		{"jo2@acme.example", "Jo \u202eooJ", good, projectr.Invalid},
		{"jo2@acme.example", "Jo\u0085Jo", good, projectr.Invalid},
		{"jo2@acme.example", strings.Repeat("J", 300), good, projectr.Invalid},
		{"jo2@acme.example", "Jo", "short", projectr.Invalid},
		{"jo2@acme.example", "Jo", "", "ok"},
	} {
		u, err := h.CreateUser(t.Context(), c.email, c.name, c.password)
		if kind := projectr.KindOf(err); err != nil && kind != c.kind || err == nil && c.kind != "ok" {
			t.Errorf("%+v: %v", c, err)
		}
		if err == nil && u.Email != strings.ToLower(strings.TrimSpace(c.email)) {
			t.Errorf("%+v: kept as %q", c, u.Email)
		}
	}
}

// What is refused leaves nothing behind, whatever of it is wrong.
func TestAddMemberKeepsAllOrNothing(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		email, name string
		role        projectr.Role
		field       string
	}{
		{"jo@acme.example", "Jo", "owner", "role"},
		{"jo@acme.example", "Jo", projectr.NoRole, "role"},
		{"jo@acme.example", "", projectr.Viewer, "name"},
		{"jo@acme.example", "Jo\x1b[2J", projectr.Viewer, "name"},
		{"<jo@acme.example>", "Jo", projectr.Viewer, "email"},
	} {
		_, _, err := h.AddMember(t.Context(), h.org, c.email, c.name, c.role)
		var e *projectr.Error
		if !errors.As(err, &e) || e.Kind != projectr.Invalid || e.Field != c.field {
			t.Errorf("%+v: %v", c, err)
		}
		for _, email := range []string{"jo@acme.example", "<jo@acme.example>"} {
			if u, err := h.User(t.Context(), email); projectr.KindOf(err) != projectr.NotFound {
				t.Errorf("%+v left %+v (%v)", c, u, err)
			}
		}
	}
	u, fresh, err := h.AddMember(t.Context(), h.org, " Jo@acme.example", "Jo ", projectr.Viewer)
	if err != nil || !fresh || u.Name != "Jo" {
		t.Errorf("%+v %v %v", u, fresh, err)
	}
	if again, fresh, err := h.AddMember(t.Context(), h.org, "jo@acme.example", "", projectr.Viewer); err != nil || fresh || again.ID != u.ID {
		t.Errorf("somebody who has an account: %+v %v %v", again, fresh, err)
	}
}

// Whoever kept an old link is not let in past a new password, or into an
// account that was closed.
func TestLinksEndWithANewPasswordOrAClosedAccount(t *testing.T) {
	for name, end := range map[string]func(*house, projectr.User) error{
		"password set": func(h *house, u projectr.User) error { return h.SetPassword(t.Context(), u, good) },
		"password set by another link": func(h *house, u projectr.User) error {
			ticket, err := h.NewTicket(t.Context(), u)
			if err == nil {
				_, err = h.UseTicket(t.Context(), TicketUse{Secret: ticket, Password: good, Visit: here})
			}
			return err
		},
		"closed and opened again": func(h *house, u projectr.User) error {
			return errors.Join(h.Disable(t.Context(), u, true, projectr.Actor{Kind: "operator"}, "test"), h.Disable(t.Context(), u, false, projectr.Actor{Kind: "operator"}, "test"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			u := h.user(t, "jo@acme.example", "")
			ticket, err := h.NewTicket(t.Context(), u)
			if err != nil {
				t.Fatal(err)
			}
			if err := end(h, u); err != nil {
				t.Fatal(err)
			}
			if _, err := h.UseTicket(t.Context(), TicketUse{Secret: ticket, Password: "another pit at dawn", Visit: here}); err != errTicket {
				t.Errorf("the old link gave %v", err)
			}
		})
	}
}

func TestANameThatCannotBeTakenLeavesTheLink(t *testing.T) {
	h := open(t)
	u := h.user(t, "jo@acme.example", "")
	ticket, err := h.NewTicket(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.UseTicket(t.Context(), TicketUse{Secret: ticket, Name: "Jo\u202e", Password: good, Visit: here}); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("a name that turns around: %v", err)
	}
	s, err := h.UseTicket(t.Context(), TicketUse{Secret: ticket, Name: "  ", Password: good, Visit: here})
	if err != nil || s.User.Name != "Jo" {
		t.Errorf("white space for a name: %+v, %v", s.User, err)
	}
}

// A link that proves an address, or sets a new password, is sent where a welcome link
// would not be: it must sign nobody in.
func TestALinkForSomethingElseSignsNobodyIn(t *testing.T) {
	h := open(t)
	u := h.user(t, "jo@acme.example", good)
	for _, p := range []store.Purpose{store.SignInLink, store.Reset, store.Verify, store.ChangeEmail, "invitation", ""} {
		secret := "secret for " + string(p)
		if err := h.store.PutTicket(t.Context(), hashOf(secret), store.Ticket{User: u.ID, Purpose: p, Data: u.Email, ExpiresAt: noon.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if u, _, err := h.SeeTicket(t.Context(), secret, here.From); err != errTicket || u.ID != "" {
			t.Errorf("a link for %q is seen as %v, %v", p, u.ID, err)
		}
		if s, err := h.UseTicket(t.Context(), TicketUse{Secret: secret, Password: "another pit at dawn", Visit: here}); err != errTicket || s.Secret != "" {
			t.Errorf("a link for %q gave %q, %v", p, s.Secret, err)
		}
		if _, err := h.store.Ticket(t.Context(), hashOf(secret), p); err != nil {
			t.Errorf("a link for %q was used up: %v", p, err)
		}
	}
	if _, err := h.try(t, u.Email, good); err != nil {
		t.Errorf("the password is another: %v", err)
	}
}

// An address counts as proved as soon as somebody came in by a link to it.
func TestAWelcomeProvesTheAddress(t *testing.T) {
	h := open(t)
	for _, password := range []string{"", good} {
		u := h.user(t, "jo"+password[:min(1, len(password))]+"@acme.example", password)
		if u.VerifiedAt.IsZero() != (password == "") {
			t.Errorf("made with %q, proved at %v", password, u.VerifiedAt)
		}
		ticket, err := h.NewTicket(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		s, err := h.UseTicket(t.Context(), TicketUse{Secret: ticket, Password: good, Visit: here})
		if err != nil {
			t.Fatal(err)
		}
		if u, err = h.User(t.Context(), u.Email); err != nil || u.VerifiedAt.IsZero() {
			t.Errorf("after the link: proved at %v, %v", u.VerifiedAt, err)
		}
		xs, err := h.store.Sessions(t.Context(), u.ID)
		if err != nil || len(xs) != 1 || xs[0].How != "link" || !strings.HasPrefix(xs[0].ID, "se_") || strings.Contains(s.Secret, xs[0].ID[3:]) {
			t.Errorf("sessions %+v, %v", xs, err)
		}
	}
}
