// Package sight knows what of an HTML document people see. What they do not see must not
// be read for them: hidden text is a way to speak to a machine behind their back.
//
// Whoever reads a document tells a [View] of its style sheets and of each element that
// begins and ends, and asks it whether letters are seen where they stand. It promises to
// go by what styles make of letters in the end, not by what an element around them
// says: letters of no size may hold others that have one. Colours are known only where
// attributes name them: those that style sheets give to letters are taken for seen.
//
// It needs the standard library alone. Start at [View].
package sight

import "strings"

// Element is what of an element decides whether it is seen: its name in small letters,
// and its attributes with character references resolved.
type Element struct {
	Name, Class, ID, Style string
	Hidden, Open, Href     bool   // it has these attributes
	Colour                 string // of a font
	Ground                 string // bgcolor or background
	Size                   string // of a font
}

// Set notes an attribute, and reports whether it has a say in what is seen. Of two with one
// name the first one counts.
func (e *Element) Set(key, value string) bool {
	var to *string
	switch key {
	case "hidden":
		e.Hidden = true
		return true
	case "open":
		e.Open = true
		return true
	case "href":
		e.Href = true
		return true
	case "class":
		to = &e.Class
	case "id":
		to = &e.ID
	case "style":
		to = &e.Style
	case "color":
		to = &e.Colour
	case "bgcolor", "background":
		to = &e.Ground
	case "size":
		to = &e.Size
	default:
		return false
	}
	if *to == "" {
		*to = value
	}
	return true
}

// State is how letters stand inside of an element.
type State struct {
	gone      bool // whatever is inside of it
	folded    bool // it is a <details> that is not open
	summed    bool // its summary was begun
	summary   bool // it is that
	invisible bool // by visibility, which something inside may have otherwise
	size      float64
	ink, fill ink // of letters; fill goes before
	ground    ground
	cut       bool // letters are cut out of their ground: clear ones show it
}

type ink struct {
	said  bool
	clear bool
	colour
}

// ground is what letters stand on.
type ground struct{ colour }

type colour struct {
	known bool
	rgb   [3]int
}

var white = colour{known: true, rgb: [3]int{255, 255, 255}}

// textSize is the usual size of letters in pixels, leastSize that of the smallest
// that are there to be read.
const (
	textSize  = 16
	leastSize = 2.7
)

// Gone reports whether nothing inside can be seen, whatever it says of itself.
func (s State) Gone() bool { return s.gone }

// Hidden says in words for people how letters here are hidden; empty where they are seen.
func (s State) Hidden() string {
	letters := s.ink
	if s.fill.said {
		letters = s.fill
	}
	switch {
	case s.gone, s.folded, s.invisible, s.size <= leastSize, letters.clear && !s.cut:
		return "a part of it is not shown"
	case letters.known && s.ground.known && sameColour(letters.rgb, s.ground.rgb):
		return "letters in the colour of their ground"
	}
	return ""
}

// View follows the elements of a document that are open. The zero value is the
// beginning of one, on white.
type View struct {
	// AnyGround says that what the document stands on is not known: perhaps a style
	// sheet that is not read makes it dark.
	AnyGround bool

	open  []State
	lost  State // an element whose end will not be told, while it hides
	stray bool  // there is one
	sheet sheet
}

// Now is how letters stand that come next.
func (v *View) Now() State {
	switch {
	case v.stray:
		return v.lost
	case len(v.open) > 0:
		return v.open[len(v.open)-1]
	}
	s := State{size: textSize, ground: ground{white}}
	s.ground.known = !v.AnyGround
	return s
}

// Sheet takes in a style sheet, for the media that its element names.
func (v *View) Sheet(media, css string) {
	if media == "" || forScreens(media) {
		v.sheet.read(css)
	}
}

// Look is how letters would stand inside of an element that begins here.
func (v *View) Look(e Element) State {
	s := v.Now()
	s.summary = e.Name == "summary" && s.folded && !s.summed
	s.gone = s.gone || s.folded && !s.summary || e.Hidden || never[e.Name] || e.Name == "dialog" && !e.Open
	s.folded, s.summed = e.Name == "details" && !e.Open, false
	if s.gone {
		return s
	}
	if e.Name == "a" && e.Href { // its letters have a colour of their own
		s.ink = ink{said: true}
	}
	var st style
	st.ofAttributes(e)
	v.sheet.of(e, &st)
	if e.Style != "" {
		st.read(plain(e.Style))
	}
	st.on(&s)
	return s
}

// Push is told of an element that begins, whose end will be told by Pop.
func (v *View) Push(s State) {
	if s.summary && len(v.open) > 0 {
		v.open[len(v.open)-1].summed = true
	}
	v.open = append(v.open, s)
}

// Pop is told that the innermost element ends.
func (v *View) Pop() {
	v.open = v.open[:len(v.open)-1]
	v.stray = false
}

// Lose is told of an element that begins, whose end will not be told: what it hides is
// hidden until an element around it ends.
func (v *View) Lose(s State) {
	if !v.stray && s.Hidden() != "" {
		v.lost, v.stray = s, true
	}
}

// never are the elements whose content is not shown as it is written, or not before
// somebody presses them.
var never = map[string]bool{
	"head": true, "script": true, "style": true, "title": true, "template": true, "noscript": true, "iframe": true, "noembed": true, "noframes": true,
	"object": true, "svg": true, "math": true, "select": true, "datalist": true, "textarea": true, "canvas": true, "audio": true, "video": true,
}

// Raised writes the digits of a <sup> behind a figure as raised ones: the cents of "$12⁵⁰" and
// the number of a footnote are no more digits of it. Other words stay as they are.
func Raised(before byte, text string) string {
	if before < '0' || before > '9' || text == "" || strings.Trim(text, "0123456789") != "" {
		return text
	}
	return raised.Replace(text)
}

var raised = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
