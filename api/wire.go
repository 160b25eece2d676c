package api

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"projectr"
)

// List is a part of a longer list.
type List[T any] struct {
	Items []T     `json:"items" nullable:"false"`
	Next  *string `json:"next" doc:"Send it as after to get the next part; null at the end."`
}

func listOf[T any](l projectr.List[T], err error) (List[T], error) {
	out := List[T]{Items: l.Items}
	if out.Items == nil {
		out.Items = []T{}
	}
	if l.Next != "" {
		out.Next = &l.Next
	}
	return out, err
}

// PageIn asks for a part of a list.
type PageIn struct {
	Limit int    `query:"limit" minimum:"1" default:"50" doc:"At most this many items, 200 at most."`
	After string `query:"after" maxLength:"1000" doc:"The next of the part before; empty for the first."`
}

func (p PageIn) page() projectr.Page {
	return projectr.Page{Limit: p.Limit, After: p.After}.Bounded()
}

// OrgIn names the organisation. It is looked at before a handler is reached.
type OrgIn struct {
	Org string `path:"org" doc:"The organisation's id, mail-in name or whole mail-in address."`
}

// ProjectIn names a project of an organisation.
type ProjectIn struct {
	OrgIn
	ID projectr.ProjectID `path:"id" doc:"The project's id."`
}

// EmailIn names a mail of an organisation.
type EmailIn struct {
	OrgIn
	ID projectr.EmailID `path:"id" doc:"The mail's id."`
}

// sent is a field of a request that may be left out: then nothing changes.
// Null is the same as the zero value: it empties the field.
type sent[T any] struct {
	Is    bool
	Value T
}

// UnmarshalJSON takes the value; it is not called for a field left out.
func (s *sent[T]) UnmarshalJSON(b []byte) error {
	s.Is = true
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	return json.Unmarshal(b, &s.Value)
}

// Schema describes the field as its value, or null.
func (s sent[T]) Schema(r huma.Registry) *huma.Schema {
	return orNull(r.Schema(reflect.TypeFor[T](), true, ""))
}

// orNull lets a schema be null as well.
func orNull(s *huma.Schema) *huma.Schema {
	if s.Ref == "" {
		s.Nullable = true
		return s
	}
	return &huma.Schema{AnyOf: []*huma.Schema{{Ref: s.Ref}, {Type: "null"}}, Description: s.Description}
}

// to puts the value where it belongs, if it was sent.
func (s sent[T]) to(p *T) {
	if s.Is {
		*p = s.Value
	}
}

// ptr returns the value, or nil when it was left out.
func (s sent[T]) ptr() *T {
	if !s.Is {
		return nil
	}
	return &s.Value
}
