//go:build !linux

package file

func limits() string { return "" }
