package file

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strconv"
	"strings"
)

// mailText reads a mail that was saved as a file (RFC 5322): who, to whom, when,
// about what, and its text. What is attached to it is counted, not read.
func mailText(w *writer, _ string, data []byte) error {
	m := &mailReader{w: w}
	m.mail(data, 0)
	switch {
	case m.files == 1:
		w.note("What is attached to it was not read.")
	case m.files > 1:
		w.note("The " + strconv.Itoa(m.files) + " files attached to it were not read.")
	}
	return nil
}

type mailReader struct {
	w     *writer
	parts int
	files int
}

func (m *mailReader) mail(data []byte, depth int) {
	header, body := splitMail(data)
	m.w.gap()
	for _, name := range []string{"From", "To", "Cc", "Date", "Subject"} {
		if v := oneLine(decodeWords(header.Get(name))); v != "" {
			m.w.line(name + ": " + v)
		}
	}
	m.w.gap()
	m.part(header, body, depth)
}

// splitMail parts the header of a mail, or of a part of one, from its body. A
// header is read as far as it can be.
func splitMail(data []byte) (textproto.MIMEHeader, []byte) {
	if bytes.HasPrefix(data, []byte("From ")) { // an mbox line
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			data = data[i+1:]
		}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	header := textproto.MIMEHeader{}
	last := ""
	for fields := 0; len(data) > 0 && fields < 2000; fields++ {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			return header, rest
		}
		if line[0] == ' ' || line[0] == '\t' {
			if v := header[last]; len(v) > 0 && len(v[len(v)-1]) < 64<<10 {
				v[len(v)-1] += " " + string(bytes.TrimSpace(line))
			}
		} else {
			name, value, ok := bytes.Cut(line, []byte(":"))
			if !ok {
				return header, data
			}
			last = textproto.CanonicalMIMEHeaderKey(string(bytes.TrimSpace(name)))
			header[last] = append(header[last], string(bytes.TrimSpace(value)))
		}
		data = rest
	}
	return header, data
}

// words decodes the encoded words of a mail's header (RFC 2047).
var words = mime.WordDecoder{CharsetReader: charsetReader}

func decodeWords(s string) string {
	s = decodeText("", []byte(s))
	if d, err := words.DecodeHeader(s); err == nil {
		return d
	}
	return s
}

func charsetReader(name string, r io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxMember))
	if err != nil {
		return nil, err
	}
	s, ok := decodeCharset(name, b)
	if !ok {
		s = decodeText("", b)
	}
	return strings.NewReader(s), nil
}

// part writes the text of a part of a mail. A part of an alternative is chosen
// by part's caller.
func (m *mailReader) part(header textproto.MIMEHeader, body []byte, depth int) {
	if m.parts++; m.parts > maxMailParts || depth > maxMailDepth || m.w.full {
		m.w.note("Not all of its parts were read.")
		return
	}
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil && kind == "" {
		kind = "text/plain"
	}
	disposition, _, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	switch {
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		m.multipart(kind, params["boundary"], body, depth)
	case disposition == "attachment":
		m.files++
	case kind == "message/rfc822":
		m.mail(m.decoded(header, body), depth+1)
	case kind == "text/html":
		_ = page(m.w, header.Get("Content-Type"), m.decoded(header, body))
		m.w.fresh()
	case kind == "text/calendar":
		_ = calendar(m.w, header.Get("Content-Type"), m.decoded(header, body))
		m.w.fresh()
	case strings.HasPrefix(kind, "text/"), kind == "message/delivery-status":
		_ = plain(m.w, header.Get("Content-Type"), m.decoded(header, body))
		m.w.fresh()
	case header.Get("Content-Id") == "":
		m.files++
	}
}

func (m *mailReader) multipart(kind, boundary string, body []byte, depth int) {
	type found struct {
		header textproto.MIMEHeader
		body   []byte
	}
	var parts []found
	mr := multipart.NewReader(bytes.NewReader(body), boundary)
	for len(parts) < maxMailParts {
		p, err := mr.NextRawPart()
		if err != nil {
			break
		}
		b, err := io.ReadAll(io.LimitReader(p, MaxSize))
		parts = append(parts, found{p.Header, b})
		if err != nil {
			break
		}
	}
	if kind == "multipart/alternative" {
		// All say the same; plain text says it plainest, if it says anything.
		best := -1
		for i, p := range parts {
			t, _, _ := mime.ParseMediaType(p.header.Get("Content-Type"))
			switch {
			case (t == "text/plain" || t == "") && len(bytes.TrimSpace(p.body)) > 0:
				best = i
			case best < 0 && (t == "text/html" || strings.HasPrefix(t, "multipart/")):
				best = i
			}
			if t == "text/plain" && best == i {
				break
			}
		}
		if best >= 0 {
			parts = parts[best : best+1]
		}
	}
	for _, p := range parts {
		m.part(p.header, p.body, depth+1)
		m.w.gap()
	}
}

// decoded undoes the transfer encoding; what is broken is read as far as it can.
func (m *mailReader) decoded(header textproto.MIMEHeader, body []byte) []byte {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		clean := bytes.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '/' {
				return r
			}
			return -1
		}, body)
		out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
		n, _ := base64.RawStdEncoding.Decode(out, clean)
		return out[:n]
	case "quoted-printable":
		r := bufio.NewReader(quotedprintable.NewReader(bytes.NewReader(body)))
		out, _ := io.ReadAll(io.LimitReader(r, MaxSize))
		return out
	}
	return body
}
