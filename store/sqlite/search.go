package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"

	"projectr"
	"projectr/store"
)

// hitKinds are the kinds of a SearchHit by the two low bits of its number.
var hitKinds = [...]string{docMail: "mail", docFact: "fact", docAttachment: "attachment", docProject: "project"}

// Search is store.Driver's. Hits are newest first by number, not by rank: rank
// over a common word would read the index of the whole installation. The
// organisation is a range of numbers, so only its part of the index is read.
func (d *Driver) Search(ctx context.Context, s store.Scope, q projectr.SearchQuery) (projectr.List[projectr.SearchHit], error) {
	var l list[projectr.SearchHit]
	words, err := parseQuery(q.Text)
	if err != nil {
		return l.done(), err
	}
	err = d.read(ctx, s, func(v view) error {
		l = listOf[projectr.SearchHit](v, "search", q.Page, 1, 0)
		at, err := l.after(q.Page.After)
		if err != nil || words.empty() {
			return err
		}
		docs, err := v.found(words, q, at)
		if err != nil {
			return err
		}
		hits, err := v.hits(d, docs[:min(len(docs), q.Page.Limit)], words)
		if err != nil {
			return err
		}
		for _, doc := range docs {
			h, ok := hits[doc]
			if !ok && len(l.items) < l.limit {
				return fmt.Errorf("sqlite: the search index names %d, which is not kept", doc)
			}
			l.add(h, mark{nums: [2]int64{doc}})
		}
		return nil
	})
	return l.done(), err
}

// found lists the numbers of one page of hits and of one more.
func (v view) found(words query, q projectr.SearchQuery, at place) ([]int64, error) {
	sqlText := `SELECT rowid FROM search WHERE rowid >= :org << 40 AND rowid < ? AND search MATCH ?`
	before := (v.org + 1) << orgBits
	if !at.first {
		before = min(before, at.num(0))
	}
	args := []any{before, words.match(v.org)}
	if len(q.Kinds) > 0 {
		kinds := make([]int, 0, len(q.Kinds))
		for _, k := range q.Kinds {
			i := slices.Index(hitKinds[:], k)
			if i < 0 {
				return nil, &projectr.Error{Kind: projectr.Invalid, Field: "kind", Message: "What is found is a fact, mail, attachment or project."}
			}
			kinds = append(kinds, i)
		}
		j, err := toJSON(kinds)
		if err != nil {
			return nil, err
		}
		sqlText += ` AND rowid & 3 IN (SELECT value FROM json_each(?))`
		args = append(args, j)
	}
	if q.Project != "" {
		sqlText += ` AND CASE rowid & 3
			WHEN 0 THEN EXISTS (SELECT 1 FROM emails e JOIN email_projects p ON p.org = e.org AND p.project_id = ? AND p.date = e.date AND p.doc = e.doc WHERE e.doc = search.rowid)
			WHEN 1 THEN ? = (SELECT project_id FROM facts WHERE doc = search.rowid)
			WHEN 2 THEN EXISTS (SELECT 1 FROM attachments a JOIN emails e ON e.org = a.org AND e.id = a.email_id
				JOIN email_projects p ON p.org = e.org AND p.project_id = ? AND p.date = e.date AND p.doc = e.doc WHERE a.doc = search.rowid)
			ELSE ? = (SELECT id FROM projects WHERE doc = search.rowid) END`
		args = append(args, string(q.Project), string(q.Project), string(q.Project), string(q.Project))
	}
	var docs []int64
	err := v.each(orgSQL(sqlText+` ORDER BY rowid DESC LIMIT ?`), func(r *sql.Rows) error {
		var doc int64
		err := r.Scan(&doc)
		docs = append(docs, doc)
		return err
	}, append(args, q.Page.Limit+1)...)
	return docs, wrap("search", err)
}

// hits reads what stands behind numbers, in one query for each kind.
func (v view) hits(d *Driver, docs []int64, words query) (map[int64]projectr.SearchHit, error) {
	var of [4][]int64
	for _, doc := range docs {
		of[doc&3] = append(of[doc&3], doc)
	}
	out := make(map[int64]projectr.SearchHit, len(docs))
	for kind, q := range [...]orgSQL{
		docMail: `SELECT e.org, e.doc, e.id, e.id, coalesce(e.project_id, json_extract(e.more, '$.p[0].project_id'), ''), e.subject, '', e.author, e.date, e.date_offset, '', e.state, 0, b.text
			FROM json_each(?) j CROSS JOIN emails e ON e.doc = j.value JOIN bodies b ON b.doc = e.doc WHERE e.org = :org`,
		docFact: `SELECT f.org, f.doc, f.id, f.email_id, coalesce(f.project_id, ''), f.text, f.quote,
				CASE WHEN f.kind = 'action_item' AND f.owner <> '' THEN f.owner ELSE e.author END, f.at, f.at_offset, f.kind, f.state, 0, NULL
			FROM json_each(?) j CROSS JOIN facts f ON f.doc = j.value JOIN emails e ON e.org = f.org AND e.id = f.email_id WHERE f.org = :org`,
		docAttachment: `SELECT a.org, a.doc, a.email_id, a.email_id, coalesce(e.project_id, json_extract(e.more, '$.p[0].project_id'), ''), a.filename, a.filename, e.author, e.date, e.date_offset, '', e.state, a.n, nullif(t.text, x'')
			FROM json_each(?) j CROSS JOIN attachments a ON a.doc = j.value JOIN emails e ON e.org = a.org AND e.id = a.email_id
				LEFT JOIN file_texts t ON t.org = a.org AND t.sha256 = a.sha256 WHERE a.org = :org`,
		docProject: `SELECT p.org, p.doc, p.id, '', p.id, p.name, p.job_number || ' ' || p.client || ' ' || p.address, p.client, p.active_at, 0, '', p.status, 0, NULL
			FROM json_each(?) j CROSS JOIN projects p ON p.doc = j.value WHERE p.org = :org`,
	} {
		if len(of[kind]) == 0 {
			continue
		}
		page, err := toJSON(of[kind])
		if err != nil {
			return nil, err
		}
		err = v.each(q, func(r *sql.Rows) error {
			h := projectr.SearchHit{Kind: hitKinds[kind]}
			var org, doc, at, minutes int64
			var shown string
			var packed []byte
			err := r.Scan(&org, &doc, &h.ID, &h.EmailID, &h.ProjectID, &h.Title, &shown, &h.Who, &at, &minutes, &h.FactKind, &h.State, &h.N, &packed)
			if err == nil {
				err = v.own(org)
			}
			if err == nil && packed != nil {
				var text []byte
				text, err = d.dec.DecodeAll(packed, nil)
				shown = string(text[:min(len(text), maxSnippetText)])
			}
			h.At, h.Snippet = zoned(at, minutes), words.snippet(shown)
			out[doc] = h
			return err
		}, page)
		if err != nil {
			return nil, wrap("read hits", err)
		}
	}
	return out, nil
}

// maxSnippetText bounds how far into a mail a snippet is looked for.
const maxSnippetText = 256 << 10

// query is what somebody looks for: every phrase must stand in a document.
type query struct {
	phrases []phrase
}

// phrase is words in a row, folded. The last word may be the beginning of one.
type phrase struct {
	words  []string
	prefix bool
}

func (q query) empty() bool { return len(q.phrases) == 0 }

const maxPhrases = 32

// parseQuery takes apart what a person typed. Nothing in it is an operator but
// double quotes, which hold words together; a word such as 24-117 is a phrase by
// itself. The last word is taken for the beginning of one, unless it is quoted.
func parseQuery(text string) (query, error) {
	var q query
	if len(text) > 1000 {
		return q, &projectr.Error{Kind: projectr.Invalid, Field: "q", Message: "Search for at most 1,000 characters."}
	}
	for i, part := range strings.Split(text, `"`) {
		quoted := i%2 == 1
		raws := []string{part}
		if !quoted {
			raws = strings.Fields(part)
		}
		for _, raw := range raws {
			if words := strings.Fields(folded(raw)); len(words) > 0 {
				q.phrases = append(q.phrases, phrase{words: words, prefix: !quoted})
			}
		}
	}
	for i := range q.phrases[:max(0, len(q.phrases)-1)] {
		q.phrases[i].prefix = false
	}
	if len(q.phrases) > maxPhrases {
		return q, &projectr.Error{Kind: projectr.Invalid, Field: "q", Message: fmt.Sprintf("Search for at most %d words at a time.", maxPhrases)}
	}
	return q, nil
}

// match is the query in the index's own language: quoted terms only, of letters,
// digits and dots.
func (q query) match(org int64) string {
	var b strings.Builder
	for _, p := range q.phrases {
		b.WriteString(`"` + terms(org, " "+strings.Join(p.words, " ")) + `"`)
		if p.prefix {
			b.WriteByte('*')
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// snippetWords is about how many words a snippet has.
const snippetWords = 24

// snippet cuts the words around the first match out of text and puts each match
// between U+0002 and U+0003.
func (q query) snippet(text string) string {
	if strings.ContainsAny(text, string([]rune{markOn, markOff})) { // only ours may stand there
		text = strings.NewReplacer(string(rune(markOn)), " ", string(rune(markOff)), " ").Replace(text)
	}
	var tokens []token
	var seen []byte // the words of tokens, one after the other
	first := math.MaxInt
	for w := (words{text: text}); w.scan(); {
		tokens = append(tokens, token{from: w.from, to: w.to, word: len(seen), end: len(seen) + len(w.word)})
		seen = append(seen, w.word...)
		for _, p := range q.phrases {
			if i := len(tokens) - len(p.words); p.at(tokens, seen, i) {
				first = min(first, i)
				for j := range p.words {
					tokens[i+j].marked = true
				}
			}
		}
		if first != math.MaxInt && len(tokens) > first+snippetWords {
			break
		}
	}
	if len(tokens) == 0 {
		return ""
	}
	from := 0
	if first != math.MaxInt {
		from = max(0, min(first-snippetWords/3, len(tokens)-snippetWords))
	}
	return cut(text, tokens, from, min(len(tokens), from+snippetWords))
}

// token is a word of a text: where it stands, and how the index sees it.
type token struct {
	from, to  int // in the text
	word, end int // in the words seen
	marked    bool
}

// at reports whether the phrase begins at the i-th token.
func (p phrase) at(tokens []token, seen []byte, i int) bool {
	if i < 0 {
		return false
	}
	for j, w := range p.words {
		t := seen[tokens[i+j].word:tokens[i+j].end]
		if string(t) != w && (!p.prefix || j < len(p.words)-1 || !bytes.HasPrefix(t, []byte(w))) {
			return false
		}
	}
	return true
}

const (
	markOn  = '\x02'
	markOff = '\x03'
)

// cut writes out some tokens of text and what stands between them, on one line.
func cut(text string, tokens []token, from, to int) string {
	var b strings.Builder
	end := 0
	if from > 0 {
		b.WriteString("\u2026")
		end = tokens[from].from
	}
	for i := from; i < to; i++ {
		t := tokens[i]
		b.WriteString(text[end:t.from])
		if t.marked && (i == from || !tokens[i-1].marked) {
			b.WriteByte(markOn)
		}
		b.WriteString(text[t.from:t.to])
		if t.marked && (i+1 == to || !tokens[i+1].marked) {
			b.WriteByte(markOff)
		}
		end = t.to
	}
	if rest := text[end:]; to < len(tokens) || len(rest) > maxTail {
		b.WriteString("\u2026")
	} else {
		b.WriteString(rest)
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(b.String(), "\ufffd")), " ")
}

// maxTail is how much may follow the last word of a snippet: its full stop, or
// the signs of a language that is not written in words.
const maxTail = 200
