package extract

import (
	"context"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"projectr"
	"projectr/message"
)

// Rules reads mail offline by rules alone. It knows nothing but the mail, so
// the same mail always gives the same facts.
type Rules struct{}

// RulesName is what Rules calls itself in Result.Extractor and Fact.By.
const RulesName = "rules"

// maxFacts bounds what one mail can put on a timeline.
const maxFacts = 200

// maxRead is how many bytes of one mail are read for facts.
const maxRead = 256 << 10

// Extract never fails and never waits.
func (Rules) Extract(_ context.Context, m *message.Message) (Result, error) {
	return extract(m, intents()), nil
}

// extract reads a mail with the heads of a model.
func extract(m *message.Message, by *weights) Result {
	res := Result{Extractor: RulesName, Version: RulesVersion, Facts: []projectr.Fact{}, People: []string{}}
	r := newReading(m, by)
	r.room = rooms.Get().(*room)
	defer r.leave()
	passages := r.passages()
	if !r.silent(passages) {
		r.readAll(passages)
		if !r.chatter() {
			res.Facts = r.finish()
			res.RequiresResponse = r.wantsAnswer
		}
	}
	res.People = r.names()
	return res
}

// reading is one mail while it is read.
type reading struct {
	m           *message.Message
	text        string
	at          offsets
	who         directory
	facts       []projectr.Fact
	rank        []int // for each fact, its byte offset
	wantsAnswer bool
	noAnswer    bool // "no need to reply"
	list        listState
	by          *weights
	onJobs      float64 // how like a mail of a job it is, 0 to 1
	said        float64 // of how many sentences, with the subject, that is the mean
	likeMail    float64 // how likely it is to say anything of a job
	waits       int8    // what headWaits says of its words
	*room
}

// room is what a reading writes features into. The next one uses it again.
type room struct {
	seen  []uint32 // what the heads see of one sentence
	words []uint32 // the features of the words of sentences
	table []uint32 // those that distinct has met
}

var rooms = sync.Pool{New: func() any { return new(room) }}

// most features that a room keeps for the next mail: a large one is not worth it.
const mostRoom = 1 << 16

// leave gives the room back. What was read must not be looked at again.
func (r *reading) leave() {
	if cap(r.words) <= mostRoom && cap(r.table) <= mostRoom {
		r.seen, r.words = r.seen[:0], r.words[:0]
		rooms.Put(r.room)
	}
	r.room = nil
}

// listState is what is known of the list the reader is in.
type listState struct {
	items    bool      // the passage has a list of things to correct or do
	deadline time.Time // by when all of them are to be done
	due      when      // the words that say so
	whole    bool      // all that is asked is of the list, whatever its marks
}

// passage is what one author wrote, in reading order.
type passage struct {
	ranges    [][2]int // bytes of the text
	author    person
	near      []person // whom it is written to
	addressee string   // the one who is "you" to the heads; empty when it is everybody
	reader    string   // the one of whom something is asked that is asked of nobody by name
	group     bool
	calendar  calendar
	forwarded bool
	directive bool // an answer to a question about the drawings: what it tells is decided
	answers   bool // it answers questions quoted above it
	changes   bool // a paper that changes the work: a bulletin, a field order
	punch     bool // a list of defects
	sentences []sentence
	lastDate  time.Time // the date named last, for "before then"
	lastWhen  when      // the words that named it
	list      listState
	meeting   when        // the meeting the mail tells of
	required  when        // the day by which a form wants its answer
	bids      time.Time   // the day by which bids are due
	judged    []judgement // of each sentence
}

func newReading(m *message.Message, by *weights) *reading {
	r := &reading{room: new(room), m: m, text: m.Text, at: newOffsets(m.Text), by: by, onJobs: 1}
	for _, list := range [][]projectr.MailAddress{m.From, m.To, m.Cc} {
		for _, p := range persons(list) {
			r.who.add(p)
		}
	}
	if len(m.From) > 0 {
		local := strings.Map(func(c rune) rune {
			if c == '-' || c == '_' || c == '.' {
				return -1
			}
			return c
		}, strings.ToLower(m.From[0].Address))
		r.noAnswer = strings.HasPrefix(local, "noreply@") || strings.HasPrefix(local, "donotreply@")
	}
	for _, f := range m.Forwarded {
		for _, list := range [][]projectr.MailAddress{f.From, f.To, f.Cc} {
			for _, p := range persons(list) {
				r.who.add(p)
			}
		}
	}
	return r
}

// passages divides what may be read: the newest author's own words, and each
// forwarded mail.
func (r *reading) passages() []passage {
	own := passage{author: firstOf(r.m.From), near: persons(r.m.To)}
	out := []passage{own}
	current, inner := 0, -1
	quotedBefore := false
	read := 0
	attached := 0
	for _, s := range r.m.Spans {
		from, to := r.at.bytes(s.Start), r.at.bytes(s.End)
		switch s.Kind {
		case projectr.SpanQuoted:
			quotedBefore = strings.Contains(r.text[from:to], "?")
			continue
		case projectr.SpanForwardHeader:
			inner++
			for inner+attached < len(r.m.Forwarded) && r.m.Forwarded[inner+attached].Attached {
				attached++
			}
			p := passage{forwarded: true}
			if k := inner + attached; k < len(r.m.Forwarded) {
				f := r.m.Forwarded[k]
				p.author, p.near = firstOf(f.From), persons(f.To)
				p.calendar.today = f.Date
			}
			out = append(out, p)
			current = len(out) - 1
		case projectr.SpanNew, projectr.SpanForwarded:
			k := current
			if s.Kind == projectr.SpanNew {
				k = 0
			} else if current == 0 {
				out = append(out, passage{forwarded: true, author: person{}})
				current = len(out) - 1
				k = current
			}
			if to-from > maxRead-read {
				to = from + max(0, maxRead-read)
				for to > from && !utf8.RuneStart(r.text[to-1]) {
					to--
				}
			}
			if to > from {
				out[k].ranges = append(out[k].ranges, [2]int{from, to})
				read += to - from
				if quotedBefore && s.Kind == projectr.SpanNew {
					out[k].answers = true
				}
			}
		}
		if s.Kind != projectr.SpanQuoted {
			quotedBefore = false
		}
	}
	for i := range out {
		r.prepare(&out[i])
	}
	if own := &out[0]; len(own.author.words) == 0 {
		if name := r.signedBy(own); name != "" {
			own.author.name, own.author.words = name, nameWords(name)
			r.who.add(own.author)
		}
	}
	return out
}

// signedBy returns the name under a mail whose header names no author: the first
// line of its signature, or the last line that is a name.
func (r *reading) signedBy(p *passage) string {
	name := func(toks []token) string {
		if len(toks) == 0 || len(toks) > 4 || !givenNames[toks[0].low] {
			return ""
		}
		for _, t := range toks {
			if t.kind != word || !t.cap {
				return ""
			}
		}
		return r.text[toks[0].start:toks[len(toks)-1].end]
	}
	for _, s := range r.m.Spans {
		if s.Kind != projectr.SpanSignature {
			continue
		}
		for _, l := range sentences(r.text, r.at.bytes(s.Start), r.at.bytes(s.End)) {
			if n := name(l.toks); n != "" {
				return n
			}
		}
		break
	}
	for i := len(p.sentences) - 1; i > 0; i-- {
		if n := name(p.sentences[i].toks); n != "" {
			return n
		}
	}
	return ""
}

// tokens are those of all sentences of a passage.
func (p *passage) tokens() []token {
	n := 0
	for i := range p.sentences {
		n += len(p.sentences[i].toks)
	}
	all := make([]token, 0, n)
	for i := range p.sentences {
		all = append(all, p.sentences[i].toks...)
	}
	return all
}

// prepare cuts a passage into sentences and finds out who speaks to whom, when.
func (r *reading) prepare(p *passage) {
	for _, b := range p.ranges {
		list := sentences(r.text, b[0], b[1])
		if n := len(p.sentences); n > 0 {
			for i := range list {
				list[i].paragraph += p.sentences[n-1].paragraph + 1
			}
		}
		p.sentences = append(p.sentences, list...)
	}
	if p.answers {
		p.sentences = r.joinAnswers(p.sentences)
	}
	p.sentences = r.withoutSpoken(p.sentences)
	all := p.tokens()
	date := p.calendar.today
	if date.IsZero() {
		date = r.m.Date
	}
	if date.IsZero() {
		date = time.Unix(0, 0).UTC()
	}
	p.calendar = newCalendar(date, all).of(p.author.address)
	for _, n := range fullNames(all, r.text) {
		r.who.add(person{name: n, words: nameWords(n)})
	}
	subject := lower(r.m.Subject)
	p.directive = !p.forwarded && strings.HasPrefix(subject, "re:") && strings.Contains(subject, "rfi")
	p.changes = changing(tokenise(r.m.Subject, 0, len(r.m.Subject)))
	p.punch = strings.Contains(subject, "punch") || strings.Contains(subject, "deficien") || strings.Contains(subject, "snag")
	if len(p.near) == 1 && manyRead(p.near[0]) {
		p.group = true
	} else if len(p.near) == 1 {
		p.addressee = p.near[0].name
	} else {
		p.group = len(p.near) > 1
	}
	r.greeting(p)
	if p.addressee == "" {
		p.addressee = "all recipients"
		p.group = true
	}
}

// changing reports whether a subject names a paper that changes the work.
func changing(toks []token) bool {
	for i := range toks {
		if is(toks, i, "asi", "bulletin", "ccd", "addendum", "cco", "co", "cor", "pco", "pr", "vo", "pmi", "fd", "ewo", "variation", "revision", "directive", "instruction", "supplemental") ||
			is(toks, i, "change", "field", "work") && is(toks, i+1, "order", "directive", "request", "to", "instruction") {
			return true
		}
	}
	return false
}

// manyRead reports whether an address is that of a list, as its words say:
// all-field@, oac@.
func manyRead(p person) bool {
	local, _, _ := strings.Cut(p.address, "@")
	if len(p.words) > 0 && p.name != p.address {
		return false
	}
	for _, w := range strings.FieldsFunc(lower(local), notWord) {
		switch w {
		case "all", "everyone", "everybody", "team", "staff", "crew", "crews", "subs", "trades", "foremen", "field", "oac", "bidders", "group", "list", "members", "distribution", "trailer", "superintendents", "supers":
			return true
		}
	}
	return false
}

// joinAnswers joins a word that answers a question quoted above it with the
// sentence that follows: "No. Demo all of them."
func (r *reading) joinAnswers(list []sentence) []sentence {
	out := list[:0]
	for i := 0; i < len(list); i++ {
		s := list[i]
		if len(s.toks) <= 3 && i+1 < len(list) && list[i+1].paragraph == s.paragraph && r.answersQuestion(&s) {
			joined := newSentence(r.text, s.start, list[i+1].end)
			joined.paragraph = s.paragraph
			s = joined
			i++
		}
		out = append(out, s)
	}
	return out
}

// greeting finds who is spoken to in the first words: "Hi Sam / AP,", "All,".
func (r *reading) greeting(p *passage) {
	if len(p.sentences) == 0 {
		return
	}
	s := &p.sentences[0]
	toks := s.toks
	i := 0
	for is(toks, i, "hi", "hello", "hey", "dear", "good", "morning", "afternoon", "evening", "greetings", "thanks", "thank", "you") {
		i++
	}
	if is(toks, i, "all", "everyone", "team", "folks", "everybody", "gents", "guys", "gentlemen", "colleagues") && (is(toks, i+1, ",", "-", ":", "and", "–", "!") || i+1 >= len(toks) || i > 0) {
		p.group = true
		p.addressee = "all recipients"
		return
	}
	name, next := r.nameAt(toks, i)
	if name == "" && i < len(toks) && toks[i].kind == word && (i > 0 || is(toks, i+1, ",", "-", "–") || len(toks) == 1) {
		if _, _, known := r.who.resolve(toks[i].low, p.near); known {
			name, next = r.text[toks[i].start:toks[i].end], i+1
		}
	}
	if name == "" {
		return
	}
	closed := next >= len(toks) || is(toks, next, ",", "-", "–", "—", "/", ":", "!", ".") || i > 0 || p.sentences[0].toks[0].low == "dear"
	who, sureOf, known := r.who.resolve(name, p.near)
	if !known && !closed {
		return
	}
	if !sureOf {
		return
	}
	switch {
	case known:
		p.addressee, p.group = who, false
	case !known && closed && (len(p.near) != 1 || len(p.near[0].words) == 0 || !strings.Contains(p.near[0].name, " ")) && i+1 >= 1 && (i > 0 || is(toks, next, ",", "-", "–")):
		p.addressee, p.group = who, false
	}
}

// nameAt reads a name at token i: "Mike K", "Mr. Boyle", "R. Fuchs", "Lund + Okoro".
func (r *reading) nameAt(toks []token, i int) (string, int) {
	if i >= len(toks) || toks[i].kind != word {
		return "", i
	}
	title := is(toks, i, "mr", "mrs", "ms", "dr", "principal", "our") && i+1 < len(toks)
	j := i
	if title {
		j++
		if is(toks, j, ".") {
			j++
		}
		if is(toks, j, "mr", "mrs", "ms", "dr") {
			i = j
			j++
			if is(toks, j, ".") {
				j++
			}
		} else if is(toks, i, "our") {
			return "", i
		}
		if j >= len(toks) || !toks[j].cap {
			return "", i
		}
		return r.text[toks[i].start:toks[j].end], j + 1
	}
	if !toks[j].cap || commonWords[toks[j].low] || isCalendarWord(toks[j].low) {
		if r.knows(toks[j].low) || r.loose(toks, j) && verbAt(toks, j+1) && j+2 < len(toks) && (toks[j+2].cap || is(toks, j+2, "the", "a", "me", "him", "her", "them", "us", "your", "my")) {
			if !commonWords[toks[j].low] && toks[j].kind == word && !isCalendarWord(toks[j].low) {
				return r.text[toks[j].start:toks[j].end], j + 1
			}
		}
		return "", i
	}
	if verbs[toks[j].low] && !r.knows(toks[j].low) {
		return "", i
	}
	end := j + 1
	for end < len(toks) && end < j+5 {
		t := toks[end]
		switch {
		case t.kind == word && t.cap && t.gap && !commonWords[t.low] && !(verbs[t.low] && !r.knows(t.low)):
			end++
			continue
		case (t.low == "." && !t.gap && utf8.RuneCountInString(toks[end-1].low) == 1 || is(toks, end, "+", "&")) && end+1 < len(toks) && toks[end+1].cap:
			end += 2
			continue
		}
		break
	}
	return r.text[toks[i].start:toks[end-1].end], end
}

// knows reports whether a word is a first or last name in the directory.
func (r *reading) knows(w string) bool {
	for _, p := range r.who.people {
		if p.first() == w || p.last() == w {
			return true
		}
	}
	return false
}

// firm reports whether a name is like the domain of an address.
func (r *reading) firm(written string) bool {
	squeezed := strings.Join(nameWords(written), "")
	for _, p := range r.who.people {
		_, domain, _ := strings.Cut(p.address, "@")
		if n := commonPrefix(squeezed, strings.ReplaceAll(domain, "-", "")); n >= 6 && n*10 >= len(squeezed)*6 {
			return true
		}
	}
	return false
}

// vocative finds who is spoken to at the start of a sentence, and where the
// sentence goes on: "Mike K – pls handle", "Luis see below, can you".
func (r *reading) vocative(p *passage, s *sentence) (string, int) {
	who := p.addressee
	toks := s.toks
	start := s.body
	i := start
	for is(toks, i, "hi", "hello", "hey", "dear", "ok", "so") {
		i++
	}
	name, next := r.nameAt(toks, i)
	if name == "" {
		return who, start
	}
	owner, sureOf, known := r.who.resolve(name, p.near)
	if !known || next >= len(toks) {
		return who, start
	}
	if is(toks, next, ",", "-", "–", "—", "/") || is(toks, next, "can", "could", "please", "pls", "would", "see", "will") && (is(toks, next+1, "you", "u", "somebody", "someone", "below") || is(toks, next, "please", "pls")) {
		j := next
		if !is(toks, j, "can", "could", "please", "pls", "would", "see", "will") {
			j++
		}
		if !sureOf {
			return tidyName(name), j
		}
		return owner, j
	}
	return who, start
}

// dates returns the dates of the sentence.
func (s *sentence) dates(p *passage) []when {
	if !s.dated {
		c := p.calendar
		for i := range s.toks {
			if pointers[s.toks[i].low] {
				c.base, c.told = p.namedBefore(s)
				break
			}
		}
		s.whens, s.dated = c.find(s.toks), true
	}
	return s.whens
}

// namedBefore returns the date named last in the two sentences before s.
func (p *passage) namedBefore(s *sentence) (when, bool) {
	at, _ := slices.BinarySearchFunc(p.sentences, s.start, func(o sentence, start int) int { return o.start - start })
	for i := min(at, len(p.sentences)) - 1; i >= max(0, at-2); i-- {
		o := &p.sentences[i]
		if s.paragraph-o.paragraph > 1 || !o.dated {
			break
		}
		for k := len(o.whens) - 1; k >= 0; k-- {
			if !o.whens[k].open {
				return o.whens[k], true
			}
		}
	}
	return when{}, false
}

// emit adds a fact whose words are text[from:to].
func (r *reading) emit(f projectr.Fact, from, to int) {
	if from >= to || len(r.facts) >= maxFacts {
		return
	}
	quote := r.text[from:to]
	lead := len(quote) - len(strings.TrimLeft(quote, " \t\n\r"))
	quote = strings.TrimSpace(quote)
	from += lead
	f.Quote = quote
	f.Start = r.at.runes(from)
	f.End = r.at.runes(from + len(quote))
	if f.Text == "" {
		return
	}
	for _, g := range r.facts {
		if g.Kind == f.Kind && (g.Start == f.Start && g.Text == f.Text && sameAmount(g.Amount, f.Amount) || g.Text == f.Text && sameAmount(g.Amount, f.Amount) && f.Amount == nil) {
			return
		}
	}
	if f.Priority == "" {
		f.Priority = "normal"
	}
	if f.Affects == nil {
		f.Affects = []string{}
	}
	f.By = RulesName
	f = Check(r.text, f)
	r.facts = append(r.facts, f)
	r.rank = append(r.rank, from)
}

func sameAmount(a, b *projectr.Amount) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// finish returns the facts in the order of the text.
func (r *reading) finish() []projectr.Fact {
	if r.noAnswer {
		r.wantsAnswer = false
	}
	if r.facts == nil {
		return []projectr.Fact{}
	}
	slices.SortStableFunc(r.facts, func(a, b projectr.Fact) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return slices.Index(projectr.FactKinds, a.Kind) - slices.Index(projectr.FactKinds, b.Kind)
	})
	r.explain(r.facts)
	return r.facts
}

// elsewhere is how little like a mail of a job a mail is that few words of an
// advertisement suffice to silence, elsewhereList one that a list's header suffices to
// silence, and offJob one in which only what is to be done is looked for.
const (
	elsewhere     = 0.65
	elsewhereList = 0.75
	offJob        = 0.3
)

// silent reports whether the mail is no mail of a job: an automatic reply, a
// bounce, a newsletter, an advertisement, an out-of-office note.
func (r *reading) silent(passages []passage) bool {
	switch r.m.Automatic {
	case "reply", "bounce", "bulk":
		return true
	}
	subject := lower(r.m.Subject)
	for _, s := range []string{"automatic reply", "auto-reply", "autoreply", "out of office", "out of the office"} {
		if strings.HasPrefix(subject, s) {
			return true
		}
	}
	own := &passages[0]
	all := own.tokens()
	if awayCues.sum(all) > 1 && len(own.sentences) <= 6 {
		return true
	}
	if foreign(all) {
		return true
	}
	limit := 3.0
	r.onJobs = r.onJob(own)
	if r.likeMail < sureNothing && r.onJobs < plainJob {
		return true
	}
	if r.m.Automatic == "list" {
		if r.onJobs < elsewhereList {
			return true
		}
		limit = 2
	} else if r.onJobs < elsewhere {
		limit = 1
	}
	if len(r.m.InReplyTo) > 0 {
		limit++
	}
	return adverts.sum(all)*10+loudness(all) >= limit
}

// chatter reports whether what was found in a mail is too little for how unlike a
// mail of a job it is: an invitation, a receipt, good wishes.
func (r *reading) chatter() bool {
	found, wanted := 0.0, min(likeJob-r.onJobs, mostAsked)*perDoubt*r.said/(r.said+fewSentences)
	for i := range r.facts {
		found += r.facts[i].Confidence
		if r.facts[i].Kind == projectr.ActionItem && r.facts[i].Confidence >= strongAction {
			wanted = 0
		}
	}
	return found < max(wanted, (likelyNothing-r.likeMail)*perDoubtOfMail)
}

// A mail that is less likely than sureNothing to say anything of a job is not read,
// unless its sentences are as those of plainJob. In one less likely than likelyNothing
// the confidences must come to perDoubtOfMail for each part of the lack.
const (
	sureNothing    = 0.25
	plainJob       = 0.8
	likelyNothing  = 0.5
	perDoubtOfMail = 6.0
)

// fewSentences is how many sentences a mail has of which half as much is asked as of a long
// one: one or two alone are too few to call it chatter by.
const fewSentences = 3.0

// enoughWords is how many features a mail has of which all words can tell what it is.
const enoughWords = 200

// strongAction is how likely an action item must be to count in whatever mail.
const strongAction = 0.9

// Of a mail that is as much like a mail of a job as likeJob says every fact counts;
// of others the confidences must come to so much for each part of the lack, and of
// none to more than of one that lacks mostAsked.
const (
	likeJob   = 0.88
	mostAsked = 0.25
	perDoubt  = 6.0
)

// foreign reports whether a text is in a script whose languages the rules do not
// know.
func foreign(toks []token) bool {
	words, other := 0, 0
	for i := range toks {
		if toks[i].kind == word {
			words++
			if r, _ := utf8.DecodeRuneInString(toks[i].low); r >= utf8.RuneSelf {
				other++
			}
		}
	}
	return other*3 > words
}

// onJob is how like what a mail of a job says subject and sentences of a passage
// are, on the whole; 1 when it says next to nothing. It notes how likely the whole
// mail is to say anything of one.
func (r *reading) onJob(p *passage) float64 {
	job, advert := &r.by.heads[headJob], &r.by.heads[headAdvert]
	n, sum := 0, 0.0
	all := r.seen[:0]
	for i := range p.sentences {
		s := &p.sentences[i]
		r.place(s)
		all = append(all, s.words...)
		if len(s.toks) >= 3 {
			sum += job.likely(s.says(r.by, headJob)) - advert.likely(s.says(r.by, headAdvert))
			n++
		}
	}
	from, subject := len(all), tokenise(r.m.Subject, 0, len(r.m.Subject))
	all = r.by.says(all, subject)
	if n > 0 && len(subject) > 0 {
		sum += job.likely(job.sum(all[from:]))
		n++
	}
	r.seen = all
	all = r.distinct(all)
	r.likeMail = r.mailLike(all)
	waits := &r.by.heads[headWaits]
	r.waits = waits.small(waits.sumOf(all))
	if n == 0 {
		return 1
	}
	r.said = float64(n)
	return sum / r.said
}

// distinct returns the features of a list, each once, in the room of the list.
func (r *reading) distinct(list []uint32) []uint32 {
	size := 1 << bits.Len(uint(2*len(list)))
	if cap(r.table) < size {
		r.table = make([]uint32, size)
	}
	table := r.table[:size] // 0 is no feature, or that one
	clear(table)
	zero := false
	out := list[:0]
	for _, f := range list {
		at := int(f) & (size - 1)
		for table[at] != 0 && table[at] != f {
			at = (at + 1) & (size - 1)
		}
		if table[at] == f && (f != 0 || zero) {
			continue
		}
		table[at], zero = f, zero || f == 0
		out = append(out, f)
	}
	return out
}

// mailLike is how likely a mail is to say anything of a job, by the features of its
// subject and sentences. A mail of few words is taken for one: they are too few to say.
func (r *reading) mailLike(all []uint32) float64 {
	h := &r.by.heads[headMail]
	return 1 - (1-h.likely(h.sumOf(all)))*min(1, float64(len(all))/enoughWords)
}

// loudness scores what marks a mailing by its form: many links, many
// exclamation marks.
func loudness(toks []token) float64 {
	links, shouts := 0, 0
	for i := range toks {
		switch {
		case is(toks, i, "http", "https") && is(toks, i+1, ":"), is(toks, i, "www") && is(toks, i+1, "."):
			links++
		case is(toks, i, "!"):
			shouts++
		}
	}
	n := float64(min(3, links/2))
	if shouts >= 4 {
		n++
	}
	if shouts >= 10 {
		n++
	}
	return n
}

// survey learns of a passage what its sentences are judged by: amounts, dates,
// lists and when they fall due.
func (r *reading) survey(p *passage) {
	r.list = listState{}
	for i := range p.sentences {
		s := &p.sentences[i]
		s.amounts = s.money()
		if taskRow(s) >= 0 || s.loose || s.bullet && (p.punch || workHeading(s.heading)) {
			r.list.items = true
		}
		dates := s.dates(p)
		if p.bids.IsZero() && len(dates) > 0 && mentions(s.toks, "bid", "bids", "tenders") && mentions(s.toks, "due", "date", "close", "closes", "opening", "extended", "open") {
			_, day, ok := p.calendar.deadline(dates)
			for _, w := range dates {
				if w.prep == to { // "is extended to May 30"
					day, ok = w.last, true
				}
			}
			if ok {
				p.bids = day
			}
		}
		if w, day, ok := p.calendar.deadline(dates); ok {
			if is(s.toks, len(s.toks)-1, ":") && workHeading(lower(s.text(r.text))) {
				r.list.deadline, r.list.due = day, w
			}
			if yes, whole := listDue(s.toks); yes {
				r.list.deadline, r.list.due, r.list.whole = day, w, r.list.whole || whole
			}
			if p.meeting.day.IsZero() && w.prep != by && w.prep != before && meets(s.toks) {
				p.meeting = w
			}
			if requiredBy[s.label] {
				p.required = w
			}
		}
	}
	if p.meeting.day.IsZero() && !p.forwarded {
		toks := tokenise(r.m.Subject, 0, len(r.m.Subject))
		if gathers(toks) {
			if w, _, ok := p.calendar.deadline(p.calendar.find(toks)); ok && w.day.Equal(w.last) {
				p.meeting = w
				p.meeting.to = 0 // no words of the mail
			}
		}
	}
	p.list = r.list
}

// readAll judges the sentences of a mail and takes the facts out of them.
func (r *reading) readAll(passages []passage) {
	r.deliberate(passages)
	for i := range passages {
		r.read(&passages[i])
	}
}

// read takes the facts out of one passage whose sentences are judged.
func (r *reading) read(p *passage) {
	r.list = p.list
	p.reader = r.reader(p)
	for i := range p.sentences {
		s := &p.sentences[i]
		if len(s.toks) == 0 {
			continue
		}
		if p.forwarded && signature(p, i) {
			continue
		}
		r.sentence(p, s, i)
		for _, w := range s.dates(p) {
			if w.prep != after || w.day.After(p.calendar.today) {
				p.lastDate, p.lastWhen = w.last, w
			}
		}
	}
}

// signature reports whether sentence i is among the last lines of a forwarded
// mail and looks like a name or a title.
func signature(p *passage, i int) bool {
	s := &p.sentences[i]
	return i >= len(p.sentences)-4 && i > 0 && len(s.toks) <= 6 && !s.question && !mentions(s.toks, ".", "$") && s.toks[0].cap && len(s.amounts) == 0 && len(s.label) == 0 && !verbAt(s.toks, 0)
}

// workHeading reports whether a heading announces things to be done.
func workHeading(h string) bool {
	if strings.Contains(h, "one of the") || strings.Contains(h, "either") {
		return false // options
	}
	for _, w := range []string{"correction", "punch", "action", "to do", "to-do", "deficien", "open items", "outstanding", "required", "snag", "next steps", "before then", "what happens now", "need", "please", "following items", "provide the following", "send the following", "submit the following", "missing", "still owed"} {
		if strings.Contains(h, w) {
			return true
		}
	}
	return false
}

// taskRow returns the cell of a row that says what is to be done, or -1.
func taskRow(s *sentence) int {
	if s.cells == nil || s.columns == nil {
		return -1
	}
	task, owner := -1, false
	for i, c := range s.columns {
		switch columnKind(c) {
		case "task":
			if task < 0 && i < len(s.cells) {
				task = i
			}
		case "owner", "due":
			owner = true
		}
	}
	if !owner {
		return -1
	}
	return task
}

// offsets turns bytes of a text into code points and back.
type offsets struct {
	text   string
	starts []int // byte of each code point; nil when every code point is a byte
}

func newOffsets(text string) offsets {
	if utf8.RuneCountInString(text) == len(text) {
		return offsets{text: text}
	}
	starts := make([]int, 0, len(text))
	for i := range text {
		starts = append(starts, i)
	}
	return offsets{text, append(starts, len(text))}
}

// bytes returns the byte at which code point n begins, within the text.
func (o offsets) bytes(n int) int {
	if o.starts == nil {
		return min(max(n, 0), len(o.text))
	}
	return o.starts[min(max(n, 0), len(o.starts)-1)]
}

// runes returns the code point that begins at byte b.
func (o offsets) runes(b int) int {
	if o.starts == nil {
		return b
	}
	n, _ := slices.BinarySearch(o.starts, b)
	return n
}
