package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"projectr"
	"projectr/store"
)

// Asked returns what tells the admins of an organisation that a mail provider
// asks whether it may forward mail here. It shows the code and the provider's
// link; whoever has them can confirm, so nobody but admins gets them. A mail that
// is not sent is logged: the dashboard asks too, and asks alone where the sender
// could not be checked.
func Asked(c Config, mailer Mailer, log *slog.Logger) func(context.Context, store.Org, projectr.Email) {
	return func(ctx context.Context, org store.Org, e projectr.Email) {
		members, err := org.Members(ctx)
		if err != nil {
			log.WarnContext(ctx, "admins were not told of a confirmation", "org", org.ID(), "email", e.ID, "err", err)
			return
		}
		for _, m := range members {
			if m.Role != projectr.Admin || m.User.Disabled {
				continue
			}
			if err := mailer.Send(ctx, asking(c, m.User, e)); err != nil {
				log.WarnContext(ctx, "an admin was not told of a confirmation", "org", org.ID(), "email", e.ID, "user", m.User.ID, "err", err)
			}
		}
	}
}

func asking(c Config, to projectr.User, e projectr.Email) projectr.Outgoing {
	a := e.Confirmation
	whose := "somebody"
	if a.For != "" {
		whose = a.For
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Hello %s,\n\n%s asks whether it may forward the mail of %s to your Projectr address. If that is one of yours, confirm it:\n\n", to.Name, a.Provider, whose)
	if a.Code != "" {
		fmt.Fprintf(&b, "    Code: %s\n", a.Code)
	}
	if u, err := url.Parse(a.URL); err == nil && a.URL != "" {
		fmt.Fprintf(&b, "    Link (%s): %s\n", u.Host, a.URL)
	}
	fmt.Fprintf(&b, "\nConfirm only what you have set up yourself. If nobody of yours has, do nothing.\n\n%s\n", c.URL())
	return projectr.Outgoing{
		To:      projectr.MailAddress{Name: to.Name, Address: to.Email},
		Subject: a.Provider + " asks to forward mail to Projectr",
		Text:    b.String(),
	}
}
