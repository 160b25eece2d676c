package projectr

import (
	"bytes"
	_ "embed" // the list of prices
	"encoding/json"
	"fmt"
	"io"
	"math/bits"
	"time"
)

// Price is what a model costs, in micro-USD for a million tokens of each class.
type Price struct {
	Model   string // as the provider names it, without the date of a snapshot
	From    string // the first day it holds, YYYY-MM-DD; empty: for as long as is known
	Input   int64  // of input that is new to the provider
	Cached  int64  // of input the provider had kept from an earlier call
	Written int64  // of input the provider keeps for later calls
	Output  int64  // of output, what was thought and not said included
	UpTo    int    // input tokens of one call up to which it holds; 0: any number
}

// Cost returns what a call cost in micro-USD, rounded up. known is false where the
// price does not say: for more input than it holds for, and for counts that cannot
// be.
func (p Price) Cost(t Tokens) (micro int64, known bool) {
	fresh := t.Input - t.Cached - t.Written
	if t.Cached < 0 || t.Written < 0 || t.Reasoning < 0 || fresh < 0 || t.Output < t.Reasoning || p.UpTo > 0 && t.Input > p.UpTo {
		return 0, false
	}
	var hi, lo uint64
	for _, part := range []struct {
		tokens int
		price  int64
	}{{fresh, p.Input}, {t.Cached, p.Cached}, {t.Written, p.Written}, {t.Output, p.Output}} {
		if part.price < 0 {
			return 0, false
		}
		h, l := bits.Mul64(uint64(part.tokens), uint64(part.price))
		var carry uint64
		lo, carry = bits.Add64(lo, l, 0)
		hi, _ = bits.Add64(hi, h, carry)
	}
	const million = 1_000_000
	if hi >= million/4 {
		return 0, false
	}
	whole, rest := bits.Div64(hi, lo, million)
	if rest > 0 {
		whole++
	}
	if whole > 1<<62 {
		return 0, false
	}
	return int64(whole), true
}

// Prices is a list of prices.
type Prices struct {
	Version string // told with what was reckoned by it
	Models  []Price
	// Free says that every model is free of charge. Only the operator can know that,
	// of a server of their own.
	Free bool
}

//go:embed prices.json
var listPrices []byte

// ListPrices are OpenAI's list prices, as far as they are known: prices.json says
// where and when each was seen.
func ListPrices() Prices {
	p, err := ReadPrices(bytes.NewReader(listPrices))
	if err != nil {
		panic("prices.json: " + err.Error()) // a test reads it
	}
	return p
}

// FreePrices says that every model is free of charge.
func FreePrices() Prices { return Prices{Version: "free", Free: true} }

// ReadPrices reads a list of prices in the layout of prices.json. Without a price of
// their own, input that is cached or written costs what input costs. An error is
// Invalid and says what is wrong.
func ReadPrices(r io.Reader) (Prices, error) {
	invalid := func(format string, args ...any) (Prices, error) {
		return Prices{}, &Error{Kind: Invalid, Message: "The list of prices is no use: " + fmt.Sprintf(format, args...) + "."}
	}
	var file struct {
		Version string            `json:"version"`
		Free    bool              `json:"free"`
		Models  []json.RawMessage `json:"models"`
	}
	if err := json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&file); err != nil {
		return Prices{}, &Error{Kind: Invalid, Message: "The list of prices is not JSON of the layout that docs/models.md shows.", Err: err}
	}
	if file.Version == "" {
		return invalid("it has no version")
	}
	p := Prices{Version: file.Version, Free: file.Free}
	type since struct{ model, from string }
	seen := map[since]bool{}
	for i, raw := range file.Models {
		var m struct {
			Model   string `json:"model"`
			From    string `json:"from"`
			Input   *int64 `json:"input"`
			Cached  *int64 `json:"cached"`
			Written *int64 `json:"written"`
			Output  *int64 `json:"output"`
			UpTo    int    `json:"up_to"`
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields() // a "from" that is misspelt would have a price hold for ever
		if d.Decode(&m) != nil {
			return invalid("entry %d is not of the layout that docs/models.md shows", i+1)
		}
		if m.Model == "" {
			return invalid("entry %d names no model", i+1)
		}
		if m.Input == nil || m.Output == nil {
			return invalid("%s has no price of input and of output", m.Model)
		}
		price := Price{Model: m.Model, From: m.From, Input: *m.Input, Cached: *m.Input, Written: *m.Input, Output: *m.Output, UpTo: m.UpTo}
		if m.Cached != nil {
			price.Cached = *m.Cached
		}
		if m.Written != nil {
			price.Written = *m.Written
		}
		for _, n := range []int64{price.Input, price.Cached, price.Written, price.Output, int64(price.UpTo)} {
			if n < 0 || n > 1e15 {
				return invalid("%s has a price that cannot be", m.Model)
			}
		}
		if _, err := time.Parse(time.DateOnly, m.From); m.From != "" && err != nil {
			return invalid("%s begins on %q, which is no day such as 2026-11-26", m.Model, m.From)
		}
		if seen[since{m.Model, m.From}] {
			return invalid("%s has two prices from the same day on", m.Model)
		}
		seen[since{m.Model, m.From}] = true
		p.Models = append(p.Models, price)
	}
	return p, nil
}

// Of returns the price of a model on a day. A snapshot (gpt-5-mini-2025-08-07) has
// the price of its model unless it has one of its own. What is not listed has no
// price: it is not known, which is not the same as nothing.
func (p Prices) Of(model string, at time.Time) (Price, bool) {
	if p.Free {
		return Price{Model: model}, true
	}
	day := at.UTC().Format(time.DateOnly)
	for _, name := range []string{model, undated(model)} {
		best, found := Price{}, false
		for _, m := range p.Models {
			if m.Model == name && m.From <= day && (!found || m.From > best.From) {
				best, found = m, true
			}
		}
		if found {
			return best, true
		}
	}
	return Price{}, false
}

// undated is the name of a model without the date of its snapshot.
func undated(model string) string {
	if n := len(model) - len("-2006-01-02"); n > 0 {
		if _, err := time.Parse("-2006-01-02", model[n:]); err == nil {
			return model[:n]
		}
	}
	return model
}

// Cost returns what a call of a model cost in micro-USD, or nil where that is not
// known.
func (p Prices) Cost(model string, at time.Time, t Tokens) *int64 {
	price, ok := p.Of(model, at)
	if !ok {
		return nil
	}
	micro, ok := price.Cost(t)
	if !ok {
		return nil
	}
	return &micro
}
