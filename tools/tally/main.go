// Command tally runs `go test` and counts: what passed, what failed, and what
// was skipped and why. A skip is quiet in go test's own output; here each one is
// named, and with PROJECTR_REQUIRE_ALL=1 it fails the run.
//
//	go run ./tools/tally [-allow REGEXP] [-times N] -- [go test's arguments]
//
// The lines that go test prints for a package are passed on as they are, and so
// is all output of a test that failed.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"time"
)

func main() {
	allow := flag.String("allow", "", "skips whose reason matches this are no failure")
	slowest := flag.Int("times", 0, "name so many of the slowest tests")
	flag.Parse()
	may, err := regexp.Compile(cmp.Or(*allow, "^$"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally: -allow is no regular expression:", err)
		os.Exit(2)
	}
	cmd := exec.Command("go", append([]string{"test", "-json"}, flag.Args()...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally: start go test:", err)
		os.Exit(1)
	}
	c := newCount(os.Stdout)
	if err := c.read(out); err != nil {
		fmt.Fprintln(os.Stderr, "tally: read go test:", err)
		os.Exit(1)
	}
	failed := cmd.Wait() != nil
	c.sum(*slowest)
	if os.Getenv("PROJECTR_REQUIRE_ALL") == "1" {
		if n := c.unexcused(may); n > 0 {
			fmt.Printf("PROJECTR_REQUIRE_ALL is set, and %d skipped: that is a failure.\n", n)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

// event is one line of go test -json (see `go doc test2json`).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64 // seconds
}

type test struct{ pkg, name string }

// count is what was seen of a run so far.
type count struct {
	w        io.Writer
	output   map[test][]string // of tests that run, and of their package under an empty name
	took     map[test]time.Duration
	skipped  map[test]string // and why
	packages int
	cases    int // tests and subtests that passed
	tests    int // of these, the tests
	failed   int
}

func newCount(w io.Writer) *count {
	return &count{w: w, output: map[test][]string{}, took: map[test]time.Duration{}, skipped: map[test]string{}}
}

func (c *count) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				fmt.Fprintf(c.w, "%s", line) // not an event: the go command speaks
			} else {
				c.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (c *count) take(e event) {
	id := test{e.Package, e.Test}
	switch {
	case e.Action == "build-output":
		fmt.Fprint(c.w, e.Output)
	case e.Action == "output" && e.Test == "":
		if e.Output != "PASS\n" && e.Output != "FAIL\n" {
			fmt.Fprint(c.w, e.Output)
		}
	case e.Action == "output":
		c.output[id] = append(c.output[id], e.Output)
	case e.Test == "":
		if e.Action == "pass" || e.Action == "fail" {
			c.packages++
		}
		if e.Action == "fail" {
			c.orphans(e.Package)
		}
	case e.Action == "pass":
		c.cases++
		if !strings.Contains(e.Test, "/") {
			c.tests++
			c.took[id] = time.Duration(e.Elapsed * float64(time.Second))
		}
		delete(c.output, id)
	case e.Action == "skip":
		c.skipped[id] = reason(c.output[id])
		delete(c.output, id)
	case e.Action == "fail":
		c.failed++
		fmt.Fprint(c.w, strings.Join(c.output[id], ""))
		delete(c.output, id)
	}
}

// orphans prints what tests had said that never ended: their package stopped
// with a panic, a deadline or a call of os.Exit.
func (c *count) orphans(pkg string) {
	for id, lines := range c.output {
		if id.pkg == pkg {
			c.failed++
			fmt.Fprint(c.w, strings.Join(lines, ""))
			delete(c.output, id)
		}
	}
}

var position = regexp.MustCompile(`^\s*\S+\.go:\d+: `)

// reason is what a skipped test said, without the lines go test adds.
func reason(lines []string) string {
	var said []string
	for _, l := range lines {
		t := strings.TrimSpace(l)
		if t == "" || strings.HasPrefix(t, "=== ") || strings.HasPrefix(t, "--- ") {
			continue
		}
		said = append(said, position.ReplaceAllString(t, ""))
	}
	return cmp.Or(strings.Join(said, " "), "no reason given")
}

func (c *count) unexcused(may *regexp.Regexp) int {
	n := 0
	for _, why := range c.skipped {
		if !may.MatchString(why) {
			n++
		}
	}
	return n
}

// sum prints the closing lines.
func (c *count) sum(slowest int) {
	byTime := slices.SortedFunc(maps.Keys(c.took), func(a, b test) int { return cmp.Compare(c.took[b], c.took[a]) })
	for _, id := range byTime[:min(slowest, len(byTime))] {
		fmt.Fprintf(c.w, "%8.2fs  %s %s\n", c.took[id].Seconds(), id.pkg, id.name)
	}
	byName := slices.SortedFunc(maps.Keys(c.skipped), func(a, b test) int {
		return cmp.Or(cmp.Compare(a.pkg, b.pkg), cmp.Compare(a.name, b.name))
	})
	for _, id := range byName {
		fmt.Fprintf(c.w, "SKIPPED  %s %s: %s\n", id.pkg, id.name, c.skipped[id])
	}
	fmt.Fprintf(c.w, "%d packages: %d tests (%d with their cases) passed, %d failed, %d skipped\n",
		c.packages, c.tests, c.cases, c.failed, len(c.skipped))
}
