package message

import (
	"strings"

	"projectr"
)

// addresses reads an address list (RFC 5322 §3.4), groups and obsolete forms
// included, and whatever else mail programs put there: no comma, semicolons,
// names without quotes, encoded words around everything. It never fails; what
// has no address is kept as a name.
func (p *parser) addresses(s, charset string) []projectr.MailAddress {
	list := []projectr.MailAddress{}
	if strings.TrimSpace(s) == "" {
		return list
	}
	if strings.Contains(s, "=?") && !strings.Contains(s, "@") {
		s = p.decodeWords(s, charset) // the whole field was encoded, addresses too
	}
	a := addressList{sc: scanner{s: s}}
	for n := 0; n < 2*maxAddresses && len(list) < maxAddresses; n++ {
		name, addr, ok := a.next()
		if !ok {
			return list
		}
		m := projectr.MailAddress{Name: p.displayName(name, charset), Address: p.raw(addr, charset)}
		if m == (projectr.MailAddress{}) {
			continue
		}
		if n := len(list); n > 0 && m.Name != "" && m.Address != "" && list[n-1].Address == "" && !strings.ContainsAny(list[n-1].Name, " ") {
			// Doe, Jo <jo@x.example>: the quotes around the name were left out.
			m.Name = list[n-1].Name + ", " + m.Name
			list = list[:n-1]
		}
		list = append(list, m)
	}
	p.warn("A list of addresses is too long; the rest was not read.")
	return list
}

// displayName decodes a name and makes it one clean line.
func (p *parser) displayName(s, charset string) string {
	s = oneLine(p.decodeWords(s, charset))
	// Some programs put quotes around an encoded word or inside it.
	for len(s) >= 2 && (s[0] == '"' && s[len(s)-1] == '"' || s[0] == '\'' && s[len(s)-1] == '\'') {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

// oneLine collapses white space and drops control characters, so that no name
// or subject can end a line somewhere else (I-16).
func oneLine(s string) string {
	clean := true
	prev := byte(' ')
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == 0x7f || c == 0xe2 || c == 0xc2 || c == ' ' && prev == ' ' {
			clean = false
			break
		}
		prev = s[i]
	}
	if clean && prev != ' ' {
		return s
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0:
			return -1
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069: // turn the direction of what follows
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

type addressList struct {
	sc    scanner
	group bool
}

// next returns the next mailbox.
func (a *addressList) next() (name, addr string, ok bool) {
	sc := &a.sc
	var (
		words   []byte // of the display name, or of an addr-spec not yet known as one
		comment string
		angle   bool
	)
	phrase := func() string { return strings.TrimSpace(string(words)) }
	for sc.i < len(sc.s) {
		c := sc.s[sc.i]
		switch c {
		case ' ', '\t', '\r', '\n':
			sc.i++
			if n := len(words); n > 0 && words[n-1] != ' ' {
				words = append(words, ' ')
			}
		case '(':
			comment = strings.TrimSpace(sc.comment())
		case '"':
			q := sc.quoted()
			if sc.i < len(sc.s) && sc.s[sc.i] == '@' && !angle {
				q = "\"" + q + "\"" // a quoted local part
			}
			words = append(words, q...)
		case '<':
			sc.i++
			end := strings.IndexByte(sc.s[sc.i:], '>')
			if end < 0 {
				end = strings.IndexAny(sc.s[sc.i:], ",;")
				if end < 0 {
					end = len(sc.s) - sc.i
				}
				addr = sc.s[sc.i : sc.i+end]
				sc.i += end
			} else {
				addr = sc.s[sc.i : sc.i+end]
				sc.i += end + 1
			}
			angle = true
			addr = cleanAddr(addr)
			// What stands before is the name; what follows, up to the comma, a
			// comment or rubbish.
			name = phrase()
			words = nil
			for sc.i < len(sc.s) {
				sc.spaceOnly()
				if sc.i >= len(sc.s) {
					break
				}
				if sc.s[sc.i] == '(' {
					comment = strings.TrimSpace(sc.comment())
					continue
				}
				if name != "" || strings.IndexByte(",;<>\"", sc.s[sc.i]) >= 0 {
					break
				}
				end := strings.IndexAny(sc.s[sc.i:], ",;<>\"(") // a name that stands behind
				if end < 0 {
					end = len(sc.s) - sc.i
				}
				name = strings.TrimSpace(sc.s[sc.i : sc.i+end])
				sc.i += end
			}
			if sc.i < len(sc.s) && (sc.s[sc.i] == ',' || sc.s[sc.i] == ';') {
				a.group = a.group && sc.s[sc.i] == ','
				sc.i++
			} else if sc.i < len(sc.s) && sc.s[sc.i] == '>' {
				sc.i++
				continue
			}
			switch {
			case name == "":
				name = comment
			case comment != "":
				name += " (" + comment + ")"
			}
			return name, addr, true
		case ',', ';':
			sc.i++
			if c == ';' {
				a.group = false
			}
			if ph := phrase(); ph != "" {
				return a.bare(ph, comment)
			}
			words, comment = nil, ""
		case ':':
			// "Group name: members;". Inside a group only "mailto:" has one.
			sc.i++
			if !a.group || len(words) <= len("mailto") && (strings.EqualFold(phrase(), "mailto") || strings.EqualFold(phrase(), "smtp")) {
				a.group = true
				words, comment = nil, ""
			} else {
				words = append(words, ':')
			}
		case '>':
			sc.i++
		default:
			at := sc.i
			for sc.i < len(sc.s) && !strings.ContainsRune(" \t\r\n(\"<,;:>", rune(sc.s[sc.i])) {
				if sc.s[sc.i] == '[' { // a domain literal has colons in it
					if end := strings.IndexByte(sc.s[sc.i:min(len(sc.s), sc.i+64)], ']'); end > 0 {
						sc.i += end
					}
				}
				sc.i++
			}
			sc.i = min(sc.i, len(sc.s))
			words = append(words, sc.s[at:sc.i]...)
		}
	}
	if ph := phrase(); ph != "" {
		return a.bare(ph, comment)
	}
	return "", "", false
}

// bare reads a mailbox without angle brackets.
func (a *addressList) bare(ph, comment string) (name, addr string, ok bool) {
	if !strings.Contains(ph, "@") {
		return ph, "", true
	}
	if !strings.ContainsAny(ph, " \t") || strings.HasPrefix(ph, "\"") {
		return comment, cleanAddr(ph), true
	}
	// "jo @ x.example" is one address; "Jo Doe jo@x.example" a name and one.
	if squeezed := squeezeAt(ph); !strings.ContainsAny(squeezed, " \t") {
		return comment, cleanAddr(squeezed), true
	}
	ph = squeezeAt(ph)
	fields := strings.Fields(ph)
	for i, f := range fields {
		if strings.Contains(f, "@") {
			rest := append(append([]string{}, fields[:i]...), fields[i+1:]...)
			return strings.Join(rest, " "), cleanAddr(f), true
		}
	}
	return comment, cleanAddr(ph), true
}

// squeezeAt takes the blanks away around @ and dots between words of an
// obsolete addr-spec (RFC 5322 §4.4).
func squeezeAt(s string) string {
	f := strings.Fields(s)
	var b strings.Builder
	at := false
	for i, w := range f {
		if i > 0 && !joins(f[i-1], w, at) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
		at = at || strings.Contains(w, "@")
	}
	return b.String()
}

func joins(prev, w string, at bool) bool {
	return strings.HasPrefix(w, "@") || strings.HasSuffix(prev, "@") || at && (strings.HasPrefix(w, ".") || strings.HasSuffix(prev, ".")) || w == "." || strings.HasPrefix(w, ".") && strings.Contains(w, "@")
}

// cleanAddr takes route, blanks and comments out of an addr-spec.
func cleanAddr(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "@") { // <@relay,@relay:jo@x.example>
		if i := strings.LastIndexByte(s, ':'); i >= 0 {
			s = s[i+1:]
		}
	}
	if strings.IndexByte(s, '"') < 0 {
		if strings.IndexByte(s, '(') >= 0 {
			var b strings.Builder
			sc := scanner{s: s}
			for sc.i < len(s) {
				if s[sc.i] == '(' {
					sc.rawComment()
					continue
				}
				b.WriteByte(s[sc.i])
				sc.i++
			}
			s = b.String()
		}
		s = strings.Join(strings.Fields(s), "")
	}
	s = strings.TrimPrefix(s, "mailto:")
	return strings.Trim(oneLine(s), "<>'")
}

func (sc *scanner) spaceOnly() {
	for sc.i < len(sc.s) && strings.IndexByte(" \t\r\n", sc.s[sc.i]) >= 0 {
		sc.i++
	}
}
