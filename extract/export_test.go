package extract

import (
	"time"

	"projectr"
)

// DaysNamed are the days that words can name in a mail of that day: the first and the
// last of every date read in them, the day before it, and the other one where the words
// allow two.
func DaysNamed(words string, mailed time.Time) map[string]bool {
	toks := tokenise(words, 0, len(words))
	out := map[string]bool{}
	for _, dayFirst := range []bool{false, true} {
		c := newCalendar(mailed, toks)
		c.dayFirst = dayFirst
		for _, w := range c.find(toks) {
			for _, d := range []time.Time{w.day, w.last, w.day.AddDate(0, 0, -1), w.or} {
				out[d.Format(time.DateOnly)] = true
			}
		}
	}
	return out
}

// SumsIn are the sums read in words.
func SumsIn(words string) []projectr.Amount {
	var out []projectr.Amount
	for _, m := range findMoney(tokenise(words, 0, len(words))) {
		out = append(out, m.sum())
	}
	return out
}
