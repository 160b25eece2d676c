package message

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"projectr"
)

// endings finds signatures and disclaimers in what the author wrote.
func (d *divider) endings() {
	written := false
	for a := 0; a < len(d.lines); {
		if d.lines[a].kind != projectr.SpanNew {
			a++
			continue
		}
		b := a
		for b < len(d.lines) && d.lines[b].kind == projectr.SpanNew {
			b++
		}
		d.disclaimers(a, b)
		end := d.signature(a, b)
		end = d.mobile(a, end)
		d.contacts(a, end, written)
		for i := a; i < b; i++ {
			l := &d.lines[i]
			if l.kind == projectr.SpanNew && l.signed && !l.blank() {
				l.kind = projectr.SpanSignature
			}
			written = written || l.kind == projectr.SpanNew && !l.blank()
		}
		a = b
	}
}

// signature marks what follows a line of two hyphens (RFC 3676 §4.3) and
// returns where the unmarked part ends.
func (d *divider) signature(a, b int) int {
	for i := a; i < b; i++ {
		t := d.lines[i].text
		if t != "--" && t != "__" && t != "– –" {
			continue
		}
		if b-i > 80 {
			continue // that is no signature
		}
		for j := i; j < b; j++ {
			if d.lines[j].kind == projectr.SpanNew {
				d.lines[j].kind = projectr.SpanSignature
			}
		}
		return i
	}
	return b
}

// mobile marks "Sent from my iPhone" and what follows it.
func (d *divider) mobile(a, b int) int {
	for i := a; i < b; i++ {
		l := &d.lines[i]
		if l.blank() || l.kind != projectr.SpanNew || !isMobileLine(l.text) {
			continue
		}
		rest := 0
		for j := i + 1; j < b && rest <= 25; j++ {
			if !d.lines[j].blank() && !isMobileLine(d.lines[j].text) {
				rest++
			}
		}
		if rest > 25 {
			continue
		}
		for j := i; j < b; j++ {
			if d.lines[j].kind == projectr.SpanNew {
				d.lines[j].kind = projectr.SpanSignature
			}
		}
		return i
	}
	return b
}

func isMobileLine(s string) bool {
	s = strings.Trim(s, "*_<>([{ .~-")
	if n := utf8.RuneCountInString(s); n > 110 || n < 6 {
		return false
	}
	if c := s[0] | 0x20; s[0] < 0x80 && !openers.pairs[uint16(c)<<8|uint16(s[1]|0x20)] && !mayEndMobile(s) {
		return false
	}
	low := strings.ToLower(s)
	strong := strings.HasPrefix(low, "sent from my ") || strings.HasPrefix(low, "get outlook for") || strings.HasPrefix(low, "get [outlook for")
	if strong {
		return true
	}
	if strings.HasSuffix(s, "?") || len(strings.Fields(s)) > 14 {
		return false
	}
	if openers.begins(low) {
		return containsAny(low, deviceWords) || low[0] >= 0x80
	}
	for _, e := range mobileEndings {
		if strings.HasSuffix(low, e) {
			return containsAny(low, deviceWords) && len(strings.Fields(s)) <= 12
		}
	}
	return false
}

// mayEndMobile is a cheap test for mobileEndings.
func mayEndMobile(s string) bool {
	switch s[len(s)-1] {
	case 't', '.', 'i', 'e', 'y':
		return true
	}
	return s[len(s)-1] >= 0x80
}

// disclaimers marks legal boilerplate and the notices of mail servers.
func (d *divider) disclaimers(a, b int) {
	for i := a; i < b; {
		if d.lines[i].blank() {
			i++
			continue
		}
		j := i
		for j < b && !d.lines[j].blank() {
			j++
		}
		if from, ok := d.disclaimerIn(i, j); ok {
			for k := from; k < j; k++ {
				d.lines[k].kind = projectr.SpanDisclaimer
			}
		}
		i = j
	}
}

// disclaimerIn looks for boilerplate in one paragraph and says where in it the
// boilerplate begins.
func (d *divider) disclaimerIn(i, j int) (from int, ok bool) {
	if j-i > 60 {
		return 0, false
	}
	var b strings.Builder
	for k := i; k < j; k++ {
		b.WriteString(strings.ToLower(d.lines[k].text))
		b.WriteByte(' ')
	}
	low := b.String()
	strong := boilerplate.has(low)
	if !strong && distinct(notices, low) < 4 {
		return 0, false
	}
	// The lines above the first that speaks that way may be a signature. A
	// line that has come to its end before the margin stands for itself.
	for k := i; k < j; k++ {
		l := strings.ToLower(d.lines[k].text)
		if boilerplate.has(l) || notices.has(l) {
			return k, true
		}
		if k+1 < j { // a phrase may be broken over two lines
			if next := strings.ToLower(d.lines[k+1].text); !boilerplate.has(next) && boilerplate.has(l+" "+next) {
				return k, true
			}
		}
	}
	return i, true
}

// distinct counts the different phrases in s.
func distinct(p *phrases, s string) int {
	var seen [8]string
	n := 0
	p.all(s, func(f string) bool {
		for _, g := range seen[:n] {
			if g == f {
				return true
			}
		}
		seen[n] = f
		n++
		return n < len(seen)
	})
	return n
}

// contacts marks the block of name, title, firm and telephone at the end of
// what the author wrote in [a,b).
func (d *divider) contacts(a, b int, written bool) {
	// Gather the last lines that are short and no sentences.
	var block []int // line numbers, last first
	signOff := false
	gap := 0
	i := b - 1
	for ; i >= a && len(block) < 20; i-- {
		l := &d.lines[i]
		if l.blank() {
			gap++
			continue
		}
		if l.kind != projectr.SpanNew {
			if len(block) == 0 && l.kind == projectr.SpanDisclaimer {
				continue
			}
			break
		}
		if isSignOff(l.text) {
			signOff = true
			break
		}
		if isSentence(l.text) || gap > 3 && len(block) > 0 {
			break
		}
		gap = 0
		block = append(block, i)
	}
	if len(block) < 2 {
		return
	}
	reach := 0
	for _, k := range block {
		if hasContact(d.lines[k].text) {
			reach++
		}
	}
	start := -1
	for n := len(block) - 1; n >= 1; n-- { // from the top; a name alone is no block
		k := block[n]
		paragraph := k == a || d.lines[k-1].blank() || n == len(block)-1
		switch {
		case paragraph && d.isSender(d.lines[k].text) && (reach > 0 || signOff || d.titled(block[:n])):
			start = k
		case n == len(block)-1 && signOff && reach > 0:
			start = k
		case isRule(d.lines[k].text) && reach > 0:
			start = k
		case paragraph && reach >= 2 && n >= 2 && looksLikeName(d.lines[k].text):
			start = k
		}
		if start >= 0 {
			break
		}
	}
	if start < 0 {
		return
	}
	before := written || signOff
	for k := a; k < start && !before; k++ {
		before = !d.lines[k].blank() && d.lines[k].kind == projectr.SpanNew
	}
	if !before {
		return
	}
	for k := start; k < b; k++ {
		if d.lines[k].kind == projectr.SpanNew {
			d.lines[k].kind = projectr.SpanSignature
		}
	}
}

// titled reports whether the lines under a name look like title and firm.
func (d *divider) titled(block []int) bool {
	for _, k := range block {
		t := d.lines[k].text
		r, _ := utf8.DecodeRuneInString(t)
		if !unicode.IsUpper(r) && !unicode.IsDigit(r) || utf8.RuneCountInString(t) > 50 || strings.HasSuffix(t, ".") && len(strings.Fields(t)) > 4 || strings.HasPrefix(t, "- ") {
			return false
		}
	}
	return len(block) > 0 && len(block) <= 6
}

// isSender reports whether a line is the name of who sent the mail.
func (d *divider) isSender(s string) bool {
	if utf8.RuneCountInString(s) > 60 {
		return false
	}
	words := nameWords(s)
	if len(words) == 0 || len(words) > 7 {
		return false
	}
	for _, f := range d.from {
		name := nameWords(f.Name)
		local, _, _ := strings.Cut(f.Address, "@")
		if len(name) == 0 {
			name = nameWords(strings.NewReplacer(".", " ", "_", " ", "-", " ").Replace(local))
		}
		hits := 0
		for _, n := range name {
			if len(n) >= 2 && words[0] == n || len(words) > 1 && len(n) >= 2 && words[1] == n || len(words) > 2 && len(n) >= 3 && words[2] == n {
				hits++
			}
		}
		if hits >= 2 || hits == 1 && (len(words) == 1 || len(name) == 1) {
			return true
		}
	}
	return false
}

func nameWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '-' })
}

// looksLikeName wants two to five words with capitals and nothing else.
func looksLikeName(s string) bool {
	s, _, _ = strings.Cut(s, ",")
	f := strings.Fields(s)
	if len(f) < 2 || len(f) > 5 {
		return false
	}
	for _, w := range f {
		r, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsUpper(r) || hasDigit(w) || strings.ContainsAny(w, ":/@?!") {
			return false
		}
	}
	return true
}

// isSignOff recognises "Best regards," and its like.
func isSignOff(s string) bool {
	if len(s) > 60 {
		return false
	}
	low := strings.ToLower(strings.TrimRightFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }))
	for _, w := range signOffWords {
		if low == w {
			return true
		}
		if strings.HasPrefix(low, w) && strings.HasPrefix(low[len(w):], ",") && len(strings.Fields(low)) <= 5 {
			return true // with the name on the same line
		}
	}
	return false
}

// isSentence tells running text from the lines of a signature.
func isSentence(s string) bool {
	n := utf8.RuneCountInString(s)
	words := len(strings.Fields(s))
	if n > 110 || words > 14 {
		return true
	}
	if hasContact(s) && words <= 12 && !strings.HasSuffix(s, "?") {
		return words > 8 && startsLower(s)
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	switch last {
	case '?', '!', ':', ';':
		return words > 2 || last != '!'
	case '.':
		return words >= 5
	case ',':
		return words <= 3 && !strings.ContainsAny(s, "0123456789") && words == 1 // "Dana,"
	}
	return words > 9 || strings.HasPrefix(s, "- ") || strings.HasPrefix(s, "• ") || strings.HasPrefix(s, "> ")
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}

// hasContact finds a telephone number, an address of mail or web, or a word
// that stands before one.
func hasContact(s string) bool {
	if hasAddress(s) || strings.Contains(s, "www.") || strings.Contains(s, "http://") || strings.Contains(s, "https://") {
		return true
	}
	// A telephone number: seven digits or more in groups, without a currency.
	if strings.ContainsAny(s, "$€£%=") {
		return false
	}
	digits, groups, run := 0, 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			digits++
			run++
			continue
		}
		if run >= 2 {
			groups++
		}
		run = 0
		if i < len(s) && (s[i] == '/' || s[i] == ':' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9') {
			digits -= 4 // dates and times
		}
	}
	return digits >= 7 && groups >= 2
}
