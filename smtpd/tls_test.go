package smtpd

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/smtp"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// certificate makes one for this test alone.
func certificate(t testing.TB) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"in.example"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// trusting believes any certificate: the test's own is self-signed.
var trusting = &tls.Config{InsecureSkipVerify: true}

// upgrade sends plain, which ends in STARTTLS, and all that is in it at once;
// it returns the connection over TLS and the codes heard before.
func upgrade(t testing.TB, addr, plain string) (net.Conn, []string) {
	t.Helper()
	c := dial(t, addr)
	if _, err := io.WriteString(c, plain); err != nil {
		t.Fatal(err)
	}
	var heard strings.Builder
	for r := bufio.NewReaderSize(oneByte{c}, 16); !strings.Contains(heard.String(), "Ready to start TLS\r\n"); {
		b, err := r.ReadByte()
		if err != nil {
			t.Fatalf("%v after %q", err, heard.String())
		}
		heard.WriteByte(b)
	}
	over := tls.Client(c, trusting)
	if err := over.Handshake(); err != nil {
		t.Fatal(err)
	}
	return over, codes(strings.NewReader(heard.String()))
}

// oneByte leaves what comes after a line to whoever reads next.
type oneByte struct{ r io.Reader }

func (o oneByte) Read(b []byte) (int, error) { return o.r.Read(b[:1]) }

func TestStartTLS(t *testing.T) {
	const again = from + rcpt + "DATA\r\n..a\r\n.\r\n"
	rows := []struct {
		name   string
		plain  string
		heard  string
		secure string
		codes  string
		mails  int
	}{
		{"a mail over TLS", hello + "STARTTLS\r\n", "220,250,220", open + "..a\r\n.\r\n" + again + quit, "250,250,250,354,250,250,250,354,250,221", 2},
		{"the greeting is to be said again", hello + "STARTTLS\r\n", "220,250,220", from + quit, "502 5.5.1,221", 0},
		{"a mail begun before is forgotten", hello + from + rcpt + "STARTTLS\r\n", "220,250,250,250,220", hello + "DATA\r\n" + quit, "250,502 5.5.1,221", 0},
		{"what was sent ahead is dropped", hello + "STARTTLS\r\n" + hello + from + rcpt + "DATA\r\ninjected\r\n.\r\n", "220,250,220", hello + "NOOP\r\n" + quit, "250,250,221", 0},
		{"in any case", hello + "StartTLS\r\n", "220,250,220", hello + quit, "250,221", 0},
		{"STARTTLS with a parameter", hello + "STARTTLS now\r\nSTARTTLSX\r\nSTARTTLS\r\n", "220,250,501 5.5.4,501 5.5.4,220", hello + quit, "250,221", 0},
		{"STARTTLS twice", hello + "STARTTLS\r\n", "220,250,220", hello + "STARTTLS\r\n" + quit, "250,502 5.5.1,221", 0},
	}
	config := certificate(t)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d := &door{}
			_, addr := serve(t, d, func(c *Config) { c.TLS = config })
			c, heard := upgrade(t, addr, row.plain)
			if got := strings.Join(heard, ","); got != row.heard {
				t.Errorf("heard %s before TLS, want %s", got, row.heard)
			}
			if _, err := io.WriteString(c, row.secure); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(codes(c), ","); got != row.codes {
				t.Errorf("replies %s, want %s", got, row.codes)
			}
			kept := d.kept()
			if len(kept) != row.mails {
				t.Errorf("kept %q", raws(kept))
			}
			for _, m := range kept {
				if m.raw != ".a\r\n" || !m.env.TLS || m.env.Remote.String() != "127.0.0.1" {
					t.Errorf("kept %+v", m)
				}
			}
		})
	}
}

// TestStartTLSIsOffered before TLS and not after.
func TestStartTLSIsOffered(t *testing.T) {
	d := &door{}
	_, addr := serve(t, d, func(c *Config) { c.TLS = certificate(t) })
	c, err := smtp.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if ok, _ := c.Extension("STARTTLS"); !ok {
		t.Error("not offered before")
	}
	if err := c.StartTLS(trusting); err != nil {
		t.Fatal(err)
	}
	if ok, _ := c.Extension("STARTTLS"); ok {
		t.Error("offered again")
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
	if _, err := exec.LookPath("swaks"); err != nil {
		t.Skip("SKIPPED: swaks is not installed: apt-get install swaks")
	}
	if can, _ := exec.Command("swaks", "--support").CombinedOutput(); !strings.Contains(string(can), "=== TLS supported") {
		t.Skip("SKIPPED: swaks cannot speak TLS: apt-get install libnet-ssleay-perl")
	}
	out, err := exec.Command("swaks", "--tls", "--server", addr, "--from", "jo@client.example", "--to", "acme@in.example", "--helo", "client.example").CombinedOutput()
	if err != nil || len(d.kept()) != 1 || !d.kept()[0].env.TLS {
		t.Errorf("swaks --tls: %v\n%s", err, out)
	}
}

// TestBrokenHandshake: no TLS, no session.
func TestBrokenHandshake(t *testing.T) {
	d := &door{}
	s, addr := serve(t, d, func(c *Config) { c.TLS = certificate(t) })
	got := talk(t, addr, hello+"STARTTLS\r\n", 1<<20)
	if !slices.Equal(got, []string{"220", "250", "220"}) {
		t.Errorf("replies %v", got)
	}
	c := dial(t, addr)
	if _, err := io.WriteString(c, hello+"STARTTLS\r\n"); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	for line := ""; !strings.Contains(line, "Ready to start TLS"); {
		var err error
		if line, err = r.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(c, from+rcpt+"DATA\r\na\r\n.\r\n"+quit); err != nil {
		t.Fatal(err)
	}
	_, _ = io.ReadAll(r) // ends
	if n := len(d.kept()); n != 0 {
		t.Errorf("kept %d mails", n)
	}
	for s.conns.Load() > 0 {
		time.Sleep(time.Millisecond)
	}
}

func TestShutdownOverTLS(t *testing.T) {
	d := &door{}
	s, addr := serve(t, d, func(c *Config) { c.TLS = certificate(t) })
	c, _ := upgrade(t, addr, hello+"STARTTLS\r\n")
	if _, err := io.WriteString(c, "NOOP\r\n"); err != nil {
		t.Fatal(err)
	}
	if got := greeting(t, c); got != "250" {
		t.Fatalf("NOOP: %s", got)
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if got := codes(c); !slices.Equal(got, []string{"421 4.3.2"}) {
		t.Errorf("replies %v", got)
	}
}
