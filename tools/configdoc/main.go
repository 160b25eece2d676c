// Command configdoc prints docs/config.md: the manual of all settings, made from
// the tags of app.Config. `make generate` runs it.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"projectr/app"
)

func main() {
	c, err := app.Load(nil, "")
	if err == nil {
		err = write(os.Stdout, c.Settings())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "configdoc:", err)
		os.Exit(1)
	}
}

const head = `# Settings

<!-- Made from app/config.go by make generate. Do not edit. -->

Every setting is an environment variable, or a line NAME=value of the file that PROJECTR_CONFIG or ` + "`--config`" + ` names; the
environment wins. ` + "`projectr config`" + ` shows them with the values they have now. A name that begins with PROJECTR_ and is none of
these stops the start with the nearest known name. A secret may stand in a file instead: put its path into the same name
with _FILE at the end.
`

func write(w io.Writer, settings []app.Setting) error {
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("\n| Setting | Default | What it is |\n| --- | --- | --- |\n")
	for _, s := range settings {
		def := ""
		if s.Default != "" {
			def = "`" + s.Default + "`"
		}
		what := s.Doc
		if s.Secret {
			what += " Secret."
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, def, strings.ReplaceAll(what, "|", `\|`))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
