package message

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"projectr"
)

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"a@x.example", "|a@x.example"},
		{"Jo Doe <jo@x.example>", "Jo Doe|jo@x.example"},
		{"\"Doe, Jo\" <jo@x.example>, b@y.example", "Doe, Jo|jo@x.example |b@y.example"},
		{"Doe, Jo <jo@x.example>", "Doe, Jo|jo@x.example"},
		{"jo@x.example (Jo Doe)", "Jo Doe|jo@x.example"},
		{"jo@x.example (Jo \\(site\\) Doe)", "Jo (site) Doe|jo@x.example"},
		{"Jo <jo@x.example> (on site)", "Jo (on site)|jo@x.example"},
		{"A <a@x>; B <b@x>", "A|a@x B|b@x"},
		{"A <a@x> B <b@x>", "A|a@x B|b@x"},
		{"Team: a@x, B <b@x>;, c@x", "|a@x B|b@x |c@x"},
		{"undisclosed-recipients:;", ""},
		{"<@relay,@relay2:jo@x>", "|jo@x"},
		{"jo @ x . example", "|jo@x.example"},
		{"\"a b\"@x", "|\"a b\"@x"},
		{"=?utf-8?Q?M=C3=BCller=2C_J?= <j@x>", "Müller, J|j@x"},
		{"=?utf-8?Q?Jo_=3Cjo=40x=2Eexample=3E?=", "Jo|jo@x.example"},
		{"\"'Jo'\" <jo@x>", "Jo|jo@x"},
		{"Jo <mailto:jo@x>", "Jo|jo@x"},
		{"Jo <jo@x", "Jo|jo@x"},
		{"Mike Tran", "Mike Tran|"},
		{"jo@[IPv6:2001:db8::1]", "|jo@[IPv6:2001:db8::1]"},
		{"a\u202e@x <jo@x>", "a@x|jo@x"}, // no text that turns the direction of the rest
		{"\"evil\r\nBcc: b@y\" <jo@x>", "evil Bcc: b@y|jo@x"},
	} {
		var got []string
		for _, a := range newParser(strings.NewReader("")).addresses(c.in, "") {
			got = append(got, a.Name+"|"+a.Address)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q: got %q, want %q", c.in, s, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Tue, 10 Sep 2024 14:22:00 -0400", "2024-09-10T14:22:00-04:00"},
		{"10 Sep 2024 14:22 EST", "2024-09-10T14:22:00-05:00"},
		{"Tue, 10 Sep 24 14:22:00 GMT (comment (nested))", "2024-09-10T14:22:00Z"},
		{"Tue Sep 10 14:22:00 2024", "2024-09-10T14:22:00Z"},
		{"Tue, 10-Sep-2024 14:22:00 +0200", "2024-09-10T14:22:00+02:00"},
		{"2024-09-10T14:22:00Z", "2024-09-10T14:22:00Z"},
		{"2024-09-10 14:22:00 +05:30", "2024-09-10T14:22:00+05:30"},
		{"9/10/2024 2:22 PM", "2024-09-10T14:22:00Z"},
		{"13/9/2024 02:22", "2024-09-13T02:22:00Z"},
		{"Tue, 10 Sep 2024 12:05 AM", "2024-09-10T00:05:00Z"},
		{"10 Sep 2024 14:22:60 +0000", "2024-09-10T14:23:00Z"},
		{"Tue, 10 Sep 2024", "2024-09-10T00:00:00Z"},
		{"", ""},
		{"Thu, 01 Jan 1970 00:00:00 +0000", ""},
		{"Tue, 31 Sep 2024 14:22:00 +0000", ""},
		{"Tue, 10 Sep 9999 14:22:00 +0000", ""},
		{"soon", ""},
	} {
		d, ok := ParseDate(c.in)
		got := ""
		if ok {
			got = d.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestHeadingDates(t *testing.T) {
	outer := time.Date(2024, 9, 12, 0, 0, 0, 0, time.FixedZone("", -4*3600))
	for _, c := range []struct{ in, want string }{
		{"Monday, September 9, 2024 9:05 AM", "2024-09-09T09:05:00-04:00"},
		{"Mon, Sep 9, 2024 at 4:17 PM", "2024-09-09T16:17:00-04:00"},
		{"Montag, 9. September 2024 09:05", "2024-09-09T09:05:00-04:00"},
		{"lundi 9 septembre 2024 à 15:20:05 +0200", "2024-09-09T15:20:05+02:00"},
		{"lunes, 9 de septiembre de 2024 12:46", "2024-09-09T12:46:00-04:00"},
		{"mar 26 ott 2021 alle ore 09:31", "2021-10-26T09:31:00-04:00"},
		{"26. lokakuuta 2021 klo 14.25.08", "2021-10-26T14:25:08-04:00"},
		{"2021. október 26. 14:25:08", "2021-10-26T14:25:08-04:00"},
		{"2021年10月26日 14:25", "2021-10-26T14:25:00-04:00"},
		{"четверг, 28 октября 2021 г. в 12:46", "2021-10-28T12:46:00-04:00"},
		{"28/10/2021 12:46", "2021-10-28T12:46:00-04:00"},
		{"yesterday", ""},
	} {
		got := ""
		if d := headingDate(c.in, outer); !d.IsZero() {
			got = d.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"=?utf-8?Q?caf=C3=A9_1?=", "café 1"},
		{"=?utf-8?B?Y2Fmw6k=?= =?utf-8?B?IDE=?=", "café 1"},
		{"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"},                   // a letter divided between words
		{"a =?utf-8?Q?b?= c", "a b c"},                             // blanks beside other text stay
		{"a=?utf-8?Q?b?=c", "abc"},                                 // against the rules, and common
		{"=?iso-8859-1*de?Q?=FC?=", "ü"},                           // with a language
		{"=?utf-8?Q?two words?=", "two words"},                     // a blank inside
		{"=?koi8-r?B?8NLJ18XU?=", "Привет"},                        //
		{"=?iso-2022-jp?B?GyRCRTc2ZhsoQg==?=", "天倶"},               //
		{"=?utf-8?Q?=41=?=", "A="},                                 // an equals sign before the end
		{"=?x-none?Q?a?=", "a"},                                    // unknown charset
		{"=?utf-8?Q?", "=?utf-8?Q?"},                               // nothing to decode
		{"caf\xe9", "café"},                                        // raw Latin-1
		{"caf\xc3\xa9", "café"},                                    // raw UTF-8
		{"=?utf-8?B?8J+Yg?=", "\uFFFD"},                            // cut off in the middle
		{"=?utf-8?Q?a?=\t=?utf-8?Q?b?=", "ab"},                     //
		{"=?US-ASCII?Q?Keld_J=F8rn?=", "Keld Jørn"},                // wrongly named
		{"=?gb2312?B?xOO6ww==?=", "你好"},                            //
		{"=?windows-1251?Q?=CF?= =?koi8-r?B?0A==?=", "Пп"},         // neighbours of other charsets
		{"=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=", "=?utf-8?q?x?="}, // decoded once only
	} {
		if got := newParser(strings.NewReader("")).decodeWords(c.in, ""); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestParameters(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"text/plain; charset=utf-8", "text/plain charset=utf-8"},
		{"TEXT/HTML;CHARSET=\"utf-8\"", "text/html charset=utf-8"},
		{"text / plain (comment); charset = utf-8", "text/plain charset=utf-8"},
		{"multipart/mixed boundary=\"a b\"", "multipart/mixed boundary=a b"},
		{"multipart/mixed;; boundary=x;", "multipart/mixed boundary=x"},
		{"application/pdf; name=two words.pdf; x=1", "application/pdf name=two words.pdf x=1"},
		{"attachment; filename=\"a\\\"b.pdf\"", "attachment filename=a\"b.pdf"},
		{"a/b; name*=utf-8'en'%C3%A9.pdf", "a/b name=é.pdf"},
		{"a/b; name*1=b.pdf; name*0=a", "a/b name=ab.pdf"},
		{"a/b; name*0*=iso-8859-1''%E9; name*1=x", "a/b name=éx"},
		{"a/b; name=plain; name*=utf-8''better", "a/b name=better"},
		{"a/b; name=\"=?utf-8?Q?=C3=A9?=\"", "a/b name=é"},
		{"a/b; charset=x; charset=y", "a/b charset=x"},
		{"boundary=x", " boundary=x"},
		{"", ""},
	} {
		v := newParser(strings.NewReader("")).parseValue(c.in)
		got := v.token
		for _, p := range v.params {
			got += " " + p.name + "=" + p.value
		}
		if got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestNothingIsMalformed(t *testing.T) {
	for _, s := range []string{"", "\n\n", " \r\n\t\r\n"} {
		if _, err := Parse(strings.NewReader(s)); !errors.Is(err, ErrMalformed) || projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, err := Parse(strings.NewReader("x")); err != nil {
		t.Errorf("one letter is a body: %v", err)
	}
}

func TestReaderErrorIsReturned(t *testing.T) {
	broken := errors.New("disk gone")
	r := io.MultiReader(strings.NewReader("From: a@x\n\ntext"), iotest.ErrReader(broken))
	if _, err := Parse(r); !errors.Is(err, broken) {
		t.Errorf("Parse: %v", err)
	}
	r = io.MultiReader(strings.NewReader("Content-Type: application/pdf\n\ntext"), iotest.ErrReader(broken))
	if _, err := OpenAttachment(r, 1, io.Discard); !errors.Is(err, broken) {
		t.Errorf("OpenAttachment: %v", err)
	}
}

func TestOpenAttachment(t *testing.T) {
	raw := "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: text/csv; name=a.csv\n\n1,2\n3,4\n\n--b\nContent-Type: image/png; name=b.png\nContent-ID: <pic>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n"
	m, err := Parse(strings.NewReader(raw))
	if err != nil || len(m.Attachments) != 2 {
		t.Fatalf("%+v %v", m, err)
	}
	for n, want := range map[int]string{1: "1,2\n3,4\n", 2: "\x89PNG\r\n\x1a\n"} {
		var b bytes.Buffer
		a, err := OpenAttachment(strings.NewReader(raw), n, &b)
		if err != nil || b.String() != want || a != m.Attachments[n-1] {
			t.Errorf("attachment %d: %+v %q %v", n, a, b.String(), err)
		}
	}
	for _, n := range []int{-1, 0, 3, 1001} {
		if _, err := OpenAttachment(strings.NewReader(raw), n, io.Discard); projectr.KindOf(err) != projectr.NotFound {
			t.Errorf("attachment %d: %v", n, err)
		}
	}
	if _, err := OpenAttachment(strings.NewReader(raw), 1, failingWriter{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a writer that fails: %v", err)
	}
	if a, ok := m.ByContentID("<PIC>"); !ok || a.N != 2 {
		t.Errorf("by Content-ID: %+v %v", a, ok)
	}
	if _, ok := m.ByContentID(""); ok {
		t.Error("an empty Content-ID finds nothing")
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// repeat makes endless input without holding it.
type repeat struct {
	head, body string
	times      int
	at         io.Reader
}

func (r *repeat) Read(b []byte) (int, error) {
	if r.at == nil {
		r.at = strings.NewReader(r.head)
	}
	n, err := r.at.Read(b)
	if err == io.EOF && r.times > 0 {
		r.times--
		r.at = strings.NewReader(r.body)
		return n, nil
	}
	return n, err
}

// TestLimits keeps I-26: whatever a mail does, reading it ends, holds little,
// and says what was left out.
func TestLimits(t *testing.T) {
	deep := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		return b.String() + "\ntext\n"
	}
	for _, c := range []struct {
		name    string
		in      io.Reader
		warning string
	}{
		{"deep", strings.NewReader(deep(200)), "nested too deeply"},
		{"deep in attached mails", strings.NewReader(strings.Repeat("Content-Type: message/rfc822\n\n", 200) + "\ntext"), "nested too deeply"},
		{"many parts", &repeat{head: "Content-Type: multipart/mixed; boundary=b\n\n", body: "--b\n\nx\n", times: 20_000}, "too many parts"},
		{"much text", &repeat{head: "From: a@x\n\n", body: strings.Repeat("x", 99) + "\n", times: 100_000}, "text is too long"},
		{"one long line", &repeat{head: "From: a@x\n\n", body: strings.Repeat("x", 4096), times: 3000}, "text is too long"},
		{"many fields", &repeat{head: "From: a@x\n", body: "X-Y: z\nSubject: a\n", times: 20_000}, "header is too long"},
		{"one long field", &repeat{head: "From: a@x\nSubject: ", body: strings.Repeat("x", 1000), times: 5000}, "header is too long"},
		{"many addresses", &repeat{head: "To: a@x", body: ", a@x", times: 5000}, "list of addresses is too long"},
		{"many different warnings", &repeat{head: "Content-Type: multipart/mixed; boundary=b\n\n", body: "--b\nContent-Transfer-Encoding: odd\n\nx\n", times: 900}, "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Parse(c.in)
			if err != nil {
				t.Fatal(err)
			}
			if why := broken(m); why != "" {
				t.Fatal(why)
			}
			found := false
			for _, w := range m.Warnings {
				found = found || strings.Contains(w, c.warning)
			}
			if !found || len(m.Warnings) > maxWarnings {
				t.Errorf("warnings %q, want one with %q", m.Warnings, c.warning)
			}
			if len(m.Text) > maxText+len(m.HTML) {
				t.Errorf("%d bytes of text", len(m.Text))
			}
		})
	}
}

// TestHostileShapesEnd reads much of each shape that could cost its square.
// A reader that is quadratic in one of them does not come back within the
// test's time.
func TestHostileShapesEnd(t *testing.T) {
	long := func(s string) string { return strings.Repeat(s, 256<<10/len(s)) }
	for _, header := range []string{"To: ", "From: ", "Subject: ", "Content-Type: text/plain; name=", "Content-Type: text/plain", "Content-Disposition: attachment; ", "References: ", "Date: ", "Message-ID: "} {
		for _, s := range []string{"(", ")", "()", "<", "<,", "<>,", "[", "a:", ":;", "\"", "\"\" ", "\\", " ", "a ", "=?", "=?a?q?", "=?a?Q? ", "=?a?q?=41?=", "=?a?b?a?= ", "a@b ", "a@b,", "<a@b> x ", "'", "a*0=b;", "x=\"", ";", "9 ", "9:", "@", "a. ", "é", "\xff"} {
			if _, err := Parse(strings.NewReader(header + long(s)[:50<<10] + "\n\ntext\n")); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, typ := range []string{"text/plain", "text/html", "multipart/mixed; boundary=b", "multipart/mixed", "message/rfc822"} {
		for _, s := range []string{"1:\n", "On 1:30 x:\n", "On 1:30 a@b.example\n", "From: a\n", "bcc: a\n", "To: a\nCc: b\nDate: c\n", "From: a\nTo: b\nSubject: c\n\n", "Sent from my x\nfoo\n", "----\n", "---- Original Message ----\n", "--\n", "> a\nb\n", ">", "> ",
			"Begin forwarded message:\n", "confidential recipient\n", "<a", "<a ", "<div>", "</div>", "<div style=\"", "<!--", "<blockquote>a", "<b></i>", "<li>", "&", "&#", "<td>", "<ol>", "--b\n", "--b--\n", "--b\nContent-Type: multipart/mixed; boundary=b\n\n", "begin 644 a\n", "\n", "a\r", " \n", "a:\n"} {
			body := long(s)
			if !strings.HasPrefix(typ, "text/") {
				body = body[:64<<10]
			}
			m, err := Parse(strings.NewReader("From: a@x\nContent-Type: " + typ + "\n\n" + body))
			if err != nil {
				t.Fatal(err)
			}
			if why := broken(m); why != "" {
				t.Errorf("%s %q: %s", typ, s, why)
			}
		}
	}
}

// TestLargeAttachmentIsNotKept reads a mail of 64 MiB and watches what that
// takes: nothing in proportion to the mail.
func TestLargeAttachmentIsNotKept(t *testing.T) {
	line := strings.Repeat("QUJD", 19) + "\r\n"
	mail := func() io.Reader {
		return &repeat{head: "From: a@x\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n", body: strings.Repeat(line, 100), times: 64 << 20 / (len(line) * 100)}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := Parse(mail())
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if m.Attachments[0].Size < 45<<20 {
		t.Fatalf("only %d bytes", m.Attachments[0].Size)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("reading allocates %d bytes", n)
	}
}

func TestSubjectKind(t *testing.T) {
	for _, c := range []struct {
		in             string
		forward, reply bool
		rest           string
	}{
		{"Re: a", false, true, "a"}, {"RE: FW: a", false, true, "FW: a"}, {"FW: RE: a", true, false, "RE: a"}, {"Fwd: a", true, false, "a"},
		{"WG: a", true, false, "a"}, {"TR : a", true, false, "a"}, {"AW: a", false, true, "a"}, {"[EXTERNAL] Re: a", false, true, "a"},
		{"Re[2]: a", false, true, "a"}, {"转发：a", true, false, "a"}, {"RFI 23: a", false, false, "RFI 23: a"}, {"a", false, false, "a"},
	} {
		f, r, rest := subjectKind(c.in)
		if f != c.forward || r != c.reply || rest != c.rest {
			t.Errorf("%q: %v %v %q", c.in, f, r, rest)
		}
	}
}

// TestSpans names single habits; whole mails are in testdata.
func TestSpans(t *testing.T) {
	from := []projectr.MailAddress{{Name: "Dana Whitlock", Address: "dana@x.example"}}
	to := []projectr.MailAddress{{Name: "Mike Tran", Address: "mike@y.example"}}
	for _, c := range []struct{ name, subject, text, want string }{
		{"a block under an answer to its author is quoted", "", "ok\n\nFrom: Mike Tran <mike@y.example>\nSent: Monday, September 9, 2024\nSubject: x\n\nold\n", "new quoted"},
		{"a block of somebody else is forwarded", "", "ok\n\nFrom: Jo <jo@z.example>\nSent: Monday, September 9, 2024\nSubject: x\n\nold\n", "new forward_header forwarded"},
		{"the subject decides", "FW: x", "ok\n\nFrom: Mike Tran <mike@y.example>\nSent: Monday, September 9, 2024\nSubject: x\n\nold\n", "new forward_header forwarded"},
		{"two fields alone are text", "", "From: the north\nTo: the south\n", "new"},
		{"words like a field in a sentence are text", "", "The data comes From: our database\nand we send it on.\n", "new"},
		{"a sentence that begins with On is text", "", "On the other hand, 9:05 is early.\nWe wrote: no.\n", "new"},
		{"an attribution over unmarked text hides all below", "Re: x", "fine\n\nOn Sep 9, 2024 Mike <mike@y.example> wrote:\n\nold\n", "new quoted"},
		{"a forwarder who says nothing is not the author", "", "On Sep 9, 2024 Mike <mike@y.example> wrote:\n\nold\n", "quoted"},
		{"a sender's name begins the signature", "", "do it\n\nDana Whitlock\nPrincipal\nBrightline Architects\n", "new signature"},
		{"a name alone is no signature block", "", "do it\n\nDana\n", "new"},
		{"a telephone number in a sentence is text", "", "Call Dutch at 937.555.0142 and find out if he is coming or not.\n", "new"},
		{"amounts in a list are text", "", "Prices:\nTile 12,240\nLights 6,000\n", "new"},
		{"a ban on site is no disclaimer", "", "Smoking is strictly prohibited in the building. Delete the old attachments.\n", "new"},
		{"environment line under a name", "", "do it\n\nYours sincerely,\n\nDana Whitlock\nSite Agent\nPlease consider the environment before printing this email.\n", "new signature disclaimer"},
		{"a phone's line in a sentence is text", "", "This was sent from my office and it is correct, I think.\n", "new"},
		{"a mobile signature", "", "ok\nGet Outlook for Android\n", "new signature"},
		{"quoted lines without attribution", "", "> a\n> b\nno\n", "quoted new"},
		{"empty", "", "", ""},
		{"blank", "", "\n \n", "new"},
	} {
		d := reading{subject: c.subject, from: from, to: to}.divide(c.text)
		var kinds []string
		for _, s := range d.spans {
			kinds = append(kinds, string(s.Kind))
		}
		if got := strings.Join(kinds, " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if why := badSpans(&Message{Text: c.text, Spans: d.spans}); why != "" {
			t.Errorf("%s: %s", c.name, why)
		}
	}
}

func TestHeadingMailbox(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Mike Tran <mike@y.example>", "Mike Tran|mike@y.example"},
		{"Tran, Mike <mike@y.example>", "Tran, Mike|mike@y.example"},
		{"Mike Tran [mailto:mike@y.example]", "Mike Tran|mike@y.example"},
		{"Mike<mailto:mike@y.example> <mike@y.example<mailto:mike@y.example>> on behalf of o@y.example", "Mike|mike@y.example"},
		{"mike@y.example <mike@y.example>", "|mike@y.example"},
		{"mike@y.example", "|mike@y.example"},
		{"\"Mike Tran\" <mike@y.example>", "Mike Tran|mike@y.example"},
		{"Mike Tran", "Mike Tran|"},
		{"Mike Tran/HOU/COR@COR", "Mike Tran|"},
		{"Mike Tran (Corvallen)", "Mike Tran (Corvallen)|"},
		{"", "|"},
	} {
		m := headingMailbox(c.in)
		if got := m.Name + "|" + m.Address; got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}
