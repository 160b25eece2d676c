package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"projectr"
	"projectr/message"
	"projectr/store"
)

// letter is a mail, received or inside another one, with what it is recognised by
// when it comes in again, and what tells of which conversation it is part.
type letter struct {
	*message.Message
	print    message.Fingerprint
	clue     message.Clue
	attached bool
}

// letterOf works out once what is asked several times.
func (p *Pipeline) letterOf(msg *message.Message) letter {
	ours := func(addr string) bool { return projectr.DomainOf(addr) == p.MailDomain }
	return letter{Message: msg, print: msg.Fingerprint(), clue: message.NewClue(msg, ours)}
}

// maxUnrolled bounds the mails that one mail can bring inside itself.
const maxUnrolled = 30

// inner lists the mails inside a mail, those aside that only pass on what follows.
func (p *Pipeline) inner(msg *message.Message) []letter {
	var all []letter
	for _, in := range msg.Forwarded[:min(len(msg.Forwarded), maxUnrolled)] {
		m := in.Message(msg)
		if len(m.Forwarded) > 0 && !m.OwnWords() {
			continue
		}
		l := p.letterOf(m)
		l.attached = in.Attached
		all = append(all, l)
	}
	return all
}

func (l letter) likeness() (projectr.Likeness, error) {
	print, err := json.Marshal(l.print)
	if err != nil {
		return projectr.Likeness{}, fmt.Errorf("fingerprint: %w", err)
	}
	clue, err := json.Marshal(l.clue)
	if err != nil {
		return projectr.Likeness{}, fmt.Errorf("clue: %w", err)
	}
	return projectr.Likeness{Content: l.print.Key(), Print: string(print), Topic: l.clue.Subject.Lookup, Clue: string(clue)}, nil
}

// twin is a mail that is kept already, with what it was recognised by.
type twin struct {
	projectr.Known
	print message.Fingerprint
}

// same finds the mail that l is another copy of; nil when it is new. Only mail
// that was let in is compared: a stranger cannot make a mail vanish by sending
// its words first.
func (p *Pipeline) same(ctx context.Context, org store.Org, id projectr.EmailID, l letter) (*twin, error) {
	found, err := org.Like(ctx, l.print.Key())
	if err != nil {
		return nil, err
	}
	for _, k := range found {
		t := twin{Known: k}
		if k.ID == id || k.Likeness.Print == "" {
			continue
		}
		if err := json.Unmarshal([]byte(k.Likeness.Print), &t.print); err != nil {
			return nil, fmt.Errorf("fingerprint of %s: %w", k.ID, err)
		}
		if message.Same(l.print, t.print) {
			return &t, nil
		}
	}
	return nil, nil
}

// tagged files a mail that waits in review when it comes in once more by an
// address that names its project.
func (p *Pipeline) tagged(ctx context.Context, org store.Org, tag string, known *twin, l letter) error {
	if tag == "" || known.State != projectr.InReview {
		return nil
	}
	f, err := p.match(ctx, org, tag, projectr.Thread{}, l.Message)
	if err != nil || f.Project == "" {
		return err
	}
	return org.FileMatched(ctx, known.ID, f.Project, f.Match)
}

// arrival says by which way the mail of r came in as a copy of known.
func arrival(r draft, known *twin) projectr.Arrival {
	a := projectr.Arrival{How: "resent", By: author(r.msg.Message, r.from), At: r.received, EmailID: r.id}
	if r.auth.Imported {
		a.By = projectr.Importer
	}
	switch {
	case r.auth.Imported && known.CameBy != nil:
		a.How = "imported"
	case r.auth.Imported:
		a.How = "imported_copy"
	case known.CameBy != nil:
		a.How = "direct"
	case known.print.MessageID == r.msg.MessageID:
		a.How = "copy"
	}
	return a
}

// author is who a mail says it is from, or else who sent it.
func author(msg *message.Message, envelope string) projectr.MailAddress {
	if len(msg.From) > 0 {
		return msg.From[0]
	}
	return projectr.MailAddress{Address: envelope}
}

// bare reports whether r brings nothing but the first of the mails inside it: no
// words of its own, no mail that is not kept for itself, and no file that is not one
// of that mail's. Programs that forward a mail in the text attach its files to the
// forward: they are the files of that mail where it is new.
func (p *Pipeline) bare(ctx context.Context, org store.Org, r draft) (bool, error) {
	if r.msg.OwnWords() || len(r.inner) == 0 || len(r.msg.Forwarded) > maxUnrolled {
		return false, nil
	}
	files := ownFiles(r.msg.Message)
	if len(files) == 0 {
		return true, nil
	}
	first := r.inner[0]
	if first.attached {
		return false, nil
	}
	known, err := p.same(ctx, org, insideID(r.id, 0), first)
	if err != nil || known == nil {
		return known == nil, err
	}
	e, err := org.Email(ctx, known.ID)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(files, func(a projectr.Attachment) bool {
		return !slices.ContainsFunc(e.Attachments, func(b projectr.Attachment) bool { return a.SHA256 == b.SHA256 })
	}), nil
}

// ownFiles lists the files of a mail, without attached mails and pictures in its text.
func ownFiles(msg *message.Message) []projectr.Attachment {
	return slices.DeleteFunc(slices.Clone(msg.Attachments), func(a projectr.Attachment) bool {
		return a.Inline || strings.HasPrefix(a.ContentType, "message/")
	})
}

func insideID(outer projectr.EmailID, i int) projectr.EmailID {
	return projectr.EmailID("em_" + hash(string(outer), "inside", fmt.Sprint(i)))
}

// unroll keeps the mails inside r, which was let in, each as a mail of its own at
// its own date; one that is kept already is only noted to have come in once more.
// Their ids are made of the mail they came in, so that doing it again changes
// nothing. bare says that r has no words of its own, only a note: it is then about
// the first of them, which is returned, and that one counts as received.
func (p *Pipeline) unroll(ctx context.Context, org store.Org, r draft, bare bool) (first projectr.EmailID, err error) {
	note := ""
	if bare {
		note = snippet(r.msg.Reply)
	}
	counted := !bare
	for i, in := range r.inner {
		a := projectr.Arrival{How: "forward", By: author(r.msg.Message, r.from), At: r.received, EmailID: r.id, Note: note}
		if in.attached {
			a.How = "attached"
		}
		if bare && i == 0 && !in.attached {
			in.Attachments = ownFiles(r.msg.Message)
		}
		id, fresh, err := p.inside(ctx, org, r, i, in, a, counted)
		if err != nil {
			return first, err
		}
		counted = counted || fresh
		if first == "" {
			first = id
		}
	}
	return first, nil
}

// inside keeps one mail that came inside r, and returns under which id. fresh says
// that it was not kept before r came.
func (p *Pipeline) inside(ctx context.Context, org store.Org, r draft, i int, in letter, a projectr.Arrival, counted bool) (id projectr.EmailID, fresh bool, err error) {
	id = insideID(r.id, i)
	if done, err := org.HasEmail(ctx, id); err != nil || done {
		return id, done, err
	}
	known, err := p.same(ctx, org, id, in)
	if err != nil {
		return "", false, err
	}
	if known != nil {
		if err := org.Arrive(ctx, known.ID, a); err != nil {
			return "", false, err
		}
		return known.ID, false, p.tagged(ctx, org, r.tag, known, in)
	}
	inner := draft{
		id: id, tag: r.tag, digest: r.digest, size: r.size, received: r.received, msg: in, admission: admission{verdict: projectr.Accepted},
		cameBy: &r.id, arrivals: []projectr.Arrival{a}, uncounted: counted, thread: r.thread, project: r.project, texts: r.texts,
	}
	if r.auth.Imported {
		inner.dated, inner.auth = r.date(), r.auth
	}
	if !in.attached {
		inner.in = r.msg.Message
	} else { // it has a header of its own
		if inner.thread, err = p.thread(ctx, org, r.tag, id, in); err != nil {
			return "", false, err
		}
	}
	own, err := p.match(ctx, org, r.tag, inner.thread, in.Message)
	if err != nil {
		return "", false, err
	}
	m := own.Match
	if own.Project != "" || len(own.Passages) > 0 || r.project == "" || m.Against(r.project) {
		inner.file(own)
	} else {
		inner.match = projectr.Match{
			Confidence: r.match.Confidence, Candidates: m.Candidates,
			Reasons: []projectr.Reason{{Kind: "thread", Text: "It came in inside a mail that is filed here."}},
		}
	}
	if inner.reading, err = p.readFacts(ctx, org, inner); err != nil {
		return "", false, err
	}
	rec, err := compose(inner)
	if err != nil {
		return "", false, err
	}
	return id, true, org.Record(ctx, rec)
}
