package extract

import (
	"cmp"
	"slices"
	"time"
)

// named reads today, tomorrow, "the day after tomorrow", noon after a
// preposition.
func (c calendar) named(toks []token, i int) (when, bool) {
	rel := func(days, next int) (when, bool) { return endsOn(c.plus(days), next) }
	switch {
	case is(toks, i, "today", "tomorrow") && is(toks, i+1, "week") && (i+2 >= len(toks) || toks[i+2].kind == mark): // British: a week later
		if is(toks, i, "tomorrow") {
			return rel(8, i+2)
		}
		return rel(7, i+2)
	case is(toks, i, "today", "tonight", "hoy", "today's", "todays", "tonite"):
		return rel(0, i+1)
	case is(toks, i, "tomorrow", "tmrw", "tmw", "tmr", "tmro", "tomorow", "tommorow", "tommorrow", "tomorrow's", "tomorrows", "mañana"):
		w, ok := rel(1, i+1)
		w.late = is(toks, i+1, "noon", "afternoon", "evening", "night", "nite")
		return w, ok
	case is(toks, i, "in") && is(toks, i+1, "the") && is(toks, i+2, "morning") && i > 0 && (i+3 >= len(toks) || toks[i+3].kind == mark || is(toks, i+3, "and", "so", "with", "to", "first", "please", "pls")) && !isCalendarWord(toks[i-1].low) && toks[i-1].kind == word:
		return rel(1, i+3) // tomorrow's
	case is(toks, i, "yesterday", "yesterday's", "ayer"):
		return rel(-1, i+1)
	case is(toks, i, "ides") && is(toks, i+1, "of"):
		m, ok := months[lowAt(toks, i+2)]
		d := 13
		if m == time.March || m == time.May || m == time.July || m == time.October {
			d = 15
		}
		y, next, has := c.yearRef(toks, i+3)
		if !has {
			next = i + 3
		}
		w, ok2 := c.inYear(y, has, m, d, next)
		return w, ok && ok2
	case is(toks, i, "this", "same") && is(toks, i+1, "day", "time") && is(toks, i+2, "next", "last") && timeUnits[lowAt(toks, i+3)] >= weekUnit:
		n := 1 // "this time next week"
		if is(toks, i+2, "last") {
			n = -1
		}
		u := timeUnits[toks[i+3].low]
		t := u.add(c.today, n, false)
		return when{to: i + 4, day: t, last: t, relative: true}, true
	case is(toks, i, "this") && is(toks, i+1, "morning", "afternoon", "evening", "am", "pm"):
		return rel(0, i+2)
	case is(toks, i, "day") && is(toks, i+1, "after", "before") && is(toks, i+2, "tomorrow", "yesterday"):
		if is(toks, i+1, "after") {
			return rel(2, i+3)
		}
		return rel(-2, i+3)
	case is(toks, i, "day") && is(toks, i+1, "after") && is(toks, i-1, "the") && (i+2 >= len(toks) || toks[i+2].kind == mark):
		return rel(1, i+2)
	case is(toks, i, "previous") && is(toks, i+1, "day") && is(toks, i-1, "the"):
		return rel(-1, i+2)
	case is(toks, i, "next", "following") && is(toks, i+1, "day") && (prepBefore(toks, i) != none || is(toks, i-1, "until")):
		return rel(1, i+2)
	case is(toks, i, "noon", "midday", "lunch", "lunchtime") && is(toks, i-1, "by", "before", "at", "until"):
		// "by noon Thursday" is read from the weekday.
		if k := i + 1; k < len(toks) {
			if is(toks, k, "on", ",") {
				k++
			}
			if k < len(toks) {
				if w, ok := c.at(toks, k); ok {
					w.late = true
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

// length is an amount of time: "3 business days", "2 weeks and 2 days".
type length struct {
	n    [3]int
	u    [3]unit
	work bool
	size int
}

// from returns the day that lies the length after t, or before it for sign -1.
func (l length) from(t time.Time, sign int) time.Time {
	for k := range l.size {
		t = l.u[k].add(t, sign*l.n[k], l.work)
	}
	return t
}

// push adds n units to the length, and reports whether there was room.
func (l *length) push(n int, u unit) bool {
	if l.size == len(l.n) {
		return false
	}
	l.n[l.size], l.u[l.size] = n, u
	l.size++
	return true
}

// half is half of the unit, in whole units of a smaller one.
func (u unit) half() (n int, smaller unit) {
	switch u {
	case dayUnit:
		return 12, hourUnit
	case weekUnit:
		return 3, dayUnit
	case fortnightUnit:
		return 1, weekUnit
	case monthUnit:
		return 15, dayUnit
	case yearUnit:
		return 6, monthUnit
	}
	return 0, noUnit
}

// halfLength reads "half a year", "a half month".
func halfLength(toks []token, i int) (u unit, next int, ok bool) {
	switch {
	case is(toks, i, "half") && is(toks, i+1, "a"), is(toks, i, "a") && is(toks, i+1, "half"):
		u, _, next = unitAt(toks, i+2)
		n, _ := u.half()
		return u, next, n > 0
	}
	return noUnit, i, false
}

// lengthAt reads a length at token i. Of "2-3 weeks" the longer counts.
func lengthAt(toks []token, i int) (l length, next int, ok bool) {
	if u, next, ok := halfLength(toks, i); ok {
		l.push(u.half())
		return l, next, true
	}
	j := i
	for l.size < len(l.n) {
		n, k, ok := count(toks, j)
		if !ok || n > 3000 {
			break
		}
		half := false
		switch {
		case glued(toks, k, ".") && glued(toks, k+1, "5"): // 2.5 weeks
			half, k = true, k+2
		case is(toks, k, "and") && is(toks, k+1, "a") && is(toks, k+2, "half"): // two and a half weeks
			half, k = true, k+3
		case is(toks, k, "½"):
			half, k = true, k+1
		}
		if is(toks, k, "-", "to", "or", "–") { // 2-3 weeks: the later end
			if n2, k2, ok := count(toks, k+1); ok && n2 > n && n2 <= 3000 {
				n, k = n2, k2
			}
		}
		if glued(toks, k, "-") || is(toks, k, "more", "full") {
			k++
		}
		u, work, after := unitAt(toks, k)
		if u == noUnit || u == halfUnit || u == quarterUnit || u == weekendUnit {
			break
		}
		l.push(n, u)
		l.work = l.work || work
		next, j = after, after
		if is(toks, j, "and") && is(toks, j+1, "a") && is(toks, j+2, "half") && (j+3 >= len(toks) || timeUnits[toks[j+3].low] == noUnit) { // a year and a half
			half, next, j = true, j+3, j+3
		}
		if half {
			if m, smaller := u.half(); m == 0 || !l.push(m, smaller) {
				return l, i, false
			}
		}
		if is(toks, j, "and", ",") {
			j++
		}
	}
	return l, next, l.size > 0
}

// counted reads "in two weeks", "within 3 business days", "10 days from now", "a
// week from Tuesday", "2 days before Friday", "the next 3 days", "two Fridays
// from now".
func (c calendar) counted(toks []token, i int) (when, bool) {
	j := i
	if is(toks, i-1, "half") && !is(toks, i+1, "hour") {
		return when{}, false // the "a year" of half a year
	}
	lead, ahead := "", false
	switch {
	case is(toks, j, "in", "within", "for"):
		lead = toks[j].low
		j++
		for is(toks, j, "the", "next", "about", "around", "another", "approximately", "following", "coming") {
			if is(toks, j, "next", "following", "coming") {
				lead, ahead = "within", true
			}
			j++
		}
	case is(toks, j, "inside"):
		lead = "within"
		if j++; is(toks, j, "of") {
			j++
		}
	case is(toks, j, "the") && towards[lowAt(toks, j+1)] != "":
		return c.several(toks, j+1)
	case towards[toks[j].low] != "":
		return c.several(toks, j)
	}
	if w, ok := c.countedDays(toks, j); ok && lead != "for" {
		return w, true
	}
	l, next, ok := lengthAt(toks, j)
	if !ok {
		if lead == "" {
			return c.several(toks, j)
		}
		return when{}, false
	}
	if is(toks, next, "time") { // in two weeks' time
		next++
	}
	end := l.from(c.today, 1)
	if is(toks, next, "from", "of", "after", "following", "starting", "beginning", "since") {
		k := next + 1
		for is(toks, k, "the", "receipt", "date", "this", "on", "from") && !is(toks, k+1, "week", "friday") {
			k++
		}
		if y, after, ok := yearAt(toks, k); ok && is(toks, k, "year") { // two weeks since the year 2011
			d := l.from(wholeYear(y, after).day, 1)
			return when{to: after, day: d, last: d, year: true}, true
		}
		if is(toks, k, "now", "today") {
			if lead == "for" {
				return when{to: k + 1, day: c.today, last: end.AddDate(0, 0, -1), relative: true}, true
			}
			if wd, ok := weekdays[lowAt(toks, k+2)]; ok && is(toks, k+1, "on") && l.u[0] > dayUnit { // "two months from now on Tuesday"
				return endsOn(weekday(end.AddDate(0, 0, -1), wd), k+3)
			}
			return endsOn(end, k+1)
		}
		if is(toks, k-1, "receipt", "date") || is(toks, k, "notice", "email", "letter", "mail", "message") {
			return endsOn(end, k)
		}
		if k < len(toks) {
			if w, ok := c.at(toks, k); ok {
				d := l.from(w.day, 1)
				if lead == "for" || is(toks, next, "starting", "beginning") {
					return when{to: w.to, day: w.day, last: d.AddDate(0, 0, -1), relative: w.relative, year: w.year}, true
				}
				return when{to: w.to, day: d, last: d, relative: w.relative, year: w.year}, true
			}
		}
		if lead == "for" {
			return when{}, false
		}
		// "within 30 days of completing the work": the beginning is not known.
		return when{to: next, day: end, last: end, relative: true, open: true}, lead != ""
	}
	if lead == "for" {
		return when{}, false
	}
	if w, ok := c.lengthThen(toks, l, next); ok && lead == "" {
		return w, true
	}
	if lead == "" && (is(toks, next, "before", "prior") || is(toks, next, "ahead") && is(toks, next+1, "of")) && next+1 < len(toks) {
		k := next + 1
		if is(toks, k, "to", "of") {
			k++
		}
		if k < len(toks) {
			if w, ok := c.at(toks, k); ok {
				d := l.from(w.day, -1)
				return when{to: w.to, day: d, last: d, relative: w.relative, year: w.year}, true
			}
		}
	}
	if is(toks, next, "out", "hence") && lead == "" || is(toks, next, "later") && lead == "" && l.u[0] != hourUnit {
		return endsOn(end, next+1)
	}
	if lead == "" && is(toks, next, "ago", "back", "earlier") && !l.work && l.u[0] != hourUnit {
		return c.agoThen(toks, l, next+1)
	}
	if lead == "" {
		return c.several(toks, j)
	}
	if is(toks, next, "ago") {
		return when{}, false
	}
	if is(toks, i, "within", "inside") && end.After(c.today) {
		return when{to: next, day: c.today, last: end, relative: true}, true
	}
	if ahead { // "in the next two days"
		return when{to: next, day: c.plus(1), last: end, relative: true}, !end.Before(c.plus(1))
	}
	return endsOn(end, next)
}

// agoThen is the day that lies the length back, counted from the day named behind: "a week
// ago today", "two weeks ago Friday", which some count from the last Friday and some take for
// the Friday of that week.
func (c calendar) agoThen(toks []token, l length, next int) (when, bool) {
	past := l.from(c.today, -1)
	if l.size != 1 || l.u[0] != weekUnit && l.u[0] != fortnightUnit {
		return endsOn(past, next)
	}
	if is(toks, next, "today", "tomorrow", "yesterday") {
		w, ok := c.named(toks, next)
		w.day = l.from(w.day, -1)
		w.last = w.day
		return w, ok
	}
	k := next
	if is(toks, k, "on", "this", "last") {
		k++
	}
	wd, ok := weekdays[lowAt(toks, k)]
	if !ok || weak[toks[k].low] && !toks[k].cap {
		return endsOn(past, next)
	}
	recent := weekday(c.plus(-8), wd)
	d := l.from(recent, -1)
	w := when{to: k + 1, day: d, last: d, relative: true}
	if other := ofWeek(past, wd); !other.Equal(d) {
		w.unsure, w.or = true, other
	}
	return w, true
}

// lengthThen reads the British "two weeks today", "a week on Monday" and "a
// fortnight tomorrow".
func (c calendar) lengthThen(toks []token, l length, next int) (when, bool) {
	if l.size != 1 || l.u[0] != weekUnit && l.u[0] != fortnightUnit {
		return when{}, false
	}
	k := next
	if is(toks, k, "on") {
		k++
	}
	if is(toks, k, "today", "tomorrow") && k == next {
		w, ok := c.named(toks, k)
		w.day = l.from(w.day, 1)
		w.last = w.day
		return w, ok
	}
	wd, ok := weekdays[lowAt(toks, k)]
	if !ok || weak[toks[k].low] && !toks[k].cap {
		return when{}, false
	}
	return endsOn(l.from(weekday(c.today, wd), 1), k+1)
}

// countedDays reads "two Fridays from now" and "three Mondays ago".
func (c calendar) countedDays(toks []token, i int) (when, bool) {
	n, j, ok := count(toks, i)
	if !ok || n < 1 || n > 60 {
		return when{}, false
	}
	wd, ok := everyWeek[lowAt(toks, j)]
	if !ok {
		if wd, ok = weekdays[lowAt(toks, j)]; !ok || n == 1 && !is(toks, i, "one", "1") && !is(toks, j+1, "from", "ago", "hence") {
			return when{}, false
		}
	}
	switch {
	case is(toks, j+1, "from") && is(toks, j+2, "now", "today"):
		return endsOn(weekday(c.today, wd).AddDate(0, 0, 7*(n-1)), j+3)
	case is(toks, j+1, "hence", "out", "later"):
		return endsOn(weekday(c.today, wd).AddDate(0, 0, 7*(n-1)), j+2)
	case is(toks, j+1, "ago", "back"):
		first := weekday(c.today.AddDate(0, 0, -8), wd)
		if first.Equal(c.today) {
			first = first.AddDate(0, 0, -7)
		}
		return endsOn(first.AddDate(0, 0, -7*(n-1)), j+2)
	case is(toks, j+1, "after", "following", "from", "before") && j+2 < len(toks): // "two Mondays after Easter"
		w, ok := c.at(toks, j+2)
		if !ok {
			return when{}, false
		}
		d := weekday(w.last, wd).AddDate(0, 0, 7*(n-1))
		if is(toks, j+1, "before") {
			d = weekday(w.day.AddDate(0, 0, -8), wd).AddDate(0, 0, -7*(n-1))
		}
		return when{to: w.to, day: d, last: d, relative: w.relative, unsure: w.unsure, year: w.year}, true
	}
	return when{}, false
}

// several reads "next 3 days", "3 next weeks", "last two quarters", "upcoming two
// months". "Upcoming" names the last of them, the others the whole stretch.
func (c calendar) several(toks []token, i int) (when, bool) {
	lead := lowAt(toks, i)
	j := i
	if towards[lead] != "" {
		j++
	}
	n, j, ok := count(toks, j)
	if !ok || n > 400 || is(toks, j-1, "a", "an") {
		return when{}, false
	}
	if j > i+1 && towards[lead] == "" {
		lead = ""
	}
	if towards[lowAt(toks, i)] == "" {
		lead = lowAt(toks, j)
		j++
	}
	u, work, next := unitAt(toks, j)
	if u == noUnit || u == hourUnit || u == halfUnit || u == weekendUnit || n < 2 && lead != "upcoming" || is(toks, next, "of") {
		return when{}, false
	}
	if lead != "upcoming" && is(toks, next-1, "day", "week", "month", "quarter", "year") {
		return when{}, false // "only 3 next week"
	}
	w := when{to: next, relative: true}
	whole := u == quarterUnit || u == yearUnit
	first, _ := u.around(c.today)
	switch towards[lead] {
	case "this", "coming", "next", "following":
		switch {
		case lead == "upcoming":
			w.day, w.last = u.around(u.add(c.today, n, work))
		case whole:
			w.day = u.add(first, 1, false)
			w.last = u.add(first, n+1, false).AddDate(0, 0, -1)
		default:
			w.day, w.last = c.plus(1), u.add(c.today, n, work)
		}
	case "last", "past":
		w.day, w.last = u.add(c.today, -n, work), c.plus(-1)
		if whole {
			w.day, w.last = u.add(first, -n, false), first.AddDate(0, 0, -1)
		}
	default:
		return when{}, false
	}
	if lead == "this" || w.last.Before(w.day) {
		return when{}, false
	}
	return w, true
}

// weekdayAt reads "Friday", "this Friday", "next Fri", "Monday the 16th",
// "Thursday 9/26", "Tuesday of next week" and "next week", "this month".
func (c calendar) weekdayAt(toks []token, i int) (when, bool) {
	j := i
	lead := ""
	if is(toks, j, "the") && (is(toks, j+1, "weekend") || towards[lowAt(toks, j+1)] != "") {
		j++
	}
	if l := towards[lowAt(toks, j)]; l != "" {
		lead = l
		j++
		if lead == "this" && is(toks, j, "past", "last") {
			lead = "past"
			j++
		}
		if is(toks, j, "coming", "following", "upcoming") { // this coming Friday
			lead = "this"
			j++
		}
	}
	if j >= len(toks) {
		return when{}, false
	}
	wd, ok := weekdays[toks[j].low]
	if !ok && lead == "" {
		wd, ok = ofDay(toks, j)
	}
	if !ok {
		if is(toks, i, "the") && lead == "" {
			return c.period(toks, j, "this") // the weekend
		}
		if m, ok := namedMonth(toks, j); ok && (lead == "next" || lead == "last" || lead == "this") {
			return c.leadMonth(toks, j, m, lead)
		}
		if timeUnits[toks[j].low] == yearUnit {
			if w, ok := c.ordinalStretch(toks, j-1); ok { // next year's first quarter
				return w, true
			}
		}
		return c.period(toks, j, lead)
	}
	if is(toks, i, "the") && lead == "" {
		return when{}, false
	}
	next := skipDot(toks, j+1)
	if glued(toks, j+1, ".") && next == len(toks) {
		next = j + 1 // the dot ends the sentence
	}
	// An explicit date after the weekday wins.
	k := next
	for is(toks, k, ",", "the", "(", "[", "morning", "afternoon", "night", "nite", "el", "-", "–") || is(toks, k, "/") && toks[k].gap {
		k++
	}
	if k < len(toks) && (toks[k].kind == digits || toks[k].kind == word) {
		if w, ok := c.dateAfterWeekday(toks, next, k, wd); ok {
			return w, true
		}
	}
	if k < len(toks) && lead == "" && (toks[k].kind == digits || smallNumbers[toks[k].low] != 0) {
		// "Monday two weeks from now"
		if l, _, ok := lengthAt(toks, k); ok && l.u[0] > dayUnit {
			if w, ok := c.counted(toks, k); ok && w.day.Equal(w.last) {
				w.day = ofWeek(w.day, wd)
				w.last = w.day
				return w, true
			}
		}
	}
	if weak[toks[j].low] && !toks[j].cap && lead == "" && is(toks, j-1, "the") {
		return when{}, false
	}
	if weak[toks[j].low] && !toks[j].cap && lead == "" && prepBefore(toks, i) == none && !is(toks, next, "am", "pm", "morning", "night", "nite", "afternoon", "noon") && !(towards[lowAt(toks, next)] != "" && is(toks, next+1, "week", "wk")) {
		return when{}, false
	}
	if toks[j].low == "sun" && !is(toks, next, "morning", "afternoon", "night") && (lead != "" || is(toks, i-1, "the")) {
		return when{}, false
	}
	w := when{to: next, relative: true}
	coming := weekday(c.today, wd)
	w.day = coming
	switch lead {
	case "this", "coming":
		if c.today.Weekday() == wd {
			w.day = c.today
		}
	case "next":
		// Both readings are alive: the next such day, or that day of next week.
		w.day = ofWeek(c.plus(7), wd)
		if !w.day.Equal(coming) {
			w.unsure, w.or = true, coming
		}
	case "last":
		w.day = ofWeek(c.plus(-7), wd)
		if recent := coming.AddDate(0, 0, -7); recent.Before(c.today) && !recent.Equal(w.day) {
			w.unsure, w.or = true, recent
		}
	case "past":
		w.day = coming.AddDate(0, 0, -7)
		if w.day.Equal(c.today) {
			w.day = w.day.AddDate(0, 0, -7)
		}
	case "following":
		w.day = w.day.AddDate(0, 0, 7)
		w.unsure, w.or = true, coming
	}
	if is(toks, next, "morning", "afternoon", "evening", "night", "nite", "noon", "am", "pm") {
		w.late = !is(toks, next, "morning", "am")
		next++
		w.to = max(w.to, next)
	} else if toks[j].kind == word && next < len(toks) && toks[next].kind == digits {
		if h, ok := hourAt(toks, next); ok && h.written {
			w.late = true // "before Thursday 10am"
		}
	}
	if is(toks, next, "before") && is(toks, next+1, "last") && !is(toks, next+2, "week", "month") {
		return endsOn(weekday(c.plus(-8), wd).AddDate(0, 0, -7), next+2)
	}
	if is(toks, next, "past", "gone", "last") && (next+1 >= len(toks) || toks[next+1].kind == mark) && lead == "" {
		return endsOn(weekday(c.plus(-8), wd), next+1) // Monday past
	}
	if is(toks, next, "after") && is(toks, next+1, "next") && !is(toks, next+2, "week", "month") {
		d := coming.AddDate(0, 0, 7)
		return when{to: next + 2, day: d, last: d, relative: true, unsure: true, or: d.AddDate(0, 0, 7)}, true
	}
	k = next
	if is(toks, k, "of", "from", ",", "in") {
		k++
	}
	if is(toks, next, "of", "in") && k < len(toks) {
		// "Friday of the first week of March", "Wednesday in the week of the 11th"
		if week, ok := c.at(toks, k); ok && week.day.Weekday() == time.Monday && week.last.Equal(week.day.AddDate(0, 0, 4)) {
			week.day = ofWeek(week.day, wd)
			week.last = week.day
			return week, true
		}
	}
	if is(toks, k, "the") && towards[lowAt(toks, k+1)] != "" {
		k++
	}
	switch week := is(toks, k+1, "week", "wk"); {
	case week && towards[lowAt(toks, k)] != "":
		shift := map[string]int{"this": 0, "last": -7, "past": -7, "next": 7, "coming": 7, "following": 7}[towards[toks[k].low]]
		w.day = ofWeek(c.plus(shift), wd)
		w.unsure, w.or = false, time.Time{}
		next = k + 2
	case is(toks, k, "week", "fortnight") && k == next && !is(toks, k+1, "of", "ending", "commencing", "beginning"): // "Friday week": British, a week later
		w.day = timeUnits[toks[k].low].add(w.day, 1, false)
		next = k + 1
	case is(toks, next, "in", "of") || k == next:
		// "Friday in two weeks"
		if l, after, ok := lengthAt(toks, k); ok && is(toks, next, "in") && l.size == 1 && (l.u[0] == weekUnit || l.u[0] == fortnightUnit) {
			w.day, next = ofWeek(l.from(c.today, 1), wd), after
		}
	}
	w.to = next
	w.last = w.day
	return w, true
}

// ofDay reads a weekday whose apostrophe was left out before what happens on it: "need it
// for thursdays packet".
func ofDay(toks []token, i int) (time.Weekday, bool) {
	wd, ok := everyWeek[lowAt(toks, i)]
	return wd, ok && is(toks, i-1, "for", "to", "at", "before", "by", "in") && i+1 < len(toks) && toks[i+1].kind == word &&
		!isCalendarWord(toks[i+1].low) && !afterOrdinal[toks[i+1].low] && !is(toks, i+1, "from", "only", "starting")
}

// dateAfterWeekday reads the date at token k that says which Friday is meant.
// next is the token behind the weekday.
func (c calendar) dateAfterWeekday(toks []token, next, k int, wd time.Weekday) (when, bool) {
	// The number must be a date by itself or an ordinal: "Friday 10am" is not.
	if a, w1, ok := number(toks, k); ok && k == next && w1 <= 2 && glued(toks, k+1, ".") && k+2 < len(toks) && !toks[k+2].gap && len(toks[k+2].low) == 1 && !trailed(toks, k+3) {
		if b, _, ok := number(toks, k+2); ok { // Friday 7.6; Friday 7.30 is a time
			if w, ok := c.slashed(a, b, 0, "", k+3); ok {
				return c.yearBy(w, wd), true
			}
		}
	}
	if toks[k].kind == digits {
		if w, ok := c.figures(toks, k); ok && (w.day.Equal(w.last) || w.year) && explicitMonth(toks, k, w) {
			return c.yearBy(w, wd), true
		}
	} else if _, ok := months[toks[k].low]; ok {
		if w, ok := c.monthAt(toks, k); ok && w.day.Equal(w.last) {
			return c.yearBy(w, wd), true
		}
	}
	d, after, ok := ordinalAt(toks, k, false)
	if ok && (toks[k].kind == digits || is(toks, k-1, "the")) {
		if m, y, has, end, ok := c.monthAfter(toks, after); ok {
			w, ok := c.inYear(y, has, m, d, end)
			return c.yearBy(w, wd), ok
		}
		w, ok := c.dayNumber(toks, d, after)
		if ok && w.day.Weekday() != wd && w.to == after {
			w = c.agree(w, wd)
		}
		return w, ok
	}
	if d, after, ok := ordinalAt(toks, k, true); ok && (k == next || is(toks, k-1, "the")) && toks[k].kind == digits && d > 12 && (after >= len(toks) || toks[after].kind == mark) {
		w, ok := c.dayNumber(toks, d, after) // "lunes 23."
		if ok && w.day.Weekday() != wd {
			w = c.agree(w, wd)
		}
		return w, ok
	}
	return when{}, false
}

// explicitMonth reports whether the date at token k names its month, so that it
// is no bare day of the month.
func explicitMonth(toks []token, k int, w when) bool {
	for j := k; j < w.to; j++ {
		if is(toks, j, "/", "-", ".") || months[toks[j].low] != 0 {
			return true
		}
	}
	return false
}

// yearBy puts a date without a year in the year next to its own in which it falls
// on the weekday that was written with it.
func (c calendar) yearBy(w when, wd time.Weekday) when {
	if !w.day.Equal(w.last) || w.day.Weekday() == wd {
		return w
	}
	if !w.or.IsZero() && w.or.Weekday() == wd { // "Friday 3/4" tells the order
		w.day, w.last, w.or, w.unsure = w.or, w.or, time.Time{}, false
		return w
	}
	return c.contradicted(w, wd)
}

// contradicted is the date w that a weekday contradicts: one of the two is wrong, or a day
// without its year is one of the next. The day stands, and the other is kept.
func (c calendar) contradicted(w when, wd time.Weekday) when {
	w.unsure, w.or = true, w.day.AddDate(0, 0, (int(wd)-int(w.day.Weekday())+10)%7-3)
	if next := w.day.AddDate(1, 0, 0); !w.year && !w.relative && next.Weekday() == wd {
		w.or = next
	}
	return w
}

// leadMonth reads "next March" and "last October".
func (c calendar) leadMonth(toks []token, j int, m time.Month, lead string) (when, bool) {
	first := c.nextMonth(m)
	switch lead {
	case "next":
		if m == c.today.Month() {
			first = first.AddDate(1, 0, 0)
		}
	case "last":
		first = first.AddDate(-1, 0, 0)
	case "this":
		first = time.Date(c.today.Year(), m, 1, 0, 0, 0, 0, time.UTC)
	}
	if _, _, day := ordinalAt(toks, j+1, true); day {
		return when{}, false
	}
	w := wholeMonth(first.Year(), m, j+1)
	w.year = false
	return w, true
}

// agree is the day w of a month that a weekday contradicts: "Thu the 15th" in a month whose
// 15th is a Tuesday. The other day is that of the next month in which the two agree.
func (c calendar) agree(w when, wd time.Weekday) when {
	w = c.contradicted(w, wd)
	for n := 1; n <= 12; n++ {
		m := time.Date(w.day.Year(), w.day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		if t, ok := civil(m.Year(), m.Month(), w.day.Day()); ok && t.Weekday() == wd {
			w.or = t
			break
		}
	}
	return w
}

// beside reads what lies next to another date: "the day after Thanksgiving", "the
// week before Easter", "the Monday after the 9th", "first Friday after March 3".
func (c calendar) beside(toks []token, i int) (when, bool) {
	j, n := i, 1
	the := is(toks, j, "the") || is(toks, j-1, "the")
	if is(toks, j, "the") {
		j++
	}
	if d, next, ok := ordinalAt(toks, j, false); ok && d < 6 {
		n, j, the = d, next, true
	} else if _, ok := weekdays[lowAt(toks, j+1)]; ok && (is(toks, j, "last") && is(toks, j+2, "before") || is(toks, j, "next") && is(toks, j+2, "after") && !is(toks, j+3, "next")) {
		j, the = j+1, true // "the last Friday before Christmas"
	}
	if w, ok := c.closest(toks, j, n); ok {
		return w, true
	}
	if is(toks, j, "eve") && is(toks, j+1, "of") && j+2 < len(toks) { // the eve of Thanksgiving
		if w, ok := c.at(toks, j+2); ok && w.day.Equal(w.last) {
			w.day = w.day.AddDate(0, 0, -1)
			w.last, w.or = w.day, time.Time{}
			return w, true
		}
		return when{}, false
	}
	wd, isDay := weekdays[lowAt(toks, j)]
	u := timeUnits[lowAt(toks, j)]
	if !isDay && (u == noUnit || u == hourUnit) {
		return when{}, false
	}
	k := skipDot(toks, j+1)
	if u >= weekUnit && (is(toks, k, "after") && is(toks, k+1, "next") || is(toks, k, "before") && is(toks, k+1, "last")) {
		return c.period(toks, j, "this")
	}
	sign := 1
	switch {
	case is(toks, k, "after", "following"):
		k++
	case is(toks, k, "from") && !isDay && !the && u != dayUnit && j == i: // "week from Friday"
		if is(toks, k+1, "now") {
			return endsOn(u.add(c.today, 1, false), k+2)
		}
		if w, ok := c.at(toks, min(k+1, len(toks)-1)); ok && w.to > k+1 && w.relative && w.day.Equal(w.last) {
			return endsOn(u.add(w.day, 1, false), w.to)
		}
		return when{}, false
	case is(toks, k, "before", "preceding"), is(toks, k, "prior") && is(toks, k+1, "to"):
		sign = -1
		k++
		if is(toks, k, "to") {
			k++
		}
	default:
		return when{}, false
	}
	if k >= len(toks) || is(toks, k, "next") && isDay || isDay && !the && !c.holidayAt(toks, k) {
		return when{}, false
	}
	w, ok := c.at(toks, k)
	if !ok {
		return when{}, false
	}
	base := w.last
	if sign < 0 {
		base = w.day
	}
	out := when{to: w.to, relative: w.relative, unsure: w.unsure, year: w.year}
	if isDay {
		d := weekday(base, wd).AddDate(0, 0, 7*(n-1))
		if sign < 0 {
			d = weekday(base.AddDate(0, 0, -8), wd)
			if d.Equal(base) {
				d = d.AddDate(0, 0, -7)
			}
			d = d.AddDate(0, 0, -7*(n-1))
		}
		out.day, out.last = d, d
		return out, true
	}
	out.day, out.last = u.around(u.add(base, sign*n, false))
	if u == weekendUnit {
		// The next weekend may be in the same week.
		sat := weekday(base, time.Saturday)
		if sign < 0 {
			sat = weekday(base.AddDate(0, 0, -9), time.Saturday)
		}
		sat = sat.AddDate(0, 0, sign*7*(n-1))
		out.day, out.last = sat, sat.AddDate(0, 0, 1)
	}
	return out, true
}

// closest reads "closest Monday to March 7", "the Friday nearest July 4" and
// "second closest Thursday to the 6th", from the word behind the ordinal, n.
func (c calendar) closest(toks []token, i, n int) (when, bool) {
	j := i
	near := is(toks, j, "closest", "nearest")
	if near {
		j++
	}
	wd, isDay := weekdays[lowAt(toks, j)]
	next := skipDot(toks, j+1)
	var yearly func(int) time.Time
	if name, after, ok := holidayNamed(toks, j); ok && near {
		yearly, next = name.day, after
	} else if !isDay {
		return when{}, false
	}
	if !near {
		if !is(toks, next, "closest", "nearest") {
			return when{}, false
		}
		next++
	}
	if is(toks, next, "to") {
		next++
	} else if near {
		return when{}, false
	}
	if next >= len(toks) {
		return when{}, false
	}
	to, ok := c.at(toks, next)
	if !ok || !to.day.Equal(to.last) || n > 20 {
		return when{}, false
	}
	var days []time.Time
	for k := -n - 1; k <= n+1; k++ {
		if yearly != nil {
			if t := yearly(to.day.Year() + k); !t.IsZero() {
				days = append(days, t)
			}
		} else {
			days = append(days, ofWeek(to.day, wd).AddDate(0, 0, 7*k))
		}
	}
	slices.SortStableFunc(days, func(a, b time.Time) int {
		return cmp.Compare(a.Sub(to.day).Abs(), b.Sub(to.day).Abs())
	})
	if len(days) < n {
		return when{}, false
	}
	d := days[n-1]
	return when{to: to.to, day: d, last: d, relative: to.relative, unsure: to.unsure, year: to.year}, true
}

// holidayAt reports whether a holiday is named at token i.
func (c calendar) holidayAt(toks []token, i int) bool {
	_, ok := c.holiday(toks, i)
	return ok
}
