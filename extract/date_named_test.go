package extract

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
)

// dueOf is the deadline of a text, with the other day where it can be another.
func dueOf(t *testing.T, mail, text string) string {
	t.Helper()
	toks := tokenise(text, 0, len(text))
	c := newCalendar(at(t, mail), toks)
	w, day, ok := c.deadline(c.find(toks))
	if !ok {
		return ""
	}
	s := day.Format(time.DateOnly)
	if w.unsure {
		s += " or " + w.or.Format(time.DateOnly)
	}
	return s
}

// TestNamedDates: a date hangs on the one named before it, a paper's own date is no
// deadline, and a weekday that is not the day's leaves doubt.
func TestNamedDates(t *testing.T) {
	const september, october, november = "2024-09-10T14:22:00-04:00", "2024-10-01T14:22:00-04:00", "2024-11-10T14:22:00-05:00"
	for _, tt := range []struct{ mail, text, want string }{
		{september, "delivery is Tuesday; inspection the day after", "2024-09-18"},
		{september, "Pour on Friday, inspection the day before.", "2024-09-12"},
		{september, "Pour is 9/20 and we inspect the following Monday.", "2024-09-23"},
		{september, "Pour is 9/20, please clean up by the next day", "2024-09-21"},
		{september, "Pour is 9/20, strip forms two days later", "2024-09-22"},
		{september, "Pour is 9/20, strip forms a week later", "2024-09-27"},
		{september, "Pour is 9/20, walk it the week before", "2024-09-13"},
		{september, "Pour is 9/20, walk it the week after", "2024-09-27"},
		{september, "Pour is 9/20, walk it the previous day", "2024-09-19"},
		{september, "Pour is 9/20, walk it the Thursday before", "2024-09-19"},
		{september, "Pour is tomorrow, inspection the day after", "2024-09-12"},
		{september, "finish by Friday, and the owner comes the day after", "2024-09-13"},
		{september, "we strip the day after", "2024-09-11"},
		{september, "the day after tomorrow", "2024-09-12"},
		{september, "The lot is ours on the 19th. Hold the asphalt till the week after", "2024-09-19"},
		{september, "Send it by the following Monday", "2024-09-23 or 2024-09-16"},
		{september, "Pour is 9/20, in the next day or so I will write", "2024-09-20"},

		{september, "Please review the Oct 5 meeting minutes", ""},
		{september, "Please review the May 5 meeting minutes", ""},
		{september, "Please resubmit the 3/12 submittal", ""},
		{september, "Please answer Tuesday's email", ""},
		{november, "Please answer my Nov 4 email", ""},
		{november, "Please answer my Nov 4 email by Friday", "2024-11-15"},
		{november, "See the 11/4 drawings", ""},
		{november, "as your December 4 letter says", ""},
		{november, "Send the drawings by Nov 14 letter or not", "2024-11-14"},
		{november, "The November 14 inspection is on", "2024-11-14"},
		{november, "Please submit the 11/30 invoice", "2024-11-30"},

		{november, "close of business Q4", "2024-12-31"},
		{november, "by COB Q1", "2025-03-31"},
		{november, "by close of business this quarter", "2024-12-31"},
		{november, "by close of business in December", "2024-12-31"},
		{november, "by close of business December", "2024-12-31"},
		{november, "by close of business", "2024-11-10"},
		{november, "by close of business Friday", "2024-11-15"},

		{october, "Tuesday the 8th", "2024-10-08"},
		{october, "Wednesday the 8th", "2024-10-08 or 2025-01-08"},
		{october, "by Wednesday, Oct 8", "2024-10-08 or 2025-10-08"},
		{october, "by Wednesday, October 8, 2024", "2024-10-08 or 2024-10-09"},
		{october, "by Wednesday 10/8/24", "2024-10-08 or 2024-10-09"},
		{october, "by Thursday 10/8", "2024-10-08 or 2024-10-10"},
		{october, "by Monday 10/8/24", "2024-10-08 or 2024-10-07"},
		{october, "by Oct 8 (Wednesday)", "2024-10-08 or 2025-10-08"},
		{october, "by 10/8/2024 (Wed)", "2024-10-08 or 2024-10-09"},
		{october, "by tomorrow (Thursday)", "2024-10-02 or 2024-10-03"},
		{october, "by tomorrow (Wednesday)", "2024-10-02"},
		{october, "by Oct 8, Tuesday", "2024-10-08"},
	} {
		if got := dueOf(t, tt.mail, tt.text); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestOrderOfDays: what in a mail tells which number is the day, beside its zone.
func TestOrderOfDays(t *testing.T) {
	const east, chile = "2025-02-05T09:00:00-05:00", "2025-02-05T09:00:00-04:00"
	for _, tt := range []struct{ mail, from, text, want string }{
		{east, "jo@gc.example", "by 4/5", "2025-04-05"},
		{east, "jo@gc.example", "by 3/15", "2025-03-15"},
		{east, "jo@gc.example", "by 15.3.", "2025-03-15"},
		{east, "jo@gc.example", "by 4.5.", "2025-05-04"},
		{east, "jo@gc.example", "by 4.5.25", "2025-05-04 or 2025-04-05"},
		{east, "jo@gc.example", "since 27.01.2025, by 4.5.25", "2025-05-04"},
		{east, "jo@gc.example", "since 27.01.2025, by 4/5", "2025-05-04"},
		{east, "jo@gc.example", "since 27/01, by 4/5", "2025-05-04"},
		{east, "jo@gc.example", "use 15/8 plate by 4/5", "2025-04-05"},
		{"2025-02-05T09:00:00+01:00", "jo@gc.example", "since 1/27, by 4/5", "2025-04-05"},
		{east, "jo@gc.ca", "by 4/5", "2025-04-05 or 2025-05-04"},
		{east, "jo@gc.ca", "since 1/27/2025, by 4/5", "2025-04-05"},
		{chile, "jo@constructora.cl", "by 4/5", "2025-04-05 or 2025-05-04"},
		{"2025-02-05T09:00:00+01:00", "jo@bau.de", "by 4/5", "2025-05-04"},
	} {
		m := plain("Please send the drawings "+tt.text, at(t, tt.mail))
		m.From = []projectr.MailAddress{{Name: "Ann Archer", Address: tt.from}}
		var got []string
		for _, f := range must(Rules{}.Extract(t.Context(), m)).Facts {
			if f.Kind != projectr.ActionItem || f.Deadline == nil {
				continue
			}
			s := *f.Deadline
			if f.Confidence < projectr.SureEnough {
				toks := tokenise(f.Quote, 0, len(f.Quote))
				w, _, _ := newCalendar(m.Date, toks).of(tt.from).deadline(newCalendar(m.Date, toks).of(tt.from).find(toks))
				s += " or " + w.or.Format(time.DateOnly)
			}
			got = append(got, s)
		}
		if !slices.Equal(got, []string{tt.want}) {
			t.Errorf("%s of %s: got %q, want %s", tt.text, tt.from, got, tt.want)
		}
	}
}

func must(r Result, _ error) Result { return r }

// TestTwoDays: a sentence that wants two things by two days is two actions, each with its
// own day and doer; and a day hangs on one that the sentence before named.
func TestTwoDays(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"Please finish demo by Friday and framing by the 22nd.", "Finish demo 10-04 Bob Baker; Finish framing 10-22 Bob Baker"},
		{"Please send the submittal by Friday and the RFI response by the 22nd.", "Send the submittal 10-04 Bob Baker; Send the RFI response 10-22 Bob Baker"},
		{"Please send the submittal by Friday and finish framing by the 22nd.", "Send the submittal 10-04 Bob Baker; Finish framing 10-22 Bob Baker"},
		{"Please send the submittal by Friday noon, and we will order the doors by the 22nd.", "Send the submittal 10-04 Bob Baker; Order the doors 10-22 Ann Archer"},
		{"I will send the submittal by Friday and the samples by the 22nd.", "Send the submittal 10-04 Ann Archer; Send the samples 10-22 Ann Archer"},
		{"We need the submittal by Friday and the samples by the 22nd.", "Provide the submittal 10-04 Bob Baker; Provide the samples 10-22 Bob Baker"},
		{"Can you send the drawings by Friday and the specs by the 22nd?", "Send the drawings 10-04 Bob Baker; Send the specs 10-22 Bob Baker"},
		{"Please send the submittal by Friday so the owner can answer by the 22nd.", "Send the submittal 10-04 Bob Baker"},
		{"Please send the submittal by Friday, the owner needs it by the 22nd.", "Send the submittal the owner needs it by the 22nd 10-04 Bob Baker"},
		{"The delivery is Thursday. Please schedule the inspection for the day after.", "Schedule the inspection 10-04 Bob Baker"},
		{"The delivery is Thursday; please schedule the inspection the day after.", "Schedule the inspection 10-04 Bob Baker"},
		{"Please review the May 5 meeting minutes and send comments.", "Review the May 5 meeting minutes and send comments - Bob Baker"},
	} {
		var got []string
		for _, f := range must(Rules{}.Extract(t.Context(), plain(tt.text, at(t, "2024-10-01T14:22:00-04:00")))).Facts {
			if f.Kind != projectr.ActionItem {
				continue
			}
			day, who := "-", "-"
			if f.Deadline != nil {
				day = (*f.Deadline)[5:]
			}
			if f.Owner != nil {
				who = *f.Owner
			}
			if f.Proof != projectr.Verified || !f.Stands(tt.text) {
				t.Errorf("%q: %s is %s", tt.text, f.Text, f.Proof)
			}
			got = append(got, fmt.Sprintf("%s %s %s", f.Text, day, who))
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, s, tt.want)
		}
	}
}

// TestContradictedDay: a weekday that is not the day's is told in words, and nothing is sure.
func TestContradictedDay(t *testing.T) {
	res := must(Rules{}.Extract(t.Context(), plain("Please send the shop drawings by Wednesday, October 8, 2024.", at(t, "2024-10-01T14:22:00-04:00"))))
	if len(res.Facts) != 1 || res.Facts[0].Confidence >= projectr.SureEnough || res.Facts[0].Doubt != "“Wednesday, October 8, 2024” can be October 8 or October 9." {
		t.Errorf("%+v", res.Facts)
	}
}
