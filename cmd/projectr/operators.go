package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"projectr"
)

const operatorsHelp = `
  projectr operator list
  projectr operator add EMAIL
  projectr operator remove EMAIL

Operators run the installation: they see every organisation's numbers in the
dashboard, and enter one only with a reason that its admins see. An account has
to exist before; what changes stands in the installation's own audit log.`

func (p *program) operators(ctx context.Context, args []string) error {
	words, err := parsed(p.flags("operator"), args)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return usagef("operator needs list, add or remove. Run `projectr help operator`.")
	}
	what, n := words[0], map[string]int{"list": 1, "add": 2, "remove": 2}[words[0]]
	if n == 0 {
		return usagef("operator knows list, add and remove, not %q.", what)
	}
	if len(words) != n {
		return usagef("operator %s takes %s. Run `projectr help operator`.", what, map[int]string{1: "no more words", 2: "one e-mail address"}[n])
	}
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	if what == "list" {
		all, err := h.store.Operators(ctx)
		if err != nil {
			return err
		}
		if all == nil {
			all = []projectr.User{}
		}
		return p.print(map[string]any{"items": all}, func(w io.Writer) {
			fmt.Fprintln(w, "EMAIL\tNAME")
			for _, u := range all {
				fmt.Fprintf(w, "%s\t%s\n", u.Email, u.Name)
			}
		})
	}
	u, _, err := h.store.UserByEmail(ctx, strings.ToLower(words[1]))
	if err != nil {
		if projectr.KindOf(err) == projectr.NotFound {
			return &projectr.Error{Kind: projectr.NotFound, Message: "Nobody signs in as " + words[1] + ": make the account first, with `projectr user create`.", Err: err}
		}
		return err
	}
	if err := h.store.SetOperator(ctx, u.ID, what == "add", p.operator()); err != nil {
		return err
	}
	return p.print(map[string]any{"id": u.ID, "email": u.Email, "operator": what == "add"}, func(w io.Writer) {
		fmt.Fprintf(w, "%s is %s.\n", u.Email, map[bool]string{true: "an operator", false: "no operator any more"}[what == "add"])
	})
}
