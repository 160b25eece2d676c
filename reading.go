package projectr

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Tokens are what one call of a language model used, by the classes it is
// charged by. Input holds Cached and Written, and Output holds Reasoning.
type Tokens struct {
	Input     int `json:"input"`
	Cached    int `json:"cached" doc:"Of the input, what the provider had kept from an earlier call."`
	Written   int `json:"written,omitempty" doc:"Of the input, what the provider keeps for later calls and charges more for."`
	Output    int `json:"output"`
	Reasoning int `json:"reasoning" doc:"Of the output, what the model thought and did not say."`
}

// CallOutcome is how one call of a language model ended.
type CallOutcome string

// The outcomes of a call.
const (
	CallAnswered    CallOutcome = "answered"
	CallInvalid     CallOutcome = "invalid"     // it answered, and the answer was no use
	CallRefused     CallOutcome = "refused"     // the model would not read it
	CallLimited     CallOutcome = "limited"     // too many calls, or no budget at the provider
	CallUnavailable CallOutcome = "unavailable" // no answer, or an error of the server
	CallTimeout     CallOutcome = "timeout"
	CallNotSent     CallOutcome = "not_sent" // nothing left this machine, and nothing was charged
)

// In the ledger an attempt is also one of these.
const (
	CallStarted CallOutcome = "started" // written down, and not settled yet
	CallUnknown CallOutcome = "unknown" // whoever asked was gone before the end was written down
)

// ModelCall is one attempt to have a language model read a mail, kept with
// exactly what was sent.
type ModelCall struct {
	ID        CallID      `json:"id,omitempty" doc:"Of its entry in the ledger; absent in calls that were made before there was one."`
	At        time.Time   `json:"at"`
	TookMilli int64       `json:"took_ms"`
	Model     string      `json:"model"`
	Prompt    string      `json:"prompt" doc:"Version of the prompt."`
	Sent      string      `json:"sent" doc:"Exactly what was sent, as JSON; keys and addresses of the connection are no part of it."`
	Outcome   CallOutcome `json:"outcome" enum:"answered,invalid,refused,limited,unavailable,timeout,not_sent"`
	Tokens    Tokens      `json:"tokens"`
	CostMicro *int64      `json:"cost_micro_usd" doc:"Null: the price of the model is not known."`
}

// ReadingState is what has become of a reading.
type ReadingState string

// The states of a reading. A mail has at most one that is current, and at most one
// that waits or is proposed.
const (
	ReadingWaiting  ReadingState = "waiting"  // asked for, and not made yet
	ReadingCurrent  ReadingState = "current"  // its facts are the mail's facts
	ReadingProposed ReadingState = "proposed" // a later one that a person has not accepted yet
	ReadingReplaced ReadingState = "replaced" // a later one took its place
	ReadingUndone   ReadingState = "undone"   // turned down, or taken back
)

// Reading is one reading of a mail: the first when it came in, later ones by
// newer rules or by a model. What a person made of a fact is no part of it, and
// no reading changes that.
type Reading struct {
	EmailID   EmailID      `json:"email_id"`
	N         int          `json:"n" doc:"Its number among the readings of the mail, from 1."`
	At        time.Time    `json:"at"`
	By        Actor        `json:"by" doc:"Who asked for it; the mail itself for the first."`
	Extractor string       `json:"extractor" doc:"rules or a model's name; while it waits to be made, also model for those of the organisation."`
	Version   string       `json:"version" doc:"Of the rules, or of the prompt."`
	Why       string       `json:"why" enum:"received,asked,model_answered" doc:"What it was made for."`
	State     ReadingState `json:"state" enum:"waiting,current,proposed,replaced,undone"`
	Again     bool         `json:"again" doc:"The rules' facts stand in until a model has read the mail."`
	Note      string       `json:"note,omitempty" doc:"What there is to say of it in words, such as why no model was asked."`
	Reply     bool         `json:"requires_response" doc:"It says that somebody is asked for an answer."`
	Flags     []Flag       `json:"flags" nullable:"false" doc:"What it says a person should look at before trusting the mail."`
	Diff      ReadingDiff  `json:"diff" doc:"What it says otherwise than the one before; empty for the first."`
	Calls     []ModelCall  `json:"calls" nullable:"false" doc:"Every attempt to ask a model, with exactly what was sent."`
	CostMicro *int64       `json:"cost_micro_usd" doc:"Null: the price of the model is not known."`
	Due       time.Time    `json:"due,omitzero" doc:"When a model is asked, or asked again."`
	Budget    bool         `json:"waits_for_budget" doc:"It waits until there is AI budget again: it goes on by itself when the month turns or the budget grows."`
	Tries     int          `json:"tries,omitempty" doc:"How often it was begun."`
	Newer     bool         `json:"newer_rules,omitempty" doc:"Rules read it, and there are newer ones, by which the mail can be read again."`

	Facts  []Fact `json:"-"` // what a later reading than the first found, whole
	Before int    `json:"-"` // number of the reading whose place it took last; 0: none, or not known
}

// CostOf is what calls cost together in micro-USD; nil where that is not known of one
// of them.
func CostOf(calls []ModelCall) *int64 {
	sum := new(int64)
	for _, c := range calls {
		if c.CostMicro == nil {
			return nil
		}
		*sum += *c.CostMicro
	}
	return sum
}

// Empty reports whether the two readings say the same.
func (d ReadingDiff) Empty() bool { return len(d.Added)+len(d.Gone)+len(d.Changed) == 0 }

// ReadingDiff says how two readings of a mail differ. Facts that a person judged
// are not in it.
type ReadingDiff struct {
	Added   []Fact       `json:"added" nullable:"false"`
	Gone    []Fact       `json:"gone" nullable:"false"`
	Changed []FactChange `json:"changed" nullable:"false"`
}

// FactChange is one fact in two readings.
type FactChange struct {
	ID  FactID `json:"id"`
	Was Fact   `json:"was"`
	Now Fact   `json:"now"`
}

// RereadAsk says which mails are read again, and by what.
type RereadAsk struct {
	Emails    []EmailID
	Project   ProjectID // all of this project's mail
	Since     time.Time // all mail with a date from then on; with Project, of that
	Extractor string    // rules or model; empty: what the settings say
	Model     string    // one model; empty: those of the organisation
	DryRun    bool
	// Accepted is what whoever asks was told that it is likely to cost, in micro-USD; nil:
	// nothing was told. It is needed above Settings.AskAbove, and where that is not known.
	Accepted *int64
}

// RereadPlan is what reading mails again takes.
type RereadPlan struct {
	Mails   int           `json:"mails" doc:"Mails that are read again."`
	Skipped int           `json:"skipped" doc:"Mails that are not, because they were not read, or are copies."`
	NoAI    int           `json:"no_ai" doc:"Mails that are not, because they must not be sent to a model."`
	Readers []RereadPrice `json:"readers" nullable:"false" doc:"What reads them, and what that is likely to cost."`
	Asked   int           `json:"asked" doc:"Mails that wait to be read now; 0 in a dry run."`

	LikelyMicro *int64 `json:"cost_micro_usd" doc:"What all of it is likely to cost; null: the price of a model is not known."`
	LeftMicro   *int64 `json:"budget_left_micro_usd" doc:"What is left of this month's AI budget before it; null: there is no budget. What there is no budget for waits for the next month."`
	AskAgain    bool   `json:"ask_again" doc:"It costs more than the organisation wants spent without being asked, or the price is not known: it is done only with accepted_micro_usd."`
}

// RereadPrice is what reading mails by one reader is likely to take.
type RereadPrice struct {
	Extractor   string `json:"extractor" doc:"rules or a model's name."`
	Mails       int    `json:"mails"`
	Calls       int    `json:"calls" doc:"Calls of the model when nothing goes wrong."`
	Likely      Tokens `json:"tokens" doc:"What they are likely to use."`
	LikelyMicro *int64 `json:"cost_micro_usd" doc:"What that is likely to cost; null: the price of the model is not known."`
	MostMicro   *int64 `json:"most_micro_usd" doc:"What it costs at most, when every try that is allowed is needed; null: not known."`
}

// Settings are what the admins of an organisation decide about reading, filing and telling.
type Settings struct {
	Extractor   string   `json:"extractor" enum:"rules,model" doc:"What reads the mail. Without a model on this installation the rules read."`
	Models      []string `json:"models" nullable:"false" doc:"The models that may read, in the order in which they are asked. Empty: the installation's."`
	NoAIWords   []string `json:"no_ai_words" nullable:"false" doc:"A mail with one of these words is never sent to a model."`
	NoAISenders []string `json:"no_ai_senders" nullable:"false" doc:"Mail of these senders (jo@x.example, @x.example) is never sent to a model."`
	FileFrom    int      `json:"file_from" doc:"From how many percent of certainty a mail is filed without asking."`
	AskAbove    int64    `json:"ask_above_micro_usd" doc:"Having mail read again that is likely to cost more than this is asked about once more, with the price."`
	AlertAt     []int    `json:"alert_at" nullable:"false" doc:"At which percentages of the plan's mails, AI budget and storage the admins are told, once a month each. At 100 they always are."`

	RequireSecondFactor   bool `json:"require_second_factor" doc:"Only people who came in with two proofs of who they are may enter. API keys may as before."`
	RequireAuthentication bool `json:"require_authentication" doc:"Mail is let in only where SPF, DKIM or DMARC proves who sent it. The rest waits in quarantine, though its sender is allowed."`
}

// DefaultSettings are those of an organisation that decided nothing.
func DefaultSettings() Settings {
	return Settings{Extractor: "rules", Models: []string{}, NoAIWords: []string{}, NoAISenders: []string{}, FileFrom: SureEnough * 100, AlertAt: []int{70, 90, 100}, AskAbove: 5_000_000}
}

// ByModel reports whether a model is to read.
func (s Settings) ByModel() bool { return s.Extractor == "model" }

// ReadsAs reports whether the same reads the same mail by s as by other settings.
func (s Settings) ReadsAs(o Settings) bool {
	return s.Extractor == o.Extractor && slices.Equal(s.Models, o.Models) && slices.Equal(s.NoAIWords, o.NoAIWords) && slices.Equal(s.NoAISenders, o.NoAISenders)
}

// Limits on what an organisation may decide.
const (
	maxModels    = 10
	maxNoAI      = 500 // words, and senders
	maxNoAIWord  = 100 // characters
	leastCertain = 50  // percent from which a mail may be filed without asking
	maxAlerts    = 5   // shares at which admins are told

	mostAsk = 10_000_000_000 // micro-USD
)

// Validate brings s into its one form, without blanks around and repetitions, and
// says what is wrong with it, as an Invalid error.
func (s Settings) Validate() (Settings, error) {
	invalid := func(field, message string) (Settings, error) {
		return s, &Error{Kind: Invalid, Field: field, Message: message}
	}
	s.Models, s.NoAIWords, s.NoAISenders = once(s.Models), once(s.NoAIWords), once(s.NoAISenders)
	switch {
	case s.Extractor != "rules" && s.Extractor != "model":
		return invalid("extractor", "Mail is read by rules or by a model: say \"rules\" or \"model\".")
	case len(s.Models) > maxModels:
		return invalid("models", "Name at most 10 models, the first choice first.")
	case len(s.NoAIWords) > maxNoAI:
		return invalid("no_ai_words", "Name at most 500 words: a mail with one of them is never sent to a model.")
	case len(s.NoAISenders) > maxNoAI:
		return invalid("no_ai_senders", "Name at most 500 senders; a whole firm is one, such as @x.example.")
	case s.FileFrom < leastCertain || s.FileFrom > 100:
		return invalid("file_from", "Mail is filed without asking from 50 to 100 percent of certainty on.")
	case s.AskAbove < 0 || s.AskAbove > mostAsk:
		return invalid("ask_above_micro_usd", "Name an amount from nothing to $10,000 above which you are asked again.")
	case len(s.AlertAt) > maxAlerts || slices.ContainsFunc(s.AlertAt, func(n int) bool { return n < 1 || n > 100 }):
		return invalid("alert_at", "Name at most 5 percentages from 1 to 100 at which admins are told.")
	}
	if s.AlertAt = slices.Compact(slices.Sorted(slices.Values(s.AlertAt))); s.AlertAt == nil {
		s.AlertAt = []int{}
	}
	for _, m := range s.Models {
		if !IsLine(m, 100) || strings.ContainsAny(m, " \t") {
			return invalid("models", "The name of a model has no blanks and at most 100 characters, such as gpt-5-mini.")
		}
	}
	for _, w := range s.NoAIWords {
		if !IsLine(w, maxNoAIWord) || !strings.ContainsFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			return invalid("no_ai_words", "A word is one or several words in a line of at most 100 characters, such as attorney-client.")
		}
	}
	for i, p := range s.NoAISenders {
		form, err := ValidatePattern(p)
		if err != nil || form == "*" {
			return invalid("no_ai_senders", "A sender is an address such as jo@x.example, or a domain such as @x.example.")
		}
		s.NoAISenders[i] = form
	}
	s.NoAISenders = once(s.NoAISenders)
	return s, nil
}

// once returns a list without blanks around, empty entries, and what differs from
// an earlier one in case alone.
func once(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		s = strings.TrimSpace(s)
		if s != "" && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, s) }) {
			out = append(out, s)
		}
	}
	return out
}

// NoAISender returns the entry of NoAISenders that one of these addresses fits;
// empty when none does.
func (s Settings) NoAISender(addresses ...string) string {
	for _, p := range s.NoAISenders {
		rule := SenderRule{Pattern: p}
		if slices.ContainsFunc(addresses, func(a string) bool { return rule.Fits(a) > 0 }) {
			return p
		}
	}
	return ""
}

// Flag is something about a mail that a person should look at before trusting it.
type Flag struct {
	Kind  string `json:"kind" enum:"instructions,hidden_text,bank_details" doc:"instructions: it talks to the reader of mail; hidden_text: words that people do not see; bank_details: it says that payments go elsewhere."`
	Text  string `json:"text" doc:"What is odd, as a sentence for people."`
	Words string `json:"words,omitempty" doc:"The words of the mail; absent where people do not see them."`
	Start int    `json:"start" doc:"Where those words stand in the mail's text, in code points."`
	End   int    `json:"end" doc:"Exclusive."`
}

// In returns the flag as it stands in text, which may be another version of what it was
// raised in: where its words stood, or else at the first place with the same words. Where
// they are not there it names none.
func (f Flag) In(text string) Flag {
	if q, ok := Quoted(text, f.Start, f.End); ok && q == f.Words || f.Words == "" {
		return f
	}
	at := strings.Index(text, f.Words)
	if at < 0 {
		f.Words, f.Start, f.End = "", 0, 0
		return f
	}
	f.Start = utf8.RuneCountInString(text[:at])
	f.End = f.Start + utf8.RuneCountInString(f.Words)
	return f
}

// FilingRule is what a person's correction taught: mail like that one goes there.
type FilingRule struct {
	ID        FilingRuleID `json:"id"`
	From      string       `json:"from" doc:"Address or @domain of the author; empty for anybody."`
	Words     string       `json:"words" doc:"Words that stand in the subject or the author's own text; empty for any."`
	ProjectID ProjectID    `json:"project_id" doc:"Where such mail is filed."`
	Instead   *ProjectID   `json:"instead_of" doc:"Where it was filed before; null when it waited for review."`
	Text      string       `json:"text" doc:"The rule as a sentence for people."`
	EmailID   *EmailID     `json:"email_id" doc:"The mail by which it was taught."`
	By        string       `json:"by" doc:"Who taught it."`
	CreatedAt time.Time    `json:"created_at"`
	Used      int          `json:"used" doc:"Mails filed by it."`
}

// Validate returns the rule as it is kept, its sender in lower case, or says what is
// wrong with it, as an Invalid error.
func (r FilingRule) Validate() (FilingRule, error) {
	r.From, r.Words = strings.ToLower(strings.TrimSpace(r.From)), strings.TrimSpace(r.Words)
	local, domain, at := strings.Cut(r.From, "@")
	switch {
	case r.From != "" && (!at || domain == "" || !IsLine(r.From, 320) || strings.ContainsAny(local+domain, " \t@<>,;\"")):
		return r, &Error{Kind: Invalid, Field: "from", Message: "A rule's sender is an address such as jo@x.example, a domain such as @x.example, or nobody in particular."}
	case !IsLine(r.Words, 200):
		return r, &Error{Kind: Invalid, Field: "words", Message: "A rule's words are one line of at most 200 characters."}
	case r.Words != "" && len(wordsOf(r.Words)) == 0:
		return r, &Error{Kind: Invalid, Field: "words", Message: "A rule's words have letters or figures in them."}
	case r.From == "" && r.Words == "":
		return r, &Error{Kind: Invalid, Field: "words", Message: "A rule needs a sender or words, or it would be about every mail."}
	case r.ProjectID == "":
		return r, &Error{Kind: Invalid, Field: "project_id", Message: "Say on which project such mail is filed."}
	}
	return r, nil
}

// Sentence is the rule in words; project is the name of where it files.
func (r FilingRule) Sentence(project string) string {
	who, about := "Mail", ""
	if r.From != "" {
		who = "Mail from " + strings.TrimPrefix(r.From, "@")
	}
	if r.Words != "" {
		about = " about “" + r.Words + "”"
	}
	return who + about + " goes to " + project + "."
}

// Narrow is higher for a rule that is about less: of two that cover a mail the
// narrower one holds.
func (r FilingRule) Narrow() int {
	n := utf8.RuneCountInString(r.Words)
	switch {
	case strings.HasPrefix(r.From, "@"):
		n += 1000
	case r.From != "":
		n += 2000
	}
	return n
}

// Covers reports whether a mail is one that the rule is about, and where its words
// stand: in is "subject" or "text", start and end are code points of it. For a rule
// without words, in is empty. Of the text only the newest author's own words count.
func (r FilingRule) Covers(from []MailAddress, subject string, b Body) (in string, start, end int, ok bool) {
	if r.From != "" && !slices.ContainsFunc(from, func(a MailAddress) bool {
		addr := strings.ToLower(a.Address)
		return addr == r.From || strings.HasPrefix(r.From, "@") && strings.HasSuffix(addr, r.From)
	}) {
		return "", 0, 0, false
	}
	want := wordsOf(r.Words)
	if len(want) == 0 {
		return "", 0, 0, r.From != ""
	}
	if start, end, ok = standsAt(want, wordsOf(subject), nil); ok {
		return "subject", start, end, true
	}
	start, end, ok = standsAt(want, wordsOf(b.Text), b.Spans)
	return "text", start, end, ok
}

// wordAt is a word in lower case, and where it stands, in code points.
type wordAt struct {
	word       string
	start, end int
}

// wordsOf cuts a text into words of letters and digits.
func wordsOf(s string) []wordAt {
	var out []wordAt
	from, start, n := -1, 0, 0
	add := func(to int) {
		if from >= 0 {
			out = append(out, wordAt{strings.ToLower(s[from:to]), start, n})
			from = -1
		}
	}
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if from < 0 {
				from, start = i, n
			}
		} else {
			add(i)
		}
		n++
	}
	add(len(s))
	return out
}

// standsAt looks for words in a row; with spans, inside one that is new.
func standsAt(want, words []wordAt, spans []Span) (start, end int, ok bool) {
	for i := range words {
		if i+len(want) > len(words) {
			break
		}
		start, end = words[i].start, words[i+len(want)-1].end
		if slices.EqualFunc(want, words[i:i+len(want)], func(a, b wordAt) bool { return a.word == b.word }) &&
			(spans == nil || slices.ContainsFunc(spans, func(s Span) bool { return s.Kind == SpanNew && s.Start <= start && end <= s.End })) {
			return start, end, true
		}
	}
	return 0, 0, false
}

// WordUse is in how many filed mails of a project a word stands.
type WordUse struct {
	Word      string
	ProjectID ProjectID
	Mails     int
}

// Proposal is a project that a mail seems to be about and that does not exist yet.
type Proposal struct {
	Name      string `json:"name"`
	JobNumber string `json:"job_number"`
	Address   string `json:"address"`
	Client    string `json:"client"`
}
