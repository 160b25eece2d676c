package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"projectr"
)

// roster is everybody a mail names, each once: in its header, in the headers of
// mails quoted in it, in addresses, signatures and sentences. Forms of one name
// ("Allen, Phillip K.", "Phillip", k..allen@enron.com) are joined where they can
// only mean one; of two Mikes a "Mike" alone belongs to none.
type roster struct {
	text    string
	toks    []token
	at      []mailAt
	taken   []bool // tokens that are part of an address or a name already read
	people  []*individual
	byWord  map[string][]*individual
	limit   int
	headers map[string][][]*individual // fields of one name, in order: who stands in them
}

// individual is one person and where the text names them.
type individual struct {
	name    string // as a list would have it: Phillip K. Allen; empty when only an address is known
	first   string
	last    string
	others  []string // middle names and initials
	address []string
	spans   [][2]int // bytes of the text
}

// mailAt is a mail address in the text.
type mailAt struct {
	start, end int
	address    string
}

// What is read of one mail at most, so that one of nothing but names is read in
// fair time: people, addresses, and full names in its text.
const (
	maxRoster    = 200
	maxAddresses = 500
	maxFullNames = 2000
)

func newRoster(text string) *roster {
	if len(text) > maxRead {
		cut := maxRead
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	return &roster{text: text, byWord: map[string][]*individual{}, limit: maxRoster, headers: map[string][][]*individual{}}
}

// display is how a person stands in a list.
func (p *individual) display() string {
	if p.name == "" && len(p.address) > 0 {
		if n := nameOfLocal(p.address[0]); n != "" {
			return n
		}
		return p.address[0]
	}
	return p.name
}

// list returns the people in the order they came.
func (b *roster) list() []string {
	out := []string{}
	for _, p := range b.people {
		if n := p.display(); n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// read goes through the text: addresses, then fields of headers, then full names,
// then single names, so that what says most comes first.
func (b *roster) read() {
	b.toks = tokenise(b.text, 0, len(b.text))
	b.taken = make([]bool, len(b.toks))
	b.findAddresses()
	b.fields()
	b.pairFields()
	b.fullNames()
	b.settleAddresses()
	b.singles()
}

// findAddresses marks the mail addresses of the text.
func (b *roster) findAddresses() {
	part := func(c byte) bool {
		return c == '.' || c == '-' || c == '_' || c == '+' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	for i := strings.IndexByte(b.text, '@'); i >= 0 && i < len(b.text) && len(b.at) < maxAddresses; {
		from, to := i, i+1
		for from > 0 && i-from < 64 && (part(b.text[from-1]) || b.text[from-1] == '\'' && from > 1 && part(b.text[from-2])) {
			from--
		}
		for to < len(b.text) && to-i < 128 && part(b.text[to]) && b.text[to] != '_' {
			to++
		}
		for to > i+1 && (b.text[to-1] == '.' || b.text[to-1] == '-') {
			to--
		}
		if from < i && strings.Contains(b.text[i:to], ".") {
			b.at = append(b.at, mailAt{from, to, strings.ToLower(b.text[from:to])})
		}
		next := strings.IndexByte(b.text[i+1:], '@')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	k := 0
	for i := range b.toks {
		for k < len(b.at) && b.at[k].end <= b.toks[i].start {
			k++
		}
		if k < len(b.at) && b.at[k].start <= b.toks[i].start {
			b.taken[i] = true
		}
	}
}

// addressAt returns the address that stands between two bytes.
func (b *roster) addressAt(from, to int) (mailAt, bool) {
	i, _ := slices.BinarySearchFunc(b.at, from, func(a mailAt, x int) int { return a.start - x })
	if i < len(b.at) && b.at[i].end <= to {
		return b.at[i], true
	}
	return mailAt{}, false
}

// machine reports whether no person answers at an address, or whether it is what
// a gateway made of another one.
func machine(address string) bool {
	local, _, _ := strings.Cut(address, "@")
	for _, w := range []string{"unsubscribe", "noreply", "no-reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster", "bounce", "+40", "+3e", "+2e"} {
		if strings.Contains(local, w) {
			return true
		}
	}
	for w := range strings.FieldsFuncSeq(local, func(r rune) bool { return !isLetter(r) }) {
		if roles[w] {
			return true
		}
	}
	return false
}

// roles are local parts of addresses that an office or a list reads.
var roles = set(`info sales office ap ar accounting accounts bids bid estimating estimates quotes quote dispatch orders order support help helpdesk admin administrator team all everyone field billing payroll hr jobs job careers service services contact contacts hello mail paint purchasing
	receiving shipping shop safety permits permit inspections inspection projects project notifications notification notify alerts newsletter news list lists group oac site crew reception desk invoices invoice rfi rfis submittals webmaster marketing events press media security legal plans planroom`)

// fieldEnds are the words before a colon that end a field of a header.
var fieldEnds = set("from to cc bcc sent date subject importance message reply-to attachments attachment x-from x-to x-cc x-bcc original re fw fwd")

// fieldAt reads the name of a header field at token i: "From :", "X-To:".
func (b *roster) fieldAt(i int) (name string, next int) {
	t := b.toks
	if i >= len(t) || t[i].kind != word {
		return "", i
	}
	j, x := i, ""
	if t[i].low == "x" && is(t, i+1, "-") && i+2 < len(t) {
		j, x = i+2, "x-"
	}
	if t[j].kind == word && is(t, j+1, ":") {
		switch t[j].low {
		case "from", "to", "cc", "bcc", "sender":
			if t[j].cap || x != "" || b.lineStart(i) {
				return x + t[j].low, j + 2
			}
		}
	}
	return "", i
}

// lineStart reports whether token i is the first of its line, quote marks aside.
func (b *roster) lineStart(i int) bool {
	for k := i - 1; k >= 0; k-- {
		if strings.Contains(b.text[b.toks[k].end:b.toks[k+1].start], "\n") {
			return true
		}
		if b.toks[k].low != ">" && b.toks[k].low != "*" && b.toks[k].low != "|" {
			return false
		}
	}
	return true
}

// fields reads the headers that stand in the text.
func (b *roster) fields() {
	for i := 0; i < len(b.toks); i++ {
		name, from := b.fieldAt(i)
		if name == "" {
			continue
		}
		end := from
		for ; end < len(b.toks) && end < from+2000; end++ {
			t := b.toks[end]
			if end > from && is(b.toks, end+1, ":") && t.kind == word && fieldEnds[t.low] && t.cap || t.low == "x" && is(b.toks, end+1, "-") && is(b.toks, end+3, ":") && end+2 < len(b.toks) && fieldEnds[b.toks[end+2].low] {
				break
			}
			if end == from && b.lineStart(end) && (is(b.toks, end+1, ":") || name == "bcc" || name == "x-bcc") {
				break // an empty field
			}
			if end > from && b.lineStart(end) && !is(b.toks, end-1, ",", ";") && !is(b.toks, end, ",", ";") && !b.folded(end) {
				break
			}
		}
		b.headers[name] = append(b.headers[name], b.entries(from, end))
		i = max(i, end-1)
	}
}

// folded reports whether the line that begins with token i goes on from the one
// before: it begins with white space.
func (b *roster) folded(i int) bool {
	at := b.toks[i].start
	return at > 0 && (b.text[at-1] == ' ' || b.text[at-1] == '\t') && strings.Contains(b.text[b.toks[i-1].end:at], "\n")
}

// entries reads the people of a header field.
func (b *roster) entries(from, end int) []*individual {
	semicolons := false
	for i := from; i < end; i++ {
		semicolons = semicolons || b.toks[i].low == ";" && !b.taken[i]
	}
	var out []*individual
	var parts [][2]int
	start := from
	depth := 0
	cut := func(i int) {
		if i > start {
			parts = append(parts, [2]int{start, i})
		}
		start = i + 1
	}
	for i := from; i < end; i++ {
		if i > start && b.lineStart(i) && !is(b.toks, i-1, ",") {
			cut(i)
			start = i
		}
		switch b.toks[i].low {
		case "(", "<", "[":
			depth++
		case ")", ">", "]":
			depth = max(0, depth-1)
		case ",":
			if !semicolons && (depth == 0 || !b.taken[i]) && !b.taken[i] {
				cut(i)
			}
		case ";":
			if !b.taken[i] {
				cut(i)
			}
		}
	}
	cut(end)
	for k := 0; k < len(parts); k++ {
		p := parts[k]
		words := b.written(p[0], p[1], true)
		_, addressed := b.address(p)
		// "Cash, Michelle, Allen, Phillip K.": a surname and what follows it.
		if !semicolons && k+1 < len(parts) && len(words) >= 1 && len(words) <= 3 && !addressed && b.surname(words) {
			given := b.written(parts[k+1][0], parts[k+1][1], true)
			if len(given) >= 1 && len(given) <= 3 && (len(words) == 1 || isGiven(lower(given[0].text)) || len(given) == 1) {
				p = [2]int{p[0], parts[k+1][1]}
				k++
			}
		}
		if who := b.entry(p[0], p[1]); who != nil {
			out = append(out, who)
		}
	}
	return out
}

// surname reports whether words can be a surname that stands before a comma.
func (b *roster) surname(words []nameWord) bool {
	if len(words) == 1 {
		return true
	}
	return suffixes[lower(words[len(words)-1].text)] || particles[lower(words[0].text)] || !isGiven(lower(words[0].text))
}

var suffixes = set("jr sr ii iii iv")
var particles = set("de la van von der den di del da dos le el bin al ter ten st")

// nameWord is a word of a name as written.
type nameWord struct {
	text string
	tok  int
}

// written returns the words of a name between two tokens: capitals, initials and
// particles. It stops where an address, a bracket or an office begins. In a header
// words in small letters or capitals throughout count too.
func (b *roster) written(from, end int, header bool) []nameWord {
	var out []nameWord
	for i := from; i < end; i++ {
		t := b.toks[i]
		if b.taken[i] || t.low == "<" || t.low == "(" || t.low == "[" || t.low == "/" || t.low == "@" {
			if len(out) > 0 || t.low == "/" {
				break
			}
			continue
		}
		if t.low == "&" && len(out) == 1 {
			break // Amy & Alistair
		}
		if t.kind == mark {
			continue
		}
		if t.kind != word {
			return nil
		}
		if !t.cap && !particles[t.low] && !header {
			return nil
		}
		out = append(out, nameWord{b.text[t.start:t.end], i})
	}
	return out
}

func (b *roster) address(p [2]int) (mailAt, bool) {
	if p[0] >= p[1] {
		return mailAt{}, false
	}
	from, to := b.toks[p[0]].start, b.toks[p[1]-1].end
	// An address may begin with marks that are tokens of their own.
	i, _ := slices.BinarySearchFunc(b.at, from, func(a mailAt, x int) int { return a.end - 1 - x })
	if i < len(b.at) && b.at[i].start < to {
		return b.at[i], true
	}
	return mailAt{}, false
}

// entry reads one person of a header field: a name, an address, or both.
func (b *roster) entry(from, end int) *individual {
	if from >= end {
		return nil
	}
	at, addressed := b.address([2]int{from, end})
	comma := -1
	for i := from; i < end; i++ {
		if b.toks[i].low == "," && !b.taken[i] && comma < 0 {
			comma = i
		}
	}
	var words []nameWord
	if comma > 0 {
		last, first := b.written(from, comma, true), b.written(comma+1, end, true)
		if n := len(first); n > 0 && len(last) > 0 && n+len(last) <= 6 && !companySuffix[lower(first[0].text)] {
			words = append(first, last...)
		}
	} else {
		words = b.written(from, end, true)
	}
	if len(words) > 5 || !b.personal(words, addressed) {
		words = nil
	}
	if len(words) == 0 && !addressed {
		return nil
	}
	who := b.person(words, at.address)
	if who == nil {
		return nil
	}
	if len(words) > 0 {
		lo, hi := words[0].tok, words[0].tok
		for _, w := range words {
			lo, hi = min(lo, w.tok), max(hi, w.tok)
		}
		b.mark(who, lo, hi+1)
	}
	if addressed {
		who.spans = append(who.spans, [2]int{at.start, at.end})
	}
	return who
}

// mark says that tokens name somebody.
func (b *roster) mark(who *individual, from, end int) {
	for i := from; i < end; i++ {
		b.taken[i] = true
	}
	who.spans = append(who.spans, [2]int{b.toks[from].start, b.toks[end-1].end})
}

// personal reports whether words can be a person's name.
func (b *roster) personal(words []nameWord, addressed bool) bool {
	if len(words) == 0 {
		return false
	}
	capital := false
	for _, w := range words {
		low := lower(w.text)
		if notNames[low] && !isGiven(low) || companySuffix[low] || isWeekday(low) || notLast[low] || fieldEnds[low] {
			return false
		}
		capital = capital || unicode.IsUpper([]rune(w.text)[0])
	}
	if len(words) == 1 {
		low := lower(words[0].text)
		return addressed && (capital || len(low) > 2) && !notHeaderNames[low] || isGiven(low) && capital
	}
	return capital
}

func isWeekday(s string) bool { _, ok := weekdays[s]; return ok }

// notHeaderNames stand alone before an address and name no person.
var notHeaderNames = set("mailto mail email e-mail info office sales support list group team admin accounting estimating bids service help news newsletter smtp the")

// notLast are capitalised words that follow a given name and are no surname.
var notLast = set(`original message forwarded forward subject sent date cc bcc re fw fwd attached attachment file enron corp corporation america american north south east west texas houston energy gas power pipeline group team desk office
	is was has had will would can could should may might must do does did box postal parkway and or but if i i'm i'll i've we you he she it they this that these those here there what when where who why how thanks thank please regards sincerely best cheers hi hello hey dear love yes no
	trading industries systems bank university college hospital clinic street road avenue boulevard lane drive court place tower center centre building plaza park school church county city island lake river valley beach hills heights
	said says wrote called asked sent told jr sr phd pe aia esq vice president manager director superintendent engineer architect foreman estimator coordinator assistant associate senior project site general principal owner inc llc ltd co company construction contractors builders electric plumbing
	mechanical roofing steel glass supply concrete excavating services design consultants structural`)

// towns are given names that name towns and states as often, or firms.
var towns = set(`austin jackson madison virginia georgia carolina charlotte chelsea paris florence phoenix jordan london kent troy logan lincoln washington denver houston dallas dakota sydney savannah brooklyn israel montana kingston cleveland arlington chase wells ford trinity diego regina`)

// asWords are given names that are words too: alone they are names only in the
// midst of a sentence.
var asWords = set(`april may june august rose grace faith hope joy will mark bill grant dean drew earl ward wade art chuck cliff clay dale dawn frank gene guy jack jay josh lance frost lane max miles pat penny ray rich rob rod rusty sandy sue summer holly iris ivy jade ruby crystal amber ginger misty sterling stone
	gale glen heath reed page park brook brooks banks jean jewel carol mercedes bishop justice honor king prince duke earl royal christian daisy destiny heaven angel major sky star tab duane van`)

// inside reports whether token i stands in the midst of a sentence, behind a word
// in small letters or between names.
func (b *roster) inside(i int) bool {
	t := b.toks
	if i == 0 || b.lineStart(i) {
		return false
	}
	return t[i-1].kind == word && !t[i-1].cap && !is(t, i-1, "the", "a", "an", "of", "in") || is(t, i-1, ",", "/") && b.taken[max(0, i-2)]
}

// honorific are words before the surname of a person.
var honorific = set("mr mrs ms miss dr prof professor uncle aunt judge sir mayor herr frau")

// fullNames reads names of two words and more out of the text.
func (b *roster) fullNames() {
	t := b.toks
	read := 0
	for i := 0; i < len(t) && read < maxFullNames; i++ {
		if b.taken[i] || t[i].kind != word || !t[i].cap {
			continue
		}
		// Mr. Bradly, Professor D'Aveni
		if honorific[t[i].low] && (nameShaped(b.text[t[i].start:t[i].end]) || is(t, i+1, ".")) {
			j := i + 1
			if is(t, j, ".") && !t[j].gap {
				j++
			}
			if j < len(t) && !b.taken[j] && t[j].kind == word && t[j].cap && t[j].gap && !b.breaks(i, j) && !notNames[t[j].low] && !notLast[t[j].low] {
				end := j + 1
				last, first := t[j], ""
				if end < len(t) && t[end].kind == word && t[end].cap && t[end].gap && !b.lineStart(end) && nameShaped(b.text[t[end].start:t[end].end]) && !notNames[t[end].low] && !notLast[t[end].low] {
					first, last, end = lower(b.text[t[j].start:t[j].end]), t[end], end+1
				}
				b.titledName(i, j, end, first, b.text[last.start:last.end])
				i = end - 1
				continue
			}
		}
		end, words := b.sequence(i)
		if len(words) < 2 {
			continue
		}
		read++
		who := b.person(words, "")
		if who == nil {
			continue
		}
		b.mark(who, i, end)
		b.addressBehind(who, end)
		i = end - 1
	}
}

// titledName joins "Mr Boyle" with the one Boyle who is known, or takes it as a
// name of its own.
func (b *roster) titledName(from, name, end int, first, last string) {
	low := lower(last)
	who, n := b.only(low)
	if n > 1 {
		return
	}
	if n == 0 {
		shown := b.text[b.toks[from].start:b.toks[end-1].end]
		if relative[b.toks[from].low] || first != "" {
			shown = b.text[b.toks[name].start:b.toks[end-1].end]
		}
		who = &individual{name: strings.Join(strings.Fields(shown), " "), first: first, last: low}
		if relative[b.toks[from].low] && first == "" {
			who.first, who.last = low, ""
		}
		b.add(who)
	}
	b.mark(who, from, end)
}

var relative = set("uncle aunt")

// breaks reports whether a paragraph or a line ends between tokens i and j.
func (b *roster) breaks(i, j int) bool {
	return strings.Contains(b.text[b.toks[i].end:b.toks[j].start], "\n")
}

// sequence reads a full name at token i: given name, initials and particles, and
// surname.
func (b *roster) sequence(i int) (int, []nameWord) {
	t := b.toks
	text := func(k int) string { return b.text[t[k].start:t[k].end] }
	if i > 0 && t[i-1].kind == word && t[i-1].cap && t[i].gap && !b.taken[i-1] && !b.lineStart(i) && isGiven(t[i-1].low) {
		return i, nil
	}
	low := t[i].low
	if low == "am" || low == "pm" {
		return i, nil
	}
	given := isGiven(low) && !isWeekday(low)
	_, n := b.only(low)
	known := n > 0
	initial := utf8.RuneCountInString(low) == 1 && is(t, i+1, ".") && !t[i+1].gap && low != "x"
	// A name nobody has heard of counts where only names stand.
	place := b.nameplace(i)
	if !place && b.within(i) {
		return i, nil // San Joaquin Valley, U. S. Gulf
	}
	if !(given || known || place || initial) || notNames[low] && !given || notLast[low] && !given || verbs[low] && !given && !known {
		return i, nil
	}
	if !initial && !nameShaped(text(i)) && !place {
		return i, nil
	}
	words := []nameWord{{text(i), i}}
	j := i + 1
	if initial {
		j++
	}
	surname := false
	for j < len(t) && len(words) < 5 {
		if b.taken[j] || b.breaks(j-1, j) {
			break
		}
		w := t[j]
		if w.kind == mark {
			// Jeff (Rocky) Skilling
			if w.low == "(" && !surname && is(t, j+2, ")") && t[j+1].kind == word && t[j+1].cap && j+3 < len(t) && t[j+3].kind == word && t[j+3].cap && !notNames[t[j+3].low] {
				words = append(words, nameWord{text(j + 1), j + 1})
				j += 3
				continue
			}
			if w.low == "." && !w.gap && utf8.RuneCountInString(words[len(words)-1].text) == 1 {
				j++
				continue
			}
			if w.low == "." && w.gap && utf8.RuneCountInString(words[len(words)-1].text) == 1 {
				j++
				continue
			}
			if w.low == "-" && surname && j+1 < len(t) && t[j+1].cap && t[j+1].kind == word && t[j+1].gap == w.gap && !notNames[t[j+1].low] && !fieldEnds[t[j+1].low] && !isGiven(t[j+1].low) && utf8.RuneCountInString(t[j+1].low) > 2 && !w.gap {
				words = append(words, nameWord{text(j + 1), j + 1})
				j += 2
				continue
			}
			break
		}
		if w.kind != word || !w.gap {
			break
		}
		if particles[w.low] && !surname && len(words) > 0 && j+1 < len(t) && t[j+1].kind == word && (t[j+1].cap || particles[t[j+1].low]) {
			words = append(words, nameWord{text(j), j})
			j++
			continue
		}
		if !w.cap {
			break
		}
		if utf8.RuneCountInString(w.low) == 1 && !surname {
			if w.low == "i" && !is(t, j+1, ".") {
				break
			}
			words = append(words, nameWord{text(j), j})
			j++
			continue
		}
		if suffixes[w.low] && surname {
			words = append(words, nameWord{text(j), j})
			j++
			break
		}
		if surname {
			// Three capitals: a firm or a place more often, unless what follows only
			// begins something.
			if companySuffix[w.low] || notNames[w.low] && orgWords[w.low] {
				return i, nil
			}
			if given && isGiven(words[len(words)-1].low()) && nameShaped(text(j)) && !notNames[w.low] && !notLast[w.low] && !verbs[w.low] && j+1 < len(t) && len(words) == 2 {
				words = append(words, nameWord{text(j), j}) // Mary Kay Miller
				j++
			}
			break
		}
		if notNames[w.low] && !place || notLast[w.low] || verbs[w.low] && !place || isWeekday(w.low) || isMonth(w.low) || fieldEnds[w.low] {
			break
		}
		if !nameShaped(text(j)) && !(given && len(w.low) > 3 && strings.ToUpper(text(j)) == text(j)) {
			break
		}
		words = append(words, nameWord{text(j), j})
		surname = true
		j++
	}
	if !surname || is(t, j, "&", "+") && !place {
		return i, nil
	}
	if (is(t, i-1, "\"", "“") || is(t, j, "\"", "”")) && !given {
		return i, nil // a colour, a product
	}
	return j, words
}

func (w nameWord) low() string { return lower(w.text) }

func isMonth(s string) bool { _, ok := months[s]; return ok }

var orgWords = set("inc llc ltd group company services construction builders contractors architects engineering insurance supply school elementary building street road avenue lane drive court park market energy")

// within reports whether token i goes on with a name that began before it.
func (b *roster) within(i int) bool {
	t := b.toks
	if i == 0 || b.taken[i-1] || b.breaks(i-1, i) {
		return false
	}
	if is(t, i-1, ".") && i > 1 && t[i-2].cap && utf8.RuneCountInString(t[i-2].low) == 1 {
		return true
	}
	if t[i-1].kind != word || !t[i-1].cap || !t[i].gap || b.lineStart(i-1) || i > 1 && t[i-2].kind == mark && t[i-2].low != "-" {
		return false
	}
	low := t[i-1].low
	return nameShaped(b.text[t[i-1].start:t[i-1].end]) && !function[low] && !notNames[low] && !fieldEnds[low] && !isGiven(low) && !notLast[low] && !honorific[low]
}

// isGiven reports whether a word is a given name.
func isGiven(low string) bool { return givenNames[low] || moreGiven[low] }

// nameplace reports whether a name is expected at token i: before an address or an
// office in Notes form, behind "forwarded by", and before "wrote".
func (b *roster) nameplace(i int) bool {
	t := b.toks
	if is(t, i-1, "by") && is(t, i-2, "forwarded", "sent") {
		return true
	}
	j := i
	for j < len(t) && j < i+4 && !b.taken[j] && (t[j].kind == word && t[j].cap && t[j].gap || t[j].low == ".") {
		j++
	}
	if j < i+2 || j >= len(t) || b.breaks(i, j-1) {
		return false
	}
	if is(t, j, "<", "[", "(") && j+1 < len(t) && b.taken[j+1] {
		_, ok := b.addressAt(t[j].end, t[min(len(t)-1, j+12)].end)
		return ok
	}
	if is(t, j, "/") && j+1 < len(t) && t[j+1].cap && is(t, j+2, "/", "@") && strings.ToUpper(b.text[t[j+1].start:t[j+1].end]) == b.text[t[j+1].start:t[j+1].end] {
		return true
	}
	return is(t, j, "wrote", "writes") || is(t, j, "@") && !b.taken[j] && j+1 < len(t) && t[j+1].cap && strings.HasPrefix(b.text[t[j+1].start:], "ENRON")
}

// addressBehind joins the address that stands in brackets behind a name.
func (b *roster) addressBehind(who *individual, end int) {
	if end >= len(b.toks) || !is(b.toks, end, "<", "[", "(", "\"") {
		return
	}
	if a, ok := b.addressAt(b.toks[end].start, b.toks[min(len(b.toks)-1, end+24)].end); ok && a.start-b.toks[end].end < 12 {
		b.join(who, a.address)
		who.spans = append(who.spans, [2]int{a.start, a.end})
	}
}

// settleAddresses gives each address that no name claimed to the one whose name
// fits it, or to somebody new.
func (b *roster) settleAddresses() {
	for _, a := range b.at {
		if machine(a.address) {
			continue
		}
		if who := b.person(nil, a.address); who != nil && !slices.Contains(who.spans, [2]int{a.start, a.end}) {
			who.spans = append(who.spans, [2]int{a.start, a.end})
		}
	}
}

// singles reads given names and surnames that stand alone.
func (b *roster) singles() {
	t := b.toks
	for i := range t {
		if b.taken[i] || t[i].kind != word || !t[i].cap {
			continue
		}
		low := strings.TrimSuffix(t[i].low, "'s")
		who, n := b.only(low)
		if n == 1 && (nameShaped(b.text[t[i].start:t[i].end]) || who.first == low && len(low) == 2) && !b.partOfMore(i) {
			b.mark(who, i, i+1)
			continue
		}
		if n > 0 || !isGiven(low) || towns[low] || asWords[low] && !b.inside(i) || isMonth(low) || isWeekday(low) || !nameShaped(strings.TrimSuffix(b.text[t[i].start:t[i].end], "'s")) || b.partOfMore(i) {
			continue
		}
		who = &individual{name: strings.TrimSuffix(strings.TrimSuffix(b.text[t[i].start:t[i].end], "'s"), "’s"), first: low}
		// "Pete R."
		end := i + 1
		if end+1 < len(t) && t[end].kind == word && t[end].cap && utf8.RuneCountInString(t[end].low) == 1 && t[end].low != "i" && is(t, end+1, ".") && !t[end+1].gap {
			who.name += " " + b.text[t[end].start:t[end+1].end]
			who.last = t[end].low
			end++
		}
		if b.add(who) {
			b.mark(who, i, end)
		}
	}
}

// partOfMore reports whether a capitalised word beside token i makes it a part of
// the name of something else: Chase Bank, Lake Charles.
func (b *roster) partOfMore(i int) bool {
	t := b.toks
	if i+1 < len(t) && t[i+1].kind == word && t[i+1].cap && t[i+1].gap && !b.breaks(i, i+1) && !b.taken[i+1] && nameShaped(b.text[t[i+1].start:t[i+1].end]) {
		low := t[i+1].low
		if orgWords[low] || companySuffix[low] || !notNames[low] && !notLast[low] && !fieldEnds[low] && !verbs[low] && !isGiven(low) && !function[low] {
			return true
		}
	}
	if i > 0 && t[i-1].kind == word && t[i-1].cap && t[i].gap && !b.breaks(i-1, i) && !b.lineStart(i) && !b.lineStart(i-1) && !b.taken[i-1] && nameShaped(b.text[t[i-1].start:t[i-1].end]) {
		low := t[i-1].low
		if is(t, i-2, ".", "!", "?", ":", ",", ";", ")") || i == 1 {
			return false // the word before begins a sentence
		}
		return !notNames[low] && !function[low] && !isGiven(low)
	}
	return i > 0 && is(t, i-1, "/", "-", "&") && !t[i].gap || i+1 < len(t) && is(t, i+1, "-", "&", "/", "_") && !t[i+1].gap
}

// function are capitalised words that begin a sentence before a name.
var function = set(`thanks thank please also now then ask asked tell told call called when if as since because while after before per see and but or so did does do has have is was will can could should would hi hello hey dear good great morning afternoon with from to for by cc attn attention ok okay yes no
	i we you he she they it this that fyi note regards sincerely best cheers love both either neither only just maybe perhaps let`)

// only returns the one person known by a word, and how many are.
func (b *roster) only(low string) (*individual, int) {
	list := b.byWord[low]
	if len(list) == 0 {
		for _, n := range nicknames[low] {
			for _, p := range b.byWord[n] {
				if p.first == n && !slices.Contains(list, p) {
					list = append(slices.Clip(list), p)
				}
			}
		}
	}
	if len(list) == 1 {
		return list[0], 1
	}
	return nil, len(list)
}

// add puts somebody new on the roster.
func (b *roster) add(p *individual) bool {
	if len(b.people) >= b.limit {
		return false
	}
	b.people = append(b.people, p)
	b.index(p)
	return true
}

// index makes p known by first and last name.
func (b *roster) index(p *individual) {
	for _, w := range append([]string{p.first, p.last}, p.others...) {
		if utf8.RuneCountInString(w) > 1 && !slices.Contains(b.byWord[w], p) {
			b.byWord[w] = append(b.byWord[w], p)
		}
	}
}

// person returns who is meant by a full name, an address, or both; new on the
// roster where nobody fits. nil when it is full.
func (b *roster) person(words []nameWord, address string) *individual {
	if machine(address) {
		address = ""
	}
	p := &individual{}
	if len(words) > 0 {
		var shown []string
		for _, w := range words {
			s := w.text
			if utf8.RuneCountInString(s) == 1 && w.tok+1 < len(b.toks) && b.toks[w.tok+1].low == "." {
				s += "."
			}
			if strings.ToUpper(s) == s && utf8.RuneCountInString(s) > 3 {
				r, n := utf8.DecodeRuneInString(s)
				s = string(r) + strings.ToLower(s[n:])
			}
			shown = append(shown, s)
		}
		p.name = strings.Join(shown, " ")
		list := make([]string, 0, len(words))
		for _, w := range words {
			if low := strings.Trim(lower(w.text), "."); !suffixes[low] && !(particles[low] && len(words) > 2) {
				list = append(list, low)
			}
		}
		if len(list) == 0 {
			return nil
		}
		p.first = list[0]
		if len(list) > 1 {
			p.last = list[len(list)-1]
			p.others = list[1 : len(list)-1]
		}
	}
	if address != "" {
		p.address = []string{address}
		if p.name == "" {
			if made := nameWords(nameOfLocal(address)); len(made) > 1 {
				p.first, p.last, p.others = made[0], made[len(made)-1], made[1:len(made)-1]
			}
		}
	}
	if p.name == "" && address == "" {
		return nil
	}
	var fits []*individual
	for _, q := range b.people {
		if same(p, q) {
			fits = append(fits, q)
		}
	}
	if len(fits) > 1 {
		// The one with that very address, or that very name.
		for _, q := range fits {
			if address != "" && slices.Contains(q.address, address) || p.last != "" && q.last == p.last && q.first == p.first {
				fits = []*individual{q}
				break
			}
		}
	}
	switch {
	case len(fits) == 1:
		b.merge(fits[0], p)
		return fits[0]
	case len(fits) > 1 && p.last == "" && address == "":
		return nil
	}
	if !b.add(p) {
		return nil
	}
	return p
}

// join gives an address to who; somebody known by that address alone is who.
func (b *roster) join(who *individual, address string) {
	if machine(address) || slices.Contains(who.address, address) {
		return
	}
	for i, q := range b.people {
		if q != who && slices.Contains(q.address, address) {
			if q.name != "" {
				return
			}
			who.spans = append(who.spans, q.spans...)
			who.address = append(who.address, q.address...)
			b.people = slices.Delete(b.people, i, i+1)
			return
		}
	}
	who.address = append(who.address, address)
}

// merge adds what p says to q.
func (b *roster) merge(q, p *individual) {
	if len(p.name) > len(q.name) && (q.last == "" || p.last == q.last) {
		q.name = p.name
	}
	if q.first == "" || utf8.RuneCountInString(q.first) == 1 && p.first != "" {
		q.first = p.first
	} else if p.first != "" && p.first != q.first {
		q.others = append(q.others, p.first)
	}
	if q.last == "" || utf8.RuneCountInString(q.last) == 1 && p.last != "" {
		q.last = p.last
	}
	for _, o := range p.others {
		if !slices.Contains(q.others, o) {
			q.others = append(q.others, o)
		}
	}
	for _, a := range p.address {
		if !slices.Contains(q.address, a) {
			q.address = append(q.address, a)
		}
	}
	b.index(q)
}

// same reports whether p, newly read, is q.
func same(p, q *individual) bool {
	for _, a := range p.address {
		if slices.Contains(q.address, a) {
			return p.first == "" || q.first == "" || p.last == "" || q.last == "" || p.last == q.last
		}
	}
	switch {
	case p.name == "" && q.name == "":
		return sameLocal(p.address[0], q.address[0])
	case p.name == "":
		return fitsAddress(q, p.address[0])
	case q.name == "":
		return p.last != "" && slices.ContainsFunc(q.address, func(a string) bool { return fitsAddress(p, a) })
	case p.last == "" || q.last == "":
		// A name of one word, with an address of its own.
		return len(p.address) == 0 && p.first == q.first
	}
	if p.last == q.last && q.first == "" {
		return true // Mr. Bradly
	}
	if p.last != q.last && !(utf8.RuneCountInString(q.last) == 1 && strings.HasPrefix(p.last, q.last)) {
		return false
	}
	return firstFits(p.first, q) || slices.ContainsFunc(p.others, func(o string) bool { return utf8.RuneCountInString(o) > 1 && o == q.first })
}

// firstFits reports whether q may be called first.
func firstFits(first string, q *individual) bool {
	if first == q.first || slices.Contains(q.others, first) || slices.Contains(nicknames[first], q.first) || slices.Contains(nicknames[q.first], first) {
		return true
	}
	a, b := utf8.RuneCountInString(first), utf8.RuneCountInString(q.first)
	return (a == 1 || b == 1) && (strings.HasPrefix(first, q.first) || strings.HasPrefix(q.first, first))
}

// sameLocal reports whether two addresses without a name are of one person: the
// same words at two hosts.
func sameLocal(a, b string) bool {
	x, hostA, _ := strings.Cut(a, "@")
	y, hostB, _ := strings.Cut(b, "@")
	return x == y && (hostA == hostB || strings.ContainsAny(x, "._") && len(x) > 6)
}

// fitsAddress reports whether an address is made of a person's name: heather.dunton,
// k..allen of Phillip K. Allen, hdunton, kmcdani of Kirk McDaniel, abbylopez.
func fitsAddress(p *individual, address string) bool {
	local, _, _ := strings.Cut(address, "@")
	parts := strings.FieldsFunc(local, func(r rune) bool { return !isLetter(r) && r != '\'' })
	squeeze := func(s string) string {
		return strings.Map(func(r rune) rune {
			if isLetter(r) {
				return r
			}
			return -1
		}, s)
	}
	first, last := squeeze(p.first), squeeze(p.last)
	firsts := append([]string{first}, nicknames[p.first]...)
	for _, o := range p.others {
		firsts = append(firsts, squeeze(o))
	}
	if len(parts) >= 2 {
		l := squeeze(parts[len(parts)-1])
		f := squeeze(parts[0])
		if last == "" || l != last && (len(l) < 5 || !strings.HasPrefix(last, l)) {
			return last != "" && f == last && slices.Contains(firsts, l)
		}
		for _, x := range firsts {
			if x == "" {
				continue
			}
			if x == f || len(f) == 1 && x[:1] == f || len(x) == 1 && f[:min(1, len(f))] == x {
				return true
			}
		}
		return false
	}
	whole := squeeze(local)
	if len(whole) < 3 {
		return false
	}
	if last == "" {
		return whole == first
	}
	for _, x := range firsts {
		if x == "" {
			continue
		}
		if whole == x+last || whole == last+x || whole == x[:1]+last || whole == last+x[:1] || len(x) > 1 && whole == x+last[:1] {
			return true
		}
		// Cut off after some letters, as old systems do; and an initial between.
		if short := x[:1] + last; len(whole) >= 6 && strings.HasPrefix(short, whole) {
			return true
		}
		if len(last) >= 4 && strings.HasSuffix(whole, last) && strings.HasPrefix(whole, x[:1]) && len(whole) <= len(last)+3 {
			return true
		}
	}
	return whole == last && len(last) >= 4
}

// pairFields joins the names and the addresses of one header that says both, in
// fields of their own and in the same order.
func (b *roster) pairFields() {
	for _, f := range []string{"from", "to", "cc"} {
		x, y := b.headers[f], b.headers["x-"+f]
		for i := 0; i < min(len(x), len(y)); i++ {
			if len(x[i]) != len(y[i]) {
				continue
			}
			for k := range x[i] {
				p, q := x[i][k], y[i][k]
				if p == q || p.name != "" || q.name == "" || !slices.Contains(b.people, p) {
					continue
				}
				// Where one of them has another partner already, the order tells nothing.
				q.spans = append(q.spans, p.spans...)
				q.address = append(q.address, p.address...)
				at := slices.Index(b.people, p)
				if j := slices.Index(b.people, q); j > at {
					b.people[at] = q
					b.people = slices.Delete(b.people, j, j+1)
				} else {
					b.people = slices.Delete(b.people, at, at+1)
				}
			}
		}
	}
}

// header adds somebody a mail's header names.
func (b *roster) header(p person) {
	var words []nameWord
	if p.name != p.address {
		for w := range strings.FieldsSeq(p.name) {
			words = append(words, nameWord{strings.Trim(w, "\"'(),"), len(b.text)})
		}
	}
	if len(words) > 0 && !b.personal(words, p.address != "") {
		return // a firm
	}
	if len(words) > 1 && p.address != "" && !isGiven(lower(words[0].text)) {
		// Of a name nobody has heard of, the address says whether it is a person's.
		who := &individual{first: lower(words[0].text), last: lower(words[len(words)-1].text)}
		if !fitsAddress(who, p.address) && !strings.Contains(words[0].text, ".") {
			return
		}
	}
	if who := b.person(words, p.address); who != nil && len(words) > 0 && len(who.spans) == 0 {
		who.name = p.name
	}
}

// nicknames are the short forms of given names, both ways.
var nicknames = func() map[string][]string {
	m := map[string][]string{}
	for line := range strings.Lines(`
		william bill will billy willie
		robert bob rob bobby robbie bert
		richard rick dick rich ricky
		michael mike mick mikey
		james jim jimmy jamie jaime
		john jack johnny jon
		jonathan jon john
		joseph joe joey
		thomas tom tommy thom
		charles charlie chuck chas
		edward ed eddie ted ned
		edwin ed
		edgar ed
		daniel dan danny
		david dave davey
		steven steve
		stephen steve
		matthew matt
		christopher chris
		christine chris christy
		christina chris tina
		kenneth ken kenny
		ronald ron ronnie
		donald don donnie
		anthony tony
		antonio tony
		gregory greg
		jeffrey jeff
		geoffrey geoff jeff
		gerald jerry gerry
		lawrence larry
		patrick pat
		patricia pat patty trish tricia patti
		samuel sam
		samantha sam
		benjamin ben
		timothy tim
		andrew andy drew
		andrea andy andi
		philip phil
		phillip phil
		raymond ray
		frederick fred freddy
		francis frank fran
		franklin frank
		theodore ted
		walter walt
		peter pete
		nicholas nick
		alexander alex al
		alexandra alex
		alan al
		albert al bert
		arthur art artie
		douglas doug
		leonard len lenny
		nathan nate
		nathaniel nate
		zachary zach
		bradley brad
		randall randy
		rodney rod
		russell russ
		stanley stan
		victor vic
		vincent vince
		elizabeth liz beth betty lisa eliza
		katherine kate kathy katie
		kathleen kathy kate
		catherine cathy kate
		margaret maggie peggy meg
		barbara barb
		deborah debbie deb
		debra debbie deb
		susan sue susie
		suzanne sue suzy
		jennifer jen jenny
		jessica jess
		judith judy
		kimberly kim
		pamela pam
		rebecca becky becca
		sandra sandy
		cynthia cindy
		jacqueline jackie
		victoria vicki vicky
		teresa terry teri
		theresa terry tess
		terrence terry
		virginia ginny
		dorothy dot
		eleanor ellie
		melissa missy
		angela angie
		amanda mandy
		abigail abby
		stephanie steph
		natalie nat
		joshua josh
		jacob jake
		luis lou
		louis lou
		eugene gene
		harold harry hal
		henry hank harry
		lewis lew
		martin marty
		mitchell mitch
		norman norm
		oliver ollie
		eduardo ed lalo
		francisco paco pancho
		jose pepe
		jesus chuy
		guillermo memo
		roberto beto
		enrique quique
		ignacio nacho
		isabel isa
		guadalupe lupe
		maximilian max
		johannes hans
		alejandro alex
	`) {
		f := strings.Fields(line)
		for i := 1; i < len(f); i++ {
			m[f[0]] = append(m[f[0]], f[i])
			m[f[i]] = append(m[f[i]], f[0])
		}
	}
	return m
}()

// known reports whether a name is one of somebody on the roster.
func (b *roster) known(name string) bool {
	words := nameWords(name)
	if len(words) == 0 {
		return false
	}
	for _, p := range b.people {
		if lower(p.display()) == lower(name) {
			return true
		}
	}
	if len(words) == 1 {
		return len(b.byWord[words[0]]) > 0
	}
	return slices.ContainsFunc(b.byWord[words[len(words)-1]], func(p *individual) bool { return firstFits(words[0], p) })
}

// names returns the people of the mail, the author first.
func (r *reading) names() []string {
	b := newRoster(r.text)
	for _, list := range [][]projectr.MailAddress{r.m.From, r.m.To, r.m.Cc} {
		for _, p := range persons(list) {
			b.header(p)
		}
	}
	for _, f := range r.m.Forwarded {
		for _, list := range [][]projectr.MailAddress{f.From, f.To, f.Cc} {
			for _, p := range persons(list) {
				b.header(p)
			}
		}
	}
	b.read()
	out := b.list()
	for _, f := range r.facts {
		if f.Kind == projectr.ActionItem && f.Owner != nil && *f.Owner != "all recipients" && !byRole(*f.Owner) && strings.ToLower(*f.Owner) != *f.Owner && !b.known(*f.Owner) && !slices.Contains(out, *f.Owner) {
			out = append(out, *f.Owner)
		}
	}
	return out
}
