package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"projectr"
	"projectr/account"
	"projectr/app"
	"projectr/billing"
	"projectr/store"
)

const onboardHelp = `
Creates an organisation, its mail-in address and its first admin, and prints a
link that signs the admin in once.

  --name N           the firm's name
  --address A        the mail-in name: A@ your mail domain
  --admin-email E    the first admin's address
  --admin-name N     and name
  --plan P           starter, professional, enterprise or self_hosted (default)
  --trial-days D     days of trial`

func (p *program) onboard(ctx context.Context, args []string) error {
	var in app.Onboarding
	f := p.flags("onboard")
	f.StringVar(&in.Name, "name", "", "")
	f.StringVar(&in.Address, "address", "", "")
	f.StringVar(&in.AdminEmail, "admin-email", "", "")
	f.StringVar(&in.AdminName, "admin-name", "", "")
	f.StringVar(&in.Plan, "plan", "", "")
	f.IntVar(&in.TrialDays, "trial-days", 0, "")
	stripe := f.Bool("stripe", false, "")
	if words, err := parsed(f, args); err != nil {
		return err
	} else if len(words) > 0 {
		return usagef("onboard takes flags only. Run `projectr help onboard`.")
	}
	for name, v := range map[string]string{"name": in.Name, "address": in.Address, "admin-email": in.AdminEmail, "admin-name": in.AdminName} {
		if v == "" {
			return usagef("onboard needs --%s. Run `projectr help onboard`.", name)
		}
	}
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	pays, err := h.billing(h.config, slog.New(slog.NewTextHandler(p.err, nil)), p.now)
	if err != nil {
		return err
	}
	if *stripe && pays == nil {
		return noStripe
	}
	out, err := app.Onboard(ctx, h.config, h.store, h.accounts, h.mailer, in, p.now())
	if err != nil {
		return err
	}
	if *stripe {
		out.Customer = "made"
		org, err := h.store.AsOperator(ctx, string(out.OrganisationID), "onboard --stripe")
		if err == nil {
			err = pays.Begin(ctx, org, out.AdminEmail)
		}
		if err != nil { // the organisation is there, and becomes a customer when it subscribes
			out.Customer = "not made: " + projectr.MessageOf(err)
		}
	}
	return p.print(out, func(w io.Writer) {
		if out.Customer != "" {
			defer fmt.Fprintf(w, "Stripe customer\t%s\n", out.Customer)
		}
		fmt.Fprintf(w, "Organisation\t%s (%s)\nMail-in address\t%s\nAdmin\t%s\nSign in once\t%s\nWelcome mail\t%s\n", in.Name, out.OrganisationID, out.Address, out.AdminEmail, out.SignInURL, out.WelcomeMail)
	})
}

const orgHelp = `
  projectr org list [--month 2026-03]
  projectr org show ORG [--month 2026-03] [--reason R]
  projectr org plan ORG PLAN [--reason R]  starter, professional, enterprise or self_hosted;
                                           not while a Stripe subscription says which;
                                           where Stripe is used no more, with --yes
  projectr org paid ORG AMOUNT CURRENCY --ref R --on 2026-03-14
                                           writes down what was paid otherwise than by Stripe,
                                           as 490.00 EUR; R is your own number of the payment,
                                           and said again the amount takes the place of the
                                           one before (0 takes it back)
  projectr org suspend ORG [--reason R]    mail is received and held
  projectr org resume ORG [--reason R]     held mail is read, within seconds when serve runs
  projectr org delete ORG [--reason R]     in 30 days; its mail is held until then
  projectr org restore ORG [--reason R]    takes that back
  projectr org delete ORG --yes            at once and for ever, with all its mail,
                                           and accounts that belong nowhere else
  projectr org invite EMAIL                prints a link to sign up an organisation with

ORG is a mail-in name, a mail-in address or an id. list shows of every
organisation the mail of this month, or of --month, what reading it cost, what
was paid by Stripe or as you wrote down, what of that is left, mail that waits, and limits that are 70, 90 or 100 % used now; the installation's own audit log says that
you looked. Whatever is about one organisation stands in its audit log, where
its admins see it: with the reason you give, or else with the command's name.`

type orgRow struct {
	account.Books
	MailIn string `json:"mail_in"`
}

// byHand is before the operator's own numbers of payments, which are no invoices of Stripe.
const byHand = "by hand "

// wroteDown keeps what the operator says was paid on a day, where the organisation is.
func wroteDown(ctx context.Context, org store.Org, info projectr.Org, amount, currency, ref, on string, now time.Time) error {
	if ref == "" || len(ref) > 100 {
		return usagef("org paid needs --ref with your own number of the payment, of at most 100 letters.")
	}
	paid, err := billing.ParseAmount(amount, currency)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(info.TimeZone)
	if err != nil {
		return err
	}
	// The day is never taken from the clock: who corrects an amount next month would move it there.
	day, err := time.ParseInLocation(time.DateOnly, on, zone)
	if err != nil {
		return usagef("org paid needs --on with the day it was paid, such as 2026-03-14.")
	}
	if day.After(now) {
		return usagef("--on %s is a day to come.", on)
	}
	return org.WriteDownPaid(ctx, projectr.Invoice{ID: byHand + ref, PaidAt: day.Add(12 * time.Hour), Currency: paid.Currency, Paid: paid.Minor},
		fmt.Sprintf("%s: %s %s", ref, amount, currency))
}

// goesOn is a Conflict where what is kept says that a subscription goes on, which cannot be
// asked about: with its next event it would set its plan again.
func goesOn(ctx context.Context, org store.Org) error {
	s, err := org.Subscription(ctx)
	if err == nil && s.Live() {
		err = &projectr.Error{Kind: projectr.Conflict, Message: "This organisation pays for a subscription at Stripe, which sets its plan again with its next event, and without PROJECTR_STRIPE_SECRET_KEY here Stripe cannot be asked. Set it as for `projectr serve`; where Stripe is used no more, add --yes."}
	}
	return err
}

// paysOn is why an organisation is not deleted at once whose subscription cannot be ended.
var paysOn = &projectr.Error{Kind: projectr.Conflict, Message: "This organisation is a customer at Stripe, where a subscription could be charged for ever, and without PROJECTR_STRIPE_SECRET_KEY here it cannot be ended. Set it as for `projectr serve`; where Stripe is used no more, delete the organisation without --yes: it is gone in 30 days."}

func (p *program) org(ctx context.Context, args []string) error {
	f := p.flags("org")
	yes := f.Bool("yes", false, "")
	reason, month := f.String("reason", "", ""), f.String("month", "", "")
	ref, on := f.String("ref", "", ""), f.String("on", "", "")
	words, err := parsed(f, args)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return usagef("org needs list, show, plan, paid, suspend, resume, delete, restore or invite. Run `projectr help org`.")
	}
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	if words[0] == "list" {
		rows := []orgRow{}
		for org, err := range h.store.EachOrg(ctx, "org list") {
			if err != nil {
				return err
			}
			row, err := h.row(ctx, org, *month)
			if err != nil {
				return err
			}
			rows = append(rows, row)
		}
		if err := h.store.Note(ctx, projectr.AuditEntry{Actor: p.operator(), Action: "org.list"}, ""); err != nil {
			return err
		}
		return p.print(map[string]any{"items": rows}, func(w io.Writer) {
			fmt.Fprintln(w, "ADDRESS\tNAME\tPLAN\tPROJECTS\tMAILS\tPAID\tCOST\tMARGIN\tREVIEW\tQUARANTINED\tHELD\tPARKED\tSTATE\tNEAR")
			for _, r := range rows {
				fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%s\t%s\n", r.MailIn, r.Name, r.Plan, r.Counts.Projects, r.Month.Emails, paid(r.Month), inDollars(r.Month.Cost),
					margin(r.Month), r.Counts.Review, r.Counts.Quarantined, r.Counts.Held, r.Counts.Parked, stateOf(r.Books.Org), near(r.Near))
			}
		})
	}
	if words[0] == "invite" {
		return p.invite(ctx, h, words[1:])
	}
	if need := cmp.Or(map[string]int{"plan": 3, "paid": 4}[words[0]], 2); len(words) != need {
		return usagef("org %s needs one organisation, org plan a plan, and org paid an amount and its currency. Run `projectr help org`.", words[0])
	}
	org, err := h.org(ctx, words[1], cmp.Or(*reason, "org "+words[0]))
	if err != nil {
		return err
	}
	info, err := org.Info(ctx)
	if err != nil {
		return err
	}
	switch words[0] {
	case "show":
	case "suspend", "resume":
		if _, err := org.Suspend(ctx, words[0] == "suspend"); err != nil {
			return err
		}
	case "plan":
		pays, err := h.billing(h.config, slog.New(slog.NewTextHandler(p.err, nil)), p.now)
		if err != nil {
			return err
		}
		if pays != nil {
			err = pays.ByAgreement(ctx, org)
		} else if !*yes {
			err = goesOn(ctx, org)
		}
		if err != nil {
			return err
		}
		if _, err := org.ChangeInfo(ctx, func(i *projectr.Org) {
			i.Plan, i.TrialEnds = words[2], time.Time{} // by agreement, and no more to try
		}); err != nil {
			return err
		}
	case "paid":
		if err := wroteDown(ctx, org, info, words[2], words[3], *ref, *on, p.now()); err != nil {
			return err
		}
	case "restore":
		if _, err := org.Stay(ctx); err != nil {
			return err
		}
	case "delete":
		pays, err := h.billing(h.config, slog.New(slog.NewTextHandler(p.err, nil)), p.now)
		if err != nil {
			return err
		}
		if pays != nil { // first: nobody could end its subscription afterwards
			if err := pays.Leave(ctx, org); err != nil {
				return err
			}
		} else if s, err := org.Subscription(ctx); err != nil {
			return err
		} else if *yes && s.Customer != "" && s.State != projectr.Canceled {
			return paysOn
		}
		if !*yes {
			if _, err := org.Leave(ctx); err != nil {
				return err
			}
			break
		}
		if err := org.Delete(ctx); err != nil {
			return err
		}
		return p.print(map[string]any{"deleted": info.ID}, func(w io.Writer) { fmt.Fprintf(w, "Deleted %s.\n", info.Name) })
	default:
		return usagef("org knows list, show, plan, paid, suspend, resume, delete, restore and invite, not %q.", words[0])
	}
	row, err := h.row(ctx, org, *month)
	if err != nil {
		return err
	}
	return p.print(row, func(w io.Writer) {
		fmt.Fprintf(w, "Name\t%s\nId\t%s\nMail-in address\t%s\nPlan\t%s\nState\t%s\nProjects\t%d\nMails in %s\t%d\nPaid\t%s\nTheir cost\t%s\nMargin\t%s\nIn review\t%d\nQuarantined\t%d\nHeld\t%d\nParked\t%d\nNear a limit\t%s\n", row.Name, row.ID, row.MailIn, row.Plan, stateOf(row.Books.Org),
			row.Counts.Projects, row.Month.Month, row.Month.Emails, paid(row.Month), inDollars(row.Month.Cost), margin(row.Month), row.Counts.Review, row.Counts.Quarantined, row.Counts.Held, row.Counts.Parked, near(row.Near))
	})
}

// invite lets somebody sign up an organisation.
func (p *program) invite(ctx context.Context, h *home, words []string) error {
	if len(words) != 1 {
		return usagef("org invite needs one e-mail address. Run `projectr help org`.")
	}
	secret, err := h.accounts.InviteToSignUp(ctx, words[0], p.operator())
	if err != nil {
		return err
	}
	out := struct {
		Email string `json:"email"`
		URL   string `json:"sign_up_url"`
	}{words[0], h.config.URL() + "/sign-up/confirm#" + secret}
	return p.print(out, func(w io.Writer) {
		fmt.Fprintf(w, "Invited\t%s\nSign up once, within a week\t%s\n", out.Email, out.URL)
	})
}

// org enters an organisation by mail-in name, mail-in address or id.
func (h *home) org(ctx context.Context, name, why string) (store.Org, error) {
	return h.store.AsOperator(ctx, strings.TrimSuffix(strings.ToLower(name), "@"+h.config.MailDomain), why)
}

func (h *home) row(ctx context.Context, org store.Org, month string) (orgRow, error) {
	b, err := h.accounts.BooksOf(ctx, org, month)
	return orgRow{b, b.Address + "@" + h.config.MailDomain}, err
}

func margin(m projectr.Month) string {
	if m.Margin == nil {
		return "not known"
	}
	return inDollars(*m.Margin)
}

// paid is what was paid in a month, as far as that is known, each currency in its smallest unit on its own.
func paid(m projectr.Month) string {
	if len(m.Income) == 0 && m.Margin == nil {
		return "not known"
	}
	var all []string
	for _, a := range m.Income {
		if a.Currency == "USD" {
			all = append(all, inDollars(a.Minor*10_000))
			continue
		}
		all = append(all, fmt.Sprintf("%d %s (smallest unit)", a.Minor, a.Currency))
	}
	return cmp.Or(strings.Join(all, " and "), "-")
}

// near names the limits that are near, with the share that is reached.
func near(all []projectr.Nearness) string {
	var out []string
	for _, n := range all {
		out = append(out, fmt.Sprintf("%s %d %%", n.Of, n.Percent))
	}
	return cmp.Or(strings.Join(out, ", "), "-")
}

func stateOf(o projectr.Org) string {
	if !o.DeleteAt.IsZero() {
		return "deleted on " + o.DeleteAt.Format(time.DateOnly)
	}
	if o.Suspended {
		return "suspended"
	}
	return "active"
}

// inOrg parses args, opens the organisation that --org names and calls use. The
// organisation's admins see the --reason that was given, or else the command's name.
func (p *program) inOrg(ctx context.Context, what string, args []string, extra map[string]*string, use func(h *home, org store.Org, words []string, why string) error) error {
	f := p.flags(what)
	name, reason := f.String("org", "", ""), f.String("reason", "", "")
	for k, v := range extra {
		f.StringVar(v, k, *v, "")
	}
	words, err := parsed(f, args)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return usagef("%s needs something to do. Run `projectr help %s`.", what, what)
	}
	if *name == "" {
		return usagef("%s %s needs --org with a mail-in name.", what, words[0])
	}
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	why := cmp.Or(*reason, what+" "+words[0])
	org, err := h.org(ctx, *name, why)
	if err != nil {
		return err
	}
	return use(h, org, words, why)
}

const projectHelp = `
  projectr project list --org A
  projectr project create --org A --name N [--job-number J] [--street S] [--client C] [--status S]`

func (p *program) project(ctx context.Context, args []string) error {
	var name, job, street, client string
	status := string(projectr.Active)
	flags := map[string]*string{"name": &name, "job-number": &job, "street": &street, "client": &client, "status": &status}
	return p.inOrg(ctx, "project", args, flags, func(h *home, org store.Org, words []string, _ string) error {
		switch words[0] {
		case "list":
			items := []projectr.ProjectSummary{}
			for page := (projectr.Page{Limit: 200}); ; {
				l, err := org.Projects(ctx, projectr.ProjectFilter{Page: page})
				if err != nil {
					return err
				}
				items = append(items, l.Items...)
				if page.After = l.Next; l.Next == "" {
					break
				}
			}
			return p.print(map[string]any{"items": items}, func(w io.Writer) {
				fmt.Fprintln(w, "JOB\tNAME\tSTATUS\tMAILS\tID")
				for _, r := range items {
					fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", r.JobNumber, r.Name, r.Status, r.Mails, r.ID)
				}
			})
		case "create":
			if name == "" {
				return usagef("project create needs --name.")
			}
			made, err := org.CreateProject(ctx, projectr.Project{Name: name, JobNumber: job, Address: street, Client: client, Status: projectr.ProjectStatus(status)})
			if err != nil {
				return err
			}
			return p.print(made, func(w io.Writer) { fmt.Fprintf(w, "Created %s (%s).\n", made.Name, made.ID) })
		}
		return usagef("project knows list and create, not %q.", words[0])
	})
}

const userHelp = `
  projectr user list --org A
  projectr user create --org A --email E --name N [--role admin|viewer] [--password-stdin]
  projectr user set-role --org A --email E --role admin|viewer
  projectr user disable|enable --org A --email E
  projectr user delete --org A --email E
  projectr user reset-factors --org A --email E

Without --password-stdin, create prints a link that signs the user in once.
delete takes the user out of the organisation; an account that then belongs
nowhere goes too. disable, enable and reset-factors act on the account wherever
it belongs: reset-factors is for somebody who has lost phone and recovery codes,
and takes the codes asked for at sign-in and the passkeys away. All that changes an
account stands in the installation's own audit log and in that of each
organisation of the account, with the --reason given, or else the command's name.`

func (p *program) user(ctx context.Context, args []string) error {
	args, fromStdin := without(args, "--password-stdin")
	var email, name string
	var role string
	flags := map[string]*string{"email": &email, "name": &name, "role": &role}
	return p.inOrg(ctx, "user", args, flags, func(h *home, org store.Org, words []string, why string) error {
		if words[0] == "list" {
			members, err := org.Members(ctx)
			if err != nil {
				return err
			}
			return p.print(map[string]any{"items": members}, func(w io.Writer) {
				fmt.Fprintln(w, "EMAIL\tNAME\tROLE\tSTATE")
				for _, m := range members {
					state := "active"
					if m.User.Disabled {
						state = "disabled"
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", m.User.Email, m.User.Name, m.Role, state)
				}
			})
		}
		if email == "" && len(words) == 2 {
			email = words[1]
		}
		if email == "" {
			return usagef("user %s needs --email.", words[0])
		}
		if words[0] == "create" {
			if role == "" {
				role = string(projectr.Viewer)
			}
			return p.createUser(ctx, h, org, email, name, projectr.Role(role), fromStdin, why)
		}
		u, err := member(ctx, org, email)
		if err != nil {
			return err
		}
		done := ""
		switch words[0] {
		case "set-role":
			if role == "" {
				return usagef("user set-role needs --role admin or --role viewer.")
			}
			done, err = "Role is now "+role, org.SaveMember(ctx, u.ID, projectr.Role(role))
		case "disable":
			done, err = "Disabled", h.accounts.Disable(ctx, u, true, p.operator(), why)
		case "enable":
			done, err = "Enabled", h.accounts.Disable(ctx, u, false, p.operator(), why)
		case "reset-factors":
			done, err = "Signs in by password alone", h.accounts.ResetFactors(ctx, u, p.operator(), why)
		case "delete":
			done, err = "Taken out", p.dropUser(ctx, h, org, u, why)
		default:
			return usagef("user knows list, create, disable, enable, delete, set-role and reset-factors, not %q.", words[0])
		}
		if err != nil {
			return err
		}
		return p.print(map[string]any{"id": u.ID, "email": u.Email, "done": words[0]}, func(w io.Writer) { fmt.Fprintf(w, "%s: %s.\n", done, u.Email) })
	})
}

// dropUser takes u out of the organisation, and removes an account that then
// belongs nowhere.
func (p *program) dropUser(ctx context.Context, h *home, org store.Org, u projectr.User, why string) error {
	if err := org.DropMember(ctx, u.ID); err != nil {
		return err
	}
	left, err := h.store.MembershipsOf(ctx, u.ID)
	if err != nil || len(left) > 0 {
		return err
	}
	return h.accounts.DeleteUser(ctx, u, p.operator(), why)
}

func member(ctx context.Context, org store.Org, email string) (projectr.User, error) {
	members, err := org.Members(ctx)
	if err != nil {
		return projectr.User{}, err
	}
	for _, m := range members {
		if strings.EqualFold(m.User.Email, email) {
			return m.User, nil
		}
	}
	return projectr.User{}, &projectr.Error{Kind: projectr.NotFound, Message: "Nobody in this organisation signs in as " + email + ": run `projectr user list`."}
}

// createUser makes a member. What cannot be done is said before anything is
// written.
func (p *program) createUser(ctx context.Context, h *home, org store.Org, email, name string, role projectr.Role, fromStdin bool, why string) error {
	if name == "" {
		return usagef("user create needs --name.")
	}
	if role != projectr.Admin && role != projectr.Viewer {
		return usagef("--role is admin or viewer, not %q.", role)
	}
	password := ""
	if fromStdin {
		line, err := bufio.NewReader(io.LimitReader(p.in, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if password = strings.TrimRight(line, "\r\n"); password == "" {
			return usagef("--password-stdin needs the password on standard input.")
		}
	}
	if _, err := member(ctx, org, email); err == nil {
		return &projectr.Error{Kind: projectr.Conflict, Message: email + " is a member already: use `projectr user set-role` to change the role."}
	} else if projectr.KindOf(err) != projectr.NotFound {
		return err
	}
	known, hash, err := h.store.UserByEmail(ctx, strings.ToLower(email))
	exists := err == nil
	switch {
	case exists && password != "":
		return &projectr.Error{Kind: projectr.Conflict, Message: known.Email + " has an account already and keeps its password: leave out --password-stdin."}
	case !exists && projectr.KindOf(err) != projectr.NotFound:
		return err
	}
	u := known
	if password != "" {
		if u, err = h.accounts.CreateUser(ctx, email, name, password); err == nil {
			err = org.SaveMember(ctx, u.ID, role)
		}
	} else {
		u, _, err = h.accounts.AddMember(ctx, org, email, name, role)
	}
	if err != nil {
		return err
	}
	if !exists { // the organisation's log tells of the member alone
		if err := h.store.Note(ctx, projectr.AuditEntry{Actor: p.operator(), Action: "account.create", Target: string(u.ID), Note: why}, ""); err != nil {
			return err
		}
	}
	out := struct {
		ID        projectr.UserID `json:"id"`
		Email     string          `json:"email"`
		Role      projectr.Role   `json:"role"`
		SignInURL string          `json:"sign_in_url,omitempty"`
	}{ID: u.ID, Email: u.Email, Role: role}
	if password == "" && hash == "" { // nobody has chosen one yet
		secret, err := h.accounts.NewTicket(ctx, u)
		if err != nil {
			return err
		}
		out.SignInURL = h.config.URL() + "/welcome/" + secret
	}
	return p.print(out, func(w io.Writer) {
		fmt.Fprintf(w, "User\t%s\nRole\t%s\n", u.Email, role)
		if out.SignInURL != "" {
			fmt.Fprintf(w, "Sign in once\t%s\n", out.SignInURL)
		}
	})
}

const apiKeyHelp = `
  projectr api-key list --org A
  projectr api-key create --org A --name N --role admin|viewer [--days D]
  projectr api-key revoke --org A --id KEY

create prints the key once.`

func (p *program) apiKey(ctx context.Context, args []string) error {
	var name, id, days string
	role := string(projectr.Viewer)
	flags := map[string]*string{"name": &name, "role": &role, "id": &id, "days": &days}
	return p.inOrg(ctx, "api-key", args, flags, func(h *home, org store.Org, words []string, _ string) error {
		switch words[0] {
		case "list":
			keys, err := org.APIKeys(ctx)
			if err != nil {
				return err
			}
			return p.print(map[string]any{"items": keys}, func(w io.Writer) {
				fmt.Fprintln(w, "ID\tNAME\tPREFIX\tROLE\tSTATE")
				for _, k := range keys {
					state := "live"
					if !k.Live(p.now()) {
						state = "closed"
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, k.Prefix, k.Role, state)
				}
			})
		case "create":
			if name == "" {
				return usagef("api-key create needs --name.")
			}
			var expires time.Time
			if days != "" {
				var n int
				if _, err := fmt.Sscanf(days, "%d", &n); err != nil || n < 1 {
					return usagef("--days must be a whole number of days.")
				}
				expires = p.now().AddDate(0, 0, n)
			}
			secret, k, err := h.accounts.NewAPIKey(ctx, org, name, projectr.Role(role), expires)
			if err != nil {
				return err
			}
			return p.print(struct {
				Key string `json:"key"`
				projectr.APIKey
			}{secret, k}, func(w io.Writer) {
				fmt.Fprintf(w, "Key\t%s\nRole\t%s\nIt is shown this once: keep it now.\n", secret, role)
			})
		case "revoke":
			if id == "" {
				return usagef("api-key revoke needs --id.")
			}
			if err := org.RevokeAPIKey(ctx, projectr.KeyID(id)); err != nil {
				return err
			}
			return p.print(map[string]any{"revoked": id}, func(w io.Writer) { fmt.Fprintf(w, "Revoked %s.\n", id) })
		}
		return usagef("api-key knows list, create and revoke, not %q.", words[0])
	})
}

// without takes a flag that has no value out of args.
func without(args []string, flag string) ([]string, bool) {
	var rest []string
	for _, a := range args {
		if a != flag {
			rest = append(rest, a)
		}
	}
	return rest, len(rest) != len(args)
}
