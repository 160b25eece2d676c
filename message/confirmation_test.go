package message

import (
	"strings"
	"testing"

	"projectr"
)

func TestConfirmation(t *testing.T) {
	gmail := "jo@acme.example has requested to automatically forward mail to your email address\nin@jobs.example.\nConfirmation code: 123456789\n\nTo allow jo@acme.example to automatically forward mail to your email address,\nplease click the link below to confirm the request:\n\nhttps://mail-settings.google.com/mail/vf-%5BANGjdJ8%5D-abc\n\nIf you do not know who this is, click this link to cancel:\nhttps://mail-settings.google.com/mail/uf-%5BANGjdJ8%5D-abc\n"
	for _, c := range []struct {
		name, from, subject, text string
		want                      projectr.Confirmation // zero: none
	}{
		{"Gmail", "forwarding-noreply@google.com", "(#123456789) Gmail Forwarding Confirmation - Receive Mail from jo@acme.example", gmail, projectr.Confirmation{Provider: "Gmail", For: "jo@acme.example", Code: "123456789", URL: "https://mail-settings.google.com/mail/vf-%5BANGjdJ8%5D-abc"}},
		{"Gmail in German", "forwarding-noreply@google.com", "(#987654321) Gmail-Weiterleitungsbestätigung - E-Mails von jo@acme.example empfangen", "Bestätigungscode: 987654321\nhttps://mail.google.com/mail/vf-x-y", projectr.Confirmation{Provider: "Gmail", For: "jo@acme.example", Code: "987654321", URL: "https://mail.google.com/mail/vf-x-y"}},
		{"Gmail in Chinese", "forwarding-noreply@google.com", "(#987654321) Gmail 转发确认 - 接收来自 jo@acme.example 的邮件", "", projectr.Confirmation{Provider: "Gmail", For: "jo@acme.example", Code: "987654321"}},
		{"Gmail in Spanish, without a number above", "forwarding-noreply@google.com", "Confirmación de reenvío de Gmail", "jo@acme.example ha solicitado...\nCódigo de confirmación: 55512345\n", projectr.Confirmation{Provider: "Gmail", For: "jo@acme.example", Code: "55512345"}},
		{"Gmail's words from somebody else", "forwarding-noreply@google.com.evil.example", "(#123456789) Gmail Forwarding Confirmation - Receive Mail from jo@acme.example", gmail, projectr.Confirmation{}},
		{"Gmail's words from another at Google", "jo@google.com", "(#123456789) Gmail Forwarding Confirmation", gmail, projectr.Confirmation{}},
		{"Gmail's words from a user", "forwarding-noreply@gmail.com", "(#123456789) Gmail Forwarding Confirmation", gmail, projectr.Confirmation{}},
		{"Gmail with links elsewhere", "forwarding-noreply@google.com", "(#123456789) Gmail Forwarding Confirmation", "https://mail.google.com.evil.example/mail/vf-1 https://evil.example/?https://mail.google.com/mail/ http://mail.google.com/mail/vf-1 https://x@mail.google.com/mail/vf-1 https://mail.google.com:444/mail/vf-1 https://sites.google.com/mail/vf-1 https://mail.google.com/mail/uf-1", projectr.Confirmation{Provider: "Gmail", Code: "123456789"}},
		{"Gmail tells of something else", "forwarding-noreply@google.com", "Gmail forwarding was turned off", "You do not forward any more.", projectr.Confirmation{}},
		{"Microsoft", "account-security-noreply@accountprotection.microsoft.com", "Microsoft account security code", "Please use the following security code for the Microsoft account jo**e@outlook.com.\n\nSecurity code: 123456\n", projectr.Confirmation{Provider: "Outlook", Code: "123456"}},
		{"Microsoft asks to verify", "account-security-noreply@accountprotection.microsoft.com", "Verify your email address", "To finish, verify jo@outlook.com:\nhttps://account.live.com/Aliases/Verify?otc=abc\nThanks", projectr.Confirmation{Provider: "Outlook", For: "jo@outlook.com", URL: "https://account.live.com/Aliases/Verify?otc=abc"}},
		{"Yahoo", "no-reply@cc.yahoo-inc.com", "Verify your forwarding address", "jo@yahoo.com wants to forward to you.\nhttps://mail.yahoo.com/help https://edit.mail.yahoo.com/verify?t=1.", projectr.Confirmation{Provider: "Yahoo", For: "jo@yahoo.com", URL: "https://edit.mail.yahoo.com/verify?t=1"}},
		{"a user of Yahoo", "jo@yahoo.com", "Verify your forwarding address", "Code: 123456 https://edit.mail.yahoo.com/verify?t=1", projectr.Confirmation{}},
		{"Zoho", "noreply@zoho.com", "Confirm mail forwarding to your address", "Confirmation code: 4711\nhttps://mail.zoho.com/zm/forward?token=0123456789abcdef0123456789\n", projectr.Confirmation{Provider: "Zoho", Code: "4711", URL: "https://mail.zoho.com/zm/forward?token=0123456789abcdef0123456789"}},
		{"Fastmail", "noreply@fastmail.com", "Verify your forwarding address", "https://www.fastmail.com/verify/abc", projectr.Confirmation{Provider: "Fastmail", URL: "https://www.fastmail.com/verify/abc"}},
		{"Proton", "no-reply@notify.proton.me", "Email forwarding invitation", "jo@proton.me wants to forward mail to you.\nhttps://account.proton.me/forwarding/accept#x", projectr.Confirmation{Provider: "Proton", For: "jo@proton.me", URL: "https://account.proton.me/forwarding/accept#x"}},
		{"GMX", "noreply@gmx.net", "Bestätigung Ihrer Weiterleitung", "Bitte bestätigen Sie: https://www.gmx.net/weiterleitung/bestaetigen?id=1", projectr.Confirmation{Provider: "GMX", URL: "https://www.gmx.net/weiterleitung/bestaetigen?id=1"}},
		{"WEB.DE", "noreply@web.de", "Bestätigung Ihrer Weiterleitung", "Code: 123456", projectr.Confirmation{Provider: "WEB.DE", Code: "123456"}},
		{"Yandex", "noreply@yandex.ru", "Подтвердите пересылку", "https://mail.yandex.ru/confirm/x", projectr.Confirmation{Provider: "Yandex", URL: "https://mail.yandex.ru/confirm/x"}},
		{"Mail.ru", "noreply@corp.mail.ru", "Пересылка почты", "Подтвердите: https://e.mail.ru/confirm?x=1", projectr.Confirmation{Provider: "Mail.ru", URL: "https://e.mail.ru/confirm?x=1"}},
		{"iCloud", "noreply@icloud.com", "Confirm your forwarding address", "Code: 123456", projectr.Confirmation{Provider: "iCloud", Code: "123456"}},
		{"an ordinary mail of Apple's", "noreply@apple.com", "Your receipt", "Confirm order code 123456", projectr.Confirmation{}},
		{"an ordinary mail about forwarding", "jo@acme.example", "Forwarding confirmation", "Confirmation code: 123456 https://mail.google.com/mail/vf-1", projectr.Confirmation{}},
	} {
		m := mustParse(t, siteMail(c.text, plain, map[string]string{"From": "Team <" + c.from + ">", "To": "in@jobs.example", "Subject": c.subject}))
		got := projectr.Confirmation{}
		if m.Confirmation != nil {
			got = *m.Confirmation
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	// A mail of HTML alone has the link in an attribute.
	m := mustParse(t, siteMail(`<p>Code: 123456789</p><a href="https://mail.google.com/mail/vf-a?x=1&amp;y=2">Confirm</a>`, rich, map[string]string{"From": "forwarding-noreply@google.com", "Subject": "(#123456789) Gmail Forwarding Confirmation"}))
	if m.Confirmation == nil || m.Confirmation.URL != "https://mail.google.com/mail/vf-a?x=1&y=2" {
		t.Errorf("%+v", m.Confirmation)
	}
	if strings.Contains(asJSON(t, mustParse(t, siteMail(siteText, plain, nil))), "confirmation") {
		t.Error("a confirmation out of nothing")
	}
}
