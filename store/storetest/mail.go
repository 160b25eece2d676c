package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"projectr"
	"projectr/store"
)

func recordedTwice(w *world) {
	p := w.project(w.acme, "Harbor")
	r := w.recording(mail{id: "1", project: p.ID, text: "Hello", files: []string{"a.pdf"}, facts: []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.ActionItem}}})
	w.ok(w.acme.Record(w.ctx, r))
	once := w.snapshot(w.acme)
	// A second time it says something else: the first stays.
	r.Email.Subject, r.Body.Text = "Changed", "Changed"
	w.ok(w.acme.Record(w.ctx, r))
	if twice := w.snapshot(w.acme); twice != once {
		w.Errorf("the second recording changed something: %s", difference(once, twice))
	}
	same(w, "mails on the project", w.summary(w.acme, p.ID).Mails, 1)
}

func comesBack(w *world) {
	p := w.project(w.acme, "Harbor")
	zone := time.FixedZone("", -4*3600-30*60)
	r := w.recording(mail{id: "1", project: p.ID, date: time.Date(2024, 9, 10, 14, 22, 0, 0, zone), subject: "Re: Überhöhung «Süd» 🏗 \x00 \xff",
		text: "Line one\nRésumé 🏗 over\n\n", files: []string{"Zeichnung äö.pdf", ""}, refs: []string{"p@x"},
		facts: []projectr.Fact{
			{Kind: projectr.ActionItem, Text: "Send it", Owner: ptr("Mike Tran"), Deadline: ptr("2024-09-13"), MadeBy: ptr("Dana"), Amount: &projectr.Amount{Minor: -1245000, Currency: "USD", Per: "each"},
				Affects: []string{"schedule", "cost"}, Confidence: 0.123456789},
			{Kind: projectr.Risk, Proof: projectr.ValueMissing},
		}})
	e := &r.Email
	e.Cc = []projectr.MailAddress{{Name: "A \"quoted\" name", Address: "cc@x.example"}}
	e.Reply, e.Automatic, e.Warnings, e.Verdict, e.EnvelopeFrom = true, "list", []string{"odd header"}, projectr.HeldBack, "bounce@x.example"
	e.Tag = "24-117"
	e.Match = projectr.Match{Confidence: 0.91, Reasons: []projectr.Reason{{Kind: "job_number", Text: "It says 24-117.", Words: "24-117", In: "subject", Start: 3, End: 9}},
		Candidates: []projectr.Candidate{{ProjectID: p.ID, Name: p.Name, Confidence: 0.4, Reasons: []projectr.Reason{}}}}
	e.Attachments[0].ContentID, e.Attachments[1].Inline = "cid@x", true
	e.Authentication = projectr.Authentication{Result: projectr.AuthFail, Domain: "harbor.example", SPF: "softfail", SPFDomain: "x.example", DKIM: "pass", DKIMBy: []string{"x.example"},
		DMARC: "fail", Policy: "quarantine", ARC: "pass", ARCBy: "list.example", ARCSaw: "pass", Note: "It does not come from there."}
	e.Why = "Its sender failed."
	e.Invitation = &projectr.Invitation{Method: "REQUEST", UID: "u@x", Summary: "Walk 🏗", Location: "Site", Start: start, End: start.Add(time.Hour), AllDay: true, Floating: true,
		Recurs: true, Organizer: projectr.MailAddress{Name: "Jo", Address: "jo@x.example"}}
	e.Confirmation = &projectr.Confirmation{Provider: "Gmail", For: "jo@x.example", Code: "123", URL: "https://mail.google.com/x"}
	e.Flags = []projectr.Flag{{Kind: "bank_details", Text: "It says that payments go elsewhere.", Words: "new account", Start: 2, End: 13}}
	e.Passages = []projectr.Passage{{ProjectID: p.ID, Start: 1, End: 9, Reasons: []projectr.Reason{{Kind: "name", Text: "It names Harbor."}}}}
	e.SetAside = []projectr.Passage{{ProjectID: p.ID, Start: 10, End: 12, Reasons: []projectr.Reason{}}}
	e.ReadAgain, e.ReadAgainWhy = true, projectr.AgainForOrders
	e.Match.Proposal = &projectr.Proposal{Name: "Pier 9", JobNumber: "25-001", Address: "9 Pier Rd", Client: "Port"}
	e.Facts[0].Held, e.Facts[0].Supersedes = "Its mail is flagged.", ptr(projectr.FactID("fa_old"))
	e.Facts[1].Repeats, e.Facts[1].SupersededBy = ptr(projectr.FactID("fa_first")), ptr(projectr.FactID("fa_new"))
	r.Files = map[int]projectr.FileText{1: {State: projectr.FilePartly, Note: "Pages 1-50."}}
	r.Body.HTML = true
	w.ok(w.acme.Record(w.ctx, r))

	got, err := w.acme.Email(w.ctx, e.ID)
	w.ok(err)
	_, minutes := got.Date.Zone()
	same(w, "zone of the mail's date", minutes, -4*3600-30*60)
	if !got.Date.Equal(e.Date) || !got.ReceivedAt.Equal(e.ReceivedAt) {
		w.Errorf("dates %v %v, want %v %v", got.Date, got.ReceivedAt, e.Date, e.ReceivedAt)
	}
	want := *e
	want.ThreadSize, want.ThreadIndex = 1, 1
	want.SendersIn = []projectr.Arrival{{How: "direct", By: e.From[0], At: e.ReceivedAt, EmailID: e.ID}}
	want.Attachments = slices.Clone(e.Attachments)
	for i := range want.Attachments { // both have the same bytes
		want.Attachments[i].Read, want.Attachments[i].ReadNote = projectr.FilePartly, "Pages 1-50."
	}
	if a, b := show(got), show(want); a != b {
		w.Errorf("the mail came back as\n%s, want\n%s", a, b)
	}
	body, err := w.acme.Body(w.ctx, e.ID)
	w.ok(err)
	if !reflect.DeepEqual(body, r.Body) {
		w.Errorf("the text came back as %+v, want %+v", body, r.Body)
	}
	for _, f := range got.Facts {
		if !f.Stands(body.Text) {
			w.Errorf("the quote %q does not stand at %d in the text", f.Quote, f.Start)
		}
		one, err := w.acme.Fact(w.ctx, f.ID)
		w.ok(err)
		if a, b := show(one), show(f); a != b {
			w.Errorf("the fact alone is %s, with its mail %s", a, b)
		}
	}
	// Lists that are empty are lists: a page counts on it.
	bare := w.record(w.acme, mail{id: "2"})
	for name, isNil := range map[string]bool{"to": bare.To == nil, "cc": bare.Cc == nil, "attachments": bare.Attachments == nil, "warnings": bare.Warnings == nil,
		"facts": bare.Facts == nil, "senders in": bare.SendersIn == nil, "reasons": bare.Match.Reasons == nil, "candidates": bare.Match.Candidates == nil} {
		if isNil {
			w.Errorf("no %s came back as nil", name)
		}
	}
	same(w, "authentication that nobody looked at", bare.Authentication.Result, projectr.AuthNone)
	// A mail without an author came from whoever sent it.
	nobody := w.recording(mail{id: "3"})
	nobody.Email.From = nil
	same(w, "its sender", w.keep(w.acme, nobody).SendersIn[0].By, projectr.MailAddress{Address: "Dana@Harbor.example"})
	// An imported one came from whoever imported it.
	older := w.recording(mail{id: "4"})
	older.Email.Authentication = projectr.Authentication{Result: projectr.AuthNone, Imported: true}
	kept := w.keep(w.acme, older)
	same(w, "its way in", show(kept.SendersIn), show([]projectr.Arrival{{How: "imported", By: projectr.Importer, At: older.Email.ReceivedAt, EmailID: older.Email.ID}}))
	same(w, "that it was imported", kept.Authentication.Imported, true)
}

func wholeOrNothing(w *world) {
	p := w.project(w.acme, "Harbor")
	before := w.snapshot(w.acme)
	for name, spoil := range map[string]func(*projectr.Recording){
		"two facts of one id": func(r *projectr.Recording) { r.Email.Facts[1].ID = r.Email.Facts[0].ID },
		"an event of a project that is not there": func(r *projectr.Recording) {
			r.Events[2].ProjectID = "pr_never"
		},
		"an event of a fact that is not there": func(r *projectr.Recording) { r.Events[2].FactID = ptr(projectr.FactID("fa_never")) },
		"two events of one id":                 func(r *projectr.Recording) { r.Events[2] = r.Events[1] },
		"two files of one number": func(r *projectr.Recording) {
			r.Email.Attachments[1].N = 1
		},
	} {
		r := w.recording(mail{id: "spoilt", project: p.ID, text: "Text", files: []string{"a", "b"}, facts: []projectr.Fact{{}, {}}})
		spoil(&r)
		if err := w.acme.Record(w.ctx, r); err == nil {
			w.Errorf("%s: recorded", name)
		}
		if after := w.snapshot(w.acme); after != before {
			w.Fatalf("%s: left something behind: %s", name, difference(before, after))
		}
		has, err := w.acme.HasEmail(w.ctx, r.Email.ID)
		w.ok(err)
		same(w, name+": the mail is there", has, false)
		if _, err := w.acme.ThreadOf(w.ctx, []string{r.Email.MessageID}); projectr.KindOf(err) != projectr.NotFound {
			w.Errorf("%s: its thread was kept", name)
		}
	}
	w.record(w.acme, mail{id: "spoilt", project: p.ID, text: "Text"}) // and the driver goes on
}

func foreignProject(w *world) {
	theirs := w.project(w.globex, "Theirs")
	r := w.recording(mail{id: "1", project: theirs.ID})
	w.is(projectr.NotFound, w.acme.Record(w.ctx, r), "record into another organisation's project")
	mine := w.record(w.acme, mail{id: "2"})
	w.is(projectr.NotFound, w.acme.File(w.ctx, mine.ID, theirs.ID, true), "file into another organisation's project")
	same(w, "mails on their project", w.summary(w.globex, theirs.ID).Mails, 0)
}

// lists are all lists of an organisation, each as the ids it shows.
func (w *world) lists(o store.Org, p projectr.ProjectID) map[string]func(projectr.Page) (projectr.List[string], error) {
	return map[string]func(projectr.Page) (projectr.List[string], error){
		"audit": named(func(pg projectr.Page) (projectr.List[projectr.AuditEntry], error) {
			return o.Audit(w.ctx, projectr.AuditFilter{Page: pg})
		},
			func(a projectr.AuditEntry) string { return a.At.String() + a.Action + a.Target }),
		"projects": named(func(pg projectr.Page) (projectr.List[projectr.ProjectSummary], error) {
			return o.Projects(w.ctx, projectr.ProjectFilter{Page: pg})
		}, func(p projectr.ProjectSummary) string { return string(p.ID) }),
		"projects by name": named(func(pg projectr.Page) (projectr.List[projectr.ProjectSummary], error) {
			return o.Projects(w.ctx, projectr.ProjectFilter{Sort: "name", Page: pg})
		}, func(p projectr.ProjectSummary) string { return string(p.ID) }),
		"projects by job number": named(func(pg projectr.Page) (projectr.List[projectr.ProjectSummary], error) {
			return o.Projects(w.ctx, projectr.ProjectFilter{Sort: "job_number", Page: pg})
		}, func(p projectr.ProjectSummary) string { return string(p.ID) }),
		"mails": named(func(pg projectr.Page) (projectr.List[projectr.Email], error) {
			return o.Emails(w.ctx, projectr.EmailFilter{Page: pg})
		}, emailID),
		"mails by date": named(func(pg projectr.Page) (projectr.List[projectr.Email], error) {
			return o.Emails(w.ctx, projectr.EmailFilter{ByDate: true, Page: pg})
		}, emailID),
		"mails of a project": named(func(pg projectr.Page) (projectr.List[projectr.Email], error) {
			return o.Emails(w.ctx, projectr.EmailFilter{Project: p, ByDate: true, Page: pg})
		}, emailID),
		"facts": named(func(pg projectr.Page) (projectr.List[projectr.Fact], error) {
			return o.Facts(w.ctx, projectr.FactFilter{Page: pg})
		}, factID),
		"facts by deadline": named(func(pg projectr.Page) (projectr.List[projectr.Fact], error) {
			return o.Facts(w.ctx, projectr.FactFilter{Deadline: true, Page: pg})
		}, factID),
		"timeline": named(func(pg projectr.Page) (projectr.List[projectr.Event], error) { return o.Timeline(w.ctx, p, pg) }, eventID),
		"changes":  named(func(pg projectr.Page) (projectr.List[projectr.Event], error) { return o.Changes(w.ctx, start, pg) }, eventID),
		"search": named(func(pg projectr.Page) (projectr.List[projectr.SearchHit], error) {
			return o.Search(w.ctx, projectr.SearchQuery{Text: "harb", Page: pg})
		}, func(h projectr.SearchHit) string { return hitID(h) + fmt.Sprint(h.N) }),
	}
}

func named[T any](page func(projectr.Page) (projectr.List[T], error), id func(T) string) func(projectr.Page) (projectr.List[string], error) {
	return func(p projectr.Page) (projectr.List[string], error) {
		l, err := page(p)
		out := projectr.List[string]{Next: l.Next, Items: make([]string, len(l.Items))}
		for i, x := range l.Items {
			out.Items[i] = id(x)
		}
		return out, err
	}
}

// crowd fills an organisation so that lists have ties in what they are sorted by.
func (w *world) crowd() projectr.Project {
	w.Helper()
	p := w.project(w.acme, "Harbor")
	for i := range 6 {
		w.project(w.acme, []string{"Harbor", "harbor", "Alder"}[i%3])
	}
	moment := w.now()
	for i := range 13 {
		due := []*string{ptr("2026-03-09"), nil, ptr("2026-03-05")}[i%3]
		w.record(w.acme, mail{id: fmt.Sprint("m", i), project: p.ID, date: moment.Add(time.Duration(i/5) * time.Hour), subject: "Harbor", files: []string{"harbor.pdf"},
			facts: []projectr.Fact{{Kind: projectr.ActionItem, Text: "Harbor", Deadline: due}, {Kind: projectr.Risk}}})
	}
	return p
}

func pages(w *world) {
	p := w.crowd()
	for name, list := range w.lists(w.acme, p.ID) {
		whole := all(w, 200, list)
		if len(whole) < 7 {
			w.Errorf("%s: only %d items, too few to tell", name, len(whole))
		}
		sorted := slices.Clone(whole)
		slices.Sort(sorted)
		if n := len(slices.Compact(sorted)); n != len(whole) && name != "audit" {
			w.Errorf("%s: %d of %d items are repeated", name, len(whole)-n, len(whole))
		}
		for _, limit := range []int{1, 2, 3, 7} {
			if got := all(w, limit, list); !slices.Equal(got, whole) {
				w.Errorf("%s in pages of %d: %v, want %v", name, limit, got, whole)
			}
		}
	}
}

func pagesWhileMailArrives(w *world) {
	p := w.crowd()
	for name, list := range w.lists(w.acme, p.ID) {
		if strings.HasPrefix(name, "projects") {
			continue // there, mail moves a project to the front
		}
		whole := all(w, 200, list)
		n := 0
		var got []string
		for after := ""; ; n++ {
			l, err := list(projectr.Page{Limit: 4, After: after})
			w.ok(err)
			got = append(got, l.Items...)
			if after = l.Next; after == "" {
				break
			}
			w.record(w.acme, mail{id: fmt.Sprintf("%s%d", strings.ReplaceAll(name, " ", "_"), n), project: p.ID, date: w.now().Add(24 * time.Hour), subject: "Harbor",
				facts: []projectr.Fact{{Kind: projectr.ActionItem, Text: "Harbor", Deadline: ptr("2026-03-01")}}})
		}
		// What came meanwhile may stand further on, where its place is.
		known := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return !slices.Contains(whole, id) })
		if !slices.Equal(known, whole) {
			w.Errorf("%s: %v, want %v", name, known, whole)
		}
		slices.Sort(got)
		if n := len(got); n != len(slices.Compact(got)) {
			w.Errorf("%s: something stands on two pages", name)
		}
	}
}

func cursors(w *world) {
	p := w.crowd()
	lists := w.lists(w.acme, p.ID)
	next := map[string]string{}
	for name, list := range lists {
		l, err := list(projectr.Page{Limit: 1})
		w.ok(err)
		next[name] = l.Next
	}
	other := w.project(w.globex, "Other")
	theirs := w.lists(w.globex, other.ID)
	for name, list := range lists {
		for _, garbage := range []string{"x", "!", strings.Repeat("A", 400), next[name] + "A", next[name][1:], "\x00", "eyJhIjoxfQ"} {
			_, err := list(projectr.Page{Limit: 1, After: garbage})
			w.is(projectr.Invalid, err, fmt.Sprintf("%s after %.20q", name, garbage))
		}
		for from, cursor := range next {
			shared := strings.HasPrefix(name, "mails") && strings.HasPrefix(from, "mails") // one list under two filters may share its places
			if _, err := list(projectr.Page{Limit: 1, After: cursor}); from != name && !shared && projectr.KindOf(err) != projectr.Invalid {
				w.Errorf("%s took a cursor of %s: %v", name, from, err)
			}
		}
		_, err := theirs[name](projectr.Page{Limit: 1, After: next[name]})
		w.is(projectr.Invalid, err, name+" of another organisation")
	}
}

func emailFilters(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	day := func(d int) time.Time { return time.Date(2026, 2, d, 9, 0, 0, 0, time.UTC) }
	w.record(w.acme, mail{id: "a", project: p.ID, date: day(3), facts: []projectr.Fact{{Kind: projectr.Risk}}})
	w.record(w.acme, mail{id: "b", project: q.ID, date: day(1), facts: []projectr.Fact{{Kind: projectr.Decision}}})
	w.record(w.acme, mail{id: "c", date: day(2), facts: []projectr.Fact{{Kind: projectr.Risk, State: projectr.FactRejected}}})
	w.record(w.acme, mail{id: "d", state: projectr.Parked, date: day(4)})
	w.record(w.acme, mail{id: "e", state: projectr.Held, thread: "th_a", date: day(5)})
	for _, c := range []struct {
		name string
		f    projectr.EmailFilter
		want string
	}{
		{"all, newest received first", projectr.EmailFilter{}, "em_e em_d em_c em_b em_a"},
		{"all, newest date first", projectr.EmailFilter{ByDate: true}, "em_e em_d em_a em_c em_b"},
		{"filed", projectr.EmailFilter{State: projectr.Filed}, "em_b em_a"},
		{"in review", projectr.EmailFilter{State: projectr.InReview}, "em_c"},
		{"parked", projectr.EmailFilter{State: projectr.Parked}, "em_d"},
		{"of a project", projectr.EmailFilter{Project: p.ID}, "em_a"},
		{"of a thread", projectr.EmailFilter{Thread: "th_a"}, "em_e em_a"},
		{"with a live risk", projectr.EmailFilter{Kind: projectr.Risk}, "em_a"},
		{"before a date", projectr.EmailFilter{Before: day(3)}, "em_c em_b"},
		{"nothing fits", projectr.EmailFilter{Project: p.ID, State: projectr.Held}, ""},
	} {
		c.f.Page = projectr.Page{Limit: 50}
		l, err := w.acme.Emails(w.ctx, c.f)
		w.ok(err)
		same(w, c.name, ids(l.Items, emailID), c.want)
	}
}

func threadPlaces(w *world) {
	p := w.project(w.acme, "Harbor")
	for i, hour := range []int{3, 1, 2} {
		w.record(w.acme, mail{id: fmt.Sprint(i), project: p.ID, thread: "th_x", date: start.Add(time.Duration(hour) * time.Hour)})
	}
	w.record(w.acme, mail{id: "other", project: p.ID, date: start})
	l, err := w.acme.Emails(w.ctx, projectr.EmailFilter{Thread: "th_x", ByDate: true})
	w.ok(err)
	got := ids(l.Items, func(e projectr.Email) string { return fmt.Sprintf("%s=%d/%d", e.ID, e.ThreadIndex, e.ThreadSize) })
	same(w, "places", got, "em_0=3/3 em_2=2/3 em_1=1/3")
}

func lateParent(w *world) {
	p := w.project(w.acme, "Harbor")
	w.record(w.acme, mail{id: "answer", project: p.ID, thread: "th_answer", refs: []string{"grandparent@mail.example", "parent@mail.example"}})
	for _, ask := range [][]string{{"parent@mail.example"}, {"unknown@x", "grandparent@mail.example"}, {"answer@mail.example"}} {
		t, err := w.acme.ThreadOf(w.ctx, ask)
		w.ok(err)
		same(w, fmt.Sprint(ask), fmt.Sprint(t), fmt.Sprint(projectr.Thread{ID: "th_answer", Project: p.ID}))
	}
	_, err := w.acme.ThreadOf(w.ctx, []string{"unknown@x"})
	w.is(projectr.NotFound, err, "the thread of an unknown mail")
	_, err = w.acme.ThreadOf(w.ctx, nil)
	w.is(projectr.NotFound, err, "the thread of nothing")
	// Of several the first counts that is on a project.
	w.record(w.acme, mail{id: "other", thread: "th_other"})
	w.record(w.acme, mail{id: "another", thread: "th_another"})
	t, err := w.acme.ThreadOf(w.ctx, []string{"other@mail.example", "parent@mail.example"})
	w.ok(err)
	same(w, "the first on a project", t.ID, "th_answer")
	t, err = w.acme.ThreadOf(w.ctx, []string{"unknown@x", "another@mail.example", "other@mail.example"})
	w.ok(err)
	same(w, "the first found", t.ID, "th_another")
}

// threadsTied records three mails in every order. Each names only the one it
// answers, and goes where the product would put it.
func threadsTied(w *world) {
	at := map[string]int{"m1": 1, "m2": 2, "m3": 3}
	answers := map[string][]string{"m2": {"m1"}, "m3": {"m2"}}
	for n, order := range []string{"m1 m2 m3", "m1 m3 m2", "m2 m1 m3", "m2 m3 m1", "m3 m1 m2", "m3 m2 m1"} {
		id := func(m string) string { return fmt.Sprintf("%s_%d", m, n) }
		message := func(m string) string { return id(m) + "@mail.example" }
		put := func(m string, p projectr.ProjectID) projectr.ThreadID {
			w.Helper()
			x := mail{id: id(m), project: p, date: start.Add(time.Duration(at[m]) * time.Hour)}
			for _, a := range answers[m] {
				x.refs = append(x.refs, message(a))
			}
			t, err := w.acme.ThreadOf(w.ctx, append(slices.Clone(x.refs), message(m)))
			if x.thread = string(t.ID); projectr.KindOf(err) != projectr.NotFound {
				w.ok(err)
			}
			return w.record(w.acme, x).ThreadID
		}
		p := w.project(w.acme, fmt.Sprint("Harbor ", n))
		var last projectr.ThreadID
		for i, m := range strings.Fields(order) {
			if i == n%3 {
				last = put(m, p.ID)
			} else {
				last = put(m, "")
			}
		}
		l, err := w.acme.Emails(w.ctx, projectr.EmailFilter{Thread: last, ByDate: true})
		w.ok(err)
		places := ids(l.Items, func(e projectr.Email) string {
			return fmt.Sprintf("%s=%d/%d", e.MessageID, e.ThreadIndex, e.ThreadSize)
		})
		same(w, order, places, fmt.Sprintf("%s=3/3 %s=2/3 %s=1/3", message("m3"), message("m2"), message("m1")))
		for m := range at {
			t, err := w.acme.ThreadOf(w.ctx, []string{message(m)})
			w.ok(err)
			same(w, order+": the thread of "+m, fmt.Sprint(t), fmt.Sprint(projectr.Thread{ID: last, Project: p.ID}))
		}
	}
	// What people filed apart stays apart.
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	w.record(w.acme, mail{id: "a", thread: "th_a", project: p.ID})
	w.record(w.acme, mail{id: "b", thread: "th_b", project: q.ID})
	w.record(w.acme, mail{id: "c", thread: "th_c", refs: []string{"a@mail.example", "b@mail.example"}})
	for m, want := range map[string]projectr.Thread{"a": {ID: "th_c", Project: p.ID}, "b": {ID: "th_b", Project: q.ID}, "c": {ID: "th_c", Project: p.ID}} {
		t, err := w.acme.ThreadOf(w.ctx, []string{m + "@mail.example"})
		w.ok(err)
		same(w, "the thread of "+m, fmt.Sprint(t), fmt.Sprint(want))
	}
	// Names are one organisation's own.
	w.record(w.globex, mail{id: "d", thread: "th_d", refs: []string{"a@mail.example"}})
	t, err := w.acme.ThreadOf(w.ctx, []string{"a@mail.example"})
	w.ok(err)
	same(w, "the thread after a neighbour's mail named it", t.ID, "th_c")
}

func threadProject(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	follows := func() projectr.ProjectID {
		w.Helper()
		t, err := w.acme.ThreadOf(w.ctx, []string{"a@mail.example"})
		w.ok(err)
		return t.Project
	}
	a := w.record(w.acme, mail{id: "a", thread: "th"})
	same(w, "with its mail in review", follows(), "")
	w.record(w.acme, mail{id: "b", thread: "th", project: p.ID})
	same(w, "after a mail was filed", follows(), p.ID)
	w.record(w.acme, mail{id: "c", thread: "th", project: q.ID})
	same(w, "after another was filed elsewhere", follows(), p.ID)
	w.ok(w.acme.File(w.ctx, a.ID, q.ID, false))
	same(w, "after a person filed one mail", follows(), p.ID)
	w.ok(w.acme.Unfile(w.ctx, a.ID))
	w.ok(w.acme.File(w.ctx, a.ID, q.ID, true))
	same(w, "after a person moved the thread", follows(), q.ID)
}

// readNow is the recording of a mail that was recorded before, unread.
func (w *world) readNow(m mail) projectr.Recording {
	r := w.recording(m)
	for i := range r.Events {
		r.Events[i].ID += "_read"
	}
	return r
}

func released(w *world) {
	p := w.project(w.acme, "Harbor")
	for _, state := range []projectr.EmailState{projectr.Held, projectr.Parked} {
		id := string(state)
		w.record(w.acme, mail{id: id + "_parent", thread: "th_" + id + "_parent", project: p.ID})
		was := w.record(w.acme, mail{id: id, state: state, subject: "Unread", text: "unread words", thread: "th_alone_" + id, files: []string{"raw.eml"}})
		r := w.readNow(mail{id: id, project: p.ID, subject: "Pump", text: "The pump is late.", date: start.AddDate(0, 0, -9), thread: "th_" + id + "_parent",
			refs: []string{id + "_parent@mail.example"}, files: []string{"pump.pdf", "plan.pdf"}, from: projectr.MailAddress{Name: "Mike Tran", Address: "mike@x.example"},
			facts: []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.ActionItem, Quote: "words that stand"}}})
		r.Email.Facts[1].Quote = "words that do not stand there"
		r.Email.Reply, r.Email.Warnings, r.Email.Automatic = true, []string{"odd"}, "list"
		r.Email.Match = projectr.Match{Confidence: 0.9, Reasons: []projectr.Reason{{Kind: "thread", Text: "It answers."}}, Candidates: []projectr.Candidate{}}
		r.Email.SHA256, r.Email.EnvelopeFrom = "another", "another"
		before := w.summary(w.acme, p.ID)
		news, stop := w.acme.Watch()
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
		same(w, "times it was told", len(news), 1)
		same(w, "what was told", <-news, projectr.Change{Kind: projectr.MailFiled, EmailID: was.ID, ProjectID: p.ID})
		stop()

		got, err := w.acme.Email(w.ctx, was.ID)
		w.ok(err)
		want := r.Email
		want.ReceivedAt, want.SHA256, want.EnvelopeFrom, want.Verdict, want.Size = was.ReceivedAt, was.SHA256, was.EnvelopeFrom, was.Verdict, was.Size
		want.Cc, want.ThreadSize, want.ThreadIndex = []projectr.MailAddress{}, 2, 1
		want.Authentication.Result = projectr.AuthNone
		want.Flags, want.Passages, want.SetAside = []projectr.Flag{}, []projectr.Passage{}, []projectr.Passage{}
		want.SendersIn = []projectr.Arrival{{How: "direct", By: r.Email.From[0], At: was.ReceivedAt, EmailID: was.ID}}
		want.Facts = slices.Clone(r.Email.Facts)
		want.Facts[1].Proof = projectr.Unverified
		if a, b := show(got), show(want); a != b {
			w.Errorf("it came back as\n%s, want\n%s", a, b)
		}
		body, err := w.acme.Body(w.ctx, was.ID)
		w.ok(err)
		same(w, "text", body.Text, r.Body.Text)
		after := w.summary(w.acme, p.ID)
		same(w, "mails on the project", after.Mails, before.Mails+1)
		same(w, "risks", after.Risks, before.Risks+1)
		same(w, "facts that are unseen", after.Unseen, before.Unseen+2)
		totals, err := w.acme.ProjectTotals(w.ctx, p.ID)
		w.ok(err)
		same(w, "files", totals.Files%2, 0)
		for text, hits := range map[string]int{"unread": 0, "raw": 0, "pump": 2, "plan": 1} {
			l, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: text})
			w.ok(err)
			n := 0
			for _, h := range l.Items {
				if h.EmailID == was.ID && h.Kind != "fact" {
					n++
				}
			}
			same(w, "found by "+text, n, hits)
		}
		t, err := w.acme.ThreadOf(w.ctx, []string{got.MessageID})
		w.ok(err)
		same(w, "thread", t.ID, projectr.ThreadID("th_"+id+"_parent"))
		l, err := w.acme.Timeline(w.ctx, p.ID, projectr.Page{Limit: 200})
		w.ok(err)
		n := 0
		for _, ev := range l.Items {
			if ev.EmailID != nil && *ev.EmailID == was.ID {
				n++
			}
		}
		same(w, "entries in the timeline", n, 3)
		w.recount(p.ID)

		// It is mail as any other now.
		same(w, "mails listed as "+id, len(second0(w.acme.Emails(w.ctx, projectr.EmailFilter{State: state})).Items), 0)
		once := w.snapshot(w.acme)
		did, err := w.acme.Release(w.ctx, r)
		w.ok(err)
		same(w, "released again", did, false)
		if again := w.snapshot(w.acme); again != once {
			w.Errorf("releasing it again changed something: %s", difference(once, again))
		}
	}
	u, err := w.acme.Usage(w.ctx, "2026-03-01", "2026-03-31")
	w.ok(err)
	same(w, "mails used", u.Emails, 4)
	_, err = w.acme.Release(w.ctx, w.recording(mail{id: "never"}))
	w.is(projectr.NotFound, err, "release a mail that never came")
	w.record(w.acme, mail{id: "waits", state: projectr.Held})
	for _, state := range []projectr.EmailState{projectr.Held, projectr.Parked, projectr.Quarantined} {
		_, err = w.acme.Release(w.ctx, w.recording(mail{id: "waits", state: state}))
		w.is(projectr.Invalid, err, "release a mail to be "+string(state))
	}
	did, err := w.acme.Release(w.ctx, w.readNow(mail{id: "waits"}))
	w.ok(err)
	same(w, "released into review", did, true)
	w.ok(w.acme.File(w.ctx, "em_waits", p.ID, false))
}

func second0[T any](x T, _ error) T { return x }

func parkedFiled(w *world) {
	p := w.project(w.acme, "Harbor")
	for _, id := range []string{"a", "b"} {
		w.record(w.acme, mail{id: id, state: projectr.Parked})
	}
	w.is(projectr.Conflict, w.acme.Unfile(w.ctx, "em_a"), "put unread mail into review")
	w.ok(w.acme.FileMatched(w.ctx, "em_a", p.ID, projectr.Match{})) // matching knows nothing of it
	same(w, "mails after matching", w.summary(w.acme, p.ID).Mails, 0)
	w.ok(w.acme.File(w.ctx, "em_a", p.ID, false))
	w.ok(w.acme.File(w.ctx, "em_b", "", false))
	same(w, "mails on the project", w.summary(w.acme, p.ID).Mails, 1)
	c, err := w.acme.Counts(w.ctx)
	w.ok(err)
	same(w, "mails that could not be read", c.Parked, 0)
	w.recount(p.ID)
	w.record(w.acme, mail{id: "held", state: projectr.Held})
	w.is(projectr.Conflict, w.acme.File(w.ctx, "em_held", p.ID, false), "file held mail")
}

func manyWriters(w *world) {
	const writers, each = 64, 8
	p, q := w.project(w.acme, "Harbor"), w.project(w.globex, "Alder")
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			o, id := w.acme, p.ID
			if i%2 == 1 {
				o, id = w.globex, q.ID
			}
			for j := range each {
				// Every mail comes twice, as it does when a delivery is tried again.
				r := w.recording(mail{id: fmt.Sprintf("%d_%d", i/4, j*2+i/2%2), project: id, text: "Concrete pour", facts: []projectr.Fact{{Kind: projectr.ActionItem}, {Kind: projectr.Risk}}})
				for range 2 {
					if err := o.Record(w.ctx, r); err != nil {
						w.Error(err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	for _, c := range []struct {
		o  store.Org
		id projectr.ProjectID
	}{{w.acme, p.ID}, {w.globex, q.ID}} {
		const n = writers * each / 2
		s := w.summary(c.o, c.id)
		same(w, "mails", s.Mails, n)
		same(w, "actions", s.OpenActions, n)
		same(w, "risks", s.Risks, n)
		same(w, "mails listed", len(all(w, 200, func(p projectr.Page) (projectr.List[projectr.Email], error) {
			return c.o.Emails(w.ctx, projectr.EmailFilter{Page: p})
		})), n)
		same(w, "mails found", len(all(w, 200, func(p projectr.Page) (projectr.List[projectr.SearchHit], error) {
			return c.o.Search(w.ctx, projectr.SearchQuery{Text: "pour", Kinds: []string{"mail"}, Page: p})
		})), n)
		recorded := 0
		for _, a := range all(w, 200, func(p projectr.Page) (projectr.List[projectr.AuditEntry], error) {
			return c.o.Audit(w.ctx, projectr.AuditFilter{Page: p})
		}) {
			if a.Action == "mail.record" {
				recorded++
			}
		}
		same(w, "audit entries", recorded, n)
		u, err := c.o.Usage(w.ctx, "2026-03-01", "2026-03-31")
		w.ok(err)
		same(w, "usage", u.Emails, n)
	}
}

func givingUp(w *world) {
	p := w.project(w.acme, "Harbor")
	rng := rand.New(rand.NewPCG(1, 2))
	var wg sync.WaitGroup
	const n = 100
	errs := make([]error, n)
	for i := range n {
		delay := time.Duration(rng.IntN(2000)) * time.Microsecond
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(w.ctx, delay)
			defer cancel()
			errs[i] = w.acme.Record(ctx, w.recording(mail{id: fmt.Sprint(i), project: p.ID, facts: []projectr.Fact{{Kind: projectr.Risk}}}))
		})
	}
	wg.Wait()
	kept := 0
	for i, err := range errs {
		has, e := w.acme.HasEmail(w.ctx, projectr.EmailID(fmt.Sprintf("em_%d", i)))
		w.ok(e)
		if err == nil && !has {
			w.Errorf("mail %d was said to be kept, and is not", i)
		}
		if has {
			kept++
		}
	}
	s := w.summary(w.acme, p.ID)
	same(w, "mails", s.Mails, kept)
	same(w, "risks", s.Risks, kept)
}
