//go:build linux

package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cell is one server under one load.
type cell struct {
	server      string
	conns, size int
}

type result struct {
	loaded
	served
}

// accept measures all cells and prints a table.
func accept(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp(o.dir, "projectr-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	results, found := make(map[cell][]result), make(map[int][]float64)
	for round := range o.rounds {
		for _, size := range o.sizes {
			for _, conns := range o.conns {
				for _, server := range o.servers {
					c := cell{server, conns, size}
					r, err := measure(ctx, o, dir, c)
					if err != nil {
						return fmt.Errorf("%s, %d connections, %d bytes: %w", server, conns, size, err)
					}
					fmt.Fprintf(os.Stderr, "round %d: %-6s %4d x %7d bytes: %6.0f/s\n", round+1, server, conns, size, rate(r))
					results[c] = append(results[c], r)
				}
			}
		}
		if o.binary == "" {
			continue
		}
		for _, size := range o.sizes {
			n, err := searchable(ctx, o, dir, size)
			if err != nil {
				return fmt.Errorf("searchable, %d bytes: %w", size, err)
			}
			fmt.Fprintf(os.Stderr, "round %d: searchable %7d bytes: %6.0f/s\n", round+1, size, n)
			found[size] = append(found[size], n)
		}
	}
	fmt.Printf("Accepted mails, each on stable storage before its 250. Medians of %d interleaved rounds of %s; load on the same %d cores.\n\n", o.rounds, o.seconds, runtime.NumCPU())
	fmt.Println("| mail | connections | server | accepted/s | of floor | DATA p50 ms | p99 ms | CPU ms/mail | peak MiB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, size := range o.sizes {
		for _, conns := range o.conns {
			floor := median(results[cell{"floor", conns, size}], rate)
			for _, server := range o.servers {
				rs := results[cell{server, conns, size}]
				ratio := "–"
				if floor > 0 {
					ratio = fmt.Sprintf("%.2f", median(rs, rate)/floor)
				}
				fmt.Printf("| %s | %d | %s | %.0f | %s | %.1f | %.1f | %.2f | %.0f |\n",
					bytesText(size), conns, server, median(rs, rate), ratio,
					median(rs, func(r result) float64 { return r.P50 }), median(rs, func(r result) float64 { return r.P99 }),
					median(rs, func(r result) float64 { return r.CPU.Seconds() * 1000 / float64(max(r.Accepted, 1)) }),
					median(rs, func(r result) float64 { return float64(r.PeakKB) / 1024 }))
			}
		}
	}
	if o.binary == "" {
		return nil
	}
	fmt.Print("\nStored, read, filed and searchable: a burst over 100 connections, from its first mail to the last one indexed.\n\n")
	fmt.Println("| mail | mails/s |")
	fmt.Println("|---|---|")
	for _, size := range o.sizes {
		slices.Sort(found[size])
		fmt.Printf("| %s | %.0f |\n", bytesText(size), found[size][len(found[size])/2])
	}
	return nil
}

// searchable sends a burst to the binary and returns how many mails a second it
// carries all the way.
func searchable(ctx context.Context, o options, dir string, size int) (float64, error) {
	folder, err := os.MkdirTemp(dir, "searchable")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	srv, err := startBinary(ctx, o.binary, folder)
	if err != nil {
		return 0, err
	}
	mails := max(50, min(2000, 20_000_000/size))
	began := time.Now()
	l, err := runLoad(ctx, "-addr", srv.addr, "-rcpt", srv.rcpt, "-conns", "100", "-size", strconv.Itoa(size), "-mails", strconv.Itoa(mails), "-time", "1m")
	if err == nil {
		err = srv.drain()
	}
	took := time.Since(began)
	_, endErr := srv.end()
	if err := errors.Join(err, endErr); err != nil {
		return 0, err
	}
	if l.Accepted != int64(mails) {
		return 0, fmt.Errorf("%d of %d mails were accepted: %s", l.Accepted, mails, l.Sample)
	}
	return float64(mails) / took.Seconds(), nil
}

func rate(r result) float64 { return float64(r.Accepted) / r.Seconds }

func median(rs []result, of func(result) float64) float64 {
	if len(rs) == 0 {
		return 0
	}
	vs := make([]float64, len(rs))
	for i, r := range rs {
		vs[i] = of(r)
	}
	slices.SortFunc(vs, cmp.Compare)
	return vs[len(vs)/2]
}

func bytesText(n int) string {
	if n >= 1_000_000 {
		return strconv.Itoa(n/1_000_000) + " MB"
	}
	return strconv.Itoa(n/1000) + " KB"
}

// measure runs one cell and checks that what was acknowledged was kept.
func measure(ctx context.Context, o options, dir string, c cell) (result, error) {
	var r result
	folder, err := os.MkdirTemp(dir, c.server)
	if err != nil {
		return r, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	srv, err := start(ctx, o, c.server, folder)
	if err != nil {
		return r, err
	}
	r.loaded, err = runLoad(ctx, "-addr", srv.addr, "-rcpt", srv.rcpt, "-conns", strconv.Itoa(c.conns), "-size", strconv.Itoa(c.size), "-time", o.seconds.String())
	ended, endErr := srv.end()
	if err := errors.Join(err, endErr); err != nil {
		return r, err
	}
	r.served = ended
	switch {
	case r.Broken > 0 || r.Refused > 0:
		return r, fmt.Errorf("%d connections broke and %d mails were refused: %s", r.Broken, r.Refused, r.Sample)
	case r.Kept != r.Accepted && c.server != "binary": // which has no such count; e2e looks at every mail
		return r, fmt.Errorf("%d mails were acknowledged and %d kept", r.Accepted, r.Kept)
	}
	return r, nil
}

// child is a server process.
type child struct {
	addr, rcpt string
	drain      func() error // nil: there is nothing behind the door
	end        func() (served, error)
}

func start(ctx context.Context, o options, server, folder string) (*child, error) {
	if server == "binary" {
		return startBinary(ctx, o.binary, folder)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return startSelf(exec.CommandContext(ctx, self, "serve", server, folder))
}

// startSelf runs a command that ends up as this program serving.
func startSelf(cmd *exec.Cmd) (*child, error) {
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(stdout)
	addr, err := lines.ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the server did not start: %w", err), cmd.Wait())
	}
	return &child{addr: strings.TrimSpace(addr), rcpt: "o{i}@bench.example", end: func() (served, error) {
		var out served
		err := stdin.Close()
		if e := json.NewDecoder(lines).Decode(&out); e != nil {
			err = errors.Join(err, fmt.Errorf("the server ended badly: %w", e))
		}
		return out, errors.Join(err, cmd.Wait())
	}}, nil
}

func runLoad(ctx context.Context, args ...string) (loaded, error) {
	var out loaded
	self, err := os.Executable()
	if err != nil {
		return out, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{"load"}, args...)...)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("load: %w", err)
	}
	return out, json.Unmarshal(text, &out)
}
