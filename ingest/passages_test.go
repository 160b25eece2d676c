package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"projectr"
	"projectr/store"
)

const weekly = `Ellen,

24-142 Bridge St: please send the roof warranty by Friday. Change order 3 for $4,200.00 is approved.

24-150 Canal Place lobby: please order the stone by March 13.

Sam`

// shown is what an organisation's people see of its projects.
func shown(t *testing.T, o store.Org) string {
	t.Helper()
	l, err := o.Projects(ctx, projectr.ProjectFilter{Sort: "name"})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range l.Items {
		facts, err := o.Facts(ctx, projectr.FactFilter{Project: p.ID})
		if err != nil {
			t.Fatal(err)
		}
		var starts []string
		for _, f := range facts.Items {
			starts = append(starts, string(f.Kind))
		}
		out = append(out, fmt.Sprintf("%s: %d mails, %d actions, %s", p.Name, p.Mails, p.OpenActions, strings.Join(starts, " ")))
	}
	return strings.Join(out, "\n")
}

func severalJobs(t *testing.T) (*house, store.Org, map[string]projectr.ProjectID) {
	h := newHouse(t)
	acme := h.org("acme", projectr.Project{Name: "Bridge Street Re-roof", JobNumber: "24-142"}, projectr.Project{Name: "Canal Place Lobby", JobNumber: "24-150"},
		projectr.Project{Name: "Hollis Street Clinic", JobNumber: "24-117"})
	return h, acme, idsOf(t, acme)
}

// A mail about several jobs is on the timeline of each with what it says of that
// one, counts once, and says nothing of the mails that answer it.
func TestAMailAboutSeveralJobsIsSplit(t *testing.T) {
	h, acme, at := severalJobs(t)
	e := h.filing(acme, "1", "Sam <sam@sender.example>", "weekly", weekly)
	if e.State != projectr.Filed || e.ProjectID != nil || len(e.Passages) != 2 || e.Match.Reasons[0].Kind != "passage" {
		t.Fatalf("%s on %v by %+v: %+v", e.State, e.ProjectID, e.Passages, e.Match)
	}
	want := "Bridge Street Re-roof: 1 mails, 1 actions, "
	got := shown(t, acme)
	if !strings.HasPrefix(got, want) || !strings.Contains(got, "Canal Place Lobby: 1 mails, 1 actions, action_item") || !strings.HasSuffix(got, "Hollis Street Clinic: 0 mails, 0 actions, ") {
		t.Errorf("shown\n%s", got)
	}
	for _, f := range e.Facts {
		want := at["Bridge Street Re-roof"]
		if f.Start >= e.Passages[1].Start {
			want = at["Canal Place Lobby"]
		}
		if f.ProjectID != want {
			t.Errorf("%q is on %s", f.Quote, f.ProjectID)
		}
	}
	if u, err := acme.Usage(ctx, "2026-03-01", "2026-03-31"); err != nil || u.Emails != 1 {
		t.Errorf("used %+v, %v", u, err)
	}
	// The same mail again changes nothing.
	h.filing(acme, "1", "Sam <sam@sender.example>", "weekly", weekly)
	if again := shown(t, acme); again != got {
		t.Errorf("twice shown\n%s\nonce\n%s", again, got)
	}
	// An answer is about one of them or the other: a person is asked. One that says
	// which goes there.
	answer := h.filing(acme, "2", "Ellen <ellen@sender.example>", "Re: weekly", "Will do.", "In-Reply-To: <1@x>")
	if answer.State != projectr.InReview || answer.ThreadID != e.ThreadID || len(answer.Match.Candidates) != 2 || answer.Match.Candidates[0].Confidence >= projectr.SureEnough {
		t.Errorf("the answer is %s on %v: %+v", answer.State, answer.ProjectID, answer.Match)
	}
	clear := h.filing(acme, "3", "Ellen <ellen@sender.example>", "Re: weekly", "24-150: stone is ordered.", "In-Reply-To: <1@x>")
	if on(clear) != at["Canal Place Lobby"] {
		t.Errorf("the answer that says which is on %v: %+v", clear.ProjectID, clear.Match)
	}
	if answer = h.filing(acme, "4", "Ellen <ellen@sender.example>", "Re: weekly", "And thanks.", "In-Reply-To: <3@x>"); answer.State != projectr.InReview {
		t.Errorf("an answer in a thread about several is on %v: %+v", answer.ProjectID, answer.Match)
	}
}

// A mail on one job with a passage about another has the rest on its own.
func TestAMailOfOneJobWithAPassageAboutAnother(t *testing.T) {
	h, acme, at := severalJobs(t)
	e := h.filing(acme, "1", "Sam <sam@sender.example>", "24-142 roof", "Please send the roof warranty by Friday.\n\n24-150 Canal Place: please order the stone by March 13.")
	if on(e) != at["Bridge Street Re-roof"] || len(e.Passages) != 1 || e.Passages[0].ProjectID != at["Canal Place Lobby"] {
		t.Fatalf("on %v by %+v: %+v", e.ProjectID, e.Passages, e.Match)
	}
	got := shown(t, acme)
	if !strings.HasPrefix(got, "Bridge Street Re-roof: 1 mails, 1 actions, action_item\nCanal Place Lobby: 1 mails, 1 actions, action_item\n") {
		t.Errorf("shown\n%s", got)
	}
	answer := h.filing(acme, "2", "Ellen <ellen@sender.example>", "Re: roof", "Will do.", "In-Reply-To: <1@x>")
	if answer.State != projectr.InReview {
		t.Errorf("the answer is on %v: %+v", answer.ProjectID, answer.Match)
	}
}

// What may be about another job stays with the mail's own, and a person is asked.
func TestAPassageInDoubtStaysWithTheMail(t *testing.T) {
	h, acme, at := severalJobs(t)
	e := h.filing(acme, "1", "Sam <sam@sender.example>", "24-142 roof", "Please send the roof warranty by Friday.\n\nHollis Street Clinic Phase 2: please send the frames by Friday.")
	if on(e) != at["Bridge Street Re-roof"] || len(e.Passages) != 0 || len(e.SetAside) != 1 || !e.SetAside[0].Unsure || e.SetAside[0].ProjectID != at["Hollis Street Clinic"] {
		t.Fatalf("on %v by %+v, set aside %+v: %+v", e.ProjectID, e.Passages, e.SetAside, e.Match)
	}
	h.must(acme.FilePassage(ctx, e.ID, e.SetAside[0].Start, at["Hollis Street Clinic"]))
	if got := shown(t, acme); strings.Count(got, "1 mails, 1 actions") != 2 {
		t.Errorf("shown\n%s", got)
	}
}

// Where one passage is not sure, or something is said outside of all, nothing of the
// mail is filed before a person says how.
func TestASplitThatIsNotSureWaits(t *testing.T) {
	for name, more := range map[string]string{
		"a passage that could be two jobs": "\n\nHollis Street Clinic Phase 2: please send the frames by Friday.",
		"a passage of a job nobody knows":  "\n\n24-999 Pier: please send the frames by Friday.",
		"a fact outside of all passages":   "\n\nPlease send me your hours by Friday.",
	} {
		t.Run(name, func(t *testing.T) {
			h, acme, at := severalJobs(t)
			e := h.filing(acme, "1", "Sam <sam@sender.example>", "weekly", weekly+more)
			if e.State != projectr.InReview || len(e.Passages) != 0 || len(e.SetAside) != 2 || e.Match.Confidence >= projectr.SureEnough {
				t.Fatalf("%s by %+v, set aside %+v: %+v", e.State, e.Passages, e.SetAside, e.Match)
			}
			if f, err := acme.Facts(ctx, projectr.FactFilter{}); err != nil || len(f.Items) != 0 {
				t.Errorf("facts %+v, %v", f.Items, err)
			}
			// A plain mail of its thread does not take it along.
			h.filing(acme, "2", "Ellen <ellen@sender.example>", "24-117 weekly", "Frames are in.", "In-Reply-To: <1@x>")
			if e, _ = acme.Email(ctx, e.ID); e.State != projectr.InReview {
				t.Errorf("its thread took it to %v: %+v", e.ProjectID, e.Match)
			}
			h.must(acme.FileByPassages(ctx, e.ID, at["Hollis Street Clinic"]))
			got := shown(t, acme)
			if n := strings.Count(got, " 1 actions"); n != 3 {
				t.Errorf("filed by a person, shown\n%s", got)
			}
		})
	}
}

// Jobs that look alike, and another job named on the way, split nothing.
func TestWhatIsNamedOnTheWaySplitsNothing(t *testing.T) {
	h, acme, at := severalJobs(t)
	for i, text := range []string{
		"Please send the roof warranty by Friday, as you did on 24-150.",
		"Please use the stone of Canal Place Lobby by Friday.",
		"On Canal Place Lobby we did it like this: send the detail by Friday.",
	} {
		e := h.filing(acme, fmt.Sprint(i), "Sam <sam@sender.example>", "24-142 roof", text)
		if len(e.Passages) > 0 || e.State == projectr.Filed && on(e) != at["Bridge Street Re-roof"] {
			t.Errorf("%q is on %v by %+v", text, e.ProjectID, e.Passages)
		}
	}
}
