package match_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"projectr"
	"projectr/match"
	"projectr/message"
)

const gold = "../testdata/construction-gold"

func registry(t testing.TB) []projectr.Project {
	t.Helper()
	f, err := os.Open(gold + "/projects.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	keyed, err := match.LoadProjects(f)
	if err != nil {
		t.Fatal(err)
	}
	return match.Projects(keyed)
}

// TestConstructionGold: no mail is filed on a wrong project, and nearly all that
// have one project are filed.
func TestConstructionGold(t *testing.T) {
	projects := registry(t)
	index, err := os.ReadFile(gold + "/index.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	wanted, hits := 0, 0
	for line := range bytes.Lines(index) {
		var row struct {
			ID       string   `json:"id"`
			Keys     []string `json:"project_keys"`
			Negative bool     `json:"negative"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(gold, "eml", row.ID+".eml"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := message.Parse(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		id, got := match.Find(match.Input{Message: m, Projects: projects})
		if len(row.Keys) == 1 {
			wanted++
		}
		if id != "" && !slices.Contains(row.Keys, string(id)) {
			t.Errorf("%s filed on %s, want %v: %+v", row.ID, id, row.Keys, got.Reasons)
		}
		switch {
		case len(row.Keys) == 1 && string(id) == row.Keys[0]:
			hits++
		case len(row.Keys) == 1:
			t.Logf("%s not filed: %+v", row.ID, got)
		case len(row.Keys) > 1 && len(got.Candidates) < len(row.Keys):
			t.Errorf("%s: candidates %+v, want %v", row.ID, got.Candidates, row.Keys)
		}
	}
	if hits < wanted {
		t.Errorf("%d of %d mails filed, want all", hits, wanted)
	}
}
