package api

import (
	"context"
	"time"

	"projectr"
)

type judgeFactIn struct {
	OrgIn
	ID   projectr.FactID `path:"id" doc:"The fact's id."`
	Body struct {
		State    string                `json:"state,omitempty" enum:"confirmed,corrected,rejected,superseded,open" doc:"Corrected when left out and a value is sent. Superseded accepts that a later mail says otherwise."`
		Done     *bool                 `json:"done,omitempty" doc:"The action is done, or the risk closed; false: not after all. Sent alone."`
		Standing sent[string]          `json:"standing,omitempty" doc:"For money: approved or exposure; null or empty: neither."`
		Text     sent[string]          `json:"text,omitempty" doc:"The fact in our words, one line."`
		Kind     *projectr.FactKind    `json:"kind,omitempty" enum:"decision,action_item,scope_change,budget_mention,timeline_change,risk,key_point"`
		Owner    sent[string]          `json:"owner,omitempty" doc:"Null or empty: the mail leaves it open."`
		Deadline sent[string]          `json:"deadline,omitempty" doc:"YYYY-MM-DD; null or empty: none."`
		Amount   sent[projectr.Amount] `json:"amount,omitempty" doc:"Null: none."`
		Start    *int                  `json:"start,omitempty" minimum:"0" doc:"Where the new proof stands in the mail's text, in code points."`
		End      *int                  `json:"end,omitempty" minimum:"0" doc:"Exclusive."`
		Quote    *string               `json:"quote,omitempty" doc:"The new proof's words, to make sure that the place is meant."`
		Reason   string                `json:"reason,omitempty" enum:"wrong,not_a_fact,duplicate,wrong_project" doc:"Why it is rejected."`
	} `nameHint:"Judgement"`
}

func judgeFact(ctx context.Context, c Caller, in judgeFactIn) (projectr.Fact, error) {
	b := in.Body
	j := projectr.Judgement{
		State: projectr.FactState(b.State), Text: b.Text.ptr(), Kind: b.Kind, Owner: b.Owner.ptr(), Deadline: b.Deadline.ptr(),
		Start: b.Start, End: b.End, Quote: b.Quote, Reason: b.Reason, Done: b.Done,
	}
	if b.Standing.Is {
		s := projectr.Standing(b.Standing.Value)
		j.Standing = &s
	}
	if b.Amount.Is {
		j.Amount = &b.Amount.Value // the zero amount says there is none
	}
	values := j.Text != nil || j.Kind != nil || j.Owner != nil || j.Deadline != nil || j.Amount != nil || j.Standing != nil || j.Start != nil || j.End != nil || j.Quote != nil
	switch {
	case j.Done != nil && (j.State != "" || j.Reason != "" || values):
		return projectr.Fact{}, &projectr.Error{Kind: projectr.Invalid, Field: "done", Message: "Say that it is done by itself, and judge the fact in another request."}
	case j.Done != nil:
	case j.State == "" && values:
		j.State = projectr.FactCorrected
	case j.State == "":
		return projectr.Fact{}, &projectr.Error{Kind: projectr.Invalid, Field: "state", Message: "Say whether the fact is confirmed, corrected, rejected, superseded or open again."}
	case j.State != projectr.FactCorrected && values:
		return projectr.Fact{}, &projectr.Error{Kind: projectr.Invalid, Field: "state", Message: "New values belong to a fact that is corrected."}
	case j.State == projectr.FactCorrected && !values:
		return projectr.Fact{}, &projectr.Error{Kind: projectr.Invalid, Field: "state", Message: "Say what the fact is corrected to, or confirm it as it is."}
	}
	if j.Reason != "" && j.State != projectr.FactRejected {
		return projectr.Fact{}, &projectr.Error{Kind: projectr.Invalid, Field: "reason", Message: "A reason belongs to a fact that is rejected."}
	}
	return c.Org.Judge(ctx, in.ID, j)
}

type factIn struct {
	OrgIn
	ID projectr.FactID `path:"id" doc:"The fact's id."`
}

func getFact(ctx context.Context, c Caller, in factIn) (projectr.FactChain, error) {
	return c.Org.FactChain(ctx, in.ID)
}

type listUnsureIn struct {
	OrgIn
	PageIn
	Project projectr.ProjectID `query:"project" maxLength:"100"`
}

func listUnsure(ctx context.Context, c Caller, in listUnsureIn) (List[projectr.Fact], error) {
	return listOf(c.Org.Facts(ctx, projectr.FactFilter{Unsure: true, Project: in.Project, Page: in.page()}))
}

type listActionsIn struct {
	OrgIn
	PageIn
	Project projectr.ProjectID `query:"project" maxLength:"100"`
	Owner   string             `query:"owner" maxLength:"200" doc:"Exactly this owner; case does not matter."`
	Done    bool               `query:"done" doc:"Those that are done instead of those that are open."`
	Due     string             `query:"due" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,3}d)$" patternDescription:"a date such as 2026-03-15, or a number of days such as 7d" doc:"Due on or before this date, or within that many days; overdue ones too."`
}

func listActions(ctx context.Context, c Caller, in listActionsIn) (List[projectr.Fact], error) {
	f := projectr.FactFilter{Kind: projectr.ActionItem, Project: in.Project, Owner: in.Owner, Deadline: true, Done: &in.Done, Page: in.page()}
	if in.Due != "" {
		today, err := c.today(ctx)
		if err != nil {
			return List[projectr.Fact]{}, err
		}
		if f.DueTo, err = dueBy(in.Due, today); err != nil {
			return List[projectr.Fact]{}, err
		}
	}
	return listOf(c.Org.Facts(ctx, f))
}

// dueBy turns 2026-03-15 or 7d into a date.
func dueBy(due string, today time.Time) (string, error) {
	if n, ok := days(due); ok {
		return today.AddDate(0, 0, n).Format(time.DateOnly), nil
	}
	return due, dayParam("due", due)
}

// days reads 7d as 7.
func days(s string) (int, bool) {
	n := 0
	for i, r := range s {
		if i == len(s)-1 {
			return n, r == 'd' && i > 0
		}
		if r < '0' || r > '9' || n > 10_000 {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return 0, false
}
