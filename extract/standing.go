package extract

import (
	"slices"
	"strings"

	"projectr"
)

// Whether money is agreed is told by the words around it. Refused, asked for and
// conditional approval is no approval; and what a job's papers say of its own
// sums (contract, paid, retained, left) is neither approved change nor exposure.
var (
	pendingCues = newCues(`
		9 please|kindly|pls approve|confirm|authorize|authorise|advise
		9 for|pending|awaiting|need|needs|requires|requesting|request your|the|his|her|their|owner|written? approval|authorization|authorisation|sign-off|signoff
		9 not|never|nobody|isn't|wasn't|hasn't|haven't|without yet? been? approved|agreed|authorized|authorised|accepted|signed|approval
		9 subject to
		9 if|once|until|unless|when you|it|they|we|he|she|approved?
		9 disputed|dispute|rejected|refused|declined|unsigned
	`)
	approvedCues = newCues(`
		9 approved|authorized|authorised|executed|countersigned|ratified
		8 accepted|agreed|awarded|signed
		9 go ahead
		9 please|pls? proceed
		9 notice to proceed
		9 we|owner|client|they will pay|accept|take
		9 we|i|owner|client can|could|will|shall|would|might|should|must? hereby|also|now? approve|accept|authorize|authorise
		9 owner|client approves|accepts
		9 not to exceed
		8 ok|okay|ok'd|okayed with|at|for|to
		7 good with|at|for|to
	`)
	ownSumCues = newCues(`
		9 contract|subcontract sum|value|price|amount
		9 original contract|contingency|budget|allowance
		9 final account
		9 paid|retainage|retention|retained|withheld|holding
		9 previous|previously payments|claimed|billed|paid
		9 payment|check|cheque|invoice|draw|deposit|claim|application|waiver
		9 completed|stored|remaining|remains|balance|left
		9 current payment due
		8 budget|contingency|allowance holds|is|of|remaining
		9 damages|lds|insurance|bond|gst|vat|tax
		9 would|could|should have saved|cost|been|come
	`)
	exposureCues = newCues(`
		8 cor|pco|rco|cop|ccn|variation|variations|backcharge|back-charge|backcharged|extra|extras|overrun|claim|claiming
		9 change|potential|proposed|cost order|change|impact
		8 comes|come|came to|in|out
		8 would|will|could|might|may be|cost|run|add
		8 quoted|quote|priced|price|pricing|estimate|estimated|estimating|proposal|premium|upcharge|adder|add
		8 subject to
		8 about|around|roughly|approximately|anticipate|carrying|carry|placeholder|allow|exposure
		8 additional|added|more|over|surcharge|fee|penalty|fine|fined|credit|deduct|deductive|saving|savings
		7 total add|change|pco|cor|cost
		7 costs|cost
	`)
	placeholderCues = newCues(`
		9 carrying|carry|placeholder|plug|until
		9 against allowance
	`)
)

// What stands in the way of an approval. Each has its reach: doubt and hearsay colour
// all that follows them, a negator or a future its own clause, and what takes an
// approval back the whole sentence.
var (
	negators = set("not never neither nor nobody none nothing no cannot without far deny denies denied denying hardly barely unable yet")
	futures  = set("will shall should would could might may gonna going tomorrow soon next need needs needed want wants require requires waiting wait awaiting almost nearly must get gets getting try trying")
	hearsay  = set(`think thinks thought believe believes believed guess guesses assume assumes assumed hope hopes hoped hoping expect expects expected suppose supposed
		say says said tell tells told hear hears heard claim claims claimed reckon reckons understand understood wonder wonders wondering ask asks asked asking seem seems
		doubt doubts suspect suspects wish wishes according if unless whether until once assuming rumour rumor pretend pretends impression illusion insist insists imply implies`)
	guesses      = set("apparently supposedly allegedly hopefully probably presumably maybe perhaps possibly reportedly likely principle partly partially tentatively conditionally provisionally")
	tookBack     = set("mistake mistakenly error erroneously ignore disregard void voided rescind rescinded revoke revoked withdrawn withdrew cancelled canceled retracted reversed overturned wrongly premature prematurely news")
	couldBe      = set("can could will shall would might should must")
	verdictWords = set(`approved approve approves accepted accept accepts agreed authorized authorised signed executed awarded
		rejected reject rejects rejecting denied deny denies refused refuse refuses declined decline declines waived withdrawn withdrew rescinded revoked voided disputed`)
	isOrNot  = set("is are was were isn't aren't wasn't weren't not")
	changes  = set("co cor pco ccn vo rfq order request variation amendment option")
	theRest  = set("rest others other remainder balance")
	speakers = set("i we you he she they who it nobody")
	refusals = set("rejected reject rejects rejecting denied deny denies refused refuse refuses refusing declined decline declines declining waived waive waives waiving withdrawn withdrew rescinded revoked voided")
	// newClause are the words that begin a clause behind a comma or an "and".
	newClause = set("i we you he she they it this that i'll we'll you'll it'll i'm we're you're he'll she'll they'll i've we've please can could will would do does did")
	// listed are the words between sums that one word approves together.
	listed   = set("co cor pco ccn vo change order orders variation number no for at and the plus also in amount")
	adverbs  = set("formally fully finally now also since already all both been being verbally officially")
	goAheads = set("go going proceed ok okay")
	// things are approved, signed and accepted as well, and what they cost is not by that.
	things = set(`permit permits submittal submittals rfi rfis inspection inspections drawing drawings plan plans sketch sketches minutes sample samples mockup mock-up
		delivery deliveries shipment package packages waiver waivers manufacturer manufacturer's manufacturers equal equals product products sealant vendor vendors supplier supplier's suppliers subcontractor subcontractors apology schedule budget
		design layout colour color finish method procedure inspect ticket tickets receipt report shop`)
	// prices are what of a change is approved.
	prices = set("co cor pco ccn vo change changes order orders variation variations proposal quote price cost costs amount sum credit increase extra extras amendment backcharge invoice draw fee")
	beings = set("is are was were be been got has have")
)

// all returns where each match stands; of those that begin with one word the longest.
func (c *cues) all(toks []token) []found {
	var out []found
	for i := range toks {
		var best found
		for _, list := range [2][]cue{c.byFirst.of(toks[i].id), c.others} {
			for _, q := range list {
				if end, ok := q.at(toks, i); ok && end > max(i, best.to) {
					best = found{q.weight, i, end}
				}
			}
		}
		if best.to > 0 {
			out = append(out, best)
		}
	}
	return out
}

// farWords are as many words as are looked at before and behind a sum.
const farWords = 80

// verdict is what the words of a sentence say of one of its sums.
type verdict struct {
	approved bool // a word of approval is the sum's, and nothing stands in its way
	blocked  bool // something does
	no       bool // refused, waived, "not $9,100", or what a change started from
	pending  bool // it is asked for, awaited or disputed
}

// parts are the clauses of a sentence, by token.
type parts struct {
	whole []int        // which clause it is of
	own   []int        // and which part of it, where each of several has a verdict of its own
	lead  []bool       // it stands before the first verdict of all, and may be of each
	verb  map[int]bool // parts with a verb of their own
}

// holds reports whether what token i says is said of the part of token at.
func (p parts) holds(i, at int) bool {
	return p.own[i] == p.own[at] || p.lead[i] && p.whole[i] == p.whole[at] && !p.verb[p.own[at]]
}

// partsOf tells the clauses of toks apart.
func partsOf(toks []token, sums []money) parts {
	out, n := make([]int, len(toks)), 0
	for i := range toks {
		switch {
		case i == 0:
		case is(toks, i, "but") && is(toks, i-1, "anything", "all"): // but a denial
		case is(toks, i, "but", "though", "although", "whereas", "while", "however", "because"):
			n++
		case is(toks, i-1, ";"), is(toks, i-1, ".", "!", "?") && toks[i].gap && toks[i].cap:
			n++
		case is(toks, i-1, "–", "—", "-") && toks[i].gap && toks[i-1].gap:
			n++
		case is(toks, i-1, ",", "and", "so") && newClause[toks[i].low]:
			n++
		}
		out[i] = n
	}
	p := parts{whole: out, lead: make([]bool, len(toks)), verb: map[int]bool{}}
	p.part(toks, sums)
	return p
}

// part parts clauses further where each of several sums or changes has a verdict
// of its own: "approved CO 5 at $6,400 and rejected CO 6", "CO 5 is approved, CO 6 is not".
// One that several share parts nothing.
func (p *parts) part(toks []token, sums []money) {
	subjects := make([]bool, len(toks)) // here begins a sum, or the name of a change
	for _, m := range sums {
		subjects[m.from] = true
	}
	for i := range toks {
		subjects[i] = subjects[i] || changes[toks[i].low] && namesChange(toks, i)
	}
	joint := func(i int) bool { return is(toks, i-1, ",", "and") }
	begins := func(i int) bool { // behind an article
		return joint(i) && (subjects[i] || is(toks, i, "the", "our", "your", "my", "change") && i+1 < len(toks) && (subjects[i+1] || is(toks, i+1, "change") && is(toks, i+2, "order")))
	}
	n, lead := 0, true
	p.own = make([]int, len(toks))
	subject, verdict := -1, -1 // the first of this part
	for i := range toks {
		if i > 0 && p.whole[i] != p.whole[i-1] {
			n++
			subject, verdict, lead = -1, -1, true
		}
		if subject >= 0 && verdict >= 0 && (joint(i) && verdictAt(toks, i) || begins(i) && hasVerdict(toks, p.whole, i, subject < verdict, joint, begins)) {
			n++
			subject, verdict = -1, -1
		}
		if subject < 0 && subjects[i] {
			subject = i
		}
		if verdict < 0 && verdictWords[toks[i].low] {
			verdict = i
		}
		lead = lead && verdict < 0
		p.own[i], p.lead[i] = n, lead
		p.verb[n] = p.verb[n] || !lead && is(toks, i, "is", "are", "was", "were", "has", "have")
	}
}

// hasVerdict reports whether what begins at i has a verdict of its own before the next one begins;
// where verdicts stand behind, one of several together is each one's own.
func hasVerdict(toks []token, clause []int, i int, behind bool, joint, begins func(int) bool) bool {
	for j := i + 1; j < len(toks) && clause[j] == clause[i]; j++ {
		switch {
		case joint(j) && verdictAt(toks, j), !behind && begins(j):
			return false
		case verdictWords[toks[j].low] || isOrNot[toks[j].low] || negates(toks[j].low):
			return true
		}
	}
	return false
}

// verdictAt reports whether a verdict begins at i: "rejected", "has rejected".
func verdictAt(toks []token, i int) bool {
	if is(toks, i, "has", "have") {
		i++
	}
	return i < len(toks) && verdictWords[toks[i].low]
}

// namesChange reports whether a word and a number behind it name a change: "CO 5", "PCO #14".
func namesChange(toks []token, i int) bool {
	return changeNumber(toks, i) >= 0
}

// changeNumber is where the number of a change stands, or -1.
func changeNumber(toks []token, i int) int {
	for i++; is(toks, i, "#", "no", ".", "number"); i++ {
	}
	if i < len(toks) && toks[i].kind == digits {
		return i
	}
	return -1
}

// aboutOthers reports whether what clause c says is about none of the sums of clause of: it
// has no sum, and names another change, or the rest.
func aboutOthers(toks []token, clause []int, c, of int) bool {
	names := func(c int, number string) (any, same bool) {
		for i := range toks {
			if clause[i] != c || !changes[toks[i].low] {
				continue
			}
			if at := changeNumber(toks, i); at >= 0 {
				any, same = true, same || toks[at].low == number
			}
		}
		return any, same
	}
	other := false
	for i := range toks {
		if clause[i] != c {
			continue
		}
		if theRest[toks[i].low] {
			return true
		}
		if at := changeNumber(toks, i); changes[toks[i].low] && at >= 0 {
			if _, same := names(of, toks[at].low); same {
				return false
			}
			other = true
		}
	}
	return other
}

// apart is how far a cue is from a sum: a mark or an "and" between them is as good as
// several words, and of two as near the one that a preposition ties to the cue is nearer.
func apart(toks []token, from, to int, m money) int {
	i, j, d := to, m.from, 0
	if m.to <= from {
		i, j, d = m.to, from, 1
	} else if m.from < to {
		return 0
	}
	for ; i < j; i++ {
		switch {
		case is(toks, i, ",", ";", ":", "and", "but", "–", "—"):
			d += 8
		default:
			d += 2
		}
	}
	return d
}

// verdicts reads what is said of each of the sums.
func verdicts(toks []token, sums []money) []verdict {
	out := make([]verdict, len(sums))
	parts := partsOf(toks, sums)
	clause := parts.own
	nearest := func(from, to int) int {
		best, least := -1, 0
		for k, m := range sums {
			if k+1 < len(sums) && sums[k+1].to <= from {
				continue // the next one is nearer
			}
			if best >= 0 && sums[best].from >= to {
				break
			}
			d := apart(toks, from, to, m)
			if clause[m.from] != clause[from] {
				d += 1000 // only where its own clause has none
			}
			if best < 0 || d < least {
				best, least = k, d
			}
		}
		return best
	}
	contrast := map[int]bool{} // a "not" that is of a sum alone
	for k, m := range sums {
		i := m.from - 1
		for i >= 0 && m.from-i < 7 && (toks[i].kind == digits || is(toks, i, "the", "for", "at", "on", "to", "of", "(", "#", "a", "her", "his", "their", "your", "our") || listed[toks[i].low] && !is(toks, i, "no", "and", "plus", "also")) {
			i--
		}
		switch {
		case is(toks, i, "not"), is(toks, i, "than") && is(toks, i-1, "rather"), is(toks, i, "instead"):
			out[k].no, contrast[i] = true, true
		case is(toks, m.from-1, "from") && is(toks, m.to, "to") && k+1 < len(sums):
			out[k].no = true
		}
	}
	for i := range toks { // "all but these are approved", told before what they are or with it
		n := excepts(toks, i)
		if n == 0 {
			continue
		}
		for k, m := range sums {
			switch {
			case m.from < i || parts.whole[m.from] != parts.whole[i]:
			case k == 0 || sums[k-1].from < i, together(toks, sums[k-1], m) && out[k-1].no:
				if at := changeBefore(toks, m.from); at < 0 || at > i && !anyMark(toks, i, at, ":") || names(toks, i+n, at) {
					out[k].no = true
				}
			default:
				out[k].no = names(toks, i+n, changeBefore(toks, m.from))
			}
		}
	}
	// mates calls f for a sum and those that are told together with it.
	mates := func(k int, f func(k int)) {
		f(k)
		for n := k + 1; n < len(sums) && clause[sums[n].from] == clause[sums[k].from] && together(toks, sums[n-1], sums[n]); n++ {
			f(n)
		}
		for n := k - 1; n >= 0 && clause[sums[n].from] == clause[sums[k].from] && together(toks, sums[n], sums[n+1]); n-- {
			f(n)
		}
	}
	for _, c := range pendingCues.all(toks) {
		k, in := nearest(c.from, c.to), clause[c.from]
		switch {
		case k < 0:
		case clause[sums[k].from] != in:
			for n := range sums {
				out[n].pending = out[n].pending || !aboutOthers(toks, clause, in, clause[sums[n].from])
			}
		case refuses(toks, c):
			mates(k, func(k int) { out[k].pending = true })
		default:
			leads := is(toks, c.from, "please", "kindly", "pls", "if", "once", "until", "unless", "when")
			for n, m := range sums {
				of := parts.whole[m.from] - parts.whole[c.from]
				out[n].pending = out[n].pending || of == 0 || of > 0 && leads
			}
		}
	}
	for i := range toks {
		if !refusals[toks[i].low] {
			continue
		}
		open := false
		for j := range toks {
			low := toks[j].low
			if j < i && parts.holds(j, i) && (negates(low) || futures[low] || hearsay[low]) || low == "?" && parts.whole[j] == parts.whole[i] {
				open = true
			}
		}
		if k := nearest(i, i+1); k >= 0 && !open && (clause[sums[k].from] == clause[i] || !aboutOthers(toks, clause, clause[i], clause[sums[k].from])) {
			mates(k, func(k int) { out[k].no = true })
		}
	}
	for i := range toks { // "CO 6 is not": what others are
		if k := nearest(i, i+1); k >= 0 && negates(toks[i].low) && !contrast[i] && clause[sums[k].from] == clause[i] && sums[k].to <= i && (i+1 == len(toks) || clause[i+1] != clause[i] || is(toks, i+1, ".", ",", ";", "yet")) {
			mates(k, func(k int) { out[k].blocked = true })
		}
	}
	for _, c := range approvedCues.all(toks) {
		k := nearest(c.from, c.to)
		if k < 0 {
			return out
		}
		if k+1 < len(sums) && sums[k+1].from == sums[k].to+1 && is(toks, sums[k].to, "to", "-", "–") {
			k++ // of a range, and of a change, the end
		}
		if out[k].no || ofThing(toks, parts, c, sums[k]) {
			continue
		}
		if isForm(toks, c.to) {
			out[k].blocked = true
			continue
		}
		if stands(toks, parts, contrast, c, sums, k) {
			out[k].approved = true
			for n := k + 1; n < len(sums) && c.to <= sums[k].from && together(toks, sums[n-1], sums[n]); n++ {
				out[n].approved = true
			}
			for n := k - 1; n >= 0 && is(toks, c.from-1, "are", "were", "both") && together(toks, sums[n], sums[n+1]); n-- {
				out[n].approved = true
			}
			continue
		}
		out[k].blocked = true
		for i := c.from; i < c.to; i++ { // "do not go ahead" refuses
			for j := max(0, i-3); goAheads[toks[i].low] && j < i; j++ {
				out[k].no = out[k].no || is(toks, j, "not", "cannot", "can't", "don't", "won't", "never") && !is(toks, len(toks)-1, "?")
			}
		}
	}
	return out
}

// excepts is how many words at i take what they name out of what is said: "except", "apart from".
func excepts(toks []token, i int) int {
	switch {
	case is(toks, i, "except", "excepting", "excluding", "excludes", "barring"):
		return 1
	case is(toks, i, "apart", "aside") && is(toks, i+1, "from"), is(toks, i, "other") && is(toks, i+1, "than"),
		is(toks, i, "all", "everything") && is(toks, i+1, "but"), is(toks, i, "exception") && is(toks, i+1, "of"):
		return 2
	}
	return 0
}

// changeBefore is where the number of the change stands that a sum at i is told of, or -1.
func changeBefore(toks []token, i int) int {
	for j := i - 1; j >= 0 && i-j < 8 && toks[j].kind != mark || j >= 0 && is(toks, j, "(", "#"); j-- {
		if changes[toks[j].low] {
			return changeNumber(toks, j)
		}
	}
	return -1
}

// names reports whether the number at i is among those listed from from on.
func names(toks []token, from, i int) bool {
	for j := from; i >= 0 && j < len(toks) && (toks[j].kind == digits || listed[toks[j].low] || changes[toks[j].low] || is(toks, j, "#", ",", "or", "pcos", "cos")); j++ {
		if toks[j].kind == digits && toks[j].low == toks[i].low {
			return true
		}
	}
	return false
}

// anyMark reports whether a mark stands between two tokens.
func anyMark(toks []token, from, to int, mark string) bool {
	for i := from; i < to; i++ {
		if is(toks, i, mark) {
			return true
		}
	}
	return false
}

// isForm reports whether what follows a word of approval shows that nobody gave it yet: the
// line of a form that is to be signed, what it hangs on, or what was agreed to be looked at.
func isForm(toks []token, i int) bool {
	if is(toks, i, "by") {
		for i++; is(toks, i, ":"); i++ {
		}
		return i >= len(toks) || is(toks, i, "_", ".", "date", "title", "signature", "name")
	}
	if is(toks, i, "to") && is(toks, i-1, "agreed") && i+1 < len(toks) {
		return talks[toks[i+1].low]
	}
	if is(toks, i, ",") {
		i++
	}
	return is(toks, i, "pending", "contingent", "conditional", "conditioned")
}

// talks are what is agreed to be done about money before it is agreed.
var talks = set("look inspect review discuss meet check talk consider revisit defer revise reprice quote submit negotiate disagree")

// ofThing reports whether a word of approval before a sum is of a thing, and not of money:
// "the permit was approved, we owe $2,300", "I signed the waiver for $58,000".
func ofThing(toks []token, p parts, c found, m money) bool {
	if m.from < c.to || !verdictWords[toks[c.to-1].low] {
		return false
	}
	if is(toks, c.to-1, "signed", "accepted") && things[lowAt(toks, m.to)] && !prices[lowAt(toks, m.to+1)] { // "he signed for the $4,000 delivery"
		return true
	}
	before := c.from - 1
	for before >= 0 && (adverbs[toks[before].low] || beings[toks[before].low]) {
		before--
	}
	noun := before
	for noun >= 0 && (toks[noun].kind == digits || is(toks, noun, "#", "-", ".")) { // RFI 12
		noun--
	}
	if before < c.from-1 || noun >= 0 && things[toks[noun].low] { // passive
		thing, price := false, false
		for i := before; i >= 0 && p.whole[i] == p.whole[c.from]; i-- {
			thing, price = thing || things[toks[i].low], price || prices[toks[i].low]
		}
		if thing && !price {
			return true
		}
	}
	thing := false
	for i := c.to; i < m.from; i++ {
		switch {
		case changes[toks[i].low], !thing && (prices[toks[i].low] || toks[i].kind == digits):
			return false
		}
		thing = thing || things[toks[i].low]
	}
	return thing
}

// refuses reports whether a match tells of a refusal, and does not ask.
func refuses(toks []token, c found) bool {
	for i := c.from; i < c.to; i++ {
		if refusals[toks[i].low] || negates(toks[i].low) || is(toks, i, "disputed", "dispute", "unsigned") {
			return true
		}
	}
	return false
}

// together reports whether two sums are of one list.
func together(toks []token, a, b money) bool {
	joined := false
	for i := a.to; i < b.from; i++ {
		if toks[i].kind == word && !listed[toks[i].low] {
			return false
		}
		joined = joined || is(toks, i, "and", "&", ",", "plus")
	}
	return joined
}

func negates(low string) bool { return negators[low] || strings.HasSuffix(low, "n't") }

// stands reports whether nothing stands in the way of an approval.
func stands(toks []token, p parts, contrast map[int]bool, c found, sums []money, k int) bool {
	m := sums[k]
	before := c.from - 1
	for before >= 0 && adverbs[toks[before].low] && !is(toks, before, "been") {
		if is(toks, before, "being") {
			return false
		}
		before--
	}
	if is(toks, before, "be", "get", "gets", "getting") || is(toks, before, "-") && is(toks, before-1, "pre", "non", "un") {
		return false
	}
	for i := c.from; i < c.to; i++ {
		if couldBe[toks[i].low] && !is(toks, c.to-1, "pay", "take") && !(is(toks, i, "will") && is(toks, c.to-1, "accept")) && !(is(toks, i, "can") && len(contrast) > 0) {
			return false
		}
	}
	if tooMuch(toks, m.to) {
		return false
	}
	last := max(c.to, m.to)
	for i := range toks {
		low := toks[i].low
		own := p.holds(i, c.from) || p.holds(i, m.from)
		whole := p.whole[i] == p.whole[c.from] || p.whole[i] == p.whole[m.from]
		switch {
		case i >= c.from && i < c.to, contrast[i]:
		case tookBack[low], guesses[low] && whole:
			return false
		case whole && low == "?", whole && low == "had" && i == 0, own && low == "but" && is(toks, i-1, "anything", "all"), own && low == "part" && is(toks, i-1, "in"):
			return false
		case hearsay[low] && (i < c.from || i > 0 && speakers[toks[i-1].low] && !is(toks, i, "ask", "asked", "asks") || whole && is(toks, i, "if", "unless", "until", "once", "assuming", "according")):
			return false
		case is(toks, i, "may") && toks[i].cap: // the month
		case own && low == "be" && i < c.from && p.own[i] != p.own[c.from]: // "will be rejected, and CO 6 approved"
			return false
		case own && futures[low] && (i < last || is(toks, i, "soon", "tomorrow")), own && strings.HasSuffix(low, "'ll"), own && strings.HasSuffix(low, "'d") && is(toks, i+1, "like", "be"):
			return false
		case !negates(low) || is(toks, i, "not") && is(toks, i+1, "to") && is(toks, i+2, "exceed"):
		case is(toks, i, "no") && is(toks, i-1, "co", "cor", "pco", "vo", "order"):
		case own && i < last:
			return false
		case own && !is(toks, i, "no") && !is(toks, i-1, ",", "and", "("):
			return false
		case !own && ofAnother(toks, p, i, sums, k):
		case is(toks, i+1, "by", "us", "ours", "me", "yet", "valid", "true", "really"):
			return false
		case i > last && afterBut(toks, p.whole, i):
			return false
		}
	}
	return true
}

// tooMuch reports whether what is said of the sum before token i turns it down, or lays it
// on somebody else: "we all agreed $6,400 is too much", "it was agreed that it is on you".
func tooMuch(toks []token, i int) bool {
	if is(toks, i, "for") { // "for CO 5"
		for end := i + 7; i < min(end, len(toks)) && !isOrNot[toks[i].low] && (toks[i].kind != mark || is(toks, i, "#", "-")); i++ {
		}
	}
	if !isOrNot[lowAt(toks, i)] && !is(toks, i, "seems", "seemed", "looks", "looked", "feels", "felt", "'s") {
		return false
	}
	for i++; is(toks, i, "way", "far", "just", "simply", "really", "much", "still", "quite", "rather", "completely", "totally", "all", "a", "bit", "little"); i++ {
	}
	return is(toks, i, "too", "excessive", "unreasonable", "unacceptable", "outrageous", "ridiculous", "steep", "high", "inflated", "wrong", "your", "yours", "theirs") ||
		is(toks, i, "on") && is(toks, i+1, "you", "your", "them", "him", "her") || is(toks, i, "out") && is(toks, i+1, "of")
}

// ofAnother reports whether what stands at i is said of another sum than the k-th, or of
// another change.
func ofAnother(toks []token, p parts, i int, sums []money, k int) bool {
	for n, m := range sums {
		if p.own[m.from] == p.own[i] {
			return n != k && p.own[i] != p.own[sums[k].from]
		}
	}
	return aboutOthers(toks, p.own, p.own[i], p.own[sums[k].from])
}

// afterBut reports whether the clause of token i takes back what was said before it.
func afterBut(toks []token, clause []int, i int) bool {
	for j := i; j >= 0 && clause[j] == clause[i]; j-- {
		if is(toks, j, "but", "though", "although", "however") {
			return true
		}
	}
	return false
}

// standing reads from the words of a budget mention whether its money is agreed: a
// cue is the nearest sum's of its clause. The price of a unit is nobody's total and
// has none, nor has a sum that can be another. Settled is a standing that the words tell outright.
func standing(toks []token, amount projectr.Amount) (s projectr.Standing, settled bool) {
	if amount.Per != "" {
		return "", true
	}
	sums := findMoney(toks)
	at := -1
	for k, m := range sums {
		if m.amount.Minor != amount.Minor {
			continue
		}
		if m.per != "" || m.unsure {
			return "", true
		}
		if at < 0 {
			at = k
		}
	}
	if len(toks) == 0 {
		return "", false
	}
	if at < 0 { // a sum that only its table tells
		sums, at = append(sums, money{from: len(toks) - 1, to: len(toks), amount: amount}), len(sums)
	}
	approved, _, _ := approvedCues.find(toks)
	own, _, _ := ownSumCues.find(toks)
	exposed, _, _ := exposureCues.find(toks)
	carried, _, _ := placeholderCues.find(toks)
	if carried > 0 {
		return projectr.Exposure, true
	}
	if len(toks) > 2*farWords { // nobody writes such a sentence to be read
		from, to := max(0, sums[at].from-farWords), min(len(toks), sums[at].to+farWords)
		toks, sums, at = toks[from:to], []money{{from: sums[at].from - from, to: sums[at].to - from, amount: amount}}, 0
		for _, m := range findMoney(toks) {
			if m.to <= sums[0].from || m.from >= sums[0].to {
				sums = append(sums, m)
			}
		}
		slices.SortFunc(sums, func(a, b money) int { return a.from - b.from })
		at = slices.IndexFunc(sums, func(m money) bool { return m.sum() == amount })
	}
	said := verdicts(toks, sums)
	v, elsewhere := said[at], false
	for k, o := range said {
		if sums[k].amount.Minor == amount.Minor { // said twice
			v.no, v.blocked, v.approved, v.pending = v.no || o.no, v.blocked || o.blocked, v.approved || o.approved, v.pending || o.pending
		} else {
			elsewhere = elsewhere || o.approved && !o.pending
		}
	}
	switch {
	case v.no:
		return "", true
	case v.approved && !v.blocked && !v.pending:
		return projectr.Approved, true
	case elsewhere && !v.blocked && !v.pending: // what else the sentence says is of the other sum
		return "", true
	case own > 0 && own >= exposed:
		return "", false
	case exposed > 0 || v.pending && approved > 0 || v.blocked && approved > 0.75:
		return projectr.Exposure, false
	}
	return "", false
}

// stand gives the budget mentions of a mail their standing. Where a mail has a
// total, the lines that it adds up are not counted beside it. A sum that is not proven
// has no standing, and takes none from others.
func stand(facts []projectr.Fact) {
	total := false
	settled := make([]bool, len(facts))
	toks := make([][]token, len(facts))
	for i := range facts {
		if facts[i].Kind != projectr.BudgetMention || facts[i].Amount == nil || facts[i].Proof == projectr.ValueMissing || facts[i].Proof == projectr.Unverified {
			continue
		}
		toks[i] = tokenise(facts[i].Quote, 0, len(facts[i].Quote))
		total = total || mentions(toks[i], "total", "totals") && !mentions(toks[i], "subtotal")
	}
	for i := range facts {
		if toks[i] == nil {
			continue
		}
		facts[i].Standing, settled[i] = standing(toks[i], *facts[i].Amount)
		if total && facts[i].Standing == projectr.Exposure && !mentions(toks[i], "total", "totals") {
			facts[i].Standing = ""
		}
		for j := range i { // of the two ends of a range the higher one counts
			if toks[j] == nil || facts[i].Standing == projectr.Approved || facts[j].Standing == projectr.Approved || facts[j].Start != facts[i].Start || facts[j].Standing == "" || facts[i].Standing == "" {
				continue
			}
			if facts[j].Amount.Minor < facts[i].Amount.Minor {
				facts[j].Standing = ""
			} else {
				facts[i].Standing = ""
			}
		}
		if total && facts[i].Standing == "" && !settled[i] && mentions(toks[i], "add", "pco", "cor", "change", "proposal", "price") && mentions(toks[i], "total") {
			facts[i].Standing = projectr.Exposure
		}
	}
}
