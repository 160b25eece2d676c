package extract

import (
	"slices"
	"strings"
	"time"

	"projectr"
)

// sentence asks one sentence what it says, kind by kind.
func (r *reading) sentence(p *passage, s *sentence, index int) {
	if r.idle(p, s, index) {
		return
	}
	j := &p.judged[index]
	acts := r.actions(p, s, j)
	any := acts
	kinds := sentenceKinds
	if r.onJobs < offJob {
		kinds = nil
	}
	for _, kind := range kinds {
		any = r.judgedKind(p, s, j, kind) || any
	}
	any = r.budget(p, s) || any
	if !any && kinds != nil && len(s.toks) >= 4 && !s.question {
		r.judgedKind(p, s, j, projectr.KeyPoint)
	}
	r.affects(s)
}

// sentenceKinds are the kinds that heads alone tell.
var sentenceKinds = []projectr.FactKind{projectr.Decision, projectr.ScopeChange, projectr.TimelineChange, projectr.Risk}

// judgedKind emits a fact of a kind that the heads alone tell.
func (r *reading) judgedKind(p *passage, s *sentence, j *judgement, kind projectr.FactKind) bool {
	likely, yes := r.is(j, kind)
	asksForWork := kind == projectr.ScopeChange && !mentions(s.toks, "decided", "agreed", "approved", "accepted", "picked")
	if !yes || s.question && (kind == projectr.Decision || !asksForWork && j.cues[undecidedCue].weight > 0) { // what is asked is not decided
		return false
	}
	f := projectr.Fact{Kind: kind, Confidence: likely, Text: r.clean(p, s)}
	if kind == projectr.Decision {
		f.MadeBy = r.decider(p, s, j.cues[decisionCue])
	}
	n := len(r.facts)
	r.emit(f, s.start, s.end)
	return len(r.facts) > n
}

// affects notes on what a sentence decides, changes or fears that it touches
// money, days or scope too.
func (r *reading) affects(s *sentence) {
	start := r.at.runes(s.start)
	touches := map[projectr.FactKind]string{projectr.BudgetMention: "budget", projectr.TimelineChange: "schedule", projectr.ScopeChange: "scope"}
	first := len(r.facts)
	for first > 0 && r.facts[first-1].Start >= start {
		first--
	}
	for i := first; i < len(r.facts); i++ {
		f := &r.facts[i]
		switch f.Kind {
		case projectr.Decision, projectr.ScopeChange, projectr.TimelineChange, projectr.Risk:
		default:
			continue
		}
		for _, k := range []projectr.FactKind{projectr.BudgetMention, projectr.TimelineChange, projectr.ScopeChange} {
			if k != f.Kind && slices.ContainsFunc(r.facts[first:], func(g projectr.Fact) bool { return g.Kind == k }) {
				f.Affects = append(f.Affects, touches[k])
			}
		}
	}
}

// idle reports whether a sentence says nothing by itself: a greeting, thanks, a
// name, the footer of a mail program.
func (r *reading) idle(p *passage, s *sentence, index int) bool {
	toks := s.toks
	if len(toks) == 1 && !p.answers {
		return true
	}
	if w, _, _ := noAnswer.find(toks); w > 0 {
		r.noAnswer = true
	}
	if w, _, _ := footers.find(toks); w > 0 {
		return true
	}
	if len(toks) <= 5 && !s.question && s.label == "" {
		w, from, _ := pleasantries.find(toks)
		if w > 0 && from <= 1 {
			return true
		}
	}
	return false
}

var noAnswer = newCues(`
	9 no need to reply|respond|answer|call
	9 no reply|response needed|necessary|required
	9 do not reply
	9 don't reply
	9 no action needed|required
`)

var footers = newCues(`
	9 sent from my
	9 get outlook for
	9 do not reply to this
	9 view in portal|browser
	9 consider the environment
	9 intended recipient
	9 this e|email|message ..8 confidential
	9 registered in|office
	9 click here to view
	9 download the app
	9 not reply to this ..2 email|e-mail|message|address|mailbox
	9 please do not reply
	9 scanned|checked for|by viruses|virus|malware|mimecast|messagelabs|sophos|avast|norton
	9 virus - free
	9 consider|think|save the|of|a environment|trees|tree|planet
	9 before you|printing print|this
	9 traditional owners|custodians
	9 public record|records under|pursuant|law|act|and|subject
	9 subject to the? public|freedom|open records|of|disclosure
	9 notify the sender
	9 destroy|delete all copies|copy
	9 received this|it ..2 in error
	9 views|opinions expressed
	9 errors and omissions
	9 e & oe
	9 all rights reserved
	9 terms and conditions apply|available|of
	9 equal opportunity employer|lender
	9 licensed|bonded|insured ,? and insured|bonded
	9 family owned|run|business since
	9 company|registration|vat|abn|acn|cslb registration? no|number|nr
	9 follow|like|find|join us on linkedin|facebook|instagram|twitter|x|youtube
	9 review us on
	9 unsubscribe
	9 does|do|will|shall not relieve
	9 not authorize|authorise|constitute|imply|effect ..2 any|a|an change|changes|adjustment|authorization|waiver|approval|acceptance|variation|instruction
	9 not be|to be? relied|construed|taken on|upon|as
	9 indicates|constitutes|confirms|signifies your|acceptance|acknowledgment|acknowledgement|agreement
	9 review|reviewed|checked is|only ..2 for general? conformance
	9 verified|verify by|all the|dimensions recipient|on|at|in
`)

var pleasantries = newCues(`
	9 thanks
	9 thank you
	9 regards
	9 best regards|wishes
	9 cheers
	9 sincerely
	9 yours
	9 hi
	9 hello
	9 hey
	9 dear
	9 good morning|afternoon|evening
	9 saludos
	9 buenas
	9 welcome
	9 talk soon
	9 congratulations
	9 have a
	9 hope you
`)

// actions emits what is to be done, and reports whether there was any.
func (r *reading) actions(p *passage, s *sentence, j *judgement) bool {
	if r.rowAction(p, s) {
		return true
	}
	acts := j.acts
	likely, _ := r.is(j, projectr.ActionItem)
	listed := s.bullet && r.list.items && workHeading(s.heading) && !strings.Contains(s.heading, "what happens") && !strings.Contains(s.heading, "before then")
	switch {
	case len(acts) > 0 && likely < formed:
		acts = nil
	case len(acts) == 0 && likely >= plainly && !listed:
		acts = append(acts, r.plainAction(p, s))
	}
	for i := range acts {
		if a := &acts[i]; a.confidence > unclear {
			a.confidence = likely
		} else {
			a.confidence = min(likely, a.confidence) // a name that two bear
		}
	}
	if len(acts) == 0 && listed {
		a := action{verb: s.body, end: len(s.toks), confidence: 0.75, text: clean(r.text, s.content())}
		if strings.Contains(s.heading, "need") && !verbAt(s.toks, s.body) {
			a.text, a.asks = "provide", true
		}
		acts = append(acts, a)
	}
	if r.list.items && is(s.toks, len(s.toks)-1, ":") && workHeading(lower(s.text(r.text))) {
		return false // the list says it
	}
	found := false
	for _, a := range r.split(p, s, acts) {
		found = r.emitAction(p, s, a) || found
	}
	return found
}

// formed is how likely a sentence must be of an action that has a form which the
// rules know.
const formed = 0.3

// plainly is how likely a sentence must be of an action for one to be made of it
// without a form that the rules know.
const plainly = 0.38

// unclear is the confidence of an action whose owner is not clear.
const unclear = 0.72

// plainAction makes an action of a sentence that the heads take for one though
// it has none of the forms that the rules know.
func (r *reading) plainAction(p *passage, s *sentence) action {
	a := action{verb: s.body, end: len(s.toks), text: r.clean(p, s), confidence: 0.7}
	for i := s.body; i < len(s.toks) && !is(s.toks, i, "you", "your", "please", "pls", "kindly"); i++ {
		if is(s.toks, i, "i'll", "i'm", "we'll", "we're") || is(s.toks, i, "i", "we") && !is(s.toks, i+1, "need", "want", "would", "require", "am", "are", "have", "look", "request", "must") {
			a.author = true
			break
		}
	}
	a.owner, _ = r.vocative(p, s)
	if owner, author := r.doer(p, s); owner != "" || author {
		a.owner, a.author = owner, author
	}
	return a
}

// doer finds who does it where a sentence tells nobody to: "You'll have it tomorrow
// from Anjali", "leave that with me", "Hoist vendor inspects at 6".
func (r *reading) doer(p *passage, s *sentence) (owner string, author bool) {
	toks := s.toks
	for i := range toks {
		if is(toks, i, "with") && is(toks, i+1, "me", "us") && is(toks, s.body, "leave") {
			return "", true
		}
		if !is(toks, i, "from") || !mentions(toks[:i], "will", "you'll", "you’ll", "come", "comes", "follow", "follows") {
			continue
		}
		if is(toks, i+1, "me", "us") {
			return "", true
		}
		if name, _ := r.nameAt(toks, i+1); name != "" {
			if who, sure, known := r.who.resolve(name, p.near); known && sure {
				return who, false
			}
		}
	}
	i := s.body
	if is(toks, i, "our", "the", "my", "your", "their") {
		i++
	}
	for k := i; k < len(toks) && k < i+4 && toks[k].kind == word; k++ {
		if !parties[toks[k].low] {
			continue
		}
		next := lowAt(toks, k+1)
		if is(toks, k+1, "to") && suffers(toks, k+2) {
			break
		}
		if is(toks, k+1, "will", "shall", "must", "should", "to", "needs", "has", "is", "are", "can") || strings.HasSuffix(next, "s") && verbs[strings.TrimSuffix(next, "s")] {
			return tidyName(r.text[toks[i].start:toks[k].end]), false
		}
	}
	return "", false
}

// parties are words for who does the work, as they end what somebody is called: "the
// hoist vendor", "our stucco contractor".
var parties = set(`company vendor contractor subcontractor inspector engineer technician tech crew team supplier installer manufacturer fabricator consultant marshal adjuster department lab laboratory surveyor arborist geotech
	electrician plumber framer framers painter painters roofer roofers mason masons welder glazier driller rigger operator movers landscaper landscapers cleaners foreman superintendent carpenter carpenters mechanic agency office architect designer rep`)

// split divides "move the dumpsters and let Ms Vang know" into what each is told.
func (r *reading) split(p *passage, s *sentence, acts []action) []action {
	toks := s.toks
	for _, a := range acts {
		if a.author || a.text != "" {
			continue
		}
		for i := a.verb + 2; i+2 < a.end; i++ {
			if is(toks, i, "and") && is(toks, i+1, "let", "tell", "call", "email", "notify") && !is(toks, i+2, "me", "us", "it") &&
				(toks[i+2].cap || is(toks, i+2, "the", "him", "her", "them")) {
				second := a
				second.verb = i + 1
				acts[0].end = i
				return append(acts, second)
			}
		}
	}
	return acts
}

// rowAction reads a row of a table with a column for the task.
func (r *reading) rowAction(p *passage, s *sentence) bool {
	if s.loose {
		return r.looseRow(p, s)
	}
	k := taskRow(s)
	if k < 0 {
		return false
	}
	f := projectr.Fact{Kind: projectr.ActionItem, Confidence: 0.85}
	c := s.cells[k]
	f.Text = line1(r.text[c.start:c.end])
	if f.Text == "" {
		return false
	}
	for i, cell := range s.cells {
		if i >= len(s.columns) || cell.end <= cell.start {
			continue
		}
		value := r.text[cell.start:cell.end]
		switch columnKind(s.columns[i]) {
		case "owner":
			name, sureOf, _ := r.who.resolve(value, p.near)
			f.Owner = &name
			if !sureOf {
				f.Confidence = 0.72
			}
		case "due":
			if w, day, ok := p.calendar.deadline(p.calendar.find(tokenise(r.text, cell.start, cell.end))); ok {
				f.Deadline, f.Confidence = date(day), w.bound(f.Confidence)
			}
		case "status":
			if strings.Contains(lower(value), "done") || strings.Contains(lower(value), "closed") || strings.Contains(lower(value), "complete") {
				return false
			}
		}
	}
	if f.Deadline == nil && !r.list.deadline.IsZero() {
		f.Deadline, f.Confidence = date(r.list.deadline), r.list.due.bound(f.Confidence)
	}
	r.emit(f, s.start, s.end)
	return true
}

// looseRow reads a row of a table whose cells were run together: "4 104 Replace
// cracked receptacle cover Ohm" under "# Room Item Resp.".
func (r *reading) looseRow(p *passage, s *sentence) bool {
	toks := s.toks
	i := 0
	for i < len(toks) && (toks[i].kind == digits || toks[i].kind == mark || toks[i].kind == word && !toks[i].gap) {
		i++
	}
	end := len(toks)
	f := projectr.Fact{Kind: projectr.ActionItem, Confidence: 0.82}
	for _, w := range s.dates(p) {
		if w.to == end && w.from > i {
			end = w.from
		}
	}
	for end > i && (toks[end-1].kind == mark || is(toks, end-1, "asap", "tbd", "tbc", "ongoing")) {
		if is(toks, end-1, "-", "–", "—") && is(toks, end-2, "-", "–", "—") {
			return false // nobody, and no day
		}
		end--
	}
	last := end
	for n := min(4, end-i-1); n > 0; n-- {
		from := end - n
		if toks[from].kind != word || !toks[from].cap {
			continue
		}
		written := r.text[toks[from].start:toks[end-1].end]
		if name, sureOf, known := r.who.resolve(written, p.near); known || r.firm(written) || trades[toks[from].low] {
			if !sureOf {
				f.Confidence = 0.72
			}
			f.Owner = &name
			end = from
			break
		}
	}
	if end-i < 2 || end == last && last == len(toks) && toks[end-1].kind != word {
		return false
	}
	f.Text = line1(r.text[toks[i].start:toks[end-1].end])
	if w, day, ok := p.calendar.deadline(s.dates(p)); ok {
		f.Deadline, f.Confidence = date(day), w.bound(f.Confidence)
	} else if !r.list.deadline.IsZero() {
		f.Deadline, f.Confidence = date(r.list.deadline), r.list.due.bound(f.Confidence)
	}
	n := len(r.facts)
	r.emit(f, s.start, s.end)
	return len(r.facts) > n
}

func date(t time.Time) *string {
	s := t.Format(time.DateOnly)
	return &s
}

// emitAction makes a fact of an action, or two of one that asks for two things by two days.
func (r *reading) emitAction(p *passage, s *sentence, a action) bool {
	r.settle(p, s, &a)
	second, ok := r.second(p, s, &a)
	found := r.tellAction(p, s, a)
	if ok {
		found = r.tellAction(p, s, second) || found
	}
	return found
}

// second divides an action that wants two things by two days, "send the submittal by Friday
// and finish framing by the 22nd": a keeps the first, and the other is returned. What has
// no verb of its own takes the first's.
func (r *reading) second(p *passage, s *sentence, a *action) (action, bool) {
	toks := s.toks
	var due []when
	for _, w := range s.dates(p) {
		if w.prep == by && !w.open && !w.last.Before(p.calendar.today) && w.from > a.verb && w.to <= a.end {
			due = append(due, w)
		}
	}
	if len(due) != 2 || due[0].last.Equal(due[1].last) || len(s.cells) > 1 {
		return action{}, false
	}
	at := due[0].to
	for at < a.end && (is(toks, at, "at", "noon", "am", "pm", "a.m", "p.m", "latest", "the") || toks[at].kind == digits && isClock(toks, at)) {
		at = max(at+1, clockEnd(toks, at))
	}
	b := *a
	b.verb = at
	for is(toks, b.verb, ",", ";", "and", "then", "&", "plus", "please", "pls", "also") {
		b.verb++
	}
	if b.verb == at || !is(toks, at, ",", ";", "and", "&", "plus") {
		return action{}, false
	}
	own := false // the second has a subject or a verb
	if name, next := r.nameAt(toks, b.verb); name != "" && is(toks, next, "will", "to", "can", "shall", "should", "must") {
		who, sure, known := r.who.resolve(name, p.near)
		if !known || !sure {
			return action{}, false
		}
		b.owner, b.author, b.ownerOpen, b.verb, own = who, who == p.author.name, false, next+1, true
	} else if is(toks, b.verb, "i'll", "we'll") || is(toks, b.verb, "i", "we") && is(toks, b.verb+1, "will", "shall", "can") {
		b.author, b.owner, b.ownerOpen, own = true, "", false, true
		if b.verb++; is(toks, b.verb, "will", "shall", "can") {
			b.verb++
		}
	} else {
		own = verbs[toks[b.verb].low] && !is(toks, b.verb+1, "by") && !is(toks, b.verb+1, "of")
	}
	from := due[1].from
	for from > b.verb && is(toks, from-1, "by", "the", "later", "than", "no", "due", "latest", "until") {
		from--
	}
	if from <= b.verb || clausal[toks[b.verb].low] && !is(toks, b.verb, "the", "a", "an", "this", "that") || is(toks, b.verb, "not", "or", "which", "who", "when", "since", "again", "with", "to", "for", "on", "in", "at", "be", "confirm") && !own {
		return action{}, false
	}
	for k := b.verb; k < from; k++ { // another clause
		if toks[k].kind == mark && !is(toks, k, "-", "/", "#", "&", "'", "(", ")") || !own && (thirdPerson(toks, k) || is(toks, k, "is", "are", "will", "would", "can", "must", "should", "we", "i", "he", "they", "you", "it", "them", "needs", "wants", "has", "have", "says", "said")) {
			return action{}, false
		}
	}
	a.part, b.part = [2]int{0, at}, [2]int{at, len(toks)}
	a.end = at
	switch {
	case a.text == "" || a.text == "provide" || a.text == "need":
		if own {
			b.text = ""
		} else if a.text == "" && due[0].from-a.verb <= 2 { // "Demo by Friday and framing by the 22nd"
			b.text = r.text[toks[b.verb].start:toks[from-1].end]
		} else if a.text == "" {
			b.text = strings.TrimSuffix(r.text[toks[a.verb].start:toks[a.verb].end], ".") + " " + r.text[toks[b.verb].start:toks[from-1].end]
		}
	case strings.Contains(a.text, r.text[toks[b.verb].start:toks[from-1].end]): // made of the whole sentence
		a.text, b.text = "", ""
	default:
		return action{}, false
	}
	return b, true
}

// of is the sentence as the dates of a part of it go, and where that part begins.
func (a *action) of(p *passage, s *sentence) (*sentence, int) {
	if a.part[1] == 0 {
		return s, 0
	}
	part := *s
	part.toks, part.whens, part.body = s.toks[a.part[0]:a.part[1]], nil, max(0, s.body-a.part[0])
	for _, w := range s.dates(p) {
		if w.from >= a.part[0] && w.to <= a.part[1] {
			w.from, w.to = w.from-a.part[0], w.to-a.part[0]
			part.whens = append(part.whens, w)
		}
	}
	return &part, a.part[0]
}

// tellAction makes a fact of an action whose owner is settled.
func (r *reading) tellAction(p *passage, s *sentence, a action) bool {
	toks := s.toks
	f := projectr.Fact{Kind: projectr.ActionItem, Confidence: a.confidence}
	part, at := a.of(p, s)
	w, day, dated := p.ownDue(part)
	if w.to > 0 {
		w.from, w.to = w.from+at, w.to+at
	}
	var due *when
	if dated {
		f.Deadline, f.Confidence = date(day), w.bound(f.Confidence)
		if w.to > 0 {
			shifted := w
			shifted.from -= a.verb
			shifted.to -= a.verb
			due = &shifted
		}
	} else if back, ok := beforeThat(toks); ok && p.lastDate.After(p.calendar.today) && !back.from(p.lastWhen.day, -1).Before(p.calendar.today) {
		f.Deadline, f.Confidence = date(back.from(p.lastWhen.day, -1)), p.lastWhen.bound(f.Confidence)
	} else if (then(toks) >= 0 || thatDay(toks)) && !p.lastDate.IsZero() && !p.lastDate.Before(p.calendar.today) || s.bullet && strings.Contains(s.heading, "then") && !p.lastDate.IsZero() {
		f.Deadline, f.Confidence = date(p.lastDate), p.lastWhen.bound(f.Confidence)
	} else if w, day, ok := r.listed(p, s, &a); ok {
		f.Deadline, f.Confidence = date(day), w.bound(f.Confidence)
	}
	switch a.text {
	case "":
		f.Text = task(r.text, toks[a.verb:a.end], due)
		f.Text = r.finite(f.Text)
		if a.author && strings.Count(f.Text, " ") < 2 && a.verb > 3 {
			f.Text = r.clean(p, s) // "We have not picked it yet, will tell you"
		}
	case "provide":
		f.Text = "Provide " + uncapital(task(r.text, toks[a.verb:a.end], due))
	case "need":
		f.Text = needed(task(r.text, toks[a.verb:a.end], due), toks, a.verb)
	default:
		f.Text = line1(a.text)
	}
	from := s.start
	if vague(f.Text) {
		from = r.context(p, s, a, &f)
	}
	switch {
	case a.author:
		f.Owner = r.ownerOf(p.author)
	case a.ownerOpen:
	case a.owner != "":
		f.Owner = &a.owner
	default:
		f.Owner = &p.reader
	}
	if f.Owner != nil && *f.Owner == "" {
		f.Owner = nil
	}
	f.Priority = priority(toks, dated, day, p.calendar.today)
	n := len(r.facts)
	r.emit(f, from, s.end)
	return len(r.facts) > n
}

// vague reports whether a task says too little by itself: one word, or a few
// with "it" for what is meant.
func vague(text string) bool {
	words := strings.Fields(lower(text))
	if len(words) == 1 {
		return words[0] != "rsvp" && words[0] != "resubmit"
	}
	if len(words) > 5 {
		return false
	}
	for _, w := range words {
		switch strings.Trim(w, ".,") {
		case "it", "them", "that", "this", "these", "those":
			return true
		}
	}
	return false
}

// context adds to a vague task the sentence before it, or the rest of its own,
// and returns where the quote then begins.
func (r *reading) context(p *passage, s *sentence, a action, f *projectr.Fact) int {
	for i := range p.sentences {
		if &p.sentences[i] != s || i == 0 {
			continue
		}
		before := &p.sentences[i-1]
		if before.paragraph != s.paragraph || s.bullet && !before.bullet || s.start-before.end > 8 || len(before.toks) < 4 || before.question {
			break
		}
		f.Text = line1(f.Text + ": " + uncapital(r.clean(p, before)))
		return before.start
	}
	rest := a.end - a.verb
	if w, _, ok := p.calendar.deadline(s.dates(p)); ok {
		rest -= w.to - w.from + 2
	}
	if len(strings.Fields(f.Text)) == 1 && rest > 4 {
		f.Text = line1(f.Text + ": " + strings.TrimLeft(r.text[s.toks[a.verb+1].start:s.toks[a.end-1].end], " ,"))
	}
	return s.start
}

func (r *reading) ownerOf(p person) *string {
	if p.name == "" {
		return nil
	}
	return &p.name
}

// finite turns the first word back into its base form: "telling the tenant"
// becomes "Tell the tenant", "turns in" becomes "Turn in".
func (r *reading) finite(text string) string {
	first, rest, _ := strings.Cut(text, " ")
	low := lower(first)
	base := ""
	switch {
	case verbs[low]:
		return text
	case strings.HasSuffix(low, "ing"):
		stem := strings.TrimSuffix(low, "ing")
		switch {
		case verbs[stem]:
			base = stem
		case verbs[stem+"e"]:
			base = stem + "e"
		case len(stem) > 1 && stem[len(stem)-1] == stem[len(stem)-2]:
			base = stem[:len(stem)-1]
		}
	case strings.HasSuffix(low, "s") && (verbs[strings.TrimSuffix(low, "s")] || moreVerbs[strings.TrimSuffix(low, "s")]):
		base = strings.TrimSuffix(low, "s")
	}
	if base == "" {
		return text
	}
	return strings.TrimSpace(capital(base) + " " + rest)
}

// needed writes what is needed as something to do.
func needed(text string, toks []token, at int) string {
	first, rest, _ := strings.Cut(text, " ")
	switch {
	case lower(first) == "your" || lower(first) == "you":
		return "Provide " + rest
	case mentions(toks[at:], "ready"):
		return "Have " + uncapital(text)
	case mentions(toks[at:], "from"):
		return "Get " + uncapital(text)
	}
	return "Provide " + uncapital(text)
}

// plainFirst are nouns that often begin what is needed.
var plainFirst = set("name names confirmation list copy certificate conditional unconditional lien proof shop submittal submittals written formal flashing window windows door reinspection early crane early-warning color colour final temporary permit insurance samples sample product")

// uncapital undoes capital for text that goes behind a verb, where the first
// word is surely no name.
func uncapital(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if len(first) > 1 && strings.ToUpper(first) == first {
		return s
	}
	if w := lower(first); (commonWords[w] || verbs[w] || plainFirst[w] || strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing")) && w != "i" && !strings.HasPrefix(w, "i'") {
		return strings.ToLower(first[:1]) + s[1:]
	}
	return s
}

// priority is high when the mail says so, or when the day is close.
func priority(toks []token, dated bool, day, today time.Time) string {
	if mentions(toks, "urgent", "urgently", "asap", "immediately", "critical", "emergency") || dated && day.Sub(today) <= 24*time.Hour {
		return "high"
	}
	for i := range toks {
		if is(toks, i, "no") && is(toks, i+1, "rush") || is(toks, i, "when") && is(toks, i+1, "you") && is(toks, i+2, "get") {
			return "low"
		}
		if is(toks, i, "or") && is(toks, i+1, "we", "i", "the", "he", "they", "it") || is(toks, i, "otherwise") {
			return "high"
		}
	}
	return "normal"
}

// clean writes a whole sentence for people, without who is spoken to.
func (r *reading) clean(p *passage, s *sentence) string {
	toks := s.toks
	if _, begin := r.vocative(p, s); begin > 0 && begin > s.body && begin < len(toks) {
		toks = toks[begin:]
	}
	return clean(r.text, toks)
}

// decider says who decided: the subject before the cue, or, without one, of the sentence.
// Who is spoken to at its beginning is no subject of it.
func (r *reading) decider(p *passage, s *sentence, cue found) *string {
	toks := s.toks
	_, begin := r.vocative(p, s)
	if is(toks, begin, "ok", "okay", "yes", "approved", "go", "proceed", "waive") || p.directive && imperative(toks, begin) {
		return r.ownerOf(p.author)
	}
	first := 0
	if begin > s.body {
		first = begin
	}
	from := min(cue.from, len(toks)-1)
	if cue.weight == 0 {
		for from = min(begin, len(toks)-1); from < min(len(toks)-1, begin+3) && is(toks, begin, "the", "our", "your", "my", "and", "so", "but") && !toks[from].cap && !is(toks, from, "i", "we", "they", "he", "she") && !deciders[toks[from].low] && !thirdPerson(toks, from); {
			from++ // "the school district approves"
		}
		if is(toks, from+1, "to", "must", "should") || is(toks, from+1, "shall") && !is(toks, from, "i", "we") { // who is told to do it
			return nil
		}
	}
	for i := from; i >= max(first, from-4); i-- {
		switch {
		case is(toks, i, "i", "we", "i'm", "we're", "i've", "we've", "i'll", "we'll"):
			return r.ownerOf(p.author)
		case deciders[toks[i].low]:
			who := capital(toks[i].low)
			return &who
		case toks[i].cap && r.knows(toks[i].low):
			who, _, _ := r.who.resolve(r.text[toks[i].start:toks[i].end], p.near)
			return &who
		}
	}
	return nil
}

// deciders are words for who decides on a job.
var deciders = set("owner client architect engineer district tenant city contractor inspector")

// answersQuestion reports whether a sentence opens the answer to a question
// quoted right above it: "Yes to Saturday", "Owner.", "waive it".
func (r *reading) answersQuestion(s *sentence) bool {
	before := strings.TrimRight(r.text[:s.start], " \t\n\r")
	line := before[strings.LastIndexByte(before, '\n')+1:]
	if !strings.HasPrefix(strings.TrimSpace(line), ">") || !strings.Contains(line, "?") {
		return false
	}
	return len(s.toks) <= 24
}

// money finds the amounts of a sentence. In a row of a table each cell is read
// by itself too.
func (s *sentence) money() []money {
	found := findMoney(s.toks)
	for i := range s.cells {
		c := s.cells[i]
		from := 0
		for from < len(s.toks) && s.toks[from].start < c.start {
			from++
		}
		to := from
		for to < len(s.toks) && s.toks[to].end <= c.end {
			to++
		}
		if i == 0 || to == from {
			continue
		}
		m, ok := cellMoney(s.toks[from:to])
		if !ok {
			continue
		}
		m.from, m.to = m.from+from, m.to+from
		found = slices.DeleteFunc(found, func(o money) bool { return o.from >= from && o.to <= to })
		found = append(found, m)
	}
	return found
}

// unsureSum bounds the confidence of a fact whose sum can be another, as unsureDate does.
const unsureSum = 0.75

// budget emits each amount of the sentence.
func (r *reading) budget(p *passage, s *sentence) bool {
	any := false
	if unreal(s.toks) {
		return false
	}
	for _, m := range s.amounts {
		a := m.sum()
		conf := 0.93
		if m.bare {
			conf = 0.78
		}
		if m.unsure {
			conf = min(conf, unsureSum)
		}
		f := projectr.Fact{Kind: projectr.BudgetMention, Confidence: conf, Amount: &a, Text: r.amountText(s, m)}
		n := len(r.facts)
		r.emit(f, s.start, s.end)
		any = any || len(r.facts) > n
	}
	return any
}

// unreal reports whether a sentence tells what would have been.
func unreal(toks []token) bool {
	for i := range toks {
		switch {
		case is(toks, i, "would've", "wouldve", "could've", "woulda"):
			return true
		case is(toks, i, "would", "could") && is(toks, i+1, "have"), is(toks, i, "wouldn't", "couldn't") && is(toks, i+1, "have"):
			if w := lowAt(toks, i+2); is(toks, i+2, "been", "cost", "had", "run", "come", "gone", "made", "paid", "taken", "put") || strings.HasSuffix(w, "ed") && len(w) > 3 {
				return true
			}
		}
	}
	return false
}

// amountText says what an amount is for: its row of a table, or the clause that
// holds it.
func (r *reading) amountText(s *sentence, m money) string {
	toks := s.toks
	if len(s.cells) > 1 {
		at := toks[m.from].start
		name := strings.TrimSpace(r.text[s.cells[0].start:s.cells[0].end])
		amount := r.text[toks[m.from].start:toks[m.to-1].end]
		for i, c := range s.cells {
			if i > 0 && c.start <= at && at < c.end {
				if i < len(s.columns) && s.columns[i] != "" && len(s.cells) > 2 {
					return line1(name + ", " + s.columns[i] + ": " + amount)
				}
				return line1(name + ": " + amount)
			}
		}
	}
	from, to := m.from, m.to
	for from > 0 && !is(toks, from-1, ";", "—") && !(is(toks, from-1, ",") && toks[from].gap && m.from-from >= 2) && m.from-from < 18 {
		from--
	}
	for to < len(toks) && !is(toks, to, ";", "—") && !(is(toks, to, ",") && to+1 < len(toks) && toks[to+1].gap) && to-m.to < 12 {
		to++
	}
	return clean(r.text, toks[from:to])
}
