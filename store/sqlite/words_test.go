package sqlite_test

import (
	"strings"
	"testing"
	"time"

	"projectr/store/sqlite"
)

func TestFolded(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		" .,-":                        "",
		"Curb RAMP":                   " curb ramp",
		"24-117":                      " 24 117",
		"$12,450.00":                  " 12 450 00",
		"Shop_Drawing.pdf":            " shop drawing pdf",
		"Résumé Ñandú ÅNGSTRÖM":       " resume nandu angstrom",
		"re\u0301sume\u0301":          " resume", // with marks of their own
		"it's":                        " it s",
		"ﬁre Straße":                  " ﬁre straße",
		"日本語 テスト":                     " 日本語 テスト",
		"a\u200bb":                    " a b",
		"½ inch":                      " ½ inch",
		"\xff\xfea\xffb":              " a b",
		"İstanbul":                    " istanbul",
		strings.Repeat("x", 70) + "y": " " + strings.Repeat("x", 64),
	} {
		if got := sqlite.Folded(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestWeeksBeginOnMonday(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skipf("SKIPPED: no time zones here: %v", err)
	}
	for _, c := range []struct {
		at   string
		zone *time.Location
		day  string
		week string
	}{
		{"2026-03-04T12:00:00Z", time.UTC, "2026-03-04", "2026-03-02"},
		{"2026-03-02T00:00:00Z", time.UTC, "2026-03-02", "2026-03-02"},
		{"2026-03-01T23:59:59Z", time.UTC, "2026-03-01", "2026-02-23"},
		{"2026-03-02T04:59:59Z", newYork, "2026-03-01", "2026-02-23"},
		{"2026-03-08T12:00:00Z", newYork, "2026-03-08", "2026-03-02"}, // the day clocks change
		{"2026-11-01T05:30:00Z", newYork, "2026-11-01", "2026-10-26"},
		{"2024-12-31T12:00:00Z", time.UTC, "2024-12-31", "2024-12-30"}, // the week has two years
		{"1969-12-31T12:00:00Z", time.UTC, "1969-12-31", "1969-12-29"},
		{"0001-01-01T00:00:00Z", time.UTC, "0001-01-01", "0001-01-01"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if day, week := sqlite.DayAndWeek(at, c.zone); day != c.day || week != c.week {
			t.Errorf("%s in %s: day %s, week %s; want %s, %s", c.at, c.zone, day, week, c.day, c.week)
		}
	}
}

// TestALastWall hands a row of one organisation to a view of another.
func TestALastWall(t *testing.T) {
	if err := sqlite.Own(1, 2); err == nil {
		t.Error("a row of organisation 2 was taken for one of organisation 1")
	}
	if err := sqlite.Own(1, 1); err != nil {
		t.Error(err)
	}
}
