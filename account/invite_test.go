package account

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"projectr"
)

// roles says who is of the organisation, as address and role.
func (h *house) roles(t *testing.T) map[string]projectr.Role {
	t.Helper()
	ms, err := h.org.Members(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]projectr.Role{}
	for _, m := range ms {
		out[m.User.Email] = m.Role
	}
	return out
}

func TestAnInvitationIsMailedAndAccepted(t *testing.T) {
	h := open(t)
	h.Mails = true
	x, secret, err := h.Invite(t.Context(), h.org, " Jo@acme.example", projectr.Admin)
	if err != nil || secret != "" || x.Email != "jo@acme.example" {
		t.Fatalf("%+v, %q, %v", x, secret, err)
	}
	_, _, err = h.Invite(t.Context(), h.org, "jo@acme.example", projectr.Viewer)
	wants(t, "twice", err, projectr.Conflict)
	for _, c := range []struct {
		email string
		role  projectr.Role
	}{{"jo", projectr.Viewer}, {"ann@acme.example", "owner"}, {"ann@acme.example", projectr.NoRole}} {
		_, _, err := h.Invite(t.Context(), h.org, c.email, c.role)
		wants(t, c.email, err, projectr.Invalid)
	}
	m := h.one(t, projectr.LetterInvitation)
	if m.To.Address != "jo@acme.example" || m.Org != "acme" || m.Role != projectr.Admin || m.By == "" || m.Life != InviteLife || !strings.HasPrefix(m.Secret, mailed) {
		t.Errorf("%+v", m)
	}
	if got, err := h.LookInvitation(t.Context(), m.Secret, here.From); err != nil || got != (Invitation{"acme", "jo@acme.example", projectr.Admin, false}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, c := range []struct{ name, password, field string }{
		{"", good, "name"},
		{"Jo\u202e", good, "name"},
		{"Jo", "short", "password"},
		{"Jo", "jo@acme.example", "password"},
	} {
		_, err := h.AcceptInvitation(t.Context(), Acceptance{Secret: m.Secret, Name: c.name, Password: c.password, Visit: here})
		var e *projectr.Error
		if !errors.As(err, &e) || e.Kind != projectr.Invalid || e.Field != c.field {
			t.Errorf("%+v: %v", c, err)
		}
	}
	// The secret without its beginning is another one.
	if _, err := h.LookInvitation(t.Context(), strings.TrimPrefix(m.Secret, mailed), here.From); err != errTicket {
		t.Errorf("%v", err)
	}
	s, err := h.AcceptInvitation(t.Context(), Acceptance{Secret: m.Secret, Name: " Jo ", Password: good, Visit: here})
	if err != nil || s.Device == "" {
		t.Fatalf("%+v, %v", s, err)
	}
	if p := h.who(t, s.Secret); p.User.Email != "jo@acme.example" || p.User.Name != "Jo" || p.User.VerifiedAt.IsZero() {
		t.Errorf("%+v", p.User)
	}
	if got := h.roles(t); got["jo@acme.example"] != projectr.Admin {
		t.Errorf("%v", got)
	}
	if _, err := h.AcceptInvitation(t.Context(), Acceptance{Secret: m.Secret, Name: "Jo", Password: good, Visit: here}); err != errTicket {
		t.Errorf("accepted twice: %v", err)
	}
	if _, err := h.try(t, "jo@acme.example", good); err != nil {
		t.Error(err)
	}
}

// A link that an admin hands on proves no address.
func TestAnInvitationWithoutMail(t *testing.T) {
	h := open(t)
	x, secret, err := h.Invite(t.Context(), h.org, "jo@acme.example", projectr.Viewer)
	if err != nil || len(secret) != 32 {
		t.Fatalf("%q, %v", secret, err)
	}
	_, again, err := h.RenewInvite(t.Context(), h.org, x.ID)
	if err != nil || again == secret {
		t.Fatalf("%q, %v", again, err)
	}
	if _, err := h.LookInvitation(t.Context(), secret, here.From); err != errTicket {
		t.Errorf("the link of before: %v", err)
	}
	h.now = h.now.Add(InviteLife)
	if _, err := h.AcceptInvitation(t.Context(), Acceptance{Secret: again, Name: "Jo", Password: good, Visit: here}); err != errTicket {
		t.Errorf("after a week: %v", err)
	}
	if _, again, err = h.RenewInvite(t.Context(), h.org, x.ID); err != nil {
		t.Fatal(err)
	}
	s, err := h.AcceptInvitation(t.Context(), Acceptance{Secret: again, Name: "Jo", Password: good, Visit: here})
	if err != nil {
		t.Fatal(err)
	}
	if p := h.who(t, s.Secret); !p.User.VerifiedAt.IsZero() {
		t.Errorf("the address counts as proved: %+v", p.User)
	}
	if x, secret, err = h.Invite(t.Context(), h.org, "ann@acme.example", projectr.Viewer); err != nil {
		t.Fatal(err)
	}
	if err := h.org.DropInvite(t.Context(), x.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := h.LookInvitation(t.Context(), secret, here.From); err != errTicket {
		t.Errorf("withdrawn: %v", err)
	}
}

// An address that has an account accepts signed in as it, and nobody for it.
func TestAnInvitationForSomebodyWhoHasAnAccount(t *testing.T) {
	h := open(t)
	h.Mails = true
	h.user(t, "jo@acme.example", good)
	h.user(t, "ann@acme.example", good)
	mine, jo := h.in(t, "jo@acme.example", good)
	_, ann := h.in(t, "ann@acme.example", good)
	if _, _, err := h.Invite(t.Context(), h.org, "jo@acme.example", projectr.Viewer); err != nil {
		t.Fatal(err)
	}
	secret := h.one(t, projectr.LetterInvitation).Secret
	if x, err := h.LookInvitation(t.Context(), secret, here.From); err != nil || !x.HasAccount {
		t.Errorf("%+v, %v", x, err)
	}
	accept := func(as Principal) (Signed, error) {
		return h.AcceptInvitation(t.Context(), Acceptance{Secret: secret, As: as, Name: "Mallory", Password: "another pit at dawn", Visit: here})
	}
	_, err := accept(Principal{})
	wants(t, "nobody", err, projectr.Conflict)
	_, err = accept(ann)
	wants(t, "somebody else", err, projectr.Forbidden)
	_, err = accept(Principal{User: jo.User, Key: true})
	wants(t, "a key", err, projectr.Forbidden)
	if _, err := h.try(t, "jo@acme.example", "another pit at dawn"); err != errWrong {
		t.Errorf("a stranger's password: %v", err)
	}
	s, err := accept(jo)
	if err != nil || s.Secret != "" || h.over(t, mine.Secret) {
		t.Fatalf("%+v, %v", s, err)
	}
	if got := h.roles(t); got["jo@acme.example"] != projectr.Viewer || got["ann@acme.example"] != "" {
		t.Errorf("%v", got)
	}
	if u, err := h.User(t.Context(), "jo@acme.example"); err != nil || u.Name != "Jo" {
		t.Errorf("%+v, %v", u, err)
	}
}

// The plan of the organisation has three seats.
func TestInvitationsTakeSeats(t *testing.T) {
	h := open(t)
	for i, email := range []string{"a@acme.example", "b@acme.example", "c@acme.example", "d@acme.example"} {
		_, _, err := h.Invite(t.Context(), h.org, email, projectr.Viewer)
		if i < 3 && err != nil {
			t.Fatal(err)
		}
		if i == 3 {
			wants(t, "one too many", err, projectr.OverLimit)
		}
	}
}

func TestOneInvitationAmongMany(t *testing.T) {
	h := open(t)
	_, secret, err := h.Invite(t.Context(), h.org, "jo@acme.example", projectr.Viewer)
	if err != nil {
		t.Fatal(err)
	}
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			_, err := h.AcceptInvitation(t.Context(), Acceptance{Secret: secret, Name: "Jo", Password: good, Visit: here})
			if err == nil {
				won.Add(1)
			} else if k := projectr.KindOf(err); k != projectr.NotFound && k != projectr.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 10 accepted it", won.Load())
	}
}
