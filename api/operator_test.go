package api

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/account"
)

func TestBooks(t *testing.T) {
	h := open(t)
	olga := h.signIn(h.operator("operator"))
	l := get[List[Books]](olga, "/operator/organisations")
	if len(l.Items) != 2 || l.Items[0].MailIn != "acme@mail.example" || l.Items[0].Counts.Review == 0 {
		t.Fatalf("%+v", l)
	}
	b := get[Books](olga, "/operator/organisations/acme@mail.example")
	if b.ID != h.acme.ID() || b.Month.Month == "" || b.Month.Margin != nil { // nobody said what is paid, whatever the plan's price
		t.Errorf("%+v", b)
	}
	if first := get[List[Books]](olga, "/operator/organisations?limit=1"); first.Next == nil {
		t.Errorf("%+v", first)
	} else if rest := get[List[Books]](olga, "/operator/organisations?limit=1&after="+*first.Next); len(rest.Items) != 1 || rest.Items[0].ID != h.globex.ID() {
		t.Errorf("%+v", rest)
	}
	for _, w := range []struct {
		path string
		want int
	}{{"/operator/organisations/nobody", 404}, {"/orgs/acme", 404}, {"/orgs/acme/emails", 404}} {
		if got := olga.do("GET", w.path, ""); got.Code != w.want {
			t.Errorf("GET %s: %d %s", w.path, got.Code, got.Body)
		}
	}
	if w := olga.do("GET", "/operator/organisations", ""); strings.Contains(w.Body.String(), "Ceiling") {
		t.Errorf("it tells of mail: %s", w.Body)
	}
	var looked []string
	for _, e := range h.atHome(projectr.WasDone) {
		if e.Actor.Kind == "operator" && e.Actor.Name == "Olga operator" {
			looked = append(looked, e.Action+" "+e.Target)
		}
	}
	if got := strings.Join(looked, ", "); !strings.HasPrefix(got, "list-books , list-books , list-books , get-books acme@mail.example, list-books ") {
		t.Errorf("the house's log: %s", got)
	}
}

// What each organisation brought and cost in a month, by what was paid and by the ledger.
func TestMoney(t *testing.T) {
	h := open(t, func(c *Config) { c.Prices = "list-7" })
	olga := h.signIn(h.operator("operator"))
	by := projectr.Actor{Kind: "mail"}
	h.call(h.acme, h.acme.filed, "gpt-x", "1", by, projectr.CallAnswered, 2_000_001)
	h.call(h.acme, h.acme.filed, "gpt-x", "2", by, projectr.CallInvalid, 1_000_000) // it is not charged, and costs
	h.must(h.acme.JoinCustomer(t.Context(), "cus_acme"))
	now := h.clock.now()
	invoice := func(id string, paid int64, currency string, at time.Time) projectr.Invoice {
		return projectr.Invoice{ID: id, Paid: paid, Currency: currency, PaidAt: at}
	}
	h.must(h.acme.KeepPaid(t.Context(), []projectr.Invoice{invoice("in_1", 2_00, "USD", now), invoice("in_2", 149_00, "USD", now.AddDate(0, -1, 0))}))
	h.must(h.globex.KeepPaid(t.Context(), []projectr.Invoice{invoice("in_3", 10_00, "USD", now), invoice("in_4", 5_00, "EUR", now)}))
	_, err := h.globex.ChangeInfo(t.Context(), func(o *projectr.Org) { o.Name = "=cmd()" })
	h.must(err)
	h.acme.roomy(h)
	_, err = h.acme.ChangeInfo(t.Context(), func(o *projectr.Org) { o.Plan = "starter" })
	h.must(err)

	m := get[Money](olga, "/operator/money")
	if m.Month != now.Format("2006-01") || m.Prices != "list-7" || len(m.Items) != 2 {
		t.Fatalf("%+v", m)
	}
	a, g := m.Items[0], m.Items[1]
	if a.Month.Cost != 3_000_001 || a.Month.Calls != 2 || fmt.Sprint(a.Month.Income) != "[{200 USD }]" || *a.Month.Margin != -1_000_001 {
		t.Errorf("acme: %+v", a.Month)
	}
	if g.Month.Cost != 0 || g.Month.Margin != nil || fmt.Sprint(g.Month.Income) != "[{500 EUR } {1000 USD }]" {
		t.Errorf("globex: %+v", g.Month)
	}
	if m.Sum.Margin != nil || m.Sum.Cost != 3_000_001 || fmt.Sprint(m.Sum.Income) != "[{500 EUR } {1200 USD }]" {
		t.Errorf("sum: %+v", m.Sum)
	}
	near := ""
	for _, n := range a.Near {
		near += fmt.Sprint(n.Of, " ", n.Used, " of ", n.Limit, ", ", n.Percent, "; ")
	}
	if !strings.Contains(near, "projects ") || a.Near[0].Percent != 100 {
		t.Errorf("acme is near %q", near)
	}
	before := get[Money](olga, "/operator/money?month="+now.AddDate(0, -1, 0).Format("2006-01"))
	if b := before.Items[0].Month; b.Cost != 0 || *b.Margin != 149_000_000 || before.Sum.Emails != 0 {
		t.Errorf("the month before: %+v", before)
	}
	for path, want := range map[string]int{"/operator/money?month=2026-13": 422, "/operator/money.csv?month=x": 422, "/operator/money?month=1999-01": 200} {
		if w := olga.do("GET", path, ""); w.Code != want {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}

	w := olga.do("GET", "/operator/money.csv", "")
	text, _ := strings.CutPrefix(w.Body.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	h.must(err)
	var said []string
	for _, r := range rows[1:] {
		said = append(said, r[2]+" "+strings.Join(r[7:12], " "))
	}
	if got := strings.Join(said, "; "); w.Code != 200 || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" ||
		got != "Acme Electric 0 3.000001 -1.000001 200 USD; '=cmd() 0 0.000000  500 EUR; '=cmd()    1000 USD" {
		t.Errorf("%d %s:\n%s", w.Code, w.Header(), got)
	}
	var noted int
	for _, e := range h.atHome(projectr.WasDone) {
		if e.Action == "get-money" || e.Action == "get-money-csv" {
			noted++
		}
	}
	if noted != 4 {
		t.Errorf("%d looks are in the house's log", noted)
	}
}

// What is not told of use stands there with its reason, and is told again when an operator
// says so, which both logs keep.
func TestPaymentsForAnOperator(t *testing.T) {
	h := open(t)
	olga := h.signIn(h.operator("operator"))
	if p := get[Payments](olga, "/operator/payments"); len(p.Items) != 0 || len(p.Twice) != 0 {
		t.Errorf("before: %+v", p)
	}
	h.must(h.acme.JoinCustomer(t.Context(), "cus_acme"))
	now, yearly := h.clock.now(), projectr.Charge{Amount: projectr.Amount{Minor: 390_00, Currency: "EUR"}, Every: "year", Count: 1}
	_, err := h.acme.TakeSubscription(t.Context(), "", func(context.Context) (projectr.Subscription, error) {
		return projectr.Subscription{ID: "sub_1", Plan: "professional", State: projectr.Subscribed, Began: now.AddDate(0, 0, -2), Price: yearly, Others: 1, AsOf: now}, nil
	})
	h.must(err)
	cost := int64(40)
	id, err := h.acme.StartCall(t.Context(), projectr.CallStart{Job: "used", EmailID: h.acme.tray.ID, Step: projectr.StepRead, Model: "gpt-6-luna", MostMicro: &cost})
	h.must(err)
	h.must(h.acme.SettleCall(t.Context(), id, projectr.CallEnd{Outcome: projectr.CallAnswered, CostMicro: &cost}))
	_, err = h.acme.CountUse(t.Context())
	h.must(err)
	p := get[Payments](olga, "/operator/payments")
	if len(p.Items) != 1 || p.Items[0].Organisation != "Acme Electric" || p.Items[0].State != projectr.UseWaits || p.Items[0].Amount != 40 ||
		len(p.Twice) != 1 || p.Twice[0].Organisation != "Acme Electric" || p.Twice[0].Others != 1 {
		t.Fatalf("%+v", p)
	}
	if b := get[Books](olga, "/operator/organisations/acme"); b.Pays != yearly {
		t.Errorf("it pays %+v, want %+v", b.Pays, yearly)
	}
	retry := "/operator/organisations/acme/use/" + p.Items[0].ID + "/retry"
	if w := olga.do("POST", retry, ""); w.Code != http.StatusNotFound {
		t.Errorf("what is not stuck: %d %s", w.Code, w.Body)
	}
	down := &projectr.Error{Kind: projectr.Unavailable, Message: "Down."}
	for range 2 {
		l, err := h.acme.Outbox(t.Context(), projectr.UseWaits)
		h.must(err)
		for _, e := range l {
			_, _ = h.acme.TellUse(t.Context(), e, func(context.Context, projectr.MeterEvent) error { return down })
		}
		h.clock.forward(projectr.UseDoubt)
	}
	olga = h.signIn(h.operator("again"))
	if p := get[Payments](olga, "/operator/payments"); len(p.Items) != 1 || p.Items[0].State != projectr.UseStuck || p.Items[0].Problem == "" {
		t.Fatalf("stuck: %+v", p.Items)
	}
	if w := h.signIn(h.acme.admin).do("POST", retry, ""); w.Code != http.StatusForbidden {
		t.Errorf("an admin: %d %s", w.Code, w.Body)
	}
	if w := olga.do("POST", retry, ""); w.Code != http.StatusNoContent {
		t.Errorf("again: %d %s", w.Code, w.Body)
	}
	if p := get[Payments](olga, "/operator/payments"); len(p.Items) != 1 || p.Items[0].State != projectr.UseWaits {
		t.Errorf("told again: %+v", p.Items)
	}
	noted := 0
	for _, e := range h.atHome(projectr.WasDone) {
		if e.Action == "retry-use" {
			noted++
		}
	}
	for _, e := range get[List[projectr.AuditEntry]](h.signIn(h.acme.admin), "/orgs/acme/audit?limit=20").Items {
		if e.Action == "billing.retry" {
			noted++
		}
	}
	if noted != 2 {
		t.Errorf("%d entries in the house's log and theirs", noted)
	}
}

// An operator comes in by a reason that the admins see, looks and changes nothing, and
// is out when they leave or their time is over.
func TestAVisit(t *testing.T) {
	h := open(t)
	olga, dana := h.signIn(h.operator("operator")), h.signIn(h.acme.admin)
	const visit = "/operator/organisations/acme/visit"
	for body, want := range map[string]int{`{"reason":""}`: 422, `{"reason":"two\nlines"}`: 422, `{"reason":"to help","hours":25}`: 422} {
		if w := olga.do("POST", visit, body); w.Code != want {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	h.clock.forward(account.StepUp)
	if w := olga.do("POST", visit, `{"reason":"to help"}`); w.Code != 403 || !strings.Contains(w.Body.String(), "reauthenticate") {
		t.Errorf("without a recent proof: %d %s", w.Code, w.Body)
	}
	olga = olga.with(olga.do("POST", "/session/confirm", fmt.Sprintf(`{"password":%q}`, password)))
	x := send[projectr.Visit](olga, "POST", visit, `{"reason":"A mail is missing, says Dana","hours":2}`)
	if x.Org != h.acme.ID() || x.ExpiresAt.Sub(x.At) != 2*time.Hour {
		t.Errorf("%+v", x)
	}
	o := get[OrgView](olga, "/orgs/acme")
	if o.Role != projectr.Viewer || o.Visit == nil || o.Visit.Why != "A mail is missing, says Dana" {
		t.Errorf("%+v", o)
	}
	if o := get[OrgView](dana, "/orgs/acme"); o.Visit != nil {
		t.Errorf("an admin is told of a visit as if it were theirs: %+v", o.Visit)
	}
	if l := get[List[projectr.Visit]](olga, "/operator/visits"); len(l.Items) != 1 {
		t.Errorf("%+v", l)
	}
	if w := olga.do("GET", "/orgs/acme/emails/"+string(h.acme.filed.ID), ""); w.Code != 200 {
		t.Errorf("a mail: %d %s", w.Code, w.Body)
	}
	if w := olga.do("PATCH", "/orgs/acme/facts/"+string(h.acme.fact.ID), `{"state":"confirmed"}`); w.Code != 403 {
		t.Errorf("a change: %d %s", w.Code, w.Body)
	}
	if w := olga.do("DELETE", visit, ""); w.Code != 204 {
		t.Errorf("leaving: %d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/orgs/acme", "/orgs/acme/emails"} {
		if w := olga.do("GET", path, ""); w.Code != 404 {
			t.Errorf("%s after leaving: %d", path, w.Code)
		}
	}
	if w := olga.do("DELETE", visit, ""); w.Code != 404 {
		t.Errorf("leaving again: %d", w.Code)
	}
	var seen []string
	for _, e := range get[List[projectr.AuditEntry]](dana, "/orgs/acme/audit").Items {
		if e.Actor.Name == "Olga operator" {
			if e.Actor.Kind != "operator" || e.Note != "A mail is missing, says Dana" && e.Action != "operator.leave" {
				t.Errorf("%+v", e)
			}
			seen = append(seen, e.Action)
		}
	}
	if got := strings.Join(seen, " "); got != "operator.leave judge-fact get-email operator.enter" {
		t.Errorf("the admins see %q", got)
	}
	send[projectr.Visit](olga, "POST", visit, `{"reason":"once more"}`)
	h.clock.forward(time.Hour)
	if w := olga.do("GET", "/orgs/acme", ""); w.Code != 404 {
		t.Errorf("when the time is over: %d", w.Code)
	}
}

func TestSuspension(t *testing.T) {
	looks := 0
	h := open(t, func(c *Config) { c.Nudge = func() { looks++ } })
	olga := h.signIn(h.operator("operator"))
	for _, on := range []bool{true, false} {
		b := send[Books](olga, "PATCH", "/operator/organisations/acme", fmt.Sprintf(`{"suspended":%t,"reason":"The invoice of May"}`, on))
		i, err := h.acme.Info(t.Context())
		h.must(err)
		if b.Suspended != on || i.Suspended != on {
			t.Errorf("%t: %+v, %+v", on, b, i)
		}
		action := map[bool]string{true: "org.suspend", false: "org.resume"}[on]
		for _, e := range []projectr.AuditEntry{h.acme.noted(h, projectr.WasDone)[0], h.atHome(projectr.WasDone)[0]} {
			if e.Action != action || e.Note != "The invoice of May" || e.Actor.Name != "Olga operator" {
				t.Errorf("%t: noted %+v", on, e)
			}
		}
	}
	if looks != 2 {
		t.Errorf("%d looks at mail that waits", looks)
	}
	if w := olga.do("PATCH", "/operator/organisations/acme", `{"suspended":true,"reason":" "}`); w.Code != 422 {
		t.Errorf("without a reason: %d %s", w.Code, w.Body)
	}
	h.clock.forward(account.StepUp)
	if w := olga.do("PATCH", "/operator/organisations/acme", `{"suspended":true,"reason":"x"}`); w.Code != 403 {
		t.Errorf("without a recent proof: %d %s", w.Code, w.Body)
	}
}

func TestUnroutedMail(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Redeliver = func(_ context.Context, d projectr.Digest, recipient, to string, by projectr.Actor) error {
			if to != "acme@mail.example" || recipient != "gone@mail.example" || by.Name != "Olga operator" {
				return &projectr.Error{Kind: projectr.Invalid, Field: "to", Message: "This address leads nowhere."}
			}
			return nil
		}
	})
	olga := h.signIn(h.operator("operator"))
	const text = "Subject: lost"
	sum := sha256.Sum256([]byte(text))
	digest := hex.EncodeToString(sum[:])
	h.must(h.st.KeepUnrouted(t.Context(), projectr.Unrouted{SHA256: projectr.Digest(digest), Recipient: "gone@mail.example", Sender: "jo@x.example", Size: int64(len(text)), ReceivedAt: h.clock.now()}, strings.NewReader(text)))
	if l := get[List[projectr.Unrouted]](olga, "/operator/unrouted"); len(l.Items) != 1 || l.Items[0].Sender != "jo@x.example" {
		t.Errorf("%+v", l)
	}
	path := "/operator/unrouted/" + digest
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", path + "/redeliver?recipient=gone@mail.example", `{"to":"nobody@mail.example"}`, 422},
		{"POST", path + "/redeliver?recipient=gone@mail.example", `{"to":"acme@mail.example"}`, 202},
		{"DELETE", path, "", 422},
		{"DELETE", path + "?recipient=else@mail.example", "", 404},
		{"DELETE", path + "?recipient=gone@mail.example", "", 204},
		{"DELETE", path + "?recipient=gone@mail.example", "", 404},
	} {
		if w := olga.do(c.method, c.path, c.body); w.Code != c.want {
			t.Errorf("%s %s %s: %d, not %d: %s", c.method, c.path, c.body, w.Code, c.want, w.Body)
		}
	}
	if e := h.atHome(projectr.WasDone)[0]; e.Action != "mail.drop_unrouted" || e.Target != digest || e.Actor.Name != "Olga operator" {
		t.Errorf("noted %+v", e)
	}
	if l := get[List[account.ParkedMail]](olga, "/operator/parked"); len(l.Items) != 0 {
		t.Errorf("parked: %+v", l)
	}
}

// An organisation that is to be deleted can be had back for 30 days.
func TestLeaving(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	if w := h.withKey(h.acme.adminKey).do("DELETE", "/orgs/acme", ""); w.Code != 403 {
		t.Errorf("by a key: %d", w.Code)
	}
	for range 2 { // the day stays
		o := send[OrgView](dana, "DELETE", "/orgs/acme", "")
		if in := o.DeleteAt.Sub(h.clock.now()); o.DeleteAt == nil || in > 30*24*time.Hour || in < 30*24*time.Hour-time.Minute {
			t.Errorf("%+v", o)
		}
	}
	h.clock.forward(29 * 24 * time.Hour)
	h.must(h.st.EraseDue(t.Context()))
	dana = h.signIn(h.acme.admin)
	if o := send[OrgView](dana, "POST", "/orgs/acme/restore", ""); o.DeleteAt != nil {
		t.Errorf("restored: %+v", o)
	}
	h.clock.forward(2 * 24 * time.Hour)
	h.must(h.st.EraseDue(t.Context()))
	dana = h.signIn(h.acme.admin)
	send[OrgView](dana, "DELETE", "/orgs/acme", "")
	h.must(h.globex.SaveMember(t.Context(), h.acme.viewer.ID, projectr.Viewer))
	h.clock.forward(31 * 24 * time.Hour)
	h.must(h.st.EraseDue(t.Context()))
	if w := h.signIn(h.acme.viewer).do("GET", "/orgs/acme", ""); w.Code != 404 {
		t.Errorf("when its time has come: %d", w.Code)
	}
	if w := (client{h: h}).do("POST", "/session", fmt.Sprintf(`{"email":%q,"password":%q}`, h.acme.admin.Email, password)); w.Code != 401 {
		t.Errorf("who belonged nowhere else signs in: %d", w.Code)
	}
	if w := h.signIn(h.globex.admin).do("GET", "/orgs/globex", ""); w.Code != 200 {
		t.Errorf("the other organisation: %d", w.Code)
	}
	h.blobs.m.Range(func(k, _ any) bool {
		if strings.HasPrefix(k.(string), string(h.acme.ID())) {
			t.Errorf("%s is left", k)
		}
		return true
	})
	var told []string
	for _, e := range h.atHome(projectr.WasDone) {
		if strings.HasPrefix(e.Action, "org.") && e.Target == string(h.acme.ID()) {
			told = append(told, e.Action)
		}
	}
	if got := strings.Join(told, " "); got != "org.delete org.leave org.stay org.leave" {
		t.Errorf("the house's log: %s", got)
	}
}
