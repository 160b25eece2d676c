package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"projectr"
	"projectr/account"
	"projectr/store"
)

// Onboarding is what is asked of a new organisation.
type Onboarding struct {
	Name       string
	Address    string // mail-in name
	AdminEmail string
	AdminName  string
	Plan       string // empty: self_hosted
	TrialDays  int
}

// Onboarded is what came of it.
type Onboarded struct {
	OrganisationID projectr.OrgID `json:"organisation_id"`
	Address        string         `json:"address"`
	AdminEmail     string         `json:"admin_email"`
	SignInURL      string         `json:"sign_in_url"`
	WelcomeMail    string         `json:"welcome_mail"`       // sent, or why not
	Customer       string         `json:"customer,omitempty"` // of the payment provider: made, or why not; empty: not asked for
}

// Onboard creates an organisation with its mail-in address and first admin,
// makes a link that signs the admin in once, and sends the welcome mail where
// a mailer is given. An address that is taken is a Conflict and changes nothing,
// and so does whatever is asked that cannot be kept.
func Onboard(ctx context.Context, c Config, st *store.Store, acc *account.Accounts, mailer Mailer, in Onboarding, now time.Time) (Onboarded, error) {
	o := projectr.Org{
		ID:       projectr.OrgID("org_" + strings.ToLower(rand.Text()[:16])),
		Name:     strings.TrimSpace(in.Name),
		Address:  strings.ToLower(strings.TrimSpace(in.Address)),
		Plan:     in.Plan,
		TimeZone: c.TimeZone,
	}
	if o.Plan == "" {
		o.Plan = "self_hosted"
	}
	if in.TrialDays > 0 {
		o.TrialEnds = now.AddDate(0, 0, in.TrialDays)
		if c.StripeKey != "" { // else nobody could pay when it has ended
			o.ReadUntil = o.TrialEnds
		}
	}
	out := Onboarded{OrganisationID: o.ID, Address: o.Address + "@" + c.MailDomain}
	if err := o.Validate(); err != nil {
		return out, err
	}
	if err := account.CheckPerson(in.AdminEmail, in.AdminName); err != nil {
		return out, &projectr.Error{Kind: projectr.Invalid, Message: "The admin's account cannot be made. " + projectr.MessageOf(err), Err: err}
	}
	if err := st.CreateOrg(ctx, o, projectr.Actor{Kind: "operator", ID: "onboard", Name: "Operator"}); err != nil {
		return out, err
	}
	org, err := st.AsOperator(ctx, string(o.ID), "onboard")
	if err != nil {
		return out, err
	}
	u, _, err := acc.AddMember(ctx, org, in.AdminEmail, in.AdminName, projectr.Admin)
	if err != nil {
		return out, err
	}
	secret, err := acc.NewTicket(ctx, u)
	if err != nil {
		return out, err
	}
	out.AdminEmail, out.SignInURL = u.Email, c.URL()+"/welcome/"+secret
	out.WelcomeMail = "not sent: no mail relay is set (PROJECTR_SMTP_RELAY_URL)"
	if mailer != nil {
		out.WelcomeMail = "sent"
		if err := mailer.Send(ctx, welcome(o, u, out)); err != nil {
			out.WelcomeMail = "not sent: " + projectr.MessageOf(err)
		}
	}
	return out, nil
}

func welcome(o projectr.Org, u projectr.User, out Onboarded) projectr.Outgoing {
	return projectr.Outgoing{
		To:      projectr.MailAddress{Name: u.Name, Address: u.Email},
		Subject: "Your Projectr address is " + out.Address,
		Text: fmt.Sprintf(`Hello %s,

%s is set up on Projectr. From now on, forward or CC the mail of your jobs to

    %s

Projectr files it under the right job and shows what was decided, what is due and what changed, each with the sentence that proves it.

Sign in and choose a password with this link. It works once, for seven days:

    %s
`, u.Name, o.Name, out.Address, out.SignInURL),
	}
}
