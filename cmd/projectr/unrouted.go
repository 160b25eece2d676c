package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"projectr"
)

const mailHelp = `
  projectr mail unrouted            mail whose address was gone when it was read
  projectr mail unrouted SHA256     its bytes, as they came

Mail is answered for before it is read. One whose organisation was deleted in
between is kept, and belongs to nobody. The installation's own audit log says
who looked.`

// operator is who runs commands, as the house's own audit log tells it: by the name
// they have on this machine, where it is known.
func (p *program) operator() projectr.Actor {
	a := projectr.Actor{Kind: "operator", Name: "Operator"}
	for _, kv := range p.environ {
		if name, ok := strings.CutPrefix(kv, "USER="); ok && projectr.IsLine(name, 100) {
			a.ID = name
		}
	}
	return a
}

func (p *program) mail(ctx context.Context, args []string) error {
	words, err := parsed(p.flags("mail"), args)
	if err != nil {
		return err
	}
	if len(words) == 0 || words[0] != "unrouted" || len(words) > 2 {
		return usagef("mail knows unrouted, with the hash of one mail or without. Run `projectr help mail`.")
	}
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	if len(words) == 2 {
		r, err := h.store.OpenUnrouted(ctx, projectr.Digest(words[1]), p.operator())
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.Copy(p.out, r)
		return err
	}
	items := []projectr.Unrouted{}
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := h.store.Unrouted(ctx, page)
		if err != nil {
			return err
		}
		items = append(items, l.Items...)
		if page.After = l.Next; page.After == "" {
			break
		}
	}
	if err := h.store.Note(ctx, projectr.AuditEntry{Actor: p.operator(), Action: "mail.list_unrouted"}, ""); err != nil {
		return err
	}
	return p.print(map[string]any{"items": items}, func(w io.Writer) {
		fmt.Fprintln(w, "RECEIVED\tTO\tFROM\tBYTES\tSHA256")
		for _, u := range items {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", u.ReceivedAt.Format("2006-01-02 15:04"), u.Recipient, u.Sender, u.Size, u.SHA256)
		}
	})
}
