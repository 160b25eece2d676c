package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"projectr"
	"projectr/store"
)

// maxLinked bounds the facts of a thread that are tied, the newest: who writes much must
// not make everybody wait. Older ones keep the links they have.
const maxLinked = 400

// touch notes that the facts of a mail were added, changed or moved.
func (v view) touch(id projectr.EmailID) {
	if v.touched != nil && id != "" && !slices.Contains(*v.touched, id) {
		*v.touched = append(*v.touched, id)
	}
}

// relink ties the facts anew of every thread that was touched.
func (v view) relink(d *Driver, link store.Linker, now time.Time) error {
	if link == nil {
		return nil
	}
	var done []projectr.ThreadID
	for _, id := range *v.touched {
		var thread projectr.ThreadID
		if err := v.one(`SELECT thread_id FROM emails WHERE org = :org AND id = ?`, []any{string(id)}, &thread); err != nil {
			return wrap("find thread of facts", err)
		}
		if slices.Contains(done, thread) {
			continue
		}
		done = append(done, thread)
		if err := v.linkThread(d, link, thread, now); err != nil {
			return wrap("tie facts", err)
		}
	}
	return nil
}

// said is a fact as it is kept, with what tying it asks for.
type said struct {
	projectr.Fact
	author string             // of its mail
	before projectr.FactState // accepted as superseded: what it was before; else empty
	gone   bool               // no reading of its mail says it any more
	in     projectr.Fact      // as it is given to the linker
}

func (v view) linkThread(d *Driver, link store.Linker, thread projectr.ThreadID, now time.Time) error {
	groups := map[projectr.ProjectID][]*said{}
	err := v.eachFact(`SELECT `+factColumns+`, e.author,
			CASE f.state WHEN 'superseded' THEN (SELECT json_extract(x.fact, '$.state') FROM fact_versions x
				WHERE x.org = f.org AND x.fact_id = f.id AND x.n > 1 ORDER BY x.n DESC LIMIT 1) END,
			CASE f.state WHEN 'superseded' THEN (SELECT json_extract(x.fact, '$.state') FROM fact_versions x
				WHERE x.org = f.org AND x.fact_id = f.id AND json_extract(x.fact, '$.state') <> 'superseded' ORDER BY x.n DESC LIMIT 1) END
		FROM emails e INDEXED BY emails_thread CROSS JOIN facts f ON f.org = e.org AND f.email_id = e.id
		WHERE e.org = :org AND e.thread_id = ? ORDER BY f.at DESC, f.email_id DESC, f.file DESC, f.start DESC, f.id DESC LIMIT ?`,
		func(f projectr.Fact, c *cells) error {
			s := &said{Fact: f, author: c.str()}
			last, before := projectr.FactState(c.str()), projectr.FactState(c.str())
			s.in = f
			s.in.Repeats, s.in.Supersedes, s.in.SupersededBy = nil, nil, nil
			switch {
			case f.State != projectr.FactSuperseded:
			case last == projectr.FactSuperseded:
				if s.before = before; before == "" {
					s.before = projectr.FactOpen
				}
			case f.SupersededBy != nil:
				s.in.State = projectr.FactOpen
			default:
				s.gone = true
			}
			groups[f.ProjectID] = append(groups[f.ProjectID], s)
			return nil
		}, string(thread), maxLinked)
	if err != nil {
		return err
	}
	for p, facts := range groups {
		slices.Reverse(facts)
		if err := v.linkGroup(d, link, p, facts, now); err != nil {
			return err
		}
	}
	return nil
}

func (v view) linkGroup(d *Driver, link store.Linker, p projectr.ProjectID, facts []*said, now time.Time) error {
	tied := tie(link, facts)
	byID := make(map[projectr.FactID]*said, len(facts))
	for _, s := range facts {
		byID[s.ID] = s
	}
	var was, is []projectr.Fact
	for i, s := range facts {
		f := tied[i]
		if f.State == s.State && equal(f.Repeats, s.Repeats) && equal(f.Supersedes, s.Supersedes) && equal(f.SupersededBy, s.SupersededBy) {
			continue
		}
		if _, err := v.exec(`UPDATE facts SET state = ?, repeats = ?, supersedes = ?, superseded_by = ? WHERE org = :org AND id = ?`,
			string(f.State), text(f.Repeats), text(f.Supersedes), text(f.SupersededBy), string(f.ID)); err != nil {
			return err
		}
		was, is = append(was, s.Fact), append(is, f)
		if p == "" {
			continue
		}
		if f.Repeats != nil && !equal(f.Repeats, s.Repeats) {
			if err := v.addLinkEvent(projectr.FactRepeat, f, *f.Repeats, s, now); err != nil {
				return err
			}
		}
		if f.SupersededBy != nil && !equal(f.SupersededBy, s.SupersededBy) {
			if err := v.addLinkEvent(projectr.FactSupersede, f, *f.SupersededBy, byID[*f.SupersededBy], now); err != nil {
				return err
			}
		}
	}
	if p == "" || len(was) == 0 {
		return nil
	}
	zone, err := v.zone(d)
	if err != nil {
		return err
	}
	if err := v.tally(p, zone, -1, nil, was); err != nil {
		return err
	}
	return v.tally(p, zone, 1, nil, is)
}

// tie gives the facts to the linker. What a person accepted as superseded is what it
// was before, once nothing supersedes it any more.
func tie(link store.Linker, facts []*said) []projectr.Fact {
	out := make([]projectr.Fact, len(facts))
	for {
		var in []projectr.Fact
		var at []int
		for i, s := range facts {
			out[i] = s.in
			if !s.gone {
				in, at = append(in, s.in), append(at, i)
			}
		}
		for k, f := range link(in) {
			out[at[k]] = f
		}
		again := false
		for i, s := range facts {
			if s.before != "" && s.in.State == projectr.FactSuperseded && out[i].SupersededBy == nil {
				s.in.State, again = s.before, true
			}
		}
		if !again {
			return out
		}
	}
}

// addLinkEvent tells on the timeline that f was tied to another fact, by the mail of
// the later one. What is told already is not told again.
func (v view) addLinkEvent(kind projectr.EventKind, f projectr.Fact, other projectr.FactID, by *said, now time.Time) error {
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + string(f.ID) + "\x00" + string(other)))
	ev := projectr.Event{ID: projectr.EventID("ev_" + hex.EncodeToString(sum[:12])), Kind: kind, At: by.At, ProjectID: f.ProjectID,
		EmailID: &by.EmailID, FactID: &f.ID, Actor: projectr.Actor{Kind: "mail", Name: by.author}, Note: by.Text}
	var n int
	err := v.one(`SELECT count(*) FROM events WHERE org = :org AND project = ? AND at = ? AND id = ?`, []any{string(ev.ProjectID), micros(ev.At), string(ev.ID)}, &n)
	if err != nil || n > 0 {
		return err
	}
	return v.addEvent(ev, now)
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// maxChain bounds what is shown of the facts that one is tied to.
const maxChain = 100

// Chain is store.Driver's.
func (d *Driver) Chain(ctx context.Context, s store.Scope, id projectr.FactID) (projectr.FactChain, error) {
	c := projectr.FactChain{Earlier: []projectr.Fact{}, Later: []projectr.Fact{}, Repeated: []projectr.Fact{}}
	err := d.read(ctx, s, func(v view) (err error) {
		if c.Fact, _, err = v.fact(id); err != nil {
			return err
		}
		of := c.Fact
		if of.Repeats != nil {
			if of, _, err = v.fact(*of.Repeats); err != nil {
				return err
			}
			first := of
			c.Original = &first
		}
		follow := func(next func(projectr.Fact) *projectr.FactID) (chain []projectr.Fact, err error) {
			chain = []projectr.Fact{}
			for f := of; next(f) != nil && len(chain) < maxChain; chain = append(chain, f) {
				if f, _, err = v.fact(*next(f)); err != nil {
					return nil, err
				}
			}
			return chain, nil
		}
		if c.Earlier, err = follow(func(f projectr.Fact) *projectr.FactID { return f.Supersedes }); err != nil {
			return err
		}
		slices.Reverse(c.Earlier)
		if c.Later, err = follow(func(f projectr.Fact) *projectr.FactID { return f.SupersededBy }); err != nil {
			return err
		}
		return v.eachFact(`SELECT `+factColumns+` FROM facts f INDEXED BY facts_repeats WHERE f.org = :org AND f.repeats = ? ORDER BY f.at, f.id LIMIT ?`,
			func(f projectr.Fact, _ *cells) error {
				c.Repeated = append(c.Repeated, f)
				return nil
			}, string(of.ID), maxChain)
	})
	return c, err
}
