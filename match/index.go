package match

import (
	"strings"
	"unicode"

	"projectr"
	"projectr/postal"
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
	streets  map[string][]name              // by house number, or first word
}

// name is a name of a project, or the first line of its address. It is cut into
// words only when a mail has its first word: of a thousand projects a mail
// touches few.
type name struct {
	project *projectr.Project
	text    string
	alias   bool
}

// NewIndex prepares projects. Their order does not matter.
func NewIndex(projects []projectr.Project) *Index {
	x := &Index{
		projects: projects,
		byID:     make(map[projectr.ProjectID]*projectr.Project, len(projects)),
		byTag:    make(map[string][]*projectr.Project, 2*len(projects)),
		jobs:     make(map[string][]*projectr.Project, len(projects)),
		names:    make(map[string][]name, len(projects)),
		streets:  make(map[string][]name, len(projects)),
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
		add(x.names, name{p, p.Name, false})
		for _, a := range p.Aliases {
			add(x.names, name{p, a, true})
		}
		add(x.streets, name{p, streetLine(p.Address), false})
	}
	return x
}

// add files a name under its first canonical word.
func add(m map[string][]name, n name) {
	if w := firstWord(n.text); w != "" {
		m[w] = append(m[w], n)
	}
}

// streetLine returns house number and street of an address. They are its first
// words up to the comma, unless a suite or the name of the building stands before
// them, or town and state follow without a comma.
func streetLine(address string) string {
	line, _, _ := strings.Cut(address, ",")
	line = strings.TrimSpace(line)
	if line == "" {
		return ""
	}
	last := strings.ToLower(strings.TrimRight(line[strings.LastIndexByte(line, ' ')+1:], "."))
	if c, ok := short[last]; ok {
		last = c
	}
	if isNumber(line[:1]) && (len(line) < len(address) && !strings.Contains(line, "\n") || streetKinds[last]) {
		return line
	}
	if a, ok := postal.Parse(address); ok && a.Number != "" && a.Street.Name != "" {
		return a.Number + " " + a.Street.String()
	}
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

// firstWord returns the first word of canonical(s).
func firstWord(s string) string {
	from := -1
	word := func(to int) string {
		w := strings.ToLower(s[from:to])
		if c, ok := short[w]; ok {
			w = c
		}
		from = -1
		if fillers[w] {
			return ""
		}
		return w
	}
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if from < 0 {
				from = i
			}
		} else if from >= 0 {
			if w := word(i); w != "" {
				return w
			}
		}
	}
	if from >= 0 {
		return word(len(s))
	}
	return ""
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
