// Package match says which project a mail belongs to, and why.
//
// Clues are asked in an order: the plus-address, the thread, a job number, what
// people's corrections taught, the street address, the project's name or another
// name for it, the people, words that are typical of its mail. Each clue becomes a
// reason with the very words it rests on. Precision goes first: a mail is filed only
// when one project is sure and no other fits as well; every other mail gets
// candidates for a person to choose from. Words of quoted history count less than
// the author's own. A mail about several projects is split where its passages are
// sure of theirs.
//
// Find does it in one call. Who matches many mails against the same projects
// keeps an Index.
package match

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"projectr"
	"projectr/message"
)

// Input is a mail and what is known when it arrives.
type Input struct {
	Tag      string // plus tag of the address it came by; empty for none
	Message  *message.Message
	Thread   projectr.Thread       // known thread; its Project may be empty
	Projects []projectr.Project    // for Find; an Index has its own
	Rules    []projectr.FilingRule // what corrections taught
	FileFrom float64               // how sure files a mail; 0: projectr.SureEnough
	// Typical says in how many filed mails of each project words stand. It is asked
	// only about a mail whose project is not sure; nil: nothing is known.
	Typical func(words []string) []projectr.WordUse
}

// Filing is where a mail belongs.
type Filing struct {
	Project projectr.ProjectID // empty: a person is asked, or the passages say it all
	Match   projectr.Match     // Candidates are up to three projects it could be; for a filed mail the runners-up
	// Passages are stretches that are surely about a project other than Project.
	Passages []projectr.Passage
	// SetAside are such passages of a mail without a project of its own that is not
	// filed by them, because what else it says may be about another project; and of a
	// mail with one, passages that may be about another, each Unsure.
	SetAside []projectr.Passage
	Rule     projectr.FilingRuleID // the rule that filed it; empty: none did
}

// Find says where a mail belongs. Project is empty unless Match.Confidence is at
// least Input.FileFrom.
func Find(in Input) Filing { return NewIndex(in.Projects).Find(in) }

// How sure each clue makes, alone: about the share of such mails that are right.
// Those from 0.8 on file a mail. TestCalibration counts them.
const (
	byTag          = 1.0
	byThread       = 0.97
	bySplitThread  = 0.5
	jobInSubject   = 0.98
	jobInText      = 0.96
	byRule         = 0.95
	byAddress      = 0.94
	nameInSubject  = 0.93
	nameInText     = 0.9
	streetName     = 0.82 // a name that is a street's
	partOfName     = 0.83
	partOfAddress  = 0.7
	oneWordAlias   = 0.7
	doubtful       = 0.4  // a part or number says that it may be another job
	shortNumber    = 0.83 // T-88, in a subject
	plainNumber    = 0.6  // 1187, at the beginning of a subject
	streetOnly     = 0.5
	ambiguousName  = 0.5
	bySender       = 0.55
	byRecipient    = 0.35
	typicalWord    = 0.25
	mostOfWords    = 0.6
	quotedFactor   = 0.75
	leastCandidate = 0.05
	mostCandidates = 3
	surely         = 0.99 // no mail is surer, but by its address
)

// found is the clues to one project.
type found struct {
	project  *projectr.Project
	reasons  []projectr.Reason
	by       map[string]float64 // best confidence of each kind of clue
	subject  float64            // best of the clues in the subject
	text     float64            // best of the clues in the author's words
	doubt    string             // words that make it another job; empty: none
	labelled bool               // named behind "Project:"
	numbered float64            // best of its job number in the subject
	named    float64            // best of its name, were there no other project of that name
	titled   float64            // the same in the subject
	from     float64            // how sure files a mail
}

// confidence joins the kinds of clue: two weak ones make a stronger one, but
// words that overlap are one clue, so name and address count once. Typical words
// never file a mail, and neither does anything but a number where there is doubt.
func (f *found) confidence() float64 {
	sure := max(f.by["plus_address"], f.by["thread"], f.by["job_number"], f.by["rule"])
	c := max(sure, f.by["name"], f.by["address"])
	c = 1 - (1-c)*(1-f.by["people"])
	if f.doubt != "" {
		c = max(sure, min(c, doubtful))
	}
	if w := f.by["words"]; w > 0 && c < f.from {
		c = min(1-(1-c)*(1-w), f.from-0.01)
	}
	if f.by["plus_address"] == byTag {
		return byTag
	}
	return min(surely, c)
}

// Find is Find for the projects of the index.
func (x *Index) Find(in Input) Filing {
	if in.FileFrom == 0 {
		in.FileFrom = projectr.SureEnough
	}
	c := x.collect(in)
	main := c.main()
	if in.Message == nil || machine(in.Message) {
		return main
	}
	if main.Project == "" && c.strong == nil {
		if in.Typical != nil && c.words(in.Typical) {
			main = c.main() // in another order, and none is sure by it
		}
	}
	main.Passages = c.passages(main.Project)
	switch {
	case main.Project != "":
		main.SetAside = c.unsure(main)
	case len(main.Passages) == 0:
	case c.elsewhere(main.Passages):
		main.SetAside, main.Passages = main.Passages, nil
		main.Match.Reasons = []projectr.Reason{{Kind: "none", Text: "It is about several projects, and not all of it is sure."}}
	default:
		main.Match = c.split(main)
	}
	return main
}

// machine reports whether a mail's subject is an echo of somebody else's.
func machine(m *message.Message) bool {
	return m.Automatic == "reply" || m.Automatic == "bounce" || m.Automatic == "bulk"
}

// collect gathers what speaks for each project.
func (x *Index) collect(in Input) *collector {
	c := &collector{index: x, in: in, of: map[*projectr.Project]*found{}, cut: map[string][]string{}}
	if in.Message != nil {
		c.subject = tokens(in.Message.Subject, nil)
		c.text = tokens(in.Message.Text, in.Message.Spans)
		c.runes = []rune(in.Message.Text)
		c.scan(c.subject, in.Message.Subject, []rune(in.Message.Subject), "subject")
		c.scan(c.text, in.Message.Text, c.runes, "text")
		c.people(in.Message)
		c.rules()
	}
	if in.Tag != "" {
		if p := x.tagged(in.Tag); p != nil {
			c.strong, c.strongly = p, fmt.Sprintf("it was sent to the address of %s", p.Name)
			c.add(p, byTag, projectr.Reason{Kind: "plus_address", Text: fmt.Sprintf("The mail was sent to the address of %s.", p.Name), Words: in.Tag, In: "address"})
		}
	}
	if len(in.Thread.Split) > 0 { // whatever else the thread is filed on
		for _, id := range in.Thread.Split {
			if p := x.byID[id]; p != nil {
				c.add(p, bySplitThread, projectr.Reason{Kind: "thread", Text: fmt.Sprintf("The thread it answers is about several projects, %s among them.", p.Name)})
			}
		}
	} else if p := x.byID[in.Thread.Project]; p != nil && c.strong == nil {
		c.strong, c.strongly = p, fmt.Sprintf("its thread is filed on %s", p.Name)
		c.add(p, byThread, projectr.Reason{Kind: "thread", Text: fmt.Sprintf("The thread it answers is filed on %s.", p.Name)})
	}
	return c
}

// main decides about the mail as a whole.
func (c *collector) main() Filing {
	clues := c.list()
	if p := c.strong; p != nil {
		if c.rule != nil && c.rule.ProjectID != p.ID {
			return review(c.disagree(c.strongly), clues, c.in.FileFrom)
		}
		if f := c.of[p]; f.confidence() < c.in.FileFrom {
			return review(doubt(clues), clues, c.in.FileFrom)
		}
		return c.filed(c.of[p], clues)
	}
	if len(clues) == 0 {
		why := "No project named."
		if c.foreign != "" {
			why = fmt.Sprintf("Job number %s is of no project here.", c.foreign)
		}
		return Filing{Match: projectr.Match{Reasons: []projectr.Reason{{Kind: "none", Text: why}}, Candidates: []projectr.Candidate{}}}
	}
	if c.foreign != "" {
		c.caution(fmt.Sprintf("job number %s, which is of no project here", c.foreign))
		clues = c.list()
	}
	var sure []*found
	for _, f := range clues {
		if f.confidence() >= c.in.FileFrom {
			sure = append(sure, f)
		}
	}
	if len(sure) == 0 {
		return review(doubt(clues), clues, c.in.FileFrom)
	}
	best := sure[0]
	if c.rule != nil {
		best = c.of[c.index.byID[c.rule.ProjectID]]
		for _, f := range sure {
			if f != best && !c.overruled(f) {
				return review(c.disagree("it names "+f.project.Name), clues, c.in.FileFrom)
			}
		}
	} else if len(sure) > 1 {
		if best = c.inSubject(sure); best == nil {
			return review(fmt.Sprintf("Names %d projects.", len(sure)), clues, c.in.FileFrom)
		}
	}
	if why := c.contradicted(best, clues); why != "" {
		return review(why, clues, c.in.FileFrom)
	}
	switch {
	case machine(c.in.Message):
		return review("It was sent by a machine.", clues, c.in.FileFrom)
	case !best.project.Status.Open():
		return review(fmt.Sprintf("%s is completed.", best.project.Name), clues, c.in.FileFrom)
	}
	return c.filed(best, clues)
}

// caution makes every clue doubtful that is no known job number of the mail's own
// author: the mail names a job that nobody knows.
func (c *collector) caution(why string) {
	for _, f := range c.of {
		if f.by["job_number"] < jobInText && f.doubt == "" {
			f.doubt = why
		}
	}
}

// inSubject returns the one of several sure projects that the subject is about, nil
// when there is none or what the text says speaks against it: a number where the
// subject only has a name, a label such as "Project:", or a job that looks alike.
func (c *collector) inSubject(sure []*found) *found {
	var best *found
	for _, f := range sure {
		if f.subject < c.in.FileFrom {
			continue
		}
		if best != nil {
			return nil
		}
		best = f
	}
	if best == nil {
		return nil
	}
	for _, f := range sure {
		if f != best && (f.labelled || alike(f.project, best.project) || f.by["job_number"] >= c.in.FileFrom && best.by["job_number"] < c.in.FileFrom) {
			return nil
		}
	}
	return best
}

// alike reports whether two projects are easily taken for one another.
func alike(a, b *projectr.Project) bool {
	if w := firstWord(a.Name); w != "" && w == firstWord(b.Name) {
		return true
	}
	x, y := []byte(squeeze(a.JobNumber)), []byte(squeeze(b.JobNumber))
	slices.Sort(x)
	slices.Sort(y)
	return len(x) > 0 && string(x) == string(y)
}

// doubt says in a sentence why the best candidate is not sure.
func doubt(clues []*found) string {
	if clues[0].doubt != "" {
		return fmt.Sprintf("It may be %s, but it says “%s”.", clues[0].project.Name, clues[0].doubt)
	}
	if len(clues) > 1 && clues[1].confidence() > clues[0].confidence()-0.1 {
		n := 0
		for _, f := range clues {
			if f.confidence() > clues[0].confidence()-0.1 {
				n++
			}
		}
		if w := clues[0].reasons[0].Words; w != "" && clues[1].reasons[0].Words == w {
			return fmt.Sprintf("“%s” fits %d projects.", w, n)
		}
		return fmt.Sprintf("It could be %d projects.", n)
	}
	return fmt.Sprintf("It may be %s, but that is not sure.", clues[0].project.Name)
}

func (c *collector) filed(best *found, clues []*found) Filing {
	var others []*found
	for _, f := range clues {
		if f != best {
			others = append(others, f)
		}
	}
	out := Filing{Project: best.project.ID, Match: projectr.Match{Confidence: best.confidence(), Reasons: best.reasons, Candidates: candidates(others, surely)}}
	if c.rule != nil && best.reasons[0].Kind == "rule" {
		out.Rule = c.rule.ID
	}
	return out
}

// contradicted says what speaks against the best project, although no other is sure:
// a job number of another one in the subject where the best is named only, or
// another's name, which fits several, where the best has only its number.
func (c *collector) contradicted(best *found, clues []*found) string {
	if c.rule != nil {
		return ""
	}
	if c.foreign != "" && best.subject < c.in.FileFrom {
		return fmt.Sprintf("It names %s, but also job number %s, which is of no project here.", best.project.Name, c.foreign)
	}
	for _, f := range clues {
		switch {
		case f == best:
		case f.doubt != "" && f.named >= c.in.FileFrom && best.subject < c.in.FileFrom:
			return fmt.Sprintf("It names %s, but also %s with “%s”.", best.project.Name, f.project.Name, f.doubt)
		case f.numbered >= plainNumber && best.by["job_number"] < c.in.FileFrom:
			return fmt.Sprintf("It names %s, but has the job number of %s.", best.project.Name, f.project.Name)
		case max(f.titled, best.titled) >= c.in.FileFrom && f.titled < c.in.FileFrom && !f.labelled: // the subject decides
		case f.named >= c.in.FileFrom && best.named < c.in.FileFrom && (f.labelled || f.titled >= c.in.FileFrom || best.subject < c.in.FileFrom):
			return fmt.Sprintf("It has the job number of %s, but names %s.", best.project.Name, f.project.Name)
		}
	}
	return ""
}

// review keeps the mail for a person. No candidate is called sure then; where several
// are, each is as likely as the others.
func review(why string, clues []*found, from float64) Filing {
	sure := 0
	for _, f := range clues {
		if f.confidence() >= from {
			sure++
		}
	}
	most := from - 0.01
	if sure > 1 {
		most = min(most, surely/float64(sure))
	}
	m := projectr.Match{Candidates: candidates(clues, most)}
	m.Reasons = []projectr.Reason{{Kind: "none", Text: why}}
	if len(m.Candidates) > 0 {
		m.Confidence = m.Candidates[0].Confidence
	}
	return Filing{Match: m}
}

func candidates(clues []*found, most float64) []projectr.Candidate {
	out := []projectr.Candidate{}
	for _, f := range clues {
		if c := min(most, f.confidence()); c >= leastCandidate && len(out) < mostCandidates {
			out = append(out, projectr.Candidate{ProjectID: f.project.ID, Name: f.project.Name, Confidence: c, Reasons: f.reasons})
		}
	}
	return out
}

// tagged returns the project whose id or job number is the tag, whatever case
// and punctuation; nil when none or several are. The very id comes first. Of
// several with one job number it is the one that is open: a number is used
// again when the job it belonged to is done.
func (x *Index) tagged(tag string) *projectr.Project {
	if p := x.byID[projectr.ProjectID(tag)]; p != nil {
		return p
	}
	list := x.byTag[squeeze(tag)]
	if len(list) == 1 {
		return list[0]
	}
	var open *projectr.Project
	for _, p := range list {
		if !p.Status.Open() {
			continue
		}
		if open != nil {
			return nil
		}
		open = p
	}
	return open
}

// Tag returns the plus tag of a project's own address: mail to it is filed
// there. It is the job number, in lower case and in letters that may stand in
// an address, where that has at most most bytes and leads to this project alone;
// otherwise it is the project's id.
func (x *Index) Tag(id projectr.ProjectID, most int) string {
	if p := x.byID[id]; p != nil {
		if tag := tagOf(p.JobNumber); tag != "" && len(tag) <= most && x.tagged(tag) == p {
			return tag
		}
	}
	return string(id)
}

// tagOf writes a job number as a plus tag: letters, digits, and single hyphens
// and dots between them (RFC 5321 dot-string); "" when it has other letters. It
// squeezes to the same as the job number does.
func tagOf(job string) string {
	var b strings.Builder
	mark := rune(0)
	for _, r := range strings.ToLower(job) {
		switch {
		case r > 127:
			return ""
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if mark != 0 && b.Len() > 0 {
				b.WriteRune(mark)
			}
			mark = 0
			b.WriteRune(r)
		case r == '-' || r == '.':
			mark = r
		}
	}
	return b.String()
}

// list is what speaks for each project, the strongest first.
func (c *collector) list() []*found {
	out := make([]*found, 0, len(c.of))
	for _, f := range c.of {
		slices.SortStableFunc(f.reasons, func(a, b projectr.Reason) int { return rank(a.Kind) - rank(b.Kind) })
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *found) int {
		return cmp.Or(cmp.Compare(b.confidence(), a.confidence()), cmp.Compare(a.project.Name, b.project.Name), cmp.Compare(a.project.ID, b.project.ID))
	})
	return out
}

// order is that of the clues.
var order = []string{"plus_address", "thread", "job_number", "rule", "address", "name", "people", "words"}

func rank(kind string) int { return slices.Index(order, kind) }

// squeeze keeps letters and digits, in lower case.
func squeeze(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127 {
			b.WriteRune(r)
		}
	}
	return b.String()
}
