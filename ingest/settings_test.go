package ingest_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/store"
)

// month has mails come in over the days before the clock of the house, one a day.
func (h *house) month(days int, body func(i int) string) {
	h.t.Helper()
	end := h.clock
	for i := range days {
		h.clock = end.AddDate(0, 0, i-days).Add(time.Hour)
		h.process(fmt.Sprintf("From: Dana <dana%d@arch.example>\nTo: mike@firm.example\nSubject: 24-117 no %d\nMessage-ID: <%d@arch.example>\n\n%s\n", i%3, i, i, body(i)), "acme")
	}
	h.clock = end
}

func priced(t *testing.T, h *house, change func(*projectr.Settings)) projectr.SettingsPrice {
	t.Helper()
	acme, err := h.Store.AsOperator(ctx, "acme", "test")
	if err != nil {
		t.Fatal(err)
	}
	s, err := acme.Settings(ctx)
	if err != nil {
		t.Fatal(err)
	}
	change(&s)
	p, err := h.PriceSettings(ctx, acme, s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What a month costs by other settings is reckoned from the mail that came in, before
// anything is sent.
func TestPriceOfOtherSettings(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	body := func(i int) string {
		switch i % 4 {
		case 0:
			return "This is privileged. Please send us the plan by Friday."
		case 1:
			return "Out of the falcon office until Monday, please send the plan after."
		}
		return "Please send us the revised ceiling plan by Friday."
	}
	h.month(32, body) // two of them before the thirty days
	byModel := func(s *projectr.Settings) { s.Extractor = "model" }
	if p := priced(t, h, byModel); p.Proposed.Extractor != "rules" || p.AskAgain || *p.LikelyMicro != 0 || p.By != "nothing" || p.Received != 30 {
		t.Errorf("where there is no model: %+v", p)
	}

	m := &oracle{}
	h.Model = m
	show := func(c projectr.ReadingChoice) string {
		micro := func(n *int64) any {
			if n == nil {
				return "?"
			}
			return *n
		}
		return fmt.Sprint(c.Extractor, " ", c.Models, " ", c.Mails, " ", c.NoAI, " ", micro(c.MailMicro), " ", micro(c.LikelyMicro), " ", micro(c.MonthMicro), " ", micro(c.LeftMicro), " ", c.UsedUpOn)
	}
	const rules = "rules [] 0 0 0 0 0 ? "
	for _, c := range []struct {
		what   string
		change func(*projectr.Settings)
		want   string // mails, kept from models, a mail, a month, this month, left, used up on
		ask    bool
	}{
		{"the installation's", byModel, "30 0 50 1500 1400 ? ", false},
		{"free of charge", func(s *projectr.Settings) { s.Extractor, s.Models = "model", []string{"gpt-free"} }, "30 0 0 0 0 ? ", false},
		{"not known", func(s *projectr.Settings) { s.Extractor, s.Models = "model", []string{"gpt-new", "gpt-x"} }, "30 0 ? ? ? ? ", true},
		{"dear", func(s *projectr.Settings) {
			s.Extractor, s.Models, s.AskAbove = "model", []string{"gpt-dear", "gpt-x"}, 1
		}, "30 0 50000 1500000 1400000 ? ", false},
		{"without a word", func(s *projectr.Settings) { s.Extractor, s.NoAIWords = "model", []string{"privileged", "falcon"} }, "16 14 50 800 750 ? ", false},
		{"without a sender", func(s *projectr.Settings) { s.Extractor, s.NoAISenders = "model", []string{"dana1@arch.example"} }, "20 10 50 1000 950 ? ", false},
	} {
		p := priced(t, h, c.change)
		if got := show(p.Proposed); got[strings.Index(got, "]")+2:] != c.want || p.Proposed.Extractor != "model" || show(p.Present) != rules {
			t.Errorf("%s: %s, now %s", c.what, got, show(p.Present))
		}
		if p.AskAgain != c.ask || p.By != "mails" || p.Days != 30 || p.Received != 30 || p.Sampled != 30 || p.Little || p.BudgetMicro != nil {
			t.Errorf("%s: %+v", c.what, p)
		}
	}

	// Of more mails than are looked at, and from a model to another; the amount is the present one.
	wants(t, acme, func(s *projectr.Settings) { s.AskAbove = 1_000_000 })
	plan(t, acme, "starter")
	h.clock = h.clock.AddDate(0, 0, 1)
	for i := range 15 {
		h.process(fmt.Sprintf("From: Dana <dana@arch.example>\nTo: mike@firm.example\nSubject: 24-117 more %d\nMessage-ID: <more%d@arch.example>\n\nPlease send the plan.\n", i, i), "acme")
	}
	p := priced(t, h, func(s *projectr.Settings) { s.Models = []string{"gpt-dear"} })
	if p.Received != 44 || p.Sampled != 40 || !p.AskAgain || *p.LikelyMicro != 44*50_000 || p.Present.Models[0].Model != "gpt-x" || *p.Present.LikelyMicro != 44*50 || *p.BudgetMicro != 20_000_000 || *p.Proposed.LeftMicro >= 20_000_000 {
		t.Errorf("%+v", p)
	}
	if n := len(m.questions()); n != 0 {
		t.Errorf("%d mails were sent for a price", n)
	}
}

// What models really used counts more than an estimate, where there is enough of it.
func TestPriceOfOtherSettingsByTheLedger(t *testing.T) {
	h := newHouse(t)
	h.Model = &oracle{}
	acme := h.org("acme", hollis)
	h.month(12, func(int) string { return "Please send us the revised ceiling plan by Friday." })
	wants(t, acme)
	all := emails(t, acme)
	call := func(i, part int, tokens projectr.Tokens, end projectr.CallOutcome) {
		t.Helper()
		cost := int64(1000)
		id, err := acme.StartCall(ctx, projectr.CallStart{Job: fmt.Sprintf("%s/2/0/%d", all[i].ID, part), EmailID: all[i].ID, Step: projectr.StepRead, Model: "gpt-x", MostMicro: &cost})
		if err == nil {
			err = acme.SettleCall(ctx, id, projectr.CallEnd{Outcome: end, Tokens: tokens, CostMicro: &cost})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 9 {
		call(i, 0, projectr.Tokens{Input: 3000, Output: 500, Reasoning: 100}, projectr.CallAnswered)
		call(i, 0, projectr.Tokens{Input: 9000}, projectr.CallInvalid) // not charged
	}
	dear := func(s *projectr.Settings) { s.Models = []string{"gpt-dear"} }
	if p := priced(t, h, dear); p.By != "mails" || p.Proposed.Tokens.Input != 100 {
		t.Errorf("nine readings: %+v", p)
	}
	again := projectr.RereadAsk{Emails: []projectr.EmailID{all[0].ID}, Extractor: "model", DryRun: true}
	thought := func() *int {
		t.Helper()
		if _, err := h.Reread(ctx, acme, again); err != nil {
			t.Fatal(err)
		}
		return h.Model.(*oracle).thought
	}
	if n := thought(); n != nil {
		t.Errorf("by nine answers it is known to think %d tokens", *n)
	}
	call(9, 0, projectr.Tokens{Input: 1000, Cached: 400, Output: 500}, projectr.CallAnswered)
	call(9, 1, projectr.Tokens{Input: 2000, Cached: 600, Output: 500}, projectr.CallAnswered) // of the same mail
	call(10, 0, projectr.Tokens{}, projectr.CallAnswered)                                     // nobody counted
	p := priced(t, h, dear)
	if want := (projectr.Tokens{Input: 3000, Cached: 100, Output: 550, Reasoning: 90}); p.By != "ledger" || p.Proposed.Tokens != want || p.Present.Tokens != want {
		t.Errorf("%+v", p)
	}
	if n := thought(); n == nil || *n != 82 { // of eleven that were counted, 900
		t.Errorf("it is taken to think %v tokens", n)
	}
	again.Model, again.Extractor = "gpt-dear", ""
	if n := thought(); n != nil {
		t.Errorf("another model is taken to think %d tokens", *n)
	}
	if *p.Present.MailMicro != 1450 || *p.Present.LikelyMicro != 30*1450 || *p.Proposed.MailMicro != 1_450_000 || p.SpentMicro != 12*1000 || *p.Proposed.MonthMicro <= *p.Present.MonthMicro {
		t.Errorf("%+v", p)
	}
}

// Where there is no mail yet, a made-up one says what a mail costs, and that is said.
func TestPriceOfOtherSettingsWithoutMail(t *testing.T) {
	h := newHouse(t)
	h.Model = &oracle{}
	h.org("acme", hollis)
	p := priced(t, h, func(s *projectr.Settings) { s.Extractor = "model" })
	if p.By != "example" || !p.Little || p.Days != 1 || p.Proposed.Mails != 0 || *p.Proposed.MailMicro != 50 || *p.LikelyMicro != 0 || p.AskAgain {
		t.Errorf("%+v", p)
	}
	h.process(rfi, "acme")
	// Where no original can be read, mail counts all the same, and is taken to be like the made-up one.
	if err := os.RemoveAll(h.files); err != nil {
		t.Fatal(err)
	}
	if p = priced(t, h, func(s *projectr.Settings) { s.Extractor = "model" }); p.Received != 1 || p.Sampled != 0 || p.Proposed.Mails != 30 || *p.LikelyMicro != 30*50 || !p.Little {
		t.Errorf("%+v", p)
	}
}

// busy counts who has prices reckoned at the same time, and keeps them until it is told.
type busy struct {
	*oracle
	now, most atomic.Int64
	entered   chan struct{}
	goOn      chan struct{}
}

func (b *busy) Estimate(in extract.Input) extract.Estimate {
	b.most.Store(max(b.most.Load(), b.now.Add(1)))
	defer b.now.Add(-1)
	b.entered <- struct{}{}
	<-b.goOn
	return b.oracle.Estimate(in)
}

// However many ask for prices, few are reckoned at a time: of one organisation one, and who
// comes when several wait is told so. Who goes away leaves their place.
func TestFewPricesAreReckonedAtATime(t *testing.T) {
	h := newHouse(t)
	b := &busy{oracle: &oracle{}, entered: make(chan struct{}), goOn: make(chan struct{})}
	h.Model = b
	var orgs []store.Org
	for _, name := range []string{"acme", "globex", "initech"} {
		o := h.org(name, hollis)
		wants(t, o)
		h.process(rfi, name)
		orgs = append(orgs, o)
	}
	var wg sync.WaitGroup
	var refused, done atomic.Int64
	ask := func(ctx context.Context, o store.Org, n int) {
		for i := range n {
			wg.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = h.Reread(ctx, o, projectr.RereadAsk{Emails: []projectr.EmailID{emails(t, o)[0].ID}, Extractor: "model", DryRun: true})
				} else {
					_, err = h.PriceSettings(ctx, o, settingsOf(t, o))
				}
				switch {
				case err == nil:
					done.Add(1)
				case projectr.KindOf(err) == projectr.TooMany:
					refused.Add(1)
				case ctx.Err() == nil:
					t.Error(err)
				}
			})
		}
	}
	gone, leave := context.WithCancel(ctx)
	ask(gone, orgs[0], 1)
	<-b.entered
	ask(gone, orgs[0], 3)
	ask(ctx, orgs[1], 1)
	<-b.entered
	ask(ctx, orgs[2], 1)
	for refused.Load() == 0 { // three of acme wait, sooner or later
		ask(gone, orgs[0], 1)
		time.Sleep(time.Millisecond)
	}
	leave()
	close(b.goOn)
	go func() {
		for range b.entered {
		}
	}()
	wg.Wait()
	if b.most.Load() != 2 || done.Load() < 2 {
		t.Errorf("%d prices at a time, %d done", b.most.Load(), done.Load())
	}
	before := refused.Load()
	ask(ctx, orgs[0], 4)
	wg.Wait()
	if refused.Load() != before {
		t.Error("those who went away are still in line")
	}
}

func settingsOf(t *testing.T, o store.Org) projectr.Settings {
	t.Helper()
	s, err := o.Settings(ctx)
	if err != nil {
		t.Error(err)
	}
	return s
}
