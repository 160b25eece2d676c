package file

import (
	"bytes"
	"math"
	"strconv"
)

// The objects of a PDF (ISO 32000-1, 7.3) are nil, bool, float64, pdfString,
// pdfName, pdfArray, pdfDict, pdfRef and *pdfStream; in a page's content there
// are operators as well.
type (
	pdfName   string
	pdfString string
	pdfArray  []any
	pdfDict   map[pdfName]any
	pdfRef    struct{ id, gen int }
	pdfStream struct {
		dict pdfDict
		raw  []byte
		ref  pdfRef
	}
	pdfOperator string
)

const (
	maxPDFDepth   = 100 // arrays and dictionaries within each other
	maxPDFArray   = 1 << 20
	maxPDFString  = 1 << 20
	maxPDFObjects = 500_000
)

// pdfLexer reads objects one after another. It forgives what other readers
// forgive: what makes no sense is passed over.
type pdfLexer struct {
	b     []byte
	at    int
	depth int
	// decrypt, where set, is applied to strings.
	decrypt func(pdfString) pdfString
}

// pdfEnd is what object returns at the end, and at what closes the array or
// dictionary around.
type pdfEnd string

func pdfSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func pdfDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func (l *pdfLexer) space() {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case pdfSpace(c):
			l.at++
		case c == '%':
			for l.at < len(l.b) && l.b[l.at] != '\n' && l.b[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// object reads the next object or operator. References are read as such only
// by value.
func (l *pdfLexer) object() any {
	l.space()
	if l.at >= len(l.b) {
		return pdfEnd("")
	}
	c := l.b[l.at]
	switch c {
	case '/':
		l.at++
		return l.name()
	case '(':
		l.at++
		return l.decrypted(l.literal())
	case '<':
		l.at++
		if l.at < len(l.b) && l.b[l.at] == '<' {
			l.at++
			return l.dict()
		}
		return l.decrypted(l.hex())
	case '[':
		l.at++
		return l.array()
	case ']', '{', '}', ')':
		l.at++
		return pdfEnd(c)
	case '>':
		l.at++
		if l.at < len(l.b) && l.b[l.at] == '>' {
			l.at++
		}
		return pdfEnd(">>")
	}
	start := l.at
	for l.at < len(l.b) && !pdfSpace(l.b[l.at]) && !pdfDelimiter(l.b[l.at]) {
		l.at++
	}
	word := l.b[start:l.at]
	if c == '+' || c == '-' || c == '.' || c >= '0' && c <= '9' {
		if n, ok := pdfNumber(word); ok {
			return n
		}
	}
	switch string(word) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return pdfOperator(word)
}

// value reads an object in which "1 0 R" is a reference.
func (l *pdfLexer) value() any {
	o := l.object()
	n, ok := o.(float64)
	if !ok || n < 0 || n > maxPDFObjects*20 || n != math.Trunc(n) {
		return o
	}
	at := l.at
	if gen, ok := l.object().(float64); ok && gen >= 0 && gen <= 65535 {
		if l.object() == pdfOperator("R") {
			return pdfRef{int(n), int(gen)}
		}
	}
	l.at = at
	return o
}

func (l *pdfLexer) decrypted(s pdfString) pdfString {
	if l.decrypt == nil {
		return s
	}
	return l.decrypt(s)
}

// pdfNumber reads a number; some programs write two signs, or stray ones within.
func pdfNumber(w []byte) (float64, bool) {
	var v, unit float64
	minus, point, digits := false, false, 0
	for i, c := range w {
		switch {
		case c >= '0' && c <= '9':
			digits++
			if point {
				unit /= 10
				v += float64(c-'0') * unit
			} else {
				v = v*10 + float64(c-'0')
			}
		case c == '.' && !point:
			point, unit = true, 1
		case c == '-' && i == 0:
			minus = true
		case c == '+' && i == 0, c == '-':
			if digits > 0 {
				return v, true
			}
		default:
			return 0, false
		}
	}
	if minus {
		v = -v
	}
	return v, digits > 0 || point
}

func (l *pdfLexer) name() pdfName {
	start, escaped := l.at, false
	for l.at < len(l.b) && !pdfSpace(l.b[l.at]) && !pdfDelimiter(l.b[l.at]) {
		escaped = escaped || l.b[l.at] == '#'
		l.at++
	}
	raw := l.b[start:l.at]
	if !escaped {
		return pdfName(raw)
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if v, err := strconv.ParseUint(string(raw[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return pdfName(out)
}

func (l *pdfLexer) literal() pdfString {
	var out []byte
	depth := 1
	for l.at < len(l.b) && len(out) < maxPDFString {
		c := l.b[l.at]
		l.at++
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return pdfString(out)
			}
		case '\r':
			if l.at < len(l.b) && l.b[l.at] == '\n' {
				l.at++
			}
			c = '\n'
		case '\\':
			if l.at >= len(l.b) {
				return pdfString(out)
			}
			c = l.b[l.at]
			l.at++
			switch c {
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 't':
				c = '\t'
			case 'b':
				c = '\b'
			case 'f':
				c = '\f'
			case '\r':
				if l.at < len(l.b) && l.b[l.at] == '\n' {
					l.at++
				}
				continue
			case '\n':
				continue
			case '0', '1', '2', '3', '4', '5', '6', '7':
				v := int(c - '0')
				for n := 0; n < 2 && l.at < len(l.b) && l.b[l.at] >= '0' && l.b[l.at] <= '7'; n++ {
					v = v*8 + int(l.b[l.at]-'0')
					l.at++
				}
				c = byte(v)
			}
		}
		out = append(out, c)
	}
	return pdfString(out)
}

func (l *pdfLexer) hex() pdfString {
	var out []byte
	half, have := 0, false
	for l.at < len(l.b) && len(out) < maxPDFString {
		c := l.b[l.at]
		l.at++
		if c == '>' {
			break
		}
		v := unhex(c)
		switch {
		case v < 0:
		case have:
			out = append(out, byte(half<<4|v))
			have = false
		default:
			half, have = v, true
		}
	}
	if have {
		out = append(out, byte(half<<4))
	}
	return pdfString(out)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func (l *pdfLexer) array() any {
	if l.depth++; l.depth > maxPDFDepth {
		panic(damaged("its objects lie too deep in each other"))
	}
	defer func() { l.depth-- }()
	out := pdfArray{}
	for len(out) < maxPDFArray {
		o := l.value()
		switch o := o.(type) {
		case pdfEnd:
			return out
		case pdfOperator:
			if o == "endobj" || o == "endstream" || o == "obj" {
				return out
			}
		default:
			out = append(out, o)
		}
	}
	return out
}

func (l *pdfLexer) dict() any {
	if l.depth++; l.depth > maxPDFDepth {
		panic(damaged("its objects lie too deep in each other"))
	}
	defer func() { l.depth-- }()
	out := pdfDict{}
	for len(out) < maxPDFArray {
		switch k := l.object().(type) {
		case pdfName:
			switch v := l.value().(type) {
			case pdfEnd:
				return out
			case pdfOperator:
				if v == "endobj" || v == "stream" || v == "endstream" {
					l.at -= len(v)
					return out
				}
			default:
				out[k] = v
			}
		case pdfEnd:
			if k == "" || k == ">>" {
				return out
			}
		case pdfOperator:
			if k == "endobj" || k == "stream" || k == "endstream" {
				l.at -= len(k)
				return out
			}
		}
	}
	return out
}

// stream reads what follows a dictionary if it is the bytes of a stream. size
// is its length as the dictionary says, or -1.
func (l *pdfLexer) stream(dict pdfDict, size int) *pdfStream {
	l.space()
	if !bytes.HasPrefix(l.b[l.at:], []byte("stream")) {
		return nil
	}
	at := l.at + len("stream")
	if at < len(l.b) && l.b[at] == '\r' {
		at++
	}
	if at < len(l.b) && l.b[at] == '\n' {
		at++
	}
	end := at + size
	if size < 0 || end > len(l.b) || !bytes.HasPrefix(bytes.TrimLeft(l.b[end:min(end+32, len(l.b))], "\r\n \t\x00"), []byte("endstream")) {
		// The length is wrong: the next end counts.
		i := bytes.Index(l.b[min(at, len(l.b)):], []byte("endstream"))
		if i < 0 {
			i = bytes.Index(l.b[min(at, len(l.b)):], []byte("endobj"))
		}
		if i < 0 {
			end = len(l.b)
		} else {
			end = at + i
		}
	}
	l.at = end
	return &pdfStream{dict: dict, raw: l.b[min(at, end):end]}
}
