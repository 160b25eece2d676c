package sqlite

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What is searched is words: letters and digits in a row, in lower case, without
// marks ("R\u00e9sum\u00e9" is resume). Texts are folded to words here, once for the index and
// once for showing where they matched, so the two can never disagree. The index
// itself only cuts at spaces.

// maxWord bounds a word; what is longer is no word anybody looks for.
const maxWord = 64

// words cuts a text into words, one after the other, without keeping them.
type words struct {
	text string
	next int    // where to go on
	from int    // where the word stands
	to   int    // exclusive
	word []byte // how the index sees it
}

// scan goes to the next word; false at the end.
func (w *words) scan() bool {
	w.word = w.word[:0]
	letters := 0
	for i := w.next; i < len(w.text); {
		r, size := rune(w.text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(w.text[i:])
		}
		c, ok := foldRune(r)
		switch {
		case ok:
			if letters == 0 {
				w.from = i
			}
			if letters++; letters <= maxWord {
				w.word = utf8.AppendRune(w.word, c)
			}
		case letters > 0 && !unicode.Is(unicode.Mn, r): // a mark is inside a word
			w.to, w.next = i, i+size
			return true
		}
		i += size
	}
	w.to, w.next = len(w.text), len(w.text)
	return letters > 0
}

// folded is a text as its words, each after a space.
func folded(texts ...string) string {
	var b []byte
	for _, t := range texts {
		for w := (words{text: t}); w.scan(); {
			b = append(append(b, ' '), w.word...)
		}
	}
	return string(b)
}

// terms makes of folded words what stands in the index: each belongs to its
// organisation.
func terms(org int64, folded string) string {
	return strings.ReplaceAll(folded, " ", " "+strconv.FormatInt(org, 36)+".")
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
	if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
		return 0, false
	}
	r = unicode.ToLower(r)
	var buf [2 * utf8.UTFMax]byte
	if d := norm.NFD.Properties(utf8.AppendRune(buf[:0], r)).Decomposition(); len(d) > 0 {
		r, _ = utf8.DecodeRune(d)
	}
	return r, true
}
