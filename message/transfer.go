package message

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// transfer is a Content-Transfer-Encoding (RFC 2045 §6).
type transfer int

const (
	identity transfer = iota
	quotedPrintable
	base64Encoding
	uuencode
)

// encodingOf reads the field's value; ok is false when it means nothing to us.
func encodingOf(s string) (enc transfer, ok bool) {
	s = strings.ToLower(strings.Trim(s, " \t\"'<>;:"))
	if i := strings.IndexAny(s, " \t;("); i > 0 {
		s = s[:i]
	}
	switch s {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits", "none":
		return identity, true
	case "quoted-printable", "quotedprintable", "quoted_printable", "qp":
		return quotedPrintable, true
	case "base64", "base-64", "b64":
		return base64Encoding, true
	case "uuencode", "x-uuencode", "x-uue", "uue":
		return uuencode, true
	}
	return identity, false
}

// decoder undoes a transfer encoding line by line and hands the bytes to put,
// which must not keep them. It reads on over damage and notes it.
type decoder struct {
	enc     transfer
	text    bool // it is text: quoted-printable line breaks are CRLF, whatever the file they came in made of them (RFC 2045 §6.7)
	put     func([]byte)
	damaged bool

	buf   []byte
	soft  bool    // quoted-printable: the line end just read was a soft break
	quad  [4]byte // base64: an unfinished group
	n     int     // of quad
	ended bool    // base64: padding was seen
	uu    uuState
}

type uuState int

const (
	uuBefore uuState = iota
	uuInside
	uuAfter
)

// line takes the text of a line, or of a piece of one.
func (d *decoder) line(text []byte, whole bool) {
	switch d.enc {
	case identity:
		if len(text) > 0 {
			d.put(text)
		}
	case quotedPrintable:
		d.quotedLine(text, whole)
	case base64Encoding:
		d.base64Line(text)
	case uuencode:
		d.uuLine(text)
	}
}

// eol takes the line end that follows a line.
func (d *decoder) eol(e []byte) {
	switch d.enc {
	case identity:
		d.put(e)
	case quotedPrintable:
		if d.text {
			e = crlf
		}
		if !d.soft {
			d.put(e)
		}
		d.soft = false
	}
}

// end flushes what is unfinished.
func (d *decoder) end() {
	switch d.enc {
	case base64Encoding:
		if d.n == 1 {
			d.damaged = true
		}
		d.flushQuad()
	case uuencode:
		if d.uu == uuInside {
			d.damaged = true
		}
	}
}

func (d *decoder) quotedLine(text []byte, whole bool) {
	d.soft = false
	if whole {
		text = bytes.TrimRight(text, " \t")
	}
	for {
		i := bytes.IndexByte(text, '=')
		if i < 0 {
			if len(text) > 0 {
				d.put(text)
			}
			return
		}
		if i > 0 {
			d.put(text[:i])
		}
		text = text[i:]
		if len(text) == 1 {
			d.soft = true
			return
		}
		d.buf = d.buf[:0]
		for len(text) >= 3 && text[0] == '=' {
			h, l := unhex(text[1]), unhex(text[2])
			if h > 15 || l > 15 {
				break
			}
			d.buf = append(d.buf, h<<4|l)
			text = text[3:]
		}
		if len(d.buf) > 0 {
			d.put(d.buf)
			continue
		}
		d.damaged = true
		d.put(text[:1])
		text = text[1:]
	}
}

// base64Value is 0 to 63 for the letters of RFC 4648 §4 and §5, 64 for padding,
// 65 for white space, 66 for anything else.
var base64Value = func() (t [256]byte) {
	for i := range t {
		t[i] = 66
	}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i, c := range []byte(letters) {
		t[c] = byte(i)
	}
	t['-'], t['_'], t['='] = 62, 63, 64
	t[' '], t['\t'], t['\r'], t['\n'] = 65, 65, 65, 65
	return t
}()

func (d *decoder) base64Line(text []byte) {
	text = bytes.TrimRight(text, " \t\r")
	if d.n == 0 && len(text) > 0 && len(text)%4 == 0 && !d.ended {
		need := base64.StdEncoding.DecodedLen(len(text))
		if cap(d.buf) < need {
			d.buf = make([]byte, max(need, 1024))
		}
		if n, err := base64.StdEncoding.Decode(d.buf[:need], text); err == nil {
			d.put(d.buf[:n])
			d.ended = text[len(text)-1] == '='
			return
		}
	}
	if d.ended {
		// What follows the padding is often a footer that a list server put
		// there in plain text.
		for _, c := range text {
			if base64Value[c] > 64 {
				d.damaged = true
				return
			}
		}
	}
	d.buf = d.buf[:0]
	for _, c := range text {
		switch v := base64Value[c]; {
		case v < 64:
			d.quad[d.n] = v
			if d.n++; d.n == 4 {
				q := d.quad
				d.buf = append(d.buf, q[0]<<2|q[1]>>4, q[1]<<4|q[2]>>2, q[2]<<6|q[3])
				d.n = 0
			}
		case v == 64:
			d.ended = true
			d.putQuad()
		case v == 66:
			d.damaged = true
		}
	}
	if len(d.buf) > 0 {
		d.put(d.buf)
	}
}

// putQuad adds an unfinished group to buf.
func (d *decoder) putQuad() {
	q := d.quad
	if d.n >= 2 {
		d.buf = append(d.buf, q[0]<<2|q[1]>>4)
	}
	if d.n >= 3 {
		d.buf = append(d.buf, q[1]<<4|q[2]>>2)
	}
	d.n = 0
}

func (d *decoder) flushQuad() {
	d.buf = d.buf[:0]
	d.putQuad()
	if len(d.buf) > 0 {
		d.put(d.buf)
	}
}

func (d *decoder) uuLine(text []byte) {
	switch d.uu {
	case uuBefore:
		if _, ok := uuBegin(text); ok {
			d.uu = uuInside
		}
	case uuInside:
		if bytes.Equal(bytes.TrimRight(text, " \t"), []byte("end")) {
			d.uu = uuAfter
			return
		}
		var ok bool
		if d.buf, ok = uuDecode(d.buf[:0], text); !ok {
			d.damaged = true
		}
		if len(d.buf) > 0 {
			d.put(d.buf)
		}
	}
}

// uuBegin recognises the first line of a uuencoded file and gives its name.
func uuBegin(line []byte) (name string, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte("begin "))
	if !ok {
		return "", false
	}
	mode, file, ok := bytes.Cut(rest, []byte(" "))
	if !ok || len(mode) < 3 || len(mode) > 4 {
		return "", false
	}
	for _, c := range mode {
		if c < '0' || c > '7' {
			return "", false
		}
	}
	file = bytes.TrimSpace(file)
	return string(file), len(file) > 0
}

// uuDecode appends the bytes of one uuencoded line to dst.
func uuDecode(dst, line []byte) ([]byte, bool) {
	if len(line) == 0 {
		return dst, true
	}
	if line[0] < ' ' || line[0] > '`' {
		return dst, false
	}
	n := int(line[0]-' ') & 63
	line = line[1:]
	ok := true
	at := func(i int) byte {
		if i >= len(line) {
			return 0 // trailing blanks get lost on the way
		}
		if line[i] < ' ' || line[i] > '`' {
			ok = false
		}
		return (line[i] - ' ') & 63
	}
	for i := 0; n > 0; i += 4 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		three := [3]byte{a<<2 | b>>4, b<<4 | c>>2, c<<6 | d}
		k := min(n, 3)
		dst = append(dst, three[:k]...)
		n -= k
	}
	return dst, ok
}
