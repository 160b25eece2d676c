package ingest_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"projectr"
	"projectr/extract"
	"projectr/ingest"
	"projectr/local"
	"projectr/message"
	"projectr/store"
	"projectr/store/sqlite"
	gold "projectr/testdata/construction-gold"
)

// BenchmarkProcess measures the road behind the door: raw bytes kept, parsed,
// filed, read by the rules, recorded and searchable, by four workers at once.
// One operation is one mail. The mails are the construction mails (2 KB on
// average) and long ones of 30 KB made of them.
func BenchmarkProcess(b *testing.B) {
	names, err := fs.Glob(gold.Mails, "eml/*.eml")
	if err != nil {
		b.Fatal(err)
	}
	var small, large [][]byte
	for _, n := range names {
		raw, err := gold.Mails.ReadFile(n)
		if err != nil {
			b.Fatal(err)
		}
		small = append(small, raw)
		if head, body, ok := bytes.Cut(raw, []byte("\r\n\r\n")); ok && bytes.Contains(head, []byte("8bit")) && bytes.Contains(head, []byte("text/plain")) {
			long := append(bytes.Clone(head), "\r\n\r\n"...)
			for i := 0; len(long) < 30_000; i++ {
				long = append(long, body...)
				long = fmt.Appendf(long, "\r\nPart %d of the minutes.\r\n\r\n", i)
			}
			// A chain repeated is hundreds of mails inside one; that is no long mail.
			if m, err := message.Parse(bytes.NewReader(long)); err != nil {
				b.Fatal(err)
			} else if len(m.Forwarded) == 0 {
				large = append(large, long)
			}
		}
	}
	for _, c := range []struct {
		name  string
		mails [][]byte
	}{{"real", small}, {"30KB", large}} {
		b.Run(c.name, func(b *testing.B) { benchProcess(b, c.mails) })
	}
}

func benchProcess(b *testing.B, mails [][]byte) {
	now := func() time.Time { return time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC) }
	dir := b.TempDir()
	db, err := sqlite.Open(ctx, filepath.Join(dir, "p.db"), sqlite.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	st := store.New(db, &local.Files{Dir: filepath.Join(dir, "blobs")}, now)
	spool := &memory{raw: map[string][]byte{}}
	p := &ingest.Pipeline{Store: st, Spool: spool, Extractor: extract.Rules{}, MailDomain: "mail.test", Now: now, Log: slog.New(slog.DiscardHandler)}
	o := projectr.Org{ID: "org_acme", Name: "acme", Address: "acme", Plan: "self_hosted", TimeZone: "UTC"}
	if err := st.CreateOrg(ctx, o, projectr.Actor{Kind: "operator", ID: "bench"}); err != nil {
		b.Fatal(err)
	}
	org, err := st.AsOperator(ctx, "acme", "bench")
	if err != nil {
		b.Fatal(err)
	}
	for i, name := range []string{"Hollis Street Clinic", "Kestrel Point Apartments Building C", "Maple Grove Elementary Gym Addition", "Bridge Street Warehouse Re-roof"} {
		if _, err := org.CreateProject(ctx, projectr.Project{Name: name, JobNumber: []string{"24-117", "2024-031", "23-089", "24-142"}[i]}); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := org.SaveSender(ctx, "*", true); err != nil {
		b.Fatal(err)
	}
	var ds []projectr.Delivery
	var size int64
	for i := range b.N { // each its own mail, by its words
		raw := bytes.Replace(mails[i%len(mails)], []byte("Message-ID: <"), fmt.Appendf(nil, "Message-ID: <n%d.", i), 1)
		raw = bytes.Replace(raw, []byte("Subject: "), fmt.Appendf(nil, "Subject: n%d ", i), 1)
		d, err := spool.Put(ctx, projectr.Envelope{From: "jo@sender.example", To: []string{"acme@mail.test"}, ReceivedAt: now()}, strings.NewReader(string(raw)))
		if err != nil {
			b.Fatal(err)
		}
		size += d.Size
		ds = append(ds, d)
	}
	b.SetBytes(size / int64(b.N))
	b.ResetTimer()
	work := make(chan projectr.Delivery)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for d := range work {
				if err := p.Process(ctx, d); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, d := range ds {
		work <- d
	}
	close(work)
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
