//go:build !race

package file

import "os"

// program is what a Child of the tests runs: this test binary again.
func program() (string, error) { return os.Executable() }
