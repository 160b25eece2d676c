package match_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"projectr"
	"projectr/match"
	"projectr/message"
)

// sample is a mail and what is true of it.
type sample struct {
	name string
	in   match.Input
	want []string // keys of its projects; none: it may be filed on none of those that are known
	// either are the projects it is about where the mail contradicts itself: it may be
	// filed on none, and a person would choose one of them.
	either []string
	weight float64 // in the table: one mail in ten is about a job that only looks like a known one
}

// set is a registry with labelled mails.
type set struct {
	name     string
	projects []projectr.Project
	mails    []sample
}

func labelled(t testing.TB, name, dir string) set {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "projects.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	keyed, err := match.LoadProjects(f)
	if err != nil {
		t.Fatal(err)
	}
	s := set{name: name, projects: match.Projects(keyed)}
	index, err := os.ReadFile(filepath.Join(dir, "index.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(index) {
		var row struct {
			ID   string   `json:"id"`
			Keys []string `json:"project_keys"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(dir, "eml", row.ID+".eml"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := message.Parse(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		s.mails = append(s.mails, sample{row.ID, match.Input{Message: m, Projects: s.projects}, row.Keys, nil, 1})
	}
	return s
}

// writings are the ways in which people write of a project that is known: what the
// subject and the text say.
func writings(p projectr.Project) map[string][2]string {
	words := strings.Fields(p.Name)
	street, _, _ := strings.Cut(p.Address, ",")
	out := map[string][2]string{
		"name in subject":     {p.Name + " - RFI 12", "See attached."},
		"name behind":         {"RFI 12 | " + p.Name + " | door frames", "See attached."},
		"name in capitals":    {strings.ToUpper(p.Name), "See attached."},
		"name in text":        {"Door frames", "Please send the frames for " + p.Name + " by Friday."},
		"name in lower case":  {"frames", "please send the frames for " + strings.ToLower(p.Name) + " by friday"},
		"name over two lines": {"frames", "please send the frames for " + strings.Join(words, "\n") + "\nby friday"},
		"label":               {"Transmittal", "Project: " + p.Name + "\nSubmittal 5, rev 1"},
		"name and street":     {"Frames", p.Name + ", " + p.Address + ": the frames are in."},
	}
	if p.JobNumber != "" {
		j := p.JobNumber
		out["job in subject"] = [2]string{"RE: " + j + " frames", "See below."}
		out["job in text"] = [2]string{"frames", "This is for job " + j + ", thanks."}
		out["job with #"] = [2]string{"frames", "This is for job #" + j + "."}
		out["job in brackets"] = [2]string{"frames [" + j + "]", "ok"}
		out["job, another dash"] = [2]string{"Job " + strings.ReplaceAll(j, "-", "–") + " frames", "ok"}
		out["job, O for 0"] = [2]string{"Job " + strings.ReplaceAll(j, "0", "O") + " frames", "ok"}
		out["job without dash"] = [2]string{"Job " + strings.ReplaceAll(j, "-", "") + " frames", "ok"}
		out["job and name"] = [2]string{j + " " + p.Name + " - minutes", "ok"}
		out["job, a document's number besides"] = [2]string{j + " RFI 24-903", "see PO 24-411 and invoice 23-100"}
	}
	if strings.ContainsAny(street, "0123456789") {
		out["street in subject"] = [2]string{"Permit for " + street, "See attached."}
		out["street in text"] = [2]string{"Delivery", "Deliver to " + p.Address + " before 7."}
		out["street in capitals"] = [2]string{"Delivery", "SHIP TO: " + strings.ToUpper(street)}
	}
	for i, a := range p.Aliases {
		out[fmt.Sprint("other name ", i)] = [2]string{a + " daily", "ok"}
		out[fmt.Sprint("other name in text ", i)] = [2]string{"daily", "Crew of 4 at " + a + " today."}
	}
	if len(words) > 2 {
		out["name without its end"] = [2]string{strings.Join(words[:len(words)-1], " ") + ": frames", "ok"}
		out["two words of it"] = [2]string{"frames", "for the " + strings.Join(words[:2], " ") + " job"}
	}
	return out
}

// strangers are the ways in which people write of a job that is not known and looks
// like one that is.
func strangers(p projectr.Project, all []projectr.Project) map[string][2]string {
	words := strings.Fields(p.Name)
	street, _, _ := strings.Cut(p.Address, ",")
	out := map[string][2]string{}
	known := func(part string) bool {
		for _, q := range all {
			for _, n := range append([]string{q.Name, q.Address}, q.Aliases...) {
				if strings.Contains(strings.ToLower(n), strings.ToLower(part)) {
					return true
				}
			}
		}
		return false
	}
	for _, part := range []string{"Phase 7", "Ph 7", "Ph. VII", "Building H", "Bldg. H", "Lot 44", "Suite 950", "Tower 9", "Stage 9", "Block 9", "II", "Annex", "Parking Garage", "Expansion"} {
		if known(part) {
			continue
		}
		base := p.Name
		out[part+" behind"] = [2]string{base + " " + part + " - RFI 3", "ok"}
		out[part+" behind a dash"] = [2]string{base + " - " + part + ": RFI 3", "ok"}
		out[part+" in brackets"] = [2]string{"RFI 3", "This is for " + base + " (" + part + "), please answer."}
		if strings.ContainsAny(part, "79H45") {
			out[part+" before"] = [2]string{part + " of " + base, "ok"}
			out[part+" before, comma"] = [2]string{"RFI 3", "For " + part + ", " + base + " we need frames."}
		}
		for i, a := range p.Aliases {
			out[fmt.Sprint(part, " behind other name ", i)] = [2]string{a + " " + part + " RFI", "ok"}
		}
	}
	if strings.ContainsAny(street, "0123456789") {
		number, rest, _ := strings.Cut(street, " ")
		for _, n := range []string{"9", "98761", number + "1"} {
			if n == number {
				continue
			}
			out["house "+n] = [2]string{"Permit for " + n + " " + rest, "See attached."}
			out["house "+n+" in text"] = [2]string{"Delivery", "Deliver to " + n + " " + rest + " before 7."}
		}
		if !slices.Contains(p.Aliases, rest) && !strings.Contains(p.Name, rest) {
			out["only the street"] = [2]string{"Delivery", "The truck waits on " + rest + " since 7."}
		}
	}
	if len(words) > 2 {
		begin := strings.TrimSuffix(strings.Join(words[:len(words)-1], " "), " and")
		for _, other := range []string{"Bakery", "Kitchen Remodel", "Swimming Pool", "Solar Array"} {
			out["begins alike: "+other] = [2]string{begin + " " + other + " bid", "ok"}
			out["two words alike: "+other] = [2]string{"bid", "We bid the " + strings.Join(words[:2], " ") + " " + other + " last week."}
		}
	}
	if p.JobNumber != "" {
		j := p.JobNumber
		other := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '0' + (r-'0'+7)%10
			}
			return r
		}, j)
		if strings.ContainsAny(j, "-/") {
			out["its name with a job number nobody knows"] = [2]string{other + " " + p.Name, "ok"}
			out["its name, announced job number nobody knows"] = [2]string{p.Name, "Our job no. " + other + ", please quote."}
			out["its name, job number nobody knows in brackets"] = [2]string{"RFI 3: " + p.Name + " (" + other + ")", "ok"}
		}
		out["longer job number"] = [2]string{"Job " + j + "9", "ok"}
		out["number goes on"] = [2]string{"Job " + j + "-77", "ok"}
		out["an order's number"] = [2]string{"frames", "PO " + j + " was confirmed."}
		out["an RFI's number"] = [2]string{"RFI " + j, "ok"}
		out["a price"] = [2]string{"frames", "that is $" + j + " more"}
	}
	return out
}

// contradictions are mails that name p by one clue and q by another.
func contradictions(p, q projectr.Project) map[string][2]string {
	out := map[string][2]string{}
	if q.ID == p.ID || p.JobNumber == "" || q.JobNumber == "" || strings.Contains(q.Name, p.Name) || strings.Contains(p.Name, q.Name) {
		return out
	}
	out["its job number with the name of "+string(q.ID)] = [2]string{p.JobNumber + " " + q.Name, "ok"}
	if strings.Fields(q.Name)[0] == strings.Fields(p.Name)[0] {
		out["its job number in the subject, the look-alike's name below: "+string(q.ID)] = [2]string{p.JobNumber + " RFI", "Project: " + q.Name}
	}
	out["its job number in the subject, labelled another: "+string(q.ID)] = [2]string{p.JobNumber + " RFI", "Project: " + q.Name + "\nSubmittal 9"}
	out["its name in the subject, another job number below: "+string(q.ID)] = [2]string{p.Name + " RFI", "your job " + q.JobNumber}
	return out
}

// generated makes mails by writings and strangers for each project. People who work
// on a project send half of them.
func generated(name string, projects []projectr.Project) set {
	s := set{name: name, projects: projects}
	add := func(p projectr.Project, what string, w [2]string, x sample) {
		for _, by := range append([]string{""}, p.People[:min(1, len(p.People))]...) {
			m := mail(w[0], w[1])
			x.name = string(p.ID) + ": " + what
			if by != "" {
				m.From = []projectr.MailAddress{{Name: by, Address: "one@people.example"}}
				x.name += ", by its people"
			}
			x.in = match.Input{Message: m, Projects: projects}
			s.mails = append(s.mails, x)
		}
	}
	for _, p := range projects {
		known, strange := writings(p), strangers(p, projects)
		for what, w := range known {
			add(p, what, w, sample{want: []string{string(p.ID)}, weight: 1})
		}
		for what, w := range strange {
			add(p, what, w, sample{weight: 0.1 * float64(len(known)) / float64(len(strange))})
		}
		for _, q := range projects {
			for what, w := range contradictions(p, q) {
				add(p, what, w, sample{either: []string{string(p.ID), string(q.ID)}, weight: 0.02 * float64(len(known)) / float64(len(projects))})
			}
		}
	}
	slices.SortFunc(s.mails, func(a, b sample) int { return strings.Compare(a.name, b.name) })
	return s
}

// firm is a registry of projects that look alike on purpose.
func firm() []projectr.Project {
	row := func(id, name, job, address string, aliases ...string) projectr.Project {
		return projectr.Project{ID: projectr.ProjectID(id), Name: name, JobNumber: job, Address: address, Aliases: aliases, People: []string{"Pat " + strings.Fields(name)[0], "Lee Common"}, Status: projectr.Active}
	}
	return []projectr.Project{
		row("clinic", "Hollis St Clinic", "24-117", "418 Hollis Street, Dayton, OH"),
		row("clinic2", "Hollis St Clinic Ph 2", "24-171", "418 Hollis Street, Dayton, OH"),
		row("bay", "Bay Harbor Middle School", "2025-004", "12 Bay Road, Salem, MA", "BHMS"),
		row("bayhs", "Bay Harbor High School", "2025-040", "21 Bay Road, Salem, MA"),
		row("mill", "Mill Creek Lofts Building A", "MC-1201", "900 Mill Creek Dr, Boise, ID", "Mill Creek A"),
		row("millb", "Mill Creek Lofts Building B", "MC-1202", "902 Mill Creek Dr, Boise, ID", "Mill Creek B"),
		row("oak", "Oak Hill Library", "7731", "3 Oak Hill, Ames, IA"),
		row("summit", "Summit Ridge Water Tank", "W-44", "Summit Ridge Road"),
		row("lot", "Prairie Commons Lot 7", "23.118", "77 Prairie Commons Way, Waco, TX"),
		row("tower", "Northwind Tower", "25/310", "1 Northwind Plaza, Tulsa, OK", "Northwind"),
	}
}

func sets(t testing.TB) []set {
	own := labelled(t, "own-gold/dev", "../extract/testdata/own-gold/dev")
	return []set{
		labelled(t, "construction-gold", gold),
		own,
		generated("made of construction-gold", registry(t)),
		generated("made of own-gold", own.projects),
		generated("made of look-alikes", firm()),
	}
}

// TestCalibration: no mail of any set is filed on a wrong project, and of those with
// a confidence about that share is right. Run it with -v for the table.
func TestCalibration(t *testing.T) {
	type count struct{ n, weight, right, sum float64 }
	buckets := make([]count, 11)
	for _, s := range sets(t) {
		filed, one, hits, wrong := 0, 0, 0, 0
		missed := map[string]int{}
		x := match.NewIndex(s.projects)
		for _, m := range s.mails {
			f := x.Find(m.in)
			sound(t, m.in, f.Project, f.Match)
			if len(m.want) == 1 {
				one++
				if f.Project == projectr.ProjectID(m.want[0]) {
					hits++
				} else {
					_, what, _ := strings.Cut(strings.TrimSuffix(m.name, ", by its people"), ": ")
					missed[what]++
				}
			}
			if f.Project != "" {
				filed++
				if !slices.Contains(m.want, string(f.Project)) {
					wrong++
					t.Errorf("%s: %s is filed on %s, want %v: %q %q: %+v", s.name, m.name, f.Project, m.want, m.in.Message.Subject, m.in.Message.Text[:min(120, len(m.in.Message.Text))], f.Match.Reasons)
				}
			}
			for _, p := range f.Passages {
				if !slices.Contains(m.want, string(p.ProjectID)) {
					t.Errorf("%s: %s has a passage of %s, want %v", s.name, m.name, p.ProjectID, m.want)
				}
			}
			best := f.Project
			if best == "" && len(f.Match.Candidates) > 0 {
				best = f.Match.Candidates[0].ProjectID
			}
			if best != "" {
				b := &buckets[int(f.Match.Confidence*10)]
				b.n++
				b.weight += m.weight
				b.sum += m.weight * f.Match.Confidence
				if slices.Contains(m.want, string(best)) {
					b.right += m.weight
				} else if slices.Contains(m.either, string(best)) {
					b.right += m.weight / 2
				}
			}
		}
		t.Logf("%-28s %5d mails, %4d of one project, %4d of them filed there (%.3f), %4d filed, %d wrong", s.name, len(s.mails), one, hits, float64(hits)/float64(max(one, 1)), filed, wrong)
		t.Logf("   not filed: %v", missed)
	}
	t.Log("confidence   mails  predicted  right")
	for i, b := range buckets {
		if b.n > 0 {
			predicted, right := b.sum/b.weight, b.right/b.weight
			t.Logf("%.1f..        %5.0f      %.2f   %.2f", float64(i)/10, b.n, predicted, right)
			if over := predicted - right; b.n >= 100 && (over > 0.3 || over < -0.2 || i >= 8 && over > 0) {
				t.Errorf("of mails with confidence %.2f the share %.2f is right", predicted, right)
			}
		}
	}
}
