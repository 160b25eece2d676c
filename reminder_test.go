package projectr_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"projectr"
)

func TestWhenAdminsAreReminded(t *testing.T) {
	const day = 24 * time.Hour
	ends := time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)
	unix := strconv.FormatInt(ends.Unix(), 10)
	trial := projectr.Org{TrialEnds: ends, ReadUntil: ends}
	none := projectr.Subscription{State: projectr.NoSubscription}
	goesOn := projectr.Subscription{State: projectr.Trialing, TrialEnd: ends}
	cancelled := projectr.Subscription{State: projectr.Trialing, TrialEnd: ends, CancelAt: ends}
	due := projectr.Subscription{State: projectr.PastDue, Since: ends, Invoice: "in_2"}
	graced := projectr.Org{ReadUntil: ends.Add(projectr.PaymentGrace)}
	stopped := projectr.Org{ReadUntil: ends}
	failed := projectr.Reminder{Kind: projectr.LetterPaymentFailed, About: "in_1"}
	stop := projectr.Reminder{Kind: projectr.LetterReadingStopped, About: unix}
	again := projectr.Reminder{Kind: projectr.LetterPaidAgain, About: "in_1"}
	is := func(kind projectr.LetterKind, about string) projectr.Reminder {
		return projectr.Reminder{Kind: kind, About: about}
	}
	for _, c := range []struct {
		name string
		o    projectr.Org
		s    projectr.Subscription
		told []projectr.Reminder // the newest first
		now  time.Time
		want projectr.Reminder
	}{
		{"a trial, long before", trial, none, nil, ends.Add(-3*day - 1), projectr.Reminder{}},
		{"three days before", trial, none, nil, ends.Add(-3 * day), is(projectr.LetterTrialEnds, unix)},
		{"told of it", trial, none, []projectr.Reminder{is(projectr.LetterTrialEnds, unix)}, ends.Add(-1), projectr.Reminder{}},
		{"the operator made it longer since", trial, none, []projectr.Reminder{is(projectr.LetterTrialEnds, "1")}, ends.Add(-1), is(projectr.LetterTrialEnds, unix)},
		{"ended", trial, none, []projectr.Reminder{is(projectr.LetterTrialEnds, unix)}, ends, is(projectr.LetterTrialEnded, unix)},
		{"a first payment that did not come", trial, projectr.Subscription{State: projectr.Incomplete}, nil, ends, is(projectr.LetterTrialEnded, unix)},
		{"told that it ended", trial, none, []projectr.Reminder{is(projectr.LetterTrialEnded, unix)}, ends.Add(day), projectr.Reminder{}},
		{"ended a week ago", trial, none, nil, ends.Add(7 * day), projectr.Reminder{}},
		{"a trial that ends nothing", projectr.Org{TrialEnds: ends}, none, nil, ends, projectr.Reminder{}},
		{"no trial", projectr.Org{}, none, nil, ends, projectr.Reminder{}},
		{"suspended", projectr.Org{TrialEnds: ends, ReadUntil: ends, Suspended: true}, none, nil, ends, projectr.Reminder{}},
		{"to be deleted", projectr.Org{TrialEnds: ends, ReadUntil: ends, DeleteAt: ends.Add(day)}, none, nil, ends, projectr.Reminder{}},
		{"a trial that is subscribed, long before", projectr.Org{}, goesOn, nil, ends.Add(-3*day - 1), projectr.Reminder{}},
		{"three days before it goes on", projectr.Org{}, goesOn, nil, ends.Add(-3 * day), is(projectr.LetterTrialGoesOn, unix)},
		{"told that it ends, and subscribed since", projectr.Org{}, goesOn, []projectr.Reminder{is(projectr.LetterTrialEnds, unix)}, ends.Add(-day), is(projectr.LetterTrialGoesOn, unix)},
		{"it is not changed yet", projectr.Org{}, goesOn, nil, ends, projectr.Reminder{}},
		{"cancelled in the trial", projectr.Org{}, cancelled, nil, ends.Add(-day), is(projectr.LetterTrialEnds, unix)},
		{"and ended with it", stopped, projectr.Subscription{State: projectr.Canceled, TrialEnd: ends, Since: ends}, nil, ends.Add(time.Hour), is(projectr.LetterTrialEnded, unix)},
		{"without a card at the end", stopped, projectr.Subscription{State: projectr.Paused, TrialEnd: ends, Since: ends}, nil, ends, is(projectr.LetterTrialEnded, unix)},
		{"paused by the operator", stopped, projectr.Subscription{State: projectr.Paused, TrialEnd: ends.AddDate(0, -3, 0), Since: ends}, nil, ends, projectr.Reminder{}},
		{"paid", projectr.Org{}, projectr.Subscription{State: projectr.Subscribed}, nil, ends, projectr.Reminder{}},
		{"a payment fails", graced, due, nil, ends.Add(day), is(projectr.LetterPaymentFailed, "in_2")},
		{"told of it", graced, due, []projectr.Reminder{is(projectr.LetterPaymentFailed, "in_2")}, ends.Add(2 * day), projectr.Reminder{}},
		{"a payment failed that nobody is asked for any more", graced, projectr.Subscription{State: projectr.PastDue, Since: ends}, nil, ends.Add(day), projectr.Reminder{}},
		{"another one failed and was paid", graced, due, []projectr.Reminder{again, failed}, ends.Add(day), is(projectr.LetterPaymentFailed, "in_2")},
		{"another one failed and was not", graced, due, []projectr.Reminder{failed}, ends.Add(day), is(projectr.LetterPaymentFailed, "in_2")},
		{"grace is over", graced, due, []projectr.Reminder{failed}, ends.Add(14 * day), stop},
		{"told that it is", graced, due, []projectr.Reminder{stop, failed}, ends.Add(15 * day), projectr.Reminder{}},
		{"nobody looked for long", graced, due, nil, ends.Add(59 * day), projectr.Reminder{}},
		{"the tries are used up before grace is", graced, projectr.Subscription{State: projectr.Unpaid, Since: ends, Invoice: "in_2"}, []projectr.Reminder{is(projectr.LetterPaymentFailed, "in_2")}, ends.Add(8 * day), projectr.Reminder{}},
		{"the tries are used up", stopped, projectr.Subscription{State: projectr.Unpaid, Since: ends, Invoice: "in_2"}, []projectr.Reminder{failed}, ends.Add(21 * day), stop},
		{"told before", stopped, projectr.Subscription{State: projectr.Unpaid, Since: ends, Invoice: "in_2"}, []projectr.Reminder{stop, failed}, ends.Add(21 * day), projectr.Reminder{}},
		{"canceled, as nobody paid", stopped, projectr.Subscription{State: projectr.Canceled, Since: ends}, []projectr.Reminder{failed}, ends.Add(day), stop},
		{"canceled in the end", stopped, projectr.Subscription{State: projectr.Canceled, Since: ends}, []projectr.Reminder{is(projectr.LetterReadingStopped, "1"), failed}, ends.Add(day), projectr.Reminder{}},
		{"canceled by who pays", stopped, projectr.Subscription{State: projectr.Canceled, Since: ends}, nil, ends.Add(day), projectr.Reminder{}},
		{"canceled, and by agreement since", projectr.Org{}, projectr.Subscription{State: projectr.Canceled, Since: ends}, []projectr.Reminder{failed}, ends.Add(day), projectr.Reminder{}},
		{"paid again", projectr.Org{}, projectr.Subscription{State: projectr.Subscribed}, []projectr.Reminder{failed}, ends, again},
		{"told of that", projectr.Org{}, projectr.Subscription{State: projectr.Subscribed}, []projectr.Reminder{again, failed}, ends, projectr.Reminder{}},
		{"paid after reading stopped", projectr.Org{}, projectr.Subscription{State: projectr.Subscribed}, []projectr.Reminder{stop, failed}, ends, is(projectr.LetterPaidAgain, unix)},
		{"told of that, in whatever order", projectr.Org{}, projectr.Subscription{State: projectr.Subscribed}, []projectr.Reminder{is(projectr.LetterPaidAgain, unix), stop, failed}, ends, projectr.Reminder{}},
	} {
		got, ok := c.o.Reminder(c.s, c.told, c.now)
		if ok != (c.want.Kind != "") || ok && got != c.want {
			t.Errorf("%s: %+v %v, want %+v", c.name, got, ok, c.want)
		}
		if _, twice := c.o.Reminder(c.s, slices.Concat([]projectr.Reminder{got}, c.told), c.now); ok && twice {
			t.Errorf("%s: it is due again, having been written", c.name)
		}
	}
}

func TestWhatACardIsCalled(t *testing.T) {
	for card, want := range map[projectr.Card]string{
		{Brand: "visa", Last4: "4242"}:    "Visa ending in 4242",
		{Brand: "amex", Last4: "0005"}:    "American Express ending in 0005",
		{Brand: "unknown", Last4: "1111"}: "card ending in 1111",
		{Last4: "1111"}:                   "card ending in 1111",
	} {
		if card.String() != want {
			t.Errorf("%+v is %q", card, card)
		}
	}
	if at := (projectr.Card{Month: 12, Year: 2026}).Ends(); !at.Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("a card of December ends %v", at)
	}
}
