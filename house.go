package projectr

import "time"

// AuditFilter says which entries of an audit log are asked for. What is zero does
// not matter.
type AuditFilter struct {
	Page    Page
	Person  string    // Actor.ID
	Action  string    // in full
	Outcome Outcome   // how it ended
	From    time.Time // at this moment or later
	To      time.Time // before this moment
}

// AuditCheck says how far the chain of an audit log holds. The end of a log can
// be cut off without a break: who wants to see that keeps Head elsewhere.
type AuditCheck struct {
	Entries int64  `json:"entries" doc:"How many entries there are."`
	Head    string `json:"head" doc:"Hash of the newest entry, SHA-256 in hex."`
	Broken  int64  `json:"broken,omitempty" doc:"Number of the first entry that is not as it was written, or does not follow the one before; 0: none."`
}

// Visit is an operator inside an organisation that is not theirs.
type Visit struct {
	Org       OrgID     `json:"org"`
	User      UserID    `json:"user"`
	Name      string    `json:"name" doc:"The operator's name."`
	Why       string    `json:"why" doc:"The reason they gave."`
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Unrouted is a mail that was taken in for a name that led nowhere any more when
// its turn came. It belongs to no organisation.
type Unrouted struct {
	SHA256     Digest    `json:"sha256"`
	Recipient  string    `json:"recipient" doc:"The address it was sent to."`
	Sender     string    `json:"sender,omitempty" doc:"The envelope's sender."`
	Size       int64     `json:"size" doc:"Bytes."`
	ReceivedAt time.Time `json:"received_at"`
}
