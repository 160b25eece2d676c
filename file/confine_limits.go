//go:build linux || darwin

package file

import "golang.org/x/sys/unix"

// lowerLimits bounds the processor's time and refuses new files, bytes in files
// and core dumps. There is no limit on processes: it would count the threads of
// all programs of the user, and the Go runtime ends where it cannot start one.
func lowerLimits() error {
	if err := limit(unix.RLIMIT_CPU, cpuSeconds); err != nil {
		return err
	}
	for _, which := range []int{unix.RLIMIT_CORE, unix.RLIMIT_FSIZE, unix.RLIMIT_NOFILE} {
		if err := limit(which, 0); err != nil {
			return err
		}
	}
	return nil
}

func limit(which int, most uint64) error {
	var now unix.Rlimit
	if err := unix.Getrlimit(which, &now); err != nil {
		return err
	}
	now.Max = min(now.Max, most)
	now.Cur = min(now.Cur, most)
	return unix.Setrlimit(which, &now)
}
