package projectr_test

import (
	"errors"
	"strings"
	"testing"

	"projectr"
)

// What people call things is one line that reads as it is written, and what is
// refused is told by the field it stands in.
func TestWhatIsKeptIsOneLineThatReadsAsWritten(t *testing.T) {
	of := func(err error) string {
		var e *projectr.Error
		if errors.As(err, &e) && e.Kind == projectr.Invalid {
			return e.Field
		}
		return "nothing"
	}
	project := func(change func(*projectr.Project, string)) func(string) error {
		return func(s string) error {
			p := projectr.Project{Name: "Cedar Hall", Status: projectr.Active}
			change(&p, s)
			return p.Validate()
		}
	}
	fact := func(change func(*projectr.Fact, string)) func(string) error {
		return func(s string) error {
			f := projectr.Fact{Kind: projectr.ActionItem, Text: "Send the plan"}
			change(&f, s)
			return f.Validate()
		}
	}
	for _, c := range []struct {
		field string
		most  int
		check func(string) error
	}{
		{"name", 200, project(func(p *projectr.Project, s string) { p.Name = s })},
		{"job_number", 300, project(func(p *projectr.Project, s string) { p.JobNumber = s })},
		{"address", 300, project(func(p *projectr.Project, s string) { p.Address = s })},
		{"client", 300, project(func(p *projectr.Project, s string) { p.Client = s })},
		{"aliases", 200, project(func(p *projectr.Project, s string) { p.Aliases = []string{"Cedar", s} })},
		{"people", 200, project(func(p *projectr.Project, s string) { p.People = []string{"Jo", s} })},
		{"text", 500, fact(func(f *projectr.Fact, s string) { f.Text = s })},
		{"owner", 200, fact(func(f *projectr.Fact, s string) { f.Owner = &s })},
		{"made_by", 200, fact(func(f *projectr.Fact, s string) { f.MadeBy = &s })},
		{"affects", 500, fact(func(f *projectr.Fact, s string) { f.Affects = []string{s} })},
		{"name", 200, func(s string) error {
			return projectr.Org{Name: s, Address: "acme", Plan: "starter", TimeZone: "UTC"}.Validate()
		}},
	} {
		for _, good := range []string{"Cedar Hall", "Größe 7 – Süd", "בניין א", "العمارة ١", "日本橋", strings.Repeat("é", c.most)} {
			if err := c.check(good); err != nil {
				t.Errorf("%s %.20q: %v", c.field, good, err)
			}
		}
		for _, bad := range []string{
			"two\nlines", "two\r\nlines", "a\ttab", "a\x00b", "a\x1b[2Jb", "a\x7fb", "a\u0085b", "a\u2028b", "a\u2029b",
			"invoice\u202efdp.exe", "a\u202ab", "a\u202db", "a\u2066b", "a\u2069b", "a\xffb", strings.Repeat("é", c.most+1),
		} {
			if got := of(c.check(bad)); got != c.field {
				t.Errorf("%s %.20q: refused for %s", c.field, bad, got)
			}
		}
	}
}

func TestACurrencyIsThreeCapitalLetters(t *testing.T) {
	for currency, good := range map[string]bool{"USD": true, "CAD": true, "usd": false, "US$": false, "€": false, "U D": false, "DOLLARS": false, "": false} {
		f := projectr.Fact{Kind: projectr.BudgetMention, Text: "Adds 12", Amount: &projectr.Amount{Minor: 1200, Currency: currency}}
		if err := f.Validate(); (err == nil) != good {
			t.Errorf("%q: %v", currency, err)
		}
	}
}
