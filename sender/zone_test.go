package sender

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

// zone answers from memory. Names are in lower case.
type zone struct {
	txt  map[string][]string
	mx   map[string][]string
	ip   map[string][]netip.Addr
	ptr  map[string][]string // by reversed name
	cut  map[string]bool     // names that time out where they have no record
	to   map[string]string   // CNAME
	mu   sync.Mutex
	seen []string // questions, in order
}

func newZone() *zone {
	return &zone{
		txt: map[string][]string{}, mx: map[string][]string{}, ip: map[string][]netip.Addr{},
		ptr: map[string][]string{}, cut: map[string]bool{}, to: map[string]string{},
	}
}

func zoneFind[T any](z *zone, kind, name string, in map[string][]T) ([]T, error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.seen = append(z.seen, kind+" "+name)
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for range 10 {
		if got := in[name]; len(got) > 0 {
			return got, nil
		}
		if z.cut[name] {
			return nil, &net.DNSError{Err: "timeout", Name: name, IsTimeout: true}
		}
		to, ok := z.to[name]
		if !ok {
			return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
		}
		name = strings.ToLower(strings.TrimSuffix(to, "."))
	}
	return nil, &net.DNSError{Err: "CNAME loop", Name: name}
}

func (z *zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	return zoneFind(z, "txt", name, z.txt)
}

func (z *zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	hosts, err := zoneFind(z, "mx", name, z.mx)
	var out []*net.MX
	for _, h := range hosts {
		out = append(out, &net.MX{Host: h})
	}
	return out, err
}

func (z *zone) LookupNetIP(_ context.Context, network, name string) ([]netip.Addr, error) {
	ips := map[string][]netip.Addr{}
	for n, all := range z.ip {
		for _, ip := range all {
			if ip.Is4() == (network == "ip4") {
				ips[n] = append(ips[n], ip)
			}
		}
	}
	return zoneFind(z, network, name, ips)
}

func (z *zone) LookupAddr(_ context.Context, addr string) ([]string, error) {
	ip := netip.MustParseAddr(addr)
	digits := strings.Split(addr, ".")
	suffix := ".in-addr.arpa"
	if ip.Is6() {
		digits = strings.Split(strings.ReplaceAll(ip.StringExpanded(), ":", ""), "")
		suffix = ".ip6.arpa"
	}
	name := ""
	for _, d := range digits {
		name = d + "." + name
	}
	return zoneFind(z, "ptr", strings.TrimSuffix(name, ".")+suffix, z.ptr)
}

// lookupsIn is a part's lookups in a zone, without a Check around it.
func lookupsIn(t testing.TB, r Resolver) *lookups {
	c := &Checker{Resolver: r, Budget: time.Minute}
	return c.lookups(t.Context())
}
