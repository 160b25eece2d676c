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
		{projectr.Unpaid, trial, 14*day - 1, true, true},
		{projectr.Unpaid, trial, 14 * day, false, true},
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

func TestWhenAnOrganisationCloses(t *testing.T) {
	const day = 24 * time.Hour
	since := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	gone := projectr.Subscription{State: projectr.Canceled, Since: since}
	until := since.Add(projectr.DataKept)
	open := projectr.Org{ReadUntil: since}
	at := func(closes time.Time, warned int) projectr.Org {
		return projectr.Org{ReadUntil: since, ClosesAt: closes, Warned: warned}
	}
	for _, c := range []struct {
		name   string
		o      projectr.Org
		s      projectr.Subscription
		now    time.Time
		want   projectr.Org
		letter projectr.LetterKind
	}{
		{"who pays", projectr.Org{}, projectr.Subscription{State: projectr.Subscribed}, until.Add(1000 * day), projectr.Org{}, ""},
		{"by agreement, once canceled", projectr.Org{}, gone, until.Add(day), projectr.Org{}, ""},
		{"once canceled, and on trial again by the operator", projectr.Org{ReadUntil: until}, gone, until, projectr.Org{ReadUntil: until}, ""},
		{"long before", open, gone, until.Add(-14*day - 1), open, ""},
		{"two weeks before", open, gone, until.Add(-14 * day), at(until, 1), projectr.LetterClosing},
		{"told late", open, gone, until.Add(40 * day), at(until.Add(54*day), 1), projectr.LetterClosing},
		{"told already", at(until, 1), gone, until.Add(-3*day - 1), at(until, 1), ""},
		{"three days before", at(until, 1), gone, until.Add(-3 * day), at(until, 2), projectr.LetterClosing},
		{"told of that too", at(until, 2), gone, until.Add(-1), at(until, 2), ""},
		{"at the end", at(until, 2), gone, until, at(until, 3), projectr.LetterClosed},
		{"nobody looked for the last days", at(until, 1), gone, until.Add(day), at(until, 3), projectr.LetterClosed},
		{"long after", at(until, 3), gone, until.Add(1000 * day), at(until, 3), ""},
		{"paid again", projectr.Org{ClosesAt: until, Warned: 3}, projectr.Subscription{State: projectr.Subscribed}, until.Add(day), projectr.Org{}, ""},
		{"ended anew", at(until, 3), projectr.Subscription{State: projectr.Canceled, Since: until}, until.Add(day), open, ""},
		{"after a trial", projectr.Org{ReadUntil: since, TrialEnds: since}, projectr.Subscription{State: projectr.NoSubscription}, until.Add(-day),
			projectr.Org{ReadUntil: since, TrialEnds: since, ClosesAt: until.Add(13 * day), Warned: 1}, projectr.LetterClosing},
	} {
		got, letter := c.o.Closing(c.s, c.now)
		if got != c.want || letter != c.letter {
			t.Errorf("%s: %+v and %q, want %+v and %q", c.name, got, letter, c.want, c.letter)
		}
	}
}

func TestWhichSubscriptionCounts(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	sub := func(id string, state projectr.SubscriptionState, days int) projectr.Subscription {
		return projectr.Subscription{ID: id, State: state, Began: at.AddDate(0, 0, days)}
	}
	ends := sub("ends", projectr.Subscribed, 0)
	ends.CancelAt = at
	if s := projectr.Current([]projectr.Subscription{sub("a", projectr.Subscribed, 1), sub("b", projectr.PastDue, 2), sub("c", projectr.Canceled, 3), sub("d", projectr.Incomplete, 3), sub("e", projectr.Paused, 3), ends}); s.ID != "a" || s.Others != 2 {
		t.Errorf("of several: %+v", s)
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
		{"paid", []projectr.Subscription{sub("paid", projectr.Subscribed, 1), sub("late", projectr.PastDue, 10)}},
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
