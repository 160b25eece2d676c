package projectr_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// floors is the picture of ARCHITECTURE.md as data. An arrow between packages
// of this module may only point to a lower floor: never up, never sideways. A
// name that ends in /... stands for everything below it. Packages that are
// planned but not built yet have their place too.
var floors = map[string]int{
	".":            1, // the vocabulary
	"web":          1, // embedded files
	"sight":        1, // what of an HTML document people see
	"testdata/...": 1, // embedded mails

	"store":   2,
	"message": 2,
	"demo":    2, // makes mails, sends none
	"local":   2,
	"sender":  2, // who a mail is from, as far as DNS and signatures tell
	"file":    2, // text out of attachments
	"openai":  2,
	"postal":  2, // street addresses in text
	"oidc":    2,
	"stripe":  2,
	"aws":     2,

	"message/hostile":     3, // mails made to harm; imported by tests and tools alone
	"postal/training":     3, // lessons the weights are learned from; imported by tests and tools alone
	"openai/openaitest":   3, // a server made to misbehave; imported by tests alone
	"stripe/stripetest":   3, // a payment provider; imported by tests alone
	"account/accounttest": 3, // whether time tells who has an account; imported by tests alone
	"account/passkeytest": 3, // an authenticator; imported by tests alone

	"account":         3,
	"billing":         3,
	"brief":           3,
	"notify":          3,
	"extract":         3,
	"mailbox":         3, // the mails in what mail programs keep
	"match":           3,
	"store/sqlite":    3,
	"store/dynamo":    3,
	"store/storetest": 3,

	"store/sqlite/sqlitetest": 4, // a new database in no time; imported by tests alone

	"ingest": 4, // the road

	"api":              5, // doors
	"smtpd":            5,
	"ingest/spooltest": 5, // the suite of the spool; imported by tests alone

	"app": 6,

	"cmd/...":   7,
	"e2e/...":   7,
	"bench/...": 7,
	"tools/...": 7,
}

// suites are packages that tests alone may import.
var suites = []string{"storetest", "sqlitetest", "spooltest", "accounttest", "passkeytest", "stripetest"}

// adapters speak only the vocabulary: a port uses no type of the package that
// declares it, so an adapter needs nothing of ours but the root package.
var adapters = []string{"local", "openai", "oidc", "stripe", "aws"}

// guests lists every module we build on and the packages that may know of it.
// What is not listed may not be imported; tests may import anything.
var guests = map[string][]string{
	"github.com/aws/aws-sdk-go-v2":       {"aws", "store/dynamo", "cmd/lambda"},
	"github.com/coreos/go-oidc/v3":       {"oidc"},
	"github.com/danielgtaylor/huma/v2":   {"api"},
	"github.com/emersion/go-message":     {"message", "demo"},
	"github.com/emersion/go-msgauth":     {"sender"},
	"github.com/emersion/go-sasl":        {"local"},
	"github.com/emersion/go-smtp":        {"smtpd", "local", "cmd/...", "bench/...", "e2e/..."},
	"github.com/go-jose/go-jose/v4":      {"oidc"},
	"github.com/klauspost/compress":      {"local", "store/sqlite"},
	"github.com/microcosm-cc/bluemonday": {"message"},
	"github.com/openai/openai-go/v3":     {"openai"},
	"github.com/pressly/goose/v3":        {"store/sqlite"},
	"github.com/stripe/stripe-go/v85":    {"stripe"},
	"github.com/go-webauthn/webauthn":    {"account", "account/passkeytest"},
	"golang.org/x/crypto":                {"account", "app"},
	"golang.org/x/net":                   {"message", "sender", "file"},
	"golang.org/x/oauth2":                {"oidc"},
	"golang.org/x/sys":                   {"local", "file", "cmd/..."},
	"golang.org/x/text":                  {"account", "billing", "file", "ingest", "message", "store/sqlite"},
	"golang.org/x/time":                  {"account"},
	"modernc.org/sqlite":                 {"store/sqlite"},
	"rsc.io/qr":                          {"account"},
}

// pkg is a package of this module, by its path below the module, and what its
// code (not its tests) imports, in full.
type pkg struct {
	path    string
	imports []string
}

const module = "projectr"

// ours returns the path below the module, and whether imp is of this module.
func ours(imp string) (string, bool) {
	if imp == module {
		return ".", true
	}
	return strings.CutPrefix(imp, module+"/")
}

// covers reports whether the package at path p is name, or stands below it
// where name ends in /... .
func covers(name, p string) bool {
	root, tree := strings.CutSuffix(name, "/...")
	return p == root || tree && strings.HasPrefix(p, root+"/")
}

func among(names []string, p string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return covers(n, p) })
}

// floor returns where the package stands, or 0 when it stands nowhere.
func floor(p string) int {
	for name, n := range floors {
		if covers(name, p) {
			return n
		}
	}
	return 0
}

// nameless are the words that say nothing about what a package is for.
var nameless = []string{
	"internal", "pkg", "util", "utils", "common", "helper", "helpers", "model", "models",
	"misc", "shared", "base", "core", "lib", "types", "service", "services", "manager",
}

// climbs says, a sentence each, where the packages leave the picture.
func climbs(pkgs []pkg) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, p := range pkgs {
		if floor(p.path) == 0 {
			say("%s stands on no floor: add it to floors and to the picture in ARCHITECTURE.md", p.path)
		}
		for part := range strings.SplitSeq(p.path, "/") {
			if slices.Contains(nameless, part) {
				say("%s: a package named %q says nothing about what is in it", p.path, part)
			}
		}
		for _, imp := range p.imports {
			below, mine := ours(imp)
			switch {
			case mine && floor(below) >= floor(p.path):
				say("%s imports %s, which does not stand below it", p.path, below)
			case mine && slices.Contains(adapters, p.path) && below != ".":
				say("%s imports %s: an adapter speaks only the vocabulary", p.path, below)
			case mine && (!slices.Contains(suites, path.Base(below)) || covers("e2e/...", p.path)): // which is all tests
			case mine:
				say("%s imports %s: a suite is for tests", p.path, below)
			case !strings.Contains(strings.SplitN(imp, "/", 2)[0], "."):
				// standard library
			case p.path == ".":
				say("the root package imports %s: the vocabulary needs the standard library alone", imp)
			case p.path == "web":
				say("web imports %s: it serves embedded files and needs the standard library alone", imp)
			default:
				if why := guestFault(p.path, imp); why != "" {
					say("%s", why)
				}
			}
		}
	}
	return out
}

func guestFault(p, imp string) string {
	for guest, homes := range guests {
		if covers(guest+"/...", imp) {
			if among(homes, p) {
				return ""
			}
			return fmt.Sprintf("%s imports %s, whose place is in %s", p, imp, strings.Join(homes, ", "))
		}
	}
	return fmt.Sprintf("%s imports %s, which has no place in guests yet", p, imp)
}

// list asks the go command about the packages of this module.
func list(t *testing.T, args ...string) []string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command("go", append([]string{"list", "-e"}, args...)...) // what does not compile is told by the compiler
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func packages(t *testing.T) []pkg {
	t.Helper()
	var pkgs []pkg
	for _, line := range list(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		words := strings.Fields(line)
		p, _ := ours(words[0])
		pkgs = append(pkgs, pkg{p, words[1:]})
	}
	return pkgs
}

func TestImportsPointDown(t *testing.T) {
	pkgs := packages(t)
	if len(pkgs) < 2 {
		t.Fatalf("go list named %d packages", len(pkgs))
	}
	for _, c := range climbs(pkgs) {
		t.Error(c)
	}
}

// The self-hosted binary carries neither the other home's SDK nor test code.
func TestWhatTheBinaryLinks(t *testing.T) {
	if !slices.ContainsFunc(packages(t), func(p pkg) bool { return p.path == "cmd/projectr" }) {
		t.Fatal("there is no cmd/projectr")
	}
	for _, dep := range list(t, "-deps", "./cmd/projectr") {
		if strings.HasPrefix(dep, "github.com/aws/") || dep == "testing" || strings.HasSuffix(dep, "test") && strings.HasPrefix(dep, module) {
			t.Errorf("cmd/projectr links %s", dep)
		}
	}
}

// A checker that lets things through is worse than none: each row plants one
// arrow that must be seen, or one that must not.
func TestPlantedArrowsAreSeen(t *testing.T) {
	for _, c := range []struct {
		from, to string
		seen     string // part of the sentence; empty: all is well
	}{
		{"ingest", module + "/store", ""},
		{"store/sqlite", module + "/store", ""},
		{"cmd/projectr", module + "/app", ""},
		{"store/sqlite", "modernc.org/sqlite", ""},
		{".", "strings", ""},
		{"store", module + "/ingest", "does not stand below"},
		{"match", module + "/extract", "does not stand below"},
		{"api", module + "/smtpd", "does not stand below"},
		{"api", module + "/api", "does not stand below"},
		{"app", module + "/cmd/projectr", "does not stand below"},
		{"local", module + "/web", "only the vocabulary"},
		{"local", module + "/message", "does not stand below"},
		{"app", module + "/store/storetest", "for tests"},
		{"cmd/projectr", module + "/ingest/spooltest", "for tests"},
		{"attic", "strings", "no floor"},
		{"cmd/util", "strings", "says nothing"},
		{"internal/x", "strings", "says nothing"},
		{".", "golang.org/x/text/cases", "standard library alone"},
		{".", module + "/store", "does not stand below"},
		{"api", "modernc.org/sqlite", "whose place is in"},
		{"api", "example.com/left/pad", "no place in guests"},
	} {
		got := climbs([]pkg{{c.from, []string{c.to}}})
		switch {
		case c.seen == "" && len(got) > 0:
			t.Errorf("%s -> %s: %q", c.from, c.to, got)
		case c.seen != "" && !strings.Contains(strings.Join(got, "\n"), c.seen):
			t.Errorf("%s -> %s: want %q, got %q", c.from, c.to, c.seen, got)
		}
	}
}

// A lock file made on one system may leave out what others need of a package:
// then npm ci refuses to work there.
func TestLockFilesNameEverySystem(t *testing.T) {
	for _, file := range []string{"web/package-lock.json", "web/tools/gen/package-lock.json", "e2e/web/package-lock.json"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var lock struct {
			Packages map[string]struct {
				OptionalDependencies map[string]string `json:"optionalDependencies"`
			} `json:"packages"`
		}
		if err := json.Unmarshal(b, &lock); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for name, p := range lock.Packages {
			for dep := range p.OptionalDependencies {
				_, beside := lock.Packages["node_modules/"+dep]
				_, below := lock.Packages[name+"/node_modules/"+dep]
				if !beside && !below {
					t.Errorf("%s: %s needs %s on some system, and no version of it is named", file, name, dep)
				}
			}
		}
	}
}
