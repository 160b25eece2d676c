// Package sender finds out whether a mail is from whom it says, when it arrives
// over SMTP: by SPF (RFC 7208), DKIM (RFC 6376, 8301, 8463), DMARC (RFC 7489) and,
// for mail that was passed on, ARC (RFC 8617). What a mail says of itself in an
// Authentication-Results field is not read: anybody can write one.
//
// Signatures are verified here rather than by a library because ARC needs the
// same canonical forms and keys for fields of other names, the clock must come in
// as a field, and lookups need one budget for the whole mail. SPF is ours because
// the rules for ill-formed records (RFC 7208 §4.6) are part of its test suite.
package sender

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"projectr"
)

// defaultBudget is the time for the lookups of one mail.
const defaultBudget = 5 * time.Second

// maxSignatures is how many DKIM signatures of a mail are looked at; those of
// the author's organisation come first.
const maxSignatures = 10

// Checker finds out who a mail is from. Its fields are set before the first
// Check; it is safe for concurrent use and must not be copied after.
type Checker struct {
	Resolver Resolver         // nil: the DNS is not asked, so nothing is known of anybody
	Budget   time.Duration    // for the lookups of one mail; 0 means 5 s
	Now      func() time.Time // nil: the system's clock
	Log      *slog.Logger     // may be nil

	names names
}

func (c *Checker) budget() time.Duration {
	if c.Budget > 0 {
		return c.Budget
	}
	return defaultBudget
}

func (c *Checker) now() time.Time {
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	return now()
}

// Check says what is known of the sender of a mail that came with env. It reads
// raw once, from its header on, holds no more of it than 1 MiB of header, and
// reads the body only where a signature needs it. Beside reading it takes no
// longer than the budget. It has no error: what cannot be found out now is a
// temperror, and the result none.
func (c *Checker) Check(ctx context.Context, env projectr.Envelope, raw io.Reader) (a projectr.Authentication) {
	defer c.survive(func() {
		a = projectr.Authentication{Result: projectr.AuthNone, Note: noteUnknown}
	})
	ctx, cancel := context.WithTimeout(ctx, c.budget())
	defer cancel()

	buf := bufio.NewReaderSize(raw, 64<<10)
	fields, headerErr := readHeader(buf)
	if headerErr != nil && !errors.Is(headerErr, errHeader) {
		c.warn("mail", headerErr)
		return projectr.Authentication{Result: projectr.AuthNone, Note: noteUnknown}
	}
	h := newHeader(fields)
	domain, why, odd := author(h)
	a = projectr.Authentication{Result: projectr.AuthNone, Domain: domain, Note: why}
	if odd {
		a.Result = projectr.AuthFail
	}
	if c.Resolver == nil {
		if why == "" {
			a.Note = noteOff
		}
		return a
	}
	// A header that was not read to its end has no signature that could be checked.
	m := &mail{h: h, arc: &arcChain{}, arcWord: none}
	if headerErr == nil {
		m.collect(domain)
	}
	var rules dmarcRecord
	var found string
	var spfWord, spfDomain string
	var work sync.WaitGroup
	// Side by side, so that no domain can spend the time of another's: whoever
	// sends a mail chooses the envelope's domain, and how slowly it answers.
	c.start(&work, func() {
		if public(env.Remote) {
			spfWord = tempError
			spfWord, spfDomain = askSPF(c.lookups(ctx), env)
		}
	})
	c.start(&work, func() {
		if strings.Contains(domain, ".") {
			found = tempError
			rules, a.Policy, found = findDMARC(c.lookups(ctx), domain)
		}
	})
	c.start(&work, func() { m.lookUpKeys(c.lookups(ctx)) })
	readErr := headerErr
	if readErr == nil && m.wantsBody() {
		readErr = m.hash(buf)
	}
	work.Wait()

	m.verify(c.now(), readErr)
	a.SPF, a.SPFDomain = spfWord, spfDomain
	a.DKIM, a.DKIMBy = m.dkim()
	a.ARC = m.arcWord
	if a.ARC == pass {
		a.ARCBy, a.ARCSaw = m.arc.sealer(), m.arc.saw
	}
	if domain != "" {
		m.judge(&a, rules, found)
	}
	c.warn("mail", readErr)
	c.warn("budget", ctx.Err())
	return a
}

func (c *Checker) warn(what string, err error) {
	if c.Log != nil && err != nil {
		c.Log.Warn("a sender was not checked in full", "for", what, "err", err)
	}
}

// start runs f beside the rest; should it panic, what it found out is lost.
func (c *Checker) start(work *sync.WaitGroup, f func()) {
	work.Go(func() {
		defer c.survive(func() {})
		f()
	})
}

// survive is deferred: a mail that makes the check panic costs its own result.
func (c *Checker) survive(then func()) {
	p := recover()
	if p == nil {
		return
	}
	if c.Log != nil {
		c.Log.Error("checking a sender broke", "panic", p, "stack", string(debug.Stack()))
	}
	then()
}

// shared are the addresses of RFC 6598, which relays within a house have too.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// public reports whether SPF can say something of an address: mail from one that
// is not on the Internet came through a relay of our own.
func public(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsValid() && a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a)
}

// askSPF checks the envelope sender, or HELO for the null sender (RFC 7208 §2.3,
// §2.4); domain is the one that was asked about.
func askSPF(l *lookups, env projectr.Envelope) (word, domain string) {
	at := strings.LastIndexByte(env.From, '@')
	name, from := env.From[at+1:], ""
	if env.From == "" {
		name = env.Helo
	}
	if domain = domainName(name); domain == "" {
		return none, ""
	}
	if env.From != "" {
		from = env.From[:at+1] + domain
	}
	return checkSPF(l, env.Remote, from, env.Helo), domain
}

// mail is the signatures of one mail while they are checked.
type mail struct {
	h      *header
	dkims  []*check
	arc    *arcChain
	hashes map[string]*bodyHash // by canonical form

	arcWord string
	arcKeys arcKeys
	arcErr  error
}

// check is one DKIM signature on its way.
type check struct {
	*signature
	rank int // the smaller, the earlier
	key  key
	err  error // nil: it holds, so far
}

// collect reads the signatures of the header.
func (m *mail) collect(author string) {
	for _, at := range m.h.places["dkim-signature"] {
		s, err := parseDKIM(m.h.fields[at], at)
		if s == nil {
			s = &signature{}
		}
		m.dkims = append(m.dkims, &check{signature: s, rank: rank(s, err, author), err: err})
	}
	slices.SortStableFunc(m.dkims, func(a, b *check) int { return a.rank - b.rank })
	m.dkims = m.dkims[:min(len(m.dkims), maxSignatures)]
	m.arc, m.arcWord = parseARC(m.h)

	m.hashes = map[string]*bodyHash{}
	for _, d := range m.dkims {
		if d.err == nil {
			m.hashes[d.body] = newBodyHash(d.body)
		}
	}
	if m.arcWord == "" {
		m.hashes[m.arc.newer.body] = newBodyHash(m.arc.newer.body)
	}
}

// rank puts signatures of the author first, and those that cannot hold last.
func rank(s *signature, err error, author string) int {
	switch {
	case err != nil:
		return 2
	case !aligned(s.domain, author, false):
		return 1
	}
	return 0
}

func (m *mail) wantsBody() bool { return len(m.hashes) > 0 }

// lookUpKeys gets all keys, and never touches a hash: those are made meanwhile.
func (m *mail) lookUpKeys(l *lookups) {
	for _, d := range m.dkims {
		if d.err != nil {
			continue
		}
		d.key, d.err = lookUpKey(l, d.signature)
		switch {
		case d.err != nil:
		case d.key.testing:
			d.err = bad(neutral, "its domain only tries it out")
		case d.key.strict && d.identity != d.domain:
			d.err = bad(permError, "i is below its domain")
		}
	}
	if m.arcWord == "" {
		m.arcKeys, m.arcErr = m.arc.keys(l)
	}
}

// hash reads the body once, for all canonical forms that are needed.
func (m *mail) hash(body io.Reader) error {
	var to []io.Writer
	for _, b := range m.hashes {
		to = append(to, b)
	}
	_, err := io.CopyBuffer(io.MultiWriter(to...), onlyReader{body}, make([]byte, 64<<10))
	return err
}

// onlyReader hides WriteTo, by which bufio would hand on its own small pieces.
type onlyReader struct{ io.Reader }

// verify comes when keys and hashes are there.
func (m *mail) verify(now time.Time, readErr error) {
	type body struct {
		sum    []byte
		length int64
	}
	bodies := map[string]body{}
	for form, b := range m.hashes {
		sum, length := b.finish()
		bodies[form] = body{sum, length}
	}
	for _, d := range m.dkims {
		switch {
		case d.err != nil:
		case readErr != nil:
			d.err = readErr
		default:
			d.err = d.holds(d.key, m.h, bodies[d.body].sum, bodies[d.body].length, now)
		}
	}
	if m.arcWord != "" {
		return
	}
	err := m.arcErr
	if err == nil {
		err = readErr
	}
	if err == nil {
		b := bodies[m.arc.newer.body]
		err = m.arc.holds(m.arcKeys, m.h, b.sum, b.length, now)
	}
	switch wordOf(err) {
	case pass:
		m.arcWord = pass
	case tempError:
		m.arcWord = tempError
	default:
		m.arcWord = fail
	}
}

// dkim sums up the signatures: pass where one holds, else the word that leaves
// most open.
func (m *mail) dkim() (word string, by []string) {
	words := map[string]bool{}
	for _, d := range m.dkims {
		w := wordOf(d.err)
		words[w] = true
		if w == pass && !slices.Contains(by, d.domain) {
			by = append(by, d.domain)
		}
	}
	for _, w := range []string{pass, tempError, policy, neutral, fail, permError} {
		if words[w] {
			return w, by
		}
	}
	return none, nil
}

// has reports whether a signature of an aligned domain came to this word.
func (m *mail) has(word, author string, strict bool) bool {
	return slices.ContainsFunc(m.dkims, func(d *check) bool {
		return wordOf(d.err) == word && aligned(d.domain, author, strict)
	})
}

// judge fills in DMARC, the result and the note. found is what findDMARC said.
func (m *mail) judge(a *projectr.Authentication, rules dmarcRecord, found string) {
	author := a.Domain
	spfIs := func(word string, strict bool) bool {
		return a.SPF == word && aligned(a.SPFDomain, author, strict)
	}
	byDKIM, bySPF := m.has(pass, author, rules.strictDKIM), spfIs(pass, rules.strictSPF)
	open := m.has(tempError, author, rules.strictDKIM) || spfIs(tempError, rules.strictSPF)
	a.DMARC = found
	switch found {
	case "": // there are rules, or the domain has one label and can have none
		switch {
		case !strings.Contains(author, "."):
		case byDKIM || bySPF:
			a.DMARC, a.Result = pass, projectr.AuthPass
		case open:
			a.DMARC = tempError
		default:
			a.DMARC, a.Result = fail, projectr.AuthFail
		}
	case tempError:
		// Whatever the rules are, they are kept by the very domain.
		byDKIM, bySPF = m.has(pass, author, true), spfIs(pass, true)
		if byDKIM || bySPF {
			a.Result = projectr.AuthPass
		}
	default: // no rules that can be read
		switch {
		case byDKIM || bySPF:
			a.Result = projectr.AuthPass
		case spfIs(fail, false) && !open:
			a.Result = projectr.AuthFail
		}
	}
	a.Note = note(*a, byDKIM)
}

const (
	noteUnknown = "Who sent this could not be checked."
	noteOff     = "Nothing is known about who sent this: senders are not checked here."
)

// note says the results in one sentence.
func note(a projectr.Authentication, byDKIM bool) string {
	says := ""
	switch {
	case a.Result == projectr.AuthPass && byDKIM:
		return a.Domain + " vouches for this mail (DKIM)."
	case a.Result == projectr.AuthPass:
		return a.Domain + " vouches for this mail (SPF)."
	case a.Result == projectr.AuthFail && a.DMARC == fail:
		says = "The mail says it is from " + a.Domain + ", but that domain's rules (DMARC) say it is not"
	case a.Result == projectr.AuthFail:
		says = "The mail says it is from " + a.Domain + ", but that domain's rules (SPF) say it is not"
	case a.DMARC == tempError || a.SPF == tempError || a.DKIM == tempError:
		says = "Who sent this could not be checked: the DNS did not answer in time"
	case a.DMARC == none && (a.SPF == none || a.SPF == "") && a.DKIM == none:
		says = "Nothing is known about who sent this: " + a.Domain + " publishes no rules"
	default:
		says = "Nothing is known about who sent this: " + a.Domain + " does not vouch for it"
	}
	if a.ARC == pass && a.ARCSaw == pass {
		return says + "; " + a.ARCBy + ", which passed it on, says that it was when it came there."
	}
	return says + "."
}
