//go:build !race

package api

// fuzzCalls is how many calls TestTwoOrganisations makes when nothing else is said.
const fuzzCalls = 10_000

// sample is how many mutants TestMutants looks at when nothing else is said.
const sample = 24
