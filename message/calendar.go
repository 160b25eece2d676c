package message

import (
	"strings"
	"time"
	"unicode/utf8"

	"projectr"
)

// Limits on what is read of calendars (RFC 5545).
const (
	maxCalendar     = 256 << 10 // bytes kept of all calendar parts together
	maxCalendarLine = 20_000    // lines of one
	maxCalendarText = 1000      // code points of a summary, a location or an id
	maxZones        = 50        // VTIMEZONEs
	maxObservances  = 100       // STANDARD and DAYLIGHT of one of them
)

// calendar reports whether a file is read as a calendar; first says that its
// media type is the one of RFC 5545, and not just its name.
func (pt *part) calendar() (is, first bool) {
	name := strings.ToLower(pt.name)
	first = pt.typ == "text/calendar"
	return first || pt.typ == "application/ics" || strings.HasSuffix(name, ".ics") || strings.HasSuffix(name, ".vcs"), first
}

// invitation reads the calendar of a mail: the first part of that type, or
// else the first file of that name.
func (p *parser) invitation(root *mail) *projectr.Invitation {
	var found *projectr.Invitation
	var walk func(pt *part) bool
	walk = func(pt *part) bool {
		if is, first := pt.calendar(); is && len(pt.kept) > 0 && (first || found == nil) {
			if inv := readCalendar(p.decode(pt.kept, pt.charset), pt.method); inv != nil {
				found = inv
				if first {
					return true
				}
			}
		}
		for _, k := range pt.kids {
			if walk(k) {
				return true
			}
		}
		return false
	}
	walk(root.body)
	return found
}

// property is one content line of a calendar (RFC 5545 §3.1).
type property struct {
	name   string // upper case
	params []param
	value  string
}

func (p property) param(name string) string {
	for _, q := range p.params {
		if q.name == name {
			return q.value
		}
	}
	return ""
}

// event collects the properties of a VEVENT that we read.
type event struct {
	start, end, duration, uid, summary, location, organizer property
	recurs, exception, allDay                               bool
}

// readCalendar finds the event of a calendar. method is that of the media
// type, for a calendar that names none. It returns nil where there is no event.
// The end of an event of whole days is the day after, as RFC 5545 has it.
func readCalendar(text, method string) *projectr.Invitation {
	var (
		events []event
		ev     *event
		within []string // components around
		zones  = map[string][]observance{}
		tzid   string
		obs    *observance
	)
	for _, line := range unfoldCalendar(text) {
		p, ok := cutProperty(line)
		if !ok {
			continue
		}
		switch p.name {
		case "BEGIN":
			name := strings.ToUpper(strings.TrimSpace(p.value))
			if len(within) < 10 {
				within = append(within, name)
			}
			switch {
			case name == "VEVENT" && len(events) < 100:
				events = append(events, event{})
				ev = &events[len(events)-1]
			case name == "VTIMEZONE":
				tzid = ""
			case (name == "STANDARD" || name == "DAYLIGHT") && len(zones) < maxZones && len(zones[tzid]) < maxObservances:
				zones[tzid] = append(zones[tzid], observance{})
				obs = &zones[tzid][len(zones[tzid])-1]
			}
			continue
		case "END":
			if n := len(within); n > 0 {
				switch within[n-1] {
				case "VEVENT":
					ev = nil
				case "STANDARD", "DAYLIGHT":
					obs = nil
				}
				within = within[:n-1]
			}
			continue
		}
		inside := ""
		if n := len(within); n > 0 {
			inside = within[n-1]
		}
		switch {
		case inside == "VCALENDAR" && p.name == "METHOD" && strings.TrimSpace(p.value) != "":
			method = p.value
		case inside == "VTIMEZONE" && p.name == "TZID":
			tzid = p.value
		case obs != nil:
			obs.add(p)
		case ev != nil && inside == "VEVENT":
			ev.add(p)
		}
	}
	var main *event
	for i := range events {
		if main == nil || main.exception && !events[i].exception {
			main = &events[i]
		}
	}
	if main == nil {
		return nil
	}
	return main.invitation(strings.ToUpper(calendarText(method)), zones)
}

func (e *event) add(p property) {
	once := func(to *property) {
		if to.name == "" {
			*to = p
		}
	}
	switch p.name {
	case "DTSTART":
		once(&e.start)
	case "DTEND":
		once(&e.end)
	case "DURATION":
		once(&e.duration)
	case "UID":
		once(&e.uid)
	case "SUMMARY":
		once(&e.summary)
	case "LOCATION":
		once(&e.location)
	case "ORGANIZER":
		once(&e.organizer)
	case "RRULE", "RDATE":
		e.recurs = true
	case "RECURRENCE-ID":
		e.exception = true
	case "X-MICROSOFT-CDO-ALLDAYEVENT":
		e.allDay = strings.EqualFold(strings.TrimSpace(p.value), "TRUE")
	}
}

func (e *event) invitation(method string, zones map[string][]observance) *projectr.Invitation {
	inv := &projectr.Invitation{Method: method, UID: calendarText(e.uid.value), Summary: calendarText(e.summary.value), Location: calendarText(e.location.value), Recurs: e.recurs}
	inv.Organizer = organizer(e.organizer)
	var ok bool
	inv.Start, inv.AllDay, inv.Floating, ok = calendarTime(e.start, zones)
	if !ok {
		if inv.UID == "" && inv.Summary == "" {
			return nil
		}
		return inv
	}
	if end, _, _, ok := calendarTime(e.end, zones); ok && !end.Before(inv.Start) {
		inv.End = end
	} else if d, days, ok := calendarDuration(e.duration.value); ok {
		inv.End = inv.Start.AddDate(0, 0, days).Add(d)
	} else if inv.End = inv.Start; inv.AllDay {
		inv.End = inv.Start.AddDate(0, 0, 1)
	}
	inv.AllDay = inv.AllDay || e.allDay
	return inv
}

// unfoldCalendar gives the content lines, put together where they are folded:
// a line that begins with a blank goes on with the one before.
func unfoldCalendar(text string) []string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		line = strings.TrimRight(line, "\n\r")
		if n := len(lines); n > 0 && line != "" && (line[0] == ' ' || line[0] == '\t') {
			if len(lines[n-1]) < 8<<10 { // no property read here is longer
				lines[n-1] += line[1:]
			}
			continue
		}
		if len(lines) == maxCalendarLine {
			break
		}
		lines = append(lines, line)
	}
	return lines
}

// cutProperty divides NAME;PARAM=value;PARAM="value":value.
func cutProperty(line string) (property, bool) {
	i := strings.IndexAny(line, ":;")
	if i <= 0 || i > 60 {
		return property{}, false
	}
	p := property{name: strings.ToUpper(strings.TrimSpace(line[:i]))}
	for line[i] == ';' {
		rest := line[i+1:]
		eq := strings.IndexAny(rest, "=:;")
		if eq < 0 {
			return property{}, false
		}
		if rest[eq] != '=' { // a word alone, as vCalendar 1.0 had them
			i += 1 + eq
			continue
		}
		name := strings.ToUpper(rest[:eq])
		val := rest[eq+1:]
		var end int
		if strings.HasPrefix(val, "\"") {
			if end = strings.IndexByte(val[1:], '"'); end < 0 {
				return property{}, false
			}
			end += 2
		}
		next := strings.IndexAny(val[end:], ":;")
		if next < 0 {
			return property{}, false
		}
		if len(p.params) < 30 {
			p.params = append(p.params, param{name, parameterText.Replace(strings.Trim(val[:end+next], "\""))})
		}
		i += 1 + eq + 1 + end + next
	}
	p.value = line[i+1:]
	return p, true
}

// parameterText undoes RFC 6868, calendarEscapes RFC 5545 §3.3.11.
var (
	parameterText   = strings.NewReplacer("^n", " ", "^'", "\"", "^^", "^")
	calendarEscapes = strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n", `\N`, "\n")
)

// calendarText is a text value as one line of bounded length.
func calendarText(s string) string {
	s = oneLine(calendarEscapes.Replace(s))
	if utf8.RuneCountInString(s) > maxCalendarText {
		s = string([]rune(s)[:maxCalendarText])
	}
	return s
}

// organizer reads ORGANIZER;CN=Jo Doe:mailto:jo@x.
func organizer(p property) projectr.MailAddress {
	a := projectr.MailAddress{Name: calendarText(p.param("CN"))}
	val := strings.TrimSpace(p.value)
	if len(val) > 7 && strings.EqualFold(val[:7], "mailto:") {
		val = val[7:]
	} else if val = p.param("EMAIL"); val == "" {
		return a
	}
	if i := strings.IndexByte(val, '@'); i > 0 {
		a.Address = calendarText(addressAround(val, i))
	}
	if a.Name == a.Address {
		a.Name = ""
	}
	return a
}

// calendarTime reads a DATE or a DATE-TIME (RFC 5545 §3.3.4, §3.3.5). floating
// says that no zone is known for it.
func calendarTime(p property, zones map[string][]observance) (t time.Time, date, floating, ok bool) {
	s := strings.TrimSpace(p.value)
	utc := strings.HasSuffix(s, "Z") || strings.HasSuffix(s, "z")
	s = strings.TrimRight(s, "Zz")
	layout := "20060102T150405"
	switch len(s) {
	case 8:
		layout, date = "20060102", true
	case 13:
		layout = "20060102T1504"
	}
	t, err := time.ParseInLocation(layout, s, time.UTC)
	if err != nil || t.Year() < 1970 || t.Year() > 2100 {
		return time.Time{}, false, false, false
	}
	if date || utc {
		return t, date, false, true
	}
	tzid := p.param("TZID")
	switch loc := zoneNamed(tzid); {
	case loc != nil:
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, loc)
	case len(zones[tzid]) > 0 && tzid != "":
		t = inZone(t, zones[tzid])
	default:
		floating = true
	}
	return t, false, floating, true
}

// calendarDuration reads P1DT2H30M or P2W (RFC 5545 §3.3.6). Days are of the
// calendar and not of 24 hours.
func calendarDuration(s string) (d time.Duration, days int, ok bool) {
	s, found := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "+"), "P")
	if !found {
		return 0, 0, false
	}
	n, digits := 0, 0
	for _, c := range []byte(s) {
		if c >= '0' && c <= '9' {
			if digits++; digits > 6 {
				return 0, 0, false
			}
			n = n*10 + int(c-'0')
			continue
		}
		switch {
		case c == 'T' && digits == 0:
			continue
		case digits == 0:
			return 0, 0, false
		case c == 'W':
			days += 7 * n
		case c == 'D':
			days += n
		case c == 'H':
			d += time.Duration(n) * time.Hour
		case c == 'M':
			d += time.Duration(n) * time.Minute
		case c == 'S':
			d += time.Duration(n) * time.Second
		default:
			return 0, 0, false
		}
		n, digits, ok = 0, 0, true
	}
	return d, days, ok && digits == 0 && days <= 3660 && d <= 3660*24*time.Hour
}
