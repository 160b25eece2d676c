package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"projectr"
	"projectr/store"
)

// TestAChangeToAnAuditLogIsSeen changes each part of an entry behind the driver's
// back, takes one out and puts one in: the chain breaks there, in the organisation's
// log and in the house's.
func TestAChangeToAnAuditLogIsSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.db")
	d := open(t, path)
	o, _ := house(t, d, "acme")
	s := store.New(d, noBlobs{}, func() time.Time { return noon })
	for i := range 4 {
		on := o.On("GET /", fmt.Sprint(i))
		if err := on.Note(t.Context(), "look", fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		if err := s.Note(t.Context(), projectr.AuditEntry{Actor: o.By(), Action: "look", Target: fmt.Sprint(i)}, ""); err != nil {
			t.Fatal(err)
		}
	}
	db := raw(t, path)
	db.SetMaxOpenConns(1) // a temporary table is a connection's own
	for table, verify := range map[string]func() (projectr.AuditCheck, error){
		"audit":       func() (projectr.AuditCheck, error) { return o.VerifyAudit(t.Context()) },
		"house_audit": func() (projectr.AuditCheck, error) { return s.VerifyHouse(t.Context()) },
	} {
		was, err := verify()
		if err != nil || was.Broken != 0 || was.Entries < 4 {
			t.Fatalf("%s: %+v, %v", table, was, err)
		}
		for _, change := range []string{
			"UPDATE %s SET at = at + 1 WHERE n = 2",
			"UPDATE %s SET actor_kind = 'job' WHERE n = 2",
			"UPDATE %s SET actor_id = 'us_other' WHERE n = 2",
			"UPDATE %s SET action = 'other' WHERE n = 2",
			"UPDATE %s SET target = 'other' WHERE n = 2",
			"UPDATE %s SET route = 'other' WHERE n = 2",
			"UPDATE %s SET outcome = 'refused' WHERE n = 2",
			"UPDATE %s SET request = 'other' WHERE n = 2",
			"UPDATE %s SET note = 'other' WHERE n = 2",
			"UPDATE %s SET hash = zeroblob(32) WHERE n = 2",
			"UPDATE %s SET target = target || action, action = '' WHERE n = 2",
			"UPDATE %s SET n = 0 WHERE n = 1",
			"DELETE FROM %s WHERE n = 2",
		} {
			if _, err := db.Exec("CREATE TEMP TABLE kept AS SELECT * FROM " + table); err != nil {
				t.Fatal(err)
			}
			put(t, db, fmt.Sprintf(change, table))
			got, err := verify()
			if err != nil || got.Broken != 2 && got.Broken != 1 {
				t.Errorf("%s after %s: %+v, %v", table, change, got, err)
			}
			put(t, db, "DELETE FROM "+table)
			put(t, db, "INSERT INTO "+table+" SELECT * FROM kept")
			put(t, db, "DROP TABLE kept")
		}
		put(t, db, "UPDATE "+table+" SET actor_name = '' WHERE n > 1") // a name is not in the chain
		if got, err := verify(); err != nil || got != was {
			t.Errorf("%s in the end: %+v, %v, was %+v", table, got, err, was)
		}
		if _, err := db.Exec("DELETE FROM " + table + " WHERE n = (SELECT max(n) FROM " + table + ")"); err != nil {
			t.Fatal(err)
		}
		if got, err := verify(); err != nil || got.Broken != 0 || got.Head == was.Head {
			t.Errorf("%s without its newest entry: %+v, %v", table, got, err)
		}
	}
}
