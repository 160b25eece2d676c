package extract

import "projectr"

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
		9 not to exceed
		9 ok|okay|ok'd|okayed|good with|at|for|to
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

// standing reads from the words of a budget mention whether its money is agreed.
// The price of a unit is nobody's total and has none.
func standing(toks []token, amount projectr.Amount) projectr.Standing {
	for _, m := range findMoney(toks) {
		if m.per != "" && m.amount.Minor == amount.Minor {
			return ""
		}
	}
	pending, _, _ := pendingCues.find(toks)
	approved, _, _ := approvedCues.find(toks)
	own, _, _ := ownSumCues.find(toks)
	exposed, _, _ := exposureCues.find(toks)
	carried, _, _ := placeholderCues.find(toks)
	switch {
	case carried > 0:
		return projectr.Exposure
	case approved > 0 && pending == 0:
		return projectr.Approved
	case own > 0 && own >= exposed:
		return ""
	case exposed > 0 || pending > 0 && approved > 0:
		return projectr.Exposure
	}
	return ""
}

// stand gives the budget mentions of a mail their standing. Where a mail has a
// total, the lines that it adds up are not counted beside it. A sum that is not proven
// has no standing, and takes none from others.
func stand(facts []projectr.Fact) {
	total := false
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
		facts[i].Standing = standing(toks[i], *facts[i].Amount)
		if total && facts[i].Standing == projectr.Exposure && !mentions(toks[i], "total", "totals") {
			facts[i].Standing = ""
		}
		for j := range i { // of the two ends of a range the higher one counts
			if toks[j] == nil || facts[j].Start != facts[i].Start || facts[j].Standing == "" || facts[i].Standing == "" {
				continue
			}
			if facts[j].Amount.Minor < facts[i].Amount.Minor {
				facts[j].Standing = ""
			} else {
				facts[i].Standing = ""
			}
		}
		if total && facts[i].Standing == "" && mentions(toks[i], "add", "pco", "cor", "change", "proposal", "price") && mentions(toks[i], "total") {
			facts[i].Standing = projectr.Exposure
		}
	}
}
