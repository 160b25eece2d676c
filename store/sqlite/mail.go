package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

var (
	errNoEmail  = notFound("mail")
	errNoThread = notFound("thread")
)

// maxBody bounds the text of one mail when it is read back.
const maxBody = 256 << 20

// The kinds of searchable things, the two low bits of their numbers.
const (
	docMail = iota
	docFact
	docAttachment
	docProject
	docBits = 2
	orgBits = 40 // the organisation's number stands above these
)

// docs gives out n numbers in a row and returns the first, its kind bits empty.
func (v view) docs(n int) (int64, error) {
	var last int64
	err := v.one(`UPDATE orgs SET last_doc = last_doc + ? WHERE num = :org RETURNING last_doc`, []any{n}, &last)
	return v.org<<orgBits | (last-int64(n)+1)<<docBits, wrap("number documents", or(err, errNoOrg))
}

// people is the JSON of a mail's addresses.
type people struct {
	From []projectr.MailAddress `json:"f,omitempty"`
	To   []projectr.MailAddress `json:"t,omitempty"`
	Cc   []projectr.MailAddress `json:"c,omitempty"`
}

// names are what a mail's people are found by.
func (p people) names() string {
	var b strings.Builder
	for _, a := range slices.Concat(p.From, p.To, p.Cc) {
		b.WriteString(a.Name + " " + a.Address + "\n")
	}
	return b.String()
}

// encoded is what of a recording can be made ready before the writer's turn.
type encoded struct {
	people, match, warnings, spans, more string
	title, words                         string // for the search index
	text                                 []byte
	files                                map[int]packedFile
	reading                              packedReading
}

// more is the JSON of what of a mail no query asks for.
type more struct {
	Authentication projectr.Authentication `json:"a,omitzero"`
	Why            string                  `json:"w,omitempty"`
	Invitation     *projectr.Invitation    `json:"i,omitempty"`
	Confirmation   *projectr.Confirmation  `json:"c,omitempty"`
	Flags          []projectr.Flag         `json:"f,omitempty"`
	Passages       []projectr.Passage      `json:"p,omitempty"`
	SetAside       []projectr.Passage      `json:"s,omitempty"`
	ReadAgain      bool                    `json:"r,omitempty"`
}

func moreOf(e projectr.Email) more {
	return more{e.Authentication, e.Why, e.Invitation, e.Confirmation, e.Flags, e.Passages, e.SetAside, e.ReadAgain}
}

// packedFile is the text of a file, packed for the database and folded for the
// search index.
type packedFile struct {
	projectr.FileText
	packed []byte
	words  string
}

func (d *Driver) encode(r projectr.Recording) (x encoded, err error) {
	for _, j := range []struct {
		to   *string
		from any
	}{
		{&x.people, people{r.Email.From, r.Email.To, r.Email.Cc}},
		{&x.match, r.Email.Match},
		{&x.warnings, r.Email.Warnings},
		{&x.spans, r.Body.Spans},
		{&x.more, moreOf(r.Email)},
	} {
		if *j.to, err = toJSON(j.from); err != nil {
			return x, err
		}
	}
	x.text = d.enc.EncodeAll([]byte(r.Body.Text), nil)
	x.title, x.words = folded(r.Email.Subject), folded(people{r.Email.From, r.Email.To, r.Email.Cc}.names(), r.Body.Text)
	x.files = make(map[int]packedFile, len(r.Files))
	for n, f := range r.Files {
		x.files[n] = packedFile{f, d.enc.EncodeAll([]byte(f.Text), nil), folded(f.Text)}
	}
	if r.Reading != nil && r.Email.CopyOf == nil {
		x.reading, err = d.packReading(*r.Reading)
		x.reading.EmailID = r.Email.ID
	}
	return x, err
}

// Record is store.Driver's.
func (d *Driver) Record(ctx context.Context, s store.Scope, r projectr.Recording, most int64, a projectr.AuditEntry) (bool, error) {
	x, err := d.encode(r)
	if err != nil {
		return false, err
	}
	var fresh bool
	err = d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		var n int
		if err := v.one(`SELECT count(*) FROM emails WHERE org = :org AND id = ?`, []any{string(r.Email.ID)}, &n); err != nil {
			return false, err
		}
		fresh = n == 0
		if !fresh {
			return false, nil
		}
		return true, v.record(d, t, r, x, most, a.At)
	})
	return fresh && err == nil, err
}

func (v view) record(d *Driver, t *txn, r projectr.Recording, x encoded, most int64, now time.Time) error {
	zone, err := v.zone(d)
	if err != nil {
		return err
	}
	if r.Email, err = v.asCopy(r.Email); err != nil {
		return err
	}
	e, project, copied := r.Email, projectOf(r.Email), r.Email.CopyOf != nil
	files := e.Attachments
	if copied {
		files = nil // they are those of the mail it is a copy of
	}
	doc, err := v.docs(1 + len(e.Facts) + len(files))
	if err != nil {
		return err
	}
	if err := v.keepThread(r, project); err != nil {
		return err
	}
	v.touch(e.ID) // it may have tied two threads
	day := dayOf(e.ReceivedAt, zone)
	sender, author := authorOf(e)
	_, err = v.exec(`INSERT INTO emails (doc, org, id, message_id, subject, people, date, date_offset, received_at, day, project_id, thread_id, state, sha256,
			size, verdict, snippet, match, reply, automatic, warnings, extractor, envelope_from, tag, files, sender, author,
			more, came_by, copy_of, content, print, topic, clue, counted, split)
		VALUES (?, :org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		doc, string(e.ID), e.MessageID, e.Subject, x.people, micros(e.Date), offset(e.Date), micros(e.ReceivedAt), day, projectOr(project), string(e.ThreadID),
		string(e.State), string(e.SHA256), e.Size, string(e.Verdict), e.Snippet, x.match, e.Reply, e.Automatic, x.warnings, e.Extractor, e.EnvelopeFrom, e.Tag,
		len(files), sender, author,
		x.more, text(e.CameBy), text(e.CopyOf), r.Likeness.Content, r.Likeness.Print, r.Likeness.Topic, r.Likeness.Clue, !r.Uncounted && !copied, len(e.Passages) > 0)
	if err != nil {
		return wrap("add mail", err)
	}
	if !copied && !r.Uncounted {
		if err := v.hasRoom(day, most); err != nil {
			return err
		}
	}
	if e.CameBy == nil && !r.Shared {
		if _, err := v.exec(`UPDATE orgs SET bytes = bytes + ? WHERE num = :org`, e.Size); err != nil {
			return wrap("count bytes", err)
		}
	}
	if err := v.place(doc, e); err != nil {
		return err
	}
	if _, err := v.exec(`INSERT INTO bodies (doc, org, text, spans, html) VALUES (?, :org, ?, ?, ?)`, doc, x.text, x.spans, r.Body.HTML); err != nil {
		return wrap("add text", err)
	}
	if err := v.arrive(r); err != nil {
		return err
	}
	if copied {
		if r.Better {
			return v.better(d, t, r, x)
		}
		return nil
	}
	found := len(t.later)
	t.later = append(t.later, indexing{doc: doc, title: x.title, text: x.words})
	next := doc + 1<<docBits
	if err := v.addFiles(t, e.ID, files, x, next); err != nil {
		return err
	}
	next += int64(len(files)) << docBits
	e.Facts = slices.Clone(e.Facts)
	for i := range e.Facts {
		e.Facts[i].EmailID, e.Facts[i].ProjectID = e.ID, e.FiledOn(e.Facts[i])
		if err := v.addFact(t, e.Facts[i], next|docFact, now); err != nil {
			return err
		}
		next += 1 << docBits
	}
	if unheard(e) { // nobody finds what strangers write
		t.later = t.later[:found]
	}
	if err := v.readFirst(x.reading, e.ID); err != nil {
		return err
	}
	for _, ev := range r.Events {
		if err := v.addEvent(ev, now); err != nil {
			return err
		}
	}
	if err := v.ruled(r.Rule); err != nil {
		return err
	}
	return v.count(zone, 1, mailRow{Email: e, counted: !r.Uncounted}, day)
}

// place puts a mail on the timelines where it stands.
func (v view) place(doc int64, e projectr.Email) error {
	for _, p := range e.Projects() {
		if _, err := v.exec(`INSERT INTO email_projects (org, project_id, date, doc) VALUES (:org, ?, ?, ?)`, string(p), micros(e.Date), doc); err != nil {
			return wrap("place mail", err)
		}
	}
	return nil
}

// displace takes a mail off the timelines where it stood.
func (v view) displace(was mailRow) error {
	for _, p := range was.Projects() {
		if _, err := v.exec(`DELETE FROM email_projects WHERE org = :org AND project_id = ? AND date = ? AND doc = ?`, string(p), micros(was.Date), was.doc); err != nil {
			return wrap("displace mail", err)
		}
	}
	return nil
}

// arrive keeps the ways by which a mail came in, each once: those of a copy are
// those of the mail it is a copy of.
func (v view) arrive(r projectr.Recording) error {
	id := r.Email.ID
	if r.Email.CopyOf != nil {
		id = *r.Email.CopyOf
	}
	for _, a := range r.Arrivals {
		if err := v.addArrival(id, a); err != nil {
			return err
		}
	}
	return nil
}

func (v view) addArrival(id projectr.EmailID, a projectr.Arrival) error {
	n, err := v.exec(`INSERT INTO arrivals (org, email_id, via, n, how, name, address, at, note)
		SELECT :org, ?, ?, coalesce((SELECT max(n) FROM arrivals WHERE org = :org AND email_id = ?), 0) + 1, ?, ?, ?, ?, ?
		ON CONFLICT DO NOTHING`, string(id), string(a.EmailID), string(id), a.How, a.By.Name, a.By.Address, micros(a.At), a.Note)
	if err != nil || n == 0 {
		return wrap("add arrival", err)
	}
	_, err = v.exec(`UPDATE emails SET arrivals = arrivals + 1 WHERE org = :org AND id = ?`, string(id))
	return wrap("count arrivals", err)
}

// original returns the mail that id is a copy of, or id itself where it is none.
func (v view) original(id projectr.EmailID) (of projectr.EmailID, err error) {
	err = v.one(`SELECT coalesce(copy_of, id) FROM emails WHERE org = :org AND id = ?`, []any{string(id)}, &of)
	return of, wrap("look for the first of the copies", or(err, errNoEmail))
}

var errOwnCopy = &projectr.Error{Kind: projectr.Conflict, Message: "A mail is no copy of itself."}

// asCopy makes e, where it is a copy, one of a mail that is none itself: a copy of
// what is not there would be shown nowhere. It is on no project and has no facts,
// those are the other mail's.
func (v view) asCopy(e projectr.Email) (projectr.Email, error) {
	if e.CopyOf == nil {
		return e, nil
	}
	of, err := v.original(*e.CopyOf)
	if err == nil && of == e.ID {
		err = errOwnCopy
	}
	e.CopyOf, e.ProjectID, e.Facts, e.Passages, e.SetAside = &of, nil, nil, nil, nil
	return e, err
}

// giveCopies lets what came in as copies of a mail be copies of what that mail
// turns out to be a copy of: nobody who sent it in is forgotten.
func (v view) giveCopies(was mailRow, to projectr.EmailID) error {
	if was.arrivals == 0 {
		return nil
	}
	for _, a := range was.SendersIn {
		if a.EmailID == was.ID {
			continue // the caller says how it came in itself
		}
		if err := v.addArrival(to, a); err != nil {
			return err
		}
		if _, err := v.exec(`UPDATE emails SET copy_of = ? WHERE org = :org AND id = ? AND copy_of = ?`, string(to), string(a.EmailID), string(was.ID)); err != nil {
			return wrap("give copies", err)
		}
	}
	_, err := v.exec(`DELETE FROM arrivals WHERE org = :org AND email_id = ?`, string(was.ID))
	if err == nil {
		_, err = v.exec(`UPDATE emails SET arrivals = 0 WHERE org = :org AND id = ?`, string(was.ID))
	}
	return wrap("give copies", err)
}

// better gives a mail that was only known from inside others what the mail itself
// says: r came as a copy of it, and is the true one. Whoever forwarded it may have
// changed what stood there, so all is shown as the mail itself has it; the facts
// stay if their words do. Its date stays, because the timeline tells of it.
func (v view) better(d *Driver, t *txn, r projectr.Recording, x encoded) error {
	was, err := v.email(*r.Email.CopyOf)
	if err != nil || was.CameBy == nil {
		return err
	}
	e := r.Email
	next, err := v.docs(len(e.Attachments))
	if err != nil {
		return err
	}
	if len(was.Passages)+len(was.SetAside) > 0 {
		var packed []byte
		if err := v.one(`SELECT text FROM bodies WHERE org = :org AND doc = ?`, []any{was.doc}, &packed); err != nil {
			return wrap("read text", err)
		}
		text, err := d.dec.DecodeAll(packed, nil)
		if err != nil {
			return wrap("unpack text", err)
		}
		before := string(text)
		e.Passages, e.SetAside = goesOn(was, was.Passages, before, r.Body.Text), goesOn(was, was.SetAside, before, r.Body.Text)
	}
	// A copy is not read: what was odd about the mail, and that a model is to read it, stays.
	e.ReadAgain = was.ReadAgain
	for _, f := range was.Flags {
		e.Flags = append(slices.Clip(e.Flags), f.In(r.Body.Text))
	}
	more, err := toJSON(moreOf(e))
	if err != nil {
		return err
	}
	sender, author := authorOf(e)
	_, err = v.exec(`UPDATE emails SET message_id = ?, subject = ?, snippet = ?, people = ?, sender = ?, author = ?, sha256 = ?, size = ?, envelope_from = ?, more = ?, print = ?, clue = ?,
			files = ?, warnings = ?, came_by = NULL
		WHERE org = :org AND id = ?`, e.MessageID, e.Subject, e.Snippet, x.people, sender, author, string(e.SHA256), e.Size, e.EnvelopeFrom, more, r.Likeness.Print, r.Likeness.Clue,
		len(e.Attachments), x.warnings, string(was.ID))
	if err != nil {
		return wrap("better mail", err)
	}
	if _, err := v.exec(`UPDATE bodies SET text = ?, spans = ?, html = ? WHERE org = :org AND doc = ?`, x.text, x.spans, r.Body.HTML, was.doc); err != nil {
		return wrap("better mail", err)
	}
	t.later = append(t.later, indexing{doc: was.doc, title: x.title, text: x.words})
	if err := v.dropFiles(t, was.ID); err != nil {
		return err
	}
	if err := v.addFiles(t, was.ID, e.Attachments, x, next); err != nil {
		return err
	}
	return v.follow(d, was, r.Body.Text, e.Attachments)
}

// goesOn are passages of a mail where they stand in another text of it: by their
// words, or where the facts in them stand. One of which nothing is found is empty, and
// its facts stay on its project.
func goesOn(was mailRow, passages []projectr.Passage, before, text string) []projectr.Passage {
	out := slices.Clone(passages)
	for i := range out {
		p := &out[i]
		words, _ := projectr.Quoted(before, p.Start, p.End)
		if w := (projectr.Fact{Quote: words, Start: p.Start, End: p.End}).In(text); w.Stands(text) {
			p.Start, p.End = w.Start, w.End
			continue
		}
		start, end := -1, -1
		for _, f := range was.Facts {
			if f.File != 0 || f.Start < p.Start || f.Start >= p.End {
				continue
			}
			if f = f.In(text); f.Stands(text) {
				if start < 0 {
					start = f.Start
				}
				start, end = min(start, f.Start), max(end, f.End)
			}
		}
		p.Start, p.End = max(start, 0), max(end, 0)
	}
	return out
}

// follow lets facts follow their words to where they stand in the text, and those in
// a file to its number among other files. Where those are not there, nothing proves
// the fact any more.
func (v view) follow(d *Driver, was mailRow, text string, files []projectr.Attachment) error {
	zone, err := v.zone(d)
	if err != nil {
		return err
	}
	for _, f := range was.Facts {
		is := f
		if f.File == 0 {
			f = f.In(text)
		}
		from := slices.IndexFunc(was.Attachments, func(a projectr.Attachment) bool { return a.N == f.File })
		to := slices.IndexFunc(files, func(a projectr.Attachment) bool { return from >= 0 && a.SHA256 == was.Attachments[from].SHA256 })
		switch {
		case f.File == 0:
		case to >= 0:
			f.File = files[to].N
		default:
			f.Proof = projectr.Unverified
		}
		if _, err := v.setFact(f); err != nil {
			return err
		}
		if f.ProjectID == "" || f.Proof == is.Proof {
			continue
		}
		if err := v.tally(f.ProjectID, zone, -1, nil, []projectr.Fact{is}); err != nil {
			return err
		}
		if err := v.tally(f.ProjectID, zone, 1, nil, []projectr.Fact{f}); err != nil {
			return err
		}
	}
	return nil
}

// unheard reports whether a mail is kept, and no more: its sender was not let in, it
// carries a virus, or it has a code in it that is for admins alone.
func unheard(e projectr.Email) bool {
	return e.State == projectr.Quarantined || e.State == projectr.Automatic && e.Confirmation != nil || e.State == projectr.Held && e.Verdict == projectr.Refused
}

func projectOf(e projectr.Email) projectr.ProjectID {
	if e.ProjectID == nil {
		return ""
	}
	return *e.ProjectID
}

// authorOf returns the address in From, in lower case, and what to call its owner.
func authorOf(e projectr.Email) (sender, author string) {
	if len(e.From) == 0 {
		return "", ""
	}
	return strings.ToLower(e.From[0].Address), e.From[0].String()
}

// addFiles keeps a mail's attachments under numbers from next on, and what was
// read of them, once for equal bytes.
func (v view) addFiles(t *txn, id projectr.EmailID, files []projectr.Attachment, x encoded, next int64) error {
	for i, f := range files {
		doc := next + int64(i)<<docBits | docAttachment
		if _, err := v.exec(`INSERT INTO attachments (doc, org, email_id, n, filename, content_type, size, sha256, content_id, inline)
			VALUES (?, :org, ?, ?, ?, ?, ?, ?, ?, ?)`, doc, string(id), f.N, f.Filename, f.ContentType, f.Size, string(f.SHA256), f.ContentID, f.Inline); err != nil {
			return wrap("add attachment", err)
		}
		read, ok := x.files[f.N]
		if ok {
			if _, err := v.exec(`INSERT INTO file_texts (org, sha256, state, note, text) VALUES (:org, ?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET state = excluded.state, note = excluded.note, text = excluded.text WHERE state = 'not_read'`,
				string(f.SHA256), string(read.State), read.Note, read.packed); err != nil {
				return wrap("add text of attachment", err)
			}
		}
		if f.Filename != "" || read.words != "" {
			t.later = append(t.later, indexing{doc: doc, title: folded(f.Filename), text: read.words})
		}
	}
	return nil
}

// dropFiles forgets a mail's attachments, not their bytes.
func (v view) dropFiles(t *txn, id projectr.EmailID) error {
	err := v.each(`DELETE FROM attachments WHERE org = :org AND email_id = ? RETURNING doc`, func(rows *sql.Rows) error {
		var doc int64
		err := rows.Scan(&doc)
		t.later = append(t.later, indexing{doc: doc, drop: doc})
		return err
	}, string(id))
	return wrap("drop attachments", err)
}

// Release is store.Driver's.
func (d *Driver) Release(ctx context.Context, s store.Scope, r projectr.Recording, most int64, a projectr.AuditEntry) (bool, error) {
	x, err := d.encode(r)
	if err != nil {
		return false, err
	}
	var released bool
	err = d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		was, err := v.email(r.Email.ID)
		if err != nil {
			return false, err
		}
		switch was.State {
		case projectr.Held, projectr.Parked, projectr.Quarantined:
			released = was.CopyOf == nil
		case projectr.Automatic: // to be that still is no release, or it would be one again and again
			released = was.CopyOf == nil && r.Email.State != projectr.Automatic
		}
		if !released {
			return false, nil
		}
		return true, v.release(d, t, was, r, x, most, a.At)
	})
	return released && err == nil, err
}

// release puts what was read of a mail in the place of what was kept of it
// unread. What came with it stays: its raw bytes and envelope, and its day unless it
// counts from now on.
func (v view) release(d *Driver, t *txn, was mailRow, r projectr.Recording, x encoded, most int64, now time.Time) error {
	zone, err := v.zone(d)
	if err != nil {
		return err
	}
	if r.Email, err = v.asCopy(r.Email); err != nil {
		return err
	}
	e, project, copied := r.Email, projectOf(r.Email), r.Email.CopyOf != nil
	files := e.Attachments
	if copied {
		files = nil
	}
	next, err := v.docs(len(e.Facts) + len(files))
	if err != nil {
		return err
	}
	if err := v.keepThread(r, project); err != nil {
		return err
	}
	v.touch(e.ID)
	counted := !r.Uncounted && !copied
	sender, author := authorOf(e)
	if counted && !was.counted { // a limit by the month is of the month in which it counts
		if err := v.hasRoom(dayOf(now, zone), most); err != nil {
			return err
		}
	}
	var day int64
	err = v.one(`UPDATE emails SET message_id = ?, subject = ?, people = ?, date = ?, date_offset = ?, project_id = ?, thread_id = ?, state = ?, verdict = ?,
			snippet = ?, match = ?, reply = ?, automatic = ?, warnings = ?, extractor = ?, files = ?, sender = ?, author = ?,
			more = ?, copy_of = ?, content = ?, print = ?, topic = ?, clue = ?, counted = ?, split = ?, day = iif(?, ?, day)
		WHERE org = :org AND id = ? RETURNING day`,
		[]any{e.MessageID, e.Subject, x.people, micros(e.Date), offset(e.Date), projectOr(project), string(e.ThreadID), string(e.State), string(e.Verdict),
			e.Snippet, x.match, e.Reply, e.Automatic, x.warnings, e.Extractor, len(files), sender, author,
			x.more, text(e.CopyOf), r.Likeness.Content, r.Likeness.Print, r.Likeness.Topic, r.Likeness.Clue, counted, len(e.Passages) > 0, counted && !was.counted, dayOf(now, zone), string(e.ID)}, &day)
	if err != nil {
		return wrap("release mail", err)
	}
	if err := v.displace(was); err != nil {
		return err
	}
	if err := v.count(zone, -1, was, day); err != nil {
		return err
	}
	if err := v.place(was.doc, e); err != nil {
		return err
	}
	// A mail that was not read was alone in a thread of its own.
	if _, err := v.exec(`DELETE FROM threads WHERE org = :org AND id = ? AND NOT EXISTS (SELECT 1 FROM emails e WHERE e.org = threads.org AND e.thread_id = threads.id)
		AND NOT EXISTS (SELECT 1 FROM message_ids m WHERE m.org = threads.org AND m.thread_id = threads.id)`, string(was.ThreadID)); err != nil {
		return wrap("drop thread", err)
	}
	if _, err := v.exec(`UPDATE bodies SET text = ?, spans = ?, html = ? WHERE org = :org AND doc = ?`, x.text, x.spans, r.Body.HTML, was.doc); err != nil {
		return wrap("replace text", err)
	}
	if err := v.dropFiles(t, e.ID); err != nil {
		return err
	}
	if err := v.arrive(r); err != nil {
		return err
	}
	if copied {
		t.later = append(t.later, indexing{doc: was.doc, drop: was.doc})
		if _, err := v.readAgain(t, was, e, next, now); err != nil {
			return err
		}
		if err := v.giveCopies(was, *e.CopyOf); err != nil {
			return err
		}
		if r.Better {
			return v.better(d, t, r, x)
		}
		return nil
	}
	t.later = append(t.later, indexing{doc: was.doc, title: x.title, text: x.words})
	if err := v.addFiles(t, e.ID, files, x, next); err != nil {
		return err
	}
	if e.Facts, err = v.readAgain(t, was, e, next+int64(len(files))<<docBits, now); err != nil {
		return err
	}
	if err := v.readFirst(x.reading, e.ID); err != nil {
		return err
	}
	for _, ev := range r.Events {
		if err := v.addEventOnce(ev, now); err != nil {
			return err
		}
	}
	if err := v.ruled(r.Rule); err != nil {
		return err
	}
	return v.count(zone, 1, mailRow{Email: e, counted: counted}, day)
}

// readAgain keeps the facts of a mail that is read now, new ones under numbers
// from next on. Events may tell of facts that were read before and are not any
// more: they stay, superseded.
func (v view) readAgain(t *txn, was mailRow, e projectr.Email, next int64, now time.Time) ([]projectr.Fact, error) {
	_, err := v.exec(`UPDATE facts SET state = 'superseded', repeats = NULL, supersedes = NULL, superseded_by = NULL, project_id = ?, known_at = ?, at = ?, at_offset = ? WHERE org = :org AND email_id = ?`,
		projectOr(e.FiledOn(projectr.Fact{})), micros(now), micros(e.Date), offset(e.Date), string(e.ID))
	if err != nil {
		return nil, wrap("supersede facts", err)
	}
	facts := slices.Clone(e.Facts)
	for i := range facts {
		f := &facts[i]
		f.EmailID, f.ProjectID = e.ID, e.FiledOn(*f)
		if slices.ContainsFunc(was.Facts, func(old projectr.Fact) bool { return old.ID == f.ID }) {
			var doc int64
			if doc, err = v.setFact(*f); err == nil {
				err = v.fileFact(*f, now)
			}
			t.later = append(t.later, factDoc(doc, *f))
		} else {
			err = v.addFact(t, *f, next|docFact, now)
			next += 1 << docBits
		}
		if err != nil {
			return nil, err
		}
	}
	return facts, nil
}

// keepThread keeps the mail's thread, and which thread its Message-ID and those
// it names belong to: where that was another one, both become this one. A thread
// without a project gets that of the first mail that is filed. A mail that is
// unheard is kept in its thread, but ties and claims none.
func (v view) keepThread(r projectr.Recording, project projectr.ProjectID) error {
	e := r.Email
	follow := r.Thread.Project
	if follow == "" && e.State == projectr.Filed && len(e.Passages) == 0 {
		follow = project
	}
	_, err := v.exec(`INSERT INTO threads (org, id, project_id) VALUES (:org, ?, ?)
		ON CONFLICT (org, id) DO UPDATE SET project_id = excluded.project_id WHERE project_id IS NULL AND excluded.project_id IS NOT NULL`,
		string(e.ThreadID), projectOr(follow))
	if err != nil {
		return wrap("keep thread", err)
	}
	ids := append([]string{e.MessageID}, r.References...)
	if unheard(e) {
		ids = nil // a stranger who knows a Message-ID joins no conversation by it
	}
	for _, id := range ids {
		if id == "" {
			continue
		}
		n, err := v.exec(`INSERT INTO message_ids (org, message_id, thread_id) VALUES (:org, ?, ?) ON CONFLICT DO NOTHING`, id, string(e.ThreadID))
		if err != nil {
			return wrap("keep message id", err)
		}
		if n == 0 {
			if err := v.tie(id, e.ThreadID); err != nil {
				return wrap("tie threads", err)
			}
		}
	}
	return nil
}

// tie makes the thread that a known Message-ID belongs to part of another one:
// a mail that names both shows them to be one conversation. Two threads that
// are filed on different projects stay two: somebody meant them so.
func (v view) tie(messageID string, to projectr.ThreadID) error {
	var from projectr.ThreadID
	var project, other sql.NullString
	err := v.one(`SELECT f.id, f.project_id, t.project_id FROM message_ids m JOIN threads f ON f.org = m.org AND f.id = m.thread_id
			JOIN threads t ON t.org = m.org AND t.id = ? WHERE m.org = :org AND m.message_id = ?`,
		[]any{string(to), messageID}, &from, &project, &other)
	if err != nil || from == to || project.Valid && other.Valid && project != other {
		return err
	}
	for _, step := range []struct {
		q    orgSQL
		args []any
	}{
		{`UPDATE threads SET project_id = coalesce(project_id, ?) WHERE org = :org AND id = ?`, []any{project, string(to)}},
		{`UPDATE emails SET thread_id = ? WHERE org = :org AND thread_id = ?`, []any{string(to), string(from)}},
		{`UPDATE message_ids SET thread_id = ? WHERE org = :org AND thread_id = ?`, []any{string(to), string(from)}},
		{`DELETE FROM threads WHERE org = :org AND id = ?`, []any{string(from)}},
	} {
		if _, err := v.exec(step.q, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// HasEmail is store.Driver's.
func (d *Driver) HasEmail(ctx context.Context, s store.Scope, id projectr.EmailID) (has bool, err error) {
	err = d.read(ctx, s, func(v view) error {
		return v.one(`SELECT count(*) FROM emails WHERE org = :org AND id = ?`, []any{string(id)}, &has)
	})
	return has, err
}

const emailColumns = `e.org, e.id, e.message_id, e.subject, e.people, e.date, e.date_offset, e.received_at, e.project_id, e.thread_id, e.state, e.sha256, e.size,
	e.verdict, e.snippet, e.match, e.reply, e.automatic, e.warnings, e.extractor, e.envelope_from, e.tag, e.files, e.doc,
	e.more, e.came_by, e.copy_of, e.counted, e.arrivals,
	(SELECT count(*) FROM emails t WHERE t.org = e.org AND t.thread_id = e.thread_id AND t.copy_of IS NULL),
	(SELECT count(*) FROM emails t WHERE t.org = e.org AND t.thread_id = e.thread_id AND t.copy_of IS NULL AND (t.date, t.doc) <= (e.date, e.doc))`

// mailRow is a mail and what of its row the type does not show.
type mailRow struct {
	projectr.Email
	doc      int64
	files    int
	arrivals int
	counted  bool // in usage_days
}

func (v view) scanEmail(r *sql.Rows) (m mailRow, err error) {
	var org, date, minutes, received int64
	var who, match, warnings, rest []byte
	err = r.Scan(&org, &m.ID, &m.MessageID, &m.Subject, &who, &date, &minutes, &received, &m.ProjectID, &m.ThreadID, &m.State, &m.SHA256, &m.Size,
		&m.Verdict, &m.Snippet, &match, &m.Reply, &m.Automatic, &warnings, &m.Extractor, &m.EnvelopeFrom, &m.Tag, &m.files, &m.doc,
		&rest, &m.CameBy, &m.CopyOf, &m.counted, &m.arrivals, &m.ThreadSize, &m.ThreadIndex)
	if err != nil {
		return m, err
	}
	var p people
	var x more
	err = errors.Join(v.own(org), json.Unmarshal(who, &p), json.Unmarshal(match, &m.Match), fromJSON(warnings, &m.Warnings), json.Unmarshal(rest, &x))
	m.Authentication, m.Why, m.Invitation, m.Confirmation = x.Authentication, x.Why, x.Invitation, x.Confirmation
	m.Flags, m.Passages, m.SetAside, m.ReadAgain = list0(x.Flags), list0(x.Passages), list0(x.SetAside), x.ReadAgain
	for _, ps := range [][]projectr.Passage{m.Passages, m.SetAside} {
		for i := range ps {
			ps[i].Reasons = list0(ps[i].Reasons)
		}
	}
	if m.Authentication.Result == "" { // nobody looked
		m.Authentication.Result = projectr.AuthNone
	}
	m.Date, m.ReceivedAt = zoned(date, minutes), moment(received)
	m.From, m.To, m.Cc = list0(p.From), list0(p.To), list0(p.Cc)
	m.Match.Reasons, m.Match.Candidates = list0(m.Match.Reasons), list0(m.Match.Candidates)
	for i := range m.Match.Candidates {
		m.Match.Candidates[i].Reasons = list0(m.Match.Candidates[i].Reasons)
	}
	m.Facts, m.Attachments, m.SendersIn = []projectr.Fact{}, []projectr.Attachment{}, []projectr.Arrival{}
	return m, err
}

// list0 makes no list an empty one, as JSON wants it.
func list0[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// complete adds facts and attachments to a page of mails, in a query each.
func (v view) complete(ms []*mailRow) error {
	at := make(map[projectr.EmailID]*mailRow, len(ms))
	ids := make([]string, 0, len(ms))
	files, arrivals := false, false
	for _, m := range ms {
		at[m.ID] = m
		ids = append(ids, string(m.ID))
		files, arrivals = files || m.files > 0, arrivals || m.arrivals > 0
	}
	page, err := toJSON(ids)
	if err != nil || len(ms) == 0 {
		return err
	}
	defer func() {
		for _, m := range ms {
			m.SendersIn = sendersIn(m.Email)
		}
	}()
	err = v.eachFact(`SELECT `+factColumns+` FROM json_each(?) j CROSS JOIN facts f ON f.email_id = j.value WHERE f.org = :org ORDER BY f.email_id, f.start, f.doc`,
		func(f projectr.Fact, _ *cells) error {
			m := at[f.EmailID]
			m.Facts = append(m.Facts, f)
			return nil
		}, page)
	if err == nil && arrivals {
		err = v.each(`SELECT a.email_id, a.via, a.how, a.name, a.address, a.at, a.note FROM json_each(?) j CROSS JOIN arrivals a ON a.email_id = j.value
			WHERE a.org = :org AND a.n <= ? ORDER BY a.email_id, a.at, a.n`, func(r *sql.Rows) error {
			var id projectr.EmailID
			var a projectr.Arrival
			var at64 int64
			err := r.Scan(&id, &a.EmailID, &a.How, &a.By.Name, &a.By.Address, &at64, &a.Note)
			a.At = moment(at64)
			at[id].SendersIn = append(at[id].SendersIn, a)
			return err
		}, page, maxArrivals)
	}
	if err == nil {
		err = v.whyAgain(ms, at)
	}
	if err != nil || !files {
		return wrap("read facts", err)
	}
	return wrap("read attachments", v.each(`SELECT a.email_id, a.n, a.filename, a.content_type, a.size, a.sha256, a.content_id, a.inline, coalesce(t.state, ''), coalesce(t.note, '')
		FROM json_each(?) j CROSS JOIN attachments a ON a.email_id = j.value LEFT JOIN file_texts t ON t.org = a.org AND t.sha256 = a.sha256
		WHERE a.org = :org ORDER BY a.email_id, a.n`, func(r *sql.Rows) error {
		var id projectr.EmailID
		var a projectr.Attachment
		err := r.Scan(&id, &a.N, &a.Filename, &a.ContentType, &a.Size, &a.SHA256, &a.ContentID, &a.Inline, &a.Read, &a.ReadNote)
		m := at[id]
		m.Attachments = append(m.Attachments, a)
		return err
	}, page))
}

// whyAgain says of those mails that a model has yet to read what they wait for.
func (v view) whyAgain(ms []*mailRow, at map[projectr.EmailID]*mailRow) error {
	var ids []string
	for _, m := range ms {
		if m.ReadAgain {
			m.ReadAgainWhy = projectr.AgainForModel
			ids = append(ids, string(m.ID))
		}
	}
	page, err := toJSON(ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	is, err := v.settings()
	if err != nil {
		return err
	}
	if !is.ByModel() {
		for _, id := range ids {
			at[projectr.EmailID(id)].ReadAgainWhy = projectr.AgainForOrders
		}
		return nil
	}
	return wrap("read what mails wait for", v.each(`SELECT r.email_id FROM json_each(?) j CROSS JOIN readings r ON r.email_id = j.value
		WHERE r.org = :org AND r.budget AND r.due IS NOT NULL AND r.state = 'current'`, func(r *sql.Rows) error {
		var id projectr.EmailID
		err := r.Scan(&id)
		at[id].ReadAgainWhy = projectr.AgainForBudget
		return err
	}, page))
}

// maxArrivals is how many ways in a mail tells of; the first ones count.
const maxArrivals = 50

// sendersIn adds the first way by which a mail came in, where it is the mail's
// own row: not for one that came inside others, and not for one that its author
// sent in later than others.
func sendersIn(e projectr.Email) []projectr.Arrival {
	if e.CameBy != nil || e.CopyOf != nil || slices.ContainsFunc(e.SendersIn, func(a projectr.Arrival) bool { return a.How == "direct" || a.How == "imported" }) {
		return e.SendersIn
	}
	first := projectr.Arrival{How: "direct", By: projectr.MailAddress{Address: e.EnvelopeFrom}, At: e.ReceivedAt, EmailID: e.ID}
	switch {
	case e.Authentication.Imported:
		first.How, first.By = "imported", projectr.Importer
	case len(e.From) > 0:
		first.By = e.From[0]
	}
	return slices.Insert(e.SendersIn, 0, first)
}

// Email is store.Driver's.
func (d *Driver) Email(ctx context.Context, s store.Scope, id projectr.EmailID) (e projectr.Email, err error) {
	err = d.read(ctx, s, func(v view) error {
		m, err := v.email(id)
		e = m.Email
		return err
	})
	return e, err
}

func (v view) email(id projectr.EmailID) (m mailRow, err error) {
	err = v.each(`SELECT `+emailColumns+` FROM emails e WHERE e.org = :org AND e.id = ?`, func(r *sql.Rows) error {
		m, err = v.scanEmail(r)
		return err
	}, string(id))
	if err == nil && m.doc == 0 {
		err = errNoEmail
	}
	if err != nil {
		return m, err
	}
	return m, v.complete([]*mailRow{&m})
}

// Emails is store.Driver's.
func (d *Driver) Emails(ctx context.Context, s store.Scope, f projectr.EmailFilter) (projectr.List[projectr.Email], error) {
	var l list[*mailRow]
	err := d.read(ctx, s, func(v view) error {
		name, key := "mail", "e.received_at"
		if f.Asking && f.State == "" {
			f.State = projectr.Automatic
		}
		if f.ByDate {
			name, key = "mail by date", "e.date"
		}
		l = listOf[*mailRow](v, name, f.Page, 2, 0)
		at, err := l.after(f.Page.After)
		if err != nil {
			return err
		}
		from := "emails e INDEXED BY "
		// Said, because without statistics the longest index looks as good.
		index := "emails_received"
		switch {
		case f.Thread != "":
			index = "emails_thread"
		case f.Project != "":
			from, index = "email_projects p CROSS JOIN emails e ON e.doc = p.doc", ""
			if f.ByDate {
				key = "p.date"
			}
		case f.State != "" && f.State != projectr.Filed:
			index = "emails_waiting"
		case f.ByDate:
			index = "emails_date"
		}
		doc := "e.doc"
		if key == "p.date" {
			doc = "p.doc"
		}
		q := `SELECT ` + emailColumns + ` FROM ` + from + index + ` WHERE e.org = :org AND (` + key + `, ` + doc + `) < (?, ?)`
		args := []any{at.num(0), at.num(1)}
		filter := func(sql string, with ...any) { q, args = q+" AND "+sql, append(args, with...) }
		switch f.State {
		case "":
		case projectr.Filed:
			filter(`e.state = 'filed'`)
		default: // said so that the index of waiting mail is seen to fit
			filter(`e.state = ? AND e.state <> 'filed'`, string(f.State))
		}
		if !f.Copies {
			filter(`e.copy_of IS NULL`)
		}
		if f.CameBy != "" {
			filter(`e.came_by = ?`, string(f.CameBy))
		}
		if f.Asking {
			filter(`e.state = 'automatic' AND json_extract(e.more, '$.c') IS NOT NULL`)
		}
		switch {
		case f.Project == "":
		case f.Thread != "":
			filter(`EXISTS (SELECT 1 FROM email_projects p WHERE p.org = e.org AND p.project_id = ? AND p.date = e.date AND p.doc = e.doc)`, string(f.Project))
		default:
			filter(`p.org = :org AND p.project_id = ?`, string(f.Project))
		}
		if f.Thread != "" {
			filter(`e.thread_id = ?`, string(f.Thread))
		}
		if f.Kind != "" {
			filter(`EXISTS (SELECT 1 FROM facts k WHERE k.org = e.org AND k.email_id = e.id AND k.kind = ? AND k.live AND (? = '' OR k.project_id = ?))`,
				string(f.Kind), string(f.Project), string(f.Project))
		}
		if !f.Before.IsZero() {
			filter(`e.date < ?`, micros(f.Before))
		}
		err = v.each(orgSQL(q+` ORDER BY `+key+` DESC, `+doc+` DESC LIMIT ?`), func(r *sql.Rows) error {
			m, err := v.scanEmail(r)
			us := micros(m.ReceivedAt)
			if f.ByDate {
				us = micros(m.Date)
			}
			l.add(&m, mark{nums: [2]int64{us, m.doc}})
			return err
		}, append(args, f.Page.Limit+1)...)
		if err != nil {
			return err
		}
		return v.complete(l.items)
	})
	rows := l.done()
	out := projectr.List[projectr.Email]{Items: make([]projectr.Email, len(rows.Items)), Next: rows.Next}
	for i, m := range rows.Items {
		out.Items[i] = m.Email
	}
	return out, err
}

// Body is store.Driver's.
func (d *Driver) Body(ctx context.Context, s store.Scope, id projectr.EmailID) (b projectr.Body, err error) {
	err = d.read(ctx, s, func(v view) error {
		var packed, spans []byte
		err := v.one(`SELECT b.text, b.spans, b.html FROM emails e JOIN bodies b ON b.doc = e.doc WHERE e.org = :org AND e.id = ?`,
			[]any{string(id)}, &packed, &spans, &b.HTML)
		if err != nil {
			return or(err, errNoEmail)
		}
		text, err := d.dec.DecodeAll(packed, nil)
		b.Text = string(text)
		return errors.Join(wrap("unpack text", err), fromJSON(spans, &b.Spans))
	})
	return b, err
}

// ThreadOf is store.Driver's.
func (d *Driver) ThreadOf(ctx context.Context, s store.Scope, messageIDs []string) (t projectr.Thread, err error) {
	err = d.read(ctx, s, func(v view) error {
		for _, id := range messageIDs {
			var found projectr.ThreadID
			var project sql.NullString
			err := v.one(`SELECT t.id, t.project_id FROM message_ids m JOIN threads t ON t.org = m.org AND t.id = m.thread_id
				WHERE m.org = :org AND m.message_id = ?`, []any{id}, &found, &project)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return wrap("find thread", err)
			}
			if t.ID == "" || project.Valid {
				t = projectr.Thread{ID: found, Project: projectr.ProjectID(project.String)}
			}
			if project.Valid {
				break
			}
		}
		if t.ID == "" {
			return errNoThread
		}
		t.Split, err = v.splitIn(t.ID)
		return err
	})
	return t, err
}

// splitIn lists the projects of the mails of a thread that are filed by passages.
func (v view) splitIn(id projectr.ThreadID) (ps []projectr.ProjectID, err error) {
	err = v.each(`SELECT e.project_id FROM emails e INDEXED BY emails_split WHERE e.org = :org AND e.thread_id = ? AND e.split AND e.project_id IS NOT NULL
		UNION SELECT json_extract(j.value, '$.project_id') FROM emails e INDEXED BY emails_split CROSS JOIN json_each(e.more, '$.p') j
			WHERE e.org = :org AND e.thread_id = ? AND e.split ORDER BY 1`, func(r *sql.Rows) error {
		var p projectr.ProjectID
		err := r.Scan(&p)
		ps = append(ps, p)
		return err
	}, string(id), string(id))
	return ps, wrap("look for mail about several projects", err)
}

func samePassages(a, b []projectr.Passage) bool {
	return slices.EqualFunc(a, b, func(a, b projectr.Passage) bool {
		return a.ProjectID == b.ProjectID && a.Start == b.Start && a.End == b.End
	})
}

var errMoved = &projectr.Error{Kind: projectr.Conflict, Message: "Somebody else has moved this mail just now. Look at it again."}

// MoveEmail is store.Driver's.
func (d *Driver) MoveEmail(ctx context.Context, s store.Scope, m store.Move, a projectr.AuditEntry) error {
	match, err := toJSON(m.Match)
	if err != nil {
		return err
	}
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		was, err := v.email(m.Email)
		if err != nil {
			return false, err
		}
		zone, err := v.zone(d)
		if err != nil {
			return false, err
		}
		if projectOf(was.Email) != m.From || was.State != m.Was || !samePassages(was.Passages, m.Had) {
			return false, errMoved
		}
		is := was
		is.State, is.ProjectID, is.Passages, is.SetAside = m.State, nil, m.Passages, m.SetAside
		if m.To != "" {
			is.ProjectID = &m.To
		}
		rest, err := toJSON(moreOf(is.Email))
		if err != nil {
			return false, err
		}
		var day int64
		err = v.one(`UPDATE emails SET project_id = ?, state = ?, match = ?, more = ?, split = ? WHERE org = :org AND id = ? RETURNING day`,
			[]any{projectOr(m.To), string(m.State), match, rest, len(is.Passages) > 0, string(m.Email)}, &day)
		if err != nil {
			return false, wrap("move mail", err)
		}
		is.Facts = slices.Clone(was.Facts)
		for i := range is.Facts {
			f := &is.Facts[i]
			if f.ProjectID = is.FiledOn(*f); f.ProjectID == was.Facts[i].ProjectID {
				continue
			}
			if err := v.fileFact(*f, a.At); err != nil {
				return false, err
			}
		}
		if err := v.displace(was); err != nil {
			return false, err
		}
		if err := v.count(zone, -1, was, day); err != nil {
			return false, err
		}
		if err := v.place(was.doc, is.Email); err != nil {
			return false, err
		}
		if err := v.count(zone, 1, is, day); err != nil {
			return false, err
		}
		v.touch(m.Email)
		if m.Thread {
			if _, err := v.exec(`UPDATE threads SET project_id = ? WHERE org = :org AND id = ?`, projectOr(m.To), string(was.ThreadID)); err != nil {
				return false, wrap("move thread", err)
			}
		}
		for _, ev := range m.Events {
			if err := v.addEventOnce(ev, a.At); err != nil {
				return false, err
			}
		}
		return true, v.learnt(m)
	})
}
