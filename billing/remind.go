package billing

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"

	"projectr"
	"projectr/store"
)

// Remind writes to the admins of each organisation what there is to say of how it is paid,
// once. What fails for one holds up no other.
func (b *Billing) Remind(ctx context.Context) error {
	var errs []error
	for org, err := range b.Store.EachOrg(ctx, "reminders") {
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		if err := b.remind(ctx, org); err != nil && projectr.KindOf(err) != projectr.NotFound { // deleted meanwhile
			errs = append(errs, fmt.Errorf("remind %s: %w", org.ID(), err))
		}
	}
	return errors.Join(errs...)
}

func (b *Billing) remind(ctx context.Context, org store.Org) error {
	letter, err := org.Remind(ctx, func(ctx context.Context, o projectr.Org, s projectr.Subscription, r projectr.Reminder) (projectr.LetterKind, string, error) {
		return b.letter(ctx, org, o, s, r)
	})
	if letter != "" && err == nil {
		b.Log.InfoContext(ctx, "admins are told of a payment", "org", org.ID(), "letter", letter)
	}
	return err
}

var changedMeanwhile = &projectr.Error{Kind: projectr.Conflict, Message: "The subscription was changed just now. Look at it again."}

// letter is the letter of a reminder and its Ref. The provider is asked before: what is kept
// may be older than what an admin has done, and a letter cannot be taken back.
func (b *Billing) letter(ctx context.Context, org store.Org, o projectr.Org, s projectr.Subscription, r projectr.Reminder) (projectr.LetterKind, string, error) {
	if s.Customer != "" {
		is, err := b.Payments.Subscription(ctx, s.Customer)
		if err == error(projectr.NoCustomer) {
			is, err = b.ended(ctx, org)
		}
		if err != nil {
			return "", "", err
		}
		is.Customer = s.Customer
		if !is.Same(s) {
			if _, err := b.take(ctx, org, s.Customer, projectr.PaymentEvent{}); err != nil {
				return "", "", err
			}
			return "", "", changedMeanwhile
		}
	}
	zone, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	day := func(t time.Time) string { return t.In(zone).Format("2 January 2006") }
	switch r.Kind {
	case projectr.LetterTrialEnds, projectr.LetterTrialEnded:
		ends := s.TrialEnd
		if ends.IsZero() {
			ends = o.TrialEnds
		}
		return r.Kind, ref(day(ends), day(ends.Add(projectr.DataKept))), nil
	case projectr.LetterTrialGoesOn:
		next, err := b.Payments.Next(ctx, s.ID)
		if err != nil {
			return "", "", err
		}
		payer, err := b.Payments.Payer(ctx, s.Customer, s.ID)
		if err != nil {
			return "", "", err
		}
		words := ref(day(s.TrialEnd), spell(next), planNamed(s.Plan))
		switch {
		case payer.Way == "":
			return projectr.LetterTrialNoCard, words, nil
		case payer.Card == nil:
			return r.Kind, ref(words, "the way to pay that is on file"), nil
		}
		return r.Kind, ref(words, "your "+payer.Card.String()), nil
	case projectr.LetterPaymentFailed:
		invoices, err := b.Payments.Invoices(ctx, s.Customer)
		if err != nil {
			return "", "", err
		}
		for _, i := range invoices {
			if i.ID == s.Invoice {
				kind := r.Kind
				if !i.Tries {
					kind = projectr.LetterPaymentGivenUp
				}
				return kind, ref(day(s.GraceUntil()), spell(projectr.Amount{Minor: i.Due, Currency: i.Currency})), nil
			}
		}
		return "", "", changedMeanwhile
	case projectr.LetterReadingStopped:
		return r.Kind, day(o.DataUntil(s)), nil
	}
	return r.Kind, "", nil
}

func ref(words ...string) string { return strings.Join(words, "\t") }

// planNamed is a plan as people say it.
func planNamed(plan string) string {
	if plan == "" {
		return plan
	}
	return strings.ToUpper(plan[:1]) + plan[1:]
}

// spell is an amount as people write it: $1,490.00, or 90.00 EUR.
func spell(a projectr.Amount) string {
	digits := digitsOf(a.Currency)
	minor, sign := a.Minor, ""
	if minor < 0 {
		minor, sign = -minor, "-"
	}
	s := strconv.FormatInt(minor, 10)
	if pad := digits + 1 - len(s); pad > 0 {
		s = strings.Repeat("0", pad) + s
	}
	whole, rest := s[:len(s)-digits], s[len(s)-digits:]
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if rest != "" {
		whole += "." + rest
	}
	if a.Currency == "USD" {
		return sign + "$" + whole
	}
	return sign + whole + " " + a.Currency
}

// digitsOf is how many digits the smallest unit of a currency is below its whole one.
func digitsOf(code string) int {
	digits := 2
	if unit, err := currency.ParseISO(code); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	return digits
}

var written = regexp.MustCompile(`^([0-9]{1,12})(?:\.([0-9]+))?$`)

// ParseAmount reads an amount as people type it, 490 or 490.00, with its currency by ISO
// 4217. An error is Invalid.
func ParseAmount(text, code string) (projectr.Amount, error) {
	if _, err := currency.ParseISO(code); err != nil || code != strings.ToUpper(code) {
		return projectr.Amount{}, &projectr.Error{Kind: projectr.Invalid, Field: "currency", Message: "A currency is written as USD or EUR."}
	}
	digits := digitsOf(code)
	w := written.FindStringSubmatch(text)
	if w == nil || len(w[2]) > digits {
		return projectr.Amount{}, &projectr.Error{Kind: projectr.Invalid, Field: "amount", Message: fmt.Sprintf("An amount of %s is written as 490 or with at most %d digits after the point.", code, digits)}
	}
	minor, err := strconv.ParseInt(w[1]+w[2]+strings.Repeat("0", digits-len(w[2])), 10, 64)
	return projectr.Amount{Minor: minor, Currency: code}, err
}
