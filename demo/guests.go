package demo

import (
	"bytes"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"projectr"
	gold "projectr/testdata/construction-gold"
)

// uninvited are senders of the demo that nobody allowed: their mail waits in
// quarantine.
var uninvited = []string{"@rentalhero.example", "@homemail.example"}

// Correspondents returns patterns of sender rules for everyone who writes to the
// firm in the demo, but for members and for the strangers whose mail is meant to
// wait in quarantine.
func (f Firm) Correspondents() ([]string, error) {
	var from []string
	for _, name := range f.mails {
		raw, err := gold.Mails.ReadFile("eml/" + name + ".eml")
		if err != nil {
			return nil, err
		}
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		from = append(from, senderOf(m))
	}
	for _, n := range notes {
		if n.firm == f.Address {
			from = append(from, n.from)
		}
	}
	own := map[string]bool{}
	for _, p := range f.People {
		own["@"+projectr.DomainOf(p.Email)] = true
	}
	var patterns []string
	for _, address := range from {
		p := "@" + projectr.DomainOf(address)
		if !own[p] && !slices.Contains(uninvited, p) && !slices.Contains(patterns, p) {
			patterns = append(patterns, p)
		}
	}
	slices.Sort(patterns)
	return patterns, nil
}

// senderOf returns the address in From, also where the name before it is not
// written as RFC 5322 wants it ("Lindqvist, Anders" without quotes).
func senderOf(m *mail.Message) string {
	from := m.Header.Get("From")
	if i := strings.LastIndexByte(from, '<'); i >= 0 {
		from = strings.TrimSuffix(strings.TrimSpace(from[i+1:]), ">")
	}
	return strings.TrimSpace(from)
}

// visits returns the mails of the demo that are more than letters of known
// people: one of a stranger and an invitation.
func visits(now time.Time) []Mail {
	const firm = "corvallen"
	asked := now.Add(-20 * time.Hour)
	walk := values{now: now}.day(5)
	walk = time.Date(walk.Year(), walk.Month(), walk.Day(), 14, 30, 0, 0, time.UTC)
	stamp := func(t time.Time) string { return t.UTC().Format("20060102T150405Z") }
	return []Mail{
		letter(firm, mail.Address{Name: "Tess Amsel", Address: "t.amsel@homemail.example"}, asked,
			"Noise on Hollis Street before 6", "text/plain; charset=\"utf-8\"", `Hello,

I live across from the clinic at 418 Hollis Street. The saw started at 5:40 again on `+asked.AddDate(0, 0, -1).Format("Monday")+`.

Can somebody call me about the hours? 937.555.0187

Tess Amsel
`),
		letter(firm, mail.Address{Name: "Dana Whitlock", Address: "dwhitlock@brightline-arch.example"}, now.Add(-26*time.Hour),
			"Invitation: 24-117 Hollis St Clinic ceiling walk", "multipart/alternative; boundary=\"walk\"", `--walk
Content-Type: text/plain; charset="utf-8"

Ceiling walk, 24-117 Hollis St Clinic, `+walk.Format("Monday, January 2")+`. Meet at the corridor on level 2.
--walk
Content-Type: text/calendar; charset="utf-8"; method=REQUEST

BEGIN:VCALENDAR
PRODID:-//Brightline Architects//EN
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:walk-`+walk.Format("20060102")+`@brightline-arch.example
DTSTAMP:`+stamp(now.Add(-26*time.Hour))+`
DTSTART:`+stamp(walk)+`
DTEND:`+stamp(walk.Add(time.Hour))+`
SUMMARY:Ceiling walk, 24-117 Hollis St Clinic
LOCATION:Corridor on level 2, 418 Hollis Street
ORGANIZER;CN=Dana Whitlock:mailto:dwhitlock@brightline-arch.example
ATTENDEE;CN=Mike Tran;RSVP=TRUE:mailto:`+tran+`
END:VEVENT
END:VCALENDAR
--walk--
`),
	}
}

// letter is a mail to Mike Tran of the firm.
func letter(firm string, from mail.Address, at time.Time, subject, contentType, body string) Mail {
	to := mail.Address{Name: "Mike Tran", Address: tran}
	raw := fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\nDate: %s\nMessage-ID: <visit.%d@%s>\nMIME-Version: 1.0\nContent-Type: %s\nContent-Transfer-Encoding: 8bit\n\n%s",
		from.String(), to.String(), subject, at.Format(time.RFC1123Z), at.Unix(), projectr.DomainOf(from.Address), contentType, body)
	return Mail{Firm: firm, From: from.Address, Date: at, Raw: []byte(strings.ReplaceAll(raw, "\n", "\r\n"))}
}
