package projectr_test

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"projectr"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestListPrices(t *testing.T) {
	list := projectr.ListPrices()
	now := day("2026-11-26")
	for _, m := range list.Models {
		p, ok := list.Of(m.Model, now)
		if !ok || p.Input <= 0 || p.Output <= p.Input || p.Cached > p.Input || p.Written < p.Input {
			t.Errorf("%s: %+v", m.Model, p)
		}
	}
	for _, c := range []struct {
		model, day string
		input      int64 // 0: not known
	}{
		{"gpt-5-mini", "2026-11-26", 250_000},
		{"gpt-5-mini-2025-08-07", "2026-11-26", 250_000}, // a snapshot
		{"gpt-4o-2024-05-13", "2026-11-26", 5_000_000},   // with a price of its own
		{"gpt-5.6-luna", "2026-07-29", 1_000_000},        // before it became cheaper
		{"gpt-5.6-luna", "2026-07-30", 200_000},
		{"o3", "2025-06-09", 0}, // before anything is known
		{"gpt-5-mini-2025-13-07", "2026-11-26", 0},
		{"gpt-5-mini-tuned", "2026-11-26", 0},
		{"SmolLM2-135M-Instruct", "2026-11-26", 0},
		{"", "2026-11-26", 0},
	} {
		p, ok := list.Of(c.model, day(c.day))
		if ok != (c.input > 0) || p.Input != c.input {
			t.Errorf("%s on %s: %d, %v; want %d", c.model, c.day, p.Input, ok, c.input)
		}
	}
}

// The price of a model that is not listed is not known. It is nothing only where
// the operator says so.
func TestUnknownIsNotFree(t *testing.T) {
	used := projectr.Tokens{Input: 1000, Output: 1000}
	if c := projectr.ListPrices().Cost("llama-at-home", day("2026-11-26"), used); c != nil {
		t.Errorf("a model without a price costs %d", *c)
	}
	if c := projectr.FreePrices().Cost("llama-at-home", day("2026-11-26"), used); c == nil || *c != 0 {
		t.Errorf("a free model costs %v", c)
	}
}

func TestCost(t *testing.T) {
	p := projectr.Price{Input: 750_000, Cached: 75_000, Written: 900_000, Output: 4_500_000, UpTo: 10_000}
	for _, c := range []struct {
		t    projectr.Tokens
		want int64 // -1: not known
	}{
		{projectr.Tokens{}, 0},
		{projectr.Tokens{Input: 1}, 1}, // 0.75, rounded up
		{projectr.Tokens{Input: 4}, 3},
		{projectr.Tokens{Input: 1000, Cached: 400, Output: 100, Reasoning: 60}, 450 + 30 + 450},
		{projectr.Tokens{Input: 1000, Cached: 400, Written: 600}, 30 + 540},
		{projectr.Tokens{Input: 10_000}, 7500},
		{projectr.Tokens{Input: 10_001}, -1}, // more than the price holds for
		{projectr.Tokens{Input: -1}, -1},
		{projectr.Tokens{Input: 10, Cached: 11}, -1},
		{projectr.Tokens{Input: 10, Cached: 6, Written: 6}, -1},
		{projectr.Tokens{Output: 5, Reasoning: 6}, -1},
		{projectr.Tokens{Output: -5}, -1},
	} {
		got, ok := p.Cost(c.t)
		if ok != (c.want >= 0) || ok && got != c.want {
			t.Errorf("%+v: %d, %v; want %d", c.t, got, ok, c.want)
		}
	}
}

// The cost of a call is the exact sum, rounded up, and never less for more.
func TestCostIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string, most int64) int64 { return rapid.Int64Range(0, most).Draw(t, name) }
		p := projectr.Price{Input: n("input price", 1e12), Cached: n("cached price", 1e12), Written: n("written price", 1e12), Output: n("output price", 1e12)}
		cached, written, fresh, out := n("cached", 1e9), n("written", 1e9), n("fresh", 1e9), n("out", 1e9)
		used := projectr.Tokens{Input: int(cached + written + fresh), Cached: int(cached), Written: int(written), Output: int(out), Reasoning: int(n("thought", out))}
		got, ok := p.Cost(used)
		if !ok {
			t.Fatalf("%+v of %+v is not known", used, p)
		}
		sum := new(big.Int)
		for _, x := range [][2]int64{{fresh, p.Input}, {cached, p.Cached}, {written, p.Written}, {out, p.Output}} {
			sum.Add(sum, new(big.Int).Mul(big.NewInt(x[0]), big.NewInt(x[1])))
		}
		million := big.NewInt(1_000_000)
		sum.Add(sum, new(big.Int).Sub(million, big.NewInt(1)))
		if sum.Div(sum, million); !sum.IsInt64() || sum.Int64() != got {
			t.Fatalf("%+v of %+v: %d, want %s", used, p, got, sum)
		}
		more := used
		more.Output++
		if m, ok := p.Cost(more); !ok || m < got {
			t.Fatalf("one token more costs %d, less than %d", m, got)
		}
	})
}

func TestReadPrices(t *testing.T) {
	p, err := projectr.ReadPrices(strings.NewReader(`{"version":"ours-1","models":[{"model":"m","input":5,"output":7}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if c := p.Cost("m", day("2026-01-01"), projectr.Tokens{Input: 1_000_000, Cached: 1_000_000, Output: 1_000_000}); c == nil || *c != 12 {
		t.Errorf("cost %v, want 12", c)
	}
	for name, s := range map[string]string{
		"no JSON":      `version: 1`,
		"no version":   `{"models":[]}`,
		"no name":      `{"version":"1","models":[{"input":5}]}`,
		"half a price": `{"version":"1","models":[{"model":"m","input":5}]}`,
		"negative":     `{"version":"1","models":[{"model":"m","input":-5,"output":1}]}`,
		"a fraction":   `{"version":"1","models":[{"model":"m","input":0.5,"output":1}]}`,
		"misspelt":     `{"version":"1","models":[{"model":"m","input":1,"output":1,"form":"2026-02-03"}]}`,
		"two at once":  `{"version":"1","models":[{"model":"m","input":1,"output":1},{"model":"m","input":2,"output":1}]}`,
		"no such day":  `{"version":"1","models":[{"model":"m","input":1,"output":1,"from":"2026-02-30"}]}`,
	} {
		if _, err := projectr.ReadPrices(strings.NewReader(s)); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
