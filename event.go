package projectr

import "time"

// EventKind is what happened.
type EventKind string

// The kinds of event.
const (
	ProjectCreated EventKind = "project_created"
	MailFiled      EventKind = "mail_filed"
	MailInReview   EventKind = "mail_in_review"
	MailParked     EventKind = "mail_parked"
	MailHeld       EventKind = "mail_held"
	MailAutomatic  EventKind = "mail_automatic" // written by a machine, or an invitation: kept, not read
	MailKeptBack   EventKind = "mail_quarantined"
	MailMovedIn    EventKind = "mail_moved_in"
	MailMovedOut   EventKind = "mail_moved_out"
	PassageIn      EventKind = "passage_moved_in"  // a part of a mail that stands here anyway; its first words are the note
	PassageOut     EventKind = "passage_moved_out" // and the mail stays here with the rest
	MailDismissed  EventKind = "mail_dismissed"    // "not project mail"
	FactExtracted  EventKind = "fact_extracted"
	FactReopened   EventKind = "fact_reopened"
	FactConfirm    EventKind = "fact_confirmed"
	FactCorrect    EventKind = "fact_corrected"
	FactReject     EventKind = "fact_rejected"
	FactDone       EventKind = "fact_done"       // the action was done, or the risk closed
	FactUndone     EventKind = "fact_undone"     // it was not, after all
	FactSupersede  EventKind = "fact_superseded" // a later mail says otherwise, or a person accepts that it does
	FactRepeat     EventKind = "fact_repeated"   // the mail says what an earlier one said
	MailReread     EventKind = "mail_reread"     // a later reading says otherwise, or one was undone
	FactReread     EventKind = "fact_reread"     // a later reading says it otherwise, or again
	FactDropped    EventKind = "fact_dropped"    // a later reading does not say it any more
)

// Event is one entry of a project's timeline. Events are only ever added;
// a mistake is mended by a later event.
type Event struct {
	ID        EventID    `json:"id"`
	Kind      EventKind  `json:"kind" enum:"project_created,mail_filed,mail_in_review,mail_parked,mail_held,mail_automatic,mail_quarantined,mail_moved_in,mail_moved_out,passage_moved_in,passage_moved_out,mail_dismissed,fact_extracted,fact_reopened,fact_confirmed,fact_corrected,fact_rejected,fact_done,fact_undone,fact_superseded,fact_repeated,mail_reread,fact_reread,fact_dropped"`
	At        time.Time  `json:"at" doc:"Where it stands on the timeline: the mail's date, or when a person acted."`
	ProjectID ProjectID  `json:"project_id"`
	EmailID   *EmailID   `json:"email_id"`
	FactID    *FactID    `json:"fact_id"`
	Actor     Actor      `json:"actor"`
	Other     *ProjectID `json:"other_project_id" doc:"For a move: where it came from or went to."`
	Note      string     `json:"note,omitempty" doc:"One plain line: subject, or what changed."`
	Fact      *Fact      `json:"fact,omitempty" doc:"The fact as it stands now, where the event has one."`
}

// Recording is all that is kept of one mail, written at once or not at all.
type Recording struct {
	Email      Email // with Facts
	Body       Body
	References []string // Message-IDs this mail answers or names, for threads
	Thread     Thread
	Events     []Event
	Files      map[int]FileText // text of attachments that were read, by their numbers
	Arrivals   []Arrival        // ways by which Email, or the mail it is a copy of, came in; the first of a mail of its own goes without saying
	Better     bool             // Email is a copy of a mail that so far only came inside others: its headers, text, files and bytes are the true ones
	Uncounted  bool             // it is not one of the mails of its day's usage
	Shared     bool             // its raw bytes are kept for another record too, which counts them
	Likeness   Likeness
	Rule       FilingRuleID // the rule that filed it; empty: none did
	Reading    *Reading     // the one that gave its facts; nil: it was not read
}

// Likeness is by what a mail is found to be the same as another, or to go on
// with it. The keys are compared; what the two texts hold is for whoever asked.
type Likeness struct {
	Content string // equal for mails with the same subject and words; empty: like no other
	Print   string // what tells then whether they are the same mail
	Topic   string // equal for mails with the same subject; empty: no subject
	Clue    string // what tells then whether they are one conversation
}

// Known is a mail that is kept, as found by its likeness.
type Known struct {
	ID       EmailID
	State    EmailState
	Project  ProjectID // empty: on none
	Thread   Thread
	CameBy   *EmailID
	Date     time.Time
	Likeness Likeness
}

// SearchHit is one answer to a search.
type SearchHit struct {
	Kind      string    `json:"kind" enum:"fact,mail,attachment,project"`
	ID        string    `json:"id" doc:"Fact id, email id or project id; for an attachment the email's."`
	EmailID   EmailID   `json:"email_id,omitempty"`
	ProjectID ProjectID `json:"project_id,omitempty"`
	Title     string    `json:"title" doc:"Fact text, subject, file name or project name."`
	Snippet   string    `json:"snippet" doc:"Words around the match; a match stands between U+0002 and U+0003."`
	Who       string    `json:"who" doc:"Author of the mail, or owner of the action."`
	At        time.Time `json:"at,omitzero"`
	FactKind  FactKind  `json:"fact_kind,omitempty"`
	State     string    `json:"state,omitempty"`
	N         int       `json:"n,omitempty" doc:"For an attachment, its number in the mail."`
}

// SearchQuery is what is looked for.
type SearchQuery struct {
	Text    string
	Project ProjectID // empty: everywhere in the organisation
	Kinds   []string  // of SearchHit.Kind; empty: all
	Page    Page
}

// Change tells open pages that something of an organisation is new. It holds
// ids only; what changed is asked for through the ordinary routes.
type Change struct {
	Kind      EventKind `json:"kind"`
	EmailID   EmailID   `json:"email_id,omitempty"`
	ProjectID ProjectID `json:"project_id,omitempty"`
	FactID    FactID    `json:"fact_id,omitempty"`
}

// Counts are the numbers beside the places of the dashboard.
type Counts struct {
	Projects      int `json:"projects" doc:"Jobs that are not completed."`
	Actions       int `json:"actions" doc:"Open actions."`
	Review        int `json:"review" doc:"Mails in review."`
	Unsure        int `json:"unsure" doc:"Facts below the line of certainty that nobody judged yet."`
	Parked        int `json:"parked"`
	Held          int `json:"held"`
	Quarantined   int `json:"quarantined" doc:"Mails that wait because their sender is not known."`
	Confirmations int `json:"confirmations" doc:"Mail providers that ask whether they may forward mail here; only admins are asked."`
	MailToday     int `json:"mail_today"`
}
