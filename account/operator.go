package account

import (
	"context"
	"fmt"
	"time"

	"projectr"
	"projectr/store"
)

// What whoever runs the installation sees and does (ADR 0022, ADR 0024). No mail is
// shown here: they look at that on a visit, with a reason.

var errOperator = &projectr.Error{Kind: projectr.Forbidden, Message: "Only whoever runs this Projectr can do this."}

// Operator reports, as an error of kind Forbidden, that somebody does not run the
// installation. An API key never does.
func (a *Accounts) Operator(p Principal) error {
	if p.Key || !p.User.Operator {
		return errOperator
	}
	return nil
}

// Books are an organisation's numbers as whoever runs the installation sees them.
type Books struct {
	projectr.Org
	Counts projectr.Counts     `json:"counts"`
	Month  projectr.Month      `json:"month"`
	Pays   projectr.Charge     `json:"pays,omitzero" doc:"What its subscription takes each time. Left out: there is none, or it is not known."`
	Near   []projectr.Nearness `json:"near" nullable:"false" doc:"The limits of its plan that it is near to or at now, the nearest first."`
}

// Plans is the table of plans of the installation.
func (a *Accounts) Plans() projectr.PlanTable { return a.store.Plans }

// BooksOf returns the numbers of an organisation that was entered, of a month (YYYY-MM, in
// its zone; empty: the present one).
func (a *Accounts) BooksOf(ctx context.Context, o store.Org, month string) (b Books, err error) {
	if b.Org, err = o.Info(ctx); err != nil {
		return b, err
	}
	if b.Counts, err = o.Counts(ctx); err != nil {
		return b, err
	}
	used, err := o.Used(ctx)
	if err != nil {
		return b, err
	}
	b.Near = used.Near(a.store.Plans.Of(b.Org))
	sub, err := o.Subscription(ctx)
	if err != nil {
		return b, err
	}
	if sub.Live() {
		b.Pays = sub.Price
	}
	var ends time.Time
	if b.Month, ends, err = o.Month(ctx, month); err != nil {
		return b, err
	}
	// Who has a trial pays by the provider or not at all. With whom the operator has agreed on
	// a plan (which ends a trial), they have agreed on how it is paid as well.
	b.Month.Weigh(a.store.Plans.Of(b.Org), !b.TrialEnds.IsZero() || !b.ReadUntil.IsZero() || sub.Live() && sub.Began.Before(ends))
	return b, nil
}

// Books lists the numbers of all organisations of a month (YYYY-MM; empty: the present one
// of each), the oldest first.
func (a *Accounts) Books(ctx context.Context, month string) ([]Books, error) {
	list := []Books{}
	for o, err := range a.store.EachOrg(ctx, "books") {
		if err != nil {
			return nil, fmt.Errorf("list organisations: %w", err)
		}
		b, err := a.BooksOf(ctx, o, month)
		if projectr.KindOf(err) == projectr.NotFound && err != nil {
			continue // deleted since the list was read
		}
		if err != nil {
			return nil, fmt.Errorf("read the numbers of %s: %w", o.ID(), err)
		}
		list = append(list, b)
	}
	return list, nil
}

// ParkedMail is a mail that could not be read, as whoever runs the installation sees
// it: whose and when, and nothing that it says.
type ParkedMail struct {
	Org          projectr.OrgID   `json:"organisation_id"`
	Organisation string           `json:"organisation"`
	Email        projectr.EmailID `json:"email_id"`
	ReceivedAt   time.Time        `json:"received_at"`
	Size         int64            `json:"size" doc:"Bytes."`
}

// maxParked is how many parked mails are told of each organisation.
const maxParked = 50

// Parked lists the mails that could not be read, the newest of each organisation.
func (a *Accounts) Parked(ctx context.Context) ([]ParkedMail, error) {
	list := []ParkedMail{}
	for o, err := range a.store.EachOrg(ctx, "parked mail") {
		if err != nil {
			return nil, fmt.Errorf("list organisations: %w", err)
		}
		l, err := o.Emails(ctx, projectr.EmailFilter{State: projectr.Parked, Page: projectr.Page{Limit: maxParked}})
		if err != nil {
			return nil, fmt.Errorf("list parked mail of %s: %w", o.ID(), err)
		}
		if len(l.Items) == 0 {
			continue
		}
		i, err := o.Info(ctx)
		if err != nil {
			return nil, fmt.Errorf("read organisation: %w", err)
		}
		for _, e := range l.Items {
			list = append(list, ParkedMail{Org: i.ID, Organisation: i.Name, Email: e.ID, ReceivedAt: e.ReceivedAt, Size: e.Size})
		}
	}
	return list, nil
}

// Look opens an organisation for one look at its numbers, as a job.
func (a *Accounts) Look(ctx context.Context, nameOrID string) (Books, error) {
	id, err := a.store.OrgNamed(ctx, nameOrID)
	if err != nil {
		return Books{}, err
	}
	for o, err := range a.store.EachOrg(ctx, "books") {
		if err != nil {
			return Books{}, fmt.Errorf("list organisations: %w", err)
		}
		if o.ID() == id {
			return a.BooksOf(ctx, o, "")
		}
	}
	return Books{}, errNoOrg
}

// Visit lets an operator into an organisation for so long, to look, with a reason that
// its admins see. It asks for a recent proof of who it is.
func (a *Accounts) Visit(ctx context.Context, p Principal, org, why string, life time.Duration) (projectr.Visit, error) {
	if err := a.Recent(p); err != nil {
		return projectr.Visit{}, err
	}
	return a.store.BeginVisit(ctx, p.User.ID, org, why, life)
}

// Visits lists where an operator is inside now.
func (a *Accounts) Visits(ctx context.Context, p Principal) ([]projectr.Visit, error) {
	return a.store.VisitsOf(ctx, p.User.ID)
}

// EndVisit ends an operator's own visit; NotFound when there is none.
func (a *Accounts) EndVisit(ctx context.Context, p Principal, org string) error {
	id, err := a.store.OrgNamed(ctx, org)
	if err != nil {
		return err
	}
	return a.store.EndVisit(ctx, p.User.ID, id)
}

// Suspend suspends an organisation, or ends that, with a reason that its admins see. It
// asks for a recent proof of who it is.
func (a *Accounts) Suspend(ctx context.Context, p Principal, org string, on bool, why string) (Books, error) {
	if err := a.Recent(p); err != nil {
		return Books{}, err
	}
	o, err := a.store.ByOperator(ctx, p.User.ID, org, why)
	if err != nil {
		return Books{}, err
	}
	if _, err := o.Suspend(ctx, on); err != nil {
		return Books{}, err
	}
	return a.BooksOf(ctx, o, "")
}

// Unrouted lists mail that led nowhere, newest first.
func (a *Accounts) Unrouted(ctx context.Context, page projectr.Page) (projectr.List[projectr.Unrouted], error) {
	return a.store.Unrouted(ctx, page)
}

// DropUnrouted forgets a mail that led nowhere. It asks for a recent proof of who it is:
// nothing brings it back.
func (a *Accounts) DropUnrouted(ctx context.Context, p Principal, d projectr.Digest, recipient string) error {
	if err := a.Recent(p); err != nil {
		return err
	}
	return a.store.DropUnrouted(ctx, d, recipient, projectr.Actor{Kind: "operator", ID: string(p.User.ID), Name: p.User.Name}, "")
}
