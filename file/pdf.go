package file

import (
	"errors"
	"strconv"
)

// pdfText reads a PDF (ISO 32000-1): the text of its first pages, in lines from
// top to bottom, columns one after another, cells of tables parted by tabs.
// What fills in forms and what was written on pages is read where it is shown.
//
// The reader is our own: it mends wrong tables of objects, knows the filters,
// fonts and locks that real plans and offers have, and asks of a file only what
// its text needs.
func pdfText(w *writer, _ string, data []byte) error {
	f, err := openPDF(data)
	if err != nil {
		return err
	}
	pages := f.pages()
	if len(pages) == 0 {
		return damaged("it has no pages")
	}
	var failed, scans, unknown, known int
	p := &pdfPage{file: f, fonts: map[any]*pdfFont{}}
	read := min(len(pages), MaxPages)
	for _, page := range pages[:read] {
		if w.full {
			break
		}
		w.gap()
		err := p.read(page)
		switch {
		case errors.Is(err, tooPacked) && w.any:
			w.note(string(tooPacked))
		case err != nil:
			failed++
		}
		unknown, known = unknown+p.unknown, known+len(p.glyphs)
		if len(p.glyphs) == 0 && p.pictures > 0 {
			scans++
		}
		layOut(w, p.glyphs)
	}
	if len(pages) > MaxPages {
		w.note("Pages 1-" + strconv.Itoa(MaxPages) + " of " + thousands(len(pages)) + " were read.")
	}
	switch {
	case !w.any && unknown > 0:
		return noLetters
	case !w.any && failed > 0:
		return damaged("its pages could not be read")
	case !w.any && scans > 0:
		return aScan
	case !w.any && f.rebuilt && f.lost:
		return cutShort
	}
	if scans > 0 {
		w.note("On " + thousands(scans) + " of " + thousands(read) + " pages there is a picture and no text.")
	}
	if unknown > known/20 {
		w.note("Some of its fonts do not say which letters they show.")
	}
	if failed > 0 && read > 1 {
		w.note("It is damaged: " + thousands(failed) + " of its " + thousands(read) + " pages could not be read in full.")
	} else if failed > 0 || f.lost || p.lost || f.rebuilt && f.short(len(pages)) {
		w.note("It is damaged: what was left of it was read.")
	}
	return nil
}

// short says whether there should be more pages than were found.
func (f *pdfFile) short(found int) bool {
	root, _ := f.dict(f.trailer["Root"])
	tree, ok := f.dict(root["Pages"])
	n, _ := f.number(tree["Count"])
	return !ok || int(n) > found
}

const (
	maxPDFGlyphs = 200_000   // of a page
	maxPDFOps    = 2_000_000 // operators of a page
	maxPDFForms  = 12        // forms within forms
	maxPDFDrawn  = 5_000     // forms drawn on a page
	maxPDFSaved  = 500       // states saved on a page
	maxPDFArgs   = 200
)

// pdfMark is a glyph where it stands on the page. Coordinates are those of the
// page, turned so that the text runs to the right.
type pdfMark struct {
	text  string
	x, y  float64
	width float64 // with the space that is set between all letters
	size  float64
	turn  int // quarters of a turn, counted against the clock
	blank bool
}

type pdfMatrix [6]float64

var identity = pdfMatrix{1, 0, 0, 1, 0, 0}

func (m pdfMatrix) times(n pdfMatrix) pdfMatrix {
	return pdfMatrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// pdfState is what q saves and Q brings back.
type pdfState struct {
	ctm                      pdfMatrix
	font                     *pdfFont
	size, chars, words, lead float64
	rise, stretch            float64
}

// pdfPage interprets what is drawn on a page and keeps the text of it.
type pdfPage struct {
	file     *pdfFile
	fonts    map[any]*pdfFont
	glyphs   []pdfMark
	unknown  int // glyphs that no text is known of
	pictures int
	lost     bool
	ops      int
	drawn    int

	state  pdfState
	saved  []pdfState
	tm, lm pdfMatrix
	// actual is what marked content says its glyphs mean.
	actual []pdfActual
}

type pdfActual struct {
	text  string
	given bool
	used  bool
}

// read interprets a page. What was found before something went wrong stays.
func (p *pdfPage) read(page pdfDict) (err error) {
	p.glyphs, p.unknown, p.pictures, p.ops, p.drawn = p.glyphs[:0], 0, 0, 0, 0
	p.actual, p.saved = nil, nil
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			err = r
		default:
			err = senseless
		}
	}()
	p.state = pdfState{ctm: identity, stretch: 1}
	resources, _ := p.file.dict(page["Resources"])
	var content []byte
	for _, s := range p.contents(page["Contents"]) {
		b, e := p.file.unpack(s)
		if e != nil {
			err = e
		}
		content = append(append(content, b...), '\n')
		if len(content) > MaxMember {
			return tooPacked
		}
	}
	p.run(content, resources, 0)
	p.annotations(page)
	return err
}

func (p *pdfPage) contents(o any) (out []*pdfStream) {
	switch o := p.file.get(o).(type) {
	case *pdfStream:
		return []*pdfStream{o}
	case pdfArray:
		for _, e := range o {
			if s, ok := p.file.get(e).(*pdfStream); ok {
				out = append(out, s)
			} else {
				p.lost = true
			}
		}
	case nil:
	}
	return out
}

// annotations draws fields of forms and notes as they appear on the page.
func (p *pdfPage) annotations(page pdfDict) {
	for i, o := range p.file.array(page["Annots"]) {
		a, ok := p.file.dict(o)
		if !ok || i > maxPDFDrawn {
			continue
		}
		flags, _ := p.file.number(a["F"])
		if int(flags)&(2|32) != 0 || p.file.name(a["Subtype"]) == "Popup" { // hidden, or not viewed
			continue
		}
		ap, _ := p.file.dict(a["AP"])
		look := p.file.get(ap["N"])
		if d, ok := look.(pdfDict); ok { // one look for each state
			look = p.file.get(d[p.file.name(a["AS"])])
		}
		form, ok := look.(*pdfStream)
		rect := p.numbers(a["Rect"], 4)
		if !ok || rect == nil {
			continue
		}
		box := p.numbers(form.dict["BBox"], 4)
		m := identity
		if n := p.numbers(form.dict["Matrix"], 6); n != nil {
			m = pdfMatrix(n)
		}
		place := identity
		if box != nil {
			x0, y0, x1, y1 := around(m, box)
			rx, ry := min(rect[0], rect[2]), min(rect[1], rect[3])
			sx, sy := 1.0, 1.0
			if x1 > x0 && y1 > y0 {
				sx, sy = abs64(rect[2]-rect[0])/(x1-x0), abs64(rect[3]-rect[1])/(y1-y0)
			}
			place = pdfMatrix{sx, 0, 0, sy, rx - x0*sx, ry - y0*sy}
		}
		p.state = pdfState{ctm: place, stretch: 1}
		p.form(form, nil, 0)
	}
}

// around returns the upright box around a box that was turned by m.
func around(m pdfMatrix, b []float64) (x0, y0, x1, y1 float64) {
	for i, c := range [4][2]float64{{b[0], b[1]}, {b[0], b[3]}, {b[2], b[1]}, {b[2], b[3]}} {
		x, y := m[0]*c[0]+m[2]*c[1]+m[4], m[1]*c[0]+m[3]*c[1]+m[5]
		if i == 0 {
			x0, x1, y0, y1 = x, x, y, y
		}
		x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
	}
	return x0, y0, x1, y1
}

func abs64(v float64) float64 { return max(v, -v) }

func (p *pdfPage) numbers(o any, n int) []float64 {
	a := p.file.array(o)
	if len(a) != n {
		return nil
	}
	out := make([]float64, n)
	for i := range out {
		out[i], _ = p.file.number(a[i])
	}
	return out
}

// form draws a form within the page, or within another form.
func (p *pdfPage) form(s *pdfStream, resources pdfDict, depth int) {
	if p.drawn++; depth > maxPDFForms || p.drawn > maxPDFDrawn {
		return
	}
	b, err := p.file.unpack(s)
	if errors.Is(err, tooPacked) {
		panic(tooPacked)
	}
	if err != nil {
		p.lost = true
	}
	if own, ok := p.file.dict(s.dict["Resources"]); ok {
		resources = own
	}
	state, saved, tm, lm := p.state, p.saved, p.tm, p.lm
	if n := p.numbers(s.dict["Matrix"], 6); n != nil {
		p.state.ctm = pdfMatrix(n).times(p.state.ctm)
	}
	p.saved = nil
	p.run(b, resources, depth+1)
	p.state, p.saved, p.tm, p.lm = state, saved, tm, lm
}

// run interprets a stream of content (ISO 32000-1, 7.8.2 and annex A).
func (p *pdfPage) run(content []byte, resources pdfDict, depth int) {
	l := &pdfLexer{b: content}
	var args []any
	num := func(i int) float64 { // counted from the last
		if i < len(args) {
			n, _ := args[len(args)-1-i].(float64)
			return n
		}
		return 0
	}
	marked := len(p.actual)
	for {
		o := l.object()
		op, isOp := o.(pdfOperator)
		if !isOp {
			if o == pdfEnd("") && l.at >= len(l.b) {
				break
			}
			if len(args) < maxPDFArgs {
				args = append(args, o)
			}
			continue
		}
		if p.ops++; p.ops > maxPDFOps {
			panic(damaged("a page draws without end"))
		}
		s := &p.state
		switch op {
		case "q":
			if len(p.saved) < maxPDFSaved {
				p.saved = append(p.saved, *s)
			}
		case "Q":
			if n := len(p.saved); n > 0 {
				*s = p.saved[n-1]
				p.saved = p.saved[:n-1]
			}
		case "cm":
			s.ctm = pdfMatrix{num(5), num(4), num(3), num(2), num(1), num(0)}.times(s.ctm)
		case "BT":
			p.tm, p.lm = identity, identity
		case "Tf":
			s.size = num(0)
			if len(args) >= 2 {
				name, _ := args[len(args)-2].(pdfName)
				s.font = p.font(resources, name)
			}
		case "Tc":
			s.chars = num(0)
		case "Tw":
			s.words = num(0)
		case "TL":
			s.lead = num(0)
		case "Ts":
			s.rise = num(0)
		case "Tz":
			s.stretch = num(0) / 100
		case "Td":
			p.move(num(1), num(0))
		case "TD":
			s.lead = -num(0)
			p.move(num(1), num(0))
		case "Tm":
			p.lm = pdfMatrix{num(5), num(4), num(3), num(2), num(1), num(0)}
			p.tm = p.lm
		case "T*":
			p.move(0, -s.lead)
		case "Tj":
			p.show(args)
		case "'":
			p.move(0, -s.lead)
			p.show(args)
		case "\"":
			s.words, s.chars = num(2), num(1)
			p.move(0, -s.lead)
			p.show(args)
		case "TJ":
			if n := len(args); n > 0 {
				a, _ := args[n-1].(pdfArray)
				for _, e := range a {
					if n, ok := e.(float64); ok {
						p.tm = pdfMatrix{1, 0, 0, 1, -n / 1000 * s.size * s.stretch, 0}.times(p.tm)
					} else {
						p.show([]any{e})
					}
				}
			}
		case "Do":
			if len(args) > 0 {
				name, _ := args[len(args)-1].(pdfName)
				objects, _ := p.file.dict(resources["XObject"])
				x, ok := p.file.get(objects[name]).(*pdfStream)
				switch {
				case !ok:
				case p.file.name(x.dict["Subtype"]) == "Image":
					p.pictures++
				case p.file.name(x.dict["Subtype"]) == "Form":
					p.form(x, resources, depth)
				}
			}
		case "BI":
			p.pictures++
			inlineImage(l)
		case "BDC":
			a := pdfActual{}
			if n := len(args); n > 0 {
				props, ok := args[n-1].(pdfDict)
				if name, named := args[n-1].(pdfName); named && !ok {
					list, _ := p.file.dict(resources["Properties"])
					props, _ = p.file.dict(list[name])
				}
				if t, ok := p.file.get(props["ActualText"]).(pdfString); ok {
					a = pdfActual{text: textString(t), given: true}
				}
			}
			p.actual = append(p.actual, a)
		case "BMC":
			p.actual = append(p.actual, pdfActual{})
		case "EMC":
			if n := len(p.actual); n > marked {
				p.actual = p.actual[:n-1]
			}
		}
		if len(p.actual) > 10_000 {
			panic(damaged("a page marks without end"))
		}
		args = args[:0]
	}
	p.actual = p.actual[:min(marked, len(p.actual))]
}

// textString decodes a string that is meant for people (7.9.2.2).
func textString(s pdfString) string {
	switch {
	case len(s) >= 2 && s[0] == 0xfe && s[1] == 0xff:
		return utf16Text(string(s[2:]))
	case len(s) >= 3 && s[:3] == "\xef\xbb\xbf":
		return string(s[3:])
	}
	return decode1252([]byte(s))
}

// inlineImage passes over a picture within the content: its bytes could look
// like anything.
func inlineImage(l *pdfLexer) {
	for {
		o := l.object()
		if o == pdfOperator("ID") {
			break
		}
		if o == pdfEnd("") {
			return
		}
	}
	for at := l.at; ; at++ {
		if at+2 > len(l.b) {
			l.at = len(l.b)
			return
		}
		if l.b[at] != 'E' || l.b[at+1] != 'I' || at == 0 || !pdfSpace(l.b[at-1]) {
			continue
		}
		if at+2 < len(l.b) && !pdfSpace(l.b[at+2]) {
			continue
		}
		next := l.b[min(at+2, len(l.b)):min(at+24, len(l.b))]
		text := true
		for _, c := range next {
			text = text && (c >= ' ' && c < 0x7f || pdfSpace(c) && c != 0)
		}
		if text {
			l.at = at + 2
			return
		}
	}
}

func (p *pdfPage) font(resources pdfDict, name pdfName) *pdfFont {
	list, _ := p.file.dict(resources["Font"])
	o := list[name]
	key := o
	if _, ok := o.(pdfRef); !ok { // a font that is written out where it is used
		key = name
	}
	if font := p.fonts[key]; font != nil && o != nil {
		return font
	}
	font := p.file.font(o)
	if len(p.fonts) < 2_000 {
		p.fonts[key] = font
	}
	return font
}

func (p *pdfPage) move(x, y float64) {
	p.lm = pdfMatrix{1, 0, 0, 1, x, y}.times(p.lm)
	p.tm = p.lm
}

// show draws a string.
func (p *pdfPage) show(args []any) {
	s := &p.state
	if len(args) == 0 || s.font == nil {
		return
	}
	text, _ := args[len(args)-1].(pdfString)
	s.font.glyphs(text, func(g pdfGlyph) {
		at := pdfMatrix{s.size * s.stretch, 0, 0, s.size, 0, s.rise}.times(p.tm).times(s.ctm)
		move := g.width / 1000 * s.size
		gap := s.chars
		if g.space {
			gap += s.words
		}
		p.tm = pdfMatrix{1, 0, 0, 1, (move + gap) * s.stretch, 0}.times(p.tm)
		if !g.known {
			p.unknown++
		}
		if a := len(p.actual) - 1; a >= 0 && p.actual[a].given {
			if p.actual[a].used {
				g.text = ""
			} else {
				g.text = p.actual[a].text
			}
			p.actual[a].used = true
		}
		p.mark(g, at, (move+gap)*s.stretch)
	})
}

// mark keeps a glyph where it stands.
func (p *pdfPage) mark(g pdfGlyph, at pdfMatrix, advance float64) {
	if len(p.glyphs) >= maxPDFGlyphs {
		panic(damaged("a page has more letters than a page can have"))
	}
	size := hypot(at[2], at[3])
	along := hypot(at[0], at[1])
	if !(size > 0.01 && size < 10_000 && along > 0.0001) || !(abs64(at[4]) < 1e6 && abs64(at[5]) < 1e6) {
		return // too small to be seen, or nowhere
	}
	turn := 0
	switch {
	case abs64(at[0]) >= abs64(at[1]) && at[0] < 0:
		turn = 2
	case abs64(at[1]) > abs64(at[0]) && at[1] > 0:
		turn = 1
	case abs64(at[1]) > abs64(at[0]):
		turn = 3
	}
	m := pdfMark{text: g.text, size: size, turn: turn}
	switch turn {
	case 0:
		m.x, m.y = at[4], at[5]
	case 1:
		m.x, m.y = at[5], -at[4]
	case 2:
		m.x, m.y = -at[4], -at[5]
	case 3:
		m.x, m.y = -at[5], at[4]
	}
	m.width = advance * along / nonZero(p.state.size*p.state.stretch)
	m.blank = g.text == " " || g.text == "\u00a0"
	p.glyphs = append(p.glyphs, m)
}

func nonZero(v float64) float64 {
	if v == 0 {
		return 1
	}
	return abs64(v)
}
