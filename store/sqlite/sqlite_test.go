package sqlite_test

import (
	"testing"

	"projectr/store"
	"projectr/store/sqlite"
	"projectr/store/sqlite/sqlitetest"
	"projectr/store/storetest"
)

func open(t testing.TB, path string) *sqlite.Driver {
	t.Helper()
	d, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

func TestDriver(t *testing.T) {
	storetest.Run(t, func(t testing.TB) store.Driver { return sqlitetest.Open(t) })
}
