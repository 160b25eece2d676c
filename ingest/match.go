package ingest

import (
	"context"
	"slices"
	"strings"

	"projectr"
	"projectr/extract"
	"projectr/match"
	"projectr/message"
	"projectr/store"
)

// match says where the mail belongs, with reasons; on no project when none is sure
// enough, and then a person is asked.
func (p *Pipeline) match(ctx context.Context, org store.Org, tag string, t projectr.Thread, msg *message.Message) (match.Filing, error) {
	projects, err := org.AllProjects(ctx)
	if err != nil {
		return match.Filing{}, err
	}
	rules, err := org.FilingRules(ctx)
	if err != nil {
		return match.Filing{}, err
	}
	settings, err := org.Settings(ctx)
	if err != nil {
		return match.Filing{}, err
	}
	var failed error
	f := match.Find(match.Input{
		Tag: tag, Message: msg, Thread: t, Projects: projects, Rules: rules, FileFrom: float64(settings.FileFrom) / 100,
		Typical: func(words []string) []projectr.WordUse {
			uses, err := org.WordUse(ctx, words)
			failed = err
			return uses
		},
	})
	if f.Project == "" && len(f.Passages)+len(f.SetAside) == 0 {
		f.Match.Proposal = proposal(msg, f.Match, projects)
	}
	return f, failed
}

// couldBe is from where a candidate is more likely than a new project.
const couldBe = 0.5

// proposal is the new project that a mail seems to be about: it names one, with a job
// number or a street that no project has, and none of those there are fits. Mails
// about the same new project propose the same.
func proposal(msg *message.Message, m projectr.Match, projects []projectr.Project) *projectr.Proposal {
	if len(m.Candidates) > 0 && m.Candidates[0].Confidence >= couldBe {
		return nil
	}
	c := extract.ProjectClues(msg)
	if c.JobNumber == "" && (c.Name == "" || c.Address == "") {
		return nil
	}
	if c.Name == "" {
		c.Name = "Job " + c.JobNumber
	}
	same := func(a, b string) bool {
		return a != "" && strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
	}
	for _, p := range projects {
		if same(c.JobNumber, p.JobNumber) || same(c.Name, p.Name) || same(c.Address, p.Address) {
			return nil
		}
	}
	if (projectr.Project{Name: c.Name, JobNumber: c.JobNumber, Address: c.Address, Status: projectr.Active}).Validate() != nil {
		return nil
	}
	return &projectr.Proposal{Name: c.Name, JobNumber: c.JobNumber, Address: c.Address}
}

// settle makes a thread agree about its project after a mail of it was kept: a
// mail that was filed takes those that waited for it along, and one that waits
// follows a thread that has been filed since it was looked up. Of two mails of a
// thread that are kept at the same time, the later to be kept sees the other.
func (p *Pipeline) settle(ctx context.Context, org store.Org, e projectr.Email, msg *message.Message) error {
	if e.State != projectr.InReview {
		return p.followers(ctx, org, e)
	}
	ids := named(msg)
	if len(ids) == 0 {
		return nil
	}
	t, err := org.ThreadOf(ctx, ids)
	if err != nil {
		if projectr.KindOf(err) == projectr.NotFound {
			return nil
		}
		return err
	}
	if t.Project == "" || len(t.Split) > 0 {
		return nil
	}
	return p.follow(ctx, org, e, t.Project)
}

// followers files the mails of this thread that came before the mail which
// tells where the thread belongs. Mail arrives in any order.
func (p *Pipeline) followers(ctx context.Context, org store.Org, e projectr.Email) error {
	if e.State != projectr.Filed || e.ProjectID == nil || len(e.Passages) > 0 {
		return nil
	}
	for page := (projectr.Page{Limit: 200}); ; {
		waiting, err := org.Emails(ctx, projectr.EmailFilter{Thread: e.ThreadID, State: projectr.InReview, Page: page})
		if err != nil {
			return err
		}
		for _, w := range waiting.Items {
			if err := p.follow(ctx, org, w, *e.ProjectID); err != nil {
				return err
			}
		}
		if page.After = waiting.Next; waiting.Next == "" {
			return nil
		}
	}
}

// ownClue is from where a mail's own clue counts against its thread's project.
const ownClue = 0.3

// followed is how sure it is that a mail belongs where another of its thread is filed.
const followed = 0.9

// follow files one mail that waits, unless it has clues of its own that point
// elsewhere, a person put it where it is, or the organisation wants to be surer.
func (p *Pipeline) follow(ctx context.Context, org store.Org, w projectr.Email, to projectr.ProjectID) error {
	if c := w.Match.Candidates; len(c) > 0 && c[0].ProjectID != to && c[0].Confidence >= ownClue {
		return nil
	}
	if slices.ContainsFunc(w.Match.Candidates, func(c projectr.Candidate) bool {
		return c.ProjectID != to && slices.ContainsFunc(c.Reasons, func(r projectr.Reason) bool { return r.Kind == "rule" })
	}) {
		return nil // what a correction taught says otherwise
	}
	if r := w.Match.Reasons; len(r) > 0 && r[0].Kind == "person" {
		return nil
	}
	settings, err := org.Settings(ctx)
	if err != nil {
		return err
	}
	if float64(settings.FileFrom)/100 > followed {
		return nil
	}
	return org.FileMatched(ctx, w.ID, to, projectr.Match{
		Confidence: followed,
		Reasons:    []projectr.Reason{{Kind: "thread", Text: "Another mail of this thread is filed here."}},
		Candidates: w.Match.Candidates,
	})
}
