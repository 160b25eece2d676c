package api

import (
	"context"
	"time"

	"projectr"
)

type searchIn struct {
	OrgIn
	PageIn
	Query   string             `query:"q" maxLength:"500" doc:"The words looked for; none find nothing."`
	Project projectr.ProjectID `query:"project" maxLength:"100" doc:"Only in this project."`
	Kind    []string           `query:"kind" enum:"fact,mail,attachment,project" doc:"Only hits of these kinds, with commas between."`
}

func search(ctx context.Context, c Caller, in searchIn) (List[projectr.SearchHit], error) {
	return listOf(c.Org.Search(ctx, projectr.SearchQuery{Text: in.Query, Project: in.Project, Kinds: in.Kind, Page: in.page()}))
}

// Changes is what became known since a moment.
type Changes struct {
	List[projectr.Event]
	Mails    int `json:"mails" doc:"Mails these changes come from, on all parts of the list."`
	Projects int `json:"projects" doc:"Projects with changes, on all parts of the list."`
}

type changesIn struct {
	OrgIn
	PageIn
	Since string `query:"since" maxLength:"40" doc:"A moment (RFC 3339) or a day (YYYY-MM-DD, in the organisation's time zone); 24 hours ago when left out."`
}

func listChanges(ctx context.Context, c Caller, in changesIn) (Changes, error) {
	since := c.Site.Now().Add(-24 * time.Hour)
	if in.Since != "" {
		z, err := c.zone(ctx)
		if err != nil {
			return Changes{}, err
		}
		if since, err = moment(in.Since, z); err != nil {
			return Changes{}, err
		}
	}
	l, err := listOf(c.Org.Changes(ctx, since, in.page()))
	if err != nil {
		return Changes{}, err
	}
	t, err := c.Org.ChangeTotals(ctx, since)
	return Changes{List: l, Mails: t.Mails, Projects: t.Projects}, err
}

// moment reads a time, or a day as its beginning in the zone.
func moment(s string, z *time.Location) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, z); err == nil {
		return t.UTC(), nil
	}
	return time.Time{}, badParam("since", "Give a moment such as 2026-03-15T08:00:00Z or a day such as 2026-03-15.")
}
