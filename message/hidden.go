package message

import (
	"html"
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

// word notes text that is hidden.
func (n *hiddenNotes) word(s string) {
	if n != nil && n.open.Len() < maxHiddenText {
		n.open.WriteString(html.UnescapeString(s[:min(len(s), maxHiddenText)]) + " ")
	}
}

// begin and end are told when text begins to be hidden, and when it is seen again.
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
