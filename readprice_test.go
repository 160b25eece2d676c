package projectr_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"projectr"
)

func money(micro *int64) string {
	if micro == nil {
		return "?"
	}
	return fmt.Sprint(*micro)
}

func micro(n int64) *int64 { return &n }

// What a month costs is rounded up at each step, never down, and what is not known stays
// so.
func TestReadingBasis(t *testing.T) {
	utc := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC) }
	december := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	basis := func(now time.Time, days, received, sampled int, budget, used int64) projectr.ReadingBasis {
		return projectr.ReadingBasis{Now: now, Month: december, Days: days, Received: received, Sampled: sampled, Budget: budget, Used: used}
	}
	for _, c := range []struct {
		what       string
		b          projectr.ReadingBasis
		sent, kept int
		each       *int64
		want       string // mails, kept from models, month, this month, left, used up on
	}{
		{"all of them, half a month to go", basis(utc(16, 0), 30, 240, 40, 20_000_000, 2_000_000), 40, 0, micro(12_917), "240 0 3100080 3550040 16449960 "},
		{"no budget", basis(utc(16, 0), 30, 240, 40, 0, 2_000_000), 40, 0, micro(12_917), "240 0 3100080 3550040 ? "},
		{"a quarter is kept from models", basis(utc(16, 0), 30, 240, 40, 0, 0), 30, 10, micro(100), "180 60 18000 9000 ? "},
		{"mails are rounded up", basis(utc(16, 0), 30, 10, 3, 0, 0), 1, 0, micro(100), "4 0 400 200 ? "},
		{"and those of the rest of the month", basis(utc(29, 12), 30, 30, 30, 0, 0), 30, 0, micro(7), "30 0 210 14 ? "},
		{"ten days of mail", basis(utc(16, 0), 10, 41, 41, 0, 0), 41, 0, micro(100), "123 0 12300 6200 ? "},
		{"not known", basis(utc(16, 0), 30, 240, 40, 20_000_000, 2_000_000), 40, 0, nil, "240 0 ? ? ? "},
		{"free of charge", basis(utc(16, 0), 30, 240, 40, 20_000_000, 2_000_000), 40, 0, micro(0), "240 0 0 2000000 18000000 "},
		{"no mail", basis(utc(16, 0), 1, 0, 0, 20_000_000, 0), 0, 0, micro(100), "0 0 0 0 20000000 "},
		{"none that a model may see", basis(utc(16, 0), 30, 100, 40, 20_000_000, 0), 0, 40, micro(100), "0 100 0 0 20000000 "},
		{"the budget lasts for a third of the rest", basis(utc(16, 0), 30, 300, 40, 5_000_000, 0), 40, 0, micro(100_000), "300 0 30000000 15000000 0 2026-11-21"},
		{"the budget lasts to the last mail", basis(utc(16, 0), 30, 300, 40, 15_000_000, 0), 40, 0, micro(100_000), "300 0 30000000 15000000 0 "},
		{"the budget is used up", basis(utc(16, 9), 30, 300, 40, 5_000_000, 6_000_000), 40, 0, micro(100_000), "300 0 30000000 20700000 0 2026-11-16"},
		{"a price beyond all money", basis(utc(16, 0), 30, 1_000_000, 40, 5_000_000, 0), 40, 0, micro(math.MaxInt64 / 4), "1000000 0 ? ? ? "},
		{"the first moment of the month", basis(utc(1, 0), 30, 7, 7, 0, 0), 7, 0, micro(3), "7 0 21 21 ? "},
		{"a mail dearer than the budget", basis(utc(1, 0), 30, 7, 7, 10, 0), 7, 0, micro(11), "7 0 77 77 0 2026-11-01"},
	} {
		got := c.b.ByModels([]projectr.ModelPrice{{Model: "gpt-x", MailMicro: c.each}}, c.sent, c.kept)
		if s := fmt.Sprint(got.Mails, got.NoAI, " ", money(got.LikelyMicro), " ", money(got.MonthMicro), " ", money(got.LeftMicro), " ", got.UsedUpOn); s != c.want {
			t.Errorf("%s: %s, not %s", c.what, s, c.want)
		}
		if got.Extractor != "model" || money(got.MailMicro) != money(c.each) {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
	rules := basis(utc(16, 0), 30, 240, 40, 20_000_000, 2_000_000).ByRules()
	if rules.Extractor != "rules" || rules.Mails != 0 || money(rules.MailMicro)+money(rules.LikelyMicro) != "00" || money(rules.MonthMicro) != "2000000" || money(rules.LeftMicro) != "18000000" {
		t.Errorf("rules: %+v", rules)
	}
	if none := basis(utc(16, 0), 30, 240, 40, 0, 0).ByModels(nil, 40, 0); none.LikelyMicro != nil {
		t.Errorf("no model has a price: %+v", none)
	}
}

func TestDaysOfMail(t *testing.T) {
	now := time.Date(2026, 11, 16, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		first time.Time
		want  int
	}{
		{time.Time{}, 1}, {now, 1}, {now.Add(time.Hour), 1}, {now.Add(-time.Minute), 1}, {now.Add(-25 * time.Hour), 2},
		{now.AddDate(0, 0, -29), 29}, {now.AddDate(0, 0, -30), 30}, {now.AddDate(-1, 0, 0), 30},
	} {
		if got := projectr.DaysOfMail(c.first, now); got != c.want {
			t.Errorf("since %s: %d, not %d", c.first, got, c.want)
		}
	}
	for _, c := range []struct {
		days, mails int
		want        bool
	}{{6, 100, true}, {7, 100, false}, {30, 9, true}, {30, 10, false}} {
		if got := (projectr.ReadingBasis{Days: c.days, Received: c.mails}).Little(); got != c.want {
			t.Errorf("%d mails in %d days: %t", c.mails, c.days, got)
		}
	}
}

// The mean has a price wherever its parts have one: each class is rounded up, and input
// holds what was cached and written.
func TestMeanOfTokens(t *testing.T) {
	price := projectr.Price{Input: 1_000_000, Cached: 1_000_000, Written: 1_000_000, Output: 1_000_000}
	for _, c := range []struct {
		sum  projectr.Tokens
		n    int
		want projectr.Tokens
	}{
		{projectr.Tokens{Input: 10, Output: 4}, 2, projectr.Tokens{Input: 5, Output: 2}},
		{projectr.Tokens{Input: 11, Output: 5, Reasoning: 3}, 2, projectr.Tokens{Input: 6, Output: 3, Reasoning: 2}},
		{projectr.Tokens{Input: 2, Cached: 1, Written: 1}, 2, projectr.Tokens{Input: 2, Cached: 1, Written: 1}},
		{projectr.Tokens{Input: 9, Cached: 9}, 4, projectr.Tokens{Input: 3, Cached: 3}},
		{projectr.Tokens{Input: 9}, 0, projectr.Tokens{}},
	} {
		got := c.sum.Mean(c.n)
		if got != c.want {
			t.Errorf("%+v by %d: %+v, not %+v", c.sum, c.n, got, c.want)
		}
		if cost, known := price.Cost(got); !known || c.n > 0 && cost*int64(c.n) < int64(c.sum.Input+c.sum.Output) {
			t.Errorf("%+v by %d costs %d", c.sum, c.n, cost)
		}
	}
}

// Who accepts what a change costs: a dearer choice above the amount, or one of which
// nobody knows.
func TestSettingsPriceIsAccepted(t *testing.T) {
	choice := func(model string, month *int64) projectr.ReadingChoice {
		if model == "" {
			return projectr.ReadingChoice{Extractor: "rules", LikelyMicro: micro(0)}
		}
		return projectr.ReadingChoice{Extractor: "model", Models: []projectr.ModelPrice{{Model: model}}, LikelyMicro: month}
	}
	const limit = 5_000_000
	for _, c := range []struct {
		what      string
		now, then projectr.ReadingChoice
		ask       bool
		enough    *int64 // accepting less is refused; nil: nothing has to be accepted
		says      string
	}{
		{"to rules", choice("a", micro(9_000_000)), choice("", nil), false, nil, ""},
		{"from rules, below the amount", choice("", nil), choice("a", micro(limit)), false, nil, ""},
		{"from rules, above it", choice("", nil), choice("a", micro(limit+1)), true, micro(4_500_001), "likely to cost $5.00 a month"},
		{"cheaper, above it", choice("b", micro(9_000_000)), choice("a", micro(8_000_000)), false, nil, ""},
		{"as dear, above it", choice("b", micro(9_000_000)), choice("a", micro(9_000_000)), false, nil, ""},
		{"dearer", choice("b", micro(9_000_000)), choice("a", micro(12_340_000)), true, micro(11_106_000), "likely to cost $12.34 a month"},
		{"not known", choice("", nil), choice("a", nil), true, nil, ""},
		{"not known, from not known", choice("b", nil), choice("a", nil), true, nil, ""},
		{"from not known to above", choice("b", nil), choice("a", micro(6_000_000)), true, micro(5_400_000), "likely to cost $6.00 a month"},
		{"from not known to free of charge", choice("b", nil), choice("a", micro(0)), false, nil, ""},
		{"as it is, not known", choice("a", nil), choice("a", nil), false, nil, ""},
		{"as it is, with more mail that is sent", choice("a", micro(1)), choice("a", micro(9_000_000)), false, nil, ""},
	} {
		p := projectr.SettingsPrice{Present: c.now, Proposed: c.then}
		p.Weigh(limit)
		if p.AskAgain != c.ask || p.AskAbove != limit || money(p.LikelyMicro) != money(c.then.LikelyMicro) {
			t.Errorf("%s: %+v", c.what, p)
		}
		if err := p.Accept(c.enough); err != nil {
			t.Errorf("%s, accepted: %v", c.what, err)
		}
		if c.enough == nil {
			continue
		}
		refused := []*int64{nil}
		if *c.enough > 0 {
			refused = append(refused, micro(0), micro(*c.enough-1))
		}
		for _, less := range refused {
			if err := p.Accept(less); projectr.KindOf(err) != projectr.Conflict || !strings.Contains(projectr.MessageOf(err), c.says) {
				t.Errorf("%s, %s accepted: %v", c.what, money(less), err)
			}
		}
	}
}
