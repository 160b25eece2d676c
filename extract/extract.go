// Package extract reads a mail and says what it found: facts, each with the
// exact words that prove it.
//
// It promises that every fact's quote stands in the mail's text at its offsets,
// that only the newest author's words and forwarded mail are read (quoted
// history, signatures and disclaimers give nothing), and that dates and amounts
// are reckoned by code from words in the quote. What an extractor returns is
// data: nothing a mail says can do more than fill the fields of a fact of that
// one mail.
//
// Rules is the offline extractor. Start reading at its Extract: a mail becomes
// passages (one author each), passages become sentences (sentence.go), and each
// sentence is asked, kind by kind, what it says (action.go, kinds.go), with dates
// and money read by grammars of their own (date.go, money.go). Check is the one
// place where proof is decided (check.go), for rules and models alike.
package extract

import (
	"context"

	"projectr"
	"projectr/message"
)

// Result is what an extractor read out of one mail. Facts come without the ids,
// state and time that a store gives them; they are in the order of the text.
type Result struct {
	Extractor        string // "rules", or a model's name
	Facts            []projectr.Fact
	RequiresResponse bool     // somebody who got the mail is asked for an answer
	People           []string // names of people in the mail, author first
	CostMicroUSD     int64    // what the reading cost; 0 for rules

	Version string               // of the rules, or of the prompt
	Calls   []projectr.ModelCall // every attempt to ask a model
	Again   bool                 // the model was silent: the rules read, and it should be asked later
	// Beside Again: there was no budget for a call, a model was not asked because nobody
	// knows what it costs, and one was in trouble that may answer in a while.
	OverBudget, NoPrice, InTrouble bool

	Refused int             // facts that a model claimed by a quote that does not stand in what it was shown
	Flags   []projectr.Flag // what a person should look at before trusting the mail
}

// RulesVersion is what Rules says of itself in Result.Version. Raise it with what the
// rules find: people are told of mails that newer rules can read again.
const RulesVersion = "rules-14"

// Extractor reads mails. It may be used by several goroutines at once. An error
// means that the mail was not read and may be tried again.
type Extractor interface {
	Extract(ctx context.Context, m *message.Message) (Result, error)
}
