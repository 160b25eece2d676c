package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

// on is where a mail and its facts are: of each project on whose timeline it stands its
// number among projects, and the last letters of its facts there.
func (w *world) on(e projectr.EmailID, projects ...projectr.ProjectID) string {
	w.Helper()
	var out []string
	for i, p := range projects {
		l, err := w.acme.Emails(w.ctx, projectr.EmailFilter{Project: p, ByDate: true})
		w.ok(err)
		if !slices.ContainsFunc(l.Items, func(m projectr.Email) bool { return m.ID == e }) {
			continue
		}
		out = append(out, fmt.Sprint(i, ":"))
		for _, f := range w.facts(projectr.FactFilter{Project: p}) {
			if f.EmailID == e {
				out = append(out, string(f.ID)[len(f.ID)-1:])
			}
		}
	}
	return strings.Join(out, " ")
}

// toldMail is how many events of a kind a timeline has.
func (w *world) toldMail(p projectr.ProjectID, kind projectr.EventKind) int {
	w.Helper()
	n := 0
	for _, ev := range all(w, 50, func(pg projectr.Page) (projectr.List[projectr.Event], error) { return w.acme.Timeline(w.ctx, p, pg) }) {
		if ev.Kind == kind {
			n++
		}
	}
	return n
}

// moves are the moves that a project's timeline tells of, newest first: what moved, the
// number of the other project among projects, and the note.
func (w *world) moves(p projectr.ProjectID, projects ...projectr.ProjectID) string {
	w.Helper()
	var out []string
	for _, ev := range all(w, 50, func(pg projectr.Page) (projectr.List[projectr.Event], error) { return w.acme.Timeline(w.ctx, p, pg) }) {
		switch ev.Kind {
		case projectr.MailMovedIn, projectr.MailMovedOut, projectr.PassageIn, projectr.PassageOut:
			other := -1
			if ev.Other != nil {
				other = slices.Index(projects, *ev.Other)
			}
			out = append(out, fmt.Sprint(ev.Kind, " ", other, " ", ev.Note))
		}
	}
	return strings.Join(out, ", ")
}

// severalFacts are a risk, an action, and approved money.
var severalFacts = []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.ActionItem},
	{Kind: projectr.BudgetMention, Standing: projectr.Approved, Amount: &projectr.Amount{Minor: 500, Currency: "USD"}}}

func splitMail(w *world) {
	p, q, r := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID, w.project(w.acme, "Cedar").ID
	e := w.record(w.acme, mail{id: "a", text: "Weekly walnut report", files: []string{"plan.pdf"}, facts: severalFacts, on: []projectr.ProjectID{p, q, q}})
	same(w, "where it is", w.on(e.ID, p, q, r), "0: 0 1: 2 1")
	if e.ProjectID != nil || e.State != projectr.Filed || len(e.Passages) != 3 {
		w.Errorf("it is %s on %v with passages %v", e.State, e.ProjectID, e.Passages)
	}
	main := w.record(w.acme, mail{id: "b", project: r, facts: severalFacts, on: []projectr.ProjectID{"", q}})
	same(w, "where one with a project of its own is", w.on(main.ID, p, q, r), "1: 1 2: 2 0")
	for id, want := range map[projectr.ProjectID]string{p: "1 mails 1 risks 0 actions", q: "2 mails 0 risks 2 actions", r: "1 mails 1 risks 0 actions"} {
		s := w.summary(w.acme, id)
		same(w, "sums of "+s.Name, fmt.Sprint(s.Mails, " mails ", s.Risks, " risks ", s.OpenActions, " actions"), want)
		w.recount(id)
	}
	totals, err := w.acme.ProjectTotals(w.ctx, q)
	w.ok(err)
	same(w, "approved on Alder", fmt.Sprint(totals.Approved), "[{500 USD }]")
	// Nothing counts twice in what is counted of the organisation.
	w.used(map[projectr.EmailID]bool{e.ID: true, main.ID: true})
	c, err := w.acme.Counts(w.ctx)
	w.ok(err)
	same(w, "counted", fmt.Sprint(c.Actions, " actions ", c.Review, " in review ", c.MailToday, " mails"), "2 actions 0 in review 2 mails")
	same(w, "facts", len(w.facts(projectr.FactFilter{})), 6)
	// Each project's timeline tells of its own facts alone; a mail is looked for in each.
	for _, x := range []struct {
		id   projectr.ProjectID
		told string
		hits string
	}{{p, "fa_a_0", "mail:em_a"}, {q, "fa_a_1 fa_a_2 fa_b_1", "mail:em_a"}, {r, "fa_b_0 fa_b_2", ""}} {
		var told []string
		for _, ev := range all(w, 50, func(pg projectr.Page) (projectr.List[projectr.Event], error) { return w.acme.Timeline(w.ctx, x.id, pg) }) {
			if ev.FactID != nil {
				told = append(told, string(*ev.FactID))
			}
		}
		slices.Sort(told)
		same(w, "facts told", strings.Join(told, " "), x.told)
		same(w, "found", w.hits(projectr.SearchQuery{Text: "walnut", Project: x.id}), x.hits)
		same(w, "found by its file", w.hits(projectr.SearchQuery{Text: "plan", Project: x.id}), strings.Replace(x.hits, "mail", "attachment", 1))
	}
	same(w, "found in all", w.hits(projectr.SearchQuery{Text: "walnut"}), "mail:em_a")
	// A kind is looked for among the facts of the project.
	l, err := w.acme.Emails(w.ctx, projectr.EmailFilter{Project: p, Kind: projectr.ActionItem})
	w.ok(err)
	same(w, "mails with an action on Harbor", len(l.Items), 0)
	l, err = w.acme.Emails(w.ctx, projectr.EmailFilter{Project: q, Thread: main.ThreadID})
	w.ok(err)
	same(w, "mails of a thread on Alder", len(l.Items), 1)
	w.is(projectr.NotFound, w.acme.Record(w.ctx, w.recording(mail{id: "c", project: p, facts: severalFacts, on: []projectr.ProjectID{w.project(w.globex, "Theirs").ID}})),
		"a passage on another organisation's project")
}

func passageMoved(w *world) {
	p, q, r := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID, w.project(w.acme, "Cedar").ID
	e := w.record(w.acme, mail{id: "a", facts: severalFacts, on: []projectr.ProjectID{p, q, q}})
	start := e.Passages[1].Start
	w.ok(w.acme.FilePassage(w.ctx, e.ID, start, r))
	same(w, "after the move", w.on(e.ID, p, q, r), "0: 0 1: 2 2: 1")
	got, err := w.acme.Email(w.ctx, e.ID)
	w.ok(err)
	same(w, "why the passage is there", fmt.Sprint(got.Passages[1].Reasons), "[{person Filed on Cedar by acme-admin.   0 0}]")
	same(w, "why the others are", len(got.Passages[2].Reasons), 0)
	for _, id := range []projectr.ProjectID{p, q, r} {
		w.recount(id)
	}
	// The last passage of a project takes the mail away with it, and tells so.
	w.ok(w.acme.FilePassage(w.ctx, e.ID, e.Passages[0].Start, r))
	same(w, "after the second move", w.on(e.ID, p, q, r), "1: 2 2: 1 0")
	same(w, "told of where it was", w.toldMail(p, projectr.MailMovedOut), 1)
	w.ok(w.acme.FilePassage(w.ctx, e.ID, e.Passages[0].Start, p))
	w.ok(w.acme.FilePassage(w.ctx, e.ID, start, q))
	same(w, "moved back", w.on(e.ID, p, q, r), "0: 0 1: 2 1")
	for _, id := range []projectr.ProjectID{p, q, r} {
		w.recount(id)
	}
	w.is(projectr.NotFound, w.acme.FilePassage(w.ctx, e.ID, start+1, r), "move a passage that is not there")
	w.is(projectr.NotFound, w.acme.FilePassage(w.ctx, e.ID, start, "pr_nobody"), "move a passage to no project")
	w.is(projectr.Invalid, w.acme.FilePassage(w.ctx, e.ID, start, ""), "move a passage nowhere")
	// Of a passage and the mail moved at once, one is told.
	m := &meddler{Driver: w.driver, then: func() { w.ok(w.acme.FilePassage(w.ctx, e.ID, start, r)) }}
	o, _, err := store.New(m, w.blobs, w.now).AsMember(w.ctx, "us_acme-admin", "org_acme")
	w.ok(err)
	w.is(projectr.Conflict, o.File(w.ctx, e.ID, q, false), "move a mail while a passage is moved")
	same(w, "where it is", w.on(e.ID, p, q, r), "0: 0 1: 2 2: 1")
}

func passageTold(w *world) {
	p, q, r := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID, w.project(w.acme, "Cedar").ID
	rec := w.recording(mail{id: "a", project: p, subject: "Weekly", facts: severalFacts, on: []projectr.ProjectID{"", q, q}})
	rec.Body.Text += "\n" + strings.Repeat("walnut ", 20)
	start := len([]rune(rec.Body.Text)) - 140
	rec.Email.Passages = append(rec.Email.Passages, projectr.Passage{ProjectID: p, Start: start, End: start + 140, Reasons: []projectr.Reason{}})
	e := w.keep(w.acme, rec)
	words := strings.TrimSpace(strings.Repeat("walnut ", 11)) + "…"
	tell := func(doing, onP, onQ, onR string) {
		w.Helper()
		for i, want := range []string{onP, onQ, onR} {
			same(w, fmt.Sprint(doing, ", told on ", i), w.moves([]projectr.ProjectID{p, q, r}[i], p, q, r), want)
		}
	}
	// Both keep the mail: a part of it came, and went.
	w.ok(w.acme.FilePassage(w.ctx, e.ID, start, q))
	onP, onQ := "passage_moved_out 1 "+words, "passage_moved_in 0 "+words
	tell("moved where the mail is", onP, onQ, "")
	w.ok(w.acme.FilePassage(w.ctx, e.ID, start, q))
	tell("moved where it is", onP, onQ, "")
	w.clock = w.clock.Add(time.Minute)
	w.ok(w.acme.FilePassage(w.ctx, e.ID, start, p))
	onP, onQ = "passage_moved_in 1 "+words+", "+onP, "passage_moved_out 0 "+words+", "+onQ
	tell("undone", onP, onQ, "")
	// To a project that did not have the mail, out of the one that keeps it.
	w.clock = w.clock.Add(time.Minute)
	w.ok(w.acme.FilePassage(w.ctx, e.ID, start, r))
	onP = "passage_moved_out 2 " + words + ", " + onP
	tell("moved to another project", onP, onQ, "mail_moved_in 0 Weekly")
	// What a move of the whole takes from a project where the mail stays is told there too.
	w.clock = w.clock.Add(time.Minute)
	w.ok(w.acme.File(w.ctx, e.ID, q, false))
	onP = "mail_moved_out 1 Weekly, " + onP
	onQ = "passage_moved_in 0 Weekly, passage_moved_in 2 " + words + ", " + onQ
	tell("moved as a whole", onP, onQ, "mail_moved_out 1 Weekly, mail_moved_in 0 Weekly")
	for _, id := range []projectr.ProjectID{p, q, r} {
		w.recount(id)
	}
}

func passageUnsure(w *world) {
	p, q, r := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID, w.project(w.acme, "Cedar").ID
	rec := w.recording(mail{id: "a", project: p, facts: severalFacts, on: []projectr.ProjectID{"", q, q}})
	sure, doubt := rec.Email.Passages[0], rec.Email.Passages[1]
	doubt.Unsure = true
	rec.Email.Passages, rec.Email.SetAside = []projectr.Passage{sure}, []projectr.Passage{doubt}
	rec.Email.Facts[2].ProjectID = p
	for i := range rec.Events {
		if rec.Events[i].FactID != nil && *rec.Events[i].FactID == rec.Email.Facts[2].ID {
			rec.Events[i].ProjectID = p
		}
	}
	e := w.keep(w.acme, rec)
	see := func(doing, on string, inForce, aside int) {
		w.Helper()
		got, err := w.acme.Email(w.ctx, e.ID)
		w.ok(err)
		same(w, doing+", where it is", w.on(e.ID, p, q, r), on)
		same(w, doing+", passages in force and aside", fmt.Sprint(len(got.Passages), len(got.SetAside)), fmt.Sprint(inForce, aside))
		for _, id := range []projectr.ProjectID{p, q, r} {
			w.recount(id)
		}
	}
	see("kept", "0: 2 0 1: 1", 1, 1)
	// Moved as a whole and filed by its passages again, it is still in doubt.
	w.ok(w.acme.File(w.ctx, e.ID, r, false))
	see("moved as a whole", "2: 2 1 0", 0, 2)
	w.ok(w.acme.FileByPassages(w.ctx, e.ID, p))
	see("filed by its passages", "0: 2 0 1: 1", 1, 1)
	// A person says where it belongs, and says otherwise.
	w.ok(w.acme.FilePassage(w.ctx, e.ID, doubt.Start, r))
	see("moved", "0: 0 1: 1 2: 2", 2, 0)
	w.ok(w.acme.FilePassage(w.ctx, e.ID, doubt.Start, p))
	see("moved back", "0: 2 0 1: 1", 2, 0)
	got, err := w.acme.Email(w.ctx, e.ID)
	w.ok(err)
	same(w, "what is said of it", fmt.Sprint(got.Passages[1].Unsure, got.Passages[1].Reasons), "false [{person Filed on Harbor by acme-admin.   0 0}]")
	w.is(projectr.NotFound, w.acme.FilePassage(w.ctx, e.ID, doubt.Start+1, r), "move a passage in doubt that is not there")

	// What only waits in doubt is kept where it is by saying so.
	only := w.recording(mail{id: "b", project: p, facts: severalFacts[:1]})
	only.Email.SetAside = []projectr.Passage{{ProjectID: q, Start: only.Email.Facts[0].Start, End: only.Email.Facts[0].End, Reasons: []projectr.Reason{}, Unsure: true}}
	e = w.keep(w.acme, only)
	w.is(projectr.Conflict, w.acme.FileByPassages(w.ctx, e.ID, p), "file by passages that are all in doubt")
	w.ok(w.acme.FilePassage(w.ctx, e.ID, only.Email.SetAside[0].Start, p))
	see("kept here", "0: 0", 1, 0)
}

func movedWhole(w *world) {
	p, q, r := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID, w.project(w.acme, "Cedar").ID
	e := w.record(w.acme, mail{id: "a", project: p, subject: "Walnut Ridge", facts: severalFacts, on: []projectr.ProjectID{"", q}})
	w.ok(w.acme.FilePassage(w.ctx, e.ID, e.Passages[0].Start, r))
	for _, c := range []struct {
		doing string
		move  func() error
		want  string
	}{
		{"moved as a whole", func() error { return w.acme.File(w.ctx, e.ID, q, false) }, "1: 2 1 0"},
		{"filed by its passages again", func() error { return w.acme.FileByPassages(w.ctx, e.ID, p) }, "0: 2 0 2: 1"},
		{"the rest moved", func() error { return w.acme.FileByPassages(w.ctx, e.ID, q) }, "1: 2 0 2: 1"},
		{"put into review", func() error { return w.acme.Unfile(w.ctx, e.ID) }, ""},
		{"filed out of review", func() error { return w.acme.FileByPassages(w.ctx, e.ID, p) }, "0: 2 0 2: 1"},
		{"said to be no project's", func() error { return w.acme.File(w.ctx, e.ID, "", false) }, ""},
	} {
		w.ok(c.move())
		same(w, c.doing, w.on(e.ID, p, q, r), c.want)
		for _, id := range []projectr.ProjectID{p, q, r} {
			w.recount(id)
		}
		w.used(map[projectr.EmailID]bool{e.ID: true})
	}
	rules, err := w.acme.FilingRules(w.ctx)
	w.ok(err)
	same(w, "rules that this taught", len(rules), 0)
	w.is(projectr.Invalid, w.acme.FileByPassages(w.ctx, e.ID, ""), "leave facts on no project")
	w.is(projectr.NotFound, w.acme.FileByPassages(w.ctx, e.ID, "pr_nobody"), "the rest on no project there is")
	// What matching believes of one project files nothing that is about several.
	w.ok(w.acme.Unfile(w.ctx, e.ID))
	w.ok(w.acme.FileMatched(w.ctx, e.ID, p, projectr.Match{}))
	same(w, "filed by matching", w.on(e.ID, p, q, r), "")
	plain := w.record(w.acme, mail{id: "b", project: p})
	w.is(projectr.Conflict, w.acme.FileByPassages(w.ctx, plain.ID, q), "file a mail without passages by them")
}

func splitReread(w *world) {
	p, q, r := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID, w.project(w.acme, "Cedar").ID
	rec := w.recording(mail{id: "a", facts: severalFacts[:2], on: []projectr.ProjectID{p, q}})
	first := rec.Body.Text
	rec.Body.Text += "\nMore words."
	rec.Reading = &projectr.Reading{At: start, Extractor: "rules", Version: "1", Why: "received", State: projectr.ReadingCurrent}
	e := w.keep(w.acme, rec)
	w.ok(w.acme.FilePassage(w.ctx, e.ID, e.Passages[1].Start, r))
	n := len([]rune(first))
	quote := func(from, to int) projectr.Fact {
		q, _ := projectr.Quoted(rec.Body.Text, from, to)
		return projectr.Fact{Kind: projectr.KeyPoint, Text: q, Quote: q, Start: from, End: to, Proof: projectr.Verified, Confidence: 0.9, Priority: "normal"}
	}
	in := e.Passages[1]
	found := []projectr.Fact{e.Facts[0], e.Facts[1], quote(in.Start, in.End), quote(n+1, n+5)}
	kept, err := w.acme.KeepReading(w.ctx, projectr.Reading{EmailID: e.ID, Extractor: "rules", Version: "2", Why: "asked", Facts: found})
	w.ok(err)
	_, err = w.acme.AcceptReading(w.ctx, e.ID, kept.N)
	w.ok(err)
	got, err := w.acme.Email(w.ctx, e.ID)
	w.ok(err)
	var where []string
	for _, f := range got.Facts {
		where = append(where, fmt.Sprint(f.ProjectID == p, " ", f.ProjectID == r, " ", f.Held != ""))
	}
	same(w, "facts on Harbor, on Cedar, held", strings.Join(where, ", "), "true false false, false true false, false true false, false true true")
	same(w, "passages", show(got.Passages[1].ProjectID), show(r))
	for _, id := range []projectr.ProjectID{p, q, r} {
		w.recount(id)
	}
	same(w, "told on Cedar", w.toldMail(r, projectr.MailReread), 1)
	same(w, "told on Harbor", w.toldMail(p, projectr.MailReread), 1)
	_, err = w.acme.UndoReading(w.ctx, e.ID, kept.N)
	w.ok(err)
	for _, id := range []projectr.ProjectID{p, q, r} {
		w.recount(id)
	}
	same(w, "facts after it was undone", len(w.facts(projectr.FactFilter{})), 2)
}

func splitThread(w *world) {
	p, q := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID
	e := w.record(w.acme, mail{id: "a", project: p, thread: "th", facts: severalFacts, on: []projectr.ProjectID{"", q}})
	see := func(doing string, project projectr.ProjectID, split ...projectr.ProjectID) {
		w.Helper()
		t, err := w.acme.ThreadOf(w.ctx, []string{e.MessageID})
		w.ok(err)
		slices.Sort(split)
		same(w, doing, fmt.Sprint(t), fmt.Sprint(projectr.Thread{ID: "th", Project: project, Split: split}))
	}
	see("a thread that begins with it", "", p, q)
	w.record(w.acme, mail{id: "b", project: p, thread: "th"})
	see("one with a mail of one project", p, p, q)
	w.ok(w.acme.File(w.ctx, e.ID, p, false))
	see("when it is moved as a whole", p)
	w.record(w.acme, mail{id: "c", thread: "th", text: "timber", facts: severalFacts, on: []projectr.ProjectID{p, q, q}})
	see("one that goes on with it", p, p, q)
	uses, err := w.acme.WordUse(w.ctx, []string{"timber"})
	w.ok(err)
	same(w, "words of a mail about several projects", len(uses), 0)
}

func splitBettered(w *world) {
	p, q, r := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID, w.project(w.acme, "Cedar").ID
	fwd := w.record(w.acme, mail{id: "fwd", project: p})
	in := w.inside(mail{id: "in", facts: severalFacts, on: []projectr.ProjectID{p, q, r}}, fwd, "forward")
	in.Email.Passages[0].End--
	in.Email.Passages[1].Start -= 2 // with a sign and a line before it that the mail itself does not have
	was := w.keep(w.acme, in)
	true1 := w.again(mail{id: "true", text: "Hello", thread: string(was.ThreadID)}, was.ID, "direct")
	true1.Better = true
	true1.Body.Text += "\n" + was.Facts[0].Quote + "\n\n" + was.Facts[1].Quote
	w.ok(w.acme.Record(w.ctx, true1))
	got, err := w.acme.Email(w.ctx, was.ID)
	w.ok(err)
	for i, x := range got.Passages[:2] {
		words, _ := projectr.Quoted(true1.Body.Text, x.Start, x.End)
		same(w, fmt.Sprint("words of passage ", i), words, strings.TrimSuffix(was.Facts[i].Quote, []string{".", ""}[i]))
	}
	same(w, "passage that is not there any more", fmt.Sprint(got.Passages[2].Start, got.Passages[2].End), "0 0")
	same(w, "where it is", w.on(was.ID, p, q, r), "0: 0 1: 1 2: 2")
	for _, id := range []projectr.ProjectID{p, q, r} {
		w.recount(id)
	}
}
