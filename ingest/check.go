package ingest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"projectr"
	"projectr/message"
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
// The checker reads From for itself; where that is not the author we show and let
// in by, what it found out says nothing of this author.
func (p *Pipeline) authenticate(ctx context.Context, d projectr.Delivery, msg *message.Message) (projectr.Authentication, error) {
	switch {
	case d.Envelope.Verdict != nil:
		return verdictOf(d.Envelope), nil
	case p.Checker == nil:
		return projectr.Authentication{Result: projectr.AuthNone}, nil
	}
	raw, err := p.Spool.Open(ctx, d)
	if err != nil {
		return projectr.Authentication{}, fmt.Errorf("open %s: %w", d.Key, err)
	}
	defer raw.Close()
	a := p.Checker.Check(ctx, d.Envelope, raw)
	if at := projectr.DomainOf(author(msg, "").Address); at != "" && !sameDomain(at, a.Domain) {
		a.Result, a.Note = projectr.AuthFail, "The mail writes its author in a way that programs read differently, which no honest mail does."
	}
	return a, ctx.Err()
}

// verdictOf is what the door knows of who sent a mail.
func verdictOf(e projectr.Envelope) projectr.Authentication {
	if e.Verdict == nil {
		return projectr.Authentication{Result: projectr.AuthNone}
	}
	return *e.Verdict
}

// sameDomain reports whether a domain is the one that was checked, which has A-labels
// (RFC 5890) where the other may have letters of any script.
func sameDomain(domain, checked string) bool {
	foreign := strings.ContainsFunc(domain, func(r rune) bool { return r >= utf8.RuneSelf })
	return domain == checked || foreign && strings.Contains("."+checked, ".xn--")
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
