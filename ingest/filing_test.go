package ingest_test

import (
	"strings"
	"testing"

	"projectr"
	"projectr/store"
)

// filing is a mail by author about subject, and where it went.
func (h *house) filing(o store.Org, id, author, subject, text string, more ...string) projectr.Email {
	h.t.Helper()
	head := append([]string{"From: " + author, "Subject: " + subject, "Message-ID: <" + id + "@x>", "Date: Wed, 4 Mar 2026 10:00:00 +0000"}, more...)
	h.process(strings.Join(head, "\n")+"\n\n"+text+"\n", "acme")
	for _, e := range emails(h.t, o) {
		if e.MessageID == id+"@x" {
			return e
		}
	}
	h.t.Fatalf("no mail %s", id)
	return projectr.Email{}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func idsOf(t *testing.T, o store.Org) map[string]projectr.ProjectID {
	t.Helper()
	all, err := o.AllProjects(ctx)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]projectr.ProjectID{}
	for _, p := range all {
		out[p.Name] = p.ID
	}
	return out
}

func on(e projectr.Email) projectr.ProjectID {
	if e.ProjectID == nil {
		return ""
	}
	return *e.ProjectID
}

// A correction teaches a rule; it is used, can be changed, and taken away again, and
// then mail is filed as before.
func TestACorrectionTeaches(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", projectr.Project{Name: "Quarry Bend Bridge"}, projectr.Project{Name: "Harrow Point"}, projectr.Project{Name: "Canal Lobby"})
	at := idsOf(t, acme)
	bend, point, canal := at["Quarry Bend Bridge"], at["Harrow Point"], at["Canal Lobby"]
	const kirsten, subject = "Kirsten <kirsten@quarry.example>", "Quarry Bend Bridge pumps"
	first := h.filing(acme, "1", kirsten, subject, "The pumps come on Monday.")
	if on(first) != bend {
		t.Fatalf("filed on %v: %+v", first.ProjectID, first.Match)
	}
	h.must(acme.File(ctx, first.ID, point, false))
	rules, err := acme.FilingRules(ctx)
	h.must(err)
	if len(rules) != 1 || rules[0].Text != "Mail from kirsten@quarry.example about “Quarry Bend Bridge” goes to Harrow Point." {
		t.Fatalf("taught %+v", rules)
	}
	second := h.filing(acme, "2", kirsten, "Quarry Bend Bridge hoses", "The hoses come on Tuesday.")
	if r := second.Match.Reasons; on(second) != point || r[0].Kind != "rule" || !strings.Contains(r[0].Text, rules[0].Text) || r[0].Words != "Quarry Bend Bridge" || second.Match.Candidates[0].ProjectID != bend {
		t.Errorf("filed on %v: %+v", second.ProjectID, second.Match)
	}
	if e := h.filing(acme, "3", "Jo <jo@sender.example>", "Quarry Bend Bridge rails", "The rails come on Friday."); on(e) != bend {
		t.Errorf("somebody else's is filed on %v: %+v", e.ProjectID, e.Match)
	}
	if rules, err = acme.FilingRules(ctx); err != nil || rules[0].Used != 1 {
		t.Errorf("used %d times, %v", rules[0].Used, err)
	}
	// Changed: to another project, for everybody of the firm.
	_, err = acme.ChangeFilingRule(ctx, rules[0].ID, func(r *projectr.FilingRule) { r.From, r.Words, r.ProjectID = "@quarry.example", "hoses", canal })
	h.must(err)
	if e := h.filing(acme, "4", "Al <al@quarry.example>", "more hoses", "Hoses again."); on(e) != canal {
		t.Errorf("filed on %v: %+v", e.ProjectID, e.Match)
	}
	// Removed: the old behaviour, word for word.
	h.must(acme.DropFilingRule(ctx, rules[0].ID))
	if e := h.filing(acme, "5", kirsten, "Quarry Bend Bridge valves", "The valves come on Thursday."); on(e) != bend || e.Match.Reasons[0].Text != first.Match.Reasons[0].Text || e.Match.Confidence != first.Match.Confidence {
		t.Errorf("filed on %v: %+v, and before %+v", e.ProjectID, e.Match, first.Match)
	}
	// Taken back: as if it had not been.
	again := h.filing(acme, "6", kirsten, "Quarry Bend Bridge nozzles", "The nozzles come on Sunday.")
	h.must(acme.File(ctx, again.ID, point, false))
	h.must(acme.File(ctx, again.ID, bend, false))
	if rules, err = acme.FilingRules(ctx); err != nil || len(rules) != 0 {
		t.Errorf("left %+v, %v", rules, err)
	}
}

// A rule and the thread that disagree ask a person, who sees both.
func TestARuleAndAThreadDisagree(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", projectr.Project{Name: "Quarry Bend", JobNumber: "24-101"}, projectr.Project{Name: "Harrow Point", JobNumber: "24-102"})
	at := idsOf(t, acme)
	_, err := acme.CreateFilingRule(ctx, projectr.FilingRule{From: "@quarry.example", Words: "blue doors", ProjectID: at["Harrow Point"]})
	h.must(err)
	root := h.filing(acme, "1", "jo@sender.example", "24-101 doors", "Which ones?")
	if on(root) != at["Quarry Bend"] {
		t.Fatalf("filed on %v", root.ProjectID)
	}
	e := h.filing(acme, "2", "kirsten@quarry.example", "Re: it", "The blue doors, please.", "In-Reply-To: <1@x>")
	if e.State != projectr.InReview || !strings.Contains(e.Match.Reasons[0].Text, "Harrow Point") || !strings.Contains(e.Match.Reasons[0].Text, "Quarry Bend") || len(e.Match.Candidates) != 2 {
		t.Errorf("%s: %+v", e.State, e.Match)
	}
	e = h.filing(acme, "3", "kirsten@quarry.example", "24-101 question", "Are the blue doors there?")
	if e.State != projectr.InReview || len(e.Match.Candidates) != 2 {
		t.Errorf("%s: %+v", e.State, e.Match)
	}
	if e = h.filing(acme, "4", "kirsten@quarry.example", "24-102 question", "Are the blue doors there?"); on(e) != at["Harrow Point"] {
		t.Errorf("%s: %+v", e.State, e.Match)
	}
}

// Jobs that look alike are not taken for one another, and what else it could be
// stands with every mail.
func TestLookAlikes(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", projectr.Project{Name: "Hollis St Clinic", JobNumber: "24-117", Address: "418 Hollis Street, Dayton, OH", People: []string{"Mike Tran"}},
		projectr.Project{Name: "Hollis Street Parking Garage", JobNumber: "24-171"})
	at := idsOf(t, acme)
	for i, tt := range []struct{ subject, text, want string }{
		{"Hollis St Clinic frames", "Come Monday.", "Hollis St Clinic"},
		{"Hollis St Clinic Ph 2 frames", "Come Tuesday.", ""},
		{"Hollis Street Parking Garage frames", "Come Wednesday.", "Hollis Street Parking Garage"},
		{"24-711 Hollis St Clinic", "Come Thursday.", ""},
		{"24-171 Hollis St Clinic", "Come Friday.", ""},
		{"Delivery", "To 481 Hollis Street on Saturday.", ""},
		{"Delivery of frames", "To 418 Hollis Street on Sunday.", "Hollis St Clinic"},
	} {
		e := h.filing(acme, string(rune('a'+i)), "Mike Tran <mike@sub.example>", tt.subject, tt.text)
		if on(e) != at[tt.want] {
			t.Errorf("%q is filed on %v: %+v", tt.subject, e.ProjectID, e.Match)
		}
		if tt.want == "" && (e.State != projectr.InReview || len(e.Match.Candidates) == 0) {
			t.Errorf("%q is %s with %d candidates", tt.subject, e.State, len(e.Match.Candidates))
		}
	}
}

// Words that stand in the filed mail of one project and hardly in that of others name
// it as a candidate, and never file a mail.
func TestTypicalWordsNameACandidate(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", projectr.Project{Name: "Hollis Clinic", JobNumber: "24-117"}, projectr.Project{Name: "Canal Lobby", JobNumber: "24-150"})
	at := idsOf(t, acme)
	h.filing(acme, "1", "a@sub.example", "24-117 drain", "Drain TD-2 by Comstock is in.")
	h.filing(acme, "2", "b@sub.example", "24-117 frames", "We saw TD-2 with the man of Comstock, and Kerrigan.")
	h.filing(acme, "3", "c@sub.example", "24-150 stone", "Here too we met Kerrigan.")
	e := h.filing(acme, "4", "d@sub.example", "a question", "Who cleans TD-2, is it Comstock or Kerrigan?")
	c := e.Match.Candidates
	if e.State != projectr.InReview || len(c) != 1 || c[0].ProjectID != at["Hollis Clinic"] || c[0].Reasons[0].Kind != "words" || c[0].Confidence >= projectr.SureEnough {
		t.Errorf("%s: %+v", e.State, e.Match)
	}
}

// From how much certainty mail is filed is the organisation's own.
func TestTheLineOfFilingIsTheOrganisations(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", projectr.Project{Name: "Hollis Street Clinic", JobNumber: "24-117"})
	set := func(percent int) {
		_, err := acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.FileFrom = percent })
		h.must(err)
	}
	set(95)
	if e := h.filing(acme, "1", "a@sub.example", "Hollis Street Clinic", "Frames."); e.State != projectr.InReview || e.Match.Confidence >= 0.95 {
		t.Errorf("%s: %+v", e.State, e.Match)
	}
	if e := h.filing(acme, "2", "a@sub.example", "24-117", "Hinges."); e.State != projectr.Filed {
		t.Errorf("%s: %+v", e.State, e.Match)
	}
	set(80)
	if e := h.filing(acme, "3", "a@sub.example", "Hollis Street Clinic doors", "Doors."); e.State != projectr.Filed {
		t.Errorf("%s: %+v", e.State, e.Match)
	}
}
