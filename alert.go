package projectr

import (
	"slices"
	"time"
)

// AlertOf is what an alert is about.
type AlertOf string

// What alerts are about.
const (
	AlertEmails  AlertOf = "emails"    // mails of the month
	AlertBudget  AlertOf = "ai_budget" // of the month
	AlertStorage AlertOf = "storage"   // of raw mail that is kept
)

// Alert says that an organisation has come to a share of what its plan is for. It is
// raised once for each share and month, and anew when the limit has grown beyond any of
// which it was raised.
type Alert struct {
	Of      AlertOf   `json:"of" enum:"emails,ai_budget,storage"`
	Month   string    `json:"month" doc:"YYYY-MM, in the organisation's time zone."`
	Percent int       `json:"percent" doc:"The share that was reached."`
	Limit   int64     `json:"limit" doc:"Of what, in mails, micro-USD or bytes; 0: that is not known any more."`
	At      time.Time `json:"at"`
}

// Letter is what its admins are told by; its Ref is the percentage.
func (a Alert) Letter() LetterKind {
	if a.Of == AlertBudget && a.Percent == 100 {
		return LetterBudgetGone
	}
	return map[AlertOf]LetterKind{AlertEmails: LetterEmailsUsed, AlertBudget: LetterBudgetUsed, AlertStorage: LetterStorageUsed}[a.Of]
}

// Nearness says how near an organisation is to one limit of its plan.
type Nearness struct {
	Of      string `json:"of" enum:"emails,projects,users,ai_budget,storage"`
	Used    int64  `json:"used" doc:"Mails, projects, seats, micro-USD or bytes."`
	Limit   int64  `json:"limit"`
	Percent int    `json:"percent" enum:"70,90,100" doc:"The greatest of these shares that is reached."`
}

// NearShares are the shares of a limit, in percent, from which on whoever runs the
// installation is told of it.
var NearShares = []int{70, 90, 100}

// Near lists the limits of a plan that u is near to or at, the nearest first.
func (u Used) Near(p Plan) []Nearness {
	out := []Nearness{}
	for _, n := range []Nearness{
		{Of: string(AlertEmails), Used: u.Emails, Limit: p.Emails}, {Of: "projects", Used: u.Projects, Limit: p.Projects},
		{Of: "users", Used: u.Users, Limit: p.Users}, {Of: string(AlertBudget), Used: u.Spent.Against(p), Limit: p.BudgetMicro},
		{Of: string(AlertStorage), Used: u.Bytes, Limit: p.StorageBytes},
	} {
		for _, share := range NearShares {
			gone := n.Of == string(AlertBudget) && share == 100 && u.Waiting > 0
			if n.Limit > 0 && (gone || reached(n.Used, n.Limit, share)) {
				n.Percent = share
			}
		}
		if n.Percent > 0 {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(a, b Nearness) int { return b.Percent - a.Percent })
	return out
}

// Alerts are those of the shares (in percent) that u has come to under a plan, the
// greatest of each sort last. All of a limit is always one of them: whoever wants to know
// of nothing before wants to know that mail waits. What the plan does not limit raises none. What is set
// aside for calls that are under way counts as spent only when it is. All of the AI budget
// is used when mail waits for it: what is left is too little for a call.
func (u Used) Alerts(p Plan, shares []int, at time.Time) []Alert {
	var out []Alert
	shares = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(shares), 100))))
	for _, x := range []struct {
		of         AlertOf
		used, most int64
	}{{AlertEmails, u.Emails, p.Emails}, {AlertBudget, u.Spent.Against(p), p.BudgetMicro}, {AlertStorage, u.Bytes, p.StorageBytes}} {
		for _, share := range shares {
			gone := x.of == AlertBudget && share == 100 && u.Waiting > 0
			if x.most > 0 && (gone || reached(x.used, x.most, share)) {
				out = append(out, Alert{Of: x.of, Month: u.Month, Percent: share, Limit: x.most, At: at})
			}
		}
	}
	return out
}

// reached reports whether used is at least percent of most, whatever their size.
func reached(used, most int64, percent int) bool {
	need := most/100*int64(percent) + (most%100*int64(percent)+99)/100
	return used >= need
}
