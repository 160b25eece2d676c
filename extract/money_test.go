package extract

import (
	"fmt"
	"strings"
	"testing"

	"projectr"
)

func TestMoney(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"$12,450.00", "1245000 USD"},
		{"$12,450.00.", "1245000 USD"},
		{"TOTAL ADD ........ $23,085.00", "2308500 USD"},
		{"$ 14,350", "1435000 USD"},
		{"not to exceed 12.5k", "1250000 USD bare"},
		{"$1.2M", "120000000 USD"},
		{"$1.2 million", "120000000 USD"},
		{"Budget holds at 1.34M", "134000000 USD bare"},
		{"(4,300.00)", "-430000 USD bare"},
		{"The one you sent says 48,250.00", "4825000 USD bare"}, {"poured 22,400.00 sf today", ""}, {"if it stays under 9,400", "940000 USD bare"}, {"The district fined us 1,250", "125000 USD bare"},
		{"Dry film is 60 mils, not 45", ""}, {"Rm 905: stained tile", ""}, {"it cost RM 100", "10000 MYR"},
		{"he wants 2900 for the lot", "290000 USD bare"}, {"call it 1,050", "105000 USD bare"}, {"the long one is 410 more", "41000 USD bare"}, {"4,300 all in", "430000 USD bare"},
		{"you get 600 back", "60000 USD bare"}, {"it lands at 2,310", "231000 USD bare"}, {"it comes to about 1,100 to the good", "110000 USD bare"}, {"you'd owe 850", "85000 USD bare"},
		{"we need 400 more", ""}, {"the crew wants 400 blocks", ""}, {"he wants 2024 for the start", ""}, {"it comes to 350 lf", ""}, {"you owe me 120 blocks", ""}, {"it costs 40", ""},
		{"EUR 4.870", "487000 EUR"}, {"EUR 1.459 per gallon", "146 EUR per gallon"}, {"EUR 11.200", "1120000 EUR"},
		{"($4,300.00)", "-430000 USD"},
		{"total $(500) net", "-50000 USD"},
		{"-$500", "-50000 USD"},
		{"$-500", "-50000 USD"},
		{"draw 4 ($58,750), please", "5875000 USD"},
		{"the fee ($85.00) is due", "8500 USD"},
		{"Deduct for door 104 ($1,200)", "-120000 USD"},
		{"reduced by $4,000 to $96,000", "-400000 USD; 9600000 USD"}, {"a deductive change order for $6,000", "-600000 USD"},
		{"$1,2345", ""}, {"$1,5OO for the permit", ""}, {"$5O00", ""}, {"$12⁵⁰", ""}, {"$5,000¹", "500000 USD"},
		{"£30k", "3000000 GBP"},
		{"€1.500,00", "150000 EUR"},
		{"1.234,56 €", "123456 EUR"},
		{"50 EUR", "5000 EUR"},
		{"CAD 1,000", "100000 CAD"},
		{"US$40", "4000 USD"},
		{"C$40", "4000 CAD"},
		{"300 dollars", "30000 USD"},
		{"10$", "1000 USD"},
		{"¥5000", "5000 JPY"},
		{"$14k to $16k", "1400000 USD; 1600000 USD"},
		{"$14-16k", "1400000 USD; 1600000 USD"},
		{"$10,000 - 12,000", "1000000 USD; 1200000 USD"},
		{"$185/hr", "18500 USD per hour"},
		{"$1,500 a calendar day", "150000 USD per day"},
		{"(9 ea @ $215)", "21500 USD per each"},
		{"£94 per tonne against the £21 per tonne", "9400 GBP per tonne; 2100 GBP per tonne"},
		{"they want 68 an hr", "6800 USD bare per hour"},
		{"Menards quoted 41.50 ea", "4150 USD bare per each"},
		{"around 3200 over the allowance", "320000 USD bare"},
		{"the quote came in at 41,300 which is", "4130000 USD bare"},
		{"prob 2400 give or take", "240000 USD bare"},
		{"$.50", "50 USD"},
		{"Net you are $2,610 over", "261000 USD"},
		{"twelve hundred dollars", "120000 USD"},
		{"they quoted twelve hundred for the dumpster", "120000 USD bare"},
		{"about 5 grand", "500000 USD bare"},
		{"five grand more", "500000 USD bare"},
		{"half a million dollars", "50000000 USD"},
		{"two and a half million euros", "250000000 EUR"},
		{"3 dollars 50 cents", "350 USD"},
		{"thirteen dollars and forty-five cents", "1345 USD"},
		{"64 cents a foot", "64 USD per foot"},
		{"85p", "85 GBP"},
		{"$4.50/sf", "450 USD per sf"},
		{"$85 an hour", "8500 USD per hour"},
		{"$10-million", "1000000000 USD"},
		{"30 MUSD", "3000000000 USD"},
		{"10-20 dollars", "1000 USD; 2000 USD"},
		{"between 5 and 10 thousand euros", "500000 EUR; 1000000 EUR"},
		{"JPY 450,000", "450000 JPY"},
		{"five million yen", "5000000 JPY"},
		{"KWD 12.345", "12345 KWD"},
		{"42 kuwaiti dinars", "42000 KWD"},
		{"Hong Kong dollars are not an amount, 100 Hong Kong dollars are", "10000 HKD"},
		{"CHF 1'250.50", "125050 CHF"},
		{"Rs. 12,34,567.89", "123456789 INR"},
		{"10 Swiss francs", "1000 CHF"},
		{"qty 10 $ 30.00", "3000 USD"},
		{"$1 1/2 million", "150000000 USD"},
		{"$12 5/8\" board", "1200 USD"},
		{"$5 to $10 million", "500000000 USD; 1000000000 USD"},
		{"between $5 and $10 million", "500000000 USD; 1000000000 USD"},
		{"$20 bn", "2000000000000 USD"},
		{"200 k USD", "20000000 USD"},
		{"3 hundred thousand dollars", "30000000 USD"},
		{"1 000 000 dollars", "100000000 USD"},
		{"20 euro cents", "20 EUR"},
		{"Canadian $ 5", "500 CAD"},
		// Families: names of currencies, scales, minor units, ranges, ways to group.
		{"20 NIS", "2000 ILS"}, {"twenty new shekels", "2000 ILS"}, {"42 emirates dirhams", "4200 AED"}, {"9 pound sterling", "900 GBP"}, {"20 aussie dollars", "2000 AUD"},
		{"20 brazilian reals", "2000 BRL"}, {"20 indonesian rupiah", "2000 IDR"}, {"20 vietnamese dong", "20 VND"}, {"20 taka", "2000 BDT"}, {"20 quetzals", "2000 GTQ"},
		{"50 lei", "5000 RON"}, {"fifty levs", "5000 BGN"}, {"20 namibian dollars", "2000 NAD"}, {"20 costa rica colones", "2000 CRC"}, {"CN¥100", "10000 CNY"}, {"TT$ 20", "2000 TTD"}, {"RD$20", "2000 DOP"},
		{"SFr. 20", "2000 CHF"}, {"Ksh 20", "2000 KES"}, {"20€", "2000 EUR"}, {"€20,43", "2043 EUR"}, {"20EUR", "2000 EUR"}, {"INR 33", "3300 INR"}, {"Rs.20", "2000 INR"},
		{"a hundred thousand euro", "10000000 EUR"}, {"costs hundred thousand euro", "10000000 EUR"}, {"a million and a half dollars", "150000000 USD"}, {"half a million dollars", "50000000 USD"},
		{"EUR 1.2 mln", "120000000 EUR"}, {"30 mln euro", "3000000000 EUR"}, {"3 millions of euros", "300000000 EUR"}, {"$5 m", "500000000 USD"}, {"$2.5 b", "250000000000 USD"}, {"USD 3 grand", "300000 USD"},
		{"£1.5tn", "150000000000000 GBP"}, {"two to three million dollars", "200000000 USD; 300000000 USD"}, {"between 10 to 20 dollars", "1000 USD; 2000 USD"}, {"10$-20$", "1000 USD; 2000 USD"},
		{"£9 and seven pence", "907 GBP"}, {"a dollar and 5 cents", "105 USD"}, {"5 euros 33 eurocents", "533 EUR"}, {"fifty paise", "50 INR"}, {"$100 and fifty", "10050 USD"},
		{"2 1/2 dollars", "250 USD"}, {"EUR 1 500", "150000 EUR"}, {"1.234.567 EUR", "123456700 EUR"}, {"minus 5 dollars", "-500 USD"}, {"less than 20 dollars", "2000 USD"},
		{"exterminator quoted 380 cash", "38000 USD bare"}, {"the pump guy was paid cash, 900", "90000 USD bare"}, {"thats extra 540", "54000 USD bare"}, {"the fuel bill was 1,960", "196000 USD bare"},
		{"Accounting, pay the 1,595 with the May check", "159500 USD bare"}, {"posts at 240 apiece", "24000 USD bare per each"}, {"tile, you had 4,000, it's 3,890", "400000 USD bare; 389000 USD bare"}, {"it's 212.40 on this order", "21240 USD bare"}, {"i eat 3800", "380000 USD bare"},
		{"Hire is R4,200 a day", "420000 ZAR per day"}, {"a hinged flap, R 38 500 ex VAT", "3850000 ZAR"}, {"The saving is some R186 000.", "-18600000 ZAR"},
		{"R60 in the attic", ""}, {"it's 10.30 now", ""}, {"the area is 1,960", ""}, {"pay 12 men", ""}, {"the new date is 31.03.2025", ""}, {"an extra 2024 model", ""},
		// Not money, or not that much.
		{"$5 m²", "500 USD"}, {"EUR 5 300 units", "500 EUR or 530000"}, {"several hundred dollars", ""}, {"a few hundred dollars", ""}, {"two millions", ""}, {"the total minus $500", "-50000 USD"}, {"20 quarters", ""},
		{"room 131, 8'-4\", 24-117", ""},
		{"approx. 1,840 LF of coping", ""},
		{"door 101B", ""},
		{"4,000 psi", ""},
		{"8%", ""},
		{"12k psi", ""},
		{"6 m north", ""},
		{"340 m³", ""},
		{"a 5k run", ""},
		{"RFI 023", ""},
		{"10/31/24 at 9:00am", ""},
		{"937-555-0188", ""},
		{"2.1.3", ""},
		{"$99999999999999999999", ""},
		{"two grand pianos", ""},
		{"ALL 5 solutions", ""},
		{"2 CAD drawings", ""},
		{"a dollar amount", ""},
		{"1/4 of a dollar", ""},
		{"ten point five dollars", ""},
		{"420 million atlantean markka", ""},
		{"one hundred and twenty sheets", ""},
		{"twelve hundred square feet", ""},
		{"at 50 pounds per cubic foot", ""},
	} {
		if s := moneyIn(tt.text); s != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, s, tt.want)
		}
	}
}

// moneyIn writes down the sums in a text.
func moneyIn(text string) string {
	var got []string
	for _, m := range findMoney(tokenise(text, 0, len(text))) {
		s := fmt.Sprintf("%d %s", m.amount.Minor, m.amount.Currency)
		if m.unsure {
			s += fmt.Sprintf(" or %d", m.or)
		}
		if m.bare {
			s += " bare"
		}
		if m.per != "" {
			s += " per " + m.per
		}
		got = append(got, s)
	}
	return strings.Join(got, "; ")
}

func TestRowMoney(t *testing.T) {
	text := "Credit for paint\t(4,300.00)\t1,710.00\t$ 14,350"
	s := newSentence(text, 0, len(text))
	s.cells = rowOf(text, 0, len(text))
	var got []int64
	for _, m := range s.money() {
		got = append(got, m.amount.Minor)
	}
	if fmt.Sprint(got) != "[-430000 171000 1435000]" {
		t.Errorf("got %v", got)
	}
}

func FuzzMoney(f *testing.F) {
	for _, s := range []string{
		"$14-16k", "(4,300.00)", "€1.500,00", "1.34M", "$$$", "us$", "$(-5", "9999999999999.99 dollars", "$1,2,3.4.5", "@ $215)",
		"twelve hundred dollars and fifty", "three quarters of a billion yen", "KWD 1.2345", "12,34,567 rupees", "10 $ 30 $", "u.s. $ 5", "5 to 10 thousand trillion euros", "one kuai five mao five", "30 MUSD", "-10-20-30 dollars",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		toks := tokenise(s, 0, len(s))
		last := 0
		for _, m := range findMoney(toks) {
			if m.from < last || m.to <= m.from || m.to > len(toks) {
				t.Fatalf("%q: tokens %d to %d after %d of %d", s, m.from, m.to, last, len(toks))
			}
			if from, to := toks[m.from].start, toks[m.to-1].end; from < 0 || to > len(s) || from >= to {
				t.Fatalf("%q: bytes %d to %d", s, from, to)
			}
			last = m.to
			if !isCode(m.amount.Currency) {
				t.Fatalf("%q: currency %q", s, m.amount.Currency)
			}
			// An amount written out is read as the same amount.
			written := writtenOut(m.amount)
			if back := findMoney(tokenise(written, 0, len(written))); len(back) != 1 || back[0].amount != m.amount {
				t.Fatalf("%q: %+v is written %q and read back as %+v", s, m.amount, written, back)
			}
		}
	})
}

// writtenOut is an amount with the code of its currency and all of its decimals.
func writtenOut(a projectr.Amount) string {
	minor, sign := a.Minor, ""
	if minor < 0 {
		minor, sign = -minor, "-"
	}
	one := int64(1)
	for range decimalsOf(a.Currency) {
		one *= 10
	}
	number := fmt.Sprintf("%d", minor/one)
	if one > 1 {
		number += fmt.Sprintf(".%0*d", decimalsOf(a.Currency), minor%one)
	}
	if behindOnly[strings.ToLower(a.Currency)] {
		return sign + number + " " + a.Currency
	}
	return sign + a.Currency + " " + number
}
