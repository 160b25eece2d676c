//go:build unix

package local

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"projectr"
)

// Lock takes a data folder for this process alone, until the returned function
// is called or the process ends, however it ends. A folder that another process
// has taken is a Conflict, and nothing in it is touched.
func Lock(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &projectr.Error{Kind: projectr.Invalid, Message: fmt.Sprintf("The data folder %s cannot be made: check PROJECTR_DATA_DIR and its permissions.", dir), Err: err}
	}
	f, err := os.OpenFile(filepath.Join(dir, "serve.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, &projectr.Error{Kind: projectr.Invalid, Message: fmt.Sprintf("The data folder %s cannot be written: check PROJECTR_DATA_DIR and its permissions.", dir), Err: err}
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, &projectr.Error{Kind: projectr.Conflict, Message: fmt.Sprintf("The data folder %s is in use by another projectr: stop that one, or set PROJECTR_DATA_DIR to another folder.", dir)}
		}
		return nil, &projectr.Error{Kind: projectr.Invalid, Message: fmt.Sprintf("The data folder %s cannot be locked: it must be on a local disk.", dir), Err: err}
	}
	return func() { f.Close() }, nil
}
