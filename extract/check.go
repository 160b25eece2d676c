package extract

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"projectr"
)

// Check sets f.Proof by looking at text, and nothing else does (invariant
// I-27). The quote must stand in text at its offsets; where it does not, it is
// looked for once more with every run of white space taken as one blank, and the
// place nearest to the offsets is taken with the text's own words. Then the
// values of f must stand in the quote: its amount, a date that can be its
// deadline, and every figure of its Text.
//
// Whoever made f, the result is safe to keep: a quote that cannot be found leaves
// Unverified, a value that cannot be found leaves ValueMissing.
func Check(text string, f projectr.Fact) projectr.Fact {
	if !f.Stands(text) && !relocate(text, &f) {
		f.Proof = projectr.Unverified
		return f
	}
	f.Proof = projectr.Verified
	if !valuesStand(f) {
		f.Proof = projectr.ValueMissing
	}
	return f
}

// relocate finds f.Quote in text up to white space, and sets the offsets and the
// quote to what stands there.
func relocate(text string, f *projectr.Fact) bool {
	want := strings.Join(strings.Fields(f.Quote), " ")
	if want == "" {
		return false
	}
	squeezed, at := squeeze(text)
	best, bestEnd, distance := -1, 0, 0
	for from := 0; ; {
		i := strings.Index(squeezed[from:], want)
		if i < 0 {
			break
		}
		i += from
		start, end := at[i], at[i+len(want)-1]+1
		runes := utf8.RuneCountInString(text[:start])
		d := runes - f.Start
		if d < 0 {
			d = -d
		}
		if best < 0 || d < distance {
			best, bestEnd, distance = start, end, d
		}
		if d > distance {
			break // places only get farther from here on
		}
		from = i + 1
	}
	if best < 0 {
		return false
	}
	f.Quote = text[best:bestEnd]
	f.Start = utf8.RuneCountInString(text[:best])
	f.End = f.Start + utf8.RuneCountInString(f.Quote)
	return f.Stands(text)
}

// squeeze returns text with each run of white space as one blank, and for each
// byte where it stood.
func squeeze(text string) (string, []int) {
	var b strings.Builder
	b.Grow(len(text))
	at := make([]int, 0, len(text))
	gap := false
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			if !gap {
				b.WriteByte(' ')
				at = append(at, i)
			}
			gap = true
			i += n
			continue
		}
		gap = false
		b.WriteString(text[i : i+n])
		for k := range n {
			at = append(at, i+k)
		}
		i += n
	}
	return b.String(), at
}

// valuesStand reports whether the amount, the deadline and the figures of f
// stand in its quote.
func valuesStand(f projectr.Fact) bool {
	toks := tokenise(f.Quote, 0, len(f.Quote))
	if f.Amount != nil && !amountStands(toks, *f.Amount) {
		return false
	}
	if f.Deadline != nil && !deadlineStands(toks, *f.Deadline) {
		return false
	}
	return figuresStand(f.Text, toks)
}

func amountStands(toks []token, a projectr.Amount) bool {
	same := func(minor int64) bool { return minor == a.Minor || minor == -a.Minor }
	written := make([]bool, len(toks)) // tokens of an amount with its currency
	for _, m := range findMoney(toks) {
		if (same(m.amount.Minor) || m.unsure && same(m.or)) && (m.bare || m.amount.Currency == a.Currency) {
			return true
		}
		for i := m.from; i < m.to && !m.bare; i++ {
			written[i] = true
		}
	}
	// Where no currency is written the figure alone must agree.
	for i := range toks {
		if v, next, ok := plainNumber(toks, i); ok && !written[i] && a.Minor != 0 {
			if n, blanks := spacedNumber(toks, i); blanks && (n.mark == "," || n.groups > 1) { // 12 450,00
				v, next = n.v, n.to
				for k := i; k < next; k++ {
					written[k] = true
				}
			}
			mult, _, _ := multiplierAt(toks, next, true)
			if minor, ok := minorUnits(v, mult, a.Currency); ok && same(minor) {
				return true
			}
		}
	}
	return false
}

// deadlineStands reports whether words of the quote can name the deadline. The
// date of the mail is not needed: words that hang on it ("tomorrow") can be any
// day, a weekday or a day of the month must be that day or the one after it
// ("before Friday").
func deadlineStands(toks []token, deadline string) bool {
	day, err := time.Parse(time.DateOnly, deadline)
	if err != nil {
		return false
	}
	// From a day shortly before the deadline every form of date finds its year.
	for _, back := range []int{3, 10, 40} {
		for _, dayFirst := range []bool{false, true} {
			c := calendar{today: day.AddDate(0, 0, -back), dayFirst: dayFirst, sure: true}
			for _, w := range c.find(toks) {
				if w.relative && !explicitDay(toks[w.from:w.to]) {
					return true
				}
				for d := w.day; !d.After(w.last) && d.Sub(w.day) < 400*24*time.Hour; d = d.AddDate(0, 0, 1) {
					if d.Equal(day) || d.AddDate(0, 0, -1).Equal(day) {
						return true
					}
				}
			}
		}
	}
	return then(toks) >= 0
}

// explicitDay reports whether the words of a date name a weekday, so that not
// every day can be meant.
func explicitDay(toks []token) bool {
	for _, t := range toks {
		if _, ok := weekdays[t.low]; ok {
			return true
		}
	}
	return false
}

// then returns the token of a "then" that stands for a date named before, or -1.
func then(toks []token) int {
	for i := range toks {
		if is(toks, i, "then") && is(toks, i-1, "by", "before", "until") {
			return i
		}
	}
	return -1
}

// figuresStand reports whether every run of digits of s is one of the quote.
func figuresStand(s string, quote []token) bool {
	for _, t := range tokenise(s, 0, len(s)) {
		if t.kind != digits {
			continue
		}
		found := false
		for _, q := range quote {
			found = found || q.kind == digits && q.low == t.low
		}
		if !found {
			return false
		}
	}
	return true
}
