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
	if a.owner == p.addressee || submissions[lower(a.owner)] != "" { // "Quotes to reach us by Friday"
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
	if name, mine := r.comes(p, s.toks[s.body:]); name != "" || mine {
		a.owner, a.author, a.ownerOpen = name, mine, false
		return
	}
	if name, verb, other := r.ofAnother(p, s); other {
		a.owner, a.author, a.ownerOpen = r.properly(p, name), name != "" && name == p.author.name, name == ""
		if verb > 0 && a.verb <= verb && a.text != "" {
			a.verb, a.text = verb, ""
		}
		return
	}
	if name, called, verb := r.subject(p, s); name != "" && (called || !s.question || !youToo(s.toks)) && (!called || !a.author || s.question && mentions(s.toks, "you", "your") || verb > 0 || asksReader(s.content())) {
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
	case a.author && (asksReader(toks) || s.question && asked(s.toks, s.body)), a.ownerOpen && wanting(s):
		a.author, a.owner, a.ownerOpen = false, "", false
	case !a.author && a.owner == "" && !a.ownerOpen && promised(toks) && !pleads(toks):
		a.author = true
	case !a.author && a.owner == "" && !a.ownerOpen:
		if a.owner = r.passive(p, toks); a.owner == "" {
			a.owner = r.calledLast(p, toks)
		}
		if a.owner == "" && r.several(p) {
			a.owner = r.heads(p, s)
			for i := 2; i+2 < len(toks) && a.owner == ""; i++ { // "That ply gets painted, Lorenzo, before lunch"
				if is(toks, i, ",") && is(toks, i+2, ",") && toks[i+1].cap {
					if q, ok := onlyOne(p.near, func(q person) bool { return q.first() == toks[i+1].low }); ok {
						a.owner = q.name
					}
				}
			}
		}
		if a.owner == "" && !pleads(toks) {
			a.owner = r.later(p, s.toks)
		}
		if a.owner == "" && p.reader == "all recipients" {
			a.owner = r.calledBefore(p, s)
		}
	}
	if a.owner != "" {
		a.owner = r.properly(p, a.owner)
	}
}

// ofAnother finds who does it where somebody is told of another: "Dana, Rob will order
// the hardware". Where that one is not known by name or part the name is empty: it is not
// who is told of it.
func (r *reading) ofAnother(p *passage, s *sentence) (name string, verb int, other bool) {
	toks := s.toks
	called, begin := r.vocative(p, s)
	if s.question || begin <= s.body || !is(toks, begin-1, ",", "-", "–", "—") || imperative(toks, begin) || !slices.ContainsFunc(r.who.people, func(q person) bool { return q.address != "" && q.name == called }) {
		return "", 0, false
	}
	for is(toks, begin, "so", "and", "fyi", "just", "also", "then", ",") {
		begin++
	}
	rest := sentence{start: s.start, end: s.end, toks: toks[min(begin, len(toks)):], paragraph: s.paragraph}
	toks = rest.toks
	if len(toks) < 3 || imperative(toks, 0) || mentions(toks, "please", "pls", "plz", "kindly") || is(toks, 0, "could", "can", "would", "will", "may", "let", "have", "you", "u", "your", "once", "if", "when") {
		return "", 0, false
	}
	if is(toks, 0, "i'll", "we'll") && deed(toks, skipAdverbs(toks, 1)) || is(toks, 0, "i", "we") && is(toks, 1, "will", "shall") && deed(toks, skipAdverbs(toks, 2)) && !is(toks, skipAdverbs(toks, 2), "need", "have", "see") {
		return p.author.name, 0, p.author.name != ""
	}
	if name, called, verb := r.subject(p, &rest); name != "" && !called {
		if name == p.reader && mentions(toks, "you", "your") { // "Dana, Rob needs you to order it"
			return "", 0, false
		}
		if verb > 0 {
			verb += begin
		}
		return name, verb, true
	}
	will := 0
	for will < min(len(toks), 7) && toks[will].kind == word && !is(toks, will, "will", "shall", "is", "are", "you", "i", "we") {
		will++
	}
	if will == 0 || !is(toks, will, "will", "shall", "is", "are") || is(toks, 0, "this", "that", "it", "these", "those", "there", "what", "which", "who") || !toks[0].cap && !determined(toks, 0) && !is(toks, 0, "somebody", "someone", "they", "he", "she") {
		return "", 0, false
	}
	v := will + 1
	if is(toks, will, "is", "are") {
		if is(toks, v, "going") {
			v++
		}
		if !is(toks, v, "to") {
			return "", 0, false
		}
		v++
	}
	if v = skipAdverbs(toks, v); !deed(toks, v) || is(toks, v, "need", "have", "require", "be", "do") {
		return "", 0, false
	}
	if will == 1 && toks[0].cap && isGiven(toks[0].low) && !isCalendarWord(toks[0].low) && len(toks[0].low) > 2 { // a word too, but it stands where a name does
		return tidyName(r.text[toks[0].start:toks[0].end]), begin + v, true
	}
	return "", 0, true
}

// calledBefore returns whom the sentence before calls by name, where a mail has several
// readers and what follows is said to the same one: "Shawn, you had it last. Drop it at
// the trailer."
func (r *reading) calledBefore(p *passage, s *sentence) string {
	for i := 1; i < len(p.sentences); i++ {
		before := &p.sentences[i-1]
		if &p.sentences[i] != s || before.paragraph != s.paragraph || i == 1 && len(before.toks) < 4 {
			continue
		}
		if name, called, _ := r.subject(p, before); called && slices.ContainsFunc(p.near, func(q person) bool { return q.name == name }) {
			return name
		}
	}
	return ""
}

// comes finds from whom something is to come: "It will reach you from Atlas", "a copy
// from our lawyer Ms. Adair", and from who writes: "a statement from our driller".
func (r *reading) comes(p *passage, toks []token) (name string, mine bool) {
	for i := 1; i+1 < len(toks); i++ {
		if !is(toks, i, "from") {
			continue
		}
		coming := mentions(toks[:i], "come", "comes", "coming", "follow", "follows", "reach", "reaches", "arrive", "arrives", "you'll")
		switch {
		case is(toks, i+1, "me", "us") && mentions(toks[:i], "gets", "has", "receives", "follows", "comes", "coming"), is(toks, i+1, "here") && mentions(toks[:i], "goes", "go", "comes", "leaves"):
			return "", p.author.name != ""
		case is(toks, i+1, "our", "my") && (coming || !imperative(toks, 0)):
			for k := i + 2; k < min(len(toks), i+5) && toks[k].kind == word; k++ {
				if toks[k].cap && !isCalendarWord(toks[k].low) {
					name, _ := r.nameAt(toks, k)
					return tidyName(name), false
				}
				if roleNames[toks[k].low] || parties[toks[k].low] || staff[toks[k].low] {
					if k+1 < len(toks) && toks[k+1].cap && !isCalendarWord(toks[k+1].low) {
						continue
					}
					return "", p.author.name != "" && (coming || !mentions(toks[:i], "you", "i", "we", "need", "get", "please"))
				}
			}
		case coming && toks[i+1].kind == word && toks[i+1].cap:
			k := i + 1
			for k < len(toks) && toks[k].kind == word && toks[k].cap && !isCalendarWord(toks[k].low) {
				k++
			}
			if k == i+1 || k < len(toks) && toks[k].kind == digits || commonNotParty[toks[k-1].low] && k == i+2 || function[toks[i+1].low] {
				continue
			}
			if name, _ := r.somebody(p, toks, i+1, 0); name != "" {
				return name, false
			}
			if k > i+2 || strange(r.text, toks[i+1]) {
				return tidyName(r.text[toks[i+1].start:toks[k-1].end]), false
			}
		}
	}
	return "", false
}

// staff are words for people of a firm, besides those for parts on a job.
var staff = set("man men lad lads guy guys boy boys girl girls woman people office desk clerk chief boss rep hand helper partner colleague brother son daughter wife husband mate")

// strange reports whether a word written as names are is none the lexicon knows.
func strange(text string, t token) bool {
	w := t.low
	return t.kind == word && t.cap && len(w) >= 3 && nameShaped(text[t.start:t.end]) && !(commonWords[w] || commonNotParty[w] || fieldEnds[w] || notNames[w] || verbs[w] || isCalendarWord(w) || lexemes[w] != (lexeme{}) || strings.HasSuffix(w, "ing") || strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "tion"))
}

// slipped reports whether a sentence begins with I'll or I'm without their apostrophe:
// "Ill jack it up Thursday", and not "Ill fitting doors".
func slipped(toks []token, i int) bool {
	k := skipAdverbs(toks, i+1)
	if is(toks, i, "im") && i+2 < len(toks) && strings.HasSuffix(toks[i+1].low, "ing") {
		return determined(toks, i+2) && !is(toks, i+1, "asking", "needing", "wanting", "missing", "lacking", "requesting") || is(toks, i+1, "asking") && is(toks, i+2, "the", "him", "her", "them")
	}
	return is(toks, i, "ill") && (verbAt(toks, k) || k < len(toks) && toks[k].kind == word && !toks[k].cap && !function[toks[k].low] && (determined(toks, k+1) || is(toks, k+1, "some", "two")))
}

// properly returns an owner as the header has him: Engineer Rintoul for "Mr Rintoul",
// Tasha Greer for "Sister Tasha", Ridgeback Roofing for "Ridgeback's Len", and the firm
// that is written to for "Contractor".
func (r *reading) properly(p *passage, owner string) string {
	if bare, ok := strings.CutSuffix(owner, "'s"); ok { // "Mr. Patel's stamp is needed"
		owner = bare
	}
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
	if q, ok := onlyOne(r.who.people, func(q person) bool { return q.last() == words[1] && len(q.words) == 2 && !honorific[q.words[0]] }); ok && honorific[words[0]] {
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
	if end < 4 || toks[end-1].kind != word || !toks[end-1].cap {
		return ""
	}
	if !is(toks, end-2, ",") {
		from := end - 2
		for from > 2 && end-from < 4 && toks[from].kind == word && toks[from].cap {
			from--
		}
		if end-from < 3 || !is(toks, from, ",") {
			return ""
		}
		name, next := r.header(p, toks, from+1)
		if next == end || next > from+1 {
			return name
		}
		if from > 3 && imperative(toks, 0) && capitals(toks[from+1:end]) && (p.reader == "all recipients" || manyIn(p.reader)) { // "Drain the riser today, Pace Air"
			return tidyName(r.text[toks[from+1].start:toks[end-1].end])
		}
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
	if len(p.near) == 1 && !manyRead(p.near[0]) && (!manyNamed(p.near[0]) || p.near[0].first() == "all") && !r.jobList(p.near[0]) {
		header = p.near[0].name // "All trades" says more than everybody
	}
	toks := p.sentences[0].toks
	i := 0
	for is(toks, i, "hi", "hello", "hey", "dear", "good", "morning", "afternoon", "evening", "day", "greetings", "thanks", "thank", "you", "hallo", "hola", "bonjour", "respected", "attn", "attention") || i > 0 && is(toks, i, ".", ":") && is(toks, i-1, "attn", "attention") {
		i++
	}
	if is(toks, i, "sir", "sirs", "madam", "ma'am") {
		if len(p.near) == 1 {
			return header
		}
		return p.near[0].name
	}
	if words := nameWords(p.addressee); len(words) == 2 && is(tokenise(words[1], 0, len(words[1])), 0, "st", "street", "rd", "road", "ave", "avenue", "lane") { // a job of several the mail tells of
		return header
	}
	many := is(toks, i, "all", "everyone", "team", "folks", "everybody", "gents", "guys", "gentlemen", "colleagues", "to") && (len(toks) < 5 || is(toks, i+1, ",", "-", ":", "–", "!"))
	switch {
	case p.addressee == all && len(p.near) == 1 && (office(p.near[0]) || header != all && manyNamed(p.near[0])):
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
	titled := honorific[lowAt(toks, i)] || spiritual[lowAt(toks, i)] && i+2 < len(toks) || is(toks, i, "monsieur", "madame", "señor", "señora")
	if titled && i+1 < len(toks) {
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
	if heading(p.addressee) || len(p.near) == 1 && (office(p.near[0]) && (titled || !slices.ContainsFunc(r.who.people, func(q person) bool { return q.address != "" && q.name == p.addressee })) || byRole(p.near[0].name) && !strings.Contains(p.near[0].name, " ")) {
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

// manyIn reports whether whoever is called so are many: All trades, Design team.
func manyIn(name string) bool {
	words := nameWords(name)
	return len(words) > 0 && (words[0] == "all" || groupNames[words[len(words)-1]] || manyWords[words[len(words)-1]] || strings.HasSuffix(words[len(words)-1], "s") && roleNames[words[len(words)-1]])
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
	if len(p.words) == 0 || p.name == p.address || manyNamed(p) {
		return false
	}
	last := p.words[len(p.words)-1]
	return len(p.words) > 1 && (groupNames[last] || desks[last] || companySuffix[last] || notNames[last]) || !slices.ContainsFunc(p.words, isGiven)
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
		if last := len(s.cells) - 1; at < 0 && (last > 1 || r.several(p) && last == 1) { // a party nobody has told of: "204 | Recaulk sink | Keel Plumbing"
			for _, i := range []int{last, last - 1, 0} {
				cell := tokenise(r.text, s.cells[i].start, s.cells[i].end)
				if r.partyLike(cell) && r.text[s.cells[i].start:s.cells[i].end] != longest {
					name, at = tidyName(r.text[cell[0].start:cell[len(cell)-1].end]), i
					break
				}
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
	if s.bullet || toks[0].kind == digits || is(toks, 0, "item") { // "- Logix Controls - 5/17"
		for k := end - 1; k > max(4, end-6); k-- {
			if is(toks, k, "-", "–", "—") && toks[k].gap && (k+1 < len(toks) && toks[k+1].kind == digits || is(toks, k+1, "immediately", "asap", "now", "today", "tomorrow") || isCalendarWord(lowAt(toks, k+1))) {
				end = k
				break
			}
		}
	}
	from := end
	if is(toks, end-1, ")", "]") {
		end--
		for from = end; from > 0 && !is(toks, from-1, "(", "["); from-- {
		}
		for k := from + 1; k < end; k++ { // "(Crown Roofing / 6-14)", "[QS, next meeting]"
			if is(toks, k, ",", "/", ";") {
				end = k
				break
			}
		}
		if from < 2 || roleNames[toks[from-2].low] { // "your pipe supplier (Prairie Pipe)"
			return "", ""
		}
	} else if s.bullet || r.list.items || p.punch || toks[0].kind == digits || is(toks, 0, "item") {
		for from > 0 && end-from < 5 && !is(toks, from-1, "-", "–", "—", "|", ">", "→", "/") {
			from--
		}
		if !is(toks, from-1, "-", "–", "—", "|", ">", "→", "/") || !toks[from-1].gap && !is(toks, from-2, "-", "=") || from < len(toks) && !toks[from].gap {
			return "", ""
		}
	}
	if from >= end || from < 4 || end-from > 4 {
		return "", ""
	}
	n := r.alone(p, toks[from:end])
	if n == "" && is(toks, from-1, "/", "|") && p.punch && r.partyLike(toks[from:end]) {
		n = tidyName(r.text[toks[from].start:toks[end-1].end])
	}
	if n == "" && !is(toks, from-1, "(", "[") && end < len(toks) && r.partyLike(toks[from:end]) {
		n = tidyName(r.text[toks[from].start:toks[end-1].end])
	}
	if n == "" && is(toks, from-1, "(", "[") && (s.bullet || r.list.items || toks[0].kind == digits || len(toks[0].low) == 1) {
		switch last := toks[end-1]; {
		case capitals(toks[from:end]) && (strange(r.text, last) || end-from > 1): // an item of a list: "Door tracks (Frostline)"
			n = tidyName(r.text[toks[from].start:last.end])
		case end-from == 1 && roleNames[last.low]:
			n = last.low
		case end-from == 1 && last.caps && !notParty[last.low]:
			n = r.text[last.start:last.end]
		}
	}
	if n != "" && n != p.author.name {
		return n, clean(r.text, toks[s.body:from-1])
	}
	return "", ""
}

// several reports whether a mail is to many, so that what it asks is asked of one or
// another by name.
func (r *reading) several(p *passage) bool {
	return p.reader == "all recipients" || len(p.near) != 1 || manyIn(p.reader) || manyRead(p.near[0])
}

// partyLike reports whether words can be the name of a party that no header knows: one
// to three that begin with capitals, with one of them in no lexicon.
func (r *reading) partyLike(toks []token) bool {
	return len(toks) > 0 && len(toks) <= 3 && capitals(toks) && !notNames[toks[0].low] && slices.ContainsFunc(toks, func(t token) bool { return strange(r.text, t) || len(toks) == 1 && isGiven(t.low) })
}

// heads finds whom the words before the first colon or dash of an item name in a mail to
// many: "Toots: see if a set can feed the cage", "Kestrel Partitions - samples, 22 May",
// "EF: interim valuation".
func (r *reading) heads(p *passage, s *sentence) string {
	toks := s.toks
	i := items(toks, 0)
	k := i
	for k < min(len(toks), i+4) && toks[k].kind == word {
		k++
	}
	if k == i || k > i+3 || !is(toks, k, ":") && !(is(toks, k, "-", "–", "—") && toks[k].gap && k+1 < len(toks) && toks[k+1].gap) {
		return ""
	}
	label := toks[i:k]
	if name, _ := r.somebody(p, toks, i, k); name != "" {
		return name
	}
	switch written := r.text[label[0].start:label[len(label)-1].end]; {
	case len(label) == 1 && label[0].caps:
		if q, ok := onlyOne(r.who.people, func(q person) bool { return q.address != "" && q.hasInitials(label[0].low) }); ok {
			return q.name
		}
	case r.partyLike(label) && !reportLabels[label[0].low] && (is(toks, k, ":") || len(label) > 1):
		return tidyName(written)
	}
	return ""
}

// later finds who is said to do it behind a comma, a colon or a semicolon: "hood sash
// sticks, Keystone to adjust", "Take it to the board: Priscilla will file the claim".
func (r *reading) later(p *passage, toks []token) string {
	for i := 2; i+1 < len(toks); i++ {
		if i > 2 && is(toks, i, "falls", "up", "down") && is(toks, i+1, "to") { // "that one falls to Lou"
			if name, next := r.somebody(p, toks, i+2, 0); name != "" && next >= len(toks)-1 {
				return name
			}
		}
		if i > 2 && is(toks, i, "gang", "job", "crew", "men", "nickel", "turn", "people") && (i+2 >= len(toks) || toks[i+1].kind == mark) { // "Gurmeet's gang", "the authority's job"
			if w, ok := strings.CutSuffix(toks[i-1].low, "'s"); ok && !is(toks, i-2, "of", "from", "with", "to") && !function[w] && !commonWords[w] {
				if q, ok := onlyOne(r.who.people, func(q person) bool { return q.first() == w || q.last() == w }); ok {
					return q.name
				}
				if toks[i-1].cap {
					return tidyName(r.text[toks[i-1].start : toks[i-1].end-2])
				}
			}
		}
		if is(toks, i, ",", ";") && is(toks, i+1, "the") && i+3 < len(toks) && roleNames[toks[i+2].low] && thirdPerson(toks, i+3) && !verbAt(toks, 0) { // "is out of date, the vendor swaps it"
			return toks[i+2].low
		}
		if !is(toks, i, ",", ":", ";", "-", "–") || !toks[i+1].cap || toks[i+1].kind != word || is(toks, i, ",", "-", "–") && (verbAt(toks, 0) || imperative(toks, 0)) {
			continue
		}
		name, next := r.somebody(p, toks, i+1, 0)
		if name == "" || next == i+1 || name == p.author.name {
			continue
		}
		if doing(toks, next) || verbAt(toks, next) && (next+1 == len(toks) || toks[next+1].kind == mark) {
			return name
		}
	}
	return ""
}

// passive returns by whom something is to be done: "to be patched by Northline by Friday".
func (r *reading) passive(p *passage, toks []token) string {
	passive := false
	for i := range toks {
		passive = passive || is(toks, i, "be", "is", "are", "gets", "get")
		if !passive || !is(toks, i, "by") {
			continue
		}
		k := i - 1
		if is(toks, k, "in", "up", "out", "off", "back", "down", "over", "away", "through") { // "brought in by"
			k--
		}
		for n := k; n > max(0, k-5) && is(toks, n-1, "on", "at", "in") || n > k-4 && n > 0 && toks[n].kind == digits; n-- { // "fitted on lift 4 by"
			if strings.HasSuffix(lowAt(toks, n-2), "ed") && is(toks, n-1, "on", "at", "in") {
				k = n - 2
				break
			}
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
		n := i + 1
		for n < len(toks) && toks[n].kind == word && toks[n].cap && !isCalendarWord(toks[n].low) {
			n++
		}
		if n > i+2 && capitals(toks[i+1:n]) { // "to be repeated by Water Safety"
			return tidyName(r.text[toks[i+1].start:toks[n-1].end])
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
		if s.body == 2 && is(toks, 0, "me", "myself") { // "Me: first draft of the schedule"
			return p.author.name, false, 0
		}
		if s.body == 2 && toks[0].cap && (trades[toks[0].low] || is(toks, 0, "stores", "controls", "safety", "survey", "surveyors")) && imperative(toks, 2) && (p.reader == "all recipients" || manyIn(p.reader)) {
			if _, ok := onlyOne(r.who.people, func(q person) bool { return slices.Contains(q.words, toks[0].low) }); !ok {
				return tidyName(r.text[toks[0].start:toks[0].end]), true, 0
			}
		}
		if first := items(toks, 0); first > 0 && first < s.body-1 { // "1 Kavanagh: slab edge"
			if name, _ := r.somebody(p, toks, first, s.body-1); name != "" {
				return name, true, 0
			}
		}
		if is(toks, s.body-2, ".") && s.body > 2 && len(toks[s.body-3].low) == 1 { // "Dana P.: find out"
			if name, _ := r.somebody(p, toks, 0, s.body-2); name != "" {
				return name, true, 0
			}
		}
		if label := toks[:s.body-1]; len(label) <= 4 && toks[0].kind == word && (toks[0].cap || r.knows(toks[0].low)) {
			if name, _ := r.somebody(p, toks, 0, s.body-1); name != "" {
				return name, true, 0
			}
			if len(label) == 1 && toks[0].cap && len(nicknames[toks[0].low]) > 0 && verbAt(toks, s.body) { // "Rob: order hardware"
				return tidyName(r.text[toks[0].start:toks[0].end]), true, 0
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
	i = items(toks, i)
	switch {
	case is(toks, i, "me") && is(toks, i+1, "n", "and", "&", "or") && i+3 < len(toks), is(toks, i+1, "n", "an", "and", "&") && is(toks, i+2, "me", "i") && i+4 < len(toks) && toks[i].cap && !imperative(toks, i) && !is(toks, i+3, "would", "need", "want", "like", "have", "are", "were", "had"), is(toks, i, "one", "some", "two", "both") && is(toks, i+1, "of") && is(toks, i+2, "us"): // "me n jimmy swap the float"
		return p.author.name, false, 0
	case is(toks, i, "my") && i+2 < len(toks) && !toks[i+1].cap && !roleNames[toks[i+1].low] && is(toks, i+2, "will") && p.author.name != "": // "My wife will bring"
		return p.author.name, false, plainVerb(toks, i+2)
	case is(toks, i, "could", "can", "would", "will", "may") && !is(toks, i+1, "you", "u", "we", "i", "someone", "somebody", "it", "that", "this"):
		if name, next := r.somebody(p, toks, i+1, 0); name != "" && (verbAt(toks, next) || is(toks, next, "please") || is(toks, next, "be") && is(toks, next+1, "so", "able", "willing", "good", "kind")) {
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
	if name, verb := r.ours(p, toks, i); name != "" {
		return name, false, verb
	}
	if name := r.he(p, s, i); name != "" {
		return name, false, 0
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
	for is(toks, next, "still", "also", "now", "then", "himself", "herself", "personally", "kindly") {
		next++
	}
	if is(toks, next, ".") && len(toks[next-1].low) == 1 && (is(toks, next+1, ",") || doing(toks, next+1)) { // "Tom L., the density tests are yours"
		next++
	}
	if is(toks, next, "from", "of", "at") { // "Leila from temporary works will be with you"
		for k := next + 2; k < min(len(toks), next+6); k++ {
			if doing(toks, k) {
				return name, false, plainVerb(toks, k)
			}
		}
	}
	if is(toks, next, "folks", "team", "guys", "people", "crew") && is(toks, next+1, ",", ":") { // "Glazing Pacific folks, the claim"
		next++
	}
	if begged(toks, next) { // "Beaumont has asked that your procedure be laid on its desk"
		return p.reader, false, 0
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
	case next < len(toks) && toks[next].kind == digits && is(toks, len(toks)-1, "please", "pls", "plz"): // "Sheila 6 yds for thur please"
		return name, true, 0
	case is(toks, next, "&", "and", "n") && next+2 < len(toks) && toks[next+1].kind == word && (doing(toks, next+2) || strings.HasSuffix(toks[next+2].low, "ing") && stemVerb(toks[next+2].low)): // "Raul & Chuy stripping forms"
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

// items passes what numbers a sentence or says its day before it names who does it: "8)
// Ketch gives", "7.5 Oduya brings", "7:30 Engineer to send", "Sixth, Robert brings".
func items(toks []token, i int) int {
	k := i
	if is(toks, k+1, ",") && is(toks, k, "first", "firstly", "second", "secondly", "third", "thirdly", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "last", "lastly", "finally") {
		k += 2
	}
	if is(toks, k, "item") && k+1 < len(toks) && toks[k+1].kind == digits || k+1 < len(toks) && len(toks[k].low) == 1 && toks[k].kind == word && is(toks, k+1, ".", ")") && k+3 < len(toks) && toks[k+3].kind == word && !is(toks, k+3, "to", "will", "shall", "must") { // "Item 41 -", "G. Boiler rep"
		k++
		if toks[k].kind == mark {
			k++
		}
	}
	if isCalendarWord(lowAt(toks, k)) && k+1 < len(toks) && toks[k+1].kind == digits { // "Wed 5/22 - Osprey Fire"
		k++
	}
	for k < len(toks) && k < i+8 && (toks[k].kind == digits || k > i && is(toks, k, ".", ")", ":", "/", "-", "–", "|")) {
		k++
	}
	if k < len(toks) && toks[k].kind == word && toks[k].cap && toks[k].gap {
		return k
	}
	return i
}

// begged reports whether what follows a name tells that its bearer wants something of
// the reader.
func begged(toks []token, i int) bool {
	if is(toks, i, "has", "have", "is", "are") {
		i++
	}
	return is(toks, i, "asked", "asks", "ask", "requested", "requests", "requires", "wants", "want", "needs", "need", "asking", "wanting", "expects", "insists") && (is(toks, i+1, "you", "your") || is(toks, i+1, "that", "for") && is(toks, i+2, "you", "your"))
}

// ours returns who does what is said of somebody's people, or the writer's, or of somebody
// called by his part and his name: "Our man takes away the sensors", "Our clerk will
// send", "Crew chief Darnell will extend it".
func (r *reading) ours(p *passage, toks []token, i int) (string, int) {
	if w, ok := strings.CutSuffix(lowAt(toks, i), "'s"); ok && toks[i].cap && (staff[lowAt(toks, i+1)] || groupNames[lowAt(toks, i+1)] || is(toks, i+1, "crew", "crews")) && doing(toks, i+2) { // "Tom's guys will finish"
		if q, ok := onlyOne(r.who.people, func(q person) bool { return q.first() == w || q.last() == w }); ok {
			return q.name, plainVerb(toks, i+2)
		}
		if isGiven(w) {
			return tidyName(r.text[toks[i].start : toks[i].end-2]), plainVerb(toks, i+2)
		}
	}
	our := is(toks, i, "our", "my")
	k := i
	if our || is(toks, i, "the", "your", "their") {
		k++
	}
	for end := k + 3; k < min(end, len(toks)) && toks[k].kind == word; k++ {
		w := toks[k].low
		if !roleNames[w] && !parties[w] && !staff[w] && !spiritual[w] {
			continue
		}
		v := k + 1
		if is(toks, v, ",") && v+1 < len(toks) && honorific[toks[v+1].low] { // "Our treasurer, Mr. Lindgren, signs"
			v++
		}
		if v < len(toks) && toks[v].kind == word && toks[v].cap && toks[v].gap && !isCalendarWord(toks[v].low) && (our || !toks[k].cap || k == i || !toks[k-1].cap || k == i+1) {
			name, next := r.nameAt(toks, v)
			if is(toks, next, ",") && v == k+2 {
				next++
			}
			if name != "" && doing(toks, next) {
				if who, sure, known := r.who.resolve(name, p.near); known && sure {
					name = who
				}
				return tidyName(name), plainVerb(toks, next)
			}
		}
		if is(toks, i, "your") && (roleNames[w] || parties[w]) && p.reader != "all recipients" && doing(toks, v) { // "Your electrician must have"
			return p.reader, plainVerb(toks, v)
		}
		if our && staff[w] && p.author.name != "" && (doing(toks, v) || is(toks, v, "is", "are")) {
			return p.author.name, plainVerb(toks, v)
		}
	}
	return "", 0
}

// he returns who is meant by he or she: who was named last before, in the sentence or in
// the one before it.
func (r *reading) he(p *passage, s *sentence, i int) string {
	toks := s.toks
	at := -1
	for k := i; k < len(toks) && at < 0; k++ {
		if k > i && !is(toks, k-1, "and", "so", "but", ",", ";", ".", "can", "could", "will") {
			continue
		}
		if is(toks, k, "he'll", "she'll") || is(toks, k, "he", "she") && (doing(toks, k+1) || is(toks, k-1, "can", "could", "will") && verbAt(toks, k+1)) {
			at = k
		}
	}
	if at < 0 || at > i && imperative(toks, i) || mentions(toks[:at], "i'll", "i", "we'll", "please", "you") && at > i && !is(toks, at-1, "can", "could") {
		return ""
	}
	if name := r.lastNamed(p, toks[:at]); name != "" {
		return name
	}
	for k := 1; k < len(p.sentences) && at == i; k++ {
		if &p.sentences[k] == s {
			return r.lastNamed(p, p.sentences[k-1].toks)
		}
	}
	return ""
}

// lastNamed returns the last one who is named in what is said, besides who writes.
func (r *reading) lastNamed(p *passage, toks []token) string {
	for i := len(toks) - 1; i >= 0; i-- {
		t := toks[i]
		w := strings.TrimSuffix(t.low, "'s")
		if t.kind != word || !t.cap || i == 0 && len(toks) < 3 || strings.Contains(w, "'") && !strings.HasPrefix(w, "o'") || w == t.low && is(toks, i-1, "in", "at", "to", "near", "from") {
			continue
		}
		if q, ok := onlyOne(r.who.people, func(q person) bool { return q.first() == w || q.last() == w }); ok && q.name != p.author.name {
			if isGiven(q.first()) || q.address == "" {
				return q.name
			}
			continue
		}
		if isGiven(w) && !asWords[w] && !towns[w] || i == 0 && w != t.low && lexemes[w] == (lexeme{}) && !commonWords[w] {
			return tidyName(r.text[t.start : t.start+len(w)])
		}
		if w != t.low && lexemes[w] == (lexeme{}) && !commonWords[w] && !verbs[w] && nameShaped(r.text[t.start:t.start+len(w)]) {
			return tidyName(r.text[t.start : t.start+len(w)])
		}
		if strange(r.text, t) && (i == 0 || is(toks, i-1, "asked", "told", "is", "called", "has", "with", "mr", "ms", ".")) {
			return tidyName(r.text[t.start:t.end])
		}
	}
	return ""
}

// busy returns who is said to be at it in one word with what he does: "Ian's driving
// up this afternoon".
func (r *reading) busy(p *passage, toks []token, i int) (string, int) {
	if i+2 < len(toks) && toks[i].kind == word && !toks[i].cap && isGiven(toks[i].low) && !asWords[toks[i].low] && !towns[toks[i].low] && thirdPerson(toks, i+1) && determined(toks, i+2) { // "kenny ties some tape"
		if q, ok := onlyOne(r.who.people, func(q person) bool { return q.first() == toks[i].low }); ok {
			return q.name, i + 1
		}
		return tidyName(toks[i].low), i + 1
	}
	if w, ok := strings.CutSuffix(lowAt(toks, i), "'ll"); ok && toks[i].cap && len(w) > 2 && !commonWords[w] && !function[w] && lexemes[w] == (lexeme{}) { // "Bernie'll be there"
		if q, ok := onlyOne(r.who.people, func(q person) bool { return q.first() == w || q.last() == w }); ok {
			return q.name, 0
		}
		return tidyName(r.text[toks[i].start : toks[i].start+len(w)]), 0
	}
	if w, ok := strings.CutSuffix(lowAt(toks, i), "'s"); ok && toks[i].cap { // "Roig's number is due"
		for k := i + 1; k < min(len(toks), i+6); k++ {
			if is(toks, k, "is", "are") && is(toks, k+1, "due", "outstanding", "overdue") || is(toks, k, "due") && k > i+1 {
				if q, ok := onlyOne(r.who.people, func(q person) bool { return q.first() == w || q.last() == w }); ok {
					return q.name, 0
				}
			}
		}
	}
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
	if (isGiven(w) && !asWords[w] || len(w) > 3 && lexemes[w] == (lexeme{}) && !commonWords[w] && !verbs[w] && !function[w] && !commonNotParty[w] && !roleNames[w]) && stemVerb(toks[i+1].low) {
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
	if n := len(written); n < 2 || n > 3 || strings.ToUpper(written) != written || strings.ToLower(written) == written || strings.Trim(written, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || !is(toks, i+1, "to", "will", "shall", "must") && !(thirdPerson(toks, i+1) && is(toks, i+2, "a", "an", "the", "his", "her", "their")) {
		return "", 0
	}
	if thirdPerson(toks, i+1) { // "GF sends a locator"
		if notParty[toks[i].low] || changing(toks[i:i+1]) {
			return "", 0
		}
		if q, ok := onlyOne(r.who.people, func(q person) bool { return q.address != "" && q.hasInitials(toks[i].low) }); ok {
			return q.name, i + 1
		}
		return written, i + 1
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
	case is(toks, i, "may", "might"):
		return verbAt(toks, skipAdverbs(toks, i+1))
	case is(toks, i, "has", "have") && (is(toks, i+1, "promised", "agreed", "undertaken", "offered", "volunteered", "kindly", "said") || is(toks, i+1, "very") && is(toks, i+2, "kindly")):
		return mentions(toks[i+1:min(len(toks), i+6)], "to", "he'd", "she'd", "they'd", "he'll", "she'll", "they'll")
	case is(toks, i, "has", "have") && i+3 < len(toks) && !is(toks, i+1, "to", "been", "not", "no") && !strings.HasSuffix(toks[i+1].low, "ed"): // "Corbin has bonds to lodge"
		for k := i + 2; k < min(len(toks)-1, i+8); k++ {
			if is(toks, k, "to") && deed(toks, k+1) {
				return true
			}
		}
		return false
	case is(toks, i, "was", "were") && is(toks, i+1, "to"):
		return deed(toks, skipAdverbs(toks, i+2))
	case is(toks, i, "needs", "has", "have", "need", "is", "are"):
		return is(toks, i+1, "to", "going", "asked", "requested") || is(toks, i, "is", "are") && (stemVerb(lowAt(toks, i+1)) || is(toks, i+1, "lending", "dropping", "driving", "fetching", "swapping", "writing", "running"))
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
	if is(toks, i, "re") && is(toks, i+1, "-") && i+2 < len(toks) && !toks[i+2].gap { // "re-routes"
		return thirdPerson(toks, i+2)
	}
	w, ok := strings.CutSuffix(toks[i].low, "s")
	if !ok || strings.HasSuffix(w, "s") {
		return false
	}
	e, es := strings.CutSuffix(w, "e")
	if again, ok := strings.CutPrefix(w, "re"); ok && len(again) > 3 && (verbs[again] || moreVerbs[again]) {
		return true
	}
	return verbs[w] || moreVerbs[w] || es && verbs[e] || strings.HasSuffix(w, "ie") && verbs[w[:len(w)-2]+"y"]
}

// deed reports whether token i is a verb of the job in its base form, also one that the
// rules for actions do not go by.
func deed(toks []token, i int) bool { return verbAt(toks, i) || moreVerbs[lowAt(toks, i)] }

var moreVerbs = set("table plane rack mark camera hand produce state name settle pick present report witness sit lodge drive swap lower lift dry nail hang bend post copy fetch lend route read flag go offer throw tidy place owe")

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
	for k, t := range toks {
		if t.kind != word || commonNotParty[t.low] && !(k == 0 && t.low == "site" && len(toks) > 1) {
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
var roleNames = set(`architect engineer owner client contractor contractors subcontractor subcontractors sub subs gc cm installer installers manufacturer fabricator supplier vendor manager managers superintendent superintendents super supers supt foreman foremen
	forewoman lead leads supervisor supervisors operator operators laborer laborers labourer labourers journeyman journeymen apprentice apprentices crew crews driver drivers rigger riggers signalman flagger flaggers spotter spotters inspector inspectors
	surveyor surveyors geotech agent tenant tenants resident residents landlord consultant consultants commissioner designer plumber plumbers electrician electricians framer framers painter painters roofer roofers mason masons carpenter carpenters
	welder welders glazier glaziers driller drillers drywaller drywallers tiler tilers ironworker ironworkers steward stewards clerk secretary tenderers bidders trades competitors attendees pm
	engineers architects surveyors owners solicitors lawyers dept department
	hygienist custodian bookkeeper treasurer
	ganger gangers leader leaders hauler haulers scaffolder scaffolders
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
	if is(toks, k+1, "&", "+") && k+3 < len(toks) && toks[k+2].cap && toks[k+2].kind == word && (verbAt(toks, k+3) || doing(toks, k+3)) { // a firm: "Tillman & Orr revise"
		return tidyName(r.text[toks[i].start:toks[k+2].end]), plainVerb(toks, k+3)
	}
	if len(w) < 3 || !nameShaped(r.text[toks[k].start:toks[k].end]) || k == i && (commonWords[w] || commonNotParty[w] || fieldEnds[w] || notNames[w] || verbs[w] || isCalendarWord(w) || lexemes[w] != (lexeme{}) || strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "ing") || strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "tion")) {
		return "", 0
	}
	v := k + 1
	if is(toks, v, "from") {
		for n := v + 2; n < min(len(toks), v+6); n++ {
			if thirdPerson(toks, n) || is(toks, n, "will", "to", "shall") {
				v = n
				break
			}
		}
	}
	switch {
	case is(toks, v, "can", "could", "would") && is(toks, v+1, "u", "you"):
	case is(toks, v, ",") && v+2 < len(toks) && toks[v+1].kind == word && !toks[v+1].cap && len(toks[v+1].low) > 2 && is(toks, v+2, "the", "your", "them", "it", "all", "a") && !function[toks[v+1].low] && !commonWords[toks[v+1].low] && !strings.HasSuffix(toks[v+1].low, "ed") && !strings.HasSuffix(toks[v+1].low, "s") && !strings.HasSuffix(toks[v+1].low, "ing"): // "Rubén, laminate the ones that come in"
	case isNickname(w) && verbAt(toks, v) && is(toks, v+1, "every", "each", "which", "how"): // "Ozzie check every saw"
		verb = v
	case is(toks, v, ",") && (imperative(toks, v+1) || is(toks, v+1, "please", "pls")), isNickname(w) && verbAt(toks, v) && imperative(toks, v):
		if verb = v; is(toks, v, ",") {
			verb = v + 1
		}
		if !deed(toks, verb) {
			verb = 0
		}
	case is(toks, v, "will") && is(toks, v+1, "be") && is(toks, v+2, "with", "at", "on", "there", "here"):
	case thirdPerson(toks, v) && (is(toks, v+1, "his", "her", "the", "a", "an", "them", "it", "him", "some", "all", "both", "two", "three", "four", "my", "our", "your", "their", "this", "that", "these", "me", "us", "you") || v+1 < len(toks) && toks[v+1].kind == word && toks[v+1].cap && !isCalendarWord(toks[v+1].low) || is(toks, v, "brings", "gives", "sends", "submits", "provides", "prepares", "owes")):
		verb = v
	case is(toks, v, "has") && is(toks, v+1, "until", "till") && doing(toks, v), is(toks, v, "does") && is(toks, v+1, "so", "it", "this", "that"):
	case is(toks, v, "and", "&") && (is(toks, v+2, "will") || is(toks, v+3, "will")) && v+1 < len(toks) && toks[v+1].cap && !is(toks, v+1, "a", "i"), is(toks, v, "and", "&") && is(toks, v+1, "a", "his", "her") && is(toks, v+3, "will", "to"): // "Lee and a helper will do"
	case is(toks, v, "has", "needs") && is(toks, v+1, "to") || is(toks, v, "still") && is(toks, v+1, "has", "needs") && is(toks, v+2, "to"):
		for !is(toks, v, "to") {
			v++
		}
		if suffers(toks, v+1) {
			return "", 0
		}
		if verb = skipAdverbs(toks, v+1); !deed(toks, verb) {
			return "", 0
		}
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
