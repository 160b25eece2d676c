package extract

import (
	"slices"
	"strings"
	"time"
)

// A holiday is a rule that gives its day in a year.
type holiday struct {
	names string // separated by commas, without possessive s; "(day)" may be left off
	day   func(y int) time.Time
}

func fixed(m time.Month, d int) func(int) time.Time {
	return func(y int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
}

func floating(m time.Month, wd time.Weekday, n int) func(int) time.Time {
	return func(y int) time.Time { return nthWeekday(y, m, wd, n) }
}

func afterEaster(days int) func(int) time.Time {
	return func(y int) time.Time { return easter(y).AddDate(0, 0, days) }
}

func afterPascha(days int) func(int) time.Time {
	return func(y int) time.Time { return pascha(y).AddDate(0, 0, days) }
}

// shifted is the day that lies so many days after another holiday.
func shifted(f func(int) time.Time, days int) func(int) time.Time {
	return func(y int) time.Time { return f(y).AddDate(0, 0, days) }
}

var thanksgiving = floating(11, time.Thursday, 4)

var holidays = []holiday{
	{"new year eve", fixed(12, 31)},
	{"new year day, new year (day)", fixed(1, 1)},
	{"epiphany, three king day, twelfth day", fixed(1, 6)},
	{"burn night", fixed(1, 25)},
	{"australia day", fixed(1, 26)},
	{"groundhog day, ground hog day", fixed(2, 2)},
	{"candlema", fixed(2, 2)},
	{"waitangi day", fixed(2, 6)},
	{"lincoln birthday, abraham lincoln birthday, darwin day", fixed(2, 12)},
	{"super bowl (sunday)", superBowl},
	{"commonwealth day", floating(3, time.Monday, 2)},
	{"white day", fixed(3, 14)},
	{"cesar chavez day", fixed(3, 31)},
	{"walpurgi night, walpurgisnacht", fixed(4, 30)},
	{"international children day, children day", fixed(6, 1)},
	{"assumption day, assumption of mary", fixed(8, 15)},
	{"michaelma", fixed(9, 29)},
	{"reformation day", fixed(10, 31)},
	{"singles day", fixed(11, 11)},
	{"human right day", fixed(12, 10)},
	{"advent sunday, first sunday of advent", func(y int) time.Time { return weekday(time.Date(y, 11, 26, 0, 0, 0, 0, time.UTC), time.Sunday) }},
	{"valentine (day), st valentine (day), saint valentine (day), v day, st valentine' (day), valentine' day", fixed(2, 14)},
	{"st david day, saint david day", fixed(3, 1)},
	{"international women day, women day", fixed(3, 8)},
	{"pi day", fixed(3, 14)},
	{"st patrick (day), st paddy (day), saint patrick (day), saint paddy day, paddy day, patrick day, st patty (day), patty day", fixed(3, 17)},
	{"april fool (day)", fixed(4, 1)},
	{"sibling day, national sibling day", fixed(4, 10)},
	{"earth day", fixed(4, 22)},
	{"st george day, saint george day", fixed(4, 23)},
	{"anzac day", fixed(4, 25)},
	{"king day, koningsdag", func(y int) time.Time { return notSunday(y, 4, 27) }},
	{"may day, international worker day, worker day, international labour day, international labor day, loyalty day, law day, lei day", fixed(5, 1)},
	{"star war day", fixed(5, 4)},
	{"cinco de mayo", fixed(5, 5)},
	{"flag day", fixed(6, 14)},
	{"juneteenth", fixed(6, 19)},
	{"midsummer day, st john day", fixed(6, 24)},
	{"canada day", fixed(7, 1)},
	{"independence day", fixed(7, 4)},
	{"bastille day", fixed(7, 14)},
	{"women equality day", fixed(8, 26)},
	{"patriot day", fixed(9, 11)},
	{"constitution day", fixed(9, 17)},
	{"bos day, bosse day, bos' day", fixed(10, 16)},
	{"halloween", fixed(10, 31)},
	{"leap day", leapDay},
	{"inauguration day", every4(1, fixed(1, 20))},
	{"super tuesday", every4(0, floating(3, time.Tuesday, 1))},
	{"lohri", fixed(1, 13)},
	{"pongal, makar sankranti, makara sankranthi, makara sankranti", fixed(1, 14)},
	{"maattu pongal", fixed(1, 15)},
	{"kaanum pongal", fixed(1, 16)},
	{"vaisakhi, baisakhi, vasakhi, vaishakhi", fixed(4, 14)},
	{"rabindra jayanti, rabindranath jayanti", fixed(5, 9)},
	{"gandhi jayanti", fixed(10, 2)},
	{"all hallow eve, all hallow' eve, hallowe'en", fixed(10, 31)},
	{"day of the dead, dia de los muerto, día de los muerto, dia de muerto", fixed(11, 2)},
	{"all saint day, all hallow day, world vegan day", fixed(11, 1)},
	{"all soul day", fixed(11, 2)},
	{"guy fawke (day), guy fawke night, bonfire night, bonfire day", fixed(11, 5)},
	{"veteran day, armistice day, remembrance day", fixed(11, 11)},
	{"st andrew day, saint andrew day", fixed(11, 30)},
	{"pearl harbor (day), pearl harbor remembrance day, national pearl harbor remembrance day", fixed(12, 7)},
	{"st nichola day, saint nichola day", fixed(12, 6)},
	{"christma eve, xma eve", fixed(12, 24)},
	{"christma (day), xma (day)", fixed(12, 25)},
	{"boxing day, st stephen day, saint stephen day, kwanzaa", fixed(12, 26)},

	{"mlk (day), martin luther king (day), martin luther king jr (day), civil right day", floating(1, time.Monday, 3)},
	{"president day, washington birthday, george washington day, george washington birthday", floating(2, time.Monday, 3)},
	{"family day", floating(2, time.Monday, 3)},
	{"daylight saving start day, daylight saving day, daylight saving start", floating(3, time.Sunday, 2)},
	{"patriot' day", floating(4, time.Monday, 3)},
	{"administrative professional day, secretary day, secretarie day, admin day, administrative professional' day", func(y int) time.Time { return nthWeekday(y, 4, time.Saturday, -1).AddDate(0, 0, -3) }},
	{"arbor day, national arbor day", floating(4, time.Friday, -1)},
	{"early may bank holiday, may bank holiday", floating(5, time.Monday, 1)},
	{"mother day", floating(5, time.Sunday, 2)},
	{"armed force day, military day", floating(5, time.Saturday, 3)},
	{"victoria day", func(y int) time.Time { return weekday(time.Date(y, 5, 17, 0, 0, 0, 0, time.UTC), time.Monday) }},
	{"memorial day, decoration day", floating(5, time.Monday, -1)},
	{"spring bank holiday, late may bank holiday", floating(5, time.Monday, -1)},
	{"june bank holiday", floating(6, time.Monday, 1)},
	{"father day", floating(6, time.Sunday, 3)},
	{"parent day, national parent day", floating(7, time.Sunday, 4)},
	{"civic holiday", floating(8, time.Monday, 1)},
	{"summer bank holiday, late summer bank holiday, august bank holiday", floating(8, time.Monday, -1)},
	{"labor day, labour day", floating(9, time.Monday, 1)},
	{"grandparent day, national grandparent day", shifted(floating(9, time.Monday, 1), 6)},
	{"columbu day, indigenou people day, canadian thanksgiving", floating(10, time.Monday, 2)},
	{"october bank holiday", floating(10, time.Monday, -1)},
	{"daylight saving end day, daylight saving end", floating(11, time.Sunday, 1)},
	{"election day", func(y int) time.Time { return nthWeekday(y, 11, time.Monday, 1).AddDate(0, 0, 1) }},
	{"remembrance sunday", floating(11, time.Sunday, 2)},
	{"thanksgiving (day), turkey day", thanksgiving},
	{"black friday", shifted(thanksgiving, 1)},
	{"small busines saturday", shifted(thanksgiving, 2)},
	{"cyber monday", shifted(thanksgiving, 4)},
	{"giving tuesday", shifted(thanksgiving, 5)},
	{"emancipation day", emancipation},
	{"tax day", taxDay},

	{"shrove tuesday, pancake day, pancake tuesday, mardi gra, fat tuesday", afterEaster(-47)},
	{"ash wednesday, lent", afterEaster(-46)},
	{"palm sunday", afterEaster(-7)},
	{"maundy thursday, holy thursday, covenant thursday, sheer thursday, thursday of mystery, thursday of mysterie, great thursday", afterEaster(-3)},
	{"good friday, holy friday, great friday", afterEaster(-2)},
	{"holy saturday, black saturday, easter eve, easter saturday", afterEaster(-1)},
	{"easter monday", afterEaster(1)},
	{"easter (sunday), easter day", afterEaster(0)},
	{"ascension day, ascension thursday, ascension", afterEaster(39)},
	{"pentecost, whitsun, whit sunday, white sunday, whitsunday", afterEaster(49)},
	{"whit monday, pentecost monday, monday of the holy spirit", afterEaster(50)},
	{"trinity sunday", afterEaster(56)},
	{"corpu christi", afterEaster(60)},

	{"orthodox shrove monday, clean monday, orthodox clean monday, orthodox ash monday, green monday", afterPascha(-48)},
	{"lazaru saturday", afterPascha(-8)},
	{"orthodox palm sunday", afterPascha(-7)},
	{"orthodox maundy thursday, orthodox holy thursday, orthodox covenant thursday", afterPascha(-3)},
	{"orthodox good friday, orthodox great friday, orthodox holy friday", afterPascha(-2)},
	{"orthodox holy saturday, orthodox great saturday", afterPascha(-1)},
	{"orthodox easter monday, orthodox bright monday, orthodox pascha monday", afterPascha(1)},
	{"orthodox easter (sunday), pascha, pascha sunday", afterPascha(0)},
	{"orthodox ascension (day)", afterPascha(39)},
	{"orthodox pentecost (sunday), orthodox whitsun", afterPascha(49)},
	{"orthodox whit monday", afterPascha(50)},
}

// every4 is a holiday of each fourth year alone, those that leave r when divided;
// in the other years it gives the zero time.
func every4(r int, f func(int) time.Time) func(int) time.Time {
	return func(y int) time.Time {
		if y%4 != r {
			return time.Time{}
		}
		return f(y)
	}
}

// superBowl is the first Sunday of February, and the second since the season has 17 games.
func superBowl(y int) time.Time {
	if y >= 2022 {
		return nthWeekday(y, 2, time.Sunday, 2)
	}
	return nthWeekday(y, 2, time.Sunday, 1)
}

// leapDay is the 29th of February of a year that has one.
func leapDay(y int) time.Time {
	t, ok := civil(y, 2, 29)
	if !ok {
		return time.Time{}
	}
	return t
}

// notSunday is a day that moves to the Saturday before when it falls on a Sunday.
func notSunday(y int, m time.Month, d int) time.Time {
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if t.Weekday() == time.Sunday {
		return t.AddDate(0, 0, -1)
	}
	return t
}

// emancipation is the 16th of April as it is kept in Washington: on the Friday
// before or the Monday after when it falls on a weekend.
func emancipation(y int) time.Time {
	t := time.Date(y, 4, 16, 0, 0, 0, 0, time.UTC)
	switch t.Weekday() {
	case time.Saturday:
		return t.AddDate(0, 0, -1)
	case time.Sunday:
		return t.AddDate(0, 0, 1)
	}
	return t
}

// taxDay is the first working day from the 15th of April that is not
// emancipation day.
func taxDay(y int) time.Time {
	t := time.Date(y, 4, 15, 0, 0, 0, 0, time.UTC)
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday || t.Equal(emancipation(y)) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// holidayName is one way to write a holiday.
type holidayName struct {
	words    []string
	optional string // a last word that may be left off
	day      func(y int) time.Time
	moon     bool // kept a day later or earlier in places
}

// holidayNames are the names by their first word, the longer ones first.
var holidayNames = func() map[string][]holidayName {
	m := map[string][]holidayName{}
	for k, h := range slices.Concat(holidays, moonHolidays) {
		for name := range strings.SplitSeq(h.names, ",") {
			n := holidayName{words: strings.Fields(name), day: h.day, moon: k >= len(holidays)}
			if last := n.words[len(n.words)-1]; strings.HasPrefix(last, "(") {
				n.words, n.optional = n.words[:len(n.words)-1], strings.Trim(last, "()")
			}
			list := m[n.words[0]]
			at := 0
			for at < len(list) && len(list[at].words) >= len(n.words) {
				at++
			}
			m[n.words[0]] = append(list[:at], append([]holidayName{n}, list[at:]...)...)
		}
	}
	return m
}()

// holidayStem is a word of a holiday's name without its possessive or plural s.
func holidayStem(w string) string {
	w = strings.TrimSuffix(w, "'s")
	if len(w) > 3 {
		w = strings.TrimSuffix(w, "s")
	}
	return w
}

// match returns the token behind the name at token i.
func (n holidayName) match(toks []token, i int) (int, bool) {
	for k, w := range n.words {
		if i >= len(toks) {
			return i, false
		}
		wd, isDay := weekdays[w]
		if got, ok := weekdays[toks[i].low]; isDay && (!ok || got != wd) || !isDay && toks[i].low != w && holidayStem(toks[i].low) != w {
			return i, false
		}
		i++
		if isDay {
			i = skipDot(toks, i)
		}
		if glued(toks, i, "'", "’", ".", "-") && k+1 < len(n.words) {
			i++ // presidents' day, St. Patrick
		}
	}
	if glued(toks, i, "'", "’") && n.optional != "" && is(toks, i+1, n.optional) {
		i++
	}
	if n.optional != "" && (is(toks, i, n.optional) || n.optional == "sunday" && is(toks, i, "sun")) {
		i++
	}
	return i, true
}

// holidayNamed returns the holiday named at token i and the token behind it.
func holidayNamed(toks []token, i int) (n holidayName, next int, ok bool) {
	if i >= len(toks) || toks[i].kind != word {
		return n, i, false
	}
	low := toks[i].low
	list := holidayNames[low]
	if stem := holidayStem(low); list == nil && stem != low {
		list = holidayNames[stem]
	}
	for _, n := range list {
		if next, ok := n.match(toks, i); ok {
			// "good Friday" may be a Friday, "easter" a name, "new year" a year.
			common := len(n.words) == 1 && !(n.optional != "" && is(toks, next-1, n.optional, "sun")) || is(toks, i, "good", "new", "black", "holy", "great")
			if is(toks, i, "new") && i > 0 && toks[i-1].kind == word && is(toks, i-1, "chinese", "lunar", "parsi", "jewish", "persian", "islamic", "hindu", "orthodox", "tamil", "school", "fiscal") {
				continue
			}
			if common && !toks[i].cap && prepBefore(toks, i) == none && towards[lowAt(toks, i-1)] == "" && !yearFollows(toks, next) && !is(toks, i-1, "of", "to", "closest", "nearest") && !(is(toks, next, "of", "in") && timeUnits[lowAt(toks, next+2)] == yearUnit) {
				continue
			}
			return n, next, true
		}
	}
	return n, i, false
}

// holiday reads the days that work stops for: "before Thanksgiving", "Labor Day
// of last year", "next Memorial Day", "Christmas Eve 2025".
func (c calendar) holiday(toks []token, i int) (when, bool) {
	j := i
	if is(toks, j, "the") {
		j++
	}
	lead := towards[lowAt(toks, j)]
	if lead != "" {
		j++
	}
	name, next, ok := holidayNamed(toks, j)
	if !ok {
		return when{}, false
	}
	w, ok := c.dayOf(toks, i, j, lead, name.day, next)
	w.unsure = w.unsure || name.moon
	return w, ok
}

// dayOf is the day of the holiday whose name ends before token next, in the year
// that is written behind it or that lead, the word before it, tells.
func (c calendar) dayOf(toks []token, i, j int, lead string, day func(int) time.Time, next int) (when, bool) {
	if is(toks, next, "eve") {
		day = shifted(day, -1)
		next++
	} else if is(toks, next, "morning", "evening", "night", "afternoon") {
		next++
	}
	weekend := 0
	if is(toks, next, "weekend") {
		weekend = 1
	}
	if y, after, ok := c.yearRef(toks, next+weekend); ok {
		w := when{to: after, day: day(y), last: day(y), year: true}
		if weekend > 0 {
			w.day, w.last = weekendWith(w.day)
		}
		return longWeekend(toks, w), !w.day.IsZero()
	}
	if n, after, ok := count(toks, next); ok && next < len(toks) && toks[next].kind == word && n < 100 {
		// "Christmas two years hence"
		if u, _, k := unitAt(toks, after); u == yearUnit && is(toks, k, "hence", "ago", "from") && (!is(toks, k, "from") || is(toks, k+1, "now")) {
			if is(toks, k, "ago") {
				n = -n
			} else if is(toks, k, "from") {
				k++
			}
			t := day(c.today.Year() + n)
			return when{to: k + 1, day: t, last: t, year: true}, !t.IsZero()
		}
	}
	if n, after, ok := count(toks, next+1); ok && is(toks, next, "in") && n < 100 { // Thanksgiving in 9 months
		if u, _, k := unitAt(toks, after); u == monthUnit || u == weekUnit {
			then := u.add(c.today, n, false)
			for y := then.Year() - 1; y <= then.Year()+1; y++ {
				if t := day(y); !t.IsZero() && t.Sub(then).Abs() < 45*24*time.Hour {
					return when{to: k, day: t, last: t}, true
				}
			}
		}
	}
	this := c.today.Year()
	switch lead {
	case "last", "past":
		for y := this; y > this-5; y-- {
			if t := day(y); t.Before(c.today) && !t.IsZero() {
				return one(t, next)
			}
		}
	case "next":
		for y := this; y < this+5; y++ {
			if t := day(y); t.After(c.today) {
				return one(t, next)
			}
		}
	}
	return c.nextHoliday(toks, i, lead != "", day, next)
}

// nextHoliday is the holiday that comes, or the one just past where no deadline
// hangs on it.
func (c calendar) nextHoliday(toks []token, i int, led bool, day func(int) time.Time, next int) (when, bool) {
	past := 14 // "we lost two days over Labor Day"
	if p := prepBefore(toks, i); p == by || p == before || led {
		past = 0
	}
	for y := c.today.Year() - 1; y < c.today.Year()+5; y++ {
		if t := day(y); !t.Before(c.plus(-past)) {
			return longWeekend(toks, when{to: next, day: t, last: t}), true
		}
	}
	return when{}, false
}

// longWeekend is the weekend with the holiday w where "weekend" stands behind it.
func longWeekend(toks []token, w when) when {
	if is(toks, w.to, "week") && !w.day.IsZero() && !is(toks, w.to+1, "before", "after", "of", "from") { // Thanksgiving week
		w.to++
		w.day, w.last = weekUnit.around(w.day)
		return w
	}
	if !is(toks, w.to, "weekend") {
		return w
	}
	w.to++
	w.day, w.last = weekendWith(w.day)
	return w
}

// weekendWith is the weekend of the week with a holiday, and the holiday when it
// is beside.
func weekendWith(day time.Time) (first, last time.Time) {
	first, last = weekendUnit.around(day)
	switch day.Weekday() {
	case time.Monday:
		return day.AddDate(0, 0, -2), day
	case time.Thursday:
		return day, day.AddDate(0, 0, 3)
	case time.Friday:
		first = day
	}
	return first, last
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

// pascha returns the Easter Sunday of the Eastern churches (Meeus's Julian
// computus), in the Gregorian calendar.
func pascha(y int) time.Time {
	a, b, c := y%4, y%7, y%19
	d := (19*c + 15) % 30
	e := (2*a + 4*b - d + 34) % 7
	n := d + e + 114
	julian := time.Date(y, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
	return julian.AddDate(0, 0, y/100-y/400-2)
}

// nthWeekday returns the n-th such weekday of a month, the last one for -1.
func nthWeekday(y int, m time.Month, wd time.Weekday, n int) time.Time {
	if n < 0 {
		last := monthEnd(y, m)
		return last.AddDate(0, 0, -((int(last.Weekday())-int(wd)+7)%7)+7*(n+1))
	}
	first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, (int(wd)-int(first.Weekday())+7)%7+7*(n-1))
}
