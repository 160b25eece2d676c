// Command train makes extract/intent.bin, the weights by which the rules tell
// what a sentence is for. `make train` runs it. It reads only sets whose licence
// permits it, named in docs/quality.md; the same sets always give the same weights.
package main

import (
	"flag"
	"fmt"
	"os"

	"projectr/extract"
)

func main() {
	corpora := flag.String("corpora", "../shared/corpora", "where the labelled sets lie")
	own := flag.String("own", ".", "the repository, whose own labelled mails are used too")
	out := flag.String("out", "extract/intent.bin", "the file to write")
	flag.Parse()
	if err := run(*corpora, *own, *out); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(corpora, own, out string) error {
	b, err := extract.Train(corpora, own)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, b, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes\n", out, len(b))
	return nil
}
