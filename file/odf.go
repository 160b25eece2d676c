package file

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
)

// openDocument reads a text, workbook or presentation in the OpenDocument
// format (ISO 26300): what is shown, as it is shown. Deleted text and comments
// are not read.
func openDocument(w *writer, _ string, data []byte) error {
	z, err := openZip(data)
	if err != nil {
		return err
	}
	if b, err := z.bytes("META-INF/manifest.xml"); err == nil && bytes.Contains(b, []byte("encryption-data")) {
		return locked
	}
	x, err := z.xml("content.xml")
	if err != nil {
		return err
	}
	o := &openReader{w: w, x: x, hidden: map[string]bool{}}
	o.to = w
	if err := o.body(); err != nil {
		if !w.any {
			return err
		}
		w.note(err.Error())
	}
	switch {
	case o.pages > MaxPages:
		w.note("Slides 1-" + strconv.Itoa(MaxPages) + " of " + thousands(o.pages) + " were read.")
	case o.sheets > MaxSheets:
		w.note(sheetsRead(o.sheets))
	}
	if o.unseen > 0 {
		w.note(hiddenSheets(o.unseen))
	}
	return nil
}

type openTable struct {
	cells []string
	cell  *writer
	times int // the cell stands for this many
	rows  int

	repeat int // the row stands for this many
}

type openReader struct {
	w      *writer
	x      *xmlReader
	to     *writer
	tables []*openTable
	hidden map[string]bool // styles of tables that are not shown
	style  string          // the style that is being defined
	sheet  bool            // it is a workbook
	sheets int
	unseen int
	pages  int
	paras  int // paragraphs that are open
}

func (o *openReader) body() error {
	for t, err := range o.x.tokens() {
		if o.w.full {
			break
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := o.start(t); err != nil {
				return err
			}
		case xml.EndElement:
			o.end(t.Name)
		case xml.CharData:
			if o.paras > 0 { // elsewhere white space is layout
				o.text(string(t))
			}
		}
	}
	return nil
}

func (o *openReader) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "tracked-changes", "annotation", "annotation-end", "binary-data", "forms", "settings", "desc", "title", "scripts", "event-listeners":
		if e.Name.Local == "title" && e.Name.Space == "text" {
			return nil
		}
		return o.x.skip()
	case "style":
		o.style = attr(e, "name")
	case "table-properties":
		if attr(e, "display") == "false" {
			o.hidden[o.style] = true
		}
	case "spreadsheet":
		o.sheet = true
	case "page":
		if e.Name.Space != "draw" {
			return nil
		}
		o.w.gap()
		if o.pages++; o.pages > MaxPages {
			return o.x.skip()
		}
	case "p", "h":
		if e.Name.Space == "text" {
			o.paras++
		}
	case "tab":
		o.to.write("\t")
	case "line-break":
		o.to.newline()
	case "s":
		if e.Name.Space == "text" {
			o.to.write(strings.Repeat(" ", min(max(number(attr(e, "c")), 1), 100)))
		}
	case "table":
		if e.Name.Space != "table" {
			return nil
		}
		if o.sheet && len(o.tables) == 0 {
			if o.hidden[attr(e, "style-name")] {
				o.unseen++
				return o.x.skip()
			}
			if o.sheets++; o.sheets > MaxSheets {
				return o.x.skip()
			}
			o.w.gap()
			o.w.line("Sheet: " + oneLine(attr(e, "name")))
		}
		if len(o.tables) >= 20 {
			return damaged("its tables lie too deep in each other")
		}
		o.tables = append(o.tables, &openTable{})
	case "table-row":
		if n := len(o.tables); n > 0 {
			o.tables[n-1].repeat = max(number(attr(e, "number-rows-repeated")), 1)
		}
	case "table-cell", "covered-table-cell":
		if n := len(o.tables); n > 0 {
			o.tables[n-1].cell = &writer{left: o.w.left}
			o.tables[n-1].times = max(number(attr(e, "number-columns-repeated")), 1)
			o.to = o.tables[n-1].cell
		}
	}
	return nil
}

func (o *openReader) end(name xml.Name) {
	n := len(o.tables)
	switch name.Local {
	case "p", "h":
		if name.Space == "text" && o.paras > 0 {
			o.paras--
			o.to.newline()
		}
	case "table-cell", "covered-table-cell":
		if n > 0 && o.tables[n-1].cell != nil {
			t := o.tables[n-1]
			for range min(t.times, MaxColumns-len(t.cells)) {
				t.cells = append(t.cells, t.cell.b.String())
			}
			t.cell = nil
			o.to = o.around(o.tables[:n-1])
		}
	case "table-row":
		if n == 0 {
			return
		}
		t := o.tables[n-1]
		if !o.sheet || n > 1 {
			writeRow(o.around(o.tables[:n-1]), t.cells)
		} else if strings.TrimSpace(strings.Join(t.cells, "")) != "" {
			for range t.repeat { // rows that say the same are kept as one
				if t.rows++; t.rows > MaxRows {
					o.w.note(rowsRead)
					break
				}
				if o.w.row(t.cells); o.w.full {
					break
				}
			}
		}
		t.cells = t.cells[:0]
	case "table":
		if n > 0 && name.Space == "table" {
			o.tables = o.tables[:n-1]
			o.to = o.around(o.tables)
			o.to.fresh()
		}
	}
}

func (o *openReader) around(tables []*openTable) *writer {
	for i := len(tables) - 1; i >= 0; i-- {
		if tables[i].cell != nil {
			return tables[i].cell
		}
	}
	return o.w
}

// text writes characters; white space in them is one space.
func (o *openReader) text(s string) {
	if startsWithSpace(s) {
		o.to.write(" ")
	}
	o.to.write(oneLine(s))
	if endsWithSpace(s) && strings.TrimSpace(s) != "" {
		o.to.write(" ")
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
