package api

import (
	"context"

	"projectr"
	"projectr/match"
)

type listProjectsIn struct {
	OrgIn
	PageIn
	Query  string `query:"q" maxLength:"200" doc:"Words in name, job number, client, address or other names."`
	Status string `query:"status" enum:"active,bidding,on_hold,closeout,completed"`
	Client string `query:"client" maxLength:"300" doc:"Exactly this client."`
	Open   bool   `query:"open" doc:"Only jobs that are not completed."`
	Has    string `query:"has" enum:"risks" doc:"Only with open risks."`
	Due    string `query:"due" enum:"7d" doc:"Only with an action overdue or due within 7 days."`
	Sort   string `query:"sort" enum:"last_mail,name,job_number" default:"last_mail"`
}

func listProjects(ctx context.Context, c Caller, in listProjectsIn) (List[projectr.ProjectSummary], error) {
	return listOf(c.Org.Projects(ctx, projectr.ProjectFilter{
		Query: in.Query, Status: projectr.ProjectStatus(in.Status), Open: in.Open, Client: in.Client,
		Risks: in.Has == "risks", Due: in.Due == "7d", Sort: in.Sort, For: c.User.ID, Page: in.page(),
	}))
}

type createProjectIn struct {
	OrgIn
	Body struct {
		Name      string   `json:"name" doc:"As people on the job write it."`
		JobNumber string   `json:"job_number,omitempty" doc:"The firm's own number; also the tag of its plus-address."`
		Address   string   `json:"address,omitempty" doc:"Street address of the site."`
		Client    string   `json:"client,omitempty"`
		Status    string   `json:"status,omitempty" enum:"active,bidding,on_hold,closeout,completed" doc:"Active when left out."`
		Aliases   []string `json:"aliases,omitempty" doc:"Other names people use for the job."`
		People    []string `json:"people,omitempty" doc:"Names known to work on it."`
	} `nameHint:"NewProject"`
}

func createProject(ctx context.Context, c Caller, in createProjectIn) (projectr.Project, error) {
	return c.Org.CreateProject(ctx, projectr.Project{
		Name: in.Body.Name, JobNumber: in.Body.JobNumber, Address: in.Body.Address, Client: in.Body.Client,
		Status: projectr.ProjectStatus(in.Body.Status), Aliases: in.Body.Aliases, People: in.Body.People,
	})
}

// ProjectView is a project with what its page says.
type ProjectView struct {
	projectr.ProjectSummary
	Strip     []projectr.Week           `json:"weeks_strip" nullable:"false" doc:"The bars of the timeline's strip, oldest first."`
	CcAddress string                    `json:"cc_address" doc:"Mail to this address is filed here without asking."`
	Kinds     map[projectr.FactKind]int `json:"kinds" nullable:"false" doc:"Live facts of each kind."`
	Files     int                       `json:"files" doc:"Files that came with its mails, pictures inside the text aside."`
	Senders   int                       `json:"people_count" doc:"Senders of its mails."`
	Unsure    int                       `json:"unsure" doc:"Facts below the line of certainty that nobody judged yet."`
	Approved  []projectr.Amount         `json:"approved" nullable:"false" doc:"Sums of approved money by currency, the largest first."`
	Exposure  []projectr.Amount         `json:"exposure" nullable:"false" doc:"Sums of money that was priced, claimed or carried and is not approved."`
}

func getProject(ctx context.Context, c Caller, in ProjectIn) (ProjectView, error) {
	var v ProjectView
	var err error
	if v.ProjectSummary, err = c.Org.ProjectSummary(ctx, in.ID); err != nil {
		return v, err
	}
	if v.Strip, err = c.Org.Weeks(ctx, in.ID); err != nil {
		return v, err
	}
	if v.Strip == nil {
		v.Strip = []projectr.Week{}
	}
	t, err := c.Org.ProjectTotals(ctx, in.ID)
	if err != nil {
		return v, err
	}
	v.Kinds, v.Files, v.Senders, v.Unsure, v.Approved, v.Exposure = t.Kinds, t.Files, t.Senders, t.Unsure, t.Approved, t.Exposure
	v.CcAddress, err = ccAddress(ctx, c, in.ID)
	return v, err
}

// maxLocal is how long the part before the @ of an address may be (RFC 5321).
const maxLocal = 64

// ccAddress returns the plus-address whose mail is filed on the project.
func ccAddress(ctx context.Context, c Caller, id projectr.ProjectID) (string, error) {
	info, err := c.Org.Info(ctx)
	if err != nil {
		return "", err
	}
	all, err := c.Org.AllProjects(ctx)
	if err != nil {
		return "", err
	}
	return c.Site.mailIn(info.Address, match.NewIndex(all).Tag(id, maxLocal-len(info.Address)-len("+"))), nil
}

type changeProjectIn struct {
	ProjectIn
	Body struct {
		Name      sent[string]   `json:"name,omitempty"`
		JobNumber sent[string]   `json:"job_number,omitempty"`
		Address   sent[string]   `json:"address,omitempty"`
		Client    sent[string]   `json:"client,omitempty"`
		Status    sent[string]   `json:"status,omitempty" doc:"active, bidding, on_hold, closeout or completed."`
		Aliases   sent[[]string] `json:"aliases,omitempty"`
		People    sent[[]string] `json:"people,omitempty"`
	} `nameHint:"ProjectChange"`
}

func changeProject(ctx context.Context, c Caller, in changeProjectIn) (ProjectView, error) {
	_, err := c.Org.ChangeProject(ctx, in.ID, func(p *projectr.Project) {
		b := in.Body
		b.Name.to(&p.Name)
		b.JobNumber.to(&p.JobNumber)
		b.Address.to(&p.Address)
		b.Client.to(&p.Client)
		b.Aliases.to(&p.Aliases)
		b.People.to(&p.People)
		if b.Status.Is {
			p.Status = projectr.ProjectStatus(b.Status.Value)
		}
	})
	if err != nil {
		return ProjectView{}, err
	}
	return getProject(ctx, c, in.ProjectIn)
}

func seeProject(ctx context.Context, c Caller, in ProjectIn) (nothing, error) {
	if _, err := c.Org.Project(ctx, in.ID); err != nil {
		return nothing{}, err
	}
	traceOf(ctx).idle = true // it is about who looks, not about the organisation
	return nothing{}, c.Org.SeeProject(ctx, in.ID)
}

type listEventsIn struct {
	ProjectIn
	PageIn
}

func listEvents(ctx context.Context, c Caller, in listEventsIn) (List[projectr.Event], error) {
	return listOf(c.Org.Timeline(ctx, in.ID, in.page()))
}

type listFactsIn struct {
	ProjectIn
	PageIn
	Kind  string `query:"kind" enum:"decision,action_item,scope_change,budget_mention,timeline_change,risk,key_point"`
	State string `query:"state" enum:"open,confirmed,corrected,rejected,superseded" doc:"Every live state when left out."`
}

func listFacts(ctx context.Context, c Caller, in listFactsIn) (List[projectr.Fact], error) {
	if _, err := c.Org.Project(ctx, in.ID); err != nil {
		return List[projectr.Fact]{}, err
	}
	return listOf(c.Org.Facts(ctx, projectr.FactFilter{
		Project: in.ID, Kind: projectr.FactKind(in.Kind), State: projectr.FactState(in.State), Page: in.page(),
	}))
}
