package extract

import (
	"math"
	"slices"

	"projectr"
	"projectr/message"
)

// Keep returns what may be kept of the facts that an extractor read out of a mail, and
// believes none of them: only the values of a fact are taken over, never whose it is,
// what became of it or what it is tied to; its proof is set anew, never higher than the
// extractor itself set it; and a fact whose quote
// does not stand in words that were to be read, or that is no fact by its form, is left
// out. Nothing a mail, or a model, says reaches further than the fields of its own facts
// (invariant I-27).
func Keep(m *message.Message, facts []projectr.Fact) []projectr.Fact {
	out := make([]projectr.Fact, 0, min(len(facts), maxFacts))
	var r *reading // made for the first fact that needs it
	var passages []passage
	for _, f := range facts {
		if len(out) == maxFacts {
			break
		}
		was := f.Proof
		f = Check(m.Text, projectr.Fact{
			Kind: f.Kind, Text: f.Text, Quote: f.Quote, Start: f.Start, End: f.End, Confidence: f.Confidence, Owner: f.Owner, Deadline: f.Deadline,
			Priority: f.Priority, MadeBy: f.MadeBy, Amount: f.Amount, Affects: f.Affects, Standing: f.Standing, Doubt: f.Doubt, By: f.By,
		})
		if f.Proof == projectr.Verified && (f.Deadline != nil || f.Amount != nil) {
			if r == nil {
				r = newReading(m, nil)
				passages = r.passages()
			}
			if !r.bears(r.passageOf(passages, f), f) {
				f.Proof = projectr.ValueMissing
			}
		}
		if was == projectr.Unverified || was == projectr.ValueMissing && f.Proof == projectr.Verified {
			f.Proof = was // it knows more than the quote shows: which words a day was made of
		}
		if f.Proof != projectr.Verified {
			f.Standing = "" // money that is not proven adds to no total
		}
		if f.Priority != "high" && f.Priority != "low" {
			f.Priority = "normal"
		}
		if !(f.Confidence >= 0) {
			f.Confidence = 0
		}
		f.Confidence = math.Min(f.Confidence, 1)
		if !projectr.IsLine(f.Doubt, 500) {
			f.Doubt = ""
		}
		if f.Validate() == nil && f.Proof != projectr.Unverified && readable(m.Spans, f) {
			out = append(out, f)
		}
	}
	return out
}

// readable reports whether a quote stands in words that are read: those of the newest
// author and forwarded ones.
func readable(spans []projectr.Span, f projectr.Fact) bool {
	return !slices.ContainsFunc(spans, func(s projectr.Span) bool {
		return s.Start < f.End && f.Start < s.End && s.Kind != projectr.SpanNew && s.Kind != projectr.SpanForwarded
	})
}
