// Command stripe is a payment provider for the browser's tests: the Stripe of package
// stripetest, which sends its webhooks by itself, with bare pages in place of Stripe's
// checkout and portal, and a clock that POST /clock?days= moves.
//
//	stripe 127.0.0.1:4242 http://127.0.0.1:8080/hooks/stripe
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"projectr/stripe/stripetest"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "Say where to listen and where webhooks go to.")
		os.Exit(2)
	}
	s := &server{fake: stripetest.Open(time.Now()), hook: os.Args[2]}
	s.fake.Pages = "http://" + os.Args[1]
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/", s.api)
	mux.HandleFunc("GET /pay/{id}", s.checkout)
	mux.HandleFunc("POST /pay/{id}", s.pay)
	mux.HandleFunc("GET /portal/{customer}", s.portal)
	mux.HandleFunc("POST /portal/{customer}", s.card)
	mux.HandleFunc("POST /clock", s.clock)
	web := &http.Server{Addr: os.Args[1], Handler: mux, ReadHeaderTimeout: time.Minute}
	fmt.Fprintln(os.Stderr, web.ListenAndServe())
	os.Exit(1)
}

type server struct {
	fake *stripetest.Server
	hook string
	one  sync.Mutex // sends at a time
}

// tell sends what webhooks there are, and returns when all are taken.
func (s *server) tell(ctx context.Context) error {
	s.one.Lock()
	defer s.one.Unlock()
	for _, e := range s.fake.Events() {
		if err := s.send(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// send sends one until it is taken, as Stripe does.
func (s *server) send(ctx context.Context, e stripetest.Event) error {
	for range 20 {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.hook, bytes.NewReader(e.Body))
		if err != nil {
			return err
		}
		r.Header.Set("Stripe-Signature", stripetest.Sign(e.Body, stripetest.Secret, time.Now()))
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("%s %s is not taken", e.Type, e.ID)
}

// done tells, and sends the browser on.
func (s *server) done(w http.ResponseWriter, r *http.Request, to string) {
	if err := s.tell(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (s *server) api(w http.ResponseWriter, r *http.Request) {
	s.fake.ServeHTTP(w, r)
	go func() { // whoever called waits for the answer first
		if err := s.tell(context.WithoutCancel(r.Context())); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
}

var pages = template.Must(template.New("").Parse(`
{{define "checkout"}}<!doctype html><html lang="en"><title>Checkout</title><main>
<h1>Subscribe to {{.Plan}}</h1><p>{{.Cents}} cents a month{{if not .Trial.IsZero}}, from {{.Trial.Format "Jan 2"}} on{{end}}</p>
<form method="post"><button>Pay</button></form><p><a href="{{.Cancel}}">Back</a></p></main></html>{{end}}
{{define "portal"}}<!doctype html><html lang="en"><title>Portal</title><main>
<h1>How you pay</h1>
<form method="post"><button name="card" value="good">Pay with a card that works</button>
<button name="card" value="bad">Save a card that will fail</button></form>
<p><a href="{{.}}">Back</a></p></main></html>{{end}}`))

func show(w http.ResponseWriter, page string, with any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := pages.ExecuteTemplate(w, page, with); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

func (s *server) checkout(w http.ResponseWriter, r *http.Request) {
	c, ok := s.fake.Checkout(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	show(w, "checkout", c)
}

func (s *server) pay(w http.ResponseWriter, r *http.Request) {
	c, ok := s.fake.Checkout(r.PathValue("id"))
	if !ok || s.fake.CompleteCheckout(r.URL.Path) != nil {
		http.NotFound(w, r)
		return
	}
	s.done(w, r, c.Done)
}

func (s *server) portal(w http.ResponseWriter, r *http.Request) {
	show(w, "portal", r.FormValue("back"))
}

func (s *server) card(w http.ResponseWriter, r *http.Request) {
	customer := r.PathValue("customer")
	if r.FormValue("card") == "bad" {
		s.fake.Declines(customer, true)
	} else {
		s.fake.Pay(customer)
	}
	s.done(w, r, r.URL.Query().Get("back"))
}

// clock moves the clock by days, and answers what time it is when all that was due has
// been told.
func (s *server) clock(w http.ResponseWriter, r *http.Request) {
	days, err := strconv.Atoi(strings.TrimSpace(r.FormValue("days")))
	if err == nil && days < 0 {
		err = errors.New("the clock does not go back")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.fake.Advance(s.fake.Now().AddDate(0, 0, days))
	if err := s.tell(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprint(w, s.fake.Now().Format(time.RFC3339))
}
