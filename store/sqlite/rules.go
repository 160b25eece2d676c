package sqlite

import (
	"context"
	"database/sql"

	"projectr"
	"projectr/store"
)

var (
	errNoRule      = notFound("filing rule")
	errRuleChanged = &projectr.Error{Kind: projectr.Conflict, Message: "Somebody else has changed this rule just now. Look at it again."}
	errSameRule    = &projectr.Error{Kind: projectr.Conflict, Field: "words", Message: "There is a rule for this sender and these words already: change that one."}
)

// FilingRules is store.Driver's.
func (d *Driver) FilingRules(ctx context.Context, s store.Scope) (rules []projectr.FilingRule, err error) {
	err = d.read(ctx, s, func(v view) error {
		rules, err = v.filingRules()
		return err
	})
	return rules, err
}

func (v view) filingRules() ([]projectr.FilingRule, error) {
	rules := []projectr.FilingRule{}
	err := v.each(`SELECT r.org, r.id, r.sender, r.words, r.project_id, r.instead, r.email_id, r.by, r.created_at, r.used, p.name
		FROM filing_rules r JOIN projects p ON p.org = r.org AND p.id = r.project_id WHERE r.org = :org ORDER BY r.created_at DESC, r.id DESC`, func(rows *sql.Rows) error {
		var r projectr.FilingRule
		var org, created int64
		var name string
		if err := rows.Scan(&org, &r.ID, &r.From, &r.Words, &r.ProjectID, &r.Instead, &r.EmailID, &r.By, &created, &r.Used, &name); err != nil {
			return err
		}
		r.CreatedAt, r.Text = moment(created), r.Sentence(name)
		rules = append(rules, r)
		return v.own(org)
	})
	return rules, wrap("read filing rules", err)
}

// PutFilingRule is store.Driver's.
func (d *Driver) PutFilingRule(ctx context.Context, s store.Scope, was *projectr.FilingRule, r projectr.FilingRule, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		if was == nil {
			n, err := v.addRule(r)
			if err == nil && n == 0 {
				err = errSameRule
			}
			return true, err
		}
		n, err := v.exec(`UPDATE filing_rules SET sender = ?, words = ?, project_id = ? WHERE org = :org AND id = ? AND sender = ? AND words = ? AND project_id = ?`,
			r.From, r.Words, string(r.ProjectID), string(r.ID), was.From, was.Words, string(was.ProjectID))
		if taken(err) {
			return false, errSameRule
		}
		if err == nil && n == 0 {
			err = errRuleChanged
		}
		return true, fault("save filing rule", err)
	})
}

// addRule keeps a new rule; 0 says that there is one for the same.
func (v view) addRule(r projectr.FilingRule) (int64, error) {
	n, err := v.exec(`INSERT INTO filing_rules (org, id, sender, words, project_id, instead, email_id, by, created_at) VALUES (:org, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, string(r.ID), r.From, r.Words, string(r.ProjectID), text(r.Instead), text(r.EmailID), r.By, micros(r.CreatedAt))
	return n, fault("add filing rule", err)
}

// DropFilingRule is store.Driver's.
func (d *Driver) DropFilingRule(ctx context.Context, s store.Scope, id projectr.FilingRuleID, a projectr.AuditEntry) error {
	return d.change(ctx, s, &a, func(_ *txn, v view) (bool, error) {
		n, err := v.exec(`DELETE FROM filing_rules WHERE org = :org AND id = ?`, string(id))
		if err == nil && n == 0 {
			err = errNoRule
		}
		return true, wrap("drop filing rule", err)
	})
}

// learnt keeps what moving a mail taught, and forgets what moving it taught before.
func (v view) learnt(m store.Move) error {
	if m.Forget {
		if _, err := v.exec(`DELETE FROM filing_rules WHERE org = :org AND email_id = ?`, string(m.Email)); err != nil {
			return wrap("forget filing rule", err)
		}
	}
	if m.Teach == nil {
		return nil
	}
	_, err := v.addRule(*m.Teach)
	return err
}

// ruled counts a mail that was filed by a rule.
func (v view) ruled(id projectr.FilingRuleID) error {
	if id == "" {
		return nil
	}
	_, err := v.exec(`UPDATE filing_rules SET used = used + 1 WHERE org = :org AND id = ?`, string(id))
	return wrap("count filing rule", err)
}

// newestWithWord is how many of the newest mails with a word are looked at.
const newestWithWord = 200

// WordUse is store.Driver's.
func (d *Driver) WordUse(ctx context.Context, s store.Scope, words []string) (uses []projectr.WordUse, err error) {
	err = d.read(ctx, s, func(v view) error {
		for _, w := range words {
			q, err := parseQuery(`"` + w + `"`)
			if err != nil || q.empty() {
				continue
			}
			docs, err := v.found(q, projectr.SearchQuery{Kinds: []string{"mail"}, Page: projectr.Page{Limit: newestWithWord}}, place{first: true})
			if err != nil {
				return err
			}
			page, err := toJSON(docs)
			if err != nil {
				return err
			}
			err = v.each(`SELECT e.org, e.project_id, count(*) FROM json_each(?) j CROSS JOIN emails e ON e.doc = j.value
				WHERE e.org = :org AND e.state = 'filed' AND e.project_id IS NOT NULL AND NOT e.split GROUP BY e.project_id ORDER BY e.project_id`, func(r *sql.Rows) error {
				var org int64
				u := projectr.WordUse{Word: w}
				if err := r.Scan(&org, &u.ProjectID, &u.Mails); err != nil {
					return err
				}
				uses = append(uses, u)
				return v.own(org)
			}, page)
			if err != nil {
				return wrap("count words", err)
			}
		}
		return nil
	})
	return uses, err
}
