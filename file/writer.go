package file

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"projectr"
)

// writer gathers the text of a file: bounded, clean, and in lines.
type writer struct {
	b     strings.Builder
	left  int // code points that may still be written
	full  bool
	lines int // line ends due before the next word
	any   bool
	notes []string // how much was read, where it was not all
}

// note says in a sentence what was not read.
func (w *writer) note(sentence string) {
	for _, n := range w.notes {
		if n == sentence {
			return
		}
	}
	w.notes = append(w.notes, sentence)
}

// write appends words. Line ends in s are kept; other control characters,
// halves of pairs and what has no width and no meaning are left out.
func (w *writer) write(s string) {
	for _, r := range s {
		switch {
		case r == '\n':
			w.newline()
			continue
		case r == '\t', r == ' ':
		case r == '\u00a0', r == '\u202f', r == '\u2007':
			r = ' '
		case r == '\u2028', r == '\u2029', r == '\v', r == '\f':
			w.newline()
			continue
		case r == '\uf0b7': // the bullet of Word's lists, in a font of symbols
			r = '•'
		case invisible(r):
			continue
		case r >= 0xfb00 && r <= 0xfb06:
			w.write(ligatures[r-0xfb00])
			continue
		}
		w.put(r)
	}
}

var ligatures = [...]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}

// invisible says whether r has no place in a text: controls, marks of
// direction, tags, and characters that pictures stand in for.
func invisible(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) || r == '\ufeff' || r == '\u00ad' || r == '\ufffc' ||
		r >= '\u200b' && r <= '\u200f' && r != '\u200c' && r != '\u200d' ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2060' && r <= '\u206f' || r >= 0xe0000 && r <= 0xe007f ||
		r >= 0xe000 && r <= 0xf8ff || r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
}

func (w *writer) put(r rune) {
	if w.lines > 0 && w.any && r != ' ' {
		n := min(w.lines, 2, w.left)
		for range n {
			w.b.WriteByte('\n')
		}
		w.left -= n
		w.lines = 0
	} else if (w.lines > 0 || !w.any) && r == ' ' {
		return // no line begins with a space
	}
	if w.left <= 0 {
		w.full = true
		return
	}
	w.any = true
	w.lines = 0
	w.b.WriteRune(r)
	w.left--
}

// newline ends the line. Two in a row make one empty line, more make no more.
func (w *writer) newline() { w.lines++ }

// fresh ends the line if something stands on it.
func (w *writer) fresh() { w.lines = max(w.lines, 1) }

// gap makes the next words begin after an empty line.
func (w *writer) gap() { w.lines = max(w.lines, 2) }

// line writes s as a line, or lines, of its own.
func (w *writer) line(s string) {
	w.fresh()
	w.write(s)
	w.fresh()
}

// row writes cells as one line, parted by tabs, without those that are empty at
// the end. It reports whether anything was written.
func (w *writer) row(cells []string) bool {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return false
	}
	w.fresh()
	for i, c := range cells {
		if i > 0 {
			w.put('\t')
		}
		w.write(oneLine(c))
		if w.full {
			break
		}
	}
	w.fresh()
	return true
}

// oneLine is s with every stretch of white space as one space.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func (w *writer) fileText() projectr.FileText {
	text := strings.TrimRight(trimLines(w.b.String()), " \t\n")
	t := projectr.FileText{State: projectr.FileRead, Text: text}
	if w.full {
		w.note("The first " + thousands(MaxText) + " characters were read.")
	}
	switch {
	case strings.TrimSpace(text) == "": // what was left out does not matter then
		t.State, t.Text = projectr.FileNotRead, ""
		if len(w.notes) == 0 {
			w.notes = []string{string(noText)}
		}
	case len(w.notes) > 0:
		t.State = projectr.FilePartly
	}
	t.Note = clip(strings.Join(w.notes, " "), maxNoteLength)
	return t
}

// trimLines takes the spaces off the ends of lines; tabs may stand for cells.
func trimLines(s string) string {
	if !strings.Contains(s, " \n") {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		end := ""
		if strings.HasSuffix(line, "\n") {
			line, end = line[:len(line)-1], "\n"
		}
		b.WriteString(strings.TrimRight(line, " "))
		b.WriteString(end)
	}
	return b.String()
}

// clip cuts s after n code points.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// thousands writes n as people do: 5,000.
func thousands(n int) string {
	var digits []byte
	for i := 0; n > 0 || i == 0; i++ {
		if i > 0 && i%3 == 0 {
			digits = append(digits, ',')
		}
		digits = append(digits, byte('0'+n%10))
		n /= 10
	}
	for i, j := 0, len(digits)-1; i < j; i, j = i+1, j-1 {
		digits[i], digits[j] = digits[j], digits[i]
	}
	return string(digits)
}
