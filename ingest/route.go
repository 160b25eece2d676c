package ingest

import (
	"context"
	"slices"
	"sync"
	"time"

	"projectr"
)

// Recipient says whether mail for rcpt is taken here: nil, NotFound for an
// unknown mail-in name, Forbidden for a domain that is not ours, OverLimit for an
// organisation that keeps as much mail as its plan is for (I-11). Mail-in names
// are public by design, so the answer gives nothing away (I-21).
func (p *Pipeline) Recipient(ctx context.Context, rcpt string) error {
	name, _, domain, ok := projectr.SplitRecipient(rcpt)
	if !ok || domain != p.MailDomain {
		return &projectr.Error{Kind: projectr.Forbidden, Message: "We take mail for " + p.MailDomain + " only."}
	}
	if p.names.known(name, p.Now()) {
		return nil
	}
	org, err := p.Store.AtAddress(ctx, name)
	if err != nil {
		return err
	}
	info, err := org.Info(ctx)
	if err != nil {
		return err
	}
	if most := p.Store.Plans.Of(info).StorageBytes; most > 0 {
		used, err := org.Used(ctx)
		if err != nil {
			return err
		}
		if used.Bytes >= most {
			return &projectr.Error{Kind: projectr.OverLimit, Message: "This organisation's storage is full: try again when it has made room or changed its plan."}
		}
	}
	p.names.keep(name, p.Now())
	return nil
}

// names remembers mail-in names that were found lately, so that a burst of mail
// does not ask the database for each. A name that is given up in between costs
// nothing: the road asks again.
type names struct {
	mu    sync.Mutex
	until map[string]time.Time
}

const (
	nameLife = 10 * time.Second
	maxNames = 10_000
)

func (n *names) known(name string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return now.Before(n.until[name])
}

func (n *names) keep(name string, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.until == nil || len(n.until) >= maxNames {
		n.until = map[string]time.Time{}
	}
	n.until[name] = now.Add(nameLife)
}

// stop is one place a mail goes to: an organisation by its mail-in name, and
// the plus tag that names a project, if there was one.
type stop struct{ name, tag string }

// addressOf returns the mail-in address of a stop.
func (p *Pipeline) addressOf(s stop) string {
	if s.tag == "" {
		return s.name + "@" + p.MailDomain
	}
	return s.name + "+" + s.tag + "@" + p.MailDomain
}

// route turns envelope recipients into stops, each once. A bare address adds
// nothing where the same organisation was also named with a tag. astray are the
// recipients that name nothing.
func route(rcpts []string) (stops []stop, astray []string) {
	tagged := map[string]bool{}
	for _, r := range rcpts {
		name, tag, _, ok := projectr.SplitRecipient(r)
		switch {
		case !ok:
			astray = append(astray, r)
		case !slices.Contains(stops, stop{name, tag}):
			stops = append(stops, stop{name, tag})
			tagged[name] = tagged[name] || tag != ""
		}
	}
	return slices.DeleteFunc(stops, func(s stop) bool { return s.tag == "" && tagged[s.name] }), astray
}
