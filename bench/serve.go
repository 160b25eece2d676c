//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/emersion/go-smtp"

	"projectr"
	"projectr/local"
	"projectr/smtpd"
)

// served is what a server process says when it ends.
type served struct {
	Kept   int64         // mails acknowledged
	Syncs  int64         // where the server counts them
	CPU    time.Duration // of the whole process
	PeakKB int64         // resident memory
}

// serve is a server process: it prints its address, serves until its standard
// input ends, and prints what it did.
func serve(what string, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("serve %s: want one folder, got %d arguments", what, len(args))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var out served
	var end func() error
	switch what {
	case "floor":
		end, err = serveFloor(l, args[0], &out)
	case "reader", "door":
		end, err = serveDoor(l, what, args[0], &out)
	default:
		return fmt.Errorf("there is no server %q: floor, reader or door", what)
	}
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := end(); err != nil {
		return err
	}
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return err
	}
	out.CPU = time.Duration(use.Utime.Nano() + use.Stime.Nano())
	out.PeakKB = use.Maxrss
	return json.NewEncoder(os.Stdout).Encode(out)
}

// appender keeps mails in one preallocated file, one fdatasync for all that
// came during the last one, and nothing else: no way back to a single mail.
type appender struct {
	f     *os.File
	off   int64
	queue chan *kept
	syncs atomic.Int64
	done  sync.WaitGroup
}

type kept struct {
	raw  []byte
	done chan error
}

func newAppender(dir string) (*appender, error) {
	f, err := os.Create(filepath.Join(dir, "mails"))
	if err != nil {
		return nil, err
	}
	if err := syscall.Fallocate(int(f.Fd()), 0, 0, 1<<30); err != nil {
		return nil, err
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	a := &appender{f: f, queue: make(chan *kept, 4096)}
	a.done.Go(a.run)
	return a, nil
}

func (a *appender) run() {
	var batch []*kept
	for k := range a.queue {
		batch = append(batch[:0], k)
		for n := len(a.queue); n > 0; n-- {
			batch = append(batch, <-a.queue)
		}
		var err error
		for _, k := range batch {
			if err == nil {
				_, err = a.f.WriteAt(k.raw, a.off)
			}
			a.off += int64(len(k.raw))
		}
		if err == nil {
			err = syscall.Fdatasync(int(a.f.Fd()))
			a.syncs.Add(1)
		}
		for _, k := range batch {
			k.done <- err
		}
	}
}

func (a *appender) keep(r io.Reader) error {
	var b bytes.Buffer
	if _, err := b.ReadFrom(io.LimitReader(r, 25<<20)); err != nil {
		return err
	}
	k := &kept{b.Bytes(), make(chan error, 1)}
	a.queue <- k
	return <-k.done
}

func (a *appender) close() error {
	close(a.queue)
	a.done.Wait()
	return a.f.Close()
}

// serveFloor is the bare floor: go-smtp as it comes, before an appender.
func serveFloor(l net.Listener, dir string, out *served) (func() error, error) {
	a, err := newAppender(dir)
	if err != nil {
		return nil, err
	}
	var n atomic.Int64
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return bare{a, &n}, nil
	}))
	s.Domain = "floor.example"
	s.MaxMessageBytes = 25 << 20
	go func() { _ = s.Serve(l) }()
	return func() error {
		err := s.Close()
		out.Kept, out.Syncs = n.Load(), a.syncs.Load()
		return err
	}, nil
}

type bare struct {
	a *appender
	n *atomic.Int64
}

func (bare) Reset()                               {}
func (bare) Logout() error                        { return nil }
func (bare) Mail(string, *smtp.MailOptions) error { return nil }
func (bare) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (b bare) Data(r io.Reader) error {
	err := b.a.keep(r)
	if err == nil {
		b.n.Add(1)
	}
	return err
}

// serveDoor is our SMTP door, before our spool ("door") or before the floor's
// appender ("reader"), which tells what of the difference is whose.
func serveDoor(l net.Listener, what, dir string, out *served) (func() error, error) {
	d := &door{}
	var closeStore func() error
	if what == "reader" {
		a, err := newAppender(dir)
		if err != nil {
			return nil, err
		}
		d.keep = func(_ context.Context, _ projectr.Envelope, r io.Reader) error { return a.keep(r) }
		closeStore = func() error {
			out.Syncs = a.syncs.Load()
			return a.close()
		}
	} else {
		spool, err := local.OpenSpool(filepath.Join(dir, "spool"), local.SpoolOptions{})
		if err != nil {
			return nil, err
		}
		d.keep = func(ctx context.Context, env projectr.Envelope, r io.Reader) error {
			_, err := spool.Put(ctx, env, r)
			return err
		}
		closeStore = spool.Close
	}
	s := smtpd.New(smtpd.Config{Domain: "bench.example", Door: d, Now: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	go func() { _ = s.Serve(l) }()
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			return err
		}
		out.Kept = d.n.Load()
		return closeStore()
	}, nil
}

// door knows every recipient and keeps every mail.
type door struct {
	keep func(context.Context, projectr.Envelope, io.Reader) error
	n    atomic.Int64
}

// Recipient knows everybody.
func (*door) Recipient(context.Context, string) error { return nil }

// Accept keeps the mail.
func (d *door) Accept(ctx context.Context, env projectr.Envelope, r io.Reader) error {
	err := d.keep(ctx, env, r)
	if err == nil {
		d.n.Add(1)
	}
	return err
}
