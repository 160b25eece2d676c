package sender

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Results of RFC 8601 §2.7.
const (
	none      = "none"
	pass      = "pass"
	fail      = "fail"
	softFail  = "softfail"
	neutral   = "neutral"
	policy    = "policy"
	tempError = "temperror"
	permError = "permerror"
)

const (
	minRSA = 1024 // bits; RFC 8301 §3.2
	maxRSA = 8192 // bits; more costs time and proves nothing
)

// tags is a tag list (RFC 6376 §3.2). Values are without white space at their
// ends; what stands inside is theirs.
type tags map[string]string

// parseTags reads a tag list; ok is false where a name is bad or comes twice, or
// an equals sign is missing. bare is the list with the value of b taken out, as
// it is signed (§3.7).
func parseTags(s string) (t tags, bare string, ok bool) {
	t = tags{}
	var b strings.Builder
	for len(s) > 0 {
		piece := s
		if i := strings.IndexByte(s, ';'); i >= 0 {
			piece = s[:i+1]
		}
		s = s[len(piece):]
		name, value, found := strings.Cut(strings.TrimSuffix(piece, ";"), "=")
		key := trim(name)
		if !found && key == "" {
			b.WriteString(piece)
			continue
		}
		if _, twice := t[key]; !found || twice || !isTagName(key) {
			return nil, "", false
		}
		t[key] = trim(value)
		if key == "b" {
			b.WriteString(name + "=")
			if strings.HasSuffix(piece, ";") {
				b.WriteByte(';')
			}
			continue
		}
		b.WriteString(piece)
	}
	return t, b.String(), true
}

func isTagName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !(c >= 'a' && c <= 'z' || i > 0 && (s[i] >= '0' && s[i] <= '9' || s[i] == '_')) {
			return false
		}
	}
	return s != ""
}

// trim takes folding white space off the ends.
func trim(s string) string { return strings.Trim(s, " \t\r\n") }

// compact takes folding white space out.
func compact(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\r' || r == '\n' {
			return -1
		}
		return r
	}, s)
}

// list reads a list with colons between its items.
func (t tags) list(name string) []string {
	s, ok := t[name]
	if !ok {
		return nil
	}
	items := strings.Split(s, ":")
	for i := range items {
		items[i] = lower(trim(items[i]))
	}
	return items
}

// seconds reads a time as seconds since 1970 (§3.5); zero and true when absent.
func (t tags) seconds(name string) (time.Time, bool) {
	s, ok := t[name]
	if !ok {
		return time.Time{}, true
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || len(s) > 12 || s[0] == '+' {
		return time.Time{}, false
	}
	return time.Unix(int64(n), 0), true
}

// verdict is why a signature does not hold: a word of RFC 8601, and why for the
// log.
type verdict struct{ word, why string }

func (v *verdict) Error() string { return v.why }

func bad(word, why string) error { return &verdict{word, why} }

// wordOf is the word for an error of a signature; pass for none.
func wordOf(err error) string {
	var v *verdict
	switch {
	case err == nil:
		return pass
	case errors.As(err, &v):
		return v.word
	}
	return tempError
}

// signature is a DKIM-Signature, an ARC-Message-Signature or an ARC-Seal.
type signature struct {
	at               int // its field's place in the header
	bare             string
	algorithm        string // rsa or ed25519
	domain, selector string
	identity         string // domain of i=
	header, body     string // canonical forms
	signed           []string
	bodyHash, sig    []byte
	length           int64 // of the body that is signed; -1: all of it
	expires          time.Time
}

// parseSignature reads what the three kinds have in common.
func parseSignature(f field, at int) (*signature, tags, error) {
	t, bare, ok := parseTags(f.value())
	if !ok {
		return nil, nil, bad(permError, "its tags cannot be read")
	}
	s := &signature{
		at: at, bare: f.raw[:len(f.raw)-len(f.value())] + bare, length: -1,
		domain: domainName(t["d"]), selector: domainName(t["s"]),
	}
	if s.domain == "" || s.selector == "" {
		return s, t, bad(permError, "it names no key")
	}
	key, digest, _ := strings.Cut(strings.ToLower(t["a"]), "-")
	switch {
	case key == "rsa" && digest == "sha1":
		return s, t, bad(fail, "SHA-1 proves nothing (RFC 8301)")
	case key != "rsa" && key != "ed25519" || digest != "sha256":
		return s, t, bad(permError, "its algorithm is not known")
	}
	s.algorithm = key
	if s.sig, ok = decode(t["b"]); !ok {
		return s, t, bad(permError, "b is not base64")
	}
	made, ok := t.seconds("t")
	if !ok {
		return s, t, bad(permError, "t is no time")
	}
	if s.expires, ok = t.seconds("x"); !ok || !s.expires.IsZero() && s.expires.Before(made) {
		return s, t, bad(permError, "x is no time after t")
	}
	return s, t, nil
}

// parseMessageSignature reads what signs header and body. form is the canonical
// form of both where c does not say.
func parseMessageSignature(f field, at int, form string) (*signature, tags, error) {
	s, t, err := parseSignature(f, at)
	if err != nil {
		return s, t, err
	}
	var ok bool
	if s.bodyHash, ok = decode(t["bh"]); !ok {
		return s, t, bad(permError, "bh is not base64")
	}
	s.header, s.body = form, form
	if c, given := t["c"]; given {
		h, b, two := strings.Cut(strings.ToLower(compact(c)), "/")
		s.header, s.body = h, simple
		if two {
			s.body = b
		}
	}
	forms := []string{simple, relaxed}
	if !slices.Contains(forms, s.header) || !slices.Contains(forms, s.body) {
		return s, t, bad(permError, "its canonical form is not known")
	}
	if s.signed = t.list("h"); s.signed == nil {
		return s, t, bad(permError, "h is missing")
	}
	if l, given := t["l"]; given {
		n, err := strconv.ParseInt(l, 10, 64)
		if err != nil || n < 0 {
			return s, t, bad(permError, "l is no length")
		}
		s.length = n
	}
	return s, t, nil
}

// parseDKIM reads a DKIM-Signature field (RFC 6376 §3.5, §6.1.1).
func parseDKIM(f field, at int) (*signature, error) {
	s, t, err := parseMessageSignature(f, at, simple)
	if err != nil {
		return s, err
	}
	if t["v"] != "1" {
		return s, bad(permError, "its version is not known")
	}
	if !slices.Contains(s.signed, "from") {
		return s, bad(permError, "From is not signed")
	}
	s.identity = s.domain
	if i, given := t["i"]; given {
		at := strings.LastIndexByte(i, '@')
		if s.identity = domainName(i[at+1:]); at < 0 || !under(s.identity, s.domain) {
			return s, bad(permError, "i is not of its domain")
		}
	}
	if q := t.list("q"); q != nil && !slices.Contains(q, "dns/txt") {
		return s, bad(permError, "its key is not in the DNS")
	}
	return s, nil
}

func decode(s string) ([]byte, bool) {
	b, err := base64.StdEncoding.DecodeString(compact(s))
	return b, err == nil && len(b) > 0
}

// under reports whether name is domain or below it.
func under(name, domain string) bool {
	return name == domain || strings.HasSuffix(name, "."+domain)
}

// key is a public key as it is published (RFC 6376 §3.6.1, RFC 8463).
type key struct {
	rsa     *rsa.PublicKey
	ed25519 ed25519.PublicKey
	testing bool // t=y: as if the mail had no such signature
	strict  bool // t=s: i= is of the domain itself
}

// parseKey reads a key record for an algorithm.
func parseKey(record, algorithm string) (key, error) {
	t, _, ok := parseTags(record)
	if v, given := t["v"]; !ok || given && v != "DKIM1" {
		return key{}, bad(permError, "its key is no DKIM key")
	}
	p, given := t["p"]
	switch {
	case !given:
		return key{}, bad(permError, "its key record has no key")
	case p == "":
		return key{}, bad(permError, "its key was withdrawn")
	}
	if h := t.list("h"); h != nil && !slices.Contains(h, "sha256") {
		return key{}, bad(permError, "its key is not for SHA-256")
	}
	if s := t.list("s"); s != nil && !slices.Contains(s, "*") && !slices.Contains(s, "email") {
		return key{}, bad(permError, "its key is not for mail")
	}
	kind := strings.ToLower(t["k"])
	if kind == "" {
		kind = "rsa"
	}
	if kind != algorithm {
		return key{}, bad(permError, "its key is of another kind")
	}
	raw, ok := decode(p)
	if !ok {
		return key{}, bad(permError, "its key is not base64")
	}
	flags := t.list("t")
	k := key{testing: slices.Contains(flags, "y"), strict: slices.Contains(flags, "s")}
	if kind == "ed25519" {
		if len(raw) != ed25519.PublicKeySize {
			return key{}, bad(permError, "its key has the wrong length")
		}
		k.ed25519 = raw
		return k, nil
	}
	if k.rsa, ok = parseRSA(raw); !ok {
		return key{}, bad(permError, "its key is no RSA key")
	}
	switch n := k.rsa.N.BitLen(); {
	case n < minRSA:
		return key{}, bad(fail, "its key is too short (RFC 8301)")
	case n > maxRSA:
		return key{}, bad(policy, "its key is too long")
	}
	return k, nil
}

// parseRSA reads a SubjectPublicKeyInfo, or the bare RSAPublicKey that RFC 6376
// speaks of.
func parseRSA(raw []byte) (*rsa.PublicKey, bool) {
	if pub, err := x509.ParsePKIXPublicKey(raw); err == nil {
		k, ok := pub.(*rsa.PublicKey)
		return k, ok
	}
	k, err := x509.ParsePKCS1PublicKey(raw)
	return k, err == nil
}

// lookUpKey gets the key of a signature. Of several records the first that is a
// key counts (§6.1.2 leaves it open).
func lookUpKey(l *lookups, s *signature) (key, error) {
	records, err := l.txt(s.selector + "._domainkey." + s.domain)
	switch {
	case errors.Is(err, errNothing):
		return key{}, bad(permError, "its key is not published")
	case err != nil:
		return key{}, err
	}
	var k key
	for _, r := range records {
		if k, err = parseKey(r, s.algorithm); err == nil {
			return k, nil
		}
	}
	return key{}, err
}

// verifies reports whether the signature is the key's over text.
func (s *signature) verifies(k key, text string) error {
	sum := sha256.Sum256([]byte(text))
	if s.algorithm == "ed25519" {
		if !ed25519.Verify(k.ed25519, sum[:], s.sig) {
			return bad(fail, "it is not by its key")
		}
		return nil
	}
	if err := rsa.VerifyPKCS1v15(k.rsa, crypto.SHA256, sum[:], s.sig); err != nil {
		return bad(fail, "it is not by its key")
	}
	return nil
}

// headerText is what a signature of the header signs (§3.7): the fields of h,
// of each name the last first, then the signature's own field without b.
func (s *signature) headerText(h *header) string {
	var b strings.Builder
	taken := map[string]int{}
	for _, name := range s.signed {
		if at := h.places[name]; taken[name] < len(at) {
			taken[name]++
			b.WriteString(canonicalField(s.header, h.fields[at[len(at)-taken[name]]].raw))
		}
	}
	b.WriteString(strings.TrimSuffix(canonicalField(s.header, s.bare), "\r\n"))
	return b.String()
}

// holds checks a signature of header and body against its key (§6.1.3). sum and
// length are of the body in the signature's form.
func (s *signature) holds(k key, h *header, sum []byte, length int64, now time.Time) error {
	switch {
	case !s.expires.IsZero() && now.After(s.expires):
		return bad(fail, "it has expired")
	case s.length > length:
		return bad(permError, "it signs more than there is")
	case s.length >= 0 && s.length < length:
		return bad(policy, "it leaves the end of the body unsigned")
	case subtle.ConstantTimeCompare(sum, s.bodyHash) != 1:
		return bad(fail, "the body was changed")
	}
	return s.verifies(k, s.headerText(h))
}
