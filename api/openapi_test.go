package api

import (
	"bytes"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what is made now; look at the difference and run: go test ./api -update", path)
	}
}

// The web app's types are made from this file.
func TestOpenAPI(t *testing.T) {
	_, d := build(Config{PublicURL: "https://app.example.com", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	_, again := build(Config{PublicURL: "https://app.example.com", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if !bytes.Equal(d.json, again.json) || !bytes.Equal(d.page, again.page) {
		t.Error("the description is not the same twice")
	}
	golden(t, "openapi.json", d.json)
}
