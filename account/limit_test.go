package account

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestWrongSignInsFromOnePlaceSlowDown(t *testing.T) {
	l := newLimits()
	attacker, owner := netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("198.51.100.7")
	for i := range pairBurst {
		if d := l.wait(attacker, "jo@x.example", noon); d != 0 {
			t.Fatalf("after %d wrong tries: wait %v", i, d)
		}
		l.failed(attacker, "jo@x.example", noon)
	}
	if d := l.wait(attacker, "jo@x.example", noon); d <= 0 || d > pairEvery {
		t.Errorf("after %d wrong tries: wait %v", pairBurst, d)
	}
	if d := l.wait(owner, "jo@x.example", noon); d != 0 {
		t.Errorf("the account's owner, elsewhere, has to wait %v", d)
	}
	if d := l.wait(attacker, "ann@x.example", noon); d != 0 {
		t.Errorf("somebody else behind the same address has to wait %v", d)
	}
	if d := l.wait(attacker, "jo@x.example", noon.Add(pairEvery)); d != 0 {
		t.Errorf("after %v: wait %v", pairEvery, d)
	}
}

func TestOnePlaceCannotTryEveryAccount(t *testing.T) {
	l := newLimits()
	from := netip.MustParseAddr("203.0.113.9")
	for i := range addrBurst {
		l.failed(from, fmt.Sprintf("user%d@x.example", i), noon)
	}
	if d := l.wait(from, "another@x.example", noon); d <= 0 {
		t.Error("no wait for yet another account")
	}
}

func TestIPv6IsCountedByNetwork(t *testing.T) {
	l := newLimits()
	for i := range pairBurst {
		l.failed(netip.MustParseAddr(fmt.Sprintf("2001:db8::%d", i+1)), "jo@x.example", noon)
	}
	if d := l.wait(netip.MustParseAddr("2001:db8::ffff"), "jo@x.example", noon); d <= 0 {
		t.Error("another address of the same network does not wait")
	}
	if d := l.wait(netip.MustParseAddr("2001:db8:0:1::1"), "jo@x.example", noon); d != 0 {
		t.Error("another network waits")
	}
}

func TestKnowingThePasswordForgetsWrongTries(t *testing.T) {
	l := newLimits()
	from := netip.MustParseAddr("203.0.113.9")
	for range pairBurst {
		l.failed(from, "jo@x.example", noon)
	}
	l.succeeded(from, "jo@x.example")
	if d := l.wait(from, "jo@x.example", noon); d != 0 {
		t.Errorf("wait %v", d)
	}
}

func TestCountersAreBounded(t *testing.T) {
	l := newLimits()
	for i := range maxPlaces + 1000 {
		l.failed(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), "jo@x.example", noon)
	}
	if n := len(l.places); n > maxPlaces+1 {
		t.Errorf("%d counters are kept", n)
	}
}
