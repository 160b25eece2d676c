package message

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"

	"projectr"
	hostiles "projectr/message/hostile"
)

// goldenMails are the mails of testdata.
func goldenMails(f *testing.F) (mails [][]byte) {
	files, err := filepath.Glob("testdata/mail/*.eml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		mails = append(mails, b)
	}
	return mails
}

// FuzzParse holds Parse to what it promises of any input (I-26): no panic, no
// error but ErrMalformed, spans that cover the text, lists that are never nil,
// strings that are valid, the same result however the bytes arrive, and
// attachments that can be opened by their numbers.
func FuzzParse(f *testing.F) {
	for _, raw := range goldenMails(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var m *Message
		var err error
		withinBudget(t, len(raw), func() { m, err = Parse(bytes.NewReader(raw)) })
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

func asJSON(t testing.TB, v any) string {
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
	for _, inv := range invitations(m) {
		valid = append(valid, inv.Method, inv.UID, inv.Summary, inv.Location, inv.Organizer.Name, inv.Organizer.Address)
		if inv.End.Before(inv.Start) {
			return fmt.Sprintf("an invitation that ends before it begins: %+v", inv)
		}
	}
	if c := m.Confirmation; c != nil {
		valid = append(valid, c.For, c.Code, c.URL)
		if c.URL == "" && c.Code == "" || c.URL != "" && !strings.HasPrefix(c.URL, "https://") {
			return fmt.Sprintf("confirmation %+v", c)
		}
	}
	if n := len(m.ThreadIndex); n != 0 && n != 32 {
		return "thread index " + m.ThreadIndex
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

// invitations are those of a mail and of the mails attached to it.
func invitations(m *Message) []*projectr.Invitation {
	all := []*projectr.Invitation{m.Invitation}
	for _, in := range m.Forwarded {
		all = append(all, in.Invitation)
	}
	return slices.DeleteFunc(all, func(i *projectr.Invitation) bool { return i == nil })
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
		d, ok := ParseDate(s)
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

// FuzzCalendar reads any calendar: what it says is bounded, of one line, in
// order and can be written as JSON.
func FuzzCalendar(f *testing.F) {
	for _, s := range []string{calendarOf("DTSTART;TZID=Customized Time Zone:20240310T030000", "DURATION:P1DT2H"), calendarOf("DTSTART;VALUE=DATE:20240310", "RRULE:FREQ=DAILY"), "BEGIN:VEVENT\nDTSTART;TZID=Asia/Tokyo:20240310T03\n 0000\nORGANIZER;CN=\"a:b;c\":mailto:x@y", "BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:20250101T000000\nTZOFFSETTO:+9999\nRRULE:FREQ=YEARLY;BYDAY=-5SA;BYMONTH=12\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=a:20240101T000000"} {
		f.Add(s, "REQUEST")
	}
	f.Fuzz(func(t *testing.T, s, method string) {
		s, method = strings.ToValidUTF8(s, "?"), strings.ToValidUTF8(method, "?")
		inv := readCalendar(s, method)
		if inv == nil {
			return
		}
		m := &Message{Invitation: inv}
		if y := inv.Start.Year(); !inv.Start.IsZero() && (y < 1969 || y > 2101) {
			t.Fatalf("year %d", y)
		}
		if inv.End.Before(inv.Start) || inv.Start.IsZero() && inv.UID == "" && inv.Summary == "" {
			t.Fatalf("%+v", inv)
		}
		for _, one := range []string{inv.Method, inv.UID, inv.Summary, inv.Location, inv.Organizer.Name, inv.Organizer.Address} {
			if one != oneLine(one) || !utf8.ValidString(one) || utf8.RuneCountInString(one) > maxCalendarText {
				t.Fatalf("%q", one)
			}
		}
		asJSON(t, m)
		// A calendar says the same with other line ends.
		if again := readCalendar(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n"), method); again == nil || asJSON(t, again) != asJSON(t, inv) {
			t.Fatalf("%+v with CRLF, %+v without", again, inv)
		}
	})
}

func FuzzThreadIndex(f *testing.F) {
	for _, s := range []string{"AdUCAwQFq6urq6urq6urq6urq6urqw==", "AQ==", "", "AdUCAwQFq6urq6ur q6urq6urq6urqwECAwQF"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := threadIndex(s)
		if got == "" {
			return
		}
		guid, err := hex.DecodeString(got)
		if err != nil || len(guid) != 16 {
			t.Fatalf("%q", got)
		}
		// An answer to it belongs to the same conversation.
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.Join(strings.Fields(s), ""), "="))
		if err != nil || threadIndex(base64.StdEncoding.EncodeToString(append(raw, 1, 2, 3, 4, 5))) != got {
			t.Fatalf("%q: an answer is of another conversation", s)
		}
	})
}

// FuzzConfirmation never gives a link that leads anywhere but to the provider,
// and nothing at all for mail of others.
func FuzzConfirmation(f *testing.F) {
	f.Add("(#123456789) Gmail Forwarding Confirmation - Receive Mail from jo@x.example", "Code: 123456 https://mail.google.com/mail/vf-1 https://evil.example/mail.google.com/confirm", 0)
	f.Add("Confirm forwarding", "https://mail.zoho.com@evil.example/confirm https://zoho.com.evil.example/verify <a href='https://mail.zoho.com/verify?x=1&amp;y=2'>", 4)
	f.Fuzz(func(t *testing.T, subject, text string, n int) {
		a := askers[max(n, -n&0x7fffffff)%len(askers)]
		from := a.from[0]
		if !strings.Contains(from, "@") {
			from = "noreply@" + from
		}
		text = strings.ToValidUTF8(text, "?")
		m := &Message{From: []projectr.MailAddress{{Address: from}}, Subject: oneLine(strings.ToValidUTF8(subject, "?")), Text: text, HTML: text}
		if c := confirmation(m); c != nil {
			if c.Provider != a.name && c.Code == "" && c.URL == "" || len(c.Code) > 12 || strings.Trim(c.Code, "0123456789") != "" {
				t.Fatalf("%+v", c)
			}
			if c.URL != "" {
				u, err := url.Parse(c.URL)
				own := false
				for _, l := range a.links {
					host, _, _ := strings.Cut(l, "/")
					own = own || err == nil && u.Scheme == "https" && below(strings.ToLower(u.Host), host)
				}
				if !own {
					t.Fatalf("%s leads to %s", a.name, c.URL)
				}
			}
		}
		m.From[0].Address = "noreply@elsewhere.example"
		if c := confirmation(m); c != nil {
			t.Fatalf("anybody's: %+v", c)
		}
	})
}

// FuzzContent: a mail and its forward have the same words wherever the forward
// is recognised as one mail without others inside; a content does not depend on
// blanks; what is the same is so both ways; and a note of nothing is nothing.
func FuzzContent(f *testing.F) {
	for _, s := range []string{siteText, "Yes.", "FYI\n\nThanks,\nJo", "[cid:a] https://x.example/y <image.png>", "> quoted\n\nmine", "ﬁne ① Å"} {
		f.Add(s, "Re: Fwd: [x] Slab", "FYI")
	}
	f.Fuzz(func(t *testing.T, text, subject, note string) {
		text, subject = cleanText(strings.ToValidUTF8(text, "?")), oneLine(strings.ToValidUTF8(subject, "?"))
		m := &Message{Subject: subject, Text: text, From: []projectr.MailAddress{{Name: "Dana Hill", Address: "dana@b.example"}}, Date: time.Date(2024, 9, 10, 14, 0, 0, 0, time.UTC)}
		m.Reply = reading{subject: subject, from: m.From}.divide(text).reply
		c := m.Content()
		if len(c.Words) != 32 || c.Letters < 0 || len(c.Subject) > maxSubjectKey || !utf8.ValidString(c.Subject) || strings.ContainsAny(c.Subject, " \n:[]") {
			t.Fatalf("%+v", c)
		}
		key, _, _ := subjectKey("Re: " + subject)
		if again, _, _ := subjectKey("AW: " + subject); again != key {
			t.Fatalf("%q and %q of one subject", key, again)
		}
		x := m.Fingerprint()
		y := x
		y.Date = y.Date.Add(time.Duration(len(note)) * time.Hour)
		if Same(x, y) != Same(y, x) {
			t.Fatal("the same only one way")
		}
		y = x
		y.MessageID, y.Content.Words = "1@x", strings.Repeat("0", 32)
		if x.MessageID = "1@x"; Same(x, y) {
			t.Fatal("other words, and the same")
		}
		if fold(m.Reply) == "" && m.OwnWords() {
			t.Fatalf("%q are no words", m.Reply)
		}
		in := Inner{From: m.From, Subject: subject, Text: text}.Message(m)
		if why := broken(in); why != "" {
			t.Fatal(why)
		}
		if in.Content() != c {
			t.Fatalf("%+v inside, %+v outside", in.Content(), c)
		}
	})
}

// FuzzClue keeps clues small, and no mail continues one it shares no people with.
func FuzzClue(f *testing.F) {
	f.Add("Re: Slab at Mill Lane", "Thanks.\n\nOn Mon, 2 Sep 2024 at 10:00, Jo <jo@x.example> wrote:\n> one two three four five six seven eight\n", "Slab at Mill Lane", "one two three four five six seven eight", int64(3600))
	f.Add("RFI #12", "x", "Fwd: RFI #12", "y", int64(-100))
	f.Fuzz(func(t *testing.T, s1, t1, s2, t2 string, seconds int64) {
		var clues []Clue
		for i, p := range [][2]string{{s1, t1}, {s2, t2}} {
			text, subject := cleanText(strings.ToValidUTF8(p[1], "?")), oneLine(strings.ToValidUTF8(p[0], "?"))
			m := Inner{From: []projectr.MailAddress{{Address: fmt.Sprint("a", i, "@x.example")}}, To: []projectr.MailAddress{{Address: "b@x.example"}}, Subject: subject, Text: text, Date: time.Unix(1_700_000_000, 0).Add(time.Duration(i) * time.Duration(seconds%1e8) * time.Second)}.Message(&Message{})
			c := NewClue(m, nil)
			if 4*(len(c.Said)+len(c.Quotes)) > 256 || len(c.Subject.Lookup) > lookupSize || !strings.HasPrefix(c.Subject.Key, c.Subject.Lookup) || !utf8.ValidString(c.Subject.Lookup) {
				t.Fatalf("%+v", c)
			}
			clues = append(clues, c)
		}
		score, ok := Continues(clues[1], clues[0])
		if ok != (score > 0) || score > 1 || ok && clues[0].Subject.Lookup != clues[1].Subject.Lookup {
			t.Fatalf("%v %v: %+v %+v", score, ok, clues[1], clues[0])
		}
		clues[0].People, clues[0].From = []string{"c@x.example"}, "c@x.example"
		if _, ok := Continues(clues[1], clues[0]); ok {
			t.Fatal("no people are shared")
		}
	})
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
