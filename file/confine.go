package file

import (
	"runtime"
	"runtime/debug"
)

// The limits a process sets itself before it looks at a file.
const (
	cpuSeconds  = 10
	heapBytes   = 192 << 20 // from here on memory is given back as hard as can be
	memoryBytes = 512 << 20 // beyond what the process has when it starts
)

// confine takes from this process what reading a file does not need: memory,
// time, files, and where the system can, programs and the network.
func confine() error {
	runtime.GOMAXPROCS(1)
	debug.SetMemoryLimit(heapBytes)
	debug.SetMaxStack(64 << 20)
	debug.SetTraceback("none")
	return lower()
}
