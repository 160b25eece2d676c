package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"projectr"
)

// maxText is how long the line that says a fact may be, in code points.
const maxText = 160

// leads are words at the start of a sentence that say nothing of the fact.
var leads = newCues(`
	9 ^ also
	9 ^ fyi ,|-|:|–?
	9 ^ fyi
	9 ^ so
	9 ^ and
	9 ^ but
	9 ^ well ,?
	9 ^ just a? heads? up? ,|-|:|–?
	9 ^ heads up ,|-|:|–?
	9 ^ one|a caution|note|concern|thing|reminder -|–|—|:|,
	9 ^ caution|note|reminder|important|update -|–|—|:|,
	9 ^ please|pls note|note|be|remember that|advised|aware? that?
	9 ^ please note
	9 ^ note that
	9 ^ i|we think|believe|guess|understand that?
	9 ^ i think
	9 ^ as discussed|agreed|noted|mentioned ,
	9 ^ per our|your conversation|call|discussion|meeting ,
	9 ^ there is a real? chance|possibility that?
	9 ^ in the meantime ,?
	9 ^ further to our|my|your ..5 ,
	9 ^ per our|your|my ..4 ,
	9 ^ bad|good|quick news|update|note -|–|:|.
	9 ^ for your information ,
	9 ^ unfortunately ,?
	9 ^ it looks like
	9 ^ looks like
	9 ^ also ,
	9 ^ ok ,
	9 ^ anyway ,?
	9 ^ then
`)

// tails begin a clause that gives a reason and is no part of what is to be done.
var tails = newCues(`
	9 so we|i|the|that|they|it|he|she|you
	9 or we|i|the|he|she|they|it
	9 , or|so|and ..1 we|i|the|he|she|they|it
	9 because
	9 since we|i|the|they|it
	9 , thanks
	9 thanks
	9 thank you
	9 , otherwise
	9 otherwise
	9 if at all possible
	9 if possible
	9 when you get a|the chance
	9 at your earliest convenience
	9 , cost|costs is|are
	9 , we|i|he|she|they|menards|it
	9 , want|wants
	9 and we
	9 and i
	9 need to know
	9 that we discussed
	9 for me|us before
`)

// clean writes text for people: one line, no lead, no final dot, a capital
// first, cut at a word when it is long.
func clean(text string, toks []token) string {
	for range 3 {
		w, from, to := leads.find(toks)
		if w == 0 || from != 0 || to >= len(toks) {
			break
		}
		toks = toks[to:]
		for len(toks) > 1 && toks[0].kind == mark && is(toks, 0, ",", "-", ":", "–", "—") {
			toks = toks[1:]
		}
	}
	if len(toks) == 0 {
		return ""
	}
	return line1(text[toks[0].start:toks[len(toks)-1].end])
}

// line1 makes one clean line of s.
func line1(s string) string {
	s = strings.Map(func(r rune) rune {
		if !projectr.IsLine(string(r), 1) { // what breaks a line, or turns what follows
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	s = squeezeLeaders(s)
	s = strings.Trim(s, " ,;:-–—*_")
	s = strings.TrimRight(s, "…")
	for strings.HasSuffix(s, "??") {
		s = s[:len(s)-1]
	}
	for strings.HasSuffix(s, "..") {
		s = strings.TrimRight(s, ".")
	}
	for strings.HasSuffix(s, ".") && !endsAbbreviation(s) || strings.HasSuffix(s, "!") {
		s = s[:len(s)-1]
	}
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = s[1 : len(s)-1]
	}
	if utf8.RuneCountInString(s) > maxText {
		r := []rune(s)[:maxText-1]
		cut := len(r)
		for cut > maxText/2 && !unicode.IsSpace(r[cut-1]) {
			cut--
		}
		s = strings.TrimRight(string(r[:cut]), " ,;:-–—(") + "…"
	}
	return capital(s)
}

func endsAbbreviation(s string) bool {
	i := strings.LastIndexAny(s[:len(s)-1], " .")
	last := lower(s[i+1 : len(s)-1])
	return last == "inc" || last == "ltd" || last == "co" || last == "etc" || last == "m"
}

// squeezeLeaders turns the dots of "GC fee ..... $1,710.00" into a colon.
func squeezeLeaders(s string) string {
	i := strings.Index(s, "...")
	if i < 0 {
		return s
	}
	j := i
	for j < len(s) && (s[j] == '.' || s[j] == ' ') {
		j++
	}
	if j >= len(s) {
		return strings.TrimRight(s[:i], " ")
	}
	return strings.TrimRight(s[:i], " ") + ": " + s[j:]
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if unicode.IsLower(r) {
		return string(unicode.ToUpper(r)) + s[n:]
	}
	return s
}

// task writes what is to be done: the tokens from the verb on, without the
// people it is sent to, the deadline, and the reason behind.
func task(text string, toks []token, due *when) string {
	end := len(toks)
	if w, from, _ := tails.find(toks); w > 0 {
		// The first tail counts, not the strongest: look at shorter beginnings.
		for n := from; n > 0; {
			w, f, _ := tails.find(toks[:n])
			if w == 0 {
				break
			}
			from, n = f, f
		}
		if from >= 2 {
			end = from
		}
	}
	for i := 1; i+2 < end; i++ {
		// ", Mike D needs an answer": what somebody else wants is the reason.
		if is(toks, i, ",") && toks[i+1].cap && (is(toks, i+2, "needs", "wants", "said", "asked", "quoted") || is(toks, i+3, "needs", "wants", "said", "asked", "quoted")) {
			end = i
		}
	}
	for end > 0 && toks[end-1].kind == mark && !is(toks, end-1, ")", "\"", "”", "'", "%") {
		end--
	}
	var b strings.Builder
	add := func(a, z int) {
		for a < z && is(toks, a, ",") {
			a++
		}
		if a >= z {
			return
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strings.TrimRight(text[toks[a].start:toks[z-1].end], " ,;"))
	}
	i := 0
	if end > 1 && !is(toks, 0, "let", "tell", "call", "contact", "help", "copy", "notify", "advise") && is(toks, 1, "me", "us") {
		add(0, 1)
		i = 2
		if is(toks, i, "with", "know") {
			i++
		}
	}
	if due != nil && due.from >= i && due.from < end {
		from := due.from
		for from > i+1 && is(toks, from-1, "by", "before", "on", "until", "til", "till", "due", "than", "later", "no", "not", "the", "prior", "to", "at", "of", "end", "close", "business", "day", "eod", "cob", ",", "for", "about", "be", "be", "around", "noon", "(", "latest") &&
			!(is(toks, from-1, "to", "for", "of", "the") && !is(toks, from-2, "prior", "due", "of", "by", "before", "end", "on", "ahead", "until", "till", "close", "for", "later")) {
			from--
		}
		to := due.to
		for to < end && is(toks, to, "at", "noon", "am", "pm", "a", "m", ".", ")", "or", "sooner", "if", "possible", "the", "latest", "morning", "afternoon", "sharp") || to < end && toks[to].kind == digits && isClock(toks, to) {
			if is(toks, to, "or") && !is(toks, to+1, "sooner", "earlier") || is(toks, to, "the") && !is(toks, to+1, "latest") || is(toks, to, "if") && !is(toks, to+1, "possible") || is(toks, to, "at") && !(to+1 < end && toks[to+1].kind == digits || is(toks, to+1, "the", "noon")) {
				break
			}
			if toks[to].kind == digits {
				to = clockEnd(toks, to)
				continue
			}
			to++
		}
		if to > end {
			to = end
		}
		// "before Friday's pour": the day is part of what is said.
		if strings.HasSuffix(toks[due.to-1].low, "'s") {
			add(i, end)
		} else {
			if to >= end {
				for from > i+1 && is(toks, from-1, "which", "that", "are", "is", "due", "be", "and", "or", "by", "the", "of", "at", "with", "for", ",") {
					from--
				}
			}
			add(i, from)
			add(to, end)
		}
	} else {
		add(i, end)
	}
	s := line1(b.String())
	for _, drop := range []string{" please", " pls", " asap", " ASAP"} {
		s = strings.TrimSuffix(s, drop)
	}
	return s
}

func isClock(toks []token, i int) bool {
	return is(toks, i+1, "am", "pm") || glued(toks, i+1, ":") || glued(toks, i+1, "a", "p")
}

func clockEnd(toks []token, i int) int {
	i++
	for i < len(toks) && (glued(toks, i, ":", "am", "pm", ".") || is(toks, i, "am", "pm", "sharp") || toks[i].kind == digits && !toks[i].gap) {
		i++
	}
	return i
}
