package message

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestContinues finds the thread of mails without headers, and leaves apart
// what only has the subject in common.
func TestContinues(t *testing.T) {
	const day = 24 * time.Hour
	at := time.Date(2024, 9, 10, 14, 0, 0, 0, time.UTC)
	mail := func(subject, from, to string, when time.Time, text string) *Message {
		date := ""
		if !when.IsZero() {
			date = when.Format("Mon, 02 Jan 2006 15:04:05 -0700")
		}
		return mustParse(t, siteMail(text, plain, map[string]string{"Subject": subject, "From": from, "To": to, "Date": date}))
	}
	const dana, sam, lee, kim = "Dana <dana@b.example>", "Sam <sam@acme.example>", "Lee <lee@c.example>", "Kim <kim@d.example>"
	const own = "The slab is poured and the crane comes on Monday at seven in the morning, please send the drawings of the second floor."
	quoting := "Thanks.\n\nOn Tue, 10 Sep 2024 at 14:00, Dana <dana@b.example> wrote:\n> " + strings.ReplaceAll(own, " and ", "\n> and ") + "\n"
	older := mail("Slab at Mill Lane", dana, sam, at, own)
	for _, c := range []struct {
		name         string
		newer, older *Message
		want         bool
	}{
		{"an answer", mail("Re: Slab at Mill Lane", sam, dana, at.Add(day), "Thanks."), older, true},
		{"an answer in German", mail("AW: [EXTERN] Slab at Mill Lane", sam, dana, at.Add(day), "Danke."), older, true},
		{"a forward by a recipient", mail("Fwd: Slab at Mill Lane", sam, lee, at.Add(day), "See below."), older, true},
		{"an answer by one who was not asked, to one who was", mail("Re: Slab at Mill Lane", lee, dana, at.Add(day), "Thanks."), older, true},
		{"the same subject among others", mail("Re: Slab at Mill Lane", lee, kim, at.Add(day), "Thanks."), older, false},
		{"the same subject anew", mail("Slab at Mill Lane", sam, dana, at.Add(day), "Another one."), older, false},
		{"the same subject anew, with the old mail below", mail("Slab at Mill Lane", sam, dana, at.Add(day), quoting), older, true},
		{"another subject", mail("Re: Slab at Mill Road", sam, dana, at.Add(day), "Thanks."), older, false},
		{"after a month", mail("Re: Slab at Mill Lane", sam, dana, at.Add(29*day), "Thanks."), older, true},
		{"after two months", mail("Re: Slab at Mill Lane", sam, dana, at.Add(61*day), "Thanks."), older, false},
		{"after two months, with the old mail below", mail("Re: Slab at Mill Lane", sam, dana, at.Add(61*day), quoting), older, true},
		{"after a year, with the old mail below", mail("Re: Slab at Mill Lane", sam, dana, at.Add(365*day), quoting), older, false},
		{"before it, by a wrong clock", mail("Re: Slab at Mill Lane", sam, dana, at.Add(-3*time.Hour), "Thanks."), older, true},
		{"long before it", mail("Re: Slab at Mill Lane", sam, dana, at.Add(-3*day), "Thanks."), older, false},
		{"without a date", mail("Re: Slab at Mill Lane", sam, dana, time.Time{}, "Thanks."), older, false},
		{"a numbered thing", mail("RFI #12: beam pocket", sam, dana, at.Add(day), "Closed."), mail("RFI #12: beam pocket", dana, sam, at, own), true},
		{"another numbered thing", mail("RFI #13: beam pocket", sam, dana, at.Add(day), "Closed."), mail("RFI #12: beam pocket", dana, sam, at, own), false},
		{"an answer to a generic subject", mail("Re: Update", sam, dana, at.Add(day), "Thanks."), mail("Update", dana, sam, at, own), true},
		{"the same after a week", mail("Re: Update", sam, dana, at.Add(7*day), "Thanks."), mail("Update", dana, sam, at, own), false},
		{"the same with the old mail below", mail("Re: Update", sam, dana, at.Add(7*day), quoting), mail("Update", dana, sam, at, own), true},
		{"no subject at all", mail("Re:", sam, dana, at.Add(day), "Thanks."), mail("", kim, "sam@acme.example, dana@b.example", at, own), true},
		{"no subject, two mails", mail("", sam, dana, at.Add(day), "Thanks."), mail("", dana, sam, at, own), false},
		{"a subject that was cut off", mail("RE: Slab at Mill Lane, drawings of the second fl", sam, dana, at.Add(day), "Thanks."), mail("Slab at Mill Lane, drawings of the second floor", dana, sam, at, own), true},
		{"a subject cut off with dots, before", mail("Re: Slab at Mill Lane, drawings of the second floor", sam, dana, at.Add(day), "Thanks."), mail("Slab at Mill Lane, drawings of the sec...", dana, sam, at, own), true},
		{"a longer subject", mail("Re: Slab at Mill Lane, drawings of the second floor", sam, dana, at.Add(day), "Thanks."), mail("Slab at Mill Lane, drawings", dana, sam, at, own), false},
	} {
		a, b := NewClue(c.newer, nil), NewClue(c.older, nil)
		score, ok := Continues(a, b)
		if ok != c.want || ok != (score > 0) || score > 1 {
			t.Errorf("%s: %v %v", c.name, score, ok)
		}
		if ok && a.Subject.Lookup != b.Subject.Lookup {
			t.Errorf("%s: would not be looked up: %q, %q", c.name, a.Subject.Lookup, b.Subject.Lookup)
		}
	}
}

// TestContinuesBest prefers the mail that is quoted to a later one of the same
// subject.
func TestContinuesBest(t *testing.T) {
	quoted := Clue{Subject: newSubjectClue("Slab at Mill Lane"), Date: time.Unix(1_700_000_000, 0), From: "a@x", People: []string{"a@x", "b@x"}, Said: []uint32{1, 2, 3}}
	later := quoted
	later.Said, later.Date = []uint32{7, 8}, quoted.Date.Add(48*time.Hour)
	newer := Clue{Subject: newSubjectClue("Re: Slab at Mill Lane"), Date: quoted.Date.Add(72 * time.Hour), From: "b@x", People: []string{"a@x", "b@x"}, Quotes: []uint32{1, 3}}
	x, _ := Continues(newer, quoted)
	if y, ok := Continues(newer, later); !ok || x <= y {
		t.Errorf("%v for the quoted, %v for the later", x, y)
	}
	newer.Quotes = nil
	x, _ = Continues(newer, quoted)
	if y, ok := Continues(newer, later); !ok || y <= x {
		t.Errorf("%v for the later, %v for the earlier", y, x)
	}
}

func TestClueIsSmall(t *testing.T) {
	m := mustParse(t, siteMail(longText(), plain, map[string]string{"To": "in@jobs.example, Sam@Acme.example"}))
	c := NewClue(m, func(addr string) bool { return addr == "in@jobs.example" })
	if len(c.Said) != maxHashes || 4*(len(c.Said)+maxHashes) > 256 {
		t.Errorf("%d hashes", len(c.Said))
	}
	if strings.Join(c.People, " ") != "dana.hill@b.example sam@acme.example" || c.From != "dana.hill@b.example" {
		t.Errorf("%q", c.People)
	}
	var back Clue
	if err := json.Unmarshal([]byte(asJSON(t, c)), &back); err != nil || asJSON(t, back) != asJSON(t, c) {
		t.Errorf("%v: %s is not %s", err, asJSON(t, back), asJSON(t, c))
	}
}

// longText has many different words.
func longText() string {
	var b strings.Builder
	for i := range 500 {
		b.WriteString(time.Unix(int64(i)*86_400, 0).UTC().Format("Monday 2 January 2006 "))
	}
	return b.String()
}
