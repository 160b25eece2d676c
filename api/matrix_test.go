package api

import (
	"crypto/rand"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/account"
)

// row says how a route is called and what an admin and a viewer are answered.
// Everybody else follows from that: strangers and the disabled are 401, another
// organisation's admin is 404, a key is what its role is.
type row struct {
	path          func(h *house) string
	body          func(h *house) string
	admin, viewer int
}

// keyless are the routes that no API key may use, whatever its role.
var keyless = map[string]bool{"leave": true, "create-api-key": true, "delete-organisation": true, "send-sample": true, "export": true}

// tokens are those of them that a person's access token may use.
var tokens = map[string]bool{"leave": true, "send-sample": true}

// reasons are what a refusal tells those who may not: one of them, by the cause.
var reasons = []string{"lets in only who has a second factor", "change nothing in it", "An API key is no member", "Only a person who is signed in", "it has no scope"}

func fixed(s string) func(*house) string { return func(*house) string { return s } }

// matrix has a row for each route inside an organisation (invariant I-18).
var matrix = map[string]row{
	"get-organisation":    {fixed("/orgs/acme"), nil, 200, 200},
	"change-organisation": {fixed("/orgs/acme"), fixed(`{"time_zone":"America/Chicago"}`), 200, 403},
	"delete-organisation": {func(h *house) string { h.acme.stays(h); return "/orgs/acme" }, nil, 200, 403},
	"restore-organisation": {func(h *house) string {
		_, err := h.acme.Leave(h.Context())
		h.must(err)
		return "/orgs/acme/restore"
	}, nil, 200, 403},
	"list-projects":       {fixed("/orgs/acme/projects"), nil, 200, 200},
	"create-project":      {fixed("/orgs/acme/projects"), fixed(`{"name":"Oak Court"}`), 201, 403},
	"get-project":         {atProject(""), nil, 200, 200},
	"change-project":      {atProject(""), fixed(`{"client":"Oak"}`), 200, 403},
	"see-project":         {atProject("/seen"), nil, 204, 204},
	"list-project-events": {atProject("/events"), nil, 200, 200},
	"list-project-facts":  {atProject("/facts"), nil, 200, 200},
	"list-emails":         {fixed("/orgs/acme/emails"), nil, 200, 200},
	"get-email":           {atEmail(""), nil, 200, 200},
	"get-email-raw":       {atEmail("/raw"), nil, 200, 200},
	"get-email-html":      {atEmail("/html"), nil, 200, 200},
	"get-attachment":      {atEmail("/attachments/1"), nil, 200, 200},
	"move-email":          {atEmail("/move"), func(h *house) string { return fmt.Sprintf(`{"project_id":%q}`, h.acme.other.ID) }, 200, 403},
	"move-passage": {func(h *house) string { return "/orgs/acme/emails/" + string(h.acme.split(h)) + "/passages/0" }, func(h *house) string {
		return fmt.Sprintf(`{"project_id":%q}`, h.acme.other.ID)
	}, 200, 403},
	"get-attachment-text": {atEmail("/attachments/1/text"), nil, 200, 200},
	"release-email": {func(h *house) string {
		h.acme.stays(h)
		return "/orgs/acme/emails/" + string(h.acme.kept.ID) + "/release"
	}, nil, 200, 403},
	"get-settings":      {fixed("/orgs/acme/settings"), nil, 200, 200},
	"change-settings":   {fixed("/orgs/acme/settings"), fixed(`{"file_from":85}`), 200, 403},
	"price-settings":    {fixed("/orgs/acme/settings/price"), fixed(`{"extractor":"model"}`), 200, 403},
	"list-senders":      {fixed("/orgs/acme/senders"), nil, 200, 200},
	"save-sender":       {fixed("/orgs/acme/senders"), fixed(`{"pattern":"@sub.example"}`), 201, 403},
	"drop-sender":       {func(h *house) string { return "/orgs/acme/senders/" + string(h.acme.rule(h)) }, nil, 204, 403},
	"list-filing-rules": {fixed("/orgs/acme/filing-rules"), nil, 200, 200},
	"create-filing-rule": {fixed("/orgs/acme/filing-rules"), func(h *house) string {
		return fmt.Sprintf(`{"words":"doors %s","project_id":%q}`, rand.Text(), h.acme.project.ID)
	}, 201, 403},
	"change-filing-rule":  {func(h *house) string { return "/orgs/acme/filing-rules/" + string(h.acme.filing(h)) }, fixed(`{"from":"@x.example"}`), 200, 403},
	"drop-filing-rule":    {func(h *house) string { return "/orgs/acme/filing-rules/" + string(h.acme.filing(h)) }, nil, 204, 403},
	"list-confirmations":  {fixed("/orgs/acme/confirmations"), nil, 200, 403},
	"send-sample":         {fixed("/orgs/acme/sample"), nil, 202, 403},
	"list-review":         {fixed("/orgs/acme/review"), nil, 200, 200},
	"get-fact":            {func(h *house) string { return "/orgs/acme/facts/" + string(h.acme.fact.ID) }, nil, 200, 200},
	"judge-fact":          {func(h *house) string { return "/orgs/acme/facts/" + string(h.acme.fact.ID) }, fixed(`{"state":"confirmed"}`), 200, 403},
	"list-unsure":         {fixed("/orgs/acme/unsure"), nil, 200, 200},
	"list-actions":        {fixed("/orgs/acme/actions"), nil, 200, 200},
	"search":              {fixed("/orgs/acme/search?q=ceiling"), nil, 200, 200},
	"list-changes":        {fixed("/orgs/acme/changes"), nil, 200, 200},
	"watch":               {fixed("/orgs/acme/events/stream"), nil, 200, 200},
	"get-usage":           {fixed("/orgs/acme/usage"), nil, 200, 200},
	"list-ledger":         {fixed("/orgs/acme/usage/ledger"), nil, 200, 200},
	"get-ledger-csv":      {fixed("/orgs/acme/usage/ledger.csv"), nil, 200, 200},
	"get-subscription":    {fixed("/orgs/acme/subscription"), nil, 200, 200},
	"change-subscription": {fixed("/orgs/acme/subscription"), fixed(`{"plan":"starter"}`), 200, 403},
	"price-change":        {fixed("/orgs/acme/subscription/change?plan=starter"), nil, 200, 403},
	"begin-checkout":      {fixed("/orgs/acme/subscription/checkout"), fixed(`{"plan":"starter"}`), 200, 403},
	"open-portal":         {fixed("/orgs/acme/subscription/portal"), nil, 200, 403},
	"get-payer":           {fixed("/orgs/acme/subscription/payer"), nil, 200, 403},
	"list-invoices":       {fixed("/orgs/acme/invoices"), nil, 200, 200},
	"list-members":        {fixed("/orgs/acme/members"), nil, 200, 200},
	"change-member":       {func(h *house) string { return "/orgs/acme/members/" + string(h.acme.extra(h)) }, fixed(`{"role":"admin"}`), 200, 403},
	"drop-member":         {func(h *house) string { return "/orgs/acme/members/" + string(h.acme.extra(h)) }, nil, 204, 403},
	"leave":               {rejoined, nil, 204, 204},
	"list-invitations":    {fixed("/orgs/acme/invitations"), nil, 200, 403},
	"invite":              {func(h *house) string { h.acme.roomy(h); return "/orgs/acme/invitations" }, func(*house) string { return fmt.Sprintf(`{"email":"%s@new.example","role":"viewer"}`, rand.Text()) }, 201, 403},
	"resend-invitation":   {func(h *house) string { return "/orgs/acme/invitations/" + string(h.acme.invitation(h)) + "/resend" }, nil, 200, 403},
	"drop-invitation":     {func(h *house) string { return "/orgs/acme/invitations/" + string(h.acme.invitation(h)) }, nil, 204, 403},
	"create-api-key":      {fixed("/orgs/acme/api-keys"), fixed(`{"name":"CI","role":"viewer","scopes":["projects.read"]}`), 201, 403},
	"revoke-api-key":      {func(h *house) string { return "/orgs/acme/api-keys/" + string(h.acme.key(h)) }, nil, 204, 403},
	"list-api-keys":       {fixed("/orgs/acme/api-keys"), nil, 200, 403},
	"list-audit":          {fixed("/orgs/acme/audit"), nil, 200, 403},
	"get-audit-csv":       {fixed("/orgs/acme/audit.csv"), nil, 200, 403},
	"export":              {fixed("/orgs/acme/export.zip"), nil, 200, 403},
	"list-readings":       {atEmail("/readings"), nil, 200, 200},
	"get-reading":         {atEmail("/readings/1"), nil, 200, 200},
	"judge-reading":       {atEmail("/readings/2"), fixed(`{"state":"accepted"}`), 200, 403},
	"list-rereads":        {fixed("/orgs/acme/rereads"), nil, 200, 200},
	"reread": {fixed("/orgs/acme/rereads"), func(h *house) string {
		return fmt.Sprintf(`{"emails":[%q],"extractor":"rules","dry_run":true}`, h.acme.tray.ID)
	}, 201, 403},
	"judge-rereads": {fixed("/orgs/acme/rereads"), fixed(`{"state":"undone"}`), 200, 403},
}

// rejoined makes all who left members again, and one who stays an admin.
func rejoined(h *house) string {
	h.Helper()
	for _, x := range []struct {
		email string
		role  projectr.Role
	}{{"admin@acme.example", projectr.Admin}, {"viewer@acme.example", projectr.Viewer}, {"both@acme.example", projectr.Viewer}, {"ida@acme.example", projectr.Admin}, {"ivo@acme.example", projectr.Viewer}} {
		u, err := h.acc.User(h.Context(), x.email)
		if projectr.KindOf(err) == projectr.NotFound {
			continue
		}
		h.must(err)
		h.must(h.acme.SaveMember(h.Context(), u.ID, x.role))
	}
	h.must(h.acme.SaveMember(h.Context(), h.acme.extra(h), projectr.Admin))
	return "/orgs/acme/members/me"
}

func atProject(rest string) func(*house) string {
	return func(h *house) string { return "/orgs/acme/projects/" + string(h.acme.project.ID) + rest }
}

func atEmail(rest string) func(*house) string {
	return func(h *house) string { return "/orgs/acme/emails/" + string(h.acme.filed.ID) + rest }
}

// closed ends every event stream at once, so that it can be asked like any
// other route.
func closed(c *Config) {
	ch := make(chan struct{})
	close(ch)
	c.Closing = ch
}

func TestAuthorisationMatrix(t *testing.T) {
	h := open(t, closed)
	ctx := t.Context()
	gone, err := h.acc.CreateUser(ctx, "gone@acme.example", "Gone", password)
	h.must(err)
	h.must(h.acme.SaveMember(ctx, gone.ID, projectr.Admin))
	both, err := h.acc.CreateUser(ctx, "both@acme.example", "Both", password)
	h.must(err)
	h.must(h.acme.SaveMember(ctx, both.ID, projectr.Viewer))
	h.must(h.globex.SaveMember(ctx, both.ID, projectr.Admin))

	revoked, key, err := h.acc.NewAPIKey(ctx, h.acme.Org, "revoked", projectr.Admin, h.clock.now().AddDate(1, 0, 0))
	h.must(err)
	expired, _, err := h.acc.NewAPIKey(ctx, h.acme.Org, "expired", projectr.Admin, h.clock.now().Add(-1))
	h.must(err)
	h.must(h.acme.RevokeAPIKey(ctx, key.ID))
	const onlyProjects = "an admin's key for looking at projects alone"
	narrow, _, err := h.acc.NewAPIKey(ctx, h.acme.Org, "narrow", projectr.Admin, time.Time{}, projectr.ReadProjects)
	h.must(err)

	const visitor = "an operator on a visit"
	operator, away := h.operator("operator"), h.operator("away")
	_, err = h.st.BeginVisit(ctx, operator.ID, "acme", "to help", 24*time.Hour)
	h.must(err)
	_, err = h.st.BeginVisit(ctx, away.ID, "globex", "to help", 24*time.Hour)
	h.must(err)
	const withoutFactor = "an admin without a second factor, where one is asked for"
	strict := func(on bool) {
		_, err := h.acme.ChangeSettings(ctx, func(s *projectr.Settings) { s.RequireSecondFactor = on })
		h.must(err)
	}

	h.acme.roomy(h)
	for token, role := range map[string]projectr.Role{"ida": projectr.Admin, "ivo": projectr.Viewer, "ike": projectr.Admin} {
		u := h.idp.says(h, token, "acme", role)
		if token == "ike" {
			h.must(h.acc.Disable(ctx, u, true, projectr.Actor{Kind: "operator"}, "test"))
		}
	}
	h.globex.roomy(h)
	h.idp.says(h, "gil", "globex", projectr.Admin)
	tokenWithCookie := h.signIn(h.acme.admin)
	tokenWithCookie.bearer = "gil"
	strangerWithCookie := h.signIn(h.acme.admin)
	strangerWithCookie.bearer = h.globex.adminKey

	people := []struct {
		name string
		client
		want func(row) int
	}{
		{withoutFactor, h.signIn(h.acme.admin), func(row) int { return 403 }},
		{"nobody", client{h: h}, func(row) int { return 401 }},
		{visitor, h.signIn(operator), func(r row) int { return r.viewer }},
		{"an operator who is not there", h.signIn(away), func(row) int { return 404 }},
		{"an admin", h.signIn(h.acme.admin), func(r row) int { return r.admin }},
		{"a viewer", h.signIn(h.acme.viewer), func(r row) int { return r.viewer }},
		{"a viewer here who is an admin elsewhere", h.signIn(both), func(r row) int { return r.viewer }},
		{"another organisation's admin", h.signIn(h.globex.admin), func(row) int { return 404 }},
		{"a disabled admin", h.signIn(gone), func(row) int { return 401 }},
		{"an admin's key", h.withKey(h.acme.adminKey), func(r row) int { return r.admin }},
		{onlyProjects, h.withKey(narrow), func(r row) int { return r.admin }},
		{"a viewer's key", h.withKey(h.acme.viewerKey), func(r row) int { return r.viewer }},
		{"another organisation's key", h.withKey(h.globex.adminKey), func(row) int { return 404 }},
		{"another organisation's key with an admin's cookie", strangerWithCookie, func(row) int { return 404 }},
		{"a revoked key", h.withKey(revoked), func(row) int { return 401 }},
		{"an expired key", h.withKey(expired), func(row) int { return 401 }},
		{"an admin's access token", h.withKey("ida"), func(r row) int { return r.admin }},
		{"a viewer's access token", h.withKey("ivo"), func(r row) int { return r.viewer }},
		{"another organisation's access token", h.withKey("gil"), func(row) int { return 404 }},
		{"another organisation's access token with an admin's cookie", tokenWithCookie, func(row) int { return 404 }},
		{"an access token of a disabled admin", h.withKey("ike"), func(row) int { return 401 }},
		{"an access token that nobody signed", h.withKey("eyJhbGciOiJub25lIn0.e30."), func(row) int { return 401 }},
		{"a key that never was", h.withKey("prj_nothing"), func(row) int { return 401 }},
		{"a cookie that never was", client{h: h, cookies: strangerWithCookie.cookies[:0]}, func(row) int { return 401 }},
	}
	h.must(h.acc.Disable(ctx, gone, true, projectr.Actor{Kind: "operator"}, "test"))

	for _, rt := range routes {
		if rt.may == "" {
			continue
		}
		r, ok := matrix[rt.id]
		if !ok {
			t.Errorf("%s %s has no row in the matrix", rt.method, rt.path)
			continue
		}
		for _, p := range people {
			body := ""
			if r.body != nil {
				body = r.body(h)
			}
			path := r.path(h)
			if p.name == withoutFactor {
				strict(true)
			}
			before := h.acme.writes(h)
			w := p.do(rt.method, path, body)
			wrote := h.acme.writes(h) != before
			if p.name == withoutFactor {
				strict(false)
			}
			want := p.want(r)
			if p.name == visitor && rt.id == "leave" {
				want = 404 // they are no member
			}
			if p.name == onlyProjects && rt.may != projectr.ReadProjects || p.bearer != "" && keyless[rt.id] && want < 300 && (account.IsKey(p.bearer) || !tokens[rt.id]) {
				want = 403
			}
			if w.Code != want {
				t.Errorf("%s %s by %s: %d, not %d: %.200s", rt.method, rt.path, p.name, w.Code, want, w.Body)
			}
			if w.Code >= 400 {
				if wrote {
					t.Errorf("%s %s by %s was refused and wrote all the same", rt.method, rt.path, p.name)
				}
				if strings.Contains(w.Body.String(), "Cedar") || strings.Contains(w.Body.String(), "Acme") {
					t.Errorf("%s %s by %s was refused and told: %s", rt.method, rt.path, p.name, w.Body)
				}
			}
			if w.Code == 403 && !slices.ContainsFunc(reasons, func(why string) bool { return strings.Contains(w.Body.String(), why) }) {
				t.Errorf("%s %s by %s: the refusal explains nothing: %s", rt.method, rt.path, p.name, w.Body)
			}
		}
	}
}

// outside has a row for each route about no organisation: what is sent, and what
// nobody, a person and a key are answered.
var outside = map[string]struct {
	body                string
	nobody, person, key int
}{
	"sign-in":              {`{"email":"nobody@acme.example","password":"not this one"}`, 401, 401, 401},
	"sign-in-by-link":      {`{"token":"nothing"}`, 404, 404, 404},
	"sign-out":             {"", 204, 204, 204},
	"me":                   {"", 401, 200, 200},
	"change-me":            {`{"name":"Otherwise"}`, 401, 200, 403},
	"change-password":      {`{"old":"not this one","password":"gravel pit at noon"}`, 401, 422, 403},
	"confirm-session":      {`{"password":"not this one"}`, 401, 422, 403},
	"list-sessions":        {"", 401, 200, 403},
	"end-other-sessions":   {"", 401, 204, 403},
	"end-session":          {"", 401, 404, 403},
	"get-factors":          {"", 401, 200, 403},
	"offer-totp":           {"", 401, 200, 403},
	"turn-on-totp":         {`{"token":"nothing","code":"000000"}`, 401, 422, 403},
	"turn-off-totp":        {"", 401, 409, 403},
	"renew-recovery-codes": {"", 401, 409, 403},
	"start-sign-on":        {`{}`, 200, 200, 200},
	"sign-on":              {`{"state":"nothing","code":"nothing"}`, 401, 401, 401},
	"list-identities":      {"", 401, 200, 403},
	"start-connect":        {"", 401, 200, 403},
	"connect":              {`{"state":"nothing","code":"nothing"}`, 401, 401, 403},
	"disconnect":           {"", 401, 409, 403},
	"list-passkeys":        {"", 401, 200, 403},
	"offer-passkey":        {"", 401, 200, 403},
	"add-passkey":          {`{"name":"Phone","credential":{}}`, 401, 422, 403},
	"rename-passkey":       {`{"name":"Phone"}`, 401, 404, 403},
	"remove-passkey":       {"", 401, 404, 403},
	"ask-passkey":          {"", 200, 200, 200},
	"sign-in-by-passkey":   {`{"credential":{}}`, 401, 401, 401},
	"sign-in-ways":         {"", 200, 200, 200},
	"ask-sign-in":          {`{"email":"nobody@acme.example"}`, 202, 202, 202},
	"ask-reset":            {`{"email":"nobody@acme.example"}`, 202, 202, 202},
	"sign-up":              {`{"organisation":"New Firm","address":"newfirm","name":"New Person","email":"new@firm.example","password":"gravel pit at noon"}`, 403, 403, 403},
	"reset-password":       {`{"token":"nothing","password":"gravel pit at noon"}`, 404, 404, 404},
	"sign-in-by-mail":      {`{"token":"nothing"}`, 404, 404, 404},
	"look-at-sign-up":      {`{"token":"nothing"}`, 404, 404, 404},
	"confirm-sign-up":      {`{"token":"nothing"}`, 404, 404, 404},
	"look-at-invitation":   {`{"token":"nothing"}`, 404, 404, 404},
	"accept-invitation":    {`{"token":"nothing"}`, 404, 404, 404},
	"verify-email":         {`{"token":"nothing"}`, 404, 404, 404},
	"confirm-email":        {`{"token":"nothing"}`, 404, 404, 404},
	"ask-email":            {`{"email":"new@acme.example"}`, 401, 202, 403},
	"ask-verification":     {"", 401, 202, 403},

	"list-books":           {"", 401, 403, 403},
	"get-money":            {"", 401, 403, 403},
	"get-money-csv":        {"", 401, 403, 403},
	"get-books":            {"", 401, 403, 403},
	"suspend-organisation": {`{"suspended":true,"reason":"to see"}`, 401, 403, 403},
	"begin-visit":          {`{"reason":"to see"}`, 401, 403, 403},
	"end-visit":            {"", 401, 403, 403},
	"list-visits":          {"", 401, 403, 403},
	"list-payments":        {"", 401, 403, 403},
	"retry-use":            {"", 401, 403, 403},
	"list-parked":          {"", 401, 403, 403},
	"list-unrouted":        {"", 401, 403, 403},
	"drop-unrouted":        {"", 401, 403, 403},
	"redeliver-unrouted":   {`{"to":"acme@mail.example"}`, 401, 403, 403},
}

func TestOutsideMatrix(t *testing.T) {
	for _, rt := range routes {
		if rt.may != "" {
			continue
		}
		r, ok := outside[rt.id]
		if !ok {
			t.Errorf("%s %s has no row in the table of routes outside organisations", rt.method, rt.path)
			continue
		}
		h := open(t)
		for _, p := range []struct {
			name string
			client
			want int
		}{{"nobody", client{h: h}, r.nobody}, {"a person", h.signIn(h.acme.viewer), r.person}, {"a key", h.withKey(h.acme.adminKey), r.key}} {
			path := strings.Replace(rt.path, "{id}", "se_nobody", 1)
			if strings.HasPrefix(path, "/operator/unrouted/") {
				path += "?recipient=gone@mail.example"
			}
			if w := p.do(rt.method, path, r.body); w.Code != p.want {
				t.Errorf("%s %s by %s: %d, not %d: %s", rt.method, rt.path, p.name, w.Code, p.want, w.Body)
			}
		}
	}
}

func TestOutsideOrganisations(t *testing.T) {
	h := open(t)
	dana := h.signIn(h.acme.admin)
	for _, c := range []struct {
		who    client
		method string
		path   string
		want   int
	}{
		{client{h: h}, "GET", "/me", 401},
		{client{h: h}, "DELETE", "/session", 204},
		{h.withKey(h.acme.viewerKey), "GET", "/me", 200},
		{dana, "GET", "/me", 200},
		{dana, "DELETE", "/session", 204},
		{dana, "GET", "/me", 401},
	} {
		if w := c.who.do(c.method, c.path, ""); w.Code != c.want {
			t.Errorf("%s %s: %d, not %d", c.method, c.path, w.Code, c.want)
		}
	}
}

// What changes about a person counts at the next request (invariant I-19).
func TestRightsEndAtOnce(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	dana, vic := h.signIn(h.acme.admin), h.signIn(h.acme.viewer)
	if w := vic.do("POST", "/orgs/acme/projects", `{"name":"X"}`); w.Code != 403 {
		t.Fatalf("a viewer: %d", w.Code)
	}
	h.must(h.acme.SaveMember(ctx, h.acme.viewer.ID, projectr.Admin))
	if w := vic.do("POST", "/orgs/acme/projects", `{"name":"X"}`); w.Code != 201 {
		t.Errorf("made an admin: %d", w.Code)
	}
	h.must(h.acme.DropMember(ctx, h.acme.admin.ID))
	if w := dana.do("GET", "/orgs/acme", ""); w.Code != 404 {
		t.Errorf("taken out: %d", w.Code)
	}
	if m := get[Me](dana, "/me"); len(m.Organisations) != 0 {
		t.Errorf("taken out: still sees %v", m.Organisations)
	}
	h.must(h.acc.SetPassword(ctx, h.acme.viewer, "another pit at dawn"))
	if w := vic.do("GET", "/orgs/acme", ""); w.Code != 401 {
		t.Errorf("new password: %d", w.Code)
	}
}

// An id that is unknown and one that is another organisation's give the same
// answer to the byte, headers included, on every route; and nothing of the
// other organisation is told or changed (invariant I-17).
func TestForeignIsUnknown(t *testing.T) {
	h := open(t, closed)
	dana, gus := h.signIn(h.acme.admin), h.signIn(h.globex.admin)
	writes := h.globex.writes(h)
	pairs := map[string]string{ // globex's -> nobody's
		string(h.globex.ID()):       "org_nobody",
		"globex":                    "nobody",
		string(h.globex.project.ID): "pr_nobody",
		string(h.globex.filed.ID):   "em_nobody",
		string(h.globex.fact.ID):    "fa_nobody",
	}
	of := func(rt route, org string, f firm) []string {
		path := strings.Replace(rt.path, "{org}", org, 1)
		path = strings.NewReplacer("{n}", "1", "{start}", "0").Replace(path)
		switch {
		case strings.Contains(path, "/projects/{id}"):
			return []string{strings.Replace(path, "{id}", string(f.project.ID), 1)}
		case strings.Contains(path, "/facts/{id}"):
			return []string{strings.Replace(path, "{id}", string(f.fact.ID), 1)}
		case strings.Contains(path, "/emails/{id}"):
			return []string{strings.Replace(path, "{id}", string(f.filed.ID), 1)}
		}
		return []string{path}
	}
	tried := 0
	for _, rt := range routes {
		if rt.may == "" {
			continue
		}
		var body string
		if b := matrix[rt.id].body; b != nil {
			body = b(h)
		}
		var foreign []string
		for _, org := range []string{"globex", string(h.globex.ID()), "GLOBEX", "globex@mail.example"} {
			foreign = append(foreign, of(rt, org, h.globex)...) // all theirs
			foreign = append(foreign, of(rt, org, h.acme)...)   // our id in their organisation
		}
		if strings.Contains(rt.path, "{id}") {
			foreign = append(foreign, of(rt, "acme", h.globex)...) // their id in our organisation
		}
		for _, path := range foreign {
			unknown := path
			for theirs, nobodys := range pairs {
				unknown = strings.Replace(unknown, theirs, nobodys, 1)
			}
			unknown = strings.Replace(unknown, "GLOBEX", "NOBODY", 1)
			a, b := dana.do(rt.method, path, body), dana.do(rt.method, unknown, body)
			if a.Code != 404 || b.Code != 404 || a.Body.String() != b.Body.String() || fmt.Sprint(a.Header()) != fmt.Sprint(b.Header()) {
				t.Errorf("%s %s: %d %s\n%s: %d %s", rt.method, path, a.Code, a.Body, unknown, b.Code, b.Body)
			}
			tried++
		}
	}
	// Ids that are not in the path.
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/orgs/acme/emails/" + string(h.acme.filed.ID) + "/move", `{"project_id":"` + string(h.globex.project.ID) + `"}`},
		{"GET", "/orgs/acme/emails?project=" + string(h.globex.project.ID), ""},
		{"GET", "/orgs/acme/emails?thread=" + string(h.globex.filed.ThreadID), ""},
		{"GET", "/orgs/acme/search?q=ceiling&project=" + string(h.globex.project.ID), ""},
		{"GET", "/orgs/acme/search?q=canary", ""},
		{"GET", "/orgs/acme/unsure?project=" + string(h.globex.project.ID), ""},
		{"GET", "/orgs/acme/actions?project=" + string(h.globex.project.ID), ""},
		{"GET", "/orgs/acme/actions?owner=Mike+canary", ""},
		{"GET", "/orgs/acme/projects?client=Cedar+canary", ""},
		{"GET", "/orgs/acme/projects?q=canary", ""},
		{"GET", "/orgs/acme/members?after=" + string(h.globex.admin.ID), ""},
		{"POST", "/orgs/acme/rereads", `{"extractor":"rules","dry_run":true,"emails":["` + string(h.globex.filed.ID) + `"]}`},
		{"POST", "/orgs/acme/rereads", `{"extractor":"rules","emails":["` + string(h.globex.filed.ID) + `"]}`},
		{"POST", "/orgs/acme/rereads", `{"extractor":"rules","project":"` + string(h.globex.project.ID) + `"}`},
	} {
		nobodys := func(s string) string {
			for theirs, n := range pairs {
				s = strings.ReplaceAll(s, theirs, n)
			}
			s = strings.ReplaceAll(s, string(h.globex.filed.ThreadID), "th_nobody")
			s = strings.ReplaceAll(s, string(h.globex.admin.ID), "us_nobody")
			return strings.ReplaceAll(s, "canary", "nobody")
		}
		a, b := dana.do(c.method, c.path, c.body), dana.do(c.method, nobodys(c.path), nobodys(c.body))
		if a.Code != b.Code || a.Body.String() != b.Body.String() {
			t.Errorf("%s %s %s: %d %s\n for nobody's: %d %s", c.method, c.path, c.body, a.Code, a.Body, b.Code, b.Body)
		}
		if strings.Contains(a.Body.String(), "canary") {
			t.Errorf("%s %s tells of the other organisation: %s", c.method, c.path, a.Body)
		}
		tried++
	}
	// A place in the other organisation's lists is no way into them.
	for _, list := range []string{"/emails?limit=1", "/emails?limit=1&order=date", "/projects?limit=1", "/projects?limit=1&sort=name", "/audit?limit=1", "/changes?limit=1", "/search?q=ceiling&limit=1", "/actions?limit=1", "/unsure?limit=1", "/rereads?limit=1", "/projects/" + string(h.globex.project.ID) + "/events?limit=1"} {
		l := get[List[any]](gus, "/orgs/globex"+list)
		if l.Next == nil {
			continue
		}
		path := strings.Replace(list, string(h.globex.project.ID), string(h.acme.project.ID), 1)
		if w := dana.do("GET", "/orgs/acme"+path+"&after="+*l.Next, ""); w.Code >= 500 || strings.Contains(w.Body.String(), "canary") {
			t.Errorf("%s with their cursor: %d %s", path, w.Code, w.Body)
		}
		tried++
	}
	if now := h.globex.writes(h); now != writes {
		t.Errorf("globex was written to: %d entries became %d", writes, now)
	}
	t.Logf("%d pairs", tried)
}

// What an organisation's own lists show is all its own.
func TestListsAreOnesOwn(t *testing.T) {
	h := open(t, closed)
	dana := h.signIn(h.acme.admin)
	for _, rt := range routes {
		if r, ok := matrix[rt.id]; ok && rt.method == "GET" {
			if w := dana.do("GET", r.path(h), ""); strings.Contains(w.Body.String(), "canary") {
				t.Errorf("%s tells of the other organisation: %s", rt.path, w.Body)
			}
		}
	}
}

// FuzzQueries sends what it likes as search words, cursors and filters. The
// answer is a list or a problem, and never the other organisation's.
func FuzzQueries(f *testing.F) {
	h := open(f, closed)
	dana := h.signIn(h.acme.admin)
	for _, s := range []string{"ceiling", `"`, "a* OR b", "NEAR(a b)", "%", "\x00", "é\u0301", "-x", "eyJ0IjoxfQ", strings.Repeat("(", 100)} {
		for i := range uint8(8) {
			f.Add(i, s)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, s string) {
		r := httptest.NewRequest("GET", "http://127.0.0.1:8080/", nil)
		for _, k := range dana.cookies {
			r.AddCookie(k)
		}
		paths := []struct{ path, param string }{
			{"/search", "q"}, {"/search", "after"}, {"/emails", "after"}, {"/projects", "q"}, {"/projects", "after"},
			{"/changes", "after"}, {"/audit", "after"}, {"/actions", "due"}, {"/changes", "since"}, {"/usage", "from"}, {"/emails", "before"},
			{"/emails", "limit"}, {"/projects/" + string(h.acme.project.ID) + "/events", "after"}, {"/unsure", "after"}, {"/members", "after"},
		}
		p := paths[int(which)%len(paths)]
		r.URL.Path = "/api/v1/orgs/acme" + p.path
		q := r.URL.Query()
		q.Set(p.param, s)
		if p.param == "after" && p.path == "/search" {
			q.Set("q", "ceiling")
		}
		r.URL.RawQuery = q.Encode()
		w := ask(h, r)
		if w.Code >= 500 || strings.Contains(w.Body.String(), "canary") && !strings.Contains(s, "canary") {
			t.Fatalf("%s?%s=%q: %d %s", p.path, p.param, s, w.Code, w.Body)
		}
	})
}
