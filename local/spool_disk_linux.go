package local

import (
	"errors"
	"os"
	"syscall"
)

// preallocate gives f its blocks. A file system that cannot (tmpfs of old, NFS)
// gets a file of that size with holes.
func preallocate(f *os.File, size int64) error {
	err := retried(func() error { return syscall.Fallocate(int(f.Fd()), 0, 0, size) })
	if errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.ENOSYS) {
		return f.Truncate(size)
	}
	return os.NewSyscallError("fallocate", err)
}

// syncData is fdatasync: the data and what is needed to find it again, but not
// the time of the last change, which would cost a journal entry each time. It
// is asked once: after any error a second call may succeed without the data.
func syncData(f *os.File) error {
	return os.NewSyscallError("fdatasync", syscall.Fdatasync(int(f.Fd())))
}

func freeSpace(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := retried(func() error { return syscall.Statfs(dir, &st) }); err != nil {
		return 0, os.NewSyscallError("statfs", err)
	}
	return int64(st.Bavail) * st.Bsize, nil
}

// retried calls again what a signal cut short.
func retried(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return err
		}
	}
}
