package ingest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"projectr"
	"projectr/message"
	"projectr/store"
)

// Files reads the text out of files that came with mail. An error says that the
// machine could not do it now; whatever is wrong with a file is in the FileText.
type Files interface {
	Text(ctx context.Context, name, contentType string, r io.Reader) (projectr.FileText, error)
}

// Limits on reading the files of one mail.
const (
	maxFiles     = 40       // files that are read of one mail
	maxFileBytes = 25 << 20 // largest file that is read
	filesTime    = 30 * time.Second
	maxFactsText = 12_000 // code points of a file in which facts are looked for
	maxFileFacts = 20     // facts of one file
)

// texts reads what is written in the files of a mail: each file once for equal
// bytes, however often the organisation gets it. What cannot be read says why.
func (p *Pipeline) texts(ctx context.Context, org store.Org, msg *message.Message, open func() (io.ReadCloser, error)) (map[int]projectr.FileText, error) {
	files := filesOf(msg)
	if p.Files == nil || len(files) == 0 {
		return nil, nil
	}
	out := make(map[int]projectr.FileText, len(files))
	missing := map[int]projectr.Attachment{}
	for i, a := range files {
		if n := len(msg.Forwarded); strings.HasPrefix(a.ContentType, "message/") && n > 0 && n <= maxUnrolled {
			out[a.N] = projectr.FileText{State: projectr.FileRead, Note: "It is a mail, and is kept as one of its own."}
			continue
		}
		switch known, err := org.KnownFile(ctx, a.SHA256); {
		case err == nil && !ofItsMail(known):
			out[a.N] = known
		case err != nil && projectr.KindOf(err) != projectr.NotFound:
			return nil, err
		case i >= maxFiles:
			out[a.N] = notRead(tooMany)
		case a.Size > maxFileBytes:
			out[a.N] = notRead(fmt.Sprintf("It is larger than %d MB.", maxFileBytes>>20))
		default:
			missing[a.N] = a
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	done, err := p.reading(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	raw, err := open()
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	timed, cancel := context.WithTimeout(ctx, filesTime)
	defer cancel()
	var failed error
	err = message.EachAttachment(until{ctx, raw}, func(a projectr.Attachment) io.WriteCloser {
		whole, ok := missing[a.N]
		if !ok || failed != nil {
			return nil
		}
		return &collector{left: maxFileBytes, done: func(b []byte) {
			if timed.Err() != nil {
				out[a.N] = notRead(tookTooLong)
				return
			}
			t, err := p.Files.Text(timed, whole.Filename, whole.ContentType, bytes.NewReader(b))
			switch {
			case err == nil:
				out[a.N] = t
			case timed.Err() != nil && ctx.Err() == nil:
				out[a.N] = notRead(tookTooLong)
			default:
				failed = errors.Join(failed, fmt.Errorf("read attachment %d: %w", a.N, err))
			}
		}}
	})
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}
	return out, nil
}

// filesOf lists the files of a mail and of the mails attached to it. A damaged
// text is a file as well: it is read with the mail already.
func filesOf(msg *message.Message) []projectr.Attachment {
	files := slices.Clone(msg.Attachments)
	for _, in := range msg.Forwarded {
		files = append(files, in.Attachments...)
	}
	return slices.DeleteFunc(files, func(a projectr.Attachment) bool {
		return a.Inline && a.Filename == "" && strings.HasPrefix(a.ContentType, "text/")
	})
}

// The reasons for which a file was not read that are its mail's: with another mail
// it may be.
var (
	tooMany     = fmt.Sprintf("Only the first %d files of a mail are read.", maxFiles)
	tookTooLong = "Reading the files of this mail took too long."
)

func ofItsMail(t projectr.FileText) bool {
	return t.State == projectr.FileNotRead && (t.Note == tooMany || t.Note == tookTooLong)
}

func notRead(why string) projectr.FileText {
	return projectr.FileText{State: projectr.FileNotRead, Note: why}
}

// collector holds one file until it is whole.
type collector struct {
	buf  bytes.Buffer
	left int
	done func([]byte)
}

func (c *collector) Write(b []byte) (int, error) {
	if n := min(len(b), c.left); n > 0 {
		c.buf.Write(b[:n])
		c.left -= n
	}
	return len(b), nil
}

func (c *collector) Close() error { c.done(c.buf.Bytes()); return nil }

// maxReading is how many mails have their files read at a time: each may hold a
// large file.
const maxReading = 3

// reading waits for a turn to read files. Who waits in vain does so because of
// others: that says nothing about the mail, and never parks it.
func (p *Pipeline) reading(ctx context.Context) (func(), error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.once.Do(func() { p.turns = make(chan struct{}, maxReading) })
	select {
	case p.turns <- struct{}{}:
		return func() { <-p.turns }, nil
	case <-ctx.Done():
		return nil, waited(ctx)
	}
}

// waited is the error of a mail whose time went by while others had their turn.
func waited(ctx context.Context) error {
	return &projectr.Error{Kind: projectr.Unavailable, Message: "Much mail is being read just now.", Err: ctx.Err()}
}

// inFiles looks for facts in files that are short enough to be a letter, a form
// or a change order; a specification says "shall" on every page. What a file
// says is a little less sure than what the mail says, because a file may be old;
// what would not even be sure in a mail is left out.
func inFiles(msg *message.Message, texts map[int]projectr.FileText, read func(*message.Message) reading) (all []projectr.Fact, flags []projectr.Flag) {
	for _, a := range msg.Attachments {
		t := texts[a.N]
		if t.Text == "" || a.Inline || utf8.RuneCountInString(t.Text) > maxFactsText {
			continue
		}
		letter := &message.Message{
			Date: msg.Date, Subject: msg.Subject, From: msg.From, To: msg.To, Cc: msg.Cc, Text: t.Text, Reply: t.Text, Automatic: "no",
			Spans: []projectr.Span{{Kind: projectr.SpanNew, End: utf8.RuneCountInString(t.Text)}},
		}
		found := read(letter)
		for _, g := range found.Flags { // it does not stand in the mail's text
			flags = append(flags, projectr.Flag{Kind: g.Kind, Text: fmt.Sprintf("Attachment %d: %s", a.N, g.Text), Words: g.Words})
		}
		facts := slices.DeleteFunc(slices.Clone(found.Facts), func(f projectr.Fact) bool {
			return f.Kind == projectr.KeyPoint || f.Confidence < projectr.SureEnough && f.Held == ""
		})
		slices.SortStableFunc(facts, func(a, b projectr.Fact) int { return cmp.Compare(b.Confidence, a.Confidence) })
		for _, f := range facts[:min(len(facts), maxFileFacts)] {
			f.File = a.N
			f.Confidence *= 0.85
			all = append(all, f)
		}
	}
	return all, flags
}
