package extract

import (
	"testing"
	"time"
)

// TestDateFamilies goes through the families of English dates, each in several
// wordings. The mail is of Tuesday, the 12th of February 2013; a stretch is written
// with its first and last day, and an empty want says that no date may be found.
func TestDateFamilies(t *testing.T) {
	mail := time.Date(2013, 2, 12, 4, 30, 0, 0, time.FixedZone("", -5*3600))
	for family, rows := range map[string][]struct{ text, want string }{
		"lengths": {
			{"in two and a half weeks", "2013-03-01"}, {"in 2.5 weeks", "2013-03-01"}, {"in half a year", "2013-08-12"}, {"in half a month", "2013-02-27"},
			{"in a year and a half", "2014-08-12"}, {"in 1.5 years", "2014-08-12"}, {"a month hence", "2013-03-12"}, {"a week from tomorrow", "2013-02-20"},
			{"week from today", "2013-02-19"}, {"a fortnight from today", "2013-02-26"}, {"one week prior to March 15", "2013-03-08"}, {"5 business days from March 4", "2013-03-11"},
			{"two weeks since the year 2011", "2011-01-15"}, {"half a truck", ""}, {"2.5 inches", ""},
		},
		"the week after": {
			{"tomorrow week", "2013-02-20"}, {"today week", "2013-02-19"}, {"Wednesday week", "2013-02-20"}, {"a fortnight on Monday", "2013-03-04"}, {"Monday past", "2013-02-11"},
			{"the upcoming week", "2013-02-18..2013-02-22"}, {"the previous day", "2013-02-11"},
		},
		"counted weekdays": {
			{"two Mondays after Easter", "2013-04-08"}, {"3 Fridays after March 3", "2013-03-22"}, {"two Thursdays before Easter", "2013-03-21"}, {"first Friday this month", "2013-02-01"},
			{"first Monday next month", "2013-03-04"}, {"third Wednesday in April 2014", "2014-04-16"},
		},
		"closest": {
			{"closest Monday to March 7", "2013-03-04"}, {"the closest Friday to July 4th", "2013-07-05"}, {"nearest Monday to the 15th", "2013-02-18"},
			{"the second closest Thursday to March 6", "2013-02-28"}, {"the Friday nearest July 4", "2013-07-05"}, {"the closest Christmas to today", "2012-12-25"}, {"the closest supplier to the site", ""},
		},
		"within weeks": {
			{"Wednesday in the week of March 11", "2013-03-13"}, {"Friday of the first week of March", "2013-03-08"}, {"the weekend after Labor Day", "2013-09-07..2013-09-08"},
			{"first weekend in March", "2013-03-02..2013-03-03"}, {"the weekend of July 4", "2013-07-06..2013-07-07"}, {"Thanksgiving weekend 2014", "2014-11-27..2014-11-30"},
		},
		"weeks of the calendar": {
			{"2013-W10", "2013-03-04..2013-03-08"}, {"2013W10", "2013-03-04..2013-03-08"}, {"W10 2013", "2013-03-04..2013-03-08"}, {"CW10", "2013-03-04..2013-03-08"},
			{"2013-W10-5", "2013-03-08"}, {"10th week of 2013", "2013-03-04..2013-03-08"}, {"W10x49 beam", ""}, {"a W12 column", ""},
		},
		"quarters and ends": {
			{"3Q 2014", "2014-07-01..2014-09-30"}, {"3Q14", "2014-07-01..2014-09-30"}, {"14q3", "2014-07-01..2014-09-30"}, {"2H 2014", "2014-07-01..2014-12-31"},
			{"by year-end 2014", "2014-12-31"}, {"EOY 2014", "2014-12-31"}, {"by month's end", "2013-02-28"}, {"first of the month", "2013-03-01"},
		},
		"written": {
			{"March, 3rd", "2013-03-03"}, {"March, 3rd, 2014", "2014-03-03"}, {"by 03 03 2014", "2014-03-03"}, {"2014.06.21", "2014-06-21"}, {"by 20140621", "2014-06-21"}, {"2014 June 21", "2014-06-21"},
			{"-2014-06-21-", "2014-06-21"}, {"job 20140621", ""}, {"version 2014.3.1", ""}, {"ides of March", "2013-03-15"}, {"the ides of April", "2013-04-13"},
		},
		"stretches": {
			{"March to May", "2013-03-01..2013-05-31"}, {"3/4-3/8", "2013-03-04..2013-03-08"}, {"Aug 12 - Oct 8", "2013-08-12..2013-10-08"}, {"from 13 to 15 July", "2013-07-13..2013-07-15"},
			{"13-15 of July", "2013-07-13..2013-07-15"}, {"tomorrow at noon", "2013-02-13"},
		},
		"seasons": {
			{"by this summer", "2013-06-21..2013-09-23"}, {"next spring", "2013-03-20..2013-06-20"}, {"last fall", "2012-09-23..2012-12-20"}, {"next winter", "2013-12-21..2014-03-20"},
			{"summer of 2014", "2014-06-21..2014-09-23"}, {"we fall behind", ""}, {"the fall protection", ""}, {"replace the spring", ""}, {"spring hinges", ""},
		},
		"holidays": {
			{"by easter sunday", "2013-03-31"}, {"Inauguration Day 2017", "2017-01-20"}, {"Leap Day 2016", "2016-02-29"}, {"Super Tuesday 2016", "2016-03-01"}, {"Christmas two years hence", "2015-12-25"},
			{"Thanksgiving of last year", "2012-11-22"}, {"St Patty's Day", "2013-03-17"}, {"All Hallows' Eve", "2013-10-31"}, {"lent us a ladder", ""}, {"the holy mess", ""},
		},
	} {
		for _, tt := range rows {
			toks := tokenise(tt.text, 0, len(tt.text))
			found := newCalendar(mail, toks).find(toks)
			got := ""
			for _, w := range found {
				got += w.day.Format(time.DateOnly)
				if !w.last.Equal(w.day) {
					got += ".." + w.last.Format(time.DateOnly)
				}
			}
			if got != tt.want {
				t.Errorf("%s: %q: got %q, want %q", family, tt.text, got, tt.want)
			}
		}
	}
}

// TestMoonHolidays holds the calendars of the moon against days as almanacs give them,
// a Jewish holiday by its eve.
func TestMoonHolidays(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"Rosh Hashanah 2024", "2024-10-02"}, {"Yom Kippur 2024", "2024-10-11"}, {"Sukkot 2025", "2025-10-06"}, {"Hanukkah 2024", "2024-12-25"}, {"Hanukkah 2025", "2025-12-14"},
		{"Purim 2024", "2024-03-23"}, {"Passover 2024", "2024-04-22"}, {"Passover 2025", "2025-04-12"}, {"Shavuot 2025", "2025-06-01"}, {"Tu Bishvat 2024", "2024-01-24"},
		{"Tisha B'Av 2025", "2025-08-02"}, {"Lag BaOmer 2025", "2025-05-15"}, {"Yom HaShoah 2024", "2024-05-05"}, {"Yom Ha'atzmaut 2024", "2024-05-13"},
		{"Eid al-Fitr 2019", "2019-06-04"}, {"Eid al-Fitr 2023", "2023-04-21"}, {"Eid al-Fitr 2024", "2024-04-10"}, {"Eid ul-Adha 2021", "2021-07-20"}, {"Ramadan 2022", "2022-04-02"}, {"Ashura 2023", "2023-07-28"},
		{"Chinese New Year 2020", "2020-01-25"}, {"Lunar New Year 2023", "2023-01-22"}, {"Chinese New Year 2024", "2024-02-10"}, {"Chinese New Year 2025", "2025-01-29"}, {"Chinese New Year 2026", "2026-02-17"},
		{"Chinese New Year's Eve 2024", "2024-02-09"}, {"Mid-Autumn Festival 2024", "2024-09-17"}, {"Dragon Boat Festival 2024", "2024-06-10"},
		{"Diwali 2020", "2020-11-14"}, {"Diwali 2022", "2022-10-24"}, {"Diwali 2023", "2023-11-12"}, {"Holi 2021", "2021-03-29"}, {"Holi 2024", "2024-03-25"}, {"Raksha Bandhan 2021", "2021-08-22"},
		{"Ugadi 2023", "2023-03-22"}, {"Ram Navami 2023", "2023-03-30"}, {"Maha Shivaratri 2024", "2024-03-09"}, {"Guru Nanak Jayanti 2021", "2021-11-19"}, {"Parsi New Year 2023", "2023-08-16"},
	} {
		toks := tokenise(tt.text, 0, len(tt.text))
		found := newCalendar(at(t, "2024-06-03T09:00:00-04:00"), toks).find(toks)
		if len(found) != 1 || found[0].day.Format(time.DateOnly) != tt.want || !found[0].unsure || found[0].to != len(toks) {
			t.Errorf("%q: got %v, want %s and unsure", tt.text, days(found), tt.want)
		}
	}
}

// TestHolidaysEveryYear: every rule of a holiday gives a day of the year asked for, or
// of one beside it, and the zero time only for what is not each year.
func TestHolidaysEveryYear(t *testing.T) {
	for _, list := range [][]holiday{holidays, moonHolidays} {
		for _, h := range list {
			none := 0
			for y := 1900; y < 2200; y++ {
				d := h.day(y)
				if d.IsZero() {
					none++
				} else if d.Year() < y-1 || d.Year() > y+1 || d.Hour() != 0 {
					t.Errorf("%s: %v in %d", h.names, d, y)
				}
			}
			if none > 230 {
				t.Errorf("%s: no day in %d of 300 years", h.names, none)
			}
		}
	}
}
