package ingest

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"projectr"
)

// keptFromModels says, as a sentence for people, why a mail is never sent to a model:
// its organisation named its sender or a word of it. Empty: nothing speaks against
// it. Who brought the mail, and who wrote what is inside it, counts as its sender; the
// names in its header, and what was written around it, as its words.
func (k kept) keptFromModels(s projectr.Settings) string {
	senders := []string{k.mail.EnvelopeFrom}
	add := func(list []projectr.MailAddress) {
		for _, a := range list {
			senders = append(senders, a.Address)
		}
	}
	add(k.mail.From)
	add(k.msg.From)
	add(k.broughtBy)
	if k.msg.Sender != nil {
		senders = append(senders, k.msg.Sender.Address)
	}
	for _, in := range k.msg.Forwarded {
		add(in.From)
	}
	if p := noAISender(s.NoAISenders, senders); p != "" {
		return "Not sent to a model: mail of " + p + " never is."
	}
	texts := append([]string{k.mail.Subject, k.msg.Subject, k.msg.Text}, k.around...)
	for _, list := range [][]projectr.MailAddress{k.mail.From, k.mail.To, k.mail.Cc, k.msg.From, k.msg.To, k.msg.Cc} {
		for _, a := range list {
			texts = append(texts, a.Name)
		}
	}
	for _, a := range k.mail.Attachments {
		texts = append(texts, a.Filename, k.texts[a.N].Text)
	}
	if w := newNoAIWords(s.NoAIWords).in(texts...); w != "" {
		return "Not sent to a model: \"" + w + "\" stands in it."
	}
	return ""
}

// noAISender returns the pattern that one of the addresses fits; empty when none does.
func noAISender(patterns, addresses []string) string {
	for _, p := range patterns {
		rule := projectr.SenderRule{Pattern: p}
		if slices.ContainsFunc(addresses, func(a string) bool { return rule.Fits(a) > 0 }) {
			return p
		}
	}
	return ""
}

// noAIWords are words that no model may see, as texts are looked through for them.
type noAIWords struct {
	words  []string
	folded []string
}

func newNoAIWords(words []string) noAIWords {
	n := noAIWords{words: words}
	for _, w := range words {
		n.folded = append(n.folded, foldWords(w))
	}
	return n
}

// in returns the word that stands in one of the texts; empty when none does.
func (n noAIWords) in(texts ...string) string {
	if len(n.words) == 0 {
		return ""
	}
	for _, t := range texts {
		t = foldWords(t)
		for i, w := range n.folded {
			if w != " " && strings.Contains(t, w) {
				return n.words[i]
			}
		}
	}
	return ""
}

// foldWords is a text as its words, with a blank before and after each: in lower case
// and without marks, signs that nobody sees, and whatever parts words. So a word is
// found across line breaks and hyphens, and never inside another. Of scripts that put
// no blanks between words each letter is one.
func foldWords(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 2)
	b.WriteByte(' ')
	open := false
	end := func() {
		if open {
			b.WriteByte(' ')
		}
		open = false
	}
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.In(r, unicode.Cf, unicode.Mn):
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			end()
			b.WriteRune(r)
			open = true
			end()
		case unicode.IsLetter(r), unicode.IsNumber(r):
			b.WriteRune(unicode.ToLower(r))
			open = true
		default:
			end()
		}
	}
	end()
	return b.String()
}
