package extract

import (
	"strings"
	"time"
)

// listDue reports whether a sentence with a date says by when all of a list is to be
// done: "all of it done before Friday", "Corrections are due by June 4". whole is true
// where it speaks of corrections, which no marks of a list need tell.
func listDue(toks []token) (yes, whole bool) {
	if mentions(toks, "me", "minutes", "record") { // corrections of the minutes
		return false, false
	}
	whole = mentions(toks, "these") && mentions(toks, "closed", "corrected", "completed", "cleared") || mentions(toks, "corrections", "correction", "corrected", "violations", "violation", "compliance", "reinspection") && mentions(toks, "due", "within", "by", "date", "before") || mentions(toks, "each") && mentions(toks, "item", "comment") && mentions(toks, "within", "by")
	yes = whole ||
		mentions(toks, "everything", "all", "corrections", "items", "resubmit", "work") && mentions(toks, "must", "shall", "complete", "completed", "done", "finished", "corrected", "resubmit", "closed", "cleared", "wrapped", "fixed") ||
		mentions(toks, "these", "those", "them", "it", "yours", "list", "clearing") && mentions(toks, "close", "closed", "done", "finish", "finished", "clear", "cleared", "clearing", "wrapped", "corrected", "fixed", "complete", "completed")
	yes = yes || listOnly(toks) && !mentions(toks, "you")
	return yes, whole
}

// listOnly reports whether a short sentence is nothing but the day of a list: "So all by
// the 23rd please", "Items 1 and 2 by the 21st", "Due end of next week".
func listOnly(toks []token) bool {
	if len(toks) > 20 {
		return false
	}
	for i := range toks {
		if (i == 0 || is(toks, i-1, ",")) && allBy(toks, i) {
			return true
		}
	}
	return len(toks) <= 12 && !is(toks, 0, "all", "everything", "items", "conditions", "these", "those", "the") && mentions(toks, "conditions") && mentions(toks, "cleared", "met")
}

// allBy reports whether the clause at token i gives the day of a list: "so all by the 23rd".
func allBy(toks []token, i int) bool {
	for is(toks, i, "so", "and", "please", "that's", "conditions") {
		i++
	}
	if is(toks, i, "due") || is(toks, i, "complete", "completed", "finish", "finished", "done", "close", "closed") && is(toks, i+1, "by", "before", "within") {
		return true
	}
	if !is(toks, i, "all", "everything", "items", "conditions", "these", "those") && !is(toks, i, "the") {
		return is(toks, i, "be") && is(toks, i+1, "through", "done", "finished") && is(toks, i+2, "by", "before")
	}
	if is(toks, i, "all") && is(toks, i+1, "of") {
		i += 2
	}
	for i++; i < len(toks) && (toks[i].kind == digits || is(toks, i, "and", ",", "to", "-", "this", "that", "it", "them", "items")); i++ {
	}
	return is(toks, i, "by", "before", "due", "within")
}

// meets reports whether a sentence tells of a meeting.
func meets(toks []token) bool {
	return mentions(toks, "kickoff", "kick", "meeting", "preconstruction", "precon", "conference") && !mentions(toks, "corrections", "last", "yesterday")
}

// gathers reports whether a subject names what people come to with what they need for it.
func gathers(toks []token) bool {
	return meets(toks) || mentions(toks, "talk", "walk", "walkthrough", "workshop", "training", "induction", "briefing", "visit")
}

// ownDue returns the day by which an action is to be done, as its own sentence says it,
// and the words that say so.
func (p *passage) ownDue(s *sentence) (w when, day time.Time, ok bool) {
	toks := s.toks
	dates := s.dates(p)
	w, day, ok = p.calendar.deadline(dates)
	if ok {
		switch {
		case w.prep == before && denied(toks, w.from):
			return when{}, time.Time{}, false // "You should not start before the 29th"
		case w.prep != by && w.prep != before && !w.late && day.After(p.calendar.plus(1)): // before work starts tomorrow is in time tomorrow
			if back, ok := beforehand(toks, w.from); ok {
				day = back.from(w.day, -1)
			}
		}
		if w.prep != by && w.prep != before {
			if other, ok := p.calendar.later(toks, dates, w); ok {
				return other, other.last, true
			}
			if w.day.Equal(p.calendar.today) {
				if other, ok := p.calendar.nextMorning(toks); ok {
					return when{}, other, true
				}
			}
		}
		return w, day, true
	}
	for _, w := range dates { // "from tomorrow", "starting tonight"
		if w.prep == after && w.relative && w.day.Equal(w.last) && !w.day.Before(p.calendar.today) && !w.day.After(p.calendar.plus(1)) && is(toks, w.from-1, "from", "starting", "effective", "of") {
			return w, w.last, true
		}
	}
	for _, w := range dates { // "bring them to Thursday's meeting"
		if w.prep == to && !w.open && !w.last.Before(p.calendar.today) && is(toks, w.to, "meeting", "walk", "kickoff", "call", "inspection", "pour", "review", "cleanup", "session", "talk", "briefing", "walkthrough", "visit") {
			return w, w.last, true
		}
	}
	for i := range toks {
		switch {
		case is(toks, i, "like") && is(toks, i+1, "now"), is(toks, i, "2") && glued(toks, i+1, "nite", "day"), is(toks, i, "tonight's"):
			return when{}, p.calendar.today, true
		case is(toks, i, "by", "before") && is(toks, i+1, "evening", "tonight", "nightfall", "lunch", "noon", "midday", "close") && (i+2 >= len(toks) || !isCalendarWord(toks[i+2].low) && !is(toks, i+2, "tomorrow", "of", "on")):
			return when{}, p.calendar.today, true
		case i > 0 && is(toks, i, "by", "before", "at", "than", "b4"), is(toks, i, "until", "till") && i > 1 && mentions(toks[:i], "i'm", "im", "he's", "hes", "she's", "we're", "here"):
			h, ok := hourAt(toks, i+1)
			if ok && (!is(toks, i, "at") || h.written || h.h < 7 || h.h > p.calendar.hour) {
				return when{}, p.calendar.on(h), true
			}
			k := i + 1
			for is(toks, k, "the", "my", "our", "your", "his", "her", "their") {
				k++
			}
			if d, next, ok := ordinalAt(toks, k, false); ok && k == i+2 && is(toks, i, "by", "before") && (thirdPerson(toks, next) || is(toks, next, "how", "what", "where", "who", "whether", "cutoff", "deadline", "meeting", "hearing", "session")) { // "an answer by the 21st lets us order"
				if w, ok := p.calendar.dayNumber(toks, d, next); ok && w.day.After(p.calendar.today) {
					if is(toks, i, "before") {
						return when{}, w.day.AddDate(0, 0, -1), true
					}
					return when{}, w.day, true
				}
			}
			switch {
			case is(toks, k, "dinner", "supper", "teatime", "smoko", "rush", "dusk", "sunset", "bedtime", "dark", "sundown", "quitting") || is(toks, k, "tea") && closes(toks, k+1):
				if is(toks, k, "rush") && (!is(toks, k+1, "hour") || p.calendar.hour >= 17) {
					break
				}
				return when{}, p.calendar.today, true
			case is(toks, k, "dawn", "daybreak", "sunrise", "sunup", "daylight"), is(toks, k, "first") && is(toks, k+1, "light"):
				return when{}, p.calendar.plus(1), true
			case is(toks, i, "before", "b4") && is(toks, k, "i", "you", "u", "we", "he", "she", "they") && goesHome(toks, k+1):
				return when{}, p.calendar.today, true
			}
		case soonAt(toks, i), is(toks, i, "this") && is(toks, i+1, "arvo", "aft"):
			return when{}, p.calendar.today, true
		case is(toks, i, "inside"):
			if w, ok := p.calendar.counted(toks, i); ok && w.last.After(p.calendar.today) {
				w.from = i
				return w, w.last, true
			}
		case p.calendar.abroad(toks, i) > 0:
			return when{}, p.calendar.plus(p.calendar.abroad(toks, i) - 1), true
		case is(toks, i, "right") && is(toks, i+1, "now"), is(toks, i, "now") && (i+1 == len(toks) || i+2 == len(toks) && is(toks, i+1, ".", "!")) && imperative(toks, s.body):
			return when{}, p.calendar.today, true
		case is(toks, i, "in") && is(toks, i+1, "the") && is(toks, i+2, "morning", "am", "morn"), is(toks, i, "first") && is(toks, i+1, "thing"):
			return when{}, p.calendar.today.AddDate(0, 0, 1), true
		case is(toks, i, "end") && is(toks, i+1, "of") && is(toks, i+2, "shift"):
			return when{}, p.calendar.today, true
		}
	}
	return when{}, time.Time{}, false
}

// beforehand reports whether the date at token i is the day of what something is to be
// done before, and how long before: "before the framers get here Monday", "b4 thurs",
// "antes del jueves", "a week ahead of the pour on Friday".
func beforehand(toks []token, i int) (length, bool) {
	var day length
	day.push(1, dayUnit)
	k := i - 1
	for is(toks, k, "the", "my", "our", "on", "del", "de", "el") {
		k--
	}
	if is(toks, k, "antes") || is(toks, k, "4") && is(toks, k-1, "b") {
		return day, true
	}
	happens := is(toks, i-1, "on")
	for n := 0; k >= 0 && n < 9 && (toks[k].kind == word || toks[k].kind == digits || is(toks, k, ",") && is(toks, k+1, "which") || is(toks, k, ".") && is(toks, k-1, "mr", "mrs", "ms", "dr")); n++ {
		if is(toks, k, "before") {
			if l, ok := lengthBefore(toks, k); ok {
				return l, true
			}
			return day, happens || is(toks, k+1, "i", "we", "he", "she", "they", "you")
		}
		if is(toks, k, "ahead") && is(toks, k+1, "of") || is(toks, k, "prior") && is(toks, k+1, "to") {
			if l, ok := lengthBefore(toks, k); ok {
				return l, true
			}
			return day, true
		}
		if is(toks, k, "and", "or", "if", "so", "by", "after", "until", "then", "but") {
			return day, false
		}
		happens = happens || thirdPerson(toks, k) || is(toks, k, "get", "gets", "come", "comes", "go", "goes", "are", "is", "see", "arrive", "arrives", "begin", "begins", "start", "starts", "show", "pour", "land", "lands", "startup", "leave")
		k--
	}
	return day, false
}

// lengthBefore reads the length of time that ends before token i: the "48 hours" of "48
// hours before".
func lengthBefore(toks []token, i int) (length, bool) {
	for k := max(0, i-4); k < i; k++ {
		if l, next, ok := lengthAt(toks, k); ok && next == i {
			return l, true
		}
	}
	return length{}, false
}

// denied reports whether a clause says what may not happen before the date at token i.
func denied(toks []token, i int) bool {
	k := i - 1
	for k > 0 && !is(toks, k, "before", "prior", "ahead") {
		k--
	}
	for k--; k >= 0 && toks[k].kind != mark && !is(toks, k, "and", "but", "so", "if"); k-- {
		switch {
		case is(toks, k, "forget", "only", "whether", "later", "hesitate", "wait"):
			return false
		case is(toks, k, "not", "never", "can't", "cannot", "cant", "won't", "wont", "shouldn't", "mustn't", "don't", "dont", "nobody", "nothing"):
			return true
		}
	}
	return false
}

// later returns the day that is named beside w and is as good: the second of "today or
// tomorrow" and of "tonight if he can, tomorrow if he can't", and the one that is asked
// for: "We load Thursday, so tomorrow please".
func (c calendar) later(toks []token, dates []when, w when) (when, bool) {
	for _, d := range dates {
		if d.from <= w.from || d.prep == after || d.prep == to || d.open || d.last.Before(c.today) {
			continue
		}
		if d.last.After(w.last) && (is(toks, w.to, "or") && d.from == w.to+1 || is(toks, w.to, "if") && is(toks, d.to, "if", "otherwise")) {
			return d, true
		}
		if is(toks, d.to, "please", "pls", "plz") && is(toks, d.from-1, "so", ",") {
			return d, true
		}
	}
	return when{}, false
}

// nextMorning returns tomorrow for an hour of the morning: "by 7 in the morning".
func (c calendar) nextMorning(toks []token) (time.Time, bool) {
	for i := range toks {
		if is(toks, i, "by", "before", "at") {
			if h, ok := hourAt(toks, i+1); ok && h.morning {
				return c.on(h), h.h <= c.hour
			}
		}
	}
	return time.Time{}, false
}

// hour is an hour of the day as it is said.
type hour struct {
	h, to              int
	morning, afternoon bool // which of the two is said
	written            bool // it can be nothing but an hour: "2 pm", "one o'clock", "5:30"
}

// hourAt reads an hour at token i: "11", "2 pm", "one o'clock", "half past seven",
// "05:30", "8 a.m.", "7 in the morning".
func hourAt(toks []token, i int) (h hour, ok bool) {
	for is(toks, i, "half", "quarter") || is(toks, i, "past", "to") && is(toks, i-1, "half", "quarter") {
		i++
	}
	n, w, figures := number(toks, i)
	if !figures && !is(toks, i, "a", "an", "couple", "dozen") {
		if n = smallNumbers[lowAt(toks, i)]; n > 12 {
			return hour{}, false
		}
	}
	if n < 1 || n > 23 || w > 2 || i > 0 && is(toks, i-1, "-", "/", "#", "$") {
		return hour{}, false
	}
	h.h, h.to = n, i+1
	h.afternoon = n > 12
	if figures && (glued(toks, h.to, ":") || glued(toks, h.to, ".")) {
		minutes, w, ok := number(toks, h.to+1)
		if ok && w == 2 && minutes < 60 && !toks[h.to+1].gap {
			h.written = is(toks, h.to, ":")
			h.morning = toks[i].low[0] == '0'
			h.to += 2
		} else if ok && !toks[h.to+1].gap {
			return hour{}, false
		}
	}
	if is(toks, h.to, "o'clock", "oclock") {
		h.written = true
		h.to++
	}
	switch {
	case is(toks, h.to, "am", "a.m"), is(toks, h.to, "a") && glued(toks, h.to+1, ".") && is(toks, h.to+2, "m"):
		h.morning, h.written = true, true
	case is(toks, h.to, "pm", "p.m"), is(toks, h.to, "p") && glued(toks, h.to+1, ".") && is(toks, h.to+2, "m"):
		h.afternoon, h.written = true, true
	case is(toks, h.to, "in") && is(toks, h.to+1, "the") && is(toks, h.to+2, "morning", "afternoon", "evening"):
		h.morning, h.written = is(toks, h.to+2, "morning"), true
		h.afternoon = !h.morning
		h.to += 3
		return h, true
	}
	if is(toks, h.to, "am", "a.m", "pm", "p.m") {
		h.to++
	} else if h.written && is(toks, h.to, "a", "p") {
		h.to += 3
	}
	if h.h > 12 && !h.written {
		return hour{}, false // so many of something
	}
	closed := h.to >= len(toks) || toks[h.to].kind == mark && !is(toks, h.to, "%", "/", "-", "–", "\"", "'", "#", "$", "£", "€", "&", "(", "x", "+", ":", "°") ||
		is(toks, h.to, "and", "so", "or", "if", "then", "please", "pls", "but", "when", "because", "sharp", "whatever", "whichever", "with", "cos", "as")
	return h, h.written || closed
}

// on returns the day on which the clock next shows the hour: today, or tomorrow once it
// is past. Without more words the hours up to six are of the afternoon.
func (c calendar) on(h hour) time.Time {
	at := h.h
	if at < 12 && (h.afternoon || !h.morning && (at <= 6 || at <= c.hour)) {
		at += 12
	}
	if h.morning && at == 12 {
		at = 24
	}
	if at <= c.hour {
		return c.plus(1)
	}
	return c.today
}

// goesHome reports whether the words at token i end a day of work: "before you leave".
func goesHome(toks []token, i int) bool {
	switch {
	case is(toks, i, "leave", "leaves", "sleep", "sleeps"):
		i++
	case is(toks, i, "go", "goes", "head", "heads") && is(toks, i+1, "home"), is(toks, i, "knock", "knocks") && is(toks, i+1, "off"), is(toks, i, "lock", "locks") && is(toks, i+1, "up"), is(toks, i, "clock", "clocks") && is(toks, i+1, "out", "off"):
		i += 2
	default:
		return false
	}
	return closes(toks, i)
}

// closes reports whether a clause ends at token i.
func closes(toks []token, i int) bool {
	return i >= len(toks) || toks[i].kind == mark && !is(toks, i, "-", "/", "%") || is(toks, i, "and", "so", "or", "but", "please", "pls")
}

// weekdaysAbroad are the days of the week in the languages that crews mix into their
// English.
var weekdaysAbroad = map[string]time.Weekday{
	"lundi": 1, "mardi": 2, "mercredi": 3, "jeudi": 4, "vendredi": 5, "samedi": 6, "dimanche": 0,
	"montag": 1, "dienstag": 2, "mittwoch": 3, "donnerstag": 4, "freitag": 5, "samstag": 6, "sonntag": 0,
}

// abroad reads "demain", "heute", "bis Freitag" and "avant vendredi", and returns how many
// days off that is, and one more; 0 where there is no such word.
func (c calendar) abroad(toks []token, i int) int {
	switch lowAt(toks, i) {
	case "heute", "aujourd'hui":
		return 1
	case "demain":
		return 2
	}
	wd, ok := weekdaysAbroad[lowAt(toks, i)]
	if !ok || is(toks, i+1, "gras") {
		return 0
	}
	n := (int(wd)-int(c.today.Weekday())+6)%7 + 2
	if is(toks, i-1, "avant", "vor") {
		n--
	}
	return n
}

// soonAt reads what ends within hours: "within the hour", "in the next 20 min", "in an
// hour", "in 10 minutes".
func soonAt(toks []token, i int) bool {
	if !is(toks, i, "in", "within", "inside") {
		return false
	}
	for k := i + 1; k < len(toks) && k < i+7; k++ {
		if is(toks, k, "min", "mins", "minute", "minutes") {
			return k > i+1
		}
		if is(toks, k, "hour") {
			return is(toks, k-1, "the", "an", "next") && !is(toks, k+1, "of")
		}
		if toks[k].kind != digits && !is(toks, k, "the", "next", "about", "a", "an", "few", "couple", "of", "half", "under", "fifteen", "ten", "five", "twenty", "thirty", "forty", "ninety") {
			return false
		}
	}
	return false
}

// listed returns the day that the list or the mail an action stands in gives for it, and
// the words that say so.
func (r *reading) listed(p *passage, s *sentence, a *action) (w when, day time.Time, ok bool) {
	toks := s.toks
	item := s.bullet || s.loose || a.item || len(s.cells) > 1 || listRow(toks) || s.body > 0 && !r.list.deadline.IsZero()
	asked := !a.author && len(s.amounts) == 0 && !mentions(toks, "once", "immediately", "fee")
	switch {
	case p.meeting.day.After(p.calendar.today) && (item && (strings.Contains(s.heading, "bring") || strings.Contains(s.heading, "meeting") || strings.Contains(s.heading, "kick") || strings.Contains(s.heading, "for the day")) || mentions(toks, "bring") && !mentions(toks, "back") && !meets(toks)):
		return p.meeting, p.meeting.day, true
	case p.meeting.day.After(p.calendar.today) && meets(toks) && mentions(toks, "to", "for", "at"):
		return p.meeting, p.meeting.day, true
	case p.meeting.day.After(p.calendar.today) && meets(toks) && mentions(toks, "before"):
		return p.meeting, p.meeting.day.AddDate(0, 0, -1), true
	case !r.list.deadline.IsZero() && asked && (item || r.list.whole && a.owner == ""):
		return r.list.due, r.list.deadline, true
	case p.bids.After(p.calendar.today) && mentions(toks, "acknowledge", "acknowledgment") && mentions(toks, "addendum", "addenda", "bid", "bids"):
		return when{}, p.bids, true
	case p.required.day.After(p.calendar.today) && !a.author && a.owner == "" && mentions(toks, "please", "kindly", "confirm", "advise", "provide"):
		return p.required, p.required.last, true
	}
	return when{}, time.Time{}, false
}

// listRow reports whether a sentence is a row of a list of rooms or items: "501 Corbel -
// patch at thermostat", "Hall | nail pops | Bright".
func listRow(toks []token) bool {
	if len(toks) < 4 {
		return false
	}
	bars := 0
	for i := range toks {
		if is(toks, i, "|") || is(toks, i, "/") && toks[i].gap && i+1 < len(toks) && toks[i+1].gap {
			bars++
		}
	}
	return bars > 1 || toks[0].kind == digits && len(toks[0].low) <= 4 && toks[1].gap && toks[1].cap && (is(toks, 2, "-", "–", ":") || is(toks, 3, "-", "–", ":"))
}

// beforeThat reports whether something is to be done before what was told last, and how
// long before: "before that date", "before they come", "the night before", "48 hours
// ahead".
func beforeThat(toks []token) (l length, ok bool) {
	for i := range toks {
		if !is(toks, i, "before", "ahead", "beforehand", "prior") {
			continue
		}
		if is(toks, i, "before") && (is(toks, i+1, "then", "they", "it") || is(toks, i+1, "that") && is(toks, i+2, "date", "day", "time", "happens")) {
			l.push(1, dayUnit)
			return l, true
		}
		k := i + 1
		if is(toks, i, "ahead") && is(toks, k, "of") || is(toks, i, "prior") && is(toks, k, "to") {
			k++
		}
		if is(toks, k, "that") && k < len(toks) {
			if k++; !closes(toks, k) { // "before that visit"
				k++
			}
			if l, ok := lengthBefore(toks, i); ok && closes(toks, k) {
				return l, true
			}
			if closes(toks, k) {
				l.push(1, dayUnit)
				return l, true
			}
		}
		if k > i+1 || !closes(toks, k) {
			continue
		}
		if is(toks, i-1, "day", "night", "evening", "afternoon") && is(toks, i-2, "the") {
			l.push(1, dayUnit)
			return l, true
		}
		if l, ok := lengthBefore(toks, i); ok {
			return l, true
		}
	}
	return length{}, false
}

// thatDay reports whether something is to be done on the day that was told last: "by that
// day", "until noon that day", "on the day you move", "the same day".
func thatDay(toks []token) bool {
	for i := range toks {
		if is(toks, i, "that", "same") && is(toks, i+1, "day", "date", "morning", "afternoon", "night") && (closes(toks, i+2) || is(toks, i-1, "by", "on", "until", "till")) ||
			is(toks, i, "on") && is(toks, i+1, "the") && is(toks, i+2, "day") && (closes(toks, i+3) || is(toks, i+3, "you", "we", "they", "of")) {
			return true
		}
	}
	return false
}

// requiredBy are labels of forms for the day by which an answer is wanted.
var requiredBy = map[string]bool{"date required": true, "required by": true, "response required": true, "response required by": true, "answer required by": true, "response due": true, "reply by": true, "needed by": true, "answer needed by": true, "date needed": true, "respond by": true}
