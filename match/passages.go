package match

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"projectr"
)

// line is a line of the author's own text, in code points.
type line struct {
	start, end int  // without blanks around
	bullet     bool // it begins with one, or with a number
	first      bool // of its paragraph
}

// lines cuts the author's own text into lines; blank ones are left out.
func lines(runes []rune, spans []projectr.Span) []line {
	var out []line
	for _, s := range spans {
		if s.Kind != projectr.SpanNew {
			continue
		}
		first := true
		for at := s.Start; at < min(s.End, len(runes), maxScan); {
			end := at
			for end < s.End && end < len(runes) && runes[end] != '\n' {
				end++
			}
			from, to := at, end
			for from < to && unicode.IsSpace(runes[from]) {
				from++
			}
			for to > from && unicode.IsSpace(runes[to-1]) {
				to--
			}
			if from == to {
				first = true
			} else {
				out = append(out, line{from, to, bulleted(runes[from:to]), first})
				first = false
			}
			at = end + 1
		}
	}
	return out
}

// bulleted reports whether a line is an item of a list: "- x", "• x", "3. x", "b) x".
func bulleted(l []rune) bool {
	if strings.ContainsRune("-–—*•·▪◦‣o", l[0]) && len(l) > 1 && unicode.IsSpace(l[1]) {
		return true
	}
	n := 0
	for n < len(l) && n < 3 && (unicode.IsDigit(l[n]) || n == 0 && unicode.IsLetter(l[n])) {
		n++
	}
	return n > 0 && n+1 < len(l) && (l[n] == '.' || l[n] == ')') && unicode.IsSpace(l[n+1])
}

// leadIn may stand before the project that a passage is about.
var leadIn = wordSet("on for re regarding about concerning job project site proj no number as also next then now and at from update status with in over")

// maxLead is in how many words of its beginning a passage names its project.
const maxLead = 12

// maxBehind is how many words more of a name may stand before the colon behind it.
const maxBehind = 2

// lead is what a line begins with: the project that what follows is about.
type lead struct {
	*found
	heading bool // nothing but the project stands on the line
	strong  bool // a colon, a dash or a job number sets it apart
}

// passages splits a mail about several projects. Each passage begins with its
// project: as a heading, before a colon, or in "On Canal Place we ..."; it must be
// sure of it, and name no other that is as sure. main is the project of the mail as a
// whole, where there is one: only what is clearly set apart goes elsewhere then.
// Without it there are at least two projects, or nothing is split.
func (c *collector) passages(main projectr.ProjectID) []projectr.Passage {
	m := c.in.Message
	if len(c.of) < 2 && main == "" || len(c.of) == 0 {
		return nil
	}
	ls := lines(c.runes, m.Spans)
	leads := make([]*lead, len(ls))
	for i, l := range ls {
		leads[i] = c.lead(l, main != "")
	}
	var out []projectr.Passage
	several := map[projectr.ProjectID]bool{}
	for i := 0; i < len(ls); {
		p := leads[i]
		if p == nil {
			i++
			continue
		}
		end := extent(ls, leads, i)
		start, stop := ls[i].start, ls[end-1].end
		i = end
		if !c.alone(start, stop, p.project) {
			continue
		}
		several[p.project.ID] = true
		if p.project.ID != main {
			reasons := append([]projectr.Reason{{Kind: "passage", Text: fmt.Sprintf("This passage begins with %s.", p.project.Name), Words: p.reasons[0].Words, In: "text", Start: p.reasons[0].Start, End: p.reasons[0].End}}, p.reasons...)
			out = append(out, projectr.Passage{ProjectID: p.project.ID, Start: start, End: stop, Reasons: reasons})
		}
	}
	if main == "" && len(several) < 2 {
		return nil
	}
	return out
}

// extent returns the line after the passage that begins with line i: to the end of
// its paragraph; from an item of a list to the next; from a heading over the
// paragraph that follows it, and items of lists below.
func extent(ls []line, leads []*lead, i int) int {
	below := 0 // paragraphs below a heading
	for k := i + 1; k < len(ls); k++ {
		switch {
		case leads[k] != nil:
			return k
		case ls[k].first && !leads[i].heading, !ls[k].first && ls[i].bullet && ls[k].bullet:
			return k
		case ls[k].first && below > 0 && !ls[k].bullet:
			return k
		case ls[k].first || below == 0:
			below++
		}
	}
	return len(ls)
}

// between are the tokens in a stretch of the text.
func (c *collector) between(start, end int) []token {
	from, _ := slices.BinarySearchFunc(c.text, start, func(t token, at int) int { return t.start - at })
	to, _ := slices.BinarySearchFunc(c.text, end, func(t token, at int) int { return t.start - at })
	return c.text[from:max(from, to)]
}

// part gathers the clues of a stretch of the text alone.
func (c *collector) part(toks []token) *collector {
	p := &collector{index: c.index, in: c.in, of: map[*projectr.Project]*found{}, cut: c.cut, runes: c.runes}
	p.scan(toks, c.in.Message.Text, c.runes, "text")
	if p.foreign != "" {
		p.caution(p.foreign)
	}
	return p
}

// unsure are the passages of a mail with a project of its own that begin with another,
// set apart, of which they are not sure enough to be filed there.
func (c *collector) unsure(main Filing) []projectr.Passage {
	m := c.in.Message
	var ls []line // outside of what is sure
	for _, l := range lines(c.runes, m.Spans) {
		if !slices.ContainsFunc(main.Passages, func(p projectr.Passage) bool { return p.Start <= l.start && l.end <= p.End }) {
			ls = append(ls, l)
		}
	}
	leads := make([]*lead, len(ls))
	for i, l := range ls {
		leads[i] = c.leadFrom(aside, l, true)
	}
	var out []projectr.Passage
	for i := 0; i < len(ls); {
		p := leads[i]
		if p == nil {
			i++
			continue
		}
		end := extent(ls, leads, i)
		if p.confidence() < c.in.FileFrom && p.project.ID != main.Project && p.project.Status.Open() {
			out = append(out, projectr.Passage{ProjectID: p.project.ID, Start: ls[i].start, End: ls[end-1].end, Reasons: p.reasons, Unsure: true})
		}
		i = end
	}
	return out
}

// lead returns the project with which a line surely begins, nil when there is none.
// strict asks for one that is set apart.
func (c *collector) lead(l line, strict bool) *lead {
	return c.leadFrom(c.in.FileFrom, l, strict)
}

// leadFrom is lead from another certainty on. No other project may be as likely, nor
// likelier than a name that several projects have.
func (c *collector) leadFrom(sure float64, l line, strict bool) *lead {
	toks := c.between(l.start, l.end)
	if len(toks) == 0 {
		return nil
	}
	n := 1
	for n < len(toks) && n < maxLead && !toks[n].broken {
		n++
	}
	clues := c.part(toks[:n]).list()
	if len(clues) == 0 || clues[0].confidence() < sure || len(clues) > 1 && clues[1].confidence() > min(ambiguousName, clues[0].confidence()-0.01) {
		return nil
	}
	f := clues[0]
	at, end := l.end, l.start
	for _, r := range f.reasons {
		at, end = min(at, r.Start), max(end, r.End)
	}
	for i, t := range toks {
		if t.start >= at {
			break
		}
		if !leadIn[t.word] && !(i == 0 && l.bullet) {
			return nil
		}
	}
	after := strings.TrimLeft(string(c.runes[end:l.end]), " )]")
	out := &lead{found: f, heading: n == len(toks) && n < 9 && !strings.ContainsAny(after, ".,;?!")}
	behind := 0 // words between the project and what sets it apart
	for _, t := range toks[:n] {
		if t.start >= end {
			behind++
		}
	}
	out.strong = out.heading || f.by["job_number"] >= c.in.FileFrom || n < len(toks) && behind <= maxBehind && strings.ContainsRune(":–—", lastMark(c.runes, toks[n-1].end, toks[n].start)) ||
		strings.HasPrefix(after, "- ") || strings.HasPrefix(after, "– ") || strings.HasPrefix(after, "— ")
	if strict && !out.strong {
		return nil
	}
	return out
}

// lastMark is the first sign other than a blank between two words.
func lastMark(runes []rune, from, to int) rune {
	for _, r := range runes[from:to] {
		if !unicode.IsSpace(r) && r != ')' && r != ']' {
			return r
		}
	}
	return ' '
}

// alone reports whether a stretch names no other project surely.
func (c *collector) alone(start, end int, p *projectr.Project) bool {
	for _, f := range c.part(c.between(start, end)).of {
		if f.project != p && f.confidence() >= c.in.FileFrom || f.project == p && (f.confidence() < c.in.FileFrom || !p.Status.Open()) {
			return false
		}
	}
	return true
}

// aside is from where what stands outside the passages of a mail may be about a
// project of its own.
const aside = 0.3

// elsewhere reports whether the subject, or what the author wrote outside of passages,
// seems to be about a project that none of them is about.
func (c *collector) elsewhere(passages []projectr.Passage) bool {
	other := func(p *collector) bool {
		return p.foreign != "" || slices.ContainsFunc(p.list(), func(f *found) bool {
			return f.confidence() >= aside && !slices.ContainsFunc(passages, func(x projectr.Passage) bool { return x.ProjectID == f.project.ID })
		})
	}
	subject := &collector{index: c.index, in: c.in, of: map[*projectr.Project]*found{}, cut: c.cut}
	if subject.scan(c.subject, c.in.Message.Subject, []rune(c.in.Message.Subject), "subject"); other(subject) {
		return true
	}
	for _, l := range lines(c.runes, c.in.Message.Spans) {
		if slices.ContainsFunc(passages, func(p projectr.Passage) bool { return p.Start <= l.start && l.end <= p.End }) {
			continue
		}
		if other(c.part(c.between(l.start, l.end))) {
			return true
		}
	}
	return false
}

// split says why a mail without a project of its own is filed by its passages.
func (c *collector) split(f Filing) projectr.Match {
	m := projectr.Match{Confidence: 1, Candidates: candidates(c.list(), surely)}
	var names []string
	for _, p := range f.Passages {
		var sure float64
		for _, x := range c.of {
			if x.project.ID == p.ProjectID {
				sure = x.confidence()
				if !slices.Contains(names, x.project.Name) {
					names = append(names, x.project.Name)
				}
			}
		}
		m.Confidence = min(m.Confidence, sure)
	}
	m.Reasons = []projectr.Reason{{Kind: "passage", Text: fmt.Sprintf("It is about %d projects, each in a passage of its own: %s.", len(names), strings.Join(names, ", "))}}
	return m
}
