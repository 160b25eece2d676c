package main

import (
	"context"
	"fmt"
	"io"

	"projectr"
	"projectr/store"
)

const stripeHelp = `
  projectr stripe setup
  projectr stripe use [--org A]
  projectr stripe retry --org A ID

Makes a product and a monthly price at Stripe for each plan that is sold, and
the meter of what language models cost. What is there stays, so that it may be
run again at any time. Webhooks are set up at Stripe, in whatever API version: to
the dashboard's address and /hooks/stripe, for all events of customer, invoice
and credit_note, and for charge.refunded. What no event tells, a job hears of
once a day.

use lists what models were charged and Stripe has not been told of: what waits
for its next try, and what is stuck, with the reason. It is empty when all is
well. Look at Stripe whether an entry that is stuck is counted there; if it is
not, retry has it be told again.`

var noStripe = &projectr.Error{Kind: projectr.Invalid, Message: "No payment provider is set up: set PROJECTR_STRIPE_SECRET_KEY first."}

func (p *program) stripe(ctx context.Context, args []string) error {
	f := p.flags("stripe")
	name := f.String("org", "", "")
	words, err := parsed(f, args)
	switch {
	case err != nil:
		return err
	case len(words) == 1 && words[0] == "setup":
		return p.setUpStripe(ctx)
	case len(words) == 1 && words[0] == "use":
		return p.untold(ctx, *name)
	case len(words) == 2 && words[0] == "retry" && *name != "":
		return p.retryUse(ctx, *name, words[1])
	}
	return usagef("stripe needs setup, use, or retry --org A ID. Run `projectr help stripe`.")
}

func (p *program) setUpStripe(ctx context.Context) error {
	c, err := p.settings("")
	if err != nil {
		return err
	}
	pay, err := payments(c, p.now)
	if err != nil {
		return err
	}
	if pay == nil {
		return noStripe
	}
	plans, err := c.PlanTable()
	if err != nil {
		return err
	}
	made, err := pay.Setup(ctx, plans)
	if err != nil {
		return err
	}
	out := struct {
		Made []string `json:"made"`
	}{append([]string{}, made...)}
	return p.print(out, func(w io.Writer) {
		if len(made) == 0 {
			fmt.Fprintln(w, "Everything was there already.")
		}
		for _, m := range made {
			fmt.Fprintln(w, m)
		}
	})
}

// untold lists the use that the payment provider is not told of, of one organisation or
// all.
func (p *program) untold(ctx context.Context, name string) error {
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	type entry struct {
		Organisation projectr.OrgID `json:"organisation_id"`
		projectr.UseEntry
	}
	out := struct {
		Entries []entry `json:"entries"`
	}{[]entry{}}
	add := func(org store.Org) error {
		for _, is := range []projectr.UseState{projectr.UseStuck, projectr.UseWaits} {
			l, err := org.Outbox(ctx, is)
			if err != nil {
				return err
			}
			for _, e := range l {
				out.Entries = append(out.Entries, entry{org.ID(), e})
			}
		}
		return nil
	}
	if name != "" {
		org, err := h.org(ctx, name, "stripe")
		if err != nil {
			return err
		}
		if err := add(org); err != nil {
			return err
		}
	} else {
		for org, err := range h.store.EachOrg(ctx, "stripe") {
			if err == nil {
				err = add(org)
			}
			if err != nil {
				return err
			}
		}
	}
	return p.print(out, func(w io.Writer) {
		if len(out.Entries) == 0 {
			fmt.Fprintln(w, "The payment provider has been told of all use that is counted.")
			return
		}
		fmt.Fprintln(w, "STATE\tENTRY\tUSD\tTRIES\tWHY")
		for _, e := range out.Entries {
			fmt.Fprintf(w, "%s\t%s\t%d.%06d\t%d\t%s\n", e.State, e.ID, e.Amount/1e6, e.Amount%1e6, e.Tries, e.Problem)
		}
	})
}

func (p *program) retryUse(ctx context.Context, name, id string) error {
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	org, err := h.org(ctx, name, "stripe")
	if err != nil {
		return err
	}
	if err := org.RetryUse(ctx, id); err != nil {
		return err
	}
	return p.print(struct {
		ID string `json:"id"`
	}{id}, func(w io.Writer) { fmt.Fprintln(w, "It is told again within a quarter of an hour.") })
}
