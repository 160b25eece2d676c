package e2e

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"projectr"
)

// dns answers questions for TXT records from a table, on loopback, until the test
// ends. Other names do not exist.
func dns(t *testing.T, txt map[string]string) (addr string) {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			var q dnsmessage.Message
			if q.Unpack(buf[:n]) != nil || len(q.Questions) != 1 {
				continue
			}
			a := dnsmessage.Message{Header: dnsmessage.Header{ID: q.ID, Response: true, Authoritative: true, RCode: dnsmessage.RCodeNameError}, Questions: q.Questions}
			if v, ok := txt[strings.ToLower(q.Questions[0].Name.String())]; ok {
				a.RCode = dnsmessage.RCodeSuccess
				if q.Questions[0].Type == dnsmessage.TypeTXT {
					a.Answers = []dnsmessage.Resource{{
						Header: dnsmessage.ResourceHeader{Name: q.Questions[0].Name, Class: dnsmessage.ClassINET, TTL: 60},
						Body:   &dnsmessage.TXTResource{TXT: []string{v}},
					}}
				}
			}
			if b, err := a.Pack(); err == nil {
				_, _ = c.WriteTo(b, from)
			}
		}
	}()
	return c.LocalAddr().String()
}

func plainMail(from, subject, id, body string) []byte {
	return []byte(strings.ReplaceAll(fmt.Sprintf("From: %s\nTo: acme@mail.test\nSubject: %s\nMessage-ID: <%s>\nDate: Mon, 2 Mar 2026 09:15:20 -0500\n\n%s\n", from, subject, id, body), "\n", "\r\n"))
}

// Strangers, and mail whose domain disowns it, wait in quarantine; an admin lets a
// sender in by one call, an operator by one command, and nothing else comes in.
func TestSendersAreLetInByAnAdmin(t *testing.T) {
	s := New(t)
	s.DNS = dns(t, map[string]string{"_dmarc.strict.example.": "v=DMARC1; p=reject", "_dmarc.acme.example.": "v=DMARC1; p=none"})
	s.Start()
	acme := s.OnboardStrict("acme")
	goldProjects(t, s, "acme")
	for i, from := range []string{"dana@gc.example", "lee@sub.example", "boss@strict.example", "admin@acme.example", "new@quiet.example"} {
		if err := s.Send(from, []string{"acme@" + s.Domain}, plainMail(from, "RFI of "+from, fmt.Sprint(i, "@x.example"), "Please send the drawings by Friday, 6 March.")); err != nil {
			t.Fatal(err)
		}
	}
	s.Eventually("all mails kept", func() bool { return len(All[email](acme, "/emails")) == 5 })
	states := func() map[string]projectr.EmailState {
		m := map[string]projectr.EmailState{}
		for _, e := range All[email](acme, "/emails") {
			m[e.From[0].Address] = e.State
		}
		return m
	}
	for from, e := range byAuthor(All[email](acme, "/emails")) {
		if e.State != projectr.Quarantined || len(e.Facts) > 0 || e.Why == "" {
			t.Errorf("%s is %s with %d facts, because %q", from, e.State, len(e.Facts), e.Why)
		}
		if want := map[string]projectr.AuthResult{"boss@strict.example": "fail", "admin@acme.example": "fail"}[from]; want != "" && e.Authentication.Result != want {
			t.Errorf("%s: %+v", from, e.Authentication)
		}
	}

	if status, b := acme.Request("POST", "/orgs/acme/senders", map[string]any{"pattern": "Dana@GC.example", "allow": true}); status != http.StatusCreated {
		t.Fatalf("allow: %d %s", status, b)
	}
	s.Eventually("Dana is let in", func() bool { return states()["dana@gc.example"] == projectr.InReview })
	acme.Allow("@sub.example")
	s.Eventually("Lee is let in", func() bool { return states()["lee@sub.example"] == projectr.InReview })
	acme.Allow("*")
	s.Eventually("whoever publishes no rules is let in", func() bool { return states()["new@quiet.example"] == projectr.InReview })
	got := states()
	if got["boss@strict.example"] != projectr.Quarantined || got["admin@acme.example"] != projectr.Quarantined {
		t.Errorf("what its domain disowns was let in: %v", got)
	}
	boss := byAuthor(All[email](acme, "/emails"))["boss@strict.example"]
	viewer := &Org{Address: "acme", Key: s.NewKey("acme", "viewer"), s: s}
	if status, _ := viewer.Request("POST", "/orgs/acme/emails/"+string(boss.ID)+"/release", nil); status != http.StatusForbidden {
		t.Errorf("a viewer lets mail in: %d", status)
	}
	var released projectr.Email
	if status, b := acme.Request("POST", "/orgs/acme/emails/"+string(boss.ID)+"/release", nil); status != http.StatusOK {
		t.Errorf("let in: %d %s", status, b)
	} else if acme.Get("/emails/"+string(boss.ID), &released); released.State != projectr.InReview || len(released.Facts) == 0 {
		t.Errorf("let in by hand it is %s with %d facts", released.State, len(released.Facts))
	}
	out, _, code := s.Run("sender", "list", "--org", "acme")
	if code != 0 || strings.Count(out, "allowed") != 3 {
		t.Errorf("sender list: %d %q", code, out)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"sender", "block", "--org", "acme", "spam@x.example"}, 0, "blocked"},
		{[]string{"sender", "remove", "--org", "acme", "spam@x.example"}, 0, "removed"},
		{[]string{"sender", "remove", "--org", "acme", "spam@x.example"}, 1, "no rule"},
		{[]string{"sender", "allow", "--org", "acme", "nonsense"}, 1, "@x.example"},
		{[]string{"sender", "allow", "--org", "acme"}, 2, "pattern"},
	} {
		if out, errs, code := s.Run(c.args...); code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%v: %d %q %q", c.args, code, out, errs)
		}
	}
}

func byAuthor(list []email) map[string]email {
	m := map[string]email{}
	for _, e := range list {
		m[e.From[0].Address] = e
	}
	return m
}

// One mail sent five ways is one item that names all five.
func TestFiveWaysAreOneItem(t *testing.T) {
	s := New(t)
	s.Start()
	acme := s.Onboard("acme")
	goldProjects(t, s, "acme")
	const words = "Please move the dumpsters off the east lot before Friday, 6 March.\nWe decided to keep the crane until Monday.\n\nDana Whitlock"
	direct := string(plainMail("Dana Whitlock <dana@gc.example>", "Dumpsters", "a@gc.example", words))
	body := func(from, subject, id, rest string) []byte {
		return []byte("From: " + from + "\r\nTo: acme@mail.test\r\nSubject: " + subject + "\r\nMessage-ID: <" + id + ">\r\nDate: Tue, 3 Mar 2026 10:00:00 -0500\r\n" + strings.ReplaceAll(rest, "\n", "\r\n"))
	}
	for _, m := range []struct {
		from string
		raw  []byte
	}{
		{"dana@gc.example", []byte(direct)},
		{"dana@gc.example", []byte(strings.Replace(direct, "To: acme@mail.test", "To: owner@own.example\r\nCc: acme@mail.test", 1))},
		{"jo@acme.example", body("Jo Park <jo@acme.example>", "Fwd: Dumpsters", "f@acme.example", "\n---------- Forwarded message ---------\nFrom: Dana Whitlock <dana@gc.example>\nDate: Mon, Mar 2, 2026 at 9:15 AM\nSubject: Dumpsters\nTo: <jo@acme.example>\n\n"+words+"\n")},
		{"sam@acme.example", body("Sam Hill <sam@acme.example>", "Fwd: Dumpsters", "g@acme.example", "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nFYI\n--x\nContent-Type: message/rfc822\n\n"+strings.ReplaceAll(direct, "\r\n", "\n")+"\n--x--\n")},
		{"dana@gc.example", []byte(strings.Replace(direct, "a@gc.example>\r\nDate", "rewritten@gateway.example>\r\nDate", 1))},
	} {
		if err := s.Send(m.from, []string{"acme@" + s.Domain}, m.raw); err != nil {
			t.Fatal(err)
		}
	}
	s.drain()
	list := All[email](acme, "/emails")
	if len(list) != 1 {
		t.Fatalf("%d items: %+v", len(list), list)
	}
	if len(list[0].SendersIn) != 5 || list[0].From[0].Address != "dana@gc.example" || len(list[0].Facts) == 0 {
		t.Errorf("%+v", list[0])
	}
	// The item is the first that came in, or what a forward that came in first brought.
	if n := len(All[email](acme, "/emails?copies=true")); n != 5 && n != 6 {
		t.Errorf("%d mails are kept", n)
	}
	for _, e := range All[email](acme, "/emails?copies=true") {
		if status, raw := acme.Request("GET", "/orgs/acme/emails/"+string(e.ID)+"/raw", nil); status != http.StatusOK || len(raw) != int(e.Size) {
			t.Errorf("the original of %s: %d, %d bytes of %d", e.ID, status, len(raw), e.Size)
		}
	}
}
