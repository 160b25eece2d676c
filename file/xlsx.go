package file

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

const rowsRead = "Of each sheet the first 5,000 rows were read."

func sheetsRead(of int) string {
	return "Sheets 1-" + strconv.Itoa(MaxSheets) + " of " + thousands(of) + " were read."
}

func hiddenSheets(n int) string {
	if n == 1 {
		return "One hidden sheet was not read."
	}
	return thousands(n) + " hidden sheets were not read."
}

// excel is a workbook that is being read.
type excel struct {
	z        *packed
	shared   []string    // strings that cells point to
	formats  []cellStyle // by the number of a style
	date1904 bool
}

// workbook reads an Excel workbook (ECMA-376 part 1, SpreadsheetML): each shown
// sheet as a line with its name and then its rows, numbers and dates as they
// are shown. Formulas are neither read nor computed: what Excel computed last
// is read.
//
// The reader is our own because a sheet is then read row by row: it ends after
// MaxRows and holds one row, not the sheet.
func workbook(w *writer, _ string, data []byte) error {
	z, part, rels, err := openOffice(data, "xl/workbook.xml")
	if err != nil {
		return err
	}
	x, err := z.xml(part)
	if err != nil {
		return err
	}
	e := &excel{z: z}
	type sheet struct{ name, part string }
	var sheets []sheet
	hidden := 0
	err = x.each(func(t xml.StartElement) error {
		switch t.Name.Local {
		case "workbookPr":
			e.date1904 = attr(t, "date1904") == "1" || attr(t, "date1904") == "true"
		case "sheet":
			if state := attr(t, "state"); state == "hidden" || state == "veryHidden" {
				hidden++
				return nil
			}
			id := ""
			for _, a := range t.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					id = a.Value
				}
			}
			for _, r := range rels {
				if r.id == id && r.kind == "worksheet" {
					sheets = append(sheets, sheet{attr(t, "name"), r.target})
				}
			}
		}
		return nil
	})
	if err != nil && len(sheets) == 0 {
		return err
	}
	for _, r := range rels {
		switch r.kind {
		case "sharedStrings":
			err = e.strings(r.target)
		case "styles":
			err = e.styles(r.target)
		}
		if errors.Is(err, locked) || errors.Is(err, tooPacked) {
			return err
		}
		if err != nil {
			w.note("It is damaged: parts of it could not be read.")
		}
	}
	for i, s := range sheets {
		if w.full {
			break
		}
		if i == MaxSheets {
			w.note(sheetsRead(len(sheets)))
			break
		}
		w.gap()
		w.line("Sheet: " + oneLine(s.name))
		switch err := e.sheet(w, s.part); {
		case errors.Is(err, tooPacked):
			w.note("Sheet " + strconv.Quote(oneLine(s.name)) + " is too large to be read to its end.")
		case err != nil:
			w.note("It is damaged: sheet " + strconv.Quote(oneLine(s.name)) + " could not be read to its end.")
		}
	}
	if hidden > 0 {
		w.note(hiddenSheets(hidden))
	}
	return nil
}

func (e *excel) strings(part string) error {
	x, err := e.z.xml(part)
	if err != nil {
		return err
	}
	return x.each(func(t xml.StartElement) error {
		if t.Name.Local != "si" {
			return nil
		}
		s, err := richString(x)
		e.shared = append(e.shared, s)
		return err
	})
}

// richString returns the text of the element that was just begun, without
// phonetic hints.
func richString(x *xmlReader) (string, error) {
	var one string
	var b strings.Builder
	for end := x.depth - 1; x.depth > end; {
		t, err := x.next()
		if err == io.EOF {
			return one, errNoMember
		}
		if err != nil {
			return one, err
		}
		s, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch s.Name.Local {
		case "rPh":
			if err := x.skip(); err != nil {
				return one, err
			}
		case "t":
			text, err := x.text()
			if err != nil {
				return one, err
			}
			b.WriteString(text)
		}
	}
	return b.String(), nil
}

func (e *excel) styles(part string) error {
	x, err := e.z.xml(part)
	if err != nil {
		return err
	}
	codes := map[int]string{}
	parsed := map[int]cellStyle{}
	within := false
	for t, err := range x.tokens() {
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "numFmt":
				if len(codes) < 10_000 {
					codes[number(attr(t, "numFmtId"))] = attr(t, "formatCode")
				}
			case "cellXfs":
				within = true
			case "xf":
				if !within {
					continue
				}
				id := number(attr(t, "numFmtId"))
				style, ok := parsed[id]
				if !ok {
					code, own := codes[id]
					if !own {
						code = builtinFormats[id]
					}
					style = parseFormat(code)
					parsed[id] = style
				}
				e.formats = append(e.formats, style)
			}
		case xml.EndElement:
			if t.Name.Local == "cellXfs" {
				within = false
			}
		}
	}
	return nil
}

// sheet writes the rows of one sheet.
func (e *excel) sheet(w *writer, part string) error {
	x, err := e.z.xml(part)
	if err != nil {
		return err
	}
	var cells []string
	rows, wide := 0, false
	for t, err := range x.tokens() {
		if w.full {
			break
		}
		if err != nil {
			w.row(cells)
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "row":
				if rows++; rows > MaxRows {
					w.note(rowsRead)
					return nil
				}
				cells = cells[:0]
			case "c":
				at := len(cells)
				if r := attr(t, "r"); r != "" {
					at = column(r)
				}
				s, err := e.cell(x, t)
				if err != nil {
					w.row(cells)
					return err
				}
				switch {
				case s == "" || at < 0:
				case at >= MaxColumns:
					wide = true
				default:
					for len(cells) <= at {
						cells = append(cells, "")
					}
					cells[at] = s
				}
			case "sheetData", "worksheet", "v", "is", "f":
			default:
				if err := x.skip(); err != nil {
					return err
				}
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "row":
				w.row(cells)
				cells = cells[:0]
			case "sheetData":
				if wide {
					w.note("Of each sheet the first " + strconv.Itoa(MaxColumns) + " columns were read.")
				}
				return nil
			}
		}
	}
	return nil
}

// cell returns what the cell that was just begun shows.
func (e *excel) cell(x *xmlReader, c xml.StartElement) (string, error) {
	kind, value, inline := attr(c, "t"), "", ""
	for end := x.depth - 1; x.depth > end; {
		t, err := x.next()
		if err == io.EOF {
			return "", errNoMember
		}
		if err != nil {
			return "", err
		}
		s, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch s.Name.Local {
		case "v":
			value, err = x.text()
		case "is":
			inline, err = richString(x)
		default:
			err = x.skip()
		}
		if err != nil {
			return "", err
		}
	}
	switch kind {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 0 || n >= len(e.shared) {
			return "", nil
		}
		return e.shared[n], nil
	case "inlineStr":
		return inline, nil
	case "b":
		if strings.TrimSpace(value) == "1" {
			return "TRUE", nil
		}
		return "FALSE", nil
	case "str", "e":
		return value, nil
	case "d":
		return strings.Replace(strings.TrimSuffix(value, "T00:00:00"), "T", " ", 1), nil
	}
	if value == "" {
		return "", nil
	}
	style := cellStyle{}
	if n := number(attr(c, "s")); n < len(e.formats) {
		style = e.formats[n]
	}
	return style.show(value, e.date1904), nil
}

// column returns the number of the column of a reference such as AB12, from 0;
// -1 if it names none.
func column(ref string) int {
	n := 0
	for i := range len(ref) {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > 16384 {
			return 16384
		}
	}
	return n - 1
}
