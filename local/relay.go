package local

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"projectr"
)

// Relay sends mail through an SMTP server (RFC 5321), such as the firm's own.
type Relay struct {
	URL  string // smtp://user:password@host:587 or smtps://…:465
	From string // our address, also in the envelope
	Now  func() time.Time
}

// Send hands m to the server and returns when it was taken. STARTTLS is used
// whenever the server offers it, and always before a password is sent.
func (r Relay) Send(ctx context.Context, m projectr.Outgoing) error {
	raw, err := r.compose(m)
	if err != nil {
		return err
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return fmt.Errorf("relay address: %w", err)
	}
	c, err := dial(ctx, u)
	if err != nil {
		return &projectr.Error{Kind: projectr.Unavailable, Message: "The mail relay cannot be reached: check PROJECTR_SMTP_RELAY_URL.", Err: err}
	}
	defer c.Close()
	if u.User != nil {
		password, _ := u.User.Password()
		if _, secure := c.TLSConnectionState(); !secure && !loopback(u.Hostname()) {
			return &projectr.Error{Kind: projectr.Unavailable, Message: "The mail relay offers no TLS, so its password was not sent: use smtps:// or a relay with STARTTLS."}
		}
		if err := c.Auth(sasl.NewPlainClient("", u.User.Username(), password)); err != nil {
			return &projectr.Error{Kind: projectr.Unavailable, Message: "The mail relay refused our name and password: check PROJECTR_SMTP_RELAY_URL.", Err: err}
		}
	}
	if err := c.SendMail(r.From, []string{m.To.Address}, bytes.NewReader(raw)); err != nil {
		return &projectr.Error{Kind: projectr.Unavailable, Message: "The mail relay did not take the mail.", Err: err}
	}
	return c.Quit()
}

func dial(ctx context.Context, u *url.URL) (*smtp.Client, error) {
	host, port := u.Hostname(), u.Port()
	conf := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	d := &net.Dialer{Timeout: 20 * time.Second}
	if u.Scheme == "smtps" {
		if port == "" {
			port = "465"
		}
		conn, err := (&tls.Dialer{NetDialer: d, Config: conf}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
		if err != nil {
			return nil, err
		}
		return smtp.NewClient(conn), nil
	}
	if port == "" {
		port = "587"
	}
	addr := net.JoinHostPort(host, port)
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c := smtp.NewClient(conn)
	offered, _ := c.Extension("STARTTLS")
	if !offered {
		return c, nil
	}
	c.Close()
	if conn, err = d.DialContext(ctx, "tcp", addr); err != nil {
		return nil, err
	}
	return smtp.NewClientStartTLS(conn, conf)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// compose writes the mail. Nothing a caller passes can add a header.
func (r Relay) compose(m projectr.Outgoing) ([]byte, error) {
	for _, s := range []string{m.Subject, m.To.Name, m.To.Address, r.From} {
		if strings.ContainsAny(s, "\r\n\x00") {
			return nil, &projectr.Error{Kind: projectr.Invalid, Message: "A subject or address has a line break in it."}
		}
	}
	to := mail.Address{Name: m.To.Name, Address: m.To.Address}
	from := mail.Address{Name: "Projectr", Address: r.From}
	_, domain, _ := strings.Cut(r.From, "@")
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s@%s>\r\n",
		from.String(), to.String(), mime.QEncoding.Encode("utf-8", m.Subject), r.Now().Format(time.RFC1123Z), rand.Text(), domain)
	b.WriteString("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(strings.ReplaceAll(m.Text, "\n", "\r\n"))); err != nil {
		return nil, err
	}
	return b.Bytes(), w.Close()
}
