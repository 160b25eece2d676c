package extract

import (
	"testing"
	"time"

	"projectr"
)

func TestStanding(t *testing.T) {
	for text, want := range map[string]projectr.Standing{
		"COR #9 is approved in the amount of $23,085.":                        projectr.Approved,
		"The owner will pay the $4,200 for the extra valve.":                  projectr.Approved,
		"Go ahead with option B, not to exceed $12,500.":                      projectr.Approved,
		"Please proceed with the added outlets at $1,150.":                    projectr.Approved,
		"Carla signed PCO 14, $6,900.":                                        projectr.Approved,
		"Please approve PCO 14 in the amount of $6,900.":                      projectr.Exposure,
		"PCO 14 ($6,900) is not approved yet.":                                projectr.Exposure,
		"$6,900 subject to the owner's approval.":                             projectr.Exposure,
		"I'm carrying $6,400 against allowance 7 until I see your number.":    projectr.Exposure,
		"The added moment connections at grid D come to $12,200.":             projectr.Exposure,
		"A custom door would be $3,900 more and 8 weeks.":                     projectr.Exposure,
		"We anticipate roughly $6,800 for thickening the beam.":               projectr.Exposure,
		"Our variation for the culvert is priced at £18,400.":                 projectr.Exposure,
		"Original contract sum $612,000.":                                     "",
		"Contingency remaining is $186,200.":                                  "",
		"Less previous payments $247,310.":                                    "",
		"Retainage 5% is $20,098.50.":                                         "",
		"Standby is $185/hr.":                                                 "",
		"The check for draw 4 ($58,750) went out.":                            "",
		"LDs are $1,500 a calendar day.":                                      "",
		"We would have saved around $9k had we gone carpet.":                  "",
		"The backcharge of $1,250 is disputed.":                               projectr.Exposure,
		"VO 12 for €8.400 was rejected, the client never agreed to it at all": projectr.Exposure,
	} {
		toks := tokenise(text, 0, len(text))
		m := findMoney(toks)
		if len(m) == 0 {
			t.Errorf("%q: no amount", text)
			continue
		}
		if got := standing(toks, m[0].amount); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestLinesOfATotal: what a total adds up is not counted beside it.
func TestLinesOfATotal(t *testing.T) {
	usd := func(quote string, minor int64) projectr.Fact {
		return projectr.Fact{Kind: projectr.BudgetMention, Quote: quote, Amount: &projectr.Amount{Minor: minor, Currency: "USD"}}
	}
	facts := []projectr.Fact{usd("Additional gyp $18,460.00", 1846000), usd("GC fee 8% $1,710.00", 171000), usd("TOTAL ADD $20,170.00", 2017000)}
	stand(facts)
	for i, want := range []projectr.Standing{"", "", projectr.Exposure} {
		if facts[i].Standing != want {
			t.Errorf("%q: %q, want %q", facts[i].Quote, facts[i].Standing, want)
		}
	}
}

func TestDoubt(t *testing.T) {
	owner := func(n string) *string { return &n }
	who := &directory{}
	for _, n := range []string{"Joel Strand", "Joel Park", "Ana Ruiz"} {
		who.add(person{name: n, words: nameWords(n)})
	}
	at := time.Date(2025, 2, 10, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		f    projectr.Fact
		want string
	}{
		{projectr.Fact{Kind: projectr.Risk, Quote: "It may slip.", Confidence: 0.9}, ""},
		{projectr.Fact{Kind: projectr.TimelineChange, Quote: "The shutdown may slip another week.", Confidence: 0.7}, "“may” leaves it open."},
		{projectr.Fact{Kind: projectr.ActionItem, Quote: "Joel has the startup checklist.", Owner: owner("Joel"), Confidence: 0.7}, "2 people in this mail are called Joel."},
		{projectr.Fact{Kind: projectr.ActionItem, Quote: "Ana has the startup checklist.", Owner: owner("Ana"), Confidence: 0.7}, ""},
		{projectr.Fact{Kind: projectr.ActionItem, Quote: "Send it by 3/4/2025.", Owner: owner("Ana Ruiz"), Deadline: owner("2025-03-04"), Confidence: 0.7}, "“3/4/2025” can be March 4 or April 3."},
		{projectr.Fact{Kind: projectr.BudgetMention, Quote: "I'm carrying $6,400 against allowance 7.", Amount: &projectr.Amount{Minor: 640000, Currency: "USD"}, Confidence: 0.6}, "“carrying” suggests a placeholder, not an approved cost."},
		{projectr.Fact{Kind: projectr.ActionItem, Quote: "Measure this", Confidence: 0.7}, "It does not say who."},
		{projectr.Fact{Kind: projectr.KeyPoint, Quote: "Could the saw start at seven?", Confidence: 0.7}, "“Could” leaves it open."},
		{projectr.Fact{Kind: projectr.KeyPoint, Quote: "Is the saw there?", Confidence: 0.7}, "It is asked, not said."},
	} {
		toks := tokenise(c.f.Quote, 0, len(c.f.Quote))
		if got := doubt(c.f, newCalendar(at, toks), who); got != c.want {
			t.Errorf("%q: %q, want %q", c.f.Quote, got, c.want)
		}
	}
}
