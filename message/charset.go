package message

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// charsetOf finds a charset by the names mails use for it; nil when unknown.
// UTF-8 and US-ASCII give encoding.Nop.
func charsetOf(name string) encoding.Encoding {
	name = strings.ToLower(strings.Trim(name, " \t\"'<>;"))
	if i := strings.IndexAny(name, " \t;,"); i > 0 {
		name = name[:i]
	}
	switch name {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968", "unicode-1-1-utf-8", "utf8mb4", "7bit", "8bit", "646", "iso646-us":
		return encoding.Nop
	case "utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7":
		return utf7{}
	case "iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso_8859-1", "8859-1", "iso-8859-1-windows-3.1-latin-1", "ansi", "x-ansi", "unknown-8bit", "x-unknown", "unknown", "default", "iso-8859-0", "x-user-defined":
		return charmap.Windows1252
	case "cp-850", "cp850", "ibm850":
		return charmap.CodePage850
	case "cp437", "ibm437":
		return charmap.CodePage437
	case "cp852", "ibm852":
		return charmap.CodePage852
	case "cp1250", "win-1250":
		return charmap.Windows1250
	case "cp1251", "win-1251":
		return charmap.Windows1251
	case "cp1252", "win-1252":
		return charmap.Windows1252
	case "cp932", "ms932", "windows-31j", "sjis", "x-sjis":
		return japanese.ShiftJIS
	case "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-3", "iso-2022-jp-ms", "cp50220", "cp50221":
		return japanese.ISO2022JP
	case "utf-32", "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "cp949", "ks_c_5601-1987", "ks_c_5601", "x-windows-949":
		name = "euc-kr"
	case "cp936", "ms936", "x-gbk", "gb_2312-80", "gb2312_charset":
		name = "gbk"
	case "cp950", "big-5":
		name = "big5"
	}
	if e, err := htmlindex.Get(name); err == nil {
		return e
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil && e != nil {
		return e
	}
	for _, prefix := range []string{"x-mac-", "windows-", "cp", "x-cp", "ibm-", "iso_"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			for _, as := range []string{"windows-" + rest, "iso-" + rest, "ibm" + rest, "cp" + rest, "macintosh"} {
				if as == "macintosh" && prefix != "x-mac-" {
					continue
				}
				if e, err := htmlindex.Get(as); err == nil {
					return e
				}
			}
		}
	}
	return nil
}

// decode makes a string of bytes in a charset. Unknown or wrongly named
// charsets are guessed, with a warning, and never lose the ASCII in them.
func (p *parser) decode(b []byte, charset string) string {
	if isASCII(b) && !escapes(b, charset) {
		return string(b)
	}
	enc := charsetOf(charset)
	if enc == nil {
		p.warn("The charset " + quoteShort(charset) + " is unknown; it was guessed.")
		enc = encoding.Nop
	}
	if enc == encoding.Nop {
		return p.decodeUTF8(b, charset)
	}
	if (enc == charmap.Windows1252 || enc == charmap.ISO8859_15) && multibytes(b) >= 2 && utf8.Valid(b) {
		// Such bytes make sense as UTF-8 by accident next to never.
		p.warn("A text says it is " + quoteShort(charset) + " but is UTF-8.")
		return string(b)
	}
	if table, ok := enc.(*charmap.Charmap); ok {
		return decodeTable(table, b)
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		p.warn("A text is damaged: it does not hold to its charset.")
	}
	return string(out)
}

// decodeTable decodes a charset of single bytes into a string of just the size.
func decodeTable(table *charmap.Charmap, b []byte) string {
	n := 0
	for _, c := range b {
		n += utf8.RuneLen(table.DecodeByte(c))
	}
	var out strings.Builder
	out.Grow(n)
	for _, c := range b {
		out.WriteRune(table.DecodeByte(c))
	}
	return out.String()
}

// decodeUTF8 is for text that should be UTF-8 or ASCII, or does not say.
func (p *parser) decodeUTF8(b []byte, charset string) string {
	if bytes.Contains(b, []byte("\x1b$")) && isASCII(b) {
		if out, err := japanese.ISO2022JP.NewDecoder().Bytes(b); err == nil && !isASCII(out) && !bytes.Contains(out, []byte("\uFFFD")) {
			return string(out)
		}
	}
	if utf8.Valid(b) {
		return string(b)
	}
	if n := len(b); charset != "" {
		for k := 1; k < utf8.UTFMax && k <= n; k++ { // cut off in the middle of a letter
			if utf8.RuneStart(b[n-k]) {
				if !utf8.FullRune(b[n-k:]) && utf8.Valid(b[:n-k]) {
					p.warn("A text is damaged: some of its letters could not be read.")
					return string(b[:n-k]) + "\uFFFD"
				}
				break
			}
		}
	}
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	if good > bad {
		p.warn("A text is damaged: some of its letters could not be read.")
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	if charset != "" {
		p.warn("A text says it is " + quoteShort(charset) + " but is not; its charset was guessed.")
	}
	return decodeTable(charmap.Windows1252, b)
}

// escapes reports whether a charset writes other letters in plain ASCII bytes.
func escapes(b []byte, charset string) bool {
	if charset == "" {
		return bytes.IndexByte(b, 0x1b) >= 0
	}
	c := strings.ToLower(charset)
	return strings.Contains(c, "2022") || strings.Contains(c, "utf-7") || strings.Contains(c, "utf7") ||
		strings.Contains(c, "hz") || strings.Contains(c, "utf-16") || strings.Contains(c, "utf-32") || strings.Contains(c, "cp5022") || strings.Contains(c, "037") ||
		bytes.IndexByte(b, 0x1b) >= 0
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// multibytes counts the letters of b that take several bytes in UTF-8.
func multibytes(b []byte) int {
	n := 0
	for _, c := range b {
		if c >= 0xC0 {
			n++
		}
	}
	return n
}

// quoteShort shows a name from a mail in a warning.
func quoteShort(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError || r == 0x7f {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return "\"" + s + "\""
}

// utf7 is RFC 2152. Only decoding is needed, so it is an Encoding in name: the
// decoder works on the whole text.
type utf7 struct{ encoding.Encoding }

func (utf7) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: &utf7Decoder{}}
}

// utf7Decoder is a transform.Transformer. It waits for the end of a shifted run
// before it writes any of it.
type utf7Decoder struct{}

func (*utf7Decoder) Reset() {}

func (*utf7Decoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		c := src[nSrc]
		if c != '+' {
			if nDst >= len(dst) {
				return nDst, nSrc, transform.ErrShortDst
			}
			dst[nDst] = c
			if c >= utf8.RuneSelf {
				dst[nDst] = '?'
			}
			nDst++
			nSrc++
			continue
		}
		end := nSrc + 1
		for end < len(src) && base64Value[src[end]] < 64 && src[end] != '-' && src[end] != '_' {
			end++
		}
		if end == len(src) && !atEOF && end-nSrc < 1<<10 {
			return nDst, nSrc, transform.ErrShortSrc
		}
		var text []byte
		if end == nSrc+1 {
			text = []byte{'+'}
		} else {
			text = utf7Run(src[nSrc+1 : end])
		}
		if nDst+len(text) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += copy(dst[nDst:], text)
		if end < len(src) && src[end] == '-' {
			end++
		}
		nSrc = end
	}
	return nDst, nSrc, nil
}

func utf7Run(letters []byte) []byte {
	var units []uint16
	bits, n := uint32(0), 0
	for _, c := range letters {
		bits = bits<<6 | uint32(base64Value[c])
		if n += 6; n >= 16 {
			n -= 16
			units = append(units, uint16(bits>>n))
		}
	}
	return []byte(string(utf16.Decode(units)))
}
