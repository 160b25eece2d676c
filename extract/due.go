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
	if len(toks) > 12 {
		return false
	}
	i := 0
	for is(toks, i, "so", "and", "please", "that's", "conditions") {
		i++
	}
	if is(toks, i, "due") {
		return true
	}
	if !is(toks, i, "all", "everything", "items", "conditions", "these", "those") && !is(toks, i, "the") {
		return mentions(toks, "conditions") && mentions(toks, "cleared", "met")
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

// ownDue returns the day by which an action is to be done, as its own sentence says it,
// and the words that say so.
func (p *passage) ownDue(s *sentence) (w when, day time.Time, ok bool) {
	toks := s.toks
	w, day, ok = p.calendar.deadline(s.dates(p))
	if ok {
		if w.prep != by && w.prep != before && !w.late && beforehand(toks, w.from) && day.After(p.calendar.today) {
			day = w.day.AddDate(0, 0, -1)
		}
		return w, day, true
	}
	for _, w := range s.dates(p) { // "bring them to Thursday's meeting"
		if w.prep == to && !w.open && !w.last.Before(p.calendar.today) && is(toks, w.to, "meeting", "walk", "kickoff", "call", "inspection", "pour", "review", "cleanup", "session", "talk", "briefing", "walkthrough", "visit") {
			return w, w.last, true
		}
	}
	for i := range toks {
		switch {
		case is(toks, i, "like") && is(toks, i+1, "now"), is(toks, i, "tonite", "2nite", "2day"):
			return when{}, p.calendar.today, true
		case is(toks, i, "by", "before") && is(toks, i+1, "evening", "tonight", "nightfall", "lunch", "noon", "midday", "close") && (i+2 >= len(toks) || !isCalendarWord(toks[i+2].low) && !is(toks, i+2, "tomorrow", "of", "on")):
			return when{}, p.calendar.today, true
		case i > 0 && is(toks, i, "by", "before", "at") && hours[lowAt(toks, i+1)] && (i+2 == len(toks) || i+3 == len(toks) && toks[i+2].kind == mark):
			return when{}, p.calendar.today, true
		case is(toks, i, "right") && is(toks, i+1, "now"), is(toks, i, "now") && (i+1 == len(toks) || i+2 == len(toks) && is(toks, i+1, ".", "!")) && imperative(toks, s.body):
			return when{}, p.calendar.today, true
		case is(toks, i, "in") && is(toks, i+1, "the") && is(toks, i+2, "morning"), is(toks, i, "first") && is(toks, i+1, "thing"):
			return when{}, p.calendar.today.AddDate(0, 0, 1), true
		case is(toks, i, "end") && is(toks, i+1, "of") && is(toks, i+2, "shift"), is(toks, i, "before", "by") && is(toks, i+1, "sundown", "dark", "quitting"):
			return when{}, p.calendar.today, true
		case is(toks, i, "before", "by") && i+1 < len(toks) && toks[i+1].kind == digits && len(toks[i+1].low) <= 2 && imperative(toks, s.body) &&
			(i+2 == len(toks) || is(toks, i+2, "so", "or", ",", ".", "pm", "am", "if")): // an hour
			return when{}, p.calendar.today, true
		}
	}
	return when{}, time.Time{}, false
}

// beforehand reports whether the date at token i is the day of what something is to be
// done before: "before the framers get here Monday", "b4 thurs", "antes del jueves".
func beforehand(toks []token, i int) bool {
	k := i - 1
	for is(toks, k, "the", "my", "our", "on", "del", "de", "el") {
		k--
	}
	if is(toks, k, "antes") || is(toks, k, "4") && is(toks, k-1, "b") {
		return true
	}
	happens := is(toks, i-1, "on")
	for n := 0; k >= 0 && n < 9 && (toks[k].kind == word || toks[k].kind == digits); n++ {
		if is(toks, k, "before") {
			return happens
		}
		if is(toks, k, "ahead") && is(toks, k+1, "of") {
			return true
		}
		if is(toks, k, "and", "or", "if", "so", "by", "after", "until", "then", "but") {
			return false
		}
		happens = happens || thirdPerson(toks, k) || is(toks, k, "get", "gets", "come", "comes", "go", "goes", "are", "is", "see", "arrive", "arrives", "begin", "begins", "start", "starts", "show", "pour", "land", "lands")
		k--
	}
	return false
}

// hours are the hours of a working day in words, as an hour alone is of today.
var hours = set("two three four five six seven eight")

// listed returns the day that the list or the mail an action stands in gives for it, and
// the words that say so.
func (r *reading) listed(p *passage, s *sentence, a *action) (w when, day time.Time, ok bool) {
	toks := s.toks
	item := s.bullet || s.loose || a.item || len(s.cells) > 1
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
	case p.required.day.After(p.calendar.today) && !a.author && a.owner == "" && mentions(toks, "please", "kindly", "confirm", "advise", "provide"):
		return p.required, p.required.last, true
	}
	return when{}, time.Time{}, false
}

// beforeThat reports whether something is to be done before what was told last: "before
// that date", "before they come".
func beforeThat(toks []token) bool {
	for i := range toks {
		if is(toks, i, "before") && (is(toks, i+1, "then", "they", "it") || is(toks, i+1, "that") && is(toks, i+2, "date", "day", "time", "happens")) {
			return true
		}
	}
	return false
}

// requiredBy are labels of forms for the day by which an answer is wanted.
var requiredBy = map[string]bool{"date required": true, "required by": true, "response required": true, "response required by": true, "answer required by": true, "response due": true, "reply by": true, "needed by": true, "answer needed by": true, "date needed": true, "respond by": true}
