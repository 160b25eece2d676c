package api

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/cryptotest"
	"time"

	"projectr/store/sqlite"
	"projectr/store/sqlite/sqlitetest"
	"projectr/store/storetest"
)

// What the tests of isolation are worth: each filter by organisation is taken out of
// the SQL, one at a time, and the tests must notice.

// filters are the ways in which a statement says whose rows it means.
var filters = regexp.MustCompile(`(?:\w+ BETWEEN :org << 40 AND \(\(:org \+ 1\) << 40\) - 1|\browid >= :org << 40|\b(?:\w+\.)?(?:org|num) = :org\b|\b\w+\.org = \w+\.org\b)`)

var indexed = regexp.MustCompile(`\s+INDEXED BY \w+`)

// place is a filter in a statement's source.
type place struct {
	text   string // the literal it stands in
	lo, hi int    // where
	at     string // file and line, of each literal with this text
	joins  bool   // it ties two tables, one of which is filtered
}

func (p place) String() string {
	from, to := max(0, p.lo-50), min(len(p.text), p.hi+40)
	return p.at + ": " + strings.Join(strings.Fields(p.text[from:p.lo]+"[["+p.text[p.lo:p.hi]+"]]"+p.text[p.hi:to]), " ")
}

// mutant is the store's statements with one filter taken out.
type mutant struct {
	place
	all []place
}

// rewrite is Options.Rewrite.
func (m mutant) rewrite(q string) string {
	if !strings.Contains(q, ":org") {
		return q
	}
	out, last, hit := "", 0, false
	for _, at := range filters.FindAllStringIndex(q, -1) {
		if p, ok := owner(m.all, q, at[0]); ok && p.text == m.text && p.lo == m.lo {
			with := ":org IS NOT NULL"
			if m.joins {
				with = "TRUE"
			}
			out, last, hit = out+q[last:at[0]]+with, at[1], true
		}
	}
	if !hit {
		return q
	}
	return indexed.ReplaceAllString(out+q[last:], "") // the index may be of no use now
}

// owner finds the place in the source at which a filter of a statement was written:
// of the literals that stand around it, the longest.
func owner(all []place, q string, at int) (best place, ok bool) {
	for _, p := range all {
		if len(p.text) < len(best.text) {
			continue
		}
		if from := at - p.lo; from >= 0 && strings.HasPrefix(q[from:], p.text) {
			best, ok = p, true
		}
	}
	return best, ok
}

// places reads the filters out of the source of the store.
func places(t *testing.T) []place {
	t.Helper()
	files, err := filepath.Glob("../store/sqlite/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no source", err)
	}
	var all []place
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			at := fset.Position(lit.Pos())
			for _, text := range strings.Split(text, "%s") { // what is filled in is another literal
				for _, m := range filters.FindAllStringIndex(text, -1) {
					p := place{text: text, lo: m[0], hi: m[1], at: fmt.Sprintf("%s:%d", filepath.Base(at.Filename), at.Line), joins: !strings.Contains(text[m[0]:m[1]], ":org")}
					if same := slices.IndexFunc(all, func(o place) bool { return o.text == p.text && o.lo == p.lo }); same >= 0 {
						all[same].at += ", " + p.at
						continue
					}
					all = append(all, p)
				}
			}
			return true
		})
	}
	return all
}

// run is what is done to a town to tell a mutant from the store: a short fuzz, and
// before and after it what happens to acme without the API.
type run struct {
	calls int
	want  []string // what each step came to in the store as it is; unstable ones are empty
}

// watcher is told what one step came to; broken is red for whatever store it is.
type watcher func(what, result, broken string) bool

// everySo is how many calls there are between two looks at the neighbours' rows.
const everySo = 150

// of takes a store through all steps, and stops when see says no.
func (r *run) of(t *testing.T, w *town, opts sqlite.Options, see watcher) {
	cryptotest.SetGlobalRandom(t, lifeSeed)
	h, db := w.open(t, opts, false)
	before := w.state(t, db)
	rows := func(when string) bool {
		for _, n := range neighbours {
			if id, err := db.OrgNamed(t.Context(), string(n)); id != n {
				return see(when, "", fmt.Sprintf("a neighbour's rows were changed: %s is gone: %v", n, err))
			}
		}
		after := w.state(t, db)
		if after != before {
			return see(when, "", "a neighbour's rows were changed: "+changed(before, after))
		}
		acme := ""
		if id, err := db.OrgNamed(t.Context(), "acme"); err == nil { // it is not deleted yet
			acme = sqlitetest.Dump(t, db, id)
		}
		return see(when, acme, "")
	}
	for _, s := range life(h, w) {
		if !see(s.name, s.do(), "") {
			return
		}
		h.clock.forward(time.Minute)
	}
	if !rows("after acme's life") {
		return
	}
	i, on := 0, true
	w.play(h, 1, r.calls, func(x exchange) bool {
		i++
		on = see(x.op.ID, x.print(), x.red(w.doc)) && (i%everySo != 0 || rows(fmt.Sprintf("after %d calls", i)))
		return on
	})
	if !on || !rows("after all calls") {
		return
	}
	o, err := h.st.AsOperator(t.Context(), "acme", "to end it")
	if err == nil {
		err = o.Delete(t.Context())
	}
	erased, err2 := db.ErasedOrgs(t.Context())
	if see("deletion", fmt.Sprint(err, erased, err2), "") {
		rows("after the deletion")
	}
}

// settle plays the store as it is twice, keeps what came to the same both times, and
// returns the statements it prepared.
func (r *run) settle(t *testing.T, w *town) []string {
	t.Helper()
	var mu sync.Mutex
	prepared := map[string]bool{}
	note := func(q string) string {
		mu.Lock()
		defer mu.Unlock()
		prepared[q] = true
		return q
	}
	var twice [2][]string
	for i := range twice {
		t.Run(fmt.Sprintf("as it is %d", i), func(t *testing.T) {
			r.of(t, w, sqlite.Options{Rewrite: note}, func(what, result, broken string) bool {
				if broken != "" {
					t.Errorf("%s: %s", what, broken)
				}
				twice[i] = append(twice[i], what+" "+result)
				return true
			})
		})
	}
	if len(twice[0]) != len(twice[1]) {
		t.Fatalf("%d steps, then %d", len(twice[0]), len(twice[1]))
	}
	same := 0
	r.want = twice[0]
	for i := range r.want {
		if twice[1][i] == r.want[i] {
			same++
			continue
		}
		t.Logf("not the same twice: %.100s", r.want[i])
		r.want[i] = ""
	}
	if same*100 < len(r.want)*97 {
		t.Fatalf("only %d of %d steps come to the same twice", same, len(r.want))
	}
	return slices.Collect(maps.Keys(prepared))
}

// kill says by what a store is told from the one it should be; empty: by nothing.
func (r *run) kill(t *testing.T, w *town, rewrite func(string) string) (by string) {
	defer func() {
		if p := recover(); p != nil {
			by = fmt.Sprintf("a panic: %.100v", p)
		}
	}()
	i := 0
	r.of(t, w, sqlite.Options{Rewrite: rewrite}, func(what, result, broken string) bool {
		switch {
		case broken != "":
			by = broken
		case i >= len(r.want) || r.want[i] != "" && r.want[i] != what+" "+result:
			by = "an answer is not what it is when others are not there: " + what
		}
		i++
		return by == ""
	})
	return by
}

// witness is a test that may fail.
type witness struct {
	*testing.T
	why string
}

func (w *witness) Errorf(format string, a ...any) { w.note(fmt.Sprintf(format, a...)) }
func (w *witness) Error(a ...any)                 { w.note(fmt.Sprint(a...)) }
func (w *witness) Fatalf(format string, a ...any) { w.Errorf(format, a...); runtime.Goexit() }
func (w *witness) Fatal(a ...any)                 { w.Error(a...); runtime.Goexit() }
func (w *witness) note(s string)                  { w.why = cmp.Or(w.why, s) }

// probe is kill by the probes of store/storetest.
func probe(t *testing.T, rewrite func(string) string) string {
	x := &witness{T: t}
	db := sqlitetest.OpenWith(t, sqlite.Options{Rewrite: rewrite})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if p := recover(); p != nil {
				x.note(fmt.Sprint("a panic: ", p))
			}
		}()
		storetest.Isolation(x, db)
	}()
	<-ended
	return x.why
}

// sort is the kind of a reason, for counting.
func sort(by string) string {
	for _, s := range []struct{ word, sort string }{
		{"probe", "the probes of each method"}, {"rows", "a neighbour's rows changed"}, {"text is in", "a neighbour's text came back"},
		{"at fault", "an error (the last wall, or the database)"}, {"panic", "an error (the last wall, or the database)"},
	} {
		if strings.Contains(by, s.word) {
			return s.sort
		}
	}
	return "an answer differs from that of an organisation alone"
}

// equivalent are filters whose loss changes nothing that anybody could see, with the
// reason. They stay all the same: each is a second wall.
var equivalent = map[string]string{
	": DELETE FROM email_projects WHERE [[":                                     byDoc,
	": SELECT text FROM bodies WHERE [[":                                        byDoc,
	"ORDER BY l.at DESC, l.doc DESC LIMIT 1) WHERE [[":                          "what is chosen inside is the organisation's own",
	"[[p.org = :org]] AND p.project_id = ?":                                     "the mail that is joined to it is asked for its organisation, too",
	"FROM search WHERE [[rowid >= :org << 40]]":                                 "the words that are looked for begin with the number of the organisation",
	"JOIN email_projects p ON [[p.org = e.org]]":                                byDoc,
	"FROM email_projects p WHERE [[p.org = e.org]]":                             byDoc,
	"JOIN bodies b ON b.doc = e.doc WHERE [[e.org = :org]]":                     byDoc,
	"AND e.id = f.email_id WHERE [[f.org = :org]]":                              byDoc,
	"AND t.sha256 = a.sha256 WHERE [[a.org = :org]]":                            byDoc,
	"JOIN projects p ON p.doc = j.value WHERE [[p.org = :org]]":                 byDoc,
	"CROSS JOIN emails e ON e.doc = j.value WHERE [[e.org = :org]] AND e.state": byDoc,
	"TE bodies SET text = ?, spans = ?, html = ? WHERE [[":                      byDoc,
	"SELECT user_id FROM members WHERE [[org = :org]] ORDER BY user_id":         "of those who are listed only accounts are removed that are in no organisation any more",
}

const byDoc = "a doc holds the number of its organisation"

// A test of isolation that passes whatever the statements say proves nothing. Each
// filter by organisation in the store's SQL is taken out in turn; at least 95 in 100
// of these mutants must be noticed, those aside that are equivalent. A sample is looked at; with
// PROJECTR_FUZZ_CALLS set all are.
func TestMutants(t *testing.T) {
	cryptotest.SetGlobalRandom(t, 8)
	began := time.Now()
	w := newTown(t)
	all := places(t)
	r := &run{calls: 600}
	prepared := r.settle(t, w)
	if t.Failed() {
		return
	}
	used := map[string]bool{}
	for _, q := range prepared {
		if !strings.Contains(q, ":org") {
			continue
		}
		for _, at := range filters.FindAllStringIndex(q, -1) {
			p, ok := owner(all, q, at[0])
			if !ok {
				t.Fatalf("this filter stands in no literal of the source: %s", q)
			}
			used[p.String()] = true
		}
	}
	var candidates []place
	for _, p := range all {
		if used[p.String()] || !p.joins { // joins of statements about no organisation are no filters
			candidates = append(candidates, p)
		}
	}
	whole := os.Getenv("PROJECTR_FUZZ_CALLS") != ""
	tried := candidates
	if !whole {
		tried = nil
		told := slices.DeleteFunc(slices.Clone(candidates), func(p place) bool {
			return sameAs(p) != "" || slices.ContainsFunc(unnoticed, func(in string) bool { return strings.Contains(p.String(), in) })
		})
		for i := range sample {
			tried = append(tried, told[i*len(told)/sample])
		}
	}
	killed, same, by := 0, 0, map[string]int{}
	var survivors []string
	for i, p := range tried {
		m := mutant{place: p, all: all}
		var why string
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if why = r.kill(t, w, m.rewrite); why == "" {
				if why = probe(t, m.rewrite); why != "" {
					why = "probe: " + why
				}
			}
			t.Logf("%s\n%s", p, cmp.Or(why, "SURVIVED"))
		})
		if why != "" {
			killed++
			by[sort(why)]++
			continue
		}
		reason := sameAs(p)
		if reason != "" {
			same++
		} else if !used[p.String()] {
			reason = "NOT REACHED: no step runs it"
		}
		survivors = append(survivors, p.String()+"\n      "+cmp.Or(reason, "NOT NOTICED"))
	}
	var sorts bytes.Buffer
	for _, s := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(&sorts, "; %d: %s", by[s], s)
	}
	t.Logf("mutants: %d of %d killed, %d of them equivalent, %d filters in all, in %.0f s%s\nsurvivors:\n  %s", killed, len(tried), same, len(candidates), time.Since(began).Seconds(), &sorts, strings.Join(survivors, "\n  "))
	for in := range equivalent {
		if !slices.ContainsFunc(all, func(p place) bool { return strings.Contains(p.String(), in) }) {
			t.Errorf("no filter stands at %q any more", in)
		}
	}
	if real := len(tried) - same; killed*100 < real*95 {
		t.Errorf("%d of %d mutants that are not equivalent were noticed, fewer than 95 in 100", killed, real)
	}
}

// unnoticed are filters that neither steps nor probes come to in a state in which
// their loss would show. They count against the tests; a sample passes them over.
var unnoticed = []string{
	"x.fact, '$.state') FROM fact_versions x WHERE",
	"JOIN threads t ON [[t.org = m.org]] AND t.id = ?",
	"FROM facts k WHERE [[k.org = e.org]] AND k.email_id = e.id AND k.kind",
	"FROM emails e INDEXED BY emails_split WHERE [[",
	"(SELECT x.fact FROM fact_versions x WHERE [[x.org = f.org]]",
}

// sameAs is the reason why the loss of a filter changes nothing; empty: it may.
func sameAs(p place) string {
	for in, because := range equivalent {
		if strings.Contains(p.String(), in) {
			return because
		}
	}
	return ""
}
