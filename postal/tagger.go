package postal

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Tag says what a word is in an address.
type Tag uint8

// The tags. Outside is what stands in no address.
const (
	Outside    Tag = iota
	Number         // house number, with what belongs to it: 12, 75-77, 1/2
	Before         // a point of the compass before the name: N
	RoadBefore     // a kind of road before its name or number: County Highway 9, rue de la Paix
	Name           // the name of the street
	Kind           // the kind of street behind the name: St
	After          // a point of the compass behind it: NW
	Unit           // suite, floor, building
	Box            // PO box, rural route
	City
	State
	Postcode
	Country
	Who      // the addressee or the building, as a part of the address
	Crossing // "corner of", "and" of two streets
	tags     = int(Crossing) + 1
)

var tagNames = [tags]string{"outside", "number", "before", "road", "name", "kind", "after", "unit", "box", "city", "state", "postcode", "country", "who", "crossing"}

func (t Tag) String() string { return tagNames[t] }

// token is a word of the text without the marks around it.
type token struct {
	start, end int // bytes
	low        string
	shape      string
	open       bool   // an opening mark stands before it
	after      byte   // the mark behind it: , . ; : or 0
	brk        bool   // a line begins here
	par        bool   // a paragraph begins here
	quoted     bool   // a quotation mark stands before it
	led        bool   // a word that leads to a place stands before it: at, to
	word, form part   // of low and shape
	kind       part   // of the first list that knows the word
	kinds      []part // of all
	is         uint8
}

// tokenise cuts text into words: at white space, around commas, slashes and
// ampersands between words.
func tokenise(text string) []token {
	var out []token
	brk, par, lines := true, true, 0
	add := func(from, to int) {
		// Marks around the word are no part of it.
		open, quoted := false, false
		for from < to {
			r, n := utf8.DecodeRuneInString(text[from:to])
			if isWordRune(r) || r == '#' || r == '&' || r == '@' || r == '$' || r == '€' || r == '£' || r == '½' || r == '-' && from+n < to && isDigit(text[from+n]) {
				break
			}
			open = open || r == '(' || r == '['
			quoted = quoted || r == '"' || r == '“'
			from += n
		}
		var after byte
		for from < to {
			r, n := utf8.DecodeLastRuneInString(text[from:to])
			if isWordRune(r) || r == '#' || r == '&' || r == '@' || r == '%' || r == '½' {
				break
			}
			switch {
			case r == ',' || r == ';' || r == ':' || r == '?' || r == '!' || r == '.' || r == '-' || r == ')':
				after = byte(r)
			case r == '–' || r == '—':
				after = '-'
			}
			to -= n
		}
		if from == to {
			if len(out) > 0 && after != 0 && out[len(out)-1].after == 0 {
				out[len(out)-1].after = after // a mark that stands alone
			}
			return
		}
		led := len(out) > 0 && leads[text[out[len(out)-1].start:out[len(out)-1].end]]
		out = append(out, token{start: from, end: to, open: open, quoted: quoted, after: after, brk: brk, par: par, led: led})
		brk, par, lines = false, false, 0
	}
	start := -1
	for i, r := range text {
		if unicode.IsSpace(r) || r == '|' || r == '<' || r == '>' || r == 0 {
			if start >= 0 {
				add(start, i)
				start = -1
			}
			brk = brk || r == '\n' || r == '|'
			par = par || r == '<'
			if r == '\n' {
				lines++
				par = par || lines > 1
			}
			continue
		}
		if start < 0 {
			start = i
			continue
		}
		cut := false
		switch r {
		case ',', ';':
			cut = i+1 < len(text) && !(isDigit(text[i-1]) && isDigit(text[i+1]))
			if cut {
				add(start, i+1)
				start = -1
			}
		case '(':
			add(start, i)
			start = i
		case '/', '&':
			// Main/Oak, but not 1/2 and c/o
			cut = letters(text[start:i]) >= 3 && i+1 < len(text) && letters(firstWord(text[i+1:])) >= 3
			if cut {
				add(start, i)
				start = i
				if r == '/' {
					start = -1
				}
			}
		}
	}
	if start >= 0 {
		add(start, len(text))
	}
	for i := range out {
		out[i].low, out[i].shape = fold(text[out[i].start:out[i].end]), shape(text[out[i].start:out[i].end])
	}
	classify(out)
	return out
}

// leads are the words that lead to a place.
var leads = set(`at to near from of for behind outside past by`)

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}
func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func letters(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) {
			return 0
		}
		n++
	}
	return n
}

func firstWord(s string) string {
	for i, r := range s {
		if !unicode.IsLetter(r) {
			return s[:i]
		}
	}
	return s
}

// fold writes a word in lower case and without full stops and with straight
// apostrophes.
func fold(s string) string {
	s = strings.ToLower(s)
	if strings.ContainsAny(s, ".’") {
		s = strings.NewReplacer(".", "", "’", "'").Replace(s)
	}
	return s
}

// shape says how a word is written: "A" for a capital, "a" for small letters, "9"
// for a figure, each written once for a run, figures up to five times.
func shape(s string) string {
	var b [12]byte
	n := 0
	for _, r := range s {
		c := byte('-')
		switch {
		case unicode.IsUpper(r):
			c = 'A'
		case unicode.IsLetter(r):
			c = 'a'
		case unicode.IsDigit(r):
			c = '9'
		case r == '.' || r == '\'' || r == '’':
			continue
		case r == '/' || r == '$' || r == '%' || r == ',' || r == '#' || r == ':' || r == '@':
			c = byte(r)
		}
		if n > 0 && b[n-1] == c && (c != '9' || n >= 5 && b[n-5] == '9') && !(c == 'A' && n == 1) {
			continue
		}
		if n == len(b) {
			break
		}
		b[n] = c
		n++
	}
	return string(b[:n])
}

// classify says of each word what lists know it. The first class is the one its
// neighbours see.
func classify(toks []token) {
	for i := range toks {
		t := &toks[i]
		w := t.low
		add := func(c string) { t.kinds = append(t.kinds, newPart(c)) }
		if d := strings.TrimRight(w, "abcdefghijklmnopqrstuvwxyz"); d != w && d != "" && isDigit(d[len(d)-1]) && strings.Trim(d, "0123456789") == "" {
			switch w[len(d):] {
			case "st", "nd", "rd", "th":
				add("ordinal")
			}
		}
		if ordinals[w] {
			add("ordinal")
		}
		if directions[w] != "" {
			add("dir")
		}
		if streetKinds[w] != "" {
			add("kind")
		}
		if highwayKinds[w] {
			add("hwy")
		}
		if units[w] || strings.HasPrefix(w, "#") {
			add("unit")
		}
		if boxes[w] {
			add("box")
		}
		if states[w] {
			if t.shape == "AA" {
				add("STATE")
			} else {
				add("state")
			}
		}
		two := ""
		if i+1 < len(toks) && t.after != ',' && t.after != ';' {
			two = w + "-" + toks[i+1].low
		}
		if stateNames[w] != "" || two != "" && stateNames[two] != "" {
			add("statename")
		}
		if i > 0 && stateNames[toks[i-1].low+"-"+w] != "" {
			add("statename2")
		}
		if towns[w] || two != "" && towns[two] {
			add("town")
		}
		if i > 0 && (towns[toks[i-1].low+"-"+w] || i > 1 && towns[toks[i-2].low+"-"+toks[i-1].low+"-"+w]) {
			add("town2")
		}
		if countries[w] {
			add("country")
		}
		if measures[w] {
			add("measure")
		}
		if months[w] {
			add("month")
		}
		if numberWords[w] {
			add("numword")
		}
		if roads[w] {
			add("road")
		}
		for _, e := range roadEnds {
			if strings.HasSuffix(w, e) && len(w) > len(e)+2 {
				add("roadend")
				break
			}
		}
		if function[w] {
			add("fn")
		}
		if postcode(w) {
			add("code")
		}
		t.kind = onLine
		if len(t.kinds) > 0 {
			t.kind = t.kinds[0]
		}
		t.word, t.form = newPart(w), newPart(t.shape)
		if t.shape != "" && t.shape[0] == '9' {
			t.is |= isNumber
		}
		if t.has("kind") || t.has("roadend") {
			t.is |= isKind
		}
		if t.has("STATE") || t.has("state") && !function[w] || t.has("statename") || t.has("code") || strings.HasPrefix(t.shape, "99999") {
			t.is |= isEnd
		}
		if t.kind.s == "fn" {
			t.is |= isFunction
		}
	}
}

// postcode reports whether w is a postcode of letters and figures, or a half of
// one: EC1N, 8QX, H3Z, 2Y7.
func postcode(w string) bool {
	switch shape(strings.ToUpper(w)) {
	case "A9", "AA9", "A99", "AA99", "A9A", "AA9A", "9AA", "9A9":
		return len(w) >= 2
	}
	return false
}

// part is a piece of a feature's name, and its hash: names are put together only
// while learning.
type part struct {
	s string
	h uint64
}

const prime = 0x100000001b3

func newPart(s string) part {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime
	}
	return part{s, h}
}

// key is the hash of a feature: of its kind and up to three parts.
func key(kind string, a, b, c part) uint64 {
	h := newPart(kind).h
	for _, p := range [3]part{a, b, c} {
		h = (h ^ p.h) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

// keyOf is the key of a feature by its name: kind and parts with a blank between.
func keyOf(name string) uint64 {
	f := strings.Split(name, " ")
	var p [3]part
	for i := range min(3, len(f)-1) {
		p[i] = newPart(f[i+1])
	}
	return key(f[0], p[0], p[1], p[2])
}

// nameOf is the name of a feature.
func nameOf(kind string, a, b, c part) string {
	n := kind
	for _, p := range [3]part{a, b, c} {
		if p == (part{}) {
			break
		}
		n += " " + p.s
	}
	return n
}

// markParts and formParts are the parts of what stands behind a word.
var (
	markParts = func() (m [256]part) {
		for i := range m {
			m[i] = newPart(string(rune(i)))
		}
		m[0] = newPart("_")
		return m
	}()
	edge    = newPart("|")
	newLine = newPart("n")
	onLine  = newPart("-")
	initial = func() (m [256]part) {
		for i := range m {
			m[i] = newPart(string(rune(i)))
		}
		return m
	}()
)

// features calls f with everything that is said of token i: a kind and up to
// three parts.
func features(toks []token, i int, f func(kind string, a, b, c part)) {
	var none part
	t := &toks[i]
	get := func(k int) (word, shape, class, mark part) {
		if k < 0 || k >= len(toks) {
			return edge, edge, edge, edge
		}
		n := &toks[k]
		return n.word, n.form, n.kind, markParts[n.after]
	}
	w1, s1, c1, m1 := get(i - 1)
	w2, _, c2, _ := get(i - 2)
	w3, s3, c3, _ := get(i + 1)
	w4, _, c4, _ := get(i + 2)
	mark := markParts[t.after]
	line := onLine
	if t.brk {
		line = newLine
	}
	f("b", none, none, none)
	f("w", t.word, none, none)
	f("s", t.form, none, none)
	for _, c := range t.kinds {
		f("c", c, none, none)
		f("cs", c, t.form, none)
		f("cp", c, c1, none)
		f("cn", c, c3, none)
	}
	if len(t.kinds) == 0 {
		f("sc", t.form, c1, c3)
	}
	if n := len(t.low); n > 4 {
		f("x", newPart(t.low[n-3:]), none, none)
	}
	f("m", m1, mark, line)
	f("mb", m1, t.form, line)
	f("ma", mark, t.form, none)
	if t.open || t.quoted {
		f("open", none, none, none)
	}
	f("w-1", w1, none, none)
	f("w+1", w3, none, none)
	f("w-2", w2, none, none)
	f("w+2", w4, none, none)
	f("s-1", s1, t.form, none)
	f("s+1", t.form, s3, none)
	f("c-1", c1, m1, none)
	f("c+1", c3, mark, none)
	f("c-1c", c1, t.kind, m1)
	f("cc+1", t.kind, c3, mark)
	f("c-2", c2, c1, none)
	f("c+2", c3, c4, none)
	f("s3", s1, s3, t.kind)
	f("ws", w1, t.form, none)
	f("ws+", t.form, w3, none)
	f("wc", w1, t.kind, none)
	// How far the last figure, the next street and the next state or code are:
	// what stands between holds together.
	numBack, numOn := steps[distance(toks, i, -1, isNumber)], steps[distance(toks, i, 1, isNumber)]
	kindBack, kindOn := steps[distance(toks, i, -1, isKind)], steps[distance(toks, i, 1, isKind)]
	endBack, endOn := steps[distance(toks, i, -1, isEnd)], steps[distance(toks, i, 1, isEnd)]
	first := onLine
	if t.shape != "" {
		first = initial[t.shape[0]]
	}
	f("num", numBack, first, t.kind)
	f("num+", numOn, t.kind, none)
	f("kind-", kindBack, t.kind, none)
	f("kind+", kindOn, t.kind, none)
	f("end+", endOn, t.kind, none)
	f("end-", endBack, t.kind, none)
	f("fn", steps[distance(toks, i, -1, isFunction)], steps[distance(toks, i, 1, isFunction)], none)
	f("nk", numBack, kindOn, none)
	f("ne", numOn, endOn, none)
}

// reachOfSight is how many words away a token is still seen.
const reachOfSight = 7

var steps = func() (p [reachOfSight + 1]part) {
	for i := range p {
		p[i] = newPart(strconv.Itoa(i))
	}
	return p
}()

// What a token can be to those that look for it.
const (
	isNumber uint8 = 1 << iota
	isKind
	isEnd
	isFunction
)

// distance counts tokens to the next one that is what is asked; 0 where there is
// none in sight.
func distance(toks []token, i, step int, is uint8) int {
	for n := 1; n <= reachOfSight; n++ {
		k := i + n*step
		if k < 0 || k >= len(toks) {
			break
		}
		if toks[k].is&is != 0 {
			return n
		}
	}
	return 0
}

func (t *token) has(class string) bool {
	for _, c := range t.kinds {
		if c.s == class {
			return true
		}
	}
	return false
}

// Tagger tags the words of a text by weights learned from addresses whose parts
// are known. It does not change and may be used by several goroutines at once.
type Tagger struct {
	names []string         // of the features, in the order of their weights
	row   map[uint64]int32 // where the weights of a feature begin, by its key
	w     []int16          // tags weights for each feature
	moves [tags + 1][tags]int32
}

//go:embed weights.txt
var weights string

// learned is the tagger of weights.txt, read when it is first needed.
var learned = sync.OnceValue(func() *Tagger {
	t, err := ReadTagger(strings.NewReader(weights))
	if err != nil {
		panic(err) // the file is a part of this program
	}
	return t
})

// ReadTagger reads what Write wrote.
func ReadTagger(r io.Reader) (*Tagger, error) {
	t := &Tagger{row: map[uint64]int32{}}
	s := bufio.NewScanner(r)
	for s.Scan() {
		feature, list, ok := strings.Cut(s.Text(), "\t")
		if !ok {
			return nil, fmt.Errorf("postal: weights: %q is no line of weights", s.Text())
		}
		var row [tags]int16
		for p := range strings.FieldsSeq(list) {
			tag, value, ok := strings.Cut(p, ":")
			n, err := strconv.Atoi(tag)
			v, err2 := strconv.ParseInt(value, 10, 16)
			if !ok || err != nil || err2 != nil || n < 0 || n >= tags {
				return nil, fmt.Errorf("postal: weights: %q is no weight", p)
			}
			row[n] = int16(v)
		}
		if from, ok := strings.CutPrefix(feature, "> "); ok {
			n, err := strconv.Atoi(from)
			if err != nil || n < 0 || n > tags {
				return nil, fmt.Errorf("postal: weights: %q is no tag", from)
			}
			for k, v := range row {
				t.moves[n][k] = int32(v)
			}
			continue
		}
		t.names = append(t.names, feature)
		t.row[keyOf(feature)] = int32(len(t.w))
		t.w = append(t.w, row[:]...)
	}
	return t, s.Err()
}

// tag finds the best tags of toks together (Viterbi).
func (t *Tagger) tag(toks []token) []Tag {
	if len(toks) == 0 {
		return nil
	}
	score := make([][tags]int32, len(toks))
	back := make([][tags]Tag, len(toks))
	var row *[tags]int32
	add := func(kind string, a, b, c part) {
		if at, ok := t.row[key(kind, a, b, c)]; ok {
			for k, w := range (*[tags]int16)(t.w[at:]) {
				row[k] += int32(w)
			}
		}
	}
	for i := range toks {
		row = &score[i]
		features(toks, i, add)
		for k := range tags {
			if i == 0 {
				row[k] += t.moves[tags][k]
				continue
			}
			best, from := score[i-1][0]+t.moves[0][k], 0
			for p := 1; p < tags; p++ {
				if v := score[i-1][p] + t.moves[p][k]; v > best {
					best, from = v, p
				}
			}
			row[k] += best
			back[i][k] = Tag(from)
		}
	}
	last := len(toks) - 1
	best := Tag(0)
	for k := range tags {
		if score[last][k] > score[last][best] {
			best = Tag(k)
		}
	}
	out := make([]Tag, len(toks))
	for i := last; i >= 0; i-- {
		out[i] = best
		best = back[i][best]
	}
	return out
}
