// Package app ties the chosen parts of an installation together: its
// configuration, the onboarding of an organisation, and serving mail and HTTP
// in one process. Which parts those are, cmd chooses.
package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"projectr"
	"projectr/account"
	"projectr/api"
	"projectr/billing"
	"projectr/ingest"
	"projectr/smtpd"
	"projectr/store"
)

// Mailer sends a mail of ours and returns when it was taken.
type Mailer interface {
	Send(ctx context.Context, m projectr.Outgoing) error
}

// Parts is what an installation is made of.
type Parts struct {
	Store    *store.Store
	Accounts *account.Accounts
	SignOn   *account.SignOn  // nil: nobody signs on at a provider
	Billing  *billing.Billing // nil: no payment provider is set up
	Prices   string           // version of the list by which calls of models are priced
	Pipeline *ingest.Pipeline
	Waiting  func() int // mails in the spool
	Letters  *Letters   // nil: no mail of ours is sent
	Web      http.Handler
	Version  string
	Now      func() time.Time
	Log      *slog.Logger
}

// Doors are the addresses an installation listens on. They are opened before
// anything else is touched, so that a port in use stops the start cleanly.
type Doors struct {
	HTTP     net.Listener
	HTTPS    *tls.Config  // of the HTTP door; nil: plain HTTP
	Redirect net.Listener // answers plain HTTP with a redirect; nil: nothing does
	SMTP     net.Listener // nil when the SMTP door is closed
	TLS      *tls.Config  // for STARTTLS; nil without a certificate

	issued *issued // where certificates come by ACME
}

// Listen opens the doors that c names. log hears of certificates.
func Listen(c Config, log *slog.Logger) (Doors, error) {
	return listenAll(c, nil, log)
}

// listenAll is Listen with a client that reaches the ACME server; nil: the usual one.
func listenAll(c Config, client *http.Client, log *slog.Logger) (Doors, error) {
	var d Doors
	err := d.secure(c, client, log)
	if err != nil {
		return d, err
	}
	if d.HTTP, err = listen("PROJECTR_HTTP_LISTEN", c.HTTPListen); err != nil {
		return d, err
	}
	if c.RedirectListen != "" {
		if d.Redirect, err = listen("PROJECTR_HTTP_REDIRECT_LISTEN", c.RedirectListen); err != nil {
			d.Close()
			return d, err
		}
	}
	if c.SMTPListen != "off" {
		if d.SMTP, err = listen("PROJECTR_SMTP_LISTEN", c.SMTPListen); err != nil {
			d.Close()
			return d, err
		}
	}
	return d, nil
}

// Close closes the doors again.
func (d Doors) Close() {
	for _, l := range []net.Listener{d.HTTP, d.Redirect, d.SMTP} {
		if l != nil {
			l.Close()
		}
	}
}

func listen(name, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		return l, nil
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, &projectr.Error{Kind: projectr.Unavailable, Err: err,
			Message: fmt.Sprintf("The address %s is in use by another program: stop it, or set %s to another port.", addr, name)}
	}
	return nil, &projectr.Error{Kind: projectr.Invalid, Err: err,
		Message: fmt.Sprintf("Nothing can listen on %s: check %s.", addr, name)}
}

// grace is how long what was begun may take when the process is told to stop.
const grace = 20 * time.Second

// Serve serves mail and HTTP until ctx ends, then finishes what it accepted.
// It closes the doors.
func Serve(ctx context.Context, c Config, d Doors, p Parts) error {
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	closing := make(chan struct{})
	nudged := make(chan struct{}, 1)
	nudge := func() {
		select {
		case nudged <- struct{}{}:
		default: // it is to be looked at already
		}
	}
	trail := api.NewTrail(p.Accounts, p.Now)
	var pays api.Billing
	if p.Billing != nil { // else the interface would not be nil
		pays = p.Billing
	}
	web := &http.Server{
		Handler: api.Handler(api.Config{
			Billing: pays, Prices: p.Prices,
			Accounts: p.Accounts, SignOn: p.SignOn, Web: p.Web, Ready: p.Store.Ready, Waiting: p.Waiting, MailDomain: c.MailDomain,
			Nudge: nudge, Release: p.Pipeline.ReleaseOne, Reread: p.Pipeline.Reread, Price: p.Pipeline.PriceSettings, Redeliver: p.Pipeline.Redeliver, Sample: p.Pipeline.SendSample,
			Pages:     api.Pages{Privacy: c.PrivacyURL, Terms: c.TermsURL, Status: c.StatusURL},
			PublicURL: c.URL(), Proxies: proxies, Version: p.Version, Now: p.Now, Log: p.Log, Closing: closing, Trail: trail,
		}),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(p.Log.Handler(), slog.LevelDebug),
	}
	mail := smtpd.New(smtpd.Config{
		Domain: c.MailDomain, Door: p.Pipeline, MaxBytes: c.MaxMailBytes,
		MaxConns: c.SMTPMaxConns, MaxPerAddr: c.SMTPPerIP, Timeout: c.SMTPTimeout,
		TLS: d.TLS, Now: p.Now, Log: p.Log,
	})

	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	failed := make(chan error, 4)
	go func() {
		var door net.Listener = newHTTPDoor(d.HTTP, c.HTTPMaxConns, c.HTTPPerIP, proxies)
		if d.HTTPS != nil {
			door = tls.NewListener(door, d.HTTPS) // above the door: a handshake counts there, and has its time
		}
		failed <- sooner(web.Serve(door), "HTTP door")
	}()
	plain := &http.Server{
		Handler: d.plain(c.URL()), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second,
		IdleTimeout: 10 * time.Second, MaxHeaderBytes: 8 << 10, ErrorLog: web.ErrorLog,
	}
	if d.Redirect != nil {
		go func() {
			failed <- sooner(plain.Serve(newHTTPDoor(d.Redirect, c.HTTPMaxConns, c.HTTPPerIP, proxies)), "redirecting listener")
		}()
	}
	if d.issued != nil {
		go d.issued.fetch(work)
	}
	if d.SMTP != nil {
		go func() { failed <- sooner(mail.Serve(d.SMTP), "SMTP door") }()
	}
	go every(work, releaseEvery, nudged, func() {
		if err := p.Pipeline.ReleaseHeld(work); err != nil && work.Err() == nil {
			p.Log.Warn("mail that waits was not let in", "err", err)
		}
	})
	go every(work, eraseEvery, nil, func() {
		if err := p.Store.EraseDue(work); err != nil && work.Err() == nil {
			p.Log.Warn("organisations whose time has come are not all deleted", "err", err)
		}
	})
	go func() {
		// First: nobody is told that a budget is used up which the operator has raised.
		if err := resumeReadings(work, p.Store); err != nil && work.Err() == nil {
			p.Log.Warn("what waits for AI budget is not all looked at again", "err", err)
		}
		every(work, limitsEvery, nil, func() {
			if err := tellOfLimits(work, p.Store, p.Log); err != nil && work.Err() == nil {
				p.Log.Warn("it was not looked at whether limits are near", "err", err)
			}
		})
	}()
	go every(work, pruneEvery, nil, func() {
		if err := pruneLedgers(work, p.Store, p.Now(), c.LedgerDays); err != nil && work.Err() == nil {
			p.Log.Warn("old calls and payments are not all pruned", "err", err)
		}
	})
	if p.Billing != nil {
		go every(work, reconcileEvery, nil, func() {
			if err := p.Billing.Reconcile(work); err != nil && work.Err() == nil {
				p.Log.Warn("not every subscription was compared with the payment provider's", "err", err)
			}
		})
		go every(work, closeEvery, nil, func() {
			if err := warnOfClosing(work, p.Store, p.Log); err != nil && work.Err() == nil {
				p.Log.Warn("not every organisation that nobody pays for was looked at", "err", err)
			}
		})
		go every(work, remindEvery, nil, func() {
			if err := p.Billing.Remind(work); err != nil && work.Err() == nil {
				p.Log.Warn("not all admins are told of their payments", "err", err)
			}
		})
		go every(work, useEvery, nil, func() {
			if err := p.Billing.TellUse(work); err != nil && work.Err() == nil {
				p.Log.Warn("use is not all told to the payment provider", "err", err)
			}
		})
	}
	flush := func(ctx context.Context) {
		if err := trail.Flush(ctx); err != nil && ctx.Err() == nil {
			p.Log.Warn("refused requests were not noted yet", "err", err)
		}
	}
	go every(work, trailEvery, nil, func() { flush(work) })
	reread, tick := make(chan struct{}), time.NewTicker(rereadEvery)
	defer tick.Stop()
	go func() {
		defer close(reread)
		p.Pipeline.ReadOn(work, tick.C)
	}()
	posted := make(chan struct{})
	go func() {
		defer close(posted)
		if p.Letters == nil {
			return
		}
		every(work, lettersEvery, nil, func() {
			if err := p.Letters.SendDue(work); err != nil && work.Err() == nil {
				p.Log.Warn("letters wait", "err", err)
			}
		})
	}()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := p.Pipeline.Run(work, c.Workers); err != nil && !errors.Is(err, context.Canceled) {
			failed <- fmt.Errorf("mail road: %w", err)
		}
	}()

	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	p.Log.Info("stopping", "grace", grace)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	close(closing)
	if e := mail.Shutdown(last); e != nil {
		p.Log.Warn("SMTP connections were cut", "err", e)
	}
	if e := web.Shutdown(last); e != nil {
		p.Log.Warn("HTTP requests were cut", "err", e)
	}
	if e := plain.Shutdown(last); e != nil {
		p.Log.Warn("redirects were cut", "err", e)
	}
	flush(last)
	stop()
	for _, ended := range []chan struct{}{done, reread, posted} {
		select {
		case <-ended:
		case <-last.Done():
			p.Log.Warn("mails in work were left for the next start")
		}
	}
	return err
}

// releaseEvery is how soon mail that waits is let in after another process has
// resumed its organisation or allowed its sender.
const releaseEvery = 5 * time.Second

// eraseEvery is how soon an organisation is deleted after the day its admins chose.
const eraseEvery = 10 * time.Minute

// reconcileEvery is how long an event of the payment provider that never came costs.
const reconcileEvery = 24 * time.Hour

// useEvery is how soon the payment provider is told of use. It must be well below the hour
// for which Stripe keeps an invoice open after its period.
const useEvery = 15 * time.Minute

// trailEvery is how long refused requests of strangers are counted before the sum is
// noted.
const trailEvery = time.Minute

// rereadEvery is how soon it is looked whether a model that was silent is to be asked
// again. Mail that comes is looked at when it comes.
const rereadEvery = 5 * time.Second

// every calls f now and then, and when it is nudged, until ctx ends.
func every(ctx context.Context, d time.Duration, nudged <-chan struct{}, f func()) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		f()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-nudged:
		}
	}
}

// sooner turns a server's end into an error, except the end we asked for.
func sooner(err error, what string) error {
	if err == nil || errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
