package app

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/account"
	"projectr/store"
	"projectr/store/sqlite/sqlitetest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// post is a mailer that keeps what it sends, or refuses it.
type post struct {
	mu   sync.Mutex
	sent []projectr.Outgoing
	err  error
}

func (p *post) Send(_ context.Context, m projectr.Outgoing) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		p.sent = append(p.sent, m)
	}
	return p.err
}

// desk is a worker with a clock that a test sets.
func desk(t *testing.T) (*Letters, *post, *time.Time, *logged) {
	t.Helper()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	mailer, log := &post{}, &logged{}
	return &Letters{
		Store: store.New(sqlitetest.Open(t), nil, clock), Mailer: mailer, URL: "https://projectr.example.com", Now: clock,
		Post: func(_ context.Context, l projectr.Letter) (account.Posting, bool, error) {
			return account.Posting{Kind: l.Kind, To: projectr.MailAddress{Address: l.Email}}, true, nil
		},
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}, mailer, &now, log
}

func notice(email string) projectr.Letter {
	return projectr.Letter{Kind: projectr.LetterEmailChanged, Email: email}
}

func TestLettersAreSentOnce(t *testing.T) {
	s, mailer, _, log := desk(t)
	for _, who := range strings.Fields("a b c d e f g h i j k l") { // more than at once
		if err := s.Store.PutLetters(t.Context(), notice(who+"@x.example")); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := s.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(mailer.sent) != 12 {
		t.Errorf("%d of 12 letters were sent", len(mailer.sent))
	}
	if strings.Contains(log.String(), "@x.example") {
		t.Errorf("the log has addresses in it: %s", log)
	}
}

// A relay that refuses is asked again, less and less often, for a day.
func TestALetterThatCannotBeSentIsTriedAgainAndThenDropped(t *testing.T) {
	s, mailer, now, log := desk(t)
	if err := s.Store.PutLetters(t.Context(), notice("jo@x.example")); err != nil {
		t.Fatal(err)
	}
	mailer.err = errors.New("the relay is away")
	secrets := 0
	s.Post = func(_ context.Context, l projectr.Letter) (account.Posting, bool, error) {
		secrets++
		return account.Posting{Kind: l.Kind, To: projectr.MailAddress{Address: l.Email}}, true, nil
	}
	begun := *now
	var tries []time.Duration
	for ; now.Sub(begun) < 26*time.Hour; *now = now.Add(5 * time.Second) {
		before := secrets
		if now.Sub(begun) > 3*time.Hour { // the long pauses need no small steps
			*now = now.Add(time.Minute - 5*time.Second)
		}
		if err := s.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if secrets > before {
			tries = append(tries, now.Sub(begun))
		}
	}
	for i, want := range []time.Duration{0, 30 * time.Second, 90 * time.Second, 210 * time.Second, 450 * time.Second, 930 * time.Second} {
		if i >= len(tries) || tries[i] != want {
			t.Fatalf("tried after %v, not at %v", tries, want)
		}
	}
	if last := tries[len(tries)-1]; len(tries) < 20 || len(tries) > 40 || last >= 24*time.Hour || last < 22*time.Hour {
		t.Errorf("%d tries, the last after %v", len(tries), last)
	}
	if len(mailer.sent) != 0 || !strings.Contains(log.String(), "is dropped") {
		t.Errorf("sent %v: %s", mailer.sent, log)
	}

	if err := s.Store.PutLetters(t.Context(), notice("jo@x.example")); err != nil {
		t.Fatal(err)
	}
	if err := s.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	mailer.err = nil
	*now = now.Add(letterPause)
	if err := s.SendDue(t.Context()); err != nil || len(mailer.sent) != 1 {
		t.Errorf("the relay is back: %v, %v", mailer.sent, err)
	}
}

func TestALetterWithNothingToSayIsDone(t *testing.T) {
	s, mailer, now, _ := desk(t)
	asked := 0
	s.Post = func(context.Context, projectr.Letter) (account.Posting, bool, error) {
		asked++
		return account.Posting{}, false, nil
	}
	if err := s.Store.PutLetters(t.Context(), notice("nobody@x.example")); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		*now = now.Add(letterLease)
	}
	if asked != 1 || len(mailer.sent) != 0 {
		t.Errorf("asked %d times, sent %v", asked, mailer.sent)
	}
}

// Letters that are written while it serves are sent, and one on its way is not cut
// off before it is noted.
func TestServeSendsLetters(t *testing.T) {
	c, d := listening(t, nil, slog.New(slog.DiscardHandler))
	mailer, log := &post{}, &logged{}
	var s *Letters
	r := serving(t, c, d, log, func(p *Parts) {
		s = &Letters{Store: p.Store, Mailer: mailer, URL: c.URL(), Now: p.Now, Log: p.Log, Post: func(_ context.Context, l projectr.Letter) (account.Posting, bool, error) {
			return account.Posting{Kind: l.Kind, To: projectr.MailAddress{Address: l.Email}}, true, nil
		}}
		p.Letters = s
	})
	if err := s.Store.PutLetters(t.Context(), notice("jo@x.example")); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(log.String(), "letter sent"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not sent: %s", log)
		}
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if n, _, err := s.Store.LettersTo(t.Context(), "jo@x.example", projectr.LetterEmailChanged, s.Now().Add(-time.Hour)); err != nil || n != 1 {
		t.Errorf("%d letters are noted, %v", n, err)
	}
	if due, err := s.Store.TakeLetters(t.Context(), 0, 10); err != nil || len(due) != 0 {
		t.Errorf("%v waits still, %v", due, err)
	}
}

// The link of a letter does what it says, once, and an address without an account
// gets none.
func TestTheLinkOfALetterOpens(t *testing.T) {
	st, acc := rooms(t)
	acc.Mails = true
	mailer := &post{}
	s := &Letters{Store: st, Post: acc.Post, Mailer: mailer, URL: "https://projectr.example.com", Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	u, err := acc.CreateUser(t.Context(), "jo@x.example", "Jo Park", "gravel pit at dawn")
	if err != nil {
		t.Fatal(err)
	}
	from := netip.MustParseAddr("203.0.113.9")
	for _, who := range []string{"jo@x.example", "nobody@x.example"} {
		if err := acc.AskReset(t.Context(), who, from); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SendDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(mailer.sent) != 1 || mailer.sent[0].To != (projectr.MailAddress{Name: "Jo Park", Address: "jo@x.example"}) {
		t.Fatalf("sent %+v", mailer.sent)
	}
	link := regexp.MustCompile(`https://projectr\.example\.com/reset#(\S+)`).FindStringSubmatch(mailer.sent[0].Text)
	if link == nil || !strings.Contains(mailer.sent[0].Text, "for 30 minutes") {
		t.Fatalf("sent %s", mailer.sent[0].Text)
	}
	if _, err := acc.ResetPassword(t.Context(), link[1], "quarry dust at noon", from); err != nil {
		t.Error(err)
	}
	if _, err := acc.ResetPassword(t.Context(), link[1], "another pass phrase", from); err == nil {
		t.Error("the link works twice")
	}
	if _, err := acc.SignIn(t.Context(), account.Attempt{Email: u.Email, Password: "quarry dust at noon", Visit: account.Visit{From: from}}); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

var allKinds = []projectr.LetterKind{
	projectr.LetterVerify, projectr.LetterSignUp, projectr.LetterReset, projectr.LetterSignIn, projectr.LetterInvitation, projectr.LetterChangeEmail,
	projectr.LetterWelcome, projectr.LetterSignUpExists, projectr.LetterEmailTaken, projectr.LetterEmailChanged, projectr.LetterPasswordChanged,
	projectr.LetterFactorOn, projectr.LetterFactorOff, projectr.LetterNewPasskey, projectr.LetterPasskeyRemoved, projectr.LetterConnected, projectr.LetterDisconnected, projectr.LetterNewKey, projectr.LetterNewBrowser, projectr.LetterOperator, projectr.LetterLeaving,
	projectr.LetterEmailsUsed, projectr.LetterBudgetUsed, projectr.LetterBudgetGone, projectr.LetterStorageUsed, projectr.LetterClosing, projectr.LetterClosed,
	projectr.LetterTrialEnds, projectr.LetterTrialGoesOn, projectr.LetterTrialNoCard, projectr.LetterTrialEnded, projectr.LetterPaymentFailed, projectr.LetterPaymentGivenUp, projectr.LetterReadingStopped, projectr.LetterPaidAgain,
}

// refs are what letters say that say more than one thing.
var refs = map[projectr.LetterKind]string{
	projectr.LetterClosing:        "16 June 2026",
	projectr.LetterTrialEnds:      "18 March 2026\t16 June 2026",
	projectr.LetterTrialGoesOn:    "18 March 2026\t$49.00\tStarter\tyour Visa ending in 4242",
	projectr.LetterTrialNoCard:    "18 March 2026\t$49.00\tStarter",
	projectr.LetterTrialEnded:     "18 March 2026\t16 June 2026",
	projectr.LetterPaymentFailed:  "2 May 2026\t$49.00",
	projectr.LetterPaymentGivenUp: "2 May 2026\t$49.00",
	projectr.LetterReadingStopped: "31 July 2026",
	projectr.LetterPaidAgain:      "",
}

// What admins are told of payments stands in testdata/payment_letters.txt as it is sent.
func TestLettersOfPayments(t *testing.T) {
	var all strings.Builder
	for _, kind := range append([]projectr.LetterKind{projectr.LetterClosing, projectr.LetterClosed}, allKinds[len(allKinds)-8:]...) {
		p := account.Posting{Kind: kind, To: projectr.MailAddress{Name: "Jo Park", Address: "jo@x.example"}, Org: "Acme Drywall", Mail: "acme", Ref: refs[kind]}
		m, err := write(p, "https://projectr.example.com")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "=== %s\nSubject: %s\n\n%s\n", kind, m.Subject, m.Text)
		if p.Ref = ""; strings.Contains(letters[kind].text, "%[5]s") {
			if _, err := write(p, "https://projectr.example.com"); err == nil {
				t.Errorf("%s is written with half of what it says", kind)
			}
		}
	}
	const golden = "testdata/payment_letters.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if all.String() != string(want) {
		t.Errorf("letters are not as in %s; -update writes it anew:\n%s", golden, all.String())
	}
}

// Every kind has words that a person understands, with its link where it has one.
func TestWordsOfLetters(t *testing.T) {
	if len(letters) != len(allKinds) {
		t.Errorf("%d kinds have words, %d are known", len(letters), len(allKinds))
	}
	const url = "https://projectr.example.com"
	for i, kind := range allKinds {
		p := account.Posting{Kind: kind, To: projectr.MailAddress{Name: "Jo Park", Address: "jo@x.example"}, Org: "Acme Drywall", By: "Dana Whitlock", Role: projectr.Admin, Life: 30 * time.Minute, Mail: "acme", Ref: cmp.Or(refs[kind], "90")}
		if i < 7 {
			p.Secret = "SECRET"
		}
		m, err := write(p, url)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if m.To != p.To || m.Subject == "" || strings.Contains(m.Subject+m.Text, "%") || !strings.HasPrefix(m.Text, "Hello Jo Park,\n\n") || !strings.HasSuffix(m.Text, "\n\nProjectr, "+url+"\n") {
			t.Errorf("%s: %+v", kind, m)
		}
		link := regexp.MustCompile(`(?m)^    https://projectr\.example\.com(/[a-z/-]+[#/])SECRET$`).FindStringSubmatch(m.Text)
		switch {
		case i >= 7:
			if link != nil || strings.Contains(m.Text, "works once") {
				t.Errorf("%s has a link: %s", kind, m.Text)
			}
		case link == nil || !strings.Contains(m.Text, "works once, for 30 minutes."):
			t.Errorf("%s has no link, or does not say how long it works: %s", kind, m.Text)
		case strings.HasSuffix(link[1], "/") != (kind == projectr.LetterWelcome):
			t.Errorf("%s sends its secret to servers on the way: %s", kind, link[0])
		}
		p.Secret = map[bool]string{true: "", false: "SECRET"}[p.Secret != ""]
		if _, err := write(p, url); err == nil {
			t.Errorf("%s is written with the secret %q", kind, p.Secret)
		}
	}
	m, err := write(account.Posting{Kind: projectr.LetterInvitation, Org: "Acme Drywall", By: "Dana Whitlock", Role: projectr.Viewer, Secret: "s", Life: 7 * 24 * time.Hour}, url)
	if err != nil || m.Subject != "You are invited to Acme Drywall" || !strings.Contains(m.Text, "Hello,\n\nDana Whitlock invites you to Acme Drywall on Projectr, as somebody who looks and changes nothing.") || !strings.Contains(m.Text, "for 7 days.") {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := write(account.Posting{Kind: "nonsense"}, url); err == nil {
		t.Error("a kind without words is written")
	}
}

// Nobody writes to others through the names that they choose.
func TestNamesInLettersAreNoMessages(t *testing.T) {
	for name, want := range map[string]string{
		"Jo Park": "Jo Park", " Jo ": "Jo", "J. R. Müller-Óg Jr.": "J. R. Müller-Óg Jr.", "Acme Drywall, Inc.": "Acme Drywall, Inc.", "": "x",
		"Win at evil.example": "x", "http://evil": "x", "Jo\nBcc: a": "x", "a@b": "x", "see <b>": "x", "evil.example/x": "x",
		"turn\u202eround": "x", strings.Repeat("a", 81): "x",
	} {
		if got := named(name, "x"); got != want {
			t.Errorf("%q is written as %q", name, got)
		}
	}
	for d, want := range map[time.Duration]string{30 * time.Minute: "30 minutes", 10 * time.Minute: "10 minutes", time.Hour: "one hour", 24 * time.Hour: "24 hours", 7 * 24 * time.Hour: "7 days", 90 * time.Minute: "90 minutes"} {
		if got := span(d); got != want {
			t.Errorf("%v is said as %q", d, got)
		}
	}
}
