package extract

import (
	"encoding/json"
	"strings"
	"testing"

	"projectr"
)

// TestMoneyForms: thousands apart by blanks, signs as ledgers and letters write them,
// points that can be of thousands, and what a price is the price of.
func TestMoneyForms(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		// Blanks between thousands.
		{"$ 12 450,00", "1245000 USD"}, {"$12 450,00", "1245000 USD"}, {"€ 1 250 000", "125000000 EUR"}, {"€ 1 250 000,50", "125000050 EUR"}, {"12 450,00 €", "1245000 EUR"}, {"12 450,50 EUR", "1245050 EUR"},
		{"USD 12 450.00", "1245000 USD"}, {"CAD 12 450,00", "1245000 CAD"}, {"1 250 000,00 $", "125000000 USD"}, {"$1 250,00/day", "125000 USD per day"}, {"CHF 12 450.–", "1245000 CHF"}, {"$12 050", "1205000 USD"},
		{"total 12 450,00", "1245000 USD bare"}, {"room 12 450,00 €", "45000 EUR"}, {"call 12 450-1234", ""}, {"12 450", ""}, {"on May 12 450 dollars were paid", "45000 USD"},
		{"$12 450", "1245000 USD or 1200"}, {"$12 450.00", "1245000 USD or 1200"}, {"$12 450 units", "1200 USD or 1245000"}, {"pay $12 104 doors", "1200 USD or 1210400"}, {"12 450 USD", "1245000 USD or 45000"}, {"£12 450", "1245000 GBP or 1200"},
		// Blanks around marks, as some programs set them.
		{"$ 67 . 5 million", "6750000000 USD"}, {"us $1 , 250 . 50", "125050 USD"}, {"paid $5 , 100 men came", "510000 USD"}, {"paid $5 . Then we left", "500 USD"}, {"room 5 , 100 dollars", "10000 USD"},
		// Whose dollars, and numbers in words.
		{"5 A$", "500 AUD"}, {"30 million a$", "3000000000 AUD"}, {"5 cdn dollars", "500 CAD"}, {"$5 cad", "500 CAD"}, {"$5 CAD drawings", "500 USD"}, {"$30 aud.", "3000 AUD"}, {"one-hundred dollars", "10000 USD"},
		// Brackets.
		{"(4,300.00)", "-430000 USD bare"}, {"Credit (4,300.00)", "-430000 USD bare"}, {"Change order 4: (4,300.00)", "-430000 USD bare"}, {"Net change: ($4,300.00)", "-430000 USD"}, {"Net change ..... ($4,300.00)", "-430000 USD"},
		{"Deduct for door 104 ($1,200).", "-120000 USD"}, {"The ASI 9 credit came out at (7,150).", "-715000 USD bare"}, {"(4,300.00) EUR", "-430000 EUR"}, {"(4.300,00) €", "-430000 EUR"}, {"<$4,300.00>", "-430000 USD"}, {"(-$300)", "-30000 USD"},
		{"(about $4,300)", "430000 USD"}, {"the pump ($4,300) is", "430000 USD"}, {"we approved the pump ($4,300).", "430000 USD"}, {"(2) EUR 500", "50000 EUR"}, {"<$500", "50000 USD"}, {"two hundred dollars ($200)", "20000 USD; 20000 USD"},
		// Behind a label both can be meant: the sum is kept as it stands, and told as doubtful.
		{"Total due ($4,300)", "430000 USD or -430000"}, {"CO 4 ($4,300.00)", "430000 USD or -430000"}, {"Balance (4,300.00)", "-430000 USD or 430000 bare"},
		// Signs.
		{"-$300", "-30000 USD"}, {"$-300", "-30000 USD"}, {"−$300", "-30000 USD"}, {"$−300", "-30000 USD"}, {"$300-", "-30000 USD"}, {"4,300.00-", "-430000 USD bare"}, {"4,300.00- EUR", "-430000 EUR"}, {"$300 CR", "-30000 USD"}, {"$300CR", "-30000 USD"},
		{"$300 CR 5", "30000 USD"}, {"$300-$400", "30000 USD; 40000 USD"}, {"$300- for the lot", "30000 USD"}, {"$300 - two doors", "30000 USD"}, {"Painting - $300", "30000 USD"}, {"– $300", "30000 USD"},
		// Words that take a sum off.
		{"a credit of $4,300 for the tile", "-430000 USD"}, {"credit $4,300", "-430000 USD"}, {"credit you back $4,300", "-430000 USD"}, {"a $4,300 credit", "-430000 USD"}, {"credit memo for $400", "-40000 USD"}, {"The credit for the deleted soffit is $4,300", "-430000 USD"},
		{"deduct $2,100", "-210000 USD"}, {"Deduct for door 104: $1,200", "-120000 USD"}, {"Deduct door 104 ........ $1,200", "-120000 USD"}, {"a deduction of $500", "-50000 USD"}, {"$10,000 less $500", "1000000 USD; -50000 USD"}, {"a discount of $500", "-50000 USD"},
		{"reduced by $500", "-50000 USD"}, {"Reduce CO 5 by $750", "-75000 USD"}, {"We can lower the contract sum by about $4,000 to $96,000", "-400000 USD; 9600000 USD"}, {"that cut our price by $500", "-50000 USD"},
		{"We reduced the crew and raised CO 5 by $750", "75000 USD"}, {"lower the price to $500", "50000 USD"}, {"cut 40 doors by hand at $85 each", "8500 USD per each"}, {"a refund of $4,300", "-430000 USD"}, {"savings of $300", "-30000 USD"}, {"a saving to your client of about £61,000", "-6100000 GBP"}, {"knock $500 off", "-50000 USD"}, {"credits of $500 and $300", "-50000 USD; -30000 USD"},
		{"a credit of $4,000 to $5,000", "-400000 USD; -500000 USD"}, {"a $500-$700 credit", "-50000 USD; -70000 USD"}, {"deduct $85/hr", "-8500 USD per hour"},
		{"less than $500", "50000 USD"}, {"no less than $500", "50000 USD"}, {"more or less $500", "50000 USD"}, {"plus or minus $500", "50000 USD"}, {"add/deduct $500", "50000 USD"}, {"reduced to $500", "50000 USD"}, {"credit card $400", "40000 USD"},
		{"a letter of credit of $400,000", "40000000 USD"}, {"your line of credit goes up to $500,000", "50000000 USD"}, {"credit of $500 and $300 for paint", "-50000 USD; 30000 USD"}, {"After the credit for tile the contract is $104,300", "10430000 USD"}, {"a $4,300 credit limit", "430000 USD"},
		// Three figures behind a point.
		{"$12.450", "1245 USD or 1245000"}, {"12.450 USD", "1245 USD or 1245000"}, {"CAD 12.450", "1245000 CAD or 1245"}, {"£12.450", "1245000 GBP or 1245"},
		{"$12.450,00", "1245000 USD"}, {"€12.450", "1245000 EUR"}, {"$3.125 per gallon", "313 USD per gallon"}, {"fuel @ $3.125", "313 USD"}, {"$0.125", "13 USD"}, {"$12.450M", "1245000000 USD"}, {"$1234.567", "123457 USD"},
		// The price of a unit.
		{"$1,200 each door", "120000 USD per door"}, {"12 @ $85", "8500 USD per each"}, {"40 hrs @ $85", "8500 USD per hour"}, {"40 hours at $85", "8500 USD per hour"}, {"12 doors at $850", "85000 USD"}, {"$85 per man-hour", "8500 USD per hour"},
		{"$12 / SF", "1200 USD per sf"}, {"$12 per linear foot", "1200 USD per lf"}, {"$45 per square foot", "4500 USD per sf"}, {"$45/sq. ft.", "4500 USD per sf"}, {"$450/sq", "45000 USD per square"}, {"$45 psf", "4500 USD per sf"}, {"$45/m2", "4500 USD per m2"}, {"$45/m²", "4500 USD per m2"},
		{"$100 per cu yd", "10000 USD per cy"}, {"$12 per cubic yard", "1200 USD per cy"}, {"$1,200 per opening", "120000 USD per opening"}, {"$85 hourly", "8500 USD per hour"}, {"$5,000 monthly", "500000 USD per month"}, {"an hourly rate of $85", "8500 USD per hour"},
		{"unit price: $14.50", "1450 USD per unit"}, {"$14-16 per sf", "1400 USD per sf; 1600 USD per sf"}, {"$4,000 per the attached quote", "400000 USD"}, {"$4,000 per plan", "400000 USD"},
	} {
		if s := moneyIn(tt.text); s != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, s, tt.want)
		}
	}
}

// TestDoubtfulSums: a sum that can be another is never shown as sure, says which other,
// and counts in no total.
func TestDoubtfulSums(t *testing.T) {
	for _, tt := range []struct{ text, doubt string }{
		{"The change order for the added soffit comes to $12.450 in all.", "“$12.450” can be 12.45 or 12,450.00."},
		{"The change order for the added soffit comes to $12 450 in all.", "“$12 450” can be 12,450.00 or 12.00."},
		{"Price for the 12 added doors in corridor B was quoted at $12 104 doors.", "“$12” can be 12.00 or 12,104.00."},
		{"Total add for change order 7 ($4,300)", "“$4,300” can be 4,300.00 or −4,300.00."},
		{"The change order for the added soffit comes to $12,450 in all.", ""},
		{"The change order for the added soffit comes to $12 450,00 in all.", ""},
	} {
		res, _ := Rules{}.Extract(t.Context(), plain(tt.text, at(t, "2024-09-10T14:22:00-04:00")))
		found := false
		for _, f := range res.Facts {
			if f.Amount == nil {
				continue
			}
			found = true
			if (f.Confidence < projectr.SureEnough) != (tt.doubt != "") || f.Doubt != tt.doubt || tt.doubt != "" && f.Standing != "" || f.Proof != projectr.Verified {
				t.Errorf("%q: %+v at %.2f, %s, %q, doubt %q", tt.text, *f.Amount, f.Confidence, f.Proof, f.Standing, f.Doubt)
			}
		}
		if !found {
			t.Errorf("%q: no amount", tt.text)
		}
	}
}

// TestUnitPrices: what an amount is the price of is told with it, and it has no standing.
func TestUnitPrices(t *testing.T) {
	for text, want := range map[string]string{
		"Approved: extra labor for the soffit at $85/hr.":           `{"minor":8500,"currency":"USD","per":"hour"}`,
		"They quoted $4.20 per sf for the added epoxy floor.":       `{"minor":420,"currency":"USD","per":"sf"}`,
		"The replacement doors for corridor B cost $1,200 each.":    `{"minor":120000,"currency":"USD","per":"each"}`,
		"The change order for the added soffit comes to $1,200.":    `{"minor":120000,"currency":"USD"}`,
		"We accept a credit of $1,200 for the soffit you took out.": `{"minor":-120000,"currency":"USD"}`,
	} {
		res, _ := Rules{}.Extract(t.Context(), plain(text, at(t, "2024-09-10T14:22:00-04:00")))
		got := []string{}
		for _, f := range res.Facts {
			if f.Amount != nil {
				b, err := json.Marshal(f.Amount)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(b))
				if strings.Contains(want, "per") && f.Standing != "" {
					t.Errorf("%q: is %s", text, f.Standing)
				}
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
