package ingest

import (
	"context"
	"fmt"
	"io"

	"projectr"
)

// Checker finds out whether a mail is from whom it says it is, by what the domains
// in it publish. It never fails: what cannot be found out is not known.
type Checker interface {
	Check(ctx context.Context, env projectr.Envelope, raw io.Reader) projectr.Authentication
}

// Scanner looks for viruses in a raw mail and returns the name of what it found.
// An error of kind OverLimit says that the mail is too large for it; any other
// that it cannot say now.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (virus string, err error)
}

// authenticate asks who a mail is from: the door where it knows, else the checker.
func (p *Pipeline) authenticate(ctx context.Context, d projectr.Delivery) (projectr.Authentication, error) {
	switch {
	case d.Envelope.Verdict != nil:
		return *d.Envelope.Verdict, nil
	case p.Checker == nil:
		return projectr.Authentication{Result: projectr.AuthNone}, nil
	}
	raw, err := p.Spool.Open(ctx, d)
	if err != nil {
		return projectr.Authentication{}, fmt.Errorf("open %s: %w", d.Key, err)
	}
	defer raw.Close()
	return p.Checker.Check(ctx, d.Envelope, raw), ctx.Err()
}

// scan asks the scanner, where there is one. While it does not answer the mail
// waits; one that is larger than it takes is not held for that.
func (p *Pipeline) scan(ctx context.Context, d projectr.Delivery) (string, error) {
	if p.Scanner == nil {
		return "", nil
	}
	raw, err := p.Spool.Open(ctx, d)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", d.Key, err)
	}
	defer raw.Close()
	virus, err := p.Scanner.Scan(ctx, raw)
	if projectr.KindOf(err) == projectr.OverLimit {
		p.Log.WarnContext(ctx, "mail is too large to be scanned", "delivery", d.Key, "size", d.Size)
		return "", nil
	}
	return virus, err
}
