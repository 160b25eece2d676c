package message

import (
	"strings"
	"testing"
)

// TestOwnWords tells a note that only passes a mail on from one that says
// something, in the languages of the product.
func TestOwnWords(t *testing.T) {
	nothing := []string{
		"", " \n\n", "FYI", "fyi.", "F.Y.I.", "FYI!!", "See below", "see below.", "FYI - see below.", "FYI, see below. Thanks", "fwd", "Fwd:", "Begin forwarded message:", "Sent from my iPhone", "FYI\n\nSent from my iPhone", "FYI\n\nGet Outlook for iOS", "Please see attached.",
		"Hi team,\n\nFYI\n\nThanks,\nJo", "Hi all,\nSee below.\n\nBest regards,\nJo Doe", "Jo", "Jo,", "Sam, FYI", "Sam,\n\nFor your records.\n\nJo", "All,", "For your info.\n-- \nJo Doe\nAcme Ltd", "^^^", "---", "[image: Logo]", "[cid:image001.png@01D9]", "Jo Doe",
		"z.K.", "z. K.", "Zur Info", "Zur Kenntnis.\n\nMit freundlichen Grüßen\nJo Doe", "Hallo Sam,\n\nzur Info.\n\nViele Grüße\nJo", "siehe unten", "Pour info", "Bonjour,\n\nPour info.\n\nCordialement,\nJo", "Voir ci-dessous", "para tu información", "Para su conocimiento.\n\nSaludos,\nJo", "Per tua informazione", "Para conhecimento.", "ter info", "Ter info, zie onder.\n\nGroet,\nJo", "Do wiadomości", "Patrz poniżej.\n\nPozdrawiam,\nJo",
		"För kännedom", "FK", "Til orientering", "Se nedenfor", "Til informasjon", "Na vědomí", "viz níže", "К сведению", "См. ниже.\n\nС уважением,\nJo", "ご参考まで", "お疲れ様です。\n\nご参考までに。", "供参考", "请见下文。谢谢",
	}
	something := []string{
		"Approved", "Jo, approved", "Done,\nJo", "Rejected\n\nThanks,\nJo", "Good to go", "All good", "Sehr gut", "Hi team the slab is in", "Please file this under job 104.", "Approved.", "Yes", "No", "OK with me", "FYI - they want 12 more doors.", "See below, please order today.", "Call me.", "Please review", "for your approval", "See my comments below", "Sam, can you price this?", "I agree", "z.K. und bitte freigeben", "Pour action", "Job 104", "104", "Hi team,\n\nthe slab is poured.\n\nThanks,\nJo", "Thanks,\nJo\n\nP.S. the crane comes on Monday at seven.", "para tu aprobación", "bitte erledigen", "ご確認をお願いします", "请批准", "FYI\nFYI\nthey were late again",
	}
	for _, note := range nothing {
		if forwarding(note).OwnWords() {
			t.Errorf("%q passes for words of its own", note)
		}
	}
	for _, note := range something {
		if !forwarding(note).OwnWords() {
			t.Errorf("%q does not pass for words of its own", note)
		}
	}
}

// forwarding is a mail of Jo Doe's that says note over a forwarded mail.
func forwarding(note string) *Message {
	m, err := Parse(strings.NewReader("From: Jo Doe <jo@acme.example>\nTo: Sam Hill <sam@acme.example>, in@x.example\nSubject: Fwd: Slab\nDate: Tue, 10 Sep 2024 14:22:00 -0400\nContent-Type: text/plain; charset=utf-8\n\n" + note +
		"\n\n---------- Forwarded message ---------\nFrom: Dana Hill <dana@b.example>\nDate: Mon, Sep 9, 2024 at 10:00 AM\nSubject: Slab\nTo: Jo Doe <jo@acme.example>\n\nThe slab is poured.\n"))
	if err != nil {
		panic(err)
	}
	return m
}
