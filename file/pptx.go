package file

import (
	"encoding/xml"
	"errors"
	"strconv"
)

// slides reads a presentation (ECMA-376 part 1, PresentationML): the shown
// slides in their order, each with its notes.
func slides(w *writer, _ string, data []byte) error {
	z, part, rels, err := openOffice(data, "ppt/presentation.xml")
	if err != nil {
		return err
	}
	x, err := z.xml(part)
	if err != nil {
		return err
	}
	var names []string
	err = x.each(func(e xml.StartElement) error {
		if e.Name.Local == "sldId" {
			for _, r := range rels {
				if r.id == prefixed(e, "r", "id") {
					names = append(names, r.target)
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	failed := 0
	for i, name := range names {
		if w.full {
			break
		}
		if i == MaxPages {
			w.note("Slides 1-" + strconv.Itoa(MaxPages) + " of " + thousands(len(names)) + " were read.")
			break
		}
		w.gap()
		switch err := slide(w, z, name); {
		case errors.Is(err, locked), errors.Is(err, tooPacked):
			return err
		case err != nil:
			failed++
		}
		rels, _ := z.relations(name)
		for _, r := range rels {
			if r.kind == "notesSlide" && !w.full {
				w.fresh()
				if err := slide(w, z, r.target); err != nil {
					failed++
				}
			}
		}
	}
	if failed > 0 {
		w.note("It is damaged: parts of it could not be read.")
	}
	return nil
}

// slide writes the text of one slide or of its notes: paragraphs and rows of
// tables as lines.
func slide(w *writer, z *packed, name string) error {
	x, err := z.xml(name)
	if err != nil {
		return err
	}
	var cells []string
	var cell *writer
	to := w
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
			case "sld":
				if !on(attr(t, "show")) {
					return nil
				}
			case "Fallback":
				if err := x.skip(); err != nil {
					return err
				}
			case "fld": // the number of the slide, the date of today
				if err := x.skip(); err != nil {
					return err
				}
			case "t":
				s, err := x.text()
				to.write(s)
				if err != nil {
					return err
				}
			case "br":
				to.newline()
			case "tc":
				cell = &writer{left: w.left}
				to = cell
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "p":
				to.fresh()
			case "tc":
				if cell != nil && len(cells) < MaxColumns {
					cells = append(cells, cell.b.String())
				}
				cell, to = nil, w
			case "tr":
				writeRow(w, cells)
				cells = nil
			}
		}
	}
	return nil
}
