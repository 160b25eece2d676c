package storetest

import (
	"context"
	"errors"
	"time"

	"projectr"
	"projectr/store"
)

// payer is a payment provider that answers s.
func payer(s projectr.Subscription) func(context.Context) (projectr.Subscription, error) {
	return func(context.Context) (projectr.Subscription, error) { return s, nil }
}

func subscribed(w *world) {
	sub := func() projectr.Subscription {
		w.Helper()
		s, err := w.acme.Subscription(w.ctx)
		w.ok(err)
		return s
	}
	record := func() projectr.Org {
		w.Helper()
		o, err := w.acme.Info(w.ctx)
		w.ok(err)
		return o
	}
	entries := func() (n int) {
		w.Helper()
		l, err := w.acme.Audit(w.ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 200}})
		w.ok(err)
		for _, a := range l.Items {
			if a.Action == "billing.subscription" {
				n++
			}
		}
		return n
	}
	same(w, "before any", sub(), projectr.Subscription{State: projectr.NoSubscription})
	w.ok(w.acme.JoinCustomer(w.ctx, "cus_acme"))
	same(w, "of a customer", sub(), projectr.Subscription{State: projectr.NoSubscription, Customer: "cus_acme"})

	at := start.Add(-time.Hour)
	paid := projectr.Subscription{ID: "sub_1", Plan: "starter", State: projectr.Subscribed, Began: at, PeriodStart: at, PeriodEnd: at.AddDate(0, 1, 0),
		TrialEnd: at.AddDate(0, 0, 14), CancelAt: at.AddDate(0, 2, 0), AsOf: at}
	got, err := w.acme.TakeSubscription(w.ctx, "evt_1", payer(paid))
	w.ok(err)
	paid.Customer, paid.Revision = "cus_acme", 1
	same(w, "answered", got, paid)
	same(w, "kept", sub(), paid)
	same(w, "plan", record().Plan, "starter")
	same(w, "entries", entries(), 1)

	// An event counts once, whatever the provider would say by now.
	got, err = w.acme.TakeSubscription(w.ctx, "evt_1", func(context.Context) (projectr.Subscription, error) {
		w.Error("an event that was taken is asked about again")
		return projectr.Subscription{}, nil
	})
	w.ok(err)
	same(w, "the event again", got, paid)

	// What says the same changes nothing but since when it is known.
	paid.AsOf = at.Add(time.Minute)
	w.ok(second(w.acme.TakeSubscription(w.ctx, "evt_2", payer(paid))))
	paid.Revision = 2
	same(w, "said again", sub(), paid)
	same(w, "entries of what says the same", entries(), 1)

	// What failed leaves the event to be taken.
	w.is(projectr.Unavailable, second(w.acme.TakeSubscription(w.ctx, "evt_3", func(context.Context) (projectr.Subscription, error) {
		return projectr.Subscription{}, &projectr.Error{Kind: projectr.Unavailable, Message: "Down."}
	})), "a provider that is down")
	old := paid
	old.AsOf, old.State = at, projectr.Canceled
	w.is(projectr.Unavailable, second(w.acme.TakeSubscription(w.ctx, "evt_3", payer(old))), "an answer that is older")
	odd := paid
	odd.Plan = "platinum"
	w.is(projectr.Invalid, second(w.acme.TakeSubscription(w.ctx, "evt_3", payer(odd))), "a plan there is not")
	same(w, "after what failed", sub(), paid)

	late := paid
	late.State, late.Since, late.Plan, late.AsOf = projectr.PastDue, at, "professional", at.Add(time.Hour)
	w.ok(second(w.acme.TakeSubscription(w.ctx, "evt_3", payer(late))))
	same(w, "read until", record().ReadUntil, at.Add(projectr.PaymentGrace))
	same(w, "plan of one that is late", record().Plan, "professional")
	w.ok(second(w.acme.ChangeInfo(w.ctx, func(o *projectr.Org) { o.ReadUntil, o.Name = time.Time{}, "Acme Two" }))) // that is the provider's
	same(w, "read until, whoever says otherwise", record().ReadUntil, at.Add(projectr.PaymentGrace))
	gone := late
	gone.State, gone.Plan = projectr.Canceled, "starter"
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(gone))))
	same(w, "read until the end", record().ReadUntil, at)
	same(w, "plan of one that ended", record().Plan, "professional")
	paid.AsOf = at.Add(2 * time.Hour)
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(paid))))
	same(w, "read on", record().ReadUntil, time.Time{})
	same(w, "entries after all", entries(), 4)
	// The trial is how long mail is read before it subscribes, and of no account from then on.
	for _, org := range []store.Org{w.acme, w.globex} {
		for _, ends := range []time.Time{at, {}} {
			o, err := org.ChangeInfo(w.ctx, func(o *projectr.Org) { o.TrialEnds = ends })
			w.ok(err)
			kept, err := org.Info(w.ctx)
			w.ok(err)
			want := ends
			if org == w.acme {
				want = time.Time{}
			}
			same(w, "read until, by the trial", o.ReadUntil, want)
			same(w, "kept of it", kept, o)
		}
	}
	x, err := w.globex.Subscription(w.ctx)
	w.ok(err)
	same(w, "the other organisation's", x, projectr.Subscription{State: projectr.NoSubscription})
}

func subscribedAtOnce(w *world) {
	first := projectr.Subscription{ID: "sub_1", Plan: "starter", State: projectr.Subscribed, Began: start, AsOf: start}
	then := first
	then.Plan = "professional"
	asked := 0
	got, err := w.acme.TakeSubscription(w.ctx, "evt_1", func(ctx context.Context) (projectr.Subscription, error) {
		if asked++; asked > 1 {
			return then, nil
		}
		// While the answer is on its way, the provider changes it, and another one is told.
		_, err := w.acme.TakeSubscription(ctx, "evt_2", payer(then))
		return first, err
	})
	w.ok(err)
	same(w, "asked", asked, 2)
	same(w, "plan", got.Plan, "professional")
	// The same event, twice at once: one of them is told that it is taken.
	asked = 0
	_, err = w.acme.TakeSubscription(w.ctx, "evt_3", func(ctx context.Context) (projectr.Subscription, error) {
		asked++
		return then, second(w.acme.TakeSubscription(ctx, "evt_3", payer(then)))
	})
	w.ok(err)
	same(w, "asked for an event that is taken meanwhile", asked, 1)
	s, err := w.acme.Subscription(w.ctx)
	w.ok(err)
	same(w, "revision", s.Revision, 3)
	// The record that changes meanwhile keeps its change.
	asked = 0
	_, err = w.acme.TakeSubscription(w.ctx, "", func(ctx context.Context) (projectr.Subscription, error) {
		if asked++; asked > 1 {
			return first, nil
		}
		return first, second(w.acme.ChangeInfo(ctx, func(o *projectr.Org) { o.Name = "Acme Two" }))
	})
	w.ok(err)
	o, err := w.acme.Info(w.ctx)
	w.ok(err)
	same(w, "name and plan", o.Name+" "+o.Plan, "Acme Two starter")
}

func customers(w *world) {
	w.is(projectr.Invalid, w.acme.JoinCustomer(w.ctx, ""), "a customer without an id")
	w.ok(w.acme.JoinCustomer(w.ctx, "cus_acme"))
	w.ok(w.acme.JoinCustomer(w.ctx, "cus_acme"))
	w.is(projectr.Conflict, w.acme.JoinCustomer(w.ctx, "cus_other"), "another customer")
	w.is(projectr.Conflict, w.globex.JoinCustomer(w.ctx, "cus_acme"), "another organisation's customer")
	o, err := w.store.OfCustomer(w.ctx, "cus_acme")
	w.ok(err)
	same(w, "the door of a customer", o.ID(), w.acme.ID())
	w.is(projectr.NotFound, second(w.store.OfCustomer(w.ctx, "cus_other")), "a customer that never was")
	l, err := w.acme.Audit(w.ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 1}})
	w.ok(err)
	same(w, "entry", l.Items[0].Action+" "+l.Items[0].Target, "billing.customer cus_acme")
	w.is(projectr.Unavailable, second(o.TakeSubscription(w.ctx, "evt", func(context.Context) (projectr.Subscription, error) {
		return projectr.Subscription{}, &projectr.Error{Kind: projectr.Unavailable, Message: "Down.", Err: errors.New("no route")}
	})), "a provider that is down")
}
