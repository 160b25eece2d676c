package extract

import (
	"math"
	"strings"

	"projectr"
)

// money is an amount that stands in a text, between two tokens.
type money struct {
	from, to int // tokens; to is exclusive
	amount   projectr.Amount
	per      string // "hour", "day", "each", ... when it is a price of a unit; else empty
	bare     bool   // no currency is written: the words around it make it money
	signed   bool   // the currency stands before the number
	faint    bool   // told by little, and not the beginning of a range
	off      bool   // the words around it take it off
	unsure   bool   // it can be another sum too: "$12.450", "$12 450"
	or       int64  // that other sum, in minor units
}

// sum is the amount with what it is the price of.
func (m money) sum() projectr.Amount {
	a := m.amount
	a.Per = m.per
	return a
}

var multipliers = map[string]int64{
	"k": 1e3, "thousand": 1e3, "grand": 1e3, "m": 1e6, "mm": 1e6, "mil": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "tn": 1e12, "million": 1e6, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "b": 1e9, "bn": 1e9, "billion": 1e9,
	"trillion": 1e12, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5, "crore": 1e7, "crores": 1e7, "hundred": 100, "bln": 1e9, "trln": 1e12, "milliard": 1e9, "milliards": 1e9,
}

// notMoney are words after a bare "12k" that make it a measure of something else.
var notMoney = map[string]bool{
	"psi": true, "btu": true, "btus": true, "lb": true, "lbs": true, "sf": true, "gal": true, "gallons": true, "feet": true, "ft": true, "volts": true,
	"kva": true, "hours": true, "people": true, "run": true, "square": true, "pounds": true, "steps": true, "miles": true, "units": true, "cfm": true, "resolution": true, "watts": true,
	"emails": true, "rows": true, "words": true, "members": true, "users": true, "customers": true, "homes": true, "jobs": true,
}

// opensMoney are the words an amount can begin with.
var opensMoney = func() map[string]bool {
	m := map[string]bool{"u": true, "r": true, "half": true, "quarter": true, "hundred": true, "thousand": true, "million": true, "cn": true, "gh": true, "e": true, "le": true, "ir": true, "zero": true}
	for w := range smallNumbers {
		m[w] = true
	}
	for _, words := range []map[string]string{dollarsOf, beforeNumber, moneyOf} {
		for w := range words {
			m[w] = true
		}
	}
	for w := range pairs {
		m[w] = true
	}
	for w := range twoWords {
		m[w] = true
	}
	for w := range currencies {
		m[w] = true
	}
	return m
}()

// findMoney finds the amounts in toks. Percentages, ids and dimensions are not
// money; of a range both ends are given.
func findMoney(toks []token) []money {
	var out []money
	for i := 0; i < len(toks); {
		if toks[i].kind == word && !opensMoney[toks[i].low] {
			i++
			continue
		}
		m, ok := moneyAt(toks, i)
		if !ok {
			low, high, ok := openRange(toks, i)
			if !ok {
				i++
				continue
			}
			out = append(out, low, high)
			i = high.to
			continue
		}
		out = append(out, m)
		i = m.to
		if high, ok := rangeEnd(toks, &out[len(out)-1]); ok {
			out = append(out, high)
			i = high.to
		}
	}
	takeOff(toks, out)
	for k := range out {
		if m := &out[k]; m.per == "" {
			m.per = priceBefore(toks, m.from)
		}
	}
	return out
}

// openRange reads a range whose currency stands behind its upper end alone:
// "10-20 dollars", "between 5 and 10 thousand euros".
func openRange(toks []token, i int) (low, high money, ok bool) {
	if i > 0 && !toks[i].gap && !is(toks, i-1, "(") {
		return low, high, false
	}
	v, next, ok := amountNumber(toks, i)
	if !ok || !is(toks, next, "-", "–", "to") && !(is(toks, next, "and") && is(toks, i-1, "between")) {
		return low, high, false
	}
	// Read by itself: behind a hyphen it would be the middle of an id.
	high, ok = moneyAt(toks[next+1:], 0)
	if !ok || high.bare || high.from != 0 || high.signed {
		return low, high, false
	}
	high.from, high.to = high.from+next+1, high.to+next+1
	h, end, _ := amountNumber(toks, next+1)
	mult := int64(1)
	if m := scales[lowAt(toks, end-1)]; m >= 1000 && scales[lowAt(toks, next-1)] == 0 { // "two to three million"
		mult = m
	}
	if h > 0 && v < h { // "5 to 10 thousand"
		whole, _ := minorUnits(h, 1, high.amount.Currency)
		if whole > 0 && high.amount.Minor > whole {
			mult = high.amount.Minor / whole
		}
	}
	minor, ok := minorUnits(v, mult, high.amount.Currency)
	if _, coins := cents[lowAt(toks, end)]; coins && end < high.to { // 5 to 10 cents
		minor, ok = centsOf(v, high.amount.Currency)
	}
	if !ok || minor >= high.amount.Minor || minor <= 0 {
		return low, high, false
	}
	low = money{from: i, to: next, amount: projectr.Amount{Minor: minor, Currency: high.amount.Currency}, per: high.per}
	return low, high, true
}

// amountNumber reads a number in figures or in words.
func amountNumber(toks []token, i int) (v figure, next int, ok bool) {
	v, next, ok = plainNumber(toks, i)
	if !ok {
		v, next, ok = wordNumber(toks, i)
		if again, after, twice := plainNumber(toks, next+1); ok && twice && is(toks, next, "(") && is(toks, after, ")") && again == v { // one thousand (1,000) dollars
			next = after + 1
		}
		return v, next, ok
	}
	if is(toks, next, "(") && toks[next].gap {
		if again, after, twice := wordNumber(toks, next+1); twice && is(toks, after, ")") && again == v { // 1,000 (one thousand) dollars
			return v, after + 1, true
		}
	}
	if m := scales[lowAt(toks, next)]; m >= 1000 && v < 1e9 {
		k := next + 1
		if is(toks, k, "and") {
			k++
		}
		if rest, after, ok := plainNumber(toks, k); ok && rest < 1e8 { // 1 million 500 thousand dollars
			if small := scales[lowAt(toks, after)]; small >= 1000 && small < m {
				if c, times, _ := currencyAfter(toks, after+1); c != "" && times == 1 {
					return v*figure(m) + rest*figure(small), after + 1, true
				}
			}
		}
	}
	if v%10_000 != 0 || next != i+1 || len(toks[i].low) > 3 {
		return v, next, true
	}
	if n, ok := spacedNumber(toks, i); ok && (n.groups > 1 || n.oneOf(toks, i)) {
		return n.v, n.to, true
	}
	// "1 1/2 million", "1/2 million", "2 and a half thousand"
	if glued(toks, next, "/") {
		if part, k, ok := fraction(toks, i); ok && (scales[lowAt(toks, k)] >= 1000 || currencyWords[lowAt(toks, k)] != "" && !is(toks, k, "pounds")) { // 1/2 million, 1/2 dollar
			return part, k, true
		}
	}
	if part, k, ok := fraction(toks, next); ok && toks[next].gap && (scales[lowAt(toks, k)] >= 1000 || currencyWords[lowAt(toks, k)] != "" && !is(toks, k, "pounds") || is(toks, k, "cent", "cents")) { // and not $12 5/8" board
		return v + part, k, true
	}
	if is(toks, next, "½", "¼", "¾") {
		return v + map[string]figure{"½": 5_000, "¼": 2_500, "¾": 7_500}[toks[next].low], next + 1, true
	}
	if is(toks, next, "and") && is(toks, next+1, "a") && is(toks, next+2, "half") {
		return v + 5_000, next + 3, true
	}
	return v, next, true
}

// fraction reads 1/2, 1/4, 3/4 and what else has an end in decimals.
func fraction(toks []token, i int) (figure, int, bool) {
	a, w1, ok1 := number(toks, i)
	b, w2, ok2 := number(toks, i+2)
	if !ok1 || !ok2 || w1 != 1 || w2 != 1 || !glued(toks, i+1, "/") || toks[i+2].gap || a >= b || i+3 < len(toks) && !toks[i+3].gap && toks[i+3].kind != mark || glued(toks, i+3, "/", "\"", "'") {
		return 0, i, false
	}
	return figure(a * 10_000 / b), i + 3, 10_000%b == 0
}

// spaced is a number whose thousands stand apart by blanks: "1 234 567", "12 450,00".
type spaced struct {
	v      figure
	to     int
	groups int    // of three, behind the first
	mark   string // before its decimals; empty without them
}

// spacedNumber reads a number with blanks between its thousands at token i.
func spacedNumber(toks []token, i int) (n spaced, ok bool) {
	first, w, ok := number(toks, i)
	if !ok || w > 3 || first == 0 || toks[i].low[0] == '0' {
		return n, false
	}
	n.v, n.to = figure(first), i+1
	for n.to < len(toks) && toks[n.to].kind == digits && toks[n.to].gap && len(toks[n.to].low) == 3 && n.groups < 4 {
		g, _, _ := number(toks, n.to)
		n.v = n.v*1000 + figure(g)
		n.groups++
		n.to++
	}
	if n.groups == 0 {
		return n, false
	}
	n.v = figureOf(n.v, 0, 0)
	k := n.to
	if k < len(toks) && toks[k].kind == word && !toks[k].gap && currencyWords[toks[k].low] == "" && codeAt(toks, k) == "" {
		return n, false // 12 450mm
	}
	if glued(toks, k, ",", ".") && k+1 < len(toks) && !toks[k+1].gap {
		switch part, w, digit := number(toks, k+1); {
		case digit && w <= 2 && !trailed(toks, k+2) && !glued(toks, k+2, ","):
			n.v, n.to, n.mark = n.v+figureOf(0, part, w), k+2, toks[k].low
		case isMinus(toks, k+1) || is(toks, k+1, "—"): // CHF 12 450.–
			n.to, n.mark = k+2, toks[k].low
		case digit:
			return n, false
		}
	}
	if n.to < len(toks) && (toks[n.to].kind == digits || toks[n.to].kind == mark && !toks[n.to].gap && n.to+1 < len(toks) && toks[n.to+1].kind == digits && !toks[n.to+1].gap) {
		return n, false // more figures, a telephone
	}
	return n, true
}

// oneOf reports whether a single group behind the figure at token i belongs to it, and is
// no number by itself: by a comma before its decimals or by the currency behind.
func (n spaced) oneOf(toks []token, i int) bool {
	if i > 0 && (toks[i-1].kind == digits || months[lowAt(toks, i-1)] != 0 || is(toks, i-1, "room", "no", "item", "qty", "#", ".", "rev", "rm", "unit", "floor", "level", "pos", "line", "door")) {
		return false
	}
	if c, m, _ := currencyAfter(toks, n.to); c != "" && m == 1 {
		return true
	}
	return n.mark == ","
}

// wordNumber reads "twelve hundred", "five million", "half a million", "a quarter
// million", "three quarters of a billion", "two and a half million" and "a" before
// the name of a currency.
func wordNumber(toks []token, i int) (v figure, next int, ok bool) {
	if i < 0 || i >= len(toks) || toks[i].kind != word {
		return 0, i, false
	}
	j, quarters := i, 0
	switch {
	case is(toks, j, "half"):
		quarters, j = 2, j+1
	case is(toks, j, "a", "one") && is(toks, j+1, "quarter"):
		quarters, j = 1, j+2
	case is(toks, j, "quarter"):
		quarters, j = 1, j+1
	case is(toks, j, "three") && is(toks, j+1, "quarters", "quarter"):
		quarters, j = 3, j+2
	}
	if quarters > 0 {
		if is(toks, j, "of") {
			j++
		}
		if is(toks, j, "a") {
			j++
		}
		if m := scales[lowAt(toks, j)]; m >= 100 {
			return figure(m) * 2_500 * figure(quarters), j + 1, true
		}
		if quarters == 2 && is(toks, j-1, "a", "half") && currencyWords[lowAt(toks, j)] != "" && endsAmount(toks, j+1) { // half a dollar
			return 5_000, j, true
		}
		return 0, i, false
	}
	if is(toks, i, "a", "one") && is(toks, i+1, "couple") && scales[lowAt(toks, i+2)] != 0 { // "a couple hundred"
		return figureOf(figure(2*scales[toks[i+2].low]), 0, 0), i + 3, true
	}
	if m := scales[lowAt(toks, i)]; m != 0 && opensHundred(toks, i) {
		if after := scales[lowAt(toks, i+1)]; after >= 1000 && m == 100 {
			return figureOf(figure(m*after), 0, 0), i + 2, true
		}
		return figureOf(figure(m), 0, 0), i + 1, true
	}
	if is(toks, i, "zero") && currencyWords[lowAt(toks, i+1)] != "" {
		return 0, i + 1, true
	}
	n, next, ok := spelled(toks, i)
	if ok && is(toks, next, "point") { // "two point five million"
		if part, after, is := pointWords(toks, next+1); is && scales[lowAt(toks, after)] >= 1000 && n < 1e6 {
			return figureOf(figure(n), 0, 0) + part, after, true
		}
	}
	if !ok {
		if is(toks, i, "a") && is(toks, i+1, "grand") && endsAmount(toks, i+2) || is(toks, i, "a") && is(toks, i+1, "buck", "dollar") && smallNumbers[lowAt(toks, i+2)] >= 10 {
			return figureOf(1, 0, 0), i + 1, true // "costs a grand", "a buck fifty"
		}
		if is(toks, i, "a") && !is(toks, i-1, "half", "of", "quarter") && (currencyWords[lowAt(toks, i+1)] != "" || cents[lowAt(toks, i+1)] != "") && endsAmount(toks, i+2) {
			return figureOf(1, 0, 0), i + 1, true
		}
		return 0, i, false
	}
	if n > 1e14 {
		return 0, i, false
	}
	v = figureOf(figure(n), 0, 0)
	if cents, w, ok := number(toks, next+1); ok && w == 2 && is(toks, next, "and") && glued(toks, next+2, "/") && glued(toks, next+3, "100") { // Five Hundred and 00/100 Dollars
		return v + figureOf(0, cents, w), next + 4, true
	}
	if part, after := andHalf(toks, next); part > 0 {
		if m := scales[toks[next-1].low]; m >= 1000 { // "a million and a half"
			part *= figure(m)
		}
		next = after
		v += part
		if m := scales[lowAt(toks, next)]; m != 0 && n < 1000 {
			v, next = v*figure(m), next+1
		}
	}
	return v, next, true
}

// andHalf reads "and a half", "and one half", "-and-a-half", "and half a", "and a quarter" behind a number in words.
func andHalf(toks []token, i int) (part figure, next int) {
	if glued(toks, i, "-") {
		i++
	}
	if !is(toks, i, "and") {
		return 0, i
	}
	for i++; is(toks, i, "-", "a", "one"); i++ {
	}
	switch {
	case is(toks, i, "half") && !is(toks, i+1, "a", "of"):
		return 5_000, i + 1
	case is(toks, i, "quarter") && is(toks, i-1, "a", "one", "-"):
		return 2_500, i + 1
	}
	return 0, i
}

// pointWords reads the decimals behind a spoken point: "five", "seven five".
func pointWords(toks []token, i int) (part figure, next int, ok bool) {
	for unit := figure(1_000); unit > 0; unit /= 10 {
		d, is := smallNumbers[lowAt(toks, i)]
		if !is || d > 9 || toks[i].low == "a" || toks[i].low == "an" || toks[i].low == "couple" {
			break
		}
		part, i, ok = part+figure(d)*unit, i+1, true
	}
	return part, i, ok
}

// opensHundred reports whether the scale at token i is a number by itself, as in
// "costs hundred thousand euro", and counts no "few" or "several" before it.
func opensHundred(toks []token, i int) bool {
	return i == 0 || toks[i-1].kind == mark && !is(toks, i-1, "-", "½") || is(toks, i-1, "of", "for", "to", "costs", "cost", "is", "was", "about", "over", "than", "paid", "pay", "at", "around", "roughly", "nearly", "almost", "and", "by")
}

// endsAmount reports whether what stands at token i ends an amount: a mark, the
// end, or a word that is no noun of its own.
func endsAmount(toks []token, i int) bool {
	return i >= len(toks) || toks[i].kind == mark && !is(toks, i, "-", "/", "%", ":") ||
		is(toks, i, "and", "or", "for", "to", "more", "less", "each", "per", "a", "an", "over", "under", "in", "at", "on", "of", "from", "by", "but", "plus", "total", "apiece", "extra", "off", "buying")
}

// rangeEnd reads the upper end of a range that begins with low: "$14k to
// $16k", "$14-16k", "$10,000 - 12,000". In the second form low was read without
// its multiplier, which is set right.
func rangeEnd(toks []token, low *money) (money, bool) {
	i := low.to
	if !is(toks, i, "to", "-", "–", "—", "and", "or") || low.per != "" {
		return money{}, false
	}
	spaced := is(toks, i, "and", "or")
	if low.bare && !low.faint { // "5k to 10k euros"
		// Read by itself, as in openRange.
		if high, ok := moneyAt(toks[i+1:], 0); ok && !high.bare && !high.signed && high.amount.Minor > 0 && (!spaced || is(toks, i, "and") && is(toks, low.from-1, "between")) {
			if m := low.amount.Minor; decimalsOf(high.amount.Currency) == 2 && m < high.amount.Minor {
				low.amount.Currency, low.bare = high.amount.Currency, false
				high.from, high.to = high.from+i+1, high.to+i+1
				return high, true
			}
		}
	}
	if high, ok := moneyAt(toks, i+1); ok && !(high.bare && !low.bare) && high.amount.Currency == low.amount.Currency && high.to > i+1 && (!spaced || is(toks, i, "and") && is(toks, low.from-1, "between")) {
		// "$5 to $10 million"
		if k := high.to - 1; scales[toks[k].low] >= 1000 && low.amount.Minor > 0 && low.amount.Minor < 1000_00 && scales[lowAt(toks, low.to-1)] == 0 {
			if m := low.amount.Minor * scales[toks[k].low]; m < high.amount.Minor {
				low.amount.Minor = m
			}
		}
		return high, true
	}
	if spaced && !(is(toks, i, "and") && is(toks, low.from-1, "between")) {
		return money{}, false
	}
	v, next, ok := plainNumber(toks, i+1)
	if !ok {
		return money{}, false
	}
	mult, next, has := multiplierAt(toks, next, true)
	highMinor, ok := minorUnits(v, mult, low.amount.Currency)
	if !ok {
		return money{}, false
	}
	lowMinor := low.amount.Minor
	if one, _ := minorUnits(v, 1, low.amount.Currency); has && lowMinor < 1000_00 && lowMinor < 2*one { // "$14-16k"
		lowMinor *= mult
	}
	// "$500 - 2 doors" is no range: the upper end must be above and of the same size.
	if highMinor <= lowMinor || highMinor/10 > lowMinor || highMinor/10 == lowMinor && highMinor%10 > 0 {
		return money{}, false
	}
	low.amount.Minor = lowMinor
	h := money{from: i + 1, to: next, amount: projectr.Amount{Minor: highMinor, Currency: low.amount.Currency}}
	h.per, h.to = perUnit(toks, next)
	low.per = h.per
	return h, true
}

// moneyAt reads an amount that begins at token i.
func moneyAt(toks []token, i int) (money, bool) {
	if i >= len(toks) {
		return money{}, false
	}
	j, neg, paren, inner := i, false, false, false
	angle := is(toks, j, "<") // <$4,300>
	if is(toks, j, "(") || angle {
		paren = true
		j++
	}
	if isMinus(toks, j) && (j == 0 || toks[j].gap || is(toks, j-1, "(", ":", "=", "|", "<")) && j+1 < len(toks) && !toks[j+1].gap {
		neg = true
		j++
	}
	currency, j := signBefore(toks, j)
	if currency != "" && is(toks, j, "(") { // $(4,300)
		paren, inner = true, true
		j++
	}
	if currency != "" && isMinus(toks, j) && j+1 < len(toks) && toks[j+1].kind == digits && !toks[j+1].gap { // USD -500
		neg = true
		j++
	}
	if currency == "" && j == i && i > 0 && !toks[i].gap && joinsNumber(toks, i-1) {
		return money{}, false // the middle of an id, a dimension or a decimal
	}
	v, next, ok := amountNumber(toks, j)
	if !ok {
		return money{}, false
	}
	signed := currency != ""
	if brokenFigure(toks, next) {
		return money{}, false
	}
	unsure, or := false, figure(0)
	if n, ok := spacedNumber(toks, j); ok {
		point := toks[j+1].low[0] != '0' // both figures can be numbers
		switch {
		case n.to == next && n.groups == 1: // by the currency behind, or a comma
			unsure, or = point && n.mark != "," && !signed && is(toks, next, "$", "£", "usd", "gbp", "dollars", "pounds"), n.v%10_000_000
		case signed && next == j+1 && n.groups == 1 && v > 0:
			joined := n.mark != "" || !point || endsAmount(toks, n.to) || is(toks, n.to, "ex", "excl", "incl", "plus", "including", "excluding")
			point = point && (currency == "USD" || currency == "GBP") // seldom written so
			unsure, or = point && n.mark != "," && !(n.mark != "" && toks[j-1].kind == word) || !joined, n.v
			if joined { // EUR 1 500
				v, or, next = n.v, v, n.to
			}
		}
	}
	raw := rawNumber{toks: toks, from: j, to: next}
	if currency == "" && j > 0 && spacedTail(toks, j) {
		return money{}, false
	}
	if is(toks, j-1, "point") || len(toks[j].low) > 1 && toks[j].low[0] == '0' && next == j+1 && toks[j].kind == digits && j > 0 && toks[j-1].kind == digits {
		return money{}, false // the tail of another number
	}
	mult, next, hasMult := multiplierAt(toks, next, signed)
	if m, k, ok := scaleBehind(toks, next); ok && (signed || hasMult) {
		if mult >= 1000 && m >= 1000 || m > 1e12/mult {
			return money{}, false
		}
		mult, next, hasMult = mult*m, k, true
	}
	if is(toks, next, "cr") && (currency == "INR" || currency == "PKR") && !hasMult {
		mult, next, hasMult = 1e7, next+1, true
	}
	if currency == "" {
		k := next
		if hasMult && is(toks, k-1, "mio", "mln", "mrd", "bln") && glued(toks, k, ".") {
			k++
		}
		if glued(toks, k, "-") { // a 12-cent dividend
			k++
		}
		if hasMult && is(toks, k, "of") && currencyWords[lowAt(toks, k+1)] != "" { // 3 millions of euros
			k++
		}
		c, m, after := currencyAfter(toks, k)
		if c == "" && is(toks, k, "pound") && poundIsMoney(toks, k) {
			c, after = "GBP", k+1
		}
		if c == "" && !hasMult && k == next {
			// "20 bn dollars", "200 k USD", "20 M€"
			if m2, k2, ok := spacedMultiplier(toks, k); ok {
				if c2, m3, after2 := currencyAfter(toks, k2); c2 != "" && m3 == 1 {
					c, m, after, raw.to = c2, m2, after2, k2
				}
			}
		}
		if c == "" && !hasMult {
			if of, behind := whoseCents(toks, k); of != "" { // 5 US cents
				c, m, after = of, 1, behind
			}
		}
		if c != "" && cents[lowAt(toks, after)] != "" && toks[k].kind == word && !hasMult && m == 1 { // 20 euro cents
			minor, ok := centsOf(v, c)
			m := money{from: i, to: after + 1, amount: projectr.Amount{Minor: minor, Currency: c}}
			m.per, m.to = perUnit(toks, after+1)
			return m, ok && !neg && !paren
		}
		if c != "" {
			if hasMult && m > 1 {
				return money{}, false
			}
			neg = neg || k > next && is(toks, next, "-") && toks[k].gap && raw.decimals() == 2 // 4,300.00- EUR
			currency, next, mult = c, after, mult*m
		} else if c := cents[lowAt(toks, k)]; c != "" && !hasMult || k == next && !hasMult && glued(toks, k, "p") && toks[j].kind == digits && endsAmount(toks, k+1) {
			if c == "" {
				c = "GBP"
			}
			if each := coinsEach[lowAt(toks, k)]; each > 0 {
				v *= each
			}
			minor, ok := centsOf(v, c)
			m := money{from: i, to: k + 1, amount: projectr.Amount{Minor: minor, Currency: c}}
			m.per, m.to = perUnit(toks, k+1)
			return m, ok && !neg && !paren
		}
	}
	if paren && currency == "" && is(toks, next, ")") && (next-j >= 5 || raw.grouped() || raw.decimals() == 2) {
		if c, m, after := currencyAfter(toks, next+1); c != "" && m == 1 && (after >= len(toks) || toks[after].kind != digits) { // (4,300.00) EUR
			minor, ok := minorUnits(v, mult, c)
			return money{from: i, to: after, amount: projectr.Amount{Minor: -minor, Currency: c}}, ok
		}
	}
	bare, faint := false, false
	if currency == "" {
		if _, other := moneyOf[lowAt(toks, next)]; other || moneyNouns[lowAt(toks, next)] || next+1 < len(toks) && moneyNouns[toks[next+1].low] {
			return money{}, false // money of a kind that is not known
		}
		if toks[j].kind == word && !spokenMoney(toks, j, next, v) {
			return money{}, false
		}
		if toks[j].kind != word && !bareMoney(toks, i, next, raw, hasMult) {
			if faint = !hasMult && faintMoney(toks, i, next, raw); !faint {
				return money{}, false
			}
		}
		currency, bare = "USD", true
	}
	if is(toks, next, "%") {
		return money{}, false
	}
	if minusBehind(toks, next) && v > 0 {
		neg, next = true, next+1
	}
	doubtful := false
	if paren {
		if !is(toks, next, ")") && !(angle && is(toks, next, ">")) {
			// "(about $500 each)" is an aside, not a negative amount.
			paren = false
			if is(toks, i, "(", "<") {
				i = i + 1
			}
		} else {
			minus := inner || angle || neg
			if !minus {
				minus, doubtful = ledger(toks, i, next+1, bare && raw.decimals() == 2)
			}
			if minus {
				neg = true
				next++
			} else {
				i++
				paren = false
			}
		}
	}
	if per, _ := perUnit(toks, next); raw.thousandth() && !hasMult && per == "" && v >= 10_000 && !bare && decimalsOf(currency) == 2 && !is(toks, i-1, "@") {
		// EUR 4.870 is four thousand: no coin is a tenth of a cent. Who writes a point before
		// cents may mean the price of a unit.
		unsure, or = !dotted[currency], v*1000
		if currency != "USD" {
			v, or = or, v
		}
	}
	if c, after := whoseDollars(toks, next, currency); !bare && c != "" {
		currency, next = c, after
	}
	minor, ok := minorUnits(v, mult, currency)
	if !ok {
		return money{}, false
	}
	if small, after, ok := centsBehind(toks, next, currency, signed); ok && !paren && !bare && raw.decimals() == 0 {
		minor, next = minor+small, after
	}
	if neg {
		minor = -minor
	}
	m := money{from: i, to: next, amount: projectr.Amount{Minor: minor, Currency: currency}, bare: bare, signed: signed, faint: faint}
	m.per, m.to = perUnit(toks, next)
	switch {
	case doubtful:
		m.unsure, m.or = true, -minor
	case unsure && or > 0:
		if m.or, m.unsure = minorUnits(or, mult, currency); neg {
			m.or = -m.or
		}
	}
	return m, true
}

// brokenFigure reports whether what is glued to a figure that ends before token i shows that it
// is not all of it: "$1,2345", "$1,5OO" with letters for noughts, "$12⁵⁰" with raised cents.
func brokenFigure(toks []token, i int) bool {
	switch {
	case i >= len(toks) || toks[i].gap:
		return false
	case toks[i].kind == word:
		return strings.Trim(toks[i].low, "o") == ""
	}
	if i+1 >= len(toks) || toks[i+1].gap {
		return false
	}
	return is(toks, i, ",") && toks[i+1].kind == digits && len(toks[i+1].low) > 3 || isRaised(toks[i]) && isRaised(toks[i+1])
}

func isRaised(t token) bool {
	return strings.ContainsAny(t.low, "⁰¹²³⁴⁵⁶⁷⁸⁹") && t.kind != digits
}

// dotted are the currencies of countries that write a point between thousands.
var dotted = map[string]bool{"EUR": true, "DKK": true, "BRL": true, "ARS": true, "CLP": true, "COP": true, "TRY": true, "IDR": true, "UYU": true, "RON": true, "RSD": true, "ISK": true, "VND": true}

// spacedTail reports whether the figure at token j is the end of a number that has a
// blank between its thousands and a comma before its decimals.
func spacedTail(toks []token, j int) bool {
	n, ok := spacedNumber(toks, j-1)
	return ok && toks[j].gap && n.mark == "," && n.oneOf(toks, j-1)
}

// shared are the signs and names that several countries have, and by which word
// behind the amount it is told whose it is.
var shared = map[string]string{
	"USD": "AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD USD XCD MXN CLP COP ARS BRL",
	"GBP": "GBP EGP FKP GIP LBP SHP SDG SSP SYP", "JPY": "JPY CNY", "INR": "INR PKR LKR NPR MUR SCR MVR",
}

// whoseDollars reads what stands behind an amount with a sign, or with the name that many
// share, and says whose it is: "$50 CAD", "$50 Canadian", "50 dollars Canadian", "$5 Hong Kong dollars".
func whoseDollars(toks []token, i int, currency string) (c string, next int) {
	if i >= len(toks) || shared[currency] == "" || toks[i].kind != word {
		return "", i
	}
	if c = codeAt(toks, i); c != "" || is(toks, i, "cad") {
		c, next = upper3(toks[i].low), i+1
		if (c == "CAD" || !toks[i].caps) && !endsAmount(toks, next) {
			return "", i // $5 CAD drawings
		}
	} else if c, next = countryMoney(toks, i); c == "" {
		if c, next = moneyOf[toks[i].low], i+1; is(toks, i, "rmb") {
			c = "CNY"
		}
		if c == "" || is(toks, i, "us") && !toks[i].caps || !endsAmount(toks, next) {
			return "", i
		}
	}
	if !strings.Contains(shared[currency], c) || next < len(toks) && toks[next].kind == digits && !toks[next].gap {
		return "", i
	}
	if k := next; next < len(toks) && (toks[k].kind == digits || is(toks, k, "$")) {
		return "", i // the code of the next amount
	}
	return c, next
}

// scaleBehind reads a second word of scale, the thousand of "3 hundred thousand",
// and the spaced "bn" of "$20 bn".
func scaleBehind(toks []token, i int) (int64, int, bool) {
	if m := scales[lowAt(toks, i)]; m >= 1000 {
		return m, i + 1, true
	}
	if is(toks, i, "bn", "mn", "mln", "mio", "tn", "bln", "trln") || (is(toks, i, "m", "b", "k") || is(toks, i, "mm") && toks[i].caps) && toks[i].gap && (i+1 >= len(toks) || toks[i+1].gap || is(toks, i+1, ".", ",", ")", ";")) {
		return multipliers[toks[i].low], i + 1, true
	}
	return 1, i, false
}

// spacedMultiplier reads a short multiplier with a blank before it, which counts
// only where a currency follows.
func spacedMultiplier(toks []token, i int) (int64, int, bool) {
	if is(toks, i, "k", "m", "mm", "bn", "mn", "b", "tn") {
		return multipliers[toks[i].low], i + 1, true
	}
	return 1, i, false
}

// poundIsMoney tells a pound of money by its millions or by the pence behind it from one of weight.
func poundIsMoney(toks []token, i int) bool {
	if scales[lowAt(toks, i-1)] >= 1e6 {
		return !is(toks, i+1, "per", "of", "/") && !weighs(toks, i)
	}
	_, _, ok := centsBehind(toks, i+1, "GBP", false)
	return ok && !is(toks, i+1, ",")
}

// whoseCents reads whose cents they are that stand behind an amount: "canadian cents".
func whoseCents(toks []token, i int) (currency string, next int) {
	c, next := moneyOf[lowAt(toks, i)], i+1
	if is(toks, i, "u") && glued(toks, i+1, ".") && glued(toks, i+2, "s") {
		c, next = "USD", skipDot(toks, i+3)
	}
	if c == "" || !is(toks, next, "cent", "cents", "pence", "pennies") {
		return "", i
	}
	return c, next
}

// centsOf turns so many cents into minor units.
func centsOf(v figure, currency string) (int64, bool) {
	return minorUnits((v+50)/100, 1, currency)
}

// centsBehind reads the cents behind an amount in words or with a sign: "3 dollars
// 50 cents", "$20 and 43c", "thirteen dollars forty-five", "15 dollars and 50."
func centsBehind(toks []token, i int, currency string, signed bool) (int64, int, bool) {
	decimals := decimalsOf(currency)
	if decimals == 0 {
		return 0, i, false
	}
	j := i
	comma := is(toks, j, ",") && !signed
	if is(toks, j, "and") || comma { // "5 dollars, 20 cents"
		j++
	}
	if j >= len(toks) || toks[j].kind == mark {
		return 0, i, false
	}
	n, next, ok := count(toks, j)
	if ok && decimals == 3 {
		if strings.Contains(thousandths[lowAt(toks, next)], currency) && thousandths[lowAt(toks, next)] != "" && n > 0 && n < 1000 {
			return int64(n), next + 1, true
		}
		return 0, i, false
	}
	if !ok || n < 1 || n > 99 || is(toks, j, "a", "an", "couple") {
		return 0, i, false
	}
	if tenths[lowAt(toks, next)] == currency {
		tens := int64(n) * 10
		if n, k, ok := count(toks, next+1); ok && n < 10 && toks[next+1].kind == word && !is(toks, next+1, "a", "an") || ok && n < 10 && is(toks, k, "fen") {
			if is(toks, k, "fen") {
				k++
			}
			return tens + int64(n), k, true
		}
		return tens, next + 1, true
	}
	if coinOf(lowAt(toks, next), currency) && !(is(toks, next, "p", "c") && toks[next].gap) {
		return int64(n) * int64(max(1, coinsEach[lowAt(toks, next)])), next + 1, true
	}
	if comma {
		return 0, i, false
	}
	// Without the word only two figures at the end can be cents; behind a sign they
	// are written, as in "$100 and fifty".
	if signed && !(is(toks, i, "and") && toks[j].kind == word) || n < 10 || next < len(toks) && !(toks[next].kind == mark && (next+1 >= len(toks) || toks[next+1].gap) && is(toks, next, ".", ",", "!", "?", ")", ";")) || toks[j].kind == digits && len(toks[j].low) != 2 {
		return 0, i, false
	}
	return int64(n), next, true
}

// spokenMoney reports whether a number in words with no currency behind it is
// money: "five grand", "they quoted twelve hundred".
func spokenMoney(toks []token, from, to int, v figure) bool {
	if is(toks, to-1, "grand") {
		return grandIsMoney(toks, to)
	}
	if v < figureOf(100, 0, 0) || !endsAmount(toks, to) || is(toks, to, "of") {
		return false
	}
	for k := max(0, from-3); k < from; k++ {
		if is(toks, k, "quoted", "quote", "costs", "cost", "price", "priced", "paid", "pay", "bid", "charged", "charges", "charge", "asking", "budget") {
			return true
		}
	}
	return false
}

// grandIsMoney tells "5 grand" from two grand pianos.
func grandIsMoney(toks []token, next int) bool {
	return !is(toks, next, "opening", "openings", "piano", "pianos", "prize", "prizes", "prix", "hall", "ballroom", "ballrooms", "stair", "stairs", "staircase", "entrance", "total", "lobby", "central")
}

// deducted reports whether words shortly before token i take money off, so that
// brackets around an amount mean minus and are no aside.
func deducted(toks []token, i int) bool {
	for k := max(0, i-6); k < i; k++ {
		if is(toks, k, "credit", "deduct", "deductive", "less", "minus", "discount", "reduction", "refund", "backcharge", "omit") {
			return true
		}
	}
	return false
}

// cellMoney reads the amount of a cell of a table: there brackets mean minus,
// and a figure with thousands and cents is money without a sign.
func cellMoney(toks []token) (money, bool) {
	if m, ok := moneyAt(toks, 0); ok && m.to == len(toks) {
		return m, true
	}
	from, to := 0, len(toks)
	neg := is(toks, 0, "(") && is(toks, to-1, ")")
	if neg {
		from, to = 1, to-1
	}
	v, next, ok := plainNumber(toks, from)
	raw := rawNumber{toks, from, next}
	if !ok || next != to || raw.decimals() != 2 {
		return money{}, false
	}
	minor, ok := minorUnits(v, 1, "USD")
	if neg {
		minor = -minor
	}
	return money{from: 0, to: len(toks), amount: projectr.Amount{Minor: minor, Currency: "USD"}, bare: true}, ok
}

// rawNumber is a number as it is written.
type rawNumber struct {
	toks     []token
	from, to int
}

func (r rawNumber) grouped() bool {
	return r.to-r.from >= 3 && (is(r.toks, r.from+1, ",") || r.toks[r.from+1].kind == digits)
}

// thousandth reports whether it is written with one point, and three figures behind it.
func (r rawNumber) thousandth() bool {
	return r.decimals() == 3 && r.to-r.from == 3 && len(r.toks[r.from].low) <= 3 && r.toks[r.from].low[0] != '0'
}

func (r rawNumber) decimals() int {
	if r.to-r.from >= 3 && is(r.toks, r.to-2, ".") {
		return len(r.toks[r.to-1].low)
	}
	return 0
}

// joinsNumber reports whether token i glues what follows to an id or measure:
// the 117 of "24-117", the 50 of "12.50", the 4 of 8'-4".
func joinsNumber(toks []token, i int) bool {
	return toks[i].kind != mark || is(toks, i, "-", "/", ".", ",", "'", "\"", "+", ":", "#", "_", "’", "”")
}

// figure is a written number in ten-thousandths, never negative. What becomes
// money does not pass through a float (invariant I-12).
type figure int64

// figureOf is whole and so many digits of a fraction.
func figureOf(whole figure, fraction, width int) figure {
	for ; width < 4; width++ {
		fraction *= 10
	}
	return whole*10_000 + figure(fraction)
}

// plainNumber reads 1234, 1,234, 1,234.50, 1.234,50, 1 234,50 and 12.5.
func plainNumber(toks []token, i int) (v figure, next int, ok bool) {
	if i < 0 || i >= len(toks) || toks[i].kind != digits || len(toks[i].low) > 13 {
		if glued(toks, i, ".") || is(toks, i, ".") { // .50
			if n, w, ok := number(toks, i+1); ok && w <= 4 && !toks[i+1].gap {
				return figureOf(0, n, w), i + 2, true
			}
		}
		return 0, i, false
	}
	var whole figure
	for _, c := range toks[i].low {
		whole = whole*10 + figure(c-'0')
	}
	next = i + 1
	if n, to, ok := blankMarks(toks, i, whole); ok {
		return n, to, true
	}
	group := "" // the mark between thousands
	for {
		if !glued(toks, next, ",", ".", "'", "’") || next+1 >= len(toks) || toks[next+1].gap || toks[next+1].kind != digits {
			return figureOf(whole, 0, 0), next, true
		}
		sep, part := toks[next].low, toks[next+1].low
		if sep == "," && len(part) == 2 && indianGroups(toks, next) {
			n, _, _ := number(toks, next+1)
			whole, group = whole*100+figure(n), sep
			next += 2
			continue
		}
		if len(part) == 3 && (sep == "," || sep == "'" || sep == "’" || group == "." || group == "" && sep == "." && threeMore(toks, next+2)) && (group == "" || group == sep) {
			group = sep
			n, _, _ := number(toks, next+1)
			if whole = whole*1000 + figure(n); whole > 1e13 {
				return 0, i, false
			}
			next += 2
			continue
		}
		if sep == "'" || sep == "’" || sep == group || len(part) > 4 || sep == "," && group == "" && len(part) != 2 && len(part) != 1 {
			return figureOf(whole, 0, 0), next, true
		}
		n, w, _ := number(toks, next+1)
		return figureOf(whole, n, w), next + 2, true
	}
}

// blankMarks reads what a program that sets blanks around every mark makes of a sum, "$ 67 . 5"
// or "$ 1 , 250 . 50", where a sign before it says that it is one.
func blankMarks(toks []token, i int, whole figure) (v figure, next int, ok bool) {
	if i == 0 || currencySigns[toks[i-1].low] == "" {
		return 0, i, false
	}
	mark := func(k int, m string) bool {
		return is(toks, k, m) && toks[k].gap && k+1 < len(toks) && toks[k+1].gap && toks[k+1].kind == digits
	}
	k := i + 1
	for len(toks[i].low) <= 3 && mark(k, ",") && len(toks[k+1].low) == 3 && whole < 1e9 {
		n, _, _ := number(toks, k+1)
		whole, k = whole*1000+figure(n), k+2
	}
	v = figureOf(whole, 0, 0)
	if mark(k, ".") && len(toks[k+1].low) <= 2 {
		n, w, _ := number(toks, k+1)
		v, k = v+figureOf(0, n, w), k+2
	}
	return v, k, k > i+1
}

// indianGroups reports whether a group of two figures at token i is followed by
// more of them and at last one of three: 12,34,567.
func indianGroups(toks []token, i int) bool {
	first := i
	for i += 2; i < first+12 && glued(toks, i, ",") && i+1 < len(toks) && !toks[i+1].gap && toks[i+1].kind == digits; i += 2 {
		switch len(toks[i+1].low) {
		case 3:
			return true
		case 2:
		default:
			return false
		}
	}
	return false
}

// threeMore reports whether a dotted group of thousands goes on at token i,
// which tells 1.234.567 and 1.234,50 from 1.234.
func threeMore(toks []token, i int) bool {
	if !glued(toks, i, ".", ",") || i+1 >= len(toks) || toks[i+1].gap || toks[i+1].kind != digits {
		return false
	}
	return toks[i].low == "." && len(toks[i+1].low) == 3 || toks[i].low == "," && len(toks[i+1].low) == 2
}

// multiplierAt reads k, M, million and the like. One letter must be glued to
// its number, and a lower-case m counts only when a currency is written.
func multiplierAt(toks []token, at int, currency bool) (int64, int, bool) {
	i := at
	if i >= len(toks) {
		return 1, at, false
	}
	if glued(toks, i, "-") && scales[lowAt(toks, i+1)] >= 1000 { // $10-million
		i++
	}
	m, ok := multipliers[toks[i].low]
	if !ok {
		return 1, at, false
	}
	short := len(toks[i].low) <= 2
	if short && (toks[i].gap || !currency && toks[i].low != "k" && !toks[i].cap) {
		return 1, at, false
	}
	if glued(toks, i+1, "³", "²", "/", "-") && toks[i].low == "m" && !currency {
		return 1, at, false
	}
	return m, i + 1, true
}

var priceCues = map[string]bool{
	"cost": true, "costs": true, "price": true, "priced": true, "quoted": true, "quote": true, "want": true, "wants": true, "charge": true, "charges": true, "charging": true,
	"rate": true, "pay": true, "paid": true, "budget": true, "fee": true, "@": true, "bid": true, "exceed": true, "allowance": true, "save": true, "saved": true, "saves": true,
	"total": true, "add": true, "deduct": true, "credit": true, "invoice": true, "spent": true, "fined": true, "deposit": true, "owe": true, "owes": true, "owed": true, "refund": true, "retainer": true, "backcharge": true, "backcharged": true, "estimate": true, "figures": true, "asking": true,
}

// bareMoney says whether a number with no currency is money by the words around
// it: "12.5k", "1.34M", "68 an hr" after "want", "41.50 ea" after "quoted",
// "3200 over the allowance".
func bareMoney(toks []token, from, to int, raw rawNumber, mult bool) bool {
	if from > 0 && is(toks, from-1, "#", "no", "rfi", "room", "rev", "item") {
		return false
	}
	if mult {
		letter := toks[to-1]
		switch {
		case to < len(toks) && (notMoney[toks[to].low] || !toks[to].gap && toks[to].kind == word):
			return false
		case letter.low == "grand":
			return grandIsMoney(toks, to)
		case letter.low == "hundred", letter.low == "thousands", letter.low == "millions", letter.low == "billions", letter.low == "lakh", letter.low == "lakhs", letter.low == "lac", letter.low == "lacs", letter.low == "bln", letter.low == "trln", letter.low == "crore", letter.low == "crores":
			return false
		case letter.low == "mil" && to == from+2: // 80 mil is a thickness
			return raw.decimals() > 0
		case len(letter.low) > 2, letter.low == "k":
			return true
		}
		// 1.34M is money, 101B a door and 4M a gauge.
		return raw.decimals() > 0 && letter.low != "b"
	}
	n, _, whole := number(toks, raw.from)
	if is(toks, to, "over", "under", "above", "below") && is(toks, to+1, "the", "budget", "allowance", "bid", "estimate", "our", "your", "my") &&
		(is(toks, to+1, "budget", "allowance", "bid", "estimate") || is(toks, to+2, "budget", "allowance", "bid", "estimate", "number", "contract")) {
		return whole && n >= 10
	}
	if is(toks, to, "give") && is(toks, to+1, "or") && is(toks, to+2, "take") {
		return whole && n >= 100
	}
	per, _ := perUnit(toks, to)
	if is(toks, from-1, "at", "@") && glued(toks, to, "/") && per != "" {
		return true
	}
	if raw.grouped() && raw.decimals() == 2 && (to >= len(toks) || !notMoney[toks[to].low]) {
		return true // nothing but money is written 48,250.00
	}
	if v, _, ok := plainNumber(toks, raw.from); ok && (whole || raw.grouped()) && raw.decimals() == 0 && spokenPrice(toks, from, to, int(v/10_000), raw.grouped()) {
		return true
	}
	cue := is(toks, from-1, "under", "below", "over", "within") && is(toks, from-2, "stay", "stays", "stayed", "staying", "keep", "kept", "comes", "come", "came")
	for k := max(0, from-5); k < from; k++ {
		cue = cue || priceCues[toks[k].low]
	}
	k := from - 1 // "its about 140 a day"
	if is(toks, k, "about", "around", "roughly", "like") {
		k--
	}
	cue = cue || is(toks, k, "it's", "its", "that's", "thats", "runs", "they're", "theyre")
	if !cue {
		return false
	}
	if per != "" {
		return true
	}
	if !raw.grouped() {
		return false
	}
	// "the quote came in at 41,300", and not "add 1,200 sf".
	return raw.decimals() == 2 || to >= len(toks) || toks[to].kind == mark || is(toks, to, "which", "and", "for", "to", "over", "under", "total", "plus", "before", "after", "so", "but", "not", "including", "excluding", "all", "more", "less")
}

// spokenPrice says whether a whole number is a price in the words of people who leave the
// dollar out: "wants 2900 for it", "call it 1,050", "the other one is 410 more",
// "4,300 all in". Below a hundred it would be a count too often, and 2024 is a year.
func spokenPrice(toks []token, from, to, n int, grouped bool) bool {
	if n < 100 || !grouped && n >= 1990 && n < 2050 {
		return false
	}
	closed := to >= len(toks) || toks[to].kind == mark && !is(toks, to, "/", "-", "\"", "'", "%", "#", "(", ":") ||
		is(toks, to, "for", "and", "to", "plus", "all", "but", "so", "including", "incl", "with", "w", "on", "out", "total", "before", "if", "because", "which")
	k := from - 1
	for is(toks, k, "about", "around", "roughly", "like", "maybe", "another", "you", "us", "me", "him", "her", "them", "only", "just") {
		k--
	}
	if closed && (is(toks, k, "owe", "owes", "owed", "costs", "cost", "charges", "charged", "charge", "quoted", "wants", "paid", "asking") || is(toks, k, "it") && is(toks, k-1, "call") ||
		is(toks, k, "at") && is(toks, k-1, "lands", "land", "landed", "award", "awarded") || is(toks, k, "to", "out") && is(toks, k-1, "comes", "came", "come")) {
		return true
	}
	switch {
	case is(toks, to, "all") && is(toks, to+1, "in"), is(toks, to, "to") && is(toks, to+1, "you", "the") && (is(toks, to+1, "you") || is(toks, to+2, "good")):
		return to+2 >= len(toks) || toks[to+2].kind == mark || is(toks, to+2, "good", "and", "with", "but", "for", "if")
	case is(toks, to, "more", "extra", "back", "cheaper", "less", "installed"):
		behind := to+1 >= len(toks) || toks[to+1].kind == mark || is(toks, to+1, "and", "but", "so", "if", "for", "because", "plus")
		return behind && is(toks, k, "is", "was", "be", "it's", "its", "that's", "thats", "get", "gets", "are", "were")
	}
	return false
}

// faintMoney says whether a number is a price in words that say so more faintly than those
// of bareMoney: "quoted 380 cash", "fuel bill was 1,960", "pay the 1,595", "240 apiece",
// "you had 4,000, it's 3,890", "it's 212.40 on this order".
func faintMoney(toks []token, from, to int, raw rawNumber) bool {
	v, _, ok := plainNumber(toks, raw.from)
	n := int(v / 10_000)
	if !ok || n < 10 || from > 0 && is(toks, from-1, "#", "no", "rfi", "room", "rev", "item", "invoice") {
		return false
	}
	if glued(toks, to, ".", ",", "/", "-", ":") && to+1 < len(toks) && !toks[to+1].gap {
		return false // 31.03.2025
	}
	k := from - 1
	for is(toks, k, "the", "about", "around", "only", "just", "us", "me", "him", "them", "you") {
		k--
	}
	closed := closes(toks, to) || is(toks, to, "for", "with", "w", "on", "plus", "cash", "out", "by", "from", "if", "because", "per", "each", "extra", "total")
	switch {
	case is(toks, to, "apiece") || is(toks, to, "a") && is(toks, to+1, "pop"):
		return raw.decimals() == 0 || raw.decimals() == 2
	case is(toks, to, "cash"):
		return !is(toks, to+1, "register", "registers")
	case !closed, raw.decimals() == 0 && n < 100:
		return false
	}
	switch {
	case raw.decimals() == 2:
		return n >= 100 && is(toks, from-1, "it's", "its", "that's", "is", "was", "total", "paid") // and no hour
	case raw.decimals() != 0, !raw.grouped() && n >= 1990 && n < 2050:
		return false
	case is(toks, k, "cash"), is(toks, k, ",") && is(toks, k-1, "cash"), is(toks, k, "extra") && is(toks, k-1, "that's", "thats", "it's", "its", "is", "an"),
		is(toks, k, "eat", "eats", "pays") || is(toks, k, "out") && is(toks, k-1, "i'm", "im"):
		return true
	case !raw.grouped():
		return is(toks, k, "bill", "fine") && is(toks, k+1, "us", "me", "him", "them", "you", "the")
	case is(toks, k, "pay", "bill", "approve"), is(toks, from-1, "the") && is(toks, k, "take", "for", "at") && (is(toks, k, "take") || mentions(toks[:k], "ok", "approved", "okay", "gets")):
		return true
	case is(toks, k, "is", "was") && is(toks, k-1, "bill", "trucking", "freight", "haulage", "hauling", "rental", "rent", "hire", "labor", "labour", "fuel", "materials", "premium", "balance", "permit", "crane", "tow", "overage"):
		return true
	case is(toks, k, "had", "carried") && is(toks, to, ",") && is(toks, to+1, "it's", "its", "now") && to+2 < len(toks) && toks[to+2].kind == digits:
		return true
	}
	return false
}

// minorUnits turns v times mult into the smallest coin of a currency, rounded,
// refusing what no price is.
func minorUnits(v figure, mult int64, currency string) (int64, bool) {
	if int64(v) > math.MaxInt64/mult-5_000 {
		return 0, false
	}
	per := int64(100) // ten-thousandths in a minor unit
	switch decimalsOf(currency) {
	case 0:
		per = 10_000
	case 3:
		per = 10
	}
	minor := (int64(v)*mult + per/2) / per
	return minor, int64(v)*mult < 1e13*10_000 // 13 digits, as many as are read
}
