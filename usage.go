package projectr

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Usage is what an organisation used over some days. Costs are what counts against the
// AI budget, unless they say otherwise.
type Usage struct {
	Days          []UsageDay     `json:"days" nullable:"false" doc:"Days with mail or calls of a model, oldest first."`
	Projects      []UsageProject `json:"projects" nullable:"false" doc:"Projects by the mail of those days that is on them now, most first, and then those with calls alone."`
	Models        []UsageShare   `json:"models" nullable:"false" doc:"Models that were asked, the dearest first."`
	Steps         []UsageShare   `json:"steps" nullable:"false" doc:"What they were asked for."`
	People        []UsageShare   `json:"people" nullable:"false" doc:"Who had mail read again; mail that was read by the settings is under an empty id."`
	Emails        int            `json:"emails" doc:"Mails received on those days, on a project or not."`
	Calls         int            `json:"calls" doc:"Calls of models, all attempts."`
	Unpriced      int            `json:"unpriced" doc:"Of them, those whose cost is not known."`
	Assumed       int            `json:"assumed" doc:"Of those, answers that are in the cost at what was set aside for them, which is the most they can have cost. The others are not in it."`
	CostMicro     int64          `json:"cost_micro_usd" doc:"What reading cost, in micro-USD."`
	UnfiledMicro  int64          `json:"unfiled_micro_usd" doc:"Of that, for mail that was on no project then."`
	ProviderMicro int64          `json:"provider_micro_usd" doc:"What the provider takes for all attempts, as far as that is known: those that failed are not counted against the budget."`
	Ahead         []UsageDay     `json:"ahead" nullable:"false" doc:"What is expected of today and the days of this month to come, by the same weekdays of the four weeks before. Empty unless asked for up to today."`
}

// UsageDay is one day of usage.
type UsageDay struct {
	Day       string       `json:"day" doc:"YYYY-MM-DD, in the organisation's time zone."`
	Emails    int          `json:"emails"`
	Calls     int          `json:"calls"`
	Unpriced  int          `json:"unpriced" doc:"Of the calls, those whose cost is not known."`
	CostMicro int64        `json:"cost_micro_usd"`
	Models    []UsageShare `json:"models" nullable:"false" doc:"What it is made of."`
}

// UsageProject is the usage of one project.
type UsageProject struct {
	ProjectID ProjectID `json:"project_id"`
	Name      string    `json:"name" doc:"Empty where whoever asks may not see projects."`
	Emails    int       `json:"emails"`
	Calls     int       `json:"calls"`
	Unpriced  int       `json:"unpriced" doc:"Of the calls, those whose cost is not known."`
	CostMicro int64     `json:"cost_micro_usd" doc:"Of calls for mail that was on it then."`
}

// UsageShare is one model's, step's or person's part of the calls.
type UsageShare struct {
	ID        string `json:"id"`
	Name      string `json:"name,omitempty" doc:"A name for people, where there is one."`
	Calls     int    `json:"calls"`
	Unpriced  int    `json:"unpriced" doc:"Of the calls, those whose cost is not known."`
	Tokens    Tokens `json:"tokens"`
	CostMicro int64  `json:"cost_micro_usd"`
}

// Add counts calls in, by day, project, model, step and person. named gives the names
// of projects that have none here yet.
func (u *Usage) Add(calls []CallDay, named func(ProjectID) string) {
	share := func(list *[]UsageShare, id string, c CallDay) {
		i := slices.IndexFunc(*list, func(s UsageShare) bool { return s.ID == id })
		if i < 0 {
			i, *list = len(*list), append(*list, UsageShare{ID: id})
		}
		s := &(*list)[i]
		s.Calls, s.Unpriced = s.Calls+c.Calls, s.Unpriced+c.Unpriced
		s.CostMicro, s.Tokens = s.CostMicro+c.ChargedMicro, s.Tokens.Plus(c.Tokens)
	}
	for _, c := range calls {
		u.Calls, u.Unpriced, u.Assumed = u.Calls+c.Calls, u.Unpriced+c.Unpriced, u.Assumed+c.Assumed
		u.CostMicro, u.ProviderMicro = u.CostMicro+c.ChargedMicro, u.ProviderMicro+c.CostMicro
		i, found := slices.BinarySearchFunc(u.Days, c.Day, func(d UsageDay, day string) int { return strings.Compare(d.Day, day) })
		if !found {
			u.Days = slices.Insert(u.Days, i, UsageDay{Day: c.Day, Models: []UsageShare{}})
		}
		d := &u.Days[i]
		d.Calls, d.Unpriced, d.CostMicro = d.Calls+c.Calls, d.Unpriced+c.Unpriced, d.CostMicro+c.ChargedMicro
		share(&d.Models, c.Model, c)
		share(&u.Models, c.Model, c)
		share(&u.Steps, string(c.Step), c)
		share(&u.People, c.By, c)
		if c.ProjectID == nil {
			u.UnfiledMicro += c.ChargedMicro
			continue
		}
		j := slices.IndexFunc(u.Projects, func(p UsageProject) bool { return p.ProjectID == *c.ProjectID })
		if j < 0 {
			j, u.Projects = len(u.Projects), append(u.Projects, UsageProject{ProjectID: *c.ProjectID, Name: named(*c.ProjectID)})
		}
		p := &u.Projects[j]
		p.Calls, p.Unpriced, p.CostMicro = p.Calls+c.Calls, p.Unpriced+c.Unpriced, p.CostMicro+c.ChargedMicro
	}
	dearest := func(a, b UsageShare) int {
		return cmp.Or(cmp.Compare(b.CostMicro, a.CostMicro), cmp.Compare(b.Calls, a.Calls), strings.Compare(a.ID, b.ID))
	}
	for _, l := range [][]UsageShare{u.Models, u.Steps, u.People} {
		slices.SortFunc(l, dearest)
	}
}

// Plus returns the tokens of both.
func (t Tokens) Plus(o Tokens) Tokens {
	return Tokens{t.Input + o.Input, t.Cached + o.Cached, t.Written + o.Written, t.Output + o.Output, t.Reasoning + o.Reasoning}
}

// Expect says what the days from today to last are likely to bring: of each the mean of
// the same weekday over the four weeks before today, or of all those days where the
// organisation is younger than a week. Days before first, when it was founded, do not
// count. Of today it is what is still to come. All days are YYYY-MM-DD.
func Expect(before []UsageDay, today UsageDay, first, last string) []UsageDay {
	now, err1 := time.Parse(time.DateOnly, today.Day)
	end, err2 := time.Parse(time.DateOnly, last)
	founded, err3 := time.Parse(time.DateOnly, first)
	if err1 != nil || err2 != nil || err3 != nil {
		return nil
	}
	type sum struct {
		days, emails int64
		cost         int64
	}
	var of [7]sum
	var all sum
	was := map[string]UsageDay{}
	for _, d := range before {
		was[d.Day] = d
	}
	for back := 1; back <= 28; back++ {
		at := now.AddDate(0, 0, -back)
		if at.Before(founded) {
			break
		}
		d := was[at.Format(time.DateOnly)]
		for _, s := range []*sum{&of[at.Weekday()], &all} {
			s.days, s.emails, s.cost = s.days+1, s.emails+int64(d.Emails), s.cost+d.CostMicro
		}
	}
	var out []UsageDay
	for at := now; !at.After(end); at = at.AddDate(0, 0, 1) {
		s := of[at.Weekday()]
		if all.days < 7 {
			s = all
		}
		if s.days == 0 {
			continue
		}
		d := UsageDay{Day: at.Format(time.DateOnly), Emails: int((s.emails + s.days/2) / s.days), CostMicro: s.cost / s.days, Models: []UsageShare{}}
		if at.Equal(now) {
			d.Emails, d.CostMicro = max(d.Emails-today.Emails, 0), max(d.CostMicro-today.CostMicro, 0)
		}
		out = append(out, d)
	}
	return out
}

// Month is what an organisation brought and cost in one month, so far.
type Month struct {
	Month    string   `json:"month" doc:"YYYY-MM, where the organisation is."`
	Emails   int      `json:"emails"`
	Calls    int      `json:"calls" doc:"Calls of models, all attempts."`
	Unpriced int      `json:"unpriced" doc:"Of them, those whose cost is not known."`
	Cost     int64    `json:"cost_micro_usd" doc:"What the provider takes for them, in micro-USD, as far as that is known."`
	Income   []Amount `json:"income" nullable:"false" doc:"What was paid for invoices in this month less what was given back, by currency."`
	Margin   *int64   `json:"margin_micro_usd" doc:"Income less cost, in micro-USD. Null: what was paid is not known, as of who pays neither by the payment provider nor by what the operator wrote down, or not in US dollars alone."`
}

// Weigh reckons the margin of a month from what was paid in it: nothing else is income.
// Where nothing was, that is known of who would have paid by the payment provider, and of a
// plan that costs nothing. Amounts of different currencies are never added up.
func (m *Month) Weigh(p Plan, pays bool) {
	m.Margin = nil
	free := p.PriceCents == 0 && !p.ByAgreement
	if !pays && !free && len(m.Income) == 0 {
		return
	}
	if brought := dollars(m.Income); brought != nil {
		margin := *brought - m.Cost
		m.Margin = &margin
	}
}

// microInCent is how many micro-USD a cent is.
const microInCent = 10_000

// dollars is what amounts come to in micro-USD; nil when one is of another currency.
func dollars(all []Amount) *int64 {
	var sum int64
	for _, a := range all {
		if a.Currency != "USD" {
			return nil
		}
		sum += a.Minor * microInCent
	}
	return &sum
}

// MonthSum is what the months of several organisations come to.
type MonthSum struct {
	Emails   int      `json:"emails"`
	Unpriced int      `json:"unpriced" doc:"Calls whose cost is not known."`
	Cost     int64    `json:"cost_micro_usd"`
	Income   []Amount `json:"income" nullable:"false" doc:"By currency."`
	Margin   *int64   `json:"margin_micro_usd" doc:"Null: that of an organisation with income or cost is not known."`
}

// SumMonths adds months up, each currency on its own.
func SumMonths(months []Month) MonthSum {
	sum, margin := MonthSum{Income: []Amount{}}, int64(0)
	sum.Margin = &margin
	for _, m := range months {
		sum.Emails, sum.Unpriced, sum.Cost = sum.Emails+m.Emails, sum.Unpriced+m.Unpriced, sum.Cost+m.Cost
		for _, a := range m.Income {
			i := slices.IndexFunc(sum.Income, func(b Amount) bool { return b.Currency == a.Currency })
			if i < 0 {
				i, sum.Income = len(sum.Income), append(sum.Income, Amount{Currency: a.Currency})
			}
			sum.Income[i].Minor += a.Minor
		}
		switch {
		case m.Margin != nil:
			margin += *m.Margin
		case m.Cost > 0 || len(m.Income) > 0:
			sum.Margin = nil
		}
	}
	slices.SortFunc(sum.Income, func(a, b Amount) int { return strings.Compare(a.Currency, b.Currency) })
	return sum
}

// Used is how much of what a plan limits an organisation uses.
type Used struct {
	Month    string `json:"month" doc:"YYYY-MM, in the organisation's time zone."`
	Emails   int64  `json:"emails" doc:"Mails of this month."`
	Projects int64  `json:"projects" doc:"Open projects."`
	Users    int64  `json:"users" doc:"Members and open invitations."`
	Bytes    int64  `json:"bytes" doc:"Of raw mail that is kept."`
	Spent    Spent  `json:"spent" doc:"Of the AI budget."`
	Waiting  int64  `json:"waiting" doc:"Mails that wait for AI budget until the month turns or it grows."`
}

// ProjectTotals are the numbers of a project's page.
type ProjectTotals struct {
	Kinds   map[FactKind]int // live facts of each kind, with a 0 for kinds without any
	Files   int              // files that came with its mails, pictures inside the text aside
	Senders int              // different senders of its mails
	Unsure  int              // facts below SureEnough or held that nobody judged yet
	// Money that live budget mentions say, summed by currency, the largest first. A
	// mention that is unverified or held is in neither until a person stands up for it.
	Approved, Exposure []Amount
}

// ChangeTotals are how many mails and projects changes come from.
type ChangeTotals struct{ Mails, Projects int }
