package extract

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits on what a model may say of one part of a mail.
const (
	maxAnswer = 256 << 10 // bytes
	maxClaims = 100       // facts; more are no reading but a flood
	maxNames  = 50
	maxQuote  = 1000 // characters
	maxNested = 6    // levels of JSON
)

// claim is one fact as a model claims it: nothing of it is believed yet.
type claim struct {
	Kind, Quote, Text, Owner, Date, Amount, MadeBy, Priority string
}

// fill takes the fields of a fact out of an object.
func (f *claim) fill(values map[string]string) {
	for name, to := range map[string]*string{
		"kind": &f.Kind, "quote": &f.Quote, "text": &f.Text, "owner": &f.Owner, "date": &f.Date, "amount": &f.Amount, "made_by": &f.MadeBy, "priority": &f.Priority,
	} {
		*to = values[name]
	}
}

// reply is an answer of the form that was asked for.
type reply struct {
	facts    []claim
	response bool
	people   []string
}

// readAnswer reads a model's answer. It must be one JSON object of exactly the form
// that was asked for: every key once and none besides, words where words belong,
// values out of their list. A byte order mark or a code fence around it is allowed, as
// some servers write one. The error says for the model what is wrong, in our words.
func readAnswer(text string) (reply, error) {
	var out reply
	if len(text) > maxAnswer {
		return out, errors.New("it is too long")
	}
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "\ufeff"))
	if rest, ok := strings.CutPrefix(text, "```"); ok {
		rest = strings.TrimPrefix(rest, "json")
		text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "```"))
	}
	if !utf8.ValidString(text) {
		return out, errors.New("it is not UTF-8")
	}
	d := &answerReader{json: json.NewDecoder(strings.NewReader(text))}
	d.json.UseNumber()
	top, err := d.value(0)
	if err != nil {
		return out, err
	}
	if _, err := d.json.Token(); err != io.EOF {
		return out, errors.New("there is something behind the object")
	}
	o, ok := top.(map[string]any)
	if !ok {
		return out, errors.New("it is no JSON object")
	}
	if err := keys(o, "requires_response", "people", "facts"); err != nil {
		return out, err
	}
	if out.response, ok = o["requires_response"].(bool); !ok {
		return out, errors.New("requires_response is neither true nor false")
	}
	people, ok := o["people"].([]any)
	if !ok {
		return out, errors.New("people is no list")
	}
	for _, p := range people {
		name, ok := p.(string)
		if !ok {
			return out, errors.New("people holds something that is no name")
		}
		if len(out.people) < maxNames {
			out.people = append(out.people, name)
		}
	}
	facts, ok := o["facts"].([]any)
	if !ok {
		return out, errors.New("facts is no list")
	}
	if len(facts) > maxClaims {
		return out, fmt.Errorf("it has more than %d facts", maxClaims)
	}
	for i, f := range facts {
		values, err := factValues(f)
		if err != nil {
			return out, fmt.Errorf("fact %d: %w", i+1, err)
		}
		var s claim
		s.fill(values)
		out.facts = append(out.facts, s)
	}
	return out, nil
}

// factValues checks one fact against the table of fields.
func factValues(v any) (map[string]string, error) {
	o, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("it is no object")
	}
	var names []string
	for _, f := range factFields {
		names = append(names, f.name)
	}
	if err := keys(o, names...); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, f := range factFields {
		s, ok := o[f.name].(string)
		switch {
		case !ok:
			return nil, fmt.Errorf("%s is no string", f.name)
		case f.values != nil && !slices.Contains(f.values, s):
			return nil, fmt.Errorf("%s is none of its values", f.name)
		}
		out[f.name] = s
	}
	return out, nil
}

// keys reports what is wrong with the keys of an object.
func keys(o map[string]any, want ...string) error {
	for _, k := range want {
		if _, ok := o[k]; !ok {
			return fmt.Errorf("%s is missing", k)
		}
	}
	if len(o) != len(want) {
		return errors.New("it has keys that were not asked for")
	}
	return nil
}

// answerReader reads JSON without trust: a key twice, and more levels than there can
// be, are errors.
type answerReader struct{ json *json.Decoder }

var errNotJSON = errors.New("it is not valid JSON")

func (d *answerReader) value(depth int) (any, error) {
	if depth > maxNested {
		return nil, errors.New("it is nested too deeply")
	}
	t, err := d.json.Token()
	if err != nil {
		return nil, errNotJSON
	}
	open, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if open == '[' {
		list := []any{}
		for d.json.More() {
			v, err := d.value(depth + 1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		if _, err := d.json.Token(); err != nil {
			return nil, errNotJSON
		}
		return list, nil
	}
	o := map[string]any{}
	for d.json.More() {
		k, err := d.json.Token()
		name, ok := k.(string)
		if err != nil || !ok {
			return nil, errNotJSON
		}
		if _, twice := o[name]; twice {
			return nil, errors.New("a key stands there twice")
		}
		if o[name], err = d.value(depth + 1); err != nil {
			return nil, err
		}
	}
	if _, err := d.json.Token(); err != nil {
		return nil, errNotJSON
	}
	return o, nil
}
