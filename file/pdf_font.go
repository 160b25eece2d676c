package file

import (
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

// pdfGlyph is one code of a shown string: what it means and how wide it is, in
// thousandths of the font's size.
type pdfGlyph struct {
	text  string
	width float64
	space bool // it is the one-byte code 32, to which word spacing applies
	known bool // the font says what it means
}

// pdfFont takes the strings of a page apart into glyphs (ISO 32000-1, 9.5-9.10).
type pdfFont struct {
	unicode *pdfCMap    // ToUnicode
	codes   [256]string // of a simple font
	widths  map[int]float64
	missing float64
	wide    bool     // a composite font: codes have more bytes than one
	cids    *pdfCMap // how its codes are parted, and their CIDs
	charset encoding.Encoding
	direct  bool    // codes are UTF-16
	scale   float64 // width of a unit of a Type 3 font, in thousandths
}

func (f *pdfFile) font(o any) *pdfFont {
	font := &pdfFont{widths: map[int]float64{}, scale: 1}
	d, ok := f.dict(o)
	if !ok {
		font.simple(f, pdfDict{})
		return font
	}
	if s, ok := f.get(d["ToUnicode"]).(*pdfStream); ok {
		if b, err := f.unpack(s); err == nil || len(b) > 0 {
			font.unicode = readCMap(b)
		}
	}
	if f.name(d["Subtype"]) == "Type0" {
		font.composite(f, d)
		return font
	}
	font.simple(f, d)
	return font
}

func (font *pdfFont) simple(f *pdfFile, d pdfDict) {
	base := &standardEncoding
	desc, _ := f.dict(d["FontDescriptor"])
	flags, _ := f.number(desc["Flags"])
	if f.name(d["Subtype"]) == "TrueType" && int(flags)&4 != 0 || f.name(d["Subtype"]) == "TrueType" && d["Encoding"] == nil {
		base = &winAnsiEncoding
	}
	named := func(n pdfName) {
		switch n {
		case "WinAnsiEncoding":
			base = &winAnsiEncoding
		case "MacRomanEncoding":
			base = &macRomanEncoding
		case "StandardEncoding":
			base = &standardEncoding
		}
	}
	own := map[int]string{}
	switch e := f.get(d["Encoding"]).(type) {
	case pdfName:
		named(e)
	case pdfDict:
		named(f.name(e["BaseEncoding"]))
		own = f.differences(e["Differences"])
	}
	builtin := map[int]string{}
	if s, ok := f.get(desc["FontFile"]).(*pdfStream); ok && d["Encoding"] == nil {
		builtin = f.type1Encoding(s)
	}
	for c := range 256 {
		switch {
		case own[c] != "":
			font.codes[c] = glyphText(own[c])
		case builtin[c] != "":
			font.codes[c] = glyphText(builtin[c])
		default:
			if r := base[c]; r != 0 {
				font.codes[c] = string(r)
			}
		}
	}
	first, _ := f.number(d["FirstChar"])
	for i, w := range f.array(d["Widths"]) {
		if n, ok := f.number(w); ok && i < 65536 {
			font.widths[int(first)+i] = n
		}
	}
	if n, ok := f.number(desc["MissingWidth"]); ok {
		font.missing = n
	} else if len(font.widths) == 0 {
		font.missing = 0
		font.guess(string(f.name(d["BaseFont"])))
	}
	if m := f.array(d["FontMatrix"]); len(m) == 6 && f.name(d["Subtype"]) == "Type3" {
		if n, ok := f.number(m[0]); ok && n != 0 {
			font.scale = n * 1000
		}
	}
}

// guess sets widths of the standard fonts, which a file need not name. They are
// near enough to tell where words end.
func (font *pdfFont) guess(name string) {
	fixed := strings.Contains(name, "Courier")
	for c := range 256 {
		w := 556.0
		switch r := rune(c); {
		case fixed:
			w = 600
		case strings.ContainsRune("iljI.,:;'|!", r):
			w = 250
		case strings.ContainsRune("ft()[]/ -r", r):
			w = 300
		case strings.ContainsRune("mwMW%@", r):
			w = 850
		case r >= 'A' && r <= 'Z':
			w = 680
		case strings.ContainsRune("csxyzkvJ", r):
			w = 480
		}
		font.widths[c] = w
	}
}

// differences reads which codes of a font mean other glyphs.
func (f *pdfFile) differences(o any) map[int]string {
	out := map[int]string{}
	code := 0
	for _, e := range f.array(o) {
		switch e := f.get(e).(type) {
		case float64:
			code = int(e)
		case pdfName:
			if code >= 0 && code < 256 {
				out[code] = string(e)
			}
			code++
		}
	}
	return out
}

// type1Encoding reads the encoding out of the head of a Type 1 font program.
func (f *pdfFile) type1Encoding(s *pdfStream) map[int]string {
	b, _ := f.unpack(s)
	out := map[int]string{}
	head, _, _ := strings.Cut(string(b[:min(len(b), 64<<10)]), "eexec")
	l := &pdfLexer{b: []byte(head)}
	for {
		o := l.object()
		if o == pdfEnd("") {
			return out
		}
		if o != pdfOperator("dup") {
			continue
		}
		code, ok1 := l.object().(float64)
		name, ok2 := l.object().(pdfName)
		if ok1 && ok2 && code >= 0 && code < 256 {
			out[int(code)] = string(name)
		}
	}
}

func (font *pdfFont) composite(f *pdfFile, d pdfDict) {
	font.wide, font.missing = true, 1000
	switch e := f.get(d["Encoding"]).(type) {
	case pdfName:
		name := string(e)
		switch {
		case strings.Contains(name, "UCS2"), strings.Contains(name, "UTF16"):
			font.direct = true
		case strings.Contains(name, "RKSJ"):
			font.charset = japanese.ShiftJIS
		case strings.HasPrefix(name, "GBK"), strings.HasPrefix(name, "GB-"):
			font.charset = simplifiedchinese.GBK
		case strings.HasPrefix(name, "KSC"):
			font.charset = korean.EUCKR
		case strings.HasPrefix(name, "B5"), strings.HasPrefix(name, "ETen"):
			font.charset = traditionalchinese.Big5
		}
	case *pdfStream:
		if b, err := f.unpack(e); err == nil {
			font.cids = readCMap(b)
		}
	}
	kids := f.array(d["DescendantFonts"])
	if len(kids) == 0 {
		return
	}
	kid, _ := f.dict(kids[0])
	if n, ok := f.number(kid["DW"]); ok {
		font.missing = n
	}
	w := f.array(kid["W"])
	for i := 0; i+1 < len(w) && len(font.widths) < 70_000; {
		first, _ := f.number(w[i])
		if list := f.array(w[i+1]); list != nil {
			for j, o := range list {
				if n, ok := f.number(o); ok {
					font.widths[int(first)+j] = n
				}
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			break
		}
		last, _ := f.number(w[i+1])
		n, _ := f.number(w[i+2])
		for c := int(first); c <= int(last) && c <= 65535 && c >= 0; c++ {
			font.widths[c] = n
		}
		i += 3
	}
	if font.unicode == nil && font.cids == nil && font.charset == nil && !font.direct {
		font.unicode = f.trueType(kid)
	}
}

func (font *pdfFont) width(code int) float64 {
	if w, ok := font.widths[code]; ok {
		return w * font.scale
	}
	return font.missing * font.scale
}

// glyphs takes a shown string apart.
func (font *pdfFont) glyphs(s pdfString, yield func(pdfGlyph)) {
	if !font.wide {
		for i := range len(s) {
			c := int(s[i])
			g := pdfGlyph{text: font.codes[c], width: font.width(c), space: c == 32, known: true}
			if font.unicode != nil {
				if t, ok := font.unicode.lookup(string(s[i : i+1])); ok {
					g.text = t
				} else if t, ok := font.unicode.lookup("\x00" + string(s[i:i+1])); ok {
					g.text = t
				}
			}
			g.known = g.text != "" || c < 32 // controls show nothing
			yield(g)
		}
		return
	}
	for len(s) > 0 {
		n := 2
		switch {
		case font.cids != nil:
			n = font.cids.length(string(s))
		case font.charset != nil && s[0] < 0x80:
			n = 1
		}
		n = min(n, len(s))
		code := string(s[:n])
		s = s[n:]
		cid := 0
		for i := range len(code) {
			cid = cid<<8 | int(code[i])
		}
		if font.cids != nil {
			if c, ok := font.cids.cid(code); ok {
				cid = c
			}
		}
		g := pdfGlyph{width: font.width(cid), space: code == " "}
		var ok bool
		if font.unicode != nil {
			g.text, ok = font.unicode.lookup(code)
		}
		switch {
		case ok:
		case font.direct:
			g.text = utf16Text(code)
		case font.charset != nil:
			if b, err := font.charset.NewDecoder().Bytes([]byte(code)); err == nil {
				g.text = string(b)
			}
		}
		g.known = g.text != ""
		yield(g)
	}
}

// trueType gives the texts of codes by the table of characters in an embedded
// TrueType font, read backwards; for files that do not say what codes mean.
func (f *pdfFile) trueType(kid pdfDict) *pdfCMap {
	desc, _ := f.dict(kid["FontDescriptor"])
	s, ok := f.get(desc["FontFile2"]).(*pdfStream)
	if !ok {
		return nil
	}
	b, _ := f.unpack(s)
	u16 := func(at int) int {
		if at < 0 || at+2 > len(b) {
			return 0
		}
		return int(b[at])<<8 | int(b[at+1])
	}
	u32 := func(at int) int { return u16(at)<<16 | u16(at+2) }
	runes := map[int]rune{}
	note := func(glyph, r int) {
		if _, known := runes[glyph]; !known && glyph > 0 && r >= ' ' && len(runes) < 70_000 {
			runes[glyph] = rune(r)
		}
	}
	for i := range min(u16(4), 100) {
		entry := 12 + 16*i
		if entry+16 > len(b) || string(b[entry:entry+4]) != "cmap" {
			continue
		}
		table := u32(entry + 8)
		for j := range min(u16(table+2), 50) {
			sub := table + u32(table+4+8*j+4)
			platform := u16(table + 4 + 8*j)
			if platform != 0 && platform != 3 {
				continue
			}
			switch u16(sub) {
			case 4:
				n := u16(sub+6) / 2
				for k := range n {
					end, start := u16(sub+14+2*k), u16(sub+16+2*n+2*k)
					delta, offset := u16(sub+16+4*n+2*k), u16(sub+16+6*n+2*k)
					for r := start; r <= end && r < 0xffff; r++ {
						glyph := r + delta
						if offset != 0 {
							if glyph = u16(sub + 16 + 6*n + 2*k + offset + 2*(r-start)); glyph != 0 {
								glyph += delta
							}
						}
						note(glyph&0xffff, r)
					}
				}
			case 12:
				for k := range min(u32(sub+12), 10_000) {
					at := sub + 16 + 12*k
					start, end, glyph := u32(at), u32(at+4), u32(at+8)
					for r := start; r <= end && r-start < 70_000 && r <= 0x10ffff; r++ {
						note((glyph+r-start)&0xffff, r)
					}
				}
			}
		}
	}
	if len(runes) == 0 {
		return nil
	}
	m := &pdfCMap{text: map[string]string{}}
	put := func(cid, glyph int) {
		if r, ok := runes[glyph]; ok {
			m.text[string([]byte{byte(cid >> 8), byte(cid)})] = string(r)
		}
	}
	if s, ok := f.get(kid["CIDToGIDMap"]).(*pdfStream); ok {
		ids, _ := f.unpack(s)
		for cid := 0; 2*cid+1 < len(ids) && cid < 65536; cid++ {
			put(cid, int(ids[2*cid])<<8|int(ids[2*cid+1]))
		}
		return m
	}
	for glyph := range runes {
		put(glyph, glyph)
	}
	return m
}

func utf16Text(s string) string {
	u := make([]uint16, len(s)/2)
	for i := range u {
		u[i] = uint16(s[2*i])<<8 | uint16(s[2*i+1])
	}
	return string(utf16.Decode(u))
}

// pdfCMap maps codes to text or to CIDs (ISO 32000-1, 9.7.5 and 9.10.3).
type pdfCMap struct {
	spaces []pdfRange // which codes there are
	text   map[string]string
	ranges []pdfRange // ranges of codes with texts that follow each other
	chars  []pdfRange // ranges of codes with CIDs that follow each other
}

type pdfRange struct {
	lo, hi string
	text   string
	cid    int
}

const maxCMap = 100_000

func readCMap(b []byte) *pdfCMap {
	m := &pdfCMap{text: map[string]string{}}
	l := &pdfLexer{b: b}
	var stack []any
	take := func(n int) []any {
		n = min(n, len(stack))
		return stack[len(stack)-n:]
	}
	for {
		o := l.object()
		op, isOp := o.(pdfOperator)
		if o == pdfEnd("") || len(m.text)+len(m.ranges)+len(m.chars) > maxCMap {
			return m
		}
		if !isOp {
			if stack = append(stack, o); len(stack) > maxCMap {
				return m
			}
			continue
		}
		switch op {
		case "endcodespacerange":
			for in := take(len(stack)); len(in) >= 2; in = in[2:] {
				lo, ok1 := in[0].(pdfString)
				hi, ok2 := in[1].(pdfString)
				if ok1 && ok2 && len(lo) == len(hi) && len(lo) > 0 && len(lo) <= 4 {
					m.spaces = append(m.spaces, pdfRange{lo: string(lo), hi: string(hi)})
				}
			}
		case "endbfchar":
			for in := take(len(stack)); len(in) >= 2; in = in[2:] {
				code, ok := in[0].(pdfString)
				if !ok {
					continue
				}
				switch to := in[1].(type) {
				case pdfString:
					m.text[string(code)] = utf16Text(string(to))
				case pdfName:
					m.text[string(code)] = glyphText(string(to))
				}
			}
		case "endbfrange":
			for in := take(len(stack)); len(in) >= 3; in = in[3:] {
				lo, ok1 := in[0].(pdfString)
				hi, ok2 := in[1].(pdfString)
				if !ok1 || !ok2 || len(lo) != len(hi) || len(lo) == 0 {
					continue
				}
				switch to := in[2].(type) {
				case pdfString:
					m.ranges = append(m.ranges, pdfRange{lo: string(lo), hi: string(hi), text: string(to)})
				case pdfArray:
					for i, o := range to {
						if t, ok := o.(pdfString); ok && i < 65536 {
							m.text[plus(string(lo), i)] = utf16Text(string(t))
						}
					}
				}
			}
		case "endcidrange":
			for in := take(len(stack)); len(in) >= 3; in = in[3:] {
				lo, ok1 := in[0].(pdfString)
				hi, ok2 := in[1].(pdfString)
				cid, ok3 := in[2].(float64)
				if ok1 && ok2 && ok3 && len(lo) == len(hi) {
					m.chars = append(m.chars, pdfRange{lo: string(lo), hi: string(hi), cid: int(cid)})
				}
			}
		case "endcidchar":
			for in := take(len(stack)); len(in) >= 2; in = in[2:] {
				code, ok1 := in[0].(pdfString)
				cid, ok2 := in[1].(float64)
				if ok1 && ok2 {
					m.chars = append(m.chars, pdfRange{lo: string(code), hi: string(code), cid: int(cid)})
				}
			}
		}
		stack = stack[:0]
	}
}

// plus adds n to a code.
func plus(code string, n int) string {
	b := []byte(code)
	for i := len(b) - 1; i >= 0 && n > 0; i-- {
		n += int(b[i])
		b[i] = byte(n)
		n >>= 8
	}
	return string(b)
}

// minus says how far a code is from the first of its range.
func minus(code, lo string) int {
	n := 0
	for i := range len(code) {
		n = n<<8 + int(code[i]) - int(lo[i])
	}
	return n
}

func (r pdfRange) holds(code string) bool {
	return len(code) == len(r.lo) && r.lo <= code && code <= r.hi
}

func (m *pdfCMap) lookup(code string) (string, bool) {
	if t, ok := m.text[code]; ok {
		return t, true
	}
	for _, r := range m.ranges {
		if r.holds(code) {
			t := utf16Text(plus(r.text, minus(code, r.lo)))
			m.text[code] = t
			return t, true
		}
	}
	return "", false
}

func (m *pdfCMap) cid(code string) (int, bool) {
	for _, r := range m.chars {
		if r.holds(code) {
			return r.cid + minus(code, r.lo), true
		}
	}
	return 0, false
}

// length says how many bytes the next code has.
func (m *pdfCMap) length(s string) int {
	for n := 1; n <= 4 && n <= len(s); n++ {
		for _, r := range m.spaces {
			if r.holds(s[:n]) {
				return n
			}
		}
	}
	if len(m.spaces) > 0 {
		return len(m.spaces[0].lo)
	}
	return 2
}

var (
	winAnsiEncoding  = tableOf(charmap.Windows1252)
	macRomanEncoding = tableOf(charmap.Macintosh)
	standardEncoding = standardTable()
)

func tableOf(c *charmap.Charmap) (t [256]rune) {
	for i := 32; i < 256; i++ {
		if r := c.DecodeByte(byte(i)); r != 0xfffd && r >= 32 {
			t[i] = r
		}
	}
	return t
}

// standardTable is Adobe's standard Latin encoding (ISO 32000-1, D.2).
func standardTable() (t [256]rune) {
	for i := 32; i < 127; i++ {
		t[i] = rune(i)
	}
	t[39], t[96] = '’', '‘'
	for i, r := range []rune("¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ") {
		t[161+i] = r
	}
	for c, r := range map[int]rune{
		177: '–', 178: '†', 179: '‡', 180: '·', 182: '¶', 183: '•', 184: '‚', 185: '„', 186: '”', 187: '»', 188: '…', 189: '‰', 191: '¿',
		208: '—', 225: 'Æ', 227: 'ª', 232: 'Ł', 233: 'Ø', 234: 'Œ', 235: 'º', 241: 'æ', 245: 'ı', 248: 'ł', 249: 'ø', 250: 'œ', 251: 'ß',
	} {
		t[c] = r
	}
	return t
}

// glyphText gives the text of a glyph by its name, by the rules of Adobe's
// glyph list; empty if the name says nothing.
func glyphText(name string) string {
	name, _, _ = strings.Cut(name, ".")
	if strings.Contains(name, "_") {
		var b strings.Builder
		for part := range strings.SplitSeq(name, "_") {
			b.WriteString(glyphText(part))
		}
		return b.String()
	}
	switch {
	case name == "":
		return ""
	case len(name) == 1:
		return name
	case glyphNames[name] != 0:
		return string(glyphNames[name])
	}
	if hex, ok := strings.CutPrefix(name, "uni"); ok && len(hex) >= 4 && len(hex)%4 == 0 {
		var u []uint16
		for ; hex != ""; hex = hex[4:] {
			v, err := strconv.ParseUint(hex[:4], 16, 16)
			if err != nil {
				return ""
			}
			u = append(u, uint16(v))
		}
		return string(utf16.Decode(u))
	}
	if hex, ok := strings.CutPrefix(name, "u"); ok && len(hex) >= 4 && len(hex) <= 6 {
		if v, err := strconv.ParseUint(hex, 16, 32); err == nil {
			return string(rune(v))
		}
	}
	if n, ok := strings.CutPrefix(name, "afii"); ok {
		return cyrillic(n)
	}
	if len(name) > 4 { // a letter with an accent: eacute
		for accent, mark := range accents {
			if letter, ok := strings.CutSuffix(name, accent); ok && (len(letter) == 1 || glyphNames[letter] != 0) {
				return composed(glyphText(letter), mark)
			}
		}
	}
	return ""
}
