package ingest_test

import (
	"strings"
	"testing"

	"projectr"
)

const fwdPhase2 = `From: Jo <jo@sender.example>
Subject: %SUBJECT%
Message-ID: <fwd@sender.example>
Date: Wed, 4 Mar 2026 10:00:00 +0000

Please look at this before Friday.

---------- Forwarded message ---------
From: Max <max@y.example>
Date: Mon, Mar 2, 2026 at 9:00 AM
Subject: Quarry Bend Bridge Phase 2 pumps
To: jo@sender.example

Please order the pumps for Quarry Bend Bridge Phase 2 by Friday.
`

// inside returns the one mail that came in inside another.
func (h *house) inside(l []projectr.Email) projectr.Email {
	h.t.Helper()
	for _, e := range l {
		if e.CameBy != nil {
			return e
		}
	}
	h.t.Fatal("no mail inside")
	return projectr.Email{}
}

// A mail that looks like another job's is filed with the mail it came in neither by
// the road nor by a person who files that one.
func TestAMailInsideIsNotFiledAgainstItsOwnWords(t *testing.T) {
	for name, subject := range map[string]string{"by the road": "Hollis 24-117 question", "by a person": "a question"} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			acme := h.org("acme", hollis, projectr.Project{Name: "Quarry Bend Bridge", JobNumber: "24-220"})
			at := idsOf(t, acme)
			h.process(strings.ReplaceAll(fwdPhase2, "%SUBJECT%", subject), "acme")
			l := emails(t, acme)
			in := h.inside(l)
			if name == "by a person" {
				for _, e := range l {
					if e.CameBy == nil {
						h.must(acme.File(ctx, e.ID, at[hollis.Name], false))
					}
				}
				in = h.inside(emails(t, acme))
			}
			if in.State != projectr.InReview || on(in) != "" || len(in.Match.Candidates) == 0 || in.Match.Candidates[0].Name != "Quarry Bend Bridge" {
				t.Errorf("%s on %q: %+v", in.State, on(in), in.Match)
			}
		})
	}
}

// Where a person put it back into review, it stays.
func TestAMailInsideStaysWhereAPersonPutIt(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis, projectr.Project{Name: "Harrow Point"})
	at := idsOf(t, acme)
	h.process(strings.ReplaceAll(strings.ReplaceAll(fwdPhase2, "%SUBJECT%", "Hollis 24-117 question"), "Quarry Bend Bridge Phase 2", "it"), "acme")
	in := h.inside(emails(t, acme))
	if on(in) != at[hollis.Name] {
		t.Fatalf("a mail that says nothing of its own: on %q, %+v", on(in), in.Match)
	}
	h.must(acme.Unfile(ctx, in.ID))
	h.must(acme.File(ctx, *in.CameBy, at["Harrow Point"], false))
	if in = h.inside(emails(t, acme)); in.State != projectr.InReview {
		t.Errorf("%s on %q: %+v", in.State, on(in), in.Match)
	}
}
