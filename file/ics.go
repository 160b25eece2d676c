package file

import "strings"

// calendar reads events and tasks of a calendar file (RFC 5545), a property a
// line, as they were written.
func calendar(w *writer, contentType string, data []byte) error {
	var within []string // components that are open
	for line := range unfolded(decodeText(contentType, data)) {
		name, params, value := property(line)
		switch name {
		case "BEGIN":
			if len(within) < 20 {
				within = append(within, strings.ToUpper(value))
			}
			if strings.EqualFold(value, "VEVENT") || strings.EqualFold(value, "VTODO") {
				w.gap()
			}
			continue
		case "END":
			if n := len(within); n > 0 {
				within = within[:n-1]
			}
			continue
		}
		if n := len(within); n == 0 || within[n-1] != "VEVENT" && within[n-1] != "VTODO" && within[n-1] != "VJOURNAL" {
			continue
		}
		label := calendarLabels[name]
		if label == "" {
			continue
		}
		switch {
		case strings.HasPrefix(name, "DT"), name == "DUE":
			value = moment(value, params["TZID"])
		case name == "ORGANIZER", name == "ATTENDEE":
			address := strings.TrimPrefix(strings.TrimPrefix(value, "mailto:"), "MAILTO:")
			value = address
			if cn := params["CN"]; cn != "" && !strings.EqualFold(cn, address) {
				value = cn + " <" + address + ">"
			}
		default:
			value = unescape(value)
		}
		if value = strings.TrimSpace(value); value != "" {
			w.line(label + ": " + value)
		}
		if w.full {
			break
		}
	}
	return nil
}

var calendarLabels = map[string]string{
	"SUMMARY": "Summary", "DTSTART": "Start", "DTEND": "End", "DUE": "Due", "LOCATION": "Location", "ORGANIZER": "Organizer",
	"ATTENDEE": "Attendee", "DESCRIPTION": "Description", "COMMENT": "Comment", "STATUS": "Status", "RRULE": "Repeats", "DURATION": "Duration",
}

// unfolded yields content lines (RFC 5545, section 3.1).
func unfolded(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		var b strings.Builder
		for line := range lines(s) {
			if line != "" && (line[0] == ' ' || line[0] == '\t') {
				b.WriteString(line[1:])
				continue
			}
			if b.Len() > 0 && !yield(b.String()) {
				return
			}
			b.Reset()
			b.WriteString(line)
		}
		if b.Len() > 0 {
			yield(b.String())
		}
	}
}

// property takes a content line apart. Names are in capitals.
func property(line string) (name string, params map[string]string, value string) {
	quoted, at := false, 0
	params = map[string]string{}
	part := func(end int) {
		s := line[at:end]
		at = end + 1
		if name == "" {
			name = strings.ToUpper(s)
			return
		}
		k, v, _ := strings.Cut(s, "=")
		params[strings.ToUpper(k)] = strings.Trim(v, `"`)
	}
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted:
			part(i)
		case c == ':' && !quoted:
			part(i)
			return name, params, line[i+1:]
		}
	}
	return "", nil, ""
}

var unescapes = strings.NewReplacer(`\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\\`, `\`)

func unescape(s string) string { return unescapes.Replace(s) }

// moment writes 20260304T140000Z as people do, with its zone.
func moment(s, zone string) string {
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	if len(s) < 8 || !digits(s[:8]) {
		return s
	}
	out := s[:4] + "-" + s[4:6] + "-" + s[6:8]
	if len(s) < 13 || s[8] != 'T' || !digits(s[9:13]) {
		return out
	}
	out += " " + s[9:11] + ":" + s[11:13]
	switch {
	case strings.HasSuffix(s, "Z"):
		out += " UTC"
	case zone != "":
		out += " " + zone
	}
	return out
}
