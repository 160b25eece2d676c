package main

import (
	"strings"
	"testing"

	"projectr/app"
)

func TestWrite(t *testing.T) {
	var b strings.Builder
	err := write(&b, []app.Setting{
		{Name: "PROJECTR_A", Default: "x", Value: "a present value", Doc: "One | two."},
		{Name: "PROJECTR_B", Secret: true, Value: "********", Doc: "Hidden."},
	})
	if err != nil {
		t.Fatal(err)
	}
	if now := b.String(); !strings.Contains(now, "| `PROJECTR_A` | `x` | One \\| two. |\n| `PROJECTR_B` |  | Hidden. Secret. |\n") {
		t.Errorf("got:\n%s", now)
	}
	if strings.Contains(b.String(), "present value") {
		t.Error("the manual shows a value of this machine")
	}
}
