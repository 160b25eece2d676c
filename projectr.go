// Package projectr holds the words of the product and the rules that need no
// I/O: organisations and their people, projects, mail, facts with their
// evidence, the timeline, and errors with a kind and a sentence.
//
// It uses the standard library only and imports nothing of this module, so
// every other package may import it. Read org.go, project.go, mail.go, fact.go,
// event.go and error.go from top to bottom to learn what the product is about.
//
// Conventions that hold for all types here: times are UTC unless a field says
// otherwise; offsets into text count Unicode code points; money is an integer
// of minor units (cents) or micro-USD; ids are types of their own, so that two
// of them cannot be swapped.
package projectr

// The ids of the product. Each is an opaque string, safe in a URL path.
type (
	// OrgID names an organisation.
	OrgID string
	// UserID names a person's account, or the principal behind an API key.
	UserID string
	// ProjectID names a project of one organisation.
	ProjectID string
	// EmailID names one received mail as kept by one organisation.
	EmailID string
	// ThreadID names mails tied together by their headers.
	ThreadID string
	// FactID names one extracted fact.
	FactID string
	// EventID names one entry of a timeline.
	EventID string
	// SenderID names a sender rule.
	SenderID string
	// InviteID names an invitation; it says nothing about its secret.
	InviteID string
	// KeyID names an API key; it says nothing about the key's secret.
	KeyID string
	// FilingRuleID names a filing rule.
	FilingRuleID string
)

// Page asks for a part of a list, in the list's own order.
type Page struct {
	Limit int    // at most this many items; 0 means 50, the maximum is 200
	After string // the Next of the part before; empty means from the start
}

// Bounded returns p with a Limit between 1 and 200, 50 when none was set.
func (p Page) Bounded() Page {
	switch {
	case p.Limit <= 0:
		p.Limit = 50
	case p.Limit > 200:
		p.Limit = 200
	}
	return p
}

// List is one part of a longer list.
type List[T any] struct {
	Items []T
	Next  string // Page.After of the next part; empty at the end
}
