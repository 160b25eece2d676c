package storetest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"projectr"
	"projectr/store"
)

// again is the recording of a received mail that brought only one that is kept.
func (w *world) again(m mail, of projectr.EmailID, how string) projectr.Recording {
	r := w.recording(m)
	r.Email.CopyOf = &of
	r.Arrivals = []projectr.Arrival{arrivalOf(r.Email, how)}
	return r
}

// inside is the recording of a mail that came in inside another one.
func (w *world) inside(m mail, by projectr.Email, how string) projectr.Recording {
	r := w.recording(m)
	r.Email.CameBy, r.Email.ReceivedAt, r.Email.SHA256 = &by.ID, by.ReceivedAt, by.SHA256
	r.Arrivals, r.Uncounted = []projectr.Arrival{arrivalOf(by, how)}, true
	return r
}

func arrivalOf(e projectr.Email, how string) projectr.Arrival {
	return projectr.Arrival{How: how, By: e.From[0], At: e.ReceivedAt, EmailID: e.ID}
}

// ways are those by which a mail of acme's came in.
func (w *world) ways(id projectr.EmailID) string {
	w.Helper()
	e, err := w.acme.Email(w.ctx, id)
	w.ok(err)
	return ids(e.SendersIn, func(a projectr.Arrival) string { return a.How + ":" + string(a.EmailID) })
}

// counted is all that is listed, found and counted of acme's mail, without the
// ways by which it came in.
func (w *world) counted(p projectr.ProjectID) string {
	w.Helper()
	var out []any
	for _, f := range []projectr.EmailFilter{{}, {ByDate: true}, {State: projectr.InReview}, {State: projectr.Filed}, {Project: p}, {Thread: "th"}, {Kind: projectr.Risk}} {
		f.Page = projectr.Page{Limit: 200}
		l, err := w.acme.Emails(w.ctx, f)
		w.ok(err)
		for i := range l.Items {
			l.Items[i].SendersIn = nil
		}
		out = append(out, l)
	}
	for _, text := range []string{"curb", "dana", "plan", "fact"} {
		out = append(out, w.hits(projectr.SearchQuery{Text: text}))
	}
	s, t := w.summary(w.acme, p), second0(w.acme.ProjectTotals(w.ctx, p))
	c, err := w.acme.Counts(w.ctx)
	w.ok(err)
	u, err := w.acme.Usage(w.ctx, "2026-01-01", "2026-12-31")
	w.ok(err)
	l, err := w.acme.Timeline(w.ctx, p, projectr.Page{Limit: 200})
	w.ok(err)
	weeks, err := w.acme.Weeks(w.ctx, p)
	w.ok(err)
	news, err := w.acme.ChangeTotals(w.ctx, start)
	w.ok(err)
	return show(append(out, s, t, c, u, l, weeks, news, w.facts(projectr.FactFilter{}))...)
}

func copied(w *world) {
	p := w.project(w.acme, "Harbor")
	item := w.record(w.acme, mail{id: "a", project: p.ID, thread: "th", text: "The curb ramp", files: []string{"plan.pdf"}, facts: []projectr.Fact{{Kind: projectr.Risk}}})
	before := w.counted(p.ID)
	news, stop := w.acme.Watch()
	defer stop()
	other := projectr.MailAddress{Name: "Mike Tran", Address: "mike@x.example"}
	// Whatever a copy says of itself, it is one.
	like := mail{text: "The curb ramp", thread: "th", from: other, date: start.AddDate(0, 0, -30), files: []string{"plan.pdf"}, facts: []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.ActionItem}}}
	var last projectr.Recording
	for i, state := range []projectr.EmailState{projectr.Filed, projectr.InReview, projectr.Held, projectr.Automatic, projectr.Quarantined} {
		like.id, like.state, like.project = fmt.Sprint("copy", i), state, ""
		if state == projectr.Filed {
			like.project = p.ID
		}
		last = w.again(like, item.ID, []string{"copy", "resent"}[i%2])
		if i == 4 { // of a copy
			last.Email.CopyOf = ptr(projectr.EmailID("em_copy0"))
		}
		last.Email.Confirmation = &projectr.Confirmation{Provider: "Gmail"}
		w.ok(w.acme.Record(w.ctx, last))
		same(w, "times it was told", len(news), 1)
		<-news
		if after := w.counted(p.ID); after != before {
			w.Errorf("a copy that is %s counts: %s", state, difference(before, after))
		}
	}
	same(w, "ways it came in", w.ways(item.ID), "direct:em_a copy:em_copy0 resent:em_copy1 copy:em_copy2 resent:em_copy3 copy:em_copy4")
	first := second0(w.acme.Email(w.ctx, item.ID)).SendersIn[1]
	same(w, "who sent it again", first.By, other)

	has, err := w.acme.HasEmail(w.ctx, "em_copy0")
	w.ok(err)
	same(w, "the copy is known", has, true)
	for _, id := range []projectr.EmailID{"em_copy0", "em_copy4"} {
		got, err := w.acme.Email(w.ctx, id)
		w.ok(err)
		if got.CopyOf == nil || *got.CopyOf != item.ID || got.ProjectID != nil || len(got.Facts)+len(got.Attachments)+len(got.SendersIn) > 0 {
			w.Errorf("the copy is %s", show(got))
		}
		body, err := w.acme.Body(w.ctx, id)
		w.ok(err)
		same(w, "what it says", strings.HasPrefix(body.Text, "The curb ramp"), true)
		w.is(projectr.Conflict, w.acme.File(w.ctx, id, p.ID, true), "file a copy")
		w.is(projectr.Conflict, w.acme.Unfile(w.ctx, id), "put a copy into review")
	}
	t, err := w.acme.ThreadOf(w.ctx, []string{last.Email.MessageID, "copy1@mail.example"})
	w.ok(err)
	same(w, "thread of an answer to the copy", t.ID, "th")
	for _, c := range []struct {
		f    projectr.EmailFilter
		want string
	}{
		{projectr.EmailFilter{Copies: true}, "em_copy4 em_copy3 em_copy2 em_copy1 em_copy0 em_a"},
		{projectr.EmailFilter{Copies: true, State: projectr.Held}, "em_copy2"},
		{projectr.EmailFilter{Copies: true, Project: p.ID}, "em_a"},
	} {
		l, err := w.acme.Emails(w.ctx, c.f)
		w.ok(err)
		same(w, "with copies", ids(l.Items, emailID), c.want)
	}
	// It stays so wherever the mail goes.
	w.recount(p.ID)
	info, err := w.acme.Info(w.ctx)
	w.ok(err)
	info.TimeZone = "Pacific/Kiritimati"
	w.ok(second(w.acme.ChangeInfo(w.ctx, to(info))))
	w.recount(p.ID)
	q := w.project(w.acme, "Alder")
	w.ok(w.acme.File(w.ctx, item.ID, q.ID, true))
	w.recount(p.ID)
	w.recount(q.ID)

	all := w.snapshot(w.acme)
	w.is(projectr.NotFound, w.acme.Record(w.ctx, w.again(mail{id: "lost"}, "em_never", "copy")), "record a copy of what is not there")
	w.record(w.globex, mail{id: "theirs"})
	w.is(projectr.NotFound, w.acme.Record(w.ctx, w.again(mail{id: "lost"}, "em_theirs", "copy")), "record a copy of another's mail")
	if after := w.snapshot(w.acme); after != all {
		w.Errorf("it left something behind: %s", difference(all, after))
	}
}

func arrivesOnce(w *world) {
	p := w.project(w.acme, "Harbor")
	item := w.record(w.acme, mail{id: "a", project: p.ID})
	w.record(w.acme, mail{id: "fwd", project: p.ID})
	by := projectr.Arrival{How: "forward", By: projectr.MailAddress{Name: "Zoë", Address: "Zoe@x.example"}, At: start.AddDate(0, 0, 1), EmailID: "em_fwd", Note: "Look at this 🏗"}
	news, stop := w.acme.Watch()
	defer stop()
	w.ok(w.acme.Arrive(w.ctx, item.ID, by))
	same(w, "times it was told", len(news), 1)
	r := w.again(mail{id: "b"}, item.ID, "copy")
	w.ok(w.acme.Record(w.ctx, r))
	once := w.snapshot(w.acme)
	other := by
	other.How, other.Note = "attached", "Another"
	w.ok(w.acme.Arrive(w.ctx, item.ID, other))
	w.ok(w.acme.Arrive(w.ctx, "em_b", by)) // by its copy, too
	w.ok(w.acme.Arrive(w.ctx, item.ID, arrivalOf(r.Email, "resent")))
	w.ok(w.acme.Record(w.ctx, r))
	if twice := w.snapshot(w.acme); twice != once {
		w.Errorf("the second time changed something: %s", difference(once, twice))
	}
	same(w, "times it was told", len(news), 2)
	got, err := w.acme.Email(w.ctx, item.ID)
	w.ok(err)
	same(w, "ways it came in", show(got.SendersIn), show([]projectr.Arrival{arrivalOf(item, "direct"), arrivalOf(r.Email, "copy"), by})) // by time
	l, err := w.acme.Emails(w.ctx, projectr.EmailFilter{Project: p.ID})
	w.ok(err)
	same(w, "in a list", ids(l.Items, func(e projectr.Email) string { return fmt.Sprint(len(e.SendersIn)) }), "1 3")
	w.is(projectr.NotFound, w.acme.Arrive(w.ctx, "em_never", by), "an arrival of an unknown mail")
	// Many at once, each twice.
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			a := by
			a.EmailID = projectr.EmailID(fmt.Sprint("em_many", i/2))
			if err := w.acme.Arrive(w.ctx, item.ID, a); err != nil {
				w.Error(err)
			}
		})
	}
	wg.Wait()
	same(w, "ways after many at once", len(strings.Fields(w.ways(item.ID))), 23)
}

func cameInside(w *world) {
	p := w.project(w.acme, "Harbor")
	fwd := w.record(w.acme, mail{id: "fwd", project: p.ID, thread: "th", from: projectr.MailAddress{Name: "Mike Tran", Address: "mike@x.example"}})
	old := start.AddDate(0, -1, 0)
	r := w.inside(mail{id: "in", project: p.ID, thread: "th", date: old, text: "The curb ramp", facts: []projectr.Fact{{Kind: projectr.Risk}}}, fwd, "attached")
	r.Arrivals[0].Note = "See below."
	got := w.keep(w.acme, r)
	if got.CameBy == nil || *got.CameBy != fwd.ID || got.CopyOf != nil {
		w.Errorf("it came by %s", show(got.CameBy))
	}
	same(w, "ways it came in", show(got.SendersIn), show(r.Arrivals))
	same(w, "place in the thread", fmt.Sprint(got.ThreadIndex, got.ThreadSize), "1 2")
	same(w, "found by its words", w.hits(projectr.SearchQuery{Text: "curb"}), "mail:em_in")
	s := w.summary(w.acme, p.ID)
	same(w, "mails on the project", s.Mails, 2)
	same(w, "first mail", s.FirstMailAt, old)
	l, err := w.acme.Timeline(w.ctx, p.ID, projectr.Page{})
	w.ok(err)
	for _, ev := range l.Items {
		if ev.EmailID != nil && *ev.EmailID == got.ID && !ev.At.Equal(old) {
			w.Errorf("%s stands at %v, want %v", ev.Kind, ev.At, old)
		}
	}
	same(w, "the oldest entry", *l.Items[len(l.Items)-1].EmailID, got.ID)
	w.recount(p.ID)
	w.used(map[projectr.EmailID]bool{fwd.ID: true})
	// Another forward brings it as well; then it is filed like any other.
	w.ok(w.acme.Arrive(w.ctx, got.ID, projectr.Arrival{How: "forward", At: w.now(), EmailID: "em_fwd2"}))
	same(w, "ways it came in then", w.ways(got.ID), "attached:em_fwd forward:em_fwd2")
	w.ok(w.acme.Unfile(w.ctx, got.ID))
	w.recount(p.ID)
	w.used(map[projectr.EmailID]bool{fwd.ID: true})
}

// used compares the usage that is shown with the mails that count, each where it
// is now.
func (w *world) used(counts map[projectr.EmailID]bool) {
	w.Helper()
	want, projects := 0, map[projectr.ProjectID]int{}
	for _, e := range all(w, 200, func(p projectr.Page) (projectr.List[projectr.Email], error) {
		return w.acme.Emails(w.ctx, projectr.EmailFilter{Copies: true, Page: p})
	}) {
		if !counts[e.ID] {
			continue
		}
		want++
		if e.ProjectID != nil {
			projects[*e.ProjectID]++
		}
	}
	u, err := w.acme.Usage(w.ctx, "2000-01-01", "2100-01-01")
	w.ok(err)
	same(w, "mails used", u.Emails, want)
	got, gotProjects := 0, map[projectr.ProjectID]int{}
	for _, d := range u.Days {
		got += d.Emails
	}
	for _, p := range u.Projects {
		gotProjects[p.ProjectID] = p.Emails
	}
	same(w, "mails used on all days", got, want)
	if !maps.Equal(gotProjects, projects) {
		w.Errorf("mails used by project: %v, want %v", gotProjects, projects)
	}
}

func digestOf(text string) projectr.Digest { return projectr.Digest(keyOf("", []byte(text))[1:]) }

func bettered(w *world) {
	p := w.project(w.acme, "Harbor")
	fwd := w.record(w.acme, mail{id: "fwd", project: p.ID})
	in := w.inside(mail{id: "in", project: p.ID, thread: "th", text: "The curb ramp", files: []string{"old name.pdf", "gone.pdf"}, date: start.AddDate(0, 0, -3),
		from: projectr.MailAddress{Name: "Whitlock"}, facts: []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.ActionItem}, {Kind: projectr.ActionItem}}}, fwd, "forward")
	in.Email.Attachments[0].SHA256, in.Email.Attachments[1].SHA256 = digestOf("plan"), digestOf("gone")
	in.Files = map[int]projectr.FileText{1: {State: projectr.FileRead, Text: "Pour on Friday."}, 2: {State: projectr.FileRead, Text: "Bring the pump."}}
	for n, f := range in.Files {
		fact := &in.Email.Facts[n]
		fact.File, fact.Quote, fact.Start, fact.End = n, f.Text, 0, len(f.Text)
	}
	quote := in.Email.Facts[slices.IndexFunc(in.Email.Facts, func(f projectr.Fact) bool { return f.ID == "fa_in_0" })].Quote
	in.Email.ReadAgain, in.Email.Flags = true, []projectr.Flag{
		{Kind: "bank_details", Text: "It says that payments go elsewhere.", Words: quote, End: len(quote)},
		{Kind: "instructions", Text: "It talks to the reader.", Words: "no word of that", Start: 3, End: 18},
		{Kind: "hidden_text", Text: "It has words that people do not see."},
	}
	was := w.keep(w.acme, in)
	for _, f := range was.Facts {
		same(w, "proof before", f.Proof, projectr.Verified)
	}
	for _, id := range []projectr.FactID{"fa_in_0", "fa_in_1"} {
		_, err := w.acme.Judge(w.ctx, id, projectr.Judgement{State: projectr.FactConfirmed})
		w.ok(err)
	}

	raw := []byte("the mail itself")
	w.ok(w.acme.KeepRaw(w.ctx, digestOf(string(raw)), bytes.NewReader(raw)))
	true1 := w.again(mail{id: "true", thread: "th", text: "The curb ramp, as it was", files: []string{"logo.png", "plan.pdf"}, refs: []string{"parent@mail.example"}}, was.ID, "direct")
	e := &true1.Email
	e.Cc, e.SHA256, e.Size, e.Warnings = []projectr.MailAddress{{Name: "Quill", Address: "q@quill.example"}}, digestOf(string(raw)), 4321, []string{"odd"}
	e.Attachments[0].SHA256, e.Attachments[1].SHA256, e.Attachments[0].Inline = digestOf("logo"), digestOf("plan"), true
	e.Authentication = projectr.Authentication{Result: projectr.AuthPass, Domain: "harbor.example"}
	true1.Better, true1.Body.HTML = true, true
	true1.Body.Text += "\n" + was.Facts[slices.IndexFunc(was.Facts, func(f projectr.Fact) bool { return f.ID == "fa_in_0" })].Quote
	true1.Likeness = projectr.Likeness{Print: "the print", Clue: "the clue"}
	true1.Files = map[int]projectr.FileText{2: in.Files[1]}
	w.ok(w.acme.Record(w.ctx, true1))

	got, err := w.acme.Email(w.ctx, was.ID)
	w.ok(err)
	want := was
	want.CameBy, want.MessageID, want.From, want.To, want.Cc = nil, e.MessageID, e.From, e.To, e.Cc
	want.SHA256, want.Size, want.EnvelopeFrom, want.Warnings, want.Authentication = e.SHA256, e.Size, e.EnvelopeFrom, e.Warnings, e.Authentication
	want.Attachments = slices.Clone(e.Attachments)
	want.Attachments[1].Read = projectr.FileRead
	want.SendersIn = []projectr.Arrival{in.Arrivals[0], true1.Arrivals[0]}
	want.Subject, want.Snippet = e.Subject, e.Snippet
	want.Facts = slices.Clone(was.Facts)
	byID := func(id projectr.FactID) *projectr.Fact {
		return &want.Facts[slices.IndexFunc(want.Facts, func(f projectr.Fact) bool { return f.ID == id })]
	}
	byID("fa_in_0").State, byID("fa_in_1").State = projectr.FactConfirmed, projectr.FactConfirmed
	byID("fa_in_0").Start, byID("fa_in_0").End = 25, 58 // the same words stand there now
	byID("fa_in_1").File = 2                            // the same bytes are the second file now
	byID("fa_in_2").Proof = projectr.Unverified         // what it stands in did not come
	want.Flags = slices.Clone(was.Flags)                // what was odd about it stays, at its words
	want.Flags[0].Start, want.Flags[0].End = 25, 58
	want.Flags[1].Words, want.Flags[1].Start, want.Flags[1].End = "", 0, 0
	if a, b := show(got), show(want); a != b {
		w.Errorf("it is now\n%s, want\n%s", a, b)
	}
	now, err := w.acme.Body(w.ctx, was.ID)
	w.ok(err)
	same(w, "text", now.Text, true1.Body.Text)
	same(w, "spans", show(now.Spans), show(true1.Body.Spans))
	same(w, "there is HTML", now.HTML, true)
	from, _, err := w.acme.OpenRaw(w.ctx, was.ID)
	w.ok(err)
	var b bytes.Buffer
	_, err = b.ReadFrom(from)
	w.ok(err)
	w.ok(from.Close())
	same(w, "raw bytes", b.String(), string(raw))
	text, err := w.acme.FileText(w.ctx, was.ID, 2)
	w.ok(err)
	same(w, "text of the file", text, in.Files[1])
	for text, want := range map[string]string{"quill": "mail:em_in", "dana": "mail:em_fwd mail:em_in", "plan.pdf": "attachment:em_in", "gone.pdf": "", "old name": "", "ramp, as it was": "mail:em_in",
		"curb": "mail:em_in", `"pour on friday"`: "attachment:em_in fact:fa_in_1"} {
		same(w, "found by "+text, w.hits(projectr.SearchQuery{Text: text}), want)
	}
	l, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: "curb"})
	w.ok(err)
	same(w, "who a hit shows", l.Items[0].Who, "Dana Whitlock")
	t, err := w.acme.ThreadOf(w.ctx, []string{"parent@mail.example"})
	w.ok(err)
	same(w, "the thread of what it answers", t.ID, "th")
	w.recount(p.ID)
	w.used(map[projectr.EmailID]bool{fwd.ID: true})
	same(w, "actions that drive", w.summary(w.acme, p.ID).OpenActions, 1)
	// What it was when it was read moves with the file, too.
	f, err := w.acme.Judge(w.ctx, "fa_in_1", projectr.Judgement{State: projectr.FactOpen})
	w.ok(err)
	same(w, "the file of a fact that is opened again", f.File, 2)
	f, err = w.acme.Judge(w.ctx, "fa_in_0", projectr.Judgement{State: projectr.FactOpen})
	w.ok(err)
	same(w, "the place of a fact that is opened again", fmt.Sprint(f.Start, " ", f.End, " ", f.Proof), "25 58 verified")

	// It is itself now: nobody makes it better again.
	before := w.counted(p.ID)
	true2 := w.again(mail{id: "true2", thread: "th", text: "Forged", files: []string{"evil.exe"}}, was.ID, "copy")
	true2.Better = true
	w.ok(w.acme.Record(w.ctx, true2))
	if after := w.counted(p.ID); after != before {
		w.Errorf("a second time changed something: %s", difference(before, after))
	}
	same(w, "ways it came in", w.ways(was.ID), "forward:em_fwd direct:em_true copy:em_true2")
}

func strangers(w *world) {
	p := w.project(w.acme, "Harbor")
	item := w.record(w.acme, mail{id: "a", project: p.ID, thread: "th", subject: "Ramp", text: "The curb ramp"})
	w.record(w.acme, mail{id: "b", thread: "th_b"})
	before, found := second0(w.acme.Email(w.ctx, item.ID)), w.hits(projectr.SearchQuery{Text: "curb"})
	r := w.recording(mail{id: "x", state: projectr.Quarantined, thread: "th_x", subject: "The curb", text: "Pay the curb", files: []string{"curb.pdf"}, facts: []projectr.Fact{{Text: "Pay the curb"}},
		from: projectr.MailAddress{Name: "Curb", Address: "curb@x.example"}, refs: []string{"b@mail.example", "later@mail.example"}})
	r.Email.MessageID, r.Email.Why, r.Email.Verdict, r.Uncounted = item.MessageID, "Nobody knows curb@x.example.", projectr.Refused, true
	r.Files = map[int]projectr.FileText{1: {State: projectr.FileRead, Text: "Pay the curb"}}
	news, stop := w.acme.Watch()
	defer stop()
	got := w.keep(w.acme, r)
	same(w, "what was told", <-news, projectr.Change{Kind: projectr.MailKeptBack, EmailID: got.ID})
	same(w, "why", got.Why, r.Email.Why)
	same(w, "what is found", w.hits(projectr.SearchQuery{Text: "curb"}), found)
	c, err := w.acme.Counts(w.ctx)
	w.ok(err)
	same(w, "counts", c, projectr.Counts{Projects: 1, Review: 1, Quarantined: 1, MailToday: 2})
	w.used(map[projectr.EmailID]bool{item.ID: true, "em_b": true})
	l, err := w.acme.Emails(w.ctx, projectr.EmailFilter{State: projectr.Quarantined})
	w.ok(err)
	same(w, "in quarantine", ids(l.Items, emailID), "em_x")
	w.is(projectr.Conflict, w.acme.File(w.ctx, got.ID, p.ID, false), "file a mail in quarantine")
	same(w, "facts listed", len(w.facts(projectr.FactFilter{})), 0)
	// Knowing Message-IDs makes nobody part of a conversation.
	after, err := w.acme.Email(w.ctx, item.ID)
	w.ok(err)
	same(w, "the mail whose Message-ID it took", show(after), show(before))
	for id, want := range map[string]projectr.ThreadID{"a@mail.example": "th", "b@mail.example": "th_b"} {
		t, err := w.acme.ThreadOf(w.ctx, []string{id})
		w.ok(err)
		same(w, "the thread of "+id, t.ID, want)
	}
	_, err = w.acme.ThreadOf(w.ctx, []string{"later@mail.example"})
	w.is(projectr.NotFound, err, "the thread of a mail that only a stranger names")
}

func quarantineReleased(w *world) {
	p := w.project(w.acme, "Harbor")
	quarantine := func(id string, uncounted bool) {
		w.Helper()
		r := w.recording(mail{id: id, state: projectr.Quarantined, subject: "Subject of " + id, text: "curb"})
		r.Email.Why, r.Email.Verdict, r.Uncounted = "Nobody knows them.", projectr.Refused, uncounted
		w.keep(w.acme, r)
	}
	counts := map[projectr.EmailID]bool{}
	see := func(when string, waiting int, found string) {
		w.Helper()
		c, err := w.acme.Counts(w.ctx)
		w.ok(err)
		same(w, when+": in quarantine", c.Quarantined, waiting)
		same(w, when+": counted today", c.MailToday, len(counts))
		same(w, when+": found", w.hits(projectr.SearchQuery{Text: "curb"}), found)
		w.recount(p.ID)
		w.used(counts)
	}
	release := func(r projectr.Recording) {
		w.Helper()
		var wg sync.WaitGroup
		var times atomic.Int32
		for range 4 { // whoever is first
			wg.Go(func() {
				did, err := w.acme.Release(w.ctx, r)
				if err != nil {
					w.Error(err)
				}
				if did {
					times.Add(1)
				}
			})
		}
		wg.Wait()
		same(w, "times it was released", times.Load(), 1)
	}
	quarantine("a", true)
	quarantine("b", true)
	quarantine("c", false)
	quarantine("d", true)
	counts["em_c"] = true
	see("before", 4, "")

	// As a mail of its own.
	r := w.readNow(mail{id: "a", project: p.ID, text: "The curb ramp", thread: "th", files: []string{"plan.pdf"}, refs: []string{"parent@mail.example"}, facts: []projectr.Fact{{Kind: projectr.Risk}}})
	r.Files, r.Likeness = map[int]projectr.FileText{1: {State: projectr.FileRead, Text: "curb sections"}}, projectr.Likeness{Content: "c"}
	release(r)
	counts["em_a"] = true
	see("after one was released", 3, "attachment:em_a mail:em_a")
	got, err := w.acme.Email(w.ctx, "em_a")
	w.ok(err)
	same(w, "what is said of it", fmt.Sprintf("%s %s %q %d %s", got.State, got.Verdict, got.Why, len(got.Facts), got.Attachments[0].Read), `filed accepted "" 1 read`)
	same(w, "ways it came in", w.ways(got.ID), "direct:em_a")
	known, err := w.acme.Like(w.ctx, "c")
	w.ok(err)
	same(w, "mails with its words", len(known), 1)
	t, err := w.acme.ThreadOf(w.ctx, []string{"parent@mail.example"})
	w.ok(err)
	same(w, "the thread of what it answers", t.ID, "th")

	// As a copy, one that was not counted and one that was.
	for i, id := range []string{"b", "c"} {
		r := w.again(mail{id: id, project: p.ID, thread: "th", text: "The curb ramp", files: []string{"plan.pdf"}, facts: []projectr.Fact{{Kind: projectr.Risk}}}, got.ID, "copy")
		release(r)
		delete(counts, r.Email.ID)
		see("after "+id+" was released as a copy", 2-i, "attachment:em_a mail:em_a")
		e, err := w.acme.Email(w.ctx, r.Email.ID)
		w.ok(err)
		if e.CopyOf == nil || *e.CopyOf != got.ID || len(e.Facts)+len(e.Attachments) > 0 || e.ProjectID != nil {
			w.Errorf("the copy is %s", show(e))
		}
	}
	same(w, "ways it came in then", w.ways(got.ID), "direct:em_a copy:em_b copy:em_c")
	same(w, "facts", len(w.facts(projectr.FactFilter{})), 1)
	l, err := w.acme.Emails(w.ctx, projectr.EmailFilter{})
	w.ok(err)
	same(w, "listed", ids(l.Items, emailID), "em_d em_a")

	_, err = w.acme.Release(w.ctx, w.again(mail{id: "d"}, "em_d", "copy"))
	w.is(projectr.Conflict, err, "release a mail as a copy of itself")
	_, err = w.acme.Release(w.ctx, w.again(mail{id: "d"}, "em_never", "copy"))
	w.is(projectr.NotFound, err, "release a mail as a copy of what is not there")
	see("after what was refused", 1, "attachment:em_a mail:em_a")

	// What a machine wrote is released once as well, and need not count.
	away := w.readNow(mail{id: "d", state: projectr.Automatic, text: "I am away."})
	away.Uncounted = true
	release(away)
	see("after a machine's was released", 0, "attachment:em_a mail:em_a")
}

func copiesGivenOn(w *world) {
	p := w.project(w.acme, "Harbor")
	item := w.record(w.acme, mail{id: "a", project: p.ID})
	r := w.recording(mail{id: "x", state: projectr.Quarantined})
	r.Uncounted = true
	w.keep(w.acme, r)
	w.ok(w.acme.Record(w.ctx, w.again(mail{id: "y"}, "em_x", "copy")))
	w.ok(w.acme.Arrive(w.ctx, "em_x", projectr.Arrival{How: "forward", By: item.From[0], At: start, EmailID: "em_fwd"}))
	did, err := w.acme.Release(w.ctx, w.again(mail{id: "x"}, item.ID, "resent"))
	w.ok(err)
	same(w, "released", did, true)
	same(w, "ways it came in", w.ways(item.ID), "direct:em_a forward:em_fwd copy:em_y resent:em_x")
	for _, id := range []projectr.EmailID{"em_x", "em_y"} {
		e, err := w.acme.Email(w.ctx, id)
		w.ok(err)
		if e.CopyOf == nil || *e.CopyOf != item.ID || len(e.SendersIn) > 0 {
			w.Errorf("%s is a copy of %s", id, show(e.CopyOf))
		}
	}
	w.used(map[projectr.EmailID]bool{item.ID: true})

	// What was found of it is found no more: it is another mail's.
	w.record(w.acme, mail{id: "held", state: projectr.Held, text: "The girder"})
	same(w, "found before", w.hits(projectr.SearchQuery{Text: "girder"}), "mail:em_held")
	did, err = w.acme.Release(w.ctx, w.again(mail{id: "held", text: "The girder"}, item.ID, "copy"))
	w.ok(err)
	same(w, "released", did, true)
	same(w, "found after", w.hits(projectr.SearchQuery{Text: "girder"}), "")

	// The mail itself may be what waited.
	fwd := w.record(w.acme, mail{id: "fwd2", project: p.ID})
	in := w.keep(w.acme, w.inside(mail{id: "in", project: p.ID}, fwd, "forward"))
	r = w.recording(mail{id: "true", state: projectr.Quarantined})
	r.Uncounted = true
	w.keep(w.acme, r)
	better := w.again(mail{id: "true", files: []string{"plan.pdf"}}, in.ID, "direct")
	better.Better = true
	did, err = w.acme.Release(w.ctx, better)
	w.ok(err)
	same(w, "released", did, true)
	got, err := w.acme.Email(w.ctx, in.ID)
	w.ok(err)
	same(w, "the true one", fmt.Sprintf("%v %s %d", got.CameBy == nil, got.MessageID, len(got.Attachments)), "true true@mail.example 1")
	same(w, "ways it came in", w.ways(in.ID), "forward:em_fwd2 direct:em_true")
	same(w, "found by its file", w.hits(projectr.SearchQuery{Text: "plan"}), "attachment:em_in")
	w.recount(p.ID)
}

func automaticRead(w *world) {
	p := w.project(w.acme, "Harbor")
	r := w.recording(mail{id: "a", state: projectr.Automatic, subject: "Gmail Forwarding Confirmation", text: "Code 123"})
	r.Email.Confirmation, r.Uncounted = &projectr.Confirmation{Provider: "Gmail", For: "jo@x.example", Code: "123"}, true
	w.keep(w.acme, r)
	invited := w.recording(mail{id: "b", state: projectr.Automatic, text: "Site walk"})
	invited.Email.Invitation = &projectr.Invitation{Method: "REQUEST", Summary: "Site walk", Start: start}
	w.keep(w.acme, invited)
	w.record(w.acme, mail{id: "c", project: p.ID})
	// Its code is for admins: no search, thread or timeline tells of it.
	for _, text := range []string{"gmail", "123"} {
		same(w, "found by "+text, w.hits(projectr.SearchQuery{Text: text}), "")
	}
	_, err := w.acme.ThreadOf(w.ctx, []string{"a@mail.example"})
	w.is(projectr.NotFound, err, "looking for its thread")
	w.is(projectr.Conflict, w.acme.File(w.ctx, "em_a", p.ID, false), "filing it")
	w.is(projectr.Conflict, w.acme.Unfile(w.ctx, "em_a"), "putting it into review")
	see := func(when string, confirmations int, asking, automatic string) {
		w.Helper()
		c, err := w.acme.Counts(w.ctx)
		w.ok(err)
		same(w, when+": confirmations", c.Confirmations, confirmations)
		for f, want := range map[*projectr.EmailFilter]string{{Asking: true}: asking, {State: projectr.Automatic, Asking: true, ByDate: true}: asking, {State: projectr.Automatic}: automatic,
			{State: projectr.Filed, Asking: true}: ""} {
			l, err := w.acme.Emails(w.ctx, *f)
			w.ok(err)
			same(w, fmt.Sprintf("%s: %+v", when, *f), ids(l.Items, emailID), want)
		}
	}
	see("before", 1, "em_a", "em_b em_a")
	same(w, "found", w.hits(projectr.SearchQuery{Text: "walk"}), "mail:em_b")
	read := w.readNow(mail{id: "b", project: p.ID, text: "We decided to move it.", facts: []projectr.Fact{{Kind: projectr.Decision}}})
	did, err := w.acme.Release(w.ctx, read)
	w.ok(err)
	same(w, "read after all", did, true)
	see("after one was read", 1, "em_a", "em_a")
	same(w, "facts", len(w.facts(projectr.FactFilter{Project: p.ID})), 1)
	once := w.snapshot(w.acme)
	for what, r := range map[string]projectr.Recording{"again": read, "to be what it is": w.readNow(mail{id: "a", state: projectr.Automatic})} {
		did, err = w.acme.Release(w.ctx, r)
		w.ok(err)
		same(w, "read "+what, did, false)
	}
	if after := w.snapshot(w.acme); after != once {
		w.Errorf("reading it again changed something: %s", difference(once, after))
	}
	w.recount(p.ID)
	w.used(map[projectr.EmailID]bool{"em_b": true, "em_c": true})
	// A person can say what it is without it being read.
	w.ok(w.acme.File(w.ctx, "em_a", "", false))
	see("after the other was put away", 0, "", "")
	w.used(map[projectr.EmailID]bool{"em_b": true, "em_c": true})
}

func knownID(k projectr.Known) string { return string(k.ID) }

func sameWords(w *world) {
	p := w.project(w.acme, "Harbor")
	like := projectr.Likeness{Content: "c1", Print: `{"p":1}`, Topic: "t1", Clue: `{"c":1}`}
	put := func(o store.Org, m mail, l projectr.Likeness) projectr.Email {
		w.Helper()
		r := w.recording(m)
		r.Likeness = l
		return w.keep(o, r)
	}
	zone := time.FixedZone("", 2*3600)
	a := put(w.acme, mail{id: "a", project: p.ID, thread: "th", date: start.In(zone)}, like)
	fwd := put(w.acme, mail{id: "fwd"}, projectr.Likeness{})
	in := w.inside(mail{id: "in", date: start.AddDate(0, 0, -9)}, fwd, "forward")
	in.Likeness = like
	w.keep(w.acme, in)
	put(w.acme, mail{id: "x", state: projectr.Quarantined}, like) // whoever asks sees that it is
	put(w.acme, mail{id: "other"}, projectr.Likeness{Content: "c2"})
	c := w.again(mail{id: "copy"}, a.ID, "copy")
	c.Likeness = like
	w.keep(w.acme, c)
	put(w.globex, mail{id: "theirs"}, like)
	see := func(content, want string) []projectr.Known {
		w.Helper()
		l, err := w.acme.Like(w.ctx, content)
		w.ok(err)
		same(w, "like "+content, ids(l, knownID), want)
		return l
	}
	l := see("c1", "em_a em_in em_x")
	same(w, "the first", show(l[0]), show(projectr.Known{ID: a.ID, State: projectr.Filed, Project: p.ID, Thread: projectr.Thread{ID: "th", Project: p.ID}, Date: a.Date, Likeness: like}))
	same(w, "what the second came by", *l[1].CameBy, fwd.ID)
	same(w, "the third", l[2].State, projectr.Quarantined)
	see("c2", "em_other")
	see("c", "")
	see("", "")
	// A mail is like what it says now.
	w.record(w.acme, mail{id: "held", state: projectr.Held})
	r := w.readNow(mail{id: "held"})
	r.Likeness = like
	did, err := w.acme.Release(w.ctx, r)
	w.ok(err)
	same(w, "released", did, true)
	see("c1", "em_a em_in em_x em_held")
	// So many are compared, and no more.
	for i := range 60 {
		put(w.acme, mail{id: fmt.Sprint("many", i), date: start.AddDate(0, 0, i)}, projectr.Likeness{Content: "many", Topic: "many"})
	}
	many, err := w.acme.Like(w.ctx, "many")
	w.ok(err)
	same(w, "of many", fmt.Sprintf("%d %s %s", len(many), many[0].ID, many[49].ID), "50 em_many0 em_many49")
	many, err = w.acme.OnTopic(w.ctx, "many", start, start.AddDate(1, 0, 0))
	w.ok(err)
	same(w, "of many on a topic", fmt.Sprintf("%d %s %s", len(many), many[0].ID, many[49].ID), "50 em_many59 em_many10")
}

func onTopic(w *world) {
	day := func(d int) time.Time { return time.Date(2026, 2, d, 9, 0, 0, 0, time.UTC) }
	put := func(o store.Org, r projectr.Recording, topic string) {
		w.Helper()
		r.Likeness = projectr.Likeness{Topic: topic, Clue: "clue of " + string(r.Email.ID)}
		w.keep(o, r)
	}
	for i, d := range []int{5, 1, 9, 5, 20} {
		put(w.acme, w.recording(mail{id: fmt.Sprint(i), date: day(d)}), "ramp")
	}
	put(w.acme, w.recording(mail{id: "other", date: day(5)}), "plan")
	put(w.acme, w.recording(mail{id: "none", date: day(5)}), "")
	put(w.acme, w.again(mail{id: "copy", date: day(5)}, "em_0", "copy"), "ramp")
	put(w.globex, w.recording(mail{id: "theirs", date: day(5)}), "ramp")
	for _, c := range []struct {
		topic    string
		from, to time.Time
		want     string
	}{
		{"ramp", day(1), day(28), "em_4 em_2 em_3 em_0 em_1"},
		{"ramp", day(5), day(9), "em_2 em_3 em_0"}, // both ends belong to it
		{"ramp", day(5).Add(time.Microsecond), day(9).Add(-time.Microsecond), ""},
		{"ramp", day(9), day(5), ""},
		{"plan", day(1), day(28), "em_other"},
		{"", day(1), day(28), ""},
	} {
		l, err := w.acme.OnTopic(w.ctx, c.topic, c.from, c.to)
		w.ok(err)
		same(w, fmt.Sprint(c.topic, " from ", c.from, " to ", c.to), ids(l, knownID), c.want)
		for _, k := range l {
			same(w, "its clue", k.Likeness.Clue, "clue of "+string(k.ID))
		}
	}
}

func senderRules(w *world) {
	see := func(want string) {
		w.Helper()
		l, err := w.acme.Senders(w.ctx)
		w.ok(err)
		same(w, "rules", ids(l, func(r projectr.SenderRule) string { return fmt.Sprintf("%s=%v", r.Pattern, r.Allow) }), want)
	}
	save := func(o store.Org, pattern string, allow bool) projectr.SenderRule {
		w.Helper()
		r, err := o.SaveSender(w.ctx, pattern, allow)
		w.ok(err)
		l, err := o.Senders(w.ctx)
		w.ok(err)
		same(w, "the rule as it is kept", show(l[0]), show(r))
		return r
	}
	see("")
	domain := save(w.acme, " @Harbor.Example", true)
	save(w.acme, "*", false)
	jo := save(w.acme, "J.o+site@gmail.com", true)
	see("jo@gmail.com=true *=false @harbor.example=true")
	same(w, "who made it", jo.By, "acme-admin")
	save(w.globex, "@harbor.example", false)
	other := w.enter("org_acme", w.user("other"))
	newer := save(other, "@harbor.example", false)
	same(w, "id of the newer rule", newer.ID, domain.ID)
	same(w, "who made the newer one", newer.By, "other")
	same(w, "it is newer", newer.CreatedAt.After(domain.CreatedAt), true)
	see("@harbor.example=false jo@gmail.com=true *=false")
	w.ok(w.acme.DropSender(w.ctx, jo.ID))
	see("@harbor.example=false *=false")
	w.is(projectr.NotFound, w.acme.DropSender(w.ctx, jo.ID), "remove a rule again")
	w.is(projectr.Invalid, second(w.acme.SaveSender(w.ctx, "not a sender", true)), "a rule for no sender")
	theirs, err := w.globex.Senders(w.ctx)
	w.ok(err)
	same(w, "rules of another", len(theirs), 1)
	var log []string
	for _, a := range all(w, 50, func(p projectr.Page) (projectr.List[projectr.AuditEntry], error) {
		return w.acme.Audit(w.ctx, projectr.AuditFilter{Page: p})
	}) {
		if strings.HasPrefix(a.Action, "sender.") {
			log = append(log, a.Action+" "+a.Target)
		}
	}
	same(w, "audit log", strings.Join(log, ", "), "sender.remove "+string(jo.ID)+", sender.block @harbor.example, sender.allow jo@gmail.com, sender.block *, sender.allow @harbor.example")
	// Of many who save at once each pattern has one rule.
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			if _, err := w.acme.SaveSender(w.ctx, fmt.Sprint("@x", i%4, ".example"), i%2 == 0); err != nil {
				w.Error(err)
			}
		})
	}
	wg.Wait()
	l, err := w.acme.Senders(w.ctx)
	w.ok(err)
	same(w, "rules after many at once", len(l), 6)
}

func fileTexts(w *world) {
	p := w.project(w.acme, "Harbor")
	plan := digestOf("plan")
	put := func(o store.Org, id string, f *projectr.FileText) projectr.Email {
		w.Helper()
		r := w.recording(mail{id: id, files: []string{"logo.png", id + ".pdf"}})
		r.Email.Attachments[0].SHA256, r.Email.Attachments[1].SHA256 = digestOf("logo of "+id), plan
		if f != nil {
			r.Files = map[int]projectr.FileText{2: *f}
		}
		return w.keep(o, r)
	}
	see := func(id projectr.EmailID, want projectr.FileText) {
		w.Helper()
		got, err := w.acme.FileText(w.ctx, id, 2)
		w.ok(err)
		same(w, "text of the file of "+string(id), got, want)
		known, err := w.acme.KnownFile(w.ctx, plan)
		w.ok(err)
		same(w, "what is known of these bytes", known, want)
		e, err := w.acme.Email(w.ctx, id)
		w.ok(err)
		same(w, "what the mail says of it", fmt.Sprintf("%q %s: %s", e.Attachments[0].Read, e.Attachments[1].Read, e.Attachments[1].ReadNote), fmt.Sprintf("%q %s: %s", "", want.State, want.Note))
	}
	put(w.acme, "a", nil)
	for _, n := range []int{1, 2, 3} {
		_, err := w.acme.FileText(w.ctx, "em_a", n)
		w.is(projectr.NotFound, err, fmt.Sprint("text of file ", n, " that nobody read"))
	}
	_, err := w.acme.KnownFile(w.ctx, plan)
	w.is(projectr.NotFound, err, "bytes that nobody read")
	not := projectr.FileText{State: projectr.FileNotRead, Note: "It is locked."}
	put(w.acme, "b", &not)
	see("em_a", not)
	see("em_b", not)
	read := projectr.FileText{State: projectr.FileRead, Note: "All 3 pages.", Text: strings.Repeat("filler ", 200) + "Rebar at 12 inches 🏗\x00 \n on centre"}
	put(w.acme, "c", &read)
	for _, id := range []projectr.EmailID{"em_a", "em_b", "em_c"} {
		see(id, read)
	}
	put(w.acme, "d", &projectr.FileText{State: projectr.FilePartly, Note: "Less.", Text: "Less"})
	put(w.acme, "e", &not)
	see("em_c", read)
	_, err = w.globex.KnownFile(w.ctx, plan)
	w.is(projectr.NotFound, err, "bytes that another organisation read")

	l, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: `"rebar at 12"`})
	w.ok(err)
	if len(l.Items) != 1 {
		w.Fatalf("%d hits in files", len(l.Items))
	}
	h := l.Items[0]
	same(w, "the hit", fmt.Sprintf("%s %s %s %d", h.Kind, h.EmailID, h.Title, h.N), "attachment em_c c.pdf 2")
	same(w, "its words in the snippet", strings.Contains(h.Snippet, "\x02Rebar at 12\x03 inches 🏗"), true)
	// A file without text shows its name.
	l, err = w.acme.Search(w.ctx, projectr.SearchQuery{Text: "logo"})
	w.ok(err)
	same(w, "a file that was not read", l.Items[0].Snippet, "\x02logo\x03.png")
	// What is released brings its files along.
	w.record(w.acme, mail{id: "held", state: projectr.Held, files: []string{"raw.eml"}})
	r := w.readNow(mail{id: "held", project: p.ID, files: []string{"pump.pdf"}})
	r.Email.Attachments[0].SHA256, r.Files = digestOf("pump"), map[int]projectr.FileText{1: {State: projectr.FileRead, Text: "Impeller curve"}}
	did, err := w.acme.Release(w.ctx, r)
	w.ok(err)
	same(w, "released", did, true)
	same(w, "found by words of its file", w.hits(projectr.SearchQuery{Text: "impeller", Project: p.ID}), "attachment:em_held")
	f, err := w.acme.FileText(w.ctx, "em_held", 1)
	w.ok(err)
	same(w, "the text of its file", f, r.Files[1])
}

func factInFile(w *world) {
	p := w.project(w.acme, "Harbor")
	r := w.recording(mail{id: "a", project: p.ID, text: "See the file.", files: []string{"plan.pdf"}, facts: []projectr.Fact{{Kind: projectr.ActionItem}, {Kind: projectr.ActionItem}, {Kind: projectr.ActionItem}, {Kind: projectr.ActionItem}}})
	text := "Überhöhung: move the ramp by Friday."
	r.Files = map[int]projectr.FileText{1: {State: projectr.FileRead, Text: text}}
	f := r.Email.Facts
	f[0].File, f[0].Quote, f[0].Start, f[0].End = 1, "move the ramp", 12, 25
	f[1].File, f[1].Quote, f[1].Start, f[1].End = 1, "move the ramp", 11, 24 // beside it
	f[2].File = 2                                                            // there is no such file
	f[3].File, f[3].Quote, f[3].Start, f[3].End = 0, "move the ramp", 12, 25 // in the file, not in the mail
	w.ok(w.acme.Record(w.ctx, r))
	for i, want := range []projectr.Proof{projectr.Verified, projectr.Unverified, projectr.Unverified, projectr.Unverified} {
		got, err := w.acme.Fact(w.ctx, f[i].ID)
		w.ok(err)
		same(w, fmt.Sprint("proof of fact ", i), got.Proof, want)
		same(w, fmt.Sprint("file of fact ", i), got.File, f[i].File)
	}
	same(w, "actions that drive", w.summary(w.acme, p.ID).OpenActions, 1)
	correct := func(start, end int, quote *string) (projectr.Fact, error) {
		return w.acme.Judge(w.ctx, f[0].ID, projectr.Judgement{State: projectr.FactCorrected, Start: &start, End: &end, Quote: quote})
	}
	got, err := correct(21, 35, ptr("ramp by Friday"))
	w.ok(err)
	same(w, "the new proof", fmt.Sprintf("%s %d %s", got.Quote, got.File, got.Proof), "ramp by Friday 1 verified")
	_, err = correct(0, 13, ptr("See the file."))
	w.is(projectr.Invalid, err, "words of the mail for a fact of its file")
	_, err = correct(21, 350, nil)
	w.is(projectr.Invalid, err, "words beyond the end of the file")
	// Whoever checks gets the text that the quote stands in.
	asked := ""
	w.store.Check = func(text string, f projectr.Fact) projectr.Fact { asked = text; return f }
	_, err = correct(12, 16, nil)
	w.ok(err)
	same(w, "what was looked into", asked, text)
	got, err = w.acme.Judge(w.ctx, f[0].ID, projectr.Judgement{State: projectr.FactOpen})
	w.ok(err)
	same(w, "opened again", fmt.Sprintf("%s %d %d", got.Quote, got.File, got.Start), "move the ramp 1 12")
}
