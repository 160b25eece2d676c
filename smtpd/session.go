package smtpd

import (
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"

	"projectr"
)

// replies is the one table from what went wrong to what the other side is told.
// 4xx asks it to try again, 5xx to give up.
var replies = map[projectr.Kind]smtp.SMTPError{
	projectr.Unavailable: {Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}}, // no room, or the store is away
	projectr.OverLimit:   {Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}},
	projectr.TooMany:     {Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}},
	projectr.NotFound:    {Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}},
	projectr.Forbidden:   {Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}},
	projectr.Invalid:     {Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}},
}

// replyTo answers err. What is not in the table is a fault of ours and passes.
func replyTo(err error) *smtp.SMTPError {
	r, ok := replies[projectr.KindOf(err)]
	if !ok {
		r = smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}}
	}
	r.Message = line(projectr.MessageOf(err))
	return &r
}

func reply(code int, enhanced smtp.EnhancedCode, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

// line makes text fit for a reply: printable ASCII, one line (RFC 5321 §4.2).
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
}

// session is one SMTP session; go-smtp calls it. With BDAT, Data runs beside
// the rest.
type session struct {
	srv  *Server
	wire *wire
	conn *smtp.Conn

	mu      sync.Mutex // guards env
	env     projectr.Envelope
	begun   bool // MAIL was accepted
	unknown int  // recipients that were wrong
}

func (s *Server) newSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{srv: s, wire: c.Conn().(*wire), conn: c}, nil
}

// Mail begins a mail.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.begun {
		return reply(503, smtp.EnhancedCode{5, 5, 1}, "A mail has begun already: finish it, or send RSET")
	}
	if len(from) > 254 || hasControls(from) {
		return reply(553, smtp.EnhancedCode{5, 1, 7}, "That is no address a mail can come from")
	}
	if door, ok := s.srv.cfg.Door.(Readier); ok {
		if err := door.Ready(s.srv.ctx); err != nil {
			s.srv.cfg.Log.Info("no mail is taken just now", "remote", s.wire.remote, "err", err)
			return replyTo(err)
		}
	}
	s.begun = true
	s.wire.begin(true)
	helo := s.conn.Hostname()
	if len(helo) > 255 || hasControls(helo) {
		helo = ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.env = projectr.Envelope{From: from, Remote: s.wire.remote, Helo: helo, TLS: s.wire.secure}
	return nil
}

// Rcpt adds a recipient, if the door knows it.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.unknown >= maxUnknown {
		s.wire.hangUp()
		return reply(421, smtp.EnhancedCode{4, 7, 0}, "Too many unknown recipients, goodbye")
	}
	if len(to) > 254 || hasControls(to) {
		s.unknown++
		return reply(553, smtp.EnhancedCode{5, 1, 3}, "That is no address")
	}
	if err := s.srv.cfg.Door.Recipient(s.srv.ctx, to); err != nil {
		r := replyTo(err)
		switch {
		case r.Code >= 500:
			s.unknown++
		case projectr.KindOf(err) == projectr.OverLimit:
			s.srv.cfg.Log.Info("recipient turned away for now", "remote", s.wire.remote, "err", err)
		default:
			s.srv.cfg.Log.Warn("recipient could not be looked up", "remote", s.wire.remote, "err", err)
		}
		return r
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.env.To = append(s.env.To, to)
	return nil
}

// Data takes the mail. r is go-smtp's reader; for DATA the wire has a better one.
func (s *session) Data(r io.Reader) error {
	s.mu.Lock()
	env := s.env
	s.mu.Unlock()
	env.ReceivedAt = s.srv.cfg.Now().UTC()

	m := &mailReader{max: s.srv.cfg.MaxBytes}
	if _, bdat := r.(*io.PipeReader); bdat {
		m.src = &chunkReader{r: r, wire: s.wire}
	} else {
		m.src = &dotReader{wire: s.wire, until: s.srv.clock().Add(4 * s.srv.cfg.Timeout)}
	}
	if len(env.To) == 0 {
		return reply(451, smtp.EnhancedCode{4, 3, 0}, "The mail was given up") // BDAT, and RSET at once
	}
	err := s.srv.cfg.Door.Accept(s.srv.ctx, env, m)
	if err == nil && !m.ended {
		// The door kept less than was sent. It is ours to mend; the sender tries again.
		err = errors.New("door said yes before the end of the mail")
	}
	if !m.ended {
		m.drain()
	}
	if m.refused != nil {
		s.srv.cfg.Log.Info("mail refused", "remote", env.Remote, "code", m.refused.Code)
		return m.refused
	}
	if err == nil {
		return nil
	}
	if m.err != nil {
		s.srv.cfg.Log.Info("mail broken off", "remote", env.Remote, "err", m.err)
		return reply(421, smtp.EnhancedCode{4, 4, 2}, "The mail did not arrive whole, goodbye")
	}
	answer := replyTo(err)
	level := slog.LevelInfo // who caused it has logged it, and a full disk meets every mail
	if projectr.KindOf(err) == projectr.Internal {
		level = slog.LevelError
	}
	s.srv.cfg.Log.Log(s.srv.ctx, level, "mail not accepted", "remote", env.Remote, "code", answer.Code, "err", err)
	return answer
}

// Reset ends the mail that was begun, if any.
func (s *session) Reset() {
	s.begun = false
	s.wire.begin(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.env = projectr.Envelope{}
}

// Logout ends the session.
func (s *session) Logout() error { return nil }

func hasControls(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
