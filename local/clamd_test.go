package local

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"projectr"
)

// clamdPeer is a daemon for one test: it takes a file as clamd does and then
// does what the test says.
func clamdPeer(t *testing.T, then func(conn net.Conn, file []byte)) Clamd {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clamd.ctl")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				file, err := takeInstream(conn)
				if err != nil {
					return
				}
				then(conn, file)
			}()
		}
	}()
	return Clamd{Address: "unix:" + path, Timeout: 300 * time.Millisecond}
}

func takeInstream(r io.Reader) ([]byte, error) {
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(r, command); err != nil || string(command) != "zINSTREAM\x00" {
		return nil, errors.New("no command")
	}
	var file []byte
	for {
		var n uint32
		if err := binary.Read(r, binary.BigEndian, &n); err != nil {
			return nil, err
		}
		if n == 0 {
			return file, nil
		}
		piece := make([]byte, n)
		if _, err := io.ReadFull(r, piece); err != nil {
			return nil, err
		}
		file = append(file, piece...)
	}
}

func say(s string) func(net.Conn, []byte) {
	return func(conn net.Conn, _ []byte) { _, _ = io.WriteString(conn, s) }
}

func TestClamdAnswers(t *testing.T) {
	for _, c := range []struct {
		name  string
		then  func(net.Conn, []byte)
		virus string
		kind  projectr.Kind
		fails bool
	}{
		{name: "clean", then: say("stream: OK\x00")},
		{name: "found", then: say("stream: Eicar-Signature FOUND\x00"), virus: "Eicar-Signature"},
		{name: "found, with odd characters", then: say("stream: A\x1b[31m\xffB FOUND\x00"), virus: "A[31mB"},
		{name: "size limit", then: say("INSTREAM size limit exceeded. ERROR\x00"), fails: true, kind: projectr.OverLimit},
		{name: "an error of its own", then: say("stream: Can't allocate memory ERROR\x00"), fails: true, kind: projectr.Unavailable},
		{name: "half an answer", then: say("stream: O"), fails: true, kind: projectr.Unavailable},
		{name: "half an answer that reads like a whole one", then: say("stream: OK"), fails: true, kind: projectr.Unavailable},
		{name: "hangs up", then: say(""), fails: true, kind: projectr.Unavailable},
		{name: "never answers", then: func(conn net.Conn, _ []byte) { _, _ = io.Copy(io.Discard, conn) }, fails: true, kind: projectr.Unavailable},
		{name: "never ends", then: func(conn net.Conn, _ []byte) {
			for {
				if _, err := conn.Write(bytes.Repeat([]byte("x"), 4096)); err != nil {
					return
				}
			}
		}, fails: true, kind: projectr.Unavailable},
		{name: "nonsense", then: say("PONG\x00"), fails: true, kind: projectr.Unavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			virus, err := clamdPeer(t, c.then).Scan(t.Context(), strings.NewReader("a file"))
			if virus != c.virus || (err != nil) != c.fails || c.fails && projectr.KindOf(err) != c.kind {
				t.Errorf("Scan = %q, %v; want %q, failing %v with %q", virus, err, c.virus, c.fails, c.kind)
			}
		})
	}
}

func TestClamdGetsTheWholeFile(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789abcdef"), 20_000)
	got := make(chan []byte, 1)
	d := clamdPeer(t, func(conn net.Conn, file []byte) {
		got <- file
		_, _ = io.WriteString(conn, "stream: OK\x00")
	})
	d.Timeout = 10 * time.Second
	if _, err := d.Scan(t.Context(), iotest.HalfReader(bytes.NewReader(want))); err != nil {
		t.Fatal(err)
	}
	if file := <-got; !bytes.Equal(file, want) {
		t.Errorf("%d bytes came, of %d", len(file), len(want))
	}
}

// A daemon that has enough answers in the middle of a file and hangs up.
func TestClamdHasEnough(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clamd.ctl")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = io.ReadFull(conn, make([]byte, 100))
		_, _ = io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
		_ = conn.Close()
	}()
	_, err = Clamd{Address: "unix:" + path, Timeout: 5 * time.Second}.Scan(t.Context(), io.LimitReader(endless{}, 64<<20))
	if projectr.KindOf(err) != projectr.OverLimit {
		t.Errorf("Scan: %v", err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestClamdIsNotThere(t *testing.T) {
	for _, address := range []string{"unix:" + filepath.Join(t.TempDir(), "none"), "tcp:127.0.0.1:1", "nonsense", ""} {
		if _, err := (Clamd{Address: address}).Scan(t.Context(), strings.NewReader("x")); projectr.KindOf(err) != projectr.Unavailable {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestClamdReaderFails(t *testing.T) {
	broken := errors.New("disk broken")
	if _, err := clamdPeer(t, say("stream: OK\x00")).Scan(t.Context(), iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("the reader's error became %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := clamdPeer(t, say("stream: OK\x00")).Scan(ctx, strings.NewReader("x")); err == nil {
		t.Error("a scan that was called off found nothing wrong")
	}
}

func FuzzClamdAnswer(f *testing.F) {
	for _, s := range []string{"stream: OK\x00", "stream: Eicar-Signature FOUND\x00", "INSTREAM size limit exceeded. ERROR\x00", "", "stream: FOUND\x00", "stream: OK"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		virus, err := scanned(answer)
		if err != nil && virus != "" {
			t.Errorf("%q: a virus and an error", answer)
		}
		if err == nil && virus == "" && !bytes.Equal(bytes.TrimSpace(bytes.SplitN(answer, []byte{0}, 2)[0]), []byte("stream: OK")) {
			t.Errorf("%q is taken for a clean file", answer)
		}
		if strings.ContainsAny(virus, "\x00\r\n\x1b") {
			t.Errorf("%q: the name has control characters", virus)
		}
	})
}
