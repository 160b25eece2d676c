package projectr

// Usage is what an organisation used over some days.
type Usage struct {
	Days      []UsageDay     `json:"days" nullable:"false" doc:"Days with mail, oldest first."`
	Projects  []UsageProject `json:"projects" nullable:"false" doc:"Projects by the mail of those days that is on them now, most first."`
	Emails    int            `json:"emails" doc:"Mails received on those days, on a project or not."`
	CostMicro int64          `json:"cost_micro_usd" doc:"What reading them cost, in micro-USD."`
}

// Month is what an organisation brought and cost in one month so far, in micro-USD.
type Month struct {
	Month  string `json:"month" doc:"YYYY-MM, where the organisation is."`
	Emails int    `json:"emails"`
	Cost   int64  `json:"cost_micro_usd" doc:"What reading them cost."`
	Price  *int64 `json:"price_micro_usd" doc:"Of the plan; null: by agreement."`
	Margin *int64 `json:"margin_micro_usd" doc:"Price less cost; null: by agreement."`
}

// Used is how much of what a plan limits an organisation uses.
type Used struct {
	Month    string `json:"month" doc:"YYYY-MM, in the organisation's time zone."`
	Emails   int64  `json:"emails" doc:"Mails of this month."`
	Projects int64  `json:"projects" doc:"Open projects."`
	Users    int64  `json:"users" doc:"Members and open invitations."`
	Bytes    int64  `json:"bytes" doc:"Of raw mail that is kept."`
	Spent    Spent  `json:"spent" doc:"Of the AI budget."`
}

// UsageDay is one day of usage.
type UsageDay struct {
	Day       string `json:"day" doc:"YYYY-MM-DD, in the organisation's time zone."`
	Emails    int    `json:"emails"`
	CostMicro int64  `json:"cost_micro_usd"`
}

// UsageProject is the usage of one project.
type UsageProject struct {
	ProjectID ProjectID `json:"project_id"`
	Name      string    `json:"name"`
	Emails    int       `json:"emails"`
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
