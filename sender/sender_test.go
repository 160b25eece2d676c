package sender

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"projectr"
)

// checked takes a mail through the steps of Check that are about signatures.
func checked(t testing.TB, c *Checker, raw string) *mail {
	t.Helper()
	buf := bufio.NewReader(strings.NewReader(raw))
	fields, err := readHeader(buf)
	if err != nil {
		t.Fatal(err)
	}
	m := &mail{h: newHeader(fields)}
	domain, _, _ := author(m.h)
	m.collect(domain)
	m.lookUpKeys(c.lookups(t.Context()))
	m.verify(c.now(), m.hash(buf))
	return m
}

// step does something to a mail.
type step func(testing.TB, string) string

// today is when all mails of these tests arrive.
var today = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// keys are made once: RSA keys take their time.
var keys = sync.OnceValue(func() map[string]crypto.Signer {
	out := map[string]crypto.Signer{}
	for name, bits := range map[string]int{"rsa": 2048, "rsa1024": 1024} {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		out[name] = k
	}
	short, err := rand.Prime(rand.Reader, 512) // never signs: its length is enough
	if err != nil {
		panic(err)
	}
	out["rsa512"] = &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: short, E: 65537}}
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	out["ed"] = k
	return out
})

// published is the key record of a key.
func published(name, extra string) string {
	switch pub := keys()[name].Public().(type) {
	case ed25519.PublicKey:
		return "v=DKIM1; k=ed25519; " + extra + "p=" + base64.StdEncoding.EncodeToString(pub)
	default:
		der, err := x509.MarshalPKIXPublicKey(pub)
		if err != nil {
			panic(err)
		}
		return "v=DKIM1; k=rsa; " + extra + "p=" + base64.StdEncoding.EncodeToString(der)
	}
}

const (
	letter = "To: office@firm.example\r\nSubject: Pour on level 3\r\nDate: Mon, 2 Mar 2026 08:59:00 +0000\r\n" +
		"Message-ID: <1@acme.example>\r\n\r\nThe pour  is on Friday.\r\n\r\nJo\r\n"
	acmeMX = "203.0.113.10" // sends for most domains here
	listMX = "198.51.100.7" // of list.example
	elseMX = "192.0.2.99"   // sends for nobody
)

// world is the DNS of the mails below.
func world() *zone {
	z := newZone()
	spfOf := func(rule string, names ...string) {
		for _, n := range names {
			z.txt[n] = append(z.txt[n], "v=spf1 ip4:"+rule)
		}
	}
	spfOf(acmeMX+" -all", "acme.example", "mail.acme.example", "strict.example", "mail.strict.example", "norules.example",
		"monitor.example", "broken.example", "two.example", "shop.co.uk", "xn--bcher-kva.example", "rua.example", "slow.example", "open.example")
	spfOf(acmeMX+" ~all", "soft.example")
	spfOf(listMX+" -all", "list.example")
	z.txt["evil.example"] = []string{"v=spf1 +all"}
	z.txt["hang.example"] = []string{"v=spf1 include:cut.example -all"}
	z.cut["cut.example"] = true
	z.txt["badspf.example"] = []string{"v=spf1 ip4:1.2.3 -all"}

	for name, rules := range map[string]string{
		"acme.example":          "v=DMARC1; p=reject",
		"strict.example":        "v=DMARC1; p=quarantine; sp=none; adkim=s; aspf=s",
		"monitor.example":       "v=DMARC1; p=none; pct=0",
		"broken.example":        "v=DMARC1; p=maybe",
		"rua.example":           "v=DMARC1; rua=mailto:x@rua.example",
		"evil.example":          "v=DMARC1; p=reject",
		"shop.co.uk":            "v=DMARC1; p=reject",
		"xn--bcher-kva.example": "v = DMARC1 ; p = reject ;",
		"own.acme.example":      "v=DMARC1; p=none",
		"open.example":          "v=DMARC1; p=reject; aspf=x; adkim=; fo=zz; pct=often; junk",
		"hang.example":          "v=DMARC1; p=reject",
		"badspf.example":        "v=DMARC1; p=reject",
		"keyless.example":       "v=DMARC1; p=reject",
	} {
		z.txt["_dmarc."+name] = []string{rules}
	}
	z.txt["_dmarc.two.example"] = []string{"v=DMARC1; p=reject", "v=DMARC1; p=none"}
	z.txt["_dmarc.norules.example"] = []string{"some other text", "v=DMARC2; p=reject"}
	z.cut["_dmarc.slow.example"] = true

	for _, d := range []string{"acme.example", "mail.acme.example", "strict.example", "mail.strict.example", "norules.example", "list.example",
		"evil.example", "shop.co.uk", "other.co.uk", "xn--bcher-kva.example", "slow.example", "silent.example", "monitor.example", "two.example"} {
		z.txt["rsa._domainkey."+d] = []string{published("rsa", "")}
		z.txt["rsa1024._domainkey."+d] = []string{published("rsa1024", "")}
		z.txt["rsa512._domainkey."+d] = []string{published("rsa512", "")}
		z.txt["ed._domainkey."+d] = []string{published("ed", "")}
	}
	z.txt["test._domainkey.acme.example"] = []string{published("rsa", "t=y; ")}
	z.txt["self._domainkey.acme.example"] = []string{published("rsa", "t=s; ")}
	z.txt["gone._domainkey.acme.example"] = []string{"v=DKIM1; p="}
	z.txt["sha1._domainkey.acme.example"] = []string{published("rsa", "h=sha1; ")}
	z.txt["tls._domainkey.acme.example"] = []string{published("rsa", "s=tlsrpt; ")}
	z.txt["many._domainkey.acme.example"] = []string{"not a key", published("rsa", "n=second; ")}
	z.cut["cut._domainkey.acme.example"] = true
	z.cut["cut._domainkey.keyless.example"] = true
	return z
}

// signed puts a signature on top of a mail: a field of this name with these tags,
// to which bh, where h is among them, and b are added.
func signed(t testing.TB, raw, name, list, key string) string {
	t.Helper()
	tagged, _, _ := parseTags(list)
	_, body, _ := strings.Cut(raw, "\r\n\r\n")
	_, form, _ := strings.Cut(tagged["c"], "/")
	b := newBodyHash(form)
	b.Write([]byte(body))
	sum, _ := b.finish()
	return signedOver(t, raw, name, list, key, sum)
}

// signedOver is signed, for a body with this hash.
func signedOver(t testing.TB, raw, name, list, key string, sum []byte) string {
	t.Helper()
	tagged, _, ok := parseTags(list)
	if !ok {
		t.Fatalf("tags %q", list)
	}
	s := &signature{signed: tagged.list("h"), bare: name + ": " + list + "; bh=" + base64.StdEncoding.EncodeToString(sum) + "; b="}
	s.header, _, _ = strings.Cut(tagged["c"], "/")
	return s.bare + base64.StdEncoding.EncodeToString(signText(t, key, s.headerText(headerOf(t, raw)))) + "\r\n" + raw
}

func signText(t testing.TB, key, text string) []byte {
	t.Helper()
	digest := sha256.Sum256([]byte(text))
	var opts crypto.SignerOpts = crypto.SHA256
	switch key {
	case "rsa512":
		return make([]byte, 64)
	case "ed":
		opts = crypto.Hash(0)
	}
	sig, err := keys()[key].Sign(rand.Reader, digest[:], opts)
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

func headerOf(t testing.TB, raw string) *header {
	t.Helper()
	fields, err := readHeader(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return newHeader(fields)
}

// dkimBy signs for a domain with one of the keys.
func dkimBy(domain, key string, extra ...string) step {
	return func(t testing.TB, raw string) string {
		algorithm := "rsa-sha256"
		if key == "ed" {
			algorithm = "ed25519-sha256"
		}
		list := "v=1; a=" + algorithm + "; c=relaxed/relaxed; d=" + domain + "; s=" + key + "; h=From:To:Subject:Date"
		for _, e := range extra { // x=... replaces what is there
			name, _, _ := strings.Cut(e, "=")
			parts := slices.DeleteFunc(strings.Split(list, "; "), func(p string) bool { return strings.HasPrefix(p, name+"=") })
			list = strings.Join(append(parts, e), "; ")
		}
		real := key
		if _, ok := keys()[key]; !ok {
			real = "rsa"
		}
		return signed(t, raw, "DKIM-Signature", list, real)
	}
}

// sealed adds an ARC set on top.
func sealed(domain, results string) step {
	return func(t testing.TB, raw string) string {
		h := headerOf(t, raw)
		i := len(h.places[arcSeal]) + 1
		cv := pass
		if i == 1 {
			cv = none
		}
		raw = fmt.Sprintf("ARC-Authentication-Results: i=%d; %s; %s\r\n%s", i, domain, results, raw)
		raw = signed(t, raw, "ARC-Message-Signature", fmt.Sprintf("i=%d; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=rsa; h=From:To:Subject:Date", i, domain), "rsa")
		h = headerOf(t, raw)
		text := ""
		for n := range i { // from the oldest, which stands lowest
			for _, name := range []string{arcResults, arcSignature, arcSeal} {
				if all := h.all(name); n < len(all) {
					text += canonicalField(relaxed, all[len(all)-1-n].raw)
				}
			}
		}
		bare := fmt.Sprintf("ARC-Seal: i=%d; a=rsa-sha256; cv=%s; d=%s; s=rsa; b=", i, cv, domain)
		text += strings.TrimSuffix(canonicalField(relaxed, bare), "\r\n")
		return bare + base64.StdEncoding.EncodeToString(signText(t, "rsa", text)) + "\r\n" + raw
	}
}

func change(old, to string) step {
	return func(t testing.TB, raw string) string {
		t.Helper()
		if !strings.Contains(raw, old) {
			t.Fatalf("no %q to change", old)
		}
		return strings.Replace(raw, old, to, 1)
	}
}

func onTop(fields string) step {
	return func(_ testing.TB, raw string) string { return fields + raw }
}

// TestMails is what becomes of mails of all sorts.
func TestMails(t *testing.T) {
	type row struct {
		name   string
		from   string // the From field; jo@acme.example when empty
		sender string // envelope; "-" is the null sender
		remote string // elseMX when empty
		helo   string
		steps  []step
		result projectr.AuthResult
		words  string // spf dkim dmarc arc, - for empty
		want   func(a projectr.Authentication) string
	}
	note := func(part string) func(projectr.Authentication) string {
		return func(a projectr.Authentication) string {
			if !strings.Contains(a.Note, part) {
				return fmt.Sprintf("the note is %q", a.Note)
			}
			return ""
		}
	}
	policyIs := func(p string) func(projectr.Authentication) string {
		return func(a projectr.Authentication) string {
			if a.Policy != p {
				return fmt.Sprintf("the policy is %q", a.Policy)
			}
			return ""
		}
	}
	const ok, no, bad = projectr.AuthPass, projectr.AuthNone, projectr.AuthFail
	broken := change("on Friday", "on Monday")
	rows := []row{
		// DMARC
		{name: "signed by the author", steps: []step{dkimBy("acme.example", "rsa")}, result: ok, words: "none pass pass none", want: note("acme.example vouches for this mail (DKIM).")},
		{name: "signed with 1024 bits", steps: []step{dkimBy("acme.example", "rsa1024")}, result: ok, words: "none pass pass none"},
		{name: "signed with Ed25519", steps: []step{dkimBy("acme.example", "ed")}, result: ok, words: "none pass pass none"},
		{name: "signed in simple form", steps: []step{dkimBy("acme.example", "rsa", "c=simple/simple")}, result: ok, words: "none pass pass none"},
		{name: "sent by the author's server", sender: "jo@acme.example", remote: acmeMX, result: ok, words: "pass none pass none", want: note("(SPF)")},
		{name: "sent by the author's server over IPv6 that maps IPv4", sender: "jo@acme.example", remote: "::ffff:" + acmeMX, result: ok, words: "pass none pass none"},
		{name: "sent from elsewhere", sender: "jo@acme.example", result: bad, words: "fail none fail none", want: note("The mail says it is from acme.example, but that domain's rules (DMARC) say it is not.")},
		{name: "unsigned, envelope of another", sender: "x@evil.example", result: bad, words: "pass none fail none", want: policyIs("reject")},
		{name: "signed by another", sender: "x@evil.example", steps: []step{dkimBy("evil.example", "rsa")}, result: bad, words: "pass pass fail none"},
		{name: "signed by a subdomain, relaxed", steps: []step{dkimBy("mail.acme.example", "rsa")}, result: ok, words: "none pass pass none"},
		{name: "author is a subdomain, signed by its parent", from: "jo@site.acme.example", steps: []step{dkimBy("acme.example", "rsa")}, result: ok, words: "none pass pass none"},
		{name: "author is a subdomain, unsigned", from: "jo@site.acme.example", result: bad, words: "none none fail none", want: policyIs("reject")},
		{name: "a subdomain with rules of its own", from: "jo@own.acme.example", result: bad, words: "none none fail none", want: policyIs("none")},
		{name: "strict: signed by itself", from: "jo@strict.example", steps: []step{dkimBy("strict.example", "rsa")}, result: ok, words: "none pass pass none"},
		{name: "strict: signed by a subdomain", from: "jo@strict.example", steps: []step{dkimBy("mail.strict.example", "rsa")}, result: bad, words: "none pass fail none", want: policyIs("quarantine")},
		{name: "strict: envelope of a subdomain", from: "jo@strict.example", sender: "b@mail.strict.example", remote: acmeMX, result: bad, words: "pass none fail none"},
		{name: "strict: envelope of itself", from: "jo@strict.example", sender: "b@strict.example", remote: acmeMX, result: ok, words: "pass none pass none"},
		{name: "sp speaks for subdomains", from: "jo@a.b.strict.example", result: bad, words: "none none fail none", want: policyIs("none")},
		{name: "relaxed: envelope of a subdomain", sender: "bounce@mail.acme.example", remote: acmeMX, result: ok, words: "pass none pass none"},
		{name: "p=none and pct=0 fail as well", from: "jo@monitor.example", result: bad, words: "none none fail none", want: policyIs("none")},
		{name: "no p, but an address for reports", from: "jo@rua.example", result: bad, words: "none none fail none", want: policyIs("none")},
		{name: "what is wrong beside p counts for nothing", from: "jo@open.example", sender: "jo@open.example", remote: acmeMX, result: ok, words: "pass none pass none", want: policyIs("reject")},
		{name: "two firms under one public suffix", from: "jo@shop.co.uk", steps: []step{dkimBy("other.co.uk", "rsa")}, result: bad, words: "none pass fail none"},
		{name: "Unicode domain", from: "jo@bücher.example", steps: []step{dkimBy("xn--bcher-kva.example", "rsa")}, result: ok, words: "none pass pass none"},
		{name: "capital letters", from: "Jo <jo@ACME.Example>", steps: []step{dkimBy("Acme.EXAMPLE", "rsa")}, result: ok, words: "none pass pass none"},
		// no rules
		{name: "no rules, signed", from: "jo@norules.example", steps: []step{dkimBy("norules.example", "rsa")}, result: ok, words: "none pass none none"},
		{name: "no rules, own server", from: "jo@norules.example", sender: "jo@norules.example", remote: acmeMX, result: ok, words: "pass none none none"},
		{name: "no rules, SPF says no", from: "jo@norules.example", sender: "jo@norules.example", result: bad, words: "fail none none none", want: note("(SPF)")},
		{name: "no rules, SPF says no, but signed", from: "jo@norules.example", sender: "jo@norules.example", steps: []step{dkimBy("norules.example", "ed")}, result: ok, words: "fail pass none none"},
		{name: "no rules, soft fail", from: "jo@soft.example", sender: "jo@soft.example", result: no, words: "softfail none none none", want: note("does not vouch")},
		{name: "no rules, SPF of another says no", from: "jo@silent.example", sender: "jo@acme.example", result: no, words: "fail none none none"},
		{name: "nothing published", from: "jo@silent.example", sender: "jo@silent.example", result: no, words: "none none none none", want: note("Nothing is known about who sent this: silent.example publishes no rules.")},
		{name: "rules that cannot be read", from: "jo@broken.example", result: no, words: "none none permerror none"},
		{name: "two sets of rules", from: "jo@two.example", steps: []step{dkimBy("two.example", "rsa")}, result: ok, words: "none pass none none"},
		{name: "rules time out, not vouched for", from: "jo@slow.example", sender: "jo@slow.example", result: no, words: "fail none temperror none", want: note("could not be checked")},
		{name: "rules time out, signed by itself", from: "jo@slow.example", steps: []step{dkimBy("slow.example", "rsa")}, result: ok, words: "none pass temperror none"},
		{name: "rules time out, signed by its parent", from: "jo@b.slow.example", steps: []step{dkimBy("slow.example", "rsa")}, result: no, words: "none pass temperror none"},
		// signatures
		{name: "body was changed", steps: []step{dkimBy("acme.example", "rsa"), broken}, result: bad, words: "none fail fail none"},
		{name: "subject was changed", steps: []step{dkimBy("acme.example", "rsa"), change("Pour on", "Pay for")}, result: bad, words: "none fail fail none"},
		{name: "white space was changed, relaxed", steps: []step{dkimBy("acme.example", "rsa"), change("pour  is on", "pour is   on"), change("Subject: Pour", "SUBJECT:\r\n  Pour")}, result: ok, words: "none pass pass none"},
		{name: "white space was changed, simple", steps: []step{dkimBy("acme.example", "rsa", "c=simple/simple"), change("pour  is", "pour is")}, result: bad, words: "none fail fail none"},
		{name: "empty lines at the end, simple", steps: []step{dkimBy("acme.example", "rsa", "c=simple/simple"), change("Jo\r\n", "Jo\r\n\r\n\r\n")}, result: ok, words: "none pass pass none"},
		{name: "length of a part of the body", steps: []step{dkimBy("acme.example", "rsa", "l=10")}, result: bad, words: "none policy fail none"},
		{name: "text added after the length", steps: []step{dkimBy("acme.example", "rsa", "l=30"), change("Jo\r\n", "Jo\r\nPay to the new account.\r\n")}, result: bad, words: "none policy fail none"},
		{name: "length of the whole body", steps: []step{dkimBy("acme.example", "rsa", "l=30")}, result: ok, words: "none pass pass none"},
		{name: "length of more than there is", steps: []step{dkimBy("acme.example", "rsa", "l=999")}, result: bad, words: "none permerror fail none"},
		{name: "key too short", steps: []step{dkimBy("acme.example", "rsa512")}, result: bad, words: "none fail fail none"},
		{name: "SHA-1", steps: []step{dkimBy("acme.example", "rsa", "a=rsa-sha1")}, result: bad, words: "none fail fail none"},
		{name: "expired", steps: []step{dkimBy("acme.example", "rsa", "t=1700000000", fmt.Sprintf("x=%d", today.Unix()-1))}, result: bad, words: "none fail fail none"},
		{name: "not expired", steps: []step{dkimBy("acme.example", "rsa", fmt.Sprintf("x=%d", today.Unix()+1))}, result: ok, words: "none pass pass none"},
		{name: "expires before it was made", steps: []step{dkimBy("acme.example", "rsa", "t=1800000001", "x=1800000000")}, result: bad, words: "none permerror fail none"},
		{name: "From not signed", steps: []step{dkimBy("acme.example", "rsa", "h=To:Subject")}, result: bad, words: "none permerror fail none"},
		{name: "testing key is as no key", steps: []step{dkimBy("acme.example", "test")}, result: bad, words: "none neutral fail none"},
		{name: "key for the domain itself, i below", steps: []step{dkimBy("acme.example", "self", "i=jo@mail.acme.example")}, result: bad, words: "none permerror fail none"},
		{name: "key for the domain itself", steps: []step{dkimBy("acme.example", "self", "i=jo@acme.example")}, result: ok, words: "none pass pass none"},
		{name: "i of another domain", steps: []step{dkimBy("acme.example", "rsa", "i=jo@evil.example")}, result: bad, words: "none permerror fail none"},
		{name: "key withdrawn", steps: []step{dkimBy("acme.example", "gone")}, result: bad, words: "none permerror fail none"},
		{name: "key for SHA-1 only", steps: []step{dkimBy("acme.example", "sha1")}, result: bad, words: "none permerror fail none"},
		{name: "key not for mail", steps: []step{dkimBy("acme.example", "tls")}, result: bad, words: "none permerror fail none"},
		{name: "key beside other text", steps: []step{dkimBy("acme.example", "many")}, result: ok, words: "none pass pass none"},
		{name: "key that is not there", steps: []step{dkimBy("acme.example", "nowhere")}, result: bad, words: "none permerror fail none"},
		{name: "key times out", steps: []step{dkimBy("acme.example", "cut")}, result: no, words: "none temperror temperror none", want: note("could not be checked")},
		{name: "key of another times out", sender: "x@evil.example", steps: []step{dkimBy("keyless.example", "cut")}, result: bad, words: "pass temperror fail none"},
		{name: "one of two holds", steps: []step{dkimBy("acme.example", "ed"), dkimBy("acme.example", "nowhere")}, result: ok, words: "none pass pass none"},
		{name: "the author's comes after twelve of others", steps: append([]step{dkimBy("acme.example", "ed")}, slices.Repeat([]step{dkimBy("evil.example", "nowhere")}, 12)...), result: ok, words: "none pass pass none"},
		{name: "a second Subject on top of a signed one", steps: []step{dkimBy("acme.example", "rsa", "h=From:To:Subject:Subject"), onTop("Subject: Pay\r\n")}, result: bad, words: "none fail fail none"},
		{name: "no signature at all, but a field of that name", steps: []step{onTop("DKIM-Signature: hello\r\n")}, result: bad, words: "none permerror fail none"},
		// envelope
		{name: "null sender, HELO of the author", sender: "-", helo: "mail.acme.example", remote: acmeMX, result: ok, words: "pass none pass none", want: note("(SPF)")},
		{name: "null sender, HELO of another", sender: "-", helo: "mx.evil.example", remote: acmeMX, result: bad, words: "none none fail none"},
		{name: "null sender, HELO is no name", sender: "-", helo: "[203.0.113.10]", remote: acmeMX, result: bad, words: "none none fail none"},
		{name: "from a relay of our own", sender: "jo@acme.example", remote: "10.1.2.3", steps: []step{dkimBy("acme.example", "rsa")}, result: ok, words: "- pass pass none"},
		{name: "from this machine", from: "jo@norules.example", sender: "jo@norules.example", remote: "127.0.0.1", result: no, words: "- none none none"},
		{name: "from a link-local address", from: "jo@norules.example", sender: "jo@norules.example", remote: "fe80::1", result: no, words: "- none none none"},
		{name: "SPF of the author cannot be had", from: "jo@hang.example", sender: "jo@hang.example", result: no, words: "temperror none temperror none"},
		{name: "SPF of the envelope cannot be had, which is another's", sender: "x@hang.example", result: bad, words: "temperror none fail none"},
		{name: "SPF record that cannot be read", from: "jo@badspf.example", sender: "jo@badspf.example", result: bad, words: "permerror none fail none"},
		// From
		{name: "display name is another's address", from: `"jo@acme.example" <x@evil.example>`, sender: "x@evil.example", result: ok, words: "pass none pass none", want: note("evil.example vouches")},
		{name: "display name is another's address, bare", from: `jo@acme.example <x@evil.example>`, sender: "x@evil.example", result: ok, words: "pass none pass none", want: note("evil.example vouches")},
		{name: "two From fields", sender: "x@evil.example", steps: []step{dkimBy("acme.example", "rsa"), onTop("From: x@evil.example\r\n")}, result: bad, words: "pass pass - none", want: note("more than one From")},
		{name: "two From fields of one domain", steps: []step{dkimBy("acme.example", "rsa"), onTop("from : boss@acme.example\r\n")}, result: bad, words: "none pass - none", want: note("more than one From")},
		{name: "two authors of one domain", from: "jo@acme.example, Sam <sam@acme.example>", steps: []step{dkimBy("acme.example", "rsa")}, result: ok, words: "none pass pass none"},
		{name: "two authors of two domains", from: "x@evil.example, jo@acme.example", sender: "x@evil.example", result: bad, words: "pass none - none", want: note("more than one domain")},
		{name: "two addresses in one mailbox", from: "<x@evil.example><jo@acme.example>", sender: "x@evil.example", result: bad, words: "pass none - none"},
		{name: "no address in From", from: "Jo from Acme", result: no, words: "none none - none", want: note("from which domain")},
		{name: "address literal", from: "jo@[192.0.2.1]", result: no, words: "none none - none"},
		{name: "one label", from: "root@localhost", result: no, words: "none none - none"},
		{name: "comment and folds", from: "Jo\r\n (the one\r\n at <x@evil.example>) <jo@acme.example>", steps: []step{dkimBy("acme.example", "rsa")}, result: ok, words: "none pass pass none"},
		{name: "8-bit name", from: "J\xf6rg <jo@acme.example>", steps: []step{dkimBy("acme.example", "rsa")}, result: ok, words: "none pass pass none"},
		// passed on
		{name: "forwarded as it was", sender: "fwd@list.example", remote: listMX, steps: []step{dkimBy("acme.example", "rsa")}, result: ok, words: "pass pass pass none"},
		{name: "a list that changes the body", sender: "b@list.example", remote: listMX, steps: []step{dkimBy("acme.example", "rsa"), broken, dkimBy("list.example", "rsa")}, result: bad, words: "pass pass fail none"},
		{name: "a list that changes the body and seals", sender: "b@list.example", remote: listMX,
			steps:  []step{dkimBy("acme.example", "rsa"), broken, sealed("list.example", "spf=pass smtp.mailfrom=acme.example; dkim=pass; dmarc=pass (p=reject) header.from=acme.example")},
			result: bad, words: "pass fail fail pass",
			want: func(a projectr.Authentication) string {
				if a.ARCBy != "list.example" || a.ARCSaw != "pass" || !strings.Contains(a.Note, "list.example, which passed it on") {
					return fmt.Sprintf("ARC by %q saw %q, %q", a.ARCBy, a.ARCSaw, a.Note)
				}
				return ""
			}},
		{name: "sealed twice", sender: "b@list.example", remote: listMX, steps: []step{sealed("acme.example", "dmarc=pass"), sealed("list.example", "arc=pass; dmarc=fail")}, result: bad, words: "pass none fail pass",
			want: func(a projectr.Authentication) string {
				if a.ARCBy != "list.example" || a.ARCSaw != "fail" {
					return fmt.Sprintf("ARC by %q saw %q", a.ARCBy, a.ARCSaw)
				}
				return ""
			}},
		{name: "sealed, then changed", sender: "b@list.example", remote: listMX, steps: []step{sealed("list.example", "dmarc=pass"), broken}, result: bad, words: "pass none fail fail",
			want: func(a projectr.Authentication) string {
				if a.ARCBy != "" || a.ARCSaw != "" || strings.Contains(a.Note, "passed it on") {
					return "a broken chain is believed"
				}
				return ""
			}},
		{name: "sealed, results changed", sender: "b@list.example", remote: listMX, steps: []step{sealed("list.example", "dmarc=fail"), change("dmarc=fail", "dmarc=pass")}, result: bad, words: "pass none fail fail"},
		{name: "what the mail says of itself", sender: "x@evil.example", steps: []step{onTop("Authentication-Results: mx.firm.example; dkim=pass header.d=acme.example; spf=pass smtp.mailfrom=acme.example; dmarc=pass header.from=acme.example\r\nReceived-SPF: pass\r\n")},
			result: bad, words: "pass none fail none"},
		{name: "an ARC result without a chain", steps: []step{onTop("ARC-Authentication-Results: i=1; list.example; dmarc=pass\r\n")}, result: bad, words: "none none fail fail"},
	}
	if len(rows) < 40 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			from := r.from
			if from == "" {
				from = "Jo <jo@acme.example>"
			}
			raw := "From: " + from + "\r\n" + letter
			for _, s := range r.steps {
				raw = s(t, raw)
			}
			env := projectr.Envelope{From: r.sender, Helo: r.helo, Remote: netip.MustParseAddr(elseMX)}
			switch r.sender {
			case "":
				env.From = "b@silent.example"
			case "-":
				env.From = ""
			}
			if r.remote != "" {
				env.Remote = netip.MustParseAddr(r.remote)
			}
			c := &Checker{Resolver: world(), Now: func() time.Time { return today }}
			a := c.Check(t.Context(), env, strings.NewReader(raw))
			dash := func(s string) string {
				if s == "" {
					return "-"
				}
				return s
			}
			words := strings.Join([]string{dash(a.SPF), dash(a.DKIM), dash(a.DMARC), dash(a.ARC)}, " ")
			if a.Result != r.result || words != r.words {
				t.Errorf("%s, %s; want %s, %s: %q", a.Result, words, r.result, r.words, a.Note)
			}
			if r.want != nil {
				if why := r.want(a); why != "" {
					t.Error(why)
				}
			}
			if a.Note == "" || strings.Contains(a.Note, "\n") || !strings.HasSuffix(a.Note, ".") {
				t.Errorf("no sentence: %q", a.Note)
			}
			if b, err := json.Marshal(a); err != nil || (a.Result == ok) != strings.Contains(string(b), "vouches for this mail") {
				t.Errorf("%s: %v", b, err)
			}
			// The ends of line of a mail may have been changed to LF, by nobody's fault.
			if lf := c.Check(t.Context(), env, strings.NewReader(strings.ReplaceAll(raw, "\r\n", "\n"))); fmt.Sprint(lf) != fmt.Sprint(a) {
				t.Errorf("with LF: %+v\nwith CRLF: %+v", lf, a)
			}
		})
	}
}

// The library signs as others do, and verifies as others do.
func TestAgainstAnotherImplementation(t *testing.T) {
	z := world()
	bodies := []string{"", "\r\n", "one line", "a \t b \r\n\r\n \r\nc\r\n\r\n\r\n", "\r\n\r\n\r\n", " \r\n \t\r\n", strings.Repeat("long lines \t of text ", 5000) + "\r\nend"}
	for _, head := range []dkim.Canonicalization{simple, relaxed} {
		for _, form := range []dkim.Canonicalization{simple, relaxed} {
			for i, body := range bodies {
				for _, key := range []string{"rsa", "ed"} {
					raw := "From: Jo <jo@acme.example>\r\nSubject:  a\r\n\t b  \r\nX-Empty:\r\n\r\n" + body
					var out bytes.Buffer
					err := dkim.Sign(&out, strings.NewReader(raw), &dkim.SignOptions{
						Domain: "acme.example", Selector: key, Signer: keys()[key], Hash: crypto.SHA256,
						HeaderCanonicalization: head, BodyCanonicalization: form, HeaderKeys: []string{"From", "Subject", "X-Empty", "X-None"},
					})
					if err != nil {
						t.Fatal(err)
					}
					c := &Checker{Resolver: z, Now: func() time.Time { return today }}
					for _, change := range []string{"", "x"} {
						mail := out.String() + change
						theirs, err := dkim.VerifyWithOptions(strings.NewReader(mail), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) { return z.LookupTXT(t.Context(), name) }})
						if err != nil || len(theirs) != 1 {
							t.Fatal(theirs, err)
						}
						ours := dkimWords(t, c, mail)
						if (theirs[0].Err == nil) != (ours[0] == pass) || change == "" && ours[0] != pass {
							t.Errorf("%s/%s, %s, body %d%s: we say %s, they %v", head, form, key, i, change, ours[0], theirs[0].Err)
						}
					}
				}
			}
		}
	}
}

// A large body goes through without being held.
func TestBodyIsNotHeld(t *testing.T) {
	const size = 16 << 20
	block := []byte(strings.Repeat("The quick brown fox  jumps over the lazy dog\t \r\n", 1311))
	body := func() io.Reader { return io.LimitReader(&loop{block: block}, size) }
	b := newBodyHash(relaxed)
	if _, err := io.Copy(b, body()); err != nil {
		t.Fatal(err)
	}
	sum, _ := b.finish()
	head := "From: jo@acme.example\r\n\r\n"
	list := "v=1; a=rsa-sha256; c=relaxed/relaxed; d=acme.example; s=rsa; h=From"
	mail := signedOver(t, head, "DKIM-Signature", list, "rsa", sum)
	c := &Checker{Resolver: world(), Now: func() time.Time { return today }}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a := c.Check(t.Context(), projectr.Envelope{}, io.MultiReader(strings.NewReader(mail), body()))
	runtime.ReadMemStats(&after)
	if a.DKIM != pass || a.Result != projectr.AuthPass {
		t.Errorf("%+v", a)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("%d bytes were allocated for a body of %d", took, size)
	}
}

// loop repeats a block without end.
type loop struct {
	block []byte
	at    int
}

func (l *loop) Read(p []byte) (int, error) {
	n := copy(p, l.block[l.at:])
	l.at = (l.at + n) % len(l.block)
	return n, nil
}

func hashOf(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// BenchmarkBody is one canonical form of a body, with its hash.
func BenchmarkBody(b *testing.B) {
	block := []byte(strings.Repeat("VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gVGhlIHF1aWNr\r\n", 1000))
	for _, form := range []string{simple, relaxed} {
		b.Run(form, func(b *testing.B) {
			b.SetBytes(int64(len(block)))
			h := newBodyHash(form)
			for b.Loop() {
				h.Write(block)
			}
		})
	}
}
