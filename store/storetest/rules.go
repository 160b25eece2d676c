package storetest

import (
	"slices"

	"projectr"
	"projectr/store"
)

// rulesOf are the sentences of the rules that corrections taught.
func (w *world) rulesOf(o store.Org) string {
	w.Helper()
	l, err := o.FilingRules(w.ctx)
	w.ok(err)
	return ids(l, func(r projectr.FilingRule) string { return r.Text })
}

// byName is a match by the words of a subject.
func byName(p projectr.ProjectID, words string, start int) projectr.Match {
	return projectr.Match{Confidence: 0.9, Candidates: []projectr.Candidate{},
		Reasons: []projectr.Reason{{Kind: "name", Text: "It is named.", Words: words, In: "subject", Start: start, End: start + len(words)}}}
}

func taught(w *world) {
	bend, point := w.project(w.acme, "Quarry Bend"), w.project(w.acme, "Harrow Point")
	kirsten := projectr.MailAddress{Name: "Kirsten", Address: "Kirsten@Quarry.example"}
	about := func(id string, p projectr.ProjectID, subject string) projectr.Email {
		r := w.recording(mail{id: id, project: p, subject: subject, from: kirsten, text: "Text"})
		r.Email.Match = byName(p, "Quarry Bend", 0)
		return w.keep(w.acme, r)
	}
	e := about("1", bend.ID, "Quarry Bend pumps")
	w.ok(w.acme.File(w.ctx, e.ID, point.ID, false))
	const rule = "Mail from kirsten@quarry.example about “Quarry Bend” goes to Harrow Point."
	same(w, "what a correction taught", w.rulesOf(w.acme), rule)
	l, err := w.acme.FilingRules(w.ctx)
	w.ok(err)
	r := l[0]
	if r.From != "kirsten@quarry.example" || r.Words != "Quarry Bend" || r.ProjectID != point.ID || r.Instead == nil || *r.Instead != bend.ID || r.EmailID == nil || *r.EmailID != e.ID || r.By != "acme-admin" || r.CreatedAt.IsZero() || r.Used != 0 {
		w.Errorf("the rule is %+v", r)
	}
	same(w, "rules of the others", w.rulesOf(w.globex), "")
	// Filing once more where it is teaches nothing, and neither does the review of somebody else's mail.
	w.ok(w.acme.File(w.ctx, e.ID, point.ID, false))
	same(w, "filed twice", w.rulesOf(w.acme), rule)
	// A mail that the rule filed is counted, when it is recorded and when it is filed later.
	f := w.recording(mail{id: "2", project: point.ID, subject: "Quarry Bend again", from: kirsten})
	f.Rule = r.ID
	w.keep(w.acme, f)
	w.ok(w.acme.Record(w.ctx, f))
	l, err = w.acme.FilingRules(w.ctx)
	w.ok(err)
	same(w, "mails filed by it", l[0].Used, 1)
	// Taking the move back takes the rule away.
	w.ok(w.acme.File(w.ctx, e.ID, bend.ID, false))
	same(w, "taken back", w.rulesOf(w.acme), "")
	w.ok(w.acme.File(w.ctx, e.ID, point.ID, false))
	same(w, "a person's own move back and forth", w.rulesOf(w.acme), "")
	// From review, and back into it.
	waiting := w.record(w.acme, mail{id: "3", subject: "Re: Pump House drawings", from: kirsten})
	w.ok(w.acme.File(w.ctx, waiting.ID, point.ID, false))
	same(w, "from review", w.rulesOf(w.acme), "Mail from kirsten@quarry.example about “Pump House” goes to Harrow Point.")
	w.ok(w.acme.Unfile(w.ctx, waiting.ID))
	same(w, "back into review", w.rulesOf(w.acme), "")
	// Somewhere else than first: the newer rule takes the older one's place.
	w.ok(w.acme.File(w.ctx, waiting.ID, point.ID, false))
	w.ok(w.acme.File(w.ctx, waiting.ID, bend.ID, false))
	same(w, "moved on", w.rulesOf(w.acme), "Mail from kirsten@quarry.example about “Pump House” goes to Quarry Bend.")
	// "Not project mail" teaches nothing.
	junk := w.record(w.acme, mail{id: "4", subject: "Summer Party invitation", from: kirsten})
	w.ok(w.acme.File(w.ctx, junk.ID, "", false))
	same(w, "no project's", w.rulesOf(w.acme), "Mail from kirsten@quarry.example about “Pump House” goes to Quarry Bend.")
}

func taughtNarrowly(w *world) {
	bend, point := w.project(w.acme, "Quarry Bend"), w.project(w.acme, "Harrow Point")
	kirsten := projectr.MailAddress{Name: "Kirsten", Address: "kirsten@quarry.example"}
	// Another mail of hers about it is rightly there: the rule must be about less.
	r := w.recording(mail{id: "1", project: bend.ID, subject: "Quarry Bend crew", from: kirsten})
	r.Email.Match = byName(bend.ID, "Quarry Bend", 0)
	w.keep(w.acme, r)
	r = w.recording(mail{id: "2", project: bend.ID, subject: "Quarry Bend, Pump House", from: kirsten})
	r.Email.Match = byName(bend.ID, "Quarry Bend", 0)
	e := w.keep(w.acme, r)
	w.ok(w.acme.File(w.ctx, e.ID, point.ID, false))
	same(w, "narrower", w.rulesOf(w.acme), "Mail from kirsten@quarry.example about “Pump House” goes to Harrow Point.")
	// Nothing in it that is not in the other too: nothing is taught.
	r = w.recording(mail{id: "3", project: bend.ID, subject: "Quarry Bend crew", from: kirsten})
	r.Email.Match = byName(bend.ID, "Quarry Bend", 0)
	e = w.keep(w.acme, r)
	w.ok(w.acme.File(w.ctx, e.ID, point.ID, false))
	same(w, "contradicted", w.rulesOf(w.acme), "Mail from kirsten@quarry.example about “Pump House” goes to Harrow Point.")
	// Others' mail contradicts no rule about hers.
	other := w.recording(mail{id: "4", project: bend.ID, subject: "Valve Chamber doors"})
	w.keep(w.acme, other)
	e = w.record(w.acme, mail{id: "5", subject: "Valve Chamber doors", from: kirsten})
	w.ok(w.acme.File(w.ctx, e.ID, point.ID, false))
	same(w, "others' mail", w.rulesOf(w.acme), "Mail from kirsten@quarry.example about “Valve Chamber” goes to Harrow Point. Mail from kirsten@quarry.example about “Pump House” goes to Harrow Point.")
	// What a rule files is known already.
	e = w.record(w.acme, mail{id: "6", subject: "Valve Chamber and Weir Gate", from: kirsten})
	w.ok(w.acme.File(w.ctx, e.ID, point.ID, false))
	l, err := w.acme.FilingRules(w.ctx)
	w.ok(err)
	same(w, "rules", len(l), 2)
	// What a rule filed wrongly teaches a narrower one only.
	e = w.record(w.acme, mail{id: "7", subject: "Pump House: Weir Gate Number Seven", from: kirsten})
	w.ok(w.acme.File(w.ctx, e.ID, bend.ID, false))
	l, err = w.acme.FilingRules(w.ctx)
	w.ok(err)
	if len(l) != 3 || l[0].Words != "Weir Gate Number Seven" || l[0].ProjectID != bend.ID {
		w.Errorf("taught %+v", l)
	}
}

func ruleKept(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	theirs := w.project(w.globex, "Theirs")
	made, err := w.acme.CreateFilingRule(w.ctx, projectr.FilingRule{From: " @Sub.Example ", Words: "  blue doors ", ProjectID: p.ID, ID: "fr_mine", Used: 7})
	w.ok(err)
	l, err := w.acme.FilingRules(w.ctx)
	w.ok(err)
	same(w, "as it is kept", show(l), show([]projectr.FilingRule{made}))
	same(w, "its sentence", made.Text, "Mail from sub.example about “blue doors” goes to Harbor.")
	if made.ID == "fr_mine" || made.Used != 0 || made.By != "acme-admin" {
		w.Errorf("it says of itself %+v", made)
	}
	for name, wrong := range map[string]projectr.FilingRule{
		"nothing it is about": {ProjectID: p.ID},
		"no project":          {Words: "x"},
		"no address":          {From: "jo", ProjectID: p.ID},
		"two addresses":       {From: "jo@x.example, al@x.example", ProjectID: p.ID},
		"two lines":           {Words: "a\nb", ProjectID: p.ID},
		"signs alone":         {Words: "--", ProjectID: p.ID},
	} {
		_, err := w.acme.CreateFilingRule(w.ctx, wrong)
		w.is(projectr.Invalid, err, name)
	}
	_, err = w.acme.CreateFilingRule(w.ctx, projectr.FilingRule{Words: "x", ProjectID: theirs.ID})
	w.is(projectr.NotFound, err, "a project of the others")
	_, err = w.acme.CreateFilingRule(w.ctx, projectr.FilingRule{From: "@sub.example", Words: "blue doors", ProjectID: q.ID})
	w.is(projectr.Conflict, err, "a rule for the same")
	other, err := w.acme.CreateFilingRule(w.ctx, projectr.FilingRule{From: "@sub.example", ProjectID: q.ID})
	w.ok(err)
	same(w, "without words", other.Text, "Mail from sub.example goes to Alder.")
	changed, err := w.acme.ChangeFilingRule(w.ctx, made.ID, func(r *projectr.FilingRule) {
		r.From, r.Words, r.ProjectID, r.Used, r.By = "", "Blue Doors", q.ID, 99, "nobody"
	})
	w.ok(err)
	want := made
	want.From, want.Words, want.ProjectID, want.Text = "", "Blue Doors", q.ID, "Mail about “Blue Doors” goes to Alder."
	same(w, "changed", show(changed), show(want))
	l, err = w.acme.FilingRules(w.ctx)
	w.ok(err)
	same(w, "both", show(l), show([]projectr.FilingRule{other, changed}))
	_, err = w.acme.ChangeFilingRule(w.ctx, made.ID, func(r *projectr.FilingRule) { r.From, r.Words = "@sub.example", "" })
	w.is(projectr.Conflict, err, "changed to what another one is")
	_, err = w.acme.ChangeFilingRule(w.ctx, made.ID, func(r *projectr.FilingRule) { r.ProjectID = theirs.ID })
	w.is(projectr.NotFound, err, "changed to a project of the others")
	_, err = w.acme.ChangeFilingRule(w.ctx, "fr_never", func(*projectr.FilingRule) {})
	w.is(projectr.NotFound, err, "a rule that never was")
	w.ok(w.acme.DropFilingRule(w.ctx, made.ID))
	w.is(projectr.NotFound, w.acme.DropFilingRule(w.ctx, made.ID), "dropped twice")
	same(w, "left", w.rulesOf(w.acme), "Mail from sub.example goes to Alder.")
	a, err := w.acme.Audit(w.ctx, projectr.AuditFilter{})
	w.ok(err)
	for _, action := range []string{"filing_rule.create", "filing_rule.save", "filing_rule.remove"} {
		if !slices.ContainsFunc(a.Items, func(a projectr.AuditEntry) bool { return a.Action == action }) {
			w.Errorf("no audit entry of %s", action)
		}
	}
}

func wordUse(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	for _, m := range []mail{
		{id: "1", project: p.ID, text: "Trench drain TD-2 by Comstock"}, {id: "2", project: p.ID, subject: "TD-2", text: "again"}, {id: "3", project: q.ID, text: "Comstock came"},
		{id: "4", text: "TD-2 waits in review"}, {id: "5", project: q.ID, text: "TD 3, and 2 more"},
	} {
		w.record(w.acme, m)
	}
	mine := w.project(w.globex, "Mine")
	w.record(w.globex, mail{id: "6", project: mine.ID, text: "TD-2 by Comstock"})
	uses, err := w.acme.WordUse(w.ctx, []string{"td-2", "comstock", "never", "\"", ""})
	w.ok(err)
	slices.SortStableFunc(uses, func(a, b projectr.WordUse) int { return b.Mails - a.Mails })
	if len(uses) != 3 || uses[0] != (projectr.WordUse{Word: "td-2", ProjectID: p.ID, Mails: 2}) || uses[1].Word != "comstock" || uses[1].Mails != 1 || uses[2].Mails != 1 {
		w.Errorf("%+v", uses)
	}
}
