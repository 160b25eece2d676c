//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// straceDoor shows, on the system calls of our door, that no 250 leaves before
// a sync of what it promises: in the order of the calls for one connection, and
// for many by letting every sync fail, after which nobody may hear a 250.
func straceDoor(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp(o.dir, "projectr-strace-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	one, _, err := traced(ctx, dir, "one", nil, "-conns", "1", "-mails", "50")
	if err != nil {
		return err
	}
	calls, err := readTrace(filepath.Join(dir, "one.trace"))
	if err != nil {
		return err
	}
	replies, err := inOrder(calls)
	if err != nil {
		return err
	}
	if replies != one.Accepted || replies == 0 {
		return fmt.Errorf("%d mails were acknowledged and %d replies are in the trace", one.Accepted, replies)
	}
	fmt.Printf("One connection: %d mails; before each 250 a write to the spool and then a sync of it, both returned. The last of them:\n\n", replies)
	for _, c := range calls[max(0, len(calls)-3):] {
		fmt.Println("   ", c)
	}

	many, out, err := traced(ctx, dir, "many", nil, "-conns", "100", "-mails", "2000")
	if err != nil {
		return err
	}
	syncs, err := count(filepath.Join(dir, "many.trace"), "fdatasync(")
	if err != nil {
		return err
	}
	fmt.Printf("\n100 connections: %d mails acknowledged, %d kept, %d syncs: %.1f mails a sync.\n", many.Accepted, out.Kept, syncs, float64(many.Accepted)/float64(max(syncs, 1)))

	broken, _, err := traced(ctx, dir, "broken", []string{"-e", "inject=fdatasync:error=EIO"}, "-conns", "100", "-mails", "500")
	if err != nil {
		return err
	}
	fmt.Printf("100 connections, every sync failing: %d mails acknowledged, %d put off (%s).\n", broken.Accepted, broken.Refused, strings.TrimSpace(broken.Sample))
	if broken.Accepted != 0 || broken.Refused == 0 {
		return errors.New("a mail was acknowledged without a sync")
	}
	return nil
}

// traced runs our door under strace with a load.
func traced(ctx context.Context, dir, name string, inject []string, args ...string) (loaded, served, error) {
	self, err := os.Executable()
	if err != nil {
		return loaded{}, served{}, err
	}
	folder := filepath.Join(dir, name)
	if err := os.Mkdir(folder, 0o700); err != nil {
		return loaded{}, served{}, err
	}
	trace := append([]string{"-f", "-y", "-s", "48", "-o", folder + ".trace", "-e", "trace=pwrite64,fdatasync,write"}, inject...)
	srv, err := startSelf(exec.CommandContext(ctx, "strace", append(trace, self, "serve", "door", folder)...))
	if err != nil {
		return loaded{}, served{}, fmt.Errorf("strace (apt-get install strace): %w", err)
	}
	l, err := runLoad(ctx, append([]string{"-addr", srv.addr, "-rcpt", srv.rcpt, "-time", "20s"}, args...)...)
	out, endErr := srv.end()
	return l, out, errors.Join(err, endErr)
}

// call is a system call that returned, without the process that made it.
type call string

const (
	okReply = `"250 2.0.0 OK`
	segment = ".seg>"
)

// readTrace returns the calls that matter in the order in which they returned.
func readTrace(path string) ([]call, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var calls []call
	begun := make(map[string]string) // by thread
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		thread, text, _ := strings.Cut(lines.Text(), " ")
		text = strings.TrimSpace(text)
		if at, unfinished := strings.CutSuffix(text, " <unfinished ...>"); unfinished {
			begun[thread] = at
			// A reply counts from when it began, what it rests on from when it ended.
			if strings.Contains(at, okReply) {
				calls = append(calls, call(at))
			}
			continue
		}
		if _, rest, resumed := strings.Cut(text, " resumed>"); resumed {
			if text = begun[thread] + rest; strings.Contains(text, okReply) {
				continue
			}
		}
		if strings.Contains(text, okReply) || strings.Contains(text, segment) {
			calls = append(calls, call(text))
		}
	}
	return calls, lines.Err()
}

// inOrder checks that each reply stands behind a write and a later sync of its
// own, and counts them.
func inOrder(calls []call) (replies int64, err error) {
	var wrote, synced bool
	for i, c := range calls {
		switch {
		case strings.HasPrefix(string(c), "pwrite64("):
			wrote, synced = true, false
		case strings.HasPrefix(string(c), "fdatasync("):
			synced = wrote && strings.HasSuffix(string(c), "= 0")
		case strings.Contains(string(c), okReply):
			if !wrote || !synced {
				return replies, fmt.Errorf("reply %d (call %d) came before its sync", replies+1, i)
			}
			wrote, synced = false, false
			replies++
		}
	}
	return replies, nil
}

func count(path, what string) (n int, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	return strings.Count(string(b), what), nil
}
