package file

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"
)

// member is a file in a package that a test makes.
type member struct{ name, text string }

// zipOf packs members, each with the name it was given.
func zipOf(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(m.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// docxOf makes a Word document of the inside of its body.
func docxOf(t testing.TB, body string) []byte {
	return zipOf(t, member{"word/document.xml", `<w:document xmlns:w="x"><w:body>` + body + `</w:body></w:document>`})
}

// xlsxOf makes a workbook with one sheet of the inside of its sheetData, and
// formats of cells by their codes.
func xlsxOf(t testing.TB, data string, codes ...string) []byte {
	var formats, styles strings.Builder
	for i, c := range codes {
		fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="%s"/>`, 200+i, strings.NewReplacer(`"`, "&quot;", "<", "&lt;", ">", "&gt;").Replace(c))
		fmt.Fprintf(&styles, `<xf numFmtId="%d"/>`, 200+i)
	}
	return zipOf(t,
		member{"xl/workbook.xml", `<workbook><sheets><sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>`},
		member{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://x/styles" Target="styles.xml"/></Relationships>`},
		member{"xl/styles.xml", `<styleSheet><numFmts>` + formats.String() + `</numFmts><cellXfs>` + styles.String() + `</cellXfs></styleSheet>`},
		member{"xl/worksheets/sheet1.xml", `<worksheet><sheetData>` + data + `</sheetData></worksheet>`},
	)
}

// pdfOf makes a PDF of numbered objects, the first of which is the catalog,
// with a table that is right.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, at)
	return b.Bytes()
}

// pdfPageOf makes a PDF with one page that draws content in Helvetica.
func pdfPageOf(content string, more ...string) []byte {
	return pdfOf(append([]string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>",
		streamOf("", content),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	}, more...)...)
}

func streamOf(entries, data string) string {
	return fmt.Sprintf("<</Length %d%s>>\nstream\n%s\nendstream", len(data), entries, data)
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}
