package extract

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"projectr"
)

// Confidence of what a model says. It is not the model's own: code gives it by what
// speaks for the fact.
const (
	sureOfBoth  = 0.92 // the rules found the same
	sureOfModel = 0.8  // the quote stands, with its values
	unsureDay   = 0.75 // the words allow another day too
	unsureValue = 0.5  // the quote stands, a value does not stand in it
)

// grounded turns what a model claims of one part into facts. A claim whose quote does
// not stand in what the model was shown is refused. Dates, sums and people are made
// by code out of words, by the same grammars and the same directory as the rules use.
func (r *reading) grounded(passages []passage, p part, claims []claim, by string, rules []projectr.Fact) (facts []projectr.Fact, refused int) {
	seen := r.vocabulary(passages, p.blocks)
	near := 0
	for _, c := range claims {
		where, ok := findQuote(r.text, p.blocks, c.Quote, near)
		if !ok {
			refused++
			continue
		}
		near = where.from
		if where.from < p.floor {
			continue // the part before says it
		}
		if f, ok := r.fact(passages, p, c, r.whole(passages, p, where), seen); ok {
			f.By = by
			if f.Confidence >= sureOfModel && agreed(f, rules) {
				f.Confidence = sureOfBoth
			}
			facts = append(facts, f)
		} else {
			refused++
		}
	}
	r.explain(facts)
	return facts, refused
}

// whole widens a place to the sentences it lies in, within what the model was shown:
// a fact's evidence is a sentence, not a scrap of one.
func (r *reading) whole(passages []passage, p part, at block) block {
	within := at
	for _, b := range joined(p.blocks) {
		if b.passage == at.passage && b.from <= at.from && at.to <= b.to {
			within = b
		}
	}
	wide := at
	for _, s := range passages[at.passage].sentences {
		if s.start < at.to && at.from < s.end {
			wide.from, wide.to = min(wide.from, s.start), max(wide.to, s.end)
		}
	}
	wide.from, wide.to = max(wide.from, within.from), min(wide.to, within.to)
	if utf8.RuneCountInString(r.text[wide.from:wide.to]) > maxQuote {
		wide = at
	}
	q := r.text[wide.from:wide.to]
	wide.from += len(q) - len(strings.TrimLeftFunc(q, unicode.IsSpace))
	wide.to -= len(q) - len(strings.TrimRightFunc(q, unicode.IsSpace))
	return wide
}

// fact makes a fact of a claim whose quote stands at a place.
func (r *reading) fact(passages []passage, pt part, c claim, at block, seen map[string]bool) (projectr.Fact, bool) {
	p := &passages[at.passage]
	quote := r.text[at.from:at.to]
	toks := tokenise(quote, 0, len(quote))
	f := projectr.Fact{
		Kind: projectr.FactKind(c.Kind), Quote: quote, Start: r.at.runes(at.from), Priority: "normal", Affects: []string{}, Confidence: sureOfModel,
	}
	f.End = f.Start + utf8.RuneCountInString(quote)
	if f.Text = worded(c.Text, quote, seen, r.vocabulary(passages, around(pt.blocks, at))); f.Text == "" {
		f.Text = clean(quote, toks)
	}
	if f.Text == "" {
		return f, false
	}
	switch f.Kind {
	case projectr.ActionItem:
		f.Owner = r.whoIs(p, c.Owner, seen)
		f.Priority = c.Priority
		day, unsure := p.calendar.byWords(c.Date, quote, toks)
		if !day.IsZero() {
			f.Deadline = date(day)
			if unsure {
				f.Confidence = unsureDay
			}
		}
	case projectr.BudgetMention:
		f.Amount = amountByWords(c.Amount, toks)
		if f.Amount != nil && slices.ContainsFunc(findMoney(toks), func(m money) bool { return m.unsure && m.sum() == *f.Amount }) {
			f.Confidence = min(f.Confidence, unsureSum)
		}
	case projectr.Decision:
		f.MadeBy = r.whoIs(p, c.MadeBy, seen)
	}
	if f = Check(r.text, f); f.Proof == projectr.Verified && !r.bears(p, f) {
		f.Proof = projectr.ValueMissing
	}
	if f.Proof != projectr.Verified {
		f.Confidence = min(f.Confidence, unsureValue)
	}
	return f, f.Validate() == nil && f.Stands(r.text)
}

// byWords reckons the day that words name. Where they stand in the quote, what ties
// them to it counts too ("before Friday"). Whether the quote itself names that day is
// another question.
func (c calendar) byWords(words, quote string, toks []token) (day time.Time, unsure bool) {
	words = oneLine(words, 100)
	if words == "" {
		return time.Time{}, false
	}
	from, to := placeOf(words, quote)
	named := slices.DeleteFunc(c.find(toks), func(w when) bool {
		return w.from >= w.to || w.to > len(toks) || toks[w.to-1].end <= from || toks[w.from].start >= to
	})
	w, day, ok := c.deadline(named)
	if !ok {
		if w, day, ok = c.deadline(c.find(tokenise(words, 0, len(words)))); !ok {
			return time.Time{}, false
		}
	}
	if years := day.Year() - c.today.Year(); years < -1 || years > 10 {
		return time.Time{}, false
	}
	return day, w.unsure
}

// placeOf finds words in a quote, in the normal form of quotes and whatever the case;
// the place is empty when they do not stand there.
func placeOf(words, quote string) (from, to int) {
	want, _ := normal(lower(words))
	have, at := normal(lowerSame(quote))
	i := strings.Index(have, want)
	if i < 0 || want == "" {
		return 0, 0
	}
	last := at[i+len(want)-1]
	_, n := utf8.DecodeRuneInString(quote[last:])
	return at[i], last + n
}

// lowerSame is s in lower case where that takes as many bytes, so that offsets hold.
func lowerSame(s string) string {
	return strings.Map(func(r rune) rune {
		if l := unicode.ToLower(r); utf8.RuneLen(l) == utf8.RuneLen(r) {
			return l
		}
		return r
	}, s)
}

// amountByWords reads the sum that words name. Where the quote holds the same figure,
// it is taken as it stands there, with its sign and currency; where no words are given
// and the quote holds one sum, that one.
func amountByWords(words string, quote []token) *projectr.Amount {
	there := findMoney(quote)
	words = oneLine(words, 60)
	if words == "" {
		if len(there) == 1 {
			a := there[0].sum()
			return &a
		}
		return nil
	}
	toks := tokenise(words, 0, len(words))
	said := findMoney(toks)
	if len(said) == 0 {
		for i := range toks {
			v, next, ok := plainNumber(toks, i)
			if !ok {
				continue
			}
			if n, blanks := spacedNumber(toks, i); blanks {
				v, next = n.v, n.to
			}
			mult, _, _ := multiplierAt(toks, next, true)
			currency := "USD"
			if len(there) > 0 {
				currency = there[0].amount.Currency
			}
			if minor, ok := minorUnits(v, mult, currency); ok {
				said = append(said, money{amount: projectr.Amount{Minor: minor, Currency: currency}, bare: true})
			}
			break
		}
	}
	if len(said) == 0 {
		return nil
	}
	for _, m := range there {
		same := m.amount.Minor == said[0].amount.Minor || m.amount.Minor == -said[0].amount.Minor
		if same && (said[0].bare || m.bare || m.amount.Currency == said[0].amount.Currency) {
			a := m.sum()
			return &a
		}
	}
	a := said[0].sum()
	return &a
}

// whoIs says who is meant by words of the mail. Somebody the mail does not know is
// nobody: then it is left open.
func (r *reading) whoIs(p *passage, words string, seen map[string]bool) *string {
	words = strings.Trim(oneLine(words, 100), " .,:;\"'")
	switch lower(words) {
	case "":
		return nil
	case "i", "me", "we", "us", "my", "our", "myself", "ourselves", "i'll", "we'll":
		return r.ownerOf(p.author)
	case "you", "your", "yourself", "u":
		you := p.addressee
		return &you
	case "all", "everyone", "everybody", "team", "all recipients", "you all", "both of you":
		all := "all recipients"
		return &all
	}
	name, sureOf, known := r.who.resolve(words, p.near)
	if name == "" || !projectr.IsLine(name, 200) {
		return nil
	}
	if known && sureOf && len(nameWords(words)) > 0 {
		return &name
	}
	for _, w := range nameWords(words) {
		if !seen[stem(w)] {
			return nil
		}
	}
	if len(nameWords(words)) == 0 || len(strings.Fields(name)) > 6 {
		return nil
	}
	return &name
}

// around returns what of the blocks is within some lines of a place.
func around(blocks []block, at block) []block {
	const some = 600 // bytes; not of characters, as only whole words count
	var out []block
	for _, b := range joined(blocks) {
		b.from, b.to = max(b.from, at.from-some), min(b.to, at.to+some)
		if b.from < b.to && b.passage == at.passage {
			out = append(out, b)
		}
	}
	return out
}

// vocabulary is every word of the blocks, of the names above them and of the subject,
// by its stem.
func (r *reading) vocabulary(passages []passage, blocks []block) map[string]bool {
	out := map[string]bool{}
	add := func(s string) {
		for _, t := range tokenise(s, 0, len(s)) {
			if t.kind == word {
				out[stem(t.low)] = true
			}
		}
	}
	for _, b := range blocks {
		add(r.text[b.from:b.to])
		for _, who := range append([]person{passages[b.passage].author}, passages[b.passage].near...) {
			add(who.name)
		}
	}
	add(r.m.Subject)
	return out
}

// stem is the beginning of a word, by which "sends" and "sending" are the same.
func stem(w string) string {
	if n := len(w); n > 5 {
		w = w[:5]
		for !utf8.ValidString(w) {
			w = w[:len(w)-1]
		}
	}
	return w
}

// worded returns a model's line where it keeps to what the mail says, else nothing:
// links, addresses and markup must stand in the quote, names in what was shown, and at
// least half of its longer words near the quote.
func worded(text, quote string, seen, near map[string]bool) string {
	text = oneLine(text, 300)
	for f := range strings.FieldsSeq(text) {
		if strings.ContainsAny(f, "@<>{}[]`|\\") || strings.Contains(f, "://") || strings.HasPrefix(lower(f), "www.") {
			if !strings.Contains(quote, f) {
				return ""
			}
		}
	}
	known, long := 0, 0
	for i, t := range tokenise(text, 0, len(text)) {
		if t.kind != word {
			continue
		}
		if t.cap && i > 0 && !seen[stem(t.low)] {
			return ""
		}
		if len(t.low) >= 4 {
			long++
			if near[stem(t.low)] {
				known++
			}
		}
	}
	if 2*known < long {
		return ""
	}
	return line1(text)
}

// agreed reports whether the rules found a fact of the same kind at the same place.
func agreed(f projectr.Fact, rules []projectr.Fact) bool {
	return slices.ContainsFunc(rules, func(g projectr.Fact) bool {
		return g.Kind == f.Kind && g.Start < f.End && f.Start < g.End && sameAmount(g.Amount, f.Amount)
	})
}

// merged puts the facts of all parts into the order of the text, each once.
func merged(all []projectr.Fact) []projectr.Fact {
	slices.SortStableFunc(all, func(a, b projectr.Fact) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return slices.Index(projectr.FactKinds, a.Kind) - slices.Index(projectr.FactKinds, b.Kind)
	})
	out := []projectr.Fact{}
	for _, f := range all {
		if len(out) == maxFacts {
			break
		}
		if !slices.ContainsFunc(out, func(g projectr.Fact) bool { return sameClaim(f, g) }) {
			out = append(out, f)
		}
	}
	return out
}

// sameClaim reports whether two facts say one thing: of one kind, by one sentence, of
// one sum; and of things to do in one sentence, in the same words.
func sameClaim(f, g projectr.Fact) bool {
	if f.Kind != g.Kind || !sameAmount(f.Amount, g.Amount) || f.Start >= g.End || g.Start >= f.End {
		return false
	}
	if f.Kind != projectr.ActionItem {
		return true
	}
	a, b := lower(f.Text), lower(g.Text)
	return strings.Contains(a, b) || strings.Contains(b, a)
}
