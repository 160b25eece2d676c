package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentence is what is read at once: a sentence, an item of a list, a row of a
// table, or a line that stands by itself. Offsets are bytes of the mail's text.
type sentence struct {
	start, end int
	toks       []token
	bullet     bool   // an item of a list
	label      string // lower case: the words before a colon, "resubmit by"
	body       int    // the token after the label's colon; 0 without a label
	heading    string // lower case: the heading of the list it stands in
	question   bool
	paragraph  int
	cells      []cell // a row of a table
	columns    []string
	whens      []when
	dated      bool // whens were looked for
	loose      bool // a row whose cells were run together
	amounts    []money
	words      []uint32         // the features of its words alone
	asks       int32            // what headAsks says of them
	votes      [headCount]int32 // of all heads on its words, when placed
	placed     bool
}

// cell is one cell of a row.
type cell struct{ start, end int }

// text returns the words of the sentence.
func (s *sentence) text(whole string) string { return whole[s.start:s.end] }

// content returns the tokens after the label.
func (s *sentence) content() []token { return s.toks[s.body:] }

// line is one line of the text without the white space around it.
type line struct {
	start, end int // trimmed
	indent     int // white space before it, in bytes
	width      int // code points, trimmed
	blank      bool
	bullet     int // bytes of the list mark and the space after it; 0 when none
	row        []cell
	label      bool // "Status:  REVISE"
}

// abbreviations end with a dot that does not end a sentence. The soft ones may
// also stand at the end of one: then the next word tells.
var abbreviations = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "messrs": true, "prof": true, "sr": true, "jr": true, "st": true, "ave": true, "rd": true, "blvd": true, "ln": true, "hwy": true,
	"approx": true, "appr": true, "incl": true, "excl": true, "bldg": true, "apt": true, "ste": true, "fig": true, "pt": true, "ph": true, "ext": true, "dept": true, "dwg": true, "dwgs": true,
	"spec": true, "specs": true, "sect": true, "qty": true, "max": true, "temp": true, "misc": true, "vs": true, "etc": true, "rev": true, "ref": true, "tel": true, "no": true, "nos": true, "est": true,
	"inc": true, "ltd": true, "co": true, "corp": true, "llc": true, "jan": true, "feb": true, "mar": true, "apr": true, "jun": true, "jul": true, "aug": true, "sep": true, "sept": true, "oct": true,
	"nov": true, "dec": true, "mon": true, "tue": true, "tues": true, "wed": true, "weds": true, "thu": true, "thur": true, "thurs": true, "fri": true, "sat": true, "sun": true,
	"ga": true, "lb": true, "lbs": true, "ft": true, "in": true, "yd": true, "oz": true, "gal": true, "sq": true, "cu": true, "min": true, "hr": true, "hrs": true, "wk": true, "wks": true,
	"attn": true, "re": true, "cert": true, "mfr": true, "mfg": true, "alt": true, "elev": true, "lvl": true, "flr": true, "art": true, "para": true, "cl": true, "app": true, "gov": true, "rep": true, "sen": true,
	"resp": true, "insp": true, "equip": true, "mech": true, "elec": true, "struct": true, "arch": true, "pkg": true, "sub": true, "amt": true, "int": true, "eng": true, "eg": true, "ie": true, "cf": true, "al": true,
}

// onlyAfterFigure are abbreviations that are words unless a figure stands
// before them ("12 in. of") or after them ("No. 5").
var onlyAfterFigure = map[string]bool{"in": true, "min": true, "sun": true, "sat": true, "alt": true, "art": true, "max": true, "app": true, "rep": true, "int": true, "sub": true, "spec": true, "specs": true, "mar": true}

// unitAbbreviations end a sentence when a capital follows.
var unitAbbreviations = set("hr hrs min ft in lb lbs yd oz gal sq cu wk wks ga ea sf lf cy etc amt")

// starters begin sentences and seldom follow an abbreviation inside one.
var starters = map[string]bool{
	"the": true, "we": true, "i": true, "please": true, "this": true, "it": true, "that": true, "there": true, "you": true, "he": true, "she": true, "they": true, "if": true, "when": true,
	"our": true, "my": true, "but": true, "and": true, "so": true, "also": true, "no": true, "yes": true, "can": true, "could": true, "will": true, "thanks": true, "thank": true, "these": true,
	"i'll": true, "i'm": true, "we'll": true, "let": true, "let's": true, "don't": true, "send": true, "after": true, "before": true, "in": true, "as": true, "any": true, "all": true, "need": true,
}

// sentences cuts text[from:to] into sentences. Lines that a mail program broke
// at its margin are read as one; lists, tables, labels and lines without
// punctuation end where their line ends.
func sentences(text string, from, to int) []sentence {
	lines := splitLines(text, from, to)
	widths := wrapWidths(lines)
	var out []sentence
	paragraph := 0
	heading, headingParagraph := "", 0
	listed := false // items followed the heading
	var columns []string
	for i := 0; i < len(lines); {
		l := lines[i]
		if l.blank {
			paragraph++
			columns = nil
			i++
			continue
		}
		j := i + 1
		if l.row == nil && !l.label {
			for j < len(lines) && continues(text, lines[j-1], lines[j], widths[i], l) {
				j++
			}
		}
		if looseHeader(text[l.start:l.end]) {
			k := i + 1
			for k < len(lines) && !lines[k].blank {
				s := newSentence(text, lines[k].start, lines[k].end)
				s.loose, s.paragraph = true, paragraph
				out = append(out, s)
				k++
			}
			i = k
			continue
		}
		if l.row != nil {
			if columns == nil && isHeaderRow(text, l.row) && j < len(lines) && len(lines[j].row) > 0 {
				columns = rowWords(text, l.row)
				i = j
				continue
			}
			s := newSentence(text, l.start+l.bullet, l.end)
			s.cells, s.columns, s.paragraph, s.bullet = l.row, columns, paragraph, l.bullet > 0
			s.heading = heading
			out = append(out, s)
			i = j
			continue
		}
		block := splitBlock(text, l.start+l.bullet, lines[j-1].end)
		for k := range block {
			s := &block[k]
			s.paragraph = paragraph
			s.bullet = l.bullet > 0
			if s.bullet || l.label {
				s.heading = heading
			}
		}
		if l.bullet > 0 {
			listed = true
		} else if listed && paragraph > headingParagraph+1 || listed && !isHeading(text, block) {
			heading, listed = "", false
		}
		if l.bullet == 0 && isHeading(text, block) {
			last := block[len(block)-1]
			heading, headingParagraph, listed = lower(strings.TrimSpace(last.text(text))), paragraph, false
		}
		out = append(out, block...)
		i = j
	}
	return out
}

func splitLines(text string, from, to int) []line {
	var out []line
	for at := from; at < to; {
		end := strings.IndexByte(text[at:to], '\n')
		if end < 0 {
			end = to
		} else {
			end += at
		}
		raw := text[at:end]
		trimmed := strings.TrimSpace(raw)
		l := line{blank: trimmed == ""}
		l.indent = strings.Index(raw, trimmed)
		l.start = at + l.indent
		l.end = l.start + len(trimmed)
		if !l.blank {
			l.width = utf8.RuneCountInString(trimmed)
			l.bullet = bulletMark(trimmed)
			l.row = rowOf(text, l.start, l.end)
			l.label = l.row == nil && labelled(trimmed)
		}
		out = append(out, l)
		at = end + 1
	}
	return out
}

// bulletMark returns the length of a list mark at the start of a line, with the
// space after it: "- ", "* ", "• ", "1. ", "1) ", "(a) ", "14.3 ".
func bulletMark(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("-*•·▪◦‣●○–—>+", r) || r == 'o' {
		if m := spaces(s[n:]); m > 0 && len(s) > n+m {
			return n + m
		}
		if r == '•' || r == '·' || r == '●' {
			return n
		}
		return 0
	}
	i := 0
	if i < len(s) && s[i] == '(' {
		i++
	}
	start := i
	for i < len(s) && isDigit(rune(s[i])) {
		i++
	}
	digits := i - start
	if digits > 3 {
		return 0
	}
	if digits == 0 {
		if i < len(s) && s[i] >= 'a' && s[i] <= 'z' && i+1 < len(s) && s[i+1] == ')' {
			i++
		} else {
			return 0
		}
	}
	dotted := false
	for digits > 0 && i+1 < len(s) && s[i] == '.' && isDigit(rune(s[i+1])) { // 14.3, 1.2.4
		dotted = true
		i++
		for i < len(s) && isDigit(rune(s[i])) {
			i++
		}
	}
	closed := false
	if i < len(s) && (s[i] == '.' || s[i] == ')') {
		i++
		closed = true
	}
	m := spaces(s[i:])
	if m == 0 || len(s) == i+m || !closed && !dotted {
		return 0
	}
	if !closed { // "14.3 Elevator", not "2.5 inches"
		if r, _ := utf8.DecodeRuneInString(s[i+m:]); !unicode.IsUpper(r) {
			return 0
		}
	}
	return i + m
}

func spaces(s string) int {
	n := 0
	for n < len(s) && (s[n] == ' ' || s[n] == '\t') {
		n++
	}
	return n
}

// maxCells is how many cells a row of a table may have; more is no table.
const maxCells = 40

// rowOf takes a line apart that is a row of a table: cells between tabs or
// bars, or between two gaps of two blanks and more.
func rowOf(text string, start, end int) []cell {
	s := text[start:end]
	bars := strings.Count(s, "|")
	var cells []cell
	add := func(a, b int) {
		t := strings.TrimSpace(s[a:b])
		off := a + strings.Index(s[a:b], t)
		cells = append(cells, cell{start + off, start + off + len(t)})
	}
	at := 0
	leader := strings.Index(s, "....")
	switch {
	case leader > 0:
		rest := strings.TrimLeft(s[leader:], ". ")
		if rest == "" {
			return nil
		}
		add(0, leader)
		at = len(s) - len(rest)
	case strings.Contains(s, "\t") || bars >= 2 || bars == 1 && strings.Contains(s, " | "):
		for i := 0; i < len(s); i++ {
			if s[i] == '\t' || s[i] == '|' {
				if s[i] == '|' && strings.TrimSpace(s[at:i]) == "" && at == 0 {
					at = i + 1
					continue
				}
				add(at, i)
				at = i + 1
			}
		}
	default:
		for i := 0; i+1 < len(s); i++ {
			if s[i] == ' ' && s[i+1] == ' ' {
				if i > 0 && strings.ContainsRune(".!?:,;", rune(s[i-1])) {
					for i+1 < len(s) && s[i+1] == ' ' { // blanks after a sentence, or a label
						i++
					}
					continue
				}
				add(at, i)
				for i+1 < len(s) && s[i+1] == ' ' {
					i++
				}
				at = i + 1
			}
		}
	}
	if strings.TrimSpace(s[at:]) != "" || len(cells) > 0 && at < len(s) {
		add(at, len(s))
	}
	filled := 0
	for _, c := range cells {
		if c.end > c.start {
			filled++
		}
	}
	if len(cells) > maxCells || len(cells) < 2 || filled < 2 && len(cells) < 3 {
		return nil
	}
	return cells
}

// isHeaderRow reports whether a row names columns: words without figures, one
// of them the name of a column.
func isHeaderRow(text string, row []cell) bool {
	named := false
	for _, c := range row {
		s := text[c.start:c.end]
		if len(s) > 30 || strings.ContainsAny(s, "0123456789$") {
			return false
		}
		named = named || columnKind(lower(s)) != ""
	}
	return named
}

// looseHeader reports whether a line names the columns of a table whose cells
// were run together: all of its words are short, one names what is to be done
// and one who does it or when.
func looseHeader(s string) bool {
	fields := strings.Fields(s)
	if len(fields) < 2 || len(fields) > 7 {
		return false
	}
	task, other := false, false
	for _, f := range fields {
		r, _ := utf8.DecodeRuneInString(f)
		if !unicode.IsUpper(r) && r != '#' {
			return false
		}
		switch columnKind(lower(f)) {
		case "task":
			task = true
		case "owner", "due":
			other = true
		}
	}
	return task && other
}

func rowWords(text string, row []cell) []string {
	out := make([]string, len(row))
	for i, c := range row {
		out[i] = lower(text[c.start:c.end])
	}
	return out
}

// columnKind says what a column of that name holds: "task", "owner", "due", or
// "" when it is not known.
func columnKind(name string) string {
	switch strings.Trim(name, " .:#*") {
	case "item", "task", "action", "description", "action item", "work", "issue", "deficiency", "scope", "to do", "what", "activity", "comment":
		return "task"
	case "resp", "responsible", "responsibility", "owner", "by whom", "who", "assigned", "assigned to", "trade", "sub", "contractor", "action by", "ball in court", "bic", "by":
		return "owner"
	case "due", "due date", "date due", "deadline", "target", "complete by", "needed by", "when", "required by", "target date":
		return "due"
	case "status":
		return "status"
	}
	return ""
}

// labelled reports whether a line is "Label:  value" or "Label: value" with a
// short label.
func labelled(s string) bool {
	i := strings.IndexByte(s, ':')
	if i <= 0 || i > 32 || i+1 >= len(s) || s[i+1] != ' ' && s[i+1] != '\t' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) && len(strings.Fields(s[:i])) <= 4 && !strings.ContainsAny(s[:i], ".,;!?")
}

// wrapWidths returns for each line the margin at which its block was broken, or
// 0 when it was not.
func wrapWidths(lines []line) []int {
	out := make([]int, len(lines))
	for i := 0; i < len(lines); {
		longest, end := 0, i
		for ; end < len(lines) && !lines[end].blank; end++ {
			longest = max(longest, lines[end].width+lines[end].indent)
		}
		if end-i < 2 || longest < 50 || longest > 100 {
			longest = 0
		}
		for ; i < end; i++ {
			out[i] = longest
		}
		i = end + 1
	}
	return out
}

// continues reports whether next goes on where prev was broken at the margin.
func continues(text string, prev, next line, width int, first line) bool {
	if next.blank || next.bullet > 0 || next.row != nil {
		return false
	}
	if first.bullet > 0 && next.indent > first.indent {
		return true // the hanging lines of an item
	}
	body := text[next.start:next.end]
	if next.label && !strings.Contains(body[strings.IndexByte(body, ':'):], ". ") && width == 0 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(body)
	last, _ := utf8.DecodeLastRuneInString(text[prev.start:prev.end])
	ended := strings.ContainsRune(".!?:;", last)
	if width > 0 {
		word := strings.IndexAny(body, " \t")
		if word < 0 {
			word = len(body)
		}
		if prev.indent+prev.width+1+utf8.RuneCountInString(body[:word]) > width && !(next.label && ended) {
			return true
		}
	}
	// Somebody who never writes capitals ends sentences with the line.
	begin, _ := utf8.DecodeRuneInString(text[first.start+first.bullet : first.end])
	return !ended && unicode.IsLower(r) && !unicode.IsLower(begin) && prev.width >= 40
}

// isHeading reports whether a block announces a list: it ends with a colon, or
// is a short line of capitals.
func isHeading(text string, block []sentence) bool {
	if len(block) == 0 {
		return false
	}
	last := block[len(block)-1]
	s := last.text(text)
	if strings.HasSuffix(s, ":") {
		return true
	}
	if len(block) > 1 || len(last.toks) > 6 || len(last.toks) == 0 {
		return false
	}
	if strings.ToUpper(s) == s && strings.ToLower(s) != s && last.label == "" {
		return true
	}
	// "What happens now" above a list: short, no punctuation at its end.
	r, _ := utf8.DecodeLastRuneInString(s)
	return isLetter(r) && last.toks[0].cap
}

// newSentence makes a sentence of text[start:end] and finds its label.
func newSentence(text string, start, end int) sentence {
	s := sentence{start: start, end: end, toks: tokenise(text, start, end)}
	for i := range s.toks {
		if is(s.toks, i, "?") && (i+1 == len(s.toks) || s.toks[i+1].gap || s.toks[i+1].kind == mark) {
			s.question = true
		}
	}
	for i := 1; i < len(s.toks) && i <= 5; i++ {
		t := s.toks[i]
		if t.low == ":" && !t.gap && i+1 < len(s.toks) && s.toks[i+1].gap {
			s.label = strings.Join(strings.Fields(lower(text[start:t.start])), " ")
			s.body = i + 1
			break
		}
		if t.kind == mark && !is(s.toks, i, "&", "+", "/", "-", "'", "#", ".") {
			break
		}
	}
	return s
}

// splitBlock cuts text[start:end] at the ends of its sentences.
func splitBlock(text string, start, end int) []sentence {
	toks := tokenise(text, start, end)
	var out []sentence
	from := start
	emit := func(to int) {
		s := strings.TrimSpace(text[from:to])
		if s != "" && strings.ContainsFunc(s, func(r rune) bool { return isLetter(r) || isDigit(r) }) {
			at := from + strings.Index(text[from:to], s)
			out = append(out, newSentence(text, at, at+len(s)))
		}
		from = to
	}
	for i := 0; i < len(toks); i++ {
		if is(toks, i, ",") && runOn(toks, i, from) {
			emit(toks[i].end)
			continue
		}
		if !is(toks, i, ".", "!", "?", "…") {
			continue
		}
		j := i
		for j+1 < len(toks) && !toks[j+1].gap && is(toks, j+1, ".", "!", "?", "…", ")", "\"", "”", "’", "'", "*", "_") {
			j++
		}
		if j+1 < len(toks) && !toks[j+1].gap {
			continue // 12.50, e.g., a.m
		}
		if toks[i].low == "." && i == j && !ends(toks, i) {
			continue
		}
		if (is(toks, j, ")") || is(toks, j-1, ")")) && j+1 < len(toks) && !toks[j+1].cap && toks[j+1].kind == word {
			continue // "(see dwg.) and"
		}
		if toks[i].low != "." && j+1 < len(toks) && toks[j+1].kind == mark && is(toks, j+1, ",", ";") {
			continue
		}
		emit(toks[j].end)
		i = j
	}
	emit(end)
	return out
}

// runOn reports whether the comma at token i divides two sentences that were
// written as one: much stands before it, and a new subject with its verb follows.
func runOn(toks []token, i, from int) bool {
	if !is(toks, i+1, "i", "we", "he", "she", "they") || i+3 >= len(toks) || toks[i+2].kind != word {
		return false
	}
	n := 0
	for k := i - 1; k >= 0 && toks[k].start >= from; k-- {
		n++
	}
	return n >= 28
}

// ends reports whether the dot at token i ends a sentence.
func ends(toks []token, i int) bool {
	if i+1 >= len(toks) {
		return true
	}
	if i == 0 || toks[i].gap {
		return i > 0
	}
	prev, next := toks[i-1], toks[i+1]
	if i >= 2 && toks[i-2].kind == digits && glued(toks, i-1, "st", "nd", "rd", "th") {
		return true // September 1st.
	}
	if prev.kind == digits {
		// "1. Game lines" at the start is a number, "by 11/1. After" an end.
		return i-1 > 0 || len(prev.low) > 2
	}
	if prev.kind != word {
		return true
	}
	if i >= 2 && !prev.gap && toks[i-2].kind == digits && len(prev.low) == 1 {
		return true // 1.34M.
	}
	single := utf8.RuneCountInString(prev.low) == 1
	if single && (prev.cap || i >= 3 && toks[i-2].low == "." && !toks[i-1].gap) { // initials, a.m., e.g.
		if i >= 3 && toks[i-2].low == "." && !toks[i-1].gap {
			return next.cap && starters[next.low]
		}
		return next.cap && starters[next.low] || !next.cap && next.kind == word && i >= 2 && toks[i-2].kind == mark && toks[i-2].low == "-"
	}
	if !abbreviations[prev.low] {
		return true
	}
	if onlyAfterFigure[prev.low] && !(i >= 2 && toks[i-2].kind == digits) && next.kind != digits {
		return true
	}
	if prev.low == "no" || prev.low == "nos" {
		return next.kind != digits && next.low != "#"
	}
	if unitAbbreviations[prev.low] && next.cap {
		return true // "at $95/hr. Manuals"
	}
	switch prev.low {
	case "mr", "mrs", "ms", "dr", "messrs", "prof", "approx", "attn", "vs", "gov", "sen", "rep", "st":
		return next.cap && prev.low == "st" && starters[next.low]
	}
	return next.cap && starters[next.low]
}
