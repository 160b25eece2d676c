package message

import (
	"strings"
	"time"
	"unicode"

	"projectr"
)

// headingMailbox reads the From of a header block in a text. Programs write
// there what they show: "Doe, Jo <jo@x>", "Jo [mailto:jo@x]", a bare name.
func headingMailbox(s string) projectr.MailAddress {
	s = strings.TrimSpace(s)
	m := projectr.MailAddress{}
	if slash := strings.IndexByte(s, '/'); slash > 0 && slash < strings.IndexByte(s, '@') && !strings.ContainsAny(s, "<[") {
		m.Name = oneLine(s[:slash]) // Jo Doe/HOU/ECT@ECT, a name in Lotus Notes
		return m
	}
	i := strings.IndexAny(s, "<[(")
	name, rest := s, ""
	if i >= 0 {
		name, rest = s[:i], s[i:]
	}
	if at := strings.IndexByte(rest, '@'); at >= 0 {
		m.Address = addressAround(rest, at)
	} else if at := strings.IndexByte(name, '@'); at >= 0 {
		m.Address = addressAround(name, at)
		name = strings.Replace(name, m.Address, "", 1)
	} else if i >= 0 && s[i] == '(' {
		name = s
	}
	name = oneLine(name)
	name = strings.Trim(strings.Trim(name, " ,;:*_"), "\"'“”„")
	if !strings.EqualFold(name, m.Address) {
		m.Name = strings.TrimSpace(name)
	}
	return m
}

// addressAround gives the addr-spec around the @ at i.
func addressAround(s string, at int) string {
	stop := func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>[]();,\"“”", r) }
	start := strings.LastIndexFunc(s[:at], stop) + 1
	if start > 0 && s[start-1] >= 0x80 { // a multi-byte quotation mark
		for start < at && s[start]&0xC0 == 0x80 {
			start++
		}
	}
	end := strings.IndexFunc(s[at:], stop)
	if end < 0 {
		end = len(s) - at
	}
	a := strings.TrimPrefix(s[start:at+end], "mailto:")
	return strings.TrimRight(oneLine(a), ".:*")
}

// headingMailboxes reads a To or Cc of a header block.
func headingMailboxes(s string) []projectr.MailAddress {
	list := []projectr.MailAddress{}
	for _, piece := range splitMailboxes(s) {
		if m := headingMailbox(piece); m != (projectr.MailAddress{}) && len(list) < maxAddresses {
			list = append(list, m)
		}
	}
	return list
}

// splitMailboxes divides at semicolons, or at commas where there are none.
// "Doe, Jo <jo@x>" stays together: a single word without address before a
// comma is a family name.
func splitMailboxes(s string) []string {
	sep := byte(',')
	if strings.IndexByte(s, ';') >= 0 {
		sep = ';'
	}
	var pieces []string
	depth, quoted, at := 0, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '<' || c == '[':
			depth++
		case (c == '>' || c == ']') && depth > 0:
			depth--
		case c == sep && depth == 0:
			pieces = append(pieces, s[at:i])
			at = i + 1
		}
	}
	pieces = append(pieces, s[at:])
	if sep == ';' {
		return pieces
	}
	var out []string
	for i := 0; i < len(pieces); i++ {
		p := strings.TrimSpace(pieces[i])
		if i+1 < len(pieces) && !strings.Contains(p, "@") && p != "" && len(strings.Fields(p)) == 1 && !strings.HasPrefix(strings.TrimSpace(pieces[i+1]), "<") {
			p += "," + pieces[i+1]
			i++
		}
		out = append(out, p)
	}
	return out
}

// headingDate reads the date of a header block, in any of the languages. Where
// it names no zone it is taken to be in the zone of the mail around it: the
// programs that write these blocks write the reader's local time.
func headingDate(s string, outer time.Time) time.Time {
	if strings.TrimSpace(s) == "" {
		return time.Time{}
	}
	var d dateParts
	d.zone = noZone
	d.local = true
	d.read(strings.NewReplacer("\u200e", "", "\u200f", "", "\u202f", " ", "\u00a0", " ", " at ", " ", "年", " ", "月", " ", "日", " ").Replace(s))
	if d.day == 0 || d.month == 0 || d.year < 0 {
		return time.Time{}
	}
	t, ok := d.time()
	if !ok {
		return time.Time{}
	}
	if d.zone == noZone && !outer.IsZero() {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, outer.Location())
	}
	return t
}

// monthNames are beginnings of the names of months, longest first where one
// begins another.
var monthNames = [12][]string{
	{"jan", "gen", "ene", "янв", "січ", "sty", "led", "tam", "oca", "ιαν", "siječ", "sij"},
	{"feb", "fév", "fev", "фев", "лют", "lut", "úno", "hel", "şub", "φεβ", "velj"},
	{"mar", "mär", "maa", "мар", "бер", "bře", "már", "mrt", "maart", "μαρ", "ožuj"},
	{"apr", "avr", "abr", "ápr", "апр", "кві", "kwi", "dub", "huh", "nis", "απρ", "tra"},
	{"may", "mai", "mag", "maj", "mei", "máj", "май", "мая", "тра", "kvě", "tou", "μαΐ", "svib"},
	{"jun", "juin", "giu", "jún", "июн", "чер", "cze", "červn", "čvn", "kes", "haz", "ιουν", "lip"},
	{"jul", "juil", "lug", "júl", "июл", "лип", "červenc", "čvc", "hei", "tem", "ιουλ", "srp"},
	{"aug", "aoû", "aou", "ago", "авг", "сер", "sie", "srpn", "elo", "ağu", "αυγ", "kolov"},
	{"sep", "set", "сен", "вер", "wrz", "zář", "syy", "eyl", "sze", "σεπ", "ruj"},
	{"oct", "okt", "ott", "out", "окт", "жов", "paź", "říj", "lok", "eki", "οκτ", "listop"},
	{"nov", "ноя", "лис", "lis", "mar.", "kas", "νοε", "stud"},
	{"dec", "déc", "dez", "dic", "дек", "гру", "gru", "pro", "jou", "ara", "δεκ", "prosin"},
}

// monthOf knows a month by its beginning, in lower case; 0 when it is none.
func monthOf(w string) int {
	best, month := 0, 0
	for i, names := range monthNames {
		for _, n := range names {
			if len(n) > best && strings.HasPrefix(w, n) {
				best, month = len(n), i+1
			}
		}
	}
	return month
}

// monthIn finds a month among the words of s.
func monthIn(s string) int {
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(w) >= 3 && len(w) <= 20 {
			if m := monthOf(w); m > 0 {
				return m
			}
		}
	}
	return 0
}
