// Package e2e drives the real binary from outside: by its commands, by SMTP
// and by HTTP. The tests here are what the product promises.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// binary is built once for all tests of the package.
var binary = sync.OnceValues(func() (string, error) {
	// The go command keeps the result of a test until something changes that the
	// test looked at: so look at what the binary is made of.
	err := filepath.WalkDir("..", func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if b := os.Getenv("PROJECTR_BINARY"); b != "" {
		return b, nil
	}
	dir, err := os.MkdirTemp("", "projectr-e2e-")
	if err != nil {
		return "", err
	}
	b := filepath.Join(dir, "projectr")
	out, err := exec.Command("go", "build", "-o", b, "projectr/cmd/projectr").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return b, nil
})

// Server is an installation in a folder of its own, served by the real binary.
type Server struct {
	Dir    string
	HTTP   string // host:port
	SMTP   string
	Domain string
	DNS    string   // who is asked about senders; "off" unless set before Start
	More   []string // more settings, as NAME=value

	t    testing.TB
	cmd  *exec.Cmd
	logs *lockedBuffer
}

// New returns an installation that is not started yet.
func New(t testing.TB) *Server {
	s := &Server{t: t, Dir: t.TempDir(), HTTP: FreePort(t), SMTP: FreePort(t), Domain: "mail.test", DNS: "off", logs: &lockedBuffer{}}
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("log of the server:\n%s", s.logs.tail(8<<10))
		}
	})
	return s
}

// FreePort returns a loopback address nobody listens on.
func FreePort(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Env is the environment of every command of this installation.
func (s *Server) Env() []string {
	env := append(clean(os.Environ()),
		"PROJECTR_DATA_DIR="+s.Dir, "PROJECTR_HTTP_LISTEN="+s.HTTP, "PROJECTR_SMTP_LISTEN="+s.SMTP,
		"PROJECTR_MAIL_DOMAIN="+s.Domain, "PROJECTR_TIME_ZONE=America/New_York", "PROJECTR_DNS="+s.DNS)
	return append(env, s.More...)
}

func clean(env []string) []string {
	var kept []string
	for _, kv := range env {
		if !strings.HasPrefix(kv, "PROJECTR_") {
			kept = append(kept, kv)
		}
	}
	return kept
}

// Start starts serving and returns when it is ready.
func (s *Server) Start() {
	s.t.Helper()
	b, err := binary()
	if err != nil {
		s.t.Fatal(err)
	}
	s.cmd = exec.Command(b, "serve")
	s.cmd.Env = s.Env()
	s.cmd.Stdout, s.cmd.Stderr = s.logs, s.logs
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		if r, err := http.Get("http://" + s.HTTP + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.t.Fatalf("the server did not become ready:\n%s", s.logs.tail(4<<10))
}

// Kill ends the server as a power cut would: without asking it.
func (s *Server) Kill() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// Stop asks the server to stop and returns its exit status.
func (s *Server) Stop() int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	_ = s.cmd.Wait()
	code := s.cmd.ProcessState.ExitCode()
	s.cmd = nil
	return code
}

// PID returns the server's process id.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Run runs a command of the binary beside the server and returns its output,
// error output and exit status.
func (s *Server) Run(args ...string) (stdout, stderr string, code int) {
	return s.RunWith("", args...)
}

// RunWith is Run with standard input.
func (s *Server) RunWith(stdin string, args ...string) (stdout, stderr string, code int) {
	s.t.Helper()
	b, err := binary()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(b, args...)
	cmd.Env = s.Env()
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		s.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// serveOnce starts a second server with a changed environment; it must end by
// itself.
func (s *Server) serveOnce(env []string) (stdout, stderr string, code int) {
	s.t.Helper()
	b, err := binary()
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, b, "serve")
	cmd.Env = append(s.Env(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		s.t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// JSON runs a command with --json, which must succeed, and decodes its answer.
func (s *Server) JSON(into any, args ...string) {
	s.t.Helper()
	out, errs, code := s.Run(append(args, "--json")...)
	if code != 0 {
		s.t.Fatalf("projectr %s: exit %d: %s", strings.Join(args, " "), code, errs)
	}
	if err := json.Unmarshal([]byte(out), into); err != nil {
		s.t.Fatalf("projectr %s: %v in %q", strings.Join(args, " "), err, out)
	}
}

// Org is an organisation with a key to its API.
type Org struct {
	Address string
	Key     string
	s       *Server
}

// Onboard creates an organisation that takes mail of anyone, and an admin API key.
func (s *Server) Onboard(address string) *Org {
	s.t.Helper()
	org := s.OnboardStrict(address)
	org.Allow("*")
	return org
}

// OnboardStrict is Onboard for an organisation that takes mail of its members
// alone.
func (s *Server) OnboardStrict(address string) *Org {
	s.t.Helper()
	var made struct {
		Address   string `json:"address"`
		SignInURL string `json:"sign_in_url"`
	}
	s.JSON(&made, "onboard", "--name", strings.ToUpper(address[:1])+address[1:]+" Builders", "--address", address,
		"--admin-email", "admin@"+address+".example", "--admin-name", "Ada "+address)
	if made.Address != address+"@"+s.Domain || made.SignInURL == "" {
		s.t.Fatalf("onboard answered %+v", made)
	}
	return &Org{Address: address, Key: s.NewKey(address, "admin"), s: s}
}

// Allow lets mail of these senders in.
func (o *Org) Allow(pattern string) {
	o.s.t.Helper()
	var rule struct {
		Pattern string `json:"pattern"`
		Allow   bool   `json:"allow"`
	}
	o.s.JSON(&rule, "sender", "allow", "--org", o.Address, pattern)
	if rule.Pattern != pattern || !rule.Allow {
		o.s.t.Fatalf("sender allow answered %+v", rule)
	}
}

// NewKey makes an API key.
func (s *Server) NewKey(address, role string) string {
	s.t.Helper()
	var k struct {
		Key string `json:"key"`
	}
	s.JSON(&k, "api-key", "create", "--org", address, "--name", "e2e", "--role", role)
	if k.Key == "" {
		s.t.Fatal("api-key create printed no key")
	}
	return k.Key
}

// Request asks the API under /api/v1 and returns status and body.
func (o *Org) Request(method, path string, body any) (int, []byte) {
	o.s.t.Helper()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			o.s.t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, "http://"+o.s.HTTP+"/api/v1"+path, r)
	if err != nil {
		o.s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+o.Key)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		o.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		o.s.t.Fatal(err)
	}
	return resp.StatusCode, b
}

// Get asks the API under this organisation; the answer must be 200.
func (o *Org) Get(path string, into any) {
	o.s.t.Helper()
	status, b := o.Request("GET", "/orgs/"+o.Address+path, nil)
	if status != http.StatusOK {
		o.s.t.Fatalf("GET %s: %d %s", path, status, b)
	}
	if err := json.Unmarshal(b, into); err != nil {
		o.s.t.Fatalf("GET %s: %v in %s", path, err, b)
	}
}

// All walks every page of a list.
func All[T any](o *Org, path string) []T {
	o.s.t.Helper()
	var all []T
	after := ""
	for {
		var page struct {
			Items []T     `json:"items"`
			Next  *string `json:"next"`
		}
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		o.Get(path+sep+"limit=200&after="+url.QueryEscape(after), &page)
		all = append(all, page.Items...)
		if page.Next == nil || *page.Next == "" {
			return all
		}
		after = *page.Next
	}
}

// Send sends one raw mail by SMTP and returns the server's refusal, if any.
func (s *Server) Send(from string, to []string, raw []byte) error {
	c, err := smtp.Dial(s.SMTP)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SendMail(from, to, bytes.NewReader(raw)); err != nil {
		return err
	}
	return c.Quit()
}

// Eventually waits until ok is true, for at most a minute.
func (s *Server) Eventually(what string, ok func() bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			s.t.Fatalf("after a minute still not: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// lockedBuffer collects what the server says.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) tail(n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.b.Bytes()
	return string(b[max(0, len(b)-n):])
}
