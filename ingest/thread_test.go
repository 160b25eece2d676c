package ingest_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"projectr"
)

// Mails of a thread in any order, by several workers, end where the one that
// names the job does.
func TestAThreadIsOneWhoeverCarriesItsMails(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	const threads = 20
	var ds []projectr.Delivery
	for i := range threads {
		ds = append(ds,
			h.spooled(fmt.Sprintf("From: a@x.example\nSubject: 24-117 ceiling\nMessage-ID: <a%d@x>\n\nLook.\n", i), "acme"),
			h.spooled(fmt.Sprintf("From: b@x.example\nSubject: Re: it\nMessage-ID: <b%d@x>\nIn-Reply-To: <a%d@x>\n\nYes.\n", i, i), "acme"),
			h.spooled(fmt.Sprintf("From: c@x.example\nSubject: Re: it\nMessage-ID: <c%d@x>\nIn-Reply-To: <b%d@x>\n\nFine.\n", i, i), "acme"))
	}
	order := rand.New(rand.NewPCG(1, 2))
	order.Shuffle(len(ds), func(i, j int) { ds[i], ds[j] = ds[j], ds[i] })
	work := make(chan projectr.Delivery)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for d := range work {
				if err := h.Process(ctx, d); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for _, d := range ds {
		work <- d
	}
	close(work)
	wg.Wait()
	l, err := acme.Emails(ctx, projectr.EmailFilter{Page: projectr.Page{Limit: 200}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range l.Items {
		if e.State != projectr.Filed || e.ThreadSize != 3 {
			t.Errorf("%s is %s in a thread of %d", e.MessageID, e.State, e.ThreadSize)
		}
	}
	if len(l.Items) != 3*threads {
		t.Errorf("%d mails", len(l.Items))
	}
}

// Mails without headers that tie them find their thread by Exchange's Thread-Index,
// or by subject and people within their time; never by a subject alone, and never
// across projects.
func TestThreadsWithoutHeaders(t *testing.T) {
	index := func(tail string) string { return "Thread-Index: AQHXv5m1q0JpZpVZQ0mJ1qk8b3v2Ag==" + tail }
	mail := func(from, to, subject, id, date, more, body string) string {
		head := []string{"Date: " + date}
		if more != "" {
			head = append(head, more)
		}
		return mailOf(from, to, subject, id, append(head, "", body)...)
	}
	const day1, day2, day60 = "Mon, 2 Mar 2026 09:15:20 -0500", "Tue, 3 Mar 2026 09:15:20 -0500", "Fri, 1 May 2026 09:15:20 -0500"
	const ask = "Which finish do you want for the stair at level two? The painter asks for an answer."
	for _, c := range []struct {
		name     string
		one, two string
		same     bool
	}{
		{"Thread-Index", mail("dana@gc.example", "acme@mail.test", "Stair", "1@x", day1, index(""), ask), mail("lee@sub.example", "acme@mail.test", "Another subject", "2@x", day60, index(""), "Grey."), true},
		{"an answer by subject and people", mail("dana@gc.example", "lee@sub.example", "Stair finish at level two", "1@x", day1, "", ask), mail("lee@sub.example", "dana@gc.example", "RE: Stair finish at level two", "2@x", day2, "", "Grey, please."), true},
		{"an answer that comes in first", mail("lee@sub.example", "dana@gc.example", "RE: Stair finish at level two", "2@x", day2, "", "Grey, please."), mail("dana@gc.example", "lee@sub.example", "Stair finish at level two", "1@x", day1, "", ask), true},
		{"the subject of strangers", mail("dana@gc.example", "lee@sub.example", "Stair finish at level two", "1@x", day1, "", ask), mail("kim@else.example", "pat@else.example", "RE: Stair finish at level two", "2@x", day2, "", "Grey, please."), false},
		{"the same subject months later", mail("dana@gc.example", "lee@sub.example", "Stair finish at level two", "1@x", day1, "", ask), mail("lee@sub.example", "dana@gc.example", "RE: Stair finish at level two", "2@x", day60, "", "Grey, please."), false},
		{"the same subject begun anew", mail("dana@gc.example", "lee@sub.example", "Daily report", "1@x", day1, "", "Poured level two."), mail("dana@gc.example", "lee@sub.example", "Daily report", "2@x", day2, "", "Poured level three."), false},
		{"two projects", mail("dana@gc.example", "acme+24-117@mail.test", "Stair finish at level two", "1@x", day1, "", ask), mail("lee@sub.example", "dana@gc.example", "RE: Stair finish at level two", "2@x", day2, "", "This is for Kestrel Point: grey, please."), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			acme := h.org("acme", hollis, projectr.Project{Name: "Kestrel Point", JobNumber: "24-130"})
			to := "acme"
			if c.name == "two projects" {
				to = "acme+" + hollis.JobNumber
			}
			h.process(c.one, to)
			h.process(c.two, "acme")
			got := emails(t, acme)
			if len(got) != 2 || (got[0].ThreadID == got[1].ThreadID) != c.same {
				t.Errorf("%d mails, in threads %s and %s", len(got), got[0].ThreadID, got[len(got)-1].ThreadID)
			}
			if c.name == "two projects" && (got[0].ProjectID == nil || got[1].ProjectID == nil || *got[0].ProjectID == *got[1].ProjectID) {
				t.Errorf("they are on %v and %v", got[0].ProjectID, got[1].ProjectID)
			}
		})
	}
}
