package storetest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

func (w *world) facts(f projectr.FactFilter) []projectr.Fact {
	w.Helper()
	return all(w, 50, func(p projectr.Page) (projectr.List[projectr.Fact], error) {
		f.Page = p
		return w.acme.Facts(w.ctx, f)
	})
}

func factsFollow(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	e := w.record(w.acme, mail{id: "a", facts: []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.ActionItem, Confidence: 0.5}}})
	see := func(doing string, in, out projectr.ProjectID) {
		w.Helper()
		want := 0
		if in != "" {
			want = 2
			for _, f := range w.facts(projectr.FactFilter{Project: in}) {
				same(w, doing+": the project of a fact", f.ProjectID, in)
			}
			same(w, doing+": facts in the project", len(w.facts(projectr.FactFilter{Project: in})), 2)
			same(w, doing+": risks", w.summary(w.acme, in).Risks, 1)
			same(w, doing+": mails", w.summary(w.acme, in).Mails, 1)
		}
		same(w, doing+": facts everywhere", len(w.facts(projectr.FactFilter{})), want)
		same(w, doing+": facts where it was", len(w.facts(projectr.FactFilter{Project: out})), 0)
		same(w, doing+": risks where it was", w.summary(w.acme, out).Risks, 0)
		same(w, doing+": mails where it was", w.summary(w.acme, out).Mails, 0)
		c, err := w.acme.Counts(w.ctx)
		w.ok(err)
		same(w, doing+": actions counted", c.Actions, want/2)
		same(w, doing+": unsure counted", c.Unsure, want/2)
		got, err := w.acme.Email(w.ctx, e.ID)
		w.ok(err)
		same(w, doing+": facts with the mail", len(got.Facts), 2)
	}
	see("in review", "", p.ID)
	w.ok(w.acme.File(w.ctx, e.ID, p.ID, false))
	see("filed", p.ID, q.ID)
	w.ok(w.acme.File(w.ctx, e.ID, q.ID, false))
	see("moved", q.ID, p.ID)
	w.ok(w.acme.Unfile(w.ctx, e.ID))
	see("back in review", "", q.ID)
	w.ok(w.acme.File(w.ctx, e.ID, "", false))
	see("said to be no project's", "", q.ID)
	got, err := w.acme.Email(w.ctx, e.ID)
	w.ok(err)
	same(w, "state", got.State, projectr.Filed)
	if got.ProjectID != nil {
		w.Errorf("it is on %s", *got.ProjectID)
	}
}

func movedBack(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	e := w.record(w.acme, mail{id: "a", project: p.ID, facts: []projectr.Fact{{Kind: projectr.Risk}}})
	w.ok(w.acme.File(w.ctx, e.ID, q.ID, false))
	w.ok(w.acme.File(w.ctx, e.ID, p.ID, false))
	for _, id := range []projectr.ProjectID{p.ID, q.ID} {
		told := map[projectr.EventKind]int{}
		for _, ev := range all(w, 50, func(pg projectr.Page) (projectr.List[projectr.Event], error) { return w.acme.Timeline(w.ctx, id, pg) }) {
			told[ev.Kind]++
			if ev.Kind == projectr.FactExtracted && (ev.Fact == nil || !ev.At.Equal(e.Date)) {
				w.Errorf("the fact stands at %v without itself, want %v, the mail's date", ev.At, e.Date)
			}
		}
		same(w, "extractions told", told[projectr.FactExtracted], 1)
		same(w, "moves in", told[projectr.MailMovedIn], 1)
		same(w, "moves out", told[projectr.MailMovedOut], 1)
	}
}

func movedAtOnce(w *world) {
	var to []projectr.ProjectID
	for i := range 8 {
		to = append(to, w.project(w.acme, fmt.Sprint("Job ", i)).ID)
	}
	e := w.record(w.acme, mail{id: "a", facts: []projectr.Fact{{Kind: projectr.Risk}}})
	var wg sync.WaitGroup
	errs := make([]error, len(to))
	for i, p := range to {
		wg.Go(func() { errs[i] = w.acme.File(w.ctx, e.ID, p, false) })
	}
	wg.Wait()
	mails, risks := 0, 0
	for i, p := range to {
		if errs[i] != nil {
			w.is(projectr.Conflict, errs[i], "move at once")
		}
		s := w.summary(w.acme, p)
		mails, risks = mails+s.Mails, risks+s.Risks
	}
	same(w, "projects it is on", mails, 1)
	same(w, "risks counted", risks, 1)
}

func fileMatched(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	why := projectr.Match{Confidence: 0.9, Reasons: []projectr.Reason{{Kind: "thread", Text: "It answers a mail of this project."}}, Candidates: []projectr.Candidate{}}
	waits, placed, dismissed := w.record(w.acme, mail{id: "a"}), w.record(w.acme, mail{id: "b", project: q.ID}), w.record(w.acme, mail{id: "c"})
	w.ok(w.acme.File(w.ctx, dismissed.ID, "", false))
	for _, id := range []projectr.EmailID{waits.ID, placed.ID, dismissed.ID} {
		w.ok(w.acme.FileMatched(w.ctx, id, p.ID, why))
	}
	same(w, "mails on the project", w.summary(w.acme, p.ID).Mails, 1)
	got, err := w.acme.Email(w.ctx, waits.ID)
	w.ok(err)
	same(w, "why", show(got.Match), show(why))
	// A person who acts between matching's look and its step is right.
	w.ok(w.acme.Unfile(w.ctx, waits.ID))
	late := store.New(&meddler{Driver: w.driver, then: func() { w.ok(w.acme.File(w.ctx, waits.ID, q.ID, false)) }}, w.blobs, w.now)
	o, _, err := late.AsMember(w.ctx, "us_acme-admin", "org_acme")
	w.ok(err)
	w.ok(o.FileMatched(w.ctx, waits.ID, p.ID, why))
	got, err = w.acme.Email(w.ctx, waits.ID)
	w.ok(err)
	same(w, "where the person put it", *got.ProjectID, q.ID)
}

// meddler lets something happen just before a mail is moved, a fact judged or
// a project kept.
type meddler struct {
	store.Driver
	then, judge, project func()
}

// PutProject is store.Driver's.
func (m *meddler) PutProject(ctx context.Context, s store.Scope, was *projectr.Project, p projectr.Project, ev *projectr.Event, most int64, a projectr.AuditEntry) error {
	m.project()
	return m.Driver.PutProject(ctx, s, was, p, ev, most, a)
}

// JudgeFact is store.Driver's.
func (m *meddler) JudgeFact(ctx context.Context, s store.Scope, was, f projectr.Fact, ev projectr.Event, a projectr.AuditEntry) error {
	m.judge()
	return m.Driver.JudgeFact(ctx, s, was, f, ev, a)
}

// MoveEmail is store.Driver's.
func (m *meddler) MoveEmail(ctx context.Context, s store.Scope, mv store.Move, a projectr.AuditEntry) error {
	m.then()
	return m.Driver.MoveEmail(ctx, s, mv, a)
}

func rawBytes(w *world) {
	raw := []byte("From: x\r\n\r\n\x00\xff8-bit")
	key := keyOf("org_acme", raw)
	digest := projectr.Digest(strings.TrimPrefix(key, "org_acme/"))
	w.ok(w.acme.KeepRaw(w.ctx, digest, bytes.NewReader(raw)))
	r := w.recording(mail{id: "a"})
	r.Email.SHA256 = digest
	w.ok(w.acme.Record(w.ctx, r))
	read := func() ([]byte, error) {
		w.Helper()
		from, e, err := w.acme.OpenRaw(w.ctx, "em_a")
		w.ok(err)
		same(w, "the mail", e.ID, "em_a")
		var b bytes.Buffer
		_, err = b.ReadFrom(from)
		w.ok(from.Close())
		return b.Bytes(), err
	}
	got, err := read()
	w.ok(err)
	same(w, "raw bytes", string(got), string(raw))
	w.blobs.blobs[key][3] ^= 1
	if _, err := read(); err == nil {
		w.Error("changed bytes were served without a word (I-7)")
	}
	delete(w.blobs.blobs, key)
	_, _, err = w.acme.OpenRaw(w.ctx, "em_a")
	w.is(projectr.NotFound, err, "raw bytes that are gone")
	w.is(projectr.NotFound, second3(w.globex.OpenRaw(w.ctx, "em_a")), "another's raw bytes")
	if err := w.acme.KeepRaw(w.ctx, digest, strings.NewReader("forged")); err == nil || len(w.blobs.blobs) > 0 {
		w.Errorf("bytes were kept under a digest that is not theirs: %v", err)
	}
}

func second3[A, B any](_ A, _ B, err error) error { return err }

func factFilters(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	day := func(d int) time.Time { return time.Date(2026, 2, d, 9, 0, 0, 0, time.UTC) }
	w.record(w.acme, mail{id: "a", project: p.ID, date: day(3), facts: []projectr.Fact{
		{Kind: projectr.ActionItem, Owner: ptr("Jürgen Öl"), Deadline: ptr("2026-03-10")},
		{Kind: projectr.ActionItem, Confidence: 0.79},
		{Kind: projectr.Risk, State: projectr.FactRejected},
	}})
	w.record(w.acme, mail{id: "b", project: q.ID, date: day(1), facts: []projectr.Fact{
		{Kind: projectr.ActionItem, Owner: ptr("Mike"), Deadline: ptr("2026-03-05"), Confidence: 0.8},
		{Kind: projectr.Decision, State: projectr.FactConfirmed, Confidence: 0.1},
		{Kind: projectr.Risk, State: projectr.FactSuperseded},
	}})
	w.record(w.acme, mail{id: "c", date: day(2), facts: []projectr.Fact{{Kind: projectr.ActionItem, Owner: ptr("Mike"), Deadline: ptr("2026-03-01"), Confidence: 0.1}}})
	since := w.now()
	w.record(w.acme, mail{id: "d", project: q.ID, date: day(1).Add(-time.Hour), facts: []projectr.Fact{{Kind: projectr.Decision}}})
	for _, c := range []struct {
		name string
		f    projectr.FactFilter
		want string
	}{
		{"all live, newest mail first", projectr.FactFilter{}, "fa_a_1 fa_a_0 fa_b_1 fa_b_0 fa_d_0"},
		{"of a project", projectr.FactFilter{Project: p.ID}, "fa_a_1 fa_a_0"},
		{"of a kind", projectr.FactFilter{Kind: projectr.ActionItem}, "fa_a_1 fa_a_0 fa_b_0"},
		{"rejected", projectr.FactFilter{State: projectr.FactRejected}, "fa_a_2"},
		{"confirmed", projectr.FactFilter{State: projectr.FactConfirmed}, "fa_b_1"},
		{"owner, whatever the case", projectr.FactFilter{Owner: "JÜRGEN öl"}, "fa_a_0"},
		{"part of an owner is none", projectr.FactFilter{Owner: "mik"}, ""},
		{"due by a day", projectr.FactFilter{DueTo: "2026-03-05"}, "fa_b_0"},
		{"by deadline, those without one last", projectr.FactFilter{Kind: projectr.ActionItem, Deadline: true}, "fa_b_0 fa_a_0 fa_a_1"},
		{"unsure and not judged", projectr.FactFilter{Unsure: true}, "fa_a_1"},
		{"read since", projectr.FactFilter{Since: since}, "fa_d_0"},
	} {
		l, err := w.acme.Facts(w.ctx, c.f)
		w.ok(err)
		same(w, c.name, ids(l.Items, factID), c.want)
	}
}

func judgement(w *world) {
	p := w.project(w.acme, "Harbor")
	e := w.record(w.acme, mail{id: "a", project: p.ID, text: "The ramp moves to Friday.", facts: []projectr.Fact{{Kind: projectr.ActionItem, Text: "Move the ramp", Confidence: 0.5}}})
	id := e.Facts[0].ID
	judge := func(j projectr.Judgement) projectr.Fact {
		w.Helper()
		f, err := w.acme.Judge(w.ctx, id, j)
		w.ok(err)
		kept, err := w.acme.Fact(w.ctx, id)
		w.ok(err)
		if a, b := show(kept), show(f); a != b {
			w.Errorf("kept %s, answered %s", a, b)
		}
		return kept
	}
	judge(projectr.Judgement{State: projectr.FactConfirmed})
	same(w, "unsure after it was confirmed", len(w.facts(projectr.FactFilter{Unsure: true})), 0)
	f := judge(projectr.Judgement{State: projectr.FactCorrected, Kind: ptr(projectr.Risk), Text: ptr("The ramp moves"), Owner: ptr("Mike"), Deadline: ptr("2026-03-06"),
		Amount: &projectr.Amount{Minor: 100, Currency: "USD"}, Start: ptr(4), End: ptr(24), Quote: ptr("ramp moves to Friday")})
	same(w, "the new proof", f.Quote, "ramp moves to Friday")
	s := w.summary(w.acme, p.ID)
	same(w, "actions after it became a risk", s.OpenActions, 0)
	same(w, "risks after it became one", s.Risks, 1)
	judge(projectr.Judgement{State: projectr.FactRejected, Reason: "duplicate"})
	same(w, "risks after it was rejected", w.summary(w.acme, p.ID).Risks, 0)
	if latest := w.summary(w.acme, p.ID).Latest; latest != nil {
		w.Errorf("the latest fact is a rejected one: %s", latest.ID)
	}
	judge(projectr.Judgement{State: projectr.FactOpen})
	same(w, "risks after it was opened again", w.summary(w.acme, p.ID).Risks, 0)
	same(w, "actions after it was opened again", w.summary(w.acme, p.ID).OpenActions, 1)
	var story []projectr.EventKind
	for _, ev := range all(w, 50, func(pg projectr.Page) (projectr.List[projectr.Event], error) { return w.acme.Timeline(w.ctx, p.ID, pg) }) {
		if ev.FactID != nil {
			story = append(story, ev.Kind)
			if ev.Fact == nil || ev.Fact.Kind != projectr.ActionItem {
				w.Errorf("%s does not show the fact as it stands now", ev.Kind)
			}
		}
	}
	same(w, "the story", fmt.Sprint(story), "[fact_reopened fact_rejected fact_corrected fact_confirmed fact_extracted]")
	_, err := w.acme.Judge(w.ctx, "fa_never", projectr.Judgement{State: projectr.FactConfirmed})
	w.is(projectr.NotFound, err, "judge an unknown fact")
}

// meet is a mail with one fact, and how to judge it.
func (w *world) meet(f projectr.Fact) (text string, fact projectr.Fact, judge func(projectr.Judgement) projectr.Fact) {
	w.Helper()
	p := w.project(w.acme, "Harbor")
	e := w.record(w.acme, mail{id: "a", project: p.ID, text: "The ramp costs $124.50 by Friday.", facts: []projectr.Fact{f}})
	b, err := w.acme.Body(w.ctx, e.ID)
	w.ok(err)
	return b.Text, e.Facts[0], func(j projectr.Judgement) projectr.Fact {
		w.Helper()
		_, err := w.acme.Judge(w.ctx, e.Facts[0].ID, j)
		w.ok(err)
		f, err := w.acme.Fact(w.ctx, e.Facts[0].ID)
		w.ok(err)
		return f
	}
}

func reopened(w *world) {
	_, read, judge := w.meet(projectr.Fact{Kind: projectr.BudgetMention, Owner: ptr("Mike"), Deadline: ptr("2026-03-06"), MadeBy: ptr("Dana"),
		Amount: &projectr.Amount{Minor: 12450, Currency: "USD"}, Affects: []string{"cost"}, Confidence: 0.6})
	correct := func(text string) projectr.Fact {
		w.Helper()
		return judge(projectr.Judgement{State: projectr.FactCorrected, Text: ptr(text), Kind: ptr(projectr.Risk), Owner: ptr(""), Deadline: ptr(""),
			Amount: &projectr.Amount{}, Start: ptr(4), End: ptr(14)})
	}
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"without a judgement", func() {}},
		{"after it was corrected", func() { correct("One thing") }},
		{"after it was corrected twice", func() { correct("One thing"); correct("Another") }},
		{"after a correction was confirmed", func() {
			correct("One thing")
			if f := judge(projectr.Judgement{State: projectr.FactConfirmed}); f.Text != "One thing" || f.Amount != nil {
				w.Errorf("confirming changed what it says: %+v", f)
			}
		}},
		{"after a correction was rejected", func() { correct("One thing"); judge(projectr.Judgement{State: projectr.FactRejected, Reason: "wrong"}) }},
	} {
		c.do()
		if got := judge(projectr.Judgement{State: projectr.FactOpen}); show(got) != show(read) {
			w.Errorf("%s it is opened again as\n%s, want\n%s", c.name, show(got), show(read))
		}
		l, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: "one thing", Kinds: []string{"fact"}})
		w.ok(err)
		same(w, c.name+" its former words are found", len(l.Items), 0)
	}
	// Where it is filed is no matter of judgement.
	q := w.project(w.acme, "Alder")
	correct("One thing")
	w.ok(w.acme.File(w.ctx, read.EmailID, q.ID, false))
	same(w, "project of the reopened fact", judge(projectr.Judgement{State: projectr.FactOpen}).ProjectID, q.ID)
}

func correctedProof(w *world) {
	text, read, judge := w.meet(projectr.Fact{Kind: projectr.BudgetMention, Amount: &projectr.Amount{Minor: 12450, Currency: "USD"}})
	correct := func(j projectr.Judgement) projectr.Proof {
		w.Helper()
		j.State = projectr.FactCorrected
		return judge(j).Proof
	}
	// Nobody can look into the quote: what was changed is missing there.
	same(w, "kind and owner changed", correct(projectr.Judgement{Kind: ptr(projectr.Risk), Owner: ptr("Mike")}), projectr.Verified)
	for name, j := range map[string]projectr.Judgement{
		"amount": {Amount: &projectr.Amount{Minor: 99900, Currency: "USD"}}, "deadline": {Deadline: ptr("2026-03-07")}, "text": {Text: ptr("It costs $999")},
	} {
		same(w, name+" changed", correct(j), projectr.ValueMissing)
		judge(projectr.Judgement{State: projectr.FactOpen})
	}
	// Somebody can.
	var asked []string
	w.store.Check = func(text string, f projectr.Fact) projectr.Fact {
		asked = append(asked, text)
		f.Proof = projectr.ValueMissing
		if f.Amount.Minor == 700 {
			f.Proof = projectr.Verified
		}
		if f.Amount.Minor == 800 { // it lies
			f.Proof, f.Quote = projectr.Verified, "words that do not stand there"
		}
		return f
	}
	for minor, want := range map[int64]projectr.Proof{700: projectr.Verified, 900: projectr.ValueMissing, 800: projectr.Unverified} {
		same(w, fmt.Sprint("amount ", minor), correct(projectr.Judgement{Amount: &projectr.Amount{Minor: minor, Currency: "USD"}}), want)
		same(w, "reopened", judge(projectr.Judgement{State: projectr.FactOpen}).Proof, read.Proof)
	}
	if len(asked) != 3 || asked[0] != text {
		w.Errorf("asked about %q, want the mail's text", asked)
	}
}

func judgedAtOnce(w *world) {
	_, read, _ := w.meet(projectr.Fact{Kind: projectr.ActionItem})
	other := projectr.Judgement{State: projectr.FactCorrected, Owner: ptr("Mike")}
	times := 0
	meddled := store.New(&meddler{Driver: w.driver, judge: func() {
		if times++; times == 1 {
			_, err := w.acme.Judge(w.ctx, read.ID, other)
			w.ok(err)
		}
	}}, w.blobs, w.now)
	o, _, err := meddled.AsMember(w.ctx, "us_acme-admin", "org_acme")
	w.ok(err)
	_, err = o.Judge(w.ctx, read.ID, projectr.Judgement{State: projectr.FactCorrected, Deadline: ptr("2026-03-09")})
	w.ok(err)
	f, err := w.acme.Fact(w.ctx, read.ID)
	w.ok(err)
	if !equal(f.Owner, "Mike") || !equal(f.Deadline, "2026-03-09") {
		w.Errorf("a judgement was lost: owner %v, deadline %v", show(f.Owner), show(f.Deadline))
	}
	same(w, "times it was tried", times, 2)
	// Who is overtaken each time is told at last.
	times = 0
	overrun := store.New(&meddler{Driver: w.driver, judge: func() {
		times++
		other.Owner = ptr(fmt.Sprint("Mike ", times))
		_, err := w.acme.Judge(w.ctx, read.ID, other)
		w.ok(err)
	}}, w.blobs, w.now)
	o, _, err = overrun.AsMember(w.ctx, "us_acme-admin", "org_acme")
	w.ok(err)
	_, err = o.Judge(w.ctx, read.ID, projectr.Judgement{State: projectr.FactRejected})
	w.is(projectr.Conflict, err, "judge what changes each time")
	same(w, "times it was tried", times, 5)
	// And in earnest.
	for i := range 8 {
		var wg sync.WaitGroup
		for _, j := range []projectr.Judgement{{Owner: ptr(fmt.Sprint("Owner ", i))}, {Deadline: ptr(fmt.Sprint("2026-04-0", i+1))}, {Text: ptr(fmt.Sprint("Text ", i))}} {
			j.State = projectr.FactCorrected
			wg.Go(func() {
				if _, err := w.acme.Judge(w.ctx, read.ID, j); err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		f, err := w.acme.Fact(w.ctx, read.ID)
		w.ok(err)
		same(w, "after all", show(f.Owner, f.Deadline, f.Text), show(fmt.Sprint("Owner ", i), fmt.Sprint("2026-04-0", i+1), fmt.Sprint("Text ", i)))
	}
}

func equal(p *string, want string) bool { return p != nil && *p == want }

func doubtful(w *world) {
	p := w.project(w.acme, "Harbor")
	e := w.record(w.acme, mail{id: "a", project: p.ID, facts: []projectr.Fact{
		{Kind: projectr.ActionItem, Proof: projectr.Unverified, Deadline: ptr("2026-03-01")}, {Kind: projectr.Risk, Proof: projectr.Unverified}}})
	numbers := func() string {
		s, c := w.summary(w.acme, p.ID), projectr.Counts{}
		c, err := w.acme.Counts(w.ctx)
		w.ok(err)
		return fmt.Sprint(s.OpenActions, s.Overdue, s.Risks, c.Actions)
	}
	same(w, "numbers", numbers(), "0 0 0 0")
	same(w, "facts shown", len(w.facts(projectr.FactFilter{Project: p.ID})), 2)
	for _, f := range e.Facts {
		_, err := w.acme.Judge(w.ctx, f.ID, projectr.Judgement{State: projectr.FactConfirmed})
		w.ok(err)
	}
	same(w, "numbers after a person confirmed them", numbers(), "1 1 1 1")
}

func finished(w *world) {
	p := w.project(w.acme, "Harbor")
	e := w.record(w.acme, mail{id: "a", project: p.ID, text: "Send it. It may rain.", facts: []projectr.Fact{
		{Kind: projectr.ActionItem, Text: "Send it", Deadline: ptr("2026-03-01")}, {Kind: projectr.Risk, Text: "It may rain"}, {Kind: projectr.Decision, Text: "So be it"}}})
	numbers := func() string {
		s := w.summary(w.acme, p.ID)
		return fmt.Sprint(s.OpenActions, s.Overdue, s.Risks)
	}
	done := func(i int, yes bool) projectr.Fact {
		w.Helper()
		f, err := w.acme.Judge(w.ctx, e.Facts[i].ID, projectr.Judgement{Done: &yes})
		w.ok(err)
		kept, err := w.acme.Fact(w.ctx, f.ID)
		w.ok(err)
		same(w, "what is kept", show(kept), show(f))
		return kept
	}
	same(w, "numbers", numbers(), "1 1 1")
	f := done(0, true)
	if f.DoneAt == nil || f.DoneBy != w.acme.By().Name || f.State != projectr.FactOpen {
		w.Errorf("done at %v by %q in state %s", f.DoneAt, f.DoneBy, f.State)
	}
	done(0, true) // once more changes nothing
	done(1, true)
	same(w, "numbers when they are done", numbers(), "0 0 0")
	same(w, "facts that still count", len(w.facts(projectr.FactFilter{Project: p.ID})), 3)
	same(w, "done ones", len(w.facts(projectr.FactFilter{Project: p.ID, Done: ptr(true)})), 2)
	same(w, "open ones", len(w.facts(projectr.FactFilter{Project: p.ID, Done: ptr(false)})), 1)
	f, err := w.acme.Judge(w.ctx, e.Facts[0].ID, projectr.Judgement{State: projectr.FactCorrected, Text: ptr("Send the drawing")})
	w.ok(err)
	if f.DoneAt == nil {
		w.Error("a correction opened what was done")
	}
	done(1, false)
	same(w, "numbers when the risk is open again", numbers(), "0 0 1")
	_, err = w.acme.Judge(w.ctx, e.Facts[2].ID, projectr.Judgement{Done: ptr(true)})
	w.is(projectr.Invalid, err, "finish a decision")
	var story []projectr.EventKind
	for _, ev := range all(w, 50, func(pg projectr.Page) (projectr.List[projectr.Event], error) { return w.acme.Timeline(w.ctx, p.ID, pg) }) {
		if ev.FactID != nil && *ev.FactID == e.Facts[1].ID {
			story = append(story, ev.Kind)
		}
	}
	same(w, "the story of the risk", fmt.Sprint(story), "[fact_undone fact_done fact_extracted]")
}

func standings(w *world) {
	p := w.project(w.acme, "Harbor")
	budget := func(s projectr.Standing, minor int64, currency string, more func(*projectr.Fact)) projectr.Fact {
		f := projectr.Fact{Kind: projectr.BudgetMention, Standing: s, Amount: &projectr.Amount{Minor: minor, Currency: currency}}
		if more != nil {
			more(&f)
		}
		return f
	}
	e := w.record(w.acme, mail{id: "a", project: p.ID, facts: []projectr.Fact{
		budget(projectr.Approved, 100, "USD", nil), budget(projectr.Approved, -30, "USD", nil), budget(projectr.Approved, 5, "EUR", nil),
		budget(projectr.Exposure, 700, "USD", nil), budget("", 9999, "USD", nil),
		budget(projectr.Exposure, 11, "USD", func(f *projectr.Fact) { f.Held = "Its mail is flagged." }),
		budget(projectr.Exposure, 13, "USD", func(f *projectr.Fact) { f.Proof = projectr.Unverified }),
		budget(projectr.Exposure, 17, "USD", func(f *projectr.Fact) { f.Repeats = ptr(projectr.FactID("fa_other")) }),
		budget(projectr.Approved, 8500, "USD", func(f *projectr.Fact) { f.Amount.Per = "hour" }), // no total
	}})
	sums := func() string {
		t, err := w.acme.ProjectTotals(w.ctx, p.ID)
		w.ok(err)
		return fmt.Sprint(t.Approved, t.Exposure)
	}
	same(w, "sums", sums(), "[{70 USD } {5 EUR }] [{700 USD }]")
	_, err := w.acme.Judge(w.ctx, e.Facts[5].ID, projectr.Judgement{State: projectr.FactConfirmed})
	w.ok(err)
	_, err = w.acme.Judge(w.ctx, e.Facts[0].ID, projectr.Judgement{State: projectr.FactCorrected, Standing: ptr(projectr.Exposure)})
	w.ok(err)
	_, err = w.acme.Judge(w.ctx, e.Facts[3].ID, projectr.Judgement{State: projectr.FactRejected})
	w.ok(err)
	same(w, "sums after people spoke", sums(), "[{5 EUR } {-30 USD }] [{111 USD }]")
	_, err = w.acme.Judge(w.ctx, e.Facts[4].ID, projectr.Judgement{State: projectr.FactCorrected, Standing: ptr(projectr.Standing("maybe"))})
	w.is(projectr.Invalid, err, "a standing that there is not")
}

// sums does random things and counts again by hand what pages of projects show.
func sums(w *world) {
	rng := rand.New(rand.NewPCG(7, 7))
	var projects []projectr.ProjectID
	for i := range 3 {
		projects = append(projects, w.project(w.acme, fmt.Sprint("Job ", i)).ID)
	}
	var mails []projectr.EmailID
	var facts []projectr.FactID
	counts := map[projectr.EmailID]bool{} // mails that are used
	some := func() projectr.EmailID { return mails[rng.IntN(len(mails))] }
	somewhere := func() projectr.ProjectID {
		if i := rng.IntN(len(projects) + 1); i < len(projects) {
			return projects[i]
		}
		return ""
	}
	for i := range 150 {
		switch op := rng.IntN(10); {
		case op < 4 || len(mails) == 0:
			m := mail{id: fmt.Sprint(i), project: somewhere(), date: start.AddDate(0, 0, -rng.IntN(120)), from: projectr.MailAddress{Address: fmt.Sprint(rng.IntN(4), "@X.example")}}
			if m.project == "" {
				m.state = []projectr.EmailState{"", projectr.Held, projectr.Quarantined, projectr.Automatic}[rng.IntN(4)]
			}
			if rng.IntN(3) == 0 {
				m.files = []string{"a.pdf", "b.pdf"}
			}
			for range rng.IntN(4) {
				m.facts = append(m.facts, projectr.Fact{Kind: projectr.FactKinds[rng.IntN(len(projectr.FactKinds))], Confidence: 0.7 + 0.2*float64(rng.IntN(2)),
					Proof: []projectr.Proof{projectr.Verified, projectr.Unverified}[rng.IntN(2)], Deadline: ptr(start.AddDate(0, 0, rng.IntN(20)-10).Format(time.DateOnly))})
				if f := &m.facts[len(m.facts)-1]; f.Kind == projectr.BudgetMention {
					f.Standing, f.Amount = []projectr.Standing{projectr.Approved, projectr.Exposure, ""}[rng.IntN(3)], &projectr.Amount{Minor: int64(1 + rng.IntN(900)), Currency: "USD"}
				}
			}
			if m.state == "" && rng.IntN(2) == 0 {
				for range m.facts {
					m.on = append(m.on, somewhere())
				}
			}
			r := w.recording(m)
			r.Uncounted = rng.IntN(3) == 0
			switch rng.IntN(4) {
			case 0: // it came inside another
				r.Email.CameBy = ptr(projectr.EmailID("em_forward"))
			case 1: // it brings only what is kept, or is what came inside another
				if len(mails) > 0 {
					r = w.again(m, some(), "copy")
					r.Better = rng.IntN(2) == 0
				}
			}
			e := w.keep(w.acme, r)
			mails, counts[e.ID] = append(mails, e.ID), e.CopyOf == nil && !r.Uncounted
			for _, f := range e.Facts {
				facts = append(facts, f.ID)
			}
		case op < 7 || len(facts) == 0:
			id := some()
			var err error
			switch rng.IntN(8) {
			case 0:
				err = w.acme.Unfile(w.ctx, id)
			case 6:
				if err = w.acme.FileByPassages(w.ctx, id, somewhere()); projectr.KindOf(err) == projectr.Invalid {
					err = nil // not all of it stands in passages
				}
			case 7:
				e, _ := w.acme.Email(w.ctx, id)
				if to := somewhere(); to != "" && len(e.Passages) > 0 {
					err = w.acme.FilePassage(w.ctx, id, e.Passages[rng.IntN(len(e.Passages))].Start, to)
				}
			case 1: // a held one is read now; others stay as they are
				m := mail{id: strings.TrimPrefix(string(id), "em_"), project: somewhere(), date: start.AddDate(0, 0, -rng.IntN(120)),
					facts: []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.ActionItem, Proof: projectr.Unverified}}[:rng.IntN(3)]}
				r, of := w.readNow(m), some()
				if r.Uncounted = rng.IntN(3) == 0; rng.IntN(3) == 0 {
					r.Email.CopyOf, r.Better = &of, rng.IntN(2) == 0
				}
				var did bool
				if did, err = w.acme.Release(w.ctx, r); did {
					counts[id] = r.Email.CopyOf == nil && !r.Uncounted
				}
			default:
				err = w.acme.File(w.ctx, id, somewhere(), rng.IntN(2) == 0)
			}
			if projectr.KindOf(err) != projectr.Conflict || err == nil { // held mail is not filed
				w.ok(err)
			}
		case op < 9:
			j := projectr.Judgement{State: []projectr.FactState{projectr.FactConfirmed, projectr.FactRejected, projectr.FactOpen, projectr.FactCorrected}[rng.IntN(4)]}
			if j.State == projectr.FactCorrected {
				j.Kind = ptr(projectr.FactKinds[rng.IntN(len(projectr.FactKinds))])
			}
			id := facts[rng.IntN(len(facts))]
			if is, err := w.acme.Fact(w.ctx, id); rng.IntN(4) == 0 && err == nil && is.Kind.CanBeDone() {
				j = projectr.Judgement{Done: ptr(is.DoneAt == nil)}
			}
			_, err := w.acme.Judge(w.ctx, id, j)
			w.ok(err)
		default:
			info, err := w.acme.Info(w.ctx)
			w.ok(err)
			info.TimeZone = []string{"America/New_York", "Pacific/Kiritimati", "UTC"}[rng.IntN(3)]
			w.ok(second(w.acme.ChangeInfo(w.ctx, to(info))))
		}
		if i%10 == 9 {
			for _, id := range projects {
				w.recount(id)
			}
			w.used(counts)
		}
	}
}

// recount compares what is shown of a project with what its lists hold.
func (w *world) recount(id projectr.ProjectID) {
	w.Helper()
	info, err := w.acme.Info(w.ctx)
	w.ok(err)
	zone, err := time.LoadLocation(info.TimeZone)
	w.ok(err)
	l, err := w.acme.Projects(w.ctx, projectr.ProjectFilter{ID: id, Now: start})
	w.ok(err)
	got := l.Items[0]
	totals, err := w.acme.ProjectTotals(w.ctx, id)
	w.ok(err)
	want := projectr.ProjectSummary{Project: got.Project, Latest: got.Latest, Weeks: make([]int, 12)}
	want.Unseen = got.Unseen
	wantTotals := projectr.ProjectTotals{Kinds: map[projectr.FactKind]int{}}
	for _, k := range projectr.FactKinds {
		wantTotals.Kinds[k] = 0
	}
	monday := func(t time.Time) time.Time {
		t = t.In(zone)
		return time.Date(t.Year(), t.Month(), t.Day()-(int(t.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
	}
	senders := map[string]bool{}
	for _, e := range all(w, 200, func(p projectr.Page) (projectr.List[projectr.Email], error) {
		return w.acme.Emails(w.ctx, projectr.EmailFilter{Project: id, ByDate: true, Page: p})
	}) {
		want.Mails++
		want.FirstMailAt = e.Date
		if want.LastMailAt.IsZero() {
			want.LastMailAt = e.Date
		}
		if ago := int(monday(start).Sub(monday(e.Date)).Hours() / 24 / 7); ago >= 0 && ago < 12 {
			want.Weeks[11-ago]++
		}
		senders[e.From[0].Address] = true
		for _, f := range e.Attachments {
			if !f.Inline {
				wantTotals.Files++
			}
		}
	}
	wantTotals.Senders = len(senders)
	today := start.In(zone)
	sums := map[projectr.Standing]int64{}
	for _, f := range all(w, 200, func(p projectr.Page) (projectr.List[projectr.Fact], error) {
		return w.acme.Facts(w.ctx, projectr.FactFilter{Project: id, Page: p})
	}) {
		wantTotals.Kinds[f.Kind]++
		if f.State == projectr.FactOpen && (f.Confidence < projectr.SureEnough || f.Held != "") {
			wantTotals.Unsure++
		}
		if f.State == projectr.FactOpen && (f.Proof == projectr.Unverified || f.Held != "") || f.DoneAt != nil {
			continue
		}
		if f.Standing != "" {
			sums[f.Standing] += f.Amount.Minor
		}
		switch f.Kind {
		case projectr.Risk:
			want.Risks++
		case projectr.ActionItem:
			want.OpenActions++
			if f.Deadline == nil {
				continue
			}
			switch due := *f.Deadline; {
			case due < today.Format(time.DateOnly):
				want.Overdue++
			case due <= today.AddDate(0, 0, 7).Format(time.DateOnly):
				want.DueWeek++
			}
		}
	}
	usd := func(s projectr.Standing) []projectr.Amount {
		if sums[s] == 0 {
			return []projectr.Amount{}
		}
		return []projectr.Amount{{Minor: sums[s], Currency: "USD"}}
	}
	wantTotals.Approved, wantTotals.Exposure = usd(projectr.Approved), usd(projectr.Exposure)
	if a, b := show(got), show(want); a != b {
		w.Errorf("shown  %scounted %s", a, b)
	}
	if a, b := show(totals), show(wantTotals); a != b {
		w.Errorf("totals shown %scounted %s", a, b)
	}
}

func changes(w *world) {
	p := w.project(w.acme, "Harbor")
	w.record(w.acme, mail{id: "before", project: p.ID, facts: []projectr.Fact{{}}})
	waits := w.record(w.acme, mail{id: "waits", facts: []projectr.Fact{{}}})
	since := w.now()
	see := func(want string, mails int) {
		w.Helper()
		l, err := w.acme.Changes(w.ctx, since, projectr.Page{})
		w.ok(err)
		got := ids(l.Items, func(e projectr.Event) string {
			if e.Fact == nil || e.FactID == nil || e.Fact.ID != *e.FactID || e.ProjectID != p.ID {
				w.Errorf("%s is shown without its fact or project", e.ID)
				return "?"
			}
			return fmt.Sprintf("%s:%s", e.Kind, e.Fact.ID)
		})
		same(w, "changes", got, want)
		totals, err := w.acme.ChangeTotals(w.ctx, since)
		w.ok(err)
		same(w, "totals", totals, projectr.ChangeTotals{Mails: mails, Projects: min(1, mails)})
	}
	see("", 0)
	// An old mail that arrives now is news.
	old := w.record(w.acme, mail{id: "old", project: p.ID, date: start.AddDate(-1, 0, 0), facts: []projectr.Fact{{}}})
	w.record(w.acme, mail{id: "hidden", facts: []projectr.Fact{{}}})
	see("fact_extracted:fa_old_0", 1)
	_, err := w.acme.Judge(w.ctx, "fa_before_0", projectr.Judgement{State: projectr.FactConfirmed})
	w.ok(err)
	see("fact_confirmed:fa_before_0 fact_extracted:fa_old_0", 2)
	// What was filed from review is news from then on.
	w.ok(w.acme.File(w.ctx, waits.ID, p.ID, false))
	see("fact_extracted:fa_waits_0 fact_confirmed:fa_before_0 fact_extracted:fa_old_0", 3)
	_, err = w.acme.Judge(w.ctx, "fa_old_0", projectr.Judgement{State: projectr.FactRejected})
	w.ok(err)
	see("fact_rejected:fa_old_0 fact_extracted:fa_waits_0 fact_confirmed:fa_before_0", 3)
	w.ok(w.acme.Unfile(w.ctx, old.ID))
	see("fact_extracted:fa_waits_0 fact_confirmed:fa_before_0", 2)
}
