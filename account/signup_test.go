package account

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"projectr"
)

func newOrg() NewOrg {
	return NewOrg{Organisation: "Initech Steel", Address: "Initech", TimeZone: "America/Chicago", Name: "Peter", Email: "Peter@initech.example", Password: good}
}

func TestSignUp(t *testing.T) {
	h := open(t)
	h.Mails, h.SignUps, h.Plan, h.Trial = true, SignUpOpen, "starter", 14*24*time.Hour
	if err := h.SignUp(t.Context(), newOrg(), here.From); err != nil {
		t.Fatal(err)
	}
	if _, err := h.User(t.Context(), "peter@initech.example"); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("an account before the address is proved: %v", err)
	}
	m := h.one(t, projectr.LetterSignUp)
	if m.To.Address != "peter@initech.example" || len(m.Secret) != 32 {
		t.Fatalf("%+v", m)
	}
	if l, err := h.SeeSignUp(t.Context(), m.Secret, here.From); err != nil || l.Email != "peter@initech.example" || l.Invited {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := h.Found(t.Context(), m.Secret, newOrg(), here); err != errTicket {
		t.Errorf("used as an operator's invitation: %v", err)
	}
	if _, err := h.ConfirmSignUp(t.Context(), m.Secret, "somebody else's words", here); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("by the link alone: %v", err)
	}
	if _, err := h.User(t.Context(), "peter@initech.example"); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("an account by another password: %v", err)
	}
	s, err := h.ConfirmSignUp(t.Context(), m.Secret, good, here)
	if err != nil || s.Device == "" {
		t.Fatalf("%+v, %v", s, err)
	}
	p := h.who(t, s.Secret)
	bs, err := h.Belongings(t.Context(), p)
	if err != nil || len(bs) != 1 || bs[0].Role != projectr.Admin {
		t.Fatalf("%+v, %v", bs, err)
	}
	if o := bs[0].Org; o.Name != "Initech Steel" || o.Address != "initech" || o.Plan != "starter" || o.TimeZone != "America/Chicago" || !o.TrialEnds.Equal(noon.Add(h.Trial)) || !o.ReadUntil.Equal(o.TrialEnds) {
		t.Errorf("%+v", o)
	}
	// Whoever runs the installation has nothing of a trial.
	org, err := h.store.AsOperator(t.Context(), "initech", "test")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := h.BooksOf(t.Context(), org, ""); err != nil || b.Month.Margin == nil || *b.Month.Margin != -b.Month.Cost {
		t.Errorf("%+v, %v", b.Month, err)
	}
	if p.User.VerifiedAt.IsZero() || p.User.Name != "Peter" || p.Session.How != "link" {
		t.Errorf("%+v", p)
	}
	if _, err := h.ConfirmSignUp(t.Context(), m.Secret, good, here); err != errTicket {
		t.Errorf("used twice: %v", err)
	}
	if _, err := h.try(t, "peter@initech.example", good); err != nil {
		t.Error(err)
	}
}

// A trial has an AI budget that nobody pays for: there are not many from one place.
func TestTrialsAreNotHadByTheDozen(t *testing.T) {
	h := open(t)
	h.Mails, h.SignUps, h.Plan = true, SignUpOpen, "starter"
	found := func(n int) error {
		t.Helper()
		in := newOrg()
		in.Address, in.Email = fmt.Sprint("initech", n), fmt.Sprintf("peter+%d@initech.example", n)
		if err := h.SignUp(t.Context(), in, here.From); err != nil {
			t.Fatal(err)
		}
		_, err := h.ConfirmSignUp(t.Context(), h.one(t, projectr.LetterSignUp).Secret, good, here)
		return err
	}
	for n := range 7 { // without a trial as many as like to
		if err := found(n); err != nil {
			t.Fatal(err)
		}
	}
	h.Trial = 14 * 24 * time.Hour
	for n := range trialRule.burst {
		if err := found(10 + n); err != nil {
			t.Fatal(err)
		}
	}
	var slow *SlowDown
	if err := found(20); projectr.KindOf(err) != projectr.TooMany || !errors.As(err, &slow) || slow.After > trialRule.every {
		t.Errorf("one more: %v", err)
	}
	h.now = h.now.Add(trialRule.every)
	if err := found(21); err != nil {
		t.Errorf("some hours later: %v", err)
	}
}

func TestASignUpThatCannotBe(t *testing.T) {
	h := open(t)
	h.Mails, h.SignUps = true, SignUpOpen
	for _, c := range []struct {
		change func(*NewOrg)
		kind   projectr.Kind
		field  string
	}{
		{func(n *NewOrg) { n.Organisation = " " }, projectr.Invalid, "organisation"},
		{func(n *NewOrg) { n.Organisation = "Init\u202eech" }, projectr.Invalid, "organisation"},
		{func(n *NewOrg) { n.Address = "no good" }, projectr.Invalid, "address"},
		{func(n *NewOrg) { n.Address = "ACME" }, projectr.Conflict, "address"},
		{func(n *NewOrg) { n.TimeZone = "Mars/Olympus" }, projectr.Invalid, "time_zone"},
		{func(n *NewOrg) { n.Name = "" }, projectr.Invalid, "name"},
		{func(n *NewOrg) { n.Email = "peter" }, projectr.Invalid, "email"},
		{func(n *NewOrg) { n.Password = "short" }, projectr.Invalid, "password"},
		{func(n *NewOrg) { n.Password = "peter@initech.example" }, projectr.Invalid, "password"},
	} {
		in := newOrg()
		c.change(&in)
		err := h.SignUp(t.Context(), in, here.From)
		var e *projectr.Error
		if !errors.As(err, &e) || e.Kind != c.kind || e.Field != c.field {
			t.Errorf("%+v: %v", in, err)
		}
	}
	if ms := h.due(t); len(ms) != 0 {
		t.Errorf("letters %s", kinds(ms))
	}
}

func TestWhoMaySignUp(t *testing.T) {
	h := open(t)
	h.Mails = true
	for _, mode := range []SignUps{SignUpInvitation, SignUpOperator, ""} {
		h.SignUps = mode
		wants(t, string(mode), h.SignUp(t.Context(), newOrg(), here.From), projectr.Forbidden)
	}
	secret, err := h.InviteToSignUp(t.Context(), " Peter@initech.example", projectr.Actor{Kind: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.InviteToSignUp(t.Context(), "peter", projectr.Actor{Kind: "operator"}); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("an address that is none: %v", err)
	}
	if l, err := h.SeeSignUp(t.Context(), secret, here.From); err != nil || !l.Invited || l.Email != "peter@initech.example" {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := h.ConfirmSignUp(t.Context(), secret, good, here); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("without saying what: %v", err)
	}
	in := newOrg()
	in.Email = "somebody@else.example"
	s, err := h.Found(t.Context(), secret, in, here)
	if err != nil || s.User.Email != "peter@initech.example" || h.over(t, s.Secret) {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, err := h.Found(t.Context(), secret, in, here); err != errTicket {
		t.Errorf("used twice: %v", err)
	}
	secret, err = h.InviteToSignUp(t.Context(), "bill@initech.example", projectr.Actor{Kind: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(mayFound)
	if _, err := h.SeeSignUp(t.Context(), secret, here.From); err != errTicket {
		t.Errorf("after a week: %v", err)
	}
}

// An address that has an account learns of the sign-up by mail, and nobody else does.
func TestSignUpWithAnAddressThatHasAnAccount(t *testing.T) {
	h := open(t)
	h.Mails, h.SignUps = true, SignUpOpen
	h.user(t, "peter@initech.example", good)
	if err := h.SignUp(t.Context(), newOrg(), here.From); err != nil {
		t.Fatal(err)
	}
	ms := h.due(t)
	if len(ms) != 1 || ms[0].Kind != projectr.LetterSignUpExists || ms[0].Secret != "" || ms[0].To.Address != "peter@initech.example" {
		t.Errorf("%+v", ms)
	}
}

// Of two who signed up with one name, the second to prove an address is told.
func TestANameThatWasTakenMeanwhile(t *testing.T) {
	h := open(t)
	h.Mails, h.SignUps = true, SignUpOpen
	first, second := newOrg(), newOrg()
	second.Email = "bill@initech.example"
	if err := errors.Join(h.SignUp(t.Context(), first, here.From), h.SignUp(t.Context(), second, here.From)); err != nil {
		t.Fatal(err)
	}
	ms := h.due(t)
	if len(ms) != 2 {
		t.Fatal(kinds(ms))
	}
	if _, err := h.ConfirmSignUp(t.Context(), ms[1].Secret, good, here); err != nil {
		t.Fatal(err)
	}
	_, err := h.ConfirmSignUp(t.Context(), ms[0].Secret, good, here)
	wants(t, "the other", err, projectr.Conflict)
	if _, err := h.User(t.Context(), strings.ToLower(ms[0].To.Address)); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("an account without an organisation: %v", err)
	}
	h.now = h.now.Add(ProofLife)
	if _, err := h.ConfirmSignUp(t.Context(), ms[0].Secret, good, here); err != errTicket {
		t.Errorf("after a day: %v", err)
	}
}

// A letter that could not be sent the first time still opens when it is sent again.
func TestASignUpsLetterIsPostedAnew(t *testing.T) {
	h := open(t)
	h.Mails, h.SignUps = true, SignUpOpen
	if err := h.SignUp(t.Context(), newOrg(), here.From); err != nil {
		t.Fatal(err)
	}
	var last Posting
	for range 3 {
		ls, err := h.store.TakeLetters(t.Context(), time.Minute, 10)
		if err != nil || len(ls) != 1 {
			t.Fatalf("%+v, %v", ls, err)
		}
		var ok bool
		if last, ok, err = h.Post(t.Context(), ls[0]); err != nil || !ok {
			t.Fatalf("try %d: %v, %v", ls[0].Tries, ok, err)
		}
		h.now = h.now.Add(time.Hour)
	}
	if _, err := h.ConfirmSignUp(t.Context(), last.Secret, good, here); err != nil {
		t.Error(err)
	}
}
