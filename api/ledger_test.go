package api

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"projectr"
)

// call has a model read a mail of the firm's, which costs that much.
func (h *house) call(f firm, e projectr.Email, model, job string, by projectr.Actor, outcome projectr.CallOutcome, micro int64) {
	h.Helper()
	most := int64(9_000_000)
	id, err := f.StartCall(h.Context(), projectr.CallStart{Job: job, EmailID: e.ID, Step: projectr.StepRead, By: by, Model: model, Prompt: "p1", Prices: "v1", MostMicro: &most})
	h.must(err)
	h.must(f.SettleCall(h.Context(), id, projectr.CallEnd{Outcome: outcome, Answered: model, TookMilli: 3100, Tokens: projectr.Tokens{Input: 4812, Output: 906}, CostMicro: &micro}))
}

// What a call cost whose price is in no list is not known, in whatever it is counted.
func TestUsageOfUnknownPrice(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	h.acme.roomy(h)
	h.call(h.acme, h.acme.filed, "known", "1", projectr.Actor{Kind: "mail"}, projectr.CallAnswered, 7)
	id, err := h.acme.StartCall(t.Context(), projectr.CallStart{Job: "2", EmailID: h.acme.filed.ID, Step: projectr.StepRead, By: projectr.Actor{Kind: "mail"}, Model: "new", Prompt: "p1", Prices: "v1"})
	h.must(err)
	h.must(h.acme.SettleCall(t.Context(), id, projectr.CallEnd{Outcome: projectr.CallAnswered, Answered: "new", Tokens: projectr.Tokens{Input: 5}}))
	u := get[projectr.Usage](dana, "/orgs/acme/usage")
	if len(u.Models) != 2 || u.Models[0].Unpriced != 0 || u.Models[1].ID != "new" || u.Models[1].Unpriced != 1 {
		t.Errorf("models: %+v", u.Models)
	}
	day := u.Days[len(u.Days)-1]
	if u.Assumed != 0 {
		t.Errorf("%d are in the cost at what was set aside for them: nothing was", u.Assumed)
	}
	if u.Unpriced != 1 || day.Unpriced != 1 || u.Steps[0].Unpriced != 1 || u.People[0].Unpriced != 1 || u.Projects[0].Unpriced != 1 || u.Projects[0].CostMicro != 7 {
		t.Errorf("%+v", u)
	}
}

// An answer that the server did not count is in the cost, at what was set aside for it; what
// never answered is not.
func TestUsageSaysWhichCallsOfUnknownCostAreInIt(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	most := int64(500)
	for job, outcome := range map[string]projectr.CallOutcome{"1": projectr.CallAnswered, "2": projectr.CallTimeout, "3": projectr.CallUnavailable} {
		id, err := h.acme.StartCall(t.Context(), projectr.CallStart{Job: job, EmailID: h.acme.filed.ID, Step: projectr.StepRead, By: projectr.Actor{Kind: "mail"}, Model: "m", Prompt: "p1", Prices: "v1", MostMicro: &most})
		h.must(err)
		h.must(h.acme.SettleCall(t.Context(), id, projectr.CallEnd{Outcome: outcome, Answered: "m"}))
	}
	if u := get[projectr.Usage](dana, "/orgs/acme/usage"); u.CostMicro != 500 || u.Unpriced != 3 || u.Assumed != 1 {
		t.Errorf("%d micro-USD, %d calls of unknown cost, of which %d are in it", u.CostMicro, u.Unpriced, u.Assumed)
	}
}

// What mail waits for, and how the AI budget stands, is told with the organisation, its plan
// and the mail, also while some of it is left that is too little.
func TestTheAIBudgetIsToldWhereMailWaitsForIt(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	h.acme.roomy(h)
	if v := get[OrgView](dana, "/orgs/acme"); v.AIBudget != nil {
		t.Errorf("without a budget: %+v", v.AIBudget)
	}
	_, err := h.acme.ChangeInfo(t.Context(), func(i *projectr.Org) { i.Plan = "professional" })
	h.must(err)
	_, err = h.acme.ChangeSettings(t.Context(), func(s *projectr.Settings) { s.Extractor = "model" })
	h.must(err)
	h.call(h.acme, h.acme.filed, "large", "1", projectr.Actor{Kind: "mail"}, projectr.CallAnswered, 8_000_000)
	v, s := get[OrgView](dana, "/orgs/acme"), get[Subscription](dana, "/orgs/acme/subscription")
	if v.AIBudget == nil || s.AIBudget == nil || *v.AIBudget != *s.AIBudget || v.AIBudget.UsedMicro != 8_000_000 || v.AIBudget.LeftMicro != 92_000_000 || v.AIBudget.UsedUp {
		t.Fatalf("%+v and %+v", v.AIBudget, s.AIBudget)
	}
	asked, err := h.acme.AskReadings(t.Context(), []projectr.EmailID{h.acme.filed.ID}, "model")
	h.must(err)
	r, err := h.acme.TakeReading(t.Context(), h.clock.now().Add(time.Hour), true)
	h.must(err)
	r.Budget, r.Due = true, v.AIBudget.Renews
	h.must(h.acme.PutOffReading(t.Context(), r))
	if v = get[OrgView](dana, "/orgs/acme"); asked != 1 || !v.AIBudget.UsedUp || v.AIBudget.Waiting != 1 || v.AIBudget.LeftMicro != 92_000_000 {
		t.Errorf("while one of %d waits: %+v", asked, v.AIBudget)
	}
}

func TestUsageAndLedger(t *testing.T) {
	h := open(t)
	h.clock.stand = time.Date(2030, 3, 18, 16, 0, 0, 0, time.UTC)
	dana := h.signIn(h.acme.admin)
	mail := projectr.Actor{Kind: "mail"}
	h.call(h.acme, h.acme.filed, "large", "1", mail, projectr.CallAnswered, 41_200)
	h.call(h.acme, h.acme.filed, "small", "2", projectr.Actor{Kind: "user", ID: string(h.acme.admin.ID)}, projectr.CallAnswered, 3_100)
	h.call(h.acme, h.acme.filed, "small", "3", mail, projectr.CallInvalid, 900)
	h.call(h.acme, h.acme.tray, "small", "4", mail, projectr.CallAnswered, 50)
	h.clock.forward(24 * time.Hour)
	h.call(h.acme, h.acme.filed, "large", "5", mail, projectr.CallAnswered, 1)

	u := get[projectr.Usage](dana, "/orgs/acme/usage")
	total := int64(41_200 + 3_100 + 50 + 1)
	if u.CostMicro != total || u.ProviderMicro != total+900 || u.UnfiledMicro != 50 || u.Calls != 5 || u.Unpriced != 0 {
		t.Errorf("%+v", u)
	}
	var days, projects, models, people int64
	for _, d := range u.Days {
		days += d.CostMicro
		var of int64
		for _, m := range d.Models {
			of += m.CostMicro
		}
		if of != d.CostMicro {
			t.Errorf("the models of %s come to %d, the day to %d", d.Day, of, d.CostMicro)
		}
	}
	for _, p := range u.Projects {
		projects += p.CostMicro
	}
	for _, m := range u.Models {
		models += m.CostMicro
	}
	for _, p := range u.People {
		people += p.CostMicro
	}
	if days != total || projects+u.UnfiledMicro != total || models != total || people != total {
		t.Errorf("days come to %d, projects to %d, models to %d, people to %d of %d", days, projects+u.UnfiledMicro, models, people, total)
	}
	if u.Models[0].ID != "large" || u.Models[0].CostMicro != 41_201 || u.People[1].Name != h.acme.admin.Name || u.Steps[0].ID != "read" {
		t.Errorf("%+v %+v %+v", u.Models, u.People, u.Steps)
	}
	if len(u.Ahead) != 31-18 || u.Ahead[0].Day != "2030-03-19" || u.Ahead[12].Day != "2030-03-31" {
		t.Errorf("%+v", u.Ahead)
	}
	if u := get[projectr.Usage](dana, "/orgs/acme/usage?from=2030-03-01&to=2030-03-18"); len(u.Ahead) != 0 {
		t.Errorf("what is past expects %+v", u.Ahead)
	}

	l := get[List[projectr.LedgerEntry]](dana, "/orgs/acme/usage/ledger?limit=2")
	if len(l.Items) != 2 || l.Next == nil || l.Items[0].ChargedMicro != 1 || l.Items[0].Subject != h.acme.filed.Subject || l.Items[0].Project != h.acme.project.Name {
		t.Errorf("%+v", l)
	}
	for q, want := range map[string]int{
		"model=small": 3, "outcome=invalid": 1, "project=" + string(h.acme.project.ID): 4, "email=" + string(h.acme.tray.ID): 1,
		"from=2030-03-19": 1, "to=2030-03-18": 4, "model=none": 0, "step=read": 5, "step=reread": 0,
		"person=settings": 4, "person=" + string(h.acme.admin.ID): 1, "person=us_none": 0,
	} {
		if l := get[List[projectr.LedgerEntry]](dana, "/orgs/acme/usage/ledger?"+q); len(l.Items) != want {
			t.Errorf("%s: %d calls, want %d", q, len(l.Items), want)
		}
	}
	for _, q := range []string{"from=x", "to=2030-02-30", "outcome=lucky", "step=dance", "from=2030-03-19&to=2030-03-18"} {
		for _, of := range []string{"ledger", "ledger.csv"} {
			if w := dana.do("GET", "/orgs/acme/usage/"+of+"?"+q, ""); w.Code != 422 {
				t.Errorf("%s?%s: %d", of, q, w.Code)
			}
		}
	}
	// A key that may look at costs alone is told no subjects, and no names of projects.
	secret, _, err := h.acc.NewAPIKey(t.Context(), h.acme.Org, "costs", projectr.Viewer, time.Time{}, projectr.ReadUsage)
	h.must(err)
	if l := get[List[projectr.LedgerEntry]](h.withKey(secret), "/orgs/acme/usage/ledger"); l.Items[0].Subject != "" || l.Items[0].Project != "" || l.Items[0].ChargedMicro != 1 {
		t.Errorf("%+v", l.Items[0])
	}
	if u := get[projectr.Usage](h.withKey(secret), "/orgs/acme/usage"); len(u.Projects) == 0 || u.Projects[0].Name != "" || u.Projects[0].CostMicro == 0 {
		t.Errorf("%+v", u.Projects)
	}
}

// Whatever calls are summed by, it is the ledger's entries that are added up, and they come
// to what the month was charged.
func TestUsageAddsUpByEveryMeasure(t *testing.T) {
	h := open(t)
	h.clock.stand = time.Date(2030, 3, 12, 16, 0, 0, 0, time.UTC)
	ctx := t.Context()
	other, err := h.acme.CreateProject(ctx, projectr.Project{Name: "Other job"})
	h.must(err)
	people := []projectr.Actor{{Kind: "mail"}, {Kind: "user", ID: string(h.acme.admin.ID)}, {Kind: "user", ID: string(h.acme.viewer.ID)}}
	models, steps := []string{"large", "small", "new"}, []projectr.CallStep{projectr.StepRead, projectr.StepReread}
	outcomes := []projectr.CallOutcome{projectr.CallAnswered, projectr.CallAnswered, projectr.CallInvalid, projectr.CallTimeout}
	rnd := rand.New(rand.NewPCG(6, 11))
	for n := range 120 {
		if n == 60 { // from here on its mail is on a project
			h.must(h.acme.File(ctx, h.acme.tray.ID, other.ID, false))
		}
		most, cost := int64(9_000), rnd.Int64N(9_000)
		e := []projectr.Email{h.acme.filed, h.acme.tray}[rnd.IntN(2)]
		id, err := h.acme.StartCall(ctx, projectr.CallStart{Job: fmt.Sprint("job ", n/2), EmailID: e.ID, Step: steps[rnd.IntN(2)], By: people[rnd.IntN(3)], Model: models[rnd.IntN(3)],
			Prompt: "p1", Prices: "v1", MostMicro: &most})
		h.must(err)
		h.must(h.acme.SettleCall(ctx, id, projectr.CallEnd{Outcome: outcomes[rnd.IntN(4)], Tokens: projectr.Tokens{Input: n}, CostMicro: &cost}))
		h.clock.forward(time.Hour)
	}
	dana := h.signIn(h.acme.admin)
	u := get[projectr.Usage](dana, "/orgs/acme/usage?from=2030-03-01&to=2030-03-31")
	// By the ledger alone: by what, which one, how much.
	want := map[string]map[string]int64{"day": {}, "project": {}, "model": {}, "step": {}, "person": {}}
	var total, provider int64
	for path := "/orgs/acme/usage/ledger?limit=50"; ; {
		l := get[List[projectr.LedgerEntry]](dana, path)
		for _, e := range l.Items {
			project, person := "", ""
			if e.ProjectID != nil {
				project = string(*e.ProjectID)
			}
			if e.By.Kind == "user" {
				person = e.By.ID
			}
			for by, key := range map[string]string{"day": e.Day, "project": project, "model": e.Model, "step": string(e.Step), "person": person} {
				want[by][key] += e.ChargedMicro
			}
			total, provider = total+e.ChargedMicro, provider+*e.CostMicro
		}
		if l.Next == nil {
			break
		}
		path = "/orgs/acme/usage/ledger?limit=50&after=" + *l.Next
	}
	got := map[string]map[string]int64{"day": {}, "project": {"": u.UnfiledMicro}, "model": {}, "step": {}, "person": {}}
	for _, d := range u.Days {
		if d.Calls > 0 {
			got["day"][d.Day] = d.CostMicro
		}
	}
	for _, p := range u.Projects {
		if p.Calls > 0 {
			got["project"][string(p.ProjectID)] = p.CostMicro
		}
	}
	for by, shares := range map[string][]projectr.UsageShare{"model": u.Models, "step": u.Steps, "person": u.People} {
		for _, s := range shares {
			got[by][s.ID] = s.CostMicro
		}
	}
	for by, of := range want {
		if fmt.Sprint(got[by]) != fmt.Sprint(of) || len(of) < 2 {
			t.Errorf("by %s: %v, the ledger says %v", by, got[by], of)
		}
	}
	spent := get[Subscription](dana, "/orgs/acme/subscription").Used.Spent
	if total == 0 || u.CostMicro != total || spent.ChargedMicro != total || u.ProviderMicro != provider || spent.CostMicro != provider || u.Calls != 120 || spent.Calls != 120 {
		t.Errorf("usage %d and %d of %d calls, month %+v, ledger %d and %d", u.CostMicro, u.ProviderMicro, u.Calls, spent, total, provider)
	}
}

// No text of the ledger is run by a spreadsheet, and its money adds up.
func TestLedgerAsATable(t *testing.T) {
	h := open(t)
	for i := range 205 {
		h.call(h.acme, h.acme.filed, `=HYPERLINK("http://x.example")`, fmt.Sprint(i), projectr.Actor{Kind: "mail"}, projectr.CallAnswered, int64(i))
	}
	w := h.signIn(h.acme.viewer).do("GET", "/orgs/acme/usage/ledger.csv?outcome=answered", "")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(w.Body.String(), "\ufeff"))).ReadAll()
	h.must(err)
	if w.Code != 200 || len(rows) != 206 || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("%d, %d rows, %v", w.Code, len(rows), w.Header())
	}
	var sum int64
	for _, r := range rows[1:] {
		if r[6] != `'=HYPERLINK("http://x.example")` {
			t.Fatalf("%q", r)
		}
		var dollars, micro int64
		if _, err := fmt.Sscanf(r[20], "%d.%06d", &dollars, &micro); err != nil {
			t.Fatal(r[20], err)
		}
		sum += dollars*1_000_000 + micro
	}
	if sum != 205*204/2 {
		t.Errorf("the table comes to %d micro-USD", sum)
	}
}
