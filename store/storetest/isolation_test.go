package storetest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/store"
	"projectr/store/sqlite/sqlitetest"
	"projectr/store/storetest"
)

// forgetful is a driver that forgets the organisation in one method: whoever
// asks, it answers for acme, as a statement without its organisation might.
type forgetful struct {
	store.Driver
	method string

	mu   sync.Mutex
	acme store.Scope
}

// of returns the scope that a call of the method is made with.
func (f *forgetful) of(method string, s store.Scope) store.Scope {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s.Org() == "org_canary" {
		f.acme = s
	}
	if method == f.method && f.acme != (store.Scope{}) {
		return f.acme
	}
	return s
}

func (f *forgetful) Info(ctx context.Context, s store.Scope) (projectr.Org, error) {
	return f.Driver.Info(ctx, f.of("Info", s))
}
func (f *forgetful) PutInfo(ctx context.Context, s store.Scope, was, is projectr.Org, a projectr.AuditEntry) error {
	if f.method == "ChangeInfo" {
		was, _ = f.Driver.Info(ctx, f.of("ChangeInfo", s))
	}
	return f.Driver.PutInfo(ctx, f.of("ChangeInfo", s), was, is, a)
}
func (f *forgetful) ChangeRole(ctx context.Context, s store.Scope, u projectr.UserID, r projectr.Role, a projectr.AuditEntry) (bool, error) {
	return f.Driver.ChangeRole(ctx, f.of("ChangeRole", s), u, r, a)
}
func (f *forgetful) Settings(ctx context.Context, s store.Scope) (projectr.Settings, error) {
	return f.Driver.Settings(ctx, f.of("Settings", s))
}
func (f *forgetful) PutSettings(ctx context.Context, s store.Scope, was, is projectr.Settings, a projectr.AuditEntry) error {
	if f.method == "ChangeSettings" {
		was, _ = f.Driver.Settings(ctx, f.of("ChangeSettings", s))
	}
	return f.Driver.PutSettings(ctx, f.of("ChangeSettings", s), was, is, a)
}
func (f *forgetful) Members(ctx context.Context, s store.Scope) ([]projectr.Member, error) {
	return f.Driver.Members(ctx, f.of("Members", s))
}
func (f *forgetful) PutMember(ctx context.Context, s store.Scope, u projectr.UserID, r projectr.Role, a projectr.AuditEntry) error {
	if u == "us_canary" { // the suite's own admins must get in
		s = f.of("SaveMember", s)
	}
	return f.Driver.PutMember(ctx, s, u, r, a)
}
func (f *forgetful) DropMember(ctx context.Context, s store.Scope, u projectr.UserID, a projectr.AuditEntry) error {
	return f.Driver.DropMember(ctx, f.of("DropMember", s), u, a)
}
func (f *forgetful) APIKeys(ctx context.Context, s store.Scope) ([]projectr.APIKey, error) {
	return f.Driver.APIKeys(ctx, f.of("APIKeys", s))
}
func (f *forgetful) PutAPIKey(ctx context.Context, s store.Scope, k projectr.APIKey, hash string, ls []projectr.Letter, a projectr.AuditEntry) error {
	return f.Driver.PutAPIKey(ctx, f.of("SaveAPIKey", s), k, hash, ls, a)
}
func (f *forgetful) RevokeAPIKey(ctx context.Context, s store.Scope, id projectr.KeyID, at time.Time, a projectr.AuditEntry) error {
	return f.Driver.RevokeAPIKey(ctx, f.of("RevokeAPIKey", s), id, at, a)
}
func (f *forgetful) Audit(ctx context.Context, s store.Scope, x projectr.AuditFilter) (projectr.List[projectr.AuditEntry], error) {
	return f.Driver.Audit(ctx, f.of("Audit", s), x)
}
func (f *forgetful) Invites(ctx context.Context, s store.Scope) ([]projectr.Invite, error) {
	return f.Driver.Invites(ctx, f.of("Invites", s))
}
func (f *forgetful) PutInvite(ctx context.Context, s store.Scope, x projectr.Invite, hash string, seats int64, ls []projectr.Letter, a projectr.AuditEntry) error {
	return f.Driver.PutInvite(ctx, f.of("Invite", s), x, hash, seats, ls, a)
}
func (f *forgetful) RenewInvite(ctx context.Context, s store.Scope, x projectr.Invite, hash string, seats int64, ls []projectr.Letter, a projectr.AuditEntry) (projectr.Invite, error) {
	return f.Driver.RenewInvite(ctx, f.of("RenewInvite", s), x, hash, seats, ls, a)
}
func (f *forgetful) DropInvite(ctx context.Context, s store.Scope, id projectr.InviteID, a projectr.AuditEntry) error {
	return f.Driver.DropInvite(ctx, f.of("DropInvite", s), id, a)
}
func (f *forgetful) VerifyAudit(ctx context.Context, s store.Scope) (projectr.AuditCheck, error) {
	return f.Driver.VerifyAudit(ctx, f.of("VerifyAudit", s))
}
func (f *forgetful) PutAudit(ctx context.Context, s store.Scope, a projectr.AuditEntry) error {
	switch a.Action { // the suite's own operators must get in
	case "probe.note":
		s = f.of("Note", s)
	case "probe.refused":
		s = f.of("Refused", s)
	}
	return f.Driver.PutAudit(ctx, s, a)
}
func (f *forgetful) Visits(ctx context.Context, s store.Scope, now time.Time) ([]projectr.Visit, error) {
	return f.Driver.Visits(ctx, f.of("Visits", s), now)
}
func (f *forgetful) Project(ctx context.Context, s store.Scope, id projectr.ProjectID) (projectr.Project, error) {
	return f.Driver.Project(ctx, f.of("Project", s), id)
}
func (f *forgetful) Projects(ctx context.Context, s store.Scope, x projectr.ProjectFilter) (projectr.List[projectr.ProjectSummary], error) {
	return f.Driver.Projects(ctx, f.of("Projects", s), x)
}
func (f *forgetful) ProjectTotals(ctx context.Context, s store.Scope, id projectr.ProjectID) (projectr.ProjectTotals, error) {
	return f.Driver.ProjectTotals(ctx, f.of("ProjectTotals", s), id)
}
func (f *forgetful) Usage(ctx context.Context, s store.Scope, from, to string) (projectr.Usage, error) {
	return f.Driver.Usage(ctx, f.of("Usage", s), from, to)
}
func (f *forgetful) Used(ctx context.Context, s store.Scope, at time.Time) (projectr.Used, error) {
	return f.Driver.Used(ctx, f.of("Used", s), at)
}
func (f *forgetful) PutClosing(ctx context.Context, s store.Scope, was, is projectr.Org, letter projectr.LetterKind, ref string, a projectr.AuditEntry) error {
	return f.Driver.PutClosing(ctx, f.of("WarnOfClosing", s), was, is, letter, ref, a)
}
func (f *forgetful) Reminders(ctx context.Context, s store.Scope, limit int) ([]projectr.Reminder, error) {
	return f.Driver.Reminders(ctx, f.of("Remind", s), limit)
}
func (f *forgetful) PutReminder(ctx context.Context, s store.Scope, info projectr.Org, revision int64, r projectr.Reminder, letter projectr.LetterKind, ref string, a projectr.AuditEntry) error {
	return f.Driver.PutReminder(ctx, f.of("Remind", s), info, revision, r, letter, ref, a)
}
func (f *forgetful) CountUse(ctx context.Context, s store.Scope, at time.Time) (int, error) {
	return f.Driver.CountUse(ctx, f.of("CountUse", s), at)
}
func (f *forgetful) Outbox(ctx context.Context, s store.Scope, is projectr.UseState, limit int) ([]projectr.UseEntry, error) {
	return f.Driver.Outbox(ctx, f.of("Outbox", s), is, limit)
}
func (f *forgetful) PutUse(ctx context.Context, s store.Scope, was, is projectr.UseEntry, a *projectr.AuditEntry) error {
	return f.Driver.PutUse(ctx, f.of("TellUse", s), was, is, a)
}
func (f *forgetful) PrunePayments(ctx context.Context, s store.Scope, before time.Time, limit int) (int, error) {
	return f.Driver.PrunePayments(ctx, f.of("PrunePayments", s), before, limit)
}
func (f *forgetful) PutPaid(ctx context.Context, s store.Scope, paid []projectr.Invoice, a *projectr.AuditEntry) error {
	name := "KeepPaid"
	if a != nil {
		name = "WriteDownPaid"
	}
	return f.Driver.PutPaid(ctx, f.of(name, s), paid, a)
}
func (f *forgetful) Income(ctx context.Context, s store.Scope, from, to time.Time) ([]projectr.Amount, error) {
	return f.Driver.Income(ctx, f.of("Month", s), from, to)
}
func (f *forgetful) StartCall(ctx context.Context, s store.Scope, id projectr.CallID, c projectr.CallStart, at time.Time, budget projectr.Budget) error {
	return f.Driver.StartCall(ctx, f.of("StartCall", s), id, c, at, budget)
}
func (f *forgetful) SettleCall(ctx context.Context, s store.Scope, id projectr.CallID, e projectr.CallEnd) error {
	return f.Driver.SettleCall(ctx, f.of("SettleCall", s), id, e)
}
func (f *forgetful) LoseCalls(ctx context.Context, s store.Scope, before time.Time) (int, error) {
	return f.Driver.LoseCalls(ctx, f.of("LoseCalls", s), before)
}
func (f *forgetful) Ledger(ctx context.Context, s store.Scope, x projectr.LedgerFilter) (projectr.List[projectr.LedgerEntry], error) {
	return f.Driver.Ledger(ctx, f.of("Ledger", s), x)
}
func (f *forgetful) CallDays(ctx context.Context, s store.Scope, from, to string) ([]projectr.CallDay, error) {
	return f.Driver.CallDays(ctx, f.of("CallDays", s), from, to)
}
func (f *forgetful) Spent(ctx context.Context, s store.Scope, at time.Time) (projectr.Spent, error) {
	return f.Driver.Spent(ctx, f.of("Spent", s), at)
}
func (f *forgetful) PruneLedger(ctx context.Context, s store.Scope, day string) (int, error) {
	return f.Driver.PruneLedger(ctx, f.of("PruneLedger", s), day)
}
func (f *forgetful) Alerts(ctx context.Context, s store.Scope, month string) ([]projectr.Alert, error) {
	return f.Driver.Alerts(ctx, f.of("Alerts", s), month)
}
func (f *forgetful) PutAlert(ctx context.Context, s store.Scope, a projectr.Alert, tell bool) (bool, error) {
	return f.Driver.PutAlert(ctx, f.of("RaiseAlerts", s), a, tell)
}
func (f *forgetful) ResumeReadings(ctx context.Context, s store.Scope) (int, error) {
	return f.Driver.ResumeReadings(ctx, f.of("ResumeReadings", s))
}
func (f *forgetful) AllProjects(ctx context.Context, s store.Scope) ([]projectr.Project, error) {
	return f.Driver.AllProjects(ctx, f.of("AllProjects", s))
}
func (f *forgetful) PutProject(ctx context.Context, s store.Scope, was *projectr.Project, p projectr.Project, ev *projectr.Event, most int64, a projectr.AuditEntry) error {
	return f.Driver.PutProject(ctx, f.of("CreateProject", s), was, p, ev, most, a)
}
func (f *forgetful) SeeProject(ctx context.Context, s store.Scope, id projectr.ProjectID, u projectr.UserID, at time.Time) error {
	return f.Driver.SeeProject(ctx, f.of("SeeProject", s), id, u, at)
}
func (f *forgetful) Weeks(ctx context.Context, s store.Scope, id projectr.ProjectID, now time.Time) ([]projectr.Week, error) {
	return f.Driver.Weeks(ctx, f.of("Weeks", s), id, now)
}
func (f *forgetful) Counts(ctx context.Context, s store.Scope, now time.Time) (projectr.Counts, error) {
	return f.Driver.Counts(ctx, f.of("Counts", s), now)
}
func (f *forgetful) Record(ctx context.Context, s store.Scope, r projectr.Recording, most int64, a projectr.AuditEntry) (bool, error) {
	return f.Driver.Record(ctx, f.of("Record", s), r, most, a)
}
func (f *forgetful) Release(ctx context.Context, s store.Scope, r projectr.Recording, most int64, a projectr.AuditEntry) (bool, error) {
	return f.Driver.Release(ctx, f.of("Release", s), r, most, a)
}
func (f *forgetful) HasEmail(ctx context.Context, s store.Scope, id projectr.EmailID) (bool, error) {
	return f.Driver.HasEmail(ctx, f.of("HasEmail", s), id)
}
func (f *forgetful) Email(ctx context.Context, s store.Scope, id projectr.EmailID) (projectr.Email, error) {
	return f.Driver.Email(ctx, f.of("Email", s), id)
}
func (f *forgetful) Body(ctx context.Context, s store.Scope, id projectr.EmailID) (projectr.Body, error) {
	return f.Driver.Body(ctx, f.of("Body", s), id)
}
func (f *forgetful) Emails(ctx context.Context, s store.Scope, x projectr.EmailFilter) (projectr.List[projectr.Email], error) {
	return f.Driver.Emails(ctx, f.of("Emails", s), x)
}
func (f *forgetful) ThreadOf(ctx context.Context, s store.Scope, ids []string) (projectr.Thread, error) {
	return f.Driver.ThreadOf(ctx, f.of("ThreadOf", s), ids)
}
func (f *forgetful) MoveEmail(ctx context.Context, s store.Scope, m store.Move, a projectr.AuditEntry) error {
	return f.Driver.MoveEmail(ctx, f.of("File", s), m, a)
}
func (f *forgetful) Like(ctx context.Context, s store.Scope, content string) ([]projectr.Known, error) {
	return f.Driver.Like(ctx, f.of("Like", s), content)
}
func (f *forgetful) OnTopic(ctx context.Context, s store.Scope, topic string, from, to int64) ([]projectr.Known, error) {
	return f.Driver.OnTopic(ctx, f.of("OnTopic", s), topic, from, to)
}
func (f *forgetful) Arrive(ctx context.Context, s store.Scope, id projectr.EmailID, a projectr.Arrival, entry projectr.AuditEntry) (bool, error) {
	return f.Driver.Arrive(ctx, f.of("Arrive", s), id, a, entry)
}
func (f *forgetful) FileText(ctx context.Context, s store.Scope, digest projectr.Digest) (projectr.FileText, error) {
	if f.method == "KnownFile" { // two ways lead here
		return f.Driver.FileText(ctx, f.of("KnownFile", s), digest)
	}
	return f.Driver.FileText(ctx, f.of("FileText", s), digest)
}
func (f *forgetful) FilingRules(ctx context.Context, s store.Scope) ([]projectr.FilingRule, error) {
	return f.Driver.FilingRules(ctx, f.of("FilingRules", s))
}
func (f *forgetful) PutFilingRule(ctx context.Context, s store.Scope, was *projectr.FilingRule, r projectr.FilingRule, a projectr.AuditEntry) error {
	return f.Driver.PutFilingRule(ctx, f.of("CreateFilingRule", s), was, r, a)
}
func (f *forgetful) DropFilingRule(ctx context.Context, s store.Scope, id projectr.FilingRuleID, a projectr.AuditEntry) error {
	return f.Driver.DropFilingRule(ctx, f.of("DropFilingRule", s), id, a)
}
func (f *forgetful) WordUse(ctx context.Context, s store.Scope, words []string) ([]projectr.WordUse, error) {
	return f.Driver.WordUse(ctx, f.of("WordUse", s), words)
}
func (f *forgetful) Senders(ctx context.Context, s store.Scope) ([]projectr.SenderRule, error) {
	return f.Driver.Senders(ctx, f.of("Senders", s))
}
func (f *forgetful) PutSender(ctx context.Context, s store.Scope, r projectr.SenderRule, a projectr.AuditEntry) (projectr.SenderRule, error) {
	return f.Driver.PutSender(ctx, f.of("SaveSender", s), r, a)
}
func (f *forgetful) DropSender(ctx context.Context, s store.Scope, id projectr.SenderID, a projectr.AuditEntry) error {
	return f.Driver.DropSender(ctx, f.of("DropSender", s), id, a)
}
func (f *forgetful) Fact(ctx context.Context, s store.Scope, id projectr.FactID) (projectr.Fact, error) {
	return f.Driver.Fact(ctx, f.of("Fact", s), id)
}
func (f *forgetful) Facts(ctx context.Context, s store.Scope, x projectr.FactFilter) (projectr.List[projectr.Fact], error) {
	return f.Driver.Facts(ctx, f.of("Facts", s), x)
}
func (f *forgetful) Readings(ctx context.Context, s store.Scope, id projectr.EmailID) ([]projectr.Reading, error) {
	return f.Driver.Readings(ctx, f.of("Readings", s), id)
}
func (f *forgetful) Reading(ctx context.Context, s store.Scope, id projectr.EmailID, n int) (projectr.Reading, error) {
	return f.Driver.Reading(ctx, f.of("Reading", s), id, n)
}
func (f *forgetful) Rereads(ctx context.Context, s store.Scope, p projectr.Page) (projectr.List[projectr.Reading], error) {
	return f.Driver.Rereads(ctx, f.of("Rereads", s), p)
}
func (f *forgetful) ReadSample(ctx context.Context, s store.Scope, from time.Time, n int) (projectr.ReadSample, error) {
	return f.Driver.ReadSample(ctx, f.of("ReadSample", s), from, n)
}
func (f *forgetful) AskReadings(ctx context.Context, s store.Scope, ids []projectr.EmailID, r projectr.Reading, a projectr.AuditEntry) (int, error) {
	return f.Driver.AskReadings(ctx, f.of("AskReadings", s), ids, r, a)
}
func (f *forgetful) TakeReading(ctx context.Context, s store.Scope, now, until time.Time, model bool) (projectr.Reading, error) {
	return f.Driver.TakeReading(ctx, f.of("TakeReading", s), now, until, model)
}
func (f *forgetful) PutOffReading(ctx context.Context, s store.Scope, r projectr.Reading) error {
	return f.Driver.PutOffReading(ctx, f.of("PutOffReading", s), r)
}
func (f *forgetful) Timeline(ctx context.Context, s store.Scope, id projectr.ProjectID, p projectr.Page) (projectr.List[projectr.Event], error) {
	return f.Driver.Timeline(ctx, f.of("Timeline", s), id, p)
}
func (f *forgetful) Changes(ctx context.Context, s store.Scope, since time.Time, p projectr.Page) (projectr.List[projectr.Event], error) {
	return f.Driver.Changes(ctx, f.of("Changes", s), since, p)
}
func (f *forgetful) ChangeTotals(ctx context.Context, s store.Scope, since time.Time) (projectr.ChangeTotals, error) {
	return f.Driver.ChangeTotals(ctx, f.of("ChangeTotals", s), since)
}
func (f *forgetful) Search(ctx context.Context, s store.Scope, q projectr.SearchQuery) (projectr.List[projectr.SearchHit], error) {
	return f.Driver.Search(ctx, f.of("Search", s), q)
}

// recorder is a test that only notes what it is told.
type recorder struct {
	testing.TB
	mu   sync.Mutex
	said []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.said = append(r.said, fmt.Sprintf(format, args...))
}
func (r *recorder) Error(args ...any) { r.Errorf("%s", fmt.Sprint(args...)) }
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
func (r *recorder) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

// listen runs the sentence on d and returns what it complains of.
func listen(t *testing.T, d store.Driver, only ...string) []string {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		storetest.Isolation(r, d, only...)
	}()
	<-done
	return r.said
}

func open(t *testing.T) store.Driver {
	return sqlitetest.Open(t)
}

// TestAForgottenOrganisationIsNamed takes one wall of the driver down at a time:
// the suite must say which method of store.Org shows it.
func TestAForgottenOrganisationIsNamed(t *testing.T) {
	if said := listen(t, open(t)); len(said) > 0 {
		t.Fatalf("with all walls up: %q", said)
	}
	for _, method := range []string{
		"Info", "ChangeInfo", "Settings", "ChangeSettings", "Members", "SaveMember", "ChangeRole", "DropMember", "APIKeys", "SaveAPIKey", "RevokeAPIKey", "Audit", "VerifyAudit", "Note", "Refused", "Visits", "Invites", "Invite", "RenewInvite", "DropInvite", "Project", "Projects", "ProjectTotals", "Usage",
		"AllProjects", "CreateProject", "SeeProject", "Weeks", "Counts", "Record", "Release", "HasEmail", "Email", "Body", "Emails", "ThreadOf", "File", "Fact", "Facts",
		"Timeline", "Changes", "ChangeTotals", "Search", "FileText", "KnownFile", "Like", "OnTopic", "Arrive", "Senders", "SaveSender", "DropSender",
		"FilingRules", "CreateFilingRule", "DropFilingRule", "WordUse",
		"Outbox", "TellUse",
		"Readings", "Reading", "Rereads", "ReadSample", "AskReadings", "TakeReading", "PutOffReading",
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			said := listen(t, &forgetful{Driver: open(t), method: method}, method)
			named := false
			for _, s := range said {
				named = named || strings.HasPrefix(s, "store.Org."+method+" ") || strings.HasPrefix(s, "store.Org."+method+":")
			}
			if !named {
				t.Errorf("the suite does not name it: %q", said)
			}
		})
	}
}
