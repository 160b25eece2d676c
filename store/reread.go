package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"projectr"
)

// Readings lists the readings of a mail, the newest first, without what was sent to a
// model.
func (o Org) Readings(ctx context.Context, id projectr.EmailID) ([]projectr.Reading, error) {
	return o.s.d.Readings(ctx, o.scope, id)
}

// Reading returns one reading of a mail, with exactly what was sent to a model.
func (o Org) Reading(ctx context.Context, id projectr.EmailID, n int) (projectr.Reading, error) {
	return o.s.d.Reading(ctx, o.scope, id, n)
}

// Rereads lists the readings that wait to be made, or to be accepted, the newest
// first, without what was sent to a model.
func (o Org) Rereads(ctx context.Context, p projectr.Page) (projectr.List[projectr.Reading], error) {
	return o.s.d.Rereads(ctx, o.scope, p.Bounded())
}

// ReadSample counts the mails that were received since from and read, and names n of them,
// evenly spread over all. Copies, mail that was not let in, and older mail that was imported
// are none of them.
func (o Org) ReadSample(ctx context.Context, from time.Time, n int) (projectr.ReadSample, error) {
	return o.s.d.ReadSample(ctx, o.scope, from, n)
}

// AskReadings asks that mails are read again by the rules, by a model of that name,
// or by those of the organisation ("model"), and answers how many are: mail that was
// not let in or not read is not read by that, and a copy is read with its original.
// What was asked for or proposed before is undone.
func (o Org) AskReadings(ctx context.Context, ids []projectr.EmailID, extractor string) (int, error) {
	if !projectr.IsLine(extractor, 100) || strings.TrimSpace(extractor) == "" {
		return 0, &projectr.Error{Kind: projectr.Invalid, Field: "extractor", Message: "Mail is read again by rules, or by a model."}
	}
	if len(ids) == 0 {
		return 0, nil
	}
	at := o.s.now()
	r := projectr.Reading{At: at, By: o.by, Extractor: extractor, Why: "asked", State: projectr.ReadingWaiting, Due: at}
	n, err := o.s.d.AskReadings(ctx, o.scope, ids, r, o.audit("mail.reread", strings.Join(some(ids, 20), " ")))
	if err == nil && n > 0 {
		o.tell(projectr.Change{Kind: projectr.MailReread})
	}
	return n, err
}

// some are the first n ids, and how many more there are.
func some(ids []projectr.EmailID, n int) []string {
	out := make([]string, 0, n+1)
	for i, id := range ids {
		if i == n {
			return append(out, fmt.Sprintf("and %d more", len(ids)-n))
		}
		out = append(out, string(id))
	}
	return out
}

// TakeReading takes the reading that is due for longest; NotFound when none is.
// Whoever takes it has until then to keep it or put it off; after that it is due
// again, because who took it may be gone. It counts a try before anything is sent.
// Without model, only such as need no model are taken.
func (o Org) TakeReading(ctx context.Context, until time.Time, model bool) (projectr.Reading, error) {
	return o.s.d.TakeReading(ctx, o.scope, o.s.now(), until, model)
}

// PutOffReading keeps what became of a reading that was taken when a model was
// silent, or was not to be asked after all: when it is due, why, and what was sent.
func (o Org) PutOffReading(ctx context.Context, r projectr.Reading) error {
	return o.s.d.PutOffReading(ctx, o.scope, r)
}

// errNotRead is told of mail that cannot be read again.
var errNotRead = &projectr.Error{Kind: projectr.Conflict, Message: "This mail was not read, so it cannot be read again."}

// KeepReading keeps what a later reading found in a mail: under its number, when it
// was asked for, else under the next one. It is only proposed, for a person to accept,
// unless it was made because the model had been silent before, or says nothing new.
// Facts that a person judged are not touched; a fact that is said as before stays as
// it is, one that is said otherwise stays the same fact, and one that is not said any
// more is superseded. Every quote must stand in the text, as with Record.
func (o Org) KeepReading(ctx context.Context, r projectr.Reading) (projectr.Reading, error) {
	return again(func() (projectr.Reading, error) {
		l, err := o.look(ctx, r.EmailID)
		if err != nil {
			return r, err
		}
		is, x := r, Rereading{Current: l.current.N}
		is.At, is.By, is.State, is.Due = o.s.now(), o.by, projectr.ReadingProposed, time.Time{}
		if r.N == 0 {
			is.N = l.last + 1
		} else {
			asked, err := o.s.d.Reading(ctx, o.scope, r.EmailID, r.N)
			if err != nil {
				return r, err
			}
			if asked.State != projectr.ReadingWaiting { // it is not wanted any more; what was sent has been sent
				asked = withCalls(asked, r.Calls)
				return asked, o.s.d.PutOffReading(ctx, o.scope, asked)
			}
			is.By, x.Was = asked.By, asked.State
		}
		is.Facts = make([]projectr.Fact, len(r.Facts))
		for i, f := range r.Facts {
			f.ID = projectr.FactID("fa_" + shortHash(string(r.EmailID), "reading", fmt.Sprint(is.N), fmt.Sprint(i)))
			f.EmailID, f.ProjectID, f.At = r.EmailID, "", l.mail.Date
			f.State, f.By, f.Reason = projectr.FactOpen, cmp.Or(f.By, is.Extractor), ""
			f.Repeats, f.Supersedes, f.SupersededBy = nil, nil, nil
			if f.Affects == nil {
				f.Affects = []string{}
			}
			is.Facts[i] = f
		}
		if err := o.apply(ctx, l, &is, &x); err != nil {
			return r, err
		}
		switch {
		case is.Why == "model_answered" && !l.current.Again:
			is.State, is.Note = projectr.ReadingUndone, "Somebody had it read otherwise meanwhile."
			x = Rereading{Current: x.Current, Was: x.Was}
		case is.Why != "model_answered" && !is.Diff.Empty():
			x = Rereading{Current: x.Current, Was: x.Was}
		default:
			is.State = projectr.ReadingCurrent
		}
		x.Reading = is
		if err := o.s.d.Reread(ctx, o.scope, x, o.audit("mail.read", string(is.EmailID))); err != nil {
			return r, err
		}
		o.tell(projectr.Change{Kind: projectr.MailReread, EmailID: is.EmailID, ProjectID: projectOf(l.mail)})
		return is, nil
	})
}

// withCalls adds to a reading the calls that it does not have yet.
func withCalls(r projectr.Reading, calls []projectr.ModelCall) projectr.Reading {
	r.Calls = slices.Clone(r.Calls)
	for _, c := range calls {
		if !slices.ContainsFunc(r.Calls, func(o projectr.ModelCall) bool { return o.At.Equal(c.At) && o.Model == c.Model && o.Sent == c.Sent }) {
			r.Calls = append(r.Calls, c)
		}
	}
	r.CostMicro = projectr.CostOf(r.Calls)
	return r
}

// AcceptReading makes the facts of a reading that is proposed, or was undone, those of
// its mail. It is compared anew with what they are now.
func (o Org) AcceptReading(ctx context.Context, id projectr.EmailID, n int) (projectr.Reading, error) {
	return again(func() (projectr.Reading, error) {
		r, err := o.s.d.Reading(ctx, o.scope, id, n)
		if err != nil {
			return r, err
		}
		switch {
		case r.State == projectr.ReadingCurrent:
			return r, nil
		case r.State == projectr.ReadingWaiting:
			return r, &projectr.Error{Kind: projectr.Conflict, Message: "This mail has not been read again yet: wait until it says what is new."}
		case r.State == projectr.ReadingReplaced:
			return r, &projectr.Error{Kind: projectr.Conflict, Message: "A later reading took its place: undo that one."}
		case r.Version == "" && len(r.Facts) == 0:
			return r, &projectr.Error{Kind: projectr.Conflict, Message: "This reading was never made: ask for the mail to be read again."}
		}
		l, err := o.look(ctx, id)
		if err != nil {
			return r, err
		}
		x := Rereading{Current: l.current.N, Was: r.State}
		if err := o.apply(ctx, l, &r, &x); err != nil {
			return r, err
		}
		r.State = projectr.ReadingCurrent
		x.Reading = r
		if err := o.s.d.Reread(ctx, o.scope, x, o.audit("reading.accept", string(id))); err != nil {
			return r, err
		}
		o.tell(projectr.Change{Kind: projectr.MailReread, EmailID: id, ProjectID: projectOf(l.mail)})
		return r, nil
	})
}

// UndoReading turns a reading down that waits or is proposed, or takes the current one
// back: the facts are again what they were before it, those aside that a person has
// judged since.
func (o Org) UndoReading(ctx context.Context, id projectr.EmailID, n int) (projectr.Reading, error) {
	return again(func() (projectr.Reading, error) {
		r, err := o.s.d.Reading(ctx, o.scope, id, n)
		if err != nil || r.State == projectr.ReadingUndone {
			return r, err
		}
		l, err := o.look(ctx, id)
		if err != nil {
			return r, err
		}
		x := Rereading{Current: l.current.N, Was: r.State}
		switch r.State {
		case projectr.ReadingReplaced:
			return r, &projectr.Error{Kind: projectr.Conflict, Message: "A later reading took its place: undo that one first."}
		case projectr.ReadingCurrent:
			if l.before == nil {
				return r, &projectr.Error{Kind: projectr.Conflict, Message: "This is the first reading: there is none to go back to."}
			}
			if err := o.takeBack(ctx, l, r, &x); err != nil {
				return r, err
			}
		}
		r.State, r.Again, r.Due = projectr.ReadingUndone, false, time.Time{}
		x.Reading = r
		if err := o.s.d.Reread(ctx, o.scope, x, o.audit("reading.undo", string(id))); err != nil {
			return r, err
		}
		o.tell(projectr.Change{Kind: projectr.MailReread, EmailID: id, ProjectID: projectOf(l.mail)})
		return r, nil
	})
}

// looked is a mail as a reading of it is decided on.
type looked struct {
	mail    projectr.Email
	facts   []ReadFact
	current projectr.Reading
	before  *projectr.Reading // the one that the current one replaced
	last    int
}

func (o Org) look(ctx context.Context, id projectr.EmailID) (l looked, err error) {
	// The facts come first: what changes after is noticed when it is kept.
	if l.facts, err = o.s.d.ReadFacts(ctx, o.scope, id); err != nil {
		return l, err
	}
	if l.mail, err = o.s.d.Email(ctx, o.scope, id); err != nil {
		return l, err
	}
	all, err := o.s.d.Readings(ctx, o.scope, id)
	if err != nil {
		return l, err
	}
	if l.mail.CopyOf != nil || len(all) == 0 || l.mail.State != projectr.Filed && l.mail.State != projectr.InReview {
		return l, errNotRead
	}
	l.last = all[0].N
	for i, r := range all {
		switch {
		case r.State == projectr.ReadingCurrent:
			l.current = r
		case r.State == projectr.ReadingReplaced && l.before == nil:
			l.before = &all[i]
		}
	}
	for i, r := range all { // one that was undone can be accepted later, out of order
		if r.State == projectr.ReadingReplaced && r.N == l.current.Before {
			l.before = &all[i]
		}
	}
	return l, nil
}

func (l looked) was() []projectr.Fact {
	out := []projectr.Fact{}
	for _, f := range l.facts {
		out = append(out, f.Fact)
	}
	return out
}

// apply works out what the facts that r found make of those of its mail.
func (o Org) apply(ctx context.Context, l looked, r *projectr.Reading, x *Rereading) error {
	found, err := o.inSource(ctx, r.Facts)
	if err != nil {
		return err
	}
	for i, f := range found {
		if len(l.mail.Passages) > 0 && l.mail.Stray(f) && f.Held == "" {
			found[i].Held = strayFact
		}
		if found[i].Held == "" && turnedDown(l.facts, f) {
			found[i].Held = turnedDownFact
		}
	}
	c := compare(l.facts, found)
	r.Diff, r.Before = c.diff, l.current.N
	x.Then, x.Facts, x.Add, x.Set = projectr.ReadingReplaced, l.was(), c.add, c.set
	x.Mail = &projectr.Email{Extractor: r.Extractor, Reply: r.Reply, Flags: r.Flags, ReadAgain: r.Again}
	if r.Diff.Empty() {
		return nil
	}
	told := o.rereadEvent(projectr.MailReread, l.mail.ID, nil)
	told.Note = fmt.Sprintf("Read again by %s: %s.", r.Extractor, inWords(r.Diff))
	x.Events = append(x.Events, told)
	for _, f := range r.Diff.Added {
		ev := o.rereadEvent(projectr.FactExtracted, l.mail.ID, &f)
		ev.At = l.mail.Date
		x.Events = append(x.Events, ev)
	}
	for _, ch := range r.Diff.Changed {
		x.Events = append(x.Events, o.rereadEvent(projectr.FactReread, l.mail.ID, &ch.Now))
	}
	for _, f := range r.Diff.Gone {
		x.Events = append(x.Events, o.rereadEvent(projectr.FactDropped, l.mail.ID, &f))
	}
	return nil
}

// strayFact is why a fact waits for a person that stands in none of the passages by
// which its mail is filed.
const strayFact = "It stands in none of the passages by which its mail is filed: look which project it is about."

// turnedDownFact is why a fact waits for a person that is read out of words of which a
// person said that they say something else, or nothing.
const turnedDownFact = "It stands in words of which a person rejected or corrected what was read in them before: look whether it is right."

// turnedDown reports whether a person rejected what was read in the words of f before, or
// made it a fact of another kind, and nothing that still counts says what f says. What is
// paired with what the person judged stays as it is all the same.
func turnedDown(kept []ReadFact, f projectr.Fact) bool {
	down := false
	for _, k := range kept {
		if !k.Judged && !gone(k.Fact) && k.Held == "" && overlap(k.Fact, f) > 0 {
			return false
		}
		as := k.Fact
		as.Kind = f.Kind
		down = down || k.Judged && (k.State == projectr.FactRejected || k.Kind != k.Extracted.Kind) && overlap(as, f) >= 0.5
	}
	return down
}

// inSource returns facts as they stand in the text of their mail and of its files.
func (o Org) inSource(ctx context.Context, facts []projectr.Fact) ([]projectr.Fact, error) {
	out, texts := slices.Clone(facts), map[int]string{}
	for i, f := range out {
		text, ok := texts[f.File]
		if !ok {
			var err error
			if text, err = o.source(ctx, f); err != nil && projectr.KindOf(err) != projectr.NotFound {
				return nil, err
			}
			texts[f.File] = text
		}
		out[i] = f.In(text)
	}
	return out, nil
}

func (o Org) rereadEvent(kind projectr.EventKind, id projectr.EmailID, f *projectr.Fact) projectr.Event {
	ev := o.event(kind, "")
	ev.EmailID = &id
	if f != nil {
		ev.FactID, ev.Note = &f.ID, f.Text
	}
	return ev
}

// inWords says how much two readings differ.
func inWords(d projectr.ReadingDiff) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{len(d.Added), "added"}, {len(d.Gone), "gone"}, {len(d.Changed), "changed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		return "nothing new"
	}
	return strings.Join(parts, ", ")
}

// takeBack works out what undoing r, the current reading, makes of the facts.
func (o Org) takeBack(ctx context.Context, l looked, r projectr.Reading, x *Rereading) error {
	is := make(map[projectr.FactID]ReadFact, len(l.facts))
	for _, f := range l.facts {
		is[f.ID] = f
	}
	x.Then, x.Back, x.Facts = projectr.ReadingUndone, l.before.N, l.was()
	x.Mail = &projectr.Email{Extractor: l.before.Extractor, Reply: l.before.Reply, Flags: l.before.Flags}
	told := o.rereadEvent(projectr.MailReread, l.mail.ID, nil)
	told.Note = fmt.Sprintf("The reading by %s was undone.", r.Extractor)
	x.Events = append(x.Events, told)
	for _, f := range r.Diff.Added {
		now, ok := is[f.ID]
		if !ok || now.Judged || gone(now.Fact) {
			continue
		}
		x.Set = append(x.Set, dropped(now.Fact))
		x.Events = append(x.Events, o.rereadEvent(projectr.FactDropped, l.mail.ID, &now.Fact))
	}
	before := slices.Clone(r.Diff.Gone)
	for _, ch := range r.Diff.Changed {
		before = append(before, ch.Was)
	}
	before, err := o.inSource(ctx, before)
	if err != nil {
		return err
	}
	for _, was := range before {
		now, ok := is[was.ID]
		if !ok || now.Judged {
			continue
		}
		f := said(now.Fact, was)
		if gone(now.Fact) {
			f.State = projectr.FactOpen
		}
		x.Set = append(x.Set, f)
		x.Events = append(x.Events, o.rereadEvent(projectr.FactReread, l.mail.ID, &f))
	}
	return nil
}

func projectOf(e projectr.Email) projectr.ProjectID {
	if e.ProjectID == nil {
		return ""
	}
	return *e.ProjectID
}

// gone reports whether no reading says a fact any more.
func gone(f projectr.Fact) bool {
	return f.State == projectr.FactSuperseded && f.SupersededBy == nil
}

// dropped is a fact that no reading says any more.
func dropped(f projectr.Fact) projectr.Fact {
	f.State, f.Repeats, f.Supersedes, f.SupersededBy = projectr.FactSuperseded, nil, nil, nil
	return f
}

// said is a fact with what a reading says of it.
func said(f, by projectr.Fact) projectr.Fact {
	f.Kind, f.Text, f.Quote, f.Start, f.End, f.File = by.Kind, by.Text, by.Quote, by.Start, by.End, by.File
	f.Proof, f.Confidence, f.Owner, f.Deadline, f.Priority = by.Proof, by.Confidence, by.Owner, by.Deadline, by.Priority
	f.MadeBy, f.Amount, f.Affects, f.By, f.Held = by.MadeBy, by.Amount, by.Affects, by.By, by.Held
	f.Standing, f.Doubt = by.Standing, by.Doubt
	return f
}

// alike reports whether two facts say the same. How sure a reader is counts only
// where it decides whether a person is asked.
func alike(a, b projectr.Fact) bool {
	sure := func(f projectr.Fact) bool { return f.Confidence >= projectr.SureEnough }
	if sure(a) != sure(b) {
		return false
	}
	a.Confidence, a.By = b.Confidence, b.By
	return reflect.DeepEqual(said(b, a), b)
}

// overlap is how much two quotes have in common, from 0 to 1.
func overlap(a, b projectr.Fact) float64 {
	if a.Kind != b.Kind || a.File != b.File {
		return 0
	}
	if a.Quote == b.Quote {
		return 1
	}
	common := min(a.End, b.End) - max(a.Start, b.Start)
	if common <= 0 || a.Proof == projectr.Unverified || b.Proof == projectr.Unverified {
		return 0
	}
	return float64(common) / float64(max(a.End, b.End)-min(a.Start, b.Start))
}

// compared is what a reading makes of the facts of a mail.
type compared struct {
	diff     projectr.ReadingDiff
	add, set []projectr.Fact
}

// compare pairs what was found with the facts that are kept: same kind and
// overlapping quote, the best first, one to one. What a person judged is paired with
// what it was read as, too, and stays as it is; what an earlier reading dropped is
// taken up again.
func compare(kept []ReadFact, found []projectr.Fact) compared {
	type pair struct {
		kept, found int
		same        bool
		live        bool
		text        bool
		overlap     float64
	}
	var pairs []pair
	for i, k := range kept {
		for j, f := range found {
			p := pair{kept: i, found: j, live: !gone(k.Fact)}
			for _, form := range []projectr.Fact{k.Fact, k.Extracted} {
				p.overlap = max(p.overlap, overlap(form, f))
				p.same = p.same || alike(form, f)
				p.text = p.text || form.Text == f.Text
				if !k.Judged {
					break
				}
			}
			if p.overlap > 0 {
				pairs = append(pairs, p)
			}
		}
	}
	first := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return -1
		}
		return 1
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return cmp.Or(first(a.live, b.live), first(a.same, b.same), first(a.text, b.text), cmp.Compare(b.overlap, a.overlap))
	})
	keptIn, foundIn := make([]bool, len(kept)), make([]bool, len(found))
	c := compared{diff: projectr.ReadingDiff{Added: []projectr.Fact{}, Gone: []projectr.Fact{}, Changed: []projectr.FactChange{}}}
	for _, p := range pairs {
		if keptIn[p.kept] || foundIn[p.found] {
			continue
		}
		keptIn[p.kept], foundIn[p.found] = true, true
		k, now := kept[p.kept], said(kept[p.kept].Fact, found[p.found])
		switch {
		case k.Judged:
		case !p.live:
			now.State = projectr.FactOpen
			c.diff.Added, c.set = append(c.diff.Added, now), append(c.set, now)
		case !p.same:
			c.diff.Changed, c.set = append(c.diff.Changed, projectr.FactChange{ID: k.ID, Was: k.Fact, Now: now}), append(c.set, now)
		}
	}
	for j, f := range found {
		if foundIn[j] {
			continue
		}
		for slices.ContainsFunc(kept, func(k ReadFact) bool { return k.ID == f.ID }) { // accepted once, and made something else since
			f.ID = projectr.FactID("fa_" + shortHash(string(f.ID), "again"))
		}
		c.diff.Added, c.add = append(c.diff.Added, f), append(c.add, f)
	}
	for i, k := range kept {
		if !keptIn[i] && !k.Judged && !gone(k.Fact) {
			c.diff.Gone, c.set = append(c.diff.Gone, k.Fact), append(c.set, dropped(k.Fact))
		}
	}
	return c
}

func shortHash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
