package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"projectr"
)

// Pragma returns a setting as the writer and a reader have it.
func (d *Driver) Pragma(t testing.TB, name string) map[string]int {
	t.Helper()
	out := map[string]int{}
	ask := func(who string, c *conn) error {
		var n int
		err := c.one(context.Background(), sharedSQL("PRAGMA "+name), nil, &n)
		out[who] = n
		return err
	}
	if err := d.look(context.Background(), func(c *conn) error { return ask("reader", c) }); err != nil {
		t.Fatal(err)
	}
	if err := d.write(context.Background(), func(x *txn) error { return ask("writer", x.c) }); err != nil {
		t.Fatal(err)
	}
	return out
}

// Statements returns every statement the driver has prepared so far.
func (d *Driver) Statements(t testing.TB) []string {
	t.Helper()
	seen := map[string]bool{}
	for range cap(d.readers) {
		c := <-d.readers
		for q := range c.stmts {
			seen[q] = true
		}
		for q := range c.own {
			seen[q] = true
		}
		defer func() { d.readers <- c }()
	}
	if err := d.write(context.Background(), func(x *txn) error {
		for q := range x.c.stmts {
			seen[q] = true
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var out []string
	for q := range seen {
		out = append(out, q)
	}
	return out
}

// Plan says how SQLite would run a statement.
func (d *Driver) Plan(t testing.TB, q string) string {
	t.Helper()
	var out []string
	err := d.look(context.Background(), func(c *conn) error {
		rows, err := c.c.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+q, append(make([]any, strings.Count(q, "?")), sql.Named("org", 1))...)
		return drain(rows, err, func(r *sql.Rows) error {
			var a, b, n int
			var detail string
			err := r.Scan(&a, &b, &n, &detail)
			out = append(out, detail)
			return err
		})
	})
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return strings.Join(out, "\n")
}

// AuditHash is auditHash.
func AuditHash(form int64, prev []byte, n int64, a projectr.AuditEntry) []byte {
	return auditHash(form, prev, n, a)
}

// MatchOf is the query in the index's own language.
func MatchOf(text string) (string, error) {
	q, err := parseQuery(text)
	return q.match(1), err
}

// SnippetOf cuts a snippet for a query.
func SnippetOf(query, text string) string {
	q, err := parseQuery(query)
	if err != nil {
		return ""
	}
	return q.snippet(text)
}

// Folded is folded.
func Folded(text string) string { return folded(text) }

// DecodeMark and EncodeMark are the two ways of a cursor.
func DecodeMark(s string, org int64, list string, nums, strs int) (n [2]int64, x [2]string, ok bool) {
	m, ok := decodeMark(s, org, list, nums, strs)
	return m.nums, m.strs, ok
}

// EncodeMark makes a cursor.
func EncodeMark(n [2]int64, x [2]string, org int64, list string, nums, strs int) string {
	return encodeMark(mark{n, x}, org, list, nums, strs)
}

// Unnamed runs a statement that forgot its organisation.
func (d *Driver) Unnamed() {
	v := view{ctx: context.Background(), org: 1}
	v.bind(`SELECT * FROM emails`, nil)
}

// Panic fails an assertion inside a step.
func (d *Driver) Panic(with any) {
	_ = d.write(context.Background(), func(*txn) error { panic(with) })
}

// DayAndWeek are the dates of dayOf and weekOf.
func DayAndWeek(t time.Time, zone *time.Location) (day, week string) {
	return dateOf(dayOf(t, zone)), dateOf(weekOf(t, zone))
}

// Own asks whether a row of one organisation may be handed out for another.
func Own(asked, row int64) error { return view{org: asked}.own(row) }

// Exec runs a statement on the writer's connection.
func (d *Driver) Exec(q string) error {
	return d.write(context.Background(), func(x *txn) error {
		_, err := x.exec(sharedSQL(q))
		return err
	})
}
