package sqlitetest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/store"
	"projectr/store/sqlite"
	"projectr/store/sqlite/sqlitetest"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

type noBlobs struct{ store.Blobs }

// house makes two organisations with a person each, who belongs to nobody else.
func house(t *testing.T, db *sqlite.Driver) (*store.Store, map[string]store.Org) {
	t.Helper()
	st := store.New(db, noBlobs{}, func() time.Time { return noon })
	orgs := map[string]store.Org{}
	for _, name := range []string{"acme", "globex"} {
		must(t, st.CreateOrg(t.Context(), projectr.Org{ID: projectr.OrgID("org_" + name), Name: name, Address: name, Plan: "professional", TimeZone: "UTC"}, projectr.Actor{Kind: "operator"}))
		o, err := st.AsOperator(t.Context(), name, "test")
		must(t, err)
		u := projectr.User{ID: projectr.UserID("us_" + name), Email: name + "@people.example", Name: name, CreatedAt: noon}
		must(t, st.CreateUser(t.Context(), u, "hash"))
		must(t, o.SaveMember(t.Context(), u.ID, projectr.Admin))
		orgs[name] = o
	}
	return st, orgs
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestDumpSeesEveryChange: what changes one organisation changes its dump, in the
// line of the table, and nobody else's.
func TestDumpSeesEveryChange(t *testing.T) {
	db := sqlitetest.Open(t)
	st, orgs := house(t, db)
	ctx := context.Background()
	acme := orgs["acme"]
	for _, step := range []struct {
		table string // of which the line changes, among others
		do    func() error
	}{
		{"orgs", func() error {
			_, err := acme.ChangeInfo(ctx, func(o *projectr.Org) { o.Name = "Acme Inc" })
			return err
		}},
		{"projects", func() error {
			_, err := acme.CreateProject(ctx, projectr.Project{Name: "Harbor"})
			return err
		}},
		{"search", func() error {
			_, err := acme.CreateProject(ctx, projectr.Project{Name: "Tower"})
			return err
		}},
		{"audit", func() error { _, err := st.AsOperator(ctx, "acme", "to look"); return err }},
		{"senders", func() error { _, err := acme.SaveSender(ctx, "@x.example", true); return err }},
		{"users", func() error {
			return st.RenameUser(ctx, "us_acme", "Acme")
		}},
		{"sessions", func() error {
			return st.PutSession(ctx, "hash", projectr.Session{ID: "se_1", User: "us_acme", CreatedAt: noon, SeenAt: noon, ExpiresAt: noon.Add(time.Hour)})
		}},
	} {
		mine, others := sqlitetest.Dump(t, db, "org_acme"), sqlitetest.Dump(t, db, "org_globex")
		if again := sqlitetest.Dump(t, db, "org_acme"); again != mine {
			t.Fatalf("two dumps without a change between:\n%s\n%s", mine, again)
		}
		must(t, step.do())
		if line(t, mine, step.table) == line(t, sqlitetest.Dump(t, db, "org_acme"), step.table) {
			t.Errorf("a change in %s is not seen", step.table)
		}
		if sqlitetest.Dump(t, db, "org_globex") != others {
			t.Errorf("a change in %s shows with its neighbour", step.table)
		}
	}
}

func line(t *testing.T, dump, table string) string {
	t.Helper()
	for l := range strings.Lines(dump) {
		if strings.HasPrefix(l, table+" ") {
			return l
		}
	}
	t.Fatalf("no line for %s in\n%s", table, dump)
	return ""
}

// TestAStatementIsRewritten: without its organisation in the condition, a
// statement shows what is somebody else's, and the dump of whoever wrote stays.
func TestAStatementIsRewritten(t *testing.T) {
	broken := false
	db := sqlitetest.OpenWith(t, sqlite.Options{Readers: 1, Rewrite: func(q string) string {
		if broken && strings.Contains(q, "FROM senders") {
			return strings.Replace(q, "org = :org", ":org IS NOT NULL", 1)
		}
		return q
	}})
	_, orgs := house(t, db)
	_, err := orgs["acme"].SaveSender(t.Context(), "@x.example", true)
	must(t, err)
	broken = true // before the statement is prepared
	l, err := orgs["globex"].Senders(t.Context())
	must(t, err)
	if len(l) != 1 {
		t.Errorf("%d rules are listed, want acme's: the statement was run as it is", len(l))
	}
}
