package ingest

import (
	"context"

	"projectr"
	"projectr/match"
	"projectr/message"
	"projectr/store"
)

// match says which project the mail belongs to, with reasons; none when no
// project is sure enough, and then a person is asked.
func (p *Pipeline) match(ctx context.Context, org store.Org, stop stop, t projectr.Thread, msg *message.Message) (projectr.ProjectID, projectr.Match, error) {
	projects, err := org.AllProjects(ctx)
	if err != nil {
		return "", projectr.Match{}, err
	}
	id, m := match.Find(match.Input{Tag: stop.tag, Message: msg, Thread: t, Projects: projects})
	return id, m, nil
}

// followers files the mails of this thread that came before the mail which
// tells where the thread belongs. Mail arrives in any order.
func (p *Pipeline) followers(ctx context.Context, org store.Org, r projectr.Recording) error {
	if r.Email.State != projectr.Filed || r.Email.ProjectID == nil {
		return nil
	}
	waiting, err := org.Emails(ctx, projectr.EmailFilter{Thread: r.Thread.ID, State: projectr.InReview})
	if err != nil {
		return err
	}
	for _, e := range waiting.Items {
		if len(e.Match.Candidates) > 0 && e.Match.Candidates[0].ProjectID != *r.Email.ProjectID {
			continue // it has clues of its own that point elsewhere
		}
		why := projectr.Match{
			Confidence: 0.9,
			Reasons:    []projectr.Reason{{Kind: "thread", Text: "An earlier mail of this thread, which arrived later, is filed here."}},
			Candidates: e.Match.Candidates,
		}
		if err := org.FileMatched(ctx, e.ID, *r.Email.ProjectID, why); err != nil {
			return err
		}
	}
	return nil
}
