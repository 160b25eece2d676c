package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"projectr"
	"projectr/account"
	"projectr/app"
	"projectr/billing"
	"projectr/extract"
	"projectr/file"
	"projectr/ingest"
	"projectr/local"
	"projectr/oidc"
	"projectr/openai"
	"projectr/sender"
	"projectr/store"
	"projectr/store/sqlite"
	"projectr/stripe"
	"projectr/web"
)

// The ports of a self-hosted home, joined to their adapters.
var (
	_ ingest.Spool   = (*local.Spool)(nil)
	_ store.Blobs    = (*local.Files)(nil)
	_ app.Mailer     = local.Relay{}
	_ ingest.Checker = (*sender.Checker)(nil)
	_ ingest.Scanner = local.Clamd{}
	_ ingest.Files   = (*file.Child)(nil)
	_ extract.Model  = (*openai.Model)(nil)
	_ ingest.Model   = (*extract.ByModel)(nil)

	_ account.Provider = (*oidc.Provider)(nil)
	_ billing.Payments = (*stripe.Payments)(nil)
)

// home is a self-hosted installation: SQLite and files in one data folder.
type home struct {
	config   app.Config
	store    *store.Store
	accounts *account.Accounts
	mailer   app.Mailer // nil without a relay
	close    func()
}

// open opens the data folder. It works beside a running serve on the same one.
func (p *program) open(ctx context.Context, c app.Config) (*home, error) {
	if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
		return nil, &projectr.Error{Kind: projectr.Invalid, Err: err,
			Message: fmt.Sprintf("The data folder %s cannot be made: check PROJECTR_DATA_DIR and its permissions.", c.DataDir)}
	}
	db, err := sqlite.Open(ctx, filepath.Join(c.DataDir, "projectr.db"), sqlite.Options{})
	if err != nil {
		return nil, err
	}
	files := &local.Files{Dir: filepath.Join(c.DataDir, "blobs")}
	plans, err := c.PlanTable()
	if err != nil {
		db.Close()
		return nil, err
	}
	st := store.New(db, files, p.now)
	st.Plans = plans
	st.Check, st.Link = extract.Check, extract.Link
	accounts, err := account.New(st, p.now, rand.Reader, account.DefaultParams)
	if err != nil {
		db.Close()
		return nil, err
	}
	if accounts.Key, err = local.Key(filepath.Join(c.DataDir, "seal.key"), account.KeySize, rand.Reader); err != nil {
		db.Close()
		return nil, err
	}
	accounts.Idle, accounts.Life = c.SessionIdle, c.SessionLife
	accounts.SignUps, accounts.TimeZone, accounts.Mails = account.SignUps(c.SignUp), c.TimeZone, c.RelayURL != ""
	accounts.Origin = c.URL()
	if c.StripeKey != "" { // else nobody could pay when it has ended
		accounts.Plan, accounts.Trial = c.TrialPlan, time.Duration(c.TrialDays)*24*time.Hour
	}
	h := &home{config: c, store: st, accounts: accounts, close: func() { db.Close() }}
	if c.RelayURL != "" {
		h.mailer = local.Relay{URL: string(c.RelayURL), From: c.RelayFrom, Now: p.now}
	}
	return h, nil
}

// home opens the data folder that the settings name.
func (p *program) home(ctx context.Context) (*home, error) {
	c, err := p.settings("")
	if err != nil {
		return nil, err
	}
	return p.open(ctx, c)
}

const serveHelp = `
Serves until it is told to stop (Ctrl-C or SIGTERM), then finishes what it
accepted. Settings come from PROJECTR_… variables, or from a file of NAME=value
lines named by --config.`

func (p *program) serve(ctx context.Context, args []string) error {
	f := p.flags("serve")
	file := f.String("config", "", "")
	if words, err := parsed(f, args); err != nil {
		return err
	} else if len(words) > 0 {
		return usagef("serve takes no words. Run `projectr help serve`.")
	}
	c, err := p.settings(*file)
	if err != nil {
		return err
	}
	return p.serveHome(ctx, c, p.err, nil)
}

// served is an installation that is being served.
type served struct {
	home    *home
	doors   app.Doors
	waiting func() int // mails in the spool
}

// serveHome serves the installation that c describes until ctx ends. ready, if
// given, is called once the doors are open, while mail is being served; its
// error ends the serving.
func (p *program) serveHome(ctx context.Context, c app.Config, logs io.Writer, ready func(context.Context, served) error) error {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return err
	}
	if err := c.CheckServe(); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: level}))
	doors, err := app.Listen(c, log)
	if err != nil {
		return err
	}
	defer doors.Close()
	release, err := local.Lock(c.DataDir)
	if err != nil {
		return err
	}
	defer release()
	h, err := p.open(ctx, c)
	if err != nil {
		return err
	}
	defer h.close()
	if err := h.store.SweepBlobs(ctx); err != nil { // no reason not to serve
		log.Error("raw mail of deleted organisations is left", "err", err)
	}
	waitsIn := filepath.Join(c.DataDir, "spool")
	if err := os.MkdirAll(waitsIn, 0o700); err != nil {
		return err
	}
	road, err := h.pipeline(c, nil, log, p.now)
	if err != nil {
		return err
	}
	spool, err := local.OpenSpool(waitsIn, local.SpoolOptions{MaxMail: c.MaxMailBytes, Log: log, Found: road.Waits})
	if err != nil {
		return err
	}
	defer spool.Close()
	road.Spool = spool
	// With port 0 the system chose: say what people can type.
	c.HTTPListen = doors.HTTP.Addr().String()
	h.config = c
	signOn, provider, err := h.signOn(c, p.now)
	if err != nil {
		return err
	}
	log.Info("serving", "dashboard", c.URL(), "http", c.HTTPListen, "smtp", addressOf(doors), "mail", "*@"+c.MailDomain, "data", c.DataDir, "waiting", spool.Waiting())

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if provider != nil {
		go h.greet(ctx, c, provider, log) // mail is received whatever the provider does
	}
	readied := make(chan error, 1)
	if ready != nil {
		go func() {
			err := ready(ctx, served{h, doors, spool.Waiting})
			readied <- err
			if err != nil {
				cancel()
			}
		}()
	}
	pays, err := h.billing(c, log, p.now)
	if err != nil {
		return err
	}
	prices, err := pricesOf(c)
	if err != nil {
		return err
	}
	err = app.Serve(ctx, c, doors, app.Parts{
		Store:    h.store,
		Accounts: h.accounts,
		SignOn:   signOn,
		Billing:  pays,
		Prices:   prices.Version,
		Pipeline: road,
		Waiting:  spool.Waiting,
		Letters:  h.letters(c, log, p.now),
		Web:      web.Handler(),
		Version:  Version,
		Now:      p.now,
		Log:      log,
	})
	select {
	case failed := <-readied:
		if err == nil && !errors.Is(failed, context.Canceled) {
			err = failed
		}
	default:
	}
	return err
}

// payments is the account at Stripe that the settings name, nil where they name none.
func payments(c app.Config, now func() time.Time) (*stripe.Payments, error) {
	if c.StripeKey == "" {
		return nil, nil
	}
	return stripe.New(stripe.Options{Key: string(c.StripeKey), WebhookSecret: string(c.StripeWebhook), Base: c.StripeBase, Now: now})
}

// billing is what organisations pay by that account, nil without one.
func (h *home) billing(c app.Config, log *slog.Logger, now func() time.Time) (*billing.Billing, error) {
	p, err := payments(c, now)
	if p == nil {
		return nil, err
	}
	return &billing.Billing{Store: h.store, Payments: p, Now: now, Log: log}, nil
}

// signOn is the sign-on at the provider that the settings name, and the provider; nil
// where they name none. Nothing is asked of the provider yet.
func (h *home) signOn(c app.Config, now func() time.Time) (*account.SignOn, *oidc.Provider, error) {
	if c.OIDCIssuer == "" {
		return nil, nil, nil
	}
	p, err := oidc.New(oidc.Options{
		Issuer: c.OIDCIssuer, ClientID: c.OIDCClient, ClientSecret: string(c.OIDCSecret), RedirectURL: c.URL() + "/sign-in/oidc",
		Audience: c.OIDCAudience, Domains: c.SignOnDomains(), ClaimsFrom: c.ClaimIssuers(), ProvesAddresses: c.OIDCProves == "yes",
		Now: now, Rand: rand.Reader,
	})
	if err != nil {
		return nil, nil, err
	}
	s := h.accounts.NewSignOn(p)
	s.Name = c.OIDCName
	s.Joins, err = c.SignOnJoins()
	return s, p, err
}

// greet says in the log whether the sign-in provider can be reached, and whether those who
// join by it have where to.
func (h *home) greet(ctx context.Context, c app.Config, p *oidc.Provider, log *slog.Logger) {
	log = log.With("issuer", c.OIDCIssuer)
	if joins, err := c.SignOnJoins(); err == nil {
		for domain, org := range joins {
			if _, err := h.store.OrgNamed(ctx, org); projectr.KindOf(err) == projectr.NotFound && err != nil {
				log.Warn("PROJECTR_OIDC_JOINS names an organisation that is not there: whoever would join it is not let in", "domain", domain, "org", org)
			}
		}
	}
	switch err := p.Ready(ctx); {
	case err == nil:
		log.Info("people can sign on at the provider", "back", c.URL()+"/sign-in/oidc")
	case ctx.Err() == nil:
		log.Warn("the sign-in provider is not reached: nobody can sign on there until it is, and it is asked again when somebody wants to. All else works", "err", err)
	}
}

// letters is what sends mails about people's accounts; nil without a relay.
func (h *home) letters(c app.Config, log *slog.Logger, now func() time.Time) *app.Letters {
	if h.mailer == nil {
		return nil
	}
	return &app.Letters{Store: h.store, Post: h.accounts.Post, Mailer: h.mailer, URL: c.URL(), Now: now, Log: log}
}

// pipeline is the road of mail with its parts of this home. spool may be nil where no
// mail comes in, or before it is open.
func (h *home) pipeline(c app.Config, spool ingest.Spool, log *slog.Logger, now func() time.Time) (*ingest.Pipeline, error) {
	p := &ingest.Pipeline{
		Store: h.store, Spool: spool, Extractor: extract.Rules{}, MailDomain: c.MailDomain, Now: now, Log: log,
		Checker: &sender.Checker{Resolver: sender.SystemResolver(c.DNS), Now: now, Log: log},
		Jitter:  mathrand.Float64,
	}
	model, err := byModel(c, now, log)
	if err != nil {
		return nil, err
	}
	if model != nil {
		p.Model = model
	}
	if h.mailer != nil {
		p.Asked = app.Asked(c, h.mailer, log)
	}
	if c.Clamd != "" {
		p.Scanner = local.Clamd{Address: c.Clamd}
	}
	self, err := os.Executable()
	if err != nil {
		log.Warn("files that come with mail are not read: the program does not know where it is", "err", err)
		return p, nil
	}
	p.Files = &file.Child{Path: self, Args: []string{"read-file"}}
	return p, nil
}

// byModel is the reader by the language models that the settings name, nil where they
// name no server. All mails of an installation share one, and its breaker.
func byModel(c app.Config, now func() time.Time, log *slog.Logger) (*extract.ByModel, error) {
	if !c.HasModel() {
		return nil, nil
	}
	m, err := openai.New(openai.Options{Key: string(c.OpenAIKey), BaseURL: c.OpenAIBase, Timeout: c.OpenAITimeout, Now: now})
	if err != nil {
		return nil, err
	}
	prices, err := pricesOf(c)
	if err != nil {
		return nil, err
	}
	b := extract.NewByModel(m, c.Models(), prices, now, log)
	b.Limits.Time = max(b.Limits.Time, 3*c.OpenAITimeout)
	return b, nil
}

// pricesOf is what the settings say of the prices of models.
func pricesOf(c app.Config) (projectr.Prices, error) {
	switch c.OpenAIPrices {
	case "":
		return projectr.ListPrices(), nil
	case "free":
		return projectr.FreePrices(), nil
	}
	f, err := os.Open(c.OpenAIPrices)
	if err != nil {
		return projectr.Prices{}, &projectr.Error{Kind: projectr.Invalid, Message: fmt.Sprintf("PROJECTR_OPENAI_PRICES: %s cannot be read: %v.", c.OpenAIPrices, errors.Unwrap(err))}
	}
	defer f.Close()
	return projectr.ReadPrices(f)
}

func addressOf(d app.Doors) string {
	if d.SMTP == nil {
		return "off"
	}
	return d.SMTP.Addr().String()
}
