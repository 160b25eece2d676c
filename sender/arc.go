package sender

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxInstance is the length of a chain that is still looked at (RFC 8617 §4.2.1).
const maxInstance = 50

// The three fields of an ARC set.
const (
	arcResults   = "arc-authentication-results"
	arcSignature = "arc-message-signature"
	arcSeal      = "arc-seal"
)

// arcSet is what one handler of the mail added.
type arcSet struct {
	results, signature, seal int // places in the header
}

// arcChain is the ARC chain of a mail, checked as far as the header tells.
type arcChain struct {
	sets  []arcSet // by instance, from 1
	seals []*signature
	newer *signature // the ARC-Message-Signature of the newest instance
	saw   string     // what the newest instance says of DMARC
}

var (
	arcInstance = regexp.MustCompile(`^[ \t\r\n]*[iI][ \t\r\n]*=[ \t\r\n]*([0-9]{1,9})[ \t\r\n]*(?:;|$)`)
	arcNumber   = regexp.MustCompile(`^[0-9]{1,9}$`)
)

// parseARC collects the sets and checks their form (RFC 8617 §5.2, steps 1 to 3).
// word is none where there is no set, fail where the chain is broken, and empty
// where signatures and keys must decide.
func parseARC(h *header) (chain *arcChain, word string) {
	chain = &arcChain{}
	total := len(h.places[arcResults]) + len(h.places[arcSignature]) + len(h.places[arcSeal])
	if total == 0 {
		return chain, none
	}
	n := total / 3
	if total%3 != 0 || n > maxInstance {
		return chain, fail
	}
	chain.sets = make([]arcSet, n)
	for i := range chain.sets {
		chain.sets[i] = arcSet{-1, -1, -1}
	}
	chain.seals = make([]*signature, n)
	place := func(instance string, at int, slot func(*arcSet) *int) bool {
		i, err := strconv.Atoi(instance)
		if err != nil || i < 1 || i > n || *slot(&chain.sets[i-1]) >= 0 {
			return false
		}
		*slot(&chain.sets[i-1]) = at
		return true
	}
	for _, at := range h.places[arcResults] {
		m := arcInstance.FindStringSubmatch(h.fields[at].value())
		if m == nil || !place(m[1], at, func(s *arcSet) *int { return &s.results }) {
			return chain, fail
		}
	}
	for _, at := range h.places[arcSignature] {
		t, _, ok := parseTags(h.fields[at].value())
		if !ok || !arcNumber.MatchString(t["i"]) || !place(t["i"], at, func(s *arcSet) *int { return &s.signature }) {
			return chain, fail
		}
	}
	for _, at := range h.places[arcSeal] {
		s, t, err := parseSignature(h.fields[at], at)
		_, signsHeader := t["h"]
		if err != nil || signsHeader || !arcNumber.MatchString(t["i"]) || !place(t["i"], at, func(s *arcSet) *int { return &s.seal }) {
			return chain, fail
		}
		i, _ := strconv.Atoi(t["i"])
		s.header = relaxed
		chain.seals[i-1] = s
		want := pass
		if i == 1 {
			want = none
		}
		if !strings.EqualFold(t["cv"], want) {
			return chain, fail
		}
	}
	// Three of each instance, none twice, none out of bounds: every set is whole.
	// Without c, sealers mean relaxed, other than DKIM does: so do the test suite
	// and those who wrote it.
	newest := chain.sets[n-1].signature
	s, _, err := parseMessageSignature(h.fields[newest], newest, relaxed)
	if err != nil || slices.Contains(s.signed, arcSeal) {
		return chain, fail
	}
	chain.newer = s
	chain.saw = sawDMARC(h.fields[chain.sets[n-1].results].value())
	return chain, ""
}

// sealer is the domain that sealed last.
func (c *arcChain) sealer() string { return c.seals[len(c.seals)-1].domain }

// arcKeys are the keys of a chain.
type arcKeys struct {
	message key
	seals   []key
}

func (c *arcChain) keys(l *lookups) (arcKeys, error) {
	var k arcKeys
	var err error
	if k.message, err = lookUpKey(l, c.newer); err != nil {
		return k, err
	}
	k.seals = make([]key, len(c.seals))
	for i := len(c.seals) - 1; i >= 0; i-- {
		if k.seals[i], err = lookUpKey(l, c.seals[i]); err != nil {
			return k, err
		}
	}
	return k, nil
}

// holds checks the newest message signature and every seal (§5.2, steps 4 to 6).
func (c *arcChain) holds(k arcKeys, h *header, sum []byte, length int64, now time.Time) error {
	if err := c.newer.holds(k.message, h, sum, length, now); err != nil {
		return err
	}
	// A seal signs all sets up to its own, in relaxed form, itself without b (§5.1.1).
	var before strings.Builder
	for i, set := range c.sets {
		before.WriteString(canonicalField(relaxed, h.fields[set.results].raw))
		before.WriteString(canonicalField(relaxed, h.fields[set.signature].raw))
		own := strings.TrimSuffix(canonicalField(relaxed, c.seals[i].bare), "\r\n")
		if err := c.seals[i].verifies(k.seals[i], before.String()+own); err != nil {
			return err
		}
		before.WriteString(canonicalField(relaxed, h.fields[set.seal].raw))
	}
	return nil
}

var dmarcWord = regexp.MustCompile(`(?i)^\s*dmarc(?:\s*/\s*1)?\s*=\s*(none|pass|fail|temperror|permerror)(?:[^0-9a-z_-]|$)`)

// sawDMARC finds the DMARC result in the value of an ARC-Authentication-Results
// field (RFC 8601 §2.2). Two that differ are none.
func sawDMARC(value string) string {
	word := ""
	for i, result := range splitResults(value) {
		if i < 2 { // the instance and the authserv-id
			continue
		}
		if m := dmarcWord.FindStringSubmatch(result); m != nil {
			w := strings.ToLower(m[1])
			if word != "" && word != w {
				return ""
			}
			word = w
		}
	}
	return word
}

// splitResults divides at semicolons; comments are left out, and quoted strings
// are one thing.
func splitResults(s string) []string {
	var out []string
	var b strings.Builder
	quoted, depth := false, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && (quoted || depth > 0):
			i++
		case quoted:
			quoted = c != '"'
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
			b.WriteByte(' ')
		case depth > 0:
		case c == '"':
			quoted = true
			b.WriteByte('"')
		case c == ';':
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	return append(out, b.String())
}
