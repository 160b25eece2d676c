package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"projectr"
	"projectr/extract"
	"projectr/message"
)

// extract reads the facts out of a mail. A reader that fails costs the facts,
// not the mail; the warning tells people.
func (p *Pipeline) extract(ctx context.Context, msg *message.Message) reading {
	res, err := func() (res extract.Result, err error) {
		defer p.recovered(ctx, &err)
		return p.Extractor.Extract(ctx, msg)
	}()
	if err != nil {
		p.Log.WarnContext(ctx, "mail not read", "err", err)
		return reading{warning: "The facts of this mail could not be read."}
	}
	return reading{Result: res}
}

type reading struct {
	extract.Result
	warning string
}

// draft is what the stages found out about one mail for one organisation.
type draft struct {
	id       projectr.EmailID
	tag      string // of the plus-address it came in by
	digest   projectr.Digest
	size     int64
	from     string // envelope sender
	received time.Time
	msg      *message.Message
	verdict  projectr.Verdict
	thread   projectr.Thread
	project  projectr.ProjectID
	match    projectr.Match
	reading  reading
}

// compose makes the one record of a mail. It depends on nothing but the draft,
// ids included, so that recording a mail twice is recording it once.
func compose(d draft) projectr.Recording {
	e := projectr.Email{
		ID:           d.id,
		MessageID:    d.msg.MessageID,
		Subject:      d.msg.Subject,
		From:         some(d.msg.From),
		To:           some(d.msg.To),
		Cc:           some(d.msg.Cc),
		Date:         believable(d.msg.Date, d.received),
		ReceivedAt:   d.received,
		ThreadID:     d.thread.ID,
		State:        projectr.InReview,
		SHA256:       d.digest,
		Size:         d.size,
		Verdict:      d.verdict,
		Snippet:      snippet(d.msg),
		Attachments:  some(d.msg.Attachments),
		Match:        d.match,
		Reply:        d.reading.RequiresResponse,
		Automatic:    d.msg.Automatic,
		Warnings:     some(d.msg.Warnings),
		Extractor:    d.reading.Extractor,
		EnvelopeFrom: d.from,
		Tag:          d.tag,
		Facts:        []projectr.Fact{},
	}
	if d.reading.warning != "" {
		e.Warnings = append(e.Warnings, d.reading.warning)
	}
	kind := projectr.MailInReview
	switch {
	case d.verdict == projectr.HeldBack:
		e.State, kind = projectr.Held, projectr.MailHeld
	case d.project != "":
		e.State, kind, e.ProjectID = projectr.Filed, projectr.MailFiled, &d.project
	}
	filed := ""
	if e.ProjectID != nil {
		filed = string(d.project)
	}
	actor := projectr.Actor{Kind: "mail", Name: sender(e)}
	event := func(k projectr.EventKind, about string) projectr.Event {
		return projectr.Event{
			ID: projectr.EventID("ev_" + hash(string(d.id), string(k), about)), Kind: k, At: e.Date,
			ProjectID: projectr.ProjectID(filed), EmailID: &d.id, Actor: actor,
		}
	}
	first := event(kind, "")
	first.Note = e.Subject
	events := []projectr.Event{first}
	for i, f := range d.reading.Facts {
		f.ID = projectr.FactID("fa_" + hash(string(d.id), string(f.Kind), fmt.Sprint(i, f.Start, f.End)))
		f.EmailID, f.ProjectID = d.id, projectr.ProjectID(filed)
		f.State, f.By, f.At = projectr.FactOpen, d.reading.Extractor, e.Date
		f.Affects = some(f.Affects)
		e.Facts = append(e.Facts, f)
		ev := event(projectr.FactExtracted, string(f.ID))
		ev.FactID, ev.Note = &f.ID, f.Text
		events = append(events, ev)
	}
	if filed != "" && d.thread.Project == "" {
		d.thread.Project = d.project // later mails of the thread follow the first that was sure
	}
	return projectr.Recording{
		Email:      e,
		Body:       projectr.Body{Text: d.msg.Text, Spans: some(d.msg.Spans), HTML: d.msg.HTML != ""},
		References: named(d.msg),
		Thread:     d.thread,
		Events:     events,
	}
}

// parked makes the record of a mail that cannot be processed.
func parked(id projectr.EmailID, d projectr.Delivery) projectr.Recording {
	r := compose(draft{
		id: id, digest: d.Digest, size: d.Size, from: d.Envelope.From, received: d.Envelope.ReceivedAt, verdict: projectr.Accepted,
		msg: &message.Message{
			Subject:   "Mail that could not be read",
			Automatic: "no",
			Warnings:  []string{"This mail could not be read. Its original is kept: download it, or ask the sender to send it again."},
		},
		thread: projectr.Thread{ID: projectr.ThreadID("th_" + hash(string(id)))},
		match:  projectr.Match{Reasons: []projectr.Reason{{Kind: "none", Text: "The mail could not be read."}}, Candidates: []projectr.Candidate{}},
	})
	r.Email.State = projectr.Parked
	r.Events[0].Kind = projectr.MailParked
	r.Email.From = []projectr.MailAddress{{Address: d.Envelope.From}}
	return r
}

// believable returns the mail's own date, or when it was received where the
// date is missing, before there was mail, or more than a day ahead.
func believable(date, received time.Time) time.Time {
	if date.IsZero() || date.Year() < 1990 || date.After(received.Add(24*time.Hour)) {
		return received
	}
	return date
}

func sender(e projectr.Email) string {
	if len(e.From) > 0 {
		return e.From[0].String()
	}
	return e.EnvelopeFrom
}

const snippetLength = 200 // code points

func snippet(msg *message.Message) string {
	s := msg.Reply
	if strings.TrimSpace(s) == "" {
		s = msg.Text
	}
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
