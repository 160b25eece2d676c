package projectr_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rules below are what `go vet` and staticcheck cannot know of this
// product. They read the syntax of every file that is not a test. Each rule
// brings a line it must catch and one it must let pass, so that the rules are
// tested as well.

// source is one file as the rules see it.
type source struct {
	pkg     string // path of its package below the module
	file    *ast.File
	imports map[string]string // the name a file uses -> import path
}

type rule struct {
	name   string
	why    string
	only   []string // packages it is about; none: all
	except []string // packages it is not about
	find   func(s source) []ast.Node
	catch  []string // lines of a function body, or whole files, that break it
	pass   []string // those that keep it
}

// edge are the packages that may open connections of their own accord. Nothing
// that reads mail is among them: the server never connects to where a mail
// points (invariant I-25).
var edge = []string{"local", "openai", "oidc", "stripe", "aws", "app", "cmd/...", "bench/...", "e2e/...", "tools/..."}

var rules = []rule{
	{
		name:   "network",
		why:    "only the edge opens connections (I-25)",
		except: edge,
		find: func(s source) []ast.Node {
			return slices.Concat(
				s.uses("net/http", "Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest", "NewRequestWithContext"),
				s.uses("net", "Dial", "DialTimeout", "DialTCP", "DialUDP", "DialUnix"),
				s.uses("crypto/tls", "Dial", "DialWithDialer", "Dialer"),
				s.uses("net/smtp", "Dial", "SendMail"),
				s.uses("github.com/emersion/go-smtp", "Dial", "DialTLS", "DialStartTLS", "SendMail", "SendMailTLS"),
			)
		},
		catch: []string{
			`import "net/http"; func f() { http.Get("http://x") }`,
			`import h "net/http"; var c = h.Client{}`,
			`import "net"; func f() { net.Dial("tcp", "x:1") }`,
		},
		pass: []string{
			`import "net"; func f() { net.Listen("tcp", "127.0.0.1:0") }`,
			`import "net/http"; var h http.Handler`,
		},
	},
	{
		name:   "names",
		why:    "only the edge and sender ask the DNS; sender connects to its server and to nothing else (I-25)",
		except: append([]string{"sender"}, edge...),
		find: func(s source) []ast.Node {
			return s.uses("net", "Dialer", "Resolver", "DefaultResolver", "LookupHost", "LookupIP", "LookupAddr", "LookupMX", "LookupTXT", "LookupCNAME", "LookupNS", "LookupSRV")
		},
		catch: []string{
			`import "net"; func f() { (&net.Dialer{}).Dial("tcp", "x:1") }`,
			`import "net"; func f() { net.LookupTXT("x.example") }`,
		},
		pass: []string{`import "net"; func f(a net.Addr) {}`},
	},
	{
		name:   "clock",
		why:    "time comes in as a field; only where parts are chosen is the clock read",
		except: []string{"app", "cmd/...", "bench/...", "e2e/...", "tools/..."},
		find:   func(s source) []ast.Node { return s.calls("time", "Now", "Since", "Until") },
		catch: []string{
			`import "time"; func f() { _ = time.Now() }`,
			`import "time"; func f(t time.Time) { _ = time.Since(t) }`,
		},
		pass: []string{
			`import "time"; var now = time.Now`,
			`import "time"; func f(now func() time.Time) { _ = now() }`,
		},
	},
	{
		name: "trusted HTML",
		why:  "no text of ours or of a mail is declared safe: templates escape, mail is cleaned and framed (I-24)",
		find: func(s source) []ast.Node {
			return s.uses("html/template", "HTML", "HTMLAttr", "JS", "JSStr", "CSS", "URL", "Srcset")
		},
		catch: []string{`import "html/template"; func f(s string) { _ = template.HTML(s) }`},
		pass:  []string{`import "html/template"; var t = template.New("x")`},
	},
	{
		name: "money",
		why:  "money is an integer of minor or micro units (I-12)",
		find: floatMoney,
		catch: []string{
			"type t struct { AmountUSD float64 }",
			"func f(price float64) {}",
			"func f() { var totalCents float32; _ = totalCents }",
			"func f(cents int64) { _ = float64(cents) }",
			"type a struct { Minor int64 }; func f(x a) { _ = float64(x.Minor) }",
			"func f() { cost := 1.5; _ = cost }",
		},
		pass: []string{
			"type t struct { Confidence float64; AmountMinor int64 }",
			"func f(n int) { _ = float64(n) }",
		},
	},
	{
		name:   "files",
		why:    "files are made where they are synced: in local and store/sqlite",
		except: []string{"local", "store/sqlite", "store/sqlite/sqlitetest", "app", "cmd/...", "bench/...", "e2e/...", "tools/..."},
		find: func(s source) []ast.Node {
			return s.uses("os", "Create", "CreateTemp", "MkdirTemp", "OpenFile", "WriteFile", "Mkdir", "MkdirAll", "Rename", "Remove", "RemoveAll", "Link", "Symlink")
		},
		catch: []string{`import "os"; func f() { os.Create("x") }`, `import "os"; func f() { os.WriteFile("x", nil, 0) }`},
		pass:  []string{`import "os"; func f() { os.Open("x") }`},
	},
	{
		name:   "whole reads",
		why:    "what is read whole has a bound: io.ReadAll(io.LimitReader(r, n))",
		except: []string{"e2e/..."}, // reads what our own server answers
		find:   unboundedReads,
		catch: []string{
			`import "io"; func f(r io.Reader) { io.ReadAll(r) }`,
			`import "io"; func f(r io.Reader) { l := io.TeeReader(r, nil); io.ReadAll(l) }`,
		},
		pass: []string{
			`import "io"; func f(r io.Reader) { io.ReadAll(io.LimitReader(r, 9)) }`,
			`import "io"; func f(r io.Reader) { l := io.LimitReader(r, 9); io.ReadAll(l) }`,
			`import ("io"; "net/http"); func f(w http.ResponseWriter, r *http.Request) { io.ReadAll(http.MaxBytesReader(w, r.Body, 9)) }`,
		},
	},
	{
		name:   "logs",
		why:    "logs say who and what, never what was written (I-34)",
		except: []string{"tools/..."},
		find:   tellingLogs,
		catch: []string{
			`import "log/slog"; func f(log *slog.Logger) { log.Info("mail", "subject", "x") }`,
			`import "log/slog"; func f(log *slog.Logger, e struct{ Subject string }) { log.Info("mail", "s", e.Subject) }`,
			`import "log/slog"; func f(log *slog.Logger) { log.LogAttrs(nil, 0, "mail", slog.String("body", "x")) }`,
			`import "log/slog"; func f(log *slog.Logger) { log.With("password", "x").Info("in") }`,
		},
		pass: []string{
			`import "log/slog"; func f(log *slog.Logger) { log.Info("mail recorded", "org", "x", "email", "y") }`,
			`func f(m interface{ Info(...string) }) { m.Info("subject") }`,
		},
	},
	{
		name:   "global logger",
		why:    "the logger comes in as a field",
		except: []string{"cmd/...", "bench/...", "tools/...", "e2e/stripe"},
		find: func(s source) []ast.Node {
			return slices.Concat(
				s.uses("log/slog", "Default", "SetDefault", "Debug", "Info", "Warn", "Error", "DebugContext", "InfoContext", "WarnContext", "ErrorContext", "Log", "LogAttrs"),
				s.uses("log", "Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln", "Default"),
				s.uses("fmt", "Print", "Printf", "Println"),
				s.uses("os", "Stdout", "Stderr", "Exit"),
			)
		},
		catch: []string{
			`import "log/slog"; func f() { slog.Info("x") }`,
			`import "log"; func f() { log.Println("x") }`,
			`import "fmt"; func f() { fmt.Println("x") }`,
		},
		pass: []string{`import "log/slog"; func f(l *slog.Logger) { l.Info("x") }`, `import "fmt"; var _ = fmt.Sprint("x")`},
	},
	{
		name: "doors in api",
		why:  "a handler holds one organisation's handle and nothing that opens another",
		only: []string{"api"},
		find: func(s source) []ast.Node {
			var out []ast.Node
			ast.Inspect(s.file, func(n ast.Node) bool {
				if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Driver" {
					out = append(out, n)
				}
				return true
			})
			for _, imp := range s.file.Imports {
				if p := unquote(imp); strings.HasPrefix(p, module+"/store/") {
					out = append(out, imp)
				}
			}
			return append(out, s.uses(module+"/store", "Store", "New")...)
		},
		catch: []string{
			`import "projectr/store"; type h struct { s *store.Store }`,
			`import "projectr/store"; var s = store.New(nil, nil, nil)`,
			`import "projectr/store"; func f(d store.Driver) {}`,
			`import "projectr/store/sqlite"; var _ = sqlite.Open`,
		},
		pass: []string{`import "projectr/store"; func f(o store.Org) {}`},
	},
	{
		name: "init",
		why:  "nothing happens because a package was imported",
		find: func(s source) []ast.Node {
			var out []ast.Node
			for _, d := range s.file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					out = append(out, f)
				}
			}
			return out
		},
		catch: []string{"func init() {}"},
		pass:  []string{"type t struct{}; func (t) init() {}"},
	},
	{
		name: "doc comments",
		why:  "an exported name says what it promises",
		find: undocumented,
		catch: []string{
			"func F() {}",
			"// T is.\ntype T int\n\nfunc (T) M() {}",
			"var V int",
			"const (\n\tA = 1\n)",
		},
		pass: []string{
			"// F does.\nfunc F() {}",
			"// The kinds.\nconst (\n\tA = 1\n)",
			"type t int\n\nfunc (t) M() {}",
			"// T is.\ntype T int\n\nvar _ I = T(0)\n\nfunc (T) M() {}\n\nfunc (T) Error() string { return \"\" }",
		},
	},
	{
		name:  "debts",
		why:   "a TODO names its issue: TODO(#12)",
		find:  debts,
		catch: []string{"// TODO: later\nvar v int", "// FIXME\nvar v int"},
		pass:  []string{"// TODO(#12): when there is a second home\nvar v int"},
	},
}

// uses finds every mention of one of the names of an imported package.
func (s source) uses(imp string, names ...string) []ast.Node {
	var out []ast.Node
	ast.Inspect(s.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && s.names(sel, imp, names...) {
			out = append(out, n)
		}
		return true
	})
	return out
}

// calls finds every call of one of the functions; naming one is no call.
func (s source) calls(imp string, names ...string) []ast.Node {
	var out []ast.Node
	ast.Inspect(s.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && s.names(call.Fun, imp, names...) {
			out = append(out, n)
		}
		return true
	})
	return out
}

func (s source) names(e ast.Expr, imp string, names ...string) bool {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && s.imports[x.Name] == imp && slices.Contains(names, sel.Sel.Name)
}

var moneyName = regexp.MustCompile(`(?i)amount|cents|price|micro|usd|budget|cost|money|minor`)

func floatMoney(s source) []ast.Node {
	var out []ast.Node
	check := func(n ast.Node, bad bool) {
		if bad {
			out = append(out, n)
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, id := range n.Names {
				check(n, isFloat(n.Type) && moneyName.MatchString(id.Name))
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				check(n, isFloat(n.Type) && moneyName.MatchString(id.Name))
			}
		case *ast.AssignStmt:
			for i, rhs := range n.Rhs {
				lit, ok := rhs.(*ast.BasicLit)
				check(n, ok && lit.Kind == token.FLOAT && moneyName.MatchString(nameOf(n.Lhs[min(i, len(n.Lhs)-1)])))
			}
		case *ast.CallExpr:
			check(n, len(n.Args) == 1 && isFloat(n.Fun) && moneyName.MatchString(nameOf(n.Args[0])))
		}
		return true
	})
	return out
}

func isFloat(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "float64" || e.Name == "float32"
	case *ast.StarExpr:
		return isFloat(e.X)
	case *ast.ArrayType:
		return isFloat(e.Elt)
	}
	return false
}

// nameOf returns the last name of an expression such as x.Amount.Minor.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.StarExpr:
		return nameOf(e.X)
	}
	return ""
}

func unboundedReads(s source) []ast.Node {
	bounded := func(e ast.Expr) bool {
		call, ok := e.(*ast.CallExpr)
		return ok && (s.names(call.Fun, "io", "LimitReader") || s.names(call.Fun, "net/http", "MaxBytesReader"))
	}
	var out []ast.Node
	for _, d := range s.file.Decls {
		limited := map[string]bool{}
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, rhs := range n.Rhs {
					if bounded(rhs) {
						limited[nameOf(n.Lhs[i])] = true
					}
				}
			case *ast.CallExpr:
				if s.names(n.Fun, "io", "ReadAll") && !bounded(n.Args[0]) && !limited[nameOf(n.Args[0])] {
					out = append(out, n)
				}
			}
			return true
		})
	}
	return out
}

var (
	logCalls = []string{"Debug", "Info", "Warn", "Error", "DebugContext", "InfoContext", "WarnContext", "ErrorContext", "Log", "LogAttrs", "With"}
	// logKeys and logFields are what a mail or a person wrote, or what opens a door.
	logKeys   = []string{"subject", "body", "text", "html", "raw", "quote", "snippet", "from", "to", "cc", "sender", "filename", "password", "token", "secret", "cookie", "prompt"}
	logFields = []string{"Subject", "Body", "Text", "HTML", "Quote", "Snippet", "EnvelopeFrom", "Filename", "Password", "Secret", "Token"}
)

func tellingLogs(s source) []ast.Node {
	if !slices.Contains(slices.Collect(maps.Values(s.imports)), "log/slog") {
		return nil
	}
	var out []ast.Node
	ast.Inspect(s.file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains(logCalls, sel.Sel.Name) {
			return true
		}
		for _, arg := range call.Args {
			ast.Inspect(arg, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BasicLit:
					if word, err := strconv.Unquote(n.Value); err == nil && slices.Contains(logKeys, word) {
						out = append(out, n)
					}
				case *ast.SelectorExpr:
					if slices.Contains(logFields, n.Sel.Name) {
						out = append(out, n)
					}
				}
				return true
			})
		}
		return true
	})
	return out
}

// known are methods whose promise is that of a well-known interface.
var known = []string{
	"Error", "Unwrap", "Is", "As", "String", "GoString", "Read", "Write", "Close", "Len", "Less", "Swap", "ServeHTTP",
	"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "LogValue", "Scan", "Value",
}

func undocumented(s source) []ast.Node {
	if s.file.Name.Name == "main" {
		return nil
	}
	// A type that is said to implement an interface has its methods described there.
	described := map[string]bool{}
	for _, d := range s.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, sp := range g.Specs {
			v := sp.(*ast.ValueSpec)
			if v.Names[0].Name == "_" && v.Type != nil && len(v.Values) == 1 {
				ast.Inspect(v.Values[0], func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						described[id.Name] = true
					}
					return true
				})
			}
		}
	}
	var out []ast.Node
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if !d.Name.IsExported() || d.Doc != nil {
				continue
			}
			if d.Recv != nil {
				recv := receiver(d.Recv.List[0].Type)
				if !ast.IsExported(recv) || described[recv] || slices.Contains(known, d.Name.Name) {
					continue
				}
			}
			out = append(out, d.Name)
		case *ast.GenDecl:
			for _, sp := range d.Specs {
				switch sp := sp.(type) {
				case *ast.TypeSpec:
					if sp.Name.IsExported() && sp.Doc == nil && d.Doc == nil {
						out = append(out, sp.Name)
					}
				case *ast.ValueSpec:
					if sp.Names[0].IsExported() && sp.Doc == nil && sp.Comment == nil && d.Doc == nil {
						out = append(out, sp.Names[0])
					}
				}
			}
		}
	}
	return out
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	}
	return ""
}

var (
	debt      = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)
	namedDebt = regexp.MustCompile(`\bTODO\(#\d+\)`)
)

func debts(s source) []ast.Node {
	var out []ast.Node
	for _, g := range s.file.Comments {
		for _, c := range g.List {
			if debt.MatchString(c.Text) && !namedDebt.MatchString(c.Text) {
				out = append(out, c)
			}
		}
	}
	return out
}

func unquote(imp *ast.ImportSpec) string {
	p, err := strconv.Unquote(imp.Path.Value)
	if err != nil {
		return ""
	}
	return p
}

var majorVersion = regexp.MustCompile(`^v\d+$`)

// read parses one file for the rules.
func read(fset *token.FileSet, pkg, name string, src any) (source, error) {
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	s := source{pkg: pkg, file: f, imports: map[string]string{}}
	for _, imp := range f.Imports {
		p := unquote(imp)
		base := path.Base(p)
		if majorVersion.MatchString(base) {
			base = path.Base(path.Dir(p))
		}
		base = strings.TrimPrefix(base, "go-")
		if imp.Name != nil {
			base = imp.Name.Name
		}
		s.imports[base] = p
	}
	return s, nil
}

// broken says, a sentence each, which rules the file breaks.
func broken(fset *token.FileSet, s source) []string {
	var out []string
	for _, r := range rules {
		if r.only != nil && !among(r.only, s.pkg) || among(r.except, s.pkg) {
			continue
		}
		for _, n := range r.find(s) {
			out = append(out, fmt.Sprintf("%s: %s: %s", fset.Position(n.Pos()), r.name, r.why))
		}
	}
	return out
}

func TestRulesOfTheHouse(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	files := 0
	for _, line := range list(t, "-f", `{{.ImportPath}}|{{.Dir}}|{{if .Doc}}documented{{end}}|{{join .GoFiles " "}} {{join .IgnoredGoFiles " "}}`, "./...") {
		cols := strings.Split(line, "|")
		if len(cols) != 4 {
			t.Fatalf("go list said %q", line)
		}
		pkg, _ := ours(cols[0])
		if cols[2] == "" {
			t.Errorf("%s: a package comment says what it knows, what it promises and where to start", pkg)
		}
		for name := range strings.FieldsSeq(cols[3]) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			rel, err := filepath.Rel(here, filepath.Join(cols[1], name))
			if err != nil {
				t.Fatal(err)
			}
			s, err := read(fset, pkg, rel, nil)
			if err != nil {
				t.Fatal(err)
			}
			files++
			for _, b := range broken(fset, s) {
				t.Error(b)
			}
		}
	}
	if files < 10 {
		t.Errorf("only %d files were read", files)
	}
}

func TestPlantedFaultsAreCaught(t *testing.T) {
	for _, r := range rules {
		pkg := "ingest"
		if r.only != nil {
			pkg = r.only[0]
		}
		try := func(body string) int {
			t.Helper()
			fset := token.NewFileSet()
			s, err := read(fset, pkg, "planted.go", "package planted\n\n"+body+"\n")
			if err != nil {
				t.Fatalf("%s: %v", r.name, err)
			}
			n := 0
			for _, b := range broken(fset, s) {
				if strings.Contains(b, ": "+r.name+": ") {
					n++
				}
			}
			return n
		}
		if len(r.catch) == 0 || len(r.pass) == 0 {
			t.Errorf("%s: a rule brings what it catches and what it lets pass", r.name)
		}
		for _, body := range r.catch {
			if try(body) == 0 {
				t.Errorf("%s lets pass: %s", r.name, body)
			}
		}
		for _, body := range r.pass {
			if try(body) != 0 {
				t.Errorf("%s catches: %s", r.name, body)
			}
		}
	}
}
