package extract

import "time"

// stretch reads a stretch of the calendar at token i that others are parts of:
// "this week", "the month", "March 2025", "Q3", "the second half of 2025", "2024".
func (c calendar) stretch(toks []token, i int) (when, bool) {
	if c.depth++; c.depth > maxDepth {
		return when{}, false
	}
	j := i
	the := is(toks, j, "the")
	if the {
		j++
	}
	if j >= len(toks) {
		return when{}, false
	}
	if lead := towards[toks[j].low]; lead != "" {
		k := j + 1
		if lead == "this" && is(toks, k, "past") {
			lead = "last"
			k++
		}
		if w, ok := c.ordinalStretch(toks, i); ok {
			return w, true
		}
		if m, ok := namedMonth(toks, k); ok && (lead == "this" || lead == "next" || lead == "last") {
			return c.leadMonth(toks, k, m, lead)
		}
		return c.period(toks, k, lead)
	}
	if is(toks, j, "month") && is(toks, j+1, "of") && months[lowAt(toks, j+2)] != 0 { // the month of May
		j += 2
		i = j
	}
	if u, _, next := unitAt(toks, j); u >= weekUnit && u != halfUnit {
		if u == yearUnit && the {
			if y, after, ok := yearAt(toks, j); ok {
				return wholeYear(y, after), true
			}
		}
		if is(toks, next, "of", "ending", "commencing", "beginning", "starting") && u == weekUnit {
			return c.endOf(toks, j)
		}
		w, _ := c.period(toks, j, "this")
		w.to = max(w.to, next)
		return w, true
	}
	if m, ok := months[toks[j].low]; ok && (!weak[toks[j].low] || toks[j].cap || is(toks, i-1, "of", "in", "early", "late", "mid", "-")) {
		k := skipDot(toks, j+1)
		if glued(toks, k, "-", "/") {
			k++
		}
		y, next, has := c.yearRef(toks, k)
		if !has {
			t, _ := c.near(m, 28)
			y, next = t.Year(), j+1
		}
		if _, _, day := ordinalAt(toks, k, true); day && !has {
			return when{}, false // "late March 3"
		}
		w := wholeMonth(y, m, next)
		w.year = has
		return w, true
	}
	if w, ok := c.ordinalStretch(toks, i); ok {
		return w, true
	}
	if y, w, ok := number(toks, j); ok && w == 4 && y >= 1900 && y < 2200 && !trailed(toks, j+1) {
		return wholeYear(y, j+1), true
	}
	return when{}, false
}

func wholeYear(y, next int) when {
	return when{to: next, day: time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), last: monthEnd(y, 12), relative: true, year: true}
}

// ordinalStretch reads quarters and halves: "Q3 2025", "3rd qtr", "the first
// quarter of next year", "next year's first quarter", "second half of May", "H1".
func (c calendar) ordinalStretch(toks []token, i int) (when, bool) {
	j := i
	if w, ok := c.season(toks, j, ""); ok {
		return w, true
	}
	if is(toks, j, "the") {
		j++
	}
	if q, next, ok := quarterWord(toks, j); ok {
		if prepBefore(toks, i) == none && !is(toks, i-1, "in", "of", "end", "during", "early", "late", "mid", "-", "business", "cob", "eod", "eob", "play") && !(glued(toks, next, "-", "/") || yearFollows(toks, next)) {
			return when{}, false
		}
		y, after, has := c.yearRef(toks, next)
		if !has {
			after = next
		}
		return c.quarterOf(q, y, has, after), true
	}
	if h, next, ok := halfWord(toks, j); ok {
		if y, after, has := c.yearRef(toks, next); has {
			return halfOf(h, y, after), true
		}
		if prepBefore(toks, i) == by || is(toks, i-1, "of", "in") {
			y := c.today.Year()
			if monthEnd(y, time.Month(6*h)).Before(c.today) {
				y++
			}
			w := halfOf(h, y, next)
			w.year = false
			return w, true
		}
		return when{}, false
	}
	if y, next, ok := c.yearRef(toks, j); ok && timeUnits[lowAt(toks, j+1)] == yearUnit {
		// "next year's first quarter"
		if n, k, ok := ordinalAt(toks, next, false); ok && n <= 4 && timeUnits[lowAt(toks, k)] == quarterUnit {
			return c.quarterOf(n, y, true, k+1), true
		}
		return when{}, false
	}
	n, k, ok := ordinalAt(toks, j, false)
	if !ok && is(toks, j, "last", "latter") {
		n, k, ok = 2, j+1, true
		if timeUnits[lowAt(toks, k)] == quarterUnit {
			n = 4
		}
	}
	if !ok {
		return when{}, false
	}
	switch u := timeUnits[lowAt(toks, k)]; {
	case u == quarterUnit && n <= 4 && !is(toks, j, "last"), u == quarterUnit && is(toks, k+1, "of"):
		next := k + 1
		y, after, has := c.yearRef(toks, next)
		if !has {
			after = next
			if is(toks, next, "of") && is(toks, next+1, "the") && is(toks, next+2, "year") {
				return c.quarterOf(n, c.today.Year(), true, next+3), true
			}
		}
		return c.quarterOf(n, y, has, after), true
	case u == halfUnit && n <= 2 && is(toks, k+1, "of"):
		w, ok := c.stretch(toks, k+2)
		if !ok {
			return when{}, false
		}
		middle := w.day.AddDate(0, 0, (int(w.last.Sub(w.day).Hours()/24)+1)/2)
		if w.last.Sub(w.day) > 300*24*time.Hour {
			middle = addMonths(w.day, 6)
		} else if w.last.Equal(monthEnd(w.day.Year(), w.day.Month())) {
			middle = w.day.AddDate(0, 0, 15)
		}
		if n == 1 {
			w.last = middle.AddDate(0, 0, -1)
		} else {
			w.day = middle
		}
		return w, true
	}
	return when{}, false
}

// season reads "summer of 2014", "winter 2013" and, behind "next", "spring".
func (c calendar) season(toks []token, i int, lead string) (when, bool) {
	s, ok := seasons[lowAt(toks, i)]
	if !ok {
		return when{}, false
	}
	y, next, has := c.yearRef(toks, i+1)
	if p := prepBefore(toks, i-1); !has && lead == "this" && p != by && p != before && p != on {
		return when{}, false // "replace this spring"
	}
	if !has && (lead == "" || i+1 < len(toks) && toks[i+1].kind == word && !endsAmount(toks, i+1) && prepBefore(toks, i-1) == none) {
		return when{}, false // "the fall protection", "next spring hinge"
	}
	in := func(y int) when {
		w := when{to: i + 1, relative: true, unsure: true, year: has}
		w.day = time.Date(y, time.Month(s.first/100), s.first%100, 0, 0, 0, 0, time.UTC)
		if s.last < s.first {
			y++
		}
		w.last = time.Date(y, time.Month(s.last/100), s.last%100, 0, 0, 0, 0, time.UTC)
		return w
	}
	if has {
		w := in(y)
		w.to = next
		return w, true
	}
	// The season that is, or the one to come.
	y = c.today.Year() - 1
	for in(y).last.Before(c.today) {
		y++
	}
	w := in(y)
	switch {
	case lead == "last" || lead == "past":
		w = in(y - 1)
	case (lead == "next" || lead == "following" || lead == "coming") && !w.day.After(c.today):
		w = in(y + 1)
	}
	return w, true
}

// halfWord reads H1 and H2.
func halfWord(toks []token, i int) (h, next int, ok bool) {
	if !is(toks, i, "h") || !glued(toks, i+1, "1", "2") {
		return 0, i, false
	}
	h, _, _ = number(toks, i+1)
	return h, i + 2, true
}

func halfOf(h, y, next int) when {
	first := time.Date(y, time.Month(6*h-5), 1, 0, 0, 0, 0, time.UTC)
	return when{to: next, day: first, last: monthEnd(y, time.Month(6*h)), relative: true, year: true}
}

// quarterWord reads Q1 to Q4.
func quarterWord(toks []token, i int) (q, next int, ok bool) {
	if !is(toks, i, "q") || !glued(toks, i+1, "1", "2", "3", "4") {
		return 0, i, false
	}
	q, _, _ = number(toks, i+1)
	return q, i + 2, true
}

func yearFollows(toks []token, i int) bool {
	_, _, ok := yearAt(toks, i)
	return ok
}

// quarterOf is a quarter of the year y, or of the year in which it has not
// passed when none is written.
func (c calendar) quarterOf(q, y int, has bool, next int) when {
	if !has {
		y = c.today.Year()
		if monthEnd(y, time.Month(q*3)).Before(c.today) {
			y++
		}
	}
	last := monthEnd(y, time.Month(q*3))
	return when{to: next, day: last.AddDate(0, -2, 1-last.Day()), last: last, relative: true, year: has}
}

// period reads week, month, quarter, year and weekend after "this" or "next".
func (c calendar) period(toks []token, j int, lead string) (when, bool) {
	if w, ok := c.season(toks, j, lead); ok {
		return w, true
	}
	u, _, next := unitAt(toks, j)
	if lead == "" || u < weekUnit || u == halfUnit || is(toks, next-1, "weeks", "months", "quarters", "years", "fortnights") || next < len(toks) && lead == "past" && is(toks, next, "due") {
		return when{}, false
	}
	n := map[string]int{"this": 0, "next": 1, "following": 1, "coming": 1, "last": -1, "past": -1}[lead]
	if u == fortnightUnit {
		if n < 0 {
			return when{to: next, day: c.plus(-14), last: c.plus(-1), relative: true}, true
		}
		return when{to: next, day: c.plus(1), last: c.plus(14), relative: true}, n > 0
	}
	if lead == "coming" && u == weekendUnit {
		n = 0
	}
	if is(toks, next, "after") && is(toks, next+1, "next") && n == 0 {
		n, next = 2, next+2
	}
	if is(toks, next, "before") && is(toks, next+1, "last") && n == 0 {
		n, next = -2, next+2
	}
	first, _ := u.around(c.today)
	w := when{to: next, relative: true}
	w.day, w.last = u.around(u.add(first, n, false))
	weekend := c.today.Weekday() == time.Saturday || c.today.Weekday() == time.Sunday
	if u == weekUnit && lead == "this" && weekend {
		w.day, w.last = w.day.AddDate(0, 0, 7), w.last.AddDate(0, 0, 7)
	}
	if u == monthUnit {
		// "next month on the 20th"
		k := next
		for is(toks, k, "on", "the", ",") {
			k++
		}
		if d, after, ok := ordinalAt(toks, k, false); ok && toks[k].kind == digits && dayGoesOn(toks, after) {
			if t, ok := civil(w.day.Year(), w.day.Month(), d); ok {
				return when{to: after, day: t, last: t, relative: true}, true
			}
		}
	}
	if u == weekUnit {
		// "this week Monday", "next week on Tuesday"
		k := next
		if is(toks, k, "on", ",") {
			k++
		}
		if wd, ok := weekdays[lowAt(toks, k)]; ok && (!weak[toks[k].low] || toks[k].cap) && !is(toks, k+1, ",", "the") && !(k+1 < len(toks) && toks[k+1].kind == digits) {
			d := ofWeek(w.day, wd)
			return when{to: k + 1, day: d, last: d, relative: true}, true
		}
	}
	return w, true
}

// endOf reads "end of next week", "EOM", "end of March", "EOD Tuesday", "close
// of business on Friday", "week of Nov 4" and "end of Q3".
func (c calendar) endOf(toks []token, i int) (when, bool) {
	j := i
	if is(toks, j, "the") {
		j++
	}
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
	case is(toks, j, "month", "quarter", "year") && (is(toks, j+1, "end") || is(toks, j+1, "-") && is(toks, j+2, "end")):
		next := j + 2
		if is(toks, j+1, "-") {
			next++
		}
		return c.unitEnd(toks, timeUnits[toks[j].low], next)
	case is(toks, j, "month's", "quarter's", "year's") && is(toks, j+1, "end"):
		return c.unitEnd(toks, timeUnits[toks[j].low], j+2)
	case is(toks, j, "eow"):
		return endsOn(friday(c.today), j+1)
	case is(toks, j, "eom"):
		return endsOn(monthEnd(c.today.Year(), c.today.Month()), j+1)
	case is(toks, j, "eoq"):
		_, last := quarterUnit.around(c.today)
		return endsOn(last, j+1)
	case is(toks, j, "eoy"):
		return c.unitEnd(toks, yearUnit, j+1)
	case is(toks, j, "w") && j+1 < len(toks) && !toks[j+1].gap && toks[j+1].kind == digits: // W10 2013
		return c.weekNumber(toks, j)
	case is(toks, j, "w") && glued(toks, j+1, "/") && glued(toks, j+2, "c", "e", "b", "ending", "beginning", "commencing"):
		return c.weekOf(toks, j+3, is(toks, j+2, "e", "ending"))
	case is(toks, j, "week", "wk") && is(toks, j+1, "of", "ending", "commencing", "beginning", "starting"):
		return c.weekOf(toks, j+2, is(toks, j+1, "ending"))
	case is(toks, j, "week", "wk", "cw", "kw"):
		return c.weekNumber(toks, j)
	case is(toks, j, "weekend") && is(toks, j+1, "of"):
		if w, ok := c.weekOf(toks, j+2, true); ok {
			w.day, w.last = weekendUnit.around(w.day)
			if c.holidayAt(toks, j+2) {
				w.day, w.last = weekendWith(w.day)
			}
			return w, true
		}
	case is(toks, j, "end", "beginning", "start", "middle", "first", "early", "earlier", "late", "later", "latter", "mid", "second", "last"):
		return c.edge(toks, j)
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
	// "close of business Q4", "COB in December": the end of all of it.
	for k = j; is(toks, k, "in", "of", "for", "on", ",", "-", "("); k++ {
	}
	if k < len(toks) && toks[k].kind == word && !is(toks, k, "day", "week", "weekend") {
		if w, ok := c.stretch(toks, k); ok && w.to > k {
			w.day = w.last
			return w, true
		}
	}
	return endsOn(c.today, j)
}

// unitEnd is the last day of the unit that the mail's day is in; of a year, that
// of the year written behind it.
func (c calendar) unitEnd(toks []token, u unit, next int) (when, bool) {
	if y, after, ok := yearAt(toks, next); ok && u == yearUnit {
		return when{to: after, day: monthEnd(y, 12), last: monthEnd(y, 12), year: true}, true
	}
	_, last := u.around(c.today)
	return endsOn(last, next)
}

// weekOf is the working week of the date at token k, or that date when the week
// ends with it.
func (c calendar) weekOf(toks []token, k int, ends bool) (when, bool) {
	for is(toks, k, "on") || is(toks, k, "the", "monday") && !(is(toks, k, "the") && isOrdinal(toks, k+1)) {
		k++
	}
	if k >= len(toks) {
		return when{}, false
	}
	w, ok := c.at(toks, k)
	if !ok || !w.day.Equal(w.last) {
		return when{}, false
	}
	if ends {
		return when{to: w.to, day: w.day, last: w.day, relative: w.relative, year: w.year}, true
	}
	f := friday(w.day)
	if w.day.Weekday() == time.Sunday || w.day.Weekday() == time.Saturday {
		_, f = weekUnit.around(w.day) // the week that holds the day, and not the one to come
		if is(toks, k-1, "beginning", "commencing", "starting") || is(toks, k-1, "the") && is(toks, k-2, "beginning", "commencing", "starting") || w.day.Weekday() == time.Sunday {
			f = friday(w.day)
		}
	}
	return when{to: w.to, day: f.AddDate(0, 0, -4), last: f, relative: w.relative, year: w.year, unsure: w.unsure}, true
}

// weekNumber reads "week 31 of 2025" and "CW 31". Without a year "week 3" is more
// often a week of a programme, so the word must be the calendar's own.
func (c calendar) weekNumber(toks []token, i int) (when, bool) {
	n, w, ok := number(toks, i+1)
	if !ok || w > 2 || n < 1 || n > 53 {
		return when{}, false
	}
	y, next, has := yearAt(toks, i+2)
	if !has {
		y, next = c.today.Year(), i+2
		if is(toks, i, "week", "wk", "w") {
			return when{}, false
		}
	}
	first := isoWeek(y, n)
	return when{to: next, day: first, last: first.AddDate(0, 0, 4), relative: !has, year: has}, true
}

// isoWeek returns the Monday of the n-th week of a year (ISO 8601): the 4th of
// January is always in week 1.
func isoWeek(y, n int) time.Time {
	return monday(time.Date(y, 1, 4, 0, 0, 0, 0, time.UTC)).AddDate(0, 0, 7*(n-1))
}

func isOrdinal(toks []token, i int) bool {
	_, _, ok := ordinalAt(toks, i, false)
	return ok
}

// edge reads "end of next week", "end of the month", "early next week", "end of
// March", "mid next week", "latter part of Q3".
func (c calendar) edge(toks []token, i int) (when, bool) {
	side := toks[i].low
	j := i + 1
	part := is(toks, j, "part")
	if part {
		j++
	}
	if side == "second" || side == "latter" || side == "last" || side == "first" {
		if !part {
			return when{}, false // "first half" is read with the quarters
		}
	}
	of := is(toks, j, "of", "in")
	if of {
		j++
	} else if is(toks, i, "beginning", "start", "middle", "first") && !is(toks, j, "next", "this", "current", "last", "previous", "coming") || part || is(toks, i, "end") && !is(toks, j, "next", "this", "current", "last", "previous", "coming") && !(namedMonthAt(toks, j) && prepBefore(toks, i) != none) {
		return when{}, false
	}
	for is(toks, j, "-", "about", "around") {
		j++
	}
	the := is(toks, j, "the")
	if u := timeUnits[lowAt(toks, j)]; !the && u != noUnit && side != "end" && side != "mid" && side != "beginning" && side != "start" {
		return when{}, false // "late week", "first part of week"
	}
	if y, w, ok := number(toks, j); ok && (w != 4 || !of && side != "mid" && side != "early" && side != "late" || y < 1900) {
		return when{}, false
	}
	w, ok := c.stretch(toks, j)
	if !ok || w.day.Equal(w.last) {
		return when{}, false
	}
	length := int(w.last.Sub(w.day).Hours() / 24)
	third := length / 3
	switch {
	case length > 27 && length < 31:
		third = 9
	case length > 300:
		third = 89 // the first quarter
	}
	switch side {
	case "end":
		w.day = w.last
	case "beginning", "start", "first", "early", "earlier":
		w.last = w.day.AddDate(0, 0, third)
		if length == 4 {
			w.last = w.day.AddDate(0, 0, 2)
		}
		w.unsure = true
	case "mid", "middle":
		w.day = w.day.AddDate(0, 0, length/2)
		w.last = w.day
		w.unsure = true
	case "late", "later", "latter", "second", "last":
		w.day = w.last.AddDate(0, 0, -third)
		w.unsure = true
	}
	return w, true
}

func namedMonthAt(toks []token, i int) bool {
	_, ok := namedMonth(toks, i)
	return ok
}

// nth reads "first Monday of the month", "last Friday of October", "third Tuesday
// in June", "second to last day of May", "last week of September", "last business
// day of Q3", "first two weeks of 2025".
func (c calendar) nth(toks []token, i int) (when, bool) {
	j := i
	if is(toks, j, "the") {
		j++
	}
	n, next, ok := ordinalAt(toks, j, false)
	switch {
	case ok && is(toks, next, "last"): // second last
		n, next = -n, next+1
	case ok && is(toks, next, "to", "-") && (is(toks, next+1, "last") || is(toks, next+1, "to", "-") && (is(toks, next+2, "last") || is(toks, next+2, "-") && is(toks, next+3, "last"))): // second-to-last
		n = -n
		for is(toks, next, "to", "-", "last") {
			next++
		}
	case ok:
	case is(toks, j, "last"):
		n, next, ok = -1, j+1, true
	case is(toks, j, "next") && is(toks, j+1, "to") && is(toks, j+2, "last"):
		n, next, ok = -2, j+3, true
	case is(toks, j, "penultimate"):
		n, next, ok = -2, j+1, true
	}
	if !ok {
		return when{}, false
	}
	size := 1
	if m, after, ok := count(toks, next); ok && m > 1 && m < 100 {
		size, next = m, after // "first two weeks"
	}
	wd, isDay := weekdays[lowAt(toks, next)]
	u, work := noUnit, false
	after := skipDot(toks, next+1)
	if !isDay {
		if u, work, after = unitAt(toks, next); u != dayUnit && u != weekUnit && u != weekendUnit && u != monthUnit {
			return when{}, false
		}
	}
	if u := timeUnits[lowAt(toks, after+1)]; towards[lowAt(toks, after)] != "" && u >= monthUnit && u != halfUnit {
		after-- // "first Friday this month"
	} else if !is(toks, after, "of", "in") {
		return when{}, false
	}
	if n > 53 || u != dayUnit && (n > 53 || n < -53) || is(toks, after+1, "each", "every") {
		return when{}, false
	}
	c.hopeful = true // the fourth Thursday in November is one to come
	within, ok := c.stretch(toks, after+1)
	if !ok {
		return when{}, false
	}
	first, last := within.day, within.last
	w := when{to: within.to, relative: within.relative && !within.year, year: within.year}
	switch {
	case isDay:
		w.day = weekday(first.AddDate(0, 0, -1), wd).AddDate(0, 0, 7*(n-1))
		if n < 0 {
			w.day = last.AddDate(0, 0, -((int(last.Weekday())-int(wd)+7)%7)+7*(n+1))
		}
		w.last = w.day
	case u == dayUnit:
		w.day = dayUnit.add(first.AddDate(0, 0, -1), n, work)
		if n < 0 {
			w.day = dayUnit.add(last.AddDate(0, 0, 1), n, work)
		}
		w.last = w.day
		if n > 0 {
			w.last = dayUnit.add(w.day, size-1, work)
		} else {
			w.day = dayUnit.add(w.day, 1-size, work)
		}
	case u == monthUnit:
		w.day = addMonths(first, n-1)
		if n < 0 {
			w.day = addMonths(time.Date(last.Year(), last.Month(), 1, 0, 0, 0, 0, time.UTC), n+1)
		}
		if n < 0 {
			w.day = addMonths(w.day, 1-size)
		}
		_, w.last = monthUnit.around(addMonths(w.day, size-1))
	default:
		// A week belongs to the stretch when its Monday does, the last one only when
		// it has three days in it.
		m := weekday(first.AddDate(0, 0, -1), time.Monday).AddDate(0, 0, 7*(n-1))
		switch {
		case u == weekUnit && last.Equal(first.AddDate(1, 0, -1)) && first.YearDay() == 1:
			m = isoWeek(first.Year(), n)
		case u == weekendUnit:
			m = weekday(first.AddDate(0, 0, -1), time.Saturday).AddDate(0, 0, 7*(n-1)) // of which around is the weekend
		}
		switch {
		case n < 0 && u == weekendUnit:
			m = last.AddDate(0, 0, -(int(last.Weekday())+1)%7+7*(n+1)-7*(size-1)) // its Saturday
		case n < 0:
			m = monday(last)
			if last.Sub(m) < 3*24*time.Hour && last.Weekday() != time.Friday {
				m = m.AddDate(0, 0, -7)
			}
			m = m.AddDate(0, 0, 7*(n+1)-7*(size-1))
		}
		w.day, w.last = u.around(m)
		w.last = w.last.AddDate(0, 0, 7*(size-1))
		w.relative = true
	}
	if w.day.Before(first) && u != weekUnit || w.last.After(last) && u != weekUnit && u != weekendUnit {
		return when{}, false // no fifth Monday
	}
	return w, true
}
