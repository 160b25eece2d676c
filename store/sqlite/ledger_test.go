package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"projectr"
	"projectr/store"
	"projectr/store/sqlite"
	"projectr/store/storetest"
)

// TestMain is also the second process of the tests of the ledger.
func TestMain(m *testing.M) {
	if path := os.Getenv("PROJECTR_TEST_LEDGER"); path != "" {
		if err := secondProcess(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// turn is one round of callers: what is told to the second process as a line.
type turn struct {
	round int
	now   time.Time
	most  int64
}

func (x turn) String() string { return fmt.Sprintf("%d %d %d\n", x.round, x.now.Unix(), x.most) }

// callers has a hundred callers ask a model for acme's mail at once, some of which
// come to nothing, and answers how many were let through. Two are at each job, the
// other one in the other process.
func callers(ctx context.Context, o store.Org, x turn, who uint64) (sent int64, err error) {
	var n atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(x.round), who<<32|uint64(i)))
			id, e := o.StartCall(ctx, projectr.CallStart{Job: fmt.Sprintf("%d/%d", x.round, i), EmailID: "em_1", Step: projectr.StepRead,
				By: projectr.Actor{Kind: "mail"}, Model: "gpt-x", MostMicro: &x.most})
			if e == nil {
				n.Add(1)
				cost := rnd.Int64N(x.most) + 1
				end := projectr.CallEnd{Outcome: projectr.CallAnswered, CostMicro: &cost}
				switch rnd.IntN(4) {
				case 0:
					end.Outcome = projectr.CallInvalid
				case 1:
					end = projectr.CallEnd{Outcome: projectr.CallTimeout}
				}
				e = o.SettleCall(ctx, id, end)
			}
			if e != nil && projectr.KindOf(e) != projectr.OverLimit {
				mu.Lock()
				defer mu.Unlock()
				err = errors.Join(err, e)
			}
		})
	}
	wg.Wait()
	return n.Load(), err
}

// openLedger opens the file with acme in it. at is told of each point of a batch.
func openLedger(ctx context.Context, path string, at func(string), now func() time.Time) (*sqlite.Driver, store.Org, error) {
	d, err := sqlite.Open(ctx, path, sqlite.Options{Busy: time.Minute, Fault: func(p string) error { at(p); return nil }})
	if err != nil {
		return nil, store.Org{}, err
	}
	st := store.New(d, nil, now)
	if os.Getenv("PROJECTR_TEST_OWN_BUDGET") != "" {
		st.Plans = st.Plans.WithOwnBudget(ledgerBudget)
	}
	o, err := st.AsOperator(ctx, "acme", "test")
	return d, o, err
}

// secondProcess takes turns from standard input, and kills itself where it is told to:
// PROJECTR_TEST_KILL is a point of a batch and the how-manieth time.
func secondProcess(path string) error {
	ctx := context.Background()
	var now atomic.Int64
	point, nth, _ := strings.Cut(os.Getenv("PROJECTR_TEST_KILL"), " ")
	left, _ := strconv.ParseInt(nth, 10, 64)
	var passed atomic.Int64
	d, o, err := openLedger(ctx, path, func(at string) {
		if point != "" && at == point && now.Load() > 0 && passed.Add(1) == left {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}, func() time.Time { return time.Unix(now.Load(), 0).UTC() })
	if err != nil {
		return err
	}
	defer d.Close()
	fmt.Println("ready")
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		var x turn
		var at int64
		if _, err := fmt.Sscan(in.Text(), &x.round, &at, &x.most); err != nil {
			return err
		}
		now.Store(at)
		sent, err := callers(ctx, o, x, 2)
		if err != nil {
			return err
		}
		fmt.Println(sent)
	}
	return nil
}

// second is the second process.
type second struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

func startSecond(t *testing.T, path, kill string) *second {
	t.Helper()
	s := &second{t: t, cmd: exec.Command(os.Args[0])}
	s.cmd.Env = append(os.Environ(), "PROJECTR_TEST_LEDGER="+path, "PROJECTR_TEST_KILL="+kill)
	s.cmd.Stderr = os.Stderr
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.out = bufio.NewScanner(out)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if !s.out.Scan() {
		t.Fatal("the second process did not start")
	}
	return s
}

// do has it take a turn, beside what meanwhile does. alive is false when it died.
func (s *second) do(x turn, meanwhile func()) (sent int64, alive bool) {
	s.t.Helper()
	if _, err := io.WriteString(s.in, x.String()); err != nil {
		s.t.Fatal(err)
	}
	meanwhile()
	if !s.out.Scan() {
		return 0, false
	}
	sent, err := strconv.ParseInt(s.out.Text(), 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return sent, true
}

// end ends it, and says how.
func (s *second) end() error {
	_ = s.in.Close()
	return s.cmd.Wait()
}

// ledgerBudget is the month's, in micro-USD: a starter's.
const ledgerBudget = 20_000_000

// ledgerHouse is a database with acme, on a starter's budget, and one mail.
func ledgerHouse(t *testing.T) (o store.Org, path string, now *atomic.Int64) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "p.db")
	now = &atomic.Int64{}
	now.Store(noon.Unix())
	d, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o, p := house(t, d, "acme")
	if err := o.Record(t.Context(), recording("1", p, "The plan is late.")); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d, o, err = openLedger(t.Context(), path, func(string) {}, func() time.Time { return time.Unix(now.Load(), 0).UTC() })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return o, path, now
}

// watch looks at the month all the time until it is stopped, and tells when more is
// charged and set aside than the budget.
func watch(t *testing.T, o store.Org, plan projectr.Plan) (stop func()) {
	budget := plan.BudgetMicro
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			x, err := o.Spent(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			if x.Against(plan)+x.ReservedMicro > budget {
				t.Errorf("%d are charged, %d spent and %d set aside of a budget of %d", x.ChargedMicro, x.CostMicro, x.ReservedMicro, budget)
				return
			}
			if most := plan.Budget().Cost; x.CostMicro+x.LostMicro+x.ReservedMicro > most {
				t.Errorf("%d were spent, %d perhaps, and %d are set aside of %d that all attempts may cost", x.CostMicro, x.LostMicro, x.ReservedMicro, most)
				return
			}
			time.Sleep(time.Millisecond)
		}
	})
	stop = sync.OnceFunc(func() { close(done); wg.Wait() })
	t.Cleanup(stop)
	return stop
}

// TestNoBudgetIsExceededByTwoProcesses has a hundred callers in each of two processes
// ask at once, for PROJECTR_LEDGER_ROUNDS rounds (I-10).
func TestNoBudgetIsExceededByTwoProcesses(t *testing.T) {
	starter, _ := projectr.Plans.Named("starter")
	race(t, ledgerRounds(t, 100), starter)
}

// ledgerRounds is PROJECTR_LEDGER_ROUNDS, or n where that is not set.
func ledgerRounds(t *testing.T, n int) int {
	t.Helper()
	v := os.Getenv("PROJECTR_LEDGER_ROUNDS")
	if v == "" {
		return n
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNoOwnBudgetIsExceededByTwoProcesses is the same of the budget of who runs the
// installation, against which attempts that are not charged count too.
func TestNoOwnBudgetIsExceededByTwoProcesses(t *testing.T) {
	t.Setenv("PROJECTR_TEST_OWN_BUDGET", "yes") // the second process has it too
	own, _ := projectr.Plans.WithOwnBudget(ledgerBudget).Named("self_hosted")
	race(t, ledgerRounds(t, 20), own)
}

// race has callers in two processes ask for acme, in rounds in which its plan's budget has
// room for fewer of them.
func race(t *testing.T, rounds int, plan projectr.Plan) {
	o, path, now := ledgerHouse(t)
	if _, err := o.ChangeInfo(t.Context(), func(i *projectr.Org) { i.Plan = plan.Name }); err != nil {
		t.Fatal(err)
	}
	budget := plan.BudgetMicro
	s := startSecond(t, path, "")
	stop := watch(t, o, plan)
	rnd := rand.New(rand.NewPCG(3, 4))
	var let, refused, before int64
	for round := range rounds {
		x, err := o.Spent(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left := budget - x.Against(plan)
		// On to the next month, also where attempts that are not charged have used up theirs.
		if left < 2000 || round > 0 && let == before {
			storetest.Reconcile(t, o)
			now.Store(time.Unix(now.Load(), 0).UTC().AddDate(0, 1, 0).Unix())
			left = budget
		}
		before = let
		was := left
		x1 := turn{round: round, now: time.Unix(now.Load(), 0), most: max(left/int64(10+rnd.IntN(300)), 1)}
		var mine int64
		theirs, alive := s.do(x1, func() {
			if mine, err = callers(t.Context(), o, x1, 1); err != nil {
				t.Error(err)
			}
		})
		if !alive {
			t.Fatalf("round %d: the second process died", round)
		}
		let, refused = let+mine+theirs, refused+200-mine-theirs
		if x, err = o.Spent(t.Context()); err != nil || x.ReservedMicro != 0 {
			t.Fatalf("round %d: %+v stay set aside after all calls are settled, %v", round, x, err)
		}
		if used := was - (budget - x.Against(plan)); used > was {
			t.Fatalf("round %d: %d were charged of %d that were left", round, used, was)
		}
	}
	stop()
	if err := s.end(); err != nil {
		t.Error(err)
	}
	storetest.Reconcile(t, o)
	if let < int64(rounds) || refused < int64(rounds) {
		t.Errorf("%d calls were let through and %d refused: the limit was not reached, or always", let, refused)
	}
	t.Logf("two processes: %d rounds, %d calls let through, %d refused, overshoot 0", rounds, let, refused)
}

// TestAKilledProcessLosesNoCall kills one of two processes at each point of a batch in
// turn: every call that was begun is in the ledger, the sums are exact, nothing is
// charged twice, and what was set aside is free after a while (I-8, I-10).
func TestAKilledProcessLosesNoCall(t *testing.T) {
	for _, point := range []string{"begin", "commit", "committed"} {
		for _, nth := range []int{1, 2, 4, 9} {
			t.Run(fmt.Sprint(point, nth), func(t *testing.T) {
				t.Parallel()
				o, path, now := ledgerHouse(t)
				s := startSecond(t, path, fmt.Sprint(point, " ", nth))
				stop := watch(t, o, projectr.Plans[0])
				died := false
				for round := 0; round < 20 && !died; round++ {
					x := turn{round: round, now: time.Unix(now.Load(), 0), most: 40_000}
					_, alive := s.do(x, func() {
						if _, err := callers(t.Context(), o, x, 1); err != nil {
							t.Error(err)
						}
					})
					died = !alive
				}
				stop()
				var exit *exec.ExitError
				if err := s.end(); !died || !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
					t.Fatalf("the second process ended by %v", err)
				}
				storetest.Reconcile(t, o)
				now.Add(int64(store.CallLife/time.Second) + 1)
				if _, err := o.LoseCalls(t.Context()); err != nil {
					t.Fatal(err)
				}
				storetest.Reconcile(t, o)
				x, err := o.Spent(t.Context())
				if err != nil || x.ReservedMicro != 0 {
					t.Errorf("%+v stay set aside, %v", x, err)
				}
				l, err := o.Ledger(t.Context(), projectr.LedgerFilter{Outcome: projectr.CallStarted})
				if err != nil || len(l.Items) != 0 {
					t.Errorf("%d calls stay started, %v", len(l.Items), err)
				}
			})
		}
	}
}
