package ingest

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"projectr"
	"projectr/store"
)

// ledger keeps the calls that are made for one text of one reading of a mail.
type ledger struct {
	org  store.Org
	r    projectr.Reading
	text int // 0: the mail; 1 and up: its files
	log  *slog.Logger
}

func (p *Pipeline) ledger(org store.Org, r projectr.Reading) ledger {
	return ledger{org: org, r: r, log: p.Log}
}

// Start is extract.Ledger's.
func (l ledger) Start(ctx context.Context, part int, c projectr.CallStart) (projectr.CallID, error) {
	c.EmailID, c.By, c.Step = l.r.EmailID, l.r.By, projectr.StepRead
	if l.r.Why == "asked" {
		c.Step = projectr.StepReread
	}
	c.Job = fmt.Sprintf("%s/%d/%d/%d", l.r.EmailID, l.r.N, l.text, part)
	id, err := l.org.StartCall(ctx, c)
	if err != nil && projectr.KindOf(err) != projectr.OverLimit {
		l.log.WarnContext(ctx, "no model was asked: the call could not be written down", "org", l.org.ID(), "email", l.r.EmailID, "err", err)
	}
	return id, err
}

// Settle is extract.Ledger's. It is done also where ctx has ended: what was sent has
// been sent. What cannot be settled is unknown after store.CallLife.
func (l ledger) Settle(ctx context.Context, id projectr.CallID, e projectr.CallEnd) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := l.org.SettleCall(ctx, id, e); err != nil {
		l.log.WarnContext(ctx, "a call of a model could not be settled", "org", l.org.ID(), "call", id, "err", err)
	}
}

// terms are what a reading has its budget by.
type terms struct {
	settings projectr.Settings
	plan     string
	turns    time.Time // when the month does
	calls    int       // of this month when it was taken
}

func (p *Pipeline) terms(ctx context.Context, org store.Org, s projectr.Settings) (terms, error) {
	info, err := org.Info(ctx)
	if err != nil {
		return terms{}, err
	}
	spent, err := org.Spent(ctx)
	return terms{s, info.Plan, info.NextMonth(p.Now()), spent.Calls}, err
}

// waitForBudget has a reading wait until there is AI budget again. Meanwhile what the
// rules read stands. It was refused by the terms under which it was taken: where those have
// changed since, nobody would have it go on.
func (p *Pipeline) waitForBudget(ctx context.Context, org store.Org, r projectr.Reading, calls []projectr.ModelCall, by terms) error {
	r.Calls = append(r.Calls, sent(calls)...)
	r.CostMicro = projectr.CostOf(r.Calls)
	r.Tries--
	spent, err := org.Spent(ctx)
	if err != nil {
		return err
	}
	own := 0
	for _, c := range calls {
		if c.ID != "" {
			own++
		}
	}
	// By another process, or one that died: there may be room when that is settled. It may be
	// already, and then what it was refused for is told by nothing but its call.
	if spent.ReservedMicro > 0 || spent.Calls > by.calls+own {
		r.Due = p.later(restPause)
		return org.PutOffReading(ctx, r)
	}
	r.Budget, r.Due = true, by.turns
	r.Note = "It waits for AI budget: a model reads it when the month turns or the budget grows."
	p.Log.InfoContext(ctx, "a reading waits for budget", "org", org.ID(), "email", r.EmailID, "until", r.Due)
	if err := org.PutOffReading(ctx, r); err != nil {
		return err
	}
	s, err := org.Settings(ctx)
	if err != nil {
		return err
	}
	now, err := p.terms(ctx, org, s)
	if err == nil && (now.plan != by.plan || !now.turns.Equal(by.turns) || !now.settings.ReadsAs(by.settings)) {
		_, err = org.ResumeReadings(ctx)
	}
	return err
}
