//go:build linux

package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// loaded is what a load process says when it ends.
type loaded struct {
	Accepted, Refused, Broken int64
	Seconds                   float64
	P50, P99, Least           float64 // ms from DATA to the reply after the dot
	Sample                    string  // of what went wrong
}

// load is a load process: so many connections send one mail after the other,
// each waiting for every reply, for some time. It speaks to loopback only.
func load(args []string) error {
	fs := flag.NewFlagSet("load", flag.ContinueOnError)
	addr := fs.String("addr", "", "server")
	conns := fs.Int("conns", 100, "connections")
	size := fs.Int("size", 2000, "bytes of a mail")
	seconds := fs.Duration("time", 2*time.Second, "how long")
	mails := fs.Int64("mails", 1<<62, "at most so many mails in all")
	rcpt := fs.String("rcpt", "acme@bench.example", "recipient; {i} stands for a number below 200")
	if err := fs.Parse(args); err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(*addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%s is not on loopback", *addr)
	}

	g := &generator{rcpt: *rcpt, body: body(*size), left: *mails}
	var open, done sync.WaitGroup
	start := make(chan struct{})
	all := make([][]float64, *conns)
	open.Add(*conns)
	for k := range *conns {
		done.Go(func() {
			c, err := dial(*addr)
			open.Done()
			if err != nil {
				g.broke(err)
				return
			}
			defer func() { _ = c.conn.Close() }()
			<-start
			for !g.over.Load() && atomic.AddInt64(&g.left, -1) >= 0 {
				took, err := g.send(c)
				if err != nil {
					g.broke(err)
					return
				}
				all[k] = append(all[k], took)
			}
		})
	}
	open.Wait()
	began := time.Now()
	close(start)
	time.AfterFunc(*seconds, func() { g.over.Store(true) })
	done.Wait()
	g.out.Seconds = time.Since(began).Seconds()
	took := slices.Concat(all...)
	slices.Sort(took)
	if n := len(took); n > 0 {
		g.out.P50, g.out.P99, g.out.Least = took[n/2], took[n*99/100], took[0]
	}
	return json.NewEncoder(os.Stdout).Encode(g.out)
}

type generator struct {
	rcpt string
	body []byte
	next atomic.Int64
	left int64
	over atomic.Bool
	mu   sync.Mutex
	out  loaded
}

func (g *generator) broke(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.out.Broken++
	g.out.Sample = err.Error()
}

type client struct {
	conn net.Conn
	r    *bufio.Reader
	buf  []byte
}

func dial(addr string) (*client, error) {
	conn, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		return nil, err
	}
	c := &client{conn: conn, r: bufio.NewReaderSize(conn, 1024)}
	if err := conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		return nil, err
	}
	if err := c.want("220"); err != nil {
		return nil, err
	}
	return c, c.say("EHLO load.example\r\n", "250")
}

func (c *client) say(line, want string) error {
	if _, err := c.conn.Write([]byte(line)); err != nil {
		return err
	}
	return c.want(want)
}

func (c *client) want(code string) error {
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) > 3 && line[3] == '-' {
			continue
		}
		if !bytes.HasPrefix(line, []byte(code)) {
			return fmt.Errorf("want %s, got %q", code, line)
		}
		return nil
	}
}

// send sends one mail and returns how long its DATA took, in ms.
func (g *generator) send(c *client) (float64, error) {
	i := g.next.Add(1)
	if err := c.say("MAIL FROM:<jo@load.example>\r\n", "250"); err != nil {
		return 0, err
	}
	if err := c.say("RCPT TO:<"+strings.Replace(g.rcpt, "{i}", strconv.FormatInt(i%200, 10), 1)+">\r\n", "250"); err != nil {
		return 0, err
	}
	at := time.Now()
	if err := c.say("DATA\r\n", "354"); err != nil {
		return 0, err
	}
	c.buf = fmt.Appendf(c.buf[:0], "Message-ID: <%d.%d@load.example>\r\nDate: %s\r\nSubject: Site %d, weekly progress, ref %d\r\n", i, at.UnixNano(), at.Format(time.RFC1123Z), i%50, at.UnixNano())
	c.buf = append(c.buf, g.body...)
	if _, err := c.conn.Write(c.buf); err != nil {
		return 0, err
	}
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	took := float64(time.Since(at).Microseconds()) / 1000
	if line[0] == '2' {
		atomic.AddInt64(&g.out.Accepted, 1)
	} else {
		atomic.AddInt64(&g.out.Refused, 1)
		g.mu.Lock()
		g.out.Sample = string(line)
		g.mu.Unlock()
	}
	return took, nil
}

// body makes the rest of a mail of about n bytes: text to 4 KB, text and HTML
// to 200 KB, above that these and a file. It ends with the dot.
func body(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	words := strings.Fields("the inspection of level two moved to Thursday because the lift was late and we looked at the drawing for the ceiling of room nine with the owner on site who said that it is fine as it stands now and the crew went on with the north wall where the frame is up and the pipes are in")
	var b bytes.Buffer
	b.WriteString("From: Jo <jo@load.example>\r\nTo: <acme@bench.example>\r\nMIME-Version: 1.0\r\n")
	text := func(n int, before, after string) {
		for n > 0 {
			b.WriteString(before)
			for col := 0; col < 60; {
				w := words[r.IntN(len(words))]
				b.WriteString(w + " ")
				col += len(w) + 1
				n -= len(w) + 1
			}
			b.WriteString(after + "\r\n")
			n -= len(before) + len(after) + 2
		}
	}
	alternatives := func(n int) {
		b.WriteString("Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
		text(n/4, "", "")
		b.WriteString("--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>\r\n")
		text(n*3/4-200, "<div style=\"font-family: Calibri, sans-serif; font-size: 11pt; margin: 0\"><p class=\"MsoNormal\"><span>", "</span></p></div>")
		b.WriteString("</body></html>\r\n--a--\r\n")
	}
	switch {
	case n <= 4000:
		b.WriteString("Content-Type: text/plain; charset=utf-8\r\n\r\n")
		text(n-b.Len()-150, "", "")
	case n <= 200_000:
		alternatives(n - b.Len() - 150)
	default:
		b.WriteString("Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n")
		alternatives(20_000)
		b.WriteString("--m\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=plan.pdf\r\n\r\n")
		raw := make([]byte, 57)
		for b.Len() < n-200 {
			for i := range raw {
				raw[i] = byte(r.Uint32())
			}
			b.WriteString(base64.StdEncoding.EncodeToString(raw) + "\r\n")
		}
		b.WriteString("--m--\r\n")
	}
	b.WriteString(".\r\n")
	return b.Bytes()
}
