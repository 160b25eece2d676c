package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/pressly/goose/v3"

	"projectr"
	"projectr/store"
	"projectr/store/sqlite"
	"projectr/store/storetest"
)

// TestTheFirstSchemaIsBroughtUpToDate opens a file that the first schema wrote,
// with a mail of each state in it, and reads it by the present one.
func TestTheFirstSchemaIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	db := raw(t, path)
	if _, err := db.Exec(`PRAGMA journal_mode = WAL`); err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	at := noon.UnixMicro()
	exec := func(q string, args ...any) { t.Helper(); put(t, db, q, args...) }
	exec(`INSERT INTO orgs (num, id, name, address, plan, suspended, time_zone, created_at, last_doc) VALUES (1, 'org_acme', 'Acme', 'acme', 'starter', 0, 'UTC', ?, 40)`, at)
	exec(`INSERT INTO routes (name, org) VALUES ('acme', 1)`)
	exec(`INSERT INTO projects (org, id, doc, name, job_number, address, client, status, aliases, people, created_at, words, name_key, mails, facts, risks, first_mail_at, last_mail_at, active_at)
		VALUES (1, 'pr_1', ?, 'Harbor', '', '', '', 'active', '[]', '[]', ?, 'harbor', 'harbor', 1, 1, 1, ?, ?, ?)`, 1<<40|1<<2|3, at, at, at, at)
	exec(`INSERT INTO threads (org, id, project_id) VALUES (1, 'th_1', 'pr_1')`)
	exec(`INSERT INTO message_ids (org, message_id, thread_id) VALUES (1, 'filed@x', 'th_1')`)
	for i, state := range []string{"filed", "review", "held", "parked"} {
		var project any
		if state == "filed" {
			project = "pr_1"
		}
		doc := 1<<40 | (2+i)<<2
		exec(`INSERT INTO emails (doc, org, id, message_id, subject, people, date, date_offset, received_at, day, project_id, thread_id, state, sha256, size, verdict, snippet, match, reply,
				automatic, warnings, extractor, envelope_from, tag, files, sender, author)
			VALUES (?, 1, 'em_' || ?, ? || '@x', 'Subject', '{"f":[{"name":"Dana","address":"dana@x.example"}]}', ?, 60, ?, ?, ?, 'th_1', ?, 'abc', 7, 'accepted', 'Words',
				'{"confidence":1,"reasons":null,"candidates":null}', 0, 'no', '[]', 'rules', 'dana@x.example', '', ?, 'dana@x.example', 'Dana')`,
			doc, state, state, at, at+int64(i), at/86_400_000_000, project, state, map[bool]int{true: 1}[i == 0])
		exec(`INSERT INTO bodies (doc, org, text, spans, html) VALUES (?, 1, ?, '[]', 0)`, doc, enc.EncodeAll([]byte("The ramp of "+state), nil))
	}
	exec(`INSERT INTO attachments (doc, org, email_id, n, filename, content_type, size, sha256, content_id, inline) VALUES (?, 1, 'em_filed', 1, 'plan.pdf', 'application/pdf', 9, 'def', '', 0)`, 1<<40|10<<2|2)
	exec(`INSERT INTO facts (doc, org, id, email_id, project_id, kind, text, quote, start, "end", proof, confidence, priority, affects, state, by, at, at_offset, reason, read_at, known_at)
		VALUES (?, 1, 'fa_1', 'em_filed', 'pr_1', 'risk', 'It may rain', 'The ramp', 0, 8, 'verified', 0.9, 'normal', '[]', 'open', 'rules', ?, 60, '', ?, ?)`, 1<<40|11<<2|1, at, at, at)
	exec(`INSERT INTO usage_days (org, day, project, emails) VALUES (1, ?, 'pr_1', 1), (1, ?, '', 3)`, at/86_400_000_000, at/86_400_000_000)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	d := open(t, path)
	o := enter(t, d)
	l, err := o.Emails(t.Context(), projectr.EmailFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range l.Items {
		got = append(got, string(e.State))
		direct := projectr.Arrival{How: "direct", By: projectr.MailAddress{Name: "Dana", Address: "dana@x.example"}, At: e.ReceivedAt, EmailID: e.ID}
		if e.CameBy != nil || e.CopyOf != nil || e.Why != "" || e.Invitation != nil || e.Confirmation != nil || e.Authentication.Result != projectr.AuthNone ||
			e.ThreadSize != 4 || !slices.Equal(e.SendersIn, []projectr.Arrival{direct}) {
			t.Errorf("%s came back as %+v", e.ID, e)
		}
	}
	if want := "parked held review filed"; strings.Join(got, " ") != want {
		t.Errorf("mails %v, want %s", got, want)
	}
	filed := l.Items[3]
	if len(filed.Facts) != 1 || filed.Facts[0].File != 0 || len(filed.Attachments) != 1 || filed.Attachments[0].Read != "" {
		t.Errorf("facts %+v, files %+v", filed.Facts, filed.Attachments)
	}
	b, err := o.Body(t.Context(), filed.ID)
	if err != nil || b.Text != "The ramp of filed" {
		t.Errorf("text %q, %v", b.Text, err)
	}
	if _, err := o.FileText(t.Context(), filed.ID, 1); projectr.KindOf(err) != projectr.NotFound {
		t.Errorf("the text of a file that was never read: %v", err)
	}
	c, err := o.Counts(t.Context())
	if want := (projectr.Counts{Projects: 1, Review: 1, Parked: 1, Held: 1, MailToday: 4}); err != nil || c != want {
		t.Errorf("counts %+v, %v; want %+v", c, err, want)
	}
	// It goes on as if it had always been so: what was counted counts.
	r := recording("again", "pr_1", "The ramp of filed")
	r.Email.CopyOf, r.Arrivals = &filed.ID, []projectr.Arrival{{How: "copy", At: noon, EmailID: "em_again"}}
	if err := o.Record(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	held := recording("held", "pr_1", "The ramp of held")
	if did, err := o.Release(t.Context(), held); err != nil || !did {
		t.Errorf("released %v, %v", did, err)
	}
	u, err := o.Usage(t.Context(), "2026-03-01", "2026-03-31")
	if err != nil || u.Emails != 4 || len(u.Projects) != 1 || u.Projects[0].Emails != 2 {
		t.Errorf("usage %+v, %v", u, err)
	}
	if e, err := o.Email(t.Context(), filed.ID); err != nil || len(e.SendersIn) != 2 {
		t.Errorf("ways it came in: %+v, %v", e.SendersIn, err)
	}
	if l, err := o.Readings(t.Context(), filed.ID); err != nil || len(l) != 1 || l[0].State != projectr.ReadingCurrent || l[0].Extractor != filed.Extractor {
		t.Errorf("readings of a mail from before: %+v, %v", l, err)
	}
	if s, err := o.ProjectSummary(t.Context(), "pr_1"); err != nil || s.Mails != 2 || s.Risks != 1 {
		t.Errorf("the project has %d mails, %d risks, %v", s.Mails, s.Risks, err)
	}
}

// put runs a statement behind the driver's back.
func put(t *testing.T, db *sql.DB, q string, args ...any) {
	t.Helper()
	if _, err := db.Exec(q, args...); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
}

// TestPeopleFromBefore opens a file that the third schema wrote, with people and their
// ways in, and reads it by the present one.
func TestPeopleFromBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	db := raw(t, path)
	put(t, db, `PRAGMA journal_mode = WAL`)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	at, far := noon.UnixMicro(), noon.AddDate(1, 0, 0).UnixMicro()
	put(t, db, `INSERT INTO orgs (num, id, name, address, plan, suspended, time_zone, created_at) VALUES (1, 'org_acme', 'Acme', 'acme', 'starter', 0, 'UTC', ?)`, at)
	put(t, db, `INSERT INTO routes (name, org) VALUES ('acme', 1)`)
	put(t, db, `INSERT INTO users (id, email, name, disabled, created_at, password) VALUES ('us_in', 'in@x.example', 'In', 0, ?, 'hash'), ('us_new', 'new@x.example', 'New', 0, ?, '')`, at, at)
	put(t, db, `INSERT INTO members (org, user_id, role) VALUES (1, 'us_in', 'admin'), (1, 'us_new', 'viewer')`)
	put(t, db, `INSERT INTO sessions (hash, user_id, created_at, seen_at, expires_at, agent) VALUES ('s1', 'us_in', ?, ?, ?, 'Browser'), ('s2', 'us_in', ?, ?, ?, 'Other')`, at, at, far, at+1, at+9, far)
	put(t, db, `INSERT INTO tickets (hash, user_id, purpose, expires_at) VALUES ('t1', 'us_new', 'welcome', ?)`, far)
	put(t, db, `INSERT INTO api_keys (org, id, hash, name, prefix, role, created_at) VALUES (1, 'k1', 'kh', 'robot', 'prj_abc', 'viewer', ?)`, at)
	entry := projectr.AuditEntry{At: noon, Actor: projectr.Actor{Kind: "operator", ID: "test"}, Action: "org.create", Target: "org_acme", Outcome: projectr.WasDone}
	put(t, db, `INSERT INTO audit (org, n, at, actor_kind, actor_id, actor_name, action, target, hash) VALUES (1, 1, ?, 'operator', 'test', '', 'org.create', 'org_acme', ?)`, at, sqlite.AuditHash(1, nil, 1, entry))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	d := open(t, path)
	s := store.New(d, noBlobs{}, func() time.Time { return noon })
	for _, hash := range []string{"s1", "s2"} {
		if _, u, err := s.Session(t.Context(), hash); err != nil || u.ID != "us_in" {
			t.Errorf("session %s: %s, %v", hash, u.ID, err)
		}
	}
	if _, id, err := s.KeyHolder(t.Context(), "kh"); err != nil || id != "key_k1" {
		t.Errorf("key: %s, %v", id, err)
	}
	l, err := enter(t, d).Audit(t.Context(), projectr.AuditFilter{})
	if err != nil || len(l.Items) != 2 || l.Items[1] != entry {
		t.Errorf("audit log %+v, %v", l.Items, err)
	}
	checkAudit(t, path)
	var got string
	if err := raw(t, path).QueryRow(`SELECT group_concat(x, ' ') FROM (
		SELECT id || '=' || coalesce(verified_at = created_at, 'unproved') || '/' || coalesce(seen_at - ?, 'unseen') || '/' || operator AS x FROM users
		UNION ALL SELECT length(id) || '/' || (auth_at = created_at) || '/' || how || '/' || second FROM sessions
		UNION ALL SELECT count(DISTINCT id) FROM sessions)`, at).Scan(&got); err != nil {
		t.Fatal(err)
	}
	if want := "us_in=1/9/0 us_new=unproved/unseen/0 23/1/password/0 23/1/password/0 2"; got != want {
		t.Errorf("people are %q, want %q", got, want)
	}
}

// TestPaymentsFromBefore opens files that earlier schemas wrote, with what was kept of
// payments then, and goes on from there.
func TestPaymentsFromBefore(t *testing.T) {
	at := noon.UnixMicro()
	end := noon.AddDate(0, 1, 0)
	for _, schema := range []int64{11, 13, 16} { // the first one with paid invoices, with letters, and without prices
		path := filepath.Join(t.TempDir(), "p.db")
		db := raw(t, path)
		put(t, db, `PRAGMA journal_mode = WAL`)
		p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.UpTo(t.Context(), schema); err != nil {
			t.Fatal(err)
		}
		put(t, db, `INSERT INTO orgs (num, id, name, address, plan, suspended, time_zone, created_at) VALUES (1, 'org_acme', 'Acme', 'acme', 'professional', 0, 'UTC', ?)`, at)
		put(t, db, `INSERT INTO routes (name, org) VALUES ('acme', 1)`)
		put(t, db, `INSERT INTO customers (org, customer) VALUES (1, 'cus_1')`)
		put(t, db, `INSERT INTO subscriptions (org, id, plan, state, began, period_start, period_end, as_of, revision) VALUES (1, 'sub_1', 'professional', 'active', ?, ?, ?, ?, 7)`, at, at, end.UnixMicro(), at)
		put(t, db, `INSERT INTO payment_events (org, id, at) VALUES (1, 'evt_1', ?)`, at)
		put(t, db, `INSERT INTO use_entries (org, id, day, amount, at, state, tries, due, problem) VALUES (1, 'use_1', ?, 5, ?, 'waits', 0, ?, '')`, at/86_400_000_000, at, at)
		put(t, db, `INSERT INTO paid_invoices (org, id, at, currency, amount) VALUES (1, 'in_1', ?, 'USD', 14900)`, at)
		if schema >= 13 {
			put(t, db, `INSERT INTO reminders (org, n, kind, about, at) VALUES (1, 1, 'payment_failed', 'in_0', ?)`, at)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}

		o := enter(t, open(t, path))
		s, err := o.Subscription(t.Context())
		if want := (projectr.Subscription{ID: "sub_1", Customer: "cus_1", Plan: "professional", State: projectr.Subscribed, Began: noon, PeriodStart: noon, PeriodEnd: end, AsOf: noon, Revision: 7}); err != nil || s != want {
			t.Errorf("schema %d: %+v, %v; want %+v", schema, s, err, want)
		}
		m, _, err := o.Month(t.Context(), noon.Format("2006-01"))
		if err != nil || fmt.Sprint(m.Income) != "[{14900 USD }]" {
			t.Errorf("schema %d: income %v, %v", schema, m.Income, err)
		}
		if l, err := o.Outbox(t.Context(), projectr.UseWaits); err != nil || len(l) != 1 || l[0].Amount != 5 {
			t.Errorf("schema %d: outbox %+v, %v", schema, l, err)
		}
		never := func(context.Context) (projectr.Subscription, error) {
			t.Errorf("schema %d: an event that was taken is asked about again", schema)
			return s, nil
		}
		if _, err := o.TakeSubscription(t.Context(), "evt_1", never); err != nil {
			t.Error(err)
		}
		is := s
		is.AsOf, is.Price = noon.Add(time.Minute), projectr.Charge{Amount: projectr.Amount{Minor: 99_00, Currency: "USD"}, Every: "month", Count: 1}
		if got, err := o.TakeSubscription(t.Context(), "evt_2", func(context.Context) (projectr.Subscription, error) { return is, nil }); err != nil || got.Price != is.Price || got.Revision != 8 {
			t.Errorf("schema %d: then %+v, %v", schema, got, err)
		}
		if schema >= 13 { // what was told then is known: that it is paid is the next letter
			letter, err := o.Remind(t.Context(), func(_ context.Context, _ projectr.Org, _ projectr.Subscription, r projectr.Reminder) (projectr.LetterKind, string, error) {
				return r.Kind, "", nil
			})
			if err != nil || letter != projectr.LetterPaidAgain {
				t.Errorf("schema %d: the letter is %q, %v", schema, letter, err)
			}
		}
	}
}

// TestMoneyFromBefore opens a file that the seventeenth schema wrote, with alerts and with
// calls whose cost nobody knows: nobody is told twice, and they count as what was set aside.
func TestMoneyFromBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	db := raw(t, path)
	put(t, db, `PRAGMA journal_mode = WAL`)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 17); err != nil {
		t.Fatal(err)
	}
	day := noon.Unix() / 86400
	month := time.Date(noon.Year(), noon.Month(), 1, 0, 0, 0, 0, time.UTC)
	put(t, db, `INSERT INTO orgs (num, id, name, address, plan, suspended, time_zone, created_at) VALUES (1, 'org_acme', 'Acme', 'acme', 'starter', 0, 'UTC', 0)`)
	put(t, db, `INSERT INTO routes (name, org) VALUES ('acme', 1)`)
	put(t, db, `INSERT INTO alerts (org, month, kind, percent, at) VALUES (1, ?, 'ai_budget', 70, 5)`, month.Format("2006-01"))
	for i, c := range []struct {
		day           int64
		outcome       string
		cost, charged any
	}{{day, "answered", nil, 300}, {day, "answered", nil, 0}, {day, "answered", 200, 200}, {day, "timeout", nil, 0}, {day, "unknown", nil, 0}, {month.Unix()/86400 - 1, "answered", nil, 300}} {
		put(t, db, `INSERT INTO calls (org, id, at, day, job, email_id, project, step, actor_kind, actor_id, model, answered, prompt, prices, outcome, took, input, cached, written, output, reasoning, most, cost, charged)
			VALUES (1, 'ca_' || ?, 1, ?, 'job' || ?, 'em_1', '', 'read', 'mail', 'em_1', 'gpt-x', '', '1', '1', ?, 0, 0, 0, 0, 0, 0, 300, ?, ?)`, i, c.day, i, c.outcome, c.cost, c.charged)
	}
	put(t, db, `INSERT INTO call_days (org, day, model, project, step, person, calls, unpriced, input, cached, written, output, reasoning, cost, charged)
		VALUES (1, ?, 'gpt-x', '', 'read', '', 5, 4, 0, 0, 0, 0, 0, 200, 500)`, day)
	put(t, db, `INSERT INTO call_months (org, month, calls, unpriced, reserved, cost, charged, lost) VALUES (1, ?, 5, 4, 0, 200, 500, 300)`, month.Unix()/86400)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	o := enter(t, open(t, path))
	if x := storetest.Reconcile(t, o); x.LostMicro != 1200 || x.ChargedMicro != 500 {
		t.Errorf("the month comes to %+v", x)
	}
	if d, err := o.CallDays(t.Context(), noon.Format(time.DateOnly), noon.Format(time.DateOnly)); err != nil || len(d) != 1 || d[0].Assumed != 1 {
		t.Errorf("days %+v, %v", d, err)
	}
	if l, err := o.Alerts(t.Context()); err != nil || len(l) != 1 || l[0].Limit != 0 || l[0].Percent != 70 {
		t.Errorf("alerts %+v, %v", l, err)
	}
	if _, err := o.ChangeInfo(t.Context(), func(i *projectr.Org) { i.Plan = "professional" }); err != nil {
		t.Fatal(err)
	}
	if l, err := o.RaiseAlerts(t.Context()); err != nil || len(l) != 0 {
		t.Errorf("raised again: %+v, %v", l, err)
	}
}

// noBlobs are the raw mails of tests that keep none.
type noBlobs struct{ store.Blobs }

func (noBlobs) DeleteAll(context.Context, projectr.OrgID) error { return nil }

func enter(t *testing.T, d store.Driver) store.Org {
	t.Helper()
	o, err := store.New(d, noBlobs{}, func() time.Time { return noon }).AsOperator(t.Context(), "acme", "test")
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestADeletedOrganisationLeavesNoRow looks into every table, whatever migration
// brought it.
func TestADeletedOrganisationLeavesNoRow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	d := open(t, path)
	for _, name := range []string{"acme", "globex"} {
		o, p := house(t, d, name)
		r := recording("1", p, "Send the plan")
		r.Email.Attachments = []projectr.Attachment{{N: 1, Filename: "plan.pdf", SHA256: "abc"}}
		r.Files = map[int]projectr.FileText{1: {State: projectr.FileRead, Text: "Rebar"}}
		r.Reading = &projectr.Reading{At: noon, Extractor: "rules", Version: "1", Why: "received", State: projectr.ReadingCurrent}
		copied := recording("2", p, "Send the plan")
		copied.Email.CopyOf, copied.Arrivals = &r.Email.ID, []projectr.Arrival{{How: "copy", At: noon, EmailID: "em_2"}}
		for _, r := range []projectr.Recording{r, copied} {
			if err := o.Record(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := o.SaveSender(t.Context(), "@x.example", true); err != nil {
			t.Fatal(err)
		}
		if _, err := o.CreateFilingRule(t.Context(), projectr.FilingRule{Words: "blue doors", ProjectID: p}); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Judge(t.Context(), "fa_1", projectr.Judgement{State: projectr.FactConfirmed}); err != nil {
			t.Fatal(err)
		}
	}
	db := raw(t, path)
	put(t, db, `INSERT INTO users (id, email, name, disabled, created_at, password) VALUES ('us_1', 'jo@x.example', 'Jo', 0, 0, '')`)
	for org := 1; org <= 2; org++ {
		put(t, db, `INSERT INTO members (org, user_id, role, since) VALUES (?, 'us_1', 'admin', 0)`, org)
		put(t, db, `INSERT INTO api_keys (org, id, hash, name, prefix, role, created_at) VALUES (?, 'k', ?, '', '', 'admin', 0)`, org, org)
		put(t, db, `INSERT INTO seen (org, project_id, user_id, at) SELECT org, id, 'us_1', 0 FROM projects WHERE org = ?`, org)
		put(t, db, `INSERT INTO letters (kind, user_id, email, org, ref, at, due) VALUES ('invitation', NULL, '', ?, 'in_1', 0, 0)`, org)
		put(t, db, `INSERT INTO invitations (org, id, email, role, by, created_at, expires_at) VALUES (?, 'in_1', 'bo@x.example', 'viewer', 'us_1', 0, 0)`, org)
		put(t, db, `INSERT INTO calls (org, id, at, day, job, email_id, project, step, actor_kind, actor_id, model, answered, prompt, prices, outcome, took, input, cached, written, output, reasoning, charged)
			VALUES (?, 'ca_1', 0, 0, 'j', 'em_1', '', 'read', 'mail', '', 'gpt-x', '', '', '', 'started', 0, 0, 0, 0, 0, 0, 0)`, org)
		put(t, db, `INSERT INTO call_days VALUES (?, 0, 'gpt-x', '', 'read', '', 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)`, org)
		put(t, db, `INSERT INTO call_months VALUES (?, 0, 1, 1, 0, 0, 0, 0)`, org)
		put(t, db, `INSERT INTO alerts VALUES (?, '2026-03', 'emails', 70, 500, 0)`, org)
		put(t, db, `INSERT INTO customers (org, customer) VALUES (?, 'cus_' || ?)`, org, org)
		put(t, db, `INSERT INTO subscriptions (org, id, plan, state, began, as_of, revision) VALUES (?, 'sub_1', 'starter', 'active', 0, 0, 1)`, org)
		put(t, db, `INSERT INTO use_entries VALUES (?, 'u-' || ?, 0, 1, 0, 'waits', 0, 0, NULL, '')`, org, org)
		put(t, db, `INSERT INTO paid_invoices (org, id, at, currency, amount) VALUES (?, 'in_1', 0, 'USD', 1)`, org)
		put(t, db, `INSERT INTO payment_events (org, id, at) VALUES (?, 'evt_1', 0)`, org)
		put(t, db, `INSERT INTO reminders VALUES (?, 1, 'trial_ends', '0', 0)`, org)
		put(t, db, `INSERT INTO visits (org, user_id, why, at, expires_at) VALUES (?, 'us_1', 'asked to', 0, 0)`, org)
	}
	rows := func(table string, org int) (n int) {
		t.Helper()
		if err := db.QueryRow(fmt.Sprintf(`SELECT count(*) FROM %s WHERE org = ?`, table), org).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	var tables []string
	list, err := db.Query(`SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'org' WHERE m.type = 'table'`)
	if err != nil {
		t.Fatal(err)
	}
	for list.Next() {
		var name string
		if err := list.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := list.Err(); err != nil || len(tables) < 18 {
		t.Fatalf("only the tables %v, %v", tables, err)
	}
	before := map[string]int{}
	for _, table := range tables {
		before[table] = rows(table, 2)
		if rows(table, 1) == 0 {
			t.Errorf("nothing was put into %s", table)
		}
	}
	if err := enter(t, d).Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if n := rows(table, 1); n > 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
		if n := rows(table, 2); n != before[table] {
			t.Errorf("its neighbour had %d rows in %s, and has %d", before[table], table, n)
		}
	}
}
