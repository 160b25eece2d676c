package ingest_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
)

// caught keeps what was put into a spool.
type caught struct {
	*memory
	got []projectr.Delivery
}

func (c *caught) Put(ctx context.Context, env projectr.Envelope, r io.Reader) (projectr.Delivery, error) {
	d, err := c.memory.Put(ctx, env, r)
	c.got = append(c.got, d)
	return d, err
}

// The sample shows what mail does: it is let in for whoever asked, where strangers' mail
// waits, names its project and gives facts of several kinds; once, however often asked.
func TestSampleMail(t *testing.T) {
	for day := range 7 { // its deadlines depend on the weekday
		h := newHouse(t)
		h.clock = h.clock.AddDate(0, 0, day)
		spool := &caught{memory: h.spool}
		h.Spool = spool
		acme := h.strict("acme")
		h.member(acme, "jo@acme.example", "Jo")
		if _, err := acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.RequireAuthentication = day%2 == 1 }); err != nil {
			t.Fatal(err)
		}
		jo := projectr.User{Email: "jo@acme.example", Name: "Jo"}
		send := func() error { return h.SendSample(ctx, acme, jo) }
		if err := send(); err != nil {
			t.Fatal(err)
		}
		h.clock = h.clock.Add(time.Second)
		if err := send(); err != nil { // before the first one is filed
			t.Fatal(err)
		}
		for _, d := range spool.got {
			if err := h.Process(ctx, d); err != nil {
				t.Fatal(err)
			}
		}
		if err := send(); projectr.KindOf(err) != projectr.Conflict {
			t.Errorf("once more: %v", err)
		}
		mails := emails(t, acme)
		if len(mails) != 1 || mails[0].State != projectr.InReview || mails[0].Verdict != projectr.Accepted {
			t.Fatalf("day %d: %+v", day, mails)
		}
		m := mails[0]
		if !strings.HasPrefix(m.Subject, "Sample: ") || !strings.Contains(m.From[0].Name, "sample") || !strings.HasSuffix(m.From[0].Address, ".example") {
			t.Errorf("day %d: not told to be a sample: %q of %+v", day, m.Subject, m.From)
		}
		if p := m.Match.Proposal; p == nil || p.Name != "Harrow Point Medical" || p.JobNumber != "HP-2217" {
			t.Errorf("day %d: proposes %+v", day, p)
		}
		var kinds []projectr.FactKind
		for _, f := range m.Facts {
			kinds = append(kinds, f.Kind)
			if f.Confidence < 0.8 {
				t.Errorf("day %d: unsure of %q (%v)", day, f.Text, f.Confidence)
			}
		}
		slices.Sort(kinds)
		if want := []projectr.FactKind{projectr.ActionItem, projectr.BudgetMention, projectr.Decision, projectr.TimelineChange}; !slices.Equal(kinds, want) {
			t.Errorf("day %d: %v", day, kinds)
		}
	}
}
