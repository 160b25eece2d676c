package mailbox

import (
	"bytes"
	"mime"
	"slices"
	"strconv"
	"strings"
	"time"

	"projectr/message"
)

// Limits on what is looked at, in bytes.
const (
	maxHead  = 256 << 10 // of a header
	maxField = 8 << 10   // of one of its fields
)

// head is what is taken from the header of a mail on the way.
type head struct {
	lines  int
	bytes  int
	known  int  // fields that mails have
	sent   bool // the fields that came with the mail have begun
	fields map[string]string
	last   string // field that a folded line goes on; empty: one nobody asks for
}

// asked are the fields that are looked at.
var asked = []string{"date", "received", "content-length", "x-mozilla-status", "x-mozilla-status2", "x-mozilla-draft-info", "x-status", "x-gmail-labels"}

// onTop are fields that mailboxes write above what came with the mail. Below that they
// are words of who sent it, who has no say in what is passed over.
var onTop = []string{"x-mozilla-status", "x-mozilla-status2", "x-gmail-labels"}

// usual are fields by which a file is known to be a mail.
var usual = []string{
	"date", "received", "from", "to", "cc", "subject", "message-id", "return-path", "delivered-to", "mime-version",
	"content-type", "sender", "reply-to", "in-reply-to", "x-mozilla-status", "x-gmail-labels", "dkim-signature",
}

// add takes the next line of a header, or the beginning of a very long one.
func (h *head) add(line []byte) {
	h.lines++
	if h.bytes += len(line); h.bytes > maxHead {
		return
	}
	if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		if h.last != "" && len(h.fields[h.last])+len(line) < maxField {
			h.fields[h.last] += " " + strings.TrimSpace(string(line))
		}
		return
	}
	h.last = ""
	name := field(line)
	top := slices.Contains(onTop, name)
	if slices.Contains(usual, name) {
		h.known++
		h.sent = h.sent || !top
	}
	if !slices.Contains(asked, name) || top && h.sent {
		return
	}
	if h.fields == nil {
		h.fields = map[string]string{}
	}
	// Of several the first counts: it is the newest. Only X-Status is written at the end.
	if _, ok := h.fields[name]; !ok || name == "x-status" {
		h.last = name
		value := line[bytes.IndexByte(line, ':')+1:]
		h.fields[name] = strings.TrimSpace(string(value[:min(len(value), maxField)]))
	}
}

// field returns the name of the header field (RFC 5322 §2.2) that a line begins, in
// lower case; empty when it begins none.
func field(line []byte) string {
	n, _, ok := bytes.Cut(line, []byte(":"))
	n = bytes.TrimRight(n, " \t")
	if !ok || len(n) == 0 || len(n) > 100 {
		return ""
	}
	for _, c := range n {
		if c <= ' ' || c >= 0x7f {
			return ""
		}
	}
	return strings.ToLower(string(n))
}

// date is when the mail is from: by itself, else by who received it last, else by
// what the mailbox says. A day that is no day of mail, or is still to come, counts
// for nothing.
func (h *head) date(now time.Time, others ...time.Time) time.Time {
	var all []time.Time
	if t, ok := message.ParseDate(h.fields["date"]); ok {
		all = append(all, t)
	}
	got := h.fields["received"]
	if t, ok := message.ParseDate(got[strings.LastIndexByte(got, ';')+1:]); ok && got != "" {
		all = append(all, t)
	}
	for _, t := range append(all, others...) {
		if t.Year() >= 1990 && !t.After(now.Add(24*time.Hour)) {
			return t
		}
	}
	return now
}

// Flags of Mozilla's mailboxes.
const (
	mozillaExpunged    = 0x0008
	mozillaIMAPDeleted = 0x00200000
)

// passedOver says why the mailbox wants the mail passed over; empty: it does not.
func (h *head) passedOver() string {
	hex := func(name string) uint64 {
		n, _ := strconv.ParseUint(strings.TrimSpace(h.fields[name]), 16, 64)
		return n
	}
	status := h.fields["x-status"]
	for _, name := range onTop { // such mailboxes write none: it is the sender's
		if _, ok := h.fields[name]; ok {
			status = ""
		}
	}
	_, drafted := h.fields["x-mozilla-draft-info"]
	_, travelled := h.fields["received"]
	switch {
	case hex("x-mozilla-status")&mozillaExpunged != 0, hex("x-mozilla-status2")&mozillaIMAPDeleted != 0, strings.Contains(status, "D"):
		return Deleted
	case strings.Contains(status, "T"), drafted && !travelled:
		return Draft
	}
	labels := h.fields["x-gmail-labels"]
	if plain, err := new(mime.WordDecoder).DecodeHeader(labels); err == nil {
		labels = plain
	}
	for l := range strings.SplitSeq(labels, ",") {
		if why, ok := gmailLabels[strings.ToLower(strings.Trim(l, " \t\""))]; ok {
			return why
		}
	}
	return ""
}

// gmailLabels are those of Google Takeout, in the languages it writes them in that
// firms here use.
var gmailLabels = map[string]string{
	"trash": Deleted, "spam": Spam, "draft": Draft, "drafts": Draft,
	"papierkorb": Deleted, "entwurf": Draft, "entwürfe": Draft,
	"papelera": Deleted, "borradores": Draft, "corbeille": Deleted, "brouillons": Draft,
}
