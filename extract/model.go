package extract

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"projectr"
	"projectr/message"
)

// Model is a language model, wherever it runs. It answers one question with one JSON
// value; it may be used by several goroutines at once. An error is a
// projectr.ModelError, and the answer beside it says what was sent and used.
type Model interface {
	Complete(ctx context.Context, q projectr.ModelRequest) (projectr.ModelAnswer, error)
}

// Thinker is a Model that knows which models think before they speak: what they think is
// output, too, and paid for.
type Thinker interface {
	Thinks(model string) bool
}

// ByModel reads mail by a language model. The model says where the facts stand and in
// which words; code finds the words, reckons dates and sums, and sets the proof. It
// never fails a mail: where the model is silent the rules' facts stand, and the result
// says that the mail is to be read again. Make one with NewByModel; all mails of an
// installation share it, and its breaker.
type ByModel struct {
	Model   Model
	Names   []string // of models, in the order in which they are asked; a mail can bring its own
	Prices  projectr.Prices
	Breaker *Breaker
	Limits  Limits
	Now     func() time.Time
	Wait    func(context.Context, time.Duration) error // waits, or until the context ends
	Log     *slog.Logger
}

// Limits bound what the reading of one mail may take.
type Limits struct {
	PartTokens int           // of a mail's text in one call, by EstimateTokens
	MaxOutput  int           // tokens of one answer
	Calls      int           // all models and tries together
	Tries      int           // of one part at one model, while the server is in trouble
	Wait       time.Duration // the longest that is waited before a try
	Time       time.Duration // for the whole mail
}

// DefaultLimits are those of an installation that decided nothing.
var DefaultLimits = Limits{PartTokens: 12_000, MaxOutput: 8_000, Calls: 12, Tries: 3, Wait: 20 * time.Second, Time: 3 * time.Minute}

// NewByModel returns a reader by the named models with the default limits and a
// breaker of its own.
func NewByModel(m Model, names []string, prices projectr.Prices, now func() time.Time, log *slog.Logger) *ByModel {
	return &ByModel{Model: m, Names: names, Prices: prices, Breaker: &Breaker{}, Limits: DefaultLimits, Now: now, Wait: wait, Log: log}
}

// wait waits for d, or until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Extract reads a mail of which nothing else is known.
func (b *ByModel) Extract(ctx context.Context, m *message.Message) (Result, error) {
	return b.Read(ctx, Input{Message: m})
}

// Read reads a mail, with what its organisation knows. What a machine wrote, and mail
// without words of its own, is not sent. An error is that of ctx; the result beside it
// has the calls that were made.
func (b *ByModel) Read(ctx context.Context, in Input) (Result, error) {
	rules, err := Rules{}.Extract(ctx, in.Message)
	if err != nil {
		return rules, err
	}
	t := b.turn(in)
	if len(t.parts) == 0 {
		return rules, nil
	}
	t.rules = rules.Facts
	within, cancel := context.WithTimeout(ctx, b.Limits.Time)
	defer cancel()
	ends := map[end]bool{}
	for _, model := range b.models(in) {
		t.end = noUse
		res, ok := t.by(within, model)
		if err := ctx.Err(); err != nil { // what was sent has been sent
			return Result{Calls: t.calls, CostMicroUSD: known(t.calls)}, err
		}
		if ok {
			res.Flags, res.People = rules.Flags, t.people(rules.People)
			res.Calls, res.CostMicroUSD = t.calls, known(t.calls)
			return res, nil
		}
		ends[t.end] = true
	}
	res := fallback(rules, t.calls)
	res.OverBudget, res.NoPrice, res.InTrouble = ends[noBudget], ends[noPrice], ends[inTrouble]
	return res, nil
}

func (b *ByModel) models(in Input) []string {
	if len(in.Models) > 0 {
		return in.Models
	}
	return b.Names
}

// Rests reports whether none of the models, or of the installation's without any,
// would be asked now.
func (b *ByModel) Rests(models []string) bool {
	now := b.Now()
	return !slices.ContainsFunc(b.models(Input{Models: models}), func(m string) bool { return !b.Breaker.Open(m, now) })
}

// end is why a call said nothing.
type end int

const (
	noUse     end = iota // its answer was of no use
	noBudget             // there was none for it
	noPrice              // nobody knows what it costs, and there is a budget
	inTrouble            // the model, or the ledger
)

// turn is one mail while models are asked about it.
type turn struct {
	*ByModel
	in       Input
	reading  *reading
	passages []passage
	parts    []part
	rules    []projectr.Fact
	calls    []projectr.ModelCall
	end      end      // why the last call, if any, said nothing
	named    []string // people that an answer names and the mail knows
}

func (b *ByModel) turn(in Input) *turn {
	t := &turn{ByModel: b, in: in, reading: newReading(in.Message, intents())}
	t.passages = t.reading.passages()
	if !t.reading.silent(t.passages) {
		t.parts = t.reading.parts(t.reading.readable(t.passages), b.Limits.PartTokens)
	}
	return t
}

// by has the mail read by one model. ok is false when it was silent about any part.
func (t *turn) by(ctx context.Context, model string) (res Result, ok bool) {
	res = Result{Extractor: model, Version: PromptVersion}
	t.named = nil
	var all []projectr.Fact
	for i, p := range t.parts {
		facts, said, refused, ok := t.part(ctx, model, i, p)
		if !ok {
			return Result{}, false
		}
		all = append(all, facts...)
		res.Refused += refused
		res.RequiresResponse = res.RequiresResponse || said.response
		t.named = append(t.named, t.knownOf(p, said.people)...)
	}
	last := t.parts[len(t.parts)-1].blocks
	if end := t.reading.at.runes(last[len(last)-1].to); len(t.parts) == maxParts {
		for _, f := range t.rules { // of what no call was left for
			if f.Start >= end {
				all = append(all, f)
			}
		}
	}
	res.Facts = merged(all)
	if t.reading.noAnswer {
		res.RequiresResponse = false
	}
	return res, true
}

// part has one part read. A server in trouble is asked again a few times, an answer
// that is no use once, with a word about what was wrong.
func (t *turn) part(ctx context.Context, model string, n int, p part) (facts []projectr.Fact, said reply, refused int, ok bool) {
	note := ""
	for try := 1; ; {
		q := t.reading.request(model, t.in, t.passages, p, note, t.Limits.MaxOutput)
		a, settle, fault := t.ask(ctx, n, q)
		if fault == nil {
			var err error
			if said, err = readAnswer(a.Text); err == nil {
				facts, refused = t.reading.grounded(t.passages, p, said.facts, model, t.rules)
				if refused <= len(facts) || note != "" && len(facts) > 0 {
					settle(projectr.CallAnswered)
					return facts, said, refused, true
				}
				err = errors.New("its quotes do not stand in the mail letter by letter")
			}
			settle(projectr.CallInvalid)
			fault = &projectr.ModelError{Outcome: projectr.CallInvalid, Message: "The language model's answer was no use: " + err.Error() + "."}
		}
		t.Log.WarnContext(ctx, "model gave no reading", "model", oneLine(model, 100), "outcome", fault.Outcome, "why", fault.Message, "cause", fault.Err)
		if fault.Final || ctx.Err() != nil {
			return nil, said, 0, false
		}
		switch fault.Outcome {
		case projectr.CallInvalid:
			if note != "" {
				return nil, said, 0, false
			}
			note = "Your last answer was no use: " + fault.Message + " Read the mail again and answer in the form that was asked for."
		case projectr.CallLimited, projectr.CallUnavailable, projectr.CallTimeout, projectr.CallNotSent:
			pause := max(fault.RetryAfter, time.Duration(1<<(try-1))*t.Limits.Wait/32)
			if try++; try > t.Limits.Tries || pause > t.Limits.Wait || t.Wait(ctx, pause) != nil {
				return nil, said, 0, false
			}
		default:
			return nil, said, 0, false
		}
	}
}

// ask makes one call, unless the breaker is open, the mail has had all its calls, or
// the ledger has no budget for it, and keeps a record of it. A call that was answered
// is settled by whoever judges the answer.
func (t *turn) ask(ctx context.Context, part int, q projectr.ModelRequest) (a projectr.ModelAnswer, settle func(projectr.CallOutcome), fault *projectr.ModelError) {
	at := t.Now()
	call := projectr.ModelCall{At: at, Model: q.Model, Prompt: PromptVersion, Outcome: projectr.CallNotSent, CostMicro: new(int64)}
	if len(t.calls) >= t.Limits.Calls {
		return a, nil, &projectr.ModelError{Outcome: projectr.CallNotSent, Final: true, Message: "This mail has had all the calls that one may take."}
	}
	if !t.Breaker.Allow(q.Model, at) {
		t.calls, t.end = append(t.calls, call), inTrouble
		return a, nil, &projectr.ModelError{Outcome: projectr.CallNotSent, Final: true, Message: "The language model was in trouble a moment ago and is left alone for now."}
	}
	told := false
	defer func() { // also where the port panics: a probe that never ends would keep the breaker open
		if !told {
			t.Breaker.Leave(q.Model)
		}
	}()
	if t.in.Ledger != nil {
		id, err := t.in.Ledger.Start(ctx, part, projectr.CallStart{Model: q.Model, Prompt: PromptVersion, Prices: t.Prices.Version, MostMicro: t.most(q, at)})
		if err != nil {
			switch t.end = inTrouble; projectr.KindOf(err) {
			case projectr.OverLimit:
				t.end = noBudget
			case projectr.Conflict:
				t.end = noPrice
			}
			return a, nil, &projectr.ModelError{Outcome: projectr.CallNotSent, Final: true, Message: "The call could not be written down, so it was not made: " + projectr.MessageOf(err), Err: err}
		}
		call.ID = id
	}
	a, err := t.Model.Complete(ctx, q)
	end := t.Now()
	if err != nil && !errors.As(err, &fault) {
		fault = &projectr.ModelError{Outcome: projectr.CallUnavailable, Message: "The language model could not be asked.", Err: err}
	}
	call.TookMilli, call.Sent, call.Tokens, call.Outcome = end.Sub(at).Milliseconds(), a.Sent, a.Tokens, projectr.CallAnswered
	call.CostMicro = t.cost(q.Model, at, a, fault)
	t.calls = append(t.calls, call)
	n := len(t.calls) - 1
	settle = func(o projectr.CallOutcome) {
		t.calls[n].Outcome = o
		if t.in.Ledger != nil {
			c := t.calls[n]
			t.in.Ledger.Settle(ctx, c.ID, projectr.CallEnd{Outcome: o, Answered: oneLine(a.Model, 100), TookMilli: c.TookMilli, Tokens: c.Tokens, CostMicro: c.CostMicro})
		}
	}
	t.end = noUse
	if fault != nil {
		settle(fault.Outcome)
		if fault.Outcome != projectr.CallInvalid && fault.Outcome != projectr.CallRefused {
			t.end = inTrouble
		}
	}
	switch {
	case ctx.Err() != nil && fault != nil && fault.Outcome != projectr.CallTimeout:
		return a, settle, fault // stopped by us: it says nothing of the server
	case fault == nil || fault.Outcome == projectr.CallInvalid || fault.Outcome == projectr.CallRefused:
		t.Breaker.Success(q.Model)
	default:
		t.Breaker.Failure(q.Model, end, fault.RetryAfter)
	}
	told = true
	return a, settle, fault
}

// most is the most that a call can be charged for; nil where its price is not known. A
// token is at least one byte of text, so that input cannot be more than its bytes; a
// server adds a few for each message.
func (b *ByModel) most(q projectr.ModelRequest, at time.Time) *int64 {
	n := len(q.Schema)
	for _, m := range q.Messages {
		n += len(m.Text) + 16
	}
	price, ok := b.uncached(q.Model, at)
	price.UpTo = 0 // where more bytes than tokens are allowed, it still bounds what is charged
	return priced(price, ok, projectr.Tokens{Input: n, Output: q.MaxOutput})
}

// uncached is the price of a model where none of the input was kept from an earlier call:
// whether the provider keeps it for later ones, which can cost more, is the provider's choice.
func (b *ByModel) uncached(model string, at time.Time) (projectr.Price, bool) {
	price, ok := b.Prices.Of(model, at)
	price.Input = max(price.Input, price.Written)
	return price, ok
}

// before is what a call is taken to cost before it is made; nil where that is not known.
func (b *ByModel) before(model string, at time.Time, t projectr.Tokens) *int64 {
	price, ok := b.uncached(model, at)
	return priced(price, ok, t)
}

// priced is what tokens cost in micro-USD, nil where that is not known.
func priced(price projectr.Price, known bool, t projectr.Tokens) *int64 {
	if !known {
		return nil
	}
	micro, ok := price.Cost(t)
	if !ok {
		return nil
	}
	return &micro
}

// cost is what a call cost, or nil where that is not known: the server did not count,
// the model that answered has no price, or the call broke off.
func (b *ByModel) cost(asked string, at time.Time, a projectr.ModelAnswer, fault *projectr.ModelError) *int64 {
	if b.Prices.Free || fault != nil && (fault.Uncharged || fault.Outcome == projectr.CallNotSent) {
		return new(int64)
	}
	if !a.Counted {
		return nil
	}
	if _, listed := b.Prices.Of(a.Model, at); listed {
		return b.Prices.Cost(a.Model, at, a.Tokens)
	}
	if a.Model == "" || a.Model == asked {
		return b.Prices.Cost(asked, at, a.Tokens)
	}
	return nil
}

// knownOf returns those of the names whose every word the model was shown.
func (t *turn) knownOf(p part, names []string) []string {
	seen := t.reading.vocabulary(t.passages, p.blocks)
	var out []string
	for _, n := range names {
		n = oneLine(n, 80)
		words := nameWords(n)
		if len(words) == 0 || len(words) > 5 || slices.ContainsFunc(words, func(w string) bool { return !seen[stem(w)] }) {
			continue
		}
		if full, sureOf, known := t.reading.who.resolve(n, nil); known && sureOf {
			n = full
		}
		out = append(out, n)
	}
	return out
}

// people joins the names that the rules know and those a model found.
func (t *turn) people(rules []string) []string {
	out := slices.Clone(rules)
	for _, n := range t.named {
		if len(out) < maxNames && !slices.ContainsFunc(out, func(o string) bool { return lower(o) == lower(n) }) {
			out = append(out, n)
		}
	}
	return out
}

// Costs is what tokens of one mail cost with each of the models, or of the installation's
// without any, in the order in which they are asked.
func (b *ByModel) Costs(models []string, t projectr.Tokens) []projectr.ModelPrice {
	now, out := b.Now(), []projectr.ModelPrice{}
	for _, m := range b.models(Input{Models: models}) {
		out = append(out, projectr.ModelPrice{Model: m, MailMicro: b.Prices.Cost(m, now, t)})
	}
	return out
}

// Estimate is what reading a mail is likely to take, before it is sent.
type Estimate struct {
	Model  string
	Calls  int             // when nothing goes wrong
	Likely projectr.Tokens // of all of them
	Most   projectr.Tokens // when every try that is allowed is needed, and every answer is as long as it may be
	// LikelyMicro is the price in micro-USD with the first model, MostMicro that with the
	// dearest of those that may be asked; nil where one has none. Nothing is taken as
	// cached, and all input as kept for later where that is dearer.
	LikelyMicro *int64
	MostMicro   *int64
}

// thoughtTokens is what a model that thinks is taken to think for one answer before it is
// known what it does.
const thoughtTokens = 1000

// thought is what the first model of a mail is taken to think for one answer.
func (b *ByModel) thought(model string, in Input) int {
	if in.Thought != nil {
		return *in.Thought
	}
	if t, ok := b.Model.(Thinker); ok && t.Thinks(model) {
		return thoughtTokens
	}
	return 0
}

// Estimate reckons what reading a mail once takes with the first of its models. Input is
// counted by EstimateTokens; an answer is taken to say each sentence of a mail once
// more, with some words around it, and with what a model thinks before.
func (b *ByModel) Estimate(in Input) Estimate {
	t := b.turn(in)
	e := Estimate{Calls: len(t.parts)}
	if names := b.models(in); len(names) > 0 {
		e.Model = names[0]
	}
	now, most := b.Now(), projectr.Tokens{}
	add := func(sum *projectr.Tokens, call projectr.Tokens) {
		sum.Input, sum.Output = sum.Input+call.Input, sum.Output+call.Output
	}
	e.LikelyMicro, e.MostMicro = new(int64), new(int64)
	thought := b.thought(e.Model, in)
	for _, p := range t.parts {
		q := t.reading.request(e.Model, in, t.passages, p, "", b.Limits.MaxOutput)
		n := EstimateTokens(string(q.Schema))
		for _, m := range q.Messages {
			n += 8 + EstimateTokens(m.Text)
		}
		shown := 0
		for _, k := range p.blocks {
			shown += EstimateTokens(t.reading.text[k.from:k.to])
		}
		const note = 200 // tokens of a word about the last answer, generously
		most = projectr.Tokens{Input: max(most.Input, n+note), Output: b.Limits.MaxOutput}
		likely := projectr.Tokens{Input: n, Output: min(b.Limits.MaxOutput, 50+2*shown+thought)}
		add(&e.Likely, likely)
		if c := b.before(e.Model, now, likely); c == nil {
			e.LikelyMicro = nil
		} else if e.LikelyMicro != nil {
			*e.LikelyMicro += *c
		}
	}
	for range b.Limits.Calls {
		add(&e.Most, most)
	}
	for _, model := range b.models(in) {
		c := b.before(model, now, most)
		if c == nil {
			e.MostMicro = nil
			break
		}
		*e.MostMicro = max(*e.MostMicro, int64(b.Limits.Calls)**c)
	}
	return e
}
