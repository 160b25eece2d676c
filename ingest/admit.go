package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"projectr"
	"projectr/store"
)

// admission is what becomes of a mail before anybody reads it.
type admission struct {
	verdict projectr.Verdict
	state   projectr.EmailState // quarantined or held; empty when it is let in
	why     string              // a sentence for people
	by      string              // names the rules it was decided by
	ownList bool                // it came through a mailing list of the organisation

	uncounted bool // it is no mail of its day's usage yet
}

// admit says what becomes of a mail of this organisation.
func (p *Pipeline) admit(ctx context.Context, org store.Org, r draft, virus string) (admission, error) {
	k, err := p.doorkeeper(ctx, org)
	if err != nil {
		return admission{}, err
	}
	c := callerOf(projectr.Email{EnvelopeFrom: r.from, Authentication: r.auth, Confirmation: r.msg.Confirmation, From: r.msg.From})
	a := k.admit(c)
	a.by, a.ownList = k.name(), k.ownList(r.msg.ListID)
	if virus != "" {
		a = admission{verdict: projectr.Refused, state: projectr.Held, by: a.by, why: "A virus was found in it (" + virus + "): it is kept and never opened. Tell the sender."}
	}
	return a, nil
}

// caller is who sends a mail in, as far as admission looks at it.
type caller struct {
	authors  []string // addresses in From, the first one first
	envelope string   // reverse-path
	auth     projectr.Authentication
	asks     bool // a mail provider asks whether it may forward mail here
}

// doorkeeper knows who may send mail to one organisation.
type doorkeeper struct {
	waits   string // why mail is kept and not read; empty: it is read
	full    string // the month whose mails are used up, YYYY-MM; empty: there is room
	most    int64  // mails a month, where full
	proved  bool   // mail is let in only where it is proved who sent it
	rules   []projectr.SenderRule
	people  map[string]string // normal address of each member, and the name
	domains map[string]bool   // domains of members that are a firm's own
}

// doorkeeper reads who may send now.
func (p *Pipeline) doorkeeper(ctx context.Context, org store.Org) (doorkeeper, error) {
	info, err := org.Info(ctx)
	if err != nil {
		return doorkeeper{}, err
	}
	decided, err := org.Settings(ctx)
	if err != nil {
		return doorkeeper{}, err
	}
	k := doorkeeper{waits: info.Waits(p.Now()), proved: decided.RequireAuthentication, people: map[string]string{}, domains: map[string]bool{}}
	if k.most = p.Store.Plans.Of(info).Emails; k.most > 0 {
		used, err := org.Used(ctx)
		if err != nil {
			return k, err
		}
		if used.Emails >= k.most {
			k.full = used.Month
		}
	}
	if k.rules, err = org.Senders(ctx); err != nil {
		return k, err
	}
	members, err := org.Members(ctx)
	if err != nil {
		return k, err
	}
	for _, m := range members {
		if m.User.Disabled {
			continue
		}
		normal, _ := projectr.NormalAddress(m.User.Email)
		k.people[normal] = m.User.Name
		if d := projectr.DomainOf(normal); d != "" && !projectr.PublicProvider(d) {
			k.domains[d] = true
		}
	}
	return k, nil
}

// rule returns the rule that is closest to an address, nil when none is about it.
func (k doorkeeper) rule(addr string) *projectr.SenderRule {
	var best *projectr.SenderRule
	at := 0
	for i := range k.rules {
		if n := k.rules[i].Fits(addr); n > at {
			best, at = &k.rules[i], n
		}
	}
	return best
}

// anyone is why mail of an address is let in of which nothing more is known.
const anyone = "Anyone may send."

// knows says why mail of an address is let in; empty when nothing speaks for it.
func (k doorkeeper) knows(addr string) string {
	if addr == "" {
		return ""
	}
	normal, alias := projectr.NormalAddress(addr)
	if alias != "" {
		alias = " " + alias
	}
	if name, ok := k.people[normal]; ok {
		return name + " is a member." + alias
	}
	if r := k.rule(addr); r != nil && r.Allow {
		if r.Pattern == "*" {
			return anyone
		}
		return "Mail of " + r.Pattern + " is allowed." + alias
	}
	if d := projectr.DomainOf(normal); k.domains[d] {
		return "Members have addresses at " + d + "."
	}
	return ""
}

// admit says whether a mail is read, held or kept back. A limit holds a mail, it
// never loses one (I-11). An author is let in when somebody of the organisation
// has that address or domain, or a rule allows it, unless the mail proves not to
// be of that author. Whoever forwards all mail of a mailbox is let in as the
// owner of that mailbox. Where the organisation asks for it, who speaks for the mail has
// to be proved. A rule that blocks either of them counts before all. While the
// organisation is suspended, strangers' mail goes where it always goes.
func (k doorkeeper) admit(c caller) admission {
	a := k.knownOrNot(c)
	switch {
	case a.state != "":
	case k.waits != "":
		return admission{verdict: projectr.HeldBack, state: projectr.Held, why: k.waits}
	case k.full != "":
		return overLimit(k.most)
	}
	return a
}

// overLimit holds a mail that is one more than the plan is for. It is no mail of any
// month until it is read.
func overLimit(most int64) admission {
	return admission{verdict: projectr.HeldBack, state: projectr.Held, uncounted: true,
		why: fmt.Sprintf("The %d mails of this month's plan are used up: it is kept, and read when the month turns or the plan grows.", most)}
}

func (k doorkeeper) knownOrNot(c caller) admission {
	back := func(why string) admission {
		return admission{verdict: projectr.Refused, state: projectr.Quarantined, why: why}
	}
	for _, addr := range append([]string{c.envelope}, c.authors...) {
		if r := k.rule(addr); r != nil && !r.Allow && addr != "" && (r.Pattern != "*" || k.knows(addr) == "" && !c.auth.Imported) {
			return back("Mail of " + strings.Replace(r.Pattern, "*", "anyone else", 1) + " is blocked.")
		}
	}
	if c.auth.Imported { // who runs the installation answers for it (ADR 0033)
		return admission{verdict: projectr.Accepted, why: "Whoever runs this installation imported it, and answers for who sent it."}
	}
	failed := c.auth.Result == projectr.AuthFail
	genuine := c.auth.Result == projectr.AuthPass || !k.proved && !failed // as far as is asked for here
	if c.asks && genuine {
		return admission{verdict: projectr.Accepted, why: "A mail provider asks whether it may forward mail here."}
	}
	author, byAuthor, byMailbox := "", "", ""
	for i, addr := range slices.Backward(c.authors) { // of several, who is not known counts
		if why := k.knows(addr); i == len(c.authors)-1 || why == "" || byAuthor != "" {
			author, byAuthor = addr, why
		}
	}
	if (c.auth.SPF == "pass" || c.auth.SPF == "") && !sameMailbox(author, c.envelope) { // anybody can write an envelope; empty: nobody could ask
		if byMailbox = k.knows(c.envelope); byMailbox == anyone || k.proved && c.auth.SPF == "" {
			byMailbox = "" // that says nothing about who forwards
		}
	}
	switch {
	case !genuine && byAuthor != "" && k.vouched(c.auth):
		return admission{verdict: projectr.Accepted, why: byAuthor + " " + c.auth.ARCBy + " forwarded it, and saw that it is genuine."}
	case failed:
		return back(cmp.Or(c.auth.Note, "The mail is not from whom it says it is from."))
	case byAuthor != "" && genuine:
		return admission{verdict: projectr.Accepted, why: byAuthor}
	case byMailbox != "":
		return admission{verdict: projectr.Accepted, why: "It was forwarded by a mailbox that is known here: " + byMailbox}
	case byAuthor != "":
		return back("Nothing proves that " + author + " sent it, and this organisation asks for that: an admin can let it in.")
	case author == "":
		return back("The mail does not say who it is from: an admin can let it in.")
	}
	return back(fmt.Sprintf("%s is not known here yet: an admin can allow this sender.", author))
}

// ownList reports whether a mailing list (RFC 2919) is one of a member's domain.
func (k doorkeeper) ownList(id string) bool {
	for d := range k.domains {
		if strings.HasSuffix(id, "."+d) {
			return true
		}
	}
	return false
}

func sameMailbox(a, b string) bool {
	x, _ := projectr.NormalAddress(a)
	y, _ := projectr.NormalAddress(b)
	return x == y
}

// forwarders are large mail providers whose ARC seal (RFC 8617) is believed: they
// check what they forward. An unknown sealer could write whatever it likes.
var forwarders = []string{"google.com", "microsoft.com", "outlook.com", "office365.com", "yahoo.com", "icloud.com", "messagingengine.com", "fastmail.com", "zoho.com", "protonmail.ch", "mimecast.com", "pphosted.com"}

// vouched reports whether a forwarder that is believed saw the mail pass DMARC
// before it changed it.
func (k doorkeeper) vouched(a projectr.Authentication) bool {
	return a.ARC == "pass" && a.ARCSaw == "pass" && (slices.Contains(forwarders, a.ARCBy) || k.domains[a.ARCBy])
}
