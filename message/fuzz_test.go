package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"

	"projectr"
	hostiles "projectr/message/hostile"
)

// seeds adds the golden mails to a fuzz target.
func seeds(f *testing.F) {
	files, err := filepath.Glob("testdata/mail/*.eml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// FuzzParse holds Parse to what it promises of any input (I-26): no panic, no
// error but ErrMalformed, spans that cover the text, lists that are never nil,
// strings that are valid, the same result however the bytes arrive, and
// attachments that can be opened by their numbers.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(bytes.NewReader(raw))
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("error %v", err)
			}
			return
		}
		if why := broken(m); why != "" {
			t.Fatal(why)
		}
		if m.Bytes != int64(len(raw)) {
			t.Fatalf("read %d of %d bytes", m.Bytes, len(raw))
		}
		slow, err := Parse(iotest.OneByteReader(bytes.NewReader(raw)))
		if err != nil {
			t.Fatal(err)
		}
		if a, b := asJSON(t, m), asJSON(t, slow); a != b {
			t.Fatalf("read byte by byte the mail is another:\n%s\n%s", a, b)
		}
		files := append([]projectr.Attachment{}, m.Attachments...)
		for _, in := range m.Forwarded {
			files = append(files, in.Attachments...)
		}
		for i, want := range files {
			if i == 5 {
				break // each opening reads the whole mail again
			}
			var n counter
			got, err := OpenAttachment(bytes.NewReader(raw), want.N, &n)
			if err != nil || got != want || int64(n) != want.Size {
				t.Fatalf("attachment %d: got %+v (%d bytes) %v, want %+v", want.N, got, n, err, want)
			}
		}
	})
}

type counter int64

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// broken says which promise of a Message is not kept.
func broken(m *Message) string {
	if why := badSpans(m); why != "" {
		return why
	}
	if m.InReplyTo == nil || m.References == nil || m.From == nil || m.ReplyTo == nil || m.To == nil || m.Cc == nil || m.Spans == nil || m.Forwarded == nil || m.Attachments == nil || m.Warnings == nil {
		return "a list is nil"
	}
	valid := []string{m.MessageID, m.Subject, m.Text, m.Reply, m.HTML}
	valid = append(append(append(valid, m.InReplyTo...), m.References...), m.Warnings...)
	for _, list := range [][]projectr.MailAddress{m.From, m.ReplyTo, m.To, m.Cc} {
		for _, a := range list {
			valid = append(valid, a.Name, a.Address)
		}
	}
	files := m.Attachments
	for _, in := range m.Forwarded {
		if in.From == nil || in.To == nil || in.Cc == nil || in.Attachments == nil {
			return "a list of an inner mail is nil"
		}
		valid = append(valid, in.Subject, in.Text, in.Reply, in.MessageID)
		for _, list := range [][]projectr.MailAddress{in.From, in.To, in.Cc} {
			for _, a := range list {
				valid = append(valid, a.Name, a.Address)
			}
		}
		files = append(files, in.Attachments...)
	}
	for _, a := range files {
		valid = append(valid, a.Filename, a.ContentType, a.ContentID)
		if len(a.SHA256) != 64 || a.N < 1 || strings.ContainsAny(a.Filename, "\r\n\x00") {
			return fmt.Sprintf("attachment %+v", a)
		}
	}
	for _, s := range valid {
		if !utf8.ValidString(s) {
			return fmt.Sprintf("invalid UTF-8: %q", s)
		}
	}
	if strings.ContainsAny(m.Subject, "\r\n\x00") || strings.ContainsAny(m.Text, "\r\x00") {
		return "a line end where none may be"
	}
	switch m.Automatic {
	case "no", "reply", "bounce", "list", "bulk":
	default:
		return "automatic is " + m.Automatic
	}
	if len(m.Text) > 2*maxText {
		return fmt.Sprintf("text of %d bytes", len(m.Text))
	}
	return ""
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"=?utf-8?Q?caf=C3=A9?=", "=?utf-8?B?w6k=?= =?utf-8?B?w6k=?=", "=?iso-8859-1?q?=E9?=", "=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "=?x?q?", "=?utf-7?Q?+AOk-?=", "caf\xe9", "=?utf-8*en?q?a?="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := newParser(strings.NewReader("")).decodeWords(s, "")
		if !utf8.ValidString(got) {
			t.Fatalf("%q gives invalid %q", s, got)
		}
		if one := oneLine(got); strings.ContainsAny(one, "\r\n\x00") || one != oneLine(one) {
			t.Fatalf("%q is not one line", one)
		}
	})
}

func FuzzAddresses(f *testing.F) {
	for _, s := range []string{"a@b", "A <a@b>, C <c@d>", "Group: a@b, c@d;", "\"Doe, Jo\" <jo@x>", "a@b (Jo)", "<@r:a@b>", "=?utf-8?q?J=C3=B6?= <j@x>", "jo @ x . example", "a@[IPv6:::1]", ":::::", "((((", "\"\\\"", "a <b <c> d>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list := newParser(strings.NewReader("")).addresses(s, "")
		if list == nil || len(list) > len(s)+1 {
			t.Fatalf("%d addresses", len(list))
		}
		for _, a := range append(list, headingMailboxes(s)...) {
			if strings.ContainsAny(a.Address+a.Name, "\r\n\x00") || !utf8.ValidString(a.Name+a.Address) && utf8.ValidString(s) {
				t.Fatalf("%+v", a)
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"Tue, 10 Sep 2024 14:22:00 -0400", "10 Sep 24 14:22 EST", "2024-09-10T14:22:00Z", "9/10/2024 2:22 PM", "26. Oktober 2021 um 14:25:08 OESZ", "2021. október 26. 14:25:08", "Sun, 0 Jan 0000 99:99:99 +9999", "(comment"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseDate(s)
		if ok == d.IsZero() {
			t.Fatalf("%v %v", d, ok)
		}
		for _, d := range []time.Time{d, headingDate(s, d)} {
			if _, err := json.Marshal(d); err != nil {
				t.Fatal(err)
			}
			if y := d.Year(); !d.IsZero() && (y < 1970 || y > 2101) {
				t.Fatalf("year %d", y)
			}
		}
	})
}

func FuzzParameters(f *testing.F) {
	for _, s := range []string{"text/plain; charset=utf-8", "a/b; name*0*=utf-8''a%20; name*1=b", "a/b;;;x=\"y;z\"", "attachment; filename=a b.pdf; size=1", "a/b; x*=;", "/;=", "multipart/mixed boundary=x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := newParser(strings.NewReader("")).parseValue(s)
		if len(v.params) > 200 {
			t.Fatalf("%d parameters", len(v.params))
		}
	})
}

// FuzzSpans divides any text in any subject's light.
func FuzzSpans(f *testing.F) {
	for _, s := range []string{
		"Hi\n\nOn Mon, 2 Sep 2024 at 10:00, Jo <jo@x.example> wrote:\n> a\n>> b\n\nok\n-- \nsig\n",
		"see below\n\n---------- Forwarded message ---------\nFrom: Jo <jo@x>\nDate: Mon, Sep 2, 2024\nSubject: s\nTo: a@b\n\nbody\n\nFrom: B\nSent: x\nTo: c\n\ninner",
		"> Begin forwarded message:\n>\n> From: a@b\n> Subject: x\n> Date: y\n> To: z\n>\n> text\nnew\n",
		"----- Forwarded Message ----- From: A <a@b>To: cSent: 1Subject: x\n body", "Le 1 mai 2024 à 10:00, <\na@b> a écrit :\n\n> x", "\n\n\n", ">\n>\n", "--\n--\n--", "Sent from my iPhone",
	} {
		f.Add(s, "Re: x", 3, 9)
		f.Add(s, "FW: x", 0, 2)
	}
	f.Fuzz(func(t *testing.T, s, subject string, a, b int) {
		text := cleanText(strings.ToValidUTF8(s, "?"))
		in := reading{subject: subject, from: []projectr.MailAddress{{Name: "Jo Doe", Address: "jo@x.example"}}}
		if 0 <= a && a < b && b <= len(text) {
			in.marks = []mark{{markQuote, a, b}}
		}
		d := in.divide(text)
		if why := badSpans(&Message{Text: text, Spans: d.spans}); why != "" {
			t.Fatal(why)
		}
		var reply strings.Builder
		for _, sp := range d.spans {
			if sp.Kind == projectr.SpanNew {
				q, ok := projectr.Quoted(text, sp.Start, sp.End)
				if !ok {
					t.Fatalf("span %+v", sp)
				}
				reply.WriteString(q)
			}
		}
		if collapse(strings.Trim(reply.String(), "\ufeff")) != collapse(strings.Trim(d.reply, "\ufeff")) {
			t.Fatalf("reply %q is not the new spans %q", d.reply, reply.String())
		}
		size := 0
		for _, in := range d.forwarded {
			size += len(in.Text)
		}
		if size > maxInner+2*len(text) {
			t.Fatalf("inner texts take %d bytes for %d", size, len(text))
		}
	})
}

func FuzzHTMLText(f *testing.F) {
	for _, s := range []string{"<p>a<p>b", "<div class=gmail_quote>x</div>", "<table><tr><td>a<td>b</table>", "<ol><li>a<li>b</ol>", "<!-- x", "<script>a</scrip", "<a", "&nbsp;&#x0;&lt;", "<blockquote><div style='display:none'>x", "</p></div>", "<pre>a\n b</pre>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var w written
		w.WriteString("before\n")
		htmlText(&w, strings.ToValidUTF8(s, "?"))
		text := w.String()
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\r") {
			t.Fatalf("%q", text)
		}
		pos := 0
		for _, m := range w.marks {
			if m.start < pos || m.end <= m.start || m.end > len(text) {
				t.Fatalf("mark %+v after %d in %d", m, pos, len(text))
			}
			pos = m.end
		}
		d := reading{marks: w.marks}.divide(text)
		if why := badSpans(&Message{Text: text, Spans: d.spans}); why != "" {
			t.Fatal(why)
		}
	})
}

// FuzzCleanHTML looks at the result as a browser would, by the tree of the HTML
// parsing algorithm, and wants nothing in it that acts or asks.
func FuzzCleanHTML(f *testing.F) {
	for _, s := range hostileHTML {
		f.Add(s)
	}
	for i, m := range hostiles.Mails("acme@mail.example", "127.0.0.1:9") {
		if i%4 == 0 { // of every class some
			f.Add(string(m.Page))
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := CleanHTML(s, func(id string) (string, bool) { return "/files/1", id == "known" })
		if why := hostile(clean); why != "" {
			t.Fatalf("%s in %q", why, clean)
		}
	})
}

// Lists of what may stand in cleaned HTML: nothing else may.
var (
	cleanElements = words(`html head body abbr address b bdo big blockquote br caption center cite code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i ins kbd li ol p
		pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var a img`)
	cleanAttributes = words(`width height border cellpadding cellspacing colspan rowspan span start type align valign bgcolor color face size dir style alt src href rel target title`)
	cleanProperties = words(`color background-color font-family font-size font-style font-weight line-height letter-spacing text-align text-decoration text-indent text-transform
		vertical-align white-space width max-width min-width height margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom padding-left
		border border-top border-right border-bottom border-left border-color border-style border-width border-collapse border-spacing border-radius display list-style-type direction
		word-break overflow-wrap table-layout`)
	cleanData = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$`)
)

func words(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// hostile says what of cleaned HTML could act or ask another host, or anything
// else that is not on the lists. Pictures come from /files/1.
func hostile(clean string) string {
	root, err := nethtml.Parse(strings.NewReader(clean))
	if err != nil { // deeper than trees are built here, so tag by tag
		z := nethtml.NewTokenizer(strings.NewReader(clean))
		for z.Next() != nethtml.ErrorToken {
			if t := z.Token(); t.Type != nethtml.TextToken {
				if why := hostileElement(t.Data, "", t.Attr); why != "" {
					return why
				}
			}
		}
		return ""
	}
	for n := range root.Descendants() {
		switch n.Type {
		case nethtml.CommentNode:
			return "comment " + n.Data
		case nethtml.ElementNode:
			if why := hostileElement(n.Data, n.Namespace, n.Attr); why != "" {
				return why
			}
		}
	}
	return ""
}

func hostileElement(name, namespace string, attributes []nethtml.Attribute) string {
	if !cleanElements[name] || namespace != "" {
		return "element " + name
	}
	for _, a := range attributes {
		val := strings.ToLower(a.Val)
		switch {
		case !cleanAttributes[a.Key]:
			return "attribute " + a.Key
		case a.Key == "src" && (name != "img" || a.Val != "/files/1" && !cleanData.MatchString(a.Val)):
			return "src " + a.Val
		case (a.Key == "href" || a.Key == "rel" || a.Key == "target") && name != "a":
			return a.Key + " on " + name
		case a.Key == "href" && !strings.HasPrefix(val, "http:") && !strings.HasPrefix(val, "https:") && !strings.HasPrefix(val, "mailto:") && !strings.HasPrefix(val, "tel:"):
			return "href " + a.Val
		case a.Key == "target" && a.Val != "_blank":
			return "target " + a.Val
		case a.Key == "title" && name != "a" && !strings.Contains(a.Val, "picture"):
			return "title " + a.Val
		case a.Key == "style":
			for declaration := range strings.SplitSeq(val, ";") {
				property, value, _ := strings.Cut(declaration, ":")
				if !cleanProperties[strings.TrimSpace(property)] || strings.ContainsAny(value, `\/:@{}<>`) || strings.Contains(value, "url") || strings.Contains(value, "expression") {
					return "style " + a.Val
				}
			}
		}
	}
	return ""
}

func FuzzTransfer(f *testing.F) {
	f.Add([]byte("aGVsbG8="), 2)
	f.Add([]byte("caf=C3=A9 =\nx"), 1)
	f.Add([]byte("begin 644 a\n#86)C\n`\nend"), 3)
	f.Fuzz(func(t *testing.T, b []byte, enc int) {
		d := decoder{enc: transfer(enc & 3)}
		size := 0
		d.put = func(b []byte) { size += len(b) }
		for line := range bytes.Lines(b) {
			text, eol := cutEOL(line)
			d.line(text, len(eol) > 0)
			if eol != nil {
				d.eol(eol)
			}
		}
		d.end()
		if size > len(b)+64*bytes.Count(b, lf)+64 {
			t.Fatalf("%d bytes became %d", len(b), size)
		}
	})
}

// FuzzOpenAttachment never writes what is not there.
func FuzzOpenAttachment(f *testing.F) {
	f.Add([]byte("Content-Type: application/pdf\n\nx"), 1)
	f.Add([]byte(""), 0)
	f.Fuzz(func(t *testing.T, raw []byte, n int) {
		var size counter
		a, err := OpenAttachment(bytes.NewReader(raw), n, &size)
		if err != nil && (size != 0 || projectr.KindOf(err) != projectr.NotFound) || err == nil && (a.N != n || a.Size != int64(size)) {
			t.Fatalf("%+v %v after %d bytes", a, err, size)
		}
	})
}

var _ io.Writer = (*counter)(nil)
