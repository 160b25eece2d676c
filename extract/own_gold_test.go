package extract_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/message"
)

// ownLabels is what extract.Gold leaves out of a gold file.
type ownLabels struct {
	MailType      string    `json:"mail_type"`
	Subject       string    `json:"subject"`
	ReferenceDate time.Time `json:"reference_date"`
	InReplyTo     string    `json:"in_reply_to"`
	Attachments   []string  `json:"attachments"`
	Timeline      []struct {
		From, To *string
	} `json:"timeline_changes"`
}

// TestOwnGold checks the labels of testdata/own-gold against its mails, as the
// README there promises. It extracts nothing.
func TestOwnGold(t *testing.T) {
	seen := map[string]string{} // message id or subject, to where it stands
	sizes := map[string]int{}
	for _, half := range []string{"dev", "test"} {
		dir := filepath.Join("testdata/own-gold", half)
		keys := ownKeys(t, filepath.Join(dir, "projects.json"))
		mails, _ := filepath.Glob(filepath.Join(dir, "eml/*.eml"))
		golds, _ := filepath.Glob(filepath.Join(dir, "gold/*.json"))
		rows := ownRows(t, filepath.Join(dir, "index.jsonl"))
		if len(mails) == 0 || len(golds) != len(mails) || len(rows) != len(mails) {
			t.Fatalf("%s: %d mails, %d golds, %d rows of the index", half, len(mails), len(golds), len(rows))
		}
		sizes[half] = len(mails)
		for _, row := range rows {
			t.Run(row.ID, func(t *testing.T) {
				data, err := os.ReadFile(filepath.Join(dir, "gold", row.ID+".json"))
				if err != nil {
					t.Fatal(err)
				}
				g, err := extract.ReadGold(bytes.NewReader(data))
				if err != nil {
					t.Fatal(err)
				}
				var more ownLabels
				if err := json.Unmarshal(data, &more); err != nil {
					t.Fatal(err)
				}
				if g.ID != row.ID || more.MailType != row.MailType || g.Negative != row.Negative || g.RequiresResponse != row.RequiresResponse || !slices.Equal(g.ProjectKeys, row.ProjectKeys) {
					t.Errorf("the index says %+v", row)
				}
				for _, k := range g.ProjectKeys {
					if !keys[k] {
						t.Errorf("no project %q", k)
					}
				}
				m := parseFile(t, filepath.Join(dir, "eml", row.ID+".eml"))
				ownHeader(t, m, more)
				for _, what := range []string{m.MessageID, m.Subject} {
					if at, ok := seen[what]; ok {
						t.Errorf("%q stands in %s too", what, at)
					}
					seen[what] = row.ID
				}
				ownItems(t, m, g)
				for _, c := range more.Timeline {
					ownDate(t, c.From)
					ownDate(t, c.To)
				}
			})
		}
	}
	if sizes["dev"] != sizes["test"] {
		t.Errorf("the halves are not alike: %v", sizes)
	}
}

type ownRow struct {
	ID               string   `json:"id"`
	MailType         string   `json:"mail_type"`
	ProjectKeys      []string `json:"project_keys"`
	Negative         bool     `json:"negative"`
	RequiresResponse bool     `json:"requires_response"`
}

func ownRows(t *testing.T, path string) []ownRow {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows []ownRow
	for line := range bytes.Lines(data) {
		var r ownRow
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

func ownKeys(t *testing.T, path string) map[string]bool {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var projects []struct {
		Key, Name string
	}
	if err := json.Unmarshal(data, &projects); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, p := range projects {
		if p.Key == "" || p.Name == "" || keys[p.Key] {
			t.Errorf("%s: project %+v", path, p)
		}
		keys[p.Key] = true
	}
	return keys
}

// ownHeader checks that the mail was read whole, and is the mail of the gold.
func ownHeader(t *testing.T, m *message.Message, more ownLabels) {
	t.Helper()
	if strings.TrimSpace(m.Text) == "" || strings.ContainsRune(m.Text, '\uFFFD') {
		t.Errorf("unreadable: %q", m.Text)
	}
	if len(m.Warnings) > 0 {
		t.Errorf("warnings: %q", m.Warnings)
	}
	if len(m.From) != 1 || len(m.To) == 0 || m.MessageID == "" {
		t.Errorf("from %v, to %v, id %q", m.From, m.To, m.MessageID)
	}
	for _, a := range slices.Concat(m.From, m.To, m.Cc) {
		if !strings.HasSuffix(a.Address, ".example") {
			t.Errorf("address %q is not of .example", a.Address)
		}
	}
	if m.Subject != more.Subject || !m.Date.Equal(more.ReferenceDate) {
		t.Errorf("the mail is %q of %s, the gold %q of %s", m.Subject, m.Date, more.Subject, more.ReferenceDate)
	}
	if got := strings.Join(m.InReplyTo, " "); got != more.InReplyTo {
		t.Errorf("in reply to %q, the gold says %q", got, more.InReplyTo)
	}
	var names []string
	for _, a := range m.Attachments {
		names = append(names, a.Filename)
	}
	if !slices.Equal(names, more.Attachments) {
		t.Errorf("attachments %q, the gold says %q", names, more.Attachments)
	}
}

// ownItems checks that everything the gold names stands in the mail.
func ownItems(t *testing.T, m *message.Message, g extract.Gold) {
	t.Helper()
	body := collapsed(m.Text)
	lists := map[projectr.FactKind][]extract.GoldItem{
		projectr.Decision: g.Decisions, projectr.ActionItem: g.ActionItems, projectr.ScopeChange: g.ScopeChanges, projectr.BudgetMention: g.BudgetMentions,
		projectr.TimelineChange: g.TimelineChanges, projectr.Risk: g.Risks, projectr.KeyPoint: g.KeyPoints,
	}
	total := 0
	for _, k := range projectr.FactKinds {
		total += len(lists[k])
		for _, it := range lists[k] {
			if e := collapsed(it.Evidence); e == "" || !strings.Contains(body, e) {
				t.Errorf("%s: not in the mail: %q", k, it.Evidence)
			}
			if it.Text == "" && it.Task == "" && it.What == "" {
				t.Errorf("%s: no words for %q", k, it.Evidence)
			}
			for _, no := range g.MustNotExtract {
				if strings.Contains(collapsed(it.Evidence), collapsed(no)) {
					t.Errorf("%s: %q is not to be extracted", k, it.Evidence)
				}
			}
			if (k == projectr.BudgetMention) != (it.Amount != "" && len(it.Currency) == 3) {
				t.Errorf("%s: amount %q %q: %q", k, it.Amount, it.Currency, it.Evidence)
			}
			for _, d := range append(slices.Clone(it.DeadlineAlt), it.Deadline) {
				ownDate(t, d)
				if d != nil && *d < m.Date.Format(time.DateOnly) {
					t.Errorf("%s: deadline %s before the mail of %s", k, *d, m.Date)
				}
			}
		}
	}
	for _, no := range g.MustNotExtract {
		if !strings.Contains(body, collapsed(no)) {
			t.Errorf("must_not_extract is not in the mail: %q", no)
		}
	}
	switch {
	case g.Negative && total > 0:
		t.Errorf("a negative mail with %d items", total)
	case g.Negative && g.RequiresResponse:
		t.Error("a negative mail that wants an answer")
	case !g.Negative && total < 2:
		t.Errorf("only %d items", total)
	}
}

func ownDate(t *testing.T, d *string) {
	t.Helper()
	if d == nil {
		return
	}
	if _, err := time.Parse(time.DateOnly, *d); err != nil {
		t.Error(err)
	}
}

func collapsed(s string) string { return strings.Join(strings.Fields(s), " ") }
