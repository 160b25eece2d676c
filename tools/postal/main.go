// Command postal makes postal/weights.txt, the weights by which addresses are found
// and taken apart. `make train` runs it. It reads tagged addresses
// (datamade/usaddress, MIT); the same rows always give the same bytes.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"projectr/postal"
	"projectr/postal/training"
)

func main() {
	corpora := flag.String("corpora", "../shared/corpora", "where the labelled sets lie")
	out := flag.String("out", "postal/weights.txt", "the file to write")
	flag.Parse()
	if err := run(*corpora, *out); err != nil {
		fmt.Fprintln(os.Stderr, "postal:", err)
		os.Exit(1)
	}
}

func run(corpora, out string) error {
	raw, err := os.ReadFile(filepath.Join(corpora, "addresses", "usaddress.jsonl"))
	if err != nil {
		return err
	}
	rows, err := training.Read(raw)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := postal.Train(training.Lessons(rows, training.Seed), training.Rounds, training.Seed).Write(&b); err != nil {
		return err
	}
	if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes from %d addresses\n", out, b.Len(), len(rows))
	return nil
}
