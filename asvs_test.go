package projectr_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// asvs are the requirements of OWASP ASVS 5.0.0 that docs/asvs.md answers, in its order.
var asvs = strings.Fields(`
1.1.1 1.2.1 1.2.2 1.2.4 1.2.10 1.3.1 1.3.4 1.3.6 1.3.7 1.3.11 1.4.2 1.5.3
2.1.3 2.2.1 2.3.2 2.3.3 2.3.4 2.4.1
3.2.1 3.2.2 3.3.1 3.3.3 3.3.4 3.4.1 3.4.3 3.4.4 3.4.5 3.4.6 3.5.1 3.5.3 3.5.4 3.7.2
4.1.1 4.1.3
5.1.1 5.2.1 5.2.2 5.2.3 5.3.2 5.4.1 5.4.2 5.4.3
6.2.1 6.2.4 6.2.12 6.3.1 6.3.3 6.3.8 6.4.3 6.5.1 6.5.5 6.8.1 6.8.2
7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.5.1
8.2.1 8.2.2 8.2.3 8.3.2 8.4.1
9.1.2 9.1.3 9.2.1 9.2.2 9.2.3
10.2.1 10.3.3 10.5.1 10.5.4
11.4.2 11.5.1
12.2.1 12.3.2
13.2.4 13.3.1 13.4.5
14.2.1 14.2.4 14.3.2
15.1.2 15.2.2 15.3.1 15.3.2 15.3.3 15.3.4 15.4.2
16.2.5 16.3.1 16.3.2 16.4.1 16.4.2 16.5.2 16.5.3 16.5.4`)

var (
	requirement = regexp.MustCompile(`(?m)^\| v5\.0\.0-([0-9.]+) \| [123] \| [^|]+ \| (.*) \|$`)
	heldBy      = regexp.MustCompile("\\[`((?:Test|Fuzz)[A-Za-z0-9]+)`\\]\\(\\.\\./([^)]+)\\)")
)

// unheld says what is wrong with the page about ASVS: rows that are not those of asvs,
// tests that are not where it says, and rows that name none and give no reason.
func unheld(t *testing.T, page string) (wrong []string) {
	t.Helper()
	var ids []string
	for _, m := range requirement.FindAllStringSubmatch(page, -1) {
		id, held := m[1], m[2]
		ids = append(ids, id)
		tests := heldBy.FindAllStringSubmatch(held, -1)
		for _, x := range tests {
			src, err := os.ReadFile(filepath.FromSlash(x[2]))
			if err != nil || !strings.Contains(string(src), "\nfunc "+x[1]+"(") {
				wrong = append(wrong, id+" names "+x[1]+", which is not in "+x[2])
			}
		}
		if rest := heldBy.ReplaceAllString(held, ""); len(tests) == 0 && len(strings.Fields(rest)) < 5 {
			wrong = append(wrong, id+" names no test and gives no reason")
		}
	}
	if !slices.Equal(ids, asvs) {
		wrong = append(wrong, "its requirements are "+strings.Join(ids, " "))
	}
	return wrong
}

// Each requirement of ASVS that we set ourselves has its tests, or a written reason.
func TestASVS(t *testing.T) {
	page, err := os.ReadFile("docs/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range unheld(t, string(page)) {
		t.Errorf("docs/asvs.md: %s", w)
	}
	planted := "| v5.0.0-1.1.1 | 2 | x | [`TestNobody`](../asvs_test.go). |\n| v5.0.0-1.2.1 | 1 | x | yes. |\n"
	if got := unheld(t, planted); len(got) != 3 {
		t.Errorf("planted faults: %q", got)
	}
}
