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
