package sqlite_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"projectr"
	"projectr/store"
	"projectr/store/sqlite"
)

// benchEvents is how many events the reading benchmarks stand on;
// PROJECTR_BENCH_EVENTS=1000000 is what the goals are about.
func benchEvents(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("PROJECTR_BENCH_EVENTS"))
	if err != nil {
		return 20_000
	}
	return n
}

// BenchmarkRecord records mails of 2 KB with one fact from 64 goroutines, each
// answered after its commit was synced.
func BenchmarkRecord(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprint(writers, "_writers"), func(b *testing.B) {
			var commits atomic.Int64
			d, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "p.db"), sqlite.Options{Fault: func(point string) error {
				if point == "committed" {
					commits.Add(1)
				}
				return nil
			}})
			if err != nil {
				b.Fatal(err)
			}
			defer d.Close()
			o, p := house(b, d, "acme")
			before := commits.Load()
			text := strings.Repeat("Please send the revised curb ramp plan before the pour on Friday. ", 30)
			var n atomic.Int64
			b.SetParallelism(writers)
			b.ReportAllocs()
			b.ResetTimer()
			run := func() error {
				i := n.Add(1)
				return o.Record(context.Background(), recording(fmt.Sprint(i), p, fmt.Sprint(text, i)))
			}
			if writers == 1 {
				for b.Loop() {
					if err := run(); err != nil {
						b.Fatal(err)
					}
				}
			} else {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if err := run(); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
			b.ReportMetric(float64(b.N)/float64(commits.Load()-before), "mails/commit")
		})
	}
}

// installation is a file of n events over organisations of 50 projects each.
type installation struct {
	path     string
	d        store.Driver
	org      store.Org
	num      int64
	projects []projectr.ProjectID
}

var vocabulary = strings.Fields("concrete pour slab curb ramp plan drawing submittal change order budget schedule inspection delay rain crane steel rebar " +
	"panel conduit duct permit approval owner architect engineer foreman crew delivery invoice pump north south east west level tower dock")

// wordsOf makes text that repeats common words and has rare ones.
func wordsOf(i, n int) string {
	var b strings.Builder
	x := uint64(i)*2654435761 + 1
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		b.WriteString(vocabulary[x%uint64(len(vocabulary))])
		b.WriteByte(' ')
	}
	fmt.Fprintf(&b, "rare%d", i)
	return b.String()
}

func install(b *testing.B, events int) *installation {
	b.Helper()
	path := filepath.Join(b.TempDir(), "p.db")
	d := open(b, path)
	orgs := max(2, min(200, events/5000))
	in := &installation{path: path, d: d}
	type place struct {
		o        store.Org
		projects []projectr.ProjectID
	}
	var places []place
	for i := range orgs {
		o, p := house(b, d, fmt.Sprint("org", i))
		pl := place{o, []projectr.ProjectID{p}}
		for range 49 {
			p, err := o.CreateProject(b.Context(), projectr.Project{Name: "Harbor"})
			if err != nil {
				b.Fatal(err)
			}
			pl.projects = append(pl.projects, p.ID)
		}
		places = append(places, pl)
	}
	// Each mail is two events; they come from 64 goroutines, as a queue of mail
	// is worked off.
	work := make(chan int)
	done := make(chan error, 64)
	for range 64 {
		go func() {
			for i := range work {
				pl := places[i%orgs]
				r := recording(fmt.Sprint(i), pl.projects[i/orgs%50], wordsOf(i, 40))
				at := noon.Add(-time.Duration(i) * time.Minute)
				r.Email.Date, r.Email.Facts[0].At, r.Events[0].At, r.Events[1].At = at, at, at, at
				if err := pl.o.Record(context.Background(), r); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for i := range events / 2 {
		work <- i
	}
	close(work)
	for range 64 {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	in.org, in.projects, in.num = places[orgs/2].o, places[orgs/2].projects, int64(orgs/2+1)
	return in
}

// compare runs ours and the bare query in turns, and reports the quantiles of
// both and how many times as long ours takes.
func compare(b *testing.B, ours, bare func(i int) int) {
	b.Helper()
	for i := range 50 { // warm
		if got, want := ours(i), bare(i); got != want {
			b.Fatalf("ours finds %d, the bare query %d", got, want)
		}
	}
	var a, z []time.Duration
	n := 0
	for b.Loop() {
		// The median of three turns: on a busy machine the slowest are others' work.
		var us, them [3]time.Duration
		for i := range 3 {
			start := time.Now()
			ours(n)
			mid := time.Now()
			bare(n)
			us[i], them[i] = mid.Sub(start), time.Since(mid)
		}
		slices.Sort(us[:])
		slices.Sort(them[:])
		a, z = append(a, us[1]), append(z, them[1])
		n++
	}
	slices.Sort(a)
	slices.Sort(z)
	ms := func(d []time.Duration, p float64) float64 {
		return float64(d[int(float64(len(d)-1)*p)].Microseconds()) / 1000
	}
	b.ReportMetric(ms(a, 0.5), "p50-ms")
	b.ReportMetric(ms(a, 0.99), "p99-ms")
	b.ReportMetric(ms(z, 0.5), "bare-p50-ms")
	b.ReportMetric(ms(z, 0.99), "bare-p99-ms")
	b.ReportMetric(ms(a, 0.5)/ms(z, 0.5), "p50-ratio")
	b.ReportMetric(ms(a, 0.99)/ms(z, 0.99), "p99-ratio")
}

// bareIndex makes beside ours the index that the goals are measured against: the
// same texts by SQLite's own tokenizer, an organisation a range of rowids.
func bareIndex(b *testing.B, db *sql.DB) {
	b.Helper()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	rows, err := tx.Query(`SELECT doc, substr(id, 4), subject || ' ' || people, 1 FROM emails UNION ALL SELECT doc, '', text || ' ' || quote, 0 FROM facts ORDER BY doc`)
	if err != nil {
		b.Fatal(err)
	}
	type text struct {
		doc  int64
		text string
	}
	var texts []text
	for rows.Next() {
		var t text
		var id string
		var mail bool
		if err := rows.Scan(&t.doc, &id, &t.text, &mail); err != nil {
			b.Fatal(err)
		}
		if i, err := strconv.Atoi(id); mail && err == nil {
			t.text += " " + wordsOf(i, 40)
		}
		texts = append(texts, t)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	if _, err := tx.Exec(`CREATE VIRTUAL TABLE bare USING fts5(text, content = '', tokenize = 'unicode61 remove_diacritics 2')`); err != nil {
		b.Fatal(err)
	}
	s, err := tx.Prepare(`INSERT INTO bare (rowid, text) VALUES (?, ?)`)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range texts {
		if _, err := s.Exec(t.doc, t.text); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkReads(b *testing.B) {
	in := install(b, benchEvents(b))
	db := raw(b, in.path)
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA cache_size = -8000"); err != nil {
		b.Fatal(err)
	}
	bareIndex(b, db)
	bare := func(b *testing.B, q string, columns int, args func(i int) []any) func(int) int {
		s, err := db.Prepare(q)
		if err != nil {
			b.Fatal(err)
		}
		dest := make([]any, columns)
		for i := range dest {
			dest[i] = new(sql.RawBytes)
		}
		return func(i int) int {
			rows, err := s.Query(args(i)...)
			if err != nil {
				b.Fatal(err)
			}
			defer rows.Close()
			n := 0
			for rows.Next() {
				if err := rows.Scan(dest...); err != nil {
					b.Fatal(err)
				}
				n++
			}
			return n
		}
	}
	project := func(i int) projectr.ProjectID { return in.projects[i%len(in.projects)] }

	b.Run("timeline", func(b *testing.B) {
		compare(b, func(i int) int {
			l, err := in.org.Timeline(b.Context(), project(i), projectr.Page{Limit: 50})
			if err != nil {
				b.Fatal(err)
			}
			return len(l.Items)
		}, bare(b, `SELECT e.id, e.kind, e.at, e.at_offset, e.project, e.email_id, e.fact_id, e.actor_kind, e.actor_id, e.actor_name, e.other, e.note,
				f.id, f.email_id, f.project_id, f.kind, f.text, f.quote, f.start, f."end", f.proof, f.confidence, f.owner, f.deadline,
				f.priority, f.made_by, f.amount_minor, f.currency, f.affects, f.state, f.by, f.at, f.at_offset, f.reason
			FROM events e LEFT JOIN facts f ON f.org = e.org AND f.id = e.fact_id WHERE e.org = ? AND e.project = ? ORDER BY e.at DESC, e.id DESC LIMIT 50`, 34,
			func(i int) []any { return []any{in.num, string(project(i))} }))
	})
	for name, words := range map[string]string{"common": "concrete", "two_common": "concrete crane", "rare": "rare100"} {
		b.Run("search_"+name, func(b *testing.B) {
			compare(b, func(int) int {
				l, err := in.org.Search(b.Context(), projectr.SearchQuery{Text: `"` + strings.ReplaceAll(words, " ", `" "`) + `"`, Page: projectr.Page{Limit: 50}})
				if err != nil {
					b.Fatal(err)
				}
				return len(l.Items)
			}, bare(b, `SELECT s.rowid, e.id, e.subject, e.snippet, e.date, e.people, f.id, f.text, f.quote, f.at FROM bare s
					LEFT JOIN emails e ON e.doc = s.rowid LEFT JOIN facts f ON f.doc = s.rowid
				WHERE bare MATCH ? AND s.rowid BETWEEN ? AND ? ORDER BY s.rowid DESC LIMIT 50`, 10,
				func(int) []any { return []any{words, in.num << 40, (in.num+1)<<40 - 1} }))
		})
	}
	simple := func(name string, run func(b *testing.B, i int) error) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				if err := run(b, i); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[(len(took)-1)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
	for _, typed := range []string{"c", "co", "con", "concrete"} {
		simple("search_beginning_"+typed, func(b *testing.B, _ int) error {
			_, err := in.org.Search(b.Context(), projectr.SearchQuery{Text: typed, Page: projectr.Page{Limit: 50}})
			return err
		})
	}
	simple("projects", func(b *testing.B, _ int) error {
		_, err := in.org.Projects(b.Context(), projectr.ProjectFilter{Now: noon})
		return err
	})
	simple("mails", func(b *testing.B, _ int) error {
		_, err := in.org.Emails(b.Context(), projectr.EmailFilter{})
		return err
	})
	simple("changes", func(b *testing.B, _ int) error {
		_, err := in.org.Changes(b.Context(), noon.Add(-24*time.Hour), projectr.Page{})
		return err
	})
	simple("actions", func(b *testing.B, _ int) error {
		_, err := in.org.Facts(b.Context(), projectr.FactFilter{Kind: projectr.ActionItem, Deadline: true})
		return err
	})
	simple("counts", func(b *testing.B, _ int) error {
		_, err := in.org.Counts(b.Context())
		return err
	})
	simple("email", func(b *testing.B, i int) error {
		_, err := in.org.HasEmail(b.Context(), "em_1")
		return err
	})
}
