package extract

import "strings"

var unitsOfPrice = map[string]string{
	"hr": "hour", "hrs": "hour", "hour": "hour", "hora": "hour", "day": "day", "wk": "week", "week": "week", "month": "month", "mo": "month", "year": "year", "yr": "year", "night": "night", "shift": "shift",
	"ea": "each", "each": "each", "apiece": "each", "sf": "sf", "sqft": "sf", "psf": "sf", "lf": "lf", "plf": "lf", "cy": "cy", "sy": "sy", "cf": "cf", "yd": "yard", "yard": "yard", "foot": "foot", "ft": "foot", "mile": "mile",
	"m": "m", "metre": "m", "meter": "m", "lm": "m", "sqm": "m2", "ton": "ton", "tonne": "tonne", "lb": "pound", "kg": "kg", "gal": "gallon", "gallon": "gallon", "litre": "litre", "liter": "litre", "kwh": "kwh",
	"sheet": "sheet", "unit": "unit", "head": "head", "door": "door", "window": "window", "opening": "opening", "load": "load", "truckload": "load", "truck": "truck", "man": "man", "person": "person", "crew": "crew", "guy": "man",
	"sq": "square", "square": "square", "piece": "piece", "pc": "piece", "trip": "trip", "visit": "visit", "floor": "floor", "room": "room", "share": "share", "dozen": "dozen", "panel": "panel", "board": "board",
	"bag": "bag", "roll": "roll", "box": "box", "pallet": "pallet", "case": "case", "bundle": "bundle", "ticket": "ticket", "fixture": "fixture", "outlet": "outlet", "device": "device", "hole": "hole", "pile": "pile", "pier": "pier",
	"column": "column", "riser": "riser", "stair": "stair", "mobilization": "mobilization", "test": "test", "sample": "sample", "inspection": "inspection", "house": "house", "home": "home", "apartment": "apartment", "suite": "suite", "occurrence": "occurrence",
}

// always are the words behind an amount that say alone what it is the price of.
var always = map[string]string{
	"each": "each", "ea": "each", "apiece": "each", "hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "annually": "year", "nightly": "night", "psf": "sf", "plf": "lf",
}

// measures are the units of what is measured along, square and cubic.
var measures = map[string][3]string{
	"foot": {"lf", "sf", "cf"}, "feet": {"lf", "sf", "cf"}, "ft": {"lf", "sf", "cf"}, "yard": {"yard", "sy", "cy"}, "yd": {"yard", "sy", "cy"}, "yds": {"yard", "sy", "cy"},
	"metre": {"m", "m2", "m3"}, "meter": {"m", "m2", "m3"}, "metres": {"m", "m2", "m3"}, "meters": {"m", "m2", "m3"}, "m": {"m", "m2", "m3"},
}

// perUnit reads "/hr", "per day", "a calendar day", "per square foot", "ea" at token i.
func perUnit(toks []token, i int) (string, int) {
	if u, ok := always[lowAt(toks, i)]; ok && !(is(toks, i, "each") && i+1 < len(toks) && unitsOfPrice[toks[i+1].low] != "") {
		return u, i + 1
	}
	if !is(toks, i, "/", "per", "a", "an", "each", "every", "por", "la", "@") {
		return "", i
	}
	j := i + 1
	for is(toks, j, "calendar", "working", "business", "thousand", "additional", "man", "crew", "labor", "overtime", "extra") && j+1 < len(toks) && (unitsOfPrice[toks[j+1].low] != "" || is(toks, j+1, "-")) {
		if j++; glued(toks, j, "-") {
			j++
		}
	}
	dimension := -1
	switch {
	case is(toks, j, "linear", "lineal", "lin", "running"):
		dimension = 0
	case is(toks, j, "square", "sq"):
		dimension = 1
	case is(toks, j, "cubic", "cu"):
		dimension = 2
	}
	if dimension >= 0 {
		k := skipDot(toks, j+1)
		if m, ok := measures[lowAt(toks, k)]; ok {
			if k++; glued(toks, k, ".") && len(toks[k-1].low) == 2 && k+1 < len(toks) {
				k++
			}
			return m[dimension], k
		}
	}
	u, ok := unitsOfPrice[lowAt(toks, j)]
	switch {
	case !ok, u == "m" && !is(toks, i, "/", "per"):
		return "", i
	case u == "m" && glued(toks, j+1, "2", "²"):
		return "m2", j + 2
	case u == "m" && glued(toks, j+1, "3", "³"):
		return "m3", j + 2
	}
	return u, j + 1
}

// priceBefore reads what the words before an amount say that it is the price of: "40 hrs @
// $85", "12 @ $215", "an hourly rate of $85", "unit price: $14.50".
func priceBefore(toks []token, i int) string {
	if is(toks, i-1, "@") || is(toks, i-1, "at") {
		if toks[i-1].low == "@" && i > 1 && toks[i-2].kind == digits {
			return "each"
		}
		u, counted := unitsOfPrice[lowAt(toks, i-2)], i > 2 && toks[i-3].kind == digits
		if u == "" {
			u = unitsOfPrice[strings.TrimSuffix(lowAt(toks, i-2), "s")]
		}
		if counted && u != "" && (is(toks, i-1, "@") || timeUnits[u] != noUnit || u == "each") {
			return u
		}
		return ""
	}
	k := i - 1
	for is(toks, k, "of", "is", "was", "at", ":", "=", "(") {
		k--
	}
	if is(toks, k, "rate", "price", "cost", "rates", "prices") {
		if is(toks, k-1, "unit") {
			return "unit"
		}
		return always[lowAt(toks, k-1)]
	}
	return ""
}
