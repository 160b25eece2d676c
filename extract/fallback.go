package extract

import "projectr"

// fallback is the result where the model was silent: what the rules read stands, and
// says that the mail is to be read again.
func fallback(rules Result, calls []projectr.ModelCall) Result {
	rules.Again = true
	rules.Calls = calls
	rules.CostMicroUSD = known(calls)
	return rules
}

// known is what the calls cost together as far as that is known, in micro-USD.
func known(calls []projectr.ModelCall) int64 {
	var sum int64
	for _, c := range calls {
		if c.CostMicro != nil {
			sum += *c.CostMicro
		}
	}
	return sum
}
