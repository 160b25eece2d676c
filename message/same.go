package message

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"projectr"
)

// Message makes the inner mail a mail of its own, which can be treated as one
// that was received: its text is divided anew, so that the mails inside it are
// quoted or forwarded spans of it, and its own Forwarded. outer is the mail it
// came in. What an inline mail says of itself is the word of who forwarded it.
func (in Inner) Message(outer *Message) *Message {
	m := &Message{
		MessageID:   in.MessageID,
		InReplyTo:   append([]string{}, in.InReplyTo...),
		References:  append([]string{}, in.References...),
		Date:        in.Date,
		Subject:     in.Subject,
		From:        append([]projectr.MailAddress{}, in.From...),
		ReplyTo:     []projectr.MailAddress{},
		To:          append([]projectr.MailAddress{}, in.To...),
		Cc:          append([]projectr.MailAddress{}, in.Cc...),
		Text:        in.Text,
		Attachments: append([]projectr.Attachment{}, in.Attachments...),
		Automatic:   "no",
		Warnings:    []string{},
		ThreadIndex: in.ThreadIndex,
		Invitation:  in.Invitation,
		marks:       in.marks,
		heading:     !in.Attached,
	}
	if m.Date.IsZero() {
		m.Warnings = append(m.Warnings, "The mail has no date that is understood; it came in "+cameIn(in, outer)+".")
	}
	if len(m.From) == 0 {
		m.Warnings = append(m.Warnings, "The mail does not say who wrote it.")
	}
	date := in.Date
	if date.IsZero() {
		date = outer.Date // for the zone of the mails inside it
	}
	r := reading{subject: m.Subject, date: date, from: m.From, to: slices.Concat(m.To, m.Cc), marks: m.marks}.divide(m.Text)
	m.Spans, m.Reply, m.Forwarded = r.spans, r.reply, append([]Inner{}, r.forwarded...)
	return m
}

func cameIn(in Inner, outer *Message) string {
	how := "inside a mail"
	if in.Attached {
		how = "attached to a mail"
	}
	if outer.Date.IsZero() {
		return how
	}
	return how + " of " + outer.Date.Format("2 January 2006")
}

// Content is what one mail and a copy of it have in common, however the copy
// came in: as plain text or HTML, quoted inline by any program, or attached.
type Content struct {
	// Subject has no Re:, Fwd: and [tags], and is folded to letters and digits
	// in lower case.
	Subject string
	// Words is a hash, in hex, of the author's own words, folded likewise, but with
	// what tells one number from another: no quotation, signature, disclaimer, link
	// or picture.
	Words string
	// Letters counts the letters, digits and signs of those words.
	Letters int
}

// Key is a short name of c, equal for equal contents: what mails can be looked
// up by before Same decides.
func (c Content) Key() string {
	sum := sha256.Sum256([]byte(c.Subject + "\n" + c.Words))
	return hex.EncodeToString(sum[:16])
}

// maxSubjectKey bounds a folded subject, in bytes.
const maxSubjectKey = 200

// Content works out what m has in common with copies of it.
func (m *Message) Content() Content {
	words := foldWords(withoutNoise(m.ownText()))
	sum := sha256.Sum256([]byte(words))
	key, _, _ := subjectKey(m.Subject)
	return Content{Subject: key, Words: hex.EncodeToString(sum[:16]), Letters: len([]rune(words))}
}

// noise is what one mail shows in different ways as text and as HTML, or from
// program to program: links, and what stands for pictures and files.
var noise = regexp.MustCompile(`(?i)\[(?:cid:|image\b|inline image|bild:|imagen:|immagine:|imagem:|afbeelding:)[^\]\n]*\]|<(?:image|img|cid:)[^<>\n]*>|<<[^<>\n]*>>|<?\b(?:https?|ftp|file|mailto|tel|cid|callto|sip):[^\s<>\])]*>?`)

// withoutNoise takes the noise out of a text. Only lines with a sign that all of
// it has are looked at closely.
func withoutNoise(text string) string {
	if !strings.ContainsAny(text, ":[<") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for line := range strings.Lines(text) {
		if strings.ContainsAny(line, ":[<") {
			line = noise.ReplaceAllString(line, " ")
		}
		b.WriteString(line)
	}
	return b.String()
}

// ownText is what the author wrote, without what follows his sign-off. Unlike
// the new spans it does not depend on how the author's name is known, nor on
// the classes by which an HTML mail tells its signature, as a copy of the mail
// may have lost both.
func (m *Message) ownText() string {
	var quotes []mark
	for _, k := range m.marks {
		if k.kind == markQuote {
			quotes = append(quotes, k)
		}
	}
	var lines []string
	for line := range strings.Lines(reading{subject: m.Subject, marks: quotes}.divide(m.Text).reply) {
		if line = strings.TrimSpace(line); line != "" && !isMobileLine(line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[:signedOff(lines)], "\n")
}

// signedOff says how many of the lines, none of them blank, stand before the
// sign-off: before "Thanks," and the few short lines under it.
func signedOff(lines []string) int {
	for i := len(lines) - 1; i >= 0 && i >= len(lines)-12; i-- {
		if isSignOff(lines[i]) {
			return i
		}
		if isSentence(lines[i]) {
			break
		}
	}
	return len(lines)
}

// fold keeps the letters and digits of s, in lower case, in the one form that
// Unicode calls NFKC.
func fold(s string) string {
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// foldWords is fold for words in which numbers matter: 1,240.00 is not 124,000, -5 not
// 5, and $5 not €5.
func foldWords(s string) string {
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	before := ' '
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		after, _ := utf8.DecodeRuneInString(s)
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case unicode.Is(unicode.Sc, r), r == '%' && unicode.IsDigit(before),
			unicode.IsPunct(r) && unicode.IsDigit(before) && unicode.IsDigit(after),
			(r == '-' || r == '+' || r == '\u2212') && unicode.IsDigit(after) && !unicode.IsLetter(before):
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

// subjectKey folds a subject without the prefixes of answers and forwards and
// without tags in brackets, and says which prefixes there were.
func subjectKey(subject string) (key string, reply, forward bool) {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(subject), "(fwd)"))
	for range 50 {
		f, r, rest := subjectKind(s)
		reply, forward = reply || r, forward || f
		if rest == s || fold(rest) == "" && !f && !r {
			break // nothing more to take off; a tag that is the whole subject stays
		}
		s = rest
	}
	key = fold(s)
	if len(key) > maxSubjectKey {
		key = strings.ToValidUTF8(key[:maxSubjectKey], "")
	}
	return key, reply, forward
}

// Fingerprint is what has to be known of each of two mails to say whether they
// are one.
type Fingerprint struct {
	Content
	From projectr.MailAddress // the first author
	Date time.Time
	// Exact says that Date and From are of the mail's own header. Otherwise they
	// are of the heading in a forward: to the minute, of a zone that may not be
	// known, and the files of the mail are not known either.
	Exact     bool
	MessageID string
	Files     []projectr.Digest // of the attached files, sorted
	InReplyTo string
	// Whole is a hash, in hex, of all of its text but for how it is spaced. A mail that
	// is sent again has it in common with the first; a correction has not, though it
	// may correct no more than a link.
	Whole string
}

// Fingerprint takes the fingerprint of m, which was parsed, or made of an Inner.
func (m *Message) Fingerprint() Fingerprint {
	f := Fingerprint{Content: m.Content(), Date: m.Date, Exact: !m.heading, MessageID: m.MessageID}
	if len(m.From) > 0 {
		f.From = m.From[0]
	}
	if len(m.InReplyTo) > 0 {
		f.InReplyTo = m.InReplyTo[0]
	}
	for _, a := range m.Attachments {
		f.Files = append(f.Files, a.SHA256)
	}
	slices.Sort(f.Files)
	h := sha256.New()
	for w := range strings.FieldsSeq(m.Text) {
		h.Write([]byte(w))
		h.Write([]byte{' '})
	}
	f.Whole = hex.EncodeToString(h.Sum(nil)[:16])
	return f
}

// The limits of Same.
const (
	// manyLetters is a text so long that two people, or one on two days, do not
	// write it alike by chance: about a dozen words.
	manyLetters = 60
	// resendWithin is how long after a mail its author may press "send" again.
	// What is written once a day is further apart.
	resendWithin = 12 * time.Hour
	// farthestZones is how far wall clocks of one moment may be apart.
	farthestZones = 14 * time.Hour
)

// Same reports whether a and b are one mail that came in twice: the same words
// under the same subject, of the same author, at the same time. A Message-ID
// proves nothing, as anybody can write one; the files that are known must be
// the same. Where one of the two is Exact and the other is not, the exact one
// is the mail.
func Same(a, b Fingerprint) bool {
	if a.Subject != b.Subject || a.Words != b.Words || !sameAuthor(a.From, b.From) {
		return false
	}
	files := slices.Equal(a.Files, b.Files)
	sameID := a.MessageID != "" && a.MessageID == b.MessageID
	if a.Letters == 0 { // nothing but files: all else must be the same
		return a.Exact && b.Exact && sameID && sameSecond(a, b) && files && len(a.Files) > 0
	}
	long := a.Letters >= manyLetters
	if !a.Exact || !b.Exact {
		if a.Date.IsZero() || b.Date.IsZero() {
			return long
		}
		return sameClock(a.Date, b.Date, long)
	}
	switch {
	case !files:
		return false
	case sameSecond(a, b):
		return true
	case a.Date.IsZero() && b.Date.IsZero():
		return long && sameID
	case a.Date.IsZero() || b.Date.IsZero():
		return false
	}
	answersOther := a.InReplyTo != "" && b.InReplyTo != "" && a.InReplyTo != b.InReplyTo
	return long && a.Whole == b.Whole && !answersOther && a.Date.Sub(b.Date).Abs() <= resendWithin
}

func sameSecond(a, b Fingerprint) bool {
	return !a.Date.IsZero() && a.Date.Unix() == b.Date.Unix()
}

// sameClock reports whether two times are one, to the minute, in some zone. All
// zones differ by quarters of an hour, and nearly all by halves; a short text
// gets no more than that.
func sameClock(a, b time.Time, long bool) bool {
	step := 30 * time.Minute
	if long {
		step = 15 * time.Minute
	}
	d := a.Truncate(time.Minute).Sub(b.Truncate(time.Minute)).Abs()
	return d <= farthestZones && d%step == 0
}

// sameAuthor compares addresses or, where one side has only a name, names:
// "Doe, Jo" is Jo Doe.
func sameAuthor(a, b projectr.MailAddress) bool {
	if a.Address != "" && b.Address != "" {
		x, _ := projectr.NormalAddress(a.Address)
		y, _ := projectr.NormalAddress(b.Address)
		return x == y
	}
	x, y := nameWords(a.Name), nameWords(b.Name)
	slices.Sort(x)
	slices.Sort(y)
	return len(x) > 0 && slices.Equal(x, y)
}
