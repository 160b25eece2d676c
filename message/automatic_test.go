package message

import (
	"strings"
	"testing"
)

// TestAutomatic classifies mails by their headers, their form and, where
// programs write neither, by their subjects.
func TestAutomatic(t *testing.T) {
	report := func(typ, part string) string {
		return "Content-Type: multipart/report; report-type=" + typ + "; boundary=b\n\n--b\nContent-Type: text/plain\n\nx\n--b\nContent-Type: " + part + "\n\nA: b\n--b--\n"
	}
	calendar := func(method, text string) string {
		return "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n" + text + "\n--b\nContent-Type: text/calendar; method=" + method + "\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20240913T140000Z\nEND:VEVENT\nEND:VCALENDAR\n--b--\n"
	}
	for _, c := range []struct{ mail, want string }{
		{"From: a@x", "no"},
		{"Subject: x", "no"},
		{"From: a@x\nReturn-Path: <a@x>", "no"},
		// RFC 3834
		{"From: a@x\nAuto-Submitted: no", "no"},
		{"From: a@x\nAuto-Submitted: auto-replied; owner=a@x", "reply"},
		{"From: a@x\nAuto-Submitted: auto-replied (vacation)", "reply"},
		{"From: a@x\nAuto-Submitted: auto-generated", "reply"},
		{"From: a@x\nAuto-Submitted: auto-notified", "reply"},
		{"From: a@x\nAuto-Submitted: auto-replied\nList-Id: <l.x>", "reply"},
		{"From: a@x\nAuto-Submitted: auto-generated\nList-Id: <l.x>", "list"},
		{"From: a@x\nAuto-Submitted: auto-generated\nList-Unsubscribe: <mailto:u@x>", "bulk"},
		// what programs did before, and do beside
		{"From: a@x\nX-Autoreply: yes", "reply"},
		{"From: a@x\nX-Autoreply: no", "no"},
		{"From: a@x\nX-Autorespond: x", "reply"},
		{"From: a@x\nX-Auto-Reply-From: a@x", "reply"},
		{"From: a@x\nPrecedence: auto_reply", "reply"},
		{"From: a@x\nX-Auto-Response-Suppress: All", "no"},
		{"From: a@x\nX-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", "no"},
		{"From: a@x\nFeedback-ID: 1.us-east-1:AmazonSES", "no"},
		{"From: noreply@x\nSubject: RFI 12 is due on Friday", "no"},
		// sent on by a rule of Outlook
		{"Return-Path: <>\nFrom: a@x\nAuto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: b@y\nSubject: Slab", "no"},
		{"Return-Path: <>\nFrom: a@x\nAuto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: a@x\nX-Auto-Response-Suppress: All\nIn-Reply-To: <1@y>\nSubject: I am away", "reply"},
		{"Return-Path: <>\nFrom: a@x\nX-MS-Exchange-Inbox-Rules-Loop: a@x\nSubject: Automatic reply: Slab", "reply"},
		// lists and bulk
		{"From: a@x\nPrecedence: list", "list"},
		{"From: a@x\nList-Id: Site <site.groups.x>\nPrecedence: list\nSubject: Re: Slab", "list"},
		{"From: a@x\nList-Post: <mailto:l@x>", "list"},
		{"From: a@x\nX-Mailing-List: l@x", "list"},
		{"From: a@x\nMailing-List: list l@x; contact o@x", "list"},
		{"From: a@x\nList-Unsubscribe: <mailto:u@x>", "bulk"},
		{"From: a@x\nPrecedence: bulk", "bulk"},
		{"From: a@x\nPrecedence: Junk", "bulk"},
		{"From: a@x\nPrecedence: first-class", "no"},
		{"From: a@x\nPrecedence: bulk\nList-Id: <l.x>", "list"},
		// delivery reports
		{"From: a@x\n" + report("delivery-status", "message/delivery-status"), "bounce"},
		{"From: a@x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b", "bounce"},
		{"From: a@x\nContent-Type: multipart/report; boundary=b", "bounce"},
		{"From: a@x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nA: b\n--b--\n", "bounce"},
		{"From: MAILER-DAEMON@x", "bounce"},
		{"From: Mail Delivery System <Mailer-Daemon@x>\nSubject: Mail delivery failed: returning message to sender", "bounce"},
		{"From: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x\nSubject: Undeliverable: Slab", "bounce"},
		{"Return-Path: <>\nFrom: postmaster@x", "bounce"},
		{"From: postmaster@x\nSubject: Unzustellbar: Slab", "bounce"},
		{"From: postmaster@x\nSubject: Non remis : Dalle", "bounce"},
		{"From: postmaster@x\nSubject: Your certificate", "no"},
		{"From: a@x\nSubject: Undeliverable: the slab", "no"},
		{"Return-Path: <>\nFrom: a@x\nSubject: failure notice", "bounce"},
		{"From: a@x\nX-Failed-Recipients: b@y", "bounce"},
		{"Return-Path: <>\nFrom: a@x", "reply"},
		{"From: a@x\n" + report("feedback-report", "message/feedback-report"), "bulk"},
		// receipts
		{"From: a@x\nSubject: Read: Slab\n" + report("disposition-notification", "message/disposition-notification"), "reply"},
		{"From: a@x\nSubject: Gelesen: Slab\n\nIhre Nachricht an a wurde am 1.9. gelesen.", "reply"},
		{"From: a@x\nSubject: Lu : Dalle\nContent-Type: text/plain; charset=utf-8\n\nVotre message a été lu le 1.", "reply"},
		{"From: a@x\nSubject: Read: the new safety rules\n\nEverybody must read them.", "no"},
		{"From: a@x\nSubject: Return Receipt (displayed) - Slab\n\nThis is a Return Receipt for the mail that you sent", "no"},
		{"From: a@x\nSubject: Return receipt: Slab\n\nThis is a Return Receipt for the mail that you sent", "reply"},
		// challenges
		{"From: notify@boxbe.com\nSubject: Re: Slab (Action Required)", "reply"},
		{"From: a@notboxbe.com\nSubject: Re: Slab", "no"},
		// calendars
		{"From: a@x\nSubject: Accepted: Site meeting\n" + calendar("REPLY", ""), "reply"},
		{"From: a@x\nSubject: Declined: Site meeting\n" + calendar("REPLY", "I am in Boston that day, make it Friday."), "no"},
		{"From: a@x\nMessage-ID: <calendar-1@google.com>\nSubject: Accepted: Site meeting\n" + calendar("REPLY", "Jo has accepted the invitation."), "reply"},
		{"From: a@x\nSubject: Site meeting\n" + calendar("REQUEST", "Join us."), "no"},
		{"From: a@x\nSubject: Accepted: Change order 7\n\nWe accept.", "no"},
		// vacations, by subject alone
		{"From: a@x\nSubject: Out of Office: back Monday", "reply"},
		{"From: a@x\nSubject: AUTO: Jo Doe is out of the office (returning 10/02/2024)", "reply"},
		{"From: a@x\nSubject: AW: Abwesenheitsnotiz: x", "no"},
		{"From: a@x\nSubject: Dana is out of the office on Friday", "no"},
		{"From: a@x\nSubject: Automatic door closer, 2nd floor", "no"},
		{"From: a@x\nSubject: Automatic reply system for gate 3", "no"},
		{"From: a@x\nSubject: Out of the office", "no"},
		{"From: a@x\nSubject: Abwesend am Montag", "no"},
		{"From: a@x\nSubject: Automatische Antwort: Decke", "reply"},
		{"From: a@x\nSubject: Réponse automatique : Dalle", "reply"},
		{"From: a@x\nSubject: Respuesta automática: Losa", "reply"},
		{"From: a@x\nSubject: Risposta automatica: Soletta", "reply"},
		{"From: a@x\nSubject: Resposta automática: Laje", "reply"},
		{"From: a@x\nSubject: Automatisch antwoord: Vloer", "reply"},
		{"From: a@x\nSubject: Odpowiedź automatyczna: Strop", "reply"},
		{"From: a@x\nSubject: Autosvar: Platta", "reply"},
		{"From: a@x\nSubject: Automatisk svar: Dæk", "reply"},
		{"From: a@x\nSubject: Automatická odpověď: Deska", "reply"},
		{"From: a@x\nSubject: Автоматический ответ: Плита", "reply"},
		{"From: a@x\nSubject: 自動応答: スラブ", "reply"},
		{"From: a@x\nSubject: 自动答复: 楼板", "reply"},
		{"From: a@x\nSubject: 自动回复：楼板", "reply"},
	} {
		if !strings.Contains(c.mail, "\n\n") {
			c.mail += "\n\ntext\n"
		}
		if m := mustParse(t, c.mail); m.Automatic != c.want {
			t.Errorf("%q: got %s, want %s", c.mail, m.Automatic, c.want)
		}
	}
}
