package message

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"
)

// benchMail makes a mail of about size bytes: a letter in text and HTML with a
// quoted answer, and for large ones a file.
func benchMail(size int) []byte {
	const para = "Please send the revised ceiling plan by Friday so that we can stamp it. The duct in corridor 112 stays where it is, no need to re-route.\r\n\r\n"
	var b bytes.Buffer
	b.WriteString("Received: from mx.example (mx.example [192.0.2.1]) by in.example; Tue, 10 Sep 2024 14:22:03 -0400\r\n" +
		"Message-ID: <bench@x.example>\r\nReferences: <a@x.example> <b@x.example>\r\nDate: Tue, 10 Sep 2024 14:22:00 -0400\r\n" +
		"Subject: =?utf-8?Q?RE:_24-117_Hollis_St_=E2=80=93_ceiling?=\r\nFrom: Dana Whitlock <dana@x.example>\r\nTo: Mike Tran <mike@y.example>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=\"mixed\"\r\n\r\n--mixed\r\nContent-Type: multipart/alternative; boundary=\"alt\"\r\n\r\n")
	text := min(size/3, 12<<10)
	letter := strings.Repeat(para, max(1, text/len(para))) + "Dana Whitlock, AIA\r\nBrightline Architects\r\no 937.555.0142\r\n\r\n" +
		"From: Mike Tran <mike@y.example>\r\nSent: Monday, September 9, 2024 9:05 AM\r\nTo: Dana Whitlock\r\nSubject: ceiling\r\n\r\nPlease advise by 9/11.\r\n"
	b.WriteString("--alt\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + letter)
	b.WriteString("\r\n--alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>" + strings.ReplaceAll(letter, "\r\n", "<br>\r\n") + "</p></body></html>\r\n--alt--\r\n")
	if rest := size - b.Len(); rest > 1000 {
		b.WriteString("--mixed\r\nContent-Type: application/pdf; name=\"plan.pdf\"\r\nContent-Disposition: attachment; filename=\"plan.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
		file := make([]byte, rest*57/78)
		for i := range file {
			file[i] = byte(i * 7)
		}
		for len(file) > 0 {
			n := min(57, len(file))
			b.WriteString(base64.StdEncoding.EncodeToString(file[:n]) + "\r\n")
			file = file[n:]
		}
	}
	b.WriteString("--mixed--\r\n")
	return b.Bytes()
}

func BenchmarkParse(b *testing.B) {
	for _, size := range []struct {
		name  string
		bytes int
	}{{"2KB", 2 << 10}, {"30KB", 30 << 10}, {"1MB", 1 << 20}} {
		raw := benchMail(size.bytes)
		b.Run(size.name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(bytes.NewReader(raw)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// realMails are mails that people sent, and those that other libraries test
// themselves with, set by set.
func realMails(b testing.TB) (sets []mailSet) {
	for _, s := range []mailSet{{name: "people", from: []string{"enron-raw/eml", "spamassassin/eml"}}, {name: "odd", from: []string{"mime-misc", "mime-stalwart", "mime-mime4j", "construction-gold/eml"}}} {
		for _, dir := range s.from {
			err := filepath.WalkDir(filepath.Join(corpora, dir), func(path string, e os.DirEntry, err error) error {
				if ext := filepath.Ext(path); err != nil || e.IsDir() || ext != ".eml" && ext != ".msg" {
					return err
				}
				raw, err := os.ReadFile(path)
				s.mails, s.size = append(s.mails, raw), s.size+len(raw)
				return err
			})
			if err != nil {
				b.Skipf("SKIPPED, NOTHING MEASURED: %v", err)
			}
		}
		if len(s.mails) == 0 {
			b.Skipf("SKIPPED, NOTHING MEASURED: no mails of %s at %s", s.name, corpora)
		}
		sets = append(sets, s)
	}
	return sets
}

type mailSet struct {
	name  string
	from  []string // folders of the corpora
	mails [][]byte
	size  int
}

// BenchmarkReal reads real mails, by this package and by enmime with its
// default settings, in turn. Ours makes spans and forwards too. What each set
// prints: MB/s and allocations of both, how many mails each refuses, and how
// many times as fast ours is.
func BenchmarkReal(b *testing.B) {
	for _, set := range realMails(b) {
		b.Run(set.name, func(b *testing.B) {
			readers := []struct {
				name    string
				read    func([]byte) error
				spent   time.Duration
				allocs  uint64
				refused int
			}{
				{name: "ours", read: func(raw []byte) error { _, err := Parse(bytes.NewReader(raw)); return err }},
				{name: "enmime", read: func(raw []byte) error { _, err := enmime.ReadEnvelope(bytes.NewReader(raw)); return err }},
			}
			rounds := 0
			var mem runtime.MemStats
			for b.Loop() {
				rounds++
				for i := range readers {
					r := &readers[i]
					runtime.ReadMemStats(&mem)
					before, start := mem.Mallocs, time.Now()
					r.refused = 0
					for _, raw := range set.mails {
						if r.read(raw) != nil {
							r.refused++
						}
					}
					r.spent += time.Since(start)
					runtime.ReadMemStats(&mem)
					r.allocs += mem.Mallocs - before
				}
			}
			for _, r := range readers {
				b.ReportMetric(float64(set.size*rounds)/1e6/r.spent.Seconds(), r.name+"-MB/s")
				b.ReportMetric(float64(r.allocs)/float64(rounds*len(set.mails)), r.name+"-allocs/mail")
				b.ReportMetric(float64(r.refused), r.name+"-refused")
			}
			b.ReportMetric(readers[1].spent.Seconds()/readers[0].spent.Seconds(), "times-enmime")
			b.ReportMetric(float64(len(set.mails)), "mails")
		})
	}
}

// BenchmarkOpenAttachment writes the file of a mail out.
func BenchmarkOpenAttachment(b *testing.B) {
	raw := benchMail(1 << 20)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := OpenAttachment(bytes.NewReader(raw), 1, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDivide divides a long text.
func BenchmarkDivide(b *testing.B) {
	for _, lines := range []int{40, 4000} {
		text := strings.Repeat("On the other hand, the price of 12:30 dollars is: not what we said\n", lines)
		b.Run(fmt.Sprint(lines), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				reading{}.divide(text)
			}
		})
	}
}
