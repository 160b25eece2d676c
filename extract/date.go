package extract

import (
	"math/bits"
	"strings"
	"time"
)

// when is a day, or a stretch of days, that words of a mail name. Days are
// civil dates: midnight UTC of a date that was reckoned in the mail's own zone.
type when struct {
	from, to int // tokens, without the preposition; to is exclusive
	day      time.Time
	last     time.Time // the last day of a stretch; equal to day for one day
	prep     prep      // the preposition before it
	relative bool      // named by words such as "tomorrow" or a bare weekday
	unsure   bool      // the words allow another day too: "next Friday", 3/4/2025
	or       time.Time // that other day, where it is known
	open     bool      // a length of time with an unknown beginning: "within 30 days of completion"
	year     bool      // the year is written
	inName   bool      // part of the name of a file, which is no deadline
	tied     bool      // it hangs on the date named before it: "the day after"
	late     bool      // an hour of the day is named: "before Thursday noon" is still Thursday
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

// calendar resolves the dates of one mail.
type calendar struct {
	today    time.Time // the mail's own date, in its own zone
	dayFirst bool      // 3/4 is the third of April
	sure     bool      // the order of day and month was not guessed
	zoned    bool      // it was told by the zone alone
	hour     int       // of the day at which the mail was written
	evening  bool      // the mail was written after midday: "by noon" is tomorrow
	hopeful  bool      // a day without its year is one to come
	told     bool      // a date was named before
	base     when      // the one named last
	depth    int       // how many dates the words so far lie within: "the week of the day before the 9th"
}

// newCalendar returns the calendar of a mail written at t. The order of 3/4 is
// taken from the text where its dates tell it (27/01/2025, 27.01.2025, by 27/1), else
// from the money, else from the zone: between the Atlantic coast of North America and
// Hawaii the month comes first, east of Greenwich the day. Where nothing tells it, or the
// dates of the text contradict each other, the month comes first and it is not sure.
func newCalendar(t time.Time, toks []token) calendar {
	y, m, d := t.Date()
	c := calendar{today: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), hour: t.Hour(), evening: t.Hour() >= 12}
	dayFirst, monthFirst, money := false, false, false
	for i := range toks {
		if toks[i].kind == mark {
			money = money || toks[i].low == "£" || toks[i].low == "€"
			continue
		}
		if toks[i].kind == digits && dateFigures(toks, i) {
			a, _, _ := number(toks, i)
			b, _, _ := number(toks, i+2)
			dayFirst = dayFirst || a > 12 && a <= 31 && b >= 1 && b <= 12
			monthFirst = monthFirst || b > 12 && b <= 31 && a >= 1 && a <= 12
		}
	}
	_, offset := t.Zone()
	hours := float64(offset) / 3600
	switch {
	case dayFirst && monthFirst:
	case dayFirst || monthFirst:
		c.dayFirst, c.sure = dayFirst, true
	case money:
		c.dayFirst, c.sure = true, true
	default:
		c.dayFirst, c.sure, c.zoned = hours > 0, hours > 0 || hours <= -4, true
	}
	return c
}

// dateFigures reports whether two figures of a date in figures begin at token i: those of
// 27/01/2025 and 27.1.25, and behind a preposition those of 27/1.
func dateFigures(toks []token, i int) bool {
	_, w1, ok1 := number(toks, i)
	_, w2, ok2 := number(toks, i+2)
	if !ok1 || !ok2 || w1 > 2 || w2 > 2 || !glued(toks, i+1, "/", ".") || toks[i+2].gap || i > 0 && !toks[i].gap && !is(toks, i-1, "(") {
		return false
	}
	if _, w3, ok := number(toks, i+4); ok && glued(toks, i+3, toks[i+1].low) && !toks[i+4].gap {
		return w3 == 2 && toks[i+1].low == "/" || w3 == 4
	}
	return toks[i+1].low == "/" && !glued(toks, i+3, "/", "-", "\"", "'", "”", "″") && prepBefore(toks, i) != none && (i+3 >= len(toks) || toks[i+3].gap || toks[i+3].kind == mark) && !idBefore(toks, i)
}

// dayFirstHomes are the ends of addresses in countries west of Greenwich that write the
// day first, or both ways, and in those elsewhere, whose people travel.
var dayFirstHomes = set("ca mx br ar cl co pe ec bo ve uy py cr pa gt hn ni sv cu do jm tt bb bs uk ie de fr es it nl be ch at pt pl dk no fi cz gr au nz za in")

// of returns the calendar of a mail whose author has that address: the zone alone does not
// tell the order where the address is of a country that has another.
func (c calendar) of(address string) calendar {
	home := address[strings.LastIndexByte(address, '.')+1:]
	if c.zoned && !c.dayFirst && dayFirstHomes[lower(home)] {
		c.sure = false
	}
	return c
}

// rule is a set of the rules of the grammar.
type rule uint16

// The rules, in the order in which they are asked.
const (
	ruleEnd     rule = 1 << iota // "EOD Tuesday", "end of next week", "week of the 6th"
	ruleNamed                    // "tomorrow", "noon"
	ruleCount                    // "in two weeks", "2 Fridays from now"
	ruleHoliday                  // "Labor Day"
	ruleNth                      // "third Tuesday of June"
	ruleBeside                   // "the Monday after Thanksgiving"
	ruleWeekday                  // "next Friday", "this month"
	ruleStretch                  // "Q3 2025", "second half of May"
	ruleMonth                    // "Oct 28th, 2024"
	ruleDay                      // "the 22nd"
)

// opens says for each word a date can begin with which rules are worth asking.
var opens = func() map[string]rule {
	m := map[string]rule{}
	add := func(r rule, words string) {
		for w := range set(words) {
			m[w] |= r
		}
	}
	add(ruleEnd, "month quarter year month's quarter's year's eod cob eob cop eow eom eoq eoy close end beginning start middle first early earlier late later latter second mid week wk w cw kw c weekend the last")
	add(ruleNamed, "in today tonight hoy today's todays tonite tomorrow tmrw tmw tmr tmro tomorow tommorow tommorrow tomorrow's tomorrows mañana yesterday yesterday's ayer this day the noon midday lunch lunchtime next following previous ides same")
	add(ruleCount, "in within next last past previous coming following upcoming the for couple half")
	add(ruleNth, "the last penultimate next")
	add(ruleBeside, "the day week weekend month fortnight closest nearest eve last next")
	add(ruleWeekday, "this next coming following last past previous current upcoming recent the")
	add(ruleStretch, "q h the quarter latter")
	for w := range seasons {
		m[w] |= ruleStretch
	}
	add(ruleDay, "the")
	add(ruleHoliday, "this next last upcoming coming the")
	for w := range smallNumbers {
		m[w] |= ruleCount | ruleMonth
	}
	for w := range ordinals {
		m[w] |= ruleNth | ruleDay | ruleStretch | ruleBeside
	}
	m["twenty"] |= ruleDay
	m["thirty"] |= ruleDay
	for w := range months {
		m[w] |= ruleMonth
	}
	for w := range weekdays {
		m[w] |= ruleWeekday | ruleBeside
	}
	for w := range everyWeek {
		m[w] |= ruleWeekday
	}
	for w := range holidayNames {
		m[w] |= ruleHoliday
		m[w+"s"] |= ruleHoliday
		m[w+"'s"] |= ruleHoliday
		m[w+"s's"] |= ruleHoliday
	}
	return m
}()

// maxDepth bounds how dates lie within dates, so that a text made to be slow is
// not: each level may be tried by several rules.
const maxDepth = 4

// at reads a date that begins at token i.
func (c calendar) at(toks []token, i int) (when, bool) {
	if c.depth++; c.depth > maxDepth {
		return when{}, false
	}
	switch t := toks[i]; t.kind {
	case digits:
		if w, ok := c.figures(toks, i); ok {
			return w, true
		}
		if i > 0 && !t.gap && !is(toks, i-1, "(", "-", "–") {
			return when{}, false
		}
		if w, ok := c.counted(toks, i); ok {
			return w, true
		}
		if w, ok := c.nth(toks, i); ok {
			return w, true
		}
		if w, ok := c.ordinalStretch(toks, i); ok {
			return w, true
		}
	case word:
		for rules := opens[t.low]; rules != 0; rules &= rules - 1 {
			if w, ok := c.ask(1<<bits.TrailingZeros16(uint16(rules)), toks, i); ok {
				return w, true
			}
		}
	}
	return when{}, false
}

func (c calendar) ask(r rule, toks []token, i int) (when, bool) {
	switch r {
	case ruleEnd:
		return c.endOf(toks, i)
	case ruleNamed:
		return c.named(toks, i)
	case ruleCount:
		return c.counted(toks, i)
	case ruleHoliday:
		return c.holiday(toks, i)
	case ruleNth:
		return c.nth(toks, i)
	case ruleBeside:
		return c.beside(toks, i)
	case ruleWeekday:
		return c.weekdayAt(toks, i)
	case ruleStretch:
		return c.ordinalStretch(toks, i)
	case ruleMonth:
		return c.monthAt(toks, i)
	case ruleDay:
		return c.bareOrdinal(toks, i)
	}
	return when{}, false
}

// find finds the dates in toks, with their prepositions.
func (c calendar) find(toks []token) []when {
	var out []when
	for i := 0; i < len(toks); {
		if toks[i].kind == mark {
			i++
			continue
		}
		w, ok := c.besideNamed(toks, i)
		if !ok {
			w, ok = c.at(toks, i)
		}
		if !ok || w.to <= i {
			i++
			continue
		}
		w.from = i
		w.prep = prepBefore(toks, i)
		if (w.prep == by || w.prep == before) && !w.year && !c.hopeful && w.last.Before(c.plus(-45)) {
			// What is wanted by October is not wanted by the last one.
			hopeful := c
			hopeful.hopeful = true
			if again, ok := hopeful.at(toks, i); ok {
				again.from, again.prep = i, w.prep
				w = again
			}
		}
		if w.inName || w.tied && is(toks, i-1, "until", "till", "til") { // "hold them till the week after"
			w.prep = after
		} else if c.namesPaper(toks, w) {
			if w.prep = after; !w.year && w.day.After(c.today) {
				w.day, w.last = w.day.AddDate(-1, 0, 0), w.last.AddDate(-1, 0, 0)
			}
		}
		w = c.through(toks, c.dayBehind(toks, c.weekdayBehind(toks, w)))
		if is(toks, w.to, "at") && is(toks, w.to+1, "the") && is(toks, w.to+2, "latest", "very") || is(toks, w.to, "latest") {
			w.prep = by
		}
		out = append(out, w)
		if !w.open {
			c.told, c.base = true, w
		}
		i = w.to
		if is(toks, i, "at", "by", "before") && is(toks, i+1, "noon", "midday", "lunch", "lunchtime") && w.day.Equal(w.last) {
			i += 2 // the hour of that day
		}
		// "October 9 and 10", "the 9th and 10th"
		if is(toks, i, "and", "or", "&") {
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

// through reads on where a date is the beginning of a stretch with a second date
// for its end: "July 13-15", "Aug 8 - Aug 12", "from the 9th to the 12th",
// "between Monday and Thursday".
func (c calendar) through(toks []token, w when) when {
	from := is(toks, w.from-1, "from", "between") || is(toks, w.from-1, "the") && is(toks, w.from-2, "from", "between")
	k := w.to
	switch {
	case is(toks, k, "-", "–", "—", "thru", "through"):
	case is(toks, k, "to", "until", "till", "til"):
		if !from && w.relative && !namesMonth(toks[w.from:w.to]) {
			return w // "moved the pour Friday to Monday"
		}
	case is(toks, k, "and"):
		if !is(toks, w.from-1, "between") && !is(toks, w.from-2, "between") {
			return w
		}
	default:
		return w
	}
	k++
	for is(toks, k, "the") && isOrdinal(toks, k+1) {
		k++
	}
	if k >= len(toks) || is(toks, k-1, "-", "–") && toks[k-1].gap != toks[k].gap {
		return w
	}
	if d, next, ok := ordinalAt(toks, k, w.day.Equal(w.last) && !w.relative); ok && d > w.day.Day() && months[lowAt(toks, next)] == 0 && !is(toks, next, "of", ":", "am", "pm", "days", "weeks", "hours", "%") {
		if t, ok := civil(w.day.Year(), w.day.Month(), d); ok && w.day.Equal(w.last) {
			w.last, w.to = t, next
			if y, after, ok := yearAt(toks, next); ok && !w.year {
				w.day, w.last, w.to, w.year = w.day.AddDate(y-w.day.Year(), 0, 0), w.last.AddDate(y-w.last.Year(), 0, 0), after, true
			}
			return w
		}
	}
	end, ok := c.at(toks, k)
	if from && is(toks, k, "now", "date") {
		end, ok = endsOn(c.today, k+1)
	}
	if !ok || end.relative && !w.relative && !from && !is(toks, k, "today") {
		return w
	}
	switch {
	case end.year && !w.year && (!w.relative || namesMonth(toks[w.from:w.to])):
		// "10/1-11/2/2017": the year stands behind the second.
		day := w.day.AddDate(end.last.Year()-w.day.Year(), 0, 0)
		if day.After(end.last) {
			day = day.AddDate(-1, 0, 0)
		}
		w.day = day
	case end.last.Before(w.day) && !end.year:
		if explicitDay(toks[k:end.to]) && end.relative {
			end.last = end.last.AddDate(0, 0, 7)
		} else {
			end.last = end.last.AddDate(1, 0, 0)
		}
	}
	if end.last.Before(w.day) {
		return w
	}
	w.last, w.to = end.last, end.to
	w.relative, w.unsure, w.year = w.relative || end.relative, w.unsure || end.unsure, w.year || end.year
	w.or = time.Time{}
	return w
}

// dayBehind reads the day of a month that is named for what happens on it: "the June board
// meeting on the 6th".
func (c calendar) dayBehind(toks []token, w when) when {
	if w.to != w.from+1 || w.day.Equal(w.last) || months[toks[w.from].low] == 0 {
		return w
	}
	for k := w.to + 1; k < w.to+4 && k < len(toks) && toks[k-1].kind == word; k++ {
		if is(toks, k, "on") && is(toks, k+1, "the") {
			d, next, ok := ordinalAt(toks, k+2, false)
			if t, is := civil(w.day.Year(), w.day.Month(), d); ok && is {
				w.day, w.last, w.to, w.relative = t, t, next, false
			}
			break
		}
	}
	return w
}

// namesMonth reports whether the words of a date hold the name of a month.
func namesMonth(toks []token) bool {
	for i := range toks {
		if toks[i].kind == word && months[toks[i].low] != 0 {
			return true
		}
	}
	return false
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
	if j < 0 || toks[j].kind != word {
		return none
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

// unsureDate bounds the confidence of a fact whose day can be another: it lies
// below projectr.SureEnough, so a person looks at it.
const unsureDate = 0.75

// bound is the confidence of a fact whose deadline is w.
func (w when) bound(confidence float64) float64 {
	if w.unsure {
		return min(confidence, unsureDate)
	}
	return confidence
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
		case w.prep == on, w.tied && w.prep == none:
			return 2
		case w.prep == to:
			return 0
		}
		return 1
	}
	best := 0
	for _, d := range dates {
		if r := rank(d); r > best || r == best && r == 2 && d.tied {
			best, w = r, d
		}
	}
	if best == 0 {
		return when{}, time.Time{}, false
	}
	day = w.last
	if w.prep == before && !w.late {
		day = w.day.AddDate(0, 0, -1)
		if day.Before(c.today) {
			day = c.today
		}
	}
	return w, day, true
}

// one is a when of a single day.
func one(t time.Time, next int) (when, bool) { return when{to: next, day: t, last: t}, true }

// endsOn is a single day that hangs on the mail's own.
func endsOn(t time.Time, next int) (when, bool) {
	return when{to: next, day: t, last: t, relative: true}, true
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

// monday returns the Monday of the week that from is in.
func monday(from time.Time) time.Time { return from.AddDate(0, 0, -(int(from.Weekday())+6)%7) }

// ofWeek returns the day d of the week that from is in.
func ofWeek(from time.Time, d time.Weekday) time.Time {
	return monday(from).AddDate(0, 0, (int(d)+6)%7)
}

// friday returns the Friday of the working week that from is in; at a weekend
// that is the week to come.
func friday(from time.Time) time.Time {
	return from.AddDate(0, 0, (5-int(from.Weekday())+7)%7)
}

func monthEnd(y int, m time.Month) time.Time { return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC) }

// workdays returns the n-th working day after from, before it for a negative n.
func workdays(from time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n = min(n, 1000); n > 0; {
		from = from.AddDate(0, 0, step)
		if wd := from.Weekday(); wd != time.Saturday && wd != time.Sunday {
			n--
		}
	}
	return from
}

// addMonths adds months without running over a short one: Jan 31 + 1 is Feb 28.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, min(t.Day(), monthEnd(first.Year(), first.Month()).Day())-1)
}

// civil returns a date, and whether it is one (no 31st of June).
func civil(y int, m time.Month, d int) (time.Time, bool) {
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return t, m >= 1 && m <= 12 && d >= 1 && t.Month() == m && t.Day() == d
}

// near returns the month and day in the year that puts it closest to the mail,
// leaning to the future: from 120 days before to 245 days after.
func (c calendar) near(m time.Month, d int) (time.Time, bool) {
	back := -120.0
	if c.hopeful {
		back = -45
	}
	for _, y := range [3]int{c.today.Year(), c.today.Year() + 1, c.today.Year() - 1} {
		if t, ok := civil(y, m, d); ok {
			if days := t.Sub(c.today).Hours() / 24; days >= back && days <= back+366 {
				return t, true
			}
		}
	}
	for y := c.today.Year(); y < c.today.Year()+9; y++ { // the 29th of February
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
