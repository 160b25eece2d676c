package extract

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/tools/quality"
)

// tally counts rows in two parts, told apart by a hash of their text: those whose
// misses are shown, three in four, and those kept back, which say how the grammars
// do on what nobody looked at while they were made.
type tally struct{ hits, of [2]int }

func keptBack(text string) int {
	if sha256.Sum256([]byte(text))[0]&3 == 3 {
		return 1
	}
	return 0
}

func (c *tally) add(t *testing.T, text string, ok bool, miss string, args ...any) {
	t.Helper()
	part := keptBack(text)
	c.of[part]++
	if ok {
		c.hits[part]++
	} else if part == 0 && testing.Verbose() {
		t.Logf("%q: "+miss, append([]any{text}, args...)...)
	}
}

// plus is both tallies together.
func (c tally) plus(d tally) tally {
	for h := range c.of {
		c.hits[h] += d.hits[h]
		c.of[h] += d.of[h]
	}
	return c
}

// atLeast prints the measured line and holds it against its floor.
func (c tally) atLeast(t *testing.T, what string, floor float64) {
	t.Helper()
	what = fmt.Sprintf("%s, shown %d of %d and kept back %d of %d", what, c.hits[0], c.of[0], c.hits[1], c.of[1])
	atLeast(t, what, c.hits[0]+c.hits[1], c.of[0]+c.of[1], floor)
}

// published is atLeast for a figure of docs/quality.md.
func (c tally) published(t *testing.T, what, goal string, floor float64) {
	t.Helper()
	c.atLeast(t, what, floor)
	n, of := c.hits[0]+c.hits[1], c.of[0]+c.of[1]
	use := "measuring; misses in three rows of four were looked at"
	quality.Keep(t,
		quality.Row{Set: fmt.Sprintf("dates-money (%d rows)", of), Figure: what, Value: quality.Ratio(share(n, of)), Goal: goal, Use: use},
		quality.Row{Set: fmt.Sprintf("dates-money (%d rows)", c.of[1]), Figure: what + ", rows nobody looked at", Value: quality.Ratio(share(c.hits[1], c.of[1])), Goal: goal, Use: "measuring"},
	)
}

func days(list []when) []string {
	var out []string
	for _, w := range list {
		out = append(out, w.day.Format(time.DateOnly)+".."+w.last.Format(time.DateOnly))
	}
	return out
}

// names reports whether w is that day and no other, in one of its readings.
func (w when) names(day string) bool {
	return w.day.Equal(w.last) && w.day.Format(time.DateOnly) == day || !w.or.IsZero() && w.or.Format(time.DateOnly) == day
}

// spans reports whether w goes from the first day to the one before end. Of a
// week the weekend may be left off.
func (w when) spans(from, end string, week bool) bool {
	last := w.last.AddDate(0, 0, 1)
	ok := last.Format(time.DateOnly) == end || week && last.AddDate(0, 0, 2).Format(time.DateOnly) == end
	return ok && w.day.Format(time.DateOnly) == from
}

func TestDucklingDates(t *testing.T) {
	type row struct {
		Text  string `json:"text"`
		Kind  string `json:"kind"`
		Value any    `json:"value"`
		From  string `json:"from"`
		To    string `json:"to"`
		Grain string `json:"grain"`
		Ref   string `json:"reference_datetime"`
	}
	var instants, holidays, long, times, intervals tally
	for _, row := range corpus[row](t, "dates-money/duckling_time.jsonl") {
		ref, err := time.ParseInLocation("2006-01-02T15:04:05", row.Ref, time.FixedZone("", -2*3600))
		if err != nil {
			t.Fatal(err)
		}
		toks := tokenise("by "+row.Text, 0, len(row.Text)+3)
		c := newCalendar(ref, toks)
		found := c.find(toks)
		day := func(s string) string { s, _, _ = strings.Cut(s, "T"); return s }
		if row.Kind == "interval" {
			if row.Grain == "day" || row.Grain == "week" || row.Grain == "month" {
				ok := false
				for _, w := range found {
					ok = ok || w.spans(day(row.From), day(row.To), row.Grain == "week")
				}
				intervals.add(t, row.Text, ok, "want %s..%s %s, got %v", row.From, row.To, row.Grain, days(found))
			}
			continue
		}
		value, _ := row.Value.(string)
		if row.Kind != "instant" && row.Kind != "holiday" || value == "" {
			continue
		}
		want, err := time.Parse("2006-01-02T15:04:05", value)
		if err != nil {
			t.Fatal(err)
		}
		ok := false
		for _, w := range found {
			switch row.Grain {
			case "week":
				ok = ok || w.day.Equal(want) && !w.last.After(want.AddDate(0, 0, 6))
			case "month":
				ok = ok || w.day.Year() == want.Year() && w.day.Month() == want.Month() && w.last.Year() == want.Year() && w.last.Month() == want.Month()
			case "quarter":
				ok = ok || w.day.Equal(want) && w.last.Equal(want.AddDate(0, 3, -1))
			case "year":
				ok = ok || w.day.Year() == want.Year() && w.last.Year() == want.Year()
			default:
				ok = ok || w.names(want.Format(time.DateOnly))
			}
		}
		into := &times
		switch row.Grain {
		case "day", "week", "month":
			into = &instants
			if row.Kind == "holiday" {
				into = &holidays
			}
		case "quarter", "year":
			into = &long
		}
		into.add(t, row.Text, ok, "want %s %s, got %v", value, row.Grain, days(found))
	}
	instants.published(t, "duckling dates of grain day, week, month", "≥ 0.85", 0.94)
	holidays.atLeast(t, "duckling holidays", 0.81)
	instants.plus(holidays).published(t, "duckling dates of grain day, week, month with holidays", "", 0.86)
	long.atLeast(t, "duckling dates of grain quarter, year", 0.9)
	times.atLeast(t, "duckling times, their date", 0.3)
	instants.plus(holidays).plus(long).plus(times).atLeast(t, "duckling instants and holidays of every grain, their date", 0.70)
	intervals.atLeast(t, "duckling intervals of grain day, week, month", 0.47)
}

func TestRecognizersDates(t *testing.T) {
	type row struct {
		Input    string `json:"input"`
		Ref      string `json:"reference_datetime"`
		Expected []struct {
			Text       string `json:"text"`
			Type       string `json:"type"`
			Resolution struct {
				Values []struct {
					Timex string `json:"timex"`
					Value string `json:"value"`
					Start string `json:"start"`
					End   string `json:"end"`
				} `json:"values"`
			} `json:"resolution"`
		} `json:"expected"`
	}
	type set struct{ dates, ranges, times, calm tally }
	sets := map[string]*set{}
	for _, name := range []string{"", "_calendar", "_tasks"} {
		s := &set{}
		sets[name] = s
		for _, row := range corpus[row](t, "dates-money/recognizers_datetime"+name+".jsonl") {
			ref, err := time.Parse("2006-01-02T15:04:05", row.Ref)
			if err != nil {
				continue
			}
			toks := tokenise(row.Input, 0, len(row.Input))
			c := newCalendar(ref.In(time.FixedZone("", 0)), toks)
			c.dayFirst, c.sure = false, true
			found := c.find(toks)
			if len(row.Expected) == 0 {
				s.calm.add(t, row.Input, len(found) == 0, "negative, got %v", days(found))
			}
			for _, e := range row.Expected {
				ok, resolved := false, false
				for _, v := range e.Resolution.Values {
					for _, w := range found {
						switch {
						case e.Type == "datetimeV2.date" || e.Type == "datetimeV2.datetime":
							day, _, _ := strings.Cut(v.Value, " ")
							ok = ok || w.names(day)
						case v.End == "":
							ok = ok || w.prep == after && w.day.Format(time.DateOnly) == v.Start
						case v.Start == "":
							ok = ok || (w.prep == before || w.prep == by) && (w.day.Format(time.DateOnly) == v.End || w.last.AddDate(0, 0, 1).Format(time.DateOnly) == v.End)
						default:
							// A range of dates ends with the last one named, here written as the end.
							ok = ok || w.spans(v.Start, v.End, w.last.Sub(w.day) == 4*24*time.Hour) || w.day.Format(time.DateOnly) == v.Start && w.last.Format(time.DateOnly) == v.End
						}
					}
					resolved = resolved || v.Value != "not resolved"
				}
				if !resolved {
					continue // the 30th of February
				}
				into := map[string]*tally{"datetimeV2.date": &s.dates, "datetimeV2.daterange": &s.ranges, "datetimeV2.datetime": &s.times}[e.Type]
				if into != nil {
					into.add(t, row.Input, ok, "want %s as %v, got %v", e.Text, e.Resolution.Values, days(found))
				}
			}
		}
	}
	main, more := sets[""], sets["_calendar"].dates.plus(sets["_tasks"].dates)
	main.dates.published(t, "recognizers dates, every entry", "≥ 0.85", 0.89)
	more.atLeast(t, "recognizers dates, calendar and tasks", 0.88)
	main.times.plus(sets["_calendar"].times).plus(sets["_tasks"].times).atLeast(t, "recognizers datetimes, their date", 0.64)
	main.ranges.atLeast(t, "recognizers date ranges", 0.55)
	sets["_calendar"].ranges.plus(sets["_tasks"].ranges).atLeast(t, "recognizers date ranges, calendar and tasks", 0.66)
	main.calm.published(t, "recognizers negatives left alone", "", 0.94)
	sets["_calendar"].calm.plus(sets["_tasks"].calm).atLeast(t, "recognizers negatives left alone, calendar and tasks", 0)
}

// units are the names the sets give to currencies, where they write no code.
var units = map[string]string{
	"Dollar": "USD", "Euro": "EUR", "Pound": "GBP", "Rupee": "INR", "Cent": "USD", "Penny": "USD", "Pence": "GBP", "Unnamed": "USD",
}

// wanted returns the amount a set means by value in a unit, and false when the
// unit is no currency with a code.
func wanted(value, unit, code string) (projectr.Amount, bool) {
	small := unit == "Cent" || unit == "Penny" || unit == "Pence"
	if code == "" {
		code = units[unit]
	}
	if code == "" && len(unit) == 3 && strings.ToUpper(unit) == unit {
		code = unit
	}
	toks := tokenise(value, 0, len(value))
	v, next, ok := plainNumber(toks, 0)
	if !ok || next != len(toks) || code == "" {
		return projectr.Amount{}, false
	}
	if small {
		v /= 100
	}
	minor, ok := minorUnits(v, 1, code)
	return projectr.Amount{Minor: minor, Currency: code}, ok
}

func amountsOf(list []money) []projectr.Amount {
	var out []projectr.Amount
	for _, m := range list {
		out = append(out, m.amount)
	}
	return out
}

func has(list []money, a projectr.Amount) bool {
	for _, m := range list {
		if m.amount == a {
			return true
		}
	}
	return false
}

func TestRecognizersCurrency(t *testing.T) {
	type row struct {
		Input    string `json:"input"`
		Expected []struct {
			Text       string `json:"text"`
			Resolution struct {
				Value json.Number `json:"value"`
				Unit  string      `json:"unit"`
				Code  string      `json:"isoCurrency"`
			} `json:"resolution"`
		} `json:"expected"`
	}
	var c, calm tally
	for _, row := range corpus[row](t, "dates-money/recognizers_currency.jsonl") {
		found := findMoney(tokenise(row.Input, 0, len(row.Input)))
		if len(row.Expected) == 0 {
			calm.add(t, row.Input, len(found) == 0, "negative, got %v", amountsOf(found))
		}
		for _, e := range row.Expected {
			if e.Resolution.Value == "" {
				continue // "dollar" without a number
			}
			want, known := wanted(string(e.Resolution.Value), e.Resolution.Unit, e.Resolution.Code)
			c.add(t, row.Input, known && has(found, want), "want %s as %v %s, got %v", e.Text, e.Resolution.Value, e.Resolution.Unit, amountsOf(found))
		}
	}
	c.published(t, "recognizers currency, every entry", "≥ 0.90", 0.92)
	calm.atLeast(t, "recognizers currency negatives left alone", 1)
}

func TestDucklingMoney(t *testing.T) {
	type row struct {
		Text  string      `json:"text"`
		Kind  string      `json:"kind"`
		Unit  string      `json:"unit"`
		Value json.Number `json:"value"`
		From  json.Number `json:"from"`
		To    json.Number `json:"to"`
	}
	var c tally
	for _, row := range corpus[row](t, "dates-money/duckling_money.jsonl") {
		found := findMoney(tokenise(row.Text, 0, len(row.Text)))
		ok := true
		for _, v := range []json.Number{row.Value, row.From, row.To} {
			if v != "" {
				want, known := wanted(string(v), row.Unit, "")
				ok = ok && known && has(found, want)
			}
		}
		c.add(t, row.Text, ok, "want %v %v-%v %s, got %v", row.Value, row.From, row.To, row.Unit, amountsOf(found))
	}
	c.published(t, "duckling money, every row", "≥ 0.90", 0.9)
}
