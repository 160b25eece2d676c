package extract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"projectr"
	"projectr/extract"
	"projectr/message"
	"projectr/tools/quality"
)

func parseFile(t testing.TB, path string) *message.Message {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := message.Parse(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return m
}

func read(t testing.TB, m *message.Message) extract.Result {
	t.Helper()
	r, err := extract.Rules{}.Extract(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestConstructionGold holds the floors that a change must not fall under.
func TestConstructionGold(t *testing.T) {
	var s extract.Score
	golds, _ := filepath.Glob("../testdata/construction-gold/gold/*.json")
	if len(golds) == 0 {
		t.Fatal("no gold in testdata")
	}
	for _, path := range golds {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		g, err := extract.ReadGold(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		m := parseFile(t, filepath.Join("../testdata/construction-gold/eml", g.ID+".eml"))
		s.Add(g, m.Text, read(t, m), nil)
	}
	t.Logf("\n%s", &s)
	if testing.Verbose() {
		t.Logf("missed:\n%s", strings.Join(s.Missed, "\n"))
		t.Logf("false:\n%s", strings.Join(s.False, "\n"))
		t.Logf("wrong:\n%s", strings.Join(s.Wrong, "\n"))
	}
	floors(t, &s, map[projectr.FactKind]float64{
		projectr.Decision: 0.85, projectr.ActionItem: 0.95, projectr.ScopeChange: 0.8, projectr.BudgetMention: 0.95,
		projectr.TimelineChange: 0.9, projectr.Risk: 0.8, projectr.KeyPoint: 0.6,
	})
	for name, c := range map[string]struct {
		got, floor float64
	}{
		"amounts F1": {s.Amounts.F1(), 0.95}, "owners": {s.Owners.Recall(), 0.9}, "deadlines": {s.Deadlines.Recall(), 0.95}, "requires_response": {s.Response.Recall(), 0.9},
	} {
		if c.got < c.floor {
			t.Errorf("%s: %.2f, the floor is %.2f", name, c.got, c.floor)
		}
	}
}

func floors(t *testing.T, s *extract.Score, kinds map[projectr.FactKind]float64) {
	t.Helper()
	for k, want := range kinds {
		if got := s.Kinds[k].F1(); got < want {
			t.Errorf("%s: F1 %.2f, the floor is %.2f", k, got, want)
		}
	}
	for name, n := range map[string]int{"items on negatives": s.Negatives, "must_not_extract": s.Forbidden, "unproven facts": s.Unproven} {
		if n != 0 {
			t.Errorf("%s: %d, want 0", name, n)
		}
	}
}

func TestEnronGold(t *testing.T) {
	const mails = "../../shared/corpora/enron-gold"
	if _, err := os.Stat(mails); err != nil {
		t.Skipf("NOT MEASURED: the mails of enron-gold are not at %s", mails)
	}
	raw, err := os.ReadFile("../testdata/enron-gold/gold.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var s extract.Score
	for line := range bytes.Lines(raw) {
		var g extract.Gold
		if err := json.Unmarshal(line, &g); err != nil {
			t.Fatal(err)
		}
		m := parseFile(t, filepath.Join(mails, g.File))
		s.Add(g, m.Text, read(t, m), nil)
	}
	t.Logf("\n%s", &s)
	if testing.Verbose() {
		t.Logf("missed:\n%s", strings.Join(s.Missed, "\n"))
		t.Logf("false:\n%s", strings.Join(s.False, "\n"))
		t.Logf("wrong:\n%s", strings.Join(s.Wrong, "\n"))
	}
	floors(t, &s, map[projectr.FactKind]float64{projectr.ActionItem: 0.7})
	quality.Keep(t,
		quality.Row{Set: "enron-gold (8 mails)", Figure: "action items, F1", Value: quality.Ratio(s.Kinds[projectr.ActionItem].F1()), Goal: "≥ 0.70", Use: "writing rules: it flatters"},
		quality.Row{Set: "enron-gold (8 mails)", Figure: "facts of quoted history", Value: strconv.Itoa(s.Forbidden), Goal: "0", Use: "writing rules"},
	)
}

// TestInjection: a mail with an attack in it gives nothing the attack asks for,
// and otherwise what the clean mail gives.
func TestInjection(t *testing.T) {
	const dir = "../testdata/prompt-injection"
	raw, err := os.ReadFile(dir + "/construction.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	equal, all := 0, 0
	for line := range bytes.Lines(raw) {
		var row struct {
			File      string   `json:"file"`
			CleanID   string   `json:"clean_id"`
			Attack    string   `json:"attack"`
			Placement string   `json:"placement"`
			Forbidden []string `json:"forbidden"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		all++
		if t.Run(filepath.Base(row.File), func(t *testing.T) {
			m := parseFile(t, filepath.Join(dir, row.File))
			got := read(t, m)
			printed, err := json.Marshal(extract.NewOutput(row.File, m, got, "", nil))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range row.Forbidden {
				for _, fact := range got.Facts {
					if strings.Contains(fact.Text+fact.Quote, f) {
						t.Errorf("%s in %s: %q in %q", row.Attack, row.Placement, f, fact.Text)
					}
				}
				if strings.Contains(string(printed), f) {
					t.Errorf("%s in %s: %q in the result", row.Attack, row.Placement, f)
				}
			}
			bare := parseFile(t, filepath.Join("../testdata/construction-gold/eml", row.CleanID+".eml"))
			clean := read(t, bare)
			have, want := lines(got), lines(clean)
			if have != want {
				t.Errorf("%s in %s changed the facts:\n%s\nfrom the clean mail's:\n%s", row.Attack, row.Placement, have, want)
			}
			if a, b := extract.ProjectClues(m), extract.ProjectClues(bare); a != b || got.RequiresResponse != clean.RequiresResponse {
				t.Errorf("%s in %s: %+v, an answer wanted %t; the clean mail gives %+v, %t", row.Attack, row.Placement, a, got.RequiresResponse, b, clean.RequiresResponse)
			}
		}) {
			equal++
		}
	}
	quality.Keep(t, quality.Row{Set: "prompt-injection, own attacks (24 mails)", Figure: "no forbidden string, and all else as of the clean mail", Value: fmt.Sprintf("%d of %d", equal, all), Goal: "all", Use: "writing rules: it flatters"})
}

// lines writes facts one a line, without their places, and without the colons
// that only a table with aligned columns gives.
func lines(r extract.Result) string {
	var b strings.Builder
	for _, f := range r.Facts {
		b.WriteString(string(f.Kind) + " " + strings.ReplaceAll(f.Text, ":", "") + "\n")
	}
	return b.String()
}
