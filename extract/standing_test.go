package extract

import (
	"strings"
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
		"VO 12 for €8.400 was rejected, the client never agreed to it at all": "",
	} {
		toks := tokenise(text, 0, len(text))
		m := findMoney(toks)
		if len(m) == 0 {
			t.Errorf("%q: no amount", text)
			continue
		}
		if got, _ := standing(toks, m[0].amount); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestStandingOfEach: a word of approval belongs to one sum, and what stands in its way
// blocks it.
func TestStandingOfEach(t *testing.T) {
	const yes, open = projectr.Approved, projectr.Exposure
	for _, c := range []struct {
		text string
		want []projectr.Standing
	}{
		{"We cannot go ahead with PCO 4 at $14,000.", []projectr.Standing{""}},
		{"Please do not go ahead with CO 9, $14,000.", []projectr.Standing{""}},
		{"CO 9 ($14,000) has not yet formally been approved.", []projectr.Standing{open}},
		{"PCO 4 for $14,000 should never have been approved.", []projectr.Standing{open}},
		{"The $8,000 for CO 3 is not OK for us.", []projectr.Standing{""}},
		{"We all agreed $6,400 for CO 5 is too much.", []projectr.Standing{open}},
		{"We all agreed that CO 5 at $6,400 is way too high.", []projectr.Standing{open}},
		{"It was agreed that the $6,400 for CO 5 is your cost.", []projectr.Standing{open}},
		{"It was agreed that CO 5 at $6,400 is on us.", []projectr.Standing{yes}},
		{"He signed for the $4,000 delivery.", []projectr.Standing{""}},
		{"He signed the $4,000 change order.", []projectr.Standing{yes}},
		{"He signed the $4,000 delivery invoice.", []projectr.Standing{yes}},
		{"CO 5 for $6,400 is no longer approved.", []projectr.Standing{open}},
		{"CO 5 at $6,400 was approved by mistake; please ignore.", []projectr.Standing{open}},
		{"CO 5 was approved at $6,400? That is news to me.", []projectr.Standing{open}},
		{"CO 5 was approved at $6,400?", []projectr.Standing{open}},
		{"The owner has approved neither CO 5 ($6,400) nor CO 6.", []projectr.Standing{open}},
		{"He thinks we agreed to $6,400 for CO 5. We did not.", []projectr.Standing{open}},
		{"He thinks we agreed to $6,400 for CO 5.", []projectr.Standing{open}},
		{"CO 5 at $6,400 will be approved next week.", []projectr.Standing{open}},
		{"We hope CO 5 at $6,400 gets approved.", []projectr.Standing{open}},
		{"I don't know who approved CO 5 at $6,400, but it wasn't us.", []projectr.Standing{open}},
		{"CO 5 was approved at $6,400, but not by us.", []projectr.Standing{open}},
		{"CO 5 is approved at $6,400, I think.", []projectr.Standing{open}},
		{"CO 5 at $6,400 is being approved.", []projectr.Standing{open}},
		{"Shall we go ahead with the lights at $890?", []projectr.Standing{open}},
		{"Is the bridge good for $80,000?", []projectr.Standing{""}},
		{"According to Sam the $6,400 was agreed.", []projectr.Standing{open}},
		{"Carla doubts that CO 5 was approved at $6,400.", []projectr.Standing{open}},
		{"We approved CO 5 at $6,400 if you finish by Friday.", []projectr.Standing{open}},

		{"We agreed with Priya on $7,300, not the $9,100 she asked.", []projectr.Standing{yes, ""}},
		{"The owner approved CO 5, not CO 6 ($9,900).", []projectr.Standing{""}},
		{"The door goes from $12,000 to $13,500 and the extra $1,500 is approved.", []projectr.Standing{"", "", yes}},
		{"The owner approved the increase from $12,000 to $13,500.", []projectr.Standing{"", yes}},
		{"You billed CO 8 for $9,920 but only $7,400 was approved.", []projectr.Standing{"", yes}},
		{"Draw 6 for $92,400 has been approved at $71,150.", []projectr.Standing{"", yes}},
		{"Draw 6 was approved for $88,400 of the $97,150 requested.", []projectr.Standing{yes, ""}},
		{"The owner approved CO 5 ($6,400) and CO 6 ($9,900).", []projectr.Standing{yes, yes}},
		{"CO 5 ($6,400) and CO 6 ($9,900) are approved.", []projectr.Standing{yes, yes}},
		{"Not CO 6 ($9,900) but CO 5 ($6,400) was approved.", []projectr.Standing{"", yes}},

		{"We rejected PCO 9 for $33,000.", []projectr.Standing{""}},
		{"We are waiving the $500 fee.", []projectr.Standing{""}},
		{"We are not waiving the $500 fee.", []projectr.Standing{open}},
		{"Did you reject PCO 9 for $33,000?", []projectr.Standing{open}},

		{"Amendment 3 was executed on May 10 and raises the price to $92,700.", []projectr.Standing{yes}},
		{"Need your okay for $6,300 of overtime.", []projectr.Standing{open}},
		{"Let's get CO 5 at $6,400 signed.", []projectr.Standing{open}},
		{"The $6,400 is agreed in principle.", []projectr.Standing{open}},
		{"Rather than $9,100 we agreed on $7,300.", []projectr.Standing{"", yes}},
		{"We haven't approved CO 5 ($6,400), and Carla agreed.", []projectr.Standing{open}},
		{"Approved to date $6.41M, forecast $6.58M.", []projectr.Standing{yes, ""}},
		{"The architect denies having approved CO 5 at $6,400.", []projectr.Standing{""}},
		{"I was under the impression that CO 5 at $6,400 was approved.", []projectr.Standing{open}},
		{"Had the owner approved CO 5 at $6,400 we had started.", []projectr.Standing{open}},
		{"CO 5 is anything but approved at $6,400.", []projectr.Standing{open}},
		{"Of the $9,100 the owner approved $7,300.", []projectr.Standing{"", yes}},
		{"CO 5: $6,400 approved, CO 6: $9,900 pending.", []projectr.Standing{yes, ""}},

		{"All approved except PCO 5 ($2,000).", []projectr.Standing{""}},
		{"Everything is approved apart from the $2,000 for paint.", []projectr.Standing{""}},
		{"With the exception of PCO 5 ($2,000) all are approved.", []projectr.Standing{""}},
		{"All COs are approved except CO 5 ($6,400) and CO 6 ($2,000).", []projectr.Standing{"", ""}},
		{"We approve CO 5 at $6,400 except for the $900 markup.", []projectr.Standing{yes, ""}},
		{"All of these are approved except PCO 5: PCO 4 $1,000, PCO 5 $2,000, PCO 6 $3,000.", []projectr.Standing{yes, "", yes}},

		{"CO 5 ($6,400) APPROVED BY: ____________", []projectr.Standing{open}},
		{"Approved by: ____________ Date: ________ Amount: $6,400", []projectr.Standing{open}},
		{"Approved by: Carla Reyes, $6,400", []projectr.Standing{yes}},
		{"CO 5 is approved contingent on the lender, $6,400.", []projectr.Standing{open}},
		{"CO 5 approved pending funding, $6,400.", []projectr.Standing{open}},
		{"They agreed to look at the $6,400.", []projectr.Standing{open}},
		{"They agreed to pay the $6,400.", []projectr.Standing{yes}},
		{"Approved vendors quoted $6,400.", []projectr.Standing{open}},

		{"The submittal is approved and CO 5 is $6,400.", []projectr.Standing{""}},
		{"The owner approved the submittal and CO 5 ($6,400).", []projectr.Standing{yes}},
		{"CO 5 for the added inspection is approved at $6,400.", []projectr.Standing{yes}},
		{"RFI 12 approved, cost $6,400.", []projectr.Standing{open}},
		{"The permit was approved, we owe the city $2,300.", []projectr.Standing{""}},
		{"The permit fee of $2,300 is approved.", []projectr.Standing{yes}},
		{"I signed the lien waiver for $58,000.", []projectr.Standing{""}},
		{"We accept delivery Friday of the $8,000 pump.", []projectr.Standing{""}},
		{"The approved manufacturer's price is $3,000.", []projectr.Standing{open}},
		{"The board approved the minutes and heard about the $90,000 overrun.", []projectr.Standing{open}},
		{"Our approved budget is $5,000,000 and CO 3 at $9,000 is over it.", []projectr.Standing{"", ""}},

		{"Approved CO 5 at $6,400 and rejected CO 6 at $2,100.", []projectr.Standing{yes, ""}},
		{"We rejected CO 6 at $2,100 and approved CO 5 at $6,400.", []projectr.Standing{"", yes}},
		{"CO 5 ($6,400) was approved and CO 6 ($2,100) rejected.", []projectr.Standing{yes, ""}},
		{"CO 5 $6,400 approved, CO 6 $2,100 rejected.", []projectr.Standing{yes, ""}},
		{"The $2,100 was rejected, the $6,400 approved.", []projectr.Standing{"", yes}},
		{"CO 5 at $6,400 was approved while CO 6 at $2,100 was rejected.", []projectr.Standing{yes, ""}},
		{"Approved: CO 5 $6,400. Rejected: CO 6 $2,100.", []projectr.Standing{yes, ""}},
		{"CO 5 is approved at $6,400, CO 6 is not.", []projectr.Standing{yes}},
		{"CO 5 is approved at $6,400 but CO 6 is not.", []projectr.Standing{yes}},
		{"CO 5 ($6,400) is approved, CO 6 ($2,100) is not.", []projectr.Standing{yes, open}},
		{"CO 5 at $6,400 is approved but CO 6 at $2,100 isn't.", []projectr.Standing{yes, open}},
		{"CO 5 ($6,400) approved, CO 6 ($2,100) not yet.", []projectr.Standing{yes, open}},
		{"CO 5 ($6,400) and CO 6 ($2,100) are approved, CO 7 ($900) is not.", []projectr.Standing{yes, yes, open}},
		{"CO 5 ($6,400) approved, CO 6 ($2,100), CO 7 ($900) rejected.", []projectr.Standing{yes, "", ""}},
		{"The owner approved CO 5 ($6,400) and CO 6 ($2,100), CO 7 ($900) was rejected.", []projectr.Standing{yes, yes, ""}},
		{"We can approve the $6,400 but not the $2,100.", []projectr.Standing{yes, ""}},
		{"We approve the $6,400 and decline the $2,100.", []projectr.Standing{yes, ""}},
		{"We can approve the $6,400.", []projectr.Standing{open}},
		{"We could approve the $6,400 but not the $2,100.", []projectr.Standing{open, ""}},
		{"We approve the $6,400.", []projectr.Standing{yes}},
		{"Do we approve the $6,400?", []projectr.Standing{open}},
		{"If we approve the $6,400 we start.", []projectr.Standing{open}},
		{"The owner will not approve CO 6 ($2,100) and has approved CO 5 ($6,400).", []projectr.Standing{"", yes}},
		{"We have approved $6,400 of the $8,500 and rejected the rest.", []projectr.Standing{yes, ""}},
		{"He approved the $6,400, rejected the $2,100 and wants a new price for the $900.", []projectr.Standing{yes, "", ""}},
		{"CO 5 was approved at $6,400 and CO 6 was rejected.", []projectr.Standing{yes}},
		{"CO 5 is approved at $6,400; please approve CO 6 at $2,100.", []projectr.Standing{yes, open}},
		{"CO 5 for $6,400 and CO 6 for $2,100 were both rejected.", []projectr.Standing{"", ""}},
		{"CO 5 was approved at $6,400, then CO 5 was rejected.", []projectr.Standing{""}},
		{"CO 5 was approved at $6,400. It was rejected later.", []projectr.Standing{""}},
		{"Was CO 5 ($6,400) approved and CO 6 ($2,100) rejected?", []projectr.Standing{open, open}},
		{"The owner should have rejected CO 6 ($2,100) and approved CO 5 ($6,400).", []projectr.Standing{open, open}},
		{"CO 5 ($6,400) was not reviewed and approved.", []projectr.Standing{open}},
		{"CO 5 ($6,400) will be rejected and CO 6 ($2,100) approved.", []projectr.Standing{open, open}},
		{"We'd like CO 5 ($6,400) rejected and CO 6 ($2,100) approved.", []projectr.Standing{"", open}},
		{"Probably CO 5 ($6,400) was approved and CO 6 ($2,100) was approved.", []projectr.Standing{open, open}},
		{"Please confirm: CO 5 ($6,400) is approved; CO 6 ($2,100) is approved.", []projectr.Standing{open, open}},
		{"If CO 5 ($6,400) is approved, CO 6 ($2,100) is not.", []projectr.Standing{open, open}},

		{"Approved: CO 5 $6,400, CO 6 $9,900, CO 7 $1,200.", []projectr.Standing{yes, yes, yes}},
		{"We withdrew PCO 4 ($14,000).", []projectr.Standing{""}},
		{"CO 5 is approved at $3,460, we will send the paper next week.", []projectr.Standing{yes}},
		{"CO 5 is approved at $3,460, can you start Monday?", []projectr.Standing{yes}},
		{"Change order 5 was executed on April 25 for $17,640 and no days.", []projectr.Standing{yes}},
		{"Request 8 is accepted at $3,120 with no added time.", []projectr.Standing{yes}},
		{"Your figure is accepted and $13,142.35 goes onto the May certificate.", []projectr.Standing{yes}},
		{"CO 8 at $9,920 was agreed with Kendall on the phone, and he confirmed it on April 29.", []projectr.Standing{yes}},
		{"Go ahead with the second coat at $900, no need to wait for us.", []projectr.Standing{yes}},
	} {
		toks := tokenise(c.text, 0, len(c.text))
		sums := findMoney(toks)
		if len(sums) != len(c.want) {
			t.Errorf("%q: %d amounts", c.text, len(sums))
			continue
		}
		for k, m := range sums {
			if got, _ := standing(toks, m.amount); got != c.want[k] {
				t.Errorf("%q: %q of %s, want %q", c.text, got, c.text[toks[m.from].start:toks[m.to-1].end], c.want[k])
			}
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

// TestStandingOfFacts: a sum that is refused is not counted for its total, and of two
// approved sums of a sentence both are.
func TestStandingOfFacts(t *testing.T) {
	const refused, both = "We rejected the PCO, total $33,000.", "The owner approved CO 5 ($6,400) and CO 6 ($9,900)."
	usd := func(quote string, minor int64) projectr.Fact {
		return projectr.Fact{Kind: projectr.BudgetMention, Quote: quote, Amount: &projectr.Amount{Minor: minor, Currency: "USD"}}
	}
	facts := []projectr.Fact{usd(refused, 3300000)}
	if stand(facts); facts[0].Standing != "" {
		t.Errorf("%q: %q", refused, facts[0].Standing)
	}
	facts = []projectr.Fact{usd(both, 640000), usd(both, 990000)}
	if stand(facts); facts[0].Standing != projectr.Approved || facts[1].Standing != projectr.Approved {
		t.Errorf("%q: %q and %q", both, facts[0].Standing, facts[1].Standing)
	}
}

// TestStandingOfAFlood: a sentence without end costs each of its sums its length, and not the
// square of it.
func TestStandingOfAFlood(t *testing.T) {
	flood := strings.Repeat("we approved $5 and rejected $6 not the $7, ", 6000)
	facts := make([]projectr.Fact, 20)
	for i := range facts {
		facts[i] = projectr.Fact{Kind: projectr.BudgetMention, Quote: flood, Amount: &projectr.Amount{Minor: 500 + 100*int64(i%3), Currency: "USD"}}
	}
	from := time.Now()
	stand(facts)
	if took := time.Since(from); took > 30*time.Second {
		t.Errorf("%d sums of a flood took %v", len(facts), took)
	}
}
