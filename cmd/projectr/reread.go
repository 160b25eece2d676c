package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"time"

	"projectr"
	"projectr/store"
)

const rereadHelp = `
  --org A              whose mail
  --project P          all mail of this project, by its id
  --since DAY          all mail with a date from that day on, such as 2026-03-15;
                       with --project, of that
  --extractor E        rules, model (those of the organisation) or a model's name;
                       without it, what the organisation's settings say
  --dry-run            only say how many mails, tokens and dollars it would take
  --accept             accept what the readings say otherwise, at once

What a reading says otherwise is proposed, and shown in the dashboard, where it is
accepted or undone. What a person confirmed, corrected or rejected stays. Mail with
a word, or of a sender, that keeps it from models is never sent to one.`

// rereadDone is what the command prints.
type rereadDone struct {
	projectr.RereadPlan
	Same     int `json:"same"`     // readings that say nothing new
	Proposed int `json:"proposed"` // that wait to be accepted
	Accepted int `json:"accepted"`
	Waiting  int `json:"waiting"` // not made yet: a serve on this folder goes on
	Failed   int `json:"failed"`  // given up; the mail says why
}

func (p *program) reread(ctx context.Context, args []string) error {
	f := p.flags("reread")
	name, project := f.String("org", "", ""), f.String("project", "", "")
	since, extractor := f.String("since", "", ""), f.String("extractor", "", "")
	dry, accept := f.Bool("dry-run", false, ""), f.Bool("accept", false, "")
	if words, err := parsed(f, args); err != nil {
		return err
	} else if len(words) > 0 {
		return usagef("reread takes flags only. Run `projectr help reread`.")
	}
	whatever := int64(math.MaxInt64) // whoever types the command can see the price by --dry-run
	ask := projectr.RereadAsk{Project: projectr.ProjectID(*project), Extractor: *extractor, DryRun: *dry, Accepted: &whatever}
	if ask.Extractor != "" && ask.Extractor != "rules" && ask.Extractor != "model" {
		ask.Extractor, ask.Model = "model", *extractor
	}
	switch {
	case *name == "":
		return usagef("reread needs --org with a mail-in name.")
	case *project == "" && *since == "":
		return usagef("reread needs --project or --since: which mail is read again.")
	case *dry && *accept:
		return usagef("reread takes --dry-run or --accept, not both.")
	}
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	org, err := h.org(ctx, *name, "reread")
	if err != nil {
		return err
	}
	if *since != "" {
		if ask.Since, err = h.day(ctx, org, *since); err != nil {
			return err
		}
	}
	road, err := h.pipeline(h.config, nil, slog.New(slog.NewTextHandler(p.err, &slog.HandlerOptions{Level: slog.LevelWarn})), p.now)
	if err != nil {
		return err
	}
	began := p.now()
	out := rereadDone{}
	if out.RereadPlan, err = road.Reread(ctx, org, ask); err != nil {
		return err
	}
	if !*dry {
		for {
			n, err := road.ReadAgainOf(ctx, org)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
		}
		if err := out.count(ctx, org, ask, began, *accept); err != nil {
			return err
		}
	}
	return p.print(out, func(w io.Writer) { out.print(w, *dry) })
}

// day is the beginning of a day in the organisation's zone.
func (h *home) day(ctx context.Context, org store.Org, day string) (time.Time, error) {
	info, err := org.Info(ctx)
	if err != nil {
		return time.Time{}, err
	}
	zone, err := time.LoadLocation(info.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	at, err := time.ParseInLocation(time.DateOnly, day, zone)
	if err != nil {
		return at, usagef("--since needs a day such as 2026-03-15, not %q.", day)
	}
	return at, nil
}

// count looks what became of the readings that were asked for since began, and accepts
// those that are proposed by wish.
func (d *rereadDone) count(ctx context.Context, org store.Org, ask projectr.RereadAsk, began time.Time, accept bool) error {
	f := projectr.EmailFilter{Project: ask.Project, ByDate: true, Page: projectr.Page{Limit: 200}}
	for {
		l, err := org.Emails(ctx, f)
		if err != nil {
			return err
		}
		for _, e := range l.Items {
			if err := d.add(ctx, org, e.ID, began, accept); err != nil {
				return err
			}
		}
		if f.Page.After = l.Next; l.Next == "" {
			return nil
		}
	}
}

func (d *rereadDone) add(ctx context.Context, org store.Org, id projectr.EmailID, began time.Time, accept bool) error {
	all, err := org.Readings(ctx, id)
	if err != nil || len(all) == 0 || all[0].Why != "asked" || all[0].At.Before(began.Truncate(time.Microsecond)) {
		return err
	}
	switch r := all[0]; {
	case r.State == projectr.ReadingWaiting:
		d.Waiting++
	case r.State == projectr.ReadingCurrent:
		d.Same++
	case r.State == projectr.ReadingUndone:
		d.Failed++
	case !accept:
		d.Proposed++
	default:
		if _, err := org.AcceptReading(ctx, id, r.N); err != nil {
			return err
		}
		d.Accepted++
	}
	return nil
}

func (d *rereadDone) print(w io.Writer, dry bool) {
	fmt.Fprintf(w, "Mails\t%d\n", d.Mails)
	if d.Skipped > 0 {
		fmt.Fprintf(w, "Not read before, or copies\t%d\n", d.Skipped)
	}
	if d.NoAI > 0 {
		fmt.Fprintf(w, "Kept from models\t%d\n", d.NoAI)
	}
	for _, r := range d.Readers {
		fmt.Fprintf(w, "By %s\t%d mails, about %d + %d tokens, %s\n", r.Extractor, r.Mails, r.Likely.Input, r.Likely.Output, dollars(r.LikelyMicro, r.MostMicro))
	}
	if dry {
		return
	}
	fmt.Fprintf(w, "Nothing new\t%d\n", d.Same)
	for _, row := range []struct {
		what string
		n    int
	}{{"Proposed", d.Proposed}, {"Accepted", d.Accepted}, {"Not made yet", d.Waiting}, {"Given up", d.Failed}} {
		if row.n > 0 {
			fmt.Fprintf(w, "%s\t%d\n", row.what, row.n)
		}
	}
}

// dollars says micro-USD for people.
func dollars(likely, most *int64) string {
	if likely == nil {
		return "at a price that is not known"
	}
	text := "about " + usd(*likely)
	if most != nil && *most > *likely {
		text += ", at most " + usd(*most)
	}
	return text
}

func usd(micro int64) string {
	cents := (micro + 9_999) / 10_000
	return fmt.Sprintf("$%d.%02d", cents/100, cents%100)
}
