package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

var errNoFact = notFound("fact")

const factColumns = `f.org, f.id, f.email_id, f.project_id, f.kind, f.text, f.quote, f.start, f."end", f.proof, f.confidence, f.owner, f.deadline,
	f.priority, f.made_by, f.amount_minor, f.currency, f.affects, f.state, f.by, f.at, f.at_offset, f.reason, f.file,
	f.held, f.repeats, f.supersedes, f.superseded_by, f.standing, f.doubt, f.done_at, f.done_by, f.per`

// factFrom takes factColumns out of a row. They are all NULL where an outer join
// found no fact; the id is then empty.
func (v view) factFrom(c *cells) (projectr.Fact, error) {
	org := c.num()
	f := projectr.Fact{
		ID: projectr.FactID(c.str()), EmailID: projectr.EmailID(c.str()), ProjectID: projectr.ProjectID(c.str()), Kind: projectr.FactKind(c.str()),
		Text: c.str(), Quote: c.str(), Start: int(c.num()), End: int(c.num()), Proof: projectr.Proof(c.str()), Confidence: c.real(),
		Owner: c.opt(), Deadline: c.opt(), Priority: c.str(), MadeBy: c.opt(), Affects: []string{},
	}
	minor, currency := c.num(), c.str()
	if currency != "" {
		f.Amount = &projectr.Amount{Minor: minor, Currency: currency}
	}
	affects := c.str()
	f.State, f.By = projectr.FactState(c.str()), c.str()
	at, minutes := c.num(), c.num()
	f.At, f.Reason, f.File, f.Held = zoned(at, minutes), c.str(), int(c.num()), c.str()
	f.Repeats, f.Supersedes, f.SupersededBy = opt[projectr.FactID](c), opt[projectr.FactID](c), opt[projectr.FactID](c)
	f.Standing, f.Doubt, f.DoneAt, f.DoneBy = projectr.Standing(c.str()), c.str(), c.moment(), c.str()
	if per := c.str(); f.Amount != nil {
		f.Amount.Per = per
	}
	if f.ID == "" {
		return f, nil
	}
	if affects != "[]" {
		if err := fromJSON([]byte(affects), &f.Affects); err != nil {
			return f, err
		}
	}
	return f, v.own(org)
}

// eachFact calls scan for every row of factColumns and what stands after them.
func (v view) eachFact(q orgSQL, scan func(projectr.Fact, *cells) error, args ...any) error {
	return v.eachCells(q, func(c *cells) error {
		f, err := v.factFrom(c)
		if err != nil {
			return err
		}
		return scan(f, c)
	}, args...)
}

// addFact keeps a new fact under its number in the search index.
func (v view) addFact(t *txn, f projectr.Fact, doc int64, now time.Time) error {
	affects, err := toJSON(list0(f.Affects))
	if err != nil {
		return err
	}
	minor, currency, per := money(f.Amount)
	_, err = v.exec(`INSERT INTO facts (doc, org, id, email_id, project_id, kind, text, quote, start, "end", proof, confidence, owner, owner_key, deadline,
			priority, made_by, amount_minor, currency, affects, state, by, at, at_offset, reason, read_at, known_at, file,
			held, repeats, supersedes, superseded_by, standing, doubt, done_at, done_by, per)
		VALUES (?, :org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		doc, string(f.ID), string(f.EmailID), projectOr(f.ProjectID), string(f.Kind), f.Text, f.Quote, f.Start, f.End, string(f.Proof), f.Confidence,
		text(f.Owner), ownerKey(f.Owner), text(f.Deadline), f.Priority, text(f.MadeBy), minor, currency, affects, string(f.State), f.By,
		micros(f.At), offset(f.At), f.Reason, micros(now), micros(now), f.File, f.Held, text(f.Repeats), text(f.Supersedes), text(f.SupersededBy),
		string(f.Standing), f.Doubt, optionalAt(f.DoneAt), f.DoneBy, per)
	if err != nil {
		return wrap("add fact", err)
	}
	t.later = append(t.later, factDoc(doc, f))
	v.touch(f.EmailID)
	return nil
}

func factDoc(doc int64, f projectr.Fact) indexing {
	return indexing{doc: doc, title: folded(f.Text), text: folded(f.Quote)}
}

func money(a *projectr.Amount) (minor, currency any, per string) {
	if a == nil {
		return nil, nil, ""
	}
	return a.Minor, a.Currency, a.Per
}

func optionalAt(at *time.Time) any {
	if at == nil {
		return nil
	}
	return micros(*at)
}

func ownerKey(owner *string) any {
	if owner == nil {
		return nil
	}
	return strings.ToLower(*owner)
}

// projectOr keeps "no project" as NULL.
func projectOr(p projectr.ProjectID) any {
	if p == "" {
		return nil
	}
	return string(p)
}

// Fact is store.Driver's.
func (d *Driver) Fact(ctx context.Context, s store.Scope, id projectr.FactID) (f projectr.Fact, err error) {
	err = d.read(ctx, s, func(v view) error {
		f, _, err = v.fact(id)
		return err
	})
	return f, err
}

func (v view) fact(id projectr.FactID) (f projectr.Fact, doc int64, err error) {
	err = v.eachFact(`SELECT `+factColumns+`, f.doc FROM facts f WHERE f.org = :org AND f.id = ?`, func(found projectr.Fact, c *cells) error {
		f, doc = found, c.num()
		return nil
	}, string(id))
	if err == nil && doc == 0 {
		err = errNoFact
	}
	return f, doc, err
}

// Facts is store.Driver's.
func (d *Driver) Facts(ctx context.Context, s store.Scope, f projectr.FactFilter) (projectr.List[projectr.Fact], error) {
	var l list[projectr.Fact]
	err := d.read(ctx, s, func(v view) error {
		l = listOf[projectr.Fact](v, "facts", f.Page, 2, 0)
		if f.Deadline {
			l = listOf[projectr.Fact](v, "facts by deadline", f.Page, 2, 1)
		}
		return v.factPage(&l, f)
	})
	return l.done(), err
}

func (v view) factPage(l *list[projectr.Fact], f projectr.FactFilter) error {
	from := `facts f`
	if f.Deadline && f.Kind == projectr.ActionItem && f.Project == "" {
		from += ` INDEXED BY facts_actions`
	}
	q := `SELECT ` + factColumns + `, f.doc, f.due FROM ` + from + ` WHERE f.org = :org AND f.project_id IS NOT NULL`
	var args []any
	filter := func(sql string, with ...any) { q, args = q+" AND "+sql, append(args, with...) }
	if f.Project != "" {
		filter(`f.project_id = ?`, string(f.Project))
	}
	switch f.Kind {
	case "":
	case projectr.ActionItem: // said out loud for the index of actions
		filter(`f.kind = 'action_item'`)
	default:
		filter(`f.kind = ?`, string(f.Kind))
	}
	switch {
	case f.Unsure:
		filter(`f.unsure`)
	case f.State != "":
		filter(`f.state = ?`, string(f.State))
	default:
		filter(`f.live`)
	}
	if f.Done != nil {
		filter(`(f.done_at IS NOT NULL) = ?`, *f.Done)
	}
	if !f.Since.IsZero() {
		filter(`f.read_at >= ?`, micros(f.Since))
	}
	if f.Owner != "" {
		filter(`f.owner_key = ?`, strings.ToLower(f.Owner))
	}
	if f.DueTo != "" {
		filter(`f.deadline <= ?`, f.DueTo)
	}
	at, err := l.after(f.Page.After)
	if err != nil {
		return err
	}
	if f.Deadline {
		if !at.first {
			filter(`(f.due, f.at, f.doc) > (?, ?, ?)`, at.strs[0], at.nums[0], at.nums[1])
		}
		q += ` ORDER BY f.due, f.at, f.doc`
	} else {
		filter(`(f.at, f.doc) < (?, ?)`, at.num(0), at.num(1))
		q += ` ORDER BY f.at DESC, f.doc DESC`
	}
	return v.eachFact(orgSQL(q+` LIMIT ?`), func(x projectr.Fact, c *cells) error {
		m := mark{nums: [2]int64{micros(x.At), c.num()}}
		if f.Deadline {
			m.strs[0] = c.str()
		}
		l.add(x, m)
		return nil
	}, append(args, l.limit+1)...)
}

// JudgeFact is store.Driver's.
func (d *Driver) JudgeFact(ctx context.Context, s store.Scope, was, f projectr.Fact, ev projectr.Event, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		is, _, err := v.fact(f.ID)
		if err != nil {
			return false, err
		}
		// Where it belongs is not judged; it may have moved meanwhile.
		seen := was
		seen.ProjectID, seen.EmailID, seen.At = is.ProjectID, is.EmailID, is.At
		if !reflect.DeepEqual(seen, is) {
			return false, errJudged
		}
		f.ProjectID, f.EmailID, f.At, ev.ProjectID = is.ProjectID, is.EmailID, is.At, is.ProjectID
		if err := v.addVersion(is, f, ev, a.At, false); err != nil {
			return false, err
		}
		doc, err := v.setFact(f)
		if err != nil {
			return false, err
		}
		if f.Text != is.Text || f.Quote != is.Quote {
			t.later = append(t.later, factDoc(doc, f))
		}
		if f.ProjectID != "" {
			zone, err := v.zone(d)
			if err != nil {
				return false, err
			}
			if err := v.tally(f.ProjectID, zone, -1, nil, []projectr.Fact{is}); err != nil {
				return false, err
			}
			if err := v.tally(f.ProjectID, zone, 1, nil, []projectr.Fact{f}); err != nil {
				return false, err
			}
		}
		return true, v.addEvent(ev, a.At)
	})
}

var errJudged = &projectr.Error{Kind: projectr.Conflict, Message: "Somebody else has judged this fact just now. Look at it again."}

// addVersion keeps what a judgement, or a later reading, makes of a fact, and before
// the first one what was extracted.
func (v view) addVersion(is, f projectr.Fact, ev projectr.Event, at time.Time, read bool) error {
	before, err := toJSON(is)
	if err != nil {
		return err
	}
	after, err := toJSON(f)
	if err != nil {
		return err
	}
	if _, err := v.exec(`INSERT INTO fact_versions (org, fact_id, n, at, event_id, fact) SELECT org, id, 1, read_at, '', ? FROM facts WHERE org = :org AND id = ?
		ON CONFLICT DO NOTHING`, before, string(f.ID)); err != nil {
		return wrap("keep what was extracted", err)
	}
	_, err = v.exec(`INSERT INTO fact_versions (org, fact_id, n, at, event_id, fact, read)
		SELECT org, fact_id, max(n) + 1, ?, ?, ?, ? FROM fact_versions WHERE org = :org AND fact_id = ? GROUP BY org, fact_id`,
		micros(at), string(ev.ID), after, read, string(f.ID))
	return wrap("keep what it is now", err)
}

// Extracted is store.Driver's.
func (d *Driver) Extracted(ctx context.Context, s store.Scope, id projectr.FactID) (f projectr.Fact, err error) {
	err = d.read(ctx, s, func(v view) error {
		if f, _, err = v.fact(id); err != nil {
			return err
		}
		var first []byte
		err := v.one(`SELECT fact FROM fact_versions WHERE org = :org AND fact_id = ? AND (n = 1 OR read) ORDER BY n DESC LIMIT 1`, []any{string(id)}, &first)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // nobody judged it
		}
		if err != nil {
			return wrap("read what was extracted", err)
		}
		is := f
		f = projectr.Fact{}
		err = json.Unmarshal(first, &f)
		f.ProjectID, f.EmailID, f.At, f.File = is.ProjectID, is.EmailID, is.At, is.File
		f.Repeats, f.Supersedes, f.SupersededBy = is.Repeats, is.Supersedes, is.SupersededBy
		return wrap("read what was extracted", err)
	})
	return f, err
}

// fileFact puts a fact on the project it is filed on from now on.
func (v view) fileFact(f projectr.Fact, now time.Time) error {
	_, err := v.exec(`UPDATE facts SET project_id = ?, known_at = ? WHERE org = :org AND id = ?`, projectOr(f.ProjectID), micros(now), string(f.ID))
	return wrap("file fact", err)
}

// setFact gives a fact that is kept other values and returns its number. Where
// it belongs stays.
func (v view) setFact(f projectr.Fact) (doc int64, err error) {
	affects, err := toJSON(list0(f.Affects))
	if err != nil {
		return 0, err
	}
	minor, currency, per := money(f.Amount)
	var of projectr.EmailID
	err = v.one(`UPDATE facts SET kind = ?, text = ?, quote = ?, start = ?, "end" = ?, proof = ?, confidence = ?, owner = ?, owner_key = ?,
			deadline = ?, priority = ?, made_by = ?, amount_minor = ?, currency = ?, affects = ?, state = ?, by = ?, reason = ?, file = ?,
			held = ?, repeats = ?, supersedes = ?, superseded_by = ?, standing = ?, doubt = ?, done_at = ?, done_by = ?, per = ?
		WHERE org = :org AND id = ? RETURNING doc, email_id`,
		[]any{string(f.Kind), f.Text, f.Quote, f.Start, f.End, string(f.Proof), f.Confidence, text(f.Owner), ownerKey(f.Owner),
			text(f.Deadline), f.Priority, text(f.MadeBy), minor, currency, affects, string(f.State), f.By, f.Reason, f.File,
			f.Held, text(f.Repeats), text(f.Supersedes), text(f.SupersededBy), string(f.Standing), f.Doubt,
			optionalAt(f.DoneAt), f.DoneBy, per, string(f.ID)}, &doc, &of)
	v.touch(of)
	return doc, wrap("change fact", err)
}
