package api

import (
	"context"
	"slices"

	"projectr"
)

func listFilingRules(ctx context.Context, c Caller, in partIn) (List[projectr.FilingRule], error) {
	all, err := c.Org.FilingRules(ctx)
	return listOf(part(all, in.page(), func(r projectr.FilingRule) string { return string(r.ID) }), err)
}

type createFilingRuleIn struct {
	OrgIn
	Body struct {
		From      string             `json:"from,omitempty" maxLength:"320" doc:"Address (jo@x.example) or domain (@x.example) of the author; anybody when left out."`
		Words     string             `json:"words,omitempty" maxLength:"200" doc:"Words that stand in the subject or the author's own text; any when left out."`
		ProjectID projectr.ProjectID `json:"project_id" doc:"Where such mail is filed."`
	} `nameHint:"NewFilingRule"`
}

func createFilingRule(ctx context.Context, c Caller, in createFilingRuleIn) (projectr.FilingRule, error) {
	return c.Org.CreateFilingRule(ctx, projectr.FilingRule{From: in.Body.From, Words: in.Body.Words, ProjectID: in.Body.ProjectID})
}

// FilingRuleIn names a filing rule.
type FilingRuleIn struct {
	OrgIn
	ID projectr.FilingRuleID `path:"id" doc:"The rule's id."`
}

type changeFilingRuleIn struct {
	FilingRuleIn
	Body struct {
		From      sent[string]             `json:"from,omitempty" doc:"Address or domain of the author; empty for anybody."`
		Words     sent[string]             `json:"words,omitempty" doc:"Words that stand in the subject or the author's own text; empty for any."`
		ProjectID sent[projectr.ProjectID] `json:"project_id,omitempty" doc:"Where such mail is filed."`
	} `nameHint:"FilingRuleChange"`
}

func changeFilingRule(ctx context.Context, c Caller, in changeFilingRuleIn) (projectr.FilingRule, error) {
	return c.Org.ChangeFilingRule(ctx, in.ID, func(r *projectr.FilingRule) {
		in.Body.From.to(&r.From)
		in.Body.Words.to(&r.Words)
		in.Body.ProjectID.to(&r.ProjectID)
	})
}

func dropFilingRule(ctx context.Context, c Caller, in FilingRuleIn) (nothing, error) {
	return nothing{}, c.Org.DropFilingRule(ctx, in.ID)
}

// Moved is a mail that was moved, with what that taught.
type Moved struct {
	projectr.Email
	Rule *projectr.FilingRule `json:"taught" doc:"The filing rule that moving it taught; null when it taught none."`
}

// moved answers with a mail as it stands after a move.
func moved(ctx context.Context, c Caller, id projectr.EmailID) (Moved, error) {
	e, err := c.Org.Email(ctx, id)
	if err != nil {
		return Moved{}, err
	}
	rules, err := c.Org.FilingRules(ctx)
	m := Moved{Email: e}
	if i := slices.IndexFunc(rules, func(r projectr.FilingRule) bool { return r.EmailID != nil && *r.EmailID == id }); i >= 0 {
		m.Rule = &rules[i]
	}
	return m, err
}
