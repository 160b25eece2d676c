package sender

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"projectr"
)

// corpora is the folder of authentication cases that others made. It is no part
// of the repository; without it this test skips.
const corpora = "../../shared/corpora/auth"

// floors are the shares reached so far. They only ever rise.
var floors = []struct {
	name  string
	score func(*testing.T) tally
	floor float64
}{
	{"auth, SPF (RFC 7208 suite)", scoreSPF, 1},
	{"auth, ARC chains", scoreARC, 1},
	{"auth, signed mails", scoreSigned, 1},
}

// tally counts what was right, and says what was not.
type tally struct {
	right, all int
	wrong      []string
}

func (t *tally) add(ok bool, name string, why ...any) {
	t.all++
	if ok {
		t.right++
		return
	}
	t.wrong = append(t.wrong, name+": "+fmt.Sprint(why...))
}

func (t tally) share() float64 { return float64(t.right) / float64(max(t.all, 1)) }

// TestCorpora scores the package over every labelled set and prints one table.
// Run with -v to see each item whose result is not the expected one.
func TestCorpora(t *testing.T) {
	if _, err := os.Stat(corpora); err != nil {
		t.Skipf("SKIPPED, NOTHING MEASURED: no corpora at %s", corpora)
	}
	var table strings.Builder
	fmt.Fprintf(&table, "\n%-44s %9s %8s %8s\n", "set", "right", "share", "floor")
	var all tally
	for _, f := range floors {
		got := f.score(t)
		all.right += got.right
		all.all += got.all
		fmt.Fprintf(&table, "%-44s %4d/%4d %7.1f%% %7.1f%%\n", f.name, got.right, got.all, 100*got.share(), 100*f.floor)
		if got.all == 0 {
			t.Errorf("%s: no items", f.name)
		}
		if got.share() < f.floor {
			t.Errorf("%s: %.3f is below its floor of %.3f", f.name, got.share(), f.floor)
		}
		for _, w := range got.wrong {
			if testing.Verbose() {
				t.Logf("%s | %s", f.name, w)
			}
		}
	}
	fmt.Fprintf(&table, "%-44s %4d/%4d %7.1f%%\n", "auth, all", all.right, all.all, 100*all.share())
	t.Log(table.String())
}

// readYAML reads the documents of a file.
func readYAML[T any](t *testing.T, name string) []T {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(corpora, name))
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	for dec := yaml.NewDecoder(bytes.NewReader(b)); ; {
		var v T
		if err := dec.Decode(&v); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, v)
	}
}

// oneOrMore reads a string, or a list of strings.
type oneOrMore []string

func (s *oneOrMore) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode((*[]string)(s))
	}
	*s = oneOrMore{n.Value}
	return nil
}

type spfScenario struct {
	Description string
	Tests       map[string]struct {
		Helo, Host, MailFrom string
		Result               oneOrMore
	}
	Zonedata map[string][]yaml.Node
}

// suiteZone is the zone of a scenario. Where a name has an SPF record and no TXT
// record, it is there as TXT; TXT: NONE says that there is none.
func suiteZone(t *testing.T, data map[string][]yaml.Node) *zone {
	z := newZone()
	for name, records := range data {
		name = strings.ToLower(name)
		var spf []string
		noTXT := false
		for _, n := range records {
			if n.Value == "TIMEOUT" {
				z.cut[name] = true
				continue
			}
			var r map[string]oneOrMore
			if err := n.Decode(&r); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for kind, v := range r {
				switch kind {
				case "A", "AAAA":
					z.ip[name] = append(z.ip[name], netip.MustParseAddr(v[0]))
				case "MX":
					z.mx[name] = append(z.mx[name], v[1])
				case "PTR":
					z.ptr[name] = append(z.ptr[name], v[0])
				case "CNAME":
					z.to[name] = v[0]
				case "SPF":
					spf = append(spf, strings.Join(v, ""))
				case "TXT":
					if noTXT = noTXT || v[0] == "NONE"; !noTXT {
						z.txt[name] = append(z.txt[name], strings.Join(v, ""))
					}
				default:
					t.Fatalf("%s: record of kind %s", name, kind)
				}
			}
		}
		if len(z.txt[name]) == 0 && !noTXT {
			z.txt[name] = spf
		}
	}
	return z
}

func scoreSPF(t *testing.T) tally {
	var got tally
	for _, s := range readYAML[spfScenario](t, "spf-rfc7208.yml") {
		z := suiteZone(t, s.Zonedata)
		for name, test := range s.Tests {
			word := checkSPF(lookupsIn(t, z), netip.MustParseAddr(test.Host), test.MailFrom, test.Helo)
			got.add(slices.Contains(test.Result, word), s.Description+"/"+name, word, ", want ", test.Result)
		}
	}
	return got
}

type arcScenario struct {
	Tests yaml.Node         // a map in which names come twice
	TXT   map[string]string `yaml:"txt-records"`
}

type arcCase struct{ Message, CV string }

func scoreARC(t *testing.T) tally {
	var got tally
	for _, s := range readYAML[arcScenario](t, "arc-validation.yml") {
		z := newZone()
		for name, txt := range s.TXT {
			z.txt[name] = []string{txt}
		}
		for i := 0; i+1 < len(s.Tests.Content); i += 2 {
			name := s.Tests.Content[i].Value
			var test arcCase
			if err := s.Tests.Content[i+1].Decode(&test); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			want := strings.ToLower(strings.TrimSpace(test.CV))
			if want == "" { // a chain that says itself that it failed: RFC 8617 §5.2, step 2
				want = fail
			}
			c := &Checker{Resolver: z, Budget: time.Minute}
			a := c.Check(t.Context(), projectr.Envelope{}, strings.NewReader(test.Message))
			got.add(a.ARC == want, name, a.ARC, ", want ", want)
		}
	}
	return got
}

var signedAt = regexp.MustCompile(`[;\s]t=(\d+);`)

// scoreSigned reads mails that stand below the keys they need. A mail dkim-*
// has only signatures that hold, a mail arc-* a chain that does.
func scoreSigned(t *testing.T) tally {
	var got tally
	files, err := filepath.Glob(filepath.Join(corpora, "stalwart-mail-auth", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		keys, raw, _ := strings.Cut(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n\n")
		z := newZone()
		for line := range strings.Lines(keys) {
			name, txt, _ := strings.Cut(strings.TrimSpace(line), " ")
			z.txt[name] = []string{txt}
		}
		var seconds int64
		if m := signedAt.FindStringSubmatch(raw); m != nil {
			seconds, _ = strconv.ParseInt(m[1], 10, 64)
		}
		c := &Checker{Resolver: z, Budget: time.Minute, Now: func() time.Time { return time.Unix(seconds, 0) }}
		a := c.Check(t.Context(), projectr.Envelope{}, strings.NewReader(raw))
		name := filepath.Base(path)
		if strings.HasPrefix(name, "arc") {
			got.add(a.ARC == pass, name, fmt.Sprintf("%+v", a))
			continue
		}
		held := len(a.DKIMBy) > 0
		for _, s := range dkimWords(t, c, raw) {
			held = held && s == pass
		}
		got.add(held, name, fmt.Sprintf("%+v", a))
	}
	return got
}

// dkimWords is what came of each signature.
func dkimWords(t *testing.T, c *Checker, raw string) []string {
	m := checked(t, c, raw)
	var out []string
	for _, d := range m.dkims {
		out = append(out, wordOf(d.err))
	}
	return out
}
