package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKilledInTheMiddle kills the server with 100 connections sending, restarts
// it and sends again what had no answer, as a sender does: every mail that was
// answered 250, at first or then, is there exactly once in each organisation it
// was for, and nothing else is (T-1; I-1 to I-3, I-5). PROJECTR_KILL_ROUNDS says
// how often; 3 if it is not set.
func TestKilledInTheMiddle(t *testing.T) {
	rounds := 3
	if v := os.Getenv("PROJECTR_KILL_ROUNDS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			t.Fatalf("PROJECTR_KILL_ROUNDS is %q, want a number from 1", v)
		}
		rounds = n
	}
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 0))
	s := New(t)
	s.Start()
	acme, globex := s.Onboard("acme"), s.Onboard("globex")
	sent := &journal{answered: make(map[string]bool)}
	again := 0
	for range rounds {
		var open, over sync.WaitGroup
		start := make(chan struct{})
		for range 100 {
			open.Add(1)
			over.Go(func() {
				c, err := hello(s.SMTP)
				open.Done()
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = c.conn.Close() }()
				<-start
				for c.send(sent.next(), s.Domain, sent) == nil {
				}
			})
		}
		open.Wait()
		close(start)
		time.Sleep(time.Duration(20+rnd.IntN(250)) * time.Millisecond)
		s.Kill()
		over.Wait()
		s.Start()
		c, err := hello(s.SMTP)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range sent.unanswered() {
			again++
			if err := c.send(id, s.Domain, sent); err != nil {
				t.Fatalf("%s sent again: %v", id, err)
			}
		}
		_ = c.conn.Close()
	}
	s.drain()

	twice := 0
	for _, org := range []*Org{acme, globex} {
		seen := make(map[string]int)
		for _, m := range All[email](org, "/emails") {
			seen[m.MessageID]++
		}
		for id := range sent.answered {
			want := 1
			if org == globex && !forBoth(id) {
				want = 0
			}
			if seen[id] != want {
				t.Errorf("seed %d: mail %s is there %d times for %s, want %d", seed, id, seen[id], org.Address, want)
			}
			if seen[id] > 1 {
				twice++
			}
			delete(seen, id)
		}
		if len(seen) > 0 {
			t.Errorf("seed %d: %s has %d mails that nobody sent", seed, org.Address, len(seen))
		}
	}
	if again == 0 {
		t.Error("no mail was on its way at any kill: the test killed nothing in the middle")
	}
	t.Logf("%d kills with 100 connections, %d mails answered 250, %d of them sent again for want of an answer, %d doubled (seed %d)",
		rounds, len(sent.answered), again, twice, seed)
}

// journal is what the senders know: outside of the server, so that no kill
// touches it.
type journal struct {
	mu       sync.Mutex
	n        int
	answered map[string]bool // id of each mail begun; true when it was answered 250
}

func (j *journal) next() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n++
	id := fmt.Sprintf("%d@killed.example", j.n)
	j.answered[id] = false
	return id
}

func (j *journal) yes(id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.answered[id] = true
}

// yeses is how many mails were answered 250.
func (j *journal) yeses() (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, yes := range j.answered {
		if yes {
			n++
		}
	}
	return n
}

func (j *journal) unanswered() (ids []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for id, yes := range j.answered {
		if !yes {
			ids = append(ids, id)
		}
	}
	return ids
}

// forBoth says whether a mail is for both organisations: every third is.
func forBoth(id string) bool {
	n, _ := strconv.Atoi(strings.TrimSuffix(id, "@killed.example"))
	return n%3 == 0
}

type talker struct {
	conn net.Conn
	r    *bufio.Reader
}

func hello(addr string) (*talker, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		return nil, err
	}
	c := &talker{conn, bufio.NewReader(conn)}
	if err := c.want("220"); err != nil {
		return nil, err
	}
	return c, c.say("EHLO killed.example\r\n", "250")
}

func (c *talker) say(text, code string) error {
	if _, err := io.WriteString(c.conn, text); err != nil {
		return err
	}
	return c.want(code)
}

func (c *talker) want(code string) error {
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return err
		}
		if len(line) > 3 && line[3] == '-' {
			continue
		}
		if !strings.HasPrefix(line, code) {
			return fmt.Errorf("want %s, got %q", code, line)
		}
		return nil
	}
}

// send sends the mail of that id, always the same bytes, and notes a 250.
func (c *talker) send(id, domain string, j *journal) error {
	commands := []string{"MAIL FROM:<jo@killed.example>\r\n", "RCPT TO:<acme@" + domain + ">\r\n"}
	if forBoth(id) {
		commands = append(commands, "RCPT TO:<globex@"+domain+">\r\n")
	}
	for _, cmd := range commands {
		if err := c.say(cmd, "250"); err != nil {
			return err
		}
	}
	if err := c.say("DATA\r\n", "354"); err != nil {
		return err
	}
	err := c.say("Message-ID: <"+id+">\r\nFrom: Jo <jo@killed.example>\r\nDate: Mon, 2 Mar 2026 09:30:00 -0500\r\nSubject: Mail "+id+
		"\r\n\r\n"+strings.Repeat("The inspection moved to Thursday.\r\n", 40)+".\r\n", "250")
	if err == nil {
		j.yes(id)
	}
	return err
}

// drain waits until no mail waits any more.
func (s *Server) drain() {
	s.t.Helper()
	for deadline := time.Now().Add(10 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var state struct {
			Waiting *int `json:"waiting"`
		}
		resp, err := http.Get("http://" + s.HTTP + "/readyz")
		if err != nil {
			s.t.Fatal(err)
		}
		err = json.NewDecoder(resp.Body).Decode(&state)
		_ = resp.Body.Close()
		switch {
		case err != nil || state.Waiting == nil:
			s.t.Fatalf("readiness does not say how many mails wait: %v", err)
		case *state.Waiting == 0:
			return
		case time.Now().After(deadline):
			s.t.Fatalf("%d mails still wait", *state.Waiting)
		}
	}
}
