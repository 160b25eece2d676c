package ingest

import (
	"context"
	"errors"
	"fmt"
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
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()

	err := p.process(ctx, d)
	switch {
	case err == nil:
		return nil
	case projectr.KindOf(err) == projectr.Unavailable, d.Tries+1 < MaxTries:
		p.Log.WarnContext(ctx, "mail will be tried again", "delivery", d.Key, "try", d.Tries+1, "err", err)
		return err
	}
	p.Log.ErrorContext(ctx, "mail parked", "delivery", d.Key, "tries", d.Tries+1, "err", err)
	return p.park(context.WithoutCancel(ctx), d)
}

func (p *Pipeline) process(ctx context.Context, d projectr.Delivery) error {
	msg, err := p.read(ctx, d)
	if errors.Is(err, message.ErrMalformed) {
		return p.park(ctx, d) // there is nothing in it that could be read better later
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", d.Key, err)
	}
	var errs []error
	for _, stop := range route(d.Envelope.To) {
		errs = append(errs, p.deliver(ctx, d, stop, msg))
	}
	return errors.Join(errs...)
}

// deliver carries the mail to one organisation. What it finds there never
// reaches another: two organisations in one mail are two runs of deliver.
func (p *Pipeline) deliver(ctx context.Context, d projectr.Delivery, stop stop, msg *message.Message) (err error) {
	defer recovered(&err) // a mail that trips a reader is parked, not the process
	org, err := p.Store.AtAddress(ctx, stop.name)
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		return nil // the address was retired between Rcpt and now
	}
	if err != nil {
		return err
	}
	id := projectr.EmailIDFor(org.ID(), d.Digest, d.Envelope.From, stop.tag)
	if done, err := org.HasEmail(ctx, id); done || err != nil {
		return err // twice is once
	}
	began := p.Now()
	if err := p.keep(ctx, org, d); err != nil {
		return err
	}
	verdict, err := p.admit(ctx, org)
	if err != nil {
		return err
	}
	thread, err := p.thread(ctx, org, id, msg)
	if err != nil {
		return err
	}
	project, why, err := p.match(ctx, org, stop, thread, msg)
	if err != nil {
		return err
	}
	r := draft{id: id, delivery: d, msg: msg, verdict: verdict, thread: thread, project: project, match: why}
	if verdict == projectr.Accepted {
		r.reading = p.extract(ctx, msg)
	}
	rec := compose(r)
	if err := org.Record(ctx, rec); err != nil {
		return err
	}
	p.Log.InfoContext(ctx, "mail recorded", "org", org.ID(), "email", id, "state", rec.Email.State, "facts", len(rec.Email.Facts), "took", p.Now().Sub(began))
	return p.followers(ctx, org, rec)
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
func (p *Pipeline) park(ctx context.Context, d projectr.Delivery) error {
	var errs []error
	for _, stop := range route(d.Envelope.To) {
		org, err := p.Store.AtAddress(ctx, stop.name)
		if err != nil {
			if projectr.KindOf(err) != projectr.NotFound {
				errs = append(errs, err)
			}
			continue
		}
		if err := p.keep(ctx, org, d); err != nil {
			errs = append(errs, err)
			continue
		}
		id := projectr.EmailIDFor(org.ID(), d.Digest, d.Envelope.From, stop.tag)
		errs = append(errs, org.Record(ctx, parked(id, d)))
	}
	return errors.Join(errs...)
}

func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("ingest: panic: %v", r)
	}
}
