package sender

import (
	"strings"

	"projectr"
)

// SES is what the receipt of an Amazon SES notification says of a mail's sender:
// the status of each verdict (PASS, FAIL, GRAY, PROCESSING_FAILED, DISABLED) and
// dmarcPolicy.
type SES struct {
	SPF, DKIM, DMARC string
	Policy           string
}

// FromSES says what SES found out in our words. source is the envelope sender,
// from is the From field as the notification has it. SES does not say whose DKIM
// signature held, so DKIM alone never makes a pass; a domain without DMARC passes
// where SPF does for an aligned envelope sender. An SPF that failed says no more
// than none: SES does not tell a soft fail from a hard one.
func FromSES(s SES, source string, from []string) projectr.Authentication {
	var addrs []string
	for _, f := range from {
		addrs = append(addrs, mailboxes(f)...)
	}
	domain, why, odd := soleDomain(addrs)
	a := projectr.Authentication{
		Result: projectr.AuthNone, Domain: domain, Note: why,
		SPF: wordOfSES(s.SPF), DKIM: wordOfSES(s.DKIM), DMARC: wordOfSES(s.DMARC),
	}
	if at := strings.LastIndexByte(source, '@'); at >= 0 && a.SPF != "" {
		a.SPFDomain = domainName(source[at+1:])
	}
	switch p := strings.ToLower(s.Policy); p {
	case "none", "quarantine", "reject":
		a.Policy = p
	}
	if odd {
		a.Result = projectr.AuthFail
	}
	if domain == "" {
		return a
	}
	bySPF := a.SPF == pass && aligned(a.SPFDomain, domain, false)
	switch {
	case a.DMARC == pass, a.DMARC == none && bySPF:
		a.Result = projectr.AuthPass
	case a.DMARC == fail:
		a.Result = projectr.AuthFail
	}
	a.Note = note(a, !bySPF)
	return a
}

func wordOfSES(status string) string {
	switch strings.ToUpper(status) {
	case "PASS":
		return pass
	case "FAIL":
		return fail
	case "GRAY":
		return none
	case "PROCESSING_FAILED":
		return tempError
	}
	return ""
}
