package match

import (
	"encoding/json"
	"io"

	"projectr"
)

// KeyedProject is a project with the key a projects file calls it by. Its ID is
// the key.
type KeyedProject struct {
	Key string
	projectr.Project
}

// LoadProjects reads a projects file: a JSON list of objects with key, name,
// address, job_number, aliases and people, as `projectr extract --projects`
// takes it. Only the name is required; without a key the job number or the name
// is the key.
func LoadProjects(r io.Reader) ([]KeyedProject, error) {
	var rows []struct {
		Key       string   `json:"key"`
		Name      string   `json:"name"`
		Address   *string  `json:"address"`
		JobNumber *string  `json:"job_number"`
		Aliases   []string `json:"aliases"`
		People    []string `json:"people"`
		Status    string   `json:"status"`
	}
	if err := json.NewDecoder(r).Decode(&rows); err != nil {
		return nil, &projectr.Error{Kind: projectr.Invalid, Message: "The projects file is not a JSON list of projects with key, name, address and job_number.", Err: err}
	}
	out := make([]KeyedProject, 0, len(rows))
	seen := map[string]bool{}
	for _, row := range rows {
		p := KeyedProject{Key: row.Key, Project: projectr.Project{Name: row.Name, Aliases: row.Aliases, People: row.People, Status: projectr.ProjectStatus(row.Status)}}
		if row.Address != nil {
			p.Address = *row.Address
		}
		if row.JobNumber != nil {
			p.JobNumber = *row.JobNumber
		}
		if p.Status == "" {
			p.Status = projectr.Active
		}
		if p.Key == "" {
			p.Key = p.JobNumber
		}
		if p.Key == "" {
			p.Key = p.Name
		}
		p.ID = projectr.ProjectID(p.Key)
		if err := p.Validate(); err != nil {
			return nil, err
		}
		if seen[p.Key] {
			return nil, &projectr.Error{Kind: projectr.Invalid, Field: "key", Message: "Two projects of the file have the key \"" + p.Key + "\"."}
		}
		seen[p.Key] = true
		out = append(out, p)
	}
	return out, nil
}

// Projects returns the projects without their keys, for Find.
func Projects(keyed []KeyedProject) []projectr.Project {
	out := make([]projectr.Project, len(keyed))
	for i, k := range keyed {
		out[i] = k.Project
	}
	return out
}
