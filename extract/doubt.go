package extract

import (
	"fmt"
	"strconv"
	"strings"

	"projectr"
)

var hedges = newCues(`
	9 may|might|could|maybe|perhaps|possibly|probably|likely|presumably|hopefully|supposedly|apparently
	9 i|we think|believe|guess|hope|assume|suspect
	8 not sure
	8 should
	8 if
	8 considering|thinking|wondering
`)

// explain says of the facts of a mail whether their money is agreed, and what about
// them is in doubt.
func (r *reading) explain(facts []projectr.Fact) {
	stand(facts)
	c := newCalendar(r.m.Date, nil).of(firstOf(r.m.From).address)
	for i := range facts {
		facts[i].Doubt = doubt(facts[i], c, &r.who)
	}
}

// doubt says in words why f cannot be sure, or "" when its words show nothing
// that is in doubt: then only the confidence tells. The words are its quote's.
func doubt(f projectr.Fact, c calendar, who *directory) string {
	if f.Confidence >= projectr.SureEnough {
		return ""
	}
	toks := tokenise(f.Quote, 0, len(f.Quote))
	if f.Deadline != nil {
		for _, w := range c.find(toks) {
			if w.unsure && !w.or.IsZero() && w.day.Format("2006-01-02") == *f.Deadline {
				words := f.Quote[toks[w.from].start:toks[w.to-1].end]
				form := "January 2"
				if w.day.Year() != w.or.Year() {
					form = "January 2, 2006"
				}
				return fmt.Sprintf("“%s” can be %s or %s.", words, w.day.Format(form), w.or.Format(form))
			}
		}
	}
	if f.Amount != nil {
		for _, m := range findMoney(toks) {
			if m.unsure && m.sum() == *f.Amount {
				words := f.Quote[toks[m.from].start:toks[m.to-1].end]
				return fmt.Sprintf("“%s” can be %s or %s.", words, figures(m.amount), figures(projectr.Amount{Minor: m.or, Currency: m.amount.Currency}))
			}
		}
	}
	if f.Kind == projectr.ActionItem && f.Owner != nil {
		if words := nameWords(*f.Owner); len(words) == 1 {
			same := 0
			for _, p := range who.people {
				if p.first() == words[0] || p.last() == words[0] {
					same++
				}
			}
			if same > 1 {
				return fmt.Sprintf("%d people in this mail are called %s.", same, *f.Owner)
			}
		}
	}
	if f.Kind == projectr.BudgetMention {
		if w, from, to := placeholderCues.find(toks); w > 0 {
			return fmt.Sprintf("“%s” suggests a placeholder, not an approved cost.", f.Quote[toks[from].start:toks[to-1].end])
		}
	}
	if w, from, to := hedges.find(toks); w > 0 {
		return fmt.Sprintf("“%s” leaves it open.", f.Quote[toks[from].start:toks[to-1].end])
	}
	switch {
	case strings.HasSuffix(strings.TrimSpace(f.Quote), "?"):
		return "It is asked, not said."
	case f.Kind == projectr.ActionItem && f.Owner == nil:
		return "It does not say who."
	case f.Kind == projectr.Decision && f.MadeBy == nil:
		return "It does not say who decided."
	case f.File != 0:
		return "It was read in a file."
	}
	return ""
}

// figures writes an amount down for people: "12,450.00", "−4,300.00".
func figures(a projectr.Amount) string {
	minor, sign, one := a.Minor, "", int64(1)
	if minor < 0 {
		minor, sign = -minor, "−"
	}
	n := decimalsOf(a.Currency)
	for range n {
		one *= 10
	}
	whole := strconv.FormatInt(minor/one, 10)
	for k := len(whole) - 3; k > 0; k -= 3 {
		whole = whole[:k] + "," + whole[k:]
	}
	if n == 0 {
		return sign + whole
	}
	return fmt.Sprintf("%s%s.%0*d", sign, whole, n, minor%one)
}
