package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// openingAt looks whether another mail begins at line i.
func (d *divider) openingAt(i int) opening {
	l := &d.lines[i]
	if len(l.text) > 1000 {
		return opening{}
	}
	switch c := l.text[0]; {
	case isRule(l.text):
		// A line of hyphens or underscores counts with the block under it.
		next := d.nextText(i + 1)
		if next < len(d.lines) && next <= i+3 && !isRule(d.lines[next].text) {
			if o := d.markOrBlock(next, true); o.kind != noOpening {
				o.start = i
				return o
			}
		}
		return opening{}
	case c == '-' || c == '_' || c == '=' || c == '*' || strings.IndexByte(l.text, ':') >= 0 || strings.Contains(l.text, "："):
		if o := d.markOrBlock(i, false); o.kind != noOpening {
			return o
		}
	}
	if d.beforeNotesDate(i) {
		if head, body := d.notesBlock(i); head.fields > 0 {
			return opening{start: i, body: body, kind: blockHeading, head: head}
		}
	}
	if body, head, ok := d.attribution(i); ok {
		return opening{start: i, body: body, kind: attributed, head: head}
	}
	return opening{}
}

// markOrBlock recognises a line such as "---- Original Message ----" or "Begin
// forwarded message:" with the block under it, or the block alone. ruled says
// that a rule stands above.
func (d *divider) markOrBlock(i int, ruled bool) opening {
	l := &d.lines[i]
	mark, after := l.text, i+1
	if strings.HasPrefix(mark, "---") && !strings.HasSuffix(mark, "--") && after < len(d.lines) && strings.HasSuffix(d.lines[after].text, "---") {
		mark += " " + d.lines[after].text // Notes breaks the line
		after++
	}
	if phrase, rest, ok := betweenHyphens(mark); ok {
		low := strings.ToLower(phrase)
		kind := noOpening
		switch {
		case containsAny(low, forwardStems):
			kind = forwardMark
		case containsAny(low, originalPhrases):
			kind = originalMark
		}
		if kind != noOpening {
			o := opening{start: i, body: after, kind: kind}
			if rest != "" { // Yahoo writes the block on the same line
				o.head = inlineHeading(rest)
				return o
			}
			if next := d.nextText(after); next < len(d.lines) {
				if head, body := d.block(next, 2); head.fields > 0 {
					o.head, o.body = head, body
				} else if head, body := d.notesBlock(next); head.fields > 0 {
					o.head, o.body = head, body
				}
			}
			return o
		}
	}
	if n := len(l.text); n < 120 && (l.text[n-1] == ':' || strings.HasSuffix(l.text, "：") || strings.HasPrefix(l.text, "---") && n < 50) {
		if containsAny(strings.ToLower(l.text), forwardStems) {
			if next := d.nextText(i + 1); next < len(d.lines) {
				if head, body := d.block(next, 2); head.fields > 0 {
					return opening{start: i, body: body, kind: forwardMark, head: head}
				}
			}
		}
	}
	need := 3
	if ruled {
		need = 2
	}
	if lab, _ := cutLabel(l.text); lab != noLabel && lab != lOther {
		if head, body := d.block(i, need); head.fields > 0 {
			return opening{start: i, body: body, kind: blockHeading, head: head}
		}
	}
	return opening{}
}

// isRule reports a line of nothing but hyphens, underscores or the like.
func isRule(s string) bool {
	n := 0
	for _, r := range s {
		switch r {
		case '-', '_', '=', '*', '—', '–', '─', '~', '#':
			n++
		case ' ':
		default:
			return false
		}
	}
	return n >= 4
}

// betweenHyphens takes "--- phrase ---" apart; rest is what follows on the line.
func betweenHyphens(s string) (phrase, rest string, ok bool) {
	s = strings.Trim(s, "* ")
	body := strings.TrimLeft(s, "-_=—–")
	if len(s)-len(body) < 2 {
		return "", "", false
	}
	i := strings.Index(body, "--")
	if i < 0 {
		if i = strings.Index(body, "——"); i < 0 {
			if i = strings.Index(body, "__"); i < 0 {
				return "", "", false
			}
		}
	}
	phrase = strings.TrimSpace(body[:i])
	rest = strings.TrimSpace(strings.TrimLeft(body[i:], "-_=—–"))
	if j := strings.LastIndex(rest, "--"); j >= 0 && !strings.Contains(rest, ":") { // two phrases in a row
		rest = strings.TrimSpace(strings.TrimLeft(rest[j:], "-"))
	}
	return phrase, rest, utf8.RuneCountInString(phrase) <= 120
}

// block reads the header block that begins at line i. It has a From and at
// least need fields in all, each once; head.fields is 0 when there is none.
// body is the first line after it.
func (d *divider) block(i, need int) (head heading, body int) {
	head, body = d.fields(i)
	if head.from == "" || head.fields < need {
		return heading{}, 0
	}
	if head.date == "" { // Notes: "From: Jo Doe on 02/17/2000 03:39 PM"
		if at := notesDate(head.from); at > 0 {
			head.from, head.date = notesName(head.from[:at]), head.from[at:]
		}
	}
	return head, body
}

// fields reads fields of a header block, whichever there are.
func (d *divider) fields(i int) (head heading, body int) {
	depth := d.lines[i].depth
	var last *string
	var scrap string
	var which [lOther + 1]bool
	body = i
	for n := 0; i < len(d.lines) && n < 120; n++ {
		l := &d.lines[i]
		if l.blank() {
			// Some programs put an empty line between the fields.
			next := d.nextText(i)
			if next >= len(d.lines) || next > i+2 || d.lines[next].depth != depth {
				break
			}
			lab, _ := cutLabel(d.lines[next].text)
			if lab == noLabel || lab != lOther && which[lab] || head.fields >= 4 {
				break
			}
			i = next
			continue
		}
		if l.depth != depth {
			break
		}
		lab, val := cutLabel(l.text)
		if lab == noLabel {
			addresses := last == &head.to || last == &head.cc
			if last == nil || !(addresses && strings.HasSuffix(*last, ",")) && !d.continues(i, depth, addresses) {
				break
			}
			*last += " " + l.text
			i++
			body = i
			continue
		}
		if lab != lOther && which[lab] {
			break // another block, or the text has begun
		}
		if lab != lOther {
			head.fields++
		}
		which[lab] = true
		switch lab {
		case lFrom:
			last = &head.from
		case lTo:
			last = &head.to
		case lCc:
			last = &head.cc
		case lDate:
			last = &head.date
		case lSubject:
			last = &head.subject
		default:
			last = &scrap
		}
		*last = val
		i++
		body = i
	}
	return head, body
}

// continues reports whether line i, which is no field, belongs to the field
// before it: a field follows soon, or it is more addresses.
func (d *divider) continues(i, depth int, addresses bool) bool {
	t := d.lines[i].text
	if strings.HasPrefix(t, "<") && strings.Contains(t, "@") {
		return true
	}
	reach := 2
	if addresses && strings.ContainsAny(t, "@,;/") {
		reach = 40
	}
	for n := 1; n <= reach && i+n < len(d.lines); n++ {
		l := &d.lines[i+n]
		if l.blank() && reach > 2 {
			next := d.nextText(i + n)
			if next >= len(d.lines) || next > i+n+1 {
				return false
			}
			lab, _ := cutLabel(d.lines[next].text)
			return lab != noLabel
		}
		if l.blank() || l.depth != depth {
			return false
		}
		if lab, _ := cutLabel(l.text); lab != noLabel {
			return true
		}
		if n > 1 && !strings.ContainsAny(l.text, "@,;/") {
			return false
		}
	}
	return false
}

// notesBlock reads the block of Lotus Notes: the author's name without a label,
// the date, and then To, cc and Subject.
func (d *divider) notesBlock(i int) (head heading, body int) {
	depth := d.lines[i].depth
	name, date, labelled := "", "", false
	for n := 0; n < 14 && i < len(d.lines); n++ {
		l := &d.lines[i]
		if l.blank() {
			i++
			continue
		}
		if l.depth != depth || len(l.text) > 200 {
			return heading{}, 0
		}
		lab, val := cutLabel(l.text)
		if lab == lTo {
			break
		}
		low := strings.ToLower(l.text)
		at := notesDate(l.text)
		switch {
		case lab == lFrom:
			name, labelled = val, true
			if at = notesDate(val); at > 0 {
				name, date = notesName(val[:at]), val[at:]
			}
		case strings.HasPrefix(low, "please respond to"), strings.HasPrefix(low, "sent by:"), date != "" && lab == lOther:
		case date != "" && (low == "am" || low == "pm"):
			date += " " + l.text // the line was broken
		case labelled && date != "" && len(l.text) < 60:
			// telephone and room, in some letterheads
		case at >= 0 && date == "":
			if at > 0 {
				name = notesName(l.text[:at])
			}
			date = l.text[at:]
		case date == "" && lab == noLabel:
			name = notesName(l.text) // the last line before the date
		default:
			return heading{}, 0
		}
		i++
	}
	if name == "" || date == "" || i >= len(d.lines) {
		return heading{}, 0
	}
	head, body = d.fields(i)
	if head.to == "" || head.from != "" || head.fields < 2 {
		return heading{}, 0
	}
	head.from, head.date = name, date
	head.fields += 2
	return head, body
}

// notesName cleans what stands before a date in the block of Notes.
func notesName(s string) string {
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), " on"))
}

// notesDate finds "02/17/2000 03:39 PM" in s and says where; -1 when it is not
// there.
func notesDate(s string) int {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '/')
		if i < 0 {
			return -1
		}
		i += at
		start := i
		for start > 0 && i-start < 2 && s[start-1] >= '0' && s[start-1] <= '9' {
			start--
		}
		f := strings.SplitN(s[start:], " ", 3)
		if start < i && len(f) >= 2 && strings.Count(f[0], "/") == 2 && strings.IndexByte(f[1], ':') > 0 && f[1][0] >= '0' && f[1][0] <= '9' {
			return start
		}
		at = i + 1
	}
}

// beforeNotesDate is a cheap test: a date of Notes stands on line i, or on the
// next below a short line, and a To soon after.
func (d *divider) beforeNotesDate(i int) bool {
	l := &d.lines[i]
	if len(l.text) > 120 {
		return false
	}
	on := i
	if notesDate(l.text) < 0 {
		if on = d.nextText(i + 1); on >= len(d.lines) || on > i+2 || len(d.lines[on].text) > 40 || notesDate(d.lines[on].text) != 0 {
			return false
		}
	}
	for n, k := 0, on+1; n < 4 && k < len(d.lines); k++ {
		if d.lines[k].blank() {
			if k > on+8 {
				return false
			}
			continue
		}
		if lab, _ := cutLabel(d.lines[k].text); lab == lTo {
			return true
		}
		n++
	}
	return false
}

// inlineHeading reads a header block that stands on one line, as Yahoo writes
// it: "From: a <a@b>To: c <c@d>Sent: ...Subject: ...".
func inlineHeading(s string) heading {
	type found struct {
		at, end int
		lab     label
	}
	var marks []found
	var which [lOther + 1]bool
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		boundary := i == 0
		if !boundary {
			prev, _ := utf8.DecodeLastRuneInString(s[:i])
			// A field begins with a capital letter, after anything but a
			// blank in the middle of a name.
			boundary = !unicode.IsLetter(prev) || unicode.IsUpper(r)
		}
		if boundary && (unicode.IsUpper(r) || r > 0x2e80) {
			if lab, n := labelAt(s[i:], i == 0); lab != noLabel && !which[lab] && (lab == lFrom || which[lFrom]) {
				short := utf8.RuneCountInString(strings.TrimRight(s[i:i+n], ": ")) <= 2
				prev, _ := utf8.DecodeLastRuneInString(s[:i])
				if !short || i == 0 || prev == '>' || prev == ' ' {
					marks = append(marks, found{i, i + n, lab})
					which[lab] = true
					i += n
					continue
				}
			}
		}
		i += size
	}
	var h heading
	for k, m := range marks {
		end := len(s)
		if k+1 < len(marks) {
			end = marks[k+1].at
		}
		v := strings.TrimSpace(s[m.end:end])
		switch m.lab {
		case lFrom:
			h.from = v
		case lTo:
			h.to = v
		case lCc:
			h.cc = v
		case lDate:
			h.date = v
		case lSubject:
			h.subject = v
		}
		h.fields++
	}
	if h.from == "" {
		return heading{}
	}
	return h
}

// labelAt reads a label with its colon at the start of s. A subject may lack
// the colon, as Yahoo's does in some languages.
func labelAt(s string, first bool) (label, int) {
	lim := min(len(s), longestLabel)
	if i := strings.IndexByte(s[:lim], ':'); i > 0 {
		if lab := labels[strings.ToLower(strings.TrimSpace(s[:i]))]; lab != noLabel {
			return lab, i + 1
		}
	}
	if i := strings.IndexByte(s[:lim], ' '); i > 0 && !first {
		if lab := labels[strings.ToLower(s[:i])]; lab == lSubject || lab == lCc {
			return lab, i + 1
		}
	}
	return noLabel, 0
}

// maxTries bounds how often the lines after one are looked at too, for texts
// that are made to look like attributions from end to end.
const maxTries = 5000

// attribution recognises the line, or few lines, that introduce a quotation:
// "On 3 May 2024 at 10:00, Jo Doe <jo@x.example> wrote:" and its like. body is
// the line after it.
func (d *divider) attribution(i int) (body int, head heading, ok bool) {
	if t := d.lines[i].text; !hasDigit(t) && strings.IndexByte(t, '<') < 0 && t[len(t)-1] != ':' && !strings.HasSuffix(t, "：") {
		return 0, heading{}, false
	}
	depth := d.lines[i].depth
	if t := d.lines[i].text; strings.HasSuffix(t, ":") && len(t) <= 80 && d.quotedBelow(i) && len(strings.Fields(t)) <= 6 && hasWord(strings.ToLower(t), wroteVerbs) {
		return i + 1, heading{}, true // "Jo Doe wrote:" over quoted lines
	}
	reach := 7
	if d.tries++; d.tries > maxTries {
		reach = 1
	}
	var joined strings.Builder
	for n := 0; n < reach && i+n < len(d.lines); n++ {
		l := &d.lines[i+n]
		text := l.text
		if l.depth == depth+1 && len(text) < 40 && strings.Count(joined.String(), "<") > strings.Count(joined.String(), ">") {
			text = ">" + text // not a quote mark but the end of an address
		} else if l.depth != depth || l.boxed != d.lines[i].boxed {
			return 0, heading{}, false
		}
		if text == "" {
			// Only inside an address that goes on: "Jo\n\n<\nmailto:jo".
			next := d.nextText(i + n)
			if next < len(d.lines) && next == i+n+1 && strings.HasPrefix(d.lines[next].text, "<") && n > 0 {
				continue
			}
			return 0, heading{}, false
		}
		if joined.Len() > 0 {
			joined.WriteByte(' ')
		}
		joined.WriteString(text)
		if joined.Len() > 600 {
			return 0, heading{}, false
		}
		s := joined.String()
		if !mayEndAttribution(text) && !(n == 0 && startsWithISODate(s)) {
			if n == 0 && !mayBeginAttribution(s) {
				return 0, heading{}, false
			}
			continue
		}
		if head, ok := readAttribution(s); ok {
			// A few words on a line of their own may belong to the next one.
			return i + n + 1, head, true
		}
		if n == 0 && !mayBeginAttribution(s) {
			return 0, heading{}, false
		}
	}
	return 0, heading{}, false
}

// quotedBelow reports whether the next text, close below line i, is quoted more
// deeply.
func (d *divider) quotedBelow(i int) bool {
	next := d.nextText(i + 1)
	return next < len(d.lines) && next <= i+2 && (d.lines[next].depth > d.lines[i].depth || d.lines[next].boxed && !d.lines[i].boxed)
}

// mayEndAttribution is a cheap test of a line.
func mayEndAttribution(s string) bool {
	s = strings.TrimRight(s, "* _\u00a0")
	return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：") || strings.HasSuffix(s, "wrote") || strings.HasSuffix(s, "写道") || strings.HasSuffix(s, ">")
}

// mayBeginAttribution is a cheap test of the first of several lines: it opens
// with a date, a name or one of the small words.
func mayBeginAttribution(s string) bool {
	low := strings.ToLower(s[:min(len(s), 12)])
	for _, o := range dateOpeners {
		if strings.HasPrefix(low, o) {
			return hasDigit(s)
		}
	}
	return hasDigit(s) && (s[0] >= '0' && s[0] <= '9' || weekdayFirst(s)) || strings.Contains(s, "<") && len(s) < 200
}

// weekdayFirst reports whether s begins with a short word and then a number, as
// "tir. 18. apr." and "Thu, 26 Jun" do.
func weekdayFirst(s string) bool {
	word, rest, ok := strings.Cut(s, " ")
	return ok && len(word) <= 24 && len(rest) > 0 && (rest[0] >= '0' && rest[0] <= '9')
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func startsWithISODate(s string) bool {
	return len(s) > 8 && s[0] == '2' && hasDigit(s[1:4]) && (s[4] == '-' || s[4] == '/')
}

// readAttribution judges a whole candidate, made one line.
func readAttribution(s string) (heading, bool) {
	s = strings.TrimRight(s, "* _\u00a0")
	low := strings.ToLower(s)
	colon := strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：")
	verb := hasWord(low, wroteVerbs)
	addr := hasAddress(s)
	dated := looksDated(s)
	opens := false
	for _, o := range dateOpeners {
		opens = opens || strings.HasPrefix(low, o)
	}
	switch {
	case colon && verb && dated && (opens || addr || s[0] >= '0' && s[0] <= '9' || dateFirst(low)):
	case colon && verb && addr:
	case opens && verb && dated && addr:
	case colon && dated && addr && strings.HasSuffix(strings.TrimRight(s, ":： "), ">"):
	case startsWithISODate(s) && (strings.Contains(s, "GMT") || strings.HasSuffix(s, ">")) && len(s) < 160:
	default:
		return heading{}, false
	}
	return attributionHeading(s), true
}

// dateFirst reports whether a date stands in the first words of s, as against a
// sentence that only ends like an attribution.
func dateFirst(s string) bool {
	return looksDated(s[:min(len(s), 45)])
}

// hasAddress looks for an addr-spec.
func hasAddress(s string) bool {
	i := strings.IndexByte(s, '@')
	return i > 0 && i+3 < len(s) && s[i-1] != ' ' && s[i+1] != ' '
}

// looksDated wants a number that could be of a date, and beside it a year, a
// time, a month or a weekday.
func looksDated(s string) bool {
	digits, groups, year, clock := 0, 0, false, false
	run := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			run++
			digits++
			continue
		}
		if run > 0 {
			groups++
			if run == 4 {
				year = year || s[i-4] == '1' || s[i-4] == '2'
			}
			if i < len(s) && (s[i] == ':' || s[i] == '.' || s[i] == 'h') && run <= 2 && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
				clock = true
			}
		}
		run = 0
	}
	if digits == 0 {
		return false
	}
	return year && groups >= 2 || clock || monthIn(s) > 0 || strings.Contains(s, "年")
}

// attributionHeading takes author and date out of an attribution.
func attributionHeading(s string) heading {
	h := heading{}
	end := strings.LastIndexByte(s, '>')
	start := -1
	if end > 0 {
		start = strings.IndexByte(s, '<')
	}
	if start < 0 || start > end {
		if i := strings.LastIndexByte(s, '('); i > 0 { // Name (jo@x.example) ezt írta:
			if j := strings.IndexByte(s[i:], ')'); j > 0 && hasAddress(s[i:i+j]) {
				start, end = i, i+j
			}
		}
	}
	if start < 0 || start > end {
		return h
	}
	addr := s[start+1 : end]
	// The name is the run of words before the address without digits in it.
	before := strings.TrimRight(s[:start], " ")
	name := before
	if strings.HasSuffix(name, "\"") || strings.HasSuffix(name, "”") || strings.HasSuffix(name, "»") {
		name = strings.TrimRight(name, "\"”» \u00a0")
		if i := strings.LastIndexAny(name, "\"„“”«"); i >= 0 {
			_, n := utf8.DecodeRuneInString(name[i:])
			name = name[i+n:]
		}
	} else {
		words := strings.Fields(before)
		k := len(words)
		for k > 0 && !hasDigit(words[k-1]) && !nameStops(words[k-1]) {
			k--
		}
		name = strings.Join(words[k:], " ")
	}
	h.from = strings.Trim(name, " ,\"'\u00a0") + " <" + addr + ">"
	h.date = strings.TrimSpace(strings.Replace(before, name, "", 1) + " " + s[end+1:])
	h.fields = 1
	return h
}

// nameStops are words that stand between date and name in an attribution.
func nameStops(w string) bool {
	low := strings.ToLower(strings.Trim(w, ",:"))
	switch low {
	case "am", "pm", "heeft", "użytkownik", "пользователь", "schrieb", "skrev", "от", "uhr", "gmt", "utc", "időpontban", "tarihinde", "wrote", "den", "следующее":
		return true
	}
	return strings.HasSuffix(w, ",") && len(w) <= 5
}
