package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"projectr"
	"projectr/app"
	"projectr/demo"
)

const demoHelp = `
Serves a fresh installation in a temporary folder, with two invented firms whose
mail is sent through its own SMTP door, and a new mail every half minute. Prints
the dashboard's address and the sign-ins. Nothing outside this machine is
needed. Ctrl-C stops it and removes the folder; --keep DIR keeps it in DIR.`

// trickle is the time between two mails that go on arriving.
const trickle = 30 * time.Second

func (p *program) demo(ctx context.Context, args []string) error {
	f := p.flags("demo")
	keep := f.String("keep", "", "")
	if words, err := parsed(f, args); err != nil {
		return err
	} else if len(words) > 0 {
		return usagef("demo takes no words. Run `projectr help demo`.")
	}
	c, err := p.settings("")
	if err != nil {
		return err
	}
	c.DataDir = *keep
	if c.DataDir == "" {
		if c.DataDir, err = os.MkdirTemp("", "projectr-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(c.DataDir)
	}
	if _, err := os.Stat(filepath.Join(c.DataDir, "projectr.db")); err == nil {
		return &projectr.Error{Kind: projectr.Conflict, Message: c.DataDir + " holds an installation already: give --keep a new folder, or use `projectr serve`."}
	}
	c.HTTPListen, c.SMTPListen = free(c.HTTPListen), free(c.SMTPListen)
	if c.MailDomain == "localhost" {
		c.MailDomain = "demo.localhost"
	}
	if c.LogLevel == "info" {
		c.LogLevel = "warn" // the demo's own words are what people should see
	}

	clock := &demoClock{}
	p.now = clock.now
	d := &demonstration{program: p, config: c, clock: clock}
	return p.serveHome(ctx, c, p.err, d.run)
}

// free returns addr, or the same host with a port the system chooses when
// another program has that one: a demo should not fail for it.
func free(addr string) string {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		l.Close()
		return addr
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	return net.JoinHostPort(host, "0")
}

// demoClock lives through the weeks of the demo's mail, then tells the time.
type demoClock struct{ past atomic.Pointer[time.Time] }

func (c *demoClock) now() time.Time {
	if t := c.past.Load(); t != nil {
		return *t
	}
	return time.Now().UTC()
}

type demonstration struct {
	*program
	config app.Config
	clock  *demoClock
}

// run fills the installation, says where it is, and keeps mail coming.
func (d *demonstration) run(ctx context.Context, s served) error {
	began := time.Now().UTC()
	firms, err := demo.Firms()
	if err != nil {
		return err
	}
	history, err := demo.History(began)
	if err != nil {
		return err
	}
	if len(history) > 0 {
		d.at(history[0].Date.AddDate(0, 0, -1))
	}
	var signIns []signIn
	for _, firm := range firms {
		in, err := d.found(ctx, s.home, firm)
		if err != nil {
			return fmt.Errorf("create %s: %w", firm.Name, err)
		}
		signIns = append(signIns, in...)
	}
	fmt.Fprintf(d.err, "Sending %d mails of the last weeks through the SMTP door ...\n", len(history))
	for _, m := range history {
		d.at(m.Date.Add(40 * time.Second)) // it came in soon after it was written
		if err := d.send(s.doors, m); err != nil {
			return fmt.Errorf("send a mail of the demo: %w", err)
		}
		if err := settled(ctx, s.waiting); err != nil {
			return err
		}
	}
	d.clock.past.Store(nil)
	d.say(s, signIns, time.Since(began))

	tick := time.NewTicker(trickle)
	defer tick.Stop()
	for n := 100; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			m, err := demo.Trickle(n, time.Now())
			if err != nil {
				return err
			}
			if err := d.send(s.doors, m); err != nil && ctx.Err() == nil {
				return fmt.Errorf("send a mail of the demo: %w", err)
			}
		}
	}
}

func (d *demonstration) at(t time.Time) { t = t.UTC(); d.clock.past.Store(&t) }

// settled waits until no mail waits in the spool.
func settled(ctx context.Context, waiting func() int) error {
	for waiting() > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil
}

type signIn struct {
	firm     demo.Firm
	person   demo.Person
	password string
}

// found creates a firm with its projects and people.
func (d *demonstration) found(ctx context.Context, h *home, firm demo.Firm) ([]signIn, error) {
	c := d.config
	c.TimeZone = firm.Zone
	admin := firm.People[0]
	if _, err := app.Onboard(ctx, c, h.store, h.accounts, nil, app.Onboarding{Name: firm.Name, Address: firm.Address, AdminEmail: admin.Email, AdminName: admin.Name}, d.now()); err != nil {
		return nil, err
	}
	org, err := h.store.AsOperator(ctx, firm.Address, "demo")
	if err != nil {
		return nil, err
	}
	patterns, err := firm.Correspondents()
	if err != nil {
		return nil, err
	}
	for _, p := range patterns {
		if _, err := org.SaveSender(ctx, p, true); err != nil {
			return nil, err
		}
	}
	for _, p := range firm.Projects {
		if _, err := org.CreateProject(ctx, p); err != nil {
			return nil, err
		}
	}
	var all []signIn
	for _, who := range firm.People {
		u, _, err := h.accounts.AddMember(ctx, org, who.Email, who.Name, who.Role)
		if err != nil {
			return nil, err
		}
		secret := strings.ToLower(rand.Text())
		password := secret[:5] + "-" + secret[5:10] + "-" + secret[10:15]
		if err := h.accounts.SetPassword(ctx, u, password); err != nil {
			return nil, err
		}
		all = append(all, signIn{firm, who, password})
	}
	return all, nil
}

// send hands one mail to the installation's own SMTP door.
func (d *demonstration) send(doors app.Doors, m demo.Mail) error {
	if doors.SMTP == nil {
		return &projectr.Error{Kind: projectr.Invalid, Message: "The demo needs the SMTP door: unset PROJECTR_SMTP_LISTEN."}
	}
	c, err := smtp.Dial(doors.SMTP.Addr().String())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SendMail(m.From, []string{m.Firm + "@" + d.config.MailDomain}, bytes.NewReader(m.Raw)); err != nil {
		return err
	}
	return c.Quit()
}

// say prints where the demo is and how to get in.
func (d *demonstration) say(s served, signIns []signIn, took time.Duration) {
	url := s.home.config.URL()
	if d.json {
		var rows []map[string]string
		for _, in := range signIns {
			rows = append(rows, map[string]string{"organisation": in.firm.Name, "address": in.firm.Address + "@" + d.config.MailDomain, "email": in.person.Email, "password": in.password, "role": string(in.person.Role)})
		}
		_ = d.line(map[string]any{"url": url, "smtp": addressOf(s.doors), "sign_ins": rows})
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nProjectr is ready (filled in %.1f s). Two invented firms, their mail of the last weeks, one new mail every half minute.\n\n  Dashboard   %s\n\n  Sign in as\n", took.Seconds(), url)
	for _, in := range signIns {
		fmt.Fprintf(&b, "    %-28s %-7s %-28s password %s\n", in.firm.Name, in.person.Role, in.person.Email, in.password)
	}
	fmt.Fprintf(&b, "\n  Mail in     ")
	for i, in := range signIns {
		if i == 0 || in.firm.Address != signIns[i-1].firm.Address {
			fmt.Fprintf(&b, "%s@%s  ", in.firm.Address, d.config.MailDomain)
		}
	}
	first := signIns[0].firm
	job := ""
	if len(first.Projects) > 0 {
		job = "+" + first.Projects[0].JobNumber
	}
	fmt.Fprintf(&b, "\n\n  Send one of your own (swaks is a Debian and Homebrew package):\n    swaks --server %s --from you@%s --to %s%s@%s \\\n      --header 'Subject: Door hardware' --body 'We decided to use lever sets. Please send the revised schedule by Friday.'\n  From another address it waits in Review, under Quarantine, until an admin allows it.\n\n  Ctrl-C stops the demo.\n",
		addressOf(s.doors), projectr.DomainOf(first.People[0].Email), first.Address, job, d.config.MailDomain)
	_, _ = io.WriteString(d.out, b.String())
}
