package account

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"projectr"
)

// question is something a stranger can ask about an address, which is answered in the
// same words and takes as long whether the address has an account or not.
type question struct {
	name string
	dear bool // with the parameters of an installation; few tries
	ask  func(h *house, email string, from netip.Addr) error
}

var questions = []question{
	{name: "sign-in", ask: func(h *house, email string, from netip.Addr) error {
		_, err := h.SignIn(h.t.Context(), Attempt{Email: email, Password: "a wrong password", Visit: Visit{From: from}})
		return err
	}},
	{name: "sign-in with dear passwords", dear: true, ask: func(h *house, email string, from netip.Addr) error {
		_, err := h.SignIn(h.t.Context(), Attempt{Email: email, Password: "a wrong password", Visit: Visit{From: from}})
		return err
	}},
	{name: "sign-in from a browser that is known elsewhere", ask: func(h *house, email string, from netip.Addr) error {
		_, err := h.SignIn(h.t.Context(), Attempt{Email: email, Password: "a wrong password", Visit: Visit{From: from, Device: h.device1}})
		return err
	}},
	{name: "reset", ask: func(h *house, email string, from netip.Addr) error { return h.AskReset(h.t.Context(), email, from) }},
	{name: "sign-in link", ask: func(h *house, email string, from netip.Addr) error { return h.AskSignIn(h.t.Context(), email, from) }},
	{name: "sign-up", ask: func(h *house, email string, from netip.Addr) error {
		in := newOrg()
		in.Email = email
		return h.SignUp(h.t.Context(), in, from)
	}},
	{name: "change of address", ask: func(h *house, email string, _ netip.Addr) error {
		p := h.jo
		p.Session.AuthAt = h.now
		return h.ChangeEmail(h.t.Context(), p, email)
	}},
}

// T-18: nothing a stranger can ask tells whether an address has an account, by word or
// by time. Of two times it is asked whether one tends to be longer (Mann-Whitney, two
// sided); a difference shows in each of three runs. PROJECTR_ENUMERATION_TRIES says how
// many tries of either kind a run has.
func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	tries := 150
	if s := os.Getenv("PROJECTR_ENUMERATION_TRIES"); s != "" {
		var err error
		if tries, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	const runs = 3
	for _, q := range questions {
		tries := tries
		if q.dear {
			tries = min(tries, 25)
		}
		t.Run(q.name, func(t *testing.T) {
			var ps []float64
			for run := range runs {
				p := askMany(t, q, tries, uint64(run))
				ps = append(ps, p)
				if p > 0.01 && tries < 1000 {
					break // no difference is seen
				}
			}
			t.Logf("%d tries, p = %.3f", tries, ps)
			if slices.Max(ps) <= 0.01 {
				t.Errorf("the time tells: p = %.4f", ps)
			}
		})
	}
}

// askMany asks about addresses with and without an account in turns, in random order,
// and returns how likely their times are the same.
func askMany(t *testing.T, q question, tries int, seed uint64) float64 {
	t.Helper()
	h := open(t)
	h.Mails, h.SignUps, h.t = true, SignUpOpen, t
	people := 50
	if q.dear {
		people = 5
		h.params = DefaultParams
		var err error
		if h.dummy, err = h.params.hash(h.rand, "no password is this one"); err != nil {
			t.Fatal(err)
		}
	}
	for i := range people {
		if _, err := h.CreateUser(t.Context(), fmt.Sprintf("known%d@acme.example", i), "Jo", good); err != nil {
			t.Fatal(err)
		}
	}
	h.user(t, "jo@acme.example", good)
	s, p := h.in(t, "jo@acme.example", good)
	h.device1, h.jo = s.Device, p
	r := rand.New(rand.NewPCG(seed, 18))
	order := make([]bool, 2*tries)
	for i := range tries {
		order[i] = true
	}
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	words := map[string]bool{}
	var known, unknown []time.Duration
	for i, is := range order {
		// Whatever is limited is free again: the limits are the same for both, and are
		// tested for themselves.
		h.now = h.now.Add(25 * time.Hour)
		email := fmt.Sprintf("other%d@acme.example", r.IntN(people))
		if is {
			email = fmt.Sprintf("known%d@acme.example", r.IntN(people))
		}
		from := netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1})
		began := time.Now()
		err := q.ask(h, email, from)
		took := time.Since(began)
		words[fmt.Sprintf("%v %q", err, projectr.KindOf(err))] = true
		if is {
			known = append(known, took)
		} else {
			unknown = append(unknown, took)
		}
	}
	if len(words) != 1 {
		t.Errorf("it is answered in %d ways: %v", len(words), words)
	}
	slices.Sort(known)
	slices.Sort(unknown)
	t.Logf("median with an account %v, without %v", known[len(known)/2], unknown[len(unknown)/2])
	return mannWhitney(known, unknown)
}

// mannWhitney returns the two-sided probability that two samples which are this
// different came of one distribution (normal approximation, ties corrected).
func mannWhitney(a, b []time.Duration) float64 {
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

func TestMannWhitney(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(shift time.Duration) (out []time.Duration) {
		for range 400 {
			out = append(out, shift+time.Duration(1000+r.NormFloat64()*100))
		}
		return out
	}
	if p := mannWhitney(draw(0), draw(0)); p < 0.05 {
		t.Errorf("of one distribution: p = %v", p)
	}
	if p := mannWhitney(draw(0), draw(40)); p > 0.001 {
		t.Errorf("of two: p = %v", p)
	}
	// A sample and its expected answer, by hand: U = 0 of 16, sigma = sqrt(12).
	if p, want := mannWhitney([]time.Duration{1, 2, 3, 4}, []time.Duration{5, 6, 7, 8}), math.Erfc(8/math.Sqrt(12)/math.Sqrt2); math.Abs(p-want) > 1e-9 {
		t.Errorf("p = %v, want %v", p, want)
	}
}
