package store

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"unicode"

	"projectr"
)

// FilingRules lists what corrections taught about where mail goes, the newest first.
func (o Org) FilingRules(ctx context.Context) ([]projectr.FilingRule, error) {
	return o.s.d.FilingRules(ctx, o.scope)
}

// CreateFilingRule keeps a rule that a person makes without a mail. It is a Conflict
// when there is one for the same sender and words.
func (o Org) CreateFilingRule(ctx context.Context, r projectr.FilingRule) (projectr.FilingRule, error) {
	r, err := r.Validate()
	if err != nil {
		return r, err
	}
	p, err := o.s.d.Project(ctx, o.scope, r.ProjectID)
	if err != nil {
		return r, err
	}
	r = o.newRule(r)
	r.Instead, r.EmailID = nil, nil
	r.Text = r.Sentence(p.Name)
	return r, o.s.d.PutFilingRule(ctx, o.scope, nil, r, o.audit("filing_rule.create", string(r.ID)))
}

func (o Org) newRule(r projectr.FilingRule) projectr.FilingRule {
	r.ID = projectr.FilingRuleID("fr_" + strings.ToLower(rand.Text()[:16]))
	r.CreatedAt, r.Used = o.s.now(), 0
	if r.By = o.by.Name; r.By == "" {
		r.By = o.by.ID
	}
	return r
}

var errNoRule = &projectr.Error{Kind: projectr.NotFound, Message: "No such filing rule."}

// ChangeFilingRule lets change set sender, words and project of a rule and returns
// what it became. Mail stays where it is.
func (o Org) ChangeFilingRule(ctx context.Context, id projectr.FilingRuleID, change func(*projectr.FilingRule)) (projectr.FilingRule, error) {
	return again(func() (projectr.FilingRule, error) {
		all, err := o.s.d.FilingRules(ctx, o.scope)
		if err != nil {
			return projectr.FilingRule{}, err
		}
		i := slices.IndexFunc(all, func(r projectr.FilingRule) bool { return r.ID == id })
		if i < 0 {
			return projectr.FilingRule{}, errNoRule
		}
		was := all[i]
		r := was
		change(&r)
		is := was
		is.From, is.Words, is.ProjectID = r.From, r.Words, r.ProjectID
		if is, err = is.Validate(); err != nil {
			return was, err
		}
		p, err := o.s.d.Project(ctx, o.scope, is.ProjectID)
		if err != nil {
			return was, err
		}
		is.Text = is.Sentence(p.Name)
		return is, o.s.d.PutFilingRule(ctx, o.scope, &was, is, o.audit("filing_rule.save", string(id)))
	})
}

// DropFilingRule removes a rule: mail is filed as if it had never been. What it filed
// stays where it is.
func (o Org) DropFilingRule(ctx context.Context, id projectr.FilingRuleID) error {
	return o.s.d.DropFilingRule(ctx, o.scope, id, o.audit("filing_rule.remove", string(id)))
}

// WordUse says in how many of the newest filed mails of each project each of words
// stands. A word may be a number such as TD-2.
func (o Org) WordUse(ctx context.Context, words []string) ([]projectr.WordUse, error) {
	if len(words) == 0 {
		return nil, nil
	}
	return o.s.d.WordUse(ctx, o.scope, words)
}

// lesson is what moving a mail teaches.
type lesson struct {
	teach  *projectr.FilingRule
	forget bool // the rule that moving it taught before
}

// learn finds the narrowest rule that moving e teaches: its author, and words that led
// astray or that stand in its subject or text. It teaches nothing when no such rule is
// without contradiction by other filed mail, when the move is taken back, or when the
// mail is where a person put it.
func (o Org) learn(ctx context.Context, e projectr.Email, to projectr.ProjectID) (lesson, error) {
	rules, err := o.s.d.FilingRules(ctx, o.scope)
	if err != nil {
		return lesson{}, err
	}
	taught := slices.IndexFunc(rules, func(r projectr.FilingRule) bool { return r.EmailID != nil && *r.EmailID == e.ID })
	l := lesson{forget: taught >= 0}
	if taught >= 0 {
		was := rules[taught]
		rules = slices.Delete(rules, taught, taught+1)
		if to == "" && was.Instead == nil || was.Instead != nil && *was.Instead == to {
			return l, nil // it is back where it was
		}
	} else if r := e.Match.Reasons; e.State == projectr.Filed && len(r) > 0 && r[0].Kind == "person" {
		return l, nil
	}
	if len(e.Passages)+len(e.SetAside) > 0 {
		return l, nil // its words are about several projects
	}
	if to == "" || len(e.From) != 1 || e.From[0].Address == "" || e.State == projectr.Parked || e.State == projectr.Automatic {
		return l, nil
	}
	body, err := o.s.d.Body(ctx, o.scope, e.ID)
	if err != nil {
		return l, err
	}
	target, err := o.s.d.Project(ctx, o.scope, to)
	if err != nil {
		return l, err
	}
	least := 0 // it must be narrower than what covers the mail and says otherwise
	for _, r := range rules {
		if _, _, _, ok := r.Covers(e.From, e.Subject, body); ok {
			if r.ProjectID == to {
				return l, nil // that is known
			}
			least = max(least, r.Narrow())
		}
	}
	rule := projectr.FilingRule{From: strings.ToLower(e.From[0].Address), ProjectID: to, EmailID: &e.ID, Instead: e.ProjectID}
	for _, words := range phrases(e, body, target) {
		rule.Words = words
		r, err := rule.Validate()
		if err != nil {
			continue
		}
		if _, _, _, ok := r.Covers(e.From, e.Subject, body); !ok || r.Narrow() <= least {
			continue
		}
		ok, err := o.uncontradicted(ctx, r, e.ID)
		if err != nil {
			return l, err
		}
		if ok {
			r = o.newRule(r)
			r.Text = r.Sentence(target.Name)
			l.teach = &r
			return l, nil
		}
	}
	return l, nil
}

// maxPhrases bounds how many words are tried for one rule, and maxLooked the mails
// that are looked at for each: a phrase that stands in more says nothing.
const (
	maxPhrases = 8
	maxLooked  = 100
)

// phrases lists words that a rule could be about, the best first: those that led
// astray; names in the subject; the subject; names in the author's text. What
// already leads to the project teaches nothing.
func phrases(e projectr.Email, b projectr.Body, to projectr.Project) []string {
	var out []string
	add := func(words string) {
		words = strings.Join(strings.Fields(words), " ")
		if words != "" && len(out) < maxPhrases && !slices.Contains(out, words) && !contains(to.Name, words) && !contains(words, to.Name) {
			out = append(out, words)
		}
	}
	reasons := e.Match.Reasons
	for _, c := range e.Match.Candidates {
		if c.ProjectID != to.ID && e.ProjectID == nil {
			reasons = append(slices.Clone(reasons), c.Reasons...)
		}
	}
	for _, r := range reasons {
		if r.Kind == "name" || r.Kind == "address" {
			add(r.Words)
		}
	}
	subject := bareSubject(e.Subject)
	for _, n := range namesIn(subject) {
		add(n)
	}
	if len(strings.Fields(subject)) > 1 {
		add(subject)
	}
	for _, s := range b.Spans {
		if q, ok := projectr.Quoted(b.Text, s.Start, s.End); ok && s.Kind == projectr.SpanNew {
			for _, n := range namesIn(q) {
				add(n)
			}
		}
	}
	return out
}

func contains(in, words string) bool {
	return strings.Contains(strings.ToLower(in), strings.ToLower(words))
}

// bareSubject is a subject without Re: and Fwd:.
func bareSubject(s string) string {
	for {
		s = strings.TrimSpace(s)
		head, rest, ok := strings.Cut(s, ":")
		switch strings.ToLower(strings.TrimSpace(head)) {
		case "re", "fw", "fwd", "aw", "wg", "tr", "sv":
		default:
			ok = false
		}
		if !ok {
			return s
		}
		s = rest
	}
}

// namesIn lists what is written as a name: two to five words in a row with capitals.
// Of a line's first word that is no sign.
func namesIn(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		var run []string
		end := func() {
			if len(run) > 1 && len(run) < 6 {
				out = append(out, strings.Join(run, " "))
			}
			run = nil
		}
		for _, w := range strings.Fields(line) {
			bare := strings.Trim(w, ".,;:!?()[]\"'“”|")
			first := []rune(bare)
			if len(first) < 2 || !unicode.IsUpper(first[0]) || !strings.ContainsFunc(bare, unicode.IsLetter) {
				end()
				continue
			}
			run = append(run, bare)
			if bare != w && !strings.HasSuffix(w, bare) {
				end() // a sign stands behind it
			}
		}
		end()
	}
	return out
}

// uncontradicted reports whether no other filed mail that the rule covers is on
// another project.
func (o Org) uncontradicted(ctx context.Context, r projectr.FilingRule, but projectr.EmailID) (bool, error) {
	l, err := o.s.d.Search(ctx, o.scope, projectr.SearchQuery{Text: `"` + strings.ReplaceAll(r.Words, `"`, " ") + `"`, Kinds: []string{"mail"}, Page: projectr.Page{Limit: maxLooked}})
	if err != nil || l.Next != "" {
		return false, err
	}
	for _, h := range l.Items {
		if h.EmailID == but || h.ProjectID == "" || h.ProjectID == r.ProjectID {
			continue
		}
		e, err := o.s.d.Email(ctx, o.scope, h.EmailID)
		if err != nil {
			return false, err
		}
		if len(e.Passages) > 0 {
			continue // it says nothing of which words belong where
		}
		b, err := o.s.d.Body(ctx, o.scope, h.EmailID)
		if err != nil {
			return false, err
		}
		if _, _, _, ok := r.Covers(e.From, e.Subject, b); ok {
			return false, nil
		}
	}
	return true, nil
}
