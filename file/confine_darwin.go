package file

// lower sets the limits there are. The address space is not bounded
// here: macOS does not keep that limit, and the heap has its own.
func lower() error { return lowerLimits() }
