package sender

import (
	"bufio"
	"strings"
	"testing"
)

// checked takes a mail through the steps of Check that are about signatures.
func checked(t testing.TB, c *Checker, raw string) *mail {
	t.Helper()
	buf := bufio.NewReader(strings.NewReader(raw))
	fields, err := readHeader(buf)
	if err != nil {
		t.Fatal(err)
	}
	m := &mail{h: newHeader(fields)}
	domain, _, _ := author(m.h)
	m.collect(domain)
	m.lookUpKeys(c.lookups(t.Context()))
	m.verify(c.now(), m.hash(buf))
	return m
}
