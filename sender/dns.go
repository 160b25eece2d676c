package sender

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Resolver answers questions to the DNS; *net.Resolver is one. Names come
// without a final dot. A name that does not exist, or has no such record, is a
// *net.DNSError with IsNotFound; every other error counts as temporary. A
// resolver may ignore its context: Check does not wait for it.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) // network is ip4 or ip6
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// SystemResolver returns the resolver that a setting names: the system's for
// "", none for "off", else the server at this address, port 53 unless it says
// another.
func SystemResolver(server string) Resolver {
	switch server {
	case "off":
		return nil
	case "":
		return absolute{&net.Resolver{}}
	}
	if _, _, err := net.SplitHostPort(server); err != nil {
		server = net.JoinHostPort(strings.Trim(server, "[]"), "53")
	}
	return absolute{&net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, server)
		},
	}}
}

// absolute asks for names as they are, without the search list of the system.
type absolute struct{ r *net.Resolver }

func (a absolute) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return a.r.LookupTXT(ctx, rooted(name))
}

func (a absolute) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	return a.r.LookupMX(ctx, rooted(name))
}

func (a absolute) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	return a.r.LookupNetIP(ctx, network, rooted(host))
}

func (a absolute) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	return a.r.LookupAddr(ctx, addr)
}

func rooted(name string) string { return strings.TrimSuffix(name, ".") + "." }

const (
	lookupTimeout  = 2 * time.Second
	lookupsPerPart = 100 // of one mail: for SPF, for DMARC, and for all keys
	breakerPause   = 30 * time.Second
	probeTimeout   = time.Second
	keptNames      = 4096
	keptBytes      = 8 << 10 // an answer larger than this is not kept
	keepAnswer     = 5 * time.Minute
	keepNothing    = time.Minute
)

var (
	// errNothing: the name does not exist, or has no such record.
	errNothing = errors.New("no such record")
	// errDown: the DNS did not answer a moment ago, and is not asked again yet.
	errDown = errors.New("the DNS does not answer")
	// errEnough: this mail asked too many questions.
	errEnough = errors.New("too many lookups for one mail")
)

// names is what all mails of a Checker know together: the latest answers, and
// whether there is a DNS at all.
type names struct {
	mu       sync.Mutex
	kept     map[question]answer
	downTill time.Time
	probing  chan struct{} // closed when it is known whether the DNS answers; nil: nobody tries
}

type question struct{ kind, name string }

type answer struct {
	records any
	err     error // nil or errNothing
	till    time.Time
}

func (n *names) recall(q question, now time.Time) (answer, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	a, ok := n.kept[q]
	return a, ok && now.Before(a.till)
}

func (n *names) keep(q question, a answer, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.kept == nil {
		n.kept = make(map[question]answer)
	}
	if len(n.kept) >= keptNames {
		for k, old := range n.kept {
			if !now.Before(old.till) {
				delete(n.kept, k)
			}
		}
		for k := range n.kept { // any: a few lookups more do no harm
			if len(n.kept) < keptNames*3/4 {
				break
			}
			delete(n.kept, k)
		}
	}
	n.kept[q] = a
}

// down reports whether the DNS is not to be asked. Where that is being found out,
// it waits.
func (n *names) down(ctx context.Context, now func() time.Time) bool {
	n.mu.Lock()
	probing := n.probing
	n.mu.Unlock()
	if probing != nil {
		select {
		case <-probing:
		case <-ctx.Done():
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return now().Before(n.downTill)
}

func (n *names) trip(now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.downTill = now.Add(breakerPause)
}

// lookups are the questions of one part of the check of a mail. Each part counts
// for itself: the domain of the envelope cannot use up what DMARC needs.
type lookups struct {
	ctx context.Context // of the mail; it ends with its budget
	c   *Checker
	n   int
}

func (c *Checker) lookups(ctx context.Context) *lookups { return &lookups{ctx: ctx, c: c} }

func (l *lookups) txt(name string) ([]string, error) {
	return ask(l, question{"txt", name}, l.c.Resolver.LookupTXT, func(s string) int { return len(s) })
}

func (l *lookups) mx(name string) ([]*net.MX, error) {
	return ask(l, question{"mx", name}, l.c.Resolver.LookupMX, func(mx *net.MX) int { return len(mx.Host) })
}

func (l *lookups) ips(network, name string) ([]netip.Addr, error) {
	return ask(l, question{network, name}, func(ctx context.Context, host string) ([]netip.Addr, error) {
		return l.c.Resolver.LookupNetIP(ctx, network, host)
	}, func(netip.Addr) int { return 16 })
}

func (l *lookups) ptr(addr netip.Addr) ([]string, error) {
	return ask(l, question{"ptr", addr.String()}, l.c.Resolver.LookupAddr, func(s string) int { return len(s) })
}

// ask answers q from what is kept, or by the resolver. The error is nil, errNothing,
// or one that stands for "not known now". Records beside an error are kept: a
// resolver hands on the good ones of a bad answer.
func ask[T any](l *lookups, q question, by func(context.Context, string) ([]T, error), size func(T) int) ([]T, error) {
	q.name = lower(strings.TrimSuffix(q.name, "."))
	if a, ok := l.c.names.recall(q, l.c.now()); ok {
		records, _ := a.records.([]T)
		return records, a.err
	}
	if l.c.names.down(l.ctx, l.c.now) {
		return nil, errDown
	}
	if err := l.ctx.Err(); err != nil {
		return nil, err
	}
	if l.n++; l.n > lookupsPerPart {
		return nil, errEnough
	}

	records, err := await(l.ctx, l.c.lookupTimeout(), q.name, by)
	var dns *net.DNSError
	switch {
	case len(records) > 0:
		err = nil
	case err == nil || errors.As(err, &dns) && dns.IsNotFound:
		records, err = nil, errNothing
	case l.ctx.Err() != nil:
		return nil, err // the mail's time is over: that says nothing about the DNS
	default:
		l.c.suspect(err)
		return nil, err
	}
	total := 0
	for _, r := range records {
		total += size(r)
	}
	now := l.c.now()
	if kept := (answer{records: records, err: err, till: now.Add(keepAnswer)}); total <= keptBytes {
		if err != nil {
			kept.till = now.Add(keepNothing)
		}
		l.c.names.keep(q, kept, now)
	}
	return records, err
}

// await calls by and waits for it no longer than timeout, whatever it does.
func await[T any](ctx context.Context, timeout time.Duration, name string, by func(context.Context, string) ([]T, error)) ([]T, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	type reply struct {
		records []T
		err     error
	}
	done := make(chan reply, 1)
	go func() {
		var r reply
		defer func() {
			if p := recover(); p != nil {
				r = reply{err: errors.New("the resolver broke")}
			}
			done <- r
		}()
		r.records, r.err = by(ctx, name)
	}()
	select {
	case r := <-done:
		return r.records, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// suspect learns from a lookup that failed. Where no server could be reached,
// nobody asks again for a while. A timeout may be the doing of the domain that
// was asked for, and nobody who sends mail may switch off the checking of
// others': only where the root is not answered either there is no DNS.
func (c *Checker) suspect(err error) {
	var op *net.OpError
	var dns *net.DNSError
	timeout := errors.Is(err, context.DeadlineExceeded)
	unreachable := errors.As(err, &op)
	if errors.As(err, &dns) {
		timeout = timeout || dns.IsTimeout
		// net keeps only the text of what the socket said.
		for _, s := range []string{"connection refused", "network is unreachable", "no route to host", "no DNS servers", "permission denied"} {
			unreachable = unreachable || strings.Contains(dns.Err, s)
		}
	}
	switch {
	case timeout:
		c.probe()
	case unreachable:
		c.names.trip(c.now())
	}
}

// probe finds out in the background whether the DNS answers at all.
func (c *Checker) probe() {
	c.names.mu.Lock()
	defer c.names.mu.Unlock()
	if c.names.probing != nil {
		return
	}
	done := make(chan struct{})
	c.names.probing = done
	go func() {
		_, err := await(context.Background(), min(probeTimeout, c.lookupTimeout()), ".", c.Resolver.LookupTXT)
		var dns *net.DNSError
		answered := err == nil || errors.As(err, &dns) && dns.IsNotFound
		if !answered {
			c.names.trip(c.now())
		}
		c.names.mu.Lock()
		c.names.probing = nil
		c.names.mu.Unlock()
		close(done)
	}()
}

// lookupTimeout leaves time for a second lookup where the budget is small.
func (c *Checker) lookupTimeout() time.Duration { return min(lookupTimeout, c.budget()/2) }
