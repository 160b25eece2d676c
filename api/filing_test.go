package api

import (
	"strings"
	"testing"

	"projectr"
)

func TestFilingRules(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	const rules = "/orgs/acme/filing-rules"
	if l := get[List[projectr.FilingRule]](dana, rules); len(l.Items) != 0 || l.Items == nil {
		t.Errorf("before anybody corrected: %+v", l)
	}
	// A move tells what it taught, and taking it back that it is gone.
	move := "/orgs/acme/emails/" + string(h.acme.tray.ID) + "/move"
	m := send[Moved](dana, "POST", move, `{"project_id":"`+string(h.acme.project.ID)+`"}`)
	if m.Rule == nil || m.Rule.ProjectID != h.acme.project.ID || m.Rule.EmailID == nil || *m.Rule.EmailID != h.acme.tray.ID || !strings.HasPrefix(m.Rule.Text, "Mail from ") {
		t.Fatalf("taught %+v", m.Rule)
	}
	if l := get[List[projectr.FilingRule]](dana, rules); len(l.Items) != 1 || l.Items[0].ID != m.Rule.ID {
		t.Errorf("listed %+v", l)
	}
	if m = send[Moved](dana, "POST", move, `{"to":"review"}`); m.Rule != nil {
		t.Errorf("taken back: %+v", m.Rule)
	}
	r := send[projectr.FilingRule](dana, "POST", rules, `{"from":"@Sub.example","words":"blue doors","project_id":"`+string(h.acme.project.ID)+`"}`)
	if r.From != "@sub.example" || r.Words != "blue doors" || r.EmailID != nil || r.By == "" {
		t.Errorf("made %+v", r)
	}
	if r = send[projectr.FilingRule](dana, "PATCH", rules+"/"+string(r.ID), `{"words":"","project_id":"`+string(h.acme.other.ID)+`"}`); r.From != "@sub.example" || r.Words != "" || r.ProjectID != h.acme.other.ID {
		t.Errorf("changed to %+v", r)
	}
	for body, code := range map[string]int{
		`{"from":""}`: 422, `{"from":"jo"}`: 422, `{"project_id":"pr_never"}`: 404, `{"project_id":"` + string(h.globex.project.ID) + `"}`: 404, `{"from":7}`: 422,
	} {
		if w := dana.do("PATCH", rules+"/"+string(r.ID), body); w.Code != code {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	if w := dana.do("POST", rules, `{"from":"@sub.example","project_id":"`+string(h.acme.project.ID)+`"}`); w.Code != 409 {
		t.Errorf("the same once more: %d %s", w.Code, w.Body)
	}
	if w := dana.do("DELETE", rules+"/"+string(r.ID), ""); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := dana.do("DELETE", rules+"/"+string(r.ID), ""); w.Code != 404 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
