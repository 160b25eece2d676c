//go:build !linux

package local

import (
	"math"
	"os"
)

func preallocate(f *os.File, size int64) error { return f.Truncate(size) }

// syncData uses what the standard library knows to be the surest sync of the
// system (F_FULLFSYNC on macOS, FlushFileBuffers on Windows).
func syncData(f *os.File) error { return f.Sync() }

// freeSpace is not asked here: a full disk shows when a segment is made.
func freeSpace(string) (int64, error) { return math.MaxInt64, nil }
