package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	budget := p.budget()
	stops, astray := route(d.Envelope.To)
	var mail arrived
	err := errPoison // a mail that brought the process down each time is not read again
	if d.Tries < MaxTries {
		mail, err = within(ctx, budget, func(ctx context.Context) (arrived, error) { return p.receive(ctx, d) })
	}
	var errs []error
	for _, rcpt := range astray {
		errs = append(errs, p.unrouted(ctx, d, rcpt))
	}
	for _, stop := range stops {
		err := err
		if err == nil {
			_, err = within(ctx, budget, func(ctx context.Context) (none struct{}, _ error) { return none, p.deliver(ctx, d, stop, mail) })
		}
		errs = append(errs, p.orPark(ctx, d, stop, err))
	}
	return errors.Join(errs...)
}

// budget is the time that reading a mail may take.
func (p *Pipeline) budget() time.Duration {
	if p.Budget == 0 {
		return time.Minute
	}
	return p.Budget
}

// within gives a step of the road its time. Each organisation has its own: what one of
// them takes long for is parked at no other.
func within[T any](ctx context.Context, budget time.Duration, step func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	return step(ctx)
}

// Redeliver carries a mail that led nowhere to an address that leads somewhere now. It
// waits its turn as if it had just come, with the time at which it did, and is no
// unrouted mail any more. The house's audit log says who had it done, and where to.
func (p *Pipeline) Redeliver(ctx context.Context, d projectr.Digest, recipient, to string, by projectr.Actor) error {
	u, err := p.Store.UnroutedMail(ctx, d, recipient)
	if err != nil {
		return err
	}
	switch err := p.Recipient(ctx, to); {
	case err != nil && projectr.KindOf(err) == projectr.NotFound:
		return &projectr.Error{Kind: projectr.Invalid, Field: "to", Message: "This address leads nowhere. Say the mail-in address of an organisation."}
	case err != nil && projectr.KindOf(err) == projectr.Forbidden:
		return &projectr.Error{Kind: projectr.Invalid, Field: "to", Message: projectr.MessageOf(err)}
	case err != nil:
		return err
	}
	raw, err := p.Store.OpenUnrouted(ctx, d, by)
	if err != nil {
		return err
	}
	defer raw.Close()
	if err := p.Accept(ctx, projectr.Envelope{From: u.Sender, To: []string{to}, ReceivedAt: u.ReceivedAt}, raw); err != nil {
		return err
	}
	return p.Store.DropUnrouted(ctx, d, recipient, by, "sent to "+to)
}

// arrived is a mail as it is for everybody it goes to.
type arrived struct {
	msg   letter
	auth  projectr.Authentication
	virus string // what a scanner found in it; empty for nothing
}

// receive reads a mail, scans it, and finds out whether it is from whom it says.
func (p *Pipeline) receive(ctx context.Context, d projectr.Delivery) (m arrived, err error) {
	msg, err := p.read(ctx, d)
	if err != nil {
		return m, err
	}
	m.msg = p.letterOf(msg)
	if m.virus, err = p.scan(ctx, d); err != nil {
		return m, err
	}
	m.auth, err = p.authenticate(ctx, d, msg)
	return m, err
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
func (p *Pipeline) deliver(ctx context.Context, d projectr.Delivery, stop stop, mail arrived) (err error) {
	defer p.recovered(ctx, &err) // a mail that trips a reader is parked, not the process
	org, err := p.Store.AtAddress(ctx, stop.name)
	if err != nil {
		if projectr.KindOf(err) == projectr.NotFound {
			return p.unrouted(ctx, d, p.addressOf(stop)) // the address was given up between Rcpt and now
		}
		return err
	}
	id := projectr.EmailIDFor(org.ID(), d.Digest, d.Envelope.From, stop.tag)
	if done, err := org.HasEmail(ctx, id); err != nil {
		return err
	} else if done {
		return p.finish(ctx, org, id, mail.msg.Message) // twice is once
	}
	began := p.Now()
	if err := p.keep(ctx, org, d); err != nil {
		return err
	}
	r := draft{id: id, tag: stop.tag, digest: d.Digest, size: d.Size, shared: stop.shared, from: d.Envelope.From, received: d.Envelope.ReceivedAt, dated: d.Envelope.Dated, msg: mail.msg, auth: mail.auth}
	if r.admission, err = p.admit(ctx, org, r, mail.virus); err != nil {
		return err
	}
	open := func() (io.ReadCloser, error) { return p.Spool.Open(ctx, d) }
	e, err := p.place(ctx, org, r, open, org.Record)
	if projectr.KindOf(err) == projectr.OverLimit && err != nil { // the last of this month's mails went to another worker
		info, fault := org.Info(ctx)
		if fault != nil {
			return fault
		}
		r.admission = overLimit(p.Store.Plans.Of(info).Emails)
		e, err = p.place(ctx, org, r, open, org.Record)
	}
	if err != nil {
		return err
	}
	if e.Confirmation != nil && e.State == projectr.Automatic && e.Authentication.Result == projectr.AuthPass && p.Asked != nil {
		p.Asked(ctx, org, e)
	}
	if r.admission.state != "" {
		p.doors.heed(org.ID(), r.admission.by)
	}
	p.Log.InfoContext(ctx, "mail recorded", "org", org.ID(), "email", id, "state", e.State, "facts", len(e.Facts), "took", p.Now().Sub(began))
	return nil
}

// place finds out where a mail belongs and what it says, keeps it by record, and
// settles what follows for its thread. Mails that name one another, or are alike,
// are placed one after the other, whichever worker has them.
func (p *Pipeline) place(ctx context.Context, org store.Org, r draft, open func() (io.ReadCloser, error), record func(context.Context, projectr.Recording) error) (projectr.Email, error) {
	read := r.admission.state == "" && !r.automatic()
	var err error
	if read {
		if r.texts, err = p.texts(ctx, org, r.msg.Message, open); err != nil {
			return projectr.Email{}, err
		}
		r.inner = p.inner(r.msg.Message)
	}
	if r.admission.verdict != projectr.Refused { // a stranger's mail is tied to nothing, and waits for nobody
		unlock, err := p.threads.lock(ctx, org.ID(), alike(r))
		if err != nil {
			return projectr.Email{}, err
		}
		defer unlock()
	}
	switch {
	case r.admission.state != "":
		r.thread = alone(r.id)
	case !read:
		err = p.locate(ctx, org, &r)
	default:
		err = p.understand(ctx, org, &r)
	}
	if err != nil {
		return projectr.Email{}, err
	}
	rec, err := compose(r)
	if err != nil {
		return projectr.Email{}, err
	}
	if err := record(ctx, rec); err != nil {
		return projectr.Email{}, err
	}
	if rec.Email.ReadAgain || len(r.inner) > 0 {
		p.Wake() // a model may read it, and what was inside it
	}
	return rec.Email, p.settle(ctx, org, rec.Email, r.msg.Message)
}

// alone is the thread of a mail that is in no conversation.
func alone(id projectr.EmailID) projectr.Thread {
	return projectr.Thread{ID: projectr.ThreadID("th_" + hash(string(id)))}
}

// locate finds thread and project. What a machine wrote is no project's, an
// invitation is. A provider's question, which nobody had to let in, joins no thread.
func (p *Pipeline) locate(ctx context.Context, org store.Org, r *draft) (err error) {
	if r.msg.Confirmation != nil {
		r.thread, r.match = alone(r.id), projectr.Match{Reasons: []projectr.Reason{{Kind: "none", Text: "A mail provider asks something of your admins."}}, Candidates: []projectr.Candidate{}}
		return nil
	}
	if r.thread, err = p.thread(ctx, org, r.tag, r.id, r.msg); err != nil {
		return err
	}
	if r.automatic() && r.msg.Invitation == nil {
		r.match = projectr.Match{Reasons: []projectr.Reason{{Kind: "none", Text: "A machine wrote it: it is kept, and not read."}}, Candidates: []projectr.Candidate{}}
		return nil
	}
	f, err := p.match(ctx, org, r.tag, r.thread, r.msg.Message)
	r.file(f)
	return err
}

// understand says whether a mail is new, keeps the mails inside it, and reads
// what it says itself.
func (p *Pipeline) understand(ctx context.Context, org store.Org, r *draft) error {
	known, err := p.same(ctx, org, r.id, r.msg)
	if err != nil {
		return err
	}
	if known != nil {
		r.copyOf, r.better, r.thread = &known.ID, known.CameBy != nil, known.Thread
		r.arrivals = []projectr.Arrival{arrival(*r, known)}
		return p.tagged(ctx, org, r.tag, known, r.msg)
	}
	if err := p.locate(ctx, org, r); err != nil {
		return err
	}
	if len(r.msg.Forwarded) > 0 {
		bare, err := p.bare(ctx, org, *r)
		if err != nil {
			return err
		}
		first, err := p.unroll(ctx, org, *r, bare)
		if err != nil {
			return err
		}
		if bare && first != "" {
			r.copyOf = &first
			return nil
		}
	}
	r.reading, err = p.readFacts(ctx, org, *r)
	return err
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

// unrouted keeps a mail that was taken in and leads nowhere, for the operator: what
// was answered 250 is never lost.
func (p *Pipeline) unrouted(ctx context.Context, d projectr.Delivery, rcpt string) error {
	raw, err := p.Spool.Open(ctx, d)
	if err != nil {
		return fmt.Errorf("open %s: %w", d.Key, err)
	}
	defer raw.Close()
	u := projectr.Unrouted{SHA256: d.Digest, Recipient: rcpt, Sender: d.Envelope.From, Size: d.Size, ReceivedAt: d.Envelope.ReceivedAt}
	if err := p.Store.KeepUnrouted(ctx, u, raw); err != nil {
		return err
	}
	p.Log.WarnContext(ctx, "mail leads nowhere and is kept", "delivery", d.Key)
	return nil
}

// park records a mail that cannot be processed, so that people see it and can
// download it. A mail that was recorded already stays as it is.
func (p *Pipeline) park(ctx context.Context, d projectr.Delivery, stop stop) error {
	org, err := p.Store.AtAddress(ctx, stop.name)
	if err != nil {
		if projectr.KindOf(err) == projectr.NotFound {
			return p.unrouted(ctx, d, p.addressOf(stop))
		}
		return err
	}
	if err := p.keep(ctx, org, d); err != nil {
		return err
	}
	id := projectr.EmailIDFor(org.ID(), d.Digest, d.Envelope.From, stop.tag)
	r, err := parked(id, d)
	if err != nil {
		return err
	}
	r.Shared = stop.shared
	return org.Record(ctx, r)
}

// recovered turns a panic into an error of the one mail it came from.
func (p *Pipeline) recovered(ctx context.Context, err *error) {
	if r := recover(); r != nil {
		p.Log.ErrorContext(ctx, "panic on the road", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		*err = fmt.Errorf("ingest: panic: %v", r)
	}
}
