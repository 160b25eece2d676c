package storetest

import (
	"slices"
	"strings"
	"testing"

	"projectr"
)

// hits are what a search shows, sorted, with the rejected marked.
func (w *world) hits(q projectr.SearchQuery) string {
	w.Helper()
	found := all(w, 50, func(p projectr.Page) (projectr.List[projectr.SearchHit], error) {
		q.Page = p
		return w.acme.Search(w.ctx, q)
	})
	got := strings.Fields(ids(found, hitID))
	slices.Sort(got)
	return strings.Join(got, " ")
}

func searchFinds(w *world) {
	p, err := w.acme.CreateProject(w.ctx, projectr.Project{Name: "Überhöhe Lofts", JobNumber: "24-117", Client: "Harbor Trust", Address: "200 Front Street", Aliases: []string{"The Pier"}})
	w.ok(err)
	w.record(w.acme, mail{id: "1", project: p.ID, subject: "Curb ramp at 24-117", text: "The résumé of Café Ñandú says 12,450.00 dollars", files: []string{"Shop_Drawing A-101.pdf"},
		from: projectr.MailAddress{Name: "Zoë Quill", Address: "zoe@quill.example"}, facts: []projectr.Fact{{Text: "Pour the slab", Quote: "we pour concrete on Friday"}}})
	w.record(w.acme, mail{id: "2", subject: "24 of 117 done", text: "unrelated"})
	const mail1, fact1, file1, project = "mail:em_1", "fact:fa_1_0", "attachment:em_1", "project:"
	pid := project + string(p.ID)
	for _, c := range []struct{ text, want string }{
		{"curb", mail1},
		{"CURB", mail1},
		{"cur", mail1},
		{"ramp curb", mail1},
		{"ramp cur", mail1},
		{"cur ramp", ""}, // only the last word may be a beginning
		{"urb", ""},
		{"24-117", mail1 + " " + pid},
		{"24-11", mail1 + " " + pid},
		{`"24"`, "mail:em_1 mail:em_2 " + pid},
		{"resume", mail1},
		{"Café", mail1},
		{"cafe nandu", mail1},
		{"12,450.00", mail1},
		{"zoe", mail1},
		{"quill.example", mail1},
		{"slab", fact1},
		{"concrete", fact1 + " " + mail1},
		{`"concrete on friday"`, fact1 + " " + mail1},
		{`"friday on concrete"`, ""},
		{`"concr"`, ""}, // quoted words are whole
		{"shop_drawing", file1},
		{"a-101", file1},
		{"drawing.pdf", ""},
		{"uberhohe", pid},
		{"pier", pid},
		{"front street", pid},
		{"harbor", "mail:em_2 " + pid}, // the second mail came from there
		{"nothing", ""},
	} {
		same(w, c.text, w.hits(projectr.SearchQuery{Text: c.text}), c.want)
	}
	same(w, "of one kind", w.hits(projectr.SearchQuery{Text: "concrete", Kinds: []string{"fact", "project"}}), fact1)
	same(w, "of the project", w.hits(projectr.SearchQuery{Text: "24", Project: p.ID}), mail1+" "+pid)
	same(w, "of a project without it", w.hits(projectr.SearchQuery{Text: "24", Project: "pr_never"}), "")
	_, err = w.acme.Search(w.ctx, projectr.SearchQuery{Text: "x", Kinds: []string{"secret"}})
	w.is(projectr.Invalid, err, "a kind that is none")

	l, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: "concrete"})
	w.ok(err)
	for _, h := range l.Items {
		if h.EmailID != "em_1" || h.ProjectID != p.ID || h.Title == "" || h.Who != "Zoë Quill" || h.At.IsZero() || h.State == "" {
			w.Errorf("a hit lacks something: %+v", h)
		}
	}
}

func searchSnippets(w *world) {
	p := w.project(w.acme, "Harbor")
	long := strings.Repeat("word ", 300)
	w.record(w.acme, mail{id: "1", project: p.ID, subject: "Ramp", text: long + "the CURB\n\nramp and curbs \x02here\x03 " + long, files: []string{"curb plan.pdf"},
		facts: []projectr.Fact{{Text: "Do it", Quote: "the curb must move"}}})
	for _, c := range []struct{ text, kind, want string }{
		{"curb", "mail", "the \x02CURB\x03 ramp and \x02curbs\x03 here"},
		{"curb ramp", "mail", "the \x02CURB ramp\x03 and curbs here"},
		{`"curb ramp"`, "mail", "the \x02CURB ramp\x03 and curbs here"},
		{"curb", "fact", "the \x02curb\x03 must move"},
		{"curb", "attachment", "\x02curb\x03 plan.pdf"},
		{"24-117", "project", "\x0224-117\x03 Harbor Trust 200 Front Street"},
	} {
		l, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: c.text, Kinds: []string{c.kind}})
		w.ok(err)
		if len(l.Items) != 1 {
			w.Errorf("%s in %s: %d hits", c.text, c.kind, len(l.Items))
			continue
		}
		got := l.Items[0].Snippet
		if !strings.Contains(got, c.want) || len(got) > 600 {
			w.Errorf("%s in %s: %q, want %q within", c.text, c.kind, got, c.want)
		}
	}
	// Found by its subject alone, a mail shows how it begins.
	l, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: "Dana", Kinds: []string{"mail"}})
	w.ok(err)
	if len(l.Items) != 1 || !strings.HasPrefix(l.Items[0].Snippet, "word word") {
		w.Errorf("%+v", l.Items)
	}
}

// typed is what people and attackers put into a search field.
var typed = []string{
	"", " ", `"`, `""`, `"""`, "'", "*", "a*", "*a", "-", "--", "a -b", "AND", "OR", "NOT", "NEAR", "a AND b", "NOT a", "NEAR(a b, 2)", "title:curb", "{title}: curb",
	"^curb", "a + b", "(", ")", "(curb", "curb)", `curb" OR "x`, "rowid:1", "search", "a\x00b", "\x00", "\xff\xfe", "a\xffb", "🏗", "…", "日本語", "\u0301", "a\u0301",
	"1=1; DROP TABLE search; --", strings.Repeat("a ", 32), strings.Repeat("(", 500), strings.Repeat("\"", 501), `\`, "%", "_", "\u2028", "\ufeff",
}

func searchIsNoLanguage(w *world) {
	p := w.project(w.acme, "Harbor")
	w.record(w.acme, mail{id: "1", project: p.ID, subject: "curb and or not near", text: "title curb"})
	for _, text := range typed {
		if _, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: text, Page: projectr.Page{Limit: 5}}); err != nil {
			w.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"curb OR zzz", "NOT curb zzz", "curb AND", "near", "title:curb"} {
		want := map[string]string{"near": "mail:em_1", "title:curb": "mail:em_1", "curb AND": "mail:em_1"}[text]
		same(w, text, w.hits(projectr.SearchQuery{Text: text}), want)
	}
	_, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: strings.Repeat("a", 5000)})
	w.is(projectr.Invalid, err, "a very long search")
	_, err = w.acme.Search(w.ctx, projectr.SearchQuery{Text: strings.Repeat("a ", 400)})
	w.is(projectr.Invalid, err, "very many words")
}

func searchFollows(w *world) {
	p := w.project(w.acme, "Harbor")
	e := w.record(w.acme, mail{id: "1", project: p.ID, text: "Friday it is", facts: []projectr.Fact{{Text: "Pour the slab", Quote: "on Friday we pour"}}})
	_, err := w.acme.Judge(w.ctx, e.Facts[0].ID, projectr.Judgement{State: projectr.FactCorrected, Text: ptr("Cast the footing")})
	w.ok(err)
	same(w, "the old words", w.hits(projectr.SearchQuery{Text: "slab"}), "")
	same(w, "the new words", w.hits(projectr.SearchQuery{Text: "footing"}), "fact:fa_1_0")
	_, err = w.acme.Judge(w.ctx, e.Facts[0].ID, projectr.Judgement{State: projectr.FactRejected})
	w.ok(err)
	l, err := w.acme.Search(w.ctx, projectr.SearchQuery{Text: "footing"})
	w.ok(err)
	if len(l.Items) != 1 || l.Items[0].State != "rejected" {
		w.Errorf("a rejected fact is found as %+v", l.Items)
	}
	w.ok(w.acme.Unfile(w.ctx, e.ID))
	same(w, "in the project it left", w.hits(projectr.SearchQuery{Text: "footing", Project: p.ID}), "")
	w.change(p.ID, func(p *projectr.Project) { p.Name = "Alder" })
	same(w, "a project's old name", w.hits(projectr.SearchQuery{Text: "harbor", Kinds: []string{"project"}}), "project:"+string(p.ID)) // its client is Harbor Trust
	same(w, "its new name", w.hits(projectr.SearchQuery{Text: "alder"}), "project:"+string(p.ID))
	w.change(p.ID, func(p *projectr.Project) { p.Client = "" })
	same(w, "after its client went too", w.hits(projectr.SearchQuery{Text: "harbor", Kinds: []string{"project"}}), "")
}

// SearchSeeds gives a fuzz test of a driver's search something to begin with.
func SearchSeeds(f *testing.F) {
	for _, text := range typed {
		f.Add(text)
	}
}
