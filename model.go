package projectr

import (
	"encoding/json"
	"time"
)

// ModelRequest is one question to a language model that answers with one JSON value.
// No tool is ever offered with it.
type ModelRequest struct {
	Model     string
	Messages  []ModelMessage
	Schema    json.RawMessage // JSON Schema of the answer, which the provider is asked to hold the model to
	Name      string          // of the schema: letters, digits and underscores
	MaxOutput int             // tokens of output, thought included
}

// ModelMessage is a part of a question.
type ModelMessage struct {
	Role string `json:"role"` // system: what we ask for; user: what it is asked of
	Text string `json:"text"`
}

// ModelAnswer is what a model said, and what that used. Beside an error it holds what
// is known all the same.
type ModelAnswer struct {
	Text   string // unchecked: whoever reads it trusts nothing in it
	Model  string // which model answered, by its own account
	Tokens Tokens
	// Counted says that the server counted the tokens. Where it did not, or counted what
	// cannot be, Tokens is zero and the cost is not known.
	Counted bool
	// Sent is the request as it left, without keys and addresses of the connection;
	// empty when nothing left this machine.
	Sent string
}

// ModelError is why a model gave no answer. Its message is for people who run the
// installation.
type ModelError struct {
	Outcome    CallOutcome   // limited, unavailable, refused, invalid, timeout or not_sent
	Final      bool          // asking again will not help: the key, the model's name or the request is at fault
	RetryAfter time.Duration // how long the server asks to wait; 0 where it does not say
	Uncharged  bool          // surely nothing was charged for
	Message    string
	Err        error // the cause, for the log; without what was sent or said
}

func (e *ModelError) Error() string {
	if e.Err != nil {
		return e.Message + " (" + e.Err.Error() + ")"
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *ModelError) Unwrap() error { return e.Err }
