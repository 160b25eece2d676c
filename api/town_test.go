package api

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"

	"github.com/klauspost/compress/zstd"

	"projectr"
	"projectr/store/sqlite"
	"projectr/store/sqlite/sqlitetest"
)

// Words that stand in the texts of a town's organisations. They are equally long,
// so that places in a text stay right when one is put for the other.
const (
	plain  = "plainqx77"
	canary = "canaryqx7" // in every text of the neighbours, in none of their ids
)

// tickets is how many sign-in links wait for somebody to use them.
const tickets = 12

// townsToken is an access token of somebody of acme.
const townsToken = "pia"

// town is a house that is built once and opened many times, each time as it was
// built: acme, and three neighbours it must never hear of. globex has ids of its own.
// elder and twin are copies of acme, with the same ids for everything in them and
// texts, projects and dates of their own: a statement that does not ask for the
// organisation meets their rows with acme's, elder's before it and twin's after. That
// no two organisations ever make the same id hides much from a test; keys hold the
// organisation, so the same id twice is right.
type town struct {
	path  string // where it was built
	file  []byte // the database
	alone []byte // the same without the neighbours
	blobs map[string][]byte
	now   time.Time
	doc   *document

	firm          firm          // acme as it was built
	operator      projectr.User // who is visiting all three
	both          projectr.User // is a member of all three
	admin, viewer []*http.Cookie
	keys          [2]string // an admin's, a viewer's
	idp           map[string]projectr.Claims
	tickets       []string // the viewer's
	letters       []int64  // acme's that wait to be sent
	own, foreign  pool
}

var neighbours = []projectr.OrgID{"org_globex1", "org_elder1", "org_twin1"}

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{now: time.Date(2026, 3, 9, 15, 0, 0, 0, time.UTC), blobs: map[string][]byte{}}
	db := sqlitetest.Open(t)
	h := over(t, db, &clock{stand: w.now}, quiet)
	ctx := t.Context()
	w.doc = readDocument(t, h)

	twins := []string{"elder", "twin"}
	found := func(name string) {
		h.must(h.st.CreateOrg(ctx, projectr.Org{ID: projectr.OrgID("org_" + name + "1"), Name: name + " " + canary, Address: name, Plan: "starter", TimeZone: "Pacific/Auckland"},
			projectr.Actor{Kind: "operator"}))
	}
	found("elder") // so that its number is below acme's
	h.acme = h.firm("acme", "Acme "+plain, plain)
	h.furnish(h.acme, plain)
	h.globex = h.firm("globex", "Globex "+canary, canary)
	h.furnish(h.globex, canary)
	w.admin, w.viewer = h.signIn(h.acme.admin).cookies, h.signIn(h.acme.viewer).cookies
	for range tickets {
		ticket, err := h.acc.NewTicket(ctx, h.acme.viewer)
		h.must(err)
		w.tickets = append(w.tickets, ticket)
	}
	w.keys = [2]string{h.acme.adminKey, h.acme.viewerKey}
	h.idp.says(h, townsToken, "acme", projectr.Viewer)
	w.idp = h.idp.people

	w.own, w.foreign = pool{}, pool{}
	w.own.harvest(h, w.doc, h.signIn(h.acme.admin), "acme")
	w.foreign.harvest(h, w.doc, h.signIn(h.globex.admin), "globex")
	w.own["password"], w.own["token"] = []string{password, "quarry pit at noon"}, w.tickets
	w.own["old"] = []string{password}
	w.own["email"] = []string{h.acme.admin.Email, h.acme.viewer.Email}

	found("twin")
	var err error
	w.both, err = h.acc.CreateUser(ctx, "both@both.example", "Both", password)
	h.must(err)
	h.must(h.globex.SaveMember(ctx, w.both.ID, projectr.Viewer))
	admins := []projectr.User{h.globex.admin}
	for _, name := range twins {
		o, err := h.st.AsOperator(ctx, name, "to set the test up")
		h.must(err)
		u, err := h.acc.CreateUser(ctx, "admin@"+name+".example", "Admin "+canary, password)
		h.must(err)
		h.must(o.SaveMember(ctx, u.ID, projectr.Admin))
		h.must(o.SaveMember(ctx, w.both.ID, projectr.Viewer))
		admins = append(admins, u)
	}
	h.must(h.acme.SaveMember(ctx, w.both.ID, projectr.Viewer))
	w.operator, err = h.acc.CreateUser(ctx, "operator@house.example", "Operator", password)
	h.must(err)
	h.must(h.st.SetOperator(ctx, w.operator.ID, true, projectr.Actor{Kind: "operator"}))
	for _, org := range []string{"acme", "globex", "elder", "twin"} {
		why := "to help " + plain
		if org != "acme" {
			why = "to help " + canary
		}
		_, err = h.st.BeginVisit(ctx, w.operator.ID, org, why, 24*time.Hour)
		h.must(err)
	}
	for _, u := range append(admins, h.globex.viewer) { // the fuzz must not sign in as them
		h.must(h.acc.SetPassword(ctx, u, "quarry lake in autumn"))
	}
	h.blobs.m.Range(func(k, v any) bool { w.blobs[k.(string)] = v.([]byte); return true })
	for k, v := range w.blobs {
		if digest, ok := strings.CutPrefix(k, "org_acme1/"); ok {
			for _, name := range twins {
				w.blobs["org_"+name+"1/"+digest] = bytes.ReplaceAll(v, []byte(plain), []byte(canary))
			}
		}
	}
	w.now = h.clock.now()
	h.must(db.Close())
	path := sqlitetest.Path(t, db)
	w.path, w.firm = path, h.acme
	w.file, err = os.ReadFile(path)
	h.must(err)
	raw, err := sql.Open("sqlite", path)
	h.must(err)
	defer raw.Close()
	raw.SetMaxOpenConns(1)
	var letters []byte
	_, err = raw.Exec(`PRAGMA foreign_keys = OFF`) // rows come in the order of their tables' names
	h.must(err)
	h.must(raw.QueryRow(`SELECT json_group_array(n) FROM letters WHERE org = ?`, number(t, raw, "org_acme1")).Scan(&letters))
	h.must(json.Unmarshal(letters, &w.letters))
	w.makeTwins(t, raw)
	for i, n := range neighbours {
		fillEmpty(t, raw, n, admins[i].ID)
		w.foreign["id"] = append(w.foreign["id"], markTexts(t, raw, n)...)
	}
	w.foreign["org"] = []string{"globex", "org_globex1", "GLOBEX", "globex@mail.example", "elder", "org_elder1", "twin", "org_twin1"}
	_, err = raw.Exec(`UPDATE sessions SET second = 1`) // those who have a passkey came in by it: else they change nothing of their accounts
	h.must(err)
	_, err = raw.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`)
	h.must(err)
	h.must(raw.Close())
	w.file, err = os.ReadFile(path)
	h.must(err)
	w.foreign.tidy()
	w.own.tidy()

	w.alone = w.file
	lonely, file := w.open(t, sqlite.Options{}, false)
	for _, n := range neighbours {
		o, err := lonely.st.AsOperator(ctx, string(n), "to leave acme alone")
		lonely.must(err)
		lonely.must(o.Delete(ctx))
	}
	lonely.must(file.Close())
	w.alone, err = os.ReadFile(sqlitetest.Path(t, file))
	h.must(err)
	return w
}

func quiet(c *Config) {
	c.Log = slog.New(slog.DiscardHandler)
	closed(c)
}

// open opens the town as it was built. The clock stands where it stood then.
func (w *town) open(t testing.TB, opts sqlite.Options, alone bool) (*house, *sqlite.Driver) {
	t.Helper()
	file := w.file
	if alone {
		file = w.alone
	}
	db := sqlitetest.OpenCopy(t, file, opts)
	h := over(t, db, &clock{stand: w.now}, quiet)
	for k, v := range w.blobs {
		if !alone || strings.HasPrefix(k, "org_acme1/") {
			h.blobs.m.Store(k, v)
		}
	}
	h.road.Spool = letters{}
	h.idp.people = w.idp
	return h, db
}

// letters is a spool that holds one mail, its bytes under the key it is opened by.
type letters map[string][]byte

func (l letters) Put(context.Context, projectr.Envelope, io.Reader) (projectr.Delivery, error) {
	panic("not used")
}

func (l letters) Open(_ context.Context, d projectr.Delivery) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(l[d.Key])), nil
}

func (l letters) Run(context.Context, int, func(context.Context, projectr.Delivery) error) error {
	panic("not used")
}

// furnish adds to a firm what the house has no need of, so that no table is empty
// and every list has more than one page of one.
func (h *house) furnish(f firm, mark string) {
	h.Helper()
	ctx := h.Context()
	h.clock.forward(time.Second)
	for _, p := range []string{"*@sub-" + mark + ".example", "jo@" + mark + ".example"} {
		_, err := f.SaveSender(ctx, strings.TrimPrefix(p, "*"), true)
		h.must(err)
	}
	for _, words := range []string{"doors " + mark, "windows " + mark, "stairs " + mark} {
		_, err := f.CreateFilingRule(ctx, projectr.FilingRule{From: "jo@" + mark + ".example", Words: words, ProjectID: f.project.ID})
		h.must(err)
	}
	_, err := f.ChangeInfo(ctx, func(o *projectr.Org) { o.Plan = "professional" }) // has room for those who are invited
	h.must(err)
	for i, who := range []string{"guest@" + mark + ".example", "other@" + mark + ".example", "late@invited.example"} {
		_, err := f.Invite(ctx, who, projectr.Viewer, []time.Duration{7 * 24 * time.Hour, 7 * 24 * time.Hour, time.Minute}[i], "")
		h.must(err)
	}
	_, err = f.CreateFilingRule(ctx, projectr.FilingRule{Words: "gates", ProjectID: f.project.ID}) // without a word of its own
	h.must(err)
	_, err = f.ChangeSettings(ctx, func(s *projectr.Settings) { s.Models, s.NoAIWords = []string{"gpt-" + mark}, []string{mark} })
	h.must(err)
	_, err = f.ChangeProject(ctx, f.project.ID, func(p *projectr.Project) {
		p.Aliases, p.People, p.Address = []string{"Tower " + mark}, []string{"Jo " + mark}, "1 Cedar St "+mark
	})
	h.must(err)
	_, err = f.CreateProject(ctx, projectr.Project{Name: "Oak Court " + mark, JobNumber: "24-200", Client: "Oak " + mark})
	h.must(err)
	if w := h.signIn(f.admin).do("POST", "/orgs/"+f.name+"/projects/"+string(f.project.ID)+"/seen", ""); w.Code != 204 {
		h.Fatalf("see a project: %d %s", w.Code, w.Body)
	}
	h.clock.forward(time.Second)
	like := projectr.Likeness{Content: "the same words", Print: "print " + mark, Topic: "the same topic", Clue: "clue " + mark}
	first := h.recordRaw(f, f.project.ID, mark, rawMail(mark, "the second"), func(r *projectr.Recording) {
		r.Likeness = like
		r.Email.Authentication = projectr.Authentication{Result: projectr.AuthPass, Domain: mark, Note: mark}
		for i := range r.Files {
			r.Files[i] = projectr.FileText{State: projectr.FilePartly, Note: "Note " + mark, Text: "What file " + mark + " says."}
		}
	})
	h.recordRaw(f, "", mark, rawMail(mark, "a copy"), func(r *projectr.Recording) {
		r.Email.CopyOf, r.Email.Facts, r.Events, r.Reading = &first.ID, nil, r.Events[:1], nil
		r.Arrivals = []projectr.Arrival{{How: "copy", By: r.Email.From[0], At: h.clock.now(), EmailID: r.Email.ID, Note: "Note " + mark}}
	})
	h.must(f.Arrive(ctx, first.ID, projectr.Arrival{How: "forward", By: projectr.MailAddress{Name: mark, Address: "jo@" + mark + ".example"}, At: h.clock.now(), EmailID: f.tray.ID, Note: mark}))
	for _, state := range []projectr.EmailState{projectr.Held, projectr.Parked, projectr.Automatic, projectr.Quarantined} {
		e := h.recordRaw(f, "", mark, rawMail(mark, "the "+string(state)), func(r *projectr.Recording) {
			r.Email.State, r.Email.Facts, r.Uncounted = state, nil, true
			if state != projectr.Automatic { // that is let in after a reading
				r.Reading = nil
			}
			r.Email.Why = "Why " + mark
			r.Events = r.Events[:1]
			r.Events[0].Kind = projectr.MailKeptBack
			if state == projectr.Automatic {
				r.Email.Confirmation = &projectr.Confirmation{Provider: "Gmail " + mark, For: mark, Code: mark, URL: "https://mail.example/" + mark}
			}
		})
		if state == projectr.Held { // it came in once more
			h.recordRaw(f, "", mark, rawMail(mark, "a copy of the held"), func(r *projectr.Recording) {
				r.Email.CopyOf, r.Email.Facts, r.Events, r.Reading = &e.ID, nil, r.Events[:1], nil
				r.Arrivals = []projectr.Arrival{{How: "copy", By: r.Email.From[0], At: h.clock.now(), EmailID: r.Email.ID, Note: "Note " + mark}}
			})
		}
	}
	h.recordRaw(f, "", mark, rawMail(mark, "the unread"), func(r *projectr.Recording) { r.Reading = nil })
	for _, title := range []string{"the split", "the other split", "the last split"} {
		h.recordRaw(f, "", mark, rawMail(mark, title), func(r *projectr.Recording) {
			at := r.Email.Facts[0].Start
			r.Email.State = projectr.Filed
			r.Email.Passages = []projectr.Passage{{ProjectID: f.project.ID, Start: 0, End: at}, {ProjectID: f.other.ID, Start: at, End: at + 40}}
			r.Email.Facts[0].ProjectID = ""
			r.Events = nil
		})
	}
	// What repeats, money, risks, what is done and what a person judged.
	var of []projectr.Fact
	for i, kind := range []projectr.FactKind{projectr.Risk, projectr.BudgetMention, projectr.ActionItem, projectr.ActionItem} {
		e := h.recordRaw(f, f.other.ID, mark, rawMail(mark, fmt.Sprintf("of kind %d", i)), func(r *projectr.Recording) {
			r.Email.Facts[0].Kind = kind
			r.Email.Facts[0].Affects, r.Email.Facts[0].MadeBy = []string{"Roof " + mark}, new("Jo "+mark)
			if kind == projectr.BudgetMention {
				r.Email.Facts[0].Amount, r.Email.Facts[0].Standing = &projectr.Amount{Minor: 120000, Currency: "USD"}, "approved"
			}
		})
		of = append(of, e.Facts[0])
	}
	yes := true
	_, err = f.Judge(ctx, of[2].ID, projectr.Judgement{Done: &yes})
	h.must(err)
	_, err = f.Judge(ctx, of[0].ID, projectr.Judgement{State: projectr.FactConfirmed})
	h.must(err)
	h.must(f.File(ctx, f.filed.ID, f.other.ID, true))
	h.must(f.File(ctx, f.filed.ID, f.project.ID, true))
	n, err := f.AskReadings(ctx, []projectr.EmailID{first.ID}, "rules")
	h.must(err)
	if n != 1 {
		h.Fatal("the second mail cannot be read again")
	}
	for i := range 4 { // one of them is under way
		most, cost := int64(7000), int64(300)
		id, err := f.StartCall(ctx, projectr.CallStart{Job: mark + fmt.Sprint(i), EmailID: first.ID, Step: projectr.StepRead, By: f.By(),
			Model: "gpt-" + mark, Prompt: mark, Prices: mark, MostMicro: &most})
		h.must(err)
		if i < 3 {
			h.must(f.SettleCall(ctx, id, projectr.CallEnd{Outcome: projectr.CallAnswered, Answered: mark, Tokens: projectr.Tokens{Input: 9}, CostMicro: &cost}))
		}
	}
	h.must(f.JoinCustomer(ctx, "cus_"+mark))
	_, err = f.TakeSubscription(ctx, "evt_"+mark, func(context.Context) (projectr.Subscription, error) {
		return projectr.Subscription{ID: "sub_" + mark, State: projectr.Subscribed, Plan: "professional", Began: h.clock.now().AddDate(0, -1, 0), AsOf: h.clock.now()}, nil
	})
	h.must(err)
	if mark == canary { // of the day that acme counts later
		count := func() {
			_, err = f.CountUse(ctx)
			h.must(err)
		}
		count()
		told, err := f.Outbox(ctx, projectr.UseWaits)
		h.must(err)
		for _, e := range told {
			_, err = f.TellUse(ctx, e, func(context.Context, projectr.MeterEvent) error { return nil })
			h.must(err)
		}
		most, cost := int64(7000), int64(300)
		id, err := f.StartCall(ctx, projectr.CallStart{Job: mark + "later", EmailID: first.ID, Step: projectr.StepRead, By: f.By(), Model: "gpt-" + mark, MostMicro: &most})
		h.must(err)
		h.must(f.SettleCall(ctx, id, projectr.CallEnd{Outcome: projectr.CallAnswered, CostMicro: &cost}))
		count()
	}
	h.must(f.KeepPaid(ctx, []projectr.Invoice{{ID: "in_" + mark, Currency: "USD", Paid: 149_00, PaidAt: h.clock.now()}}))
	for _, u := range []projectr.User{f.admin, f.viewer} {
		for _, id := range []string{"phone", "laptop", "stick"} {
			h.must(h.st.PutPasskey(ctx, projectr.Passkey{ID: id + "-" + string(u.ID), User: u.ID, Name: "Of " + mark, Credential: "{}", CreatedAt: h.clock.now()}))
		}
	}
	h.must(h.st.PutLetters(ctx, projectr.Letter{Kind: projectr.LetterNewKey, User: f.admin.ID, Email: "jo@" + mark + ".example", Org: f.ID(), Ref: "key_" + f.name}))
	h.clock.forward(time.Second)
}

// structural are columns whose text is no free text: ids, keys, states and what
// lists are filtered by. A column that a migration brings is taken for free text,
// and has the canary, until it stands here.
var structural = regexp.MustCompile(`^(id|.*_id|email|hash|prefix|sha256|role|state|status|kind|step|job|model|proof|priority|due|due_at|deadline|currency|project|via|how|verdict|automatic|` +
	`content|topic|plan|time_zone|address|purpose|customer|copy_of|came_by|instead|other|standing|held|scopes|outcome|extractor|repeats|supersedes|superseded_by|ref)$`)

type column struct{ table, name, kind string }

// columnsOf lists the columns that are stored, of the tables that have rows of
// organisations or of people.
func columnsOf(t testing.TB, db *sql.DB) map[string][]column {
	t.Helper()
	rows, err := db.Query(`SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c
		WHERE m.type = 'table' AND c.hidden = 0
			AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) o WHERE o.name = 'org' AND o.type = 'INTEGER' OR o.name = 'user_id') ORDER BY m.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string][]column{}
	for rows.Next() {
		var c column
		if err := rows.Scan(&c.table, &c.name, &c.kind); err != nil {
			t.Fatal(err)
		}
		out[c.table] = append(out[c.table], c)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ofOrg(columns []column) bool {
	return slices.ContainsFunc(columns, func(c column) bool { return c.name == "org" && c.kind == "INTEGER" })
}

func number(t testing.TB, db *sql.DB, org projectr.OrgID) int64 {
	t.Helper()
	var n int64
	if err := db.QueryRow(`SELECT num FROM orgs WHERE id = ?`, string(org)).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

var (
	packer, _   = zstd.NewWriter(nil)
	unpacker, _ = zstd.NewReader(nil)
)

// marked is a cell of the twin for acme's.
func marked(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, plain, canary)
	case []byte:
		if text, err := unpacker.DecodeAll(v, nil); err == nil && len(v) > 4 {
			return packer.EncodeAll(bytes.ReplaceAll(text, []byte(plain), []byte(canary)), nil)
		}
	}
	return v
}

// makeTwins gives elder and twin all rows of acme, and those that acme will have after
// its life.
func (w *town) makeTwins(t *testing.T, db *sql.DB) {
	t.Helper()
	var later string
	t.Run("what will come", func(t *testing.T) {
		cryptotest.SetGlobalRandom(t, lifeSeed)
		h, file := w.open(t, sqlite.Options{}, false)
		for _, e := range life(h, w) {
			e.do()
			h.clock.forward(time.Minute)
		}
		h.must(file.Close())
		b, err := os.ReadFile(sqlitetest.Path(t, file))
		h.must(err)
		later = filepath.Join(filepath.Dir(w.path), "later.db")
		h.must(os.WriteFile(later, b, 0o600))
	})
	_, err := db.Exec(`ATTACH ? AS later`, later)
	must(t, err)
	for _, to := range neighbours[1:] {
		w.makeTwin(t, db, to)
	}
	_, err = db.Exec(`DETACH later`)
	must(t, err)
}

// makeTwin is makeTwins for one.
func (w *town) makeTwin(t *testing.T, db *sql.DB, to projectr.OrgID) {
	t.Helper()
	c := copier{TB: t, db: db, columns: columnsOf(t, db), from: number(t, db, "org_acme1"), to: number(t, db, to), projects: map[string]string{}}
	// What acme has on its second project, twin has on the first, and so on round.
	ids := []string{string(w.firm.project.ID), string(w.firm.other.ID), ""}
	must(t, db.QueryRow(`SELECT id FROM projects WHERE org = ? AND job_number = '24-200'`, c.from).Scan(&ids[2]))
	for i, id := range ids {
		c.projects[id] = ids[(i+2)%3]
	}
	c.copy("main")
	c.copy("later")
	for _, q := range []string{
		`UPDATE orgs SET (settings, last_doc, time_zone) = (SELECT replace(settings, '` + plain + `', '` + canary + `'), last_doc, 'Pacific/Auckland' FROM later.orgs WHERE num = :from) WHERE num = :to`,
		// Its numbers go on from others.
		`UPDATE audit SET n = n + 1000 WHERE org = :to`,
		`DELETE FROM fact_versions WHERE org = :to AND fact_id IN (SELECT id FROM facts WHERE org = :to AND (doc >> 2) % 2 = 0)`,
		`INSERT INTO fact_versions (org, fact_id, n, at, event_id, fact, read) SELECT :to, id, 51, at, '', json_object('text', text, 'state', 'rejected'), (doc >> 2) % 3 = 0 FROM facts WHERE org = :to`,
		`UPDATE facts SET repeats = NULL, supersedes = NULL, superseded_by = NULL WHERE org = :to AND :to < :from`,
		`UPDATE readings SET state = 'replaced' WHERE org = :to AND :to < :from AND n = 1`,
		`UPDATE readings SET budget = 1, due = at + 1 WHERE org = :to AND :to > :from AND n = 2`,
		`INSERT INTO alerts (org, month, kind, percent, most, at) SELECT :to, '2026-03', 'emails', 1, 500, created_at FROM orgs WHERE num = :to`,
		`UPDATE facts SET kind = 'decision' WHERE org = :to AND :to < :from AND (doc >> 2) % 2 = 0`,
		`INSERT INTO invitations (org, id, email, role, by, created_at, expires_at) WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 20)
			SELECT :to, 'in_' || n, n || '@invited.example', 'viewer', '` + canary + `', created_at, 1 << 60 FROM i, orgs WHERE num = :to`,
		`UPDATE seen SET at = CASE WHEN :to < :from THEN 0 ELSE at + 864000000000 END WHERE org = :to`,
		`UPDATE threads SET project_id = NULL WHERE org = :to AND :to > :from`,
		`INSERT OR IGNORE INTO message_ids (org, message_id, thread_id) SELECT :to, 'of ' || id, id FROM threads WHERE org = :to AND :to > :from`,
		`UPDATE emails SET thread_id = (SELECT max(id) FROM threads WHERE org = :to) WHERE org = :to AND :to < :from AND state NOT IN ('filed', 'review')`,
		// What acme waits with, it reads; what acme has not read, it has.
		`UPDATE emails SET state = 'review' WHERE org = :to AND state = 'parked'`,
		// Its mail is later than acme's.
		`UPDATE facts SET at = at + 86400000000, known_at = known_at + 86400000000 WHERE org = :to`,
		`UPDATE email_projects SET date = date + 86400000000 WHERE org = :to`,
		`UPDATE emails SET date = date + 86400000000, received_at = received_at + 86400000000 WHERE org = :to`,
		// Words begin with the number of their organisation, as the driver writes them.
		`INSERT INTO search (rowid, title, text) SELECT doc, printf('%d.ceiling %d.` + canary + `', :to, :to), printf('%d.plan %d.mike %d.cedar', :to, :to, :to)
			FROM (SELECT doc FROM emails WHERE org = :to UNION ALL SELECT doc FROM facts WHERE org = :to UNION ALL SELECT doc FROM attachments WHERE org = :to UNION ALL SELECT doc FROM projects WHERE org = :to)`,
	} {
		if _, err := db.Exec(q, sql.Named("from", c.from), sql.Named("to", c.to)); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	// A job that was charged here, of the name of one that acme will be charged for.
	c.each(`SELECT * FROM calls WHERE org = ? AND charged > 0 LIMIT 1`, "calls", func(row map[string]any) bool { row["id"], row["job"] = "ca_once", "once"; return true })
	// A further reading of every mail, of the number that follows none of acme's.
	c.each(`SELECT * FROM readings WHERE org = ? GROUP BY email_id`, "readings", func(row map[string]any) bool { row["n"], row["state"] = int64(51), "undone"; return true })
	var some any
	must(t, db.QueryRow(`SELECT min(email_id) FROM readings WHERE org = ?`, c.to).Scan(&some))
	c.each(`SELECT id FROM emails e WHERE org = ? AND NOT EXISTS (SELECT 1 FROM readings r WHERE r.org = e.org AND r.email_id = e.id)`, "", func(row map[string]any) bool {
		id := row["id"]
		c.each(`SELECT * FROM readings WHERE org = ? AND n = 1 LIMIT 1`, "readings", func(r map[string]any) bool { r["email_id"] = id; return true })
		return false
	})
}

// copier copies an organisation's rows to another.
type copier struct {
	testing.TB
	db       *sql.DB
	columns  map[string][]column
	from, to int64
	projects map[string]string // an id there -> the id here
}

// each reads rows of the copy into maps; those that change lets through are put into
// the table.
func (c *copier) each(q, table string, change func(row map[string]any) bool) {
	c.Helper()
	rows, err := c.db.Query(q, c.to)
	if err != nil {
		c.Fatal(err)
	}
	names, err := rows.Columns()
	if err != nil {
		c.Fatal(err)
	}
	for _, cells := range c.read(rows, len(names)) {
		row := map[string]any{}
		for i, name := range names {
			row[name] = cells[i]
		}
		if !change(row) {
			continue
		}
		for i, name := range names {
			cells[i] = row[name]
		}
		c.insert(table, c.columns[table], cells)
	}
}

func (c *copier) read(rows *sql.Rows, n int) (all [][]any) {
	c.Helper()
	for rows.Next() {
		cells, at := make([]any, n), make([]any, n)
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := rows.Scan(at...); err != nil {
			c.Fatal(err)
		}
		all = append(all, cells)
	}
	if err := rows.Err(); err != nil {
		c.Fatal(err)
	}
	return all
}

func names(columns []column) string {
	var l []string
	for _, c := range columns {
		l = append(l, `"`+c.name+`"`)
	}
	return strings.Join(l, ", ")
}

// insert puts a row in, unless there is one with its key.
func (c *copier) insert(table string, columns []column, cells []any) {
	c.Helper()
	var holes []string
	for _, of := range columns {
		hole := "?"
		if of.kind == "BLOB" { // none is NULL, and an empty one is read as nothing
			hole = "coalesce(?, x'')"
		}
		holes = append(holes, hole)
	}
	if _, err := c.db.Exec(`INSERT OR IGNORE INTO main.`+table+` (`+names(columns)+`) VALUES (`+strings.Join(holes, ", ")+`)`, cells...); err != nil {
		c.Fatalf("%s: %v", table, err)
	}
}

// copy copies from one of the open files, with the same ids, and the canary for the
// organisation's own word. What is there already stays.
func (c *copier) copy(file string) {
	c.Helper()
	for table, columns := range c.columns {
		if slices.Contains([]string{"members", "routes", "customers", "visits"}, table) || !ofOrg(columns) {
			continue
		}
		rows, err := c.db.Query(`SELECT `+names(columns)+` FROM `+file+`.`+table+` WHERE org = ?`, c.from)
		if err != nil {
			c.Fatal(err)
		}
		for _, cells := range c.read(rows, len(columns)) {
			for i, of := range columns {
				cells[i] = c.cell(table, of, cells[i])
			}
			c.insert(table, columns, cells)
		}
	}
}

func (c *copier) cell(table string, of column, v any) any {
	switch {
	case of.name == "org":
		return c.to
	case of.name == "doc":
		return v.(int64) + (c.to-c.from)<<40
	case table == "letters" && of.name == "n": // one row of numbers for all
		return v.(int64) + c.to*1_000_000
	case of.name == "hash" && of.kind == "TEXT" && v != nil: // of a secret; no two are the same
		return "twin of " + v.(string)
	case of.name == "message_id":
		return v
	}
	v = marked(v)
	s, ok := v.(string)
	if !ok || table == "projects" || table == "seen" || table == "events" || table == "filing_rules" {
		return v
	}
	if to, ok := c.projects[s]; ok {
		return to
	}
	if strings.HasPrefix(s, "{") {
		var pairs []string
		for from, to := range c.projects {
			pairs = append(pairs, from, to)
		}
		return strings.NewReplacer(pairs...).Replace(s)
	}
	return v
}

// fillEmpty makes a row of a neighbour's in each table that has none yet: what is
// there that no call has made so far must not be seen either.
func fillEmpty(t testing.TB, db *sql.DB, org projectr.OrgID, user projectr.UserID) {
	t.Helper()
	n := number(t, db, org)
	for table, columns := range columnsOf(t, db) {
		whose, of := "org", any(n)
		if !ofOrg(columns) {
			whose, of = "user_id", string(user)
		}
		var rows int
		if err := db.QueryRow(`SELECT count(*) FROM `+table+` WHERE `+whose+` = ?`, of).Scan(&rows); err != nil {
			t.Fatal(err)
		}
		if rows > 0 {
			continue
		}
		var names, holes []string
		var cells []any
		for _, c := range columns {
			var v any
			switch {
			case c.name == "org":
				v = n
			case c.name == "user_id":
				v = string(user)
			case c.name == "role":
				v = "viewer"
			case c.name == "expires_at":
				v = 1<<60 + n // what is over is cleared away in passing
			case c.kind == "TEXT" && structural.MatchString(c.name):
				v = fmt.Sprintf("%s of %s in %s", c.name, org, table)
			case c.kind == "TEXT":
				v = fmt.Sprintf("%s %s of %s", c.name, canary, org)
			case c.kind == "BLOB":
				v = []byte(canary)
			case c.name == "expires_at": // what has expired is swept
				v = 1<<60 + n
			default:
				v = n // at once a number that no two have
			}
			names, holes, cells = append(names, `"`+c.name+`"`), append(holes, "?"), append(cells, v)
		}
		if _, err := db.Exec(`INSERT INTO `+table+` (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(holes, ", ")+`)`, cells...); err != nil {
			t.Errorf("%s has no row of %s and none can be made up (%v): let furnish make one", table, org, err)
		}
	}
}

// markTexts puts the canary into every free text of an organisation that has none,
// and returns the ids of what it has.
func markTexts(t testing.TB, db *sql.DB, org projectr.OrgID) (ids []string) {
	t.Helper()
	n := number(t, db, org)
	left := []string{}
	for table, columns := range columnsOf(t, db) {
		for _, c := range columns {
			if c.kind != "TEXT" || !ofOrg(columns) {
				continue
			}
			if structural.MatchString(c.name) || table == "routes" || table == "filing_rules" { // a rule is changed by all that it says
				if strings.HasSuffix(c.name, "id") || c.name == "sha256" {
					rows, err := db.Query(`SELECT DISTINCT "`+c.name+`" FROM `+table+` WHERE org = ? AND "`+c.name+`" <> ''`, n)
					if err != nil {
						t.Fatal(err)
					}
					for rows.Next() {
						var id string
						if err := rows.Scan(&id); err != nil {
							t.Fatal(err)
						}
						ids = append(ids, id)
					}
				}
				continue
			}
			// JSON stays what it is: where it holds texts, it was written with the canary.
			if _, err := db.Exec(`UPDATE `+table+` SET "`+c.name+`" = "`+c.name+`" || ' ' || ? WHERE org = ? AND instr("`+c.name+`", ?) = 0 AND substr("`+c.name+`", 1, 1) NOT IN ('[', '{')`,
				canary, n, canary); err != nil {
				t.Fatalf("%s.%s: %v", table, c.name, err)
			}
			var rows, with int
			if err := db.QueryRow(`SELECT count(*), count(*) FILTER (WHERE instr("`+c.name+`", ?)) FROM `+table+` WHERE org = ?`, canary, n).Scan(&rows, &with); err != nil {
				t.Fatal(err)
			}
			if rows > 0 && with == 0 {
				left = append(left, table+"."+c.name)
			}
		}
	}
	slices.Sort(left)
	t.Logf("%s: free texts that are empty or NULL in all rows, or JSON without texts: %s", org, strings.Join(left, ", "))
	return ids
}

// pool is what is known of an organisation: texts by the name of the field they stood
// in, whole numbers by "#" and that name, ids also by "/" and the list they were in.
type pool map[string][]string

func (p pool) tidy() {
	for k, l := range p {
		slices.Sort(l)
		l = slices.DeleteFunc(slices.Compact(l), func(s string) bool { return strings.Contains(s, canary) || len(s) > 400 })
		if p[k] = l; len(l) == 0 {
			delete(p, k)
		}
	}
}

// all lists everything in the pool, each once.
func (p pool) all() []string {
	var l []string
	for k, v := range p {
		if !strings.HasPrefix(k, "#") {
			l = append(l, v...)
		}
	}
	slices.Sort(l)
	return slices.Compact(l)
}

// harvest asks everything that can be asked about an organisation, and about
// themselves, by one of its people, and keeps every text of the answers.
func (p pool) harvest(h *house, d *document, c client, org string) {
	for range 2 { // ids for paths come from the lists
		for _, op := range d.operations {
			if op.method != "GET" || !strings.Contains(op.path, "{org}") && !strings.HasPrefix(op.path, base+"/me/") {
				continue
			}
			list := "/" + op.path[strings.LastIndex(op.path, "/")+1:]
			ids := []string{""}
			if strings.Contains(op.path, "{id}") {
				ids = p[op.listOf("id")]
			}
			for _, id := range ids[:min(len(ids), 12)] {
				path := strings.NewReplacer("{org}", org, "{id}", url.PathEscape(id), "{n}", "1", "{start}", "0").Replace(strings.TrimPrefix(op.path, base))
				for _, q := range []string{"", "?limit=1", "?q=ceiling&limit=1"} {
					w := c.do(op.method, path+q, "")
					if etag := w.Header().Get("ETag"); etag != "" {
						p["ETag"] = append(p["ETag"], etag)
					}
					var v any
					if w.Code == 200 && strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && json.Unmarshal(w.Body.Bytes(), &v) == nil {
						p.gather(v, "", list)
					}
				}
			}
		}
		p.tidy()
	}
}

func (p pool) gather(v any, key, list string) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			p.gather(x, k, list)
		}
		of := v
		if u, ok := v["user"].(map[string]any); ok {
			of = u // a member is named by who it is
		}
		if id, ok := of["id"].(string); ok && key == "items" {
			p[list] = append(p[list], id)
		}
	case []any:
		for _, x := range v {
			p.gather(x, key, list)
		}
	case string:
		if key == "next" {
			key = "after"
		}
		p[key] = append(p[key], v)
	case float64:
		if v == float64(int(v)) {
			p["#"+key] = append(p["#"+key], fmt.Sprint(int(v)))
		}
	}
}

// state is what the neighbours have, as it is on disk.
func (w *town) state(t testing.TB, db *sqlite.Driver) string {
	t.Helper()
	var b strings.Builder
	for _, n := range neighbours {
		fmt.Fprintf(&b, "%s\n%s", n, sqlitetest.Dump(t, db, n))
	}
	return b.String()
}

// changed names the tables in which two states differ.
func changed(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	var l []string
	org := ""
	for i := range min(len(a), len(b)) {
		if strings.HasPrefix(a[i], "org_") {
			org = a[i]
		}
		if a[i] != b[i] {
			name, _, _ := strings.Cut(a[i], " ")
			l = append(l, org+": "+name)
		}
	}
	if len(l) == 0 && before != after {
		l = append(l, "tables came or went")
	}
	return strings.Join(l, ", ")
}
