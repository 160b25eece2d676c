package message

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"projectr"
)

// reading is a text and what is known of the mail around it.
type reading struct {
	subject  string
	from, to []projectr.MailAddress // to: all recipients
	date     time.Time
	marks    []mark // what the HTML said of stretches of it
	left     *int   // bytes of text that Inners may still take; nil for the limit
}

// divided is what became of a text.
type divided struct {
	spans     []projectr.Span
	reply     string
	forwarded []Inner
}

// line is one line of a text on its way through the divider.
type line struct {
	start, end int    // bytes of the text; end is after the line end
	text       string // without quote marks, line end and blanks around
	depth      int    // how many times it is quoted by ">"
	boxed      bool   // the HTML says it is quoted
	signed     bool   // the HTML says it is a signature
	kind       projectr.SpanKind
}

func (l *line) quoted() bool { return l.depth > 0 || l.boxed }
func (l *line) blank() bool  { return l.text == "" }

// divider goes over the lines once to find where other mails begin, and once
// over what is left, to find signatures and disclaimers.
type divider struct {
	reading
	text    string
	lines   []line
	forward bool // the subject says forwarded
	reply   bool // the subject says answered
	bare    string
	inner   []Inner
	tries   int // attributions looked for over several lines
}

// divide says of each stretch of text whose words it is. The spans cover the
// text, in order and without overlap; their offsets count code points.
func (r reading) divide(text string) divided {
	d := &divider{reading: r, text: text}
	if d.left == nil {
		left := maxInner
		d.left = &left
	}
	d.forward, d.reply, d.bare = subjectKind(r.subject)
	d.split()
	d.structure()
	d.endings()
	return d.collect()
}

// split makes the lines.
func (d *divider) split() {
	d.lines = make([]line, 0, strings.Count(d.text, "\n")+1)
	m := 0
	for at := 0; at < len(d.text); {
		end := strings.IndexByte(d.text[at:], '\n')
		if end < 0 {
			end = len(d.text)
		} else {
			end += at + 1
		}
		l := line{start: at, end: end, kind: projectr.SpanNew}
		l.text, l.depth = unquote(d.text[at:end])
		for m < len(d.marks) && d.marks[m].end <= at {
			m++
		}
		if m < len(d.marks) && d.marks[m].start <= at {
			l.boxed = d.marks[m].kind == markQuote
			l.signed = d.marks[m].kind == markSignature
		}
		d.lines = append(d.lines, l)
		at = end
	}
}

// unquote takes the quote marks off a line and counts them.
func unquote(s string) (string, int) {
	depth := 0
	s = strings.TrimSpace(s)
	for strings.HasPrefix(s, ">") {
		depth++
		s = strings.TrimLeft(s[1:], " \t\u00a0")
	}
	return strings.Trim(s, " \t\r\n\u00a0\ufeff\u200e\u200f"), depth
}

// opening is the place where another mail begins.
type opening struct {
	start, body int // lines: the first of the heading, the first after it
	kind        openingKind
	head        heading
}

type openingKind int

const (
	noOpening    openingKind = iota
	attributed               // "On Monday, Jo wrote:"
	blockHeading             // From:, Sent:, To:, Subject:
	forwardMark              // ---- Forwarded message ----, with or without a block
	originalMark             // ---- Original message ----, with or without a block
)

// heading is what a header block says of the mail under it.
type heading struct {
	from, to, cc, date, subject string
	fields                      int
}

// structure marks quoted and forwarded mails.
func (d *divider) structure() {
	written := false // the author has written something so far
	for i := 0; i < len(d.lines); {
		l := &d.lines[i]
		if l.blank() {
			if l.depth > 0 {
				l.kind = projectr.SpanQuoted
			}
			i++
			continue
		}
		o := d.openingAt(i)
		if o.kind == noOpening {
			if l.quoted() {
				l.kind = projectr.SpanQuoted
			} else {
				written = true
			}
			i++
			continue
		}
		end := d.endOf(o)
		if d.isForward(o, written) {
			d.unroll(o, end)
		} else {
			d.mark(o.start, end, projectr.SpanQuoted)
		}
		i = end
	}
}

// endOf finds the line after the mail that o opens.
func (d *divider) endOf(o opening) int {
	level := d.lines[o.start].depth
	boxed := d.lines[o.start].boxed
	if o.kind == attributed || o.kind != attributed && level > 0 || boxed {
		// Below an attribution stands quoted text, and after it the author
		// may go on. Where nothing is quoted, all the rest is the other mail.
		next := d.nextText(o.body)
		if next == len(d.lines) {
			return next
		}
		inside := func(l *line) bool { return l.depth > level || l.boxed && !boxed }
		if level > 0 || boxed {
			inside = func(l *line) bool { return l.depth >= level && level > 0 || boxed && l.boxed }
		}
		if inside(&d.lines[next]) {
			for next < len(d.lines) && (d.lines[next].blank() || inside(&d.lines[next])) {
				next++
			}
			for next > o.body && d.lines[next-1].blank() && !d.lines[next-1].quoted() {
				next--
			}
			return next
		}
		if level > 0 || boxed {
			return o.body
		}
	}
	return len(d.lines)
}

func (d *divider) nextText(i int) int {
	for i < len(d.lines) && d.lines[i].blank() {
		i++
	}
	return i
}

// isForward tells a forwarded mail from a quoted one.
func (d *divider) isForward(o opening, written bool) bool {
	switch o.kind {
	case forwardMark:
		return true
	case attributed:
		return d.forward
	}
	if o.head.fields == 0 {
		return false
	}
	if d.forward || d.reply {
		return d.forward
	}
	// The subject does not say. An answer goes to whom it answers; a forward
	// goes to others.
	addr := headingMailbox(o.head.from).Address
	for _, to := range d.to {
		if addr != "" && strings.EqualFold(addr, to.Address) {
			return false
		}
	}
	return true
}

func (d *divider) mark(from, to int, kind projectr.SpanKind) {
	for i := from; i < to; i++ {
		d.lines[i].kind = kind
	}
}

// unroll marks a forwarded mail and makes it, and the mails inside it, Inners.
func (d *divider) unroll(o opening, end int) {
	for {
		d.mark(o.start, o.body, projectr.SpanForwardHeader)
		next := opening{}
		i := o.body
		for ; i < end; i++ {
			if d.lines[i].blank() {
				continue
			}
			if next = d.openingAt(i); next.kind != noOpening && next.kind != attributed && next.head.fields > 0 {
				break
			}
			next = opening{}
		}
		i = min(i, end)
		d.mark(o.body, i, projectr.SpanForwarded)
		d.inner = append(d.inner, d.innerOf(o, i, end))
		if next.kind == noOpening || len(d.inner) >= 100 {
			d.mark(i, end, projectr.SpanForwarded)
			return
		}
		next.body = min(next.body, end)
		o = next
	}
}

// innerOf makes the Inner of the mail that o opens. Its own words end before
// line own, its text, with the mails inside it, before end.
func (d *divider) innerOf(o opening, own, end int) Inner {
	in := Inner{From: []projectr.MailAddress{}, To: headingMailboxes(o.head.to), Cc: headingMailboxes(o.head.cc), Subject: oneLine(o.head.subject), Attachments: []projectr.Attachment{}}
	if m := headingMailbox(o.head.from); m != (projectr.MailAddress{}) {
		in.From = append(in.From, m)
	}
	if in.Subject == "" && o.kind == attributed {
		in.Subject = d.bare
	}
	in.Date = headingDate(o.head.date, d.date)
	whole := o.kind != attributed && d.lines[o.body-1].depth == 0
	in.Reply = d.textOf(o.body, own, whole)
	in.Text = in.Reply
	// A mail holds the mails inside it, so a long chain would be kept many
	// times over; beyond a limit only the own words are.
	if own < end {
		if size := d.lines[end-1].end - d.lines[own].start + len(in.Reply); size <= *d.left {
			*d.left -= size
			in.Text = d.textOf(o.body, end, whole)
		}
	}
	return in
}

// textOf gives lines without the quote marks that they have in common. Where a
// program has broken lines and left the mark out, most lines decide; under a
// heading without marks (whole) some lines without one are the mail's own words.
func (d *divider) textOf(from, to int, whole bool) string {
	depth, marked, lines := 0, 0, 0
	for i := from; i < to; i++ {
		l := &d.lines[i]
		if l.blank() {
			continue
		}
		if lines++; l.depth > 0 {
			if marked++; depth == 0 || l.depth < depth {
				depth = l.depth
			}
		}
	}
	if 2*marked < lines || whole && marked < lines {
		depth = 0
	}
	var b strings.Builder
	for i := from; i < to; i++ {
		s := d.text[d.lines[i].start:d.lines[i].end]
		for range min(depth, d.lines[i].depth) {
			_, s, _ = strings.Cut(s, ">")
			s = strings.TrimPrefix(strings.TrimPrefix(s, " "), "\u00a0")
		}
		b.WriteString(s)
	}
	return strings.Trim(b.String(), "\n\t \u00a0\ufeff")
}

// collect turns lines into spans.
func (d *divider) collect() divided {
	out := divided{spans: []projectr.Span{}, forwarded: d.inner}
	var reply strings.Builder
	// Blank lines go with what is before them, at the start with what follows.
	var kind projectr.SpanKind
	for i := range d.lines {
		l := &d.lines[i]
		if !l.blank() || l.depth > 0 {
			continue
		}
		if i > 0 {
			l.kind = d.lines[i-1].kind
		} else {
			if next := d.nextText(i); next < len(d.lines) {
				l.kind = d.lines[next].kind
			}
		}
	}
	pos := 0
	for i := range d.lines {
		l := &d.lines[i]
		if l.kind != kind || len(out.spans) == 0 {
			out.spans = append(out.spans, projectr.Span{Kind: l.kind, Start: pos, End: pos})
			kind = l.kind
		}
		pos += utf8.RuneCountInString(d.text[l.start:l.end])
		out.spans[len(out.spans)-1].End = pos
		if l.kind == projectr.SpanNew {
			reply.WriteString(d.text[l.start:l.end])
		}
	}
	out.reply = strings.TrimFunc(reply.String(), func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
	return out
}
