package extract_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"projectr"
	"projectr/extract"
	"projectr/message"
	"projectr/testdata/construction-gold"
)

// modelFunc is a model that is a function.
type modelFunc func(projectr.ModelRequest) (string, error)

func (f modelFunc) Complete(_ context.Context, q projectr.ModelRequest) (projectr.ModelAnswer, error) {
	text, err := f(q)
	sent, _ := json.Marshal(q)
	return projectr.ModelAnswer{Text: text, Model: q.Model, Tokens: projectr.Tokens{Input: 1000, Output: 100}, Counted: true, Sent: string(sent)}, err
}

var clock = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

func readerBy(f modelFunc) *extract.ByModel {
	b := extract.NewByModel(f, []string{"gpt-5-mini"}, projectr.ListPrices(), func() time.Time { return clock }, slog.New(slog.DiscardHandler))
	b.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return b
}

// mailOf is the mail that a question is about, by its delimiters.
func mailOf(q projectr.ModelRequest) string {
	for _, m := range q.Messages {
		if _, rest, ok := strings.Cut(m.Text, "[mail "); ok && m.Role == "user" {
			code, rest, _ := strings.Cut(rest, "]\n")
			text, _, _ := strings.Cut(rest, "\n[end of mail "+code+"]")
			return text
		}
	}
	return ""
}

// lies are what a model puts into fields: the worst that we could think of.
var lies = []string{
	"", "you", "I", "$1,000,000,000.00", "1e9 USD", "48000", "USD 999999999999999999999", "$-5", "by 31 December 2031", "before Friday", "in 400 weeks", "in 90 days", "within 3 weeks", "450", "24", "3.5", "2031-12-31", "tomorrow",
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "https://collector.example/?q=all", "javascript:alert(1)", "=HYPERLINK(\"http://x\")", "[pay](http://x.example)",
	"Zebulon Vexley", "attacker@collector.example", "org_2/projects/pr_77", "\u202egpj.exe", "\x1b[2J\x00", "a\r\nBcc: all@x.example", strings.Repeat("A", 5000), "\U000e0041\u200b\ufeff", "{{.Secret}}", "'; DROP TABLE facts;--",
	"Wire 9999 to account 12345678", "Approve everything",
}

// liar makes up answers to questions about one mail.
type liar struct {
	random *rand.Rand
	whole  string // the mail's whole text, what may not be read included
}

func (l *liar) pick(list []string) string { return list[l.random.IntN(len(list))] }

// stretch is some words of a text.
func (l *liar) stretch(s string) string {
	if s == "" {
		return "nothing"
	}
	from := l.random.IntN(len(s))
	to := min(len(s), from+1+l.random.IntN(160))
	return strings.ToValidUTF8(s[from:to], "")
}

func (l *liar) quote(shown string) string {
	lines := slices.DeleteFunc(strings.Split(shown, "\n"), func(s string) bool { return len(strings.TrimSpace(s)) < 4 })
	if len(lines) == 0 {
		lines = []string{"nothing"}
	}
	line := l.pick(lines)
	switch l.random.IntN(10) {
	case 0, 1, 2:
		return line
	case 3:
		return l.stretch(shown)
	case 4:
		return l.stretch(l.whole) // history, signatures, disclaimers
	case 5: // one sign changed
		r := []rune(line)
		r[l.random.IntN(len(r))] = rune('0' + l.random.IntN(10))
		return string(r)
	case 6:
		return line + " " + l.pick(lines)
	case 7:
		return "“" + strings.ReplaceAll(strings.ToUpper(line[:1])+line[1:], " ", "\u00a0 ") + "…”"
	case 8:
		return l.pick(lies)
	}
	return "The owner approved " + l.pick(lies) + " for Baxley Holdings."
}

func (l *liar) answer(q projectr.ModelRequest) string {
	shown := mailOf(q)
	kinds := []string{"decision", "action_item", "scope_change", "budget_mention", "timeline_change", "risk", "key_point"}
	facts := []map[string]string{}
	for range 1 + l.random.IntN(24) {
		words := func() string {
			if l.random.IntN(3) == 0 {
				return l.stretch(shown)
			}
			return l.pick(lies)
		}
		facts = append(facts, map[string]string{
			"kind": l.pick(kinds), "quote": l.quote(shown), "text": words(), "owner": words(), "date": words(), "amount": words(), "made_by": words(), "priority": l.pick([]string{"high", "normal", "low"}),
		})
	}
	b, _ := json.Marshal(map[string]any{"requires_response": l.random.IntN(2) == 0, "people": []string{l.pick(lies), l.stretch(l.whole), "Zebulon Vexley"}, "facts": facts})
	return string(b)
}

// allMails calls use for every mail of the corpora; without them for the mails of the
// repository.
func allMails(t *testing.T, use func(name string, m *message.Message)) int {
	t.Helper()
	n := 0
	one := func(name string, f fs.File, err error) {
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if m, err := message.Parse(f); err == nil {
			n++
			use(name, m)
		}
	}
	root := "../../shared/corpora"
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".eml") {
			f, err := os.Open(path)
			one(path, f, err)
		}
		return err
	})
	if err != nil {
		t.Logf("%s is not there: only the mails of the repository", root)
		names, _ := fs.Glob(gold.Mails, "eml/*.eml")
		for _, name := range names {
			f, err := gold.Mails.Open(name)
			one(name, f, err)
		}
	}
	return n
}

// Whatever a model says, every fact that is kept stands in words that it was shown, no
// value is called verified that is not there, no money that is not proven is approved,
// and nothing but fields of facts is touched.
func TestALyingModel(t *testing.T) {
	t.Parallel()
	facts, refused, missing, byRules := 0, 0, 0, 0
	mails := allMails(t, func(name string, m *message.Message) {
		l := &liar{random: rand.New(rand.NewPCG(15, uint64(len(name))<<32|uint64(m.Bytes))), whole: m.Text}
		before, _ := json.Marshal(m)
		b := readerBy(func(q projectr.ModelRequest) (string, error) { return l.answer(q), nil })
		res, err := b.Extract(context.Background(), m)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if after, _ := json.Marshal(m); string(after) != string(before) {
			t.Fatalf("%s: the mail was changed", name)
		}
		if res.Extractor != "gpt-5-mini" && res.Extractor != extract.RulesName {
			t.Errorf("%s: read by %q", name, res.Extractor)
		}
		if res.Extractor == extract.RulesName {
			byRules++
			return
		}
		refused += res.Refused
		for _, n := range res.People {
			if !wordsStand(n, m) {
				t.Errorf("%s: %q is nobody of this mail", name, n)
			}
		}
		for _, f := range extract.Keep(m, res.Facts) {
			facts++
			if f.Proof == projectr.ValueMissing {
				missing++
			}
			if fault := faultOf(m, f); fault != "" {
				t.Errorf("%s: %s in %+v", name, fault, f)
			}
		}
	})
	t.Logf("%d mails: %d facts, %d of them with a value missing; %d claims refused; %d mails by rules", mails, facts, missing, refused, byRules)
	if mails < 20 || facts < 20 || refused < 100 || missing == 0 {
		t.Error("the liar did not get to lie")
	}
}

var figure = regexp.MustCompile(`[0-9][0-9,.]*`)

// faultOf says what is wrong with a fact, by means of its own: of the reader only the
// grammars of dates and sums are asked, not what it makes of them.
func faultOf(m *message.Message, f projectr.Fact) string {
	text := []rune(m.Text)
	if f.Start < 0 || f.End > len(text) || f.Start >= f.End || string(text[f.Start:f.End]) != f.Quote {
		return "the quote does not stand there"
	}
	for i := f.Start; i < f.End; i++ {
		if unicode.IsSpace(text[i]) {
			continue
		}
		if !slices.ContainsFunc(m.Spans, func(s projectr.Span) bool {
			return s.Start <= i && i < s.End && (s.Kind == projectr.SpanNew || s.Kind == projectr.SpanForwarded)
		}) {
			return "the quote stands where nothing is read"
		}
	}
	switch {
	case f.Proof != projectr.Verified && f.Proof != projectr.ValueMissing:
		return "proof " + string(f.Proof)
	case f.ID != "" || f.EmailID != "" || f.ProjectID != "" || f.State != "" || f.By != "gpt-5-mini" || f.File != 0:
		return "more than its own fields"
	case f.Validate() != nil:
		return f.Validate().Error()
	case f.Priority != "high" && f.Priority != "normal" && f.Priority != "low":
		return "priority " + f.Priority
	case f.Confidence < 0 || f.Confidence > 1:
		return "confidence"
	case len([]rune(f.Text)) > 200:
		return "a long text"
	}
	for _, mark := range []string{"<", "://", "{{", "@", "javascript:"} {
		if strings.Contains(f.Text, mark) && !strings.Contains(f.Quote, mark) {
			return "the text holds " + mark
		}
	}
	for _, name := range []string{"zebulon", "vexley", "baxley", "hyperlink", "drop table", "bcc:"} {
		if strings.Contains(strings.ToLower(f.Text), name) && !strings.Contains(strings.ToLower(m.Text), name) {
			return "the text names " + name
		}
	}
	for _, who := range []*string{f.Owner, f.MadeBy} {
		if who != nil && *who != "all recipients" && !wordsStand(*who, m) {
			return *who + " is nobody of this mail"
		}
	}
	if f.Proof != projectr.Verified {
		if f.Standing != "" {
			return "standing " + string(f.Standing) + " without proof"
		}
		return ""
	}
	if f.Amount != nil && !slices.ContainsFunc(extract.SumsIn(f.Quote), func(a projectr.Amount) bool {
		return a.Minor == f.Amount.Minor || a.Minor == -f.Amount.Minor
	}) {
		return fmt.Sprintf("%+v is verified and no sum of the quote", *f.Amount)
	}
	if f.Deadline != nil && !dayNamed(m, f) {
		return *f.Deadline + " is verified and no day that the quote can name"
	}
	if f.Amount != nil && !sumStands(*f.Amount, f.Quote) {
		return fmt.Sprintf("%+v is verified and does not stand in the quote", *f.Amount)
	}
	if f.Deadline != nil && *f.Deadline >= "2030" && m.Date.Year() < 2028 && !strings.Contains(f.Quote, "203") {
		return *f.Deadline + " is verified and does not stand in the quote"
	}
	for _, n := range regexp.MustCompile(`[0-9]+`).FindAllString(f.Text, -1) {
		if !strings.Contains(f.Quote, n) {
			return n + " is in the text and not in the quote"
		}
	}
	return ""
}

// dayNamed reports whether the quote of a fact can name its deadline, said on the day of
// the mail or of one that it forwards.
func dayNamed(m *message.Message, f projectr.Fact) bool {
	said := []time.Time{m.Date}
	for _, inner := range m.Forwarded {
		said = append(said, inner.Date)
	}
	return slices.ContainsFunc(said, func(t time.Time) bool {
		return !t.IsZero() && extract.DaysNamed(f.Quote, t)[*f.Deadline]
	})
}

// sumStands reports whether some figure of the quote is the amount, in units, in
// thousands, millions or billions, with or without minor units.
func sumStands(a projectr.Amount, quote string) bool {
	want := new(big.Rat).SetInt64(a.Minor)
	want.Abs(want)
	for _, n := range figure.FindAllString(quote, -1) {
		for _, n := range []string{strings.TrimRight(strings.ReplaceAll(n, ",", ""), "."), strings.TrimRight(strings.ReplaceAll(strings.ReplaceAll(n, ".", ""), ",", "."), ".")} {
			r, ok := new(big.Rat).SetString(n)
			for _, times := range []int64{1, 100, 100_000, 100_000_000, 100_000_000_000} {
				if ok && new(big.Rat).Mul(r, new(big.Rat).SetInt64(times)).Cmp(want) == 0 {
					return true
				}
			}
		}
	}
	return false
}

// wordsStand reports whether every word of a name stands in the mail or its header.
func wordsStand(name string, m *message.Message) bool {
	all := strings.ToLower(m.Text + " " + m.Subject)
	add := func(list []projectr.MailAddress) {
		for _, a := range list {
			all += " " + strings.ToLower(a.Name+" "+a.Address)
		}
	}
	add(m.From)
	add(m.To)
	add(m.Cc)
	for _, f := range m.Forwarded {
		add(f.From)
		add(f.To)
		add(f.Cc)
	}
	for w := range strings.FieldsFuncSeq(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(w) > 5 {
			w = w[:5]
		}
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}
