package message

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"projectr"
)

// tnefWriter makes TNEF streams (MS-OXTNEF) for tests.
type tnefWriter struct{ bytes.Buffer }

func newTNEF() *tnefWriter {
	w := &tnefWriter{}
	w.Write([]byte{0x78, 0x9f, 0x3e, 0x22, 1, 0})
	w.attribute(1, attOEMCodepage, []byte{0xe4, 4, 0, 0, 0, 0, 0, 0}) // 1252
	return w
}

func (w *tnefWriter) attribute(level byte, id uint16, data []byte) {
	w.WriteByte(level)
	le := binary.LittleEndian
	w.Write(le.AppendUint16(nil, id))
	w.Write([]byte{6, 0})
	w.Write(le.AppendUint32(nil, uint32(len(data))))
	w.Write(data)
	sum := uint16(0)
	for _, c := range data {
		sum += uint16(c)
	}
	w.Write(le.AppendUint16(nil, sum))
}

// file adds an attachment the old way, with its long name in the properties.
func (w *tnefWriter) file(short, long string, data []byte, more ...[]byte) {
	w.attribute(2, attRenddata, make([]byte, 14))
	w.attribute(2, attAttachData, data)
	w.attribute(2, attAttachTitle, append([]byte(short), 0))
	w.attribute(2, attAttachment, props(append(more, unicodeProp(propAttachLong, long))...))
}

func props(list ...[]byte) []byte {
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(list)))
	for _, p := range list {
		out = append(out, p...)
	}
	return out
}

func variableProp(typ, id uint16, data []byte) []byte {
	le := binary.LittleEndian
	out := le.AppendUint16(nil, typ)
	out = le.AppendUint16(out, id)
	out = le.AppendUint32(out, 1)
	out = le.AppendUint32(out, uint32(len(data)))
	out = append(out, data...)
	return append(out, make([]byte, -len(data)&3)...)
}

func unicodeProp(id uint16, s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return variableProp(0x1f, id, b)
}

func timeProp(id uint16, at time.Time) []byte {
	out := binary.LittleEndian.AppendUint16(nil, 0x40)
	out = binary.LittleEndian.AppendUint16(out, id)
	return binary.LittleEndian.AppendUint64(out, uint64(at.Unix()+11644473600)*10_000_000)
}

// packRTF compresses RTF (MS-OXRTFCP) by plain search for the longest match.
func packRTF(s string) []byte {
	var window [4096]byte
	w := copy(window[:], rtfBefore)
	filled := w
	var out, group []byte
	control, bits := byte(0), 0
	token := func(ref bool, b ...byte) {
		if ref {
			control |= 1 << bits
		}
		group = append(group, b...)
		if bits++; bits == 8 {
			out = append(append(out, control), group...)
			control, bits, group = 0, 0, nil
		}
	}
	for i := 0; i < len(s); {
		at, n := 0, 0
		for j := 0; j < filled; j++ {
			k := 0
			for k < 17 && i+k < len(s) && j+k < w && window[j+k] == s[i+k] {
				k++
			}
			if k > n {
				at, n = j, k
			}
		}
		if n < 2 {
			n = 1
			token(false, s[i])
		} else {
			token(true, byte(at>>4), byte(at<<4|(n-2)))
		}
		for range n {
			window[w] = s[i]
			w = (w + 1) % len(window)
			filled = max(filled, w)
			i++
		}
	}
	token(true, byte(w>>4), byte(w<<4))
	if bits > 0 {
		out = append(append(out, control), group...)
	}
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(out)+12))
	head = binary.LittleEndian.AppendUint32(head, uint32(len(s)))
	head = append(head, "LZFu\x00\x00\x00\x00"...)
	return append(head, out...)
}

// tnefExample is what Outlook would send of a mail with three files, one of
// them a mail with a file.
func tnefExample() []byte {
	inner := newTNEF()
	inner.attribute(1, attMAPIProps, props(unicodeProp(propSubject, "Rebar count"), unicodeProp(propSentName, `Iva "Ivi" Horák`), unicodeProp(propSentSMTP, "iva@rebar.example"),
		timeProp(propSubmitTime, time.Date(2024, 9, 9, 8, 5, 0, 0, time.UTC)), unicodeProp(propBody, "Twelve tons are on site.\r\n")))
	inner.file("COUNT.CSV", "count.csv", []byte("bar,tons\n12,7\n"))
	w := newTNEF()
	w.attribute(1, attMAPIProps, props(variableProp(0x102, propRTF, packRTF(`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Please see the drawings for level 2.\par The stair moves 5\'bd inches \u8211 - no more.\par}`))))
	w.file("PLAN-L~1.PDF", "Plan level 2 – stair.pdf", []byte("%PDF-1.7\nnot much\n"))
	w.file("PHOTO.JPG", "photo.jpg", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), unicodeProp(propAttachCID, "photo@site"), unicodeProp(propAttachMIME, "image/jpeg"))
	w.attribute(2, attRenddata, make([]byte, 14))
	w.attribute(2, attAttachment, props(variableProp(0x0d, propAttachData, append(make([]byte, 16), inner.Bytes()...)), unicodeProp(propDisplayName, "Rebar count")))
	return w.Bytes()
}

func tnefMailOf(stream []byte, text string) string {
	b := base64.StdEncoding.EncodeToString(stream)
	var lines strings.Builder
	for len(b) > 76 {
		lines.WriteString(b[:76] + "\r\n")
		b = b[76:]
	}
	lines.WriteString(b + "\r\n")
	part := ""
	if text != "" {
		part = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n"
	}
	return "From: Petra Nowak <petra@planner.example>\r\nTo: acme@in.example\r\nSubject: Drawings\r\nDate: Tue, 10 Sep 2024 14:22:00 +0200\r\nMessage-ID: <tnef@planner.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + part +
		"--b\r\nContent-Type: application/ms-tnef; name=\"winmail.dat\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"winmail.dat\"\r\n\r\n" + lines.String() + "--b--\r\n"
}

// TestTNEF opens winmail.dat: its files are files of the mail, its text is the
// mail's where there is no other, and a mail inside is an inner mail.
func TestTNEF(t *testing.T) {
	raw := tnefMailOf(tnefExample(), "")
	m, err := Parse(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if want := "Please see the drawings for level 2.\nThe stair moves 5½ inches – no more.\n"; m.Text != want {
		t.Errorf("text %q", m.Text)
	}
	var files []string
	for _, a := range m.Attachments {
		files = append(files, fmt.Sprintln(a.N, a.Filename, a.ContentType, a.Size, a.Inline))
	}
	if got := strings.ReplaceAll(strings.TrimSpace(strings.Join(files, "")), "\n", "|"); got != "1 Plan level 2 – stair.pdf application/pdf 18 false|2 photo.jpg image/jpeg 10 true" {
		t.Errorf("files %q", got)
	}
	if len(m.Forwarded) != 1 || len(m.Warnings) != 0 {
		t.Fatalf("%+v %q", m.Forwarded, m.Warnings)
	}
	in := m.Forwarded[0]
	if in.Subject != "Rebar count" || in.From[0] != (projectr.MailAddress{Name: `Iva "Ivi" Horák`, Address: "iva@rebar.example"}) || !in.Date.Equal(time.Date(2024, 9, 9, 8, 5, 0, 0, time.UTC)) ||
		in.Text != "Twelve tons are on site.\n" || !in.Attached || len(in.Attachments) != 1 || in.Attachments[0].Filename != "count.csv" {
		t.Errorf("%+v", in)
	}
	var csv bytes.Buffer
	if _, err := OpenAttachment(strings.NewReader(raw), in.Attachments[0].N, &csv); err != nil || csv.String() != "bar,tons\n12,7\n" {
		t.Errorf("%q %v", csv.String(), err)
	}
	m, err = Parse(strings.NewReader(tnefMailOf(tnefExample(), "The mail's own words.")))
	if err != nil || m.Text != "The mail's own words.\n" && m.Text != "The mail's own words." || len(m.Attachments) != 2 {
		t.Errorf("%q %v", m.Text, err)
	}
}

// TestTNEFThatIsDamaged keeps the file where it could not be read whole.
func TestTNEFThatIsDamaged(t *testing.T) {
	whole := tnefExample()
	for name, stream := range map[string][]byte{"cut": whole[:len(whole)-40], "none": []byte("nothing of the kind"), "empty": nil, "sum": append(bytes.Clone(whole[:len(whole)-1]), whole[len(whole)-1]+1)} {
		m, err := Parse(strings.NewReader(tnefMailOf(stream, "words")))
		if err != nil {
			t.Fatal(err)
		}
		last := m.Attachments[len(m.Attachments)-1]
		if last.Filename != "winmail.dat" || last.Size != int64(len(stream)) || len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], "damaged") {
			t.Errorf("%s: %+v %q", name, m.Attachments, m.Warnings)
		}
	}
}

// TestTNEFLimits reads a file that is too large, many files, and deep mails.
func TestTNEFLimits(t *testing.T) {
	large := &repeat{head: "From: a@x.example\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n", body: strings.Repeat("QUJD", 19) + "\n", times: 48 << 20 / 77}
	m, err := Parse(large)
	if err != nil || len(m.Attachments) != 1 || m.Attachments[0].Size < 33<<20 || !strings.Contains(m.Warnings[len(m.Warnings)-1], "too large") && !strings.Contains(m.Warnings[0], "too large") {
		t.Errorf("%+v %v", m, err)
	}
	many := newTNEF()
	for range 3000 {
		many.attribute(2, attRenddata, nil)
	}
	m, err = Parse(strings.NewReader(tnefMailOf(many.Bytes(), "")))
	if err != nil || len(m.Attachments) > maxParts+1 {
		t.Errorf("%d files, %v", len(m.Attachments), err)
	}
	deep := newTNEF().Bytes()
	for range 20 {
		w := newTNEF()
		w.attribute(2, attAttachment, props(variableProp(0x0d, propAttachData, append(make([]byte, 16), deep...))))
		deep = w.Bytes()
	}
	m, err = Parse(strings.NewReader(tnefMailOf(deep, "")))
	if err != nil || len(m.Forwarded) != maxTNEFDepth {
		t.Errorf("%d mails, %v", len(m.Forwarded), err)
	}
}

// TestRTFText takes the words out of RTF, also of RTF that wraps HTML.
func TestRTFText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{\rtf1\ansi a\par b}`, "a\nb"},
		{`{\rtf1{\fonttbl{\f0 Arial;}}{\*\generator x;}{\info{\title t}}a\tab b\line c}`, "a\tb\nc"},
		{`{\rtf1\ansicpg1250 \'e8\'e1st}`, "část"},
		{`{\rtf1\ansicpg932 \'93\'fa\'96\'7b}`, "日本"},
		{`{\rtf1\uc1 \u269?\u-10179?\u-8704?}`, "č😀"},
		{`{\rtf1\uc0 \u269 x}`, "čx"},
		{`{\rtf1\fromhtml1{\*\htmltag64 <p>}\htmlrtf \par \htmlrtf0 Hi \{there\}{\*\htmltag72 </p>}}`, "Hi {there}"},
		{`{\rtf1{\pict\bin3 }}}}after}`, "after"},
		{`\rtf1 no group }}} end`, "no group  end"},
		{`{\rtf1 a\~b\emdash c\bullet}`, "a b—c•"},
		{`{\`, ""}, {``, ""},
	} {
		if got := rtfText([]byte(c.in), 1252); got != c.want {
			t.Errorf("%s: got %q, want %q", c.in, got, c.want)
		}
	}
}

// TestUnpackRTF undoes what packRTF did, and stops at its limit.
func TestUnpackRTF(t *testing.T) {
	for _, s := range []string{"", "a", `{\rtf1\ansi\deff0 plain}`, strings.Repeat("abcd ", 3000), string(tnefExample())} {
		got, ok := unpackRTF(packRTF(s), 1<<20)
		if !ok || string(got) != s {
			t.Errorf("%.40q: got %.40q %v", s, got, ok)
		}
	}
	if got, ok := unpackRTF(packRTF(strings.Repeat("a", 1000)), 100); ok || len(got) != 100 {
		t.Errorf("%d bytes %v", len(got), ok)
	}
	if got, ok := unpackRTF([]byte("\x00\x00\x00\x00\x03\x00\x00\x00MELA\x00\x00\x00\x00abc"), 100); !ok || string(got) != "abc" {
		t.Errorf("%q %v", got, ok)
	}
	for _, s := range []string{"", "short", "\x00\x00\x00\x00\x00\x00\x00\x00XXXX\x00\x00\x00\x00abc"} {
		if got, ok := unpackRTF([]byte(s), 100); ok || len(got) > 0 {
			t.Errorf("%q gives %q", s, got)
		}
	}
}

// FuzzTNEF reads any stream: it holds to its limits, and what it says of a
// stream without damage can be opened file by file.
func FuzzTNEF(f *testing.F) {
	f.Add(tnefExample())
	f.Add(newTNEF().Bytes())
	f.Add(tnefExample()[:200])
	f.Fuzz(func(t *testing.T, stream []byte) {
		got, whole := readTNEF(stream, 0)
		if whole && got == nil {
			t.Fatal("nothing, but whole")
		}
		raw := tnefMailOf(stream, "")
		m, err := Parse(strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if why := broken(m); why != "" {
			t.Fatal(why)
		}
		sum := int64(0)
		if err := EachAttachment(strings.NewReader(raw), func(projectr.Attachment) io.WriteCloser { return unclosed{(*counter)(&sum)} }); err != nil {
			t.Fatal(err)
		}
		want, files := int64(0), 0
		for _, a := range m.Attachments {
			want, files = want+a.Size, files+1
		}
		for _, in := range m.Forwarded {
			for _, a := range in.Attachments {
				want, files = want+a.Size, files+1
			}
		}
		if sum != want || files > maxParts+1 || sum > int64(2*len(stream)) {
			t.Fatalf("%d bytes in %d files of %d, opened %d", want, files, len(stream), sum)
		}
	})
}

// FuzzUnpackRTF never gives more than its limit, and undoes packRTF.
func FuzzUnpackRTF(f *testing.F) {
	f.Add(packRTF("{\\rtf1 abc}"))
	f.Add([]byte("\x00\x00\x00\x00\x03\x00\x00\x00MELA\x00\x00\x00\x00abc"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xffLZFu\x00\x00\x00\x00\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, _ := unpackRTF(b, 1000); len(got) > 1000 {
			t.Fatalf("%d bytes", len(got))
		}
		if len(b) > 2000 {
			b = b[:2000] // packing looks at every place
		}
		if got, ok := unpackRTF(packRTF(string(b)), 1<<20); !ok || !bytes.Equal(got, b) {
			t.Fatalf("%q became %q", b, got)
		}
	})
}

// FuzzRTFText gives valid text no longer than what can be written.
func FuzzRTFText(f *testing.F) {
	for _, s := range []string{`{\rtf1\ansi a\par b}`, `{\*\x y}\'e9\u-1?\bin9 `, `{{{\htmlrtf}`, `\uc99\u1\u55296?\u56320?`, `{\rtf1\ansicpg932 \'93\'fa`} {
		f.Add([]byte(s), 1252)
	}
	f.Fuzz(func(t *testing.T, b []byte, codepage int) {
		s := rtfText(b, codepage)
		if len(s) > 4*len(b) || s != strings.ToValidUTF8(s, "") {
			t.Fatalf("%q", s)
		}
	})
}
