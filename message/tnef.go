package message

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Outlook sends a file winmail.dat to people whose programs cannot read it: the
// mail's properties, its text and all its files in TNEF (MS-OXTNEF).

// Limits on what is read of one such file.
const (
	maxTNEF      = 32 << 20 // bytes; a larger one is kept as a file
	maxTNEFDepth = 5        // mails inside mails inside it
	maxProps     = 4096     // properties of one mail or file
)

// isTNEF tells such a part by its header.
func isTNEF(pt *part) bool {
	return pt.typ == typeTNEF || pt.typ == "application/vnd.ms-tnef" || strings.EqualFold(pt.name, "winmail.dat")
}

// tnefMail is what a TNEF file says.
type tnefMail struct {
	text, html, rtf []byte
	codepage        int // of text
	htmlCodepage    int
	subject         string
	name, address   string // of the author
	date            time.Time
	files           []tnefFile
}

type tnefFile struct {
	name, typ, cid string
	data           []byte
	mail           *tnefMail // it is a mail of its own
}

// Attributes and properties we know.
const (
	attBody        = 0x800c
	attAttachData  = 0x800f
	attAttachTitle = 0x8010
	attRenddata    = 0x9002
	attMAPIProps   = 0x9003
	attAttachment  = 0x9005
	attOEMCodepage = 0x9007

	propSubject      = 0x0037
	propSubmitTime   = 0x0039
	propSentName     = 0x0042
	propSentAddress  = 0x0065
	propSenderName   = 0x0c1a
	propSenderAddr   = 0x0c1f
	propSenderSMTP   = 0x5d01
	propSentSMTP     = 0x5d02
	propBody         = 0x1000
	propRTF          = 0x1009
	propHTML         = 0x1013
	propDisplayName  = 0x3001
	propAttachData   = 0x3701
	propAttachName   = 0x3704
	propAttachLong   = 0x3707
	propAttachMIME   = 0x370e
	propAttachCID    = 0x3712
	propInternetCPID = 0x3fde
)

// readTNEF reads a TNEF stream. whole is false when it is damaged; what could be
// read of it is given all the same, nil when it is no TNEF at all.
func readTNEF(b []byte, depth int) (m *tnefMail, whole bool) {
	if len(b) < 6 || binary.LittleEndian.Uint32(b) != 0x223e9f78 {
		return nil, false
	}
	m = &tnefMail{}
	var file *tnefFile
	whole = true
	for b = b[6:]; len(b) > 0; {
		if len(b) < 11 {
			return m, false
		}
		level, id := b[0], binary.LittleEndian.Uint16(b[1:])
		n := uint64(binary.LittleEndian.Uint32(b[5:]))
		if level != 1 && level != 2 || n > uint64(len(b)-11) {
			return m, false
		}
		data := b[9 : 9+n]
		sum := uint16(0)
		for _, c := range data {
			sum += uint16(c)
		}
		if binary.LittleEndian.Uint16(b[9+n:]) != sum {
			whole = false
		}
		b = b[11+n:]
		if level == 2 && (id == attRenddata || file == nil) {
			if len(m.files) >= maxParts {
				return m, false
			}
			m.files = append(m.files, tnefFile{})
			file = &m.files[len(m.files)-1]
		}
		switch {
		case id == attOEMCodepage && n >= 4:
			m.codepage = int(binary.LittleEndian.Uint32(data))
		case id == attBody && m.text == nil:
			m.text = bytes.TrimRight(data, "\x00")
		case id == attMAPIProps && level == 1:
			whole = m.properties(data) && whole
		case level == 1:
		case id == attAttachTitle && file.name == "":
			file.name = text8(data, m.codepage)
		case id == attAttachData:
			file.data = data
		case id == attAttachment:
			whole = file.properties(data, m.codepage, depth) && whole
		}
	}
	return m, whole
}

// prop is one MAPI property.
type prop struct {
	id   uint16
	typ  uint16
	data []byte // of the first value
}

// text gives a property that is a string.
func (p prop) text(codepage int) string {
	if p.typ&0xfff == 0x1f {
		return text16(p.data)
	}
	return text8(p.data, codepage)
}

func text16(b []byte) string {
	u := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		u = append(u, binary.LittleEndian.Uint16(b[i:]))
	}
	return strings.TrimRight(string(utf16.Decode(u)), "\x00")
}

// text8 decodes text in a Windows code page.
func text8(b []byte, codepage int) string {
	var p parser // for its decoder; its warnings are not ours
	return p.decode(bytes.TrimRight(b, "\x00"), codepageName(codepage))
}

func codepageName(n int) string {
	switch n {
	case 0:
		return ""
	case 65001:
		return "utf-8"
	case 20127:
		return "us-ascii"
	case 28591, 28592, 28593, 28594, 28595, 28596, 28597, 28598, 28599, 28605:
		return "iso-8859-" + strconv.Itoa(n-28590)
	case 10000:
		return "macintosh"
	case 874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258:
		return "windows-" + strconv.Itoa(n)
	}
	return "cp" + strconv.Itoa(n)
}

func (m *tnefMail) properties(b []byte) (whole bool) {
	var list []prop
	list, whole = readProps(b)
	for _, p := range list { // text depends on it, wherever it stands
		if p.id == propInternetCPID && len(p.data) >= 4 {
			m.htmlCodepage = int(binary.LittleEndian.Uint32(p.data))
		}
	}
	for _, p := range list {
		switch p.id {
		case propSubject:
			m.subject = p.text(m.codepage)
		case propSentName, propSenderName:
			if m.name == "" || p.id == propSentName {
				m.name = p.text(m.codepage)
			}
		case propSentSMTP, propSenderSMTP, propSentAddress, propSenderAddr:
			if s := p.text(m.codepage); strings.Contains(s, "@") && (m.address == "" || p.id == propSentSMTP) {
				m.address = s
			}
		case propSubmitTime:
			if len(p.data) == 8 {
				m.date = fileTime(binary.LittleEndian.Uint64(p.data))
			}
		case propBody:
			m.text, m.codepage = []byte(p.text(m.codepage)), 65001
		case propHTML:
			if p.typ == 0x1e || p.typ == 0x1f {
				m.html, m.htmlCodepage = []byte(p.text(m.codepage)), 65001
			} else {
				m.html = p.data
			}
		case propRTF:
			m.rtf = p.data
		}
	}
	return whole
}

// fileTime reads a Windows FILETIME: tenths of microseconds since 1601.
func fileTime(n uint64) time.Time {
	const unix = 11644473600
	sec := int64(n/10_000_000) - unix
	if sec <= 0 || sec > 4_102_444_800 { // up to 2100, as dates of headers
		return time.Time{}
	}
	return time.Unix(sec, 0).UTC()
}

func (f *tnefFile) properties(b []byte, codepage, depth int) (whole bool) {
	var list []prop
	list, whole = readProps(b)
	short := ""
	for _, p := range list {
		switch p.id {
		case propAttachLong:
			f.name = p.text(codepage)
		case propAttachName, propDisplayName:
			if short == "" {
				short = p.text(codepage)
			}
		case propAttachMIME:
			f.typ = strings.ToLower(strings.TrimSpace(p.text(codepage)))
		case propAttachCID:
			f.cid = p.text(codepage)
		case propAttachData:
			data := p.data
			if p.typ == 0x0d && len(data) >= 16 {
				data = data[16:] // after the id of its interface
			}
			if depth < maxTNEFDepth {
				var ok bool
				if f.mail, ok = readTNEF(data, depth+1); f.mail != nil {
					whole = whole && ok
					continue
				}
			}
			if f.data == nil {
				f.data = data
			}
		}
	}
	if f.name == "" {
		f.name = short
	}
	return whole
}

// readProps reads a list of MAPI properties.
func readProps(b []byte) (list []prop, whole bool) {
	r := propReader{b: b}
	n := r.u32()
	for i := uint32(0); i < n && !r.bad; i++ {
		if i == maxProps {
			return list, false
		}
		p := prop{typ: r.u16(), id: r.u16()}
		named := p.id >= 0x8000
		if named {
			r.take(16)
			if kind := r.u32(); kind == 0 {
				r.take(4)
			} else {
				r.padded(r.u32())
			}
		}
		values := uint32(1)
		base := p.typ & 0xfff
		variable := base == 0x1e || base == 0x1f || base == 0x102 || base == 0x0d
		if p.typ&0x1000 != 0 || variable {
			values = r.u32()
		}
		for j := uint32(0); j < values && !r.bad; j++ {
			var data []byte
			switch base {
			case 0x02, 0x03, 0x04, 0x0a, 0x0b:
				data = r.take(4)
			case 0x05, 0x06, 0x07, 0x14, 0x40:
				data = r.take(8)
			case 0x48:
				data = r.take(16)
			case 0x1e, 0x1f, 0x102, 0x0d:
				data = r.padded(r.u32())
			default:
				return list, false
			}
			if j == 0 {
				p.data = data
			}
		}
		if !r.bad && !named {
			list = append(list, p)
		}
	}
	return list, !r.bad
}

type propReader struct {
	b   []byte
	bad bool
}

func (r *propReader) take(n uint32) []byte {
	if r.bad || uint64(n) > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

// padded takes n bytes and what fills them up to a multiple of four.
func (r *propReader) padded(n uint32) []byte {
	out := r.take(n)
	if pad := -n & 3; pad > 0 && uint64(pad) <= uint64(len(r.b)) {
		r.take(pad)
	} else if pad > 0 {
		r.b = nil // the last one may lack it
	}
	return out
}

func (r *propReader) u16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *propReader) u32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// body makes a text of what the mail says: of its plain text, else of its HTML,
// else of its RTF; nil when it has none.
func (m *tnefMail) body() *part {
	switch {
	case len(bytes.TrimSpace(m.text)) > 0:
		return &part{typ: "text/plain", charset: codepageName(m.codepage), text: m.text, body: true}
	case len(bytes.TrimSpace(m.html)) > 0:
		return &part{typ: "text/html", charset: codepageName(m.htmlCodepage), text: m.html, body: true}
	}
	rtf, ok := unpackRTF(m.rtf, maxText)
	if !ok && len(rtf) == 0 {
		return nil
	}
	if s := rtfText(rtf, m.codepage); strings.TrimSpace(s) != "" {
		return &part{typ: "text/plain", charset: "utf-8", text: []byte(s), body: true}
	}
	return nil
}

// tnef reads a part that says it is TNEF. Its files become files of the mail;
// it is one itself only where it could not be read as a whole.
func (p *parser) tnef(m *mail, pt *part, more bool) {
	var raw []byte
	var file *sink
	if more {
		d := decoder{enc: pt.enc}
		d.put = func(b []byte) {
			if p.watch != nil {
				p.watch(pt, b)
			}
			if file == nil && len(raw)+len(b) > maxTNEF {
				file = p.newFile(m, pt)
				p.write(file, raw)
				raw = nil
			}
			if file != nil {
				p.write(file, b)
				return
			}
			raw = append(raw, b...)
		}
		p.decodeBody(&d)
	}
	if file != nil {
		p.warn("The file " + quoteShort(pt.name) + " of Outlook is too large to be opened.")
		p.endFile(m, file)
		return
	}
	t, whole := readTNEF(raw, 0)
	if t != nil {
		p.tnefMail(m, t)
	}
	if !whole {
		p.warn("The file " + quoteShort(pt.name) + " of Outlook is damaged; what could be read of it is shown.")
		file = p.newFile(m, pt)
		p.write(file, raw)
		p.endFile(m, file)
	}
}

// tnefMail adds the text and the files of t to m, and the mails inside it.
func (p *parser) tnefMail(m *mail, t *tnefMail) {
	if body := t.body(); body != nil && len(body.text) <= p.textLeft {
		p.textLeft -= len(body.text)
		m.spare = append(m.spare, body)
	}
	for _, f := range t.files {
		if p.parts >= maxParts {
			p.warn("The mail has too many parts; the rest was not read.")
			return
		}
		p.parts++
		if f.mail != nil {
			inner := &mail{level: m.level + 1, body: &part{typ: "text/plain", body: true}}
			inner.head.any = true
			inner.head.v[kSubject] = oneLine(f.mail.subject)
			if f.mail.address != "" || f.mail.name != "" {
				quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(f.mail.name))
				inner.head.v[kFrom] = `"` + quoted + `" <` + oneLine(f.mail.address) + ">"
			}
			if !f.mail.date.IsZero() {
				inner.head.v[kDate] = f.mail.date.Format(time.RFC1123Z)
			}
			p.tnefMail(inner, f.mail)
			m.inner = append(m.inner, inner)
			continue
		}
		kid := &part{typ: f.typ, name: oneLine(f.name), cid: oneLine(trimID(f.cid)), inline: f.cid != ""}
		if !strings.Contains(kid.typ, "/") {
			kid.typ = typeAny
		}
		file := p.newFile(m, kid)
		p.write(file, f.data)
		p.endFile(m, file)
	}
}
