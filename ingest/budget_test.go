package ingest_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/ingest"
	"projectr/openai"
	"projectr/openai/openaitest"
	"projectr/store"
)

// ledgerOf are all calls of an organisation, the newest first.
func ledgerOf(t *testing.T, o store.Org) (all []projectr.LedgerEntry) {
	t.Helper()
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := o.Ledger(ctx, projectr.LedgerFilter{Page: page})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l.Items...)
		if page.After = l.Next; l.Next == "" {
			return all
		}
	}
}

// ticking takes a second for each answer.
type ticking struct {
	extract.Model
	h *house
}

func (s ticking) Complete(ctx context.Context, q projectr.ModelRequest) (projectr.ModelAnswer, error) {
	s.h.clock = s.h.clock.Add(time.Second)
	return s.Model.Complete(ctx, q)
}

// starter is acme on a starter's budget, with a model of which a call costs dollars.
func starter(t *testing.T) (h *house, acme store.Org, s *openaitest.Server) {
	t.Helper()
	h, s = newHouse(t), openaitest.New()
	t.Cleanup(s.Close)
	port, err := openai.New(openai.Options{Key: "sk-x", BaseURL: s.URL(), Timeout: 20 * time.Second, Now: h.Now})
	if err != nil {
		t.Fatal(err)
	}
	prices := projectr.Prices{Version: "dear", Models: []projectr.Price{{Model: "gpt-5-mini", Input: 1200e6, Cached: 1200e6, Written: 1200e6, Output: 100e6}}}
	m := extract.NewByModel(ticking{port, h}, []string{"gpt-5-mini"}, prices, h.Now, slog.New(slog.DiscardHandler))
	h.Model = m
	acme = h.org("acme", hollis)
	wants(t, acme)
	plan(t, acme, "starter")
	return h, acme, s
}

func plan(t *testing.T, o store.Org, name string) {
	t.Helper()
	if _, err := o.ChangeInfo(ctx, func(i *projectr.Org) { i.Plan = name }); err != nil {
		t.Fatal(err)
	}
}

// At the AI budget mail is received, filed and read by the rules, and waits for the
// model; when the month turns or the plan grows it is read by itself, the oldest
// first, and the budget is exceeded by nothing.
func TestMailWaitsForAIBudgetAndIsReadAfter(t *testing.T) {
	for what, lift := range map[string]func(t *testing.T, h *house, acme store.Org){
		"the month turns": func(_ *testing.T, h *house, _ store.Org) { h.clock = time.Date(2026, 4, 1, 0, 0, 1, 0, time.UTC) },
		"the plan grows":  func(t *testing.T, _ *house, acme store.Org) { plan(t, acme, "professional") },
		"the month turns where it is taken to be": func(t *testing.T, h *house, acme store.Org) {
			h.clock = time.Date(2026, 3, 31, 16, 0, 0, 0, time.UTC)
			if _, err := acme.ChangeInfo(ctx, func(i *projectr.Org) { i.TimeZone = "Asia/Tokyo" }); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			h, acme, s := starter(t)
			for i := range 24 {
				raw := strings.ReplaceAll(strings.Replace(rfi, "Subject: ", fmt.Sprintf("Subject: No %d, ", i), 1), "<rfi", fmt.Sprintf("<rfi%d", i))
				h.process(raw, "acme")
				h.clock = h.clock.Add(time.Minute)
			}
			h.again()
			read, waiting := waitingFor(t, acme)
			if len(read) == 0 || len(waiting) == 0 {
				t.Fatalf("%d are read and %d wait: the budget is not between", len(read), len(waiting))
			}
			for _, e := range waiting {
				if e.State != projectr.Filed || e.Extractor != "rules" || !e.ReadAgain || e.ReadAgainWhy != projectr.AgainForBudget {
					t.Errorf("while it waits: %s %s %v %q", e.State, e.Extractor, e.ReadAgain, e.ReadAgainWhy)
				}
			}
			// Something is left, and too little: that is told, once.
			stands := func() *projectr.AIBudget {
				t.Helper()
				info, err := acme.Info(ctx)
				if err != nil {
					t.Fatal(err)
				}
				u, err := acme.Used(ctx)
				if err != nil {
					t.Fatal(err)
				}
				return info.AIBudget(h.Store.Plans.Of(info), u, h.clock)
			}
			if b := stands(); !b.UsedUp || b.Waiting != int64(len(waiting)) || b.LeftMicro <= 0 || b.UsedMicro+b.LeftMicro != b.LimitMicro || !b.Renews.Equal(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)) {
				t.Errorf("with %d that wait it is shown as %+v", len(waiting), b)
			}
			for range 2 {
				if _, err := acme.RaiseAlerts(ctx); err != nil {
					t.Fatal(err)
				}
			}
			told, err := acme.Alerts(ctx)
			if err != nil || len(told) != 2 || !slices.ContainsFunc(told, func(a projectr.Alert) bool { return a.Of == projectr.AlertBudget && a.Percent == 100 }) {
				t.Errorf("alerts: %+v, %v", told, err)
			}
			x, err := acme.Spent(ctx)
			if err != nil || x.ChargedMicro > 20_000_000 || x.ReservedMicro != 0 || x.ChargedMicro == 0 {
				t.Errorf("spent %+v, %v", x, err)
			}
			asked := s.Requests()
			h.clock = h.clock.Add(3 * time.Hour)
			h.again()
			if s.Requests() != asked {
				t.Errorf("%d requests more while there was no budget", s.Requests()-asked)
			}
			lift(t, h, acme)
			if b := stands(); b.UsedUp || b.Waiting != 0 {
				t.Errorf("after %s it is shown as %+v", what, b)
			}
			h.again()
			after, _ := waitingFor(t, acme)
			if len(after) <= len(read) {
				t.Fatalf("%d are read after, %d before", len(after), len(read))
			}
			var order []string
			for _, e := range slices.Backward(ledgerOf(t, acme)) {
				if e.ChargedMicro > 0 {
					order = append(order, string(e.EmailID))
				}
			}
			var came []string
			for _, e := range slices.Backward(emails(t, acme)) {
				if slices.Contains(order, string(e.ID)) {
					came = append(came, string(e.ID))
				}
			}
			if !slices.Equal(order, came) {
				t.Errorf("read in the order %v, they came as %v", order, came)
			}
		})
	}
}

// What another process has set aside is free again soon, or when that process is taken for
// gone: a mail that finds too little left for that alone does not wait for the month.
func TestMailDoesNotWaitAMonthForWhatIsOnlySetAside(t *testing.T) {
	h, acme, s := starter(t)
	h.process(rfi, "acme")
	id, most := emails(t, acme)[0].ID, int64(20_000_000)
	if _, err := acme.StartCall(ctx, projectr.CallStart{Job: "another", EmailID: id, Step: projectr.StepRead, Model: "gpt-5-mini", MostMicro: &most}); err != nil {
		t.Fatal(err)
	}
	h.again()
	if r := readings(t, acme, id)[0]; s.Requests() != 0 || r.Budget || r.Due.IsZero() || r.Due.After(h.clock.Add(time.Minute)) {
		t.Errorf("%d requests; while all is set aside: budget %v, due %v at %v", s.Requests(), r.Budget, r.Due, h.clock)
	}
	h.clock = h.clock.Add(store.CallLife + time.Minute) // whoever set it aside never came back
	h.again()
	if e := emails(t, acme)[0]; e.ReadAgain || s.Requests() == 0 {
		t.Errorf("after it is free: read again %v, %d requests", e.ReadAgain, s.Requests())
	}
}

// Where another process had set aside what was left when it was refused, and has settled
// since for less, a mail does not wait for the month either.
func TestMailDoesNotWaitAMonthForWhatWasSetAsideAMomentAgo(t *testing.T) {
	h, acme, _ := starter(t)
	m := &broke{oracle: &oracle{}}
	h.Model = m
	h.process(rfi, "acme")
	id, most := emails(t, acme)[0].ID, int64(20_000_000)
	m.meanwhile = func() {
		call, err := acme.StartCall(ctx, projectr.CallStart{Job: "another", EmailID: id, Step: projectr.StepRead, Model: "gpt-5-mini", MostMicro: &most})
		if err == nil {
			err = acme.SettleCall(ctx, call, projectr.CallEnd{Outcome: projectr.CallAnswered, CostMicro: new(int64)})
		}
		if err != nil {
			t.Error(err)
		}
	}
	h.again()
	if r := readings(t, acme, id)[0]; r.Budget || r.Due.After(h.clock.Add(time.Minute)) {
		t.Errorf("all of the budget is left: waits for budget %v, due %v at %v", r.Budget, r.Due, h.clock)
	}
	h.clock = h.clock.Add(time.Minute)
	h.again()
	if e := emails(t, acme)[0]; e.ReadAgain {
		t.Errorf("it waits: %+v", readings(t, acme, id)[0])
	}
}

// dawdling takes longer for a mail than one waits that finds too little left.
type dawdling struct {
	ingest.Model
	h    *house
	read func()
}

func (s dawdling) Read(ctx context.Context, in extract.Input) (extract.Result, error) {
	s.read()
	s.h.clock = s.h.clock.Add(time.Minute)
	return s.Model.Read(ctx, in)
}

// Where so much mail waits for what was set aside that its first is due again before its
// last was looked at, whoever set it aside is taken for gone all the same.
func TestWhatIsSetAsideIsFreeAgainWhileMuchMailWaitsForIt(t *testing.T) {
	h, acme, s := starter(t)
	for i := range 2 {
		h.process(strings.ReplaceAll(strings.Replace(rfi, "Subject: ", fmt.Sprintf("Subject: No %d, ", i), 1), "<rfi", fmt.Sprintf("<rfi%d", i)), "acme")
	}
	id, most := emails(t, acme)[0].ID, int64(20_000_000)
	if _, err := acme.StartCall(ctx, projectr.CallStart{Job: "another", EmailID: id, Step: projectr.StepRead, Model: "gpt-5-mini", MostMicro: &most}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n := 0
	h.Model = dawdling{h.Model, h, func() {
		if n++; n > 40 {
			cancel()
		}
	}}
	if _, err := h.ReadAgainOf(ctx, acme); err != nil || s.Requests() == 0 {
		t.Errorf("%d looks, %d requests: %v", n, s.Requests(), err)
	}
}

// broke has no budget for the first reading, while which something else happens.
type broke struct {
	*oracle
	meanwhile func()
}

func (b *broke) Read(ctx context.Context, in extract.Input) (extract.Result, error) {
	if b.meanwhile == nil {
		return b.oracle.Read(ctx, in)
	}
	b.meanwhile()
	b.meanwhile = nil
	return extract.Result{Again: true, OverBudget: true}, nil
}

// What was refused by a budget, a reader or a month that is no more when it would begin to
// wait does not wait: nothing would have it go on.
func TestMailDoesNotWaitForWhatHasComeMeanwhile(t *testing.T) {
	for what, meanwhile := range map[string]func(t *testing.T, h *house, acme store.Org){
		"the month turns": func(_ *testing.T, h *house, _ store.Org) { h.clock = time.Date(2026, 4, 1, 4, 0, 1, 0, time.UTC) },
		"the plan grows":  func(t *testing.T, _ *house, acme store.Org) { plan(t, acme, "professional") },
		"the month turns where it is taken to be": func(t *testing.T, _ *house, acme store.Org) {
			if _, err := acme.ChangeInfo(ctx, func(i *projectr.Org) { i.TimeZone = "Asia/Tokyo" }); err != nil {
				t.Fatal(err)
			}
		},
		"another model reads": func(t *testing.T, _ *house, acme store.Org) {
			wants(t, acme, func(s *projectr.Settings) { s.Models = []string{"gpt-cheap"} })
		},
	} {
		t.Run(what, func(t *testing.T) {
			h := newHouse(t)
			acme := h.org("acme", hollis)
			wants(t, acme)
			plan(t, acme, "starter")
			h.Model = &broke{&oracle{}, func() { meanwhile(t, h, acme) }}
			h.process(rfi, "acme")
			h.clock = time.Date(2026, 3, 31, 23, 59, 0, 0, time.UTC)
			h.again()
			if e := emails(t, acme)[0]; e.ReadAgain {
				t.Errorf("it waits: %+v", readings(t, acme, e.ID)[0])
			}
		})
	}
}

// waitingFor says which mails a model has read, and which wait for budget.
func waitingFor(t *testing.T, o store.Org) (read, waiting []projectr.Email) {
	t.Helper()
	for _, e := range emails(t, o) {
		if e.Extractor != "rules" {
			read = append(read, e)
		}
		if readings(t, o, e.ID)[0].Budget {
			waiting = append(waiting, e)
		}
	}
	return read, waiting
}

// spends has a model in trouble, and no budget for the other.
type spends struct{ *oracle }

func (s spends) Read(ctx context.Context, in extract.Input) (extract.Result, error) {
	res, err := s.oracle.Read(ctx, in)
	res.OverBudget, res.InTrouble = res.Again, res.Again
	return res, err
}

// A model that does not answer is asked again soon though there is no budget for the next
// one; not for ever.
func TestMailDoesNotWaitAMonthForADearModelWhileACheapOneIsDown(t *testing.T) {
	h := newHouse(t)
	m := &oracle{silent: projectr.CallUnavailable}
	h.Model = spends{m}
	acme := h.org("acme", hollis)
	wants(t, acme)
	h.process(rfi, "acme")
	id := emails(t, acme)[0].ID
	for n := range 7 {
		h.again()
		if r := readings(t, acme, id)[0]; r.Budget != (n == 6) || r.Due.IsZero() {
			t.Errorf("after %d tries: budget %v, due %v", n+1, r.Budget, r.Due)
		}
		h.clock = h.clock.Add(time.Hour)
	}
	if _, err := acme.ResumeReadings(ctx); err != nil {
		t.Fatal(err)
	}
	m.set(func(o *oracle) { o.silent = "" })
	h.again()
	if e := emails(t, acme)[0]; e.ReadAgain {
		t.Errorf("when it answers: %+v", readings(t, acme, id)[0])
	}
}

// A call that cannot be written down is not made, and the mail keeps what the rules read.
func TestACallThatCannotBeWrittenDownIsNotMade(t *testing.T) {
	h, acme, s := starter(t)
	h.process(rfi, "acme")
	e := emails(t, acme)[0]
	m := h.Model.(*extract.ByModel)
	m.Prices = projectr.Prices{Version: "empty"} // a budget, and no price
	h.again()
	if s.Requests() != 0 || len(ledgerOf(t, acme)) != 0 {
		t.Errorf("%d requests, %d entries", s.Requests(), len(ledgerOf(t, acme)))
	}
	if e = emails(t, acme)[0]; e.Extractor != "rules" || !e.ReadAgain {
		t.Errorf("%s, again %v", e.Extractor, e.ReadAgain)
	}
	// Nobody can do anything about that in a moment.
	if r := readings(t, acme, e.ID)[0]; r.Due.Before(h.clock.Add(10*time.Minute)) || r.Due.After(h.clock.Add(time.Hour)) {
		t.Errorf("it is tried again at %v, at %v", r.Due, h.clock)
	}
	// Without a budget it is asked, and what it cost is not known.
	plan(t, acme, "self_hosted")
	h.clock = h.clock.Add(time.Hour)
	h.again()
	l := ledgerOf(t, acme)
	if len(l) != 1 || l[0].CostMicro != nil || l[0].MostMicro != nil || l[0].Outcome != projectr.CallAnswered {
		t.Errorf("%+v", l)
	}
}

// At the mail limit of the plan mail is received and visibly held; when the month turns
// or the plan grows it is read by itself, the oldest first, and the limit is exceeded
// by nothing.
func TestMailOverTheLimitIsHeldAndReadAfter(t *testing.T) {
	for what, lift := range map[string]func(t *testing.T, h *house, acme store.Org){
		"the month turns": func(_ *testing.T, h *house, _ store.Org) { h.clock = time.Date(2026, 4, 1, 0, 0, 1, 0, time.UTC) },
		"the plan grows":  func(t *testing.T, _ *house, acme store.Org) { plan(t, acme, "professional") },
	} {
		t.Run(what, func(t *testing.T) {
			h := newHouse(t)
			acme := h.org("acme", hollis)
			plan(t, acme, "starter")
			most := 500
			send := func(from, n int) {
				t.Helper()
				var wg sync.WaitGroup
				for i := from; i < from+n; i++ {
					d := h.spooled(fmt.Sprintf("From: Dana <dana@arch.example>\nMessage-ID: <%d@x>\nSubject: Note %d\nDate: Wed, 04 Mar 2026 09:00:00 -0500\n\nPlease ship panel %d by Friday.\n", i, i, i), "acme")
					wg.Go(func() {
						if err := h.Process(ctx, d); err != nil {
							t.Error(err)
						}
					})
				}
				wg.Wait()
			}
			send(0, most-4)
			send(most-4, 12) // at once, where four have room
			used := func() int64 {
				t.Helper()
				u, err := acme.Used(ctx)
				if err != nil {
					t.Fatal(err)
				}
				return u.Emails
			}
			held := func() []projectr.Email {
				t.Helper()
				l, err := acme.Emails(ctx, projectr.EmailFilter{State: projectr.Held})
				if err != nil {
					t.Fatal(err)
				}
				return l.Items
			}
			if used() != int64(most) || len(held()) != 8 {
				t.Fatalf("%d mails count and %d are held, want %d and 8", used(), len(held()), most)
			}
			for _, e := range held() {
				if e.Verdict != projectr.HeldBack || !strings.Contains(e.Why, "500 mails") || len(e.Facts) != 0 {
					t.Errorf("held: %s %q, %d facts", e.Verdict, e.Why, len(e.Facts))
				}
			}
			one := held()[0].ID
			if err := h.ReleaseOne(ctx, acme, one, "Hollis"); projectr.KindOf(err) != projectr.OverLimit || err == nil {
				t.Errorf("a person lets one in over the limit: %v", err)
			}
			if err := h.ReleaseOf(ctx, acme); err != nil || used() != int64(most) {
				t.Errorf("released at the limit: %v, %d count", err, used())
			}
			lift(t, h, acme)
			if err := h.ReleaseOf(ctx, acme); err != nil {
				t.Fatal(err)
			}
			if len(held()) != 0 {
				t.Errorf("%d are held after", len(held()))
			}
			want := int64(8)
			if what == "the plan grows" {
				want = int64(most) + 8
			}
			if used() != want {
				t.Errorf("%d mails count after, want %d", used(), want)
			}
			if e, err := acme.Email(ctx, one); err != nil || len(e.Facts) == 0 {
				t.Errorf("it was not read: %+v, %v", e.State, err)
			}
		})
	}
}

// useUp counts so many mails of the month, quickly.
func useUp(t *testing.T, o store.Org, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			id := projectr.EmailID(fmt.Sprint("em_used", i))
			at := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
			if err := o.Record(ctx, projectr.Recording{
				Email:  projectr.Email{ID: id, ThreadID: projectr.ThreadID("th_" + id), Date: at, ReceivedAt: at, State: projectr.Automatic, Verdict: projectr.Accepted, Automatic: "no"},
				Thread: projectr.Thread{ID: projectr.ThreadID("th_" + id)}}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// What is let in up to the last mail of the plan goes on when the plan grows, though
// nothing else has changed since.
func TestLettingInGoesOnWhenThePlanGrowsMeanwhile(t *testing.T) {
	h := newHouse(t)
	acme := h.strict("acme")
	plan(t, acme, "starter")
	useUp(t, acme, 498)
	for i := range 4 {
		h.process(fmt.Sprintf("From: Dana <dana@arch.example>\nMessage-ID: <%d@x>\nSubject: Note %d\nDate: Wed, 04 Mar 2026 09:00:00 -0500\n\nPlease ship panel %d by Friday.\n", i, i, i), "acme")
	}
	waiting := func() int {
		t.Helper()
		if err := h.ReleaseOf(ctx, acme); err != nil {
			t.Fatal(err)
		}
		l, err := acme.Emails(ctx, projectr.EmailFilter{State: projectr.Quarantined})
		if err != nil {
			t.Fatal(err)
		}
		return len(l.Items)
	}
	if n := waiting(); n != 4 {
		t.Fatalf("%d mails of a stranger wait, want 4", n)
	}
	if _, err := acme.SaveSender(ctx, "dana@arch.example", true); err != nil {
		t.Fatal(err)
	}
	if n := waiting(); n != 2 {
		t.Fatalf("%d wait when the plan has room for two, want 2", n)
	}
	plan(t, acme, "professional")
	if n := waiting(); n != 0 {
		t.Errorf("%d wait though the plan has room for all", n)
	}
}

// A mail that cannot be read is shown, also when the month's mails are used up: it costs
// none of them, or whoever sends broken mail uses them up.
func TestAMailThatCannotBeReadIsNoMailOfThePlan(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme")
	plan(t, acme, "starter")
	useUp(t, acme, 500)
	d := h.spooled(rfi, "acme")
	d.Tries = ingest.MaxTries
	if err := h.Process(ctx, d); err != nil {
		t.Fatal(err)
	}
	l, err := acme.Emails(ctx, projectr.EmailFilter{State: projectr.Parked})
	if u, fault := acme.Used(ctx); err != nil || fault != nil || len(l.Items) != 1 || u.Emails != 500 {
		t.Errorf("%d parked and %d count, %v %v", len(l.Items), u.Emails, err, fault)
	}
}

// Past the storage limit mail is turned away for now, before it is sent; what was
// accepted is kept.
func TestPastTheStorageLimitMailIsTurnedAwayForNow(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	plan(t, acme, "starter")
	h.process(rfi, "acme")
	u, err := acme.Used(ctx)
	if err != nil || u.Bytes != int64(len(strings.ReplaceAll(rfi, "\n", "\r\n"))) {
		t.Fatalf("%d bytes, %v", u.Bytes, err)
	}
	h.Store.Plans = slices.Clone(projectr.Plans)
	h.Store.Plans[0].StorageBytes = u.Bytes
	if err := h.Recipient(ctx, "acme@mail.test"); projectr.KindOf(err) != projectr.OverLimit || err == nil {
		t.Errorf("while it is full: %v", err)
	}
	h.process(strings.Replace(rfi, "<rfi", "<other", 1), "acme") // it was accepted before
	plan(t, acme, "professional")
	if err := h.Recipient(ctx, "acme@mail.test"); err != nil {
		t.Errorf("with a larger plan: %v", err)
	}
}

// What costs more than the settings say is read again only when whoever asks has been
// told the price.
func TestRereadingThatIsDearIsAskedAboutAgain(t *testing.T) {
	h, acme, s := starter(t)
	h.process(rfi, "acme")
	id := emails(t, acme)[0].ID
	ask := projectr.RereadAsk{Emails: []projectr.EmailID{id}, Extractor: "model", DryRun: true}
	told, err := h.Reread(ctx, acme, ask)
	if err != nil || told.LikelyMicro == nil || *told.LikelyMicro == 0 || told.AskAgain || told.LeftMicro == nil || *told.LeftMicro != 20_000_000 {
		t.Fatalf("%+v, %v", told, err)
	}
	if _, err := acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.AskAbove = *told.LikelyMicro - 1 }); err != nil {
		t.Fatal(err)
	}
	if told, err = h.Reread(ctx, acme, ask); err != nil || !told.AskAgain {
		t.Fatalf("%+v, %v", told, err)
	}
	ask.DryRun = false
	for _, accepted := range []*int64{nil, new(int64)} {
		ask.Accepted = accepted
		if plan, err := h.Reread(ctx, acme, ask); projectr.KindOf(err) != projectr.Conflict || plan.Asked != 0 || !strings.Contains(projectr.MessageOf(err), "likely to cost $") {
			t.Errorf("accepted %v: %+v, %v", accepted, plan, err)
		}
	}
	if s.Requests() != 0 {
		t.Errorf("%d requests before anybody accepted", s.Requests())
	}
	ask.Accepted = told.LikelyMicro
	if plan, err := h.Reread(ctx, acme, ask); err != nil || plan.Asked != 1 {
		t.Errorf("%+v, %v", plan, err)
	}
}
