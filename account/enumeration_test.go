package account

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"projectr"
	"projectr/account/accounttest"
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
// by time. Package api asks the same by HTTP.
func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	tries := accounttest.Tries(t, 150)
	for _, q := range questions {
		tries := tries
		if q.dear {
			tries = min(tries, 25)
		}
		t.Run(q.name, func(t *testing.T) {
			accounttest.Untold(t, tries, func() accounttest.Asking { return q.asking(t) })
		})
	}
}

// asking asks about addresses with and without an account.
func (q question) asking(t *testing.T) accounttest.Asking {
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
	words := map[string]bool{}
	return func(r *rand.Rand, i int, known bool) time.Duration {
		// Whatever is limited is free again: the limits are the same for both, and are
		// tested for themselves.
		h.now = h.now.Add(25 * time.Hour)
		email := fmt.Sprintf("other%d@acme.example", r.IntN(people))
		if known {
			email = fmt.Sprintf("known%d@acme.example", r.IntN(people))
		}
		from := netip.AddrFrom4([4]byte{10, byte(i >> 8), byte(i), 1})
		began := time.Now()
		err := q.ask(h, email, from)
		took := time.Since(began)
		words[fmt.Sprintf("%v %q", err, projectr.KindOf(err))] = true
		if len(words) != 1 {
			t.Fatalf("it is answered in %d ways: %v", len(words), words)
		}
		return took
	}
}
