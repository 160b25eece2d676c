package postal

import "strings"

// Line is number and street in the one form all spellings of them share: "418
// hollis st" for 418 Hollis Street. It is empty when the address names no street.
func (a Address) Line() string {
	s := a.Street.canonical()
	if c := a.Cross.canonical(); c != "" && s != "" {
		// A corner is the same from both sides.
		if c < s {
			s, c = c, s
		}
		s += " & " + c
	}
	if n := number(a.Number); n != "" && s != "" {
		return n + " " + s
	}
	return s
}

// Canonical is the whole address in the one form all spellings of it share, parts
// divided by commas: "418 hollis st, ste 200, dayton, oh, 45402". The addressee
// and the country are left out.
func (a Address) Canonical() string {
	var parts []string
	for _, p := range []string{a.Line(), box(a.Box), unit(a.Unit), town(a.City), region(a.State), code(a.Postcode)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// Same reports whether a and b can be one place: the same number, name and box,
// and nothing that contradicts. A suite, a town, or the kind of street that only
// one of them names does not contradict.
func (a Address) Same(b Address) bool {
	agree := func(x, y string) bool { return x == "" || y == "" || x == y }
	street := func(x, y Street) bool {
		return words(x.Road, roadWords) == words(y.Road, roadWords) && name(x.Name) == name(y.Name) && agree(words(x.Kind, streetKinds), words(y.Kind, streetKinds)) &&
			agree(compass(x.Before), compass(y.Before)) && agree(compass(x.After), compass(y.After))
	}
	if a.Line() == "" && box(a.Box) == "" || number(a.Number) != number(b.Number) || box(a.Box) != box(b.Box) && (a.Line() == "" || a.Box != "" && b.Box != "") {
		return false
	}
	if !(street(a.Street, b.Street) && street(a.Cross, b.Cross) || a.Cross != (Street{}) && street(a.Street, b.Cross) && street(a.Cross, b.Street)) {
		return false
	}
	x, y := code(a.Postcode), code(b.Postcode)
	return agree(unit(a.Unit), unit(b.Unit)) && agree(town(a.City), town(b.City)) && agree(region(a.State), region(b.State)) && agree(x[:min(5, len(x))], y[:min(5, len(y))])
}

func (s Street) canonical() string {
	return strings.Join(strings.Fields(compass(s.Before)+" "+words(s.Road, roadWords)+" "+name(s.Name)+" "+words(s.Kind, streetKinds)+" "+compass(s.After)), " ")
}

// roadWords are what roads are called before their number, in one form.
var roadWords = func() map[string]string {
	m := pairs(`county co state st interstate i`)
	for k, v := range streetKinds {
		if m[k] == "" {
			m[k] = v
		}
	}
	m["cr"], m["sr"], m["ch"], m["cth"], m["sh"], m["sth"], m["us"] = "co rd", "st rte", "co hwy", "co hwy", "st hwy", "st hwy", "us"
	return m
}()

// split cuts s into folded words, without marks.
func split(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool { return !isWordRune(r) && r != '\'' })
}

// words writes each word of s in its one form.
func words(s string, forms map[string]string) string {
	list := split(s)
	for i, w := range list {
		if f := forms[w]; f != "" {
			list[i] = f
		}
	}
	return strings.Join(list, " ")
}

// compass writes a point of the compass in letters: "south east" and S.E. as se.
func compass(s string) string { return strings.ReplaceAll(words(s, directions), " ", "") }

// name writes the name of a street: Fifth as 5th, Saint as st.
func name(s string) string {
	list := split(strings.ReplaceAll(fold(s), "'", ""))
	for i, w := range list {
		if o := ordinalFigures[w]; o != "" {
			list[i] = o
		}
		switch w {
		case "saint":
			list[i] = "st"
		case "mount":
			list[i] = "mt"
		case "fort":
			list[i] = "ft"
		}
		for _, end := range []string{"straße", "strasse"} {
			if cut, ok := strings.CutSuffix(w, end); ok {
				list[i] = cut + "str"
			}
		}
	}
	return strings.Join(list, " ")
}

func number(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("–", "-", "—", "-", "#", "", "½", " 1/2").Replace(fold(s))), " ")
}

func unit(s string) string {
	s = strings.ReplaceAll(fold(s), "#", " # ")
	var list []string
	for w := range strings.FieldsSeq(s) {
		w = strings.Trim(w, "-,;:()")
		switch w {
		case "suite":
			w = "ste"
		case "apartment":
			w = "apt"
		case "floor", "flr":
			w = "fl"
		case "room":
			w = "rm"
		case "building", "blg", "bld":
			w = "bldg"
		case "no", "":
			continue
		default:
			if o := ordinalFigures[w]; o != "" {
				w = o
			}
		}
		if w == "#" && len(list) > 0 {
			continue // Apt #4
		}
		list = append(list, w)
	}
	return strings.Join(list, " ")
}

// box writes a PO box: "post office box 88" and P.O. Box 88 as po box 88.
func box(s string) string {
	s = strings.Join(split(strings.ReplaceAll(fold(s), "#", " ")), " ")
	for _, p := range []string{"post office box", "p o box", "pobox"} {
		if rest, ok := strings.CutPrefix(s, p); ok {
			return "po box" + rest
		}
	}
	return s
}

func town(s string) string {
	list := split(s)
	for i, w := range list {
		switch {
		case w == "saint" || w == "sankt":
			list[i] = "st"
		case w == "fort":
			list[i] = "ft"
		case w == "mount":
			list[i] = "mt"
		case directions[w] != "" && i == 0:
			list[i] = directions[w]
		}
	}
	return strings.Join(list, " ")
}

func region(s string) string {
	list := split(s)
	if short := stateNames[strings.Join(list, "-")]; short != "" {
		return short
	}
	return strings.Join(list, " ")
}

func code(s string) string { return strings.ReplaceAll(strings.ToUpper(fold(s)), " ", "") }
