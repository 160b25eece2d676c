package api

import (
	"context"

	"projectr"
)

// sendSample has a sample mail come in by the road of all mail, from the person who asks.
func sendSample(ctx context.Context, c Caller, _ OrgIn) (nothing, error) {
	switch {
	case c.who.Key:
		return nothing{}, &projectr.Error{Kind: projectr.Forbidden, Message: "An API key is no member whom a sample could come from. Sign in to have one sent, or send a mail of your own."}
	case c.Site.sample == nil:
		return nothing{}, &projectr.Error{Kind: projectr.Unavailable, Message: "No sample can be sent just now. Try again in a moment."}
	}
	if err := c.Site.maySample(c.Org.ID()); err != nil {
		return nothing{}, err
	}
	if err := c.Site.sample(ctx, c.Org, c.User); err != nil {
		return nothing{}, err
	}
	return nothing{}, c.Org.Note(ctx, "mail.sample", "")
}
