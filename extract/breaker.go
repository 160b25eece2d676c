package extract

import (
	"sync"
	"time"
)

// Breaker keeps all mails of an installation from asking a model that is in trouble.
// It opens after three failures in a row, or at the first that comes five seconds or
// more after trouble began; it stays open for thirty seconds, twice as long each time
// up to ten minutes, and at least as long as the server asked; then one call probes.
// The zero value is closed. It may be used by several goroutines at once.
type Breaker struct {
	mu       sync.Mutex
	circuits map[string]*circuit
}

// circuit is what is known of one model.
type circuit struct {
	failures int
	since    time.Time // of the first failure in a row
	until    time.Time // no call before this; zero while closed
	open     time.Duration
	probing  bool
}

const (
	failuresToOpen = 3
	troubleToOpen  = 5 * time.Second
	openAtFirst    = 30 * time.Second
	openAtMost     = 10 * time.Minute
	maxCircuits    = 100 // models; names come from settings
)

func (b *Breaker) of(model string) *circuit {
	c := b.circuits[model]
	if c == nil {
		if b.circuits == nil || len(b.circuits) >= maxCircuits {
			b.circuits = map[string]*circuit{}
		}
		c = &circuit{}
		b.circuits[model] = c
	}
	return c
}

// Allow says whether model may be asked now. Who is allowed tells afterwards how it
// went, by Success, Failure or Leave.
func (b *Breaker) Allow(model string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.of(model)
	switch {
	case c.until.IsZero():
		return true
	case now.Before(c.until) || c.probing:
		return false
	}
	c.probing = true
	return true
}

// Open reports whether model would not be asked now.
func (b *Breaker) Open(model string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.of(model)
	return !c.until.IsZero() && (now.Before(c.until) || c.probing)
}

// Success says that the server answered.
func (b *Breaker) Success(model string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*b.of(model) = circuit{}
}

// Leave says that the call came to no end that tells anything.
func (b *Breaker) Leave(model string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.of(model).probing = false
}

// Failure says that the server did not answer, and how long it asked to be left alone.
func (b *Breaker) Failure(model string, now time.Time, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.of(model)
	if c.failures++; c.failures == 1 {
		c.since = now
	}
	if c.probing || c.until.IsZero() && (c.failures >= failuresToOpen || now.Sub(c.since) >= troubleToOpen) {
		c.open = min(max(2*c.open, openAtFirst), openAtMost)
		c.until = now.Add(max(c.open, min(wait, openAtMost)))
		c.probing = false
	}
}
