package projectr

import "errors"

// Kind is what sort of trouble an error is. It decides the HTTP status, the
// SMTP reply code and the exit status, in one table each.
type Kind string

// The kinds of error.
const (
	Internal  Kind = ""           // a fault of ours; the cause is logged, never shown
	Invalid   Kind = "invalid"    // the request says something impossible
	NotFound  Kind = "not_found"  // unknown, or another organisation's: the same answer
	Conflict  Kind = "conflict"   // true now, but it contradicts what is kept
	Forbidden Kind = "forbidden"  // known who you are; you may not
	Unknown   Kind = "unknown"    // not signed in, or not any more
	OverLimit Kind = "over_limit" // a plan or size limit is reached
	TooMany   Kind = "too_many"   // slow down

	SecondFactor   Kind = "second_factor"          // a code is needed beside the password
	NoSecondFactor Kind = "second_factor_required" // the organisation lets in only who has one
	Reauthenticate Kind = "reauthenticate"         // the last proof of who it is, is too old for this

	Unavailable Kind = "unavailable" // temporary: disk full, database busy, shutting down
)

// Error is an error with a kind for machines and a plain sentence for people.
// The sentence says what to do next where there is something to do.
type Error struct {
	Kind    Kind
	Message string // shown to people
	Field   string // the field of the request it is about, if one is
	Err     error  // the cause, for the log only
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + " (" + e.Err.Error() + ")"
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err: Internal when no Error is in its chain.
// KindOf(nil) is Internal too; ask only about errors.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// MessageOf returns the sentence for people in err's chain, or a general one.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Message != "" {
		return e.Message
	}
	return "Something went wrong on our side. Try again in a moment."
}
