package file

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"time"

	"projectr"
)

// Files that are meant to hurt: each ends in a sentence, within bounds.
func TestHostileFiles(t *testing.T) {
	child := childOf(t, "read-file")
	child.Timeout = time.Minute // the machine may be busy; its own limit of CPU time stands
	child.Timeout = 2 * time.Minute
	zeros := strings.Repeat("\x00", MaxMember+1)
	deepXML := strings.Repeat("<w:p>", 100_000)
	page := func(content string, more ...string) []byte { return pdfPageOf(content, more...) }
	for _, c := range []struct {
		name  string
		data  []byte
		state projectr.FileState
		note  string // a part of it
	}{
		{"a member that unpacks to more than is read", docxOf(t, "<w:p><w:r><w:t>"+strings.Repeat("a", 40<<20)), projectr.FilePartly, "The first 1,000,000 characters were read."},
		{"a member of zeros", zipOf(t, member{"word/document.xml", zeros}), projectr.FileNotRead, "damaged"},
		{"white space without end", docxOf(t, strings.Repeat(" ", 35<<20)), projectr.FileNotRead, "It unpacks to more than is read of one file."},
		{"too many members", zipOf(t, manyMembers(MaxMembers+100)...), projectr.FileNotRead, "It unpacks to more than is read of one file."},
		{"elements within elements", docxOf(t, deepXML), projectr.FileNotRead, "It is damaged: its parts lie too deep in each other."},
		{"a billion laughs", zipOf(t, member{"word/document.xml", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:document><w:p><w:t>&b;</w:t></w:p></w:document>`}), projectr.FileNotRead, "It is damaged: its text is cut off or muddled."},
		{"an outside entity", zipOf(t, member{"word/document.xml", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:p><w:t>&a;</w:t></w:p>`}), projectr.FileNotRead, "It is damaged: its text is cut off or muddled."},
		{"names that lead out", zipOf(t, member{"../../../../etc/cron.d/x", "evil"}, member{"/abs", "evil"}, member{`..\..\x`, "evil"}, member{"word/document.xml", "<w:p><w:t>fine</w:t></w:p>"}), projectr.FileRead, ""},
		{"parts that lead out", zipOf(t, member{"_rels/.rels", `<Relationships><Relationship Type="x/officeDocument" Target="../../../etc/passwd"/></Relationships>`}, member{"word/document.xml", "<w:p><w:t>fine</w:t></w:p>"}), projectr.FileRead, ""},
		{"parts elsewhere", zipOf(t, member{"word/_rels/document.xml.rels", `<Relationships><Relationship Type="x/header" TargetMode="External" Target="http://evil.example/h.xml"/></Relationships>`}, member{"word/document.xml", "<w:p><w:t>fine</w:t></w:p>"}), projectr.FileRead, ""},
		{"a locked member", lockedZip(t), projectr.FileNotRead, "It is protected by a password."},
		{"one entry over another", overlappingZip(t), projectr.FileNotRead, "It unpacks to more than is read of one file."},
		{"cells far out", xlsxOf(t, strings.Repeat(`<row><c r="XFD1048576"><v>1</v></c><c r="ZZZZZZZZ1"><v>1</v></c></row>`, 4000)), projectr.FilePartly, "Of each sheet the first 500 columns were read."},
		{"cells that point nowhere", xlsxOf(t, `<row><c t="s"><v>99999999</v></c><c t="s"><v>-1</v></c><c s="999999"><v>1</v></c></row>`), projectr.FileRead, ""},
		{"a format without end", xlsxOf(t, `<row><c s="0"><v>1</v></c></row>`, strings.Repeat("0", 5000)), projectr.FileRead, ""},
		{"rows that stand for millions", zipOf(t, member{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, member{"content.xml", `<a><office:spreadsheet><table:table table:name="x"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></a>`}), projectr.FilePartly, "The first 1,000,000 characters were read."},
		{"groups within groups", []byte(`{\rtf1` + strings.Repeat("{", 1_000_000)), projectr.FileNotRead, "It is damaged: it has too many groups within groups."},
		{"numbers too large for RTF", []byte(`{\rtf1 \uc999999999 \u99999999999 \bin99999999999 x}`), projectr.FileNotRead, "It is damaged: its end is missing."},
		{"tags without end", []byte("<html>" + strings.Repeat("<div>", 1_000_000) + "x"), projectr.FileRead, ""},
		{"parts of parts of a mail", []byte(manyParts()), projectr.FilePartly, "Not all of its parts were read."},

		{"arrays within arrays", page("BT /F 9 Tf (x) Tj ET " + strings.Repeat("[", 1_000_000)), projectr.FilePartly, "It is damaged"},
		{"a stream that unpacks to more than is read", pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Contents 4 0 R>>", streamOf("/Filter/FlateDecode", deflated(zeros))), projectr.FileNotRead, "It is damaged: its pages could not be read."},
		{"packed, and packed again", pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Contents 4 0 R>>", streamOf("/Filter[/FlateDecode/FlateDecode/FlateDecode]", deflated(deflated(deflated(zeros))))), projectr.FileNotRead, "It is damaged: its pages could not be read."},
		{"a page that is its own parent", pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000>>"), projectr.FileNotRead, "It is damaged: it has no pages."},
		{"a form that draws itself", page("/X Do BT /F 9 Tf (x) Tj ET", streamOf("/Subtype/Form/Resources<</XObject<</X 6 0 R>>>>", strings.Repeat("/X Do ", 1000))), projectr.FileRead, ""},
		{"a length that is itself", pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Contents 4 0 R>>", "<</Length 4 0 R>>\nstream\nx\nendstream"), projectr.FileNotRead, "It has no text."},
		{"references in a ring", pdfOf("2 0 R", "3 0 R", "1 0 R"), projectr.FileNotRead, "It is damaged: it has no pages."},
		{"tables that point at each other", []byte("%PDF-1.4\nxref\n0 0\ntrailer\n<</Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF"), projectr.FileNotRead, "It is damaged: it has no pages."},
		{"a table of two thousand million", []byte("%PDF-1.4\nxref\n0 2000000000\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF"), projectr.FileNotRead, "It is damaged: it has no pages."},
		{"operators without end", page(strings.Repeat("q ", 3_000_000)), projectr.FileNotRead, "It is damaged: its pages could not be read."},
		{"letters without end", page("BT /F 9 Tf " + strings.Repeat("0 0 Td (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ", 10_000)), projectr.FilePartly, "It is damaged"},
		{"numbers that are none", page("BT /F 1e400 Tf 99999999999999999999999999999999999999 0 0 99999999999999999999999 0 0 Tm (x) Tj ET BT /F 9 Tf (y) Tj ET"), projectr.FileRead, ""},
		{"scripts are not run", pdfOf("<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>/AA<</O<</S/URI/URI(http://evil.example)>>>>>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Contents 4 0 R>>", streamOf("", "")), projectr.FileNotRead, "It has no text."},
		{"codes of a font without end", page("BT /F 9 Tf (x) Tj ET", "<<>>"), projectr.FileRead, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readFrom("", "", c.data)
			if got.State != c.state || !strings.Contains(got.Note, c.note) || c.state == projectr.FileRead && got.Note != "" {
				t.Errorf("%s: %q, %.60q; want %s: %q", got.State, got.Note, got.Text, c.state, c.note)
			}
			// The same within the limits of a process of its own.
			if alone, err := child.Text(t.Context(), "", "", bytes.NewReader(c.data)); err != nil || alone != got {
				t.Errorf("a child says %s: %q, %v", alone.State, alone.Note, err)
			}
			if strings.Contains(got.Text, "evil") || strings.Contains(got.Text, "root:") {
				t.Errorf("what is not its text was read: %q", got.Text)
			}
		})
	}
}

func manyMembers(n int) []member {
	out := []member{{"word/document.xml", "<w:p/>"}}
	for i := range n {
		out = append(out, member{fmt.Sprintf("word/m%d.xml", i), ""})
	}
	return out
}

func manyParts() string {
	var b strings.Builder
	b.WriteString("From: a\nTo: b\nSubject: c\nContent-Type: multipart/mixed; boundary=b0\n")
	for i := range 100 {
		fmt.Fprintf(&b, "\n--b%d\n\nwords\n--b%d\nContent-Type: multipart/mixed; boundary=b%d\n", i, i, i+1)
	}
	return b.String()
}

// lockedZip is a document whose text is encrypted as ZIP does it.
func lockedZip(t *testing.T) []byte {
	b := docxOf(t, "<w:p/>")
	for _, mark := range []struct {
		sign string
		flag int
	}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} {
		b[bytes.Index(b, []byte(mark.sign))+mark.flag] |= 1
	}
	return b
}

// overlappingZip has many entries that are all the same bytes.
func overlappingZip(t *testing.T) []byte {
	t.Helper()
	text := bytes.Repeat([]byte("<w:p><w:t>x</w:t></w:p>"), (MaxMember-1000)/23)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	var packed bytes.Buffer
	p := zip.NewWriter(&packed)
	w, err := p.Create("x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := r.File[0].OpenRaw()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(raw)
	if err != nil {
		t.Fatal(err)
	}
	var rels strings.Builder
	for i := range 10 {
		fmt.Fprintf(&rels, `<Relationship Type="x/worksheet" Id="r%d" Target="s%d.xml"/><Relationship Type="x/sharedStrings" Id="q%d" Target="s%d.xml"/>`, i, i, i, i)
	}
	for _, m := range []member{{"xl/workbook.xml", "<workbook/>"}, {"xl/_rels/workbook.xml.rels", "<Relationships>" + rels.String() + "</Relationships>"}} {
		w, err := z.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.text); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		w, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprintf("xl/s%d.xml", i), Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(text), CompressedSize64: uint64(len(body)), UncompressedSize64: uint64(len(text))})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	// Let every entry of the directory point at the first.
	out := b.Bytes()
	first := uint32(0)
	for at := 0; ; at += 4 {
		i := bytes.Index(out[at:], []byte("PK\x01\x02"))
		if i < 0 {
			break
		}
		at += i
		if name := out[at+46 : at+46+9]; strings.HasPrefix(string(name), "xl/s") {
			if first == 0 {
				first = binary.LittleEndian.Uint32(out[at+42:])
			}
			binary.LittleEndian.PutUint32(out[at+42:], first)
		}
	}
	return out
}
