// Package match says which project a mail belongs to, and why.
//
// Clues are asked in an order: the plus-address, the thread, a job number, the
// project's name or another name for it, its street address, the people. Each
// clue becomes a reason with the very words it rests on. Precision goes first: a
// mail is filed only when one project is sure and no other fits as well; every
// other mail gets candidates for a person to choose from. Words of quoted history
// count less than the author's own.
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
	Thread   projectr.Thread // known thread; its Project may be empty
	Projects []projectr.Project
}

// Find returns the project the mail is filed on, and the match behind it. The
// project is empty unless Match.Confidence is at least projectr.SureEnough; then
// Match.Candidates holds up to three projects it could be. For a filed mail they
// are the runners-up.
func Find(in Input) (projectr.ProjectID, projectr.Match) {
	return NewIndex(in.Projects).Find(in.Tag, in.Message, in.Thread)
}

// How sure each clue makes, alone. Those from 0.8 on file a mail.
const (
	byTag          = 1.0
	byThread       = 0.97
	jobInSubject   = 0.96
	jobInText      = 0.93
	nameInSubject  = 0.92
	nameInText     = 0.88
	byAddress      = 0.87
	partOfName     = 0.83
	partOfAddress  = 0.7
	oneWordAlias   = 0.7
	streetOnly     = 0.6
	ambiguousName  = 0.5
	bySender       = 0.55
	byRecipient    = 0.35
	quotedFactor   = 0.75
	leastCandidate = 0.05
	mostCandidates = 3
)

// found is the clues to one project.
type found struct {
	project *projectr.Project
	reasons []projectr.Reason
	by      map[string]float64 // best confidence of each kind of clue
	subject float64            // best of the clues in the subject
	text    float64            // best of the clues in the author's words
}

// confidence joins the kinds of clue: two weak ones make a stronger one, but
// words that overlap are one clue, so name and address count once.
func (f *found) confidence() float64 {
	words := max(f.by["job_number"], f.by["name"], f.by["address"])
	return min(0.99, 1-(1-words)*(1-f.by["people"]))
}

// Find is Find for the projects of the index.
func (x *Index) Find(tag string, m *message.Message, thread projectr.Thread) (projectr.ProjectID, projectr.Match) {
	clues := x.clues(m)
	if tag != "" {
		if p := x.tagged(tag); p != nil {
			reason := projectr.Reason{Kind: "plus_address", Text: fmt.Sprintf("The mail was sent to the address of %s.", p.Name), Words: tag, In: "address"}
			return filed(p, byTag, []projectr.Reason{reason}, clues)
		}
	}
	if thread.Project != "" {
		if p := x.byID[thread.Project]; p != nil {
			reason := projectr.Reason{Kind: "thread", Text: fmt.Sprintf("The thread it answers is filed on %s.", p.Name)}
			reasons := []projectr.Reason{reason}
			for _, f := range clues {
				if f.project == p {
					reasons = append(reasons, f.reasons...)
				}
			}
			return filed(p, byThread, reasons, clues)
		}
	}
	if len(clues) == 0 {
		return "", projectr.Match{Reasons: []projectr.Reason{{Kind: "none", Text: "No project named."}}, Candidates: []projectr.Candidate{}}
	}
	best := clues[0]
	sure := 0
	inSubject := 0
	for _, f := range clues {
		if f.confidence() >= projectr.SureEnough {
			sure++
		}
		if f.subject >= projectr.SureEnough {
			inSubject++
		}
	}
	switch {
	case sure > 1 && inSubject == 1:
		for _, f := range clues {
			if f.subject >= projectr.SureEnough {
				best = f
			}
		}
	case sure > 1:
		return review(fmt.Sprintf("Names %d projects.", sure), clues)
	case sure == 0:
		return review(doubt(clues), clues)
	}
	if m.Automatic == "reply" || m.Automatic == "bounce" || m.Automatic == "bulk" {
		// Its subject is an echo of somebody else's mail.
		return review("It was sent by a machine.", clues)
	}
	if !best.project.Status.Open() {
		return review(fmt.Sprintf("%s is completed.", best.project.Name), clues)
	}
	return filed(best.project, best.confidence(), best.reasons, clues)
}

// doubt says in a sentence why the best candidate is not sure.
func doubt(clues []*found) string {
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

func filed(p *projectr.Project, confidence float64, reasons []projectr.Reason, clues []*found) (projectr.ProjectID, projectr.Match) {
	var others []*found
	for _, f := range clues {
		if f.project != p {
			others = append(others, f)
		}
	}
	return p.ID, projectr.Match{Confidence: confidence, Reasons: reasons, Candidates: candidates(others, 0.99)}
}

// review keeps the mail for a person. No candidate is called sure then.
func review(why string, clues []*found) (projectr.ProjectID, projectr.Match) {
	m := projectr.Match{Candidates: candidates(clues, projectr.SureEnough-0.01)}
	m.Reasons = []projectr.Reason{{Kind: "none", Text: why}}
	if len(m.Candidates) > 0 {
		m.Confidence = m.Candidates[0].Confidence
	}
	return "", m
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

// clues collects what speaks for each project, the strongest first.
func (x *Index) clues(m *message.Message) []*found {
	c := collector{index: x, of: map[*projectr.Project]*found{}, cut: map[string][]string{}}
	if m == nil {
		return nil
	}
	c.scan(m.Subject, "subject", nil)
	c.scan(m.Text, "text", m.Spans)
	c.people(m)
	out := make([]*found, 0, len(c.of))
	for _, f := range c.of {
		slices.SortStableFunc(f.reasons, func(a, b projectr.Reason) int {
			return cmp.Or(cmp.Compare(f.by[b.Kind], f.by[a.Kind]), rank(a.Kind)-rank(b.Kind))
		})
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b *found) int {
		return cmp.Or(cmp.Compare(b.confidence(), a.confidence()), cmp.Compare(a.project.Name, b.project.Name), cmp.Compare(a.project.ID, b.project.ID))
	})
	return out
}

func rank(kind string) int {
	return slices.Index([]string{"job_number", "name", "address", "people"}, kind)
}

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
