package projectr_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"projectr"
)

func TestWhatASubscriptionAllows(t *testing.T) {
	since := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	trial := since.Add(5 * day)
	for _, c := range []struct {
		state        projectr.SubscriptionState
		trial        time.Time
		after        time.Duration // of since
		reads, opens bool
	}{
		{projectr.NoSubscription, time.Time{}, 1000 * day, true, true},
		{projectr.NoSubscription, trial, 5*day - 1, true, true},
		{projectr.NoSubscription, trial, 5 * day, false, true},
		{projectr.Incomplete, trial, 4 * day, true, true},
		{projectr.Incomplete, trial, 6 * day, false, true},
		{projectr.Incomplete, time.Time{}, 6 * day, true, true},
		{projectr.Trialing, trial, 1000 * day, true, true},
		{projectr.Subscribed, trial, 1000 * day, true, true},
		{projectr.PastDue, trial, 14*day - 1, true, true},
		{projectr.PastDue, trial, 14 * day, false, true},
		{projectr.PastDue, trial, 104*day - 1, false, true},
		{projectr.PastDue, trial, 104 * day, false, false},
		{projectr.Unpaid, trial, 0, false, true},
		{projectr.Unpaid, trial, 104*day - 1, false, true},
		{projectr.Unpaid, trial, 104 * day, false, false},
		{projectr.Canceled, trial, 0, false, true},
		{projectr.Canceled, trial, 90*day - 1, false, true},
		{projectr.Canceled, trial, 90 * day, false, false},
		{projectr.Paused, trial, 0, false, true},
		{projectr.Paused, trial, 90 * day, false, false},
	} {
		s := projectr.Subscription{State: c.state, Since: since}
		now := since.Add(c.after)
		got, want := s.Allows(c.trial, now), projectr.Allowance{Receives: true, Reads: c.reads, Opens: c.opens}
		if got != want {
			t.Errorf("%s after %v: %+v, want %+v", c.state, c.after, got, want)
		}
		o := projectr.Org{ReadUntil: s.ReadUntil(c.trial)}
		if waits := o.Waits(now) != ""; waits == c.reads {
			t.Errorf("%s after %v: mail waits: %v", c.state, c.after, waits)
		}
	}
}

func TestWhichSubscriptionCounts(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	sub := func(id string, state projectr.SubscriptionState, days int) projectr.Subscription {
		return projectr.Subscription{ID: id, State: state, Began: at.AddDate(0, 0, days)}
	}
	if s := projectr.Current(nil); s.State != projectr.NoSubscription {
		t.Errorf("of none: %+v", s)
	}
	for _, c := range []struct {
		want string
		of   []projectr.Subscription
	}{
		{"paid", []projectr.Subscription{sub("ended", projectr.Canceled, 9), sub("paid", projectr.Subscribed, 1), sub("begun", projectr.Incomplete, 10)}},
		{"ended", []projectr.Subscription{sub("ended", projectr.Canceled, 1), sub("begun", projectr.Incomplete, 10)}},
		{"late", []projectr.Subscription{sub("late", projectr.PastDue, 1), sub("unpaid", projectr.Unpaid, 10)}},
		{"newer", []projectr.Subscription{sub("older", projectr.Subscribed, 1), sub("newer", projectr.Trialing, 2)}},
		{"b", []projectr.Subscription{sub("a", projectr.Subscribed, 1), sub("b", projectr.Subscribed, 1)}},
		{"later end", []projectr.Subscription{sub("later end", projectr.Canceled, 2), sub("z", projectr.Canceled, 1)}},
	} {
		rnd := rand.New(rand.NewPCG(1, 2))
		for range 20 {
			rnd.Shuffle(len(c.of), func(i, j int) { c.of[i], c.of[j] = c.of[j], c.of[i] })
			if got := projectr.Current(c.of).ID; got != c.want {
				t.Fatalf("of %v: %s, want %s", c.of, got, c.want)
			}
		}
	}
}
