package extract

import "time"

// figures reads the dates that begin with a figure: 2024-10-31, 10/31, 10/31/24,
// 31.10.2024, 2014-10, 2/2013, 28 October 2024, 13-15 July and, after a
// preposition, 22nd.
func (c calendar) figures(toks []token, i int) (when, bool) {
	if w, ok := nameDate(toks, i); ok {
		return w, true
	}
	if i > 0 && !toks[i].gap && (is(toks, i-1, "/", "-", ".", "#", "$", "£", "€", "+", "'", "_", ":", ",") || toks[i-1].kind != mark) && !afterDash(toks, i) && !dashed(toks, i) {
		return when{}, false // inside an id, an amount or a measure
	}
	a, w, ok := number(toks, i)
	if !ok {
		return when{}, false
	}
	if i+2 < len(toks) && glued(toks, i+1, "/", "-", ".") && !toks[i+2].gap {
		if toks[i+2].kind == digits {
			if w, ok := c.joined(toks, i, a, w); ok || !glued(toks, i+1, "-") {
				return w, ok
			}
		} else if m := months[toks[i+2].low]; m != 0 && glued(toks, i+3, "/", "-") && w == 4 {
			// 2019-Aug-1
			if d, w2, ok := number(toks, i+4); ok && w2 <= 2 && !trailed(toks, i+5) {
				if t, ok := civil(a, m, d); ok {
					return when{to: i + 5, day: t, last: t, year: true}, true
				}
			}
			return when{}, false
		}
	}
	if w == 8 && (prepBefore(toks, i) == by || prepBefore(toks, i) == before || is(toks, i-1, "on", "dated")) && (i+1 >= len(toks) || toks[i+1].gap || toks[i+1].kind == mark && !trailed(toks, i+1)) { // by 20241031
		t, ok := civil(a/10000, time.Month(a/100%100), a%100)
		return when{to: i + 1, day: t, last: t, year: true}, ok && t.Year() >= 1990 && t.Year() < 2100
	}
	if w, ok := c.quarterBehind(toks, i, a, w); ok {
		return w, true
	}
	if w == 4 && a >= 1900 && a < 2200 {
		// "2016 10 16", "2025 Q3", "2025-W10"
		m, w2, ok1 := number(toks, i+1)
		d, w3, ok2 := number(toks, i+2)
		if ok1 && ok2 && w2 == 2 && w3 == 2 && toks[i+1].gap && toks[i+2].gap && !(i+3 < len(toks) && toks[i+3].kind == digits) && !trailed(toks, i+3) {
			if t, ok := civil(a, time.Month(m), d); ok {
				return when{to: i + 3, day: t, last: t, year: true}, true
			}
		}
		j := i + 1
		if glued(toks, j, "-", "/") {
			j++
		}
		if q, next, ok := quarterWord(toks, j); ok {
			return c.quarterOf(q, a, true, next), true
		}
		if n, w, ok := number(toks, j+1); ok && is(toks, j, "w") && !toks[j].gap && !toks[j+1].gap && w == 2 && n >= 1 && n <= 53 {
			first := isoWeek(a, n)
			if d, w, ok := number(toks, j+3); ok && glued(toks, j+2, "-") && w == 1 && d >= 1 && d <= 7 {
				return one(first.AddDate(0, 0, d-1), j+4)
			}
			return when{to: j + 2, day: first, last: first.AddDate(0, 0, 4), relative: true, year: true}, true
		}
		if h, next, ok := halfWord(toks, j); ok {
			return halfOf(h, a, next), true
		}
		if m, ok := namedMonth(toks, j); ok { // 2017 April, 2017 April 3
			if d, next, ok := ordinalAt(toks, j+1, true); ok && !yearFollows(toks, next) {
				return c.inYear(a, true, m, d, next)
			}
			if !isDayAt(toks, j+1) {
				return wholeMonth(a, m, j+1), true
			}
		}
		return wholeYear(a, i+1), yearAlone(toks, i)
	}
	if b, w2, ok := number(toks, i+2); ok && w <= 2 && w2 <= 2 && is(toks, i+1, "/") && toks[i+1].gap && toks[i+2].gap && is(toks, i-1, "by", "on", "before", "until", "due") && (i+3 >= len(toks) || toks[i+3].kind == mark && !is(toks, i+3, "/", "\"", "'", "-", "%")) {
		return c.slashed(a, b, 0, "/", i+3) // by 2 / 15
	}
	if b, w2, ok := number(toks, i+1); ok && w <= 2 && w2 <= 2 && toks[i+1].gap && prepBefore(toks, i) != none && !idBefore(toks, i) {
		// "by 03 03 2025"
		if y, w3, ok := number(toks, i+2); ok && w3 == 4 && toks[i+2].gap && y >= 1900 && y < 2200 && !trailed(toks, i+3) {
			return c.slashed(a, b, y, " ", i+3)
		}
	}
	return c.dayFirstWords(toks, i)
}

// quarterBehind reads "3Q 2014", "3Q14", "18q4" and "2H 2014".
func (c calendar) quarterBehind(toks []token, i, a, w int) (when, bool) {
	if !glued(toks, i+1, "q", "h") || w > 2 || i+2 >= len(toks) {
		return when{}, false
	}
	if n, w2, ok := number(toks, i+2); ok && !toks[i+2].gap && w2 <= 2 && is(toks, i+1, "q") {
		switch {
		case w == 2 && w2 == 1 && n >= 1 && n <= 4:
			return c.quarterOf(n, century(a), true, i+3), true
		case w == 1 && w2 == 2 && a >= 1 && a <= 4:
			return c.quarterOf(a, century(n), true, i+3), true
		}
		return when{}, false
	}
	y, next, ok := yearAt(toks, i+2)
	switch {
	case !ok || w != 1 || a < 1:
	case is(toks, i+1, "q") && a <= 4:
		return c.quarterOf(a, y, true, next), true
	case is(toks, i+1, "h") && a <= 2:
		return halfOf(a, y, next), true
	}
	return when{}, false
}

// yearAlone reports whether the figure at token i is a year by the words around
// it and not so many of something.
func yearAlone(toks []token, i int) bool {
	if !is(toks, i-1, "in", "during", "since", "by", "before", "after", "until", "from", "between", "through", "year", "of", "to", "and", "-") {
		return false
	}
	if is(toks, i-1, "of") && !is(toks, i-2, "year") || is(toks, i-1, "to", "and", "-") && !(i >= 2 && toks[i-2].kind == digits && len(toks[i-2].low) == 4) {
		return false
	}
	if is(toks, i+1, "-", "–") {
		_, w, ok := number(toks, i+2)
		return ok && w == 4
	}
	return i+1 >= len(toks) || toks[i+1].gap && toks[i+1].kind == mark || is(toks, i+1, ".", ",", ";", "?", "!", ")", "and", "or", "to", "till", "until", "through", "but", "we", "they", "if", "as", "for", "was", "is", "because", "when")
}

// nameDate reads a date inside the name of a file: report-2024-10-31.pdf,
// minutes_20241031.docx.
func nameDate(toks []token, i int) (when, bool) {
	if i == 0 || toks[i].gap || !is(toks, i-1, "-", "_") || i >= 2 && toks[i-1].gap || i < 2 {
		return when{}, false
	}
	n, w, ok := number(toks, i)
	next := i + 1
	y, m, d := n/10000, n/100%100, n%100
	switch {
	case !ok:
		return when{}, false
	case w == 4:
		m2, w2, ok2 := number(toks, i+2)
		d2, w3, ok3 := number(toks, i+4)
		if !ok2 || !ok3 || w2 != 2 || w3 != 2 || !glued(toks, i+1, "-", "_") || !glued(toks, i+3, toks[i+1].low) || toks[i+2].gap || toks[i+4].gap {
			return when{}, false
		}
		y, m, d, next = n, m2, d2, i+5
	case w != 8:
		return when{}, false
	}
	if next < len(toks) && !toks[next].gap && !is(toks, next, ".", "-", "_", ",", ")", "]") {
		return when{}, false
	}
	t, ok := civil(y, time.Month(m), d)
	return when{to: next, day: t, last: t, year: true, inName: true}, ok && y >= 1990 && y < 2100
}

// dashed reports whether the hyphen before token i is a bullet or a bracket, with
// nothing before it, of a date written in full.
func dashed(toks []token, i int) bool {
	return is(toks, i-1, "-") && toks[i-1].gap && len(toks[i].low) == 4 && glued(toks, i+1, "-") && glued(toks, i+3, "-")
}

// afterDash reports whether the figure at token i begins the second date of a
// stretch written without blanks: the 5/7 of 5/1-5/7.
func afterDash(toks []token, i int) bool {
	if !is(toks, i-1, "-", "–") || i < 4 || toks[i-1].gap || toks[i-2].kind == mark {
		return false
	}
	return glued(toks, i-3, "/") && glued(toks, i+1, "/") || months[lowAt(toks, i+1)] != 0
}

// joined reads numbers with a mark between them.
func (c calendar) joined(toks []token, i, a, w int) (when, bool) {
	sep := toks[i+1].low
	b, w2, ok := number(toks, i+2)
	if !ok || idBefore(toks, i) {
		return when{}, false
	}
	y, w3, three := 0, 0, false
	if glued(toks, i+3, sep) && i+4 < len(toks) && !toks[i+4].gap {
		y, w3, three = number(toks, i+4)
	}
	switch {
	case w2 == 4 && !three: // 2/2013
		if w > 2 || a < 1 || a > 12 || b < 1900 || b >= 2200 || trailed(toks, i+3) || sep != "/" && prepBefore(toks, i) == none && !is(toks, i-1, "in") {
			return when{}, false
		}
		return wholeMonth(b, time.Month(a), i+3), true
	case w2 > 2:
		return when{}, false
	case w == 4 && three && w3 <= 2 && (sep != "." || !trailed(toks, i+5) && (prepBefore(toks, i) != none || w2 == 2 && w3 == 2)): // ISO and its relatives
		if d, ok := civil(a, time.Month(b), y); ok && a >= 1900 && a < 2200 {
			return when{to: i + 5, day: d, last: d, year: true}, true
		}
		return when{}, false
	case w == 4 && !three && sep != ".": // 2014-10
		if a < 1990 || a >= 2100 || b < 1 || b > 12 || w2 != 2 || trailed(toks, i+3) || glued(toks, i+3, "-", "/") || i+3 < len(toks) && !toks[i+3].gap && toks[i+3].kind != mark {
			return when{}, false
		}
		return wholeMonth(a, time.Month(b), i+3), true
	case w > 2:
		return when{}, false
	case three && w3 == 1 && w2 <= 2 && sep == "/":
		return when{}, false
	case three:
		yy, ok := y, w3 == 4 && y >= 1900 && y < 2200
		if w3 == 2 {
			yy, ok = century(y), true
		}
		if !ok || trailed(toks, i+5) && !(glued(toks, i+5, "-") && sep == "/") {
			return when{}, false
		}
		return c.slashed(a, b, yy, sep, i+5)
	case sep == "/":
		if glued(toks, i+3, ".") && trailed(toks, i+3) || !c.fractionIsDate(toks, i) || a == 24 && b == 7 && prepBefore(toks, i) == none {
			return when{}, false
		}
		if y, next, ok := yearAt(toks, i+3); ok && is(toks, i+3, ",") { // 5/7, 2020
			return c.slashed(a, b, y, sep, next)
		}
		return c.slashed(a, b, 0, sep, i+3)
	case sep == "-" && w2 == 2 && (i+3 >= len(toks) || toks[i+3].kind == mark && !glued(toks, i+3, "-", "/", "'", "\"", "%")) && is(toks, i-1, "on", "by", "before", "until", "due"): // on 4-22
		return c.slashed(a, b, 0, sep, i+3)
	case sep == "." && prepBefore(toks, i) != none && glued(toks, i+3, ".") && !(i+4 < len(toks) && !toks[i+4].gap): // 15.3.
		next := i + 4
		if next == len(toks) && a <= 12 && b > 12 {
			next-- // the dot ends the sentence
		}
		return c.slashed(a, b, 0, sep, next)
	case sep == "." && w2 == 2 && (i+3 >= len(toks) || is(toks, i+3, ",", ";", "and", "or", "at", "if")) && is(toks, i-1, "on", "by", "before", "until", "due"):
		return c.slashed(a, b, 0, "", i+3)
	}
	return when{}, false
}

// idBefore reports whether the word before token i announces a number that is
// no date.
func idBefore(toks []token, i int) bool {
	if is(toks, i-1, ".", ":") {
		i--
	}
	return is(toks, i-1, "job", "project", "contract", "no", "#", "number", "rfi", "po", "invoice", "permit", "order", "submittal", "file", "spec", "section", "rev", "version")
}

func wholeMonth(y int, m time.Month, next int) when {
	first, _ := civil(y, m, 1)
	return when{to: next, day: first, last: monthEnd(y, m), relative: true, year: true}
}

// slashed makes a date of two numbers in the order of the mail. Dots say that
// the day comes first, unless sep is empty.
func (c calendar) slashed(a, b, y int, sep string, next int) (when, bool) {
	dayFirst := c.dayFirst || sep == "."
	read := func(dayFirst bool) (time.Time, bool) {
		m, d := a, b
		if dayFirst {
			m, d = b, a
		}
		if m < 1 || m > 12 {
			return time.Time{}, false
		}
		if y == 0 {
			return c.near(time.Month(m), d)
		}
		return civil(y, time.Month(m), d)
	}
	t, ok := read(dayFirst)
	other, both := read(!dayFirst)
	w := when{to: next, day: t, last: t, year: y != 0}
	switch {
	case !ok && !both:
		return when{}, false
	case !ok:
		w.day, w.last = other, other
	case both && !other.Equal(t) && (!c.sure && sep != "." || sep == "." && y != 0 && c.sure && !c.dayFirst):
		w.unsure, w.or = true, other // points too, where who writes puts the month first
	}
	return w, true
}

// dayFirstWords reads "28 October 2024", "3rd of March", "1st Oct.", "13-15
// July", "13th to the 15th of July", "20th of next month" and "by 22nd".
func (c calendar) dayFirstWords(toks []token, i int) (when, bool) {
	d, next, ok := ordinalAt(toks, i, true)
	if !ok {
		// The hyphen of 13-15 keeps it from being a day by itself.
		n, w, isNumber := number(toks, i)
		if !isNumber || w > 2 || !glued(toks, i+1, "-", "–") {
			return when{}, false
		}
		d, next = n, i+1
	}
	if m, y, has, after, ok := c.monthAfter(toks, next); ok {
		return c.inYear(y, has, m, d, after)
	}
	// The month stands behind the second of two days.
	if is(toks, next, "and", "&", "or", "-", "–", "to", "thru", "through", "until", "till") {
		k := next + 1
		if is(toks, k, "the") {
			k++
		}
		if d2, after, ok := ordinalAt(toks, k, true); ok {
			if m, y, has, end, ok := c.monthAfter(toks, after); ok && d >= 1 {
				w, ok := c.inYear(y, has, m, d, next)
				w2, ok2 := c.inYear(y, has, m, d2, end)
				switch {
				case !ok:
					return when{}, false
				case is(toks, next, "and", "&", "or") || !ok2 || d2 <= d:
					return w, true
				}
				w.last, w.to = w2.last, w2.to
				return w, true
			}
		}
	}
	if !ok {
		return when{}, false
	}
	if is(toks, next, "day") && is(toks, next+1, "of") {
		return when{}, false // "20th day of next month"
	}
	if next == i+1 && toks[i].kind == digits && is(toks, i-1, "on") && is(toks, i-2, "back", "due", "return", "returns", "returning", "arrive", "arrives", "leave", "leaves", "leaving", "starts", "meet") &&
		(next >= len(toks) || is(toks, next, ".", ",", "?", "!", ";") && (next+1 >= len(toks) || toks[next+1].gap)) {
		return c.dayNumber(toks, d, next) // back on 15
	}
	if toks[i].kind == digits && (next == i+2 || is(toks, next, "of") && is(toks, next+1, "next", "this", "the", "last", "previous", "current")) && (prepBefore(toks, i) != none || i == 0) { // by 22nd
		if w, ok := c.ordinalStretch(toks, i); ok {
			return w, true
		}
		if w, ok := c.nth(toks, i); ok {
			return w, true
		}
		if !dayGoesOn(toks, next) {
			return when{}, false
		}
		return c.dayNumber(toks, d, next)
	}
	return when{}, false
}

// dayGoesOn reports whether what follows "the 9th" leaves it a day.
func dayGoesOn(toks []token, next int) bool {
	if next >= len(toks) || toks[next].kind != word {
		return true
	}
	_, isDay := weekdays[toks[next].low]
	return isDay || afterOrdinal[toks[next].low]
}

// monthAfter reads "October 2024", "of March", "-Oct-2024" behind a day.
func (c calendar) monthAfter(toks []token, j int) (m time.Month, y int, has bool, next int, ok bool) {
	of := is(toks, j, "of", "de")
	if of {
		j++
	} else if glued(toks, j, "-", "/", ".") || is(toks, j, ",") {
		j++
	}
	if glued(toks, j, "-") {
		return 0, 0, false, j, false
	}
	if y, w, isYear := number(toks, j); isYear && w == 4 && glued(toks, j+1, "-") { // 23-2020-September
		if m := months[lowAt(toks, j+2)]; m != 0 && y >= 1900 && y < 2200 {
			return m, y, true, j + 3, true
		}
	}
	if of {
		m, ok = months[lowAt(toks, j)]
	} else {
		m, ok = monthAfterDay(toks, j)
	}
	if !ok {
		return 0, 0, false, j, false
	}
	j = skipDot(toks, j+1)
	if glued(toks, j, ".") {
		j--
	}
	if n, w, ok := number(toks, j+1); ok && w == 2 && glued(toks, j, "-", "/") && !of && !toks[j+1].gap && !trailed(toks, j+2) { // 31-Oct-74
		return m, century(n), true, j + 2, true
	}
	y, next, has = c.yearRef(toks, j)
	if !has {
		next = j
		if n, w, ok := number(toks, j); ok && w == 2 && n >= 10 && !of && toks[j].gap && (j+1 >= len(toks) || is(toks, j+1, ",", ".", ")", ";") && (j+2 >= len(toks) || toks[j+2].kind != digits)) {
			return m, century(n), true, j + 1, true // 14th April 15
		}
	}
	return m, y, has, next, true
}

// yearRef reads a year by its number or as "next year", with "of" before it.
func (c calendar) yearRef(toks []token, i int) (y, next int, ok bool) {
	if y, next, ok = yearAt(toks, i); ok {
		return y, next, true
	}
	j := i
	if is(toks, j, "of", "in") {
		j++
	}
	if n, k, ok := count(toks, j); ok && is(toks, i, "in") && n < 100 {
		if u, _, after := unitAt(toks, k); u == yearUnit {
			return c.today.Year() + n, after, true
		}
	}
	if is(toks, j, "the") && is(toks, j+1, "following", "current", "previous", "coming") {
		j++
	}
	if u := timeUnits[lowAt(toks, j+1)]; u == yearUnit {
		switch towards[lowAt(toks, j)] {
		case "this":
			return c.today.Year(), j + 2, true
		case "next", "following", "coming":
			return c.today.Year() + 1, j + 2, true
		case "last", "past":
			return c.today.Year() - 1, j + 2, true
		}
	}
	return 0, i, false
}

// inYear is the day of a month in the year y, or in the nearest when none is
// written.
func (c calendar) inYear(y int, has bool, m time.Month, d, next int) (when, bool) {
	t, ok := civil(y, m, d)
	if !has {
		t, ok = c.near(m, d)
	}
	return when{to: next, day: t, last: t, year: has}, ok
}

// weekdayBehind reads the weekday behind a date: "Jul 18, Fri", "(Fri)".
func (c calendar) weekdayBehind(toks []token, w when) when {
	if !w.day.Equal(w.last) || w.tied || w.relative && !(is(toks, w.from, "today", "tomorrow") && is(toks, w.to, "(")) {
		return w
	}
	j := w.to
	if is(toks, j, ",", "(", "[") {
		j++
	}
	wd, ok := weekdays[lowAt(toks, j)]
	if !ok || j == w.to && !toks[j].gap || weak[toks[j].low] && !toks[j].cap || is(toks, j+1, "the") || j+1 < len(toks) && (toks[j+1].kind == digits || months[toks[j+1].low] != 0) {
		return w
	}
	bracket := j > w.to && is(toks, w.to, "(", "[")
	switch next := w.day.AddDate(1, 0, 0); {
	case w.day.Weekday() == wd:
		w.to = j + 1
	case !w.or.IsZero() && w.or.Weekday() == wd:
		w.day, w.last, w.to, w.or, w.unsure = w.or, w.or, j+1, time.Time{}, false
	case !w.year && !w.relative && next.Weekday() == wd && w.day.Before(c.today):
		w.day, w.last, w.to, w.unsure, w.or = next, next, j+1, true, w.day
	case bracket || !w.relative && (j+1 >= len(toks) || toks[j+1].kind == mark && !is(toks, j+1, ",", "-", "/") || is(toks, j+1, "at", "for", "to", "please")):
		to := j + 1
		w = c.contradicted(w, wd)
		w.to = to
	}
	return w
}

// isDayAt reports whether a day of the month stands at token i.
func isDayAt(toks []token, i int) bool {
	_, _, ok := ordinalAt(toks, i, true)
	return ok
}

// fractionIsDate tells 9/26 from 1/2 gal, 3/4" and 24/7.
func (c calendar) fractionIsDate(toks []token, i int) bool {
	a, _, _ := number(toks, i)
	b, w2, _ := number(toks, i+2)
	next := i + 3
	if next < len(toks) && !toks[next].gap && (toks[next].kind != mark || is(toks, next, "\"", "”", "″", "'", "-", "#")) && !(glued(toks, next, "-") && afterDash(toks, next+1)) {
		return false
	}
	if is(toks, next, "h", "hr", "hrs", "hour", "hours", "inch", "inches", "gal", "gallon", "mile", "miles", "cup") && a < b {
		return false
	}
	if is(toks, next, "inch", "inches", "in", "gal", "gallon", "mile", "miles", "hr", "hour", "ton", "cup", "lb", "ply", "plywood", "of", "gyp", "gypsum", "full", "x", "way", "done", "complete", "page", "pages", "plate", "bolt", "bolts", "gauge", "depth", "scale") &&
		prepBefore(toks, i) == none {
		return false
	}
	if i+3 < len(toks) && glued(toks, next, "-") && afterDash(toks, next+1) {
		return true // 3/4-3/8
	}
	if i > 0 && toks[i-1].kind == digits || is(toks, i-1, "-") && !toks[i].gap && !afterDash(toks, i) {
		return false
	}
	fraction := w2 <= 2 && a < b && (b == 2 || b == 3 || b == 4 || b == 8 || b == 16 || b == 32)
	if !fraction {
		return true
	}
	if prepBefore(toks, i) != none || i == 0 && next >= len(toks) { // all of a cell of a table
		return true
	}
	_, day := weekdays[lowAt(toks, i-1)]
	return day || is(toks, i-1, "(", "ending", "meeting", "and", "dated", "of", "-", "–")
}

// dayNumber is "the 22nd", with "of this month", "next month" or "Tuesday" after
// it.
func (c calendar) dayNumber(toks []token, d, next int) (when, bool) {
	j := next
	if is(toks, j, "of") {
		j++
	}
	if w, ok := c.stretch(toks, j); ok && w.day.Day() == 1 && w.last.Equal(monthEnd(w.day.Year(), w.day.Month())) {
		if t, ok := civil(w.day.Year(), w.day.Month(), d); ok && !(is(toks, j, "the") && is(toks, j+1, "month") && t.Before(c.today)) {
			return one(t, w.to)
		} else if ok { // "the first of the month" that comes
			next = w.to
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
	if j >= len(toks) {
		return when{}, false
	}
	if toks[j].kind == digits && j > i || isOrdinal(toks, j) {
		// "the 13 to the 15 of July", "ninth till seventeenth of May"
		if w, ok := c.dayFirstWords(toks, j); ok {
			return w, true
		}
	}
	d, next, ok := ordinalAt(toks, j, false)
	if n, w, isNumber := number(toks, j); !ok && isNumber && j > i && w == 2 && n > 9 && n <= 31 && is(toks, i-1, "on", "by", "before", "until") && (j+1 >= len(toks) || toks[j+1].kind == mark && toks[j+1].low != "%" && !glued(toks, j+1, "/", "-", "'", "\"") && !(j+2 < len(toks) && toks[j+2].kind == digits && !toks[j+2].gap)) {
		d, next, ok = n, j+1, true // "on the 15"
	}
	if !ok {
		return when{}, false
	}
	if is(toks, next, "day") && is(toks, next+1, "of") {
		next++
	}
	if m, y, has, after, ok := c.monthAfter(toks, next); ok && (is(toks, next, "of", "de") || !weak[lowAt(toks, after-1)]) {
		return c.inYear(y, has, m, d, after)
	}
	if j > i && is(toks, next, "of") && is(toks, next+1, "the", "this", "next", "last") && is(toks, next+2, "month", "following", "current") {
		return c.dayNumber(toks, d, next)
	}
	if j == i && is(toks, next, "of") && is(toks, next+1, "the", "this", "next") && is(toks, next+2, "month") && d <= 2 {
		return c.dayNumber(toks, d, next) // first of the month
	}
	if j == i || toks[j].kind != digits && !(prepBefore(toks, i) != none && d > 2 && (next >= len(toks) || toks[next].kind == mark)) { // "the first", "second": seldom a day without its month
		return when{}, false
	}
	if next < len(toks) && toks[next].kind == word && !dayGoesOn(toks, next) {
		return when{}, false
	}
	return c.dayNumber(toks, d, next)
}

// monthAt reads "Oct 28th, 2024", "October 28", "Oct/2", "twenty five January"
// and, after a preposition or with a year, a month alone.
func (c calendar) monthAt(toks []token, i int) (when, bool) {
	m, ok := months[toks[i].low]
	if !ok {
		// A spelled day before its month.
		if d, next, ok := count(toks, i); ok && d <= 31 && !is(toks, i, "a", "an", "couple") {
			if m, y, has, after, ok := c.monthAfter(toks, next); ok && (has || toks[next].cap) {
				return c.inYear(y, has, m, d, after)
			}
		}
		return when{}, false
	}
	j := skipDot(toks, i+1)
	toMonth := is(toks, j, "to", "-", "–", "through", "thru") && months[lowAt(toks, j+1)] != 0
	if glued(toks, j, "-", "/") && !toMonth {
		j++
	}
	k := j
	if is(toks, k, ",") && isOrdinal(toks, k+1) { // March, 3rd
		k++
	}
	if is(toks, k, "the") {
		k++
	}
	if y, w, ok := number(toks, j); ok && w == 4 && glued(toks, j+1, "-") && !toks[j].gap { // September-2020-23
		if d, w, ok := number(toks, j+2); ok && w <= 2 {
			return c.inYear(y, true, m, d, j+3)
		}
	}
	d, next, ok := ordinalAt(toks, k, true)
	if !ok && glued(toks, k+1, "-", "–") { // July 13-15
		if n, w, isNumber := number(toks, k); isNumber && w <= 2 && (k+2 >= len(toks) || toks[k+2].kind == digits && !toks[k+2].gap) {
			d, next, ok = n, k+1, true
		}
	}
	if ok && !is(toks, next, "units", "hours", "days", "weeks", "people") {
		y, after, has := c.yearRef(toks, next)
		if !has {
			after = next
		}
		return c.inYear(y, has, m, d, after)
	}
	if weak[toks[i].low] && !toks[i].cap {
		return when{}, false
	}
	if is(toks, j, "after") && is(toks, j+1, "next") {
		first := c.nextMonth(m).AddDate(1, 0, 0)
		return when{to: j + 2, day: first, last: monthEnd(first.Year(), m), relative: true}, true
	}
	prepared := prepBefore(toks, i) == by || prepBefore(toks, i) == before || is(toks, i-1, "in", "mid", "early", "late", "until", "-", "between", "from", "since", "during", "through", "thru") || is(toks, i-1, "to") && months[lowAt(toks, i-2)] != 0 || is(toks, i-2, "mid") && is(toks, i-1, "-") || is(toks, i-2, "month") && is(toks, i-1, "of") || toMonth
	y, after, has := c.yearRef(toks, j)
	if !has {
		if !prepared {
			return when{}, false
		}
		t, _ := c.near(m, 15)
		y, after = t.Year(), j
	}
	w := wholeMonth(y, m, after)
	w.year = has
	switch {
	case is(toks, i-1, "mid") || is(toks, i-1, "-") && is(toks, i-2, "mid"):
		w.day, _ = civil(y, m, 15)
		w.last = w.day
	case is(toks, i-1, "early"):
		w.last, _ = civil(y, m, 10)
	case is(toks, i-1, "late"):
		w.day, _ = civil(y, m, 20)
	}
	return w, true
}

// nextMonth returns the first day of the next such month, from the mail's own on.
func (c calendar) nextMonth(m time.Month) time.Time {
	y := c.today.Year()
	if m < c.today.Month() {
		y++
	}
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
}
