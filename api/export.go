package api

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"projectr"
)

// exportOrg writes all of an organisation into one ZIP file: projects, members, senders,
// filing rules and the log as JSON, each mail with its facts, and its raw bytes. It is
// written as it is read, so that its size costs no memory but for its table of contents.
// Bytes that are damaged are left out and named in damaged.json; any other trouble breaks
// the answer off, and a ZIP file without its end opens nowhere. It takes a person who has
// shown of late who they are: a screen that was left open gives nothing away as a whole.
func exportOrg(ctx context.Context, c Caller, _ OrgIn) (writeTo, error) {
	if err := c.Site.recent(c.who); err != nil {
		return nil, err
	}
	i, err := c.Org.Info(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.Org.Note(ctx, "org.export", ""); err != nil {
		return nil, err
	}
	now := c.Site.Now().UTC()
	name := "projectr-" + i.Address + "-" + now.Format(time.DateOnly) + ".zip"
	return func(ctx context.Context, w http.ResponseWriter) error {
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("Content-Disposition", disposition(name))
		w.Header().Set("Content-Security-Policy", filePolicy)
		x := &export{w: zip.NewWriter(w), at: now}
		if err := x.all(ctx, c, organisation(c.Site, i, c.Role)); err != nil {
			return err
		}
		if len(x.damaged) > 0 {
			c.Site.Log.ErrorContext(ctx, "mails are not exported as they came", "org", c.Org.ID(), "mails", len(x.damaged), "last", x.damaged[len(x.damaged)-1], "err", x.why)
			if err := x.json("damaged.json", x.damaged); err != nil {
				return err
			}
		}
		return x.w.Close()
	}, nil
}

// export is a ZIP file in the making.
type export struct {
	w       *zip.Writer
	at      time.Time
	damaged []projectr.EmailID // whose bytes are not those that came
	why     error              // what was wrong with the last of them
}

// all writes an organisation.
func (x *export) all(ctx context.Context, c Caller, is Organisation) error {
	projects, err := c.Org.AllProjects(ctx)
	if err != nil {
		return err
	}
	members, err := c.Org.Members(ctx)
	if err != nil {
		return err
	}
	senders, err := c.Org.Senders(ctx)
	if err != nil {
		return err
	}
	rules, err := c.Org.FilingRules(ctx)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		is   any
	}{{"organisation", is}, {"projects", projects}, {"members", members}, {"senders", senders}, {"filing-rules", rules}} {
		if err := x.json(part.name+".json", part.is); err != nil {
			return err
		}
	}
	if err := x.log(ctx, c); err != nil {
		return err
	}
	return pages(ctx, c, func(ctx context.Context, p projectr.Page) (projectr.List[projectr.Email], error) {
		return c.Org.Emails(ctx, projectr.EmailFilter{Copies: true, Page: p})
	}, func(e projectr.Email) error { return x.mail(ctx, c, e) })
}

// log writes the audit log, which may be longer than memory has room for.
func (x *export) log(ctx context.Context, c Caller) error {
	w, err := x.create("audit.json", zip.Deflate)
	if err != nil {
		return err
	}
	before := "[\n  "
	err = pages(ctx, c, func(ctx context.Context, p projectr.Page) (projectr.List[projectr.AuditEntry], error) {
		return c.Org.Audit(ctx, projectr.AuditFilter{Page: p})
	}, func(a projectr.AuditEntry) error {
		is, err := json.MarshalIndent(a, "  ", "  ")
		if err == nil {
			_, err = fmt.Fprintf(w, "%s%s", before, is)
		}
		before = ",\n  "
		return err
	})
	if err == nil {
		_, err = io.WriteString(w, "\n]\n") // there is one entry at least: that of the export
	}
	return err
}

// pages reads a list to its end and hands each of it to each. It may take long, and who
// is taken out meanwhile gets no further page.
func pages[T any](ctx context.Context, c Caller, read func(context.Context, projectr.Page) (projectr.List[T], error), each func(T) error) error {
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := read(ctx, page)
		if err != nil {
			return err
		}
		if err := c.again(ctx); err != nil {
			return err
		}
		for _, v := range l.Items {
			if err := each(v); err != nil {
				return err
			}
		}
		if page.After = l.Next; l.Next == "" {
			return nil
		}
	}
}

// mail writes one mail: what is kept of it, and how it came. One that came inside
// another has no bytes of its own, and those with a virus are handed out to nobody.
func (x *export) mail(ctx context.Context, c Caller, e projectr.Email) error {
	err := x.json(fmt.Sprintf("mails/%s.json", e.ID), e)
	if err != nil || e.CameBy != nil || e.State == projectr.Held && e.Verdict == projectr.Refused {
		return err
	}
	// Read twice: once to know that it is whole, once to send it.
	if err := copyRaw(ctx, c, e.ID, io.Discard); err != nil {
		if ctx.Err() != nil {
			return err
		}
		x.damaged, x.why = append(x.damaged, e.ID), err
		return nil
	}
	w, err := x.create(fmt.Sprintf("mails/%s.eml", e.ID), zip.Deflate)
	if err != nil {
		return err
	}
	return copyRaw(ctx, c, e.ID, w)
}

func copyRaw(ctx context.Context, c Caller, id projectr.EmailID, to io.Writer) error {
	raw, _, err := c.Org.OpenRaw(ctx, id)
	if err != nil {
		return err
	}
	defer raw.Close()
	_, err = io.Copy(to, raw)
	return err
}

func (x *export) create(name string, method uint16) (io.Writer, error) {
	return x.w.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: x.at})
}

func (x *export) json(name string, v any) error {
	w, err := x.create(name, zip.Store)
	if err != nil {
		return err
	}
	to := json.NewEncoder(w)
	to.SetIndent("", "  ")
	return to.Encode(v)
}
