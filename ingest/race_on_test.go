//go:build race

package ingest_test

// atMost bounds the mails of a set that are sent in under the race detector, which
// makes each of them many times slower; all are sent without it.
const atMost = 40
