package sqlite

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The search index cuts text into words as SQLite's tokenizer "unicode61
// remove_diacritics 2" does: letters and digits, in lower case, without marks.
// Here the same is done in Go, to show where a document matched.

const (
	markOn  = '\x02'
	markOff = '\x03'
)

// token is a word of a text: where it stands, and how the index sees it.
type token struct {
	start, end int
	folded     string
}

func tokenise(text string) []token {
	var out []token
	var b strings.Builder
	start := -1
	for i, r := range text {
		c, ok := foldRune(r)
		switch {
		case ok:
			if start < 0 {
				start = i
				b.Reset()
			}
			b.WriteRune(c)
		case start >= 0 && unicode.Is(unicode.Mn, r): // a mark inside a word
		case start >= 0:
			out = append(out, token{start, i, b.String()})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, token{start, len(text), b.String()})
	}
	return out
}

// fold returns the words of a text as the index sees them.
func fold(text string) []string {
	var out []string
	for _, t := range tokenise(text) {
		out = append(out, t.folded)
	}
	return out
}

// foldRune returns a word's rune as the index sees it; false between words.
func foldRune(r rune) (rune, bool) {
	if r < utf8.RuneSelf {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			return r, true
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A', true
		}
		return 0, false
	}
	if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.Co, r) {
		return 0, false
	}
	var buf [16]byte
	plain := norm.NFD.AppendString(buf[:0], string(unicode.ToLower(r)))
	base, _ := utf8.DecodeRune(plain)
	return base, true
}
