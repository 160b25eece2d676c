package extract

import (
	"strings"
)

// action is something to be done, found in a sentence.
type action struct {
	verb, end  int    // tokens of what is to be done
	owner      string // resolved already, or empty
	ownerOpen  bool   // the owner is not who is spoken to
	author     bool   // the author promises it
	asks       bool   // it wants an answer
	item       bool   // an item of a list, by the party behind it
	confidence float64
	text       string // when the words alone do not say it
	part       [2]int // the tokens of its part of a sentence that asks for two things by two days; else empty
}

// courtesy reports whether what follows "please" at token i asks for nothing.
func courtesy(toks []token, i int) bool {
	if i < 0 || i >= len(toks) {
		return false
	}
	for _, q := range courtesies.byFirst.of(toks[i].id) {
		if _, ok := q.at(toks, i); ok {
			return true
		}
	}
	return false
}

// skipAdverbs passes words that may stand between a modal and its verb.
func skipAdverbs(toks []token, i int) int {
	for is(toks, i, "please", "pls", "plz", "kindly", "also", "then", "just", "both", "all", "each", "quickly", "now", "still", "then", "first", "either", "get", "go", "asap", "at", "least", "simply", "immediately", "promptly", "urgently", ",", "maybe", "possibly", "ahead", "and") {
		switch {
		case is(toks, i, "get"):
			return i // "get" is a verb itself
		case is(toks, i, "at") && !is(toks, i+1, "least"), is(toks, i, "go") && !is(toks, i+1, "ahead"):
			return i
		case is(toks, i, "and") && !is(toks, i-1, "ahead"):
			return i
		}
		i++
	}
	return i
}

// verbAt reports whether token i is a verb of the job in its base form.
func verbAt(toks []token, i int) bool {
	if i < 0 || i >= len(toks) || toks[i].kind != word {
		return false
	}
	return verbs[toks[i].low] || toks[i].low == "re" && is(toks, i+1, "-") && i+2 < len(toks) && verbs[toks[i+2].low]
}

// imperative reports whether a clause that begins at token i tells somebody to
// do something.
func imperative(toks []token, i int) bool {
	if is(toks, i, "don't", "dont") || is(toks, i, "do") && is(toks, i+1, "not") {
		j := i + 1
		if is(toks, i, "do") {
			j++
		}
		return verbAt(toks, j) && !is(toks, j, "have", "see", "think", "hesitate", "reply", "worry", "look") && !courtesy(toks, i)
	}
	if is(toks, i, "be", "make") && is(toks, i+1, "sure", "certain") {
		return true
	}
	if !verbAt(toks, i) || i+1 >= len(toks) {
		return false
	}
	if courtesy(toks, i) || is(toks, i, "see", "hope", "look", "thank", "have", "do", "let's", "come", "does") {
		return false
	}
	next := toks[i+1]
	if next.low == ":" || next.low == "?" || next.low == "=" || !next.gap && next.kind == mark && next.low != "," {
		return false
	}
	if is(toks, i+1, "is", "was", "were", "are", "will", "has", "had", "have", "of", "came", "went", "results", "date", "dates", "time", "times", "enclosed", "received", "placed", "issued",
		"costs", "cost", "can", "could", "should", "would", "must", "may", "might", "shall", "needs", "looks", "seems", "made", "done", "says", "said", "log", "list", "number", "no", "sheet", "sheets", "form", "forms", "meeting") && next.low != "have" {
		return false
	}
	if next.cap && is(toks, i+2, "is", "was", "has", "will", "had", "said", "says") {
		return false // "Bill Massey is": a name
	}
	if doubtful[toks[i].low] {
		// A noun may be meant: what follows must look like an object.
		if is(toks, i+1, "the", "a", "an", "all", "your", "our", "this", "these", "that", "those", "any", "with", "us", "me", "him", "her", "them", "it", "if", "up", "on", "out", "off", "to", "back", "down", "over", "each", "both", "my", "their", "his", "in", "from", "when", "and", "for", "or") {
			return !(is(toks, i+1, "on", "to", "in", "for", "from", "and", "or") && toks[i].cap && doubtful[toks[i].low] && is(toks, i, "work", "order", "notice", "support", "change", "test", "report", "price", "bid", "detail", "line", "grade", "level", "update", "schedule", "plan", "delay", "release", "review", "record", "reference", "set", "form", "cover"))
		}
		return next.kind == word && next.gap && !(next.cap && strings.ToUpper(next.low) != next.low && isCalendarWord(next.low))
	}
	return next.kind != mark || is(toks, i+1, "(", "\"", "“", "#")
}

// findActions finds what a sentence wants done, form by form; the first form that
// fits is taken.
func (r *reading) findActions(p *passage, s *sentence) []action {
	toks := s.toks
	var out []action
	add := func(a action) {
		if a.verb < len(toks) {
			if a.end == 0 {
				a.end = len(toks)
			}
			out = append(out, a)
		}
	}
	start := s.body
	who, begin := r.vocative(p, s)
	if begin > start {
		start = begin
	}
	conditional := is(toks, start, "if", "unless", "otherwise")

	// please VERB, anywhere.
	for i := start; i < len(toks); i++ {
		if !is(toks, i, "please", "pls", "plz", "kindly", "favor") || is(toks, i, "favor") && !is(toks, i-1, "por") {
			continue
		}
		j := skipAdverbs(toks, i+1)
		if j < len(toks) && !courtesy(toks, j) && (verbAt(toks, j) || is(toks, j, "don't", "do", "be", "make", "use", "start", "continue", "note", "disregard", "allow", "confírmame", "confirmar", "confirma", "enviar", "envíe", "envíame", "mandar", "avísame", "revisar")) {
			if is(toks, j, "note", "disregard", "allow", "be") && !is(toks, j+1, "sure") {
				break
			}
			if polite, at := r.trailing(toks, i); polite && i > at { // "Order the sacks this week pls": the verb stands before
				break
			}
			add(action{verb: j, owner: who, confidence: 0.93})
			break
		}
		if j >= len(toks) || toks[j].kind == mark || toks[i].gap && i == len(toks)-1 {
			break
		}
	}
	if len(out) == 0 {
		// The verb first, please at its end: "Order the super sacks this week pls".
		if imperative(toks, start) {
			for i := start; i < len(toks); i++ {
				if is(toks, i, "please", "pls", "plz") {
					add(action{verb: start, owner: who, confidence: 0.9})
					break
				}
			}
		}
	}
	// can you VERB, would you mind VERBing, could somebody VERB
	for i := start; i+2 < len(toks) && len(out) == 0; i++ {
		if !is(toks, i, "can", "could", "would", "will", "are") {
			continue
		}
		if i > start && !is(toks, i-1, ",", "-", "–", "—", ":", ";", "?", "and", "so", "please", "but", "also", "below", "or", "then", "chance", ".", "…", "allowance", "hi") && toks[i-1].kind != mark {
			continue
		}
		j, owner, open := i+1, who, false
		switch {
		case is(toks, j, "you", "u", "ya", "y'all", "one"):
			j++
		case is(toks, j, "someone", "somebody", "anyone", "anybody"):
			j, open = j+1, true
		case toks[j].kind == word && toks[j].cap && r.knows(toks[j].low):
			owner, _, _ = r.who.resolve(r.text[toks[j].start:toks[j].end], p.near)
			j++
		default:
			continue
		}
		if is(toks, i, "are") && !(is(toks, j, "able") && is(toks, j+1, "to")) {
			continue
		}
		if is(toks, j, "able") {
			j += 2
		}
		if is(toks, j, "mind") {
			j++
		}
		j = skipAdverbs(toks, j)
		if courtesy(toks, j) || !verbAt(toks, j) && !stemVerb(lowAt(toks, j)) {
			continue
		}
		if is(toks, j, "have", "do", "see", "come") && !is(toks, j, "have", "come") {
			continue
		}
		conf := 0.9
		if open {
			conf = 0.7
		}
		if p.forwarded && (open || len(s.dates(p)) == 0) {
			continue // answered by now, or by the one who forwards it
		}
		add(action{verb: j, owner: owner, ownerOpen: open, confidence: conf})
	}
	if len(out) == 0 {
		out = r.assigned(p, s, s.body, out)
	}
	if len(out) == 0 && start > s.body {
		out = r.assigned(p, s, start, out)
	}
	if len(out) == 0 {
		out = r.needs(p, s, start, who, out)
	}
	if len(out) == 0 && !conditional && !hypothetical(toks) {
		out = r.promises(p, s, start, out)
	}
	if len(out) == 0 && !conditional {
		out = r.told(p, s, start, who, out)
	}
	if len(out) == 0 && begin > s.body && s.bullet {
		add(action{verb: begin, owner: who, confidence: 0.85}) // "Gus - refresher talk": an item with a name
	}
	if len(out) == 0 {
		out = r.due(p, s, out)
	}
	return out
}

// trailing reports whether the please at token i closes a clause that began
// with an imperative, and where.
func (r *reading) trailing(toks []token, i int) (bool, int) {
	return i > 1 && (i+1 >= len(toks) || toks[i+1].kind == mark) && imperative(toks, 0), 0
}

// hypothetical reports whether the sentence speaks of what would be.
func hypothetical(toks []token) bool {
	for i := range toks {
		if is(toks, i, "would", "had") && (is(toks, i+1, "have", "been") || is(toks, i+1, "we", "i", "they")) {
			return true
		}
	}
	return false
}

// stemVerb reports whether an -ing word comes from a verb of the job.
func stemVerb(w string) bool {
	stem, ok := strings.CutSuffix(w, "ing")
	if !ok {
		stem, ok = strings.CutSuffix(w, "in") // callin
		if !ok {
			return false
		}
	}
	return stemOf(stem)
}

func stemOf(stem string) bool {
	if len(stem) < 2 {
		return false
	}
	if verbs[stem] || verbs[stem+"e"] {
		return true
	}
	return stem[len(stem)-1] == stem[len(stem)-2] && verbs[stem[:len(stem)-1]]
}

// needs reads "I need your direction by ...", "Need crane ready", "we are
// waiting on", "you need to send", "I'd appreciate if you".
func (r *reading) needs(p *passage, s *sentence, start int, who string, out []action) []action {
	toks := s.toks
	hasDate := len(s.dates(p)) > 0
	for i := start; i < len(toks); i++ {
		switch {
		case is(toks, i, "you", "u") && (is(toks, i+1, "need", "have") && is(toks, i+2, "to") || is(toks, i+1, "must", "should", "shall")):
			j := i + 2
			if is(toks, i+2, "to") {
				j++
			}
			j = skipAdverbs(toks, j)
			if verbAt(toks, j) && !is(toks, i-1, "if", "that", "all", "when", "what", "as") && !is(toks, j, "have", "see") {
				return append(out, action{verb: j, end: len(toks), owner: who, confidence: 0.85})
			}
		case is(toks, i, "need", "want", "like", "needs") && (is(toks, i+1, "you", "u", "him", "her", "them") && is(toks, i+2, "to") || is(toks, i+1, "someone", "somebody") && is(toks, i+2, "to")):
			j := skipAdverbs(toks, i+3)
			if verbAt(toks, j) {
				return append(out, action{verb: j, end: len(toks), owner: who, ownerOpen: !is(toks, i+1, "you", "u"), confidence: 0.87})
			}
		case is(toks, i, "need") && is(toks, i+1, "you", "u"):
			if is(toks, i+2, "to") {
				continue
			}
		case is(toks, i, "somebody", "someone") && is(toks, i+1, "needs", "has", "should", "must"):
			j := i + 2
			if is(toks, j, "to") {
				j++
			}
			if j = skipAdverbs(toks, j); verbAt(toks, j) {
				return append(out, action{verb: j, end: len(toks), ownerOpen: true, confidence: 0.75})
			}
		case is(toks, i, "need", "needs") && is(toks, i+1, "to") && is(toks, i+2, "know", "hear") && !is(toks, i+3, "basis"):
			return append(out, action{verb: i, end: len(toks), owner: who, confidence: 0.85, asks: true, text: needToKnow(r.text, s, start, i)})
		case is(toks, i, "need", "needs") && (i == start || is(toks, i-1, "we", "i", "will", "we'll", "i'll", "still", "also", "do", "would", ",", "and", "-", ".", "they", "owner", "would")):
			if is(toks, i+1, "to", "for", "about", "is", "?", ":", "and", "any", "not", "be", "help") || i+1 >= len(toks) || is(toks, i-1, "don't", "not", "no", "you", "they") || toks[i+1].kind == mark {
				if is(toks, i+1, "to") && hasDate && !is(toks, i-1, "they", "you") {
					j := skipAdverbs(toks, i+2)
					if verbAt(toks, j) {
						return append(out, action{verb: j, end: len(toks), ownerOpen: true, confidence: 0.72})
					}
				}
				continue
			}
			from := false
			for k := i; k < len(toks) && k < i+9; k++ {
				from = from || is(toks, k, "from", "ready", "back", "asap", "your", "you")
			}
			if !hasDate && !from && i != start {
				continue
			}
			conf := 0.88
			if !hasDate {
				conf = 0.75
			}
			return append(out, action{verb: i + 1, end: len(toks), owner: who, confidence: conf, asks: true, text: "need"})
		case is(toks, i, "needs") && is(toks, i+1, "an", "a", "your", "the") && i > start && r.fallsDue(p, s):
			return append(out, action{verb: i + 1, end: len(toks), owner: who, confidence: 0.8, asks: true, text: "need"})
		case is(toks, i, "appreciate", "grateful", "great") && is(toks, i+1, "if", "it") && (is(toks, i+2, "you") || is(toks, i+2, "if") && is(toks, i+3, "you")):
			j := i + 3
			if is(toks, j, "you") {
				j++
			}
			if is(toks, j, "could", "would", "can") {
				j++
			}
			j = skipAdverbs(toks, j)
			if verbAt(toks, j) {
				return append(out, action{verb: j, end: len(toks), owner: who, confidence: 0.88})
			}
		case is(toks, i, "would") && is(toks, i+1, "like") && is(toks, i+2, "to") && is(toks, i+3, "get", "see", "have", "receive") && hasDate && is(toks, i-1, "i", "we") && mentions(toks[i:], "them", "him", "her"):
			return append(out, action{verb: i + 3, end: len(toks), author: true, confidence: 0.78})
		case is(toks, i, "awaiting", "await") && is(toks, i+1, "your", "the", "a", "an") || is(toks, i, "waiting") && is(toks, i+1, "on", "for") && is(toks, i+2, "your", "you"):
			j := i + 1
			if is(toks, i, "waiting") {
				j++
			}
			return append(out, action{verb: j, end: len(toks), owner: who, confidence: 0.75, asks: true, text: "need"})
		case is(toks, i, "suggest", "recommend", "propose", "ask", "request") && is(toks, i-1, "would", "i", "we", "to") && (is(toks, i+1, "that") || i+1 < len(toks) && toks[i+1].cap):
			j := i + 1
			if is(toks, j, "that") {
				j++
			}
			if j+1 < len(toks) && toks[j].kind == word && toks[j].cap && verbAt(toks, j+1) {
				owner, _, _ := r.who.resolve(r.text[toks[j].start:toks[j].end], p.near)
				return append(out, action{verb: j + 1, end: len(toks), owner: owner, confidence: 0.72})
			}
			if is(toks, j, "you") && verbAt(toks, j+1) {
				return append(out, action{verb: j + 1, end: len(toks), owner: who, confidence: 0.8})
			}
		}
	}
	return out
}

// fallsDue reports whether a date of the sentence stands behind by or before.
func (r *reading) fallsDue(p *passage, s *sentence) bool {
	for _, w := range s.dates(p) {
		if w.prep == by && !is(s.toks, w.from-1, "until", "till", "til") || w.prep == before {
			return true
		}
	}
	return false
}

// needToKnow says what has to be found out: the clause before, when there is
// one.
func needToKnow(text string, s *sentence, start, i int) string {
	toks := s.toks
	if i > start+2 {
		return line1(text[toks[start].start:toks[i-1].end])
	}
	return ""
}

// promises reads "I'll send", "we will issue", "I am telling the tenant Monday",
// "PMI 19 will follow from me".
func (r *reading) promises(p *passage, s *sentence, start int, out []action) []action {
	toks := s.toks
	for i := start; i < len(toks); i++ {
		j, conf := 0, 0.9
		switch {
		case is(toks, i, "i'll", "we'll", "ill") && (toks[i].low != "ill" || i == start):
			j = i + 1
		case is(toks, i, "i", "we") && is(toks, i+1, "will", "shall"):
			j = i + 2
		case is(toks, i, "i'm", "we're", "im") && is(toks, i+1, "going", "gonna"):
			j = i + 2
		case is(toks, i, "i", "we") && is(toks, i+1, "am", "are") && is(toks, i+2, "going") && is(toks, i+3, "to"):
			j = i + 3
		case is(toks, i, "i", "we") && is(toks, i+1, "plan", "intend", "promise", "hope", "aim") && is(toks, i+2, "to"):
			j, conf = i+2, 0.72
		case is(toks, i, "i", "i'm", "im") && !is(toks, i-1, "if", "not", "when"):
			k := i + 1
			if is(toks, k, "am") {
				k++
			} else if toks[i].low == "i" {
				continue
			}
			if is(toks, i-2, "if") {
				continue
			}
			if k < len(toks) && stemVerb(toks[k].low) && !is(toks, k, "attaching", "writing", "looking", "working", "asking", "seeing", "giving", "having", "doing", "getting", "forwarding", "sending", "including", "planning",
				"thinking", "coming", "leaving", "requesting", "talking", "enclosing", "filing", "putting", "reviewing", "making", "being", "taking", "figuring", "copying", "deciding", "referencing") {
				out = append(out, action{verb: k, end: len(toks), author: true, confidence: 0.8})
				return out
			}
			continue
		case is(toks, i, "will") && (i == start || is(toks, i-1, ",", "and", "-", ";")) && verbAt(toks, i+1) && !is(toks, i-2, ")"):
			if j = i + 1; is(toks, i-1, "and") && !mentions(toks[:i], "i", "we", "i'll", "we'll") {
				continue
			}
			conf = 0.78
		case is(toks, i, "let") && is(toks, i+1, "me") && i == start && verbAt(toks, i+2) && !is(toks, i+2, "know", "see", "explain", "say"):
			j, conf = i+2, 0.72
		case is(toks, i, "will") && is(toks, i+1, "follow") && i > start:
			conf = 0.7
			if is(toks, i+2, "from") && is(toks, i+3, "me", "us") {
				conf = 0.85
			}
			if is(toks, i+2, "up") || is(toks, i-1, "i", "we") {
				continue
			}
			out = append(out, action{verb: start, end: len(toks), author: true, confidence: conf, text: "Send " + uncapital(line1(r.text[toks[start].start:toks[i-1].end]))})
			return out
		}
		if j == 0 || is(toks, i-1, "if", "when", "that", "what", "until", "once", "before", "after", "unless", "as") {
			continue
		}
		if is(toks, j, "to") {
			j++
		}
		j = skipAdverbs(toks, j)
		if is(toks, j, "be") && j+1 < len(toks) && stemVerb(toks[j+1].low) && !is(toks, j+1, "coming", "having", "looking", "working", "leaving") {
			j++
		} else if !verbAt(toks, j) || is(toks, j, "have", "see", "look", "do", "need", "come", "leave", "pass", "reserve", "stop", "lose", "proceed", "charge", "keep", "help", "answer", "reply", "respond") && !(is(toks, j, "have") && r.owns(toks, j)) {
			if !is(toks, j, "keep", "do", "reply", "respond", "have", "look", "answer") || is(toks, j, "have", "reply", "respond") && !r.owns(toks, j) || len(s.dates(p)) == 0 {
				continue
			}
		}
		if is(toks, j, "let") && is(toks, j+1, "you") {
			conf = 0.72
		}
		out = append(out, action{verb: j, end: len(toks), author: true, confidence: conf})
		return out
	}
	return out
}

// owns tells "I'll have the crew there Monday" from "we will have around 300
// families".
func (r *reading) owns(toks []token, i int) bool {
	return is(toks, i+1, "the", "it", "them", "him", "her", "a", "our", "my")
}

// assigned reads what somebody else is to do: "Renata to check", "Dan will be
// filing", "Gus - refresher talk", "Every foreman turns in", "marcy call Dutch".
func (r *reading) assigned(p *passage, s *sentence, start int, out []action) []action {
	toks := s.toks
	if start >= len(toks) || s.question {
		return out
	}
	name, next := r.nameAt(toks, start)
	if name == "" && s.body > 0 && start == s.body {
		// "Mike: price the racks" was read as a label.
		if n, k := r.nameAt(toks, 0); n != "" && k == s.body-1 {
			written := r.text[toks[0].start:toks[k-1].end]
			if owner, sure, known := r.who.resolve(written, p.near); known || trades[lower(written)] || r.firm(written) {
				if verbAt(toks, start) || s.bullet {
					c := 0.88
					if !sure {
						c = 0.7
					}
					return append(out, action{verb: start, end: len(toks), owner: owner, confidence: c})
				}
			}
		}
	}
	if name != "" {
		owner, sure, known := r.who.resolve(name, p.near)
		conf := 0.88
		if !sure {
			conf = 0.72
		}
		j := next
		if is(toks, j, "(") { // "Dan Douglass (818-596-2201) will be filing"
			for k := j; k < len(toks) && k < j+12; k++ {
				if is(toks, k, ")") {
					j = k + 1
					break
				}
			}
		}
		if is(toks, j, ",") {
			for k := j + 1; k < len(toks) && k < j+14; k++ {
				if is(toks, k, "will", "to") && (is(toks, k-1, ",", ")") || is(toks, k, "will")) {
					j = k
					break
				}
			}
		}
		switch {
		case is(toks, j, "to") && verbAt(toks, skipAdverbs(toks, j+1)) && (known || r.party(toks[start:next])):
			return append(out, action{verb: skipAdverbs(toks, j+1), end: len(toks), owner: owner, confidence: conf})
		case is(toks, j, "will", "shall", "is", "must", "should", "needs", "has", "'ll"):
			k := j + 1
			if is(toks, j, "is") && !is(toks, k, "to", "going") || is(toks, j, "has", "needs") && !is(toks, k, "to") {
				break
			}
			for is(toks, k, "to", "going") {
				k++
			}
			k = skipAdverbs(toks, k)
			if is(toks, k, "be") && k+1 < len(toks) && stemVerb(toks[k+1].low) {
				k++
			} else if !verbAt(toks, k) || is(toks, k, "have", "see", "come", "leave", "flag", "stop") {
				break
			}
			if !known && conf > 0.8 {
				conf = 0.82
			}
			return append(out, action{verb: k, end: len(toks), owner: owner, confidence: conf})
		case is(toks, j, "-", "–", "—", ":") && (known || trades[lower(name)]) && j+1 < len(toks):
			k := skipAdverbs(toks, j+1)
			if verbAt(toks, k) || s.bullet {
				return append(out, action{verb: k, end: len(toks), owner: owner, confidence: conf})
			}
		case (known || !toks[start].cap && r.loose(toks, start)) && verbAt(toks, j) && !is(toks, j, "have", "do", "work", "show", "line") && imperative(toks, j):
			if !known {
				conf = 0.7
			}
			return append(out, action{verb: j, end: len(toks), owner: owner, confidence: conf})
		}
	}
	// "Our Mr Boyle will issue", "The electrician will rough in", "Every foreman turns in"
	if is(toks, start, "every", "each", "all") && !is(toks, start+1, "of") {
		for k := start + 1; k < len(toks) && k < start+5; k++ {
			base := strings.TrimSuffix(toks[k].low, "s")
			if k > start+1 && (verbs[base] && base != toks[k].low || is(toks, k, "to", "must", "shall", "will") && verbAt(toks, k+1)) && len(s.dates(p)) > 0 {
				v := k
				if is(toks, k, "to", "must", "shall", "will") {
					v++
				}
				owner := lower(r.text[toks[start].start:toks[k-1].end])
				return append(out, action{verb: v, end: len(toks), owner: owner, confidence: 0.85})
			}
		}
	}
	if is(toks, start, "our", "the", "my", "your") {
		for k := start + 2; k < len(toks) && k < start+5; k++ {
			if is(toks, k, "will", "to", "shall") && (verbAt(toks, k+1) && !is(toks, k+1, "have", "come", "flag", "see", "stop", "work", "hold", "run") || is(toks, k+1, "be") && k+2 < len(toks) && stemVerb(toks[k+2].low)) {
				if is(toks, start, "the", "your") && !trades[toks[k-1].low] {
					break
				}
				v := k + 1
				if is(toks, v, "be") {
					v++
				}
				owner := tidyName(r.text[toks[start+1].start:toks[k-1].end])
				return append(out, action{verb: v, end: len(toks), owner: owner, confidence: 0.82})
			}
		}
	}
	return out
}

var trades = set(`electrician plumber framer framers painter painters roofer roofers mason masons owner architect engineer gc contractor subcontractor sub subs foreman foremen super superintendent
	pm everyone drywaller drywallers supplier vendor surveyor inspector tester lab mill fabricator glazier welder landscaper excavator concrete steel carpenter carpenters estimator accounting office hvac mechanical electrical plumbing`)

// loose reports whether a small word at token i can only be a name: it is no
// common word, and somebody is told to do something.
func (r *reading) loose(toks []token, i int) bool {
	w := toks[i].low
	if givenNames[w] && !wordNames[w] {
		return true
	}
	return len(w) >= 3 && !verbs[w] && !commonWords[w] && !strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ly") && !strings.HasSuffix(w, "ing") && !strings.HasSuffix(w, "ed") && !isCalendarWord(w)
}

var commonWords = set(`the a an and or but so if when while after before then also just still already not no yes ok okay we you they he she it this that these those there here what which who whom whose why how
	all any some each every both either neither none one two three more most much many few less least other another such same own than too very can could would should will shall may might must do does did done
	have has had is are was were be been being am in on at by for from with without about above below over under between into onto through during until till since against to of off out up down again once
	today tomorrow tonight yesterday morning afternoon evening night noon week month year day time date crew crews guys team office site job project owner client architect engineer roof floor wall ceiling
	deck beam steel concrete rebar pipe duct panel drawing drawings spec permit inspection delivery truck crane lift pump schedule budget cost price money invoice payment email mail phone message note thanks
	thank please pls regards best sorry hello hi hey dear good great nice fine sure maybe perhaps probably only even ever never always often soon later now next last first second third new old big small
	need want got going gonna let lets let's can't don't won't i i'm i'll we'll we're you're it's that's there's my your his her its our their me us him them nobody everybody everyone someone somebody
	anyone anybody weather rain snow wind heat water power gas fire smoke dirt mud sand rock soil trench hole box door doors window windows glass frame tile paint wood lumber plan plans set cost`)

// told reads imperatives, "let's" and "we should".
func (r *reading) told(p *passage, s *sentence, start int, who string, out []action) []action {
	toks := s.toks
	i := start
	for is(toks, i, "also", "then", "and", "so", "ok", "okay", "now", "but", ",", "-", "–") {
		i++
	}
	if is(toks, i, "in") && is(toks, i+1, "the") && is(toks, i+2, "meantime", "interim") {
		i += 3
		if is(toks, i, ",") {
			i++
		}
	}
	if is(toks, i, "no", "yes", "yep") && is(toks, i+1, ",") { // "No, contact Rosalee"
		i += 2
	}
	conf := 0.82
	switch {
	case is(toks, i, "let's", "lets"):
		j := skipAdverbs(toks, i+1)
		if !verbAt(toks, j) || is(toks, j, "see", "hope") {
			return out
		}
		return append(out, action{verb: j, end: len(toks), owner: who, confidence: 0.72})
	case is(toks, i, "we") && is(toks, i+1, "should", "must", "need"):
		j := i + 2
		if is(toks, i+1, "need") && !is(toks, j, "to") {
			return out
		}
		if is(toks, j, "to") {
			j++
		}
		j = skipAdverbs(toks, j)
		if !verbAt(toks, j) || is(toks, j, "have", "see") {
			return out
		}
		return append(out, action{verb: j, end: len(toks), owner: who, confidence: 0.74})
	case imperative(toks, i) && !is(toks, len(toks)-1, ":") && !titled(toks[i:]):
		if p.answers && r.answersQuestion(s) && !mentions(toks, "me", "us") {
			return out
		}
		if p.directive && len(s.dates(p)) == 0 && !mentions(toks, "me", "us") {
			return out // an answer to a question about the drawings: a decision
		}
		if s.body > 0 && (reportLabels[s.label] || !s.bullet && len(strings.Fields(s.label)) == 1 && toks[i].cap) {
			return out
		}
		if doubtful[toks[i].low] {
			conf = 0.74
			if !determined(toks, i+1) && !s.bullet && len(s.dates(p)) == 0 {
				return out // "Pump truck leak": a noun
			}
		}
		if s.bullet {
			conf += 0.04
		}
		if p.forwarded && len(s.dates(p)) == 0 {
			return out
		}
		return append(out, action{verb: i, end: len(toks), owner: who, confidence: conf})
	}
	return out
}

// party reports whether capitalised words can be somebody: a trade, a firm, a
// name, and not "Notice" or "Option".
func (r *reading) party(toks []token) bool {
	for _, t := range toks {
		if trades[t.low] {
			return true
		}
	}
	return len(toks) > 0 && len(toks) <= 3 && !notNames[toks[0].low] && !commonWords[toks[0].low] && len(toks[0].low) > 2
}

// determined reports whether an object with its article, or a pronoun, begins at
// token i.
func determined(toks []token, i int) bool {
	return is(toks, i, "the", "a", "an", "all", "your", "our", "this", "these", "that", "those", "any", "with", "us", "me", "him", "her", "them", "it", "if", "up", "on", "out", "off", "to", "back", "down", "over", "each", "both", "my", "their", "his") ||
		i < len(toks) && toks[i].kind == digits
}

// reportLabels stand before what is, was or is planned; nobody is told to do it.
var reportLabels = set("status result results work deliveries delivery problems problem tomorrow today yesterday weather equip equipment visitors visitor manpower notes note subject re project discussion resolution disposition reason cause location type inspection remarks safety crew crews activity activities progress completed planned lookahead")

// titled reports whether a line is a title: every longer word begins with a
// capital and no dot ends it.
func titled(toks []token) bool {
	n := 0
	for _, t := range toks {
		if t.kind == mark && (t.low == "." || t.low == "?" || t.low == "!" || t.low == ",") {
			return false
		}
		if t.kind == word && len(t.low) > 3 {
			if !t.cap {
				return false
			}
			n++
		}
	}
	return n >= 2
}

func mentions(toks []token, words ...string) bool {
	for i := range toks {
		if is(toks, i, words...) {
			return true
		}
	}
	return false
}

// submissions are things that fall due, and what one does with them.
var submissions = map[string]string{
	"bids": "Submit bid", "bid": "Submit bid", "proposals": "Submit proposal", "proposal": "Submit proposal", "quotes": "Submit quote", "quote": "Submit quote", "pricing": "Submit pricing", "tenders": "Submit tender",
	"questions": "Send questions", "rfis": "Send RFIs", "comments": "Send comments", "submittals": "Send submittals", "submittal": "Send submittal", "response": "Send response", "responses": "Send responses",
	"corrections": "Complete corrections", "samples": "Send samples", "payment": "Pay", "drawings": "Send drawings", "rsvp": "RSVP", "resubmittal": "Resubmit", "answer": "Answer", "answers": "Answer",
}

// due reads what falls due without a verb: "Bids due: Tuesday", "Questions no
// later than Sept 12", "Resubmit by: 08/16", "a fee of $85 is due", "the forms
// must be returned by Friday", "pre-bid walk: Sept 10".
func (r *reading) due(p *passage, s *sentence, out []action) []action {
	toks := s.toks
	dates := s.dates(p)
	_, _, dated := p.calendar.deadline(dates)
	if s.body > 0 && dated {
		first := lowAt(toks, 0)
		words := strings.Fields(s.label)
		last := words[len(words)-1]
		switch {
		case last == "due" || last == "by" || strings.HasSuffix(s.label, "due date") || last == "deadline":
			text := submissions[first]
			if text == "" && verbs[first] {
				text = capital(first)
			}
			if text == "" && len(words) > 1 && last != "by" && !is(toks, 0, "due", "date") {
				text = "Submit " + strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(s.label, " date"), " due"), " deadline")
			}
			if text == "" {
				return out
			}
			return append(out, action{verb: 0, end: len(toks), owner: "", confidence: 0.86, text: text, asks: text == "Submit bid"})
		case (strings.Contains(s.label, "pre-bid") || strings.Contains(s.label, "prebid") || strings.Contains(s.label, "mandatory") || strings.Contains(s.label, "site visit") || strings.Contains(s.label, "walk-through")) && len(words) <= 4:
			return append(out, action{verb: 0, end: len(toks), confidence: 0.72, text: "Attend " + s.label})
		}
	}
	if text := submissions[lowAt(toks, 0)]; text != "" && dated && len(toks) < 16 {
		for i := 1; i < len(toks) && i < 6; i++ {
			if is(toks, i, "due", "by") || is(toks, i, "no") && is(toks, i+1, "later") || is(toks, i, "must") {
				if is(toks, i, "must") && mentions(toks, "complete", "completed", "done") && r.list.items {
					return out
				}
				return append(out, action{verb: 0, end: len(toks), confidence: 0.82, text: text})
			}
		}
	}
	for i := 1; i+1 < len(toks); i++ {
		switch {
		case is(toks, i, "is", "are") && is(toks, i+1, "due", "payable", "required", "outstanding") && len(s.amounts) > 0:
			for k := range i {
				if is(toks, k, "fee", "payment", "deposit", "invoice", "balance", "retainage", "draw", "premium") {
					return append(out, action{verb: 0, end: len(toks), confidence: 0.78, text: "Pay " + uncapital(line1(r.text[toks[skipArticle(toks)].start:toks[i-1].end]))})
				}
			}
		case is(toks, i, "proposed", "scheduled", "called") && is(toks, i+1, "for") && dated && mentions(toks[:i], "meeting", "call", "walk", "walkthrough", "visit") && mentions(toks[:i], "proposed", "is"):
			if is(toks, i, "proposed") {
				return append(out, action{verb: 0, end: len(toks), confidence: 0.7, asks: true, text: "Attend " + uncapital(line1(r.text[toks[skipArticle(toks)].start:toks[max(i-2, skipArticle(toks))].end]))})
			}
		case is(toks, i, "must", "shall", "needs", "need") && (is(toks, i+1, "be") || is(toks, i+1, "to") && is(toks, i+2, "be")) && dated:
			if r.list.items && mentions(toks, "complete", "completed", "done", "finished", "corrected") {
				return out // the deadline of the list
			}
			j := i + 2
			if is(toks, i+1, "to") {
				j++
			}
			if j < len(toks) && strings.HasSuffix(toks[j].low, "ed") && !p.forwarded || is(toks, j, "done", "submitted", "returned", "sent", "in", "clear", "signed", "out") && !p.forwarded {
				return append(out, action{verb: 0, end: len(toks), confidence: 0.76, text: clean(r.text, toks)})
			}
		}
	}
	return out
}

func skipArticle(toks []token) int {
	if is(toks, 0, "a", "an", "the") && len(toks) > 1 {
		return 1
	}
	return 0
}
