// Package postal finds street addresses in running text and takes them apart.
//
// It knows addresses of the United States best, then those of Canada and the
// United Kingdom, and the plain forms of the European mainland; PO boxes, rural
// routes, highways and corners of two streets as well. It promises that what it
// finds stands in the text at its offsets, and that amounts, dates, times, phone
// numbers and drawing numbers are no addresses. It knows no map: an address need
// not exist.
//
// Words are tagged by a small model whose weights are part of the package
// (weights.txt); what it tags counts only where rules find in it what an address
// needs. Start at Find.
package postal

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Address is an address as a text writes it, and its parts. Parts the text does
// not name are empty.
type Address struct {
	Start, End int    // where it stands in the text, in code points
	Text       string // the words there, white space as written
	Who        string // the addressee or the building, where it is a part of the address
	Number     string // 418, 75-77, 12A
	Street     Street
	Cross      Street // the other street of a corner
	Unit       string // Suite 200, 3rd Floor
	Box        string // PO Box 88, RR 2
	City       string
	State      string // state, province or region
	Postcode   string
	Country    string
}

// Street is the name of a street in its parts: N Hollis St NW, County Highway 9,
// rue de la Paix.
type Street struct {
	Before string // the point of the compass before the name
	Road   string // the kind of road before the name: County Highway, rue
	Name   string
	Kind   string // the kind of street behind the name
	After  string // the point of the compass behind it
}

// String returns the street as written.
func (s Street) String() string {
	return strings.Join(strings.Fields(strings.Join([]string{s.Before, s.Road, s.Name, s.Kind, s.After}, " ")), " ")
}

// maxText is how many bytes of a text are looked at.
const maxText = 256 << 10

// reach is how many words around a figure or a street are looked at together.
const reach = 16

// Find returns the addresses of text in order.
func Find(text string) []Address { return learned().Find(text) }

// Parse takes apart a text that is an address and nothing else. ok is false when
// no address is found in it.
func Parse(text string) (a Address, ok bool) {
	list := Find(text)
	if len(list) == 0 {
		return Address{}, false
	}
	return list[0], true
}

// Find returns the addresses of text in order.
func (t *Tagger) Find(text string) []Address {
	if len(text) > maxText {
		cut := maxText
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	toks := tokenise(text)
	var out []Address
	points, bytes := 0, 0 // code points up to a byte
	at := func(b int) int {
		points += utf8.RuneCountInString(text[bytes:b])
		bytes = b
		return points
	}
	for from := 0; from < len(toks); {
		i := from
		for i < len(toks) && !anchor(toks, i) {
			i++
		}
		if i == len(toks) {
			break
		}
		end := min(len(toks), i+reach)
		for k := i + 1; k < min(len(toks), end); k++ {
			if anchor(toks, k) {
				end = min(len(toks), k+reach)
			}
		}
		window := toks[max(from, i-reach):end]
		got := t.tag(window)
		for a := 0; a < len(window); {
			if got[a] == Outside {
				a++
				continue
			}
			b := a + 1
			for b < len(window) && got[b] != Outside && !divided(window, got, a, b) {
				b++
			}
			named(got[a:b])
			joined(got[a:b])
			x, y := trim(text, window, got, a, b)
			if address(text, window[x:y], got[x:y]) {
				found := take(text, window[x:y], got[x:y])
				found.Start = at(window[x].start)
				found.End = at(window[y-1].end)
				out = append(out, found)
			}
			a = b
		}
		from = end
	}
	return out
}

// anchor reports whether an address may stand around token i.
func anchor(toks []token, i int) bool {
	t := &toks[i]
	if t.shape == "" {
		return false
	}
	switch t.shape[0] {
	case '9':
		return true
	case '$':
		return false
	}
	return strings.Contains(t.shape, "9") || t.has("kind") && i > 0 && toks[i-1].after != '.' || t.has("roadend") || t.has("numword") || t.low == "corner" || t.low == "intersection"
}

// divided reports whether a run of address words ends before token b.
func divided(toks []token, got []Tag, a, b int) bool {
	if toks[b].par || toks[b].quoted || strings.Contains(toks[b].low, ")") { // (850)202
		return true
	}
	switch toks[b-1].after {
	case ';', '?', '!':
		return true
	}
	if got[b] != Number && got[b] != Box && got[b] != Who {
		return false
	}
	switch got[b-1] {
	case Postcode, Country, State:
		// The code before the town is one address: 10115 Berlin.
		return slices.Contains(got[a:b], Name) && got[b] != Box
	}
	return false
}

// named makes a street that stands before the number and the street of an address
// the name of the place: Hollis Street Clinic, 418 Hollis Street.
func named(got []Tag) {
	kind := false
	for i, g := range got {
		kind = kind || g == Kind
		if g != Number {
			continue
		}
		if kind && slices.Contains(got[i:], Name) {
			for k := range i {
				if got[k] != Unit && got[k] != Box {
					got[k] = Who
				}
			}
		}
		return
	}
}

// joined makes "and" a part of the name where a house has a number and the street
// no other kind before it: 3243 Wind and Fire Dr.
func joined(got []Tag) {
	number := slices.Contains(got, Number)
	for i, g := range got {
		if g == Kind || g == RoadBefore {
			return
		}
		if g == Crossing && number && i > 0 && i+1 < len(got) && got[i-1] == Name && got[i+1] == Name {
			got[i] = Name
		}
	}
}

// corner are the words that begin a corner of two streets.
var corner = set(`corner junction jct intersection cor`)

// notLast are words behind an address that are no part of it.
var notLast = set(`tel telephone phone ph fax cell mobile email e-mail www attn`)

// trim takes off what cannot be an end of an address.
func trim(text string, toks []token, got []Tag, a, b int) (int, int) {
	for a < b && got[a] == Crossing && !corner[toks[a].low] {
		a++
	}
	// What a bracket opens and the address does not close stands beside it.
	for i := a + 1; i < b; i++ {
		if toks[i].open && !strings.ContainsAny(text[toks[i].start:toks[b-1].end]+string(rune(toks[b-1].after)), ")]") {
			b = i
		}
	}
	if !slices.ContainsFunc(got[a:b], func(g Tag) bool { return g == State || g == Postcode || g == Country }) {
		capitals := false
		for i := a; i < b; i++ {
			capitals = capitals || got[i] != City && got[i] != Number && strings.HasPrefix(toks[i].shape, "A")
		}
		// A town has a capital where the street has.
		for capitals && b > a && got[b-1] == City && !strings.HasPrefix(toks[b-1].shape, "A") {
			b--
		}
	}
	for b > a && (got[b-1] == Crossing || notLast[toks[b-1].low] && got[b-1] != Unit) {
		b--
	}
	return a, b
}

// address reports whether tagged words have what an address needs.
func address(text string, toks []token, got []Tag) bool {
	var has [tags]int
	lettered, ordinal, small := false, false, true // of the street
	for i, g := range got {
		has[g]++
		t := &toks[i]
		if (g == Number || g == Name || g == Postcode) && strings.ContainsAny(t.shape, "$%:@") {
			return false
		}
		switch g {
		case Number:
			if !houseNumber(t) {
				return false
			}
		case Name, RoadBefore, Kind:
			if g == Name {
				ordinal = ordinal || t.kind.s == "ordinal"
			}
			lettered = lettered || strings.ContainsAny(t.shape, "Aa")
			small = small && !strings.Contains(t.shape, "A")
		}
	}
	place := has[City] > 0 && has[State]+has[Postcode]+has[Country] > 0 || has[Postcode] > 0
	if has[Box] > 0 && (place || boxed(toks, got)) {
		return true
	}
	number := ""
	if i := slices.Index(got, Number); i >= 0 {
		number = toks[i].low
	}
	switch {
	case has[Name] == 0 && !(has[RoadBefore] > 0 && has[Kind] > 0):
		return place && has[State] > 0 && has[Postcode] > 0 && has[Who]+has[Unit]+has[Number] > 0 || has[Number] > 0 && has[Before] > 0 && has[City] > 0
	case has[Crossing] > 0 && has[Name] > 1:
		return corner[toks[0].low] || lettered && (has[Kind]+has[RoadBefore] > 0 || ordinal && (!small || place)) || place && lettered
	case !lettered:
		return has[Number] > 0 && has[Before] > 0 && has[After] > 0
	case has[Number] > 0 && has[Kind]+has[RoadBefore]+has[Before]+has[After] > 0:
		// "4 wheel drive": one figure and no capital need a town.
		return !small || len(number) > 1 || place || roadEnd(toks, got)
	case has[Number] > 0:
		return place || roadEnd(toks, got) || !small && isDigit(number[0]) && !year(number) && len(number) > 1 && has[City]+has[Unit]+has[Who] > 0 || bare(toks, got)
	case has[RoadBefore] > 0:
		return place || highway(toks, got)
	}
	return place && !small && has[Kind] > 0 || roadEnd(toks, got) && has[City] > 0
}

// houseNumber reports whether a word can number a house: 418, 75-77, 12A, 1/2,
// N170W20015, Fifty; and not 555-201-3344, 1-Hour, 3pm.
func houseNumber(t *token) bool {
	runs, figures, letters := 0, 0, 0
	for i := range len(t.low) {
		switch c := t.low[i]; {
		case isDigit(c):
			if i == 0 || !isDigit(t.low[i-1]) {
				runs++
			}
			figures++
		case c >= 'a' && c <= 'z':
			letters++
		case c == ',':
			return false
		}
	}
	if figures == 0 {
		return t.has("numword") || letters <= 2
	}
	if a, b, ok := strings.Cut(t.low, "-"); ok && len(b) > 2 && len(b) > len(a) && (len(a) != 2 || b[:1] != "1" || a[:1] != "9") {
		return false // 24-117 is a job; 75-77, 92-10 and 98-102 are houses
	}
	return figures <= 10 && runs <= 2 && letters <= 2 && !strings.HasSuffix(t.low, "pm") && !strings.HasSuffix(t.low, "am") && !strings.Contains(t.low, "--") && (runs < 2 || figures < 10)
}

// boxed reports whether a box says whose it is: PO Box 88, RR 2, and not Box 4.
func boxed(toks []token, got []Tag) bool {
	joined := ""
	for i, g := range got {
		if g == Box {
			joined += toks[i].low
		}
	}
	if !strings.ContainsAny(joined, "0123456789") {
		return false
	}
	for _, p := range []string{"po", "rr", "hc", "rural", "rt", "route", "cmr", "psc", "rfd", "highway", "hwy", "caller", "lockbox", "gpo", "bp", "lock"} {
		if strings.HasPrefix(joined, p) {
			return true
		}
	}
	return false
}

// bare reports whether a number and a name without a kind of street, and nothing
// else, stand as an address: 134 Grey Fox.
func bare(toks []token, got []Tag) bool {
	if len(toks) < 2 || len(toks) > 4 || got[0] != Number || len(toks[0].low) < 3 || len(toks[0].low) > 5 || strings.Trim(toks[0].low, "0123456789") != "" || year(toks[0].low) {
		return false
	}
	for i := 1; i < len(toks); i++ {
		if got[i] != Name || !strings.HasPrefix(toks[i].shape, "A") || zones[toks[i].low] || toks[i].has("measure") || toks[i].has("month") {
			return false
		}
	}
	return toks[0].led
}

var zones = set(`cst est pst mst gmt utc cdt edt pdt mdt hours usd eur gbp aud cad btu mwh kwh mw kw psi cfm rpm`)

func year(s string) bool { return len(s) == 4 && s >= "1900" && s < "2100" }

// roadEnd reports whether the name of the street says by its end that it is one:
// Hauptstraße.
func roadEnd(toks []token, got []Tag) bool {
	for i, g := range got {
		if g == Name && toks[i].has("roadend") && strings.HasPrefix(toks[i].shape, "A") {
			return true
		}
	}
	return false
}

// half are words of highways that name none alone: CO 1 is a change order.
var half = set(`state county co i st old farm ranch loop business spur th junction jct`)

// highway reports whether a road is named by its number or letter: County Highway
// 9, US 20, Hwy PP.
func highway(toks []token, got []Tag) bool {
	known, names := false, 0
	for i, g := range got {
		switch g {
		case RoadBefore:
			known = known || toks[i].has("hwy") && strings.HasPrefix(toks[i].shape, "A") && !half[toks[i].low]
		case Name:
			names++
			if !strings.Contains(toks[i].shape, "9") && len(toks[i].low) > 2 || len(toks[i].low) > 5 || strings.Contains(toks[i].low, "-") {
				return false
			}
		}
	}
	return known && names == 1
}

// take puts tagged words into their parts.
func take(text string, toks []token, got []Tag) Address {
	a := Address{Text: text[toks[0].start:toks[len(toks)-1].end]}
	street := &a.Street
	for i, g := range got {
		w := text[toks[i].start:toks[i].end]
		if i+1 < len(got) && strings.HasPrefix(text[toks[i].end:], ".") {
			w += "." // N. Hollis St
		}
		var to *string
		switch g {
		case Who:
			to = &a.Who
		case Number:
			to = &a.Number
		case Before:
			to = &street.Before
		case RoadBefore:
			to = &street.Road
		case Name:
			to = &street.Name
		case Kind:
			to = &street.Kind
		case After:
			to = &street.After
		case Unit:
			to = &a.Unit
		case Box:
			to = &a.Box
		case City:
			to = &a.City
		case State:
			to = &a.State
		case Postcode:
			to = &a.Postcode
		case Country:
			to = &a.Country
		case Crossing:
			if a.Street != (Street{}) {
				street = &a.Cross
			}
			continue
		default:
			continue
		}
		if *to != "" {
			*to += " "
		}
		*to += w
	}
	return a
}
