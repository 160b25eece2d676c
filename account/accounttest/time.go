// Package accounttest asks whether a stranger can tell by time who has an account.
//
// It promises to see a difference that shows in each of three runs, and to take none
// for one that is chance. Tests alone import it. Start reading at Untold.
package accounttest

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// Asking asks the i-th time, about somebody who is known or not, and returns how long
// that took. It draws by r.
type Asking func(r *rand.Rand, i int, known bool) time.Duration

// Tries is how many tries of either kind a run has: as many as
// PROJECTR_ENUMERATION_TRIES says, or else usual.
func Tries(t testing.TB, usual int) int {
	t.Helper()
	s := os.Getenv("PROJECTR_ENUMERATION_TRIES")
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Untold fails t when the times of asking about who is known and about who is not can
// be told apart (T-18). It asks in random order, as many times of either kind as tries
// says, in three runs, each of which begins anew. Of two samples it is asked whether
// one tends to be longer (Mann-Whitney, two sided); a difference shows in each run.
func Untold(t *testing.T, tries int, begin func() Asking) {
	t.Helper()
	const runs = 3
	var ps []float64
	for run := range runs {
		ask := begin()
		r := rand.New(rand.NewPCG(uint64(run), 18))
		order := make([]bool, 2*tries)
		for i := range tries {
			order[i] = true
		}
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		var known, unknown []time.Duration
		for i, is := range order {
			if took := ask(r, i, is); is {
				known = append(known, took)
			} else {
				unknown = append(unknown, took)
			}
		}
		slices.Sort(known)
		slices.Sort(unknown)
		p := MannWhitney(known, unknown)
		ps = append(ps, p)
		t.Logf("median of the known %v, of the unknown %v", known[len(known)/2], unknown[len(unknown)/2])
		if p > 0.01 && tries < 1000 {
			break // no difference is seen
		}
	}
	t.Logf("%d tries, p = %.3f", tries, ps)
	if slices.Max(ps) <= 0.01 {
		t.Errorf("the time tells: p = %.4f", ps)
	}
}

// MannWhitney returns the two-sided probability that two samples which are this
// different came of one distribution (normal approximation, ties corrected).
func MannWhitney(a, b []time.Duration) float64 {
	type value struct {
		d   time.Duration
		ofA bool
	}
	var all []value
	for _, d := range a {
		all = append(all, value{d, true})
	}
	for _, d := range b {
		all = append(all, value{d, false})
	}
	slices.SortFunc(all, func(x, y value) int { return int(x.d - y.d) })
	var rankA, ties float64
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].d == all[i].d {
			j++
		}
		n := float64(j - i)
		ties += n*n*n - n
		for _, v := range all[i:j] {
			if v.ofA {
				rankA += float64(i+1+j) / 2
			}
		}
		i = j
	}
	n, m := float64(len(a)), float64(len(b))
	u := rankA - n*(n+1)/2
	sigma := math.Sqrt(n * m / 12 * (n + m + 1 - ties/((n+m)*(n+m-1))))
	return math.Erfc(math.Abs(u-n*m/2) / sigma / math.Sqrt2)
}
