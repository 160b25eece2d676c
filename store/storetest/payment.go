package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
		TrialEnd: at.AddDate(0, 0, 14), CancelAt: at.AddDate(0, 2, 0), Next: "professional", NextAt: at.AddDate(0, 1, 0), Others: 2, AsOf: at,
		Price:     projectr.Charge{Amount: projectr.Amount{Minor: 390_00, Currency: "EUR"}, Every: "year", Count: 1, Discounted: true},
		NextPrice: projectr.Charge{Amount: projectr.Amount{Minor: 149_00, Currency: "EUR"}, Every: "month", Count: 3}}
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
	// A price of the operator's own leaves the plan that the operator set.
	odd := paid
	odd.Plan, odd.AsOf = "platinum", at.Add(3*time.Hour)
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(odd))))
	same(w, "plan by a price that is in no table", record().Plan+" "+sub().Plan, "starter platinum")
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
	w.ok(w.globex.JoinCustomer(w.ctx, "cus_globex"))
	w.is(projectr.Conflict, w.acme.ReplaceCustomer(w.ctx, "cus_other", "cus_new"), "in place of another than there is")
	w.is(projectr.Conflict, w.acme.ReplaceCustomer(w.ctx, "cus_acme", "cus_globex"), "another organisation's in its place")
	w.is(projectr.Invalid, w.acme.ReplaceCustomer(w.ctx, "", "cus_new"), "in place of none")
	w.ok(w.acme.ReplaceCustomer(w.ctx, "cus_acme", "cus_new"))
	w.ok(w.acme.ReplaceCustomer(w.ctx, "cus_acme", "cus_new")) // again
	w.is(projectr.NotFound, second(w.store.OfCustomer(w.ctx, "cus_acme")), "a customer that was replaced")
	o, err = w.store.OfCustomer(w.ctx, "cus_new")
	w.ok(err)
	same(w, "the door of the new customer", o.ID(), w.acme.ID())
	w.ok(w.acme.ReplaceCustomer(w.ctx, "cus_new", "cus_acme"))
	l, err := w.acme.Audit(w.ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 1}})
	w.ok(err)
	same(w, "entry", l.Items[0].Action+" "+l.Items[0].Target, "billing.customer cus_acme")
	w.is(projectr.Unavailable, second(o.TakeSubscription(w.ctx, "evt", func(context.Context) (projectr.Subscription, error) {
		return projectr.Subscription{}, &projectr.Error{Kind: projectr.Unavailable, Message: "Down.", Err: errors.New("no route")}
	})), "a provider that is down")
}

func closing(w *world) {
	end := w.now()
	gone := projectr.Subscription{ID: "sub_1", Plan: "starter", State: projectr.Canceled, Since: end, AsOf: end}
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(gone))))
	looked := func(when string, want projectr.LetterKind, letters int) {
		w.Helper()
		got, err := w.acme.WarnOfClosing(w.ctx)
		w.ok(err)
		same(w, when, got, want)
		n := 0
		for range 10 {
			l, err := w.store.TakeLetters(w.ctx, time.Hour, 50)
			w.ok(err)
			if len(l) == 0 {
				break
			}
			for _, x := range l {
				if x.Kind == projectr.LetterClosing || x.Kind == projectr.LetterClosed {
					n++
					same(w, when+", letter", words(x.Kind, x.Org, x.Ref), words(want, w.acme.ID(), end.Add(projectr.DataKept).In(w.zone()).Format("2 January 2006")))
				}
				w.ok(w.store.SentLetter(w.ctx, x.N))
			}
		}
		same(w, when+", letters", n, letters)
	}
	admins := 0
	members, err := w.acme.Members(w.ctx)
	w.ok(err)
	for _, m := range members {
		if m.Role == projectr.Admin && !m.User.Disabled {
			admins++
		}
	}
	opens := func(when string, want bool) {
		w.Helper()
		for _, m := range members {
			if m.User.Disabled {
				continue
			}
			o, _, err := w.store.AsMember(w.ctx, m.User.ID, w.acme.ID())
			w.ok(err)
			same(w, when, o.CheckOpen() == nil, want)
		}
		same(w, when+", for jobs", w.acme.CheckOpen() == nil, true)
	}
	looked("when it ends", "", 0)
	w.travel(projectr.DataKept - projectr.CloseNotice)
	looked("two weeks before", projectr.LetterClosing, admins)
	looked("again", "", 0)
	w.travel(projectr.CloseNotice - projectr.CloseSoon)
	looked("three days before", projectr.LetterClosing, admins)
	opens("three days before", true)
	w.travel(projectr.CloseSoon)
	opens("at the end, whoever looked", false)
	looked("at the end", projectr.LetterClosed, admins)
	looked("at the end again", "", 0)
	o, err := w.acme.ChangeInfo(w.ctx, func(o *projectr.Org) { o.Name, o.ClosesAt, o.Warned = "Acme Two", time.Time{}, 0 }) // that is not theirs to say
	w.ok(err)
	same(w, "warned", o.Warned, 3)
	opens("whoever says otherwise", false)
	l, err := w.acme.Audit(w.ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 200}})
	w.ok(err)
	entries := 0
	for _, a := range l.Items {
		if a.Action == "billing.closing" {
			entries++
		}
	}
	same(w, "entries", entries, 3)
	got, err := w.globex.WarnOfClosing(w.ctx)
	w.ok(err)
	same(w, "of who pays", got, "")
	back := gone
	back.State, back.AsOf, back.Since = projectr.Subscribed, w.now(), time.Time{}
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(back))))
	opens("paid again", true)
	looked("paid again", "", 0)
	gone.Since, gone.AsOf = w.now(), w.now()
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(gone))))
	w.travel(projectr.DataKept + projectr.CloseNotice)
	opens("ended anew, and nobody was told", true)
	end = w.now()
	got, err = w.acme.WarnOfClosing(w.ctx)
	w.ok(err)
	same(w, "told late", got, projectr.LetterClosing)
	w.travel(projectr.CloseNotice - time.Minute)
	opens("two weeks after a letter that came late, almost", true)
	w.travel(2 * time.Minute)
	opens("two weeks after a letter that came late", false)
	// The operator sets a plan: that counts more than a subscription that has ended.
	w.ok(second(w.acme.ChangeInfo(w.ctx, func(o *projectr.Org) { o.Plan = "enterprise" })))
	opens("by agreement", true)
	gone.AsOf = w.now()
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(gone))))
	opens("by agreement, whatever the provider says again", true)
	got, err = w.acme.WarnOfClosing(w.ctx)
	w.ok(err)
	same(w, "told by agreement", got, "")
}

func reminded(w *world) {
	ends := w.now().Add(projectr.TrialNotice)
	w.ok(second(w.acme.ChangeInfo(w.ctx, func(o *projectr.Org) { o.TrialEnds = ends })))
	admins := 0
	members, err := w.acme.Members(w.ctx)
	w.ok(err)
	for _, m := range members {
		if m.Role == projectr.Admin && !m.User.Disabled {
			admins++
		}
	}
	written := func(want projectr.LetterKind) (n int) {
		w.Helper()
		for range 10 {
			l, err := w.store.TakeLetters(w.ctx, time.Hour, 50)
			w.ok(err)
			for _, x := range l {
				if x.Kind == want {
					n++
					same(w, "letter", words(x.Org, x.Ref), words(w.acme.ID(), "some words"))
				}
				w.ok(w.store.SentLetter(w.ctx, x.N))
			}
		}
		return n
	}
	said := 0
	say := func(_ context.Context, _ projectr.Org, _ projectr.Subscription, r projectr.Reminder) (projectr.LetterKind, string, error) {
		said++
		return r.Kind, "some words", nil
	}
	looked := func(when string, want projectr.LetterKind) {
		w.Helper()
		got, err := w.acme.Remind(w.ctx, say)
		w.ok(err)
		same(w, when, got, want)
		got, err = w.acme.Remind(w.ctx, say)
		w.ok(err)
		same(w, when+", again", got, "")
		many := 0
		if want != "" {
			many = admins
		}
		same(w, when+", letters", written(want), many)
	}
	looked("before a trial ends", projectr.LetterTrialEnds)
	down := &projectr.Error{Kind: projectr.Unavailable, Message: "Down."}
	due := projectr.Subscription{ID: "sub_1", Plan: "starter", State: projectr.PastDue, Since: w.now(), Invoice: "in_1", AsOf: w.now()}
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(due))))
	got, err := w.acme.Remind(w.ctx, func(context.Context, projectr.Org, projectr.Subscription, projectr.Reminder) (projectr.LetterKind, string, error) {
		return "", "", down
	})
	w.is(projectr.Unavailable, err, "a letter without words")
	same(w, "a letter without words", words(got, written(projectr.LetterPaymentFailed)), "0")
	looked("a payment fails", projectr.LetterPaymentFailed)
	due.Invoice, due.AsOf = "in_2", w.now()
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(due))))
	same(w, "kept", second0(w.acme.Subscription(w.ctx)).Invoice, "in_2")
	// It is paid while the letter is written: then that it failed is not said any more.
	said = 0
	got, err = w.acme.Remind(w.ctx, func(ctx context.Context, o projectr.Org, s projectr.Subscription, r projectr.Reminder) (projectr.LetterKind, string, error) {
		if said == 0 {
			w.ok(second(w.acme.TakeSubscription(ctx, "", payer(projectr.Subscription{ID: "sub_1", Plan: "starter", State: projectr.Subscribed, AsOf: w.now()}))))
		}
		return say(ctx, o, s, r)
	})
	w.ok(err)
	same(w, "paid meanwhile", words(got, said, written(projectr.LetterPaymentFailed), written(projectr.LetterPaidAgain)), words(projectr.LetterPaidAgain, 2, 0, 0))
	looked("paid", "")
	// Two at once write one.
	due.AsOf = w.now()
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(due))))
	wait := make(chan projectr.LetterKind)
	for range 2 {
		go func() {
			got, err := w.acme.Remind(w.ctx, func(ctx context.Context, _ projectr.Org, _ projectr.Subscription, r projectr.Reminder) (projectr.LetterKind, string, error) {
				return r.Kind, "some words", nil
			})
			if err != nil {
				w.Error(err)
			}
			wait <- got
		}()
	}
	same(w, "at once", <-wait+<-wait, projectr.LetterPaymentFailed)
	same(w, "at once, letters", written(projectr.LetterPaymentFailed), admins)
	// Another organisation knows nothing of it.
	got, err = w.globex.Remind(w.ctx, say)
	w.ok(err)
	same(w, "of who has no trial", got, "")
}

// zone is acme's.
func (w *world) zone() *time.Location {
	w.Helper()
	o, err := w.acme.Info(w.ctx)
	w.ok(err)
	z, err := time.LoadLocation(o.TimeZone)
	w.ok(err)
	return z
}

func useTold(w *world) {
	e := w.record(w.acme, mail{id: "a"})
	jobs := 0
	spend := func(micro int64) {
		w.Helper()
		jobs++
		id, err := w.begin(w.acme, e.ID, fmt.Sprint("job ", jobs), micro)
		w.ok(err)
		w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallAnswered, micro)))
	}
	counts := func(what string, want int) {
		w.Helper()
		n, err := w.acme.CountUse(w.ctx)
		w.ok(err)
		same(w, "entries "+what, n, want)
	}
	in := func(is projectr.UseState) []projectr.UseEntry {
		w.Helper()
		l, err := w.acme.Outbox(w.ctx, is)
		w.ok(err)
		return l
	}
	var told []projectr.MeterEvent
	tell := func(answer error) func(context.Context, projectr.MeterEvent) error {
		return func(_ context.Context, e projectr.MeterEvent) error {
			told = append(told, e)
			return answer
		}
	}
	down := &projectr.Error{Kind: projectr.Unavailable, Message: "Down."}
	refused := &projectr.Error{Kind: projectr.Conflict, Message: "No."}

	spend(100)
	counts("of an organisation that pays nothing", 0)
	w.ok(w.acme.JoinCustomer(w.ctx, "cus_acme"))
	counts("of a customer without a subscription", 0)
	w.ok(second(w.acme.TakeSubscription(w.ctx, "", payer(projectr.Subscription{ID: "sub_1", Plan: "professional", State: projectr.Subscribed, Began: start, AsOf: start}))))
	counts("from its first day", 1)
	counts("once more", 0)
	spend(20)
	spend(3)
	counts("of what came since", 1)
	for i, e := range in(projectr.UseWaits) {
		same(w, "waits", words(e.ID, e.Day, e.Amount, e.State, e.Tries, e.Due.Equal(e.At)), words(fmt.Sprint(w.acme.ID(), "-2026-03-04-", i), "2026-03-04", []int{100, 23}[i], "waits", 0, true))
		same(w, "a while ago", w.now().Sub(e.At) < time.Minute, true)
	}

	// What is charged after its day has ended is of its day still.
	id, err := w.begin(w.acme, e.ID, "late", 7)
	w.ok(err)
	w.mu.Lock()
	w.clock = time.Date(2026, 3, 5, 5, 2, 0, 0, time.UTC) // two minutes after midnight in New York
	w.mu.Unlock()
	w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallAnswered, 7)))
	spend(1000)
	counts("of two days", 2)
	all := in(projectr.UseWaits)
	same(w, "how many wait", len(all), 4)
	same(w, "the day before", words(all[2].Day, all[2].Amount, all[2].At), words("2026-03-04", 7, time.Date(2026, 3, 5, 4, 59, 59, 0, time.UTC)))
	same(w, "the day", words(all[3].Day, all[3].Amount, all[3].At.Before(w.now())), words("2026-03-05", 1000, true))

	// Told, refused, and not heard of.
	is, err := w.acme.TellUse(w.ctx, all[0], tell(nil))
	w.ok(err)
	same(w, "told", words(is.State, is.Tries, is.Problem), "told 1")
	same(w, "what is told", show(told), show([]projectr.MeterEvent{{ID: all[0].ID, Meter: projectr.AIMeter, Customer: "cus_acme", Amount: 100, At: all[0].At}}))
	is, err = w.acme.TellUse(w.ctx, all[0], tell(nil))
	w.ok(err)
	same(w, "told by another one meanwhile", words(is.State, len(told)), "waits 1")
	is, err = w.acme.TellUse(w.ctx, all[1], tell(refused))
	w.is(projectr.Conflict, err, "refused")
	same(w, "refused", words(is.State, is.Tries, is.Doubt.IsZero(), is.Problem, is.Due.Sub(w.now()).Round(time.Minute)), "waits 1 true No. 5m0s")
	is, err = w.acme.TellUse(w.ctx, all[2], tell(down))
	w.is(projectr.Unavailable, err, "not heard of")
	same(w, "not heard of", words(is.State, is.Tries, is.Doubt.IsZero(), is.Problem), "waits 1 false Down.")
	left := in(projectr.UseWaits)
	is, err = w.acme.TellUse(w.ctx, left[0], tell(nil))
	w.ok(err)
	same(w, "told before it is due", words(is.Tries, len(told)), "1 3")
	same(w, "of the other organisation", len(firstOf(w.globex.Outbox(w.ctx, projectr.UseWaits))), 0)

	// Whoever dies while it tells leaves word of it.
	func() {
		defer func() { _ = recover() }()
		_, _ = w.acme.TellUse(w.ctx, left[2], func(context.Context, projectr.MeterEvent) error { panic("killed") })
	}()
	left = in(projectr.UseWaits)
	same(w, "after a crash", words(left[2].Tries, left[2].Doubt.IsZero()), "1 false")

	// It is told again while the provider remembers it, and then no more.
	w.travel(projectr.UseDoubt - time.Minute)
	is, err = w.acme.TellUse(w.ctx, left[2], tell(nil))
	w.ok(err)
	same(w, "told again in time", is.State, projectr.UseTold)
	is, err = w.acme.TellUse(w.ctx, left[1], tell(refused)) // that it is refused now does not say that it was before
	w.is(projectr.Conflict, err, "refused after a doubt")
	same(w, "doubt stays", is.Doubt, left[1].Doubt)
	w.travel(7 * time.Hour)
	n := len(told)
	is, err = w.acme.TellUse(w.ctx, in(projectr.UseWaits)[1], tell(nil))
	w.ok(err)
	same(w, "after a day of doubt", words(is.State, is.Tries, len(told)-n), "stuck 2 0")
	// What is refused for sure is tried until it is too old.
	is, err = w.acme.TellUse(w.ctx, in(projectr.UseWaits)[0], tell(refused))
	w.is(projectr.Conflict, err, "refused on the next day")
	same(w, "refused again", words(is.State, is.Tries, is.Due.Sub(w.now()).Round(time.Minute)), "waits 2 10m0s")
	w.travel(projectr.UseDays * 24 * time.Hour)
	is, err = w.acme.TellUse(w.ctx, in(projectr.UseWaits)[0], tell(nil))
	w.ok(err)
	same(w, "too old", words(is.State, len(told)-n), "stuck 1")
	same(w, "waits", len(in(projectr.UseWaits)), 0)
	same(w, "stuck", len(in(projectr.UseStuck)), 2)

	// An operator has looked.
	w.is(projectr.NotFound, w.acme.RetryUse(w.ctx, all[0].ID), "retry what is told")
	w.is(projectr.NotFound, w.globex.RetryUse(w.ctx, all[2].ID), "retry another's")
	w.ok(w.acme.RetryUse(w.ctx, all[2].ID))
	again := in(projectr.UseWaits)
	same(w, "again", words(len(again), again[0].ID, again[0].Doubt.IsZero(), again[0].Problem), words(1, all[2].ID, true))
	l, err := w.acme.Audit(w.ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 1}})
	w.ok(err)
	same(w, "noted", l.Items[0].Action+" "+l.Items[0].Target, "billing.retry "+all[2].ID)
}

// paymentsPruned: what is pruned of events and use is as old as it should be, and no more
// at once than a page; what is left says the same as before.
func paymentsPruned(w *world) {
	e := w.record(w.acme, mail{id: "a"})
	spend := func(job string) {
		w.Helper()
		id, err := w.begin(w.acme, e.ID, job, 100)
		w.ok(err)
		w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallAnswered, 100)))
		w.ok(second(w.acme.CountUse(w.ctx)))
	}
	prunes := func(what string, want int) {
		w.Helper()
		n, err := w.acme.PrunePayments(w.ctx)
		w.ok(err)
		same(w, "pruned "+what, n, want)
	}
	paid := projectr.Subscription{ID: "sub_1", Plan: "professional", State: projectr.Subscribed, Began: start, AsOf: start}
	w.ok(w.acme.JoinCustomer(w.ctx, "cus_acme"))
	for i := range 1002 {
		w.ok(second(w.acme.TakeSubscription(w.ctx, fmt.Sprint("evt_", i), payer(paid))))
	}
	spend("told")
	for _, e := range firstOf(w.acme.Outbox(w.ctx, projectr.UseWaits)) {
		w.ok(second(w.acme.TellUse(w.ctx, e, func(context.Context, projectr.MeterEvent) error { return nil })))
	}
	spend("waits")
	w.travel(89 * 24 * time.Hour)
	w.ok(second(w.acme.TakeSubscription(w.ctx, "evt_late", payer(paid))))
	prunes("what is needed", 0)
	w.travel(3 * 24 * time.Hour)
	prunes("at once", 1001) // of the events, and what was told
	prunes("then", 2)
	prunes("in the end", 0)
	same(w, "told", len(firstOf(w.acme.Outbox(w.ctx, projectr.UseTold))), 0)
	same(w, "waits", len(firstOf(w.acme.Outbox(w.ctx, projectr.UseWaits))), 1)
	same(w, "use that is counted again", firstOf(w.acme.CountUse(w.ctx)), 0)

	asked := 0
	before := firstOf(w.acme.Info(w.ctx))
	for _, event := range []string{"evt_late", "evt_0", "evt_0"} {
		got, err := w.acme.TakeSubscription(w.ctx, event, func(ctx context.Context) (projectr.Subscription, error) {
			asked++
			return payer(paid)(ctx)
		})
		w.ok(err)
		same(w, "the same as before", got.Same(firstOf(w.acme.Subscription(w.ctx))), true)
	}
	same(w, "events that are asked about again", asked, 1)
	same(w, "record", firstOf(w.acme.Info(w.ctx)), before)
}

func firstOf[T any](x T, _ error) T { return x }

func words(a ...any) string { return strings.TrimSpace(fmt.Sprintln(a...)) }

// paidMonths: what was paid is of the month, in the organisation's zone, in which it was.
func paidMonths(w *world) {
	_, err := w.acme.ChangeInfo(w.ctx, func(o *projectr.Org) { o.TimeZone = "America/New_York" })
	w.ok(err)
	noon := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	invoice := func(id, currency string, paid int64, at time.Time) projectr.Invoice {
		return projectr.Invoice{ID: id, Currency: currency, Paid: paid, PaidAt: at, State: "paid"}
	}
	all := []projectr.Invoice{
		invoice("in_1", "USD", 49_00, noon),
		invoice("in_2", "EUR", 12_34, noon),
		invoice("in_3", "USD", 1_00, time.Date(2026, 4, 1, 3, 59, 59, 999_999_000, time.UTC)), // still March there
		invoice("in_4", "USD", 7_00, time.Date(2026, 4, 1, 4, 0, 0, 0, time.UTC)),
		invoice("in_5", "USD", 8_00, time.Date(2026, 3, 1, 4, 59, 59, 0, time.UTC)), // February there
		{ID: "in_6", Currency: "USD", Total: 99_00, State: "open"},
		invoice("in_7", "GBP", 0, noon),
	}
	income := func(month string) string {
		w.Helper()
		m, _, err := w.acme.Month(w.ctx, month)
		w.ok(err)
		same(w, "month", m.Month, month)
		return fmt.Sprint(m.Income)
	}
	same(w, "before any", income("2026-03"), "[]")
	w.ok(w.acme.KeepPaid(w.ctx, nil))
	for range 2 { // told again it is the same
		w.ok(w.acme.KeepPaid(w.ctx, all))
		same(w, "March", income("2026-03"), "[{1234 EUR } {5000 USD }]")
		same(w, "April", income("2026-04"), "[{700 USD }]")
		same(w, "February", income("2026-02"), "[{800 USD }]")
	}
	all[0].Paid = 40_00 // a part was given back
	w.ok(w.acme.KeepPaid(w.ctx, all[:1]))
	same(w, "given back", income("2026-03"), "[{1234 EUR } {4100 USD }]")
	wroteDown := func() (said []string) {
		l, err := w.acme.Audit(w.ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 50}})
		w.ok(err)
		for _, a := range l.Items {
			if a.Action == "org.paid" {
				said = append(said, a.Target)
			}
		}
		return said
	}
	byHand := invoice("by hand 1", "USD", 3_00, noon)
	w.ok(w.acme.WriteDownPaid(w.ctx, byHand, "1: 3 USD"))
	same(w, "written down", income("2026-03"), "[{1234 EUR } {4400 USD }]")
	w.ok(w.acme.WriteDownPaid(w.ctx, byHand, "1: 3 USD"))
	byHand.Paid = 0
	w.ok(w.acme.WriteDownPaid(w.ctx, byHand, "1: 0 USD"))
	same(w, "taken back", income("2026-03"), "[{1234 EUR } {4100 USD }]")
	w.is(projectr.Invalid, w.acme.WriteDownPaid(w.ctx, projectr.Invoice{ID: "by hand 2", Currency: "USD", Paid: 1}, "2: 1 USD"), "a payment of no day")
	same(w, "what is audited", fmt.Sprint(wroteDown()), "[1: 0 USD 1: 3 USD]")
	m, ends, err := w.acme.Month(w.ctx, "")
	w.ok(err)
	used, err := w.acme.Used(w.ctx)
	w.ok(err)
	same(w, "the present month", fmt.Sprint(m.Month, ends.Format("01-02"), m.Cost, m.Emails, m.Calls), fmt.Sprint(used.Month, "04-01", used.Spent.CostMicro, used.Emails, used.Spent.Calls))
	_, _, err = w.acme.Month(w.ctx, "2026-13")
	w.is(projectr.Invalid, err, "a month there is not")
	l, _, err := w.globex.Month(w.ctx, "2026-03")
	w.ok(err)
	same(w, "of another organisation", len(l.Income), 0)
}
