package sender

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"projectr"
)

func TestAuthor(t *testing.T) {
	for _, c := range []struct {
		header, domain string
		odd            bool
	}{
		{"From: jo@x.example", "x.example", false},
		{"FROM : jo@x.example", "x.example", false},
		{"from:\r\n jo@x.example", "x.example", false},
		{"From: Jo <jo@X.Example.>", "x.example", false},
		{"From: \"a, <b@y.example>\" <jo@x.example>", "x.example", false},
		{"From: \"a\\\" <b@y.example>\" <jo@x.example>", "x.example", false},
		{"From: (b@y.example, (nested\\)) ) jo@x.example (c@z.example)", "x.example", false},
		{"From: \"jo@y.example\"@x.example", "x.example", false},
		{"From: <@relay.example,@b.example:jo@x.example>", "x.example", false},
		{"From: team: jo@x.example, sam@x.example;", "x.example", false},
		{"From: Jo <jo@x.example", "x.example", false},
		{"From: jo@x.example,", "x.example", false},
		{"From: jo@bücher.example", "xn--bcher-kva.example", false},
		{"From: jo@BÜCHER。example", "xn--bcher-kva.example", false},
		{"From: jo@b\xfccher.example", "", false},
		{"From: jo@x..example", "", false},
		{"From: jo@" + strings.Repeat("a", 64) + ".example", "", false},
		{"From: jo@x example", "", false},
		{"From: =?utf-8?q?jo=40x.example?=", "", false},
		{"From:", "", false},
		{"From: <>", "", false},
		{"Subject: From: jo@x.example", "", false},
		{"Sender: jo@x.example", "", false},
		{"From: jo@x.example, b@y.example", "", true},
		{"From: jo@x.example, nobody", "", true},
		{"From: Doe, Jo <jo@x.example>", "x.example", false},
		{"From: jo@x.example\r\nFrom: jo@x.example", "", true},
		{"From: jo@x.example\r\njunk\r\nfrom:b@y.example", "", true},
		{"From: jo@x.example\r\n\r\nFrom: b@y.example", "x.example", false},
	} {
		domain, why, odd := author(headerOf(t, c.header+"\r\n\r\n"))
		if domain != c.domain || odd != c.odd || (domain == "") != (why != "") {
			t.Errorf("%q: %q, %v (%s), want %q, %v", c.header, domain, odd, why, c.domain, c.odd)
		}
	}
}

// A header that is too long costs its signatures, and not the question whose it is.
func TestLongHeader(t *testing.T) {
	raw := dkimBy("acme.example", "ed")(t, "From: jo@acme.example\r\n"+letter)
	c := &Checker{Resolver: world(), Now: func() time.Time { return today }}
	for extra, want := range map[int]projectr.AuthResult{100: projectr.AuthPass, maxHeader: projectr.AuthFail} {
		mail := strings.Replace(raw, "\r\n\r\n", "\r\nX: "+strings.Repeat("x", extra)+"\r\n\r\n", 1)
		if a := c.Check(t.Context(), projectr.Envelope{}, strings.NewReader(mail)); a.Result != want || a.Domain != "acme.example" {
			t.Errorf("%d bytes more: %+v", extra, a)
		}
	}
}

func TestDMARCRecords(t *testing.T) {
	for txt, want := range map[string]string{
		"v=DMARC1; p=reject":                             "reject reject r r",
		"v=DMARC1;p=Quarantine;sp=none;adkim=s;aspf=S":   "quarantine none s s",
		"v=DMARC1; p=none; sp=oops; rua=mailto:a@b.c":    "none none r r",
		"v=DMARC1; p=none; sp=oops":                      "-",
		"v=DMARC1; rua=mailto:a@b.c":                     "none none r r",
		"v=DMARC1":                                       "-",
		"v=DMARC1; p=oops; rua=nothing":                  "-",
		"v=DMARC1; p=reject; p=none":                     "reject reject r r",
		"v=DMARC1; p=reject; adkim=x; aspf=; pct=2000; ": "reject reject r r",
		"v=dmarc1; p=reject":                             "-",
		"v=DMARC10; p=reject":                            "-",
		"p=reject; v=DMARC1":                             "-",
		"":                                               "-",
	} {
		r, ok := parseDMARC(txt)
		mode := map[bool]string{true: "s", false: "r"}
		got := fmt.Sprintf("%s %s %s %s", r.policy, r.subdomains, mode[r.strictDKIM], mode[r.strictSPF])
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", txt, got, want)
		}
	}
}

func TestSawDMARC(t *testing.T) {
	for value, want := range map[string]string{
		"i=1; mx.example; spf=pass; dmarc=pass header.from=x":          "pass",
		"i=1; mx.example; DMARC = Fail (p=none)":                       "fail",
		"i=1; mx.example; dmarc/1=pass":                                "pass",
		"i=1; mx.example; spf=pass (dmarc=pass; dmarc=pass)":           "",
		"i=1; mx.example; spf=pass reason=\"; dmarc=pass\"; dkim=none": "",
		"i=1; mx.example; dmarc=passed":                                "",
		"i=1; mx.example; dmarc=pass; dmarc=fail":                      "",
		"i=1; dmarc=pass":       "",
		"i=1; mx.example; none": "",
	} {
		if got := sawDMARC(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

func TestFromSES(t *testing.T) {
	for _, c := range []struct {
		name   string
		ses    SES
		source string
		from   string
		result projectr.AuthResult
		words  string
	}{
		{"DMARC passes", SES{"PASS", "PASS", "PASS", ""}, "jo@acme.example", "Jo <jo@acme.example>", projectr.AuthPass, "pass pass pass"},
		{"DMARC fails", SES{"PASS", "FAIL", "FAIL", "REJECT"}, "x@evil.example", "jo@acme.example", projectr.AuthFail, "pass fail fail"},
		{"DMARC fails, asks for nothing", SES{"FAIL", "GRAY", "FAIL", "none"}, "x@evil.example", "jo@acme.example", projectr.AuthFail, "fail none fail"},
		{"no rules, SPF of a subdomain", SES{"PASS", "GRAY", "GRAY", ""}, "b@mail.acme.example", "jo@acme.example", projectr.AuthPass, "pass none none"},
		{"no rules, SPF of another", SES{"PASS", "PASS", "GRAY", ""}, "x@evil.example", "jo@acme.example", projectr.AuthNone, "pass pass none"},
		{"no rules, SPF failed", SES{"FAIL", "GRAY", "GRAY", ""}, "jo@acme.example", "jo@acme.example", projectr.AuthNone, "fail none none"},
		{"could not be checked", SES{"PROCESSING_FAILED", "PROCESSING_FAILED", "PROCESSING_FAILED", ""}, "jo@acme.example", "jo@acme.example", projectr.AuthNone, "temperror temperror temperror"},
		{"switched off", SES{"DISABLED", "DISABLED", "DISABLED", ""}, "jo@acme.example", "jo@acme.example", projectr.AuthNone, "  "},
		{"two authors", SES{"PASS", "PASS", "PASS", ""}, "jo@acme.example", "x@evil.example, jo@acme.example", projectr.AuthFail, "pass pass pass"},
		{"nobody", SES{"PASS", "PASS", "PASS", ""}, "", "", projectr.AuthNone, "pass pass pass"},
	} {
		a := FromSES(c.ses, c.source, []string{c.from})
		if words := a.SPF + " " + a.DKIM + " " + a.DMARC; a.Result != c.result || words != c.words || a.Note == "" {
			t.Errorf("%s: %+v", c.name, a)
		}
		if want := strings.ToLower(c.ses.Policy); a.Policy != want {
			t.Errorf("%s: policy %q, want %q", c.name, a.Policy, want)
		}
	}
}

// Corners of SPF that are easily got wrong.
func TestSPF(t *testing.T) {
	v4, v6 := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	corners := func(record string) *zone {
		z := newZone()
		z.txt["x.example"] = []string{record}
		z.ip["host.example"] = []netip.Addr{v4, v6}
		z.txt["pass.example"] = []string{"v=spf1 +all"}
		z.txt["loop.example"] = []string{"v=spf1 include:loop.example -all"}
		z.txt["long.example"] = []string{"v=spf1 " + strings.Repeat("a:host.example ", 11) + "-all"}
		z.cut["cut.example"] = true
		z.ptr["1.2.0.192.in-addr.arpa"] = []string{"host.example.", "other.example."}
		for i := range 11 {
			z.mx["many.example"] = append(z.mx["many.example"], fmt.Sprintf("m%d.example", i))
		}
		return z
	}
	for _, c := range []struct {
		record, want4, want6 string
	}{
		{"v=spf1", neutral, neutral},
		{"v=spf1 a:host.example -all", pass, pass},
		{"v=spf1 a:host.example/24//64 -all", pass, pass},
		{"v=spf1 ip4:192.0.2.0/24 -all", pass, fail},
		{"v=spf1 ip6:2001:db8::/32 ~all", softFail, pass},
		{"v=spf1 exists:host.example -all", pass, pass},
		{"v=spf1 exists:%{i}.none.example ?all", neutral, neutral},
		{"v=spf1 ptr:host.example -all", pass, fail},
		{"v=spf1 ptr:ost.example -all", fail, fail},
		{"v=spf1 -include:pass.example", fail, fail},
		{"v=spf1 include:cut.example -all", tempError, tempError},
		{"v=spf1 ip4:192.0.2.1 include:cut.example -all", pass, tempError},
		{"v=spf1 include:none.example -all", permError, permError},
		{"v=spf1 redirect=pass.example", pass, pass},
		{"v=spf1 redirect=none.example", permError, permError},
		{"v=spf1 redirect=none.example -all", fail, fail},
		{"v=spf1 include:loop.example", permError, permError},
		{"v=spf1 a:n1.example a:n2.example -all", fail, fail},
		{"v=spf1 a:n1.example a:n2.example a:n3.example -all", permError, permError},
		{"v=spf1 mx:many.example -all", permError, permError},
		{"v=spf1 +all ip4:1.2.3", permError, permError},
		{"v=spf1 ip4:192.0.2.1/033 -all", permError, permError},
		{"v=spf1 ip4:192.0.2.1/33 -all", permError, permError},
		{"v=spf1 ip4:2001:db8::1 -all", permError, permError},
		{"v=spf1 a:host.example/ -all", permError, permError},
		{"v=spf1 a:%{d0}.example -all", permError, permError},
		{"v=spf1 a:%{x}.example -all", permError, permError},
		{"v=spf1 exp=x.example exp=y.example -all", permError, permError},
		{"v=spf1 -exp=x.example -all", permError, permError},
		{"v=spf1 other=%{c} all", pass, pass},
		{"v=spf1\tall", none, none},
		{"v=spf10 all", none, none},
	} {
		for ip, want := range map[netip.Addr]string{v4: c.want4, v6: c.want6} {
			if got := checkSPF(lookupsIn(t, corners(c.record)), ip, "jo@x.example", "mx.example"); got != want {
				t.Errorf("%q for %v: %s, want %s", c.record, ip, got, want)
			}
		}
	}
	if got := checkSPF(lookupsIn(t, corners("")), v4, "jo@long.example", ""); got != pass {
		t.Errorf("what decides comes first: %s", got)
	}
	if got := checkSPF(lookupsIn(t, corners("")), netip.MustParseAddr(elseMX), "jo@long.example", ""); got != permError {
		t.Errorf("eleven terms that ask: %s", got)
	}
}

// --- fuzz targets

// FuzzHeader holds the reader of headers to what it promises: nothing is lost,
// it reads the same however the bytes arrive, and the author's domain is a name.
func FuzzHeader(f *testing.F) {
	for _, s := range []string{
		"From: jo@x.example\r\nTo: a\n b\r\n\r\nbody", "From: \"a <b@c.example\" <d@e.example>, (x) f: g@h.example;\n\n", "junk\n From: x\r\n\r\r\n", "From:\xff@\xfc.example\r\n", "\r\n", " x\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		buf := bufio.NewReader(strings.NewReader(raw))
		fields, err := readHeader(buf)
		if err != nil {
			t.Fatal(err)
		}
		slow, err := readHeader(bufio.NewReaderSize(iotest.OneByteReader(strings.NewReader(raw)), 16))
		if err != nil || !reflect.DeepEqual(fields, slow) {
			t.Fatalf("read byte by byte: %q, %v, else %q", slow, err, fields)
		}
		var whole strings.Builder
		for _, fd := range fields {
			if !strings.HasSuffix(fd.raw, "\r\n") || strings.HasSuffix(fd.name, " ") || !strings.HasSuffix(fd.raw, fd.value()) {
				t.Fatalf("field %q", fd)
			}
			for i, line := range strings.SplitAfter(fd.raw, "\n") {
				if i > 0 && line != "" && line[0] != ' ' && line[0] != '\t' {
					t.Fatalf("two fields in one: %q", fd.raw)
				}
			}
			whole.WriteString(fd.raw)
		}
		rest := make([]byte, len(raw))
		n, _ := buf.Read(rest)
		for {
			more, err := buf.Read(rest[n:])
			if n += more; err != nil || more == 0 {
				break
			}
		}
		unix := func(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
		read := raw[:len(raw)-n]
		if got, want := unix(whole.String()), unix(read); strings.TrimRight(got, "\r\n") != strings.TrimRight(want, "\r\n") && strings.TrimRight(want, "\r\n") != "" {
			t.Fatalf("of %q was read %q", want, got)
		}
		domain, why, odd := author(newHeader(fields))
		if domain != "" && (domainName(domain) != domain || why != "" || odd) || domain == "" && why == "" {
			t.Fatalf("author %q %q %v", domain, why, odd)
		}
	})
}

// FuzzBody holds the canonical form of bodies to the rules of RFC 6376 §3.4, as
// a plain rewriting of the whole body has them, in whatever pieces it comes.
func FuzzBody(f *testing.F) {
	f.Add("a \t b \r\n\r\n \r\nc\r\n\r\n", uint64(1))
	f.Add("\r\n\r\n", uint64(2))
	f.Add("x\n\r\r\n\n y", uint64(3))
	f.Add("", uint64(4))
	f.Fuzz(func(t *testing.T, body string, seed uint64) {
		for _, form := range []string{simple, relaxed} {
			want := plainBody(form, body)
			b := newBodyHash(form)
			r := rand.New(rand.NewPCG(seed, 0))
			for rest := body; rest != ""; {
				n := 1 + r.IntN(min(len(rest), 1+r.IntN(64)))
				if k, err := b.Write([]byte(rest[:n])); k != n || err != nil {
					t.Fatal(k, err)
				}
				rest = rest[n:]
			}
			sum, length := b.finish()
			if digest := hashOf(want); length != int64(len(want)) || !bytes.Equal(sum, digest) {
				t.Fatalf("%s form of %q: %d bytes, want %q", form, body, length, want)
			}
		}
	})
}

// plainBody is the canonical form of a body that is held whole.
func plainBody(form, body string) string {
	lines := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	for i, line := range lines {
		if form == relaxed {
			out := ""
			for j, c := range []byte(line) {
				if c == ' ' || c == '\t' {
					if j == 0 || line[j-1] != ' ' && line[j-1] != '\t' {
						out += " "
					}
					continue
				}
				out += string([]byte{c})
			}
			lines[i] = strings.TrimRight(out, " ")
		}
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 && form == relaxed {
		return ""
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

// FuzzDMARCRecord: a record that is read says something, and says the same when
// it is written anew; one without its version first is none.
func FuzzDMARCRecord(f *testing.F) {
	f.Add("v=DMARC1; p=reject; sp=none; adkim=s; pct=20")
	f.Add("v = DMARC1 ;rua=mailto:a@b.example;;p")
	f.Fuzz(func(t *testing.T, txt string) {
		r, ok := parseDMARC(txt)
		if !ok {
			if (r != dmarcRecord{}) {
				t.Fatalf("refused, and yet %+v", r)
			}
			return
		}
		if !isDMARC(txt) || !strings.HasPrefix(strings.TrimSpace(txt), "v") {
			t.Fatalf("%q is no record", txt)
		}
		wishes := []string{"none", "quarantine", "reject"}
		if !slices.Contains(wishes, r.policy) || !slices.Contains(wishes, r.subdomains) {
			t.Fatalf("%q: %+v", txt, r)
		}
		mode := map[bool]string{true: "s", false: "r"}
		again, ok := parseDMARC(fmt.Sprintf("v=DMARC1; p=%s; sp=%s; adkim=%s; aspf=%s", r.policy, r.subdomains, mode[r.strictDKIM], mode[r.strictSPF]))
		if !ok || again != r {
			t.Fatalf("%q: %+v, written anew %+v", txt, r, again)
		}
	})
}

// FuzzSPFRecord: what is read is the same when it is written anew; and whatever
// a record says, its check ends in a word of RFC 7208 within the limits.
func FuzzSPFRecord(f *testing.F) {
	for _, s := range []string{
		"v=spf1 a/24//64 mx:%{d2}.example ?ip6:2001:db8::/32 ip4:192.0.2.0/24 -all", "v=spf1 exists:%{l1r-}.%{i}._spf.%{h} redirect=_spf.%{o}",
		"v=spf1 include:x.example ptr exp=why.%{p}.example x-y=%{S} ~all", "v=spf1 a:%%%_%-.x.example.",
	} {
		f.Add(s, "jo.b-c@x.example")
	}
	f.Fuzz(func(t *testing.T, txt, sender string) {
		terms, ok := parseSPF(txt)
		if ok {
			again := "v=spf1"
			for _, term := range terms {
				again += " " + term.String()
			}
			got, ok := parseSPF(again)
			if !ok || !reflect.DeepEqual(got, terms) {
				t.Fatalf("%q is %+v, written anew %q %+v %v", txt, terms, again, got, ok)
			}
		}
		for _, ip := range []string{"192.0.2.1", "2001:db8::1"} {
			z := newZone()
			z.txt["x.example"] = []string{txt}
			z.ip["x.example"] = []netip.Addr{netip.MustParseAddr(ip)}
			z.mx["x.example"] = []string{"x.example."}
			z.ptr["1.2.0.192.in-addr.arpa"] = []string{"x.example."}
			for range 2 {
				word := checkSPF(lookupsIn(t, z), netip.MustParseAddr(ip), sender, "x.example")
				if !slices.Contains([]string{none, neutral, pass, fail, softFail, tempError, permError}, word) {
					t.Fatalf("%q: %q", txt, word)
				}
				if !ok && isSPF(txt) && strings.HasSuffix(sender, "@x.example") && word != permError {
					t.Fatalf("%q cannot be read, and is %s", txt, word)
				}
			}
			for _, q := range z.seen {
				_, name, _ := strings.Cut(q, " ")
				if !strings.HasPrefix(q, "ptr ") && !canBeAsked(name) {
					t.Fatalf("%q: asked for %q", txt, q)
				}
			}
			if len(z.seen) > 2*lookupsPerPart {
				t.Fatalf("%q: %d questions", txt, len(z.seen))
			}
		}
	})
}

// FuzzSignature: tags are read from what is signed as from the field, but for b;
// and no field that was not made with the key holds.
func FuzzSignature(f *testing.F) {
	f.Add("v=1; a=rsa-sha256; c=relaxed/simple; d=acme.example; s=rsa; t=1; x=2000000000;\r\n h=From : To; l=10; i=@acme.example; bh=AAAA; b=AA\r\n AA=")
	f.Add("v=1;a=ed25519-sha256;d=acme.example;s=ed;h=from;b=AAAA;bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;q=dns/txt")
	f.Add("b=x;b =y;=;")
	z := world()
	f.Fuzz(func(t *testing.T, list string) {
		tagged, bare, ok := parseTags(list)
		if ok {
			again, barer, ok := parseTags(bare)
			if _, has := tagged["b"]; has {
				tagged["b"] = ""
			}
			if !ok || barer != bare || !reflect.DeepEqual(again, tagged) {
				t.Fatalf("%q: signed is %q, %v, want %v", list, bare, again, tagged)
			}
		}
		raw := "DKIM-Signature: " + strings.NewReplacer("\r", " ", "\n", "\r\n ").Replace(list) + "\r\nFrom: jo@acme.example\r\n\r\n"
		c := &Checker{Resolver: z, Now: func() time.Time { return today }}
		for _, d := range checked(t, c, raw).dkims {
			if word := wordOf(d.err); word == pass || !slices.Contains([]string{fail, policy, neutral, tempError, permError}, word) {
				t.Fatalf("%q: %s", raw, word)
			}
		}
	})
}

// FuzzARC: a chain that is not sealed by its keys never passes; without a field
// of ARC there is none, and with one there is.
func FuzzARC(f *testing.F) {
	chain := sealed("list.example", "dmarc=pass")(f, sealed("acme.example", "spf=pass; dmarc=pass")(f, "From: jo@acme.example\r\n"+letter))
	f.Add(strings.ReplaceAll(chain, "b=", "b=A"))
	f.Add("ARC-Seal: i=1; a=rsa-sha256; cv=none; d=acme.example; s=rsa; b=AAAA\r\nARC-Message-Signature: i=1\r\nARC-Authentication-Results: i=1; x; dmarc=pass\r\n\r\n")
	f.Add("arc-seal : i=51\r\n\r\n")
	z := world()
	genuine := headerOf(f, chain)
	f.Fuzz(func(t *testing.T, raw string) {
		fields, err := readHeader(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			t.Skip()
		}
		h := newHeader(fields)
		c := &Checker{Resolver: z, Now: func() time.Time { return today }}
		a := c.Check(t.Context(), projectr.Envelope{}, strings.NewReader(raw))
		has := len(h.places[arcResults])+len(h.places[arcSignature])+len(h.places[arcSeal]) > 0
		if has == (a.ARC == none) {
			t.Fatalf("ARC is %s", a.ARC)
		}
		if a.ARC != pass && (a.ARCBy != "" || a.ARCSaw != "") {
			t.Fatalf("%+v", a)
		}
		if a.ARC == pass && !slices.Contains(relaxedAll(genuine.all(arcSeal)), relaxedAll(h.all(arcSeal))[0]) {
			t.Fatalf("passes: %q", raw)
		}
	})
}

func relaxedAll(fields []field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, canonicalField(relaxed, f.raw))
	}
	return out
}
