package message

import (
	"slices"
	"strings"
	"unicode/utf8"

	"projectr"
)

// message makes the Message of a mail that was walked.
func (p *parser) message(root *mail) *Message {
	h := &root.head
	cs := root.body.charset
	m := &Message{
		MessageID:   p.messageID(h.v[kMessageID]),
		InReplyTo:   p.ids(h.v[kInReplyTo]),
		References:  p.ids(h.v[kReferences]),
		Subject:     oneLine(p.decodeWords(h.v[kSubject], cs)),
		From:        p.addresses(h.v[kFrom], cs),
		ReplyTo:     p.addresses(h.v[kReplyTo], cs),
		To:          p.addresses(h.v[kTo], cs),
		Cc:          p.addresses(h.v[kCc], cs),
		Forwarded:   []Inner{},
		Attachments: root.files,
		ThreadIndex: threadIndex(h.v[kThreadIndex]),
		ListID:      listID(h.v[kListID]),
	}
	if s := p.addresses(h.v[kSender], cs); len(s) > 0 {
		m.Sender = &s[0]
	}
	if d := h.v[kDate]; strings.TrimSpace(d) == "" {
		p.warn("The mail has no date.")
	} else if t, ok := ParseDate(d); ok {
		m.Date = t
	} else {
		p.warn("The date " + quoteShort(d) + " cannot be right.")
	}
	if len(m.From) == 0 {
		p.warn("The mail does not say who wrote it.")
	}
	if len(m.From) > 1 && m.Sender == nil {
		p.warn("The mail names several authors and not which of them sent it.")
	}
	for _, a := range m.From {
		if claimed := headingMailbox(a.Name).Address; claimed != "" && a.Address != "" && !strings.EqualFold(claimed, a.Address) {
			p.warn("The author " + quoteShort(a.Address) + " has another address as its name: " + quoteShort(claimed) + ".")
		}
	}
	text, html := p.bodies(root)
	m.Text, m.HTML, m.marks, m.tagged = text.String(), html, text.marks, p.tagged
	in := reading{subject: m.Subject, date: m.Date, from: m.From, to: append(append([]projectr.MailAddress{}, m.To...), m.Cc...), marks: text.marks, left: &p.innerLeft}
	r := in.divide(m.Text)
	m.Spans, m.Reply = r.spans, r.reply
	m.Forwarded = append(m.Forwarded, r.forwarded...)
	p.attachedMails(root, m)
	m.Attachments = root.files
	if m.Attachments == nil {
		m.Attachments = []projectr.Attachment{}
	}
	m.Invitation = p.invitation(root)
	m.Confirmation = confirmation(m)
	m.Automatic = automatic(root, m)
	m.Warnings = p.warnings
	if m.Warnings == nil {
		m.Warnings = []string{}
	}
	return m
}

// attachedMails adds the mails attached to root, each followed by the mails
// inside it.
func (p *parser) attachedMails(root *mail, m *Message) {
	for _, in := range root.inner {
		h, cs := &in.head, in.body.charset
		text, _ := p.bodies(in)
		s := text.String()
		files := in.files
		if files == nil {
			files = []projectr.Attachment{}
		}
		inner := Inner{
			From:        p.addresses(h.v[kFrom], cs),
			To:          p.addresses(h.v[kTo], cs),
			Cc:          p.addresses(h.v[kCc], cs),
			Subject:     oneLine(p.decodeWords(h.v[kSubject], cs)),
			MessageID:   p.messageID(h.v[kMessageID]),
			Text:        s,
			InReplyTo:   p.ids(h.v[kInReplyTo]),
			References:  p.ids(h.v[kReferences]),
			ThreadIndex: threadIndex(h.v[kThreadIndex]),
			Invitation:  p.invitation(in),
			Attached:    true,
			Attachments: files,
			marks:       text.marks,
		}
		inner.Date, _ = ParseDate(h.v[kDate])
		r := reading{subject: inner.Subject, date: inner.Date, from: inner.From, to: append(append([]projectr.MailAddress{}, inner.To...), inner.Cc...), marks: text.marks, left: &p.innerLeft}.divide(s)
		inner.Reply = r.reply
		if h.any {
			m.Forwarded = append(m.Forwarded, inner)
		}
		m.Forwarded = append(m.Forwarded, r.forwarded...)
		p.attachedMails(in, m)
	}
}

func (p *parser) messageID(s string) string {
	return strings.Join(strings.Fields(p.raw(oneLine(trimID(s)), "")), "")
}

func (p *parser) ids(s string) []string { return messageIDs(p.raw(s, "")) }

// written is text as it is put together, with what the HTML said of stretches
// of it.
type written struct {
	strings.Builder
	marks []mark       // in order, without overlap
	noted *hiddenNotes // where words go that are not seen; nil: nowhere
}

// mark is a stretch of text, in bytes, that the HTML sets apart.
type mark struct {
	kind       markKind
	start, end int
}

type markKind int

const (
	markQuote     markKind = iota // a quoted mail
	markSignature                 // a signature, by the mail program's own class
)

// bodies puts the text of a mail together, and its HTML view.
func (p *parser) bodies(m *mail) (*written, string) {
	var b bodyLists
	b.walk([]*part{m.body}, "mixed", false)
	out := &written{}
	p.writeTexts(out, b.text)
	if strings.TrimSpace(out.String()) == "" && len(b.html) > 0 {
		*out = written{}
		p.writeTexts(out, b.html)
	}
	if strings.TrimSpace(out.String()) == "" && len(m.spare) > 0 {
		*out = written{}
		p.writeTexts(out, m.spare)
		b.text, b.html = m.spare, m.spare
	}
	documents := slices.DeleteFunc(slices.Clone(b.html), func(pt *part) bool { return pt.typ != "text/html" })
	var docs []string
	for _, pt := range documents {
		doc := p.decodeHTML(pt)
		if len(documents) > 1 {
			doc = closeHTML(doc) // each is a document of its own; none may reach into the next
		}
		docs = append(docs, doc)
	}
	html := strings.Join(docs, "\n<hr>\n")
	if html != "" && !b.same() && saysOtherwise(out.String(), html) {
		p.warn("The text and the HTML of the mail say different things; the text is shown first.")
	}
	return out, html
}

func (p *parser) writeTexts(out *written, parts []*part) {
	for _, pt := range parts {
		if out.Len() > 0 && !strings.HasSuffix(out.String(), "\n") {
			out.WriteByte('\n')
		}
		if pt.typ == "text/html" {
			htmlText(out, p.decodeHTML(pt))
			continue
		}
		s, tagged := untag(p.decode(pt.text, pt.charset))
		p.tagged += tagged
		if strings.IndexByte(s, 0) >= 0 {
			p.warn("The text has NUL bytes in it, which some programs take for its end.")
		}
		s = cleanText(s)
		if pt.flowed {
			s = unflow(s, pt.delsp)
		}
		out.WriteString(s)
	}
}

// bodyLists are the textBody and htmlBody of RFC 8621 §4.1.4.
type bodyLists struct{ text, html []*part }

// same reports whether there is one view only.
func (b *bodyLists) same() bool { return slices.Equal(b.text, b.html) }

func (b *bodyLists) walk(parts []*part, multipart string, alternative bool) {
	nText, nHTML := len(b.text), len(b.html)
	for _, pt := range parts {
		if sub := pt.multipart(); sub != "" && !pt.body {
			b.walk(pt.kids, sub, alternative || sub == "alternative")
			continue
		}
		if !pt.body {
			continue
		}
		isHTML := pt.typ == "text/html"
		if multipart == "alternative" || alternative {
			if isHTML {
				b.html = append(b.html, pt)
			} else {
				b.text = append(b.text, pt)
			}
			continue
		}
		b.text = append(b.text, pt)
		b.html = append(b.html, pt)
	}
	if multipart == "alternative" {
		switch {
		case len(b.text) == nText && len(b.html) > nHTML:
			b.text = append(b.text, b.html[nHTML:]...)
		case len(b.html) == nHTML && len(b.text) > nText:
			b.html = append(b.html, b.text[nText:]...)
		}
	}
}

// cleanText gives every line the same end and drops what is never seen.
func cleanText(s string) string {
	dirty := false
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c == 0xef {
			dirty = true
			break
		}
	}
	if !dirty {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	at := 0 // what is good so far and not yet written
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != 0x7f && c != 0xef || c == '\n' || c == '\t' {
			continue
		}
		if c == 0xef && !strings.HasPrefix(s[i:], "\ufeff") {
			continue
		}
		b.WriteString(s[at:i])
		switch {
		case c == '\r' && i+1 < len(s) && s[i+1] == '\n':
		case c == '\r' || c == '\f':
			b.WriteByte('\n')
		case c == 0xef:
			i += 2
		}
		at = i + 1
	}
	b.WriteString(s[at:])
	return b.String()
}

// unflow joins the lines of format=flowed text (RFC 3676): a line that ends in a
// blank goes on in the next, if both are quoted as deeply.
func unflow(s string, delsp bool) string {
	var b strings.Builder
	b.Grow(len(s))
	depth, open := 0, false
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		d := 0
		for d < len(line) && line[d] == '>' {
			d++
		}
		text := line[d:]
		stuffed := strings.TrimPrefix(text, " ")
		signature := stuffed == "-- "
		if open && (d != depth || signature) {
			b.WriteByte('\n')
			open = false
		}
		if !open {
			b.WriteString(line[:d])
			if d > 0 && stuffed != "" {
				b.WriteByte(' ')
			}
		}
		depth = d
		flows := strings.HasSuffix(stuffed, " ") && !signature
		if flows && delsp {
			stuffed = stuffed[:len(stuffed)-1]
		}
		b.WriteString(stuffed)
		if open = flows; !open {
			b.WriteByte('\n')
		}
	}
	if open {
		b.WriteByte('\n')
	}
	return b.String()
}

// decodeHTML is the document of an HTML part. Its charset is the part's, or
// what the document says of itself.
func (p *parser) decodeHTML(pt *part) string {
	if pt.text == nil {
		return pt.html
	}
	cs := pt.charset
	if cs == "" && !utf8.Valid(pt.text) {
		cs = metaCharset(pt.text)
	}
	doc, tagged := untag(p.decode(pt.text, cs))
	p.tagged += tagged
	pt.html = strings.TrimPrefix(strings.ReplaceAll(doc, "\x00", ""), "\ufeff")
	pt.text = nil // it may be large
	return pt.html
}

// metaCharset finds charset=x in the first 2 KB of a document.
func metaCharset(b []byte) string {
	s := strings.ToLower(string(b[:min(len(b), 2048)]))
	i := strings.Index(s, "charset=")
	if i < 0 {
		return ""
	}
	s = strings.TrimLeft(s[i+len("charset="):], "\"' ")
	if j := strings.IndexAny(s, "\"' ;/>"); j >= 0 {
		return s[:j]
	}
	return ""
}
