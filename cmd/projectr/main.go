// Command projectr is the product in one binary: it receives mail, reads it,
// and serves the dashboard and the API. `projectr help` says everything.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"projectr"
	"projectr/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), now: func() time.Time { return time.Now().UTC() }}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// program is one run of the binary; its outside comes in as fields.
type program struct {
	in      io.Reader
	out     io.Writer
	err     io.Writer
	environ []string
	now     func() time.Time
	json    bool // --json was given
}

// command is one row of `projectr help`.
type command struct {
	name  string
	args  string // what follows the name
	short string
	long  string
	run   func(p *program, ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "[--config FILE]", "serve the dashboard, the API and the SMTP door", serveHelp, (*program).serve},
		{"demo", "[--keep DIR]", "serve a fresh installation filled with mail, to look around", demoHelp, (*program).demo},
		{"parse", "FILE...", "show how raw mails are read, one JSON object a line", parseHelp, (*program).parse},
		{"extract", "[--extractor rules|model] [--projects FILE] FILE...", "show the facts in raw mails, one JSON object a line", extractHelp, (*program).extract},
		{"eval", "[--extractor rules|model] DIR", "score extraction against a folder of labelled mails", evalHelp, (*program).eval},
		{"onboard", "--name N --address A --admin-email E --admin-name N", "create an organisation and its first admin", onboardHelp, (*program).onboard},
		{"org", "list|show|suspend|resume|delete|restore|invite [ORG]", "look after organisations", orgHelp, (*program).org},
		{"project", "list|create --org A", "look after projects", projectHelp, (*program).project},
		{"user", "list|create|disable|enable|delete|set-role|reset-factors --org A", "look after people", userHelp, (*program).user},
		{"rule", "list|remove --org A [ID]", "what corrections taught about where mail goes", ruleHelp, (*program).rule},
		{"sender", "list|allow|block|remove --org A [PATTERN]", "say who may send mail in", senderHelp, (*program).sender},
		{"reread", "--org A [--project P | --since DAY] [--extractor rules|model] [--dry-run] [--accept]", "read mail again by newer rules or a model, and say first what that costs", rereadHelp, (*program).reread},
		{"import", "--org A [--dry-run] [--yes] PATH...", "bring in older mail from mbox files, maildirs and folders of .eml", importHelp, (*program).importMail},
		{"api-key", "list|create|revoke --org A", "look after API keys", apiKeyHelp, (*program).apiKey},
		{"operator", "list|add|remove [EMAIL]", "say who runs this installation", operatorsHelp, (*program).operators},
		{"stripe", "setup|use|retry [--org A] [ID]", "make products, prices and the meter of plans at Stripe, and see what it is not told of", stripeHelp, (*program).stripe},
		{"usage", "--org A [--month M]", "mails of a month and what reading them cost", usageHelp, (*program).usage},
		{"mail", "unrouted [SHA256]", "look after mail that belongs to nobody", mailHelp, (*program).mail},
		{"verify", "[--org A]", "check every raw mail and every audit log against their hashes", verifyHelp, (*program).verify},
		{"config", "", "show every setting, its default and its value", "Secrets are shown as stars.", (*program).config},
		{"version", "", "show version, commit and Go version", "", (*program).version},
	}
}

// inner are commands that projectr runs itself; the list of `projectr help`
// leaves them out.
func inner() []command {
	return []command{
		{"read-file", "", "read the text out of one attachment, on standard input", readFileHelp, (*program).readFile},
	}
}

// errUsage is wrong usage: exit status 2.
type errUsage struct{ message string }

func (e errUsage) Error() string { return e.message }

func usagef(format string, args ...any) error { return errUsage{fmt.Sprintf(format, args...)} }

// run executes one command line and returns the exit status: 0 done, 1 failed,
// 2 wrong usage.
func (p *program) run(ctx context.Context, args []string) int {
	args, p.json = without(args, "--json")
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		return p.help(args)
	}
	for _, c := range slices.Concat(commands(), inner()) {
		if c.name != args[0] {
			continue
		}
		if slices.ContainsFunc(args[1:], func(a string) bool { return a == "-h" || a == "--help" }) {
			return p.help([]string{"help", c.name})
		}
		return p.status(c.run(p, ctx, args[1:]))
	}
	return p.status(usagef("There is no command %q. Run `projectr help` for the list.", args[0]))
}

func (p *program) status(err error) int {
	var usage errUsage
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(p.err, usage.message)
		return 2
	}
	var known *projectr.Error
	if errors.As(err, &known) {
		fmt.Fprintln(p.err, known.Message)
	} else {
		fmt.Fprintf(p.err, "This did not work: %v.\n", err)
	}
	return 1
}

func (p *program) help(args []string) int {
	if len(args) > 1 {
		for _, c := range slices.Concat(commands(), inner()) {
			if c.name == args[1] {
				fmt.Fprintf(p.out, "projectr %s %s\n\n%s%s.\n", c.name, c.args, strings.ToUpper(c.short[:1]), c.short[1:])
				if c.long != "" {
					fmt.Fprintf(p.out, "\n%s\n", strings.TrimSpace(c.long))
				}
				return 0
			}
		}
		return p.status(usagef("There is no command %q. Run `projectr help` for the list.", args[1]))
	}
	fmt.Fprint(p.out, "Projectr files the mail of construction jobs and shows what it says, with proof.\n\nUsage: projectr COMMAND [arguments]\n\n")
	w := tabwriter.NewWriter(p.out, 0, 0, 3, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %s\t%s\n", c.name, c.short)
	}
	w.Flush()
	fmt.Fprint(p.out, "\n`projectr help COMMAND` says more. Settings come from PROJECTR_… variables: `projectr config` lists them.\nEvery command that prints a result takes --json. Exit status: 0 done, 1 failed, 2 wrong usage.\n")
	return 0
}

// flags returns a flag set that reports wrong usage as an error.
func (p *program) flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parsed parses args, which may mix flags and words, and returns the words.
func parsed(f *flag.FlagSet, args []string) ([]string, error) {
	var words []string
	for {
		if err := f.Parse(args); err != nil {
			return nil, usagef("%s: %v. Run `projectr help %s`.", f.Name(), err, strings.Fields(f.Name())[0])
		}
		if f.NArg() == 0 {
			return words, nil
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
}

// print writes v as one JSON line with --json, else lets human write.
func (p *program) print(v any, human func(w io.Writer)) error {
	if p.json {
		return p.line(v)
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 3, ' ', 0)
	human(w)
	return w.Flush()
}

// line writes v as one line of JSON.
func (p *program) line(v any) error {
	enc := json.NewEncoder(p.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// settings reads the configuration.
func (p *program) settings(file string) (app.Config, error) {
	if file == "" {
		for _, kv := range p.environ {
			if v, ok := strings.CutPrefix(kv, "PROJECTR_CONFIG="); ok {
				file = v
			}
		}
	}
	return app.Load(p.environ, file)
}
