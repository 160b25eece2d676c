//go:build race

package file

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// program is what a Child of the tests runs: the test binary without the race
// detector, which takes more address space than a child may have.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("projectr-file-%d.test", os.Getpid()))
	cmd := exec.Command("go", "test", "-c", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	atEnd = append(atEnd, func() { _ = os.Remove(path) })
	return path, nil
})
