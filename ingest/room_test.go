package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"projectr"
	"projectr/ingest"
	"projectr/local"
	"projectr/store"
)

// limited gives an organisation's plan so many bytes of storage.
func limited(t *testing.T, h *house, org store.Org, bytes int64) {
	t.Helper()
	plan(t, org, "starter")
	h.Store.Plans = slices.Clone(projectr.Plans)
	h.Store.Plans[0].StorageBytes = bytes
}

func openSpool(t *testing.T, h *house, dir string) *local.Spool {
	t.Helper()
	s, err := local.OpenSpool(dir, local.SpoolOptions{MaxMail: 1, Found: h.Waits})
	if err != nil {
		t.Fatal(err)
	}
	h.Spool = s
	return s
}

// send is a mail at the SMTP door: each recipient is asked for, and the mail goes to
// those that were taken.
func send(h *house, mail string, to ...string) error {
	var taken []string
	var no error
	for _, rcpt := range to {
		if err := h.Recipient(ctx, rcpt+"@mail.test"); err != nil {
			no = err
			continue
		}
		taken = append(taken, rcpt+"@mail.test")
	}
	if len(taken) == 0 {
		return no
	}
	return h.Accept(ctx, projectr.Envelope{From: "jo@sender.example", To: taken, ReceivedAt: h.clock}, strings.NewReader(mail))
}

// drain waits until the road has carried all that waits.
func drain(s *local.Spool) {
	for s.Waiting() > 0 {
		time.Sleep(time.Millisecond)
	}
}

// letterOf is a mail of 1,000 bytes; mails of different numbers differ.
func letterOf(n int) string {
	s := fmt.Sprintf("From: Jo <jo@sender.example>\r\nMessage-ID: <room%d@sender.example>\r\nSubject: Crane days\r\n\r\n", n)
	return s + strings.Repeat("x", 998-len(s)) + "\r\n"
}

func overLimit(err error) bool { return err != nil && projectr.KindOf(err) == projectr.OverLimit }

// run has the road carry what waits, until stop is called.
func run(t *testing.T, h *house) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := h.Run(ctx, 4); err != nil {
			t.Error(err)
		}
	})
	return func() { cancel(); wg.Wait() }
}

// I-11: what waits in the spool counts, so a burst does not pass the storage limit:
// whoever is taken while there is room is the last, and all others are told to come
// again, while the road stands still and while it works.
func TestABurstDoesNotPassTheStorageLimit(t *testing.T) {
	const most, senders, each = 20_500, 50, 4
	for _, working := range []bool{false, true} {
		h := newHouse(t)
		acme := h.org("acme", hollis)
		limited(t, h, acme, most)
		spool := openSpool(t, h, t.TempDir())
		stop := func() {}
		if working {
			stop = run(t, h)
		}
		var taken, refused atomic.Int64
		var wg sync.WaitGroup
		for i := range senders {
			wg.Go(func() {
				for j := range each {
					switch err := send(h, letterOf(i*each+j), "acme"); {
					case err == nil:
						taken.Add(1)
					case overLimit(err):
						refused.Add(1)
					default:
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if !working {
			stop = run(t, h)
		}
		for spool.Waiting() > 0 {
			if err := h.Recipient(ctx, "acme@mail.test"); !overLimit(err) {
				t.Fatalf("while mail is written: %v", err)
			}
		}
		stop()
		u, err := acme.Used(ctx)
		if err != nil || u.Bytes != 21_000 || taken.Load() != 21 || refused.Load() != senders*each-21 {
			t.Errorf("road at work: %v: %d taken, %d refused, %d bytes kept, %v", working, taken.Load(), refused.Load(), u.Bytes, err)
		}
		limited(t, h, acme, 2*most)
		if err := send(h, letterOf(-1), "acme"); err != nil {
			t.Errorf("when the plan has grown: %v", err)
		}
		if err := spool.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What waited when the process ended counts in the next one, once.
func TestWhatWaitsCountsAfterARestart(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	limited(t, h, acme, 2_000)
	dir := t.TempDir()
	spool := openSpool(t, h, dir)
	for n := range 2 { // two records of each mail, whose bytes are kept once
		if err := send(h, letterOf(n), "acme", "acme+hollis", "acme+quarry"); err != nil {
			t.Fatal(err)
		}
	}
	if err := send(h, letterOf(2), "acme"); !overLimit(err) {
		t.Fatalf("before: %v", err)
	}
	if err := spool.Close(); err != nil {
		t.Fatal(err)
	}

	next := *h
	next.Pipeline = &ingest.Pipeline{Store: h.Store, Extractor: h.Extractor, MailDomain: h.MailDomain, Now: h.Now, Log: h.Log}
	spool = openSpool(t, &next, dir)
	defer spool.Close()
	if err := send(&next, letterOf(2), "acme"); !overLimit(err) {
		t.Fatalf("after: %v", err)
	}
	stop := run(t, &next)
	for spool.Waiting() > 0 {
		if err := send(&next, letterOf(2), "acme"); !overLimit(err) {
			t.Fatalf("while it is written: %v", err)
		}
	}
	stop()
	if u, err := acme.Used(ctx); err != nil || u.Bytes != 2_000 {
		t.Errorf("%d bytes kept, %v", u.Bytes, err)
	}
	limited(t, h, acme, 2_001)
	if err := send(&next, letterOf(2), "acme"); err != nil {
		t.Errorf("when the plan has grown by a byte: %v", err)
	}
}

// However many plus-addresses of an organisation one mail is sent to, its bytes are kept
// once and count once: no stranger uses up the storage by one mail, read or not.
func TestOneMailToManyAddressesCountsOnce(t *testing.T) {
	h := newHouse(t)
	acme, birch := h.strict("acme"), h.org("birch")
	plan(t, birch, "starter")
	limited(t, h, acme, 3_500)
	spool := openSpool(t, h, t.TempDir())
	defer spool.Close()
	tags := []string{"acme"}
	for i := range 50 {
		tags = append(tags, fmt.Sprint("acme+", i), fmt.Sprint("birch+", i))
	}
	for n := range 2 {
		if err := send(h, letterOf(n), tags...); err != nil {
			t.Fatal(err)
		}
	}
	if err := send(h, "no mail", tags[1:]...); err != nil {
		t.Fatal(err)
	}
	stop := run(t, h)
	defer stop()
	drain(spool)
	if err := send(h, letterOf(0), "acme+49"); err != nil { // it is there, and counts no more
		t.Fatal(err)
	}
	drain(spool)
	for _, org := range []store.Org{acme, birch} {
		c, err := org.Counts(ctx)
		u, fault := org.Used(ctx)
		if err != nil || fault != nil || u.Bytes != 2_007 {
			t.Errorf("%d bytes kept of %+v, %v, %v", u.Bytes, c, err, fault)
		}
	}
	for n, want := range []bool{true, true, false} { // at 2,007, 3,007 and 4,007 of 3,500
		if err := send(h, letterOf(10+n), "acme+1", "acme+2"); want != (err == nil) || !want && !overLimit(err) {
			t.Errorf("mail %d after: %v", n, err)
		}
	}
}

// A mail to several organisations of which one has become full is not taken, and
// counts for none. At the next try the one that is full is turned away alone.
func TestOneFullOrganisationOfSeveral(t *testing.T) {
	h := newHouse(t)
	acme, birch := h.org("acme"), h.org("birch")
	plan(t, birch, "starter")
	limited(t, h, acme, 1_500)
	spool := openSpool(t, h, t.TempDir())
	defer spool.Close()
	both := projectr.Envelope{From: "jo@sender.example", To: []string{"acme@mail.test", "birch@mail.test"}, ReceivedAt: h.clock}
	for n := range 2 {
		if err := send(h, letterOf(n), "acme"); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 3 { // each was asked for while there was room
		if err := h.Accept(ctx, both, strings.NewReader(letterOf(10+n))); !overLimit(err) {
			t.Fatalf("to both: %v", err)
		}
	}
	for n, want := range []bool{true, true, false} { // nothing was counted for birch
		if err := send(h, letterOf(20+n), "acme", "birch"); want != (err == nil) || !want && !overLimit(err) {
			t.Errorf("mail %d to birch: %v", n, err)
		}
	}
	if spool.Waiting() != 4 {
		t.Errorf("%d wait", spool.Waiting())
	}
}

// A mail that was not kept takes no room.
func TestWhatIsNotKeptTakesNoRoom(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme")
	limited(t, h, acme, 1_000)
	env := projectr.Envelope{From: "jo@sender.example", To: []string{"acme@mail.test"}, ReceivedAt: h.clock}
	spool := openSpool(t, h, t.TempDir())
	broken := errors.New("broken off")
	for range 3 {
		if err := h.Accept(ctx, env, io.MultiReader(strings.NewReader(letterOf(0)), failing{broken})); !errors.Is(err, broken) {
			t.Fatal(err)
		}
	}
	h.Spool = refusing{spool}
	for range 3 {
		if err := h.Accept(ctx, env, strings.NewReader(letterOf(0))); !errors.Is(err, errDisk) {
			t.Fatal(err)
		}
	}
	h.Spool = spool
	if err := send(h, letterOf(0), "acme"); err != nil {
		t.Error(err)
	}
	if err := spool.Close(); err != nil {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

var errDisk = errors.New("the disk is full")

// refusing reads each mail to its end, and cannot keep it.
type refusing struct{ *local.Spool }

func (refusing) Put(_ context.Context, _ projectr.Envelope, r io.Reader) (projectr.Delivery, error) {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return projectr.Delivery{}, err
	}
	return projectr.Delivery{}, errDisk
}

// Mail that leads nowhere is not sent to an organisation that is full, and stays.
func TestNothingIsRedeliveredToAFullOrganisation(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme")
	limited(t, h, acme, 1)
	d := h.spooled(rfi, "nobody")
	if err := h.Process(ctx, d); err != nil {
		t.Fatal(err)
	}
	h.process(rfi, "acme")
	by := projectr.Actor{Kind: "operator", ID: "test"}
	if err := h.Redeliver(ctx, d.Digest, "nobody@mail.test", "acme@mail.test", by); !overLimit(err) {
		t.Errorf("%v", err)
	}
	if _, err := h.Store.UnroutedMail(ctx, d.Digest, "nobody@mail.test"); err != nil {
		t.Errorf("it is gone: %v", err)
	}
}
