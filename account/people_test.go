package account

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/store"
)

// in signs somebody in and returns who that is.
func (h *house) in(t *testing.T, email, password string) (Signed, Principal) {
	t.Helper()
	s, err := h.SignIn(t.Context(), Attempt{Email: email, Password: password, Visit: here})
	if err != nil {
		t.Fatal(err)
	}
	return s, h.who(t, s.Secret)
}

func (h *house) who(t *testing.T, secret string) Principal {
	t.Helper()
	p, err := h.BySession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// over reports whether a session's secret opens nothing any more.
func (h *house) over(t *testing.T, secret string) bool {
	t.Helper()
	_, err := h.BySession(t.Context(), secret)
	if err != nil && err != errSignIn {
		t.Fatal(err)
	}
	return err != nil
}

// due returns the letters that wait, ready to be sent, and notes them as sent.
func (h *house) due(t *testing.T) []Posting {
	t.Helper()
	ls, err := h.store.TakeLetters(t.Context(), time.Minute, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []Posting
	for _, l := range ls {
		m, ok, err := h.Post(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			out = append(out, m)
		}
		if err := h.store.SentLetter(t.Context(), l.N); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// one returns the only letter of that kind that is due.
func (h *house) one(t *testing.T, kind projectr.LetterKind) Posting {
	t.Helper()
	var found []Posting
	all := h.due(t)
	for _, m := range all {
		if m.Kind == kind {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d letters %s are due, of %+v", len(found), kind, all)
	}
	return found[0]
}

func kinds(ms []Posting) string {
	var s []string
	for _, m := range ms {
		s = append(s, string(m.Kind)+" to "+m.To.Address)
	}
	return strings.Join(s, ", ")
}

func wants(t *testing.T, what string, err error, kind projectr.Kind) {
	t.Helper()
	if err == nil || projectr.KindOf(err) != kind {
		t.Errorf("%s: %v, want %q", what, err, kind)
	}
}

// A full counter of an account, filled from anywhere, never keeps its person from a
// browser they have signed in from, nor from a mailed link.
func TestTheRealPersonAlwaysHasAWay(t *testing.T) {
	h := open(t)
	h.Mails = true
	h.user(t, "jo@acme.example", good)
	mine, err := h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good, Visit: here})
	if err != nil || mine.Device == "" {
		t.Fatalf("%+v, %v", mine, err)
	}
	for i := range 40 {
		_, err = h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: "guess number 12", Visit: Visit{From: netip.AddrFrom4([4]byte{10, 0, byte(i), 1}), Device: "made up"}})
	}
	wants(t, "the botnet", err, projectr.TooMany)
	_, err = h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good, Visit: here})
	wants(t, "a browser that is not known", err, projectr.TooMany)

	known := here
	known.Device = mine.Device
	again, err := h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good, Visit: known})
	if err != nil || again.Device != "" {
		t.Errorf("the known browser: %+v, %v", again, err)
	}
	if err := h.AskSignIn(t.Context(), "jo@acme.example", here.From); err != nil {
		t.Fatal(err)
	}
	if _, err := h.SignInByLink(t.Context(), h.one(t, projectr.LetterSignIn).Secret, "", here); err != nil {
		t.Errorf("by a mailed link: %v", err)
	}
	// A stolen browser does not guess without end, and guesses for this account alone.
	for range deviceRule.burst {
		_, err = h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: "guess number 12", Visit: known})
		wants(t, "a wrong password", err, projectr.Unknown)
	}
	_, err = h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good, Visit: known})
	wants(t, "one try too many", err, projectr.TooMany)
	h.user(t, "ann@acme.example", good)
	if s, err := h.SignIn(t.Context(), Attempt{Email: "ann@acme.example", Password: good, Visit: Visit{From: netip.MustParseAddr("192.0.2.1"), Device: mine.Device}}); err != nil || s.Device == "" {
		t.Errorf("somebody else's browser is known to Ann's account: %+v, %v", s, err)
	}
}

func TestANewBrowserIsTold(t *testing.T) {
	h := open(t)
	h.Mails = true
	h.user(t, "jo@acme.example", good)
	s, _ := h.in(t, "jo@acme.example", good)
	if got := kinds(h.due(t)); got != "" {
		t.Errorf("after the first sign-in: %s", got)
	}
	h.now = h.now.Add(time.Hour)
	h.who(t, s.Secret)
	h.in(t, "jo@acme.example", good)
	if got := kinds(h.due(t)); got != "new_browser to jo@acme.example" {
		t.Errorf("after a second browser's: %s", got)
	}
	known := here
	known.Device = s.Device
	if _, err := h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good, Visit: known}); err != nil {
		t.Fatal(err)
	}
	if got := kinds(h.due(t)); got != "" {
		t.Errorf("after a known browser's: %s", got)
	}
}

func TestSessionsTimeOutAsSet(t *testing.T) {
	for _, c := range []struct {
		idle, life time.Duration
		uses       []time.Duration // since sign-in
		over       bool            // at the last
	}{
		{time.Hour, 24 * time.Hour, []time.Duration{59 * time.Minute}, false},
		{time.Hour, 24 * time.Hour, []time.Duration{time.Hour}, true},
		{time.Hour, 2 * time.Hour, []time.Duration{50 * time.Minute, 100 * time.Minute, 119 * time.Minute}, false},
		{time.Hour, 2 * time.Hour, []time.Duration{50 * time.Minute, 100 * time.Minute, 2 * time.Hour}, true},
		{SessionIdle, SessionLife, []time.Duration{SessionIdle - time.Minute}, false},
		{SessionIdle, SessionLife, []time.Duration{SessionIdle}, true},
	} {
		h := open(t)
		h.Idle, h.Life = c.idle, c.life
		h.user(t, "jo@acme.example", good)
		s, p := h.in(t, "jo@acme.example", good)
		for i, d := range c.uses {
			h.now = noon.Add(d)
			if last := i == len(c.uses)-1; last && c.over {
				if xs, err := h.Sessions(t.Context(), p); err != nil || len(xs) != 0 {
					t.Errorf("%+v: listed all the same: %+v, %v", c, xs, err)
				}
			}
			if got := h.over(t, s.Secret); got != (c.over && i == len(c.uses)-1) {
				t.Errorf("%+v: after %v over is %v", c, d, got)
			}
		}
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	h := open(t)
	h.user(t, "jo@acme.example", good)
	h.user(t, "ann@acme.example", good)
	ann, _ := h.in(t, "ann@acme.example", good)
	first, p1 := h.in(t, "jo@acme.example", good)
	h.now = h.now.Add(time.Minute)
	second, p2 := h.in(t, "jo@acme.example", good)
	third, p3 := h.in(t, "jo@acme.example", good)
	xs, err := h.Sessions(t.Context(), p2)
	if err != nil || len(xs) != 3 || xs[2].ID != p1.Session.ID || xs[2].Place != "203.0.113.0/24" || xs[2].Agent != "a browser" || xs[2].How != "password" {
		t.Fatalf("%+v, %v", xs, err)
	}
	wants(t, "somebody else's", h.EndSession(t.Context(), h.who(t, ann.Secret), p1.Session.ID), projectr.NotFound)
	if err := h.EndSession(t.Context(), p2, p1.Session.ID); err != nil {
		t.Fatal(err)
	}
	wants(t, "once more", h.EndSession(t.Context(), p2, p1.Session.ID), projectr.NotFound)
	if !h.over(t, first.Secret) || h.over(t, second.Secret) || h.over(t, third.Secret) {
		t.Error("not the one that was named ended")
	}
	if err := h.EndOtherSessions(t.Context(), p3); err != nil {
		t.Fatal(err)
	}
	if !h.over(t, second.Secret) || h.over(t, third.Secret) || h.over(t, ann.Secret) {
		t.Error("not the others ended")
	}
}

// What an API key may not do: all that is a person's.
func TestAKeyIsNoPerson(t *testing.T) {
	h := open(t)
	key, _, err := h.NewAPIKey(t.Context(), h.org, "key", projectr.Admin, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.ByKey(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for what, err := range map[string]error{
		"recent":   h.Recent(p),
		"confirm":  func() error { _, err := h.Confirm(ctx, p, Proof{Password: good}); return err }(),
		"name":     func() error { _, err := h.Rename(ctx, p, "Key"); return err }(),
		"password": func() error { _, err := h.ChangePassword(ctx, p, good, "another pit at dawn"); return err }(),
		"email":    h.ChangeEmail(ctx, p, "key@acme.example"),
		"verify":   h.AskVerification(ctx, p),
		"sessions": func() error { _, err := h.Sessions(ctx, p); return err }(),
		"end":      h.EndSession(ctx, p, "se_1"),
		"end all":  h.EndOtherSessions(ctx, p),
		"offer":    func() error { _, err := h.OfferTOTP(ctx, p); return err }(),
		"codes":    func() error { _, err := h.NewRecoveryCodes(ctx, p); return err }(),
		"off":      h.TurnOffTOTP(ctx, p),
	} {
		wants(t, what, err, projectr.Forbidden)
	}
}

func TestChangePassword(t *testing.T) {
	h := open(t)
	h.Mails = true
	u := h.user(t, "jo@acme.example", good)
	other, _ := h.in(t, "jo@acme.example", good)
	mine, p := h.in(t, "jo@acme.example", good)
	ticket, err := h.NewTicket(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, fresh, field string }{
		{"not the password", "another pit at dawn", "old"},
		{"", "another pit at dawn", "old"},
		{good, "short", "password"},
		{good, "password1234", "password"},
		{good, good, "password"},
	} {
		_, err := h.ChangePassword(t.Context(), p, c.old, c.fresh)
		var e *projectr.Error
		if !errors.As(err, &e) || e.Kind != projectr.Invalid || e.Field != c.field {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if h.over(t, other.Secret) || h.over(t, mine.Secret) {
		t.Fatal("a change that was refused ended a session")
	}
	now, err := h.ChangePassword(t.Context(), p, good, "another pit at dawn")
	if err != nil {
		t.Fatal(err)
	}
	if !h.over(t, other.Secret) || !h.over(t, mine.Secret) || h.over(t, now.Secret) {
		t.Error("the session here goes on under a new secret, and the others end")
	}
	if q := h.who(t, now.Secret); q.Session.ID != p.Session.ID {
		t.Error("it is another session")
	}
	if _, err := h.UseTicket(t.Context(), TicketUse{Secret: ticket, Visit: here}); err != errTicket {
		t.Errorf("a link of before: %v", err)
	}
	if d, err := h.device(t.Context(), mine.Device, u.ID); err != nil || d != "" {
		t.Errorf("a browser of before is known: %v", err)
	}
	if d, err := h.device(t.Context(), now.Device, u.ID); err != nil || d == "" {
		t.Errorf("the browser here is not known: %v", err)
	}
	if _, err := h.try(t, "jo@acme.example", good); err != errWrong {
		t.Errorf("the old password: %v", err)
	}
	if got := kinds(h.due(t)); !strings.Contains(got, "password_changed to jo@acme.example") {
		t.Errorf("told: %s", got)
	}
	for range ownRule.burst {
		if _, err := h.ChangePassword(t.Context(), h.who(t, now.Secret), "not the password", good); err == nil {
			t.Error("a wrong password is taken")
		}
	}
	_, err = h.ChangePassword(t.Context(), h.who(t, now.Secret), "another pit at dawn", good)
	wants(t, "after many wrong ones", err, projectr.TooMany)
}

func TestRecentIsAQuarterOfAnHour(t *testing.T) {
	h := open(t)
	h.Mails = true
	h.user(t, "jo@acme.example", good)
	s, _ := h.in(t, "jo@acme.example", good)
	h.now = noon.Add(StepUp - time.Second)
	if err := h.Recent(h.who(t, s.Secret)); err != nil {
		t.Errorf("just before: %v", err)
	}
	h.now = noon.Add(StepUp)
	p := h.who(t, s.Secret)
	wants(t, "just then", h.Recent(p), projectr.Reauthenticate)
	wants(t, "another address", h.ChangeEmail(t.Context(), p, "jo@new.example"), projectr.Reauthenticate)
	_, err := h.OfferTOTP(t.Context(), p)
	wants(t, "codes", err, projectr.Reauthenticate)

	_, err = h.Confirm(t.Context(), p, Proof{Password: "not the password"})
	wants(t, "a wrong password", err, projectr.Invalid)
	again, err := h.Confirm(t.Context(), p, Proof{Password: good})
	if err != nil {
		t.Fatal(err)
	}
	if !h.over(t, s.Secret) {
		t.Error("the secret of before opens the session still")
	}
	q := h.who(t, again.Secret)
	if err := h.Recent(q); err != nil || q.Session.ID != p.Session.ID || q.Session.Second {
		t.Errorf("%+v, %v", q.Session, err)
	}
	_, err = h.Confirm(t.Context(), p, Proof{Password: good})
	wants(t, "with the old secret", err, projectr.Unknown)
}

func TestRename(t *testing.T) {
	h := open(t)
	h.user(t, "jo@acme.example", good)
	s, p := h.in(t, "jo@acme.example", good)
	for _, name := range []string{"", "  ", "Jo\nBcc: x", "Jo \u202eooJ", strings.Repeat("J", 201)} {
		if _, err := h.Rename(t.Context(), p, name); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	if u, err := h.Rename(t.Context(), p, " Joanna "); err != nil || u.Name != "Joanna" {
		t.Errorf("%+v, %v", u, err)
	}
	if got := h.who(t, s.Secret).User.Name; got != "Joanna" {
		t.Errorf("kept as %q", got)
	}
}

func TestChangeEmail(t *testing.T) {
	h := open(t)
	h.Mails = true
	u := h.user(t, "jo@acme.example", good)
	h.user(t, "ann@acme.example", good)
	_, p := h.in(t, "jo@acme.example", good)
	for _, email := range []string{"", "no address", "Jo <jo@new.example>", "JO@acme.example"} {
		wants(t, email, h.ChangeEmail(t.Context(), p, email), projectr.Invalid)
	}
	// An address that has an account learns of it, and nobody else does.
	if err := h.ChangeEmail(t.Context(), p, "ann@acme.example"); err != nil {
		t.Error(err)
	}
	if m := h.one(t, projectr.LetterEmailTaken); m.To.Address != "ann@acme.example" || m.Secret != "" {
		t.Errorf("%+v", m)
	}
	if err := h.ChangeEmail(t.Context(), p, " Jo@New.example"); err != nil {
		t.Fatal(err)
	}
	m := h.one(t, projectr.LetterChangeEmail)
	if m.To.Address != "jo@new.example" || m.Life != ProofLife {
		t.Errorf("%+v", m)
	}
	if got, err := h.store.User(t.Context(), u.ID); err != nil || got.Email != "jo@acme.example" {
		t.Errorf("before it is proved: %+v, %v", got, err)
	}
	if _, err := h.VerifyEmail(t.Context(), m.Secret, here.From); err != errTicket {
		t.Errorf("used for something else: %v", err)
	}
	got, err := h.ConfirmEmail(t.Context(), m.Secret, here.From)
	if err != nil || got.Email != "jo@new.example" || got.VerifiedAt.IsZero() {
		t.Fatalf("%+v, %v", got, err)
	}
	if got := kinds(h.due(t)); got != "email_changed to jo@acme.example" {
		t.Errorf("told: %s", got)
	}
	if _, err := h.ConfirmEmail(t.Context(), m.Secret, here.From); err != errTicket {
		t.Errorf("used twice: %v", err)
	}
	if _, err := h.try(t, "jo@new.example", good); err != nil {
		t.Error(err)
	}
}

// Whoever was quicker keeps the address.
func TestAnAddressThatGotAnAccountMeanwhile(t *testing.T) {
	h := open(t)
	h.Mails = true
	h.user(t, "jo@acme.example", good)
	_, p := h.in(t, "jo@acme.example", good)
	if err := h.ChangeEmail(t.Context(), p, "jo@new.example"); err != nil {
		t.Fatal(err)
	}
	m := h.one(t, projectr.LetterChangeEmail)
	h.user(t, "jo@new.example", good)
	_, err := h.ConfirmEmail(t.Context(), m.Secret, here.From)
	wants(t, "taken meanwhile", err, projectr.Conflict)
	h.now = h.now.Add(ProofLife)
	if _, err := h.ConfirmEmail(t.Context(), m.Secret, here.From); err != errTicket {
		t.Errorf("after a day: %v", err)
	}
}

func TestVerifyEmail(t *testing.T) {
	h := open(t)
	h.Mails = true
	u := h.user(t, "jo@acme.example", "")
	p := Principal{User: u, Session: projectr.Session{ID: "se_1", AuthAt: noon}}
	if err := h.AskVerification(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	m := h.one(t, projectr.LetterVerify)
	got, err := h.VerifyEmail(t.Context(), m.Secret, here.From)
	if err != nil || got.VerifiedAt.IsZero() || got.Email != u.Email {
		t.Errorf("%+v, %v", got, err)
	}
	p.User = got
	if err := h.AskVerification(t.Context(), p); err != nil || len(h.due(t)) != 0 {
		t.Errorf("proved already: %v", err)
	}
}

func TestResetPassword(t *testing.T) {
	h := open(t)
	h.Mails = true
	h.user(t, "jo@acme.example", good)
	s, _ := h.in(t, "jo@acme.example", good)
	if err := h.AskReset(t.Context(), "JO@acme.example ", here.From); err != nil {
		t.Fatal(err)
	}
	m := h.one(t, projectr.LetterReset)
	if m.To.Address != "jo@acme.example" || len(m.Secret) != 32 || m.Life != ResetLife {
		t.Errorf("%+v", m)
	}
	if _, err := h.ResetPassword(t.Context(), m.Secret, "password1234", here.From); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("a common password: %v", err)
	}
	if _, err := h.SignInByLink(t.Context(), m.Secret, "", here); err != errTicket {
		t.Errorf("it signs in: %v", err)
	}
	if _, err := h.ResetPassword(t.Context(), m.Secret, "another pit at dawn", here.From); err != nil {
		t.Fatal(err)
	}
	if !h.over(t, s.Secret) {
		t.Error("a session outlives the reset")
	}
	if _, err := h.ResetPassword(t.Context(), m.Secret, "a third pit at dawn", here.From); err != errTicket {
		t.Errorf("used twice: %v", err)
	}
	if _, err := h.try(t, "jo@acme.example", "another pit at dawn"); err != nil {
		t.Error(err)
	}
	if got := kinds(h.due(t)); !strings.Contains(got, "password_changed to jo@acme.example") {
		t.Errorf("told: %s", got)
	}
}

func TestLinksEnd(t *testing.T) {
	for kind, life := range map[projectr.LetterKind]time.Duration{projectr.LetterReset: ResetLife, projectr.LetterSignIn: SignInLife} {
		h := open(t)
		h.Mails = true
		u := h.user(t, "jo@acme.example", good)
		use := func(secret string) error {
			if kind == projectr.LetterReset {
				_, err := h.ResetPassword(t.Context(), secret, "another pit at dawn", here.From)
				return err
			}
			_, err := h.SignInByLink(t.Context(), secret, "", here)
			return err
		}
		ask := func() Posting {
			h.now = h.now.Add(time.Hour)
			if err := h.asked(t.Context(), kind, u.Email, here.From); err != nil {
				t.Fatal(err)
			}
			return h.one(t, kind)
		}
		m := ask()
		h.now = h.now.Add(life)
		if err := use(m.Secret); err != errTicket {
			t.Errorf("%s after %v: %v", kind, life, err)
		}
		m = ask()
		if err := h.Disable(t.Context(), u, true, projectr.Actor{Kind: "operator"}, "test"); err != nil {
			t.Fatal(err)
		}
		if err := use(m.Secret); err != errTicket {
			t.Errorf("%s of a closed account: %v", kind, err)
		}
		if err := h.asked(t.Context(), kind, u.Email, here.From); err != nil || len(h.due(t)) != 0 {
			t.Errorf("%s to a closed account: %v", kind, err)
		}
		if err := h.Disable(t.Context(), u, false, projectr.Actor{Kind: "operator"}, "test"); err != nil {
			t.Fatal(err)
		}
		m = ask()
		h.now = h.now.Add(life - time.Second)
		if err := use(m.Secret); err != nil {
			t.Errorf("%s just in time: %v", kind, err)
		}
	}
}

// A stranger cannot fill somebody's mailbox, nor find out by it who has an account.
func TestLettersAStrangerAsksForAreFew(t *testing.T) {
	h := open(t)
	h.Mails = true
	h.user(t, "jo@acme.example", good)
	for _, email := range []string{"jo@acme.example", "nobody@acme.example"} {
		h.now = noon.Add(48 * time.Hour)
		written, sent := 0, 0
		for i := range 200 {
			if err := h.AskReset(t.Context(), email, netip.AddrFrom4([4]byte{10, 1, byte(i), 1})); err != nil {
				t.Fatal(err)
			}
			sent += len(h.due(t))
			h.now = h.now.Add(time.Minute)
		}
		written, _, err := h.store.LettersTo(t.Context(), email, projectr.LetterReset, noon)
		if want := map[bool]int{true: letterDay}[email == "jo@acme.example"]; err != nil || written != letterDay || sent != want {
			t.Errorf("%s: %d written, %d sent, %v", email, written, sent, err)
		}
	}
	var err error
	for i := range askRule.burst + 1 {
		err = h.AskReset(t.Context(), "jo"+strings.Repeat("x", i)+"@acme.example", here.From)
	}
	wants(t, "from one place", err, projectr.TooMany)
}

func TestLinksThatOpenNothingAreCounted(t *testing.T) {
	h := open(t)
	for range secretRule.burst {
		if _, err := h.ResetPassword(t.Context(), "guess", "another pit at dawn", here.From); err != errTicket {
			t.Fatal(err)
		}
	}
	_, _, err := h.SeeTicket(t.Context(), "guess", here.From)
	wants(t, "a welcome", err, projectr.TooMany)
	_, err = h.SeeSignUp(t.Context(), "guess", here.From)
	wants(t, "a sign-up", err, projectr.TooMany)
	if _, _, err := h.SeeTicket(t.Context(), "guess", netip.MustParseAddr("198.51.100.7")); err != errTicket {
		t.Errorf("elsewhere: %v", err)
	}
}

func TestWithoutMailNothingWaitsForIt(t *testing.T) {
	h := open(t)
	h.SignUps = SignUpOpen
	h.user(t, "jo@acme.example", good)
	_, p := h.in(t, "jo@acme.example", good)
	for what, err := range map[string]error{
		"reset":   h.AskReset(t.Context(), "jo@acme.example", here.From),
		"link":    h.AskSignIn(t.Context(), "jo@acme.example", here.From),
		"email":   h.ChangeEmail(t.Context(), p, "jo@new.example"),
		"sign-up": h.SignUp(t.Context(), NewOrg{}, here.From),
	} {
		wants(t, what, err, projectr.Forbidden)
	}
	if _, err := h.ChangePassword(t.Context(), p, good, "another pit at dawn"); err != nil {
		t.Fatal(err)
	}
	if ls, err := h.store.TakeLetters(t.Context(), time.Minute, 10); err != nil || len(ls) != 0 {
		t.Errorf("waiting: %+v, %v", ls, err)
	}
}

// Who was an admin when a letter about a payment was written, and is none when it is sent,
// gets none: it says what is paid, and with which card.
func TestALetterOfAPaymentIsForAdmins(t *testing.T) {
	h := open(t)
	u := h.user(t, "jo@acme.example", good)
	for _, c := range []struct {
		role      projectr.Role
		disabled  bool
		pay, used bool
	}{
		{projectr.Admin, false, true, true},
		{projectr.Viewer, false, false, true},
		{projectr.Admin, true, false, false},
	} {
		// Another admin stays, without whom nobody is made a viewer.
		if err := h.org.SaveMember(t.Context(), h.user(t, "ann-"+string(c.role)+fmt.Sprint(c.disabled)+"@acme.example", good).ID, projectr.Admin); err != nil {
			t.Fatal(err)
		}
		if err := h.org.SaveMember(t.Context(), u.ID, c.role); err != nil {
			t.Fatal(err)
		}
		if c.disabled {
			if err := h.Disable(t.Context(), u, true, projectr.Actor{Kind: "operator"}, "test"); err != nil {
				t.Fatal(err)
			}
		}
		for kind, want := range map[projectr.LetterKind]bool{projectr.LetterTrialGoesOn: c.pay, projectr.LetterPaidAgain: c.pay, projectr.LetterEmailsUsed: c.used} {
			m, ok, err := h.Post(t.Context(), projectr.Letter{Kind: kind, User: u.ID, Org: h.org.ID()})
			if err != nil || ok != want {
				t.Errorf("%s to %s, disabled %v: %+v, %v, %v", kind, c.role, c.disabled, m, ok, err)
			}
		}
	}
}

// A letter holds no secret, and one that is posted again opens by the new link.
func TestALetterIsPostedAnew(t *testing.T) {
	h := open(t)
	h.Mails = true
	u := h.user(t, "jo@acme.example", good)
	if err := h.AskReset(t.Context(), u.Email, here.From); err != nil {
		t.Fatal(err)
	}
	ls, err := h.store.TakeLetters(t.Context(), time.Minute, 10)
	if err != nil || len(ls) != 1 {
		t.Fatalf("%+v, %v", ls, err)
	}
	first, _, err := h.Post(t.Context(), ls[0])
	if err != nil {
		t.Fatal(err)
	}
	second, ok, err := h.Post(t.Context(), ls[0])
	if err != nil || !ok || second.Secret == first.Secret {
		t.Fatalf("%+v, %v", second, err)
	}
	if _, err := h.store.Ticket(t.Context(), hashOf(second.Secret), store.Reset); err != nil {
		t.Error(err)
	}
	// After the address changed, a letter to the old one opens nothing.
	if err := h.store.PutTicket(t.Context(), "new", store.Ticket{User: u.ID, Purpose: store.ChangeEmail, Data: "jo@new.example", ExpiresAt: h.now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.ProveEmail(t.Context(), "new", store.ChangeEmail); err != nil {
		t.Fatal(err)
	}
	if m, ok, err := h.Post(t.Context(), ls[0]); ok || err != nil {
		t.Errorf("%+v, %v", m, err)
	}
}
