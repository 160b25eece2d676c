package e2e

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

type verification struct {
	Organisations []struct {
		ID, Address, Head string
		Entries           int64
		Mails             int
		OK                bool
	}
	House  *struct{ Entries int64 }
	Mails  int
	Broken []struct {
		Organisation string `json:"organisation_id"`
		Email        string `json:"email_id"`
		Entry        int64
		What         string
	}
}

// Whatever of raw mail or of the audit logs is not as it was written is found, and
// nothing else.
func TestVerifyFindsWhatIsNotAsItWasWritten(t *testing.T) {
	s := New(t)
	s.Start()
	acme := s.Onboard("acme")
	s.Onboard("globex")
	const mails = 5
	for i := range mails {
		raw := fmt.Sprintf("From: jo@sender.example\r\nSubject: stone %d\r\n\r\nWe decided to use honed stone number %d.\r\n", i, i)
		if err := s.Send("jo@sender.example", []string{"acme@" + s.Domain}, []byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	s.Eventually("all are kept", func() bool { return len(All[email](acme, "/emails")) == mails })
	verify := func(want int, args ...string) verification {
		t.Helper()
		out, errs, code := s.Run(append([]string{"verify", "--json"}, args...)...)
		if code != want {
			t.Fatalf("verify: exit %d, not %d: %s %s", code, want, out, errs)
		}
		var v verification
		if err := json.Unmarshal([]byte(out), &v); err != nil {
			t.Fatalf("verify printed %q: %v", out, err)
		}
		return v
	}
	v := verify(0)
	if len(v.Organisations) != 2 || v.Mails != mails || len(v.Broken) != 0 || v.House == nil {
		t.Errorf("all in order: %+v", v)
	}
	for _, o := range v.Organisations {
		if !o.OK || o.Entries == 0 || len(o.Head) != 64 {
			t.Errorf("all in order: %+v", o)
		}
	}
	if one := verify(0, "--org", "globex"); len(one.Organisations) != 1 || one.Organisations[0].Address != "globex" || one.House != nil {
		t.Errorf("one organisation: %+v", one)
	}

	var blobs []string
	err := filepath.WalkDir(filepath.Join(s.Dir, "blobs"), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			blobs = append(blobs, path)
		}
		return err
	})
	if err != nil || len(blobs) != mails {
		t.Fatal(len(blobs), err)
	}
	whole, err := os.ReadFile(blobs[0])
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(blobs[1])
	if err != nil {
		t.Fatal(err)
	}
	flipped := slices.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for what, bytes := range map[string][]byte{"a bit is another": flipped, "the end is missing": whole[:len(whole)-3], "another mail's bytes": other, "empty": {}, "gone": nil} {
		if err := os.Remove(blobs[0]); err != nil {
			t.Fatal(err)
		}
		if bytes != nil {
			if err := os.WriteFile(blobs[0], bytes, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		v := verify(1)
		if len(v.Broken) != 1 || v.Broken[0].Email == "" || !strings.Contains(v.Broken[0].What, "raw mail") || v.Mails != mails {
			t.Errorf("%s: %+v", what, v.Broken)
		}
		if err := os.WriteFile(blobs[0], whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if v := verify(0); len(v.Broken) != 0 {
		t.Errorf("mended: %+v", v.Broken)
	}

	if code := s.Stop(); code != 0 {
		t.Fatalf("serve ended with %d", code)
	}
	db, err := sql.Open("sqlite", filepath.Join(s.Dir, "projectr.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`UPDATE audit SET target = target || 'x' WHERE n = 2 AND org = (SELECT min(num) FROM orgs)`); err != nil {
		t.Fatal(err)
	}
	v = verify(1)
	if len(v.Broken) != 1 || v.Broken[0].Entry == 0 || !strings.Contains(v.Broken[0].What, "audit log") {
		t.Errorf("an entry was changed: %+v", v.Broken)
	}
	out, errs, code := s.Run("verify")
	if code != 1 || !strings.Contains(out, "BROKEN") || strings.Count(strings.TrimSpace(errs), "\n") != 0 {
		t.Errorf("exit %d: %s %s", code, out, errs)
	}
}

// What operators see of organisations, and what of their looking is seen.
func TestOperatorsLookIsSeen(t *testing.T) {
	s := New(t)
	s.Start()
	acme := s.Onboard("acme")
	if err := s.Send("jo@sender.example", []string{"acme@" + s.Domain}, []byte("From: jo@sender.example\r\nSubject: stone\r\n\r\nWe decided to use honed stone.\r\n")); err != nil {
		t.Fatal(err)
	}
	s.Eventually("it is kept", func() bool { return len(All[email](acme, "/emails")) == 1 })

	var list struct {
		Items []struct {
			Address string
			Month   struct {
				Emails int
				Cost   int64  `json:"cost_micro_usd"`
				Margin *int64 `json:"margin_micro_usd"`
			}
			Counts struct{ Review, Parked, Held, Quarantined int }
		}
	}
	s.JSON(&list, "org", "list")
	if len(list.Items) != 1 || list.Items[0].Address != "acme" || list.Items[0].Month.Emails != 1 || list.Items[0].Month.Margin == nil || list.Items[0].Counts.Review != 1 {
		t.Errorf("org list: %+v", list)
	}
	var usage struct {
		Month  string
		Emails int
		Days   []struct{ Emails int }
	}
	s.JSON(&usage, "usage", "--org", "acme", "--reason", "They asked why it is so much")
	if usage.Emails != 1 || len(usage.Days) != 1 || len(usage.Month) != len("2026-03") {
		t.Errorf("usage: %+v", usage)
	}
	s.JSON(&usage, "usage", "--org", "acme", "--month", "2001-02")
	if usage.Emails != 0 || usage.Month != "2001-02" {
		t.Errorf("usage of another month: %+v", usage)
	}
	var shown struct{ Address string }
	s.JSON(&shown, "org", "show", "acme", "--reason", "Their admin called")
	for args, want := range map[string]string{"usage --org acme --month soon": "--month", "usage": "--org", "mail": "unrouted", "mail unrouted 1 2": "unrouted", "verify now": "no words"} {
		if out, errs, code := s.Run(strings.Fields(args)...); code != 2 || !strings.Contains(errs, want) {
			t.Errorf("projectr %s: exit %d, %q %q", args, code, out, errs)
		}
	}
	if _, errs, code := s.Run("org", "show", "acme", "--reason", "two\nlines"); code != 1 || !strings.Contains(errs, "one line") {
		t.Errorf("a reason of two lines: exit %d %s", code, errs)
	}
	if _, errs, code := s.Run("mail", "unrouted", strings.Repeat("0", 64)); code != 1 || strings.TrimSpace(errs) == "" {
		t.Errorf("a mail that is not there: exit %d %s", code, errs)
	}
	var notes []string
	for _, e := range All[struct{ Action, Note string }](acme, "/audit") {
		if e.Action == "operator.enter" {
			notes = append(notes, e.Note)
		}
	}
	for _, want := range []string{"They asked why it is so much", "Their admin called", "usage"} {
		if !slices.Contains(notes, want) {
			t.Errorf("the admins do not see %q among %q", want, notes)
		}
	}
}

// Who is an operator is said by whoever has the machine.
func TestOperatorsAreNamedOnTheMachine(t *testing.T) {
	s := New(t)
	s.OnboardStrict("acme")
	type operators struct{ Items []struct{ Email string } }
	var l operators
	if s.JSON(&l, "operator", "list"); len(l.Items) != 0 {
		t.Errorf("at first: %+v", l)
	}
	var set struct {
		Email    string
		Operator bool
	}
	if s.JSON(&set, "operator", "add", "ADMIN@acme.example"); set.Email != "admin@acme.example" || !set.Operator {
		t.Errorf("added: %+v", set)
	}
	if s.JSON(&l, "operator", "list"); len(l.Items) != 1 || l.Items[0].Email != "admin@acme.example" {
		t.Errorf("one was added: %+v", l)
	}
	if s.JSON(&set, "operator", "remove", "admin@acme.example"); set.Operator {
		t.Errorf("removed: %+v", set)
	}
	if s.JSON(&l, "operator", "list"); len(l.Items) != 0 {
		t.Errorf("at last: %+v", l)
	}
	for args, want := range map[string]string{"operator": "list, add or remove", "operator add": "one e-mail", "operator list x": "no more words", "operator crown x@x.example": "knows"} {
		if out, errs, code := s.Run(strings.Fields(args)...); code != 2 || !strings.Contains(errs, want) {
			t.Errorf("projectr %s: exit %d, %q %q", args, code, out, errs)
		}
	}
	if _, errs, code := s.Run("operator", "add", "nobody@x.example"); code != 1 || !strings.Contains(errs, "user create") {
		t.Errorf("nobody: exit %d %s", code, errs)
	}
}
