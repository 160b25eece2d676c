package api

import (
	"context"

	"projectr"
)

func listInvitations(ctx context.Context, c Caller, in partIn) (List[projectr.Invite], error) {
	all, err := c.Org.Invites(ctx)
	return listOf(part(all, in.page(), func(x projectr.Invite) string { return string(x.ID) }), err)
}

// SentInvitation is an invitation that was just made or renewed.
type SentInvitation struct {
	projectr.Invite
	AcceptURL string `json:"accept_url,omitempty" doc:"Where it is accepted, to be handed on. It is told this once, and only where no mail is sent: else it is in the letter alone."`
}

// sent adds the link to an invitation that no letter carries.
func (s *Site) sent(x projectr.Invite, secret string) SentInvitation {
	out := SentInvitation{Invite: x}
	if secret != "" {
		out.AcceptURL = s.publicURL + "/invitation#" + secret
	}
	return out
}

type inviteIn struct {
	OrgIn
	Body struct {
		Email string        `json:"email" maxLength:"254" doc:"Whom to invite."`
		Role  projectr.Role `json:"role" enum:"admin,viewer"`
	} `nameHint:"NewInvitation"`
}

func invite(ctx context.Context, c Caller, in inviteIn) (SentInvitation, error) {
	x, secret, err := c.Site.invite(ctx, c.Org, in.Body.Email, in.Body.Role)
	if err != nil {
		return SentInvitation{}, err
	}
	return c.Site.sent(x, secret), nil
}

type invitationIn struct {
	OrgIn
	ID projectr.InviteID `path:"id" doc:"The invitation's id."`
}

// renewInvitation sends an invitation anew; the link of before opens nothing any more.
func renewInvitation(ctx context.Context, c Caller, in invitationIn) (SentInvitation, error) {
	x, secret, err := c.Site.renewInvite(ctx, c.Org, in.ID)
	if err != nil {
		return SentInvitation{}, err
	}
	return c.Site.sent(x, secret), nil
}

func dropInvitation(ctx context.Context, c Caller, in invitationIn) (nothing, error) {
	return nothing{}, c.Org.DropInvite(ctx, in.ID)
}
