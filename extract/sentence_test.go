package extract

import (
	"slices"
	"strings"
	"testing"
)

func TestSentences(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"titles and amounts", "Mr. Boyle paid $12,450.00 on Oct. 3. Dr. Lee agreed.", []string{"Mr. Boyle paid $12,450.00 on Oct. 3.", "Dr. Lee agreed."}},
		{"small letters after a dot", "ok to proceed not to exceed 12.5k. no saturday work", []string{"ok to proceed not to exceed 12.5k.", "no saturday work"}},
		{"units", "Install approx. 1,840 LF of 24 ga. kynar. It is $95/hr. Manuals: send them.", []string{"Install approx. 1,840 LF of 24 ga. kynar.", "It is $95/hr.", "Manuals: send them."}},
		{"million", "Budget holds at 1.34M. Start demo.", []string{"Budget holds at 1.34M.", "Start demo."}},
		{"numbered minutes", "14.2 Window color. Owner selected bronze. CLOSED\n\n14.3 Elevator. Late.", []string{"Window color.", "Owner selected bronze.", "CLOSED", "Elevator.", "Late."}},
		{"bullets", "Need:\n- crane\n* rope (2 ea)\n• hooks\n1) slings\n(b) pads", []string{"Need:", "crane", "rope (2 ea)", "hooks", "slings", "pads"}},
		{"hard wrapped", "We have been working on this for quite a while now and we should\nfinish by the end of the week if all goes well on our side and\nyours. Then we pour.", []string{"We have been working on this for quite a while now and we should\nfinish by the end of the week if all goes well on our side and\nyours.", "Then we pour."}},
		{"lines without punctuation", "framers no show today\nwindows came busted\nneed to know by noon", []string{"framers no show today", "windows came busted", "need to know by noon"}},
		{"labels", "Project:      Maple Gym\nStatus:       REVISE\nResubmit by:  08/16/2024", []string{"Project:      Maple Gym", "Status:       REVISE", "Resubmit by:  08/16/2024"}},
		{"leaders", "GC fee 8% ...... $1,710.00\nTOTAL ...... $23,085.00", []string{"GC fee 8% ...... $1,710.00", "TOTAL ...... $23,085.00"}},
		{"questions and shouts", "Who signs? We got it!! Go...", []string{"Who signs?", "We got it!!", "Go..."}},
		{"no. and No.", "See No. 5 for this. Is it? No. We go.", []string{"See No. 5 for this.", "Is it?", "No.", "We go."}},
		{"initials", "Talk to R. Fuchs at 9 a.m. on site. Block D. Please price it.", []string{"Talk to R. Fuchs at 9 a.m. on site.", "Block D.", "Please price it."}},
		{"nothing", " \n\t\n--\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range sentences(tt.text, 0, len(tt.text)) {
				got = append(got, s.text(tt.text))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestLabel(t *testing.T) {
	for text, want := range map[string]string{
		"Resubmit by:  08/16/2024":       "resubmit by",
		"O&M manuals: send PDFs":         "o&m manuals",
		"Meet at 10:30 on site":          "",
		"We talked about this: it is on": "we talked about this",
		"No colon here":                  "",
	} {
		if got := newSentence(text, 0, len(text)).label; got != want {
			t.Errorf("%q: label %q, want %q", text, got, want)
		}
	}
}

func FuzzSentences(f *testing.F) {
	for _, s := range []string{"Mr. X. $1.50.\n\n- a\n- b", "a | b\nc | d", "Key:  value\n 1. x", "....", "e.g. a.m. U.S.A.\n", "\u200b\xff\x00", "x\ty\n\tz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, x := range sentences(s, 0, len(s)) {
			if x.start < last || x.end <= x.start || x.end > len(s) {
				t.Fatalf("%q: %d to %d after %d", s, x.start, x.end, last)
			}
			if strings.TrimSpace(x.text(s)) == "" {
				t.Fatalf("%q: an empty sentence", s)
			}
			for _, tok := range x.toks {
				if tok.start < x.start || tok.end > x.end {
					t.Fatalf("%q: token %q outside its sentence", s, tok.low)
				}
			}
			last = x.end
		}
	})
}
