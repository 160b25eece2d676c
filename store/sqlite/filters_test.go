package sqlite_test

import (
	"path/filepath"
	"testing"

	"projectr"
)

// TestFiltersInAnyCombination asks for all of them: an index that is named must
// fit whatever else is asked for, or SQLite refuses the statement.
func TestFiltersInAnyCombination(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "p.db"))
	o, p := house(t, d, "acme")
	if err := o.Record(t.Context(), recording("1", p, "Send the plan")); err != nil {
		t.Fatal(err)
	}
	for bits := range 1 << 8 {
		on := func(i int) bool { return bits&(1<<i) != 0 }
		pg := projectr.Page{Limit: 1}
		e := projectr.EmailFilter{ByDate: on(0), Page: pg}
		f := projectr.FactFilter{Deadline: on(0), Page: pg}
		pr := projectr.ProjectFilter{Risks: on(0), Page: pg}
		if on(1) {
			e.Project, f.Project, pr.ID = p, p, p
		}
		if on(2) {
			e.Thread, f.Owner, pr.Client = "th_1", "Mike", "Harbor"
		}
		if on(3) {
			e.Kind, f.Kind, pr.Query = projectr.ActionItem, projectr.ActionItem, "harbor"
		}
		if on(4) {
			e.Before, f.Since, pr.Due = noon.AddDate(0, 0, 1), noon, true
		}
		if on(5) {
			f.DueTo, pr.Open = "2026-12-31", true
		}
		if on(6) {
			f.Unsure, pr.Status = true, projectr.Active
			e.Copies = true
		}
		e.Asking = on(7)
		for _, state := range []projectr.EmailState{"", projectr.Filed, projectr.InReview, projectr.Automatic} {
			e.State = state
			l, err := o.Emails(t.Context(), e)
			if err != nil {
				t.Errorf("%+v: %v", e, err)
			}
			if want := (state == "" || state == projectr.Filed) && !e.Asking; (len(l.Items) == 1) != want {
				t.Errorf("%+v: %d mails", e, len(l.Items))
			}
		}
		for _, state := range []projectr.FactState{"", projectr.FactOpen, projectr.FactRejected} {
			f.State = state
			if _, err := o.Facts(t.Context(), f); err != nil {
				t.Errorf("%+v: %v", f, err)
			}
		}
		for _, sort := range []string{"", "last_mail", "name", "job_number"} {
			pr.Sort = sort
			if _, err := o.Projects(t.Context(), pr); err != nil {
				t.Errorf("%+v: %v", pr, err)
			}
		}
	}
}
