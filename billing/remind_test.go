package billing_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/stripe/stripetest"
)

// letters takes what is written to admins of payments, as it would be sent.
func (f *firm) letters() (all []string) {
	f.Helper()
	for {
		l, err := f.b.Store.TakeLetters(f.Context(), time.Hour, 50)
		f.must(err)
		if len(l) == 0 {
			return all
		}
		for _, x := range l {
			all = append(all, fmt.Sprintf("%s: %s", x.Kind, strings.ReplaceAll(x.Ref, "\t", "; ")))
			f.must(f.b.Store.SentLetter(f.Context(), x.N))
		}
	}
}

// told has many look at once, and compares what they wrote.
func (f *firm) told(when string, want ...string) {
	f.Helper()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := f.b.Remind(f.Context()); err != nil {
				f.Errorf("%s: %v", when, err)
			}
		})
	}
	wg.Wait()
	if got := f.letters(); !slices.Equal(got, want) {
		f.Errorf("%s: %q, want %q", when, got, want)
	}
}

// withAdmin has letters have somebody to go to.
func (f *firm) withAdmin() *firm {
	f.Helper()
	u := projectr.User{ID: "us_" + projectr.UserID(f.org.ID()), Email: "jo@" + string(f.org.ID()) + ".example", Name: "Jo Park"}
	f.must(f.b.Store.CreateUser(f.Context(), u, ""))
	f.must(f.org.SaveMember(f.Context(), u.ID, projectr.Admin))
	return f
}

// repeated sends each event three times, shuffled, the last ones first.
func (f *firm) repeated() {
	f.Helper()
	events := f.fake.Events()
	slices.Reverse(events)
	for range 3 {
		f.send(events...)
	}
}

func TestAdminsAreToldOfTheirPayments(t *testing.T) {
	f := one(t).withAdmin()
	f.must(f.b.Begin(t.Context(), f.org, "jo@acme.example"))
	f.told("signed up")
	f.fake.Advance(noon.AddDate(0, 0, 11))
	f.told("three days before the end of the trial", "trial_ends: 18 March 2026; 16 June 2026")
	f.subscribe("starter")
	f.told("subscribed, and no event came")
	f.repeated()
	f.told("subscribed", "trial_goes_on: 18 March 2026; $49.00; Starter; your Visa ending in 4242")
	customer := f.sub().Customer
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.repeated()
	f.told("paid")

	f.fake.Declines(customer, true)
	f.fake.Advance(f.sub().PeriodEnd)
	f.repeated()
	f.told("a payment fails", "payment_failed: 2 May 2026; $49.00")
	f.fake.Advance(f.sub().GraceUntil())
	f.told("grace ends", "reading_stopped: 31 July 2026")
	f.fake.Advance(f.fake.Now().AddDate(0, 0, 10))
	f.repeated()
	f.told("the tries are used up")
	f.fake.Pay(customer)
	f.repeated()
	f.told("paid", "paid_again: ")

	f.fake.Declines(customer, true)
	f.fake.Advance(f.sub().PeriodEnd)
	f.told("the next one fails, and no event comes")
	f.must(f.b.Reconcile(t.Context()))
	f.told("the daily job hears of it", fmt.Sprintf("payment_failed: %s; $49.00", f.sub().GraceUntil().Format("2 January 2006")))
	f.fake.Pay(customer)
	f.fake.Events() // that never come
	f.fake.Advance(f.sub().GraceUntil())
	f.told("grace would have ended, and it was paid for long", "paid_again: ")
	l, err := f.org.Audit(t.Context(), projectr.AuditFilter{Page: projectr.Page{Limit: 200}})
	f.must(err)
	n := 0
	for _, a := range l.Items {
		if a.Action == "billing.reminder" {
			n++
		}
	}
	if n != 7 {
		t.Errorf("%d entries of 7 letters", n)
	}
}

func TestATrialThatNobodyPaysAfter(t *testing.T) {
	f := one(t).withAdmin()
	f.must(f.b.Begin(t.Context(), f.org, "jo@acme.example"))
	f.fake.Advance(noon.AddDate(0, 0, 12))
	f.told("before the end", "trial_ends: 18 March 2026; 16 June 2026")
	f.fake.Advance(noon.AddDate(0, 0, 14))
	f.told("at the end", "trial_ended: 18 March 2026; 16 June 2026")
	f.fake.Advance(noon.AddDate(0, 0, 20))
	f.told("later")

	f = one(t).withAdmin()
	f.subscribe("professional")
	f.repeated()
	f.fake.Card(f.sub().Customer, false)
	f.fake.Advance(noon.AddDate(0, 0, 12))
	f.told("without a card", "trial_no_card: 18 March 2026; $149.00; Professional")
	f.fake.PayWith(f.sub().Customer, stripetest.Card{Brand: "amex", Last4: "0005", Month: 3, Year: 2027})
	f.repeated()
	f.told("with one again")
	f.fake.Card(f.sub().Customer, false)
	f.fake.Advance(noon.AddDate(0, 0, 14))
	f.repeated()
	f.told("at the end", "trial_ended: 18 March 2026; 16 June 2026")
	f.stands("at the end", "paused professional waits")
	if paid := f.paid(); len(paid) != 0 {
		t.Errorf("something was billed: %v", paid)
	}
	// As the letter says: with a card it goes on, and what waits is read.
	f.fake.Advance(noon.AddDate(0, 0, 16))
	f.fake.PayWith(f.sub().Customer, stripetest.Visa)
	f.repeated()
	f.stands("with a card", "active professional reads")
	if paid := f.paid(); len(paid) != 1 || paid[0] != 149_00 {
		t.Errorf("with a card was paid %v", paid)
	}
}

// A card that fails is charged once when a paused subscription is to go on, and one of an
// organisation that is to be deleted is not.
func TestAPausedSubscriptionIsNotChargedAgainAndAgain(t *testing.T) {
	paused := func() *firm {
		f := one(t)
		f.subscribe("starter")
		f.repeated()
		f.fake.Card(f.sub().Customer, false)
		f.fake.Advance(noon.AddDate(0, 0, 15))
		f.repeated()
		f.stands("no card", "paused starter waits")
		return f
	}
	f := paused()
	f.fake.Declines(f.sub().Customer, true)
	f.fake.Card(f.sub().Customer, true)
	for range 3 {
		f.repeated()
		f.must(f.b.Reconcile(t.Context()))
	}
	f.stands("a card that fails", "past_due starter reads")
	if paid := f.paid(); len(paid) != 1 || paid[0] != 0 {
		t.Errorf("asked for %v", paid)
	}
	f = paused()
	_, err := f.org.Leave(t.Context())
	f.must(err)
	f.fake.Card(f.sub().Customer, true)
	f.repeated()
	if paid := f.paid(); len(paid) != 0 {
		t.Errorf("to be deleted, and asked for %v", paid)
	}
}

// While the provider is down no letter is written, and nothing of it is lost.
func TestNoLetterWithoutTheProvider(t *testing.T) {
	f := one(t).withAdmin()
	f.must(f.b.Begin(t.Context(), f.org, "jo@acme.example"))
	f.fake.Advance(noon.AddDate(0, 0, 12))
	f.fake.Down(true)
	if err := f.b.Remind(t.Context()); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("a provider that is down: %v", err)
	}
	f.fake.Down(false)
	f.told("it is back", "trial_ends: 18 March 2026; 16 June 2026")
}

// Where a payment fails each month and the subscription stays, each is told of while mail is
// read, and that it is not read any more once.
func TestAPaymentThatFailsForMonths(t *testing.T) {
	f := one(t).withAdmin()
	f.fake.Ends = "past_due"
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.letters()
	f.subscribe("starter")
	f.repeated()
	f.fake.Declines(f.sub().Customer, true)
	f.fake.Advance(f.sub().PeriodEnd)
	f.repeated()
	f.told("it fails", "payment_failed: 3 May 2026; $49.00")
	f.fake.Advance(f.sub().PeriodEnd)
	f.repeated()
	f.told("the next one fails too", "reading_stopped: 1 August 2026")
	f.fake.Advance(f.sub().PeriodEnd)
	f.repeated()
	f.told("and one more")
}

// A letter says that a payment is tried again only where it is.
func TestAPaymentThatIsNotTriedAgain(t *testing.T) {
	f := one(t).withAdmin()
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.letters()
	f.subscribe("starter")
	f.send(f.fake.Events()...)
	f.letters()
	f.fake.DeclinesForGood(f.sub().Customer)
	f.fake.Advance(f.sub().PeriodEnd)
	f.repeated()
	f.told("a payment fails for good", "payment_given_up: 3 May 2026; $49.00")
	f.fake.Advance(f.sub().GraceUntil())
	f.told("grace ends", "reading_stopped: 1 August 2026")
}

// A letter names what the bank was asked for, which is less where there was credit.
func TestAPaymentThatFailsBesideCredit(t *testing.T) {
	f := one(t).withAdmin()
	f.fake.Advance(noon.AddDate(0, 0, 15))
	f.letters()
	f.subscribe("starter")
	f.send(f.fake.Events()...)
	f.letters()
	customer := f.sub().Customer
	f.fake.Credit(customer, 20_00)
	f.fake.Declines(customer, true)
	f.fake.Advance(f.sub().PeriodEnd)
	f.repeated()
	f.told("a payment fails", fmt.Sprintf("payment_failed: %s; $29.00", f.sub().GraceUntil().Format("2 January 2006")))
}
