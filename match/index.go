package match

import (
	"strings"

	"projectr"
)

// Index is the projects of an organisation, prepared so that a mail is read once
// however many there are. It does not change, and may be used by several
// goroutines at once.
type Index struct {
	projects []projectr.Project
	byID     map[projectr.ProjectID]*projectr.Project
	byTag    map[string][]*projectr.Project
	jobs     map[string][]*projectr.Project // squeezed job number
	names    map[string][]name              // by first word
	streets  map[string][]street            // by house number, or first word
	persons  map[string][]*projectr.Project // by "first last"
}

// name is a name of a project in canonical words.
type name struct {
	project *projectr.Project
	words   []string
	alias   bool
}

// street is the first line of a site's address in canonical words.
type street struct {
	project  *projectr.Project
	words    []string
	numbered bool
}

// NewIndex prepares projects. Their order does not matter.
func NewIndex(projects []projectr.Project) *Index {
	x := &Index{
		projects: projects,
		byID:     make(map[projectr.ProjectID]*projectr.Project, len(projects)),
		byTag:    make(map[string][]*projectr.Project, 2*len(projects)),
		jobs:     make(map[string][]*projectr.Project, len(projects)),
		names:    make(map[string][]name, len(projects)),
		streets:  make(map[string][]street, len(projects)),
		persons:  map[string][]*projectr.Project{},
	}
	for i := range projects {
		p := &projects[i]
		x.byID[p.ID] = p
		job := squeeze(p.JobNumber)
		if job != "" {
			x.jobs[job] = append(x.jobs[job], p)
			x.byTag[job] = append(x.byTag[job], p)
		}
		if id := squeeze(string(p.ID)); id != "" && id != job {
			x.byTag[id] = append(x.byTag[id], p)
		}
		x.name(p, p.Name, false)
		for _, a := range p.Aliases {
			x.name(p, a, true)
		}
		if w := canonical(firstLine(p.Address)); len(w) >= 2 {
			x.streets[w[0]] = append(x.streets[w[0]], street{p, w, isNumber(w[0])})
		}
		for _, person := range p.People {
			if w := canonical(person); len(w) >= 2 {
				k := strings.Join(w, " ")
				x.persons[k] = append(x.persons[k], p)
			}
		}
	}
	return x
}

func (x *Index) name(p *projectr.Project, s string, alias bool) {
	if w := canonical(s); len(w) > 0 {
		x.names[w[0]] = append(x.names[w[0]], name{p, w, alias})
	}
}

func firstLine(address string) string {
	line, _, _ := strings.Cut(address, ",")
	return line
}

// canonical cuts s into words and writes each in its short form.
func canonical(s string) []string {
	var out []string
	for _, t := range tokens(s, nil) {
		out = append(out, t.word)
	}
	return out
}

// short is the one form of words that people write in two ways.
var short = map[string]string{
	"street": "st", "str": "st", "saint": "st", "road": "rd", "drive": "dr", "avenue": "ave", "av": "ave", "boulevard": "blvd", "lane": "ln", "highway": "hwy", "parkway": "pkwy", "court": "ct",
	"place": "pl", "square": "sq", "terrace": "ter", "circle": "cir", "building": "bldg", "bld": "bldg", "point": "pt", "apartments": "apts", "apartment": "apt", "elementary": "elem",
	"center": "ctr", "centre": "ctr", "phase": "ph", "mount": "mt", "mountain": "mt", "fort": "ft", "north": "n", "south": "s", "east": "e", "west": "w", "heights": "hts", "station": "sta",
	"hospital": "hosp", "university": "univ", "school": "sch", "schools": "sch", "residence": "res", "addition": "addn", "renovation": "reno", "renovations": "reno", "department": "dept",
	"first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
	"suite": "ste", "number": "no", "township": "twp", "county": "co", "international": "intl", "medical": "med", "church": "ch", "junction": "jct", "river": "riv", "garage": "gar", "warehouse": "whse",
}

// fillers carry no meaning in names.
var fillers = map[string]bool{"the": true, "and": true, "of": true, "at": true}

// kinds of street: a name that stops at one of these names a street, and not yet
// a project on it.
var streetKinds = map[string]bool{"st": true, "rd": true, "dr": true, "ave": true, "blvd": true, "ln": true, "hwy": true, "pkwy": true, "ct": true, "sq": true, "ter": true, "cir": true, "way": true}

// parts tell one job from its sibling: Bldg B, Ph 2, Lot 7.
var parts = map[string]bool{"bldg": true, "ph": true, "tower": true, "lot": true, "unit": true, "wing": true, "block": true, "level": true, "ste": true, "package": true, "stage": true, "area": true, "zone": true, "section": true}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
