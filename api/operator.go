package api

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"projectr"
	"projectr/account"
)

// What whoever runs the installation sees and does. Whatever they look at or do is noted
// in the house's audit log; a reason they give stands in that of the organisation.

// operators is a route about no organisation for whoever runs the installation. A handler
// whose step is in the log already says so by trace.idle.
func operators[I, O any](method, path, id, summary string, h func(context.Context, Visitor, I) (O, error)) route {
	return signedIn(method, "/operator"+path, id, summary, func(ctx context.Context, v Visitor, in I) (O, error) {
		var none O
		if err := v.accounts.Operator(v.Who); err != nil {
			return none, err
		}
		out, err := h(ctx, v, in)
		t := traceOf(ctx)
		if err != nil || t.idle {
			return out, err
		}
		t.idle = true
		return out, v.accounts.Note(context.WithoutCancel(ctx), t.step.entry(v.operator(), projectr.WasDone), "")
	})
}

// operator is the visitor as they are noted.
func (v Visitor) operator() projectr.Actor {
	return projectr.Actor{Kind: "operator", ID: string(v.Who.User.ID), Name: v.Who.User.Name}
}

// Books are an organisation's numbers as whoever runs the installation sees them.
type Books struct {
	account.Books
	MailIn string `json:"mail_in" doc:"The whole mail-in address."`
}

func (s *Site) books(b account.Books) Books { return Books{b, s.mailIn(b.Address, "")} }

type booksOut struct{ Body List[Books] }

func listBooks(ctx context.Context, v Visitor, in PageIn) (booksOut, error) {
	all, err := v.accounts.Books(ctx, "")
	p := part(all, in.page(), func(b account.Books) string { return string(b.ID) })
	out := projectr.List[Books]{Next: p.Next}
	for _, b := range p.Items {
		out.Items = append(out.Items, v.Site.books(b))
	}
	l, err := listOf(out, err)
	return booksOut{l}, err
}

// MoneyIn says of which month an operator asks.
type MoneyIn struct {
	Month string `query:"month" pattern:"^[0-9]{4}-(0[1-9]|1[0-2])$" doc:"YYYY-MM, in each organisation's time zone; left out: the present one in UTC."`
}

// Money is what organisations brought and cost in a month.
type Money struct {
	Month  string            `json:"month" doc:"YYYY-MM"`
	Prices string            `json:"prices" doc:"Version of the list by which calls of models are priced now."`
	Items  []Books           `json:"items" nullable:"false" doc:"The organisations there are now, the oldest first."`
	Sum    projectr.MonthSum `json:"sum"`
}

type moneyOut struct{ Body Money }

func (v Visitor) money(ctx context.Context, in MoneyIn) (Money, error) {
	m := Money{Month: cmp.Or(in.Month, v.Site.Now().UTC().Format("2006-01")), Prices: v.Site.prices, Items: []Books{}}
	all, err := v.accounts.Books(ctx, m.Month)
	var months []projectr.Month
	for _, b := range all {
		m.Items, months = append(m.Items, v.Site.books(b)), append(months, b.Month)
	}
	m.Sum = projectr.SumMonths(months)
	return m, err
}

func getMoney(ctx context.Context, v Visitor, in MoneyIn) (moneyOut, error) {
	m, err := v.money(ctx, in)
	return moneyOut{m}, err
}

// moneyCSV answers with the same as a table: of an organisation one row for each currency
// in which it paid, with the rest in the first of them.
func moneyCSV(ctx context.Context, v Visitor, in MoneyIn) (huma.StreamResponse, error) {
	m, err := v.money(ctx, in)
	if err != nil {
		return huma.StreamResponse{}, err
	}
	var rows projectr.List[[]string]
	for _, b := range m.Items {
		margin := ""
		if b.Month.Margin != nil {
			margin = usd(*b.Month.Margin)
		}
		var near []string
		for _, n := range b.Near {
			near = append(near, fmt.Sprintf("%s %d%%", n.Of, n.Percent))
		}
		row := []string{m.Month, string(b.ID), b.Name, b.MailIn, b.Plan, strconv.Itoa(b.Month.Emails), strconv.Itoa(b.Month.Calls), strconv.Itoa(b.Month.Unpriced), usd(b.Month.Cost), margin, "", "", strings.Join(near, ", ")}
		if len(b.Month.Income) == 0 {
			rows.Items = append(rows.Items, row)
		}
		for i, paid := range b.Month.Income {
			r := row
			if i > 0 {
				r = []string{m.Month, string(b.ID), b.Name, b.MailIn, b.Plan, "", "", "", "", "", "", "", ""}
			}
			r[10], r[11] = strconv.FormatInt(paid.Minor, 10), paid.Currency
			rows.Items = append(rows.Items, r)
		}
	}
	head := []string{"month", "organisation_id", "organisation", "mail_in", "plan", "emails", "calls", "unpriced", "cost_usd", "margin_usd", "income_minor_units", "income_currency", "near"}
	// It is one page, after which nobody is asked for.
	write := tableOf(Caller{}, "money-"+m.Month+".csv", head, rows, nil, func(r []string) []string { return r })
	return huma.StreamResponse{Body: func(hc huma.Context) { streamed(ctx, hc, write) }}, nil
}

// HouseOrgIn names an organisation to whoever runs the installation.
type HouseOrgIn struct {
	ID string `path:"id" maxLength:"320" doc:"The organisation's id or mail-in name."`
}

type bookOut struct{ Body Books }

func getBooks(ctx context.Context, v Visitor, in HouseOrgIn) (bookOut, error) {
	b, err := v.accounts.Look(ctx, v.Site.orgNamed(in.ID))
	return bookOut{v.Site.books(b)}, err
}

type suspendIn struct {
	HouseOrgIn
	Body struct {
		Suspended bool   `json:"suspended" doc:"True: mail is received and held. False: it is read again."`
		Reason    string `json:"reason" maxLength:"2000" doc:"Why; the organisation's admins see it."`
	} `nameHint:"Suspension"`
}

func suspend(ctx context.Context, v Visitor, in suspendIn) (bookOut, error) {
	b, err := v.accounts.Suspend(ctx, v.Who, v.Site.orgNamed(in.ID), in.Body.Suspended, in.Body.Reason)
	if err == nil && v.Site.nudge != nil {
		v.Site.nudge()
	}
	traceOf(ctx).idle = err == nil
	return bookOut{v.Site.books(b)}, err
}

type visitIn struct {
	HouseOrgIn
	Body struct {
		Reason string `json:"reason" maxLength:"2000" doc:"Why; the organisation's admins see it in their audit log and get a mail."`
		Hours  int    `json:"hours,omitempty" minimum:"1" maximum:"24" default:"1" doc:"How long it takes at most."`
	} `nameHint:"NewVisit"`
}

type visitOut struct{ Body projectr.Visit }

func beginVisit(ctx context.Context, v Visitor, in visitIn) (visitOut, error) {
	x, err := v.accounts.Visit(ctx, v.Who, v.Site.orgNamed(in.ID), in.Body.Reason, time.Duration(in.Body.Hours)*time.Hour)
	traceOf(ctx).idle = err == nil
	return visitOut{x}, err
}

func endVisit(ctx context.Context, v Visitor, in HouseOrgIn) (nothing, error) {
	err := v.accounts.EndVisit(ctx, v.Who, v.Site.orgNamed(in.ID))
	traceOf(ctx).idle = err == nil
	return nothing{}, err
}

type visitsOut struct{ Body List[projectr.Visit] }

func listVisits(ctx context.Context, v Visitor, _ struct{}) (visitsOut, error) {
	all, err := v.accounts.Visits(ctx, v.Who)
	traceOf(ctx).idle = true // they see what they did themselves
	return visitsOut{List[projectr.Visit]{Items: all}}, err
}

type parkedOut struct{ Body List[account.ParkedMail] }

func listParked(ctx context.Context, v Visitor, _ struct{}) (parkedOut, error) {
	all, err := v.accounts.Parked(ctx)
	return parkedOut{List[account.ParkedMail]{Items: all}}, err
}

// Payments is what of payments asks for an operator.
type Payments struct {
	Items []account.UntoldUse `json:"items" nullable:"false" doc:"Use that the payment provider is not told of, at most 400 entries of an organisation."`
	Twice []account.PaidTwice `json:"twice" nullable:"false" doc:"Who has more than one subscription that goes on; which one to end is for an operator to say, at the payment provider."`
}

type paymentsOut struct{ Body Payments }

func listPayments(ctx context.Context, v Visitor, _ struct{}) (paymentsOut, error) {
	untold, twice, err := v.accounts.Payments(ctx)
	return paymentsOut{Payments{untold, twice}}, err
}

type retryUseIn struct {
	HouseOrgIn
	Entry string `path:"entry" maxLength:"400" doc:"The entry's id."`
}

func retryUse(ctx context.Context, v Visitor, in retryUseIn) (nothing, error) {
	return nothing{}, v.accounts.RetryUse(ctx, v.Who, v.Site.orgNamed(in.ID), in.Entry)
}

type unroutedOut struct{ Body List[projectr.Unrouted] }

func listUnrouted(ctx context.Context, v Visitor, in PageIn) (unroutedOut, error) {
	l, err := listOf(v.accounts.Unrouted(ctx, in.page()))
	return unroutedOut{l}, err
}

// UnroutedIn names a mail that led nowhere.
type UnroutedIn struct {
	ID        projectr.Digest `path:"id" maxLength:"64" doc:"SHA-256 of its bytes."`
	Recipient string          `query:"recipient" required:"true" maxLength:"400" doc:"The address it was sent to."`
}

func dropUnrouted(ctx context.Context, v Visitor, in UnroutedIn) (nothing, error) {
	err := v.accounts.DropUnrouted(ctx, v.Who, in.ID, in.Recipient)
	traceOf(ctx).idle = err == nil
	return nothing{}, err
}

type redeliverIn struct {
	UnroutedIn
	Body struct {
		To string `json:"to" maxLength:"400" doc:"A mail-in address that leads somewhere."`
	} `nameHint:"Redelivery"`
}

func redeliver(ctx context.Context, v Visitor, in redeliverIn) (nothing, error) {
	if err := v.Site.recent(v.Who); err != nil {
		return nothing{}, err
	}
	if v.Site.redeliver == nil {
		return nothing{}, &projectr.Error{Kind: projectr.Unavailable, Message: "Mail cannot be sent on just now. Try again in a moment."}
	}
	err := v.Site.redeliver(ctx, in.ID, in.Recipient, in.Body.To, v.operator())
	traceOf(ctx).idle = err == nil
	return nothing{}, err
}

// deleteOrg has the organisation deleted after a time in which it can be had back. Its
// subscription ends with the period that is paid for, also when it is had back.
func deleteOrg(ctx context.Context, c Caller, in OrgIn) (OrgView, error) {
	if err := c.Site.recent(c.who); err != nil {
		return OrgView{}, err
	}
	if b := c.Site.billing; b != nil { // first: what is deleted can pay for ever, and nobody could end that
		if err := b.Leave(ctx, c.Org); err != nil {
			return OrgView{}, err
		}
	}
	if _, err := c.Org.Leave(ctx); err != nil {
		return OrgView{}, err
	}
	traceOf(ctx).idle = c.Org.Noted() == 0
	return getOrg(ctx, c, in)
}

// restoreOrg takes deleteOrg back.
func restoreOrg(ctx context.Context, c Caller, in OrgIn) (OrgView, error) {
	if _, err := c.Org.Stay(ctx); err != nil {
		return OrgView{}, err
	}
	traceOf(ctx).idle = c.Org.Noted() == 0
	if c.Site.nudge != nil {
		c.Site.nudge() // what was held meanwhile is read
	}
	return getOrg(ctx, c, in)
}
