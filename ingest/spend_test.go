package ingest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/store"
)

// interrupted is a model that answers after something has happened.
type interrupted struct {
	oracle
	meanwhile func()
}

func (m *interrupted) Read(ctx context.Context, in extract.Input) (extract.Result, error) {
	res, err := m.oracle.Read(ctx, in)
	m.meanwhile()
	if ctx.Err() != nil {
		return extract.Result{Calls: res.Calls}, ctx.Err()
	}
	return res, err
}

// spent sums what is known of all calls that were made for a mail.
func spent(t *testing.T, o store.Org, id projectr.EmailID) (micro int64, calls int) {
	t.Helper()
	for _, r := range readings(t, o, id) {
		for _, c := range r.Calls {
			micro, calls = micro+*c.CostMicro, calls+1
		}
	}
	return micro, calls
}

func TestWhatWasSentIsKeptWhateverBecomesOfTheReading(t *testing.T) {
	for name, meanwhile := range map[string]func(h *house, o store.Org, id projectr.EmailID, stop func()) error{
		"somebody undoes it": func(_ *house, o store.Org, id projectr.EmailID, _ func()) error {
			_, err := o.UndoReading(ctx, id, 2)
			return err
		},
		"somebody has it read by the rules": func(_ *house, o store.Org, id projectr.EmailID, _ func()) error {
			_, err := o.AskReadings(ctx, []projectr.EmailID{id}, "rules")
			return err
		},
		"the process is told to stop": func(_ *house, _ store.Org, _ projectr.EmailID, stop func()) error { stop(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			m := &interrupted{}
			h.Model = m
			acme := h.org("acme", hollis)
			h.process(rfi, "acme")
			wants(t, acme)
			id := emails(t, acme)[0].ID
			if _, err := acme.AskReadings(ctx, []projectr.EmailID{id}, "model"); err != nil {
				t.Fatal(err)
			}
			running, stop := context.WithCancel(ctx)
			defer stop()
			m.meanwhile = func() {
				m.meanwhile = func() {}
				if err := meanwhile(h, acme, id, stop); err != nil {
					t.Error(err)
				}
			}
			if err := h.ReadAgain(running); err != nil && running.Err() == nil {
				t.Fatal(err)
			}
			h.again()
			asked := len(m.questions())
			if micro, calls := spent(t, acme, id); asked == 0 || calls != asked || micro != int64(7*asked) {
				t.Errorf("asked %d times; kept are %d calls of %d micro-USD: %+v", asked, calls, micro, readings(t, acme, id))
			}
		})
	}
}

func TestNoNumberOfCrashesSendsAMailMoreOftenThanTriesAreAllowed(t *testing.T) {
	h := newHouse(t)
	m := &oracle{}
	h.Model = m
	acme := h.org("acme", hollis)
	wants(t, acme)
	h.process(rfi, "acme")
	id := emails(t, acme)[0].ID
	for range 12 { // the process dies each time after it took the reading
		if _, err := acme.TakeReading(ctx, h.clock, true); err != nil {
			t.Fatal(err)
		}
		h.clock = h.clock.Add(time.Second)
	}
	h.again()
	e, r := emails(t, acme)[0], readings(t, acme, id)[0]
	if n := len(m.questions()); n != 0 || e.ReadAgain || r.Again || !r.Due.IsZero() || r.Note == "" || len(e.Facts) == 0 {
		t.Errorf("sent %d times more; %s", n, fmt.Sprintf("%+v", r))
	}
}

func TestWordsThatNoModelMaySeeAreNotInWhatItIsTold(t *testing.T) {
	h := newHouse(t)
	m := &oracle{}
	h.Model = m
	acme := h.org("acme", hollis, projectr.Project{Name: "Falcon Tower", People: []string{"Fay Falcon"}}, projectr.Project{Name: "Quarry Bend", Address: "9 Falcon Way, Dover"},
		projectr.Project{Name: "Harrow Point", People: []string{"Kirsten Vogel"}})
	wants(t, acme, func(s *projectr.Settings) { s.NoAIWords = []string{"falcon"} })
	for _, raw := range []string{
		"From: Max <max@y.example>\nTo: Falcon Legal <f@x.example>\nSubject: names\n\nPlease order the stone by Friday.\n",
		"From: Jo <jo@x.example>\nSubject: Fwd: about the Falcon matter\n\nPlease look at it by Friday.\n\n---------- Forwarded message ---------\nFrom: Max <max@y.example>\nDate: Mon, Mar 2, 2026 at 9:00 AM\nSubject: stone\nTo: jo@x.example\n\nPlease order the granite by Friday.\n",
		"From: Jo <jo@x.example>\nSubject: Fwd: slate\n\nThis is for Falcon only, please look by Friday.\n\n---------- Forwarded message ---------\nFrom: Max <max@y.example>\nDate: Mon, Mar 2, 2026 at 9:00 AM\nSubject: slate\nTo: jo@x.example\n\nPlease order the slate by Friday.\n",
		"From: Jo <jo@x.example>\nSubject: open\n\nPlease order the formidable wall by Friday.\n",
	} {
		h.process(raw, "acme")
	}
	h.again()
	if n := len(emails(t, acme)); n < 6 {
		t.Fatalf("%d mails", n)
	}
	q := m.questions()
	if len(q) != 1 || q[0].Message.Subject != "open" {
		for _, in := range q {
			t.Errorf("sent: %q", in.Message.Subject)
		}
		return
	}
	var names []string
	for _, p := range q[0].Projects {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	if got := fmt.Sprint(names); got != fmt.Sprint([]string{hollis.Name, "Harrow Point"}) && got != fmt.Sprint([]string{"Harrow Point", hollis.Name}) {
		t.Errorf("projects told: %s", got)
	}
	if slices.Contains(q[0].People, "Fay Falcon") || !slices.Contains(q[0].People, "Kirsten Vogel") {
		t.Errorf("people told: %q", q[0].People)
	}
}
