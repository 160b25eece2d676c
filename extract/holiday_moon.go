package extract

import (
	"math"
	"time"
)

// moonHolidays are the holidays of the calendars that go by the moon. The Jewish
// calendar is reckoned, the Islamic, Indian and Chinese ones go by the phases of the
// moon: where a crescent must be seen, or a lunar day decides,
// the day that is kept may be the next one, so such a day is never sure.
var moonHolidays = []holiday{
	// A Jewish holiday begins in the evening: what is wanted by then is wanted that day.
	{"rosh hashanah, rosh hashana, rosha shana, jewish new year", hebrewAutumn(-1)},
	{"yom kippur, day of atonement", hebrewAutumn(8)},
	{"sukkot, sukkoth, feast of tabernacle, feast of booth, feast of the ingathering", hebrewAutumn(13)},
	{"shemini atzeret", hebrewAutumn(20)},
	{"simchat torah", hebrewAutumn(21)},
	{"hanukkah, chanukah, hanukah, hanuka, hannukah, festival of light", hanukkah},
	{"tu bishvat, tu b'shevat", tuBishvat},
	{"purim", hebrewSpring(-31)},
	{"passover, pesach, pesah", hebrewSpring(-1)},
	{"lag baomer, lag b'omer", hebrewSpring(32)},
	{"shavuot, shavuoth, feast of week", hebrewSpring(49)},
	{"yom hashoah, yom hashoa, holocaust remembrance day, holocaust day", yomHaShoah},
	{"yom haatzmaut, yom ha'atzmaut, israeli independence day", yomHaAtzmaut},
	{"tisha b'av, tisha bav", tishaBav},

	{"islamic new year, hijri new year, muslim new year", islamic(1, 1)},
	{"ashura, day of ashura", islamic(1, 10)},
	{"mawlid, mawlid al nabawi, milad un nabi, prophet' birthday", islamic(3, 12)},
	{"isra and mi'raj, isra and miraj, isra mi'raj, lailat al miraj, prophet' ascension, ascension to heaven, night journey", islamic(7, 27)},
	{"ramadan, ramadhan, ramzan", islamic(9, 1)},
	{"laylat al qadr, laylat al kadr, lailat al qadr, night of power, night of destiny, night of decree, night of value, night of measure", islamic(9, 27)},
	{"jumu'atul wida, jumatul wida, jamat ul vida", func(y int) time.Time { return weekday(islamic(10, 1)(y).AddDate(0, 0, -8), time.Friday) }},
	{"eid al fitr, eid ul fitr, id al fitr, id ul fitr, ramzan eid, ramzan id, lesser eid, feast of breaking the fast", islamic(10, 1)},
	{"day of arafah, day of arafat", islamic(12, 9)},
	{"eid al adha, eid ul adha, id al adha, id ul adha, sacrifice feast, feast of the sacrifice, feast of sacrifice, bakr id, bakr eid, bakrid, greater eid", islamic(12, 10)},

	{"chinese new year, lunar new year, spring festival", chineseNewYear},
	{"chinese new year eve, lunar new year eve", shifted(chineseNewYear, -1)},
	{"lantern festival", shifted(chineseNewYear, 14)},
	{"mid autumn festival, moon festival, mooncake festival", func(y int) time.Time { return phaseBy(y, 9, 23, newMoon, beijing).AddDate(0, 0, 14) }},
	{"dragon boat festival", func(y int) time.Time { return phaseBy(y, 6, 21, newMoon, beijing).AddDate(0, 0, 4) }},

	{"dhanatrayodashi, dhantera", shifted(diwali, -2)},
	{"choti diwali, chhoti diwali, naraka chaturdashi, kali chaudas", shifted(diwali, -1)},
	{"diwali, deepavali, lakshmi puja, laxmi puja", diwali},
	{"govardhan puja, annakut", shifted(diwali, 1)},
	{"bhai dooj, bhai duj", shifted(diwali, 2)},
	{"chhath, chhath puja, chhathi, dala puja, dala chhath, surya shashthi", shifted(diwali, 6)},
	{"dussehra, vijayadashami, dasara", shifted(diwali, -20)},
	{"navratri, navaratri, durga navratri", shifted(diwali, -29)},
	{"karva chauth, karwa chauth", shifted(diwali, -11)},
	{"maharishi valmiki jayanti, valmiki jayanti, pargat diwa", func(y int) time.Time { return phaseBy(y, 10, 31, fullMoon, delhi) }},
	{"guru nanak jayanti, guru nanak birthday, gurpurab, guru nanak gurpurab", func(y int) time.Time { return phaseBy(y, 11, 30, fullMoon, delhi) }},
	{"guru ravida jayanti, guru ravida birthday, guru ravidas jayanti, ravida jayanti", func(y int) time.Time { return phaseBy(y, 2, 27, fullMoon, delhi) }},
	{"holi, dhulandi, dhulheti, phagwah, phagwa", shifted(holika, 1)},
	{"choti holi, chhoti holi, holika dahan, kamudu pyre", holika},
	{"maha shivaratri, shivaratri, mahashivratri", func(y int) time.Time { return phaseBy(y, 3, 13, newMoon, delhi).AddDate(0, 0, -1) }},
	{"vasant panchami, basant panchami, saraswati puja", func(y int) time.Time { return phaseBy(y, 2, 12, newMoon, delhi).AddDate(0, 0, 5) }},
	{"ugadi, yugadi, chaitra sukladi, chaitra sukhladi, gudi padwa", ugadi},
	{"ram navami, rama navami", shifted(ugadi, 8)},
	{"mahavir jayanti, mahavir janma kalyanak", shifted(ugadi, 12)},
	{"vesak, vaisakha, buddha purnima, buddha day, buddha jayanti", func(y int) time.Time { return phaseBy(y, 5, 29, fullMoon, delhi) }},
	{"raksha bandhan, rakhi", raksha},
	{"krishna janmashtami, janmashtami", shifted(raksha, 8)},
	{"ganesh chaturthi, vinayaka chaturthi", func(y int) time.Time { return phaseBy(y, 9, 15, newMoon, delhi).AddDate(0, 0, 4) }},
	{"parsi new year, jamshedi navroz", parsiNewYear},
}

// rataDie is the day with that number, 1 being the 1st of January of the year 1.
func rataDie(n int) time.Time { return time.Date(1, 1, n, 0, 0, 0, 0, time.UTC) }

// tishri1 is the number of the first day of a Jewish year: the molad and its four
// postponements.
func tishri1(year int) int {
	elapsed := func(y int) int {
		months := (235*y - 234) / 19
		parts := 12084 + 13753*months
		day := 29*months + parts/25920
		if 3*(day+1)%7 < 3 {
			day++
		}
		return day
	}
	before, day, after := elapsed(year-1), elapsed(year), elapsed(year+1)
	switch {
	case after-day == 356:
		day += 2
	case day-before == 382:
		day++
	}
	return day - 1373427
}

// hebrewAutumn is so many days after the Jewish new year that falls in a year.
func hebrewAutumn(days int) func(int) time.Time {
	return func(y int) time.Time { return rataDie(tishri1(y+3761) + days) }
}

// hebrewSpring is so many days after the 15th of Nisan, which lies 163 days before
// the new year.
func hebrewSpring(days int) func(int) time.Time { return hebrewAutumn(days - 163) }

// hanukkah is the eve of the 25th of Kislev, behind a Cheshvan of 29 or 30 days.
func hanukkah(y int) time.Time {
	first := tishri1(y + 3761)
	days := 30 + 29 + 23
	if (tishri1(y+3762)-first)%10 == 5 {
		days++
	}
	return rataDie(first + days)
}

// tuBishvat is the eve of the 15th of Shevat; a leap year has a month more before
// Passover.
func tuBishvat(y int) time.Time {
	days := -60
	if (7*(y+3760)+1)%19 < 7 {
		days -= 30
	}
	return hebrewSpring(days)(y)
}

// yomHaShoah is the eve of the 27th of Nisan, kept off the sabbath.
func yomHaShoah(y int) time.Time {
	day := hebrewSpring(12)(y)
	switch day.Weekday() {
	case time.Friday:
		day = day.AddDate(0, 0, -1)
	case time.Sunday:
		day = day.AddDate(0, 0, 1)
	}
	return day.AddDate(0, 0, -1)
}

// yomHaAtzmaut is the eve of the 5th of Iyar, kept off the sabbath.
func yomHaAtzmaut(y int) time.Time {
	day := hebrewSpring(20)(y)
	switch day.Weekday() {
	case time.Friday:
		day = day.AddDate(0, 0, -1)
	case time.Saturday:
		day = day.AddDate(0, 0, -2)
	case time.Monday:
		day = day.AddDate(0, 0, 1)
	}
	return day.AddDate(0, 0, -1)
}

// tishaBav is the eve of the 9th of Av, a day later when that is a sabbath.
func tishaBav(y int) time.Time {
	day := hebrewSpring(112)(y)
	if day.Weekday() == time.Saturday {
		day = day.AddDate(0, 0, 1)
	}
	return day.AddDate(0, 0, -1)
}

// islamic is a day of the Islamic calendar: the first time it falls in a year, or the
// last before where it falls in none.
func islamic(m, d int) func(int) time.Time {
	return func(y int) time.Time {
		last := time.Time{}
		for h := (y-622)*33/32 - 1; ; h++ {
			// The tables tell the month; it begins in the first evening with a crescent,
			// which is taken to be the first behind the new moon.
			first := rataDie(227015 + 354*(h-1) + (3+11*h)/30 + 29*(m-1) + m/2)
			moon := phaseTime(first.Year(), first.Month(), first.Day()+1, newMoon, mecca)
			day := civilDay(moon.Add(6*time.Hour)).AddDate(0, 0, d)
			switch {
			case day.Year() == y:
				return day
			case day.Year() > y:
				return last
			}
			last = day
		}
	}
}

// The phases of the moon, in lunations from a new moon, and the zones, in hours,
// that say on which day they fall.
const (
	newMoon  = 0.0
	fullMoon = 0.5
	beijing  = 8.0
	delhi    = 5.5
	mecca    = 3.0
)

// phaseAt returns the Julian date of the k-th new moon from the year 2000 on, of a
// full moon for k and a half (Meeus, Astronomical Algorithms, chapter 49, the larger
// terms: good to some minutes).
func phaseAt(k float64) float64 {
	t := k / 1236.85
	rad := func(base, step float64) float64 { return math.Mod(base+step*k, 360) * math.Pi / 180 }
	sun, moon, node := rad(2.5534, 29.10535670), rad(201.5643, 385.81693528), rad(160.7108, 390.67050284)
	e := 1 - 0.002516*t
	jd := 2451550.09766 + 29.530588861*k + 0.00015437*t*t
	for _, term := range [...]struct{ c, s, m, f float64 }{
		{-0.40720, 0, 1, 0}, {0.17241 * e, 1, 0, 0}, {0.01608, 0, 2, 0}, {0.01039, 0, 0, 2}, {0.00739 * e, -1, 1, 0}, {-0.00514 * e, 1, 1, 0},
		{0.00208 * e * e, 2, 0, 0}, {-0.00111, 0, 1, -2}, {-0.00057, 0, 1, 2}, {0.00056 * e, 1, 2, 0}, {-0.00042, 0, 3, 0}, {0.00042 * e, 1, 0, 2}, {0.00038 * e, 1, 0, -2},
	} {
		jd += term.c * math.Sin(term.s*sun+term.m*moon+term.f*node)
	}
	return jd
}

// phaseTime returns when, in a zone so many hours east, a phase of the moon is the
// last to fall on the m-th and d-th of a year or before.
func phaseTime(y int, m time.Month, d int, phase, zone float64) time.Time {
	limit := time.Date(y, m, d+1, 0, 0, 0, 0, time.UTC)
	k := math.Ceil((float64(y)+float64(limit.YearDay())/365.25-2000)*12.3685) + 1 + phase
	for ; ; k-- {
		seconds := (phaseAt(k)-2440587.5)*86400 + zone*3600
		if t := time.Unix(int64(seconds), 0).UTC(); t.Before(limit) {
			return t
		}
	}
}

func civilDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// phaseBy is the day of phaseTime.
func phaseBy(y int, m time.Month, d int, phase, zone float64) time.Time {
	return civilDay(phaseTime(y, m, d, phase, zone))
}

// chineseNewYear is the new moon nearest to the beginning of spring.
func chineseNewYear(y int) time.Time { return phaseBy(y, 2, 19, newMoon, beijing) }

// diwali is the evening before the new moon of October or November.
func diwali(y int) time.Time {
	return civilDay(phaseTime(y, 11, 15, newMoon, delhi).Add(-18 * time.Hour))
}

// holika is the evening before the full moon of March.
func holika(y int) time.Time {
	return civilDay(phaseTime(y, 3, 29, fullMoon, delhi).Add(-18 * time.Hour))
}

// raksha is the full moon of August.
func raksha(y int) time.Time { return phaseBy(y, 8, 31, fullMoon, delhi) }

// ugadi is the day behind the new moon of March or April.
func ugadi(y int) time.Time { return phaseBy(y, 4, 12, newMoon, delhi).AddDate(0, 0, 1) }

// parsiNewYear begins a year of 365 days: a day earlier after each leap year.
func parsiNewYear(y int) time.Time {
	return time.Date(y, 8, 17-(y-2016)/4, 0, 0, 0, 0, time.UTC)
}
