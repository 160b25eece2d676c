package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"projectr"
	"projectr/store"
	"projectr/store/sqlite"
	"projectr/store/storetest"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// house is one organisation with one project, on d.
func house(t testing.TB, d store.Driver, name string) (store.Org, projectr.ProjectID) {
	t.Helper()
	s := store.New(d, nil, func() time.Time { return noon })
	err := s.CreateOrg(t.Context(), projectr.Org{ID: projectr.OrgID("org_" + name), Name: name, Address: name, Plan: "starter", TimeZone: "UTC"}, projectr.Actor{Kind: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.AsOperator(t.Context(), name, "test")
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.CreateProject(t.Context(), projectr.Project{Name: "Harbor"})
	if err != nil {
		t.Fatal(err)
	}
	return o, p.ID
}

func recording(id string, p projectr.ProjectID, text string) projectr.Recording {
	eid, fid := projectr.EmailID("em_"+id), projectr.FactID("fa_"+id)
	actor := projectr.Actor{Kind: "mail", Name: "acme"}
	return projectr.Recording{
		Email: projectr.Email{ID: eid, MessageID: id + "@x", Subject: "Mail " + id, From: []projectr.MailAddress{{Name: "Dana Whitlock", Address: "dana@harbor.example"}},
			Date: noon, ReceivedAt: noon, ProjectID: &p, ThreadID: projectr.ThreadID("th_" + id), State: projectr.Filed, Verdict: projectr.Accepted, Automatic: "no",
			SHA256: projectr.Digest(strings.Repeat("0", 64)), Extractor: "rules", EnvelopeFrom: "dana@harbor.example", Snippet: text[:min(len(text), 80)],
			Facts: []projectr.Fact{{ID: fid, EmailID: eid, ProjectID: p, Kind: projectr.ActionItem, Text: "Send the plan " + id, Quote: text[:min(len(text), 40)], End: min(len(text), 40),
				Proof: projectr.Verified, Confidence: 0.9, Priority: "normal", Affects: []string{}, State: projectr.FactOpen, By: "rules", At: noon}}},
		Body:   projectr.Body{Text: text, Spans: []projectr.Span{{Kind: projectr.SpanNew, End: len(text)}}},
		Thread: projectr.Thread{ID: projectr.ThreadID("th_" + id)},
		Events: []projectr.Event{
			{ID: projectr.EventID("ev_" + id), Kind: projectr.MailFiled, At: noon, ProjectID: p, EmailID: &eid, Actor: actor, Note: "Mail " + id},
			{ID: projectr.EventID("ev_" + id + "_0"), Kind: projectr.FactExtracted, At: noon, ProjectID: p, EmailID: &eid, FactID: &fid, Actor: actor, Note: "Send the plan " + id},
		},
	}
}

// TestFaultsAtEveryPoint lets each point of a batch fail in turn: nobody is told
// of success, nothing is kept unless the commit was done, and the driver goes on.
func TestFaultsAtEveryPoint(t *testing.T) {
	for _, point := range []string{"begin", "commit", "committed"} {
		t.Run(point, func(t *testing.T) {
			var failing atomic.Bool
			broken := errors.New("the disk broke")
			d, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "p.db"), sqlite.Options{Fault: func(at string) error {
				if at == point && failing.Load() {
					return &projectr.Error{Kind: projectr.Unavailable, Message: "broken", Err: broken}
				}
				return nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			o, p := house(t, d, "acme")
			failing.Store(true)
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					if err := o.Record(context.Background(), recording(fmt.Sprint(i), p, "Send the plan")); !errors.Is(err, broken) {
						t.Errorf("record: %v, want the fault", err)
					}
				})
			}
			wg.Wait()
			want := 0
			if point == "committed" {
				want = 20 // kept, though nobody was told: they will be sent again
			}
			l, err := o.Emails(t.Context(), projectr.EmailFilter{})
			if err != nil || len(l.Items) != want {
				t.Errorf("%d mails are kept, %v; want %d", len(l.Items), err, want)
			}
			failing.Store(false)
			for i := range 20 {
				if err := o.Record(t.Context(), recording(fmt.Sprint(i), p, "Send the plan")); err != nil {
					t.Fatal(err)
				}
			}
			s, err := o.ProjectSummary(t.Context(), p)
			if err != nil || s.Mails != 20 || s.OpenActions != 20 {
				t.Errorf("after it healed: %d mails, %d actions, %v; want 20 of each", s.Mails, s.OpenActions, err)
			}
		})
	}
}

// TestAfterAFaultTheConnectionIsNew: what SQLite and the kernel believe after a
// failed write or sync must not be built on.
func TestAfterAFaultTheConnectionIsNew(t *testing.T) {
	var failing atomic.Bool
	d, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "p.db"), sqlite.Options{Fault: func(at string) error {
		if at == "begin" && failing.Load() {
			return errors.New("the disk broke")
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const mark = `CREATE TEMP TABLE this_connection (x)`
	if err := d.Exec(mark); err != nil {
		t.Fatal(err)
	}
	if err := d.Exec(mark); err == nil {
		t.Fatal("a temporary table does not mark a connection")
	}
	failing.Store(true)
	if err := d.Ready(t.Context()); err == nil {
		t.Fatal("the fault was not told")
	}
	failing.Store(false)
	if err := d.Exec(mark); err != nil {
		t.Errorf("after the fault: %v, want a connection without the mark", err)
	}
	for who, got := range d.Pragma(t, "synchronous") {
		if got != 2 {
			t.Errorf("the new %s has synchronous=%d", who, got)
		}
	}
}

// TestOneBadStepSpoilsNoOther shares batches between steps that fail and steps
// that do not.
func TestOneBadStepSpoilsNoOther(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "p.db"))
	o, p := house(t, d, "acme")
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			r := recording(fmt.Sprint(i), p, "Send the plan")
			if i%3 == 0 {
				r.Events[1].ProjectID = "pr_never" // fails after nearly all is written
			}
			err := o.Record(context.Background(), r)
			if (err != nil) != (i%3 == 0) {
				t.Errorf("mail %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	s, err := o.ProjectSummary(t.Context(), p)
	if err != nil || s.Mails != 40 {
		t.Errorf("%d mails, %v; want 40", s.Mails, err)
	}
	l, err := o.Search(t.Context(), projectr.SearchQuery{Text: "plan", Kinds: []string{"mail"}, Page: projectr.Page{Limit: 200}})
	if err != nil || len(l.Items) != 40 {
		t.Errorf("%d mails are found, %v; want 40", len(l.Items), err)
	}
}

// TestAPanicIsRaisedWhereItWasAskedFor: an assertion in a step must not take the
// writer and everybody's mail with it.
func TestAPanicIsRaisedWhereItWasAskedFor(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "p.db"))
	func() {
		defer func() {
			if p := recover(); p != "assertion" {
				t.Errorf("recovered %v", p)
			}
		}()
		d.Panic("assertion")
	}()
	house(t, d, "acme")
}

func TestAStatementWithoutItsOrganisationPanics(t *testing.T) {
	defer func() {
		if p := recover(); p == nil || !strings.Contains(fmt.Sprint(p), "without :org") {
			t.Errorf("recovered %v", p)
		}
	}()
	open(t, filepath.Join(t.TempDir(), "p.db")).Unnamed()
}

// TestTwoHandlesOnOneFile is a server and an operator's command at once.
func TestTwoHandlesOnOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	a, b := open(t, path), open(t, path)
	o, p := house(t, a, "acme")
	other, q := house(t, b, "globex")
	again, err := store.New(b, nil, func() time.Time { return noon }).AsOperator(t.Context(), "acme", "test")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			id := fmt.Sprint(i / 2)
			var err error
			switch i % 4 {
			case 0, 1: // the same mail by both handles
				err = errors.Join(o.Record(context.Background(), recording(id, p, "Send the plan")), again.Record(context.Background(), recording(id, p, "Send the plan")))
			default:
				err = other.Record(context.Background(), recording(id, q, "Send the plan"))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, c := range []struct {
		o store.Org
		p projectr.ProjectID
	}{{o, p}, {again, p}, {other, q}} {
		s, err := c.o.ProjectSummary(t.Context(), c.p)
		if err != nil || s.Mails != 15 || s.OpenActions != 15 {
			t.Errorf("%s: %d mails, %d actions, %v; want 15 of each", c.o.ID(), s.Mails, s.OpenActions, err)
		}
	}
	checkAudit(t, path)
}

// TestALockThatLastsIsUnavailable holds the file as another process may.
func TestALockThatLastsIsUnavailable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	d, err := sqlite.Open(t.Context(), path, sqlite.Options{Busy: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	o, p := house(t, d, "acme")
	db := raw(t, path)
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if err := o.Record(t.Context(), recording("1", p, "Send the plan")); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("write: %v, want Unavailable", err)
	}
	if err := d.Ready(t.Context()); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("ready: %v, want Unavailable", err)
	}
	if _, err := o.Project(t.Context(), p); err != nil {
		t.Errorf("a read waits for nobody: %v", err)
	}
	if _, err := db.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := o.Record(t.Context(), recording("1", p, "Send the plan")); err != nil {
		t.Errorf("after the lock was gone: %v", err)
	}
}

// TestFullDisk fills a real file system, if it may make one (I-29).
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=3m"); err != nil {
		t.Skipf("SKIPPED: needs root for a small file system: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
	path := filepath.Join(dir, "p.db")
	d, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o, p := house(t, d, "acme")
	kept := 0
	for kept < 10000 {
		if err = o.Record(t.Context(), recording(fmt.Sprint(kept), p, strings.Repeat(fmt.Sprint(" word", kept), 300))); err != nil {
			break
		}
		kept++
	}
	if projectr.KindOf(err) != projectr.Unavailable {
		t.Fatalf("on a full disk: %v, want Unavailable", err)
	}
	if s, err := o.ProjectSummary(t.Context(), p); err != nil || s.Mails != kept {
		t.Errorf("%d mails are there, %v; %d were said to be", s.Mails, err, kept)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=32m"); err != nil {
		t.Fatal(err)
	}
	if err := o.Record(t.Context(), recording(fmt.Sprint(kept), p, "Send the plan")); err != nil {
		t.Errorf("after there was room again: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	var ok string
	if err := raw(t, path).QueryRow("PRAGMA integrity_check").Scan(&ok); err != nil || ok != "ok" {
		t.Errorf("integrity: %q, %v", ok, err)
	}
}

// checkAudit follows the chain of every organisation's audit log.
func checkAudit(t *testing.T, path string) {
	t.Helper()
	rows, err := raw(t, path).Query(`SELECT org, n, at, actor_kind, actor_id, actor_name, action, target, route, outcome, request, note, form, hash FROM audit ORDER BY org, n`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var last, count int64
	var prev []byte
	for rows.Next() {
		var org, n, at, form int64
		var a projectr.AuditEntry
		var hash sql.RawBytes
		if err := rows.Scan(&org, &n, &at, &a.Actor.Kind, &a.Actor.ID, &a.Actor.Name, &a.Action, &a.Target, &a.Route, &a.Outcome, &a.Request, &a.Note, &form, &hash); err != nil {
			t.Fatal(err)
		}
		if org != last {
			last, count, prev = org, 0, nil
		}
		count++
		a.At = time.UnixMicro(at)
		if want := sqlite.AuditHash(form, prev, n, a); n != count || string(hash) != string(want) {
			t.Errorf("entry %d of organisation %d breaks the chain", n, org)
		}
		prev = append(prev[:0:0], hash...)
	}
	if err := rows.Err(); err != nil || count == 0 {
		t.Errorf("%d entries, %v", count, err)
	}
}

func TestCloseRefusesWhatComesLater(t *testing.T) {
	d, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "p.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o, p := house(t, d, "acme")
	var wg sync.WaitGroup
	var kept atomic.Int64
	for i := range 40 {
		wg.Go(func() {
			switch err := o.Record(context.Background(), recording(fmt.Sprint(i), p, "Send the plan")); {
			case err == nil:
				kept.Add(1)
			case projectr.KindOf(err) != projectr.Unavailable:
				t.Errorf("record while closing: %v", err)
			}
		})
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := o.Record(context.Background(), recording("late", p, "Send the plan")); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("record after close: %v, want Unavailable", err)
	}
	if _, err := o.Project(context.Background(), p); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("read after close: %v, want Unavailable", err)
	}
}

// TestEveryListUsesAnIndex runs the suite and then asks how each statement that
// it prepared would be run: none may read a whole table.
func TestEveryListUsesAnIndex(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "p.db"))
	storetest.Isolation(t, d) // calls every method
	checked := 0
	for _, q := range d.Statements(t) {
		verb, _, _ := strings.Cut(strings.TrimSpace(q), " ")
		if verb == "PRAGMA" || verb == "BEGIN" || verb == "COMMIT" || verb == "ROLLBACK" || verb == "SAVEPOINT" || verb == "RELEASE" {
			continue
		}
		checked++
		for line := range strings.Lines(d.Plan(t, q)) {
			line = strings.TrimSpace(line)
			whole := strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, "VIRTUAL TABLE") && !strings.Contains(line, "CONSTANT ROW") && !strings.Contains(line, "subquery")
			if whole && !strings.HasPrefix(q, "SELECT id FROM orgs ORDER BY num") {
				t.Errorf("%s:\n%s", line, q)
			}
		}
	}
	if checked < 60 {
		t.Errorf("only %d statements were looked at", checked)
	}
}

// TestTheIndexThatFits: a list that reads all mail of an organisation passes for
// one with an index, because every key begins with the organisation.
func TestTheIndexThatFits(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "p.db"))
	storetest.Isolation(t, d)
	for part, want := range map[string]string{
		"e.content = ?":                          "SEARCH e USING INDEX emails_content (org=? AND content=?)",
		"e.topic = ?":                            "SEARCH e USING INDEX emails_topic (org=? AND topic=? AND date>? AND date<?)",
		"CROSS JOIN arrivals":                    "SEARCH a USING PRIMARY KEY (org=? AND email_id=?)",
		"LEFT JOIN file_texts t":                 "SEARCH t USING INDEX sqlite_autoindex_file_texts_1 (org=? AND sha256=?)",
		"FROM senders WHERE org = :org ORDER BY": "SEARCH senders USING PRIMARY KEY (org=?)",
		"coalesce(copy_of, id)":                  "(org=? AND id=?)",
		"max(n) FROM arrivals":                   "SEARCH arrivals USING PRIMARY KEY (org=? AND email_id=?)",
		"state = 'quarantined'":                  "USING INDEX emails_waiting (org=? AND state=?)",
		"count(DISTINCT email_id) FROM readings": "SEARCH readings USING COVERING INDEX readings_budget (org=?)",
		"t.thread_id = e.thread_id":              "SEARCH t USING COVERING INDEX emails_thread (org=? AND thread_id=?",
	} {
		seen := false
		for _, q := range d.Statements(t) {
			if !strings.Contains(q, part) {
				continue
			}
			seen = true
			plan := d.Plan(t, q)
			if !strings.Contains(plan, want) {
				t.Errorf("%s is run by\n%s\nwant %s", part, plan, want)
			}
			if sorts := strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") || strings.Contains(plan, "TEMP B-TREE FOR LAST"); sorts && strings.HasPrefix(part, "e.") {
				t.Errorf("%s sorts all it finds:\n%s", part, plan)
			}
		}
		if !seen {
			t.Errorf("no statement has %q", part)
		}
	}
}
