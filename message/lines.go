package message

import (
	"bytes"
	"hash"
	"io"
)

// lineBuffer is how much of a mail is in memory at once. A line longer than
// this comes in pieces.
const lineBuffer = 16 << 10

// peekAhead is how far one can always look past the last line.
const peekAhead = 512

// lines reads lines, counting and hashing every byte on its way.
type lines struct {
	src   io.Reader
	sum   hash.Hash // nil: do not hash
	total int64
	buf   []byte
	r, w  int
	err   error
	cr    bool // lines end with a bare CR (no LF in sight)
	begun bool
}

// next returns the next line with its line end. The slice is good until the
// call after. A line longer than the buffer comes in pieces, of which only the
// last has a line end. At the end of the input it returns nothing.
func (l *lines) next() []byte {
	if !l.begun {
		l.begin()
	}
	end := byte('\n')
	if l.cr {
		end = '\r'
	}
	from := 0
	for {
		if i := bytes.IndexByte(l.buf[l.r+from:l.w], end); i >= 0 {
			n := from + i + 1
			if l.w-l.r-n >= peekAhead || l.err != nil || l.w-l.r == len(l.buf) {
				line := l.buf[l.r : l.r+n]
				l.r += n
				return line
			}
			l.fill()
			continue
		}
		from = l.w - l.r
		full := from == len(l.buf)
		if l.err != nil || full {
			line := l.buf[l.r:l.w]
			if full && line[len(line)-1] == '\r' && l.err == nil {
				line = line[:len(line)-1] // its LF may be next
			}
			l.r += len(line)
			return line
		}
		l.fill()
	}
}

// begin reads the first buffer, and decides what a line end is: old Macintosh
// mail, and mail a careless tool stored, has bare CRs alone.
func (l *lines) begin() {
	l.begun = true
	l.buf = make([]byte, lineBuffer)
	for l.err == nil && l.w < len(l.buf) {
		from := l.w
		l.fill()
		if bytes.IndexByte(l.buf[from:l.w], '\n') >= 0 {
			return
		}
	}
	l.cr = bytes.IndexByte(l.buf[:l.w], '\r') >= 0
}

// peek returns the line after the last one, without its line end, up to
// peekAhead bytes of it. The last line stays good.
func (l *lines) peek() []byte {
	ahead := l.buf[l.r:l.w]
	ahead = ahead[:min(len(ahead), peekAhead)]
	if i := bytes.IndexAny(ahead, "\r\n"); i >= 0 {
		ahead = ahead[:i]
	}
	return ahead
}

func (l *lines) fill() {
	if l.r > 0 {
		copy(l.buf, l.buf[l.r:l.w])
		l.w -= l.r
		l.r = 0
	}
	for range 100 {
		n, err := l.src.Read(l.buf[l.w:])
		if n < 0 || n > len(l.buf)-l.w {
			n, err = 0, io.ErrNoProgress
		}
		if l.sum != nil {
			l.sum.Write(l.buf[l.w : l.w+n])
		}
		l.w += n
		l.total += int64(n)
		l.err = err
		if n > 0 || err != nil {
			return
		}
	}
	l.err = io.ErrNoProgress
}

// failure is the error of the source, nil when it simply ended.
func (l *lines) failure() error {
	if l.err == io.EOF {
		return nil
	}
	return l.err
}

// The line ends of RFC 5322, of Unix, and of old Macintosh mail.
var (
	crlf = []byte("\r\n")
	lf   = []byte("\n")
	cr   = []byte("\r")
)

// cutEOL divides a line from its line end, which is one of the three above or
// empty.
func cutEOL(line []byte) (text, eol []byte) {
	n := len(line)
	switch {
	case n >= 2 && line[n-1] == '\n' && line[n-2] == '\r':
		return line[:n-2], crlf
	case n >= 1 && line[n-1] == '\n':
		return line[:n-1], lf
	case n >= 1 && line[n-1] == '\r':
		return line[:n-1], cr
	}
	return line, nil
}
