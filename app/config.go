package app

import (
	"bufio"
	"encoding"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"projectr"
	"projectr/account"
)

// Config is every setting of an installation. It is its own manual: the tags
// give each setting its variable, default and one line of help, and
// `projectr config` and docs/config.md are made from them. A secret may be
// given as the name of a file that holds it, in the same variable with _FILE.
type Config struct {
	DataDir        string        `env:"PROJECTR_DATA_DIR" default:"projectr-data" doc:"Folder that holds everything that is kept. One serve at a time uses it."`
	HTTPListen     string        `env:"PROJECTR_HTTP_LISTEN" default:"127.0.0.1:8080" doc:"Where the dashboard and the API are served."`
	HTTPMaxConns   int           `env:"PROJECTR_HTTP_MAX_CONNECTIONS" default:"4000" doc:"HTTP connections at the same time; more are answered 503."`
	HTTPPerIP      int           `env:"PROJECTR_HTTP_MAX_PER_ADDRESS" default:"256" doc:"HTTP connections at the same time from one address; 0 is no limit of its own. This machine and PROJECTR_TRUSTED_PROXIES have none."`
	HTTPCert       string        `env:"PROJECTR_HTTP_TLS_CERT" doc:"PEM file with the certificate of the HTTP door. With it and its key, HTTPS is served, and STARTTLS offered. Files that are renewed are read again."`
	HTTPKey        string        `env:"PROJECTR_HTTP_TLS_KEY" doc:"PEM file with the key of that certificate."`
	ACME           string        `env:"PROJECTR_ACME" doc:"\"agree\": a certificate for the host of PROJECTR_PUBLIC_URL is fetched and renewed by ACME, whose provider's terms you accept. Port 443 of the host must lead to PROJECTR_HTTP_LISTEN, or port 80 to PROJECTR_HTTP_REDIRECT_LISTEN."`
	ACMEEmail      string        `env:"PROJECTR_ACME_EMAIL" doc:"Where the provider of certificates writes to when something is wrong with yours."`
	ACMEDirectory  string        `env:"PROJECTR_ACME_DIRECTORY" default:"https://acme-v02.api.letsencrypt.org/directory" doc:"The provider of certificates; Let's Encrypt if nothing else is said."`
	RedirectListen string        `env:"PROJECTR_HTTP_REDIRECT_LISTEN" doc:"Where plain HTTP is answered with a redirect to PROJECTR_PUBLIC_URL, such as :80. Empty: nowhere."`
	SMTPListen     string        `env:"PROJECTR_SMTP_LISTEN" default:"127.0.0.1:2525" doc:"Where mail is accepted. \"off\" closes the SMTP door."`
	MailDomain     string        `env:"PROJECTR_MAIL_DOMAIN" default:"localhost" doc:"The part after the @ of mail-in addresses."`
	PublicURL      string        `env:"PROJECTR_PUBLIC_URL" doc:"Address of the dashboard as people type it, such as https://projectr.example.com. Empty: PROJECTR_HTTP_LISTEN. Passkeys are bound to its host, and need https or localhost."`
	Proxies        string        `env:"PROJECTR_TRUSTED_PROXIES" doc:"Addresses of reverse proxies whose X-Forwarded-For is believed, such as 127.0.0.1, 10.0.0.0/8. Empty: none."`
	LogLevel       string        `env:"PROJECTR_LOG_LEVEL" default:"info" doc:"debug, info, warn or error."`
	TimeZone       string        `env:"PROJECTR_TIME_ZONE" default:"UTC" doc:"Zone of new organisations, such as America/New_York."`
	Workers        int           `env:"PROJECTR_WORKERS" default:"16" doc:"How many mails are processed at the same time."`
	MaxMailBytes   int64         `env:"PROJECTR_SMTP_MAX_BYTES" default:"26214400" doc:"Largest mail that is accepted, in bytes."`
	SMTPMaxConns   int           `env:"PROJECTR_SMTP_MAX_CONNECTIONS" default:"2000" doc:"SMTP connections at the same time; more are answered 421."`
	SMTPPerIP      int           `env:"PROJECTR_SMTP_MAX_PER_ADDRESS" default:"0" doc:"SMTP connections at the same time from one address; 0 is no limit of its own."`
	SMTPTimeout    time.Duration `env:"PROJECTR_SMTP_TIMEOUT" default:"5m" doc:"How long an SMTP connection may be silent."`
	TLSCert        string        `env:"PROJECTR_SMTP_TLS_CERT" doc:"PEM file with the certificate of the SMTP door. With it and its key, STARTTLS is offered. Empty: that of the HTTP door."`
	TLSKey         string        `env:"PROJECTR_SMTP_TLS_KEY" doc:"PEM file with the key of that certificate."`
	DNS            string        `env:"PROJECTR_DNS" doc:"Server that is asked who may send mail (SPF, DKIM, DMARC), such as 127.0.0.1:53. Empty: the system's. \"off\": nobody is asked, and nothing is known of senders."`
	Clamd          string        `env:"PROJECTR_CLAMD" doc:"Where clamd listens, such as unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310. Mail with a virus is held; while clamd does not answer, mail waits. Empty: mail is not scanned."`
	RelayURL       Secret        `env:"PROJECTR_SMTP_RELAY_URL" doc:"Server that sends our mail: smtp://user:password@host:587 or smtps://…:465. Empty: no mail is sent."`
	RelayFrom      string        `env:"PROJECTR_SMTP_RELAY_FROM" doc:"Sender of our mail. Empty: no-reply@ and PROJECTR_MAIL_DOMAIN."`
	SignUp         string        `env:"PROJECTR_SIGN_UP" default:"operator" doc:"Who may sign up an organisation: \"open\": anybody, which needs PROJECTR_SMTP_RELAY_URL; \"invitation\": whoever the operator invites; \"operator\": nobody, projectr onboard makes them."`
	PrivacyURL     string        `env:"PROJECTR_PRIVACY_URL" doc:"Your privacy notice, linked below the pages before sign-in. Empty: no link."`
	TermsURL       string        `env:"PROJECTR_TERMS_URL" doc:"Your terms, linked there too. Empty: no link."`
	StatusURL      string        `env:"PROJECTR_STATUS_URL" doc:"Where people see whether all is well, linked there too. Empty: no link."`
	SessionIdle    time.Duration `env:"PROJECTR_SESSION_IDLE" default:"336h" doc:"How long a sign-in lasts that is not used: 14 days."`
	SessionLife    time.Duration `env:"PROJECTR_SESSION_LIFE" default:"2160h" doc:"How long a sign-in lasts at most: 90 days."`

	OpenAIKey     Secret        `env:"PROJECTR_OPENAI_API_KEY" doc:"Key of the language model. With it, or with PROJECTR_OPENAI_BASE_URL, mail can be read by a model."`
	OpenAIBase    string        `env:"PROJECTR_OPENAI_BASE_URL" doc:"Any OpenAI-compatible server, such as http://127.0.0.1:8000/v1; without a key where it wants none. Empty: OpenAI."`
	OpenAIModel   string        `env:"PROJECTR_OPENAI_MODEL" default:"gpt-6-luna" doc:"Name of the model; several with commas between are asked in their order."`
	OpenAIPrices  string        `env:"PROJECTR_OPENAI_PRICES" doc:"What models cost: \"free\" for a server of your own, or a JSON file (docs/models.md). Empty: OpenAI's list prices. The price of a model that is not listed is unknown, never nothing."`
	Plans         string        `env:"PROJECTR_PLANS" doc:"JSON file with what is different in your table of plans (docs/plans.md). Empty: the usual plans."`
	AIBudget      string        `env:"PROJECTR_AI_BUDGET" doc:"What you spend on models at most, in US dollars a month for each organisation whose plan costs nothing and has no AI budget, as self_hosted: such as 25 or 12.50. Mail is read by rules beyond it. Empty: any amount."`
	LedgerDays    int           `env:"PROJECTR_LEDGER_DAYS" default:"90" doc:"How many days each call of a model is kept in the ledger; those for mail that is still to be read are kept longer. The sums of days and months are kept for ever."`
	OpenAITimeout time.Duration `env:"PROJECTR_OPENAI_TIMEOUT" default:"1m" doc:"How long a model may take for one answer."`

	StripeKey     Secret `env:"PROJECTR_STRIPE_SECRET_KEY" doc:"Secret or restricted key of Stripe, with which organisations pay for their plans. Empty: the operator sets plans. Run projectr stripe setup once."`
	StripeWebhook Secret `env:"PROJECTR_STRIPE_WEBHOOK_SECRET" doc:"Secret that signs Stripe's events, which are to be sent to PROJECTR_PUBLIC_URL and /hooks/stripe. It goes with the key: serve starts with both or neither."`
	StripeBase    string `env:"PROJECTR_STRIPE_API_BASE" doc:"Another address of Stripe's API, for tests. Empty: Stripe's."`

	TrialPlan string `env:"PROJECTR_TRIAL_PLAN" default:"professional" doc:"Plan of organisations that are signed up where Stripe is set up, while their trial lasts."`
	TrialDays int    `env:"PROJECTR_TRIAL_DAYS" default:"14" doc:"How many days that trial lasts, at least 1. Then mail is received and not read until the organisation subscribes. Without Stripe there is no trial."`

	OIDCIssuer   string `env:"PROJECTR_OIDC_ISSUER" doc:"Address of an OpenID Connect provider at which people sign on, as it writes it itself, such as https://login.example.com/realms/acme. There, people are to be sent back to PROJECTR_PUBLIC_URL and /sign-in/oidc. Empty: none."`
	OIDCClient   string `env:"PROJECTR_OIDC_CLIENT_ID" doc:"Our client id there."`
	OIDCSecret   Secret `env:"PROJECTR_OIDC_CLIENT_SECRET" doc:"Our client secret there. Empty: we are a public client."`
	OIDCName     string `env:"PROJECTR_OIDC_NAME" default:"your company account" doc:"What people call the provider: the button says \"Sign in with\" and this."`
	OIDCAudience string `env:"PROJECTR_OIDC_AUDIENCE" doc:"What the provider calls our API in access tokens. Empty: a token is for our client id, and must say in another way that it is an access token."`
	OIDCDomains  string `env:"PROJECTR_OIDC_DOMAINS" doc:"Domains of the addresses whose owners may sign on, with commas between. Empty: all."`
	OIDCJoins    string `env:"PROJECTR_OIDC_JOINS" doc:"Domains whose proved addresses make viewers, and of which organisation, such as example.com=acme, example.org=acme. Empty: nobody joins without an invitation."`
	OIDCClaims   string `env:"PROJECTR_OIDC_CLAIMS_FROM" doc:"Issuers, with commas between, whose claims organization_id and role decide who belongs where. Only for a provider in which people cannot change these themselves. Empty: none."`
	OIDCProves   string `env:"PROJECTR_OIDC_PROVES_ADDRESSES" doc:"\"yes\": the provider gives only addresses that it has proved, though it does not say so in email_verified, as one company's own Entra. Empty: it has to say so."`
}

// Secret is a value that prints as stars.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "********"
}

// GoString hides the value from %#v too.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the value in JSON and everywhere else.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

var _ encoding.TextMarshaler = Secret("")

// Setting is one row of the manual.
type Setting struct {
	Name    string `json:"name"`
	Default string `json:"default"`
	Value   string `json:"value"`
	Secret  bool   `json:"secret"`
	Doc     string `json:"doc"`
}

// Settings lists every setting with its default and its value in c.
func (c Config) Settings() []Setting {
	var all []Setting
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		_, secret := v.Field(i).Interface().(Secret)
		all = append(all, Setting{
			Name: f.Tag.Get("env"), Default: f.Tag.Get("default"), Doc: f.Tag.Get("doc"),
			Value: fmt.Sprint(v.Field(i).Interface()), Secret: secret,
		})
	}
	return all
}

// Load reads the settings from environ ("NAME=value") over those of file, which
// may be empty, and checks them. An error names the setting.
func Load(environ []string, file string) (Config, error) {
	given := map[string]string{}
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return Config{}, invalid("The settings file %s cannot be read: %v.", file, cause(err))
		}
		defer f.Close()
		if err := readFile(f, file, given); err != nil {
			return Config{}, err
		}
	}
	for _, kv := range environ {
		if name, value, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "PROJECTR_") {
			given[name] = value
		}
	}
	delete(given, "PROJECTR_CONFIG") // names the file itself
	return fill(given)
}

func readFile(r io.Reader, file string, into map[string]string) error {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok || !strings.HasPrefix(name, "PROJECTR_") {
			return invalid("Line %d of %s is not NAME=value with a name that begins with PROJECTR_.", n, file)
		}
		into[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return lines.Err()
}

func fill(given map[string]string) (Config, error) {
	var c Config
	v := reflect.ValueOf(&c).Elem()
	known := map[string]bool{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, isSecret := f.Tag.Get("env"), f.Type == reflect.TypeFor[Secret]()
		known[name] = true
		value, set := given[name]
		if isSecret {
			known[name+"_FILE"] = true
			if path, ok := given[name+"_FILE"]; ok {
				if set {
					return c, invalid("Set %s or %s_FILE, not both.", name, name)
				}
				b, err := os.ReadFile(path)
				if err != nil {
					return c, invalid("%s_FILE cannot be read: %v.", name, cause(err))
				}
				value, set = strings.TrimSpace(string(b)), true
			}
		}
		if !set || value == "" {
			value = f.Tag.Get("default")
		}
		if err := assign(v.Field(i), name, value); err != nil {
			return c, err
		}
	}
	for _, name := range sorted(given) {
		if !known[name] {
			return c, invalid("There is no setting %s. Did you mean %s?", name, nearest(name, known))
		}
	}
	return c, c.check()
}

func assign(v reflect.Value, name, value string) error {
	switch v.Interface().(type) {
	case time.Duration:
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return invalid("%s must be a duration such as 30s or 5m, not %q.", name, value)
		}
		v.SetInt(int64(d))
	case int, int64:
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || n < 0 {
			return invalid("%s must be a whole number, not %q.", name, value)
		}
		v.SetInt(n)
	default:
		v.SetString(value)
	}
	return nil
}

func (c *Config) check() error {
	for name, addr := range map[string]string{"PROJECTR_HTTP_LISTEN": c.HTTPListen, "PROJECTR_SMTP_LISTEN": c.SMTPListen, "PROJECTR_HTTP_REDIRECT_LISTEN": c.RedirectListen} {
		if name == "PROJECTR_SMTP_LISTEN" && addr == "off" || name == "PROJECTR_HTTP_REDIRECT_LISTEN" && addr == "" {
			continue
		}
		_, port, err := net.SplitHostPort(addr)
		if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 {
			return invalid("%s must be host:port, such as 127.0.0.1:8080, not %q.", name, addr)
		}
	}
	if _, err := c.PlanTable(); err != nil {
		return err
	}
	if _, ok := projectr.Plans.Named(c.TrialPlan); !ok {
		return invalid("PROJECTR_TRIAL_PLAN names no plan: %q. Use one such as professional.", c.TrialPlan)
	}
	if c.TrialDays < 1 {
		return invalid("PROJECTR_TRIAL_DAYS must be at least 1, not %d.", c.TrialDays)
	}
	c.MailDomain = strings.ToLower(strings.TrimSuffix(c.MailDomain, "."))
	if strings.ContainsAny(c.MailDomain, "@ /:\"<>") || c.MailDomain == "" {
		return invalid("PROJECTR_MAIL_DOMAIN must be a domain, such as mail.example.com, not %q.", c.MailDomain)
	}
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			return invalid("PROJECTR_PUBLIC_URL must be like https://projectr.example.com, without a path, not %q.", c.PublicURL)
		}
		c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	}
	for name, page := range map[string]string{"PROJECTR_PRIVACY_URL": c.PrivacyURL, "PROJECTR_TERMS_URL": c.TermsURL, "PROJECTR_STATUS_URL": c.StatusURL} {
		if u, err := url.Parse(page); page != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil) {
			return invalid("%s must be the address of a page, such as https://www.example.com/privacy, not %q.", name, page)
		}
	}
	if _, err := c.proxies(); err != nil {
		return invalid("PROJECTR_TRUSTED_PROXIES must be addresses or networks with commas between, such as 127.0.0.1, 10.0.0.0/8, not %q.", c.Proxies)
	}
	if network, addr, ok := strings.Cut(c.Clamd, ":"); c.Clamd != "" && (!ok || addr == "" || network != "unix" && network != "tcp") {
		return invalid("PROJECTR_CLAMD must be unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310, not %q.", c.Clamd)
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		return invalid("PROJECTR_LOG_LEVEL must be debug, info, warn or error, not %q.", c.LogLevel)
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "" {
		return invalid("PROJECTR_TIME_ZONE must be a zone such as America/New_York, not %q.", c.TimeZone)
	}
	if c.Workers < 1 || c.Workers > 256 {
		return invalid("PROJECTR_WORKERS must be between 1 and 256, not %d.", c.Workers)
	}
	if c.LedgerDays < 1 || c.LedgerDays > 36500 {
		return invalid("PROJECTR_LEDGER_DAYS must be between 1 and 36500 days, not %d.", c.LedgerDays)
	}
	if c.MaxMailBytes < 64<<10 || c.MaxMailBytes > 1<<30 {
		return invalid("PROJECTR_SMTP_MAX_BYTES must be between 65536 and 1073741824, not %d.", c.MaxMailBytes)
	}
	if c.HTTPMaxConns < 1 {
		return invalid("PROJECTR_HTTP_MAX_CONNECTIONS must be at least 1, not %d.", c.HTTPMaxConns)
	}
	if c.SMTPMaxConns < 1 {
		return invalid("PROJECTR_SMTP_MAX_CONNECTIONS must be at least 1, not %d.", c.SMTPMaxConns)
	}
	if err := c.checkTLS(); err != nil {
		return err
	}
	switch account.SignUps(c.SignUp) {
	case account.SignUpInvitation, account.SignUpOperator:
	case account.SignUpOpen:
		if c.RelayURL == "" {
			return invalid("PROJECTR_SIGN_UP=open needs PROJECTR_SMTP_RELAY_URL: whoever signs up proves their address by a mail.")
		}
	default:
		return invalid("PROJECTR_SIGN_UP must be open, invitation or operator, not %q.", c.SignUp)
	}
	if c.SessionIdle < 5*time.Minute || c.SessionIdle > c.SessionLife || c.SessionLife > 400*24*time.Hour {
		return invalid("PROJECTR_SESSION_IDLE must be at least 5m and no more than PROJECTR_SESSION_LIFE, which must be at most 9600h (browsers keep no cookie longer), not %v and %v.", c.SessionIdle, c.SessionLife)
	}
	if c.RelayURL != "" {
		u, err := url.Parse(string(c.RelayURL))
		if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
			return invalid("PROJECTR_SMTP_RELAY_URL must be like smtp://user:password@host:587.")
		}
	}
	if c.OpenAIBase != "" {
		u, err := url.Parse(c.OpenAIBase)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return invalid("PROJECTR_OPENAI_BASE_URL must be like https://api.openai.com/v1 or http://127.0.0.1:8000/v1, without a name, a password or a question mark.")
		}
	}
	if len(c.Models()) == 0 {
		return invalid("PROJECTR_OPENAI_MODEL must name a model, such as gpt-6-luna.")
	}
	if err := c.checkSignOn(); err != nil {
		return err
	}
	if c.RelayFrom == "" {
		c.RelayFrom = "no-reply@" + c.MailDomain
	}
	return nil
}

// checkSignOn says what is wrong with the settings of the sign-in provider, but for what
// the provider's own package knows better.
func (c *Config) checkSignOn() error {
	if c.OIDCIssuer == "" {
		for name, value := range map[string]string{
			"PROJECTR_OIDC_CLIENT_ID": c.OIDCClient, "PROJECTR_OIDC_CLIENT_SECRET": string(c.OIDCSecret), "PROJECTR_OIDC_AUDIENCE": c.OIDCAudience,
			"PROJECTR_OIDC_DOMAINS": c.OIDCDomains, "PROJECTR_OIDC_JOINS": c.OIDCJoins, "PROJECTR_OIDC_CLAIMS_FROM": c.OIDCClaims,
		} {
			if value != "" {
				return invalid("%s says something of a sign-in provider, and PROJECTR_OIDC_ISSUER names none.", name)
			}
		}
		return nil
	}
	if c.OIDCClient == "" {
		return invalid("PROJECTR_OIDC_ISSUER needs PROJECTR_OIDC_CLIENT_ID, which the provider gives when Projectr is registered there.")
	}
	if !projectr.IsLine(c.OIDCName, 40) {
		return invalid("PROJECTR_OIDC_NAME must be one line of at most 40 characters, to stand on a button.")
	}
	if c.OIDCProves != "" && c.OIDCProves != "yes" {
		return invalid("PROJECTR_OIDC_PROVES_ADDRESSES must be yes or empty, not %q.", c.OIDCProves)
	}
	joins, err := c.SignOnJoins()
	if err != nil {
		return err
	}
	allowed := list(strings.ToLower(c.OIDCDomains))
	for _, domain := range sorted(joins) {
		if len(allowed) > 0 && !slices.Contains(allowed, domain) {
			return invalid("PROJECTR_OIDC_JOINS lets %s join, and PROJECTR_OIDC_DOMAINS keeps it out: add it there.", domain)
		}
	}
	return nil
}

// SignOnJoins are the domains whose proved addresses make viewers, in lower case, and of
// which organisation.
func (c Config) SignOnJoins() (map[string]string, error) {
	joins := map[string]string{}
	for _, pair := range list(c.OIDCJoins) {
		domain, org, ok := strings.Cut(pair, "=")
		domain, org = strings.ToLower(strings.TrimSpace(domain)), strings.TrimSpace(org)
		if !ok || org == "" || domain == "" || strings.ContainsAny(domain, "@ /") {
			return nil, invalid("PROJECTR_OIDC_JOINS must be like example.com=acme, example.org=acme, not %q.", c.OIDCJoins)
		}
		joins[domain] = org
	}
	return joins, nil
}

// SignOnDomains are the domains whose owners of addresses may sign on; none: all.
func (c Config) SignOnDomains() []string { return list(c.OIDCDomains) }

// ClaimIssuers are the issuers whose claims decide who belongs where.
func (c Config) ClaimIssuers() []string { return list(c.OIDCClaims) }

// list reads what has commas between.
func list(s string) []string {
	var all []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// CheckServe says what keeps an installation from being served that does not keep
// commands from running.
func (c Config) CheckServe() error {
	switch {
	case c.StripeKey != "" && c.StripeWebhook == "":
		return invalid("PROJECTR_STRIPE_SECRET_KEY needs PROJECTR_STRIPE_WEBHOOK_SECRET beside it, which Stripe shows where webhooks are set up: without it nobody's payment would be heard of.")
	case c.StripeKey == "" && c.StripeWebhook != "":
		return invalid("PROJECTR_STRIPE_WEBHOOK_SECRET is of no use without PROJECTR_STRIPE_SECRET_KEY: set that too, or neither.")
	}
	return nil
}

// PlanTable is the table of plans with what the operator has changed in it.
func (c Config) PlanTable() (projectr.PlanTable, error) {
	plans := projectr.Plans
	if c.Plans != "" {
		f, err := os.Open(c.Plans)
		if err != nil {
			return nil, invalid("PROJECTR_PLANS: %s cannot be read: %v.", c.Plans, cause(err))
		}
		defer f.Close()
		if plans, err = projectr.ReadPlans(f); err != nil {
			return nil, err
		}
	}
	if c.AIBudget == "" {
		return plans, nil
	}
	micro, ok := microUSD(c.AIBudget)
	if !ok {
		return nil, invalid("PROJECTR_AI_BUDGET must be US dollars above 0, such as 25 or 12.50, not %q.", c.AIBudget)
	}
	return plans.WithOwnBudget(micro), nil
}

// microUSD reads dollars with at most two digits after the point.
func microUSD(s string) (micro int64, ok bool) {
	whole, part, pointed := strings.Cut(s, ".")
	if pointed && (part == "" || len(part) > 2) || len(whole) > 9 || strings.ContainsFunc(whole+part, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	cents, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	return cents * 10_000, err == nil && cents > 0 && whole != ""
}

// proxies reads the trusted proxies as networks.
func (c Config) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, part := range list(c.Proxies) {
		if a, err := netip.ParseAddr(part); err == nil {
			all = append(all, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// Models are the language models that read, in the order in which they are asked.
// Whether there is a server for them, HasModel says.
func (c Config) Models() []string {
	return list(c.OpenAIModel)
}

// HasModel reports whether the settings name a server of language models.
func (c Config) HasModel() bool { return c.OpenAIKey != "" || c.OpenAIBase != "" }

// URL returns the dashboard's address as people type it.
func (c Config) URL() string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	scheme := "http://"
	if c.HTTPCert != "" {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(c.HTTPListen)
	if err != nil {
		return scheme + c.HTTPListen
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && (ip.IsUnspecified() || ip.IsLoopback())) {
		host = "localhost" // browsers take secure cookies from it without TLS
	}
	return scheme + net.JoinHostPort(host, port)
}

func invalid(format string, args ...any) error {
	return &projectr.Error{Kind: projectr.Invalid, Message: fmt.Sprintf(format, args...)}
}

// cause strips the path and operation from a file error: the sentence names them.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func sorted(m map[string]string) []string {
	var names []string
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// nearest returns the known name with the smallest edit distance.
func nearest(name string, known map[string]bool) string {
	best, at := "", 1<<30
	var names []string
	for k := range known {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		if d := distance(name, k); d < at {
			best, at = k, d
		}
	}
	return best
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost = 1 + min(diagonal, row[j], row[j-1])
			}
			diagonal, row[j] = row[j], cost
		}
	}
	return row[len(b)]
}
