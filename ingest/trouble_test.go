package ingest_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/openai"
	"projectr/openai/openaitest"
)

// A server that answers each request in another bad way, or a good one, by chance: every
// mail is on its timeline at once, and in the end read by the model or given up, in
// bounded tries; what reached the server is what is kept of it, request by request; and
// no fact stands without its words (T-6).
func TestWhateverAModelDoesEveryMailEndsWell(t *testing.T) {
	const seed = 11
	rng := rand.New(rand.NewPCG(seed, seed))
	var modes []openaitest.Mode
	s := openaitest.New()
	defer s.Close()
	for _, m := range openaitest.Modes {
		if m.At(s) == s.URL() && !m.Stalls {
			modes = append(modes, m)
		}
	}
	if len(modes) < 30 {
		t.Fatalf("only %d modes", len(modes))
	}
	s.Mode = func(int) openaitest.Mode { // one organisation: one request at a time
		if rng.IntN(20) == 0 {
			return openaitest.Good
		}
		return modes[rng.IntN(len(modes))]
	}
	h := newHouse(t)
	port, err := openai.New(openai.Options{Key: "sk-canary", BaseURL: s.URL(), Timeout: 20 * time.Second, Now: h.Now})
	if err != nil {
		t.Fatal(err)
	}
	m := extract.NewByModel(port, []string{"gpt-5-mini"}, projectr.ListPrices(), h.Now, slog.New(slog.DiscardHandler))
	m.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	h.Model, h.Jitter = m, rng.Float64
	acme := h.org("acme", hollis)
	wants(t, acme)
	files, err := filepath.Glob("../testdata/construction-gold/eml/*.eml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d mails, %v", len(files), err)
	}
	for _, f := range files[:20] {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		h.process(strings.ReplaceAll(string(raw), "\r\n", "\n"), "acme")
	}
	if s.Requests() != 0 {
		t.Errorf("the road made %d requests", s.Requests())
	}
	waits := func() (n int) {
		for _, e := range emails(t, acme) {
			if e.ReadAgain {
				n++
			}
		}
		return n
	}
	rounds := 0
	for ; waits() > 0; rounds++ {
		if rounds == 400 {
			t.Fatalf("%d mails wait still", waits())
		}
		h.again()
		h.clock = h.clock.Add(time.Hour)
	}
	kept, byModel := 0, 0
	for _, e := range emails(t, acme) {
		b, err := acme.Body(ctx, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range e.Facts {
			if f.File == 0 && !f.Stands(b.Text) {
				t.Errorf("%s: %q does not stand in it", e.Subject, f.Quote)
			}
		}
		if e.Extractor != "rules" {
			byModel++
		}
		for _, r := range readings(t, acme, e.ID) {
			whole, err := acme.Reading(ctx, e.ID, r.N)
			if err != nil || r.Tries > 12 || (r.State == projectr.ReadingCurrent) && r.Again {
				t.Errorf("%s: %+v, %v", e.Subject, r, err)
			}
			for _, c := range whole.Calls {
				if c.Outcome == projectr.CallNotSent {
					continue
				}
				kept++
				if c.Sent == "" || strings.Contains(c.Sent, "sk-canary") {
					t.Errorf("%s: what was sent: %q", e.Subject, c.Sent)
				}
			}
		}
	}
	if kept != s.Requests() {
		t.Errorf("%d requests reached the server, %d are kept", s.Requests(), kept)
	}
	l := ledgerOf(t, acme)
	left, charged := 0, map[string]int{}
	for _, e := range l {
		switch {
		case e.Outcome == projectr.CallStarted || e.Outcome == projectr.CallUnknown:
			t.Errorf("%s is %s after all", e.ID, e.Outcome)
		case e.Outcome != projectr.CallNotSent:
			left++
		}
		if e.ChargedMicro > 0 {
			charged[e.Job]++
		}
	}
	if left != s.Requests() {
		t.Errorf("%d requests reached the server, %d calls left by the ledger", s.Requests(), left)
	}
	for job, n := range charged {
		if n > 1 {
			t.Errorf("%s was charged %d times", job, n)
		}
	}
	if len(charged) == 0 { // not each good answer says what it used
		t.Error("nothing was charged")
	}
	if most := 20 * 12 * m.Limits.Calls; s.Requests() > most || byModel == 0 {
		t.Errorf("%d requests, at most %d; %d mails by the model", s.Requests(), most, byModel)
	}
	t.Logf("%d requests in %d rounds; %d of 20 mails by the model", s.Requests(), rounds, byModel)
}
