package projectr_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"projectr"
)

func TestReadPlans(t *testing.T) {
	got, err := projectr.ReadPlans(strings.NewReader(`{"plans":[
		{"name":"starter","price_cents":5900,"emails":800,"projects":0,"budget_micro_usd":null},
		{"name":"professional","price_cents":0,"by_agreement":true}]}`))
	if err != nil {
		t.Fatal(err)
	}
	was := projectr.Plans[0]
	want := was
	want.PriceCents, want.Emails, want.Projects = 59_00, 800, 0
	if got[0] != want || projectr.Plans[0] != was {
		t.Errorf("starter %+v, and of the usual ones %+v", got[0], projectr.Plans[0])
	}
	if pro, ok := got.Named("professional"); !ok || !pro.ByAgreement || pro.PriceCents != 0 || pro.Emails != 2000 {
		t.Errorf("professional %+v", pro)
	}
	if len(got) != len(projectr.Plans) || got[2] != projectr.Plans[2] || len(got.ForSale()) != 3 {
		t.Errorf("%+v", got)
	}
	for in, want := range map[string]string{
		`{"plans":[{"name":"gold"}]}`:                                     `no plan is called "gold"`,
		`{"plans":[{"name":"starter"},{"name":"starter"}]}`:               "starter is there twice",
		`{"plans":[{"name":"starter","emails":-1}]}`:                      "emails of starter cannot be -1",
		`{"plans":[{"name":"starter","storage_bytes":1000000000000001}]}`: "storage_bytes of starter cannot be",
		`{"plans":[{"name":"starter","by_agreement":true}]}`:              "a price and is by agreement",
		`{"plans":[{"name":"enterprise","price_cents":1}]}`:               "a price and is by agreement",
		`{"plans":[{"name":"starter","mails":5}]}`:                        "not JSON of the layout",
		`{"plans":[{"name":"starter","emails":1.5}]}`:                     "not JSON of the layout",
		`{"plans":[{"name":"starter","emails":99999999999999999999}]}`:    "not JSON of the layout",
		`{"plans":[]} {}`: "something follows",
		`[]`:              "not JSON of the layout",
		``:                "not JSON of the layout",
		`{"plans":[{"name":""}]}` + strings.Repeat(" ", 9):                     `no plan is called ""`,
		`{"plans":[{"name":"starter","own_budget":true}]}`:                     "not JSON of the layout",
		`{"plans":[{"name":"self_hosted","budget_micro_usd":-9223372036854}]}`: "budget_micro_usd of self_hosted cannot be",
	} {
		_, err := projectr.ReadPlans(strings.NewReader(in))
		if m := projectr.MessageOf(err); projectr.KindOf(err) != projectr.Invalid || !strings.Contains(m, want) || strings.Count(m, "\n") > 0 {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestOwnBudget(t *testing.T) {
	table := projectr.Plans.WithOwnBudget(5)
	said := ""
	for _, p := range table {
		said += fmt.Sprint(p.Name, " ", p.BudgetMicro, " ", p.Budget(), " ", p.OwnBudget, "; ")
	}
	if said != "starter 20000000 {20000000 40000000} false; professional 100000000 {100000000 200000000} false; enterprise 0 {0 0} false; self_hosted 5 {5 5} true; " {
		t.Errorf("%s", said)
	}
	if none := projectr.Plans.WithOwnBudget(0); none[3] != projectr.Plans[3] || projectr.Plans[3].BudgetMicro != 0 {
		t.Errorf("without one: %+v", none)
	}
	spent := projectr.Spent{ChargedMicro: 2, CostMicro: 5}
	if own, usual := spent.Against(table[3]), spent.Against(table[0]); own != 5 || usual != 2 {
		t.Errorf("%d counts against one's own budget and %d against a plan's", own, usual)
	}
	u := projectr.Used{Month: "2026-03", Spent: spent}
	if l := u.Alerts(table[3], []int{100}, time.Time{}); len(l) != 1 || l[0].Of != projectr.AlertBudget {
		t.Errorf("alerts %+v", l)
	}
}

func TestAIBudget(t *testing.T) {
	own, _ := projectr.Plans.WithOwnBudget(100).Named("self_hosted")
	at := time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC)
	org := projectr.Org{TimeZone: "America/New_York"}
	for _, c := range []struct {
		what string
		p    projectr.Plan
		u    projectr.Used
		want string // used, left, waiting, used up, own
	}{
		{"nothing is used", projectr.Plan{BudgetMicro: 100}, projectr.Used{}, "0 100 0 false false"},
		{"what failed is not charged", projectr.Plan{BudgetMicro: 100}, projectr.Used{Spent: projectr.Spent{ChargedMicro: 30, CostMicro: 90, LostMicro: 5}}, "30 70 0 false false"},
		{"and may come to twice as much together", projectr.Plan{BudgetMicro: 100}, projectr.Used{Spent: projectr.Spent{ChargedMicro: 30, CostMicro: 150, LostMicro: 46}, Waiting: 2}, "30 4 2 true false"},
		{"what is left is too little", projectr.Plan{BudgetMicro: 100}, projectr.Used{Spent: projectr.Spent{ChargedMicro: 97, CostMicro: 97}, Waiting: 1}, "97 3 1 true false"},
		{"one's own holds what failed, and what nobody counted", own, projectr.Used{Spent: projectr.Spent{ChargedMicro: 30, CostMicro: 60, LostMicro: 25}}, "85 15 0 false true"},
		{"the plan has shrunk", projectr.Plan{BudgetMicro: 20}, projectr.Used{Spent: projectr.Spent{ChargedMicro: 30, CostMicro: 30}}, "30 0 0 false false"},
	} {
		b := org.AIBudget(c.p, c.u, at)
		if got := fmt.Sprint(b.UsedMicro, b.LeftMicro, b.Waiting, b.UsedUp, b.Own); got != c.want || b.LimitMicro != c.p.BudgetMicro || !b.Renews.Equal(time.Date(2026, 4, 1, 4, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: %s, %+v, want %s", c.what, got, b, c.want)
		}
	}
	if b := org.AIBudget(projectr.Plan{}, projectr.Used{}, at); b != nil {
		t.Errorf("without one: %+v", b)
	}
	u := projectr.Used{Month: "2026-03", Spent: projectr.Spent{ChargedMicro: 60}, Waiting: 1}
	for _, shares := range [][]int{nil, {70, 90}, {70, 90, 100}} {
		if l := u.Alerts(projectr.Plan{BudgetMicro: 100}, shares, at); len(l) != 1 || l[0].Percent != 100 || l[0].Letter() != projectr.LetterBudgetGone {
			t.Errorf("when mail waits for it, told at %v: %+v", shares, l)
		}
	}
	full := projectr.Used{Month: "2026-03", Emails: 500, Bytes: 1 << 30, Spent: projectr.Spent{ChargedMicro: 99}}
	if l := full.Alerts(projectr.Plan{BudgetMicro: 100, Emails: 500, StorageBytes: 1 << 30}, nil, at); len(l) != 2 || l[0].Of != projectr.AlertEmails || l[1].Of != projectr.AlertStorage || l[1].Percent != 100 {
		t.Errorf("when mail is held or turned away, and nobody wants to be told before: %+v", l)
	}
}
