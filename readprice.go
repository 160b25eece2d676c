package projectr

import (
	"fmt"
	"math/bits"
	"slices"
	"time"
)

// ReadSample is the mail of an organisation that was received since a moment and read, and
// some of it. What was imported came once, and is not in it.
type ReadSample struct {
	Mails  int
	First  time.Time // when its first mail of all was received that was not imported; zero: none was
	Sample []EmailID // evenly spread, the oldest first
}

// SettingsPrice is what a month is likely to cost by what reads the mail now, and by
// something else, before that is saved. Nothing in it is sure: it is reckoned from the
// mail of the last 30 days.
type SettingsPrice struct {
	Days     int    `json:"days" doc:"Days of mail that it is reckoned from, 30 at most."`
	Received int    `json:"received" doc:"Mails that were received on those days and read."`
	Sampled  int    `json:"sampled" doc:"Of them, those that were looked at: the others are taken to be like them."`
	Little   bool   `json:"little_history" doc:"There is too little mail to tell what a month brings."`
	By       string `json:"tokens_by" enum:"ledger,mails,example,nothing" doc:"What the tokens of a mail are known by: what models really used for this organisation's mail (ledger), an estimate from the mails that were looked at, or from a made-up mail where there are none; nothing: no model reads."`

	Present  ReadingChoice `json:"present" doc:"By the settings as they are."`
	Proposed ReadingChoice `json:"proposed" doc:"By what was asked about."`

	LikelyMicro *int64 `json:"cost_micro_usd" doc:"What a month is likely to cost by the new choice; null: the price of the model is not known."`
	BudgetMicro *int64 `json:"budget_micro_usd" doc:"The AI budget of a month; null: there is none."`
	SpentMicro  int64  `json:"spent_micro_usd" doc:"What counts against the AI budget of this month so far, with what is set aside."`
	UsedUp      bool   `json:"budget_used_up" doc:"Mail waits for AI budget: what is left of this month's is too little for the next call."`
	AskAbove    int64  `json:"ask_above_micro_usd" doc:"The amount above which the organisation wants to be asked."`
	AskAgain    bool   `json:"ask_again" doc:"A month is dearer than now, and costs more than the organisation wants spent without being asked, or what it costs is not known. Where it is known it is saved only with accepted_micro_usd."`
}

// ReadingChoice is what reads the mail, and what that is likely to take in a month of
// the organisation's mail.
type ReadingChoice struct {
	Extractor   string       `json:"extractor" enum:"rules,model" doc:"What reads: the rules, too, where this installation has no model."`
	Models      []ModelPrice `json:"models" nullable:"false" doc:"The models in the order in which they are asked. Prices are those of the first: the next is asked where the one before does not answer."`
	Mails       int64        `json:"mails" doc:"Mails a month that a model reads."`
	NoAI        int64        `json:"no_ai" doc:"Mails a month that no model may see."`
	Tokens      Tokens       `json:"tokens" doc:"Of one mail that a model reads."`
	MailMicro   *int64       `json:"mail_micro_usd" doc:"What one costs, rounded up; null: not known."`
	LikelyMicro *int64       `json:"cost_micro_usd" doc:"What a month costs; null: not known."`
	MonthMicro  *int64       `json:"this_month_micro_usd" doc:"What this month comes to until its end, with what is spent already; null: not known."`
	LeftMicro   *int64       `json:"budget_left_micro_usd" doc:"What that leaves of this month's AI budget; null: there is none, or it is not known."`
	UsedUpOn    string       `json:"used_up_on,omitempty" doc:"YYYY-MM-DD: about when this month's AI budget is used up, where it does not last until the end. From then on the rules read, and the model when the month turns."`
}

// ModelPrice is what a mail costs with one model.
type ModelPrice struct {
	Model     string `json:"model"`
	MailMicro *int64 `json:"mail_micro_usd" doc:"Null: the price of the model is not known."`
}

// PriceDays is how many days' mail a month is reckoned from, and how many days a month of
// such a reckoning has.
const PriceDays = 30

// Below these, mail is too little to tell what a month brings.
const (
	fewDays  = 7
	fewMails = 10
)

// ReadingBasis is what the price of reading a month's mail is reckoned from.
type ReadingBasis struct {
	Now      time.Time // in the organisation's zone
	Month    time.Time // when the month after this one begins
	Days     int       // of mail, at least 1
	Received int       // mails of those days that were read
	Sampled  int       // of them, those that were looked at
	Tokens   Tokens    // of one mail
	Budget   int64     // AI budget of a month in micro-USD; 0: none
	Used     int64     // of it
}

// Little reports whether the mail is too little to tell what a month brings.
func (b ReadingBasis) Little() bool { return b.Days < fewDays || b.Received < fewMails }

// DaysOfMail is how many days of mail there are at a moment when the first came at another,
// of PriceDays at most.
func DaysOfMail(first, now time.Time) int {
	const day = 24 * time.Hour
	if first.IsZero() || now.Before(first) {
		return 1
	}
	return int(min(PriceDays, max(1, (now.Sub(first)+day-1)/day)))
}

// Mean is the tokens of one of n mails that used t, each class rounded up. It is zero
// for none.
func (t Tokens) Mean(n int) Tokens {
	if n <= 0 {
		return Tokens{}
	}
	up := func(x int) int { return (x + n - 1) / n }
	m := Tokens{Cached: up(t.Cached), Written: up(t.Written), Output: up(t.Output), Reasoning: up(t.Reasoning)}
	m.Input = up(t.Input-t.Cached-t.Written) + m.Cached + m.Written
	return m
}

// ByRules is the choice that the rules read: it costs nothing more than was spent.
func (b ReadingBasis) ByRules() ReadingChoice {
	c := ReadingChoice{Extractor: "rules", Models: []ModelPrice{}, MailMicro: new(int64)}
	return b.reckon(c)
}

// ByModels is the choice that models read, of which of the sampled mails so many would
// be sent, and so many must not be.
func (b ReadingBasis) ByModels(models []ModelPrice, sent, kept int) ReadingChoice {
	c := ReadingChoice{Extractor: "model", Models: models, Mails: b.monthly(sent), NoAI: b.monthly(kept), Tokens: b.Tokens}
	if len(models) > 0 {
		c.MailMicro = models[0].MailMicro
	}
	return b.reckon(c)
}

// monthly is how many mails a month are like n of the sampled ones, rounded up.
func (b ReadingBasis) monthly(n int) int64 {
	if b.Sampled <= 0 || b.Days <= 0 {
		return 0
	}
	of := int64(b.Sampled) * int64(b.Days)
	return (int64(b.Received)*int64(n)*PriceDays + of - 1) / of
}

// reckon adds what a month costs, and what it does to this one.
func (b ReadingBasis) reckon(c ReadingChoice) ReadingChoice {
	const month = PriceDays * 24 * int64(time.Hour/time.Second)
	left := max(int64(b.Month.Sub(b.Now)/time.Second), 0)
	rest := (c.Mails*left + month - 1) / month
	c.LikelyMicro = priceOf(c.MailMicro, c.Mails)
	more := priceOf(c.MailMicro, rest)
	if more == nil {
		return c
	}
	all := b.Used + *more
	c.MonthMicro = &all
	if b.Budget <= 0 {
		return c
	}
	rem := max(b.Budget-all, 0)
	c.LeftMicro = &rem
	if *more > 0 && all > b.Budget {
		can := max(b.Budget-b.Used, 0) / *c.MailMicro // fewer than the mails that are to come
		c.UsedUpOn = b.Now.Add(time.Duration(can*month/c.Mails) * time.Second).Format(time.DateOnly)
	}
	return c
}

// priceOf is what n mails cost at so much each; nil where that is not known, or more than
// money there is.
func priceOf(each *int64, n int64) *int64 {
	if each == nil {
		return nil
	}
	hi, lo := bits.Mul64(uint64(*each), uint64(n))
	if hi > 0 || lo > 1<<62 {
		return nil
	}
	all := int64(lo)
	return &all
}

// Weigh says whether somebody has to accept what the new choice costs: it is another than
// the present one, dearer as far as anybody knows, and above the amount or not known.
func (p *SettingsPrice) Weigh(askAbove int64) {
	p.LikelyMicro, p.AskAbove = p.Proposed.LikelyMicro, askAbove
	names := func(c ReadingChoice) (l []string) {
		for _, m := range c.Models {
			l = append(l, m.Model)
		}
		return l
	}
	was, is := p.Present.LikelyMicro, p.Proposed.LikelyMicro
	same := p.Present.Extractor == p.Proposed.Extractor && slices.Equal(names(p.Present), names(p.Proposed))
	dearer := was == nil || is == nil || *is > *was
	p.AskAgain = !same && dearer && (is == nil || *is > askAbove)
}

// Accept says, as a Conflict error, that nobody has accepted what the new choice costs, or
// nil. What was accepted covers a tenth more: mail that comes in between moves an estimate.
func (p SettingsPrice) Accept(accepted *int64) error {
	is := p.LikelyMicro
	if !p.AskAgain || is == nil || accepted != nil && *accepted >= *is-*is/10 {
		return nil
	}
	return &Error{Kind: Conflict, Field: "accepted_micro_usd",
		Message: fmt.Sprintf("This is likely to cost $%d.%02d a month: look at the price first, and accept it.", *is/1_000_000, *is%1_000_000/10_000)}
}
