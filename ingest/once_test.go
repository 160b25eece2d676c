package ingest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/store"
)

// TestRereadingAddsNothing sends every thread of the labelled sets in, and once more by
// another sender, and once more under new Message-IDs and backwards: no fact is added.
func TestRereadingAddsNothing(t *testing.T) {
	for name, read := range map[string]func(*testing.T) []string{"construction-gold": goldMails, "bc3-threads": bc3Mails, "threading-mbox": listMails} {
		t.Run(name, func(t *testing.T) {
			mails := read(t)
			mails = mails[:min(len(mails), atMost)]
			h := newHouse(t)
			org := h.org("acme", projectr.Project{Name: "All of it", JobNumber: "24-117"})
			send := func(raw, from string) {
				t.Helper()
				d := h.spooled(raw, "acme+24-117")
				d.Envelope.From = from
				if err := h.Process(ctx, d); err != nil {
					t.Fatal(err)
				}
			}
			for _, raw := range mails {
				send(raw, "first@sender.example")
			}
			facts, links := standing(t, org)
			if facts == 0 {
				t.Fatal("the mails have no facts")
			}
			h.clock = h.clock.Add(time.Hour)
			for _, raw := range mails {
				send(raw, "second@sender.example")
			}
			again, _ := standing(t, org)
			for i, raw := range slices.Backward(mails) {
				head, _, _ := strings.Cut(raw, "\n\n")
				if at := messageID.FindStringIndex(head); at != nil && strings.Contains(strings.ToLower(head), "\ndate:") { // without either it is another mail
					raw = raw[:at[0]] + fmt.Sprintf("Message-ID: <again-%d@resent.example>\n", i) + raw[at[1]:]
				}
				send(raw, "third@sender.example")
			}
			third, after := standing(t, org)
			t.Logf("%d mails, %d facts count; after a second delivery %d, after a third under other Message-IDs %d; %d repeat or were superseded, and then %d", len(mails), facts, again, third, links, after)
			if again != facts || third != facts {
				t.Errorf("facts that count: %d, then %d, then %d", facts, again, third)
			}
		})
	}
}

var messageID = regexp.MustCompile(`(?im)^Message-ID:[^\n]*\n(?:[ \t][^\n]*\n)*`)

// standing counts the facts of all mails that count, and those that do not because of
// another one.
func standing(t *testing.T, o store.Org) (live, tied int) {
	t.Helper()
	for page := (projectr.Page{Limit: 200}); ; {
		l, err := o.Emails(ctx, projectr.EmailFilter{Page: page})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range l.Items {
			body, err := o.Body(ctx, e.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range e.Facts {
				if f.File == 0 && !f.Stands(body.Text) {
					t.Errorf("%s: %q does not stand at %d to %d of what is kept", e.ID, f.Quote, f.Start, f.End)
				}
				if f.Live() {
					live++
				} else if f.Repeats != nil || f.SupersededBy != nil {
					tied++
				}
			}
		}
		if page.After = l.Next; l.Next == "" {
			return live, tied
		}
	}
}

func goldMails(t *testing.T) (out []string) {
	paths, _ := filepath.Glob("../testdata/construction-gold/eml/*.eml")
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.ReplaceAll(string(raw), "\r\n", "\n"))
	}
	return out
}

func bc3Mails(t *testing.T) (out []string) {
	raw, err := os.ReadFile("../../shared/corpora/bc3-threads/threads.jsonl")
	if err != nil {
		t.Skip("NOT MEASURED: bc3-threads is not at ../../shared/corpora")
	}
	for line := range bytes.Lines(raw) {
		var thread struct {
			ID       string `json:"thread_id"`
			Messages []struct {
				Received, From, To, Cc, Subject string
				Sentences                       []struct{ Text string }
			}
		}
		if err := json.Unmarshal(line, &thread); err != nil {
			t.Fatal(err)
		}
		for i, m := range thread.Messages {
			head := fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\nMessage-ID: <%s-%d@bc3.example>\nDate: %s\n", m.From, m.To, m.Subject, thread.ID, i, date(m.Received))
			if i > 0 {
				head += fmt.Sprintf("In-Reply-To: <%s-0@bc3.example>\n", thread.ID)
			}
			body := ""
			for _, s := range m.Sentences {
				body += s.Text + "\n"
			}
			out = append(out, head+"Content-Type: text/plain; charset=utf-8\n\n"+body)
		}
	}
	return out
}

// date turns "Thu May 31 09:55:51 -0700 2001" into the form of mail.
func date(s string) string {
	at, err := time.Parse("Mon Jan 2 15:04:05 -0700 2006", s)
	if err != nil {
		return s
	}
	return at.Format(time.RFC1123Z)
}

func listMails(t *testing.T) (out []string) {
	paths, _ := filepath.Glob("../../shared/corpora/threading-mbox/*.mbox")
	if len(paths) == 0 {
		t.Skip("NOT MEASURED: threading-mbox is not at ../../shared/corpora")
	}
	list := regexp.MustCompile(`(?im)^(List-[A-Za-z]+|Mailing-List|Precedence|Delivered-To|X-[A-Za-z-]+|Received|Return-Path):[^\n]*\n(?:[ \t][^\n]*\n)*`)
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range regexp.MustCompile(`(?m)^From [^\n]*\d{4}\r?\n`).Split(string(raw), -1) {
			head, body, ok := strings.Cut(strings.ReplaceAll(one, "\r\n", "\n"), "\n\n")
			if !ok {
				continue
			}
			// Read as if it had come to its reader alone: mail of lists is not read.
			one = list.ReplaceAllString(head+"\n", "") + "\n" + body
			if _, err := mail.ReadMessage(strings.NewReader(one)); err == nil {
				out = append(out, one)
			}
		}
	}
	return out
}
