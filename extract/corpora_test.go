package extract

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/message"
)

// corpora is where the shared sets lie; the repository does not hold them.
const corpora = "../../shared/corpora"

// corpus reads the rows of a set, or skips the test when it is not there.
func corpus[T any](t *testing.T, name string) []T {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(corpora, name))
	if err != nil {
		t.Skipf("NOT MEASURED: %s is not at %s", name, corpora)
	}
	var rows []T
	for line := range bytes.Lines(raw) {
		var row T
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rows = append(rows, row)
	}
	return rows
}

func atLeast(t *testing.T, what string, hits, of int, floor float64) {
	t.Helper()
	got := share(hits, of)
	t.Logf("%s: %.3f (%d of %d)", what, got, hits, of)
	if got < floor {
		t.Errorf("%s: %.3f, the floor is %.2f", what, got, floor)
	}
}

// plain makes a mail of one text by one author.
func plain(text string, at time.Time) *message.Message {
	n := len([]rune(text))
	return &message.Message{
		Date: at, Text: text, Reply: text, Automatic: "no",
		From:  []projectr.MailAddress{{Name: "Ann Archer", Address: "ann@firm.example"}},
		To:    []projectr.MailAddress{{Name: "Bob Baker", Address: "bob@job.example"}},
		Spans: []projectr.Span{{Kind: projectr.SpanNew, Start: 0, End: n}},
	}
}

// TestEmailIntent measures whether a sentence asks for or promises an action.
// The rules were not trained on the set.
func TestEmailIntent(t *testing.T) {
	type row struct {
		Text   string   `json:"text"`
		Labels []string `json:"labels"`
	}
	var c Count
	at := time.Date(2013, 2, 12, 9, 0, 0, 0, time.UTC)
	for _, row := range corpus[row](t, "email-intent/train.jsonl") {
		r := newReading(plain(row.Text, at))
		found := false
		for _, p := range r.passages() {
			r.read(&p)
		}
		for _, f := range r.facts {
			found = found || f.Kind == projectr.ActionItem
		}
		found = found || r.wantsAnswer
		wanted := len(row.Labels) > 0
		if found {
			c.Found++
		}
		if wanted {
			c.Wanted++
		}
		if found && wanted {
			c.Hits++
		}
	}
	t.Logf("email-intent: P %.3f R %.3f F1 %.3f", c.Precision(), c.Recall(), c.F1())
	if c.F1() < 0.65 {
		t.Errorf("F1 %.3f, the floor is 0.65", c.F1())
	}
}

func TestDucklingDates(t *testing.T) {
	type row struct {
		Text  string `json:"text"`
		Kind  string `json:"kind"`
		Value any    `json:"value"`
		Grain string `json:"grain"`
		Ref   string `json:"reference_datetime"`
	}
	hits, of := 0, 0
	for _, row := range corpus[row](t, "dates-money/duckling_time.jsonl") {
		value, _ := row.Value.(string)
		if row.Kind != "instant" || value == "" || row.Grain != "day" && row.Grain != "week" && row.Grain != "month" {
			continue
		}
		ref, err := time.ParseInLocation("2006-01-02T15:04:05", row.Ref, time.FixedZone("", -2*3600))
		if err != nil {
			t.Fatal(err)
		}
		want, err := time.Parse("2006-01-02T15:04:05", value)
		if err != nil {
			t.Fatal(err)
		}
		of++
		toks := tokenise("by "+row.Text, 0, len(row.Text)+3)
		c := newCalendar(ref, toks)
		ok := false
		for _, w := range c.find(toks) {
			switch row.Grain {
			case "day":
				ok = ok || w.day.Equal(want) || w.last.Equal(want)
			case "week":
				ok = ok || w.day.Equal(want) || !w.day.Before(want) && !w.last.After(want.AddDate(0, 0, 6))
			case "month":
				ok = ok || w.day.Year() == want.Year() && w.day.Month() == want.Month()
			}
		}
		if ok {
			hits++
		} else if testing.Verbose() {
			t.Logf("%q: want %s %s, got %v", row.Text, value, row.Grain, days(c.find(toks)))
		}
	}
	atLeast(t, "duckling dates of grain day, week, month", hits, of, 0.6)
}

func days(list []when) []string {
	var out []string
	for _, w := range list {
		out = append(out, w.day.Format(time.DateOnly)+".."+w.last.Format(time.DateOnly))
	}
	return out
}

func TestRecognizersDates(t *testing.T) {
	type row struct {
		Input    string `json:"input"`
		Ref      string `json:"reference_datetime"`
		Expected []struct {
			Type       string `json:"type"`
			Resolution struct {
				Values []struct {
					Timex string `json:"timex"`
					Type  string `json:"type"`
					Value string `json:"value"`
				} `json:"values"`
			} `json:"resolution"`
		} `json:"expected"`
	}
	hits, of, calm, negatives := 0, 0, 0, 0
	for _, row := range corpus[row](t, "dates-money/recognizers_datetime.jsonl") {
		ref, err := time.Parse("2006-01-02T15:04:05", row.Ref)
		if err != nil {
			continue
		}
		toks := tokenise(row.Input, 0, len(row.Input))
		c := newCalendar(ref.In(time.FixedZone("", 0)), toks)
		c.dayFirst, c.sure = false, true
		found := c.find(toks)
		if len(row.Expected) == 0 {
			negatives++
			if len(found) == 0 {
				calm++
			} else if testing.Verbose() {
				t.Logf("negative %q: got %v", row.Input, days(found))
			}
			continue
		}
		e := row.Expected[0]
		if e.Type != "datetimeV2.date" {
			continue
		}
		of++
		ok := false
		for _, v := range e.Resolution.Values {
			for _, w := range found {
				ok = ok || w.day.Format(time.DateOnly) == v.Value
			}
		}
		if ok {
			hits++
		} else if testing.Verbose() {
			t.Logf("%q: want %v, got %v", row.Input, e.Resolution.Values, days(found))
		}
	}
	atLeast(t, "recognizers dates", hits, of, 0.5)
	atLeast(t, "recognizers negatives left alone", calm, negatives, 0.9)
}

func TestRecognizersCurrency(t *testing.T) {
	type row struct {
		Input    string `json:"input"`
		Expected []struct {
			Resolution struct {
				Value string `json:"value"`
				Unit  string `json:"unit"`
			} `json:"resolution"`
		} `json:"expected"`
	}
	units := map[string]string{"Dollar": "USD", "United States dollar": "USD", "US Dollar": "USD", "Euro": "EUR", "British pound": "GBP", "Pound": "GBP", "Japanese yen": "JPY"}
	hits, of := 0, 0
	for _, row := range corpus[row](t, "dates-money/recognizers_currency.jsonl") {
		for _, e := range row.Expected {
			unit, known := units[e.Resolution.Unit]
			var v float64
			if err := json.Unmarshal([]byte(e.Resolution.Value), &v); err != nil || !known {
				continue
			}
			of++
			want, _ := minorUnits(figure(math.Round(v*10_000)), 1, unit)
			ok := false
			found := findMoney(tokenise(row.Input, 0, len(row.Input)))
			for _, m := range found {
				ok = ok || m.amount == projectr.Amount{Minor: want, Currency: unit}
			}
			if ok {
				hits++
			} else if testing.Verbose() {
				t.Logf("%q: want %s %s, got %v", row.Input, e.Resolution.Value, unit, found)
			}
		}
	}
	atLeast(t, "recognizers currency", hits, of, 0.7)
}

func TestDucklingMoney(t *testing.T) {
	type row struct {
		Text  string   `json:"text"`
		Kind  string   `json:"kind"`
		Unit  string   `json:"unit"`
		Value *float64 `json:"value"`
	}
	units := map[string]string{"Dollar": "USD", "USD": "USD", "EUR": "EUR", "GBP": "GBP", "Pound": "GBP"}
	hits, of := 0, 0
	for _, row := range corpus[row](t, "dates-money/duckling_money.jsonl") {
		unit, known := units[row.Unit]
		if row.Kind != "value" || row.Value == nil || !known {
			continue
		}
		of++
		ok := false
		found := findMoney(tokenise(row.Text, 0, len(row.Text)))
		for _, m := range found {
			ok = ok || m.amount.Currency == unit && m.amount.Minor == int64(math.Round(*row.Value*100))
		}
		if ok {
			hits++
		} else if testing.Verbose() {
			t.Logf("%q: want %v %s, got %v", row.Text, *row.Value, unit, found)
		}
	}
	atLeast(t, "duckling money", hits, of, 0.55)
}

// TestMeetingDecisions: does the decision finder mark a turn whose words overlap
// the answer? Spoken language, so a side test.
func TestMeetingDecisions(t *testing.T) {
	type row struct {
		Answer string `json:"answer"`
		Turns  []struct {
			Content string `json:"content"`
		} `json:"turns"`
	}
	hits, of := 0, 0
	for _, row := range corpus[row](t, "meeting-decisions/qmsum.jsonl") {
		of++
		ok := false
		for _, turn := range row.Turns {
			r := newReading(plain(turn.Content, time.Date(2005, 1, 3, 9, 0, 0, 0, time.UTC)))
			for _, p := range r.passages() {
				r.read(&p)
			}
			for _, f := range r.facts {
				ok = ok || f.Kind == projectr.Decision && tokenF1(turn.Content, row.Answer) >= 0.3
			}
		}
		if ok {
			hits++
		}
	}
	atLeast(t, "meetings with a decision marked", hits, of, 0.02)
}

// TestSpam: newsletters, advertisements and spam give next to nothing.
func TestSpam(t *testing.T) {
	type row struct {
		File  string `json:"file"`
		Class string `json:"class"`
	}
	mails, facts := 0, 0
	for _, row := range corpus[row](t, "spamassassin/labels.jsonl") {
		if row.Class == "easy-ham-1" {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(corpora, "spamassassin", row.File))
		if err != nil {
			t.Fatal(err)
		}
		m, err := message.Parse(bytes.NewReader(raw))
		if err != nil {
			continue
		}
		mails++
		got, _ := Rules{}.Extract(t.Context(), m)
		n := 0
		for _, f := range got.Facts {
			if !f.Stands(m.Text) {
				t.Errorf("%s: %q does not stand at %d", row.File, f.Quote, f.Start)
			}
			if f.Kind == projectr.ActionItem || f.Kind == projectr.Decision {
				n++
			}
		}
		facts += n
		if n > 0 && testing.Verbose() {
			t.Logf("%s %s: %d, for example %s", row.Class, row.File, n, strings.TrimSpace(got.Facts[0].Text))
		}
	}
	t.Logf("spam and newsletters: %.1f decisions and action items for 100 mails (%d of %d)", 100*share(facts, mails), facts, mails)
	if share(facts, mails) > 0.2 {
		t.Errorf("the ceiling is 20")
	}
}
