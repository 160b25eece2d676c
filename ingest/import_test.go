package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/ingest"
	"projectr/store"
)

// archive are mails that can be imported.
type archive struct {
	h     *house
	mails []projectr.Delivery
}

func (a *archive) add(raw string, dated ...time.Time) {
	a.h.t.Helper()
	d, err := a.h.spool.Put(ctx, projectr.Envelope{}, strings.NewReader(raw))
	if err != nil {
		a.h.t.Fatal(err)
	}
	d.Envelope.Dated = a.h.clock.AddDate(-1, 0, 0)
	if len(dated) > 0 {
		d.Envelope.Dated = dated[0]
	}
	a.mails = append(a.mails, d)
}

// bring imports the mails and returns what became of them, and of those that failed why.
func (a *archive) bring(o store.Org) (ingest.ImportCounts, []string, error) {
	a.h.t.Helper()
	var failed []string
	c, err := a.h.Import(ctx, o, slices.Values(a.mails), func(_ ingest.ImportCounts, d projectr.Delivery, err error) {
		if err != nil {
			failed = append(failed, d.Key+" "+projectr.MessageOf(err))
		}
	})
	return c, failed, err
}

func (a *archive) plan(o store.Org) ingest.ImportPlan {
	a.h.t.Helper()
	p, err := a.h.PlanImport(ctx, o, slices.Values(a.mails), true, func(int, projectr.Delivery, error) {})
	if err != nil {
		a.h.t.Fatal(err)
	}
	return p
}

// note is an older mail of somebody.
func note(n int, from, date string) string {
	if date != "" {
		date = "Date: " + date + "\n"
	}
	return fmt.Sprintf("From: %s\nTo: mike@firm.example\nSubject: 24-117 note %d\n%sMessage-ID: <note%d@%s>\n\nPlease send us drawing %d by Friday.\n", from, n, date, n, from, n)
}

func byMessageID(t *testing.T, o store.Org) map[string]projectr.Email {
	t.Helper()
	all := map[string]projectr.Email{}
	for _, e := range emails(t, o) {
		all[e.MessageID] = e
	}
	return all
}

// Older mail goes the road of all mail: it is filed and read, at its own date. It is
// let in without being known, unless it is blocked by name.
func TestImportedMailGoesTheRoad(t *testing.T) {
	h := newHouse(t)
	acme, globex := h.strict("acme", hollis), h.strict("globex", hollis)
	if _, err := acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.RequireAuthentication = true }); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"eve@x.example", "@bad.example", "*"} {
		if _, err := acme.SaveSender(ctx, pattern, false); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Date(2019, 5, 6, 7, 8, 9, 0, time.UTC)
	a := &archive{h: h}
	a.add(note(1, "jo@new.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	a.add(note(2, "jo@new.example", ""), long)
	a.add(note(3, "jo@new.example", "Mon, 2 Sep 2040 09:00:00 -0500"), long)
	a.add(note(4, "eve@x.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	a.add(note(5, "mal@bad.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	a.add("Precedence: bulk\nList-Unsubscribe: <http://x.example>\n" + note(6, "news@x.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	want := ingest.ImportCounts{Done: 6, New: 6, Filed: 3, Quarantined: 2, Automatic: 1}
	plan := a.plan(acme)
	if plan.Mails != 6 || plan.New != 6 || plan.Quarantined != 2 || plan.Automatic != 1 || len(emails(t, acme)) != 0 || plan.LikelyMicro == nil || *plan.LikelyMicro != 0 {
		t.Errorf("before: %+v, and %d are kept", plan, len(emails(t, acme)))
	}
	if c, failed, err := a.bring(acme); c != want || len(failed) > 0 || err != nil {
		t.Fatalf("%+v, %q, %v", c, failed, err)
	}
	got := byMessageID(t, acme)
	for id, date := range map[string]time.Time{
		"note1@jo@new.example": time.Date(2019, 9, 2, 14, 0, 0, 0, time.UTC), "note2@jo@new.example": long, "note3@jo@new.example": long,
	} {
		e := got[id]
		if !e.Date.Equal(date) || !e.ReceivedAt.Equal(h.clock) || len(e.Facts) == 0 || e.Verdict != projectr.Accepted {
			t.Errorf("%s is of %v, received %v, with %d facts, %s", id, e.Date, e.ReceivedAt, len(e.Facts), e.Verdict)
		}
		if x := e.Authentication; !x.Imported || x.Result != projectr.AuthNone || x.SPF+x.DKIM+x.DMARC != "" || !strings.Contains(x.Note, "imported") {
			t.Errorf("%s was checked: %+v", id, x)
		}
		if s := e.SendersIn; len(s) != 1 || s[0].How != "imported" || s[0].By != projectr.Importer {
			t.Errorf("%s came in by %+v", id, s)
		}
	}
	if e := got["note4@eve@x.example"]; e.State != projectr.Quarantined || !strings.Contains(e.Why, "blocked") {
		t.Errorf("a blocked sender's is %s: %s", e.State, e.Why)
	}
	if l := emails(t, globex); len(l) != 0 {
		t.Errorf("another organisation has %d mails of it", len(l))
	}

	again := ingest.ImportCounts{Done: 6, Kept: 6}
	if c, _, err := a.bring(acme); c != again || err != nil || len(emails(t, acme)) != 6 {
		t.Errorf("once more: %+v, %v, %d mails", c, err, len(emails(t, acme)))
	}
	if plan := a.plan(acme); plan.New != 0 || plan.Kept != 6 || plan.Bytes != 0 {
		t.Errorf("after: %+v", plan)
	}
}

// A mail that came by SMTP and is imported is one mail, in whatever order, though its
// bytes differ.
func TestImportedMailIsKnownAgain(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	came, older := note(1, "jo@new.example", "Mon, 2 Mar 2026 09:00:00 -0500"), note(2, "jo@new.example", "Sun, 1 Mar 2026 09:00:00 -0500")
	h.process(came, "acme")
	a := &archive{h: h}
	a.add("X-Mozilla-Status: 0001\n" + came)
	a.add(older)
	a.add("X-Gmail-Labels: Inbox\n" + older)
	if plan := a.plan(acme); plan.New != 1 || plan.Kept != 2 {
		t.Errorf("before: %+v", plan)
	}
	if c, _, err := a.bring(acme); c.New != 1 || c.Kept != 2 || err != nil {
		t.Errorf("%+v, %v", c, err)
	}
	h.process(older, "acme")
	got := byMessageID(t, acme)
	ways := func(id string) string {
		var all []string
		for _, s := range got[id].SendersIn {
			all = append(all, s.How)
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	if w := ways("note1@jo@new.example"); len(got) != 2 || w != "direct imported_copy" {
		t.Errorf("of %d mails the first came in by %s", len(got), w)
	}
	if w := ways("note2@jo@new.example"); w != "copy imported imported_copy" {
		t.Errorf("the second came in by %s", w)
	}
}

// A mail that is known from inside a forward, and then imported, is that mail.
func TestImportBringsTheMailThatWasForwarded(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	old := note(1, "Jo <jo@new.example>", "Mon, 2 Mar 2026 09:00:00 -0500")
	head, body, _ := strings.Cut(old, "\n\n")
	h.process("From: Mike <mike@firm.example>\nSubject: Fwd: 24-117 note 1\nDate: Tue, 3 Mar 2026 10:00:00 -0500\nMessage-ID: <fwd@firm.example>\n"+
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nFor the record, see below and keep it with the job.\n--b\nContent-Type: message/rfc822\n\n"+head+"\n\n"+body+"\n--b--\n", "acme")
	a := &archive{h: h}
	a.add(old)
	if c, _, err := a.bring(acme); c.New != 0 || c.Kept != 1 || err != nil {
		t.Errorf("%+v, %v", c, err)
	}
	for _, e := range emails(t, acme) {
		if e.Subject == "24-117 note 1" && (len(e.SendersIn) != 2 || e.SendersIn[1].How != "imported") {
			t.Errorf("it came in by %+v", e.SendersIn)
		}
	}
}

// An import that is stopped goes on where it was.
func TestAStoppedImportGoesOn(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme", hollis)
	a := &archive{h: h}
	for i := range 5 {
		a.add(note(i, "jo@new.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	}
	stopping, stop := context.WithCancel(ctx)
	c, err := h.Import(stopping, acme, slices.Values(a.mails), func(c ingest.ImportCounts, _ projectr.Delivery, _ error) {
		if c.Done == 2 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || c.New != 2 || len(emails(t, acme)) != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	if plan := a.plan(acme); plan.New != 3 || plan.Kept != 2 {
		t.Errorf("then: %+v", plan)
	}
	if c, _, err := a.bring(acme); c.New != 3 || c.Kept != 2 || err != nil {
		t.Errorf("%+v, %v", c, err)
	}
}

// Whatever cannot be read where it stands stops nothing else, and is in when it can be.
func TestAnImportLeavesOutWhatItCannotRead(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme", hollis)
	a := &archive{h: h}
	for i := range 3 {
		a.add(note(i, "jo@new.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	}
	h.spool.open = func(key string) error {
		if key == a.mails[1].Key {
			return &projectr.Error{Kind: projectr.Unavailable, Message: "It was changed."}
		}
		return nil
	}
	if c, failed, err := a.bring(acme); c.New != 2 || c.Failed != 1 || err != nil || !slices.Equal(failed, []string{a.mails[1].Key + " It was changed."}) {
		t.Errorf("%+v, %q, %v", c, failed, err)
	}
	if plan := a.plan(acme); plan.Failed != 1 || plan.Kept != 2 {
		t.Errorf("looked at: %+v", plan)
	}
	h.spool.open = nil
	a.add("")
	if c, failed, err := a.bring(acme); c.New != 2 || c.Parked != 1 || c.Failed != 0 || len(failed) != 1 || err != nil {
		t.Errorf("%+v, %q, %v", c, failed, err)
	}
}

// Limits hold for older mail: over those of the month it is held, and let in by itself
// later though nobody knows its senders; at that of storage the import stops.
func TestLimitsHoldForAnImport(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme", hollis)
	plan(t, acme, "starter")
	h.Store.Plans = slices.Clone(projectr.Plans)
	h.Store.Plans[0].Emails = 2
	a := &archive{h: h}
	for i := range 5 {
		a.add(note(i, "jo@new.example", ""), time.Date(2019, 5, 6, 7, 8, 9, 0, time.UTC))
	}
	size, fit := a.mails[0].Size, 4
	h.Store.Plans[0].StorageBytes = 3*size + 1
	if p := a.plan(acme); p.New != 5 || p.Held != 3 || *p.MailsLeft != 2 || *p.StorageLeft != 3*size+1 || p.Bytes != 5*size {
		t.Errorf("before: %+v", p)
	}
	lazy, err := h.PlanImport(ctx, acme, slices.Values(a.mails), false, func(int, projectr.Delivery, error) {})
	if err != nil || lazy.New != 5 || lazy.Held != 3 {
		t.Errorf("a short look: %+v, %v", lazy, err)
	}
	c, _, err := a.bring(acme)
	if projectr.KindOf(err) != projectr.OverLimit || err == nil || c.Done != fit || c.New != fit || c.Held != 2 {
		t.Fatalf("%+v, %v", c, err)
	}
	plan(t, acme, "professional")
	if c, _, err = a.bring(acme); c.New != 5-fit || c.Kept != fit || err != nil {
		t.Errorf("with room: %+v, %v", c, err)
	}
	if err := h.ReleaseOf(ctx, acme); err != nil {
		t.Fatal(err)
	}
	for _, e := range emails(t, acme) {
		if e.State != projectr.Filed || e.Date.Year() != 2019 {
			t.Errorf("%s is %s, of %v: %s", e.Subject, e.State, e.Date, e.Why)
		}
	}
}

// When there is room again, mail that came by itself is read before older mail that was
// imported, which would use up the months to come.
func TestImportedMailWaitsBehindTheMailOfToday(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	plan(t, acme, "starter")
	h.Store.Plans = slices.Clone(projectr.Plans)
	h.Store.Plans[0].Emails = 1
	a := &archive{h: h}
	for i := range 3 {
		a.add(note(i, "jo@new.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	}
	if c, _, err := a.bring(acme); c.Held != 2 || err != nil {
		t.Fatalf("%+v, %v", c, err)
	}
	h.process(note(7, "jo@new.example", "Mon, 2 Mar 2026 09:00:00 -0500"), "acme")
	h.Store.Plans[0].Emails = 2
	if err := h.ReleaseOf(ctx, acme); err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, e := range emails(t, acme) {
		if e.State == projectr.Held {
			held++
		}
		if !e.Authentication.Imported && e.State != projectr.Filed {
			t.Errorf("what came by itself is %s", e.State)
		}
	}
	if held != 2 {
		t.Errorf("%d are held", held)
	}
}

// Before a model is paid for older mail, the price is known: of mail that is new, that
// somebody wrote and that a model may see, with what is inside it; and what it leaves
// of the budget. Looking changes nothing.
func TestThePriceOfAnImport(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme", hollis)
	m := &oracle{}
	h.Model = m
	wants(t, acme, func(s *projectr.Settings) { s.NoAIWords, s.NoAISenders = []string{"wages"}, []string{"@law.example"} })
	plan(t, acme, "starter")
	a := &archive{h: h}
	a.add(note(1, "jo@new.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	a.add(note(1, "jo@new.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	a.add(note(2, "lex@law.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	a.add(strings.Replace(note(3, "jo@new.example", "Mon, 2 Sep 2019 09:00:00 -0500"), "drawing", "wages", 1))
	a.add("Precedence: bulk\nList-Unsubscribe: <http://x.example>\n" + note(6, "news@x.example", "Mon, 2 Sep 2019 09:00:00 -0500"))
	a.add("From: Mike <mike@firm.example>\nSubject: Fwd: old\nDate: Tue, 3 Sep 2019 10:00:00 -0500\nMessage-ID: <fwd@firm.example>\n" +
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee what they wrote below, and tell them about the new steel.\n--b\nContent-Type: message/rfc822\n\n" +
		note(7, "jo@new.example", "Mon, 2 Sep 2019 11:00:00 -0500") + "\n--b--\n")
	trail := func() int {
		l, err := acme.Audit(ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 200}})
		if err != nil {
			t.Fatal(err)
		}
		return len(l.Items)
	}
	before := trail()
	p := a.plan(acme)
	if len(p.Readers) != 1 || p.Readers[0].Mails != 3 || p.NoAI != 2 || p.LikelyMicro == nil || *p.LikelyMicro != 150 || p.MostMicro != nil ||
		p.Tokens.Input != 300 || p.AfterMicro == nil || *p.AfterMicro != *p.LeftMicro-150 || p.AskAgain || p.New != 5 || p.Kept != 1 {
		t.Errorf("%+v", p)
	}
	if _, err := acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.AskAbove = 149 }); err != nil {
		t.Fatal(err)
	}
	if p := a.plan(acme); !p.AskAgain {
		t.Error("it is not asked about though it is above the amount that was set")
	}
	if after := trail(); after != before+1 || len(emails(t, acme)) != 0 || len(m.questions()) != 0 {
		t.Errorf("looking left %d entries, %d mails and %d questions", after-before, len(emails(t, acme)), len(m.questions()))
	}
	if c, _, err := a.bring(acme); c.New != 5 || err != nil {
		t.Fatalf("%+v, %v", c, err)
	}
	h.again()
	if n := len(m.questions()); n != 3 {
		t.Errorf("a model was asked %d times, and 3 were reckoned with", n)
	}
}

// What is inside a mail that was imported was not checked either, and is no mail that this
// month brought.
func TestMailInsideImportedMailIsImported(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	head, body, _ := strings.Cut(note(1, "Jo <jo@new.example>", "Mon, 2 Sep 2019 09:00:00 -0500"), "\n\n")
	a := &archive{h: h}
	a.add("From: Mike <mike@firm.example>\nSubject: Fwd: 24-117 note 1\nDate: Tue, 3 Sep 2019 10:00:00 -0500\nMessage-ID: <fwd@firm.example>\n" +
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nFor the record, see below and keep it with the job.\n--b\nContent-Type: message/rfc822\n\n" + head + "\n\n" + body + "\n--b--\n")
	if c, _, err := a.bring(acme); c.New != 1 || err != nil {
		t.Fatalf("%+v, %v", c, err)
	}
	all := emails(t, acme)
	for _, e := range all {
		if !e.Authentication.Imported || e.Date.Year() != 2019 {
			t.Errorf("%s is of %s, %+v", e.Subject, e.Date, e.Authentication)
		}
	}
	m, err := acme.ReadSample(ctx, time.Time{}, 10)
	if err != nil || m.Mails != 0 || !m.First.IsZero() || len(all) != 2 {
		t.Errorf("of %d mails the month brought %+v, %v", len(all), m, err)
	}
}
