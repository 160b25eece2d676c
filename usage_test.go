package projectr_test

import (
	"fmt"
	"strings"
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

func TestMargins(t *testing.T) {
	starter, _ := projectr.Plans.Named("starter")
	enterprise, _ := projectr.Plans.Named("enterprise")
	free, _ := projectr.Plans.Named("self_hosted")
	usd, eur := projectr.Amount{Minor: 49_00, Currency: "USD"}, projectr.Amount{Minor: 10_00, Currency: "EUR"}
	say := func(n *int64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	for name, c := range map[string]struct {
		plan   projectr.Plan
		pays   bool
		income []projectr.Amount
		want   string
	}{
		"a customer who paid":                   {starter, true, []projectr.Amount{usd}, "46500000"},
		"a customer on trial":                   {starter, true, nil, "-2500000"},
		"two currencies are not added up":       {starter, true, []projectr.Amount{usd, eur}, "-"},
		"paid without being a customer":         {enterprise, false, []projectr.Amount{usd}, "46500000"},
		"nobody pays by a provider":             {starter, false, nil, "-"},
		"by agreement":                          {enterprise, false, nil, "-"},
		"a plan that costs nothing":             {free, false, nil, "-2500000"},
		"paid for while the plan costs nothing": {free, false, []projectr.Amount{usd}, "46500000"},
	} {
		m := projectr.Month{Cost: 2_500_000, Income: c.income}
		m.Weigh(c.plan, c.pays)
		if got := say(m.Margin); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	one, two := int64(5), int64(-7)
	a := projectr.Month{Emails: 2, Cost: 3, Unpriced: 1, Income: []projectr.Amount{eur, usd}, Margin: &one}
	b := projectr.Month{Emails: 5, Cost: 4, Income: []projectr.Amount{usd}, Margin: &two}
	sum := projectr.SumMonths([]projectr.Month{a, b, {}})
	if got := fmt.Sprint(sum.Emails, sum.Unpriced, sum.Cost, sum.Income, " ", say(sum.Margin)); got != "7 1 7 [{1000 EUR } {9800 USD }] -2" {
		t.Errorf("sum %s", got)
	}
	if sum := projectr.SumMonths([]projectr.Month{a, {Cost: 1}}); sum.Margin != nil {
		t.Errorf("a margin that is not known counts as %d", *sum.Margin)
	}
}

func TestNear(t *testing.T) {
	plan := projectr.Plan{Emails: 500, Projects: 2, Users: 3, BudgetMicro: 20_000_000, StorageBytes: 1000}
	for want, u := range map[string]projectr.Used{
		"": {Emails: 349, Projects: 1, Users: 2, Bytes: 699, Spent: projectr.Spent{ChargedMicro: 13_999_999, ReservedMicro: 9_000_000}},
		"projects 100 emails 70 ai_budget 70 storage 70": {Emails: 350, Projects: 2, Bytes: 700, Spent: projectr.Spent{ChargedMicro: 14_000_000}},
		"users 100 ai_budget 100 storage 100 emails 90":  {Emails: 499, Users: 4, Bytes: 1 << 60, Spent: projectr.Spent{ChargedMicro: 20_000_000}},
		"ai_budget 100": {Waiting: 1, Spent: projectr.Spent{ChargedMicro: 13_999_999}}, // what is left is too little for what waits
		"emails 100 projects 100 users 100 ai_budget 90 storage 90": {Emails: 500, Projects: 2, Users: 3, Bytes: 900, Spent: projectr.Spent{ChargedMicro: 18_000_000}},
	} {
		var got []string
		for _, n := range u.Near(plan) {
			got = append(got, fmt.Sprint(n.Of, " ", n.Percent))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
	if n := (projectr.Used{Emails: 1 << 40, Bytes: 1 << 60}).Near(projectr.Plan{}); len(n) > 0 {
		t.Errorf("without limits it is near %v", n)
	}
}
