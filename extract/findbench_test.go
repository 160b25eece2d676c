package extract

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkFinders finds the dates and the amounts of the texts of
// construction-gold, already cut into tokens.
func BenchmarkFinders(b *testing.B) {
	mails, err := filepath.Glob("../testdata/construction-gold/eml/*.eml")
	if err != nil || len(mails) == 0 {
		b.Skip("construction-gold is not there")
	}
	size := 0
	var texts [][]token
	for _, m := range mails {
		raw, err := os.ReadFile(m)
		if err != nil {
			b.Fatal(err)
		}
		text := string(raw)
		size += len(text)
		texts = append(texts, tokenise(text, 0, len(text)))
	}
	at := time.Date(2024, 9, 10, 14, 22, 0, 0, time.UTC)
	b.Run("dates", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(size))
		for b.Loop() {
			for _, toks := range texts {
				newCalendar(at, toks).find(toks)
			}
		}
	})
	b.Run("money", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(size))
		for b.Loop() {
			for _, toks := range texts {
				findMoney(toks)
			}
		}
	})
}
