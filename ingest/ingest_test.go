package ingest_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/ingest"
	"projectr/local"
	"projectr/message"
	"projectr/store"
	"projectr/store/sqlite/sqlitetest"
)

// memory is a spool that keeps mail in memory; the tests hand deliveries over
// themselves.
type memory struct {
	mu   sync.Mutex
	raw  map[string][]byte
	last projectr.Delivery      // that was put
	open func(key string) error // a fault to inject
}

func (m *memory) Put(_ context.Context, env projectr.Envelope, r io.Reader) (projectr.Delivery, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return projectr.Delivery{}, err
	}
	sum := sha256.Sum256(b)
	m.mu.Lock()
	defer m.mu.Unlock()
	key := fmt.Sprint("d", len(m.raw))
	m.raw[key] = b
	m.last = projectr.Delivery{Key: key, Envelope: env, Digest: projectr.Digest(hex.EncodeToString(sum[:])), Size: int64(len(b))}
	return m.last, nil
}

func (m *memory) Open(_ context.Context, d projectr.Delivery) (io.ReadCloser, error) {
	if m.open != nil {
		if err := m.open(d.Key); err != nil {
			return nil, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return io.NopCloser(bytes.NewReader(m.raw[d.Key])), nil
}

func (m *memory) Run(context.Context, int, func(context.Context, projectr.Delivery) error) error {
	return errors.New("not used")
}

// house is a pipeline over a real store.
type house struct {
	*ingest.Pipeline
	t     *testing.T
	spool *memory
	clock time.Time
	files string // the folder of originals
}

var ctx = context.Background()

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, spool: &memory{raw: map[string][]byte{}}, clock: time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC), files: t.TempDir()}
	now := func() time.Time { return h.clock }
	db := sqlitetest.Open(t)
	st := store.New(db, &local.Files{Dir: h.files}, now)
	st.Check, st.Link = extract.Check, extract.Link
	h.Pipeline = &ingest.Pipeline{Store: st, Spool: h.spool, Extractor: extract.Rules{}, MailDomain: "mail.test", Now: now, Log: slog.New(slog.DiscardHandler)}
	return h
}

// org makes an organisation that takes mail of anyone.
func (h *house) org(name string, projects ...projectr.Project) store.Org {
	h.t.Helper()
	org := h.strict(name, projects...)
	if _, err := org.SaveSender(ctx, "*", true); err != nil {
		h.t.Fatal(err)
	}
	return org
}

// strict makes one that takes mail of its members alone.
func (h *house) strict(name string, projects ...projectr.Project) store.Org {
	h.t.Helper()
	o := projectr.Org{ID: projectr.OrgID("org_" + name), Name: name, Address: name, Plan: "self_hosted", TimeZone: "UTC"}
	if err := h.Store.CreateOrg(ctx, o, projectr.Actor{Kind: "operator", ID: "test"}); err != nil {
		h.t.Fatal(err)
	}
	org, err := h.Store.AsOperator(ctx, name, "test")
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range projects {
		if _, err := org.CreateProject(ctx, p); err != nil {
			h.t.Fatal(err)
		}
	}
	return org
}

func (h *house) spooled(raw string, to ...string) projectr.Delivery {
	h.t.Helper()
	for i := range to {
		to[i] += "@mail.test"
	}
	d, err := h.spool.Put(ctx, projectr.Envelope{From: "jo@sender.example", To: to, ReceivedAt: h.clock}, strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n")))
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func (h *house) process(raw string, to ...string) {
	h.t.Helper()
	if err := h.Process(ctx, h.spooled(raw, to...)); err != nil {
		h.t.Fatal(err)
	}
}

func emails(t *testing.T, o store.Org) []projectr.Email {
	t.Helper()
	l, err := o.Emails(ctx, projectr.EmailFilter{})
	if err != nil {
		t.Fatal(err)
	}
	return l.Items
}

const rfi = `From: Dana <dana@arch.example>
To: mike@firm.example
Subject: 24-117 corridor ceiling
Date: Wed, 4 Mar 2026 09:00:00 -0500
Message-ID: <rfi@arch.example>

Mike, please send us the revised ceiling plan by Friday.
`

var hollis = projectr.Project{Name: "Hollis Street Clinic", JobNumber: "24-117"}

func TestTwiceIsOnce(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	d := h.spooled(rfi, "acme")
	var wg sync.WaitGroup
	for range 8 { // redelivery in parallel
		wg.Go(func() {
			if err := h.Process(ctx, d); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	h.process(rfi, "acme") // and a resend
	got := emails(t, acme)
	if len(got) != 1 || got[0].State != projectr.Filed || len(got[0].Facts) == 0 {
		t.Fatalf("got %+v", got)
	}
	events, err := acme.Timeline(ctx, *got[0].ProjectID, projectr.Page{})
	if err != nil {
		t.Fatal(err)
	}
	filed := 0
	for _, e := range events.Items {
		if e.Kind == projectr.MailFiled {
			filed++
		}
	}
	if filed != 1 {
		t.Errorf("the timeline says %d times that the mail was filed", filed)
	}
}

func TestALimitHoldsAMailItNeverLosesOne(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	suspend := func(on bool) error {
		_, err := acme.ChangeInfo(ctx, func(o *projectr.Org) { o.Suspended = on })
		return err
	}
	if err := suspend(true); err != nil {
		t.Fatal(err)
	}
	h.process(rfi, "acme")
	if err := h.ReleaseHeld(ctx); err != nil {
		t.Fatal(err)
	}
	if got := emails(t, acme); len(got) != 1 || got[0].State != projectr.Held || len(got[0].Facts) != 0 {
		t.Fatalf("while suspended: %+v", got)
	}

	if err := suspend(false); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := h.ReleaseHeld(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if got := emails(t, acme); len(got) != 1 || got[0].State != projectr.Filed || len(got[0].Facts) == 0 {
		t.Fatalf("after it was resumed: %+v", got)
	}
}

type silent struct{}

func (silent) Extract(context.Context, *message.Message) (extract.Result, error) {
	return extract.Result{}, context.DeadlineExceeded
}

type panics struct{}

func (panics) Extract(context.Context, *message.Message) (extract.Result, error) { panic("bad day") }

func TestASilentModelCostsFactsNotTheMail(t *testing.T) {
	for _, ex := range []extract.Extractor{silent{}, panics{}} {
		h := newHouse(t)
		acme := h.org("acme", hollis)
		h.Extractor = ex
		h.process(rfi, "acme")
		got := emails(t, acme)
		if len(got) != 1 || got[0].State != projectr.Filed || len(got[0].Warnings) == 0 {
			t.Fatalf("%T: got %+v", ex, got)
		}
	}
}

func TestAMailToTwoOrganisationsShowsNeitherTheOther(t *testing.T) {
	h := newHouse(t)
	acme, globex := h.org("acme", hollis), h.org("globex")
	h.process(rfi, "acme", "globex")
	a, g := emails(t, acme), emails(t, globex)
	if len(a) != 1 || len(g) != 1 || a[0].ID == g[0].ID || a[0].ThreadID == g[0].ThreadID {
		t.Fatalf("acme %+v\nglobex %+v", a, g)
	}
	if a[0].State != projectr.Filed || g[0].State != projectr.InReview {
		t.Errorf("acme's is %s, globex's is %s", a[0].State, g[0].State)
	}
	if _, _, err := globex.OpenRaw(ctx, a[0].ID); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("globex opens acme's mail: %v", err)
	}
}

func TestPoisonIsParkedVisiblyAfterFiveTries(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme")
	d := h.spooled(rfi, "acme")
	reads := 0
	h.spool.open = func(string) error {
		if reads++; reads <= ingest.MaxTries {
			return errors.New("the reader chokes")
		}
		return nil // keeping the raw bytes still works
	}
	for try := range ingest.MaxTries {
		d.Tries = try
		if err := h.Process(ctx, d); (err == nil) != (try == ingest.MaxTries-1) {
			t.Fatalf("try %d: %v", try, err)
		}
	}
	got := emails(t, acme)
	if len(got) != 1 || got[0].State != projectr.Parked || len(got[0].Warnings) == 0 {
		t.Fatalf("got %+v", got)
	}
	r, _, err := acme.OpenRaw(ctx, got[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if raw, err := io.ReadAll(r); err != nil || !strings.Contains(string(raw), "revised ceiling plan") {
		t.Errorf("the original of a parked mail: %v %q", err, raw)
	}
}

func TestTroubleOfTheStoreIsNeverPoison(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme")
	d := h.spooled(rfi, "acme")
	d.Tries = ingest.MaxTries - 1
	h.spool.open = func(string) error { return &projectr.Error{Kind: projectr.Unavailable, Message: "disk full"} }
	if err := h.Process(ctx, d); projectr.KindOf(err) != projectr.Unavailable {
		t.Fatalf("got %v", err)
	}
	h.spool.open = nil
	if err := h.Process(ctx, d); err != nil {
		t.Fatal(err)
	}
	if got := emails(t, acme); len(got) != 1 || got[0].State == projectr.Parked {
		t.Fatalf("got %+v", got)
	}
}

func TestAMailThatEndsTheProcessIsParkedUnread(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	h.Extractor = panics{} // would be called if it were read
	d := h.spooled(rfi, "acme")
	d.Tries = ingest.MaxTries
	if err := h.Process(ctx, d); err != nil {
		t.Fatal(err)
	}
	if got := emails(t, acme); len(got) != 1 || got[0].State != projectr.Parked {
		t.Fatalf("got %+v", got)
	}
}

func TestAStopOfTheProcessParksNothing(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	d := h.spooled(rfi, "acme")
	d.Tries = ingest.MaxTries - 1
	stopped, stop := context.WithCancel(ctx)
	stop()
	if err := h.Process(stopped, d); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if got := emails(t, acme); len(got) != 0 {
		t.Fatalf("got %+v", got)
	}
}

func TestAThreadThatArrivesBackwardsFindsItsProject(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	h.process(`From: Mike <mike@firm.example>
Subject: Re: ceiling
In-Reply-To: <rfi@arch.example>
Message-ID: <answer@firm.example>

Will do.
`, "acme")
	if got := emails(t, acme); len(got) != 1 || got[0].State != projectr.InReview {
		t.Fatalf("alone: %+v", got)
	}
	h.process(rfi, "acme")
	for _, e := range emails(t, acme) {
		if e.State != projectr.Filed || e.ThreadSize != 2 {
			t.Errorf("%q is %s in a thread of %d", e.Subject, e.State, e.ThreadSize)
		}
	}
}

// TestAThreadFilesNoMailBelowTheThreshold: where the organisation wants to be surer
// than a thread makes it, a reply waits, whichever of the two came first.
func TestAThreadFilesNoMailBelowTheThreshold(t *testing.T) {
	const reply = "From: Mike <mike@firm.example>\nSubject: Re: ceiling\nIn-Reply-To: <rfi@arch.example>\nMessage-ID: <answer@firm.example>\n\nWill do.\n"
	for _, c := range []struct {
		percent int
		want    projectr.EmailState
	}{{80, projectr.Filed}, {90, projectr.Filed}, {100, projectr.InReview}} {
		for _, first := range []string{"rfi", "reply"} {
			h := newHouse(t)
			acme := h.org("acme", hollis)
			if _, err := acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.FileFrom = c.percent }); err != nil {
				t.Fatal(err)
			}
			if first == "reply" {
				h.process(reply, "acme")
			}
			h.process(rfi, "acme+24-117")
			if first == "rfi" {
				h.process(reply, "acme")
			}
			for _, e := range emails(t, acme) {
				want := c.want
				if e.MessageID == "rfi@arch.example" {
					want = projectr.Filed
				}
				if e.State != want {
					t.Errorf("from %d %%, %s first: %q is %s, not %s", c.percent, first, e.Subject, e.State, want)
				}
			}
		}
	}
}

func TestOneOrganisationTwoAddressesOneRecord(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme", hollis)
	h.process("From: jo@sender.example\nSubject: stone\n\nIt is here.\n", "acme", "acme+24-117", "ACME+24-117", "gone")
	got := emails(t, acme)
	if len(got) != 1 || got[0].State != projectr.Filed || got[0].Match.Reasons[0].Kind != "plus_address" {
		t.Fatalf("got %+v", got)
	}
}

func TestADateNobodyCanBelieveIsWhenTheMailCame(t *testing.T) {
	h := newHouse(t)
	acme := h.org("acme")
	h.process("From: jo@sender.example\nSubject: x\nDate: Fri, 1 Jan 2100 00:00:00 +0000\n\ny\n", "acme")
	if got := emails(t, acme); len(got) != 1 || !got[0].Date.Equal(h.clock) {
		t.Fatalf("got %+v", got)
	}
}
