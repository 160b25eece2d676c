package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"projectr"
	"projectr/message"
	"projectr/store"
)

// ReleaseHeld carries on every mail that was held because its organisation was
// suspended, once it no longer is, oldest first. It may be called at any time
// and by several processes; a mail is released once.
func (p *Pipeline) ReleaseHeld(ctx context.Context) error {
	var errs []error
	for org, err := range p.Store.EachOrg(ctx, "release held mail") {
		if err != nil {
			return err
		}
		errs = append(errs, p.releaseOf(ctx, org))
	}
	return errors.Join(errs...)
}

func (p *Pipeline) releaseOf(ctx context.Context, org store.Org) error {
	if verdict, err := p.admit(ctx, org); err != nil || verdict != projectr.Accepted {
		return err
	}
	var held []projectr.EmailID
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := org.Emails(ctx, projectr.EmailFilter{State: projectr.Held, Page: page})
		if err != nil {
			return err
		}
		for _, e := range l.Items {
			held = append(held, e.ID)
		}
		if page.After = l.Next; l.Next == "" {
			break
		}
	}
	var errs []error
	for _, id := range slices.Backward(held) {
		if err := p.release(ctx, org, id); err != nil {
			errs = append(errs, fmt.Errorf("release %s: %w", id, err))
		}
	}
	return errors.Join(errs...)
}

// release reads a held mail from its kept bytes, as the road would have.
func (p *Pipeline) release(ctx context.Context, org store.Org, id projectr.EmailID) (err error) {
	defer p.recovered(ctx, &err)
	raw, e, err := org.OpenRaw(ctx, id)
	if err != nil {
		return err
	}
	defer raw.Close()
	msg, err := message.Parse(until{ctx, raw})
	if err != nil {
		return err
	}
	r := draft{
		id: id, tag: e.Tag, digest: e.SHA256, size: e.Size, from: e.EnvelopeFrom, received: e.ReceivedAt,
		msg: msg, verdict: projectr.Accepted, reading: p.extract(ctx, msg),
	}
	_, err = p.place(ctx, org, r, func(ctx context.Context, rec projectr.Recording) error {
		_, err := org.Release(ctx, rec)
		return err
	})
	return err
}
