package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"projectr"
	"projectr/store"
)

// begin writes a call down.
func (w *world) begin(o store.Org, e projectr.EmailID, job string, most int64) (projectr.CallID, error) {
	return o.StartCall(w.ctx, projectr.CallStart{Job: job, EmailID: e, Step: projectr.StepRead, By: projectr.Actor{Kind: "mail"}, Model: "gpt-x", Prompt: "p1", Prices: "v1", MostMicro: &most})
}

func ended(o projectr.CallOutcome, cost int64) projectr.CallEnd {
	return projectr.CallEnd{Outcome: o, Answered: "gpt-x-2026", TookMilli: 70, Tokens: projectr.Tokens{Input: 100, Cached: 10, Written: 5, Output: 20, Reasoning: 3}, CostMicro: &cost}
}

func callLife(w *world) {
	p := w.project(w.acme, "Harbor")
	e := w.record(w.acme, mail{id: "a", project: p.ID})
	id, err := w.begin(w.acme, e.ID, "a/1/0/0", 500)
	w.ok(err)
	ledger := func(f projectr.LedgerFilter) []projectr.LedgerEntry {
		w.Helper()
		l, err := w.acme.Ledger(w.ctx, f)
		w.ok(err)
		return l.Items
	}
	l := ledger(projectr.LedgerFilter{})
	same(w, "entries", len(l), 1)
	same(w, "as started", fmt.Sprint(l[0].Outcome, l[0].EmailID, *l[0].ProjectID, *l[0].MostMicro, l[0].CostMicro == nil, l[0].ChargedMicro, l[0].Day), fmt.Sprint("started", e.ID, p.ID, 500, true, 0, "2026-03-04"))
	x, err := w.acme.Spent(w.ctx)
	w.ok(err)
	same(w, "while it is under way", x, projectr.Spent{Month: "2026-03", Calls: 1, ReservedMicro: 500, Unpriced: 1})

	w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallAnswered, 300)))
	w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallInvalid, 900))) // what is settled stays
	x, err = w.acme.Spent(w.ctx)
	w.ok(err)
	same(w, "settled", x, projectr.Spent{Month: "2026-03", Calls: 1, CostMicro: 300, ChargedMicro: 300})

	// The job is charged once. Its other attempts cost, and are charged nothing; nor is
	// what was no use.
	for i, end := range []projectr.CallEnd{ended(projectr.CallAnswered, 250), ended(projectr.CallInvalid, 70), {Outcome: projectr.CallTimeout}, ended(projectr.CallNotSent, 0)} {
		id, err := w.begin(w.acme, e.ID, "a/1/0/0", 500)
		w.ok(err)
		w.ok(w.acme.SettleCall(w.ctx, id, end))
		same(w, fmt.Sprint("charged for attempt ", i+2), ledger(projectr.LedgerFilter{})[0].ChargedMicro, 0)
	}
	// No more is charged than was set aside.
	id, err = w.begin(w.acme, e.ID, "a/1/0/1", 500)
	w.ok(err)
	w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallAnswered, 800)))
	x, err = w.acme.Spent(w.ctx)
	w.ok(err)
	same(w, "after all", x, projectr.Spent{Month: "2026-03", Calls: 6, CostMicro: 300 + 250 + 70 + 800, ChargedMicro: 800, LostMicro: 500, Unpriced: 1})
	days, err := w.acme.CallDays(w.ctx, "2026-03-01", "2026-03-31")
	w.ok(err)
	same(w, "days", show(days), show([]projectr.CallDay{{Day: "2026-03-04", Model: "gpt-x", ProjectID: &p.ID, Step: "read", Calls: 6, Unpriced: 1,
		Tokens: projectr.Tokens{Input: 500, Cached: 50, Written: 25, Output: 100, Reasoning: 15}, CostMicro: 1420, ChargedMicro: 800}}))

	_, err = w.begin(w.acme, "em_none", "x", 1)
	w.is(projectr.NotFound, err, "a call for a mail that is not there")
	w.is(projectr.NotFound, w.acme.SettleCall(w.ctx, "ca_none", ended(projectr.CallAnswered, 1)), "settle a call that is not there")
	w.is(projectr.Invalid, w.acme.SettleCall(w.ctx, id, projectr.CallEnd{Outcome: projectr.CallStarted}), "settle as started")
	_, err = w.acme.Ledger(w.ctx, projectr.LedgerFilter{From: "yesterday"})
	w.is(projectr.Invalid, err, "a ledger from no day")
	for what, f := range map[string]projectr.LedgerFilter{
		"mail": {Email: e.ID}, "project": {Project: p.ID}, "model": {Model: "gpt-x"}, "step": {Step: projectr.StepRead}, "settings": {Person: projectr.BySettings}, "days": {From: "2026-03-04", To: "2026-03-04"},
	} {
		same(w, "by "+what, len(ledger(f)), 6)
	}
	for what, f := range map[string]projectr.LedgerFilter{
		"mail": {Email: "em_b"}, "project": {Project: "pr_b"}, "model": {Model: "gpt-y"}, "step": {Step: projectr.StepReread}, "person": {Person: "us_b"}, "from": {From: "2026-03-05"}, "to": {To: "2026-03-03"},
	} {
		same(w, "by another "+what, len(ledger(f)), 0)
	}
	same(w, "by outcome", len(ledger(projectr.LedgerFilter{Outcome: projectr.CallTimeout})), 1)
	var paged []projectr.CallID
	for after := ""; ; {
		l, err := w.acme.Ledger(w.ctx, projectr.LedgerFilter{Page: projectr.Page{Limit: 4, After: after}})
		w.ok(err)
		for _, e := range l.Items {
			paged = append(paged, e.ID)
		}
		if after = l.Next; after == "" {
			break
		}
	}
	same(w, "in pages", len(paged), 6)
	asked, err := w.acme.StartCall(w.ctx, projectr.CallStart{Job: "a/2/0/0", EmailID: e.ID, Step: projectr.StepReread, By: projectr.Actor{Kind: "user", ID: "us_b"}, Model: "gpt-x", MostMicro: new(int64)})
	w.ok(err)
	for what, f := range map[string]projectr.LedgerFilter{"step": {Step: projectr.StepReread}, "person": {Person: "us_b"}} {
		l := ledger(f)
		same(w, "by "+what+" who asked", len(l) == 1 && l[0].ID == asked, true)
	}
	same(w, "by the settings, after somebody asked", len(ledger(projectr.LedgerFilter{Person: projectr.BySettings})), 6)
}

func callLost(w *world) {
	e := w.record(w.acme, mail{id: "a"})
	id, err := w.begin(w.acme, e.ID, "a/1/0/0", 500)
	w.ok(err)
	n, err := w.acme.LoseCalls(w.ctx)
	w.ok(err)
	same(w, "lost at once", n, 0)
	w.travel(store.CallLife)
	n, err = w.acme.LoseCalls(w.ctx)
	w.ok(err)
	same(w, "lost after a while", n, 1)
	x, err := w.acme.Spent(w.ctx)
	w.ok(err)
	same(w, "sums", x, projectr.Spent{Month: "2026-03", Calls: 1, LostMicro: 500, Unpriced: 1})
	l, err := w.acme.Ledger(w.ctx, projectr.LedgerFilter{})
	w.ok(err)
	same(w, "outcome", l.Items[0].Outcome, projectr.CallUnknown)
	// Whoever asked comes back after all: what it cost is known, and not charged.
	w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallAnswered, 300)))
	x, err = w.acme.Spent(w.ctx)
	w.ok(err)
	same(w, "sums after it came back", x, projectr.Spent{Month: "2026-03", Calls: 1, CostMicro: 300})
	n, err = w.acme.LoseCalls(w.ctx)
	w.ok(err)
	same(w, "lost again", n, 0)

	// What it cost that nobody comes back for is not known. It is not charged, but it is taken
	// for what was set aside, so that who always dies costs the operator no more than twice
	// the budget.
	info, err := w.acme.Info(w.ctx)
	w.ok(err)
	budget := w.store.Plans.Of(info).Budget()
	ids := []projectr.CallID{}
	for range 10 {
		if id, err = w.begin(w.acme, e.ID, fmt.Sprintf("a/2/%d/0", len(ids)), budget.Charged/2); err != nil {
			break
		}
		ids = append(ids, id)
		w.travel(store.CallLife)
		w.ok(second(w.acme.LoseCalls(w.ctx)))
	}
	w.is(projectr.OverLimit, err, "one more of what is always lost")
	same(w, "lost before that", len(ids), int(2*budget.Cost/budget.Charged)-1) // the one that came back leaves no room for the last
	w.ok(w.acme.SettleCall(w.ctx, ids[0], ended(projectr.CallAnswered, 300)))
	w.ok(second(w.begin(w.acme, e.ID, "a/3/0/0", budget.Charged/2-600)))
	x, err = w.acme.Spent(w.ctx)
	w.ok(err)
	same(w, "charged for what was lost", x.ChargedMicro, 0)
}

func budgetOpen(w *world) {
	info, err := w.acme.Info(w.ctx)
	w.ok(err)
	budget := w.store.Plans.Of(info).BudgetMicro
	e := w.record(w.acme, mail{id: "a"})
	_, err = w.begin(w.acme, e.ID, "big", budget+1)
	w.is(projectr.OverLimit, err, "a call for more than the budget")
	id, err := w.begin(w.acme, e.ID, "all", budget)
	w.ok(err)
	_, err = w.begin(w.acme, e.ID, "more", 1)
	w.is(projectr.OverLimit, err, "a call while all is set aside")
	w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallAnswered, budget-10)))
	_, err = w.begin(w.acme, e.ID, "more", 11)
	w.is(projectr.OverLimit, err, "a call for more than is left")
	_, err = w.begin(w.acme, e.ID, "rest", 10)
	w.ok(err)
	_, err = w.acme.StartCall(w.ctx, projectr.CallStart{Job: "x", EmailID: e.ID, Model: "mystery"})
	w.is(projectr.Conflict, err, "a model without a price")
	l, err := w.acme.Ledger(w.ctx, projectr.LedgerFilter{})
	w.ok(err)
	same(w, "entries of what was refused", len(l.Items), 2)
	// The next month has a budget of its own, by the zone: at 03:59 UTC it is still March.
	w.mu.Lock()
	w.clock = time.Date(2026, 4, 1, 3, 59, 0, 0, time.UTC)
	w.mu.Unlock()
	_, err = w.begin(w.acme, e.ID, "more", 11)
	w.is(projectr.OverLimit, err, "before the month turns")
	w.travel(time.Minute)
	_, err = w.begin(w.acme, e.ID, "more", 11)
	w.ok(err)
	// Nor does a clock that steps back open the old one again.
	w.travel(-2 * time.Hour)
	_, err = w.begin(w.acme, e.ID, "more", 11)
	w.is(projectr.OverLimit, err, "after the clock stepped back")
	// Without a limit of the plan there is none.
	_, err = w.acme.ChangeInfo(w.ctx, func(i *projectr.Org) { i.Plan = "self_hosted" })
	w.ok(err)
	_, err = w.begin(w.acme, e.ID, "more", 1e12)
	w.ok(err)
	_, err = w.acme.StartCall(w.ctx, projectr.CallStart{Job: "y", EmailID: e.ID, Model: "mystery"})
	w.ok(err)
}

func budgetUncounted(w *world) {
	info, err := w.acme.Info(w.ctx)
	w.ok(err)
	budget := w.store.Plans.Of(info).BudgetMicro
	e := w.record(w.acme, mail{id: "a"})
	const most = 700
	for i := range 2 { // the second attempt of a job is not charged again
		id, err := w.begin(w.acme, e.ID, "job", most)
		w.ok(err)
		w.ok(w.acme.SettleCall(w.ctx, id, projectr.CallEnd{Outcome: projectr.CallAnswered, Answered: "gpt-x"}))
		x, err := w.acme.Spent(w.ctx)
		w.ok(err)
		same(w, fmt.Sprint("after attempt ", i+1), x, projectr.Spent{Month: "2026-03", Calls: i + 1, Unpriced: i + 1, ChargedMicro: most, LostMicro: int64(i+1) * most})
	}
	_, err = w.begin(w.acme, e.ID, "rest", budget-most+1)
	w.is(projectr.OverLimit, err, "a call for more than is left")
	id, err := w.begin(w.acme, e.ID, "rest", budget-most)
	w.ok(err)
	w.ok(w.acme.SettleCall(w.ctx, id, projectr.CallEnd{Outcome: projectr.CallAnswered, Answered: "gpt-x"}))
	_, err = w.begin(w.acme, e.ID, "more", 1)
	w.is(projectr.OverLimit, err, "a call when all was charged")
	Reconcile(w, w.acme)
}

func budgetUncharged(w *world) {
	info, err := w.acme.Info(w.ctx)
	w.ok(err)
	budget := w.store.Plans.Of(info).BudgetMicro
	e := w.record(w.acme, mail{id: "a"})
	most, sent := budget/4, 0
	for ; sent < 20; sent++ {
		id, err := w.begin(w.acme, e.ID, fmt.Sprint("job ", sent), most)
		if err != nil {
			w.is(projectr.OverLimit, err, "a further attempt")
			break
		}
		w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallInvalid, most)))
	}
	same(w, "attempts", sent, 8)
	x, err := w.acme.Spent(w.ctx)
	w.ok(err)
	same(w, "spent", x, projectr.Spent{Month: "2026-03", Calls: 8, CostMicro: 8 * most})

	// Of what was not answered in time nobody knows what it cost: it may be all of it.
	w.travel(31 * 24 * time.Hour)
	for sent = 0; sent < 20; sent++ {
		id, err := w.begin(w.acme, e.ID, fmt.Sprint("late ", sent), most)
		if err != nil {
			w.is(projectr.OverLimit, err, "a further attempt")
			break
		}
		outcome := []projectr.CallOutcome{projectr.CallTimeout, projectr.CallUnavailable, projectr.CallInvalid}[sent%3]
		w.ok(w.acme.SettleCall(w.ctx, id, projectr.CallEnd{Outcome: outcome}))
	}
	same(w, "attempts without a known cost", sent, 8)
	x, err = w.acme.Spent(w.ctx)
	w.ok(err)
	same(w, "spent then", x, projectr.Spent{Month: "2026-04", Calls: 8, Unpriced: 8, LostMicro: 8 * most})
	Reconcile(w, w.acme)
}

// ownBudget is that of whoever runs the installation: attempts that are not charged count
// against it too, and there is no second one for them.
func ownBudget(w *world) {
	w.store.Plans = w.store.Plans.WithOwnBudget(1000)
	_, err := w.acme.ChangeInfo(w.ctx, func(i *projectr.Org) { i.Plan = "self_hosted" })
	w.ok(err)
	e := w.record(w.acme, mail{id: "a"})
	failed, err := w.begin(w.acme, e.ID, "a", 600)
	w.ok(err)
	w.ok(w.acme.SettleCall(w.ctx, failed, ended(projectr.CallInvalid, 600)))
	_, err = w.begin(w.acme, e.ID, "a", 401)
	w.is(projectr.OverLimit, err, "a call for more than is left beside what failed")
	last, err := w.begin(w.acme, e.ID, "a", 400)
	w.ok(err)
	_, err = w.begin(w.acme, e.ID, "b", 1)
	w.is(projectr.OverLimit, err, "a call while all is set aside")
	w.ok(w.acme.SettleCall(w.ctx, last, ended(projectr.CallAnswered, 300)))
	_, err = w.acme.StartCall(w.ctx, projectr.CallStart{Job: "x", EmailID: e.ID, Model: "mystery"})
	w.is(projectr.Conflict, err, "a model whose price is not known")
	raised, err := w.acme.RaiseAlerts(w.ctx)
	w.ok(err)
	same(w, "alerts", len(raised), 2)
	same(w, "the greater", raised[1].Percent, 90)
	u, err := w.acme.Used(w.ctx)
	w.ok(err)
	same(w, "charged and spent", fmt.Sprint(u.Spent.ChargedMicro, u.Spent.CostMicro), "300 900")
	stands := func() string {
		w.Helper()
		info, err := w.acme.Info(w.ctx)
		w.ok(err)
		u, err := w.acme.Used(w.ctx)
		w.ok(err)
		b := info.AIBudget(w.store.Plans.Of(info), u, w.now())
		return fmt.Sprint(b.UsedMicro, " of ", b.LimitMicro, ", left ", b.LeftMicro, b.UsedUp, b.Own)
	}
	same(w, "as it is shown", stands(), "900 of 1000, left 100 false true")
	// An answer that the server did not count, and a call that was lost, may have cost all
	// that was set aside for them, beside what is known.
	uncounted, err := w.begin(w.acme, e.ID, "c", 30)
	w.ok(err)
	w.ok(w.acme.SettleCall(w.ctx, uncounted, projectr.CallEnd{Outcome: projectr.CallAnswered, Answered: "gpt-x"}))
	lost, err := w.begin(w.acme, e.ID, "d", 20)
	w.ok(err)
	w.travel(store.CallLife)
	w.ok(second(w.acme.LoseCalls(w.ctx)))
	same(w, "as it is shown then", stands(), "950 of 1000, left 50 false true")
	_, err = w.begin(w.acme, e.ID, "e", 51)
	w.is(projectr.OverLimit, err, "a call for more than is left beside what nobody counted")
	w.ok(w.acme.SettleCall(w.ctx, lost, projectr.CallEnd{Outcome: projectr.CallAnswered, Answered: "gpt-x"})) // late, and not counted either
	same(w, "as it is shown after that", stands(), "950 of 1000, left 50 false true")
	Reconcile(w, w.acme)
}

// budgetAtOnce has a hundred callers at an organisation that is at its limit.
func budgetAtOnce(w *world) {
	e := w.record(w.acme, mail{id: "a"})
	Race(w.TB, []store.Org{w.acme}, e.ID, 5)
}

// Race has a hundred callers ask models for the mail e of one organisation, which the
// orgs open, each perhaps in another process, in rounds in which the budget has room
// for fewer of them. It tells when more was ever set aside and charged than the budget,
// when a job was charged twice, and when the sums do not agree.
func Race(t testing.TB, orgs []store.Org, e projectr.EmailID, rounds int) {
	t.Helper()
	ctx := t.Context()
	info, err := orgs[0].Info(ctx)
	if err != nil {
		t.Fatal(err)
	}
	plan := projectr.Plans.Of(info)
	budget := plan.BudgetMicro
	rnd := rand.New(rand.NewPCG(1, 2))
	spent := func() projectr.Spent {
		x, err := orgs[0].Spent(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if x.ChargedMicro+x.ReservedMicro > budget {
			t.Fatalf("%d are charged and %d set aside of a budget of %d", x.ChargedMicro, x.ReservedMicro, budget)
		}
		if most := plan.Budget().Cost; x.CostMicro+x.LostMicro+x.ReservedMicro > most {
			t.Fatalf("%d were spent, %d perhaps, and %d are set aside of %d that all attempts may cost", x.CostMicro, x.LostMicro, x.ReservedMicro, most)
		}
		return x
	}
	for round := range rounds {
		left := spent().Left(plan)
		if left < 1000 {
			break
		}
		most := max(left/int64(20+rnd.IntN(60)), 1) // room for 20 to 79 of them
		if round == rounds-1 {
			most = left/7 + 1
		}
		seeds := rnd.Perm(100)
		var sent atomic.Int64
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				o := orgs[i%len(orgs)]
				own := rand.New(rand.NewPCG(uint64(round), uint64(seeds[i])))
				job := fmt.Sprintf("%d/%d", round, i/2) // two are at each job
				id, err := o.StartCall(ctx, projectr.CallStart{Job: job, EmailID: e, Step: projectr.StepRead, By: projectr.Actor{Kind: "mail"}, Model: "gpt-x", MostMicro: &most})
				if projectr.KindOf(err) == projectr.OverLimit && err != nil {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				sent.Add(1)
				cost := own.Int64N(most) + 1
				end := projectr.CallEnd{Outcome: projectr.CallAnswered, CostMicro: &cost}
				switch own.IntN(4) {
				case 0:
					end.Outcome = projectr.CallInvalid
				case 1:
					end = projectr.CallEnd{Outcome: projectr.CallTimeout}
				}
				for range 1 + own.IntN(2) { // some settle twice
					if err := o.SettleCall(ctx, id, end); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		before := spent()
		if before.ReservedMicro != 0 {
			t.Fatalf("round %d: %d stay set aside after all calls are settled", round, before.ReservedMicro)
		}
		if sent.Load() == 0 {
			t.Fatalf("round %d: no call was let through with %d left", round, left)
		}
	}
	Reconcile(t, orgs[0])
}

// Reconcile tells when the lines of an organisation's ledger, the days and the present
// month, by the clock of its store, are not the same sums, to the micro-dollar, or when a
// job was charged twice. It returns the sums.
func Reconcile(t testing.TB, o store.Org) projectr.Spent {
	t.Helper()
	ctx := t.Context()
	month, err := o.Spent(ctx)
	if err != nil {
		t.Fatal(err)
	}
	lines, open := projectr.Spent{Month: month.Month}, int64(0)
	charged, assumed := map[string]int{}, 0
	first, err := time.Parse("2006-01", month.Month)
	if err != nil {
		t.Fatal(err)
	}
	last := first.AddDate(0, 1, -1).Format(time.DateOnly)
	for f := (projectr.LedgerFilter{From: month.Month + "-01", To: last, Page: projectr.Page{Limit: 200}}); ; {
		l, err := o.Ledger(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range l.Items {
			if e.Day[:7] != month.Month {
				t.Fatalf("a call of %s among those of %s", e.Day, month.Month)
			}
			lines.Calls++
			lines.ChargedMicro += e.ChargedMicro
			if e.CostMicro != nil {
				lines.CostMicro += *e.CostMicro
			} else {
				lines.Unpriced++
			}
			switch {
			case e.MostMicro == nil:
			case e.Outcome == projectr.CallStarted:
				open += *e.MostMicro
			case e.CostMicro == nil:
				lines.LostMicro += *e.MostMicro
			}
			if e.ChargedMicro > 0 {
				charged[e.Job]++
				if e.CostMicro == nil {
					assumed++
				}
			}
		}
		if f.Page.After = l.Next; l.Next == "" {
			break
		}
	}
	lines.ReservedMicro = open
	if lines != month {
		t.Errorf("the lines of the ledger come to %+v, the month to %+v", lines, month)
	}
	for job, n := range charged {
		if n > 1 {
			t.Errorf("job %s was charged %d times", job, n)
		}
	}
	days, err := o.CallDays(ctx, month.Month+"-01", last)
	if err != nil {
		t.Fatal(err)
	}
	sum := projectr.Spent{Month: month.Month, ReservedMicro: open, LostMicro: lines.LostMicro}
	for _, d := range days {
		assumed -= d.Assumed
		sum.Calls, sum.Unpriced = sum.Calls+d.Calls, sum.Unpriced+d.Unpriced
		sum.CostMicro, sum.ChargedMicro = sum.CostMicro+d.CostMicro, sum.ChargedMicro+d.ChargedMicro
	}
	if assumed != 0 {
		t.Errorf("%d calls more are charged at what was set aside for them than the days say", assumed)
	}
	if sum != month {
		t.Errorf("the days come to %+v, the month to %+v", sum, month)
	}
	return month
}

// Calls does anything to the ledger of an organisation.
type Calls struct {
	Org    store.Org
	Mails  []projectr.EmailID
	Rand   *rand.Rand
	Travel func(time.Duration) // of the store's clock

	open []projectr.CallID
	n    int
}

// Step does the next thing: mostly a call is begun or settled, some twice; at times the
// clock goes on by up to 40 minutes and what was under way for too long is lost.
func (c *Calls) Step(t testing.TB) {
	t.Helper()
	outcomes := []projectr.CallOutcome{projectr.CallAnswered, projectr.CallAnswered, projectr.CallInvalid, projectr.CallRefused, projectr.CallLimited, projectr.CallUnavailable, projectr.CallTimeout, projectr.CallNotSent}
	rnd := c.Rand
	switch rnd.IntN(9) {
	case 0:
		c.Travel(time.Duration(rnd.IntN(40)) * time.Minute)
		if _, err := c.Org.LoseCalls(t.Context()); err != nil {
			t.Fatal(err)
		}
	case 1, 2, 3:
		if len(c.open) == 0 {
			return
		}
		end := ended(outcomes[rnd.IntN(len(outcomes))], rnd.Int64N(90_000))
		if rnd.IntN(4) == 0 {
			end.CostMicro = nil
		}
		back := min(len(c.open), 6) // mostly one that is under way still
		if rnd.IntN(4) == 0 {
			back = len(c.open)
		}
		if err := c.Org.SettleCall(t.Context(), c.open[len(c.open)-1-rnd.IntN(back)], end); err != nil { // some for the second time
			t.Fatal(err)
		}
	default:
		by := projectr.Actor{Kind: "mail"}
		if rnd.IntN(3) == 0 {
			by = projectr.Actor{Kind: "user", ID: "us_acme-admin"}
		}
		most := rnd.Int64N(60_000)
		c.n++
		id, err := c.Org.StartCall(t.Context(), projectr.CallStart{Job: fmt.Sprint(c.n/3, "/", rnd.IntN(4)), EmailID: c.Mails[rnd.IntN(len(c.Mails))], Step: projectr.StepReread, By: by,
			Model: []string{"gpt-x", "gpt-y"}[rnd.IntN(2)], MostMicro: &most})
		if err != nil {
			t.Fatal(err)
		}
		c.open = append(c.open, id)
	}
}

// ledgerSums does anything to calls, in any order.
func ledgerSums(w *world) {
	rnd := rand.New(rand.NewPCG(7, 7))
	p := w.project(w.acme, "Harbor")
	mails := []projectr.EmailID{w.record(w.acme, mail{id: "a", project: p.ID}).ID, w.record(w.acme, mail{id: "b"}).ID, w.record(w.acme, mail{id: "c", project: p.ID}).ID}
	zones := []string{"America/New_York", "Asia/Tokyo", "UTC"}
	calls := Calls{Org: w.acme, Mails: mails, Rand: rnd, Travel: w.travel}
	for range 400 {
		switch rnd.IntN(20) {
		case 0:
			_, err := w.acme.ChangeInfo(w.ctx, func(i *projectr.Org) { i.TimeZone = zones[rnd.IntN(len(zones))] })
			w.ok(err)
		case 1:
			w.ok(w.acme.File(w.ctx, mails[1], p.ID, false))
		default:
			calls.Step(w.TB)
		}
	}
	Reconcile(w.TB, w.acme)
	l, err := w.acme.Ledger(w.ctx, projectr.LedgerFilter{Page: projectr.Page{Limit: 200}})
	w.ok(err)
	for _, e := range l.Items {
		if e.By.Kind == "user" {
			same(w, "who asked", e.By.Name, "acme-admin")
		}
	}
	// The sums outlive the lines.
	before, err := w.acme.CallDays(w.ctx, "2026-03-01", "2026-03-31")
	w.ok(err)
	w.travel(store.CallLife)
	_, err = w.acme.LoseCalls(w.ctx)
	w.ok(err)
	n, err := w.acme.PruneLedger(w.ctx, "2026-04-01")
	w.ok(err)
	if n == 0 {
		w.Error("nothing was pruned")
	}
	l, err = w.acme.Ledger(w.ctx, projectr.LedgerFilter{})
	w.ok(err)
	same(w, "lines after they were pruned", len(l.Items), 0)
	after, err := w.acme.CallDays(w.ctx, "2026-03-01", "2026-03-31")
	w.ok(err)
	same(w, "days after lines were pruned", show(after), show(before))
}

// budgetResumes has readings wait for budget and go on.
func budgetResumes(w *world) {
	p := w.project(w.acme, "Harbor")
	decide := func(o store.Org, change func(*projectr.Settings)) {
		w.Helper()
		_, err := o.ChangeSettings(w.ctx, change)
		w.ok(err)
	}
	decide(w.acme, func(s *projectr.Settings) { s.Extractor = "model" })
	first, second, third := w.readMail("z", p.ID, true), w.readMail("m", p.ID, true), w.readMail("a", p.ID, true)
	later := w.now().Add(time.Hour)
	turn := time.Date(2026, 4, 1, 4, 0, 0, 0, time.UTC)
	for range 3 {
		r, err := w.acme.TakeReading(w.ctx, later, true)
		w.ok(err)
		r.Budget, r.Due = true, turn
		w.ok(w.acme.PutOffReading(w.ctx, r))
	}
	_, err := w.acme.TakeReading(w.ctx, later, true)
	w.is(projectr.NotFound, err, "take what waits for budget")
	l, err := w.acme.Readings(w.ctx, first.ID)
	w.ok(err)
	same(w, "waits for budget", l[0].Budget, true)
	waits := func() string {
		w.Helper()
		u, err := w.acme.Used(w.ctx)
		w.ok(err)
		return fmt.Sprint(u.Waiting, " ", w.email(first.ID).ReadAgainWhy)
	}
	same(w, "is shown to wait for budget", waits(), "3 ai_budget")
	u, err := w.globex.Used(w.ctx)
	w.ok(err)
	same(w, "waits at the others", u.Waiting, int64(0))
	w.mu.Lock()
	w.clock = turn.Add(-time.Minute)
	w.mu.Unlock()
	same(w, "at the end of the month", waits(), "3 ai_budget")
	w.mu.Lock()
	w.clock = turn
	w.mu.Unlock()
	same(w, "when the month has turned", waits(), "0 ai_budget")
	w.mu.Lock()
	w.clock = later.Add(-time.Hour)
	w.mu.Unlock()
	n, err := w.globex.ResumeReadings(w.ctx)
	w.ok(err)
	same(w, "resumed by the others", n, 0)
	n, err = w.acme.ResumeReadings(w.ctx)
	w.ok(err)
	same(w, "resumed", n, 3)
	same(w, "is shown to wait for its turn", waits(), "0 model")
	n, err = w.acme.ResumeReadings(w.ctx)
	w.ok(err)
	same(w, "resumed again", n, 0)
	for i, e := range []projectr.Email{first, second, third} {
		r, err := w.acme.TakeReading(w.ctx, later, true)
		w.ok(err)
		same(w, fmt.Sprint("taken ", i), fmt.Sprint(r.EmailID, r.Budget), fmt.Sprint(e.ID, false))
		r.Budget, r.Due = true, turn
		w.ok(w.acme.PutOffReading(w.ctx, r))
	}
	// By the rules nothing waits for budget, and another reader or plan may do with what is
	// there: it goes on in the step that says so, and not sooner or later.
	again := func() {
		w.Helper()
		for range 3 {
			r, err := w.acme.TakeReading(w.ctx, later, true)
			w.ok(err)
			r.Budget, r.Due, r.Note = true, turn, "It waits for AI budget."
			w.ok(w.acme.PutOffReading(w.ctx, r))
		}
		same(w, "waits again", waits(), "3 ai_budget")
	}
	decide(w.globex, func(s *projectr.Settings) { s.Extractor = "model" })
	decide(w.acme, func(s *projectr.Settings) { s.FileFrom = 80 })
	same(w, "when something else was decided", waits(), "3 ai_budget")
	decide(w.acme, func(s *projectr.Settings) { s.Extractor = "rules" })
	same(w, "when the rules are to read", waits(), "0 settings")
	decide(w.acme, func(s *projectr.Settings) { s.Extractor = "model" })
	same(w, "when a model is to read again", waits(), "0 model")
	again()
	var at string
	steps := store.New(&stepper{Driver: w.driver, after: func() { at = waits() }}, w.blobs, w.now)
	o, _, err := steps.AsMember(w.ctx, "us_acme-admin", "org_acme")
	w.ok(err)
	decide(o, func(s *projectr.Settings) { s.Models = []string{"gpt-cheap"} })
	same(w, "in the step to another model", at, "0 model")
	l, err = w.acme.Readings(w.ctx, first.ID)
	w.ok(err)
	same(w, "what is said of it", l[0].Note, "")
	again()
	_, err = o.ChangeInfo(w.ctx, func(i *projectr.Org) { i.Plan = "starter" })
	w.ok(err)
	same(w, "in the step to another plan", at, "0 model")
	again()
	at = ""
	_, err = o.TakeSubscription(w.ctx, "", func(context.Context) (projectr.Subscription, error) {
		return projectr.Subscription{ID: "sub_1", State: projectr.Subscribed, Plan: "professional", Began: w.now(), AsOf: w.now()}, nil
	})
	w.ok(err)
	same(w, "in the step to a plan that is paid", at, "0 model")
	again()
	// What was charged of a reading that goes on is not charged again, however long it waits.
	half := func() int64 {
		w.Helper()
		id, err := w.begin(w.acme, first.ID, "half", 100)
		w.ok(err)
		w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallAnswered, 100)))
		x, err := w.acme.Spent(w.ctx)
		w.ok(err)
		return x.ChargedMicro
	}
	same(w, "charged for half of it", half(), int64(100))
	pruned, err := w.acme.PruneLedger(w.ctx, "2027-01-01")
	w.ok(err)
	same(w, "pruned of what goes on", pruned, 0)
	same(w, "charged for that half in all", half(), int64(100))
	// When the month turns they go on by themselves, again the oldest first.
	w.mu.Lock()
	w.clock = turn
	w.mu.Unlock()
	for i, e := range []projectr.Email{first, second, third} {
		r, err := w.acme.TakeReading(w.ctx, turn.Add(time.Hour), true)
		w.ok(err)
		same(w, fmt.Sprint("taken in April ", i), r.EmailID, e.ID)
	}
}

// stepper looks when a step that changes what mail is read by is done, and nothing after it.
type stepper struct {
	store.Driver
	after func()
}

// PutSettings is store.Driver's.
func (d *stepper) PutSettings(ctx context.Context, s store.Scope, was, is projectr.Settings, a projectr.AuditEntry) error {
	err := d.Driver.PutSettings(ctx, s, was, is, a)
	d.after()
	return err
}

// PutInfo is store.Driver's.
func (d *stepper) PutInfo(ctx context.Context, s store.Scope, was, is projectr.Org, a projectr.AuditEntry) error {
	err := d.Driver.PutInfo(ctx, s, was, is, a)
	d.after()
	return err
}

// PutSubscription is store.PaymentDriver's.
func (d *stepper) PutSubscription(ctx context.Context, s store.Scope, t store.SubscriptionStep, a projectr.AuditEntry) error {
	err := d.Driver.PutSubscription(ctx, s, t, a)
	d.after()
	return err
}

func alerts(w *world) {
	e := w.record(w.acme, mail{id: "a"})
	spend := func(job string, micro int64) {
		w.Helper()
		id, err := w.begin(w.acme, e.ID, job, micro)
		w.ok(err)
		w.ok(w.acme.SettleCall(w.ctx, id, ended(projectr.CallAnswered, micro)))
	}
	raise := func() string {
		w.Helper()
		l, err := w.acme.RaiseAlerts(w.ctx)
		w.ok(err)
		out := ""
		for _, a := range l {
			out += fmt.Sprintf("%s %d %s;", a.Of, a.Percent, a.Month)
		}
		return out
	}
	letters := func() (refs string) {
		w.Helper()
		for {
			l, err := w.store.TakeLetters(w.ctx, time.Hour, 10)
			w.ok(err)
			if len(l) == 0 {
				return refs
			}
			for _, x := range l {
				if x.Kind == projectr.LetterBudgetUsed || x.Kind == projectr.LetterBudgetGone {
					refs += string(x.User) + " " + x.Ref + ";"
				}
				w.ok(w.store.SentLetter(w.ctx, x.N))
			}
		}
	}
	spend("a", 69_999_999)
	same(w, "below", raise(), "")
	spend("b", 1)
	same(w, "at 70 %", raise(), "ai_budget 70 2026-03;")
	same(w, "letter", letters(), "us_acme-admin 70;")
	spend("c", 30_000_000)
	same(w, "at 100 %", raise(), "ai_budget 90 2026-03;ai_budget 100 2026-03;")
	same(w, "one letter", letters(), "us_acme-admin 100;")
	same(w, "again", raise(), "")
	l, err := w.acme.Alerts(w.ctx)
	w.ok(err)
	same(w, "alerts", len(l), 3)
	_, err = w.acme.ChangeSettings(w.ctx, func(s *projectr.Settings) { s.AlertAt = []int{80, 70, 80, 101} })
	w.is(projectr.Invalid, err, "more than all")
	_, err = w.acme.ChangeSettings(w.ctx, func(s *projectr.Settings) { s.AlertAt = []int{80, 50, 80} })
	w.ok(err)
	same(w, "at other shares", raise(), "ai_budget 50 2026-03;ai_budget 80 2026-03;")
	// Of a plan that grew they are told anew, once: also where it shrinks and grows again.
	table, grown := w.store.Plans, slices.Clone(w.store.Plans)
	for i := range grown {
		grown[i].BudgetMicro *= 2
	}
	letters()
	w.store.Plans = grown
	same(w, "at half of more", raise(), "ai_budget 50 2026-03;")
	same(w, "letter of that", letters(), "us_acme-admin 50;")
	spend("c2", 60_000_000)
	same(w, "at 80 % of more", raise(), "ai_budget 80 2026-03;")
	letters()
	for range 3 {
		w.store.Plans = table
		same(w, "when it has shrunk", raise(), "")
		w.store.Plans = grown
		same(w, "when it has grown again", raise(), "")
	}
	smaller := slices.Clone(table)
	for i := range smaller {
		smaller[i].BudgetMicro -= 1_000_000
	}
	w.store.Plans = smaller
	same(w, "of less than ever", raise(), "")
	same(w, "no letters", letters(), "")
	w.store.Plans = table
	l, err = w.acme.Alerts(w.ctx)
	w.ok(err)
	same(w, "the newest", fmt.Sprint(l[0].Percent, " of ", l[0].Limit), "80 of 200000000")
	w.mu.Lock()
	w.clock = time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
	w.mu.Unlock()
	same(w, "in another month", raise(), "")
	spend("d", 50_000_000)
	same(w, "at 50 % of it", raise(), "ai_budget 50 2026-04;")
}

func limitsHold(w *world) {
	_, err := w.acme.ChangeInfo(w.ctx, func(i *projectr.Org) { i.Plan = "starter" })
	w.ok(err)
	// Projects: two are open at once, however many ask.
	var wg sync.WaitGroup
	var made, refused atomic.Int64
	for i := range 20 {
		wg.Go(func() {
			_, err := w.acme.CreateProject(w.ctx, projectr.Project{Name: fmt.Sprint("Job ", i)})
			switch {
			case err == nil:
				made.Add(1)
			case projectr.KindOf(err) == projectr.OverLimit:
				refused.Add(1)
			default:
				w.Error(err)
			}
		})
	}
	wg.Wait()
	same(w, "projects made and refused", fmt.Sprint(made.Load(), refused.Load()), "2 18")
	all, err := w.acme.AllProjects(w.ctx)
	w.ok(err)
	done, open := all[0].ID, projectr.Completed
	w.change(done, func(p *projectr.Project) { p.Status = open })
	third, err := w.acme.CreateProject(w.ctx, projectr.Project{Name: "Third"})
	w.ok(err)
	_, err = w.acme.ChangeProject(w.ctx, done, func(p *projectr.Project) { p.Status = projectr.Active })
	w.is(projectr.OverLimit, err, "open one again over the limit")
	w.change(third.ID, func(p *projectr.Project) { p.Client = "Oak" }) // one that is open may change

	// Mails: 500 of a month, of 510 that come at once; the others are kept when they do not count.
	mails := projectr.Plans[0].Emails
	made.Store(0)
	refused.Store(0)
	for i := range mails + 10 {
		wg.Go(func() {
			r := w.recording(mail{id: fmt.Sprint("m", i), date: start})
			r.Email.ReceivedAt = start
			err := w.acme.Record(w.ctx, r)
			switch {
			case err == nil:
				made.Add(1)
			case projectr.KindOf(err) == projectr.OverLimit:
				refused.Add(1)
				r.Email.State, r.Email.Verdict, r.Uncounted = projectr.Held, projectr.HeldBack, true
				if err := w.acme.Record(w.ctx, r); err != nil {
					w.Error(err)
				}
			default:
				w.Error(err)
			}
		})
	}
	wg.Wait()
	same(w, "mails that count and do not", fmt.Sprint(made.Load(), refused.Load()), fmt.Sprint(mails, 10))
	u, err := w.acme.Used(w.ctx)
	w.ok(err)
	same(w, "used", fmt.Sprint(u.Emails, u.Projects, u.Users, u.Bytes), fmt.Sprint(mails, 2, 1, (mails+10)*1234))
	again := w.recording(mail{id: "again", date: start})
	again.Shared, again.Uncounted, again.Email.State, again.Email.Verdict = true, true, projectr.Held, projectr.HeldBack
	w.ok(w.acme.Record(w.ctx, again))
	shared, err := w.acme.Used(w.ctx)
	w.ok(err)
	same(w, "bytes with another record of the same", shared.Bytes, u.Bytes)
	held, err := w.acme.Emails(w.ctx, projectr.EmailFilter{State: projectr.Held})
	w.ok(err)
	one := w.recording(mail{id: string(held.Items[0].ID)[len("em_"):]})
	_, err = w.acme.Release(w.ctx, one)
	w.is(projectr.OverLimit, err, "release over the limit")
	w.mu.Lock()
	w.clock = time.Date(2026, 4, 1, 4, 0, 0, 0, time.UTC)
	w.mu.Unlock()
	did, err := w.acme.Release(w.ctx, one)
	w.ok(err)
	same(w, "released when the month has turned", did, true)
	u, err = w.acme.Used(w.ctx)
	w.ok(err)
	same(w, "it counts in the month in which it is read", fmt.Sprintf("%s %d", u.Month, u.Emails), "2026-04 1")
}
