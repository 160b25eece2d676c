package match

import (
	"slices"
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
	jobs     map[string][]*projectr.Project // squeezed job number, O written as 0
	people   map[string][]*projectr.Project // by name in lower case
	shapes   map[string]bool                // what the organisation's job numbers look like
	names    map[string][]name              // by first word
	streets  map[string][]name              // by house number, or first word
	lines    map[*projectr.Project]string   // house number and street
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
		people:   map[string][]*projectr.Project{},
		shapes:   map[string]bool{},
		names:    make(map[string][]name, len(projects)),
		streets:  make(map[string][]name, len(projects)),
		lines:    make(map[*projectr.Project]string, len(projects)),
	}
	for i := range projects {
		p := &projects[i]
		x.byID[p.ID] = p
		job := squeeze(p.JobNumber)
		if job != "" {
			x.jobs[zeros(job)] = append(x.jobs[zeros(job)], p)
			x.byTag[job] = append(x.byTag[job], p)
			if s := shape(p.JobNumber); s != "" {
				x.shapes[s] = true
			}
		}
		if id := squeeze(string(p.ID)); id != "" && id != job {
			x.byTag[id] = append(x.byTag[id], p)
		}
		for _, n := range p.People {
			if n = strings.ToLower(strings.Join(strings.Fields(n), " ")); !slices.Contains(x.people[n], p) {
				x.people[n] = append(x.people[n], p)
			}
		}
		add(x.names, name{p, p.Name, false})
		for _, a := range p.Aliases {
			add(x.names, name{p, a, true})
		}
		x.lines[p] = streetLine(p.Address)
		add(x.streets, name{p, x.lines[p], false})
	}
	return x
}

// zeros writes the letter O as the figure 0, in a word that has figures: people
// type either.
func zeros(s string) string {
	if !strings.ContainsAny(s, "0123456789") {
		return s
	}
	return strings.ReplaceAll(s, "o", "0")
}

// shape is what the job numbers of an organisation have in common: 24-117 is
// "00-000", CH9-0045 is "ch0-0000". Any dash, dot, slash or blank is one mark. A
// number without a mark, letters and figures together or a length of five has no
// shape of its own: too much else looks like it.
func shape(number string) string {
	var b strings.Builder
	digits, letters, marks := 0, 0, 0
	mark := false
	for _, r := range strings.ToLower(strings.TrimSpace(number)) {
		switch {
		case r >= '0' && r <= '9':
			if mark {
				b.WriteByte('-')
			}
			mark = false
			digits++
			b.WriteByte('0')
		case unicode.IsLetter(r):
			if mark {
				b.WriteByte('-')
			}
			mark = false
			letters++
			b.WriteRune(r)
		case strings.ContainsRune("-–—‐‑./_ ", r):
			if b.Len() == 0 {
				return ""
			}
			mark = true
			marks++
		default:
			return ""
		}
	}
	if digits < 2 || marks == 0 && letters == 0 && digits < 5 {
		return ""
	}
	return b.String()
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
	"suite": "ste", "number": "no", "blk": "block", "stg": "stage", "pkg": "package", "twr": "tower", "annexe": "annex", "bldgs": "bldg", "township": "twp", "county": "co", "international": "intl", "medical": "med", "church": "ch", "junction": "jct", "river": "riv", "garage": "gar", "warehouse": "whse",
}

// fillers carry no meaning in names.
var fillers = map[string]bool{"the": true, "and": true, "of": true, "at": true}

// kinds of street: a name that stops at one of these names a street, and not yet
// a project on it.
var streetKinds = map[string]bool{"st": true, "rd": true, "dr": true, "ave": true, "blvd": true, "ln": true, "hwy": true, "pkwy": true, "ct": true, "sq": true, "ter": true, "cir": true, "way": true}

// roads are named by a number: "Route 19" is no project either.
var roads = map[string]bool{"route": true, "rt": true, "rte": true, "hwy": true, "interstate": true, "i": true, "us": true, "sr": true, "cr": true}

// parts tell one job from its sibling: Bldg B, Ph 2, Lot 7.
var parts = map[string]bool{"bldg": true, "ph": true, "tower": true, "lot": true, "unit": true, "wing": true, "block": true, "level": true, "ste": true, "package": true, "stage": true, "area": true, "zone": true, "section": true}

// buildings are what is built: a name that goes on with one that is no part of the
// project's own names is another job's.
var buildings = wordSet(`annex gar addn expansion extension lofts pavilion duplex remodel bakery pool array kitchen clinic library hotel church ch store restaurant apts condos townhomes
	res house ctr hall gym whse plant bridge hosp stadium arena theater theatre museum mall plaza lab bank sch elem academy college sta depot terminal hangar tower barn chapel temple
	courthouse jail prison pharmacy brewery winery farm dairy mill factory greenhouse playground rink spa lodge inn motel dorm dormitory laundry substation reservoir tank culvert dam pier dock wharf
	marina boathouse cafe café diner bar grill market supermarket garden gardens cemetery crematorium villas cottages bungalow penthouse studio studios cinema`)

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
