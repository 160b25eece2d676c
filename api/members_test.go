package api

import (
	"encoding/csv"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"projectr"
)

func TestMembers(t *testing.T) {
	h := open(t)
	dana, vic := h.signIn(h.acme.admin), h.signIn(h.acme.viewer)
	at := "/orgs/acme/members/"
	for _, m := range get[List[Member]](dana, "/orgs/acme/members").Items {
		if m.SecondFactor == nil || *m.SecondFactor || m.LastSeenAt == nil {
			t.Errorf("an admin sees %+v", m)
		}
	}
	for _, m := range get[List[Member]](vic, "/orgs/acme/members").Items {
		if own := m.User.ID == h.acme.viewer.ID; own != (m.LastSeenAt != nil) {
			t.Errorf("a viewer sees %+v", m)
		}
	}
	if m := send[Member](dana, "PATCH", at+string(h.acme.viewer.ID), `{"role":"admin"}`); m.Role != projectr.Admin || m.User.ID != h.acme.viewer.ID {
		t.Errorf("made an admin: %+v", m)
	}
	if w := vic.do("PATCH", at+string(h.acme.admin.ID), `{"role":"viewer"}`); w.Code != 200 {
		t.Errorf("the new admin: %d %s", w.Code, w.Body)
	}
	for _, c := range []struct{ method, path, body string }{ // the last admin stays
		{"DELETE", "me", ""}, {"DELETE", string(h.acme.viewer.ID), ""}, {"PATCH", string(h.acme.viewer.ID), `{"role":"viewer"}`},
	} {
		if w := vic.do(c.method, at+c.path, c.body); w.Code != 409 || !strings.Contains(w.Body.String(), "last admin") {
			t.Errorf("%s %s of the last admin: %d %s", c.method, c.path, w.Code, w.Body)
		}
	}
	for _, body := range []string{`{}`, `{"role":"owner"}`, `{"role":"viewer","user":{"disabled":true}}`} {
		if w := vic.do("PATCH", at+string(h.acme.admin.ID), body); w.Code != 422 {
			t.Errorf("%s: %d", body, w.Code)
		}
	}
	if w := dana.do("DELETE", at+"me", ""); w.Code != 204 {
		t.Errorf("leave: %d %s", w.Code, w.Body)
	}
	if w := dana.do("GET", "/orgs/acme", ""); w.Code != 404 {
		t.Errorf("after leaving: %d", w.Code)
	}
	// Nobody becomes a member by a change of role, neither a stranger nor who has left.
	for _, id := range []projectr.UserID{h.globex.admin.ID, h.acme.admin.ID} {
		if w := vic.do("PATCH", at+string(id), `{"role":"admin"}`); w.Code != 404 {
			t.Errorf("%s was made a member: %d", id, w.Code)
		}
	}
	if all := get[List[Member]](vic, "/orgs/acme/members").Items; len(all) != 1 {
		t.Errorf("%d members are left", len(all))
	}
}

func TestOrganisationsRecord(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	was := get[OrgView](dana, "/orgs/acme")
	if o := send[OrgView](dana, "PATCH", "/orgs/acme", `{"name":" Acme West ","time_zone":"Europe/Berlin"}`); o.Name != "Acme West" || o.TimeZone != "Europe/Berlin" || o.Plan != was.Plan || o.MailIn != was.MailIn {
		t.Errorf("%+v", o)
	}
	if o := send[OrgView](dana, "PATCH", "/orgs/acme", `{"name":"Acme"}`); o.Name != "Acme" || o.TimeZone != "Europe/Berlin" {
		t.Errorf("%+v", o)
	}
	for _, body := range []string{`{"name":""}`, `{"name":"a\u202eb"}`, `{"time_zone":""}`, `{"time_zone":"Local"}`, `{"time_zone":"Moon/Sea"}`, `{"plan":"enterprise"}`, `{"suspended":false}`} {
		if w := dana.do("PATCH", "/orgs/acme", body); w.Code != 422 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}

func TestAuditIsFiltered(t *testing.T) {
	h := open(t)
	dana, vic := h.signIn(h.acme.admin), h.signIn(h.acme.viewer)
	dana.do("POST", "/orgs/acme/projects", `{"name":"Oak"}`)
	vic.do("POST", "/orgs/acme/projects", `{"name":"Oak"}`)
	today := h.clock.now().In(newYork(t)).Format(time.DateOnly)
	for _, c := range []struct {
		query string
		want  int
	}{
		{"person=" + string(h.acme.viewer.ID), 2}, {"person=" + string(h.acme.viewer.ID) + "&outcome=refused", 1},
		{"outcome=refused", 1}, {"action=create-project&outcome=refused&from=" + today + "&to=" + today, 1},
		{"outcome=refused&to=2020-01-01", 0}, {"outcome=refused&from=2999-01-01", 0}, {"person=" + string(h.globex.admin.ID), 0}, {"action=nothing", 0},
	} {
		if l := get[List[projectr.AuditEntry]](dana, "/orgs/acme/audit?limit=200&"+c.query).Items; len(l) != c.want {
			t.Errorf("%s: %d entries, not %d: %+v", c.query, len(l), c.want, l)
		}
	}
	l := get[List[projectr.AuditEntry]](dana, "/orgs/acme/audit?limit=1&person="+string(h.acme.admin.ID))
	if len(l.Items) != 1 || l.Next == nil {
		t.Fatalf("%+v", l)
	}
	if l = get[List[projectr.AuditEntry]](dana, "/orgs/acme/audit?limit=1&person="+string(h.acme.admin.ID)+"&after="+*l.Next); len(l.Items) != 1 || l.Items[0].Action != "sign-in" {
		t.Errorf("the second part: %+v", l)
	}
	for _, bad := range []string{"outcome=maybe", "from=2026-02-30", "to=x", "from=2026-03-02&to=2026-03-01"} {
		if w := dana.do("GET", "/orgs/acme/audit?"+bad, ""); w.Code != 422 {
			t.Errorf("%s: %d %s", bad, w.Code, w.Body)
		}
	}
}

func newYork(t *testing.T) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// The table holds every entry, and no text in it is run by a spreadsheet.
func TestAuditAsATable(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	u, err := h.acc.CreateUser(t.Context(), "eve@acme.example", `=cmd|'/c calc'!A0,"x"`, password)
	h.must(err)
	h.must(h.acme.SaveMember(t.Context(), u.ID, projectr.Admin))
	eve := h.signIn(u)
	for i := range 210 {
		send[projectr.ProjectSummary](eve, "POST", "/orgs/acme/projects", fmt.Sprintf(`{"name":"P%d"}`, i))
	}
	w := dana.do("GET", "/orgs/acme/audit.csv?person="+url.QueryEscape(string(u.ID)), "")
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	text, ok := strings.CutPrefix(w.Body.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	h.must(err)
	if !ok || len(rows) != 1+211 || !strings.HasSuffix(text, "\r\n") {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows[1:] {
		if r[1] != `'=cmd|'/c calc'!A0,"x"` || r[2] != string(u.ID) || r[7] != "done" {
			t.Fatalf("%q", r)
		}
	}
	for in, want := range map[string]string{"+1": "'+1", "-1.50": "-1.50", "-1+2": "'-1+2", "-1.50\n=x": "'-1.50\n'=x", " -1": "' -1", "@x": "'@x", "\tx": "'\tx", "＝x": "'＝x", "a=b": "a=b", "": "",
		`"=1`: `'"=1`, "\u00a0=1": "'\u00a0=1", "\ufeff@x": "'\ufeff@x", "\v=1": "'\v=1", // what a spreadsheet leaves out
		"Slab;=1+1": "Slab;'=1+1", `a; "@x`: `a; "'@x`, "a\t-1": "a\t'-1", "a\r\n+1": "a\r\n'+1", "a; b, -c": "a; b, -c", "12.5": "12.5", "0.000001": "0.000001"} {
		if got := cell(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
