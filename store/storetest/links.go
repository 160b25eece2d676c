package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"projectr"
)

// toyLink ties facts by their texts, "subject=value": the same text repeats, another
// value of the same subject changes. It shows what a driver makes of any linker.
func toyLink(facts []projectr.Fact) []projectr.Fact {
	out := slices.Clone(facts)
	for i := range out {
		f := &out[i]
		if f.State == projectr.FactRejected {
			continue
		}
		for k := i - 1; k >= 0; k-- {
			old := &out[k]
			a, _, _ := strings.Cut(f.Text, "=")
			b, _, _ := strings.Cut(old.Text, "=")
			if a != b || old.EmailID == f.EmailID || old.State == projectr.FactRejected || old.Repeats != nil || old.SupersededBy != nil {
				continue
			}
			if f.Text == old.Text && f.State == projectr.FactOpen && old.State != projectr.FactSuperseded {
				f.Repeats = &old.ID
			} else if f.Text != old.Text {
				f.Supersedes, old.SupersededBy = &old.ID, &f.ID
				if old.State == projectr.FactOpen {
					old.State = projectr.FactSuperseded
				}
			}
			break
		}
	}
	return out
}

// says makes a mail of a thread with one fact of each text, on the given day of March.
func says(id string, p projectr.ProjectID, day int, texts ...string) mail {
	m := mail{id: id, project: p, thread: "th_one", date: time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC)}
	for _, t := range texts {
		m.facts = append(m.facts, projectr.Fact{Kind: projectr.ActionItem, Text: t})
	}
	return m
}

// links writes the ties of a fact: its state, what it repeats, supersedes, is superseded by.
func (w *world) links(id projectr.FactID) string {
	w.Helper()
	f, err := w.acme.Fact(w.ctx, id)
	w.ok(err)
	s := string(f.State)
	for _, l := range []struct {
		name string
		id   *projectr.FactID
	}{{"repeats", f.Repeats}, {"supersedes", f.Supersedes}, {"superseded by", f.SupersededBy}} {
		if l.id != nil {
			s += fmt.Sprintf(", %s %s", l.name, *l.id)
		}
	}
	return s
}

// live lists the facts of a project that count, and checks the sums against them.
func (w *world) live(p projectr.ProjectID) string {
	w.Helper()
	facts := w.facts(projectr.FactFilter{Project: p})
	slices.Reverse(facts)
	same(w, "open actions summed up", w.summary(w.acme, p).OpenActions, len(facts))
	return ids(facts, factID)
}

func (w *world) told(p projectr.ProjectID, kind projectr.EventKind) string {
	w.Helper()
	var out []string
	for _, ev := range all(w, 50, func(pg projectr.Page) (projectr.List[projectr.Event], error) { return w.acme.Timeline(w.ctx, p, pg) }) {
		if ev.Kind == kind {
			out = append(out, fmt.Sprintf("%s by %s", *ev.FactID, *ev.EmailID))
		}
	}
	return strings.Join(out, ", ")
}

func factRepeats(w *world) {
	w.store.Link = toyLink
	p := w.project(w.acme, "Harbor").ID
	w.record(w.acme, says("a", p, 2, "ramp=Friday", "door=blue"))
	again := w.recording(says("b", p, 4, "ramp=Friday", "roof=flat"))
	w.keep(w.acme, again)
	w.ok(w.acme.Record(w.ctx, again))
	same(w, "what counts", w.live(p), "fa_a_0 fa_a_1 fa_b_1")
	same(w, "the later", w.links("fa_b_0"), "open, repeats fa_a_0")
	same(w, "the earlier", w.links("fa_a_0"), "open")
	same(w, "told", w.told(p, projectr.FactRepeat), "fa_b_0 by em_b")
	e, err := w.acme.Email(w.ctx, "em_b")
	w.ok(err)
	same(w, "facts with the mail that repeats", len(e.Facts), 2)
	for _, id := range []projectr.FactID{"fa_a_0", "fa_b_0"} {
		c, err := w.acme.FactChain(w.ctx, id)
		w.ok(err)
		same(w, "repeated by", ids(c.Repeated, factID), "fa_b_0")
		same(w, "has an original", c.Original != nil, id == "fa_b_0")
	}
	// In another thread, on another project, or in the same mail it is another fact.
	other := says("c", p, 5, "ramp=Friday")
	other.thread = "th_two"
	w.record(w.acme, other)
	w.record(w.acme, says("d", w.project(w.acme, "Alder").ID, 6, "ramp=Friday"))
	w.record(w.acme, says("e", p, 7, "sign=red", "sign=red"))
	same(w, "what counts then", w.live(p), "fa_a_0 fa_a_1 fa_b_1 fa_c_0 fa_e_0 fa_e_1")
	same(w, "elsewhere", w.links("fa_d_0"), "open")
}

func factSupersedes(w *world) {
	w.store.Link = toyLink
	p := w.project(w.acme, "Harbor").ID
	w.record(w.acme, says("a", p, 2, "ramp=Thursday"))
	w.record(w.acme, says("b", p, 3, "ramp=Friday"))
	w.record(w.acme, says("c", p, 4, "ramp=Monday"))
	w.record(w.acme, says("d", p, 5, "ramp=Monday"))
	same(w, "what counts", w.live(p), "fa_c_0")
	same(w, "the first", w.links("fa_a_0"), "superseded, superseded by fa_b_0")
	same(w, "the second", w.links("fa_b_0"), "superseded, supersedes fa_a_0, superseded by fa_c_0")
	same(w, "the third", w.links("fa_c_0"), "open, supersedes fa_b_0")
	same(w, "told", w.told(p, projectr.FactSupersede), "fa_b_0 by em_c, fa_a_0 by em_b")
	for id, want := range map[projectr.FactID]string{"fa_a_0": " | fa_b_0 fa_c_0 | ", "fa_b_0": "fa_a_0 | fa_c_0 | ", "fa_c_0": "fa_a_0 fa_b_0 |  | fa_d_0", "fa_d_0": "fa_a_0 fa_b_0 |  | fa_d_0"} {
		c, err := w.acme.FactChain(w.ctx, id)
		w.ok(err)
		same(w, "the chain of "+string(id), ids(c.Earlier, factID)+" | "+ids(c.Later, factID)+" | "+ids(c.Repeated, factID), want)
	}
	_, err := w.acme.FactChain(w.ctx, "fa_never")
	w.is(projectr.NotFound, err, "the chain of no fact")
	l, err := w.acme.Facts(w.ctx, projectr.FactFilter{State: projectr.FactSuperseded})
	w.ok(err)
	same(w, "superseded ones are kept", ids(l.Items, factID), "fa_b_0 fa_a_0")
	_, err = w.acme.Judge(w.ctx, "fa_a_0", projectr.Judgement{State: projectr.FactOpen})
	w.is(projectr.Conflict, err, "open a superseded fact again")
	_, err = w.acme.Judge(w.ctx, "fa_c_0", projectr.Judgement{State: projectr.FactSuperseded})
	w.is(projectr.Invalid, err, "accept what nobody says")
}

func linksAnyOrder(w *world) {
	w.store.Link = toyLink
	mails := func(n int) (out []mail) {
		for i, texts := range [][]string{{"ramp=Thursday", "door=blue"}, {"ramp=Friday"}, {"door=blue", "ramp=Friday"}, {"ramp=Monday"}, {"roof=flat", "door=red"}, {"ramp=Monday"}} {
			m := says(fmt.Sprintf("%d%c", n, 'a'+i), "", 2+i, texts...)
			m.thread = fmt.Sprint("th_", n)
			out = append(out, m)
		}
		return out
	}
	want := ""
	for n := range 6 {
		p := w.project(w.acme, fmt.Sprint("Job ", n)).ID
		list := mails(n)
		if n > 0 {
			rng := rand.New(rand.NewPCG(uint64(n), 1))
			rng.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
		}
		for _, m := range list {
			m.project = p
			w.record(w.acme, m)
		}
		got := ""
		for _, m := range mails(n) {
			for i := range m.facts {
				got += w.links(projectr.FactID(fmt.Sprintf("fa_%s_%d", m.id, i))) + "\n"
			}
		}
		w.live(p)
		if got = strings.ReplaceAll(got, fmt.Sprintf("fa_%d", n), "fa_"); n == 0 {
			want = got
		}
		same(w, fmt.Sprintf("links in order %d", n), got, want)
	}
}

func linksMoved(w *world) {
	w.store.Link = toyLink
	p, q := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID
	w.record(w.acme, says("a", p, 2, "ramp=Friday", "door=blue"))
	w.record(w.acme, says("b", p, 3, "ramp=Friday", "door=red"))
	w.record(w.acme, says("c", p, 4, "ramp=Friday"))
	tied := func(doing string) {
		w.Helper()
		same(w, doing, w.live(p), "fa_a_0 fa_b_1")
		same(w, doing+": the repeat", w.links("fa_c_0"), "open, repeats fa_a_0")
		same(w, doing+": the change", w.links("fa_a_1"), "superseded, superseded by fa_b_1")
	}
	tied("together")
	// What it hid counts again, and is repeated in its place.
	w.ok(w.acme.File(w.ctx, "em_a", q, false))
	same(w, "without the first mail", w.live(p), "fa_b_0 fa_b_1")
	same(w, "where it went", w.live(q), "fa_a_0 fa_a_1")
	same(w, "the next says it now", w.links("fa_c_0"), "open, repeats fa_b_0")
	same(w, "nothing to supersede", w.links("fa_b_1"), "open")
	w.ok(w.acme.File(w.ctx, "em_a", p, false))
	tied("after the move was undone")
	w.ok(w.acme.Unfile(w.ctx, "em_b"))
	same(w, "without the second mail", w.live(p), "fa_a_0 fa_a_1")
	w.ok(w.acme.File(w.ctx, "em_b", p, false))
	tied("filed again")
	same(w, "each was told once", w.told(p, projectr.FactSupersede), "fa_a_1 by em_b")
	same(w, "nothing is told elsewhere", w.told(q, projectr.FactRepeat), "")
}

func linksRejected(w *world) {
	w.store.Link = toyLink
	p := w.project(w.acme, "Harbor").ID
	w.record(w.acme, says("a", p, 2, "ramp=Friday", "door=blue"))
	w.record(w.acme, says("b", p, 3, "ramp=Friday", "door=red"))
	reject := func(id projectr.FactID, reason string) {
		w.Helper()
		_, err := w.acme.Judge(w.ctx, id, projectr.Judgement{State: projectr.FactRejected, Reason: reason})
		w.ok(err)
	}
	reject("fa_a_0", "wrong")
	same(w, "the first rejected", w.live(p), "fa_b_0 fa_b_1")
	reject("fa_b_1", "wrong")
	same(w, "and the change", w.live(p), "fa_a_1 fa_b_0")
	same(w, "what was changed stands", w.links("fa_a_1"), "open")
	for _, id := range []projectr.FactID{"fa_a_0", "fa_b_1"} {
		_, err := w.acme.Judge(w.ctx, id, projectr.Judgement{State: projectr.FactOpen})
		w.ok(err)
	}
	same(w, "opened again", w.live(p), "fa_a_0 fa_b_1")
	same(w, "the repeat", w.links("fa_b_0"), "open, repeats fa_a_0")
	same(w, "the change", w.links("fa_a_1"), "superseded, superseded by fa_b_1")
}

func linksJudged(w *world) {
	w.store.Link = toyLink
	p, q := w.project(w.acme, "Harbor").ID, w.project(w.acme, "Alder").ID
	judge := func(id projectr.FactID, s projectr.FactState) string {
		w.Helper()
		f, err := w.acme.Judge(w.ctx, id, projectr.Judgement{State: s})
		w.ok(err)
		kept, err := w.acme.Fact(w.ctx, id)
		w.ok(err)
		same(w, "answered and kept", show(f), show(kept))
		return w.links(id)
	}
	w.record(w.acme, says("a", p, 2, "ramp=Friday"))
	same(w, "confirmed", judge("fa_a_0", projectr.FactConfirmed), "confirmed")
	w.record(w.acme, says("b", p, 3, "ramp=Monday"))
	same(w, "it stays, and shows what came later", w.links("fa_a_0"), "confirmed, superseded by fa_b_0")
	same(w, "both count", w.live(p), "fa_a_0 fa_b_0")
	same(w, "accepted", judge("fa_a_0", projectr.FactSuperseded), "superseded, superseded by fa_b_0")
	same(w, "one counts", w.live(p), "fa_b_0")
	w.record(w.acme, says("z", p, 1, "door=blue")) // the links are made anew
	same(w, "accepted stays accepted", w.links("fa_a_0"), "superseded, superseded by fa_b_0")
	// What was accepted for the sake of a mail does not outlast it.
	w.ok(w.acme.File(w.ctx, "em_b", q, false))
	same(w, "without the later mail", w.links("fa_a_0"), "confirmed")
	w.ok(w.acme.File(w.ctx, "em_b", p, false))
	same(w, "the mail is back", w.links("fa_a_0"), "confirmed, superseded by fa_b_0")
	// One that was superseded can be stood up for.
	w.record(w.acme, says("c", p, 5, "ramp=Tuesday"))
	same(w, "superseded", w.links("fa_b_0"), "superseded, supersedes fa_a_0, superseded by fa_c_0")
	same(w, "stood up for", judge("fa_b_0", projectr.FactConfirmed), "confirmed, supersedes fa_a_0, superseded by fa_c_0")
	same(w, "and that undone", judge("fa_b_0", projectr.FactOpen), "superseded, supersedes fa_a_0, superseded by fa_c_0")
}

func linksTied(w *world) {
	w.store.Link = toyLink
	p := w.project(w.acme, "Harbor").ID
	a, b := says("a", p, 2, "ramp=Friday"), says("b", p, 3, "ramp=Friday")
	a.thread, b.thread = "th_a", "th_b"
	w.record(w.acme, a)
	w.record(w.acme, b)
	same(w, "in two threads", w.live(p), "fa_a_0 fa_b_0")
	c := says("c", p, 4)
	c.thread, c.refs = "th_a", []string{"a@mail.example", "b@mail.example"}
	w.record(w.acme, c)
	same(w, "in one", w.live(p), "fa_a_0")
}

func heldFact(w *world) {
	p := w.project(w.acme, "Harbor").ID
	w.record(w.acme, mail{id: "a", project: p, facts: []projectr.Fact{{Kind: projectr.ActionItem, Held: "It asks to pay elsewhere.", Confidence: 0.7}}})
	see := func(doing string, counted, unsure int) {
		w.Helper()
		same(w, doing+": counted", w.summary(w.acme, p).OpenActions, counted)
		same(w, doing+": waits for a person", len(w.facts(projectr.FactFilter{Unsure: true})), unsure)
		same(w, doing+": shown", len(w.facts(projectr.FactFilter{Project: p})), 1)
	}
	see("held", 0, 1)
	f, err := w.acme.Judge(w.ctx, "fa_a_0", projectr.Judgement{State: projectr.FactConfirmed})
	w.ok(err)
	same(w, "held after it was confirmed", f.Held, "")
	see("confirmed", 1, 0)
	f, err = w.acme.Judge(w.ctx, "fa_a_0", projectr.Judgement{State: projectr.FactOpen})
	w.ok(err)
	same(w, "held after that was undone", f.Held, "It asks to pay elsewhere.")
	see("undone", 0, 1)
}
