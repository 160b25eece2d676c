package api

import (
	"context"

	"projectr"
)

func listSenders(ctx context.Context, c Caller, in partIn) (List[projectr.SenderRule], error) {
	all, err := c.Org.Senders(ctx)
	return listOf(part(all, in.page(), func(r projectr.SenderRule) string { return string(r.ID) }), err)
}

type saveSenderIn struct {
	OrgIn
	Body struct {
		Pattern string `json:"pattern" maxLength:"320" doc:"An address (jo@x.example), a domain (@x.example), or * for anyone."`
		Allow   *bool  `json:"allow,omitempty" doc:"False blocks these senders. True when left out."`
	} `nameHint:"NewSender"`
}

// saveSender makes a rule. Mail that waited for it is let in at once, in the
// background.
func saveSender(ctx context.Context, c Caller, in saveSenderIn) (projectr.SenderRule, error) {
	r, err := c.Org.SaveSender(ctx, in.Body.Pattern, in.Body.Allow == nil || *in.Body.Allow)
	if err == nil && c.Site.nudge != nil {
		c.Site.nudge()
	}
	return r, err
}

type senderIn struct {
	OrgIn
	ID projectr.SenderID `path:"id" doc:"The rule's id."`
}

func dropSender(ctx context.Context, c Caller, in senderIn) (nothing, error) {
	return nothing{}, c.Org.DropSender(ctx, in.ID)
}

// releaseEmail lets one mail in that was kept back, or reads one that a machine
// wrote, without a rule for others.
func releaseEmail(ctx context.Context, c Caller, in EmailIn) (projectr.Email, error) {
	if c.Site.release == nil {
		return projectr.Email{}, &projectr.Error{Kind: projectr.Unavailable, Message: "Mail cannot be let in just now. Try again in a moment."}
	}
	if _, err := c.email(ctx, in.ID); err != nil {
		return projectr.Email{}, err
	}
	who := c.Org.By().Name
	if err := c.Site.release(ctx, c.Org, in.ID, who); err != nil {
		return projectr.Email{}, err
	}
	return c.email(ctx, in.ID)
}

func listConfirmations(ctx context.Context, c Caller, in partIn) (List[projectr.Email], error) {
	return listOf(c.Org.Emails(ctx, projectr.EmailFilter{State: projectr.Automatic, Asking: true, Page: in.page()}))
}

// email returns one mail, if the caller may see it: the codes by which a mail
// provider is told to forward mail here are for admins alone. To others such a
// mail is not there.
func (c Caller) email(ctx context.Context, id projectr.EmailID) (projectr.Email, error) {
	e, err := c.Org.Email(ctx, id)
	if err == nil && e.Confirmation != nil && !c.Role.Can(projectr.WriteSettings) {
		return projectr.Email{}, &projectr.Error{Kind: projectr.NotFound, Message: "No such mail."}
	}
	return e, err
}

// visible takes what the caller may not see out of a list of mails.
func (c Caller) visible(l projectr.List[projectr.Email], err error) (projectr.List[projectr.Email], error) {
	if c.Role.Can(projectr.WriteSettings) {
		return l, err
	}
	kept := l.Items[:0:0]
	for _, e := range l.Items {
		if e.Confirmation == nil {
			kept = append(kept, e)
		}
	}
	l.Items = kept
	return l, err
}

// opened is email for a caller who wants what came with the mail. Nobody gets at a
// virus by a click.
func (c Caller) opened(ctx context.Context, id projectr.EmailID) (projectr.Email, error) {
	e, err := c.email(ctx, id)
	if err == nil && e.State == projectr.Held && e.Verdict == projectr.Refused {
		return e, &projectr.Error{Kind: projectr.Forbidden, Message: "This mail carries a virus: what came with it is not handed out."}
	}
	return e, err
}

// attachmentText answers with what was read of a file.
func attachmentText(ctx context.Context, c Caller, in attachmentIn) (projectr.FileText, error) {
	if _, err := c.opened(ctx, in.ID); err != nil {
		return projectr.FileText{}, err
	}
	return c.Org.FileText(ctx, in.ID, in.N)
}
