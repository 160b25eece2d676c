package message

import (
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones are the same wherever we run
)

// zoneNamed finds a zone by the name a calendar gives it: of the IANA
// database, perhaps behind the name of the program, or of Windows. It returns
// nil for any other.
func zoneNamed(tzid string) *time.Location {
	tzid = strings.TrimSpace(tzid)
	if tzid == "" || len(tzid) > 200 {
		return nil
	}
	if name, ok := windowsZones[strings.ToLower(tzid)]; ok {
		tzid = name
	}
	parts := strings.Split(tzid, "/")
	for n := min(3, len(parts)); n > 0; n-- {
		name := strings.Join(parts[len(parts)-n:], "/")
		if !plainZoneName(name) || n == 1 && len(parts) > 1 {
			continue
		}
		if loc, err := time.LoadLocation(name); err == nil {
			return loc
		}
	}
	return nil
}

// plainZoneName keeps out what is no name of a zone but a path, or this machine's own
// zone.
func plainZoneName(s string) bool {
	if s == "" || s == "Local" || !('A' <= s[0] && s[0] <= 'Z') {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/_-+", r)
	})
}

// observance is a STANDARD or DAYLIGHT part of a VTIMEZONE (RFC 5545 §3.6.5):
// from when on which offset holds.
type observance struct {
	from   time.Time // wall clock
	dates  []time.Time
	before int // seconds east of UTC that held until then
	offset int
	yearly bool
	month  time.Month
	nth    int // of the weekday in the month; negative from its end
	day    time.Weekday
	until  time.Time
}

func (o *observance) add(p property) {
	switch p.name {
	case "DTSTART":
		o.from, _ = time.Parse("20060102T150405", strings.TrimRight(strings.TrimSpace(p.value), "Zz"))
	case "RDATE":
		for s := range strings.SplitSeq(p.value, ",") {
			if t, err := time.Parse("20060102T150405", strings.TrimRight(strings.TrimSpace(s), "Zz")); err == nil && len(o.dates) < 200 {
				o.dates = append(o.dates, t)
			}
		}
	case "TZOFFSETFROM":
		o.before = calendarOffset(p.value)
	case "TZOFFSETTO":
		o.offset = calendarOffset(p.value)
	case "RRULE":
		o.rule(p.value)
	}
}

// rule reads the yearly rules that time zones have: FREQ=YEARLY;BYMONTH=3;BYDAY=2SU.
func (o *observance) rule(s string) {
	for f := range strings.SplitSeq(strings.ToUpper(s), ";") {
		name, val, _ := strings.Cut(f, "=")
		switch name {
		case "FREQ":
			o.yearly = val == "YEARLY"
		case "BYMONTH":
			if n, ok := smallNumber(val); ok && n >= 1 && n <= 12 {
				o.month = time.Month(n)
			}
		case "BYDAY":
			sign := 1
			if rest, ok := strings.CutPrefix(val, "-"); ok {
				sign, val = -1, rest
			}
			val = strings.TrimPrefix(val, "+")
			if len(val) == 3 && val[0] >= '1' && val[0] <= '5' {
				if d := slices.Index([]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}, val[1:]); d >= 0 {
					o.nth, o.day = sign*int(val[0]-'0'), time.Weekday(d)
				}
			}
		case "UNTIL":
			o.until, _ = time.Parse("20060102T150405", strings.TrimRight(val, "Z"))
		}
	}
}

// onset is when, by the wall clock, the observance begins in a year.
func (o *observance) onset(year int) (time.Time, bool) {
	if !o.yearly {
		best, ok := time.Time{}, false
		for _, t := range append(o.dates, o.from) {
			if t.Year() == year && (!ok || t.Before(best)) {
				best, ok = t, true
			}
		}
		return best, ok
	}
	if year < o.from.Year() && o.from.Year() > 1970 || !o.until.IsZero() && year > o.until.Year() {
		return time.Time{}, false
	}
	month := o.month
	if month == 0 {
		month = o.from.Month()
	}
	at := func(day int) time.Time {
		return time.Date(year, month, day, o.from.Hour(), o.from.Minute(), o.from.Second(), 0, time.UTC)
	}
	switch {
	case o.nth > 0:
		first := at(1)
		return at(1 + (int(o.day)-int(first.Weekday())+7)%7 + 7*(o.nth-1)), true
	case o.nth < 0:
		last := at(1).AddDate(0, 1, -1)
		return last.AddDate(0, 0, -(int(last.Weekday())-int(o.day)+7)%7+7*(o.nth+1)), true
	}
	return at(o.from.Day()), true
}

// inZone puts a wall clock time into a zone that a calendar describes itself.
func inZone(t time.Time, zone []observance) time.Time {
	offset, best := 0, time.Time{}
	found := false
	for i := range zone {
		o := &zone[i]
		years := []int{t.Year(), t.Year() - 1}
		if !o.yearly { // it holds from its only day on
			years = append(years, o.from.Year())
		}
		for _, y := range years {
			if at, ok := o.onset(y); ok && !at.After(t) && (!found || at.After(best)) {
				offset, best, found = o.offset, at, true
			}
		}
	}
	if !found { // before all of them
		for i := range zone {
			if at := zone[i].from; i == 0 || at.Before(best) {
				offset, best = zone[i].before, at
			}
		}
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.FixedZone("", offset))
}

// calendarOffset reads +0530 or -080000, in seconds; 0 for anything else, and
// for what no zone ever had.
func calendarOffset(s string) int {
	s = strings.TrimSpace(s)
	sign := 1
	switch {
	case strings.HasPrefix(s, "-"):
		sign = -1
		s = s[1:]
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	if len(s) != 4 && len(s) != 6 {
		return 0
	}
	n, ok := smallNumber(s[:4])
	if !ok || n/100 > 15 || n%100 > 59 {
		return 0
	}
	return sign * (n/100*3600 + n%100*60)
}

// windowsZones are the zones of Windows by the names Outlook and Exchange give
// them, in lower case, with the IANA zone that CLDR has for each.
var windowsZones = map[string]string{
	"utc": "UTC", "utc-02": "Etc/GMT+2", "utc-08": "Etc/GMT+8", "utc-09": "Etc/GMT+9", "utc-11": "Etc/GMT+11", "utc+12": "Etc/GMT-12", "utc+13": "Etc/GMT-13", "dateline standard time": "Etc/GMT+12", "coordinated universal time": "UTC", "tzone://microsoft/utc": "UTC", "z": "UTC", "gmt": "UTC",
	"hawaiian standard time": "Pacific/Honolulu", "aleutian standard time": "America/Adak", "alaskan standard time": "America/Anchorage", "pacific standard time": "America/Los_Angeles", "pacific standard time (mexico)": "America/Tijuana", "us mountain standard time": "America/Phoenix", "mountain standard time": "America/Denver", "mountain standard time (mexico)": "America/Mazatlan",
	"central standard time": "America/Chicago", "central standard time (mexico)": "America/Mexico_City", "canada central standard time": "America/Regina", "central america standard time": "America/Guatemala", "eastern standard time": "America/New_York", "eastern standard time (mexico)": "America/Cancun", "us eastern standard time": "America/Indiana/Indianapolis", "haiti standard time": "America/Port-au-Prince", "cuba standard time": "America/Havana",
	"atlantic standard time": "America/Halifax", "newfoundland standard time": "America/St_Johns", "venezuela standard time": "America/Caracas", "sa pacific standard time": "America/Bogota", "sa western standard time": "America/La_Paz", "sa eastern standard time": "America/Cayenne", "pacific sa standard time": "America/Santiago", "central brazilian standard time": "America/Cuiaba", "e. south america standard time": "America/Sao_Paulo", "bahia standard time": "America/Bahia", "tocantins standard time": "America/Araguaina", "argentina standard time": "America/Buenos_Aires", "paraguay standard time": "America/Asuncion", "montevideo standard time": "America/Montevideo", "greenland standard time": "America/Godthab",
	"azores standard time": "Atlantic/Azores", "cape verde standard time": "Atlantic/Cape_Verde", "morocco standard time": "Africa/Casablanca", "gmt standard time": "Europe/London", "greenwich standard time": "Atlantic/Reykjavik", "w. europe standard time": "Europe/Berlin", "central europe standard time": "Europe/Budapest", "central european standard time": "Europe/Warsaw", "romance standard time": "Europe/Paris", "w. central africa standard time": "Africa/Lagos", "namibia standard time": "Africa/Windhoek", "libya standard time": "Africa/Tripoli",
	"gtb standard time": "Europe/Bucharest", "e. europe standard time": "Europe/Chisinau", "fle standard time": "Europe/Kiev", "egypt standard time": "Africa/Cairo", "middle east standard time": "Asia/Beirut", "syria standard time": "Asia/Damascus", "jordan standard time": "Asia/Amman", "israel standard time": "Asia/Jerusalem", "jerusalem standard time": "Asia/Jerusalem", "west bank standard time": "Asia/Hebron", "south africa standard time": "Africa/Johannesburg", "kaliningrad standard time": "Europe/Kaliningrad", "sudan standard time": "Africa/Khartoum", "turkey standard time": "Europe/Istanbul",
	"arabic standard time": "Asia/Baghdad", "arab standard time": "Asia/Riyadh", "belarus standard time": "Europe/Minsk", "russian standard time": "Europe/Moscow", "e. africa standard time": "Africa/Nairobi", "iran standard time": "Asia/Tehran", "arabian standard time": "Asia/Dubai", "azerbaijan standard time": "Asia/Baku", "russia time zone 3": "Europe/Samara", "mauritius standard time": "Indian/Mauritius", "georgian standard time": "Asia/Tbilisi", "caucasus standard time": "Asia/Yerevan", "afghanistan standard time": "Asia/Kabul",
	"west asia standard time": "Asia/Tashkent", "ekaterinburg standard time": "Asia/Yekaterinburg", "pakistan standard time": "Asia/Karachi", "india standard time": "Asia/Kolkata", "sri lanka standard time": "Asia/Colombo", "nepal standard time": "Asia/Kathmandu", "central asia standard time": "Asia/Almaty", "bangladesh standard time": "Asia/Dhaka", "omsk standard time": "Asia/Omsk", "myanmar standard time": "Asia/Yangon", "se asia standard time": "Asia/Bangkok", "n. central asia standard time": "Asia/Novosibirsk", "north asia standard time": "Asia/Krasnoyarsk",
	"china standard time": "Asia/Shanghai", "north asia east standard time": "Asia/Irkutsk", "singapore standard time": "Asia/Singapore", "w. australia standard time": "Australia/Perth", "taipei standard time": "Asia/Taipei", "ulaanbaatar standard time": "Asia/Ulaanbaatar", "tokyo standard time": "Asia/Tokyo", "korea standard time": "Asia/Seoul", "yakutsk standard time": "Asia/Yakutsk",
	"cen. australia standard time": "Australia/Adelaide", "aus central standard time": "Australia/Darwin", "e. australia standard time": "Australia/Brisbane", "aus eastern standard time": "Australia/Sydney", "west pacific standard time": "Pacific/Port_Moresby", "tasmania standard time": "Australia/Hobart", "vladivostok standard time": "Asia/Vladivostok", "central pacific standard time": "Pacific/Guadalcanal", "new zealand standard time": "Pacific/Auckland", "fiji standard time": "Pacific/Fiji", "tonga standard time": "Pacific/Tongatapu", "samoa standard time": "Pacific/Apia",
	"us-eastern": "America/New_York", "us/eastern": "America/New_York", "eastern time (us & canada)": "America/New_York", "central time (us & canada)": "America/Chicago", "mountain time (us & canada)": "America/Denver", "pacific time (us & canada)": "America/Los_Angeles",
}
