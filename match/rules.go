package match

import (
	"fmt"
	"strings"

	"projectr"
)

// rules looks for the rule that covers the mail: the narrowest. Two that are equally
// narrow and disagree are none.
func (c *collector) rules() {
	m := c.in.Message
	body := projectr.Body{Text: m.Text, Spans: m.Spans}
	best, tie := -1, false
	var reason projectr.Reason
	for i := range c.in.Rules {
		r := &c.in.Rules[i]
		p := c.index.byID[r.ProjectID]
		if p == nil {
			continue
		}
		in, start, end, ok := r.Covers(m.From, m.Subject, body)
		if !ok {
			continue
		}
		n := r.Narrow()
		switch {
		case n < best:
			continue
		case n == best:
			tie = tie || r.ProjectID != c.rule.ProjectID
			continue
		}
		best, tie, c.rule = n, false, r
		reason = projectr.Reason{Kind: "rule", Text: "A correction taught it: " + r.Text, In: in, Start: start, End: end}
		if r.Text == "" {
			reason.Text = fmt.Sprintf("A correction taught that such mail goes to %s.", p.Name)
		}
		text := m.Text
		if in == "subject" {
			text = m.Subject
		}
		q, _ := projectr.Quoted(text, start, end)
		reason.Words = strings.Join(strings.Fields(q), " ")
		if in == "" {
			reason.In, reason.Words = "address", r.From
		}
	}
	if tie {
		c.rule = nil
	}
	if c.rule != nil {
		c.add(c.index.byID[c.rule.ProjectID], byRule, reason)
	}
}

// overruled reports whether a rule goes before the clues to another project: it is
// the one that led astray, or is named by nothing but the rule's own words. A job
// number is never overruled.
func (c *collector) overruled(f *found) bool {
	if f.by["job_number"] >= c.in.FileFrom {
		return false
	}
	if c.rule.Instead != nil && *c.rule.Instead == f.project.ID {
		return true
	}
	for _, r := range f.reasons {
		if (r.Kind == "name" || r.Kind == "address") && !within(r.Words, c.rule.Words) {
			return false
		}
	}
	return true
}

// within reports whether words stand in others, whatever case and punctuation.
func within(words, in string) bool { return strings.Contains(squeeze(in), squeeze(words)) }

// disagree says why a rule does not file a mail.
func (c *collector) disagree(what string) string {
	return fmt.Sprintf("A correction taught that such mail goes to %s, but %s.", c.index.byID[c.rule.ProjectID].Name, what)
}
