package extract

// smallNumbers are the spelled numbers below twenty, the tens, and what people
// write for one and two.
var smallNumbers = map[string]int{
	"a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
}

// scales are the words that multiply the spelled number before them.
var scales = map[string]int64{"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5, "crore": 1e7, "crores": 1e7, "milliard": 1e9, "milliards": 1e9}

// number returns the value of a run of at most 9 digits at token i.
func number(toks []token, i int) (n, width int, ok bool) {
	if i < 0 || i >= len(toks) || toks[i].kind != digits || len(toks[i].low) > 9 {
		return 0, 0, false
	}
	for _, c := range toks[i].low {
		n = n*10 + int(c-'0')
	}
	return n, len(toks[i].low), true
}

// count reads a small number in figures or words at token i and returns the
// token after it: "10", "a", "a couple of", "twenty-one".
func count(toks []token, i int) (n, next int, ok bool) {
	if n, _, ok := number(toks, i); ok {
		return n, i + 1, true
	}
	if i < 0 || i >= len(toks) || toks[i].kind != word {
		return 0, i, false
	}
	n, ok = smallNumbers[toks[i].low]
	if !ok {
		return 0, i, false
	}
	next = i + 1
	switch {
	case n == 1 && is(toks, next, "couple", "dozen"): // "a couple of days"
		n = smallNumbers[toks[next].low]
		next++
	case n >= 20:
		j := next
		if glued(toks, j, "-") {
			j++
		}
		if d := smallNumbers[lowAt(toks, j)]; d > 0 && d < 10 && !is(toks, j, "a", "an", "couple") {
			n, next = n+d, j+1
		}
	}
	if is(toks, next-1, "couple") && is(toks, next, "of") {
		next++
	}
	if is(toks, next, "(") && is(toks, next+2, ")") { // letters say it twice: seven (7)
		if again, _, ok := number(toks, next+1); ok && again == n {
			next += 3
		}
	}
	return n, next, true
}

// spelled reads a whole number in words at token i: "twelve hundred", "three
// million two hundred thousand", "one hundred and five". A lone article is no
// number; "a hundred" is.
func spelled(toks []token, i int) (n int64, next int, ok bool) {
	var total, group int64
	next = i
	for j := i; j < len(toks) && j < i+24 && toks[j].kind == word; {
		w := toks[j].low
		if m, isScale := scales[w]; isScale && group > 0 {
			if m == 100 {
				group *= 100
			} else {
				total, group = total+group*m, 0
				if total < 0 || total > 1e15 {
					return 0, i, false
				}
			}
			j++
			next, ok = j, true
		} else if v, isSmall := smallNumbers[w]; isSmall && w != "couple" && w != "dozen" {
			if w == "a" || w == "an" {
				if j != i || scales[lowAt(toks, j+1)] == 0 {
					break
				}
			}
			if low := group % 100; low != 0 && (low < 20 || low%10 != 0 || v >= 10) {
				break // "five ten" are two numbers
			}
			group += int64(v)
			j++
			next, ok = j, true
		} else {
			break
		}
		if glued(toks, j, "-") && j+1 < len(toks) && !toks[j+1].gap && scales[toks[j+1].low] != 0 { // one-hundred
			j++
			continue
		}
		if glued(toks, j, "-") || is(toks, j, "and") && scales[lowAt(toks, j-1)] != 0 {
			if v := smallNumbers[lowAt(toks, j+1)]; v == 0 || is(toks, j+1, "a", "an", "couple", "dozen") {
				break
			}
			j++
		}
	}
	return total + group, next, ok && total+group > 0
}

// ordinals are the spelled ones that need no second word.
var ordinals = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
	"thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}

// ordinalAt reads "9th", "the ninth", "thirty-first" or, when bare is set, "9".
func ordinalAt(toks []token, i int, bare bool) (d, next int, ok bool) {
	if n, w, ok := number(toks, i); ok && w <= 2 && n >= 1 && n <= 31 {
		if glued(toks, i+1, "st", "nd", "rd", "th") {
			return n, i + 2, true
		}
		if i+1 < len(toks) && !toks[i+1].gap && is(toks, i+1, "/", ":", "%", "'", "\"", "-", "–") && !(bare && is(toks, i+1, "-", "/") && months[lowAt(toks, i+2)] != 0) {
			return 0, i, false
		}
		if i+2 < len(toks) && !toks[i+1].gap && is(toks, i+1, ".", ",") && toks[i+2].kind == digits && !toks[i+2].gap {
			return 0, i, false
		}
		if i+1 < len(toks) && toks[i+1].kind == word && !toks[i+1].gap && months[toks[i+1].low] == 0 {
			return 0, i, false // 9am
		}
		return n, i + 1, bare
	}
	if i < 0 || i >= len(toks) || toks[i].kind != word {
		return 0, i, false
	}
	if n, ok := ordinals[toks[i].low]; ok {
		return n, i + 1, true
	}
	if tens := smallNumbers[toks[i].low]; tens == 20 || tens == 30 {
		j := i + 1
		if is(toks, j, "-") {
			j++
		}
		if n, ok := ordinals[lowAt(toks, j)]; ok && n < 10 && tens+n <= 31 {
			return tens + n, j + 1, true
		}
	}
	if n, next, ok := count(toks, i); ok && bare && n >= 1 && n <= 31 && !is(toks, i, "a", "an", "couple") &&
		(next >= len(toks) || toks[next].kind != word || months[toks[next].low] != 0 || toks[next].low == "of" || smallNumbers[toks[next].low] >= 10 || is(toks, next, "two") && is(toks, next+1, "thousand")) {
		return n, next, true // "May twenty nine"
	}
	return 0, i, false
}

// yearAt reads ", 2024", "2024", "'24", "of 87" and "nineteen ninety-six" at
// token i.
func yearAt(toks []token, i int) (y, next int, ok bool) {
	of := is(toks, i, "of")
	if is(toks, i, ",") || of || is(toks, i, "de", "in") || glued(toks, i, "-", "/") {
		i++
	}
	if is(toks, i, "the") && is(toks, i+1, "year") {
		i += 2
	} else if is(toks, i, "year") {
		i++
	}
	if is(toks, i, "'", "’") {
		if n, w, ok := number(toks, i+1); ok && w == 2 {
			return century(n), i + 2, true
		}
		return 0, i, false
	}
	if n, w, ok := number(toks, i); ok {
		if w == 4 && n >= 1900 && n < 2200 && !trailed(toks, i+1) {
			return n, i + 1, true
		}
		if of && w == 2 && n > 31 && !trailed(toks, i+1) {
			return century(n), i + 1, true
		}
		return 0, i, false
	}
	return spelledYear(toks, i)
}

// spelledYear reads "two thousand and eighteen", "twenty nineteen", "nineteen
// ninety six" and "seventeen hundred thirty three".
func spelledYear(toks []token, i int) (y, next int, ok bool) {
	hundreds := smallNumbers[lowAt(toks, i)]
	switch {
	case hundreds == 2 && is(toks, i, "two") && is(toks, i+1, "thousand"):
		n, next, _ := spelled(toks, i)
		return int(n), next, n < 2200
	case hundreds < 16 || hundreds > 20:
		return 0, i, false
	}
	j := i + 1
	if is(toks, j, "oh", "o", "zero") { // nineteen oh four
		if n, next, ok := count(toks, j+1); ok && toks[j+1].kind == word && n > 0 && n < 10 {
			return hundreds*100 + n, next, true
		}
	}
	if is(toks, j, "hundred") {
		j++
		if n, next, ok := count(toks, j); ok && n < 100 {
			return hundreds*100 + n, next, true
		}
		return hundreds * 100, j, true
	}
	if n, next, ok := count(toks, j); ok && toks[j].kind == word && n >= 10 && n < 100 {
		return hundreds*100 + n, next, true
	}
	return 0, i, false
}

// century completes a year of two digits.
func century(n int) int {
	if n >= 70 {
		return 1900 + n
	}
	return 2000 + n
}

// trailed reports whether what looks like a date goes on, as in 1/2/03-4.
func trailed(toks []token, i int) bool {
	return i+1 < len(toks) && glued(toks, i, "/", "-", ".") && toks[i+1].kind == digits && !toks[i+1].gap
}

func skipDot(toks []token, i int) int {
	if glued(toks, i, ".") {
		return i + 1
	}
	return i
}

func lowAt(toks []token, i int) string {
	if i < 0 || i >= len(toks) {
		return ""
	}
	return toks[i].low
}
