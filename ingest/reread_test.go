package ingest_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/ingest"
	"projectr/store"
)

// oracle is a model that finds a risk in the first line of each mail, or is silent, or
// waits until it is told to go on.
type oracle struct {
	mu     sync.Mutex
	asked  []extract.Input
	silent projectr.CallOutcome // not empty: how its calls end
	rests  bool
	wait   chan struct{}

	thought *int // for one answer, as the last estimate was told
}

func (o *oracle) Read(ctx context.Context, in extract.Input) (extract.Result, error) {
	o.mu.Lock()
	o.asked = append(o.asked, in)
	silent, wait := o.silent, o.wait
	o.mu.Unlock()
	if wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
			return extract.Result{}, ctx.Err()
		}
	}
	call := projectr.ModelCall{Model: "gpt-x", Sent: "sent: " + in.Message.Text, Outcome: projectr.CallAnswered, Tokens: projectr.Tokens{Input: 100, Output: 10}, CostMicro: new(int64)}
	*call.CostMicro = 7
	if silent != "" {
		call.Outcome = silent
		return extract.Result{Extractor: "rules", Again: true, Calls: []projectr.ModelCall{call}}, nil
	}
	line, _, _ := strings.Cut(in.Message.Text, "\n")
	f := projectr.Fact{Kind: projectr.Risk, Text: "A risk", Quote: line, End: len([]rune(line)), Proof: projectr.Verified, Confidence: 0.9, Priority: "normal"}
	return extract.Result{Extractor: "gpt-x", Version: "prompt-1", Facts: []projectr.Fact{f}, Calls: []projectr.ModelCall{call}}, nil
}

func (o *oracle) Estimate(in extract.Input) extract.Estimate {
	o.set(func(o *oracle) { o.thought = in.Thought })
	micro := int64(50)
	return extract.Estimate{Model: "gpt-x", Calls: 1, Likely: projectr.Tokens{Input: 100, Output: 10}, LikelyMicro: &micro, MostMicro: nil}
}

func (o *oracle) Costs(models []string, t projectr.Tokens) []projectr.ModelPrice {
	prices := projectr.Prices{Models: []projectr.Price{{Model: "gpt-x", Input: 500_000}, {Model: "gpt-dear", Input: 500_000_000}, {Model: "gpt-free"}}}
	out := []projectr.ModelPrice{}
	for _, m := range append(slices.Clone(models), "gpt-x")[:max(1, len(models))] {
		out = append(out, projectr.ModelPrice{Model: m, MailMicro: prices.Cost(m, time.Time{}, t)})
	}
	return out
}

func (o *oracle) Rests([]string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.rests
}

func (o *oracle) set(change func(*oracle)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change(o)
}

func (o *oracle) questions() []extract.Input {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.asked
}

// wants makes the models read the organisation's mail.
func wants(t *testing.T, o store.Org, change ...func(*projectr.Settings)) {
	t.Helper()
	_, err := o.ChangeSettings(ctx, func(s *projectr.Settings) {
		s.Extractor = "model"
		for _, c := range change {
			c(s)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) again() {
	h.t.Helper()
	if err := h.ReadAgain(ctx); err != nil {
		h.t.Fatal(err)
	}
}

func readings(t *testing.T, o store.Org, id projectr.EmailID) []projectr.Reading {
	t.Helper()
	l, err := o.Readings(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func states(l []projectr.Reading) string {
	var out []string
	for _, r := range l {
		out = append(out, fmt.Sprint(r.N, ":", r.State))
	}
	return strings.Join(out, " ")
}

func TestAModelReadsAfterTheRoad(t *testing.T) {
	h := newHouse(t)
	m := &oracle{}
	h.Model = m
	acme, globex := h.org("acme", hollis, projectr.Project{Name: "Quarry Bend"}), h.org("globex", projectr.Project{Name: "Globex Tower"})
	wants(t, acme)
	h.process(rfi, "acme", "globex")
	before := emails(t, acme)[0]
	if !before.ReadAgain || before.Extractor != "rules" || len(before.Facts) == 0 || len(m.questions()) != 0 {
		t.Fatalf("the road: %+v", before)
	}
	h.again()
	after := emails(t, acme)[0]
	if after.ReadAgain || after.Extractor != "gpt-x" || *after.ProjectID != *before.ProjectID {
		t.Errorf("the model: %+v", after)
	}
	l := readings(t, acme, after.ID)
	if states(l) != "2:current 1:replaced" || len(l[0].Diff.Added) != 1 || len(l[0].Diff.Gone) != len(before.Facts) || *l[0].CostMicro != 7 {
		t.Errorf("readings: %+v", l)
	}
	if r, err := acme.Reading(ctx, after.ID, 2); err != nil || !strings.Contains(r.Calls[0].Sent, "revised ceiling plan") {
		t.Errorf("what was sent: %+v, %v", r.Calls, err)
	}
	// It is told of the organisation's own projects, that of the mail first.
	q := m.questions()
	if len(q) != 1 || len(q[0].Projects) != 2 || q[0].Projects[0].Name != hollis.Name {
		t.Fatalf("asked %+v", q)
	}
	if g := emails(t, globex)[0]; g.ReadAgain || g.Extractor != "rules" || states(readings(t, globex, g.ID)) != "1:current" {
		t.Errorf("the other organisation, which wants no model: %+v", g)
	}
	h.again()
	if len(m.questions()) != 1 {
		t.Error("it was read twice")
	}
}

func TestASilentModelIsAskedAgainLater(t *testing.T) {
	h := newHouse(t)
	m := &oracle{silent: projectr.CallTimeout}
	h.Model = m
	acme := h.org("acme", hollis)
	wants(t, acme)
	h.process(rfi, "acme")
	e := emails(t, acme)[0]
	stands := fmt.Sprint(e.Facts[0].ID, e.Facts[0].State, len(e.Facts))
	h.again()
	h.again() // not yet
	r, err := acme.Reading(ctx, e.ID, 1)
	if err != nil || len(m.questions()) != 1 || r.Tries != 1 || !r.Due.Equal(h.clock.Add(20*time.Second)) || len(r.Calls) != 1 || !r.Again {
		t.Fatalf("after it was silent: %d questions, %+v, %v", len(m.questions()), r, err)
	}
	// While it rests nobody asks, and what is not sent is no try.
	m.set(func(o *oracle) { o.rests = true })
	h.clock = h.clock.Add(2 * time.Minute)
	h.again()
	m.set(func(o *oracle) { o.rests, o.silent = false, projectr.CallNotSent })
	h.again()
	if r, _ = acme.Reading(ctx, e.ID, 1); len(m.questions()) != 2 || r.Tries != 1 || len(r.Calls) != 1 {
		t.Fatalf("after it rested: %d questions, %+v", len(m.questions()), r)
	}
	// What the settings say counts.
	wants(t, acme, func(s *projectr.Settings) { s.Extractor = "rules" })
	m.set(func(o *oracle) { o.silent = "" })
	h.clock = h.clock.Add(time.Hour)
	h.again()
	if len(m.questions()) != 2 {
		t.Fatal("it was asked though the rules are to read")
	}
	e = emails(t, acme)[0]
	if got := fmt.Sprint(e.Facts[0].ID, e.Facts[0].State, len(e.Facts)); got != stands || !e.ReadAgain {
		t.Errorf("what stands: %s, was %s", got, stands)
	}
	wants(t, acme)
	h.again()
	if e = emails(t, acme)[0]; e.ReadAgain || e.Extractor != "gpt-x" {
		t.Errorf("when it answers: %+v", e)
	}
}

func TestAModelThatStaysSilentIsGivenUp(t *testing.T) {
	for outcome, most := range map[projectr.CallOutcome]int{projectr.CallUnavailable: 12, projectr.CallInvalid: 3, projectr.CallRefused: 3} {
		h := newHouse(t)
		m := &oracle{silent: outcome}
		h.Model = m
		acme := h.org("acme", hollis)
		wants(t, acme)
		h.process(rfi, "acme")
		for range 30 {
			h.again()
			h.clock = h.clock.Add(24 * time.Hour)
		}
		e := emails(t, acme)[0]
		r := readings(t, acme, e.ID)[0]
		if len(m.questions()) != most || e.ReadAgain || r.Again || len(r.Calls) != most || r.Note == "" || *r.CostMicro != int64(7*most) || len(e.Facts) == 0 || e.Extractor != "rules" {
			t.Errorf("%s: %d questions, %+v", outcome, len(m.questions()), r)
		}
	}
}

func TestASlowModelHoldsNobodyUp(t *testing.T) {
	h := newHouse(t)
	m := &oracle{wait: make(chan struct{})}
	h.Model = m
	acme, globex := h.org("acme", hollis), h.org("globex")
	wants(t, acme)
	h.process(rfi, "acme")
	stopped, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.ReadOn(stopped, nil)
	}()
	for len(m.questions()) == 0 {
		time.Sleep(time.Millisecond)
	}
	// The road goes on for mail of the same thread, and others are read.
	h.process("From: mike@firm.example\nSubject: Re: 24-117 corridor ceiling\nIn-Reply-To: <rfi@arch.example>\nMessage-ID: <a@firm.example>\n\nPlease call me by Monday.\n", "acme")
	h.process(rfi, "globex")
	if n := len(emails(t, acme)); n != 2 {
		t.Errorf("%d mails", n)
	}
	if _, err := globex.AskReadings(ctx, []projectr.EmailID{emails(t, globex)[0].ID}, "rules"); err != nil {
		t.Fatal(err)
	}
	if n, err := h.ReadAgainOf(ctx, globex); n != 1 || err != nil {
		t.Errorf("of the others %d were read, %v", n, err)
	}
	if n, err := h.ReadAgainOf(ctx, acme); n != 0 || err != nil {
		t.Errorf("two at the mail of one organisation: %d, %v", n, err)
	}
	stop()
	<-done // a stop ends the wait
	close(m.wait)
	// The try counts, and the mail is read after the next start.
	m.set(func(o *oracle) { o.wait = nil })
	h.again()
	for _, e := range emails(t, acme) {
		if e.ReadAgain || e.Extractor != "gpt-x" {
			t.Errorf("after the next start: %+v", e)
		}
	}
}

func TestWhatNoModelMaySeeIsNeverSent(t *testing.T) {
	h := newHouse(t)
	m := &oracle{}
	h.Model, h.Files = m, words{}
	acme := h.org("acme", hollis)
	wants(t, acme, func(s *projectr.Settings) {
		s.NoAIWords, s.NoAISenders = []string{"attorney-client", "résumé", "机密"}, []string{"@law.example", "jo@gmail.com"}
	})
	secret := map[string]string{
		"a word of the subject":              "From: a@x.example\nSubject: ATTORNEY CLIENT letter\n\nPlease send it by Friday.\n",
		"a word of the text, broken":         "From: a@x.example\nSubject: s\n\nThis is attorney-\nclient privileged. Please send it by Friday.\n",
		"a word without its marks":           "From: a@x.example\nSubject: s\n\nHis resume is here, please call him.\n",
		"a word with a sign nobody sees":     "From: a@x.example\nSubject: s\n\nHis r\u00e9su\u200bm\u00e9 is here, please call.\n",
		"a word of a script without blanks":  "From: a@x.example\nSubject: s\nContent-Type: text/plain; charset=utf-8\n\n这是机密文件。\n",
		"its author":                         "From: a@LAW.example\nSubject: s1\n\nPlease send it by Friday.\n",
		"its author by another spelling":     "From: j.o+x@googlemail.com\nSubject: s2\n\nPlease send it by Friday.\n",
		"whoever sent it for the author":     "From: a@x.example\nSender: b@law.example\nSubject: s3\n\nPlease send it by Friday.\n",
		"a file":                             "From: a@x.example\nSubject: s4\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nPlease send it by Friday.\n--b\nContent-Type: text/plain; name=f.txt\nContent-Disposition: attachment; filename=f.txt\n\nAttorney-client work product\n--b--\n",
		"the author of a mail inside":        "From: a@x.example\nSubject: Fwd: s5\n\nPlease look by Friday.\n\n---------- Forwarded message ---------\nFrom: Law <b@law.example>\nDate: Mon, Mar 2, 2026 at 9:00 AM\nSubject: s5\nTo: a@x.example\n\nPlease sign the letter by Friday.\n",
		"whoever brought what stands inside": "From: b@law.example\nSubject: Fwd: s6\n\nPlease read by Friday.\n\n---------- Forwarded message ---------\nFrom: Max <max@y.example>\nDate: Mon, Mar 2, 2026 at 9:00 AM\nSubject: s6\nTo: b@law.example\n\nPlease order the stone by Friday.\n",
	}
	for _, raw := range secret {
		h.process(raw, "acme")
	}
	h.process("From: a@x.example\nSubject: an attorney, and his clients\n\nPlease start the work by Monday on the formidable wall.\n", "acme")
	if _, err := acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.NoAIWords = append(s.NoAIWords, "table", "work by Tuesday") }); err != nil {
		t.Fatal(err)
	}
	h.again()
	var ids []projectr.EmailID
	for _, e := range emails(t, acme) {
		ids = append(ids, e.ID)
		r := readings(t, acme, e.ID)
		open := strings.HasPrefix(e.Subject, "an attorney")
		if open != (e.Extractor == "gpt-x") || e.ReadAgain || open != (r[0].Note == "") {
			t.Errorf("%s: read by %s, %+v", e.Subject, e.Extractor, r)
		}
	}
	if len(ids) < len(secret) {
		t.Fatalf("only %d mails", len(ids))
	}
	// Nor when somebody asks, for whom the price says so.
	plan, err := h.Reread(ctx, acme, projectr.RereadAsk{Emails: ids, Extractor: "model", DryRun: true})
	if err != nil || plan.Mails != 1 || plan.NoAI != len(ids)-1 {
		t.Errorf("plan %+v, %v", plan, err)
	}
	if _, err := acme.AskReadings(ctx, ids, "model"); err != nil { // past the plan
		t.Fatal(err)
	}
	h.again()
	for _, q := range m.questions() {
		if !strings.Contains(q.Message.Text, "formidable") {
			t.Errorf("sent: %q", q.Message.Text)
		}
	}
}

// words reads text files.
type words struct{}

func (words) Text(_ context.Context, _, _ string, r io.Reader) (projectr.FileText, error) {
	b, err := io.ReadAll(r)
	return projectr.FileText{State: projectr.FileRead, Text: string(b)}, err
}

func TestReadAgainOnDemand(t *testing.T) {
	h := newHouse(t)
	h.Model = &oracle{}
	acme := h.org("acme", hollis)
	h.process(rfi, "acme")
	h.process("From: jo@sender.example\nSubject: stone\nDate: Mon, 2 Feb 2026 09:00:00 -0500\n\nPlease order the stone by Friday.\n", "acme")
	h.process("From: jo@sender.example\nSubject: held\nAuto-Submitted: auto-replied\n\nI am away.\n", "acme")
	e := emails(t, acme)
	mail := e[len(e)-1] // the first that came
	if _, err := h.Reread(ctx, acme, projectr.RereadAsk{Emails: []projectr.EmailID{mail.ID}, Extractor: "model"}); projectr.KindOf(err) != projectr.Conflict {
		t.Errorf("a model that the settings do not want: %v", err)
	}
	wants(t, acme)
	for name, ask := range map[string]projectr.RereadAsk{
		"nothing":              {},
		"mails and a project":  {Emails: []projectr.EmailID{mail.ID}, Project: *mail.ProjectID},
		"a model of the rules": {Emails: []projectr.EmailID{mail.ID}, Extractor: "rules", Model: "gpt-x"},
	} {
		if _, err := h.Reread(ctx, acme, ask); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	plan, err := h.Reread(ctx, acme, projectr.RereadAsk{Emails: []projectr.EmailID{mail.ID, mail.ID}, DryRun: true})
	if err != nil || plan.Mails != 1 || *plan.LikelyMicro != 50 {
		t.Errorf("a mail that is named twice: %+v, %v", plan, err)
	}
	plan, err = h.Reread(ctx, acme, projectr.RereadAsk{Project: *mail.ProjectID, DryRun: true})
	if err != nil || plan.Mails != 1 || plan.Asked != 0 || len(plan.Readers) != 1 || plan.Readers[0].Extractor != "gpt-x" || *plan.Readers[0].LikelyMicro != 50 || plan.Readers[0].MostMicro != nil {
		t.Errorf("of a project: %+v, %v", plan, err)
	}
	plan, err = h.Reread(ctx, acme, projectr.RereadAsk{Since: h.clock.AddDate(0, 0, -10), Extractor: "rules", DryRun: true})
	if err != nil || plan.Mails != 1 || *plan.Readers[0].LikelyMicro != 0 {
		t.Errorf("since a day: %+v, %v", plan, err)
	}
	plan, err = h.Reread(ctx, acme, projectr.RereadAsk{Since: h.clock.AddDate(0, 0, -100), Extractor: "rules", DryRun: true})
	if err != nil || plan.Mails != 2 {
		t.Errorf("since an earlier day: %+v, %v", plan, err)
	}
	h.again()
	if states(readings(t, acme, mail.ID)) != "1:current" {
		t.Fatal("a dry run did something")
	}
	plan, err = h.Reread(ctx, acme, projectr.RereadAsk{Project: *mail.ProjectID})
	if err != nil || plan.Asked != 1 {
		t.Fatalf("asked: %+v, %v", plan, err)
	}
	h.again()
	l := readings(t, acme, mail.ID)
	if states(l) != "2:proposed 1:current" || l[0].Diff.Empty() || l[0].By.Kind != "operator" {
		t.Fatalf("proposed: %+v", l)
	}
	if _, err := acme.AcceptReading(ctx, mail.ID, 2); err != nil {
		t.Fatal(err)
	}
	// The rules take up again what they found first, as the same facts.
	if _, err := h.Reread(ctx, acme, projectr.RereadAsk{Emails: []projectr.EmailID{mail.ID}, Extractor: "rules"}); err != nil {
		t.Fatal(err)
	}
	h.again()
	if _, err := acme.AcceptReading(ctx, mail.ID, 3); err != nil {
		t.Fatal(err)
	}
	got, err := acme.Email(ctx, mail.ID)
	if err != nil || got.Extractor != "rules" {
		t.Fatal(got, err)
	}
	for _, f := range mail.Facts {
		if is, err := acme.Fact(ctx, f.ID); err != nil || is.Text != f.Text || is.State != f.State || is.Deadline == nil != (f.Deadline == nil) {
			t.Errorf("%+v became %+v, %v", f, is, err)
		}
	}
}

// The same reader of the same mail says the same: reading every mail again by the
// rules gives an empty diff, of forwards and what is inside them too, and adds nothing.
func TestReadingAgainByTheSameRulesSaysNothingNew(t *testing.T) {
	h := newHouse(t)
	h.Files = words{}
	acme := h.org("acme", hollis)
	var files []string
	for _, pattern := range []string{"../testdata/construction-gold/eml/*.eml", "../message/testdata/*/*.eml", "../message/testdata/*.eml"} {
		l, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, l...)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		h.process(strings.ReplaceAll(string(raw), "\r\n", "\n"), "acme")
	}
	before, facts, inside := map[projectr.EmailID]string{}, 0, 0
	var ids []projectr.EmailID
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := acme.Emails(ctx, projectr.EmailFilter{Page: page})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range l.Items {
			if e.Extractor == "" {
				continue
			}
			if e.CameBy != nil {
				inside++
			}
			ids, facts, before[e.ID] = append(ids, e.ID), facts+len(e.Facts), fmt.Sprint(e.Facts)
		}
		if page.After = l.Next; l.Next == "" {
			break
		}
	}
	if len(ids) < 60 || facts < 100 || inside == 0 {
		t.Fatalf("only %d mails, %d inside others, with %d facts of %d files", len(ids), inside, facts, len(files))
	}
	for range 2 {
		if n, err := acme.AskReadings(ctx, ids, "rules"); err != nil || n != len(ids) {
			t.Fatalf("asked for %d of %d, %v", n, len(ids), err)
		}
		h.again()
		for _, id := range ids {
			l := readings(t, acme, id)
			e, err := acme.Email(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			if l[0].State != projectr.ReadingCurrent || !l[0].Diff.Empty() {
				t.Errorf("%s (%s): %s %s %+v", e.Subject, id, l[0].State, l[0].Note, l[0].Diff)
			}
			if e.ReadAgain || len(fmt.Sprint(e.Facts)) != len(before[id]) {
				t.Errorf("%s: %d facts, were %s", e.Subject, len(e.Facts), before[id])
			}
		}
	}
	t.Logf("%d mails, %d inside others, %d facts", len(ids), inside, facts)
}

var _ ingest.Model = (*extract.ByModel)(nil)

// gate tells of each mail that a model begins to read, and has it wait.
type gate struct {
	*oracle
	began chan string // whose mail
	end   chan struct{}
}

func (g gate) Read(ctx context.Context, in extract.Input) (extract.Result, error) {
	g.began <- strings.TrimSpace(in.Message.Subject)
	<-g.end
	return g.oracle.Read(ctx, in)
}

// While organisations have much mail to be read, as many as are read at the same time,
// another's is read all the same.
func TestMuchMailOfSomeKeepsNobodyElseWaiting(t *testing.T) {
	h := newHouse(t)
	const busy, mails = 8, 4
	g := gate{&oracle{}, make(chan string, (busy+1)*mails), make(chan struct{})}
	h.Model = g
	var all []store.Org
	for i := range busy + 1 {
		name := fmt.Sprintf("org%d", i)
		o := h.org(name, hollis)
		wants(t, o)
		all = append(all, o)
		for n := range mails {
			h.process(fmt.Sprintf("From: jo@sender.example\nMessage-ID: <%d@%s>\nSubject: %s\nDate: Mon, 2 Mar 2026 09:00:00 -0500\n\nPlease order %d panels by Friday.\n", n, name, name, 100*i+n), name)
		}
	}
	var going sync.WaitGroup
	defer going.Wait()
	read := func(o store.Org) {
		going.Go(func() {
			if _, err := h.ReadAgainOf(ctx, o); err != nil {
				t.Error(err)
			}
		})
	}
	for _, o := range all[:busy] {
		read(o)
	}
	for range busy {
		<-g.began
	}
	read(all[busy])
	its := false
	for range busy { // one ends, and another begins
		g.end <- struct{}{}
		its = its || <-g.began == fmt.Sprintf("org%d", busy)
	}
	close(g.end)
	if !its {
		t.Error("of eight mails that were begun after it had come, none was its own")
	}
}
