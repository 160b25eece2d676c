package api

import (
	"context"
	"time"

	"projectr"
	"projectr/extract"
)

func listReadings(ctx context.Context, c Caller, in EmailIn) (List[projectr.Reading], error) {
	if _, err := c.email(ctx, in.ID); err != nil {
		return List[projectr.Reading]{}, err
	}
	all, err := c.Org.Readings(ctx, in.ID)
	return listOf(toldOf(projectr.List[projectr.Reading]{Items: all}), err)
}

// toldOf says of readings whether newer rules can read their mail.
func toldOf(l projectr.List[projectr.Reading]) projectr.List[projectr.Reading] {
	for i := range l.Items {
		l.Items[i].Newer = byOlderRules(l.Items[i])
	}
	return l
}

func byOlderRules(r projectr.Reading) bool {
	return r.State == projectr.ReadingCurrent && r.Extractor == extract.RulesName && r.Version != "" && r.Version != extract.RulesVersion
}

// ReadingIn names a reading of a mail.
type ReadingIn struct {
	EmailIn
	N int `path:"n" minimum:"1" doc:"The reading's number."`
}

// ReadingView is a reading with all that it found.
type ReadingView struct {
	projectr.Reading
	Found []projectr.Fact `json:"found" nullable:"false" doc:"What a later reading than the first found, whole."`
}

func getReading(ctx context.Context, c Caller, in ReadingIn) (ReadingView, error) {
	if _, err := c.email(ctx, in.ID); err != nil {
		return ReadingView{}, err
	}
	return viewOf(c.Org.Reading(ctx, in.ID, in.N))
}

func viewOf(r projectr.Reading, err error) (ReadingView, error) {
	r.Newer = byOlderRules(r)
	v := ReadingView{r, r.Facts}
	if v.Found == nil {
		v.Found = []projectr.Fact{}
	}
	return v, err
}

// ReadingDecision says what becomes of readings.
type ReadingDecision struct {
	State string `json:"state" enum:"accepted,undone" doc:"Accepted: its facts are the mail's from now on. Undone: it is turned down, or taken back."`
}

type judgeReadingIn struct {
	ReadingIn
	Body ReadingDecision
}

func judgeReading(ctx context.Context, c Caller, in judgeReadingIn) (ReadingView, error) {
	if in.Body.State == "accepted" {
		return viewOf(c.Org.AcceptReading(ctx, in.ID, in.N))
	}
	return viewOf(c.Org.UndoReading(ctx, in.ID, in.N))
}

type rereadIn struct {
	OrgIn
	Body struct {
		Emails    []projectr.EmailID `json:"emails,omitempty" maxItems:"2000" doc:"These mails."`
		Project   projectr.ProjectID `json:"project,omitempty" maxLength:"100" doc:"All mail of this project."`
		Since     time.Time          `json:"since,omitzero" required:"false" doc:"All mail with a date from this moment on; with a project, of that."`
		Extractor string             `json:"extractor,omitempty" enum:"rules,model" doc:"What reads them; what the settings say when left out."`
		Model     string             `json:"model,omitempty" maxLength:"100" doc:"One model; those of the organisation when left out."`
		DryRun    bool               `json:"dry_run,omitempty" doc:"Only say how many mails, tokens and micro-USD it would take."`
		Accepted  *int64             `json:"accepted_micro_usd,omitempty" minimum:"0" doc:"The cost_micro_usd that a dry run said and somebody accepted. Needed where it said ask_again; where that is null, 0."`
	} `nameHint:"Reread"`
}

func reread(ctx context.Context, c Caller, in rereadIn) (projectr.RereadPlan, error) {
	if c.Site.reread == nil {
		return projectr.RereadPlan{}, &projectr.Error{Kind: projectr.Unavailable, Message: "Mail cannot be read again just now. Try again in a moment."}
	}
	b := in.Body
	traceOf(ctx).idle = b.DryRun
	return c.Site.reread(ctx, c.Org, projectr.RereadAsk{Emails: b.Emails, Project: b.Project, Since: b.Since, Extractor: b.Extractor, Model: b.Model, DryRun: b.DryRun, Accepted: b.Accepted})
}

func listRereads(ctx context.Context, c Caller, in partIn) (List[projectr.Reading], error) {
	return listOf(c.Org.Rereads(ctx, in.page()))
}

type judgeRereadsIn struct {
	OrgIn
	Body ReadingDecision
}

// RereadsDecided says what became of the readings that waited.
type RereadsDecided struct {
	Decided int `json:"decided" doc:"Readings that were accepted, or undone."`
	Left    int `json:"left" doc:"Those that could not be: they are not made yet, or something else happened to their mail."`
}

// judgeRereads accepts all readings that are proposed, or undoes those that wait too.
func judgeRereads(ctx context.Context, c Caller, in judgeRereadsIn) (RereadsDecided, error) {
	var out RereadsDecided
	var all []projectr.Reading
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := c.Org.Rereads(ctx, page)
		if err != nil {
			return out, err
		}
		all = append(all, l.Items...)
		if page.After = l.Next; l.Next == "" {
			break
		}
	}
	decide := c.Org.UndoReading
	if in.Body.State == "accepted" {
		decide = c.Org.AcceptReading
	}
	for _, r := range all {
		switch _, err := decide(ctx, r.EmailID, r.N); {
		case err == nil:
			out.Decided++
		case projectr.KindOf(err) == projectr.Conflict, projectr.KindOf(err) == projectr.NotFound:
			out.Left++
		default:
			return out, err
		}
	}
	return out, nil
}
