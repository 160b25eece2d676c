package account

import (
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestWrongSignInsFromOnePlaceSlowDown(t *testing.T) {
	l := newLimits()
	attacker, owner := netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("198.51.100.7")
	cs := passwordCounters(attacker, "jo@x.example", "")
	for i := range pairRule.burst {
		if d := l.wait(noon, cs...); d != 0 {
			t.Fatalf("after %d wrong tries: wait %v", i, d)
		}
		l.count(noon, cs...)
	}
	if d := l.wait(noon, cs...); d <= 0 || d > pairRule.every {
		t.Errorf("after %d wrong tries: wait %v", pairRule.burst, d)
	}
	if d := l.wait(noon, passwordCounters(owner, "jo@x.example", "")...); d != 0 {
		t.Errorf("the account's owner, elsewhere, has to wait %v", d)
	}
	if d := l.wait(noon, passwordCounters(attacker, "ann@x.example", "")...); d != 0 {
		t.Errorf("somebody else behind the same address has to wait %v", d)
	}
	if d := l.wait(noon.Add(pairRule.every), cs...); d != 0 {
		t.Errorf("after %v: wait %v", pairRule.every, d)
	}
}

func TestOnePlaceCannotTryEveryAccount(t *testing.T) {
	l := newLimits()
	from := netip.MustParseAddr("203.0.113.9")
	for i := range placeRule.burst {
		l.count(noon, passwordCounters(from, fmt.Sprintf("user%d@x.example", i), "")...)
	}
	if d := l.wait(noon, passwordCounters(from, "another@x.example", "")...); d <= 0 {
		t.Error("no wait for yet another account")
	}
}

// Ten thousand addresses fill the account's own counter, which the browsers its person
// uses do not look at.
func TestManyPlacesCannotTryOneAccount(t *testing.T) {
	l := newLimits()
	for i := range alonePwd.burst {
		l.count(noon, passwordCounters(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), "jo@x.example", "")...)
	}
	if d := l.wait(noon, passwordCounters(netip.MustParseAddr("198.51.100.7"), "jo@x.example", "")...); d <= 0 || d > alonePwd.every {
		t.Errorf("from yet another address: wait %v", d)
	}
	known := passwordCounters(netip.MustParseAddr("10.0.0.1"), "jo@x.example", "known")
	if d := l.wait(noon, known...); d != 0 {
		t.Errorf("the person's own browser has to wait %v", d)
	}
	for range deviceRule.burst {
		l.count(noon, known...)
	}
	if d := l.wait(noon, known...); d <= 0 || d > deviceRule.every {
		t.Errorf("a browser that was stolen: wait %v", d)
	}
	if d := l.wait(noon, passwordCounters(netip.MustParseAddr("10.0.0.1"), "jo@x.example", "another")...); d != 0 {
		t.Errorf("another browser of theirs has to wait %v", d)
	}
}

func TestIPv6IsCountedByNetwork(t *testing.T) {
	l := newLimits()
	for i := range pairRule.burst {
		l.count(noon, passwordCounters(netip.MustParseAddr(fmt.Sprintf("2001:db8::%d", i+1)), "jo@x.example", "")...)
	}
	if d := l.wait(noon, passwordCounters(netip.MustParseAddr("2001:db8::ffff"), "jo@x.example", "")...); d <= 0 {
		t.Error("another address of the same network does not wait")
	}
	if d := l.wait(noon, passwordCounters(netip.MustParseAddr("2001:db8:0:1::1"), "jo@x.example", "")...); d != 0 {
		t.Error("another network waits")
	}
}

func TestKnowingThePasswordForgetsWrongTries(t *testing.T) {
	l := newLimits()
	cs := passwordCounters(netip.MustParseAddr("203.0.113.9"), "jo@x.example", "")
	for range pairRule.burst {
		l.count(noon, cs...)
	}
	l.forget(cs[0])
	if d := l.wait(noon, cs...); d != 0 {
		t.Errorf("wait %v", d)
	}
}

func TestCountersAreBounded(t *testing.T) {
	l := newLimits()
	l.count(noon, counter{&codeRule, "us_1"})
	for i := range maxPlaces + 1000 {
		l.count(noon, passwordCounters(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), fmt.Sprint(i), "")...)
	}
	for r, m := range l.places {
		if n := len(m); n > maxPlaces+1 {
			t.Errorf("%d counters are kept of %v", n, *r)
		}
	}
	if len(l.places[&codeRule]) != 1 {
		t.Error("filling one rule's counters made another's be forgotten")
	}
}

// Of many at once, take lets no more pass than the rule says.
func TestTakeCountsBeforeItLetsPass(t *testing.T) {
	l := newLimits()
	var passed atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if l.take(noon, counter{&codeRule, "us_1"}) == 0 {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	if n := int(passed.Load()); n != codeRule.burst {
		t.Errorf("%d passed", n)
	}
}

func TestPlaces(t *testing.T) {
	for _, c := range []struct{ addr, place, network string }{
		{"203.0.113.9", "203.0.113.9", "203.0.113.0/24"},
		{"::ffff:203.0.113.9", "203.0.113.9", "203.0.113.0/24"},
		{"2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"},
	} {
		a := netip.MustParseAddr(c.addr)
		if place(a) != c.place || network(a) != c.network {
			t.Errorf("%s: %s, %s", a, place(a), network(a))
		}
	}
	if network(netip.Addr{}) != "" {
		t.Error("no address has a network")
	}
}
