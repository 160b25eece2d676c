package extract

import "time"

// when is a day, or a stretch of days, that words of a mail name. Days are
// civil dates: midnight UTC of a date that was reckoned in the mail's own zone.
type when struct {
	from, to int // tokens, without the preposition; to is exclusive
	day      time.Time
	last     time.Time // the last day of a stretch; equal to day for one day
	prep     prep      // the preposition before it
	relative bool      // named by words such as "tomorrow" or a bare weekday
	unsure   bool      // the words allow another day too: "next Friday", 3/4/2025
	open     bool      // a length of time with an unknown beginning: "within 30 days of completion"
}

// prep is how a date is tied to its sentence.
type prep uint8

const (
	none   prep = iota
	by          // by, due, no later than, until
	before      // before, prior to: the day itself is too late
	on          // on, at, this
	after       // after, since, from: never a deadline
	to          // to, the end of a move
)

var months = map[string]time.Month{
	"january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6, "jun": 6, "july": 7, "jul": 7,
	"august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9, "october": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
	"enero": 1, "febrero": 2, "marzo": 3, "abril": 4, "mayo": 5, "junio": 6, "julio": 7, "agosto": 8, "septiembre": 9, "octubre": 10, "noviembre": 11, "diciembre": 12,
}

var weekdays = map[string]time.Weekday{
	"monday": 1, "mon": 1, "tuesday": 2, "tues": 2, "tue": 2, "wednesday": 3, "weds": 3, "wed": 3, "thursday": 4, "thurs": 4, "thur": 4, "thu": 4,
	"friday": 5, "fri": 5, "saturday": 6, "sat": 6, "sunday": 0, "sun": 0,
	"mondays": 1, "monday's": 1, "tuesday's": 2, "wednesday's": 3, "thursday's": 4, "friday's": 5, "saturday's": 6, "sunday's": 0,
	"lunes": 1, "martes": 2, "miércoles": 3, "jueves": 4, "viernes": 5, "sábado": 6, "domingo": 0,
}

// weak are short names that are also other words: they count as dates only
// beside a preposition, a number or another word of time.
var weak = map[string]bool{"sat": true, "sun": true, "mon": true, "wed": true, "may": true, "mar": true, "march": true}

var ordinals = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
	"thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}

// afterOrdinal are the words that may follow "the 9th" when it is a day and not
// a floor, a street or a shift.
var afterOrdinal = map[string]bool{
	"and": true, "or": true, "at": true, "by": true, "if": true, "so": true, "to": true, "in": true, "for": true, "is": true, "we": true, "i": true, "you": true, "will": true,
	"with": true, "before": true, "after": true, "but": true, "works": true, "would": true, "of": true, "thru": true, "through": true, "until": true, "from": true, "on": true,
	"as": true, "when": true, "because": true, "please": true, "pls": true, "then": true, "they": true, "it": true, "he": true, "she": true, "the": true, "let": true, "can": true,
	"this": true, "next": true, "was": true, "should": true, "latest": true, "instead": true, "not": true, "unless": true, "which": true, "that": true, "a": true,
	"noon": true, "eod": true, "cob": true, "morning": true, "afternoon": true, "a.m": true, "am": true, "pm": true, "around": true, "per": true, "due": true,
}

// dateWords are the words a date can begin with.
var dateWords = func() map[string]bool {
	m := set(`today tonight 2day hoy today's tonite tomorrow tmrw tmw tomorow tommorow tommorrow tomorrow's mañana yesterday yesterday's ayer this day noon midday lunch lunchtime
		eod cob eob cop close end eow eom eoq eoy q beginning start middle first early late later mid week wk in within next the last coming following past previous current upcoming new good easter`)
	for _, words := range []map[string]int{smallNumbers, ordinals} {
		for w := range words {
			m[w] = true
		}
	}
	for w := range months {
		m[w] = true
	}
	for w := range weekdays {
		m[w] = true
	}
	for w := range holidays {
		m[w] = true
	}
	for w := range floating {
		m[w] = true
	}
	return m
}()

// calendar resolves the dates of one mail.
type calendar struct {
	today    time.Time // the mail's own date, in its own zone
	dayFirst bool      // 3/4 is the third of April
	sure     bool      // the order of day and month was not guessed
	evening  bool      // the mail was written after midday: "by noon" is tomorrow
}

// newCalendar returns the calendar of a mail written at t. The order of 3/4 is
// taken from the text where a date there tells it, else from the money, else
// from the zone: west of Greenwich the month comes first.
func newCalendar(t time.Time, toks []token) calendar {
	y, m, d := t.Date()
	c := calendar{today: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), evening: t.Hour() >= 12}
	for i := range toks {
		a, w1, ok1 := number(toks, i)
		b, w2, ok2 := number(toks, i+2)
		_, w3, ok3 := number(toks, i+4)
		if ok1 && ok2 && ok3 && w1 <= 2 && w2 <= 2 && (w3 == 2 || w3 == 4) && glued(toks, i+1, "/") && glued(toks, i+3, "/") && !toks[i+2].gap && !toks[i+4].gap {
			if a > 12 && a <= 31 && b >= 1 && b <= 12 {
				c.dayFirst, c.sure = true, true
				return c
			}
			if b > 12 && b <= 31 && a >= 1 && a <= 12 {
				c.sure = true
				return c
			}
		}
	}
	for i := range toks {
		if toks[i].low == "£" || toks[i].low == "€" {
			c.dayFirst, c.sure = true, true
			return c
		}
	}
	_, offset := t.Zone()
	c.dayFirst, c.sure = offset > 0, offset != 0
	return c
}

func (c calendar) plus(days int) time.Time { return c.today.AddDate(0, 0, days) }

// weekday returns the next such day after from, never from itself.
func weekday(from time.Time, d time.Weekday) time.Time {
	n := (int(d) - int(from.Weekday()) + 7) % 7
	if n == 0 {
		n = 7
	}
	return from.AddDate(0, 0, n)
}

// friday returns the Friday of the working week that from is in; at a weekend
// that is the week to come.
func friday(from time.Time) time.Time {
	return from.AddDate(0, 0, (5-int(from.Weekday())+7)%7)
}

func monthEnd(y int, m time.Month) time.Time { return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC) }

func quarterEnd(y, q int) time.Time { return monthEnd(y, time.Month(q*3)) }

// workdays returns the n-th working day after from.
func workdays(from time.Time, n int) time.Time {
	if n > 1000 {
		n = 1000
	}
	for n > 0 {
		from = from.AddDate(0, 0, 1)
		if wd := from.Weekday(); wd != time.Saturday && wd != time.Sunday {
			n--
		}
	}
	return from
}

// civil returns a date, and whether it is one (no 31st of June).
func civil(y int, m time.Month, d int) (time.Time, bool) {
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return t, m >= 1 && m <= 12 && d >= 1 && t.Month() == m && t.Day() == d
}

// near returns the month and day in the year that puts it closest to the mail,
// leaning to the future: from 120 days before to 245 days after.
func (c calendar) near(m time.Month, d int) (time.Time, bool) {
	for _, y := range []int{c.today.Year(), c.today.Year() + 1, c.today.Year() - 1} {
		if t, ok := civil(y, m, d); ok {
			if days := t.Sub(c.today).Hours() / 24; days >= -120 && days <= 246 {
				return t, true
			}
		}
	}
	for y := c.today.Year(); y < c.today.Year()+5; y++ { // the 29th of February
		if t, ok := civil(y, m, d); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// dayOfMonth returns the next such day from the mail's own on.
func (c calendar) dayOfMonth(d int) (time.Time, bool) {
	if d < 1 || d > 31 {
		return time.Time{}, false
	}
	y, m := c.today.Year(), c.today.Month()
	for range 12 {
		if t, ok := civil(y, m, d); ok && !t.Before(c.today) {
			return t, true
		}
		if m++; m > 12 {
			y, m = y+1, 1
		}
	}
	return time.Time{}, false
}

func year(n, width int) (int, bool) {
	switch {
	case width == 4 && n >= 1900 && n < 2200:
		return n, true
	case width == 2:
		return 2000 + n, true
	}
	return 0, false
}

// find finds the dates in toks, with their prepositions.
func (c calendar) find(toks []token) []when {
	var out []when
	for i := 0; i < len(toks); {
		w, ok := c.at(toks, i)
		if !ok || w.to <= i {
			i++
			continue
		}
		w.from = i
		w.prep = prepBefore(toks, i)
		if is(toks, w.to, "at") && is(toks, w.to+1, "the") && is(toks, w.to+2, "latest", "very") || is(toks, w.to, "latest") {
			w.prep = by
		}
		out = append(out, w)
		i = w.to
		// "October 9 and 10", "the 9th and 10th"
		if is(toks, i, "and", "or", "&") && len(out) > 0 {
			if d, next, ok := ordinalAt(toks, i+1, true); ok && d > w.day.Day() && !is(toks, next, "am", "pm", "%", "days", "weeks", "hours") {
				if t, ok := civil(w.day.Year(), w.day.Month(), d); ok && w.day.Equal(w.last) && !w.relative {
					out = append(out, when{from: i + 1, to: next, day: t, last: t, prep: w.prep})
					i = next
				}
			}
		}
	}
	return out
}

// prepBefore returns what ties the date that begins at token i to its sentence.
func prepBefore(toks []token, i int) prep {
	j := i - 1
	for n := 0; j >= 0 && n < 3; n++ {
		if !is(toks, j, "the", "about", "around", "approximately", "roughly", "say", "early", "late", "mid", "noon", "el", "la", "then", "our", "be", "it", "in", "later", "de", "las", "to", ",", ":", "(") {
			break
		}
		if is(toks, j, "to") && !is(toks, j-1, "prior", "due") {
			return to // the end of a move, or a direction
		}
		if is(toks, j, "later") && is(toks, j+1, "than") {
			return by
		}
		if toks[j].low == "," && !is(toks, j-1, "due", "latest") {
			return none
		}
		j--
	}
	switch {
	case is(toks, j, "by", "due", "until", "til", "till", "thru", "through", "deadline", "latest", "date", "para"):
		return by
	case is(toks, j, "than") && is(toks, j-1, "later"):
		return by
	case is(toks, j, "before", "ahead", "antes") || is(toks, j, "prior") || is(toks, j, "of") && is(toks, j-1, "ahead", "advance"):
		if is(toks, j, "before") && is(toks, j-1, "or") && is(toks, j-2, "on") { // on or before
			return by
		}
		return before
	case is(toks, j, "after", "since", "from", "starting", "effective", "ended", "dated") || is(toks, j, "of") && is(toks, j-1, "as"):
		return after
	case is(toks, j, "on", "at", "for", "this"):
		return on
	case is(toks, j, "between"):
		return after
	}
	return none
}

// ordinalAt reads "9th", "the ninth" or, when bare is set, "9".
func ordinalAt(toks []token, i int, bare bool) (d, next int, ok bool) {
	if n, w, ok := number(toks, i); ok && w <= 2 && n >= 1 && n <= 31 {
		if glued(toks, i+1, "st", "nd", "rd", "th") {
			return n, i + 2, true
		}
		if i+1 < len(toks) && !toks[i+1].gap && is(toks, i+1, "/", ":", "%", "'", "\"", "-", "–") && !(bare && is(toks, i+1, "-", "/") && months[lowAt(toks, i+2)] != 0) {
			return 0, i, false
		}
		if i+2 < len(toks) && !toks[i+1].gap && is(toks, i+1, ".", ",") && toks[i+2].kind == digits && !toks[i+2].gap {
			return 0, i, false
		}
		if i+1 < len(toks) && toks[i+1].kind == word && !toks[i+1].gap {
			return 0, i, false // 9am
		}
		return n, i + 1, bare
	}
	if i < len(toks) && toks[i].kind == word {
		if n, ok := ordinals[toks[i].low]; ok {
			return n, i + 1, true
		}
		if is(toks, i, "twenty", "thirty") {
			j := i + 1
			if is(toks, j, "-") {
				j++
			}
			if j < len(toks) {
				if n, ok := ordinals[toks[j].low]; ok && n < 10 {
					return map[string]int{"twenty": 20, "thirty": 30}[toks[i].low] + n, j + 1, true
				}
			}
		}
	}
	return 0, i, false
}

// one is a when of a single day.
func one(t time.Time, next int) (when, bool) { return when{to: next, day: t, last: t}, true }

// at reads a date that begins at token i.
func (c calendar) at(toks []token, i int) (when, bool) {
	t := toks[i]
	if t.kind == digits {
		if w, ok := c.figures(toks, i); ok {
			return w, true
		}
		if i > 0 && !t.gap && toks[i-1].low != "(" {
			return when{}, false
		}
		return c.span(toks, i)
	}
	if t.kind != word || !dateWords[t.low] {
		return when{}, false
	}
	if w, ok := c.endOf(toks, i); ok {
		return w, true
	}
	if w, ok := c.named(toks, i); ok {
		return w, true
	}
	if w, ok := c.span(toks, i); ok {
		return w, true
	}
	if w, ok := c.holiday(toks, i); ok {
		return w, true
	}
	if w, ok := c.nth(toks, i); ok {
		return w, true
	}
	if _, ok := weekdays[t.low]; ok || is(toks, i, "this", "next", "coming", "following", "last", "past", "previous", "current", "upcoming") {
		return c.weekdayAt(toks, i)
	}
	if _, ok := months[t.low]; ok {
		return c.monthAt(toks, i)
	}
	if is(toks, i, "the") || ordinals[t.low] > 0 {
		return c.bareOrdinal(toks, i)
	}
	return when{}, false
}

// figures reads 2024-10-31, 10/31, 10/31/24, 31.10.2024, 28 October 2024 and,
// after a preposition, 22nd.
func (c calendar) figures(toks []token, i int) (when, bool) {
	if i > 0 && !toks[i].gap && (is(toks, i-1, "/", "-", ".", "#", "$", "£", "€", "+", "'", "_", ":", ",") || toks[i-1].kind != mark) {
		return when{}, false // inside an id, an amount or a measure
	}
	a, w, ok := number(toks, i)
	if !ok {
		return when{}, false
	}
	sep := ""
	if i+2 < len(toks) && glued(toks, i+1, "/", "-", ".") && !toks[i+2].gap && toks[i+2].kind == digits {
		sep = toks[i+1].low
	}
	if sep != "" {
		b, w2, ok := number(toks, i+2)
		if !ok || w2 > 2 {
			return when{}, false
		}
		y, w3, three := 0, 0, false
		if glued(toks, i+3, sep) && i+4 < len(toks) && !toks[i+4].gap {
			y, w3, three = number(toks, i+4)
		}
		switch {
		case w == 4 && three && w3 <= 2 && sep != ".": // ISO and its relatives
			if d, ok := civil(a, time.Month(b), y); ok && a >= 1900 && a < 2200 {
				return one(d, i+5)
			}
			return when{}, false
		case w > 2:
			return when{}, false
		case three:
			yy, ok := year(y, w3)
			if !ok || trailed(toks, i+5) {
				return when{}, false
			}
			return c.slashed(a, b, yy, sep, i+5)
		case sep == "/":
			if !c.fractionIsDate(toks, i) {
				return when{}, false
			}
			return c.slashed(a, b, 0, sep, i+3)
		case sep == "." && glued(toks, i+3, ".") && prepBefore(toks, i) != none: // 15.3.
			return c.slashed(a, b, 0, sep, i+4)
		}
		return when{}, false
	}
	// "28 October 2024", "3rd of March", "1st Oct."
	if d, next, ok := ordinalAt(toks, i, true); ok {
		j := next
		if is(toks, j, "of", "de") {
			j++
		}
		if glued(toks, j, "-", "/") {
			j++
		} else if is(toks, j, "and", "&", "or") || glued(toks, j, "-", "–") {
			// "18 and 19 June": the month stands behind the second.
			if _, after, ok := ordinalAt(toks, j+1, true); ok {
				if m, ok := months[lowAt(toks, after)]; ok && (!weak[toks[after].low] || toks[after].cap) {
					if t, ok := c.near(m, d); ok {
						return one(t, next)
					}
				}
			}
		}
		if j < len(toks) {
			if m, ok := months[toks[j].low]; ok && (!weak[toks[j].low] || toks[j].cap) {
				j = skipDot(toks, j+1)
				if y, after, ok := yearAt(toks, j); ok {
					if t, ok := civil(y, m, d); ok {
						return one(t, after)
					}
					return when{}, false
				}
				if t, ok := c.near(m, d); ok {
					return one(t, j)
				}
				return when{}, false
			}
		}
		if (next == i+2 || is(toks, next, "of") && is(toks, next+1, "next", "this", "the")) && (prepBefore(toks, i) != none || i == 0) { // by 22nd
			return c.dayNumber(toks, d, next)
		}
	}
	return when{}, false
}

// trailed reports whether what looks like a date goes on, as in 1/2/03-4.
func trailed(toks []token, i int) bool {
	return i+1 < len(toks) && glued(toks, i, "/", "-", ".") && toks[i+1].kind == digits && !toks[i+1].gap
}

func skipDot(toks []token, i int) int {
	if glued(toks, i, ".") {
		return i + 1
	}
	return i
}

// yearAt reads ", 2024", "2024" or "'24" at token i.
func yearAt(toks []token, i int) (y, next int, ok bool) {
	if is(toks, i, ",") || is(toks, i, "de", "of") || glued(toks, i, "-", "/") {
		i++
	}
	if is(toks, i, "'", "’") {
		if n, w, ok := number(toks, i+1); ok && w == 2 {
			return 2000 + n, i + 2, true
		}
		return 0, i, false
	}
	if n, w, ok := number(toks, i); ok && w == 4 && n >= 1900 && n < 2200 && !trailed(toks, i+1) {
		return n, i + 1, true
	}
	return 0, i, false
}

// slashed makes a date of two numbers in the order of the mail.
func (c calendar) slashed(a, b, y int, sep string, next int) (when, bool) {
	dayFirst := c.dayFirst || sep == "."
	unsure := !c.sure && sep != "." && a <= 12 && b <= 12 && a != b
	switch {
	case sep != "." && a > 12:
		dayFirst = true
	case b > 12:
		dayFirst = false
	}
	m, d := a, b
	if dayFirst {
		m, d = b, a
	}
	if m < 1 || m > 12 {
		return when{}, false
	}
	var t time.Time
	var ok bool
	if y == 0 {
		t, ok = c.near(time.Month(m), d)
	} else {
		t, ok = civil(y, time.Month(m), d)
	}
	if !ok {
		return when{}, false
	}
	return when{to: next, day: t, last: t, unsure: unsure}, true
}

// fractionIsDate tells 9/26 from 1/2 gal, 3/4" and 24/7.
func (c calendar) fractionIsDate(toks []token, i int) bool {
	a, _, _ := number(toks, i)
	b, w2, _ := number(toks, i+2)
	next := i + 3
	if next < len(toks) && !toks[next].gap && (toks[next].kind != mark || is(toks, next, "\"", "”", "″", "'", "-", "#")) {
		return false
	}
	if is(toks, next, "inch", "inches", "in", "gal", "gallon", "mile", "miles", "hr", "hour", "ton", "cup", "lb", "ply", "plywood", "of", "gyp", "gypsum", "full", "x", "way", "done", "complete", "page", "pages", "plate", "bolt", "bolts", "gauge", "depth", "scale") &&
		prepBefore(toks, i) == none {
		return false
	}
	if i > 0 && toks[i-1].kind == digits || is(toks, i-1, "-") && !toks[i].gap {
		return false
	}
	fraction := w2 <= 2 && a < b && (b == 2 || b == 3 || b == 4 || b == 8 || b == 16 || b == 32)
	if !fraction {
		return true
	}
	if prepBefore(toks, i) != none {
		return true
	}
	_, day := weekdays[lowAt(toks, i-1)]
	return day || is(toks, i-1, "(", "ending", "meeting", "and", "dated", "of", "-", "–")
}

func lowAt(toks []token, i int) string {
	if i < 0 || i >= len(toks) {
		return ""
	}
	return toks[i].low
}

// dayNumber is "the 22nd", with "of this month" or "of next month" after it.
func (c calendar) dayNumber(toks []token, d, next int) (when, bool) {
	if is(toks, next, "of") {
		j := next + 1
		if is(toks, j, "the") {
			j++
		}
		if is(toks, j, "this", "next", "month") {
			months := 0
			if is(toks, j, "next") {
				months = 1
			}
			if !is(toks, j, "month") {
				j++
			}
			if is(toks, j, "month") {
				first := time.Date(c.today.Year(), c.today.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
				if t, ok := civil(first.Year(), first.Month(), d); ok {
					return one(t, j+1)
				}
			}
		}
	}
	t, ok := c.dayOfMonth(d)
	if !ok {
		return when{}, false
	}
	return one(t, next)
}

// bareOrdinal reads "the 22nd" and "the ninth of March", but not "the 2nd floor".
func (c calendar) bareOrdinal(toks []token, i int) (when, bool) {
	j := i
	if is(toks, j, "the") {
		j++
	}
	d, next, ok := ordinalAt(toks, j, false)
	if !ok {
		return when{}, false
	}
	if is(toks, next, "of") && next+1 < len(toks) {
		if m, ok := months[toks[next+1].low]; ok {
			k := next + 2
			if y, after, ok := yearAt(toks, k); ok {
				if t, ok := civil(y, m, d); ok {
					return one(t, after)
				}
			}
			if t, ok := c.near(m, d); ok {
				return one(t, k)
			}
			return when{}, false
		}
	}
	if j == i || toks[j].kind != digits { // "the first", "second": seldom a day without its month
		return when{}, false
	}
	if next < len(toks) && toks[next].kind == word && !afterOrdinal[toks[next].low] {
		return when{}, false
	}
	return c.dayNumber(toks, d, next)
}

// monthAt reads "Oct 28th, 2024", "October 28" and, after a preposition or
// "mid", a month alone.
func (c calendar) monthAt(toks []token, i int) (when, bool) {
	m := months[toks[i].low]
	j := skipDot(toks, i+1)
	if glued(toks, j, "-") {
		j++
	}
	k := j
	if is(toks, k, "the") {
		k++
	}
	if d, next, ok := ordinalAt(toks, k, true); ok && !is(toks, next, "units", "hours", "days") {
		if y, after, ok := yearAt(toks, next); ok {
			if t, ok := civil(y, m, d); ok {
				return one(t, after)
			}
			return when{}, false
		}
		if t, ok := c.near(m, d); ok {
			return one(t, next)
		}
		return when{}, false
	}
	if weak[toks[i].low] && !toks[i].cap {
		return when{}, false
	}
	prepared := prepBefore(toks, i) == by || prepBefore(toks, i) == before || is(toks, i-1, "in", "mid", "early", "late", "until", "-") || is(toks, i-2, "mid") && is(toks, i-1, "-")
	y, after, ok := yearAt(toks, j)
	if !ok {
		if !prepared {
			return when{}, false
		}
		t, _ := c.near(m, 15)
		y, after = t.Year(), j
	}
	first, _ := civil(y, m, 1)
	last := monthEnd(y, m)
	switch {
	case is(toks, i-1, "mid") || is(toks, i-1, "-") && is(toks, i-2, "mid"):
		first, _ = civil(y, m, 15)
		last = first
	case is(toks, i-1, "early"):
		last, _ = civil(y, m, 10)
	case is(toks, i-1, "late"):
		first, _ = civil(y, m, 20)
	}
	return when{to: after, day: first, last: last, relative: true}, true
}

// weekdayAt reads "Friday", "this Friday", "next Fri", "Monday the 16th",
// "Thursday 9/26", "Tuesday of next week" and "next week", "this month".
func (c calendar) weekdayAt(toks []token, i int) (when, bool) {
	j := i
	lead := ""
	if is(toks, j, "this", "next", "coming", "following", "last", "past", "previous", "current", "upcoming") {
		lead = toks[j].low
		if l, ok := map[string]string{"past": "last", "previous": "last", "current": "this", "upcoming": "this"}[lead]; ok {
			lead = l
		}
		j++
		if lead == "this" && is(toks, j, "past") {
			lead = "last"
			j++
		}
		if is(toks, j, "coming", "following") { // this coming Friday
			lead = "this"
			j++
		}
	}
	if j >= len(toks) {
		return when{}, false
	}
	wd, ok := weekdays[toks[j].low]
	if !ok {
		return c.period(toks, j, lead)
	}
	next := skipDot(toks, j+1)
	if glued(toks, j+1, ".") && next == len(toks) {
		next = j + 1 // the dot ends the sentence
	}
	// An explicit date after the weekday wins.
	k := next
	for is(toks, k, ",", "the", "(", "morning", "afternoon", "night", "nite", "el") {
		k++
	}
	if k < len(toks) {
		if toks[k].kind == digits {
			// The number must be a date by itself or an ordinal: "Friday 10am" is not.
			if w, ok := c.figures(toks, k); ok {
				return w, true
			}
			if d, after, ok := ordinalAt(toks, k, false); ok {
				w, ok := c.dayNumber(toks, d, after)
				if ok && w.day.Weekday() != wd {
					w = c.agree(w, wd)
				}
				return w, ok
			}
			if d, after, ok := ordinalAt(toks, k, true); ok && k == next && d > 12 && (after >= len(toks) || toks[after].kind == mark) {
				return c.dayNumber(toks, d, after) // "lunes 23."
			}
		} else if _, ok := months[toks[k].low]; ok {
			if w, ok := c.monthAt(toks, k); ok && w.day.Equal(w.last) {
				return w, true
			}
		}
	}
	if weak[toks[j].low] && !toks[j].cap && lead == "" && is(toks, j-1, "the") {
		return when{}, false
	}
	if weak[toks[j].low] && !toks[j].cap && lead == "" && prepBefore(toks, i) == none && !is(toks, next, "am", "pm", "morning", "night", "nite", "afternoon", "noon") {
		return when{}, false
	}
	if toks[j].low == "sun" && !is(toks, next, "morning", "afternoon", "night") && (lead != "" || is(toks, i-1, "the")) {
		return when{}, false
	}
	w := when{to: next, relative: true}
	w.day = weekday(c.today, wd)
	switch lead {
	case "this", "coming":
		if c.today.Weekday() == wd {
			w.day = c.today
		}
	case "next":
		// Both readings are alive: the next such day, or that day of next week.
		monday := c.today.AddDate(0, 0, 7-(int(c.today.Weekday())+6)%7)
		d := monday.AddDate(0, 0, (int(wd)+6)%7)
		w.unsure = !d.Equal(w.day)
		w.day = d
	case "last":
		w.day = weekday(c.today, wd).AddDate(0, 0, -7)
		if w.day.Equal(c.today) {
			w.day = w.day.AddDate(0, 0, -7)
		}
	case "following":
		w.day = w.day.AddDate(0, 0, 7)
		w.unsure = true
	}
	if is(toks, next, "morning", "afternoon", "evening", "night", "nite", "noon", "am", "pm") {
		next++
	}
	if is(toks, next, "after") && is(toks, next+1, "next") && !is(toks, next+2, "week", "month") {
		d := weekday(c.today, wd).AddDate(0, 0, 7)
		return when{to: next + 2, day: d, last: d, relative: true, unsure: true}, true
	}
	k = next
	if is(toks, k, "of", "from") {
		k++
	}
	if is(toks, k, "last") && is(toks, k+1, "week") {
		monday := c.today.AddDate(0, 0, -(int(c.today.Weekday())+6)%7-7)
		w.day = monday.AddDate(0, 0, (int(wd)+6)%7)
		next = k + 2
	} else if is(toks, k, "next") && is(toks, k+1, "week") {
		monday := c.today.AddDate(0, 0, 7-(int(c.today.Weekday())+6)%7)
		w.day = monday.AddDate(0, 0, (int(wd)+6)%7)
		next = k + 2
	} else if is(toks, k, "this") && is(toks, k+1, "week") {
		monday := c.today.AddDate(0, 0, -(int(c.today.Weekday())+6)%7)
		w.day = monday.AddDate(0, 0, (int(wd)+6)%7)
		next = k + 2
	} else if is(toks, k, "week") { // "Friday week": British, a week later
		w.day = w.day.AddDate(0, 0, 7)
		next = k + 1
	}
	w.to = next
	w.last = w.day
	return w, true
}

// agree looks for the month in which the day of w falls on that weekday: "Thu the
// 15th" in a month whose 15th is a Tuesday. The words contradict themselves or
// mean a later month, so the result is unsure.
func (c calendar) agree(w when, wd time.Weekday) when {
	w.unsure = true
	for n := 1; n <= 12; n++ {
		m := time.Date(w.day.Year(), w.day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		if t, ok := civil(m.Year(), m.Month(), w.day.Day()); ok && t.Weekday() == wd {
			w.day, w.last = t, t
			break
		}
	}
	return w
}

// holidays of a fixed day.
var holidays = map[string][2]int{
	"christmas": {12, 25}, "xmas": {12, 25}, "halloween": {10, 31}, "juneteenth": {6, 19}, "boxing": {12, 26}, "veterans": {11, 11}, "valentine's": {2, 14}, "valentines": {2, 14},
}

// floating holidays: month, weekday, which one (-1 for the last).
var floating = map[string][3]int{
	"thanksgiving": {11, 4, 4}, "labor": {9, 1, 1}, "labour": {9, 1, 1}, "memorial": {5, 1, -1}, "columbus": {10, 1, 2}, "presidents": {2, 1, 3}, "president's": {2, 1, 3}, "presidents'": {2, 1, 3}, "mlk": {1, 1, 3},
}

// holiday reads the days that work stops for: "before Thanksgiving", "Labor
// Day", "the 4th of July" (read by its date), "Good Friday".
func (c calendar) holiday(toks []token, i int) (when, bool) {
	next := i + 1
	at := func(f func(y int) time.Time, next int) (when, bool) {
		if is(toks, next, "day", "eve") {
			next++
		}
		for _, y := range []int{c.today.Year(), c.today.Year() + 1} {
			if y2, after, ok := yearAt(toks, next); ok {
				y, next = y2, after
			}
			t := f(y)
			if is(toks, i+1, "eve") {
				t = t.AddDate(0, 0, -1)
			}
			past := 14 // "we lost two days over Labor Day"
			if p := prepBefore(toks, i); p == by || p == before {
				past = 0
			}
			if !t.Before(c.today.AddDate(0, 0, -past)) || next > i+2 {
				return one(t, next)
			}
		}
		return when{}, false
	}
	w := toks[i].low
	if h, ok := holidays[w]; ok && (toks[i].cap || prepBefore(toks, i) != none) {
		if (w == "boxing" || w == "veterans") && !is(toks, next, "day") {
			return when{}, false
		}
		return at(func(y int) time.Time { return time.Date(y, time.Month(h[0]), h[1], 0, 0, 0, 0, time.UTC) }, next)
	}
	if f, ok := floating[w]; ok && (w == "thanksgiving" || is(toks, next, "day")) {
		return at(func(y int) time.Time { return nthWeekday(y, time.Month(f[0]), time.Weekday(f[1]), f[2]) }, next)
	}
	switch {
	case is(toks, i, "new") && is(toks, i+1, "year's", "years", "year") && (is(toks, i+2, "eve", "day") || toks[i].cap):
		t := time.Date(c.today.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
		n := i + 2
		if is(toks, n, "eve") {
			t = t.AddDate(0, 0, -1)
		}
		if is(toks, n, "eve", "day") {
			n++
		}
		return one(t, n)
	case is(toks, i, "good") && is(toks, i+1, "friday") && toks[i].cap && toks[i+1].cap:
		return at(func(y int) time.Time { return easter(y).AddDate(0, 0, -2) }, i+2)
	case is(toks, i, "easter") && is(toks, i+1, "monday"):
		return at(func(y int) time.Time { return easter(y).AddDate(0, 0, 1) }, i+2)
	case is(toks, i, "easter") && toks[i].cap:
		if is(toks, next, "sunday") {
			next++
		}
		return at(easter, next)
	}
	return when{}, false
}

// easter returns Easter Sunday (the anonymous Gregorian computus).
func easter(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(y, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// nthWeekday returns the n-th such weekday of a month, the last one for -1.
func nthWeekday(y int, m time.Month, wd time.Weekday, n int) time.Time {
	if n < 0 {
		last := monthEnd(y, m)
		return last.AddDate(0, 0, -((int(last.Weekday()) - int(wd) + 7) % 7))
	}
	first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, (int(wd)-int(first.Weekday())+7)%7+7*(n-1))
}

// nth reads "first Monday of the month", "last Friday of October", "second
// Tuesday in March", "last week of September".
func (c calendar) nth(toks []token, i int) (when, bool) {
	j := i
	if is(toks, j, "the") {
		j++
	}
	n, next, ok := ordinalAt(toks, j, false)
	if !ok && is(toks, j, "last") {
		n, next, ok = -1, j+1, true
	}
	if !ok || n > 5 || next+1 >= len(toks) || !is(toks, next+1, "of", "in") {
		return when{}, false
	}
	wd, isDay := weekdays[toks[next].low]
	if !isDay && !(n == -1 && is(toks, next, "week")) {
		return when{}, false
	}
	k := next + 2
	y, m := c.today.Year(), c.today.Month()
	switch {
	case is(toks, k, "the", "this") && is(toks, k+1, "month"):
		k += 2
	case is(toks, k, "next") && is(toks, k+1, "month"):
		first := time.Date(y, m+1, 1, 0, 0, 0, 0, time.UTC)
		y, m = first.Year(), first.Month()
		k += 2
	case is(toks, k, "each", "every"):
		return when{}, false
	default:
		mm, isMonth := months[lowAt(toks, k)]
		if !isMonth {
			return when{}, false
		}
		m = mm
		k++
		if yy, after, ok := yearAt(toks, k); ok {
			y, k = yy, after
		} else if t, ok := c.near(m, 15); ok {
			y = t.Year()
		}
	}
	if !isDay {
		last := monthEnd(y, m)
		monday := last.AddDate(0, 0, -(int(last.Weekday())+6)%7)
		if last.Sub(monday) < 3*24*time.Hour {
			monday = monday.AddDate(0, 0, -7)
		}
		return when{to: k, day: monday, last: monday.AddDate(0, 0, 4), relative: true}, true
	}
	return one(nthWeekday(y, m, wd, n), k)
}

// period reads week, month, quarter, year and weekend after "this" or "next".
func (c calendar) period(toks []token, j int, lead string) (when, bool) {
	if lead == "" || lead == "coming" || !is(toks, j, "week", "weekend", "month", "quarter", "year", "wk") {
		return when{}, false
	}
	w := when{to: j + 1, relative: true}
	n := map[string]int{"this": 0, "next": 1, "following": 1, "last": -1}[lead]
	monday := c.today.AddDate(0, 0, -(int(c.today.Weekday())+6)%7+7*n)
	switch toks[j].low {
	case "week", "wk":
		if lead == "this" && (c.today.Weekday() == time.Saturday || c.today.Weekday() == time.Sunday) {
			monday = monday.AddDate(0, 0, 7)
		}
		w.day, w.last = monday, monday.AddDate(0, 0, 4)
	case "weekend":
		w.day, w.last = monday.AddDate(0, 0, 5), monday.AddDate(0, 0, 6)
	case "month":
		first := time.Date(c.today.Year(), c.today.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		w.day, w.last = first, monthEnd(first.Year(), first.Month())
	case "quarter":
		q := (int(c.today.Month())-1)/3 + n
		first := time.Date(c.today.Year(), time.Month(q*3+1), 1, 0, 0, 0, 0, time.UTC)
		w.day, w.last = first, first.AddDate(0, 3, -1)
	case "year":
		w.day = time.Date(c.today.Year()+n, 1, 1, 0, 0, 0, 0, time.UTC)
		w.last = time.Date(c.today.Year()+n, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	if lead == "this" && w.day.Before(c.today) {
		w.day = c.today
		if w.last.Before(w.day) {
			w.last = w.day
		}
	}
	return w, true
}

// endOf reads "end of next week", "EOM", "end of March", "EOD Tuesday", "close
// of business on Friday", "week of Nov 4" and "end of Q3".
func (c calendar) endOf(toks []token, i int) (when, bool) {
	j := i
	dayEnd := false
	switch {
	case is(toks, j, "eod", "cob", "eob", "cop"):
		dayEnd, j = true, j+1
	case is(toks, j, "close") && is(toks, j+1, "of") && is(toks, j+2, "business", "play", "day"):
		dayEnd, j = true, j+3
	case is(toks, j, "end", "close") && is(toks, j+1, "of") && (is(toks, j+2, "day", "business", "today", "tomorrow", "play") || is(toks, j+2, "the", "business", "my", "your", "work", "working") && is(toks, j+3, "day")):
		j += 2
		if !is(toks, j, "today", "tomorrow") {
			for is(toks, j, "the", "business", "my", "your", "work", "working", "day", "play") {
				j++
			}
		}
		dayEnd = true
	case is(toks, j, "eow"):
		f := friday(c.today)
		return when{to: j + 1, day: f, last: f, relative: true}, true
	case is(toks, j, "eom"):
		return c.ending(monthEnd(c.today.Year(), c.today.Month()), j+1)
	case is(toks, j, "eoq"):
		return c.ending(quarterEnd(c.today.Year(), (int(c.today.Month())+2)/3), j+1)
	case is(toks, j, "eoy"):
		return c.ending(monthEnd(c.today.Year(), 12), j+1)
	case is(toks, j, "q") && glued(toks, j+1, "1", "2", "3", "4"):
		if prepBefore(toks, i) == none && !is(toks, i-1, "in") {
			return when{}, false
		}
		return c.quarter(toks, j)
	case is(toks, j, "end", "beginning", "start", "middle", "first", "early", "late", "later", "mid"):
		return c.edge(toks, j)
	case is(toks, j, "week", "wk") && is(toks, j+1, "of", "ending", "commencing", "beginning", "starting"):
		k := j + 2
		for is(toks, k, "the", "monday") && !(is(toks, k, "the") && isOrdinal(toks, k+1)) {
			k++
		}
		if k < len(toks) {
			if w, ok := c.at(toks, k); ok && w.day.Equal(w.last) {
				f := friday(w.day)
				d := f.AddDate(0, 0, -4)
				if is(toks, j+1, "ending") {
					d, f = w.day, w.day
				}
				return when{to: w.to, day: d, last: f, relative: w.relative}, true
			}
		}
		return when{}, false
	}
	if !dayEnd {
		return when{}, false
	}
	k := j
	for is(toks, k, "on", ",", "this", "-", "(") && !(is(toks, k, "this") && is(toks, k+1, "week")) {
		k++
	}
	if k < len(toks) {
		if w, ok := c.at(toks, k); ok {
			return w, true
		}
	}
	return when{to: j, day: c.today, last: c.today, relative: true}, true
}

func isOrdinal(toks []token, i int) bool {
	_, _, ok := ordinalAt(toks, i, false)
	return ok
}

func (c calendar) ending(t time.Time, next int) (when, bool) {
	return when{to: next, day: t, last: t, relative: true}, true
}

// edge reads "end of next week", "end of the month", "early next week", "end of
// March", "mid next week", "end of Q3".
func (c calendar) edge(toks []token, i int) (when, bool) {
	side := toks[i].low
	j := i + 1
	if is(toks, j, "part", "half") {
		j++
	}
	if is(toks, j, "of") {
		j++
	} else if side == "end" || side == "beginning" || side == "start" || side == "middle" || side == "first" || is(toks, i+1, "part", "half") {
		return when{}, false
	}
	if is(toks, j, "-") {
		j++
	}
	the := is(toks, j, "the")
	if the {
		j++
	}
	if j >= len(toks) {
		return when{}, false
	}
	var w when
	var ok bool
	switch {
	case is(toks, j, "this", "next", "following"):
		w, ok = c.period(toks, j+1, toks[j].low)
	case is(toks, j, "week", "month", "quarter", "year") && (the || side == "end" || side == "mid"):
		w, ok = c.period(toks, j, "this")
	case is(toks, j, "q") && glued(toks, j+1, "1", "2", "3", "4"):
		w, ok = c.quarter(toks, j)
	default:
		m, isMonth := months[toks[j].low]
		if !isMonth || weak[toks[j].low] && !toks[j].cap {
			return when{}, false
		}
		y, next, has := yearAt(toks, j+1)
		if !has {
			t, _ := c.near(m, 28)
			y, next = t.Year(), j+1
		}
		if _, _, day := ordinalAt(toks, j+1, true); day && !has {
			return when{}, false // "late March 3"
		}
		first, _ := civil(y, m, 1)
		w, ok = when{to: next, day: first, last: monthEnd(y, m), relative: true}, true
	}
	if !ok {
		return when{}, false
	}
	length := int(w.last.Sub(w.day).Hours() / 24)
	switch side {
	case "end":
		w.day = w.last
	case "beginning", "start", "first", "early":
		w.last = w.day.AddDate(0, 0, length/3)
		w.unsure = true
	case "mid", "middle":
		w.day = w.day.AddDate(0, 0, length/2)
		w.last = w.day
		w.unsure = true
	case "late", "later":
		w.day = w.last.AddDate(0, 0, -length/3)
		w.unsure = true
	}
	return w, true
}

func (c calendar) quarter(toks []token, j int) (when, bool) {
	q, _, _ := number(toks, j+1)
	y, next := c.today.Year(), j+2
	if yy, n, ok := yearAt(toks, j+2); ok {
		y, next = yy, n
	} else if quarterEnd(y, q).Before(c.today) {
		y++
	}
	last := quarterEnd(y, q)
	return when{to: next, day: last.AddDate(0, -2, 1-last.Day()), last: last, relative: true}, true
}

// named reads today, tomorrow, "the day after tomorrow", noon after a
// preposition.
func (c calendar) named(toks []token, i int) (when, bool) {
	rel := func(days, next int) (when, bool) {
		d := c.plus(days)
		return when{to: next, day: d, last: d, relative: true}, true
	}
	switch {
	case is(toks, i, "today", "tonight", "2day", "hoy", "today's", "tonite"):
		return rel(0, i+1)
	case is(toks, i, "tomorrow", "tmrw", "tmw", "tomorow", "tommorow", "tommorrow", "tomorrow's", "mañana"):
		return rel(1, i+1)
	case is(toks, i, "yesterday", "yesterday's", "ayer"):
		return rel(-1, i+1)
	case is(toks, i, "this") && is(toks, i+1, "morning", "afternoon", "evening", "am", "pm"):
		return rel(0, i+2)
	case is(toks, i, "day") && is(toks, i+1, "after", "before") && is(toks, i+2, "tomorrow", "yesterday"):
		if is(toks, i+1, "after") {
			return rel(2, i+3)
		}
		return rel(-2, i+3)
	case is(toks, i, "noon", "midday", "lunch", "lunchtime") && is(toks, i-1, "by", "before", "at", "until"):
		// "by noon Thursday" is read from the weekday.
		if k := i + 1; k < len(toks) {
			if is(toks, k, "on", ",") {
				k++
			}
			if k < len(toks) {
				if w, ok := c.at(toks, k); ok {
					return w, true
				}
			}
		}
		if c.evening {
			return rel(1, i+1)
		}
		return rel(0, i+1)
	}
	return when{}, false
}

// span reads "in two weeks", "within 3 business days", "10 days from now", "a
// week from Tuesday".
func (c calendar) span(toks []token, i int) (when, bool) {
	j := i
	lead := ""
	if is(toks, j, "in", "within") {
		lead = toks[j].low
		j++
		for is(toks, j, "the", "next", "about", "around", "another", "approximately") {
			j++
		}
	} else if is(toks, j, "next") {
		lead = "within"
		j++
	}
	n, j, ok := count(toks, j)
	if !ok || n > 3000 {
		return when{}, false
	}
	if is(toks, j, "-", "to", "or", "–") { // 2-3 weeks: the later end
		if n2, k, ok := count(toks, j+1); ok && n2 > n {
			n, j = n2, k
		}
	}
	if glued(toks, j, "-") {
		j++
	}
	work := false
	if is(toks, j, "business", "working", "work", "calendar") {
		work = !is(toks, j, "calendar")
		j++
	}
	var end time.Time
	step := func(from time.Time) time.Time {
		switch {
		case work && is(toks, j, "day", "days"):
			return workdays(from, n)
		case is(toks, j, "day", "days"):
			return from.AddDate(0, 0, n)
		case is(toks, j, "week", "weeks", "wk", "wks"):
			return from.AddDate(0, 0, 7*n)
		case is(toks, j, "fortnight"):
			return from.AddDate(0, 0, 14*n)
		case is(toks, j, "month", "months"):
			return addMonths(from, n)
		case is(toks, j, "year", "years"):
			return addMonths(from, 12*n)
		case is(toks, j, "hour", "hours", "hrs", "hr"):
			return from.AddDate(0, 0, (n+12)/24)
		}
		return time.Time{}
	}
	end = step(c.today)
	if end.IsZero() {
		return when{}, false
	}
	j2 := j + 1
	if is(toks, j2, "time") { // in two weeks time
		j2++
	}
	if is(toks, j2, "from", "of", "after", "following") {
		k := j2 + 1
		for is(toks, k, "the", "receipt", "date", "this") && !is(toks, k+1, "week", "friday") {
			k++
		}
		if is(toks, k, "now", "today") {
			return when{to: k + 1, day: end, last: end, relative: true}, true
		}
		if is(toks, k-1, "receipt", "date") || is(toks, k, "notice", "email", "letter", "mail", "message") {
			return when{to: k, day: end, last: end, relative: true}, true
		}
		if k < len(toks) {
			if w, ok := c.at(toks, k); ok {
				d := step(w.day)
				return when{to: w.to, day: d, last: d, relative: w.relative}, true
			}
		}
		// "within 30 days of completing the work": the beginning is not known.
		return when{to: j2, day: end, last: end, relative: true, open: true}, lead != ""
	}
	if is(toks, j2, "out", "hence") && lead == "" {
		return when{to: j2 + 1, day: end, last: end, relative: true}, true
	}
	if lead == "" && is(toks, j2, "ago") && !work && is(toks, j, "day", "days", "week", "weeks", "month", "months", "year", "years") {
		n = -n
		past := step(c.today)
		return when{to: j2 + 1, day: past, last: past, relative: true}, true
	}
	if lead == "" || is(toks, j2, "ago") {
		return when{}, false
	}
	w := when{to: j2, day: end, last: end, relative: true}
	if lead == "within" && i > 0 && is(toks, i, "next") {
		w.day = c.today
	}
	return w, true
}

// addMonths adds months without running over a short one: Jan 31 + 1 is Feb 28.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, min(t.Day(), monthEnd(first.Year(), first.Month()).Day())-1)
}

// deadline picks the day by which a sentence wants something done, from the
// dates found in it: what follows "by" or "before" goes first, then any day that
// has not passed. ok is false when there is none.
func (c calendar) deadline(dates []when) (w when, day time.Time, ok bool) {
	rank := func(w when) int {
		switch {
		case w.open || w.prep == after || w.last.Before(c.today):
			return 0
		case w.prep == by || w.prep == before:
			return 3
		case w.prep == on:
			return 2
		case w.prep == to:
			return 0
		}
		return 1
	}
	best := 0
	for _, d := range dates {
		if r := rank(d); r > best {
			best, w = r, d
		}
	}
	if best == 0 {
		return when{}, time.Time{}, false
	}
	day = w.last
	if w.prep == before {
		day = w.day.AddDate(0, 0, -1)
		if day.Before(c.today) {
			day = c.today
		}
	}
	return w, day, true
}
