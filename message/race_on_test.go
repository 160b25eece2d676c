//go:build race

package message

// raceFactor is how much more time the race detector is given: it makes the reader
// several times slower, which says nothing of the reader.
const raceFactor = 3
