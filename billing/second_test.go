package billing_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"projectr"
	"projectr/billing"
	"projectr/local"
	"projectr/store"
	"projectr/store/sqlite"
	"projectr/stripe"
	"projectr/stripe/stripetest"
)

// TestMain is also the second process of the histories.
func TestMain(m *testing.M) {
	if path := os.Getenv("PROJECTR_TEST_BILLING"); path != "" {
		if err := secondProcess(path, os.Getenv("PROJECTR_TEST_STRIPE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// webhooks are told to the second process as a line.
type webhooks struct {
	Now    int64
	Bodies []string
	// Kill is the point of a write at which it is to kill itself, and After how many
	// of those go well before; empty: at none.
	Kill  string
	After int64
}

// secondProcess takes webhooks from standard input, and answers each line with one: empty
// when all are done with.
func secondProcess(path, url string) error {
	ctx := context.Background()
	var now, left atomic.Int64
	var kill atomic.Value
	kill.Store("")
	clock := func() time.Time { return time.Unix(now.Load(), 0).UTC() }
	d, err := sqlite.Open(ctx, path, sqlite.Options{Busy: time.Minute, Fault: func(at string) error {
		if at == kill.Load() && left.Add(-1) < 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil
	}})
	if err != nil {
		return err
	}
	defer d.Close()
	pay, err := stripe.New(stripe.Options{Key: stripetest.Key, WebhookSecret: stripetest.Secret, Base: url, Now: clock})
	if err != nil {
		return err
	}
	b := &billing.Billing{Store: store.New(d, &local.Files{Dir: filepath.Dir(path)}, clock), Payments: pay, Now: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	fmt.Println()
	for in := json.NewDecoder(os.Stdin); ; {
		var x webhooks
		if err := in.Decode(&x); err != nil {
			return nil // the first process is done
		}
		now.Store(x.Now)
		left.Store(x.After)
		kill.Store(x.Kill)
		said := ""
		for _, body := range x.Bodies {
			if err := deliver(ctx, b, []byte(body), clock()); err != nil {
				said = err.Error()
			}
		}
		kill.Store("")
		fmt.Printf("%q\n", said)
	}
}

// deliver has a webhook come until it is done with, as the provider does: those who say no
// are told again.
func deliver(ctx context.Context, b *billing.Billing, body []byte, now time.Time) (err error) {
	for range 50 {
		if err = b.Event(ctx, body, stripetest.Sign(body, stripetest.Secret, now)); err == nil || projectr.KindOf(err) != projectr.Conflict {
			return err
		}
	}
	return fmt.Errorf("it never came to an end: %w", err)
}

// second is the second process at a database.
type second struct {
	testing.TB
	path, url string
	cmd       *exec.Cmd
	in        io.WriteCloser
	out       *bufio.Reader
}

func (s *second) start() {
	s.Helper()
	s.cmd = exec.Command(os.Args[0])
	s.cmd.Env = append(os.Environ(), "PROJECTR_TEST_BILLING="+s.path, "PROJECTR_TEST_STRIPE="+s.url)
	s.cmd.Stderr = os.Stderr
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		s.Fatal(err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		s.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.Fatal(err)
	}
	s.out = bufio.NewReader(out)
	if _, err := s.out.ReadString('\n'); err != nil {
		s.Fatal("the second process did not start")
	}
}

func (s *second) end() {
	_ = s.in.Close()
	_ = s.cmd.Wait()
}

// take has it take webhooks; false when it was killed meanwhile.
func (s *second) take(x webhooks) bool {
	line, err := json.Marshal(x)
	if err != nil {
		s.Error(err)
		return true
	}
	if _, err := s.in.Write(append(line, '\n')); err != nil {
		return false
	}
	said, err := s.out.ReadString('\n')
	if err != nil {
		return false
	}
	if said != "\"\"\n" {
		s.Errorf("the second process: %s", said)
	}
	return true
}

// shared opens a database that a second process opens too. Where there is a disk in
// memory it lies there: a process that is killed loses nothing that it has written, so
// that waiting for a disk would show nothing more.
func shared(t testing.TB) (*sqlite.Driver, string) {
	t.Helper()
	dir := t.TempDir()
	if in, err := os.MkdirTemp("/dev/shm", "projectr-billing-"); err == nil {
		dir = in
		t.Cleanup(func() { _ = os.RemoveAll(in) })
	}
	path := filepath.Join(dir, "p.db")
	d, err := sqlite.Open(t.Context(), path, sqlite.Options{Busy: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d, path
}
