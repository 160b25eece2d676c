package ingest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"projectr"
)

// order is a mail of which the tests make copies.
const order = `Please move the dumpsters off the east lot before Friday, 6 March, and let
Principal Vang know when that is done. We decided to keep the crane until Monday.

Dana Whitlock
Harbor Builders`

func mailOf(from, to, subject, id string, more ...string) string {
	return fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\nMessage-ID: <%s>\n%s\n", from, to, subject, id, strings.Join(more, "\n"))
}

const written = "Date: Mon, 2 Mar 2026 09:15:20 -0500"

func direct(to, id string) string {
	return mailOf("Dana Whitlock <dana@gc.example>", to, "Hollis St Clinic: dumpsters", id, written, "", order)
}

// ways are five ways by which one mail comes in.
func ways() map[string]string {
	inline := "FYI\n\n---------- Forwarded message ---------\nFrom: Dana Whitlock <dana@gc.example>\nDate: Mon, Mar 2, 2026 at 9:15 AM\nSubject: Hollis St Clinic: dumpsters\nTo: <jo@acme.example>\n\n\n" + order
	return map[string]string{
		"direct":   direct("acme@mail.test", "a@gc.example"),
		"copy":     "Received: by relay\n" + mailOf("Dana Whitlock <dana@gc.example>", "jo@acme.example", "Hollis St Clinic: dumpsters", "a@gc.example", "Cc: acme@mail.test", written, "", order),
		"forward":  mailOf("Jo Park <jo@acme.example>", "acme@mail.test", "Fwd: Hollis St Clinic: dumpsters", "b@acme.example", "Date: Tue, 3 Mar 2026 10:00:00 -0500", "", inline),
		"attached": mailOf("Sam Hill <sam@acme.example>", "acme@mail.test", "Fw: Hollis St Clinic: dumpsters", "c@acme.example", "Date: Tue, 3 Mar 2026 11:00:00 -0500", "Content-Type: multipart/mixed; boundary=x", "", "--x", "Content-Type: text/plain", "", "", "--x", "Content-Type: message/rfc822", "", direct("jo@acme.example", "a@gc.example"), "--x--"),
		"resent":   direct("acme@mail.test", "rewritten@gateway.example"),
	}
}

// One mail that comes in directly, as a copy, forwarded inline, forwarded as a
// file, and with another Message-ID is one mail with five ways in, in any order.
func TestOneMailFiveWays(t *testing.T) {
	all := ways()
	for _, turn := range [][]string{
		{"direct", "copy", "forward", "attached", "resent"},
		{"forward", "direct", "attached", "resent", "copy"},
		{"attached", "resent", "forward", "copy", "direct"},
		{"resent", "attached", "copy", "direct", "forward"},
	} {
		t.Run(strings.Join(turn, " "), func(t *testing.T) {
			h := newHouse(t)
			acme := h.org("acme", hollis)
			for _, twice := range []string{"", " again"} {
				for _, way := range turn {
					h.process(all[way], "acme")
				}
				got := emails(t, acme)
				if len(got) != 1 {
					t.Fatalf("%d mails%s: %+v", len(got), twice, got)
				}
				e := got[0]
				ins := map[projectr.EmailID]string{}
				for _, a := range e.SendersIn {
					ins[a.EmailID] = a.How + " by " + a.By.Address
				}
				if len(e.SendersIn) != 5 || len(ins) != 5 {
					t.Errorf("%d ways%s, want 5: %+v", len(e.SendersIn), twice, e.SendersIn)
				}
				by := map[string]int{}
				for _, w := range ins {
					by[w[strings.LastIndex(w, " ")+1:]]++
				}
				if by["dana@gc.example"] != 3 || by["jo@acme.example"] != 1 || by["sam@acme.example"] != 1 {
					t.Errorf("sent in by %v", by)
				}
				if e.CameBy != nil || len(e.From) != 1 || e.From[0].Address != "dana@gc.example" || e.MessageID == "" {
					t.Errorf("it is kept as from %v, came by %v, as %q", e.From, e.CameBy, e.MessageID)
				}
				if want := time.Date(2026, 3, 2, 14, 15, 0, 0, time.UTC); !e.Date.Truncate(time.Minute).Equal(want) {
					t.Errorf("its date is %v", e.Date)
				}
				if len(e.Facts) == 0 || e.State != projectr.Filed {
					t.Errorf("it is %s with %d facts", e.State, len(e.Facts))
				}
				if n, err := acme.Emails(ctx, projectr.EmailFilter{Copies: true, Page: projectr.Page{Limit: 50}}); err != nil || len(n.Items) < 5 {
					t.Errorf("%d received mails are kept, %v", len(n.Items), err)
				}
			}
			from, to := h.clock.Format(time.DateOnly), h.clock.Format(time.DateOnly)
			if u, err := acme.Usage(ctx, from, to); err != nil || u.Emails != 1 {
				t.Errorf("usage counts %d mails, %v", u.Emails, err)
			}
		})
	}
}

// A copy that comes in by a project's own address files the mail that waited.
func TestACopyByAProjectsAddressFilesTheMail(t *testing.T) {
	for _, way := range []string{"copy", "forward"} {
		h := newHouse(t)
		acme := h.org("acme", projectr.Project{Name: "Quarry Bend", JobNumber: "24-300"})
		h.process(ways()["direct"], "acme")
		if got := emails(t, acme); len(got) != 1 || got[0].State != projectr.InReview {
			t.Fatalf("%+v", got)
		}
		h.process(ways()[way], "acme+24-300")
		got := emails(t, acme)
		if len(got) != 1 || got[0].State != projectr.Filed || got[0].ProjectID == nil || got[0].Match.Reasons[0].Kind != "plus_address" || len(got[0].SendersIn) != 2 {
			t.Errorf("by %s: %+v", way, got)
		}
	}
}
