package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/store"
)

// canary stands in every text of acme's data. Nobody else may ever see it.
const canary = "canaryqx7"

// loot is what a neighbour knows of acme: every id, from a leaked link or a
// guess. It must open nothing.
type loot struct {
	org     projectr.OrgID
	project projectr.ProjectID
	email   projectr.EmailID // filed
	waiting projectr.EmailID // in review
	held    projectr.EmailID
	fact    projectr.FactID
	thread  projectr.ThreadID
	message string
	user    projectr.UserID
	key     projectr.KeyID
	sender  projectr.SenderID
	rule    projectr.FilingRuleID
	invite  projectr.InviteID
	call    projectr.CallID // that is under way
	digest  projectr.Digest // of raw mail
	file    projectr.Digest // of an attachment whose text was read
	like    projectr.Likeness
	cursors map[string]string // of acme's lists
	since   time.Time
	stir    func() // makes something happen in acme
}

// probe misuses one method of a neighbour's Org with acme's ids. It returns all
// that it got to see, and what it found wrong by itself. The operator enters the
// same neighbour.
type probe func(ctx context.Context, n, operator store.Org, a loot) (saw []any, wrong string)

// Isolation tells whether every method of store.Org keeps organisations apart:
// whether a neighbour who knows all of acme's ids sees any of its data or
// changes any. A method without a probe is an error. When methods are named, only
// those are looked at.
func Isolation(t testing.TB, d store.Driver, only ...string) {
	w := &world{TB: t, driver: d, blobs: &memory{}, clock: start, ctx: context.Background()}
	w.store = store.New(d, w.blobs, w.now)
	acme, a := w.canaries()
	before := w.snapshot(acme)
	a.stir = func() {
		w.project(acme, "Another "+canary)
		before = w.snapshot(acme)
	}
	if n := strings.Count(before, canary); n < 30 {
		t.Fatalf("the canary stands in %d places of acme's data: the probes would see nothing", n)
	}
	names := methods()
	for _, name := range names {
		if len(only) > 0 && !slices.Contains(only, name) {
			continue
		}
		p, ok := probes[name]
		if !ok {
			t.Errorf("store.Org.%s has no probe: say how a neighbour would misuse it", name)
			continue
		}
		nb := strings.ToLower(name)
		n := w.org("nb-" + nb)
		op, err := w.store.AsOperator(w.ctx, "nb-"+nb, "probe")
		w.ok(err)
		saw, wrong := p(w.ctx, n, op, a)
		if at := strings.Index(show(saw...), canary); at >= 0 {
			t.Errorf("store.Org.%s shows a neighbour acme's data: ...%.80s", name, show(saw...)[max(0, at-40):])
		}
		if wrong != "" {
			t.Errorf("store.Org.%s: %s", name, wrong)
		}
		if after := w.snapshot(acme); after != before {
			t.Errorf("store.Org.%s let a neighbour change acme's data: %s", name, difference(before, after))
			before = after
		}
	}
	for name := range probes {
		if !slices.Contains(names, name) {
			t.Errorf("there is a probe of store.Org.%s, but no such method", name)
		}
	}
}

func methods() []string {
	var names []string
	for m := range reflect.TypeFor[store.Org]().Methods() {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	return names
}

// show writes out everything that was seen, errors included.
func show(saw ...any) string {
	var b strings.Builder
	for _, x := range saw {
		if err, ok := x.(error); ok {
			fmt.Fprintf(&b, "%v\n", err)
			continue
		}
		j, err := json.Marshal(x)
		if err != nil {
			j = fmt.Appendf(nil, "%+v", x)
		}
		b.Write(j)
		b.WriteByte('\n')
	}
	return b.String()
}

func difference(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%.300s became %.300s", a[i], b[i])
		}
	}
	return "there are more or fewer lists"
}

// canaries fills acme with data that holds the canary in every text.
func (w *world) canaries() (store.Org, loot) {
	w.Helper()
	id := projectr.OrgID("org_canary")
	w.ok(w.store.CreateOrg(w.ctx, projectr.Org{ID: id, Name: "Acme " + canary, Address: "canary-inc", Plan: "professional", TimeZone: "America/New_York"},
		projectr.Actor{Kind: "operator", ID: canary}))
	u := projectr.UserID("us_canary")
	w.ok(w.store.CreateUser(w.ctx, projectr.User{ID: u, Email: canary + "@people.example", Name: "Person " + canary, CreatedAt: w.now()}, "hash"))
	o := w.enter(id, u)
	p, err := o.CreateProject(w.ctx, projectr.Project{Name: "Tower " + canary, JobNumber: canary, Client: canary, Address: canary, Aliases: []string{canary}, People: []string{canary}})
	w.ok(err)
	facts := []projectr.Fact{
		{Kind: projectr.ActionItem, Text: "Send " + canary, Owner: ptr(canary), Deadline: ptr("2026-03-05"), MadeBy: ptr(canary), Affects: []string{canary}, Confidence: 0.5},
		{Kind: projectr.Risk, Text: "Water " + canary},
	}
	who := projectr.MailAddress{Name: "Jo " + canary, Address: canary + "@x.example"}
	like := projectr.Likeness{Content: "content " + canary, Print: "print " + canary, Topic: "topic " + canary, Clue: "clue " + canary}
	first := w.recording(mail{id: "acme1", project: p.ID, subject: "Subject " + canary, text: "Text " + canary, from: who, files: []string{canary + ".pdf"}, facts: facts,
		refs: []string{"parent-of-acme@mail.example"}})
	first.Likeness, first.Files = like, map[int]projectr.FileText{1: {State: projectr.FilePartly, Note: "Note " + canary, Text: "File " + canary}}
	first.Email.Authentication = projectr.Authentication{Result: projectr.AuthPass, Domain: canary, Note: canary}
	call := projectr.ModelCall{At: start, Model: canary, Prompt: canary, Sent: "Sent " + canary, Outcome: projectr.CallTimeout}
	first.Reading = &projectr.Reading{At: start, By: projectr.Actor{Kind: "mail", Name: canary}, Extractor: canary, Version: canary, Why: "received", State: projectr.ReadingCurrent,
		Again: true, Due: start, Note: "Note " + canary, Flags: []projectr.Flag{{Kind: "hidden_text", Text: canary}}, Calls: []projectr.ModelCall{call}}
	filed := w.keep(o, first)
	w.keep(o, w.inside(mail{id: "acme5", project: p.ID, subject: "Inner " + canary, text: "Text " + canary, from: who}, filed, "forward"))
	w.ok(o.Record(w.ctx, w.again(mail{id: "acme6", subject: "Copy " + canary, text: "Text " + canary, from: who}, filed.ID, "copy")))
	w.ok(o.Arrive(w.ctx, filed.ID, projectr.Arrival{How: "forward", By: who, At: w.now(), EmailID: "em_acme5", Note: "Note " + canary}))
	strange := w.recording(mail{id: "acme7", state: projectr.Quarantined, subject: "Strange " + canary, text: "Text " + canary, from: who})
	strange.Email.Why = "Why " + canary
	w.keep(o, strange)
	machine := w.recording(mail{id: "acme8", state: projectr.Automatic, subject: "Machine " + canary, text: "Text " + canary, from: who})
	machine.Email.Confirmation = &projectr.Confirmation{Provider: canary, For: canary, Code: canary, URL: canary}
	machine.Email.Invitation = &projectr.Invitation{Method: canary, UID: canary, Summary: canary, Location: canary, Organizer: who}
	w.keep(o, machine)
	rule, err := o.SaveSender(w.ctx, canary+"@x.example", true)
	w.ok(err)
	filing, err := o.CreateFilingRule(w.ctx, projectr.FilingRule{From: canary + "@x.example", Words: canary, ProjectID: p.ID})
	w.ok(err)
	_, err = o.ChangeSettings(w.ctx, func(s *projectr.Settings) {
		s.Models, s.NoAIWords, s.NoAISenders = []string{canary}, []string{canary}, []string{"@" + canary + ".example"}
	})
	w.ok(err)
	waiting := w.record(o, mail{id: "acme2", subject: "Other " + canary, text: "Text " + canary, from: who, facts: facts})
	for _, id := range []string{"acme9", "acme10"} { // one that a reading is proposed of, one that waits to be read
		r := w.recording(mail{id: id, subject: "Asked " + canary, text: "Text " + canary, from: who, facts: facts})
		r.Reading = &projectr.Reading{At: start, Extractor: "rules", Version: "1", Why: "received", State: projectr.ReadingCurrent}
		e := w.keep(o, r)
		_, err := o.AskReadings(w.ctx, []projectr.EmailID{e.ID}, canary)
		w.ok(err)
		if id == "acme9" {
			_, err = o.KeepReading(w.ctx, projectr.Reading{EmailID: e.ID, N: 2, Extractor: canary, Version: canary, Why: "asked", Facts: facts[1:], Calls: []projectr.ModelCall{call}})
			w.ok(err)
		}
	}
	held := w.record(o, mail{id: "acme3", state: projectr.Held, subject: "Held " + canary, text: "Text " + canary, from: who})
	w.ok(o.SaveAPIKey(w.ctx, projectr.APIKey{ID: "kcanary", Name: canary, Prefix: canary, Role: projectr.Admin, CreatedAt: w.now(), Scopes: []projectr.Permission{projectr.ReadMail}}, "hash of acme's key"))
	invite, err := o.Invite(w.ctx, canary+"@invited.example", projectr.Admin, 1000*week, "hash of acme's invitation")
	w.ok(err)
	var called projectr.CallID
	for range 2 {
		called, err = o.StartCall(w.ctx, projectr.CallStart{Job: "acme/" + canary, EmailID: filed.ID, Step: projectr.StepRead, By: o.By(), Model: canary, Prompt: canary, Prices: canary, MostMicro: ptr(int64(7))})
		w.ok(err)
	}
	most := int64(80_000_000)
	dear, err := o.StartCall(w.ctx, projectr.CallStart{Job: "dear", EmailID: filed.ID, Step: projectr.StepRead, By: o.By(), Model: canary, MostMicro: &most})
	w.ok(err)
	w.ok(o.SettleCall(w.ctx, dear, projectr.CallEnd{Outcome: projectr.CallAnswered, CostMicro: ptr(int64(75_000_000))}))
	raised, err := o.RaiseAlerts(w.ctx)
	w.ok(err)
	if len(raised) != 1 {
		w.Fatalf("acme has alerts %+v", raised)
	}
	w.ok(o.JoinCustomer(w.ctx, "cus_"+canary))
	w.travel(-100 * 24 * time.Hour) // long ago
	_, err = o.TakeSubscription(w.ctx, "evt_"+canary, func(context.Context) (projectr.Subscription, error) {
		return projectr.Subscription{ID: "sub_" + canary, State: projectr.Subscribed, Plan: "professional", Began: start, Since: start, AsOf: start}, nil
	})
	w.ok(err)
	w.travel(100 * 24 * time.Hour)
	entries, err := o.CountUse(w.ctx)
	w.ok(err)
	if entries != 1 {
		w.Fatalf("acme has %d entries of use", entries)
	}
	w.ok(o.KeepPaid(w.ctx, []projectr.Invoice{{ID: "in_canary", Currency: "USD", Paid: 77_77, PaidAt: start}}))
	op := projectr.UserID("us_canary-op")
	w.ok(w.store.CreateUser(w.ctx, projectr.User{ID: op, Email: canary + "-op@people.example", Name: "Operator " + canary, CreatedAt: w.now()}, "hash"))
	w.ok(w.store.SetOperator(w.ctx, op, true, root))
	_, err = w.store.BeginVisit(w.ctx, op, string(id), "Because "+canary, 24*time.Hour)
	w.ok(err)
	raw := []byte("raw " + canary)
	digest := projectr.Digest(strings.TrimPrefix(keyOf("", raw), "/"))
	w.ok(o.KeepRaw(w.ctx, digest, strings.NewReader(string(raw))))
	a := loot{org: id, project: p.ID, email: filed.ID, waiting: waiting.ID, held: held.ID, fact: filed.Facts[0].ID, thread: filed.ThreadID, message: filed.MessageID,
		user: u, key: "kcanary", sender: rule.ID, rule: filing.ID, invite: invite.ID, call: called, digest: digest, file: filed.Attachments[0].SHA256, like: like, cursors: map[string]string{}, since: start}
	for name, next := range map[string]func(projectr.Page) (string, error){
		"Audit": func(p projectr.Page) (string, error) {
			l, err := o.Audit(w.ctx, projectr.AuditFilter{Page: p})
			return l.Next, err
		},
		"Emails": func(p projectr.Page) (string, error) {
			l, err := o.Emails(w.ctx, projectr.EmailFilter{Page: p})
			return l.Next, err
		},
		"Facts": func(p projectr.Page) (string, error) {
			l, err := o.Facts(w.ctx, projectr.FactFilter{Page: p})
			return l.Next, err
		},
		"Timeline": func(pg projectr.Page) (string, error) { l, err := o.Timeline(w.ctx, p.ID, pg); return l.Next, err },
		"Rereads":  func(p projectr.Page) (string, error) { l, err := o.Rereads(w.ctx, p); return l.Next, err },
		"Ledger": func(p projectr.Page) (string, error) {
			l, err := o.Ledger(w.ctx, projectr.LedgerFilter{Page: p})
			return l.Next, err
		},
		"Changes": func(p projectr.Page) (string, error) { l, err := o.Changes(w.ctx, start, p); return l.Next, err },
		"Search": func(p projectr.Page) (string, error) {
			l, err := o.Search(w.ctx, projectr.SearchQuery{Text: canary, Page: p})
			return l.Next, err
		},
	} {
		c, err := next(projectr.Page{Limit: 1})
		w.ok(err)
		if c == "" {
			w.Fatalf("acme's %s is too short for a cursor", name)
		}
		a.cursors[name] = c
	}
	return o, a
}

// snapshot is all of an organisation's data as its own people see it, a line a
// list. It notes nothing, so two are equal when nothing was changed between.
func (w *world) snapshot(o store.Org) string {
	w.Helper()
	page := projectr.Page{Limit: 200}
	out := []any{}
	add := func(x any, err error) {
		w.Helper()
		w.ok(err)
		out = append(out, x)
	}
	x0, err := o.Settings(w.ctx)
	add(x0, err)
	x1, err := o.Info(w.ctx)
	add(x1, err)
	x2, err := o.Members(w.ctx)
	add(x2, err)
	x3, err := o.APIKeys(w.ctx)
	add(x3, err)
	x4, err := o.Audit(w.ctx, projectr.AuditFilter{Page: page})
	add(x4, err)
	// The moment is fixed: what is due must not change with the clock.
	chain, err := o.VerifyAudit(w.ctx)
	add(chain, err)
	invites, err := o.Invites(w.ctx)
	add(invites, err)
	visits, err := o.Visits(w.ctx)
	add(visits, err)
	x5, err := o.Projects(w.ctx, projectr.ProjectFilter{Now: start, Page: page})
	add(x5, err)
	x6, err := o.Emails(w.ctx, projectr.EmailFilter{Copies: true, Page: page})
	add(x6, err)
	x7, err := o.Facts(w.ctx, projectr.FactFilter{Page: page})
	add(x7, err)
	x8, err := o.Changes(w.ctx, time.Time{}.AddDate(1970, 0, 0), page)
	add(x8, err)
	x9, err := o.Counts(w.ctx)
	add(x9, err)
	x10, err := o.Usage(w.ctx, "2026-01-01", "2026-12-31")
	add(x10, err)
	x11, err := o.Senders(w.ctx)
	add(x11, err)
	rules, err := o.FilingRules(w.ctx)
	add(rules, err)
	x12, err := o.Like(w.ctx, "content "+canary)
	add(x12, err)
	x13, err := o.OnTopic(w.ctx, "topic "+canary, start.AddDate(-1, 0, 0), start.AddDate(1, 0, 0))
	add(x13, err)
	for _, p := range x5.Items {
		x, err := o.Timeline(w.ctx, p.ID, page)
		add(x, err)
		y, err := o.ProjectTotals(w.ctx, p.ID)
		add(y, err)
		z, err := o.Weeks(w.ctx, p.ID)
		add(z, err)
	}
	ledger, err := o.Ledger(w.ctx, projectr.LedgerFilter{Page: page})
	add(ledger, err)
	days, err := o.CallDays(w.ctx, "2026-01-01", "2026-12-31")
	add(days, err)
	used, err := o.Used(w.ctx)
	add(used, err)
	alerts, err := o.Alerts(w.ctx)
	add(alerts, err)
	month, _, err := o.Month(w.ctx, start.Format("2006-01"))
	add(month, err)
	sub, err := o.Subscription(w.ctx)
	add(fmt.Sprintf("%+v", sub), err)
	x14, err := o.Rereads(w.ctx, page)
	add(x14, err)
	sample, err := o.ReadSample(w.ctx, time.Time{}, 100)
	add(sample, err)
	for _, e := range x6.Items {
		x, err := o.Body(w.ctx, e.ID)
		add(x, err)
		l, err := o.Readings(w.ctx, e.ID)
		add(l, err)
		for _, r := range l {
			y, err := o.Reading(w.ctx, e.ID, r.N)
			add(y, err)
			add(y.Facts, nil)
		}
		if e.State != projectr.Quarantined && (e.State != projectr.Automatic || e.Confirmation == nil) { // its Message-ID leads nowhere
			y, err := o.ThreadOf(w.ctx, []string{e.MessageID})
			add(y, err)
		}
		for _, f := range e.Attachments {
			if f.Read != "" {
				z, err := o.FileText(w.ctx, e.ID, f.N)
				add(z, err)
			}
		}
	}
	for _, text := range []string{canary, "text", "acme1"} {
		x, err := o.Search(w.ctx, projectr.SearchQuery{Text: text, Page: page})
		add(x, err)
	}
	return show(out...)
}

// missing is the complaint unless err says that there is no such thing.
func missing(err error) string {
	if projectr.KindOf(err) != projectr.NotFound || err == nil {
		return fmt.Sprintf("answered %v, want NotFound as for an id that never was", err)
	}
	return ""
}

func refused(err error) string {
	if err == nil {
		return "did what it was asked to"
	}
	return ""
}

// done is the complaint unless a neighbour could do what is its own affair.
func done(err error) string {
	if err != nil {
		return fmt.Sprintf("refused what is the neighbour's own affair: %v", err)
	}
	return ""
}

func empty[T any](l []T) string {
	if len(l) > 0 {
		return fmt.Sprintf("lists %d of somebody's things", len(l))
	}
	return ""
}

// odd joins complaints.
func odd(wrong ...string) string {
	var out []string
	for _, s := range wrong {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}

// probes says, for each method of store.Org, how a neighbour would try to reach
// acme's data through it.
var probes = map[string]probe{
	"ID": func(_ context.Context, n, _ store.Org, a loot) ([]any, string) {
		if n.ID() == a.org {
			return nil, "is acme's"
		}
		return nil, ""
	},
	"By": func(_ context.Context, n, _ store.Org, a loot) ([]any, string) {
		if n.By().ID == string(a.user) {
			return nil, "is acme's user"
		}
		return []any{n.By()}, ""
	},
	"Info": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		i, err := n.Info(ctx)
		return []any{i, err}, ""
	},
	"ChangeInfo": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		// Whatever it says, it is the neighbour's own.
		i, err1 := n.ChangeInfo(ctx, func(o *projectr.Org) { o.ID, o.Name = a.org, "taken over" })
		j, err2 := n.ChangeInfo(ctx, func(o *projectr.Org) { o.Address = "canary-inc" })
		if projectr.KindOf(err2) != projectr.Conflict {
			return []any{i, err1, j, err2}, fmt.Sprintf("took acme's mail-in name: %v", err2)
		}
		return []any{i, err1, j, err2}, ""
	},
	"Settings": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		is, err := n.Settings(ctx)
		return []any{is, err}, done(err)
	},
	"ChangeSettings": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		is, err := n.ChangeSettings(ctx, func(s *projectr.Settings) { s.FileFrom = 60 })
		return []any{is, err}, done(err)
	},
	"Leave": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		i, err := n.Leave(ctx)
		if i.ID == a.org {
			return []any{i, err}, "has acme deleted"
		}
		return []any{i, err}, done(err)
	},
	"Stay": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		i, err := n.Stay(ctx)
		if i.ID == a.org {
			return []any{i, err}, "has acme stay"
		}
		return []any{i, err}, done(err)
	},
	"Suspend": func(ctx context.Context, n, operator store.Org, a loot) ([]any, string) {
		_, err := n.Suspend(ctx, true)
		i, err2 := operator.Suspend(ctx, true)
		if i.ID == a.org {
			return []any{err, i, err2}, "suspends acme"
		}
		return []any{err, i, err2}, odd(refused(err), done(err2))
	},
	"Delete": func(ctx context.Context, _, operator store.Org, _ loot) ([]any, string) {
		if err := operator.Delete(ctx); err != nil {
			return []any{err}, "could not delete itself"
		}
		return nil, ""
	},
	"Members": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.Members(ctx)
		return []any{l, err}, ""
	},
	"SaveMember": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		// An account is nobody's; being a viewer here must not change what one is there.
		err := n.SaveMember(ctx, a.user, projectr.Viewer)
		return []any{err}, done(err)
	},
	"ChangeRole": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		changed, err := n.ChangeRole(ctx, a.user, projectr.Admin)
		if changed {
			return []any{err}, "gave acme's viewer a role"
		}
		return []any{err}, missing(err)
	},
	"DropMember": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.DropMember(ctx, a.user)
		return []any{err}, missing(err)
	},
	"APIKeys": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.APIKeys(ctx)
		return []any{l, err}, empty(l)
	},
	"SaveAPIKey": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err1 := n.SaveAPIKey(ctx, projectr.APIKey{ID: a.key, Name: "mine", Role: projectr.Admin}, "another hash")
		err2 := n.SaveAPIKey(ctx, projectr.APIKey{ID: "k2", Name: "mine", Role: projectr.Admin}, "hash of acme's key")
		return []any{err1, err2}, odd(done(err1), refused(err2)) // an id is its own here, a secret is not
	},
	"RevokeAPIKey": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.RevokeAPIKey(ctx, a.key)
		return []any{err}, missing(err)
	},
	"Audit": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		l, err := n.Audit(ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 200}})
		m, err2 := n.Audit(ctx, projectr.AuditFilter{Page: projectr.Page{After: a.cursors["Audit"]}})
		return []any{l, err, m, err2}, odd(refused(err2), empty(m.Items))
	},
	"VerifyAudit": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		c, err1 := n.VerifyAudit(ctx)
		l, err2 := n.Audit(ctx, projectr.AuditFilter{Page: projectr.Page{Limit: 200}})
		if c.Entries != int64(len(l.Items)) {
			return []any{err1, err2}, fmt.Sprintf("looked at %d entries, and %d are its own", c.Entries, len(l.Items))
		}
		return []any{c, err1, err2}, odd(done(err1), done(err2))
	},
	"On": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		o := n.On("GET /orgs/"+string(a.org), string(a.email))
		if o.ID() != n.ID() {
			return nil, "leads elsewhere"
		}
		return nil, done(o.Note(ctx, "probe", string(a.project)))
	},
	"Noted": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		o := n.On("GET /", "r")
		a.stir()
		if o.Noted() != 0 {
			return nil, "counts what is acme's"
		}
		return nil, ""
	},
	"Note": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.Note(ctx, "probe.note", string(a.org)) // a target is only a name
		return []any{err}, done(err)
	},
	"Refused": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.Refused(ctx, "probe.refused", string(a.org))
		return []any{err}, done(err)
	},
	"Within": func(_ context.Context, n, _ store.Org, a loot) ([]any, string) {
		if !n.Within(projectr.WriteProjects) { // acme's key has a scope without it
			return nil, "is held by the scopes of acme's key"
		}
		return nil, ""
	},
	"Invites": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.Invites(ctx)
		return []any{l, err}, odd(done(err), empty(l))
	},
	"Invite": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		x, err1 := n.Invite(ctx, canary+"@invited.example", projectr.Viewer, week, "") // an address is everybody's
		_, err2 := n.Invite(ctx, "fresh@people.example", projectr.Viewer, week, "hash of acme's invitation")
		_, err3 := n.Invite(ctx, "fresh@people.example", projectr.Viewer, week, "own hash")
		l, err4 := n.Invites(ctx)
		if x.ID == a.invite || len(l) != 2 {
			return []any{err1, err2, err3, err4}, fmt.Sprintf("it has %d invitations of its own, want 2", len(l))
		}
		return []any{err1, err2, err3, err4}, odd(done(err1), refused(err2), done(err3), done(err4))
	},
	"RenewInvite": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		x, err := n.RenewInvite(ctx, a.invite, week, "mine")
		return []any{x, err}, missing(err)
	},
	"DropInvite": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.DropInvite(ctx, a.invite)
		return []any{err}, missing(err)
	},
	"Visits": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.Visits(ctx)
		return []any{l, err}, odd(done(err), empty(l))
	},
	"Project": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		p, err := n.Project(ctx, a.project)
		return []any{p, err}, missing(err)
	},
	"Projects": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		var saw []any
		wrong := ""
		for _, f := range []projectr.ProjectFilter{
			{}, {ID: a.project}, {Query: canary}, {Client: canary}, {Risks: true}, {Due: true}, {Sort: "name"}, {Sort: "job_number"}, {For: a.user},
		} {
			l, err := n.Projects(ctx, f)
			saw, wrong = append(saw, l, err), odd(wrong, empty(l.Items))
		}
		return saw, wrong
	},
	"ProjectSummary": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		p, err := n.ProjectSummary(ctx, a.project)
		return []any{p, err}, missing(err)
	},
	"ProjectTotals": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		x, err := n.ProjectTotals(ctx, a.project)
		return []any{x, err}, missing(err)
	},
	"Usage": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		u, err := n.Usage(ctx, "2000-01-01", "2100-01-01")
		if u.Emails != 0 {
			return []any{u, err}, fmt.Sprintf("counts %d mails that are acme's", u.Emails)
		}
		return []any{u, err}, odd(empty(u.Days), empty(u.Projects))
	},
	"AllProjects": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.AllProjects(ctx)
		return []any{l, err}, empty(l)
	},
	"CreateProject": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		p, err := n.CreateProject(ctx, projectr.Project{ID: a.project, Name: "Mine"})
		if p.ID == a.project {
			return []any{p, err}, "took acme's id"
		}
		return []any{p, err}, ""
	},
	"ChangeProject": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		_, err := n.ChangeProject(ctx, a.project, func(p *projectr.Project) { p.Name = "Mine" })
		return []any{err}, missing(err)
	},
	"SeeProject": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.SeeProject(ctx, a.project)
		return []any{err}, missing(err)
	},
	"Weeks": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		l, err := n.Weeks(ctx, a.project)
		return []any{l, err}, odd(missing(err), empty(l))
	},
	"Counts": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		c, err := n.Counts(ctx)
		if c != (projectr.Counts{}) {
			return []any{c, err}, fmt.Sprintf("counts what is acme's: %+v", c)
		}
		return []any{c, err}, ""
	},
	"KeepRaw": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		// The same digest as acme's, other bytes: neither may become the other.
		err := n.KeepRaw(ctx, a.digest, strings.NewReader("forged"))
		return []any{err}, refused(err)
	},
	"OpenRaw": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		_, e, err := n.OpenRaw(ctx, a.email)
		return []any{e, err}, missing(err)
	},
	"HasEmail": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		has, err := n.HasEmail(ctx, a.email)
		if has {
			return []any{err}, "tells that acme has a mail"
		}
		return []any{err}, ""
	},
	"Record": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		// acme's ids as the neighbour's own are other things; acme's project is refused.
		id := projectr.EmailID("em_forged")
		at := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
		r := projectr.Recording{
			Email: projectr.Email{ID: a.email, ThreadID: a.thread, MessageID: a.message, Date: at, ReceivedAt: at, State: projectr.InReview,
				Facts: []projectr.Fact{{ID: a.fact, EmailID: a.email, Kind: projectr.Risk, Text: "mine", State: projectr.FactOpen, At: at}}},
			Thread: projectr.Thread{ID: a.thread},
		}
		err1 := n.Record(ctx, r)
		own, err2 := n.Email(ctx, a.email)
		r.Email.ID, r.Email.Facts, r.Email.ProjectID, r.Email.State = id, nil, &a.project, projectr.Filed
		err3 := n.Record(ctx, r)
		r.Email.ProjectID, r.Email.State = nil, projectr.InReview
		r.Events = []projectr.Event{{ID: "ev_forged", Kind: projectr.MailFiled, At: at, ProjectID: a.project}}
		err4 := n.Record(ctx, r)
		// A copy of acme's is one of nothing; the bytes of acme's file are its own file here.
		r.Events, r.Email.CopyOf, r.Arrivals = nil, &a.waiting, []projectr.Arrival{{How: "copy", At: at, EmailID: id}}
		err5 := n.Record(ctx, r)
		r.Email.CopyOf, r.Arrivals = nil, nil
		r.Email.Attachments = []projectr.Attachment{{N: 1, Filename: "mine", SHA256: a.file}}
		r.Files = map[int]projectr.FileText{1: {State: projectr.FileRead, Text: "mine"}}
		err6 := n.Record(ctx, r)
		mine, err7 := n.FileText(ctx, id, 1)
		if mine.Text != "mine" {
			return []any{mine, err6, err7}, "keeps one text for the files of two"
		}
		return []any{own, err1, err2, err3, err4, err5, err6, err7}, odd(refused(err3), refused(err4), missing(err5), done(err6), done(err7))
	},
	"Release": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		at := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
		r := projectr.Recording{Email: projectr.Email{ID: a.held, ThreadID: a.thread, MessageID: a.message, Date: at, ReceivedAt: at, State: projectr.InReview},
			Thread: projectr.Thread{ID: a.thread}}
		did, err1 := n.Release(ctx, r)
		r.Email.ID, r.Email.State = "em_own", projectr.Held
		err2 := n.Record(ctx, r)
		r.Email.State, r.Email.ProjectID = projectr.Filed, &a.project // its own mail into acme's project
		_, err3 := n.Release(ctx, r)
		r.Email.ProjectID, r.Email.CopyOf = nil, &a.email // or as a copy of acme's
		_, err5 := n.Release(ctx, r)
		r.Email.CopyOf = nil
		own, err4 := n.Release(ctx, r)
		if did || !own {
			return []any{err1, err2, err3, err4}, fmt.Sprintf("released acme's: %v, its own: %v", did, own)
		}
		return []any{err1, err2, err3, err4, err5}, odd(missing(err1), done(err2), refused(err3), done(err4), missing(err5))
	},
	"Email": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		e, err := n.Email(ctx, a.email)
		return []any{e, err}, missing(err)
	},
	"Body": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		b, err := n.Body(ctx, a.email)
		return []any{b, err}, missing(err)
	},
	"Emails": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		var saw []any
		wrong := ""
		for _, f := range []projectr.EmailFilter{
			{}, {State: projectr.InReview}, {State: projectr.Filed}, {Project: a.project}, {Thread: a.thread}, {Kind: projectr.Risk}, {ByDate: true},
			{Asking: true}, {Copies: true}, {State: projectr.Quarantined}, {Before: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}, {Page: projectr.Page{After: a.cursors["Emails"]}},
		} {
			l, err := n.Emails(ctx, f)
			saw, wrong = append(saw, l, err), odd(wrong, empty(l.Items))
		}
		return saw, wrong
	},
	"FileText": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		f, err1 := n.FileText(ctx, a.email, 1)
		// It has a file with the same bytes, which nobody has read for it.
		own, err := ownMail(ctx, n, projectr.Attachment{N: 1, Filename: "mine", SHA256: a.file})
		if err != nil {
			return []any{err}, "could not record a mail of its own"
		}
		g, err2 := n.FileText(ctx, own, 1)
		return []any{f, err1, g, err2}, odd(missing(err1), missing(err2))
	},
	"KnownFile": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		f, err := n.KnownFile(ctx, a.file)
		return []any{f, err}, missing(err)
	},
	"Like": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		l, err := n.Like(ctx, a.like.Content)
		return []any{l, err}, odd(done(err), empty(l))
	},
	"OnTopic": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		l, err := n.OnTopic(ctx, a.like.Topic, start.AddDate(-50, 0, 0), start.AddDate(50, 0, 0))
		return []any{l, err}, odd(done(err), empty(l))
	},
	"Arrive": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		own, err := ownMail(ctx, n)
		if err != nil {
			return []any{err}, "could not record a mail of its own"
		}
		err1 := n.Arrive(ctx, a.email, projectr.Arrival{How: "copy", EmailID: own})
		err2 := n.Arrive(ctx, own, projectr.Arrival{How: "copy", EmailID: a.waiting}) // an id is only a name
		e, err3 := n.Email(ctx, own)
		if len(e.SendersIn) != 2 {
			return []any{e, err3}, fmt.Sprintf("its own mail came in %d ways, want 2", len(e.SendersIn))
		}
		return []any{err1, err2, e, err3}, odd(missing(err1), done(err2))
	},
	"Senders": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.Senders(ctx)
		return []any{l, err}, odd(done(err), empty(l))
	},
	"SaveSender": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		r, err1 := n.SaveSender(ctx, canary+"@x.example", false) // a pattern is everybody's
		l, err2 := n.Senders(ctx)
		if r.ID == a.sender || len(l) != 1 || l[0].ID != r.ID {
			return []any{err1, err2}, "does not make a rule of its own"
		}
		return []any{err1, err2}, odd(done(err1), done(err2))
	},
	"DropSender": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.DropSender(ctx, a.sender)
		return []any{err}, missing(err)
	},
	"FilingRules": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.FilingRules(ctx)
		return []any{l, err}, odd(done(err), empty(l))
	},
	"CreateFilingRule": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		_, err1 := n.CreateFilingRule(ctx, projectr.FilingRule{Words: "mine", ProjectID: a.project})
		own, err2 := n.CreateProject(ctx, projectr.Project{Name: "Mine"})
		r, err3 := n.CreateFilingRule(ctx, projectr.FilingRule{ID: a.rule, From: canary + "@x.example", Words: canary, ProjectID: own.ID}) // what it is about is everybody's
		if r.ID == a.rule {
			return []any{err1, err2, err3}, "took acme's id"
		}
		return []any{err1, err2, err3}, odd(missing(err1), done(err2), done(err3))
	},
	"ChangeFilingRule": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		_, err := n.ChangeFilingRule(ctx, a.rule, func(r *projectr.FilingRule) { r.Words = "mine" })
		return []any{err}, missing(err)
	},
	"DropFilingRule": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.DropFilingRule(ctx, a.rule)
		return []any{err}, missing(err)
	},
	"WordUse": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.WordUse(ctx, []string{canary, "text"})
		return []any{l, err}, odd(done(err), empty(l))
	},
	"ThreadOf": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		t, err := n.ThreadOf(ctx, []string{a.message, "parent-of-acme@mail.example"})
		return []any{t, err}, missing(err)
	},
	"File": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		own, err := ownMail(ctx, n)
		if err != nil {
			return []any{err}, "could not record a mail of its own"
		}
		err1 := n.File(ctx, a.waiting, a.project, true)
		err2 := n.File(ctx, own, a.project, true) // its own mail into acme's project
		err3 := n.File(ctx, a.email, "", false)
		p, err4 := n.CreateProject(ctx, projectr.Project{Name: "Mine"})
		err5 := n.File(ctx, own, p.ID, true)
		return []any{err1, err2, err3, err4, err5}, odd(missing(err1), missing(err2), missing(err3), done(err5))
	},
	"FileMatched": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		own, err := ownMail(ctx, n)
		if err != nil {
			return []any{err}, "could not record a mail of its own"
		}
		err1 := n.FileMatched(ctx, a.waiting, a.project, projectr.Match{})
		err2 := n.FileMatched(ctx, own, a.project, projectr.Match{})
		return []any{err1, err2}, odd(missing(err1), missing(err2))
	},
	"Unfile": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.Unfile(ctx, a.email)
		return []any{err}, missing(err)
	},
	"FileByPassages": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		own, p, err := ownSplit(ctx, n)
		if err != nil {
			return []any{err}, "could not record a mail of its own"
		}
		err1 := n.FileByPassages(ctx, a.email, "")
		err2 := n.FileByPassages(ctx, own, a.project)
		err3 := n.FileByPassages(ctx, own, p)
		return []any{err1, err2, err3}, odd(missing(err1), missing(err2), done(err3))
	},
	"FilePassage": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		own, p, err := ownSplit(ctx, n)
		if err != nil {
			return []any{err}, "could not record a mail of its own"
		}
		err1 := n.FilePassage(ctx, a.email, 0, p)
		err2 := n.FilePassage(ctx, own, 0, a.project)
		return []any{err1, err2}, odd(missing(err1), missing(err2))
	},
	"Fact": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		f, err := n.Fact(ctx, a.fact)
		return []any{f, err}, missing(err)
	},
	"Facts": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		var saw []any
		wrong := ""
		for _, f := range []projectr.FactFilter{
			{}, {Project: a.project}, {Kind: projectr.ActionItem}, {Unsure: true}, {Owner: canary}, {DueTo: "2100-01-01"}, {Deadline: true}, {State: projectr.FactOpen},
			{Page: projectr.Page{After: a.cursors["Facts"]}},
		} {
			l, err := n.Facts(ctx, f)
			saw, wrong = append(saw, l, err), odd(wrong, empty(l.Items))
		}
		return saw, wrong
	},
	"FactChain": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		c, err := n.FactChain(ctx, a.fact)
		return []any{c, err}, missing(err)
	},
	"Judge": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		f, err := n.Judge(ctx, a.fact, projectr.Judgement{State: projectr.FactRejected})
		return []any{f, err}, missing(err)
	},
	"Readings": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		l, err := n.Readings(ctx, a.email)
		return []any{l, err}, missing(err)
	},
	"Reading": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		r, err := n.Reading(ctx, a.email, 1)
		return []any{r, err}, missing(err)
	},
	"Rereads": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		l, err1 := n.Rereads(ctx, projectr.Page{})
		m, err2 := n.Rereads(ctx, projectr.Page{After: a.cursors["Rereads"]})
		return []any{l, err1, m, err2}, odd(done(err1), empty(l.Items), refused(err2), empty(m.Items))
	},
	"ReadSample": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		m, err := n.ReadSample(ctx, time.Time{}, 100)
		if m.Mails > 0 || !m.First.IsZero() {
			return []any{m, err}, fmt.Sprintf("counts acme's mail: %+v", m)
		}
		return []any{m, err}, odd(done(err), empty(m.Sample))
	},
	"Used": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		u, err := n.Used(ctx)
		if u.Emails > 0 || u.Projects > 0 || u.Bytes > 0 || u.Users > 1 || u.Spent.Calls > 0 {
			return []any{u, err}, fmt.Sprintf("counts what is acme's: %+v", u)
		}
		return []any{u, err}, done(err)
	},
	"Subscription": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		s, err := n.Subscription(ctx)
		return []any{fmt.Sprintf("%+v", s), err}, done(err)
	},
	"KeepPaid": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		return nil, done(n.KeepPaid(ctx, []projectr.Invoice{{ID: "in_canary", Currency: "USD", Paid: 1, PaidAt: start}}))
	},
	"WriteDownPaid": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		return nil, done(n.WriteDownPaid(ctx, projectr.Invoice{ID: "in_canary", Currency: "USD", Paid: 1, PaidAt: start}, "in_canary"))
	},
	"Month": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		m, _, err := n.Month(ctx, start.Format("2006-01"))
		if m.Emails > 0 || m.Calls > 0 || slices.ContainsFunc(m.Income, func(a projectr.Amount) bool { return a.Minor > 1 }) {
			return []any{m, err}, fmt.Sprintf("counts what is acme's: %+v", m)
		}
		return []any{m, err}, done(err)
	},
	"ReplaceCustomer": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		return nil, odd(refused(n.ReplaceCustomer(ctx, "cus_"+canary, "cus_stolen")), refused(n.ReplaceCustomer(ctx, "cus_neighbour", "cus_"+canary)))
	},
	"JoinCustomer": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		err := n.JoinCustomer(ctx, "cus_"+canary)
		return nil, odd(refused(err), done(n.JoinCustomer(ctx, "cus_neighbour")))
	},
	"TakeSubscription": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		asked := 0
		s, err := n.TakeSubscription(ctx, "evt_"+canary, func(context.Context) (projectr.Subscription, error) {
			asked++
			return projectr.Subscription{ID: "sub_theirs", State: projectr.Canceled, Since: start, AsOf: start}, nil
		})
		if asked != 1 {
			return []any{fmt.Sprintf("%+v", s), err}, "knows which events acme has had"
		}
		return []any{fmt.Sprintf("%+v", s), err}, done(err)
	},
	"CheckOpen": func(_ context.Context, n, _ store.Org, _ loot) ([]any, string) {
		err := n.CheckOpen()
		return []any{err}, done(err)
	},
	"WarnOfClosing": func(ctx context.Context, n, operator store.Org, _ loot) ([]any, string) {
		// Nobody paid for the neighbour since its trial ended long ago: that is its own end.
		_, err1 := operator.ChangeInfo(ctx, func(o *projectr.Org) { o.TrialEnds = start.AddDate(-1, 0, 0) })
		letter, err2 := n.WarnOfClosing(ctx)
		i, err3 := n.Info(ctx)
		wrong := odd(done(err1), done(err2), done(err3))
		if wrong == "" && (letter == "" || i.ClosesAt.IsZero()) {
			wrong = "is not told that it closes"
		}
		return []any{letter, i, err1, err2, err3}, wrong
	},
	"Remind": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		letter, err := n.Remind(ctx, func(_ context.Context, _ projectr.Org, _ projectr.Subscription, r projectr.Reminder) (projectr.LetterKind, string, error) {
			return r.Kind, canary, nil
		})
		return []any{letter, err}, done(err)
	},
	"CountUse": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		many, err := n.CountUse(ctx)
		if many > 0 {
			return []any{many, err}, fmt.Sprintf("counts %d entries of use that are not its own", many)
		}
		return []any{many, err}, done(err)
	},
	"Outbox": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.Outbox(ctx, projectr.UseWaits)
		return []any{l, err}, odd(done(err), empty(l))
	},
	"TellUse": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		told := false
		e, err := n.TellUse(ctx, projectr.UseEntry{ID: string(a.org) + "-2026-03-04-0", Day: "2026-03-04", Amount: 5, At: start, State: projectr.UseWaits}, func(context.Context, projectr.MeterEvent) error {
			told = true
			return nil
		})
		if told {
			return []any{err}, "tells of use that is not its own"
		}
		return []any{e.Problem, err}, done(err)
	},
	"RetryUse": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.RetryUse(ctx, string(a.org)+"-2026-03-04-0")
		return []any{err}, missing(err)
	},
	"PrunePayments": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		pruned, err := n.PrunePayments(ctx)
		if pruned > 0 {
			return []any{err}, "prunes acme's payments"
		}
		return []any{err}, done(err)
	},
	"StartCall": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		id, err := n.StartCall(ctx, projectr.CallStart{Job: "theirs", EmailID: a.email, Model: "gpt-x", MostMicro: ptr(int64(1))})
		return []any{id, err}, missing(err)
	},
	"SettleCall": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.SettleCall(ctx, a.call, projectr.CallEnd{Outcome: projectr.CallAnswered, CostMicro: ptr(int64(1))})
		return []any{err}, missing(err)
	},
	"LoseCalls": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		lost, err := n.LoseCalls(ctx)
		if lost > 0 {
			return []any{err}, "lost acme's calls"
		}
		return []any{err}, done(err)
	},
	"Ledger": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		l, err1 := n.Ledger(ctx, projectr.LedgerFilter{})
		m, err2 := n.Ledger(ctx, projectr.LedgerFilter{Email: a.email, Project: a.project, Model: canary, Step: projectr.StepRead, Person: projectr.BySettings})
		k, err3 := n.Ledger(ctx, projectr.LedgerFilter{Page: projectr.Page{After: a.cursors["Ledger"]}})
		return []any{l, err1, m, err2, k, err3}, odd(done(err1), empty(l.Items), done(err2), empty(m.Items), refused(err3), empty(k.Items))
	},
	"CallDays": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.CallDays(ctx, "2026-01-01", "2026-12-31")
		return []any{l, err}, odd(done(err), empty(l))
	},
	"Spent": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		x, err := n.Spent(ctx)
		if x.Calls > 0 || x.ReservedMicro > 0 {
			return []any{x, err}, "counts acme's calls"
		}
		return []any{x, err}, done(err)
	},
	"PruneLedger": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		pruned, err := n.PruneLedger(ctx, "2100-01-01")
		if pruned > 0 {
			return []any{err}, "pruned acme's ledger"
		}
		return []any{err}, done(err)
	},
	"RaiseAlerts": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		r := projectr.Recording{Email: projectr.Email{ID: "em_huge", Size: 95 << 30, State: projectr.InReview, ThreadID: "th_huge", ReceivedAt: start, Date: start}, Thread: projectr.Thread{ID: "th_huge"}}
		err1 := n.Record(ctx, r)
		raised, err2 := n.RaiseAlerts(ctx)
		l, err3 := n.Alerts(ctx)
		if len(raised) != 2 || len(l) != 2 {
			return []any{err1, raised, err2, l, err3}, fmt.Sprintf("raised %d alerts, of which it has %d", len(raised), len(l))
		}
		return []any{raised, l}, odd(done(err1), done(err2), done(err3))
	},
	"Alerts": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		l, err := n.Alerts(ctx)
		return []any{l, err}, odd(done(err), empty(l))
	},
	"ResumeReadings": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		resumed, err := n.ResumeReadings(ctx)
		if resumed > 0 {
			return []any{err}, "resumed acme's readings"
		}
		return []any{err}, done(err)
	},
	"AskReadings": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		asked, err := n.AskReadings(ctx, []projectr.EmailID{a.email}, "rules")
		if asked > 0 {
			return []any{err}, "asked for a reading of acme's mail"
		}
		return []any{err}, missing(err)
	},
	"TakeReading": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		r, err := n.TakeReading(ctx, start.AddDate(50, 0, 0), true) // acme has some that are due
		return []any{r, err}, missing(err)
	},
	"PutOffReading": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		err := n.PutOffReading(ctx, projectr.Reading{EmailID: a.email, N: 1})
		return []any{err}, missing(err)
	},
	"KeepReading": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		r, err1 := n.KeepReading(ctx, projectr.Reading{EmailID: a.email, Extractor: "rules", Version: "1", Why: "model_answered"})
		_, err2 := n.KeepReading(ctx, projectr.Reading{EmailID: "em_acme10", N: 2, Extractor: "rules", Version: "1", Why: "asked"})
		return []any{r.Diff, err1, err2}, odd(missing(err1), missing(err2))
	},
	"AcceptReading": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		r, err := n.AcceptReading(ctx, "em_acme9", 2)
		return []any{r, err}, missing(err)
	},
	"UndoReading": func(ctx context.Context, n, _ store.Org, _ loot) ([]any, string) {
		r, err := n.UndoReading(ctx, "em_acme9", 2)
		return []any{r, err}, missing(err)
	},
	"Timeline": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		l, err := n.Timeline(ctx, a.project, projectr.Page{})
		p, err2 := n.CreateProject(ctx, projectr.Project{Name: "Mine"})
		m, err3 := n.Timeline(ctx, p.ID, projectr.Page{After: a.cursors["Timeline"]})
		own, err4 := n.Timeline(ctx, p.ID, projectr.Page{})
		if len(own.Items) != 1 {
			return []any{own, err4}, fmt.Sprintf("shows %d events where the neighbour has one of its own", len(own.Items))
		}
		return []any{l, err, err2, m, err3, err4}, odd(missing(err), refused(err3))
	},
	"Changes": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		l, err := n.Changes(ctx, a.since, projectr.Page{})
		m, err2 := n.Changes(ctx, a.since, projectr.Page{After: a.cursors["Changes"]})
		return []any{l, err, m, err2}, odd(empty(l.Items), refused(err2))
	},
	"ChangeTotals": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		x, err := n.ChangeTotals(ctx, a.since)
		if x != (projectr.ChangeTotals{}) {
			return []any{x, err}, fmt.Sprintf("counts what is acme's: %+v", x)
		}
		return []any{x, err}, ""
	},
	"Search": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		var saw []any
		wrong := ""
		for _, q := range []projectr.SearchQuery{
			{Text: canary}, {Text: canary[:5]}, {Text: "text " + canary}, {Text: `"subject"`}, {Text: canary, Project: a.project}, {Text: canary, Kinds: []string{"fact"}},
			{Text: canary + `" OR rowid > 0 --`}, {Text: canary, Page: projectr.Page{After: a.cursors["Search"]}},
		} {
			l, err := n.Search(ctx, q)
			saw, wrong = append(saw, l, err), odd(wrong, empty(l.Items))
		}
		return saw, wrong
	},
	"Watch": func(ctx context.Context, n, _ store.Org, a loot) ([]any, string) {
		c, stop := n.Watch()
		defer stop()
		a.stir()
		select {
		case ch := <-c:
			return []any{ch}, "tells of a change in acme"
		default:
		}
		if _, err := n.CreateProject(ctx, projectr.Project{Name: "Mine"}); err != nil || len(c) != 1 {
			return []any{err}, "does not tell of its own change"
		}
		return nil, ""
	},
}

// ownMail records a mail of the neighbour's own, in review.
func ownMail(ctx context.Context, n store.Org, files ...projectr.Attachment) (projectr.EmailID, error) {
	at := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	id := projectr.EmailID("em_own")
	return id, n.Record(ctx, projectr.Recording{
		Email:  projectr.Email{ID: id, ThreadID: "th_own", MessageID: "own@mail.example", Date: at, ReceivedAt: at, State: projectr.InReview, Attachments: files},
		Thread: projectr.Thread{ID: "th_own"}})
}

// ownSplit records a mail of the neighbour's own that is filed by a passage on a
// project of its own.
func ownSplit(ctx context.Context, n store.Org) (projectr.EmailID, projectr.ProjectID, error) {
	p, err := n.CreateProject(ctx, projectr.Project{Name: "Mine"})
	if err != nil {
		return "", "", err
	}
	at := time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
	id := projectr.EmailID("em_own_split")
	return id, p.ID, n.Record(ctx, projectr.Recording{
		Email: projectr.Email{ID: id, ThreadID: "th_own_split", Date: at, ReceivedAt: at, State: projectr.Filed,
			Passages: []projectr.Passage{{ProjectID: p.ID, End: 5}}},
		Body: projectr.Body{Text: "Words"}, Thread: projectr.Thread{ID: "th_own_split"}})
}
