package ingest

import (
	"context"
	"slices"

	"projectr"
)

// Recipient says whether mail for rcpt is taken here: nil, NotFound for an
// unknown mail-in name, Forbidden for a domain that is not ours. Mail-in names
// are public by design, so the answer gives nothing away (I-21).
func (p *Pipeline) Recipient(ctx context.Context, rcpt string) error {
	name, _, domain, ok := projectr.SplitRecipient(rcpt)
	if !ok || domain != p.MailDomain {
		return &projectr.Error{Kind: projectr.Forbidden, Message: "We take mail for " + p.MailDomain + " only."}
	}
	_, err := p.Store.AtAddress(ctx, name)
	return err
}

// stop is one place a mail goes to: an organisation by its mail-in name, and
// the plus tag that names a project, if there was one.
type stop struct{ name, tag string }

// route turns envelope recipients into stops, each once. A bare address adds
// nothing where the same organisation was also named with a tag.
func route(rcpts []string) []stop {
	var stops []stop
	tagged := map[string]bool{}
	for _, r := range rcpts {
		name, tag, _, ok := projectr.SplitRecipient(r)
		if !ok || slices.Contains(stops, stop{name, tag}) {
			continue
		}
		stops = append(stops, stop{name, tag})
		tagged[name] = tagged[name] || tag != ""
	}
	return slices.DeleteFunc(stops, func(s stop) bool { return s.tag == "" && tagged[s.name] })
}
