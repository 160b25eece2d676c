package sight

import (
	"slices"
	"strings"
)

// value is what declarations say of one property: of several the last one counts, but
// before all the last of those that are important.
type value[T any] struct {
	is        T
	set, firm bool
}

func (v *value[T]) put(is T, firm bool) {
	if firm || !v.firm {
		*v = value[T]{is, true, firm}
	}
}

func (v *value[T]) merge(o value[T]) {
	if o.set {
		v.put(o.is, o.firm)
	}
}

// length is a size of letters: in pixels, or so many times the size around it.
type length struct {
	n     float64
	times bool
}

// style is what declarations say that decides whether letters are seen. What hides all
// that is inside holds wherever it stands; the rest is as the last declaration has it.
type style struct {
	hides     bool
	invisible value[bool]
	size      value[length]
	ink, fill value[ink]
	ground    value[ground]
	bare      value[bool] // it has no ground of its own
	picture   bool        // a picture lies on its ground
	clip      value[bool] // its ground is seen through letters alone
}

func (st *style) merge(o *style) {
	st.hides, st.picture = st.hides || o.hides, st.picture || o.picture
	st.invisible.merge(o.invisible)
	st.size.merge(o.size)
	st.ink.merge(o.ink)
	st.fill.merge(o.fill)
	st.ground.merge(o.ground)
	st.bare.merge(o.bare)
	st.clip.merge(o.clip)
}

// on makes of the state around an element the one inside of it.
func (st *style) on(s *State) {
	s.gone = s.gone || st.hides
	if st.invisible.set {
		s.invisible = st.invisible.is
	}
	if size := st.size.is; size.times {
		s.size *= size.n
	} else if st.size.set {
		s.size = size.n
	}
	if st.ink.set {
		s.ink = st.ink.is
	}
	if st.fill.set {
		s.fill = st.fill.is
	}
	switch {
	case st.picture:
		s.ground, s.cut = ground{}, false
	case st.ground.set && !st.bare.is:
		s.ground, s.cut = st.ground.is, false
	}
	own := st.picture || st.ground.set && !st.bare.is
	s.cut = s.cut || own && st.clip.is && !(s.ground.known && sameColour(s.ground.rgb, white.rgb))
}

// ofAttributes reads what attributes say that older mails have for styles.
func (st *style) ofAttributes(e Element) {
	if e.Ground != "" {
		st.setGround(strings.ToLower(e.Ground), false)
	}
	if e.Colour != "" {
		c, _ := colourOf(strings.ToLower(e.Colour))
		st.ink.put(ink{said: true, colour: c}, false)
	}
	switch {
	case e.Name == "font" && e.Size != "":
		st.size.put(length{n: 13}, false) // none of its seven is too small
	case e.Name == "small" || e.Name == "sub" || e.Name == "sup":
		st.size.put(length{0.83, true}, false)
	}
}

// read reads declarations in plain CSS.
func (st *style) read(css string) {
	overflow, none := false, false
	for decl := range strings.SplitSeq(css, ";") {
		prop, val, _ := strings.Cut(decl, ":")
		val, bang, _ := strings.Cut(val, "!")
		val, firm := strings.TrimSpace(val), strings.TrimSpace(bang) == "important"
		if val == "" {
			continue
		}
		switch prop = strings.TrimSpace(prop); prop {
		case "display":
			st.hides = st.hides || val == "none"
		case "visibility":
			switch val {
			case "hidden", "collapse":
				st.invisible.put(true, firm)
			case "visible", "initial":
				st.invisible.put(false, firm)
			}
		case "content-visibility":
			st.hides = st.hides || val == "hidden"
		case "mso-hide":
			st.hides = st.hides || val == "all"
		case "opacity":
			st.hides = st.hides || fraction(val) < 0.1 && isNumber(val)
		case "filter", "-webkit-filter":
			_, of, ok := strings.Cut(val, "opacity(")
			st.hides = st.hides || ok && fraction(strings.TrimSpace(of)) < 0.1
		case "font-size":
			if n, ok := sizeOf(val); ok {
				st.size.put(n, firm)
			}
		case "font":
			if n, ok := sizeOf(sizeOfFont(val)); ok {
				st.size.put(n, firm)
			}
		case "max-height":
			none = none || isSliver(val)
			st.hides = st.hides || isNothing(val)
		case "height":
			none = none || isSliver(val)
		case "max-width", "width":
			none = none || isNothing(val)
		case "overflow", "overflow-x", "overflow-y":
			overflow = overflow || val == "hidden" || val == "clip"
		case "text-indent", "left", "top", "right", "bottom", "margin-left", "margin-top":
			st.hides = st.hides || isFar(val)
		case "margin":
			sides := sidesOf(strings.Fields(val))
			st.hides = st.hides || isFar(sides[0]) || isFar(sides[3])
		case "background", "background-color":
			st.setGround(val, firm)
		case "background-image":
			st.picture = st.picture || val != "none" && val != "initial"
		case "color":
			st.setInk(&st.ink, val, firm)
		case "-webkit-text-fill-color":
			st.setInk(&st.fill, val, firm)
		case "background-clip", "-webkit-background-clip":
			st.clip.put(val == "text", firm)
		case "clip":
			val = strings.Join(strings.FieldsFunc(val, isComma), "")
			st.hides = st.hides || strings.HasPrefix(val, "rect(0000") || strings.HasPrefix(val, "rect(0px0px0px0")
		case "clip-path", "-webkit-clip-path":
			st.hides = st.hides || clipsAll(val)
		case "transform", "-webkit-transform":
			st.hides = st.hides || movesAway(val)
		}
	}
	st.hides = st.hides || none && overflow
}

func (st *style) setInk(to *value[ink], val string, firm bool) {
	switch val {
	case "inherit", "unset", "revert":
		return
	case "currentcolor":
		if to == &st.fill {
			to.put(ink{}, firm)
		}
		return
	}
	c, clear := colourOf(val)
	to.put(ink{said: true, clear: clear, colour: c}, firm)
}

func (st *style) setGround(val string, firm bool) {
	switch val {
	case "none", "transparent", "initial", "unset", "revert", "0", "0 0":
		st.bare.put(true, firm)
		return
	case "inherit":
		return
	}
	c, clear := colourOf(val)
	if !c.known && !strings.Contains(val, "(") { // "#fff none repeat"
		for one := range strings.FieldsSeq(val) {
			if c, _ = colourOf(one); c.known {
				break
			}
		}
	}
	st.ground.put(ground{c}, firm)
	st.bare.put(clear, firm)
}

// sheet is what the style sheets of a document say of elements by their name, class and
// id. Rules for some screens, and those for elements inside of others, are left out.
type sheet struct {
	rules map[string]*rule
	n     int
}

// rule is what is said of one selector, and how much that counts beside others.
type rule struct {
	style
	counts, n int
}

// maxRules bounds the rules of a document that are read.
const maxRules = 2000

func (s *sheet) read(css string) {
	css = strings.NewReplacer("<!--", " ", "-->", " ").Replace(plain(css))
	for css != "" && s.n < maxRules {
		selectors, rest, ok := strings.Cut(css, "{")
		if !ok {
			return
		}
		if at := strings.LastIndexAny(selectors, ";}"); at >= 0 { // an @import before it
			selectors = selectors[at+1:]
		}
		selectors = strings.TrimSpace(selectors)
		if query, ok := strings.CutPrefix(selectors, "@media"); ok && forScreens(query) {
			css = rest // its rules are as others; the end of its block stands before a selector
			continue
		}
		if strings.Contains(selectors, "@") { // @media and the like: over its whole block
			depth, i := 1, 0
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
		var body string
		body, css, _ = strings.Cut(rest, "}")
		var st style
		st.read(body)
		if st.ink.set {
			st.ink.is = ink{said: true} // to know it one must know all rules
		}
		if st.fill.set {
			st.fill.is = ink{said: true}
		}
		if st == (style{}) {
			continue
		}
		for one := range strings.SplitSeq(selectors, ",") {
			s.add(strings.TrimSpace(one), &st)
		}
	}
}

func (s *sheet) add(selector string, st *style) {
	counts := 0
	if i := strings.IndexAny(selector, ".#"); i >= 0 {
		counts = 1
		if selector[i] == '#' {
			counts = 2
		}
		if strings.LastIndexAny(selector, ".#") != i {
			return
		}
	}
	if selector == "" || s.n >= maxRules || strings.ContainsAny(selector, " \t\r\n\f>+~:[*") {
		return
	}
	if s.rules == nil {
		s.rules = map[string]*rule{}
	}
	r := s.rules[selector]
	if r == nil {
		r = &rule{counts: counts}
		s.rules[selector] = r
	}
	s.n++
	r.n = s.n
	r.merge(st)
}

// of adds what the sheets say of an element to its style.
func (s *sheet) of(e Element, st *style) {
	if len(s.rules) == 0 {
		return
	}
	var found []*rule
	look := func(selector string) {
		if r := s.rules[selector]; r != nil {
			found = append(found, r)
		}
	}
	look(e.Name)
	for c := range strings.FieldsSeq(strings.ToLower(e.Class)) {
		look("." + c)
		look(e.Name + "." + c)
	}
	if e.ID != "" {
		look("#" + strings.ToLower(e.ID))
		look(e.Name + "#" + strings.ToLower(e.ID))
	}
	slices.SortFunc(found, func(a, b *rule) int {
		if a.counts != b.counts {
			return a.counts - b.counts
		}
		return a.n - b.n
	})
	for _, r := range found {
		st.merge(&r.style)
	}
}

// forScreens reports a query of media that holds on every screen.
func forScreens(query string) bool {
	holds := false
	for w := range strings.FieldsFuncSeq(strings.ToLower(query), isComma) {
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

// plain writes CSS in small letters, without comments and escapes.
func plain(css string) string {
	css = strings.ToLower(css)
	if strings.Contains(css, "/*") {
		var b strings.Builder
		for {
			before, rest, ok := strings.Cut(css, "/*")
			b.WriteString(before)
			if !ok {
				break
			}
			_, css, _ = strings.Cut(rest, "*/")
		}
		css = b.String()
	}
	if !strings.Contains(css, `\`) {
		return css
	}
	var b strings.Builder
	for i := 0; i < len(css); i++ {
		if css[i] != '\\' {
			b.WriteByte(css[i])
			continue
		}
		n, r := 0, rune(0)
		for ; n < 6 && i+1 < len(css); n++ {
			d := strings.IndexByte("0123456789abcdef", css[i+1])
			if d < 0 {
				break
			}
			r, i = r*16+rune(d), i+1
		}
		if n > 0 {
			b.WriteString(strings.ToLower(string(r)))
			if i+1 < len(css) && css[i+1] == ' ' { // ends the number
				i++
			}
		}
	}
	return b.String()
}
