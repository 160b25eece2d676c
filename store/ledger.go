package store

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"projectr"
)

// CallLife is how long an attempt to ask a model may be under way. After that whoever
// asked is taken for gone, and what was set aside for the call is free again (I-10).
const CallLife = 15 * time.Minute

// LedgerDriver is what a Driver keeps of calls of language models.
type LedgerDriver interface {
	// StartCall keeps a call as started, with the project of its mail, its day and what
	// is set aside for it. OverLimit: of budget there is less left in the month. It is
	// checked and kept in one step (I-10).
	StartCall(ctx context.Context, s Scope, id projectr.CallID, c projectr.CallStart, at time.Time, budget projectr.Budget) error
	// SettleCall keeps what became of a call, sets free what was set aside, and charges
	// its job unless that was charged before. A call that is settled stays as it is. One
	// that was lost is not charged any more.
	SettleCall(ctx context.Context, s Scope, id projectr.CallID, e projectr.CallEnd) error
	// LoseCalls makes unknown what was started before a moment and is not settled, sets
	// free what was set aside for it, and answers how many those were.
	LoseCalls(ctx context.Context, s Scope, before time.Time) (int, error)
	Ledger(ctx context.Context, s Scope, f projectr.LedgerFilter) (projectr.List[projectr.LedgerEntry], error)
	// CallDays is the roll-up of the days from and to (YYYY-MM-DD) and those between.
	CallDays(ctx context.Context, s Scope, from, to string) ([]projectr.CallDay, error)
	// Spent is of the month of a moment, in the zone of the organisation.
	Spent(ctx context.Context, s Scope, at time.Time) (projectr.Spent, error)
	// PruneLedger removes settled and lost calls of days before one (YYYY-MM-DD), but those for
	// mails that are still to be read: a job that was charged is known by them.
	PruneLedger(ctx context.Context, s Scope, day string) (int, error)
	// PutAlert keeps an alert, with a letter to each admin when tell says so; false when it
	// was kept before, of its limit or a greater one.
	PutAlert(ctx context.Context, s Scope, a projectr.Alert, tell bool) (bool, error)
	// Alerts lists those of a month (YYYY-MM), the newest first.
	Alerts(ctx context.Context, s Scope, month string) ([]projectr.Alert, error)
	// ResumeReadings has readings that wait for budget be due again.
	ResumeReadings(ctx context.Context, s Scope) (int, error)
}

// StartCall writes down that a model is about to be asked, before the request leaves
// (I-8), and sets aside the most it can be charged for. OverLimit: the month's AI
// budget has less left than that, or all attempts, those too that are not charged, would
// cost more than twice the budget, or than the budget where it is the operator's own. Conflict: there is a budget, and the price of the
// model is not known.
func (o Org) StartCall(ctx context.Context, c projectr.CallStart) (projectr.CallID, error) {
	info, err := o.Info(ctx)
	if err != nil {
		return "", err
	}
	budget := o.s.Plans.Of(info).Budget()
	if budget.Charged > 0 && c.MostMicro == nil {
		return "", &projectr.Error{Kind: projectr.Conflict, Field: "model",
			Message: "What " + c.Model + " costs is not known, so it is not asked while there is an AI budget: the operator can add its price to the price list."}
	}
	id := projectr.CallID("ca_" + strings.ToLower(rand.Text()))
	return id, o.s.d.StartCall(ctx, o.scope, id, c, o.s.now(), budget)
}

// SettleCall writes down what became of a call. Doing it twice is doing it once.
func (o Org) SettleCall(ctx context.Context, id projectr.CallID, e projectr.CallEnd) error {
	return o.s.d.SettleCall(ctx, o.scope, id, e)
}

// LoseCalls marks calls as unknown that were started longer than CallLife ago and
// never settled, and answers how many those were.
func (o Org) LoseCalls(ctx context.Context) (int, error) {
	return o.s.d.LoseCalls(ctx, o.scope, o.s.now().Add(-CallLife))
}

// Ledger lists calls of models, the newest first.
func (o Org) Ledger(ctx context.Context, f projectr.LedgerFilter) (projectr.List[projectr.LedgerEntry], error) {
	if err := days(f.From, f.To, true); err != nil {
		return projectr.List[projectr.LedgerEntry]{}, err
	}
	f.Page = f.Page.Bounded()
	return o.s.d.Ledger(ctx, o.scope, f)
}

// CallDays returns the daily roll-up of calls of the days from and to and those
// between, the oldest first.
func (o Org) CallDays(ctx context.Context, from, to string) ([]projectr.CallDay, error) {
	if err := days(from, to, false); err != nil {
		return nil, err
	}
	return o.s.d.CallDays(ctx, o.scope, from, to)
}

// Spent returns what the calls of the present month come to.
func (o Org) Spent(ctx context.Context) (projectr.Spent, error) {
	return o.s.d.Spent(ctx, o.scope, o.s.now())
}

// PruneLedger removes the calls of days before one, YYYY-MM-DD, that have come to an
// end, but those for mails that are still to be read. The roll-ups stay.
func (o Org) PruneLedger(ctx context.Context, day string) (int, error) {
	if err := days(day, day, false); err != nil {
		return 0, err
	}
	return o.s.d.PruneLedger(ctx, o.scope, day)
}

// ResumeReadings has the readings that wait for budget be made now, the oldest first.
func (o Org) ResumeReadings(ctx context.Context) (int, error) {
	return o.s.d.ResumeReadings(ctx, o.scope)
}

// RaiseAlerts keeps the alerts that the organisation has come to and that were not raised
// yet, and returns them. Its admins get one letter about the greatest of each sort.
func (o Org) RaiseAlerts(ctx context.Context) ([]projectr.Alert, error) {
	info, err := o.Info(ctx)
	if err != nil {
		return nil, err
	}
	plan := o.s.Plans.Of(info)
	if plan.Emails == 0 && plan.BudgetMicro == 0 && plan.StorageBytes == 0 {
		return nil, nil
	}
	decided, err := o.Settings(ctx)
	if err != nil {
		return nil, err
	}
	used, err := o.Used(ctx)
	if err != nil {
		return nil, err
	}
	var raised []projectr.Alert
	all := used.Alerts(plan, decided.AlertAt, o.s.now())
	for i, a := range all {
		greatest := i == len(all)-1 || all[i+1].Of != a.Of
		fresh, err := o.s.d.PutAlert(ctx, o.scope, a, greatest)
		if err != nil {
			return raised, err
		}
		if fresh {
			raised = append(raised, a)
		}
	}
	return raised, nil
}

// Alerts lists the alerts of the present month, the newest first.
func (o Org) Alerts(ctx context.Context) ([]projectr.Alert, error) {
	spent, err := o.Spent(ctx)
	if err != nil {
		return nil, err
	}
	return o.s.d.Alerts(ctx, o.scope, spent.Month)
}

// days says what is wrong with two days, as an Invalid error. Empty ones are wrong
// unless they may be.
func days(from, to string, empty bool) error {
	for _, d := range [...]struct{ field, day string }{{"from", from}, {"to", to}} {
		if d.day == "" && empty {
			continue
		}
		if _, err := time.Parse(time.DateOnly, d.day); err != nil {
			return &projectr.Error{Kind: projectr.Invalid, Field: d.field, Message: "A day is a date such as 2026-03-15."}
		}
	}
	return nil
}
