package app

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"
)

// A client that asks and never reads holds its connection, and what is written
// to it, only so long.
func TestAClientThatDoesNotReadIsLetGo(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	door := newHTTPDoor(l, 10, 0, nil)
	door.patience = 50 * time.Millisecond
	ended := make(chan error, 1)
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 1<<20)
		for {
			if _, err := w.Write(chunk); err != nil {
				ended <- err
				return
			}
		}
	})}
	go func() { _ = srv.Serve(door) }()
	defer srv.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
}

// fakeConn is a connection from anywhere that remembers what was done to it.
type fakeConn struct {
	net.Conn
	from      string
	deadlines []time.Time
	largest   int
	sent      bytes.Buffer
	closed    int
	wrote     func()
}

func (c *fakeConn) RemoteAddr() net.Addr          { return fakeAddr(c.from) }
func (c *fakeConn) SetDeadline(t time.Time) error { return c.SetWriteDeadline(t) }
func (c *fakeConn) SetWriteDeadline(t time.Time) error {
	c.deadlines = append(c.deadlines, t)
	return nil
}
func (c *fakeConn) Close() error { c.closed++; return nil }
func (c *fakeConn) Write(p []byte) (int, error) {
	c.largest = max(c.largest, len(p))
	if c.wrote != nil {
		c.wrote()
	}
	return c.sent.Write(p)
}

type fakeAddr string

func (fakeAddr) Network() string  { return "tcp" }
func (a fakeAddr) String() string { return string(a) }

// Somebody on a slow line gets all of a large answer: each piece has its time.
func TestEachPieceOfAnAnswerHasItsTime(t *testing.T) {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	door := newHTTPDoor(nil, 10, 0, nil)
	door.clock = func() time.Time { return now }
	slow := &fakeConn{from: "203.0.113.9:1"}
	slow.wrote = func() { now = now.Add(29 * time.Second) }
	w := &httpWire{Conn: slow, door: door}
	begin := now
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<16+1)
	if n, err := w.Write(want); n != len(want) || err != nil {
		t.Fatal(n, err)
	}
	if !bytes.Equal(slow.sent.Bytes(), want) || slow.largest > piece || len(slow.deadlines) != 17 {
		t.Errorf("%d bytes in pieces of up to %d with %d deadlines", slow.sent.Len(), slow.largest, len(slow.deadlines))
	}
	for i, d := range slow.deadlines {
		if due := begin.Add(time.Duration(i)*29*time.Second + patience); !d.Equal(due) {
			t.Errorf("piece %d is due at %v, not %v", i, d, due)
		}
	}
	if n, err := w.Write(nil); n != 0 || err != nil {
		t.Error(n, err)
	}
}

// queue is a listener that has these connections, then none.
type queue struct {
	net.Listener
	waiting []*fakeConn
}

func (q *queue) Accept() (net.Conn, error) {
	if len(q.waiting) == 0 {
		return nil, net.ErrClosed
	}
	c := q.waiting[0]
	q.waiting = q.waiting[1:]
	return c, nil
}

func TestConnectionsAreBounded(t *testing.T) {
	q := &queue{}
	door := newHTTPDoor(q, 8, 2, []netip.Prefix{netip.MustParsePrefix("10.0.0.7/32"), netip.MustParsePrefix("2001:db8:9::7/128")})
	come := func(from string) (net.Conn, bool) {
		t.Helper()
		c := &fakeConn{from: from}
		q.waiting = append(q.waiting, c)
		w, err := door.Accept()
		if err == nil {
			return w, true
		}
		res, err := http.ReadResponse(bufio.NewReader(&c.sent), nil)
		if err != nil || res.StatusCode != 503 || !res.Close || res.Header.Get("Retry-After") == "" || c.closed != 1 {
			t.Fatalf("%s was refused by %v (%v), closed %d times", from, res, err, c.closed)
		}
		if body, err := io.ReadAll(res.Body); err != nil || !strings.HasPrefix(string(body), "Too many") || int64(len(body)) != res.ContentLength {
			t.Errorf("%q %v", body, err)
		}
		return nil, false
	}
	var held []net.Conn
	for _, c := range []struct {
		from string
		in   bool
	}{
		{"203.0.113.9:1", true},
		{"203.0.113.9:2", true},
		{"203.0.113.9:3", false},
		{"[::ffff:203.0.113.9]:4", false}, // the same
		{"203.0.113.10:1", true},
		{"[2001:db8::1]:1", true},
		{"[2001:db8::2]:1", true},
		{"[2001:db8::3]:1", false}, // the same /64
	} {
		w, in := come(c.from)
		if in != c.in {
			t.Errorf("%s is in: %v", c.from, in)
		}
		if in {
			held = append(held, w)
		}
	}
	for range 2 { // closing twice counts once
		if err := held[0].Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, in := come("203.0.113.9:5"); !in {
		t.Error("no room after one left")
	}
	if _, in := come("203.0.113.9:6"); in {
		t.Error("one that left made room for two")
	}
	for _, w := range held[1:] {
		_ = w.Close()
	}
	for i, from := range []string{"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "10.0.0.7:1", "10.0.0.7:2", "10.0.0.7:3", "[2001:db8:9::7]:1"} {
		if _, in := come(from); !in {
			t.Errorf("%d: %s speaks for many and is refused", i, from)
		}
	}
	for _, from := range []string{"127.0.0.1:9", "10.0.0.7:9", "198.51.100.7:1"} {
		if _, in := come(from); in {
			t.Errorf("%s is let in over the limit of all", from)
		}
	}
}
