package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What an operator does with people either happens or says why not, and then
// nothing has happened.
func TestOperatorsLookAfterPeople(t *testing.T) {
	s := New(t)
	s.Start()
	acme, globex := s.Onboard("acme"), s.Onboard("globex")
	for _, c := range []struct {
		stdin string
		args  string
		code  int
		want  string
	}{
		{"", "user create --org acme --email jo@acme.example --name Jo --role boss", 2, "admin or viewer"},
		{"short\n", "user create --org acme --email jo@acme.example --name Jo --password-stdin", 1, "password"},
		{"a long enough pass phrase\n", "user create --org acme --email jo@acme.example --name Jo --password-stdin", 0, "jo@acme.example"},
		{"another long pass phrase\n", "user create --org acme --email jo@acme.example --name Jo --password-stdin", 1, "member already"},
		{"another long pass phrase\n", "user create --org globex --email jo@acme.example --name Jo --password-stdin", 1, "keeps its password"},
		{"", "user create --org globex@" + s.Domain + " --email jo@acme.example --name Jo --role admin", 0, "jo@acme.example"},
		{"", "user set-role --org acme --email jo@acme.example", 2, "--role"},
		{"", "user set-role --org acme --email admin@acme.example --role viewer", 1, "last admin"},
		{"", "user delete --org acme --email admin@acme.example", 1, "last admin"},
		{"", "user delete --org acme --email nobody@acme.example", 1, "user list"},
		{"", "user delete --org acme --email jo@acme.example", 0, "Taken out"},
		{"", "user list --org globex", 0, "jo@acme.example"},
		{"", "user disable --org globex --email jo@acme.example --reason away", 0, "Disabled"},
		{"", "user disable --org globex --email admin@globex.example", 1, "last admin"},
		{"", "user enable --org globex --email jo@acme.example", 0, "Enabled"},
		{"", "user reset-factors --org globex --email jo@acme.example", 0, "password alone"},
		{"", "user reset-factors --org acme --email jo@acme.example", 1, "user list"},
		{"", "org show nowhere", 1, "No such organisation"},
		{"", "onboard --name Half --address half --admin-email <jo@half.example> --admin-name Jo", 1, "e-mail"},
		{"", "onboard --name Half --address half --admin-email jo@half.example --admin-name Jo", 0, "half@"},
		{"", "project create --org acme", 2, "--name"},
		{"", "frobnicate", 2, "projectr help"},
	} {
		out, errs, code := s.RunWith(c.stdin, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("projectr %s: exit %d, %q %q; want %d and %q", c.args, code, out, errs, c.code, c.want)
		}
		if code != 0 && strings.Count(strings.TrimSpace(errs), "\n") > 0 {
			t.Errorf("projectr %s: more than one sentence: %q", c.args, errs)
		}
	}
	if _, log := globex.Request("GET", "/orgs/globex/audit?action=account.disable", nil); !strings.Contains(string(log), `"note":"away"`) {
		t.Errorf("globex's log: %s", log)
	}
	if status, body := acme.Request("POST", "/session", map[string]string{"email": "jo@acme.example", "password": "a long enough pass phrase"}); status != 200 {
		t.Errorf("Jo signs in: %d %s", status, body)
	}
	if status, _ := globex.Request("POST", "/session", map[string]string{"email": "jo@acme.example", "password": "another long pass phrase"}); status != 401 {
		t.Errorf("the refused password signs in: %d", status)
	}
}

// What was paid otherwise than by Stripe is what the operator wrote down, in the month it
// was paid in; nothing else is income, whatever the plan's price.
func TestWhatWasPaidByHandIsWrittenDown(t *testing.T) {
	s := New(t)
	if _, errs, code := s.Run("onboard", "--name", "Acme", "--address", "acme", "--admin-email", "jo@acme.example", "--admin-name", "Jo", "--plan", "starter"); code != 0 {
		t.Fatal(errs)
	}
	says := func(when, month, want string) {
		t.Helper()
		out, errs, code := s.Run("--json", "org", "show", "acme", "--month", month)
		var is struct {
			Month struct {
				Income []struct {
					Minor    int64
					Currency string
				}
				Margin *int64 `json:"margin_micro_usd"`
			}
		}
		if err := json.Unmarshal([]byte(out), &is); code != 0 || err != nil {
			t.Fatalf("exit %d, %v: %s %s", code, err, out, errs)
		}
		margin := "not known"
		if is.Month.Margin != nil {
			margin = fmt.Sprint(*is.Month.Margin)
		}
		if got := fmt.Sprint(is.Month.Income, " ", margin); got != want {
			t.Errorf("%s, of %s: %s, want %s", when, month, got, want)
		}
	}
	march, april := "2026-03", "2026-04"
	says("nobody said", march, "[] not known")
	for _, c := range []struct{ when, amount, code, march, april string }{
		{"490 dollars", "490", "USD", "[{49000 USD}] 490000000", "[] not known"},
		{"again, and less", "450.50", "USD", "[{45050 USD}] 450500000", "[] not known"},
		{"in another currency", "390", "EUR", "[{39000 EUR}] not known", "[] not known"},
		{"taken back", "0", "USD", "[] not known", "[] not known"},
	} {
		if _, errs, code := s.Run("org", "paid", "acme", c.amount, c.code, "--ref", "A-17", "--on", "2026-03-31"); code != 0 {
			t.Fatalf("%s: %s", c.when, errs)
		}
		says(c.when, march, c.march)
		says(c.when, april, c.april)
	}
	for _, words := range [][]string{{"490", "USD", "--on", "2026-03-31"}, {"490", "bucks", "--ref", "x", "--on", "2026-03-31"}, {"4,90", "USD", "--ref", "x", "--on", "2026-03-31"},
		{"490", "USD", "--ref", "x", "--on", "May"}, {"490", "USD", "--ref", "x"}, {"490", "USD", "--ref", "x", "--on", "2962-03-31"}, {"490", "--ref", "x", "--on", "2026-03-31"}} {
		if _, errs, code := s.Run(append([]string{"org", "paid", "acme"}, words...)...); code == 0 || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
			t.Errorf("%q: exit %d, %s", words, code, errs)
		}
	}
}

// A suspended organisation's mail is held, and read when it is resumed.
func TestHeldMailIsReadWhenItsOrganisationIsResumed(t *testing.T) {
	s := New(t)
	s.Start()
	acme := s.Onboard("acme")
	goldProjects(t, s, "acme")
	if _, errs, code := s.Run("org", "suspend", "acme"); code != 0 {
		t.Fatal(errs)
	}
	if err := s.Send("jo@sender.example", []string{"acme+24-150@" + s.Domain}, []byte("From: jo@sender.example\r\nSubject: stone\r\n\r\nWe decided to use the honed stone.\r\n")); err != nil {
		t.Fatal(err)
	}
	s.Eventually("it is held", func() bool { return len(All[email](acme, "/emails?state=held")) == 1 })
	if _, errs, code := s.Run("org", "resume", "acme"); code != 0 {
		t.Fatal(errs)
	}
	s.Eventually("it is filed and read", func() bool {
		l := All[email](acme, "/emails?state=filed")
		return len(l) == 1 && len(l[0].Facts) > 0
	})
}

// A mail about several known projects is printed with which stretch is about which.
func TestExtractPrintsTheProjectsOfPassages(t *testing.T) {
	s := New(t)
	list := filepath.Join(t.TempDir(), "projects.json")
	if err := os.WriteFile(list, []byte(`[{"key":"bridge","name":"Bridge Street Re-roof","job_number":"24-142"},{"key":"canal","name":"Canal Place Lobby","job_number":"24-150"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	const bridge, canal = "24-142 Bridge St: please send the warranty by Friday.", "24-150 Canal Place lobby: please order the stone."
	printed := func(subject string) (key string, passages []string) {
		t.Helper()
		mail := "From: sam@sender.example\r\nSubject: " + subject + "\r\n\r\nGrüße,\r\n\r\n" + bridge + "\r\n\r\n" + canal + "\r\n"
		out, errs, code := s.RunWith(mail, "extract", "--projects", list, "-")
		var got struct {
			Project  struct{ Key string }
			Passages []struct {
				Project    struct{ Key string }
				Start, End int
			}
		}
		if err := json.Unmarshal([]byte(out), &got); err != nil || code != 0 {
			t.Fatalf("exit %d, %v: %q %q", code, err, out, errs)
		}
		text := []rune("Grüße,\n\n" + bridge + "\n\n" + canal + "\n")
		for _, p := range got.Passages {
			passages = append(passages, p.Project.Key+" "+string(text[p.Start:p.End]))
		}
		return got.Project.Key, passages
	}
	if key, got := printed("weekly"); key != "" || !slices.Equal(got, []string{"bridge " + bridge, "canal " + canal}) {
		t.Errorf("about two: project %q, passages %q", key, got)
	}
	if key, got := printed("24-142 roof"); key != "bridge" || !slices.Equal(got, []string{"canal " + canal}) {
		t.Errorf("about one, and another in passing: project %q, passages %q", key, got)
	}
}
