package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/message"
	"projectr/tools/quality"
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

// TestEmailIntent measures whether a mail of one sentence gives an action item, or
// wants an answer, where the sentence asks for an action.
func TestEmailIntent(t *testing.T) {
	type row struct {
		Text   string   `json:"text"`
		Labels []string `json:"labels"`
	}
	var c Count
	at := time.Date(2013, 2, 12, 9, 0, 0, 0, time.UTC)
	for _, row := range corpus[row](t, "email-intent/train.jsonl") {
		r := newReading(plain(row.Text, at), intents())
		found := false
		r.readAll(r.passages())
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
	quality.Keep(t, quality.Row{Set: "email-intent (3,649 sentences)", Figure: "an action item or an answer wanted, of a mail of that sentence, F1", Value: quality.Ratio(c.F1()), Use: "training: it flatters"})
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
			r := newReading(plain(turn.Content, time.Date(2005, 1, 3, 9, 0, 0, 0, time.UTC)), intents())
			r.readAll(r.passages())
			for _, f := range r.facts {
				ok = ok || f.Kind == projectr.Decision && tokenF1(turn.Content, row.Answer) >= 0.3
			}
		}
		if ok {
			hits++
		}
	}
	quality.Keep(t, quality.Row{Set: "meeting-decisions (75 questions)", Figure: "a turn that answers is marked as a decision", Value: quality.Ratio(share(hits, of)), Use: "measuring alone; spoken language"})
}

// TestSpam: newsletters, advertisements and spam give next to nothing, of any
// kind.
func TestSpam(t *testing.T) {
	type row struct {
		File  string `json:"file"`
		Class string `json:"class"`
	}
	mails, facts := map[string]int{}, map[string]int{}
	for _, row := range corpus[row](t, "spamassassin/labels.jsonl") {
		raw, err := os.ReadFile(filepath.Join(corpora, "spamassassin", row.File))
		if err != nil {
			t.Fatal(err)
		}
		m, err := message.Parse(bytes.NewReader(raw))
		if err != nil {
			continue
		}
		got, _ := Rules{}.Extract(t.Context(), m)
		for _, f := range got.Facts {
			if !f.Stands(m.Text) {
				t.Errorf("%s: %q does not stand at %d", row.File, f.Quote, f.Start)
			}
		}
		mails[row.Class]++
		facts[row.Class] += len(got.Facts)
		if n := len(got.Facts); n > 0 && testing.Verbose() {
			t.Logf("%s %s: %d, for example %s", row.Class, row.File, n, strings.TrimSpace(got.Facts[0].Text))
		}
	}
	hundred := func(classes ...string) float64 {
		n, of := 0, 0
		for _, c := range classes {
			n, of = n+facts[c], of+mails[c]
		}
		return 100 * share(n, of)
	}
	if got := hundred("hard-ham-1", "spam-1"); got >= 5 {
		t.Errorf("%.1f facts for 100 mails", got)
	}
	const set, use = "spamassassin (661 mails)", "writing the rules for what is an advertisement"
	quality.Keep(t,
		quality.Row{Set: set, Figure: "facts for 100 mails of hard-ham-1 and spam-1", Value: fmt.Sprintf("%.1f", hundred("hard-ham-1", "spam-1")), Goal: "< 5", Use: use},
		quality.Row{Set: set, Figure: "facts for 100 mails of easy-ham-1", Value: fmt.Sprintf("%.1f", hundred("easy-ham-1")), Use: use},
	)
}
