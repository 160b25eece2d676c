// Package ingest takes a mail from the door to the timeline.
//
// Accept returns when the mail is durable. Process does everything else and may
// be repeated. Start reading at Pipeline.Process in process.go; the stages
// stand in the files of their names: read, route, admit, thread, match, record.
package ingest

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/store"
)

// Spool keeps mail that was accepted and waits. Its suite is ingest/spooltest.
type Spool interface {
	// Put keeps the mail read from r with its envelope and returns when both
	// are on stable storage. On an error nothing is kept.
	Put(ctx context.Context, env projectr.Envelope, r io.Reader) (projectr.Delivery, error)
	// Open returns the raw bytes of a delivery that waits.
	Open(ctx context.Context, d projectr.Delivery) (io.ReadCloser, error)
	// Run hands waiting deliveries to handle, so many at a time, until ctx
	// ends. nil means done: forget it. An error means: again later, with
	// back-off. Delivery.Tries counts the attempts begun before, across restarts,
	// less those that ended Unavailable or because ctx did: they say nothing
	// about the mail.
	Run(ctx context.Context, workers int, handle func(context.Context, projectr.Delivery) error) error
}

// MaxTries is how often a mail is tried before it is parked (invariant I-6).
const MaxTries = 5

// Pipeline is the road of a mail with everything it needs.
type Pipeline struct {
	Store      *store.Store
	Spool      Spool
	Extractor  extract.Extractor // by rules: the road waits for no model
	Model      Model             // reads after it, where the organisation wants one; nil: none does
	MailDomain string            // recipients of other domains are not ours
	Budget     time.Duration     // time that reading a mail may take, and again each organisation it goes to; 0 means a minute
	Checker    Checker           // nil: nothing is known of who sent a mail
	Scanner    Scanner           // nil: mail is not scanned
	Files      Files             // nil: files that come with mail are not read
	// Asked is told of a mail by which a mail provider asks whether it may forward
	// mail here, once it is kept and if it proves to be the provider's: whoever
	// could write in its name could write to all admins. It may be nil.
	Asked  func(ctx context.Context, org store.Org, e projectr.Email)
	Jitter func() float64 // from 0 up to 1; nil: 0.5
	Now    func() time.Time
	Log    *slog.Logger

	threads locks
	rooms   rooms
	once    sync.Once
	turns   chan struct{} // who reads files
	doors   doors
	readers readers
	pricing pricing
}

// Accept keeps a mail and returns when it is on stable storage. Nothing but
// storing happens here: whoever sent it waits for the answer (I-1, I-4). OverLimit
// says that an organisation it goes to has become full since it was asked for: the
// mail counts from when it is taken in, so many at once pass no limit (I-11).
func (p *Pipeline) Accept(ctx context.Context, env projectr.Envelope, r io.Reader) error {
	var taken map[string]int64
	mail := &arriving{r: r, end: func(size int64) error {
		if err := p.take(ctx, env, size); err != nil {
			return err
		}
		taken = needsOf(env, size)
		return nil
	}}
	if _, err := p.Spool.Put(ctx, env, mail); err != nil {
		p.rooms.give(taken)
		return err
	}
	return nil
}

// Ready says why no mail can be taken now, for example because the disk is
// full, or nil. It is asked before a mail is sent to us in vain.
func (p *Pipeline) Ready(context.Context) error {
	if s, ok := p.Spool.(interface{ Ready() error }); ok {
		return s.Ready()
	}
	return nil
}

// Run processes waiting mail with so many workers until ctx ends.
func (p *Pipeline) Run(ctx context.Context, workers int) error {
	return p.Spool.Run(ctx, workers, func(ctx context.Context, d projectr.Delivery) error {
		err := p.Process(ctx, d)
		if err == nil {
			p.rooms.leave(needsOf(d.Envelope, d.Size))
		}
		return err
	})
}
