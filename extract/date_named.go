package extract

// pointers are the words of dates that hang on another that was named before.
var pointers = set("after before later earlier following next previous preceding prior afterwards thereafter beforehand ahead")

// besideNamed reads a date that hangs on the one named before it: "delivery is Tuesday;
// inspection the day after", "the following Monday", "two weeks later".
func (c calendar) besideNamed(toks []token, i int) (when, bool) {
	if !c.told || toks[i].kind == mark {
		return when{}, false
	}
	sign, l, k := 0, length{}, i
	the := is(toks, i, "the", "that")
	if the {
		k++
	}
	wd, isDay := weekdays[lowAt(toks, k)]
	u := timeUnits[lowAt(toks, k)]
	if u == noUnit && is(toks, k, "morning", "evening", "afternoon") {
		u = dayUnit
	}
	switch {
	case the && (u == dayUnit || isDay || u >= weekUnit && u != halfUnit): // "the day after", "the Monday before"
		if sign = side(toks, k+1); sign == 0 || !closes(toks, k+2) && !is(toks, k+2, "at") {
			return when{}, false
		}
		k += 2
	case the && is(toks, k, "following", "next", "previous", "preceding", "prior"):
		sign = 1
		if is(toks, k, "previous", "preceding", "prior") {
			sign = -1
		}
		lead := toks[k].low
		k++
		wd, isDay = weekdays[lowAt(toks, k)]
		if u = timeUnits[lowAt(toks, k)]; u == noUnit && is(toks, k, "morning", "afternoon", "evening") {
			u = dayUnit
		}
		if !isDay && (u < dayUnit || u == halfUnit) || lead == "next" && u != dayUnit || is(toks, i-1, "in", "within", "over", "for") || is(toks, k+1, "or", "after", "before", "of") {
			return when{}, false // "in the next day or so"; "the next Monday" is the mail's own
		}
		k++
	case !the:
		var ok bool
		if l, k, ok = lengthAt(toks, i); !ok || l.u[0] == hourUnit || is(toks, i-1, "in", "within", "for", "about", "last", "past", "next", "-", "/", "#") {
			return when{}, false
		}
		if sign = side(toks, k); sign == 0 || is(toks, k, "following", "next") || !closes(toks, k+1) {
			return when{}, false
		}
		k++
	default:
		return when{}, false
	}
	base := c.base.last
	if sign < 0 {
		base = c.base.day
	}
	w := when{to: k, relative: true, unsure: c.base.unsure, tied: true}
	switch {
	case l.size > 0:
		w.day = l.from(base, sign)
	case isDay && sign > 0:
		w.day = weekday(base, wd)
	case isDay:
		w.day = weekday(base.AddDate(0, 0, -8), wd)
		if w.day.Equal(base) {
			w.day = w.day.AddDate(0, 0, -7)
		}
	default:
		w.day, w.last = u.around(u.add(base, sign, false))
		return w, true
	}
	w.last = w.day
	return w, true
}

// side says whether the word at token i points behind another date, or before it.
func side(toks []token, i int) int {
	switch {
	case is(toks, i, "after", "following", "later", "afterwards", "thereafter"):
		return 1
	case is(toks, i, "before", "prior", "earlier", "preceding", "beforehand", "ahead"):
		return -1
	}
	return 0
}

// past are the papers and talks that a date names: what "the May 5 meeting minutes" were
// of is over. Of the others a day to come may be meant.
var (
	past = set(`minutes notes email emails mail mails letter letters memo memos message messages voicemail text conversation correspondence transmittal bulletin sketch sketches photo photos photographs
		rejection approval comments markup markups redlines directive instruction instructions`)
	papers = set(`submittal submittals submission drawing drawings plans set asi rfi rfis proposal quote quotation estimate invoice report reports schedule update statement log agenda addendum addenda revision revisions
		spec specs specification specifications issue version draw application list response notice order call`)
	ofPaper = set("meeting coordination progress oac site field shop design safety daily weekly monthly change pay punch architectural structural permit bid revised updated original conformed your our my follow up follow-up cost price")
)

// namesPaper reports whether the date w names a paper or a talk: "the 3/12 submittal", "my
// Nov 4 email", "Tuesday's minutes". What is asked for by that date is none.
func (c calendar) namesPaper(toks []token, w when) bool {
	if w.prep == by || w.prep == before || w.to >= len(toks) || toks[w.to].kind != word || w.open {
		return false
	}
	k := w.to
	for k < len(toks) && k < w.to+3 && ofPaper[toks[k].low] {
		k++
	}
	paper := lowAt(toks, k)
	if paper == "text" && k+1 < len(toks) && toks[k+1].kind == word && !endsAmount(toks, k+1) {
		return false
	}
	last := toks[w.to-1]
	if _, day := weekdays[last.low]; day {
		return past[paper] && len(last.low) > 2 && last.low[len(last.low)-2:] == "'s" && !is(toks, w.from-1, "next", "this", "coming")
	}
	if w.relative {
		return is(toks, w.from, "yesterday's")
	}
	return past[paper] || papers[paper] && (w.day.Before(c.today) || !w.year && w.day.After(c.plus(60)))
}
