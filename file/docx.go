package file

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// word reads a Word document (ECMA-376 part 1, WordprocessingML): what stands
// in its headers, then its text, notes, comments and what stands in its
// footers. Deleted and hidden text is not read, inserted text is.
func word(w *writer, _ string, data []byte) error {
	z, part, rels, err := openOffice(data, "word/document.xml")
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	beside := func(kinds ...string) {
		for _, k := range kinds {
			for _, r := range rels {
				if r.kind != k || w.full {
					continue
				}
				var b writer
				b.left = w.left
				if err := wordPart(&b, z, r.target); err != nil {
					w.note("Parts of it could not be read.")
				}
				if s := strings.TrimSpace(b.b.String()); s != "" && !seen[s] {
					seen[s] = true
					w.gap()
					w.write(s)
					w.gap()
				}
			}
		}
	}
	beside("header")
	if err := wordPart(w, z, part); err != nil {
		if !w.any {
			return err
		}
		w.note(err.Error())
		return nil
	}
	beside("footnotes", "endnotes", "comments", "footer")
	return nil
}

// wordRow is a row of a table that is being read.
type wordRow struct {
	cells []string
	cell  *writer
}

func wordPart(w *writer, z *packed, name string) error {
	x, err := z.xml(name)
	if err != nil {
		return err
	}
	// Tables may stand in cells of tables: to is where the words go now.
	to := w
	var rows []*wordRow
	hidden := false // the run is not shown
	for t, err := range x.tokens() {
		if w.full {
			break
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "pPr", "sectPr", "tblPr", "trPr", "tcPr", "rPrChange", "binData":
				if t.Name.Local == "del" && t.Name.Space == "m" {
					continue
				}
				if err := x.skip(); err != nil {
					return err
				}
			case "r":
				hidden = false
			case "vanish":
				hidden = on(attr(t, "val"))
			case "t":
				s, err := x.text()
				if !hidden {
					to.write(s)
				}
				if err != nil {
					return err
				}
			case "tab":
				to.write("\t")
			case "br", "cr":
				to.newline()
			case "noBreakHyphen":
				to.write("-")
			case "sym":
				if n, err := strconv.ParseUint(attr(t, "char"), 16, 32); err == nil && !hidden && (n < 0xe000 || n > 0xf8ff) {
					to.write(string(rune(n)))
				}
			case "comment":
				to.gap()
				to.write("Comment by " + oneLine(attr(t, "author")) + ":")
				to.fresh()
			case "tr":
				if len(rows) < 20 {
					rows = append(rows, &wordRow{})
				}
			case "tc":
				if n := len(rows); n > 0 {
					rows[n-1].cell = &writer{left: w.left}
					to = rows[n-1].cell
				}
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "p":
				to.newline()
			case "tc":
				if n := len(rows); n > 0 && rows[n-1].cell != nil {
					if len(rows[n-1].cells) < MaxColumns {
						rows[n-1].cells = append(rows[n-1].cells, rows[n-1].cell.b.String())
					}
					rows[n-1].cell = nil
					to = below(w, rows[:n-1])
				}
			case "tr":
				if n := len(rows); n > 0 {
					to = below(w, rows[:n-1])
					writeRow(to, rows[n-1].cells)
					rows = rows[:n-1]
				}
			case "tbl":
				to.fresh()
			case "comment", "footnote", "endnote":
				to.fresh()
			}
		}
	}
	return nil
}

// below returns where the words go outside a table: into the cell around it.
func below(w *writer, rows []*wordRow) *writer {
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].cell != nil {
			return rows[i].cell
		}
	}
	return w
}

// on reads a switch of Office: absent means on.
func on(v string) bool { return v != "0" && v != "false" && v != "off" && v != "none" }
