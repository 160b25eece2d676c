//go:build linux

package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestBody: a mail has about the size that was asked for, ends with the dot,
// and has no dot before.
func TestBody(t *testing.T) {
	for _, n := range []int{2000, 30_000, 100_000, 1_000_000} {
		b := body(n)
		if off := len(b) + 120 - n; off < -n/20 || off > n/20 { // 120: the lines that send adds
			t.Errorf("a mail of %d bytes has %d", n, len(b))
		}
		if !bytes.HasSuffix(b, []byte("\r\n.\r\n")) || bytes.Contains(b[:len(b)-5], []byte("\r\n.")) {
			t.Errorf("a mail of %d bytes does not end once", n)
		}
		if bytes.Contains(bytes.ReplaceAll(b, []byte("\r\n"), nil), []byte("\n")) {
			t.Errorf("a mail of %d bytes has a bare line feed", n)
		}
	}
}

// TestInOrder: the check of a trace sees a reply that comes too soon.
func TestInOrder(t *testing.T) {
	const (
		w    = `pwrite64(7</x/1-2.seg>, "..."..., 2000, 0) = 2000`
		s    = `fdatasync(7</x/1-2.seg>) = 0`
		fail = `fdatasync(7</x/1-2.seg>) = -1 EIO (Input/output error)`
		r    = `write(9<socket:[1]>, "250 2.0.0 OK: queued\r\n", 22) = 22`
	)
	for _, c := range []struct {
		trace   string
		replies int64
		ok      bool
	}{
		{w + "\n" + s + "\n" + r + "\n" + w + "\n" + s + "\n" + r, 2, true},
		{w + "\n" + r + "\n" + s, 0, false},
		{w + "\n" + fail + "\n" + r, 0, false},
		{w + "\n" + s + "\n" + w + "\n" + r, 0, false},
		{w + "\n" + s + "\n" + r + "\n" + r, 1, false},
		{s + "\n" + r, 0, false},
	} {
		var calls []call
		for l := range strings.SplitSeq(c.trace, "\n") {
			calls = append(calls, call(l))
		}
		replies, err := inOrder(calls)
		if replies != c.replies || (err == nil) != c.ok {
			t.Errorf("%s\n%d replies, %v", c.trace, replies, err)
		}
	}
}
