package extract_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"projectr/extract"
)

// TestRulesVersion: whoever changes what the rules find raises RulesVersion, or mail that
// was read before could not be told from mail that these rules read. What they found is kept as
// a hash beside the version that found it; -update keeps it anew, under a new version alone.
func TestRulesVersion(t *testing.T) {
	const file = "testdata/rules-version.txt"
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	is := fmt.Sprintf("%s %x\n", extract.RulesVersion, found(t))
	was, _, _ := strings.Cut(string(kept), " ")
	switch {
	case is == string(kept):
	case was == extract.RulesVersion:
		t.Errorf("the rules, their weights or the mails of testdata changed, and what is found in them with them: raise RulesVersion above %s, and run with -update", was)
	case *update:
		if err := os.WriteFile(file, []byte(is), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s holds what %s found: run with -update", file, was)
	}
}

// found is a hash of what the rules find in mails of every kind, and of their weights.
func found(t *testing.T) []byte {
	h := sha256.New()
	weights, err := os.ReadFile("intent.bin")
	if err != nil {
		t.Fatal(err)
	}
	h.Write(weights)
	add := func(r extract.Result) {
		for i := range r.Facts {
			r.Facts[i].Confidence = float64(int(r.Facts[i].Confidence * 100)) // which last digit it has is the machine's
		}
		b, err := json.Marshal([]any{r.Facts, r.RequiresResponse, r.People, r.Flags})
		if err != nil {
			t.Fatal(err)
		}
		h.Write(b)
	}
	var mails []string
	for _, root := range []string{"testdata", "../testdata"} {
		if err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if strings.HasSuffix(path, ".eml") {
				mails = append(mails, path)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(mails)
	for _, path := range mails {
		add(read(t, parseFile(t, path)))
	}
	labelled, err := os.ReadFile("testdata/labelled-mails.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for i, mail := range strings.Split(string(labelled), "\n\n") {
		if i%5 != 0 {
			continue
		}
		var words strings.Builder
		for line := range strings.Lines(mail) {
			_, line, _ = strings.Cut(line, "\t")
			words.WriteString(line)
		}
		add(read(t, text(words.String())))
	}
	return h.Sum(nil)
}
