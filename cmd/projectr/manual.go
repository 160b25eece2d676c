package main

import (
	"fmt"
	"io"
	"strings"

	"projectr/app"
)

// writeConfigManual writes docs/config.md.
func writeConfigManual(w io.Writer, settings []app.Setting) error {
	var b strings.Builder
	b.WriteString("# Settings\n\n<!-- Made by `projectr config --markdown` from app.Config. Do not edit. -->\n\n" +
		"Every setting is an environment variable. The same names may stand in a file of `NAME=value` lines, named by\n" +
		"`--config FILE` or `PROJECTR_CONFIG`; the environment wins. A secret may be given as the name of a file that holds it,\n" +
		"in the same variable with `_FILE` at its end. An unknown `PROJECTR_` variable stops the start and names the nearest known one.\n\n" +
		"| Setting | Default | What it is |\n| --- | --- | --- |\n")
	for _, s := range settings {
		def, doc := "", s.Doc
		if s.Default != "" {
			def = "`" + s.Default + "`"
		}
		if s.Planned {
			doc += " *Has no effect in this version.*"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, def, doc)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
