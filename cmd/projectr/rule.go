package main

import (
	"context"
	"fmt"
	"io"

	"projectr"
	"projectr/store"
)

const ruleHelp = `
  projectr rule list --org A          what corrections taught about where mail goes
  projectr rule remove --org A ID     mail is filed as if the rule had never been

A rule is taught when a person files a mail elsewhere than matching did.`

func (p *program) rule(ctx context.Context, args []string) error {
	return p.inOrg(ctx, "rule", args, nil, func(_ *home, org store.Org, words []string, _ string) error {
		switch {
		case words[0] == "list" && len(words) == 1:
			rules, err := org.FilingRules(ctx)
			if err != nil {
				return err
			}
			return p.print(map[string]any{"items": rules}, func(w io.Writer) {
				fmt.Fprintln(w, "ID\tRULE\tUSED\tSINCE\tBY")
				for _, r := range rules {
					fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", r.ID, r.Text, r.Used, r.CreatedAt.Format("2006-01-02"), r.By)
				}
			})
		case words[0] == "remove" && len(words) == 2:
			id := projectr.FilingRuleID(words[1])
			if err := org.DropFilingRule(ctx, id); err != nil {
				return err
			}
			return p.print(map[string]any{"removed": id}, func(w io.Writer) { fmt.Fprintf(w, "removed\t%s\n", id) })
		case words[0] == "list", words[0] == "remove":
			return usagef("rule list needs nothing more, and rule remove the id of one rule.")
		}
		return usagef("rule knows list and remove, not %q.", words[0])
	})
}
