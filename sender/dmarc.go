package sender

import (
	"errors"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// dmarcRecord is a DMARC record (RFC 7489 §6.3), as far as it says what to think
// of a mail. Percentages are left out: they lessen what is done to a mail, and
// nothing is done here.
type dmarcRecord struct {
	policy, subdomains    string // none, quarantine, reject
	strictDKIM, strictSPF bool
}

// isDMARC reports whether a TXT record is a DMARC record: v comes first.
func isDMARC(txt string) bool {
	first, _, _ := strings.Cut(txt, ";")
	name, value, _ := strings.Cut(first, "=")
	return strings.TrimSpace(name) == "v" && strings.TrimSpace(value) == "DMARC1"
}

// parseDMARC reads a record. What is wrong in it is as if it were not there,
// but for p: without a good one there must be an address for reports, and then
// it is none (§6.6.3).
func parseDMARC(txt string) (dmarcRecord, bool) {
	if !isDMARC(txt) {
		return dmarcRecord{}, false
	}
	t := map[string]string{}
	for piece := range strings.SplitSeq(txt, ";") {
		name, value, ok := strings.Cut(piece, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := t[name]; ok && !twice {
			t[name] = strings.TrimSpace(value)
		}
	}
	wish := func(name string) (string, bool) {
		switch p := strings.ToLower(t[name]); p {
		case "none", "quarantine", "reject":
			return p, true
		}
		return "", false
	}
	var r dmarcRecord
	r.strictDKIM = strings.EqualFold(t["adkim"], "s")
	r.strictSPF = strings.EqualFold(t["aspf"], "s")
	p, good := wish("p")
	sp, spGood := wish("sp")
	if _, given := t["sp"]; !good || given && !spGood {
		if !strings.Contains(t["rua"], ":") {
			return dmarcRecord{}, false
		}
		p, sp, spGood = none, none, true
	}
	r.policy, r.subdomains = p, p
	if spGood {
		r.subdomains = sp
	}
	return r, true
}

// organisation is the organisational domain of a domain (§3.2).
func organisation(domain string) string {
	org, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain // it is a public suffix itself, or has one label
	}
	return org
}

// aligned reports whether a domain that was vouched for is the author's (§3.1).
func aligned(domain, author string, strict bool) bool {
	if domain == "" || author == "" {
		return false
	}
	return domain == author || !strict && organisation(domain) == organisation(author)
}

// findDMARC looks for the rules of the author's domain (§6.6.3). word is empty
// where there is a record, else none, permerror or temperror; policy is what it
// asks for this domain.
func findDMARC(l *lookups, author string) (r dmarcRecord, policy, word string) {
	names := []string{author}
	if org := organisation(author); org != author {
		names = append(names, org)
	}
	for i, name := range names {
		txts, err := l.txt("_dmarc." + name)
		if err != nil && !errors.Is(err, errNothing) {
			return r, "", tempError
		}
		var found []string
		for _, t := range txts {
			if isDMARC(t) {
				found = append(found, t)
			}
		}
		switch len(found) {
		case 0:
			continue
		case 1:
		default:
			return r, "", none
		}
		r, ok := parseDMARC(found[0])
		switch {
		case !ok:
			return r, "", permError
		case i > 0:
			return r, r.subdomains, ""
		}
		return r, r.policy, ""
	}
	return r, "", none
}
