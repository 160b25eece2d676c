package projectr

import (
	"strings"
	"time"
)

// Org is a customer company: the owner of everything below it.
type Org struct {
	ID        OrgID     `json:"id"`
	Name      string    `json:"name" doc:"The company's name as people write it."`
	Address   string    `json:"address" doc:"The mail-in name: the part before the @ of the mail-in address."`
	Plan      string    `json:"plan" enum:"starter,professional,enterprise,self_hosted"`
	Suspended bool      `json:"suspended" doc:"Suspended by the operator: mail is received and held."`
	TimeZone  string    `json:"time_zone" doc:"IANA name; days and deadlines are reckoned in it."`
	CreatedAt time.Time `json:"created_at"`
	TrialEnds time.Time `json:"trial_ends,omitzero"`
	ReadUntil time.Time `json:"read_until,omitzero" doc:"From when on mail is received and not read, by what is paid; left out: it is read."`
	ClosesAt  time.Time `json:"closes_at,omitzero" doc:"From when on mail, projects and facts cannot be opened or exported, because nobody pays; its admins were told. Nothing is deleted, and all opens again when somebody subscribes. Left out: it is not to come."`
	Warned    int       `json:"-"` // how many letters its admins got about ClosesAt
	DeleteAt  time.Time `json:"delete_at,omitzero" doc:"When it is deleted with all it has. Until then that can be taken back."`
}

// Waits says why mail of the organisation is kept and not read at a moment; empty: it is
// read.
func (o Org) Waits(now time.Time) string {
	switch {
	case o.Suspended:
		return "The organisation is suspended: its mail is read when that ends."
	case !o.DeleteAt.IsZero():
		return "The organisation is to be deleted: its mail is read if that is taken back."
	case !o.ReadUntil.IsZero() && !now.Before(o.ReadUntil):
		return "The subscription is not paid for: mail is received and kept, and read when an admin renews it on the billing page."
	}
	return ""
}

// DataUntil is until when what is kept can be read and exported for sure, by a
// subscription and by when mail is not read any more; zero: there is no end.
func (o Org) DataUntil(s Subscription) time.Time {
	if o.ReadUntil.IsZero() {
		return time.Time{}
	}
	until, after := s.DataUntil(o.TrialEnds), o.ReadUntil.Add(DataKept) // an operator may have had it read for longer
	if after.After(until) {
		return after
	}
	return until
}

// Reopened is the organisation by a subscription, without an end that it does not have any
// more.
func (o Org) Reopened(s Subscription) Org {
	if until := o.DataUntil(s); until.IsZero() || until.After(o.ClosesAt) {
		o.ClosesAt, o.Warned = time.Time{}, 0
	}
	return o
}

// Closing is the organisation by a subscription at a moment, and the letter that its admins
// get for it; empty: none. It closes when what it keeps was kept for long enough, and
// CloseNotice after the first letter at the earliest.
func (o Org) Closing(s Subscription, now time.Time) (Org, LetterKind) {
	o = o.Reopened(s)
	until := o.DataUntil(s)
	switch {
	case until.IsZero() || now.Before(until.Add(-CloseNotice)):
	case o.Warned == 0:
		o.ClosesAt, o.Warned = until, 1
		if soonest := now.Add(CloseNotice); soonest.After(until) {
			o.ClosesAt = soonest
		}
		return o, LetterClosing
	case o.Warned < 3 && !now.Before(o.ClosesAt):
		o.Warned = 3
		return o, LetterClosed
	case o.Warned < 2 && !now.Before(o.ClosesAt.Add(-CloseSoon)):
		o.Warned = 2
		return o, LetterClosing
	}
	return o, ""
}

// Validate says what is wrong with o, as an Invalid error, or nil.
func (o Org) Validate() error {
	if strings.TrimSpace(o.Name) == "" || !IsLine(o.Name, 200) {
		return &Error{Kind: Invalid, Field: "name", Message: "An organisation needs a name: one line of at most 200 characters."}
	}
	if err := ValidateMailName(o.Address); err != nil {
		return err
	}
	if _, ok := Plans.Named(o.Plan); !ok {
		return &Error{Kind: Invalid, Field: "plan", Message: "No plan is called \"" + o.Plan + "\": use starter, professional, enterprise or self_hosted."}
	}
	if _, err := time.LoadLocation(o.TimeZone); err != nil {
		return &Error{Kind: Invalid, Field: "time_zone", Message: "No time zone is called \"" + o.TimeZone + "\": use a name such as America/New_York."}
	}
	return nil
}

// Role is what a user may do in one organisation.
type Role string

// The two roles.
const (
	NoRole Role = ""
	Admin  Role = "admin"
	Viewer Role = "viewer"
)

// Permission is one thing a route may ask for.
type Permission string

// The permissions. A viewer reads and changes nothing.
const (
	ReadMail      Permission = "mail.read"
	FileMail      Permission = "mail.file"
	ReadProjects  Permission = "projects.read"
	WriteProjects Permission = "projects.write"
	JudgeFacts    Permission = "facts.judge"
	ReadMembers   Permission = "members.read"
	WriteMembers  Permission = "members.write"
	ReadUsage     Permission = "usage.read"
	ReadBilling   Permission = "billing.read"
	ReadSettings  Permission = "settings.read"
	WriteSettings Permission = "settings.write"
	ReadAudit     Permission = "audit.read"
)

// Permissions lists them all.
var Permissions = []Permission{
	ReadMail, FileMail, ReadProjects, WriteProjects, JudgeFacts, ReadMembers, WriteMembers,
	ReadUsage, ReadBilling, ReadSettings, WriteSettings, ReadAudit,
}

var viewerMay = map[Permission]bool{
	ReadMail: true, ReadProjects: true, ReadMembers: true, ReadUsage: true, ReadBilling: true, ReadSettings: true,
}

// Can reports whether the role may do p. An unknown role can do nothing.
func (r Role) Can(p Permission) bool {
	switch r {
	case Admin:
		return true
	case Viewer:
		return viewerMay[p]
	}
	return false
}

// User is a person's account. It may belong to several organisations.
type User struct {
	ID        UserID    `json:"id"`
	Email     string    `json:"email" doc:"The sign-in address, in lower case."`
	Name      string    `json:"name"`
	Disabled  bool      `json:"disabled"`
	CreatedAt time.Time `json:"created_at"`

	VerifiedAt   time.Time `json:"-"` // when the address was proved to be theirs; zero: not yet
	SeenAt       time.Time `json:"-"` // last use, to the minute; zero: never
	SecondFactor bool      `json:"-"` // has one-time codes or a passkey
	Operator     bool      `json:"-"` // may use the operator's pages
}

// Membership ties a user to an organisation with a role.
type Membership struct {
	Org  OrgID
	User UserID
	Role Role
}

// Member is a user as an organisation sees them.
type Member struct {
	User  User      `json:"user"`
	Role  Role      `json:"role" enum:"admin,viewer"`
	Since time.Time `json:"since,omitzero" doc:"Since when they belong here, where that is known."`
}

// APIKey opens the API for one organisation. The secret itself is shown once
// and kept only as a hash.
type APIKey struct {
	ID        KeyID        `json:"id"`
	Name      string       `json:"name"`
	Prefix    string       `json:"prefix" doc:"The first characters of the key, to recognise it by."`
	Role      Role         `json:"role" enum:"admin,viewer"`
	Scopes    []Permission `json:"scopes,omitempty" doc:"What it may do of all that its role may; without: all of it."`
	By        string       `json:"by,omitempty" doc:"Who made it: a name, or what sort of actor it was; empty: it was not noted then."`
	CreatedAt time.Time    `json:"created_at"`
	ExpiresAt time.Time    `json:"expires_at,omitzero"`
	RevokedAt time.Time    `json:"revoked_at,omitzero"`
	UsedAt    time.Time    `json:"used_at,omitzero" doc:"Last use, to the minute."`
}

// Live reports whether the key opens anything at the given time.
func (k APIKey) Live(now time.Time) bool {
	return k.RevokedAt.IsZero() && (k.ExpiresAt.IsZero() || now.Before(k.ExpiresAt))
}

// Principal returns the user id under which the key acts and is audited.
func (k APIKey) Principal() UserID { return UserID("key_" + string(k.ID)) }

// Actor is on whose behalf something is done. It is set by the door through
// which an organisation was entered and is written to every audit entry.
type Actor struct {
	Kind string `json:"kind" enum:"user,key,mail,job,operator,nobody" doc:"What sort of actor it was."`
	ID   string `json:"id,omitempty" doc:"User or key id, or job name."`
	Name string `json:"name,omitempty" doc:"A name for people, where there is one."`
}

// AuditEntry says who did what to which thing. Entries are only ever added.
type AuditEntry struct {
	At      time.Time `json:"at"`
	Actor   Actor     `json:"actor"`
	Action  string    `json:"action" doc:"For example project.save."`
	Target  string    `json:"target,omitempty" doc:"Id of the thing."`
	Route   string    `json:"route,omitempty" doc:"By which route it was asked for; empty: by none."`
	Outcome Outcome   `json:"outcome" enum:"done,refused" doc:"Whether it was done."`
	Request string    `json:"request,omitempty" doc:"Id of the request; entries of one request share it."`
	Note    string    `json:"note,omitempty" doc:"Why an operator was there, or how often it was."`
}

// Outcome is how what an audit entry tells of ended.
type Outcome string

// The outcomes. The empty one is kept as WasDone.
const (
	WasDone    Outcome = "done"
	WasRefused Outcome = "refused"
)
