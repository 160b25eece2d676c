package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"projectr"
)

// imported is what an import answers, as far as we look at it.
type imported struct {
	Mails    int            `json:"mails"`
	New      int            `json:"new"`
	Kept     int            `json:"kept_already"`
	Failed   int            `json:"failed"`
	Skipped  int            `json:"skipped"`
	By       map[string]int `json:"skipped_by"`
	Filed    int            `json:"filed"`
	Cost     *int64         `json:"cost_micro_usd"`
	Ask      bool           `json:"ask_again"`
	Failures []struct {
		Place, Reason string
	} `json:"failures"`
}

// TestImport imports a mailbox beside a running server, is killed and interrupted in the
// middle, and goes on: each mail is there once, in the one organisation it is for, at
// its own date, though nobody there knows its senders.
func TestImport(t *testing.T) {
	const all = 60
	s := New(t)
	s.Start()
	acme, globex := s.OnboardStrict("acme"), s.OnboardStrict("globex")
	var project struct{ ID string }
	s.JSON(&project, "project", "create", "--org", "acme", "--name", "Hollis Street Clinic", "--job-number", "24-117")
	dir := t.TempDir()
	var box strings.Builder
	for i := range all {
		fmt.Fprintf(&box, "From jo@old.example Tue Sep 10 14:22:00 2019\nFrom: Jo <jo@old.example>\nSubject: 24-117 note %d\nDate: Tue, 10 Sep 2019 14:%02d:00 -0400\nMessage-ID: <note%d@old.example>\n\n"+
			"Please send drawing %d by Friday.\n>From there we go on.\n\n", i, i, i, i)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("All mail.mbox", box.String())

	var done imported
	s.JSON(&done, "import", "--org", "acme", "--dry-run", dir)
	if done.Mails != all || done.New != all || done.Cost == nil || *done.Cost != 0 || len(All[email](acme, "/emails")) != 0 {
		t.Fatalf("a dry run says %+v, and %d mails are kept", done, len(All[email](acme, "/emails")))
	}
	b, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for i, end := range []os.Signal{syscall.SIGKILL, os.Interrupt} {
		cmd := exec.Command(b, "import", "--org", "acme", dir)
		cmd.Env = s.Env()
		var said strings.Builder
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		s.Eventually("some mails are in", func() bool { return len(All[email](acme, "/emails")) > 10*(i+1) })
		if err := cmd.Process.Signal(end); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if end == os.Interrupt && !strings.Contains(said.String(), "goes on where it was") {
			t.Errorf("interrupted it says %q and ends with %d", said.String(), cmd.ProcessState.ExitCode())
		}
	}
	kept := len(All[email](acme, "/emails"))
	if kept >= all {
		t.Error("it was broken off after its end: nothing is shown by it")
	}
	s.JSON(&done, "import", "--org", "acme@"+s.Domain, dir)
	if done.New != all-kept || done.Kept != kept || done.Failed != 0 {
		t.Errorf("it goes on with %+v, where %d were kept", done, kept)
	}
	seen := map[string]int{}
	for _, m := range All[email](acme, "/emails") {
		seen[m.MessageID]++
		if m.Date.Format(time.DateOnly) != "2019-09-10" || m.State != projectr.Filed {
			t.Errorf("%s is %s, of %s", m.MessageID, m.State, m.Date)
		}
	}
	for i := range all {
		if id := fmt.Sprintf("note%d@old.example", i); seen[id] != 1 {
			t.Errorf("%s is there %d times", id, seen[id])
		}
	}
	if n := len(All[email](globex, "/emails")); len(seen) != all || n != 0 {
		t.Errorf("%d different mails, and %d of another organisation", len(seen), n)
	}

	write("broken.eml", "")
	write("notes.txt", "Buy steel.\n")
	out, errs, code := s.Run("import", "--org", "acme", "--json", dir)
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		t.Fatal(err)
	}
	if code != 1 || done.New != 0 || done.Kept != all || done.Failed != 1 || len(done.Failures) != 1 || !strings.HasSuffix(done.Failures[0].Place, "broken.eml") || done.By["not_mail"] != 1 {
		t.Errorf("with a broken file it ends with %d and says %+v, %s", code, done, errs)
	}
	if _, errs, code := s.Run("import", "--org", "acme"); code != 2 || !strings.Contains(errs, "files or folders") {
		t.Errorf("without a path: %d, %s", code, errs)
	}
	var trail []struct{ Action, Target string }
	for _, a := range All[struct{ Action, Target string }](acme, "/audit") {
		if a.Action == "mail.import" {
			trail = append(trail, a)
		}
	}
	if len(trail) != 3 || !strings.Contains(trail[0].Target, fmt.Sprintf("%d kept already", all)) {
		t.Errorf("the audit log says %+v", trail)
	}
}

// What a model would cost that is not known is asked about before anything is imported,
// and what the plan has no mails left for is, too.
func TestImportAsksFirst(t *testing.T) {
	s := New(t)
	s.More = []string{"PROJECTR_OPENAI_BASE_URL=http://127.0.0.1:1/v1", "PROJECTR_OPENAI_MODEL=a-model-without-a-price"}
	s.Start()
	acme := s.OnboardStrict("acme")
	if code, body := acme.Request("PATCH", "/orgs/acme/settings", map[string]any{"extractor": "model"}); code != 200 {
		t.Fatalf("%d %s", code, body)
	}
	file := filepath.Join(t.TempDir(), "a.eml")
	if err := os.WriteFile(file, []byte("From: Jo <jo@old.example>\nSubject: Note\nDate: Tue, 10 Sep 2019 14:00:00 -0400\nMessage-ID: <a@old.example>\n\nPlease send the drawing by Friday.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var done imported
	s.JSON(&done, "import", "--org", "acme", "--dry-run", file)
	if done.Cost != nil || !done.Ask {
		t.Errorf("a dry run says %+v", done)
	}
	out, errs, code := s.Run("import", "--org", "acme", file, "--json")
	if err := json.Unmarshal([]byte(out), &done); err != nil || code != 1 || !strings.Contains(errs, "pass --yes") || done.Cost != nil || len(All[email](acme, "/emails")) != 0 {
		t.Errorf("it ends with %d, %s, %s", code, out, errs)
	}
	s.JSON(&done, "import", "--org", "acme", "--yes", file)
	if done.New != 1 || len(All[email](acme, "/emails")) != 1 {
		t.Errorf("with --yes: %+v", done)
	}
}
