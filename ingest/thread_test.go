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
