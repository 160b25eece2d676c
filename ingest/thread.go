package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"projectr"
	"projectr/message"
	"projectr/store"
)

// thread finds the thread a mail belongs to by Message-ID, In-Reply-To and
// References (RFC 5322 §3.6.4) and Exchange's Thread-Index, else by its subject
// and people, or begins one. All of these group mails; they give no rights.
func (p *Pipeline) thread(ctx context.Context, org store.Org, id projectr.EmailID, msg *message.Message) (projectr.Thread, error) {
	named := named(msg)
	if len(named) > 0 {
		t, err := org.ThreadOf(ctx, named)
		if err == nil || projectr.KindOf(err) != projectr.NotFound {
			return t, err
		}
	}
	// The root is the oldest mail named, so that two answers to a mail we
	// never got begin the same thread.
	root := string(id)
	if i := slices.IndexFunc(msg.References, notEmpty); i >= 0 {
		root = msg.References[i]
	} else if i := slices.IndexFunc(msg.InReplyTo, notEmpty); i >= 0 {
		root = msg.InReplyTo[i]
	} else if msg.MessageID != "" {
		root = msg.MessageID
	}
	sum := sha256.Sum256([]byte(string(org.ID()) + "\x00" + root))
	return projectr.Thread{ID: projectr.ThreadID("th_" + hex.EncodeToString(sum[:12]))}, nil
}

// named lists the Message-IDs that tie the mail to others, nearest first: what
// it answers, what that answered, and its own, which a later mail that arrived
// earlier may have named.
func named(msg *message.Message) []string {
	ids := slices.Clone(msg.InReplyTo)
	for _, r := range slices.Backward(msg.References) {
		ids = append(ids, r)
	}
	ids = append(ids, msg.MessageID)
	if msg.ThreadIndex != "" {
		ids = append(ids, msg.ThreadIndex+exchange)
	}
	ids = slices.DeleteFunc(ids, func(s string) bool { return !notEmpty(s) })
	var once []string
	for _, id := range ids {
		if !slices.Contains(once, id) && len(once) < 100 {
			once = append(once, id)
		}
	}
	return once
}

// exchange marks the conversation of a Thread-Index among Message-IDs; no
// Message-ID has a blank in it.
const exchange = " in Thread-Index"

// alike lists what ties a mail to others in any way: who handles it must not
// handle one of those at the same time.
func alike(msg *message.Message) []string {
	ids := named(msg)
	for _, m := range append([]*message.Message{msg}, innerOf(msg)...) {
		l := m.Content()
		ids = append(ids, "words "+l.Key(), "subject "+l.Subject)
	}
	return ids
}

func innerOf(msg *message.Message) []*message.Message {
	var all []*message.Message
	for _, in := range msg.Forwarded[:min(len(msg.Forwarded), maxUnrolled)] {
		all = append(all, in.Message(msg))
	}
	return all
}

func notEmpty(s string) bool { return s != "" }
