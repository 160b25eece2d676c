package projectr_test

import (
	"fmt"
	"testing"
	"time"

	"projectr"
)

func TestExpect(t *testing.T) {
	// Four weeks with 10 mails and $1 on weekdays and nothing else; Wednesday 25 March.
	var before []projectr.UsageDay
	today := time.Date(2026, 3, 25, 0, 0, 0, 0, time.UTC)
	for back := 28; back >= 1; back-- {
		d := today.AddDate(0, 0, -back)
		if d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
			before = append(before, projectr.UsageDay{Day: d.Format(time.DateOnly), Emails: 10, CostMicro: 1_000_000})
		}
	}
	for name, c := range map[string]struct {
		before         []projectr.UsageDay
		emails         int
		cost           int64
		founded, until string
		want           string
	}{
		"weekdays repeat, and of today the rest":    {before, 4, 250_000, "2026-01-01", "2026-03-31", "25:6/750000 26:10/1000000 27:10/1000000 28:0/0 29:0/0 30:10/1000000 31:10/1000000"},
		"today is past what was expected":           {before, 40, 9_000_000, "2026-01-01", "2026-03-26", "25:0/0 26:10/1000000"},
		"days before it was founded do not count":   {before, 0, 0, "2026-03-12", "2026-03-26", "25:10/1000000 26:10/1000000"},
		"younger than a week: the mean of all days": {before, 0, 0, "2026-03-21", "2026-03-26", "25:5/500000 26:5/500000"},
		"founded today: nothing is known":           {nil, 5, 5, "2026-03-25", "2026-03-31", ""},
		"the month is over":                         {before, 0, 0, "2026-01-01", "2026-03-24", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, d := range projectr.Expect(c.before, projectr.UsageDay{Day: "2026-03-25", Emails: c.emails, CostMicro: c.cost}, c.founded, c.until) {
				if got != "" {
					got += " "
				}
				got += fmt.Sprintf("%s:%d/%d", d.Day[8:], d.Emails, d.CostMicro)
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
