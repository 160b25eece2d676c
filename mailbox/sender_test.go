package mailbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Whether a mail is passed over is for the mailbox to say, and not for who sent it.
func TestSendersHaveNoSayInWhatIsPassedOver(t *testing.T) {
	const came = "Received: from a by b; Tue, 10 Sep 2024 14:22:00 -0400\n"
	for _, c := range []struct{ name, head, want string }{
		{"Gmail's own label", "X-GM-THRID: 1\nX-Gmail-Labels: Spam\n" + came, "spam"},
		{"a label of the sender", "X-GM-THRID: 1\nX-Gmail-Labels: Inbox\n" + came + "X-Gmail-Labels: Spam\n", ""},
		{"a label of the sender elsewhere", came + "X-Gmail-Labels: Spam\n", ""},
		{"Thunderbird's own flag", "X-Account-Key: account1\nX-Mozilla-Status: 0009\n" + came, "deleted"},
		{"a flag of the sender", came + "X-Mozilla-Status: 0009\nX-Mozilla-Status2: 00200000\n", ""},
		{"a status of the sender in Thunderbird", "X-Mozilla-Status: 0001\n" + came + "X-Status: D\n", ""},
		{"a status of the sender in Gmail", "X-Gmail-Labels: Inbox\n" + came + "X-Status: T\n", ""},
		{"a status of the sender above that of the mailbox", came + "X-Status: D\nSubject: x\nX-Status: A\n", ""},
		{"the status of the mailbox", came + "X-Status: A\nX-Status: D\n", "deleted"},
		{"a draft of Thunderbird", "X-Mozilla-Status: 0001\nX-Mozilla-Draft-Info: internal/draft; vcard=0\n", "draft"},
		{"a sender who says it is a draft", came + "X-Mozilla-Draft-Info: internal/draft; vcard=0\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := look(t, 0, tree(t, map[string]string{"box": mark + c.head + mail("of it", "")}))
			if got := a.Skipped()[c.want]; c.want == "" && (a.Len() != 1 || len(a.Skipped()) > 0) || c.want != "" && got != 1 {
				t.Errorf("%d mails, passed over %v; want it %q", a.Len(), a.Skipped(), c.want)
			}
		})
	}
}

// A length in a file of Apple Mail that no number holds is a fault of that file alone.
func TestAbsurdLengths(t *testing.T) {
	files := map[string]string{"z.eml": mail("after them", "")}
	for i, n := range []string{"9223372036854775807", "9223372036854775800", "99999999999999999999", "-5", "0"} {
		files[fmt.Sprintf("%d.emlx", i)] = n + "\n" + mail("absurd", "")
	}
	a := look(t, 0, tree(t, files))
	if got := subjects(t, a); !slices.Equal(got, []string{"2015-01-02 after them"}) || len(a.Faults()) != 5 {
		t.Errorf("found %v, %+v", got, a.Faults())
	}
	for _, f := range a.Faults() {
		if !strings.Contains(f.Reason, "damaged") {
			t.Errorf("%+v", f)
		}
	}
}

// Whole mailboxes of deleted mail, drafts and spam are passed over and named; asked for by
// name they are looked through, and so is a folder that only has such a name.
func TestMailboxesOfWhatIsNoCorrespondence(t *testing.T) {
	box := func(subject string) string { return mozil + "X-Mozilla-Status: 0001\n" + mail(subject, "") }
	dir := tree(t, map[string]string{
		"profile/Inbox":                        box("1 in"),
		"profile/Trash":                        box("trash"),
		"profile/Trash.sbd/Old":                box("trash below"),
		"profile/Junk":                         "",
		"profile/Spam":                         box("spam"),
		"Apple/Deleted Messages.mbox/mbox":     box("deleted"),
		"md/cur/1:2,S":                         mail("2 in a maildir", ""),
		"md/new/2":                             mail("3 new", ""),
		"md/.INBOX.Drafts/cur/1:2,S":           mail("draft", ""),
		"md/.INBOX.Drafts/new/2":               mail("draft", ""),
		"md/.Trash Removal Job/cur/1:2,S":      mail("4 about trash", ""),
		"md/.Trash Removal Job/new/2":          mail("5 about trash", ""),
		"Saved/Bin/a mail that was saved.eml":  mail("6 of a folder", ""),
		"Saved/Junk removal at 12 Elm St.mbox": box("7 about junk"),
	})
	a := look(t, 0, dir)
	got := subjects(t, a)
	for i := range got {
		_, got[i], _ = strings.Cut(got[i], " ")
	}
	slices.Sort(got)
	if want := []string{"1 in", "2 in a maildir", "3 new", "4 about trash", "5 about trash", "6 of a folder", "7 about junk"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if got := fmt.Sprint(a.Skipped()); got != "map[deleted:3 draft:1 spam:1]" || len(a.Passed()) != 5 || !strings.Contains(fmt.Sprint(a.Passed()), "profile/Spam It holds spam: name it") {
		t.Errorf("passed over %s, %v", got, a.Passed())
	}
	for _, name := range []string{"profile/Trash", "Apple/Deleted Messages.mbox", "md/.INBOX.Drafts"} {
		if a := look(t, 0, dir+"/"+name); a.Len() == 0 || len(a.Passed()) > 0 {
			t.Errorf("of %s by name: %d mails, %v", name, a.Len(), a.Passed())
		}
	}
}
