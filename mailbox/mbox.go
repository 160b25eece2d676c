package mailbox

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"projectr/message"
)

// An mbox file is mails one after the other, each after a line that begins with
// "From ", here called its postmark. No standard says how a line of a mail is told
// from a postmark when it begins the same way, and every program has its own way
// (mboxo, mboxrd, mboxcl and mboxcl2). What is believed here:
//
//   - "From ", a sender and the time as asctime(3) writes it is a postmark if a header
//     follows, with or without a blank line before;
//   - with a time that is written otherwise, it is one after a blank line alone;
//   - with an address and no time likewise, and with anything in a file that begins so;
//   - a Content-Length is believed if it ends right at a postmark or at the end of the
//     file: then no line before that is a postmark.
//
// So words such as "From now on" part no mail, whether they were quoted or not, two
// mails without a blank line between them are two, and what has no header stays with
// the mail before it: nothing is left out.

const window = 64 << 10

// span is one mail of an mbox.
type span struct {
	start, end int64
	head       head
	at         time.Time // by its postmark; zero: it says none
}

// spans hands the mails of an mbox to each, in their order. An error is one of f.
func spans(f io.ReaderAt, size int64, progress func(int64), each func(span) error) error {
	br := bufio.NewReaderSize(io.NewSectionReader(f, 0, size), window)
	var (
		s       span
		off     int64 // of the line that is read
		body    int64 // where the body begins; 0: the header goes on
		until   int64 // no postmark stands before it
		blank   int64 // where the blank line right before off begins; -1: there is none
		begun   bool
		undated bool // as the first postmark is
		whole   = true
	)
	finish := func(end int64) error {
		switch {
		case !begun:
			return nil
		case until > 0 && end-until <= maxBlanks:
			end = until
		case blank >= body && body > 0: // it belongs to the mailbox
			end = blank
		}
		s.end = max(end, s.start)
		return each(s)
	}
	blank = -1
	for {
		line, err := br.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if len(line) == 0 {
			break
		}
		empty := len(bytes.TrimRight(line, "\r\n")) == 0 && whole
		if whole && off >= until && bytes.HasPrefix(line, fromLine) && err == nil || !begun && !empty {
			line = bytes.Clone(line) // looking ahead moves the buffer
			next, _ := br.Peek(512)
			mark := readPostmark(line)
			if !begun {
				undated = mark.kind == noTime
			}
			if !begun || mark.parts(blank >= 0, begins(next), undated) {
				if err := finish(off); err != nil {
					return err
				}
				begun = true
				s = span{start: off + int64(len(line)), at: mark.at}
				off, body, until, blank, whole = s.start, 0, 0, -1, true
				continue
			}
		}
		switch {
		case !whole:
		case body == 0 && empty:
			body = off + int64(len(line))
			if n, ok := length(s.head.fields["content-length"]); ok && n <= size-body && ends(f, body+n, size) {
				until = body + n
			}
		case body == 0:
			s.head.add(line)
		}
		if empty {
			blank = off
		} else {
			blank = -1
		}
		whole = line[len(line)-1] == '\n'
		off += int64(len(line))
		if progress != nil {
			progress(int64(len(line)))
		}
	}
	return finish(size)
}

var fromLine = []byte("From ")

// length reads a Content-Length.
func length(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	return n, err == nil && n >= 0
}

// maxBlanks is how many bytes of line ends may stand between a mail that says its length
// and the postmark after it.
const maxBlanks = 4

// ends reports whether a mail can end at off: at the end of the file, or before a
// postmark and a header.
func ends(f io.ReaderAt, off, size int64) bool {
	b := make([]byte, 512)
	n, err := f.ReadAt(b, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	b = b[:min(int64(n), size-off)]
	rest := bytes.TrimLeft(b, "\r\n")
	if len(rest) == 0 {
		return off+int64(len(b)) == size && len(b) <= maxBlanks
	}
	line, next, ok := bytes.Cut(rest, []byte("\n"))
	return ok && len(b)-len(rest) <= maxBlanks && bytes.HasPrefix(line, fromLine) && readPostmark(line).kind == asctime && begins(next)
}

// postmark is what a line says that begins with "From ".
type postmark struct {
	kind  postmarkKind
	at    time.Time
	alone bool // an address and nothing else
}

type postmarkKind int

const (
	asctime postmarkKind = iota
	otherTime
	noTime
)

// parts reports whether the line ends one mail and begins the next.
func (p postmark) parts(blankBefore, headerFollows, undated bool) bool {
	switch p.kind {
	case asctime:
		return headerFollows
	case otherTime:
		return blankBefore && headerFollows
	}
	return (undated || p.alone) && blankBefore && headerFollows
}

// readPostmark looks for the time in a line that begins with "From ".
func readPostmark(line []byte) postmark {
	words := strings.Fields(string(line[:min(len(line), 512)]))
	for i := 1; i+3 < len(words) && i < 8; i++ {
		if w, m := words[i], words[i+1]; len(w) == 3 && strings.Contains(weekdays, w) && len(m) == 3 && strings.Contains(months, m) &&
			number(words[i+2]) && clock(words[i+3]) {
			if t, ok := message.ParseDate(strings.Join(words[i:min(i+7, len(words))], " ")); ok {
				return postmark{kind: asctime, at: t}
			}
		}
	}
	if len(words) > 3 {
		timed := false
		for _, w := range words[2:] {
			timed = timed || clock(w) || strings.Contains(w, "T") && strings.Contains(w, ":")
		}
		if t, ok := message.ParseDate(strings.Join(words[2:], " ")); ok && timed {
			return postmark{kind: otherTime, at: t}
		}
	}
	return postmark{kind: noTime, alone: len(words) == 2 && strings.Contains(words[1], "@")}
}

const (
	weekdays = "Mon Tue Wed Thu Fri Sat Sun"
	months   = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
)

func number(w string) bool {
	n, err := strconv.Atoi(w)
	return err == nil && n > 0 && n < 32
}

func clock(w string) bool {
	h, m, ok := strings.Cut(w, ":")
	_, err := strconv.Atoi(h)
	return ok && err == nil && len(h) <= 2 && len(m) >= 2
}

// begins reports whether a header begins here: with a field, with the further
// postmarks that old relays wrote, or with a line or two that are broken.
func begins(b []byte) bool {
	n := 0
	for line := range bytes.Lines(b) {
		name := field(line)
		if n == 0 && (name != "" || bytes.HasPrefix(line, []byte(">From "))) || slices.Contains(usual, name) {
			return true
		}
		if n++; n == 3 || len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
	}
	return false
}

// unquoted takes from the body of a mail in an mbox what was put before lines that
// begin with "From ", as mboxrd has it: one ">". For mboxo it is the same but for
// lines that had such a sign before.
func unquoted(r io.Reader) io.Reader {
	return &unquoter{br: bufio.NewReaderSize(r, window), whole: true}
}

type unquoter struct {
	br    *bufio.Reader
	left  []byte // of the line that is handed out
	err   error
	whole bool // a line begins
	body  bool
}

func (u *unquoter) Read(b []byte) (int, error) {
	if len(u.left) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		line, err := u.br.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			u.err = err
		}
		if u.whole && u.body && quoted(line) {
			line = line[1:]
		}
		if u.whole && len(bytes.TrimRight(line, "\r\n")) == 0 && len(line) > 0 {
			u.body = true
		}
		if len(line) > 0 {
			u.whole = line[len(line)-1] == '\n'
		}
		u.left = line
		if len(line) == 0 {
			return 0, u.err
		}
	}
	n := copy(b, u.left)
	u.left = u.left[n:]
	return n, nil
}

// quoted reports whether a line is ">From " or ">>From " and so on.
func quoted(line []byte) bool {
	rest := bytes.TrimLeft(line, ">")
	return len(rest) < len(line) && bytes.HasPrefix(rest, fromLine)
}
