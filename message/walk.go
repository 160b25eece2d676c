package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"projectr"
)

// parser walks one mail. Parts are read in the order of the stream; each part's
// fate is decided by its header and its place, before its first byte.
type parser struct {
	in      lines
	bounds  []string // boundaries of the multiparts around, outermost first
	hit     int      // which of them ended the last body; -1: the input ended
	closing bool     // it was the closing one
	mid     bool     // the last line read has no line end yet
	piece   bool     // the last line is the rest of a longer one
	held    bool     // the last line is to be read again
	rescan  bool     // and it is a delimiter we did not know of yet
	text    []byte   // the last line
	eol     []byte
	taps    []*tap
	tapped  []byte // what the taps have not got yet,
	tapEOL  []byte // and the line end behind it, which belongs to a delimiter if one follows

	fieldBuf     []byte
	fields       int
	parts        int
	headerLeft   int
	textLeft     int
	innerLeft    int
	calendarLeft int
	depth        int
	files        int      // attachments numbered so far: of the mail itself,
	nested       int      // and of mails attached to it
	buffers      [][]byte // of files that ended
	warnings     []string
	tagged       string // what was written in letters that no program shows

	open   func(projectr.Attachment) io.WriteCloser // where the bytes of a file go; nil: nowhere
	outErr error
	found  projectr.Attachment // the last file that was written somewhere

	watch func(*part, []byte) // sees the decoded bytes of each leaf
}

// mail is the tree of one mail, the outermost or an attached one.
type mail struct {
	head  head
	body  *part
	files []projectr.Attachment
	inner []*mail // attached mails, in order
	spare []*part // texts of a TNEF file, for a mail that has no other
	level int     // 0: the mail itself
}

// part is one part of a mail: a multipart with kids, an attached mail, or a leaf.
type part struct {
	typ      string // media type, lower case
	charset  string
	name     string
	boundary string
	cid      string
	flowed   bool // format=flowed (RFC 3676)
	delsp    bool
	attached bool // Content-Disposition: attachment
	inline   bool
	enc      transfer
	kids     []*part
	mail     *mail
	text     []byte // decoded bytes of a body text, until they are a document
	html     string // the document of an HTML text
	body     bool   // it is a body text, not a file
	filed    bool   // it is a body text and, being damaged, a file as well
	method   string // of a calendar
	report   string // what a multipart/report reports
	kept     []byte // decoded bytes of a calendar
}

func (pt *part) multipart() string {
	s, ok := strings.CutPrefix(pt.typ, "multipart/")
	if !ok {
		return ""
	}
	return s
}

// tap copies the raw bytes of an attached mail while it is walked.
type tap struct {
	level int // boundaries around it
	put   func([]byte)
	ended bool
}

func (p *parser) warn(s string) {
	if len(p.warnings) < maxWarnings && !slices.Contains(p.warnings, s) {
		p.warnings = append(p.warnings, s)
	}
}

// read walks the whole input.
func (p *parser) read() (*mail, error) {
	root := &mail{}
	p.mail(root)
	if err := p.in.failure(); err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	if !root.head.any && (root.body == nil || len(root.files) == 0 && len(root.body.kids) == 0 && len(bytes.TrimSpace(root.body.text)) == 0) {
		return nil, ErrMalformed
	}
	return root, nil
}

// line returns the next line without its line end. ok is false at a boundary of
// a multipart around, and at the end of the input; hit tells which.
func (p *parser) line() (text, eol []byte, ok bool) {
	if p.held {
		p.held = false
		if p.rescan {
			p.rescan = false
			p.boundary(p.text[2:])
		}
		return p.text, p.eol, p.hit == len(p.bounds)
	}
	raw := p.in.next()
	if len(raw) == 0 {
		p.hit, p.mid = -1, false
		return nil, nil, false
	}
	text, eol = cutEOL(raw)
	p.piece = p.mid
	p.mid = len(eol) == 0
	p.hit = len(p.bounds)
	if !p.piece && len(text) > 2 && text[0] == '-' && text[1] == '-' && len(p.bounds) > 0 {
		p.boundary(text[2:])
	}
	if len(p.taps) > 0 {
		p.tap(text, eol)
	}
	if p.hit < len(p.bounds) {
		return nil, nil, false
	}
	p.text, p.eol = text, eol
	return text, eol, true
}

// again makes line return the last line once more.
func (p *parser) again() { p.held = true }

// boundary sets hit if line (without its two hyphens) is a delimiter of one of
// the multiparts around (RFC 2046 §5.1.1), the innermost first.
func (p *parser) boundary(line []byte) {
	for i := len(p.bounds) - 1; i >= 0; i-- {
		b := p.bounds[i]
		if len(line) < len(b) || string(line[:len(b)]) != b {
			continue
		}
		rest := bytes.TrimRight(line[len(b):], " \t\r")
		if len(rest) == 0 {
			p.hit, p.closing = i, false
			return
		}
		if len(rest) >= 2 && rest[0] == '-' && rest[1] == '-' {
			p.hit, p.closing = i, true
			return
		}
	}
}

// tap gives a line to the taps. Lines are gathered, for there are many.
func (p *parser) tap(text, eol []byte) {
	if p.hit < len(p.bounds) {
		p.flushTaps()
		for _, t := range p.taps {
			t.ended = t.ended || p.hit < t.level
		}
	}
	p.tapped = append(append(p.tapped, p.tapEOL...), text...)
	if p.tapEOL = eol; len(p.tapped) >= 4<<10 {
		p.flushTaps()
	}
}

func (p *parser) flushTaps() {
	for _, t := range p.taps {
		if !t.ended {
			t.put(p.tapped)
		}
	}
	p.tapped = p.tapped[:0]
}

// settleTaps gives the taps the last line end too.
func (p *parser) settleTaps() {
	p.tapped, p.tapEOL = append(p.tapped, p.tapEOL...), nil
	p.flushTaps()
}

// mail reads a header and the body under it.
func (p *parser) mail(m *mail) {
	pt := &part{}
	m.body = pt
	more := p.skipBlank() && p.header(&m.head)
	p.describe(pt, &m.head, "text/plain")
	p.content(m, pt, nil, 0, more)
}

// skipBlank passes over empty lines before the first field. It returns false
// when nothing else follows.
func (p *parser) skipBlank() bool {
	for {
		text, _, ok := p.line()
		if !ok {
			return false
		}
		if len(text) > 0 {
			p.again()
			return true
		}
	}
}

// part reads one part of a multipart. It returns nil after a delimiter behind
// which the input ends.
func (p *parser) part(m *mail, parent *part, i int) *part {
	pt := &part{}
	h := &head{}
	def := "text/plain"
	if parent.multipart() == "digest" {
		def = "message/rfc822"
	}
	more := p.header(h)
	if !more && !h.any && p.hit < 0 {
		return nil
	}
	p.describe(pt, h, def)
	p.content(m, pt, parent, i, more)
	return pt
}

// describe fills pt from its header.
func (p *parser) describe(pt *part, h *head, def string) {
	ct := p.parseValue(h.v[kContentType])
	cd := p.parseValue(h.v[kDisposition])
	pt.typ = ct.token
	switch {
	case h.v[kContentType] == "":
		pt.typ = def
	case pt.typ == "text" || pt.typ == "plain":
		pt.typ = "text/plain"
	case pt.typ == "html":
		pt.typ = "text/html"
	case pt.typ == "multipart" || pt.typ == "" && ct.get("boundary") != "":
		pt.typ = "multipart/mixed"
	case !strings.Contains(pt.typ, "/") && ct.get("name") != "":
		p.warn("A file has the impossible type " + quoteShort(pt.typ) + ".")
		pt.typ = "application/octet-stream"
	case !strings.Contains(pt.typ, "/"):
		p.warn("A part has the impossible type " + quoteShort(pt.typ) + "; it was taken for plain text.")
		pt.typ = "text/plain"
	}
	pt.charset = ct.get("charset")
	pt.boundary = ct.get("boundary")
	pt.method, pt.report = ct.get("method"), ct.get("report-type")
	pt.flowed = strings.EqualFold(ct.get("format"), "flowed")
	pt.delsp = strings.EqualFold(ct.get("delsp"), "yes")
	if pt.name = cd.get("filename"); pt.name == "" {
		pt.name = cd.get("name")
	}
	if pt.name == "" {
		pt.name = ct.get("name")
	}
	if pt.name == "" {
		pt.name = ct.get("filename")
	}
	pt.name = oneLine(pt.name)
	if other := oneLine(ct.get("name")); other != "" && other != pt.name {
		p.warn("A file has two names: " + quoteShort(pt.name) + " and " + quoteShort(other) + "; programs may disagree which one counts.")
	}
	pt.cid = oneLine(trimID(h.v[kContentID]))
	pt.attached = cd.token != "" && cd.token != "inline" && (cd.token == "attachment" || pt.name != "")
	pt.inline = cd.token == "inline" || !pt.attached && pt.cid != ""
	enc, ok := encodingOf(h.v[kEncoding])
	if !ok {
		p.warn("The transfer encoding " + quoteShort(h.v[kEncoding]) + " is unknown; the part was read as it stands.")
	}
	pt.enc = enc
	for k, name := range single {
		if h.twice[k] && name != "" {
			p.warn("The field " + name + " is there twice; programs may disagree which one counts.")
		}
	}
}

// content reads what stands under a part's header. more is false when nothing does.
func (p *parser) content(m *mail, pt, parent *part, i int, more bool) {
	p.parts++
	switch {
	case pt.multipart() != "" && p.depth < maxDepth:
		if more {
			p.depth++
			p.multipart(m, pt)
			p.depth--
		}
	case pt.typ == "message/rfc822" || pt.typ == "message/global" || pt.typ == "message/news" || saysNothing(pt.typ) && strings.HasSuffix(strings.ToLower(pt.name), ".eml"):
		p.attachedMail(m, pt, more)
	case isTNEF(pt):
		p.tnef(m, pt, more)
	default:
		if pt.multipart() != "" {
			p.warn("The mail is nested too deeply; its inmost parts were kept as a file.")
		}
		pt.body = isBody(pt, parent, i)
		p.leaf(m, pt, parent, more)
	}
}

// isBody says whether a leaf is text of the mail itself and not a file that
// came with it, as RFC 8621 §4.1.4 draws the line.
func isBody(pt, parent *part, i int) bool {
	if pt.attached || pt.typ != "text/plain" && pt.typ != "text/html" {
		return false
	}
	if parent == nil || i == 0 {
		return true
	}
	switch parent.multipart() {
	case "alternative":
		return true
	case "related":
		return false
	}
	return pt.name == ""
}

func (p *parser) multipart(m *mail, pt *part) {
	level := len(p.bounds)
	var preamble []byte
	if pt.boundary == "" {
		p.warn("A multipart does not name its boundary.")
		pt.boundary, preamble = p.guessBoundary()
	}
	if pt.enc != identity {
		p.warn("A multipart cannot be in a transfer encoding itself; what it says of one was passed over.")
	}
	if pt.boundary != "" {
		for _, b := range p.bounds {
			if strings.HasPrefix(b, pt.boundary) || strings.HasPrefix(pt.boundary, b) {
				p.warn("The boundary of a multipart begins like that of another one; programs may disagree where its parts end.")
			}
		}
		p.bounds = append(p.bounds, pt.boundary)
		preamble = append(preamble, p.preamble()...)
	}
	for p.hit == level {
		if p.parts >= maxParts {
			p.warn("The mail has too many parts; the rest was not read.")
			p.skip()
			continue
		}
		if p.closing {
			p.epilogue()
			if p.hit == level && !p.closing {
				p.warn("There are more parts after the end of a multipart.")
			}
			continue
		}
		if kid := p.part(m, pt, len(pt.kids)); kid != nil {
			pt.kids = append(pt.kids, kid)
		}
	}
	p.bounds = p.bounds[:level]
	if len(pt.kids) == 0 && len(bytes.TrimSpace(preamble)) > 0 {
		p.warn("A multipart has no parts; its text is shown as it stands.")
		kid := &part{typ: "text/plain", charset: pt.charset, text: preamble, body: true}
		p.fileText(m, kid)
		pt.kids = []*part{kid}
	} else if p.hit < 0 && !p.closing {
		p.warn("The mail ends in the middle of a multipart.")
	}
}

// guessBoundary looks for the first line that could be a delimiter, and keeps
// what stands before it. Without one it returns "" at the end of the part.
func (p *parser) guessBoundary() (boundary string, before []byte) {
	for {
		text, eol, ok := p.line()
		if !ok {
			return "", before
		}
		if b, ok := bytes.CutPrefix(text, []byte("--")); ok {
			if b = bytes.TrimRight(b, " \t"); len(b) > 0 && len(b) <= 200 {
				p.again()
				p.rescan = true
				return string(b), before
			}
		}
		before = p.keep(before, text, eol)
	}
}

// keep appends a line to text, as far as the limit allows.
func (p *parser) keep(dst, text, eol []byte) []byte {
	n := len(text) + len(eol)
	if n > p.textLeft {
		return dst
	}
	p.textLeft -= n
	return append(append(dst, text...), eol...)
}

// preamble keeps what stands before the first part.
func (p *parser) preamble() []byte {
	var out []byte
	for {
		text, eol, ok := p.line()
		if !ok {
			return out
		}
		out = p.keep(out, text, eol)
	}
}

// epilogue passes over what stands behind the last part.
func (p *parser) epilogue() {
	for {
		text, _, ok := p.line()
		if !ok {
			return
		}
		if !blank(text) {
			p.warn("There is text after the end of a multipart, which most programs do not show.")
		}
	}
}

// skip passes over the lines up to the next boundary.
func (p *parser) skip() {
	for {
		if _, _, ok := p.line(); !ok {
			return
		}
	}
}

// decodeBody gives the lines up to the next boundary to d.
func (p *parser) decodeBody(d *decoder) {
	var pending []byte
	for {
		text, eol, ok := p.line()
		if !ok {
			break
		}
		if !p.piece && pending != nil {
			d.eol(pending)
		}
		d.line(text, len(eol) > 0)
		pending = eol
	}
	if p.hit < 0 && pending != nil {
		d.eol(pending)
	}
	d.end()
}

// sink counts and hashes one file.
type sink struct {
	file projectr.Attachment
	sum  interface {
		io.Writer
		Sum([]byte) []byte
	}
	buf  []byte // bytes not passed on yet
	head []byte // the beginning of its bytes
	out  io.WriteCloser
}

// newFile begins the next attachment of m.
func (p *parser) newFile(m *mail, pt *part) *sink {
	s := &sink{file: projectr.Attachment{Filename: pt.name, ContentType: pt.typ, ContentID: pt.cid, Inline: pt.inline}}
	if m.level == 0 {
		p.files++
		s.file.N = p.files
	} else {
		p.nested++
		s.file.N = nestedFrom + p.nested
	}
	s.sum = sha256.New()
	if n := len(p.buffers); n > 0 {
		s.buf, p.buffers = p.buffers[n-1], p.buffers[:n-1]
	} else {
		s.buf = make([]byte, 0, sniffed)
	}
	if p.open != nil && p.outErr == nil {
		s.out = p.open(s.file)
	}
	return s
}

func (p *parser) write(s *sink, b []byte) {
	s.file.Size += int64(len(b))
	if len(s.buf)+len(b) > cap(s.buf) {
		p.pass(s, s.buf)
		s.buf = s.buf[:0]
	}
	if len(b) > cap(s.buf) {
		p.pass(s, b)
		return
	}
	s.buf = append(s.buf, b...)
}

// pass hashes bytes and passes them on. Many of them at once cost far less.
func (p *parser) pass(s *sink, b []byte) {
	if len(b) == 0 {
		return
	}
	s.sum.Write(b)
	if n := sniffed - len(s.head); n > 0 {
		s.head = append(s.head, b[:min(n, len(b))]...)
	}
	if s.out != nil && p.outErr == nil {
		if _, err := s.out.Write(b); err != nil {
			p.outErr = fmt.Errorf("write attachment %d: %w", s.file.N, err)
		}
	}
}

func (p *parser) endFile(m *mail, s *sink) {
	p.pass(s, s.buf)
	p.buffers = append(p.buffers, s.buf[:0])
	s.file.SHA256 = projectr.Digest(hex.EncodeToString(s.sum.Sum(nil)))
	if !strings.HasPrefix(s.file.ContentType, "message/") && !strings.HasPrefix(s.file.ContentType, "multipart/") {
		typ, odd := typeOf(s.file.Filename, s.file.ContentType, s.head)
		if s.file.ContentType = typ; odd != "" {
			p.warn(odd)
		}
	}
	m.files = append(m.files, s.file)
	if s.out != nil {
		p.found = s.file
		if err := s.out.Close(); err != nil && p.outErr == nil {
			p.outErr = fmt.Errorf("write attachment %d: %w", s.file.N, err)
		}
	}
}

// leaf reads a part that is neither multipart nor mail.
func (p *parser) leaf(m *mail, pt, parent *part, more bool) {
	var file *sink
	whole := true
	if !pt.body {
		file = p.newFile(m, pt)
	}
	calendar, _ := pt.calendar()
	d := decoder{enc: pt.enc, text: strings.HasPrefix(pt.typ, "text/")}
	if pt.enc == base64Encoding && more && !looksBase64(p.in.peek()) {
		p.warn("A part says it is base64 but is not; it was read as it stands.")
		d.enc, whole = identity, false
	}
	d.put = func(b []byte) {
		if p.watch != nil {
			p.watch(pt, b)
		}
		if file == nil && len(pt.text) == 0 && noText(b) {
			pt.body = false
			file = p.newFile(m, pt)
		}
		if file != nil {
			p.write(file, b)
			if calendar {
				b = b[:min(len(b), p.calendarLeft)]
				p.calendarLeft -= len(b)
				pt.kept = append(pt.kept, b...)
			}
			return
		}
		if len(b) > p.textLeft {
			p.warn("The text is too long; its end is not shown.")
			b = b[:p.textLeft]
		}
		p.textLeft -= len(b)
		pt.text = append(pt.text, b...)
	}
	if more {
		p.decodeBody(&d)
	}
	if d.damaged {
		p.warn("A part is damaged: its transfer encoding is broken.")
	}
	switch {
	case file != nil:
		p.endFile(m, file)
	case parent != nil && (p.hit < 0 && !p.closedInLine(pt) || !whole):
		p.fileText(m, pt)
	}
}

// closedInLine reports whether the text at the end of the input ends with the
// last delimiter of its multipart, whose line break was lost, and takes it away.
func (p *parser) closedInLine(pt *part) bool {
	if len(p.bounds) == 0 || pt.enc == base64Encoding {
		return false
	}
	text, ok := bytes.CutSuffix(bytes.TrimRight(pt.text, " \t\r\n"), []byte("--"+p.bounds[len(p.bounds)-1]+"--"))
	if ok {
		pt.text, p.closing = text, true
	}
	return ok
}

// fileText lists a text that is damaged (cut off, or not in the encoding it is
// said to be in) as a file too: what programs make of it differs, and nobody
// shall have to trust our reading of it.
func (p *parser) fileText(m *mail, pt *part) {
	if len(pt.text) == 0 {
		return
	}
	pt.filed, pt.inline = true, true
	file := p.newFile(m, pt)
	p.write(file, pt.text)
	p.endFile(m, file)
}

// looksBase64 judges the first line of a part that says it is base64. A few
// wrong letters are damage; blanks between words, or many of them, are text.
func looksBase64(line []byte) bool {
	line = bytes.TrimSpace(line)
	bad := 0
	for _, c := range line {
		switch base64Value[c] {
		case 64:
			return true
		case 65, 66:
			bad++
		}
	}
	return bad*8 < len(line) || bad == 0
}

// attachedMail reads a mail inside the mail. It is a file of its own and also
// walked, in the same pass over the stream. A mail far inside others is a part
// of their files only, so that no byte is hashed again and again.
func (p *parser) attachedMail(m *mail, pt *part, more bool) {
	var file *sink
	if m.level < maxMailsInMails {
		file = p.newFile(m, pt)
		defer func() { p.endFile(m, file) }()
	}
	if !more {
		return
	}
	put := func(b []byte) {
		if p.watch != nil {
			p.watch(pt, b)
		}
		if file != nil {
			p.write(file, b)
		}
	}
	inner := &mail{level: m.level + 1}
	if p.depth >= maxDepth {
		p.warn("The mail is nested too deeply; its inmost parts were kept as a file.")
		p.decodeBody(&decoder{enc: pt.enc, put: put})
		return
	}
	p.depth++
	defer func() { p.depth-- }()
	switch {
	case pt.enc == identity && file == nil:
		p.mail(inner)
	case pt.enc == identity:
		p.settleTaps()
		t := &tap{level: len(p.bounds), put: put}
		p.taps = append(p.taps, t)
		p.mail(inner)
		if !t.ended { // the input ended
			p.settleTaps()
		}
		p.taps = p.taps[:len(p.taps)-1]
	default:
		var raw []byte
		p.decodeBody(&decoder{enc: pt.enc, put: func(b []byte) {
			put(b)
			if len(raw)+len(b) <= maxNestedBytes {
				raw = append(raw, b...)
			}
		}})
		p.inside(raw, inner)
	}
	pt.mail = inner
	m.inner = append(m.inner, inner)
}

// inside walks a mail that had to be decoded first.
func (p *parser) inside(raw []byte, m *mail) {
	outer := *p
	p.in = lines{src: bytes.NewReader(raw)}
	p.bounds, p.taps, p.mid, p.piece, p.held = nil, nil, false, false, false
	p.tapped, p.tapEOL = nil, nil
	p.mail(m)
	p.in, p.bounds, p.taps, p.tapped, p.tapEOL = outer.in, outer.bounds, outer.taps, outer.tapped, outer.tapEOL
	p.hit, p.closing, p.mid, p.piece, p.held = outer.hit, outer.closing, outer.mid, outer.piece, outer.held
}
