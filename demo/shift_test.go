package demo

import (
	"bytes"
	"io/fs"
	"net/mail"
	"slices"
	"testing"
	"time"

	"projectr"
	gold "projectr/testdata/construction-gold"
)

func TestShiftedDatesReadTrue(t *testing.T) {
	// Tuesday 10 September 2024, moved by one week.
	s := shifter{sent: time.Date(2024, 9, 10, 14, 22, 0, 0, time.FixedZone("", -4*3600)), days: 7}
	uk := shifter{sent: time.Date(2025, 2, 4, 10, 12, 0, 0, time.UTC), days: 14}
	for _, c := range []struct {
		s        shifter
		in, want string
	}{
		{s, "by Friday, on Monday the 16th", "by Friday, on Monday the 23rd"},
		{s, "Please advise by 9/11.", "Please advise by 9/18."},
		{s, "by close of business Thursday 9/26. After", "by close of business Thursday 10/3. After"},
		{s, "held 10/17/24 9:00am", "held 10/24/24 9:00am"},
		{s, "move from Nov 22 to Dec 3", "move from Nov 29 to Dec 10"},
		{s, "Sent: Monday, September 9, 2024 9:05 AM", "Sent: Monday, September 16, 2024 9:05 AM"},
		{s, "good through December 31.", "good through January 7."},
		{s, "conferences are October 9 and 10, 3pm", "conferences are October 16 and 17, 3pm"},
		{s, "from the 17th to weds 22nd", "from the 24th to weds 29th"},
		{s, "leak approx 1/2 gal, 5/8 gyp, the 340 swung", "leak approx 1/2 gal, 5/8 gyp, the 340 swung"},
		{s, "Las vigas salen el lunes 23.", "Las vigas salen el lunes 30."},
		{uk, "north before 14/02/2025?", "north before 28/02/2025?"},
		{uk, "completion of 27/06/2025 could", "completion of 11/07/2025 could"},
	} {
		if got := c.s.text(c.in); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

func TestEveryGoldMailCanBeShifted(t *testing.T) {
	names, err := fs.Glob(gold.Mails, "eml/*.eml")
	if err != nil || len(names) < 28 {
		t.Fatalf("found %d mails, %v", len(names), err)
	}
	for _, name := range names {
		raw, err := gold.Mails.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out, err := Shift(raw, 100)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		was, _ := mail.ReadMessage(bytes.NewReader(raw))
		is, err := mail.ReadMessage(bytes.NewReader(out))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		a, _ := was.Header.Date()
		b, _ := is.Header.Date()
		if b.Sub(a) != 700*24*time.Hour {
			t.Errorf("%s moved by %v", name, b.Sub(a))
		}
	}
}

func TestHistoryIsRecentOrderedAndDifferent(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	mails, err := History(now)
	if err != nil {
		t.Fatal(err)
	}
	firms := map[string]int{}
	seen := map[string]bool{}
	for i, m := range mails {
		firms[m.Firm]++
		if m.Date.After(now) {
			t.Errorf("mail %d is from the future: %v", i, m.Date)
		}
		if i > 0 && m.Date.Before(mails[i-1].Date) {
			t.Errorf("mail %d is older than the one before", i)
		}
		if seen[string(m.Raw)] {
			t.Errorf("mail %d was there already", i)
		}
		seen[string(m.Raw)] = true
	}
	waits := map[string]int{}
	all, err := Firms()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		patterns, err := f.Correspondents()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range f.People {
			patterns = append(patterns, "@"+projectr.DomainOf(p.Email))
		}
		for _, m := range mails {
			if m.Firm == f.Address && !slices.Contains(patterns, "@"+projectr.DomainOf(m.From)) {
				waits[f.Address]++
			}
		}
	}
	if waits["corvallen"] != 1 || waits["tolland"] != 1 {
		t.Errorf("one mail of each firm is meant to wait in quarantine, not %v", waits)
	}
	if firms["corvallen"] < 25 || firms["tolland"] < 25 {
		t.Errorf("too few mails: %v", firms)
	}
}
