package extract

import (
	"fmt"
	"strings"
	"testing"
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
		{"(4,300.00)", ""},
		{"($4,300.00)", "-430000 USD"},
		{"total $(500) net", "-50000 USD"},
		{"-$500", "-50000 USD"},
		{"$-500", "-50000 USD"},
		{"draw 4 ($58,750), please", "5875000 USD"},
		{"the fee ($85.00) is due", "8500 USD"},
		{"Deduct for door 104 ($1,200)", "-120000 USD"},
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
		{"(9 ea @ $215)", "21500 USD"},
		{"£94 per tonne against the £21 per tonne", "9400 GBP per tonne; 2100 GBP per tonne"},
		{"they want 68 an hr", "6800 USD bare per hour"},
		{"Menards quoted 41.50 ea", "4150 USD bare per each"},
		{"around 3200 over the allowance", "320000 USD bare"},
		{"the quote came in at 41,300 which is", "4130000 USD bare"},
		{"prob 2400 give or take", "240000 USD bare"},
		{"$.50", "50 USD"},
		{"Net you are $2,610 over", "261000 USD"},
		// Not money.
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
	} {
		var got []string
		for _, m := range findMoney(tokenise(tt.text, 0, len(tt.text))) {
			s := fmt.Sprintf("%d %s", m.amount.Minor, m.amount.Currency)
			if m.bare {
				s += " bare"
			}
			if m.per != "" {
				s += " per " + m.per
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, s, tt.want)
		}
	}
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
	for _, s := range []string{"$14-16k", "(4,300.00)", "€1.500,00", "1.34M", "$$$", "us$", "$(-5", "9999999999999.99 dollars", "$1,2,3.4.5", "@ $215)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		toks := tokenise(s, 0, len(s))
		last := 0
		for _, m := range findMoney(toks) {
			if m.from < last || m.to <= m.from || m.to > len(toks) {
				t.Fatalf("%q: tokens %d to %d after %d of %d", s, m.from, m.to, last, len(toks))
			}
			if len(m.amount.Currency) != 3 {
				t.Fatalf("%q: currency %q", s, m.amount.Currency)
			}
			last = m.to
		}
	})
}
