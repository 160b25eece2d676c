package file

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// limits says which limits this process has.
func limits() string {
	var out []string
	for _, l := range []struct {
		name  string
		which int
		most  uint64
	}{
		{"time", unix.RLIMIT_CPU, cpuSeconds}, {"cores", unix.RLIMIT_CORE, 0}, {"bytes in files", unix.RLIMIT_FSIZE, 0},
		{"files", unix.RLIMIT_NOFILE, 0}, {"memory", unix.RLIMIT_AS, 16 << 30},
	} {
		var now unix.Rlimit
		if err := unix.Getrlimit(l.which, &now); err != nil || now.Cur > l.most || now.Max > l.most {
			out = append(out, l.name)
		}
	}
	return "unlimited: " + strings.Join(out, ", ")
}

func TestChildIsLimited(t *testing.T) {
	got, err := childOf(t, "limits").Text(t.Context(), "a.pdf", "", strings.NewReader("%PDF-1.7"))
	if err != nil || got.Text != "unlimited: " {
		t.Errorf("%+v, %v", got, err)
	}
}
