package ingest

import (
	"testing"
	"time"

	"projectr"
	"projectr/message"
)

func TestProposal(t *testing.T) {
	known := []projectr.Project{{ID: "p1", Name: "Harbor Point", JobNumber: "24-117", Address: "12 Quay Street", Status: projectr.Active}}
	mail := func(subject, text string) *message.Message {
		return &message.Message{Subject: subject, Text: text, Reply: text, Automatic: "no", Date: time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC),
			From: []projectr.MailAddress{{Name: "Dana Orlik", Address: "dana@x.example"}}, Spans: []projectr.Span{{Kind: projectr.SpanNew, End: len([]rune(text))}}}
	}
	for _, c := range []struct {
		name string
		msg  *message.Message
		m    projectr.Match
		want projectr.Proposal // the zero one: none
	}{
		{"number, name and street", mail("Job 25-204 kickoff", "Project: Pier 9 Cold Storage\nThe site is 900 Pier Road, Ellery, OH 45402.\nPlease send your insurance certificate by Friday.\n"),
			projectr.Match{}, projectr.Proposal{Name: "Pier 9 Cold Storage", JobNumber: "25-204", Address: "900 Pier Road, Ellery, OH 45402"}},
		{"a number that is known", mail("Job 24-117 kickoff", "Project: Pier 9 Cold Storage\nPlease send your insurance certificate by Friday.\n"), projectr.Match{}, projectr.Proposal{}},
		{"nothing that names a job", mail("Lunch", "Shall we meet at noon?\n"), projectr.Match{}, projectr.Proposal{}},
		{"one that could be it", mail("Job 25-204 kickoff", "Project: Pier 9 Cold Storage\n"),
			projectr.Match{Candidates: []projectr.Candidate{{ProjectID: "p1", Confidence: 0.6}}}, projectr.Proposal{}},
	} {
		got := proposal(c.msg, c.m, known)
		if got == nil {
			got = &projectr.Proposal{}
		}
		if *got != c.want {
			t.Errorf("%s: proposes %+v, want %+v", c.name, *got, c.want)
		}
	}
}
