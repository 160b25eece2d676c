package message

import (
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"projectr"
)

// Clue is what is kept of a mail to find its thread where its header tells
// nothing: no In-Reply-To, no References and no Thread-Index that is known.
// The older mails that can be meant have the same Subject.Lookup and are of the
// last ClueDays days.
type Clue struct {
	Subject SubjectClue `json:"subject"`
	Date    time.Time   `json:"date,omitzero"` // the mail's own; zero when it has none
	From    string      `json:"from"`          // normalised, as by projectr.NormalAddress
	People  []string    `json:"people"`        // author and recipients, normalised, sorted
	Said    []uint32    `json:"said"`          // hashes of stretches of its author's own words
	Quotes  []uint32    `json:"quotes"`        // hashes of stretches of the words it quotes
}

// SubjectClue is what a subject tells of a thread.
type SubjectClue struct {
	Key     string `json:"key"`    // folded, without Re:, Fwd: and tags
	Lookup  string `json:"lookup"` // the beginning of Key; empty when there is no subject
	Reply   bool   `json:"reply,omitempty"`
	Forward bool   `json:"forward,omitempty"`
	Cut     bool   `json:"cut,omitempty"`    // it ends in dots: a program has shortened it
	Number  bool   `json:"number,omitempty"` // it names one thing by its number: RFI #12
}

// Limits and constants of threads without headers.
const (
	maxPeople  = 50
	maxHashes  = 32 // of each kind; all together 256 bytes
	lookupSize = 24 // bytes of a subject that programs do not cut off
	stretch    = 5  // words of a stretch
	sampled    = 2  // one stretch of so many is kept

	window      = 30 * 24 * time.Hour // answers come within a month
	quoteWindow = 6 * window          // or later, with the old mail below
	soon        = 3 * 24 * time.Hour
)

// ClueDays is how far back a mail can be that another one continues.
const ClueDays = int(quoteWindow / (24 * time.Hour))

// generic are subjects that say nothing about what a mail is about, folded.
var generic = setOf("", "update", "updates", "question", "questions", "quickquestion", "invoice", "invoices", "hello", "hi", "hey", "help", "meeting", "call", "today", "tomorrow", "info", "information", "fyi", "urgent", "important", "document", "documents", "file", "files", "photo", "photos", "picture", "pictures", "image", "scan", "report", "dailyreport", "weeklyreport", "status", "statusupdate", "schedule", "reminder", "thanks", "thankyou", "followup", "request", "quote", "estimate", "order", "payment", "change", "changes", "changeorder", "rfi", "submittal", "test", "nosubject", "untitled", "message", "news", "note", "notes", "issue", "problem", "plan", "plans", "drawing", "drawings", "delivery", "site", "project", "job", "work",
	"frage", "rechnung", "angebot", "bericht", "termin", "anfrage", "facture", "devis", "réunion", "factura", "presupuesto", "fattura", "preventivo", "fatura", "orçamento", "factuur", "offerte", "faktura", "oferta", "tilbud", "счет", "вопрос")

var (
	numbered = regexp.MustCompile(`#\s?\d`)
	// Issue trackers call one thing an issue in one mail and a pull request in
	// the next.
	trackerWords = regexp.MustCompile(`(?i)\b(?:issue|pull request|merge request|ticket) (#\d)`)
)

// NewClue takes the clue of a mail. ours says of an address, in lower case,
// that it is one of the organisation's own mail-in addresses: these are on
// every mail and tell nothing.
func NewClue(m *Message, ours func(addr string) bool) Clue {
	c := Clue{Subject: newSubjectClue(m.Subject), Date: m.Date, People: []string{}}
	seen := map[string]bool{}
	for i, list := range [][]projectr.MailAddress{m.From, m.ReplyTo, m.To, m.Cc} {
		for _, a := range list {
			addr, _ := projectr.NormalAddress(a.Address)
			if addr == "" || seen[addr] || ours != nil && ours(strings.ToLower(a.Address)) || len(c.People) == maxPeople {
				continue
			}
			seen[addr] = true
			if i == 0 && c.From == "" {
				c.From = addr
			}
			c.People = append(c.People, addr)
		}
	}
	slices.Sort(c.People)
	var said, quoted strings.Builder
	runes, spans := 0, m.Spans
	for _, r := range m.Text {
		for len(spans) > 0 && runes >= spans[0].End {
			spans = spans[1:]
		}
		runes++
		if len(spans) == 0 {
			break
		}
		switch spans[0].Kind {
		case projectr.SpanNew:
			said.WriteRune(r)
		case projectr.SpanQuoted, projectr.SpanForwarded:
			quoted.WriteRune(r)
		}
	}
	c.Said, c.Quotes = stretches(said.String()), stretches(quoted.String())
	return c
}

func newSubjectClue(subject string) SubjectClue {
	s := SubjectClue{Number: numbered.MatchString(subject)}
	subject = strings.TrimSpace(subject)
	s.Cut = strings.HasSuffix(subject, "...") || strings.HasSuffix(subject, "…")
	s.Key, s.Reply, s.Forward = subjectKey(trackerWords.ReplaceAllString(subject, "$1"))
	s.Lookup = s.Key
	if len(s.Lookup) > lookupSize {
		s.Lookup = strings.ToValidUTF8(s.Lookup[:lookupSize], "")
	}
	return s
}

// stretches hashes the runs of a few words in a text, and keeps the first of a
// fixed sample of them, so that what one mail quotes of another is found again
// however its lines were broken.
func stretches(text string) []uint32 {
	out := []uint32{}
	var ring [stretch]string
	n := 0
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		ring[n%stretch] = strings.ToLower(w)
		if n++; n < stretch {
			continue
		}
		h := fnv.New32a()
		for i := range stretch {
			h.Write([]byte(ring[(n+i)%stretch]))
			h.Write([]byte{' '})
		}
		if sum := h.Sum32(); sum%sampled == 0 && !slices.Contains(out, sum) {
			if out = append(out, sum); len(out) == maxHashes {
				break
			}
		}
	}
	return out
}

// Continues reports whether newer carries on the thread of older, as far as one
// can tell without headers, and how surely, from 0 to 1: of several older mails
// the one with the highest score is meant, and of equals the latest. Subjects
// alone never do: people must be shared, and the time between must be short.
func Continues(newer, older Clue) (score float64, ok bool) {
	same, exact := sameSubject(newer.Subject, older.Subject)
	if !same || newer.Date.IsZero() || older.Date.IsZero() {
		return 0, false
	}
	age := newer.Date.Sub(older.Date)
	quotes := overlap(newer.Quotes, older.Said) >= 2
	switch {
	case age < -24*time.Hour, age > quoteWindow, age > window && !quotes:
		return 0, false
	}
	answers := slices.Contains(older.People, newer.From) || slices.Contains(newer.People, older.From)
	if !answers && overlap(newer.People, older.People) == 0 {
		return 0, false
	}
	said := newer.Subject.Reply || newer.Subject.Forward
	if !said && !quotes && !newer.Subject.Number {
		return 0, false // it begins a thread of its own
	}
	if generic[newer.Subject.Key] && !quotes && !(said && answers && age <= soon) {
		return 0, false
	}
	score = 0.4
	if exact {
		score += 0.1
	}
	if answers {
		score += 0.1
	}
	if quotes {
		score += 0.3
	}
	// The rest is for how short ago it was.
	if age = max(age, 0); age < window {
		score += 0.1 * (1 - float64(age)/float64(window))
	}
	return score, true
}

// sameSubject compares subjects. A long one may have been cut off on its way.
func sameSubject(newer, older SubjectClue) (same, exact bool) {
	if newer.Key == older.Key {
		return true, true
	}
	short, long := newer, older
	if len(short.Key) > len(long.Key) {
		short, long = long, short
	}
	if len(short.Key) < lookupSize || !strings.HasPrefix(long.Key, short.Key) {
		return false, false
	}
	return short.Cut || short.Reply, false
}

// overlap counts what two lists without doubles share.
func overlap[T comparable](a, b []T) int {
	n := 0
	for _, x := range a {
		if slices.Contains(b, x) {
			n++
		}
	}
	return n
}
