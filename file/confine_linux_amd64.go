package file

import "golang.org/x/sys/unix"

// refusedHere are the older forms of calls, which newer machines lack.
var refusedHere = []uint32{unix.SYS_OPEN, unix.SYS_CREAT, unix.SYS_UNLINK, unix.SYS_RENAME, unix.SYS_LINK, unix.SYS_SYMLINK, unix.SYS_MKDIR, unix.SYS_RMDIR, unix.SYS_FORK, unix.SYS_VFORK}
