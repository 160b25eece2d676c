package message

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"projectr"
)

// zipOf makes the beginning of a ZIP archive whose members have these names.
func zipOf(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString("PK\x03\x04" + strings.Repeat("\x00", 22) + string([]byte{byte(len(n)), 0, 0, 0}) + n + "data")
	}
	return b.String()
}

// TestTypeOf decides what a file is by its content, and warns where its label
// or its name says something else.
func TestTypeOf(t *testing.T) {
	const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00"
	for _, c := range []struct{ name, declared, head, typ, odd string }{
		{"drawing.pdf", "text/plain", "%PDF-1.7\n", "application/pdf", `"drawing.pdf" says it is text/plain but is a PDF.`},
		{"plan.pdf", "application/octet-stream", "\n\n%PDF-1.4", "application/pdf", ""},
		{"plan.pdf", "application/pdf", "\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg", `"plan.pdf" says it is application/pdf but is a JPEG image.`},
		{"plan.pdf", "image/jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg", `"plan.pdf" is named like a PDF but is a JPEG image.`},
		{"foto.png", "image/png", "\xff\xd8\xff\xe0", "image/jpeg", ""},
		{"a.gif", "image/gif", "GIF89a\x01\x00", "image/gif", ""},
		{"a.tif", "image/tiff", "II*\x00", "image/tiff", ""},
		{"a.webp", "image/webp", "RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp", ""},
		{"a.heic", typeAny, "\x00\x00\x00\x18ftypheic\x00", "image/heic", ""},
		{"a.mov", "video/quicktime", "\x00\x00\x00\x14ftypqt  \x00", "video/quicktime", ""},
		{"a.mp4", typeAny, "\x00\x00\x00\x18ftypisom\x00", "video/mp4", ""},
		{"A-101.dwg", "application/acad", "AC1032\x00\x00", "image/vnd.dwg", ""},
		{"A-101.dwg", typeAny, "AC1032\x00\x00", "image/vnd.dwg", ""},
		{"note.txt", "text/plain", "AC1015 is the mark of the unit", "text/plain", ""},
		{"a.docx", typeAny, zipOf("[Content_Types].xml", "_rels/.rels", "word/document.xml"), typeDOCX, ""},
		{"a.xlsx", "application/zip", zipOf("xl/workbook.xml"), typeXLSX, ""},
		{"a.pptx", typePPTX, zipOf("[Content_Types].xml"), typePPTX, ""},
		{"a.doc", "application/msword", zipOf("word/document.xml"), typeDOCX, ""},
		{"a.doc", "application/msword", ole, "application/msword", ""},
		{"a.doc", "application/msword", "{\\rtf1", "application/rtf", ""},
		{"a.doc", typeAny, ole, typeOLE, ""},
		{"a.kmz", "application/vnd.google-earth.kmz", zipOf("doc.kml"), "application/vnd.google-earth.kmz", ""},
		{"a.zip", "application/pdf", zipOf("a.txt"), "application/zip", `"a.zip" says it is application/pdf but is a ZIP archive.`},
		{"a.tgz", "application/x-gzip", "\x1f\x8b\x08\x00", "application/gzip", ""},
		{"quote.xls", "application/vnd.ms-excel", "<html><table>", "text/html", `"quote.xls" says it is application/vnd.ms-excel but is HTML.`},
		{"quote.txt", "text/plain", "<!DOCTYPE html><p>", "text/plain", ""},
		{"page", typeAny, "\ufeff <html>", "text/html", ""},
		{"invite.ics", typeAny, "BEGIN:VCALENDAR\r\n", "text/calendar", ""},
		{"old.msg.txt", typeAny, "Received: a\r\n by b\r\nFrom: a@x\r\nSubject: s\r\n", "message/rfc822", ""},
		{"fields.txt", typeAny, "From: the north\nTo: the south\n", typeAny, ""},
		{"", "text/csv", ole, typeOLE, `A file says it is text/csv but is an old Office file.`},
		{"plan.pdf", "application/pdf", "MZ\x90" + strings.Repeat("\x00", 61), "application/vnd.microsoft.portable-executable", `"plan.pdf" says it is application/pdf but is a Windows program.`},
		{"winmail.dat", typeAny, "\x78\x9f\x3e\x22\x01\x00", typeTNEF, ""},
		{"a.txt", "text/plain", "It begins: see %PDF-1.4 in the first line.", "text/plain", ""},
		{"a.rar", typeAny, "Rar!\x1a\x07\x00", "application/vnd.rar", ""},
		{"a.7z", typeAny, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", ""},
		{"x", "application/x-special", "nothing known", "application/x-special", ""},
		{"x", "text/plain", "", "text/plain", ""},
	} {
		typ, odd := typeOf(c.name, c.declared, []byte(c.head))
		if typ != c.typ || odd != c.odd {
			t.Errorf("%s %s %.20q: got %s %q, want %s %q", c.name, c.declared, c.head, typ, odd, c.typ, c.odd)
		}
	}
}

// TestAPDFThatSaysItIsTextIsAFile keeps the bytes of a file out of the text.
func TestAPDFThatSaysItIsTextIsAFile(t *testing.T) {
	m, err := Parse(strings.NewReader("From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; name=plan.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjcKJQo=\n--b\n\nSee the plan.\n--b--\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Attachments) != 1 || m.Attachments[0].ContentType != "application/pdf" || strings.TrimSpace(m.Text) != "See the plan." {
		t.Errorf("%+v %q", m.Attachments, m.Text)
	}
	if !slices.Contains(m.Warnings, `"plan.pdf" says it is text/plain but is a PDF.`) {
		t.Errorf("warnings %q", m.Warnings)
	}
}

// box is a writer that keeps what it gets and knows whether it was closed.
type box struct {
	bytes.Buffer
	closed bool
	fail   error
}

func (b *box) Write(p []byte) (int, error) {
	if b.closed {
		return 0, errors.New("written after the end")
	}
	if b.fail != nil {
		return 0, b.fail
	}
	return b.Buffer.Write(p)
}

func (b *box) Close() error { b.closed = true; return nil }

const mailWithFiles = "From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n" +
	"--b\nContent-Type: application/pdf; name=a.pdf\nContent-ID: <one@x>\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjcKJQo=\n" +
	"--b\nContent-Type: message/rfc822\n\nFrom: c@x.example\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nin\n--i\nContent-Type: image/png; name=i.png\n\nnot really\n--i--\n" +
	"--b\nContent-Type: application/octet-stream; name=old.eml\nContent-Transfer-Encoding: base64\n\nRnJvbTogZEB4LmV4YW1wbGUKQ29udGVudC1UeXBlOiBhcHBsaWNhdGlvbi96aXA7IG5hbWU9ei56aXAKCnppcAo=\n--b--\n"

// TestEachAttachment gives the same bytes as opening each file by its number.
func TestEachAttachment(t *testing.T) {
	m, err := Parse(strings.NewReader(mailWithFiles))
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(m.Attachments)
	for _, in := range m.Forwarded {
		want = append(want, in.Attachments...)
	}
	if len(want) != 5 {
		t.Fatalf("%d files", len(want))
	}
	got := map[int]*box{}
	err = EachAttachment(strings.NewReader(mailWithFiles), func(a projectr.Attachment) io.WriteCloser {
		if a.N == 1 && (a.Filename != "a.pdf" || a.ContentType != "application/pdf" || a.ContentID != "one@x") {
			t.Errorf("%+v", a)
		}
		if got[a.N] != nil {
			t.Errorf("%d is opened twice", a.N)
		}
		got[a.N] = &box{}
		return got[a.N]
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range want {
		var one bytes.Buffer
		if _, err := OpenAttachment(strings.NewReader(mailWithFiles), a.N, &one); err != nil {
			t.Fatal(err)
		}
		if b := got[a.N]; b == nil || !b.closed || b.String() != one.String() || int64(b.Len()) != a.Size {
			t.Errorf("%d: %+v, want %q", a.N, b, one.String())
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
	if err := EachAttachment(strings.NewReader(mailWithFiles), func(projectr.Attachment) io.WriteCloser { return nil }); err != nil {
		t.Error(err)
	}
}

// TestEachAttachmentStopsAtAFullDisk gives the writer's error and closes all.
func TestEachAttachmentStopsAtAFullDisk(t *testing.T) {
	full := errors.New("disk is full")
	var boxes []*box
	err := EachAttachment(strings.NewReader(mailWithFiles), func(projectr.Attachment) io.WriteCloser {
		boxes = append(boxes, &box{fail: full})
		return boxes[len(boxes)-1]
	})
	if !errors.Is(err, full) || len(boxes) != 1 || !boxes[0].closed {
		t.Errorf("%v, %d writers", err, len(boxes))
	}
	broken := errors.New("broken")
	if err := EachAttachment(io.MultiReader(strings.NewReader(mailWithFiles[:200]), readerOf(broken)), func(projectr.Attachment) io.WriteCloser { return &box{} }); !errors.Is(err, broken) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func readerOf(err error) io.Reader { return failing{err} }

// TestEachAttachmentHoldsLittle reads files of 64 MiB together.
func TestEachAttachmentHoldsLittle(t *testing.T) {
	part := "--b\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat(strings.Repeat("QUJD", 19)+"\n", 20_000)
	raw := &repeat{head: "Content-Type: multipart/mixed; boundary=b\n\n", body: part, times: 43}
	var size counter
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := EachAttachment(raw, func(projectr.Attachment) io.WriteCloser { return unclosed{&size} })
	runtime.ReadMemStats(&after)
	if err != nil || size < 45<<20 {
		t.Fatal(err, size)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 2<<20 {
		t.Errorf("reading allocates %d bytes", n)
	}
}

// TestOddThingsAreSaid lists what programs read differently. Each must be a
// warning that the user sees, and an ordinary mail must have none.
func TestOddThingsAreSaid(t *testing.T) {
	const from = "From: a@x.example\nDate: Tue, 10 Sep 2024 14:22:00 -0400\n"
	alternative := func(text, html string) string {
		return from + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n" + text + "\n--b\nContent-Type: text/html\n\n" + html + "\n--b--\n"
	}
	for _, c := range []struct{ name, mail, want string }{
		{"two file names", from + "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment; filename=b.exe\n\nx\n", "has two names"},
		{"one name twice", from + "Content-Type: application/x-a; name=a.pdf\nContent-Disposition: attachment; filename=a.pdf\n\nx\n", ""},
		{"content type twice", from + "Content-Type: text/plain\nContent-Type: text/html\n\nx\n", "Content-Type is there twice"},
		{"date twice", from + "Date: Tue, 10 Sep 2023 14:22:00 -0400\n\nx\n", "Date is there twice"},
		{"subject twice", from + "Subject: a\nSubject: b\n\nx\n", "Subject is there twice"},
		{"sender twice", from + "From: b@x.example\n\nx\n", "From is there twice"},
		{"encoding twice", from + "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\neHh4\n", "Content-Transfer-Encoding is there twice"},
		{"boundary begins another", from + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\nx\n--bb--\n--b--\n", "begins like that of another"},
		{"boundary begun by another", from + "Content-Type: multipart/mixed; boundary=bb\n\n--bb\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n--bb--\n", "begins like that of another"},
		{"text behind the end", from + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\nhidden words\n", "text after the end"},
		{"parts behind the end", from + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n--b\n\ny\n--b--\n", "more parts after the end"},
		{"blank lines behind the end", from + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n\n\n", ""},
		{"multipart in base64", from + "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\nx\n--b--\n", "multipart cannot be"},
		{"NUL in the text", from + "\na\x00b\n", "NUL"},
		{"NUL in the header", from + "Subject: a\x00b\n\nx\n", "NUL"},
		{"CR in the header", from + "Subject: a\rBcc: x\n\nx\n", "carriage return"},
		{"two authors", "From: a@x.example, b@y.example\nDate: Tue, 10 Sep 2024 14:22:00 -0400\n\nx\n", "several authors"},
		{"two authors and a sender", "From: a@x.example, b@y.example\nSender: a@x.example\nDate: Tue, 10 Sep 2024 14:22:00 -0400\n\nx\n", ""},
		{"an address for a name", "From: boss@bank.example <a@x.example>\nDate: Tue, 10 Sep 2024 14:22:00 -0400\n\nx\n", "another address as its name"},
		{"its own address for a name", "From: \"A@x.example\" <a@x.example>\nDate: Tue, 10 Sep 2024 14:22:00 -0400\n\nx\n", ""},
		{"other words in HTML", alternative("Please pour the slab on Friday, the trucks come early and pumps are ordered.", "<p>Kindly transfer eleven thousand dollars into this account before noon today, thanks very much indeed"), "say different things"},
		{"same words in HTML", alternative("Please pour the slab on Friday, the trucks come early and pumps are ordered.", "<style>p{color:red}</style><p>Please <b>pour</b> the slab on Friday,<br>the trucks come early &amp; pumps are ordered."), ""},
		{"few words", alternative("Yes.", "<p>Ok, will do"), ""},
		{"base64 with junk", from + "Content-Type: application/x-a\nContent-Transfer-Encoding: base64\n\nQUJD%%QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD\n", "transfer encoding is broken"},
		{"not base64", from + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\nWords are not base64.\n--b--\n", "base64 but is not"},
		{"no blank line", from + "x\ny\n", "not divided"},
		{"no charset", from + "Content-Type: text/plain; charset=klingon\n\n\xe9\n", "charset"},
		{"cut off", from + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n", "in the middle"},
		{"type is impossible", from + "Content-Type: plan; name=x\n\nx\n", "impossible type"},
		{"plain", from + "\nHello.\n", ""},
	} {
		m, err := Parse(strings.NewReader(c.mail))
		if err != nil {
			t.Fatal(c.name, err)
		}
		all := fmt.Sprintf("%q", m.Warnings)
		if c.want == "" && len(m.Warnings) > 0 || !strings.Contains(all, c.want) {
			t.Errorf("%s: warnings %s, want %q", c.name, all, c.want)
		}
	}
}
