package smtpd

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// maxCommand bounds a command line, CRLF included. RFC 5321 §4.5.3.1.4 asks for
// 512 and extensions for some more.
const maxCommand = 2048

// A wire is the connection as go-smtp sees it. Outside of a mail it gives
// go-smtp one command line at a time and never more, so that what follows a
// command is still here when we have to deal with it: the mail after DATA, the
// handshake after STARTTLS.
//
// Its methods are called by the goroutine that serves the connection; stop by
// any.
type wire struct {
	srv    *Server
	raw    net.Conn // the socket, or TLS over it
	remote netip.Addr
	secure bool // over TLS: there is no greeting to be sent again

	pending []byte // received, not passed on
	pass    int    // how much of pending is the command line being read
	owed    int64  // bytes of a BDAT chunk still to come
	inject  []byte // for go-smtp, before all else
	err     error  // why nothing more will be read
	last    bool   // the reply being written is the last
	moved   bool   // raw belongs to the wire over TLS now
	greeted bool
	cut     atomic.Bool // the connection ended within a BDAT chunk

	readBy, writeBy time.Time // the deadlines that are set

	mu       sync.Mutex
	inMail   bool // between MAIL and the answer to its end
	stopping bool
}

// Read gives go-smtp a command line or part of it, or bytes of a BDAT chunk.
func (w *wire) Read(b []byte) (int, error) {
	for {
		switch {
		case len(w.inject) > 0:
			n := copy(b, w.inject)
			w.inject = w.inject[n:]
			return n, nil
		case w.pass > 0:
			n := w.take(b, w.pass)
			w.pass -= n
			return n, nil
		case w.owed > 0 && len(w.pending) > 0:
			n := w.take(b, int(min(w.owed, int64(len(w.pending)))))
			w.owed -= int64(n)
			return n, nil
		case w.last:
			return 0, io.EOF
		case w.err != nil:
			return 0, w.err
		}
		if w.owed == 0 {
			if i := bytes.IndexByte(w.pending, '\n'); i >= 0 && i < maxCommand {
				if w.command(string(w.pending[:i+1])) {
					w.pass = i + 1
				}
				continue
			}
			if len(w.pending) >= maxCommand {
				return 0, w.fail(smtp.ErrTooLongLine)
			}
		}
		if err := w.fill(); err != nil {
			if w.owed > 0 {
				w.cut.Store(true)
				err = io.EOF
			}
			return 0, w.fail(err)
		}
	}
}

// take moves n bytes of pending to b, as far as they fit.
func (w *wire) take(b []byte, n int) int {
	n = copy(b, w.pending[:n])
	w.drop(n)
	return n
}

// drop forgets the first n bytes of pending, and its room with the last of them.
func (w *wire) drop(n int) {
	if n == len(w.pending) && cap(w.pending) > maxCommand {
		w.pending = nil // room that a mail had taken
		return
	}
	w.pending = w.pending[:copy(w.pending, w.pending[n:])]
}

// fail notes why nothing more will be read, so that the rest of a mail or a
// chunk that broke off is never taken for commands.
func (w *wire) fail(err error) error {
	if w.err == nil {
		w.err = err
	}
	return w.err
}

// command looks at a command line and says whether go-smtp shall see it.
func (w *wire) command(line string) bool {
	verb, arg, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	verb = strings.ToUpper(verb)
	switch {
	case verb == "BDAT":
		w.owed = chunkSize(arg)
	case strings.HasPrefix(verb, "STARTTLS") && w.srv.cfg.TLS != nil && !w.secure:
		w.startTLS(verb == "STARTTLS" && arg == "", len(line))
		return false
	}
	return true
}

// chunkSize reads the argument of BDAT as go-smtp does: 0 for what it refuses.
func chunkSize(arg string) int64 {
	f := strings.Fields(arg)
	if len(f) == 0 || len(f) > 2 || len(f) == 2 && !strings.EqualFold(f[1], "LAST") {
		return 0
	}
	n, err := strconv.ParseUint(f[0], 10, 32)
	if err != nil {
		return 0
	}
	return int64(n)
}

// startTLS answers STARTTLS, a line of n bytes, and after the handshake hands
// the connection to a new session. Nothing of this one goes with it: neither
// what was said nor what was sent ahead (RFC 3207 §4.2).
func (w *wire) startTLS(wellFormed bool, n int) {
	if !wellFormed {
		w.drop(n)
		_, _ = w.Write([]byte("501 5.5.4 STARTTLS has no parameters\r\n"))
		return
	}
	w.pending = nil
	_ = w.fail(io.EOF)
	if _, err := w.Write([]byte("220 2.0.0 Ready to start TLS\r\n")); err != nil {
		return
	}
	if err := w.raw.SetDeadline(w.srv.clock().Add(min(w.srv.patience(), 30*time.Second))); err != nil {
		return
	}
	c := tls.Server(w.raw, w.srv.cfg.TLS)
	if err := c.HandshakeContext(w.srv.ctx); err != nil {
		w.srv.cfg.Log.Info("TLS handshake failed", "remote", w.remote, "err", err)
		return
	}
	over := &wire{srv: w.srv, raw: c, remote: w.remote, secure: true}
	w.moved = true
	w.srv.exchange(w, over)
	if !w.srv.secure.give(over) {
		_ = over.Close()
	}
}

// fill reads more into pending.
func (w *wire) fill() error {
	if err := w.arm(time.Time{}); err != nil {
		return err
	}
	if cap(w.pending)-len(w.pending) < 256 {
		w.pending = append(make([]byte, 0, min(maxCommand, 2*cap(w.pending)+512)), w.pending...)
	}
	n, err := w.raw.Read(w.pending[len(w.pending):cap(w.pending)])
	w.pending = w.pending[:len(w.pending)+n]
	if n > 0 {
		return nil
	}
	if errors.Is(err, os.ErrDeadlineExceeded) && w.leaves() {
		return w.farewell()
	}
	return err
}

// arm sees to it that a read ends when the other side says nothing: after our
// patience, at most when a given time has come.
func (w *wire) arm(until time.Time) error {
	by, stale := w.deadline(w.readBy)
	if !until.IsZero() && until.Before(by) {
		by, stale = until, true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopping && !w.inMail {
		by = longAgo // the read ends at once, with farewell
	}
	if !stale && !w.stopping {
		return nil
	}
	w.readBy = by
	return w.raw.SetReadDeadline(by)
}

// longAgo is a deadline that has passed.
var longAgo = time.Unix(1, 0)

// deadline is our patience from now, and says whether the one that is set is
// too far from that. Setting one costs more than a small read, so it may be
// early by a sixteenth.
func (w *wire) deadline(set time.Time) (by time.Time, stale bool) {
	patience := w.srv.patience()
	by = w.srv.clock().Add(patience)
	late := by.Sub(set)
	return by, late > patience/16 || late < 0
}

// stop makes the wire end after the mail that is on its way, if one is.
func (w *wire) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopping = true
	if !w.inMail {
		_ = w.raw.SetReadDeadline(longAgo)
	}
}

// begin notes that a mail begins, or is over.
func (w *wire) begin(inMail bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inMail = inMail
}

func (w *wire) leaves() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stopping && !w.inMail
}

func (w *wire) farewell() error {
	_, _ = w.Write([]byte("421 4.3.2 " + w.srv.cfg.Domain + " is shutting down, try again later\r\n"))
	return io.EOF
}

// hangUp makes the next reply the last.
func (w *wire) hangUp() { w.last = true }

// Write sends a reply.
func (w *wire) Write(b []byte) (int, error) {
	if w.secure && !w.greeted {
		w.greeted = true
		return len(b), nil // go-smtp greets a session that goes on
	}
	if by, stale := w.deadline(w.writeBy); stale {
		w.writeBy = by
		if err := w.raw.SetWriteDeadline(by); err != nil {
			return 0, err
		}
	}
	return w.raw.Write(b)
}

// Close closes the connection, unless it goes on over TLS.
func (w *wire) Close() error {
	if w.moved {
		return nil
	}
	w.srv.leave(w)
	return w.raw.Close()
}

// LocalAddr is the socket's.
func (w *wire) LocalAddr() net.Addr { return w.raw.LocalAddr() }

// RemoteAddr is the socket's.
func (w *wire) RemoteAddr() net.Addr { return w.raw.RemoteAddr() }

// SetDeadline does nothing: the wire keeps its own time.
func (w *wire) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing, as SetDeadline.
func (w *wire) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing, as SetDeadline.
func (w *wire) SetWriteDeadline(time.Time) error { return nil }
