package match

import (
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
	broken     bool    // a full stop or the end of a line stands before it
}

// tokens cuts s into words. A possessive 's is dropped; a hyphen divides.
func tokens(s string, spans []projectr.Span) []token {
	var out []token
	span := 0
	start, from := -1, 0 // code points, bytes
	cap := false
	n := 0
	newlines, broken := 0, false
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
		out = append(out, token{word: w, start: at, end: end, cap: cap, factor: factor, broken: broken})
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
		n++
	}
	emit(len(s), n)
	return out
}

// collector gathers clues.
type collector struct {
	index *Index
	of    map[*projectr.Project]*found
	cut   map[string][]string // canonical words of the names touched
}

// words cuts a name into canonical words, once for a mail.
func (c *collector) words(s string) []string {
	w, ok := c.cut[s]
	if !ok {
		w = canonical(s)
		c.cut[s] = w
	}
	return w
}

func (c *collector) add(p *projectr.Project, confidence float64, r projectr.Reason) {
	if confidence <= 0 {
		return
	}
	f := c.of[p]
	if f == nil {
		f = &found{project: p, by: map[string]float64{}}
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
		return
	}
	f.reasons = append(f.reasons, r)
}

// scan looks for job numbers, names and street addresses in a text.
func (c *collector) scan(s, in string, spans []projectr.Span) {
	toks := tokens(s, spans)
	if len(toks) == 0 {
		return
	}
	runes := []rune(s)
	words := func(a, b int) string {
		q, _ := projectr.Quoted(s, a, b)
		return strings.Join(strings.Fields(q), " ")
	}
	c.jobs(toks, runes, in, words)
	c.names(toks, in, words)
	c.streets(toks, in, words)
}

// jobs finds job numbers, token for token: 24-117 is not in 24-1170, nor in
// 124-117, nor in 24-117-3.
func (c *collector) jobs(toks []token, runes []rune, in string, words func(a, b int) string) {
	if len(c.index.jobs) == 0 {
		return
	}
	for i := range toks {
		joined := ""
		for k := i; k < len(toks) && k < i+5; k++ {
			if k > i && (toks[k].start-toks[k-1].end != 1 || !strings.ContainsRune("-–—./_ ", runes[toks[k-1].end])) {
				break
			}
			joined += toks[k].word
			list := c.index.jobs[joined]
			if len(list) == 0 || !wholeNumber(runes, toks[i].start, toks[k].end) {
				continue
			}
			confidence := jobInText
			if in == "subject" {
				confidence = jobInSubject
			}
			if weakNumber(joined) && !(i > 0 && announces[toks[i-1].word]) {
				confidence = 0.5
			}
			if spaced := k > i && strings.ContainsRune(string(runes[toks[i].start:toks[k].end]), ' '); spaced && !(i > 0 && announces[toks[i-1].word]) {
				confidence = min(confidence, 0.6)
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
				c.add(p, confidence*toks[i].factor, projectr.Reason{Kind: "job_number", Text: fmt.Sprintf("Job number %s stands %s.", w, where), Words: w, In: in, Start: toks[i].start, End: toks[k].end})
			}
		}
	}
}

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
			r := follow(n, c.words(n.text), toks, i)
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
			confidence := r.confidence(toks, in, rivals)
			if confidence == 0 {
				continue
			}
			w := words(toks[r.from].start, toks[r.to-1].end)
			c.add(r.project, confidence*toks[r.from].factor, projectr.Reason{Kind: "name", Text: nameText(w, in, toks[r.from].factor, confidence, rivals), Words: w, In: in, Start: toks[r.from].start, End: toks[r.to-1].end})
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

// confidence says how sure a run of words makes.
func (r run) confidence(toks []token, in string, rivals int) float64 {
	full := r.hits == len(r.words)
	sibling := r.to < len(toks) && !toks[r.to].broken && (parts[toks[r.to].word] || distinguishing(toks[r.to]))
	c := nameInText
	if in == "subject" {
		c = nameInSubject
	}
	switch {
	case full && len(r.words) == 1:
		// One word: it must be written as a name and be long enough to be one.
		if !toks[r.from].cap || len([]rune(r.words[0])) < 5 && !r.alias {
			return 0
		}
		c = oneWordAlias
	case full:
	case r.hits < 2:
		return 0
	default:
		share := float64(r.hits) / float64(len(r.words))
		lastWord := r.words[len(r.words)-1]
		tail := len([]rune(lastWord)) == 1 || isNumber(lastWord)
		switch {
		case share < 0.5 && r.hits < 3, tail && !r.last:
			c = ambiguousName
		case streetKinds[toks[r.to-1].word]:
			if r.from > 0 && isNumber(toks[r.from-1].word) && !toks[r.from].broken {
				return 0 // another house of the street
			}
			c = ambiguousName
		case r.hits >= 3 && share >= 0.6 || share >= 0.66:
			c = partOfName
		default:
			c = 0.65
		}
		// A part must be written as a name.
		if !toks[r.from].cap {
			c = min(c, 0.6)
		}
	}
	if sibling {
		c = min(c, 0.6) // Ph 2 of it, or Bldg B: another job
	}
	if rivals > 0 {
		c = min(c, ambiguousName)
	}
	return c
}

// distinguishing reports whether a word behind a name makes it another job's:
// II, 2, B.
func distinguishing(t token) bool {
	switch t.word {
	case "ii", "iii", "iv", "2", "3", "4", "5", "b", "c", "d":
		return t.cap
	}
	return false
}

// streets finds site addresses: house number and street.
func (c *collector) streets(toks []token, in string, words func(a, b int) string) {
	for i := range toks {
		for _, s := range c.index.streets[toks[i].word] {
			line := c.words(s.text)
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
			for i := range c.index.projects {
				p := &c.index.projects[i]
				if slices.ContainsFunc(p.People, func(n string) bool { return strings.EqualFold(strings.TrimSpace(n), who) }) {
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
