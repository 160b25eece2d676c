package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"projectr"
)

// TestToldToStop sends SIGTERM to the server with 30 connections sending mail and
// others asking for pages. It takes no new mail (421), lets in what it was being given,
// answers the requests it had, ends the streams and exits with 0 within its time of
// grace; after the next start every mail that was answered 250 is there, once.
func TestToldToStop(t *testing.T) {
	const grace = 20 * time.Second
	s := New(t)
	s.Start()
	acme, globex := s.Onboard("acme"), s.Onboard("globex")
	sent := &journal{answered: make(map[string]bool)}

	// Mail that comes in all the time. What ends it is 421, or a connection that is not
	// taken any more.
	var load sync.WaitGroup
	var refused atomic.Int64
	for range 30 {
		c, err := hello(s.SMTP)
		if err != nil {
			t.Fatal(err)
		}
		load.Go(func() {
			defer func() { _ = c.conn.Close() }()
			for {
				err := c.send(sent.next(), s.Domain, sent)
				switch {
				case err == nil:
					continue
				case strings.Contains(err.Error(), `got "421 `):
					refused.Add(1)
				case strings.Contains(err.Error(), "want "):
					t.Errorf("a mail is refused otherwise than by 421: %v", err)
				}
				return
			}
		})
	}
	// Pages that are asked for all the time, each over a connection of its own. Whoever
	// is connected is answered, and whole.
	stopped := make(chan struct{})
	var pages atomic.Int64
	for range 8 {
		load.Go(func() {
			for {
				res, err := ask(s, acme, "GET", "/orgs/acme/emails?limit=50", "", nil)
				if err != nil {
					select {
					case <-stopped: // nobody listens any more
					default:
						t.Errorf("before it was told to stop: %v", err)
					}
					return
				}
				if res.StatusCode != http.StatusOK {
					t.Errorf("a page answers %d", res.StatusCode)
				}
				pages.Add(1)
			}
		})
	}
	// A mail of which half has come, and a connection that says nothing.
	half, idle := talking(t, s), talking(t, s)
	halfID := sent.next()
	for _, x := range [][2]string{{"MAIL FROM:<jo@killed.example>\r\n", "250"}, {"RCPT TO:<acme@" + s.Domain + ">\r\n", "250"}, {"DATA\r\n", "354"}} {
		if err := half.say(x[0], x[1]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(half.conn, "Message-ID: <"+halfID+">\r\nFrom: Jo <jo@killed.example>\r\nSubject: Half\r\n\r\nThe first half.\r\n"); err != nil {
		t.Fatal(err)
	}
	// Requests of which half has come, and streams.
	var begun sync.WaitGroup
	goOn := make(chan struct{})
	for i := range 5 {
		begun.Go(func() {
			body := fmt.Sprintf(`{"name":"Begun %d"}`, i)
			res, err := ask(s, acme, "POST", "/orgs/acme/projects", body, goOn)
			if err != nil || res.StatusCode != http.StatusCreated {
				t.Errorf("a request that had begun: %v %v", res, err)
			}
		})
	}
	var streams sync.WaitGroup
	for range 3 {
		opened := make(chan struct{})
		streams.Go(func() {
			req, err := http.NewRequest("GET", "http://"+s.HTTP+"/api/v1/orgs/acme/events/stream", nil)
			if err != nil {
				t.Error(err)
			}
			req.Header.Set("Authorization", "Bearer "+acme.Key)
			res, err := (&http.Client{Transport: &http.Transport{}}).Do(req)
			close(opened)
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			if _, err := io.Copy(io.Discard, res.Body); err != nil {
				t.Errorf("a stream was cut and not ended: %v", err)
			}
		})
		<-opened
	}
	time.Sleep(300 * time.Millisecond)

	close(stopped)
	began := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := idle.want("421"); err != nil {
		t.Errorf("a connection that says nothing: %v", err)
	}
	streams.Wait()
	close(goOn)
	begun.Wait()
	if err := half.say("The second half.\r\n.\r\n", "250"); err != nil {
		t.Errorf("a mail of which half had come: %v", err)
	} else {
		sent.yes(halfID)
	}
	load.Wait()
	_ = s.cmd.Wait()
	took := time.Since(began)
	if code := s.cmd.ProcessState.ExitCode(); code != 0 || took > grace {
		t.Errorf("it ended with %d after %s", code, took)
	}
	s.cmd = nil
	if refused.Load() == 0 || pages.Load() == 0 {
		t.Errorf("%d connections were answered 421, %d pages: there was no load", refused.Load(), pages.Load())
	}

	s.Start()
	s.drain()
	yes := 0
	for _, org := range []*Org{acme, globex} {
		seen := make(map[string]int)
		for _, m := range All[email](org, "/emails") {
			seen[m.MessageID]++
		}
		for id, answered := range sent.answered {
			n, mine := seen[id], org == acme || forBoth(id) && id != halfID
			if answered && mine && n != 1 || n > 1 || !mine && n > 0 {
				t.Errorf("mail %s (answered: %t) is there %d times for %s", id, answered, n, org.Address)
			}
			if answered && org == acme {
				yes++
			}
		}
	}
	made := 0
	for _, p := range All[projectr.ProjectSummary](acme, "/projects") {
		if strings.HasPrefix(p.Name, "Begun ") {
			made++
		}
	}
	if made != 5 {
		t.Errorf("%d of 5 projects are there whose requests had begun", made)
	}
	t.Logf("%d mails answered 250, all there; %d of 30 connections answered 421; %d pages; 5 begun requests answered, 3 streams ended; exit 0 after %s", yes, refused.Load(), pages.Load(), took.Round(time.Millisecond))
}

func talking(t *testing.T, s *Server) *talker {
	t.Helper()
	c, err := hello(s.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.conn.Close() })
	return c
}

// ask asks over a connection of its own. The last byte of the body follows when goOn is
// closed, if there is one. Once it is connected the answer has to come.
func ask(s *Server, o *Org, method, path, body string, goOn <-chan struct{}) (*http.Response, error) {
	conn, err := net.Dial("tcp", s.HTTP)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	head := fmt.Sprintf("%s /api/v1%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n", method, path, s.HTTP, o.Key)
	if body != "" {
		head += fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	first := body
	if goOn != nil {
		first = body[:len(body)-1]
	}
	if _, err := io.WriteString(conn, head+"\r\n"+first); err != nil {
		return nil, err
	}
	if goOn != nil {
		<-goOn
		if _, err := io.WriteString(conn, body[len(body)-1:]); err != nil {
			return nil, err
		}
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res, err
}
