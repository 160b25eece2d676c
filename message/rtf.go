package message

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// rtfBefore is what every compressed RTF has in its window before it begins
// (MS-OXRTFCP §2.1.2.1).
const rtfBefore = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
	"\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// unpackRTF undoes the compression of RTF in TNEF (MS-OXRTFCP, "LZFu"), up to
// limit bytes. ok is false when it is damaged or longer; what came before is
// given all the same.
func unpackRTF(b []byte, limit int) (out []byte, ok bool) {
	if len(b) < 16 {
		return nil, false
	}
	packed, kind := b[16:], binary.LittleEndian.Uint32(b[8:])
	switch kind {
	case 0x414c454d: // "MELA": not compressed
		n := min(len(packed), int(binary.LittleEndian.Uint32(b[4:])), limit)
		return packed[:n], n == len(packed)
	case 0x75465a4c: // "LZFu"
	default:
		return nil, false
	}
	var window [4096]byte
	w := copy(window[:], rtfBefore)
	put := func(c byte) {
		out = append(out, c)
		window[w] = c
		w = (w + 1) % len(window)
	}
	for i := 0; i < len(packed); {
		control := packed[i]
		i++
		for bit := 0; bit < 8 && i < len(packed); bit++ {
			if control&(1<<bit) == 0 {
				put(packed[i])
				i++
			} else {
				if i+1 >= len(packed) {
					return out, false
				}
				ref := int(packed[i])<<8 | int(packed[i+1])
				i += 2
				at, n := ref>>4, ref&15+2
				if at == w {
					return out, true
				}
				for range n {
					put(window[at])
					at = (at + 1) % len(window)
				}
			}
			if len(out) >= limit {
				return out[:limit], false
			}
		}
	}
	return out, false // without its end
}

// rtfText gives the plain text of an RTF document. HTML that was wrapped into
// RTF (MS-OXRTFEX) gives its text too: its tags stand in groups that are passed
// over.
func rtfText(b []byte, codepage int) string {
	r := rtfReader{codepage: codepage, state: rtfState{skip: 1}}
	r.read(b)
	return r.out.String()
}

// rtfState is what a group inherits and its end takes back.
type rtfState struct {
	hidden bool // a destination that is not text
	rtf    bool // only for programs that do not know the HTML it was made of
	skip   int  // how many letters stand in for one of \u
}

type rtfReader struct {
	out      strings.Builder
	raw      []byte // letters in the code page, not decoded yet
	codepage int
	high     rune // first half of a letter outside of the BMP
	state    rtfState
	stack    []rtfState
	deep     int // groups beyond the limit of the stack
	pass     int // letters to pass over after \u
	fresh    bool
}

func (r *rtfReader) read(b []byte) {
	for i := 0; i < len(b); {
		switch c := b[i]; c {
		case '{':
			i++
			r.pass = 0
			if len(r.stack) < 1000 {
				r.stack = append(r.stack, r.state)
			} else {
				r.deep++
			}
			r.fresh = true
			continue
		case '}':
			i++
			r.pass = 0
			if r.deep > 0 {
				r.deep--
			} else if n := len(r.stack); n > 0 {
				r.state, r.stack = r.stack[n-1], r.stack[:n-1]
			}
		case '\\':
			i = r.control(b, i+1)
			continue
		case '\r', '\n', 0:
			i++
			continue
		default:
			i++
			r.letter(c)
		}
		r.fresh = false
	}
	r.flush()
}

// control reads a control word or symbol that begins at b[i].
func (r *rtfReader) control(b []byte, i int) int {
	if i >= len(b) {
		return i
	}
	fresh := r.fresh
	r.fresh = false
	switch c := b[i]; {
	case c == '\'':
		if i+2 < len(b) {
			if h, l := unhex(b[i+1]), unhex(b[i+2]); h < 16 && l < 16 {
				r.letter(h<<4 | l)
			}
		}
		return min(i+3, len(b))
	case c == '*':
		r.fresh = fresh
		r.state.hidden = r.state.hidden || fresh // unless the word is known, which none of ours is
		return i + 1
	case c == '\\' || c == '{' || c == '}':
		r.letter(c)
		return i + 1
	case c == '~':
		r.letter(' ')
		return i + 1
	case c == '\r' || c == '\n':
		r.text("\n")
		return i + 1
	case !asciiLetter(c):
		return i + 1
	}
	at := i
	for i < len(b) && asciiLetter(b[i]) && i-at < 32 {
		i++
	}
	word := string(b[at:i])
	neg := i < len(b) && b[i] == '-'
	if neg {
		i++
	}
	n, digits := 0, 0
	for i < len(b) && b[i] >= '0' && b[i] <= '9' && digits < 9 {
		n, digits = n*10+int(b[i]-'0'), digits+1
		i++
	}
	if neg {
		n = -n
	}
	if i < len(b) && b[i] == ' ' {
		i++
	}
	switch word {
	case "par", "line", "sect", "page", "row":
		r.text("\n")
	case "tab", "cell":
		r.text("\t")
	case "emdash":
		r.text("—")
	case "endash":
		r.text("–")
	case "bullet":
		r.text("•")
	case "lquote":
		r.text("‘")
	case "rquote":
		r.text("’")
	case "ldblquote":
		r.text("“")
	case "rdblquote":
		r.text("”")
	case "ansicpg":
		if digits > 0 && n > 0 {
			r.flush()
			r.codepage = n
		}
	case "uc":
		r.state.skip = max(0, min(n, 16))
	case "u":
		r.unit(rune(uint16(n)))
		r.pass = r.state.skip
	case "bin":
		i = min(len(b), i+max(0, n))
	case "htmlrtf":
		r.state.rtf = digits == 0 || n != 0
	case "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "headerl", "headerr", "footerl", "footerr", "generator", "themedata", "xmlnstbl", "listtable", "listoverridetable":
		r.state.hidden = r.state.hidden || fresh
	}
	return i
}

func asciiLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// letter takes one letter in the code page.
func (r *rtfReader) letter(c byte) {
	if r.pass > 0 {
		r.pass--
		return
	}
	if !r.state.hidden && !r.state.rtf {
		r.raw = append(r.raw, c)
	}
}

// unit takes one unit of UTF-16.
func (r *rtfReader) unit(u rune) {
	if r.high != 0 {
		u, r.high = utf16.DecodeRune(r.high, u), 0
	} else if utf16.IsSurrogate(u) {
		r.high = u
		return
	}
	r.text(string(u))
}

func (r *rtfReader) text(s string) {
	r.flush()
	if !r.state.hidden && !r.state.rtf {
		r.out.WriteString(s)
	}
}

func (r *rtfReader) flush() {
	if len(r.raw) > 0 {
		r.out.WriteString(text8(r.raw, r.codepage))
		r.raw = r.raw[:0]
	}
}
