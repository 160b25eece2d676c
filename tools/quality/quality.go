// Package quality keeps the table of docs/quality.md true: the tests that measure
// reading on labelled sets say each figure here, and it must be what stands in
// the table. `make corpora` measures and writes the table anew.
package quality

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Write is the environment variable under which figures are written to the
// table in place of being compared with it.
const Write = "PROJECTR_WRITE_QUALITY"

// Row is one figure of the table.
type Row struct {
	Set    string // the labelled set, "construction-gold (28 mails)"
	Figure string // what is measured, "action items, F1"
	Value  string // what came out, "0.93"
	Goal   string // "≥ 0.80", or empty for a side figure
	Use    string // how the set was used: training, tuning, measuring
}

// Ratio writes a figure between 0 and 1.
func Ratio(v float64) string { return fmt.Sprintf("%.3f", v) }

const (
	begin = "<!-- figures: written by make corpora -->"
	end   = "<!-- end of figures -->"
	head  = "| Set | Figure | Measured | Goal | The set was used for |\n| --- | --- | --- | --- | --- |\n"
)

func (r Row) String() string {
	return "| " + strings.Join([]string{r.Set, r.Figure, r.Value, r.Goal, r.Use}, " | ") + " |"
}

func (r Row) key() string { return "| " + r.Set + " | " + r.Figure + " |" }

// Keep fails the test when the row does not stand in the table. Under Write it
// puts the row there; tests of several packages must then run one after another.
func Keep(t testing.TB, rows ...Row) {
	t.Helper()
	path := page(t)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		t.Logf("%s: %s %s (goal %s)", r.Set, r.Figure, r.Value, r.Goal)
	}
	next, different := merge(string(b), rows)
	if len(different) == 0 {
		return
	}
	if os.Getenv(Write) == "" {
		t.Errorf("docs/quality.md does not say what was measured; run make corpora. Measured:\n%s", strings.Join(different, "\n"))
		return
	}
	if err := os.WriteFile(path, []byte(next), 0o644); err != nil {
		t.Fatal(err)
	}
}

// page finds docs/quality.md from the folder of any test.
func page(t testing.TB) string {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, miss := os.Stat(filepath.Join(dir, "go.mod")); miss == nil {
			return filepath.Join(dir, "docs", "quality.md")
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	t.Fatal("no go.mod above the test")
	return ""
}

// merge puts rows into the table of a page, in the order of their sets, and
// returns the page with the rows that it did not say before.
func merge(doc string, rows []Row) (string, []string) {
	from, to := strings.Index(doc, begin), strings.Index(doc, end)
	if from < 0 || to < from {
		return doc + "\n" + begin + "\n" + end + "\n", []string{"The page has lost the marks of its table."}
	}
	var lines []string
	for l := range strings.Lines(doc[from+len(begin) : to]) {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "| ") && !strings.HasPrefix(l, "| Set |") && !strings.HasPrefix(l, "| ---") {
			lines = append(lines, l)
		}
	}
	var different []string
	for _, r := range rows {
		i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, r.key()) })
		switch {
		case i < 0:
			different = append(different, r.String())
			// Behind the last row of its set, so that a test says the order.
			at := len(lines)
			for k, l := range lines {
				if strings.HasPrefix(l, "| "+r.Set+" |") {
					at = k + 1
				}
			}
			lines = slices.Insert(lines, at, r.String())
		case lines[i] != r.String():
			different = append(different, r.String())
			lines[i] = r.String()
		}
	}
	table := head
	for _, l := range lines {
		table += l + "\n"
	}
	return doc[:from] + begin + "\n" + table + doc[to:], different
}
