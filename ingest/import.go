package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/message"
	"projectr/store"
)

// Older mail comes in by the same road as any other (ADR 0033): the pipeline's Spool is
// then the archive that it is in, and Import walks it instead of Run. What it is known
// by is made of its bytes, so that importing it again adds nothing, and an import that
// was broken off goes on where it was.

// ImportPlan is what importing mail does, before it is done.
type ImportPlan struct {
	Mails  int   `json:"mails"`        // that were found
	New    int   `json:"new"`          // of them, those that are not kept yet
	Kept   int   `json:"kept_already"` // those that are, or are there twice
	Failed int   `json:"failed"`       // that cannot be read
	Bytes  int64 `json:"bytes"`        // of the new ones

	Automatic   int `json:"automatic"`   // of the new ones, those that are kept and not read: a machine wrote them
	Quarantined int `json:"quarantined"` // of blocked senders
	Held        int `json:"held"`        // that wait until the month turns or the plan grows

	MailsLeft   *int64 `json:"month_mails_left"`   // of the plan, before it; null: there is no limit
	StorageLeft *int64 `json:"storage_left_bytes"` // of the plan, before it; null: there is no limit

	NoAI        int                    `json:"no_ai"`   // mails that must not be sent to a model
	Readers     []projectr.RereadPrice `json:"readers"` // what reads them, where a model does
	Tokens      projectr.Tokens        `json:"tokens"`
	LikelyMicro *int64                 `json:"cost_micro_usd"` // null: the price of a model is not known
	MostMicro   *int64                 `json:"most_micro_usd"`
	LeftMicro   *int64                 `json:"budget_left_micro_usd"`       // of this month's AI budget, before it; null: there is none
	AfterMicro  *int64                 `json:"budget_left_after_micro_usd"` // after it; null: there is none, or the price is not known
	AskAgain    bool                   `json:"ask_again"`                   // the price is above the organisation's set amount, or not known

	Waits string `json:"-"` // why all mail of the organisation is held now; empty: it is not
}

// imported is what is known of who sent a mail that is imported.
var imported = projectr.Authentication{Result: projectr.AuthNone, Imported: true, Note: "It was imported with older mail: who sent it was not checked."}

// importedID is the id that a mail gets when it is imported.
func importedID(org store.Org, d projectr.Delivery) projectr.EmailID {
	return projectr.EmailIDFor(org.ID(), d.Digest, "", "")
}

// PlanImport says what importing mails would do and cost, and changes nothing. Mails
// are only read for it where that matters: for the price of a model, for the limit of
// the plan, or where exactly is true; else New may count some that are kept already in
// other bytes. tell hears how many were looked at, and of
// each why it cannot be read, if so.
func (p *Pipeline) PlanImport(ctx context.Context, org store.Org, mails iter.Seq[projectr.Delivery], exactly bool, tell func(n int, d projectr.Delivery, failed error)) (ImportPlan, error) {
	f, err := p.foresight(ctx, org)
	if err != nil {
		return f.plan, err
	}
	if err := f.see(ctx, mails, exactly || f.model, tell); err != nil {
		return f.plan, err
	}
	if left := f.plan.MailsLeft; left != nil && int64(f.plan.New) > *left && !exactly && !f.model {
		return p.PlanImport(ctx, org, mails, true, tell)
	}
	return f.plan, f.afford(ctx)
}

// foresight looks ahead at an import.
type foresight struct {
	p       *Pipeline
	org     store.Org
	s       projectr.Settings
	k       doorkeeper
	model   bool          // one reads the mail of this organisation
	input   extract.Input // what it is told besides the mail
	plan    ImportPlan
	counted int64 // mails of this month
	prices  prices
	seen    map[projectr.EmailID]bool
	like    map[[16]byte]bool // what mails are recognised by, hashed
}

func (p *Pipeline) foresight(ctx context.Context, org store.Org) (f *foresight, err error) {
	f = &foresight{p: p, org: org, prices: prices{}, seen: map[projectr.EmailID]bool{}, like: map[[16]byte]bool{}}
	if f.s, err = org.Settings(ctx); err != nil {
		return f, err
	}
	if f.k, err = p.doorkeeper(ctx, org); err != nil {
		return f, err
	}
	f.plan.Waits, f.k.waits, f.k.full = f.k.waits, "", ""
	if f.model = p.Model != nil && f.s.Extractor != extract.RulesName; f.model {
		f.input.Models = f.s.Models
		if f.input.Thought, err = p.thought(ctx, org, f.s.Models); err != nil {
			return f, err
		}
		if f.input.Projects, f.input.People, err = knownTo(ctx, org, projectr.Email{}, f.s.NoAIWords); err != nil {
			return f, err
		}
	}
	info, err := org.Info(ctx)
	if err != nil {
		return f, err
	}
	used, err := org.Used(ctx)
	if err != nil {
		return f, err
	}
	plan := p.Store.Plans.Of(info)
	f.plan.MailsLeft, f.plan.StorageLeft = left(plan.Emails, used.Emails), left(plan.StorageBytes, used.Bytes)
	return f, nil
}

// left is what is left of a limit; nil where there is none.
func left(most, used int64) *int64 {
	if most == 0 {
		return nil
	}
	n := max(most-used, 0)
	return &n
}

func (f *foresight) see(ctx context.Context, mails iter.Seq[projectr.Delivery], read bool, tell func(int, projectr.Delivery, error)) error {
	for d := range mails {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.plan.Mails++
		id := importedID(f.org, d)
		has, err := f.org.HasEmail(ctx, id)
		if err != nil {
			return err
		}
		var failed error
		switch {
		case has || f.seen[id]:
			f.plan.Kept++
		case read:
			if failed, err = f.mail(ctx, id, d); err != nil {
				return err
			}
		default:
			f.plan.New++
			f.plan.Bytes += d.Size
			f.counted++
		}
		f.seen[id] = true
		tell(f.plan.Mails, d, failed)
	}
	switch left := f.plan.MailsLeft; {
	case f.plan.Waits != "":
		f.plan.Held = f.plan.New - f.plan.Quarantined
	case left != nil:
		f.plan.Held = int(max(f.counted-*left, 0))
	}
	return nil
}

// mail foresees what becomes of one mail that is not kept in these bytes.
func (f *foresight) mail(ctx context.Context, id projectr.EmailID, d projectr.Delivery) (failed, err error) {
	msg, err := within(ctx, f.p.budget(), func(ctx context.Context) (*message.Message, error) { return f.p.read(ctx, d) })
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		f.plan.Failed++
		return err, nil
	}
	f.plan.Bytes += d.Size
	r := draft{id: id, digest: d.Digest, size: d.Size, msg: f.p.letterOf(msg), auth: imported}
	r.admission = f.k.admit(callerOf(projectr.Email{Authentication: imported, From: msg.From}))
	r.admission.ownList = f.k.ownList(msg.ListID)
	switch {
	case r.admission.state != "":
		f.plan.New++
		f.plan.Quarantined++
		return nil, nil
	case r.automatic():
		f.plan.New++
		f.plan.Automatic++
		f.counted++
		return nil, nil
	}
	if known, err := f.known(ctx, id, r.msg); err != nil || known {
		f.plan.Kept++
		return nil, err
	}
	read := []*message.Message{msg}
	inner := f.p.inner(msg)
	if len(inner) > 0 && !msg.OwnWords() {
		read = nil // it only brings what is inside it
	}
	for i, in := range inner {
		known, err := f.known(ctx, insideID(id, i), in)
		if err != nil {
			return nil, err
		}
		if !known {
			read = append(read, in.Message)
		}
	}
	if len(read) == 0 {
		f.plan.Kept++
		return nil, nil
	}
	f.plan.New++
	f.counted++
	return nil, f.price(ctx, d, msg, read)
}

// known reports whether a mail is kept already, or was seen in this import, in other
// bytes.
func (f *foresight) known(ctx context.Context, id projectr.EmailID, l letter) (bool, error) {
	print := l.print
	about := []string{print.Key(), strings.ToLower(print.From.Address), fmt.Sprint(print.Date.Unix())}
	if print.Letters == 0 || print.Date.IsZero() {
		about = append(about, print.MessageID)
	}
	sum := sha256.Sum256([]byte(strings.Join(about, "\x00")))
	key := [16]byte(sum[:16])
	if f.like[key] {
		return true, nil
	}
	f.like[key] = true
	t, err := f.p.same(ctx, f.org, id, l)
	return t != nil, err
}

// price reckons what a model takes for a mail and those inside it.
func (f *foresight) price(ctx context.Context, d projectr.Delivery, msg *message.Message, read []*message.Message) error {
	if !f.model {
		return nil
	}
	texts, err := f.p.texts(ctx, f.org, msg, func() (io.ReadCloser, error) { return f.p.Spool.Open(ctx, d) })
	if err != nil {
		return err
	}
	for _, m := range read {
		k := kept{mail: projectr.Email{Subject: m.Subject, From: m.From, To: m.To, Cc: m.Cc, Attachments: m.Attachments}, msg: m, texts: texts}
		if m != msg {
			k.broughtBy, k.around = msg.From, []string{msg.Subject, msg.Reply}
		}
		if k.keptFromModels(f.s) != "" {
			f.plan.NoAI++
			continue
		}
		f.prices.add(f.p.reckon(f.input, k))
	}
	return nil
}

// afford says what all of it costs, and what that does to the budget.
func (f *foresight) afford(ctx context.Context) error {
	price := projectr.RereadPlan{Readers: f.prices.list()}
	if err := f.p.afford(ctx, f.org, f.s, &price); err != nil {
		return err
	}
	plan := &f.plan
	plan.Readers, plan.LikelyMicro, plan.LeftMicro, plan.AskAgain = price.Readers, price.LikelyMicro, price.LeftMicro, price.AskAgain
	plan.MostMicro = new(int64)
	for _, r := range plan.Readers {
		plan.Tokens, plan.MostMicro = plan.Tokens.Plus(r.Likely), sum(plan.MostMicro, r.MostMicro)
	}
	if plan.LeftMicro != nil && plan.LikelyMicro != nil {
		after := max(*plan.LeftMicro-*plan.LikelyMicro, 0)
		plan.AfterMicro = &after
	}
	return nil
}

// ImportCounts is what became of mails that were imported.
type ImportCounts struct {
	Done   int `json:"done"`         // mails that were looked at
	New    int `json:"new"`          // that are kept now and were not before
	Kept   int `json:"kept_already"` // that were kept already
	Failed int `json:"failed"`       // that could not be imported

	Filed       int `json:"filed"` // of the new ones, by where they stand
	InReview    int `json:"review"`
	Automatic   int `json:"automatic"`
	Quarantined int `json:"quarantined"`
	Held        int `json:"held"`
	Parked      int `json:"parked"`
}

// errFull stops an import at the limit of the plan's storage.
func errFull(most int64) error {
	return &projectr.Error{Kind: projectr.OverLimit, Message: fmt.Sprintf("This organisation keeps as much mail as its plan is for (%d MB): change its plan and run the import again. It goes on where it stopped.", most>>20)}
}

// Import carries mails in, one after the other in their order, until ctx ends. Each
// goes the whole road before the next begins: so threads and facts that replace others
// come out as if the mails had come when they were written. tell hears of each mail
// what became of it, with an error for one that could not be imported. An error of
// Import means that it stopped: OverLimit where storage is full, Unavailable where
// nothing can be kept now.
func (p *Pipeline) Import(ctx context.Context, org store.Org, mails iter.Seq[projectr.Delivery], tell func(ImportCounts, projectr.Delivery, error)) (ImportCounts, error) {
	var c ImportCounts
	info, err := org.Info(ctx)
	if err != nil {
		return c, err
	}
	to := info.Address + "@" + p.MailDomain
	for d := range mails {
		if err := ctx.Err(); err != nil {
			return c, err
		}
		verdict := imported
		d.Envelope = projectr.Envelope{To: []string{to}, ReceivedAt: p.Now(), Dated: d.Envelope.Dated, Verdict: &verdict}
		failed, err := p.importOne(ctx, org, d, &c)
		if err != nil {
			return c, err
		}
		c.Done++
		tell(c, d, failed)
	}
	return c, nil
}

// importOne carries one mail in. failed says why it could not be, err why none can.
func (p *Pipeline) importOne(ctx context.Context, org store.Org, d projectr.Delivery, c *ImportCounts) (failed, err error) {
	id := importedID(org, d)
	had, err := org.HasEmail(ctx, id)
	if err != nil {
		return nil, err
	}
	if !had {
		if err := p.roomFor(ctx, org); err != nil {
			return nil, err
		}
	}
	if failed, err := p.carry(ctx, d); failed != nil || err != nil {
		if err == nil {
			c.Failed++
		}
		return failed, err
	}
	if had {
		c.Kept++
		return nil, nil
	}
	e, err := org.Email(ctx, id)
	if err != nil {
		return nil, err
	}
	if e.CopyOf != nil {
		c.Kept++
		return nil, nil
	}
	c.New++
	switch e.State {
	case projectr.Filed:
		c.Filed++
	case projectr.InReview:
		c.InReview++
	case projectr.Automatic:
		c.Automatic++
	case projectr.Quarantined:
		c.Quarantined++
	case projectr.Held:
		c.Held++
	case projectr.Parked:
		c.Parked++
		return errParked, nil
	}
	return nil, nil
}

var errParked = &projectr.Error{Kind: projectr.Invalid, Message: "It could not be read. Its original is kept: look for it in the dashboard."}

func (p *Pipeline) roomFor(ctx context.Context, org store.Org) error {
	info, err := org.Info(ctx)
	if err != nil {
		return err
	}
	most := p.Store.Plans.Of(info).StorageBytes
	if most == 0 {
		return nil
	}
	used, err := org.Used(ctx)
	if err == nil && used.Bytes >= most {
		err = errFull(most)
	}
	return err
}

// importTries is how often a mail is tried when nothing can be kept, a second later
// and each time twice as long.
const importTries = 6

// carry has a mail processed as the spool would: again when that failed, until it is
// parked. failed says that it cannot be read where it stands.
func (p *Pipeline) carry(ctx context.Context, d projectr.Delivery) (failed, err error) {
	for waits := time.Second; ; {
		err := p.Process(ctx, d)
		switch {
		case err == nil:
			return nil, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case projectr.KindOf(err) != projectr.Unavailable && d.Tries > MaxTries: // it cannot even be parked
			return err, nil
		case projectr.KindOf(err) != projectr.Unavailable:
			d.Tries++
			continue
		}
		if fault := p.readable(ctx, d); fault != nil {
			return fault, ctx.Err()
		}
		if waits >= time.Second<<importTries {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(waits):
			waits *= 2
		}
	}
}

// readable says why a mail cannot be read where it stands; nil: it can.
func (p *Pipeline) readable(ctx context.Context, d projectr.Delivery) error {
	raw, err := p.Spool.Open(ctx, d)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, raw)
	return errors.Join(err, raw.Close())
}
