package projectr_test

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// texts returns every file of the repository whose name ends in one of the
// endings, by path. What is installed, built or test data is not looked at.
func texts(t *testing.T, endings ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch d.Name() {
			case ".git", "node_modules", "testdata", "dist", "bin", "cover", "test-results":
				return filepath.SkipDir
			}
			return nil
		}
		if !slices.Contains(endings, filepath.Ext(path)) {
			return nil
		}
		b, err := os.ReadFile(path)
		out[filepath.ToSlash(path)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	slugged = regexp.MustCompile(`[^a-z0-9 _-]`)
	named   = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9_]*)`")
	written = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9_]*)\(`)
)

// slugs are the anchors of a document's headings, as they are made for links.
func slugs(doc string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(doc, -1) {
		out = append(out, strings.ReplaceAll(slugged.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return out
}

// dangling says which links of a document lead nowhere.
func dangling(docs map[string]string, path string) []string {
	var out []string
	for _, m := range link.FindAllStringSubmatch(docs[path], -1) {
		target, anchor, _ := strings.Cut(m[1], "#")
		if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
			continue
		}
		to := path
		if target != "" {
			to = filepath.ToSlash(filepath.Join(filepath.Dir(path), target))
			if _, err := os.Stat(to); err != nil {
				out = append(out, m[1])
				continue
			}
		}
		if anchor != "" && !slices.Contains(slugs(docs[to]), anchor) {
			out = append(out, m[1])
		}
	}
	return out
}

func TestLinksOfDocuments(t *testing.T) {
	docs := texts(t, ".md")
	for _, path := range slices.Sorted(maps.Keys(docs)) {
		for _, d := range dangling(docs, path) {
			t.Errorf("%s: the link to %s leads nowhere", path, d)
		}
	}
	planted := map[string]string{"x.md": "[a](no-such-file.md) [b](#no-heading) [c](go.mod) [d](#a-heading)\n\n## A heading\n"}
	if got := dangling(planted, "x.md"); !slices.Equal(got, []string{"no-such-file.md", "#no-heading"}) {
		t.Errorf("planted links: %q", got)
	}
}

// Where a document says which test keeps a promise, that test exists.
func TestDocumentsNameTestsThatExist(t *testing.T) {
	exist := map[string]bool{}
	for _, src := range texts(t, ".go") {
		for _, m := range written.FindAllStringSubmatch(src, -1) {
			exist[m[1]] = true
		}
	}
	for path, doc := range texts(t, ".md") {
		for _, m := range named.FindAllStringSubmatch(doc, -1) {
			if !exist[m[1]] {
				t.Errorf("%s names %s, which does not exist", path, m[1])
			}
		}
	}
}

func TestArchitectureNamesEveryPackage(t *testing.T) {
	doc, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages(t) {
		if p.path != "." && !regexp.MustCompile(`(^|[^\w/])`+regexp.QuoteMeta(p.path)+`\b`).Match(doc) {
			t.Errorf("ARCHITECTURE.md does not name %s", p.path)
		}
	}
}

// avoided are words that have a better one here, and what that is.
var avoided = map[*regexp.Regexp]string{
	regexp.MustCompile(`(?i)\btenan(t|ts|cy)\b`): "organisation",
	regexp.MustCompile(`(?i)\bworkspaces?\b`):    "organisation",
	regexp.MustCompile(`(?i)\borganization`):     "organisation, with an s",
}

// pale are beginnings of sentences that say nothing.
var pale = map[*regexp.Regexp]string{
	regexp.MustCompile(`^["` + "`" + `](failed|unable|could not) to `): "what was being done: \"open spool: %w\"",
	regexp.MustCompile(`(?i)an error (has )?occurred`):                 "a sentence that says what, and what next",
}

// foreign are names whose spelling is not ours: the values of HTML's autocomplete, and a
// claim of providers' tokens.
var foreign = regexp.MustCompile(`\bautoComplete="[^"\n]*"|\borganization_id\b`)

var quoted = regexp.MustCompile(`"[^"\n]*"`)

func blank(b []byte, at, n int) {
	for i := at; i < at+n && i < len(b); i++ {
		if b[i] != '\n' {
			b[i] = ' '
		}
	}
}

// ownWords is what a file says in its own voice. Strings of Go code, and what
// comments quote, are left out: much of it are words of other people's mails.
func ownWords(path, text string) (words string, strs []string) {
	if !strings.HasSuffix(path, ".go") {
		own := []byte(text)
		for _, at := range foreign.FindAllStringIndex(text, -1) {
			blank(own, at[0], at[1]-at[0])
		}
		return string(own), nil
	}
	var s scanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile(path, -1, len(text)), []byte(text), nil, scanner.ScanComments)
	own := []byte(text)
	for {
		pos, tok, lit := s.Scan()
		switch tok {
		case token.EOF:
			return string(own), strs
		case token.STRING:
			strs = append(strs, lit)
			blank(own, fset.Position(pos).Offset, len(lit))
		case token.COMMENT:
			for _, at := range quoted.FindAllStringIndex(lit, -1) {
				blank(own, fset.Position(pos).Offset+at[0], at[1]-at[0])
			}
		}
	}
}

func TestWords(t *testing.T) {
	for path, text := range texts(t, ".go", ".ts", ".tsx", ".md", ".sql", ".sh") {
		if path == "CONTRIBUTING.md" { // says which words to avoid
			continue
		}
		own, strs := ownWords(path, text)
		for word, better := range avoided {
			for _, at := range word.FindAllStringIndex(own, -1) {
				t.Errorf("%s:%d: %q: write %s", path, 1+strings.Count(own[:at[0]], "\n"), own[at[0]:at[1]], better)
			}
		}
		for words, better := range pale {
			for _, s := range strs {
				if words.MatchString(s) {
					t.Errorf("%s: %s: write %s", path, s, better)
				}
			}
		}
	}
}
