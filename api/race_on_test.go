//go:build race

package api

// fuzzCalls is how many calls TestTwoOrganisations makes under the race detector,
// which makes each of them many times slower.
const fuzzCalls = 4_000

// sample is how many mutants TestMutants looks at when nothing else is said.
const sample = 4
