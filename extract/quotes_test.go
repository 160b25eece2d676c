package extract

import (
	"path/filepath"
	"testing"

	"projectr"
)

// TestEveryQuoteStands reads every mail of the shared sets: each fact carries words that
// stand at its offsets, in what is to be read, and nothing of it would be left out
// before it is kept.
func TestEveryQuoteStands(t *testing.T) {
	for _, set := range []string{
		"construction-gold/eml/*", "enron-gold/eml/*", "enron-raw/eml/*", "spamassassin/eml/*", "prompt-injection/construction/*.eml", "mime-*/*/*.eml",
	} {
		t.Run(filepath.Dir(set), func(t *testing.T) {
			facts := 0
			for name, m := range legible(t, set) {
				r, err := Rules{}.Extract(t.Context(), m)
				if err != nil {
					t.Fatal(err)
				}
				facts += len(r.Facts)
				for _, f := range r.Facts {
					if !f.Stands(m.Text) || f.Proof == projectr.Unverified {
						t.Errorf("%s: %q does not stand at %d to %d", name, f.Quote, f.Start, f.End)
					}
					if !readable(m.Spans, f) {
						t.Errorf("%s: %q stands in words that are not to be read", name, f.Quote)
					}
				}
				if kept := Keep(m, r.Facts); len(kept) != len(r.Facts) {
					t.Errorf("%s: %d of %d facts are kept", name, len(kept), len(r.Facts))
				}
			}
			t.Logf("%d facts", facts)
		})
	}
}
