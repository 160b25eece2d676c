package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"projectr"
	"projectr/message"
	"projectr/store"
)

// Process carries one spooled mail to the timelines it is meant for.
// Called again for the same delivery, it changes nothing. An error means: try
// this delivery again later; after MaxTries a mail that cannot be processed is
// parked, visibly, with its raw bytes kept.
func (p *Pipeline) Process(ctx context.Context, d projectr.Delivery) error {
	budget := p.Budget
	if budget == 0 {
		budget = time.Minute
	}
	timed, cancel := context.WithTimeout(ctx, budget)
	defer cancel()

	stops := route(d.Envelope.To)
	var msg *message.Message
	err := errPoison // a mail that brought the process down each time is not read again
	if d.Tries < MaxTries {
		msg, err = p.read(timed, d)
	}
	var errs []error
	for _, stop := range stops {
		err := err
		if err == nil {
			err = p.deliver(timed, d, stop, msg)
		}
		errs = append(errs, p.orPark(ctx, d, stop, err))
	}
	return errors.Join(errs...)
}

var errPoison = errors.New("ingest: every attempt ended the process")

// orPark decides what an error at one stop means. Trouble that says nothing
// about the mail (no disk, no database, a process that is told to stop) is
// tried again for ever; anything else MaxTries times; and a mail in which there
// is nothing to be read is parked at once.
func (p *Pipeline) orPark(ctx context.Context, d projectr.Delivery, stop stop, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case projectr.KindOf(err) != projectr.Unavailable && (d.Tries+1 >= MaxTries || errors.Is(err, message.ErrMalformed)):
		p.Log.ErrorContext(ctx, "mail parked", "delivery", d.Key, "tries", d.Tries+1, "err", err)
		return p.park(ctx, d, stop)
	}
	p.Log.WarnContext(ctx, "mail will be tried again", "delivery", d.Key, "try", d.Tries+1, "err", err)
	return err
}

// deliver carries the mail to one organisation. What it finds there never
// reaches another: two organisations in one mail are two runs of deliver.
func (p *Pipeline) deliver(ctx context.Context, d projectr.Delivery, stop stop, msg *message.Message) (err error) {
	defer p.recovered(ctx, &err) // a mail that trips a reader is parked, not the process
	org, err := p.Store.AtAddress(ctx, stop.name)
	if err != nil {
		if projectr.KindOf(err) == projectr.NotFound {
			return nil // the address was retired between Rcpt and now
		}
		return err
	}
	id := projectr.EmailIDFor(org.ID(), d.Digest, d.Envelope.From, stop.tag)
	if done, err := org.HasEmail(ctx, id); err != nil {
		return err
	} else if done {
		return p.finish(ctx, org, id, msg) // twice is once
	}
	began := p.Now()
	if err := p.keep(ctx, org, d); err != nil {
		return err
	}
	verdict, err := p.admit(ctx, org)
	if err != nil {
		return err
	}
	r := draft{id: id, tag: stop.tag, digest: d.Digest, size: d.Size, from: d.Envelope.From, received: d.Envelope.ReceivedAt, msg: msg, verdict: verdict}
	if verdict == projectr.Accepted {
		r.reading = p.extract(ctx, msg)
	}
	e, err := p.place(ctx, org, r, org.Record)
	if err != nil {
		return err
	}
	p.Log.InfoContext(ctx, "mail recorded", "org", org.ID(), "email", id, "state", e.State, "facts", len(e.Facts), "took", p.Now().Sub(began))
	return nil
}

// place finds thread and project of a mail, keeps it by record, and settles what
// follows for its thread. Mails that name one another are placed one after the
// other, whichever worker has them.
func (p *Pipeline) place(ctx context.Context, org store.Org, r draft, record func(context.Context, projectr.Recording) error) (projectr.Email, error) {
	defer p.threads.lock(org.ID(), named(r.msg))()
	var err error
	if r.thread, err = p.thread(ctx, org, r.id, r.msg); err != nil {
		return projectr.Email{}, err
	}
	if r.project, r.match, err = p.match(ctx, org, r.tag, r.thread, r.msg); err != nil {
		return projectr.Email{}, err
	}
	rec := compose(r)
	if err := record(ctx, rec); err != nil {
		return projectr.Email{}, err
	}
	return rec.Email, p.settle(ctx, org, rec.Email, r.msg)
}

// finish does again what comes after a record was kept: a crash may have come
// between the two.
func (p *Pipeline) finish(ctx context.Context, org store.Org, id projectr.EmailID, msg *message.Message) error {
	e, err := org.Email(ctx, id)
	if err != nil {
		return err
	}
	return p.settle(ctx, org, e, msg)
}

// keep stores the raw bytes of the mail for this organisation.
func (p *Pipeline) keep(ctx context.Context, org store.Org, d projectr.Delivery) error {
	raw, err := p.Spool.Open(ctx, d)
	if err != nil {
		return fmt.Errorf("open %s: %w", d.Key, err)
	}
	defer raw.Close()
	return org.KeepRaw(ctx, d.Digest, raw)
}

// park records a mail that cannot be processed, so that people see it and can
// download it. A mail that was recorded already stays as it is.
func (p *Pipeline) park(ctx context.Context, d projectr.Delivery, stop stop) error {
	org, err := p.Store.AtAddress(ctx, stop.name)
	if err != nil {
		if projectr.KindOf(err) == projectr.NotFound {
			return nil
		}
		return err
	}
	if err := p.keep(ctx, org, d); err != nil {
		return err
	}
	id := projectr.EmailIDFor(org.ID(), d.Digest, d.Envelope.From, stop.tag)
	return org.Record(ctx, parked(id, d))
}

// recovered turns a panic into an error of the one mail it came from.
func (p *Pipeline) recovered(ctx context.Context, err *error) {
	if r := recover(); r != nil {
		p.Log.ErrorContext(ctx, "panic on the road", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		*err = fmt.Errorf("ingest: panic: %v", r)
	}
}
