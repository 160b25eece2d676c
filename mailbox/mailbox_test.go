package mailbox

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
)

var now = time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)

// tree writes files below a new folder, all of one old day.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		old := time.Date(2015, 1, 2, 3, 4, 5, 0, time.UTC)
		if err := os.Chtimes(at, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func look(t *testing.T, max int64, paths ...string) *Archive {
	t.Helper()
	a, err := Open(t.Context(), paths, Options{Now: now, MaxMail: max})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func read(t *testing.T, a *Archive, d projectr.Delivery) string {
	t.Helper()
	r, err := a.Open(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// subjects lists what is in an archive, in its order.
func subjects(t *testing.T, a *Archive) []string {
	t.Helper()
	var all []string
	for d := range a.Mails() {
		_, s, _ := strings.Cut(read(t, a, d), "Subject: ")
		s, _, _ = strings.Cut(s, "\n")
		all = append(all, d.Envelope.Dated.Format("2006-01-02 ")+strings.TrimSpace(s))
	}
	return all
}

func mail(subject, date string) string {
	if date != "" {
		date = "Date: " + date + "\n"
	}
	return "From: jo@site.example\nSubject: " + subject + "\n" + date + "\nWords.\n"
}

func emlx(mail string, flags int) string {
	return fmt.Sprintf("%-10d\n%s<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><dict><key>flags</key>\n\t<integer>%d</integer></dict></plist>\n", len(mail), mail, flags)
}

func TestOpen(t *testing.T) {
	dir := tree(t, map[string]string{
		"Takeout/All mail.mbox": gmail + "X-Gmail-Labels: Inbox,Opened\n" + mail("kept", "Tue, 10 Sep 2024 14:22:00 -0400") + "\n" +
			gmail + "X-Gmail-Labels: =?UTF-8?Q?Spam,Ge=C3=B6ffnet?=\n" + mail("spam", "") + "\n" +
			gmail + "X-Gmail-Labels: Trash\n" + mail("deleted at Gmail", "") + "\n" +
			gmail + "X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe?=\n" + mail("draft at Gmail", "") + "\n",
		"profile/Inbox": mozil + "X-Mozilla-Status: 0001\nX-Mozilla-Status2: 00000000\n" + mail("of Thunderbird", "Mon, 9 Sep 2024 14:22:00 -0400") + "\n" +
			mozil + "X-Mozilla-Status: 0009\n" + mail("deleted there", "") + "\n" + mozil + "X-Mozilla-Status2: 00200000\n" + mail("deleted on the server", "") + "\n",
		"profile/Inbox.msf":                 "// <!-- <mdb:mork:z v=\"1.4\"/> -->",
		"profile/Inbox.sbd/Jobs":            mozil + mail("by its postmark", "Mon, 9 Sep 2040 14:22:00 -0400"),
		"profile/Trash":                     "",
		"md/cur/1.x.host:2,S":               mail("read in a maildir", "Sun, 8 Sep 2024 14:22:00 -0400"),
		"md/cur/2.x.host:2,ST":              mail("deleted in a maildir", ""),
		"md/cur/3.x.host;2,D":               mail("draft in a maildir", ""),
		"md/cur/5.x.host:2,":                "From here on it is a mail with a broken header\nSubject: odd\n\nx\n",
		"md/cur/6.x.host:2,":                "",
		"md/new/4.x.host":                   "Received: from a by b;\n\tSat, 7 Sep 2024 14:22:00 -0400\nReceived: from c by a; Sat, 7 Sep 2019 14:22:00 -0400\n" + mail("new in a maildir", ""),
		"md/tmp/9.x.host":                   mail("not delivered", ""),
		"md/dovecot-uidlist":                "3 V1 N2",
		"md/.Jobs.2024/cur/1.y.host:2,RS":   mail("in a subfolder", "Fri, 6 Sep 2024 14:22:00 -0400"),
		"md/.Jobs.2024/new/keep":            mail("new in a subfolder", "Thu, 5 Sep 2024 14:22:00 -0400"),
		"md/.Jobs.2024/maildirfolder":       "",
		"apple/INBOX.mbox/Messages/1.emlx":  emlx(mail("of Apple Mail", "Wed, 4 Sep 2024 14:22:00 -0400"), 1),
		"apple/INBOX.mbox/Messages/2.emlx":  emlx(mail("deleted there", ""), 3),
		"apple/INBOX.mbox/Messages/3.emlx":  emlx(mail("draft there", ""), 65),
		"apple/INBOX.mbox/Messages/4.emlx":  "99999\n" + mail("cut off", ""),
		"apple/INBOX.mbox/Messages/5.emlx":  mail("no length", ""),
		"single/a.eml":                      "\xef\xbb\xbf" + mail("a file", "Tue, 3 Sep 2024 14:22:00 -0400"),
		"single/b.EML":                      crlf(mail("a file of DOS", "Mon, 2 Sep 2024 14:22:00 -0400")),
		"single/no date.eml":                mail("of the file's day", ""),
		"single/c.eml":                      "",
		"single/d.eml":                      "\x00\x01\x02",
		"single/saved":                      mail("without an ending", "Sun, 1 Sep 2024 14:22:00 -0400"),
		"single/notes.txt":                  "To do: buy steel\nFrom now on we meet at nine.\n",
		"single/From.txt":                   "From now on we meet at nine.\nAll of us.\n",
		"single/Takeout.zip":                "PK\x03\x04...",
		"single/x.msg":                      "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
		"single/.DS_Store":                  "\x00\x00\x00\x01Bud1",
		"no header.mbox":                    mark + "\nOnly words.\n\n" + mark + mail("after it", "Sat, 31 Aug 2024 14:22:00 -0400"),
		"a.mbox folder/b.mbox folder/c.eml": mail("deep down", "Fri, 30 Aug 2024 14:22:00 -0400"),
	})
	outside := tree(t, map[string]string{"secret.eml": mail("outside", "")})
	for from, to := range map[string]string{"single/link.eml": outside + "/secret.eml", "single/folder": outside} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	a := look(t, 0, dir)
	want := []string{
		"2015-01-02 odd", "2015-01-02 of the file's day",
		"2024-08-30 deep down", "2024-08-31 after it", "2024-09-01 without an ending", "2024-09-02 a file of DOS", "2024-09-03 a file", "2024-09-04 of Apple Mail",
		"2024-09-05 new in a subfolder", "2024-09-06 in a subfolder", "2024-09-07 new in a maildir", "2024-09-08 read in a maildir", "2024-09-09 of Thunderbird",
		"2024-09-10 by its postmark", "2024-09-10 kept",
	}
	if got := subjects(t, a); !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := fmt.Sprint(a.Skipped()); got != "map[deleted:5 draft:3 link:2 not_mail:4 spam:1]" {
		t.Errorf("passed over: %s, %+v", got, a.Passed())
	}
	reasons := map[string]string{}
	for _, f := range slices.Concat(a.Faults(), a.Passed()) {
		reasons[strings.TrimPrefix(f.Place, dir+"/")] = f.Reason
	}
	for place, why := range map[string]string{
		"md/cur/6.x.host:2,": "It is empty.", "single/c.eml": "It is empty.", "single/d.eml": "no header", "no header.mbox, mail 1": "no header",
		"apple/INBOX.mbox/Messages/4.emlx": "damaged", "apple/INBOX.mbox/Messages/5.emlx": "damaged",
		"single/notes.txt": "no mail", "single/From.txt": "no mail", "single/Takeout.zip": "unpack", "single/x.msg": "Outlook",
	} {
		if !strings.Contains(reasons[place], why) {
			t.Errorf("of %s it is said %q, want %q", place, reasons[place], why)
		}
		delete(reasons, place)
	}
	if len(reasons) > 0 || len(a.Faults()) != 6 {
		t.Errorf("and also %v; faults %+v", reasons, a.Faults())
	}
}

// What was asked for by name is no mail: that is a fault. What is in a folder is not.
func TestOpenByName(t *testing.T) {
	dir := tree(t, map[string]string{"a.eml": mail("one", ""), "notes.txt": "words", "box": mark + one, "md/cur/1:2,": mail("two", ""), "md/new/x": mail("three", "")})
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Symlink(at("a.eml"), at("named link")); err != nil {
		t.Fatal(err)
	}
	a := look(t, 0, at("a.eml"), at("notes.txt"), at("box"), at("not there"), at("named link"), at("md/cur"))
	if a.Len() != 4 || len(a.Faults()) != 2 || !strings.Contains(a.Faults()[1].Reason, "not there") {
		t.Errorf("%d mails, %+v", a.Len(), a.Faults())
	}
	if got := a.Place(projectr.Delivery{Key: "99"}); got != "99" {
		t.Errorf("a place of what is not there: %s", got)
	}
	if _, err := a.Open(t.Context(), projectr.Delivery{Key: "-1"}); err == nil {
		t.Error("what is not there was opened")
	}
}

func TestATooLargeMailIsNamed(t *testing.T) {
	dir := tree(t, map[string]string{"box": mark + one + "\n" + mark + "Subject: large\n\n" + strings.Repeat("words\n", 400), "a.eml": mail("small", "")})
	a := look(t, 1<<10, dir)
	if f := a.Faults(); a.Len() != 2 || len(f) != 1 || !strings.HasSuffix(f[0].Place, "box, mail 2") || !strings.Contains(f[0].Reason, "PROJECTR_SMTP_MAX_BYTES") {
		t.Errorf("%d mails, %+v", a.Len(), a.Faults())
	}
}

// A file that changes after it was looked through hands out no other mail.
func TestChangedFilesAreNotRead(t *testing.T) {
	for name, change := range map[string]func(at string) error{
		"other words": func(at string) error {
			return os.WriteFile(at, []byte(mark+strings.Replace(one, "first", "FIRST", 1)), 0o600)
		},
		"shorter": func(at string) error { return os.Truncate(at, 60) },
		"gone":    os.Remove,
		"a link": func(at string) error {
			if err := os.Rename(at, at+"2"); err != nil {
				return err
			}
			return os.Symlink("/etc/passwd", at)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, map[string]string{"box": mark + one})
			a := look(t, 0, dir)
			if err := change(filepath.Join(dir, "box")); err != nil {
				t.Fatal(err)
			}
			for d := range a.Mails() {
				r, err := a.Open(t.Context(), d)
				if err == nil {
					_, err = io.Copy(io.Discard, r)
				}
				if projectr.KindOf(err) != projectr.Unavailable || err == nil {
					t.Errorf("it is read: %v", err)
				}
			}
		})
	}
}

func TestOpenStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	dir := tree(t, map[string]string{"box": strings.Repeat(mark+one+"\n", 100)})
	_, err := Open(ctx, []string{dir}, Options{Now: now, Progress: func(int64) { cancel() }})
	if err == nil {
		t.Error("it went on though it was told to stop")
	}
}

// TestOpenRealMail looks through folders of real and of broken mail: whatever is said
// to be a mail is one, or it is said why not.
func TestOpenRealMail(t *testing.T) {
	dir := "../../shared/corpora"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no real mail: ../shared is not here")
	}
	files := 0
	for _, of := range []string{"spamassassin", "mime-stalwart", "mime-mime4j", "mime-misc", "enron-raw"} {
		err := filepath.WalkDir(filepath.Join(dir, of), func(name string, d fs.DirEntry, err error) error {
			if filepath.Ext(name) == ".eml" && d.Type().IsRegular() {
				files++
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		a := look(t, 0, filepath.Join(dir, of))
		files -= a.Len() + len(a.Faults())
		for _, f := range a.Faults() {
			t.Logf("%s: %s", f.Place, f.Reason)
		}
	}
	if files > 0 {
		t.Errorf("%d files that end in .eml are neither mail nor said to be none", files)
	}
}

// Whoever wrote a mail or named a file commands neither memory nor terminal.
func TestHostileMailboxes(t *testing.T) {
	var h head
	h.add([]byte("Received: a\n"))
	for range 20_000 {
		h.add([]byte(" x;\n"))
	}
	h.add([]byte("X-Status: " + strings.Repeat("R", 4*maxField) + "\n"))
	for name, value := range h.fields {
		if len(value) > maxField {
			t.Errorf("%d bytes of %s are held", len(value), name)
		}
	}
	dir := tree(t, map[string]string{"\x1b[2Jevil\n.eml": "", "fine.eml": "", "\x1b]0;x\x07": mail("one", "")})
	a := look(t, 0, dir)
	for d := range a.Mails() {
		if p := a.Place(d); strings.ContainsFunc(p, func(r rune) bool { return r < ' ' }) || read(t, a, d) == "" {
			t.Errorf("a file is named %q", p)
		}
	}
	for _, f := range a.Faults() {
		if strings.ContainsAny(f.Place, "\x1b\n\x07") {
			t.Errorf("a file is named %q", f.Place)
		}
	}
	if a.Len() != 1 || len(a.Faults()) != 2 {
		t.Errorf("%d mails, %+v", a.Len(), a.Faults())
	}
}
