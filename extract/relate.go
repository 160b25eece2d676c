package extract

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"projectr"
)

// Relation is what a later fact has to do with an earlier one of the same thread and
// project.
type Relation uint8

// The relations. Where nothing is certain a fact is New: a wrong link hides a fact.
const (
	New     Relation = iota
	Repeats          // the same thing, and nothing new about it
	Changes          // the same thing, with another date, amount, owner, or taken back
)

// Relate says what the facts of a later mail have to do with f, which is one of the
// live facts of its thread and project, and by which of them: New and -1 when with
// none. It looks at what the facts say alone, so that the same facts always relate in
// the same way.
func Relate(f projectr.Fact, live []projectr.Fact) (Relation, int) {
	known := make([]*saying, len(live))
	for i := range live {
		known[i] = newSaying(&live[i])
	}
	return newSaying(&f).relate(known, nil)
}

// Link ties the facts that the mails of one thread say of one project, the oldest
// first: a fact that says what an earlier one said repeats it, and one that changes
// an earlier one supersedes it. It is a store.Linker.
//
// Only what is certain changes anything: a fact that is held, or whose quote was not
// found, neither hides nor replaces another until a person stands up for it, and one
// that is unsure replaces none. What a person confirmed or corrected stays: it repeats
// nothing and keeps its state; that a later fact says otherwise is only noted. What was
// rejected, or does not count any more, hides nothing.
func Link(facts []projectr.Fact) []projectr.Fact {
	out := slices.Clone(facts)
	var live []*saying // those that count, in their order
	for from := 0; from < len(out); {
		to := from + 1
		for to < len(out) && out[to].EmailID == out[from].EmailID {
			to++
		}
		var mail []*saying
		for i := from; i < to; i++ {
			if out[i].State != projectr.FactRejected && (judged(&out[i]) || out[i].Held == "" && out[i].Proof != projectr.Unverified) {
				mail = append(mail, newSaying(&out[i]))
			}
		}
		live = linkMail(live, mail)
		from = to
	}
	return out
}

// linkMail ties the facts of one mail to those before it, and returns what counts
// after it. Of two that could be tied to the same fact the one that says it word for
// word is.
func linkMail(live, mail []*saying) []*saying {
	type guess struct {
		r   Relation
		old *saying
	}
	var taken []*saying // no two facts of a mail are tied to one
	find := func(s *saying) guess {
		r, k := s.relate(live, taken)
		if r == New {
			return guess{}
		}
		return guess{r, live[k]}
	}
	guesses := make([]guess, len(mail))
	for i, s := range mail {
		guesses[i] = find(s)
	}
	for _, want := range []Relation{Repeats, Changes} {
		for _, exact := range []bool{true, false} {
			for i, s := range mail {
				g := &guesses[i]
				if g.r != New && slices.Contains(taken, g.old) {
					*g = find(s)
				}
				if g.r != want || exact && !s.same(g.old) {
					continue
				}
				if g.r == Changes {
					s.supersede(g.old)
				} else {
					s.repeat(g.old)
				}
				taken = append(taken, g.old)
				g.r = New
			}
		}
	}
	live = slices.DeleteFunc(live, func(s *saying) bool {
		return s.Repeats != nil || s.SupersededBy != nil && s.State == projectr.FactSuperseded
	})
	for _, s := range mail {
		if s.Repeats == nil {
			live = append(live, s)
		}
	}
	return live
}

// supersede puts s in the place of old. What a person judged stays as it is.
func (s *saying) supersede(old *saying) {
	old.SupersededBy, s.Supersedes, s.before = &s.ID, &old.ID, old
	if !judged(old.Fact) {
		old.State = projectr.FactSuperseded
	}
}

// repeat notes that s and old say the same: the earlier one counts, or the one that a
// person stood up for.
func (s *saying) repeat(old *saying) {
	if !judged(s.Fact) {
		s.Repeats = &old.ID
		old.repeated = append(old.repeated, s)
		return
	}
	if judged(old.Fact) {
		return // somebody says that both count
	}
	old.Repeats = &s.ID
	for _, again := range old.repeated {
		again.Repeats = &s.ID
	}
	s.repeated, old.repeated = append(old.repeated, old), nil
	if before := old.before; before != nil {
		old.Supersedes, s.Supersedes, s.before, before.SupersededBy = nil, &before.ID, before, &s.ID
	}
}

// judged reports whether a person stood up for a fact, if only to accept later that
// another one took its place.
func judged(f *projectr.Fact) bool {
	return f.State == projectr.FactConfirmed || f.State == projectr.FactCorrected || f.State == projectr.FactSuperseded
}

// saying is a fact as it is compared.
type saying struct {
	*projectr.Fact
	words    []string // what it is about, as stems, sorted
	around   []near   // for each, the words beside it
	ids      []string // numbers that name a thing: rtu1, 114, a601; sorted
	figures  []string // other numbers, sorted
	days     []time.Time
	amounts  []projectr.Amount
	negative bool
	change   bool // it has words that announce a change
	cancel   bool // and such that take back what was said

	before   *saying   // what it supersedes
	repeated []*saying // what repeats it
}

// near are the words that stand right before and right after another one; empty where
// something else does.
type near struct{ left, right string }

// changeCues are words that announce that something is not as it was said before.
var changeCues = newCues(`
	9 moved|move|pushed|push|shifted|bumped|slid|slipped|slips|postponed|delayed|rescheduled|reschedule|extended|advanced|changed|change|revised|updated|corrected|corrects|increased|reduced|raised|lowered|cut ..4 to|from|until|till|out|back|up|by
	9 rescheduled|postponed|delayed|reassigned
	9 revised|updated|corrected|new|adjusted date|deadline|total|price|amount|cost|schedule|quote|number|figure|plan|due
	9 instead
	9 rather than
	9 in place|lieu of
	9 is|are|will|it's|that's|comes|stands|at now
	9 now is|are|at|due|on|for|will|scheduled|set|comes|going
	9 no longer
	9 not ..4 but
	9 went|goes|go|down|up from|to $|#
	9 take|takes|taking over
	9 will handle|take ..3 instead|now
	9 correction
	9 make that|it
	9 replaces|replace|replacing|supersedes
	9 changed our|their|her|his mind|minds
`)

// cancelCues are words that take back what was said before.
var cancelCues = newCues(`
	9 scrap|scrapped|scrapping
	9 disregard
	9 cancel|cancels|cancelled|canceled|cancelling
	9 rescind|rescinded|revoke|revoked|withdraw|withdrawn
	9 forget about|the|my
	9 ignore my|the|our
	9 is|are|it's off
	9 called off
	9 call off
	9 no longer
	9 no need to|for
	9 instead
	9 instead of
	9 rather than
	9 in lieu of
	9 in place of
	9 changed our|their|her|his mind|minds
	9 reversed|reversing|overruled
	9 hold off on
	9 will not be|do|use|go|proceed|install|need
	9 won't be|do|use|go|proceed|install|need
	9 not going to|ahead|with
	9 replaces|replace|replacing|supersedes
`)

// empty are words that say nothing of what a fact is about: of grammar, courtesy and
// reminding, and those that announce a change.
var empty = set(`a an the and or but so if when while then than that this these those there here it its it's he she they them him her we us our you your i me my mine their his who whom which what
	is are was were be been being am do does did done has have had having will would shall should can could may might must let let's lets to of in on at by for from with without into onto over under about as per via
	up out off down until till before after during between within through not no nor n't don't doesn't didn't won't can't isn't aren't wasn't all any some each please pls kindly just also still again too very
	reminder remind reminding following follow followup friendly quick note noted mentioned discussed agreed per asap soon today tomorrow yesterday tonight now later already yet sure ok okay thanks thank
	need needs needed want wants wanted like go goes going come comes back make makes sure know hear update updates
	date dates day days time deadline due schedule scheduled scheduling plan planned set week weeks month months morning afternoon noon eod cob am pm end early late latest close business
	move moved moving push pushed shift shifted bump bumped slide slid slip slipped postpone postponed delay delayed reschedule rescheduled extend extended change changed changes revise revised corrected correction
	instead rather lieu place longer scrap scrapped disregard cancel cancelled canceled cancels rescind rescinded revoke withdraw forget ignore called call hold mind minds reverse reversed replaces replace replacing
	first second third fourth new one two three four five six seven eight nine ten copy`)

// synonyms are words that people use for one another when they repeat themselves.
var synonyms = func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(`send get provide submit forward email e-mail transmit share supply furnish return resend
confirm verify check
approve accept okay
start begin commence
finish complete wrap
fix repair
buy order purchase
review look
install hang
cost price total amount`) {
		words := strings.Fields(line)
		for _, w := range words {
			m[rootOf(w)] = rootOf(words[0])
		}
	}
	return m
}()

// idWords are words behind which a number names a thing.
var idWords = set(`# no number nr rfi co cor pco asi po room rm unit level floor door window sheet lot bldg building phase ph rev revision grid gridline line bay suite apt invoice submittal item section spec area zone stair elevator rtu ahu vav panel permit job project pay app application detail wall column footing pier bid package alternate alt option wing tower block order unit area pile page note drawing dwg change`)

func newSaying(f *projectr.Fact) *saying {
	s := &saying{Fact: f}
	text, quote := tokenise(f.Text, 0, len(f.Text)), tokenise(f.Quote, 0, len(f.Quote))
	values := quote
	if f.Kind == projectr.ActionItem || f.Kind == projectr.BudgetMention { // of the sentence it is only a part
		values = text
	}
	taken := s.values(values, f.At)
	if len(values) > 0 && len(text) > 0 && &values[0] != &text[0] {
		taken = new(saying).values(text, f.At)
	}
	if f.Deadline != nil {
		if day, err := time.Parse(time.DateOnly, *f.Deadline); err == nil {
			s.days = append(s.days, day)
		}
	}
	if f.Amount != nil {
		s.amounts = append(s.amounts, *f.Amount)
	}
	s.about(f.Text, text, taken)
	w, _, _ := changeCues.find(quote)
	s.change = w > 0 || f.Kind == projectr.TimelineChange
	w, _, _ = cancelCues.find(quote)
	s.cancel = w > 0
	for _, t := range text {
		s.negative = s.negative || t.low == "not" || t.low == "never" || t.low == "no" || strings.HasSuffix(t.low, "n't") || t.low == "cannot"
	}
	return s
}

// values notes the days and amounts that stand in toks, and returns which tokens they
// take up.
func (s *saying) values(toks []token, at time.Time) []bool {
	taken := make([]bool, len(toks))
	if at.IsZero() {
		at = time.Unix(0, 0).UTC()
	}
	for _, w := range newCalendar(at, toks).find(toks) {
		for i := w.from; i < w.to && i < len(toks); i++ {
			taken[i] = true
		}
		s.days = append(s.days, w.day, w.last)
	}
	for _, m := range findMoney(toks) {
		for i := m.from; i < m.to && i < len(toks); i++ {
			taken[i] = true
		}
		if s.Fact == nil || s.Kind != projectr.BudgetMention { // its own amount is the one that counts
			s.amounts = append(s.amounts, m.sum())
		}
	}
	return taken
}

// about notes what a fact is about: its words, and the numbers that are no values.
func (s *saying) about(text string, toks []token, taken []bool) {
	around := map[string]near{}
	last := ""
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		if taken[i] {
			last = ""
			continue
		}
		if i > 0 && !t.gap && t.kind == mark && t.low != "-" && t.low != "/" {
			last = ""
		}
		// Letters and figures that are joined name a thing: A-601, RTU-1, 24-117.
		end, digit, letter := i, false, false
		for end < len(toks) && (end == i || !toks[end].gap) && (toks[end].kind != mark || is(toks, end, "-", ".") && end+1 < len(toks) && !toks[end+1].gap && end > i) && !taken[end] {
			digit = digit || toks[end].kind == digits
			letter = letter || toks[end].kind == word
			end++
		}
		switch {
		case digit && (letter || end-i >= 3 && !is(toks, i+1, ".") || i > 0 && idWords[toks[i-1].low]):
			id := strings.ToLower(strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					return r
				}
				return -1
			}, text[t.start:toks[end-1].end]))
			s.ids = append(s.ids, strings.TrimLeft(id, "0"))
			i = end - 1
			last = ""
			continue
		case t.kind == word && t.cap && len(t.low) == 1 && i > 0 && idWords[toks[i-1].low]: // building C
			s.ids = append(s.ids, t.low)
			last = ""
			continue
		case t.kind == digits:
			s.figures = append(s.figures, t.low)
			last = ""
			continue
		case t.kind != word || len(t.low) < 2 || empty[t.low]:
			if t.kind == word {
				last = ""
			}
			continue
		}
		w := rootOf(t.low)
		if same, ok := synonyms[w]; ok {
			w = same
		}
		n := around[w]
		n.left = cmp.Or(n.left, last)
		around[w] = n
		if last != "" {
			n := around[last]
			n.right = cmp.Or(n.right, w)
			around[last] = n
		}
		last = w
	}
	s.words = slices.Sorted(maps.Keys(around))
	for _, w := range s.words {
		s.around = append(s.around, around[w])
	}
	slices.Sort(s.ids)
	slices.Sort(s.figures)
	s.ids, s.figures = slices.Compact(s.ids), slices.Compact(s.figures)
}

// rootOf takes the common endings off a word.
func rootOf(w string) string {
	w = strings.TrimSuffix(w, "'s")
	for _, end := range []string{"ing", "ied", "ies", "ed", "es", "s"} {
		if s, ok := strings.CutSuffix(w, end); ok && len(s) >= 3 && !strings.HasSuffix(w, "ss") {
			w = s
			if end == "ied" || end == "ies" {
				w += "y"
			}
			if n := len(w); n >= 4 && w[n-1] == w[n-2] && w[n-1] != 'l' && w[n-1] != 's' && (end == "ing" || end == "ed") {
				w = w[:n-1]
			}
			break
		}
	}
	return strings.TrimSuffix(w, "e")
}

// relate finds the fact among known that s has to do with: one it repeats before one
// it changes, and of several the latest. Where too little is said to tell one of
// several from the others, it is none of them. Those that are taken are left out.
func (s *saying) relate(known, taken []*saying) (Relation, int) {
	sure, perhaps, several := -1, -1, false
	for k, old := range slices.Backward(known) {
		if old.EmailID == s.EmailID && s.EmailID != "" || slices.Contains(taken, old) {
			continue
		}
		if old.State != projectr.FactSuperseded && s.repeats(old) {
			return Repeats, k
		}
		if old.SupersededBy != nil {
			continue // what came in its place is asked
		}
		switch s.changes(old) {
		case 2:
			if sure < 0 {
				sure = k
			}
		case 1:
			several = perhaps >= 0
			perhaps = k
		}
	}
	switch {
	case sure >= 0:
		return Changes, sure
	case perhaps >= 0 && !several:
		return Changes, perhaps
	}
	return New, -1
}

// same reports whether two facts say the same word for word.
func (s *saying) same(old *saying) bool {
	return s.Kind == old.Kind && s.Text == old.Text
}

// repeats reports whether s says what old said and nothing new.
func (s *saying) repeats(old *saying) bool {
	if s.Kind != old.Kind || s.cancel && !old.cancel || old.DoneAt != nil && s.At.After(*old.DoneAt) {
		return false // who asks again for what was done says that it was not
	}
	if !sameWho(s.Owner, old.Owner) || !within(s.days, old.days) || !within(s.amounts, old.amounts) || !within(s.figures, old.figures) || !within(s.ids, old.ids) || s.negative != old.negative {
		return false
	}
	if s.Kind == projectr.BudgetMention && !sameAmount(s.Amount, old.Amount) {
		return false
	}
	if s.Text == old.Text && (len(s.words) > 1 || s.Quote == old.Quote && s.At.Equal(old.At)) {
		return true
	}
	common := inBoth(s.words, old.words)
	if common < len(s.words) || common == 0 || len(s.ids) < len(old.ids) && common < len(old.words) {
		return false
	}
	return (common >= 2 || len(s.ids) > 0) && common*2 >= len(old.words)
}

// changes says how certainly s says otherwise what old said: 0 not at all, 1 if old is
// the only one that can be meant, 2 for sure.
func (s *saying) changes(old *saying) int {
	if !judged(s.Fact) && (s.Proof != projectr.Verified || s.Confidence < projectr.SureEnough) {
		return 0
	}
	common := inBoth(s.words, old.words)
	sharedID := inBoth(s.ids, old.ids) > 0
	if common == 0 || len(s.ids) > 0 && len(old.ids) > 0 && !sharedID || s.contrasts(old) {
		return 0
	}
	covers := common*5 >= 3*min(len(s.words), len(old.words))
	strength := 0
	switch {
	case common >= 2 && covers || sharedID && covers:
		strength = 2
	case common == len(s.words):
		strength = 1
	default:
		return 0
	}
	planned := func(k projectr.FactKind) bool {
		return k == projectr.Decision || k == projectr.TimelineChange || k == projectr.ScopeChange
	}
	twin := s.Kind == old.Kind || planned(s.Kind) && planned(old.Kind)
	newDay := len(s.days) > 0 && len(old.days) > 0 && !within(s.days, old.days)
	close := common*5 >= 4*len(s.words) && common*5 >= 4*len(old.words) && common >= 2
	switch {
	case s.Kind == projectr.KeyPoint || s.Kind == projectr.Risk || old.Kind == projectr.KeyPoint || old.Kind == projectr.Risk:
		return 0
	case s.Kind == projectr.BudgetMention || old.Kind == projectr.BudgetMention:
		if s.Kind != old.Kind || s.Amount == nil || old.Amount == nil || s.Amount.Currency != old.Amount.Currency || s.Amount.Minor == old.Amount.Minor || !s.change {
			return 0
		}
		return strength
	case s.Kind == projectr.ActionItem && old.Kind == projectr.ActionItem:
		switch {
		case newDay && sameWho(s.Owner, old.Owner) && (s.change || close):
			return strength
		case close && s.change && s.Owner != nil && old.Owner != nil && !sameWho(s.Owner, old.Owner):
			return strength
		}
		return 0
	case old.Kind == projectr.ActionItem: // what was asked for is taken back
		if s.cancel && planned(s.Kind) && len(s.days) == 0 && common*2 >= len(old.words) {
			return strength
		}
		return 0
	case !twin:
		return 0
	case newDay && s.change:
		return strength
	case s.cancel && (common*2 >= len(old.words) || strength == 1):
		return strength
	case s.negative != old.negative && close && s.Kind == old.Kind:
		return strength
	case s.change && len(s.figures) > 0 && len(old.figures) > 0 && !within(s.figures, old.figures) && s.Kind == old.Kind:
		return strength
	}
	return 0
}

// contrasts reports whether the same word has different words beside it in both:
// "north entrance" and "south entrance" are two things, however much else agrees.
func (s *saying) contrasts(old *saying) bool {
	has := func(words []string, w string) bool {
		_, ok := slices.BinarySearch(words, w)
		return ok
	}
	for i, w := range s.words {
		k, ok := slices.BinarySearch(old.words, w)
		if !ok {
			continue
		}
		a, b := s.around[i], old.around[k]
		for _, side := range [2][2]string{{a.left, b.left}, {a.right, b.right}} {
			if side[0] != "" && side[1] != "" && side[0] != side[1] && !has(old.words, side[0]) && !has(s.words, side[1]) {
				return true
			}
		}
	}
	return false
}

// sameWho reports whether a can be the same person as b, who is named more fully or
// as fully; nobody in particular can be anybody.
func sameWho(a, b *string) bool {
	if a == nil || b == nil || *a == *b || *a == "all recipients" || *b == "all recipients" {
		return true
	}
	x, y := nameWords(*a), nameWords(*b)
	if len(x) > len(y) {
		x, y = y, x
	}
	for _, w := range x {
		if !slices.Contains(y, w) {
			return false
		}
	}
	return len(x) > 0
}

// inBoth counts what two sorted lists have in common.
func inBoth(a, b []string) int {
	n := 0
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch c := strings.Compare(a[i], b[k]); {
		case c < 0:
			i++
		case c > 0:
			k++
		default:
			n, i, k = n+1, i+1, k+1
		}
	}
	return n
}

// within reports whether everything of a is in b.
func within[K comparable](a, b []K) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}
