package main

import (
	"context"

	"projectr/file"
)

const readFileHelp = `
serve runs this for each attachment that has to be taken apart (PDF, Word, Excel
and the like), so that a hostile file costs only itself: the process gives up
opening files, starting programs and the network, and has 10 seconds and a
bounded memory. It reads the file on standard input and writes one JSON object:
its state, a note and its text. FILE_NAME and FILE_TYPE in the environment are
the file's name and declared type. The output goes to a pipe or a terminal; the
process may not write into files:

    FILE_NAME=offer.pdf projectr read-file < offer.pdf | jq -r .text`

func (p *program) readFile(_ context.Context, args []string) error {
	if len(args) > 0 {
		return usagef("read-file takes no arguments. Run `projectr help read-file`.")
	}
	return file.Serve(p.in, p.out, p.environ)
}
