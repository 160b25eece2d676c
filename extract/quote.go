package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// findQuote finds where a model's quote stands in text, within one of the blocks: word
// for word, else in the one form that normal makes. Of several places the
// one nearest to near is taken, which is where the fact before it stood. The place is
// in bytes of text.
func findQuote(text string, blocks []block, quote string, near int) (where block, ok bool) {
	quote = strings.TrimSpace(quote)
	if !provesSomething(quote) {
		return block{}, false
	}
	best := -1
	take := func(passage, from, to int) {
		if !wholeWords(text, from, to) {
			return
		}
		d := from - near
		if d < 0 {
			d = -2 * d // facts come in the order of the text more often than not
		}
		if best < 0 || d < best {
			best, where = d, block{passage, from, to}
		}
	}
	for _, b := range joined(blocks) {
		each(text[b.from:b.to], quote, func(i int) { take(b.passage, b.from+i, b.from+i+len(quote)) })
	}
	if best >= 0 {
		return where, true
	}
	want, _ := normal(unquoted(quote))
	if !provesSomething(want) {
		return block{}, false
	}
	for _, b := range joined(blocks) {
		have, at := normal(text[b.from:b.to])
		each(have, want, func(i int) {
			last := i + len(want) - 1
			_, n := utf8.DecodeRuneInString(text[b.from+at[last]:])
			take(b.passage, b.from+at[i], b.from+at[last]+n)
		})
	}
	return where, best >= 0
}

// each calls found for the places of want in have, at most a thousand of them.
func each(have, want string, found func(int)) {
	for from, n := 0, 0; n < 1000; n++ {
		i := strings.Index(have[from:], want)
		if i < 0 {
			return
		}
		found(from + i)
		from += i + 1
	}
}

// joined joins blocks that touch.
func joined(blocks []block) []block {
	var out []block
	for _, b := range blocks {
		if n := len(out); n > 0 && out[n-1].to == b.from && out[n-1].passage == b.passage {
			out[n-1].to = b.to
			continue
		}
		out = append(out, b)
	}
	return out
}

// provesSomething reports whether a quote can be evidence: it has a word or a number,
// and is no longer than evidence is.
func provesSomething(q string) bool {
	signs := 0
	for _, r := range q {
		if isLetter(r) || unicode.IsDigit(r) {
			signs++
		}
	}
	return signs >= 2 && utf8.RuneCountInString(q) <= maxQuote
}

// wholeWords reports whether text[from:to] neither begins nor ends inside a word or a
// number: "1,200" is no quote of "$11,200", and "agree" none of "disagree".
func wholeWords(text string, from, to int) bool {
	inside := func(r rune) bool { return isLetter(r) || unicode.IsDigit(r) }
	first, _ := utf8.DecodeRuneInString(text[from:])
	before, n := utf8.DecodeLastRuneInString(text[:from])
	if inside(first) && from > 0 && inside(before) {
		return false
	}
	if unicode.IsDigit(first) && (before == '.' || before == ',') && from > n {
		if r, _ := utf8.DecodeLastRuneInString(text[:from-n]); unicode.IsDigit(r) {
			return false
		}
	}
	last, _ := utf8.DecodeLastRuneInString(text[:to])
	after, n := utf8.DecodeRuneInString(text[to:])
	if inside(last) && to < len(text) && inside(after) {
		return false
	}
	if unicode.IsDigit(last) && (after == '.' || after == ',') && to+n < len(text) {
		if r, _ := utf8.DecodeRuneInString(text[to+n:]); unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// normal makes the one normal form in which quotes are compared: each run of white space
// is one blank, quotation marks and apostrophes are straight, dashes are hyphens, an
// ellipsis is three dots, and characters without width are left out. For each byte of
// the form it says at which byte of s its character begins.
func normal(s string) (string, []int) {
	var b strings.Builder
	b.Grow(len(s))
	at := make([]int, 0, len(s))
	put := func(w string, i int) {
		b.WriteString(w)
		for range len(w) {
			at = append(at, i)
		}
	}
	gap := false
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case unseen(r):
		case unicode.IsSpace(r):
			if !gap {
				put(" ", i)
			}
		default:
			put(normalSign(r, s[i:i+n]), i)
		}
		if !unseen(r) {
			gap = unicode.IsSpace(r)
		}
		i += n
	}
	return b.String(), at
}

func normalSign(r rune, as string) string {
	switch r {
	case '‘', '’', '‚', '‛', '′', '`', '´':
		return "'"
	case '“', '”', '„', '‟', '″', '«', '»':
		return `"`
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return "-"
	case '…':
		return "..."
	}
	return as
}

// unquoted takes off the marks and dots of omission that a model puts around a quote.
func unquoted(q string) string {
	return strings.TrimFunc(q, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("\"'“”‘’«».…", r) })
}
