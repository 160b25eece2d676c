package file

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"projectr/sight"
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
	if htmlText(w, text, sight.View{}); !w.any {
		htmlText(w, text, sight.View{AnyGround: true})
	}
	return nil
}

// maxOpen bounds the elements that are remembered as open.
const maxOpen = 400

// htmlText writes the text of a document: blocks on lines of their own, cells
// parted by tabs, nothing that is hidden.
func htmlText(w *writer, doc string, view sight.View) {
	type element struct {
		name atom.Atom
		pre  bool
	}
	var open []element
	pre := 0
	now := view.Now()
	sheet, media := false, "" // a style sheet comes next, and what for
	space := false            // a space is due before the next word
	cells := 0                // cells begun in this row
	bare := false             // nothing stands in this cell yet
	last := byte(0)           // of the words before
	end := func(a atom.Atom) {
		for i := len(open) - 1; i >= 0; i-- {
			if open[i].name != a {
				continue
			}
			for _, e := range open[i:] {
				pre -= one(e.pre)
				view.Pop()
			}
			open = open[:i]
			now = view.Now()
			return
		}
	}
	z := html.NewTokenizer(strings.NewReader(doc))
	z.SetMaxBuf(MaxMember)
	for !w.full {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.TextToken:
			text := string(z.Text())
			if sheet {
				view.Sheet(media, text)
			}
			if now.Hidden() != "" {
				continue
			}
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
			line := strings.Join(words, " ")
			if (space || startsWithSpace(text)) && !bare {
				w.write(" ")
			} else {
				for _, e := range open[max(0, len(open)-3):] {
					if e.name == atom.Sup {
						line = sight.Raised(last, line)
					}
				}
			}
			bare, last = false, line[len(line)-1]
			w.write(line)
			space = endsWithSpace(text)
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			a := atom.Lookup(name)
			switch a { // their end tags may be left out
			case atom.P, atom.Li, atom.Tr, atom.Td, atom.Th, atom.Dt, atom.Dd, atom.Option:
				if n := len(open); n > 0 && open[n-1].name == a {
					end(a)
				}
			case atom.Body:
				end(atom.Head)
			}
			var e sight.Element
			e, media = elementOf(z, string(name), more)
			sheet = a == atom.Style
			look := view.Look(e)
			switch {
			case a == atom.Br:
				if now.Hidden() == "" {
					w.newline()
				} else if !now.Gone() {
					w.fresh()
				}
				space = false
			case a == atom.Td || a == atom.Th:
				if cells++; cells > 1 && !look.Gone() {
					w.put('\t')
				}
				space, bare = false, true
			case blocks[a] && !look.Gone():
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
			if len(open) < maxOpen {
				open = append(open, element{a, a == atom.Pre})
				pre += one(a == atom.Pre)
				view.Push(look)
			} else {
				view.Lose(look)
			}
			now = view.Now()
		case html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			sheet = false
			gone := now.Gone()
			end(a)
			if a == atom.Tr || a == atom.Table {
				cells, bare = 0, false
			}
			if blocks[a] && !gone && cells == 0 {
				w.fresh()
				space = false
				if a == atom.P {
					w.gap()
				}
			}
		}
	}
}

// elementOf reads the attributes of a tag: what decides whether its element is seen, and
// its media.
func elementOf(z *html.Tokenizer, name string, more bool) (e sight.Element, media string) {
	e.Name = name
	var key, value []byte
	for more {
		key, value, more = z.TagAttr()
		if !e.Set(string(key), string(value)) && string(key) == "media" && media == "" {
			media = string(value)
		}
	}
	return e, media
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func startsWithSpace(s string) bool { return s != strings.TrimLeft(s, " \t\r\n\f") }
func endsWithSpace(s string) bool   { return s != strings.TrimRight(s, " \t\r\n\f") }

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
