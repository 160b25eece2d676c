//go:build !race

package ingest_test

const atMost = 1 << 20
