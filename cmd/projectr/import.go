package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"projectr"
	"projectr/ingest"
	"projectr/local"
	"projectr/mailbox"
	"projectr/store"
)

const importHelp = `
Brings older mail in, the oldest first: it is filed and read as if it had come by
itself, and stands on the timelines at its own date. PATH is an mbox file (of
Google Takeout, Thunderbird, ...), a maildir, a mail (.eml, .emlx), or a folder of
any of these, however deep. What is in them stays as it is.

  --org A      whose mail it becomes: mail-in name, mail-in address or id
  --dry-run    only say what there is, what is new, what the plan has room for and,
               where a model reads the mail, what that is likely to cost
  --yes        go on where it would ask: when a model is likely to cost more than
               the organisation's set amount, or what it costs is not known, and
               when mails would be held because the plan has not enough left

A mail that is kept already is not kept twice, so an import may be done again, and
one that was broken off goes on where it was. Mail that the mail program counts as
deleted, as a draft or as spam is passed over, and so are whole mailboxes of it that
are not named by themselves; what cannot be read is named, and the rest goes on. You
answer for the mail: its senders are let in without being known or checked, but for
addresses and domains that are blocked. It counts as mail of this month. Run it beside
serve, or alone.

Exit status: 0 all is in, 1 something could not be imported, 2 wrong usage.`

// archived is the spool of an import: what waits is the archive.
type archived struct{ *mailbox.Archive }

var _ ingest.Spool = archived{}

var errNoDoor = errors.New("an archive takes no mail in")

// Put takes nothing in.
func (archived) Put(context.Context, projectr.Envelope, io.Reader) (projectr.Delivery, error) {
	return projectr.Delivery{}, errNoDoor
}

// Run is not how an archive is walked: Pipeline.Import does.
func (archived) Run(context.Context, int, func(context.Context, projectr.Delivery) error) error {
	return errNoDoor
}

// importDone is what the command prints.
type importDone struct {
	ingest.ImportPlan
	Skipped   int             `json:"skipped"` // passed over, which is no fault
	SkippedBy map[string]int  `json:"skipped_by"`
	Failures  []mailbox.Fault `json:"failures"` // what could not be imported
	Passed    []mailbox.Fault `json:"passed_over"`
	DryRun    bool            `json:"dry_run"`

	Filed    int `json:"filed"` // of the new ones, by where they stand
	InReview int `json:"review"`
	Parked   int `json:"parked"`
	Left     int `json:"not_imported_yet"`

	over bool // it is what became, not what would
}

func (p *program) importMail(ctx context.Context, args []string) error {
	f := p.flags("import")
	name := f.String("org", "", "")
	dry, yes := f.Bool("dry-run", false, ""), f.Bool("yes", false, "")
	paths, err := parsed(f, args)
	switch {
	case err != nil:
		return err
	case *name == "":
		return usagef("import needs --org with a mail-in name.")
	case len(paths) == 0:
		return usagef("import needs files or folders with mail. Run `projectr help import`.")
	}
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	why := "import"
	if *dry {
		why = "import --dry-run"
	}
	org, err := h.org(ctx, *name, why)
	if err != nil {
		return err
	}
	if !*dry {
		release, err := h.importing(org)
		if err != nil {
			return err
		}
		defer release()
	}
	bar := p.bar()
	defer bar.clear()
	archive, err := mailbox.Open(ctx, paths, mailbox.Options{Now: p.now(), MaxMail: h.config.MaxMailBytes, Progress: func(n int64) { bar.show("Looking through %s", sized(n)) }})
	if err != nil {
		return stopped(ctx, err)
	}
	defer archive.Close()
	road, err := h.pipeline(h.config, archived{archive}, slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelError})), p.now)
	if err != nil {
		return err
	}
	out := importDone{DryRun: *dry, SkippedBy: archive.Skipped(), Failures: append([]mailbox.Fault{}, archive.Faults()...), Passed: append([]mailbox.Fault{}, archive.Passed()...)}
	for _, n := range out.SkippedBy {
		out.Skipped += n
	}
	var unread []mailbox.Fault
	out.ImportPlan, err = road.PlanImport(ctx, org, archive.Mails(), *dry, func(n int, d projectr.Delivery, failed error) {
		if failed != nil {
			unread = append(unread, mailbox.Fault{Place: archive.Place(d), Reason: projectr.MessageOf(failed)})
		}
		bar.show("Looking at mail %d of %d", n, archive.Len())
	})
	if err != nil {
		return stopped(ctx, err)
	}
	bar.clear()
	out.Left, out.Failed = out.New, len(out.Failures)+len(unread)
	if *dry {
		out.Failures = append(out.Failures, unread...)
		return p.imported(out)
	}
	if !p.json {
		before := tabwriter.NewWriter(p.err, 0, 0, 3, ' ', 0)
		out.print(before)
		if err := before.Flush(); err != nil {
			return err
		}
	}
	if err := p.goOn(out.ImportPlan, *yes); err != nil {
		if p.json { // whoever called it reads the price there
			return errors.Join(p.line(out), err)
		}
		return err
	}
	began := p.now()
	done, err := road.Import(ctx, org, archive.Mails(), func(c ingest.ImportCounts, d projectr.Delivery, failed error) {
		if failed != nil {
			out.Failures = append(out.Failures, mailbox.Fault{Place: archive.Place(d), Reason: projectr.MessageOf(failed)})
		}
		bar.show("Imported %d of %d%s", c.Done, archive.Len(), remaining(c.Done, archive.Len(), p.now().Sub(began)))
	})
	bar.clear()
	out.became(done, archive.Len())
	if note := org.Note(context.WithoutCancel(ctx), "mail.import", out.summary()); err == nil {
		err = note
	}
	if printed := p.imported(out); err == nil {
		return printed
	}
	return stopped(ctx, err)
}

// importing sees to it that one organisation has one import at a time: two would not see
// that they bring the same mail.
func (h *home) importing(org store.Org) (release func(), err error) {
	release, err = local.Lock(filepath.Join(h.config.DataDir, "import", string(org.ID())))
	if projectr.KindOf(err) == projectr.Conflict && err != nil {
		err = &projectr.Error{Kind: projectr.Conflict, Message: "Mail of this organisation is being imported already: wait until that is done."}
	}
	return release, err
}

// stopped says that an import was broken off.
func stopped(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return &projectr.Error{Kind: projectr.Unavailable, Message: "Stopped. Run the same import again: it goes on where it was.", Err: err}
	}
	return err
}

// became takes over what became of the mails.
func (d *importDone) became(c ingest.ImportCounts, all int) {
	d.Mails, d.New, d.Kept = all, c.New, c.Kept
	d.Automatic, d.Quarantined, d.Held = c.Automatic, c.Quarantined, c.Held
	d.over = true
	d.Filed, d.InReview, d.Parked, d.Left = c.Filed, c.InReview, c.Parked, all-c.Done
	d.Failed = len(d.Failures)
}

// goOn asks whether an import is done, where it costs something or mails would wait.
func (p *program) goOn(plan ingest.ImportPlan, yes bool) error {
	var asks string
	switch {
	case plan.AskAgain && plan.LikelyMicro == nil:
		asks = "What the model takes for reading this mail is not known."
	case plan.AskAgain:
		asks = fmt.Sprintf("Reading this mail is likely to cost %s.", usd(*plan.LikelyMicro))
	case plan.Waits != "" && plan.Held > 0:
		asks = fmt.Sprintf("All mail of this organisation is held now: %s", plan.Waits)
	case plan.Held > 0:
		asks = fmt.Sprintf("%d of these mails would be held until the month turns or the plan grows: it has %d left this month.", plan.Held, *plan.MailsLeft)
	}
	if asks == "" || yes {
		return nil
	}
	if terminal(p.in) && terminal(p.err) {
		fmt.Fprintf(p.err, "%s Import it? [y/N] ", asks)
		answer, _ := bufio.NewReader(p.in).ReadString('\n')
		if a := strings.ToLower(strings.TrimSpace(answer)); a == "y" || a == "yes" {
			return nil
		}
		return &projectr.Error{Kind: projectr.Conflict, Message: "Nothing was imported."}
	}
	return &projectr.Error{Kind: projectr.Conflict, Message: asks + " Nothing was imported: look at it with --dry-run, and pass --yes to go on."}
}

// imported prints what became of an import, or would.
func (p *program) imported(out importDone) error {
	if !p.json {
		for _, f := range out.Failures {
			fmt.Fprintf(p.err, "Not imported: %s: %s\n", f.Place, f.Reason)
		}
		for _, f := range out.Passed {
			fmt.Fprintf(p.err, "Passed over: %s: %s\n", f.Place, f.Reason)
		}
	}
	if err := p.print(out, out.print); err != nil {
		return err
	}
	if n := out.Failed; n > 0 {
		if out.DryRun {
			return &projectr.Error{Kind: projectr.Invalid, Message: fmt.Sprintf("%d cannot be imported. They are named with the reason.", n)}
		}
		return &projectr.Error{Kind: projectr.Invalid, Message: fmt.Sprintf("%d could not be imported; all else was. They are named with the reason.", n)}
	}
	return nil
}

// summary is one line for people and for the audit log.
func (d importDone) summary() string {
	return fmt.Sprintf("%d mails found, %d new, %d kept already, %d passed over, %d not readable", d.Mails, d.New, d.Kept, d.Skipped, d.Failed)
}

func (d importDone) print(w io.Writer) {
	row := func(what string, n int) {
		if n > 0 {
			fmt.Fprintf(w, "%s\t%d\n", what, n)
		}
	}
	fmt.Fprintf(w, "Mails found\t%d\nNew\t%d\nKept already\t%d\n", d.Mails, d.New, d.Kept)
	row("Filed", d.Filed)
	row("In review", d.InReview)
	row("Written by machines", d.Automatic)
	row("In quarantine", d.Quarantined)
	row("Held", d.Held)
	row("Parked", d.Parked)
	for _, s := range []struct{ by, what string }{
		{mailbox.Deleted, "Passed over: deleted"}, {mailbox.Draft, "Passed over: drafts"}, {mailbox.Spam, "Passed over: spam"},
		{mailbox.NotMail, "Passed over: no mail"}, {mailbox.Link, "Passed over: links"},
	} {
		row(s.what, d.SkippedBy[s.by])
	}
	row("Could not be imported", d.Failed)
	if d.over {
		row("Not imported yet", d.Left)
		return
	}
	fmt.Fprintf(w, "Raw mail\t%s\n", sized(d.Bytes))
	if d.StorageLeft != nil {
		fmt.Fprintf(w, "Storage left before\t%s\n", sized(*d.StorageLeft))
	}
	if d.MailsLeft != nil {
		fmt.Fprintf(w, "Mails left this month\t%d\n", *d.MailsLeft)
	}
	row("Kept from models", d.NoAI)
	for _, r := range d.Readers {
		fmt.Fprintf(w, "By %s\t%d mails, about %d + %d tokens, %s\n", r.Extractor, r.Mails, r.Likely.Input, r.Likely.Output, dollars(r.LikelyMicro, r.MostMicro))
	}
	if len(d.Readers) == 0 {
		return
	}
	if d.LeftMicro != nil {
		fmt.Fprintf(w, "AI budget left before\t%s\n", usd(*d.LeftMicro))
	}
	if d.AfterMicro != nil {
		fmt.Fprintf(w, "AI budget left after\t%s\n", usd(*d.AfterMicro))
	}
}

func sized(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }

func remaining(done, all int, took time.Duration) string {
	if done == 0 || took < 5*time.Second {
		return ""
	}
	left := time.Duration(float64(took) / float64(done) * float64(all-done))
	return fmt.Sprintf(", about %s left", left.Round(time.Second))
}

// terminal reports whether somebody sits at the other end.
func terminal(f any) bool {
	file, ok := f.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// bar says how far something is: on a terminal in one line that changes, else in a line
// every few seconds.
type bar struct {
	w    io.Writer
	live bool
	now  func() time.Time
	last time.Time
	wide int
}

func (p *program) bar() *bar {
	return &bar{w: p.err, live: terminal(p.err), now: p.now, last: p.now()}
}

func (b *bar) show(format string, args ...any) {
	every := 5 * time.Second
	if b.live {
		every = 100 * time.Millisecond
	}
	now := b.now()
	if now.Sub(b.last) < every {
		return
	}
	b.last = now
	line := fmt.Sprintf(format, args...)
	if !b.live {
		fmt.Fprintln(b.w, line)
		return
	}
	fmt.Fprintf(b.w, "\r%-*s", b.wide, line)
	b.wide = len(line)
}

// clear takes the line away.
func (b *bar) clear() {
	if b.live && b.wide > 0 {
		fmt.Fprintf(b.w, "\r%*s\r", b.wide, "")
		b.wide = 0
	}
}
