package ingest_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/ingest"
	"projectr/message"
	"projectr/sender"
)

func texts(t *testing.T, h *house, q string) []projectr.SearchHit {
	t.Helper()
	org, err := h.Store.AsOperator(ctx, "acme", "test")
	if err != nil {
		t.Fatal(err)
	}
	l, err := org.Search(ctx, projectr.SearchQuery{Text: q})
	if err != nil {
		t.Fatal(err)
	}
	return l.Items
}

// denies is a DNS in which two domains reject what is not their own.
type denies struct{}

func (denies) LookupTXT(_ context.Context, name string) ([]string, error) {
	if name == "_dmarc.firm.example" || name == "_dmarc.kfirm.example" {
		return []string{"v=DMARC1; p=reject"}, nil
	}
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (denies) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (denies) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (denies) LookupAddr(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

// ways to write From that two readers may read in two ways.
func TestNoSpellingOfFromGetsAround(t *testing.T) {
	for name, from := range map[string]string{
		"plain":              "boss@firm.example",
		"encoded":            "=?utf-8?q?boss=40firm.example?=",
		"encoded angle":      "=?utf-8?q?Boss_=3Cboss=40firm.example=3E?=",
		"control":            "boss@fi\x01rm.example",
		"turned":             "boss@firm.exam\u202aple",
		"dotted capital":     "boss@f\u0130rm.example",
		"kelvin":             "boss@\u212afirm.example",
		"two dots":           "boss@firm.example..",
		"group":              "x:boss@firm.example;",
		"two":                "boss@firm.example, x@evil.example",
		"two angles":         "<x@evil.example> <boss@firm.example>",
		"two angles swapped": "<boss@firm.example> <x@evil.example>",
		"comment":            "boss@firm.example (x@evil.example)",
		"comment open":       "boss@firm.example (x, y@evil.example",
		"name open":          "\"x@evil.example, boss@firm.example",
		"route":              "<@evil.example:boss@firm.example>",
		"mailto":             "mailto:boss@firm.example",
		"blank":              "boss @ firm.example",
		"blank in domain":    "boss@firm. example",
		"angle in angle":     "<<boss@firm.example>>",
		"apostrophes":        "'boss@firm.example'",
		"apostrophe angle":   "<'boss@firm.example'>",
		"comment in angle":   "<boss@firm(x).example>",
		"quoted":             "\"boss\"@firm.example",
		"semicolons":         "boss@firm.example; x@evil.example",
		"name first":         "x@evil.example <boss@firm.example>",
		"name with at":       "Boss boss@firm.example",
		"slash":              "boss@firm.example/x@evil.example",
		"nul":                "boss@firm\x00.example",
		"tab":                "boss@firm\t.example",
		"fullwidth at":       "boss\uff20firm.example",
		"fullwidth dot":      "boss@firm\uff0eexample",
		"soft hyphen":        "boss@fi\u00adrm.example",
		"zero width":         "boss@fi\u200brm.example",
		"latin1":             "boss@fi\x85rm.example",
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			acme := h.strict("acme")
			h.member(acme, "boss@firm.example", "Boss")
			h.member(acme, "boss@kfirm.example", "Boss")
			h.Checker = &sender.Checker{Resolver: denies{}, Log: slog.New(slog.DiscardHandler)}
			h.process("From: "+from+"\nTo: acme@mail.test\nSubject: RFI\nMessage-ID: <1@evil.example>\nDate: Mon, 2 Mar 2026 09:15:20 -0500\n\nPlease send the drawings by Friday.\n", "acme")
			for _, e := range emails(t, acme) {
				if e.State != projectr.Quarantined {
					t.Errorf("%+q is read as %+q, checked as %+q: %s: %s", from, e.From, e.Authentication.Domain, e.State, e.Why)
				}
			}
		})
	}
}

// a virus in quarantine is not let in by a rule.
func TestAVirusOfAStrangerIsNeverLetIn(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme")
	h.member(acme, "jo@acme.example", "Jo")
	h.Scanner = scanner("Eicar-Signature")
	h.from("dana@gc.example", "dana@gc.example")
	if _, err := acme.SaveSender(ctx, "@gc.example", true); err != nil {
		t.Fatal(err)
	}
	if err := h.ReleaseHeld(ctx); err != nil {
		t.Fatal(err)
	}
	if hits := texts(t, h, "drawings"); len(hits) != 0 {
		t.Errorf("it is found: %+v", hits)
	}
	if got := emails(t, acme); len(got) != 1 || got[0].State != projectr.Held || got[0].Verdict != projectr.Refused {
		t.Errorf("%s %s", got[0].State, got[0].Verdict)
	}
}

// a stranger's mail while suspended.
func TestAStrangerWhileSuspended(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme", hollis)
	h.member(acme, "dana@arch.example", "Dana")
	h.process(rfi, "acme")
	before := emails(t, acme)[0]
	suspend := func(on bool) {
		if _, err := acme.ChangeInfo(ctx, func(o *projectr.Org) { o.Suspended = on }); err != nil {
			t.Fatal(err)
		}
	}
	suspend(true)
	h.process("From: x@evil.example\nTo: acme@mail.test\nSubject: hi\nMessage-ID: <e@evil.example>\nIn-Reply-To: <rfi@arch.example>\nDate: Wed, 4 Mar 2026 09:00:00 -0500\n\nBuy.\n", "acme")
	e, err := acme.Email(ctx, before.ID)
	if err != nil {
		t.Fatal(err)
	}
	if e.ThreadID != before.ThreadID || e.ThreadSize != 1 {
		t.Errorf("the stranger joined: thread %s -> %s of %d", before.ThreadID, e.ThreadID, e.ThreadSize)
	}
	if err := h.ReleaseOne(ctx, acme, emails(t, acme)[0].ID, "Jo"); projectr.KindOf(err) != projectr.Conflict {
		t.Errorf("let in while the organisation is suspended: %v", err)
	}
	suspend(false)
	if err := h.ReleaseHeld(ctx); err != nil {
		t.Fatal(err)
	}
	for _, e := range emails(t, acme) {
		if e.From[0].Address == "x@evil.example" {
			if e.State != projectr.Quarantined {
				t.Errorf("state %s why %q", e.State, e.Why)
			}
			if err := h.ReleaseOne(ctx, acme, e.ID, "Jo"); err != nil {
				t.Errorf("an admin cannot let it in: %v", err)
			}
		}
	}
}

// a file that was skipped because of its mail is read with the next.
func TestAFileThatWasSkippedIsReadLater(t *testing.T) {
	h := newHouse(t)
	h.Files = &shelf{}
	acme := h.org("acme", hollis)
	file := func(name, text string) []string {
		return []string{"--x", "Content-Type: text/plain; name=" + name, "Content-Disposition: attachment; filename=" + name, "", text}
	}
	lines := []string{written, "Content-Type: multipart/mixed; boundary=x", "", "--x", "Content-Type: text/plain", "", "Many files."}
	for i := range 40 {
		lines = append(lines, file(fmt.Sprintf("f%d.txt", i), fmt.Sprint("junk ", i))...)
	}
	lines = append(lines, file("co.txt", "the zanzibar finish")...)
	h.process(mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic", "1@gc.example", append(lines, "--x--")...), "acme")
	lines = append([]string{written, "Content-Type: multipart/mixed; boundary=x", "", "--x", "Content-Type: text/plain", "", "One file."}, file("co.txt", "the zanzibar finish")...)
	h.process(mailOf("Lee <lee@gc.example>", "acme@mail.test", "Hollis St Clinic: file", "2@gc.example", append(lines, "--x--")...), "acme")
	for _, e := range emails(t, acme) {
		if len(e.Attachments) == 1 && e.Attachments[0].Read != projectr.FileRead {
			t.Errorf("%s: %s", e.Attachments[0].Read, e.Attachments[0].ReadNote)
		}
	}
}

type slow struct{ started, end chan struct{} }

func (s slow) Text(ctx context.Context, _, _ string, r io.Reader) (projectr.FileText, error) {
	s.started <- struct{}{}
	select {
	case <-s.end:
	case <-ctx.Done():
	}
	return projectr.FileText{State: projectr.FileRead, Text: "x"}, ctx.Err()
}

// to wait for a turn says nothing about the mail.
func TestAMailThatWaitsForOthersFilesIsNotParked(t *testing.T) {
	h := newHouse(t)
	s := slow{make(chan struct{}, 10), make(chan struct{})}
	h.Files = s
	acme, globex := h.org("acme"), h.org("globex")
	done := make(chan error, 3)
	for i := range 3 {
		d := h.spooled(strings.ReplaceAll(withFiles(fmt.Sprint(i), "See attached."), "co-7", fmt.Sprint("co-", i)+"x"), "acme")
		go func() { done <- h.Process(ctx, d) }()
	}
	for range 3 {
		<-s.started
	}
	h.Budget = 200 * time.Millisecond
	d := h.spooled(withFiles("late", "See attached."), "globex")
	d.Tries = ingest.MaxTries - 1
	err := h.Process(ctx, d)
	close(s.end)
	for range 3 {
		<-done
	}
	if projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("got %v", err)
	}
	for _, e := range emails(t, globex) {
		t.Errorf("globex: %s", e.State)
	}
	_ = acme
}

// late takes all the time there is for the first mail it reads.
type late struct {
	extract.Rules
	first sync.Once
}

func (l *late) Extract(ctx context.Context, m *message.Message) (extract.Result, error) {
	l.first.Do(func() { <-ctx.Done() })
	return l.Rules.Extract(ctx, m)
}

// What one organisation takes long for is not parked at another.
func TestTimeIsEachOrganisationsOwn(t *testing.T) {
	h := newHouse(t)
	acme, globex := h.org("acme"), h.org("globex")
	h.Extractor, h.Budget = &late{}, 300*time.Millisecond
	d := h.spooled(rfi, "acme", "globex")
	d.Tries = ingest.MaxTries - 1
	if err := h.Process(ctx, d); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]projectr.Email{"acme": emails(t, acme), "globex": emails(t, globex)} {
		if len(got) != 1 || (got[0].State == projectr.Parked) != (name == "acme") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// a mail that names a hundred others holds up nobody of another organisation.
func TestOneOrganisationHoldsUpNoOther(t *testing.T) {
	h := newHouse(t)
	h.org("acme")
	h.org("globex")
	block := blocked{make(chan struct{}), make(chan struct{})}
	h.Extractor = block
	var refs []string
	for i := range 99 {
		refs = append(refs, fmt.Sprintf("<r%d@x.example>", i))
	}
	first := h.spooled("From: a@x.example\nSubject: BLOCK\nReferences: "+strings.Join(refs, " ")+"\nDate: Wed, 4 Mar 2026 09:00:00 -0500\n\nBLOCK\n", "acme")
	done := make(chan error, 1)
	go func() { done <- h.Process(ctx, first) }()
	<-block.began
	for i := range 20 {
		raw := fmt.Sprintf("From: b@y.example\nSubject: job %d\nMessage-ID: <m%d@y.example>\nDate: Wed, 4 Mar 2026 09:00:00 -0500\n\nHello %d\n", i, i, i)
		other := make(chan error, 1)
		d := h.spooled(raw, "globex")
		go func() { other <- h.Process(ctx, d) }()
		select {
		case err := <-other:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("mail %d of another organisation waits", i)
			close(block.end)
			<-other
			<-done
			return
		}
	}
	close(block.end)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// blocked is a reader that takes its time over one mail.
type blocked struct{ began, end chan struct{} }

func (b blocked) Extract(_ context.Context, m *message.Message) (extract.Result, error) {
	if m.Subject == "BLOCK" {
		b.began <- struct{}{}
		<-b.end
	}
	return extract.Result{}, nil
}

// A forward without words of its own that has files: they are those of the mail it
// forwards, and no file is hidden.
func TestFilesOfABareForwardStay(t *testing.T) {
	h := newHouse(t)
	h.Files = &shelf{}
	acme := h.org("acme", hollis)
	forward := func(id, file string) string {
		return mailOf("Jo Park <jo@acme.example>", "acme@mail.test", "Fwd: Hollis St Clinic: dumpsters", id+"@acme.example", "Date: Tue, 3 Mar 2026 10:00:00 -0500", "Content-Type: multipart/mixed; boundary=x", "",
			"--x", "Content-Type: text/plain", "", "FYI\n\n---------- Forwarded message ---------\nFrom: Dana Whitlock <dana@gc.example>\nDate: Mon, Mar 2, 2026 at 9:15 AM\nSubject: Hollis St Clinic: dumpsters\nTo: <jo@acme.example>\n\n\n"+order,
			"--x", "Content-Type: text/plain; name=co-7.txt", "Content-Disposition: attachment; filename=co-7.txt", "", file, "--x--")
	}
	const file = "Change order 7. We approved the zanzibar finish."
	h.process(forward("b", file), "acme")
	h.process(forward("c", file), "acme")
	got := emails(t, acme)
	if len(got) != 1 || len(got[0].Attachments) != 1 || got[0].From[0].Address != "dana@gc.example" || len(got[0].SendersIn) != 2 {
		t.Fatalf("%d mails: %+v", len(got), got)
	}
	if hits := texts(t, h, "zanzibar"); len(hits) == 0 {
		t.Error("the file is not found")
	}
	if text, err := acme.FileText(ctx, got[0].ID, got[0].Attachments[0].N); err != nil || text.Text != file {
		t.Errorf("%q, %v", text.Text, err)
	}
	h.process(forward("d", "Another file, of quagga."), "acme")
	if got := emails(t, acme); len(got) != 2 || len(texts(t, h, "quagga")) == 0 {
		t.Errorf("a file that came with the third forward is hidden: %d mails", len(got))
	}
	if u, err := acme.Usage(ctx, "2026-03-04", "2026-03-04"); err != nil || u.Emails != 2 {
		t.Errorf("usage %d, %v", u.Emails, err)
	}
}

// mails beyond those that are unrolled stay to be found.
func TestManyMailsInsideOneStay(t *testing.T) {
	h := newHouse(t)
	h.Files = &shelf{}
	acme := h.org("acme", hollis)
	lines := []string{written, "Content-Type: multipart/mixed; boundary=x", "", "--x", "Content-Type: text/plain", "", "FYI"}
	for i := range 40 {
		lines = append(lines, "--x", "Content-Type: message/rfc822", "", mailOf("Dana Whitlock <dana@gc.example>", "jo@acme.example", fmt.Sprint("Hollis St Clinic: item ", i), fmt.Sprint(i, "@gc.example"), written, "", fmt.Sprintf("Word%dx here. %s", i, order)))
	}
	h.process(mailOf("Jo Park <jo@acme.example>", "acme@mail.test", "Fwd: many", "b@acme.example", append(lines, "--x--")...), "acme")
	l, err := acme.Emails(ctx, projectr.EmailFilter{Page: projectr.Page{Limit: 200}})
	if err != nil {
		t.Fatal(err)
	}
	lost := 0
	for i := range 40 {
		if len(texts(t, h, fmt.Sprintf("Word%dx", i))) == 0 {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d mails shown, words of %d are not found", len(l.Items), lost)
	}
}

// a forged forward never puts words into the mail of another.
func TestAForgedForwardIsNotTheMailsText(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	forged := strings.Replace(order, "Dana Whitlock\nHarbor Builders", "Thanks,\nDana Whitlock\nPay to account 666", 1)
	real := strings.Replace(direct("acme@mail.test", "a@gc.example"), "\n\nDana Whitlock\nHarbor", "\n\nThanks,\nDana Whitlock\nHarbor", 1)
	inline := "FYI\n\n---------- Forwarded message ---------\nFrom: Dana Whitlock <dana@gc.example>\nDate: Mon, Mar 2, 2026 at 9:15 AM\nSubject: Hollis St Clinic: dumpsters\nTo: <jo@acme.example>\n\n\n" + forged
	h.process(mailOf("Eve <eve@evil.example>", "acme@mail.test", "Fwd: Hollis St Clinic: dumpsters", "b@evil.example", "Date: Mon, 2 Mar 2026 10:00:00 -0500", "", inline), "acme")
	h.Checker = verdicts{Result: projectr.AuthPass, DMARC: "pass"}
	h.process(real, "acme")
	for _, e := range emails(t, acme) {
		b, err := acme.Body(ctx, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(e.From, e.Authentication.Result, e.CameBy != nil)
		if e.Authentication.Result == projectr.AuthPass && strings.Contains(b.Text, "666") {
			t.Errorf("the true mail shows a forger's words: %q", b.Text)
		}
	}
}

func TestAForgedAmountIsNotTheMails(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	body := func(amount string) string {
		return "We approved change order 7 for the clinic. This adds " + amount + " to the contract, as we discussed on Monday with the owner."
	}
	inline := "FYI\n\n---------- Forwarded message ---------\nFrom: Dana Whitlock <dana@gc.example>\nDate: Mon, Mar 2, 2026 at 9:15 AM\nSubject: Hollis St Clinic: CO 7\nTo: <jo@acme.example>\n\n\n" + body("$124,000")
	h.process(mailOf("Eve <eve@evil.example>", "acme@mail.test", "Fwd: Hollis St Clinic: CO 7", "b@evil.example", "Date: Mon, 2 Mar 2026 10:00:00 -0500", "", inline), "acme")
	h.process(mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic: CO 7", "a@gc.example", written, "", body("$1,240.00")), "acme")
	for _, e := range emails(t, acme) {
		for _, f := range e.Facts {
			if f.Amount != nil && e.CameBy == nil && f.Amount.Minor != 124000 {
				t.Errorf("%v says %v", e.From, f.Amount)
			}
		}
	}
	// and a correction sent an hour later is a mail of its own
	h.process(mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic: CO 7", "c@gc.example", "Date: Mon, 2 Mar 2026 10:15:20 -0500", "", body("$12,400.0")), "acme")
	if !slices.ContainsFunc(emails(t, acme), func(e projectr.Email) bool { return e.MessageID == "c@gc.example" }) {
		t.Error("a correction is hidden as a copy")
	}
}

func TestACorrectedLinkIsAMailOfItsOwn(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	body := func(link string) string {
		return "The drawings for the whole of the second floor of the clinic are ready for your review now: " + link + "\nPlease answer by Friday."
	}
	h.process(mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic: CO 7", "a@gc.example", written, "", body("https://files.example/old")), "acme")
	h.process(mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic: CO 7", "c@gc.example", "Date: Mon, 2 Mar 2026 10:15:20 -0500", "", body("https://files.example/new")), "acme")
	if n := len(emails(t, acme)); n != 2 {
		t.Errorf("%d mails", n)
	}
}

// Nobody had to let in what looks like a mail provider's question: it joins no
// conversation, and is nowhere but where admins look.
func TestAProvidersQuestionJoinsNothing(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme", hollis)
	h.member(acme, "dana@arch.example", "Dana")
	h.process(rfi, "acme")
	before := emails(t, acme)[0]
	h.process(mailOf("forwarding-noreply@google.com", "acme@mail.test", "(#123456789) Gmail Forwarding Confirmation - Receive Mail from jo@acme.example", "rfi@arch.example", "In-Reply-To: <rfi@arch.example>", written, "",
		"Confirmation code: 123456789"), "acme")
	all := emails(t, acme)
	if len(all) != 2 {
		t.Fatalf("%d mails", len(all))
	}
	for _, e := range all {
		if e.ThreadSize != 1 || e.ID == before.ID && e.ThreadID != before.ThreadID {
			t.Errorf("%q is in thread %s of %d", e.Subject, e.ThreadID, e.ThreadSize)
		}
	}
	if hits := texts(t, h, "123456789"); len(hits) != 0 {
		t.Errorf("its code is found by everybody: %+v", hits)
	}
}

// The same mail in many deliveries at once is one mail, whoever is faster.
func TestFiveWaysAtOnce(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	for round := range 5 {
		var wg sync.WaitGroup
		for _, raw := range ways() {
			raw = strings.ReplaceAll(raw, "east lot", fmt.Sprintf("lot %c", 'A'+round))
			for range 2 { // each of them twice
				d := h.spooled(raw, "acme")
				wg.Go(func() {
					if err := h.Process(ctx, d); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
	}
	got := emails(t, acme)
	if len(got) != 5 {
		t.Errorf("%d mails, want 5", len(got))
	}
	for _, e := range got {
		if len(e.SendersIn) != 5 || e.CameBy != nil {
			t.Errorf("%d ways, came by %v", len(e.SendersIn), e.CameBy)
		}
	}
	if u, err := acme.Usage(ctx, "2026-03-04", "2026-03-04"); err != nil || u.Emails != 5 {
		t.Errorf("usage %d, %v", u.Emails, err)
	}
}

// A stop after any of the mails inside one was kept, and another try, make what one
// try makes, also where the mail itself came in between.
func TestAStopAnywhereInAChainChangesNothing(t *testing.T) {
	for _, note := range []string{"Hi all, please price this by Thursday.", "FYI"} {
		for at := range 4 {
			t.Run(fmt.Sprint(note[:3], at), func(t *testing.T) {
				h := newHouse(t)
				acme := h.org("acme", hollis)
				raw := mailOf("Jo Park <jo@acme.example>", "acme@mail.test", "Fwd: Hollis St Clinic: door 114", "fwd@acme.example", "Date: Mon, 2 Mar 2026 08:00:00 -0500", "", strings.Replace(chain, "Hi all, please price this by Thursday.", note, 1))
				d := h.spooled(raw, "acme")
				stopped, stop := context.WithCancel(ctx)
				defer stop()
				h.Extractor = &stopping{after: at, stop: stop}
				_ = h.Process(stopped, d)
				h.Extractor = extract.Rules{}
				h.process(mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic: door 114", "d@gc.example", "Date: Thu, 26 Feb 2026 09:05:00 -0500", "", "We decided to make door 114 a 90-minute door. This adds $1,240.00 to the contract."), "acme")
				for range 2 {
					if err := h.Process(ctx, d); err != nil {
						t.Fatal(err)
					}
				}
				want := 3
				if note == "FYI" {
					want = 2
				}
				got := emails(t, acme)
				if len(got) != want {
					t.Errorf("%d mails, want %d", len(got), want)
				}
				for _, e := range got {
					if ways := map[bool]int{true: 2, false: 1}[e.From[0].Address == "dana@gc.example"]; len(e.SendersIn) != ways {
						t.Errorf("%v came in by %+v", e.From, e.SendersIn)
					}
				}
			})
		}
	}
}

// stopping reads so many mails, and then the process is told to stop.
type stopping struct {
	after int
	stop  func()
}

func (s *stopping) Extract(ctx context.Context, m *message.Message) (extract.Result, error) {
	if s.after--; s.after < 0 {
		s.stop()
	}
	return extract.Rules{}.Extract(ctx, m)
}
