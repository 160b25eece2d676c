package projectr

import "time"

// The ledger has one entry for each attempt to ask a language model. It is written
// before the request leaves and settled after, so that whatever reached a provider is
// in it, and a crash leaves an entry that says so.

// CallID names one attempt.
type CallID string

// CallStep says what a model was asked for.
type CallStep string

// The steps.
const (
	StepRead   CallStep = "read"   // a mail that came in, by the settings
	StepReread CallStep = "reread" // a mail that a person has read again
)

// CallStart is what is known of an attempt before its request leaves.
type CallStart struct {
	// Job is what the call is for: one part of one text in one reading of one mail. A job
	// is charged once, whatever the number of attempts (I-9).
	Job     string
	EmailID EmailID
	Step    CallStep
	By      Actor
	Model   string
	Prompt  string // version
	Prices  string // version of the list the price is from
	// MostMicro is the most that the call can be charged for, in micro-USD; nil where the
	// price is not known.
	MostMicro *int64
}

// CallEnd is what became of an attempt.
type CallEnd struct {
	Outcome   CallOutcome
	Answered  string // the model that answered, by its own account
	TookMilli int64
	Tokens    Tokens
	// CostMicro is what it cost the operator, in micro-USD; nil: that is not known, and what
	// was set aside is taken for it. What surely was not charged for costs 0.
	CostMicro *int64
}

// LedgerEntry is one attempt to ask a model.
type LedgerEntry struct {
	ID           CallID      `json:"id"`
	At           time.Time   `json:"at"`
	Day          string      `json:"day" doc:"YYYY-MM-DD, in the time zone that the organisation had then."`
	Job          string      `json:"job" doc:"What it was for: attempts with the same job are charged once together."`
	EmailID      EmailID     `json:"email_id"`
	Subject      string      `json:"subject,omitempty" doc:"Of the mail, while it is kept and whoever asks may read mail."`
	ProjectID    *ProjectID  `json:"project_id" doc:"Where the mail was filed then; null: nowhere."`
	Project      string      `json:"project,omitempty" doc:"The project's name now, where whoever asks may see projects."`
	Step         CallStep    `json:"step" enum:"read,reread"`
	By           Actor       `json:"by" doc:"Who asked for it; the mail itself when the settings did."`
	Model        string      `json:"model"`
	Answered     string      `json:"answered" doc:"The model that answered, by its own account."`
	Prompt       string      `json:"prompt" doc:"Version of the prompt."`
	Prices       string      `json:"prices" doc:"Version of the price list."`
	Outcome      CallOutcome `json:"outcome" enum:"started,answered,invalid,refused,limited,unavailable,timeout,not_sent,unknown" doc:"unknown: whoever asked was gone before the answer was written down."`
	TookMilli    int64       `json:"took_ms"`
	Tokens       Tokens      `json:"tokens"`
	MostMicro    *int64      `json:"most_micro_usd" doc:"What was set aside for it before it was sent; null: its price was not known."`
	CostMicro    *int64      `json:"cost_micro_usd" doc:"What the provider takes for it; null: not known."`
	ChargedMicro int64       `json:"charged_micro_usd" doc:"What counts against the AI budget: an answer that was of use, once for each job."`
}

// LedgerFilter says which entries are asked for, the newest first. Empty fields do
// not restrict.
type LedgerFilter struct {
	From, To string // days, YYYY-MM-DD, both included
	Email    EmailID
	Project  ProjectID
	Model    string
	Step     CallStep
	Person   string // id of who asked; BySettings: nobody did
	Outcome  CallOutcome
	Page     Page
}

// BySettings stands for a person where mail was read by the settings.
const BySettings = "settings"

// Spent is what an organisation's calls of one month come to, in micro-USD.
type Spent struct {
	Month         string `json:"month" doc:"YYYY-MM, in the organisation's time zone."`
	Calls         int    `json:"calls" doc:"Attempts that were written down."`
	ChargedMicro  int64  `json:"charged_micro_usd" doc:"What counts against the AI budget."`
	ReservedMicro int64  `json:"reserved_micro_usd" doc:"Set aside for calls that are under way."`
	CostMicro     int64  `json:"cost_micro_usd" doc:"What the provider takes for them, as far as that is known."`
	LostMicro     int64  `json:"lost_micro_usd" doc:"What was set aside for calls that may have been answered and whose cost nobody knows: whoever asked was gone, the answer was late or broken off, or the server did not count. It is taken for their cost."`
	Unpriced      int    `json:"unpriced" doc:"Attempts of which that is not known."`
}

// Against is what counts against the AI budget of a plan.
func (s Spent) Against(p Plan) int64 {
	if p.OwnBudget {
		return max(s.ChargedMicro, s.CostMicro+s.LostMicro)
	}
	return s.ChargedMicro
}

// Left is what a further call may be charged for at most under a plan that has an AI budget,
// once what is under way is settled.
func (s Spent) Left(p Plan) int64 {
	b := p.Budget()
	return max(min(b.Charged-s.ChargedMicro, b.Cost-s.CostMicro-s.LostMicro), 0)
}

// AIBudget is how the AI budget of an organisation stands.
type AIBudget struct {
	LimitMicro int64     `json:"limit_micro_usd" doc:"What calls of a month may come to."`
	UsedMicro  int64     `json:"used_micro_usd" doc:"What counts against it: answers that were of use; where it is the operator's own, what all attempts cost."`
	LeftMicro  int64     `json:"left_micro_usd" doc:"What a further call may come to at most. It is less than is not used where attempts that are not charged have cost as much as they may."`
	Waiting    int64     `json:"waiting" doc:"Mails that wait until there is more of it: they were received, filed and read by the rules."`
	UsedUp     bool      `json:"used_up" doc:"Mail waits, because what is left is too little for the next call."`
	Own        bool      `json:"own" doc:"It is what whoever runs the installation spends at most, and no part of a plan."`
	Renews     time.Time `json:"renews_at" doc:"When it begins anew, and what waits is read."`
}

// AIBudget is how the AI budget of an organisation stands that uses so much; nil: its
// plan p has none.
func (o Org) AIBudget(p Plan, u Used, at time.Time) *AIBudget {
	if p.BudgetMicro == 0 {
		return nil
	}
	return &AIBudget{LimitMicro: p.BudgetMicro, UsedMicro: u.Spent.Against(p), LeftMicro: u.Spent.Left(p), Waiting: u.Waiting, UsedUp: u.Waiting > 0, Own: p.OwnBudget,
		Renews: o.NextMonth(at)}
}

// CallDay is one line of the daily roll-up, which is kept for ever.
type CallDay struct {
	Day          string     `json:"day" doc:"YYYY-MM-DD, in the time zone that the organisation had then."`
	Model        string     `json:"model"`
	ProjectID    *ProjectID `json:"project_id" doc:"Null: mail that was on no project then."`
	Step         CallStep   `json:"step" enum:"read,reread"`
	By           string     `json:"by" doc:"Id of the person who asked; empty when the settings did."`
	Calls        int        `json:"calls"`
	Unpriced     int        `json:"unpriced" doc:"Of them, those of which the cost is not known."`
	Assumed      int        `json:"assumed" doc:"Of those, answers that are charged as what was set aside for them."`
	Tokens       Tokens     `json:"tokens"`
	CostMicro    int64      `json:"cost_micro_usd"`
	ChargedMicro int64      `json:"charged_micro_usd"`
}

// Charge returns what an attempt counts against the budget: what an answer that was
// of use cost, and never more than was set aside for it. Where that is not known, because
// a server did not count, it is what was set aside: else the budget would bound nothing.
// What failed, was refused or was no use is not the customer's to pay.
func (e CallEnd) Charge(most *int64) int64 {
	switch {
	case e.Outcome != CallAnswered || e.CostMicro == nil && most == nil:
		return 0
	case e.CostMicro == nil:
		return *most
	case most == nil:
		return *e.CostMicro
	}
	return min(*e.CostMicro, *most)
}

// Settled reports whether an attempt has come to an end that is known.
func (o CallOutcome) Settled() bool { return o != CallStarted && o != CallUnknown }
