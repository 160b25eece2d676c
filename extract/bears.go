package extract

import (
	"slices"
	"time"

	"projectr"
)

// bears reports whether the words of a fact, in the mail that holds them, can name its
// day and its sum. Check does without the mail: to it "tomorrow" can be any day and any
// figure a sum, as it can when a person says so. What was read is held to what the
// grammars make of its words.
func (r *reading) bears(p *passage, f projectr.Fact) bool {
	from, to := r.at.bytes(f.Start), r.at.bytes(f.End)
	toks := tokenise(f.Quote, 0, len(f.Quote))
	return (f.Amount == nil || p.namesSum(toks, from, to, *f.Amount)) && (f.Deadline == nil || p.namesDay(toks, from, to, *f.Deadline))
}

// passageOf returns the passage a fact stands in.
func (r *reading) passageOf(passages []passage, f projectr.Fact) *passage {
	from := r.at.bytes(f.Start)
	for i := range passages {
		if slices.ContainsFunc(passages[i].ranges, func(b [2]int) bool { return b[0] <= from && from < b[1] }) {
			return &passages[i]
		}
	}
	return &passages[0]
}

// namesSum reports whether an amount is among the sums of a quote. A figure that is none
// - of a room, a street, a job - is no proof of one.
func (p *passage) namesSum(toks []token, from, to int, a projectr.Amount) bool {
	is := func(m money) bool {
		return (m.amount.Minor == a.Minor || m.amount.Minor == -a.Minor || m.unsure && m.or == a.Minor) && (m.bare || m.amount.Currency == a.Currency)
	}
	if slices.ContainsFunc(findMoney(toks), is) {
		return true
	}
	for i := range p.sentences { // the cells of a table
		s := &p.sentences[i]
		if len(s.cells) > 0 && s.start < to && from < s.end && slices.ContainsFunc(s.money(), func(m money) bool {
			return is(m) && from <= s.toks[m.from].start && s.toks[m.to-1].end <= to
		}) {
			return true
		}
	}
	return false
}

// namesDay reports whether a day is among those that a quote can name, reckoned from the
// date of its mail.
func (p *passage) namesDay(toks []token, from, to int, deadline string) bool {
	want, err := time.Parse(time.DateOnly, deadline)
	if err != nil {
		return false
	}
	c := p.calendar
	for _, w := range c.find(toks) {
		if w.open || w.prep == after {
			continue
		}
		_, day, ok := c.deadline([]when{w})
		back, ahead := beforehand(toks, w.from)
		if ok && day.Equal(want) || w.last.Equal(want) || w.or.Equal(want) || ahead && back.from(w.day, -1).Equal(want) {
			return true
		}
	}
	due := func(s *sentence) bool {
		_, day, ok := p.ownDue(s)
		return ok && day.Equal(want)
	}
	if due(&sentence{toks: toks}) {
		return true
	}
	for i := range p.sentences {
		if s := &p.sentences[i]; from <= s.start && s.end <= to && due(s) {
			return true
		}
	}
	if then(toks) < 0 {
		return false
	}
	back, ahead := beforeThat(toks)
	for i := range p.sentences { // a day named before
		s := &p.sentences[i]
		if s.start < to && slices.ContainsFunc(s.dates(p), func(w when) bool {
			return w.last.Equal(want) || ahead && back.from(w.day, -1).Equal(want)
		}) {
			return true
		}
	}
	return false
}
