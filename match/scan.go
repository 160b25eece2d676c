package match

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"projectr"
	"projectr/message"
)

// maxScan is how many code points of a text are looked at.
const maxScan = 64 << 10

// token is a canonical word of a text, with its place in code points.
type token struct {
	word       string
	start, end int
	cap        bool
	factor     float64 // what a clue here is worth: less in quoted history
	broken     bool    // a full stop or the end of a paragraph stands before it
	mark       rune    // the sign before it; 0 at the beginning
}

// tokens cuts s into words. A possessive 's is dropped; a hyphen divides.
func tokens(s string, spans []projectr.Span) []token {
	var out []token
	span := 0
	start, from := -1, 0 // code points, bytes
	cap := false
	n := 0
	newlines, broken := 0, false
	mark, last := rune(0), rune(0)
	emit := func(to, end int) {
		if start < 0 {
			return
		}
		w := strings.ToLower(s[from:to])
		if c, ok := short[w]; ok {
			w = c
		}
		at := start
		start = -1
		if fillers[w] || w == "s" && len(out) > 0 && to-from == 1 && from > 0 && (s[from-1] == '\'' || strings.HasSuffix(s[:from], "’")) {
			return
		}
		factor := 1.0
		if spans != nil {
			for span < len(spans) && spans[span].End <= at {
				span++
			}
			if span < len(spans) {
				switch spans[span].Kind {
				case projectr.SpanQuoted:
					factor = quotedFactor
				case projectr.SpanDisclaimer:
					factor = 0
				case projectr.SpanSignature:
					factor = 0.95
				}
			}
		}
		out = append(out, token{word: w, start: at, end: end, cap: cap, factor: factor, broken: broken, mark: mark})
		broken = false
	}
	for i, r := range s {
		if n >= maxScan {
			emit(i, n)
			return out
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if start < 0 {
				start, from, cap = n, i, unicode.IsUpper(r) || unicode.IsDigit(r)
				mark = last
			}
			newlines = 0
		} else {
			emit(i, n)
			switch r {
			case '\n':
				if newlines++; newlines > 1 {
					broken = true
				}
			case '.', ';', ':', '!', '?', '|', '\t':
				// "St. Clair" goes on; a dot after a longer word ends.
				if r != '.' || len(out) == 0 || len(out[len(out)-1].word) > 4 {
					broken = true
				}
			}
		}
		last = r
		n++
	}
	emit(len(s), n)
	return out
}

// number reports whether the token is a number by itself, no part of one such as
// 24-117.
func (t token) number() bool { return isNumber(t.word) && !strings.ContainsRune("-–—./#", t.mark) }

// collector gathers clues.
type collector struct {
	index    *Index
	in       Input
	subject  []token
	text     []token
	runes    []rune // of the text
	of       map[*projectr.Project]*found
	cut      map[string][]string // canonical words of the names touched
	strong   *projectr.Project   // of the plus-address, or else of the thread
	strongly string              // why, as a part of a sentence
	rule     *projectr.FilingRule
	foreign  string // a job number of the organisation's form that is of no project
}

// nameWords cuts a name into canonical words, once for a mail.
func (c *collector) nameWords(s string) []string {
	w, ok := c.cut[s]
	if !ok {
		w = canonical(s)
		c.cut[s] = w
	}
	return w
}

func (c *collector) add(p *projectr.Project, confidence float64, r projectr.Reason) *found {
	if confidence <= 0 {
		return nil
	}
	f := c.of[p]
	if f == nil {
		f = &found{project: p, by: map[string]float64{}, from: c.in.FileFrom}
		c.of[p] = f
	}
	if r.In == "subject" {
		f.subject = max(f.subject, confidence)
	} else if r.In == "text" {
		f.text = max(f.text, confidence)
	}
	old, seen := f.by[r.Kind]
	if confidence > old {
		f.by[r.Kind] = confidence
	}
	// One reason of a kind: the best, and the subject before the text.
	if seen {
		for i := range f.reasons {
			if f.reasons[i].Kind == r.Kind && confidence > old {
				f.reasons[i] = r
			}
		}
		return f
	}
	f.reasons = append(f.reasons, r)
	return f
}

// scan looks for job numbers, names and street addresses in the words of a text, which
// has those code points.
func (c *collector) scan(toks []token, s string, runes []rune, in string) {
	if len(toks) == 0 {
		return
	}
	words := func(a, b int) string {
		q, _ := projectr.Quoted(s, a, b)
		return strings.Join(strings.Fields(q), " ")
	}
	c.jobs(toks, runes, in, words)
	c.names(toks, in, words)
	c.streets(toks, in, words)
}

// labels stand before what a mail is about.
var labels = map[string]bool{"project": true, "job": true, "site": true, "contract": true, "jobsite": true, "proj": true}

// labelled reports whether token i stands behind "Project:" or the like.
func labelled(toks []token, i int) bool {
	if i == 0 || !toks[i].broken {
		return false
	}
	w := toks[i-1].word
	return labels[w] || i > 1 && labels[toks[i-2].word] && (w == "name" || w == "no" || w == "title" || w == "address")
}

// jobs finds job numbers, token for token: 24-117 is not in 24-1170, nor in
// 124-117, nor in 24-117-3. Letters and figures that people type for one another,
// and any dash, are the same.
func (c *collector) jobs(toks []token, runes []rune, in string, words func(a, b int) string) {
	for i := range toks {
		joined := ""
		for k := i; k < len(toks) && k < i+5; k++ {
			if k > i && (toks[k].start-toks[k-1].end != 1 || !strings.ContainsRune("-–—‐‑./_ ", runes[toks[k-1].end])) {
				break
			}
			joined += toks[k].word
			if !strings.ContainsAny(joined, "0123456789") {
				continue
			}
			list := c.index.jobs[zeros(joined)]
			if len(list) == 0 {
				c.unknown(toks, i, k, runes, in, words)
				continue
			}
			if !wholeNumber(runes, toks[i].start, toks[k].end) {
				continue
			}
			confidence := jobInText
			if in == "subject" {
				confidence = jobInSubject
			}
			if weakNumber(joined) && !(i > 0 && announces[toks[i-1].word]) {
				switch {
				case in == "subject" && k > i && !isNumber(joined):
					confidence = shortNumber
				case in == "subject" && begins(toks, i) && !house(toks[k+1:]):
					confidence = plainNumber
				default:
					confidence = ambiguousName
				}
			}
			if i > 0 && documents[toks[i-1].word] && !announces[toks[i-1].word] {
				confidence = min(confidence, doubtful) // PO 24-117 is the number of an order
			}
			if spaced := k > i && strings.ContainsRune(string(runes[toks[i].start:toks[k].end]), ' '); spaced && !(i > 0 && announces[toks[i-1].word]) {
				confidence = min(confidence, doubtful)
			}
			if len(list) > 1 {
				confidence = ambiguousName
			}
			where := "in the subject"
			if in == "text" {
				where = "in the text"
			}
			if toks[i].factor < 0.9 {
				where = "in an earlier mail below"
			}
			w := words(toks[i].start, toks[k].end)
			for _, p := range list {
				f := c.add(p, confidence*toks[i].factor, projectr.Reason{Kind: "job_number", Text: fmt.Sprintf("Job number %s stands %s.", w, where), Words: w, In: in, Start: toks[i].start, End: toks[k].end})
				if f == nil {
					continue
				}
				f.labelled = f.labelled || labelled(toks, i)
				if in == "subject" {
					f.numbered = max(f.numbered, confidence)
					if begins(toks, i) {
						f.numbered = max(f.numbered, plainNumber)
					}
				}
			}
		}
	}
}

// begins reports whether token i is the first of a subject, but for Re: and Fwd:.
func begins(toks []token, i int) bool {
	for _, t := range toks[:i] {
		if t.word != "re" && t.word != "fw" && t.word != "fwd" {
			return false
		}
	}
	return true
}

// house reports whether a street follows: then the number is a house's.
func house(toks []token) bool {
	for _, t := range toks[:min(4, len(toks))] {
		if streetKinds[t.word] {
			return true
		}
	}
	return false
}

// unknown notes a number that looks as the organisation's job numbers do and is of
// none of its projects, where it stands as a job number would: announced, in a
// subject, in brackets or at the beginning of a line.
func (c *collector) unknown(toks []token, i, k int, runes []rune, in string, words func(a, b int) string) {
	if c.foreign != "" || toks[i].factor < 0.9 || !wholeNumber(runes, toks[i].start, toks[k].end) {
		return
	}
	from, to := toks[i].start, toks[k].end
	said := strings.ToLower(string(runes[from:to]))
	if strings.ContainsAny(said, " \n") || !c.index.shapes[shape(said)] {
		return
	}
	if k+1 < len(toks) && toks[k+1].start == to+1 && strings.ContainsRune("-–—/_.", runes[to]) {
		return // it goes on
	}
	before := ""
	if i > 0 {
		before = toks[i-1].word
	}
	announced := announces[before] && !(before == "no" && i > 1 && documents[toks[i-2].word])
	if documents[before] || before == "no" && !announced {
		return
	}
	begins := from == 0 || runes[from-1] == '\n' || runes[from-1] == '(' || runes[from-1] == '['
	if announced || in == "subject" || begins {
		c.foreign = words(from, to)
	}
}

// documents have numbers of their own, which look like job numbers.
var documents = wordSet("rfi rfis po co cor pco ccd asi pr invoice inv permit submittal sub transmittal quote bid proposal estimate order ticket check cheque ref case claim application app spec section drawing dwg sheet rev bulletin item line model serial part sku tel phone fax ext zip account acct policy")

// announces stand before a number that would be weak alone.
var announces = map[string]bool{"job": true, "project": true, "no": true, "contract": true, "jobno": true, "proj": true, "jn": true}

// weakNumber reports whether a job number is so short or plain that the same
// figures mean other things too.
func weakNumber(s string) bool {
	return len(s) < 4 || isNumber(s) && len(s) < 5
}

// wholeNumber reports whether the stretch is not a part of a longer number, an
// address or an amount.
func wholeNumber(runes []rune, a, b int) bool {
	if a > 0 {
		r := runes[a-1]
		if strings.ContainsRune("$£€@/.-–_", r) && !(strings.ContainsRune(".-–", r) && (a < 2 || unicode.IsSpace(runes[a-2]))) {
			if r != '/' || a >= 2 && !unicode.IsSpace(runes[a-2]) {
				return false
			}
		}
	}
	if b < len(runes) {
		r := runes[b]
		if r == '@' || r == '%' {
			return false
		}
		if strings.ContainsRune("-–/._,", r) && b+1 < len(runes) && (unicode.IsDigit(runes[b+1]) || r == '@') {
			return false
		}
		if r == '-' && b+1 < len(runes) && unicode.IsLetter(runes[b+1]) && b+2 < len(runes) && !unicode.IsLetter(runes[b+2]) {
			return false // 24-117-A
		}
	}
	return true
}

// run is where words of a name stand.
type run struct {
	name
	words    []string
	from, to int // tokens
	hits     int
	last     bool // the name's last word is among them
}

// names finds names and parts of names. A part counts only when no other project
// fits the same words as well.
func (c *collector) names(toks []token, in string, words func(a, b int) string) {
	for i := 0; i < len(toks); i++ {
		list := c.index.names[toks[i].word]
		if len(list) == 0 {
			continue
		}
		var runs []run
		best := 0
		for _, n := range list {
			r := follow(n, c.nameWords(n.text), toks, i)
			if r.hits == 0 {
				continue
			}
			runs = append(runs, r)
			best = max(best, r.hits)
		}
		for _, r := range runs {
			if r.hits < best {
				// Another project fits more of these words.
				continue
			}
			rivals := 0
			for _, o := range runs {
				if o.project != r.project && o.hits == best {
					rivals++
				}
			}
			confidence := r.confidence(toks, in, c.index.lines[r.project])
			if confidence == 0 {
				continue
			}
			alone := confidence * toks[r.from].factor
			if rivals > 0 {
				confidence = min(confidence, ambiguousName)
			}
			w := words(toks[r.from].start, toks[r.to-1].end)
			f := c.add(r.project, confidence*toks[r.from].factor, projectr.Reason{Kind: "name", Text: nameText(w, in, toks[r.from].factor, confidence, rivals), Words: w, In: in, Start: toks[r.from].start, End: toks[r.to-1].end})
			if f == nil {
				continue
			}
			f.labelled = f.labelled || labelled(toks, r.from)
			if f.named = max(f.named, alone); in == "subject" {
				f.titled = max(f.titled, alone)
			}
			if from, to := r.other(toks, c.own(r.project)); to > 0 && f.doubt == "" {
				f.doubt = words(toks[from].start, toks[to-1].end)
			}
		}
	}
}

func nameText(w, in string, factor, confidence float64, rivals int) string {
	where := map[string]string{"subject": "in the subject", "text": "in the text"}[in]
	if factor < 0.9 {
		where = "in an earlier mail below"
	}
	if rivals > 0 || confidence < nameInText {
		return fmt.Sprintf("“%s”, a part of its name, stands %s.", w, where)
	}
	return fmt.Sprintf("“%s” is named %s.", w, where)
}

// follow matches the words of a name from token i on, in order; words of the
// name may be left out, other words may not come between.
func follow(n name, words []string, toks []token, i int) run {
	r := run{name: n, words: words, from: i, to: i + 1, hits: 1, last: len(words) == 1}
	at := 1
	for k := i + 1; k < len(toks) && at < len(words); k++ {
		if toks[k].broken {
			break
		}
		found := -1
		for j := at; j < len(words); j++ {
			if words[j] == toks[k].word {
				found = j
				break
			}
		}
		if found < 0 {
			break
		}
		r.hits++
		r.to = k + 1
		r.last = found == len(words)-1
		at = found + 1
	}
	return r
}

// confidence says how sure a run of words makes; address is house number and street of
// the project.
func (r run) confidence(toks []token, in, address string) float64 {
	full := r.hits == len(r.words)
	c := nameInText
	if in == "subject" {
		c = nameInSubject
	}
	street := r.hits > 1 && streetKinds[toks[r.to-1].word] || r.hits == 2 && roads[toks[r.from].word] && isNumber(toks[r.from+1].word)
	number, rest, _ := strings.Cut(address, " ")
	alike := isNumber(number) && (!full || r.hits == 1) && firstWord(rest) == toks[r.from].word // its street is called as it is
	named := r.to < len(toks) && !toks[r.to].broken && !slices.Contains(r.words, toks[r.to].word) &&
		(streetKinds[toks[r.to].word] || r.hits == 1 && alike && slices.Contains(canonical(rest), toks[r.to].word))
	if r.from > 0 && toks[r.from-1].number() && toks[r.from].start == toks[r.from-1].end+1 && number != toks[r.from-1].word && (street || named || alike) {
		return 0 // another house of the street
	}
	switch {
	case full && len(r.words) == 1:
		// One word: it must be written as a name and be long enough to be one.
		if !toks[r.from].cap || len([]rune(r.words[0])) < 5 && !r.alias {
			return 0
		}
		c = oneWordAlias
	case full && street:
		c = streetName
	case full:
	case r.hits < 2:
		return 0
	default:
		share := float64(r.hits) / float64(len(r.words))
		lastWord := r.words[len(r.words)-1]
		tail := len([]rune(lastWord)) == 1 || isNumber(lastWord)
		switch {
		case share < 0.5 && r.hits < 3, tail && !r.last, street:
			c = ambiguousName
		case r.hits >= 3 && share >= 0.6 || share >= 0.66:
			c = partOfName
		default:
			c = 0.65
		}
		// A part must be written as a name, and be all of the name that stands there.
		if !toks[r.from].cap || r.to < len(toks) && goesOn(toks[r.to-1], toks[r.to]) {
			c = min(c, doubtful)
		}
	}
	if named {
		c = min(c, ambiguousName)
	}
	return c
}

// goesOn reports whether a name goes on with next: "Maple Grove Elementary Kitchen"
// is no short form of "Maple Grove Elementary Gym Addition".
func goesOn(last, next token) bool {
	return next.cap && !next.broken && next.start == last.end+1 && !mailWords[next.word] && !isNumber(next.word)
}

// own are the words of all that a project is called, and of where it is.
func (c *collector) own(p *projectr.Project) []string {
	all := slices.Clone(c.nameWords(p.Name))
	for _, a := range p.Aliases {
		all = append(append(all, ""), c.nameWords(a)...)
	}
	return append(append(all, ""), c.nameWords(p.Address)...)
}

// other finds words around a name that make it another job's: Ph 2, Bldg B, Suite
// 300, II, Annex, Parking Garage, where they are no part of what the project is called. to is 0 when
// there are none.
func (r run) other(toks []token, own []string) (from, to int) {
	part := func(i int) bool { // a part and which
		if i < 0 || i+1 >= len(toks) || !parts[toks[i].word] || toks[i+1].start-toks[i].end > 2 || !which(toks[i+1].word) {
			return false
		}
		for k := range own {
			if own[k] == toks[i].word && k+1 < len(own) && sameOne(own[k+1], toks[i+1].word) {
				return false
			}
		}
		return true
	}
	if n := r.to; n < len(toks) && toks[n].start-toks[n-1].end <= 4 {
		joined := !toks[n].broken || parts[toks[n].word] && toks[n].start-toks[n-1].end <= 2
		switch {
		case !joined:
		case part(n):
			return n, n + 2
		case distinguishing(toks, n) && !toks[n].broken && !slices.Contains(own, toks[n].word):
			return n, n + 1
		}
		for k := n; k < min(n+3, len(toks)) && toks[k].cap && !toks[k].broken && (k == n || toks[k].start == toks[k-1].end+1); k++ {
			if buildings[toks[k].word] && !slices.Contains(own, toks[k].word) {
				return n, k + 1
			}
		}
	}
	if i := r.from - 2; i >= 0 && !toks[r.from].broken && toks[r.from].start-toks[r.from-1].end <= 8 && part(i) {
		return i, r.from
	}
	return 0, 0
}

// which reports whether a word says which of several parts is meant.
func which(w string) bool {
	return isNumber(w) && len(w) < 5 || len(w) == 1 || ordinals[w] != ""
}

// ordinals are numbers in words.
var ordinals = map[string]string{"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}

func sameOne(a, b string) bool { return a == b || cmp.Or(ordinals[a], a) == cmp.Or(ordinals[b], b) }

// distinguishing reports whether token i, behind a name, makes it another job's: II,
// 2, B. A number that counts what follows does not.
func distinguishing(toks []token, i int) bool {
	t := toks[i]
	if t.number() && len(t.word) < 3 && t.word != "1" {
		next := i + 1
		return next >= len(toks) || toks[next].broken || toks[next].cap && !isNumber(toks[next].word)
	}
	switch t.word {
	case "ii", "iii", "iv", "b", "c", "d":
		return t.cap
	}
	return false
}

// streets finds site addresses: house number and street.
func (c *collector) streets(toks []token, in string, words func(a, b int) string) {
	for i := range toks {
		for _, s := range c.index.streets[toks[i].word] {
			line := c.nameWords(s.text)
			if len(line) < 2 {
				continue
			}
			numbered := isNumber(line[0])
			n := 1
			for n < len(line) && i+n < len(toks) && toks[i+n].word == line[n] && !toks[i+n].broken {
				n++
			}
			confidence := 0.0
			switch {
			case n == len(line) && numbered:
				confidence = byAddress
			case n == len(line):
				confidence = streetOnly
			case numbered && n >= 2 && n == len(line)-1 && streetKinds[line[n]] && !(i+n < len(toks) && streetKinds[toks[i+n].word]):
				confidence = partOfAddress
			}
			if confidence == 0 {
				continue
			}
			w := words(toks[i].start, toks[i+n-1].end)
			where := map[string]string{"subject": "in the subject", "text": "in the text"}[in]
			c.add(s.project, confidence*toks[i].factor, projectr.Reason{Kind: "address", Text: fmt.Sprintf("The site's address, %s, stands %s.", w, where), Words: w, In: in, Start: toks[i].start, End: toks[i+n-1].end})
		}
	}
}

// people looks for persons of a project among sender and recipients. Alone they
// never file a mail: people work on several jobs.
func (c *collector) people(m *message.Message) {
	look := func(list []projectr.MailAddress, confidence float64, role string) {
		for _, a := range list {
			who := turned(a.Name)
			if !strings.Contains(who, " ") {
				continue
			}
			var of []*projectr.Project
			for _, p := range c.index.people[strings.ToLower(who)] {
				if p.Status.Open() {
					of = append(of, p)
				}
			}
			for _, p := range of {
				c.add(p, confidence/float64(len(of)), projectr.Reason{Kind: "people", Text: fmt.Sprintf("%s, who works on it, is %s.", who, role), Words: a.Name, In: "address"})
			}
		}
	}
	look(m.From, bySender, "the sender")
	look(m.To, byRecipient, "a recipient")
	look(m.Cc, byRecipient, "a recipient")
}

// turned writes "Reyes, Carla" as "Carla Reyes".
func turned(s string) string {
	if last, first, ok := strings.Cut(s, ","); ok && !strings.Contains(first, ",") {
		s = first + " " + last
	}
	return strings.Join(strings.Fields(s), " ")
}
