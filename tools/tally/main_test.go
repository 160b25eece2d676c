package main

import (
	"regexp"
	"strings"
	"testing"
)

const run = `{"Action":"start","Package":"p/a"}
{"Action":"run","Package":"p/a","Test":"TestOne"}
{"Action":"output","Package":"p/a","Test":"TestOne","Output":"=== RUN   TestOne\n"}
{"Action":"output","Package":"p/a","Test":"TestOne","Output":"quiet when it passes\n"}
{"Action":"pass","Package":"p/a","Test":"TestOne/case","Elapsed":0.5}
{"Action":"pass","Package":"p/a","Test":"TestOne","Elapsed":1.5}
{"Action":"output","Package":"p/a","Test":"TestTwo","Output":"=== RUN   TestTwo\n"}
{"Action":"output","Package":"p/a","Test":"TestTwo","Output":"    a_test.go:12: no corpora here\n"}
{"Action":"output","Package":"p/a","Test":"TestTwo","Output":"--- SKIP: TestTwo (0.00s)\n"}
{"Action":"skip","Package":"p/a","Test":"TestTwo","Elapsed":0}
{"Action":"output","Package":"p/a","Output":"PASS\n"}
{"Action":"output","Package":"p/a","Output":"ok  \tp/a\t1.6s\n"}
{"Action":"pass","Package":"p/a","Elapsed":1.6}
{"ImportPath":"p/b","Action":"build-output","Output":"b.go:1: does not compile\n"}
go: a word of the go command
{"Action":"output","Package":"p/c","Test":"TestThree","Output":"    c_test.go:3: want 1, got 2\n"}
{"Action":"fail","Package":"p/c","Test":"TestThree","Elapsed":0}
{"Action":"output","Package":"p/c","Test":"TestFour","Output":"panic: away\n"}
{"Action":"output","Package":"p/c","Output":"FAIL\tp/c\t0.1s\n"}
{"Action":"fail","Package":"p/c","Elapsed":0.1}
`

func TestCount(t *testing.T) {
	var out strings.Builder
	c := newCount(&out)
	if err := c.read(strings.NewReader(run)); err != nil {
		t.Fatal(err)
	}
	c.sum(1)
	want := `ok  	p/a	1.6s
b.go:1: does not compile
go: a word of the go command
    c_test.go:3: want 1, got 2
FAIL	p/c	0.1s
panic: away
    1.50s  p/a TestOne
SKIPPED  p/a TestTwo: no corpora here
2 packages: 1 tests (2 with their cases) passed, 2 failed, 1 skipped
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
	for _, x := range []struct {
		allow string
		want  int
	}{{"^$", 1}, {"browser", 1}, {"corpora", 0}} {
		if got := c.unexcused(regexp.MustCompile(x.allow)); got != x.want {
			t.Errorf("allow %q: %d unexcused, want %d", x.allow, got, x.want)
		}
	}
}

func TestReason(t *testing.T) {
	for in, want := range map[string]string{
		"=== RUN   T\n|    x_test.go:9: needs root\n|--- SKIP: T (0.00s)\n": "needs root",
		"=== RUN   T\n|--- SKIP: T (0.00s)\n":                               "no reason given",
		"    x_test.go:9: first\n|        second\n":                         "first second",
	} {
		if got := reason(strings.Split(in, "|")); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
