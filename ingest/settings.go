package ingest

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/message"
	"projectr/store"
)

// Bounds on what is looked at to price other settings: it is an estimate, and somebody
// waits for it.
const (
	priceMails  = 40       // mails, evenly spread over those of the last days
	priceBytes  = 64 << 20 // of them, after which the others are left out
	priceCalls  = 1000     // newest calls of the ledger
	priceEnough = 10       // readings in the ledger by which the tokens of a mail are known
)

// PriceSettings says what a month of the organisation's mail is likely to cost by the
// settings as they are and by others, which are valid. Nothing is sent, and nothing
// changed.
func (p *Pipeline) PriceSettings(ctx context.Context, org store.Org, to projectr.Settings) (projectr.SettingsPrice, error) {
	var out projectr.SettingsPrice
	leave, err := p.pricing.enter(ctx, org.ID())
	if err != nil {
		return out, err
	}
	defer leave()
	was, err := org.Settings(ctx)
	if err != nil {
		return out, err
	}
	info, err := org.Info(ctx)
	if err != nil {
		return out, err
	}
	zone, err := time.LoadLocation(info.TimeZone)
	if err != nil {
		zone = time.UTC // as everywhere where this machine does not know the zone
	}
	now := p.Now()
	from := now.AddDate(0, 0, -projectr.PriceDays)
	read, err := org.ReadSample(ctx, from, priceMails)
	if err != nil {
		return out, err
	}
	b := projectr.ReadingBasis{Now: now.In(zone), Month: info.NextMonth(now), Days: projectr.DaysOfMail(read.First, now), Received: read.Mails}
	plan := p.Store.Plans.Of(info)
	used, err := org.Used(ctx)
	if err != nil {
		return out, err
	}
	b.Budget, b.Used = plan.BudgetMicro, used.Spent.Against(plan)+used.Spent.ReservedMicro
	out.By = "nothing"
	var l look
	if p.reads(was) || p.reads(to) {
		if l, err = p.look(ctx, org, read.Sample, was, to); err != nil {
			return out, err
		}
		if b.Sampled = l.mails; l.mails == 0 { // nothing of it can be looked at: all of it may be sent
			b.Sampled, l.was.sent, l.to.sent = 1, 1, 1
		}
		n, used, err := usedByMail(ctx, org, from.In(zone).Format(time.DateOnly))
		if err != nil {
			return out, err
		}
		switch {
		case n >= priceEnough:
			b.Tokens, out.By = used.Mean(n), "ledger"
		case l.estimated > 0:
			b.Tokens, out.By = l.tokens.Mean(l.estimated), "mails"
		default:
			if b.Tokens, err = p.exampleTokens(ctx, org, to); err != nil {
				return out, err
			}
			out.By = "example"
		}
	}
	choice := func(s projectr.Settings, f fate) projectr.ReadingChoice {
		if !p.reads(s) {
			return b.ByRules()
		}
		return b.ByModels(p.Model.Costs(s.Models, b.Tokens), f.sent, f.kept)
	}
	out.Days, out.Received, out.Sampled, out.Little = b.Days, b.Received, l.mails, b.Little()
	out.Present, out.Proposed = choice(was, l.was), choice(to, l.to)
	out.SpentMicro = b.Used
	if b.Budget > 0 {
		out.BudgetMicro, out.UsedUp = &b.Budget, used.Waiting > 0
	}
	out.Weigh(was.AskAbove)
	return out, nil
}

// reads reports whether a model reads by settings: without any on this installation the
// rules do.
func (p *Pipeline) reads(s projectr.Settings) bool { return p.Model != nil && s.ByModel() }

// fate is what would become of the mails that were looked at.
type fate struct {
	sent int // to a model
	kept int // from models
}

// look is what was found out about a sample of mails.
type look struct {
	mails     int
	was, to   fate
	estimated int             // mails that a model would be asked about
	tokens    projectr.Tokens // of them
}

// look reckons what a model would be sent of some mails by two settings.
func (p *Pipeline) look(ctx context.Context, org store.Org, ids []projectr.EmailID, was, to projectr.Settings) (l look, err error) {
	size := int64(0)
	// Those that are left out when mails are large are drawn, but the same each time it is asked.
	for _, i := range rand.New(rand.NewPCG(0, 0)).Perm(len(ids)) {
		if size > priceBytes {
			break
		}
		k, err := p.keptMail(ctx, org, ids[i])
		if err != nil {
			if ctx.Err() != nil {
				return l, ctx.Err()
			}
			continue // taken away meanwhile, or its original is not what it was: the others say enough
		}
		size += k.mail.Size
		l.mails++
		var e extract.Estimate
		known := false
		for _, c := range []struct {
			s projectr.Settings
			f *fate
		}{{to, &l.to}, {was, &l.was}} {
			if !p.reads(c.s) {
				continue
			}
			if k.keptFromModels(c.s) != "" {
				c.f.kept++
				continue
			}
			if !known { // by the new one, where it is asked: but for what it thinks, tokens do not depend on the model
				if e, err = p.estimate(ctx, org, k, c.s, "model", nil); err != nil {
					return l, err
				}
				known = true
			}
			if e.Calls > 0 {
				c.f.sent++
			}
		}
		if e.Calls > 0 {
			l.estimated++
			l.tokens = l.tokens.Plus(e.Likely)
		}
	}
	return l, nil
}

// usedByMail is what the newest readings of mail by models since a day used, and how many
// those are: tokens of answers that were of use and that the server counted.
func usedByMail(ctx context.Context, org store.Org, from string) (n int, t projectr.Tokens, err error) {
	of := map[string]bool{}
	f := projectr.LedgerFilter{From: from, Outcome: projectr.CallAnswered, Page: projectr.Page{Limit: 200}}
	for range priceCalls / f.Page.Limit {
		l, err := org.Ledger(ctx, f)
		if err != nil {
			return 0, t, err
		}
		for _, e := range l.Items {
			if e.Tokens.Input > 0 {
				of[readingOf(e)] = true
				t = t.Plus(e.Tokens)
			}
		}
		if f.Page.After = l.Next; l.Next == "" {
			break
		}
	}
	return len(of), t, nil
}

// readingOf names the reading that a call was made for: a job is one part of one text of
// it (ledger.Start).
func readingOf(e projectr.LedgerEntry) string {
	parts := strings.SplitN(e.Job, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}

// exampleTokens is what the made-up mail that organisations can have takes: there is no
// mail of their own to reckon from.
func (p *Pipeline) exampleTokens(ctx context.Context, org store.Org, s projectr.Settings) (projectr.Tokens, error) {
	msg, err := message.Parse(strings.NewReader(sample(sampleAt, sampleAt, p.Now())))
	if err != nil {
		return projectr.Tokens{}, err
	}
	e, err := p.estimate(ctx, org, kept{msg: msg}, s, "model", nil)
	return e.Likely, err
}
