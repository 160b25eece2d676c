package storetest

import (
	"fmt"
	"sync"
	"time"

	"projectr"
	"projectr/store"
)

func projectFilters(w *world) {
	make := func(p projectr.Project) projectr.ProjectID {
		w.Helper()
		p, err := w.acme.CreateProject(w.ctx, p)
		w.ok(err)
		return p.ID
	}
	a := make(projectr.Project{Name: "Harbor Lofts", JobNumber: "24-117", Address: "200 Front Street", Client: "Harbor Trust", Aliases: []string{"The Pier"}})
	b := make(projectr.Project{Name: "alder court", JobNumber: "24-002", Status: projectr.Bidding, Client: "Öl & Söhne"})
	c := make(projectr.Project{Name: "Cedar 100%", JobNumber: "25-001", Status: projectr.Completed, Client: "harbor trust"})
	d := make(projectr.Project{Name: "Dock_9", JobNumber: ""})
	w.record(w.acme, mail{id: "1", project: b, date: start.AddDate(0, 0, 5), facts: []projectr.Fact{{Kind: projectr.ActionItem, Deadline: ptr("2026-03-11")}}})
	w.record(w.acme, mail{id: "2", project: a, date: start.AddDate(0, 0, -5), facts: []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.ActionItem, Deadline: ptr("2026-03-12")}}})
	w.record(w.acme, mail{id: "3", project: c, date: start.AddDate(0, 0, 1), facts: []projectr.Fact{{Kind: projectr.ActionItem, Deadline: ptr("2026-01-01")}, {Kind: projectr.Risk, State: projectr.FactRejected}}})
	for _, t := range []struct {
		name string
		f    projectr.ProjectFilter
		want string
	}{
		// d has no mail: it stands where it was made, after a's mail of last week.
		{"last mail, newest first", projectr.ProjectFilter{}, "alder court|Cedar 100%|Dock_9|Harbor Lofts"},
		{"by name, whatever the case", projectr.ProjectFilter{Sort: "name"}, "alder court|Cedar 100%|Dock_9|Harbor Lofts"},
		{"by job number", projectr.ProjectFilter{Sort: "job_number"}, "Dock_9|alder court|Harbor Lofts|Cedar 100%"},
		{"one", projectr.ProjectFilter{ID: d}, "Dock_9"},
		{"words of the name", projectr.ProjectFilter{Query: "LOFT"}, "Harbor Lofts"},
		{"of another name", projectr.ProjectFilter{Query: "the pier"}, "Harbor Lofts"},
		{"of the job number", projectr.ProjectFilter{Query: "24-"}, "alder court|Harbor Lofts"},
		{"of the address", projectr.ProjectFilter{Query: "front st"}, "Harbor Lofts"},
		{"of the client", projectr.ProjectFilter{Query: "ÖL &"}, "alder court"},
		{"a per cent sign is one", projectr.ProjectFilter{Query: "0%"}, "Cedar 100%"},
		{"an underscore is one", projectr.ProjectFilter{Query: "k_9"}, "Dock_9"},
		{"bidding", projectr.ProjectFilter{Status: projectr.Bidding}, "alder court"},
		{"open", projectr.ProjectFilter{Open: true, Sort: "name"}, "alder court|Dock_9|Harbor Lofts"},
		{"of a client, exactly", projectr.ProjectFilter{Client: "Harbor Trust"}, "Harbor Lofts"},
		{"with risks", projectr.ProjectFilter{Risks: true}, "Harbor Lofts"},
		{"due", projectr.ProjectFilter{Due: true}, "alder court|Cedar 100%"},
		{"nothing fits", projectr.ProjectFilter{Query: "zzz"}, ""},
	} {
		t.f.Now = start
		l, err := w.acme.Projects(w.ctx, t.f)
		w.ok(err)
		got := ""
		for i, p := range l.Items {
			if i > 0 {
				got += "|"
			}
			got += projectName(p)
		}
		same(w, t.name, got, t.want)
	}
	_, err := w.acme.Projects(w.ctx, projectr.ProjectFilter{Sort: "luck"})
	w.is(projectr.Invalid, err, "an order that is not known")

	every, err := w.acme.AllProjects(w.ctx)
	w.ok(err)
	same(w, "all projects", len(every), 4)
	p, err := w.acme.Project(w.ctx, a)
	w.ok(err)
	same(w, "the project", show(p), show(every[0]))
	w.change(a, func(p *projectr.Project) { p.Name, p.Status = "Harbor Two", projectr.OnHold })
	s := w.summary(w.acme, a)
	same(w, "the changed name", s.Name, "Harbor Two")
	same(w, "its mail after the change", s.Mails, 1)
	_, err = w.acme.Project(w.ctx, "pr_never")
	w.is(projectr.NotFound, err, "an unknown project")
}

func changedAtOnce(w *world) {
	id := w.project(w.acme, "Harbor").ID
	times := 0
	meddled := store.New(&meddler{Driver: w.driver, project: func() {
		if times++; times == 1 {
			w.change(id, func(p *projectr.Project) { p.Client, p.Aliases = "Another", append(p.Aliases, "The ramp") })
		}
	}}, w.blobs, w.now)
	o, _, err := meddled.AsMember(w.ctx, "us_acme-admin", "org_acme")
	w.ok(err)
	p, err := o.ChangeProject(w.ctx, id, func(p *projectr.Project) {
		p.ID, p.CreatedAt = "pr_other", time.Time{} // neither can be changed
		p.Name = " Alder "
	})
	w.ok(err)
	kept, err := w.acme.Project(w.ctx, id)
	w.ok(err)
	same(w, "what was answered", show(p), show(kept))
	same(w, "what is kept", show(p.ID, p.Name, p.Client, p.Aliases), show(id, "Alder", "Another", []string{"The ramp"}))
	same(w, "times it was tried", times, 2)
	_, err = o.ChangeProject(w.ctx, id, func(p *projectr.Project) { p.Status = "lost" })
	w.is(projectr.Invalid, err, "an impossible change")
	// In earnest.
	for i := range 8 {
		var wg sync.WaitGroup
		for _, change := range []func(*projectr.Project){
			func(p *projectr.Project) { p.Name = fmt.Sprint("Name ", i) }, func(p *projectr.Project) { p.Client = fmt.Sprint("Client ", i) },
			func(p *projectr.Project) { p.Address = fmt.Sprint("Address ", i) },
		} {
			wg.Go(func() {
				if _, err := w.acme.ChangeProject(w.ctx, id, change); err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		p, err := w.acme.Project(w.ctx, id)
		w.ok(err)
		same(w, "after all", p.Name+p.Client+p.Address, fmt.Sprint("Name ", i, "Client ", i, "Address ", i))
	}
}

func dueInZone(w *world) {
	p := w.project(w.acme, "Harbor")
	w.record(w.acme, mail{id: "1", project: p.ID, facts: []projectr.Fact{
		{Kind: projectr.ActionItem, Deadline: ptr("2026-03-04")}, {Kind: projectr.ActionItem, Deadline: ptr("2026-03-11")},
		{Kind: projectr.ActionItem, Deadline: ptr("2026-03-12")}, {Kind: projectr.ActionItem},
	}})
	for _, c := range []struct {
		now          time.Time
		overdue, due int
	}{
		{time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC), 0, 2},   // just after midnight in New York
		{time.Date(2026, 3, 5, 4, 59, 0, 0, time.UTC), 0, 2},  // its last minute there
		{time.Date(2026, 3, 5, 5, 0, 0, 0, time.UTC), 1, 2},   // the next day
		{time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC), 2, 1}, // after daylight saving began
		{time.Date(2026, 3, 13, 4, 0, 0, 0, time.UTC), 3, 0},
	} {
		l, err := w.acme.Projects(w.ctx, projectr.ProjectFilter{Now: c.now})
		w.ok(err)
		same(w, fmt.Sprint("overdue at ", c.now), l.Items[0].Overdue, c.overdue)
		same(w, fmt.Sprint("due at ", c.now), l.Items[0].DueWeek, c.due)
	}
}

func weeks(w *world) {
	p := w.project(w.acme, "Harbor")
	l, err := w.acme.Weeks(w.ctx, p.ID)
	w.ok(err)
	same(w, "weeks without mail", len(l), 0)
	// Sunday 23:30 in New York is Monday in UTC.
	sunday := time.Date(2026, 2, 16, 4, 30, 0, 0, time.UTC)
	w.record(w.acme, mail{id: "1", project: p.ID, date: sunday, facts: []projectr.Fact{{Kind: projectr.Risk}, {Kind: projectr.Risk}, {Kind: projectr.Decision, State: projectr.FactRejected}}})
	w.record(w.acme, mail{id: "2", project: p.ID, date: start})
	see := func(want string) {
		w.Helper()
		l, err := w.acme.Weeks(w.ctx, p.ID)
		w.ok(err)
		same(w, "weeks", ids(l, func(x projectr.Week) string { return fmt.Sprintf("%s=%d%v", x.Start, x.Mails, x.Facts) }), want)
	}
	see("2026-02-09=1map[risk:2] 2026-02-16=0map[] 2026-02-23=0map[] 2026-03-02=1map[]")
	info, err := w.acme.Info(w.ctx)
	w.ok(err)
	info.TimeZone = "UTC"
	w.ok(second(w.acme.ChangeInfo(w.ctx, to(info))))
	see("2026-02-16=1map[risk:2] 2026-02-23=0map[] 2026-03-02=1map[]")
	w.record(w.acme, mail{id: "3", project: p.ID, date: start.AddDate(-3, 0, 0)})
	l, err = w.acme.Weeks(w.ctx, p.ID)
	w.ok(err)
	same(w, "weeks of a long job", len(l), 60)
	same(w, "the last of them", l[59].Start, "2026-03-02")
	same(w, "bars of the row", fmt.Sprint(w.summary(w.acme, p.ID).Weeks), "[0 0 0 0 0 0 0 0 0 1 0 1]")
	_, err = w.acme.Weeks(w.ctx, "pr_never")
	w.is(projectr.NotFound, err, "weeks of an unknown project")
}

func unseen(w *world) {
	p := w.project(w.acme, "Harbor")
	other := w.enter("org_acme", w.user("other"))
	w.record(w.acme, mail{id: "1", project: p.ID, facts: []projectr.Fact{{}, {}, {State: projectr.FactRejected}}})
	same(w, "before it was opened", w.summary(w.acme, p.ID).Unseen, 2)
	w.ok(w.acme.SeeProject(w.ctx, p.ID))
	same(w, "after it was opened", w.summary(w.acme, p.ID).Unseen, 0)
	same(w, "for somebody else", w.summary(other, p.ID).Unseen, 2)
	w.record(w.acme, mail{id: "2", project: p.ID, date: start.AddDate(0, -6, 0), facts: []projectr.Fact{{}}})
	same(w, "after an old mail came", w.summary(w.acme, p.ID).Unseen, 1)
	w.is(projectr.NotFound, w.acme.SeeProject(w.ctx, "pr_never"), "see an unknown project")
}

func usage(w *world) {
	p, q := w.project(w.acme, "Harbor"), w.project(w.acme, "Alder")
	for i := range 3 {
		w.record(w.acme, mail{id: fmt.Sprint(i), project: p.ID, date: start.AddDate(-1, 0, 0)}) // counted when received
	}
	w.travel(24 * time.Hour)
	e := w.record(w.acme, mail{id: "next", project: p.ID})
	w.record(w.acme, mail{id: "review"})
	see := func(from, to, want string) {
		w.Helper()
		u, err := w.acme.Usage(w.ctx, from, to)
		w.ok(err)
		got := fmt.Sprint(u.Emails)
		for _, d := range u.Days {
			got += fmt.Sprintf(" %s=%d", d.Day, d.Emails)
		}
		for _, p := range u.Projects {
			got += fmt.Sprintf(" %s=%d", p.Name, p.Emails)
		}
		same(w, from+" to "+to, got, want)
	}
	see("2026-03-01", "2026-03-31", "5 2026-03-04=3 2026-03-05=2 Harbor=4")
	see("2026-03-05", "2026-03-05", "2 2026-03-05=2 Harbor=1")
	see("2026-03-06", "2026-03-31", "0")
	w.ok(w.acme.File(w.ctx, e.ID, q.ID, false))
	see("2026-03-01", "2026-03-31", "5 2026-03-04=3 2026-03-05=2 Harbor=3 Alder=1")
	w.ok(w.acme.Unfile(w.ctx, e.ID))
	see("2026-03-01", "2026-03-31", "5 2026-03-04=3 2026-03-05=2 Harbor=3")
	_, err := w.acme.Usage(w.ctx, "yesterday", "2026-03-31")
	w.is(projectr.Invalid, err, "a day that is none")
}

func counts(w *world) {
	p := w.project(w.acme, "Harbor")
	w.change(w.project(w.acme, "Done").ID, func(p *projectr.Project) { p.Status = projectr.Completed })
	w.record(w.acme, mail{id: "yesterday", project: p.ID, facts: []projectr.Fact{{Kind: projectr.ActionItem}, {Kind: projectr.ActionItem, Confidence: 0.3}}})
	w.travel(24 * time.Hour)
	w.record(w.acme, mail{id: "1", facts: []projectr.Fact{{Kind: projectr.ActionItem, Confidence: 0.3}}})
	w.record(w.acme, mail{id: "2", state: projectr.Parked})
	w.record(w.acme, mail{id: "3", state: projectr.Held})
	w.record(w.acme, mail{id: "4", state: projectr.Held})
	c, err := w.acme.Counts(w.ctx)
	w.ok(err)
	same(w, "counts", c, projectr.Counts{Projects: 1, Actions: 2, Review: 1, Unsure: 1, Parked: 1, Held: 2, MailToday: 4})
}
