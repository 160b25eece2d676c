package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

var (
	errNoProject      = notFound("project")
	errProjectChanged = &projectr.Error{Kind: projectr.Conflict, Message: "Somebody else has changed this project just now. Look at it again."}
)

const projectColumns = `p.org, p.id, p.name, p.job_number, p.address, p.client, p.status, p.aliases, p.people, p.created_at`

// scanProject reads projectColumns and what stands after them.
func (v view) scanProject(r *sql.Rows, more ...any) (p projectr.Project, err error) {
	var org, created int64
	var aliases, people []byte
	err = r.Scan(append([]any{&org, &p.ID, &p.Name, &p.JobNumber, &p.Address, &p.Client, &p.Status, &aliases, &people, &created}, more...)...)
	if err != nil {
		return p, err
	}
	p.CreatedAt = moment(created)
	return p, errors.Join(v.own(org), fromJSON(aliases, &p.Aliases), fromJSON(people, &p.People))
}

// own is the last wall: a row of another organisation is never handed out, even
// when a statement or a driver brought it here by mistake.
func (v view) own(org int64) error {
	if org != v.org {
		return errors.New("sqlite: a row of another organisation came up")
	}
	return nil
}

// Project is store.Driver's.
func (d *Driver) Project(ctx context.Context, s store.Scope, id projectr.ProjectID) (p projectr.Project, err error) {
	err = d.read(ctx, s, func(v view) error {
		p, err = v.project(id)
		return err
	})
	return p, err
}

func (v view) project(id projectr.ProjectID) (p projectr.Project, err error) {
	found := false
	err = v.each(`SELECT `+projectColumns+` FROM projects p WHERE p.org = :org AND p.id = ?`, func(r *sql.Rows) error {
		found = true
		p, err = v.scanProject(r)
		return err
	}, string(id))
	if err == nil && !found {
		err = errNoProject
	}
	return p, err
}

// AllProjects is store.Driver's.
func (d *Driver) AllProjects(ctx context.Context, s store.Scope) (ps []projectr.Project, err error) {
	ps = []projectr.Project{}
	err = d.read(ctx, s, func(v view) error {
		return v.each(`SELECT `+projectColumns+` FROM projects p WHERE p.org = :org ORDER BY p.created_at, p.id`, func(r *sql.Rows) error {
			p, err := v.scanProject(r)
			ps = append(ps, p)
			return err
		})
	})
	return ps, err
}

// PutProject is store.Driver's.
func (d *Driver) PutProject(ctx context.Context, s store.Scope, was *projectr.Project, p projectr.Project, ev *projectr.Event, most int64, a projectr.AuditEntry) error {
	aliases, err := toJSON(p.Aliases)
	if err != nil {
		return err
	}
	people, err := toJSON(p.People)
	if err != nil {
		return err
	}
	words := strings.ToLower(strings.Join(append([]string{p.Name, p.JobNumber, p.Client, p.Address}, p.Aliases...), "\n"))
	return d.change(ctx, s, &a, func(t *txn, v view) (bool, error) {
		var doc int64
		var err error
		if was == nil {
			if doc, err = v.docs(1); err != nil {
				return false, err
			}
			doc |= docProject
			_, err = v.exec(`INSERT INTO projects (org, id, doc, name, job_number, address, client, status, aliases, people, created_at, words, name_key, active_at)
				VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				string(p.ID), doc, p.Name, p.JobNumber, p.Address, p.Client, string(p.Status), aliases, people, micros(p.CreatedAt), words,
				strings.ToLower(p.Name), micros(p.CreatedAt))
		} else {
			is, e := v.project(p.ID)
			if e != nil {
				return false, e
			}
			if is.CreatedAt = was.CreatedAt; !reflect.DeepEqual(is, *was) {
				return false, errProjectChanged
			}
			err = v.one(`UPDATE projects SET name = ?, job_number = ?, address = ?, client = ?, status = ?, aliases = ?, people = ?, words = ?, name_key = ?
				WHERE org = :org AND id = ? RETURNING doc`,
				[]any{p.Name, p.JobNumber, p.Address, p.Client, string(p.Status), aliases, people, words, strings.ToLower(p.Name), string(p.ID)}, &doc)
		}
		if taken(err) {
			err = errProjectChanged
		}
		if err != nil {
			return false, wrap("save project", err)
		}
		if most > 0 && p.Status.Open() && (was == nil || !was.Status.Open()) {
			var open int64
			if err := v.one(`SELECT count(*) FROM projects WHERE org = :org AND status <> 'completed'`, nil, &open); err != nil {
				return false, wrap("count projects", err)
			}
			if open > most {
				return false, &projectr.Error{Kind: projectr.OverLimit, Field: "status",
					Message: fmt.Sprintf("Your plan is for %d open projects, and as many are open: complete one, or change the plan.", most)}
			}
		}
		t.later = append(t.later, indexing{doc: doc, title: folded(p.Name), text: folded(projectText(p))})
		if ev == nil {
			return true, nil
		}
		return true, v.addEvent(*ev, a.At)
	})
}

// projectText is what a project is found by beside its name.
func projectText(p projectr.Project) string {
	return strings.Join(append([]string{p.JobNumber, p.Client, p.Address}, p.Aliases...), "\n")
}

// SeeProject is store.Driver's.
func (d *Driver) SeeProject(ctx context.Context, s store.Scope, id projectr.ProjectID, u projectr.UserID, at time.Time) error {
	return d.change(ctx, s, nil, func(_ *txn, v view) (bool, error) {
		_, err := v.exec(`INSERT INTO seen (org, project_id, user_id, at) VALUES (:org, ?, ?, ?)
			ON CONFLICT (org, project_id, user_id) DO UPDATE SET at = max(at, excluded.at)`, string(id), string(u), micros(at))
		if err = fault("see project", err); projectr.KindOf(err) == projectr.NotFound {
			err = errNoProject
		}
		return true, err
	})
}

// stripWeeks is how many bars a project's row has.
const stripWeeks = 12

// Projects is store.Driver's.
func (d *Driver) Projects(ctx context.Context, s store.Scope, f projectr.ProjectFilter) (projectr.List[projectr.ProjectSummary], error) {
	var l list[projectr.ProjectSummary]
	err := d.read(ctx, s, func(v view) error {
		zone, err := v.zone(d)
		if err != nil {
			return err
		}
		today := dayOf(f.Now, zone)
		nums, strs := 1, 1
		if f.Sort == "name" || f.Sort == "job_number" {
			nums, strs = 0, 2
		}
		l = listOf[projectr.ProjectSummary](v, "projects "+f.Sort, f.Page, nums, strs)
		if err := v.projectPage(&l, f, dateOf(today), dateOf(today+7)); err != nil {
			return err
		}
		return v.summarise(l.items, weekOf(f.Now, zone), f)
	})
	return l.done(), err
}

// projectPage reads the page's rows: the project, its sums, and what is due,
// counted over an index of what can be due.
func (v view) projectPage(l *list[projectr.ProjectSummary], f projectr.ProjectFilter, today, week string) error {
	q := `SELECT ` + projectColumns + `, p.mails, p.actions, p.risks, p.facts, p.first_mail_at, p.last_mail_at, p.active_at, p.name_key,
			` + fmt.Sprintf(dueCount, `d.deadline < ?`) + `, ` + fmt.Sprintf(dueCount, `d.deadline BETWEEN ? AND ?`) + `
		FROM projects p WHERE p.org = :org`
	args := []any{today, today, week}
	filter := func(sql string, with ...any) { q, args = q+" AND "+sql, append(args, with...) }
	if f.ID != "" {
		filter(`p.id = ?`, string(f.ID))
	}
	if f.Query != "" {
		filter(`instr(p.words, ?) > 0`, strings.ToLower(f.Query))
	}
	if f.Status != "" {
		filter(`p.status = ?`, string(f.Status))
	}
	if f.Open {
		filter(`p.status <> 'completed'`)
	}
	if f.Client != "" {
		filter(`p.client = ?`, f.Client)
	}
	if f.Risks {
		filter(`p.risks > 0`)
	}
	if f.Due {
		filter(`EXISTS (SELECT 1 FROM facts d WHERE d.org = p.org AND d.project_id = p.id AND d.kind = 'action_item' AND d.drives AND d.deadline <= ?)`, week)
	}
	at, err := l.after(f.Page.After)
	if err != nil {
		return err
	}
	down := false
	switch f.Sort {
	case "name", "job_number":
		key := map[string]string{"name": "p.name_key", "job_number": "p.job_number"}[f.Sort]
		if !at.first {
			filter(`(`+key+`, p.id) > (?, ?)`, at.strs[0], at.strs[1])
		}
		q += ` ORDER BY ` + key + `, p.id`
	case "", "last_mail":
		down = true
		filter(`(p.active_at, p.id) < (?, ?)`, at.num(0), at.str(0))
		q += ` ORDER BY p.active_at DESC, p.id DESC`
	default:
		return &projectr.Error{Kind: projectr.Invalid, Field: "sort", Message: "Projects are sorted by last_mail, name or job_number."}
	}
	return v.each(orgSQL(q+` LIMIT ?`), func(r *sql.Rows) error {
		var s projectr.ProjectSummary
		var first, last sql.NullInt64
		var active int64
		var nameKey string
		p, err := v.scanProject(r, &s.Mails, &s.OpenActions, &s.Risks, &s.Unseen, &first, &last, &active, &nameKey, &s.Overdue, &s.DueWeek)
		if err != nil {
			return err
		}
		s.Project, s.FirstMailAt, s.LastMailAt = p, optionalMoment(first), optionalMoment(last)
		m := mark{nums: [2]int64{active}, strs: [2]string{string(p.ID)}}
		if !down {
			m = mark{strs: [2]string{map[string]string{"name": nameKey, "job_number": p.JobNumber}[f.Sort], string(p.ID)}}
		}
		l.add(s, m)
		return nil
	}, append(args, l.limit+1)...)
}

const dueCount = `(SELECT count(*) FROM facts d WHERE d.org = p.org AND d.project_id = p.id AND d.kind = 'action_item' AND d.drives AND %s)`

// summarise adds to a page's rows the newest fact, the bars and what is unseen,
// in one query each.
func (v view) summarise(ps []projectr.ProjectSummary, week int64, f projectr.ProjectFilter) error {
	at := map[projectr.ProjectID]int{}
	ids := make([]string, len(ps))
	for i := range ps {
		ps[i].Weeks = make([]int, stripWeeks)
		ids[i] = string(ps[i].ID)
		at[ps[i].ID] = i
	}
	page, err := toJSON(ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	err = v.each(`SELECT w.project_id, w.week, w.n FROM json_each(?) j CROSS JOIN weeks w ON w.project_id = j.value
		WHERE w.org = :org AND w.kind = '' AND w.week > ? AND w.week <= ?`, func(r *sql.Rows) error {
		var p projectr.ProjectID
		var w int64
		var n int
		err := r.Scan(&p, &w, &n)
		ps[at[p]].Weeks[stripWeeks-1-(week-w)/7] = n
		return err
	}, page, week-7*stripWeeks, week)
	if err != nil {
		return wrap("read weeks", err)
	}
	err = v.eachFact(`SELECT `+factColumns+` FROM json_each(?) j CROSS JOIN facts f ON f.doc =
			(SELECT l.doc FROM facts l WHERE l.org = :org AND l.project_id = j.value AND l.live ORDER BY l.at DESC, l.doc DESC LIMIT 1)
		WHERE f.org = :org`, func(f projectr.Fact, _ *cells) error {
		ps[at[f.ProjectID]].Latest = &f
		return nil
	}, page)
	if err != nil {
		return wrap("read latest facts", err)
	}
	return wrap("read what is unseen", v.each(`SELECT s.project_id,
			(SELECT count(*) FROM facts k WHERE k.org = :org AND k.project_id = s.project_id AND k.live AND k.known_at > s.at)
		FROM json_each(?) j CROSS JOIN seen s ON s.project_id = j.value WHERE s.org = :org AND s.user_id = ?`, func(r *sql.Rows) error {
		var p projectr.ProjectID
		var n int
		err := r.Scan(&p, &n)
		ps[at[p]].Unseen = n
		return err
	}, page, string(f.For)))
}

// maxWeeks bounds a project's strip: a little more than a year.
const maxWeeks = 60

// Weeks is store.Driver's.
func (d *Driver) Weeks(ctx context.Context, s store.Scope, id projectr.ProjectID, now time.Time) (ws []projectr.Week, err error) {
	ws = []projectr.Week{}
	err = d.read(ctx, s, func(v view) error {
		if _, err := v.project(id); err != nil {
			return err
		}
		zone, err := v.zone(d)
		if err != nil {
			return err
		}
		first, last := int64(math.MaxInt64), weekOf(now, zone)
		counts := map[int64]*projectr.Week{}
		err = v.each(`SELECT kind, week, n FROM weeks WHERE org = :org AND project_id = ? AND n > 0`, func(r *sql.Rows) error {
			var kind projectr.FactKind
			var week int64
			var n int
			if err := r.Scan(&kind, &week, &n); err != nil {
				return err
			}
			w := counts[week]
			if w == nil {
				w = &projectr.Week{Start: dateOf(week), Facts: map[projectr.FactKind]int{}}
				counts[week] = w
			}
			if kind == "" {
				w.Mails = n
			} else {
				w.Facts[kind] = n
			}
			first = min(first, week)
			return nil
		}, string(id))
		if err != nil || len(counts) == 0 {
			return err
		}
		for week := max(first, last-7*(maxWeeks-1)); week <= last; week += 7 {
			if w := counts[week]; w != nil {
				ws = append(ws, *w)
			} else {
				ws = append(ws, projectr.Week{Start: dateOf(week), Facts: map[projectr.FactKind]int{}})
			}
		}
		return nil
	})
	return ws, err
}

// Counts is store.Driver's.
func (d *Driver) Counts(ctx context.Context, s store.Scope, now time.Time) (c projectr.Counts, err error) {
	err = d.read(ctx, s, func(v view) error {
		zone, err := v.zone(d)
		if err != nil {
			return err
		}
		y, m, day := now.In(zone).Date()
		midnight := time.Date(y, m, day, 0, 0, 0, 0, zone)
		return v.one(`SELECT
			(SELECT count(*) FROM projects WHERE org = :org AND status <> 'completed'),
			(SELECT coalesce(sum(actions), 0) FROM projects WHERE org = :org),
			(SELECT count(*) FROM emails WHERE org = :org AND state = 'review' AND state <> 'filed' AND copy_of IS NULL),
			(SELECT count(*) FROM emails WHERE org = :org AND state = 'parked' AND state <> 'filed' AND copy_of IS NULL),
			(SELECT count(*) FROM emails WHERE org = :org AND state = 'held' AND state <> 'filed' AND copy_of IS NULL),
			(SELECT count(*) FROM facts INDEXED BY facts_unsure WHERE org = :org AND unsure AND project_id IS NOT NULL),
			(SELECT count(*) FROM emails WHERE org = :org AND received_at >= ? AND counted),
			(SELECT count(*) FROM emails WHERE org = :org AND state = 'quarantined' AND state <> 'filed' AND copy_of IS NULL),
			(SELECT count(*) FROM emails WHERE org = :org AND state = 'automatic' AND state <> 'filed' AND copy_of IS NULL AND json_extract(more, '$.c') IS NOT NULL)`, []any{micros(midnight)},
			&c.Projects, &c.Actions, &c.Review, &c.Parked, &c.Held, &c.Unsure, &c.MailToday, &c.Quarantined, &c.Confirmations)
	})
	return c, err
}

// ProjectTotals is store.Driver's.
func (d *Driver) ProjectTotals(ctx context.Context, s store.Scope, id projectr.ProjectID) (t projectr.ProjectTotals, err error) {
	t.Kinds = make(map[projectr.FactKind]int, len(projectr.FactKinds))
	for _, k := range projectr.FactKinds {
		t.Kinds[k] = 0
	}
	err = d.read(ctx, s, func(v view) error {
		if _, err := v.project(id); err != nil {
			return err
		}
		err := v.each(`SELECT kind, sum(n) FROM weeks WHERE org = :org AND project_id = ? AND kind <> '' GROUP BY kind`, func(r *sql.Rows) error {
			var k projectr.FactKind
			var n int
			err := r.Scan(&k, &n)
			t.Kinds[k] = n
			return err
		}, string(id))
		if err != nil {
			return wrap("sum facts", err)
		}
		t.Approved, t.Exposure = []projectr.Amount{}, []projectr.Amount{}
		err = v.each(`SELECT standing, currency, sum(amount_minor) AS n FROM facts INDEXED BY facts_project
			WHERE org = :org AND project_id = ? AND standing <> '' AND amount_minor IS NOT NULL AND per = '' AND live AND drives
			GROUP BY standing, currency ORDER BY n DESC, currency`, func(r *sql.Rows) error {
			var s projectr.Standing
			var a projectr.Amount
			err := r.Scan(&s, &a.Currency, &a.Minor)
			if s == projectr.Approved {
				t.Approved = append(t.Approved, a)
			} else {
				t.Exposure = append(t.Exposure, a)
			}
			return err
		}, string(id))
		if err != nil {
			return wrap("sum money", err)
		}
		return v.one(`SELECT
			(SELECT count(*) FROM email_projects p CROSS JOIN emails e ON e.doc = p.doc CROSS JOIN attachments a ON a.org = e.org AND a.email_id = e.id
				WHERE p.org = :org AND p.project_id = ? AND e.files > 0 AND NOT a.inline),
			(SELECT count(DISTINCT e.sender) FROM email_projects p CROSS JOIN emails e ON e.doc = p.doc WHERE p.org = :org AND p.project_id = ? AND e.sender <> ''),
			(SELECT count(*) FROM facts f INDEXED BY facts_project WHERE f.org = :org AND f.project_id = ? AND f.unsure)`,
			[]any{string(id), string(id), string(id)}, &t.Files, &t.Senders, &t.Unsure)
	})
	return t, err
}

// Usage is store.Driver's.
func (d *Driver) Usage(ctx context.Context, s store.Scope, from, to string) (u projectr.Usage, err error) {
	u = projectr.Usage{Days: []projectr.UsageDay{}, Projects: []projectr.UsageProject{}, Models: []projectr.UsageShare{}, Steps: []projectr.UsageShare{},
		People: []projectr.UsageShare{}, Ahead: []projectr.UsageDay{}}
	first, err := dayNamed(from)
	if err != nil {
		return u, err
	}
	last, err := dayNamed(to)
	if err != nil {
		return u, err
	}
	err = d.read(ctx, s, func(v view) error {
		err := v.each(`SELECT day, sum(emails) AS n FROM usage_days WHERE org = :org AND day BETWEEN ? AND ? GROUP BY day HAVING n > 0 ORDER BY day`, func(r *sql.Rows) error {
			var day int64
			x := projectr.UsageDay{Models: []projectr.UsageShare{}}
			err := r.Scan(&day, &x.Emails)
			x.Day = dateOf(day)
			u.Days, u.Emails = append(u.Days, x), u.Emails+x.Emails
			return err
		}, first, last)
		if err != nil {
			return wrap("read days", err)
		}
		return wrap("read projects", v.each(`SELECT p.id, p.name, sum(d.emails) AS n FROM usage_days d JOIN projects p ON p.org = d.org AND p.id = d.project
			WHERE d.org = :org AND d.day BETWEEN ? AND ? GROUP BY p.id HAVING n > 0 ORDER BY n DESC, p.id`, func(r *sql.Rows) error {
			var x projectr.UsageProject
			err := r.Scan(&x.ProjectID, &x.Name, &x.Emails)
			u.Projects = append(u.Projects, x)
			return err
		}, first, last))
	})
	return u, err
}

func dayNamed(date string) (int64, error) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, &projectr.Error{Kind: projectr.Invalid, Message: "A day is a date such as 2026-03-15.", Err: err}
	}
	return t.Unix() / 86400, nil
}

func toJSON(x any) (string, error) {
	b, err := json.Marshal(x)
	return string(b), wrap("encode", err)
}

// fromJSON reads a list; none is an empty one.
func fromJSON[T any](b []byte, to *[]T) error {
	err := json.Unmarshal(b, to)
	if *to == nil {
		*to = []T{}
	}
	return wrap("decode", err)
}
