package main

import (
	"context"
	"fmt"
	"io"

	"projectr"
	"projectr/store"
)

const verifyHelp = `
  projectr verify [--org A]

Reads every raw mail again and compares it with the hash it was received with,
and follows the chain of every audit log, the installation's own included. It
may run beside serve. Exit status 1 means that something is not as it was
written.

Entries cut off at the end of a log leave a chain that holds: keep the heads
that are printed somewhere else, and compare their number of entries.`

// verified is what `verify` found.
type verified struct {
	Organisations []verifiedOrg        `json:"organisations"`
	House         *projectr.AuditCheck `json:"house,omitempty"` // its own log; nil when one organisation was asked for
	Mails         int                  `json:"mails"`           // that were read again
	Bytes         int64                `json:"bytes"`
	Broken        []broken             `json:"broken"`
}

type verifiedOrg struct {
	ID      projectr.OrgID `json:"id"`
	Address string         `json:"address"` // mail-in name
	projectr.AuditCheck
	Mails int  `json:"mails"`
	OK    bool `json:"ok"`
}

// broken is one thing that is not as it was written.
type broken struct {
	Organisation projectr.OrgID   `json:"organisation_id,omitempty"`
	Email        projectr.EmailID `json:"email_id,omitempty"`
	SHA256       projectr.Digest  `json:"sha256,omitempty"`
	Entry        int64            `json:"entry,omitempty"` // of an audit log
	What         string           `json:"what"`
}

func (p *program) verify(ctx context.Context, args []string) error {
	f := p.flags("verify")
	name := f.String("org", "", "")
	if words, err := parsed(f, args); err != nil {
		return err
	} else if len(words) > 0 {
		return usagef("verify takes no words. Run `projectr help verify`.")
	}
	h, err := p.home(ctx)
	if err != nil {
		return err
	}
	defer h.close()
	out := verified{Organisations: []verifiedOrg{}, Broken: []broken{}}
	if *name != "" {
		org, err := h.org(ctx, *name, "verify")
		if err != nil {
			return err
		}
		if err := out.organisation(ctx, org); err != nil {
			return err
		}
	} else if err := out.all(ctx, h.store); err != nil {
		return err
	}
	if err := p.print(out, out.human); err != nil {
		return err
	}
	if n := len(out.Broken); n > 0 {
		return &projectr.Error{Kind: projectr.Conflict, Message: fmt.Sprintf("%s not as written: put back a backup beside this folder, and compare before anything is changed.", things(n))}
	}
	return nil
}

func things(n int) string {
	if n == 1 {
		return "One thing is"
	}
	return fmt.Sprintf("%d things are", n)
}

func (v *verified) human(w io.Writer) {
	fmt.Fprintln(w, "ADDRESS\tMAILS\tENTRIES\tHEAD\tSTATE")
	row := func(name string, mails any, c projectr.AuditCheck, ok bool) {
		state := "ok"
		if !ok {
			state = "BROKEN"
		}
		fmt.Fprintf(w, "%s\t%v\t%d\t%s\t%s\n", name, mails, c.Entries, c.Head, state)
	}
	for _, o := range v.Organisations {
		row(o.Address, o.Mails, o.AuditCheck, o.OK)
	}
	if v.House != nil {
		row("(installation)", "", *v.House, v.House.Broken == 0)
	}
	fmt.Fprintf(w, "\n%d mails, %d bytes\n", v.Mails, v.Bytes)
	for _, b := range v.Broken {
		fmt.Fprintf(w, "BROKEN\t%s\t%s\t%s\n", b.Organisation, b.Email, b.What)
	}
}

// all verifies every organisation, the house's own log, and mail that led nowhere.
func (v *verified) all(ctx context.Context, st *store.Store) error {
	for org, err := range st.EachOrg(ctx, "verify") {
		if err != nil {
			return err
		}
		if err := v.organisation(ctx, org); err != nil {
			return err
		}
	}
	house, err := st.VerifyHouse(ctx)
	if err != nil {
		return err
	}
	v.House = &house
	v.chain("", house)
	read := map[projectr.Digest]bool{}
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := st.Unrouted(ctx, page)
		if err != nil {
			return err
		}
		for _, u := range l.Items {
			if read[u.SHA256] {
				continue
			}
			read[u.SHA256] = true
			n, err := st.CheckUnrouted(ctx, u.SHA256)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			v.mail(n, err, broken{SHA256: u.SHA256})
		}
		if page.After = l.Next; page.After == "" {
			return nil
		}
	}
}

// organisation verifies one. It may be deleted meanwhile, and so may its mails.
func (v *verified) organisation(ctx context.Context, org store.Org) error {
	info, err := org.Info(ctx)
	if projectr.KindOf(err) == projectr.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	check, err := org.VerifyAudit(ctx)
	if err != nil {
		return err
	}
	o := verifiedOrg{ID: info.ID, Address: info.Address, AuditCheck: check}
	before := len(v.Broken)
	v.chain(info.ID, check)
	read := map[projectr.Digest]bool{}
	for f := (projectr.EmailFilter{Copies: true, Page: projectr.Page{Limit: 200}}); ; {
		l, err := org.Emails(ctx, f)
		if err != nil {
			return err
		}
		for _, e := range l.Items {
			if read[e.SHA256] { // mails that came inside one share its bytes
				continue
			}
			read[e.SHA256] = true
			n, err := hashed(ctx, org, e.ID)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if n < 0 {
				continue
			}
			o.Mails++
			v.mail(n, err, broken{Organisation: info.ID, Email: e.ID, SHA256: e.SHA256})
		}
		if f.Page.After = l.Next; l.Next == "" {
			break
		}
	}
	o.OK = len(v.Broken) == before
	v.Organisations = append(v.Organisations, o)
	return nil
}

// hashed reads the bytes of a mail through; -1 when it was deleted meanwhile. The
// error says that they are not those that were received.
func hashed(ctx context.Context, org store.Org, id projectr.EmailID) (int64, error) {
	r, e, err := org.OpenRaw(ctx, id)
	if err != nil {
		if e.ID == "" && projectr.KindOf(err) == projectr.NotFound {
			return -1, nil
		}
		return 0, err
	}
	defer r.Close()
	return io.Copy(io.Discard, r)
}

func (v *verified) mail(n int64, err error, at broken) {
	v.Mails++
	v.Bytes += n
	if err != nil {
		at.What = "raw mail: " + err.Error()
		v.Broken = append(v.Broken, at)
	}
}

func (v *verified) chain(org projectr.OrgID, c projectr.AuditCheck) {
	if c.Broken != 0 {
		v.Broken = append(v.Broken, broken{Organisation: org, Entry: c.Broken, What: fmt.Sprintf("audit log: entry %d is not as it was written, or does not follow the one before", c.Broken)})
	}
}
