package api

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"projectr/account"
	"projectr/account/accounttest"
)

// question is something that can be asked about an address.
type question struct {
	name string
	ask  func(h *house, email string) *http.Request
	as   func(h *house) client // who asks; nil: a stranger
}

func strangersAsk(path, body string) func(*house, string) *http.Request {
	return func(_ *house, email string) *http.Request {
		return jsonRequest("POST", "/api/v1"+path, strings.NewReplacer("EMAIL", email, "NEW", "n"+strings.ToLower(rand.Text()[:12])).Replace(body))
	}
}

var questions = []question{
	{name: "sign-in", ask: strangersAsk("/session", `{"email":"EMAIL","password":"a wrong password"}`)},
	{name: "sign-in with a code", ask: strangersAsk("/session", `{"email":"EMAIL","password":"a wrong password","code":"123456"}`)},
	{name: "reset", ask: strangersAsk("/password-reset", `{"email":"EMAIL"}`)},
	{name: "mailed link", ask: strangersAsk("/session/mail", `{"email":"EMAIL"}`)},
	{name: "sign-up", ask: strangersAsk("/sign-up", `{"organisation":"New Co","address":"NEW","name":"Nia New","email":"EMAIL","password":"`+secondPassword+`"}`)},
	{name: "change of address", as: func(h *house) client { return h.signIn(h.acme.viewer) }, ask: strangersAsk("/me/email", `{"email":"EMAIL"}`)},
	{name: "invitation", as: func(h *house) client { return h.signIn(h.acme.admin) }, ask: strangersAsk("/orgs/acme/invitations", `{"email":"EMAIL","role":"viewer"}`)},
}

// own is what every invitation has of its own.
var own = regexp.MustCompile(`"(id|expires_at|created_at|at)":"[^"]*"`)

// T-18 by HTTP: nothing that can be asked tells whether an address has an account, by a
// byte of the answer and its headers, or by time. The id of the request is no part of it.
func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	for _, q := range questions {
		tries := 100
		if q.as != nil {
			tries = 40 // each with a sign-in of its own
		}
		t.Run(q.name, func(t *testing.T) {
			accounttest.Untold(t, accounttest.Tries(t, tries), func() accounttest.Asking { return q.asking(t) })
		})
	}
}

func (q question) asking(t *testing.T) accounttest.Asking {
	const people = 30
	h := open(t)
	h.acc.SignUps = account.SignUpOpen
	h.acme.roomy(h)
	for i := range people {
		_, err := h.acc.CreateUser(t.Context(), fmt.Sprintf("known%02d@people.example", i), "Jo", password)
		h.must(err)
	}
	first := ""
	return func(r *mathrand.Rand, i int, known bool) time.Duration {
		h.clock.forward(25 * time.Hour) // limits are the same for both, and tested for themselves
		who := "other"
		if known {
			who = "known"
		}
		email := fmt.Sprintf("%s%02d@people.example", who, r.IntN(people))
		req := q.ask(h, email)
		if q.as != nil {
			for _, k := range q.as(h).cookies {
				req.AddCookie(k)
			}
		}
		req.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4711", i>>8, i&255)
		began := time.Now()
		w := ask(h, req)
		took := time.Since(began)
		for _, name := range []string{"Date", "X-Request-Id"} {
			w.Header().Del(name)
		}
		body := own.ReplaceAllString(strings.ReplaceAll(w.Body.String(), email, ""), "")
		answer := fmt.Sprintf("%d %v %s", w.Code, w.Header(), body)
		if first == "" {
			first = answer
		}
		if answer != first || w.Code/100 == 5 {
			t.Fatalf("%s is answered\n%s\nnot\n%s", email, answer, first)
		}
		if w.Code == http.StatusCreated { // an invitation is withdrawn: the next is no second one
			var x struct {
				ID string `json:"id"`
			}
			h.must(json.Unmarshal(w.Body.Bytes(), &x))
			if w := q.as(h).do("DELETE", "/orgs/acme/invitations/"+x.ID, ""); w.Code != 204 {
				t.Fatalf("withdraw: %d %s", w.Code, w.Body)
			}
		}
		return took
	}
}
