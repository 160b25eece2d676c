package mailbox

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// split returns the mails of an mbox as they are handed out.
func split(t testing.TB, mbox string) []string {
	t.Helper()
	var mails []string
	r := strings.NewReader(mbox)
	err := spans(r, int64(len(mbox)), nil, func(s span) error {
		b, err := io.ReadAll(content(r, s.start, s.end, true))
		mails = append(mails, string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return mails
}

const (
	mark  = "From jo@site.example Tue Sep 10 14:22:00 2024\n"
	gmail = "From 1620482371000000000@xxx Fri May 07 13:59:31 +0000 2021\n"
	mozil = "From - Tue Sep 10 14:22:00 2024\n"
	one   = "Subject: one\n\nThe first.\n"
	two   = "Subject: two\n\nThe second.\n"
)

func TestMbox(t *testing.T) {
	for name, c := range map[string]struct {
		mbox string
		want []string
	}{
		"plain":                               {mark + one + "\n" + mark + two + "\n", []string{one, two}},
		"of Gmail":                            {gmail + one + "\n" + gmail + two + "\n", []string{one, two}},
		"of Thunderbird":                      {mozil + one + "\n" + mozil + two + "\n", []string{one, two}},
		"with CRLF":                           {crlf(mark + one + "\n" + mark + two + "\n"), []string{crlf(one), crlf(two)}},
		"no line end at the end":              {mark + one + "\n" + mark + "Subject: two\n\nThe second.", []string{one, "Subject: two\n\nThe second."}},
		"no blank line between":               {mark + one + mark + two, []string{one, two}},
		"more blank lines between":            {mark + one + "\n\n\n" + mark + two, []string{one + "\n\n", two}},
		"blank lines first":                   {"\n\n" + mark + one, []string{one}},
		"a header and no body":                {mark + "Subject: one\n\n" + mark + two, []string{"Subject: one\n\n", two}},
		"a header and nothing":                {mark + "Subject: one\n" + mark + two, []string{"Subject: one\n", two}},
		"the last is cut off":                 {mark + one + "\n" + mark, []string{one + "\n" + mark}},
		"a postmark and only words":           {mark + one + "\n" + mark + "\nThe second.\n\n" + mark + two, []string{one + "\n" + mark + "\nThe second.\n", two}},
		"a header that begins badly":          {mark + one + "\n" + mark + "oops\n" + two, []string{one, "oops\n" + two}},
		"quoted as mboxo":                     {mark + one + ">From here on\n", []string{one + "From here on\n"}},
		"quoted as mboxrd":                    {mark + one + ">>From here\n>>>From there\n> From afar\n", []string{one + ">From here\n>>From there\n> From afar\n"}},
		"not quoted, words":                   {mark + one + "\nFrom now on we meet at 9:00.\n\n" + mark + two, []string{one + "\nFrom now on we meet at 9:00.\n", two}},
		"not quoted, with a colon after":      {mark + one + "\nFrom Monday\nNote: bring keys\n", []string{one + "\nFrom Monday\nNote: bring keys\n"}},
		"not quoted, a time":                  {mark + one + "\nFrom 10:00 on 12 March 2024\nthe site is closed\n", []string{one + "\nFrom 10:00 on 12 March 2024\nthe site is closed\n"}},
		"a time in other words":               {"From jo@x.example 2024-09-10T14:22:00\n" + one + "\nFrom jo@x.example 2024-09-10T14:23:00\n" + two, []string{one, two}},
		"no time at all":                      {"From jo@x.example\n" + one + "\nFrom mike@x.example\n" + two, []string{one, two}},
		"no time only later":                  {mark + one + "\nFrom mike@x.example\n" + two, []string{one, two}},
		"two postmarks":                       {mark + ">From jo@x.example Tue Sep 10 14:22:00 2024 remote from x\n" + one, []string{">From jo@x.example Tue Sep 10 14:22:00 2024 remote from x\n" + one}},
		"length, mails inside it not quoted":  {sized(one+"\n"+mark+two) + "\n" + mark + two, []string{sized(one + "\n" + mark + two)[len(mark):], two}},
		"length, no blank line after":         {sized(one) + mark + two, []string{sized(one)[len(mark):], two}},
		"length, at the end":                  {sized(one + "\n" + mark + two), []string{sized(one + "\n" + mark + two)[len(mark):]}},
		"length too short":                    {mark + "Content-Length: 3\n" + one + "\n" + mark + two, []string{"Content-Length: 3\n" + one, two}},
		"length too long":                     {mark + "Content-Length: 20000\n" + one + "\n" + mark + two, []string{"Content-Length: 20000\n" + one, two}},
		"length far beyond all numbers":       {mark + "Content-Length: 99999999999999999999\n" + one + "\n" + mark + two, []string{"Content-Length: 99999999999999999999\n" + one, two}},
		"length below zero":                   {mark + "Content-Length: -5\n" + one + "\n" + mark + two, []string{"Content-Length: -5\n" + one, two}},
		"a line longer than any buffer":       {mark + one + strings.Repeat("x", 3*window) + "From \n\n" + mark + two, []string{one + strings.Repeat("x", 3*window) + "From \n", two}},
		"a long line with a postmark inside":  {mark + one + strings.Repeat("x", window-len(one)-len(mark)) + mark + two, []string{one + strings.Repeat("x", window-len(one)-len(mark)) + mark + two}},
		"signs are no quoting in a header":    {mark + "Subject: one\n>From : x\n\nFirst\n", []string{"Subject: one\n>From : x\n\nFirst\n"}},
		"a mail that begins with blank lines": {mark + "\nThe first.\n\n" + mark + two, []string{"\nThe first.\n", two}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := split(t, c.mbox); !slices.Equal(got, c.want) {
				t.Errorf("%q\nis read as %q\n     want %q", short(c.mbox), short(got...), short(c.want...))
			}
		})
	}
}

func short(all ...string) []string {
	for i, s := range all {
		if len(s) > 400 {
			all[i] = s[:200] + "…" + s[len(s)-200:]
		}
	}
	return all
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// sized is a mail in an mbox that says how long its body is.
func sized(mail string) string {
	head, body, _ := strings.Cut(mail, "\n\n")
	return fmt.Sprintf("%s%s\nContent-Length: %d\n\n%s", mark, head, len(body), body)
}

// quote writes mails as an mboxrd.
func quote(mails ...string) string {
	var b strings.Builder
	for _, m := range mails {
		b.WriteString(mark)
		head, body, _ := strings.Cut(m, "\n\n")
		b.WriteString(head + "\n\n")
		for line := range strings.Lines(body) {
			if strings.HasPrefix(strings.TrimLeft(line, ">"), "From ") {
				b.WriteByte('>')
			}
			b.WriteString(line)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestMboxOfRealLists counts the mails of real mailing lists.
func TestMboxOfRealLists(t *testing.T) {
	dir := "../../shared/corpora/threading-mbox"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no mail of real lists: ../shared is not here")
	}
	for name, want := range map[string]int{"httpd-users-200606-part": 12, "httpd-users-2020-07": 108, "maven-dev-2017-11-listsao": 320} {
		b, err := os.ReadFile(filepath.Join(dir, name+".mbox"))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(split(t, string(b))); got != want {
			t.Errorf("%s has %d mails, want %d", name, got, want)
		}
	}
}

// FuzzMbox says that no bytes of an mbox are lost or handed out twice: mails follow
// one another, with a postmark and at most a blank line between them; and that what
// was written as an mboxrd is read as what it was.
func FuzzMbox(f *testing.F) {
	f.Add(mark + one + "\n" + mark + two)
	f.Add(sized(one) + mark + two)
	f.Add(crlf(gmail + one + "\n" + gmail + two))
	f.Add("From jo@x.example\n" + one + "\nFrom x 2024-09-10T14:22:00\n" + two)
	f.Add(strings.Repeat(mark, 3) + ">>From x\n\n>From y")
	f.Fuzz(func(t *testing.T, s string) {
		s = "From " + s
		last := int64(0)
		r := strings.NewReader(s)
		err := spans(r, int64(len(s)), nil, func(m span) error {
			between := s[last:m.start]
			if m.end < m.start || len(strings.TrimLeft(between, "\r\n")) > 0 && !strings.HasPrefix(strings.TrimLeft(between, "\r\n"), "From ") || strings.Count(strings.TrimRight(between, "\n"), "\n") > maxBlanks {
				t.Errorf("mail from %d to %d, after %q", m.start, m.end, between)
			}
			last = m.end
			return nil
		})
		if rest := s[last:]; err != nil || len(strings.Trim(rest, "\r\n")) > 0 {
			t.Errorf("%q is left over, and %v", rest, err)
		}
		mails := []string{"Subject: a\n\n" + s + "\n", "Subject: b\n\n" + strings.ReplaceAll(s, "\r", "") + "\n"}
		if got := split(t, quote(mails...)); !slices.Equal(got, mails) {
			t.Errorf("%q is read as %q", mails, got)
		}
	})
}
