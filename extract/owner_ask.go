package extract

import "strings"

// youToo reports whether the reader is asked behind what is told of another: "Dominic
// owes them an answer, can you settle this".
func youToo(toks []token) bool {
	for i := 1; i+1 < len(toks); i++ {
		if is(toks, i, "can", "could", "would", "will") && is(toks, i+1, "you", "u") {
			return true
		}
	}
	return false
}

// wanting reports whether a sentence that asks somebody, whoever it be, asks it of the
// reader's: "can someone come look at that part", "somebody needs to let us in".
func wanting(s *sentence) bool {
	return s.question || is(s.toks, s.body, "can", "could") || mentions(s.content(), "me", "us", "my", "our")
}

// asked reports whether a question at token i asks the reader for something, though who
// writes is its subject: "May we have an amended valuation?", "What do I tell Jill?"
func asked(toks []token, i int) bool {
	if is(toks, i, "may") && is(toks, i+1, "i", "we") {
		return true
	}
	if is(toks, i, "might", "can", "could") && is(toks, i+1, "i", "we") {
		return is(toks, i+2, "have", "hear", "get", "see", "ask", "trouble", "expect", "please", "know")
	}
	if is(toks, i, "what", "which", "when", "where", "who", "how", "does", "do", "did", "is", "are", "has", "have", "would", "will") && !is(toks, i+1, "if", "about") {
		return true
	}
	for k := i; k < len(toks); k++ {
		if is(toks, k, "what", "which", "when", "where", "who", "how") && is(toks, k+1, "do", "should", "shall", "can") && is(toks, k+2, "i", "we") {
			return true
		}
	}
	return false
}

// asksReader reports whether who speaks of himself asks something of the reader: "We
// ask that you produce", "I'd like the cut sheets".
func asksReader(toks []token) bool {
	if is(toks, 0, "please", "pls", "kindly", "favor") {
		return true
	}
	if pleads(toks) {
		return true
	}
	for i := range toks {
		switch {
		case is(toks, i, "is", "are") && is(toks, i+1, "to") && is(toks, i+2, "be") && is(toks, i+3, "returned", "paid", "signed", "lodged"): // before "we schedule"
			return true
		case is(toks, i, "i'll", "we'll") && is(toks, i+1, "need", "want", "require") && !is(toks, i+2, "to"), // "I'll need a PO"
			is(toks, i, "i'm", "im", "we're") && (is(toks, i+1, "asking", "requesting") && is(toks, i+2, "you", "for", "that") || is(toks, i+1, "lacking", "missing", "awaiting")),
			is(toks, i, "i'd", "we'd") && is(toks, i+1, "want", "ask", "need", "prefer", "appreciate") && !is(toks, i+2, "to"),
			is(toks, i, "i", "we") && is(toks, i+1, "want", "lack", "await") && is(toks, i+2, "your", "you"):
			return true
		case is(toks, i, "if") && is(toks, i+1, "you'd", "you'll") && i == 0 && !is(toks, i+2, "like", "prefer", "rather", "want"): // "If you'd nod by Friday I'll order it"
			return true
		}
		if !is(toks, i, "i", "we", "i'd", "we'd") {
			continue
		}
		k := i + 1
		if is(toks, k, "would", "do", "should", "must", "also", "hereby", "kindly", "therefore", "really", "now", "further", "still", "again", "respectfully") {
			k++
		}
		if is(toks, k, "would", "should", "also", "hereby", "kindly") {
			k++
		}
		if is(toks, k, "ask", "request", "require", "like", "appreciate", "expect", "need", "demand", "urge", "invite", "lack", "miss") && !is(toks, k+1, "to") && !(is(toks, k, "ask") && (is(toks, k+1, "the", "him", "her", "them", "my", "our") || k+1 < len(toks) && toks[k+1].cap)) || is(toks, k, "call") && is(toks, k+1, "on", "upon") && is(toks, k+2, "you") {
			return true
		}
		return false
	}
	return false
}

// pleads reports whether words ask something of the reader whatever stands before them:
// "I must have from you", "so get back to me", "We load at 5, so tomorrow please".
func pleads(toks []token) bool {
	n := len(toks)
	switch {
	case is(toks, n-1, "please", "pls", "plz"), is(toks, n-2, "please", "pls", "plz") && toks[n-1].kind == mark,
		is(toks, 0, "have") && is(toks, 1, "the", "your", "it", "all", "them", "this", "these", "a", "an"), // "Have the pad graded"
		is(toks, 0, "you", "y'all", "ya'll", "yall", "u") && is(toks, 1, "need", "must", "should", "have", "gotta", "shall"),
		is(toks, 0, "let") && is(toks, 1, "me", "us") && is(toks, 2, "have", "know"),
		is(toks, 0, "we", "i") && is(toks, 1, "can") && mentions(toks, "provided", "if") && mentions(toks[2:], "you"):
		return true
	}
	for i := range toks {
		switch {
		case is(toks, i, "from") && is(toks, i+1, "you", "u", "ya") && mentions(toks[:i], "have", "hear", "need", "want", "expect", "get", "like", "require") && !mentions(toks[:i], "unless"), // "I must have from you"
			is(toks, i, "till", "until", "til") && is(toks, i+1, "i", "we") && is(toks, i+2, "have", "get", "see", "hold", "receive") && is(toks, i+3, "your", "it", "that"),
			is(toks, i, "we're", "i'm", "we", "i") && is(toks, i+1, "short", "still") && is(toks, i+2, "the", "short", "missing", "lacking", "your", "lack", "miss", "need"),
			is(toks, i, "for") && is(toks, i+1, "your") && is(toks, i-1, "pray", "look", "looking", "grateful", "hold", "holding", "wait", "waiting", "ask", "asking", "hoping", "hope", "obliged", "press", "thankful", "begging", "beg"),
			is(toks, i, "grateful", "obliged", "thankful") && is(toks, i+1, "for", "if", "to") && !is(toks, i+2, "the", "all"),
			is(toks, i, "like", "want", "need", "love") && is(toks, i+1, "it", "them", "that", "these", "those") && is(toks, i+2, "back", "returned"),
			is(toks, i, "like", "love") && is(toks, i+1, "to") && is(toks, i+2, "know", "hear") && !mentions(toks[:i], "you", "you'd"),
			is(toks, i, "had") && is(toks, i+1, "your") && mentions(toks[:i], "if"),
			is(toks, i, "one", "some", "any") && is(toks, i+1, "of") && is(toks, i+2, "you") && mentions(toks[:i], "want", "like", "need", "i'd", "ask"),
			is(toks, i, "someone", "somebody") && mentions(toks[i:], "me", "us") && mentions(toks[i:], "has", "needs", "must", "should", "to", "can", "come", "got"),
			is(toks, i, "till", "until", "til", "unless") && is(toks, i+1, "you", "you've", "u", "your") && mentions(toks[:i], "i", "we", "i'll", "we'll", "i'm", "we're"),
			is(toks, i, "without") && (is(toks, i+1, "your") || is(toks, i+1, "a", "the", "some") && mentions(toks[i:], "you", "your")),
			is(toks, i, "on", "to") && is(toks, i+1, "my", "our") && is(toks, i+2, "desk") && mentions(toks[:i], "ought", "should", "must", "need", "want", "needs"),
			is(toks, i, "as") && is(toks, i+1, "a") && is(toks, i+2, "kindness", "favor", "favour"),
			is(toks, i, "so") && (is(toks, i+1, "don't", "dont") || is(toks, i+1, "do") && is(toks, i+2, "not")) && verbAt(toks, i+2),
			is(toks, i, "lmk"):
			return true
		case i > 0 && !is(toks, i-1, ",", "so", "-", "–", ";", ".", ":", "and", "or") || is(toks, i-1, "and", "or") && mentions(toks[:i], "you", "he", "she", "they", "he'll", "she'll", "they'll"):
		case is(toks, i, "txt", "text", "tell", "call", "ring", "phone", "mail", "email", "send", "give", "show", "ping", "message", "get", "pick", "write", "bring", "buzz") && (is(toks, i+1, "me") || i > 0 && is(toks, i+1, "us")),
			is(toks, i, "get", "write", "report") && is(toks, i+1, "back") && is(toks, i+2, "to") && is(toks, i+3, "me", "us"):
			return true
		}
	}
	return false
}

// promised reports whether a sentence tells that something will come to the reader:
// "A clean ASI follows this afternoon", "You get the 702 tonight", "It will be with you
// on the 24th", "A fragnet will be submitted within ten days".
func promised(toks []token) bool {
	for i := range toks {
		switch {
		case is(toks, i, "is", "are", "be") && is(toks, i+1, "yours") && i > 0 && is(toks, i+2, "by", "tomorrow", "tonight", "today", "on", "this"),
			i > 0 && is(toks, i, "reaches") && is(toks, i+1, "you"),
			i > 0 && is(toks, i, "go", "goes") && (is(toks, i+1, "back") && is(toks, i+2, "to") && is(toks, i+3, "you", "your") || is(toks, i+1, "out") && (i+2 >= len(toks) || toks[i+2].kind == mark || is(toks, i+2, "today", "tomorrow", "tonight", "from", "on", "this", "by") || isCalendarWord(toks[i+2].low)) || is(toks, i+1, "tomorrow", "tonight", "today")) && !is(toks, i-1, "to", "please", "must"),
			i > 0 && is(toks, i, "follow") && is(toks, i+1, "tonight", "tomorrow", "today", "shortly", "later", "by") && !is(toks, i-1, "please", "to", "will", "you", "and"),
			i == 0 && is(toks, i, "u", "ya") && is(toks, i+1, "get"),
			i > 0 && is(toks, i, "follows") && (is(toks, i+1, "within", "ten", "two", "three", "a") || i+1 < len(toks) && toks[i+1].kind == digits),
			i > 0 && is(toks, i, "gets", "comes") && is(toks, i+1, "to") && is(toks, i+2, "you") && !is(toks, i-1, "it"),
			is(toks, i, "is", "it's") && is(toks, i+1, "in") && is(toks, i+3, "mail", "post", "run"),
			i == 0 && (is(toks, i, "we", "i") && is(toks, i+1, "are", "am") && strings.HasSuffix(lowAt(toks, i+2), "ing") && !idles[lowAt(toks, i+2)] || is(toks, i, "we're", "i'm") && strings.HasSuffix(lowAt(toks, i+1), "ing") && !idles[lowAt(toks, i+1)]) && !mentions(toks, "you", "your"),
			i > 2 && is(toks, i, "from") && is(toks, i+1, "us", "me") && i+2 >= len(toks)-1 && !verbAt(toks, 0) && !mentions(toks, "need", "want", "you", "your"),
			i > 0 && is(toks, i, "by") && is(toks, i+1, "me") && i+2 >= len(toks)-1,
			is(toks, i, "will", "it'll", "they'll") && (is(toks, i+1, "reach") && is(toks, i+2, "you") || is(toks, i+1, "be") && is(toks, i+2, "reserved", "held", "kept", "waiting", "ready") && is(toks, i+3, "for") && is(toks, i+4, "you")),
			i > 0 && is(toks, i, "goes", "go", "going") && is(toks, i+1, "in", "into", "out", "off", "by") && (is(toks, i+2, "the") && is(toks, i+3, "mail", "post") || is(toks, i+2, "to") && is(toks, i+3, "you") || is(toks, i+1, "by") && is(toks, i+2, "post", "courier", "mail")),
			is(toks, i, "by") && (is(toks, i+1, "this") && is(toks, i+2, "office") || is(toks, i+1, "us", "me") && i > 1) && mentions(toks[:i], "is", "are", "be"):
			return true
		case i == 0 && is(toks, 0, "leave") && is(toks, len(toks)-1, "me", "us") && is(toks, len(toks)-2, "with") || is(toks, len(toks)-2, "me", "us") && is(toks, len(toks)-3, "with") && is(toks, 0, "leave"),
			is(toks, i, "is", "are") && is(toks, i+1, "coming") && is(toks, i+2, "to") && is(toks, i+3, "you", "your"):
			return true
		case is(toks, i, "you'll", "you") && (is(toks, i+1, "have", "get", "receive") && !is(toks, i+2, "to") || is(toks, i+1, "will") && is(toks, i+2, "have", "get", "receive") && !is(toks, i+3, "to")):
			return !mentions(toks[i+1:], "your") && (is(toks, i, "you'll") || is(toks, i+1, "will") || i == 0 && is(toks, i+1, "get"))
		case i > 0 && is(toks, i, "which") && (is(toks, i+1, "i", "we") && is(toks, i+2, "shall", "will") || is(toks, i+1, "i'll", "we'll")):
			return true
		case i > 0 && is(toks, i, "follows") && (i+1 == len(toks) || toks[i+1].kind != word || is(toks, i+1, "this", "today", "tomorrow", "tonight", "by", "on", "under", "separately", "shortly", "in", "later", "next") || isCalendarWord(toks[i+1].low)):
			return true
		case is(toks, i, "to") && is(toks, i+1, "follow") && (i+2 >= len(toks) || !is(toks, i+2, "the", "up", "our")):
			return true
		case is(toks, i, "will", "it'll", "they'll", "that'll") && is(toks, i+1, "be") && (is(toks, i+2, "with", "in") && is(toks, i+3, "you", "your") ||
			is(toks, i+2, "submitted", "sent", "issued", "forwarded", "provided", "emailed", "mailed", "uploaded", "circulated", "distributed", "posted", "delivered") && !mentions(toks[i:], "your") && !doneBy(toks[i:])):
			return true
		case is(toks, i, "will") && is(toks, i+1, "go", "come", "be") && mentions(toks[i:], "you") && is(toks, i+2, "out", "over", "to"):
			return true
		case i > 1 && is(toks, i, "i") && verbAt(toks, i+1) && toks[i-1].kind == word && !commonWords[toks[i-1].low] && !function[toks[i-1].low]: // "Test certificates I send"
			return true
		case i > 0 && i < 4 && is(toks, i, "to") && is(toks, i+1, "you") && (!imperative(toks, 0) || i == 1 && !is(toks, 0, "talk", "speak", "write", "listen", "get", "back")):
			return true
		case i > 0 && is(toks, i, "go", "goes", "leaves", "leave") && (is(toks, i+1, "to") && is(toks, i+2, "you") || is(toks, i+1, "here", "us")):
			return true
		case is(toks, i, "be") && i > 1 && is(toks, i+1, "issued", "sent", "submitted") && is(toks, i+2, "from") && is(toks, i+3, "our", "us", "here"):
			return true
		case i > 0 && is(toks, i, "coming") && (i+1 == len(toks) || isCalendarWord(lowAt(toks, i+1)) || is(toks, i+1, "today", "tomorrow", "tonight", "by", "this", "your", "to")) && !mentions(toks[:i], "you", "are", "who's", "is"):
			return true
		}
	}
	return false
}

// idles are what who writes does while others act.
var idles = set("asking waiting awaiting looking hoping holding needing missing lacking requesting expecting wanting going thinking wondering seeing hearing having getting being relying counting trusting sitting standing short")

// doneBy reports whether it is said who does what is told in the passive: "by the
// surveyor", and not "by Friday".
func doneBy(toks []token) bool {
	for i := range toks {
		if is(toks, i, "by") && i+1 < len(toks) && toks[i+1].kind == word && !isCalendarWord(toks[i+1].low) && !is(toks, i+1, "end", "noon", "tomorrow", "today", "tonight", "close", "cob", "eod", "next", "this", "then", "mid", "us", "me") {
			return true
		}
	}
	return false
}
