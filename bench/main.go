//go:build linux

// Command bench measures how fast mail is accepted, beside bare floors in the
// same run on the same disk.
//
//	go run ./bench                     floor, our door and, if it is built, bin/projectr behind it:
//	                                   100 and 1,000 connections, 2 KB, 30 KB and 1 MB
//	go run ./bench -binary ""          floor and our door only
//	go run ./bench -strace             shows that no reply comes before its sync
//
// Server and load run in processes of their own, on loopback only. Each cell
// has a fresh server and a fresh folder; the rounds are interleaved, and the
// medians are shown, because other work on the machine moves absolute figures
// by a factor of two. After each cell the server's count of kept mails is
// compared with the number of 250s.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

type options struct {
	servers []string
	conns   []int
	sizes   []int
	rounds  int
	seconds time.Duration
	dir     string
	binary  string
}

func main() {
	// A process is told by its first argument what it is in the run.
	if len(os.Args) > 2 && os.Args[1] == "serve" {
		exit(serve(os.Args[2], os.Args[3:]))
	}
	if len(os.Args) > 1 && os.Args[1] == "load" {
		exit(load(os.Args[2:]))
	}
	var o options
	servers := flag.String("servers", "floor,door", "what to measure, comma separated: floor, reader, door")
	conns := flag.String("conns", "100,1000", "connections")
	sizes := flag.String("sizes", "2000,30000,1000000", "bytes of a mail")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds; the median is shown")
	flag.DurationVar(&o.seconds, "time", 2*time.Second, "length of one cell")
	flag.StringVar(&o.dir, "dir", "", "folder for the servers' data; it decides which disk is measured (default: a temporary one)")
	flag.StringVar(&o.binary, "binary", built(), "projectr binary to measure as well")
	trace := flag.Bool("strace", false, "show by strace that no reply comes before its sync, and measure nothing")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o.servers = strings.Split(*servers, ",")
	if o.binary != "" {
		o.servers = append(o.servers, "binary")
	}
	var errConns, errSizes error
	o.conns, errConns = numbers(*conns)
	o.sizes, errSizes = numbers(*sizes)
	if err := errors.Join(errConns, errSizes); err != nil || o.rounds < 1 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "bench: wrong usage:", err)
		flag.Usage()
		os.Exit(2)
	}
	if *trace {
		exit(straceDoor(ctx, o))
	}
	exit(accept(ctx, o))
}

// built is the binary that make build leaves, if it is there.
func built() string {
	const binary = "bin/projectr"
	if _, err := os.Stat(binary); err != nil {
		return ""
	}
	return binary
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func numbers(s string) ([]int, error) {
	var ns []int
	for f := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(f)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a number from 1", f)
		}
		ns = append(ns, n)
	}
	return ns, nil
}
