package extract

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/message"
)

// corpora is where the shared sets lie; the repository does not hold them.
const corpora = "../../shared/corpora"

// corpus reads the rows of a set, or skips the test when it is not there.
func corpus[T any](t *testing.T, name string) []T {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(corpora, name))
	if err != nil {
		t.Skipf("NOT MEASURED: %s is not at %s", name, corpora)
	}
	var rows []T
	for line := range bytes.Lines(raw) {
		var row T
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rows = append(rows, row)
	}
	return rows
}

func atLeast(t *testing.T, what string, hits, of int, floor float64) {
	t.Helper()
	got := share(hits, of)
	t.Logf("%s: %.3f (%d of %d)", what, got, hits, of)
	if got < floor {
		t.Errorf("%s: %.3f, the floor is %.2f", what, got, floor)
	}
}

// plain makes a mail of one text by one author.
func plain(text string, at time.Time) *message.Message {
	n := len([]rune(text))
	return &message.Message{
		Date: at, Text: text, Reply: text, Automatic: "no",
		From:  []projectr.MailAddress{{Name: "Ann Archer", Address: "ann@firm.example"}},
		To:    []projectr.MailAddress{{Name: "Bob Baker", Address: "bob@job.example"}},
		Spans: []projectr.Span{{Kind: projectr.SpanNew, Start: 0, End: n}},
	}
}

// TestEmailIntent measures whether a sentence asks for or promises an action.
// The rules were not trained on the set.
func TestEmailIntent(t *testing.T) {
	type row struct {
		Text   string   `json:"text"`
		Labels []string `json:"labels"`
	}
	var c Count
	at := time.Date(2013, 2, 12, 9, 0, 0, 0, time.UTC)
	for _, row := range corpus[row](t, "email-intent/train.jsonl") {
		r := newReading(plain(row.Text, at))
		found := false
		for _, p := range r.passages() {
			r.read(&p)
		}
		for _, f := range r.facts {
			found = found || f.Kind == projectr.ActionItem
		}
		found = found || r.wantsAnswer
		wanted := len(row.Labels) > 0
		if found {
			c.Found++
		}
		if wanted {
			c.Wanted++
		}
		if found && wanted {
			c.Hits++
		}
	}
	t.Logf("email-intent: P %.3f R %.3f F1 %.3f", c.Precision(), c.Recall(), c.F1())
	if c.F1() < 0.65 {
		t.Errorf("F1 %.3f, the floor is 0.65", c.F1())
	}
}

// TestMeetingDecisions: does the decision finder mark a turn whose words overlap
// the answer? Spoken language, so a side test.
func TestMeetingDecisions(t *testing.T) {
	type row struct {
		Answer string `json:"answer"`
		Turns  []struct {
			Content string `json:"content"`
		} `json:"turns"`
	}
	hits, of := 0, 0
	for _, row := range corpus[row](t, "meeting-decisions/qmsum.jsonl") {
		of++
		ok := false
		for _, turn := range row.Turns {
			r := newReading(plain(turn.Content, time.Date(2005, 1, 3, 9, 0, 0, 0, time.UTC)))
			for _, p := range r.passages() {
				r.read(&p)
			}
			for _, f := range r.facts {
				ok = ok || f.Kind == projectr.Decision && tokenF1(turn.Content, row.Answer) >= 0.3
			}
		}
		if ok {
			hits++
		}
	}
	atLeast(t, "meetings with a decision marked", hits, of, 0.02)
}

// TestSpam: newsletters, advertisements and spam give next to nothing.
func TestSpam(t *testing.T) {
	type row struct {
		File  string `json:"file"`
		Class string `json:"class"`
	}
	mails, facts := 0, 0
	for _, row := range corpus[row](t, "spamassassin/labels.jsonl") {
		if row.Class == "easy-ham-1" {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(corpora, "spamassassin", row.File))
		if err != nil {
			t.Fatal(err)
		}
		m, err := message.Parse(bytes.NewReader(raw))
		if err != nil {
			continue
		}
		mails++
		got, _ := Rules{}.Extract(t.Context(), m)
		n := 0
		for _, f := range got.Facts {
			if !f.Stands(m.Text) {
				t.Errorf("%s: %q does not stand at %d", row.File, f.Quote, f.Start)
			}
			if f.Kind == projectr.ActionItem || f.Kind == projectr.Decision {
				n++
			}
		}
		facts += n
		if n > 0 && testing.Verbose() {
			t.Logf("%s %s: %d, for example %s", row.Class, row.File, n, strings.TrimSpace(got.Facts[0].Text))
		}
	}
	t.Logf("spam and newsletters: %.1f decisions and action items for 100 mails (%d of %d)", 100*share(facts, mails), facts, mails)
	if share(facts, mails) > 0.2 {
		t.Errorf("the ceiling is 20")
	}
}
