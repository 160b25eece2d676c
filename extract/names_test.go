package extract

import (
	"slices"
	"strings"
	"testing"
	"time"

	"projectr"
	"projectr/message"
)

func TestRoster(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a quoted header", "Heather\n\n-----Original Message-----\nFrom: Allen, Phillip K.\nSent: Friday, December 07, 2001 5:14 AM\nTo: Dunton, Heather\nSubject: RE: West Position\n\nThanks, Phillip", []string{"Phillip K. Allen", "Heather Dunton"}},
		{"names divided by commas", "To: Cash, Michelle, Allen, Phillip K., O'Rourke, Tim\nSubject: x\n", []string{"Michelle Cash", "Phillip K. Allen", "Tim O'Rourke"}},
		{"name and address", "From: \"Steve Johnson\" <SJohnson@crameronline.example>\nTo: hdunton@firm.example\nSubject: x\n\nHi Heather, Steve here.", []string{"Steve Johnson", "hdunton@firm.example", "Heather"}},
		{"initial and surname in an address", "To: Heather Dunton\nCc: hdunton@firm.example\nSubject: x\n", []string{"Heather Dunton"}},
		{"two Mikes", "Mike Delgado and Mike Kowalski were there. Mike has the key.", []string{"Mike Delgado", "Mike Kowalski"}},
		{"short forms", "Daniel W. Douglass called. Dan Douglass will call again, says Dan.", []string{"Daniel W. Douglass"}},
		{"a title", "Mr. Boyle asked Dr. Reyes about Carla Reyes.", []string{"Mr. Boyle", "Carla Reyes"}},
		{"places, firms, months", "In Austin and Houston, Grant Street Partners and Chase Bank met on Wednesday in May. Madison Steel Inc. bid.", nil},
		{"offices", "Send it to accounting@firm.example or noreply@firm.example.", nil},
		{"Notes", "Forwarded by Gulay Soykok/HOU/EES on 11/27/2001 09:09 AM\n", []string{"Gulay Soykok"}},
	} {
		b := newRoster(c.text)
		b.read()
		if got := b.list(); !slices.Equal(got, c.want) && len(got)+len(c.want) > 0 {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// People of the header and of the text are one list, the author first.
func TestPeopleOfHeaderAndText(t *testing.T) {
	text := "Hi Mike,\n\nRenata and M. Tran will walk the roof. Ask Priya too.\n\nDana"
	m := &message.Message{Date: time.Date(2024, 3, 4, 9, 0, 0, 0, time.UTC), Text: text, Reply: text, Automatic: "no",
		From:  []projectr.MailAddress{{Name: "Dana Whitlock", Address: "dana@arch.example"}},
		To:    []projectr.MailAddress{{Name: "Tran, Mike", Address: "mtran@gc.example"}, {Name: "Ohm Electric", Address: "office@ohm.example"}},
		Spans: []projectr.Span{{Kind: projectr.SpanNew, Start: 0, End: len(text)}},
	}
	res, err := Rules{}.Extract(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Dana Whitlock", "Mike Tran", "Renata", "Priya"}; !slices.Equal(res.People, want) {
		t.Errorf("got %q, want %q", res.People, want)
	}
}

func FuzzRoster(f *testing.F) {
	for _, s := range []string{
		"From: Allen, Phillip K.\nTo: a@b.example; Dunton, Heather\nSubject: x", "Jeff ( Rocky ) Skilling", "X - To : Mary Kay Miller X - cc :", "Mr. ", "Mike's @ENRON a@b.c@d.e",
		"P. O. Box\nForwarded by A/B/C", "\xff\xfe Ann \u200b Ärcher <x@y.example>", strings.Repeat("Ann ", 50) + strings.Repeat(">", 50), "To: ,;,;<>()[]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b := newRoster(text)
		b.read()
		for _, p := range b.people {
			for _, s := range p.spans {
				if s[0] < 0 || s[0] >= s[1] || s[1] > len(text) {
					t.Fatalf("%q stands at %v of %d bytes", p.display(), s, len(text))
				}
			}
		}
		for _, n := range b.list() {
			if strings.TrimSpace(n) == "" {
				t.Error("a name is empty")
			}
		}
	})
}
