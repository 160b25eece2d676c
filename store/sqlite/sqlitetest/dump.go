package sqlitetest

import (
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"projectr"
	"projectr/store/sqlite"
)

// nobodys are the tables that hold no organisation's rows, and no account's.
var nobodys = []string{"erased", "goose_db_version", "house", "house_audit", "signups", "unrouted"}

// Dump tells all rows that belong to an organisation, as they are on disk now:
// one line for each table, with its name, how many rows there are, and a SHA-256
// of them. Two dumps are equal exactly when no row was added, changed or removed
// between. The rows of accounts that belong to this organisation and to no other
// count as its own. Of the search index it says which things are in it.
//
// The rows are read past the driver. db must come from Open or OpenWith. A table
// that a migration has brought and of which Dump cannot know whose rows it holds
// ends the test.
func Dump(t testing.TB, db *sqlite.Driver, org projectr.OrgID) string {
	t.Helper()
	raw, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: Path(t, db), RawQuery: "_pragma=query_only(1)&_pragma=busy_timeout(5000)"}).String())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	tx, err := raw.BeginTx(t.Context(), nil) // one moment for all tables
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	out, err := dump(tx, string(org))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// own are the accounts that belong to organisation ?1 alone.
const own = `(SELECT user_id FROM members WHERE org = ?1 EXCEPT SELECT user_id FROM members WHERE org <> ?1)`

func dump(tx *sql.Tx, id string) (string, error) {
	var num int64
	if err := tx.QueryRow(`SELECT num FROM orgs WHERE id = ?`, id).Scan(&num); err != nil {
		return "", fmt.Errorf("find %s: %w", id, err)
	}
	tables, err := columns(tx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, t := range tables {
		q := ""
		switch {
		case t.name == "search":
			q = `SELECT rowid FROM search WHERE rowid BETWEEN ?1 << 40 AND ((?1 + 1) << 40) - 1`
		case strings.HasPrefix(t.name, "search_") || strings.HasPrefix(t.name, "sqlite_") || slices.Contains(nobodys, t.name):
			continue
		default:
			whose := t.whose()
			if whose == "" {
				return "", fmt.Errorf("sqlitetest: whose rows does the table %s hold? Say so in Dump", t.name)
			}
			q = `SELECT ` + strings.Join(t.columns, ", ") + ` FROM ` + t.name + ` WHERE ` + whose
		}
		n, sum, err := digest(tx, q, num)
		if err != nil {
			return "", fmt.Errorf("read %s: %w", t.name, err)
		}
		fmt.Fprintf(&b, "%s %d %x\n", t.name, n, sum)
	}
	return b.String(), nil
}

type table struct {
	name    string
	columns []string // quoted
	types   map[string]string
}

// whose is the condition for rows of organisation ?1; empty when nothing says it.
func (t table) whose() string {
	var or []string
	switch t.name {
	case "orgs":
		or = append(or, `num = ?1`)
	case "users":
		or = append(or, `id IN `+own)
	}
	if t.types["org"] == "INTEGER" {
		or = append(or, `org = ?1`)
	}
	if t.types["user_id"] != "" {
		or = append(or, `user_id IN `+own)
	}
	return strings.Join(or, " OR ")
}

func columns(tx *sql.Tx) ([]table, error) {
	rows, err := tx.Query(`SELECT m.name, c.name, c.type FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c
		WHERE m.type = 'table' ORDER BY m.name, c.cid`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var l []table
	for rows.Next() {
		var name, column, kind string
		if err := rows.Scan(&name, &column, &kind); err != nil {
			return nil, err
		}
		if len(l) == 0 || l[len(l)-1].name != name {
			l = append(l, table{name: name, types: map[string]string{}})
		}
		t := &l[len(l)-1]
		t.columns, t.types[column] = append(t.columns, `"`+column+`"`), kind
	}
	return l, rows.Err()
}

// digest hashes the rows of a query, in an order that does not depend on how they
// are found.
func digest(tx *sql.Tx, q string, num int64) (int, []byte, error) {
	rows, err := tx.Query(q, num)
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return 0, nil, err
	}
	var sums []string
	for rows.Next() {
		cells, at := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			at[i] = &cells[i]
		}
		if err := rows.Scan(at...); err != nil {
			return 0, nil, err
		}
		h := sha256.New()
		for _, c := range cells {
			s := fmt.Sprintf("%T %v", c, c)
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
			h.Write([]byte(s))
		}
		sums = append(sums, string(h.Sum(nil)))
	}
	if err := rows.Err(); err != nil {
		return 0, nil, err
	}
	slices.Sort(sums)
	sum := sha256.Sum256([]byte(strings.Join(sums, "")))
	return len(sums), sum[:], nil
}
