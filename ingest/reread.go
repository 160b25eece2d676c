package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"slices"
	"sync"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/message"
	"projectr/store"
)

// Model reads mail by language models; extract.ByModel does. It never fails a mail:
// where the models are silent, the result says that it is to be read again.
type Model interface {
	Read(ctx context.Context, in extract.Input) (extract.Result, error)
	Estimate(in extract.Input) extract.Estimate
	// Costs is what tokens of one mail cost with each of the models, or of its own without
	// any, in the order in which they are asked.
	Costs(models []string, t projectr.Tokens) []projectr.ModelPrice
	// Rests reports whether none of the models, or of its own without any, would be
	// asked now.
	Rests(models []string) bool
}

// The road reads by rules alone and waits for nobody. What a model makes of a mail is a
// later reading: it is made here, beside the road, one mail at a time for each
// organisation. What waits to be read is kept with the mail, so that neither a stop
// nor a crash forgets it, and is taken before anything is sent, so that no number of
// crashes sends it more often than tries are allowed.
const (
	maxReaders  = 8                // mails that are read at the same time, each of another organisation
	lease       = 30 * time.Minute // after that, whoever took a reading is taken for gone
	maxMailTime = 20 * time.Minute // that models have for one mail with its files
	modelFiles  = 5                // files of one mail that a model reads; the rules read the others
	maxAsked    = 12               // tries at a model that is silent
	maxRefused  = 3                // tries at one that answers what is no use, or will not read the mail
	firstPause  = 20 * time.Second // before the second try; each time twice as long
	maxPause    = 6 * time.Hour
	restPause   = 30 * time.Second // before it is tried again when nothing was sent
	pricePause  = 20 * time.Minute // and when that was because nobody knows what a model costs
	maxHoped    = 6                // tries at a model in trouble while there is no budget for another
)

// ReadAgain makes the readings that are due of all organisations and returns when
// none is. Organisations whose mail is being read already are left out. It may be
// called at any time, and by several processes.
func (p *Pipeline) ReadAgain(ctx context.Context) error {
	var going sync.WaitGroup
	defer going.Wait()
	return p.readAll(ctx, &going)
}

// ReadOn is ReadAgain at each tick, and whenever mail comes that waits for a model,
// until ctx ends.
func (p *Pipeline) ReadOn(ctx context.Context, tick <-chan time.Time) {
	var going sync.WaitGroup
	defer going.Wait()
	for {
		if err := p.readAll(ctx, &going); err != nil && ctx.Err() == nil {
			p.Log.WarnContext(ctx, "mail that waits to be read again was not looked at", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick:
		case <-p.readers.woken():
		}
	}
}

// Wake has ReadOn look for what is due.
func (p *Pipeline) Wake() { p.readers.wake() }

func (p *Pipeline) readAll(ctx context.Context, going *sync.WaitGroup) error {
	for org, err := range p.Store.EachOrg(ctx, "read again") {
		if err != nil {
			return err
		}
		going.Go(func() {
			if _, err := p.ReadAgainOf(ctx, org); err != nil && ctx.Err() == nil {
				p.Log.WarnContext(ctx, "mail was not read again", "org", org.ID(), "err", err)
			}
		})
	}
	return ctx.Err()
}

// ReadAgainOf makes the readings of one organisation that are due, one after the
// other, and returns how many it took. Mail is sent to a model only while the settings
// say so and one of the models is not in trouble.
func (p *Pipeline) ReadAgainOf(ctx context.Context, org store.Org) (taken int, err error) {
	if !p.readers.enter(ctx, org.ID()) {
		return 0, nil
	}
	defer p.readers.leave(org.ID())
	for ctx.Err() == nil {
		// Each time: where much mail waits for what such a call has set aside, its turn comes again before the last one had its own.
		if n, err := org.LoseCalls(ctx); err != nil {
			return taken, err
		} else if n > 0 {
			p.Log.WarnContext(ctx, "calls of a model were never settled: whoever asked was gone", "org", org.ID(), "calls", n)
		}
		s, err := org.Settings(ctx)
		if err != nil {
			return taken, err
		}
		model, err := p.modelReads(ctx, org, s)
		if err != nil {
			return taken, err
		}
		r, err := org.TakeReading(ctx, p.Now().Add(lease), model && !p.Model.Rests(s.Models))
		if err != nil {
			if projectr.KindOf(err) == projectr.NotFound {
				err = nil // nothing is due
			}
			return taken, err
		}
		taken++
		if err := p.readOnce(ctx, org, s, r); err != nil {
			return taken, fmt.Errorf("read %s again: %w", r.EmailID, err)
		}
		p.readers.next()
	}
	return taken, ctx.Err()
}

// modelReads reports whether mail of an organisation may be sent to a model now.
func (p *Pipeline) modelReads(ctx context.Context, org store.Org, s projectr.Settings) (bool, error) {
	if p.Model == nil || !s.ByModel() {
		return false, nil
	}
	info, err := org.Info(ctx)
	return info.Waits(p.Now()) == "", err
}

// readOnce makes a reading that was taken.
func (p *Pipeline) readOnce(ctx context.Context, org store.Org, s projectr.Settings, r projectr.Reading) error {
	r.Note = "" // of what it waited for
	taken, err := p.terms(ctx, org, s)
	if err != nil {
		return err
	}
	k, err := p.keptMail(ctx, org, r.EmailID)
	if err != nil {
		if projectr.KindOf(err) == projectr.Unavailable || ctx.Err() != nil {
			return err // it is due again when its lease ends
		}
		p.Log.WarnContext(ctx, "mail cannot be read again", "org", org.ID(), "email", r.EmailID, "err", err)
		return p.giveUp(ctx, org, r, "It cannot be read again: its original is not what it was.")
	}
	asked := r.State == projectr.ReadingWaiting
	next := projectr.Reading{EmailID: r.EmailID, Why: "model_answered"}
	if asked {
		next.N, next.Why, next.Calls = r.N, r.Why, r.Calls
	}
	var res reading
	if asked && r.Extractor == extract.RulesName {
		res = p.byRules(ctx, k.msg, nil, k.texts)
	} else {
		if why := k.keptFromModels(s); why != "" {
			return p.giveUp(ctx, org, r, why)
		}
		models := s.Models
		if asked && r.Extractor != "model" {
			models = []string{r.Extractor}
		}
		if r.Tries > maxAsked {
			return p.giveUp(ctx, org, r, fmt.Sprintf("It was begun %d times and never came to an end: what stands is what was read before. Have it read again when the model works.", maxAsked))
		}
		if res, err = p.byModel(ctx, org, k, s, models, p.ledger(org, r)); err != nil {
			return errors.Join(err, p.unkept(ctx, org, r, res.Calls))
		}
		if res.OverBudget && (!res.InTrouble || r.Tries > maxHoped) {
			return p.waitForBudget(ctx, org, r, res.Calls, taken)
		}
		if res.Again {
			return p.silent(ctx, org, r, res.Calls, res.NoPrice && !res.InTrouble)
		}
	}
	if res.warning != "" {
		return p.giveUp(ctx, org, r, res.warning)
	}
	if k.mail.CameBy != nil { // what was odd about the mail around it was seen when it came in
		for _, g := range k.mail.Flags {
			if !slices.Contains(res.Flags, g) {
				res.Facts, res.Flags = extract.Hold(k.msg.Text, res.Facts, []projectr.Flag{g}), append(res.Flags, g)
			}
		}
	}
	next.Extractor, next.Version, next.Facts, next.Reply, next.Flags = res.Extractor, res.Version, res.Facts, res.RequiresResponse, res.Flags
	next.Calls = append(next.Calls, res.Calls...)
	next.CostMicro = projectr.CostOf(next.Calls)
	done, err := org.KeepReading(ctx, next)
	switch {
	case err == nil:
		p.Log.InfoContext(ctx, "mail read again", "org", org.ID(), "email", r.EmailID, "reading", done.N, "state", done.State,
			"added", len(done.Diff.Added), "gone", len(done.Diff.Gone), "changed", len(done.Diff.Changed))
		return nil
	case projectr.KindOf(err) == projectr.Conflict:
		return p.unkept(ctx, org, r, res.Calls) // people are at it
	}
	return errors.Join(err, p.unkept(ctx, org, r, res.Calls))
}

// unkept puts a reading off that was made and could not be kept, or was broken off: it
// is made once more, and what was sent is kept, also where ctx has ended.
func (p *Pipeline) unkept(ctx context.Context, org store.Org, r projectr.Reading, calls []projectr.ModelCall) error {
	r.Calls, r.Due = append(r.Calls, sent(calls)...), p.Now()
	if ctx.Err() == nil {
		r.Due = r.Due.Add(restPause)
	}
	r.CostMicro = projectr.CostOf(r.Calls)
	return org.PutOffReading(context.WithoutCancel(ctx), r)
}

// sent are those of the calls that left this machine.
func sent(calls []projectr.ModelCall) []projectr.ModelCall {
	return slices.DeleteFunc(slices.Clone(calls), func(c projectr.ModelCall) bool { return c.Outcome == projectr.CallNotSent })
}

// silent puts a reading off of which a model said nothing: for long where nobody knows what
// the models cost, as people have to see to that.
func (p *Pipeline) silent(ctx context.Context, org store.Org, r projectr.Reading, calls []projectr.ModelCall, unpriced bool) error {
	most := maxAsked
	calls = sent(calls)
	for _, c := range calls {
		most = maxAsked
		if c.Outcome == projectr.CallInvalid || c.Outcome == projectr.CallRefused {
			most = maxRefused
		}
	}
	r.Calls = append(r.Calls, calls...)
	r.CostMicro = projectr.CostOf(r.Calls)
	switch {
	case len(calls) == 0:
		r.Tries--
		r.Due = p.later(restPause)
		if unpriced {
			r.Due = p.later(pricePause)
		}
	case r.Tries >= most:
		return p.giveUp(ctx, org, r, fmt.Sprintf("The model gave no reading in %d tries: what stands is what was read before. Have it read again when the model works.", r.Tries))
	default:
		r.Due = p.later(min(firstPause<<(r.Tries-1), maxPause))
	}
	p.Log.InfoContext(ctx, "the model was silent", "org", org.ID(), "email", r.EmailID, "try", r.Tries, "again", r.Due)
	return org.PutOffReading(ctx, r)
}

// later is a moment about so long from now: a crowd that was turned away together
// does not come back together.
func (p *Pipeline) later(d time.Duration) time.Time {
	j := 0.5
	if p.Jitter != nil {
		j = p.Jitter()
	}
	return p.Now().Add(d/2 + time.Duration(j*float64(d)))
}

// giveUp ends a reading that is not made, and says why.
func (p *Pipeline) giveUp(ctx context.Context, org store.Org, r projectr.Reading, why string) error {
	r.Note, r.Due, r.Again = why, time.Time{}, false
	if r.State == projectr.ReadingWaiting {
		r.State = projectr.ReadingUndone
	}
	return org.PutOffReading(ctx, r)
}

// kept is a mail as it was read when it came.
type kept struct {
	mail      projectr.Email
	msg       *message.Message
	texts     map[int]projectr.FileText
	broughtBy []projectr.MailAddress // authors of the mail it came in inside of
	around    []string               // subject of that mail, and what its author wrote in it
}

// keptMail reads a mail from what is kept of it. Its text is the one that was kept,
// whatever its bytes are taken to say today: facts are proved by it.
func (p *Pipeline) keptMail(ctx context.Context, org store.Org, id projectr.EmailID) (k kept, err error) {
	defer p.recovered(ctx, &err)
	raw, e, err := org.OpenRaw(ctx, id)
	if err != nil {
		return k, err
	}
	defer raw.Close()
	msg, err := message.Parse(until{ctx, raw})
	if err != nil {
		return k, err
	}
	k.mail, k.msg = e, msg
	if e.CameBy != nil {
		k.broughtBy, k.around = msg.From, []string{msg.Subject, msg.Reply}
		for i, in := range p.inner(msg) {
			if insideID(*e.CameBy, i) == id {
				k.msg = in.Message
			}
		}
		if k.msg == msg {
			return k, fmt.Errorf("ingest: %s is not inside the mail it came by", id)
		}
	}
	body, err := org.Body(ctx, id)
	if err != nil {
		return k, err
	}
	k.msg.Text, k.msg.Spans, k.msg.Automatic, k.msg.Attachments = body.Text, body.Spans, e.Automatic, e.Attachments
	k.msg.Reply = ""
	for _, s := range body.Spans {
		if q, ok := projectr.Quoted(body.Text, s.Start, s.End); ok && s.Kind == projectr.SpanNew {
			k.msg.Reply += q
		}
	}
	k.texts = map[int]projectr.FileText{}
	for _, a := range e.Attachments {
		if a.Read == "" {
			continue
		}
		if k.texts[a.N], err = org.KnownFile(ctx, a.SHA256); err != nil {
			return k, err
		}
	}
	return k, nil
}

// byModel has models read a mail and the first of its files. They are told what its
// own organisation knows, and nothing else.
func (p *Pipeline) byModel(ctx context.Context, org store.Org, k kept, s projectr.Settings, models []string, calls ledger) (reading, error) {
	ctx, cancel := context.WithTimeout(ctx, maxMailTime)
	defer cancel()
	projects, people, err := knownTo(ctx, org, k.mail, s.NoAIWords)
	if err != nil {
		return reading{}, err
	}
	files := 0
	read := func(msg *message.Message) reading {
		calls.text = files
		res, err := func() (res extract.Result, err error) {
			defer p.recovered(ctx, &err)
			return p.Model.Read(ctx, extract.Input{Message: msg, Projects: projects, People: people, Models: models, Ledger: calls})
		}()
		if err != nil {
			p.Log.WarnContext(ctx, "model reading failed", "err", err)
			res.Again = true
		}
		return checked(msg, nil, res)
	}
	res := read(withoutInner(k.msg))
	res.with(k.msg, k.texts, func(letter *message.Message) reading {
		if files++; files > modelFiles || res.Again {
			return p.extract(ctx, letter, nil)
		}
		f := read(letter)
		res.Calls = append(res.Calls, f.Calls...)
		res.Again, res.OverBudget = res.Again || f.Again, res.OverBudget || f.OverBudget
		res.NoPrice, res.InTrouble = res.NoPrice || f.NoPrice, res.InTrouble || f.InTrouble
		return f
	})
	return res, ctx.Err()
}

// knownTo lists the organisation's projects, first the one the mail is on and those it
// could be, and its people: those in whose names no word stands that no model may see.
func knownTo(ctx context.Context, org store.Org, e projectr.Email, secret []string) ([]projectr.Project, []string, error) {
	projects, err := org.AllProjects(ctx)
	if err != nil {
		return nil, nil, err
	}
	kept := newNoAIWords(secret)
	projects = slices.DeleteFunc(projects, func(p projectr.Project) bool { return kept.in(p.Name, p.JobNumber, p.Address) != "" })
	rank := func(p projectr.Project) int {
		if e.ProjectID != nil && *e.ProjectID == p.ID {
			return 0
		}
		if slices.ContainsFunc(e.Match.Candidates, func(c projectr.Candidate) bool { return c.ProjectID == p.ID }) {
			return 1
		}
		return 2
	}
	slices.SortStableFunc(projects, func(a, b projectr.Project) int { return cmp.Compare(rank(a), rank(b)) })
	members, err := org.Members(ctx)
	if err != nil {
		return nil, nil, err
	}
	var people []string
	add := func(name string) {
		if name != "" && !slices.Contains(people, name) && kept.in(name) == "" {
			people = append(people, name)
		}
	}
	for _, p := range projects {
		if rank(p) == 0 {
			for _, name := range p.People {
				add(name)
			}
		}
	}
	for _, m := range members {
		add(m.User.Name)
	}
	for _, p := range projects {
		for _, name := range p.People {
			add(name)
		}
	}
	return projects, people, nil
}

// maxReread is how many mails are read again by one request.
const maxReread = 2000

// Reread has mails read again: it answers with how many, by what, and what that is
// likely to take and to cost; unless it is a dry run, they are. What they then say
// otherwise is proposed, for a person to accept. Mail that a model is not to see is
// not read by one.
func (p *Pipeline) Reread(ctx context.Context, org store.Org, ask projectr.RereadAsk) (projectr.RereadPlan, error) {
	plan := projectr.RereadPlan{Readers: []projectr.RereadPrice{}}
	leave, err := p.pricing.enter(ctx, org.ID())
	if err != nil {
		return plan, err
	}
	defer leave()
	s, err := org.Settings(ctx)
	if err != nil {
		return plan, err
	}
	extractor := cmp.Or(ask.Model, ask.Extractor, s.Extractor)
	if ask.Extractor == extract.RulesName && ask.Model != "" {
		return plan, &projectr.Error{Kind: projectr.Invalid, Field: "model", Message: "The rules are no model: leave one of the two out."}
	}
	if extractor != extract.RulesName {
		switch {
		case p.Model == nil:
			return plan, &projectr.Error{Kind: projectr.Conflict, Message: "There is no language model on this installation: its operator can set PROJECTR_OPENAI_API_KEY or PROJECTR_OPENAI_BASE_URL."}
		case !s.ByModel():
			return plan, &projectr.Error{Kind: projectr.Conflict, Message: "The settings say that no mail is sent to a model: change them first."}
		}
	}
	ids, err := p.chosen(ctx, org, ask)
	if err != nil {
		return plan, err
	}
	if ids, err = p.price(ctx, org, s, ids, extractor, &plan); err != nil {
		return plan, err
	}
	if err := p.afford(ctx, org, s, &plan); err != nil || ask.DryRun {
		return plan, err
	}
	if plan.AskAgain && (ask.Accepted == nil || plan.LikelyMicro != nil && *ask.Accepted < *plan.LikelyMicro) {
		return plan, notAccepted(plan)
	}
	for part := range slices.Chunk(ids, 200) {
		n, err := org.AskReadings(ctx, part, extractor)
		if err != nil {
			return plan, err
		}
		plan.Asked += n
	}
	p.Wake()
	return plan, nil
}

// chosen lists the mails that were asked for.
func (p *Pipeline) chosen(ctx context.Context, org store.Org, ask projectr.RereadAsk) ([]projectr.EmailID, error) {
	tooMany := &projectr.Error{Kind: projectr.Invalid, Field: "since", Message: fmt.Sprintf("These are more than %d mails: choose a project, or a later day.", maxReread)}
	switch {
	case len(ask.Emails) > maxReread:
		return nil, tooMany
	case len(ask.Emails) > 0 && (ask.Project != "" || !ask.Since.IsZero()):
		return nil, &projectr.Error{Kind: projectr.Invalid, Field: "emails", Message: "Name mails, or a project and a day, not both."}
	case len(ask.Emails) > 0:
		return slices.Compact(slices.Sorted(slices.Values(ask.Emails))), nil // one that is named twice is read, and costs, once
	case ask.Project == "" && ask.Since.IsZero():
		return nil, &projectr.Error{Kind: projectr.Invalid, Field: "emails", Message: "Say which mails are read again: some mails, those of a project, or those since a day."}
	}
	if ask.Project != "" {
		if _, err := org.Project(ctx, ask.Project); err != nil {
			return nil, err
		}
	}
	var ids []projectr.EmailID
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := org.Emails(ctx, projectr.EmailFilter{Project: ask.Project, ByDate: true, Page: page})
		if err != nil {
			return nil, err
		}
		for _, e := range l.Items {
			if !ask.Since.IsZero() && e.Date.Before(ask.Since) {
				return ids, nil
			}
			if e.Extractor != "" {
				ids = append(ids, e.ID)
			}
		}
		if len(ids) > maxReread {
			return nil, tooMany
		}
		if page.After = l.Next; l.Next == "" {
			return ids, nil
		}
	}
}

// price reckons what reading mails again takes, and returns those that can be.
func (p *Pipeline) price(ctx context.Context, org store.Org, s projectr.Settings, ids []projectr.EmailID, extractor string, plan *projectr.RereadPlan) ([]projectr.EmailID, error) {
	by := prices{}
	var can []projectr.EmailID
	var thought *int
	if extractor != extract.RulesName {
		var err error
		if thought, err = p.thought(ctx, org, modelsOf(s, extractor)); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		k, err := p.keptMail(ctx, org, id)
		if err != nil {
			return nil, err
		}
		if k.mail.CopyOf != nil || k.mail.Extractor == "" || k.mail.State != projectr.Filed && k.mail.State != projectr.InReview {
			plan.Skipped++
			continue
		}
		e := extract.Estimate{Model: extract.RulesName, LikelyMicro: new(int64), MostMicro: new(int64)}
		if extractor != extract.RulesName {
			if k.keptFromModels(s) != "" {
				plan.NoAI++
				continue
			}
			if e, err = p.estimate(ctx, org, k, s, extractor, thought); err != nil {
				return nil, err
			}
		}
		can = append(can, id)
		plan.Mails++
		by.add(e)
	}
	plan.Readers = by.list()
	return can, nil
}

// prices are what mails by each reader are likely to take.
type prices map[string]*projectr.RereadPrice

func (by prices) add(e extract.Estimate) {
	if by[e.Model] == nil {
		by[e.Model] = &projectr.RereadPrice{Extractor: e.Model, LikelyMicro: new(int64), MostMicro: new(int64)}
	}
	r := by[e.Model]
	r.Mails, r.Calls = r.Mails+1, r.Calls+e.Calls
	r.Likely.Input, r.Likely.Output = r.Likely.Input+e.Likely.Input, r.Likely.Output+e.Likely.Output
	r.LikelyMicro, r.MostMicro = sum(r.LikelyMicro, e.LikelyMicro), sum(r.MostMicro, e.MostMicro)
}

func (by prices) list() []projectr.RereadPrice {
	all := []projectr.RereadPrice{}
	for _, r := range by {
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b projectr.RereadPrice) int { return cmp.Compare(a.Extractor, b.Extractor) })
	return all
}

// afford says what the whole of a plan costs, and what it does to the budget.
func (p *Pipeline) afford(ctx context.Context, org store.Org, s projectr.Settings, plan *projectr.RereadPlan) error {
	plan.LikelyMicro = new(int64)
	for _, r := range plan.Readers {
		plan.LikelyMicro = sum(plan.LikelyMicro, r.LikelyMicro)
	}
	plan.AskAgain = plan.LikelyMicro == nil || *plan.LikelyMicro > s.AskAbove
	info, err := org.Info(ctx)
	if err != nil {
		return err
	}
	of := p.Store.Plans.Of(info)
	if of.BudgetMicro == 0 {
		return nil
	}
	spent, err := org.Spent(ctx)
	left := max(spent.Left(of)-spent.ReservedMicro, 0)
	plan.LeftMicro = &left
	return err
}

// notAccepted says what it would cost that nobody has accepted.
func notAccepted(plan projectr.RereadPlan) error {
	if plan.LikelyMicro == nil {
		return &projectr.Error{Kind: projectr.Conflict, Field: "accepted_micro_usd", Message: "What this costs is not known: look at it first, and accept that."}
	}
	return &projectr.Error{Kind: projectr.Conflict, Field: "accepted_micro_usd",
		Message: fmt.Sprintf("This is likely to cost $%d.%02d: look at the price first, and accept it.", *plan.LikelyMicro/1_000_000, *plan.LikelyMicro%1_000_000/10_000)}
}

// modelsOf are the models that an extractor stands for: "model" is those of the settings.
func modelsOf(s projectr.Settings, extractor string) []string {
	if extractor != "model" {
		return []string{extractor}
	}
	return s.Models
}

// thought is how many tokens the first of some models has thought for one of its newest
// answers, in the mean; nil where those are too few to know it by.
func (p *Pipeline) thought(ctx context.Context, org store.Org, models []string) (*int, error) {
	first := p.Model.Costs(models, projectr.Tokens{})
	if len(first) == 0 {
		return nil, nil
	}
	day := p.Now().UTC().AddDate(0, 0, -projectr.PriceDays).Format(time.DateOnly)
	l, err := org.Ledger(ctx, projectr.LedgerFilter{From: day, Model: first[0].Model, Outcome: projectr.CallAnswered, Page: projectr.Page{Limit: 200}})
	if err != nil {
		return nil, err
	}
	var all projectr.Tokens
	n := 0
	for _, e := range l.Items {
		if e.Tokens.Input > 0 { // the server counted
			all, n = all.Plus(e.Tokens), n+1
		}
	}
	if n < priceEnough {
		return nil, nil
	}
	mean := all.Mean(n).Reasoning
	return &mean, nil
}

// estimate reckons a mail with those of its files that a model reads.
func (p *Pipeline) estimate(ctx context.Context, org store.Org, k kept, s projectr.Settings, extractor string, thought *int) (extract.Estimate, error) {
	projects, people, err := knownTo(ctx, org, k.mail, s.NoAIWords)
	if err != nil {
		return extract.Estimate{}, err
	}
	return p.reckon(extract.Input{Projects: projects, People: people, Models: modelsOf(s, extractor), Thought: thought}, k), nil
}

// reckon reckons a mail with those of its files that a model reads; in is what the
// model is told besides.
func (p *Pipeline) reckon(in extract.Input, k kept) extract.Estimate {
	one := func(msg *message.Message) extract.Estimate {
		in.Message = msg
		return p.Model.Estimate(in)
	}
	e := one(withoutInner(k.msg))
	files := 0
	inFiles(k.msg, k.texts, func(letter *message.Message) reading {
		if files++; files <= modelFiles {
			f := one(letter)
			e.Calls += f.Calls
			e.Likely.Input, e.Likely.Output = e.Likely.Input+f.Likely.Input, e.Likely.Output+f.Likely.Output
			e.LikelyMicro, e.MostMicro = sum(e.LikelyMicro, f.LikelyMicro), sum(e.MostMicro, f.MostMicro)
		}
		return reading{}
	})
	return e
}

// sum adds amounts of micro-USD; nil where one is not known.
func sum(a, b *int64) *int64 {
	if a == nil || b == nil {
		return nil
	}
	n := *a + *b
	return &n
}

// readers are the organisations whose mail is being read again.
type readers struct {
	mu    sync.Mutex
	busy  map[projectr.OrgID]bool
	turns chan struct{}
	bell  chan struct{}
}

func (r *readers) set() {
	if r.turns == nil {
		r.busy, r.turns, r.bell = map[projectr.OrgID]bool{}, make(chan struct{}, maxReaders), make(chan struct{}, 1)
	}
}

// enter waits for a turn; false when somebody is at this organisation's mail already,
// or ctx ended.
func (r *readers) enter(ctx context.Context, org projectr.OrgID) bool {
	r.mu.Lock()
	r.set()
	was := r.busy[org]
	r.busy[org] = true
	r.mu.Unlock()
	if was {
		return false
	}
	select {
	case r.turns <- struct{}{}:
		return true
	case <-ctx.Done():
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.busy, org)
		return false
	}
}

// next gives a turn to whoever has waited longest for one, and waits for its own again:
// where an organisation has years of mail to be read, another's mail of today is not behind it.
func (r *readers) next() {
	<-r.turns
	r.turns <- struct{}{}
}

func (r *readers) leave(org projectr.OrgID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy, org)
	<-r.turns
}

func (r *readers) woken() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set()
	return r.bell
}

func (r *readers) wake() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set()
	select {
	case r.bell <- struct{}{}:
	default: // it is to be looked at already
	}
}
