package message

import (
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	nethtml "golang.org/x/net/html"
	"golang.org/x/net/idna"
)

// CleanHTML makes the HTML of a mail fit to be shown (invariants I-24, I-25):
// no script, form, frame, style sheet, base or meta; nothing that makes a
// browser ask any host for anything. Links to the web, to a mail address or to
// a telephone stay: they open in a new tab, tell it nothing, and their title is
// where they really lead. A picture that came with the mail is shown through
// the address that cid gives for its Content-ID; every other picture gives way
// to its description. Pictures written into the document as data stay.
//
// The result is computed at display time, never kept, and still belongs into a
// sandboxed frame with a policy of its own. It has at most MaxHTML bytes,
// however often the mail shows the same picture: the words come first, and a
// picture there is no room for gives way to its description.
func CleanHTML(doc string, cid func(contentID string) (url string, ok bool)) string {
	if len(doc) > maxText {
		doc = doc[:maxText]
	}
	return point(policy().Sanitize(doc), cid)
}

// MaxHTML is how many bytes CleanHTML returns at most.
const MaxHTML = 16 << 20

// policy is the list of what may stay.
func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("abbr", "address", "b", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "div", "dl", "dt", "em",
		"font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
		"table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var")

	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid") // cid for pictures alone: point takes it from links
	p.AllowDataURIImages()
	p.AllowAttrs("href").OnElements("a")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	p.AllowAttrs("src", "alt").OnElements("img")

	number := regexp.MustCompile(`^[0-9]{1,4}%?$`)
	word := regexp.MustCompile(`^[a-zA-Z]{1,20}$`)
	colour := regexp.MustCompile(`^(#?[0-9a-fA-F]{3,8}|[a-zA-Z]{3,25})$`)
	p.AllowAttrs("width", "height").Matching(number).OnElements("img", "table", "td", "th", "col", "hr")
	p.AllowAttrs("border", "cellpadding", "cellspacing").Matching(number).OnElements("table")
	p.AllowAttrs("colspan", "rowspan", "span").Matching(number).OnElements("td", "th", "col", "colgroup")
	p.AllowAttrs("start").Matching(number).OnElements("ol")
	p.AllowAttrs("type").Matching(word).OnElements("ol", "ul", "li")
	p.AllowAttrs("align", "valign").Matching(word).OnElements("table", "tr", "td", "th", "div", "p", "img", "h1", "h2", "h3", "h4", "col", "tbody", "thead")
	p.AllowAttrs("bgcolor").Matching(colour).OnElements("table", "tr", "td", "th")
	p.AllowAttrs("color").Matching(colour).OnElements("font")
	p.AllowAttrs("face").Matching(regexp.MustCompile(`^[\w ,'-]{1,100}$`)).OnElements("font")
	p.AllowAttrs("size").Matching(regexp.MustCompile(`^[+-]?[1-7]$`)).OnElements("font")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(?i:ltr|rtl|auto)$`)).Globally()

	plain := regexp.MustCompile(`^[\w\s.,%#()'"+-]{1,120}$`) // neither url( with a colon, nor escapes
	harmless := func(v string) bool {
		return plain.MatchString(v) && !strings.Contains(strings.ToLower(v), "url") && !strings.Contains(strings.ToLower(v), "expression")
	}
	p.AllowStyles("color", "background-color", "font-family", "font-size", "font-style", "font-weight", "line-height", "letter-spacing", "text-align", "text-decoration",
		"text-indent", "text-transform", "vertical-align", "white-space", "width", "max-width", "min-width", "height", "margin", "margin-top", "margin-right", "margin-bottom", "margin-left",
		"padding", "padding-top", "padding-right", "padding-bottom", "padding-left", "border", "border-top", "border-right", "border-bottom", "border-left", "border-color", "border-style",
		"border-width", "border-collapse", "border-spacing", "border-radius", "display", "list-style-type", "direction", "word-break", "overflow-wrap", "table-layout").
		MatchingHandler(harmless).Globally()
	return p
}

// point settles where the links and pictures of cleaned HTML lead.
func point(clean string, cid func(string) (string, bool)) string {
	if len(clean) <= MaxHTML && !strings.Contains(clean, "<img") && !strings.Contains(clean, "<a ") {
		return clean
	}
	var b strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(clean))
	for rest := len(clean); ; {
		tt := z.Next()
		if tt == nethtml.ErrorToken {
			if z.Err() != io.EOF {
				return ""
			}
			return b.String()
		}
		raw := z.Raw()
		rest -= len(raw)
		out := string(raw)
		if tt == nethtml.StartTagToken || tt == nethtml.SelfClosingTagToken {
			switch t := z.Token(); t.Data {
			case "img":
				out = picture(t, cid, MaxHTML-b.Len()-rest)
			case "a":
				out = link(t, MaxHTML-b.Len()-rest)
			}
		}
		if room := MaxHTML - b.Len(); len(out) > room { // a mail made to be long
			if tt == nethtml.TextToken {
				b.WriteString(cutText(out, room))
			}
			return b.String() // browsers close what is open
		}
		b.WriteString(out)
	}
}

// link returns what stands for an a element: one whose title is the address it
// leads to, without a user name that looks like a host, and with the letters of
// the host as DNS has them (RFC 3490). One there is no room for leads nowhere.
func link(t nethtml.Token, room int) string {
	at := slices.IndexFunc(t.Attr, func(a nethtml.Attribute) bool { return a.Key == "href" })
	if at < 0 {
		return "<a>"
	}
	u, err := url.Parse(strings.TrimSpace(t.Attr[at].Val))
	if err != nil || u.Scheme == "cid" {
		return "<a>"
	}
	if u.Host != "" {
		host, err := idna.Punycode.ToASCII(u.Host)
		if err != nil {
			return "<a>"
		}
		u.User, u.Host = nil, host
	}
	t.Attr = append(t.Attr, nethtml.Attribute{Key: "title", Val: u.String()})
	if told := t.String(); len(told) <= room {
		return told
	}
	return "<a>"
}

// cutText returns the beginning of escaped text, at most most bytes of it,
// without half a letter or half an entity.
func cutText(s string, most int) string {
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	s = s[:most]
	if amp := strings.LastIndexByte(s, '&'); amp >= 0 && !strings.Contains(s[amp:], ";") {
		s = s[:amp]
	}
	return s
}

// shownKinds are the pictures that may be written into a document: of points,
// not of a language that can ask and act as SVG can.
var shownKinds = []string{"png", "jpeg", "jpg", "gif", "webp"}

// picture returns what stands for an img element. One that is longer than room
// gives way to its description, which without its reason is never longer than the element was.
func picture(t nethtml.Token, cid func(string) (string, bool), room int) string {
	alt, shown, why := "", false, "A picture that did not come with the mail is not loaded."
	kept := t.Attr[:0]
	size := len("<img/>")
	for _, a := range t.Attr {
		switch a.Key {
		case "alt":
			alt = strings.TrimSpace(a.Val)
		case "src":
			lower := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(lower, "data:"):
				shown = slices.ContainsFunc(shownKinds, func(kind string) bool { return strings.HasPrefix(lower, "data:image/"+kind+";base64,") })
			case strings.HasPrefix(lower, "cid:") && cid != nil:
				id := strings.TrimSpace(a.Val)[len("cid:"):]
				if u, err := url.PathUnescape(id); err == nil {
					id = u
				}
				if u, ok := cid(id); ok {
					a.Val, shown = u, true
				}
				why = "This picture of the mail is not shown here."
			}
			if !shown {
				continue
			}
		}
		size += len(a.Key) + len(a.Val) + len(` =""`)
		kept = append(kept, a)
	}
	if shown && size <= room {
		t.Attr = kept
		return t.String()
	}
	if alt == "" {
		return ""
	}
	alt = "[" + nethtml.EscapeString(alt) + "]"
	if told := `<span title="` + why + `">` + alt + "</span>"; len(told) <= room {
		return told
	}
	return alt
}
