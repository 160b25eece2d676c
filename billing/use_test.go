package billing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"projectr"
	"projectr/billing"
	"projectr/local"
	"projectr/store"
	"projectr/store/sqlite/sqlitetest"
	"projectr/store/storetest"
	"projectr/stripe/stripetest"
)

// mails keeps mails for models to be asked about.
func (f *firm) mails(n int) (ids []projectr.EmailID) {
	f.Helper()
	for i := range n {
		id := projectr.EmailID(fmt.Sprint("em_", i))
		f.must(f.org.Record(f.Context(), projectr.Recording{Email: projectr.Email{ID: id, ThreadID: projectr.ThreadID(fmt.Sprint("th_", i)), MessageID: fmt.Sprint(i, "@x.example"),
			Date: f.fake.Now(), ReceivedAt: f.fake.Now(), Subject: "Plan", From: []projectr.MailAddress{{Address: "jo@x.example"}}, State: projectr.InReview}}))
		ids = append(ids, id)
	}
	return ids
}

// TestTheInvoiceSaysWhatTheLedgerSays has models be called at random over three months.
// Meanwhile two processes tell of use, the provider is down at times, and at times a
// process dies before or after the provider has heard it. Of each month the lines of the
// ledger, its days, its sum and what the invoice says of use are the same, to the
// micro-dollar. Without a price on the meter the invoice is that of the plan, and with one
// it is that and the ledger's sum.
func TestTheInvoiceSaysWhatTheLedgerSays(t *testing.T) {
	for _, metered := range []bool{false, true} {
		t.Run(fmt.Sprint("metered ", metered), func(t *testing.T) {
			t.Parallel()
			begin := time.Date(2026, 1, 1, 7, 0, 0, 0, time.UTC) // midnight in Phoenix, which knows no summer time
			fake := stripetest.New(t, begin)
			d := sqlitetest.Open(t)
			clock := fake.Now
			b := account(t, fake, store.New(d, &local.Files{Dir: t.TempDir()}, func() time.Time { return clock() }))
			f := open(t, b, fake, "acme")
			_, err := f.org.ChangeInfo(t.Context(), func(o *projectr.Org) { o.TimeZone, o.TrialEnds = "America/Phoenix", time.Time{} })
			f.must(err)
			f.subscribe("professional")
			f.send(fake.Events()...)
			customer := f.sub().Customer
			if metered {
				fake.Metered(customer)
			}
			rnd := rand.New(rand.NewPCG(3, 26))
			travel := func(d time.Duration) { fake.Advance(fake.Now().Add(d)) }
			calls := storetest.Calls{Org: f.org, Mails: f.mails(3), Rand: rnd, Travel: travel}
			tell := func() {
				switch rnd.IntN(8) {
				case 0:
					fake.Down(true)
					_ = b.TellUse(t.Context()) // it waits
					fake.Down(false)
				case 1, 2:
					die(t, b, rnd.IntN(2) == 0)
				default:
					twice(t, b)
				}
			}
			for month := range 3 {
				turn := begin.AddDate(0, month+1, 0)
				for fake.Now().Before(turn.Add(-time.Hour)) {
					for range 12 {
						calls.Step(t)
					}
					tell()
					travel(10 * time.Minute)
					twice(t, b)
					rest := turn.Add(-time.Minute).Sub(fake.Now())
					travel(min(time.Duration(rnd.IntN(40))*time.Hour, rest))
				}
				for range 4 { // it turns while calls are under way
					calls.Step(t)
				}
				for fake.Now().Before(turn.Add(40 * time.Minute)) {
					travel(10 * time.Minute)
					_, err := f.org.LoseCalls(t.Context())
					f.must(err)
					twice(t, b)
				}
			}
			f.send(fake.Events()...)
			lines := fake.Lines(customer)
			if len(lines) != 3 {
				t.Fatalf("invoices of use: %+v", lines)
			}
			for _, l := range lines {
				clock = func() time.Time { return l.To.Add(-time.Second) }
				month := storetest.Reconcile(t, f.org)
				if month.ChargedMicro == 0 || l.Micro != month.ChargedMicro {
					t.Errorf("%s: the ledger charged %d micro-USD, and the invoice says %d", month.Month, month.ChargedMicro, l.Micro)
				}
				want := int64(149_00)
				if metered {
					want += (month.ChargedMicro + 5_000) / 10_000
				}
				if l.Cents != want {
					t.Errorf("%s: an invoice of %d cents, want %d", month.Month, l.Cents, want)
				}
				t.Logf("%s: %d calls, %d micro-USD, invoice of %d cents", month.Month, month.Calls, month.ChargedMicro, l.Cents)
			}
			clock = fake.Now
			for _, is := range []projectr.UseState{projectr.UseWaits, projectr.UseStuck} {
				l, err := f.org.Outbox(t.Context(), is)
				f.must(err)
				if len(l) > 0 && is == projectr.UseStuck {
					t.Errorf("stuck: %+v", l)
				}
			}
		})
	}
}

// twice has two processes tell of use at the same time.
func twice(t *testing.T, b *billing.Billing) {
	t.Helper()
	errs := make(chan error, 2)
	for range 2 {
		go func() { errs <- b.TellUse(t.Context()) }()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// dying is a provider whose caller dies while it tells of use: before the provider has
// heard it, or after.
type dying struct {
	billing.Payments
	heard bool
}

func (d dying) Meter(ctx context.Context, e projectr.MeterEvent) error {
	if d.heard {
		if err := d.Payments.Meter(ctx, e); err != nil {
			return err
		}
	}
	panic("killed")
}

// die has a process die while it tells of use.
func die(t *testing.T, b *billing.Billing, heard bool) {
	t.Helper()
	defer func() { _ = recover() }()
	one := billing.Billing{Store: b.Store, Payments: dying{b.Payments, heard}, Now: b.Now, Log: b.Log}
	if err := one.TellUse(t.Context()); err != nil {
		t.Error(err)
	}
}
