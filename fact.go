package projectr

import (
	"strings"
	"time"
	"unicode/utf8"
)

// FactKind is one of the seven kinds of fact.
type FactKind string

// The kinds of fact.
const (
	Decision       FactKind = "decision"
	ActionItem     FactKind = "action_item"
	ScopeChange    FactKind = "scope_change"
	BudgetMention  FactKind = "budget_mention"
	TimelineChange FactKind = "timeline_change"
	Risk           FactKind = "risk"
	KeyPoint       FactKind = "key_point"
)

// FactKinds lists the kinds in the order people see them.
var FactKinds = []FactKind{Decision, ActionItem, ScopeChange, BudgetMention, TimelineChange, Risk, KeyPoint}

// Proof says how well a fact's evidence holds. It is set by code, never by a
// model (invariant I-27).
type Proof string

// The states of proof.
const (
	Verified     Proof = "verified"      // the quote stands in this mail, and the fact's values stand in the quote
	ValueMissing Proof = "value_missing" // the quote stands there, but an amount, date or number of the fact does not stand in it
	Unverified   Proof = "unverified"    // the quote was not found; shown as doubtful, drives nothing
)

// FactState is what has become of a fact.
type FactState string

// The states of a fact.
const (
	FactOpen       FactState = "open"
	FactConfirmed  FactState = "confirmed"
	FactCorrected  FactState = "corrected"
	FactRejected   FactState = "rejected"
	FactSuperseded FactState = "superseded"
)

// Standing is whether money is agreed.
type Standing string

// The standings of a budget mention. A sum that is neither (a contract sum, what was
// paid, what is left of an allowance) has none.
const (
	Approved Standing = "approved"
	Exposure Standing = "exposure" // priced, claimed, carried or feared, and not approved
)

// Amount is money in minor units of its currency (ISO 4217), signed. The price of a unit
// says of which, and is no total.
type Amount struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency" example:"USD"`
	Per      string `json:"per,omitempty" example:"hour" doc:"What it is the price of: hour, day, each, sf and the like; absent for a sum."`
}

// Fact is one thing a mail says, with the exact words that prove it.
type Fact struct {
	ID         FactID    `json:"id"`
	EmailID    EmailID   `json:"email_id"`
	ProjectID  ProjectID `json:"project_id" doc:"Empty while its mail is in review."`
	Kind       FactKind  `json:"kind" enum:"decision,action_item,scope_change,budget_mention,timeline_change,risk,key_point"`
	Text       string    `json:"text" doc:"The fact in our words, one line."`
	Quote      string    `json:"quote" doc:"The exact words of the mail."`
	Start      int       `json:"start" doc:"Where the quote stands in the mail's text, in code points."`
	End        int       `json:"end" doc:"Exclusive."`
	File       int       `json:"file,omitempty" doc:"The attachment whose text the quote stands in, by its number; 0 is the mail's own text."`
	Proof      Proof     `json:"proof" enum:"verified,value_missing,unverified"`
	Confidence float64   `json:"confidence"`
	Owner      *string   `json:"owner" doc:"Who has to do it; null when the mail leaves it open."`
	Deadline   *string   `json:"deadline" doc:"YYYY-MM-DD, reckoned from the mail's own date; null when none."`
	Priority   string    `json:"priority" enum:"high,normal,low"`
	MadeBy     *string   `json:"made_by" doc:"Who decided; null when not said."`
	Amount     *Amount   `json:"amount"`
	Affects    []string  `json:"affects" nullable:"false" doc:"What else it touches."`
	State      FactState `json:"state" enum:"open,confirmed,corrected,rejected,superseded"`
	By         string    `json:"by" doc:"What read it: rules, a model's name, or a person's name when corrected."`
	At         time.Time `json:"at" doc:"The date of the mail that says it."`
	Reason     string    `json:"reason,omitempty" doc:"Why it was rejected."`

	// What became of it, and what it needs.
	Standing Standing   `json:"standing,omitempty" enum:"approved,exposure" doc:"For money: approved cost, or exposure that nobody approved yet; absent when it is neither."`
	Doubt    string     `json:"doubt,omitempty" doc:"Why nobody can be sure of it without a person, in words."`
	DoneAt   *time.Time `json:"done_at" doc:"When the action was done, or the risk closed; null while it is open."`
	DoneBy   string     `json:"done_by,omitempty" doc:"Who said so."`

	Held         string  `json:"held,omitempty" doc:"Why it waits for a person before it counts, in words: its mail is flagged."`
	Repeats      *FactID `json:"repeats" doc:"The fact that says the same already; this one does not count beside it."`
	Supersedes   *FactID `json:"supersedes" doc:"The earlier fact in whose place it stands."`
	SupersededBy *FactID `json:"superseded_by" doc:"The later fact that says otherwise. A fact that a person judged stays as it is, and only shows it."`
}

// Live reports whether the fact still counts.
func (f Fact) Live() bool {
	return f.Repeats == nil && f.State != FactRejected && f.State != FactSuperseded
}

// FactChain is a fact with what other mails of its thread say of the same thing.
type FactChain struct {
	Fact     Fact   `json:"fact"`
	Original *Fact  `json:"original" doc:"The fact that this one repeats; null when it stands by itself. Earlier and later are that one's."`
	Earlier  []Fact `json:"earlier" nullable:"false" doc:"What was said before it, oldest first: each was changed by the next."`
	Later    []Fact `json:"later" nullable:"false" doc:"What was said otherwise after it, in order."`
	Repeated []Fact `json:"repeated" nullable:"false" doc:"Where later mails say the same, in order."`
}

// Quoted returns the code points [start,end) of text, and whether that range
// lies inside it.
func Quoted(text string, start, end int) (string, bool) {
	if start < 0 || end < start {
		return "", false
	}
	from := byteOffset(text, start)
	if from < 0 {
		return "", false
	}
	n := byteOffset(text[from:], end-start)
	if n < 0 {
		return "", false
	}
	return text[from : from+n], true
}

// byteOffset returns where the n-th code point of s begins; len(s) for one
// past the last, -1 beyond.
func byteOffset(s string, n int) int {
	if n == 0 {
		return 0
	}
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	if n == 0 {
		return len(s)
	}
	return -1
}

// Stands reports whether the fact's quote stands in text at its offsets, word
// for word. Every fact is checked by it before it is kept.
func (f Fact) Stands(text string) bool {
	q, ok := Quoted(text, f.Start, f.End)
	return ok && q == f.Quote && strings.TrimSpace(q) != ""
}

// CanBeDone reports whether facts of this kind are done or closed one day.
func (k FactKind) CanBeDone() bool { return k == ActionItem || k == Risk }

// In returns the fact as it stands in text, which may be another version of what it
// was read in: where it stood, or else at the first place with the same words. Where
// they are not there, nothing proves the fact any more.
func (f Fact) In(text string) Fact {
	if f.Stands(text) {
		return f
	}
	at := strings.Index(text, f.Quote)
	if at < 0 || strings.TrimSpace(f.Quote) == "" {
		f.Proof = Unverified
		return f
	}
	f.Start = utf8.RuneCountInString(text[:at])
	f.End = f.Start + utf8.RuneCountInString(f.Quote)
	return f
}

// Validate says what is wrong with f, as an Invalid error, or nil.
func (f Fact) Validate() error {
	known := false
	for _, k := range FactKinds {
		known = known || k == f.Kind
	}
	switch {
	case !known:
		return &Error{Kind: Invalid, Field: "kind", Message: "No kind of fact is called \"" + string(f.Kind) + "\"."}
	case strings.TrimSpace(f.Text) == "" || !IsLine(f.Text, 500):
		return &Error{Kind: Invalid, Field: "text", Message: "A fact says something in one line of at most 500 characters."}
	case f.Owner != nil && !IsLine(*f.Owner, 200):
		return &Error{Kind: Invalid, Field: "owner", Message: "An owner is a name in one line of at most 200 characters."}
	case f.Standing != "" && f.Standing != Approved && f.Standing != Exposure:
		return &Error{Kind: Invalid, Field: "standing", Message: "Money is approved, exposure, or neither."}
	case f.Standing != "" && f.Kind != BudgetMention:
		return &Error{Kind: Invalid, Field: "standing", Message: "Only money is approved or exposure."}
	case f.MadeBy != nil && !IsLine(*f.MadeBy, 200):
		return &Error{Kind: Invalid, Field: "made_by", Message: "Who decided is a name in one line of at most 200 characters."}
	}
	for _, a := range f.Affects {
		if !IsLine(a, 500) {
			return &Error{Kind: Invalid, Field: "affects", Message: "What a fact touches is said in one line of at most 500 characters each."}
		}
	}
	if f.Deadline != nil {
		if _, err := time.Parse(time.DateOnly, *f.Deadline); err != nil {
			return &Error{Kind: Invalid, Field: "deadline", Message: "A deadline is a date such as 2026-03-15."}
		}
	}
	if f.Amount != nil && !isCurrency(f.Amount.Currency) {
		return &Error{Kind: Invalid, Field: "amount", Message: "An amount has a currency of three capital letters, such as USD."}
	}
	if f.Amount != nil && !IsLine(f.Amount.Per, 40) {
		return &Error{Kind: Invalid, Field: "amount", Message: "What a price is the price of is said in one line of at most 40 characters, such as hour."}
	}
	return nil
}

// isCurrency reports whether s has the form of an ISO 4217 code.
func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Judgement is what a person says of a fact.
type Judgement struct {
	State FactState // confirmed, corrected, rejected, superseded by what a later mail says, or open again; empty when only Done is said
	Done  *bool     // the action is done, the risk closed; or not after all
	// Fact holds the corrected values when State is corrected.
	Text     *string
	Kind     *FactKind
	Owner    *string
	Deadline *string
	Amount   *Amount // the zero Amount says there is none
	Standing *Standing
	Quote    *string
	Start    *int
	End      *int
	Reason   string // why rejected: wrong, not_a_fact, duplicate, wrong_project
}

// FactFilter narrows a list of facts.
type FactFilter struct {
	Project  ProjectID // empty: any, filed mail only
	Kind     FactKind  // empty: any
	State    FactState // empty: any live state
	Since    time.Time // read (extracted) at or after; zero: no bound
	Owner    string    // exactly this owner, case does not matter
	DueTo    string    // deadline on or before this date (YYYY-MM-DD)
	Done     *bool     // only those that are done, or only those that are not; nil: any
	Unsure   bool      // only below SureEnough or held, and not judged yet
	Deadline bool      // in order of deadline, those without one last
	Page     Page
}
