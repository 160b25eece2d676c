package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"projectr"
	"projectr/store"
)

var errNoReading = notFound("reading")

// packedReading is a reading with what of it is kept packed.
type packedReading struct {
	projectr.Reading
	said, diff, calls []byte
}

// says is the JSON of what a reading found.
type says struct {
	Flags []projectr.Flag `json:"flags,omitempty"`
	Facts []projectr.Fact `json:"facts,omitempty"`

	Before int `json:"before,omitempty"`
}

// packReading packs what is long about a reading, before the writer's turn.
func (d *Driver) packReading(r projectr.Reading) (x packedReading, err error) {
	x.Reading = r
	if len(r.Flags)+len(r.Facts)+r.Before > 0 {
		if x.said, err = d.pack(says{r.Flags, r.Facts, r.Before}); err != nil {
			return x, err
		}
	}
	if !r.Diff.Empty() {
		if x.diff, err = d.pack(r.Diff); err != nil {
			return x, err
		}
	}
	if len(r.Calls) > 0 {
		x.calls, err = d.pack(r.Calls)
	}
	return x, err
}

func (d *Driver) pack(what any) ([]byte, error) {
	b, err := json.Marshal(what)
	return d.enc.EncodeAll(b, nil), wrap("encode", err)
}

func (d *Driver) unpack(b []byte, to any) error {
	if len(b) == 0 {
		return nil
	}
	raw, err := d.dec.DecodeAll(b, nil)
	if err == nil {
		err = json.Unmarshal(raw, to)
	}
	return wrap("unpack reading", err)
}

// blob keeps nothing as an empty one, not as NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// addReading keeps a reading under its number.
func (v view) addReading(x packedReading) error {
	r := x.Reading
	_, err := v.exec(`INSERT INTO readings (org, email_id, n, at, actor_kind, actor_id, actor_name, extractor, version, why, state, again, note, reply, cost, due, tries, said, diff, calls)
		VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(r.EmailID), r.N, micros(r.At), r.By.Kind, r.By.ID, r.By.Name, r.Extractor, r.Version, r.Why, string(r.State), r.Again, r.Note, r.Reply, number(r.CostMicro),
		optional(r.Due), r.Tries, blob(x.said), blob(x.diff), blob(x.calls))
	return wrap("add reading", err)
}

// setReading writes a reading anew that is kept.
func (v view) setReading(x packedReading) error {
	r := x.Reading
	n, err := v.exec(`UPDATE readings SET at = ?, actor_kind = ?, actor_id = ?, actor_name = ?, extractor = ?, version = ?, state = ?, again = ?, note = ?, reply = ?, cost = ?,
			due = ?, budget = ?, tries = ?, said = ?, diff = ?, calls = ?
		WHERE org = :org AND email_id = ? AND n = ?`,
		micros(r.At), r.By.Kind, r.By.ID, r.By.Name, r.Extractor, r.Version, string(r.State), r.Again, r.Note, r.Reply, number(r.CostMicro),
		optional(r.Due), r.Budget && !r.Due.IsZero(), r.Tries, blob(x.said), blob(x.diff), blob(x.calls), string(r.EmailID), r.N)
	return wrap("change reading", must(n, err, errNoReading))
}

// number keeps nil as NULL.
func number(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

// nextReading returns the number of the next reading of a mail.
func (v view) nextReading(id projectr.EmailID) (n int, err error) {
	err = v.one(`SELECT coalesce(max(n), 0) + 1 FROM readings WHERE org = :org AND email_id = ?`, []any{string(id)}, &n)
	return n, wrap("number reading", err)
}

// readFirst keeps the reading that a mail was recorded or released by.
func (v view) readFirst(x packedReading, id projectr.EmailID) (err error) {
	if x.EmailID == "" {
		return nil
	}
	x.EmailID = id
	if x.N, err = v.nextReading(id); err != nil {
		return err
	}
	if x.N > 1 {
		if _, err := v.exec(`UPDATE readings SET state = iif(state = 'current', 'replaced', 'undone'), again = 0, due = NULL
			WHERE org = :org AND email_id = ? AND state IN ('current', 'waiting', 'proposed')`, string(id)); err != nil {
			return wrap("replace reading", err)
		}
	}
	return v.addReading(x)
}

const readingColumns = `r.org, r.email_id, r.n, r.at, r.actor_kind, r.actor_id, r.actor_name, r.extractor, r.version, r.why, r.state, r.again, r.note, r.reply, r.cost,
	r.due, r.budget AND r.due IS NOT NULL, r.tries, r.said, r.diff, r.calls`

// eachReading calls scan for every row of readingColumns. Unless whole is wanted, it
// leaves out what was sent and what was found beside the diff.
func (v view) eachReading(d *Driver, whole bool, q orgSQL, scan func(projectr.Reading) error, args ...any) error {
	return v.each(q, func(rows *sql.Rows) error {
		var r projectr.Reading
		var org, at int64
		var due sql.NullInt64
		var said, diff, calls []byte
		err := rows.Scan(&org, &r.EmailID, &r.N, &at, &r.By.Kind, &r.By.ID, &r.By.Name, &r.Extractor, &r.Version, &r.Why, &r.State, &r.Again, &r.Note, &r.Reply, &r.CostMicro,
			&due, &r.Budget, &r.Tries, &said, &diff, &calls)
		if err == nil {
			err = v.own(org)
		}
		var found says
		if err = errors.Join(err, d.unpack(said, &found), d.unpack(diff, &r.Diff), d.unpack(calls, &r.Calls)); err != nil {
			return err
		}
		r.At, r.Due = moment(at), optionalMoment(due)
		r.Flags, r.Calls, r.Before = list0(found.Flags), list0(r.Calls), found.Before
		r.Diff.Added, r.Diff.Gone, r.Diff.Changed = list0(r.Diff.Added), list0(r.Diff.Gone), list0(r.Diff.Changed)
		if whole {
			r.Facts = found.Facts
			return scan(r)
		}
		for i := range r.Calls {
			r.Calls[i].Sent = ""
		}
		return scan(r)
	}, args...)
}

// Readings is store.Driver's.
func (d *Driver) Readings(ctx context.Context, s store.Scope, id projectr.EmailID) ([]projectr.Reading, error) {
	l := []projectr.Reading{}
	err := d.read(ctx, s, func(v view) error {
		err := v.eachReading(d, false, `SELECT `+readingColumns+` FROM readings r WHERE r.org = :org AND r.email_id = ? ORDER BY r.n DESC`, func(r projectr.Reading) error {
			l = append(l, r)
			return nil
		}, string(id))
		if err == nil && len(l) == 0 {
			_, err = v.original(id) // there are none, or it is not there at all
		}
		return err
	})
	return l, err
}

// Reading is store.Driver's.
func (d *Driver) Reading(ctx context.Context, s store.Scope, id projectr.EmailID, n int) (r projectr.Reading, err error) {
	err = d.read(ctx, s, func(v view) error {
		r, err = v.reading(d, id, n)
		return err
	})
	return r, err
}

func (v view) reading(d *Driver, id projectr.EmailID, n int) (r projectr.Reading, err error) {
	err = v.eachReading(d, true, `SELECT `+readingColumns+` FROM readings r WHERE r.org = :org AND r.email_id = ? AND r.n = ?`, func(found projectr.Reading) error {
		r = found
		return nil
	}, string(id), n)
	if err == nil && r.N == 0 {
		err = errNoReading
	}
	return r, err
}

// ReadSample is store.Driver's.
func (d *Driver) ReadSample(ctx context.Context, s store.Scope, from time.Time, n int) (m projectr.ReadSample, err error) {
	m.Sample = []projectr.EmailID{}
	err = d.read(ctx, s, func(v view) error {
		var first sql.NullInt64
		if err := v.one(`SELECT (SELECT e.received_at FROM emails e INDEXED BY emails_received
				WHERE e.org = :org AND json_extract(e.more, '$.a.imported') IS NULL ORDER BY e.received_at LIMIT 1)`, nil, &first); err != nil {
			return wrap("find first mail", err)
		}
		if first.Valid {
			m.First = moment(first.Int64)
		}
		// Of n mails out of all, each takes one over whose place the n-fold steps up.
		return wrap("sample mails", v.each(`SELECT org, id, of FROM (
				SELECT e.org, e.id, row_number() OVER (ORDER BY e.received_at, e.doc) AS k, count(*) OVER () AS of
				FROM emails e INDEXED BY emails_received
				WHERE e.org = :org AND e.received_at >= ? AND e.copy_of IS NULL AND e.extractor <> '' AND e.state IN ('filed', 'review')
					AND json_extract(e.more, '$.a.imported') IS NULL)
			WHERE k * ? / of > (k - 1) * ? / of ORDER BY k`, func(r *sql.Rows) error {
			var org int64
			var id projectr.EmailID
			if err := r.Scan(&org, &id, &m.Mails); err != nil {
				return err
			}
			m.Sample = append(m.Sample, id)
			return v.own(org)
		}, micros(from), n, n))
	})
	return m, err
}

// Rereads is store.Driver's.
func (d *Driver) Rereads(ctx context.Context, s store.Scope, p projectr.Page) (projectr.List[projectr.Reading], error) {
	var l list[projectr.Reading]
	err := d.read(ctx, s, func(v view) error {
		l = listOf[projectr.Reading](v, "rereads", p, 1, 1)
		at, err := l.after(p.After)
		if err != nil {
			return err
		}
		return v.eachReading(d, false, `SELECT `+readingColumns+` FROM readings r INDEXED BY readings_asked
			WHERE r.org = :org AND r.state IN ('waiting', 'proposed') AND (r.at, r.email_id) < (?, ?) ORDER BY r.at DESC, r.email_id DESC LIMIT ?`, func(r projectr.Reading) error {
			l.add(r, mark{nums: [2]int64{micros(r.At)}, strs: [2]string{string(r.EmailID)}})
			return nil
		}, at.num(0), at.str(0), p.Limit+1)
	})
	return l.done(), err
}

// ReadFacts is store.Driver's.
func (d *Driver) ReadFacts(ctx context.Context, s store.Scope, id projectr.EmailID) (fs []store.ReadFact, err error) {
	err = d.read(ctx, s, func(v view) error {
		if _, err := v.original(id); err != nil {
			return err
		}
		err := v.eachFact(`SELECT `+factColumns+`,
				(SELECT x.fact FROM fact_versions x WHERE x.org = f.org AND x.fact_id = f.id AND (x.n = 1 OR x.read) ORDER BY x.n DESC LIMIT 1),
				coalesce((SELECT NOT x.read AND x.n > 1 AND json_extract(x.fact, '$.state') <> 'open' FROM fact_versions x
					WHERE x.org = f.org AND x.fact_id = f.id ORDER BY x.n DESC LIMIT 1), 0)
			FROM facts f WHERE f.org = :org AND f.email_id = ? ORDER BY f.start, f.doc`, func(f projectr.Fact, c *cells) error {
			x := store.ReadFact{Fact: f, Extracted: f}
			if was := c.str(); was != "" {
				x.Extracted = projectr.Fact{}
				if err := json.Unmarshal([]byte(was), &x.Extracted); err != nil {
					return wrap("read what was extracted", err)
				}
			}
			x.Judged = c.num() != 0 || f.DoneAt != nil
			fs = append(fs, x)
			return nil
		}, string(id))
		return err
	})
	return fs, err
}

// AskReadings is store.Driver's.
func (d *Driver) AskReadings(ctx context.Context, s store.Scope, ids []projectr.EmailID, r projectr.Reading, a projectr.AuditEntry) (asked int, err error) {
	x, err := d.packReading(r)
	if err != nil {
		return 0, err
	}
	err = d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		asked = 0
		for _, id := range ids {
			var can bool
			err := v.one(`SELECT copy_of IS NULL AND state IN ('filed', 'review') AND EXISTS (SELECT 1 FROM readings r WHERE r.org = emails.org AND r.email_id = emails.id)
				FROM emails WHERE org = :org AND id = ?`, []any{string(id)}, &can)
			if err != nil {
				return false, or(err, errNoEmail)
			}
			if !can {
				continue
			}
			if _, err := v.exec(`UPDATE readings SET state = 'undone', due = NULL WHERE org = :org AND email_id = ? AND state IN ('waiting', 'proposed')`, string(id)); err != nil {
				return false, wrap("undo reading", err)
			}
			x.EmailID = id
			if x.N, err = v.nextReading(id); err != nil {
				return false, err
			}
			if err := v.addReading(x); err != nil {
				return false, err
			}
			asked++
		}
		return asked > 0, nil
	})
	return asked, err
}

// due is what TakeReading may take.
const due = ` r.org = :org AND r.due <= ? AND (? OR r.state = 'waiting' AND r.extractor = 'rules')`

// TakeReading is store.Driver's. It looks before it asks for the writer: mostly there
// is nothing to take.
func (d *Driver) TakeReading(ctx context.Context, s store.Scope, now, until time.Time, model bool) (r projectr.Reading, err error) {
	var waits bool
	err = d.read(ctx, s, func(v view) error {
		return v.one(`SELECT EXISTS (SELECT 1 FROM readings r INDEXED BY readings_due WHERE`+due+`)`, []any{micros(now), model}, &waits)
	})
	if err == nil && !waits {
		err = errNoReading
	}
	if err != nil {
		return r, err
	}
	err = d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		r = projectr.Reading{}
		err := v.eachReading(d, true, `SELECT `+readingColumns+` FROM readings r INDEXED BY readings_due WHERE`+due+` ORDER BY r.due, r.at, r.email_id LIMIT 1`, func(found projectr.Reading) error {
			r = found
			return nil
		}, micros(now), model)
		if err == nil && r.N == 0 {
			err = errNoReading
		}
		if err != nil {
			return false, err
		}
		r.Tries++
		_, err = v.exec(`UPDATE readings SET due = ?, budget = 0, tries = ? WHERE org = :org AND email_id = ? AND n = ?`, micros(until), r.Tries, string(r.EmailID), r.N)
		return true, wrap("take reading", err)
	})
	return r, err
}

// PutOffReading is store.Driver's.
func (d *Driver) PutOffReading(ctx context.Context, s store.Scope, r projectr.Reading) error {
	x, err := d.packReading(r)
	if err != nil {
		return err
	}
	return d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		is, err := v.reading(d, r.EmailID, r.N)
		if err != nil {
			return false, err
		}
		if is.State != projectr.ReadingWaiting && !(is.State == projectr.ReadingCurrent && is.Again) {
			x.State, x.Due, x.Again = is.State, time.Time{}, is.Again // something else came first: only its calls are news
		}
		if _, err := v.exec(`UPDATE readings SET state = ?, again = ?, note = ?, cost = ?, due = ?, budget = ?, tries = ?, calls = ? WHERE org = :org AND email_id = ? AND n = ?`,
			string(x.State), x.Again, x.Note, number(x.CostMicro), optional(x.Due), x.Budget && !x.Due.IsZero(), x.Tries, blob(x.calls), string(x.EmailID), x.N); err != nil {
			return false, wrap("put reading off", err)
		}
		if is.State != projectr.ReadingCurrent || is.Again == x.Again {
			return true, nil
		}
		m, err := v.email(x.EmailID)
		if err != nil {
			return false, err
		}
		m.ReadAgain = x.Again
		return true, v.setRead(m.Email)
	})
}

// setRead keeps what the current reading says of a mail beside its facts.
func (v view) setRead(e projectr.Email) error {
	rest, err := toJSON(moreOf(e))
	if err != nil {
		return err
	}
	_, err = v.exec(`UPDATE emails SET extractor = ?, reply = ?, more = ? WHERE org = :org AND id = ?`, e.Extractor, e.Reply, rest, string(e.ID))
	return wrap("change mail", err)
}

var errReread = &projectr.Error{Kind: projectr.Conflict, Message: "Something else happened to this mail just now. Look at it again."}

// Reread is store.Driver's.
func (d *Driver) Reread(ctx context.Context, s store.Scope, r store.Rereading, a projectr.AuditEntry) error {
	x, err := d.packReading(r.Reading)
	if err != nil {
		return err
	}
	return d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		was, err := v.email(r.Reading.EmailID)
		if err != nil {
			return false, err
		}
		if err := v.seen(r, was); err != nil {
			return false, err
		}
		if r.Was == "" {
			err = v.addReading(x)
		} else {
			err = v.setReading(x)
		}
		if err != nil || r.Then == "" {
			return true, err
		}
		return true, v.reread(d, t, r, was, a.At)
	})
}

// seen says whether a mail and its readings are as whoever asks saw them.
func (v view) seen(r store.Rereading, was mailRow) error {
	var current, last int
	var state sql.NullString
	err := v.one(`SELECT coalesce(max(n) FILTER (WHERE state = 'current'), 0), coalesce(max(n), 0), max(state) FILTER (WHERE n = ?) FROM readings WHERE org = :org AND email_id = ?`,
		[]any{r.Reading.N, string(was.ID)}, &current, &last, &state)
	switch {
	case err != nil:
		return wrap("look at readings", err)
	case current != r.Current, string(r.Was) != state.String, r.Was == "" && r.Reading.N != last+1:
		return errReread
	case r.Then == "":
		return nil
	}
	same := slices.EqualFunc(r.Facts, was.Facts, func(a, b projectr.Fact) bool {
		a.ProjectID, a.At = b.ProjectID, b.At // where it is filed is no matter of reading
		return reflect.DeepEqual(a, b)
	})
	if !same {
		return errReread
	}
	return nil
}

// reread makes of a mail and its facts what r says.
func (v view) reread(d *Driver, t *txn, r store.Rereading, was mailRow, now time.Time) error {
	id := was.ID
	if _, err := v.exec(`UPDATE readings SET state = ?, again = 0, due = NULL WHERE org = :org AND email_id = ? AND n = ?`, string(r.Then), string(id), r.Current); err != nil {
		return wrap("replace reading", err)
	}
	if r.Back > 0 {
		if _, err := v.exec(`UPDATE readings SET state = 'current' WHERE org = :org AND email_id = ? AND n = ?`, string(id), r.Back); err != nil {
			return wrap("go back to reading", err)
		}
	}
	// What was proposed was compared with what is no more.
	if _, err := v.exec(`UPDATE readings SET state = 'undone' WHERE org = :org AND email_id = ? AND state = 'proposed' AND n <> ?`, string(id), r.Reading.N); err != nil {
		return wrap("undo reading", err)
	}
	is := make(map[projectr.FactID]projectr.Fact, len(was.Facts))
	for _, f := range was.Facts {
		is[f.ID] = f
	}
	versions := map[projectr.FactID]projectr.Event{}
	for _, ev := range r.Events {
		if ev.Kind == projectr.FactReread && ev.FactID != nil {
			versions[*ev.FactID] = ev
		}
	}
	var before, after []projectr.Fact
	for _, f := range r.Set {
		old, ok := is[f.ID]
		if !ok {
			return fmt.Errorf("sqlite: %s is no fact of %s", f.ID, id)
		}
		f.EmailID, f.ProjectID, f.At = old.EmailID, old.ProjectID, old.At
		if ev, ok := versions[f.ID]; ok {
			read := f
			if read.State == projectr.FactSuperseded { // by what a later mail says, not by a person
				read.State = projectr.FactOpen
			}
			if err := v.addVersion(old, read, ev, now, true); err != nil {
				return err
			}
		}
		doc, err := v.setFact(f)
		if err != nil {
			return err
		}
		if f.State == projectr.FactSuperseded && f.SupersededBy == nil { // nobody says it any more
			t.later = append(t.later, indexing{doc: doc, drop: doc})
		} else {
			t.later = append(t.later, factDoc(doc, f))
		}
		before, after = append(before, old), append(after, f)
	}
	next, err := v.docs(len(r.Add))
	if err != nil {
		return err
	}
	for i, f := range r.Add {
		f.EmailID, f.ProjectID = id, was.FiledOn(f)
		if err := v.addFact(t, f, next+int64(i)<<docBits|docFact, now); err != nil {
			return err
		}
		after = append(after, f)
	}
	zone, err := v.zone(d)
	if err != nil {
		return err
	}
	if err := v.retally(zone, before, after); err != nil {
		return err
	}
	on := make(map[projectr.FactID]projectr.ProjectID, len(was.Facts)+len(after))
	for _, f := range slices.Concat(was.Facts, after) {
		on[f.ID] = f.ProjectID
	}
	timelines := was.Projects()
	if len(timelines) == 0 {
		timelines = []projectr.ProjectID{""}
	}
	for _, ev := range r.Events {
		if ev.FactID != nil {
			ev.ProjectID = on[*ev.FactID]
			if err := v.addEventOnce(ev, now); err != nil {
				return err
			}
			continue
		}
		for _, p := range timelines { // each tells of its mail
			ev.ProjectID = p
			if err := v.addEventOnce(ev, now); err != nil {
				return err
			}
		}
	}
	e := was.Email
	e.Extractor, e.Reply, e.Flags, e.ReadAgain = r.Mail.Extractor, r.Mail.Reply, r.Mail.Flags, r.Mail.ReadAgain
	return v.setRead(e)
}
