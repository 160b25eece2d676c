package extract

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// settle finds who does an action: whom its sentence names for it, else whoever it was
// taken to be. It looks at sentences that are taken for actions already, so it may go
// by less than what findActions goes by. It cuts what names the owner off the task.
func (r *reading) settle(p *passage, s *sentence, a *action) {
	if a.owner == p.addressee {
		a.owner = ""
	}
	if name, task := r.named(p, s); name != "" && !a.author {
		a.owner, a.ownerOpen, a.item = name, false, true
		if task != "" {
			a.text = unasked(task)
		}
		return
	}
	if slipped(s.toks, s.body) { // "Ill flag the line tonight"
		a.author, a.owner, a.ownerOpen = true, "", false
		return
	}
	if name := r.source(p, s.content()); name != "" && name != p.author.name {
		a.owner, a.author, a.ownerOpen = name, false, false
		return
	}
	if name, called, verb := r.subject(p, s); name != "" && (!called || !a.author || s.question && mentions(s.toks, "you", "your")) {
		a.owner, a.author, a.ownerOpen = r.properly(p, name), false, false
		if verb > 0 && a.verb <= verb && a.text != "" && !s.question {
			a.verb, a.text = verb, "" // made of the whole sentence before
		}
		return
	}
	toks := s.content()
	switch {
	case a.author && a.verb > s.body && imperative(s.toks, s.body) && !is(toks, 0, "leave", "let"): // "get it done by Thursday, I'm turning in keys"
		a.author, a.owner, a.verb, a.text = false, "", s.body, ""
	case a.author && asksReader(toks):
		a.author, a.owner, a.ownerOpen = false, "", false
	case !a.author && a.owner == "" && promised(toks):
		a.author = true
	case !a.author && a.owner == "":
		if a.owner = r.passive(p, toks); a.owner == "" {
			a.owner = r.calledLast(p, toks)
		}
	}
	if a.owner != "" {
		a.owner = r.properly(p, a.owner)
	}
}

// slipped reports whether a sentence begins with I'll or I'm without their apostrophe:
// "Ill jack it up Thursday", and not "Ill fitting doors".
func slipped(toks []token, i int) bool {
	k := skipAdverbs(toks, i+1)
	return is(toks, i, "ill") && (verbAt(toks, k) || k < len(toks) && toks[k].kind == word && !toks[k].cap && !function[toks[k].low] && determined(toks, k+1))
}

// properly returns an owner as the header has him: Engineer Rintoul for "Mr Rintoul",
// Tasha Greer for "Sister Tasha", Ridgeback Roofing for "Ridgeback's Len", and the firm
// that is written to for "Contractor".
func (r *reading) properly(p *passage, owner string) string {
	words := nameWords(owner)
	switch {
	case len(words) == 1 && words[0] == "contractor" && len(p.near) == 1 && office(p.near[0]) && !roleNames[p.near[0].last()]:
		return p.near[0].name
	case len(words) != 2:
		return owner
	}
	headed := func(fits func(person) bool) (person, bool) {
		return onlyOne(r.who.people, func(q person) bool {
			return q.address != "" && len(q.words) > 0 && fits(q)
		})
	}
	if _, ok := headed(func(q person) bool { return q.name == owner }); ok || isGiven(words[0]) {
		return owner
	}
	if firm, ok := strings.CutSuffix(words[0], "'s"); ok {
		if q, ok := headed(func(q person) bool { return q.first() == firm && !isGiven(firm) }); ok {
			return q.name
		}
	}
	if !honorific[words[0]] && !spiritual[words[0]] {
		return owner
	}
	if q, ok := headed(func(q person) bool { return q.last() == words[1] }); ok {
		return q.name
	}
	if q, ok := headed(func(q person) bool { return q.first() == words[1] }); ok {
		return q.name
	}
	return owner
}

// spiritual are titles before a first name, besides the honorifics.
var spiritual = set("sister brother father fr rev reverend deacon pastor coach chief captain cousin principal")

// source finds from whom something is wanted: "the survey wanted from Benny",
// "outstanding from Aquaflow", "due from the contractor".
func (r *reading) source(p *passage, toks []token) string {
	for i := 1; i+1 < len(toks); i++ {
		if !is(toks, i, "from") || !is(toks, i-1, "wanted", "outstanding", "due", "needed", "required", "owed", "expected", "awaited", "missing", "overdue") {
			continue
		}
		k := i + 1
		for is(toks, k, "the", "our") {
			k++
		}
		if name, _ := r.somebody(p, toks, i+1, 0); name != "" {
			if k > i+1 && byRole(name) {
				return r.properly(p, name)
			}
			return name
		}
		if w := lowAt(toks, k); k == i+1 && toks[k].cap && toks[k].kind == word && nameShaped(r.text[toks[k].start:toks[k].end]) && !commonWords[w] && !isCalendarWord(w) && lexemes[w] == (lexeme{}) {
			return tidyName(r.text[toks[k].start:toks[k].end])
		}
	}
	return ""
}

// calledLast returns whom a sentence calls by name at its end: "resubmit with the
// sheets, Bo", whom the header knows by it.
func (r *reading) calledLast(p *passage, toks []token) string {
	end := len(toks)
	for end > 0 && is(toks, end-1, ".", "!", "?") {
		end--
	}
	if end < 4 || !is(toks, end-2, ",") || toks[end-1].kind != word || !toks[end-1].cap {
		return ""
	}
	w := toks[end-1].low
	q, ok := onlyOne(p.near, func(q person) bool { return q.first() == w || q.shortly(w) })
	if !ok {
		return ""
	}
	return q.name
}

// reader finds of whom a mail asks what it asks of nobody by name: whom it greets, else
// whom its header names, which is one where one firm is written to and others get a copy,
// or where the second of two is to know of it.
func (r *reading) reader(p *passage) string {
	const all = "all recipients"
	if len(p.near) == 0 || len(p.sentences) == 0 {
		return p.addressee
	}
	header := all
	if len(p.near) == 1 && !manyRead(p.near[0]) && !manyNamed(p.near[0]) && !r.jobList(p.near[0]) {
		header = p.near[0].name
	}
	toks := p.sentences[0].toks
	i := 0
	for is(toks, i, "hi", "hello", "hey", "dear", "good", "morning", "afternoon", "evening", "day", "greetings", "thanks", "thank", "you", "hallo", "hola", "bonjour", "attn", "attention") || i > 0 && is(toks, i, ".", ":") && is(toks, i-1, "attn", "attention") {
		i++
	}
	many := is(toks, i, "all", "everyone", "team", "folks", "everybody", "gents", "guys", "gentlemen", "colleagues", "to") && (len(toks) < 5 || is(toks, i+1, ",", "-", ":", "–", "!"))
	switch {
	case p.addressee == all && len(p.near) == 1 && office(p.near[0]):
		return header
	case p.addressee == all && len(p.near) == 2 && !many && !slices.ContainsFunc(p.near, func(q person) bool { return manyRead(q) || manyNamed(q) }) && !r.invites(p):
		return p.near[0].name
	case p.addressee == all:
		return all
	case slices.ContainsFunc(p.near, func(q person) bool { return q.name == p.addressee }):
		if len(p.near) == 1 {
			return header
		}
		return p.addressee
	}
	// Somebody is greeted whom the header does not name in this way.
	if (honorific[lowAt(toks, i)] || is(toks, i, "monsieur", "madame", "señor", "señora")) && i+1 < len(toks) {
		i++
		if is(toks, i, ".") {
			i++
		}
	}
	if i >= len(toks) || toks[i].kind != word {
		return p.addressee
	}
	w := toks[i].low
	if q, ok := onlyOne(p.near, func(q person) bool { return q.shortly(w) || q.first() == w || q.last() == w }); ok {
		return q.name
	}
	if words := nameWords(p.addressee); len(words) == 2 { // "Dumela Masego", "Sister Tasha"
		if q, ok := onlyOne(p.near, func(q person) bool { return q.first() == words[1] || q.last() == words[1] }); ok {
			return q.name
		}
	}
	if heading(p.addressee) {
		return header
	}
	if isGiven(w) || isNickname(w) || strings.Contains(p.addressee, " ") && !is(toks, i, "sir", "sirs", "madam") || r.knows(w) {
		return p.addressee
	}
	if len(p.near) == 2 {
		return p.near[0].name
	}
	return header
}

// heading reports whether what stands where a greeting does is the beginning of an item:
// "Headlines - Blocks", "Tape 1. Sill".
func heading(s string) bool {
	return strings.ContainsAny(s, "0123456789:") || strings.Contains(s, " - ") || strings.Contains(s, " – ")
}

// manyNamed reports whether a name of the header is one for many: All Enrolled
// Contractors, Sub Contacts, Neighbors.
func manyNamed(p person) bool {
	if len(p.words) == 0 || p.name == p.address {
		local, _, _ := strings.Cut(p.address, "@")
		return slices.ContainsFunc(strings.FieldsFunc(lower(local), notWord), func(w string) bool { return manyWords[w] })
	}
	last := p.words[len(p.words)-1]
	return p.words[0] == "all" || last == "contacts" || len(p.words) == 1 && manyWords[last]
}

// manyWords are words of addresses that many read, besides those the heads know of.
var manyWords = set(`owners residents tenants neighbors neighbours steering coord coordination progress utilities committee contractors subcontractors consultants stakeholders participants attendees tenderers vendors suppliers primes drivers operators`)

// jobList reports whether an address without a name is the list of a job, as it has two
// words that are no role's, or the first word of the subject: kac-dlp@, dundalkrd@.
func (r *reading) jobList(q person) bool {
	if len(q.words) > 0 && q.name != q.address {
		return false
	}
	local, _, _ := strings.Cut(lower(q.address), "@")
	words := strings.FieldsFunc(local, notWord)
	if slices.ContainsFunc(words, func(w string) bool {
		return roleNames[w] || desks[w] || isGiven(w)
	}) {
		return false
	}
	if len(words) > 1 && strings.Contains(local, "-") {
		return true
	}
	return slices.ContainsFunc(nameWords(r.m.Subject), func(w string) bool {
		return len(w) >= 5 && strings.HasPrefix(local, w)
	})
}

// desks are words of addresses that one desk reads.
var desks = set("office info sales ap ar accounts billing invoices admin management mgmt permits permitting plans planning tenders bids estimating dispatch orders support service desk help hr payroll claims legal contracts procurement purchasing reception front mail post contact enquiries inquiries building alarm safety lab testing")

// office reports whether a firm or an office is written to, by a name that is no
// person's.
func office(p person) bool {
	return len(p.words) > 0 && p.name != p.address && !manyNamed(p) && !slices.ContainsFunc(p.words, isGiven)
}

// invites reports whether a mail asks who gets it for their offers, as its subject or
// its first words say.
func (r *reading) invites(p *passage) bool {
	offers := func(toks []token) bool {
		return mentions(toks, "bid", "bids", "quote", "quotes", "quotation", "rfq", "rfp", "proposal", "proposals", "tender", "tenders", "offers", "pricing", "bidders", "tenderers")
	}
	for i := range p.sentences[:min(3, len(p.sentences))] {
		if offers(p.sentences[i].toks) {
			return true
		}
	}
	return offers(tokenise(r.m.Subject, 0, len(r.m.Subject)))
}

// named finds the party that stands at the end of an item or in a cell of its own:
// "(Northline)", "- Pennine", "3104 | swap the diffuser | Pawlak". Of a row it returns
// too what is to be done.
func (r *reading) named(p *passage, s *sentence) (name, task string) {
	toks := s.toks
	if len(s.cells) > 1 {
		at, longest := -1, ""
		for i, c := range s.cells {
			cell := tokenise(r.text, c.start, c.end)
			if n := r.alone(p, cell); n != "" && (i > 0 || len(s.cells) > 2) {
				if at >= 0 {
					return "", ""
				}
				name, at = n, i
				continue
			}
			if words := r.text[c.start:c.end]; len(words) > len(longest) {
				longest = words
			}
		}
		if at < 0 || !strings.Contains(longest, " ") {
			return "", ""
		}
		return name, line1(longest)
	}
	end := len(toks)
	for end > 0 && is(toks, end-1, ".", ",", "!") {
		end--
	}
	from := end
	if is(toks, end-1, ")", "]") {
		end--
		for from = end; from > 0 && !is(toks, from-1, "(", "["); from-- {
		}
		if from < 2 || roleNames[toks[from-2].low] { // "your pipe supplier (Prairie Pipe)"
			return "", ""
		}
	} else if s.bullet || r.list.items || p.punch {
		for from > 0 && end-from < 5 && !is(toks, from-1, "-", "–", "—", "|", ">", "→") {
			from--
		}
		if !is(toks, from-1, "-", "–", "—", "|", ">", "→") || !toks[from-1].gap && !is(toks, from-2, "-", "=") || from < len(toks) && !toks[from].gap {
			return "", ""
		}
	}
	if from >= end || from < 4 || end-from > 4 {
		return "", ""
	}
	if n := r.alone(p, toks[from:end]); n != "" && n != p.author.name {
		return n, clean(r.text, toks[s.body:from-1])
	}
	return "", ""
}

// passive returns by whom something is to be done: "to be patched by Northline by Friday".
func (r *reading) passive(p *passage, toks []token) string {
	for i := range toks {
		if !is(toks, i, "by") || !mentions(toks[:i], "be") {
			continue
		}
		k := i - 1
		if is(toks, k, "in", "up", "out", "off", "back", "down", "over", "away", "through") { // "brought in by"
			k--
		}
		if !strings.HasSuffix(lowAt(toks, k), "ed") && !is(toks, k, "done", "made", "set", "cut", "sent", "paid", "hung", "built", "given", "taken", "brought", "kept", "put", "laid", "dug", "drawn", "written", "shut", "left", "met", "swept", "bought", "held") {
			continue
		}
		if is(toks, i+1, "all", "each", "every") && roleNames[lowAt(toks, i+2)] { // "by all foremen"
			return lower(r.text[toks[i+1].start:toks[i+2].end])
		}
		if name, _ := r.somebody(p, toks, i+1, 0); name != "" {
			return name
		}
		if is(toks, i+1, "the", "our") {
			for n := i + 2; n < min(len(toks), i+5) && toks[n].kind == word && !function[toks[n].low]; n++ {
				if parties[toks[n].low] { // "by the crane company"
					return tidyName(r.text[toks[i+2].start:toks[n].end])
				}
			}
		}
	}
	return ""
}

// unasked takes the please off a task.
func unasked(task string) string {
	if first, rest, _ := strings.Cut(task, " "); courteous[lower(first)] && rest != "" {
		return capital(rest)
	}
	return task
}

var courteous = set("please pls plz kindly")

// alone returns whom words that stand alone name, when they name somebody.
func (r *reading) alone(p *passage, toks []token) string {
	if len(toks) == 0 || len(toks) > 5 || toks[0].kind != word || !toks[0].cap {
		return ""
	}
	for i := range toks {
		if toks[i].kind == digits {
			return ""
		}
	}
	written := r.text[toks[0].start:toks[len(toks)-1].end]
	if name, sure, known := r.who.resolve(written, p.near); known && sure {
		return name
	}
	return r.bearer(p, toks)
}

// subject finds who is said to do it at the start of a sentence, or who is called
// upon there: "Eddie will drive", "Dorsey to supply", "Foremen, tell your people",
// "Could the Project Manager state". It tells what is said from what is called, and
// where the verb stands when that is plain.
func (r *reading) subject(p *passage, s *sentence) (name string, called bool, verb int) {
	toks := s.toks
	if s.body > 1 {
		// "Keystone Comfort: bring the lead times"
		if label := toks[:s.body-1]; len(label) <= 4 && toks[0].kind == word && (toks[0].cap || r.knows(toks[0].low)) {
			if name, _ := r.somebody(p, toks, 0, s.body-1); name != "" {
				return name, true, 0
			}
			if len(label) > 1 && imperative(toks, s.body) && !reportLabels[s.label] && !notNames[toks[0].low] && capitals(label) { // "Grady Electric: rack up the strut"
				return tidyName(r.text[toks[0].start:label[len(label)-1].end]), true, 0
			}
		}
	}
	i := s.body
	for is(toks, i, "also", "then", "and", "so", "ok", "okay", "but", ",", "-", "–", "meanwhile") {
		i++
	}
	switch {
	case is(toks, i, "my") && i+2 < len(toks) && !toks[i+1].cap && !roleNames[toks[i+1].low] && is(toks, i+2, "will") && p.author.name != "": // "My wife will bring"
		return p.author.name, false, plainVerb(toks, i+2)
	case is(toks, i, "could", "can", "would", "will", "may") && !is(toks, i+1, "you", "u", "we", "i", "someone", "somebody", "it", "that", "this"):
		if name, next := r.somebody(p, toks, i+1, 0); name != "" && (verbAt(toks, next) || is(toks, next, "please")) {
			return name, false, 0
		}
		return "", false, 0
	case is(toks, i, "let") && !is(toks, i+1, "me", "us", "them", "him", "her", "it"):
		if name, next := r.somebody(p, toks, i+1, 0); name != "" && verbAt(toks, next) && !is(toks, next, "know") {
			return name, false, 0
		}
		return "", false, 0
	case is(toks, i, "have") && i+1 < len(toks) && toks[i+1].cap:
		if name, next := r.somebody(p, toks, i+1, 0); name != "" && verbAt(toks, next) {
			return name, false, next
		}
		return "", false, 0
	case is(toks, i, "i'll", "i") && mentions(toks[i:min(len(toks), i+3)], "have"):
		for k := i + 1; k < i+4; k++ {
			if is(toks, k, "have") {
				if name, next := r.somebody(p, toks, k+1, 0); name != "" && verbAt(toks, next) {
					return name, false, next
				}
			}
		}
		return "", false, 0
	}
	if is(toks, i, "i", "we", "i'd", "we'd", "i've", "we've") {
		for k := i + 1; k < min(len(toks), i+4); k++ {
			if !is(toks, k, "need", "want", "like", "asked", "expect", "told") {
				continue
			}
			if name, next := r.somebody(p, toks, k+1, 0); name != "" && is(toks, next, "to") {
				return name, false, plainVerb(toks, next)
			}
		}
	}
	if is(toks, i, "@") {
		i++
	}
	if i+2 < len(toks) && toks[i].cap && len(toks[i].low) == 1 && toks[i+1].kind == digits && !toks[i+1].gap { // "C3 Marco will"
		i += 2
	}
	if is(toks, i+1, ".") && len(toks[i].low) == 1 && toks[i].cap && i+2 < len(toks) && toks[i+2].cap && r.knows(toks[i+2].low) { // the mark of an item, or an initial
		i += 2
	}
	if who, verb := r.busy(p, toks, i); who != "" {
		return who, false, verb
	}
	name, next := r.somebody(p, toks, i, 0)
	if name == "" {
		name, verb = r.initials(toks, i)
	}
	if name == "" && verb == 0 && next == i {
		name, verb = r.newcomer(toks, i)
	}
	if verb > 0 || name == "" || next == i {
		return name, false, verb
	}
	if is(toks, next, "(") {
		for k := next; k < len(toks) && k < next+12; k++ {
			if is(toks, k, ")") {
				next = k + 1
				break
			}
		}
	}
	switch {
	case next >= len(toks):
		return "", false, 0
	case is(toks, next, ",", ":", "-", "–", "—"):
		if imperative(toks, next+1) {
			verb = next + 1
		}
		return name, true, verb
	case is(toks, next, "can", "could", "would", "will", "please", "pls", "you", "u") && is(toks, next+1, "you", "u", "please", "pls") || is(toks, next, "you", "u", "please", "pls", "plz"):
		return name, true, 0
	case is(toks, next, "someone", "somebody") && is(toks, next+1, "needs", "has", "should", "must"): // "Dominic somebody has to kill the power"
		return name, false, 0
	case is(toks, next, "i", "we") && toks[next].gap: // "Dominic I need the weights"
		return name, true, 0
	case doing(toks, next):
		return name, false, plainVerb(toks, next)
	case verbAt(toks, next) && !is(toks, next, "work", "line", "set", "show", "cover"):
		return name, false, next
	}
	return "", false, 0
}

// busy returns who is said to be at it in one word with what he does: "Ian's driving
// up this afternoon".
func (r *reading) busy(p *passage, toks []token, i int) (string, int) {
	if i+1 >= len(toks) || toks[i].kind != word || !toks[i].cap || (!strings.HasSuffix(toks[i+1].low, "ing") || toks[i+1].cap) {
		return "", 0
	}
	w, ok := strings.CutSuffix(toks[i].low, "'s")
	if !ok {
		return "", 0
	}
	if q, ok := onlyOne(r.who.people, func(q person) bool { return q.address != "" && (q.first() == w || q.last() == w) }); ok {
		return q.name, 0
	}
	if isGiven(w) && !asWords[w] && stemVerb(toks[i+1].low) {
		return tidyName(r.text[toks[i].start : toks[i].end-2]), 0
	}
	return "", 0
}

// initials returns who is meant by the capitals of his name, or of what he is on the
// job, where they are said to do something: "FL to circulate", "QS to put a figure".
func (r *reading) initials(toks []token, i int) (string, int) {
	if i+2 >= len(toks) || toks[i].kind != word {
		return "", 0
	}
	written := r.text[toks[i].start:toks[i].end]
	if n := len(written); n < 2 || n > 3 || strings.ToUpper(written) != written || strings.ToLower(written) == written || strings.Trim(written, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || !is(toks, i+1, "to", "will", "shall", "must") {
		return "", 0
	}
	verb := skipAdverbs(toks, i+2)
	if !deed(toks, verb) && !is(toks, verb, "find", "put", "circulate", "chase", "speak", "liaise", "come", "bring", "get", "look", "arrange", "draft") || changing(toks[i:i+1]) || notParty[toks[i].low] {
		return "", 0
	}
	if q, ok := onlyOne(r.who.people, func(q person) bool { return q.address != "" && q.hasInitials(toks[i].low) }); ok {
		return q.name, verb
	}
	return written, verb
}

// notParty are capitals that stand for papers and things.
var notParty = set("rfi rfis po pos sov gmp ncr itp rfp rfq rfc loi tco coi cpr ve dr ac hv lv mv usb ups ip cad bim pdf of no we it he all you i")

// plainVerb returns where the verb of the job stands that a modal at token i brings, or
// that stands there itself; 0 where there is none.
func plainVerb(toks []token, i int) int {
	if thirdPerson(toks, i) {
		return i
	}
	if is(toks, i, "will", "shall", "must", "should", "to", "'ll") {
		if i = skipAdverbs(toks, i+1); deed(toks, i) && !is(toks, i, "have", "see", "come", "leave", "do", "get") {
			return i
		}
	}
	return 0
}

// capitals reports whether all words begin with a capital and none is of everyday.
func capitals(toks []token) bool {
	for _, t := range toks {
		if t.kind != word || !t.cap || commonNotParty[t.low] || isCalendarWord(t.low) {
			return false
		}
	}
	return true
}

// doing reports whether what stands at token i makes the words before it the one who
// does or has to do something.
func doing(toks []token, i int) bool {
	switch {
	case is(toks, i, "will", "must", "should", "to") && suffers(toks, i+1), is(toks, i, "needs", "has", "have", "need", "is", "are") && is(toks, i+1, "to") && suffers(toks, i+2):
		return false
	case is(toks, i, "will", "shall", "must", "should", "to", "'ll", "can", "agreed", "promised"):
		return true
	case is(toks, i, "has", "have") && (is(toks, i+1, "promised", "agreed", "undertaken", "offered", "volunteered", "kindly", "said") || is(toks, i+1, "very") && is(toks, i+2, "kindly")):
		return mentions(toks[i+1:min(len(toks), i+6)], "to", "he'd", "she'd", "they'd", "he'll", "she'll", "they'll")
	case is(toks, i, "was", "were") && is(toks, i+1, "to"):
		return deed(toks, skipAdverbs(toks, i+2))
	case is(toks, i, "needs", "has", "have", "need", "is", "are"):
		return is(toks, i+1, "to", "going", "asked", "requested") || is(toks, i, "is", "are") && stemVerb(lowAt(toks, i+1))
	}
	return thirdPerson(toks, i)
}

// suffers reports whether it is told what is done to somebody: "residents have to be told".
func suffers(toks []token, i int) bool {
	return is(toks, i, "be") && is(toks, i+1, "told", "informed", "notified", "advised", "warned", "given", "paid", "asked", "invited")
}

// thirdPerson reports whether token i is a verb of the job as it stands behind he or
// she: asks, hands, replaces, carries.
func thirdPerson(toks []token, i int) bool {
	if i >= len(toks) || toks[i].kind != word || toks[i].cap {
		return false
	}
	w, ok := strings.CutSuffix(toks[i].low, "s")
	if !ok || strings.HasSuffix(w, "s") {
		return false
	}
	e, es := strings.CutSuffix(w, "e")
	return verbs[w] || moreVerbs[w] || es && verbs[e] || strings.HasSuffix(w, "ie") && verbs[w[:len(w)-2]+"y"]
}

// deed reports whether token i is a verb of the job in its base form, also one that the
// rules for actions do not go by.
func deed(toks []token, i int) bool { return verbAt(toks, i) || moreVerbs[lowAt(toks, i)] }

var moreVerbs = set("table plane rack mark camera hand produce state name settle pick present report")

// somebody reads at token i whoever the mail knows, bears a given name, or is called by
// what he does on a job, and returns where the words end. With end they have to end there.
func (r *reading) somebody(p *passage, toks []token, i, end int) (string, int) {
	if i >= len(toks) || toks[i].kind != word || fieldEnds[toks[i].low] {
		return "", i
	}
	from := i
	for is(toks, i, "the", "our", "my", "your", "their", "each", "every", "all", "his", "her") {
		i++
	}
	if i == from+1 && is(toks, i, "crew", "crews", "guys", "people", "team", "office", "men", "forces", "gang", "boys", "folks", "foreman", "foremen", "super", "superintendent", "supervisor", "driver", "drivers") && (end == 0 || end == i+1) {
		switch {
		case is(toks, from, "your"):
			return p.reader, i + 1
		case is(toks, from, "our", "my") && p.author.name != "" && !roleNames[toks[i].low]:
			return p.author.name, i + 1
		}
	}
	if i == from || is(toks, from, "the", "our") {
		if name, next := r.header(p, toks, i); name != "" && (end == 0 || next == end) {
			return name, next
		}
	}
	if i == from {
		name, next := r.nameAt(toks, i)
		if next > i && (end == 0 || next == end) {
			if who, sure, known := r.who.resolve(name, p.near); known {
				if !sure {
					who = tidyName(name)
				}
				return who, next
			}
			if honorific[toks[i].low] {
				return tidyName(name), next
			}
		}
	}
	// What is longest counts: "Project Manager" before "Project".
	for next := min(len(toks), i+4); next > i; next-- {
		if end > 0 && next != end {
			continue
		}
		if n := r.bearer(p, toks[i:next]); n != "" {
			switch {
			case is(toks, from, "all") && p.reader != "all recipients":
				return "", from // a word for many, to one
			case is(toks, from, "all"):
				n = p.reader
			case is(toks, from, "each", "every"):
				n = lower(r.text[toks[from].start:toks[next-1].end])
			}
			return n, next
		}
	}
	return "", i
}

// header returns whose name, or the beginning of whose firm's name, stands at token i
// in two words and more, and where it ends: "Floor Craft" of Floor Craft West.
func (r *reading) header(p *passage, toks []token, i int) (string, int) {
	name, next := "", i
	for k := range r.who.people {
		q := &r.who.people[k]
		if len(q.words) == 0 || !strings.HasPrefix(q.words[0], toks[i].low) {
			continue
		}
		for end := min(len(toks), i+7); end > max(i+1, next); end-- {
			if toks[end-1].kind == mark {
				continue
			}
			if words := nameWords(r.text[toks[i].start:toks[end-1].end]); (len(words) > 1 || strings.Contains(words[0], "-")) && len(words) <= len(q.words) && (toks[i].cap || len(words)+1 >= len(q.words)) && slices.Equal(words, q.words[:len(words)]) {
				name, next = q.name, end
				break
			}
		}
	}
	return name, next
}

// bearer returns whom words name that are no name of the directory: a part of the name
// of a firm, a short form of a given name, a given name, a part somebody has on a job.
func (r *reading) bearer(p *passage, toks []token) string {
	last := toks[len(toks)-1]
	for _, t := range toks {
		if t.kind != word || commonNotParty[t.low] {
			return ""
		}
	}
	if utf8.RuneCountInString(last.low) < 3 {
		return ""
	}
	one := len(toks) == 1
	fits := func(q person) bool {
		if len(q.words) == 0 { // super@
			local, _, _ := strings.Cut(q.address, "@")
			return one && local == last.low
		}
		for _, t := range toks {
			if !slices.Contains(q.words, t.low) {
				return false
			}
		}
		return true
	}
	short := func(q person) bool { return one && last.cap && q.shortly(last.low) }
	if toks[0].cap || roleNames[last.low] {
		for _, fit := range []func(person) bool{fits, short} {
			if q, ok := onlyOne(p.near, fit); ok {
				return q.name
			}
			if q, ok := onlyOne(r.who.people, fit); ok {
				return q.name
			}
		}
	}
	if one && last.cap && isGiven(last.low) && !asWords[last.low] && !towns[last.low] {
		return tidyName(r.text[last.start:last.end])
	}
	if !one && groupNames[last.low] {
		if n := r.bearer(p, toks[:len(toks)-1]); n != "" { // "Fiber group" of Fiber Relocations
			return n
		}
	}
	if !roleNames[last.low] && !(groupNames[last.low] && !one) {
		return ""
	}
	for i, t := range toks[:len(toks)-1] {
		if function[t.low] || strings.Contains(t.low, "'") || i == 0 && verbs[t.low] && !doubtful[t.low] {
			return ""
		}
	}
	return tidyName(r.text[toks[0].start:last.end])
}

// groupNames are words for several people, as they end what a party is called.
var groupNames = set("group people guys folks gang gangs team teams")

// commonNotParty are words of everyday that stand in names of firms as well.
var commonNotParty = set(`your my his her our their who which what have has had get got let make the a an and of for to in on at by with from all any some this that these those it he she we you they i not no if is are was be will can do please thanks
	status result type scope note notes subject date project location item comments reason cost total work set level room floor unit area line day week time meeting site job field response question answer option building house
	street avenue road school hospital station tower center centre north south east west new old permit inspection report schedule delivery weather safety`)

// roleNames are words for the parts people have on a job, as they end what somebody is
// called.
var roleNames = set(`architect engineer owner client contractor contractors subcontractor subcontractors subs gc cm installer installers manufacturer fabricator supplier vendor manager managers superintendent superintendents super supers supt foreman foremen
	forewoman lead leads supervisor supervisors operator operators laborer laborers labourer labourers journeyman journeymen apprentice apprentices crew crews driver drivers rigger riggers signalman flagger flaggers spotter spotters inspector inspectors
	surveyor surveyors geotech agent tenant tenants resident residents landlord consultant consultants commissioner designer plumber plumbers electrician electricians framer framers painter painters roofer roofers mason masons carpenter carpenters
	welder welders glazier glaziers driller drillers drywaller drywallers tiler tilers ironworker ironworkers steward stewards clerk secretary tenderers bidders trades competitors attendees pm
	engineers architects surveyors owners solicitors lawyers dept department
	accounting estimator estimating purchasing warehouse dispatcher movers cleaners arborist adjuster technician technicians tech techs medic warden`)

// byRole reports whether somebody is called by a part on the job and not by a name.
func byRole(owner string) bool {
	words := nameWords(owner)
	return len(words) > 0 && (roleNames[words[len(words)-1]] || groupNames[words[len(words)-1]])
}

// newcomer returns a name nobody has told of before that is said to do something:
// "Dorsey to supply a phone", "S. Piper to table a programme". A noun can stand there
// too, so it must be none the lexicon knows, and a verb of the job must follow.
func (r *reading) newcomer(toks []token, i int) (name string, verb int) {
	if i+2 >= len(toks) || toks[i].kind != word || !toks[i].cap {
		return "", 0
	}
	k := i
	if len(toks[k].low) == 1 && is(toks, k+1, ".") && !toks[k+1].gap && k+2 < len(toks) && toks[k+2].cap { // an initial
		k += 2
	}
	w := toks[k].low
	if len(w) < 3 || !nameShaped(r.text[toks[k].start:toks[k].end]) || k == i && (commonWords[w] || commonNotParty[w] || fieldEnds[w] || notNames[w] || verbs[w] || isCalendarWord(w) || lexemes[w] != (lexeme{}) || strings.HasSuffix(w, "s") || strings.HasSuffix(w, "ing") || strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "tion")) {
		return "", 0
	}
	v := k + 1
	switch {
	case is(toks, v, ",") && (imperative(toks, v+1) || is(toks, v+1, "please", "pls")), isNickname(w) && verbAt(toks, v) && imperative(toks, v):
		if verb = v; is(toks, v, ",") {
			verb = v + 1
		}
		if !deed(toks, verb) {
			verb = 0
		}
	case is(toks, v, "will") && is(toks, v+1, "be") && is(toks, v+2, "with", "at", "on", "there", "here"):
	case thirdPerson(toks, v) && is(toks, v+1, "his", "her", "the", "a", "an", "them", "it", "him"):
		verb = v
	case is(toks, v, "to", "will", "shall", "must"):
		if verb = skipAdverbs(toks, v+1); !deed(toks, verb) {
			return "", 0
		}
	default:
		return "", 0
	}
	return tidyName(r.text[toks[i].start:toks[k].end]), verb
}

// isNickname reports whether a word is a short form of a given name.
func isNickname(w string) bool { return len(nicknames[w]) > 0 && !asWords[w] }

// asksReader reports whether who speaks of himself asks something of the reader: "We
// ask that you produce", "I'd like the cut sheets".
func asksReader(toks []token) bool {
	if is(toks, 0, "please", "pls", "kindly", "favor") {
		return true
	}
	for i := range toks {
		switch {
		case is(toks, i, "is", "are") && is(toks, i+1, "to") && is(toks, i+2, "be") && is(toks, i+3, "returned", "paid", "signed", "lodged"): // before "we schedule"
			return true
		case is(toks, i, "i'll", "we'll") && is(toks, i+1, "need", "want", "require") && !is(toks, i+2, "to"), // "I'll need a PO"
			is(toks, i, "i'm", "im", "we're") && (is(toks, i+1, "asking", "requesting") && is(toks, i+2, "you", "for", "that") || is(toks, i+1, "lacking", "missing", "awaiting")),
			is(toks, i, "i", "we") && is(toks, i+1, "want", "lack", "await") && is(toks, i+2, "your", "you"):
			return true
		case is(toks, i, "if") && is(toks, i+1, "you'd", "you'll") && i == 0 && !is(toks, i+2, "like", "prefer", "rather", "want"): // "If you'd nod by Friday I'll order it"
			return true
		}
		if !is(toks, i, "i", "we", "i'd", "we'd") {
			continue
		}
		k := i + 1
		if is(toks, k, "would", "do", "should", "must", "also", "hereby", "kindly", "therefore", "really", "now") {
			k++
		}
		if is(toks, k, "would", "should", "also", "hereby", "kindly") {
			k++
		}
		if is(toks, k, "ask", "request", "require", "like", "appreciate", "expect", "need") && !is(toks, k+1, "to") {
			return true
		}
		return false
	}
	return false
}

// promised reports whether a sentence tells that something will come to the reader:
// "A clean ASI follows this afternoon", "You get the 702 tonight", "It will be with you
// on the 24th", "A fragnet will be submitted within ten days".
func promised(toks []token) bool {
	for i := range toks {
		switch {
		case is(toks, i, "you'll", "you") && (is(toks, i+1, "have", "get", "receive") && !is(toks, i+2, "to") || is(toks, i+1, "will") && is(toks, i+2, "have", "get", "receive") && !is(toks, i+3, "to")):
			return !mentions(toks[i+1:], "your") && (is(toks, i, "you'll") || is(toks, i+1, "will") || i == 0 && is(toks, i+1, "get"))
		case i > 0 && is(toks, i, "which") && (is(toks, i+1, "i", "we") && is(toks, i+2, "shall", "will") || is(toks, i+1, "i'll", "we'll")):
			return true
		case i > 0 && is(toks, i, "follows") && (i+1 == len(toks) || toks[i+1].kind != word || is(toks, i+1, "this", "today", "tomorrow", "tonight", "by", "on", "under", "separately", "shortly", "in", "later", "next") || isCalendarWord(toks[i+1].low)):
			return true
		case is(toks, i, "to") && is(toks, i+1, "follow") && (i+2 >= len(toks) || !is(toks, i+2, "the", "up", "our")):
			return true
		case is(toks, i, "will", "it'll", "they'll", "that'll") && is(toks, i+1, "be") && (is(toks, i+2, "with", "in") && is(toks, i+3, "you", "your") ||
			is(toks, i+2, "submitted", "sent", "issued", "forwarded", "provided", "emailed", "mailed", "uploaded", "circulated", "distributed", "posted", "delivered") && !mentions(toks[i:], "your") && !doneBy(toks[i:])):
			return true
		case is(toks, i, "will") && is(toks, i+1, "go", "come", "be") && mentions(toks[i:], "you") && is(toks, i+2, "out", "over", "to"):
			return true
		case i > 1 && is(toks, i, "i") && verbAt(toks, i+1) && toks[i-1].kind == word && !commonWords[toks[i-1].low] && !function[toks[i-1].low]: // "Test certificates I send"
			return true
		case i > 0 && i < 4 && is(toks, i, "to") && is(toks, i+1, "you") && (!imperative(toks, 0) || i == 1 && !is(toks, 0, "talk", "speak", "write", "listen", "get", "back")):
			return true
		case i > 0 && is(toks, i, "go", "goes", "leaves", "leave") && (is(toks, i+1, "to") && is(toks, i+2, "you") || is(toks, i+1, "here", "us")):
			return true
		case is(toks, i, "be") && i > 1 && is(toks, i+1, "issued", "sent", "submitted") && is(toks, i+2, "from") && is(toks, i+3, "our", "us", "here"):
			return true
		case i > 0 && is(toks, i, "coming") && (i+1 == len(toks) || isCalendarWord(lowAt(toks, i+1)) || is(toks, i+1, "today", "tomorrow", "tonight", "by", "this", "your", "to")) && !mentions(toks[:i], "you", "are", "who's", "is"):
			return true
		}
	}
	return false
}

// doneBy reports whether it is said who does what is told in the passive: "by the
// surveyor", and not "by Friday".
func doneBy(toks []token) bool {
	for i := range toks {
		if is(toks, i, "by") && i+1 < len(toks) && toks[i+1].kind == word && !isCalendarWord(toks[i+1].low) && !is(toks, i+1, "end", "noon", "tomorrow", "today", "tonight", "close", "cob", "eod", "next", "this", "then", "mid", "us", "me") {
			return true
		}
	}
	return false
}
