package file

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"projectr"
)

func TestWhatIsNotRead(t *testing.T) {
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	for _, c := range []struct {
		name, contentType, data string
		note                    string
	}{
		{"", "", "", "It is empty."},
		{"a.pdf", "application/pdf", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "It is a picture."},
		{"photo", "", "\xff\xd8\xff\xe0\x00\x10JFIF\x00", "It is a picture."},
		{"photo.heic", "", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "It is a picture."},
		{"logo.svg", "text/plain", "<?xml version=\"1.0\"?>\n<svg xmlns=\"x\"><text>hello</text></svg>", "It is a picture."},
		{"plan.txt", "", "AC1032\x00\x00\x00\x00\x00\x00\x00", "It is a drawing (DWG), which cannot be read yet."},
		{"plan.dxf", "", "  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "It is a drawing (DXF), which cannot be read yet."},
		{"house.ifc", "", "ISO-10303-21;\nHEADER;\n", "It is a building model (IFC or STEP), which cannot be read yet."},
		{"a.zip", "", string(zipOf(t, member{"a.txt", "x"})), "It is an archive; archives are never unpacked."},
		{"a.rar", "", "Rar!\x1a\x07\x01\x00", "It is an archive; archives are never unpacked."},
		{"a.gz", "", "\x1f\x8b\x08\x00\x00\x00", "It is an archive; archives are never unpacked."},
		{"setup.exe", "", "MZ\x90\x00" + strings.Repeat("\x00", 100), "It is a program."},
		{"memo.mp3", "", "ID3\x04\x00\x00\x00", "It is a recording."},
		{"old.doc", "", ole + string(utf16Bytes("WordDocument")), "It is an old Word file (DOC), which cannot be read yet."},
		{"old.xls", "", ole + string(utf16Bytes("Workbook")), "It is an old workbook (XLS), which cannot be read yet."},
		{"mail.msg", "", ole + string(utf16Bytes("__properties_version1.0")), "It is a mail saved by Outlook (MSG), which cannot be read yet."},
		{"a.docx", "", ole + string(utf16Bytes("EncryptedPackage")), "It is protected by a password."},
		{"works.mpp", "", ole, "It is a schedule (Microsoft Project), which cannot be read yet."},
		{"smime.p7s", "application/pkcs7-signature", "0\x82\x01\x00\x06\t*\x86H\x86\xf7", "It is a signature."},
		{"a.pdf", "", "not one at all", "It is damaged: no sense can be made of it."},
		{"a.bin", "", "\x00\x01\x02\x03\x04\x05\x06\x07", "It is of a kind that cannot be read."},
		{"a.docx", "", "PK\x03\x04" + strings.Repeat("x", 50), "It is damaged: it cannot be unpacked."},
		{"a.pdf", "", "%PDF-1.4\nnothing here", "It is damaged: it has no pages."},
		{"a.txt", "", " \n\t\n ", "It has no text."},
		{"a.xlsb", "", string(zipOf(t, member{"xl/workbook.bin", "x"})), "It is a binary workbook (XLSB), which cannot be read yet."},
	} {
		got := readFrom(c.name, c.contentType, []byte(c.data))
		if got != (projectr.FileText{State: projectr.FileNotRead, Note: c.note}) {
			t.Errorf("%s, %.20q: %+v, want %q", c.name, c.data, got, c.note)
		}
	}
}

func TestTooLarge(t *testing.T) {
	got := Text("a.txt", "", endless{}, MaxSize+1)
	if got.State != projectr.FileNotRead || got.Note != "It is larger than 25 MB." {
		t.Errorf("%+v", got)
	}
	if got := Text("a.txt", "", endless{}, MaxSize); got.State != projectr.FilePartly || got.Note != "The first 1,000,000 characters were read." || len(got.Text) != MaxText {
		t.Errorf("%s, %s, %d bytes", got.State, got.Note, len(got.Text))
	}
}

// endless is a file of letters, as long as it is asked for.
type endless struct{}

func (endless) ReadAt(p []byte, _ int64) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func (e endless) Read(p []byte) (int, error) { return e.ReadAt(p, 0) }

type brokenAt struct{}

func (brokenAt) ReadAt([]byte, int64) (int, error) { return 0, errors.New("gone") }

func TestReaderThatFails(t *testing.T) {
	if got := Text("a.txt", "", brokenAt{}, 10); got.State != projectr.FileNotRead {
		t.Errorf("%+v", got)
	}
}

// What a file is, its content says before its name, and its name before its
// declared type.
func TestKindByContentThenNameThenType(t *testing.T) {
	html := "<html><body><p>Hello<p>you"
	for _, c := range []struct {
		name, contentType, data string
		want                    string
	}{
		{"a.txt", "text/plain", html, "Hello\n\nyou"},
		{"a.csv", "text/html", "a;b\n1;2", "a\tb\n1\t2"},
		{"a", "text/csv", "a;b\n1;2", "a\tb\n1\t2"},
		{"a.txt", "text/csv", "a;b\n1;2", "a;b\n1;2"},
		{"a.dat", "application/octet-stream", "plain words", "plain words"},
		{"a.pdf", "application/octet-stream", string(docxOf(t, "<w:p><w:r><w:t>in Word</w:t></w:r></w:p>")), "in Word"},
		{"offer.doc", "application/msword", `{\rtf1 in RTF}`, "in RTF"},
		{"photo.jpg", "image/jpeg", string(pdfPageOf("BT /F 12 Tf 50 700 Td (in PDF) Tj ET")), "in PDF"},
		{"x.dat", "", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Site visit\r\nEND:VEVENT\r\nEND:VCALENDAR", "Summary: Site visit"},
	} {
		if got := readFrom(c.name, c.contentType, []byte(c.data)); got.State != projectr.FileRead || got.Text != c.want {
			t.Errorf("%s %s: %+v, want %q", c.name, c.contentType, got, c.want)
		}
	}
}

func TestPlainText(t *testing.T) {
	for _, c := range []struct{ name, contentType, data, want string }{
		{"UTF-8", "", "Grüße\r\nzwei\rdrei\n\n\n\nvier  \n", "Grüße\nzwei\ndrei\n\nvier"},
		{"byte order mark", "", "\xef\xbb\xbfeins", "eins"},
		{"UTF-16", "", "\xff\xfee\x00i\x00n\x00\xfc\x00", "einü"},
		{"UTF-16, high byte first", "", "\xfe\xff\x00e\x00i\x00\xfc", "eiü"},
		{"UTF-16 without a mark", "", "W\x00o\x00r\x00t\x00e\x00 \x00d\x00a\x00", "Worte da"},
		{"windows-1252", "", "Gr\xfc\xdfe \x80 5", "Grüße € 5"},
		{"as declared", "text/plain; charset=iso-8859-2", "Pra\xbe\xe1k\xf9 je hodn\xec", "Pražáků je hodně"},
		{"marks of direction and controls", "", "a\u202eb\x01c\u200bd\U000e0041e", "abcde"},
		{"tags stay text", "", "a < b > c & d", "a < b > c & d"},
		{"ligatures", "", "o\ufb03ce \ufb01le", "office file"},
	} {
		if got := readFrom("a.txt", c.contentType, []byte(c.data)); got.Text != c.want {
			t.Errorf("%s: %q, want %q", c.name, got.Text, c.want)
		}
	}
}

func TestTables(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{"a,b,c\n1,2,3\n", "a\tb\tc\n1\t2\t3"},
		{"a;b\n\"1,5\";2\n", "a\tb\n1,5\t2"},
		{"a\tb\n1\t2", "a\tb\n1\t2"},
		{"sep=|\na|b\n", "a\tb"},
		{"a,\"two\nlines \"\"quoted\"\"\",c\nd,e,f", "a\ttwo lines \"quoted\"\tc\nd\te\tf"},
		{"a,\"never closed\nb,c\n", "a\t\"never closed\nb\tc"},
		{"a,,c\n,,\n", "a\t\tc"},
		{"=cmd|' /C calc'!A0,1\n", "=cmd|' /C calc'!A0\t1"},
	} {
		if got := readFrom("a.csv", "", []byte(c.data)); got.Text != c.want {
			t.Errorf("%q: %q, want %q", c.data, got.Text, c.want)
		}
	}
}

func TestHTML(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{"<p>One   sentence.</p><p>Another.</p>", "One sentence.\n\nAnother."},
		{"<div>a<br>b</div><div>c</div>", "a\nb\nc"},
		{"<table><tr><td>a</td><td><p>b</p></td></tr><tr><td>c<td>d</table>", "a\tb\nc\td"},
		{"<p>seen<span style='display:none'>not</span><span hidden>nor</span><script>x()</script></p>", "seen"},
		{"<ul><li>x</li><li>y</li></ul>", "x\ny"},
		{"<p>5 &lt; 6 &amp; &euro;</p>", "5 < 6 & €"},
		{"<p>$12<sup>50</sup>, $5,000<sup><b>1</b></sup>, 40 m<sup>2</sup>, 5 <sup>1</sup></p>", "$12⁵⁰, $5,000¹, 40 m2, 5 1"},
		{"<pre>a  b\nc</pre>", "a  b\nc"},
		{"<html><head><title>t</title></head><body>b", "b"},
		{"<html><head><title>t</title><body>b", "b"},
		{"<p>a</p><details><summary>b</summary>no</details><dialog>no</dialog><noscript>no</noscript><template>no</template>", "a\n\nb"},
		{"<div style='opacity:1%'>no</div><div style='clip-path:inset(100%)'>no</div><div style='text-indent:-9999px'>no</div><p style='mso-hide:all'>no</p><p style='font:0/0 a'>no</p>yes", "yes"},
		{"<p style='color:#fff'>no <b style='color:#000'>yes</b></p><font color=white>no</font><table bgcolor='#102030'><tr><td style='color:#fff'>yes</td></tr></table>", "yes\n\nyes"},
		{"<style>.x{display:none}</style><style media=print>.y{display:none}</style><p class=x>no</p><p class=y>yes</p>", "yes"},
		{"<div style='font-size:0'>no<div style='font-size:13px'>yes</div><span style='font-size:13px'>yes</span><br><br><span style='font-size:13px'>yes</span></div>", "yes\nyes\nyes"},
		{"<div style='visibility:hidden'>no <b style='visibility:visible'>yes</b></div>", "yes"},
		{"<table><tr><td>a</td><td style='display:none'>no<td>c</table>", "a\tc"},
		{"<p style='display:none' style='display:block'>no</p>yes", "yes"},
		{"<style>body{background-image:url(x)}</style><div style='color:#fff'>yes</div>", "yes"},
		{"<html><head><meta charset=windows-1251></head><body>\xcf\xf0\xe8\xe2\xe5\xf2</body>", "Привет"},
	} {
		if got := readFrom("a.html", "", []byte(c.data)); got.Text != c.want {
			t.Errorf("%q: %q, want %q", c.data, got.Text, c.want)
		}
	}
}

func TestMail(t *testing.T) {
	mail := strings.ReplaceAll(`Return-Path: <a@b.example>
From: =?utf-8?q?J=C3=BCrgen_Wei=C3=9F?= <jw@bau.example>
To: site@firm.example
Date: Mon, 2 Mar 2026 08:00:00 +0100
Subject: Slab
 poured
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

The slab was poured on Friday=2E Gr=FC=DFe
--a
Content-Type: text/html

<p>The slab was poured</p>
--a--
--m
Content-Type: message/rfc822

From: old@firm.example
Subject: Inner
Content-Type: text/plain

inner words
--m
Content-Type: application/pdf; name=x.pdf
Content-Disposition: attachment; filename=x.pdf
Content-Transfer-Encoding: base64

JVBERi0x
--m--
`, "\n", "\r\n")
	want := projectr.FileText{State: projectr.FilePartly, Note: "What is attached to it was not read.", Text: `From: Jürgen Weiß <jw@bau.example>
To: site@firm.example
Date: Mon, 2 Mar 2026 08:00:00 +0100
Subject: Slab poured

The slab was poured on Friday. Grüße

From: old@firm.example
Subject: Inner

inner words`}
	for _, name := range []string{"mail.eml", "noname"} {
		if got := readFrom(name, "", []byte(mail)); got != want {
			t.Errorf("%s: %+v\nwant %+v", name, got, want)
		}
	}
	if got := readFrom("a.txt", "", []byte("From: me\nThis is a letter.\n")); got.Text != "From: me\nThis is a letter." {
		t.Errorf("a letter is taken for a mail: %+v", got)
	}
}

func TestCalendar(t *testing.T) {
	got := readFrom("a.ics", "", []byte(strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Europe/Berlin
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Site meeting\, no. 8
DTSTART;TZID=Europe/Berlin:20260304T140000
DTEND:20260304T140000Z
LOCATION:Mill Lane 4
ORGANIZER;CN="Rossi, J.":mailto:j@rossi.example
DESCRIPTION:Bring the drawings.\nAsk for the pri
 ce.
BEGIN:VALARM
DESCRIPTION:alarm
END:VALARM
END:VEVENT
BEGIN:VTODO
DUE;VALUE=DATE:20260401
SUMMARY:Order windows
END:VTODO
END:VCALENDAR
`, "\n", "\r\n")))
	want := `Summary: Site meeting, no. 8
Start: 2026-03-04 14:00 Europe/Berlin
End: 2026-03-04 14:00 UTC
Location: Mill Lane 4
Organizer: Rossi, J. <j@rossi.example>
Description: Bring the drawings.
Ask for the price.

Due: 2026-04-01
Summary: Order windows`
	if got.State != projectr.FileRead || got.Text != want {
		t.Errorf("%+v\nwant %s", got, want)
	}
}

func TestRTF(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}\f0 First.\par Second \'fc\'df \u8364?5.\par}`, "First.\nSecond üß €5."},
		{`{\rtf1{\*\generator Word;}{\info{\author Me}}text{\pict 0123456789}}`, "text"},
		{`{\rtf1 seen{\v hidden}{\deleted gone} on}`, "seen on"},
		{`{\rtf1\trowd\cellx100\cellx200\pard\intbl a\cell b\cell\row\pard after}`, "a\tb\nafter"},
		{`{\rtf1\ansicpg1251\'cf\'f0\'e8}`, "При"},
		{`{\rtf1{\fonttbl{\f1\fcharset204 Arial;}}\f1 \'cf\'f0}`, "Пр"},
		{`{\rtf1\uc2 \u20013??x}`, "中x"},
		{`{\rtf1 a\tab b\line c\emdash d\~e\_f \{g\}}`, "a\tb\nc—d e-f {g}"},
		{`{\rtf1 {\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt link}} \bin5 \par}x}`, "link x"},
	} {
		if got := readFrom("a.rtf", "", []byte(c.data)); got.State != projectr.FileRead || got.Text != c.want {
			t.Errorf("%s: %+v, want %q", c.data, got, c.want)
		}
	}
	if got := readFrom("", "", []byte(`{\rtf1 cut`)); got.State != projectr.FilePartly || got.Note != "It is damaged: its end is missing." || got.Text != "cut" {
		t.Errorf("a cut file: %+v", got)
	}
}

func TestWord(t *testing.T) {
	run := func(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
	for _, c := range []struct{ body, want string }{
		{`<w:p>` + run("One.") + `</w:p><w:p>` + run("Two ") + run("three.") + `</w:p>`, "One.\nTwo three."},
		{`<w:p>` + run("a") + `<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins>` + run("new") + `</w:ins><w:moveFrom>` + run("moved") + `</w:moveFrom></w:p>`, "anew"},
		{`<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>seen</w:t></w:r></w:p>`, "seen"},
		{`<w:p><w:r><w:fldChar/><w:instrText>DDEAUTO cmd</w:instrText></w:r>` + run("shown") + `</w:p>`, "shown"},
		{`<w:p><mc:AlternateContent><mc:Choice>` + run("box") + `</mc:Choice><mc:Fallback>` + run("box") + `</mc:Fallback></mc:AlternateContent></w:p>`, "box"},
		{`<w:tbl><w:tr><w:tc><w:p>` + run("a") + `</w:p><w:p>` + run("b") + `</w:p></w:tc><w:tc><w:p>` + run("c") + `</w:p></w:tc></w:tr></w:tbl><w:p>` + run("d") + `</w:p>`, "a b\tc\nd"},
		{`<w:tbl><w:tr><w:tc><w:p>` + run("Dear Sir,") + `</w:p><w:p>` + run("a whole letter.") + `</w:p></w:tc></w:tr></w:tbl>`, "Dear Sir,\na whole letter."},
	} {
		if got := readFrom("a.docx", "", docxOf(t, c.body)); got.State != projectr.FileRead || got.Text != c.want {
			t.Errorf("%s: %+v, want %q", c.body, got, c.want)
		}
	}
}

func TestNumbersAsShown(t *testing.T) {
	for _, c := range []struct{ code, value, want string }{
		{"General", "1234.5", "1234.5"},
		{"General", "0.1", "0.1"},
		{"General", "1E+20", "1E+20"},
		{"General", "123456789012", "123456789012"},
		{"0", "2.5", "3"},
		{"0.00", "1.005", "1.01"},
		{"#,##0.00", "1234567.891", "1,234,567.89"},
		{"#,##0.00", "0.5", "0.50"},
		{"#,##0.##", "12.5", "12.5"},
		{"#,##0", "999999.5", "1,000,000"},
		{`#,##0.00\ "€"`, "-18450", "-18,450.00 €"},
		{"[$€-407] #,##0.00", "12", "€ 12.00"},
		{`"$"#,##0.00_);("$"#,##0.00)`, "-3.5", "($3.50)"},
		{`_-* #,##0.00\ _€_-`, "7", "7.00"},
		{"0%", "0.125", "13%"},
		{"0.0%", "0.125", "12.5%"},
		{"0.0,", "1234567", "1234.6"},
		{"0.00E+00", "12345", "1.23E+04"},
		{"00000", "42", "00042"},
		{`0;-0;"none"`, "0", "none"},
		{"[<1]0.00;0", "0.5", "0.50"},
		{"[<1]0.00;0", "12", "12"},
		{"yyyy-mm-dd", "46093", "2026-03-12"},
		{"dd.mm.yy hh:mm", "46093.75", "12.03.26 18:00"},
		{"d mmmm yyyy", "46093", "12 March 2026"},
		{"ddd d/m/yyyy", "46093", "Thu 12/3/2026"},
		{"h:mm AM/PM", "0.5", "12:00 PM"},
		{"[h]:mm", "1.5625", "37:30"},
		{"mm:ss", "0.0078125", "11:15"},
		{"mm:ss.0", "0.00001", "00:00.9"},
		{"yyyy-mm-dd", "-5", "-5"},
		{"yyyy-mm-dd", "1e9", "1000000000"},
		{"[$-F800]dddd, mmmm dd, yyyy", "46093", "Thursday, March 12, 2026"},
		{"yyyy-mm-dd", "1", "1900-01-01"},
		{"@", "5", "5"},
		{`0" h"`, "3", "3 h"},
		{"# ?/?", "0.25", "0.25"},
		{"0.00", "not a number", "not a number"},
	} {
		got := readFrom("a.xlsx", "", xlsxOf(t, `<row r="1"><c r="A1" s="0"><v>`+c.value+`</v></c></row>`, c.code))
		if want := "Sheet: One\n" + c.want; got.Text != want {
			t.Errorf("%s of %s: %q, want %q", c.code, c.value, got.Text, c.want)
		}
	}
}

func TestWorkbook(t *testing.T) {
	got := readFrom("a.xlsx", "", xlsxOf(t, `<row r="1"><c r="A1" t="inlineStr"><is><r><t>Rich </t></r><r><t>text</t></r><rPh><t>hint</t></rPh></is></c><c r="C1" t="b"><v>1</v></c></row>`+
		`<row r="3"><c r="B3" t="str"><f>HYPERLINK("http://evil.example","x")</f><v>shown</v></c><c r="C3" t="e"><v>#REF!</v></c><c t="d"><v>2026-03-12T00:00:00</v></c></row>`+
		`<row r="4"><c r="A4"><f>WEBSERVICE("http://evil.example")</f></c></row>`))
	want := "Sheet: One\nRich text\t\tTRUE\n\tshown\t#REF!\t2026-03-12"
	if got.State != projectr.FileRead || got.Text != want {
		t.Errorf("%+v, want %q", got, want)
	}
}

func TestRowsAndColumnsBeyondTheLimits(t *testing.T) {
	var rows strings.Builder
	for range MaxRows + 1 {
		rows.WriteString(`<row><c><v>7</v></c></row>`)
	}
	got := readFrom("a.xlsx", "", xlsxOf(t, rows.String()))
	if got.State != projectr.FilePartly || got.Note != "Of each sheet the first 5,000 rows were read." || strings.Count(got.Text, "\n7") != MaxRows {
		t.Errorf("%s, %s, %d rows", got.State, got.Note, strings.Count(got.Text, "\n7"))
	}
	got = readFrom("a.xlsx", "", xlsxOf(t, `<row><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c><c r="ZZZZZZZZZZZZ1"><v>3</v></c><c r="1"><v>4</v></c></row>`))
	if got.State != projectr.FilePartly || got.Note != "Of each sheet the first 500 columns were read." || got.Text != "Sheet: One\n1" {
		t.Errorf("%+v", got)
	}
}

func TestPDFText(t *testing.T) {
	at := func(x, y, s string) string { return "BT /F 10 Tf " + x + " " + y + " Td (" + s + ") Tj ET\n" }
	for _, c := range []struct{ name, content, want string }{
		{"lines from top to bottom, however drawn", at("50", "600", "second") + at("50", "700", "first"), "first\n\nsecond"},
		{"a space between words that are only moved", "BT /F 10 Tf 50 700 Td [(Two) -300 (words) -20 (s)] TJ ET", "Two wordss"},
		{"cells", at("50", "700", "Pos") + at("200", "700", "Total") + at("50", "688", "1") + at("200", "688", "5.00"), "Pos\tTotal\n1\t5.00"},
		{"hyphens at ends of lines", at("50", "700", "rein-") + at("50", "688", "forcement"), "rein-\nforcement"},
		{"T* and quotes", "BT /F 10 Tf 12 TL 50 700 Td (a) Tj T* (b) Tj (c) ' 1 0 (d) \" ET", "a\nb\nc\nd"},
		{"drawn twice to look bold", at("50", "700", "bold") + at("50.3", "700", "bold"), "bold"},
		{"octal, escapes and nested brackets", "BT /F 10 Tf 50 700 Td (\\101\\(b\\) (c) \\\nd) Tj ET", "A(b) (c) d"},
		{"hex", "BT /F 10 Tf 50 700 Td <48 656C6C 6F> Tj ET", "Hello"},
		{"a picture within", "q BI /W 1 /H 1 ID \x00\xff(Tj EI Q " + at("50", "700", "after"), "after"},
		{"what it means, where it says so", "/Span <</ActualText (right)>> BDC " + at("50", "700", "wrong") + "EMC", "right"},
		{"upside down and on its side", "BT /F 10 Tf 0 1 -1 0 300 100 Tm (aside) Tj -1 0 0 -1 300 100 Tm (down) Tj ET", "aside\n\ndown"},
		{"euros and umlauts", "BT /F 10 Tf 50 700 Td (\\200 5 f\\374r) Tj ET", "€ 5 für"},
		{"invisible text of a scan", "BT /F 10 Tf 3 Tr 50 700 Td (recognised) Tj ET", "recognised"},
		{"superscripts stay on the line", "BT /F 10 Tf 50 700 Td (42 m) Tj 3 Ts /F 6 Tf (2) Tj ET", "42 m2"},
	} {
		if got := readFrom("", "", pdfPageOf(c.content)); got.State != projectr.FileRead || got.Text != c.want {
			t.Errorf("%s: %+v, want %q", c.name, got, c.want)
		}
	}
}

func TestPDFFilters(t *testing.T) {
	content := "BT /F 10 Tf 50 700 Td (through filters) Tj ET"
	hex := ""
	for i := range len(content) {
		hex += string("0123456789abcdef"[content[i]>>4]) + string("0123456789abcdef"[content[i]&15])
	}
	runs := ""
	for i := range len(content) {
		runs += "\x00" + content[i:i+1]
	}
	for _, s := range []string{
		streamOf("/Filter/FlateDecode", deflated(content)),
		streamOf("/Filter[/ASCIIHexDecode/FlateDecode]", hexOf(deflated(content))),
		streamOf("/Filter/AHx", hex+">"),
		streamOf("/Filter/RunLengthDecode", runs+"\x80"),
		streamOf("/Filter/LZWDecode", lzwOf(content)),
		"<</Length 9999>>\nstream\n" + content + "\nendstream",
		"<</Length 1 0 R>>\nstream\r\n" + content + "\r\nendstream",
	} {
		b := pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
			"<</Type/Page/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>", s, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
		if got := readFrom("", "", b); got.State != projectr.FileRead || got.Text != "through filters" {
			t.Errorf("%.60q: %+v", s, got)
		}
	}
}

// lzwOf packs s with LZW in codes of nine bits that are all letters.
func lzwOf(s string) string {
	var out []byte
	bits, have := 0, 0
	put := func(code int) {
		bits, have = bits<<9|code, have+9
		for have >= 8 {
			have -= 8
			out = append(out, byte(bits>>have))
		}
		bits &= 1<<have - 1
	}
	put(256)
	for i := range len(s) {
		put(int(s[i]))
	}
	put(257)
	return string(append(out, byte(bits<<(8-have))))
}

// The example of ISO 32000-1, 7.4.4.2, in which codes stand for more than one
// letter.
func TestLZW(t *testing.T) {
	f := &pdfFile{left: MaxUnpacked}
	if got, err := f.lzw([]byte("\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"), true); err != nil || string(got) != "-----A---B" {
		t.Errorf("%q, %v", got, err)
	}
}

func hexOf(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte("0123456789ABCDEF"[s[i]>>4])
		b.WriteByte("0123456789ABCDEF"[s[i]&15])
	}
	return b.String() + ">"
}

func TestGlyphNames(t *testing.T) {
	for name, want := range map[string]string{
		"A": "A", "eacute": "é", "Ccaron": "Č", "scommaaccent": "ș", "gcommaaccent": "ģ", "f_f_i": "ffi", "uni20AC": "€", "u1F600": "😀",
		"a.alt": "a", "afii10017": "А", "afii10023": "Ё", "germandbls": "ß", "ohungarumlaut": "ő", "nothing": "", ".notdef": "",
	} {
		if got := glyphText(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestScanAmongPages(t *testing.T) {
	b := pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>",
		"<</Type/Page/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>", streamOf("", "BT /F 10 Tf 50 700 Td (cover) Tj ET"),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"<</Type/Page/Contents 7 0 R/Resources<</XObject<</I 8 0 R>>>>>>", streamOf("", "/I Do"), streamOf("/Subtype/Image/Width 1/Height 1", "x"))
	want := projectr.FileText{State: projectr.FilePartly, Note: "On 1 of 2 pages there is a picture and no text.", Text: "cover"}
	if got := readFrom("", "", b); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestHeadAloneTellsSimpleKinds(t *testing.T) {
	text := bytes.Repeat([]byte("Zeile mit Grüßen.\n"), 1000)
	for cut := sniffed - 3; cut <= sniffed; cut++ { // the head may end within a code point
		if k, err := kindOf("a.txt", "", text[:cut]); err != nil || k != kindText {
			t.Errorf("%d bytes: %v, %v", cut, k, err)
		}
	}
}
