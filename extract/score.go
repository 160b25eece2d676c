package extract

import (
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"projectr"
)

// Gold is what people found in one mail: the layout of gold/ID.json of
// construction-gold, and of a row of enron-gold.
type Gold struct {
	ID               string     `json:"id"`
	File             string     `json:"file"`
	ProjectKeys      []string   `json:"project_keys"`
	Decisions        []GoldItem `json:"decisions"`
	ActionItems      []GoldItem `json:"action_items"`
	ScopeChanges     []GoldItem `json:"scope_changes"`
	BudgetMentions   []GoldItem `json:"budget_mentions"`
	TimelineChanges  []GoldItem `json:"timeline_changes"`
	Risks            []GoldItem `json:"risks"`
	KeyPoints        []GoldItem `json:"key_points"`
	People           []string   `json:"people"`
	RequiresResponse bool       `json:"requires_response"`
	MustNotExtract   []string   `json:"must_not_extract"`
	Negative         bool       `json:"negative"` // nothing at all may be found
	questions        []string   // sentences that want an answer, where each is labelled
}

// GoldItem is one thing to find.
type GoldItem struct {
	Text         string      `json:"text"`
	Task         string      `json:"task"`
	What         string      `json:"what"`
	Evidence     string      `json:"evidence"`
	Owner        *string     `json:"owner"`
	OwnerAlt     []string    `json:"owner_alt"`
	Deadline     *string     `json:"deadline"`
	DeadlineAlt  []*string   `json:"deadline_alt"`
	Amount       json.Number `json:"amount"` // in whole units of the currency
	Currency     string      `json:"currency"`
	Hypothetical bool        `json:"hypothetical"` // may be left out without loss
}

// minor is the item's amount in hundredths without its sign; 0 when it has none.
func (it GoldItem) minor() int64 {
	r, ok := new(big.Rat).SetString(it.Amount.String())
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(r.Mul(r.Abs(r), big.NewRat(100, 1)).FloatString(0), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// ReadGold reads the gold of one mail.
func ReadGold(r io.Reader) (Gold, error) {
	var g Gold
	if err := json.NewDecoder(r).Decode(&g); err != nil {
		return Gold{}, &projectr.Error{Kind: projectr.Invalid, Message: "The gold file is not JSON of the layout of construction-gold.", Err: err}
	}
	return g, nil
}

// items returns the list of one kind.
func (g *Gold) items(k projectr.FactKind) []GoldItem {
	switch k {
	case projectr.Decision:
		return g.Decisions
	case projectr.ActionItem:
		return g.ActionItems
	case projectr.ScopeChange:
		return g.ScopeChanges
	case projectr.BudgetMention:
		return g.BudgetMentions
	case projectr.TimelineChange:
		return g.TimelineChanges
	case projectr.Risk:
		return g.Risks
	}
	return g.KeyPoints
}

// Count is hits against what was found and what was to be found.
type Count struct {
	Hits, Found, Wanted int
}

// Precision, Recall and F1 are 1 when there was nothing to get wrong.
func (c Count) Precision() float64 { return share(c.Hits, c.Found) }

// Recall is the share of what was wanted that was found.
func (c Count) Recall() float64 { return share(c.Hits, c.Wanted) }

// F1 is the harmonic mean of precision and recall.
func (c Count) F1() float64 { return share(2*c.Hits, c.Found+c.Wanted) }

func share(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// Score adds up how well extraction does on mails with gold, as the README of
// construction-gold says. The zero Score is ready to use.
type Score struct {
	Kinds     map[projectr.FactKind]Count
	Owners    Count // of matched action items with a gold owner
	Deadlines Count // of matched action items, none being an answer too
	Amounts   Count // by absolute value, each of a mail once
	Projects  Count // mails filed on a project against mails of a known one
	Response  Count // mails whose requires_response is right
	Negatives int   // items found in mails that must give none
	Forbidden int   // facts from words of must_not_extract
	Unproven  int   // facts whose quote does not stand in the mail
	// What was not right, in words, for who wants to make it better.
	Missed, False, Wrong []string
}

// Add compares one reading with its gold. text is the mail's decoded text; key is
// the project the mail was filed on, nil for none.
func (s *Score) Add(g Gold, text string, r Result, key *string) {
	if s.Kinds == nil {
		s.Kinds = map[projectr.FactKind]Count{}
	}
	flat, _ := squeeze(text)
	for _, f := range r.Facts {
		if !f.Stands(text) {
			s.Unproven++
		}
		for _, no := range g.MustNotExtract {
			if strings.Contains(flatten(f.Quote), flatten(no)) || strings.Contains(flatten(no), flatten(f.Quote)) {
				s.Forbidden++
				s.False = append(s.False, fmt.Sprintf("%s not to be extracted: %s", g.name(), flatten(f.Quote)))
			}
		}
	}
	if g.Negative {
		s.Negatives += len(r.Facts)
		for _, f := range r.Facts {
			s.False = append(s.False, fmt.Sprintf("%s %s: %s", g.name(), f.Kind, f.Text))
		}
	}
	for _, k := range projectr.FactKinds {
		s.kind(g, k, flat, r.Facts)
	}
	s.amounts(g, r.Facts)
	s.Response.Found++
	s.Response.Wanted++
	if r.RequiresResponse == g.RequiresResponse {
		s.Response.Hits++
	} else {
		s.Wrong = append(s.Wrong, fmt.Sprintf("%s requires_response: %t", g.name(), r.RequiresResponse))
	}
	if len(g.ProjectKeys) == 1 {
		s.Projects.Wanted++
	}
	if key != nil {
		s.Projects.Found++
		if slices.Contains(g.ProjectKeys, *key) {
			s.Projects.Hits++
		}
	}
}

func (g *Gold) name() string {
	if g.ID != "" {
		return g.ID
	}
	return g.File
}

func flatten(s string) string { return strings.Join(strings.Fields(s), " ") }

// kind matches the facts of one kind with the items of gold, one to one, the
// best pairs first.
func (s *Score) kind(g Gold, k projectr.FactKind, flat string, facts []projectr.Fact) {
	items := g.items(k)
	type pair struct {
		fact, item int
		score      float64
	}
	var pairs []pair
	var of []int
	for i, f := range facts {
		if f.Kind != k {
			continue
		}
		of = append(of, i)
		for j, it := range items {
			if v := alike(flat, f, it); v > 0 {
				pairs = append(pairs, pair{i, j, v})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	usedFact, usedItem := map[int]bool{}, map[int]bool{}
	c := s.Kinds[k]
	for _, p := range pairs {
		if usedFact[p.fact] || usedItem[p.item] {
			continue
		}
		usedFact[p.fact], usedItem[p.item] = true, true
		c.Hits++
		if k == projectr.ActionItem {
			s.action(g, facts[p.fact], items[p.item])
		}
	}
	c.Found += len(of)
	for j, it := range items {
		if !usedItem[j] {
			if it.Hypothetical {
				continue
			}
			s.Missed = append(s.Missed, fmt.Sprintf("%s %s: %s", g.name(), k, flatten(it.Evidence)))
		}
		c.Wanted++
	}
	for _, i := range of {
		if !usedFact[i] && !g.Negative {
			s.False = append(s.False, fmt.Sprintf("%s %s: %s [%s]", g.name(), k, facts[i].Text, flatten(facts[i].Quote)))
		}
	}
	s.Kinds[k] = c
}

// alike says how well a fact fits an item: 0 when neither the source sentence
// overlaps the evidence nor the words agree by half.
func alike(flat string, f projectr.Fact, it GoldItem) float64 {
	quote, evidence := flatten(f.Quote), flatten(it.Evidence)
	words := max(tokenF1(f.Text, it.Task), tokenF1(f.Text, it.Text), tokenF1(f.Text, it.What))
	if f.Amount != nil && it.minor() != 0 && max(f.Amount.Minor, -f.Amount.Minor) == it.minor() {
		words++
	}
	if overlap(flat, quote, evidence) {
		return 1 + words
	}
	if words >= 0.5 {
		return words
	}
	return 0
}

// overlap reports whether two stretches of the text share words.
func overlap(flat, a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	if strings.Contains(a, b) || strings.Contains(b, a) {
		return true
	}
	i, j := strings.Index(flat, a), strings.Index(flat, b)
	return i >= 0 && j >= 0 && i < j+len(b) && j < i+len(a)
}

// tokenF1 compares two lines word by word.
func tokenF1(a, b string) float64 {
	x, y := strings.FieldsFunc(lower(a), notWord), strings.FieldsFunc(lower(b), notWord)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	left := map[string]int{}
	for _, w := range y {
		left[w]++
	}
	same := 0
	for _, w := range x {
		if left[w] > 0 {
			left[w]--
			same++
		}
	}
	return 2 * float64(same) / float64(len(x)+len(y))
}

func notWord(r rune) bool { return !isLetter(r) && !isDigit(r) && r != '\'' }

// action scores owner and deadline of a matched action item.
func (s *Score) action(g Gold, f projectr.Fact, it GoldItem) {
	if it.Owner != nil {
		s.Owners.Found++
		s.Owners.Wanted++
		if f.Owner != nil && (sameOwner(*f.Owner, *it.Owner) || slices.ContainsFunc(it.OwnerAlt, func(o string) bool { return sameOwner(*f.Owner, o) })) {
			s.Owners.Hits++
		} else {
			s.Wrong = append(s.Wrong, fmt.Sprintf("%s owner: %s, not %s: %s", g.name(), said(f.Owner), *it.Owner, f.Text))
		}
	}
	s.Deadlines.Found++
	s.Deadlines.Wanted++
	if sameDay(f.Deadline, it.Deadline) || slices.ContainsFunc(it.DeadlineAlt, func(d *string) bool { return sameDay(f.Deadline, d) }) {
		s.Deadlines.Hits++
	} else {
		s.Wrong = append(s.Wrong, fmt.Sprintf("%s deadline: %s, not %s: %s", g.name(), said(f.Deadline), said(it.Deadline), f.Text))
	}
}

func said(s *string) string {
	if s == nil {
		return "none"
	}
	return *s
}

func sameDay(a, b *string) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// sameOwner compares names word by word; a part of a name will do, and all words
// for everybody are one.
func sameOwner(a, b string) bool {
	everybody := func(s string) bool {
		switch s {
		case "all", "all recipients", "everyone", "everybody", "bidders", "team", "recipients":
			return true
		}
		return false
	}
	a, b = lower(strings.TrimSpace(a)), lower(strings.TrimSpace(b))
	if a == b || everybody(a) && everybody(b) {
		return true
	}
	x, y := strings.FieldsFunc(a, notWord), strings.FieldsFunc(b, notWord)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return false
	}
	for _, w := range x {
		if !slices.Contains(y, w) {
			return false
		}
	}
	return true
}

// amounts compares the distinct absolute amounts of a mail.
func (s *Score) amounts(g Gold, facts []projectr.Fact) {
	want, optional := map[int64]bool{}, map[int64]bool{}
	for _, it := range g.BudgetMentions {
		v := it.minor()
		if it.Hypothetical {
			optional[v] = true
		} else {
			want[v] = true
		}
	}
	found := map[int64]bool{}
	for _, f := range facts {
		if f.Amount == nil || f.Kind != projectr.BudgetMention {
			continue
		}
		v := max(f.Amount.Minor, -f.Amount.Minor)
		if !optional[v] {
			found[v] = true
		}
	}
	for v := range found {
		if want[v] {
			s.Amounts.Hits++
		}
	}
	s.Amounts.Found += len(found)
	s.Amounts.Wanted += len(want)
}

// String writes the score as a table for people.
func (s *Score) String() string {
	var b strings.Builder
	row := func(name string, c Count) {
		fmt.Fprintf(&b, "%-18s%s P %.2f  R %.2f  F1 %.2f  (%d hits, %d found, %d wanted)\n", name, strings.Repeat(" ", max(0, 18-utf8.RuneCountInString(name)-18)), c.Precision(), c.Recall(), c.F1(), c.Hits, c.Found, c.Wanted)
	}
	for _, k := range projectr.FactKinds {
		row(string(k), s.Kinds[k])
	}
	row("amounts", s.Amounts)
	row("projects", s.Projects)
	rate := func(name string, c Count) {
		fmt.Fprintf(&b, "%-18s %.2f  (%d of %d)\n", name, c.Recall(), c.Hits, c.Wanted)
	}
	rate("owner", s.Owners)
	rate("deadline", s.Deadlines)
	rate("requires_response", s.Response)
	fmt.Fprintf(&b, "%-18s %d\n%-18s %d\n%-18s %d\n", "on negatives", s.Negatives, "must_not_extract", s.Forbidden, "unproven", s.Unproven)
	return b.String()
}
