package ingest_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/store"
)

const chain = `Hi all, please price this by Thursday.

Jo

From: Sam Hill <sam@sub.example>
Sent: Friday, February 27, 2026 4:30 PM
To: Jo Park <jo@acme.example>
Subject: RE: Hollis St Clinic: door 114

Can we get an answer by Monday? The frame is on site.

From: Dana Whitlock <dana@gc.example>
Sent: Thursday, February 26, 2026 9:05 AM
To: Sam Hill <sam@sub.example>
Subject: Hollis St Clinic: door 114

We decided to make door 114 a 90-minute door. This adds $1,240.00 to the contract.
`

// The mails of a forwarded chain are mails of their own, each of its author at its
// date, with its own facts; none gains rights by its author's name.
func TestAChainIsUnrolled(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme", hollis)
	h.member(acme, "jo@acme.example", "Jo Park")
	raw := mailOf("Jo Park <jo@acme.example>", "acme@mail.test", "Fwd: Hollis St Clinic: door 114", "fwd@acme.example", "Date: Mon, 2 Mar 2026 08:00:00 -0500", "", chain)
	for range 2 {
		h.process(raw, "acme")
	}
	all := emails(t, acme)
	byAuthor := map[string]projectr.Email{}
	for _, e := range all {
		byAuthor[e.From[0].Address] = e
	}
	if len(all) != 3 || len(byAuthor) != 3 {
		t.Fatalf("%d mails: %+v", len(all), all)
	}
	carrier := byAuthor["jo@acme.example"]
	for addr, want := range map[string]string{"jo@acme.example": "2026-03-02T08:00:00-05:00", "sam@sub.example": "2026-02-27T16:30:00-05:00", "dana@gc.example": "2026-02-26T09:05:00-05:00"} {
		e := byAuthor[addr]
		if got := e.Date.Format(time.RFC3339); got != want || e.State != projectr.Filed {
			t.Errorf("%s: %s on %s, want filed on %s", addr, e.State, got, want)
		}
		if addr == "jo@acme.example" {
			continue
		}
		if e.CameBy == nil || *e.CameBy != carrier.ID || len(e.SendersIn) != 1 || e.SendersIn[0].How != "forward" || e.SendersIn[0].By.Address != "jo@acme.example" {
			t.Errorf("%s came by %v: %+v", addr, e.CameBy, e.SendersIn)
		}
		b, err := acme.Body(ctx, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range e.Facts {
			if !f.Stands(b.Text) || !f.At.Equal(e.Date) {
				t.Errorf("%s: %q at %v", addr, f.Quote, f.At)
			}
		}
	}
	has := func(e projectr.Email, kind projectr.FactKind) bool {
		return slices.ContainsFunc(e.Facts, func(f projectr.Fact) bool { return f.Kind == kind })
	}
	if !has(byAuthor["dana@gc.example"], projectr.Decision) || !has(byAuthor["dana@gc.example"], projectr.BudgetMention) || has(carrier, projectr.Decision) || has(carrier, projectr.BudgetMention) {
		t.Errorf("the decision and the money belong to Dana's mail alone:\n%+v\n%+v", byAuthor["dana@gc.example"].Facts, carrier.Facts)
	}
	for _, f := range byAuthor["sam@sub.example"].Facts {
		if f.Deadline != nil && *f.Deadline != "2026-03-02" {
			t.Errorf("Monday is reckoned from the forward: %s", *f.Deadline)
		}
	}
	// The events of the project stand at the mails' own dates.
	p, err := acme.AllProjects(ctx)
	if err != nil {
		t.Fatal(err)
	}
	l, err := acme.Timeline(ctx, p[0].ID, projectr.Page{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range l.Items {
		if e.Kind == projectr.MailFiled {
			told = append(told, e.At.UTC().Format("Jan 2"))
		}
	}
	if strings.Join(told, ", ") != "Mar 2, Feb 27, Feb 26" {
		t.Errorf("the timeline tells of %v", told)
	}
	// Dana is found in a body: that lets nobody in under the name.
	h.from("dana@gc.example", "dana@gc.example")
	if got := emails(t, acme); !slices.ContainsFunc(got, func(e projectr.Email) bool { return e.State == projectr.Quarantined }) {
		t.Error("an author found in a body was let in")
	}
}

// A person who files a forward files what came in inside it.
func TestWhatCameInsideFollows(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme")
	h.process(mailOf("Jo Park <jo@acme.example>", "acme@mail.test", "Fwd: door 114", "fwd@acme.example", "Date: Mon, 2 Mar 2026 08:00:00 -0500", "", chain), "acme")
	p, err := acme.CreateProject(ctx, hollis)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range emails(t, acme) {
		if e.State != projectr.InReview {
			t.Fatalf("%d %s", i, e.State)
		}
	}
	one := slices.IndexFunc(emails(t, acme), func(e projectr.Email) bool { return e.CameBy == nil })
	if err := acme.File(ctx, emails(t, acme)[one].ID, p.ID, false); err != nil {
		t.Fatal(err)
	}
	for _, e := range emails(t, acme) {
		if e.State != projectr.Filed || e.ProjectID == nil || *e.ProjectID != p.ID {
			t.Errorf("%q of %v is %s on %v", e.Subject, e.From, e.State, e.ProjectID)
		}
	}
}

// What machines write, and invitations, are kept as what they are.
func TestWhatMachinesWriteIsNotRead(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	body := "We decided to make door 114 a 90-minute door. Please send the drawings by Friday."
	kinds := map[string]string{
		"reply":  mailOf("jo@x.example", "acme@mail.test", "Automatic reply: Hollis St Clinic", "1@x.example", written, "Auto-Submitted: auto-replied", "", body),
		"list":   mailOf("news@x.example", "acme@mail.test", "Hollis St Clinic news", "2@x.example", written, "List-Id: <news.x.example>", "List-Post: <mailto:news@x.example>", "", body),
		"bulk":   mailOf("shop@x.example", "acme@mail.test", "Hollis St Clinic sale", "3@x.example", written, "Precedence: bulk", "", body),
		"bounce": mailOf("mailer-daemon@x.example", "acme@mail.test", "Undelivered: Hollis St Clinic", "4@x.example", written, "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "", body, "--b", "Content-Type: message/delivery-status", "", "Action: failed", "--b--"),
	}
	for _, raw := range kinds {
		h.process(raw, "acme")
	}
	h.process(mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic: inspection", "5@gc.example", written, "Content-Type: text/calendar; method=REQUEST; charset=utf-8", "",
		"BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:u1@gc.example", "SUMMARY:Inspection, Hollis St Clinic", "LOCATION:Room 114", "DTSTART:20260310T140000Z", "DTEND:20260310T150000Z", "ORGANIZER;CN=Dana Whitlock:mailto:dana@gc.example", "END:VEVENT", "END:VCALENDAR"), "acme")
	all := emails(t, acme)
	if len(all) != 5 {
		t.Fatalf("%d mails", len(all))
	}
	for _, e := range all {
		if e.State != projectr.Automatic || len(e.Facts) != 0 || e.Extractor != "" {
			t.Errorf("%q (%s) is %s with %d facts", e.Subject, e.Automatic, e.State, len(e.Facts))
		}
		if e.Invitation != nil {
			if e.ProjectID == nil || !e.Invitation.Start.Equal(time.Date(2026, 3, 10, 14, 0, 0, 0, time.UTC)) || e.Invitation.Location != "Room 114" {
				t.Errorf("the invitation is on %v: %+v", e.ProjectID, e.Invitation)
			}
		} else if _, ok := kinds[e.Automatic]; !ok || e.ProjectID != nil {
			t.Errorf("%q is called %q and is on %v", e.Subject, e.Automatic, e.ProjectID)
		}
	}
	i := slices.IndexFunc(all, func(e projectr.Email) bool { return e.Automatic == "list" })
	for range 2 {
		if err := h.ReleaseOne(ctx, acme, all[i].ID, "Jo Park"); err != nil {
			t.Fatal(err)
		}
	}
	if e, err := acme.Email(ctx, all[i].ID); err != nil || e.State != projectr.Filed || len(e.Facts) == 0 {
		t.Errorf("read all the same: %s with %d facts, %v", e.State, len(e.Facts), err)
	}
}

// A mailing list of the firm's own is read, another one is not.
func TestTheFirmsOwnListIsRead(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	h.member(acme, "jo@acme.example", "Jo Park")
	for id, list := range map[string]string{"own": "Jobs <jobs.acme.example>", "other": "<jobs.notacme.example>", "below": "<jobs.acme.example.evil.example>", "bare": "jobs.acme.example"} {
		h.process(mailOf("Dana Whitlock <dana@gc.example>", "jobs@acme.example", "Hollis St Clinic: "+id, id+"@gc.example", written, "List-Id: "+list, "Precedence: list", "", "Please send the drawings for "+id+" by Friday."), "acme")
	}
	for _, e := range emails(t, acme) {
		own := strings.HasSuffix(e.Subject, "own") || strings.HasSuffix(e.Subject, "bare")
		if own != (e.State == projectr.Filed) || own != (len(e.Facts) > 0) || e.Automatic != "list" {
			t.Errorf("%q is %s (%s) with %d facts", e.Subject, e.State, e.Automatic, len(e.Facts))
		}
	}
}

// A provider's question passes the door, and the admins hear of it once.
func TestAProvidersQuestionReachesAdmins(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme")
	h.member(acme, "jo@acme.example", "Jo Park")
	var told []projectr.Email
	h.Asked = func(_ context.Context, org store.Org, e projectr.Email) {
		if org.ID() != acme.ID() {
			t.Errorf("%s was told", org.ID())
		}
		told = append(told, e)
	}
	raw := mailOf("Gmail Team <forwarding-noreply@google.com>", "acme@mail.test", "(#123456789) Gmail Forwarding Confirmation - Receive Mail from jo@acme.example", "q@google.com", written, "",
		"jo@acme.example has requested to automatically forward mail to your email\naddress acme@mail.test.\nConfirmation code: 123456789\n\nTo allow jo@acme.example to automatically forward mail to your address,\nplease click the link below to confirm the request:\n\nhttps://mail-settings.google.com/mail/vf-%5BANGjdJ9-abc%5D-xyz\n")
	h.process(strings.Replace(raw, "q@google.com", "nobody.knows@google.com", 1), "acme")
	if len(told) != 0 {
		t.Error("a question of nobody knows whom reached the admins' mailboxes")
	}
	h.Checker = verdicts{Result: projectr.AuthPass}
	for range 2 {
		h.process(raw, "acme")
	}
	if len(told) != 1 || told[0].Confirmation == nil || told[0].Confirmation.Code != "123456789" || told[0].State != projectr.Automatic {
		t.Fatalf("told %d times: %+v", len(told), told)
	}
	if n, err := acme.Counts(ctx); err != nil || n.Confirmations != 2 {
		t.Errorf("counts %+v, %v", n, err)
	}
	h.Checker = verdicts{Result: projectr.AuthFail, Note: "Not Google."}
	h.process(strings.Replace(raw, "q@google.com", "r@google.com", 1), "acme")
	if len(told) != 1 {
		t.Error("a forged question reached the admins")
	}
}

// shelf is a reader of files that says what it was asked.
type shelf struct {
	mu    sync.Mutex
	asked []string
	err   error
}

func (s *shelf) Text(_ context.Context, name, _ string, r io.Reader) (projectr.FileText, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return projectr.FileText{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, name)
	if s.err != nil {
		return projectr.FileText{}, s.err
	}
	if strings.HasSuffix(name, ".bin") {
		return projectr.FileText{State: projectr.FileNotRead, Note: "It is a program."}, nil
	}
	return projectr.FileText{State: projectr.FileRead, Text: string(b)}, nil
}

func withFiles(id, note string) string {
	return mailOf("Dana Whitlock <dana@gc.example>", "acme@mail.test", "Hollis St Clinic: change order "+id, id+"@gc.example", written, "Content-Type: multipart/mixed; boundary=x", "",
		"--x", "Content-Type: text/plain", "", note,
		"--x", "Content-Type: text/plain; name=co-7.txt", "Content-Disposition: attachment; filename=co-7.txt", "", "Change order 7. We approved the zanzibar finish. This adds $4,300.00 to the contract.",
		"--x", "Content-Type: application/octet-stream; name=x.bin", "Content-Disposition: attachment; filename=x.bin", "", "MZ",
		"--x--")
}

// What a file says goes into facts and search, with its own proof, and equal files
// are read once.
func TestFilesAreReadOnce(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	reader := &shelf{}
	h.Files = reader
	h.process(withFiles("1", "Please see the file, and send it back signed by Friday."), "acme")
	h.process(withFiles("2", "The same file once more, for the record of the other job."), "acme")
	if strings.Join(reader.asked, " ") != "co-7.txt x.bin" {
		t.Errorf("read %v", reader.asked)
	}
	all := emails(t, acme)
	if len(all) != 2 {
		t.Fatalf("%d mails", len(all))
	}
	for _, e := range all {
		if len(e.Attachments) != 2 || e.Attachments[0].Read != projectr.FileRead || e.Attachments[1].Read != projectr.FileNotRead || e.Attachments[1].ReadNote != "It is a program." {
			t.Errorf("files %+v", e.Attachments)
		}
		text, err := acme.FileText(ctx, e.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range e.Facts {
			if f.File == 0 {
				continue
			}
			found = found || f.Kind == projectr.BudgetMention && f.Amount != nil && f.Amount.Minor == 430000
			if f.File != 1 || !f.Stands(text.Text) || f.Proof == projectr.Unverified {
				t.Errorf("fact %+v", f)
			}
		}
		if !found {
			t.Errorf("the amount in the file was not found: %+v", e.Facts)
		}
	}
	hits, err := acme.Search(ctx, projectr.SearchQuery{Text: "zanzibar", Kinds: []string{"attachment"}, Page: projectr.Page{Limit: 10}})
	if err != nil || len(hits.Items) != 2 || !strings.Contains(hits.Items[0].Snippet, "zanzibar") {
		t.Errorf("search: %+v, %v", hits.Items, err)
	}
}

// While files cannot be read the mail waits: it is not lost, and not half read.
func TestWhileFilesCannotBeReadTheMailWaits(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	reader := &shelf{err: &projectr.Error{Kind: projectr.Unavailable, Message: "No process can be started.", Err: errors.New("fork")}}
	h.Files = reader
	d := h.spooled(withFiles("1", "See the file."), "acme")
	if err := h.Process(ctx, d); projectr.KindOf(err) != projectr.Unavailable {
		t.Fatalf("got %v", err)
	}
	if n := len(emails(t, acme)); n != 0 {
		t.Fatalf("%d mails", n)
	}
	reader.err = nil
	if err := h.Process(ctx, d); err != nil {
		t.Fatal(err)
	}
	if n := len(emails(t, acme)); n != 1 {
		t.Errorf("%d mails", n)
	}
}
