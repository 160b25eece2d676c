package message

import (
	"html"
	"strings"

	nethtml "golang.org/x/net/html"

	"projectr/sight"
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
	out.noted.end()
	if out.Len() == w.base && out.noted == nil {
		w = htmlWriter{out: out, base: out.Len(), fresh: true, view: sight.View{AnyGround: true}}
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
	out   *written
	base  int
	open  []element
	view  sight.View // knows the same elements
	gone  bool       // nothing in the innermost of them can be seen
	where string     // how its letters are hidden; empty where they are seen
	names [64]int    // how many open elements have a name with this hash
	fresh bool       // nothing on this line yet
	solid bool       // but a space that must not collapse
	space bool       // a space is due before the next word
	blank int        // empty lines due before the next word
	pre   int
	lists []int
	item  string // marker due before the next word
	last  byte   // of the word before
}

type element struct {
	name string
	pre  bool
	list bool
	mark bool // began a mark
	kind markKind
	at   int // where the mark began
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
			case "script", "style", "title", "xmp", "iframe", "noembed", "noframes", "textarea", "svg", "math":
				rest := afterElement(doc, name)
				text := doc[:len(doc)-len(rest)]
				if i := strings.LastIndex(text, "</"); i >= 0 {
					text = text[:i]
				}
				switch name {
				case "style":
					w.view.Sheet(attrs.media, text)
				case "title", "textarea", "xmp":
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
	sight.Element // without its name, and as they are written
	typ, start    string
	media, alt    string
}

// element is what of an element decides whether it is seen.
func (a attrs) element(name string) sight.Element {
	e := a.Element
	e.Name, e.Class, e.ID, e.Style = name, html.UnescapeString(e.Class), html.UnescapeString(e.ID), html.UnescapeString(e.Style)
	return e
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
		if a.Set(key, val) {
			continue
		}
		to := new(string)
		switch key {
		case "type":
			to = &a.typ
		case "media":
			to = &a.media
		case "alt", "title", "aria-label":
			a.alt += val + " "
		case "start":
			to = &a.start
		case "data-smartmail", "data-signature-widget":
			a.Class += " " + val
		}
		if *to == "" { // of two the first one counts
			*to = val
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
	case "body":
		w.end("head") // whose end tag may be left out too
	}
	if a.alt != "" {
		w.out.noted.remark("the description of a part of it", a.alt)
	}
	look := w.view.Look(a.element(name))
	switch block := blockOf(name); {
	case look.Gone():
	case block == 2 && !tight(a):
		w.newLine()
		if w.out.Len() > w.base && w.blank == 0 {
			w.blank = 1
		}
	case block > 0:
		w.newLine()
	}
	if isVoid(name) {
		return
	}
	if len(w.open) >= maxOpen {
		w.view.Lose(look)
		w.turn()
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
	w.view.Push(look)
	w.turn()
	if !look.Gone() {
		if kind, ok := marks(name, a); ok {
			e.mark, e.kind, e.at = true, kind, w.out.Len()
		}
	}
	w.open = append(w.open, e)
	w.names[nameHash(name)]++
}

// turn is told when an element began or ended: what comes next may be hidden, and was not.
func (w *htmlWriter) turn() {
	was, now := w.where, w.view.Now()
	w.gone, w.where = now.Gone(), now.Hidden()
	switch {
	case was == "" && w.where != "":
		w.out.noted.begin(w.where)
	case was != "" && w.where == "":
		w.out.noted.end()
	}
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
	if strings.Contains(a.Class, "MsoNormal") || strings.Contains(a.Class, "MsoPlainText") || strings.Contains(a.Class, "MsoListParagraph") || strings.Contains(a.Class, "msonormal") {
		return true
	}
	if a.Style == "" {
		return false
	}
	s := strings.ReplaceAll(lower(a.Style), " ", "")
	return strings.Contains(s, "margin:0") || strings.Contains(s, "margin-bottom:0") && (strings.Contains(s, "margin-top:0") || !strings.Contains(s, "margin-top"))
}

// marks knows the elements mail programs put around a quoted mail or a
// signature.
func marks(name string, a attrs) (markKind, bool) {
	if name == "blockquote" {
		return markQuote, true
	}
	if a.Class != "" {
		for c := range strings.FieldsSeq(a.Class) {
			switch lower(c) {
			case "gmail_quote", "yahoo_quoted", "protonmail_quote", "zmail_extra", "tutanota_quote", "moz-forward-container", "gmail_quote_container":
				return markQuote, true
			case "gmail_signature", "moz-signature", "protonmail_signature_block", "yahoo_signature", "gmail_signature_prefix":
				return markSignature, true
			}
		}
	}
	switch lower(a.ID) {
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
	if (name == "p" || blockOf(name) == 1) && !w.gone {
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
		if e.list {
			w.lists = w.lists[:len(w.lists)-1]
			w.item = ""
		}
		w.view.Pop()
	}
	w.open = w.open[:at]
	w.turn()
	if blockOf(name) == 2 && !w.gone {
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
	switch {
	case w.gone, w.where != "" && w.fresh:
		return
	case w.fresh:
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
	if w.where != "" {
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
	} else {
		for i := max(0, len(w.open)-3); i < len(w.open); i++ {
			if w.open[i].name == "sup" {
				s = sight.Raised(w.last, s)
			}
		}
	}
	w.fresh, w.solid, w.space, w.last = false, false, false, s[len(s)-1]
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
