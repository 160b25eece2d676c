package file

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// lower sets the limits there are, bounds the address space, and has the kernel
// refuse programs, files and the network to this process for good.
func lower() error {
	size, err := os.ReadFile("/proc/self/statm") // in pages; the first word is the address space
	if err == nil {
		if pages, err := strconv.ParseUint(string(bytes.Fields(append(size, " 0"...))[0]), 10, 64); err == nil && pages > 0 {
			most := pages*uint64(os.Getpagesize()) + memoryBytes
			if err := limit(unix.RLIMIT_AS, most); err != nil {
				return err
			}
		}
	}
	if err := lowerLimits(); err != nil {
		return err
	}
	refuseCalls()
	return nil
}

// refused are calls to the kernel that reading needs none of.
var refused = append([]uint32{
	unix.SYS_EXECVE, unix.SYS_EXECVEAT, unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_SENDTO,
	unix.SYS_OPENAT, unix.SYS_OPENAT2, unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_UNLINKAT, unix.SYS_RENAMEAT2, unix.SYS_LINKAT, unix.SYS_SYMLINKAT,
	unix.SYS_MKDIRAT, unix.SYS_MKNODAT, unix.SYS_FCHMODAT, unix.SYS_FCHOWNAT, unix.SYS_TRUNCATE, unix.SYS_CHDIR, unix.SYS_CHROOT,
	unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_BPF,
	unix.SYS_PERF_EVENT_OPEN, unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_INIT_MODULE,
	unix.SYS_FINIT_MODULE, unix.SYS_USERFAULTFD, unix.SYS_IO_URING_SETUP, unix.SYS_MEMFD_CREATE,
}, refusedHere...)

// refuseCalls installs a seccomp filter: what is refused fails with EPERM. It is
// a second wall: where the kernel has no seccomp, or a container forbids it, the
// limits must do.
func refuseCalls() {
	const (
		offsetOfCall = 0 // in struct seccomp_data
		allow        = 0x7fff0000
		refuse       = 0x00050000 | uint32(unix.EPERM)
		setFilter    = 1
		allThreads   = 1
	)
	program := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offsetOfCall}}
	for i, call := range refused {
		program = append(program, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: call, Jt: uint8(len(refused) - i)})
	}
	program = append(program,
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: allow},
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: refuse})
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return
	}
	fprog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	_, _, _ = unix.Syscall(unix.SYS_SECCOMP, setFilter, allThreads, uintptr(unsafe.Pointer(&fprog)))
	runtime.KeepAlive(program)
}
