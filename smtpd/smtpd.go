// Package smtpd is the SMTP door: it takes mail from the network and hands it,
// byte for byte, to whoever keeps it.
//
// The protocol is spoken by go-smtp. Between it and the socket stands a wire
// (wire.go), which sees to what must not be got wrong: that only CRLF.CRLF ends
// a mail, that the bytes handed on are the bytes sent, that nothing said before
// STARTTLS counts after it, and that nobody waits or sends for ever.
//
// It promises: 250 after DATA only when Door.Accept has returned nil; 4xx for
// what may work later and 5xx for what will not; nothing on the way to the 250
// but the door (no DNS, no parsing). Start reading at session.Data.
package smtpd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"projectr"
)

// Door is what stands behind the protocol. Errors are answered by their
// projectr.Kind; see replies.
type Door interface {
	// Recipient says whether mail for rcpt is taken: NotFound for an unknown
	// address, Forbidden for a domain that is not ours.
	Recipient(ctx context.Context, rcpt string) error
	// Accept reads the mail to its end and returns nil when it is on stable
	// storage with its envelope. An error from r must come back, wrapped at most.
	Accept(ctx context.Context, env projectr.Envelope, r io.Reader) error
}

// Readier may be implemented by a Door that knows beforehand when it can take
// no mail, such as on a full disk. It is asked at MAIL FROM, so that nobody
// sends megabytes for a refusal.
type Readier interface {
	Ready(ctx context.Context) error
}

// Config is what a Server needs to know. Door, Now and Log must be set.
type Config struct {
	Domain        string        // the name we greet with
	Door          Door          // where mail goes
	MaxBytes      int64         // of one mail; 0: 25 MiB
	MaxRecipients int           // of one mail; 0: 100, the least RFC 5321 §4.5.3.1.8 allows
	MaxConns      int           // at the same time; 0: 2,000
	MaxPerAddr    int           // of them from one IPv4 address or IPv6 /64; 0: no limit of its own. The machine itself is exempt: a relay there speaks for many
	Timeout       time.Duration // of silence; 0: 5 minutes (RFC 5321 §4.5.3.2.7). One mail may take four times as long
	TLS           *tls.Config   // nil: STARTTLS is not offered
	Now           func() time.Time
	Log           *slog.Logger
}

// maxUnknown is how many recipients a connection may get wrong before it is
// closed: enough for an old address book, too few to try out names (I-21).
const maxUnknown = 5

// Server is an SMTP server. Make one with New.
type Server struct {
	cfg           Config
	plain, secure *handoff // the protocol before and after STARTTLS
	ctx           context.Context
	cancel        context.CancelFunc
	clock         func() time.Time // of deadlines; the network knows no other than the real one
	conns         atomic.Int64     // len(wires)

	mu       sync.Mutex
	wires    map[*wire]struct{}
	perAddr  map[netip.Prefix]int
	stopping bool
	empty    chan struct{} // closed when stopping and no wire is left
	outer    []net.Listener
}

// New makes a server that does not listen yet.
func New(cfg Config) *Server {
	if cfg.MaxBytes == 0 {
		cfg.MaxBytes = 25 << 20
	}
	if cfg.MaxRecipients == 0 {
		cfg.MaxRecipients = 100
	}
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 2000
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 5 * time.Minute
	}
	s := &Server{
		cfg: cfg, wires: make(map[*wire]struct{}), perAddr: make(map[netip.Prefix]int), empty: make(chan struct{}),
		clock: time.Now,
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.plain, s.secure = s.protocol(cfg.TLS), s.protocol(nil)
	return s
}

// protocol starts go-smtp on connections that are handed to it. Its own limits
// on time, lines and sizes are off where the wire keeps better ones.
func (s *Server) protocol(offer *tls.Config) *handoff {
	h := &handoff{conns: make(chan net.Conn), closed: make(chan struct{})}
	srv := smtp.NewServer(smtp.BackendFunc(s.newSession))
	srv.Domain = s.cfg.Domain
	srv.MaxMessageBytes = s.cfg.MaxBytes // announced, and checked against SIZE= and BDAT
	srv.MaxRecipients = s.cfg.MaxRecipients
	srv.MaxLineLength = 0
	srv.EnableSMTPUTF8 = true
	srv.TLSConfig = offer // announced; the wire does it
	srv.ErrorLog = slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn)
	go func() { _ = srv.Serve(h) }() // ends when h is closed, with no other error
	return h
}

// Serve accepts connections on l until Shutdown; then it returns nil.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.stopping {
		s.mu.Unlock()
		return errors.Join(net.ErrClosed, l.Close())
	}
	s.outer = append(s.outer, l)
	s.mu.Unlock()
	pause := 5 * time.Millisecond
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
			pause = 5 * time.Millisecond
			s.admit(c)
		case errors.Is(err, net.ErrClosed):
			return nil
		default:
			// Most often no file descriptor is left: connections that end free some.
			s.cfg.Log.Warn("SMTP connection not accepted", "err", err, "pause", pause)
			select {
			case <-time.After(pause):
			case <-s.ctx.Done():
			}
			pause = min(2*pause, time.Second)
		}
	}
}

// admit hands a connection to the protocol, or answers 421 when there are too many.
func (s *Server) admit(c net.Conn) {
	w := &wire{srv: s, raw: c, remote: addrOf(c.RemoteAddr())}
	if why := s.enter(w); why != "" {
		s.cfg.Log.Info("SMTP connection refused", "remote", w.remote, "why", why)
		// A fresh socket takes this line without waiting for the other side.
		_ = c.SetDeadline(s.clock().Add(time.Second))
		_, _ = fmt.Fprintf(c, "421 4.7.0 %s %s, try again later\r\n", s.cfg.Domain, why)
		_ = c.Close()
		return
	}
	if !s.plain.give(w) {
		_ = w.Close()
	}
}

// enter counts w in; a reason means there is no room.
func (s *Server) enter(w *wire) (why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.stopping:
		return "is shutting down"
	case len(s.wires) >= s.cfg.MaxConns:
		return "has too many connections"
	case s.cfg.MaxPerAddr > 0 && !w.remote.IsLoopback() && s.perAddr[network(w.remote)] >= s.cfg.MaxPerAddr:
		return "has too many connections from your address"
	}
	s.wires[w] = struct{}{}
	s.conns.Add(1)
	s.perAddr[network(w.remote)]++
	return ""
}

// leave counts w out.
func (s *Server) leave(w *wire) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, in := s.wires[w]; !in {
		return
	}
	delete(s.wires, w)
	s.conns.Add(-1)
	if n := network(w.remote); s.perAddr[n] > 1 {
		s.perAddr[n]--
	} else {
		delete(s.perAddr, n)
	}
	if s.stopping && len(s.wires) == 0 {
		close(s.empty)
	}
}

// exchange counts the wire over TLS in for the one below it.
func (s *Server) exchange(old, now *wire) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.wires, old)
	s.wires[now] = struct{}{}
	now.stopping = s.stopping
}

// patience is how long a connection may be silent. When most places are taken,
// whoever says nothing gives way soon.
func (s *Server) patience() time.Duration {
	if s.conns.Load() > int64(s.cfg.MaxConns)*3/4 {
		return min(s.cfg.Timeout, 10*time.Second)
	}
	return s.cfg.Timeout
}

// Shutdown takes no new connections, lets mails that have begun be finished,
// closes the other connections with 421 and returns when none is left. When ctx
// ends first it cuts the rest, whose mails get no 250, and returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	first := !s.stopping
	s.stopping = true
	if first && len(s.wires) == 0 {
		close(s.empty)
	}
	for _, l := range s.outer {
		_ = l.Close()
	}
	var open []*wire
	for w := range s.wires {
		open = append(open, w)
	}
	s.mu.Unlock()
	for _, w := range open {
		w.stop()
	}
	defer func() {
		s.plain.Close()
		s.secure.Close()
	}()
	select {
	case <-s.empty:
		s.cancel()
		return nil
	case <-ctx.Done():
	}
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.wires {
		_ = w.raw.Close()
	}
	return ctx.Err()
}

// handoff is a listener whose connections come from us.
type handoff struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (h *handoff) give(c net.Conn) bool {
	select {
	case h.conns <- c:
		return true
	case <-h.closed:
		return false
	}
}

// Accept waits for the next connection.
func (h *handoff) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (h *handoff) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

// Addr is not known here.
func (h *handoff) Addr() net.Addr { return &net.TCPAddr{} }

func addrOf(a net.Addr) netip.Addr {
	if p, err := netip.ParseAddrPort(a.String()); err == nil {
		return p.Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// network is what counts as one sender: an IPv4 address, or the /64 in which an
// IPv6 host can choose addresses as it likes.
func network(a netip.Addr) netip.Prefix {
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}
