package projectr

import "slices"

// Passage is a stretch of a mail that is about a project of its own, where a mail
// is about several. The passages of a mail do not overlap.
type Passage struct {
	ProjectID ProjectID `json:"project_id"`
	Start     int       `json:"start" doc:"In code points of the mail's text."`
	End       int       `json:"end" doc:"Exclusive."`
	Reasons   []Reason  `json:"reasons" nullable:"false" doc:"Why it is there; after a person moved it, who did."`
	Unsure    bool      `json:"unsure,omitempty" doc:"Matching is not sure enough: it stays with the rest of the mail, set aside, until a person moves it."`
}

// covers reports whether a fact stands in the passage. One that stands in a file, or
// nowhere, stands in none.
func (p Passage) covers(f Fact) bool {
	return f.File == 0 && f.Start < f.End && p.Start <= f.Start && f.Start < p.End
}

// Projects lists the projects on whose timelines the mail stands, each once: its own
// first, then those of its passages.
func (e Email) Projects() []ProjectID {
	var out []ProjectID
	if e.ProjectID != nil {
		out = append(out, *e.ProjectID)
	}
	for _, p := range e.Passages {
		if !slices.Contains(out, p.ProjectID) {
			out = append(out, p.ProjectID)
		}
	}
	return out
}

// Stray reports whether a fact stands in none of the passages of a mail that has no
// project of its own: nothing says which project it is about.
func (e Email) Stray(f Fact) bool {
	return e.ProjectID == nil && !slices.ContainsFunc(e.Passages, func(p Passage) bool { return p.covers(f) })
}

// FiledOn returns the project that a fact of the mail is filed on: that of the passage
// it stands in, else the mail's own; empty when there is neither. A stray fact goes
// with the passage before it, because a fact of a filed mail is shown somewhere.
func (e Email) FiledOn(f Fact) ProjectID {
	before := ProjectID("")
	for i, p := range e.Passages {
		if p.covers(f) {
			return p.ProjectID
		}
		if i == 0 || p.Start <= f.Start {
			before = p.ProjectID
		}
	}
	if e.ProjectID != nil {
		return *e.ProjectID
	}
	return before
}
