package ingest_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"projectr"
	"projectr/message"
	"projectr/store"
)

// verdicts is a checker that knows the answer.
type verdicts projectr.Authentication

func (v verdicts) Check(_ context.Context, _ projectr.Envelope, raw io.Reader) projectr.Authentication {
	a := projectr.Authentication(v)
	if m, err := message.Parse(raw); err == nil && len(m.From) > 0 {
		a.Domain = projectr.DomainOf(m.From[0].Address)
	}
	return a
}

func (h *house) member(org store.Org, email, name string) {
	h.t.Helper()
	u := projectr.User{ID: projectr.UserID("us_" + email), Email: email, Name: name, CreatedAt: h.clock}
	if err := h.Store.CreateUser(ctx, u, "hash"); err != nil {
		h.t.Fatal(err)
	}
	if err := org.SaveMember(ctx, u.ID, projectr.Admin); err != nil {
		h.t.Fatal(err)
	}
}

// from processes a mail of an author by an envelope sender.
func (h *house) from(author, envelope string) {
	h.t.Helper()
	raw := "From: " + author + "\nTo: acme@mail.test\nSubject: RFI 12 " + author + "\nMessage-ID: <" + author + "." + envelope + ">\nDate: Mon, 2 Mar 2026 09:15:20 -0500\n\nPlease send the drawings by Friday, 6 March.\n"
	d, err := h.spool.Put(ctx, projectr.Envelope{From: envelope, To: []string{"acme@mail.test"}, ReceivedAt: h.clock}, strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n")))
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.Process(ctx, d); err != nil {
		h.t.Fatal(err)
	}
}

func TestWhoIsLetIn(t *testing.T) {
	none := projectr.Authentication{Result: projectr.AuthNone}
	pass := projectr.Authentication{Result: projectr.AuthPass, DMARC: "pass", SPF: "pass"}
	fail := projectr.Authentication{Result: projectr.AuthFail, DMARC: "fail", Note: "That domain says it is not its mail."}
	arc := func(by, saw string) projectr.Authentication {
		a := fail
		a.ARC, a.ARCBy, a.ARCSaw = "pass", by, saw
		return a
	}
	failSPF := fail
	failSPF.SPF = "pass"
	unsealed, mailbox := none, none
	unsealed.ARC, unsealed.ARCBy, unsealed.ARCSaw = "pass", "google.com", "pass"
	mailbox.SPF = "pass"
	forged := none
	forged.SPF = "fail"
	const quarantined = projectr.Quarantined
	for _, c := range []struct {
		name             string
		rules            []string // a minus blocks; proved asks for senders that are
		author, envelope string
		auth             projectr.Authentication
		want             projectr.EmailState // in review when let in: there are no projects
		why              string
	}{
		{"a member", nil, "jo@acme.example", "jo@acme.example", none, "review", "Jo Park is a member."},
		{"a member, checked", nil, "jo@acme.example", "jo@acme.example", pass, "review", "Jo Park is a member."},
		{"a member in capitals", nil, "JO@ACME.Example", "", none, "review", "Jo Park is a member."},
		{"a member by a plus address", nil, "jo+jobs@acme.example", "", none, "review", "ignores what follows"},
		{"a colleague of a member", nil, "new@acme.example", "", none, "review", "acme.example"},
		{"below a member's domain", nil, "x@mail.acme.example", "", none, quarantined, "not known here yet"},
		{"a member at a public provider", nil, "S.A.M+x@googlemail.com", "", none, "review", "Sam Hill is a member. Gmail ignores"},
		{"another at that provider", nil, "sam2@gmail.com", "", none, quarantined, "sam2@gmail.com is not known here yet"},
		{"a stranger", nil, "dana@gc.example", "dana@gc.example", pass, quarantined, "dana@gc.example is not known"},
		{"a stranger who claims a name", nil, "Jo Park <dana@gc.example>", "dana@gc.example", pass, quarantined, "dana@gc.example"},
		{"allowed", []string{"dana@gc.example"}, "Dana@gc.example", "", none, "review", "Mail of dana@gc.example is allowed."},
		{"allowed by domain", []string{"@gc.example"}, "dana@gc.example", "", none, "review", "Mail of @gc.example is allowed."},
		{"allowed as anyone", []string{"*"}, "dana@gc.example", "", none, "review", "Anyone may send."},
		{"blocked", []string{"-dana@gc.example"}, "dana@gc.example", "", pass, quarantined, "Mail of dana@gc.example is blocked."},
		{"blocked among the allowed", []string{"@gc.example", "-dana@gc.example"}, "dana@gc.example", "", pass, quarantined, "blocked"},
		{"allowed among the blocked", []string{"-@gc.example", "dana@gc.example"}, "dana@gc.example", "", pass, "review", "allowed"},
		{"a blocked member", []string{"-jo@acme.example"}, "jo@acme.example", "", pass, quarantined, "blocked"},
		{"everyone else blocked", []string{"-*"}, "dana@gc.example", "", pass, quarantined, "anyone else"},
		{"a member while everyone else is blocked", []string{"-*"}, "jo@acme.example", "", pass, "review", "member"},
		{"a member's address forged", nil, "jo@acme.example", "evil@x.example", fail, quarantined, "not its mail"},
		{"forged though anyone may send", []string{"*"}, "jo@acme.example", "evil@x.example", fail, quarantined, "not its mail"},
		{"forged, forwarded by a provider that saw it pass", nil, "jo@acme.example", "x@y.example", arc("google.com", "pass"), "review", "google.com forwarded it"},
		{"forged, sealed by nobody known", nil, "jo@acme.example", "x@y.example", arc("evil.example", "pass"), quarantined, "not its mail"},
		{"forged before it was sealed", nil, "jo@acme.example", "x@y.example", arc("google.com", "fail"), quarantined, "not its mail"},
		{"a stranger's mail from a member's mailbox", nil, "dana@gc.example", "jo+caf_=acme=mail.test@acme.example", pass, "review", "forwarded by a mailbox that is known here: Jo Park is a member."},
		{"disowned, by a member's mailbox", nil, "dana@gc.example", "jo@acme.example", failSPF, quarantined, "not its mail"},
		{"a stranger with a member's envelope that nothing proves", nil, "dana@gc.example", "jo@acme.example", projectr.Authentication{Result: projectr.AuthNone, SPF: "none"}, quarantined, "dana@gc.example is not known"},
		{"a stranger with a member's forged envelope", nil, "dana@gc.example", "jo@acme.example", forged, quarantined, "dana@gc.example is not known"},
		{"a stranger while anyone may send, by another envelope", []string{"*"}, "dana@gc.example", "list@y.example", none, "review", "Anyone may send."},
		{"a blocked mailbox", []string{"*", "-spam@y.example"}, "dana@gc.example", "spam@y.example", none, quarantined, "blocked"},
		{"a member beside a stranger at the same provider", nil, "sam@gmail.com, eve@gmail.com", "eve@gmail.com", pass, quarantined, "eve@gmail.com is not known"},
		{"a stranger beside a member at the same provider", nil, "eve@gmail.com, sam@gmail.com", "eve@gmail.com", pass, quarantined, "eve@gmail.com is not known"},
		{"two members", nil, "jo@acme.example, sam@gmail.com", "", none, "review", "Jo Park is a member."},
		{"blocked as the second author", []string{"*", "-spam@y.example"}, "dana@gc.example, spam@y.example", "", none, quarantined, "blocked"},
		{"blocked, in quotes", []string{"*", "-spam@y.example"}, "\"spam\"@y.example", "", none, quarantined, "blocked"},
		{"a member, where it has to be proved", []string{"proved"}, "jo@acme.example", "jo@acme.example", none, quarantined, "Nothing proves that jo@acme.example sent it"},
		{"a proved member", []string{"proved"}, "jo@acme.example", "jo@acme.example", pass, "review", "Jo Park is a member."},
		{"allowed, where it has to be proved", []string{"proved", "dana@gc.example"}, "dana@gc.example", "", none, quarantined, "Nothing proves"},
		{"allowed as anyone, where it has to be proved", []string{"proved", "*"}, "dana@gc.example", "", forged, quarantined, "Nothing proves"},
		{"a proved stranger", []string{"proved"}, "dana@gc.example", "", pass, quarantined, "not known here yet"},
		{"an unproved stranger", []string{"proved"}, "dana@gc.example", "", none, quarantined, "not known here yet"},
		{"forged, where it has to be proved", []string{"proved"}, "jo@acme.example", "", fail, quarantined, "not its mail"},
		{"proved before it was forwarded", []string{"proved"}, "jo@acme.example", "x@y.example", unsealed, "review", "google.com forwarded it"},
		{"unproved, from a proved mailbox", []string{"proved"}, "dana@gc.example", "jo@acme.example", mailbox, "review", "forwarded by a mailbox that is known here: Jo Park"},
		{"allowed and unproved, from a proved mailbox", []string{"proved", "@gc.example"}, "dana@gc.example", "jo@acme.example", mailbox, "review", "forwarded by a mailbox that is known here: Jo Park"},
		{"unproved, from a mailbox that nobody looked at", []string{"proved"}, "dana@gc.example", "jo@acme.example", none, quarantined, "not known here yet"},
		{"nobody", nil, "", "", none, quarantined, "does not say who it is from"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			acme := h.strict("acme")
			h.member(acme, "jo@acme.example", "Jo Park")
			h.member(acme, "sam@gmail.com", "Sam Hill")
			for _, r := range c.rules {
				if r == "proved" {
					if _, err := acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.RequireAuthentication = true }); err != nil {
						t.Fatal(err)
					}
					continue
				}
				pattern, blocked := strings.CutPrefix(r, "-")
				if _, err := acme.SaveSender(ctx, pattern, !blocked); err != nil {
					t.Fatal(err)
				}
			}
			h.Checker = verdicts(c.auth)
			h.from(c.author, c.envelope)
			got := emails(t, acme)
			if len(got) != 1 || got[0].State != c.want || !strings.Contains(got[0].Why, c.why) {
				t.Fatalf("it is %s, because %q; want %s, because %q", got[0].State, got[0].Why, c.want, c.why)
			}
			e := got[0]
			kept := e.State == projectr.Quarantined
			if kept != (e.Verdict == projectr.Refused) || kept != (len(e.Facts) == 0) || kept != (e.Extractor == "") {
				t.Errorf("verdict %s, %d facts by %q", e.Verdict, len(e.Facts), e.Extractor)
			}
			if e.Authentication.Result != c.auth.Result || e.Authentication.Note != c.auth.Note {
				t.Errorf("authentication %+v", e.Authentication)
			}
		})
	}
}

// What waited for a rule is let in by it, once, and nothing else is.
func TestQuarantineIsLetIn(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme")
	h.member(acme, "jo@acme.example", "Jo Park")
	for _, a := range []string{"dana@gc.example", "lee@gc.example", "spam@evil.example"} {
		h.from(a, a)
	}
	release := func() {
		t.Helper()
		for range 2 {
			if err := h.ReleaseHeld(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	states := func() map[string]projectr.EmailState {
		m := map[string]projectr.EmailState{}
		for _, e := range emails(t, acme) {
			m[e.From[0].Address] = e.State
		}
		return m
	}
	release()
	if got := states(); got["dana@gc.example"] != projectr.Quarantined || got["lee@gc.example"] != projectr.Quarantined || got["spam@evil.example"] != projectr.Quarantined {
		t.Fatalf("before any rule: %v", got)
	}
	if n, err := acme.Counts(ctx); err != nil || n.Quarantined != 3 || n.MailToday != 0 {
		t.Errorf("counts %+v, %v", n, err)
	}
	if _, err := acme.SaveSender(ctx, "dana@gc.example", true); err != nil {
		t.Fatal(err)
	}
	release()
	if got := states(); got["dana@gc.example"] != projectr.InReview || got["lee@gc.example"] != projectr.Quarantined {
		t.Fatalf("after one was allowed: %v", got)
	}
	if _, err := acme.SaveSender(ctx, "@gc.example", true); err != nil {
		t.Fatal(err)
	}
	release()
	if got := states(); got["lee@gc.example"] != projectr.InReview || got["spam@evil.example"] != projectr.Quarantined {
		t.Fatalf("after the domain was allowed: %v", got)
	}
	all := emails(t, acme)
	i := slices.IndexFunc(all, func(e projectr.Email) bool { return e.State == projectr.Quarantined })
	if err := h.ReleaseOne(ctx, acme, all[i].ID, "Jo Park"); err != nil {
		t.Fatal(err)
	}
	e, err := acme.Email(ctx, all[i].ID)
	if err != nil || e.State != projectr.InReview || e.Why != "Let in by Jo Park." || len(e.Facts) == 0 || e.Verdict != projectr.Accepted {
		t.Errorf("%+v, %v", e, err)
	}
	h.from("spam@evil.example", "again@evil.example")
	if got := emails(t, acme); len(got) != 4 {
		t.Errorf("%d mails", len(got))
	} else if n, err := acme.Counts(ctx); err != nil || n.Quarantined != 1 || n.MailToday != 3 {
		t.Errorf("letting one in lets in the next: %+v, %v", n, err)
	}
}

// Mail that waits to be proved is let in when the organisation stops asking for that.
func TestUnprovedMailIsLetIn(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme")
	h.member(acme, "jo@acme.example", "Jo Park")
	for _, asks := range []bool{true, false} {
		if _, err := acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.RequireAuthentication = asks }); err != nil {
			t.Fatal(err)
		}
		if asks {
			h.from("jo@acme.example", "jo@acme.example")
		}
		if err := h.ReleaseHeld(ctx); err != nil {
			t.Fatal(err)
		}
		want := map[bool]projectr.EmailState{true: projectr.Quarantined, false: projectr.InReview}[asks]
		if got := emails(t, acme); len(got) != 1 || got[0].State != want {
			t.Errorf("asked for a proof: %v: %d mails, %s, because %q", asks, len(got), got[0].State, got[0].Why)
		}
	}
}

// A stranger who knows the words of a mail cannot make it vanish by sending them
// first, nor by its Message-ID; let in later, the stranger's is a copy.
func TestAStrangerSuppressesNothing(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme", hollis)
	h.member(acme, "dana@gc.example", "Dana Whitlock")
	real := direct("acme@mail.test", "a@gc.example")
	fail := verdicts{Result: projectr.AuthFail, DMARC: "fail", Note: "Forged."}
	h.Checker = fail
	h.process(strings.Replace(real, "From: Dana", "X-Forged: yes\nFrom: Dana", 1), "acme") // the same words
	h.process(mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic: dumpsters", "a@gc.example", written, "", "Pay to account 1234."), "acme")
	h.Checker = verdicts{Result: projectr.AuthPass}
	h.process(real, "acme")
	h.process(mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic: another matter", "a@gc.example", written, "", "The crane comes on Monday. Same Message-ID, another mail."), "acme")
	got := emails(t, acme)
	filed, kept := 0, 0
	for _, e := range got {
		switch e.State {
		case projectr.Filed:
			filed++
		case projectr.Quarantined:
			kept++
		}
		if e.Subject == "Hollis St Clinic: dumpsters" && e.State == projectr.Filed && (len(e.SendersIn) != 1 || len(e.Facts) == 0 || e.ThreadSize != 2) {
			t.Errorf("the real mail: %+v", e)
		}
	}
	if filed != 2 || kept != 2 {
		t.Fatalf("%d filed, %d in quarantine: %+v", filed, kept, got)
	}
	for _, e := range got {
		if e.State == projectr.Quarantined {
			if err := h.ReleaseOne(ctx, acme, e.ID, "Jo"); err != nil {
				t.Fatal(err)
			}
		}
	}
	got = emails(t, acme)
	if len(got) != 3 {
		t.Fatalf("%d mails after all were let in: %+v", len(got), got)
	}
	for _, e := range got {
		if strings.Contains(e.Subject, "dumpsters") && strings.Contains(e.Snippet, "move the dumpsters") && len(e.SendersIn) != 2 {
			t.Errorf("senders in: %+v", e.SendersIn)
		}
	}
}

type scanner string

func (s scanner) Scan(_ context.Context, r io.Reader) (string, error) {
	b, err := io.ReadAll(r)
	switch {
	case err != nil:
		return "", err
	case strings.Contains(string(b), "RFI 12"):
		return string(s), nil
	}
	return "", &projectr.Error{Kind: projectr.OverLimit, Message: "Too large."}
}

func TestAVirusIsHeld(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme")
	h.Scanner = scanner("Eicar-Signature")
	h.from("dana@gc.example", "dana@gc.example")
	h.process(direct("acme@mail.test", "big@gc.example"), "acme")
	for range 2 {
		if err := h.ReleaseHeld(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range emails(t, acme) {
		if virus := strings.Contains(e.Subject, "RFI"); virus != (e.State == projectr.Held) || virus != strings.Contains(e.Why, "Eicar-Signature") {
			t.Errorf("%q is %s: %s", e.Subject, e.State, e.Why)
		} else if virus {
			if err := h.ReleaseOne(ctx, acme, e.ID, "Jo"); projectr.KindOf(err) != projectr.Conflict {
				t.Errorf("a virus was let in: %v", err)
			}
		}
	}
}

// Who was let in when the organisation's rules change in the middle is not
// forgotten.
func TestARuleMadeWhileAMailIsOnItsWay(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme")
	if err := h.ReleaseHeld(ctx); err != nil {
		t.Fatal(err)
	}
	h.Checker = during(func() {
		if _, err := acme.SaveSender(ctx, "@gc.example", true); err != nil {
			t.Error(err)
		}
		if err := h.ReleaseHeld(ctx); err != nil {
			t.Error(err)
		}
	})
	h.from("dana@gc.example", "dana@gc.example")
	h.Checker = nil
	if err := h.ReleaseHeld(ctx); err != nil {
		t.Fatal(err)
	}
	if got := emails(t, acme); len(got) != 1 || got[0].State != projectr.InReview {
		t.Errorf("%+v", got)
	}
}

type during func()

func (d during) Check(ctx context.Context, env projectr.Envelope, raw io.Reader) projectr.Authentication {
	d()
	return verdicts{Result: projectr.AuthNone}.Check(ctx, env, raw)
}
