package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"projectr"
)

func TestAWrongSettingStopsTheStartAndIsNamed(t *testing.T) {
	for _, c := range []struct{ env, want string }{
		{"PROJECTR_HTTP_LISTN=:80", "Did you mean PROJECTR_HTTP_LISTEN?"},
		{"PROJECTR_HTTP_LISTEN=8080", "PROJECTR_HTTP_LISTEN must be host:port"},
		{"PROJECTR_SMTP_LISTEN=127.0.0.1:99999", "PROJECTR_SMTP_LISTEN must be host:port"},
		{"PROJECTR_MAIL_DOMAIN=a@b", "PROJECTR_MAIL_DOMAIN must be a domain"},
		{"PROJECTR_PUBLIC_URL=example.com", "PROJECTR_PUBLIC_URL must be like"},
		{"PROJECTR_PRIVACY_URL=/privacy", "PROJECTR_PRIVACY_URL must be the address of a page"},
		{"PROJECTR_TERMS_URL=javascript:alert(1)", "PROJECTR_TERMS_URL must be the address of a page"},
		{"PROJECTR_STATUS_URL=https://", "PROJECTR_STATUS_URL must be the address of a page"},
		{"PROJECTR_TRUSTED_PROXIES=10.0.0.0/8,proxy", "PROJECTR_TRUSTED_PROXIES must be"},
		{"PROJECTR_TRIAL_DAYS=0", "PROJECTR_TRIAL_DAYS must be at least 1"},
		{"PROJECTR_TRIAL_PLAN=gold", "PROJECTR_TRIAL_PLAN names no plan"},
		{"PROJECTR_LOG_LEVEL=loud", "PROJECTR_LOG_LEVEL must be"},
		{"PROJECTR_TIME_ZONE=Mars/Olympus", "PROJECTR_TIME_ZONE must be"},
		{"PROJECTR_WORKERS=many", "PROJECTR_WORKERS must be a whole number"},
		{"PROJECTR_WORKERS=0", "PROJECTR_WORKERS must be between"},
		{"PROJECTR_HTTP_MAX_CONNECTIONS=0", "PROJECTR_HTTP_MAX_CONNECTIONS must be at least 1"},
		{"PROJECTR_HTTP_MAX_PER_ADDRESS=-1", "PROJECTR_HTTP_MAX_PER_ADDRESS must be a whole number"},
		{"PROJECTR_SMTP_TIMEOUT=never", "PROJECTR_SMTP_TIMEOUT must be a duration"},
		{"PROJECTR_SMTP_MAX_BYTES=12", "PROJECTR_SMTP_MAX_BYTES must be between"},
		{"PROJECTR_SMTP_TLS_CERT=a.pem", "belong together"},
		{"PROJECTR_SIGN_UP=anyone", "PROJECTR_SIGN_UP must be"},
		{"PROJECTR_SIGN_UP=open", "PROJECTR_SIGN_UP=open needs PROJECTR_SMTP_RELAY_URL"},
		{"PROJECTR_SESSION_IDLE=1m", "PROJECTR_SESSION_IDLE must be"},
		{"PROJECTR_SESSION_IDLE=2161h", "PROJECTR_SESSION_IDLE must be"},
		{"PROJECTR_SESSION_LIFE=9601h", "PROJECTR_SESSION_IDLE must be"},
		{"PROJECTR_SMTP_RELAY_URL=host", "PROJECTR_SMTP_RELAY_URL must be like"},
		{"PROJECTR_SMTP_RELAY_URL_FILE=/no/such/file", "PROJECTR_SMTP_RELAY_URL_FILE cannot be read"},
		{"PROJECTR_OIDC_JOINS=example.com=acme", "PROJECTR_OIDC_ISSUER names none"},
		{"PROJECTR_OIDC_ISSUER=https://login.example.com", "needs PROJECTR_OIDC_CLIENT_ID"},
	} {
		_, err := Load([]string{"HOME=/", c.env}, "")
		if projectr.KindOf(err) != projectr.Invalid || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s gave %v, want a sentence with %q", c.env, err, c.want)
		}
	}
}

func TestSettingsOfTheSignInProvider(t *testing.T) {
	given := []string{"PROJECTR_OIDC_ISSUER=https://login.example.com", "PROJECTR_OIDC_CLIENT_ID=projectr"}
	c, err := Load(append(given, "PROJECTR_OIDC_JOINS= Example.com = acme,example.org=org_1,", "PROJECTR_OIDC_DOMAINS=EXAMPLE.com, example.org", "PROJECTR_OIDC_CLAIMS_FROM=https://login.example.com"), "")
	if err != nil {
		t.Fatal(err)
	}
	joins, err := c.SignOnJoins()
	if err != nil || len(joins) != 2 || joins["example.com"] != "acme" || joins["example.org"] != "org_1" || c.OIDCName != "your company account" {
		t.Errorf("%v, %v, %q", joins, err, c.OIDCName)
	}
	if d, i := c.SignOnDomains(), c.ClaimIssuers(); len(d) != 2 || len(i) != 1 || i[0] != "https://login.example.com" {
		t.Errorf("%q, %q", d, i)
	}
	for env, want := range map[string]string{
		"PROJECTR_OIDC_JOINS=example.com":               "must be like example.com=acme",
		"PROJECTR_OIDC_JOINS==acme":                     "must be like example.com=acme",
		"PROJECTR_OIDC_JOINS=@example.com=acme":         "must be like example.com=acme",
		"PROJECTR_OIDC_PROVES_ADDRESSES=true":           "must be yes or empty",
		"PROJECTR_OIDC_NAME=" + strings.Repeat("x", 41): "to stand on a button",
	} {
		if _, err := Load(append(given, env), ""); err == nil || projectr.KindOf(err) != projectr.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gave %v", env, err)
		}
	}
	if _, err := Load(append(given, "PROJECTR_OIDC_JOINS=example.org=acme", "PROJECTR_OIDC_DOMAINS=example.com"), ""); err == nil || !strings.Contains(err.Error(), "add it there") {
		t.Errorf("a domain that joins and may not sign on: %v", err)
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "projectr.conf")
	if err := os.WriteFile(file, []byte("# ours\nPROJECTR_MAIL_DOMAIN=file.example\nPROJECTR_WORKERS = 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load([]string{"PROJECTR_MAIL_DOMAIN=Env.Example."}, file)
	if err != nil {
		t.Fatal(err)
	}
	if c.MailDomain != "env.example" || c.Workers != 7 || c.HTTPListen != "127.0.0.1:8080" || c.URL() != "http://localhost:8080" {
		t.Errorf("got %+v", c)
	}
	if _, err := Load(nil, file+".not"); projectr.KindOf(err) != projectr.Invalid {
		t.Errorf("a missing file gave %v", err)
	}
}

func TestSecretsComeFromFilesAndAreNeverShown(t *testing.T) {
	file := filepath.Join(t.TempDir(), "relay")
	if err := os.WriteFile(file, []byte("smtp://jo:hunter2@relay.example:587\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load([]string{"PROJECTR_SMTP_RELAY_URL_FILE=" + file, "PROJECTR_STRIPE_SECRET_KEY=sk_hunter2"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if string(c.RelayURL) != "smtp://jo:hunter2@relay.example:587" {
		t.Errorf("secret read as %q", string(c.RelayURL))
	}
	j, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s", c, &c, c, c.RelayURL), string(j), fmt.Sprint(c.Settings())} {
		if strings.Contains(shown, "hunter2") {
			t.Errorf("the secret shows in %s", shown)
		}
	}
}

func TestStripesKeyAndWebhookGoTogether(t *testing.T) {
	for _, c := range []struct{ key, hook, want string }{
		{"", "", ""}, {"sk_test_x", "whsec_x", ""},
		{"sk_test_x", "", "PROJECTR_STRIPE_SECRET_KEY needs PROJECTR_STRIPE_WEBHOOK_SECRET"},
		{"", "whsec_x", "PROJECTR_STRIPE_WEBHOOK_SECRET is of no use without"},
	} {
		is, err := Load([]string{"PROJECTR_STRIPE_SECRET_KEY=" + c.key, "PROJECTR_STRIPE_WEBHOOK_SECRET=" + c.hook}, "")
		if err != nil { // commands run with either
			t.Fatal(err)
		}
		err = is.CheckServe()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("key %q and webhook %q: %v", c.key, c.hook, err)
		}
	}
}

func TestPlansAndTheOwnBudget(t *testing.T) {
	write := func(text string) string {
		file := filepath.Join(t.TempDir(), "plans.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	good := write(`{"plans":[{"name":"starter","emails":800}]}`)
	c, err := Load([]string{"PROJECTR_PLANS=" + good, "PROJECTR_AI_BUDGET=12.5"}, "")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := c.PlanTable()
	if err != nil {
		t.Fatal(err)
	}
	starter, _ := plans.Named("starter")
	own, _ := plans.Named("self_hosted")
	if starter.Emails != 800 || starter.BudgetMicro != 20_000_000 || own.BudgetMicro != 12_500_000 || !own.OwnBudget {
		t.Errorf("starter %+v, self_hosted %+v", starter, own)
	}
	free := write(`{"plans":[{"name":"self_hosted","budget_micro_usd":7}]}`)
	if c, err = Load([]string{"PROJECTR_PLANS=" + free, "PROJECTR_AI_BUDGET=30"}, ""); err != nil {
		t.Fatal(err)
	}
	if plans, err = c.PlanTable(); err != nil || plans[3].BudgetMicro != 7 || plans[3].OwnBudget {
		t.Errorf("a budget of the table: %+v, %v", plans[3], err)
	}
	for setting, want := range map[string]string{
		"PROJECTR_PLANS=" + write(`{"plans":[{"name":"gold"}]}`): `The table of plans is no use: no plan is called "gold", use starter, professional, enterprise or self_hosted.`,
		"PROJECTR_PLANS=" + good + ".not":                        "PROJECTR_PLANS: " + good + ".not cannot be read: no such file or directory.",
		"PROJECTR_AI_BUDGET=$5":                                  `PROJECTR_AI_BUDGET must be US dollars above 0, such as 25 or 12.50, not "$5".`,
	} {
		if _, err := Load([]string{setting}, ""); projectr.KindOf(err) != projectr.Invalid || projectr.MessageOf(err) != want {
			t.Errorf("%s: %v", setting, err)
		}
	}
	for _, s := range []string{"0", "-1", "1.234", "1.", ".5", "1e3", "1,5", " 5", "9999999999", "0.00", "+5", "1.2.3"} {
		if n, ok := microUSD(s); ok {
			t.Errorf("%q is %d", s, n)
		}
	}
	for s, want := range map[string]int64{"1": 1_000_000, "0.01": 10_000, "12.50": 12_500_000, "999999999.99": 999_999_999_990_000} {
		if n, ok := microUSD(s); !ok || n != want {
			t.Errorf("%q is %d, %v", s, n, ok)
		}
	}
}
