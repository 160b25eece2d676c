package main

import (
	"context"
	"fmt"
	"io"

	"projectr"
)

const stripeHelp = `
  projectr stripe setup

Makes a product and a monthly price at Stripe for each plan that is sold, and
the meter of what language models cost. What is there stays, so that it may be
run again at any time. Webhooks are set up at Stripe: to the dashboard's address
and /hooks/stripe, for customer, subscription and invoice events.`

var noStripe = &projectr.Error{Kind: projectr.Invalid, Message: "No payment provider is set up: set PROJECTR_STRIPE_SECRET_KEY first."}

func (p *program) stripe(ctx context.Context, args []string) error {
	words, err := parsed(p.flags("stripe"), args)
	if err != nil {
		return err
	}
	if len(words) != 1 || words[0] != "setup" {
		return usagef("stripe needs setup. Run `projectr help stripe`.")
	}
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
	made, err := pay.Setup(ctx, projectr.Plans)
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
