package projectr

import (
	"strings"
	"time"
)

// ProjectStatus is where a job stands.
type ProjectStatus string

// The states of a project. Only a completed one takes no new mail by name.
const (
	Active    ProjectStatus = "active"
	Bidding   ProjectStatus = "bidding"
	OnHold    ProjectStatus = "on_hold"
	Closeout  ProjectStatus = "closeout"
	Completed ProjectStatus = "completed"
)

// Open reports whether the job is still being worked on.
func (s ProjectStatus) Open() bool { return s != Completed }

// Project is one construction job of one organisation.
type Project struct {
	ID        ProjectID     `json:"id"`
	Name      string        `json:"name" doc:"As people on the job write it."`
	JobNumber string        `json:"job_number" doc:"The firm's own number, for example 24-117; may be empty. Also the tag of its plus-address."`
	Address   string        `json:"address" doc:"Street address of the site; may be empty."`
	Client    string        `json:"client" doc:"Who the job is for; may be empty."`
	Status    ProjectStatus `json:"status" enum:"active,bidding,on_hold,closeout,completed"`
	Aliases   []string      `json:"aliases" nullable:"false" doc:"Other names people use for the job."`
	People    []string      `json:"people" nullable:"false" doc:"Names known to work on it."`
	CreatedAt time.Time     `json:"created_at"`
}

// Validate says what is wrong with p, as an Invalid error, or nil.
func (p Project) Validate() error {
	if strings.TrimSpace(p.Name) == "" || !IsLine(p.Name, 200) {
		return &Error{Kind: Invalid, Field: "name", Message: "A project needs a name: one line of at most 200 characters."}
	}
	switch p.Status {
	case Active, Bidding, OnHold, Closeout, Completed:
	default:
		return &Error{Kind: Invalid, Field: "status", Message: "A project is active, bidding, on_hold, closeout or completed."}
	}
	for _, v := range []struct{ field, text string }{{"job_number", p.JobNumber}, {"address", p.Address}, {"client", p.Client}} {
		if !IsLine(v.text, 300) {
			return &Error{Kind: Invalid, Field: v.field, Message: "Use one line of at most 300 characters."}
		}
	}
	for _, v := range []struct {
		field string
		names []string
		most  int
		what  string
	}{{"aliases", p.Aliases, 50, "50 other names"}, {"people", p.People, 500, "500 people"}} {
		if len(v.names) > v.most {
			return &Error{Kind: Invalid, Field: v.field, Message: "A project has at most " + v.what + "."}
		}
		for _, name := range v.names {
			if !IsLine(name, 200) {
				return &Error{Kind: Invalid, Field: v.field, Message: "A name is one line of at most 200 characters."}
			}
		}
	}
	return nil
}

// ProjectSummary is a project with what its row in the list says.
type ProjectSummary struct {
	Project
	Latest      *Fact     `json:"latest" doc:"The newest fact that is not rejected, or null."`
	OpenActions int       `json:"open_actions"`
	Overdue     int       `json:"overdue" doc:"Open actions whose deadline has passed."`
	Risks       int       `json:"risks" doc:"Open risks."`
	DueWeek     int       `json:"due_7_days" doc:"Open actions due within 7 days, today included."`
	Mails       int       `json:"mails" doc:"Mails filed on the project."`
	Weeks       []int     `json:"weeks" nullable:"false" doc:"Mails per week, 12 weeks, oldest first."`
	FirstMailAt time.Time `json:"first_mail_at,omitzero"`
	LastMailAt  time.Time `json:"last_mail_at,omitzero"`
	Unseen      int       `json:"unseen" doc:"Facts since this person last opened the project."`
}

// Week is one bar of a project's strip: a week's mails and facts.
type Week struct {
	Start string           `json:"start" doc:"Monday of the week, YYYY-MM-DD, in the organisation's zone."`
	Mails int              `json:"mails"`
	Facts map[FactKind]int `json:"facts" nullable:"false"`
}

// ProjectFilter narrows a list of projects.
type ProjectFilter struct {
	ID     ProjectID     // only this one; empty: all
	Query  string        // in name, job number, client, address, aliases; case does not matter
	Status ProjectStatus // one state; empty: all
	Open   bool          // only jobs that are not completed
	Client string        // exactly this client
	Risks  bool          // only with open risks
	Due    bool          // only with an action due within 7 days or overdue
	Sort   string        // last_mail (default, newest first), name, job_number
	Now    time.Time     // when "overdue" and "within 7 days" are reckoned from
	For    UserID        // whose unseen facts are counted
	Page   Page
}
