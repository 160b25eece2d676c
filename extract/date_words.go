package extract

import "time"

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

// everyWeek are weekdays in the plural: dates only where they are counted.
var everyWeek = map[string]time.Weekday{
	"mondays": 1, "tuesdays": 2, "wednesdays": 3, "thursdays": 4, "fridays": 5, "saturdays": 6, "sundays": 0,
}

// weak are short names that are also other words: they count as dates only
// beside a preposition, a number or another word of time.
var weak = map[string]bool{"sat": true, "sun": true, "mon": true, "wed": true, "may": true, "mar": true, "march": true}

// namedMonth returns the month that token i names.
func namedMonth(toks []token, i int) (time.Month, bool) {
	m, ok := months[lowAt(toks, i)]
	return m, ok && (!weak[toks[i].low] || toks[i].cap)
}

// monthAfterDay is namedMonth behind a day of the month: there only "may" is
// more likely another word.
func monthAfterDay(toks []token, i int) (time.Month, bool) {
	m, ok := months[lowAt(toks, i)]
	return m, ok && (toks[i].low != "may" || toks[i].cap)
}

// afterOrdinal are the words that may follow "the 9th" when it is a day and not
// a floor, a street or a shift.
var afterOrdinal = set(`and or at by if so to in for is we i you will with before after but works would of thru through until from on
	as when because please pls then they it he she the let can this next was should latest instead not unless which that a
	noon eod cob morning afternoon evening a.m am pm around per due inst instant`)

// towards are the words before a weekday or a unit of time, and where they point.
var towards = map[string]string{
	"this": "this", "current": "this", "upcoming": "coming", "coming": "coming", "next": "next", "following": "following",
	"last": "last", "previous": "last", "past": "past", "prior": "last", "recent": "past",
}

// A season runs from its first day to its last, as month*100 + day.
var seasons = map[string]struct{ first, last int }{
	"spring": {320, 620}, "summer": {621, 923}, "autumn": {923, 1220}, "fall": {923, 1220}, "winter": {1221, 320},
}

// unit is a length of time on the calendar.
type unit uint8

const (
	noUnit unit = iota
	hourUnit
	dayUnit
	weekUnit
	weekendUnit
	fortnightUnit
	monthUnit
	quarterUnit
	halfUnit
	yearUnit
)

var timeUnits = map[string]unit{
	"hour": hourUnit, "hours": hourUnit, "hr": hourUnit, "hrs": hourUnit,
	"day": dayUnit, "days": dayUnit, "day's": dayUnit, "night": dayUnit, "nights": dayUnit,
	"week": weekUnit, "weeks": weekUnit, "wk": weekUnit, "wks": weekUnit, "week's": weekUnit, "workweek": weekUnit,
	"weekend": weekendUnit, "weekends": weekendUnit, "wkend": weekendUnit,
	"fortnight": fortnightUnit, "fortnights": fortnightUnit, "fortnight's": fortnightUnit,
	"month": monthUnit, "months": monthUnit, "mth": monthUnit, "mths": monthUnit, "mo": monthUnit, "mos": monthUnit, "month's": monthUnit,
	"quarter": quarterUnit, "quarters": quarterUnit, "qtr": quarterUnit, "qtrs": quarterUnit, "quarter's": quarterUnit,
	"half": halfUnit, "halves": halfUnit,
	"year": yearUnit, "years": yearUnit, "yr": yearUnit, "yrs": yearUnit, "year's": yearUnit,
}

// unitAt reads a unit at token i: "days", "business days", "calendar month",
// "week-end", "working week".
func unitAt(toks []token, i int) (u unit, work bool, next int) {
	j := i
	if is(toks, j, "business", "working", "work", "calendar", "whole", "full", "consecutive") {
		work = !is(toks, j, "calendar", "whole", "full", "consecutive")
		j++
	}
	u = timeUnits[lowAt(toks, j)]
	if u == noUnit {
		return noUnit, false, i
	}
	j++
	if u == weekUnit && glued(toks, j, "-") && is(toks, j+1, "end", "ends") {
		return weekendUnit, false, j + 2
	}
	if glued(toks, j, "'", "’") { // two weeks' time
		j++
	}
	return u, work && u == dayUnit, j
}

// add moves t by n units.
func (u unit) add(t time.Time, n int, work bool) time.Time {
	switch u {
	case hourUnit:
		return t.AddDate(0, 0, (n+12)/24)
	case dayUnit:
		if work {
			return workdays(t, n)
		}
		return t.AddDate(0, 0, n)
	case weekUnit, weekendUnit:
		return t.AddDate(0, 0, 7*n)
	case fortnightUnit:
		return t.AddDate(0, 0, 14*n)
	case monthUnit:
		return addMonths(t, n)
	case quarterUnit:
		return addMonths(t, 3*n)
	case halfUnit:
		return addMonths(t, 6*n)
	case yearUnit:
		return addMonths(t, 12*n)
	}
	return t
}

// around returns the first and the last day of the unit that t is in. A week is
// a working week: Monday to Friday.
func (u unit) around(t time.Time) (first, last time.Time) {
	switch u {
	case weekUnit:
		return monday(t), monday(t).AddDate(0, 0, 4)
	case weekendUnit:
		return monday(t).AddDate(0, 0, 5), monday(t).AddDate(0, 0, 6)
	case fortnightUnit:
		return monday(t), monday(t).AddDate(0, 0, 11)
	case monthUnit, quarterUnit, halfUnit, yearUnit:
		n := 1
		switch u {
		case quarterUnit:
			n = 3
		case halfUnit:
			n = 6
		case yearUnit:
			n = 12
		}
		m := (int(t.Month())-1)/n*n + 1
		return time.Date(t.Year(), time.Month(m), 1, 0, 0, 0, 0, time.UTC), monthEnd(t.Year(), time.Month(m+n-1))
	}
	return t, t
}
