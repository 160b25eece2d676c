package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"projectr"
	"projectr/message"
	"projectr/store"
)

// ReleaseHeld carries on every mail that waits for nothing any more: held mail of
// an organisation that is not suspended any longer or has mails left of its plan, and
// mail in quarantine whose sender is known by now, oldest first, and what was imported
// after what came by itself. It may be called at any time and by
// several processes; a mail is released once.
func (p *Pipeline) ReleaseHeld(ctx context.Context) error {
	var errs []error
	for org, err := range p.Store.EachOrg(ctx, "release held mail") {
		if err != nil {
			return err
		}
		errs = append(errs, p.ReleaseOf(ctx, org))
	}
	return errors.Join(errs...)
}

// ReleaseOf is ReleaseHeld for one organisation.
func (p *Pipeline) ReleaseOf(ctx context.Context, org store.Org) error {
	k, err := p.doorkeeper(ctx, org)
	if err != nil || k.waits != "" || p.doors.same(org.ID(), k) {
		return err
	}
	// Kept first: mail that is being kept back by the old rules meanwhile sees that they
	// are old, and has the next look come.
	p.doors.keep(org.ID(), k)
	var errs []error
	for _, state := range []projectr.EmailState{projectr.Held, projectr.Quarantined} {
		waiting, err := p.waiting(ctx, org, state)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		slices.Reverse(waiting)
		// What came by itself goes before what was imported: years of it would use up each
		// month, and the mail of today wait behind it.
		slices.SortStableFunc(waiting, func(a, b projectr.Email) int {
			return cmp.Compare(later(a), later(b))
		})
		for _, e := range waiting {
			if state == projectr.Held && e.Verdict == projectr.Refused {
				continue // not for want of anything: it is dangerous
			}
			a := k.admit(callerOf(e))
			if a.state != "" {
				continue
			}
			err := p.release(ctx, org, e.ID, a, k)
			if projectr.KindOf(err) == projectr.OverLimit && err != nil {
				p.doors.forget(org.ID()) // the plan may grow before the next look sees that it is used up
				return errors.Join(errs...)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("release %s: %w", e.ID, err))
			}
		}
	}
	if len(errs) > 0 {
		p.doors.forget(org.ID())
	}
	return errors.Join(errs...)
}

func later(e projectr.Email) int {
	if e.Authentication.Imported {
		return 1
	}
	return 0
}

func (p *Pipeline) waiting(ctx context.Context, org store.Org, state projectr.EmailState) ([]projectr.Email, error) {
	var all []projectr.Email
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := org.Emails(ctx, projectr.EmailFilter{State: state, Page: page})
		if err != nil {
			return nil, err
		}
		all = append(all, l.Items...)
		if page.After = l.Next; l.Next == "" {
			return all, nil
		}
	}
}

func callerOf(e projectr.Email) caller {
	c := caller{envelope: e.EnvelopeFrom, auth: e.Authentication, asks: e.Confirmation != nil}
	for _, a := range e.From {
		if a.Address != "" {
			c.authors = append(c.authors, a.Address)
		}
	}
	return c
}

// ReleaseOne reads one mail that was kept back, or that a machine wrote, because
// a person says so; who is that person's name. A mail with a virus is not read.
func (p *Pipeline) ReleaseOne(ctx context.Context, org store.Org, id projectr.EmailID, who string) error {
	e, err := org.Email(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case e.CopyOf != nil:
		return nil // it is let in with the mail it is a copy of
	case e.State == projectr.Filed, e.State == projectr.InReview:
		return nil
	case e.State == projectr.Held && e.Verdict == projectr.Refused:
		return &projectr.Error{Kind: projectr.Conflict, Message: "This mail carries a virus: it is kept, but never read. Ask the sender to send it again without the file."}
	case e.State == projectr.Parked:
		return &projectr.Error{Kind: projectr.Conflict, Message: "This mail could not be read: file it on a project, or say that it is no project's."}
	}
	k, err := p.doorkeeper(ctx, org)
	if err != nil {
		return err
	}
	if k.waits != "" {
		return &projectr.Error{Kind: projectr.Conflict, Message: k.waits}
	}
	return p.release(ctx, org, id, admission{verdict: projectr.Accepted, why: "Let in by " + who + "."}, k)
}

// release reads a mail from its kept bytes, as the road would have.
func (p *Pipeline) release(ctx context.Context, org store.Org, id projectr.EmailID, a admission, k doorkeeper) (err error) {
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
	a.ownList = k.ownList(msg.ListID)
	if e.State == projectr.Automatic { // somebody says that it was meant to be read
		msg.Automatic, msg.Invitation, msg.Confirmation = "no", nil, nil
	}
	r := draft{
		id: id, tag: e.Tag, digest: e.SHA256, size: e.Size, from: e.EnvelopeFrom, received: e.ReceivedAt,
		msg: p.letterOf(msg), auth: e.Authentication, admission: a,
	}
	if e.Authentication.Imported {
		r.dated = e.Date
	}
	open := func() (io.ReadCloser, error) {
		raw, _, err := org.OpenRaw(ctx, id)
		return raw, err
	}
	_, err = p.place(ctx, org, r, open, func(ctx context.Context, rec projectr.Recording) error {
		_, err := org.Release(ctx, rec)
		return err
	})
	return err
}

// doors remembers by which rules the mail that waits was looked at last: nothing
// is looked at again before they change. New mail is looked at when it comes.
type doors struct {
	mu   sync.Mutex
	last map[projectr.OrgID]string
}

func (d *doors) same(org projectr.OrgID, k doorkeeper) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	was, ok := d.last[org]
	return ok && was == k.name()
}

func (d *doors) keep(org projectr.OrgID, k doorkeeper) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.last == nil {
		d.last = map[projectr.OrgID]string{}
	}
	d.last[org] = k.name()
}

func (d *doors) forget(org projectr.OrgID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.last, org)
}

// heed forgets what was looked at when a mail was kept back by other rules than
// those: it may have come between a change of the rules and the look.
func (d *doors) heed(org projectr.OrgID, by string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if was, ok := d.last[org]; ok && was != by {
		delete(d.last, org)
	}
}

// name is the same for the same rules.
func (k doorkeeper) name() string {
	return fmt.Sprint(k.waits, k.full, k.proved, k.rules, k.people, k.domains)
}
