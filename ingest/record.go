package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"projectr"
	"projectr/extract"
	"projectr/match"
	"projectr/message"
	"projectr/store"
)

// extract reads the facts out of a mail. A reader that fails costs the facts,
// not the mail; the warning tells people. in is the mail in whose text msg stands; nil
// for one that came by itself.
func (p *Pipeline) extract(ctx context.Context, msg, in *message.Message) reading {
	res, err := func() (res extract.Result, err error) {
		defer p.recovered(ctx, &err)
		return p.Extractor.Extract(ctx, msg)
	}()
	if err != nil {
		p.Log.WarnContext(ctx, "mail not read", "err", err)
		return reading{warning: "The facts of this mail could not be read."}
	}
	return checked(msg, in, res)
}

// checked takes from a reader only values of facts, and has those of a mail that is
// flagged wait for a person, whoever read them.
func checked(msg, in *message.Message, res extract.Result) reading {
	res.Flags = extract.Flags(msg, in)
	res.Facts = extract.Hold(msg.Text, extract.Keep(msg, res.Facts), res.Flags)
	return reading{Result: res}
}

// with adds what read finds in the files of a mail.
func (r *reading) with(msg *message.Message, texts map[int]projectr.FileText, read func(*message.Message) reading) {
	facts, flags := inFiles(msg, texts, read)
	r.Facts = append(slices.Clone(r.Facts), extract.Hold(msg.Text, facts, r.Flags)...)
	r.Flags = append(slices.Clone(r.Flags), flags...)
}

type reading struct {
	extract.Result
	warning string
	at      time.Time // zero: nobody read it
}

// readFacts reads a mail and the files that came with it, by rules: nobody waits for a
// model here. Where a model is to read it, that is a later reading.
func (p *Pipeline) readFacts(ctx context.Context, org store.Org, r draft) (reading, error) {
	res := p.byRules(ctx, r.msg.Message, r.in, r.texts)
	res.at = p.Now()
	s, err := org.Settings(ctx)
	if err == nil {
		res.Again, err = p.modelReads(ctx, org, s)
	}
	return res, err
}

// byRules reads a mail and its files. The mails inside it are read for themselves; in
// is the one in whose text a mail stands that is inside another, else nil.
func (p *Pipeline) byRules(ctx context.Context, msg, in *message.Message, texts map[int]projectr.FileText) reading {
	res := p.extract(ctx, withoutInner(msg), in)
	res.with(msg, texts, func(letter *message.Message) reading { return p.extract(ctx, letter, nil) })
	return res
}

// withoutInner is a mail as its newest author wrote it: what it forwards is no
// more read than what it quotes.
func withoutInner(msg *message.Message) *message.Message {
	if len(msg.Forwarded) == 0 {
		return msg
	}
	own := *msg
	own.Forwarded = nil
	own.Spans = slices.Clone(msg.Spans)
	for i := range own.Spans {
		switch own.Spans[i].Kind {
		case projectr.SpanForwarded, projectr.SpanForwardHeader:
			own.Spans[i].Kind = projectr.SpanQuoted
		}
	}
	return &own
}

// draft is what the stages found out about one mail for one organisation.
type draft struct {
	id        projectr.EmailID
	tag       string // of the plus-address it came in by
	digest    projectr.Digest
	size      int64
	shared    bool   // another record of the delivery counts its bytes
	from      string // envelope sender
	received  time.Time
	dated     time.Time // when it is from, by others; zero: nobody knows
	msg       letter
	inner     []letter // mails inside it
	auth      projectr.Authentication
	admission admission
	texts     map[int]projectr.FileText // of its files and those of mails inside it
	thread    projectr.Thread
	project   projectr.ProjectID
	passages  []projectr.Passage // about projects other than project
	aside     []projectr.Passage // such by which it is not filed
	match     projectr.Match
	rule      projectr.FilingRuleID // by which it is filed
	reading   reading
	cameBy    *projectr.EmailID // the mail it came in inside of
	in        *message.Message  // that mail, where this one stands in its text
	copyOf    *projectr.EmailID // the mail that it brought once more
	better    bool              // which was known only from inside others so far
	arrivals  []projectr.Arrival
	uncounted bool
}

// file notes where a mail belongs.
func (d *draft) file(f match.Filing) {
	d.project, d.passages, d.aside, d.match, d.rule = f.Project, f.Passages, f.SetAside, f.Match, f.Rule
}

// automatic says that a mail is kept and shown as what it is, and not read: a
// machine wrote it, it is an invitation, or it came through a mailing list. A list
// of the firm's own is how its people write to one another, and is read.
func (d draft) automatic() bool {
	if d.msg.Automatic == "list" && d.admission.ownList {
		return d.msg.Invitation != nil
	}
	return d.msg.Automatic != "no" && d.msg.Automatic != "" || d.msg.Invitation != nil || d.msg.Confirmation != nil
}

// compose makes the one record of a mail. It depends on nothing but the draft,
// ids included, so that recording a mail twice is recording it once.
func compose(d draft) (projectr.Recording, error) {
	e := projectr.Email{
		ID:           d.id,
		MessageID:    d.msg.MessageID,
		Subject:      d.msg.Subject,
		From:         some(d.msg.From),
		To:           some(d.msg.To),
		Cc:           some(d.msg.Cc),
		Date:         d.date(),
		ReceivedAt:   d.received,
		ThreadID:     d.thread.ID,
		State:        projectr.InReview,
		SHA256:       d.digest,
		Size:         d.size,
		Verdict:      d.admission.verdict,
		Snippet:      snippet(cmp.Or(strings.TrimSpace(d.msg.Reply), d.msg.Text)),
		Attachments:  some(d.msg.Attachments),
		Match:        d.match,
		Reply:        d.reading.RequiresResponse,
		Automatic:    d.msg.Automatic,
		Warnings:     some(d.msg.Warnings),
		Extractor:    d.reading.Extractor,
		EnvelopeFrom: d.from,
		Tag:          d.tag,
		Facts:        []projectr.Fact{},
		Flags:        some(d.reading.Flags),
		ReadAgain:    d.reading.Again,

		Authentication: d.auth,
		Why:            d.admission.why,
		CameBy:         d.cameBy,
		CopyOf:         d.copyOf,
		Invitation:     d.msg.Invitation,
		Confirmation:   d.msg.Confirmation,
	}
	if len(d.msg.Forwarded) > maxUnrolled && len(d.inner) > 0 {
		e.Warnings = append(e.Warnings, fmt.Sprintf("Only the first %d mails inside it are kept as mails of their own.", maxUnrolled))
	}
	if d.reading.warning != "" {
		e.Warnings = append(e.Warnings, d.reading.warning)
	}
	r := projectr.Recording{
		Body:       projectr.Body{Text: d.msg.Text, Spans: some(d.msg.Spans), HTML: d.msg.HTML != ""},
		References: named(d.msg.Message),
		Thread:     d.thread,
		Arrivals:   d.arrivals,
		Better:     d.better,
		Uncounted:  d.uncounted,
		Shared:     d.shared,
		Rule:       d.rule,
		Files:      map[int]projectr.FileText{},
	}
	for _, a := range e.Attachments {
		if t, ok := d.texts[a.N]; ok {
			r.Files[a.N] = t
		}
	}
	if d.project != "" {
		e.ProjectID = &d.project
	}
	kind := projectr.MailInReview
	switch {
	case d.copyOf != nil:
		e.State, e.ProjectID = projectr.Filed, nil
	case d.admission.state != "":
		e.State, e.ProjectID = d.admission.state, nil
		kind = projectr.MailHeld
		if e.State == projectr.Quarantined {
			kind = projectr.MailKeptBack
		}
		if e.Verdict == projectr.Refused {
			// What a stranger claims to answer ties nothing together, and costs nothing.
			// Nor does a mail with a virus, whoever sends it.
			r.References, r.Uncounted = nil, true
		}
		r.Uncounted = r.Uncounted || d.admission.uncounted
	case d.automatic():
		e.State, kind = projectr.Automatic, projectr.MailAutomatic
		if e.Confirmation != nil {
			r.References = nil
		}
	default:
		if e = d.placed(e); e.State == projectr.Filed {
			kind = projectr.MailFiled
		}
	}
	if e.State == projectr.Filed || e.State == projectr.InReview {
		var err error
		if r.Likeness, err = d.msg.likeness(); err != nil {
			return r, err
		}
		if d.copyOf != nil && !d.better {
			r.Likeness = projectr.Likeness{}
		}
	}
	r.Email = e
	r.Reading = d.first(e)
	if d.copyOf != nil {
		return r, nil // it tells of nothing new
	}
	timelines := e.Projects()
	if len(timelines) == 0 {
		timelines = []projectr.ProjectID{""}
	}
	actor := projectr.Actor{Kind: "mail", Name: sender(e)}
	event := func(k projectr.EventKind, on projectr.ProjectID, about string) projectr.Event {
		return projectr.Event{
			ID: projectr.EventID("ev_" + hash(string(d.id), string(k), about)), Kind: k, At: e.Date,
			ProjectID: on, EmailID: &d.id, Actor: actor,
		}
	}
	for i, p := range timelines {
		about := ""
		if i > 0 {
			about = string(p)
		}
		told := event(kind, p, about)
		told.Note = e.Subject
		r.Events = append(r.Events, told)
	}
	for i, f := range d.reading.Facts {
		f.ID = projectr.FactID("fa_" + hash(string(d.id), string(f.Kind), fmt.Sprint(i, f.Start, f.End)))
		f.EmailID, f.ProjectID = d.id, e.FiledOn(f)
		f.State, f.By, f.At = projectr.FactOpen, d.reading.Extractor, e.Date
		f.Affects = some(f.Affects)
		r.Email.Facts = append(r.Email.Facts, f)
		ev := event(projectr.FactExtracted, f.ProjectID, string(f.ID))
		ev.FactID, ev.Note = &f.ID, f.Text
		r.Events = append(r.Events, ev)
	}
	if e.State == projectr.Filed && e.ProjectID != nil && len(e.Passages) == 0 && d.thread.Project == "" {
		r.Thread.Project = d.project // later mails of the thread follow the first that was sure
	}
	return r, nil
}

// placed files a mail that was let in and read: on its project, by its passages, or
// both. Without a project of its own it is filed only when all of its facts stand in
// passages; else a person is asked where the rest belongs.
func (d draft) placed(e projectr.Email) projectr.Email {
	e.SetAside = some(d.aside)
	if d.project == "" && len(d.passages) == 0 {
		return e
	}
	e.State, e.Passages = projectr.Filed, some(d.passages)
	if slices.ContainsFunc(d.reading.Facts, e.Stray) {
		e.State, e.Passages, e.SetAside = projectr.InReview, []projectr.Passage{}, d.passages
		e.Match.Confidence = 0
		e.Match.Reasons = []projectr.Reason{{Kind: "none", Text: "It is about several projects, and not all of what it says stands in a passage about one of them."}}
		e.Match.Candidates = slices.Clone(e.Match.Candidates)
		for i := range e.Match.Candidates { // none is sure
			c := &e.Match.Candidates[i]
			c.Confidence = min(c.Confidence, 1/float64(len(e.Match.Candidates)))
			e.Match.Confidence = max(e.Match.Confidence, c.Confidence)
		}
	}
	return e
}

// first is the reading that gave the facts of e; nil when nobody read it.
func (d draft) first(e projectr.Email) *projectr.Reading {
	if d.reading.at.IsZero() {
		return nil
	}
	r := &projectr.Reading{
		EmailID: d.id, At: d.reading.at, By: projectr.Actor{Kind: "mail", Name: sender(e)}, Extractor: cmp.Or(d.reading.Extractor, extract.RulesName), Version: d.reading.Version,
		Why: "received", State: projectr.ReadingCurrent, Again: d.reading.Again, Note: d.reading.warning, Reply: d.reading.RequiresResponse, Flags: d.reading.Flags,
		Calls: d.reading.Calls, CostMicro: projectr.CostOf(d.reading.Calls),
	}
	if r.Again {
		r.Due = r.At
	}
	return r
}

// parked makes the record of a mail that cannot be processed.
func parked(id projectr.EmailID, d projectr.Delivery) (projectr.Recording, error) {
	r, err := compose(draft{
		id: id, digest: d.Digest, size: d.Size, from: d.Envelope.From, received: d.Envelope.ReceivedAt, dated: d.Envelope.Dated, auth: verdictOf(d.Envelope),
		admission: admission{verdict: projectr.Accepted, state: projectr.Parked, uncounted: true}, // at the limit it is shown too
		msg: letter{Message: &message.Message{
			Subject:   "Mail that could not be read",
			Automatic: "no",
			Warnings:  []string{"This mail could not be read. Its original is kept: download it, or ask the sender to send it again."},
		}},
		thread: alone(id),
		match:  projectr.Match{Reasons: []projectr.Reason{{Kind: "none", Text: "The mail could not be read."}}, Candidates: []projectr.Candidate{}},
	})
	if err != nil {
		return r, err
	}
	r.Events[0].Kind = projectr.MailParked
	r.Email.From = []projectr.MailAddress{{Address: d.Envelope.From}}
	return r, nil
}

// date returns the mail's own date. Where that is missing, before there was mail, or
// more than a day ahead of when it was received, it is what others know of it, or when
// it was received.
func (d draft) date() time.Time {
	own := d.msg.Date
	switch {
	case !own.IsZero() && own.Year() >= 1990 && !own.After(d.received.Add(24*time.Hour)):
		return own
	case !d.dated.IsZero():
		return d.dated
	}
	return d.received
}

func sender(e projectr.Email) string {
	if len(e.From) > 0 {
		return e.From[0].String()
	}
	return e.EnvelopeFrom
}

const snippetLength = 200 // code points

// snippet is the beginning of a text on one line.
func snippet(s string) string {
	if len(s) > 8*snippetLength {
		s = s[:8*snippetLength]
	}
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "")
	if utf8.RuneCountInString(s) > snippetLength {
		s = string([]rune(s)[:snippetLength-1]) + "…"
	}
	return s
}

func some[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
