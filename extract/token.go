package extract

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word, a run of digits, or one other character. Offsets are bytes
// of the text that was cut up.
type token struct {
	start, end int
	low        string // lower case, with ’ written '
	kind       tokenKind
	cap        bool // begins with an upper-case letter
	caps       bool // two or three upper-case letters, as a code is written
	gap        bool // white space stands before it
	id         wordID
}

type tokenKind uint8

const (
	word tokenKind = iota
	digits
	mark
)

// tokenise cuts text[from:to] into tokens. An apostrophe inside a word belongs
// to it ("don't"); a figure and a unit are two tokens without a gap ("10am").
func tokenise(text string, from, to int) []token {
	toks := make([]token, 0, (to-from)/5+1)
	gap := true
	for i := from; i < to; {
		r, n := utf8.DecodeRuneInString(text[i:to])
		switch {
		case unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff':
			gap = true
			i += n
			continue
		case isDigit(r):
			j := i + n
			for j < to && isDigit(rune(text[j])) {
				j++
			}
			toks = append(toks, token{start: i, end: j, low: text[i:j], kind: digits, gap: gap, id: vocabulary.ids[text[i:j]]})
			i = j
		case isLetter(r):
			j := i + n
			for j < to {
				r2, n2 := utf8.DecodeRuneInString(text[j:to])
				if isLetter(r2) {
					j += n2
					continue
				}
				if r2 == '\'' || r2 == '’' {
					if r3, _ := utf8.DecodeRuneInString(text[j+n2 : to]); isLetter(r3) {
						j += n2
						continue
					}
				}
				break
			}
			low := lower(text[i:j])
			toks = append(toks, token{start: i, end: j, low: low, kind: word, cap: unicode.IsUpper(r), caps: isCode(text[i:j]), gap: gap, id: vocabulary.ids[low]})
			i = j
		default:
			toks = append(toks, token{start: i, end: i + n, low: text[i : i+n], kind: mark, gap: gap, id: vocabulary.ids[text[i:i+n]]})
			i += n
		}
		gap = false
	}
	return toks
}

func isCode(s string) bool {
	return (len(s) == 2 || len(s) == 3 && s[2]-'A' < 26) && s[0]-'A' < 26 && s[1]-'A' < 26
}

func isDigit(r rune) bool  { return r >= '0' && r <= '9' }
func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) }

func lower(s string) string {
	s = strings.ToLower(s)
	if strings.Contains(s, "’") {
		s = strings.ReplaceAll(s, "’", "'")
	}
	return s
}

// is reports whether token i exists and is one of the words.
func is(toks []token, i int, words ...string) bool {
	if i < 0 || i >= len(toks) {
		return false
	}
	for _, w := range words {
		if toks[i].low == w {
			return true
		}
	}
	return false
}

// glued reports whether token i exists, is one of the words, and follows the
// one before it without white space.
func glued(toks []token, i int, words ...string) bool {
	return i > 0 && i < len(toks) && !toks[i].gap && is(toks, i, words...)
}

// phrase is a pattern over tokens, written as words with a blank between:
// "a|b" is either, a final "?" makes a word optional, "..3" skips at most three
// tokens, "#" is any number, "^" the beginning of the sentence.
type phrase []element

type element struct {
	words    []string
	optional bool
	skip     int
	number   bool
	first    bool
}

func newPhrase(s string) phrase {
	var p phrase
	for f := range strings.FieldsSeq(s) {
		var e element
		switch {
		case f == "#":
			e.number = true
		case f == "^":
			e.first = true
		case strings.HasPrefix(f, ".."):
			e.skip, _ = strconv.Atoi(f[2:])
		default:
			if g, ok := strings.CutSuffix(f, "?"); ok && g != "" {
				f, e.optional = g, true
			}
			e.words = strings.Split(f, "|")
		}
		p = append(p, e)
	}
	return p
}

// at matches p at token i and returns the token after the match.
func (p phrase) at(toks []token, i int) (int, bool) {
	if len(p) == 0 {
		return i, true
	}
	e, rest := p[0], p[1:]
	switch {
	case e.first:
		if i != 0 {
			return 0, false
		}
		return rest.at(toks, i)
	case e.skip > 0:
		for n := 0; n <= e.skip && i+n <= len(toks); n++ {
			if end, ok := rest.at(toks, i+n); ok {
				return end, true
			}
		}
		return 0, false
	case e.number:
		if _, next, ok := count(toks, i); ok {
			return rest.at(toks, next)
		}
		return 0, false
	}
	if is(toks, i, e.words...) {
		if end, ok := rest.at(toks, i+1); ok {
			return end, true
		}
	}
	if e.optional {
		return rest.at(toks, i)
	}
	return 0, false
}

// cue is a phrase that speaks for a kind of fact, and how strongly.
type cue struct {
	phrase
	weight float64
}

// cues finds phrases by their first word, so that a sentence is asked only
// about the phrases it could hold.
type cues struct {
	byFirst first[cue]
	others  []cue // those that begin with no certain word
}

// first finds phrases by their first word.
type first[C any] struct {
	known []uint64 // a bit for each word that begins one
	lists map[wordID][]C
}

// add notes a phrase that begins with a word.
func (f *first[C]) add(id wordID, c C) {
	for len(f.known) <= int(id/64) {
		f.known = append(f.known, 0)
	}
	f.known[id/64] |= 1 << (id % 64)
	if f.lists == nil {
		f.lists = map[wordID][]C{}
	}
	f.lists[id] = append(f.lists[id], c)
}

// of returns the phrases that begin with a word.
func (f *first[C]) of(id wordID) []C {
	if k := int(id / 64); id == 0 || k >= len(f.known) || f.known[k]>>(id%64)&1 == 0 {
		return nil
	}
	return f.lists[id]
}

// newCues compiles lines of "weight pattern".
func newCues(lines string) cues {
	var c cues
	for line := range strings.Lines(lines) {
		w, pattern, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		q := cue{phrase: newPhrase(pattern), weight: float64(w[0]-'0') / 10}
		if first := q.phrase[0]; first.words != nil && !first.optional {
			for _, f := range first.words {
				c.byFirst.add(vocabulary.add(f), q)
			}
		} else {
			c.others = append(c.others, q)
		}
	}
	return c
}

// find returns the strongest match in toks and where it stands; weight 0 when
// there is none.
func (c *cues) find(toks []token) (weight float64, from, to int) {
	for i := range toks {
		for _, list := range [2][]cue{c.byFirst.of(toks[i].id), c.others} {
			for _, q := range list {
				if q.weight <= weight {
					continue
				}
				if end, ok := q.at(toks, i); ok && end > i {
					weight, from, to = q.weight, i, end
				}
			}
		}
	}
	return weight, from, to
}

// cueSet finds the strongest match of each of several tables at once: most words begin
// no phrase of any, and are looked up once.
type cueSet struct {
	byFirst first[tabled]
	others  []tabled
}

// tabled is a cue with the place of its table.
type tabled struct {
	cue
	table int
}

func newCueSet(tables []cues) cueSet {
	var s cueSet
	for k, c := range tables {
		for id, list := range c.byFirst.lists {
			for _, q := range list {
				s.byFirst.add(id, tabled{q, k})
			}
		}
		for _, q := range c.others {
			s.others = append(s.others, tabled{q, k})
		}
	}
	return s
}

// find puts into out for each table what cues.find says of it.
func (s *cueSet) find(toks []token, out []found) {
	for i := range toks {
		for _, list := range [2][]tabled{s.byFirst.of(toks[i].id), s.others} {
			for k := range list {
				q, f := &list[k], &out[list[k].table]
				if q.weight <= f.weight {
					continue
				}
				if end, ok := q.at(toks, i); ok && end > i {
					*f = found{q.weight, i, end}
				}
			}
		}
	}
}

// sum adds the weights of all phrases found in toks, each phrase once.
func (c *cues) sum(toks []token) float64 {
	total := 0.0
	seen := map[*element]bool{}
	for i := range toks {
		for _, list := range [2][]cue{c.byFirst.of(toks[i].id), c.others} {
			for _, q := range list {
				if _, ok := q.at(toks, i); ok && !seen[&q.phrase[0]] {
					seen[&q.phrase[0]] = true
					total += q.weight
				}
			}
		}
	}
	return total
}
