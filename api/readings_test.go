package api

import (
	"fmt"
	"testing"

	"projectr"
)

func TestReadings(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	at := "/orgs/acme/emails/" + string(h.acme.filed.ID)
	l := get[List[projectr.Reading]](dana, at+"/readings")
	if len(l.Items) != 2 || l.Items[0].State != projectr.ReadingProposed || l.Items[1].State != projectr.ReadingCurrent || len(l.Items[0].Diff.Changed) != 1 || l.Items[0].Calls[0].Sent != "" {
		t.Fatalf("%+v", l.Items)
	}
	if l.Items[0].Newer || !l.Items[1].Newer || !get[ReadingView](dana, at+"/readings/1").Newer {
		t.Errorf("rules that were older read it: %v, %v", l.Items[0].Newer, l.Items[1].Newer)
	}
	if r := get[ReadingView](dana, at+"/readings/2"); r.Calls[0].Sent != "Sent plain" || len(r.Found) != 1 {
		t.Errorf("with what was sent: %+v", r)
	}
	if w := dana.do("GET", at+"/readings/7", ""); w.Code != 404 {
		t.Errorf("a reading that is not there: %d %s", w.Code, w.Body)
	}
	text := func() string { return get[EmailView](dana, at).Facts[0].Text }
	before := text()
	send[ReadingView](dana, "PATCH", at+"/readings/2", `{"state":"accepted"}`)
	if got := text(); got != "Send the ceiling plan plain" {
		t.Errorf("accepted: %q", got)
	}
	send[ReadingView](dana, "PATCH", at+"/readings/2", `{"state":"undone"}`)
	if got := text(); got != before {
		t.Errorf("undone: %q", got)
	}
	if w := dana.do("PATCH", at+"/readings/1", `{"state":"undone"}`); w.Code != 409 {
		t.Errorf("undo the first: %d %s", w.Code, w.Body)
	}

	// All of them at once: what waits is that of the other mail.
	if l := get[List[projectr.Reading]](dana, "/orgs/acme/rereads"); len(l.Items) != 1 || l.Items[0].EmailID != h.acme.tray.ID {
		t.Errorf("what waits: %+v", l.Items)
	}
	ask := fmt.Sprintf(`{"project":%q,"extractor":"rules","dry_run":%%t}`, h.acme.project.ID)
	plan := send[projectr.RereadPlan](dana, "POST", "/orgs/acme/rereads", fmt.Sprintf(ask, true))
	if plan.Mails != 1 || plan.Asked != 0 || len(plan.Readers) != 1 || *plan.Readers[0].LikelyMicro != 0 {
		t.Errorf("dry run: %+v", plan)
	}
	plan = send[projectr.RereadPlan](dana, "POST", "/orgs/acme/rereads", fmt.Sprintf(ask, false))
	if plan.Asked != 1 {
		t.Errorf("asked: %+v", plan)
	}
	if d := send[RereadsDecided](dana, "PATCH", "/orgs/acme/rereads", `{"state":"accepted"}`); d.Decided != 1 || d.Left != 1 {
		t.Errorf("before it is read: %+v", d)
	}
	h.must(h.road.ReadAgain(h.Context()))
	l = get[List[projectr.Reading]](dana, at+"/readings")
	if len(l.Items) != 3 || l.Items[0].Extractor != "rules" || l.Items[0].State != projectr.ReadingProposed || l.Items[0].By.Name != h.acme.admin.Name {
		t.Fatalf("read by the rules: %+v", l.Items[0])
	}
	if d := send[RereadsDecided](dana, "PATCH", "/orgs/acme/rereads", `{"state":"accepted"}`); d.Decided != 1 || d.Left != 0 {
		t.Errorf("all at once: %+v", d)
	}
	if l := get[List[projectr.Reading]](dana, at+"/readings"); l.Items[0].State != projectr.ReadingCurrent || l.Items[0].Newer || l.Items[2].Newer {
		t.Errorf("read by the newest rules: %+v", l.Items)
	}
	if l := get[List[projectr.Reading]](dana, "/orgs/acme/rereads"); len(l.Items) != 0 {
		t.Errorf("what waits after that: %+v", l.Items)
	}
	for body, code := range map[string]int{
		`{}`: 422, `{"project":"pr_nobody","extractor":"rules"}`: 404, `{"since":"2026-01-01T00:00:00Z","extractor":"model"}`: 409, `{"since":"yesterday"}`: 422,
		fmt.Sprintf(`{"emails":[%q],"model":"gpt-x","extractor":"rules"}`, h.acme.filed.ID): 422,
	} {
		if w := dana.do("POST", "/orgs/acme/rereads", body); w.Code != code {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}
