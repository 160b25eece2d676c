package match_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"projectr"
	"projectr/match"
	"projectr/message"
)

const gold = "../testdata/construction-gold"

func registry(t testing.TB) []projectr.Project {
	t.Helper()
	f, err := os.Open(gold + "/projects.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	keyed, err := match.LoadProjects(f)
	if err != nil {
		t.Fatal(err)
	}
	return match.Projects(keyed)
}

func find(in match.Input) (projectr.ProjectID, projectr.Match) {
	f := match.Find(in)
	return f.Project, f.Match
}

// TestConstructionGold: no mail is filed on a wrong project, and nearly all that
// have one project are filed.
func TestConstructionGold(t *testing.T) {
	projects := registry(t)
	index, err := os.ReadFile(gold + "/index.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	wanted, hits := 0, 0
	for line := range bytes.Lines(index) {
		var row struct {
			ID       string   `json:"id"`
			Keys     []string `json:"project_keys"`
			Negative bool     `json:"negative"`
		}
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(gold, "eml", row.ID+".eml"))
		if err != nil {
			t.Fatal(err)
		}
		m, err := message.Parse(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		id, got := find(match.Input{Message: m, Projects: projects})
		if len(row.Keys) == 1 {
			wanted++
		}
		if id != "" && !slices.Contains(row.Keys, string(id)) {
			t.Errorf("%s filed on %s, want %v: %+v", row.ID, id, row.Keys, got.Reasons)
		}
		switch {
		case len(row.Keys) == 1 && string(id) == row.Keys[0]:
			hits++
		case len(row.Keys) == 1:
			t.Logf("%s not filed: %+v", row.ID, got)
		case len(row.Keys) > 1 && len(got.Candidates) < len(row.Keys):
			t.Errorf("%s: candidates %+v, want %v", row.ID, got.Candidates, row.Keys)
		}
	}
	if hits < wanted {
		t.Errorf("%d of %d mails filed, want all", hits, wanted)
	}
}

// mail makes a mail of one author's new text.
func mail(subject, text string, spans ...projectr.Span) *message.Message {
	if spans == nil {
		spans = []projectr.Span{{Kind: projectr.SpanNew, Start: 0, End: len([]rune(text))}}
	}
	return &message.Message{Subject: subject, Text: text, Spans: spans, Automatic: "no", From: []projectr.MailAddress{{Name: "Sub Contractor", Address: "x@sub.example"}}}
}

func TestFind(t *testing.T) {
	projects := registry(t)
	done := projectr.Project{ID: "done", Name: "Ferry Terminal Canopy", JobNumber: "22-019", Status: projectr.Completed}
	short := projectr.Project{ID: "short", Name: "Annex", JobNumber: "117", Status: projectr.Active}
	projects = append(projects, done, short)
	for _, tt := range []struct {
		name       string
		in         match.Input
		want       projectr.ProjectID // "" for review
		kind       string             // of the first reason
		candidates []projectr.ProjectID
	}{
		{"plus-address by job number", match.Input{Tag: "24-117"}, "hollis", "plus_address", nil},
		{"plus-address, other case and marks", match.Input{Tag: "ch9.0045"}, "culvert", "plus_address", nil},
		{"plus-address by id", match.Input{Tag: "Hollis-Garage"}, "hollis-garage", "plus_address", nil},
		{"plus-address over words", match.Input{Tag: "24-117", Message: mail("24-171 Hollis Street Parking Garage", "")}, "hollis", "plus_address", []projectr.ProjectID{"hollis-garage"}},
		{"plus-address of a completed job", match.Input{Tag: "22-019"}, "done", "plus_address", nil},
		{"unknown tag, then the words", match.Input{Tag: "zzz", Message: mail("24-171 garage", "")}, "hollis-garage", "job_number", nil},
		{"thread", match.Input{Thread: projectr.Thread{ID: "t", Project: "maple"}, Message: mail("Re: flooring", "ok")}, "maple", "thread", nil},
		{"thread over job number", match.Input{Thread: projectr.Thread{ID: "t", Project: "maple"}, Message: mail("Re: flooring", "see 24-117")}, "maple", "thread", []projectr.ProjectID{"hollis"}},
		{"job number in the subject", match.Input{Message: mail("RE: 24-117 RFI 023", "")}, "hollis", "job_number", nil},
		{"its look-alike", match.Input{Message: mail("RE: 24-171 RFI 023", "")}, "hollis-garage", "job_number", nil},
		{"job number in brackets", match.Input{Message: mail("[23-089] Submittal", "")}, "maple", "job_number", nil},
		{"job number in the text", match.Input{Message: mail("pay app", "your job 24-142, thanks")}, "bridge", "job_number", nil},
		{"job number without its hyphen", match.Input{Message: mail("R311", "")}, "okafor", "job_number", nil},
		{"a part of a longer number", match.Input{Message: mail("PO 24-1170 and 124-117 and 24-117-3", "")}, "", "none", nil},
		{"a number in an amount or address", match.Input{Message: mail("hello", "mail pm.24-117@x.example or pay $24-117")}, "", "none", nil},
		{"a short number is no clue alone", match.Input{Message: mail("room 117", "")}, "", "none", []projectr.ProjectID{"short"}},
		{"a short number that is announced", match.Input{Message: mail("job 117", "")}, "short", "job_number", nil},
		{"full name", match.Input{Message: mail("Hollis Street Clinic", "")}, "hollis", "name", nil},
		{"full name, short forms", match.Input{Message: mail("steel", "at Kestrel Pt. Apts Bldg C we")}, "kestrel", "name", nil},
		{"the other building", match.Input{Message: mail("steel", "at Kestrel Point Apartments Building B we")}, "kestrel-b", "name", nil},
		{"a building nobody knows", match.Input{Message: mail("steel", "at Kestrel Point Apartments Building D we")}, "", "none", []projectr.ProjectID{"kestrel", "kestrel-b"}},
		{"both buildings fit", match.Input{Message: mail("Kestrel Point Apartments", "")}, "", "none", []projectr.ProjectID{"kestrel", "kestrel-b"}},
		{"a part of one name alone", match.Input{Message: mail("Canal Place stone", "")}, "canal", "name", nil},
		{"a street is not yet a project", match.Input{Message: mail("Hollis Street", "")}, "", "none", []projectr.ProjectID{"hollis", "hollis-garage"}},
		{"a second phase is another job", match.Input{Message: mail("Hollis Street Clinic Phase 2", "")}, "", "none", []projectr.ProjectID{"hollis"}},
		{"school, not the other school", match.Input{Message: mail("Maple Grove Middle School roof leak", "")}, "maple-roof", "name", nil},
		{"alias", match.Input{Message: mail("CH9 culvert", "")}, "culvert", "name", nil},
		{"street address", match.Input{Message: mail("Permit", "Address: 418 HOLLIS ST")}, "hollis", "address", nil},
		{"another number of that street", match.Input{Message: mail("Permit", "Address: 420 Hollis St")}, "", "none", nil},
		{"three jobs", match.Input{Message: mail("weekly", "24-142 is fine.\n24-150 late.\n24-155 permit.")}, "", "passage", []projectr.ProjectID{"bridge", "canal", "pawtucket"}},
		{"several jobs, the subject decides", match.Input{Message: mail("24-142 roof", "as on 24-150 and 24-155")}, "bridge", "job_number", []projectr.ProjectID{"canal", "pawtucket"}},
		{"completed", match.Input{Message: mail("Ferry Terminal Canopy", "")}, "", "none", []projectr.ProjectID{"done"}},
		{"quoted history alone", match.Input{Message: mail("thanks", "see below\n> job 24-117", projectr.Span{Kind: projectr.SpanNew, End: 10}, projectr.Span{Kind: projectr.SpanQuoted, Start: 10, End: 22})}, "", "none", []projectr.ProjectID{"hollis"}},
		{"new text over quoted history", match.Input{Message: mail("thanks", "for 24-171\n> job 24-117", projectr.Span{Kind: projectr.SpanNew, End: 11}, projectr.Span{Kind: projectr.SpanQuoted, Start: 11, End: 23})}, "hollis-garage", "job_number", []projectr.ProjectID{"hollis"}},
		{"job number with the letter O", match.Input{Message: mail("job 2O24-O31", "")}, "kestrel", "job_number", nil},
		{"job number with another dash", match.Input{Message: mail("24–117 and", "")}, "hollis", "job_number", nil},
		{"a job number nobody knows", match.Input{Message: mail("24-999 new gym", "")}, "", "none", nil},
		{"a name with a job number nobody knows", match.Input{Message: mail("24-999 Hollis Street Clinic", "")}, "", "none", []projectr.ProjectID{"hollis"}},
		{"the number of an RFI is no job number", match.Input{Message: mail("Hollis Street Clinic RFI 24-999", "")}, "hollis", "name", nil},
		{"an order with a job's number", match.Input{Message: mail("frames", "PO 24-117 is confirmed")}, "", "none", []projectr.ProjectID{"hollis"}},
		{"a job number with another's name", match.Input{Message: mail("24-117 Canal Place Lobby", "")}, "", "none", []projectr.ProjectID{"canal", "hollis"}},
		{"a hall nobody knows", match.Input{Message: mail("Hollis Street Clinic Hall", "")}, "", "none", []projectr.ProjectID{"hollis"}},
		{"a phase before the name", match.Input{Message: mail("Phase 2 of Hollis Street Clinic", "")}, "", "none", []projectr.ProjectID{"hollis"}},
		{"a phase and the job number", match.Input{Message: mail("24-117 Hollis Street Clinic Phase 2", "")}, "hollis", "job_number", nil},
		{"a count behind a name", match.Input{Message: mail("crew", "at Hollis Street Clinic 3 men today")}, "hollis", "name", nil},
		{"nothing", match.Input{Message: mail("lunch?", "tomorrow at noon")}, "", "none", nil},
		{"no mail", match.Input{}, "", "none", nil},
		{"an automatic reply", match.Input{Message: &message.Message{Subject: "Automatic reply: 24-117 RFI", Automatic: "reply"}}, "", "none", []projectr.ProjectID{"hollis"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.Projects = projects
			id, m := find(tt.in)
			if id != tt.want || len(m.Reasons) == 0 || m.Reasons[0].Kind != tt.kind {
				t.Fatalf("got %q, %+v", id, m)
			}
			var candidates []projectr.ProjectID
			for _, c := range m.Candidates {
				candidates = append(candidates, c.ProjectID)
			}
			slices.Sort(candidates)
			if !slices.Equal(candidates, tt.candidates) {
				t.Errorf("candidates %v, want %v", candidates, tt.candidates)
			}
			sound(t, tt.in, id, m)
		})
	}
}

// sound checks what must hold of every match.
func sound(t testing.TB, in match.Input, id projectr.ProjectID, m projectr.Match) {
	t.Helper()
	split := len(m.Reasons) > 0 && m.Reasons[0].Kind == "passage"
	if (id != "" || split) != (m.Confidence >= projectr.SureEnough) {
		t.Errorf("project %q with confidence %.2f", id, m.Confidence)
	}
	if len(m.Reasons) == 0 || len(m.Candidates) > 3 || m.Candidates == nil {
		t.Errorf("%d reasons, %d candidates", len(m.Reasons), len(m.Candidates))
	}
	all := m.Reasons
	for i, c := range m.Candidates {
		all = append(all, c.Reasons...)
		if c.ProjectID == id || i > 0 && c.Confidence > m.Candidates[i-1].Confidence {
			t.Errorf("candidate %+v", c)
		}
		if id == "" && !split && c.Confidence >= projectr.SureEnough {
			t.Errorf("a mail in review with a sure candidate: %+v", c)
		}
	}
	for _, r := range all {
		text := ""
		switch r.In {
		case "subject":
			text = in.Message.Subject
		case "text":
			text = in.Message.Text
		default:
			continue
		}
		q, ok := projectr.Quoted(text, r.Start, r.End)
		if !ok || strings.Join(strings.Fields(q), " ") != r.Words || r.Text == "" {
			t.Errorf("%q stands at %d..%d, not %q", q, r.Start, r.End, r.Words)
		}
	}
}

// TestPeople: a weak clue and a known person together are sure; a person alone
// never is.
func TestPeople(t *testing.T) {
	projects := registry(t)
	m := mail("house stuff", "the skylight drips\n\nNgozi\n14 Larkspur")
	m.From = []projectr.MailAddress{{Name: "Okafor, Ngozi", Address: "n@x.example"}}
	if id, got := find(match.Input{Message: m, Projects: projects}); id != "okafor" {
		t.Errorf("got %q, %+v", id, got)
	}
	m.Text = "the skylight drips"
	if id, got := find(match.Input{Message: m, Projects: projects}); id != "" || len(got.Candidates) != 1 || got.Candidates[0].ProjectID != "okafor" {
		t.Errorf("got %q, %+v", id, got)
	}
}

func TestLoadProjects(t *testing.T) {
	for name, in := range map[string]string{
		"not JSON":  "{",
		"no name":   `[{"key":"a"}]`,
		"same key":  `[{"key":"a","name":"A"},{"key":"a","name":"B"}]`,
		"bad state": `[{"key":"a","name":"A","status":"asleep"}]`,
	} {
		if _, err := match.LoadProjects(strings.NewReader(in)); projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := match.LoadProjects(strings.NewReader(`[{"name":"A","job_number":"24-1"},{"name":"B"}]`))
	if err != nil || len(got) != 2 || got[0].Key != "24-1" || got[1].Key != "B" {
		t.Errorf("%+v, %v", got, err)
	}
}

// The site is known by its street however the project's address is written, and
// never by another number of it.
func TestSiteAddress(t *testing.T) {
	for _, address := range []string{
		"418 Hollis Street, Dayton, OH 45402", "418 Hollis St", "418 Hollis Street Dayton OH 45402", "418 Hollis Street\nDayton, OH 45402",
		"Suite 200, 418 Hollis Street, Dayton, OH 45402", "Kestrel Medical Building, 418 Hollis St., Dayton, OH",
	} {
		projects := []projectr.Project{{ID: "clinic", Name: "Outpatient Fit-out", Address: address, Status: projectr.Active}}
		for text, want := range map[string]projectr.ProjectID{
			"The permit for 418 Hollis St came through.":            "clinic",
			"Send them to 418 HOLLIS STREET, Ste 200, please.":      "clinic",
			"The permit for 451 Hollis Street came through.":        "",
			"The permit for 418 Harris Street came through.":        "",
			"The permit for 1418 Hollis Street in Dayton is there.": "",
		} {
			if id, m := find(match.Input{Message: mail("Permit", text), Projects: projects}); id != want {
				t.Errorf("%q, %q: filed on %q, want %q: %+v", address, text, id, want, m.Reasons)
			}
		}
	}
}

func FuzzFind(f *testing.F) {
	projects := registry(f)
	f.Add("24-117", "RE: 24-117 Hollis St", "at 418 Hollis Street, Kestrel Pt Bldg C\n> 24-171", 20)
	f.Add("", "Ünï 24-117’s", "’s the\t\n", 3)
	f.Fuzz(func(t *testing.T, tag, subject, text string, cut int) {
		n := len([]rune(text))
		cut = max(0, min(cut, n))
		m := mail(subject, text, projectr.Span{Kind: projectr.SpanNew, End: cut}, projectr.Span{Kind: projectr.SpanQuoted, Start: cut, End: n})
		in := match.Input{Tag: tag, Message: m, Projects: projects}
		got := match.Find(in)
		sound(t, in, got.Project, got.Match)
		soundPassages(t, in, got)
	})
}

// soundPassages checks what must hold of every split.
func soundPassages(t testing.TB, in match.Input, f match.Filing) {
	t.Helper()
	at := 0
	for _, p := range f.Passages {
		inNew := slices.ContainsFunc(in.Message.Spans, func(s projectr.Span) bool {
			return s.Kind == projectr.SpanNew && s.Start <= p.Start && p.End <= s.End
		})
		if p.Start < at || p.End <= p.Start || !inNew || p.ProjectID == f.Project || len(p.Reasons) == 0 {
			t.Errorf("passage %+v after %d", p, at)
		}
		at = p.End
		for _, r := range p.Reasons {
			if q, ok := projectr.Quoted(in.Message.Text, r.Start, r.End); !ok || strings.Join(strings.Fields(q), " ") != r.Words || r.Start < p.Start || r.End > p.End {
				t.Errorf("%+v does not stand in the passage %d..%d", r, p.Start, p.End)
			}
		}
	}
}

// TestPassages: a mail is split where its passages are sure of their projects, and
// nowhere else.
func TestPassages(t *testing.T) {
	projects := registry(t)
	for _, tt := range []struct {
		name, subject, text string
		main                projectr.ProjectID
		want                []string // project: the passage's first and last word
	}{
		{"paragraphs", "weekly", "Ellen,\n\n24-142 Bridge St: roof is 64% done.\nCO 2 is signed.\n\n24-150 Canal Place lobby: stone is late.\n\nI'm out Tues.\n\nSam", "",
			[]string{"bridge: 24-142 signed.", "canal: 24-150 late."}},
		{"in words", "weekly", "On Canal Place Lobby the stone is late.\n\nAt Hollis Street Clinic we need the frames.", "", []string{"canal: On late.", "hollis: At frames."}},
		{"items of a list", "weekly", "Jobs:\n- Hollis Street Clinic: frames are in\n- Maple Grove Gym: floor is late\n- office is closed Monday", "", []string{"hollis: - in", "maple: - late"}},
		{"headings", "weekly", "Hollis Street Clinic\n\nFrames are in.\n\n- need the hinges\n\nCanal Place Lobby (24-150)\nStone is late.\n\nI am out on Tuesday.", "",
			[]string{"hollis: Hollis hinges", "canal: Canal late."}},
		{"one project is no split", "weekly", "24-142 Bridge St: roof is done.\n\nHolidays: we are closed.", "bridge", nil},
		{"two in one passage", "weekly", "24-142 and 24-150: both are late.\n\n24-155: permit is in.", "", nil},
		{"named on the way", "weekly", "We are late.\n\nThe detail is as on 24-150 and the one of 24-142.", "", nil},
		{"a doubtful one", "weekly", "Hollis Street Clinic Phase 2: frames.\n\nCanal Place Lobby: stone.", "", nil},
		{"a main project and another passage", "24-142 roof", "Roof is done.\n\n24-150 Canal Place: stone is late.", "bridge", []string{"canal: 24-150 late."}},
		{"a main project and another one named", "24-142 roof", "On Canal Place Lobby we did it like this.", "bridge", nil},
		{"a third that is not sure", "weekly", "24-142: roof is done.\n\n24-150: stone is late.\n\nHollis Street Clinic Phase 2: frames.", "", nil},
		{"a third in the subject", "Hollis Street Clinic Phase 2", "24-142: roof is done.\n\n24-150: stone is late.", "", nil},
		{"a third that nobody knows", "weekly", "24-142: roof is done.\n\n24-150: stone is late.\n\n24-999: permit is in.", "", nil},
		{"a head that names them all", "Bridge St and Canal Place", "Bridge Street and Canal Place Lobby this week:\n\n24-142: roof is done.\n\n24-150: stone is late.", "",
			[]string{"bridge: 24-142: done.", "canal: 24-150: late."}},
		{"a main project, and another one before a colon further on", "24-142 roof", "On Canal Place Lobby we did it like this: a strip below.", "bridge", nil},
		{"history", "weekly", "ok\n> 24-142: roof\n> 24-150: stone", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := mail(tt.subject, tt.text)
			if i := strings.Index(tt.text, ">"); i > 0 {
				m.Spans = []projectr.Span{{Kind: projectr.SpanNew, End: i}, {Kind: projectr.SpanQuoted, Start: i, End: len(tt.text)}}
			}
			in := match.Input{Message: m, Projects: projects}
			f := match.Find(in)
			soundPassages(t, in, f)
			var got []string
			for _, p := range f.Passages {
				q, _ := projectr.Quoted(tt.text, p.Start, p.End)
				words := strings.Fields(q)
				got = append(got, fmt.Sprintf("%s: %s %s", p.ProjectID, words[0], words[len(words)-1]))
			}
			if f.Project != tt.main || !slices.Equal(got, tt.want) {
				t.Errorf("main %q, passages %q: %+v", f.Project, got, f.Match)
			}
			if split := f.Project == "" && len(tt.want) > 0; split != (f.Match.Reasons[0].Kind == "passage") {
				t.Errorf("reasons %+v", f.Match.Reasons)
			}
		})
	}
}

// TestUnsurePassages: a mail with a project of its own keeps what may be about another,
// and says so where it is set apart.
func TestUnsurePassages(t *testing.T) {
	projects := registry(t)
	const sure = "24-150 Canal Place: stone is late."
	for _, tt := range []struct{ name, text, want string }{
		{"a phase the job does not have", "Roof is done.\n\nHollis Street Clinic Phase 2: frames are late.\nDoors too.\n\nThanks", "hollis: Hollis too."},
		{"beside one that is sure", sure + "\n\nHollis Street Clinic Phase 2: frames are late.", "hollis: Hollis late."},
		{"named on the way", "Roof is as on the Hollis Street Clinic Phase 2: with frames.", ""},
		{"not set apart", "At Hollis Street Clinic Phase 2 we did it with frames.", ""},
		{"what is sure", sure, ""},
		{"the mail's own", "Bridge Street Phase 2: roof is done.", ""},
		{"nobody's", "Garage: gate is late.", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := match.Input{Tag: "24-142", Message: mail("weekly", tt.text), Projects: projects}
			f := match.Find(in)
			var got []string
			for _, p := range f.SetAside {
				q, _ := projectr.Quoted(tt.text, p.Start, p.End)
				words := strings.Fields(q)
				got = append(got, fmt.Sprintf("%s: %s %s", p.ProjectID, words[0], words[len(words)-1]))
				if !p.Unsure {
					t.Errorf("%+v is said to be sure", p)
				}
			}
			if s := strings.Join(got, ", "); f.Project != "bridge" || s != tt.want {
				t.Errorf("on %q, unsure %q, want %q", f.Project, s, tt.want)
			}
			soundPassages(t, in, f)
			soundPassages(t, in, match.Filing{Project: f.Project, Passages: f.SetAside})
		})
	}
}

// TestRules: what a correction taught goes before names and behind what is certain.
func TestRules(t *testing.T) {
	projects := registry(t)
	hollis := projectr.ProjectID("hollis")
	rules := []projectr.FilingRule{
		{ID: "fr_1", From: "x@sub.example", Words: "Hollis Street Clinic", ProjectID: "canal", Instead: &hollis},
		{ID: "fr_2", From: "@sub.example", Words: "blue doors", ProjectID: "maple"},
		{ID: "fr_3", From: "x@sub.example", Words: "green doors", ProjectID: "okafor"},
		{ID: "fr_4", From: "x@sub.example", Words: "green doorz", ProjectID: "okafor"},
		{ID: "fr_5", From: "x@sub.example", Words: "green doorx", ProjectID: "hollis"},
		{ID: "fr_6", Words: "yellow doors", ProjectID: "gone"},
	}
	quoted := mail("doors", "ok\n> the blue doors", projectr.Span{Kind: projectr.SpanNew, End: 3}, projectr.Span{Kind: projectr.SpanQuoted, Start: 3, End: 19})
	other := mail("Hollis Street Clinic", "")
	other.From[0].Address = "y@sub.example"
	for _, tt := range []struct {
		name string
		in   match.Input
		want projectr.ProjectID
		rule projectr.FilingRuleID
		says string // in the first reason
	}{
		{"a name that led astray", match.Input{Message: mail("Hollis Street Clinic pump", "")}, "canal", "fr_1", "taught"},
		{"somebody else's mail", match.Input{Message: other}, "hollis", "", "named"},
		{"words of a domain", match.Input{Message: mail("", "The BLUE  doors are here")}, "maple", "fr_2", "taught"},
		{"words of history", match.Input{Message: quoted}, "", "", "No project"},
		{"another project is named", match.Input{Message: mail("Canal Place Lobby", "the blue doors")}, "", "", "it names Canal"},
		{"a job number disagrees", match.Input{Message: mail("24-142", "the blue doors")}, "", "", "Maple"},
		{"the thread disagrees", match.Input{Message: mail("", "the blue doors"), Thread: projectr.Thread{Project: "okafor"}}, "", "", "thread is filed on Okafor"},
		{"the thread agrees", match.Input{Message: mail("", "the blue doors"), Thread: projectr.Thread{Project: "maple"}}, "maple", "", "thread"},
		{"the plus-address disagrees", match.Input{Message: mail("", "the blue doors"), Tag: "24-117"}, "", "", "address of Hollis"},
		{"the narrower of two", match.Input{Message: mail("green doors", "and blue doors")}, "okafor", "fr_3", "taught"},
		{"two that are equally narrow", match.Input{Message: mail("green doorz", "and green doorx")}, "", "", "No project"},
		{"a project that is gone", match.Input{Message: mail("yellow doors", "")}, "", "", "No project"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.Projects, tt.in.Rules = projects, rules
			f := match.Find(tt.in)
			sound(t, tt.in, f.Project, f.Match)
			if f.Project != tt.want || f.Rule != tt.rule || !strings.Contains(f.Match.Reasons[0].Text, tt.says) {
				t.Errorf("filed on %q by %q: %+v", f.Project, f.Rule, f.Match)
			}
			if tt.want == "" && strings.HasPrefix(f.Match.Reasons[0].Text, "A correction") && len(f.Match.Candidates) < 2 {
				t.Errorf("not both are named: %+v", f.Match.Candidates)
			}
		})
	}
}

// TestTypical: words of other mail name candidates, and file nothing.
func TestTypical(t *testing.T) {
	projects := registry(t)
	uses := []projectr.WordUse{{Word: "td-2", ProjectID: "hollis", Mails: 5}, {Word: "comstock", ProjectID: "hollis", Mails: 9}, {Word: "comstock", ProjectID: "maple", Mails: 1}, {Word: "kerrigan", ProjectID: "maple", Mails: 1},
		{Word: "acme", ProjectID: "maple", Mails: 4}, {Word: "acme", ProjectID: "hollis", Mails: 4}}
	var asked []string
	in := match.Input{Message: mail("drain", "Please check TD-2 with Comstock and Kerrigan of Acme."), Projects: projects, Typical: func(words []string) []projectr.WordUse {
		asked = words
		return uses
	}}
	f := match.Find(in)
	sound(t, in, f.Project, f.Match)
	if !slices.Equal(asked, []string{"td-2", "comstock", "kerrigan", "acme"}) {
		t.Errorf("asked for %q", asked)
	}
	if f.Project != "" || len(f.Match.Candidates) != 1 || f.Match.Candidates[0].ProjectID != "hollis" || f.Match.Candidates[0].Reasons[0].Kind != "words" || f.Match.Candidates[0].Reasons[0].Words != "TD-2" {
		t.Errorf("%+v", f.Match)
	}
	// With a name that fits two they say which comes first, and no more.
	in.Message = mail("Kestrel Point Apartments", "Please check TD-2.")
	uses = []projectr.WordUse{{Word: "td-2", ProjectID: "kestrel-b", Mails: 5}}
	if f := match.Find(in); f.Project != "" || f.Match.Candidates[0].ProjectID != "kestrel-b" {
		t.Errorf("%+v", f.Match)
	}
	asked = nil
	in.Message = mail("24-117", "Please check TD-2.")
	if f := match.Find(in); f.Project != "hollis" || asked != nil {
		t.Errorf("filed on %q, asked for %q", f.Project, asked)
	}
}

// TestFileFrom: the line from which mail is filed is the organisation's.
func TestFileFrom(t *testing.T) {
	projects := registry(t)
	for _, tt := range []struct {
		from float64
		in   match.Input
		want projectr.ProjectID
	}{
		{0.5, match.Input{Message: mail("", "the skylight drips at 14 Larkspur")}, "okafor"},
		{0.8, match.Input{Message: mail("", "the skylight drips at 14 Larkspur")}, ""},
		{0.95, match.Input{Message: mail("Hollis Street Clinic", "")}, ""},
		{0.95, match.Input{Message: mail("24-117", "")}, "hollis"},
		{1, match.Input{Message: mail("24-117", "")}, ""},
		{1, match.Input{Message: mail("", ""), Thread: projectr.Thread{Project: "maple"}}, ""},
		{1, match.Input{Message: mail("", ""), Tag: "24-117"}, "hollis"},
	} {
		tt.in.Projects, tt.in.FileFrom = projects, tt.from
		if f := match.Find(tt.in); f.Project != tt.want || f.Project == "" && f.Match.Confidence >= tt.from {
			t.Errorf("from %.2f: filed on %q: %+v", tt.from, f.Project, f.Match)
		}
	}
}

// many makes projects enough for a large firm.
func many(n int) []projectr.Project {
	towns := []string{"Harbor", "Mill", "Cedar", "Orchard", "Station", "Prairie", "Summit", "Canyon"}
	kinds := []string{"Clinic", "Elementary Gym", "Parking Garage", "Warehouse Re-roof", "Apartments Building C", "Library"}
	out := make([]projectr.Project, n)
	for i := range out {
		out[i] = projectr.Project{
			ID: projectr.ProjectID(fmt.Sprint("p", i)), JobNumber: fmt.Sprintf("%02d-%03d", 20+i/400, i%400), Status: projectr.Active,
			Name: fmt.Sprintf("%s %s %s", towns[i%8], towns[i/8%8], kinds[i/64%6]), Address: fmt.Sprintf("%d %s Street, Dayton, OH", 100+i, towns[i%8]),
			Aliases: []string{fmt.Sprintf("%s job %d", towns[i%8], i)}, People: []string{"Mike Tran", "Dana Whitlock"},
		}
	}
	return out
}

func BenchmarkFind(b *testing.B) {
	raw, err := os.ReadFile(gold + "/eml/c05.eml")
	if err != nil {
		b.Fatal(err)
	}
	m, err := message.Parse(bytes.NewReader(raw))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("200 projects", func(b *testing.B) { // what the road does for each mail
		projects := append(many(200), registry(b)...)
		b.ReportAllocs()
		for b.Loop() {
			if id, _ := find(match.Input{Message: m, Projects: projects}); id != "kestrel" {
				b.Fatal(id)
			}
		}
	})
	projects := append(many(1000), registry(b)...)
	b.Run("1000 projects", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if id, _ := find(match.Input{Message: m, Projects: projects}); id != "kestrel" {
				b.Fatal(id)
			}
		}
	})
	b.Run("1000 projects, indexed", func(b *testing.B) {
		x := match.NewIndex(projects)
		b.ReportAllocs()
		for b.Loop() {
			if f := x.Find(match.Input{Message: m}); f.Project != "kestrel" {
				b.Fatal(f.Project)
			}
		}
	})
}

// Mail to the address that is shown for a project is filed there.
func TestTheAddressThatIsShownLeadsThere(t *testing.T) {
	job := func(id projectr.ProjectID, number string, status projectr.ProjectStatus) projectr.Project {
		return projectr.Project{ID: id, Name: "Job " + string(id), JobNumber: number, Status: status}
	}
	projects := []projectr.Project{
		job("pr_plain", "24-117", projectr.Active),
		job("pr_blank", "C 2207", projectr.Active),
		job("pr_signs", "(24/118) \"West\" <b>@x", projectr.Bidding),
		job("pr_marks", "..7--.-8..", projectr.Active),
		job("pr_none", "", projectr.Active),
		job("pr_noletter", "#/!", projectr.Active),
		job("pr_umlaut", "Süd 4", projectr.Active),
		job("pr_dash", "24–119", projectr.Active),
		job("pr_long", strings.Repeat("1234567890", 3), projectr.Active),
		job("pr_twin1", "25-001", projectr.Active),
		job("pr_twin2", "25 001", projectr.OnHold),
		job("pr_new", "22-019", projectr.Active),
		job("pr_old", "22-019", projectr.Completed),
		job("pr_done", "21-007", projectr.Completed),
		job("pr_past1", "20-001", projectr.Completed),
		job("pr_past2", "20-001", projectr.Completed),
		job("pr_thief", "pr_plain", projectr.Active),
	}
	x := match.NewIndex(projects)
	for id, want := range map[projectr.ProjectID]string{
		"pr_plain": "24-117", "pr_blank": "c2207", "pr_signs": "24118westbx", "pr_marks": "7-8", "pr_none": "pr_none", "pr_noletter": "pr_noletter",
		"pr_umlaut": "pr_umlaut", "pr_dash": "pr_dash", "pr_long": "pr_long", "pr_twin1": "pr_twin1", "pr_twin2": "pr_twin2",
		"pr_new": "22-019", "pr_old": "pr_old", "pr_done": "21-007", "pr_past1": "pr_past1", "pr_past2": "pr_past2", "pr_thief": "pr_thief",
	} {
		tag := x.Tag(id, 23)
		if tag != want {
			t.Errorf("%s has the tag %q, not %q", id, tag, want)
		}
		for _, written := range []string{tag, strings.ToUpper(tag)} {
			address := "acme+" + written + "@mail.example"
			name, tag, _, ok := projectr.SplitRecipient(address)
			if a, err := netmail.ParseAddress(address); err != nil || a.Address != address || !ok || name != "acme" {
				t.Errorf("%s is no address: %v", address, err)
			}
			got, m := find(match.Input{Tag: tag, Message: mail("24-117 West and 22-019", ""), Projects: projects})
			if got != id || m.Reasons[0].Kind != "plus_address" {
				t.Errorf("mail to %s goes to %q, not %s: %+v", address, got, id, m.Reasons)
			}
		}
	}
	if tag := x.Tag("pr_never", 23); tag != "pr_never" {
		t.Errorf("a project that is not there: %q", tag)
	}
}
