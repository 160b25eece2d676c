package projectr

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Plan is what an organisation pays for, and its limits. A limit of 0 means
// unlimited. Plans are data: nothing in the code asks for a plan by name.
type Plan struct {
	Name         string `json:"name"`
	PriceCents   int64  `json:"price_cents" doc:"USD cents a month; 0 when free or by agreement."`
	Emails       int64  `json:"emails" doc:"Emails a month; 0 is unlimited."`
	Projects     int64  `json:"projects" doc:"Open projects; 0 is unlimited."`
	Users        int64  `json:"users" doc:"Admins and viewers; 0 is unlimited."`
	BudgetMicro  int64  `json:"budget_micro_usd" doc:"AI budget a month in micro-USD; 0 is no plan limit."`
	ByAgreement  bool   `json:"by_agreement"`
	StorageBytes int64  `json:"storage_bytes" doc:"0 is unlimited."`
	OwnBudget    bool   `json:"own_budget,omitempty" doc:"The AI budget is what whoever runs the installation spends at most: attempts that are not charged count against it as well."`
}

// Budget is what calls of models of one month may come to, in micro-USD; zero: any amount.
type Budget struct {
	Charged int64 // what counts against the budget
	Cost    int64 // what all attempts cost, those too that are not charged, as far as that is known
}

// Budget is the AI budget. Attempts that come to nothing are the operator's to pay, and
// bounded too; where the budget is the operator's own, they have no more than that.
func (p Plan) Budget() Budget {
	if p.OwnBudget {
		return Budget{p.BudgetMicro, p.BudgetMicro}
	}
	return Budget{p.BudgetMicro, 2 * p.BudgetMicro}
}

// PlanTable is the plans of an installation.
type PlanTable []Plan

// Plans is the table of plans where the operator has no other.
var Plans = PlanTable{
	{Name: "starter", PriceCents: 49_00, Emails: 500, Projects: 2, Users: 3, BudgetMicro: 20_000_000, StorageBytes: 10 << 30},
	{Name: "professional", PriceCents: 149_00, Emails: 2000, Users: 15, BudgetMicro: 100_000_000, StorageBytes: 100 << 30},
	{Name: "enterprise", ByAgreement: true},
	{Name: "self_hosted"},
}

// ForSale returns the plans that have a price or one by agreement, as they stand in the
// table.
func (t PlanTable) ForSale() []Plan {
	out := []Plan{}
	for _, p := range t {
		if p.PriceCents > 0 || p.ByAgreement {
			out = append(out, p)
		}
	}
	return out
}

// Named returns the plan of that name.
func (t PlanTable) Named(name string) (Plan, bool) {
	i := slices.IndexFunc(t, func(p Plan) bool { return p.Name == name })
	if i < 0 {
		return Plan{}, false
	}
	return t[i], true
}

// Of is the organisation's plan, with its limits.
func (t PlanTable) Of(o Org) Plan {
	p, _ := t.Named(o.Plan) // kept only when there is such a plan
	return p
}

// WithOwnBudget gives the plans that cost nothing and have no AI budget the one that
// whoever runs the installation sets, in micro-USD a month for each organisation; 0: none.
func (t PlanTable) WithOwnBudget(micro int64) PlanTable {
	out := slices.Clone(t)
	for i, p := range out {
		if micro > 0 && p.PriceCents == 0 && !p.ByAgreement && p.BudgetMicro == 0 {
			out[i].BudgetMicro, out[i].OwnBudget = micro, true
		}
	}
	return out
}

// maxPlanNumber bounds the numbers of plans, so that reckoning with them cannot overflow.
const maxPlanNumber = 1e15

// ReadPlans reads what is different in an operator's table of plans, in the layout that
// docs/plans.md shows. There are always the same plans, by their names. An error is
// Invalid and says what is wrong.
func ReadPlans(r io.Reader) (PlanTable, error) {
	invalid := func(format string, args ...any) (PlanTable, error) {
		return nil, &Error{Kind: Invalid, Message: "The table of plans is no use: " + fmt.Sprintf(format, args...) + "."}
	}
	type row struct {
		Name         string `json:"name"`
		PriceCents   *int64 `json:"price_cents"`
		Emails       *int64 `json:"emails"`
		Projects     *int64 `json:"projects"`
		Users        *int64 `json:"users"`
		BudgetMicro  *int64 `json:"budget_micro_usd"`
		StorageBytes *int64 `json:"storage_bytes"`
		ByAgreement  *bool  `json:"by_agreement"`
	}
	var file struct {
		Plans []row `json:"plans"`
	}
	d := json.NewDecoder(io.LimitReader(r, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, &Error{Kind: Invalid, Message: "The table of plans is not JSON of the layout that docs/plans.md shows.", Err: err}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return invalid("something follows the table")
	}
	out, seen := slices.Clone(Plans), map[string]bool{}
	for _, x := range file.Plans {
		i := slices.IndexFunc(out, func(p Plan) bool { return p.Name == x.Name })
		if i < 0 {
			return invalid("no plan is called %q, use starter, professional, enterprise or self_hosted", x.Name)
		}
		if seen[x.Name] {
			return invalid("%s is there twice", x.Name)
		}
		seen[x.Name] = true
		p := &out[i]
		for _, n := range []struct {
			name     string
			from, to *int64
		}{{"price_cents", x.PriceCents, &p.PriceCents}, {"emails", x.Emails, &p.Emails}, {"projects", x.Projects, &p.Projects}, {"users", x.Users, &p.Users},
			{"budget_micro_usd", x.BudgetMicro, &p.BudgetMicro}, {"storage_bytes", x.StorageBytes, &p.StorageBytes}} {
			if n.from == nil {
				continue
			}
			if *n.from < 0 || *n.from > maxPlanNumber {
				return invalid("%s of %s cannot be %d", n.name, x.Name, *n.from)
			}
			*n.to = *n.from
		}
		if x.ByAgreement != nil {
			p.ByAgreement = *x.ByAgreement
		}
		if p.ByAgreement && p.PriceCents > 0 {
			return invalid("%s has a price and is by agreement, and can only be one of them", x.Name)
		}
	}
	return out, nil
}

// NextMonth is when the month after that of a moment begins, in the organisation's
// zone: limits by the month begin anew.
func (o Org) NextMonth(at time.Time) time.Time {
	zone, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return NextMonth(at, zone)
}

// NextMonth is when the month after that of a moment begins in a zone.
func NextMonth(at time.Time, zone *time.Location) time.Time {
	y, m, _ := at.In(zone).Date()
	return time.Date(y, m+1, 1, 0, 0, 0, 0, zone)
}
