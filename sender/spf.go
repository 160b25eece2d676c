package sender

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Limits of RFC 7208 §4.6.4.
const (
	maxTerms = 10 // mechanisms and modifiers that ask the DNS
	maxVoid  = 2  // of them, how many may find nothing
	maxHosts = 10 // names behind one mx or one address
)

// spfTerm is one term of an SPF record: a mechanism with its qualifier, or one
// of the modifiers redirect and exp.
type spfTerm struct {
	qualifier byte // + - ~ ?; 0 for a modifier
	name      string
	domain    string       // domain-spec, macros and all; empty: the domain that is checked
	net       netip.Prefix // of ip4 and ip6
	v4, v6    int          // prefix lengths of a and mx
}

var (
	spfModifier  = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9._-]*)=(.*)$`)
	spfMechanism = regexp.MustCompile(`^([-+?~]?)([A-Za-z][A-Za-z0-9._-]*)(.*)$`)
	spfDualCIDR  = regexp.MustCompile(`^(?::(.*?))?(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?$`)
	spfLength    = regexp.MustCompile(`^(?:0|[1-9]\d{0,2})$`)
	spfMacro     = regexp.MustCompile(`^%\{([A-Za-z])(\d*)([rR]?)([-.+,/_=]*)\}`)
	spfTopLabel  = regexp.MustCompile(`^(?:[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])$`)
)

// isSPF reports whether a TXT record is an SPF record (§4.5).
func isSPF(txt string) bool {
	const version = "v=spf1"
	return len(txt) >= len(version) && strings.EqualFold(txt[:len(version)], version) && (len(txt) == len(version) || txt[len(version)] == ' ')
}

// parseSPF reads the terms of an SPF record. All of it must be well formed, also
// what stands behind the term that will decide (§4.6).
func parseSPF(txt string) ([]spfTerm, bool) {
	if !isSPF(txt) {
		return nil, false
	}
	var terms []spfTerm
	seen := map[string]bool{}
	for word := range strings.SplitSeq(txt[len("v=spf1"):], " ") {
		if word == "" {
			continue
		}
		for i := range len(word) {
			if word[i] < '!' || word[i] > '~' {
				return nil, false
			}
		}
		if m := spfModifier.FindStringSubmatch(word); m != nil {
			name := strings.ToLower(m[1])
			switch name {
			case "redirect", "exp":
				if seen[name] || !isDomainSpec(m[2]) {
					return nil, false
				}
				seen[name] = true
				terms = append(terms, spfTerm{name: name, domain: m[2]})
			default: // unknown ones are passed over, but must be macro strings
				if !isMacroString(m[2]) {
					return nil, false
				}
			}
			continue
		}
		t, ok := parseMechanism(word)
		if !ok {
			return nil, false
		}
		terms = append(terms, t)
	}
	return terms, true
}

func parseMechanism(word string) (spfTerm, bool) {
	m := spfMechanism.FindStringSubmatch(word)
	if m == nil {
		return spfTerm{}, false
	}
	t := spfTerm{qualifier: '+', name: strings.ToLower(m[2]), v4: 32, v6: 128}
	if m[1] != "" {
		t.qualifier = m[1][0]
	}
	rest := m[3]
	arg, given := strings.CutPrefix(rest, ":")
	ok := false
	switch t.name {
	case "all":
		ok = rest == ""
	case "include", "exists":
		t.domain = arg
		ok = given && isDomainSpec(arg)
	case "ptr":
		t.domain = arg
		ok = rest == "" || given && isDomainSpec(arg)
	case "a", "mx":
		d := spfDualCIDR.FindStringSubmatch(rest)
		if d == nil {
			return t, false
		}
		t.domain = d[1]
		ok = !given || isDomainSpec(t.domain)
		if d[2] != "" {
			t.v4, _ = strconv.Atoi(d[2])
		}
		if d[3] != "" {
			t.v6, _ = strconv.Atoi(d[3])
		}
		ok = ok && t.v4 <= 32 && t.v6 <= 128
	case "ip4", "ip6":
		if !given {
			return t, false
		}
		addr, bits, cut := strings.Cut(arg, "/")
		ip, err := netip.ParseAddr(addr)
		if err != nil || ip.Zone() != "" || ip.Is4() != (t.name == "ip4") {
			return t, false
		}
		n := ip.BitLen()
		if cut {
			if !spfLength.MatchString(bits) {
				return t, false
			}
			n, _ = strconv.Atoi(bits)
		}
		t.net = netip.PrefixFrom(ip, n)
		ok = t.net.IsValid()
	}
	return t, ok
}

// String writes the term as it stands in a record.
func (t spfTerm) String() string {
	switch {
	case t.qualifier == 0:
		return t.name + "=" + t.domain
	case t.name == "ip4" || t.name == "ip6":
		return fmt.Sprintf("%c%s:%s", t.qualifier, t.name, t.net)
	}
	s := string(t.qualifier) + t.name
	if t.domain != "" {
		s += ":" + t.domain
	}
	if t.name == "a" || t.name == "mx" {
		s += fmt.Sprintf("/%d//%d", t.v4, t.v6)
	}
	return s
}

// nextMacro reads the macro that s begins with (§7.1), and what comes after.
func nextMacro(s string) (macro []string, rest string, ok bool) {
	if m := spfMacro.FindStringSubmatch(s); m != nil {
		digits := strings.TrimLeft(m[2], "0")
		return m, s[len(m[0]):], strings.Contains("slodiphcrtv", strings.ToLower(m[1])) && (m[2] == "" || digits != "")
	}
	if len(s) >= 2 && strings.IndexByte("%_-", s[1]) >= 0 {
		return []string{s[:2]}, s[2:], true
	}
	return nil, "", false
}

func isMacroString(s string) bool {
	for s != "" {
		if s[0] != '%' {
			s = s[1:]
			continue
		}
		_, rest, ok := nextMacro(s)
		if !ok {
			return false
		}
		s = rest
	}
	return true
}

// isDomainSpec reports whether s is a domain-spec: a macro string that ends in a
// macro or in a dot and a top label. The letters c, r and t are for explanations
// only (§7.2).
func isDomainSpec(s string) bool {
	endsInMacro, literal := false, 0 // where the text after the last macro begins
	for i := 0; i < len(s); {
		if s[i] != '%' {
			i++
			endsInMacro = false
			continue
		}
		m, rest, ok := nextMacro(s[i:])
		if !ok || len(m) > 1 && strings.Contains("crt", strings.ToLower(m[1])) {
			return false
		}
		i = len(s) - len(rest)
		endsInMacro, literal = true, i
	}
	if endsInMacro {
		return true
	}
	tail := strings.TrimSuffix(s[literal:], ".")
	dot := strings.LastIndexByte(tail, '.')
	return dot >= 0 && spfTopLabel.MatchString(tail[dot+1:])
}

// spf is the evaluation of one mail by SPF (RFC 7208). Explanations (exp=) are
// not looked up: nobody is shown them.
type spf struct {
	dns         *lookups
	ip          netip.Addr
	sender      string // local@domain
	helo        string
	terms, void int
	named       bool
	ptrNames    []string // validated names of ip
}

// checkSPF is check_host() of §4 for the whole mail: sender is the envelope
// sender, empty for the null sender, for whom HELO stands in (§2.4).
func checkSPF(dns *lookups, ip netip.Addr, sender, helo string) string {
	if sender == "" {
		sender = "postmaster@" + helo
	}
	at := strings.LastIndexByte(sender, '@')
	if at <= 0 {
		sender = "postmaster@" + sender[at+1:]
		at = len("postmaster")
	}
	if strings.HasPrefix(sender[at+1:], "[") { // an address literal publishes nothing
		return none
	}
	s := &spf{dns: dns, ip: ip.Unmap().WithZone(""), sender: sender, helo: helo}
	return s.check(sender[at+1:])
}

// check is check_host() for one domain.
func (s *spf) check(domain string) string {
	domain = strings.TrimSuffix(domain, ".")
	if !canBeAsked(domain) || !strings.Contains(domain, ".") {
		return none
	}
	txts, err := s.dns.txt(domain)
	if err != nil && !errors.Is(err, errNothing) {
		return tempError
	}
	txts = slices.DeleteFunc(slices.Clone(txts), func(t string) bool { return !isSPF(t) })
	switch {
	case len(txts) == 0:
		return none
	case len(txts) > 1:
		return permError
	}
	terms, ok := parseSPF(txts[0])
	if !ok {
		return permError
	}
	redirect := ""
	for _, t := range terms {
		if t.qualifier == 0 {
			if t.name == "redirect" {
				redirect = t.domain
			}
			continue
		}
		match, trouble := s.matches(t, domain)
		if trouble != "" {
			return trouble
		}
		if match {
			return map[byte]string{'+': pass, '-': fail, '~': softFail, '?': neutral}[t.qualifier]
		}
	}
	if redirect == "" {
		return neutral
	}
	if s.terms++; s.terms > maxTerms {
		return permError
	}
	if word := s.check(s.expand(redirect, domain)); word != none {
		return word
	}
	return permError
}

// matches evaluates a mechanism (§5); trouble is the result that ends it all.
func (s *spf) matches(t spfTerm, domain string) (match bool, trouble string) {
	switch t.name {
	case "all":
		return true, ""
	case "ip4", "ip6":
		return t.net.Masked().Contains(s.ip), ""
	}
	if s.terms++; s.terms > maxTerms {
		return false, permError
	}
	target := domain
	if t.domain != "" {
		target = s.expand(t.domain, domain)
	}
	switch t.name {
	case "include":
		switch word := s.check(target); word {
		case pass:
			return true, ""
		case fail, softFail, neutral:
			return false, ""
		case tempError:
			return false, tempError
		}
		return false, permError
	case "ptr":
		for _, name := range s.validated() {
			if under(name, lower(target)) {
				return true, ""
			}
		}
		return false, ""
	case "exists":
		ips, trouble := found(s, "ip4", target, s.dns.ips)
		return len(ips) > 0, trouble
	case "a":
		ips, trouble := found(s, s.network(), target, s.dns.ips)
		return s.among(ips, t), trouble
	}
	// mx: no MX record is no match, whatever A record there is (§5.4).
	mxs, trouble := found(s, "mx", target, func(_, name string) ([]string, error) {
		mxs, err := s.dns.mx(name)
		var hosts []string
		for _, mx := range mxs {
			hosts = append(hosts, strings.TrimSuffix(mx.Host, "."))
		}
		return hosts, err
	})
	if trouble != "" {
		return false, trouble
	}
	if len(mxs) > maxHosts {
		return false, permError
	}
	for _, host := range mxs {
		if !canBeAsked(host) {
			continue
		}
		ips, err := s.dns.ips(s.network(), host)
		if err != nil && !errors.Is(err, errNothing) {
			return false, tempError
		}
		if s.among(ips, t) {
			return true, ""
		}
	}
	return false, ""
}

// found asks for the target of a mechanism and counts the answers that are void.
func found[T any](s *spf, kind, target string, by func(kind, name string) ([]T, error)) ([]T, string) {
	if !canBeAsked(target) {
		return nil, ""
	}
	records, err := by(kind, target)
	switch {
	case errors.Is(err, errNothing):
		if s.void++; s.void > maxVoid {
			return nil, permError
		}
		return nil, ""
	case err != nil:
		return nil, tempError
	}
	return records, ""
}

func (s *spf) network() string {
	if s.ip.Is4() {
		return "ip4"
	}
	return "ip6"
}

func (s *spf) among(ips []netip.Addr, t spfTerm) bool {
	bits := t.v6
	if s.ip.Is4() {
		bits = t.v4
	}
	return slices.ContainsFunc(ips, func(ip netip.Addr) bool {
		p, err := ip.Unmap().WithZone("").Prefix(bits)
		return err == nil && p.Contains(s.ip)
	})
}

// validated are the names of the address that lead back to it (§5.5), asked for
// once. A name that cannot be looked up is passed over.
func (s *spf) validated() []string {
	if s.named {
		return s.ptrNames
	}
	s.named = true
	names, _ := s.dns.ptr(s.ip)
	for _, name := range names[:min(len(names), maxHosts)] {
		name = lower(strings.TrimSuffix(name, "."))
		if !canBeAsked(name) {
			continue
		}
		if ips, _ := s.dns.ips(s.network(), name); s.among(ips, spfTerm{v4: 32, v6: 128}) {
			s.ptrNames = append(s.ptrNames, name)
		}
	}
	return s.ptrNames
}

// expand replaces the macros of a domain-spec (§7). What is longer than a name
// may be loses labels on the left.
func (s *spf) expand(spec, domain string) string {
	var b strings.Builder
	for spec != "" {
		if spec[0] != '%' {
			b.WriteByte(spec[0])
			spec = spec[1:]
			continue
		}
		m, rest, ok := nextMacro(spec)
		if !ok {
			return "" // parseSPF lets none through
		}
		spec = rest
		switch m[0] {
		case "%%":
			b.WriteByte('%')
		case "%_":
			b.WriteByte(' ')
		case "%-":
			b.WriteString("%20")
		default:
			b.WriteString(s.macro(m, domain))
		}
	}
	out := strings.TrimSuffix(b.String(), ".")
	for len(out) > 253 {
		_, rest, cut := strings.Cut(out, ".")
		if !cut {
			return ""
		}
		out = rest
	}
	return out
}

func (s *spf) macro(m []string, domain string) string {
	letter, digits, reverse, delimiters := m[1], m[2], m[3], m[4]
	at := strings.LastIndexByte(s.sender, '@')
	value := ""
	switch strings.ToLower(letter) {
	case "s":
		value = s.sender
	case "l":
		value = s.sender[:at]
	case "o":
		value = s.sender[at+1:]
	case "d":
		value = domain
	case "h":
		value = s.helo
	case "i":
		value = s.dotted()
	case "v":
		value = map[string]string{"ip4": "in-addr", "ip6": "ip6"}[s.network()]
	case "p":
		value = s.bestName(domain)
	}
	if delimiters == "" {
		delimiters = "."
	}
	parts := strings.Split(strings.Map(func(r rune) rune {
		if strings.ContainsRune(delimiters, r) {
			return 0
		}
		return r
	}, strings.ReplaceAll(value, "\x00", "")), "\x00")
	if reverse != "" {
		slices.Reverse(parts)
	}
	if digits != "" {
		n, err := strconv.Atoi(digits)
		if err != nil || n > len(parts) {
			n = len(parts)
		}
		parts = parts[len(parts)-n:]
	}
	value = strings.Join(parts, ".")
	if letter[0] < 'a' {
		value = escape(value)
	}
	return value
}

// dotted is the address as macro i has it: IPv6 by nibbles.
func (s *spf) dotted() string {
	if s.ip.Is4() {
		return s.ip.String()
	}
	return strings.Join(strings.Split(strings.ReplaceAll(s.ip.StringExpanded(), ":", ""), ""), ".")
}

// bestName is macro p: the domain itself, else a name below it, else any.
func (s *spf) bestName(domain string) string {
	best, rank := "unknown", 0
	for _, name := range s.validated() {
		r := 1
		switch {
		case name == lower(domain):
			r = 3
		case under(name, lower(domain)):
			r = 2
		}
		if r > rank {
			best, rank = name, r
		}
	}
	return best
}

// escape writes what is not unreserved in a URL as %XX (RFC 3986 §2.3).
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// canBeAsked reports whether name fits into a DNS question: no empty or long
// labels. Any character may be in one (RFC 2181 §11).
func canBeAsked(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return true
}
