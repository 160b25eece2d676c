package extract

// isMinus reports whether token i is a minus sign, in any of the forms in which one is typed.
func isMinus(toks []token, i int) bool {
	return is(toks, i, "-", "−", "–", "‐", "‑", "﹣", "－")
}

// minusBehind reports whether a minus stands at token i behind a sum, as ledgers write
// it: "$300-". Before another word it is a dash.
func minusBehind(toks []token, i int) bool {
	return i > 0 && isMinus(toks, i) && !toks[i].gap && (i+1 >= len(toks) || toks[i+1].gap && toks[i+1].kind == mark && currencySigns[toks[i+1].low] == "")
}

// takers are the words that take a sum off, and how they hold on to it: of "a credit
// of", "reduced by", "less".
var takers = map[string]taker{
	"credit": takerNoun, "credits": takerNoun, "credited": takerNoun, "crediting": takerNoun, "deduct": takerNoun, "deducts": takerNoun, "deducted": takerNoun, "deducting": takerNoun,
	"deduction": takerNoun, "deductions": takerNoun, "deductive": takerNoun, "saving": takerNoun, "savings": takerNoun,
	"discount": takerOf, "discounts": takerOf, "rebate": takerOf, "rebates": takerOf, "refund": takerOf, "refunds": takerOf, "refunded": takerOf, "reduction": takerOf, "reductions": takerOf,
	"reduce": takerBy, "reduced": takerBy, "reduces": takerBy, "reducing": takerBy, "decrease": takerBy, "decreased": takerBy, "decreases": takerBy, "decreasing": takerBy, "lower": takerBy, "lowered": takerBy, "lowers": takerBy, "lowering": takerBy, "cut": takerBy, "cuts": takerBy, "cutting": takerBy,
	"less": takerSelf, "minus": takerSelf, "negative": takerSelf,
}

type taker uint8

const (
	takerNoun taker = iota + 1 // whatever ties it to the sum
	takerOf                    // not with "to": "a reduction to $500" leaves that much
	takerBy                    // only with "by" or "of"
	takerSelf                  // right before the sum
)

// ofCredit are the words behind "credit" that make it no sum taken off.
var ofCredit = set("card cards limit limits line lines hold holds check checks rating score report union application applications terms agency bureau facility")

// toSum are the words between what takes a sum off and the sum.
var toSum = set(`a an the of is was be been are were about around approximately approx roughly some another additional full back you us them him her me your our amount in for by at to
	will would comes came come out total totaling totalling worth memo memos note notes invoice change order orders only just over nearly almost up`)

// links are those that a clause about a credit can end with: "the credit for the soffit is".
var links = set("of is was at to by : =")

// takenOff reports whether the words before the sum at token i take it off: "a credit of",
// "Deduct", "less", "Credit for the soffit:".
func takenOff(toks []token, i int) bool {
	if reducedBy(toks, i) {
		return true
	}
	to, by, link, words := false, false, false, 0
	k := i - 1
	for ; k >= 0 && k > i-9; k-- {
		low := toks[k].low
		if how := takers[low]; how != 0 {
			return takes(toks, k, how, to, by, words)
		}
		if is(toks, k, "off") && is(toks, k-1, "take", "takes", "took", "knock", "knocked") && words == 0 {
			return true
		}
		if toks[k].kind == mark && !is(toks, k, ":", "=") && !(is(toks, k, ".") && (is(toks, k-1, ".") || is(toks, k+1, "."))) || toks[k].kind == digits || toks[k].kind == word && !toSum[low] {
			break
		}
		to = to || low == "to" && !is(toks, k-1, "comes", "came", "come")
		by = by || low == "by" || low == "of"
		link = link || links[low] || low == "."
		if toks[k].kind == word && !is(toks, k, "a", "an", "the", "another", "your", "our") {
			words++
		}
	}
	if !link {
		return false
	}
	// "The credit for the deleted soffit is $4,300", "Deduct for door 104: $1,200".
	for end := k - 9; k >= 0 && k > end && (toks[k].kind != mark || is(toks, k, "-", "'", "#")); k-- {
		if is(toks, k, "contract", "total", "balance", "price", "sum", "net", "remaining", "cost", "costs", "owe", "owes", "owed", "left", "and", "but", "if", "while") {
			return false
		}
		if how := takers[toks[k].low]; how == takerNoun || how == takerOf {
			return !to && takes(toks, k, how, to, by, 0) && (is(toks, k+1, "for", "on", "against", "to", "toward", "towards") || is(toks, k, "deduct", "deductive"))
		}
	}
	return false
}

// roughly are words between "by" and a sum.
var roughly = set("about around approximately roughly another some")

// reducedBy reports whether a verb takes off by how much the sum at token i is, with what it is
// taken off between the two: "Reduce CO 5 by $750".
func reducedBy(toks []token, i int) bool {
	for i--; roughly[lowAt(toks, i)]; i-- {
	}
	if !is(toks, i, "by") {
		return false
	}
	for k := i - 1; k >= 0 && k > i-9; k-- {
		switch low := toks[k].low; {
		case takers[low] == takerBy:
			return true
		case toks[k].kind == mark && !is(toks, k, "#", "-", "'", "/"), is(toks, k, "and", "but", "or", "if", "while", "because", "increase", "increased", "increases", "raise", "raised", "up", "exceeded", "exceeds"):
			return false
		}
	}
	return false
}

// takes reports whether the word at token k takes off the sum that it is tied to.
func takes(toks []token, k int, how taker, to, by bool, words int) bool {
	switch {
	case is(toks, k, "credit", "credits") && (ofCredit[lowAt(toks, k+1)] || is(toks, k-1, "of", "on", "bank") && !is(toks, k-2, "instead", "out", "form", "amount")):
		return false // a line of credit
	case is(toks, k-1, "/", "or", "and") && is(toks, k-2, "add", "adds", "plus", "more"), is(toks, k-1, "plus") && is(toks, k, "minus"):
		return false // add/deduct
	case how == takerOf:
		return !to
	case how == takerBy:
		return by && !to
	case how == takerSelf:
		return words == 0 && !is(toks, k-1, "no", "or", "nothing", "much", "any", "far", "for", "even", "still", "not", "a", "cost", "costs", "paid", "pay", "charge", "charged")
	}
	return true
}

// offBehind reports whether the words behind a sum take it off: "a $4,300 credit", "$300
// CR", "knock $500 off".
func offBehind(toks []token, m money) bool {
	i := m.to
	switch {
	case is(toks, i, "credit", "credits"):
		return !ofCredit[lowAt(toks, i+1)]
	case is(toks, i, "deduct", "deduction", "discount", "rebate", "refund", "reduction"):
		return true
	case is(toks, i, "cr"):
		return (toks[i].caps || !toks[i].gap) && (i+1 >= len(toks) || toks[i+1].kind == mark && !is(toks, i+1, "#", "-") || is(toks, i+1, "and", "for", "on", "to"))
	case is(toks, i, "off"):
		return is(toks, m.from-1, "take", "takes", "took", "knock", "knocked")
	}
	return false
}

// takeOff gives the sums their sign that words around them take off. Of a range both ends
// are, and of "credits of $500 and $300" both sums.
func takeOff(toks []token, found []money) {
	for k := range found {
		m := &found[k]
		if m.amount.Minor <= 0 {
			continue
		}
		if m.off = takenOff(toks, m.from) || offBehind(toks, *m); !m.off && k > 0 && found[k-1].off {
			prev := found[k-1]
			between := m.from == prev.to+1
			m.off = between && is(toks, prev.to, "-", "–", "—", "to") && !leavesSum(toks, prev) || between && is(toks, prev.to, ",", "and", "&") && manyTaken(toks, prev.from)
		}
		if k > 0 && m.off && !found[k-1].off && found[k-1].amount.Minor > 0 && m.from == found[k-1].to+1 && is(toks, found[k-1].to, "-", "–", "—", "to") && offBehind(toks, *m) {
			found[k-1].amount.Minor = -found[k-1].amount.Minor // a $500-$700 credit
		}
	}
	for k := range found {
		if found[k].off {
			found[k].amount.Minor = -found[k].amount.Minor
			found[k].or = -found[k].or
		}
	}
}

// leavesSum reports whether what stands behind a sum taken off is what is left: "reduced by
// $4,000 to $96,000".
func leavesSum(toks []token, off money) bool {
	i := off.from - 1
	for roughly[lowAt(toks, i)] {
		i--
	}
	return is(toks, i, "by") && is(toks, off.to, "to")
}

// manyTaken reports whether the words before token i announce several sums taken off.
func manyTaken(toks []token, i int) bool {
	for k := i - 1; k >= 0 && k > i-6; k-- {
		if is(toks, k, "credits", "deducts", "deductions", "savings", "discounts", "rebates", "refunds", "reductions") {
			return true
		}
	}
	return false
}

// ledger says what brackets around nothing but a sum mean, opened at token i and closed
// before token end: a minus where an accountant writes one (behind a colon or a word that
// leads to a sum, or alone in its cell or line), an aside within prose. Behind a label at
// the end of its line ("Total due ($4,300)") they can be both, which is told by doubt.
func ledger(toks []token, i, end int, bare bool) (minus, doubt bool) {
	closed := end >= len(toks) || toks[end].kind == mark && is(toks, end, ".", ",", ";", "|") && (end+1 >= len(toks) || toks[end+1].gap)
	switch {
	case i == 0:
		return end >= len(toks) || is(toks, end, "|"), false
	case currencyWords[lowAt(toks, i-1)] != "": // one hundred dollars ($100)
		return false, false
	case is(toks, i-1, ":", "=", "|", "is", "was", "of", "at", "to", "by", "be", "are", "equals", "totals"), is(toks, i-1, ".") && is(toks, i-2, "."):
		return true, false
	case closed && deducted(toks, i):
		return true, false
	case end < len(toks) || i > 8:
		return false, false
	}
	for k := range i { // a sentence, and no label
		if toks[k].kind == mark && !is(toks, k, "#", "-", "/", "&", "'", ".") || clausal[toks[k].low] || k == 0 && verbs[toks[k].low] && !is(toks, k, "change", "total", "balance", "credit", "deposit", "order", "invoice", "budget", "estimate") {
			return false, false
		}
	}
	return bare, true
}

// clausal are words of a sentence that no label of a sum has.
var clausal = set("i we you he she they it this that is are was were be been will would can could should has have had do does did not please the a an and but if so because than about")
