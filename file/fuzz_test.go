package file

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"projectr"
)

// kept are the promises about every file: one of three states, a sentence
// wherever it was not all read, and text that is clean and bounded.
func kept(t *testing.T, got projectr.FileText) {
	t.Helper()
	switch got.State {
	case projectr.FileRead:
		if got.Note != "" || got.Text == "" {
			t.Errorf("read, with note %q and %d bytes", got.Note, len(got.Text))
		}
	case projectr.FilePartly:
		if got.Note == "" || got.Text == "" {
			t.Errorf("partly read, with note %q and %d bytes", got.Note, len(got.Text))
		}
	case projectr.FileNotRead:
		if got.Note == "" || got.Text != "" {
			t.Errorf("not read, with note %q and %d bytes", got.Note, len(got.Text))
		}
	default:
		t.Errorf("state %q", got.State)
	}
	if !utf8.ValidString(got.Text) || utf8.RuneCountInString(got.Text) > MaxText || utf8.RuneCountInString(got.Note) > maxNoteLength {
		t.Errorf("%d bytes of text, note %q", len(got.Text), got.Note)
	}
	if clean(got.Text) != got.Text {
		t.Errorf("the text has characters that no text has: %q", got.Text)
	}
}

// seeds adds the files of testdata with one of the endings.
func seeds(f *testing.F, endings ...string) {
	for _, e := range endings {
		files, err := filepath.Glob("testdata/*" + e)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range files {
			b, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			if len(b) < 40<<10 {
				f.Add(b)
			}
		}
	}
}

func FuzzPDF(f *testing.F) {
	seeds(f, ".pdf")
	f.Add(pdfPageOf("BT /F 10 Tf 50 700 Td [(Two) -300 (words)] TJ ET /X Do", streamOf("/Subtype/Form", "BT /F 9 Tf (x) ' ET")))
	f.Fuzz(func(t *testing.T, data []byte) {
		kept(t, readFrom("a.pdf", "", append([]byte("%PDF-"), data...)))
	})
}

// Fuzzing the bytes of a page's content finds what compressed pages hide.
func FuzzPDFContent(f *testing.F) {
	f.Add("BT /F 10 Tf 50 700 Td [(Two) -300 (words)] TJ T* (x) ' 1 2 (y) \" ET q 1 0 0 1 5 5 cm /X Do Q")
	f.Add("/Span <</ActualText (x)>> BDC BT /F 1 Tf <41> Tj ET EMC BI /W 1 ID x EI")
	f.Fuzz(func(t *testing.T, content string) {
		kept(t, readFrom("", "", pdfPageOf(content, streamOf("/Subtype/Form", content))))
	})
}

func FuzzCMap(f *testing.F) {
	f.Add([]byte("1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfchar <0041> <00660066> endbfchar 2 beginbfrange <0001> <0009> <0061> <0010> <0012> [<0041> <0042>] endbfrange"), "\x00\x41\x00\x05")
	f.Fuzz(func(t *testing.T, b []byte, codes string) {
		defer func() { // a refusal ends the reading of a file
			if r := recover(); r != nil {
				if _, ok := r.(refusal); !ok {
					panic(r)
				}
			}
		}()
		font := &pdfFont{wide: true, cids: readCMap(b), unicode: readCMap(b), widths: map[int]float64{}}
		n := 0
		font.glyphs(pdfString(codes), func(pdfGlyph) { n++ })
		if n > len(codes) {
			t.Errorf("%d glyphs of %d bytes", n, len(codes))
		}
	})
}

func FuzzWord(f *testing.F) {
	f.Add(`<w:p><w:r><w:t>a</w:t><w:tab/></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`)
	f.Add(`<w:del><w:r><w:t>x</w:t></w:r></w:del></w:tc></w:tr><w:sym w:char="F0FC"/>`)
	f.Fuzz(func(t *testing.T, body string) { kept(t, readFrom("a.docx", "", docxOf(t, body))) })
}

func FuzzWorkbook(f *testing.F) {
	f.Add(`<row><c r="A1" s="0"><v>46093.5</v></c><c r="B1" t="inlineStr"><is><t>x</t></is></c></row>`, `[$€-407] #,##0.00;[Red](0.0%)`)
	f.Add(`<row><c t="s"><v>0</v></c></row>`, `yyyy-mm-dd h:mm:ss.0 AM/PM`)
	f.Fuzz(func(t *testing.T, data, code string) { kept(t, readFrom("a.xlsx", "", xlsxOf(t, data, code))) })
}

func FuzzNumberFormat(f *testing.F) {
	for _, c := range []string{"General", "#,##0.00", "[h]:mm", "0.0E+0", "# ?/?", "[<5]0;[>9]\"x\";@", "d mmmm yyyy", "00,,.0%"} {
		f.Add(c, "1234.5678", false)
	}
	f.Fuzz(func(t *testing.T, code, value string, date1904 bool) {
		if got := parseFormat(code).show(value, date1904); len(got) > 4*len(code)+len(value)+1000 {
			t.Errorf("%q of %q: %d bytes", code, value, len(got))
		}
	})
}

func FuzzOpenDocument(f *testing.F) {
	f.Add(`<text:p>a<text:s text:c="3"/>b</text:p><table:table table:name="x"><table:table-row><table:table-cell table:number-columns-repeated="3"><text:p>c</text:p></table:table-cell></table:table-row></table:table>`)
	f.Fuzz(func(t *testing.T, body string) {
		kept(t, readFrom("a.ods", "", zipOf(t, member{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, member{"content.xml", "<a><office:spreadsheet>" + body + "</office:spreadsheet></a>"})))
	})
}

func FuzzSlides(f *testing.F) {
	f.Add(`<a:p><a:r><a:t>x</a:t></a:r></a:p><a:tbl><a:tr><a:tc><a:p/></a:tc></a:tr></a:tbl>`)
	f.Fuzz(func(t *testing.T, body string) {
		kept(t, readFrom("a.pptx", "", zipOf(t,
			member{"ppt/presentation.xml", `<p:x><p:sldId r:id="r1"/></p:x>`},
			member{"ppt/_rels/presentation.xml.rels", `<R><Relationship Id="r1" Type="x/slide" Target="s.xml"/></R>`},
			member{"ppt/s.xml", "<p:sld>" + body + "</p:sld>"})))
	})
}

func FuzzZip(f *testing.F) {
	seeds(f, ".docx", ".xlsx", ".odt", ".ods")
	f.Add(docxOf(f, "<w:p><w:t>x</w:t></w:p>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		kept(t, readFrom("a.docx", "", append([]byte("PK\x03\x04"), data...)))
	})
}

func FuzzRTF(f *testing.F) {
	f.Add(`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset204 A;}}\f0 x\'fc\u8364?\par\trowd\intbl a\cell b\cell\row{\*\x y}\bin3 abc}`)
	f.Fuzz(func(t *testing.T, data string) { kept(t, readFrom("a.rtf", "", []byte(`{\rtf1 `+data))) })
}

func FuzzHTML(f *testing.F) {
	f.Add(`<table><tr><td>a<td style="display:none">b</table><pre> x </pre><script>y</script>&euro;`)
	f.Fuzz(func(t *testing.T, data string) { kept(t, readFrom("a.html", "", []byte("<html>"+data))) })
}

func FuzzMail(f *testing.F) {
	f.Add("From: a\nTo: b\nSubject: =?utf-8?q?x?=\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\neA==\n--b\nContent-Type: text/html\n\n<p>y\n--b--")
	f.Fuzz(func(t *testing.T, data string) { kept(t, readFrom("a.eml", "", []byte("From: x\n"+data))) })
}

func FuzzCSV(f *testing.F) {
	f.Add("a,\"b \"\"c\"\"\",d\n1;2\t3|4\r\n\"never closed")
	f.Fuzz(func(t *testing.T, data string) { kept(t, readFrom("a.csv", "", []byte(data))) })
}

func FuzzICS(f *testing.F) {
	f.Add("BEGIN:VEVENT\r\nSUMMARY;X=\"a:b\":c\\, d\r\n e\r\nDTSTART;TZID=x:20260304T1400\r\nEND:VEVENT")
	f.Fuzz(func(t *testing.T, data string) { kept(t, readFrom("", "", []byte("BEGIN:VCALENDAR\r\n"+data))) })
}

func FuzzKind(f *testing.F) {
	f.Add("a.docx", "text/html; charset=x", []byte("PK\x03\x04"))
	f.Add("x", "", []byte("\xff\xfea\x00"))
	f.Fuzz(func(t *testing.T, name, contentType string, data []byte) {
		kept(t, readFrom(name, contentType, data))
		if strings.Contains(told(name), "\x00") || utf8.RuneCountInString(told(name)) > 255 {
			t.Errorf("told %q", told(name))
		}
	})
}
