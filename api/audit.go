package api

import (
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"regexp"
	"time"

	"projectr"
)

// AuditIn says which entries of the audit log are asked for.
type AuditIn struct {
	OrgIn
	Person  string `query:"person" maxLength:"100" doc:"Id of a user or a key."`
	Action  string `query:"action" maxLength:"100" doc:"In full, such as project.save."`
	Outcome string `query:"outcome" enum:"done,refused" doc:"Whether it was done."`
	From    string `query:"from" format:"date" doc:"First day, YYYY-MM-DD, in the organisation's time zone."`
	To      string `query:"to" format:"date" doc:"Last day."`
}

func (c Caller) auditFilter(ctx context.Context, in AuditIn) (projectr.AuditFilter, error) {
	f := projectr.AuditFilter{Person: in.Person, Action: in.Action, Outcome: projectr.Outcome(in.Outcome)}
	z, err := c.zone(ctx)
	if err != nil {
		return f, err
	}
	for _, x := range []struct {
		name, day string
		to        *time.Time
		add       int
	}{{"from", in.From, &f.From, 0}, {"to", in.To, &f.To, 1}} {
		if x.day == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, x.day, z)
		if err != nil {
			return f, badParam(x.name, "There is no day "+x.day+" in the calendar.")
		}
		*x.to = day.AddDate(0, 0, x.add)
	}
	if in.From != "" && in.To != "" && !f.From.Before(f.To) {
		return f, badParam("to", "The last day comes before the first.")
	}
	return f, nil
}

type listAuditIn struct {
	AuditIn
	PageIn
}

func listAudit(ctx context.Context, c Caller, in listAuditIn) (List[projectr.AuditEntry], error) {
	f, err := c.auditFilter(ctx, in.AuditIn)
	if err != nil {
		return List[projectr.AuditEntry]{}, err
	}
	f.Page = in.page()
	return listOf(c.Org.Audit(ctx, f))
}

// formula is the beginning of a text that a spreadsheet would take for a formula, also
// behind quotes and blanks that it leaves out.
var formula = regexp.MustCompile("^([\\s\"\\p{Z}\\p{Cc}\\p{Cf}]*[=+\\-@＝＋－＠]|[\t\r\n])")

// within is where a cell would begin for a spreadsheet that takes ; or a tab for what stands
// between cells, as Excel does in much of Europe, and so sees no quotes around this one.
var within = regexp.MustCompile("([;\t\r\n][\\s\"\\p{Z}\\p{Cc}\\p{Cf}]*)([=+\\-@＝＋－＠])")

// amount is a number, which may be below 0: it is no formula.
var amount = regexp.MustCompile(`^-[0-9]+(\.[0-9]+)?$`)

// cell is a text as a spreadsheet shows it and does not run it.
func cell(s string) string {
	if formula.MatchString(s) && !amount.MatchString(s) {
		s = "'" + s
	}
	return within.ReplaceAllString(s, "$1'$2")
}

// auditCSV answers with the entries as a table (RFC 4180), newest first. It ends when
// the log did when it was begun: what is added meanwhile stands before.
func auditCSV(ctx context.Context, c Caller, in AuditIn) (writeTo, error) {
	f, err := c.auditFilter(ctx, in)
	if err != nil {
		return nil, err
	}
	i, err := c.Org.Info(ctx)
	if err != nil {
		return nil, err
	}
	f.Page = projectr.Page{Limit: 200}
	l, err := c.Org.Audit(ctx, f)
	if err != nil {
		return nil, err
	}
	name := "audit-" + i.Address + "-" + c.Site.Now().UTC().Format(time.DateOnly) + ".csv"
	return tableOf(c, name, []string{"time", "who", "who_id", "sort", "action", "target", "route", "outcome", "request", "note"}, l, func(ctx context.Context, after string) (projectr.List[projectr.AuditEntry], error) {
		f.Page.After = after
		return c.Org.Audit(ctx, f)
	}, func(a projectr.AuditEntry) []string {
		return []string{a.At.UTC().Format(time.RFC3339), a.Actor.Name, a.Actor.ID, a.Actor.Kind, a.Action, a.Target, a.Route, string(a.Outcome), a.Request, a.Note}
	}), nil
}

// tableOf answers with a list as a table (RFC 4180) under a file's name, page by page
// from the first: who is taken out meanwhile gets no further page. No cell of it is a formula.
func tableOf[T any](c Caller, name string, head []string, first projectr.List[T], next func(context.Context, string) (projectr.List[T], error), row func(T) []string) writeTo {
	return func(ctx context.Context, w http.ResponseWriter) error {
		h := w.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", disposition(name))
		h.Set("Content-Security-Policy", filePolicy)
		buf := bufio.NewWriter(w)
		if _, err := io.WriteString(buf, "\ufeff"); err != nil { // without it Excel does not read UTF-8
			return err
		}
		table := csv.NewWriter(buf)
		table.UseCRLF = true
		if err := table.Write(head); err != nil {
			return err
		}
		for l := first; ; {
			for _, x := range l.Items {
				cells := row(x)
				for i := range cells {
					cells[i] = cell(cells[i])
				}
				if err := table.Write(cells); err != nil {
					return err
				}
			}
			if l.Next == "" {
				break
			}
			var err error
			if l, err = next(ctx, l.Next); err != nil {
				return err
			}
			if err := c.again(ctx); err != nil {
				return err
			}
		}
		table.Flush()
		if err := table.Error(); err != nil {
			return err
		}
		return buf.Flush()
	}
}
