package file

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"projectr"
)

const (
	// MaxChildren is how many processes of a Child read at a time.
	MaxChildren = 2
	// childTime is how long a process may take where Child does not say.
	childTime = 15 * time.Second
	// childOutput bounds what is read from a process. JSON makes at most six
	// bytes of one, and only of few.
	childOutput = 6*MaxText + 1<<16
	childErrors = 64 << 10
)

// The variables by which a process is told what the sender says of the file.
// Its arguments could be seen by every user of the machine.
const (
	nameVariable = "FILE_NAME"
	typeVariable = "FILE_TYPE"
)

// Child reads files in processes of their own, which run Serve: whatever a file
// does to its reader, it does to nothing else. Plain text, tables of plain text
// and calendars are read in this process; there is nothing in them to take
// apart.
//
// A process gets an empty environment but for the file's name and declared
// type, the root folder to stand in, and no open file but its three streams. It
// lowers its own limits before it looks at the file.
//
// Set Path and use it; it may be used by many at a time, of whom all but
// MaxChildren wait.
type Child struct {
	Path    string        // the program
	Args    []string      // its arguments, such as read-file
	Timeout time.Duration // for one file; 15 seconds if not set

	once sync.Once
	turn chan struct{}
}

func (c *Child) turns() chan struct{} {
	c.once.Do(func() { c.turn = make(chan struct{}, MaxChildren) })
	return c.turn
}

// Text reads the text out of a file that comes from r. What is wrong with the
// file is in its state and note. An error means that the machine is at fault
// and the file may be read later: r failed, ctx ended, or no process could be
// started.
func (c *Child) Text(ctx context.Context, name, contentType string, r io.Reader) (projectr.FileText, error) {
	turns := c.turns()
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	case <-ctx.Done():
		return projectr.FileText{}, ctx.Err()
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return projectr.FileText{}, err
	}
	head = head[:n]
	if n == 0 {
		return notRead(empty), nil
	}
	// A beginning does not show what is in a package; every package is hard.
	if k, err := kindOf(name, contentType, head); err == nil && k.simple() {
		return here(ctx, name, contentType, io.MultiReader(bytes.NewReader(head), r))
	}
	return c.run(ctx, name, contentType, io.MultiReader(bytes.NewReader(head), r))
}

// here reads a simple file in this process.
func here(ctx context.Context, name, contentType string, r io.Reader) (projectr.FileText, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return projectr.FileText{}, err
	}
	if len(data) > MaxSize {
		return notRead(tooLarge), nil
	}
	return Text(name, contentType, bytes.NewReader(data), int64(len(data))), nil
}

func (c *Child) run(ctx context.Context, name, contentType string, r io.Reader) (projectr.FileText, error) {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = childTime
	}
	limited, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	cmd := exec.CommandContext(limited, c.Path, c.Args...)
	cmd.Env = []string{nameVariable + "=" + told(name), typeVariable + "=" + told(contentType)}
	cmd.Dir = "/"
	cmd.WaitDelay = time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		return projectr.FileText{}, err
	}
	out, errs := &bounded{most: childOutput, full: stop}, &bounded{most: childErrors, full: func() {}}
	cmd.Stdout, cmd.Stderr = out, errs
	if err := cmd.Start(); err != nil {
		return projectr.FileText{}, &projectr.Error{Kind: projectr.Unavailable, Message: "No process could be started to read a file.", Err: err}
	}
	sent := make(chan error, 1)
	tooMuch := false
	go func() {
		src := &source{r: r}
		n, _ := io.Copy(in, io.LimitReader(src, MaxSize+1))
		tooMuch = n > MaxSize
		if tooMuch {
			stop()
		}
		_ = in.Close()
		sent <- src.err
	}()
	failed := cmd.Wait()
	stop()
	_ = in.Close() // frees the sender if the process has left it waiting
	select {
	case err = <-sent:
	case <-ctx.Done(): // r does not answer
		return projectr.FileText{}, ctx.Err()
	}
	switch {
	case err != nil:
		return projectr.FileText{}, err
	case ctx.Err() != nil:
		return projectr.FileText{}, ctx.Err()
	case tooMuch:
		return notRead(tooLarge), nil
	case out.over:
		return notRead(tooPacked), nil
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		return notRead(tooLong), nil
	case failed != nil && refusedToRead(errs.b.String(), cmd.ProcessState):
		return projectr.FileText{}, &projectr.Error{Kind: projectr.Unavailable, Message: "The process that reads files does not work.", Err: errors.New(clip(oneLine(errs.b.String()), maxNoteLength))}
	case failed != nil:
		return notRead(endedBy(errs.b.String(), cmd.ProcessState)), nil
	}
	return answer(out.b.Bytes()), nil
}

// refusedToRead says whether a process ended of its own accord, before it came
// to the file: it is another program, or it could not lower its limits. A crash
// ends with words of the Go runtime.
func refusedToRead(words string, state *os.ProcessState) bool {
	if state.ExitCode() <= 0 {
		return false
	}
	for _, crash := range []string{"panic:", "fatal error:", "runtime:", "unexpected fault", "SIG"} {
		if strings.Contains(words, crash) {
			return false
		}
	}
	return true
}

// endedBy says why a process ended before it answered: by its last words, or by
// the time it had if the kernel ended it without any.
func endedBy(words string, state *os.ProcessState) refusal {
	killed := strings.HasPrefix(state.String(), "signal: ")
	switch {
	case killed && state.UserTime()+state.SystemTime() > (cpuSeconds-1)*time.Second:
		return tooLong
	case strings.Contains(words, "out of memory"), strings.Contains(words, "cannot allocate memory"), strings.Contains(words, "stack overflow"),
		strings.HasPrefix(state.String(), "signal: killed"):
		return tooHungry
	}
	return senseless
}

// answer reads what a process found. It is not believed further than a file
// would be: a hostile file may have had its way with it.
func answer(b []byte) projectr.FileText {
	var t projectr.FileText
	if json.Unmarshal(b, &t) != nil {
		return notRead(senseless)
	}
	note := clip(oneLine(clean(t.Note)), maxNoteLength)
	switch t.State {
	case projectr.FileRead, projectr.FilePartly:
		text := clip(clean(t.Text), MaxText)
		return projectr.FileText{State: t.State, Note: note, Text: text}
	case projectr.FileNotRead:
		return projectr.FileText{State: t.State, Note: note}
	}
	return notRead(senseless)
}

// clean leaves out what no text of ours has in it.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && invisible(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// told is what a process is told of a file; enough to know a kind by.
func told(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
	at := len(s)
	for n := 0; n < 255 && at > 0; n++ { // the end of a name says more
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return s[at:]
}

// bounded keeps what is written to it up to a bound, then says so once.
type bounded struct {
	b    bytes.Buffer
	most int
	over bool
	full func()
}

func (w *bounded) Write(p []byte) (int, error) {
	if room := w.most - w.b.Len(); len(p) > room {
		w.b.Write(p[:room])
		if !w.over {
			w.over = true
			w.full()
		}
		return len(p), nil
	}
	return w.b.Write(p)
}

// source remembers what went wrong with the caller's reader.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// Serve is the other side of Child: it lowers the limits of this process, reads
// one file from in and writes what it found to out as JSON. environ is the
// environment. Nothing but this may be done in the process afterwards.
func Serve(in io.Reader, out io.Writer, environ []string) error {
	var name, contentType string
	for _, kv := range environ {
		if v, ok := strings.CutPrefix(kv, nameVariable+"="); ok {
			name = v
		}
		if v, ok := strings.CutPrefix(kv, typeVariable+"="); ok {
			contentType = v
		}
	}
	if err := confine(); err != nil {
		return fmt.Errorf("lower limits: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err != nil {
		return err
	}
	t := notRead(tooLarge)
	if len(data) <= MaxSize {
		t = Text(name, contentType, bytes.NewReader(data), int64(len(data)))
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(t)
}
