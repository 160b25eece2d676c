package api

import (
	"cmp"
	"context"
	"slices"
	"time"

	"projectr"
)

// OrgView is an organisation with its numbers.
type OrgView struct {
	Organisation
	Counts projectr.Counts `json:"counts"`
	Visit  *projectr.Visit `json:"visit,omitempty" doc:"Of an operator who is here to look; left out for everybody else."`

	TrialEnds time.Time `json:"trial_ends,omitzero" doc:"Of a trial that was not subscribed to."`
	ReadUntil time.Time `json:"read_until,omitzero" doc:"From when on mail is received and not read, by what is paid; left out: it is read."`
	ClosesAt  time.Time `json:"closes_at,omitzero" doc:"From when on mail, projects and facts cannot be opened or exported, because nobody pays; left out: that is not to come."`

	AIBudget *projectr.AIBudget `json:"ai_budget,omitempty" doc:"How the AI budget stands; left out: there is none."`
}

func getOrg(ctx context.Context, c Caller, _ OrgIn) (OrgView, error) {
	i, err := c.Org.Info(ctx)
	if err != nil {
		return OrgView{}, err
	}
	n, err := c.Org.Counts(ctx)
	if err != nil {
		return OrgView{}, err
	}
	out := OrgView{Organisation: organisation(c.Site, i, c.Role), Counts: n, ReadUntil: i.ReadUntil, ClosesAt: i.ClosesAt}
	if p := c.Site.plans().Of(i); p.BudgetMicro > 0 && c.Org.Within(projectr.ReadUsage) {
		used, err := c.Org.Used(ctx)
		if err != nil {
			return OrgView{}, err
		}
		out.AIBudget = i.AIBudget(p, used, c.Site.Now())
	}
	if i.ReadUntil.Equal(i.TrialEnds) {
		out.TrialEnds = i.TrialEnds
	}
	if c.Org.By().Kind != "operator" {
		return out, nil
	}
	visits, err := c.Org.Visits(ctx)
	for i := range visits {
		if visits[i].User == c.User.ID {
			out.Visit = &visits[i]
		}
	}
	return out, err
}

// zone returns the organisation's time zone.
func (c Caller) zone(ctx context.Context) (*time.Location, error) {
	i, err := c.Org.Info(ctx)
	if err != nil {
		return nil, err
	}
	z, err := time.LoadLocation(i.TimeZone)
	if err != nil {
		return time.UTC, nil // a zone this machine does not know; Org.Validate keeps others out
	}
	return z, nil
}

// today returns now in the organisation's time zone.
func (c Caller) today(ctx context.Context) (time.Time, error) {
	z, err := c.zone(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return c.Site.Now().In(z), nil
}

type usageIn struct {
	OrgIn
	From string `query:"from" format:"date" doc:"First day, YYYY-MM-DD; the first of this month when left out."`
	To   string `query:"to" format:"date" doc:"Last day; today when left out."`
}

func getUsage(ctx context.Context, c Caller, in usageIn) (projectr.Usage, error) {
	today, err := c.today(ctx)
	if err != nil {
		return projectr.Usage{}, err
	}
	from := cmp.Or(in.From, today.AddDate(0, 0, 1-today.Day()).Format(time.DateOnly))
	to := cmp.Or(in.To, today.Format(time.DateOnly))
	if err := cmp.Or(dayParam("from", from), dayParam("to", to)); err != nil {
		return projectr.Usage{}, err
	}
	a, _ := time.Parse(time.DateOnly, from)
	b, _ := time.Parse(time.DateOnly, to)
	switch {
	case b.Before(a):
		return projectr.Usage{}, badParam("to", "The last day comes before the first.")
	case b.Sub(a) > 800*24*time.Hour:
		return projectr.Usage{}, badParam("from", "Ask for at most 800 days at once.")
	}
	u, err := c.Org.Usage(ctx, from, to)
	if !c.Org.Within(projectr.ReadProjects) { // as in the ledger
		for i := range u.Projects {
			u.Projects[i].Name = ""
		}
	}
	if err != nil || to < today.Format(time.DateOnly) || from > today.Format(time.DateOnly) {
		return u, err
	}
	u.Ahead, err = c.expected(ctx, today, u)
	return u, err
}

// expected is what the rest of this month is likely to bring.
func (c Caller) expected(ctx context.Context, today time.Time, u projectr.Usage) ([]projectr.UsageDay, error) {
	i, err := c.Org.Info(ctx)
	if err != nil {
		return nil, err
	}
	before, err := c.Org.Usage(ctx, today.AddDate(0, 0, -28).Format(time.DateOnly), today.AddDate(0, 0, -1).Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	now := projectr.UsageDay{Day: today.Format(time.DateOnly)}
	for _, d := range u.Days {
		if d.Day == now.Day {
			now = d
		}
	}
	ahead := projectr.Expect(before.Days, now, i.CreatedAt.In(today.Location()).Format(time.DateOnly), today.AddDate(0, 1, -today.Day()).Format(time.DateOnly))
	if ahead == nil {
		ahead = []projectr.UsageDay{}
	}
	return ahead, nil
}

// dayParam says of a day in the query that the calendar has none such. An empty one is
// none.
func dayParam(name, day string) error {
	if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
		return badParam(name, "There is no day "+day+" in the calendar.")
	}
	return nil
}

// badParam is an error about a query parameter.
func badParam(name, why string) error {
	return &projectr.Error{Kind: projectr.Invalid, Field: "query." + name, Message: why}
}

// Limits are those of the plan; 0 is unlimited.
type Limits struct {
	Emails       int64 `json:"emails" doc:"A month."`
	Projects     int64 `json:"projects"`
	Users        int64 `json:"users"`
	BudgetMicro  int64 `json:"budget_micro_usd" doc:"For AI, a month."`
	StorageBytes int64 `json:"storage_bytes"`
}

type partIn struct {
	OrgIn
	PageIn
}

// part cuts a page out of a list that is short enough to be read whole. The
// cursor is the id of the last item before; one that is gone gives no items.
func part[T any](all []T, p projectr.Page, id func(T) string) projectr.List[T] {
	if p.After != "" {
		i := slices.IndexFunc(all, func(t T) bool { return id(t) == p.After })
		if i < 0 {
			return projectr.List[T]{}
		}
		all = all[i+1:]
	}
	if len(all) <= p.Limit {
		return projectr.List[T]{Items: all}
	}
	return projectr.List[T]{Items: all[:p.Limit], Next: id(all[p.Limit-1])}
}
