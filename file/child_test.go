package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"projectr"
)

// The test binary is the program of its own children: as its first argument
// says, it reads a file as it should, or behaves as if the file had got hold of
// its reader after the limits were lowered.
func TestMain(m *testing.M) {
	if len(os.Args) < 2 {
		os.Exit(m.Run())
	}
	spawned := map[string]func(){
		"crash": func() { var p *int; *p = 1 },
		"loop": func() {
			for i := uint64(0); ; i++ {
				if i == 1<<63 {
					return
				}
			}
		},
		"sleep": func() { time.Sleep(time.Hour) },
		"bomb": func() {
			var keep [][]byte
			for {
				b := make([]byte, 16<<20)
				for i := range b {
					b[i] = 1
				}
				keep = append(keep, b)
				runtime.KeepAlive(keep)
			}
		},
		"deep": func() { fmt.Fprintln(io.Discard, deep(0)) },
		"flood": func() {
			b := bytes.Repeat([]byte("x"), 1<<20)
			for range 4 << 10 {
				if _, err := os.Stdout.Write(b); err != nil {
					os.Exit(3)
				}
			}
		},
		"flood-errors": func() {
			b := bytes.Repeat([]byte("x"), 1<<20)
			for range 256 {
				_, _ = os.Stderr.Write(b)
			}
		},
		"lies": func() {
			fmt.Println(`{"state":"read","text":"a\u0000\u202eb","note":"` + strings.Repeat("n", 5000) + `"}`)
		},
		"silent": func() {},
		"refuse": func() { fmt.Fprintln(os.Stderr, "There is no such command."); os.Exit(2) },
		"limits": func() { fmt.Printf(`{"state":"read","text":%q}`, limits()) },
		"escape": func() { fmt.Printf(`{"state":"read","text":%q}`, escapes()) },
	}
	switch do := spawned[os.Args[1]]; {
	case os.Args[1] == "read-file":
		if err := Serve(os.Stdin, os.Stdout, os.Environ()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case do != nil:
		if err := confine(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(4)
		}
		do()
	default:
		code := m.Run()
		for _, f := range atEnd {
			f()
		}
		os.Exit(code)
	}
}

// atEnd is done when all tests are.
var atEnd []func()

func deep(n int) int {
	if n < 0 {
		return 0
	}
	return deep(n+1) + 1
}

// escapes tries what a reader of files has no business doing, and says what it
// could do.
func escapes() string {
	var could []string
	try := func(what string, err error) {
		if err == nil {
			could = append(could, what)
		}
	}
	_, err := os.ReadFile("/etc/passwd")
	try("read a file", err)
	try("write a file", os.WriteFile(filepath.Join(os.TempDir(), "projectr-escape"), []byte("x"), 0o600))
	_, err = net.Dial("udp", "127.0.0.1:9")
	try("open a socket", err)
	try("start a program", exec.Command("/bin/true").Run())
	if env := os.Environ(); len(env) > 2 {
		could = append(could, "see "+strings.Join(env, " "))
	}
	if dir, err := os.Getwd(); err == nil && dir != "/" {
		could = append(could, "stand in "+dir)
	}
	return "could: " + strings.Join(could, ", ")
}

func childOf(t testing.TB, does string) *Child {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return &Child{Path: path, Args: []string{does}}
}

func TestChildReads(t *testing.T) {
	c := childOf(t, "read-file")
	for _, name := range []string{"offer-reportlab.pdf", "minutes.docx", "cost-plan.xlsx", "update.pptx", "locked-password.pdf", "pages-120.pdf"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Text(t.Context(), name, "", bytes.NewReader(data))
		if want := readFrom(name, "", data); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, want)
		}
	}
}

// What a file does to its reader costs that file alone: the next is read.
func TestHostileFileCostsOnlyItself(t *testing.T) {
	offer, err := os.ReadFile("testdata/offer-reportlab.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		does    string
		timeout time.Duration
		note    string
	}{
		{"crash", 0, "It is damaged: no sense can be made of it."},
		{"sleep", time.Second, "Reading it took too long."},
		{"loop", time.Second, "Reading it took too long."},
		{"bomb", 0, "Reading it took too much memory."},
		{"deep", 0, "Reading it took too much memory."},
		{"flood", 0, "It unpacks to more than is read of one file."},
		{"flood-errors", 0, "It is damaged: no sense can be made of it."},
		{"silent", 0, "It is damaged: no sense can be made of it."},
	} {
		t.Run(c.does, func(t *testing.T) {
			child := childOf(t, c.does)
			child.Timeout = c.timeout
			got, err := child.Text(t.Context(), "offer.pdf", "", bytes.NewReader(offer))
			if err != nil || got != (projectr.FileText{State: projectr.FileNotRead, Note: c.note}) {
				t.Errorf("%+v, %v; want %q", got, err, c.note)
			}
			child.Args, child.Timeout = []string{"read-file"}, 0
			if got, err := child.Text(t.Context(), "offer.pdf", "", bytes.NewReader(offer)); err != nil || got.State != projectr.FileRead {
				t.Errorf("the next file: %+v, %v", got, err)
			}
		})
	}
}

func TestChildIsConfined(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux refuses calls to its kernel")
	}
	got, err := childOf(t, "escape").Text(t.Context(), "a.pdf", "application/pdf", strings.NewReader("%PDF-1.7"))
	if err != nil || got.Text != "could: " {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestChildIsNotBelieved(t *testing.T) {
	got, err := childOf(t, "lies").Text(t.Context(), "a.pdf", "", strings.NewReader("%PDF-1.7"))
	if err != nil || got.Text != "ab" || len(got.Note) != maxNoteLength {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestChildCannotBeStarted(t *testing.T) {
	c := &Child{Path: filepath.Join(t.TempDir(), "none")}
	if _, err := c.Text(t.Context(), "a.pdf", "", strings.NewReader("%PDF-1.7")); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("%v", err)
	}
	for _, other := range []string{"refuse"} { // a program that is no reader of files
		if _, err := childOf(t, other).Text(t.Context(), "a.pdf", "", strings.NewReader("%PDF-1.7")); projectr.KindOf(err) != projectr.Unavailable {
			t.Errorf("%s: %v", other, err)
		}
	}
	// What needs no process is read all the same.
	if got, err := c.Text(t.Context(), "a.txt", "", strings.NewReader("words")); err != nil || got.Text != "words" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestChildFileComesToNothing(t *testing.T) {
	c := childOf(t, "read-file")
	broken := errors.New("disk broken")
	for _, head := range []string{"", "%PDF-1.7" + strings.Repeat(" ", 2*sniffed), "words"} {
		if _, err := c.Text(t.Context(), "a", "", iotest.TimeoutReader(iotest.HalfReader(strings.NewReader(head)))); head != "" && !errors.Is(err, iotest.ErrTimeout) {
			t.Errorf("%.10q: the reader's error became %v", head, err)
		}
	}
	if _, err := c.Text(t.Context(), "a", "", iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("the reader's error became %v", err)
	}
	if got, err := c.Text(t.Context(), "a.pdf", "", strings.NewReader("")); err != nil || got.Note != "It is empty." {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestChildTooLarge(t *testing.T) {
	c := childOf(t, "read-file")
	for _, head := range []string{"%PDF-1.7\n", "words "} {
		got, err := c.Text(t.Context(), "a", "", &long{head: head, left: MaxSize + 1})
		if err != nil || got.Note != "It is larger than 25 MB." {
			t.Errorf("%q: %+v, %v", head, got, err)
		}
	}
}

// long is head, then letters until left bytes are read.
type long struct {
	head string
	left int
}

func (l *long) Read(p []byte) (int, error) {
	if l.head != "" {
		n := copy(p, l.head)
		l.head = l.head[n:]
		l.left -= n
		return n, nil
	}
	n := min(len(p), l.left)
	if n == 0 {
		return 0, io.EOF
	}
	for i := range p[:n] {
		p[i] = 'a'
	}
	l.left -= n
	return n, nil
}

func TestChildNamesThatHurt(t *testing.T) {
	c := childOf(t, "read-file")
	offer, err := os.ReadFile("testdata/offer-reportlab.pdf")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "-rf", "--help", "a\x00b=c", strings.Repeat("long", 100_000), "../../etc/passwd", "\xff\xfe"} {
		if got, err := c.Text(t.Context(), name, name, bytes.NewReader(offer)); err != nil || got.State != projectr.FileRead {
			t.Errorf("%.20q: %s, %v", name, got.Note, err)
		}
	}
}

// No more than MaxChildren read at a time; who waits can be called off.
func TestChildrenWaitTheirTurn(t *testing.T) {
	c := childOf(t, "sleep")
	c.Timeout = time.Minute
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range MaxChildren {
		wg.Go(func() {
			if _, err := c.Text(ctx, "a.pdf", "", strings.NewReader("%PDF-1.7")); !errors.Is(err, context.Canceled) {
				t.Errorf("called off: %v", err)
			}
		})
	}
	for len(c.turns()) < MaxChildren {
		time.Sleep(time.Millisecond)
	}
	waiting, enough := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer enough()
	if _, err := c.Text(waiting, "a.pdf", "", strings.NewReader("%PDF-1.7")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third: %v", err)
	}
	stop()
	wg.Wait()
	c.Args = []string{"read-file"}
	if got, err := c.Text(t.Context(), "a.pdf", "", bytes.NewReader(pdfPageOf("BT /F 9 Tf (x) Tj ET"))); err != nil || got.Text != "x" {
		t.Errorf("afterwards: %+v, %v", got, err)
	}
}

func BenchmarkChild(b *testing.B) {
	offer, err := os.ReadFile("testdata/offer-reportlab.pdf")
	if err != nil {
		b.Fatal(err)
	}
	c := childOf(b, "read-file")
	for b.Loop() {
		if got, err := c.Text(b.Context(), "offer.pdf", "", bytes.NewReader(offer)); err != nil || got.State != projectr.FileRead {
			b.Fatal(got, err)
		}
	}
}
