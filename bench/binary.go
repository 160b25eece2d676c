//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// startBinary makes a home with one organisation and serves it with the binary,
// which reads and files the mail while more is coming in.
func startBinary(ctx context.Context, binary, folder string) (*child, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	web, err := freeAddr()
	if err != nil {
		return nil, err
	}
	env := append(os.Environ(),
		"PROJECTR_DATA_DIR="+filepath.Join(folder, "data"), "PROJECTR_MAIL_DOMAIN=bench.example",
		"PROJECTR_HTTP_LISTEN="+web, "PROJECTR_SMTP_LISTEN="+addr, "PROJECTR_LOG_LEVEL=error", "PROJECTR_DNS=off")
	onboard := exec.CommandContext(ctx, binary, "onboard", "--json", "--name", "Acme", "--address", "acme", "--admin-email", "admin@acme.example", "--admin-name", "Ada")
	onboard.Env, onboard.Stderr = env, os.Stderr
	if err := onboard.Run(); err != nil {
		return nil, fmt.Errorf("onboard: %w", err)
	}
	allow := exec.CommandContext(ctx, binary, "sender", "allow", "--org", "acme", "*")
	allow.Env, allow.Stderr = env, os.Stderr
	if err := allow.Run(); err != nil {
		return nil, fmt.Errorf("sender allow: %w", err)
	}
	cmd := exec.CommandContext(ctx, binary, "serve")
	cmd.Env, cmd.Stderr = env, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := waitFor(ctx, addr); err != nil {
		return nil, errors.Join(err, cmd.Process.Kill(), cmd.Wait())
	}
	return &child{addr: addr, rcpt: "acme+{i}@bench.example", drain: func() error { return drain(ctx, web) }, end: func() (served, error) {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			return served{}, err
		}
		err := cmd.Wait()
		out := served{CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
		if use, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			out.PeakKB = use.Maxrss
		}
		return out, err
	}}, nil
}

// drain waits until no accepted mail waits for being read and filed any more.
func drain(ctx context.Context, web string) error {
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		var state struct {
			Waiting *int `json:"waiting"`
		}
		resp, err := http.Get("http://" + web + "/readyz")
		if err != nil {
			return err
		}
		err = errors.Join(json.NewDecoder(resp.Body).Decode(&state), resp.Body.Close())
		switch {
		case err != nil || state.Waiting == nil:
			return fmt.Errorf("readiness does not say how many mails wait: %w", err)
		case *state.Waiting == 0:
			return nil
		case ctx.Err() != nil || time.Now().After(deadline):
			return fmt.Errorf("%d mails still wait", *state.Waiting)
		}
	}
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// waitFor waits until something answers on addr.
func waitFor(ctx context.Context, addr string) error {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			return c.Close()
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return fmt.Errorf("wait for %s: %w", addr, err)
		}
	}
}
