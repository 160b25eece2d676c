package store

import (
	"context"
	"sync/atomic"
	"time"

	"projectr"
)

// Scope names the one organisation a driver call may touch. Only this package
// can fill one; the zero Scope is refused.
type Scope struct {
	org   projectr.OrgID
	link  *Linker
	noted *atomic.Int64
}

// Linker is given the facts that the mails of one thread say of one project, the
// oldest first and without links, and sets Repeats, Supersedes and SupersededBy.
// A fact that is open and superseded by a later one becomes that in State too; what a
// person judged keeps its state. One that comes as superseded is, because a person
// accepted it. It depends on nothing but what it is given.
type Linker func([]projectr.Fact) []projectr.Fact

// Org returns the organisation. It panics on the zero Scope: a call without an
// organisation must never become a call for all of them.
func (s Scope) Org() projectr.OrgID {
	if s.org == "" {
		panic("store: empty scope")
	}
	return s.org
}

// Link returns what ties facts; nil: nothing does.
func (s Scope) Link() Linker {
	if s.link == nil {
		return nil
	}
	return *s.link
}

// Noted tells that the audit entry which came with the scope was kept. A driver
// calls it once for each entry, when the step is on stable storage.
func (s Scope) Noted() {
	if s.noted != nil {
		s.noted.Add(1)
	}
}

// Driver is what a database must do. A method that touches an organisation's
// data takes a Scope; there is no other way to learn which organisation.
// Methods without a Scope answer with accounts, ids and roles only.
//
// There is no Begin: a step that must be atomic is one method with a name of
// the domain (ADR 0003). A missing thing is an error of kind NotFound; one that
// exists already where it must not is a Conflict. Every method that takes an
// AuditEntry keeps it in the same atomic step, or keeps nothing. In every step that
// adds, changes or moves facts, those of the thread on each project are tied anew by
// Scope.Link, so that the links depend on the facts that are there and not on the
// order in which they came.
type Driver interface {
	Ready(ctx context.Context) error

	// Ways in.
	MembershipOf(ctx context.Context, u projectr.UserID, org projectr.OrgID, now time.Time) (MembershipOf, error)
	RouteOf(ctx context.Context, mailName string) (projectr.OrgID, error)
	OrgNamed(ctx context.Context, nameOrID string) (projectr.OrgID, error)
	OrgIDs(ctx context.Context) ([]projectr.OrgID, error)
	LeavingOrgs(ctx context.Context, now time.Time) ([]projectr.OrgID, error) // whose time to be deleted has come
	ErasedOrgs(ctx context.Context) ([]projectr.OrgID, error)                 // every one that was deleted; their ids are never given out again
	CustomerOf(ctx context.Context, customer string) (projectr.OrgID, error)
	KeyByHash(ctx context.Context, hash string, now time.Time) (projectr.OrgID, projectr.APIKey, error)
	SeeKey(ctx context.Context, hash string, now time.Time) error // notes that it was used
	CreateOrg(ctx context.Context, o projectr.Org, a projectr.AuditEntry) error

	// Accounts.
	CreateUser(ctx context.Context, u projectr.User, hash string) error
	User(ctx context.Context, id projectr.UserID) (projectr.User, error)
	UserByEmail(ctx context.Context, email string) (projectr.User, string, error)
	RenameUser(ctx context.Context, id projectr.UserID, name string) error
	CloseUser(ctx context.Context, id projectr.UserID, closed bool, a projectr.AuditEntry) error
	VerifyUser(ctx context.Context, id projectr.UserID, now time.Time) error
	SeeUser(ctx context.Context, id projectr.UserID, now time.Time) error
	SetOperator(ctx context.Context, id projectr.UserID, may bool, a projectr.AuditEntry) error
	Operators(ctx context.Context) ([]projectr.User, error)
	SetPassword(ctx context.Context, id projectr.UserID, hash, keep string, now time.Time, notices []projectr.Letter) error
	ProveEmail(ctx context.Context, hash string, p Purpose, now time.Time, notices []projectr.Letter) (projectr.User, error)
	DeleteUser(ctx context.Context, id projectr.UserID, a projectr.AuditEntry) error
	MembershipsOf(ctx context.Context, id projectr.UserID) ([]projectr.Membership, error)
	PutSession(ctx context.Context, hash string, x projectr.Session) error
	Session(ctx context.Context, hash string, now time.Time) (projectr.Session, projectr.User, error)
	Sessions(ctx context.Context, id projectr.UserID, now time.Time) ([]projectr.Session, error)
	SeeSession(ctx context.Context, hash string, now time.Time) error
	RenewSession(ctx context.Context, hash, fresh string, second bool, now time.Time) error
	DeleteSession(ctx context.Context, hash string) error
	EndSession(ctx context.Context, u projectr.UserID, id string) error
	EndSessions(ctx context.Context, u projectr.UserID, keep string) error
	PutTicket(ctx context.Context, hash string, t Ticket) error
	Ticket(ctx context.Context, hash string, p Purpose, now time.Time) (Ticket, error) // without using it up
	TakeTicket(ctx context.Context, hash string, p Purpose, now time.Time) (Ticket, error)

	// What people show of themselves, and what is sent to them.
	PeopleDriver

	// What asking language models costs.
	LedgerDriver

	// What organisations pay.
	PaymentDriver

	// One organisation and its people.
	Info(ctx context.Context, s Scope) (projectr.Org, error)
	// PutInfo makes is of the record that was read as was. It is a Conflict when that is
	// not as it was read any more. With another plan, what waits for AI budget is due again.
	PutInfo(ctx context.Context, s Scope, was, is projectr.Org, a projectr.AuditEntry) error
	// Settings are the defaults where nothing was decided.
	Settings(ctx context.Context, s Scope) (projectr.Settings, error)
	// PutSettings makes is of the settings that were read as was. It is a Conflict when
	// they are not as they were read any more. With another reader, what waits for AI budget
	// is due again: a cheaper one may do with what is left.
	PutSettings(ctx context.Context, s Scope, was, is projectr.Settings, a projectr.AuditEntry) error
	// DeleteOrg keeps the entry in the house's log. With due, it is a Conflict unless the
	// organisation was to be deleted by then.
	DeleteOrg(ctx context.Context, s Scope, due time.Time, a projectr.AuditEntry) error
	Members(ctx context.Context, s Scope) ([]projectr.Member, error)
	PutMember(ctx context.Context, s Scope, u projectr.UserID, r projectr.Role, a projectr.AuditEntry) error
	// ChangeRole is about members alone; false: they have the role already.
	ChangeRole(ctx context.Context, s Scope, u projectr.UserID, r projectr.Role, a projectr.AuditEntry) (bool, error)
	DropMember(ctx context.Context, s Scope, u projectr.UserID, a projectr.AuditEntry) error
	APIKeys(ctx context.Context, s Scope) ([]projectr.APIKey, error)
	PutAPIKey(ctx context.Context, s Scope, k projectr.APIKey, hash string, letters []projectr.Letter, a projectr.AuditEntry) error
	RevokeAPIKey(ctx context.Context, s Scope, id projectr.KeyID, at time.Time, a projectr.AuditEntry) error
	PutAudit(ctx context.Context, s Scope, a projectr.AuditEntry) error
	Audit(ctx context.Context, s Scope, f projectr.AuditFilter) (projectr.List[projectr.AuditEntry], error)
	// VerifyAudit follows the chain of the whole log.
	VerifyAudit(ctx context.Context, s Scope) (projectr.AuditCheck, error)

	// Invitations.
	Invites(ctx context.Context, s Scope) ([]projectr.Invite, error)
	// PutInvite keeps a new one; an empty hash is none. It is a Conflict when the address
	// is invited or a member's, and OverLimit when that is more than seats, unless those
	// are 0.
	PutInvite(ctx context.Context, s Scope, x projectr.Invite, hash string, seats int64, letters []projectr.Letter, a projectr.AuditEntry) error
	// RenewInvite puts hash and ExpiresAt of x in the place of those before, and sends the
	// letters to its address.
	RenewInvite(ctx context.Context, s Scope, x projectr.Invite, hash string, seats int64, letters []projectr.Letter, a projectr.AuditEntry) (projectr.Invite, error)
	DropInvite(ctx context.Context, s Scope, id projectr.InviteID, a projectr.AuditEntry) error
	// Invited is of an invitation that has not expired, as is WriteInvite.
	Invited(ctx context.Context, hash string, now time.Time) (Invited, error)
	WriteInvite(ctx context.Context, letter int64, hash string, now time.Time) (Invited, error)
	// AcceptInvite fills in the entry's actor and target.
	AcceptInvite(ctx context.Context, hash string, j Joining, letters []projectr.Letter, a projectr.AuditEntry) (Invited, error)

	// The house, which is no organisation's.

	// PutHouseAudit keeps an entry in the house's log, and in that of each organisation
	// of the account, unless that is empty.
	PutHouseAudit(ctx context.Context, a projectr.AuditEntry, of projectr.UserID) error
	HouseAudit(ctx context.Context, f projectr.AuditFilter) (projectr.List[projectr.AuditEntry], error)
	VerifyHouseAudit(ctx context.Context) (projectr.AuditCheck, error)
	// Rights moves on with every step after which somebody may do less than before.
	Rights(ctx context.Context) (int64, error)
	// BeginVisit keeps the visit, a letter to each admin, and the entry in both logs
	// under the operator's name, which it answers. Forbidden: that is no operator.
	BeginVisit(ctx context.Context, s Scope, v projectr.Visit, a projectr.AuditEntry) (string, error)
	EndVisit(ctx context.Context, s Scope, u projectr.UserID, a projectr.AuditEntry) error
	VisitsOf(ctx context.Context, u projectr.UserID, now time.Time) ([]projectr.Visit, error)
	Visits(ctx context.Context, s Scope, now time.Time) ([]projectr.Visit, error)
	// PutUnrouted keeps that a mail led nowhere; it is kept already: nothing is changed.
	PutUnrouted(ctx context.Context, u projectr.Unrouted, a projectr.AuditEntry) error
	Unrouted(ctx context.Context, p projectr.Page) (projectr.List[projectr.Unrouted], error)
	UnroutedMail(ctx context.Context, d projectr.Digest, recipient string) (projectr.Unrouted, error)
	// DropUnrouted forgets one and reports whether it was the last with these bytes.
	DropUnrouted(ctx context.Context, d projectr.Digest, recipient string, a projectr.AuditEntry) (bool, error)
	// SeeUnrouted keeps the entry when there is unrouted mail with these bytes.
	SeeUnrouted(ctx context.Context, d projectr.Digest, a projectr.AuditEntry) error

	// Projects.
	Project(ctx context.Context, s Scope, id projectr.ProjectID) (projectr.Project, error)
	Projects(ctx context.Context, s Scope, f projectr.ProjectFilter) (projectr.List[projectr.ProjectSummary], error)
	AllProjects(ctx context.Context, s Scope) ([]projectr.Project, error)
	// PutProject keeps p as a new project, or makes it of the one that was read
	// as was. It is a Conflict when that is not as it was read any more, and OverLimit when
	// it would be one more open project than most, unless that is 0.
	PutProject(ctx context.Context, s Scope, was *projectr.Project, p projectr.Project, ev *projectr.Event, most int64, a projectr.AuditEntry) error
	SeeProject(ctx context.Context, s Scope, id projectr.ProjectID, u projectr.UserID, at time.Time) error
	Weeks(ctx context.Context, s Scope, id projectr.ProjectID, now time.Time) ([]projectr.Week, error)
	Counts(ctx context.Context, s Scope, now time.Time) (projectr.Counts, error)
	ProjectTotals(ctx context.Context, s Scope, id projectr.ProjectID) (projectr.ProjectTotals, error)
	// Used is how much of what a plan limits is used at a moment.
	Used(ctx context.Context, s Scope, at time.Time) (projectr.Used, error)
	// Usage is over the days from and to (YYYY-MM-DD) and those between.
	Usage(ctx context.Context, s Scope, from, to string) (projectr.Usage, error)

	// Mail.
	// Record is OverLimit when the mail would be one more of its month than most, unless
	// that is 0.
	Record(ctx context.Context, s Scope, r projectr.Recording, most int64, a projectr.AuditEntry) (bool, error)
	// Release puts r in the place of a mail that is held, parked, quarantined or
	// automatic; a mail in another state stays as it is, and the answer is false. One that
	// counts from now on is a mail of this day. OverLimit as with Record.
	Release(ctx context.Context, s Scope, r projectr.Recording, most int64, a projectr.AuditEntry) (bool, error)
	HasEmail(ctx context.Context, s Scope, id projectr.EmailID) (bool, error)
	Email(ctx context.Context, s Scope, id projectr.EmailID) (projectr.Email, error)
	Body(ctx context.Context, s Scope, id projectr.EmailID) (projectr.Body, error)
	Emails(ctx context.Context, s Scope, f projectr.EmailFilter) (projectr.List[projectr.Email], error)
	ThreadOf(ctx context.Context, s Scope, messageIDs []string) (projectr.Thread, error)
	MoveEmail(ctx context.Context, s Scope, m Move, a projectr.AuditEntry) error
	// Like lists the mails, copies aside, with this content, the oldest first, at most 50.
	Like(ctx context.Context, s Scope, content string) ([]projectr.Known, error)
	// OnTopic lists those with this topic and a date between two moments
	// (microseconds since 1970, UTC), the newest first, at most 50.
	OnTopic(ctx context.Context, s Scope, topic string, from, to int64) ([]projectr.Known, error)
	// Arrive keeps one more way by which a mail came in; false when that received
	// mail has brought it before.
	Arrive(ctx context.Context, s Scope, id projectr.EmailID, a projectr.Arrival, entry projectr.AuditEntry) (bool, error)
	// FileText returns what was read of a file with these bytes.
	FileText(ctx context.Context, s Scope, digest projectr.Digest) (projectr.FileText, error)

	// Who may send.
	Senders(ctx context.Context, s Scope) ([]projectr.SenderRule, error)
	// PutSender keeps a rule; one for the same pattern gives way and leaves its id.
	PutSender(ctx context.Context, s Scope, r projectr.SenderRule, a projectr.AuditEntry) (projectr.SenderRule, error)
	DropSender(ctx context.Context, s Scope, id projectr.SenderID, a projectr.AuditEntry) error

	// Where mail goes.
	// FilingRules lists them with their sentences, the newest first.
	FilingRules(ctx context.Context, s Scope) ([]projectr.FilingRule, error)
	// PutFilingRule keeps a new rule, or makes it of the one that was read as was. It is a
	// Conflict when that is not as it was read any more, its use aside, or when there is
	// another one for the same sender and words.
	PutFilingRule(ctx context.Context, s Scope, was *projectr.FilingRule, r projectr.FilingRule, a projectr.AuditEntry) error
	DropFilingRule(ctx context.Context, s Scope, id projectr.FilingRuleID, a projectr.AuditEntry) error
	// WordUse says in how many of the newest filed mails of each project each of words
	// stands.
	WordUse(ctx context.Context, s Scope, words []string) ([]projectr.WordUse, error)

	// Facts and the timeline.
	Fact(ctx context.Context, s Scope, id projectr.FactID) (projectr.Fact, error)
	Facts(ctx context.Context, s Scope, f projectr.FactFilter) (projectr.List[projectr.Fact], error)
	// Extracted returns a fact as it was before anybody judged it.
	Extracted(ctx context.Context, s Scope, id projectr.FactID) (projectr.Fact, error)
	// Chain returns a fact with those it is tied to, at most 100 of each sort.
	Chain(ctx context.Context, s Scope, id projectr.FactID) (projectr.FactChain, error)
	// JudgeFact makes f of the fact that was read as was. It is a Conflict when
	// the fact is not as it was read any more, wherever it is filed now.
	JudgeFact(ctx context.Context, s Scope, was, f projectr.Fact, ev projectr.Event, a projectr.AuditEntry) error
	// Readings of mail. Lists do not tell what was sent, nor all that was found.

	// Readings lists the readings of a mail, the newest first.
	Readings(ctx context.Context, s Scope, id projectr.EmailID) ([]projectr.Reading, error)
	// Reading returns one with all that is kept of it.
	Reading(ctx context.Context, s Scope, id projectr.EmailID, n int) (projectr.Reading, error)
	// Rereads lists the readings that wait to be made or are proposed, the newest first.
	Rereads(ctx context.Context, s Scope, p projectr.Page) (projectr.List[projectr.Reading], error)
	// ReadSample counts mails received since from that were read and not imported, and names
	// n of them, evenly spread.
	ReadSample(ctx context.Context, s Scope, from time.Time, n int) (projectr.ReadSample, error)
	// ReadFacts lists all facts of a mail with what was read of each.
	ReadFacts(ctx context.Context, s Scope, id projectr.EmailID) ([]ReadFact, error)
	// AskReadings keeps, for each of these mails that can be read again, a reading as r
	// that waits, under the next number, and answers how many. One that waits or is
	// proposed already is undone.
	AskReadings(ctx context.Context, s Scope, ids []projectr.EmailID, r projectr.Reading, a projectr.AuditEntry) (int, error)
	// TakeReading takes the reading that is due for longest: it counts a try and is due
	// again at until, unless it is kept or put off before. Without model, only those are
	// taken that ask no model. NotFound: none is due.
	TakeReading(ctx context.Context, s Scope, now, until time.Time, model bool) (projectr.Reading, error)
	// PutOffReading keeps of a reading that was taken and came to nothing when it is
	// due, its note, state and tries, whether a model is to be asked, and its calls.
	PutOffReading(ctx context.Context, s Scope, r projectr.Reading) error
	// Reread keeps what a reading, or undoing one, makes of a mail. It is a Conflict when
	// mail or readings are not as they were seen any more.
	Reread(ctx context.Context, s Scope, r Rereading, a projectr.AuditEntry) error

	// Timeline of a project that is not there is NotFound.
	Timeline(ctx context.Context, s Scope, id projectr.ProjectID, p projectr.Page) (projectr.List[projectr.Event], error)
	Changes(ctx context.Context, s Scope, since time.Time, p projectr.Page) (projectr.List[projectr.Event], error)
	// ChangeTotals counts the mails and projects of all that Changes lists.
	ChangeTotals(ctx context.Context, s Scope, since time.Time) (projectr.ChangeTotals, error)
	Search(ctx context.Context, s Scope, q projectr.SearchQuery) (projectr.List[projectr.SearchHit], error)
}

// Move files a mail, and its facts with it, somewhere else: each fact where
// Email.FiledOn says.  It is a Conflict when
// the mail is no longer where it was seen: somebody else has moved it meanwhile.
type Move struct {
	Email projectr.EmailID
	From  projectr.ProjectID  // where it was seen; empty: on no project
	Was   projectr.EmailState // in which state
	To    projectr.ProjectID  // empty: to no project
	State projectr.EmailState
	Had   []projectr.Passage // the passages by which it was seen to be filed
	// Passages are those by which it is filed from now on, and SetAside those by which
	// it is not.
	Passages, SetAside []projectr.Passage
	Match              projectr.Match       // the new reason
	Thread             bool                 // later mails of the thread follow
	Events             []projectr.Event     // in the old and the new project
	Teach              *projectr.FilingRule // what it teaches, unless there is such a rule
	Forget             bool                 // what moving this mail taught before
}

// ReadFact is a fact of a mail as a later reading looks at it.
type ReadFact struct {
	projectr.Fact
	Extracted projectr.Fact // what was read last
	Judged    bool          // a person said something of it that stands, or that it is done
}

// Rereading is what a reading makes of a mail, or its undoing.
type Rereading struct {
	Reading projectr.Reading      // as it is from now on
	Was     projectr.ReadingState // the state it was in; empty: it is new, and has the next number
	Current int                   // the reading that was seen to be current; 0: none

	// What follows is empty for a reading that is only proposed, or turned down.
	Then  projectr.ReadingState // what becomes of the current one
	Back  int                   // the reading that is current from now on instead of Reading; 0: Reading is
	Facts []projectr.Fact       // all facts of the mail as they were seen
	Add   []projectr.Fact       // facts that are new
	Set   []projectr.Fact       // facts that are kept, as they are from now on
	Mail  *projectr.Email       // with the Extractor, Reply, Flags and ReadAgain it has from now on
	// Events tell of it. One of kind fact_reread keeps a version of its fact. Where the
	// mail is filed says the driver.
	Events []projectr.Event
}
