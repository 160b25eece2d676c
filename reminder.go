package projectr

import (
	"strconv"
	"time"
)

// Reminder is a letter to the admins about how their organisation is paid: of a kind there
// is one about a thing.
type Reminder struct {
	Kind  LetterKind
	About string // the end of a trial, an invoice, or since when is not paid
}

const (
	// TrialNotice is how long before a trial ends admins get a letter.
	TrialNotice = 3 * 24 * time.Hour

	// What was so long ago is not written about any more: whoever begins to use Projectr
	// with a payment provider does not write to all whose trial ended once.
	trialLate = 7 * 24 * time.Hour
	stopLate  = 45 * 24 * time.Hour // of a subscription whose tries are used up it counts from the first one
)

// Reminder returns the letter that is due at a moment to the admins of an organisation by
// its subscription; false: none is. told are those that were written, the newest first.
func (o Org) Reminder(s Subscription, told []Reminder, now time.Time) (Reminder, bool) {
	if o.Suspended || !o.DeleteAt.IsZero() {
		return Reminder{}, false // no payment has its mail be read
	}
	r := o.reminder(s, notPaid(told), now)
	if r.Kind == "" {
		return r, false
	}
	for _, was := range told {
		if was == r {
			return r, false
		}
	}
	return r, true
}

// reminder is the letter that stands for how things are. open is the last one about what is
// not paid, unless it was told that it is.
func (o Org) reminder(s Subscription, open Reminder, now time.Time) Reminder {
	stopped := !o.ReadUntil.IsZero() && !now.Before(o.ReadUntil) && now.Sub(o.ReadUntil) < stopLate
	switch s.State {
	case NoSubscription, Incomplete:
		if o.ReadUntil.IsZero() || !o.ReadUntil.Equal(o.TrialEnds) {
			return Reminder{} // its trial ends nothing
		}
		return ofTrial(LetterTrialEnds, o.TrialEnds, now)
	case Trialing, Subscribed:
		switch {
		case open.Kind != "":
			return Reminder{LetterPaidAgain, open.About}
		case s.State == Trialing && !s.CancelAt.IsZero():
			return ofTrial(LetterTrialEnds, s.TrialEnd, now)
		case s.State == Trialing && now.Before(s.TrialEnd):
			return ofTrial(LetterTrialGoesOn, s.TrialEnd, now)
		}
	case PastDue, Unpaid:
		if now.Before(s.GraceUntil()) {
			if s.Invoice == "" { // it was voided: nobody can pay it
				return Reminder{}
			}
			return Reminder{LetterPaymentFailed, s.Invoice}
		}
		if stopped {
			return Reminder{LetterReadingStopped, unixOf(s.Since)}
		}
	case Paused:
		if !s.Since.Equal(s.TrialEnd) { // the operator paused it, and tells why
			return Reminder{}
		}
		return ofTrial(LetterTrialEnds, s.Since, now)
	case Canceled:
		switch {
		case !s.TrialEnd.IsZero() && s.TrialEnd.Equal(s.Since):
			return ofTrial(LetterTrialEnds, s.TrialEnd, now)
		case open.Kind == LetterPaymentFailed && stopped: // nobody cancelled it: the tries were used up
			return Reminder{LetterReadingStopped, unixOf(s.Since)}
		}
	}
	return Reminder{}
}

// ofTrial is before, in the days before a trial ends, and in those after it the letter that
// it has.
func ofTrial(before LetterKind, ends, now time.Time) Reminder {
	switch {
	case ends.IsZero() || now.Before(ends.Add(-TrialNotice)) || now.Sub(ends) >= trialLate:
		return Reminder{}
	case now.Before(ends):
		return Reminder{before, unixOf(ends)}
	}
	return Reminder{LetterTrialEnded, unixOf(ends)}
}

// notPaid is the newest letter about what is not paid, unless one says that it is.
func notPaid(told []Reminder) Reminder {
	for _, r := range told {
		if r.Kind == LetterPaymentFailed || r.Kind == LetterReadingStopped {
			for _, other := range told {
				if other == (Reminder{LetterPaidAgain, r.About}) {
					return Reminder{}
				}
			}
			return r
		}
	}
	return Reminder{}
}

func unixOf(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
