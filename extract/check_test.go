package extract

import (
	"testing"

	"projectr"
)

func TestCheck(t *testing.T) {
	const mail = "Hello Zoë,\n\nplease return the\nsigned CO 2 for $12,450.00 by Friday 9/13.\nThank you for all. Later: by noon.\n"
	fact := func(quote string, start int, text string, change func(*projectr.Fact)) projectr.Fact {
		f := projectr.Fact{Kind: projectr.ActionItem, Quote: quote, Start: start, End: start + len([]rune(quote)), Text: text}
		if change != nil {
			change(&f)
		}
		return f
	}
	day := func(s string) func(*projectr.Fact) { return func(f *projectr.Fact) { f.Deadline = &s } }
	amount := func(minor int64, currency string) func(*projectr.Fact) {
		return func(f *projectr.Fact) { f.Amount = &projectr.Amount{Minor: minor, Currency: currency} }
	}
	const quote = "please return the\nsigned CO 2 for $12,450.00 by Friday 9/13."
	for _, tt := range []struct {
		name string
		f    projectr.Fact
		want projectr.Proof
	}{
		{"stands", fact(quote, 12, "Return the signed CO 2", nil), projectr.Verified},
		{"moved", fact(quote, 0, "Return the signed CO 2", nil), projectr.Verified},
		{"other white space", fact("please  return the signed CO 2", 40, "Return it", nil), projectr.Verified},
		{"other case", fact("Please return the signed CO 2", 12, "Return it", nil), projectr.Unverified},
		{"invented", fact("please pay Orvane LLC", 12, "Pay Orvane", nil), projectr.Unverified},
		{"empty", fact("", 12, "Nothing", nil), projectr.Unverified},
		{"blank", fact(" \n", 10, "Nothing", nil), projectr.Unverified},
		{"beyond the end", fact("please", 4000, "Return", nil), projectr.Verified}, // found elsewhere
		{"its amount", fact(quote, 12, "Return", amount(1245000, "USD")), projectr.Verified},
		{"its amount as a credit", fact(quote, 12, "Return", amount(-1245000, "USD")), projectr.Verified},
		{"another amount", fact(quote, 12, "Return", amount(1254000, "USD")), projectr.ValueMissing},
		{"another currency", fact(quote, 12, "Return", amount(1245000, "GBP")), projectr.ValueMissing},
		{"its day", fact(quote, 12, "Return", day("2024-09-13")), projectr.Verified},
		{"the day before", fact(quote, 12, "Return", day("2024-09-12")), projectr.Verified}, // "before 9/13" would be it
		{"another day", fact(quote, 12, "Return", day("2024-10-13")), projectr.ValueMissing},
		{"no date", fact("Thank you for all.", 73, "Thank", day("2024-09-13")), projectr.ValueMissing},
		{"not a date", fact(quote, 12, "Return", day("soon")), projectr.ValueMissing},
		{"a number of its text", fact(quote, 12, "Return CO 3", nil), projectr.ValueMissing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Check(mail, tt.f)
			if got.Proof != tt.want {
				t.Errorf("got %s, want %s: %+v", got.Proof, tt.want, got)
			}
			if got.Proof != projectr.Unverified && !got.Stands(mail) {
				t.Errorf("%q does not stand at %d", got.Quote, got.Start)
			}
		})
	}
}

// TestCheckNearest: of two places the one nearest to the offsets is meant.
func TestCheckNearest(t *testing.T) {
	const mail = "by  noon. Then we go. And again by\nnoon."
	got := Check(mail, projectr.Fact{Quote: "by noon", Start: 30, End: 37, Text: "x"})
	if got.Start != 32 || got.Quote != "by\nnoon" {
		t.Errorf("got %q at %d", got.Quote, got.Start)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("Send $5 by  Friday.", "$5 by Friday", 3, 9, "Send 5", "2024-01-05")
	f.Fuzz(func(t *testing.T, text, quote string, start, end int, line, day string) {
		got := Check(text, projectr.Fact{Quote: quote, Start: start, End: end, Text: line, Deadline: &day})
		if got.Proof != projectr.Unverified && !got.Stands(text) {
			t.Fatalf("%q at %d of %q", got.Quote, got.Start, text)
		}
	})
}
