package app

import (
	"bufio"
	"crypto/rand"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/account"
	"projectr/store"
	"projectr/store/sqlite/sqlitetest"
)

// rooms is a store with its accounts, on a folder of its own.
func rooms(t *testing.T) (*store.Store, *account.Accounts) {
	t.Helper()
	db := sqlitetest.Open(t)
	st := store.New(db, nil, time.Now)
	acc, err := account.New(st, time.Now, rand.Reader, account.Params{Memory: 64, Time: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	return st, acc
}

// What cannot be kept is refused before anything of it is.
func TestOnboardingThatIsRefusedLeavesNothing(t *testing.T) {
	st, acc := rooms(t)
	c := Config{MailDomain: "mail.example", TimeZone: "UTC", HTTPListen: "127.0.0.1:8080"}
	good := Onboarding{Name: "Half", Address: "half", AdminEmail: "jo@half.example", AdminName: "Jo"}
	organisations := func() int {
		t.Helper()
		n := 0
		for _, err := range st.EachOrg(t.Context(), "test") {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	for name, change := range map[string]func(*Onboarding){
		"an address in brackets":        func(o *Onboarding) { o.AdminEmail = "<jo@half.example>" },
		"an address with a name":        func(o *Onboarding) { o.AdminEmail = "Jo <jo@half.example>" },
		"no address":                    func(o *Onboarding) { o.AdminEmail = "" },
		"an address that turns around":  func(o *Onboarding) { o.AdminEmail = "jo\u202e@half.example" },
		"a long name":                   func(o *Onboarding) { o.AdminName = strings.Repeat("J", 300) },
		"a name with a control letter":  func(o *Onboarding) { o.AdminName = "Jo\x07" },
		"a name of two lines":           func(o *Onboarding) { o.AdminName = "Jo\nBcc: x" },
		"no name":                       func(o *Onboarding) { o.AdminName = " " },
		"a firm's name of two lines":    func(o *Onboarding) { o.Name = "Half\nBcc: x" },
		"a plan that is none":           func(o *Onboarding) { o.Plan = "gold" },
		"a mail-in name that is no one": func(o *Onboarding) { o.Address = "h+a" },
	} {
		in := good
		change(&in)
		if _, err := Onboard(t.Context(), c, st, acc, nil, in, time.Now()); err == nil || projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%s: %v", name, err)
		}
		if n := organisations(); n != 0 {
			t.Fatalf("%s left %d organisations", name, n)
		}
		if _, err := acc.User(t.Context(), "jo@half.example"); projectr.KindOf(err) != projectr.NotFound {
			t.Fatalf("%s left an account (%v)", name, err)
		}
	}
	out, err := Onboard(t.Context(), c, st, acc, nil, good, time.Now())
	if err != nil || out.Address != "half@mail.example" || organisations() != 1 {
		t.Errorf("all in order: %+v, %v", out, err)
	}
	if _, err := Onboard(t.Context(), c, st, acc, nil, good, time.Now()); projectr.KindOf(err) != projectr.Conflict || organisations() != 1 {
		t.Errorf("again: %v", err)
	}
}

// A trial ends by itself where one can pay, and says no more than until when else.
func TestOnboardingBeginsATrial(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for key, want := range map[Secret]time.Time{"": {}, "sk_test_x": now.AddDate(0, 0, 14)} {
		st, acc := rooms(t)
		c := Config{MailDomain: "mail.example", TimeZone: "UTC", HTTPListen: "127.0.0.1:8080", StripeKey: key}
		in := Onboarding{Name: "Try", Address: "try", AdminEmail: "jo@try.example", AdminName: "Jo", Plan: "professional", TrialDays: 14}
		if _, err := Onboard(t.Context(), c, st, acc, nil, in, now); err != nil {
			t.Fatal(err)
		}
		org, err := st.AsOperator(t.Context(), "try", "test")
		if err != nil {
			t.Fatal(err)
		}
		o, err := org.Info(t.Context())
		if err != nil || !o.TrialEnds.Equal(now.AddDate(0, 0, 14)) || !o.ReadUntil.Equal(want) {
			t.Errorf("with %v: %+v, %v; want it read until %v", key != "", o, err, want)
		}
	}
}

// The doors of an installation have the limits that its settings say.
func TestServeBoundsItsConnections(t *testing.T) {
	c, doors := listening(t, nil, slog.New(slog.DiscardHandler), "PROJECTR_HTTP_MAX_CONNECTIONS=1")
	r := serving(t, c, doors, &logged{}, nil)
	status := func(conn net.Conn) int {
		t.Helper()
		if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode
	}
	dial := func() net.Conn {
		t.Helper()
		conn, err := net.Dial("tcp", doors.HTTP.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	first := dial()
	if got := status(first); got != 200 {
		t.Errorf("the first: %d", got)
	}
	second := dial()
	defer second.Close()
	res, err := http.ReadResponse(bufio.NewReader(second), nil)
	if err != nil || res.StatusCode != 503 {
		t.Errorf("one more than there may be: %v %v", res, err)
	}
	_ = first.Close()
	if err := r.stop(); err != nil {
		t.Error(err)
	}
}
