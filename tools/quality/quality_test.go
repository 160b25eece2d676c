package quality

import (
	"strings"
	"testing"
)

func TestMerge(t *testing.T) {
	page := "# Quality\n\n" + begin + "\n" + end + "\n\nwords\n"
	a := Row{"mails", "F1", "0.800", "≥ 0.7", "measuring"}
	b := Row{"dates", "right", "0.900", "", "tuning"}
	page, different := merge(page, []Row{a, b})
	if len(different) != 2 {
		t.Errorf("new rows: %q", different)
	}
	for _, want := range []string{a.String() + "\n" + b.String() + "\n" + end, "# Quality\n", "\n\nwords\n"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	same, different := merge(page, []Row{a, b})
	if same != page || different != nil {
		t.Errorf("a table that says it all was changed: %q", different)
	}
	a.Value = "0.810"
	c := Row{"mails", "recall", "0.700", "", "measuring"}
	page, different = merge(page, []Row{a, c})
	if want := a.String() + "\n" + c.String() + "\n" + b.String() + "\n" + end; !strings.Contains(page, want) || len(different) != 2 {
		t.Errorf("different %q, no\n%s\nin\n%s", different, want, page)
	}
	if _, different := merge("nothing", []Row{a}); len(different) == 0 {
		t.Error("a page without marks passed")
	}
}
