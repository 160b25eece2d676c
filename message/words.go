package message

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// decodeWords decodes the encoded words of a header value (RFC 2047), also
// where they stand against the rules: inside quotes, against other text, with
// blanks inside, split in the middle of a letter. Raw 8-bit letters are read as
// UTF-8 or, failing that, as charset.
func (p *parser) decodeWords(s, charset string) string {
	if !strings.Contains(s, "=?") {
		return p.raw(s, charset)
	}
	var out strings.Builder
	var run []byte // decoded bytes of adjacent words of one charset
	runCharset := ""
	flush := func() {
		if len(run) > 0 {
			out.WriteString(p.decode(run, runCharset))
		}
		run = run[:0]
	}
	afterWord := false
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		w, n, ok := parseWord(s[i:])
		if !ok {
			flush()
			out.WriteString(p.raw(s[:i+2], charset))
			s = s[i+2:]
			afterWord = false
			continue
		}
		if gap := s[:i]; gap != "" && !(afterWord && strings.TrimSpace(gap) == "") {
			flush()
			out.WriteString(p.raw(gap, charset))
		}
		if len(run) > 0 && !strings.EqualFold(runCharset, w.charset) {
			flush()
		}
		if len(run) > 0 && stateful(w.charset) {
			flush()
		}
		runCharset = w.charset
		run = append(run, w.bytes()...)
		afterWord = true
		s = s[i+n:]
	}
	flush()
	out.WriteString(p.raw(s, charset))
	return out.String()
}

// stateful charsets return to ASCII at the end of each word, so words of them
// are decoded one by one.
func stateful(charset string) bool {
	c := strings.ToLower(charset)
	return strings.HasPrefix(c, "iso-2022") || strings.HasPrefix(c, "utf-7") || strings.HasPrefix(c, "hz")
}

// raw reads the bytes of a header as they stand.
func (p *parser) raw(s, charset string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			if utf8.ValidString(s) {
				return s
			}
			p.warn("The header has letters in no declared charset; it was guessed.")
			return p.decode([]byte(s), charset)
		}
		if s[i] == 0x1b {
			return p.decode([]byte(s), charset)
		}
	}
	return s
}

// word is an encoded word: =?charset?q?text?=.
type word struct {
	charset string
	q       bool
	text    string
}

// maxWord bounds the text of one encoded word. RFC 2047 allows 75 bytes; some
// programs write a whole header as one.
const maxWord = 8 << 10

// parseWord reads the encoded word at the start of s and gives its length.
func parseWord(s string) (w word, n int, ok bool) {
	rest := s[2:]
	i := strings.IndexByte(rest, '?')
	if i < 0 || i > 60 || strings.ContainsAny(rest[:i], " \t\"(),<>@") {
		return w, 0, false
	}
	w.charset, _, _ = strings.Cut(rest[:i], "*") // RFC 2231 §5: a language may follow
	rest = rest[i+1:]
	if len(rest) < 2 || rest[1] != '?' {
		return w, 0, false
	}
	switch rest[0] {
	case 'q', 'Q':
		w.q = true
	case 'b', 'B':
	default:
		return w, 0, false
	}
	rest = rest[2:]
	all := rest
	rest = rest[:min(len(rest), maxWord)]
	end := strings.Index(rest, "?=")
	// A Q text may begin with "=", whose "?=" is not the end: =?x?q?=41?=
	for end >= 0 && w.q && end+3 < len(rest) && ishex(rest[end+2]) && ishex(rest[end+3]) && strings.Contains(rest[end+2:], "?=") && !strings.Contains(rest[end+2:end+2+strings.Index(rest[end+2:], "?=")], "=?") {
		next := strings.Index(rest[end+2:], "?=")
		end += 2 + next
	}
	if end < 0 {
		// Cut off: take what is there if the word goes to the end.
		if len(all) > len(rest) || strings.ContainsAny(rest, " \t\"<") || rest == "" {
			return w, 0, false
		}
		w.text = strings.TrimRight(rest, "?=")
		return w, len(s), true
	}
	w.text = rest[:end]
	return w, len(s) - len(all) + end + 2, true
}

func ishex(c byte) bool { return unhex(c) < 16 }

func (w word) bytes() []byte {
	if w.q {
		b := make([]byte, 0, len(w.text))
		for i := 0; i < len(w.text); i++ {
			c := w.text[i]
			switch {
			case c == '_':
				c = ' '
			case c == '=' && i+2 < len(w.text) && ishex(w.text[i+1]) && ishex(w.text[i+2]):
				c = unhex(w.text[i+1])<<4 | unhex(w.text[i+2])
				i += 2
			}
			b = append(b, c)
		}
		return b
	}
	var out bytes.Buffer
	d := decoder{enc: base64Encoding, put: func(b []byte) { out.Write(b) }}
	d.line([]byte(w.text), true)
	d.end()
	return out.Bytes()
}
