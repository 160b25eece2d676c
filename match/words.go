package match

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"projectr"
)

const (
	maxAsked    = 40 // words of one mail that are looked up
	leastMails  = 2  // mails of a project that have a typical word
	mostlyThere = 0.8
)

// words adds what is typical of a project's filed mail: words that occur in it and
// hardly in that of others. It reports whether it added anything.
func (c *collector) words(typical func([]string) []projectr.WordUse) bool {
	at := c.unusual()
	if len(at) == 0 {
		return false
	}
	asked := make([]string, len(at))
	for i, t := range at {
		asked[i] = t.word
	}
	total := map[string]int{}
	uses := typical(asked)
	for _, u := range uses {
		total[u.Word] += u.Mails
	}
	spoken := map[projectr.ProjectID][]string{}
	for _, t := range at {
		for _, u := range uses {
			if u.Word == t.word && u.Mails >= leastMails && float64(u.Mails) >= mostlyThere*float64(total[u.Word]) {
				spoken[u.ProjectID] = append(spoken[u.ProjectID], t.word)
			}
		}
	}
	for id, words := range spoken {
		p := c.index.byID[id]
		if p == nil || !p.Status.Open() {
			continue
		}
		i := slices.IndexFunc(at, func(t asking) bool { return t.word == words[0] })
		t := at[i]
		text := c.in.Message.Text
		if t.in == "subject" {
			text = c.in.Message.Subject
		}
		q, _ := projectr.Quoted(text, t.start, t.end)
		say := fmt.Sprintf("“%s” stands in other mail of %s, and hardly elsewhere.", q, p.Name)
		if n := len(words); n > 1 {
			say = fmt.Sprintf("“%s” and %d more words stand in other mail of %s, and hardly elsewhere.", q, n-1, p.Name)
		}
		c.add(p, min(mostOfWords, typicalWord*float64(len(words))), projectr.Reason{Kind: "words", Text: say, Words: q, In: t.in, Start: t.start, End: t.end})
	}
	return len(spoken) > 0
}

// asking is a word to look up and where it stands first.
type asking struct {
	word       string
	in         string
	start, end int
}

// unusual lists the words of the author that may be typical of a project: numbers of
// drawings and units, and names. Those of the people in the header are of many.
func (c *collector) unusual() []asking {
	m := c.in.Message
	var names strings.Builder
	for _, a := range slices.Concat(m.From, m.To, m.Cc) {
		names.WriteString(strings.ToLower(a.Name + " " + a.Address + " "))
	}
	seen := map[string]bool{}
	var out []asking
	look := func(toks []token, text, in string) {
		runes := []rune(text)
		for i := 0; i < len(toks) && len(out) < maxAsked; i++ {
			first, end := i, toks[i].end
			for i+1 < len(toks) && toks[i+1].start == end+1 && strings.ContainsRune("-–./", runes[end]) { // TD-2
				i++
				end = toks[i].end
			}
			t := toks[first]
			word := strings.ToLower(string(runes[t.start:end]))
			digit, letter := strings.ContainsFunc(word, unicode.IsDigit), strings.ContainsFunc(word, unicode.IsLetter)
			named := t.cap && letter && end-t.start >= 4 && first > 0 && !t.broken // a sentence begins with a capital, whatever the word
			if t.factor < 0.95 || !named && !(digit && letter) || seen[word] || mailWords[t.word] || strings.Contains(names.String(), word) {
				continue
			}
			seen[word] = true
			out = append(out, asking{word, in, t.start, end})
		}
	}
	look(c.subject, m.Subject, "subject")
	look(c.text, m.Text, "text")
	return out
}

// mailWords say what a mail is, not of which job.
var mailWords = wordSet(`rfi rfis submittal submittals co cor pco change order orders pay app application daily report reports meeting minutes schedule update updates
	delivery inspection inspections permit invoice notice delay punch list kickoff asi bulletin quote bid bids proposal re fw fwd rfq request requests question questions
	drawing drawings spec specs review comments please thanks regards monday tuesday wednesday thursday friday saturday sunday january february march april may june july
	august september october november december shop safety weekly monthly progress claim photos pictures status site visit walk closeout warranty lien waiver contract`)

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}
