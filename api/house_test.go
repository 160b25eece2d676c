package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/account"
	"projectr/extract"
	"projectr/ingest"
	"projectr/message"
	"projectr/store"
	"projectr/store/sqlite/sqlitetest"
)

// house is an installation with two organisations, acme and globex, each with
// people, keys, projects and mail. Every text that is globex's has the word canary
// in it, and none of its ids.
type house struct {
	testing.TB
	http.Handler
	st     *store.Store
	acc    *account.Accounts
	config Config
	clock  *clock
	blobs  memBlobs
	road   *ingest.Pipeline
	idp    *idp

	samples []string // that were asked for: the organisation, and by whom

	acme, globex firm
}

// firm is one organisation of the house.
type firm struct {
	store.Org
	name    string
	project projectr.Project
	other   projectr.Project
	filed   projectr.Email // on project, with HTML, a picture and a file
	tray    projectr.Email // in review
	kept    projectr.Email // in quarantine
	fact    projectr.Fact
	admin   projectr.User
	viewer  projectr.User

	adminKey, viewerKey string
}

const password = "gravel pit at dawn"

// site is the address that passkeys are for.
const site = "https://app.example"

// clock runs like the real one, unless it begins at a moment and stands there, and
// can be set forward.
type clock struct {
	mu    sync.Mutex
	stand time.Time
	add   time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stand.IsZero() {
		return c.stand.Add(c.add)
	}
	return time.Now().UTC().Add(c.add)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add += d
}

// memBlobs keeps bytes for the length of a test.
type memBlobs struct{ m sync.Map }

func (b *memBlobs) Put(_ context.Context, key string, r io.Reader) error {
	if _, ok := b.m.Load(key); ok {
		return nil
	}
	p, err := io.ReadAll(r)
	if err == nil {
		b.m.Store(key, p)
	}
	return err
}

func (b *memBlobs) Open(_ context.Context, key string) (io.ReadCloser, error) {
	p, ok := b.m.Load(key)
	if !ok {
		return nil, &projectr.Error{Kind: projectr.NotFound, Message: "No such bytes."}
	}
	return io.NopCloser(bytes.NewReader(p.([]byte))), nil
}

func (b *memBlobs) Delete(_ context.Context, key string) error { b.m.Delete(key); return nil }

func (b *memBlobs) DeleteAll(_ context.Context, org projectr.OrgID) error {
	b.m.Range(func(k, _ any) bool {
		if strings.HasPrefix(k.(string), string(org)+"/") {
			b.m.Delete(k)
		}
		return true
	})
	return nil
}

func open(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	h := over(t, sqlitetest.Open(t), &clock{}, change...)
	h.acme = h.firm("acme", "Acme Electric", "plain")
	h.globex = h.firm("globex", "Globex canary", "canary")
	return h
}

// over is a house without firms, on a database that may have some.
func over(t testing.TB, db store.Driver, c *clock, change ...func(*Config)) *house {
	t.Helper()
	h := &house{TB: t, clock: c}
	var err error
	h.st = store.New(db, &h.blobs, h.clock.now)
	h.st.Check, h.st.Link = extract.Check, extract.Link
	h.acc, err = account.New(h.st, h.clock.now, rand.Reader, account.Params{Memory: 64, Time: 1, Threads: 1})
	h.must(err)
	h.acc.Key, h.acc.Mails, h.acc.Origin = make([]byte, account.KeySize), true, site
	h.idp = &idp{people: map[string]projectr.Claims{}}
	on := h.acc.NewSignOn(h.idp)
	on.Name = "Acme ID"
	h.config = Config{
		Accounts: h.acc, SignOn: on, Ready: h.st.Ready, MailDomain: "mail.example", PublicURL: "http://127.0.0.1:8080",
		Now: h.clock.now, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})),
		Web: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "<!doctype html>app") }),
	}
	road := &ingest.Pipeline{Store: h.st, Extractor: extract.Rules{}, MailDomain: "mail.example", Now: h.clock.now, Log: h.config.Log}
	h.config.Release, h.config.Reread, h.config.Price, h.road = road.ReleaseOne, road.Reread, road.PriceSettings, road
	h.config.Sample = func(_ context.Context, org store.Org, by projectr.User) error {
		h.samples = append(h.samples, string(org.ID())+" "+by.Email)
		return nil
	}
	h.config.Billing = cashier{}
	h.config.Trail = NewTrail(h.acc, h.clock.now)
	for _, f := range change {
		f(&h.config)
	}
	h.Handler = Handler(h.config)
	return h
}

// operator makes an account that may use the operator's pages.
func (h *house) operator(name string) projectr.User {
	h.Helper()
	u, err := h.acc.CreateUser(h.Context(), name+"@house.example", "Olga "+name, password)
	h.must(err)
	h.must(h.st.SetOperator(h.Context(), u.ID, true, projectr.Actor{Kind: "operator"}))
	return u
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) firm(name, title, mark string) firm {
	h.Helper()
	ctx := h.Context()
	f := firm{name: name}
	id := projectr.OrgID("org_" + name + "1")
	h.must(h.st.CreateOrg(ctx, projectr.Org{ID: id, Name: title, Address: name, Plan: "professional", TimeZone: "America/New_York"}, projectr.Actor{Kind: "operator"}))
	var err error
	f.Org, err = h.st.AsOperator(ctx, name, "to set the test up")
	h.must(err)
	for _, p := range []struct {
		user *projectr.User
		who  string
		role projectr.Role
	}{{&f.admin, "admin", projectr.Admin}, {&f.viewer, "viewer", projectr.Viewer}} {
		*p.user, err = h.acc.CreateUser(ctx, p.who+"@"+name+".example", p.who+" "+mark, password)
		h.must(err)
		h.must(f.SaveMember(ctx, p.user.ID, p.role))
	}
	f.adminKey, _, err = h.acc.NewAPIKey(ctx, f.Org, "all "+mark, projectr.Admin, time.Time{})
	h.must(err)
	f.viewerKey, _, err = h.acc.NewAPIKey(ctx, f.Org, "look "+mark, projectr.Viewer, time.Time{})
	h.must(err)
	f.project, err = f.CreateProject(ctx, projectr.Project{Name: "Cedar Hall " + mark, JobNumber: "24-117", Client: "Cedar " + mark, Address: "1 Cedar St"})
	h.must(err)
	f.other, err = f.CreateProject(ctx, projectr.Project{Name: "Elm Street Clinic " + mark, JobNumber: "24-130"})
	h.must(err)
	f.filed = h.record(f, f.project.ID, mark, "the first")
	f.tray = h.record(f, "", mark, "the unclear")
	for _, e := range []projectr.Email{f.filed, f.tray} { // a reading is proposed of each
		n, err := f.AskReadings(ctx, []projectr.EmailID{e.ID}, "gpt-"+mark)
		h.must(err)
		if n != 1 {
			h.Fatalf("%s cannot be read again", e.ID)
		}
		found := e.Facts[0]
		found.Text = "Send the ceiling plan " + mark
		_, err = f.KeepReading(ctx, projectr.Reading{EmailID: e.ID, N: 2, Extractor: "gpt-" + mark, Version: "1", Why: "asked", Facts: []projectr.Fact{found},
			Calls: []projectr.ModelCall{{Model: "gpt-" + mark, Sent: "Sent " + mark, Outcome: projectr.CallAnswered}}})
		h.must(err)
	}
	f.kept = h.recordRaw(f, "", mark, rawMail(mark, "the stranger"), func(r *projectr.Recording) {
		r.Email.State, r.Email.Verdict, r.Email.Facts, r.Uncounted = projectr.Quarantined, projectr.Refused, nil, true
		r.Reading = nil
		r.Email.Why = "Nobody knows " + mark + "."
		r.Events = r.Events[:1]
		r.Events[0].Kind = projectr.MailKeptBack
	})
	f.fact = f.filed.Facts[0]
	return f
}

// rawMail is a mail with text, HTML with a picture, and a file whose name
// would like to be more than a name.
func rawMail(mark, title string) []byte {
	return []byte(strings.ReplaceAll(`From: Dana Whitlock <dana@gc-`+mark+`.example>
To: acme@mail.example
Subject: Ceiling `+mark+` `+title+`
Message-ID: <`+strings.ReplaceAll(title, " ", ".")+`@`+mark+`.example>
Date: Mon, 02 Mar 2026 09:15:00 -0500
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=utf-8

Mike will send the revised ceiling plan `+mark+` by Friday.
--a
Content-Type: text/html; charset=utf-8

<p onclick="alert(1)">Mike will send the revised ceiling plan `+mark+` by Friday.</p><script>alert(1)</script><img src="cid:plan"><img src="https://tracker.example/x.gif"><a href="https://gc.example/plan">plan</a>
--a--
--r
Content-Type: image/png; name=plan.png
Content-ID: <plan>
Content-Disposition: inline; filename=plan.png
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=
--r--
--m
Content-Type: text/html; name="x.html"
Content-Disposition: attachment; filename="../plan`+mark+`.html"

<script>alert(1)</script>
--m--
`, "\n", "\r\n"))
}

func (h *house) record(f firm, project projectr.ProjectID, mark, title string) projectr.Email {
	h.Helper()
	return h.recordRaw(f, project, mark, rawMail(mark, title))
}

func (h *house) recordRaw(f firm, project projectr.ProjectID, mark string, raw []byte, change ...func(*projectr.Recording)) projectr.Email {
	h.Helper()
	ctx := h.Context()
	m, err := message.Parse(bytes.NewReader(raw))
	h.must(err)
	sum := sha256.Sum256(raw)
	digest := projectr.Digest(hex.EncodeToString(sum[:]))
	h.must(f.KeepRaw(ctx, digest, bytes.NewReader(raw)))
	e := projectr.Email{
		ID: projectr.EmailIDFor(f.ID(), digest, "dana@gc.example", ""), MessageID: m.MessageID, Subject: m.Subject,
		From: m.From, To: m.To, Cc: []projectr.MailAddress{}, Date: m.Date, ReceivedAt: h.clock.now(), ThreadID: projectr.ThreadID("th_" + f.name + hex.EncodeToString(sum[:4])),
		State: projectr.InReview, SHA256: digest, Size: int64(len(raw)), Verdict: projectr.Accepted, Snippet: "Mike will send", Attachments: m.Attachments,
		Match:     projectr.Match{Reasons: []projectr.Reason{{Kind: "none", Text: "No project was sure enough."}}, Candidates: []projectr.Candidate{}},
		Automatic: "no", Warnings: []string{}, Extractor: "rules", EnvelopeFrom: "dana@gc.example",
	}
	quote := "Mike will send the revised ceiling plan " + mark + " by Friday."
	start := len([]rune(m.Text[:strings.Index(m.Text, quote)]))
	owner, due := "Mike "+mark, "2026-03-06"
	fact := projectr.Fact{
		ID: projectr.FactID("fa_" + string(e.ID[3:])), EmailID: e.ID, ProjectID: project, Kind: projectr.ActionItem,
		Text: "Send the revised ceiling plan " + mark, Quote: quote, Start: start, End: start + len([]rune(quote)),
		Proof: projectr.Verified, Confidence: 0.7, Owner: &owner, Deadline: &due, Priority: "normal", Affects: []string{},
		State: projectr.FactOpen, By: "rules", At: m.Date,
	}
	e.Facts = []projectr.Fact{fact}
	if project != "" {
		e.State, e.ProjectID = projectr.Filed, &project
	}
	ev := func(kind projectr.EventKind, n string, fid *projectr.FactID) projectr.Event {
		return projectr.Event{ID: projectr.EventID("ev_" + n + string(e.ID[3:])), Kind: kind, At: m.Date, ProjectID: project, EmailID: &e.ID, FactID: fid, Actor: f.By(), Note: m.Subject}
	}
	r := projectr.Recording{
		Email: e, Body: projectr.Body{Text: m.Text, Spans: m.Spans, HTML: m.HTML != ""},
		Thread: projectr.Thread{ID: e.ThreadID, Project: project},
		Events: []projectr.Event{ev(projectr.MailFiled, "m", nil), ev(projectr.FactExtracted, "f", &fact.ID)},
	}
	if project == "" {
		r.Events[0].Kind = projectr.MailInReview
	}
	r.Reading = &projectr.Reading{At: m.Date, By: f.By(), Extractor: "rules", Version: "1", Why: "received", State: projectr.ReadingCurrent, CostMicro: new(int64)}
	r.Files = map[int]projectr.FileText{}
	for _, a := range e.Attachments {
		r.Files[a.N] = projectr.FileText{State: projectr.FileRead, Text: "What file " + mark + " says."}
	}
	for _, c := range change {
		c(&r)
	}
	h.must(f.Record(ctx, r))
	kept, err := f.Email(ctx, e.ID)
	h.must(err)
	return kept
}

// rule makes a rule of who may send.
func (f firm) rule(h *house) projectr.SenderID {
	h.Helper()
	r, err := f.SaveSender(h.Context(), "@sub.example", true)
	h.must(err)
	return r.ID
}

// key makes an API key.
func (f firm) key(h *house) projectr.KeyID {
	h.Helper()
	_, k, err := h.acc.NewAPIKey(h.Context(), f.Org, "extra", projectr.Viewer, time.Time{})
	h.must(err)
	return k.ID
}

// stays takes back that the firm is to be deleted.
func (f firm) stays(h *house) {
	h.Helper()
	_, err := f.Stay(h.Context())
	h.must(err)
}

// roomy gives the firm a plan without a limit of people.
func (f firm) roomy(h *house) {
	h.Helper()
	_, err := f.ChangeInfo(h.Context(), func(o *projectr.Org) { o.Plan = "self_hosted" })
	h.must(err)
}

// invitation makes one more invitation.
func (f firm) invitation(h *house) projectr.InviteID {
	h.Helper()
	f.roomy(h)
	x, _, err := h.acc.Invite(h.Context(), f.Org, rand.Text()+"@new.example", projectr.Viewer)
	h.must(err)
	return x.ID
}

// extra makes one more viewer.
func (f firm) extra(h *house) projectr.UserID {
	h.Helper()
	u, err := h.acc.CreateUser(h.Context(), rand.Text()+"@"+f.name+".example", "Extra", "")
	h.must(err)
	h.must(f.SaveMember(h.Context(), u.ID, projectr.Viewer))
	return u.ID
}

// filing makes a rule of where mail goes, another one each time.
func (f firm) filing(h *house) projectr.FilingRuleID {
	h.Helper()
	r, err := f.CreateFilingRule(h.Context(), projectr.FilingRule{Words: "doors " + rand.Text(), ProjectID: f.project.ID})
	h.must(err)
	return r.ID
}

// split records a mail that is filed by two passages, on project and on other; another
// one each time.
func (f firm) split(h *house) projectr.EmailID {
	h.Helper()
	id := projectr.EmailID("em_" + rand.Text())
	thread := projectr.ThreadID("th_" + rand.Text())
	at := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	first, second := f.project.ID, f.other.ID
	h.must(f.Record(h.Context(), projectr.Recording{
		Email: projectr.Email{ID: id, ThreadID: thread, Subject: "Weekly", Date: at, ReceivedAt: at, State: projectr.Filed, Verdict: projectr.Accepted, Automatic: "no",
			Passages: []projectr.Passage{{ProjectID: first, End: 5}, {ProjectID: second, Start: 6, End: 11}},
			Facts: []projectr.Fact{{ID: projectr.FactID("fa_" + rand.Text()), Kind: projectr.KeyPoint, Text: "Roof.", Quote: "Roof.", End: 5, Proof: projectr.Verified,
				Confidence: 0.9, Priority: "normal", State: projectr.FactOpen, By: "rules", At: at}}},
		Body: projectr.Body{Text: "Roof. Stone", Spans: []projectr.Span{{Kind: projectr.SpanNew, End: 11}}}, Thread: projectr.Thread{ID: thread}}))
	return id
}

// idp is a sign-in provider that says of people what a test has it say: the subject is
// their code and their access token. What a real one proves, oidc's own tests look at.
type idp struct {
	mu     sync.Mutex
	trips  int
	people map[string]projectr.Claims
	down   bool
}

func (p *idp) Start(context.Context) (projectr.SignOnTrip, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return projectr.SignOnTrip{}, errDown
	}
	p.trips++
	n := fmt.Sprint(p.trips)
	return projectr.SignOnTrip{URL: "https://id.example/authorize?state=s" + n, State: "s" + n, Nonce: "n" + n, Verifier: "v" + n}, nil
}

func (p *idp) Finish(ctx context.Context, _ projectr.SignOnTrip, r projectr.SignOnReturn) (projectr.Claims, error) {
	return p.Bearer(ctx, r.Code)
}

func (p *idp) Bearer(_ context.Context, token string) (projectr.Claims, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.people[token]
	switch {
	case p.down:
		return c, errDown
	case !ok:
		return c, &projectr.Error{Kind: projectr.Unknown, Message: "This access token opens nothing.", Err: errors.New("nobody signed it")}
	}
	c.Issuer, c.Subject = "https://id.example", token
	return c, nil
}

var errDown = &projectr.Error{Kind: projectr.Unavailable, Message: "The sign-in provider gives no usable answer. Try again in a minute.", Err: errors.New("no route to host")}

// says has the provider say of somebody where they belong, and lets them in there.
func (p *idp) says(h *house, token, org string, role projectr.Role) projectr.User {
	h.Helper()
	p.mu.Lock()
	p.people[token] = projectr.Claims{Email: token + "@" + org + ".example", Verified: true, Name: "By token", Org: org, Role: role}
	p.mu.Unlock()
	who, err := h.config.SignOn.ByToken(h.Context(), token)
	h.must(err)
	return who.User
}

// client is somebody with what they show at the door.
type client struct {
	h       *house
	cookies []*http.Cookie
	bearer  string
}

func (h *house) signIn(u projectr.User) client {
	h.Helper()
	w := ask(h, jsonRequest("POST", "/api/v1/session", fmt.Sprintf(`{"email":%q,"password":%q}`, u.Email, password)))
	if w.Code != 200 {
		h.Fatalf("sign in as %s: %d %s", u.Email, w.Code, w.Body)
	}
	return client{h: h, cookies: w.Result().Cookies()}
}

func (h *house) withKey(secret string) client { return client{h: h, bearer: secret} }

func (c client) request(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:8080/api/v1"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, k := range c.cookies {
		r.AddCookie(k)
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	return r.WithContext(c.h.Context())
}

func (c client) do(method, path, body string) *httptest.ResponseRecorder {
	return ask(c.h, c.request(method, path, body))
}

// get asks for JSON and fails the test when it does not come.
func get[T any](c client, path string) T {
	c.h.Helper()
	return decode[T](c, c.do("GET", path, ""), path)
}

func send[T any](c client, method, path, body string) T {
	c.h.Helper()
	return decode[T](c, c.do(method, path, body), path)
}

func decode[T any](c client, w *httptest.ResponseRecorder, path string) T {
	c.h.Helper()
	var v T
	if w.Code/100 != 2 {
		c.h.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		c.h.Fatalf("%s: %v: %s", path, err, w.Body)
	}
	return v
}

// writes counts what was ever written to an organisation: every change has its
// entry in the audit log.
func (f firm) writes(h *house) int {
	h.Helper()
	return len(f.noted(h, projectr.WasDone))
}

// noted are the entries of an organisation's audit log with this outcome, newest
// first.
func (f firm) noted(h *house, o projectr.Outcome) []projectr.AuditEntry {
	h.Helper()
	var all []projectr.AuditEntry
	page := projectr.Page{Limit: 200}
	for {
		l, err := f.Audit(h.Context(), projectr.AuditFilter{Page: page, Outcome: o})
		h.must(err)
		all = append(all, l.Items...)
		if page.After = l.Next; page.After == "" {
			return all
		}
	}
}
