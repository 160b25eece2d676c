package file

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// page reads an HTML file as a person would see it.
func page(w *writer, contentType string, data []byte) error {
	text := decodeText(contentType, data)
	if !utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 {
		enc, _, _ := charset.DetermineEncoding(data, contentType)
		if s, err := enc.NewDecoder().Bytes(data); err == nil {
			text = string(s)
		}
	}
	htmlText(w, text)
	return nil
}

// maxOpen bounds the elements that are remembered as open.
const maxOpen = 400

var hiding = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(\s*(px|pt|em|rem|%)?\s*)(;|!|$)|opacity\s*:\s*0(\.0+)?\s*(;|!|$)`)

// htmlText writes the text of a document: blocks on lines of their own, cells
// parted by tabs, nothing that is hidden.
func htmlText(w *writer, doc string) {
	type element struct {
		name atom.Atom
		hide bool
		pre  bool
	}
	var open []element
	hide, pre := 0, 0
	space := false // a space is due before the next word
	cells := 0     // cells begun in this row
	bare := false  // nothing stands in this cell yet
	z := html.NewTokenizer(strings.NewReader(doc))
	z.SetMaxBuf(MaxMember)
	for !w.full {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			if hide > 0 {
				continue
			}
			text := string(z.Text())
			text = html.UnescapeString(text)
			if pre > 0 {
				w.write(text)
				continue
			}
			words := strings.Fields(text)
			if len(words) == 0 {
				space = true
				continue
			}
			if (space || startsWithSpace(text)) && !bare {
				w.write(" ")
			}
			bare = false
			w.write(strings.Join(words, " "))
			space = endsWithSpace(text)
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			a := atom.Lookup(name)
			hidden := unseen[a]
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				switch string(key) {
				case "hidden":
					hidden = true
				case "style":
					hidden = hidden || hiding.Match(value)
				}
			}
			switch {
			case a == atom.Br:
				w.newline()
				space = false
			case a == atom.Td || a == atom.Th:
				if cells++; cells > 1 && hide == 0 {
					w.put('\t')
				}
				space, bare = false, true
			case blocks[a] && hide == 0:
				if cells > 0 && (a == atom.P || a == atom.Div) {
					space = true // a cell stays on the line of its row
					break
				}
				w.fresh()
				space = false
				if a == atom.Tr || a == atom.Table {
					cells, bare = 0, false
				}
				if a == atom.P || a == atom.H1 || a == atom.H2 || a == atom.H3 {
					w.gap()
				}
			}
			if voids[a] {
				continue
			}
			if e := (element{a, hidden, a == atom.Pre}); len(open) < maxOpen {
				open = append(open, e)
				hide += one(e.hide)
				pre += one(e.pre)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			for i := len(open) - 1; i >= 0; i-- {
				if open[i].name != a {
					continue
				}
				for _, e := range open[i:] {
					hide -= one(e.hide)
					pre -= one(e.pre)
				}
				open = open[:i]
				break
			}
			if a == atom.Tr || a == atom.Table {
				cells, bare = 0, false
			}
			if blocks[a] && hide == 0 && cells == 0 {
				w.fresh()
				space = false
				if a == atom.P {
					w.gap()
				}
			}
		}
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func startsWithSpace(s string) bool { return s != strings.TrimLeft(s, " \t\r\n\f") }
func endsWithSpace(s string) bool   { return s != strings.TrimRight(s, " \t\r\n\f") }

var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Iframe: true, atom.Object: true, atom.Svg: true,
	atom.Math: true, atom.Head: true, atom.Select: true, atom.Textarea: true, atom.Canvas: true, atom.Audio: true, atom.Video: true,
}

var voids = map[atom.Atom]bool{
	atom.Br: true, atom.Img: true, atom.Hr: true, atom.Input: true, atom.Meta: true, atom.Link: true, atom.Col: true, atom.Wbr: true,
	atom.Area: true, atom.Base: true, atom.Embed: true, atom.Source: true, atom.Track: true, atom.Param: true,
}

var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Ul: true,
	atom.Ol: true, atom.Li: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Table: true, atom.Tr: true, atom.Thead: true,
	atom.Tbody: true, atom.Tfoot: true, atom.Caption: true, atom.Blockquote: true, atom.Pre: true, atom.Hr: true, atom.Section: true,
	atom.Article: true, atom.Header: true, atom.Footer: true, atom.Nav: true, atom.Main: true, atom.Aside: true, atom.Address: true,
	atom.Form: true, atom.Fieldset: true, atom.Figure: true, atom.Figcaption: true, atom.Center: true, atom.Body: true, atom.Html: true,
}
