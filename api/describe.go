package api

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

const schemas = "#/components/schemas/"

const intro = `Projectr files mail on construction projects and reads out of it decisions, action items, scope changes, budget mentions, timeline changes, risks and key points, each with the words that prove it.

Sign in with POST /api/v1/session and keep its cookie, or send an API key as Authorization: Bearer prj_…, or an access token of the sign-in provider where one is set up; a request with an Authorization header ignores cookies. {org} is an organisation's id or its mail-in name. Bodies are JSON, at most 64 KiB, and a field that is not known is refused. Lists take limit and after and answer {"items": [], "next": null}. Errors are problem documents (RFC 9457) with a code for programs; an id that is unknown and one that is another organisation's give the same 404.`

// humaConfig describes the API as a whole. Nothing of huma's own is served:
// no page that loads scripts from elsewhere, no $schema in answers.
func (s *server) humaConfig() huma.Config {
	registry := huma.NewMapRegistry(schemas, huma.DefaultSchemaNamer)
	registry.RegisterTypeAlias(reflect.TypeFor[huma.ErrorModel](), reflect.TypeFor[Problem]())
	version := s.Version
	if version == "" {
		version = "dev"
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Projectr", Version: version, Description: intro},
			Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
				"session": {Type: "apiKey", In: "cookie", Name: hostCookie, Description: "From POST /api/v1/session."},
				"key":     {Type: "http", Scheme: "bearer", Description: "An API key, or an access token of the sign-in provider."},
			}},
			Security: []map[string][]string{{"session": {}}, {"key": {}}},
			Tags: []*huma.Tag{
				{Name: "sign-in"}, {Name: "organisation"}, {Name: "projects"}, {Name: "emails"}, {Name: "facts"}, {Name: "what is new"}, {Name: "operator"},
			},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{ourProblem},
	}
}

// description is the API's own: the OpenAPI document and the page made from it.
type description struct {
	json []byte
	page []byte
}

func describe(o *huma.OpenAPI) *description {
	nullable(o.Components.Schemas)
	var d description
	var err error
	// The document and the page are made of our own types alone: an error here
	// is one of the program, and the first test finds it.
	if d.json, err = json.MarshalIndent(o, "", "  "); err != nil {
		panic(fmt.Errorf("api: describe: %w", err))
	}
	d.json = append(d.json, '\n')
	if d.page, err = reference(o); err != nil {
		panic(fmt.Errorf("api: reference: %w", err))
	}
	return &d
}

// nullable says of fields that point to an object that they may be null, which
// huma leaves out.
func nullable(r huma.Registry) {
	for name, s := range r.Map() {
		t := r.TypeFromRef(schemas + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(t) {
			tag, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
			p := s.Properties[tag]
			if p == nil || f.Type.Kind() != reflect.Pointer || strings.Contains(opts, "omitempty") {
				continue
			}
			s.Properties[tag] = orNull(p)
		}
	}
}

func (d *description) serveJSON(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(d.json)
}

// docsPolicy lets the page have its one style element and nothing else.
const docsPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (d *description) servePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", docsPolicy)
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(d.page)
}

//go:embed reference.html
var referencePage string

// entry is one operation on the page.
type entry struct {
	*huma.Operation
	In  []field // of the body
	Out string  // what it answers
}

// field is one property of an object on the page.
type field struct{ Name, Type, Doc string }

// reference makes the page that people read.
func reference(o *huma.OpenAPI) ([]byte, error) {
	type group struct {
		Name    string
		Entries []entry
	}
	type object struct {
		Name   string
		Fields []field
	}
	data := struct {
		Info    *huma.Info
		Intro   []string
		Groups  []group
		Objects []object
	}{Info: o.Info, Intro: strings.Split(o.Info.Description, "\n\n")}
	for _, tag := range o.Tags {
		g := group{Name: tag.Name}
		for _, path := range sorted(o.Paths) {
			item := o.Paths[path]
			for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
				if op != nil && slices.Contains(op.Tags, tag.Name) {
					g.Entries = append(g.Entries, entry{op, bodyOf(o, op), answerOf(op)})
				}
			}
		}
		data.Groups = append(data.Groups, g)
	}
	all := o.Components.Schemas.Map()
	for _, name := range sorted(all) {
		if s := all[name]; !strings.HasPrefix(name, "List") && len(s.Properties) > 0 {
			data.Objects = append(data.Objects, object{name, fields(s)})
		}
	}
	t, err := template.New("reference").Funcs(template.FuncMap{
		"typeOf": typeOf,
	}).Parse(referencePage)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.Bytes(), err
}

func sorted[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

func fields(s *huma.Schema) []field {
	var list []field
	for name, p := range s.Properties {
		t := typeOf(p)
		if !slices.Contains(s.Required, name) {
			t += ", optional"
		}
		list = append(list, field{name, t, p.Description})
	}
	slices.SortFunc(list, func(a, b field) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

func bodyOf(o *huma.OpenAPI, op *huma.Operation) []field {
	if op.RequestBody == nil {
		return nil
	}
	for _, m := range op.RequestBody.Content {
		s := m.Schema
		if s.Ref != "" {
			s = o.Components.Schemas.SchemaFromRef(s.Ref)
		}
		return fields(s)
	}
	return nil
}

func answerOf(op *huma.Operation) string {
	for _, code := range []string{"200", "201"} {
		if r := op.Responses[code]; r != nil {
			if m := r.Content["application/json"]; m != nil {
				return code + " " + typeOf(m.Schema)
			}
			if types := slices.Sorted(maps.Keys(r.Content)); len(types) > 0 {
				return code + " " + strings.Join(types, ", ")
			}
		}
	}
	return "204"
}

// typeOf names a schema for people.
func typeOf(s *huma.Schema) string {
	var t string
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		t = strings.TrimPrefix(s.Ref, schemas)
		if of, ok := strings.CutPrefix(t, "List"); ok {
			t = "list of " + of
		}
	case len(s.AnyOf) > 0:
		var names []string
		for _, a := range s.AnyOf {
			names = append(names, typeOf(a))
		}
		return strings.Join(names, " or ")
	case s.Type == "array":
		t = "array of " + typeOf(s.Items)
	case len(s.Enum) > 0:
		var names []string
		for _, e := range s.Enum {
			names = append(names, fmt.Sprint(e))
		}
		t = strings.Join(names, " | ")
	case s.Type == "object":
		t = "object"
		if v, ok := s.AdditionalProperties.(*huma.Schema); ok {
			t = "map of " + typeOf(v)
		}
	case s.Format != "" && s.Type == "string":
		t = s.Format
	default:
		t = s.Type
	}
	if s.Nullable {
		t += " or null"
	}
	return t
}
