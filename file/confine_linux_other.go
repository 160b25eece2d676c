//go:build linux && !amd64

package file

// refusedHere are the older forms of calls, which newer machines lack.
var refusedHere []uint32
