package billing_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"projectr"
	"projectr/billing"
	"projectr/local"
	"projectr/store"
	"projectr/store/sqlite/sqlitetest"
	"projectr/stripe"
	"projectr/stripe/stripetest"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

const back = "https://projectr.example/orgs/acme/billing"

var _ billing.Payments = (*stripe.Payments)(nil)

// firm is an organisation, and a Stripe of its own.
type firm struct {
	testing.TB
	fake *stripetest.Server
	b    *billing.Billing
	org  store.Org
}

// at opens a store whose clock is that of the fake.
func at(t testing.TB, fake *stripetest.Server) *billing.Billing {
	t.Helper()
	return account(t, fake, store.New(sqlitetest.Open(t), &local.Files{Dir: t.TempDir()}, fake.Now))
}

// account is billing by a fake, which is set up.
func account(t testing.TB, fake *stripetest.Server, st *store.Store) *billing.Billing {
	t.Helper()
	pay, err := stripe.New(stripe.Options{Key: stripetest.Key, WebhookSecret: stripetest.Secret, Base: fake.URL, Now: fake.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pay.Setup(t.Context(), projectr.Plans); err != nil {
		t.Fatal(err)
	}
	return &billing.Billing{Store: st, Payments: pay, Now: fake.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// open makes an organisation of 14 days' trial.
func open(t testing.TB, b *billing.Billing, fake *stripetest.Server, name string) *firm {
	t.Helper()
	id := projectr.OrgID("org_" + name)
	if err := b.Store.CreateOrg(t.Context(), projectr.Org{ID: id, Name: name, Address: name, Plan: "starter", TimeZone: "UTC", TrialEnds: fake.Now().AddDate(0, 0, 14)}, projectr.Actor{Kind: "operator"}); err != nil {
		t.Fatal(err)
	}
	org, err := b.Store.AsOperator(t.Context(), name, "test")
	if err != nil {
		t.Fatal(err)
	}
	return &firm{TB: t, fake: fake, b: b, org: org}
}

func (f *firm) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *firm) send(events ...stripetest.Event) {
	f.Helper()
	for _, e := range events {
		f.must(f.b.Event(f.Context(), e.Body, stripetest.Sign(e.Body, stripetest.Secret, f.fake.Now())))
	}
}

func (f *firm) sub() projectr.Subscription {
	f.Helper()
	s, err := f.org.Subscription(f.Context())
	f.must(err)
	return s
}

// stands is state, plan and whether mail is read.
func (f *firm) stands(when, want string) {
	f.Helper()
	o, err := f.org.Info(f.Context())
	f.must(err)
	s := f.sub()
	reads := "reads"
	if o.Waits(f.fake.Now()) != "" {
		reads = "waits"
	}
	if s.Next != "" {
		reads += ", then " + s.Next
	}
	if got := fmt.Sprint(s.State, " ", o.Plan, " ", reads); got != want {
		f.Errorf("%s: %s, want %s", when, got, want)
	}
}

func (f *firm) subscribe(plan string) {
	f.Helper()
	url, err := f.b.Checkout(f.Context(), f.org, plan, "jo@acme.example", back)
	f.must(err)
	f.must(f.fake.CompleteCheckout(url))
}

func one(t testing.TB) *firm {
	fake := stripetest.New(t, noon)
	return open(t, at(t, fake), fake, "acme")
}

func TestTheLifeOfASubscription(t *testing.T) {
	f := one(t)
	f.stands("signed up", "none starter reads")
	f.subscribe("starter")
	f.stands("before the event", "none starter reads")
	f.send(f.fake.Events()...)
	f.stands("trial", "trialing starter reads")
	if s := f.sub(); !s.TrialEnd.Equal(noon.AddDate(0, 0, 14)) {
		t.Errorf("the trial ends at %v", s.TrialEnd)
	}
	_, err := f.b.Checkout(t.Context(), f.org, "professional", "", back)
	if projectr.KindOf(err) != projectr.Conflict {
		t.Errorf("a second checkout: %v", err)
	}
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.send(f.fake.Events()...)
	f.stands("paid", "active starter reads")
	s, err := f.b.ChangePlan(t.Context(), f.org, "professional")
	f.must(err)
	f.stands("upgraded, before the event", "active professional reads")
	if s.Plan != "professional" {
		t.Errorf("answered %+v", s)
	}
	f.fake.Declines(s.Customer, true)
	f.fake.Advance(noon.AddDate(0, 1, 16))
	f.send(f.fake.Events()...)
	f.stands("payment fails", "past_due professional reads")
	grace := f.sub().GraceUntil()
	f.fake.Advance(grace.Add(-time.Second))
	f.stands("at the end of grace", "past_due professional reads")
	f.fake.Advance(grace)
	f.stands("after grace", "past_due professional waits")
	url, err := f.b.Portal(t.Context(), f.org, back)
	f.must(err)
	if !strings.Contains(url, s.Customer) {
		t.Errorf("portal at %s", url)
	}
	f.fake.Pay(s.Customer)
	f.send(f.fake.Events()...)
	f.stands("paid again", "active professional reads")
	s, err = f.b.Cancel(t.Context(), f.org, true)
	f.must(err)
	if s.CancelAt.IsZero() || !s.CancelAt.Equal(s.PeriodEnd) {
		t.Errorf("cancelled at %v, period ends %v", s.CancelAt, s.PeriodEnd)
	}
	f.stands("cancelled", "active professional reads")
	f.fake.Advance(s.CancelAt)
	f.send(f.fake.Events()...)
	f.stands("ended", "canceled professional waits")
	if x := f.sub(); !x.Since.Equal(s.CancelAt) || !x.DataUntil(time.Time{}).Equal(s.CancelAt.Add(projectr.DataKept)) {
		t.Errorf("ended at %v, kept until %v", x.Since, x.DataUntil(time.Time{}))
	}
	f.subscribe("starter")
	f.send(f.fake.Events()...)
	f.stands("begun anew, without a second trial", "active starter reads")
	invoices, err := f.b.Invoices(t.Context(), f.org)
	f.must(err)
	if n := f.paidAsBilled("in the end", s.Customer); n < 2 {
		t.Errorf("something was paid in %d months", n)
	}
	f.fake.GiveBack(s.Customer, 9_00)
	f.send(f.fake.Events()...)
	f.paidAsBilled("after a part was given back", s.Customer)
	for range 2 {
		f.fake.GiveBack(s.Customer, 3_00)
	}
	f.fake.Refund(s.Customer, 5_00)
	f.repeated()
	f.paidAsBilled("after another part was, without a credit note", s.Customer)
	f.fake.Dispute(s.Customer, false)
	f.must(f.b.Reconcile(t.Context()))
	f.paidAsBilled("while it is disputed", s.Customer)
	f.fake.Dispute(s.Customer, true)
	f.must(f.b.Reconcile(t.Context()))
	f.paidAsBilled("after the dispute was lost", s.Customer)
	if len(invoices) != 4 || invoices[0].Total != 49_00 || invoices[0].Currency != "USD" || invoices[0].State != "paid" {
		t.Errorf("invoices %+v", invoices)
	}
}

func TestWhatIsRefused(t *testing.T) {
	f := one(t)
	for name, do := range map[string]func() error{
		"a plan by agreement":    func() error { _, err := f.b.Checkout(t.Context(), f.org, "enterprise", "", back); return err },
		"a plan there is not":    func() error { _, err := f.b.ChangePlan(t.Context(), f.org, "platinum"); return err },
		"a portal of nobody":     func() error { _, err := f.b.Portal(t.Context(), f.org, back); return err },
		"a change of nothing":    func() error { _, err := f.b.ChangePlan(t.Context(), f.org, "professional"); return err },
		"the end of nothing":     func() error { _, err := f.b.Cancel(t.Context(), f.org, true); return err },
		"bytes nobody signed":    func() error { return f.b.Event(t.Context(), []byte("{}"), "") },
		"a key that opens none":  func() error { _, err := stripe.New(stripe.Options{Key: "pk_live_x"}); return err },
		"a trial that is nobody": func() error { return f.b.Event(t.Context(), nil, "t=1,v1=00") },
	} {
		if k := projectr.KindOf(do()); k != projectr.Invalid && k != projectr.Conflict {
			t.Errorf("%s: %s", name, k)
		}
	}
	// The trial of who is a customer and never pays ends.
	f.must(f.b.Begin(t.Context(), f.org, "jo@acme.example"))
	f.stands("begun", "none starter reads")
	f.fake.Advance(noon.AddDate(0, 0, 14))
	f.stands("after the trial", "none starter waits")
	// While the provider is down, an event is not done with, and is when it comes again.
	f.subscribe("starter")
	events := f.fake.Events()
	f.fake.Down(true)
	if err := f.b.Event(t.Context(), events[len(events)-1].Body, stripetest.Sign(events[len(events)-1].Body, stripetest.Secret, f.fake.Now())); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("an event while the provider is down: %v", err)
	}
	f.fake.Down(false)
	f.send(events...)
	f.stands("up again", "active starter reads")
	// Events about nobody, and about somebody else's customer, are done with.
	f.send(stripetest.Event{Body: []byte(`{"id":"evt_x","object":"event","api_version":"` + stripetest.Version + `","livemode":false,"type":"product.created","data":{"object":{"object":"product","id":"p"}}}`)},
		stripetest.Event{Body: []byte(`{"id":"evt_y","object":"event","api_version":"` + stripetest.Version + `","livemode":false,"type":"invoice.paid","data":{"object":{"object":"invoice","customer":{"id":"cus_else"}}}}`)})
}

// histories is how many lives of subscriptions are made up.
func histories(t *testing.T) int {
	n := 500
	if s := os.Getenv("PROJECTR_STRIPE_HISTORIES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// TestEveryHistoryEndsAlike makes up lives of subscriptions (T-10, I-13). Their events come
// up to ten times, shuffled, late, to two processes at once, of which one is killed at a
// point of a write now and then, and some never come; whatever came, what is kept in the
// end is what the provider has: after the daily job where events were lost, without it
// where the last one came.
func TestEveryHistoryEndsAlike(t *testing.T) {
	n := histories(t)
	work := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	states, events, sent, kills, changing := map[projectr.SubscriptionState]int{}, 0, 0, 0, 0
	for range max(2, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			fake := stripetest.New(t, noon)
			d, path := shared(t)
			b := account(t, fake, store.New(d, &local.Files{Dir: t.TempDir()}, fake.Now))
			other := &second{TB: t, path: path, url: fake.URL}
			other.start()
			defer func() { other.end() }()
			for seed := range work {
				l := history(t, b, fake, other, uint64(seed))
				mu.Lock()
				states[l.state]++
				if l.next {
					changing++
				}
				events, sent, kills = events+l.events, sent+l.sent, kills+l.kills
				mu.Unlock()
			}
		})
	}
	for seed := range n {
		work <- seed
	}
	close(work)
	wg.Wait()
	for _, s := range []projectr.SubscriptionState{projectr.NoSubscription, projectr.Incomplete, projectr.Trialing, projectr.Subscribed, projectr.PastDue, projectr.Unpaid, projectr.Canceled, projectr.Paused} {
		if states[s] == 0 && n >= 500 {
			t.Errorf("no history ends as %s", s)
		}
	}
	if kills < n/10 {
		t.Errorf("only %d times a process was killed", kills)
	}
	if changing < n/50 {
		t.Errorf("only %d histories end before a change of plan", changing)
	}
	t.Logf("%d histories, %d events, %d webhooks, %d kills, %d before a change: %v", n, events, sent, kills, changing, states)
}

// later is some days from now, by the clock of a fake.
func later(fake *stripetest.Server, days int) time.Time { return fake.Now().AddDate(0, 0, days) }

// life is what came about in a history.
type life struct {
	state               projectr.SubscriptionState
	next                bool // it was to be of another plan
	events, sent, kills int
}

// history is one life.
func history(t *testing.T, b *billing.Billing, fake *stripetest.Server, other *second, seed uint64) (l life) {
	rnd := rand.New(rand.NewPCG(seed, 13))
	f := open(t, b, fake, fmt.Sprintf("h%d", seed))
	fake.Ends = []string{"unpaid", "canceled", "past_due"}[rnd.IntN(3)]
	f.must(b.Begin(t.Context(), f.org, ""))
	customer := f.sub().Customer
	var waiting []stripetest.Event
	here := func(all []stripetest.Event) {
		for _, e := range all {
			if err := deliver(t.Context(), b, e.Body, fake.Now()); err != nil {
				t.Errorf("history %d: %s: %v", seed, e.Type, err)
			}
		}
	}
	// both has half of the events come to the second process, which may be killed at
	// them. Then they come again, to the one that is started in its place.
	both := func(all []stripetest.Event) {
		l.sent += len(all)
		half := len(all) / 2
		x := webhooks{Now: fake.Now().Unix()}
		for _, e := range all[half:] {
			x.Bodies = append(x.Bodies, string(e.Body))
		}
		x.After = int64(rnd.IntN(3) / 2)
		if rnd.IntN(2) == 0 {
			x.Kill = []string{"begin", "commit", "committed"}[rnd.IntN(3)]
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			for !other.take(x) {
				l.kills++
				x.Kill = ""
				other.end()
				other.start()
			}
		})
		here(all[:half])
		wg.Wait()
	}
	if rnd.IntN(3) == 0 { // some begin by paying, after the trial
		fake.Advance(later(fake, 15))
		fake.Declines(customer, rnd.IntN(2) == 0)
	}
	subscribe := func() {
		if url, err := b.Checkout(t.Context(), f.org, []string{"starter", "professional"}[rnd.IntN(2)], "", back); err == nil {
			f.must(fake.CompleteCheckout(url))
		}
	}
	if rnd.IntN(8) > 0 {
		subscribe()
	}
	split := 1 + rnd.IntN(4) // in which round both processes hear of events
	for range 3 + rnd.IntN(8) {
		s := f.sub()
		switch rnd.IntN(13) {
		case 0, 1:
			subscribe()
		case 2:
			fake.Declines(customer, rnd.IntN(3) > 0)
		case 3:
			fake.Card(customer, rnd.IntN(2) == 0)
		case 4:
			fake.Pay(customer)
		case 5, 10:
			if s.Live() {
				_, _ = b.ChangePlan(t.Context(), f.org, []string{"starter", "professional"}[rnd.IntN(2)]) // it may have ended meanwhile
			}
		case 6:
			if s.Live() {
				_, _ = b.Cancel(t.Context(), f.org, rnd.IntN(3) > 0)
			}
		case 7:
			if rnd.IntN(3) == 0 {
				fake.CancelNow(customer)
			}
		case 8:
			fake.GiveBack(customer, 1+rnd.Int64N(500))
		case 11: // whoever has the account may plan a change too, and the portal may end it all
			switch rnd.IntN(3) {
			case 0:
				fake.ScheduleElsewhere(customer, []string{"starter", "professional"}[rnd.IntN(2)])
			case 1:
				fake.ReleaseElsewhere(customer)
			case 2:
				fake.CancelInPortal(customer)
			}
		case 12:
			fake.Void(customer)
		case 9:
			fake.Refund(customer, 1+rnd.Int64N(500))
		}
		if rnd.IntN(3) > 0 {
			fake.Advance(fake.Now().Add(time.Duration(rnd.IntN(18*24)) * time.Hour))
		}
		fresh := fake.Events()
		l.events += len(fresh)
		for _, e := range fresh {
			for range []int{1, 1, 1, 2, 3, 10}[rnd.IntN(6)] {
				waiting = append(waiting, e)
			}
		}
		rnd.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
		now := rnd.IntN(len(waiting) + 1)
		if split--; split == 0 {
			both(waiting[:now])
		} else {
			here(waiting[:now])
			l.sent += now
		}
		waiting = waiting[now:]
	}
	lost := len(waiting) > 0 && rnd.IntN(2) == 0
	if lost {
		waiting = waiting[1+rnd.IntN(len(waiting)):]
	}
	both(waiting)
	if lost { // what the daily job does for each customer
		f.must(b.Begin(t.Context(), f.org, ""))
	}
	want, err := b.Payments.Subscription(t.Context(), customer)
	f.must(err)
	want.Customer = customer
	got := f.sub()
	if !got.Same(want) {
		t.Errorf("history %d (lost: %v):\n kept %+v\n  has %+v", seed, lost, got, want)
	}
	o, err := f.org.Info(t.Context())
	f.must(err)
	if until := want.ReadUntil(o.TrialEnds); !o.ReadUntil.Equal(until) || want.Pays() && o.Plan != want.Plan {
		t.Errorf("history %d: read until %v on %s, want %v on %s", seed, o.ReadUntil, o.Plan, until, want.Plan)
	}
	f.paidAsBilled(fmt.Sprintf("history %d (lost: %v)", seed, lost), customer)
	if !lost {
		f.reminded(fmt.Sprintf("history %d", seed))
	}
	fake.CancelNow(customer) // it is over: nothing of it is told in the next one
	fake.Events()
	l.state, l.next = got.State, got.Next != ""
	return l
}

// reminded looks whether the last letter about what is paid says how things are, and that
// none was written twice in a row.
func (f *firm) reminded(when string) {
	f.Helper()
	l, err := f.org.Audit(f.Context(), projectr.AuditFilter{Page: projectr.Page{Limit: 200}})
	f.must(err)
	var said []projectr.LetterKind // the newest first
	for _, a := range l.Items {
		switch k := projectr.LetterKind(a.Target); {
		case a.Action != "billing.reminder":
		case k == projectr.LetterPaymentGivenUp:
			said = append(said, projectr.LetterPaymentFailed) // as good as the same
		case k == projectr.LetterPaymentFailed, k == projectr.LetterReadingStopped, k == projectr.LetterPaidAgain:
			said = append(said, k)
		}
	}
	last := projectr.LetterPaidAgain // as good as none
	for i, k := range said {
		if i > 0 && k == said[i-1] && k == projectr.LetterPaidAgain {
			f.Errorf("%s: %v", when, said)
		}
	}
	if len(said) > 0 {
		last = said[0]
	}
	switch s := f.sub(); {
	case s.State == projectr.PastDue && s.Invoice == "": // it was voided before anybody heard of it: nobody can pay it
	case s.InOrder() && last != projectr.LetterPaidAgain, s.State == projectr.PastDue && f.fake.Now().Before(s.GraceUntil()) && last != projectr.LetterPaymentFailed:
		f.Errorf("%s: it is %s since %v, and admins were told %v", when, s.State, s.Since, said)
	}
}

// paidAsBilled compares what is kept of each month with what was paid and not given back.
func (f *firm) paidAsBilled(when, customer string) (months int) {
	f.Helper()
	want := f.fake.Net(customer)
	o, err := f.org.Info(f.Context())
	f.must(err)
	var sum int64
	for at := o.CreatedAt.AddDate(0, 0, 1-o.CreatedAt.Day()); !at.After(f.fake.Now().AddDate(0, 1, 0)); at = at.AddDate(0, 1, 0) {
		month := at.Format("2006-01")
		m, _, err := f.org.Month(f.Context(), month)
		f.must(err)
		var got int64
		for _, a := range m.Income {
			got += a.Minor
		}
		if got != want[month] || len(m.Income) > 1 {
			f.Errorf("%s: of %s %v is kept, %d was paid", when, month, m.Income, want[month])
		}
		if sum += got; got > 0 {
			months++
		}
	}
	if kept := f.fake.Kept(customer); sum != kept {
		f.Errorf("%s: the income of all months is %d, and %d is in the account", when, sum, kept)
	}
	return months
}

func TestReconcile(t *testing.T) {
	fake := stripetest.New(t, noon)
	b := at(t, fake)
	var firms []*firm
	for _, name := range []string{"acme", "globex", "initech"} {
		firms = append(firms, open(t, b, fake, name))
	}
	for _, f := range firms[:2] {
		f.subscribe("professional")
	}
	fake.Events() // none of them comes
	if err := b.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"trialing professional reads", "trialing professional reads", "none starter reads"} {
		firms[i].stands("reconciled", want)
	}
	fake.Down(true)
	if err := b.Reconcile(t.Context()); err == nil || !strings.Contains(err.Error(), "org_acme") || !strings.Contains(err.Error(), "org_globex") {
		t.Errorf("reconciled while the provider is down: %v", err)
	}
}

// An organisation that is to be deleted goes on paying nothing, however it came to be that:
// where nobody ended its subscription, the reconciliation does.
// Who pays twice is told of each day, and nothing is done about it.
func TestWhoPaysTwice(t *testing.T) {
	f := one(t)
	var log strings.Builder
	f.b.Log = slog.New(slog.NewTextHandler(&log, nil))
	f.subscribe("starter")
	f.repeated()
	f.must(f.b.Reconcile(t.Context()))
	if log.Len() > 0 || f.sub().Others != 0 {
		t.Errorf("once: %s", log.String())
	}
	id := f.sub().ID
	f.fake.Twice(f.sub().Customer)
	for range 2 {
		log.Reset()
		f.must(f.b.Reconcile(t.Context()))
		if s := f.sub(); s.ID != id || s.Others != 1 || !s.CancelAt.IsZero() || !strings.Contains(log.String(), "more than one subscription") {
			t.Errorf("twice: %+v\n%s", s, log.String())
		}
	}
}

func TestWhoIsToBeDeletedStopsPaying(t *testing.T) {
	fake := stripetest.New(t, noon)
	b := at(t, fake)
	acme, globex, initech := open(t, b, fake, "acme"), open(t, b, fake, "globex"), open(t, b, fake, "initech")
	acme.subscribe("professional")
	globex.subscribe("professional")
	if err := b.Reconcile(t.Context()); err != nil {
		t.Fatal(err)
	}
	ends := func(f *firm) bool {
		t.Helper()
		s, err := f.org.Subscription(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return !s.CancelAt.IsZero()
	}
	for _, f := range []*firm{acme, initech} {
		if err := b.Leave(t.Context(), f.org); err != nil {
			t.Errorf("%v", err)
		}
	}
	if !ends(acme) || ends(globex) {
		t.Errorf("acme ends %v, globex %v", ends(acme), ends(globex))
	}
	if _, err := globex.org.Leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := b.Reconcile(t.Context()); err != nil || !ends(globex) {
		t.Errorf("globex ends %v, %v", ends(globex), err)
	}
	if _, err := b.Checkout(t.Context(), globex.org, "starter", "", back); projectr.KindOf(err) != projectr.Conflict {
		t.Errorf("a checkout of one that is to be deleted: %v", err)
	}
	fake.Down(true)
	if err := b.Leave(t.Context(), acme.org); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("while the provider is down: %v", err)
	}
}

// elsewhere is a provider that finds nothing of who leaves: because the customer is gone, or
// because the key is of another account.
type elsewhere struct {
	billing.Payments
	known bool
	err   error
}

func (elsewhere) Leave(context.Context, string) error {
	return &projectr.Error{Kind: projectr.NotFound, Message: "Stripe does not have it."}
}

func (e elsewhere) Known(context.Context, string) (bool, error) { return e.known, e.err }

// Only where the customer is gone for sure has what is not found ended.
func TestWhoIsNotFoundHasNotLeft(t *testing.T) {
	f := one(t)
	f.subscribe("starter")
	all := f.b.Payments
	missing := &projectr.Error{Kind: projectr.NotFound, Message: "Stripe does not have it."}
	for _, c := range []struct {
		is   elsewhere
		left bool
	}{{elsewhere{all, false, nil}, true}, {elsewhere{all, false, missing}, false}, {elsewhere{all, true, nil}, false}} {
		f.b.Payments = c.is
		if err := f.b.Leave(t.Context(), f.org); (err == nil) != c.left {
			t.Errorf("known %v, %v: %v", c.is.known, c.is.err, err)
		}
	}
}

// Whoever leaves pays for nothing any more: not for what no event told of, not for a second
// subscription, and not by a page that is still open.
func TestWhoLeavesPaysForNothing(t *testing.T) {
	goesOn := func(f *firm, customer string) (n int) {
		f.fake.Declines(customer, false)
		for range 3 {
			before := f.fake.Kept(customer)
			f.fake.Pay(customer)
			f.fake.Advance(f.fake.Now().AddDate(0, 1, 1))
			if n++; f.fake.Kept(customer) == before {
				return n - 1
			}
		}
		return n
	}
	f := one(t)
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.subscribe("starter")
	f.fake.Twice(f.sub().Customer)
	f.fake.Events() // none of them comes
	f.must(f.b.Leave(t.Context(), f.org))
	if n := goesOn(f, f.sub().Customer); n > 0 {
		t.Errorf("two subscriptions, of which nobody told, go on for %d months", n)
	}
	f = one(t)
	f.fake.Advance(noon.AddDate(0, 0, 15))
	page, err := f.b.Checkout(t.Context(), f.org, "starter", "", back)
	f.must(err)
	f.must(f.b.Leave(t.Context(), f.org))
	if err := f.fake.CompleteCheckout(page); err == nil {
		t.Error("a page of checkout takes a payment of who has left")
	}
	for name, come := range map[string]func(*firm){
		"whose first payment did not come": func(f *firm) {
			f.fake.Advance(noon.AddDate(0, 0, 15))
			f.must(f.b.Begin(t.Context(), f.org, ""))
			f.fake.Declines(f.sub().Customer, true)
			f.subscribe("starter")
		},
		"whose trial ended without a card": func(f *firm) {
			f.subscribe("starter")
			f.fake.Card(f.sub().Customer, false)
			f.fake.Advance(noon.AddDate(0, 0, 15))
		},
	} {
		f := one(t)
		come(f)
		f.must(f.b.Leave(t.Context(), f.org))
		if n := goesOn(f, f.sub().Customer); n > 0 || f.sub().Live() {
			t.Errorf("one %s goes on for %d months: %s", name, n, f.sub().State)
		}
	}
}

func TestSetUpTwice(t *testing.T) {
	fake := stripetest.New(t, noon)
	pay, err := stripe.New(stripe.Options{Key: stripetest.Key, Base: fake.URL, Now: fake.Now})
	if err != nil {
		t.Fatal(err)
	}
	dearer := append([]projectr.Plan{}, projectr.Plans...)
	dearer[0].PriceCents += 10_00
	for i, c := range []struct {
		plans []projectr.Plan
		made  int
	}{{projectr.Plans, 4}, {projectr.Plans, 0}, {dearer, 1}, {dearer, 0}} {
		made, err := pay.Setup(t.Context(), c.plans)
		if err != nil || len(made) != c.made {
			t.Errorf("time %d: made %q, %v", i+1, made, err)
		}
	}
}

func TestUseIsToldOnce(t *testing.T) {
	f := one(t)
	f.must(f.b.Begin(t.Context(), f.org, ""))
	pay := f.b.Payments.(*stripe.Payments)
	e := projectr.MeterEvent{ID: "org_acme-2026-03-04", Meter: projectr.AIMeter, Customer: f.sub().Customer, Amount: 1234, At: noon}
	f.must(pay.Meter(t.Context(), e))
	f.must(pay.Meter(t.Context(), e)) // by the same request
	again := e
	again.At = noon.Add(time.Second) // and by another one
	other, err := stripe.New(stripe.Options{Key: stripetest.Key, Base: f.fake.URL, Now: f.fake.Now})
	f.must(err)
	f.fake.Forget()
	f.must(other.Meter(t.Context(), again))
	if sum, n := f.fake.Used(); sum != 1234 || n != 1 {
		t.Errorf("told of %d in %d events", sum, n)
	}
	again.ID, again.Customer = "org_acme-2026-03-05", "cus_none"
	if err := pay.Meter(t.Context(), again); projectr.KindOf(err) != projectr.Conflict {
		t.Errorf("use of nobody: %v", err)
	}
}

// Where an account leaves subscriptions past due, each month brings another invoice that is
// not paid, and no more grace.
func TestGraceIsGivenOnce(t *testing.T) {
	f := one(t)
	f.fake.Ends = "past_due"
	f.subscribe("starter")
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.send(f.fake.Events()...)
	customer := f.sub().Customer
	f.fake.Declines(customer, true)
	f.fake.Advance(f.sub().PeriodEnd)
	f.send(f.fake.Events()...)
	f.stands("payment fails", "past_due starter reads")
	grace, data := f.sub().GraceUntil(), f.sub().DataUntil(time.Time{})
	for range 3 {
		f.fake.Advance(f.sub().PeriodEnd)
		f.send(f.fake.Events()...)
		f.stands("the next one fails too", "past_due starter waits")
		if s := f.sub(); !s.GraceUntil().Equal(grace) || !s.DataUntil(time.Time{}).Equal(data) {
			t.Errorf("grace until %v and data until %v, at first %v and %v", s.GraceUntil(), s.DataUntil(time.Time{}), grace, data)
		}
	}
	f.fake.Pay(customer)
	f.send(f.fake.Events()...)
	f.stands("paid", "active starter reads")
	f.fake.Declines(customer, true)
	f.fake.Advance(f.sub().PeriodEnd)
	f.send(f.fake.Events()...)
	f.stands("fails again, having been paid", "past_due starter reads")
}

// due is a firm whose payment failed a moment ago, where an account has what stays unpaid be
// ends.
func due(t *testing.T, ends string) *firm {
	f := subscribed(t, "starter")
	f.fake.Ends = ends
	f.fake.Declines(f.sub().Customer, true)
	f.fake.Advance(f.sub().PeriodEnd)
	f.repeated()
	f.stands("payment fails", "past_due starter reads")
	return f
}

// Whoever has the account may have an invoice be void, and Stripe goes on to make drafts of
// one that is unpaid: neither begins grace anew, and no letter asks for what cannot be paid.
func TestNoGraceByWhatIsVoidOrADraft(t *testing.T) {
	for _, ends := range []string{"past_due", "unpaid"} {
		f := due(t, ends)
		customer, since := f.sub().Customer, f.sub().Since
		same := func(when string) {
			t.Helper()
			f.repeated()
			if s := f.sub(); !s.Since.Equal(since) {
				t.Errorf("%s: %s: not paid since %v, at first %v", ends, when, s.Since, since)
			}
		}
		f.fake.Advance(since.AddDate(0, 1, 2))
		same("the next month")
		f.fake.Void(customer)
		same("the first one is void")
		f.stands("the first one is void", ends+" starter waits")
		f.fake.Advance(since.AddDate(0, 3, 2))
		same("two months later")
		f.fake.Void(customer)
		f.fake.Void(customer)
		f.fake.Void(customer)
		same("all are void")
		if s := f.sub(); s.Invoice != "" {
			t.Errorf("%s: what cannot be paid is to be paid: %s", ends, s.Invoice)
		}
		f.reminded(ends)
	}
	// One that was void before the next one was made was forgiven.
	f := due(t, "past_due")
	f.fake.Void(f.sub().Customer)
	f.fake.Advance(f.sub().PeriodEnd)
	f.repeated()
	if s := f.sub(); !s.Since.Equal(s.PeriodStart) {
		t.Errorf("not paid since %v, and the one before was forgiven; its period began %v", s.Since, s.PeriodStart)
	}
}

// Who is sent invoices to pay within some days is not late before.
func TestAnInvoiceThatIsSentHasItsTime(t *testing.T) {
	f := due(t, "past_due")
	f.fake.Sends(f.sub().Customer, 30)
	f.repeated()
	if s := f.sub(); !s.Since.Equal(s.PeriodStart.AddDate(0, 0, 30)) {
		t.Errorf("late since %v", s.Since)
	}
}

// Whoever has the account may delete a customer. What it paid for ends then, and whoever wants
// to pay again can.
func TestACustomerThatIsGone(t *testing.T) {
	f := subscribed(t, "starter")
	customer := f.sub().Customer
	f.fake.Delete(customer)
	f.repeated()
	f.stands("deleted", "canceled starter waits")
	since := f.sub().Since
	f.fake.Advance(f.fake.Now().AddDate(0, 0, 3))
	f.must(f.b.Reconcile(t.Context()))
	if s := f.sub(); !s.Since.Equal(since) {
		t.Errorf("ended %v, and before %v", s.Since, since)
	}
	f.must(f.b.Leave(t.Context(), f.org))
	f.subscribe("professional")
	f.send(f.fake.Events()...)
	f.stands("begun anew", "active professional reads")
	if f.sub().Customer == customer {
		t.Error("it is the customer that is gone")
	}
	g := subscribed(t, "starter")
	g.fake.Delete(g.sub().Customer)
	g.fake.Events() // none of them comes
	g.must(g.b.Reconcile(t.Context()))
	g.stands("deleted, and no event came", "canceled starter waits")
}

// Who comes back from a checkout has what they paid for, though no event comes; the provider
// is not asked for ever, and whoever looks at the page does not wait for it.
func TestWhoHasPaidWaitsForNoEvent(t *testing.T) {
	f := one(t)
	fresh := func(when string, want projectr.SubscriptionState) {
		t.Helper()
		s, err := f.b.Fresh(t.Context(), f.org)
		f.must(err)
		if s.State != want {
			t.Errorf("%s: %s, want %s", when, s.State, want)
		}
	}
	fresh("no checkout", projectr.NoSubscription)
	page, err := f.b.Checkout(t.Context(), f.org, "starter", "", back)
	f.must(err)
	fresh("not paid yet", projectr.NoSubscription)
	f.must(f.fake.CompleteCheckout(page))
	fresh("a moment later", projectr.NoSubscription)
	f.fake.Down(true)
	f.fake.Advance(f.fake.Now().Add(5 * time.Second))
	fresh("while the provider is down", projectr.NoSubscription)
	f.fake.Down(false)
	f.fake.Advance(f.fake.Now().Add(5 * time.Second))
	fresh("paid", projectr.Trialing)
	f.stands("paid", "trialing starter reads")
	f.fake.CancelNow(f.sub().Customer)
	f.send(f.fake.Events()...)
	f.subscribe("starter")
	f.fake.Advance(f.fake.Now().Add(time.Hour))
	fresh("an hour later", projectr.Canceled)
}

// Who has two pages of checkout open pays on one of them.
func TestOneCheckoutIsOpen(t *testing.T) {
	f := one(t)
	first, err := f.b.Checkout(t.Context(), f.org, "starter", "", back)
	f.must(err)
	other := open(t, f.b, f.fake, "globex")
	theirs, err := f.b.Checkout(t.Context(), other.org, "starter", "", back)
	f.must(err)
	f.subscribe("professional")
	if err := f.fake.CompleteCheckout(first); err == nil {
		t.Error("the first page takes a payment beside the second")
	}
	f.must(f.fake.CompleteCheckout(theirs))
}

// What else a customer has from the same account is none of ours.
func TestWhatElseTheAccountSells(t *testing.T) {
	f := one(t)
	f.must(f.b.Begin(t.Context(), f.org, ""))
	f.fake.SellElse(f.sub().Customer)
	f.send(f.fake.Events()...)
	f.stands("of something else", "none starter reads")
	f.subscribe("professional")
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.fake.SellElse(f.sub().Customer)
	f.send(f.fake.Events()...)
	f.stands("beside something else", "active professional reads")
	_, err := f.b.Cancel(t.Context(), f.org, true)
	f.must(err)
	f.fake.Advance(f.sub().PeriodEnd)
	f.send(f.fake.Events()...)
	f.stands("ended beside something else", "canceled professional waits")
}

// Whose subscription has ended may agree with the operator on another plan.
func TestThePlanOfTheOperatorCountsAfterTheEnd(t *testing.T) {
	f := one(t)
	f.subscribe("starter")
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.send(f.fake.Events()...)
	customer := f.sub().Customer
	f.fake.CancelNow(customer)
	f.send(f.fake.Events()...)
	f.stands("ended", "canceled starter waits")
	plan := func(name string) {
		t.Helper()
		_, err := f.org.ChangeInfo(t.Context(), func(o *projectr.Org) { o.Plan, o.TrialEnds = name, time.Time{} })
		f.must(err)
	}
	plan("enterprise")
	f.stands("by agreement", "canceled enterprise reads")
	f.must(f.b.Reconcile(t.Context()))
	f.fake.Card(customer, true)
	f.send(f.fake.Events()...)
	f.stands("by agreement, and told the same again", "canceled enterprise reads")
	f.fake.Agrees(customer, 59_00, "usd", "month", 1, true)
	f.must(f.b.Reconcile(t.Context()))
	f.stands("by agreement, and told another price of what has ended", "canceled enterprise reads")
	f.subscribe("starter")
	f.send(f.fake.Events()...)
	f.stands("begun anew", "active starter reads")
	f.fake.CancelNow(customer)
	f.send(f.fake.Events()...)
	f.stands("ended again", "canceled starter waits")
}

func TestWhatThePortalCancelledIsTakenBack(t *testing.T) {
	f := one(t)
	f.subscribe("starter")
	f.send(f.fake.Events()...)
	f.fake.CancelInPortal(f.sub().Customer)
	f.send(f.fake.Events()...)
	if s := f.sub(); s.CancelAt.IsZero() {
		t.Errorf("cancelled in the portal: %+v", s)
	}
	for range 2 { // the second time there is nothing to take back
		if s, err := f.b.Cancel(t.Context(), f.org, false); err != nil || !s.CancelAt.IsZero() {
			t.Errorf("taken back: ends %v, %v", s.CancelAt, err)
		}
	}
}

// A greater plan is for who pays for the one they have.
func TestNoPlanIsChangedThatIsNotPaid(t *testing.T) {
	f := one(t)
	f.subscribe("starter")
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.send(f.fake.Events()...)
	customer := f.sub().Customer
	f.fake.Declines(customer, true)
	f.fake.Advance(f.sub().PeriodEnd)
	f.send(f.fake.Events()...)
	f.stands("payment fails", "past_due starter reads")
	if _, err := f.b.PriceChange(t.Context(), f.org, "professional"); projectr.KindOf(err) != projectr.Conflict {
		t.Errorf("the price of a change: %v", err)
	}
	if _, err := f.b.ChangePlan(t.Context(), f.org, "professional"); projectr.KindOf(err) != projectr.Conflict {
		t.Errorf("a change: %v", err)
	}
	f.send(f.fake.Events()...)
	f.stands("after that", "past_due starter reads")
	f.fake.Pay(customer)
	f.send(f.fake.Events()...)
	if _, err := f.b.ChangePlan(t.Context(), f.org, "professional"); err != nil {
		t.Errorf("a change, having paid: %v", err)
	}
}

// While a subscription goes on, the plan is not the operator's to set: asked of the
// provider, because an event may be on its way.
func TestAPlanByAgreementWaitsForTheEnd(t *testing.T) {
	f := one(t)
	asks := func(when string, want projectr.Kind) {
		t.Helper()
		if err := f.b.ByAgreement(t.Context(), f.org); projectr.KindOf(err) != want {
			t.Errorf("%s: %v, want %s", when, err, want)
		}
	}
	none := projectr.KindOf(nil)
	asks("no customer", none)
	f.subscribe("starter")
	asks("subscribed, before the event", projectr.Conflict)
	f.fake.Down(true)
	asks("while the provider is down", projectr.Unavailable)
	f.fake.Down(false)
	customer := f.sub().Customer
	f.fake.Declines(customer, true)
	f.fake.Advance(noon.AddDate(0, 0, 15))
	asks("not paid", projectr.Conflict)
	f.fake.CancelNow(customer)
	asks("ended, before the event", none)
	f.stands("ended", "canceled starter waits")
}

// subscribed is a firm that pays for a plan, a day into its first period.
func subscribed(t *testing.T, plan string) *firm {
	f := one(t)
	f.fake.Advance(noon.AddDate(0, 0, 15)) // there is no trial any more
	f.subscribe(plan)
	f.fake.Advance(noon.AddDate(0, 0, 16))
	f.send(f.fake.Events()...)
	return f
}

func (f *firm) change(plan string) projectr.Subscription {
	f.Helper()
	s, err := f.b.ChangePlan(f.Context(), f.org, plan)
	f.must(err)
	return s
}

// paid is what was paid, the newest invoice first.
func (f *firm) paid() (all []int64) {
	f.Helper()
	invoices, err := f.b.Invoices(f.Context(), f.org)
	f.must(err)
	for _, i := range invoices {
		all = append(all, i.Paid)
	}
	return all
}

// A dearer plan begins at once, and is paid for a month from then; a cheaper one begins when
// what is paid for has ended.
func TestAChangeOfPlan(t *testing.T) {
	f := subscribed(t, "starter")
	began := f.sub().PeriodStart
	p, err := f.b.PriceChange(t.Context(), f.org, "professional")
	f.must(err)
	now := f.fake.Now()
	if credit := int64(49_00 * 30 / 31); p != (projectr.PlanChange{Plan: "professional", Price: 149_00, Credit: credit, Today: 149_00 - credit, Due: now.AddDate(0, 1, 0), Currency: "USD"}) {
		t.Errorf("a dearer one costs %+v", p)
	}
	s := f.change("professional")
	f.stands("a dearer one", "active professional reads")
	if paid := f.paid(); !s.PeriodStart.Equal(now) || !s.PeriodEnd.Equal(p.Due) || len(paid) != 2 || paid[0] != p.Today {
		t.Errorf("from %v to %v for %v", s.PeriodStart, s.PeriodEnd, paid)
	}
	f.change("professional") // again: nothing more is paid
	until := s.PeriodEnd
	p, err = f.b.PriceChange(t.Context(), f.org, "starter")
	f.must(err)
	if p != (projectr.PlanChange{Plan: "starter", From: until, Price: 49_00, Due: until, Currency: "USD"}) {
		t.Errorf("a cheaper one costs %+v", p)
	}
	for range 2 {
		if s = f.change("starter"); s.Next != "starter" || !s.NextAt.Equal(until) {
			t.Errorf("to be %q from %v", s.Next, s.NextAt)
		}
		f.stands("a cheaper one", "active professional reads, then starter")
	}
	f.change("professional")
	f.stands("taken back", "active professional reads")
	f.change("starter")
	f.fake.Advance(until.Add(-time.Second))
	f.send(f.fake.Events()...)
	f.stands("before the end", "active professional reads, then starter")
	if paid := f.paid(); len(paid) != 2 {
		t.Errorf("before the end was paid %v", paid)
	}
	f.fake.Advance(until)
	f.send(f.fake.Events()...)
	f.stands("at the end", "active starter reads")
	if paid := f.paid(); len(paid) != 3 || paid[0] != 49_00 {
		t.Errorf("at the end was paid %v", paid)
	}
	for _, when := range []time.Time{until.AddDate(0, 1, 0), until.AddDate(0, 2, 0)} { // the schedule is over by then
		f.fake.Advance(when)
		f.send(f.fake.Events()...)
		f.stands("a month later", "active starter reads")
	}
	if paid := f.paid(); len(paid) != 5 || paid[0] != 49_00 || f.sub().Began != began {
		t.Errorf("after all was paid %v", paid)
	}
}

// What is to come gives way to what is asked for later.
func TestAChangeThatIsToCome(t *testing.T) {
	f := subscribed(t, "professional")
	until := f.sub().PeriodEnd
	f.change("starter")
	s, err := f.b.Cancel(t.Context(), f.org, true)
	f.must(err)
	f.stands("cancelled", "active professional reads")
	if !s.CancelAt.Equal(until) {
		t.Errorf("ends at %v", s.CancelAt)
	}
	for name, do := range map[string]func() error{
		"the price": func() error { _, err := f.b.PriceChange(t.Context(), f.org, "starter"); return err },
		"a change":  func() error { _, err := f.b.ChangePlan(t.Context(), f.org, "starter"); return err },
	} {
		if err := do(); err != error(projectr.StayFirst) {
			t.Errorf("%s of one that ends: %v", name, err)
		}
	}
	_, err = f.b.Cancel(t.Context(), f.org, false)
	f.must(err)
	f.change("starter")
	_, err = f.b.Cancel(t.Context(), f.org, false) // nothing to take back, and nothing is
	f.must(err)
	f.stands("taken back, and changed", "active professional reads, then starter")
	customer := s.Customer
	f.fake.ReleaseElsewhere(customer)
	f.send(f.fake.Events()...)
	f.stands("taken back elsewhere", "active professional reads")
	f.fake.ScheduleElsewhere(customer, "starter")
	f.send(f.fake.Events()...)
	f.stands("asked for elsewhere", "active professional reads, then starter")
	f.fake.CancelInPortal(customer)
	f.send(f.fake.Events()...)
	f.stands("cancelled in the portal", "active professional reads")
	_, err = f.b.Cancel(t.Context(), f.org, false)
	f.must(err)
	// The payment that is due when it changes may fail, and is of the cheaper plan then.
	f.change("starter")
	f.fake.Declines(customer, true)
	f.fake.Advance(until)
	f.send(f.fake.Events()...)
	f.stands("a payment that failed", "past_due starter reads")
	if _, err := f.b.ChangePlan(t.Context(), f.org, "professional"); err != error(projectr.PayFirst) {
		t.Errorf("a change of what is not paid: %v", err)
	}
	f.fake.Pay(customer)
	f.send(f.fake.Events()...)
	f.stands("paid", "active starter reads")
	if paid := f.paid(); len(paid) != 2 || paid[0] != 49_00 {
		t.Errorf("paid %v", paid)
	}
}

// A dearer plan is for who pays for it: where the payment fails, all stays as it was. What is
// kept may be a moment old, and nothing that is not paid is credited.
func TestADearerPlanIsPaidFirst(t *testing.T) {
	f := subscribed(t, "starter")
	before := f.sub()
	f.fake.Declines(before.Customer, true)
	if _, err := f.b.ChangePlan(t.Context(), f.org, "professional"); projectr.KindOf(err) != projectr.Conflict || !strings.Contains(err.Error(), "refused") {
		t.Errorf("a card that fails: %v", err)
	}
	f.must(f.b.Begin(t.Context(), f.org, ""))
	if after := f.sub(); !after.Same(before) {
		t.Errorf("after a card that failed %+v, before %+v", after, before)
	}
	f.fake.Advance(before.PeriodEnd) // and nobody tells
	f.fake.Declines(before.Customer, false)
	for name, do := range map[string]func() error{
		"the price": func() error { _, err := f.b.PriceChange(t.Context(), f.org, "professional"); return err },
		"a change":  func() error { _, err := f.b.ChangePlan(t.Context(), f.org, "professional"); return err },
	} {
		if err := do(); err != error(projectr.PayFirst) {
			t.Errorf("%s while a payment is due that nobody told of: %v", name, err)
		}
	}
	if paid := f.paid(); len(paid) != 2 || paid[0] != 0 {
		t.Errorf("paid %v", paid)
	}
}

// A bank may want its customer there and then. The old plan stays, and it is said what to do.
func TestAPaymentThatWantsConsent(t *testing.T) {
	f := subscribed(t, "starter")
	before := f.sub()
	f.fake.Consents(before.Customer)
	for range 2 { // the second one hears no old answer
		_, err := f.b.ChangePlan(t.Context(), f.org, "professional")
		if said := projectr.MessageOf(err); projectr.KindOf(err) != projectr.Conflict || !strings.Contains(said, "confirm this payment") || !strings.Contains(said, "plan stays") || !strings.Contains(said, "portal") {
			t.Fatalf("%v", err)
		}
	}
	f.must(f.b.Begin(t.Context(), f.org, ""))
	if after := f.sub(); !after.Same(before) || len(f.paid()) != 1 {
		t.Errorf("%+v, before %+v, paid %v", after, before, f.paid())
	}
	f.fake.PayWith(before.Customer, stripetest.Visa)
	if s := f.change("professional"); s.Plan != "professional" || len(f.paid()) != 2 {
		t.Errorf("with another card: %+v, paid %v", s, f.paid())
	}
}

// meeting is a Stripe before which two changes of a subscription wait for each other.
func meeting(t *testing.T, fake *stripetest.Server) *billing.Billing {
	t.Helper()
	to, err := url.Parse(fake.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	var both sync.WaitGroup
	both.Add(2)
	left := atomic.Int64{}
	left.Store(2)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/v1/subscriptions/") && left.Add(-1) >= 0 {
			both.Done()
			both.Wait()
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(web.Close)
	pay, err := stripe.New(stripe.Options{Key: stripetest.Key, WebhookSecret: stripetest.Secret, Base: web.URL, Now: fake.Now})
	if err != nil {
		t.Fatal(err)
	}
	return &billing.Billing{Payments: pay, Now: fake.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

// Two admins who change to a dearer plan at once pay once, also when a card that failed was
// mended a moment ago.
func TestTwoAdminsChangeThePlanAtOnce(t *testing.T) {
	f := subscribed(t, "starter")
	customer := f.sub().Customer
	f.fake.Declines(customer, true)
	if _, err := f.b.ChangePlan(t.Context(), f.org, "professional"); err == nil {
		t.Fatal("paid with a card that fails")
	}
	f.fake.Declines(customer, false)
	two := meeting(t, f.fake)
	two.Store = f.b.Store
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if s, err := two.ChangePlan(t.Context(), f.org, "professional"); err != nil || s.Plan != "professional" {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
	wg.Wait()
	if paid := f.paid(); len(paid) != 2 || paid[0] < 99_00 || paid[0] > 149_00 {
		t.Errorf("paid %v", paid)
	}
}

// Who pays a price that the operator made at Stripe keeps the plan that there is, and all
// else is heard of as before.
func TestAPriceOfTheOperatorsOwn(t *testing.T) {
	f := subscribed(t, "professional")
	customer := f.sub().Customer
	f.fake.Declines(customer, true)
	f.fake.Advance(f.sub().PeriodEnd)
	f.send(f.fake.Events()...)
	f.stands("not paid", "past_due professional reads")
	f.fake.PriceElsewhere(customer)
	f.fake.Declines(customer, false)
	f.fake.Pay(customer)
	f.send(f.fake.Events()...)
	f.stands("paid", "active professional reads")
	if s := f.sub(); s.PeriodEnd.Before(f.fake.Now()) {
		t.Errorf("its period ends %v", s.PeriodEnd)
	}
}

// What a credit note leaves for the next invoice lowers the income once: by what is paid
// less then.
func TestCreditLowersTheIncomeOnce(t *testing.T) {
	f := subscribed(t, "starter")
	customer := f.sub().Customer
	for _, c := range []struct {
		cents int64
		way   string
		want  []int64 // of each invoice, the newest first, after the next one was paid
	}{
		{10_00, "to what the next invoice has taken off", []int64{39_00, 49_00}},
		{10_01, "by other means", []int64{49_00, 28_99, 49_00}},
		{9_00, "by a refund", []int64{49_00, 40_00, 28_99, 49_00}},
	} {
		f.fake.GiveBack(customer, c.cents)
		f.fake.Advance(f.sub().PeriodEnd)
		f.send(f.fake.Events()...)
		if paid := f.paid(); !slices.Equal(paid, c.want) {
			t.Errorf("%s: paid %v, want %v", c.way, paid, c.want)
		}
		f.paidAsBilled(c.way, customer)
	}
}

// What is told to be taken is what the provider takes of this customer, whatever the plan
// costs by now.
func TestWhatASubscriptionTakes(t *testing.T) {
	f := subscribed(t, "professional")
	customer := f.sub().Customer
	month := projectr.Charge{Amount: projectr.Amount{Minor: 149_00, Currency: "USD"}, Every: "month", Count: 1}
	takes := func(when string, want projectr.Charge) {
		t.Helper()
		f.send(f.fake.Events()...)
		if s := f.sub(); s.Price != want || s.Plan != "professional" {
			t.Errorf("%s: %+v of %s, want %+v", when, s.Price, s.Plan, want)
		}
	}
	takes("as sold", month)
	f.change("starter")
	then := month
	then.Minor = 49_00
	if s := f.sub(); s.NextPrice != then {
		t.Errorf("from the next period on: %+v", s.NextPrice)
	}
	f.change("professional")
	if s := f.sub(); s.NextPrice != (projectr.Charge{}) {
		t.Errorf("having taken that back: %+v", s.NextPrice)
	}
	f.fake.Agrees(customer, 99_00, "usd", "month", 2, false)
	is := month
	is.Minor = 198_00
	takes("an earlier price, for two", is)
	if p, err := f.b.PriceChange(t.Context(), f.org, "starter"); err != nil || p.Price != 98_00 || p.From.IsZero() {
		t.Errorf("a cheaper one costs %+v, %v", p, err)
	}
	f.fake.Agrees(customer, 490_00, "usd", "year", 1, true)
	takes("by the year", projectr.Charge{Amount: projectr.Amount{Minor: 490_00, Currency: "USD"}, Every: "year", Count: 1, Discounted: true})
	if p, err := f.b.PriceChange(t.Context(), f.org, "starter"); err != nil || !p.From.IsZero() {
		t.Errorf("what costs more a year is had at once: %+v, %v", p, err)
	}
	f.fake.Agrees(customer, 90_00, "eur", "month", 1, false)
	is = month
	is.Amount = projectr.Amount{Minor: 90_00, Currency: "EUR"}
	takes("in another currency", is)
	for name, do := range map[string]func() error{
		"the price": func() error { _, err := f.b.PriceChange(t.Context(), f.org, "starter"); return err },
		"a change":  func() error { _, err := f.b.ChangePlan(t.Context(), f.org, "starter"); return err },
	} {
		if err := do(); projectr.KindOf(err) != projectr.Conflict || !strings.Contains(projectr.MessageOf(err), "paid in EUR") {
			t.Errorf("%s of one in another currency: %v", name, err)
		}
	}
}

// What a change costs today is read from all lines of what Stripe reckons, wherever those of
// the plan stand among what else is on it.
func TestAChangeOfPlanBesideMuchElse(t *testing.T) {
	f := subscribed(t, "starter")
	before, err := f.b.PriceChange(t.Context(), f.org, "professional")
	f.must(err)
	f.fake.Extras(f.sub().Customer, 12)
	p, err := f.b.PriceChange(t.Context(), f.org, "professional")
	f.must(err)
	want := before
	want.Today += 12_00
	if p != want {
		t.Errorf("it costs %+v, want %+v", p, want)
	}
}

// What is paid next is said as it will be charged: the price of a plan is before taxes and
// discounts.
func TestWhatIsPaidNext(t *testing.T) {
	f := subscribed(t, "starter")
	customer := f.sub().Customer
	next := func(when string, want *projectr.Amount) {
		t.Helper()
		f.fake.Advance(f.fake.Now().Add(time.Minute))
		p, err := f.b.Payer(t.Context(), f.org)
		f.must(err)
		if fmt.Sprint(p.Next) != fmt.Sprint(want) && (p.Next == nil || want == nil || *p.Next != *want) {
			t.Errorf("%s: %v, want %v", when, p.Next, want)
		}
	}
	next("as sold", &projectr.Amount{Minor: 49_00, Currency: "USD"})
	f.fake.Taxes(customer, 8, 5_00)
	next("with taxes, less a discount", &projectr.Amount{Minor: 49_00 + 3_92 - 5_00, Currency: "USD"})
	_, err := f.b.Cancel(t.Context(), f.org, true)
	f.must(err)
	next("one that ends", nil)
}

// In a trial plans change at once and for nothing, and it ends when it would have.
func TestAChangeOfPlanInATrial(t *testing.T) {
	f := one(t)
	f.subscribe("starter")
	f.send(f.fake.Events()...)
	ends := f.sub().TrialEnd
	for _, plan := range []string{"professional", "starter", "professional"} {
		p, err := f.b.PriceChange(t.Context(), f.org, plan)
		f.must(err)
		if p.Today != 0 || p.Credit != 0 || !p.From.IsZero() || !p.Due.Equal(ends) {
			t.Errorf("%s costs %+v", plan, p)
		}
		if s := f.change(plan); !s.TrialEnd.Equal(ends) || !s.PeriodEnd.Equal(ends) {
			t.Errorf("%s: the trial ends at %v, %v", plan, s.TrialEnd, s.PeriodEnd)
		}
		f.stands(plan, "trialing "+plan+" reads")
	}
	if paid := f.paid(); len(paid) != 0 {
		t.Errorf("paid in the trial: %v", paid)
	}
	f.fake.Advance(ends)
	f.send(f.fake.Events()...)
	f.stands("after the trial", "active professional reads")
	if paid := f.paid(); len(paid) != 1 || paid[0] != 149_00 {
		t.Errorf("paid after the trial: %v", paid)
	}
}

// However often plans are changed, each time of the dearer one is of whole months, which are
// paid for, and nobody pays twice for a day.
func TestADearerPlanCostsAWholeMonth(t *testing.T) {
	for seed := range uint64(4) {
		rnd := rand.New(rand.NewPCG(seed, 35))
		f := subscribed(t, "starter")
		var dear, cheap, stretch float64 // days
		for range 150 {
			if rnd.IntN(4) == 0 {
				for range 1 + rnd.IntN(4) {
					f.change([]string{"starter", "professional"}[rnd.IntN(2)])
				}
			}
			if f.sub().Plan == "professional" {
				dear, stretch = dear+1, stretch+1
			} else if cheap++; stretch > 0 {
				if stretch < 27 {
					t.Fatalf("seed %d: professional for %v days", seed, stretch)
				}
				stretch = 0
			}
			f.fake.Advance(f.fake.Now().AddDate(0, 0, 1))
			if events := f.fake.Events(); len(events) > 0 {
				f.send(events[len(events)-1])
			}
		}
		var paid int64
		for _, x := range f.paid() {
			if x < 0 {
				t.Errorf("seed %d: an invoice of %d", seed, x)
			}
			paid += x
		}
		// What was had by the day, and what is paid for and is to come.
		s := f.sub()
		price := map[string]float64{"starter": 49_00, "professional": 149_00}
		left := price[s.Plan] * s.PeriodEnd.Sub(f.fake.Now()).Hours() / s.PeriodEnd.Sub(s.PeriodStart).Hours()
		months := (dear*price["professional"]+(cheap+1)*price["starter"])/30.4 + left
		if ratio := float64(paid) / months; ratio < 0.95 || ratio > 1.05 {
			t.Errorf("seed %d: paid %d for what comes to %.0f", seed, paid, months)
		}
	}
}

func TestAmountsAsPeopleTypeThem(t *testing.T) {
	for text, want := range map[string]string{
		"490 USD": "49000 USD", "490.5 EUR": "49050 EUR", "0 USD": "0 USD", "490 JPY": "490 JPY", "1.234 KWD": "1234 KWD",
		"4.905 USD": "", "490.0 JPY": "", "4,90 USD": "", "-3 USD": "", " USD": "", "490 usd": "", "490 dollars": "", "9999999999999 USD": "",
	} {
		amount, code, _ := strings.Cut(text, " ")
		a, err := billing.ParseAmount(amount, code)
		got := ""
		if err == nil {
			got = fmt.Sprint(a.Minor, " ", a.Currency)
		} else if projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%s: %v", text, err)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// counted counts how often the provider is asked for invoices.
type counted struct {
	billing.Payments
	asked int
}

func (c *counted) Invoices(ctx context.Context, customer string) ([]projectr.Invoice, error) {
	c.asked++
	return c.Payments.Invoices(ctx, customer)
}

// However often a page is opened, the provider is asked for invoices twice a minute at most,
// and at once when it told of anything or somebody was at its portal.
func TestInvoicesAreAskedForNowAndThen(t *testing.T) {
	f := subscribed(t, "starter")
	c := &counted{Payments: f.b.Payments}
	f.b.Payments = c
	look := func(when string, asked int) {
		t.Helper()
		for range 5 {
			l, err := f.b.Invoices(t.Context(), f.org)
			f.must(err)
			if len(l) == 0 {
				t.Fatalf("%s: no invoices", when)
			}
			l[0].Total = -1 // what is handed out is the caller's
		}
		if c.asked != asked {
			t.Errorf("%s: asked %d times, want %d", when, c.asked, asked)
		}
	}
	look("opened", 1)
	if l, err := f.b.Invoices(t.Context(), f.org); err != nil || l[0].Total == -1 {
		t.Errorf("what was remembered was changed: %+v, %v", l, err)
	}
	f.fake.Advance(f.fake.Now().Add(time.Minute))
	look("a minute later", 2)
	_, err := f.b.Portal(t.Context(), f.org, "https://x.example")
	f.must(err)
	look("after the portal", 3)
	_, err = f.b.Cancel(t.Context(), f.org, true) // it answers with another revision
	f.must(err)
	before := c.asked
	look("when something has changed", before+1)
}
