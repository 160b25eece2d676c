package postal_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"projectr/postal"
	"projectr/postal/training"
	"projectr/tools/quality"
)

// corpora is where the shared sets lie; the repository does not hold them.
const corpora = "../../shared/corpora"

func read(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(corpora, name))
	if err != nil {
		t.Skipf("NOT MEASURED: %s is not at %s", name, corpora)
	}
	return raw
}

// carriers are the sentences addresses are found in for measuring. None is among
// those the weights are learned from.
var carriers = []string{
	"Deliver 12 sheets to {A} before Friday.",
	"{A} is where Mike parked.",
	"The pre-con walk for {A} moved to Tuesday at 9:30.",
	"We finished the slab at {A} on 3/14 and billed $18,250.00.",
	"Hi Renata, could your guys look at the roof of {A}?",
	"Per drawing A-601 the new door goes in at {A}; Ohm Electric has the conduit.",
	"Our superintendent, Carla Reyes, works out of {A} this month.",
	"Please have Frost Footing send the rebar to {A}, they have 40 tons there.",
	"Job location: {A}",
	"Lund wants two keys for {A} by noon.",
	"She drove from {A} in 25 minutes.",
	"Nothing has happened at {A} since March.",
	"I can hold the 2 pm slot if {A} works for Kirsten.",
	"The punch list for {A} has 14 items left.",
	"Invoices should be addressed to {A} and copied to Dana Whitlock.",
	"Bring the lift back from {A} when the painters leave.",
	"Yesterday the neighbours of {A} called about dust.",
	"Submittal 23 covers the storefront at {A}. Please review.",
	"Send it certified to {A} and keep the receipt.",
	"Is anybody at {A} right now?",
}

func carrier(text string) string { return carriers[int(training.Hash(text)/7)%len(carriers)] }

const marks = " \t\n.,;:()[]\"'-–/#"

// measured is how a tagger does on rows.
type measured struct{ hits, found, wanted, right, words int }

func (m measured) f1() float64       { return 2 * float64(m.hits) / float64(m.found+m.wanted) }
func (m measured) accuracy() float64 { return float64(m.right) / float64(m.words) }

func kinds(tag postal.Tag) string {
	switch tag {
	case postal.Number:
		return "number"
	case postal.Before, postal.RoadBefore, postal.Name, postal.Kind, postal.After:
		return "street"
	case postal.City:
		return "city"
	case postal.State:
		return "state"
	case postal.Postcode:
		return "zip"
	}
	return ""
}

func part(a postal.Address, kind string) string {
	switch kind {
	case "number":
		return a.Number
	case "street":
		return a.Street.String() + " " + a.Cross.String()
	case "city":
		return a.City
	case "state":
		return a.State
	}
	return a.Postcode
}

// measure puts every row into a carrier. Spans: the whole row must come out,
// marks at its ends aside. Parsing: of the row's words that are number, street,
// city, state or postcode, how many stand in that part of what was found.
func measure(t *testing.T, find func(string) []postal.Address, rows []training.Row) measured {
	var m measured
	for _, r := range rows {
		text, _ := training.Put(carrier(r.Text), r.Text)
		list := find(text)
		want := strings.Trim(r.Text, marks)
		m.wanted++
		m.found += len(list)
		hit := slices.ContainsFunc(list, func(a postal.Address) bool { return strings.Trim(a.Text, marks) == want })
		if hit {
			m.hits++
		}
		wrong := ""
		taken := map[string][]string{}
		for _, a := range list {
			for _, k := range []string{"number", "street", "city", "state", "zip"} {
				for w := range strings.FieldsSeq(part(a, k)) {
					taken[k] = append(taken[k], strings.Trim(w, marks))
				}
			}
		}
		for _, l := range r.Labels() {
			k, w := kinds(l.Tag), strings.Trim(r.Text[l.Start:l.End], marks)
			if k == "" || w == "" {
				continue
			}
			m.words++
			if i := slices.Index(taken[k], w); i >= 0 {
				m.right++
				taken[k] = slices.Delete(taken[k], i, i+1)
			} else {
				wrong += " " + w
			}
		}
		if testing.Verbose() && (!hit || wrong != "") {
			var got []string
			for _, a := range list {
				got = append(got, a.Text)
			}
			t.Logf("hit %v %q\n   got %q wrong%s", hit, text, got, wrong)
		}
	}
	return m
}

// TestAddresses learns from one half of the rows and measures on the other, both
// ways: what is reported was not seen. The weights of the package are learned from
// all rows.
func TestAddresses(t *testing.T) {
	rows, err := training.Read(read(t, "addresses/usaddress.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var halves [2][]training.Row
	for _, r := range rows {
		halves[r.Half()] = append(halves[r.Half()], r)
	}
	for i := range halves {
		tagger := postal.Train(training.Lessons(halves[1-i], training.Seed), training.Rounds, training.Seed)
		m := measure(t, tagger.Find, halves[i])
		t.Logf("half %d: spans P %.3f R %.3f", i, float64(m.hits)/float64(m.found), float64(m.hits)/float64(m.wanted))
		half := []string{"first half", "second half"}[i]
		quality.Keep(t,
			quality.Row{Set: usaddress, Figure: "spans, F1, " + half, Value: quality.Ratio(m.f1()), Goal: "≥ 0.90", Use: "training; figure from the half not trained on"},
			quality.Row{Set: usaddress, Figure: "words in their part, " + half, Value: quality.Ratio(m.accuracy()), Goal: "≥ 0.90", Use: "the same"})
		if m.f1() < 0.92 || m.accuracy() < 0.94 {
			t.Errorf("half %d: F1 %.3f and words %.3f; the floors are 0.92 and 0.94", i, m.f1(), m.accuracy())
		}
	}
}

const usaddress = "addresses (1,470 of usaddress)"

// TestAddressesAbroad measures rows of libpostal that have a street or a box. The
// weights know none of them. What must come out is from the first to the last word
// that is no name of a house or a firm.
func TestAddressesAbroad(t *testing.T) {
	var m measured
	for line := range bytes.Lines(read(t, "addresses/libpostal.jsonl")) {
		var r struct {
			Text       string
			Components [][2]string
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		want, street := "", false
		low := strings.ToLower(r.Text)
		from, to := len(low), 0
		for _, c := range r.Components {
			street = street || c[0] == "road" || c[0] == "po_box"
			if i := strings.Index(low, c[1]); i >= 0 && c[0] != "house" && c[0] != "world_region" {
				from, to = min(from, i), max(to, i+len(c[1]))
			}
		}
		if !street || from > to || len(low) != len(r.Text) {
			continue
		}
		want = strings.Trim(r.Text[from:to], marks)
		text, _ := training.Put(carrier(r.Text), r.Text)
		list := postal.Find(text)
		m.wanted++
		m.found += len(list)
		if slices.ContainsFunc(list, func(a postal.Address) bool { return strings.HasSuffix(strings.Trim(a.Text, marks), want) }) {
			m.hits++
		} else if testing.Verbose() {
			t.Logf("%q: want %q, got %+v", text, want, list)
		}
	}
	quality.Keep(t, quality.Row{Set: "addresses (45 of libpostal with a street)", Figure: "spans, F1", Value: quality.Ratio(m.f1()), Goal: "", Use: "measuring; its forms were looked at"})
	if m.f1() < 0.75 {
		t.Errorf("F1 %.3f, the floor is 0.75", m.f1())
	}
}

// TestFewFalseFinds counts finds in sentences of mails that have, but for a few
// letter heads, no address. The sets are not learned from.
func TestFewFalseFinds(t *testing.T) {
	var sentences []string
	for line := range bytes.Lines(read(t, "email-intent/train.jsonl")) {
		var row struct{ Text string }
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		sentences = append(sentences, row.Text)
	}
	for line := range bytes.Lines(read(t, "bc3-threads/threads.jsonl")) {
		var thread struct {
			Messages []struct{ Sentences []struct{ Text string } }
		}
		if err := json.Unmarshal(line, &thread); err != nil {
			t.Fatal(err)
		}
		for _, m := range thread.Messages {
			for _, s := range m.Sentences {
				sentences = append(sentences, s.Text)
			}
		}
	}
	finds, bare := 0, 0
	for _, s := range sentences {
		for _, a := range postal.Find(s) {
			finds++
			// With a state, a code or a unit it is a letter head in earnest.
			if a.State == "" && a.Postcode == "" && a.Unit == "" {
				bare++
				if testing.Verbose() {
					t.Logf("%q in %q", a.Text, s)
				}
			}
		}
	}
	t.Logf("%d finds in %d sentences, %d of them without state, code and unit", finds, len(sentences), bare)
	quality.Keep(t, quality.Row{Set: "email-intent and bc3-threads", Figure: "addresses found in 1,000 sentences, letter heads aside", Value: fmt.Sprintf("%.1f", 1000*float64(bare)/float64(len(sentences))), Goal: "", Use: "measuring; finds were looked at"})
	if bare*1000 > 5*len(sentences) {
		t.Errorf("more than 5 in 1000")
	}
}
