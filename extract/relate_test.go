package extract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"projectr"
	"projectr/tools/quality"
)

// pairFact is one side of a labelled pair.
type pairFact struct {
	Kind     projectr.FactKind `json:"kind"`
	Quote    string            `json:"quote"`
	Text     string            `json:"text"`
	Deadline *string           `json:"deadline"`
	Owner    *string           `json:"owner"`
	Amount   int64             `json:"amount"`
}

func (p pairFact) fact(id string, at time.Time) projectr.Fact {
	f := projectr.Fact{ID: projectr.FactID("fa_" + id), EmailID: projectr.EmailID("em_" + id), Kind: p.Kind, Text: cmp.Or(p.Text, p.Quote), Quote: p.Quote,
		Deadline: p.Deadline, Owner: p.Owner, State: projectr.FactOpen, Proof: projectr.Verified, Confidence: 0.9, At: at}
	if p.Amount != 0 {
		f.Amount = &projectr.Amount{Minor: p.Amount, Currency: "USD"}
	}
	return f
}

// TestPairs measures on labelled pairs what Relate makes of them. The rules were
// tuned on the first file alone.
func TestPairs(t *testing.T) {
	type row struct {
		Label   string   `json:"label"`
		Earlier pairFact `json:"earlier"`
		Later   pairFact `json:"later"`
	}
	names := map[Relation]string{New: "unrelated", Repeats: "repeats", Changes: "changes"}
	for _, set := range []struct {
		name              string
		precision, recall float64
	}{{"tuned", 1, 0.8}, {"measured", 1, 0.6}} {
		raw, err := os.ReadFile("testdata/pairs/" + set.name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		counts := map[string]*Count{"repeats": {}, "changes": {}}
		for line := range bytes.Lines(raw) {
			var r row
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatal(err)
			}
			earlier := r.Earlier.fact("a", time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC))
			later := r.Later.fact("b", time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC))
			got, _ := Relate(later, []projectr.Fact{earlier})
			for label, c := range counts {
				if r.Label == label {
					c.Wanted++
				}
				if names[got] == label {
					c.Found++
					if r.Label == label {
						c.Hits++
					}
				}
			}
			if names[got] != r.Label && testing.Verbose() {
				t.Logf("%s: %q then %q: %s, want %s", set.name, earlier.Text, later.Quote, names[got], r.Label)
			}
		}
		for _, label := range []string{"repeats", "changes"} {
			c := counts[label]
			t.Logf("%s pairs, %s: precision %.3f recall %.3f (%d found, %d right, %d labelled)", set.name, label, c.Precision(), c.Recall(), c.Found, c.Hits, c.Wanted)
			quality.Keep(t, quality.Row{Set: fmt.Sprintf("own pairs of facts, %s (%d)", set.name, bytes.Count(raw, []byte("\n"))), Figure: label + ", precision and recall", Value: quality.Ratio(c.Precision()) + " and " + quality.Ratio(c.Recall()),
				Use: map[string]string{"tuned": "writing rules: it flatters", "measured": "measuring; one error was guessed at and mended"}[set.name]})
			if c.Precision() < set.precision || c.Recall() < set.recall {
				t.Errorf("%s pairs, %s: the floors are %.2f and %.2f", set.name, label, set.precision, set.recall)
			}
		}
	}
}

// mailed makes a fact of the mail of a day of March 2026.
func mailed(day int, kind projectr.FactKind, quote string, more ...func(*projectr.Fact)) projectr.Fact {
	f := pairFact{Kind: kind, Quote: quote}.fact(string(rune('a'+day)), time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC))
	for _, m := range more {
		m(&f)
	}
	return f
}

func due(day string) func(*projectr.Fact) { return func(f *projectr.Fact) { f.Deadline = &day } }
func in(s projectr.FactState) func(*projectr.Fact) {
	return func(f *projectr.Fact) { f.State = s }
}

func done(day int) func(*projectr.Fact) {
	at := time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC)
	return func(f *projectr.Fact) { f.DoneAt = &at }
}

// TestLink shows what becomes of the facts of a thread, each as state, what it
// repeats and what supersedes it; a letter stands for the mail.
func TestLink(t *testing.T) {
	const (
		pour = "The slab pour is scheduled for March 17."
		slip = "The slab pour slipped to March 19."
		last = "The slab pour has been moved to March 23."
	)
	tl, action := projectr.TimelineChange, projectr.ActionItem
	held := func(f *projectr.Fact) { f.Held = "It talks to the reader of mail." }
	unsure := func(f *projectr.Fact) { f.Confidence = 0.7 }
	unproven := func(f *projectr.Fact) { f.Proof = projectr.Unverified }
	for _, c := range []struct {
		name  string
		facts []projectr.Fact
		want  string
	}{
		{"said once", []projectr.Fact{mailed(2, tl, pour)}, "c open"},
		{"said three times", []projectr.Fact{mailed(2, tl, pour), mailed(3, tl, pour), mailed(4, tl, pour)}, "c open; d open, repeats c; e open, repeats c"},
		{"changed twice, and repeated", []projectr.Fact{mailed(2, tl, pour), mailed(3, tl, slip), mailed(4, tl, last), mailed(5, tl, last)},
			"c superseded by d; d superseded by e; e open; f open, repeats e"},
		{"changed back", []projectr.Fact{mailed(2, tl, pour), mailed(3, tl, slip), mailed(4, tl, "The slab pour is moved back to March 17.")},
			"c superseded by d; d superseded by e; e open"},
		{"rejected ones hide nothing", []projectr.Fact{mailed(2, tl, pour, in(projectr.FactRejected)), mailed(3, tl, pour), mailed(4, tl, slip, in(projectr.FactRejected))},
			"c rejected; d open; e rejected"},
		{"confirmed stays, and both count", []projectr.Fact{mailed(2, tl, pour, in(projectr.FactConfirmed)), mailed(3, tl, slip)}, "c confirmed by d; d open"},
		{"the change of a confirmed one can be changed", []projectr.Fact{mailed(2, tl, pour, in(projectr.FactConfirmed)), mailed(3, tl, slip), mailed(4, tl, last)},
			"c confirmed by d; d superseded by e; e open"},
		{"what is confirmed may be repeated though something came later", []projectr.Fact{mailed(2, tl, pour, in(projectr.FactConfirmed)), mailed(3, tl, slip), mailed(4, tl, pour)},
			"c confirmed by d; d open; e open, repeats c"},
		{"accepted", []projectr.Fact{mailed(2, tl, pour, in(projectr.FactSuperseded)), mailed(3, tl, slip)}, "c superseded by d; d open"},
		{"accepted for what is gone", []projectr.Fact{mailed(2, tl, pour, in(projectr.FactSuperseded))}, "c superseded"},
		{"the confirmed one of two that say the same counts", []projectr.Fact{mailed(2, tl, pour), mailed(3, tl, pour), mailed(4, tl, pour, in(projectr.FactConfirmed)), mailed(5, tl, pour)},
			"c open, repeats e; d open, repeats e; e confirmed; f open, repeats e"},
		{"and it takes over what the other superseded", []projectr.Fact{mailed(2, tl, pour), mailed(3, tl, slip), mailed(4, tl, slip, in(projectr.FactCorrected))},
			"c superseded by e; d open, repeats e; e corrected"},
		{"two that were confirmed both count", []projectr.Fact{mailed(2, tl, pour, in(projectr.FactConfirmed)), mailed(3, tl, pour, in(projectr.FactConfirmed))}, "c confirmed; d confirmed"},
		{"held ones do nothing", []projectr.Fact{mailed(2, tl, pour, held), mailed(3, tl, pour), mailed(4, tl, slip, held)}, "c open; d open; e open"},
		{"unproven ones do nothing", []projectr.Fact{mailed(2, tl, pour, unproven), mailed(3, tl, pour), mailed(4, tl, slip, unproven)}, "c open; d open; e open"},
		{"an unsure one replaces nothing", []projectr.Fact{mailed(2, tl, pour), mailed(3, tl, slip, unsure)}, "c open; d open"},
		{"until it is confirmed", []projectr.Fact{mailed(2, tl, pour), mailed(3, tl, slip, unsure, in(projectr.FactConfirmed))}, "c superseded by d; d confirmed"},
		{"asked again after it was done", []projectr.Fact{mailed(2, action, "Send the canopy shop drawings to the architect", done(3)), mailed(4, action, "Send the canopy shop drawings to the architect")}, "c open; e open"},
		{"asked again before it was done", []projectr.Fact{mailed(2, action, "Send the canopy shop drawings to the architect", done(5)), mailed(4, action, "Send the canopy shop drawings to the architect")}, "c open; e open, repeats c"},
		{"a mail is not compared with itself", []projectr.Fact{mailed(2, tl, pour), mailed(2, tl, slip)}, "c open; c open"},
		{"of two tasks the one that is meant is changed", []projectr.Fact{
			mailed(2, action, "Send the canopy shop drawings", due("2026-03-06")), mailed(2, action, "Send the railing shop drawings", due("2026-03-06")),
			mailed(4, action, "Send the railing shop drawings", due("2026-03-12"))}, "c open; c superseded by e; e open"},
		{"of two that can be meant none is", []projectr.Fact{mailed(2, tl, "The roof inspection is on March 9."), mailed(3, tl, "The framing inspection is on March 10."), mailed(4, tl, "The inspection is moved to March 13.")},
			"c open; d open; e open"},
	} {
		got := ""
		for i, f := range Link(c.facts) {
			if i > 0 {
				got += "; "
			}
			got += string(f.EmailID[3:]) + " " + string(f.State)
			if f.Repeats != nil {
				got += ", repeats " + string((*f.Repeats)[3:])
			}
			if f.SupersededBy != nil {
				got += " by " + string((*f.SupersededBy)[3:])
			}
			if c.facts[i].Repeats != nil || c.facts[i].SupersededBy != nil || c.facts[i].Supersedes != nil {
				t.Fatalf("%s: what was given was changed", c.name)
			}
		}
		if got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, got, c.want)
		}
	}
}

func BenchmarkLink(b *testing.B) {
	var facts []projectr.Fact
	for i := range 300 {
		f := mailed(2, projectr.ActionItem, "Please send the shop drawings for the entry canopy and item "+string(rune('a'+i%26))+string(rune('a'+i/26))+"x to the architect")
		f.EmailID, f.ID = projectr.EmailID(rune('a'+i)), projectr.FactID(rune('a'+i))
		facts = append(facts, f)
	}
	b.ReportAllocs()
	for b.Loop() {
		Link(facts)
	}
}
