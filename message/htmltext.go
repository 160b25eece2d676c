package message

import (
	"html"
	"strings"

	nethtml "golang.org/x/net/html"
)

// htmlText appends the text of an HTML document to out, as a person would see
// it: white space collapsed, blocks on lines of their own, nothing that is
// hidden. It notes which stretches are a quoted mail or a signature.
//
// The reader is our own because speed decides here and little is needed: one
// pass, no tree. Where tags do not match it forgives.
func htmlText(out *written, doc string) {
	if len(doc) > 256<<10 {
		out.Grow(len(doc)) // growing step by step would take twice as much
	}
	w := htmlWriter{out: out, base: out.Len(), fresh: true}
	w.document(doc)
	if w.hide > 0 {
		out.noted.end()
	}
	if out.Len() == w.base && out.noted == nil { // perhaps a style sheet, which we do not read, makes the ground dark
		w = htmlWriter{out: out, base: out.Len(), fresh: true, white: true}
		w.document(doc)
	}
	w.endMarks(0)
	if w.out.Len() > w.base && !w.fresh {
		w.out.WriteByte('\n')
	}
}

// maxOpen bounds the elements that are remembered as open.
const maxOpen = 400

type htmlWriter struct {
	out     *written
	base    int
	open    []element
	names   [64]int // how many open elements have a name with this hash
	fresh   bool    // nothing on this line yet
	solid   bool    // but a space that must not collapse
	space   bool    // a space is due before the next word
	blank   int     // empty lines due before the next word
	pre     int
	hide    int  // open elements that hide what is in them
	grounds int  // open elements with a background
	white   bool // read white text too
	sheet   sheet
	lists   []int
	item    string // marker due before the next word
}

type element struct {
	name      string
	pre, hide bool
	ground    bool
	colour    [3]int // of its ground, where known is true
	known     bool
	list      bool
	mark      bool // began a mark
	kind      markKind
	at        int // where the mark began
}

func (w *htmlWriter) document(doc string) {
	for doc != "" {
		i := strings.IndexByte(doc, '<')
		if i < 0 {
			w.text(doc)
			return
		}
		if i > 0 {
			w.text(doc[:i])
			doc = doc[i:]
		}
		if len(doc) == 1 {
			w.text(doc)
			return
		}
		switch c := doc[1]; {
		case c == '!' && strings.HasPrefix(doc, "<!--"):
			rest := afterComment(doc)
			if text := doc[:len(doc)-len(rest)]; w.out.noted != nil && !strings.HasPrefix(text, "<!--[if") {
				w.out.noted.remark("a comment", strings.TrimSuffix(strings.TrimPrefix(text, "<!--"), "-->"))
			}
			doc = rest
		case c == '!' || c == '?':
			doc = after(doc, ">")
		case c == '/':
			name, _, _ := tag(doc[2:])
			doc = after(doc, ">")
			w.end(name)
		case isLetter(c):
			name, attrs, n := tag(doc[1:])
			if n < 0 {
				return // a tag without an end swallows the rest, as in a browser
			}
			doc = doc[1+n:]
			switch name {
			case "script", "style", "title", "xmp", "iframe", "noembed", "noframes", "textarea", "svg", "math", "template":
				rest := afterElement(doc, name)
				text := doc[:len(doc)-len(rest)]
				if i := strings.LastIndex(text, "</"); i >= 0 {
					text = text[:i]
				}
				switch name {
				case "style":
					if w.sheet == nil {
						w.sheet = sheet{}
					}
					w.sheet.read(text)
				case "title", "textarea", "template", "xmp":
					w.out.noted.remark("the "+name+" of its HTML", text)
				}
				doc = rest
				continue
			}
			w.start(name, attrs)
		default:
			w.text("<")
			doc = doc[1:]
		}
	}
}

func after(s, mark string) string {
	if i := strings.Index(s, mark); i >= 0 {
		return s[i+len(mark):]
	}
	return ""
}

func afterComment(s string) string {
	if strings.HasPrefix(s, "<!-->") {
		return s[5:]
	}
	return after(s[4:], "-->")
}

// afterElement passes over the content of a raw-text element.
func afterElement(s, name string) string {
	for at := 0; ; {
		i := strings.Index(s[at:], "</")
		if i < 0 {
			return ""
		}
		at += i + 2
		if len(s)-at >= len(name) && strings.EqualFold(s[at:at+len(name)], name) {
			return after(s[at:], ">")
		}
	}
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

// attrs are the attributes that matter to reading.
type attrs struct {
	class, id, style, typ string
	hidden                bool
	start, colour, ground string
	alt                   string
}

// tag reads a tag that begins with its name, and gives the length up to and
// with ">", or -1 when it has no end.
func tag(s string) (name string, a attrs, n int) {
	i := 0
	for i < len(s) && s[i] > ' ' && s[i] != '>' && s[i] != '/' {
		i++
	}
	name = lower(s[:i])
	for {
		for i < len(s) && (s[i] <= ' ' || s[i] == '/') {
			i++
		}
		if i >= len(s) {
			return name, a, -1
		}
		if s[i] == '>' {
			return name, a, i + 1
		}
		at := i
		for i++; i < len(s) && s[i] > ' ' && s[i] != '=' && s[i] != '>' && s[i] != '/'; i++ {
		}
		key := lower(s[at:i])
		for i < len(s) && s[i] <= ' ' {
			i++
		}
		val := ""
		if i < len(s) && s[i] == '=' {
			for i++; i < len(s) && s[i] <= ' '; i++ {
			}
			if i < len(s) && (s[i] == '"' || s[i] == '\'') {
				end := strings.IndexByte(s[i+1:], s[i])
				if end < 0 {
					return name, a, -1
				}
				val = s[i+1 : i+1+end]
				i += end + 2
			} else {
				at := i
				for i < len(s) && s[i] > ' ' && s[i] != '>' {
					i++
				}
				val = s[at:i]
			}
		}
		switch key {
		case "class":
			a.class = val
		case "id":
			a.id = val
		case "style":
			a.style = val
		case "type":
			a.typ = val
		case "hidden":
			a.hidden = true
		case "color":
			a.colour = val
		case "bgcolor", "background":
			a.ground = val
		case "alt", "title", "aria-label":
			a.alt += val + " "
		case "start":
			a.start = val
		case "data-smartmail", "data-signature-widget":
			a.class += " " + val
		}
	}
}

// lower avoids an allocation for names that are lower-case already.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}

// blockOf tells how an element breaks lines: 0 not at all, 1 a line of its own,
// 2 with an empty line around.
func blockOf(name string) int {
	switch name {
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "dl":
		return 2
	case "div", "tr", "table", "tbody", "thead", "tfoot", "caption", "ul", "ol", "li", "dt", "dd", "blockquote", "pre", "center", "hr", "form",
		"fieldset", "section", "article", "header", "footer", "main", "aside", "nav", "address", "figure", "figcaption", "body", "html", "option", "legend", "summary", "details":
		return 1
	}
	return 0
}

func isVoid(name string) bool {
	switch name {
	case "br", "hr", "img", "input", "meta", "link", "base", "area", "col", "embed", "source", "wbr", "param", "track":
		return true
	}
	return false
}

func (w *htmlWriter) start(name string, a attrs) {
	switch name {
	case "p", "li", "tr", "td", "th", "dt", "dd", "option": // their end tags may be left out
		if n := len(w.open); n > 0 && w.open[n-1].name == name {
			w.end(name)
		}
	}
	switch name {
	case "br":
		w.lineBreak()
		return
	case "td", "th":
		if !w.fresh {
			w.space = true
		}
	case "head":
		a.hidden = true
	}
	if a.alt != "" {
		w.out.noted.remark("the description of a part of it", a.alt)
	}
	if w.sheet != nil {
		a.style = w.sheet.of(a) + ";" + a.style
	}
	look := looksOf(a)
	hidden, where := look.hidden, "a part of it is not shown"
	if !hidden && w.unseen(look) {
		hidden, where = true, "letters in the colour of their ground"
	}
	switch block := blockOf(name); {
	case hidden || w.hide > 0:
	case block == 2 && !tight(a):
		w.newLine()
		if w.out.Len() > w.base && w.blank == 0 {
			w.blank = 1
		}
	case block > 0:
		w.newLine()
	}
	if isVoid(name) || len(w.open) >= maxOpen {
		return
	}
	e := element{name: name}
	switch name {
	case "pre", "listing":
		e.pre = true
		w.pre++
	case "ul":
		e.list = true
		w.lists = append(w.lists, -1)
	case "ol":
		e.list = true
		n, ok := smallNumber(a.start)
		if !ok {
			n = 1
		}
		w.lists = append(w.lists, n)
	case "li":
		w.item = "- "
		if n := len(w.lists); n > 0 && w.lists[n-1] >= 0 {
			w.item = itoa(w.lists[n-1]) + ". "
			w.lists[n-1]++
		}
	}
	if look.ground {
		e.ground, e.colour, e.known = true, look.on, look.onKnown
		w.grounds++
	}
	if hidden {
		if e.hide = true; w.hide == 0 {
			w.out.noted.begin(where)
		}
		w.hide++
	}
	if w.hide == 0 {
		if kind, ok := marks(name, a); ok {
			e.mark, e.kind, e.at = true, kind, w.out.Len()
		}
	}
	w.open = append(w.open, e)
	w.names[nameHash(name)]++
}

// unseen reports whether the letters of an element have the colour of their ground:
// its own, that of the nearest element around it that has one, or white. A ground
// that is not known may be any.
func (w *htmlWriter) unseen(look looks) bool {
	if !look.inked {
		return false
	}
	on, known := look.on, look.onKnown
	if !look.ground {
		if w.grounds == 0 {
			return sameColour(look.ink, [3]int{255, 255, 255}) && !w.white
		}
		for i := len(w.open) - 1; i >= 0; i-- {
			if w.open[i].ground {
				on, known = w.open[i].colour, w.open[i].known
				break
			}
		}
	}
	return known && sameColour(look.ink, on)
}

// nameHash spares most searches for an element that is not open.
func nameHash(name string) int {
	h := len(name)
	for i := 0; i < len(name); i++ {
		h = h*31 + int(name[i])
	}
	return h & 63
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// tight says that a paragraph has no empty line around it: Outlook makes every
// line a paragraph without margin.
func tight(a attrs) bool {
	if strings.Contains(a.class, "MsoNormal") || strings.Contains(a.class, "MsoPlainText") || strings.Contains(a.class, "MsoListParagraph") || strings.Contains(a.class, "msonormal") {
		return true
	}
	if a.style == "" {
		return false
	}
	s := strings.ReplaceAll(lower(a.style), " ", "")
	return strings.Contains(s, "margin:0") || strings.Contains(s, "margin-bottom:0") && (strings.Contains(s, "margin-top:0") || !strings.Contains(s, "margin-top"))
}

// looks is what styles say that decides whether text can be seen.
type looks struct {
	hidden bool
	ground bool // it has a background of its own that is not white

	ink, on        [3]int // the colours of its letters and of its ground
	inked, onKnown bool   // they are known
}

// looksOf reads the attributes that decide. What a reader does not see must not
// be read for them: hidden text is a way to speak to a machine behind their
// back.
func looksOf(a attrs) looks {
	l := looks{hidden: a.hidden, ground: a.ground != "" && !isWhite(lower(a.ground))}
	l.ink, l.inked = colourOf(lower(a.colour))
	l.on, l.onKnown = colourOf(lower(a.ground))
	if a.style == "" {
		return l
	}
	style := lower(a.style)
	if strings.IndexByte(style, '&') >= 0 {
		style = html.UnescapeString(style)
	}
	overflow, none := false, false
	clear, filled, fillClear, clipped := false, false, false, false
	for decl := range strings.SplitSeq(style, ";") {
		prop, val, _ := strings.Cut(decl, ":")
		prop = strings.TrimSpace(prop)
		val = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(val), "!important"))
		switch prop {
		case "display":
			l.hidden = l.hidden || val == "none"
		case "visibility":
			l.hidden = l.hidden || val == "hidden" || val == "collapse"
		case "mso-hide":
			l.hidden = l.hidden || val == "all"
		case "opacity":
			l.hidden = l.hidden || len(val) > 0 && fraction(val) < 0.1
		case "filter", "-webkit-filter":
			_, of, ok := strings.Cut(val, "opacity(")
			l.hidden = l.hidden || ok && fraction(strings.TrimSpace(of)) < 0.1
		case "font-size":
			l.hidden = l.hidden || isSmall(val, 2)
		case "font":
			l.hidden = l.hidden || isSmall(sizeOfFont(val), 2)
		case "max-height", "height", "max-width", "width":
			none = none || isSmall(val, 0)
		case "overflow":
			overflow = val == "hidden"
		case "text-indent", "left", "top", "right", "bottom", "margin-left", "margin-top":
			l.hidden = l.hidden || isFar(val)
		case "margin":
			if list := strings.Fields(val); len(list) > 0 {
				sides := sidesOf(list)
				l.hidden = l.hidden || isFar(sides[0]) || isFar(sides[3])
			}
		case "background", "background-color", "background-image":
			l.ground = l.ground || val != "" && val != "none" && val != "transparent" && !isWhite(val)
			if prop == "background-image" {
				l.onKnown = false
			} else {
				l.on, l.onKnown = colourOf(val)
			}
		case "color":
			if clear = isClear(val); !filled {
				l.ink, l.inked = colourOf(val)
			}
		case "-webkit-text-fill-color": // goes before color
			filled, fillClear = true, isClear(val)
			l.ink, l.inked = colourOf(val)
		case "background-clip", "-webkit-background-clip":
			clipped = val == "text" // clear letters show the ground through them
		case "clip":
			l.hidden = l.hidden || strings.HasPrefix(strings.ReplaceAll(val, " ", ""), "rect(0,0,0,0") || strings.HasPrefix(strings.ReplaceAll(val, " ", ""), "rect(0000")
		case "clip-path", "-webkit-clip-path":
			l.hidden = l.hidden || clipsAll(val)
		case "transform", "-webkit-transform":
			l.hidden = l.hidden || movesAway(val)
		}
	}
	if filled {
		clear = fillClear
	}
	l.hidden = l.hidden || clear && !(clipped && l.ground)
	l.hidden = l.hidden || none && overflow || strings.Contains(strings.ReplaceAll(style, " ", ""), "max-height:0")
	return l
}

func isWhite(colour string) bool {
	switch strings.ReplaceAll(colour, " ", "") {
	case "white", "#fff", "#ffffff", "ffffff", "rgb(255,255,255)", "transparent", "rgba(0,0,0,0)", "#fefefe":
		return true
	}
	return false
}

// isClear reports a colour that lets nearly everything through.
func isClear(colour string) bool {
	if colour == "transparent" {
		return true
	}
	if args, ok := colourArgs(colour, "rgb", "hsl"); ok {
		return len(args) == 4 && fraction(args[3]) < 0.1
	}
	if len(colour) == 5 && colour[0] == '#' { // #rgba
		return colour[4] <= '1'
	}
	return len(colour) == 9 && colour[0] == '#' && colour[7] <= '1' // #rrggbbaa
}

// isSmall reports a length of at most limit pixels or points; nothing at all where limit is 0.
func isSmall(val string, limit float64) bool {
	unit := strings.TrimLeft(val, "0123456789.")
	if unit == val {
		return false
	}
	n := leading(val)
	switch unit {
	case "px", "pt", "":
		return n <= limit && (unit != "" || n == 0)
	case "%": // of the letters around it
		return n*0.16 <= limit
	}
	return n == 0 || pixels(n, unit) <= limit
}

// pixels is about how long a length is, by letters and a window of the usual size.
func pixels(n float64, unit string) float64 {
	switch unit {
	case "pt":
		return n * 4 / 3
	case "em", "rem", "ex", "ch":
		return n * 16
	case "%", "vw", "vh", "vmin", "vmax":
		return n * 8
	case "in":
		return n * 96
	case "cm":
		return n * 38
	case "mm":
		return n * 3.8
	}
	return n
}

// isFar reports a distance that takes what stands there out of the window.
func isFar(val string) bool {
	body := strings.TrimPrefix(val, "-")
	far := pixels(leading(body), strings.TrimLeft(body, "0123456789."))
	return far >= 3000 || far > 800 && body != val
}

// movesAway reports a transform that leaves nothing to see.
func movesAway(val string) bool {
	for val != "" {
		name, rest, ok := strings.Cut(val, "(")
		if !ok {
			return false
		}
		var args string
		args, val, _ = strings.Cut(rest, ")")
		name = strings.TrimSpace(name)
		for n, arg := range strings.FieldsFunc(args, isComma) {
			switch {
			case strings.HasPrefix(name, "translate") && n < 2 && isFar(arg),
				strings.HasPrefix(name, "scale") && n < 2 && strings.Trim(arg, "0.%") == "":
				return true
			}
		}
	}
	return false
}

func isComma(r rune) bool { return r == ',' || r == ' ' }

// sidesOf returns top, right, bottom and left of one to four values: what is left out is as
// the side across from it, or as all.
func sidesOf(list []string) (sides [4]string) {
	for i := range sides {
		switch {
		case i < len(list):
			sides[i] = list[i]
		case i == 3 && len(list) > 1:
			sides[i] = list[1]
		default:
			sides[i] = list[0]
		}
	}
	return sides
}

// clipsAll reports a shape that lets nothing be seen.
func clipsAll(val string) bool {
	name, rest, _ := strings.Cut(val, "(")
	args, _, _ := strings.Cut(rest, ")")
	list := strings.FieldsFunc(args, isComma)
	if len(list) == 0 {
		return false
	}
	switch name {
	case "inset":
		var sides [4]float64
		for i, arg := range sidesOf(list) {
			if n := leading(arg); strings.HasSuffix(arg, "%") {
				sides[i] = n
			} else if isFar(arg) {
				sides[i] = 100
			}
		}
		return sides[0]+sides[2] >= 99 || sides[1]+sides[3] >= 99
	case "circle", "ellipse":
		return isSmall(list[0], 0)
	case "polygon":
		return strings.Trim(args, "0.,%px ") == ""
	}
	return false
}

// sizeOfFont is the size in a font: after style and weight, before the height of lines.
func sizeOfFont(val string) string {
	for part := range strings.FieldsSeq(val) {
		if c := part[0]; c != '.' && (c < '0' || c > '9') || strings.Trim(part, "0123456789") == "" && leading(part) > 0 {
			continue // a word, or a weight
		}
		size, _, _ := strings.Cut(part, "/")
		return size
	}
	return ""
}

// fraction is the part of a whole a value names: 0.5 or 50%.
func fraction(val string) float64 {
	n := leading(val)
	if strings.HasPrefix(strings.TrimLeft(val, "0123456789."), "%") {
		n /= 100
	}
	return n
}

// leading is the number a value begins with.
func leading(val string) float64 {
	n, scale, point := 0.0, 1.0, false
	for _, c := range []byte(val) {
		switch {
		case c == '.' && !point:
			point = true
		case c >= '0' && c <= '9' && n < 1e6:
			if n = n*10 + float64(c-'0'); point {
				scale *= 10
			}
		default:
			return n / scale
		}
	}
	return n / scale
}

// marks knows the elements mail programs put around a quoted mail or a
// signature.
func marks(name string, a attrs) (markKind, bool) {
	if name == "blockquote" {
		return markQuote, true
	}
	if a.class != "" {
		for c := range strings.FieldsSeq(a.class) {
			switch lower(c) {
			case "gmail_quote", "yahoo_quoted", "protonmail_quote", "zmail_extra", "tutanota_quote", "moz-forward-container", "gmail_quote_container":
				return markQuote, true
			case "gmail_signature", "moz-signature", "protonmail_signature_block", "yahoo_signature", "gmail_signature_prefix":
				return markSignature, true
			}
		}
	}
	switch lower(a.id) {
	case "":
		return 0, false
	case "mail-editor-reference-message-container", "olk_src_body_section", "reply-intro", "yahoo_quoted", "isforwardcontent", "isreplycontent":
		return markQuote, true
	case "signature", "ms-outlook-mobile-signature", "applemailsignature", "x_signature":
		return markSignature, true
	}
	return 0, false
}

func (w *htmlWriter) end(name string) {
	if (name == "p" || blockOf(name) == 1) && w.hide == 0 {
		w.newLine()
	}
	at := -1
	for i := len(w.open) - 1; i >= 0 && w.names[nameHash(name)] > 0; i-- {
		if w.open[i].name == name {
			at = i
			break
		}
		if n := w.open[i].name; (n == "td" || n == "table" || n == "blockquote") && name != "table" && name != "tr" && name != "body" && name != "html" && name != "div" {
			break // a stray end tag does not reach out of a cell
		}
	}
	if at < 0 {
		return
	}
	w.endMarks(at)
	for i := len(w.open) - 1; i >= at; i-- {
		e := &w.open[i]
		w.names[nameHash(e.name)]--
		if e.pre {
			w.pre--
		}
		if e.hide {
			if w.hide--; w.hide == 0 {
				w.out.noted.end()
			}
		}
		if e.ground {
			w.grounds--
		}
		if e.list {
			w.lists = w.lists[:len(w.lists)-1]
			w.item = ""
		}
	}
	w.open = w.open[:at]
	if blockOf(name) == 2 && w.hide == 0 {
		w.newLine()
		if name != "p" && w.blank == 0 {
			w.blank = 1
		}
	}
}

// endMarks ends the marks of the elements from at on. An outer mark takes the
// inner ones of its kind into it.
func (w *htmlWriter) endMarks(at int) {
	for i := len(w.open) - 1; i >= at; i-- {
		e := w.open[i]
		if !e.mark || e.at >= w.out.Len() {
			continue
		}
		m := mark{e.kind, e.at, w.out.Len()}
		ms := w.out.marks
		for len(ms) > 0 && ms[len(ms)-1].start >= m.start {
			ms = ms[:len(ms)-1]
		}
		w.out.marks = append(ms, m)
	}
}

// newLine makes the next word begin a line.
func (w *htmlWriter) newLine() {
	w.space = false
	switch {
	case !w.fresh:
		w.out.WriteByte('\n')
		w.fresh, w.solid = true, false
	case w.solid: // a line of one hard space is an empty line
		w.blank++
		w.solid = false
	}
}

// lineBreak is <br>.
func (w *htmlWriter) lineBreak() {
	if w.hide > 0 {
		return
	}
	if w.fresh {
		w.blank++
		w.solid, w.space = false, false
		return
	}
	w.newLine()
}

func (w *htmlWriter) text(s string) {
	if s == "" {
		return
	}
	if w.hide > 0 {
		w.out.noted.word(s)
		return
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	if w.pre > 0 {
		for line := range strings.SplitAfterSeq(s, "\n") {
			text := strings.TrimRight(line, "\r\n")
			if text != "" {
				w.word(text)
			}
			if len(text) < len(line) {
				w.lineBreak()
			}
		}
		return
	}
	for i := 0; i < len(s); {
		at := i
		for i < len(s) && !isSpace(s, i) {
			i++
		}
		if i > at {
			w.word(s[at:i])
		}
		for i < len(s) && isSpace(s, i) {
			if s[i] == 0xc2 { // a hard space
				i++
				if w.fresh {
					w.solid = true
				}
			}
			if !w.fresh {
				w.space = true
			}
			i++
		}
	}
}

// isSpace reports white space at s[i], the hard space U+00A0 included.
func isSpace(s string, i int) bool {
	switch s[i] {
	case ' ', '\n', '\t', '\r', '\f':
		return true
	case 0xc2:
		return i+1 < len(s) && s[i+1] == 0xa0
	}
	return false
}

// word writes a word after what is due before it.
func (w *htmlWriter) word(s string) {
	s = visible(s)
	if s == "" {
		return
	}
	if w.fresh {
		if w.out.Len() > w.base {
			for range min(w.blank, 2) {
				w.out.WriteByte('\n')
			}
		}
		// A mark that was about to begin begins after the empty lines.
		for i := len(w.open) - 1; i >= 0 && w.blank > 0; i-- {
			if w.open[i].mark && w.open[i].at >= w.out.Len()-min(w.blank, 2) {
				w.open[i].at = w.out.Len()
			}
		}
		w.blank = 0
		w.out.WriteString(w.item)
		w.item = ""
	} else if w.space {
		w.out.WriteByte(' ')
	}
	w.fresh, w.solid, w.space = false, false, false
	w.out.WriteString(s)
}

// visible drops letters without width, which newsletters pad their first line
// with, and control characters.
func visible(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f || c >= 0xc2 {
			ascii = false
			break
		}
	}
	if ascii {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' && r != '\t', r >= 0x7f && r < 0xa0, r == 0xad, r == 0x34f, r == 0x200b, r == 0x2060, r == 0xfeff:
			return -1
		}
		return r
	}, s)
}

// closeHTML makes a document whose elements are all closed.
func closeHTML(doc string) string {
	root, err := nethtml.Parse(strings.NewReader(doc))
	if err != nil {
		return ""
	}
	var b strings.Builder
	if err := nethtml.Render(&b, root); err != nil {
		return ""
	}
	return b.String()
}
