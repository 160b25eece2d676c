package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// document is the part of the API's own description that calls are made from. What
// a call can be is learned from nothing else, so a new route is called as soon as it
// is described.
type document struct {
	Paths      map[string]map[string]*operation
	Components struct{ Schemas map[string]*shape }

	operations []*operation // by path and method
}

type operation struct {
	ID         string `json:"operationId"`
	Parameters []struct {
		Name, In string
		Required bool
		Schema   *shape
	}
	RequestBody *struct {
		Content map[string]struct{ Schema *shape }
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct{ Schema *shape }
	}

	method, path string
	body         *shape
}

// listOf is the pool of what a parameter of a path names: by the part of the path
// before it.
func (op *operation) listOf(param string) string {
	before, _, _ := strings.Cut(op.path, "/{"+param+"}")
	return before[strings.LastIndex(before, "/"):]
}

// shape is a JSON schema, as far as the document uses it.
type shape struct {
	Ref        string            `json:"$ref"`
	Type       kinds             `json:"type"`
	Enum       []any             `json:"enum"`
	Format     string            `json:"format"`
	Properties map[string]*shape `json:"properties"`
	Required   []string          `json:"required"`
	Items      *shape            `json:"items"`
	AnyOf      []*shape          `json:"anyOf"`
	Additional json.RawMessage   `json:"additionalProperties"`
}

type kinds []string

func (k *kinds) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		*k = kinds{""}
		return json.Unmarshal(b, &(*k)[0])
	}
	return json.Unmarshal(b, (*[]string)(k))
}

func readDocument(t testing.TB, h http.Handler) *document {
	t.Helper()
	d := &document{}
	w := ask(h, httptest.NewRequest("GET", "/openapi.json", nil))
	if err := json.Unmarshal(w.Body.Bytes(), d); err != nil {
		t.Fatal(err)
	}
	for path, of := range d.Paths {
		for method, op := range of {
			op.method, op.path = strings.ToUpper(method), path
			if op.RequestBody != nil {
				op.body = op.RequestBody.Content["application/json"].Schema
				if op.body == nil {
					t.Errorf("%s: no call can be made of a body that is not JSON: teach calls_test.go", op.ID)
				}
			}
			for _, p := range op.Parameters {
				if p.Schema == nil || !slices.Contains([]string{"path", "query", "header", "cookie"}, p.In) {
					t.Errorf("%s: no call can be made with the parameter %s in %q: teach calls_test.go", op.ID, p.Name, p.In)
				}
			}
			d.operations = append(d.operations, op)
		}
	}
	slices.SortFunc(d.operations, func(a, b *operation) int {
		return strings.Compare(a.path+" "+a.method, b.path+" "+b.method)
	})
	return d
}

func (d *document) resolve(s *shape) *shape {
	for s.Ref != "" {
		s = d.Components.Schemas[strings.TrimPrefix(s.Ref, schemas)]
	}
	return s
}

// call is a request before anybody sends it.
type call struct {
	op     *operation
	url    string
	header http.Header
	body   string
}

func (c call) String() string {
	return fmt.Sprintf("%s %s %s %v", c.op.method, c.url, c.body, c.header)
}

// maker makes calls of operations: of what acme has, of what its neighbours have, and
// of what nobody has.
type maker struct {
	*rand.Rand
	d            *document
	own, foreign pool
	theirs       []string // all of foreign
}

func (w *town) maker(seed uint64) *maker {
	return &maker{Rand: rand.New(rand.NewPCG(seed, 8)), d: w.doc, own: w.own, foreign: w.foreign, theirs: w.foreign.all()}
}

func pick[T any](m *maker, l []T) T { return l[m.IntN(len(l))] }

func (m *maker) percent(n int) bool { return m.IntN(100) < n }

var oddities = []string{"", "*", "%", "null", "[]", "{}", "0", "-1", "true", "..", ".", "' OR 1=1 --", `"`, "\x00", "é", "org_*", "9223372036854775808", strings.Repeat("a", 300)}

// strange are JSON values of the wrong kind.
var strange = []any{nil, []any{}, map[string]any{}, "*", "%", "", 0, -1, 1e300, true, []any{nil}, map[string]any{"$ne": nil}, [][]any{{}}}

// toAnybody are operations by which everybody may have a letter sent to everybody, which
// is a row of theirs: they are called with addresses of acme.
var toAnybody = map[string]bool{"ask-reset": true, "ask-sign-in": true}

// call makes one call of an operation. A careful one is of what acme has alone.
func (m *maker) call(op *operation, careful bool) call {
	c := call{op: op, header: http.Header{}}
	path, query := op.path, url.Values{}
	for _, p := range op.Parameters {
		switch p.In {
		case "path":
			path = strings.Replace(path, "{"+p.Name+"}", url.PathEscape(m.segment(op, p.Name, p.Schema, careful)), 1)
		case "query":
			if !p.Required && !m.percent(40) {
				continue
			}
			query.Set(p.Name, m.plain(p.Name, p.Schema, careful))
			if !careful && m.percent(5) {
				query.Add(p.Name, m.plain(p.Name, p.Schema, false))
			}
		case "header":
			if p.Required || m.percent(60) {
				c.header.Set(p.Name, clean(m.plain(p.Name, p.Schema, careful)))
			}
		case "cookie":
			c.header.Add("Cookie", (&http.Cookie{Name: p.Name, Value: clean(m.plain(p.Name, p.Schema, careful))}).String())
		}
	}
	if op.body != nil {
		m.setBody(&c, op.body, careful || toAnybody[op.ID])
	}
	if !careful {
		m.aside(&c, query)
	}
	c.url = path
	if len(query) > 0 {
		c.url += "?" + query.Encode()
	}
	return c
}

func (m *maker) setBody(c *call, s *shape, careful bool) {
	c.header.Set("Content-Type", "application/json")
	v := m.value("", s, careful)
	if fields, ok := v.(map[string]any); ok && !careful {
		names := sorted(fields)
		if len(names) > 0 && m.percent(12) { // the wrong kind
			fields[pick(m, names)] = pick(m, strange)
		}
		if len(names) > 0 && m.percent(8) { // their id, whatever it is for
			fields[pick(m, names)] = pick(m, m.theirs)
		}
		if m.percent(4) { // a field nobody asked for
			fields[pick(m, []string{"org", "org_id", "organisation_id", "id", "role", "user_id"})] = pick(m, m.theirs)
		}
	}
	if !careful && m.percent(3) {
		v = pick(m, strange)
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	c.body = string(b)
}

// aside adds what a request may bring along unasked.
func (m *maker) aside(c *call, query url.Values) {
	if m.percent(4) {
		query.Set(pick(m, []string{"org", "organisation", "project_id", "id", "user", "after"}), pick(m, m.theirs))
	}
	if m.percent(15) {
		tags := []string{"*", `W/"1"`, `"` + pick(m, m.theirs) + `"`}
		tags = append(tags, m.foreign["ETag"]...)
		c.header.Set(pick(m, []string{"If-None-Match", "If-Match", "If-Range"}), clean(pick(m, tags)))
	}
	if m.percent(5) {
		c.header.Set(pick(m, []string{"If-Modified-Since", "If-Unmodified-Since"}), "Mon, 09 Mar 2099 15:00:00 GMT")
	}
	if m.percent(5) {
		c.header.Set("Range", pick(m, []string{"bytes=0-", "bytes=-20", "bytes=5-4,1-"}))
	}
	if m.percent(8) {
		c.header.Set(pick(m, []string{"X-Organisation", "X-Org-Id", "X-Forwarded-Host", "X-Forwarded-For", "X-User", "Last-Event-ID", "X-Original-URL", "X-HTTP-Method-Override"}), clean(pick(m, m.theirs)))
	}
}

// clean is a text as it can stand in a header.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '_'
		}
		return r
	}, s)
}

// segment is a parameter of a path.
func (m *maker) segment(op *operation, name string, s *shape, careful bool) string {
	if name == "org" {
		if careful || m.percent(85) {
			return pick(m, []string{"acme", "acme", "org_acme1", "acme@mail.example"})
		}
		return pick(m, append(slices.Clone(m.foreign["org"]), oddities[1:]...))
	}
	if slices.Contains(m.d.resolve(s).Type, "integer") {
		return m.plain(name, s, careful)
	}
	own, theirs := m.own[op.listOf(name)], m.foreign[op.listOf(name)]
	switch {
	case len(own) > 0 && (careful || m.percent(60)):
		return pick(m, own)
	case len(theirs) > 0 && m.percent(60):
		return pick(m, theirs)
	case m.percent(70):
		return pick(m, m.theirs)
	}
	return pick(m, oddities[1:])
}

// plain is a value as it stands in a query.
func (m *maker) plain(name string, s *shape, careful bool) string {
	switch v := m.value(name, s, careful).(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		var l []string
		for _, x := range v {
			l = append(l, fmt.Sprint(x))
		}
		return strings.Join(l, ",")
	default:
		return fmt.Sprint(v)
	}
}

// value is a value of a schema, by the name of the field it is for.
func (m *maker) value(name string, s *shape, careful bool) any {
	s = m.d.resolve(s)
	if len(s.AnyOf) > 0 {
		return m.value(name, pick(m, s.AnyOf), careful)
	}
	if len(s.Enum) > 0 && (careful || m.percent(95)) {
		return pick(m, s.Enum)
	}
	kind := "any"
	if len(s.Type) > 0 {
		kind = s.Type[0]
		if len(s.Type) > 1 && m.percent(8) {
			kind = pick(m, s.Type)
		}
	}
	switch kind {
	case "null":
		return nil
	case "boolean":
		return m.percent(50)
	case "integer":
		if known := m.own["#"+name]; len(known) > 0 && m.percent(60) {
			n, err := strconv.Atoi(pick(m, known))
			if err != nil {
				panic(err)
			}
			return n
		}
		l := []int{0, 1, 1, 2, 3, 60, 90}
		if !careful {
			l = append(l, -1, 1<<31, 1<<53)
		}
		return pick(m, l)
	case "number":
		return m.Float64()
	case "array":
		l := []any{}
		for range m.IntN(3) {
			l = append(l, m.value(strings.TrimSuffix(name, "s"), s.Items, careful))
		}
		return l
	case "object":
		o := map[string]any{}
		for _, k := range sorted(s.Properties) {
			if slices.Contains(s.Required, k) || m.percent(30) {
				o[k] = m.value(k, s.Properties[k], careful)
			}
		}
		return o
	case "string":
		return m.text(name, s, careful)
	}
	return pick(m, strange)
}

func (m *maker) text(name string, s *shape, careful bool) string {
	key := name
	if len(m.own[key]) == 0 {
		for _, k := range []string{name + "_id", "/" + name + "s"} {
			if len(m.own[k]) > 0 {
				key = k
			}
		}
	}
	if !careful {
		switch n := m.IntN(100); {
		case n < 10:
			return pick(m, m.theirs)
		case n < 25 && len(m.foreign[key]) > 0:
			return pick(m, m.foreign[key])
		case n < 32:
			return pick(m, oddities)
		}
	}
	switch {
	case s.Format == "date-time":
		return time.Date(2026, 3, 1+m.IntN(20), m.IntN(24), 0, 0, 0, time.UTC).Format(time.RFC3339)
	case s.Format == "date":
		return fmt.Sprintf("2026-03-%02d", 1+m.IntN(20))
	case len(m.own[key]) > 0 && m.percent(85):
		return pick(m, m.own[key])
	}
	return pick(m, []string{"ceiling", "plan", "Mike", "cedar hall", "Oak Court", "2026-03-12", "@words.example", "jo@words.example", "USD", "c", fmt.Sprintf("w%d", m.IntN(1000))})
}

// fits says what of an answer is not as the document has it; nil: nothing.
func (d *document) fits(s *shape, v any, at string) error {
	s = d.resolve(s)
	if len(s.AnyOf) > 0 {
		var err error
		for _, one := range s.AnyOf {
			if err = d.fits(one, v, at); err == nil {
				return nil
			}
		}
		return err
	}
	kind := kindOf(v)
	if len(s.Type) > 0 && !slices.Contains(s.Type, kind) && !(kind == "integer" && slices.Contains(s.Type, "number")) {
		return fmt.Errorf("%s is %s, not %v", at, kind, s.Type)
	}
	if len(s.Enum) > 0 && v != nil && !slices.Contains(s.Enum, v) {
		return fmt.Errorf("%s is %v, none of %v", at, v, s.Enum)
	}
	switch v := v.(type) {
	case []any:
		for i, x := range v {
			if err := d.fits(s.Items, x, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, k := range s.Required {
			if _, ok := v[k]; !ok {
				return fmt.Errorf("%s has no %s", at, k)
			}
		}
		for k, x := range v {
			if p := s.Properties[k]; p != nil {
				if err := d.fits(p, x, at+"."+k); err != nil {
					return err
				}
			} else if string(s.Additional) == "false" {
				return fmt.Errorf("%s has a %s that is not described", at, k)
			}
		}
	}
	return nil
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	}
	return "object"
}

// described says what of an answer is not as the document has it.
func (d *document) described(op *operation, w *httptest.ResponseRecorder) error {
	if w.Code/100 == 3 { // of the mux, for a path that is not in its shortest form
		return nil
	}
	r, ok := op.Responses[fmt.Sprint(w.Code)]
	if !ok {
		if w.Code < 400 {
			return fmt.Errorf("answers %d, which is not described", w.Code)
		}
		r = op.Responses["default"]
	}
	of, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	content, ok := r.Content[of]
	switch {
	case len(r.Content) == 0 && w.Body.Len() == 0:
		return nil
	case !ok && w.Code < 400 && len(r.Content) == 1: // a file has the type of its bytes
		return nil
	case !ok:
		return fmt.Errorf("answers %d with %q, which is not described", w.Code, of)
	case !strings.HasSuffix(of, "json"):
		return nil
	}
	var v any
	if err := json.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode(&v); err != nil {
		return err
	}
	return d.fits(content.Schema, v, "the answer")
}
