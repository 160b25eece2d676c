package smtpd

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/emersion/go-smtp"
)

// maxHops is how many Received lines a mail may have: more is a loop (RFC 5321 §6.3).
const maxHops = 100

// mailReader is the mail as the door reads it: no longer than allowed, and not
// going round in circles.
type mailReader struct {
	src     io.Reader
	max     int64
	size    int64
	hops    hopCounter
	ended   bool            // src is at the end of the mail
	refused *smtp.SMTPError // why the mail is not wanted
	err     error           // why it broke off
}

// Read reads on in the mail.
func (m *mailReader) Read(b []byte) (int, error) {
	if m.refused != nil {
		return 0, m.refused
	}
	n, err := m.read(b)
	m.hops.count(b[:n])
	switch {
	case m.size > m.max:
		m.refused = reply(552, smtp.EnhancedCode{5, 3, 4}, fmt.Sprintf("The mail is larger than the %d bytes taken here", m.max))
	case m.hops.n > maxHops:
		m.refused = reply(554, smtp.EnhancedCode{5, 4, 6}, "The mail has been through too many servers: it seems to go in circles")
	default:
		return n, err
	}
	return 0, m.refused
}

func (m *mailReader) read(b []byte) (int, error) {
	if m.ended {
		return 0, io.EOF
	}
	if m.err != nil {
		return 0, m.err
	}
	n, err := m.src.Read(b)
	m.size += int64(n)
	if err == io.EOF {
		m.ended = true
	} else if err != nil {
		m.err = err
	}
	return n, err
}

// drain reads the rest of a mail that is not wanted, so that its sender gets to
// hear why; most do not listen before they have sent all. There is an end to
// that courtesy.
func (m *mailReader) drain() {
	b := make([]byte, 32<<10)
	for m.size < 4*m.max {
		if _, err := m.read(b); err != nil {
			return
		}
	}
	if d, ok := m.src.(*dotReader); ok {
		_ = d.wire.fail(io.EOF)
	}
}

// hopCounter counts the Received fields in the header of a mail that passes by.
type hopCounter struct {
	n    int
	col  int  // in the line
	name bool // the line began as received: so far
	cr   bool // the line is a CR so far
	body bool
}

func (h *hopCounter) count(b []byte) {
	const field = "received:"
	for i := 0; i < len(b) && !h.body; i++ {
		c := b[i]
		switch {
		case c == '\n':
			h.body = h.col == 0 || h.cr
			h.col, h.name, h.cr = 0, false, false
			continue
		case h.col < len(field):
			h.cr = h.col == 0 && c == '\r'
			h.name = (h.name || h.col == 0) && c|0x20 == field[h.col]|0x20
			if h.name && h.col == len(field)-1 {
				h.n++
			}
			h.col++
		default: // nothing more to learn from this line
			skip := bytes.IndexByte(b[i:], '\n')
			if skip < 0 {
				return
			}
			i += skip - 1
		}
	}
}

// dotReader reads the mail after DATA: it takes away the dot that was put
// before a line that begins with one, and ends at CRLF.CRLF (RFC 5321 §4.5.2)
// and nowhere else. A CR or LF on its own is a byte like any other, so no two
// servers on the way can see different ends here. All other bytes pass as they
// are; they are read straight to where they are wanted.
type dotReader struct {
	wire  *wire
	until time.Time // the mail must be here by then
	state dotState
	room  [2]byte
	over  []byte // of room, for a caller who asked for one byte
}

type dotState int

const (
	lineStart dotState = iota // after CRLF, or at the beginning
	inLine
	afterCR
	afterDot   // a line began with a dot, which is taken away
	afterDotCR // and a CR came next, which is held back: with LF it is the end
	atEnd
)

// Read reads on in the mail; io.EOF at its end.
func (d *dotReader) Read(b []byte) (int, error) {
	if len(d.over) == 0 && len(b) < 2 {
		// A byte held back may come out together with the next.
		n, err := d.Read(d.room[:])
		if n == 0 {
			return 0, err
		}
		d.over = d.room[:n]
	}
	if len(d.over) > 0 {
		n := copy(b, d.over)
		d.over = d.over[n:]
		return n, nil
	}
	for d.state != atEnd {
		from := 0
		if d.state == afterDotCR {
			from = 1
		}
		n, err := d.fill(b[from:])
		if err != nil {
			_ = d.wire.fail(io.EOF) // one answer, then the end
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
		out, used := d.unstuff(b, from, from+n)
		if d.state == atEnd {
			// What was sent ahead is read after the reply. go-smtp gets an end
			// of its own to see.
			d.wire.pending = append(bytes.Clone(b[used:from+n]), d.wire.pending...)
			d.wire.inject = []byte(".\r\n")
		}
		if out > 0 {
			return out, nil
		}
	}
	return 0, io.EOF
}

func (d *dotReader) fill(b []byte) (int, error) {
	w := d.wire
	if len(w.pending) > 0 {
		return w.take(b, len(w.pending)), nil
	}
	if w.err != nil {
		return 0, w.err
	}
	if err := w.arm(d.until); err != nil {
		return 0, err
	}
	n, err := w.raw.Read(b)
	if n > 0 {
		err = nil // it comes again
	}
	return n, err
}

var stuffed = []byte("\r\n.")

// unstuff turns b[i:end], as received, into mail at the beginning of b, which
// is never longer. It says how long, and how far it read.
func (d *dotReader) unstuff(b []byte, i, end int) (o, used int) {
	for i < end && d.state != atEnd {
		c := b[i]
		switch d.state {
		case lineStart:
			if c == '.' {
				d.state = afterDot
				i++
			} else {
				d.state = inLine
			}
		case afterCR:
			if c == '\n' {
				d.state = lineStart
				b[o] = c
				o, i = o+1, i+1
			} else {
				d.state = inLine
			}
		case afterDot:
			if c == '\r' {
				d.state = afterDotCR
				i++
			} else {
				d.state = inLine
			}
		case afterDotCR:
			if c == '\n' {
				d.state = atEnd
				i++
			} else {
				d.state = afterCR
				b[o] = '\r'
				o++
			}
		case inLine:
			stretch := b[i:end]
			if at := bytes.Index(stretch, stuffed); at >= 0 {
				stretch = stretch[:at+2]
			}
			switch n := len(stretch); {
			case stretch[n-1] == '\r':
				d.state = afterCR
			case n > 1 && stretch[n-1] == '\n' && stretch[n-2] == '\r':
				d.state = lineStart
			}
			if o != i {
				copy(b[o:], stretch)
			}
			o, i = o+len(stretch), i+len(stretch)
		}
	}
	return o, i
}

// chunkReader reads the mail that BDAT sends. go-smtp takes a connection that
// ends within a chunk for the end of the chunk; it is not.
type chunkReader struct {
	r    io.Reader
	wire *wire
}

// Read reads on in the mail; io.EOF at its end.
func (c *chunkReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if err == io.EOF && c.wire.cut.Load() {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
