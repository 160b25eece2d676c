package local

import (
	"bytes"
	"syscall"
	"testing"

	"projectr"
)

// TestSpoolOnAFullDisk fills a real file system, if it may make one.
func TestSpoolOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		t.Skipf("SKIPPED: needs root for a small file system: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
	s := openSpool(t, dir, SpoolOptions{SegmentSize: 1 << 20, MaxMail: 1})
	acked := 0
	var err error
	for ; err == nil && acked < 100; acked++ {
		_, err = s.Put(t.Context(), envelope(acked), bytes.NewReader(rawMail(acked, 100_000)))
	}
	acked--
	if projectr.KindOf(err) != projectr.Unavailable {
		t.Fatalf("put on a full disk: %v", err)
	}
	if got := waiting(t, s); len(got) != acked {
		t.Fatalf("%d mails wait, %d were acknowledged", len(got), acked)
	}
	_ = s.Close()
	s = openSpool(t, dir, SpoolOptions{SegmentSize: 1 << 20, MaxMail: 1}) // opens on a full disk
	drain(t, s, acked)
	putMail(t, s, 200, rawMail(200, 100_000)) // healed
	_ = s.Close()
}
