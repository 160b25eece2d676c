package api

import (
	"context"
	"time"

	"projectr"
)

type listEmailsIn struct {
	OrgIn
	PageIn
	State   string             `query:"state" enum:"filed,review,quarantined,held,automatic,parked"`
	Project projectr.ProjectID `query:"project" maxLength:"100" doc:"Only mails filed on this project."`
	Thread  projectr.ThreadID  `query:"thread" maxLength:"200" doc:"Only mails of this thread."`
	Kind    string             `query:"kind" enum:"decision,action_item,scope_change,budget_mention,timeline_change,risk,key_point" doc:"Only mails with a live fact of this kind."`
	Before  time.Time          `query:"before" doc:"Only mails dated before this moment (RFC 3339)."`
	Copies  bool               `query:"copies" doc:"Received mails that brought only what was kept already, too."`
	Order   string             `query:"order" enum:"received,date" default:"received" doc:"Newest first by when it was received, or by the mail's own date."`
}

func listEmails(ctx context.Context, c Caller, in listEmailsIn) (List[projectr.Email], error) {
	return listOf(c.visible(c.Org.Emails(ctx, projectr.EmailFilter{
		State: projectr.EmailState(in.State), Project: in.Project, Thread: in.Thread, Kind: projectr.FactKind(in.Kind),
		Before: in.Before, ByDate: in.Order == "date", Copies: in.Copies, Page: in.page(),
	})))
}

type listReviewIn struct {
	OrgIn
	PageIn
}

func listReview(ctx context.Context, c Caller, in listReviewIn) (List[projectr.Email], error) {
	return listOf(c.Org.Emails(ctx, projectr.EmailFilter{State: projectr.InReview, Page: in.page()}))
}

// EmailView is a mail with its text.
type EmailView struct {
	projectr.Email
	Body    projectr.Body `json:"body"`
	HTMLURL *string       `json:"html_url" doc:"Path of the cleaned HTML view; null when there is none."`
	RawURL  string        `json:"raw_url" doc:"Path of the mail as it came."`
}

func getEmail(ctx context.Context, c Caller, in EmailIn) (EmailView, error) {
	var v EmailView
	var err error
	if v.Email, err = c.email(ctx, in.ID); err != nil {
		return v, err
	}
	if v.Body, err = c.Org.Body(ctx, in.ID); err != nil {
		return v, err
	}
	path := base + "/orgs/" + string(c.Org.ID()) + "/emails/" + string(in.ID)
	v.RawURL = path + "/raw"
	if v.Body.HTML {
		html := path + "/html"
		v.HTMLURL = &html
	}
	return v, nil
}

type moveEmailIn struct {
	EmailIn
	Body struct {
		ProjectID sent[projectr.ProjectID] `json:"project_id,omitempty" doc:"The project to file it on; with to passages, the one of what stands in none of them."`
		To        string                   `json:"to,omitempty" enum:"project,none,review,passages" doc:"As a whole on the project, on none because it is not project mail, or back into review; or each passage that was set aside on its project. Project when left out."`
		Thread    bool                     `json:"thread,omitempty" doc:"Later mails of the thread follow."`
	} `nameHint:"EmailMove"`
}

func moveEmail(ctx context.Context, c Caller, in moveEmailIn) (Moved, error) {
	id := in.Body.ProjectID.Value
	if (in.Body.To == "none" || in.Body.To == "review") && id != "" {
		return Moved{}, &projectr.Error{Kind: projectr.Invalid, Field: "project_id", Message: "Leave the project out when the mail goes to none or into review."}
	}
	if in.Body.To == "passages" && in.Body.Thread {
		return Moved{}, &projectr.Error{Kind: projectr.Invalid, Field: "thread", Message: "Later mails of a thread about several projects follow none of them: leave the thread out."}
	}
	var err error
	switch in.Body.To {
	case "passages":
		err = c.Org.FileByPassages(ctx, in.ID, id)
	case "none":
		err = c.Org.File(ctx, in.ID, "", in.Body.Thread)
	case "review":
		err = c.Org.Unfile(ctx, in.ID)
	default:
		if id == "" {
			return Moved{}, &projectr.Error{Kind: projectr.Invalid, Field: "project_id", Message: "Say on which project the mail is filed, or \"to\": \"none\" or \"review\"."}
		}
		err = c.Org.File(ctx, in.ID, id, in.Body.Thread)
	}
	if err != nil {
		return Moved{}, err
	}
	return moved(ctx, c, in.ID)
}

// PassageIn names a passage of a mail.
type PassageIn struct {
	EmailIn
	Start int `path:"start" minimum:"0" doc:"Where the passage begins: a code point of the mail's text."`
}

type movePassageIn struct {
	PassageIn
	Body struct {
		ProjectID projectr.ProjectID `json:"project_id" doc:"The project it goes to, and its facts with it."`
	} `nameHint:"PassageMove"`
}

func movePassage(ctx context.Context, c Caller, in movePassageIn) (projectr.Email, error) {
	if err := c.Org.FilePassage(ctx, in.ID, in.Start, in.Body.ProjectID); err != nil {
		return projectr.Email{}, err
	}
	return c.email(ctx, in.ID)
}
