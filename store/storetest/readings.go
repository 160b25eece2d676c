package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

func settings(w *world) {
	is, err := w.acme.Settings(w.ctx)
	w.ok(err)
	same(w, "before anybody decided", show(is), show(projectr.DefaultSettings()))
	_, err = w.acme.ChangeSettings(w.ctx, func(s *projectr.Settings) {
		s.Extractor, s.Models, s.FileFrom = "model", []string{" gpt-x ", "gpt-y", "GPT-X", ""}, 90
		s.NoAIWords, s.NoAISenders = []string{"privileged"}, []string{"@Law.example"}
	})
	w.ok(err)
	want := projectr.Settings{Extractor: "model", Models: []string{"gpt-x", "gpt-y"}, NoAIWords: []string{"privileged"}, NoAISenders: []string{"@law.example"}, FileFrom: 90, AlertAt: []int{70, 90, 100}, AskAbove: 5_000_000}
	is, err = w.acme.Settings(w.ctx)
	w.ok(err)
	same(w, "decided", show(is), show(want))
	for field, wrong := range map[string]func(*projectr.Settings){
		"extractor":     func(s *projectr.Settings) { s.Extractor = "oracle" },
		"models":        func(s *projectr.Settings) { s.Models = []string{"a b"} },
		"no_ai_words":   func(s *projectr.Settings) { s.NoAIWords = []string{"--"} },
		"no_ai_senders": func(s *projectr.Settings) { s.NoAISenders = []string{"*"} },
		"file_from":     func(s *projectr.Settings) { s.FileFrom = 101 },
		"alert_at":      func(s *projectr.Settings) { s.AlertAt = []int{0} },
	} {
		_, err := w.acme.ChangeSettings(w.ctx, wrong)
		w.is(projectr.Invalid, err, "a wrong "+field)
		if e, ok := err.(*projectr.Error); ok {
			same(w, "field", e.Field, field)
		}
	}
	is, err = w.acme.Settings(w.ctx)
	w.ok(err)
	same(w, "after what was refused", show(is), show(want))
	other, err := w.globex.Settings(w.ctx)
	w.ok(err)
	same(w, "of the others", show(other), show(projectr.DefaultSettings()))

	times := 0
	meddled := store.New(&settler{Driver: w.driver, before: func() {
		if times++; times == 1 {
			_, err := w.acme.ChangeSettings(w.ctx, func(s *projectr.Settings) { s.FileFrom = 70 })
			w.ok(err)
		}
	}}, w.blobs, w.now)
	o, _, err := meddled.AsMember(w.ctx, "us_acme-admin", "org_acme")
	w.ok(err)
	is, err = o.ChangeSettings(w.ctx, func(s *projectr.Settings) { s.NoAIWords = append(s.NoAIWords, "counsel") })
	w.ok(err)
	want.FileFrom, want.NoAIWords = 70, []string{"privileged", "counsel"}
	same(w, "decided at once", show(is), show(want))
	same(w, "times it was tried", times, 2)
}

func recordChanges(w *world) {
	times := 0
	meddled := store.New(&settler{Driver: w.driver, before: func() {
		if times++; times == 1 {
			w.ok(second(w.acme.ChangeInfo(w.ctx, func(o *projectr.Org) { o.TimeZone = "Asia/Tokyo" })))
		}
	}}, w.blobs, w.now)
	o, _, err := meddled.AsMember(w.ctx, "us_acme-admin", "org_acme")
	w.ok(err)
	is, err := o.ChangeInfo(w.ctx, func(o *projectr.Org) { o.ID, o.Name = "org_other", "Acme & Sons" })
	w.ok(err)
	same(w, "times it was tried", times, 2)
	same(w, "changed at once", is.Name+", "+is.TimeZone+", "+string(is.ID), "Acme & Sons, Asia/Tokyo, org_acme")
	kept, err := w.acme.Info(w.ctx)
	w.ok(err)
	same(w, "kept", show(kept), show(is))
	w.is(projectr.Invalid, second(w.acme.ChangeInfo(w.ctx, func(o *projectr.Org) { o.TimeZone = "Moon/Sea" })), "a zone there is not")
}

// settler lets something happen just before settings or an organisation's record are kept.
type settler struct {
	store.Driver
	before func()
}

// PutSettings is store.Driver's.
func (m *settler) PutSettings(ctx context.Context, s store.Scope, was, is projectr.Settings, a projectr.AuditEntry) error {
	m.before()
	return m.Driver.PutSettings(ctx, s, was, is, a)
}

// PutInfo is store.Driver's.
func (m *settler) PutInfo(ctx context.Context, s store.Scope, was, is projectr.Org, a projectr.AuditEntry) error {
	m.before()
	return m.Driver.PutInfo(ctx, s, was, is, a)
}

// fact is a fact that stands in the text of a mail by its quote.
func fact(text string, kind projectr.FactKind, quote, says string) projectr.Fact {
	at := strings.Index(text, quote)
	start := len([]rune(text[:at]))
	return projectr.Fact{Kind: kind, Text: says, Quote: quote, Start: start, End: start + len([]rune(quote)), Proof: projectr.Verified, Confidence: 0.9,
		Priority: "normal", State: projectr.FactOpen, By: "rules", Affects: []string{}}
}

const readText = "Mike sends the plan by Friday. The slab costs $900. We go with oak. It may leak."

// readMail records a mail with the facts that a first reading found, on a project
// unless that is empty.
func (w *world) readMail(id string, p projectr.ProjectID, again bool) projectr.Email {
	w.Helper()
	r := w.recording(mail{id: id, project: p, text: readText})
	e := &r.Email
	for i, f := range []projectr.Fact{
		fact(readText, projectr.ActionItem, "Mike sends the plan by Friday.", "Send the plan"),
		fact(readText, projectr.BudgetMention, "The slab costs $900.", "The slab"),
		fact(readText, projectr.Decision, "We go with oak.", "Oak"),
	} {
		f.ID = projectr.FactID(fmt.Sprintf("fa_%s_%d", id, i))
		f.EmailID, f.ProjectID, f.At = e.ID, p, e.Date
		e.Facts = append(e.Facts, f)
		r.Events = append(r.Events, projectr.Event{ID: projectr.EventID(fmt.Sprintf("ev_%s_%d", id, i)), Kind: projectr.FactExtracted, At: e.Date,
			ProjectID: p, EmailID: &e.ID, FactID: &f.ID, Actor: r.Events[0].Actor, Note: f.Text})
	}
	e.ReadAgain = again
	r.Reading = &projectr.Reading{At: w.now(), By: r.Events[0].Actor, Extractor: "rules", Version: "1", Why: "received", State: projectr.ReadingCurrent, Again: again, CostMicro: new(int64)}
	if again {
		r.Reading.Due = r.Reading.At
	}
	return w.keep(w.acme, r)
}

// otherwise is a reading by a model that says one fact as before, one otherwise, one
// not any more, and one that is new.
func otherwise(id projectr.EmailID, why string, n int) projectr.Reading {
	oak := fact(readText, projectr.Decision, "We go with oak.", "Oak")
	send := fact(readText, projectr.ActionItem, "Mike sends the plan by Friday.", "Send the plan by Friday")
	send.Owner = ptr("Mike")
	leak := fact(readText, projectr.Risk, "It may leak.", "It may leak")
	for _, f := range []*projectr.Fact{&oak, &send, &leak} {
		f.By = "gpt-x"
	}
	return projectr.Reading{EmailID: id, N: n, Extractor: "gpt-x", Version: "prompt-1", Why: why, Reply: true, CostMicro: ptr(int64(1200)),
		Flags: []projectr.Flag{{Kind: "instructions", Text: "It talks to the reader."}},
		Calls: []projectr.ModelCall{{At: start, Model: "gpt-x", Prompt: "prompt-1", Sent: `{"mail":"words"}`, Outcome: projectr.CallAnswered, Tokens: projectr.Tokens{Input: 900, Output: 80}, CostMicro: ptr(int64(1200))}},
		Facts: []projectr.Fact{oak, send, leak}}
}

func (w *world) email(id projectr.EmailID) projectr.Email {
	w.Helper()
	e, err := w.acme.Email(w.ctx, id)
	w.ok(err)
	return e
}

// says is what a mail says now: its live facts, and what stands beside them.
func (w *world) says(id projectr.EmailID) string {
	w.Helper()
	e := w.email(id)
	live := []projectr.Fact{}
	for _, f := range e.Facts {
		if f.Live() {
			live = append(live, f)
		}
	}
	return show(live, e.Extractor, e.Reply, e.Flags, e.ReadAgain)
}

// numbers are what is counted and found of acme's.
func (w *world) numbers(p projectr.ProjectID) string {
	w.Helper()
	s := w.summary(w.acme, p)
	c, err := w.acme.Counts(w.ctx)
	w.ok(err)
	found := ""
	for _, q := range []string{"send the plan", "slab", "oak", "leak", "friday"} {
		l, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: q, Kinds: []string{"fact"}})
		w.ok(err)
		found += fmt.Sprint(" ", len(l.Items))
	}
	ws, err := w.acme.Weeks(w.ctx, p)
	w.ok(err)
	return fmt.Sprint(w.totals(p), s.OpenActions, s.Risks, c.Actions, ws, found)
}

// totals counts the live facts of a project.
func (w *world) totals(p projectr.ProjectID) (n int) {
	w.Helper()
	t, err := w.acme.ProjectTotals(w.ctx, p)
	w.ok(err)
	for _, k := range t.Kinds {
		n += k
	}
	return n
}

func (w *world) kinds(p projectr.ProjectID) map[projectr.EventKind]int {
	w.Helper()
	n := map[projectr.EventKind]int{}
	for _, ev := range all(w, 50, func(pg projectr.Page) (projectr.List[projectr.Event], error) { return w.acme.Timeline(w.ctx, p, pg) }) {
		n[ev.Kind]++
	}
	return n
}

func states(l []projectr.Reading) string {
	return ids(l, func(r projectr.Reading) string { return fmt.Sprint(r.N, ":", r.State) })
}

func (w *world) readings(id projectr.EmailID) []projectr.Reading {
	w.Helper()
	l, err := w.acme.Readings(w.ctx, id)
	w.ok(err)
	return l
}

func modelAnswered(w *world) {
	p := w.project(w.acme, "Harbor")
	e := w.readMail("a", p.ID, true)
	same(w, "of the mail", e.ReadAgain, true)
	before := w.numbers(p.ID)
	r, err := w.acme.KeepReading(w.ctx, otherwise(e.ID, "model_answered", 0))
	w.ok(err)
	same(w, "its number and state", fmt.Sprint(r.N, r.State), "2current")
	same(w, "diff", fmt.Sprint(len(r.Diff.Added), len(r.Diff.Gone), len(r.Diff.Changed)), "1 1 1")
	ch := r.Diff.Changed[0]
	same(w, "the changed fact stays itself", fmt.Sprint(ch.ID, ch.Was.Text, "/", ch.Now.Text, ch.Now.State), "fa_a_0Send the plan/Send the plan by Fridayopen")
	now := w.email(e.ID)
	same(w, "facts kept", len(now.Facts), 4)
	for _, f := range now.Facts {
		switch f.Kind {
		case projectr.Decision:
			same(w, "what is said as before", show(f), show(e.Facts[2]))
		case projectr.BudgetMention:
			same(w, "what is not said any more", fmt.Sprint(f.ID, f.State), "fa_a_1superseded")
		case projectr.Risk:
			same(w, "what is new", fmt.Sprint(f.State, " ", f.ProjectID == p.ID, f.At.Equal(e.Date), " ", f.By), "open true true gpt-x")
		}
	}
	same(w, "beside the facts", show(now.Extractor, now.Reply, now.ReadAgain, len(now.Flags)), show("gpt-x", true, false, 1))
	told := w.kinds(p.ID)
	same(w, "told", fmt.Sprint(told[projectr.MailReread], told[projectr.FactReread], told[projectr.FactDropped], told[projectr.FactExtracted]), "1 1 1 4")
	after := w.numbers(p.ID)
	if before == after {
		w.Errorf("the numbers are as before: %s", after)
	}
	l := w.readings(e.ID)
	same(w, "readings", states(l), "2:current 1:replaced")
	same(w, "sent, in a list", l[0].Calls[0].Sent, "")
	one, err := w.acme.Reading(w.ctx, e.ID, 2)
	w.ok(err)
	same(w, "exactly what was sent", one.Calls[0].Sent, `{"mail":"words"}`)
	same(w, "cost", *one.CostMicro, 1200)
	_, err = w.acme.Reading(w.ctx, e.ID, 3)
	w.is(projectr.NotFound, err, "a reading that is not there")
	// The same again says nothing new.
	w.ask(e.ID, "rules")
	r, err = w.acme.KeepReading(w.ctx, otherwise(e.ID, "asked", 3))
	w.ok(err)
	same(w, "the same again", fmt.Sprint(r.State, r.Diff.Empty()), "currenttrue")
	same(w, "numbers after the same again", w.numbers(p.ID), after)
	// A model that answers when nobody waits for it any more changes nothing.
	says := w.says(e.ID)
	late := otherwise(e.ID, "model_answered", 0)
	late.Facts = nil
	r, err = w.acme.KeepReading(w.ctx, late)
	w.ok(err)
	same(w, "state of the late one", r.State, projectr.ReadingUndone)
	same(w, "what the mail says after it", w.says(e.ID), says)
	same(w, "its cost is kept", *w.readings(e.ID)[0].CostMicro, 1200)
}

func (w *world) ask(id projectr.EmailID, extractor string) projectr.Reading {
	w.Helper()
	n, err := w.acme.AskReadings(w.ctx, []projectr.EmailID{id}, extractor)
	w.ok(err)
	same(w, "asked for", n, 1)
	return w.readings(id)[0]
}

// undoneInTurn accepts readings in another order than they were made in.
func undoneInTurn(w *world) {
	p := w.project(w.acme, "Harbor")
	e := w.readMail("a", p.ID, false)
	first := w.says(e.ID)
	kept := func(n int, extractor string, facts int) {
		w.ask(e.ID, "model")
		r := otherwise(e.ID, "asked", n)
		r.Extractor, r.Facts = extractor, r.Facts[facts:]
		_, err := w.acme.KeepReading(w.ctx, r)
		w.ok(err)
	}
	accept := func(n int) string {
		_, err := w.acme.AcceptReading(w.ctx, e.ID, n)
		w.ok(err)
		return w.says(e.ID)
	}
	undo := func(n int, want, after string) {
		_, err := w.acme.UndoReading(w.ctx, e.ID, n)
		w.ok(err)
		same(w, "what the mail says after that", w.says(e.ID), want)
		same(w, "readings after that", states(w.readings(e.ID)), after)
	}
	kept(2, "gpt-a", 0)
	accept(2)
	undo(2, first, "2:undone 1:current")
	kept(3, "gpt-b", 1)
	third := accept(3)
	second := accept(2)
	kept(4, "gpt-c", 2)
	accept(4)
	undo(4, second, "4:undone 3:replaced 2:current 1:replaced")
	undo(2, third, "4:undone 3:current 2:undone 1:replaced")
	undo(3, first, "4:undone 3:undone 2:undone 1:current")
}

func readSample(w *world) {
	sample := func(o store.Org, from time.Time, n int) projectr.ReadSample {
		w.Helper()
		m, err := o.ReadSample(w.ctx, from, n)
		w.ok(err)
		return m
	}
	none := projectr.ReadSample{Sample: []projectr.EmailID{}}
	same(w, "of no mail", fmt.Sprint(sample(w.acme, time.Time{}, 5)), fmt.Sprint(none))
	p := w.project(w.acme, "Harbor")
	older := func(id string) {
		m := w.recording(mail{id: id, project: p.ID, text: "It was imported."})
		m.Email.Authentication = projectr.Authentication{Result: projectr.AuthNone, Imported: true}
		w.keep(w.acme, m)
	}
	older("earlier")
	same(w, "of imported mail alone", fmt.Sprint(sample(w.acme, time.Time{}, 5)), fmt.Sprint(none))
	var first, third time.Time
	for i := range 10 {
		e := w.readMail(fmt.Sprint(i), p.ID, false)
		switch i {
		case 0:
			first = e.ReceivedAt
		case 2:
			third = e.ReceivedAt
		}
	}
	unread := w.recording(mail{id: "unread", project: p.ID, text: "Nobody read it."})
	unread.Email.Extractor = ""
	w.keep(w.acme, unread)
	older("older")
	if !first.Before(third) {
		w.Fatal("the mails came at the same time")
	}
	for _, x := range []struct {
		from time.Time
		n    int
		want string
	}{
		{time.Time{}, 100, "10 [em_0 em_1 em_2 em_3 em_4 em_5 em_6 em_7 em_8 em_9]"}, {time.Time{}, 10, "10 [em_0 em_1 em_2 em_3 em_4 em_5 em_6 em_7 em_8 em_9]"},
		{time.Time{}, 2, "10 [em_4 em_9]"}, {time.Time{}, 3, "10 [em_3 em_6 em_9]"}, {time.Time{}, 1, "10 [em_9]"},
		{third, 4, "8 [em_3 em_5 em_7 em_9]"}, {third.AddDate(1, 0, 0), 4, "0 []"},
	} {
		m := sample(w.acme, x.from, x.n)
		same(w, fmt.Sprintf("%d since %s", x.n, x.from), fmt.Sprint(m.Mails, m.Sample), x.want)
		if !m.First.Equal(first) {
			w.Errorf("the first mail came %s, not %s", m.First, first)
		}
	}
	same(w, "of a neighbour", fmt.Sprint(sample(w.globex, time.Time{}, 5)), fmt.Sprint(none))
}

func rereadAccepted(w *world) {
	p := w.project(w.acme, "Harbor")
	e := w.readMail("a", p.ID, false)
	before, numbers := w.says(e.ID), w.numbers(p.ID)
	r := w.ask(e.ID, "model")
	same(w, "asked", fmt.Sprint(r.N, r.State, r.By.Name, r.Extractor), "2waitingacme-adminmodel")
	_, err := w.acme.AcceptReading(w.ctx, e.ID, 2)
	w.is(projectr.Conflict, err, "accept what was not read")
	r, err = w.acme.KeepReading(w.ctx, otherwise(e.ID, "asked", 2))
	w.ok(err)
	same(w, "made", fmt.Sprint(r.State, r.By.Name, len(r.Diff.Added), len(r.Diff.Gone), len(r.Diff.Changed)), "proposedacme-admin1 1 1")
	same(w, "what the mail says before it is accepted", w.says(e.ID), before)
	list := all(w, 1, func(pg projectr.Page) (projectr.List[projectr.Reading], error) { return w.acme.Rereads(w.ctx, pg) })
	same(w, "what waits to be accepted", ids(list, func(r projectr.Reading) string { return fmt.Sprint(r.EmailID, r.N) }), "em_a2")
	r, err = w.acme.AcceptReading(w.ctx, e.ID, 2)
	w.ok(err)
	accepted, more := w.says(e.ID), w.numbers(p.ID)
	same(w, "accepted", states(w.readings(e.ID)), "2:current 1:replaced")
	if accepted == before {
		w.Error("accepting changed nothing")
	}
	_, err = w.acme.UndoReading(w.ctx, e.ID, 1)
	w.is(projectr.Conflict, err, "undo what was replaced")
	for range 2 { // undone and accepted, as often as one likes
		_, err = w.acme.UndoReading(w.ctx, e.ID, 2)
		w.ok(err)
		same(w, "undone", states(w.readings(e.ID)), "2:undone 1:current")
		same(w, "what the mail says after it was undone", w.says(e.ID), before)
		same(w, "numbers after it was undone", w.numbers(p.ID), numbers)
		r, err = w.acme.AcceptReading(w.ctx, e.ID, 2)
		w.ok(err)
		same(w, "what the mail says when it is accepted again", w.says(e.ID), accepted)
		same(w, "numbers when it is accepted again", w.numbers(p.ID), more)
	}
	same(w, "facts kept after all", len(w.email(e.ID).Facts), 4)
	_, err = w.acme.UndoReading(w.ctx, e.ID, 2)
	w.ok(err)
	_, err = w.acme.UndoReading(w.ctx, e.ID, 1)
	w.is(projectr.Conflict, err, "undo the first")
	// Asking anew undoes what was asked before.
	w.ask(e.ID, "rules")
	w.ask(e.ID, "model")
	same(w, "asked twice", states(w.readings(e.ID)), "4:waiting 3:undone 2:undone 1:current")
	r, err = w.acme.KeepReading(w.ctx, otherwise(e.ID, "asked", 3))
	w.ok(err)
	same(w, "made when nobody wants it any more", r.State, projectr.ReadingUndone)
	// Mail that was not read cannot be read again.
	held, other := w.record(w.acme, mail{id: "h", state: projectr.Held}), w.record(w.acme, mail{id: "n", project: p.ID})
	n, err := w.acme.AskReadings(w.ctx, []projectr.EmailID{held.ID, other.ID}, "rules")
	w.ok(err)
	same(w, "unread mails asked for", n, 0)
	_, err = w.acme.KeepReading(w.ctx, otherwise(held.ID, "model_answered", 0))
	w.is(projectr.Conflict, err, "read what is held")
	_, err = w.acme.AskReadings(w.ctx, []projectr.EmailID{"em_nobody"}, "rules")
	w.is(projectr.NotFound, err, "read what is not there")
}

func judgedStays(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	e := w.readMail("a", p.ID, false)
	judge := func(i int, j projectr.Judgement) projectr.Fact {
		w.Helper()
		f, err := w.acme.Judge(w.ctx, e.Facts[i].ID, j)
		w.ok(err)
		return f
	}
	send := judge(0, projectr.Judgement{State: projectr.FactCorrected, Kind: ptr(projectr.KeyPoint), Text: ptr("The plan comes")})
	slab := judge(1, projectr.Judgement{State: projectr.FactConfirmed})
	oak := judge(2, projectr.Judgement{State: projectr.FactRejected, Reason: "wrong"})
	w.ask(e.ID, "model")
	r, err := w.acme.KeepReading(w.ctx, otherwise(e.ID, "asked", 2))
	w.ok(err)
	same(w, "diff", fmt.Sprint(len(r.Diff.Added), len(r.Diff.Gone), len(r.Diff.Changed)), "1 0 0")
	// Between proposal and acceptance the mail is moved: a reading moves nothing.
	w.ok(w.acme.File(w.ctx, e.ID, q.ID, false))
	_, err = w.acme.AcceptReading(w.ctx, e.ID, 2)
	w.ok(err)
	for _, was := range []projectr.Fact{send, slab, oak} {
		is, err := w.acme.Fact(w.ctx, was.ID)
		w.ok(err)
		was.ProjectID = q.ID
		same(w, "what a person judged", show(is), show(was))
	}
	now := w.email(e.ID)
	same(w, "facts", len(now.Facts), 4)
	same(w, "where it is", *now.ProjectID, q.ID)
	same(w, "risks there", w.summary(w.acme, q.ID).Risks, 1)
	same(w, "told there", w.kinds(q.ID)[projectr.MailReread], 1)
	// What the reading added and a person judged since stays when the reading is undone.
	leak := r.Diff.Added[0].ID
	_, err = w.acme.Judge(w.ctx, leak, projectr.Judgement{State: projectr.FactConfirmed})
	w.ok(err)
	_, err = w.acme.UndoReading(w.ctx, e.ID, 2)
	w.ok(err)
	f, err := w.acme.Fact(w.ctx, leak)
	w.ok(err)
	same(w, "state of what was judged since", f.State, projectr.FactConfirmed)
	// A fact that was read otherwise and is opened again says what was read last.
	b := w.readMail("b", p.ID, true)
	_, err = w.acme.KeepReading(w.ctx, otherwise(b.ID, "model_answered", 0))
	w.ok(err)
	_, err = w.acme.Judge(w.ctx, "fa_b_0", projectr.Judgement{State: projectr.FactCorrected, Text: ptr("Something else")})
	w.ok(err)
	f, err = w.acme.Judge(w.ctx, "fa_b_0", projectr.Judgement{State: projectr.FactOpen})
	w.ok(err)
	same(w, "opened again", f.Text, "Send the plan by Friday")
	// It is nobody's judgement any more, so a reading may change it.
	_, err = w.acme.UndoReading(w.ctx, b.ID, 2)
	w.ok(err)
	f, err = w.acme.Fact(w.ctx, "fa_b_0")
	w.ok(err)
	same(w, "after it was opened and the reading undone", f.Text, "Send the plan")
}

func turnedDown(w *world) {
	p := w.project(w.acme, "Harbor")
	e := w.readMail("a", p.ID, true)
	judge := func(id projectr.FactID, j projectr.Judgement) {
		w.Helper()
		_, err := w.acme.Judge(w.ctx, id, j)
		w.ok(err)
	}
	judge(e.Facts[0].ID, projectr.Judgement{State: projectr.FactRejected, Reason: "a joke"})
	judge(e.Facts[2].ID, projectr.Judgement{State: projectr.FactCorrected, Kind: ptr(projectr.ScopeChange)})
	found := []projectr.Fact{
		fact(readText, projectr.Decision, "Mike sends the plan by Friday.", "Mike sends the plan"), // was rejected as an action
		fact(readText, projectr.ActionItem, "sends the plan by Friday", "Send the plan"),           // the same, in fewer words
		fact(readText, projectr.BudgetMention, "The slab costs $900.", "The slab"),
		fact(readText, projectr.TimelineChange, "The slab costs $900.", "The slab"), // nobody said anything of these words
		fact(readText, projectr.Risk, "We go with oak.", "Oak"),                     // was made a scope change
		fact(readText, projectr.Decision, "We go with oak.", "Oak"),
	}
	held := func() string {
		w.Helper()
		all := ""
		for _, f := range w.email(e.ID).Facts {
			if f.Held != "" {
				all += fmt.Sprint(" ", f.Kind, " ", f.State)
			}
		}
		return all
	}
	read := func(why string, n int) projectr.Reading {
		w.Helper()
		r := otherwise(e.ID, why, n)
		r.Facts = found
		r, err := w.acme.KeepReading(w.ctx, r)
		w.ok(err)
		return r
	}
	r := read("model_answered", 0)
	same(w, "diff", fmt.Sprint(len(r.Diff.Added), len(r.Diff.Gone), len(r.Diff.Changed)), "3 0 0")
	same(w, "what waits", held(), " decision open risk open")
	// It waits until a person says something of it, however often the mail is read.
	w.ask(e.ID, "model")
	same(w, "read once more", read("asked", 3).Diff.Empty(), true)
	for _, f := range r.Diff.Added {
		if f.Kind == projectr.Decision {
			judge(f.ID, projectr.Judgement{State: projectr.FactConfirmed})
		}
	}
	same(w, "what waits then", held(), " risk open")
	w.ask(e.ID, "model")
	same(w, "read again", read("asked", 4).Diff.Empty(), true)
	// Where the person takes the judgement back, nothing stands in its way any more.
	judge(e.Facts[2].ID, projectr.Judgement{State: projectr.FactOpen})
	w.ask(e.ID, "model")
	same(w, "taken back", len(read("asked", 5).Diff.Changed), 1)
}

func judgedDuringReread(w *world) {
	p := w.project(w.acme, "Harbor")
	for i, do := range []func(store.Org, projectr.EmailID) error{
		func(o store.Org, id projectr.EmailID) error {
			_, err := o.KeepReading(w.ctx, otherwise(id, "model_answered", 0))
			return err
		},
		func(o store.Org, id projectr.EmailID) error {
			w.ask(id, "model")
			if _, err := w.acme.KeepReading(w.ctx, otherwise(id, "asked", 2)); err != nil {
				return err
			}
			_, err := o.AcceptReading(w.ctx, id, 2)
			return err
		},
	} {
		e := w.readMail(fmt.Sprint("m", i), p.ID, i == 0)
		times := 0
		meddled := store.New(&rereader{Driver: w.driver, before: func() {
			if times++; times > 1 {
				return
			}
			for k, state := range []projectr.FactState{projectr.FactConfirmed, projectr.FactRejected} {
				_, err := w.acme.Judge(w.ctx, e.Facts[k].ID, projectr.Judgement{State: state})
				w.ok(err)
			}
		}}, w.blobs, w.now)
		o, _, err := meddled.AsMember(w.ctx, "us_acme-admin", "org_acme")
		w.ok(err)
		w.ok(do(o, e.ID))
		same(w, "times it was tried", times, 2)
		now := w.email(e.ID)
		same(w, "what a person confirmed meanwhile", fmt.Sprint(now.Facts[0].State, now.Facts[0].Text), "confirmedSend the plan")
		same(w, "what a person rejected meanwhile", now.Facts[1].State, projectr.FactRejected)
		same(w, "what else was read", fmt.Sprint(len(now.Facts), " ", now.Extractor), "4 gpt-x")
	}
	// In earnest: readings that come at once, a judgement, and undoing.
	for i := range 6 {
		e := w.readMail(fmt.Sprint("e", i), p.ID, true)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := w.acme.KeepReading(w.ctx, otherwise(e.ID, "model_answered", 0)); err != nil && projectr.KindOf(err) != projectr.Conflict {
					w.Error(err)
				}
			})
		}
		wg.Go(func() {
			if _, err := w.acme.Judge(w.ctx, e.Facts[0].ID, projectr.Judgement{State: projectr.FactConfirmed}); err != nil {
				w.Error(err)
			}
		})
		wg.Wait()
		current := 0
		for _, r := range w.readings(e.ID) {
			if r.State == projectr.ReadingCurrent {
				current++
			}
		}
		same(w, "current readings", current, 1)
		same(w, "what was judged", w.email(e.ID).Facts[0].State, projectr.FactConfirmed)
		same(w, "facts", len(w.email(e.ID).Facts), 4)
	}
	counted := 0
	for _, f := range w.facts(projectr.FactFilter{Project: p.ID}) {
		if f.Live() {
			counted++
		}
	}
	same(w, "facts counted", w.totals(p.ID), counted)
}

// rereader lets something happen just before a reading is kept.
type rereader struct {
	store.Driver
	before func()
}

// Reread is store.Driver's.
func (m *rereader) Reread(ctx context.Context, s store.Scope, r store.Rereading, a projectr.AuditEntry) error {
	m.before()
	return m.Driver.Reread(ctx, s, r, a)
}

func takenOnce(w *world) {
	p := w.project(w.acme, "Harbor")
	first, second, asked := w.readMail("a", p.ID, true), w.readMail("b", p.ID, true), w.readMail("c", p.ID, false)
	w.ask(asked.ID, "rules")
	take := func(until time.Time, model bool) (string, projectr.Reading) {
		w.Helper()
		r, err := w.acme.TakeReading(w.ctx, until, model)
		if projectr.KindOf(err) == projectr.NotFound && err != nil {
			return "", r
		}
		w.ok(err)
		return string(r.EmailID), r
	}
	later := w.now().Add(time.Hour)
	got, _ := take(later, false)
	same(w, "taken without a model", got, string(asked.ID))
	got, _ = take(later, false)
	same(w, "taken without a model once more", got, "")
	// Eight who take at once get each one.
	var mu sync.Mutex
	taken := map[projectr.EmailID]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			r, err := w.acme.TakeReading(w.ctx, later, true)
			if err != nil {
				if projectr.KindOf(err) != projectr.NotFound {
					w.Error(err)
				}
				return
			}
			mu.Lock()
			defer mu.Unlock()
			taken[r.EmailID]++
		})
	}
	wg.Wait()
	same(w, "taken at once", fmt.Sprint(taken), fmt.Sprint(map[projectr.EmailID]int{first.ID: 1, second.ID: 1}))
	// Who took them is gone: after a while they are due again, and the try counts.
	w.travel(2 * time.Hour)
	got, r := take(w.now().Add(time.Hour), true)
	same(w, "due again", fmt.Sprint(got, r.Tries)+r.Extractor+r.Why, string(first.ID)+"2rulesreceived")
	// It is put off with what was sent.
	call := projectr.ModelCall{At: start, Model: "gpt-x", Sent: "what was sent", Outcome: projectr.CallTimeout}
	r.Calls, r.CostMicro, r.Due, r.Note = append(r.Calls, call), nil, w.now().Add(24*time.Hour), "The model was silent."
	w.ok(w.acme.PutOffReading(w.ctx, r))
	one, err := w.acme.Reading(w.ctx, first.ID, 1)
	w.ok(err)
	same(w, "put off", fmt.Sprint(one.Again, one.Calls[0].Sent, one.CostMicro == nil, one.Note), "truewhat was senttrueThe model was silent.")
	same(w, "the mail waits still", w.email(first.ID).ReadAgain, true)
	// And given up at last.
	r.Again, r.Due = false, time.Time{}
	w.ok(w.acme.PutOffReading(w.ctx, r))
	same(w, "the mail waits no more", w.email(first.ID).ReadAgain, false)
	w.travel(48 * time.Hour)
	for {
		got, r = take(w.now().Add(100*time.Hour), true)
		if got == "" {
			break
		}
		if got == string(first.ID) {
			w.Error("what was given up is due again")
		}
	}
	// What was put off after something else came first keeps its calls, and no more.
	_, err = w.acme.KeepReading(w.ctx, otherwise(second.ID, "model_answered", 0))
	w.ok(err)
	old, err := w.acme.Reading(w.ctx, second.ID, 1)
	w.ok(err)
	old.Calls, old.State, old.Again, old.Due = []projectr.ModelCall{call}, projectr.ReadingCurrent, true, w.now()
	w.ok(w.acme.PutOffReading(w.ctx, old))
	same(w, "readings", states(w.readings(second.ID)), "2:current 1:replaced")
	same(w, "the mail does not wait", w.email(second.ID).ReadAgain, false)
	got, _ = take(w.now().Add(time.Hour), true)
	same(w, "due after that", got, "")
}

// readOf is a reading by a model of a mail that says made; its facts say these texts,
// each by the quote of the fact that the first reading made of the same line.
func (w *world) readOf(id projectr.EmailID, n int, first []projectr.Fact, texts ...string) projectr.Reading {
	r := projectr.Reading{EmailID: id, N: n, Extractor: "gpt-x", Version: "prompt-1", Why: "asked", CostMicro: new(int64)}
	for i, t := range texts {
		if t == "" {
			continue // it does not say that line
		}
		f := first[i]
		f.Text, f.By = t, "gpt-x"
		r.Facts = append(r.Facts, f)
	}
	return r
}

func (w *world) reread(r projectr.Reading) {
	w.Helper()
	r.N = w.ask(r.EmailID, "model").N
	_, err := w.acme.KeepReading(w.ctx, r)
	w.ok(err)
	_, err = w.acme.AcceptReading(w.ctx, r.EmailID, r.N)
	w.ok(err)
}

func rereadLinks(w *world) {
	w.store.Link = toyLink
	p := w.project(w.acme, "Harbor")
	first := map[projectr.EmailID][]projectr.Fact{}
	for day, texts := range [][]string{{"door=oak", "slab=900"}, {"door=steel", "slab=900"}, {"door=glass"}} {
		r := w.recording(says(fmt.Sprint("m", day), p.ID, day+2, texts...))
		r.Reading = &projectr.Reading{At: w.now(), Extractor: "rules", Version: "1", Why: "received", State: projectr.ReadingCurrent}
		e := w.keep(w.acme, r)
		first[e.ID] = r.Email.Facts
	}
	state := func() string {
		w.Helper()
		w.recount(p.ID)
		var out []string
		for _, id := range []projectr.FactID{"fa_m0_0", "fa_m0_1", "fa_m1_0", "fa_m1_1", "fa_m2_0"} {
			out = append(out, w.links(id))
		}
		return strings.Join(out, "; ")
	}
	before := state()
	same(w, "before", before, "superseded, superseded by fa_m1_0; open; superseded, supersedes fa_m0_0, superseded by fa_m2_0; open, repeats fa_m0_1; open, supersedes fa_m1_0")
	// What is not said any more lets what it replaced, and what repeated it, stand again.
	w.reread(w.readOf("em_m0", 0, first["em_m0"], "door=oak", ""))
	same(w, "the repeated one is gone", w.links("fa_m0_1")+"; "+w.links("fa_m1_1"), "superseded; open")
	w.reread(w.readOf("em_m2", 0, first["em_m2"], ""))
	same(w, "the last word is gone", w.links("fa_m2_0")+"; "+w.links("fa_m1_0"), "superseded; open, supersedes fa_m0_0")
	state()
	for _, id := range []projectr.EmailID{"em_m0", "em_m2"} {
		_, err := w.acme.UndoReading(w.ctx, id, 2)
		w.ok(err)
	}
	same(w, "undone", state(), before)
	// One that a later mail replaced is read otherwise: it stays replaced, by no person.
	w.reread(w.readOf("em_m0", 0, first["em_m0"], "door=pine", "slab=900"))
	same(w, "read otherwise", w.links("fa_m0_0"), "superseded, superseded by fa_m1_0")
	w.reread(w.readOf("em_m1", 0, first["em_m1"], "", "slab=900"))
	same(w, "what replaced it is gone", w.links("fa_m0_0")+"; "+w.links("fa_m2_0"), "superseded, superseded by fa_m2_0; open, supersedes fa_m0_0")
	w.reread(w.readOf("em_m2", 0, first["em_m2"], ""))
	same(w, "nothing replaces it", w.links("fa_m0_0"), "open")
	f, err := w.acme.Fact(w.ctx, "fa_m0_0")
	w.ok(err)
	same(w, "what it says", f.Text, "door=pine")
	state()
}

func rereadAtRandom(w *world) {
	w.store.Link = toyLink
	rng := rand.New(rand.NewPCG(5, 5))
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	words := []string{"a=1", "a=2", "b=1", "b=2", "c=1", ""}
	some := func() string { return words[rng.IntN(len(words))] }
	first, ids := map[projectr.EmailID][]projectr.Fact{}, []projectr.EmailID{}
	for i := range 6 {
		r := w.recording(says(fmt.Sprint("m", i), p.ID, i+2, "a=1", "b=1", "c=1"))
		r.Reading = &projectr.Reading{At: w.now(), Extractor: "rules", Version: "1", Why: "received", State: projectr.ReadingCurrent}
		e := w.keep(w.acme, r)
		first[e.ID], ids = r.Email.Facts, append(ids, e.ID)
	}
	judged := map[projectr.FactID]projectr.Fact{}
	for range 120 {
		id := ids[rng.IntN(len(ids))]
		l := w.readings(id)
		before := w.says(id)
		switch rng.IntN(5) {
		case 0, 1:
			w.reread(w.readOf(id, 0, first[id], some(), some(), some()))
			if now := w.readings(id)[0]; now.Diff.Empty() {
				break
			}
			after := w.says(id)
			_, err := w.acme.UndoReading(w.ctx, id, w.readings(id)[0].N)
			w.ok(err)
			same(w, "after it was undone", w.says(id), before)
			_, err = w.acme.AcceptReading(w.ctx, id, w.readings(id)[0].N)
			w.ok(err)
			same(w, "when it is accepted again", w.says(id), after)
		case 2:
			_, err := w.acme.UndoReading(w.ctx, id, l[rng.IntN(len(l))].N)
			if err != nil {
				w.is(projectr.Conflict, err, "undo")
			}
		case 3:
			w.ok(w.acme.File(w.ctx, id, []projectr.ProjectID{p.ID, q.ID}[rng.IntN(2)], false))
		case 4:
			fs := w.email(id).Facts
			f := fs[rng.IntN(len(fs))]
			j := projectr.Judgement{State: []projectr.FactState{projectr.FactConfirmed, projectr.FactRejected, projectr.FactOpen, projectr.FactCorrected}[rng.IntN(4)]}
			if j.State == projectr.FactCorrected {
				j.Text = ptr("c=7")
			}
			is, err := w.acme.Judge(w.ctx, f.ID, j)
			if err != nil {
				w.is(projectr.Conflict, err, "judge")
				break
			}
			if delete(judged, f.ID); j.State != projectr.FactOpen {
				judged[f.ID] = is
			}
		}
		w.recount(p.ID)
		w.recount(q.ID)
		for id, was := range judged {
			is, err := w.acme.Fact(w.ctx, id)
			w.ok(err)
			if is.Text != was.Text || is.State != was.State || is.Quote != was.Quote {
				w.Fatalf("%s was judged %s %q and became %s %q", id, was.State, was.Text, is.State, is.Text)
			}
		}
		current := 0
		for _, r := range w.readings(id) {
			if r.State == projectr.ReadingCurrent {
				current++
			}
		}
		same(w, "current readings", current, 1)
	}
}
