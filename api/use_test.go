package api

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/account"
	"projectr/match"
	"projectr/message"
	"projectr/store"
)

func TestSignIn(t *testing.T) {
	h := open(t)
	w := ask(h, jsonRequest("POST", "/api/v1/session", `{"email":" Admin@ACME.example ","password":"`+password+`"}`))
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	me := decode[Me](client{h: h}, w, "session")
	if me.User.Email != "admin@acme.example" || len(me.Organisations) != 1 || me.Organisations[0].MailIn != "acme@mail.example" ||
		me.Organisations[0].Role != projectr.Admin || me.Organisations[0].Plan != "professional" {
		t.Errorf("%+v", me)
	}
	cookies := w.Result().Cookies()
	if len(cookies) != 4 || cookies[0].Name != "__Host-projectr" || !cookies[0].Secure || !cookies[0].HttpOnly || cookies[1].Name != "projectr" || cookies[1].Secure {
		t.Fatalf("cookies %v", cookies)
	}
	for i, name := range []string{"__Host-projectr-device", "projectr-device"} { // what the browser is known by
		if k := cookies[2+i]; k.Name != name || !k.HttpOnly || k.Secure != (i == 0) || k.SameSite != http.SameSiteLaxMode || k.Value == cookies[0].Value {
			t.Errorf("cookie %v", k)
		}
		if w := (client{h: h, cookies: cookies[2+i : 3+i]}).do("GET", "/me", ""); w.Code != 401 {
			t.Errorf("%s opens something: %d", name, w.Code)
		}
	}
	for _, k := range cookies[:2] { // either alone is enough on one's own machine
		if got := get[Me](client{h: h, cookies: []*http.Cookie{k}}, "/me"); got.User != me.User {
			t.Errorf("by %s: %+v", k.Name, got)
		}
	}
	again := ask(h, client{h: h, cookies: cookies}.request("POST", "/session", `{"email":"admin@acme.example","password":"`+password+`"}`))
	if again.Code != 200 || again.Result().Cookies()[0].Value == cookies[0].Value || len(again.Result().Cookies()) != 2 {
		t.Errorf("signing in again keeps the session's secret: %d", again.Code)
	}
	if w := (client{h: h, cookies: cookies}).do("GET", "/me", ""); w.Code != 401 {
		t.Errorf("the session before still works: %d", w.Code)
	}
}

// By https there is one cookie, and the one without the prefix opens nothing.
func TestPlainCookieOpensNothingByHTTPS(t *testing.T) {
	h := open(t, func(c *Config) { c.PublicURL = "https://app.example.com" })
	c := h.signIn(h.acme.admin)
	if len(c.cookies) != 2 || c.cookies[0].Name != "__Host-projectr" || c.cookies[1].Name != "__Host-projectr-device" {
		t.Fatalf("cookies %v", c.cookies)
	}
	tossed := *c.cookies[0]
	tossed.Name = "projectr"
	if w := (client{h: h, cookies: []*http.Cookie{&tossed}}).do("GET", "/me", ""); w.Code != 401 {
		t.Errorf("%d", w.Code)
	}
}

// An unknown address, a wrong password, an account without one and a disabled
// one cannot be told apart (invariant I-21).
func TestSignInTellsNothing(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	_, err := h.acc.CreateUser(ctx, "new@acme.example", "New", "")
	h.must(err)
	gone, err := h.acc.CreateUser(ctx, "gone@acme.example", "Gone", password)
	h.must(err)
	h.must(h.acc.Disable(ctx, gone, true, projectr.Actor{Kind: "operator"}, "test"))
	var first *httptest.ResponseRecorder
	for _, c := range []struct{ email, password string }{
		{"admin@acme.example", "wrong password at dawn"},
		{"nobody@acme.example", password},
		{"new@acme.example", ""},
		{"new@acme.example", password},
		{"gone@acme.example", password},
		{"gone@acme.example", "wrong password at dawn"},
		{"admin@acme.example", strings.Repeat("x", 999)},
		{"not an address", password},
		{"", ""},
	} {
		b, _ := json.Marshal(map[string]string{"email": c.email, "password": c.password})
		w := ask(h, jsonRequest("POST", "/api/v1/session", string(b)))
		if first == nil {
			first = w
		}
		if w.Code != 401 || w.Body.String() != first.Body.String() || fmt.Sprint(w.Header()) != fmt.Sprint(first.Header()) {
			t.Errorf("%q %q: %d %s %v", c.email, c.password, w.Code, w.Body, w.Header())
		}
	}
	if !strings.Contains(first.Body.String(), `"code":"unknown"`) {
		t.Errorf("%s", first.Body)
	}
}

func TestTooManyWrongSignInsWait(t *testing.T) {
	h := open(t)
	try := func(from, password string) *httptest.ResponseRecorder {
		r := jsonRequest("POST", "/api/v1/session", `{"email":"admin@acme.example","password":"`+password+`"}`)
		r.RemoteAddr = from
		return ask(h, r)
	}
	for range 8 {
		if w := try("203.0.113.9:1", "wrong wrong wrong"); w.Code != 401 {
			t.Fatalf("%d", w.Code)
		}
	}
	w := try("203.0.113.9:1", password)
	if w.Code != 429 || w.Header().Get("Retry-After") == "" || w.Header().Get("Retry-After") == "0" {
		t.Errorf("%d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
	}
	if w := try("198.51.100.7:1", password); w.Code != 200 {
		t.Errorf("the real person, from elsewhere: %d %s", w.Code, w.Body)
	}
	h.clock.forward(time.Minute)
	if w := try("203.0.113.9:1", password); w.Code != 200 {
		t.Errorf("a minute later: %d %s", w.Code, w.Body)
	}
}

func TestSignInByLink(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	u, _, err := h.acc.AddMember(ctx, h.acme.Org, "new@acme.example", "New", projectr.Viewer)
	h.must(err)
	token, err := h.acc.NewTicket(ctx, u)
	h.must(err)
	link := func(body string) *httptest.ResponseRecorder {
		return ask(h, jsonRequest("POST", "/api/v1/session/link", body))
	}
	var a LinkAnswer
	for range 2 { // looking does not use it up
		w := link(`{"token":"` + token + `"}`)
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != 200 || !a.NeedsPassword || a.Email != "new@acme.example" || a.User != nil || len(w.Result().Cookies()) != 0 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if w := link(`{"token":"` + token + `","password":"short"}`); w.Code != 422 || !strings.Contains(w.Body.String(), "12 characters") || !strings.Contains(w.Body.String(), `"body.password"`) {
		t.Errorf("short: %d %s", w.Code, w.Body)
	}
	w := link(`{"token":"` + token + `","password":"` + password + `","name":"Nia New"}`)
	a = decode[LinkAnswer](client{h: h}, w, "link")
	if a.NeedsPassword || a.User == nil || a.User.Name != "Nia New" || len(a.Organisations) != 1 {
		t.Errorf("%s", w.Body)
	}
	if me := get[Me](client{h: h, cookies: w.Result().Cookies()}, "/me"); me.User.Name != "Nia New" {
		t.Errorf("%+v", me)
	}
	if w := link(`{"token":"` + token + `","password":"` + password + `"}`); w.Code != 404 || !strings.Contains(w.Body.String(), "used already") {
		t.Errorf("again: %d %s", w.Code, w.Body)
	}
	h.signIn(u)

	late, err := h.acc.NewTicket(ctx, u)
	h.must(err)
	h.clock.forward(account.TicketLife)
	if w := link(`{"token":"` + late + `"}`); w.Code != 404 {
		t.Errorf("late: %d %s", w.Code, w.Body)
	}
	has, err := h.acc.NewTicket(ctx, u)
	h.must(err)
	if w := link(`{"token":"` + has + `"}`); w.Code != 200 || strings.Contains(w.Body.String(), `"needs_password":true`) {
		t.Errorf("with a password already: %d %s", w.Code, w.Body)
	}
}

// A link that was sent for anything but a first sign-in is to this route one that was
// never made.
func TestALinkForSomethingElseIsUnknown(t *testing.T) {
	h := open(t)
	link := func(token string) *httptest.ResponseRecorder {
		return ask(h, jsonRequest("POST", "/api/v1/session/link", `{"token":"`+token+`","password":"`+password+`"}`))
	}
	unknown := link("never")
	if unknown.Code != 404 {
		t.Fatalf("unknown: %d %s", unknown.Code, unknown.Body)
	}
	for _, p := range []store.Purpose{store.SignInLink, store.Reset, store.Verify, store.ChangeEmail} {
		hash := sha256.Sum256([]byte(p))
		h.must(h.st.PutTicket(t.Context(), hex.EncodeToString(hash[:]), store.Ticket{
			User: h.acme.admin.ID, Purpose: p, Data: h.acme.admin.Email, ExpiresAt: h.clock.now().Add(time.Hour),
		}))
		w := link(string(p))
		same := func(r *httptest.ResponseRecorder) string {
			var m map[string]any
			h.must(json.Unmarshal(r.Body.Bytes(), &m))
			delete(m, "request_id")
			return fmt.Sprint(r.Code, m)
		}
		if got, want := same(w), same(unknown); got != want || len(w.Result().Cookies()) != 0 {
			t.Errorf("a link for %s: %s, want %s", p, got, want)
		}
	}
}

func TestSessionsEnd(t *testing.T) {
	h := open(t)
	c := h.signIn(h.acme.admin)
	ok := func(want int, when string) {
		t.Helper()
		if w := c.do("GET", "/me", ""); w.Code != want {
			t.Errorf("%s: %d, not %d", when, w.Code, want)
		}
	}
	h.clock.forward(13 * 24 * time.Hour)
	ok(200, "after 13 days")
	h.clock.forward(14 * 24 * time.Hour)
	ok(401, "after 14 days unused")
	ok(401, "and once more")

	c = h.signIn(h.acme.admin)
	for range 8 {
		h.clock.forward(11 * 24 * time.Hour)
		ok(200, "used every 11 days, on day 88 at the latest")
	}
	h.clock.forward(2 * 24 * time.Hour)
	ok(401, "after 90 days, however often used")
}

// Whoever asks to be signed out is, however little of a session there was.
func TestSigningOutAlwaysWorks(t *testing.T) {
	h := open(t)
	dana, late := h.signIn(h.acme.admin), h.signIn(h.acme.viewer)
	stranger := client{h: h, cookies: []*http.Cookie{{Name: plainCookie, Value: "never"}}}
	for i, c := range []client{dana, dana, {h: h}, stranger, late} {
		if i == 4 {
			h.clock.forward(account.SessionLife)
		}
		w := c.do("DELETE", "/session", "")
		cleared := map[string]bool{}
		for _, k := range w.Result().Cookies() {
			cleared[k.Name] = k.MaxAge < 0 && k.Value == ""
		}
		if w.Code != 204 || !cleared[hostCookie] || !cleared[plainCookie] {
			t.Errorf("%d: %d %v %s", i, w.Code, w.Result().Cookies(), w.Body)
		}
		if w := c.do("GET", "/me", ""); w.Code != 401 {
			t.Errorf("%d: afterwards %d", i, w.Code)
		}
	}
}

// An organisation is named in a path by id, mail-in name or whole address; an
// address that is not its own is nobody's.
func TestOrganisationsByAddress(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	for name, want := range map[string]int{
		"acme": 200, "ACME": 200, string(h.acme.ID()): 200, "acme@mail.example": 200, "acme%40mail.example": 200, "Acme@Mail.Example": 200,
		"acme@mail.example.": 200, "acme@other.example": 404, "acme@": 404, "@mail.example": 404, "acme+24-117@mail.example": 404,
		string(h.acme.ID()) + "@mail.example": 404, "acme@mail.example@mail.example": 404, "globex@mail.example": 404, "nobody@mail.example": 404,
	} {
		w := dana.do("GET", "/orgs/"+name, "")
		if w.Code != want {
			t.Errorf("%s: %d, not %d: %s", name, w.Code, want, w.Body)
		}
		if unknown := dana.do("GET", "/orgs/nobody", ""); want == 404 && w.Body.String() != unknown.Body.String() {
			t.Errorf("%s: %s", name, w.Body)
		}
	}
	if p := send[projectr.Project](dana, "POST", "/orgs/acme@mail.example/projects", `{"name":"Oak Court"}`); p.ID == "" {
		t.Errorf("%+v", p)
	}
}

// The address shown for a project is one that mail can be sent to, whatever
// its job number.
func TestCcAddress(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	shown := func(number string) (projectr.ProjectID, string) {
		t.Helper()
		body, _ := json.Marshal(map[string]string{"name": "Job " + number, "job_number": number})
		p := send[projectr.Project](dana, "POST", "/orgs/acme/projects", string(body))
		return p.ID, get[ProjectView](dana, "/orgs/acme/projects/"+string(p.ID)).CcAddress
	}
	for number, tag := range map[string]string{"C 2207": "c2207", "25/118": "25118", "": "", "Süd": "", "24-117": "" /* another job's */, strings.Repeat("9", 60): ""} {
		id, address := shown(number)
		if tag == "" {
			tag = string(id)
		}
		if address != "acme+"+tag+"@mail.example" || len(address) > maxLocal+len("@mail.example") {
			t.Errorf("%q: %s", number, address)
		}
		all, err := h.acme.AllProjects(t.Context())
		h.must(err)
		_, tag, _, _ = projectr.SplitRecipient(address)
		if got := match.Find(match.Input{Tag: tag, Message: &message.Message{}, Projects: all}).Project; got != id {
			t.Errorf("%q: mail to %s goes to %q", number, address, got)
		}
	}
}

func TestProjects(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	p := send[projectr.Project](dana, "POST", "/orgs/acme/projects", `{"name":" Oak Court ","job_number":"25-001","aliases":["Oak"],"status":null}`)
	if p.Name != "Oak Court" || p.Status != projectr.Active || len(p.Aliases) != 1 || p.ID == "" {
		t.Errorf("%+v", p)
	}
	v := send[ProjectView](dana, "PATCH", "/orgs/acme/projects/"+string(p.ID), `{"client":"Oak LLC","job_number":null,"aliases":null}`)
	if v.Client != "Oak LLC" || v.JobNumber != "" || v.Name != "Oak Court" || v.Aliases == nil || len(v.Aliases) != 0 || v.CcAddress != "acme+"+string(p.ID)+"@mail.example" {
		t.Errorf("%+v", v)
	}
	for body, field := range map[string]string{
		`{"name":""}`: "body.name", `{"name":null}`: "body.name", `{"status":"lost"}`: "body.status", `{"id":"pr_x"}`: "body.id", `{"created_at":"x"}`: "body.created_at",
	} {
		if w := dana.do("PATCH", "/orgs/acme/projects/"+string(p.ID), body); w.Code != 422 || !strings.Contains(w.Body.String(), `"location":"`+field+`"`) {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	v = get[ProjectView](dana, "/orgs/acme/projects/"+string(h.acme.project.ID))
	if v.Mails != 1 || v.OpenActions != 1 || v.Kinds[projectr.ActionItem] != 1 || v.Kinds[projectr.Decision] != 0 || len(v.Kinds) != len(projectr.FactKinds) ||
		v.Senders != 1 || v.Unsure != 1 || v.Files != 1 || v.CcAddress != "acme+24-117@mail.example" || v.Latest == nil {
		t.Errorf("%+v", v)
	}
	if v.Unseen != 1 {
		t.Errorf("unseen before looking: %d", v.Unseen)
	}
	h.clock.forward(time.Second)
	if w := dana.do("POST", "/orgs/acme/projects/"+string(v.ID)+"/seen", ""); w.Code != 204 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if v = get[ProjectView](dana, "/orgs/acme/projects/"+string(v.ID)); v.Unseen != 0 {
		t.Errorf("unseen after looking: %d", v.Unseen)
	}
	if v := get[ProjectView](h.signIn(h.acme.viewer), "/orgs/acme/projects/"+string(v.ID)); v.Unseen != 1 {
		t.Errorf("unseen by somebody else: %d", v.Unseen)
	}
	for query, n := range map[string]int{
		"": 3, "?q=cedar": 1, "?q=24-1": 2, "?status=active": 3, "?status=": 3, "?status=bidding": 0, "?open=true": 3, "?client=Oak+LLC": 1, "?has=risks": 0,
		"?limit=1": 1, "?limit=1000": 3, "?sort=name": 3,
	} {
		if l := get[List[projectr.ProjectSummary]](dana, "/orgs/acme/projects"+query); len(l.Items) != n || (l.Next != nil) != (query == "?limit=1") {
			t.Errorf("%s: %d items, next %v", query, len(l.Items), l.Next)
		}
	}
	for _, query := range []string{"?status=lost", "?has=money", "?due=3d", "?sort=size", "?limit=0", "?limit=x", "?open=perhaps"} {
		if w := dana.do("GET", "/orgs/acme/projects"+query, ""); w.Code != 422 {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

func TestTimelineAndFacts(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	at := "/orgs/acme/projects/" + string(h.acme.project.ID)
	events := get[List[projectr.Event]](dana, at+"/events")
	if len(events.Items) != 3 {
		t.Fatalf("%d events", len(events.Items))
	}
	var withFact *projectr.Fact
	for _, e := range events.Items {
		if e.Kind == projectr.FactExtracted {
			withFact = e.Fact
		}
	}
	if withFact == nil || withFact.ID != h.acme.fact.ID || withFact.Quote == "" {
		t.Errorf("the event of the fact has %+v", withFact)
	}
	fact := "/orgs/acme/facts/" + string(h.acme.fact.ID)
	for _, c := range []struct {
		body string
		code int
	}{
		{`{}`, 422}, {`{"state":"superseded"}`, 422}, {`{"state":"corrected"}`, 422}, {`{"state":"confirmed","text":"x"}`, 422},
		{`{"state":"confirmed","reason":"wrong"}`, 422}, {`{"state":"corrected","text":""}`, 422}, {`{"deadline":"soon"}`, 422},
		{`{"start":0,"end":4,"quote":"nope"}`, 422}, {`{"start":0}`, 422}, {`{"amount":{"minor":1,"currency":"DOLLARS"}}`, 422}, {`{"proof":"verified"}`, 422},
	} {
		if w := dana.do("PATCH", fact, c.body); w.Code != c.code {
			t.Errorf("%s: %d %s", c.body, w.Code, w.Body)
		}
	}
	if f := send[projectr.Fact](dana, "PATCH", fact, `{"owner":null,"deadline":"2026-03-09","amount":{"minor":1245000,"currency":"USD"}}`); f.State != projectr.FactCorrected || f.Owner != nil || *f.Deadline != "2026-03-09" || f.Amount.Minor != 1245000 || f.By != h.acme.admin.Name || f.Proof != projectr.ValueMissing {
		t.Errorf("%+v", f)
	}
	if f := send[projectr.Fact](dana, "PATCH", fact, `{"amount":null}`); f.Amount != nil || *f.Deadline != "2026-03-09" {
		t.Errorf("%+v", f)
	}
	if f := send[projectr.Fact](dana, "PATCH", fact, `{"state":"rejected","reason":"duplicate"}`); f.State != projectr.FactRejected || f.Reason != "duplicate" {
		t.Errorf("%+v", f)
	}
	if l := get[List[projectr.Fact]](dana, at+"/facts"); len(l.Items) != 0 {
		t.Errorf("live facts: %+v", l.Items)
	}
	if l := get[List[projectr.Fact]](dana, at+"/facts?state=rejected&kind=action_item"); len(l.Items) != 1 {
		t.Errorf("rejected facts: %+v", l.Items)
	}
	if f := send[projectr.Fact](dana, "PATCH", fact, `{"state":"open"}`); !reflect.DeepEqual(f, h.acme.fact) {
		t.Errorf("opened again it says %+v, and was read as %+v", f, h.acme.fact)
	}
	for query, n := range map[string]int{"": 1, "?owner=nobody": 0, "?due=2026-03-05": 0, "?due=2026-03-06": 1, "?due=7d": 1, "?project=" + string(h.acme.other.ID): 0} {
		if query == "?due=7d" {
			h.clock.forward(0)
		}
		l := get[List[projectr.Fact]](dana, "/orgs/acme/actions"+query)
		if len(l.Items) != n {
			t.Errorf("actions%s: %d", query, len(l.Items))
		}
	}
	for _, q := range []string{"?due=soon", "?due=2026-13-01", "?due=2026-02-30"} {
		if w := dana.do("GET", "/orgs/acme/actions"+q, ""); w.Code != 422 || !strings.Contains(w.Body.String(), "query.due") {
			t.Errorf("actions%s: %d %s", q, w.Code, w.Body)
		}
	}
}

// A passage in doubt is said to be so, and is filed once a person says where.
func TestMovePassageInDoubt(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	here, there := h.acme.project.ID, h.acme.other.ID
	at := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	h.must(h.acme.Record(h.Context(), projectr.Recording{
		Email: projectr.Email{ID: "em_doubt", ThreadID: "th_doubt", Subject: "Roof", Date: at, ReceivedAt: at, ProjectID: &here, State: projectr.Filed,
			Verdict: projectr.Accepted, Automatic: "no", SetAside: []projectr.Passage{{ProjectID: there, Start: 6, End: 11, Unsure: true}}},
		Body: projectr.Body{Text: "Roof. Stone", Spans: []projectr.Span{{Kind: projectr.SpanNew, End: 11}}}, Thread: projectr.Thread{ID: "th_doubt"}}))
	if e := get[projectr.Email](dana, "/orgs/acme/emails/em_doubt"); len(e.SetAside) != 1 || !e.SetAside[0].Unsure {
		t.Fatalf("set aside %+v", e.SetAside)
	}
	e := send[projectr.Email](dana, "PATCH", "/orgs/acme/emails/em_doubt/passages/6", `{"project_id":"`+string(there)+`"}`)
	if len(e.SetAside) != 0 || len(e.Passages) != 1 || e.Passages[0].Unsure || e.Passages[0].ProjectID != there || *e.ProjectID != here {
		t.Errorf("on %v by %+v, set aside %+v", *e.ProjectID, e.Passages, e.SetAside)
	}
}

// A passage is moved, and back; the mail as a whole, and by its passages again.
func TestMovePassage(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	mail := "/orgs/acme/emails/" + string(h.acme.split(h))
	here, there := string(h.acme.project.ID), string(h.acme.other.ID)
	before := h.acme.writes(h)
	see := func(e projectr.Email, want string) {
		t.Helper()
		got := ""
		for _, p := range e.Passages {
			got += string(p.ProjectID) + " "
		}
		if got += fmt.Sprint("fact on ", e.Facts[0].ProjectID, ", ", len(e.SetAside), " set aside"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	see(send[projectr.Email](dana, "PATCH", mail+"/passages/0", `{"project_id":"`+there+`"}`), there+" "+there+" fact on "+there+", 0 set aside")
	for project, n := range map[string]int{here: 0, there: 1} {
		l := get[List[projectr.Email]](dana, "/orgs/acme/emails?project="+project)
		if got := slices.ContainsFunc(l.Items, func(e projectr.Email) bool { return strings.HasSuffix(mail, string(e.ID)) }); got != (n == 1) {
			t.Errorf("on %s: %v", project, got)
		}
	}
	see(send[projectr.Email](dana, "PATCH", mail+"/passages/0", `{"project_id":"`+here+`"}`), here+" "+there+" fact on "+here+", 0 set aside")
	told := func(project, want string) {
		t.Helper()
		var got []string
		for _, ev := range get[List[projectr.Event]](dana, "/orgs/acme/projects/"+project+"/events").Items {
			if ev.EmailID != nil && strings.HasSuffix(mail, string(*ev.EmailID)) && strings.Contains(string(ev.Kind), "moved") {
				got = append(got, fmt.Sprint(ev.Kind, " ", *ev.Other == projectr.ProjectID(there), " ", ev.Note))
			}
		}
		slices.Sort(got)
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("on %s it is told %s, want %s", project, s, want)
		}
	}
	told(here, "mail_moved_in true Weekly, mail_moved_out true Weekly")
	told(there, "passage_moved_in false Roof., passage_moved_out false Roof.")
	see(send[projectr.Email](dana, "POST", mail+"/move", `{"project_id":"`+there+`"}`), "fact on "+there+", 2 set aside")
	see(send[projectr.Email](dana, "POST", mail+"/move", `{"to":"passages"}`), here+" "+there+" fact on "+here+", 0 set aside")
	if n := h.acme.writes(h) - before; n != 4 {
		t.Errorf("%d audit entries for 4 moves", n)
	}
	for _, bad := range []struct {
		method, path, body string
		code               int
	}{
		{"PATCH", "/passages/1", `{"project_id":"` + here + `"}`, 404},
		{"PATCH", "/passages/-1", `{"project_id":"` + here + `"}`, 422},
		{"PATCH", "/passages/x", `{"project_id":"` + here + `"}`, 422},
		{"PATCH", "/passages/0", `{"project_id":"pr_nobody"}`, 404},
		{"PATCH", "/passages/0", `{"project_id":""}`, 422},
		{"PATCH", "/passages/0", `{}`, 422},
		{"POST", "/move", `{"to":"passages","thread":true}`, 422},
		{"POST", "/move", `{"to":"passages","project_id":"pr_nobody"}`, 404},
	} {
		if w := dana.do(bad.method, mail+bad.path, bad.body); w.Code != bad.code {
			t.Errorf("%s %s %s: %d %s", bad.method, bad.path, bad.body, w.Code, w.Body)
		}
	}
	if w := dana.do("POST", "/orgs/acme/emails/"+string(h.acme.filed.ID)+"/move", `{"to":"passages"}`); w.Code != 409 {
		t.Errorf("a mail without passages: %d %s", w.Code, w.Body)
	}
}

func TestMoveEmail(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	if l := get[List[projectr.Email]](dana, "/orgs/acme/review"); len(l.Items) != 1 || l.Items[0].ID != h.acme.tray.ID {
		t.Fatalf("review: %+v", l.Items)
	}
	move := "/orgs/acme/emails/" + string(h.acme.tray.ID) + "/move"
	for _, body := range []string{`{}`, `{"project_id":null}`, `{"to":"none","project_id":"` + string(h.acme.project.ID) + `"}`, `{"to":"elsewhere"}`, `{"project_id":7}`} {
		if w := dana.do("POST", move, body); w.Code != 422 {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	if e := send[projectr.Email](dana, "POST", move, `{"project_id":"`+string(h.acme.other.ID)+`","thread":true}`); e.State != projectr.Filed || *e.ProjectID != h.acme.other.ID || e.Match.Reasons[0].Kind != "person" {
		t.Errorf("%+v", e)
	}
	if e := send[projectr.Email](dana, "POST", move, `{"to":"review"}`); e.State != projectr.InReview || e.ProjectID != nil {
		t.Errorf("%+v", e)
	}
	if e := send[projectr.Email](dana, "POST", move, `{"to":"none","project_id":null}`); e.State != projectr.Filed || e.ProjectID != nil {
		t.Errorf("%+v", e)
	}
	for query, n := range map[string]int{"": 3, "?state=filed": 2, "?state=quarantined": 1, "?state=review": 0, "?project=" + string(h.acme.project.ID): 1, "?kind=action_item": 2, "?kind=risk": 0, "?before=2026-01-01T00:00:00Z": 0, "?order=date&limit=1": 1} {
		if l := get[List[projectr.Email]](dana, "/orgs/acme/emails"+query); len(l.Items) != n {
			t.Errorf("emails%s: %d", query, len(l.Items))
		}
	}
}

func TestOneEmail(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.viewer)
	e := get[EmailView](dana, "/orgs/acme/emails/"+string(h.acme.filed.ID))
	if e.Subject == "" || !strings.Contains(e.Body.Text, "ceiling plan") || len(e.Facts) != 1 || !e.Facts[0].Stands(e.Body.Text) || e.HTMLURL == nil {
		t.Fatalf("%+v", e)
	}
	raw := ask(h, dana.request("GET", strings.TrimPrefix(e.RawURL, "/api/v1"), ""))
	sum := sha256.Sum256(raw.Body.Bytes())
	if raw.Code != 200 || hex.EncodeToString(sum[:]) != string(e.SHA256) || raw.Header().Get("Content-Type") != "message/rfc822" ||
		!strings.HasPrefix(raw.Header().Get("Content-Disposition"), "attachment; filename=") || !strings.Contains(raw.Header().Get("Content-Security-Policy"), "sandbox") ||
		raw.Header().Get("Content-Length") != fmt.Sprint(e.Size) {
		t.Errorf("raw: %d %v", raw.Code, raw.Header())
	}
}

// The HTML of a mail runs nothing, asks nobody for anything, and is shown in a
// frame of ours only (invariants I-24, I-25).
func TestHTMLOfEmail(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.viewer)
	w := dana.do("GET", "/orgs/acme/emails/"+string(h.acme.filed.ID)+"/html", "")
	page := w.Body.String()
	if w.Code != 200 || !strings.Contains(page, "revised ceiling plan") || !strings.Contains(page, `src="data:image/png;base64,`) {
		t.Fatalf("%d %s", w.Code, page)
	}
	for _, bad := range []string{"<script", "onclick", "tracker.example", "cid:"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q in it", bad)
		}
	}
	csp := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "img-src data:", "sandbox", "frame-ancestors 'self'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy %q has no %s", csp, want)
		}
	}
	for _, bad := range []string{"allow-scripts", "allow-same-origin", "script-src"} {
		if strings.Contains(csp, bad) {
			t.Errorf("policy %q has %s", csp, bad)
		}
	}
}

// A mail that shows its picture again and again is no larger than a page may
// be: what is sent is counted, not what came.
func TestOnePictureShownOftenIsBounded(t *testing.T) {
	h := open(t)
	picture := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 900_000)...)
	raw := string(rawMail("plain", "the large"))
	raw = strings.Replace(raw, `<img src="cid:plan">`, strings.Repeat(`<img src="cid:plan" alt="ceiling plan">`+"\r\n", 150), 1)
	raw = regexp.MustCompile(`iVBORw0[^\r]*`).ReplaceAllString(raw, base64.StdEncoding.EncodeToString(picture))
	e := h.recordRaw(h.acme, h.acme.project.ID, "plain", []byte(raw))
	w := h.signIn(h.acme.viewer).do("GET", "/orgs/acme/emails/"+string(e.ID)+"/html", "")
	page := w.Body.String()
	shown, told := strings.Count(page, `src="data:image/png;base64,`), strings.Count(page, "[ceiling plan]")
	if w.Code != 200 || len(raw) > 1_300_000 || len(page) > 17<<20 || shown < 5 || shown+told != 150 || !strings.Contains(page, ">plan</a>") {
		t.Errorf("%d: a mail of %d bytes became a page of %d with %d pictures and %d descriptions", w.Code, len(raw), len(page), shown, told)
	}
}

func TestHTMLViewsWaitForTheirTurn(t *testing.T) {
	h := open(t)
	site := &Site{pages: make(turns, maxPages)}
	for range maxPages {
		if _, err := site.pages.turn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := Caller{Org: h.acme.Org, Site: site}
	if _, err := htmlOfEmail(ctx, c, EmailIn{ID: h.acme.filed.ID}); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("with no turn free: %v", err)
	}
	<-site.pages
	for range 3 { // each turn ends
		if _, err := htmlOfEmail(t.Context(), c, EmailIn{ID: h.acme.filed.ID}); err != nil {
			t.Errorf("with one free: %v", err)
		}
	}
}

func TestAttachment(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.viewer)
	at := "/orgs/acme/emails/" + string(h.acme.filed.ID) + "/attachments/"
	e := get[EmailView](dana, "/orgs/acme/emails/"+string(h.acme.filed.ID))
	if len(e.Attachments) != 2 {
		t.Fatalf("attachments: %+v", e.Attachments)
	}
	for _, a := range e.Attachments {
		w := dana.do("GET", at+fmt.Sprint(a.N), "")
		sum := sha256.Sum256(w.Body.Bytes())
		if w.Code != 200 || hex.EncodeToString(sum[:]) != string(a.SHA256) || w.Header().Get("Content-Length") != fmt.Sprint(a.Size) {
			t.Errorf("%d: %d, %d bytes", a.N, w.Code, w.Body.Len())
		}
		if !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; ") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%d: %v", a.N, w.Header())
		}
		if strings.HasSuffix(a.Filename, ".html") && (w.Header().Get("Content-Type") != "application/octet-stream" || strings.Contains(w.Header().Get("Content-Disposition"), "..")) {
			t.Errorf("a page as a file: %v", w.Header())
		}
	}
	for n, code := range map[string]int{"0": 422, "-1": 422, "x": 422, "3": 404, "99999999999999999999": 422} {
		if w := dana.do("GET", at+n, ""); w.Code != code {
			t.Errorf("attachment %s: %d %s", n, w.Code, w.Body)
		}
	}
}

func TestWhatIsNew(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	c := get[Changes](dana, "/orgs/acme/changes")
	if len(c.Items) != 1 || c.Items[0].Fact == nil || c.Mails != 1 || c.Projects != 1 {
		t.Errorf("%+v", c)
	}
	later := url.QueryEscape(h.clock.now().Add(time.Hour).Format(time.RFC3339))
	if c := get[Changes](dana, "/orgs/acme/changes?since="+later); len(c.Items) != 0 || c.Mails != 0 || c.Projects != 0 || c.Items == nil {
		t.Errorf("%+v", c)
	}
	if c := get[Changes](dana, "/orgs/acme/changes?since=2020-01-01&limit=1"); len(c.Items) != 1 || c.Mails != 1 {
		t.Errorf("%+v", c)
	}
	if w := dana.do("GET", "/orgs/acme/changes?since=yesterday", ""); w.Code != 422 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for q, want := range map[string]bool{"q=ceiling": true, "q=Cedar&kind=project": true, "q=ceiling&kind=fact,mail": true, "q=plan&kind=attachment": true, "q=zebra": false, "q=": false} {
		if l := get[List[projectr.SearchHit]](dana, "/orgs/acme/search?"+q); (len(l.Items) > 0) != want {
			t.Errorf("%s: %+v", q, l.Items)
		}
	}
	if w := dana.do("GET", "/orgs/acme/search?q=x&kind=secret", ""); w.Code != 422 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if u := get[List[projectr.Fact]](dana, "/orgs/acme/unsure"); len(u.Items) != 1 {
		t.Errorf("unsure: %+v", u.Items)
	}
	o := get[OrgView](dana, "/orgs/acme")
	if o.Counts.Projects != 2 || o.Counts.Review != 1 || o.Counts.Actions != 1 || o.Counts.Unsure != 1 || o.Role != projectr.Admin || o.MailIn != "acme@mail.example" {
		t.Errorf("%+v", o)
	}
	if byID := get[OrgView](dana, "/orgs/"+string(o.ID)); byID.ID != o.ID {
		t.Errorf("by id: %+v", byID)
	}
}

func TestUsageAndPlan(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.viewer)
	u := get[projectr.Usage](dana, "/orgs/acme/usage")
	if u.Emails != 2 || len(u.Days) != 1 || u.Days[0].Emails != 2 || len(u.Projects) != 1 || u.Projects[0].Emails != 1 || u.Projects[0].Name != h.acme.project.Name || u.CostMicro != 0 {
		t.Errorf("%+v", u)
	}
	if u := get[projectr.Usage](dana, "/orgs/acme/usage?from=2020-01-01&to=2020-01-31"); u.Emails != 0 || u.Days == nil || u.Projects == nil {
		t.Errorf("%+v", u)
	}
	for _, q := range []string{"?from=x", "?from=2026-02-30", "?from=2026-03-02&to=2026-03-01", "?from=2000-01-01"} {
		if w := dana.do("GET", "/orgs/acme/usage"+q, ""); w.Code != 422 {
			t.Errorf("usage%s: %d %s", q, w.Code, w.Body)
		}
	}
	s := get[Subscription](dana, "/orgs/acme/subscription")
	if s.Plan.Name != "professional" || s.Limits.Emails != 2000 || !s.Billing || s.Status != "none" || s.Used.Emails != 2 || s.Used.Projects != 2 || s.Used.Users != 2 || s.Used.Bytes == 0 {
		t.Errorf("%+v", s)
	}
	if len(s.Plans) != 3 || s.Plans[0].Name != "starter" || s.Plans[1] != s.Plan || !s.Plans[2].ByAgreement {
		t.Errorf("for sale: %+v", s.Plans)
	}
}

func TestAdministration(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	m := get[List[projectr.Member]](dana, "/orgs/acme/members?limit=1")
	if len(m.Items) != 1 || m.Next == nil {
		t.Fatalf("%+v", m)
	}
	if m := get[List[projectr.Member]](dana, "/orgs/acme/members?limit=1&after="+*m.Next); len(m.Items) != 1 || m.Next != nil || m.Items[0].User.Name != "viewer plain" {
		t.Errorf("%+v", m)
	}
	w := dana.do("GET", "/orgs/acme/api-keys", "")
	k := decode[List[projectr.APIKey]](dana, w, "api-keys")
	if len(k.Items) != 2 || !strings.HasPrefix(h.acme.adminKey, k.Items[1].Prefix) || len(k.Items[1].Prefix) > 12 || strings.Contains(w.Body.String(), h.acme.adminKey) {
		t.Errorf("%s", w.Body)
	}
	send[projectr.Project](h.withKey(h.acme.adminKey), "POST", "/orgs/acme/projects", `{"name":"By key"}`)
	a := get[List[projectr.AuditEntry]](dana, "/orgs/acme/audit?limit=1")
	if len(a.Items) != 1 || a.Items[0].Action != "project.create" || a.Items[0].Actor.Kind != "key" || a.Next == nil {
		t.Errorf("%+v", a)
	}
	if me := get[Me](h.withKey(h.acme.viewerKey), "/me"); len(me.Organisations) != 1 || me.Organisations[0].Role != projectr.Viewer || !strings.HasPrefix(string(me.User.ID), "key_") {
		t.Errorf("%+v", me)
	}
}

// stream reads the lines of an event stream over a real connection.
func stream(t *testing.T, h *house, c client) (*httptest.Server, <-chan string) {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", srv.URL+"/api/v1/orgs/acme/events/stream", nil)
	h.must(err)
	for _, k := range c.cookies {
		r.AddCookie(k)
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	res, err := srv.Client().Do(r)
	h.must(err)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %v", res.Status, res.Header)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		defer res.Body.Close()
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return srv, lines
}

// until reads lines until one begins so; the end of the stream gives "".
func until(lines <-chan string, prefix string) string {
	for l := range lines {
		if strings.HasPrefix(l, prefix) {
			return l
		}
	}
	return ""
}

func TestChangesAreToldAsTheyHappen(t *testing.T) {
	h := open(t)
	_, lines := stream(t, h, h.signIn(h.acme.viewer))
	until(lines, "retry:")
	_, err := h.globex.CreateProject(t.Context(), projectr.Project{Name: "Theirs canary"})
	h.must(err)
	p, err := h.acme.CreateProject(t.Context(), projectr.Project{Name: "Ours"})
	h.must(err)
	if got := until(lines, "event:"); got != "event: change" {
		t.Fatalf("%q", got)
	}
	var ch projectr.Change
	if err := json.Unmarshal([]byte(strings.TrimPrefix(<-lines, "data: ")), &ch); err != nil || ch.ProjectID != p.ID || ch.Kind != projectr.ProjectCreated {
		t.Errorf("%+v %v", ch, err)
	}
}

// A stream ends by itself when its reader's rights do (invariant I-19).
func TestStreamsEndWithTheRightToThem(t *testing.T) {
	for name, end := range map[string]func(*house) error{
		"signed out": func(h *house) error { return h.acc.SetPassword(t.Context(), h.acme.viewer, "another pit at dawn") },
		"taken out":  func(h *house) error { return h.acme.DropMember(t.Context(), h.acme.viewer.ID) },
		"disabled": func(h *house) error {
			return h.acc.Disable(t.Context(), h.acme.viewer, true, projectr.Actor{Kind: "operator"}, "test")
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, func(c *Config) { c.Heartbeat = 10 * time.Millisecond })
			_, lines := stream(t, h, h.signIn(h.acme.viewer))
			if until(lines, ":") == "" {
				t.Fatal("it ended before anything happened")
			}
			h.must(end(h))
			if until(lines, "never") != "" {
				t.Error("it goes on")
			}
		})
	}
}

// A stream on which nothing happens ends within two seconds, whatever ended the right
// to it and in whichever process.
func TestSilentStreamsEndSoon(t *testing.T) {
	h := open(t, func(c *Config) { c.Heartbeat = time.Hour })
	keys, err := h.acme.APIKeys(t.Context())
	h.must(err)
	type open struct {
		who string
		client
		end func() error
	}
	user := func(name string) client {
		u, err := h.acc.CreateUser(t.Context(), name+"@acme.example", name, password)
		h.must(err)
		h.must(h.acme.SaveMember(t.Context(), u.ID, projectr.Viewer))
		return h.signIn(u)
	}
	id := func(name string) projectr.User {
		u, err := h.acc.User(t.Context(), name+"@acme.example")
		h.must(err)
		return u
	}
	for _, x := range []open{
		{"signed out", user("ann"), func() error { return h.acc.SetPassword(t.Context(), id("ann"), "another pit at dawn") }},
		{"taken out", user("bob"), func() error { return h.acme.DropMember(t.Context(), id("bob").ID) }},
		{"disabled", user("cid"), func() error {
			return h.acc.Disable(t.Context(), id("cid"), true, projectr.Actor{Kind: "operator"}, "test")
		}},
		{"a revoked key", h.withKey(h.acme.viewerKey), func() error { return h.acme.RevokeAPIKey(t.Context(), keys[0].ID) }},
	} {
		t.Run(x.who, func(t *testing.T) {
			_, lines := stream(t, h, x.client)
			if until(lines, "retry:") == "" {
				t.Fatal("it did not begin")
			}
			began := time.Now()
			h.must(x.end())
			until(lines, "never")
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it went on for %s", took)
			}
		})
	}
}

// Nothing is told after the right to hear it has ended, not even before the
// next heartbeat.
func TestNoChangeIsToldWithoutTheRightToIt(t *testing.T) {
	for name, end := range map[string]func(*house) error{
		"signed out": func(h *house) error { return h.acc.SetPassword(t.Context(), h.acme.viewer, "another pit at dawn") },
		"taken out":  func(h *house) error { return h.acme.DropMember(t.Context(), h.acme.viewer.ID) },
		"disabled": func(h *house) error {
			return h.acc.Disable(t.Context(), h.acme.viewer, true, projectr.Actor{Kind: "operator"}, "test")
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, func(c *Config) { c.Heartbeat = time.Hour })
			_, lines := stream(t, h, h.signIn(h.acme.viewer))
			until(lines, "retry:")
			h.clock.forward(stillMay)
			_, err := h.acme.CreateProject(t.Context(), projectr.Project{Name: "While they may"})
			h.must(err)
			if until(lines, "event:") == "" {
				t.Fatal("it ended while the right held")
			}
			h.must(end(h))
			h.clock.forward(stillMay)
			_, err = h.acme.CreateProject(t.Context(), projectr.Project{Name: "None of theirs any more"})
			h.must(err)
			if got := until(lines, "event:"); got != "" {
				t.Errorf("it was told %q", got)
			}
		})
	}
}

func TestStreamsEndWithTheServer(t *testing.T) {
	closing := make(chan struct{})
	h := open(t, func(c *Config) { c.Closing = closing })
	srv, lines := stream(t, h, h.signIn(h.acme.viewer))
	until(lines, "retry:")
	close(closing)
	until(lines, "never")
	if err := srv.Config.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOnePersonHasSoManyStreams(t *testing.T) {
	s := streams{open: map[string]int{}}
	for range maxStreamsOne {
		if !s.add("jo") {
			t.Fatal("too few")
		}
	}
	if s.add("jo") || !s.add("ann") {
		t.Error("jo may have one more, or ann none")
	}
	s.done("jo")
	if !s.add("jo") {
		t.Error("one that ended still counts")
	}
}

// Bytes that are not those received are never served as if they were (I-7).
func TestDamagedMailIsReported(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.viewer)
	h.blobs.m.Range(func(k, v any) bool {
		b := bytes.Clone(v.([]byte))
		b[len(b)-3] ^= 1
		h.blobs.m.Store(k, b)
		return true
	})
	at := "/orgs/acme/emails/" + string(h.acme.filed.ID)
	for _, path := range []string{"/attachments/1", "/html"} {
		if w := dana.do("GET", at+path, ""); w.Code != 500 || !strings.Contains(w.Body.String(), `"code":"internal"`) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	r, err := http.NewRequest("GET", srv.URL+"/api/v1"+at+"/raw", nil)
	h.must(err)
	for _, k := range dana.cookies {
		r.AddCookie(k)
	}
	res, err := srv.Client().Do(r)
	if err == nil {
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, res.Body)
	}
	if err == nil {
		t.Error("the raw mail came whole, damaged as it is")
	}
}
