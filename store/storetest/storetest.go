// Package storetest says what every store.Driver and store.Blobs must keep, as
// sentences: each is a subtest of Run or Blobs. A driver's own tests need ten
// lines:
//
//	func TestDriver(t *testing.T) {
//		storetest.Run(t, func(t testing.TB) store.Driver { return open(t) })
//	}
//
// Everything is done through the doors of store.Store, as the product does it.
// The sentence about keeping organisations apart stands in isolation.go: each
// method of store.Org has a probe there that tries to misuse it, and a method
// without one fails.
package storetest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/store"
)

// Run tells of a driver whether it keeps the rules, one sentence a subtest. open
// returns an empty one.
func Run(t *testing.T, open func(testing.TB) store.Driver) {
	for _, s := range sentences() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel() // most of the time is waiting for the disk
			s.test(newWorld(t, open(t)))
		})
	}
}

type sentence struct {
	name string
	test func(*world)
}

func sentences() []sentence {
	return []sentence{
		{"every method of Org keeps organisations apart", func(w *world) { Isolation(w.TB, w.driver) }},
		{"a recording made twice shows once", recordedTwice},
		{"what was recorded comes back as it was", comesBack},
		{"a recording that cannot be kept whole leaves nothing", wholeOrNothing},
		{"a mail of one organisation cannot be in a project of another", foreignProject},
		{"pages neither repeat nor skip", pages},
		{"a page stays in its place while new mail arrives", pagesWhileMailArrives},
		{"a cursor is good for its own list and organisation only", cursors},
		{"mails are listed by what is asked for", emailFilters},
		{"mails of a thread know their place in it", threadPlaces},
		{"a parent that arrives late finds its thread", lateParent},
		{"a mail that ties two threads makes them one", threadsTied},
		{"a thread follows the first filed mail, until a person moves it", threadProject},
		{"facts follow their mail", factsFollow},
		{"a mail that comes back tells its facts once", movedBack},
		{"of two who move a mail at once, one is told", movedAtOnce},
		{"matching files only what still waits", fileMatched},
		{"a held mail is released once", released},
		{"a mail that could not be read is filed by hand", parkedFiled},
		{"a copy counts once and is not listed", copied},
		{"the same received mail arrives once", arrivesOnce},
		{"a mail that came inside another is one of its own", cameInside},
		{"the mail itself makes what was known from inside others better", bettered},
		{"what strangers write is found by nobody", strangers},
		{"a quarantined mail is released once", quarantineReleased},
		{"a mail that turns out to be a copy gives its own copies on", copiesGivenOn},
		{"an automatic mail can be read after all", automaticRead},
		{"mails with the same words are found", sameWords},
		{"mails on a topic are found within their dates, newest first", onTopic},
		{"a rule for a pattern gives way to a newer one", senderRules},
		{"a later reading changes what it says otherwise, and keeps the rest", modelAnswered},
		{"a sample of the mail that was read is spread evenly over it", readSample},
		{"a reading that is proposed changes nothing until it is accepted, and is undone exactly", rereadAccepted},
		{"readings are undone in the turn in which they were accepted", undoneInTurn},
		{"no reading touches what a person judged, nor where a mail is filed", judgedStays},
		{"a judgement during a reading wins", judgedDuringReread},
		{"what a person turned down waits for one when it is read as something else", turnedDown},
		{"a later reading ties anew what it says otherwise, and undoing it ties as before", rereadLinks},
		{"after any readings and judgements the sums are right and what was judged stands", rereadAtRandom},
		{"a reading that is due is taken by one, and again when that one is gone", takenOnce},
		{"a call of a model is written down before it is made, settled once, and its job charged once", callLife},
		{"a call that was never settled is unknown, and what was set aside for it is free", callLost},
		{"no call is made for which there is no budget, until the month turns", budgetOpen},
		{"an answer that a server does not count is charged as what was set aside", budgetUncounted},
		{"attempts that are not charged cost twice the budget at most", budgetUncharged},
		{"attempts that are not charged count against the operator's own budget, and none is exceeded", ownBudget},
		{"a hundred who ask at once never exceed the budget", budgetAtOnce},
		{"ledger, days and month are the same sums whatever happens to calls", ledgerSums},
		{"what waits for budget goes on by itself, the oldest first", budgetResumes},
		{"admins are told once a month of each share of a limit that is reached", alerts},
		{"no more mails, projects and bytes are used than the plan has", limitsHold},
		{"what the payment provider says is kept with the plan, each event once", subscribed},
		{"what was paid is counted in the month in which it was, each currency on its own", paidMonths},
		{"of two answers of the payment provider at once the later one stays", subscribedAtOnce},
		{"a customer of the payment provider is one organisation's for ever", customers},
		{"of what is paid each letter is written once, by what is so now", reminded},
		{"what nobody pays for closes after letters, and opens at once when it is paid for", closing},
		{"use is told once, the oldest first, and what may have been told is left after a day", useTold},
		{"what was paid long ago is pruned, and nothing of it is taken or counted again", paymentsPruned},
		{"a correction teaches a rule, and taking it back removes it", taught},
		{"a rule that is taught is about less than other mail contradicts", taughtNarrowly},
		{"a filing rule is kept, changed and removed", ruleKept},
		{"words are counted in the filed mail of each project", wordUse},
		{"what was decided holds from then on, and of two decisions at once neither is lost", settings},
		{"an organisation that is to be deleted can be had back for a month, and is gone then", leaving},
		{"of two changes of an organisation's record at once neither is lost", recordChanges},
		{"what was read of a file is kept once for equal bytes", fileTexts},
		{"a fact may stand in a file", factInFile},
		{"raw bytes come back bit for bit, and a change is reported", rawBytes},
		{"facts are listed by what is asked for", factFilters},
		{"a judgement changes the fact and keeps the story", judgement},
		{"a fact that is opened again says what was extracted", reopened},
		{"the proof of a correction is set by code", correctedProof},
		{"of two judgements at once neither is lost", judgedAtOnce},
		{"a fact that repeats another does not count beside it", factRepeats},
		{"a fact that changes another takes its place, and both are kept", factSupersedes},
		{"facts are tied by the dates of their mails, whatever the order they come in", linksAnyOrder},
		{"links follow a mail that is moved", linksMoved},
		{"a mail about several projects stands on each of them, with the facts that are its own", splitMail},
		{"a passage is moved with its facts, and back", passageMoved},
		{"a passage that moves is told where the mail stays and where it is", passageTold},
		{"a passage in doubt stays with the rest until a person says", passageUnsure},
		{"a mail that is moved as a whole sets its passages aside, until it is filed by them again", movedWhole},
		{"what reads a mail later files by its passages as they are", splitReread},
		{"a mail about several projects says nothing of its thread", splitThread},
		{"passages follow their words when the mail itself comes", splitBettered},
		{"what is rejected hides nothing", linksRejected},
		{"what a person stood up for is changed by no later mail, until a person accepts it", linksJudged},
		{"threads that become one tie their facts", linksTied},
		{"a held fact waits for a person", heldFact},
		{"a doubtful fact drives no number until a person stands up for it", doubtful},
		{"what is done counts as work no more, and stays done whatever it is called", finished},
		{"approved money and exposure are summed by currency, doubtful money in neither", standings},
		{"what is shown of projects is what there is", sums},
		{"projects are listed by what is asked for", projectFilters},
		{"of two changes to a project at once neither is lost", changedAtOnce},
		{"what is due is reckoned in the organisation's zone", dueInZone},
		{"weeks run to the present one and follow the zone", weeks},
		{"what is unseen is counted for each person", unseen},
		{"changes are what became known, newest first", changes},
		{"usage counts each mail once, where it is now", usage},
		{"the numbers beside the places are counted", counts},
		{"search finds words, beginnings and job numbers", searchFinds},
		{"search shows where it matched", searchSnippets},
		{"nothing that is typed is an operator", searchIsNoLanguage},
		{"search follows what is corrected", searchFollows},
		{"every change leaves one audit entry, in order", audit},
		{"an audit entry says by which route, how it ended, and why an operator was there", auditSays},
		{"an audit log is listed by what is asked for", auditFilters},
		{"a name is taken out of the audit logs, and their chains hold", auditForgets},
		{"the house has an audit log of its own", houseAudit},
		{"the counter of rights moves when somebody may do less than before", rights},
		{"mail that leads nowhere is kept and listed", unrouted},
		{"an invitation makes a member, once", invited},
		{"an invitation for an account is accepted by whoever has the account", invitedAccount},
		{"an invitation that is withdrawn or expired opens nothing", invitesEnd},
		{"no more people are invited than the plan has seats for", seats},
		{"a key does no more than it was made for, and its use is noted once a minute", keyScopes},
		{"an operator is inside for the time of a visit, and the admins see why", visits},
		{"the last admin stays", lastAdmin},
		{"an account that is the last admin stays", lastAdminAccount},
		{"a mail-in name is one organisation's for ever", names},
		{"the ways in lead where they should", waysIn},
		{"a key opens until it is revoked or expires", keys},
		{"a session ends when it should", sessions},
		{"a link works once", tickets},
		{"no link outlives a new password or a closed account", oldTickets},
		{"an account is one person's", accounts},
		{"with an organisation go the accounts that belong nowhere else", strandedAccounts},
		{"what an operator does to an account says by whom and why", operatorsOnAccounts},
		{"an address is proved by a link to it, and another has to be proved anew", provedAddress},
		{"a link opens what it was made for and nothing else", purposes},
		{"sessions are listed, renewed and ended one by one", sessionList},
		{"the last use of an account is known to the minute", lastUse},
		{"a one-time code works once, and a recovery code too", oneTimeCodes},
		{"a passkey is one person's, and two uses at once are noticed", passkeys},
		{"an identity at a provider is one account's", identities},
		{"a known browser is forgotten when it should be", devices},
		{"a question is answered once", challenges},
		{"a sign-up becomes an organisation once, whole or not at all", signUps},
		{"a letter is written with the step it is about, and sent by one", letters},
		{"an account that is deleted or lost its factors leaves no way in", waysOut},
		{"a deleted organisation leaves nothing, and its neighbour everything", deletion},
		{"the raw mail of a deleted organisation goes too", rawDeletion},
		{"a caller who gives up leaves a whole step or none", givingUp},
		{"64 writers at once lose nothing", manyWriters},
	}
}

// world is a driver with two organisations, acme and globex, and somebody in
// each. Its clock moves a second on each time it is read.
type world struct {
	testing.TB
	driver       store.Driver
	store        *store.Store
	blobs        *memory
	acme, globex store.Org
	ctx          context.Context

	mu    sync.Mutex
	clock time.Time
}

// start is a Wednesday.
var start = time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)

func newWorld(t testing.TB, d store.Driver) *world {
	t.Helper()
	w := &world{TB: t, driver: d, blobs: &memory{}, clock: start, ctx: context.Background()}
	w.store = store.New(d, w.blobs, w.now)
	w.acme, w.globex = w.org("acme"), w.org("globex")
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(time.Second)
	return w.clock
}

func (w *world) travel(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// org makes an organisation with an admin and enters it on the admin's behalf.
func (w *world) org(name string) store.Org {
	w.Helper()
	id := projectr.OrgID("org_" + name)
	w.ok(w.store.CreateOrg(w.ctx, projectr.Org{ID: id, Name: name, Address: name, Plan: "professional", TimeZone: "America/New_York"},
		projectr.Actor{Kind: "operator", ID: "test"}))
	return w.enter(id, w.user(name+"-admin"))
}

// root is who runs the installation.
var root = projectr.Actor{Kind: "operator", ID: "root", Name: "Operator"}

func (w *world) user(name string) projectr.UserID {
	w.Helper()
	id := projectr.UserID("us_" + name)
	w.ok(w.store.CreateUser(w.ctx, projectr.User{ID: id, Email: name + "@people.example", Name: name, CreatedAt: w.now()}, "hash"))
	return id
}

// enter makes a user an admin and enters on their behalf.
func (w *world) enter(org projectr.OrgID, u projectr.UserID) store.Org {
	w.Helper()
	op, err := w.store.AsOperator(w.ctx, string(org), "test")
	w.ok(err)
	w.ok(op.SaveMember(w.ctx, u, projectr.Admin))
	o, role, err := w.store.AsMember(w.ctx, u, org)
	w.ok(err)
	if role != projectr.Admin {
		w.Fatalf("the admin of %s is %q", org, role)
	}
	return o
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// is complains unless err is of that kind.
func (w *world) is(kind projectr.Kind, err error, doing string) {
	w.Helper()
	if err == nil || projectr.KindOf(err) != kind {
		w.Errorf("%s: %v, want an error of kind %s", doing, err, kind)
	}
}

func (w *world) project(o store.Org, name string) projectr.Project {
	w.Helper()
	p, err := o.CreateProject(w.ctx, projectr.Project{Name: name, JobNumber: "24-117", Client: "Harbor Trust", Address: "200 Front Street"})
	w.ok(err)
	return p
}

// change changes a project of acme's.
func (w *world) change(id projectr.ProjectID, change func(*projectr.Project)) {
	w.Helper()
	_, err := w.acme.ChangeProject(w.ctx, id, change)
	w.ok(err)
}

// mail describes a recording. What is left out is filled in.
type mail struct {
	id      string
	project projectr.ProjectID // filed there; empty: in review
	state   projectr.EmailState
	date    time.Time
	subject string
	text    string
	from    projectr.MailAddress
	thread  string
	refs    []string
	files   []string
	facts   []projectr.Fact
	on      []projectr.ProjectID // the project of the passage that is a fact's line; empty, or none: in no passage
}

// recording makes of m all that the road of a mail would record. Facts get the
// quotes they need: each stands on a line of its own in the text.
func (w *world) recording(m mail) projectr.Recording {
	if m.date.IsZero() {
		m.date = w.now()
	}
	if m.thread == "" {
		m.thread = "th_" + m.id
	}
	if m.state == "" && m.project == "" && len(m.on) == 0 {
		m.state = projectr.InReview
	} else if m.state == "" {
		m.state = projectr.Filed
	}
	if m.subject == "" {
		m.subject = "Mail " + m.id
	}
	if m.from == (projectr.MailAddress{}) {
		m.from = projectr.MailAddress{Name: "Dana Whitlock", Address: "Dana@Harbor.example"}
	}
	eid := projectr.EmailID("em_" + m.id)
	e := projectr.Email{
		ID: eid, MessageID: m.id + "@mail.example", Subject: m.subject, From: []projectr.MailAddress{m.from},
		To: []projectr.MailAddress{{Address: "acme@in.example"}}, Date: m.date, ReceivedAt: w.now(), ThreadID: projectr.ThreadID(m.thread),
		State: m.state, SHA256: projectr.Digest(fmt.Sprintf("%064x", len(m.id))), Size: 1234, Verdict: projectr.Accepted,
		Snippet: m.text, Automatic: "no", Extractor: "rules", EnvelopeFrom: m.from.Address,
	}
	if m.project != "" {
		e.ProjectID = &m.project
	}
	for i, name := range m.files {
		e.Attachments = append(e.Attachments, projectr.Attachment{N: i + 1, Filename: name, ContentType: "application/pdf", Size: 99, SHA256: e.SHA256})
	}
	actor := projectr.Actor{Kind: "mail", Name: "acme"}
	kind := projectr.MailFiled
	if m.state != projectr.Filed {
		kind = projectr.MailInReview
	}
	events := []projectr.Event{{ID: projectr.EventID("ev_" + m.id), Kind: kind, At: m.date, ProjectID: m.project, EmailID: &eid, Actor: actor, Note: m.subject}}
	text := m.text
	for i, f := range m.facts {
		f.ID = projectr.FactID(fmt.Sprintf("fa_%s_%d", m.id, i))
		f.EmailID, f.At = eid, m.date
		if f.Kind == "" {
			f.Kind = projectr.KeyPoint
		}
		if f.Text == "" {
			f.Text = fmt.Sprintf("Fact %d of %s", i, m.id)
		}
		if f.State == "" {
			f.State = projectr.FactOpen
		}
		if f.Proof == "" {
			f.Proof = projectr.Verified
		}
		if f.Confidence == 0 {
			f.Confidence = 0.9
		}
		if f.Quote == "" {
			f.Quote = "The words that say: " + f.Text + "."
		}
		f.Priority, f.By = "normal", "rules"
		if f.Affects == nil {
			f.Affects = []string{}
		}
		if text != "" {
			text += "\n"
		}
		f.Start = len([]rune(text))
		text += f.Quote
		f.End = len([]rune(text))
		if i < len(m.on) && m.on[i] != "" {
			e.Passages = append(e.Passages, projectr.Passage{ProjectID: m.on[i], Start: f.Start, End: f.End, Reasons: []projectr.Reason{}})
		}
		f.ProjectID = e.FiledOn(f)
		e.Facts = append(e.Facts, f)
		events = append(events, projectr.Event{ID: projectr.EventID(fmt.Sprintf("ev_%s_%d", m.id, i)), Kind: projectr.FactExtracted, At: m.date,
			ProjectID: f.ProjectID, EmailID: &eid, FactID: &f.ID, Actor: actor, Note: f.Text})
	}
	return projectr.Recording{
		Email: e, Body: projectr.Body{Text: text, Spans: []projectr.Span{{Kind: projectr.SpanNew, End: len([]rune(text))}}},
		References: m.refs, Thread: projectr.Thread{ID: e.ThreadID}, Events: events,
	}
}

// record records m and returns it as it is kept.
func (w *world) record(o store.Org, m mail) projectr.Email {
	w.Helper()
	return w.keep(o, w.recording(m))
}

// keep records r and returns its mail as it is kept.
func (w *world) keep(o store.Org, r projectr.Recording) projectr.Email {
	w.Helper()
	w.ok(o.Record(w.ctx, r))
	e, err := o.Email(w.ctx, r.Email.ID)
	w.ok(err)
	return e
}

func (w *world) summary(o store.Org, id projectr.ProjectID) projectr.ProjectSummary {
	w.Helper()
	s, err := o.ProjectSummary(w.ctx, id)
	w.ok(err)
	return s
}

// all reads a list to its end in pages of so many.
func all[T any](w *world, limit int, page func(projectr.Page) (projectr.List[T], error)) []T {
	w.Helper()
	var out []T
	for after := ""; ; {
		l, err := page(projectr.Page{Limit: limit, After: after})
		w.ok(err)
		if len(l.Items) > limit {
			w.Fatalf("a page of %d has %d items", limit, len(l.Items))
		}
		out = append(out, l.Items...)
		if l.Next == "" {
			return out
		}
		if len(l.Items) < limit || len(out) > 10000 {
			w.Fatalf("a page of %d items, asked for %d, says that there is more", len(l.Items), limit)
		}
		after = l.Next
	}
}

// ids is what a list shows, in order, for comparing at a glance.
func ids[T any](l []T, id func(T) string) string {
	out := make([]string, len(l))
	for i, x := range l {
		out[i] = id(x)
	}
	return strings.Join(out, " ")
}

func emailID(e projectr.Email) string   { return string(e.ID) }
func factID(f projectr.Fact) string     { return string(f.ID) }
func eventID(e projectr.Event) string   { return string(e.ID) }
func hitID(h projectr.SearchHit) string { return h.Kind + ":" + h.ID }

func projectName(p projectr.ProjectSummary) string { return p.Name }

func same[T comparable](w *world, what string, got, want T) {
	w.Helper()
	if got != want {
		w.Errorf("%s: %v, want %v", what, got, want)
	}
}

func ptr[T any](x T) *T { return &x }
