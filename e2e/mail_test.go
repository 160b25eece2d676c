package e2e

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"projectr"
	gold "projectr/testdata/construction-gold"
)

type email struct {
	projectr.Email
	Body projectr.Body `json:"body"`
}

// goldProjects creates the projects of the construction mails.
func goldProjects(t *testing.T, s *Server, org string) {
	t.Helper()
	raw, err := gold.Mails.ReadFile("projects.json")
	if err != nil {
		t.Fatal(err)
	}
	var known []struct {
		Name      string
		Address   *string
		JobNumber string `json:"job_number"`
	}
	if err := json.Unmarshal(raw, &known); err != nil {
		t.Fatal(err)
	}
	for _, k := range known {
		args := []string{"project", "create", "--org", org, "--name", k.Name, "--job-number", k.JobNumber}
		if k.Address != nil {
			args = append(args, "--street", *k.Address)
		}
		if _, errs, code := s.Run(args...); code != 0 {
			t.Fatalf("project create: %s", errs)
		}
	}
}

func goldMails(t *testing.T) map[string][]byte {
	t.Helper()
	names, err := fs.Glob(gold.Mails, "eml/*.eml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no mails: %v", err)
	}
	all := map[string][]byte{}
	for _, n := range names {
		b, err := gold.Mails.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		all[n] = b
	}
	return all
}

// The main job: construction mails sent to one of two organisations become
// records with facts whose proof stands in the mail; the other sees nothing;
// sending them again adds nothing.
func TestMailBecomesATimelineOfOneOrganisation(t *testing.T) {
	s := New(t)
	s.Start()
	acme, globex := s.Onboard("acme"), s.Onboard("globex")
	goldProjects(t, s, "acme")
	mails := goldMails(t)
	send := func() {
		for name, raw := range mails {
			if err := s.Send("someone@sender.example", []string{"acme@" + s.Domain}, raw); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	send()
	s.drain()

	check := func() (facts int, ids []string) {
		list := All[email](acme, "/emails")
		received := 0
		for _, e := range list {
			if e.CameBy == nil {
				received++
			} else if len(e.SendersIn) == 0 || e.SendersIn[0].EmailID != *e.CameBy {
				t.Errorf("%q came inside %s, by %+v", e.Subject, *e.CameBy, e.SendersIn)
			}
		}
		if received != len(mails) || len(list) == received {
			t.Errorf("%d records of %d mails, %d with those inside them", received, len(mails), len(list))
		}
		for _, e := range list {
			var one email
			acme.Get("/emails/"+string(e.ID), &one)
			ids = append(ids, "/emails/"+string(e.ID), "/emails/"+string(e.ID)+"/raw", "/emails/"+string(e.ID)+"/html")
			switch {
			case e.State == projectr.Filed, e.State == projectr.InReview:
			case e.State == projectr.Automatic && e.Automatic != "no" && len(e.Facts) == 0:
			default:
				t.Errorf("%q is %s (%s) with %d facts", e.Subject, e.State, e.Automatic, len(e.Facts))
			}
			if (e.State == projectr.Filed) != (e.ProjectID != nil || len(e.Passages) > 0) {
				t.Errorf("%q is %s with project %v", e.Subject, e.State, e.ProjectID)
			}
			if len(one.Match.Reasons) == 0 || one.Match.Reasons[0].Text == "" {
				t.Errorf("%q has no reason", e.Subject)
			}
			for _, f := range one.Facts {
				facts++
				ids = append(ids, "/facts/"+string(f.ID))
				if !f.Stands(one.Body.Text) {
					t.Errorf("%q: %q does not stand at %d-%d", e.Subject, f.Quote, f.Start, f.End)
				}
			}
			if status, raw := acme.Request("GET", "/orgs/acme/emails/"+string(e.ID)+"/raw", nil); status != http.StatusOK || !contains(mails, raw) {
				t.Errorf("%q: raw mail answers %d and is not what was sent", e.Subject, status)
			}
		}
		return facts, ids
	}
	facts, ids := check()
	if facts < len(mails) {
		t.Errorf("only %d facts in %d mails", facts, len(mails))
	}
	for _, p := range All[projectr.ProjectSummary](acme, "/projects") {
		ids = append(ids, "/projects/"+string(p.ID), "/projects/"+string(p.ID)+"/events", "/projects/"+string(p.ID)+"/facts")
	}

	// The other organisation.
	_, never := globex.Request("GET", "/orgs/globex/emails/em_000000000000000000000000000000", nil)
	for _, path := range ids {
		method, body := "GET", any(nil)
		if strings.HasPrefix(path, "/facts/") {
			method, body = "PATCH", map[string]string{"state": "confirmed"}
		}
		for _, org := range []string{"acme", "globex"} {
			status, got := globex.Request(method, "/orgs/"+org+path, body)
			if status != http.StatusNotFound {
				t.Errorf("globex got %d for %s %s", status, org, path)
			}
			if method == "GET" && org == "globex" && strings.Count(path, "/") == 2 && strings.HasPrefix(path, "/emails/") && string(got) != string(never) {
				t.Errorf("a foreign id and an unknown one differ:\n%s\n%s", got, never)
			}
		}
	}
	if n := len(All[email](globex, "/emails")); n != 0 {
		t.Errorf("globex has %d mails", n)
	}

	// Twice is once.
	send()
	s.Eventually("nothing waits", func() bool { return waiting(s) == 0 })
	if again, _ := check(); again != facts {
		t.Errorf("%d facts after sending again, %d before", again, facts)
	}
}

func contains(mails map[string][]byte, raw []byte) bool {
	for _, m := range mails {
		// SMTP carries lines ended by CRLF; a mail that ends without one gets it.
		if strings.TrimRight(crlf(string(m)), "\r\n") == strings.TrimRight(string(raw), "\r\n") {
			return true
		}
	}
	return false
}

func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// waiting asks the server how many mails wait in its spool.
func waiting(s *Server) int {
	r, err := http.Get("http://" + s.HTTP + "/readyz")
	if err != nil {
		return -1
	}
	defer r.Body.Close()
	var answer struct {
		Waiting int `json:"waiting"`
	}
	if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
		return -1
	}
	return answer.Waiting
}

// One mail to two organisations shows neither the other.
func TestAMailToTwoOrganisationsShowsNeitherTheOther(t *testing.T) {
	s := New(t)
	s.Start()
	acme, globex := s.Onboard("acme"), s.Onboard("globex")
	raw := []byte("From: Jo <jo@sender.example>\r\nTo: undisclosed-recipients:;\r\nSubject: One mail for two\r\nMessage-ID: <two@sender.example>\r\n\r\nPlease send the revised drawing by Friday.\r\n")
	if err := s.Send("jo@sender.example", []string{"acme@" + s.Domain, "globex@" + s.Domain}, raw); err != nil {
		t.Fatal(err)
	}
	var a, g []email
	s.Eventually("both have it", func() bool {
		a, g = All[email](acme, "/emails"), All[email](globex, "/emails")
		return len(a) == 1 && len(g) == 1
	})
	if a[0].ID == g[0].ID || a[0].ThreadID == g[0].ThreadID {
		t.Errorf("the two records share an id: %v %v", a[0].ID, g[0].ID)
	}
	for _, c := range []struct {
		org   *Org
		other string
	}{{acme, "globex"}, {globex, "acme"}} {
		for _, path := range []string{"/emails", "/emails/" + string(a[0].ID), "/emails/" + string(g[0].ID), "/search?q=drawing", "/review"} {
			if _, body := c.org.Request("GET", "/orgs/"+c.org.Address+path, nil); strings.Contains(string(body), c.other) {
				t.Errorf("%s sees %s in %s: %s", c.org.Address, c.other, path, body)
			}
		}
	}
}

// Plus-addresses name a project by its job number.
func TestAPlusAddressFilesTheMail(t *testing.T) {
	s := New(t)
	s.Start()
	acme := s.Onboard("acme")
	goldProjects(t, s, "acme")
	if err := s.Send("jo@sender.example", []string{"acme+24-150@" + s.Domain}, []byte("From: jo@sender.example\r\nSubject: stone\r\n\r\nThe stone is here.\r\n")); err != nil {
		t.Fatal(err)
	}
	var list []email
	s.Eventually("it is filed", func() bool { list = All[email](acme, "/emails?state=filed"); return len(list) == 1 })
	var p projectr.ProjectSummary
	acme.Get("/projects/"+string(*list[0].ProjectID), &p)
	if p.JobNumber != "24-150" || list[0].Match.Reasons[0].Kind != "plus_address" {
		t.Errorf("filed on %s because of %v", p.JobNumber, list[0].Match.Reasons)
	}
	if err := s.Send("jo@sender.example", []string{"nobody@" + s.Domain}, []byte("Subject: x\r\n\r\ny\r\n")); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("an unknown recipient gave %v", err)
	}
}

// What stops a start says so in one sentence and touches nothing.
func TestAStartThatCannotBeSaysWhy(t *testing.T) {
	s := New(t)
	s.Start()
	for _, c := range []struct {
		name, want string
		env        []string
	}{
		{"port in use", "is in use by another program", nil},
		{"data folder in use", "is in use by another projectr", []string{"PROJECTR_HTTP_LISTEN=" + FreePort(t), "PROJECTR_SMTP_LISTEN=" + FreePort(t)}},
		{"unknown setting", "Did you mean PROJECTR_DATA_DIR?", []string{"PROJECTR_DATADIR=x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, errs, code := s.serveOnce(c.env)
			if code != 1 || !strings.Contains(errs, c.want) || strings.Count(strings.TrimSpace(errs), "\n") != 0 || out != "" {
				t.Errorf("exit %d, said %q %q", code, out, errs)
			}
		})
	}
	if _, errs, code := s.Run("onboard", "--name", "X"); code != 2 || !strings.Contains(errs, "--") {
		t.Errorf("missing flags gave exit %d: %s", code, errs)
	}
	s.Onboard("acme")
	if _, errs, code := s.Run("onboard", "--name", "Other", "--address", "acme", "--admin-email", "x@y.example", "--admin-name", "X"); code != 1 || !strings.Contains(errs, "taken") {
		t.Errorf("a taken address gave exit %d: %s", code, errs)
	}
	var orgs struct{ Items []struct{ Name string } }
	s.JSON(&orgs, "org", "list")
	if len(orgs.Items) != 1 {
		t.Errorf("there are %d organisations: %v", len(orgs.Items), orgs)
	}
	if code := s.Stop(); code != 0 {
		t.Errorf("a clean stop gave exit %d", code)
	}
}

// Broken mail becomes a record with warnings; a mail without a body too.
func TestBrokenMailIsKept(t *testing.T) {
	s := New(t)
	s.Start()
	acme := s.Onboard("acme")
	broken := []string{
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nno end\r\n",
		"From: =?utf-8?B?broken\r\nSubject: =?x?Q?=FF?=\r\nDate: yesterday\r\n\r\n\x80\x81\xff\r\n",
		"no header at all\r\n",
		"Subject: only a header\r\n",
		"Content-Type: text/plain; charset=no-such-charset\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n",
	}
	for i, raw := range broken {
		if err := s.Send(fmt.Sprintf("b%d@sender.example", i), []string{"acme@" + s.Domain}, []byte(raw)); err != nil {
			t.Errorf("mail %d: %v", i, err)
		}
	}
	s.Eventually("all are recorded", func() bool { return len(All[email](acme, "/emails")) == len(broken) })
}
