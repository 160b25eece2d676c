package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"projectr"
)

// Org is everything one organisation owns, opened on behalf of someone. It is
// got from a door of Store and cannot be made otherwise; the zero Org panics.
type Org struct {
	s     *Store
	scope Scope
	by    projectr.Actor
	why   string // the operator's reason, in every entry
	on    on
	guest bool // an operator on a visit, who looks

	closes time.Time // as it was when it was entered; zero: it stays open

	scopes string // of an API key, with blanks between, so that handles can be compared; empty: all of its role
}

// Within reports whether that by which the organisation was entered reaches as far as
// p. An API key may have been made for less than its role may do; everybody else is
// held by the role alone.
func (o Org) Within(p projectr.Permission) bool {
	return o.scopes == "" || slices.Contains(strings.Fields(o.scopes), string(p))
}

// CheckOpen says that nobody pays and what the organisation keeps is closed, as a Forbidden
// error, or nil. It is for people and API keys: jobs and operators at the command line find
// it open always.
func (o Org) CheckOpen() error {
	if o.closes.IsZero() || o.s.now().Before(o.closes) {
		return nil
	}
	return &projectr.Error{Kind: projectr.Forbidden, Message: "Nobody pays for this organisation any more, so what it keeps is closed. Nothing was deleted: all of it opens again as soon as an admin subscribes on the billing page."}
}

// on is the request that something is done in.
type on struct{ route, request string }

// On returns o for the time of one request: what is done with it is noted with the
// route and the request's id, and counted by Noted.
func (o Org) On(route, request string) Org {
	o.on, o.scope.noted = on{route, request}, new(atomic.Int64)
	return o
}

// Noted returns how many audit entries were kept since On.
func (o Org) Noted() int64 {
	if o.scope.noted == nil {
		return 0
	}
	return o.scope.noted.Load()
}

// Note adds an entry for what was done without any other.
func (o Org) Note(ctx context.Context, action, target string) error {
	return o.s.d.PutAudit(ctx, o.scope, o.audit(action, target))
}

// Refused adds an entry for what was asked for and not done.
func (o Org) Refused(ctx context.Context, action, target string) error {
	a := o.audit(action, target)
	a.Outcome = projectr.WasRefused
	return o.s.d.PutAudit(ctx, o.scope, a)
}

// ID returns the organisation's id.
func (o Org) ID() projectr.OrgID { return o.scope.Org() }

// By returns on whose behalf the organisation was entered.
func (o Org) By() projectr.Actor { return o.by }

func (o Org) audit(action, target string) projectr.AuditEntry {
	return projectr.AuditEntry{At: o.s.now(), Actor: o.by, Action: action, Target: target,
		Route: o.on.route, Outcome: projectr.WasDone, Request: o.on.request, Note: o.why}
}

func (o Org) event(kind projectr.EventKind, p projectr.ProjectID) projectr.Event {
	return projectr.Event{ID: NewEventID(), Kind: kind, At: o.s.now(), ProjectID: p, Actor: o.by}
}

// NewEventID makes the id of an event that a person causes. Events of a mail
// have ids made from the mail, so that recording it twice is once.
func NewEventID() projectr.EventID { return projectr.EventID("ev_" + strings.ToLower(rand.Text())) }

// Info returns the organisation's own record.
func (o Org) Info(ctx context.Context) (projectr.Org, error) { return o.s.d.Info(ctx, o.scope) }

// ChangeInfo lets change set name, mail-in name, plan, zone, suspension or the end of the
// trial, which is how long mail is read before it subscribes, and returns what became of it. A mail-in name that changes leaves the old one working. Whatever
// others change at the same time stays: change may be called again, on what they have
// made of it.
func (o Org) ChangeInfo(ctx context.Context, change func(*projectr.Org)) (projectr.Org, error) {
	return o.changeInfo(ctx, "org.save", change)
}

func (o Org) changeInfo(ctx context.Context, action string, change func(*projectr.Org)) (projectr.Org, error) {
	return again(func() (projectr.Org, error) {
		was, err := o.s.d.Info(ctx, o.scope)
		if err != nil {
			return was, err
		}
		is := was
		change(&is)
		is.ID, is.CreatedAt, is.ReadUntil, is.ClosesAt, is.Warned = was.ID, was.CreatedAt, was.ReadUntil, was.ClosesAt, was.Warned
		if is.Plan != was.Plan || !is.TrialEnds.Equal(was.TrialEnds) {
			s, err := o.Subscription(ctx)
			if err != nil {
				return was, err
			}
			switch {
			case is.Plan != was.Plan && s.State == projectr.Canceled: // the operator's word counts more than a subscription that has ended
				is.ReadUntil = is.TrialEnds
				is = is.Reopened(s)
			case !is.TrialEnds.Equal(was.TrialEnds):
				is.ReadUntil = s.ReadUntil(is.TrialEnds)
				is = is.Reopened(s)
			}
		}
		if err := is.Validate(); err != nil {
			return was, err
		}
		return is, o.s.d.PutInfo(ctx, o.scope, was, is, o.audit(action, string(is.ID)))
	})
}

// Settings returns what the admins decided about reading and filing.
func (o Org) Settings(ctx context.Context) (projectr.Settings, error) {
	return o.s.d.Settings(ctx, o.scope)
}

// ChangeSettings lets change decide anew and returns what holds from now on. Whatever
// others change at the same time stays: change may be called again, on what they
// have made of it.
func (o Org) ChangeSettings(ctx context.Context, change func(*projectr.Settings)) (projectr.Settings, error) {
	return again(func() (projectr.Settings, error) {
		was, err := o.s.d.Settings(ctx, o.scope)
		if err != nil {
			return was, err
		}
		is := was
		is.Models, is.NoAIWords, is.NoAISenders = slices.Clone(was.Models), slices.Clone(was.NoAIWords), slices.Clone(was.NoAISenders)
		change(&is)
		if is, err = is.Validate(); err != nil {
			return was, err
		}
		return is, o.s.d.PutSettings(ctx, o.scope, was, is, o.audit("settings.save", string(o.scope.Org())))
	})
}

// Grace is how long an organisation that is to be deleted can still be had back.
const Grace = 30 * 24 * time.Hour

// Leave has the organisation deleted after Grace, with all it has. Until then its mail
// is received and held, and Stay takes it back. One that is to be deleted already keeps
// its day.
func (o Org) Leave(ctx context.Context) (projectr.Org, error) {
	return o.unless(ctx, "org.leave", true, func(is *projectr.Org) { is.DeleteAt = o.s.now().Add(Grace) })
}

// Stay takes back that the organisation is to be deleted.
func (o Org) Stay(ctx context.Context) (projectr.Org, error) {
	return o.unless(ctx, "org.stay", false, func(is *projectr.Org) { is.DeleteAt = time.Time{} })
}

// Suspend has mail of the organisation received and held, or read again. Only the
// operator may.
func (o Org) Suspend(ctx context.Context, on bool) (projectr.Org, error) {
	if o.by.Kind != "operator" || o.guest {
		return projectr.Org{}, &projectr.Error{Kind: projectr.Forbidden, Message: "Only the operator suspends an organisation."}
	}
	action := "org.resume"
	if on {
		action = "org.suspend"
	}
	return o.changeInfo(ctx, action, func(is *projectr.Org) { is.Suspended = on })
}

// unless changes the organisation's record unless it is to be deleted as leaving says.
func (o Org) unless(ctx context.Context, action string, leaving bool, change func(*projectr.Org)) (projectr.Org, error) {
	if is, err := o.Info(ctx); err != nil || is.DeleteAt.IsZero() != leaving {
		return is, err
	}
	return o.changeInfo(ctx, action, func(is *projectr.Org) {
		if is.DeleteAt.IsZero() == leaving { // another one was quicker, else
			change(is)
		}
	})
}

// Delete removes the organisation and everything it owns at once: its rows in one step,
// which the house's audit log tells, with the accounts of its people that belong nowhere
// else, but operators', then its raw mail. What is left of that when it
// ends early goes with the next Store.SweepBlobs. Only the operator may.
func (o Org) Delete(ctx context.Context) error {
	if o.by.Kind != "operator" || o.guest {
		return &projectr.Error{Kind: projectr.Forbidden, Message: "Only the operator deletes an organisation."}
	}
	return o.erase(ctx, time.Time{})
}

func (o Org) erase(ctx context.Context, due time.Time) error {
	if err := o.s.d.DeleteOrg(ctx, o.scope, due, o.audit("org.delete", string(o.scope.Org()))); err != nil {
		return err
	}
	if err := o.s.blobs.DeleteAll(ctx, o.scope.Org()); err != nil {
		return &projectr.Error{Kind: projectr.Unavailable, Err: err,
			Message: "The organisation is deleted, but not all of its raw mail could be removed yet. The rest goes when the server starts next."}
	}
	return nil
}

// Members lists the organisation's people.
func (o Org) Members(ctx context.Context) ([]projectr.Member, error) {
	return o.s.d.Members(ctx, o.scope)
}

var errRole = &projectr.Error{Kind: projectr.Invalid, Field: "role", Message: "A role is admin or viewer."}

// SaveMember gives a user a role. The last admin who can sign in stays one.
func (o Org) SaveMember(ctx context.Context, u projectr.UserID, r projectr.Role) error {
	if r != projectr.Admin && r != projectr.Viewer {
		return errRole
	}
	return o.s.d.PutMember(ctx, o.scope, u, r, o.audit("member.save", string(u)))
}

// ChangeRole gives a member another role and reports whether it is another one. Who is
// no member, or none any more, is NotFound and does not become one. The last admin who
// can sign in stays one.
func (o Org) ChangeRole(ctx context.Context, u projectr.UserID, r projectr.Role) (bool, error) {
	if r != projectr.Admin && r != projectr.Viewer {
		return false, errRole
	}
	return o.s.d.ChangeRole(ctx, o.scope, u, r, o.audit("member.save", string(u)))
}

// DropMember takes a user out of the organisation. The last admin stays.
func (o Org) DropMember(ctx context.Context, u projectr.UserID) error {
	return o.s.d.DropMember(ctx, o.scope, u, o.audit("member.drop", string(u)))
}

// APIKeys lists the keys, newest first, revoked ones too.
func (o Org) APIKeys(ctx context.Context) ([]projectr.APIKey, error) {
	return o.s.d.APIKeys(ctx, o.scope)
}

// SaveAPIKey keeps a new key under the hash of its secret, with who makes it, and the
// letters about it. A scope that its role may not use is Invalid.
func (o Org) SaveAPIKey(ctx context.Context, k projectr.APIKey, hash string, letters ...projectr.Letter) error {
	k.Scopes = slices.Compact(slices.Sorted(slices.Values(k.Scopes)))
	for _, p := range k.Scopes {
		if !slices.Contains(projectr.Permissions, p) || !k.Role.Can(p) {
			return &projectr.Error{Kind: projectr.Invalid, Field: "scopes", Message: fmt.Sprintf("A key of this role cannot be for %q.", p)}
		}
	}
	k.By = o.maker()
	return o.s.d.PutAPIKey(ctx, o.scope, k, hash, o.s.stamped(letters), o.audit("api_key.create", string(k.ID)))
}

// RevokeAPIKey closes a key at once.
func (o Org) RevokeAPIKey(ctx context.Context, id projectr.KeyID) error {
	return o.s.d.RevokeAPIKey(ctx, o.scope, id, o.s.now(), o.audit("api_key.revoke", string(id)))
}

// Audit lists who did what, newest first.
func (o Org) Audit(ctx context.Context, f projectr.AuditFilter) (projectr.List[projectr.AuditEntry], error) {
	f, err := checkAudit(f)
	if err != nil {
		return projectr.List[projectr.AuditEntry]{}, err
	}
	return o.s.d.Audit(ctx, o.scope, f)
}

// VerifyAudit follows the chain of the organisation's audit log.
func (o Org) VerifyAudit(ctx context.Context) (projectr.AuditCheck, error) {
	return o.s.d.VerifyAudit(ctx, o.scope)
}

// Visits lists the operators who are inside now, and why.
func (o Org) Visits(ctx context.Context) ([]projectr.Visit, error) {
	return o.s.d.Visits(ctx, o.scope, o.s.now())
}

// Project returns one project.
func (o Org) Project(ctx context.Context, id projectr.ProjectID) (projectr.Project, error) {
	return o.s.d.Project(ctx, o.scope, id)
}

// Projects lists projects with what their rows say.
func (o Org) Projects(ctx context.Context, f projectr.ProjectFilter) (projectr.List[projectr.ProjectSummary], error) {
	f.Page = f.Page.Bounded()
	if f.Now.IsZero() {
		f.Now = o.s.now()
	}
	if f.For == "" {
		f.For = projectr.UserID(o.by.ID)
	}
	return o.s.d.Projects(ctx, o.scope, f)
}

// ProjectSummary returns one project with what its row says.
func (o Org) ProjectSummary(ctx context.Context, id projectr.ProjectID) (projectr.ProjectSummary, error) {
	if id == "" {
		return projectr.ProjectSummary{}, errNoProject
	}
	l, err := o.Projects(ctx, projectr.ProjectFilter{ID: id})
	if err == nil && len(l.Items) != 1 {
		err = errNoProject
	}
	if err != nil {
		return projectr.ProjectSummary{}, err
	}
	return l.Items[0], nil
}

var errNoProject = &projectr.Error{Kind: projectr.NotFound, Message: "No such project."}

// ProjectTotals returns the numbers of a project's page.
func (o Org) ProjectTotals(ctx context.Context, id projectr.ProjectID) (projectr.ProjectTotals, error) {
	return o.s.d.ProjectTotals(ctx, o.scope, id)
}

// limits are those of the organisation's plan.
func (o Org) limits(ctx context.Context) (projectr.Plan, error) {
	i, err := o.s.d.Info(ctx, o.scope)
	return o.s.Plans.Of(i), err
}

// Used returns how much of what its plan limits the organisation uses now.
func (o Org) Used(ctx context.Context) (projectr.Used, error) {
	return o.s.d.Used(ctx, o.scope, o.s.now())
}

// Usage returns what was used over the days from and to (YYYY-MM-DD) and those
// between, in the organisation's time zone, without what is expected.
func (o Org) Usage(ctx context.Context, from, to string) (projectr.Usage, error) {
	if err := days(from, to, false); err != nil {
		return projectr.Usage{}, err
	}
	u, err := o.s.d.Usage(ctx, o.scope, from, to)
	if err != nil {
		return u, err
	}
	calls, err := o.s.d.CallDays(ctx, o.scope, from, to)
	if err != nil || len(calls) == 0 {
		return u, err
	}
	projects, err := o.s.d.AllProjects(ctx, o.scope)
	if err != nil {
		return u, err
	}
	u.Add(calls, func(id projectr.ProjectID) string {
		for _, p := range projects {
			if p.ID == id {
				return p.Name
			}
		}
		return ""
	})
	return u, o.nameIn(ctx, u.People)
}

// nameIn puts the names of people and keys beside their ids.
func (o Org) nameIn(ctx context.Context, people []projectr.UsageShare) error {
	if len(people) == 0 || len(people) == 1 && people[0].ID == "" {
		return nil
	}
	members, err := o.s.d.Members(ctx, o.scope)
	if err != nil {
		return err
	}
	keys, err := o.s.d.APIKeys(ctx, o.scope)
	if err != nil {
		return err
	}
	for i := range people {
		for _, m := range members {
			if string(m.User.ID) == people[i].ID {
				people[i].Name = m.User.Name
			}
		}
		for _, k := range keys {
			if string(k.ID) == people[i].ID {
				people[i].Name = k.Name
			}
		}
	}
	return nil
}

// AllProjects lists the projects mail can be filed on, as matching needs them.
func (o Org) AllProjects(ctx context.Context) ([]projectr.Project, error) {
	return o.s.d.AllProjects(ctx, o.scope)
}

// CreateProject keeps a new project and returns it with its id. OverLimit: the plan has
// room for no more open projects.
func (o Org) CreateProject(ctx context.Context, p projectr.Project) (projectr.Project, error) {
	p.ID = projectr.ProjectID("pr_" + strings.ToLower(rand.Text()[:16]))
	p.CreatedAt = o.s.now()
	if p.Status == "" {
		p.Status = projectr.Active
	}
	p = tidyProject(p)
	if err := p.Validate(); err != nil {
		return p, err
	}
	most, err := o.limits(ctx)
	if err != nil {
		return p, err
	}
	ev := o.event(projectr.ProjectCreated, p.ID)
	ev.Note = p.Name
	if err := o.s.d.PutProject(ctx, o.scope, nil, p, &ev, most.Projects, o.audit("project.create", string(p.ID))); err != nil {
		return p, err
	}
	o.tell(projectr.Change{Kind: projectr.ProjectCreated, ProjectID: p.ID})
	return p, nil
}

// ChangeProject lets change set fields of a project and returns what it became.
// Whatever others change at the same time stays: change may be called again, on
// what they have made of it. OverLimit: it is opened again, and the plan has room for no
// more open projects.
func (o Org) ChangeProject(ctx context.Context, id projectr.ProjectID, change func(*projectr.Project)) (projectr.Project, error) {
	return again(func() (projectr.Project, error) {
		was, err := o.s.d.Project(ctx, o.scope, id)
		if err != nil {
			return was, err
		}
		p := was
		p.Aliases, p.People = slices.Clone(was.Aliases), slices.Clone(was.People)
		change(&p)
		p.ID, p.CreatedAt = was.ID, was.CreatedAt
		p = tidyProject(p)
		if err := p.Validate(); err != nil {
			return was, err
		}
		most, err := o.limits(ctx)
		if err != nil {
			return was, err
		}
		return p, o.s.d.PutProject(ctx, o.scope, &was, p, nil, most.Projects, o.audit("project.save", string(id)))
	})
}

func tidyProject(p projectr.Project) projectr.Project {
	for _, s := range []*string{&p.Name, &p.JobNumber, &p.Address, &p.Client} {
		*s = strings.TrimSpace(*s)
	}
	if p.Aliases == nil {
		p.Aliases = []string{}
	}
	if p.People == nil {
		p.People = []string{}
	}
	return p
}

// SeeProject notes that the user behind this handle looked at a project, so
// that later facts count as unseen.
func (o Org) SeeProject(ctx context.Context, id projectr.ProjectID) error {
	if o.by.Kind != "user" {
		return nil
	}
	return o.s.d.SeeProject(ctx, o.scope, id, projectr.UserID(o.by.ID), o.s.now())
}

// Weeks returns the bars of a project's strip, oldest first, from its first
// mail to this week, at most the last 60 of them.
func (o Org) Weeks(ctx context.Context, id projectr.ProjectID) ([]projectr.Week, error) {
	return o.s.d.Weeks(ctx, o.scope, id, o.s.now())
}

// Counts returns the numbers beside the places of the dashboard.
func (o Org) Counts(ctx context.Context) (projectr.Counts, error) {
	return o.s.d.Counts(ctx, o.scope, o.s.now())
}

func (o Org) blobKey(d projectr.Digest) string { return string(o.scope.Org()) + "/" + string(d) }

// KeepRaw keeps the raw bytes of a mail and returns when they are on stable
// storage. The bytes must hash to d, else nothing is kept.
func (o Org) KeepRaw(ctx context.Context, d projectr.Digest, r io.Reader) error {
	return o.s.blobs.Put(ctx, o.blobKey(d), newVerifier(r, d))
}

// OpenRaw returns the raw bytes of one of the organisation's mails, bit for
// bit. Reading fails at the end if they do not hash to what was received: a
// mismatch is reported, never silently served (invariant I-7).
func (o Org) OpenRaw(ctx context.Context, id projectr.EmailID) (io.ReadCloser, projectr.Email, error) {
	e, err := o.s.d.Email(ctx, o.scope, id)
	if err != nil {
		return nil, e, err
	}
	r, err := o.s.blobs.Open(ctx, o.blobKey(e.SHA256))
	if err != nil {
		return nil, e, fmt.Errorf("open raw mail %s: %w", id, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{newVerifier(r, e.SHA256), r}, e, nil
}

type verifier struct {
	r    io.Reader
	h    hash.Hash
	want projectr.Digest
}

func newVerifier(r io.Reader, want projectr.Digest) io.Reader {
	return &verifier{r: r, h: sha256.New(), want: want}
}

var errBadHash = errors.New("store: raw mail does not hash to what was received")

func (v *verifier) Read(p []byte) (int, error) {
	n, err := v.r.Read(p)
	v.h.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(v.h.Sum(nil)) != string(v.want) {
		return n, errBadHash
	}
	return n, err
}

// HasEmail reports whether a mail was recorded already.
func (o Org) HasEmail(ctx context.Context, id projectr.EmailID) (bool, error) {
	return o.s.d.HasEmail(ctx, o.scope, id)
}

// Record keeps all of r or nothing. Recording the same email again changes
// nothing. When the Message-IDs it has and names belong to several threads, they
// become one, unless they are filed on different projects; a mail in quarantine
// ties none. Every fact's quote must stand at its offsets in the text, or in that
// of the file it names, or say of itself that it is unverified. A copy is one of a
// mail that is kept, NotFound else, and is on no project; what it says is not read.
// OverLimit: the plan has room for no more mails this month.
func (o Org) Record(ctx context.Context, r projectr.Recording) error {
	r = prove(r)
	most, err := o.limits(ctx)
	if err != nil {
		return err
	}
	fresh, err := o.s.d.Record(ctx, o.scope, r, most.Emails, o.audit("mail.record", string(r.Email.ID)))
	if err == nil && fresh {
		o.tellOf(r)
	}
	return err
}

// Release records a mail anew that was held, kept in quarantine, written by a
// machine or could not be read: what was kept of it gives way to r in one step, and
// it stands from then on where r says, by itself or as a copy. What came with it
// stays, its raw bytes and envelope. A mail in another state stays as it is, and
// the answer is false; so of two who release it, one does. OverLimit: the plan has room
// for no more mails this month.
func (o Org) Release(ctx context.Context, r projectr.Recording) (bool, error) {
	switch r.Email.State {
	case projectr.Held, projectr.Parked, projectr.Quarantined:
		return false, &projectr.Error{Kind: projectr.Invalid, Field: "state", Message: "A mail is not released to where it cannot be seen."}
	}
	r = prove(r)
	most, err := o.limits(ctx)
	if err != nil {
		return false, err
	}
	done, err := o.s.d.Release(ctx, o.scope, r, most.Emails, o.audit("mail.release", string(r.Email.ID)))
	if err == nil && done {
		o.tellOf(r)
	}
	return done, err
}

// prove says of facts whose quote does not stand in the text that they are
// unverified, whoever made them.
func prove(r projectr.Recording) projectr.Recording {
	r.Email.Facts = slices.Clone(r.Email.Facts)
	for i := range r.Email.Facts {
		text := r.Body.Text
		if n := r.Email.Facts[i].File; n != 0 {
			text = r.Files[n].Text
		}
		if f := &r.Email.Facts[i]; !f.Stands(text) {
			f.Proof = projectr.Unverified
		}
	}
	return r
}

func (o Org) tellOf(r projectr.Recording) {
	ch := projectr.Change{Kind: projectr.MailInReview, EmailID: r.Email.ID}
	switch r.Email.State {
	case projectr.Filed:
		ch.Kind = projectr.MailFiled
	case projectr.Quarantined:
		ch.Kind = projectr.MailKeptBack
	case projectr.Held:
		ch.Kind = projectr.MailHeld
	case projectr.Automatic:
		ch.Kind = projectr.MailAutomatic
	}
	if r.Email.CopyOf != nil {
		ch.EmailID = *r.Email.CopyOf
	}
	if r.Email.ProjectID != nil {
		ch.ProjectID = *r.Email.ProjectID
	}
	o.tell(ch)
}

// Email returns one mail with its facts.
func (o Org) Email(ctx context.Context, id projectr.EmailID) (projectr.Email, error) {
	return o.s.d.Email(ctx, o.scope, id)
}

// Body returns the text of a mail and its spans.
func (o Org) Body(ctx context.Context, id projectr.EmailID) (projectr.Body, error) {
	return o.s.d.Body(ctx, o.scope, id)
}

// Emails lists mails with their facts.
func (o Org) Emails(ctx context.Context, f projectr.EmailFilter) (projectr.List[projectr.Email], error) {
	f.Page = f.Page.Bounded()
	return o.s.d.Emails(ctx, o.scope, f)
}

// FileText returns the text that was read of an attachment; NotFound when there
// is no such attachment, or nobody tried.
func (o Org) FileText(ctx context.Context, id projectr.EmailID, n int) (projectr.FileText, error) {
	e, err := o.s.d.Email(ctx, o.scope, id)
	if err != nil {
		return projectr.FileText{}, err
	}
	i := slices.IndexFunc(e.Attachments, func(a projectr.Attachment) bool { return a.N == n })
	if i < 0 {
		return projectr.FileText{}, &projectr.Error{Kind: projectr.NotFound, Message: fmt.Sprintf("This mail has no attachment %d.", n)}
	}
	return o.s.d.FileText(ctx, o.scope, e.Attachments[i].SHA256)
}

// KnownFile returns what was read before of a file with these bytes, which this
// organisation got with whatever mail; NotFound when it was not.
func (o Org) KnownFile(ctx context.Context, digest projectr.Digest) (projectr.FileText, error) {
	return o.s.d.FileText(ctx, o.scope, digest)
}

// Like lists the mails that have the same content key, the oldest first. Which of
// them, if any, is the same mail is for the caller to say.
func (o Org) Like(ctx context.Context, content string) ([]projectr.Known, error) {
	if content == "" {
		return nil, nil
	}
	return o.s.d.Like(ctx, o.scope, content)
}

// OnTopic lists the mails that have the same topic key and a date between from
// and to, the newest first.
func (o Org) OnTopic(ctx context.Context, topic string, from, to time.Time) ([]projectr.Known, error) {
	if topic == "" {
		return nil, nil
	}
	return o.s.d.OnTopic(ctx, o.scope, topic, from.UnixMicro(), to.UnixMicro())
}

// Arrive keeps one more way by which a mail came in. The same received mail
// counts once.
func (o Org) Arrive(ctx context.Context, id projectr.EmailID, a projectr.Arrival) error {
	fresh, err := o.s.d.Arrive(ctx, o.scope, id, a, o.audit("mail.arrive", string(id)))
	if err == nil && fresh {
		o.tell(projectr.Change{Kind: projectr.MailFiled, EmailID: id})
	}
	return err
}

// Senders lists the rules of who may send, the newest first.
func (o Org) Senders(ctx context.Context) ([]projectr.SenderRule, error) {
	return o.s.d.Senders(ctx, o.scope)
}

// SaveSender makes a rule that mail of these senders is read, or never read. A
// rule for the same pattern gives way.
func (o Org) SaveSender(ctx context.Context, pattern string, allow bool) (projectr.SenderRule, error) {
	form, err := projectr.ValidatePattern(pattern)
	if err != nil {
		return projectr.SenderRule{}, err
	}
	who := o.by.Name
	if who == "" {
		who = o.by.ID
	}
	r := projectr.SenderRule{ID: projectr.SenderID("sn_" + strings.ToLower(rand.Text()[:16])), Pattern: form, Allow: allow, By: who, CreatedAt: o.s.now()}
	action := "sender.block"
	if allow {
		action = "sender.allow"
	}
	r, err = o.s.d.PutSender(ctx, o.scope, r, o.audit(action, form))
	return r, err
}

// DropSender removes a rule. Mail that it let in, or kept out, stays where it is.
func (o Org) DropSender(ctx context.Context, id projectr.SenderID) error {
	return o.s.d.DropSender(ctx, o.scope, id, o.audit("sender.remove", string(id)))
}

// ThreadOf returns the thread that holds or waits for one of these
// Message-IDs: the first that is on a project, else the first that is found;
// NotFound when none does.
func (o Org) ThreadOf(ctx context.Context, messageIDs []string) (projectr.Thread, error) {
	return o.s.d.ThreadOf(ctx, o.scope, messageIDs)
}

// File files a mail as a whole on a project, with its facts, and by wish the later mails
// of its thread too. to == "" says it is no project's mail. A mail that could
// not be read can be filed as well, by whoever knows what it is. What came in
// inside it, or inside the same mail as it, and waits in review follows, unless it
// speaks for another project itself (Match.Against). A correction
// teaches a rule, which FilingRules lists; taking it back removes the rule. Passages by
// which it was filed are set aside, for FileByPassages.
func (o Org) File(ctx context.Context, id projectr.EmailID, to projectr.ProjectID, thread bool) error {
	err := o.move(ctx, id, func(e projectr.Email) (move, error) {
		return whole(e, to, projectr.Filed, thread), nil
	})
	if err != nil || to == "" {
		return err
	}
	e, err := o.s.d.Email(ctx, o.scope, id)
	if err != nil {
		return err
	}
	if e.CameBy != nil {
		id = *e.CameBy
	}
	for page := (projectr.Page{}); ; {
		l, err := o.Emails(ctx, projectr.EmailFilter{CameBy: id, State: projectr.InReview, Page: page})
		if err != nil {
			return err
		}
		for _, in := range l.Items {
			if in.Match.Against(to) {
				continue
			}
			why := projectr.Match{Confidence: 0.9, Candidates: in.Match.Candidates,
				Reasons: []projectr.Reason{{Kind: "thread", Text: "It came in with a mail that was filed here."}}}
			if err := o.FileMatched(ctx, in.ID, to, why); err != nil {
				return err
			}
		}
		if page.After = l.Next; l.Next == "" {
			return nil
		}
	}
}

// FileMatched files a mail that waits in review because matching has become
// sure of its project, for example when the mail it answers arrived late. A
// mail that is not in review any more stays where it is, and so does one that seems to
// be about several projects: that is for a person to say.
func (o Org) FileMatched(ctx context.Context, id projectr.EmailID, to projectr.ProjectID, why projectr.Match) error {
	err := o.move(ctx, id, func(e projectr.Email) (move, error) {
		m := whole(e, to, projectr.Filed, false)
		if m.why = &why; e.State != projectr.InReview || len(e.SetAside) > 0 {
			m = stays(e)
		}
		return m, nil
	})
	if projectr.KindOf(err) == projectr.Conflict {
		return nil // a person was faster, and is right
	}
	return err
}

// Unfile puts a mail back into the review tray.
func (o Org) Unfile(ctx context.Context, id projectr.EmailID) error {
	return o.move(ctx, id, func(e projectr.Email) (move, error) { return whole(e, "", projectr.InReview, false), nil })
}

// FileByPassages files a mail by the passages that were set aside, or in another way by
// those it is filed by: each passage and its facts on its project, and what stands in
// none of them on rest. rest may be empty where no fact does. It is a Conflict when the
// mail has no passages.
func (o Org) FileByPassages(ctx context.Context, id projectr.EmailID, rest projectr.ProjectID) error {
	return o.move(ctx, id, func(e projectr.Email) (move, error) {
		m := move{Move: Move{To: rest, State: projectr.Filed}}
		for _, p := range setAside(e) {
			if p.Unsure {
				m.SetAside = append(m.SetAside, p)
			} else {
				m.Passages = append(m.Passages, p)
			}
		}
		if len(m.Passages) == 0 {
			return m, &projectr.Error{Kind: projectr.Conflict, Message: "This mail has no passages of its own projects: file it on one project."}
		}
		split := e
		split.ProjectID, split.Passages = nil, m.Passages
		if rest == "" && slices.ContainsFunc(e.Facts, func(f projectr.Fact) bool { return !gone(f) && split.Stray(f) }) {
			return m, &projectr.Error{Kind: projectr.Invalid, Field: "project_id", Message: "Not all of its facts stand in the passages: say on which project the rest is filed."}
		}
		return m, nil
	})
}

// FilePassage moves the passage of a mail that begins at start, with its facts, to
// another project. One that was set aside as unsure is filed by it then, be it on the
// mail's own project. It is NotFound when the mail has no such passage.
func (o Org) FilePassage(ctx context.Context, id projectr.EmailID, start int, to projectr.ProjectID) error {
	if to == "" {
		return &projectr.Error{Kind: projectr.Invalid, Field: "project_id", Message: "Say to which project the passage goes."}
	}
	p, err := o.s.d.Project(ctx, o.scope, to)
	if err != nil {
		return err
	}
	return o.move(ctx, id, func(e projectr.Email) (move, error) {
		begins := func(p projectr.Passage) bool { return p.Start == start }
		m := stays(e)
		m.Passages = slices.Clone(e.Passages)
		if i := slices.IndexFunc(e.SetAside, begins); i >= 0 && e.SetAside[i].Unsure && e.ProjectID != nil {
			m.SetAside = slices.Delete(slices.Clone(e.SetAside), i, i+1)
			m.Passages = append(m.Passages, e.SetAside[i])
			slices.SortFunc(m.Passages, func(a, b projectr.Passage) int { return cmp.Compare(a.Start, b.Start) })
		}
		i := slices.IndexFunc(m.Passages, begins)
		if i < 0 {
			return move{}, &projectr.Error{Kind: projectr.NotFound, Message: "This mail is not filed by a passage that begins there."}
		}
		if moved := &m.Passages[i]; moved.ProjectID != to || moved.Unsure {
			moved.ProjectID, moved.Unsure = to, false
			moved.Reasons = []projectr.Reason{{Kind: "person", Text: "Filed on " + p.Name + " by " + o.by.Name + "."}}
		}
		m.why = &e.Match
		return m, nil
	})
}

// move is a Move as it is wished for.
type move struct {
	Move
	why *projectr.Match // what is said of it from then on; nil: that a person did it
}

// whole files a mail in one piece.
func whole(e projectr.Email, to projectr.ProjectID, state projectr.EmailState, thread bool) move {
	return move{Move: Move{To: to, State: state, Thread: thread, SetAside: setAside(e)}}
}

// stays files a mail as it is filed.
func stays(e projectr.Email) move {
	return move{Move: Move{To: projectOf(e), State: e.State, Passages: e.Passages, SetAside: e.SetAside}}
}

// setAside are the passages of a mail, whether it is filed by them or not.
func setAside(e projectr.Email) []projectr.Passage {
	all := slices.Concat(e.Passages, e.SetAside)
	slices.SortFunc(all, func(a, b projectr.Passage) int { return cmp.Compare(a.Start, b.Start) })
	return all
}

func (o Org) move(ctx context.Context, id projectr.EmailID, wish func(projectr.Email) (move, error)) error {
	e, err := o.s.d.Email(ctx, o.scope, id)
	if err != nil {
		return err
	}
	m, err := wish(e)
	if err != nil {
		return err
	}
	if err := movable(e, m.Move); err != nil {
		return err
	}
	m.Email, m.From, m.Was, m.Had = id, projectOf(e), e.State, e.Passages
	is := e
	is.State, is.ProjectID, is.Passages = m.State, nil, m.Passages
	if m.To != "" {
		is.ProjectID = &m.To
	}
	if m.From == m.To && e.State == m.State && slices.EqualFunc(e.Passages, is.Passages, func(a, b projectr.Passage) bool { return a.ProjectID == b.ProjectID && a.Start == b.Start }) {
		return nil
	}
	if err := o.tellMove(ctx, e, is, &m.Move); err != nil {
		return err
	}
	if m.why != nil {
		m.Match = *m.why
	} else {
		l, err := o.learn(ctx, e, m.To)
		if err != nil {
			return err
		}
		m.Teach, m.Forget = l.teach, l.forget
	}
	if err := o.s.d.MoveEmail(ctx, o.scope, m.Move, o.audit("mail.move", string(id))); err != nil {
		return err
	}
	o.tell(projectr.Change{Kind: projectr.MailMovedIn, EmailID: id, ProjectID: m.To})
	for _, p := range is.Passages {
		o.tell(projectr.Change{Kind: projectr.MailMovedIn, EmailID: id, ProjectID: p.ProjectID})
	}
	return nil
}

// movable says why a mail cannot be moved there.
func movable(e projectr.Email, m Move) error {
	switch {
	case e.CopyOf != nil:
		return &projectr.Error{Kind: projectr.Conflict, Message: "This mail brought nothing of its own: file the mail it is a copy of."}
	case e.Confirmation != nil && (m.To != "" || m.State != projectr.Filed): // a timeline would tell everybody its subject, and Gmail's has the code in it
		return &projectr.Error{Kind: projectr.Conflict, Message: "This mail is a mail provider's question to your admins: it is on no project. Answer it, or put it away."}
	case e.State == projectr.Filed, e.State == projectr.InReview:
	case e.State == projectr.Automatic && m.State == projectr.Filed:
	case e.State == projectr.Parked && m.State == projectr.Filed:
	case e.State == projectr.Parked:
		return &projectr.Error{Kind: projectr.Conflict, Message: "This mail could not be read: file it on a project, or say that it is no project's."}
	default:
		return &projectr.Error{Kind: projectr.Conflict, Message: "This mail is " + string(e.State) + ": it has not been read yet, so it cannot be filed."}
	}
	return nil
}

// tellMove fills in what is said of a move: on the mail, and on the timelines of the
// projects where it, or a fact of it, comes from or goes to.
func (o Org) tellMove(ctx context.Context, e, is projectr.Email, m *Move) error {
	id, who, from, to := e.ID, o.by.Name, e.Projects(), is.Projects()
	m.Match = e.Match
	switch {
	case m.To != "" || len(is.Passages) > 0:
		m.Match.Confidence = 1
		m.Match.Reasons = []projectr.Reason{{Kind: "person", Text: "Filed by its passages by " + who + "."}}
		if len(is.Passages) == 0 {
			p, err := o.s.d.Project(ctx, o.scope, m.To)
			if err != nil {
				return err
			}
			m.Match.Reasons[0].Text = "Filed on " + p.Name + " by " + who + "."
		} else if m.To != "" {
			if _, err := o.s.d.Project(ctx, o.scope, m.To); err != nil {
				return err
			}
		}
	case m.State == projectr.Filed:
		m.Match.Reasons = []projectr.Reason{{Kind: "person", Text: "Not project mail, said " + who + "."}}
	default:
		m.Match.Reasons = []projectr.Reason{{Kind: "person", Text: "Put back into review by " + who + "."}}
	}
	parts := partsMoved(e, is)
	if slices.ContainsFunc(parts, func(p part) bool { return p.passage != nil }) {
		b, err := o.s.d.Body(ctx, o.scope, id)
		if err != nil {
			return err
		}
		for i := range parts {
			parts[i].words = firstWords(b.Text, parts[i].passage)
		}
	}
	event := func(kind projectr.EventKind, p, other projectr.ProjectID, note string) {
		ev := o.event(kind, p)
		ev.EmailID, ev.Note = &id, cmp.Or(note, e.Subject)
		if other != "" {
			ev.Other = &other
		}
		m.Events = append(m.Events, ev)
	}
	for _, p := range to {
		came := func(x part) bool { return x.to == p }
		if !slices.Contains(from, p) {
			event(projectr.MailMovedIn, p, other(parts, came, func(x part) projectr.ProjectID { return x.from }), "")
			continue
		}
		for _, x := range parts {
			if came(x) && x.from != "" {
				event(projectr.PassageIn, p, x.from, x.words)
			}
		}
	}
	for _, f := range e.Facts { // they are news on this project from now on
		p := is.FiledOn(f)
		if gone(f) || p == "" || p == f.ProjectID {
			continue
		}
		ev := o.event(projectr.FactExtracted, p)
		ev.At, ev.EmailID, ev.FactID, ev.Note = f.At, &id, &f.ID, f.Text
		m.Events = append(m.Events, ev)
	}
	for _, p := range from {
		went := func(x part) bool { return x.from == p }
		if !slices.Contains(to, p) {
			event(projectr.MailMovedOut, p, other(parts, went, func(x part) projectr.ProjectID { return x.to }), "")
			continue
		}
		for _, x := range parts {
			if went(x) && x.to != "" {
				event(projectr.PassageOut, p, x.to, x.words)
			}
		}
	}
	return nil
}

// part is what of a mail a move takes from one project to another: a passage, or what
// stands in none.
type part struct {
	passage  *projectr.Passage // nil: what stands in none
	from, to projectr.ProjectID
	words    string // the first of the passage
}

// partsMoved lists what a move takes elsewhere, passages first.
func partsMoved(e, is projectr.Email) []part {
	var out []part
	seen := map[int]bool{}
	for _, p := range slices.Concat(is.Passages, e.Passages) {
		if x := (part{passage: &p, from: partOn(e, p.Start), to: partOn(is, p.Start)}); !seen[p.Start] && x.from != x.to {
			out = append(out, x)
		}
		seen[p.Start] = true
	}
	if from, to := projectOf(e), projectOf(is); from != to {
		out = append(out, part{from: from, to: to})
	}
	return out
}

// partOn is the project that a passage is filed on, or the mail's own where it is
// filed by none that begins there.
func partOn(e projectr.Email, start int) projectr.ProjectID {
	for _, p := range e.Passages {
		if p.Start == start {
			return p.ProjectID
		}
	}
	return projectOf(e)
}

// other is the project on the other side of the first of the parts that has one.
func other(parts []part, of func(part) bool, side func(part) projectr.ProjectID) projectr.ProjectID {
	for _, x := range parts {
		if p := side(x); of(x) && p != "" {
			return p
		}
	}
	return ""
}

// noteLength is how much of a passage is told, in code points.
const noteLength = 80

// firstWords is what a passage begins with, on one line; empty for no passage.
func firstWords(text string, p *projectr.Passage) string {
	if p == nil {
		return ""
	}
	quote, _ := projectr.Quoted(text, p.Start, p.End)
	runes := []rune(strings.Join(strings.Fields(quote), " "))
	if len(runes) <= noteLength {
		return string(runes)
	}
	cut := string(runes[:noteLength])
	if at := strings.LastIndexByte(cut, ' '); at > 0 {
		cut = cut[:at]
	}
	return cut + "…"
}

// Fact returns one fact as it stands now.
func (o Org) Fact(ctx context.Context, id projectr.FactID) (projectr.Fact, error) {
	return o.s.d.Fact(ctx, o.scope, id)
}

// FactChain returns a fact with what other mails of its thread say of the same
// thing.
func (o Org) FactChain(ctx context.Context, id projectr.FactID) (projectr.FactChain, error) {
	return o.s.d.Chain(ctx, o.scope, id)
}

// Facts lists facts as they stand now, newest first unless the filter orders.
func (o Org) Facts(ctx context.Context, f projectr.FactFilter) (projectr.List[projectr.Fact], error) {
	f.Page = f.Page.Bounded()
	return o.s.d.Facts(ctx, o.scope, f)
}

// tries is how often a change of the caller's own fields is made anew on what
// somebody else changed meanwhile, before the caller is told.
const tries = 5

// again does change until nobody was faster.
func again[T any](change func() (T, error)) (x T, err error) {
	for range tries {
		if x, err = change(); err == nil || projectr.KindOf(err) != projectr.Conflict {
			break
		}
	}
	return x, err
}

// Judge confirms, corrects, rejects or reopens a fact, or accepts that a later mail
// says otherwise. A correction changes the
// fields that are given, whatever others change at the same time; the proof that
// is left after it is set by code. A fact that is opened again says what was
// extracted. What the mail said and what was said before stay in the timeline's
// events.
func (o Org) Judge(ctx context.Context, id projectr.FactID, j projectr.Judgement) (projectr.Fact, error) {
	return again(func() (projectr.Fact, error) { return o.judge(ctx, id, j) })
}

func (o Org) judge(ctx context.Context, id projectr.FactID, j projectr.Judgement) (projectr.Fact, error) {
	was, err := o.s.d.Fact(ctx, o.scope, id)
	if err != nil {
		return was, err
	}
	f := was
	var kind projectr.EventKind
	if j.Done != nil {
		return o.done(ctx, was, *j.Done)
	}
	switch j.State {
	case projectr.FactOpen:
		kind = projectr.FactReopened
		if f, err = o.s.d.Extracted(ctx, o.scope, id); err == nil {
			f, err = o.stands(ctx, f)
		}
		if was.State == projectr.FactSuperseded && was.SupersededBy != nil {
			err = errSaidOtherwise
		}
	case projectr.FactConfirmed:
		kind = projectr.FactConfirm
	case projectr.FactSuperseded:
		kind = projectr.FactSupersede
		if was.SupersededBy == nil {
			err = &projectr.Error{Kind: projectr.Invalid, Field: "state", Message: "No later mail says otherwise. Reject the fact if it is wrong."}
		}
	case projectr.FactRejected:
		kind = projectr.FactReject
	case projectr.FactCorrected:
		kind = projectr.FactCorrect
		f, err = o.corrected(ctx, was, j)
	default:
		err = &projectr.Error{Kind: projectr.Invalid, Field: "state", Message: "A fact can be confirmed, corrected, rejected, superseded or opened again."}
	}
	if err != nil {
		return was, err
	}
	f.State, f.Reason = j.State, j.Reason
	f.DoneAt, f.DoneBy = was.DoneAt, was.DoneBy // what was done stays done, whatever it is called
	if !f.Kind.CanBeDone() {
		f.DoneAt, f.DoneBy = nil, ""
	}
	if j.State == projectr.FactConfirmed || j.State == projectr.FactCorrected {
		f.Held = "" // somebody has looked at it
	}
	ev := o.event(kind, f.ProjectID)
	ev.FactID, ev.EmailID, ev.Note = &f.ID, &f.EmailID, f.Text
	if err := o.s.d.JudgeFact(ctx, o.scope, was, f, ev, o.audit("fact."+string(j.State), string(id))); err != nil {
		return was, err
	}
	o.tell(projectr.Change{Kind: kind, FactID: id, EmailID: f.EmailID, ProjectID: f.ProjectID})
	return o.s.d.Fact(ctx, o.scope, id) // what it is tied to may have changed by it
}

// done says that an action is done or a risk closed, or that it is not after all.
// It is no judgement of what the mail said: the state stays.
func (o Org) done(ctx context.Context, was projectr.Fact, done bool) (projectr.Fact, error) {
	if !was.Kind.CanBeDone() {
		return was, &projectr.Error{Kind: projectr.Invalid, Field: "done", Message: "Only actions are done and risks closed."}
	}
	if done == (was.DoneAt != nil) {
		return was, nil
	}
	f := was
	kind, action := projectr.FactUndone, "fact.undone"
	f.DoneAt, f.DoneBy = nil, ""
	if done {
		now := o.s.now()
		kind, action = projectr.FactDone, "fact.done"
		f.DoneAt, f.DoneBy = &now, o.by.Name
	}
	ev := o.event(kind, f.ProjectID)
	ev.FactID, ev.EmailID, ev.Note = &f.ID, &f.EmailID, f.Text
	if err := o.s.d.JudgeFact(ctx, o.scope, was, f, ev, o.audit(action, string(f.ID))); err != nil {
		return was, err
	}
	o.tell(projectr.Change{Kind: kind, FactID: f.ID, EmailID: f.EmailID, ProjectID: f.ProjectID})
	return f, nil
}

var errSaidOtherwise = &projectr.Error{Kind: projectr.Conflict, Message: "A later mail says otherwise. Confirm this fact if it still stands."}

func (o Org) corrected(ctx context.Context, was projectr.Fact, j projectr.Judgement) (projectr.Fact, error) {
	f := was
	if j.Text != nil {
		f.Text = strings.TrimSpace(*j.Text)
	}
	if j.Kind != nil {
		f.Kind = *j.Kind
	}
	if j.Owner != nil {
		f.Owner = nonEmpty(*j.Owner)
	}
	if j.Deadline != nil {
		f.Deadline = nonEmpty(*j.Deadline)
	}
	if f.Kind != projectr.BudgetMention {
		f.Standing = ""
	}
	if j.Standing != nil {
		f.Standing = *j.Standing
	}
	if j.Amount != nil {
		f.Amount = j.Amount
		if *j.Amount == (projectr.Amount{}) {
			f.Amount = nil
		}
	}
	b, err := o.source(ctx, f)
	if err != nil {
		return f, err
	}
	if j.Quote != nil || j.Start != nil || j.End != nil {
		if j.Start == nil || j.End == nil {
			return f, &projectr.Error{Kind: projectr.Invalid, Field: "start", Message: "A new proof needs its start and end in the mail's text."}
		}
		q, ok := projectr.Quoted(b, *j.Start, *j.End)
		if !ok || strings.TrimSpace(q) == "" || (j.Quote != nil && *j.Quote != q) {
			return f, &projectr.Error{Kind: projectr.Invalid, Field: "quote", Message: "These words do not stand in the mail at that place."}
		}
		f.Quote, f.Start, f.End = q, *j.Start, *j.End
	}
	f.By = o.by.Name
	if err := f.Validate(); err != nil {
		return f, err
	}
	return o.s.proven(b, was, f), nil
}

// source returns the text that a fact's quote stands in: the mail's, or that of
// one of its files.
func (o Org) source(ctx context.Context, f projectr.Fact) (string, error) {
	if f.File == 0 {
		b, err := o.s.d.Body(ctx, o.scope, f.EmailID)
		return b.Text, err
	}
	t, err := o.FileText(ctx, f.EmailID, f.File)
	return t.Text, err
}

// stands says where the words of a fact stand now that was read a while ago: its mail
// may have come in itself since.
func (o Org) stands(ctx context.Context, f projectr.Fact) (projectr.Fact, error) {
	text, err := o.source(ctx, f)
	if projectr.KindOf(err) == projectr.NotFound {
		err = nil // the file did not come with the mail itself
	}
	return f.In(text), err
}

// proven sets the proof of what a person made of a fact.
func (s *Store) proven(text string, was, f projectr.Fact) projectr.Fact {
	if s.Check != nil {
		f = s.Check(text, f)
	} else if was.Proof == projectr.Unverified || f.Text != was.Text || !equal(f.Deadline, was.Deadline) || !equal(f.Amount, was.Amount) {
		f.Proof = projectr.ValueMissing // nobody can say that they stand there
	}
	if !f.Stands(text) {
		f.Proof = projectr.Unverified
	}
	return f
}

func equal[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

func nonEmpty(s string) *string {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return &s
}

// Timeline lists a project's events, newest first.
func (o Org) Timeline(ctx context.Context, id projectr.ProjectID, p projectr.Page) (projectr.List[projectr.Event], error) {
	return o.s.d.Timeline(ctx, o.scope, id, p.Bounded())
}

// Changes lists what became known since a moment, over all projects, newest
// first: the events of live facts and of people's judgements.
func (o Org) Changes(ctx context.Context, since time.Time, p projectr.Page) (projectr.List[projectr.Event], error) {
	return o.s.d.Changes(ctx, o.scope, since, p.Bounded())
}

// ChangeTotals counts the mails and the projects that the changes since a
// moment come from.
func (o Org) ChangeTotals(ctx context.Context, since time.Time) (projectr.ChangeTotals, error) {
	return o.s.d.ChangeTotals(ctx, o.scope, since)
}

// Search looks through subjects, texts, facts, attachment names and projects.
func (o Org) Search(ctx context.Context, q projectr.SearchQuery) (projectr.List[projectr.SearchHit], error) {
	q.Page = q.Page.Bounded()
	return o.s.d.Search(ctx, o.scope, q)
}

// Watch returns a channel that tells of changes to this organisation made by
// this process, and a function that ends it. A slow reader misses changes.
func (o Org) Watch() (<-chan projectr.Change, func()) { return o.s.hub.subscribe(o.scope.Org()) }

func (o Org) tell(c projectr.Change) { o.s.hub.publish(o.scope.Org(), c) }
