package sender

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"strings"
)

// The canonical forms of RFC 6376 §3.4.
const (
	simple  = "simple"
	relaxed = "relaxed"
)

// canonicalField is a header field in canonical form, with its end of line.
func canonicalField(form, raw string) string {
	if form == simple {
		return raw
	}
	name, value, _ := strings.Cut(raw, ":")
	words := strings.FieldsFunc(strings.ReplaceAll(value, "\r\n", ""), func(r rune) bool { return r == ' ' || r == '\t' })
	return lower(strings.TrimRight(name, " \t\r\n")) + ":" + strings.Join(words, " ") + "\r\n"
}

// bodyHash is the SHA-256 of a body in canonical form, taken as it streams by:
// what is written may be of any size. Ends of line may be LF. It holds nothing
// but counts of what is dropped if the body ends here.
type bodyHash struct {
	form   string
	sum    hash.Hash
	length int64 // canonical bytes hashed so far
	out    []byte
	space  bool  // relaxed: white space that counts only before more of the line
	cr     bool  // a CR that may be half an end of line
	ends   int64 // ends of line that count only before more text
}

func newBodyHash(form string) *bodyHash {
	return &bodyHash{form: form, sum: sha256.New(), out: make([]byte, 0, 4<<10)}
}

var crlfs = bytes.Repeat([]byte("\r\n"), 512)

func (b *bodyHash) emit(p []byte) {
	b.sum.Write(p)
	b.length += int64(len(p))
}

func (b *bodyHash) flush() {
	b.emit(b.out)
	b.out = b.out[:0]
}

// text hashes bytes of a line that are kept as they are.
func (b *bodyHash) text(p []byte) {
	if b.ends > 0 {
		b.flush()
		for ; b.ends > 0; b.ends -= min(b.ends, int64(len(crlfs)/2)) {
			b.emit(crlfs[:min(b.ends*2, int64(len(crlfs)))])
		}
	}
	if b.space {
		b.out = append(b.out, ' ')
		b.space = false
	}
	if len(b.out)+len(p) > cap(b.out) {
		b.flush()
	}
	if len(p) > cap(b.out) {
		b.emit(p)
		return
	}
	b.out = append(b.out, p...)
}

// stops reports whether a byte ends a stretch that is kept as it is.
func (b *bodyHash) stops(c byte) bool {
	return c <= ' ' && (c == '\n' || c == '\r' || b.form == relaxed && (c == ' ' || c == '\t'))
}

// Write never fails.
func (b *bodyHash) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if b.cr && p[0] != '\n' { // a CR by itself is text
			b.text([]byte{'\r'})
		}
		b.cr = false
		switch c := p[0]; {
		case c == '\n':
			b.space = false
			b.ends++
			p = p[1:]
		case c == '\r':
			b.cr = true
			p = p[1:]
		case b.form == relaxed && (c == ' ' || c == '\t'):
			b.space = true
			p = p[1:]
		default:
			i := 1
			for i < len(p) && !b.stops(p[i]) {
				i++
			}
			b.text(p[:i])
			p = p[i:]
		}
	}
	return n, nil
}

// finish ends the body and returns its hash and its canonical length.
func (b *bodyHash) finish() (sum []byte, length int64) {
	if b.cr {
		b.text([]byte{'\r'})
		b.cr = false
	}
	b.flush()
	if b.form == simple || b.length > 0 {
		b.emit(crlfs[:2])
	}
	return b.sum.Sum(nil), b.length
}
