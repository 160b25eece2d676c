package extract

import (
	"strings"
	"testing"
	"time"

	"projectr"
)

func at(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDeadline(t *testing.T) {
	const (
		tuesday  = "2024-09-10T14:22:00-04:00"
		friday   = "2024-10-18T11:02:00-07:00"
		london   = "2025-02-04T10:12:00+00:00"
		berlin   = "2025-03-05T09:00:00+01:00"
		december = "2024-12-20T08:00:00-05:00"
		early    = "2025-01-14T06:58:00-07:00"
		late     = "2025-01-14T15:00:00-07:00"
	)
	for _, tt := range []struct{ mail, text, want string }{
		{tuesday, "by Friday", "2024-09-13"},
		{tuesday, "by next Fri", "2024-09-20"},
		{tuesday, "EOD Tuesday", "2024-09-17"},
		{tuesday, "by end of day Wednesday", "2024-09-11"},
		{tuesday, "by COB", "2024-09-10"},
		{tuesday, "close of business Thursday 9/26", "2024-09-26"},
		{tuesday, "on Monday the 16th", "2024-09-16"},
		{tuesday, "Mon. the 16th", "2024-09-16"},
		{tuesday, "by the 22nd", "2024-09-22"},
		{tuesday, "by the 5th", "2024-10-05"},
		{tuesday, "before the 19th", "2024-09-18"},
		{tuesday, "in two weeks", "2024-09-24"},
		{tuesday, "in a couple of days", "2024-09-12"},
		{tuesday, "in 10 days", "2024-09-20"},
		{tuesday, "10 days from now", "2024-09-20"},
		{tuesday, "a week from Friday", "2024-09-20"},
		{tuesday, "tomorrow", "2024-09-11"},
		{tuesday, "the day after tomorrow", "2024-09-12"},
		{tuesday, "this week", "2024-09-13"},
		{tuesday, "by end of next week", "2024-09-20"},
		{tuesday, "by end of the week", "2024-09-13"},
		{tuesday, "by EOW", "2024-09-13"},
		{tuesday, "by end of month", "2024-09-30"},
		{tuesday, "by the end of March", "2025-03-31"},
		{tuesday, "by the end of Q3", "2024-09-30"},
		{tuesday, "by EOY", "2024-12-31"},
		{tuesday, "no later than Sept 12", "2024-09-12"},
		{tuesday, "not later than September 12th, 2024", "2024-09-12"},
		{tuesday, "on or before Oct. 1", "2024-10-01"},
		{tuesday, "prior to 10/1", "2024-09-30"},
		{tuesday, "by 3/15", "2025-03-15"},
		{tuesday, "due 11/1/24", "2024-11-01"},
		{tuesday, "by 2024-10-31", "2024-10-31"},
		{tuesday, "by 28 October 2024", "2024-10-28"},
		{tuesday, "by 3rd of October", "2024-10-03"},
		{tuesday, "by 05-Oct-2024", "2024-10-05"},
		{tuesday, "week of Sept 23", "2024-09-27"},
		{tuesday, "Tuesday of next week", "2024-09-17"},
		{tuesday, "the first Monday of October", "2024-10-07"},
		{tuesday, "the last Friday of the month", "2024-09-27"},
		{tuesday, "before Thanksgiving", "2024-11-27"},
		{tuesday, "by Labor Day", "2025-09-01"},
		{tuesday, "Friday at the latest", "2024-09-13"},
		{friday, "by Friday", "2024-10-25"},
		{friday, "this Friday", "2024-10-18"},
		{friday, "within 3 business days", "2024-10-23"},
		{friday, "at the next meeting (10/31)", "2024-10-31"},
		{friday, "by end of the week", "2024-10-18"},
		{london, "before 14/02/2025", "2025-02-13"},
		{london, "for Thursday at 11.00", "2025-02-06"},
		{london, "Friday week", "2025-02-14"},
		{berlin, "bis 15.3.: by 15.3.", "2025-03-15"},
		{december, "by Jan 10", "2025-01-10"},
		{december, "by 1/10", "2025-01-10"},
		{early, "by noon", "2025-01-14"},
		{late, "by noon", "2025-01-15"},
		{early, "el lunes 20", "2025-01-20"},
		{tuesday, "by the third Tuesday of October", "2024-10-15"},
		{tuesday, "the last day of the month", "2024-09-30"},
		{tuesday, "by the last business day of November", "2024-11-29"},
		{tuesday, "the second to last Friday of October", "2024-10-18"},
		{tuesday, "by the first week of October", "2024-10-11"},
		{tuesday, "two Fridays from now", "2024-09-20"},
		{tuesday, "within the next two weeks", "2024-09-24"},
		{tuesday, "2 days before Friday", "2024-09-11"},
		{tuesday, "2 weeks and 2 days from now", "2024-09-26"},
		{tuesday, "in a fortnight's time", "2024-09-24"},
		{tuesday, "the Monday after Thanksgiving", "2024-12-02"},
		{tuesday, "by the day before Labor Day", "2025-08-31"},
		{tuesday, "the week of the 23rd", "2024-09-27"},
		{tuesday, "w/c 23 Sept", "2024-09-27"},
		{tuesday, "week ending Sept 20", "2024-09-20"},
		{tuesday, "by next week Tuesday", "2024-09-17"},
		{tuesday, "week after next", "2024-09-27"},
		{tuesday, "by Q4", "2024-12-31"},
		{tuesday, "by the end of the third quarter", "2024-09-30"},
		{tuesday, "in the second half of October", "2024-10-31"},
		{tuesday, "by next year's first quarter", "2025-03-31"},
		{tuesday, "by October", "2024-10-31"},
		{tuesday, "by June", "2025-06-30"},
		{tuesday, "by 11/2024", "2024-11-30"},
		{tuesday, "by 2024-11", "2024-11-30"},
		{tuesday, "October 7-11", "2024-10-11"},
		{tuesday, "13th to the 15th of October", "2024-10-15"},
		{tuesday, "10/1-10/4", "2024-10-04"},
		{tuesday, "by October twenty-first", "2024-10-21"},
		{tuesday, "by May 2, two thousand twenty-five", "2025-05-02"},
		{tuesday, "Friday the thirteenth", "2024-09-13"},
		{tuesday, "by Boxing Day", "2024-12-26"},
		{tuesday, "before Good Friday", "2025-04-17"},
		{tuesday, "by MLK day", "2025-01-20"},
		{tuesday, "by the August bank holiday", "2025-08-25"},
		{tuesday, "by New Year's Eve", "2024-12-31"},
		{tuesday, "by Veterans' Day", "2024-11-11"},
		// No deadline at all.
		{tuesday, "within 30 days of completing the work", ""},
		{tuesday, "it has been sitting since 9/3", ""},
		{tuesday, "starting 9/30", ""},
		{tuesday, "1/2 gal of oil", ""},
		{tuesday, "3/4 plywood", ""},
		{tuesday, "room 131, levels 3-5, 24-117", ""},
		{tuesday, "station 12+40", ""},
		{tuesday, "spec 09 64 66-02", ""},
		{tuesday, "14.3 Elevator", ""},
		{tuesday, "the 2nd floor", ""},
		{tuesday, "we may want to march on", ""},
		{tuesday, "10am", ""},
		{tuesday, "the sun sat on the wed", ""},
		{tuesday, "2 weeks ago", ""},
		{tuesday, "937-555-0188", ""},
		{tuesday, "we are here 24/7", ""},
		{tuesday, "see minutes-2024-10-31.pdf", ""},
		{tuesday, "on site from Oct 1 to Oct 5", ""},
		{tuesday, "week 3 of the programme", ""},
		{tuesday, "in 2050 pieces", ""},
		{tuesday, "two years ago", ""},
		{tuesday, "last Friday", ""},
	} {
		t.Run(tt.text, func(t *testing.T) {
			toks := tokenise(tt.text, 0, len(tt.text))
			c := newCalendar(at(t, tt.mail), toks)
			got := ""
			if _, day, ok := c.deadline(c.find(toks)); ok {
				got = day.Format(time.DateOnly)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestDayFirst: which number of 3/4 is the day is taken from another date of the
// mail, from its money, from its zone; where nothing tells it, both days are kept.
func TestDayFirst(t *testing.T) {
	for _, tt := range []struct{ zone, text, want, or string }{
		{"2025-02-05T09:00:00-05:00", "by 3/4", "2025-03-04", ""},
		{"2025-02-05T09:00:00+01:00", "by 3/4", "2025-04-03", ""},
		{"2025-02-05T09:00:00Z", "by 3/4", "2025-03-04", "2025-04-03"},
		{"2025-02-05T09:00:00-03:00", "by 3/4", "2025-03-04", "2025-04-03"},
		{"2025-02-05T09:00:00Z", "by 3/3", "2025-03-03", ""},
		{"2025-02-05T09:00:00Z", "by Thursday 3/4", "2025-04-03", ""},
		{"2025-02-05T09:00:00Z", "£94 by 3/4", "2025-04-03", ""},
		{"2025-02-05T09:00:00-05:00", "since 27/01/2025, by 3/4", "2025-04-03", ""},
		{"2025-02-05T09:00:00+01:00", "27/01/2025 or 01/27/2025, by 3/4", "2025-03-04", "2025-04-03"},
		{"2025-02-05T09:00:00+01:00", "by 3/15", "2025-03-15", ""},
		{"2025-02-05T09:00:00Z", "by next Friday", "2025-02-14", "2025-02-07"},
	} {
		toks := tokenise(tt.text, 0, len(tt.text))
		c := newCalendar(at(t, tt.zone), toks)
		w, day, ok := c.deadline(c.find(toks))
		or := ""
		if !w.or.IsZero() {
			or = w.or.Format(time.DateOnly)
		}
		if !ok || day.Format(time.DateOnly) != tt.want || or != tt.or || w.unsure != (or != "") {
			t.Errorf("%s in %s: got %v or %q unsure %t, want %s or %q", tt.text, tt.zone, day, or, w.unsure, tt.want, tt.or)
		}
	}
}

// TestUnsureDeadline: no fact is shown as sure whose day can be another, wherever
// the day stands.
func TestUnsureDeadline(t *testing.T) {
	for _, text := range []string{
		"Please send the revised submittal by 3/4.",
		"All corrections must be completed by 3/4:\n- Fix the door closer at room 12\n- Replace the broken tile",
		"| Item | Owner | Due |\n| Send the revised submittal | Bob Baker | 3/4 |\n| Fix the tile | Bob Baker | 3/4 |\n",
	} {
		for zone, sure := range map[string]bool{"2025-02-05T09:00:00Z": false, "2025-02-05T09:00:00-05:00": true} {
			res, _ := Rules{}.Extract(t.Context(), plain(text, at(t, zone)))
			dated := 0
			for _, f := range res.Facts {
				if f.Deadline == nil {
					continue
				}
				dated++
				if !sure && f.Confidence >= projectr.SureEnough || *f.Deadline != "2025-03-04" {
					t.Errorf("%s in %s: %s by %s at %.2f", text, zone, f.Text, *f.Deadline, f.Confidence)
				}
			}
			if dated == 0 {
				t.Errorf("%q in %s: no deadline", text, zone)
			}
		}
	}
}

// TestOwnZone: a mail written late in the evening is of that evening's day.
func TestOwnZone(t *testing.T) {
	text := "by tomorrow"
	toks := tokenise(text, 0, len(text))
	c := newCalendar(at(t, "2024-09-25T23:30:00-04:00"), toks)
	if _, day, _ := c.deadline(c.find(toks)); day.Format(time.DateOnly) != "2024-09-26" {
		t.Errorf("got %v", day)
	}
}

func TestEaster(t *testing.T) {
	for y, want := range map[int]string{2018: "2018-04-01", 2019: "2019-04-21", 2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05"} {
		if got := easter(y).Format(time.DateOnly); got != want {
			t.Errorf("%d: %s, want %s", y, got, want)
		}
	}
}

// TestHostileDates: words that could lie within each other without end are read in
// a time that grows with their number.
func TestHostileDates(t *testing.T) {
	for _, s := range []string{
		"the week of ", "the day before ", "in 2 days from ", "last week of ", "the second half of ", "end of ", "eod ", "the first Monday after ", "weekend of ", "2 weeks on ", "noon ",
		"one thousand two ", "twenty ", "1,22,", "Monday, ", "from 5/1-", "between ", "the ", "2 ", "Friday the ", "next ", "by the end of the first week of the second half of ",
	} {
		text := strings.Repeat(s, 20_000/len(s))
		began := time.Now()
		toks := tokenise(text, 0, len(text))
		newCalendar(at(t, "2024-09-10T14:22:00-04:00"), toks).find(toks)
		findMoney(toks)
		if d := time.Since(began); d > 2*time.Second {
			t.Errorf("%q, 20 KB of it: %v", s, d)
		}
	}
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{
		"by Friday 9/26", "the 22nd of next month", "in 99999999 days", "2024-02-30", "end of Q9", "first Monday of", "15.3.", "within 3 business days of the", "ünext Fri'day",
		"from 10/1-11/2/2017", "the fifth last day of May", "the Monday after the Monday after Easter", "twenty first of two thousand and", "upcoming 400 quarters", "w/c w/c 4", "week 53 of 1900",
		"minutes_20240230.pdf", "the day before the day before the day before", "2 years 3 months 400 days ago", "second half of the second half of 2025", "2/29-3/1/2019", "between and now",
	} {
		f.Add(s, int64(1725992520))
	}
	f.Fuzz(func(t *testing.T, s string, unix int64) {
		if unix < 0 || unix > 1<<33 {
			return
		}
		toks := tokenise(s, 0, len(s))
		c := newCalendar(time.Unix(unix, 0).UTC(), toks)
		last := 0
		for _, w := range c.find(toks) {
			if w.from < last || w.to <= w.from || w.to > len(toks) {
				t.Fatalf("%q: tokens %d to %d after %d of %d", s, w.from, w.to, last, len(toks))
			}
			if from, to := toks[w.from].start, toks[w.to-1].end; from < 0 || to > len(s) || from >= to {
				t.Fatalf("%q: bytes %d to %d", s, from, to)
			}
			if w.last.Before(w.day) {
				t.Fatalf("%q: ends %v before it begins %v", s, w.last, w.day)
			}
			if w.day.Location() != time.UTC || w.day.Hour() != 0 || w.last.Hour() != 0 {
				t.Fatalf("%q: %v to %v are no days", s, w.day, w.last)
			}
			last = w.to
		}
	})
}
