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
	acts := r.actions(p, s)
	scale := 1.0
	if p.forwarded {
		scale = 0.95
	}
	decided := r.decision(p, s, index, scale)
	scoped := r.simple(p, s, projectr.ScopeChange, scopeCues, scale)
	money := r.budget(p, s, scale)
	timed := r.timeline(p, s, scale)
	risky := r.risk(p, s, scale)
	if !acts && !decided && !scoped && !money && !timed && !risky {
		r.keyPoint(p, s, index, scale)
	}
	r.affects(s)
	r.answerWanted(p, s, acts)
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
func (r *reading) actions(p *passage, s *sentence) bool {
	if r.rowAction(p, s) {
		return true
	}
	acts := r.findActions(p, s)
	if len(acts) == 0 && s.bullet && r.list.items && workHeading(s.heading) && !strings.Contains(s.heading, "what happens") && !strings.Contains(s.heading, "before then") {
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
	if end-i < 2 {
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

// emitAction makes a fact of an action.
func (r *reading) emitAction(p *passage, s *sentence, a action) bool {
	toks := s.toks
	f := projectr.Fact{Kind: projectr.ActionItem, Confidence: a.confidence}
	dates := s.dates(p)
	w, day, dated := p.calendar.deadline(dates)
	var due *when
	if dated {
		f.Deadline = date(day)
		shifted := w
		shifted.from -= a.verb
		shifted.to -= a.verb
		due = &shifted
		f.Confidence = w.bound(f.Confidence)
	} else if then(toks) >= 0 && !p.lastDate.IsZero() && !p.lastDate.Before(p.calendar.today) {
		f.Deadline, f.Confidence = date(p.lastDate), p.lastWhen.bound(f.Confidence)
	} else if s.bullet && strings.Contains(s.heading, "then") && !p.lastDate.IsZero() {
		f.Deadline, f.Confidence = date(p.lastDate), p.lastWhen.bound(f.Confidence)
	} else if (s.bullet || s.loose) && !r.list.deadline.IsZero() && !a.author {
		f.Deadline, f.Confidence = date(r.list.deadline), r.list.due.bound(f.Confidence)
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
		f.Owner = &p.addressee
	}
	if f.Owner != nil && *f.Owner == "" {
		f.Owner = nil
	}
	f.Priority = priority(toks, dated, day, p.calendar.today)
	if p.forwarded {
		f.Confidence *= 0.9
	}
	n := len(r.facts)
	r.emit(f, from, s.end)
	if a.asks && !p.forwarded {
		r.wantsAnswer = true
	}
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
	case strings.HasSuffix(low, "s") && verbs[strings.TrimSuffix(low, "s")]:
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

// decision emits what was decided.
func (r *reading) decision(p *passage, s *sentence, index int, scale float64) bool {
	if s.question {
		return false
	}
	toks := s.toks
	w, from, to := decisionCues.find(toks)
	if is(toks, to-2, "instead") && is(toks, to-1, "of") && r.dateAt(p, toks, to) {
		w = 0 // a day instead of another: the schedule
	}
	if p.answers && !p.forwarded && r.answersQuestion(s) {
		w = max(w, 0.82)
	}
	if p.directive && imperative(toks, s.body) && !is(toks, s.body, "do", "don't", "dont") && !mentions(toks, "me", "us", "please", "pls") {
		w = max(w, 0.82)
	}
	if w == 0 {
		return false
	}
	if no, at, _ := undecided.find(toks); no > 0 && at <= from+1 {
		return false
	}
	if is(toks, 0, "if", "unless", "whether") || hypothetical(toks) {
		return false
	}
	f := projectr.Fact{Kind: projectr.Decision, Confidence: w * scale, Text: r.clean(p, s)}
	f.MadeBy = r.decider(p, s, from)
	n := len(r.facts)
	r.emit(f, s.start, s.end)
	return len(r.facts) > n
}

// dateAt reports whether a date begins at token i.
func (r *reading) dateAt(p *passage, toks []token, i int) bool {
	if i >= len(toks) {
		return false
	}
	_, ok := p.calendar.at(toks, i)
	return ok
}

// clean writes a whole sentence for people, without who is spoken to.
func (r *reading) clean(p *passage, s *sentence) string {
	toks := s.toks
	if _, begin := r.vocative(p, s); begin > 0 && begin > s.body && begin < len(toks) {
		toks = toks[begin:]
	}
	return clean(r.text, toks)
}

// decider says who decided: the subject before the cue.
func (r *reading) decider(p *passage, s *sentence, at int) *string {
	toks := s.toks
	if is(toks, s.body, "ok", "okay", "yes", "approved", "go", "proceed", "waive") || p.directive && imperative(toks, s.body) {
		return r.ownerOf(p.author)
	}
	for i := min(at, len(toks)-1); i >= max(0, at-4); i-- {
		switch {
		case is(toks, i, "i", "we", "i'm", "we're", "i've", "we've"):
			return r.ownerOf(p.author)
		case is(toks, i, "owner", "client", "architect", "engineer", "district", "tenant", "city", "contractor", "inspector"):
			who := capital(toks[i].low)
			return &who
		case toks[i].cap && r.knows(toks[i].low):
			who, _, _ := r.who.resolve(r.text[toks[i].start:toks[i].end], p.near)
			return &who
		}
	}
	return nil
}

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

// simple emits a fact of a kind that one table decides.
func (r *reading) simple(p *passage, s *sentence, kind projectr.FactKind, table cues, scale float64) bool {
	w, _, _ := table.find(s.toks)
	if w == 0 || s.question && w < 0.9 && kind != projectr.ScopeChange {
		return false
	}
	n := len(r.facts)
	r.emit(projectr.Fact{Kind: kind, Confidence: w * scale, Text: r.clean(p, s)}, s.start, s.end)
	return len(r.facts) > n
}

// timeline emits a change of the schedule.
func (r *reading) timeline(p *passage, s *sentence, scale float64) bool {
	w, _, _ := timelineCues.find(s.toks)
	if is(s.toks, s.body, "if", "unless") {
		return false // what would be: a risk
	}
	dates := s.dates(p)
	if w < 0.9 && w > 0 && len(dates) == 0 && !mentionsNumber(s.toks) && !mentions(s.toks, "schedule", "week", "delayed", "late", "path") {
		return false
	}
	if w == 0 {
		return false
	}
	return r.simple(p, s, projectr.TimelineChange, timelineCues, scale)
}

func mentionsNumber(toks []token) bool {
	for i := range toks {
		if toks[i].kind == digits || smallNumbers[toks[i].low] > 1 {
			return true
		}
	}
	return false
}

func (r *reading) risk(p *passage, s *sentence, scale float64) bool {
	toks := s.toks
	if s.question || mentions(toks, "nobody", "one") && mentions(toks, "hurt", "injured") || mentions(toks, "no") && mentions(toks, "injuries") {
		return false
	}
	for i := range toks {
		if is(toks, i, "risk") && is(toks, i-1, "builder's", "builders", "low", "no", "little", "any") {
			return false
		}
	}
	return r.simple(p, s, projectr.Risk, riskCues, scale)
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

// budget emits each amount of the sentence.
func (r *reading) budget(p *passage, s *sentence, scale float64) bool {
	any := false
	for _, m := range s.amounts {
		a := m.amount
		conf := 0.93
		if m.bare {
			conf = 0.78
		}
		f := projectr.Fact{Kind: projectr.BudgetMention, Confidence: conf * scale, Amount: &a, Text: r.amountText(s, m)}
		n := len(r.facts)
		r.emit(f, s.start, s.end)
		any = any || len(r.facts) > n
	}
	return any
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

// keyPoint emits a sentence that says a fact of the job and was nothing else.
func (r *reading) keyPoint(p *passage, s *sentence, index int, scale float64) {
	toks := s.toks
	if s.question || len(toks) < 4 {
		return
	}
	w, _, _ := factual.find(toks)
	dates := s.dates(p)
	for _, d := range dates {
		if w == 0 && !d.last.Before(p.calendar.today) && len(toks) >= 6 && d.prep != by && !mentions(toks, "i'm", "i", "vacation") {
			w = 0.65
		}
	}
	if w == 0 {
		return
	}
	count := 0
	for _, f := range r.facts {
		if f.Kind == projectr.KeyPoint {
			count++
		}
	}
	if count >= 4 {
		return
	}
	r.emit(projectr.Fact{Kind: projectr.KeyPoint, Confidence: w * scale, Text: r.clean(p, s)}, s.start, s.end)
}

// answerWanted notes whether somebody waits for an answer.
func (r *reading) answerWanted(p *passage, s *sentence, acted bool) {
	toks := s.toks
	if p.forwarded {
		return
	}
	if s.question && !acted && len(toks) > 2 {
		r.wantsAnswer = true
		return
	}
	if !acted {
		return
	}
	for i := len(r.facts) - 1; i >= 0; i-- {
		f := r.facts[i]
		if f.Kind != projectr.ActionItem || f.End != r.at.runes(s.end) {
			continue
		}
		if f.Owner != nil && p.author.name == *f.Owner {
			continue
		}
		verb, rest, _ := strings.Cut(lower(f.Text), " ")
		verb = strings.TrimRight(verb, ",.:")
		if s.bullet && !s.question && !mentions(toks, "please", "pls", "me", "us") {
			continue
		}
		for i := range toks {
			if is(toks, i, "to") && is(toks, i+1, "me", "us", "know") && !p.group && (f.Owner != nil && *f.Owner == p.addressee || is(toks, i+1, "know") && is(toks, i-1, "need")) {
				r.wantsAnswer = true
			}
		}
		switch verb {
		case "rsvp", "confirm", "advise", "instruct", "respond", "reply", "answer", "quote", "clarify", "confírmame":
			r.wantsAnswer = true
		case "send", "provide", "get", "have", "let", "forward", "return", "check", "pick", "choose", "decide", "approve", "handle", "call", "email", "e-mail":
			if p.group && !s.question && !mentions(toks, "your") {
				break
			}
			if f.Owner != nil && *f.Owner != p.addressee && !p.group {
				break
			}
			if verb == "let" && !strings.HasPrefix(rest, "me") && !strings.HasPrefix(rest, "us") || verb == "call" && !mentions(toks, "me", "us", "your") {
				break
			}
			r.wantsAnswer = true
		}
	}
}
