package sqlite_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"projectr"
	"projectr/store/sqlite"
	"projectr/store/storetest"
)

// FuzzSearch types anything into the search field: it is never an error of the
// index's language, and a snippet holds the text's own words.
func FuzzSearch(f *testing.F) {
	storetest.SearchSeeds(f)
	d := open(f, filepath.Join(f.TempDir(), "p.db"))
	o, p := house(f, d, "acme")
	text := "The curb ramp AND the plan of 24-117, NEAR the \"quoted\" dock. Résumé, Ñandú; 日本語."
	if err := o.Record(f.Context(), recording("1", p, text)); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		if _, err := o.Search(t.Context(), projectr.SearchQuery{Text: typed}); err != nil && projectr.KindOf(err) != projectr.Invalid {
			m, _ := sqlite.MatchOf(typed)
			t.Fatalf("%q became %q: %v", typed, m, err)
		}
		// The text as a query for itself shows only what is in it.
		clean := strings.NewReplacer("\x02", "", "\x03", "").Replace(sqlite.SnippetOf(typed, text))
		for _, w := range strings.Fields(strings.ReplaceAll(clean, "…", " ")) {
			if !strings.Contains(text, w) {
				t.Errorf("the snippet says %q, which the text does not", w)
			}
		}
		if s := sqlite.SnippetOf("curb", typed); utf8.ValidString(typed) && !utf8.ValidString(s) {
			t.Errorf("the snippet %q of %q is cut inside a character", s, typed)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(sqlite.EncodeMark([2]int64{1, -5}, [2]string{"ev_1"}, 3, "facts", 2, 1), int64(3), "facts")
	f.Add("", int64(1), "")
	f.Add("AAAA", int64(1), "x")
	f.Fuzz(func(t *testing.T, s string, org int64, list string) {
		for nums := range 3 {
			for strs := range 3 {
				n, x, ok := sqlite.DecodeMark(s, org, list, nums, strs)
				if !ok {
					continue
				}
				// What is read is what was written, or would be.
				n2, x2, ok := sqlite.DecodeMark(sqlite.EncodeMark(n, x, org, list, nums, strs), org, list, nums, strs)
				if !ok || n != n2 || x != x2 {
					t.Fatal("a cursor does not survive being written again")
				}
				if _, _, ok := sqlite.DecodeMark(s, org+1, list, nums, strs); ok {
					t.Fatal("a cursor is good for another organisation")
				}
			}
		}
	})
}
