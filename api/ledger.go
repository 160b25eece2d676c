package api

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"projectr"
)

// LedgerIn says which calls of models are asked for.
type LedgerIn struct {
	OrgIn
	From    string `query:"from" format:"date" doc:"First day, YYYY-MM-DD, in the organisation's time zone."`
	To      string `query:"to" format:"date" doc:"Last day."`
	Project string `query:"project" maxLength:"100" doc:"Id of the project on which the mail was then."`
	Email   string `query:"email" maxLength:"100" doc:"Id of the mail."`
	Model   string `query:"model" maxLength:"100" doc:"The model that was asked, by its name."`
	Step    string `query:"step" enum:"read,reread" doc:"What it was asked for: mail that came in, or mail that a person had read again."`
	Person  string `query:"person" maxLength:"100" doc:"Id of who asked for it; settings: nobody did, it was read by the settings."`
	Outcome string `query:"outcome" enum:"started,answered,invalid,refused,limited,unavailable,timeout,not_sent,unknown" doc:"How it ended."`
}

func (in LedgerIn) filter() (projectr.LedgerFilter, error) {
	f := projectr.LedgerFilter{From: in.From, To: in.To, Project: projectr.ProjectID(in.Project), Email: projectr.EmailID(in.Email),
		Model: in.Model, Step: projectr.CallStep(in.Step), Person: in.Person, Outcome: projectr.CallOutcome(in.Outcome)}
	if err := cmp.Or(dayParam("from", in.From), dayParam("to", in.To)); err != nil {
		return f, err
	}
	if in.From != "" && in.To != "" && in.To < in.From {
		return f, badParam("to", "The last day comes before the first.")
	}
	return f, nil
}

type listLedgerIn struct {
	LedgerIn
	PageIn
}

func listLedger(ctx context.Context, c Caller, in listLedgerIn) (List[projectr.LedgerEntry], error) {
	f, err := in.filter()
	if err != nil {
		return List[projectr.LedgerEntry]{}, err
	}
	f.Page = in.page()
	l, err := c.ledger(ctx, f)
	return listOf(l, err)
}

// ledger lists calls. Whoever may not read mail is told no subjects, and nobody names
// of projects that they may not see.
func (c Caller) ledger(ctx context.Context, f projectr.LedgerFilter) (projectr.List[projectr.LedgerEntry], error) {
	l, err := c.Org.Ledger(ctx, f)
	for i := range l.Items {
		if !c.Org.Within(projectr.ReadMail) {
			l.Items[i].Subject = ""
		}
		if !c.Org.Within(projectr.ReadProjects) {
			l.Items[i].Project = ""
		}
	}
	return l, err
}

func ledgerCSV(ctx context.Context, c Caller, in LedgerIn) (writeTo, error) {
	f, err := in.filter()
	if err != nil {
		return nil, err
	}
	i, err := c.Org.Info(ctx)
	if err != nil {
		return nil, err
	}
	f.Page = projectr.Page{Limit: 200}
	first, err := c.ledger(ctx, f)
	if err != nil {
		return nil, err
	}
	name := "ledger-" + i.Address + "-" + c.Site.Now().UTC().Format(time.DateOnly) + ".csv"
	head := []string{"time", "day", "id", "job", "step", "who", "model", "answered", "outcome", "email_id", "subject", "project_id", "project",
		"input_tokens", "cached_tokens", "written_tokens", "output_tokens", "reasoning_tokens", "took_ms", "cost_usd", "charged_usd", "prices", "prompt"}
	return tableOf(c, name, head, first, func(ctx context.Context, after string) (projectr.List[projectr.LedgerEntry], error) {
		f.Page.After = after
		return c.ledger(ctx, f)
	}, func(e projectr.LedgerEntry) []string {
		project, t := "", e.Tokens
		if e.ProjectID != nil {
			project = string(*e.ProjectID)
		}
		cost := ""
		if e.CostMicro != nil {
			cost = usd(*e.CostMicro)
		}
		return []string{e.At.UTC().Format(time.RFC3339), e.Day, string(e.ID), e.Job, string(e.Step), e.By.Name, e.Model, e.Answered, string(e.Outcome), string(e.EmailID), e.Subject, project, e.Project,
			strconv.Itoa(t.Input), strconv.Itoa(t.Cached), strconv.Itoa(t.Written), strconv.Itoa(t.Output), strconv.Itoa(t.Reasoning), strconv.FormatInt(e.TookMilli, 10), cost, usd(e.ChargedMicro), e.Prices, e.Prompt}
	}), nil
}

// usd writes micro-USD as dollars to the last digit.
func usd(micro int64) string {
	if micro < 0 {
		return "-" + usd(-micro)
	}
	return fmt.Sprintf("%d.%06d", micro/1_000_000, micro%1_000_000)
}
