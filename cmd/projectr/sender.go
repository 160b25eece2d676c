package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"projectr"
	"projectr/store"
)

const senderHelp = `
  projectr sender list --org A
  projectr sender allow --org A PATTERN     mail of these senders is read, and what
                                            waited in quarantine is let in
  projectr sender block --org A PATTERN     their mail goes to quarantine
  projectr sender remove --org A PATTERN

PATTERN is an address (jo@x.example), a domain (@x.example), or '*' for anyone.
Members, and the mail domains of members, are allowed without a rule; those of
public mail providers are not. The closest rule counts. Mail that proves not to
be from whom it says stays in quarantine whatever the rules say.`

func (p *program) sender(ctx context.Context, args []string) error {
	return p.inOrg(ctx, "sender", args, nil, func(_ *home, org store.Org, words []string, _ string) error {
		what := words[0]
		if !slices.Contains([]string{"list", "allow", "block", "remove"}, what) {
			return usagef("sender knows list, allow, block and remove, not %q.", what)
		}
		if what == "list" {
			return p.senders(ctx, org, words)
		}
		if len(words) != 2 {
			return usagef("sender %s needs one pattern: an address, @ and a domain, or '*'.", what)
		}
		if what == "remove" {
			return p.removeSender(ctx, org, words[1])
		}
		r, err := org.SaveSender(ctx, words[1], what == "allow")
		if err != nil {
			return err
		}
		return p.print(r, func(w io.Writer) { fmt.Fprintf(w, "%s\t%s\n", ruleWord(r), r.Pattern) })
	})
}

func ruleWord(r projectr.SenderRule) string {
	if r.Allow {
		return "allowed"
	}
	return "blocked"
}

func (p *program) senders(ctx context.Context, org store.Org, words []string) error {
	if len(words) > 1 {
		return usagef("sender list needs nothing more.")
	}
	rules, err := org.Senders(ctx)
	if err != nil {
		return err
	}
	if rules == nil {
		rules = []projectr.SenderRule{}
	}
	return p.print(map[string]any{"items": rules}, func(w io.Writer) {
		fmt.Fprintln(w, "RULE\tSENDER\tSINCE\tBY")
		for _, r := range rules {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", ruleWord(r), r.Pattern, r.CreatedAt.Format("2006-01-02"), r.By)
		}
	})
}

func (p *program) removeSender(ctx context.Context, org store.Org, pattern string) error {
	form, err := projectr.ValidatePattern(pattern)
	if err != nil {
		return err
	}
	rules, err := org.Senders(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rules, func(r projectr.SenderRule) bool { return r.Pattern == form })
	if i < 0 {
		return &projectr.Error{Kind: projectr.NotFound, Message: fmt.Sprintf("There is no rule for %s: `projectr sender list` shows them.", form)}
	}
	if err := org.DropSender(ctx, rules[i].ID); err != nil {
		return err
	}
	return p.print(map[string]any{"removed": rules[i]}, func(w io.Writer) { fmt.Fprintf(w, "removed\t%s\n", form) })
}
