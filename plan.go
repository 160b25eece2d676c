package projectr

import "time"

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
}

// Plans is the one table of plans.
var Plans = []Plan{
	{Name: "starter", PriceCents: 49_00, Emails: 500, Projects: 2, Users: 3, BudgetMicro: 20_000_000, StorageBytes: 10 << 30},
	{Name: "professional", PriceCents: 149_00, Emails: 2000, Users: 15, BudgetMicro: 100_000_000, StorageBytes: 100 << 30},
	{Name: "enterprise", ByAgreement: true},
	{Name: "self_hosted"},
}

// PlansForSale returns the plans that have a price or one by agreement, as they stand
// in the table.
func PlansForSale() []Plan {
	out := []Plan{}
	for _, p := range Plans {
		if p.PriceCents > 0 || p.ByAgreement {
			out = append(out, p)
		}
	}
	return out
}

// PlanNamed returns the plan of that name.
func PlanNamed(name string) (Plan, bool) {
	for _, p := range Plans {
		if p.Name == name {
			return p, true
		}
	}
	return Plan{}, false
}

// Limits are those of the organisation's plan.
func (o Org) Limits() Plan {
	p, _ := PlanNamed(o.Plan) // kept only when there is such a plan
	return p
}

// NextMonth is when the month after that of a moment begins, in the organisation's
// zone: limits by the month begin anew.
func (o Org) NextMonth(at time.Time) time.Time {
	zone, err := time.LoadLocation(o.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	y, m, _ := at.In(zone).Date()
	return time.Date(y, m+1, 1, 0, 0, 0, 0, zone)
}
