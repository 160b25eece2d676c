package local

import (
	"context"
	"io"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"projectr"
)

// sink is an SMTP server that keeps what it gets.
type sink struct {
	from, to string
	raw      []byte
}

func (s *sink) NewSession(*smtp.Conn) (smtp.Session, error) { return s, nil }
func (s *sink) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }
func (s *sink) Rcpt(to string, _ *smtp.RcptOptions) error   { s.to = to; return nil }
func (s *sink) Data(r io.Reader) (err error)                { s.raw, err = io.ReadAll(r); return err }
func (s *sink) Reset()                                      {}
func (s *sink) Logout() error                               { return nil }

func TestRelaySendsPlainMailThatNobodyAnswersByMachine(t *testing.T) {
	kept := &sink{}
	srv := smtp.NewServer(kept)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(ln)
	defer srv.Close()
	r := Relay{URL: "smtp://" + ln.Addr().String(), From: "no-reply@mail.example", Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}
	err = r.Send(context.Background(), projectr.Outgoing{To: projectr.MailAddress{Name: "José", Address: "jo@firm.example"}, Subject: "Welcome – sign in", Text: "Hello\n=1\n.\n"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(string(kept.raw)))
	if err != nil {
		t.Fatal(err)
	}
	if kept.from != "no-reply@mail.example" || kept.to != "jo@firm.example" || m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("sent from %q to %q with header %v", kept.from, kept.to, m.Header)
	}
	if err := r.Send(context.Background(), projectr.Outgoing{To: projectr.MailAddress{Address: "a@b.example"}, Subject: "x\r\nBcc: y@z.example"}); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("a line break in the subject gave %v", err)
	}
}
