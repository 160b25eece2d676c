// Package message turns the bytes of a mail into a Message: who wrote what to
// whom and when, the readable text and whose words each stretch of it is, the
// forwarded mails inside it, and the files that came with it.
//
// A mail is read as one stream of lines (lines.go). The walk (walk.go) goes
// down the tree of MIME parts (RFC 2045, RFC 2046) and decides at the head of
// each part what becomes of it: text is kept up to a limit, files are only
// counted, hashed and told by their content (sniff.go), and Outlook's
// winmail.dat is opened (tnef.go). So memory stays small however large the mail
// is. When the tree is known, its texts are decoded (charset.go), HTML becomes text
// (htmltext.go), and the text is divided into spans (spans.go), which know the
// habits of mail programs in many languages (headings.go).
//
// Reading is tolerant: mail is often broken, and a broken mail is still a mail
// somebody sent. Whatever is odd becomes a warning in plain words. Only input
// in which neither header nor body can be made out is refused, by ErrMalformed.
//
// Nothing here trusts a mail. Names, dates, authors and file names are what the
// mail claims; limits on depth, parts, header fields and text hold for any
// input (invariant I-26); HTML must pass CleanHTML before it is shown.
package message

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"projectr"
)

// Limits on what one mail can make us do (invariant I-26).
const (
	maxDepth        = 50       // levels of multiparts and attached mails
	maxParts        = 1000     // parts in all levels together
	maxFields       = 10_000   // header fields in all parts together
	maxHeader       = 1 << 20  // bytes of header kept, all parts together
	maxText         = 4 << 20  // bytes of text kept, all parts together
	maxInner        = 8 << 20  // bytes of text of inner mails, each with those inside it
	maxMailsInMails = 10       // levels of attached mails that are files of their own
	maxNestedBytes  = 8 << 20  // bytes of an attached mail that came encoded
	maxAddresses    = 2000     // addresses kept of one field
	maxReferences   = 1000     // Message-IDs kept of one field
	maxWarnings     = 50       // different warnings
	nestedFrom      = maxParts // files of attached mails are numbered above this
)

// ErrMalformed says that neither a header nor a body can be made out, so that
// there is nothing to keep but the bytes.
var ErrMalformed error = &projectr.Error{Kind: projectr.Invalid, Message: "This is not a mail: it has neither a header nor a body."}

// Message is one mail as read. Its JSON form is the message object of
// `projectr parse`. Lists are never null.
type Message struct {
	MessageID   string                 `json:"message_id"`  // without angle brackets; empty when absent
	InReplyTo   []string               `json:"in_reply_to"` // without angle brackets
	References  []string               `json:"references"`  // oldest first, as the mail lists them
	Date        time.Time              `json:"date,omitzero"`
	Subject     string                 `json:"subject"`
	From        []projectr.MailAddress `json:"from"`
	Sender      *projectr.MailAddress  `json:"sender"`
	ReplyTo     []projectr.MailAddress `json:"reply_to"`
	To          []projectr.MailAddress `json:"to"`
	Cc          []projectr.MailAddress `json:"cc"`
	Text        string                 `json:"text"`        // lines end with \n
	Spans       []projectr.Span        `json:"spans"`       // cover Text, in order, without overlap
	Reply       string                 `json:"reply"`       // the new spans joined
	Forwarded   []Inner                `json:"forwarded"`   // outermost first
	Attachments []projectr.Attachment  `json:"attachments"` // in the order of the mail
	Automatic   string                 `json:"automatic"`   // no, reply, bounce, list or bulk
	Warnings    []string               `json:"warnings"`

	// ThreadIndex is the conversation Exchange counts the mail to: the GUID of
	// its Thread-Index field in hex. Empty when there is none.
	ThreadIndex string `json:"thread_index,omitempty"`
	// Invitation is what the calendar part of the mail says, if it has one.
	Invitation *projectr.Invitation `json:"invitation,omitempty"`
	// Confirmation is set where a mail provider asks whether it may forward
	// mail here. It rests on the From of the mail, which anybody can write.
	Confirmation *projectr.Confirmation `json:"confirmation,omitempty"`

	// ListID names the mailing list it came through (RFC 2919), in lower case.
	ListID string `json:"-"`
	// HTML is the decoded HTML body, up to the limit on text. It is as the
	// sender wrote it: show it only through CleanHTML.
	HTML string `json:"-"`
	// Bytes and SHA256 are of the raw input.
	Bytes  int64           `json:"-"`
	SHA256 projectr.Digest `json:"-"`

	marks   []mark // what the HTML said of stretches of Text
	heading bool   // author and date are from a heading in the text of another mail
	tagged  string // what was written in letters that no program shows
}

// Inner is a mail inside the mail: forwarded in the text, or attached whole.
// What it says of author and date is taken from the header block above it and
// gives no rights.
type Inner struct {
	From    []projectr.MailAddress `json:"from"`
	To      []projectr.MailAddress `json:"to"`
	Cc      []projectr.MailAddress `json:"cc"`
	Date    time.Time              `json:"date,omitzero"` // zero when absent or not understood
	Subject string                 `json:"subject"`
	Text    string                 `json:"text"`  // with the mails inside it
	Reply   string                 `json:"reply"` // its author's own words, without those mails
	// Attached is true for a mail that came as a file of its own, whose text is
	// not part of Message.Text.
	Attached bool `json:"attached"`
	// MessageID and the fields after it are known of attached mails only.
	MessageID   string               `json:"message_id,omitempty"`
	InReplyTo   []string             `json:"in_reply_to,omitempty"`
	References  []string             `json:"references,omitempty"`
	ThreadIndex string               `json:"thread_index,omitempty"`
	Invitation  *projectr.Invitation `json:"invitation,omitempty"`
	// Attachments are the files of an attached mail. Their numbers begin at
	// 1001, and OpenAttachment finds them by these.
	Attachments []projectr.Attachment `json:"attachments"`

	marks []mark // what the HTML said of stretches of Text
}

// ByContentID finds the file that a cid: URL (RFC 2392) of the HTML view names.
func (m *Message) ByContentID(id string) (projectr.Attachment, bool) {
	id = trimID(id)
	if id == "" {
		return projectr.Attachment{}, false
	}
	for _, a := range m.Attachments {
		if strings.EqualFold(a.ContentID, id) {
			return a, true
		}
	}
	return projectr.Attachment{}, false
}

// Parse reads one mail. It streams: files are hashed and counted, never kept,
// and text beyond 4 MiB is dropped with a warning. Errors are those of r, or
// ErrMalformed; everything else that is wrong with a mail is a warning.
func Parse(r io.Reader) (*Message, error) {
	p := newParser(r)
	root, err := p.read()
	if err != nil {
		return nil, err
	}
	m := p.message(root)
	m.Bytes = p.in.total
	m.SHA256 = projectr.Digest(hex.EncodeToString(p.in.sum.Sum(nil)))
	return m, nil
}

// OpenAttachment reads the raw mail again and writes the decoded bytes of
// attachment n to w. The kind of the error is projectr.NotFound when the mail
// has no such attachment.
func OpenAttachment(r io.Reader, n int, w io.Writer) (projectr.Attachment, error) {
	p, err := openAttachments(r, func(a projectr.Attachment) io.WriteCloser {
		if a.N != n {
			return nil
		}
		return unclosed{w}
	})
	if err != nil {
		return projectr.Attachment{}, err
	}
	if p.found.N == 0 {
		return projectr.Attachment{}, &projectr.Error{Kind: projectr.NotFound, Message: fmt.Sprintf("This mail has no attachment %d.", n)}
	}
	return p.found, nil
}

// EachAttachment reads the raw mail once and asks open for each attachment, also
// of attached mails, where its decoded bytes shall go; nil: nowhere. What open
// is told of size, hash and type is not final: the first two are not known yet,
// and the type is the one the mail declares. A writer is closed after the last
// byte; several are open at once where a mail is attached. Memory stays small
// however large the mail is; only a winmail.dat is held whole, up to 32 MiB. Errors are those of r and of the writers; after one
// of a writer nothing more is written, but every writer is closed.
func EachAttachment(r io.Reader, open func(projectr.Attachment) io.WriteCloser) error {
	_, err := openAttachments(r, open)
	return err
}

func openAttachments(r io.Reader, open func(projectr.Attachment) io.WriteCloser) (*parser, error) {
	p := newParser(r)
	p.in.sum = nil
	p.open = open
	if _, err := p.read(); err != nil && !errors.Is(err, ErrMalformed) {
		return nil, err
	}
	return p, p.outErr
}

// unclosed is a writer that stays open.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

func newParser(r io.Reader) *parser {
	p := &parser{textLeft: maxText, innerLeft: maxInner, calendarLeft: maxCalendar, headerLeft: maxHeader}
	p.in.src = r
	p.in.sum = sha256.New()
	return p
}
