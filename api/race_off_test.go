//go:build !race

package api

// fuzzCalls is how many calls TestTwoOrganisations makes when nothing else is said.
const fuzzCalls = 10_000
