package file

import (
	"bytes"
	"regexp"
	"strconv"
)

// pdfFile is a PDF whose objects can be asked for (ISO 32000-1, 7.5).
type pdfFile struct {
	data    []byte
	places  map[int]pdfPlace
	trailer pdfDict
	crypt   *pdfCrypt
	rebuilt bool // the table of objects was wrong and was made anew
	lost    bool // something was asked for and could not be read

	cache   map[int]any
	loading map[int]bool
	packs   map[int]map[int]any // objects within a stream of objects
	found   []int               // streams of objects that rebuild found
	left    int64               // bytes that may still be unpacked
}

// pdfPlace is where an object lies: at an offset, or within a stream of objects.
type pdfPlace struct {
	offset int
	gen    int
	pack   int // the stream of objects; 0: none
}

func openPDF(data []byte) (*pdfFile, error) {
	if i := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-")); i > 0 {
		data = data[i:] // offsets count from the mark
	}
	f := &pdfFile{data: data, left: MaxUnpacked}
	f.reset()
	f.trailer = f.tables()
	if _, ok := f.dict(f.trailer["Root"]); !ok {
		f.rebuild()
	}
	if f.trailer["Encrypt"] != nil {
		enc, ok := f.dict(f.trailer["Encrypt"])
		if !ok {
			return nil, damaged("what it says of its password is missing")
		}
		c, err := newPDFCrypt(f, enc)
		if err != nil {
			return nil, err
		}
		f.crypt = c
		if r, ok := f.trailer["Encrypt"].(pdfRef); ok {
			c.plain = r.id
		}
		f.cache, f.packs = map[int]any{}, map[int]map[int]any{}
		f.adopt()
	}
	return f, nil
}

func (f *pdfFile) reset() {
	f.places, f.cache, f.loading, f.packs = map[int]pdfPlace{}, map[int]any{}, map[int]bool{}, map[int]map[int]any{}
}

// tables reads the tables of objects, the newest first, and returns the newest
// trailer.
func (f *pdfFile) tables() pdfDict {
	tail := f.data[max(0, len(f.data)-2048):]
	i := bytes.LastIndex(tail, []byte("startxref"))
	if i < 0 {
		return nil
	}
	l := pdfLexer{b: tail, at: i + len("startxref")}
	start, ok := l.object().(float64)
	if !ok {
		return nil
	}
	var newest pdfDict
	next := []int{int(start)}
	seen := map[int]bool{}
	for len(next) > 0 && len(seen) < 1000 {
		at := next[0]
		next = next[1:]
		if at < 0 || at >= len(f.data) || seen[at] {
			continue
		}
		seen[at] = true
		t := f.tableAt(at)
		if t == nil {
			return nil
		}
		if newest == nil {
			newest = t
		}
		if n, ok := t["XRefStm"].(float64); ok {
			next = append(next, int(n))
		}
		if n, ok := t["Prev"].(float64); ok {
			next = append(next, int(n))
		}
	}
	return newest
}

// tableAt reads one table, in either form, and returns its trailer.
func (f *pdfFile) tableAt(at int) pdfDict {
	l := &pdfLexer{b: f.data, at: at}
	if o := l.object(); o != pdfOperator("xref") {
		l.at = at
		_, o := f.definition(l)
		if s, ok := o.(*pdfStream); ok && f.tableStream(s) {
			return s.dict
		}
		return nil
	}
	for {
		o := l.object()
		if o == pdfOperator("trailer") {
			d, _ := l.value().(pdfDict)
			return d
		}
		first, ok1 := o.(float64)
		n, ok2 := l.object().(float64)
		if !ok1 || !ok2 || n < 0 || first < 0 {
			return nil
		}
		for i := 0; i < int(n); i++ {
			offset, ok1 := l.object().(float64)
			gen, ok2 := l.object().(float64)
			how, ok3 := l.object().(pdfOperator)
			if !ok1 || !ok2 || !ok3 || len(f.places) > maxPDFObjects {
				return nil
			}
			f.place(int(first)+i, pdfPlace{offset: int(offset), gen: int(gen)}, how == "n")
		}
	}
}

// place notes where an object lies; what a newer table says stays.
func (f *pdfFile) place(id int, p pdfPlace, used bool) {
	if _, known := f.places[id]; known || id < 0 {
		return
	}
	if !used {
		p = pdfPlace{offset: -1}
	}
	f.places[id] = p
}

func (f *pdfFile) tableStream(s *pdfStream) bool {
	if s.dict["Type"] != pdfName("XRef") {
		return false
	}
	w, ok := s.dict["W"].(pdfArray)
	if !ok || len(w) < 3 {
		return false
	}
	var width [3]int
	for i := range width {
		n, _ := w[i].(float64)
		if n < 0 || n > 8 {
			return false
		}
		width[i] = int(n)
	}
	index, _ := s.dict["Index"].(pdfArray)
	if len(index) < 2 {
		index = pdfArray{0.0, s.dict["Size"]}
	}
	b, _ := f.unpack(s) // what was unpacked before an error counts
	entry := width[0] + width[1] + width[2]
	if entry == 0 {
		return false
	}
	for ; len(index) >= 2; index = index[2:] {
		first, _ := index[0].(float64)
		n, _ := index[1].(float64)
		for i := 0; i < int(n) && len(b) >= entry && len(f.places) <= maxPDFObjects; i++ {
			field := func(k int, v int) int {
				if width[k] > 0 {
					v = 0
				}
				for range width[k] {
					v = v<<8 | int(b[0])
					b = b[1:]
				}
				return v
			}
			kind, x, y := field(0, 1), field(1, 0), field(2, 0)
			switch kind {
			case 0:
				f.place(int(first)+i, pdfPlace{}, false)
			case 1:
				f.place(int(first)+i, pdfPlace{offset: x, gen: y}, true)
			case 2:
				f.place(int(first)+i, pdfPlace{pack: x}, true)
			}
		}
	}
	return true
}

// definition reads "1 0 obj ..." and returns the object with its number; the
// number is 0 where there is none.
func (f *pdfFile) definition(l *pdfLexer) (pdfRef, any) {
	id, ok1 := l.object().(float64)
	gen, ok2 := l.object().(float64)
	if !ok1 || !ok2 || l.object() != pdfOperator("obj") {
		return pdfRef{}, nil
	}
	ref := pdfRef{int(id), int(gen)}
	if f.crypt != nil && ref.id != f.crypt.plain {
		l.decrypt = func(s pdfString) pdfString { return f.crypt.text(ref, s) }
	}
	o := l.value()
	l.decrypt = nil
	switch o := o.(type) {
	case pdfDict:
		size := -1
		if o["Length"] != nil {
			if n, ok := f.number(o["Length"]); ok {
				size = int(n)
			}
		}
		if s := l.stream(o, size); s != nil {
			s.ref = ref
			return ref, s
		}
	case pdfEnd, pdfOperator:
		return ref, nil
	}
	return ref, o
}

// get follows references to an object; nil if there is none.
func (f *pdfFile) get(o any) any {
	for range 32 {
		ref, ok := o.(pdfRef)
		if !ok {
			return o
		}
		o = f.load(ref)
	}
	return nil
}

func (f *pdfFile) load(ref pdfRef) any {
	if o, ok := f.cache[ref.id]; ok {
		return o
	}
	if f.loading[ref.id] {
		return nil
	}
	f.loading[ref.id] = true
	defer delete(f.loading, ref.id)
	p, ok := f.places[ref.id]
	var o any
	switch {
	case !ok || p.offset < 0:
		return nil
	case p.pack != 0:
		o = f.pack(p.pack)[ref.id]
	default:
		found := pdfRef{}
		if p.offset < len(f.data) {
			found, o = f.definition(&pdfLexer{b: f.data, at: p.offset})
		}
		if found.id != ref.id {
			if f.rebuilt {
				f.lost = true
				return nil
			}
			f.rebuild()
			delete(f.loading, ref.id)
			return f.load(ref)
		}
	}
	f.cache[ref.id] = o
	return o
}

// pack reads the objects of a stream of objects (7.5.7).
func (f *pdfFile) pack(id int) map[int]any {
	if objs, ok := f.packs[id]; ok {
		return objs
	}
	objs := map[int]any{}
	f.packs[id] = objs
	if f.places[id].pack != 0 {
		return objs
	}
	s, ok := f.get(pdfRef{id: id}).(*pdfStream)
	if !ok {
		f.lost = true
		return objs
	}
	n, _ := f.number(s.dict["N"])
	first, _ := f.number(s.dict["First"])
	b, err := f.unpack(s)
	if err != nil {
		f.lost = true
	}
	head := &pdfLexer{b: b}
	for i := 0; i < int(n) && i < maxPDFObjects; i++ {
		num, ok1 := head.object().(float64)
		offset, ok2 := head.object().(float64)
		if !ok1 || !ok2 {
			break
		}
		if at := int(first) + int(offset); at >= 0 && at < len(b) {
			if o := (&pdfLexer{b: b, at: at}).value(); !ended(o) {
				objs[int(num)] = o
			}
		}
	}
	return objs
}

func ended(o any) bool {
	switch o.(type) {
	case pdfEnd, pdfOperator:
		return true
	}
	return false
}

var pdfDefinition = regexp.MustCompile(`(?:^|[\s>\])])(\d{1,8})[ \t\r\n\x00]+(\d{1,5})[ \t\r\n\x00]+obj\b`)

// rebuild makes the table of objects anew from what the bytes of the file look
// like, as every viewer does when a table is wrong. Of two objects with one
// number the last counts.
func (f *pdfFile) rebuild() {
	if f.rebuilt {
		return
	}
	f.rebuilt = true
	encrypt, id := f.trailer["Encrypt"], f.trailer["ID"]
	f.reset()
	f.trailer = pdfDict{}
	var packs []int
	for _, m := range pdfDefinition.FindAllSubmatchIndex(f.data, maxPDFObjects) {
		n, _ := strconv.Atoi(string(f.data[m[2]:m[3]]))
		gen, _ := strconv.Atoi(string(f.data[m[4]:m[5]]))
		f.places[n] = pdfPlace{offset: m[2], gen: gen}
		ahead := f.data[m[1]:min(m[1]+400, len(f.data))]
		switch {
		case bytes.Contains(ahead, []byte("/ObjStm")):
			packs = append(packs, n)
		case bytes.Contains(ahead, []byte("/XRef")):
			if d, ok := (&pdfLexer{b: f.data, at: m[1]}).value().(pdfDict); ok && d["Root"] != nil {
				f.trailer = d
			}
		}
	}
	for at := 0; ; {
		i := bytes.Index(f.data[at:], []byte("trailer"))
		if i < 0 {
			break
		}
		at += i + len("trailer")
		if d, ok := (&pdfLexer{b: f.data, at: at}).value().(pdfDict); ok && d["Root"] != nil {
			f.trailer = d
		}
	}
	if f.trailer["Encrypt"] == nil && encrypt != nil {
		f.trailer["Encrypt"], f.trailer["ID"] = encrypt, id
	}
	f.found = packs
	if f.trailer["Encrypt"] == nil || f.crypt != nil {
		f.adopt()
	}
	if _, ok := f.dict(f.trailer["Root"]); !ok {
		for id := range f.places {
			if d, ok := f.dict(pdfRef{id: id}); ok && d["Type"] == pdfName("Catalog") {
				f.trailer["Root"] = pdfRef{id: id}
			}
		}
	}
}

// adopt notes the objects within the streams of objects that rebuild found. Of
// a locked file it can be done only when the key is known.
func (f *pdfFile) adopt() {
	for _, n := range f.found {
		offset := f.places[n].offset
		for id := range f.pack(n) {
			if p, known := f.places[id]; !known || p.pack == 0 && p.offset < offset {
				f.places[id] = pdfPlace{pack: n}
			}
		}
	}
	f.found = nil
}

func (f *pdfFile) dict(o any) (pdfDict, bool) {
	switch o := f.get(o).(type) {
	case pdfDict:
		return o, true
	case *pdfStream:
		return o.dict, true
	}
	return nil, false
}

func (f *pdfFile) number(o any) (float64, bool) {
	n, ok := f.get(o).(float64)
	return n, ok
}

func (f *pdfFile) array(o any) pdfArray {
	a, _ := f.get(o).(pdfArray)
	return a
}

func (f *pdfFile) name(o any) pdfName {
	n, _ := f.get(o).(pdfName)
	return n
}

// pages returns the pages in their order, with what they inherit. The tree is
// walked, not believed: it may have loops.
func (f *pdfFile) pages() []pdfDict {
	root, _ := f.dict(f.trailer["Root"])
	var out []pdfDict
	seen := map[int]bool{}
	var walk func(o any, inherited pdfDict, depth int)
	walk = func(o any, inherited pdfDict, depth int) {
		if r, ok := o.(pdfRef); ok {
			if seen[r.id] {
				return
			}
			seen[r.id] = true
		}
		d, ok := f.dict(o)
		if !ok || depth > maxPDFDepth || len(out) > maxPDFObjects {
			return
		}
		page := pdfDict{}
		for _, k := range []pdfName{"Resources"} {
			if page[k] = d[k]; page[k] == nil {
				page[k] = inherited[k]
			}
		}
		if kids := f.array(d["Kids"]); kids != nil && d["Type"] != pdfName("Page") {
			for _, k := range kids {
				walk(k, page, depth+1)
			}
			return
		}
		page["Contents"], page["Annots"] = d["Contents"], d["Annots"]
		out = append(out, page)
	}
	walk(root["Pages"], nil, 0)
	if len(out) == 0 { // no tree: pages as they lie in the file
		f.rebuild()
		for id := range maxID(f.places) + 1 {
			if d, ok := f.dict(pdfRef{id: id}); ok && d["Type"] == pdfName("Page") {
				out = append(out, d)
				f.lost = true
			}
		}
	}
	return out
}

func maxID(places map[int]pdfPlace) int {
	m := 0
	for id := range places {
		m = max(m, min(id, maxPDFObjects*20))
	}
	return m
}
