package sender

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"projectr"
)

// odd is a resolver of which every lookup does the same.
type odd struct {
	do    func(ctx context.Context, name string) error
	asked atomic.Int64
}

func (o *odd) LookupTXT(ctx context.Context, name string) ([]string, error) {
	o.asked.Add(1)
	return nil, o.do(ctx, name)
}

func (o *odd) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	o.asked.Add(1)
	return nil, o.do(ctx, name)
}

func (o *odd) LookupNetIP(ctx context.Context, _, name string) ([]netip.Addr, error) {
	o.asked.Add(1)
	return nil, o.do(ctx, name)
}

func (o *odd) LookupAddr(ctx context.Context, name string) ([]string, error) {
	o.asked.Add(1)
	return nil, o.do(ctx, name)
}

// aMail has something for each part of the check, of these domains.
func aMail(domain, key string) (projectr.Envelope, string) {
	sig := "DKIM-Signature: v=1; a=rsa-sha256; d=" + domain + "; s=" + key + "; h=From; bh=AAAA; b=AAAA\r\n"
	return projectr.Envelope{From: "jo@" + domain, Remote: netip.MustParseAddr(elseMX)}, sig + "From: jo@" + domain + "\r\n\r\nHello\r\n"
}

// A resolver that hangs, whatever its context says, costs the budget once; then
// nobody waits for it.
func TestHangingResolver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		r := &odd{do: func(context.Context, string) error { <-release; return nil }}
		c := &Checker{Resolver: r}
		check := func() (time.Duration, projectr.Authentication) {
			env, raw := aMail("acme.example", "s1")
			begun := time.Now()
			a := c.Check(t.Context(), env, strings.NewReader(raw))
			return time.Since(begun), a
		}
		took, a := check()
		again, _ := check()
		if took+again > lookupTimeout+probeTimeout {
			t.Errorf("the first two took %v and %v", took, again)
		}
		if a.Result != projectr.AuthNone || a.SPF != tempError || a.DKIM != tempError || a.DMARC != tempError {
			t.Errorf("%+v", a)
		}
		asked := r.asked.Load()
		for range 100 {
			if took, a := check(); took != 0 || a.Result != projectr.AuthNone {
				t.Fatalf("a later one took %v: %+v", took, a)
			}
		}
		if now := r.asked.Load(); now != asked {
			t.Errorf("%d questions more", now-asked)
		}
		time.Sleep(breakerPause)
		if _, _ = check(); r.asked.Load() == asked {
			t.Error("it is never tried again")
		}
	})
}

// The time of a mail is kept where the caller gives less of it as well.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &odd{do: func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }}
		env, raw := aMail("acme.example", "s1")
		c := &Checker{Resolver: r, Budget: 700 * time.Millisecond}
		begun := time.Now()
		c.Check(t.Context(), env, strings.NewReader(raw))
		if took := time.Since(begun); took > c.Budget {
			t.Errorf("took %v of %v", took, c.Budget)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c = &Checker{Resolver: r}
		begun = time.Now()
		if a := c.Check(ctx, env, strings.NewReader(raw)); a.Result != projectr.AuthNone || time.Since(begun) > 0 {
			t.Errorf("%+v after %v", a, time.Since(begun))
		}
		if c.names.down(t.Context(), time.Now) {
			t.Error("a caller that gave up has switched off the DNS for others")
		}
		time.Sleep(time.Minute) // what was begun ends
	})
}

// Where no server can be reached, the first lookup tells it for all.
func TestNoServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &odd{do: func(_ context.Context, name string) error {
			return &net.DNSError{Err: "read udp 127.0.0.1:9->127.0.0.1:53: read: connection refused", Name: name, IsTemporary: true}
		}}
		c := &Checker{Resolver: r}
		env, raw := aMail("acme.example", "s1")
		for range 50 {
			if a := c.Check(t.Context(), env, strings.NewReader(raw)); a.Result != projectr.AuthNone {
				t.Fatalf("%+v", a)
			}
		}
		if n := r.asked.Load(); n > 3 { // the three parts begin side by side
			t.Errorf("%d questions", n)
		}
	})
}

// One sender's domain that never answers does not switch off the checking of
// others' mail, and does not hide that a mail is not from whom it says.
func TestSlowDomainHarmsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		z := world()
		r := &slow{zone: z, name: "evil.example"}
		z.txt["evil.example"] = []string{"v=spf1 include:a.slow.evil.example -all"}
		c := &Checker{Resolver: r}
		_, raw := aMail("slow.evil.example", "s1")
		raw = strings.Replace(raw, "From: jo@slow.evil.example", "From: jo@acme.example", 1)
		env := projectr.Envelope{From: "x@evil.example", Remote: netip.MustParseAddr(elseMX)}
		a := c.Check(t.Context(), env, strings.NewReader(raw))
		if a.Result != projectr.AuthFail || a.DMARC != fail || a.SPF != tempError {
			t.Errorf("the spoofed mail: %+v", a)
		}
		time.Sleep(probeTimeout)
		env, raw = aMail("acme.example", "s1")
		begun := time.Now()
		if a := c.Check(t.Context(), env, strings.NewReader(raw)); a.Result != projectr.AuthFail || time.Since(begun) > 0 {
			t.Errorf("the next mail: %+v after %v", a, time.Since(begun))
		}
	})
}

// slow is a zone of which one domain, and what is below it, never answers.
type slow struct {
	*zone
	name string
}

func (s *slow) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if strings.HasSuffix(name, "slow."+s.name) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.zone.LookupTXT(ctx, name)
}

func TestAnswersAreKept(t *testing.T) {
	z := world()
	now := today
	c := &Checker{Resolver: z, Now: func() time.Time { return now }}
	env, raw := aMail("acme.example", "nowhere")
	asked := func() int {
		before := len(z.seen)
		c.Check(t.Context(), env, strings.NewReader(raw))
		return len(z.seen) - before
	}
	for _, step := range []struct {
		later time.Duration
		want  int
		why   string
	}{
		{0, 3, "SPF, DMARC and the key"},
		{time.Second, 0, "all is known"},
		{keepNothing, 1, "the key may be there now"},
		{keepAnswer, 3, "all is old"},
	} {
		now = now.Add(step.later)
		if n := asked(); n != step.want {
			t.Errorf("%v later %d questions, want %d: %s", step.later, n, step.want, step.why)
		}
	}
	l := c.lookups(t.Context())
	for i := range 2 * keptNames {
		l.n = 0
		if _, err := l.txt(fmt.Sprintf("n%d.example", i)); !errors.Is(err, errNothing) {
			t.Fatal(err)
		}
	}
	if n := len(c.names.kept); n > keptNames {
		t.Errorf("%d answers are kept", n)
	}
}

// However a record is made, a mail asks only so much.
func TestLookupsAreCounted(t *testing.T) {
	z := newZone()
	var terms []string
	for i := range 10 {
		name := fmt.Sprintf("m%d.example", i)
		terms = append(terms, "mx:"+name)
		for k := range 10 {
			host := fmt.Sprintf("h%d.%s", k, name)
			z.mx[name] = append(z.mx[name], host)
			z.ip[host] = []netip.Addr{netip.MustParseAddr("192.0.2.1")}
		}
	}
	z.txt["big.example"] = []string{"v=spf1 " + strings.Join(terms, " ") + " -all"}
	c := &Checker{Resolver: z}
	a := c.Check(t.Context(), projectr.Envelope{From: "x@big.example", Remote: netip.MustParseAddr(elseMX)}, strings.NewReader("From: x@big.example\r\n\r\n"))
	if a.SPF != tempError {
		t.Errorf("%+v", a)
	}
	if n := len(z.seen); n > lookupsPerPart+2 {
		t.Errorf("%d questions", n)
	}
}

func TestPanicsAreSurvived(t *testing.T) {
	r := &odd{do: func(context.Context, string) error { panic("resolver") }}
	env, raw := aMail("acme.example", "s1")
	a := (&Checker{Resolver: r}).Check(t.Context(), env, strings.NewReader(raw))
	if a.Result != projectr.AuthNone || a.SPF != tempError {
		t.Errorf("%+v", a)
	}
	a = (&Checker{Resolver: r}).Check(t.Context(), env, readerFunc(func([]byte) (int, error) { panic("reader") }))
	if a.Result != projectr.AuthNone || a.Note == "" {
		t.Errorf("%+v", a)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A mail that cannot be read to its end is not said to be forged.
func TestReadingBreaksOff(t *testing.T) {
	broken := errors.New("disk")
	raw := dkimBy("acme.example", "rsa")(t, "From: jo@acme.example\r\n"+letter)
	for _, at := range []int{10, strings.Index(raw, "\r\n\r\n") + 6} {
		rest := strings.NewReader(raw[:at])
		a := (&Checker{Resolver: world()}).Check(t.Context(), projectr.Envelope{}, readerFunc(func(p []byte) (int, error) {
			if rest.Len() == 0 {
				return 0, broken
			}
			return rest.Read(p)
		}))
		if a.Result != projectr.AuthNone || a.DMARC == fail {
			t.Errorf("broken off at %d: %+v", at, a)
		}
	}
}

func TestOneCheckerForAll(t *testing.T) {
	c := &Checker{Resolver: world(), Now: func() time.Time { return today }}
	raw := dkimBy("acme.example", "ed")(t, "From: jo@acme.example\r\n"+letter)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			for k := range 10 {
				mail, want := raw, projectr.AuthPass
				if (i+k)%2 == 1 {
					mail, want = strings.Replace(raw, "Friday", "Monday", 1), projectr.AuthFail
				}
				if a := c.Check(t.Context(), projectr.Envelope{From: "x@evil.example", Remote: netip.MustParseAddr(elseMX)}, strings.NewReader(mail)); a.Result != want {
					t.Errorf("%+v", a)
				}
			}
		})
	}
	all.Wait()
}

func TestSystemResolver(t *testing.T) {
	if r := SystemResolver("off"); r != nil {
		t.Errorf("off is %v", r)
	}
	a := (&Checker{}).Check(t.Context(), projectr.Envelope{From: "jo@acme.example", Remote: netip.MustParseAddr(acmeMX)}, strings.NewReader("From: jo@acme.example\r\n"+letter))
	if a.Result != projectr.AuthNone || a.SPF+a.DKIM+a.DMARC+a.ARC != "" || a.Domain != "acme.example" || a.Note != noteOff {
		t.Errorf("without a resolver: %+v", a)
	}
	addr := serveDNS(t, map[string]string{"acme.example.": "v=spf1 ip4:" + acmeMX + " -all", "_dmarc.acme.example.": "v=DMARC1; p=reject"})
	c := &Checker{Resolver: SystemResolver(addr)}
	a = c.Check(t.Context(), projectr.Envelope{From: "jo@acme.example", Remote: netip.MustParseAddr(acmeMX)}, strings.NewReader("From: jo@acme.example\r\n"+letter))
	if a.Result != projectr.AuthPass || a.SPF != pass || a.DMARC != pass {
		t.Errorf("with a server of our own: %+v", a)
	}
	if _, err := SystemResolver("").LookupAddr(t.Context(), "no address"); err == nil {
		t.Error("the system's resolver took anything for an address")
	}
}

// serveDNS answers TXT questions over UDP.
func serveDNS(t *testing.T, txt map[string]string) string {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}
			m.Additionals = nil
			if v, ok := txt[q.Name.String()]; ok && q.Type == dnsmessage.TypeTXT {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60},
					Body:   &dnsmessage.TXTResource{TXT: []string{v[:5], v[5:]}},
				}}
			} else {
				m.RCode = dnsmessage.RCodeNameError
			}
			if b, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(b, from)
			}
		}
	}()
	return conn.LocalAddr().String()
}
