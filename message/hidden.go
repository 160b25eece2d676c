package message

import (
	"html"
	"math"
	"strings"
)

// Hidden is words of a mail that people do not see, and that are no part of its text.
type Hidden struct {
	Where  string // how they are hidden, in words for people
	Text   string // at most 2000 bytes
	Remark bool   // they stand where HTML keeps words for itself: a comment, a title, the description of a picture
}

// Limits on what is noted of hidden words.
const (
	maxHidden     = 40
	maxHiddenText = 2000
)

// Hidden looks through the HTML for words that people do not see. It goes through
// the whole document each time.
func (m *Message) Hidden() []Hidden {
	var all []Hidden
	if m.tagged != "" {
		all = append(all, Hidden{Where: "letters that no program shows", Text: m.tagged})
	}
	if m.HTML == "" {
		return all
	}
	out := written{noted: &hiddenNotes{}}
	htmlText(&out, m.HTML)
	return append(all, out.noted.list...)
}

// hiddenNotes gathers hidden words while a document is read.
type hiddenNotes struct {
	list  []Hidden
	where string // how what is open now is hidden
	open  strings.Builder
}

func (n *hiddenNotes) remark(where, text string) {
	if n != nil && strings.TrimSpace(text) != "" {
		n.add(Hidden{Where: where, Text: html.UnescapeString(text), Remark: true})
	}
}

func (n *hiddenNotes) add(h Hidden) {
	h.Text = strings.Join(strings.Fields(strings.ToValidUTF8(h.Text[:min(len(h.Text), maxHiddenText)], "")), " ")
	if h.Text != "" && len(n.list) < maxHidden {
		n.list = append(n.list, h)
	}
}

// word notes text inside of an element that is hidden.
func (n *hiddenNotes) word(s string) {
	if n != nil && n.open.Len() < maxHiddenText {
		n.open.WriteString(html.UnescapeString(s[:min(len(s), maxHiddenText)]) + " ")
	}
}

// begin and end are told when the outermost hidden element opens and closes.
func (n *hiddenNotes) begin(where string) {
	if n != nil {
		n.where = where
	}
}

func (n *hiddenNotes) end() {
	if n != nil {
		n.add(Hidden{Where: n.where, Text: n.open.String()})
		n.open.Reset()
	}
}

// untag takes the letters of the Unicode block Tags out of a text, which no program
// shows (emoji of flags use them), and returns what they say.
func untag(s string) (clean, tagged string) {
	var seen, said strings.Builder
	from := 0
	for i := 0; ; {
		// In UTF-8 they are F3 A0 80 80 to F3 A0 81 BF: only those four bytes are looked at.
		next := strings.Index(s[i:], "\xf3\xa0")
		if next < 0 || i+next+4 > len(s) {
			break
		}
		i += next
		if third, last := s[i+2], s[i+3]; third>>1 != 0x80>>1 || last>>6 != 0x80>>6 {
			i += 2
			continue
		} else if c := third&1<<6 | last&0x3f; c >= ' ' && c < 0x7f && said.Len() < maxHiddenText {
			said.WriteByte(c)
		}
		seen.WriteString(s[from:i])
		i += 4
		from = i
	}
	if from == 0 {
		return s, ""
	}
	seen.WriteString(s[from:])
	return seen.String(), said.String()
}

// sheet is what style sheets of a document say of classes and ids that hides them, by
// ".class" and "#id". Rules for some screens, and those for elements inside of
// others, are left out; so are colours, which need to know all of them.
type sheet map[string]string

// maxRules bounds the rules of a document that are kept.
const maxRules = 500

func (s sheet) read(css string) {
	for css != "" && len(s) < maxRules {
		open := strings.IndexByte(css, '{')
		if open < 0 {
			return
		}
		selectors, rest := css[:open], css[open+1:]
		if at := strings.LastIndexAny(selectors, ";}/"); at >= 0 { // an @import before it, or the end of a comment
			selectors = selectors[at+1:]
		}
		if forScreens(selectors) {
			css = rest // its rules are as others; the end of its block stands before a selector
			continue
		}
		if strings.Contains(selectors, "@") { // @media and the like: over its whole block
			depth := 1
			i := 0
			for ; i < len(rest) && depth > 0; i++ {
				switch rest[i] {
				case '{':
					depth++
				case '}':
					depth--
				}
			}
			css = rest[i:]
			continue
		}
		body, after, _ := strings.Cut(rest, "}")
		css = after
		if !looksOf(attrs{style: withoutColours(body)}).hidden {
			continue
		}
		for one := range strings.SplitSeq(selectors, ",") {
			one = strings.TrimSpace(one)
			if i := strings.IndexAny(one, ".#"); i >= 0 && !strings.ContainsAny(one, " >+~:[*") && strings.LastIndexAny(one, ".#") == i {
				s[one[i:]] += ";" + withoutColours(body)
			}
		}
	}
}

// forScreens reports an @media that holds on every screen.
func forScreens(selectors string) bool {
	query, ok := strings.CutPrefix(strings.TrimSpace(lower(selectors)), "@media")
	if !ok {
		return false
	}
	holds := false
	for w := range strings.FieldsFuncSeq(query, isComma) {
		switch w {
		case "screen", "all":
			holds = true
		case "only", "print":
		default:
			return false
		}
	}
	return holds
}

func withoutColours(body string) string {
	var keep []string
	for decl := range strings.SplitSeq(body, ";") {
		if prop, _, _ := strings.Cut(lower(decl), ":"); !strings.Contains(prop, "color") && !strings.Contains(prop, "background") {
			keep = append(keep, decl)
		}
	}
	return strings.Join(keep, ";")
}

// of returns the hiding style of an element by its class and id.
func (s sheet) of(a attrs) string {
	if len(s) == 0 {
		return ""
	}
	style := ""
	for c := range strings.FieldsSeq(a.class) {
		style += s["."+c]
	}
	if a.id != "" {
		style += s["#"+a.id]
	}
	return style
}

// colourOf returns the colour that a value of CSS or HTML names; ok is false where it
// is none that is known.
func colourOf(val string) (rgb [3]int, ok bool) {
	if args, ok := colourArgs(val, "rgb", "hsl"); ok {
		if len(args) < 3 || len(args) == 4 && fraction(args[3]) < 1 {
			return rgb, false
		}
		if val[0] == 'h' {
			return fromHSL(leading(args[0]), fraction(args[1]), fraction(args[2])), true
		}
		for i := range rgb {
			if rgb[i] = int(leading(args[i])); strings.HasSuffix(args[i], "%") {
				rgb[i] = rgb[i] * 255 / 100
			}
		}
		return rgb, true
	}
	val = strings.ReplaceAll(val, " ", "")
	switch val {
	case "white":
		return [3]int{255, 255, 255}, true
	case "snow", "ivory", "ghostwhite", "floralwhite", "whitesmoke", "mintcream", "azure":
		return [3]int{248, 248, 248}, true // nearly
	case "black":
		return [3]int{}, true
	}
	val = strings.TrimPrefix(val, "#")
	if len(val) == 3 {
		val = string([]byte{val[0], val[0], val[1], val[1], val[2], val[2]})
	}
	if len(val) == 8 && val[6:] == "ff" {
		val = val[:6]
	}
	if len(val) != 6 {
		return rgb, false
	}
	for i := range rgb {
		for _, c := range []byte(val[2*i : 2*i+2]) {
			switch {
			case c >= '0' && c <= '9':
				rgb[i] = rgb[i]*16 + int(c-'0')
			case c >= 'a' && c <= 'f':
				rgb[i] = rgb[i]*16 + int(c-'a') + 10
			default:
				return rgb, false
			}
		}
	}
	return rgb, true
}

// colourArgs returns what stands in the brackets of a colour that begins with one of the names.
func colourArgs(val string, names ...string) ([]string, bool) {
	for _, name := range names {
		if body, ok := strings.CutPrefix(val, name); ok {
			open, end := strings.IndexByte(body, '('), strings.LastIndexByte(body, ')')
			if open < 0 || end < open {
				return nil, false
			}
			return strings.FieldsFunc(body[open+1:end], func(r rune) bool { return r == '/' || isComma(r) }), true
		}
	}
	return nil, false
}

// fromHSL is the colour of a hue in degrees, a saturation and a lightness.
func fromHSL(hue, saturation, light float64) (rgb [3]int) {
	saturation, light = min(saturation, 1), min(light, 1)
	for i, from := range [3]float64{0, 8, 4} {
		k := math.Mod(from+hue/30, 12)
		rgb[i] = int(255*(light-saturation*min(light, 1-light)*max(-1, min(k-3, 9-k, 1))) + 0.5)
	}
	return rgb
}

// sameColour reports whether nobody can tell two colours apart.
func sameColour(a, b [3]int) bool {
	for i := range a {
		if d := a[i] - b[i]; d > 16 || d < -16 {
			return false
		}
	}
	return true
}
