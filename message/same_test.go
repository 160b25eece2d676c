package message

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"projectr"
)

// forwarders write a mail into a forward as mail programs do. The zone is the
// one the program shows times in.
var forwarders = []struct {
	name string
	html bool
	body func(m *Message, zone *time.Location) string
}{
	{"Gmail", false, func(m *Message, z *time.Location) string {
		return "---------- Forwarded message ---------\nFrom: " + shown(m.From) + "\nDate: " + m.Date.In(z).Format("Mon, Jan 2, 2006 at 3:04 PM") + "\nSubject: " + m.Subject + "\nTo: " + shown(m.To) + "\n\n\n" + m.Text
	}},
	{"Gmail, HTML", true, func(m *Message, z *time.Location) string {
		return `<div dir="ltr"><br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <strong class="gmail_sendername" dir="auto">` + html.EscapeString(m.From[0].Name) + `</strong> <span dir="auto">&lt;<a href="mailto:` + m.From[0].Address + `">` + m.From[0].Address + `</a>&gt;</span><br>Date: ` + m.Date.In(z).Format("Mon, Jan 2, 2006 at 3:04 PM") + `<br>Subject: ` + html.EscapeString(m.Subject) + `<br>To: ` + html.EscapeString(shown(m.To)) + `<br></div><br><br>` + asHTML(m.Text) + `</div></div>`
	}},
	{"Outlook", false, func(m *Message, z *time.Location) string {
		return "-----Original Message-----\nFrom: " + shown(m.From) + " \nSent: " + m.Date.In(z).Format("Monday, January 2, 2006 3:04 PM") + "\nTo: " + shown(m.To) + "\nSubject: " + m.Subject + "\n\n" + m.Text
	}},
	{"Outlook, HTML", true, func(m *Message, z *time.Location) string {
		return `<div class="WordSection1"><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b> ` + html.EscapeString(shown(m.From)) + `<br><b>Sent:</b> ` + m.Date.In(z).Format("Monday, January 2, 2006 3:04 PM") + `<br><b>To:</b> ` + html.EscapeString(shown(m.To)) + `<br><b>Subject:</b> ` + html.EscapeString(m.Subject) + `<o:p></o:p></p></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>` + asHTML(m.Text) + `</div>`
	}},
	{"Outlook in German", false, func(m *Message, z *time.Location) string {
		return "Von: " + shown(m.From) + "\nGesendet: " + m.Date.In(z).Format("2.1.2006 15:04") + "\nAn: " + shown(m.To) + "\nBetreff: " + m.Subject + "\n\n" + m.Text
	}},
	{"Apple Mail", false, func(m *Message, z *time.Location) string {
		return "> Begin forwarded message:\n> \n> From: " + shown(m.From) + "\n> Subject: " + m.Subject + "\n> Date: " + m.Date.In(z).Format("January 2, 2006 at 3:04:05 PM MST") + "\n> To: " + shown(m.To) + "\n> \n> " + strings.ReplaceAll(strings.TrimSpace(m.Text), "\n", "\n> ") + "\n"
	}},
	{"Thunderbird", false, func(m *Message, z *time.Location) string {
		return "-------- Forwarded Message --------\nSubject: \t" + m.Subject + "\nDate: \t" + m.Date.Format("Mon, 2 Jan 2006 15:04:05 -0700") + "\nFrom: \t" + shown(m.From) + "\nTo: \t" + shown(m.To) + "\n\n\n\n" + m.Text
	}},
	{"Yahoo", false, func(m *Message, z *time.Location) string {
		return "----- Forwarded Message -----\nFrom: " + shown(m.From) + "\nTo: " + shown(m.To) + "\nSent: " + m.Date.In(z).Format("Monday, January 2, 2006 at 03:04:05 PM MST") + "\nSubject: " + m.Subject + "\n\n" + m.Text
	}},
}

func shown(list []projectr.MailAddress) string {
	var out []string
	for _, a := range list {
		switch {
		case a.Name != "" && a.Address != "":
			out = append(out, a.Name+" <"+a.Address+">")
		default:
			out = append(out, a.String())
		}
	}
	return strings.Join(out, ", ")
}

// asHTML is a text as a rich editor writes it.
func asHTML(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if line = html.EscapeString(strings.TrimRight(line, " ")); line == "" {
			line = "<br>"
		}
		b.WriteString("<div>" + line + "</div>")
	}
	return b.String()
}

// rawMail writes a mail of one part by which another is passed on.
func rawMail(subject string, html bool, body string) string {
	typ := "text/plain"
	if html {
		typ = "text/html"
	}
	return "From: Sam Hill <sam@acme.example>\nTo: in@jobs.example\nSubject: " + subject + "\nDate: Wed, 11 Sep 2024 09:30:10 +0200\nMessage-ID: <fwd@acme.example>\nMIME-Version: 1.0\nContent-Type: " + typ + "; charset=utf-8\n\n" + body
}

func mustParse(t testing.TB, raw string) *Message {
	t.Helper()
	m, err := Parse(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// site is one mail as its author sent it. text and html say the same.
const siteText = `Hi Sam,

the slab at 12 Mill Lane is poured, and the cost went up by $12,450.00 over
the estimate. Please send the revised ceiling plan by Friday, see
https://plans.acme.example/p?id=44&rev=3 for the old one.

Die Tür im 2. Stock fehlt noch – naïve café № 5.

Best regards,
Dana Hill
Acme Concrete Ltd
+1 (212) 555-0147
www.acme.example

This email is confidential and intended solely for the addressee. If you are
not the intended recipient, please delete it.
`

const siteHTML = `<html><body><p>Hi Sam,</p><p>the slab at <b>12 Mill Lane</b> is poured, and the cost went up by $12,450.00 over the estimate. Please send the revised ceiling plan by Friday, see <a href="https://plans.acme.example/p?id=44&amp;rev=3">https://plans.acme.example/p?id=44&amp;rev=3</a> for the old one.</p><p>Die T&uuml;r im 2. Stock fehlt noch &ndash; na&iuml;ve caf&eacute; &#8470; 5.</p><div class="gmail_signature">Best regards,<br>Dana Hill<br>Acme Concrete Ltd<br>+1 (212) 555-0147<br>www.acme.example</div><p>This email is confidential and intended solely for the addressee. If you are not the intended recipient, please delete it.</p></body></html>`

// siteMail writes that mail, with fields put in place of its own.
func siteMail(body, typ string, instead map[string]string) string {
	fields := []struct{ name, value string }{{"From", "Dana Hill <Dana.Hill@b.example>"}, {"To", "Sam Hill <sam@acme.example>"}, {"Cc", ""}, {"Subject", "RE: [EXTERNAL] Slab at Mill Lane"}, {"Date", "Tue, 10 Sep 2024 14:22:31 -0400"}, {"Message-ID", "<one@b.example>"}, {"In-Reply-To", ""}}
	var b strings.Builder
	for _, f := range fields {
		if v, ok := instead[f.name]; ok {
			f.value = v
		}
		if f.value != "" {
			b.WriteString(f.name + ": " + f.value + "\n")
		}
	}
	return b.String() + "MIME-Version: 1.0\n" + typ + "\n\n" + body
}

const (
	plain = "Content-Type: text/plain; charset=utf-8"
	rich  = "Content-Type: text/html; charset=utf-8"
	mixed = "Content-Type: multipart/mixed; boundary=b"
)

func withFile(text, file string) string {
	return "--b\n" + plain + "\n\n" + text + "\n--b\nContent-Type: application/pdf; name=plan.pdf\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(file)) + "\n--b--\n"
}

// TestOneMailManyWays sends one mail directly, as HTML, by CC, inline in the
// forwards of many programs, attached, and again with a new Message-ID.
func TestOneMailManyWays(t *testing.T) {
	direct := mustParse(t, siteMail(siteText, plain, nil))
	ways := map[string]*Message{
		"direct": direct,
		"HTML":   mustParse(t, siteMail(siteHTML, rich, nil)),
		"copy":   mustParse(t, siteMail(siteText, plain, map[string]string{"Cc": "in@jobs.example"})),
		"resent": mustParse(t, siteMail(siteText, plain, map[string]string{"Message-ID": "<new@relay.example>"})),
	}
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("EDT", -4*3600), time.FixedZone("IST", 5*3600+1800)} {
		for _, f := range forwarders {
			for how, m := range map[string]*Message{"": direct, " of the HTML": ways["HTML"]} {
				fw := mustParse(t, rawMail("Fwd: "+m.Subject, f.html, note(f.html)+f.body(m, zone)))
				if fw.OwnWords() || len(fw.Forwarded) != 1 {
					t.Errorf("%s: own words %v, %d mails inside", f.name, fw.OwnWords(), len(fw.Forwarded))
					continue
				}
				ways[f.name+how+" in "+zone.String()] = fw.Forwarded[0].Message(fw)
			}
		}
	}
	attached := "--f\n" + plain + "\n\nPour info\n--f\nContent-Type: message/rfc822\n\n" + siteMail(siteHTML, rich, map[string]string{"In-Reply-To": "<zero@acme.example>"}) + "\n--f--\n"
	fw := mustParse(t, strings.Replace(rawMail("Fwd: Slab", false, attached), plain, "Content-Type: multipart/mixed; boundary=f", 1))
	if len(fw.Forwarded) != 1 || fw.OwnWords() {
		t.Fatalf("%d mails attached", len(fw.Forwarded))
	}
	in := fw.Forwarded[0].Message(fw)
	if in.MessageID != "one@b.example" || fmt.Sprint(in.InReplyTo) != "[zero@acme.example]" || !in.Fingerprint().Exact {
		t.Errorf("attached: %+v", in)
	}
	ways["attached"] = in
	for a, x := range ways {
		if why := broken(x); why != "" {
			t.Errorf("%s: %s", a, why)
		}
		if x.Content() != direct.Content() {
			t.Errorf("%s has another content", a)
		}
		for b, y := range ways {
			if !Same(x.Fingerprint(), y.Fingerprint()) {
				t.Errorf("%s and %s are not the same: %+v %+v", a, b, x.Fingerprint(), y.Fingerprint())
			}
		}
	}
	if !direct.Content().bound() {
		t.Errorf("%+v", direct.Content())
	}
}

func (c Content) bound() bool {
	return c.Letters > manyLetters && len(c.Words) == 32 && c.Subject == "slabatmilllane"
}

// TestMailsThatDiffer puts mails side by side that look alike.
func TestMailsThatDiffer(t *testing.T) {
	type fields = map[string]string
	site := func(f fields) *Message { return mustParse(t, siteMail(siteText, plain, f)) }
	file := func(content string, f fields) *Message {
		return mustParse(t, siteMail(withFile(siteText, content), mixed, f))
	}
	short := func(text string, f fields) *Message { return mustParse(t, siteMail(text, plain, f)) }
	forwarded := func(m *Message, client int) *Message {
		fw := mustParse(t, rawMail("Fwd: "+m.Subject, forwarders[client].html, forwarders[client].body(m, time.FixedZone("EDT", -4*3600))))
		if len(fw.Forwarded) != 1 {
			t.Fatalf("%d mails inside", len(fw.Forwarded))
		}
		return fw.Forwarded[0].Message(fw)
	}
	undated := forwarded(site(nil), 0)
	undated.Date = time.Time{}
	shortUndated := forwarded(short("Yes.", nil), 0)
	shortUndated.Date = time.Time{}
	named := forwarded(site(nil), 2)
	named.From = []projectr.MailAddress{{Name: "Hill, Dana"}}
	other := forwarded(site(nil), 2)
	other.From = []projectr.MailAddress{{Name: "Dana Hall"}}
	for _, c := range []struct {
		name string
		a, b *Message
		same bool
	}{
		{"the same bytes", site(nil), site(nil), true},
		{"prefixes and tags of the subject", site(nil), site(fields{"Subject": "AW: WG: Slab at Mill Lane"}), true},
		{"another subject", site(nil), site(fields{"Subject": "Slab at Mill Road"}), false},
		{"another author, the same Message-ID", site(nil), site(fields{"From": "Dana Hill <dana@evil.example>"}), false},
		{"other words, the same Message-ID", site(nil), short(siteText[9:], nil), false},
		{"an alias of the author", site(nil), site(fields{"From": "dana.hill+x@B.example"}), true},
		{"the next day", site(nil), site(fields{"Date": "Wed, 11 Sep 2024 14:20:00 -0400", "Message-ID": "<2@b.example>"}), false},
		{"the next day, the same Message-ID", site(nil), site(fields{"Date": "Wed, 11 Sep 2024 14:20:00 -0400"}), false},
		{"pressed send again", site(nil), site(fields{"Date": "Tue, 10 Sep 2024 23:20:00 -0400", "Message-ID": "<2@b.example>"}), true},
		{"sent again as an answer to another mail", site(fields{"In-Reply-To": "<x@b>"}), site(fields{"Date": "Tue, 10 Sep 2024 15:20:00 -0400", "In-Reply-To": "<y@b>"}), false},
		{"sent again as an answer to the same mail", site(fields{"In-Reply-To": "<x@b>"}), site(fields{"Date": "Tue, 10 Sep 2024 15:20:00 -0400", "In-Reply-To": "<x@b>"}), true},
		{"the same file", file("rev 1", nil), file("rev 1", fields{"Message-ID": "<2@b.example>"}), true},
		{"another file", file("rev 1", nil), file("rev 2", fields{"Message-ID": "<2@b.example>"}), false},
		{"another file under a forged Message-ID", file("rev 1", nil), file("rev 2", nil), false},
		{"a file taken off under a forged Message-ID", file("rev 1", nil), site(nil), false},
		{"another file, an hour later", file("rev 1", nil), file("rev 2", fields{"Date": "Tue, 10 Sep 2024 15:20:00 -0400"}), false},
		{"a forward that lost the file", file("rev 1", nil), forwarded(site(nil), 0), true},
		{"two short answers", short("Yes.", nil), short("Yes.", fields{"Date": "Tue, 10 Sep 2024 14:25:31 -0400", "Message-ID": "<2@b.example>"}), false},
		{"two short answers, the same Message-ID", short("Yes.", nil), short("Yes.", fields{"Date": "Tue, 10 Sep 2024 14:25:31 -0400"}), false},
		{"a short answer resent", short("Yes.", nil), short("Yes.", fields{"Message-ID": "<2@b.example>"}), true},
		{"a short answer, forwarded", short("Yes.", nil), forwarded(short("Yes.", nil), 2), true},
		{"a short answer, and another forwarded", short("Yes.", nil), forwarded(short("Yes.", fields{"Date": "Tue, 10 Sep 2024 14:37:00 -0400"}), 2), false},
		{"a short answer, forwarded without a date", short("Yes.", nil), shortUndated, false},
		{"a long mail, forwarded without a date", site(nil), undated, true},
		{"a long mail, forwarded by name alone", site(nil), named, true},
		{"forwarded with the name the other way round", forwarded(site(nil), 0), named, true},
		{"forwarded under another name", named, other, false},
		{"a report, and the forward of the next day's", site(nil), forwarded(site(fields{"Date": "Wed, 11 Sep 2024 14:22:00 -0400"}), 1), false},
		{"nothing written, no files", short("", nil), short("", nil), false},
		{"nothing written, the same file", mustParse(t, siteMail(withFile("", "x"), mixed, nil)), mustParse(t, siteMail(withFile("", "x"), mixed, nil)), true},
		{"nothing written, the same file, another Message-ID", mustParse(t, siteMail(withFile("", "x"), mixed, nil)), mustParse(t, siteMail(withFile("", "x"), mixed, fields{"Message-ID": "<2@b.example>"})), false},
		{"without dates", site(fields{"Date": ""}), site(fields{"Date": ""}), true},
		{"without dates, another Message-ID", site(fields{"Date": ""}), site(fields{"Date": "", "Message-ID": "<2@b.example>"}), false},
		{"one without a date", site(nil), site(fields{"Date": ""}), false},
		{"without authors", site(fields{"From": ""}), site(fields{"From": ""}), false},
	} {
		if got := Same(c.a.Fingerprint(), c.b.Fingerprint()); got != c.same || Same(c.b.Fingerprint(), c.a.Fingerprint()) != got {
			t.Errorf("%s: same is %v\n%+v\n%+v", c.name, got, c.a.Fingerprint(), c.b.Fingerprint())
		}
	}
}

// TestInnerMessage makes a mail of a forwarded chain: what stands in it below
// the newest is quoted or forwarded in it too.
func TestInnerMessage(t *testing.T) {
	m := mustParse(t, rawMail("Fwd: Slab", false, "---------- Forwarded message ---------\nFrom: Dana Hill <dana@b.example>\nDate: whenever\nSubject: Re: Slab\nTo: Sam Hill <sam@acme.example>, Lee <lee@b.example>\n\nPour it on Monday.\n\n-----Original Message-----\nFrom: Sam Hill <sam@acme.example>\nSent: Monday, September 9, 2024 3:04 PM\nTo: Dana Hill <dana@b.example>\nSubject: Slab\n\nWhen do you pour?\n"))
	in := m.Forwarded[0].Message(m)
	if why := broken(in); why != "" {
		t.Fatal(why)
	}
	if in.Reply != "Pour it on Monday." || spansOf(in, projectr.SpanQuoted) == "" || len(in.To) != 2 || in.Automatic != "no" || len(in.Warnings) != 1 || !strings.Contains(in.Warnings[0], "11 September 2024") {
		t.Errorf("%+v", in)
	}
	m = mustParse(t, rawMail("Fwd: Fwd: Slab", false, "---------- Forwarded message ---------\nFrom: Lee <lee@b.example>\nDate: Tue, Sep 10, 2024 at 10:00 AM\nSubject: Fwd: Slab\nTo: Sam Hill <sam@acme.example>\n\nsee the dates\n\n---------- Forwarded message ---------\nFrom: Dana Hill <dana@b.example>\nDate: Mon, Sep 9, 2024 at 10:00 AM\nSubject: Slab\nTo: Lee <lee@b.example>\n\nPoured.\n"))
	if len(m.Forwarded) != 2 {
		t.Fatalf("%d", len(m.Forwarded))
	}
	in = m.Forwarded[0].Message(m)
	if in.Reply != "see the dates" || len(in.Forwarded) != 1 || in.Forwarded[0].Reply != "Poured." || in.Fingerprint().Exact {
		t.Errorf("%+v", in)
	}
	if !Same(in.Forwarded[0].Message(in).Fingerprint(), m.Forwarded[1].Message(m).Fingerprint()) {
		t.Error("the inmost mail differs by the way one comes to it")
	}
}

func TestThreadIndex(t *testing.T) {
	guid := bytes.Repeat([]byte{0xab}, 16)
	root := append([]byte{1, 0xd5, 2, 3, 4, 5}, guid...)
	enc := base64.StdEncoding.EncodeToString
	for in, want := range map[string]string{
		enc(root):                        strings.Repeat("ab", 16),
		enc(append(root, 1, 2, 3, 4, 5)): strings.Repeat("ab", 16),
		" " + enc(root)[:10] + "\t" + enc(root)[10:]: strings.Repeat("ab", 16),
		enc(root[:21]):                      "",
		enc(append(root, 1)):                "",
		enc(append([]byte{2}, root[1:]...)): "",
		enc(append([]byte{1, 2, 3, 4, 5, 6}, make([]byte, 16)...)): "",
		"":                          "",
		"!!!!":                      "",
		"AQ=====":                   "",
		strings.Repeat("A", 50_000): "",
	} {
		if got := threadIndex(in); got != want {
			t.Errorf("%.60q gives %q", in, got)
		}
	}
	m := mustParse(t, siteMail("x", plain+"\nThread-Index: "+enc(root), nil))
	if m.ThreadIndex != strings.Repeat("ab", 16) {
		t.Errorf("%q", m.ThreadIndex)
	}
}

// scoreSame forwards real mails by every program and wants each known again.
func scoreSame(t *testing.T) tally {
	var got tally
	zone := time.FixedZone("", -5*3600)
	for _, path := range append(glob(t, "enron-raw/eml/*.eml"), glob(t, "construction-gold/eml/*.eml")...) {
		m, err := Parse(bytes.NewReader(readFile(t, path)))
		if err != nil || len(m.From) == 0 || m.Content().Letters == 0 {
			continue
		}
		for _, f := range forwarders {
			fw := mustParse(t, rawMail("Fwd: "+m.Subject, f.html, f.body(m, zone)))
			same := len(fw.Forwarded) > 0 && Same(m.Fingerprint(), fw.Forwarded[0].Message(fw).Fingerprint())
			got.add(same, filepath.Base(path), f.name)
		}
	}
	return got
}

func note(html bool) string {
	if html {
		return "<div>FYI</div>"
	}
	return "FYI\n\n"
}

// Numbers that differ in nothing but their signs are not the same words.
func TestNumbersMatter(t *testing.T) {
	key := func(text string) string {
		m, err := Parse(strings.NewReader("From: jo@x.example\r\nSubject: s\r\n\r\n" + text + "\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		return m.Content().Key()
	}
	for _, two := range [][2]string{{"It adds $1,240.00 now", "It adds $124,000 now"}, {"5.5 m of pipe", "55 m of pipe"}, {"Set it to -5 degrees", "Set it to 5 degrees"}, {"It costs $500", "It costs €500"}, {"On 1/12 we pour", "On 11/2 we pour"}, {"Give 5% off", "Give 5 off"}} {
		if key(two[0]) == key(two[1]) {
			t.Errorf("%q has the words of %q", two[0], two[1])
		}
	}
	for _, two := range [][2]string{{"Pour on Friday, 6 March.", "* Pour on Friday 6 March"}, {"- 5 bags\r\n- 6 bags", "5 bags 6 bags"}, {"well-known (to us)", "wellknown to us"}} {
		if key(two[0]) != key(two[1]) {
			t.Errorf("%q has not the words of %q", two[0], two[1])
		}
	}
}
