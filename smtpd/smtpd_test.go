package smtpd

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/smtp"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"projectr"
)

// door keeps mail in memory. Known are acme and globex at in.example.
type door struct {
	mu    sync.Mutex
	mails []mail
	ready error
	fail  error         // of Accept, after the mail was read
	hold  chan struct{} // Accept waits for it after the mail was read
	begun chan struct{} // told when Accept begins to read
}

type mail struct {
	env projectr.Envelope
	raw string
}

func (d *door) Ready(context.Context) error { return d.ready }

func (d *door) Recipient(_ context.Context, rcpt string) error {
	name, _, domain, ok := projectr.SplitRecipient(rcpt)
	switch {
	case !ok || domain != "in.example":
		return &projectr.Error{Kind: projectr.Forbidden, Message: "We take mail for in.example only."}
	case name == "busy":
		return &projectr.Error{Kind: projectr.Unavailable, Message: "Not now."}
	case name == "full":
		return &projectr.Error{Kind: projectr.OverLimit, Message: "That mailbox is full."}
	case name == "broken":
		return errors.New("secret of the database")
	case name != "acme" && name != "globex":
		return &projectr.Error{Kind: projectr.NotFound, Message: "Nobody has that address."}
	}
	return nil
}

func (d *door) Accept(_ context.Context, env projectr.Envelope, r io.Reader) error {
	if d.begun != nil {
		d.begun <- struct{}{}
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	if d.hold != nil {
		<-d.hold
	}
	if d.fail != nil {
		return d.fail
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mails = append(d.mails, mail{env, string(raw)})
	return nil
}

func (d *door) kept() []mail {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.mails)
}

func raws(mails []mail) (raws []string) {
	for _, m := range mails {
		raws = append(raws, m.raw)
	}
	return raws
}

// serve starts a server on loopback and returns its address.
func serve(t testing.TB, d Door, change func(*Config)) (*Server, string) {
	t.Helper()
	cfg := Config{Domain: "in.example", Door: d, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	s := New(cfg)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return s, l.Addr().String()
}

func dial(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
}

// talk sends all of in at once or in pieces of n bytes, closes its side and
// returns the codes of the replies, enhanced ones where there are.
func talk(t testing.TB, addr, in string, n int) []string {
	t.Helper()
	c := dial(t, addr)
	go func() {
		for b := []byte(in); len(b) > 0; b = b[min(n, len(b)):] {
			if _, err := c.Write(b[:min(n, len(b))]); err != nil {
				return // the server hung up, which the replies tell
			}
		}
		_ = c.CloseWrite()
	}()
	return codes(c)
}

func codes(r io.Reader) []string {
	var got []string
	for lines := bufio.NewScanner(r); lines.Scan(); {
		text := lines.Text()
		if len(text) < 4 || text[3] == '-' {
			continue
		}
		code, rest, _ := strings.Cut(text, " ")
		enhanced, _, _ := strings.Cut(rest, " ")
		if strings.Count(enhanced, ".") == 2 && strings.Trim(enhanced, "0123456789.") == "" && code[0] != '2' {
			code += " " + enhanced
		}
		got = append(got, code)
	}
	return got
}

const (
	hello = "EHLO client.example\r\n"
	from  = "MAIL FROM:<jo@client.example>\r\n"
	rcpt  = "RCPT TO:<acme@in.example>\r\n"
	open  = hello + from + rcpt + "DATA\r\n"
	quit  = "QUIT\r\n"
)

// TestProtocol is the table of what a client, or what speaks through one, may
// try (T-11). Each row is sent at once, byte by byte, and in pieces of seven.
func TestProtocol(t *testing.T) {
	recv := func(n int) string { return strings.Repeat("Received: from a by b\r\n", n) }
	many := func(n int, f string) (s string) {
		for i := range n {
			s += fmt.Sprintf(f, i)
		}
		return s
	}
	times := func(n int, code string) string { return strings.Repeat(code+",", n) }
	long := strings.Repeat("x", 100_000)
	const ok = "220,250,250,250,354,250,221" // one whole mail
	const two = "220,250,250,250,354,250,250,250,354,250,221"
	again := from + rcpt + "DATA\r\n"
	smuggled := "MAIL FROM:<evil@client.example>\r\n" + rcpt + "DATA\r\nSubject: evil\r\n\r\nevil\r\n"
	rows := []struct {
		name  string
		in    string
		codes string
		mails []string
	}{
		// Ends of a mail.
		{"an ordinary mail", open + "Subject: a\r\n\r\nb\r\n.\r\n" + quit, ok, []string{"Subject: a\r\n\r\nb\r\n"}},
		{"an empty mail", open + ".\r\n" + quit, ok, []string{""}},
		{"a mail of one empty line", open + "\r\n.\r\n" + quit, ok, []string{"\r\n"}},
		{"LF.LF is no end", open + "a\n.\nb\r\n.\r\n" + quit, ok, []string{"a\n.\nb\r\n"}},
		{"LF.CRLF is no end", open + "a\n.\r\nb\r\n.\r\n" + quit, ok, []string{"a\n.\r\nb\r\n"}},
		{"CRLF.LF is no end", open + "a\r\n.\nb\r\n.\r\n" + quit, ok, []string{"a\r\n\nb\r\n"}},
		{"CRLF.CR is no end", open + "a\r\n.\rb\r\n.\r\n" + quit, ok, []string{"a\r\n\rb\r\n"}},
		{"CR.CR is no end", open + "a\r.\rb\r\n.\r\n" + quit, ok, []string{"a\r.\rb\r\n"}},
		{"CR.CRLF is no end", open + "a\r.\r\nb\r\n.\r\n" + quit, ok, []string{"a\r.\r\nb\r\n"}},
		{"CR.LF is no end", open + "a\r.\nb\r\n.\r\n" + quit, ok, []string{"a\r.\nb\r\n"}},
		{"LF.CR is no end", open + "a\n.\rb\r\n.\r\n" + quit, ok, []string{"a\n.\rb\r\n"}},
		{"CRLF.CRCRLF is no end", open + "a\r\n.\r\r\nb\r\n.\r\n" + quit, ok, []string{"a\r\n\r\r\nb\r\n"}},
		{"CRLF.CRCRLF.CRLF is one", open + "a\r\n.\r\r\n.\r\n" + quit, ok, []string{"a\r\n\r\r\n"}},
		{"CRLF NUL .CRLF is no end", open + "a\r\n\x00.\r\nb\r\n.\r\n" + quit, ok, []string{"a\r\n\x00.\r\nb\r\n"}},
		{"CRLF.NUL CRLF is no end", open + "a\r\n.\x00\r\nb\r\n.\r\n" + quit, ok, []string{"a\r\n\x00\r\nb\r\n"}},
		{"CR NUL LF.CRLF is no end", open + "a\r\x00\n.\r\nb\r\n.\r\n" + quit, ok, []string{"a\r\x00\n.\r\nb\r\n"}},
		{"CRLF space .CRLF is no end", open + "a\r\n .\r\nb\r\n.\r\n" + quit, ok, []string{"a\r\n .\r\nb\r\n"}},
		{"CRLF.space CRLF is no end", open + "a\r\n. \r\nb\r\n.\r\n" + quit, ok, []string{"a\r\n \r\nb\r\n"}},
		{"CRCRLF.CRLF is one", open + "a\r\r\n.\r\n" + quit, ok, []string{"a\r\r\n"}},
		{"LFCRLF.CRLF is one", open + "a\n\r\n.\r\n" + quit, ok, []string{"a\n\r\n"}},
		{"a second mail behind LF.LF stays text", open + "a\n.\n" + smuggled + ".\r\n" + quit, ok, []string{"a\n.\n" + smuggled}},
		{"a second mail behind LF.CRLF stays text", open + "a\n.\r\n" + smuggled + ".\r\n" + quit, ok, []string{"a\n.\r\n" + smuggled}},
		{"a second mail behind CR.CRLF stays text", open + "a\r.\r\n" + smuggled + ".\r\n" + quit, ok, []string{"a\r.\r\n" + smuggled}},
		{"a second mail behind CRLF.LF stays text", open + "a\r\n.\n" + smuggled + ".\r\n" + quit, ok, []string{"a\r\n\n" + smuggled}},

		// Dots and bytes.
		{"a stuffed dot goes", open + "..\r\n.\r\n" + quit, ok, []string{".\r\n"}},
		{"one stuffed dot goes of many", open + "a\r\n...b\r\n..\r\n.\r\n" + quit, ok, []string{"a\r\n..b\r\n.\r\n"}},
		{"a dot that was not stuffed goes too", open + ".a\r\n.\r\n" + quit, ok, []string{"a\r\n"}},
		{"a dot within a line stays", open + "a.\r\n.\r\n" + quit, ok, []string{"a.\r\n"}},
		{"all bytes pass", open + "\x00\x01\x7f\x80\xff\ta\r\n.\r\n" + quit, ok, []string{"\x00\x01\x7f\x80\xff\ta\r\n"}},
		{"a line of 100,000 bytes passes", open + long + "\r\n.\r\n" + quit, ok, []string{long + "\r\n"}},
		{"8BITMIME", hello + "MAIL FROM:<jo@client.example> BODY=8BITMIME\r\n" + rcpt + "DATA\r\n\xc3\xa4\r\n.\r\n" + quit, ok, []string{"\xc3\xa4\r\n"}},
		{"SMTPUTF8", hello + "MAIL FROM:<j\xc3\xb6@client.example> SMTPUTF8\r\n" + rcpt + "DATA\r\na\r\n.\r\n" + quit, ok, []string{"a\r\n"}},
		{"BINARYMIME is not offered", hello + "MAIL FROM:<jo@client.example> BODY=BINARYMIME\r\n" + quit, "220,250,504 5.5.4,221", nil},

		// Several mails, and what is sent ahead.
		{"two mails in one session", open + "a\r\n.\r\n" + again + "b\r\n.\r\n" + quit, two, []string{"a\r\n", "b\r\n"}},
		{"RSET forgets the mail", hello + from + rcpt + "RSET\r\nDATA\r\n" + quit, "220,250,250,250,250,502 5.5.1,221", nil},
		{"RSET within a mail is text", open + "RSET\r\n.\r\n" + quit, ok, []string{"RSET\r\n"}},
		{"EHLO forgets the mail", hello + from + rcpt + hello + "DATA\r\n" + quit, "220,250,250,250,250,502 5.5.1,221", nil},
		{"MAIL twice", hello + from + from + rcpt + "DATA\r\na\r\n.\r\n" + quit, "220,250,250,503 5.5.1,250,354,250,221", []string{"a\r\n"}},
		{"MAIL before EHLO", from + quit, "220,502 5.5.1,221", nil},
		{"RCPT before MAIL", hello + rcpt + quit, "220,250,502 5.5.1,221", nil},
		{"DATA without a recipient", hello + from + "DATA\r\n" + quit, "220,250,250,502 5.5.1,221", nil},
		{"DATA with an argument", hello + from + rcpt + "DATA now\r\n" + quit, "220,250,250,250,501 5.5.4,221", nil},
		{"the connection ends within a mail", open + "a\r\n", "220,250,250,250,354,421 4.4.2", nil},
		{"the connection ends within the end", open + "a\r\n.\r", "220,250,250,250,354,421 4.4.2", nil},
		{"the null sender", hello + "MAIL FROM:<>\r\n" + rcpt + "DATA\r\na\r\n.\r\n" + quit, ok, []string{"a\r\n"}},
		{"NOOP, VRFY, HELP", hello + "NOOP\r\nVRFY acme\r\nHELP\r\n" + quit, "220,250,250,252,502 5.5.1,221", nil},
		{"commands may end in LF", strings.ReplaceAll(hello+from+rcpt, "\r\n", "\n") + quit, "220,250,250,250,221", nil},

		// BDAT (RFC 3030).
		{"BDAT in one chunk", hello + from + rcpt + "BDAT 3 LAST\r\na\r\n" + quit, "220,250,250,250,250,221", []string{"a\r\n"}},
		{"BDAT in two chunks", hello + from + rcpt + "BDAT 1\r\naBDAT 2 LAST\r\n\r\n" + quit, "220,250,250,250,250,250,221", []string{"a\r\n"}},
		{"BDAT does not unstuff", hello + from + rcpt + "BDAT 8 LAST\r\n..\r\n.\r\n\n" + quit, "220,250,250,250,250,221", []string{"..\r\n.\r\n\n"}},
		{"BDAT with commands inside", hello + from + rcpt + "BDAT 6 LAST\r\nRSET\r\n" + quit, "220,250,250,250,250,221", []string{"RSET\r\n"}},
		{"DATA between BDAT chunks", hello + from + rcpt + "BDAT 1\r\naDATA\r\nBDAT 2 LAST\r\n\r\n" + quit, "220,250,250,250,250,502 5.5.1,250,221", []string{"a\r\n"}},
		{"the connection ends within the last chunk", hello + from + rcpt + "BDAT 10 LAST\r\nabc", "220,250,250,250,421 4.4.2", nil},
		{"RSET between BDAT chunks", hello + from + rcpt + "BDAT 1\r\naRSET\r\n" + quit, "220,250,250,250,250,250,221", nil},
		{"BDAT without a recipient", hello + from + "BDAT 6 LAST\r\nRSET\r\n" + quit, "220,250,250,502 5.5.1,221", nil},
		{"BDAT that is too large", hello + from + rcpt + "BDAT 300000 LAST\r\n" + strings.Repeat("x", 300_000) + quit, "220,250,250,250,552 5.3.4,221", nil},

		// Sizes.
		{"SIZE within the limit", hello + "MAIL FROM:<jo@client.example> SIZE=200000\r\n" + quit, "220,250,250,221", nil},
		{"SIZE beyond the limit", hello + "MAIL FROM:<jo@client.example> SIZE=200001\r\n" + quit, "220,250,552 5.3.4,221", nil},
		{"SIZE that is no number", hello + "MAIL FROM:<jo@client.example> SIZE=big\r\n" + quit, "220,250,501 5.5.4,221", nil},
		{"SIZE below zero", hello + "MAIL FROM:<jo@client.example> SIZE=-1\r\n" + quit, "220,250,501 5.5.4,221", nil},
		{"SIZE that lies", hello + "MAIL FROM:<jo@client.example> SIZE=3\r\n" + rcpt + "DATA\r\n" + strings.Repeat(long[:998]+"\r\n", 201) + ".\r\n" + quit, "220,250,250,250,354,552 5.3.4,221", nil},
		{"a mail of just the limit", open + strings.Repeat(long[:998]+"\r\n", 200) + ".\r\n" + quit, ok, []string{strings.Repeat(long[:998]+"\r\n", 200)}},
		{"a mail of one byte more", open + strings.Repeat("x", 199_999) + "\r\n.\r\n" + quit, "220,250,250,250,354,552 5.3.4,221", nil},
		{"a line longer than the limit", open + strings.Repeat("x", 300_000) + "\r\n.\r\n" + quit, "220,250,250,250,354,552 5.3.4,221", nil},
		{"a mail after one that was too large", open + strings.Repeat("x", 300_000) + "\r\n.\r\n" + again + "b\r\n.\r\n" + quit, "220,250,250,250,354,552 5.3.4,250,250,354,250,221", []string{"b\r\n"}},
		{"a command of 513 bytes", hello + "NOOP " + long[:506] + "\r\n" + quit, "220,250,250,221", nil},
		{"a command of 3,000 bytes", hello + "NOOP " + long[:3000] + "\r\n" + quit, "220,250,500 5.4.0", nil},
		{"a command without an end", hello + long, "220,250,500 5.4.0", nil},
		{"four commands that do not exist", hello + "WHAT\r\nWHAT\r\nWHAT\r\nWHAT\r\n" + quit, "220,250,500 5.5.2,500 5.5.2,500 5.5.2,500 5.5.2,500 5.5.1", nil},

		// Recipients.
		{"an unknown recipient", hello + from + "RCPT TO:<nobody@in.example>\r\n" + rcpt + "DATA\r\na\r\n.\r\n" + quit, "220,250,250,550 5.1.1,250,354,250,221", []string{"a\r\n"}},
		{"another domain", hello + from + "RCPT TO:<acme@elsewhere.example>\r\n" + quit, "220,250,250,550 5.7.1,221", nil},
		{"a percent hack", hello + from + "RCPT TO:<acme%elsewhere.example@in.example>\r\n" + quit, "220,250,250,550 5.1.1,221", nil},
		{"a source route", hello + from + "RCPT TO:<@elsewhere.example:acme@in.example>\r\n" + quit, "220,250,250,250,221", nil},
		{"two organisations", hello + from + rcpt + "RCPT TO:<globex@in.example>\r\nDATA\r\na\r\n.\r\n" + quit, "220,250,250,250,250,354,250,221", []string{"a\r\n"}},
		{"case and a tag", hello + from + "RCPT TO:<ACME+24-117@In.Example>\r\n" + quit, "220,250,250,250,221", nil},
		{"a quoted mailbox", hello + from + "RCPT TO:<\"acme\"@in.example>\r\n" + quit, "220,250,250,250,221", nil},
		{"a quoted mailbox with a space", hello + from + "RCPT TO:<\"ac me\"@in.example>\r\n" + quit, "220,250,250,550 5.7.1,221", nil},
		{"a domain that only looks like ours", hello + from + "RCPT TO:<acme@\xd1\x96n.example>\r\n" + quit, "220,250,250,550 5.7.1,221", nil},
		{"a control character in a recipient", hello + from + "RCPT TO:<ac\rme@in.example>\r\n" + quit, "220,250,250,553 5.1.3,221", nil},
		{"a control character in the sender", hello + "MAIL FROM:<j\x00o@client.example>\r\n" + quit, "220,250,553 5.1.7,221", nil},
		{"a sender of 300 bytes", hello + "MAIL FROM:<" + long[:300] + "@client.example>\r\n" + quit, "220,250,553 5.1.7,221", nil},
		{"no address", hello + from + "RCPT TO:<>\r\n" + quit, "220,250,250,501 5.5.2,221", nil},
		{"100 recipients", hello + from + many(100, "RCPT TO:<acme+%d@in.example>\r\n") + quit, "220,250,250," + times(100, "250") + "221", nil},
		{"101 recipients", hello + from + many(101, "RCPT TO:<acme+%d@in.example>\r\n") + quit, "220,250,250," + times(100, "250") + "452 4.5.3,221", nil},
		{"five wrong recipients and then none", hello + from + many(5, "RCPT TO:<n%d@in.example>\r\n") + rcpt + quit, "220,250,250," + times(5, "550 5.1.1") + "421 4.7.0", nil},
		{"wrong recipients add up over mails", hello + strings.Repeat(from+"RCPT TO:<no@in.example>\r\nRSET\r\n", 6), "220,250," + times(5, "250,550 5.1.1,250") + "250,421 4.7.0", nil},
		{"a store that is away", hello + from + "RCPT TO:<busy@in.example>\r\n" + quit, "220,250,250,452 4.3.1,221", nil},
		{"a limit that is reached", hello + from + "RCPT TO:<full@in.example>\r\n" + quit, "220,250,250,452 4.2.2,221", nil},
		{"a fault of ours", hello + from + "RCPT TO:<broken@in.example>\r\n" + quit, "220,250,250,451 4.3.0,221", nil},

		// Loops.
		{"100 Received lines", open + recv(100) + "\r\nb\r\n.\r\n" + quit, ok, []string{recv(100) + "\r\nb\r\n"}},
		{"101 Received lines", open + recv(101) + "\r\nb\r\n.\r\n" + quit, "220,250,250,250,354,554 5.4.6,221", nil},
		{"101 received lines in any case", open + strings.ToUpper(recv(101)) + "\r\nb\r\n.\r\n" + quit, "220,250,250,250,354,554 5.4.6,221", nil},
		{"101 Received lines in the text", open + "\r\n" + recv(101) + ".\r\n" + quit, ok, []string{"\r\n" + recv(101)}},
		{"101 lines that only begin so", open + strings.ReplaceAll(recv(101), "Received:", "Received-SPF:") + "\r\n.\r\n" + quit, ok, []string{strings.ReplaceAll(recv(101), "Received:", "Received-SPF:") + "\r\n"}},

		// Not for us.
		{"STARTTLS without a certificate", hello + "STARTTLS\r\n" + quit, "220,250,502 5.5.1,221", nil},
		{"AUTH", hello + "AUTH PLAIN AGEAYg==\r\n" + quit, "220,250,523 5.7.10,221", nil},
		{"an HTTP request", "POST / HTTP/1.1\r\nHost: in.example\r\n\r\n" + quit, "220,500 5.5.2,501 5.5.2,500 5.5.2,221", nil},
	}
	for _, row := range rows {
		for _, n := range []int{1 << 20, 7, 1} {
			if n < 7 && len(row.in) > 20_000 {
				continue // 100,000 packets show nothing that 15,000 do not
			}
			t.Run(fmt.Sprintf("%s/%d", row.name, n), func(t *testing.T) {
				t.Parallel()
				d := &door{}
				_, addr := serve(t, d, func(c *Config) { c.MaxBytes = 200_000 })
				if got := strings.Join(talk(t, addr, row.in, n), ","); got != row.codes {
					t.Errorf("replies %s\n   want %s", got, row.codes)
				}
				if got := raws(d.kept()); !slices.Equal(got, row.mails) {
					t.Errorf("kept %.200q, want %.200q", got, row.mails)
				}
			})
		}
	}
}

func TestEnvelope(t *testing.T) {
	d := &door{}
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.FixedZone("", 3600))
	_, addr := serve(t, d, func(c *Config) { c.Now = func() time.Time { return at } })
	talk(t, addr, hello+"MAIL FROM:<Jo@client.example>\r\nRCPT TO:<Acme+24-117@in.example>\r\nRCPT TO:<globex@in.example>\r\nDATA\r\na\r\n.\r\n"+quit, 1<<20)
	kept := d.kept()
	if len(kept) != 1 {
		t.Fatalf("kept %d mails", len(kept))
	}
	env := kept[0].env
	if env.From != "Jo@client.example" || !slices.Equal(env.To, []string{"Acme+24-117@in.example", "globex@in.example"}) ||
		env.Helo != "client.example" || env.TLS || env.Remote.String() != "127.0.0.1" || !env.ReceivedAt.Equal(at) || env.ReceivedAt.Location() != time.UTC {
		t.Errorf("envelope %+v", env)
	}
}

// TestNoYesWithoutTheDoor lets the door say no after the whole mail: the reply
// is by the kind of its error, and never tells what only we may know.
func TestNoYesWithoutTheDoor(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{&projectr.Error{Kind: projectr.Unavailable, Message: "Full."}, "452 4.3.1"},
		{fmt.Errorf("put: %w", &projectr.Error{Kind: projectr.Unavailable, Message: "Full."}), "452 4.3.1"},
		{&projectr.Error{Kind: projectr.OverLimit, Message: "Full."}, "452 4.2.2"},
		{&projectr.Error{Kind: projectr.TooMany, Message: "Slow."}, "451 4.7.1"},
		{&projectr.Error{Kind: projectr.Invalid, Message: "Not\r\n250 ok \x07ä."}, "554 5.6.0"},
		{errors.New("secret"), "451 4.3.0"},
		{io.EOF, "451 4.3.0"},
	} {
		d := &door{fail: c.err}
		_, addr := serve(t, d, nil)
		conn := dial(t, addr)
		if _, err := io.WriteString(conn, open+"a\r\n.\r\n"+quit); err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(conn)
		if err != nil {
			t.Fatal(err)
		}
		got := codes(bytes.NewReader(all))
		if len(got) != 7 || got[5] != c.want {
			t.Errorf("%v: replies %v, want %s", c.err, got, c.want)
		}
		if bytes.Contains(all, []byte("secret")) {
			t.Errorf("%v: the reply tells the cause", c.err)
		}
	}
}

// TestDoorThatStopsReading: a door that says yes or no without the whole mail.
func TestDoorThatStopsReading(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"yes too soon", nil, "451 4.3.0"},
		{"no", &projectr.Error{Kind: projectr.Unavailable, Message: "Full."}, "452 4.3.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, addr := serve(t, hasty{c.err}, nil)
			got := talk(t, addr, open+strings.Repeat("a\r\n", 100_000)+".\r\n"+from+quit, 1<<20)
			if want := []string{"220", "250", "250", "250", "354", c.want, "250", "221"}; !slices.Equal(got, want) {
				t.Errorf("replies %v, want %v", got, want)
			}
		})
	}
}

type hasty struct{ err error }

func (hasty) Recipient(context.Context, string) error { return nil }
func (h hasty) Accept(_ context.Context, _ projectr.Envelope, r io.Reader) error {
	_, err := io.ReadFull(r, make([]byte, 10))
	return errors.Join(h.err, err)
}

func TestReadyIsAskedFirst(t *testing.T) {
	_, addr := serve(t, &door{ready: &projectr.Error{Kind: projectr.Unavailable, Message: "Full."}}, nil)
	got := talk(t, addr, hello+from+quit, 1<<20)
	if want := []string{"220", "250", "452 4.3.1", "221"}; !slices.Equal(got, want) {
		t.Errorf("replies %v, want %v", got, want)
	}
}

func TestConnectionLimits(t *testing.T) {
	d := &door{}
	s, addr := serve(t, d, func(c *Config) { c.MaxConns = 3 })
	var held []net.Conn
	for range 3 {
		c := dial(t, addr)
		if got := greeting(t, c); got != "220" {
			t.Fatalf("greeting %s", got)
		}
		held = append(held, c)
	}
	if got := greeting(t, dial(t, addr)); got != "421" {
		t.Errorf("a fourth connection is greeted with %s", got)
	}
	if _, err := io.WriteString(held[0], quit); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(held[0]); err != nil {
		t.Fatal(err)
	}
	for s.conns.Load() == 3 {
		time.Sleep(time.Millisecond)
	}
	if got := greeting(t, dial(t, addr)); got != "220" {
		t.Errorf("when one has left, the next is greeted with %s", got)
	}

	// By address: the machine itself is exempt, so wires stand in for strangers.
	s = New(Config{Door: d, MaxPerAddr: 2, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	defer func() { _ = s.Shutdown(t.Context()) }()
	for _, c := range []struct {
		remote string
		room   bool
	}{
		{"192.0.2.1:1", true}, {"192.0.2.1:2", true}, {"192.0.2.1:3", false}, {"192.0.2.2:1", true},
		{"[2001:db8::1]:1", true}, {"[2001:db8::2]:1", true}, {"[2001:db8::3]:1", false}, {"[2001:db8:0:1::1]:1", true},
		{"127.0.0.1:1", true}, {"127.0.0.1:2", true}, {"127.0.0.1:3", true},
		{"[::ffff:192.0.2.1]:4", false},
	} {
		a, err := net.ResolveTCPAddr("tcp", c.remote)
		if err != nil {
			t.Fatal(err)
		}
		w := &wire{srv: s, remote: addrOf(a)}
		if why := s.enter(w); (why == "") != c.room {
			t.Errorf("%s: %q", c.remote, why)
		} else if why == "" {
			defer s.leave(w)
		}
	}
}

func greeting(t testing.TB, c net.Conn) string {
	t.Helper()
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return line[:3]
}

// TestSilence: who says nothing, in a command or in a mail, is let go.
func TestSilence(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"at once", "", "220,421 4.4.2"},
		{"in a command", hello + "MAIL", "220,250,421 4.4.2"},
		{"in a mail", open + "a\r\n", "220,250,250,250,354,421 4.4.2"},
		{"in a chunk", hello + from + rcpt + "BDAT 10 LAST\r\na", "220,250,250,250,421 4.4.2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &door{}
			_, addr := serve(t, d, func(c *Config) { c.Timeout = 50 * time.Millisecond })
			conn := dial(t, addr)
			if _, err := io.WriteString(conn, c.in); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(codes(conn), ","); got != c.want {
				t.Errorf("replies %s, want %s", got, c.want)
			}
			if n := len(d.kept()); n != 0 {
				t.Errorf("kept %d mails", n)
			}
		})
	}
}

// TestShutdownLetsMailFinish: a mail on its way is taken, whoever waits is sent
// away, and nobody new comes in.
func TestShutdownLetsMailFinish(t *testing.T) {
	d := &door{hold: make(chan struct{}), begun: make(chan struct{})}
	s, addr := serve(t, d, nil)
	idle, busy := dial(t, addr), dial(t, addr)
	if greeting(t, idle) != "220" {
		t.Fatal("no greeting")
	}
	if _, err := io.WriteString(busy, open+"a\r\n"); err != nil {
		t.Fatal(err)
	}
	<-d.begun
	stopped := make(chan error, 1)
	go func() { stopped <- s.Shutdown(t.Context()) }()
	if got := codes(idle); !slices.Equal(got, []string{"421 4.3.2"}) {
		t.Errorf("who waits hears %v", got)
	}
	if c, err := net.Dial("tcp", addr); err == nil {
		_ = c.Close()
		t.Error("a new connection is taken")
	}
	if _, err := io.WriteString(busy, "b\r\n.\r\n"); err != nil {
		t.Fatal(err)
	}
	close(d.hold)
	if got := codes(busy); !slices.Equal(got, []string{"220", "250", "250", "250", "354", "250", "421 4.3.2"}) {
		t.Errorf("whose mail was on its way hears %v", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if kept := d.kept(); len(kept) != 1 || kept[0].raw != "a\r\nb\r\n" {
		t.Errorf("kept %q", raws(kept))
	}
}

// TestShutdownCutsWhatDoesNotEnd: nobody holds the process up for ever.
func TestShutdownCutsWhatDoesNotEnd(t *testing.T) {
	d := &door{begun: make(chan struct{})}
	s, addr := serve(t, d, nil)
	c := dial(t, addr)
	if _, err := io.WriteString(c, open+"a\r\n"); err != nil {
		t.Fatal(err)
	}
	<-d.begun
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("shutdown: %v", err)
	}
	_, _ = io.ReadAll(c) // ends
	if n := len(d.kept()); n != 0 {
		t.Errorf("kept %d mails that did not end", n)
	}
}

// TestManyAtOnce runs under the race detector too.
func TestManyAtOnce(t *testing.T) {
	d := &door{}
	_, addr := serve(t, d, nil)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			in := hello
			for k := range 4 {
				body := fmt.Sprintf("%d.%d\r\n", i, k)
				in += from + rcpt
				if k%2 == 0 {
					in += "DATA\r\n" + body + ".\r\n"
				} else {
					in += fmt.Sprintf("BDAT %d\r\n%sBDAT 0 LAST\r\n", len(body), body)
				}
			}
			talk(t, addr, in+quit, 1<<20)
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, m := range d.kept() {
		seen[m.raw] = true
	}
	if len(seen) != 200 || len(d.kept()) != 200 {
		t.Errorf("kept %d mails, %d different, want 200", len(d.kept()), len(seen))
	}
}

// TestOtherClients sends through clients that are not ours.
func TestOtherClients(t *testing.T) {
	d := &door{}
	_, addr := serve(t, d, nil)
	body := "Subject: dots\r\n\r\n.\r\n..a\r\n.b\r\n"
	if err := smtp.SendMail(addr, nil, "jo@client.example", []string{"acme@in.example", "globex@in.example"}, []byte(body)); err != nil {
		t.Error(err)
	}
	if kept := d.kept(); len(kept) != 1 || kept[0].raw != body {
		t.Errorf("net/smtp: kept %q", raws(kept))
	}
	t.Run("swaks", func(t *testing.T) {
		if _, err := exec.LookPath("swaks"); err != nil {
			t.Skip("SKIPPED: swaks is not installed: apt-get install swaks")
		}
		for _, args := range [][]string{nil, {"--pipeline"}} {
			before := len(d.kept())
			args = append(args, "--server", addr, "--from", "jo@client.example", "--to", "acme@in.example", "--body", "Hello.\n.\n..", "--helo", "client.example")
			if out, err := exec.Command("swaks", args...).CombinedOutput(); err != nil {
				t.Fatalf("swaks %v: %v\n%s", args, err, out)
			}
			kept := d.kept()
			if len(kept) != before+1 || !strings.Contains(kept[before].raw, "\r\n\r\nHello.\r\n.\r\n..\r\n") {
				t.Errorf("swaks %v: kept %q", args, raws(kept[before:]))
			}
		}
		out, err := exec.Command("swaks", "--server", addr, "--from", "jo@client.example", "--to", "nobody@in.example", "--helo", "client.example").CombinedOutput()
		if err == nil || !strings.Contains(string(out), "550 5.1.1") {
			t.Errorf("swaks to an unknown recipient: %v\n%s", err, out)
		}
	})
}

// expected says by the words of RFC 5321 §4.5.2 what mail some bytes after DATA
// are, and what follows it.
func expected(in string) (raw, rest string, ended bool) {
	in = "\r\n" + in
	at := strings.Index(in, "\r\n.\r\n")
	if ended = at >= 0; ended {
		in, rest = in[:at+2], in[at+5:]
	}
	return strings.ReplaceAll(in, "\r\n.", "\r\n")[2:], rest, ended
}

// FuzzDotReader compares the reader with the rule, whatever the pieces in which
// the bytes come and are asked for.
func FuzzDotReader(f *testing.F) {
	for _, in := range []string{"a\r\n.\r\nQUIT\r\n", ".\r\n", "..\r\n.\r\n", "a\n.\n\r\n.\r\n", "\r\n.\r\r\n.\r\n.", "\r\r\n.\r\n", ".\r.\r\n.\r\n"} {
		f.Add([]byte(in), uint8(1))
		f.Add([]byte(in), uint8(2))
		f.Add([]byte(in), uint8(200))
	}
	f.Fuzz(func(t *testing.T, in []byte, size uint8) {
		raw, rest, ended := expected(string(in))
		for _, pieces := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, func(r io.Reader) io.Reader { return r }} {
			w := &wire{srv: &Server{clock: time.Now, cfg: Config{MaxConns: 1, Timeout: time.Hour}}, raw: readConn{pieces(bytes.NewReader(in))}}
			d := &dotReader{wire: w, until: time.Now().Add(time.Hour)}
			got, err := io.ReadAll(struct{ io.Reader }{asking{d, max(1, int(size))}})
			if ended {
				if err != nil || string(got) != raw {
					t.Fatalf("got %q, %v; want %q", got, err, raw)
				}
				left, _ := io.ReadAll(w.raw)
				if left = append(w.pending, left...); string(left) != rest {
					t.Fatalf("left %q, want %q", left, rest)
				}
			} else if err != io.ErrUnexpectedEOF || !strings.HasPrefix(raw, string(got)) {
				t.Fatalf("got %q, %v; want the beginning of %q", got, err, raw)
			}
		}
	})
}

// asking asks for n bytes at a time.
type asking struct {
	r io.Reader
	n int
}

func (a asking) Read(b []byte) (int, error) { return a.r.Read(b[:min(a.n, len(b))]) }

type readConn struct{ io.Reader }

func (readConn) Write(b []byte) (int, error)      { return len(b), nil }
func (readConn) Close() error                     { return nil }
func (readConn) LocalAddr() net.Addr              { return nil }
func (readConn) RemoteAddr() net.Addr             { return nil }
func (readConn) SetDeadline(time.Time) error      { return nil }
func (readConn) SetReadDeadline(time.Time) error  { return nil }
func (readConn) SetWriteDeadline(time.Time) error { return nil }
