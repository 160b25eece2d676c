package file

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// maxGroups bounds how deep groups of an RTF file lie in each other.
const maxGroups = 500

// richGroup is what holds within a pair of braces.
type richGroup struct {
	skip bool // nothing in it is shown
	hide bool // hidden or deleted text
	uc   int  // characters that stand in for one in Unicode
	font int
}

type richReader struct {
	w      *writer
	g      richGroup
	stack  []richGroup
	page   encoding.Encoding
	fonts  map[int]encoding.Encoding
	naming int  // the font that is being named in the table of fonts
	intbl  bool // within the table of fonts
	bytes  []byte
	units  []uint16
	drop   int // characters that only stand in for the one before
	cells  []string
	cell   writer
	inRow  bool
}

// rich reads Rich Text Format (version 1.9).
func rich(w *writer, _ string, data []byte) error {
	r := &richReader{w: w, g: richGroup{uc: 1}, page: charmap.Windows1252, fonts: map[int]encoding.Encoding{}}
	r.cell.left = MaxText
	data = bytes.TrimLeft(data, "\ufeff \r\n\t")
	for i := 0; i < len(data) && !w.full; {
		switch c := data[i]; c {
		case '{':
			r.flush()
			if len(r.stack) >= maxGroups {
				return damaged("it has too many groups within groups")
			}
			r.stack = append(r.stack, r.g)
			i++
		case '}':
			r.flush()
			if n := len(r.stack); n > 0 {
				r.g = r.stack[n-1]
				r.stack = r.stack[:n-1]
			}
			if i++; len(r.stack) == 0 {
				i = len(data)
			}
		case '\\':
			i += r.control(data[i+1:]) + 1
		case '\r', '\n', 0:
			i++
		default:
			r.char(c)
			i++
		}
	}
	r.flush()
	r.endRow()
	if len(r.stack) > 0 && !w.full {
		w.note(string(cutShort))
	}
	return nil
}

// unshown are destinations whose text is not that of the document.
var unshown = map[string]bool{
	"colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "objdata": true, "themedata": true,
	"listtable": true, "listoverridetable": true, "revtbl": true, "rsidtbl": true, "generator": true, "datastore": true, "xmlnstbl": true,
	"latentstyles": true, "fldinst": true, "filetbl": true, "nonshppict": true, "bkmkstart": true, "bkmkend": true, "atnid": true,
	"atnref": true, "atndate": true, "colorschememapping": true, "mmathPr": true, "pgdsctbl": true, "sp": true,
	"htmltag": true, "mhtmltag": true, "private": true, "template": true, "passwordhash": true,
}

// shownAnyway are destinations marked as ignorable whose text is shown.
var shownAnyway = map[string]bool{"shptxt": true, "shpinst": true, "shp": true, "footnote": true, "annotation": true, "fldrslt": true}

// control reads what follows a backslash and says how many bytes that was.
func (r *richReader) control(s []byte) int {
	if len(s) == 0 {
		return 0
	}
	if !isLetter(s[0]) {
		switch c := s[0]; c {
		case '\'':
			if len(s) < 3 {
				return len(s)
			}
			if v, err := strconv.ParseUint(string(s[1:3]), 16, 8); err == nil {
				r.char(byte(v))
			}
			return 3
		case '*':
			word := ""
			if len(s) > 2 && s[1] == '\\' {
				word, _, _, _ = controlWord(s[2:])
			}
			if !shownAnyway[word] {
				r.flush()
				r.g.skip = true
			}
		case '~':
			r.char(' ')
		case '_':
			r.char('-')
		case '{', '}', '\\':
			r.char(c)
		case '\r', '\n':
			r.flush()
			r.newline()
		}
		return 1
	}
	word, arg, given, n := controlWord(s)
	if word == "'" {
		return n
	}
	if word != "u" {
		r.flush()
	}
	switch word {
	case "u":
		r.flushBytes()
		r.unit(uint16(arg))
		r.drop = r.g.uc
	case "uc":
		r.g.uc = max(arg, 0)
	case "par", "line", "sect", "page", "column", "softline":
		r.newline()
	case "pard":
		r.inRow = false
	case "intbl":
		r.inRow = true
	case "tab":
		r.put("\t")
	case "cell", "nestcell":
		r.cells = append(r.cells, r.cell.b.String())
		r.cell = writer{left: MaxText}
		if len(r.cells) > MaxColumns {
			r.endRow()
		}
	case "row", "nestrow":
		r.endRow()
	case "emdash":
		r.put("—")
	case "endash":
		r.put("–")
	case "bullet":
		r.put("•")
	case "lquote":
		r.put("‘")
	case "rquote":
		r.put("’")
	case "ldblquote":
		r.put("“")
	case "rdblquote":
		r.put("”")
	case "v", "deleted":
		r.g.hide = !given || arg != 0
	case "plain":
		r.g.hide = false
	case "ansicpg":
		if e := codePage(arg); e != nil {
			r.page = e
		}
	case "mac":
		r.page = charmap.Macintosh
	case "pc":
		r.page = charmap.CodePage437
	case "pca":
		r.page = charmap.CodePage850
	case "fonttbl":
		r.g.skip = true
		r.intbl = true
	case "f":
		if r.g.skip && r.intbl {
			r.naming = arg
		} else {
			r.g.font = arg
		}
	case "fcharset":
		if r.intbl && len(r.fonts) < 4096 {
			r.fonts[r.naming] = charsetPage(arg)
		}
	case "bin":
		return n + min(max(arg, 0), len(s)-n)
	default:
		if unshown[word] {
			r.g.skip = true
			r.intbl = false
		}
	}
	return n
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// controlWord takes a control word, its number and the space that ends it.
func controlWord(s []byte) (word string, arg int, given bool, n int) {
	for n < len(s) && n < 32 && isLetter(s[n]) {
		n++
	}
	word = string(s[:n])
	at := n
	if n < len(s) && s[n] == '-' {
		n++
	}
	for n < len(s) && n < at+11 && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if v, err := strconv.Atoi(string(s[at:n])); err == nil {
		arg, given = v, true
	} else {
		n = at
	}
	if n < len(s) && s[n] == ' ' {
		n++
	}
	return word, arg, given, n
}

func (r *richReader) char(c byte) {
	if r.drop > 0 {
		r.drop--
		return
	}
	r.flushUnits()
	if !r.g.skip && !r.g.hide {
		r.bytes = append(r.bytes, c)
	}
}

func (r *richReader) unit(u uint16) {
	if !r.g.skip && !r.g.hide {
		r.units = append(r.units, u)
	}
}

func (r *richReader) flush() {
	r.drop = 0
	r.flushUnits()
	r.flushBytes()
}

func (r *richReader) flushUnits() {
	if len(r.units) > 0 {
		r.put(string(utf16.Decode(r.units)))
		r.units = r.units[:0]
	}
}

func (r *richReader) flushBytes() {
	if len(r.bytes) == 0 {
		return
	}
	page := r.page
	if p := r.fonts[r.g.font]; p != nil {
		page = p
	}
	if s, err := page.NewDecoder().Bytes(r.bytes); err == nil {
		r.put(string(s))
	}
	r.bytes = r.bytes[:0]
}

func (r *richReader) put(s string) {
	switch {
	case r.g.skip || r.g.hide:
	case r.inRow:
		r.cell.write(s)
	default:
		r.w.write(s)
	}
}

func (r *richReader) newline() {
	switch {
	case r.g.skip:
	case r.inRow:
		r.cell.newline()
	default:
		r.endRow()
		r.w.newline()
	}
}

// endRow writes the cells of a row; what stands in a row that never ended is
// written too.
func (r *richReader) endRow() {
	if r.cell.any {
		r.cells = append(r.cells, r.cell.b.String())
		r.cell = writer{left: MaxText}
	}
	if len(r.cells) > 0 {
		writeRow(r.w, r.cells)
		r.cells = r.cells[:0]
	}
}

// codePage returns the encoding of a code page of Windows; nil if unknown.
func codePage(n int) encoding.Encoding {
	switch n {
	case 437:
		return charmap.CodePage437
	case 850:
		return charmap.CodePage850
	case 852:
		return charmap.CodePage852
	case 866:
		return charmap.CodePage866
	case 874:
		return charmap.Windows874
	case 932:
		return japanese.ShiftJIS
	case 936:
		return simplifiedchinese.GBK
	case 949:
		return korean.EUCKR
	case 950:
		return traditionalchinese.Big5
	case 1250:
		return charmap.Windows1250
	case 1251:
		return charmap.Windows1251
	case 1252:
		return charmap.Windows1252
	case 1253:
		return charmap.Windows1253
	case 1254:
		return charmap.Windows1254
	case 1255:
		return charmap.Windows1255
	case 1256:
		return charmap.Windows1256
	case 1257:
		return charmap.Windows1257
	case 1258:
		return charmap.Windows1258
	case 10000:
		return charmap.Macintosh
	}
	return nil
}

// charsetPage returns the encoding that a font's character set stands for; nil
// for the document's own.
func charsetPage(n int) encoding.Encoding {
	pages := map[int]int{77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250}
	return codePage(pages[n])
}

// writeRow writes the cells of a table in a document. A cell may hold whole
// paragraphs: where it does, the table only lays out the page, and the cells
// follow each other as lines of their own.
func writeRow(w *writer, cells []string) {
	long, filled := false, 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			filled++
		}
		long = long || strings.Count(strings.TrimSpace(c), "\n") > 2
	}
	if !long && filled > 1 {
		w.row(cells)
		return
	}
	for _, c := range cells {
		w.line(c)
	}
}
