package e2e

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"projectr"
	"projectr/openai/openaitest"
)

// A mail is read by the rules at once and by the model after. While the model is silent
// the rules' facts stand, marked; when it answers, what it says otherwise is seen. What
// was sent can be shown, and what must not be sent is not.
func TestMailIsReadByAModel(t *testing.T) {
	m := openaitest.New()
	defer m.Close()
	var down atomic.Bool
	broken := openaitest.Named("500")
	m.Mode = func(int) openaitest.Mode {
		if down.Load() {
			return broken
		}
		return openaitest.Good
	}
	s := New(t)
	s.More = []string{"PROJECTR_OPENAI_BASE_URL=" + m.URL(), "PROJECTR_OPENAI_API_KEY=sk-canary", "PROJECTR_OPENAI_MODEL=gpt-test", "PROJECTR_OPENAI_PRICES=free"}
	s.Start()
	acme := s.Onboard("acme")
	goldProjects(t, s, "acme")
	if status, body := acme.Request("PATCH", "/orgs/acme/settings", map[string]any{"extractor": "model", "no_ai_words": []string{"attorney-client"}}); status != 200 {
		t.Fatalf("settings: %d %s", status, body)
	}
	send := func(id, subject, body string) {
		t.Helper()
		if err := s.Send("dana@gc.example", []string{"acme@" + s.Domain}, plainMail("dana@gc.example", subject, id, body)); err != nil {
			t.Fatal(err)
		}
	}
	find := func(subject string) (e projectr.Email) {
		for _, x := range All[projectr.Email](acme, "/emails") {
			if x.Subject == subject {
				e = x
			}
		}
		return e
	}
	readings := func(id projectr.EmailID) []projectr.Reading {
		return All[projectr.Reading](acme, "/emails/"+string(id)+"/readings")
	}

	send("1@gc.example", "RFI 7", "Please send the revised ceiling plan by Friday.\nThe change order for $4,300.00 was approved.")
	s.Eventually("read by the model", func() bool { return find("RFI 7").Extractor == "gpt-test" })
	read := find("RFI 7")
	l := readings(read.ID)
	if len(l) != 2 || l[0].State != projectr.ReadingCurrent || l[1].Extractor != "rules" || l[1].State != projectr.ReadingReplaced || read.ReadAgain {
		t.Errorf("readings: %+v", l)
	}
	for _, f := range read.Facts {
		if f.Live() && (f.Proof == projectr.Unverified || f.By != "gpt-test" && f.By != "rules") {
			t.Errorf("a fact by nobody, or without proof: %+v", f)
		}
	}
	var one projectr.Reading
	acme.Get("/emails/"+string(read.ID)+"/readings/2", &one)
	if q := m.Questions(); len(q) != 1 || len(one.Calls) != 1 || !strings.Contains(one.Calls[0].Sent, "revised ceiling plan") || strings.Contains(one.Calls[0].Sent, "sk-canary") {
		t.Errorf("%d questions, kept %+v", len(q), one.Calls)
	}

	// A mail that no model may see.
	send("2@gc.example", "Letter", "This is attorney-client privileged. Please sign it by Monday.")
	s.Eventually("kept from the model", func() bool { e := find("Letter"); return e.ID != "" && !e.ReadAgain })
	if e := find("Letter"); e.Extractor != "rules" || !strings.Contains(readings(e.ID)[0].Note, "attorney-client") {
		t.Errorf("%+v, %+v", e, readings(e.ID))
	}

	// The model goes silent, and the server with it; both come back.
	down.Store(true)
	send("3@gc.example", "RFI 8", "Please confirm the door hardware by Friday.\nThe slab pour has a delay of a week.")
	s.Eventually("the model was asked in vain", func() bool {
		e := find("RFI 8")
		return e.ID != "" && len(readings(e.ID)[0].Calls) > 0
	})
	stands := find("RFI 8")
	if !stands.ReadAgain || stands.Extractor != "rules" || len(stands.Facts) == 0 {
		t.Errorf("while the model is silent: %+v", stands)
	}
	s.Kill()
	down.Store(false)
	s.Start()
	s.Eventually("read by the model that came back", func() bool { return find("RFI 8").Extractor == "gpt-test" })
	e := find("RFI 8")
	if l := readings(e.ID); e.ReadAgain || len(l) != 2 || l[0].State != projectr.ReadingCurrent || l[0].Why != "model_answered" || len(l[1].Calls) == 0 {
		t.Errorf("after it came back: %+v", l)
	}

	// Read again by the rules, for everybody: first the price, then proposals.
	out, errs, code := s.Run("reread", "--org", "acme", "--since", "2026-03-01", "--extractor", "rules", "--dry-run", "--json")
	if code != 0 || !strings.Contains(out, `"mails":3`) || !strings.Contains(out, `"asked":0`) {
		t.Errorf("dry run: %d %s %s", code, out, errs)
	}
	out, errs, code = s.Run("reread", "--org", "acme", "--since", "2026-03-01", "--extractor", "rules")
	if code != 0 || !strings.Contains(out, "Mails") {
		t.Errorf("reread: %d %s %s", code, out, errs)
	}
	waiting := 0
	s.Eventually("read again", func() bool {
		waiting = 0
		for _, r := range All[projectr.Reading](acme, "/rereads") {
			if r.State == projectr.ReadingWaiting {
				return false
			}
			waiting++
		}
		return true
	})
	if waiting == 0 {
		t.Error("the rules say all that the model said")
	}
	if status, body := acme.Request("PATCH", "/orgs/acme/rereads", map[string]string{"state": "undone"}); status != 200 || !strings.Contains(string(body), fmt.Sprintf(`"decided":%d`, waiting)) {
		t.Errorf("undo them all: %d %s", status, body)
	}
	if e := find("RFI 7"); e.Extractor != "gpt-test" || len(readings(e.ID)) != 3 {
		t.Errorf("after it was undone: %+v", e)
	}
	for _, q := range m.Questions() {
		if strings.Contains(q.Raw, "privileged") {
			t.Error("the mail that no model may see was sent")
		}
	}
}
