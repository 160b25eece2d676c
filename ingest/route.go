package ingest

import (
	"context"
	"slices"

	"projectr"
)

// Recipient says whether mail for rcpt is taken here: nil, NotFound for an
// unknown mail-in name, Forbidden for a domain that is not ours, OverLimit for an
// organisation that keeps as much mail as its plan is for, what waits in the spool
// for it included (I-11). Mail-in names
// are public by design, so the answer gives nothing away (I-21).
func (p *Pipeline) Recipient(ctx context.Context, rcpt string) error {
	name, _, domain, ok := projectr.SplitRecipient(rcpt)
	if !ok || domain != p.MailDomain {
		return &projectr.Error{Kind: projectr.Forbidden, Message: "We take mail for " + p.MailDomain + " only."}
	}
	return p.hasRoom(ctx, name)
}

// stop is one place a mail goes to: an organisation by its mail-in name, and
// the plus tag that names a project, if there was one.
type stop struct {
	name, tag string
	shared    bool // an earlier stop is the same organisation's, and counts the bytes
}

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
		case !slices.Contains(stops, stop{name: name, tag: tag}):
			stops = append(stops, stop{name: name, tag: tag})
			tagged[name] = tagged[name] || tag != ""
		}
	}
	stops = slices.DeleteFunc(stops, func(s stop) bool { return s.tag == "" && tagged[s.name] })
	for i, s := range stops {
		stops[i].shared = slices.ContainsFunc(stops[:i], func(before stop) bool { return before.name == s.name })
	}
	return stops, astray
}
