package sender

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxHeader is how many bytes of a header are read; message keeps as many.
const maxHeader = 1 << 20

// errHeader: the header is longer than maxHeader.
var errHeader = errors.New("the header is too long")

// field is one header field as it came, with CRLF ends of line: "From: ...\r\n".
type field struct {
	raw  string
	name string // in lower case; empty where the line has no colon
}

// value is what stands behind the colon, folds and all.
func (f field) value() string { return f.raw[len(f.raw)-len(after(f.raw)):] }

func after(raw string) string {
	_, v, _ := strings.Cut(raw, ":")
	return v
}

// header is the fields of a mail in their order, and where those of a name are.
type header struct {
	fields []field
	places map[string][]int
}

func newHeader(fields []field) *header {
	h := &header{fields, map[string][]int{}}
	for i, f := range fields {
		if f.name != "" {
			h.places[f.name] = append(h.places[f.name], i)
		}
	}
	return h
}

// all returns the fields of a name, from the top.
func (h *header) all(name string) []field {
	var out []field
	for _, i := range h.places[name] {
		out = append(out, h.fields[i])
	}
	return out
}

// readHeader reads fields up to and with the empty line. Nothing is refused: a
// line without a colon is a field without a name. Ends of line may be LF. At
// errHeader the fields that were read so far are handed back.
func readHeader(r *bufio.Reader) ([]field, error) {
	var fields []field
	var raw []byte
	flush := func() {
		if len(raw) == 0 {
			return
		}
		f := field{raw: string(raw)}
		if name, _, ok := strings.Cut(f.raw, ":"); ok {
			f.name = lower(strings.TrimRight(name, " \t"))
		}
		fields, raw = append(fields, f), raw[:0]
	}
	for left := maxHeader; ; {
		line, whole, err := readLine(r, left)
		if !whole {
			flush()
			return fields, errHeader
		}
		left -= len(line)
		text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		ended := len(text) < len(line)
		if len(text) == 0 && (ended || err != nil) {
			flush()
			return fields, notEOF(err)
		}
		if text[0] != ' ' && text[0] != '\t' {
			flush()
		}
		raw = append(append(raw, text...), "\r\n"...)
		if err != nil {
			flush()
			return fields, notEOF(err)
		}
	}
}

func notEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// readLine reads to the next LF or the end; whole is false when that is more
// than limit bytes.
func readLine(r *bufio.Reader, limit int) (line []byte, whole bool, err error) {
	for {
		piece, err := r.ReadSlice('\n')
		if len(line)+len(piece) > limit {
			return nil, false, nil
		}
		line = append(line, piece...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, true, err
		}
	}
}

// author finds the one domain that the mail says it is from (RFC 7489 §6.6.1):
// an A-label name in lower case. Where there is not exactly one, why says so in
// a sentence, and odd is true where no honest mail looks like this.
func author(h *header) (domain, why string, odd bool) {
	from := h.all("from")
	switch len(from) {
	case 0:
		return "", "The mail does not say who it is from.", false
	case 1:
	default:
		return "", "The mail has more than one From line, which no honest mail has, so nobody vouches for it.", true
	}
	return soleDomain(mailboxes(from[0].value()))
}

// soleDomain is the domain of all addresses, as author has it.
func soleDomain(addrs []string) (domain, why string, odd bool) {
	seen := map[string]bool{}
	loose := false
	for _, addr := range addrs {
		at := strings.LastIndexByte(addr, '@')
		if loose = at < 0; loose {
			continue // the beginning of a name that was not quoted: Doe, Jo <jo@x.example>
		}
		name := domainName(addr[at+1:])
		seen[name] = true
		domain = name
	}
	switch {
	case len(seen) > 1:
		return "", "The mail names authors of more than one domain, so nobody vouches for it.", true
	case domain != "" && loose:
		return "", "The mail names an author without an address, so nobody vouches for it.", true
	case domain == "":
		return "", "The mail does not say from which domain it is.", false
	}
	return domain, "", false
}

// mailboxes reads the addresses out of an address list (RFC 5322 §3.4), and
// out of most of what is none. Display names and comments are left out. Where a
// mailbox has several addresses in angle brackets, each counts.
func mailboxes(list string) []string {
	var out []string
	var bare, angle strings.Builder // what stands outside of < >, and inside
	angles, open, comment := 0, false, 0
	flush := func() {
		if open {
			out, open = append(out, route(angle.String())), false
			angles++
		}
		if s := strings.TrimSpace(bare.String()); angles == 0 && s != "" {
			out = append(out, s)
		}
		bare.Reset()
		angle.Reset()
		angles = 0
	}
	quoted := false
	for i := 0; i < len(list); i++ {
		c := list[i]
		into := &bare
		if open {
			into = &angle
		}
		switch {
		case c == '\r' || c == '\n':
		case c == '\\' && (quoted || comment > 0):
			i++
			if quoted && comment == 0 && i < len(list) {
				into.WriteByte('\\')
				into.WriteByte(list[i])
			}
		case comment > 0:
			switch c {
			case '(':
				comment++
			case ')':
				comment--
			}
		case quoted:
			quoted = c != '"'
			into.WriteByte(c)
		case c == '"':
			quoted = true
			into.WriteByte(c)
		case c == '(':
			comment++
		case c == '<' && !open:
			open = true
			angle.Reset()
		case c == '>' && open:
			out, open = append(out, route(angle.String())), false
			angles++
		case c == ',' && !open, c == ';' && !open:
			flush()
		case c == ':' && !open: // the name of a group
			bare.Reset()
		default:
			into.WriteByte(c)
		}
	}
	flush()
	return out
}

// route takes the source route off an address (RFC 5322 §4.4: @a,@b:jo@x.example).
func route(addr string) string {
	addr = strings.TrimSpace(addr)
	if strings.HasPrefix(addr, "@") {
		if _, rest, ok := strings.Cut(addr, ":"); ok {
			return strings.TrimSpace(rest)
		}
	}
	return addr
}

// toASCII maps Unicode names to A-labels as browsers do (UTS 46).
var toASCII = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// domainName brings a domain into its one form: A-labels, lower case, no final
// dot. Empty when s is none: an address literal, a name with empty or too long
// labels, bytes that are no UTF-8.
func domainName(s string) string {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".")
	if !isASCII(s) {
		a, err := toASCII.ToASCII(s)
		if err != nil || !utf8.ValidString(s) {
			return ""
		}
		s = a
	}
	s = lower(s)
	if s == "" || len(s) > 253 {
		return ""
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 {
			return ""
		}
		for i := range len(label) {
			if c := label[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
				return ""
			}
		}
	}
	return s
}

// lower is s with its ASCII letters in lower case and all other bytes as they are:
// the DNS and header fields know no other letters (RFC 4343).
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
