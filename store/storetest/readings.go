package storetest

import (
	"context"

	"projectr"
	"projectr/store"
)

func settings(w *world) {
	is, err := w.acme.Settings(w.ctx)
	w.ok(err)
	same(w, "before anybody decided", show(is), show(projectr.DefaultSettings()))
	_, err = w.acme.ChangeSettings(w.ctx, func(s *projectr.Settings) {
		s.Extractor, s.Models, s.FileFrom = "model", []string{" gpt-x ", "gpt-y", "GPT-X", ""}, 90
		s.NoAIWords, s.NoAISenders = []string{"privileged"}, []string{"@Law.example"}
	})
	w.ok(err)
	want := projectr.Settings{Extractor: "model", Models: []string{"gpt-x", "gpt-y"}, NoAIWords: []string{"privileged"}, NoAISenders: []string{"@law.example"}, FileFrom: 90}
	is, err = w.acme.Settings(w.ctx)
	w.ok(err)
	same(w, "decided", show(is), show(want))
	for field, wrong := range map[string]func(*projectr.Settings){
		"extractor":     func(s *projectr.Settings) { s.Extractor = "oracle" },
		"models":        func(s *projectr.Settings) { s.Models = []string{"a b"} },
		"no_ai_words":   func(s *projectr.Settings) { s.NoAIWords = []string{"--"} },
		"no_ai_senders": func(s *projectr.Settings) { s.NoAISenders = []string{"*"} },
		"file_from":     func(s *projectr.Settings) { s.FileFrom = 101 },
	} {
		_, err := w.acme.ChangeSettings(w.ctx, wrong)
		w.is(projectr.Invalid, err, "a wrong "+field)
		if e, ok := err.(*projectr.Error); ok {
			same(w, "field", e.Field, field)
		}
	}
	is, err = w.acme.Settings(w.ctx)
	w.ok(err)
	same(w, "after what was refused", show(is), show(want))
	other, err := w.globex.Settings(w.ctx)
	w.ok(err)
	same(w, "of the others", show(other), show(projectr.DefaultSettings()))

	times := 0
	meddled := store.New(&settler{Driver: w.driver, before: func() {
		if times++; times == 1 {
			_, err := w.acme.ChangeSettings(w.ctx, func(s *projectr.Settings) { s.FileFrom = 70 })
			w.ok(err)
		}
	}}, w.blobs, w.now)
	o, _, err := meddled.AsMember(w.ctx, "us_acme-admin", "org_acme")
	w.ok(err)
	is, err = o.ChangeSettings(w.ctx, func(s *projectr.Settings) { s.NoAIWords = append(s.NoAIWords, "counsel") })
	w.ok(err)
	want.FileFrom, want.NoAIWords = 70, []string{"privileged", "counsel"}
	same(w, "decided at once", show(is), show(want))
	same(w, "times it was tried", times, 2)
}

// settler lets something happen just before settings are kept.
type settler struct {
	store.Driver
	before func()
}

// PutSettings is store.Driver's.
func (m *settler) PutSettings(ctx context.Context, s store.Scope, was, is projectr.Settings, a projectr.AuditEntry) error {
	m.before()
	return m.Driver.PutSettings(ctx, s, was, is, a)
}
