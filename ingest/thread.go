package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"projectr"
	"projectr/message"
	"projectr/store"
)

// thread finds the thread a mail belongs to by Message-ID, In-Reply-To and
// References (RFC 5322 §3.6.4) and Exchange's Thread-Index, else by its subject
// and people, or begins one. All of these group mails; they give no rights.
func (p *Pipeline) thread(ctx context.Context, org store.Org, tag string, id projectr.EmailID, msg letter) (projectr.Thread, error) {
	named := named(msg.Message)
	if len(named) > 0 {
		t, err := org.ThreadOf(ctx, named)
		if err == nil || projectr.KindOf(err) != projectr.NotFound {
			return t, err
		}
	}
	if t, err := p.onTopic(ctx, org, tag, msg); err != nil || t.ID != "" {
		return t, err
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

// Mail comes in any order: an older mail may be looked for after its answers.
const answersWithin = 30 * 24 * time.Hour

// onTopic finds the thread of a mail by subject, time, people and what it quotes;
// none when no mail is close enough. A thread that is filed on one project never
// takes a mail that has clues of its own to another.
func (p *Pipeline) onTopic(ctx context.Context, org store.Org, tag string, msg letter) (projectr.Thread, error) {
	clue := msg.clue
	if clue.Date.IsZero() || clue.Subject.Lookup == "" {
		return projectr.Thread{}, nil
	}
	found, err := org.OnTopic(ctx, clue.Subject.Lookup, clue.Date.AddDate(0, 0, -message.ClueDays), clue.Date.Add(answersWithin))
	if err != nil {
		return projectr.Thread{}, err
	}
	var best projectr.Thread
	at := 0.0
	for _, k := range found {
		var other message.Clue
		if err := json.Unmarshal([]byte(k.Likeness.Clue), &other); err != nil {
			return projectr.Thread{}, fmt.Errorf("clue of %s: %w", k.ID, err)
		}
		newer, older := clue, other
		if other.Date.After(clue.Date) {
			newer, older = other, clue
		}
		if score, ok := message.Continues(newer, older); ok && score > at {
			best, at = k.Thread, score
		}
	}
	if best.Project == "" {
		return best, nil
	}
	own, err := p.match(ctx, org, tag, projectr.Thread{}, msg.Message)
	if err != nil {
		return projectr.Thread{}, err
	}
	first := own.Match.Candidates
	if own.Project != "" && own.Project != best.Project || own.Project == "" && len(first) > 0 && first[0].ProjectID != best.Project && first[0].Confidence >= ownClue {
		return projectr.Thread{}, nil
	}
	return best, nil
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
func alike(r draft) []string {
	ids := append(named(r.msg.Message), "topic "+r.msg.clue.Subject.Lookup, "words "+r.msg.print.Key())
	for _, in := range r.inner {
		ids = append(ids, "words "+in.print.Key())
	}
	return ids
}

func notEmpty(s string) bool { return s != "" }
