package extract

import (
	"strings"
	"unicode"

	"projectr"
	"projectr/message"
)

// Output is what `projectr extract` prints for one mail: the extraction object
// of the contract.
type Output struct {
	File             string        `json:"file"`
	Extractor        string        `json:"extractor"`
	Project          OutputProject `json:"project"`
	RequiresResponse bool          `json:"requires_response"`
	People           []string      `json:"people"`
	Facts            []OutputFact  `json:"facts"`
	CostMicroUSD     int64         `json:"cost_micro_usd"`
	// Passages are stretches of a mail about several projects that are about others
	// than Project; left out where there are none.
	Passages []OutputPassage `json:"passages,omitempty"`
}

// OutputPassage is a stretch of the mail's text, in code points, and the known project
// it is about.
type OutputPassage struct {
	Project OutputProject `json:"project"`
	Start   int           `json:"start"`
	End     int           `json:"end"` // exclusive
}

// OutputProject is the project of a mail. Key is that of a known project, nil
// when no match is sure enough; the others are then what the mail itself says.
type OutputProject struct {
	Key       *string `json:"key"`
	Name      *string `json:"name"`
	Address   *string `json:"address"`
	JobNumber *string `json:"job_number"`
}

// OutputFact is a fact as printed: without what a store adds.
type OutputFact struct {
	Kind       projectr.FactKind `json:"kind"`
	Text       string            `json:"text"`
	Quote      string            `json:"quote"`
	Start      int               `json:"start"`
	End        int               `json:"end"`
	Proof      projectr.Proof    `json:"proof"`
	Confidence float64           `json:"confidence"`
	Owner      *string           `json:"owner"`
	Deadline   *string           `json:"deadline"`
	Priority   string            `json:"priority"`
	MadeBy     *string           `json:"made_by"`
	Amount     *projectr.Amount  `json:"amount"`
	Affects    []string          `json:"affects"`
}

// NewOutput joins what is printed of one mail. project is the one the mail was
// filed on and key its key, nil when no match was sure: then name, address and
// job number are read out of the mail.
func NewOutput(file string, m *message.Message, r Result, key string, project *projectr.Project) Output {
	o := Output{File: file, Extractor: r.Extractor, RequiresResponse: r.RequiresResponse, People: r.People, Facts: []OutputFact{}, CostMicroUSD: r.CostMicroUSD}
	if o.People == nil {
		o.People = []string{}
	}
	for _, f := range r.Facts {
		if f.Affects == nil {
			f.Affects = []string{}
		}
		o.Facts = append(o.Facts, OutputFact{f.Kind, f.Text, f.Quote, f.Start, f.End, f.Proof, f.Confidence, f.Owner, f.Deadline, f.Priority, f.MadeBy, f.Amount, f.Affects})
	}
	if project != nil {
		o.Project = outputProject(key, *project)
		return o
	}
	clues := ProjectClues(m)
	o.Project = OutputProject{Name: filled(clues.Name), Address: filled(clues.Address), JobNumber: filled(clues.JobNumber)}
	return o
}

// AddPassage adds a stretch of the mail that is about a project of its own.
func (o *Output) AddPassage(p projectr.Passage, key string, project projectr.Project) {
	o.Passages = append(o.Passages, OutputPassage{Project: outputProject(key, project), Start: p.Start, End: p.End})
}

func outputProject(key string, p projectr.Project) OutputProject {
	return OutputProject{Key: &key, Name: filled(p.Name), Address: filled(p.Address), JobNumber: filled(p.JobNumber)}
}

func filled(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Clues is what a mail itself says of its project. What is not evident is empty.
type Clues struct {
	Name      string
	Address   string
	JobNumber string
}

// ProjectClues reads job number, street address and name of the project out of a
// mail that fits no known project, to propose a new one. Where a mail names
// several it says none.
func ProjectClues(m *message.Message) Clues {
	r := newReading(m, intents())
	passages := r.passages()
	if r.silent(passages) {
		return Clues{}
	}
	var c Clues
	subject := tokenise(m.Subject, 0, len(m.Subject))
	numbers := map[string]bool{}
	add := func(n string, ok bool) {
		if ok && len(numbers) < 10 {
			numbers[n] = true
			c.JobNumber = n
		}
	}
	add(jobNumber(m.Subject, subject, true))
	inSubject := c.JobNumber != ""
	addresses := map[string]bool{}
	if a, ok := streetAddress(m.Subject, subject); ok {
		addresses[lower(a)] = true
		c.Address = a
	}
	for i := range passages {
		for k := range passages[i].sentences {
			s := &passages[i].sentences[k]
			if !inSubject {
				add(jobNumber(m.Text, s.toks, false))
			}
			if s.label == "project" || s.label == "project name" || s.label == "job" || s.label == "job name" || s.label == "site" {
				if c.Name == "" && s.body < len(s.toks) {
					c.Name = line1(m.Text[s.toks[s.body].start:s.end])
				}
			}
			if len(addresses) == 0 || c.Address != "" {
				if a, ok := streetAddress(m.Text, s.toks); ok && !sameStreet(addresses, a) {
					addresses[lower(a)] = true
					c.Address = a
				}
			}
		}
	}
	if len(numbers) > 1 {
		c.JobNumber = ""
	}
	if len(addresses) > 1 {
		c.Address = ""
	}
	if c.Name == "" {
		c.Name = nameInSubject(m.Subject, subject)
	}
	return c
}

func sameStreet(seen map[string]bool, a string) bool {
	for s := range seen {
		first, _, _ := strings.Cut(s, ",")
		other, _, _ := strings.Cut(lower(a), ",")
		if first == other {
			return true
		}
	}
	return false
}

// jobNumber finds a job number: behind "job", "project no." or "contract", or in
// a subject by its form, such as 24-117, 2024-031, C-2207, R-311.
func jobNumber(text string, toks []token, subject bool) (string, bool) {
	for i := range toks {
		announced := false
		switch {
		case is(toks, i-1, "job", "project", "contract"):
			announced = true
		case is(toks, i-1, "no", "number", "#", ":", ".") && (is(toks, i-2, "job", "project", "contract") || is(toks, i-3, "job", "project", "contract")):
			announced = true
		}
		if !announced && !subject {
			continue
		}
		if i > 0 && !toks[i].gap && !is(toks, i-1, "[", "(", "#") {
			continue
		}
		end := idAt(toks, i)
		if end == 0 {
			continue
		}
		id := text[toks[i].start:toks[end-1].end]
		digit := strings.ContainsFunc(id, unicode.IsDigit)
		if !digit || announced && len(id) < 2 {
			continue
		}
		if !announced && (!jobForm(toks[i:end]) || is(toks, i-1, "permit", "invoice", "rfi", "submittal", "po", "rev")) {
			continue
		}
		if _, ok := (calendar{}).at(toks, i); ok {
			continue // a date
		}
		return id, true
	}
	return "", false
}

// idAt returns the token after an identifier of letters and digits joined by
// hyphens that begins at token i, 0 when there is none.
func idAt(toks []token, i int) int {
	j := i
	for j < len(toks) && (j == i || !toks[j].gap) {
		t := toks[j]
		if t.kind == digits || t.kind == word && len(t.low) <= 4 || t.low == "-" && j > i && j+1 < len(toks) && !toks[j+1].gap {
			j++
			continue
		}
		break
	}
	if j == i || j < len(toks) && !toks[j].gap && is(toks, j, "@", "'", "\"", "/", "%", "$") {
		return 0
	}
	return j
}

// jobForm reports whether an identifier has the form of a job number: a year
// and a running number, or one letter or more and a number.
func jobForm(toks []token) bool {
	if len(toks) == 3 && toks[1].low == "-" && toks[0].kind == digits && toks[2].kind == digits {
		n := len(toks[0].low)
		return (n == 2 || n == 4) && len(toks[2].low) >= 3 && len(toks[2].low) <= 4
	}
	if len(toks) >= 3 && toks[0].kind == word && toks[0].cap {
		last := toks[len(toks)-1]
		return is(toks, len(toks)-2, "-") && last.kind == digits && len(last.low) >= 3 && !is(toks, 0, "rfi", "asi", "co", "cor", "pco", "po", "ew", "sk", "ccd", "no", "ph", "pr", "rev", "sub")
	}
	return false
}

// streetEnds are the words that end the name of a street.
var streetEnds = set("street st road rd avenue ave boulevard blvd lane ln drive dr court ct place pl way parkway pkwy highway hwy terrace ter circle cir square sq close crescent row trail trl pike alley quay walk mews")

// streetAddress finds a house number with its street, and town, state and code
// where they follow: "418 Hollis Street, Dayton, OH 45402".
func streetAddress(text string, toks []token) (string, bool) {
	for i := range toks {
		if toks[i].kind != digits || len(toks[i].low) > 5 || i > 0 && !toks[i].gap && !is(toks, i-1, "(") || i+2 > len(toks)-1 {
			continue
		}
		j := i + 1
		if j < len(toks) && !toks[j].gap && toks[j].kind == word && len(toks[j].low) == 1 { // 12A
			j++
		}
		end := 0
		for n := 0; n < 5 && j < len(toks); n++ {
			t := toks[j]
			if t.low == "." && !t.gap {
				j++
				continue
			}
			ordinal := t.kind == digits && j+1 < len(toks) && is(toks, j+1, "st", "nd", "rd", "th")
			if t.kind != word && !ordinal || t.kind == word && !t.cap || t.kind == word && !t.gap && n == 0 {
				break
			}
			if ordinal {
				j += 2
				continue
			}
			j++
			if n > 0 && streetEnds[t.low] {
				end = j
				break
			}
		}
		if end == 0 {
			continue
		}
		if glued(toks, end, ".") && end+1 < len(toks) && is(toks, end+1, ",") {
			end++
		}
		end = town(toks, end)
		return strings.Join(strings.Fields(text[toks[i].start:toks[end-1].end]), " "), true
	}
	return "", false
}

// town reads ", Dayton, OH 45402" from token i on, and returns where it ends.
func town(toks []token, i int) int {
	if !is(toks, i, ",") {
		return i
	}
	j := i + 1
	for j < len(toks) && j < i+4 && toks[j].kind == word && toks[j].cap && len(toks[j].low) > 2 {
		j++
	}
	if j == i+1 {
		return i
	}
	k := j
	if is(toks, k, ",") {
		k++
	}
	if k >= len(toks) || toks[k].kind != word || !toks[k].cap || len(toks[k].low) != 2 {
		return i
	}
	k++
	if k < len(toks) && toks[k].kind == digits && len(toks[k].low) == 5 {
		k++
		if glued(toks, k, "-") && k+1 < len(toks) && len(toks[k+1].low) == 4 {
			k += 2
		}
	}
	return k
}

// nameInSubject takes the name that stands beside the job number of a subject:
// "24-117 Hollis St Clinic - RFI 023", "Minutes - Hollis Street Clinic (Job 24-117)".
func nameInSubject(subject string, toks []token) string {
	id, ok := jobNumber(subject, toks, true)
	if !ok {
		return ""
	}
	at := strings.Index(subject, id)
	rest := strings.TrimLeft(subject[at+len(id):], " ])-–:,/")
	if i := strings.IndexAny(rest, "-–:(["); i > 0 {
		rest = rest[:i]
	}
	if open := strings.LastIndexAny(subject[:at], "(["); open > 0 && !strings.ContainsAny(subject[open:at], ")]") {
		rest = strings.TrimRight(subject[:open], " -–:,")
		for _, sep := range []string{" - ", " – ", ": ", " / "} {
			if i := strings.LastIndex(rest, sep); i >= 0 {
				rest = rest[i+len(sep):]
			}
		}
	}
	rest = strings.TrimSpace(rest)
	words := strings.Fields(rest)
	if len(words) < 2 || len(words) > 7 || !unicode.IsUpper([]rune(rest)[0]) || strings.ContainsAny(rest, "?!#") {
		return ""
	}
	for _, w := range words {
		if notInName[lower(strings.Trim(w, ".,"))] || submissions[lower(w)] != "" {
			return ""
		}
	}
	return rest
}

// notInName are words of subjects that say what a mail is about, and are no part
// of a project's name.
var notInName = set("meeting minutes rfi rfis asi co cor pco invoice pay app daily report delay notice request update schedule inspection delivery re fw fwd punch list kickoff kick-off early warning lien waiver permit")
