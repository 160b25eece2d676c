package extract

import (
	"context"
	"crypto/sha256"
	_ "embed" // the prompt
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"projectr"
	"projectr/message"
)

// field is one thing a model may say. The schema of its answer, the prompt's list
// of fields and the reader of the answer are made from the tables below.
type field struct {
	name   string
	values []string // what it may be; nil: any words
	most   int      // characters of it that are read
	doc    string   // for the model
}

// factFields are the fields of one fact in a model's answer. All are words, so that
// no number and no date comes from a model.
var factFields = []field{
	{"kind", kindNames(), 0, "one of the kinds"},
	{"quote", nil, maxQuote, "the exact words of the mail that prove it"},
	{"text", nil, 300, "the fact in your words, one short line, no dates or sums that are not in the quote; for an action_item begin with the verb"},
	{"owner", nil, 100, "action_item: who has to do it, in the words of the mail (a name, \"you\", \"I\", \"we\"); else empty"},
	{"date", nil, 100, "action_item: the words that say by when, with their preposition, such as \"by next Friday\"; else empty"},
	{"amount", nil, 60, "budget_mention: the words of the one sum it is about, such as \"$12,450.00\" or \"4.5k\"; else empty"},
	{"made_by", nil, 100, "decision: who decided, in the words of the mail; else empty"},
	{"priority", []string{"high", "normal", "low"}, 0, "action_item: high when the mail says it is urgent, low when it says there is no hurry; else normal"},
}

func kindNames() []string {
	var out []string
	for _, k := range projectr.FactKinds {
		out = append(out, string(k))
	}
	return out
}

// kindDocs say what a kind is, for the model.
var kindDocs = map[projectr.FactKind]string{
	projectr.Decision:       "something was decided, approved, chosen or turned down",
	projectr.ActionItem:     "somebody is asked to do something, or says that they will",
	projectr.ScopeChange:    "work is added, left out or done otherwise than was agreed",
	projectr.BudgetMention:  "a sum of money: a price, a cost, a credit, an invoice",
	projectr.TimelineChange: "a date or a length of time changes: a delay, a new start, a moved visit",
	projectr.Risk:           "something may go wrong, hold up the work, cost more or be unsafe",
	projectr.KeyPoint:       "another thing about the job that is worth keeping; at most three a mail",
}

//go:embed prompt.md
var promptText string

// prompt is the part that is the same for every mail, so that the provider can keep
// it between calls.
var prompt = func() string {
	var kinds, fields strings.Builder
	for _, k := range projectr.FactKinds {
		fmt.Fprintf(&kinds, "- %s: %s\n", k, kindDocs[k])
	}
	for _, f := range factFields {
		fmt.Fprintf(&fields, "- %s: %s\n", f.name, f.doc)
	}
	beside := "- requires_response: true when somebody who got the mail is asked for an answer\n- people: names of people who stand in the mail, as written there\n"
	return strings.NewReplacer("{{kinds}}\n", kinds.String(), "{{fields}}\n", fields.String(), "{{beside}}\n", beside).Replace(promptText)
}()

// answerSchema is the JSON Schema of an answer. It keeps to what every provider
// enforces: all keys required, none besides, no limits on lengths.
var answerSchema = func() json.RawMessage {
	words := map[string]any{"type": "string"}
	properties, names := map[string]any{}, []string{}
	for _, f := range factFields {
		names = append(names, f.name)
		properties[f.name] = words
		if f.values != nil {
			properties[f.name] = map[string]any{"type": "string", "enum": f.values}
		}
	}
	fact := map[string]any{"type": "object", "properties": properties, "required": names, "additionalProperties": false}
	b, err := json.Marshal(map[string]any{
		"type": "object", "additionalProperties": false, "required": []string{"requires_response", "people", "facts"},
		"properties": map[string]any{
			"requires_response": map[string]any{"type": "boolean"},
			"people":            map[string]any{"type": "array", "items": words},
			"facts":             map[string]any{"type": "array", "items": fact},
		},
	})
	if err != nil {
		panic(err)
	}
	return b
}()

// PromptVersion names prompt and schema: it changes when a byte of them does.
var PromptVersion = func() string {
	sum := sha256.Sum256(append([]byte(prompt), answerSchema...))
	return "prompt-" + hex.EncodeToString(sum[:5])
}()

// Input is a mail to be read by a model, with what its own organisation knows.
type Input struct {
	Message *message.Message
	// Projects and People of this organisation, and of no other, help the model to
	// recognise names. The first maxKnown of each are sent.
	Projects []projectr.Project
	People   []string
	// Models are asked in their order; empty: those of the installation.
	Models []string
	// Ledger is told of each call before it leaves; nil: nobody keeps one.
	Ledger Ledger
	// Thought is how many tokens the first of the models has thought for one answer of late;
	// nil: that is not known.
	Thought *int
}

// Ledger keeps the calls that are made for one text of one mail.
type Ledger interface {
	// Start keeps a call before it leaves, on stable storage, and sets aside what it may
	// cost. part numbers the parts of the text. A call that cannot be kept is not made.
	// OverLimit: there is no budget for it. Conflict: there is one, and nobody knows what the
	// model costs.
	Start(ctx context.Context, part int, c projectr.CallStart) (projectr.CallID, error)
	// Settle keeps what became of it.
	Settle(ctx context.Context, id projectr.CallID, e projectr.CallEnd)
}

// maxKnown is how many projects and how many people are told to a model.
const maxKnown = 40

// told is what stands before the mail: the organisation's own projects and people.
// It is the same for mail after mail, as the prompt is.
func told(in Input) string {
	var b strings.Builder
	list := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		b.WriteString(title + "\n")
		for _, l := range lines {
			b.WriteString("- " + l + "\n")
		}
		b.WriteString("\n")
	}
	var projects []string
	for _, p := range in.Projects[:min(len(in.Projects), maxKnown)] {
		var parts []string
		for _, s := range []string{p.Name, p.JobNumber, p.Address} {
			if s = oneLine(s, 120); s != "" {
				parts = append(parts, s)
			}
		}
		if len(parts) > 0 {
			projects = append(projects, strings.Join(parts, "; "))
		}
	}
	list("Jobs of the firm that got this mail:", projects)
	var people []string
	for _, p := range in.People[:min(len(in.People), maxKnown)] {
		if p = oneLine(p, 80); p != "" {
			people = append(people, p)
		}
	}
	list("People it works with:", people)
	return b.String()
}

// oneLine makes one line of at most most characters of s, without what controls how
// it is shown.
func oneLine(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError || unseen(r):
			return -1
		case !projectr.IsLine(string(r), 1):
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > most {
		s = strings.TrimSpace(string([]rune(s)[:most-1])) + "…"
	}
	return s
}

// unseen reports whether a character takes no room where people read.
func unseen(r rune) bool {
	switch {
	case r == '\u00ad' || r == '\u034f' || r == '\u061c' || r == '\ufeff':
		return true
	case r >= '\u200b' && r <= '\u200f', r >= '\u2060' && r <= '\u2064', r >= '\ufe00' && r <= '\ufe0f', r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}

// block is a stretch of a mail's text, in bytes, that a model may read.
type block struct {
	passage  int
	from, to int
}

// part is what of a mail goes into one call.
type part struct {
	blocks []block
	floor  int // facts before this byte are the part's before it
}

// readable returns what of a mail a model may read: the newest author's own words
// and forwarded mail, without sentences that speak to a machine.
func (r *reading) readable(passages []passage) []block {
	var out []block
	for i := range passages {
		for _, b := range passages[i].ranges {
			from := b[0]
			for _, s := range r.spoken(b[0], b[1]) {
				if s[0] > from {
					out = append(out, block{i, from, s[0]})
				}
				from = max(from, s[1])
			}
			if b[1] > from {
				out = append(out, block{i, from, b[1]})
			}
		}
	}
	slices.SortFunc(out, func(a, b block) int { return a.from - b.from })
	return slices.DeleteFunc(out, func(b block) bool { return strings.TrimSpace(r.text[b.from:b.to]) == "" })
}

// spoken returns the sentences of text[from:to] that are spoken to a machine.
func (r *reading) spoken(from, to int) [][2]int {
	return spokenIn(r.text, from, to)
}

// maxParts is how many calls one mail may take when nothing goes wrong. What does not
// fit into them is read by nobody, as beyond maxRead.
const maxParts = 8

// parts divides the blocks into calls of at most size tokens, at borders of
// paragraphs where there are any. Each begins with the last paragraphs of the one
// before it, so that nothing is torn out of what it belongs to.
func (r *reading) parts(blocks []block, size int) []part {
	var units []block
	for _, b := range blocks {
		units = append(units, r.paragraphs(b, size)...)
	}
	var out []part
	cur, used := part{}, 0
	for _, u := range units {
		n := EstimateTokens(r.text[u.from:u.to])
		if used > 0 && used+n > size {
			out = append(out, cur)
			if len(out) == maxParts {
				return out
			}
			again := tail(r.text, cur.blocks, size/8)
			used = 0
			for _, b := range again {
				used += EstimateTokens(r.text[b.from:b.to])
			}
			// A fact in what is repeated belongs to the part that shows what surrounds it:
			// the first half to the part before, the rest to this one.
			cur = part{blocks: slices.Clone(again), floor: u.from}
			if len(again) > 0 {
				cur.floor = again[len(again)/2].from
			}
		}
		cur.blocks = append(cur.blocks, u)
		used += n
	}
	if len(cur.blocks) > 0 {
		out = append(out, cur)
	}
	return out
}

// tail returns the last of the blocks that are at most size tokens together.
func tail(text string, blocks []block, size int) []block {
	i := len(blocks)
	for used := 0; i > 0; i-- {
		if used += EstimateTokens(text[blocks[i-1].from:blocks[i-1].to]); used > size {
			break
		}
	}
	return blocks[i:]
}

// paragraphs cuts a block behind its empty lines; a paragraph of more than half a
// call behind a line, a sentence or a word.
func (r *reading) paragraphs(b block, size int) []block {
	var out []block
	add := func(from, to int) {
		for EstimateTokens(r.text[from:to]) > size/2 && to-from > 1 {
			cut := from + cutAt(r.text[from:to], size/2)
			out = append(out, block{b.passage, from, cut})
			from = cut
		}
		if to > from {
			out = append(out, block{b.passage, from, to})
		}
	}
	from := b.from
	for i := b.from; i < b.to; i++ {
		if r.text[i] != '\n' {
			continue
		}
		j := i + 1
		for j < b.to && (r.text[j] == '\n' || r.text[j] == ' ' || r.text[j] == '\t' || r.text[j] == '\r') {
			j++
		}
		if strings.Count(r.text[i:j], "\n") > 1 {
			add(from, j)
			from = j
		}
		i = j - 1
	}
	add(from, b.to)
	return out
}

// cutAt returns where to cut s so that what is before has about size tokens: behind
// the last line, sentence or word there.
func cutAt(s string, size int) int {
	end := len(s)
	for EstimateTokens(s[:end]) > size && end > 1 {
		end = end * 3 / 4
	}
	for end > 1 && !utf8.RuneStart(s[end-1]) {
		end--
	}
	for end < len(s) && !utf8.RuneStart(s[end]) {
		end++
	}
	for _, sep := range []string{"\n", ". ", " "} {
		if i := strings.LastIndex(s[:end], sep); i > end/2 {
			return i + len(sep)
		}
	}
	return max(end, 1)
}

// EstimateTokens says how many tokens a text is for a model, rather too many than too
// few: a word of up to four letters is one, each four letters more one, and each two
// where it is longer than any word; each digit, sign, line and gap is one, and each
// byte of what is not ASCII. Of 820 mails of the corpora it says fewer than OpenAI's
// o200k_base makes for two, which are no language, and 1.5 times as many for all.
func EstimateTokens(s string) int {
	n, letters, wide, spaces := 0, 0, 0, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			if letters%4 == 0 || letters > 16 && letters%2 == 0 {
				n++
			}
			letters++
			spaces = 0
			continue
		}
		letters = 0
		if c == ' ' {
			if spaces++; spaces == 2 {
				n++
			}
			continue
		}
		spaces = 0
		if c >= 0x80 {
			wide++
		} else {
			n++
		}
	}
	return n + wide
}

// request makes the question about one part of a mail. note, where there is one, says
// what was wrong with the last answer.
func (r *reading) request(model string, in Input, passages []passage, p part, note string, maxOutput int) projectr.ModelRequest {
	mail := r.shown(passages, p)
	code := delimiter(mail)
	var b strings.Builder
	b.WriteString(told(in))
	fmt.Fprintf(&b, "[mail %s]\n%s\n[end of mail %s]", code, mail, code)
	q := projectr.ModelRequest{
		Model: model, Schema: answerSchema, Name: "facts_of_a_mail", MaxOutput: maxOutput,
		Messages: []projectr.ModelMessage{{Role: "system", Text: prompt}, {Role: "user", Text: b.String()}},
	}
	if note != "" {
		q.Messages = append(q.Messages, projectr.ModelMessage{Role: "user", Text: note})
	}
	return q
}

// delimiter is a code that does not stand in s, made from s: nobody can write a mail
// that holds its own.
func delimiter(s string) string {
	for n := 0; ; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", n, s))
		if code := hex.EncodeToString(sum[:16]); !strings.Contains(s, code) {
			return code
		}
	}
}

// shown is the mail as a model sees it: who wrote it to whom, and the text of the
// part, passage by passage.
func (r *reading) shown(passages []passage, p part) string {
	var b strings.Builder
	head := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	names := func(list []person) string {
		var out []string
		for _, p := range list[:min(len(list), 20)] {
			if n := oneLine(p.name, 80); n != "" {
				out = append(out, n)
			}
		}
		return strings.Join(out, ", ")
	}
	last, end := -1, 0
	for _, k := range p.blocks {
		switch {
		case k.passage != last:
			if last >= 0 {
				b.WriteString("\n\n")
			}
			from := &passages[k.passage]
			if from.forwarded {
				b.WriteString("(forwarded mail)\n")
			}
			author := ""
			if from.author.name != "" {
				author = names([]person{from.author})
			}
			head("From", author)
			head("To", names(from.near))
			head("Date", from.calendar.today.Format("Monday, 2 January 2006"))
			if !from.forwarded {
				head("Subject", oneLine(r.m.Subject, 200))
			}
			b.WriteString("\n")
		case k.from > end:
			b.WriteString("\n(…)\n")
		}
		b.WriteString(r.text[k.from:k.to])
		last, end = k.passage, k.to
	}
	return b.String()
}
