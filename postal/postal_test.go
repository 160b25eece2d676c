package postal_test

import (
	"bytes"
	"strings"
	"testing"

	"projectr"
	"projectr/postal"
	"projectr/postal/training"
)

func TestFind(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string // the parts: number|street|unit|box|city|state|postcode
	}{
		{"Please ship the doors to 418 Hollis St, Dayton, OH 45402 by Friday.", []string{"418|Hollis St||| Dayton|OH|45402"}},
		{"The crew is at 418 N. Hollis Street today.", []string{"418|N. Hollis Street|||||"}},
		{"We met at 2205 Maple Grove Rd, Ste 200, Eden Prairie, MN 55347.", []string{"2205|Maple Grove Rd|Ste 200||Eden Prairie|MN|55347"}},
		{"Units 3 and 4 of 75-77 Mill Street leak.", []string{"75-77|Mill Street|||||"}},
		{"Meet at the corner of 5th and Main at 10:30.", []string{"|5th & Main|||||"}},
		{"The culvert on County Highway 9 is done.", []string{"|County Highway 9|||||"}},
		{"Mail the check to P.O. Box 1123, Dayton, OH 45402.", []string{"|||P.O. Box 1123|Dayton|OH|45402"}},
		{"Our office moved to 100 King St W, Toronto, ON M5X 1A9 in May.", []string{"100|King St W|||Toronto|ON|M5X 1A9"}},
		{"Send the samples to 22B Saffron Hill, London EC1N 8QX please.", []string{"22B|Saffron Hill|||London||EC1N 8QX"}},
		{"We met at Hauptstraße 12, 10115 Berlin last week.", []string{"12|Hauptstraße|||Berlin||10115"}},
		{"Send it to 12 rue de la Paix, 75002 Paris by Friday.", []string{"12|rue de la Paix|||Paris||75002"}},
		{"418 Hollis St, Dayton, OH 45402\n\n451 Hollis St, Dayton, OH 45402", []string{"418|Hollis St|||Dayton|OH|45402", "451|Hollis St|||Dayton|OH|45402"}},

		{"The total is $12,450.00, due 3/14/2025.", nil},
		{"See A-601 and S2.1 for the 24 doors.", nil},
		{"Call (937) 555-0142 or 937-555-0142 before 10:30 am.", nil},
		{"Job 24-117 Hollis St Clinic is 12 days behind.", nil},
		{"We need 40 sheets of 5/8 drywall on the 2nd floor by May 12.", nil},
		{"Pay app 3 and CO 4 came in on 14 March 2025.", nil},
		{"A 4 wheel drive truck takes 20 minutes.", nil},
		{"", nil},
	} {
		list := postal.Find(c.text)
		var got []string
		for _, a := range list {
			if q, ok := projectr.Quoted(c.text, a.Start, a.End); !ok || q != a.Text {
				t.Errorf("%q: %q does not stand at %d to %d", c.text, a.Text, a.Start, a.End)
			}
			street := a.Street.String()
			if a.Cross != (postal.Street{}) {
				street += " & " + a.Cross.String()
			}
			got = append(got, strings.Join([]string{a.Number, street, a.Unit, a.Box, a.City, a.State, a.Postcode}, "|"))
		}
		for i := range c.want {
			c.want[i] = strings.ReplaceAll(c.want[i], "| ", "|")
		}
		if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%q:\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"418 Hollis St", "418 Hollis Street", true},
		{"418 Hollis St.", "418 HOLLIS ST, Dayton, OH 45402", true},
		{"418 N Hollis St", "418 North Hollis Street", true},
		{"418 Hollis St, Suite 200", "418 Hollis St", true},
		{"418 Hollis St, Suite 200", "418 Hollis St, Ste 200", true},
		{"12 Fifth Ave", "12 5th Avenue", true},
		{"1190 Bridge St, Lowell MA 01850", "1190 Bridge Street, Lowell, Massachusetts 01850-1234", true},
		{"4410 State Route 31", "4410 SR 31", true},
		{"PO Box 88, Dayton, OH 45402", "P.O. Box 88, Dayton, OH 45402", true},
		{"corner of 5th and Main", "Main St and 5th Ave", true},
		{"Hauptstraße 12, 10115 Berlin", "Hauptstrasse 12, 10115 Berlin", true},

		{"418 Hollis Street", "451 Hollis Street", false},
		{"418 Hollis Street", "418 Harris Street", false},
		{"418 Hollis Street", "418 Hollis Avenue", false},
		{"418 N Hollis St", "418 S Hollis St", false},
		{"418 Hollis St, Suite 200", "418 Hollis St, Suite 300", false},
		{"418 Hollis St, Dayton, OH", "418 Hollis St, Toledo, OH", false},
		{"75-77 Mill St", "75 Mill St", false},
		{"4410 County Highway 9", "4410 County Highway 19", false},
		{"PO Box 88, Dayton, OH 45402", "PO Box 89, Dayton, OH 45402", false},
	} {
		a, ok := postal.Parse(c.a)
		b, ok2 := postal.Parse(c.b)
		if !ok || !ok2 {
			t.Errorf("%q, %q: found %v, %v", c.a, c.b, ok, ok2)
			continue
		}
		if a.Same(b) != c.same || b.Same(a) != c.same {
			t.Errorf("%q (%s), %q (%s): same %v", c.a, a.Canonical(), c.b, b.Canonical(), !c.same)
		}
	}
}

func TestCanonical(t *testing.T) {
	a, _ := postal.Parse("418 North Hollis Street, Suite #200, Dayton, Ohio 45402")
	if got := a.Canonical(); got != "418 n hollis st, ste 200, dayton, oh, 45402" {
		t.Errorf("%q", got)
	}
	if got := a.Line(); got != "418 n hollis st" {
		t.Errorf("%q", got)
	}
}

// Weights that are written and read again tag as before, and learning twice gives
// the same.
func TestWeightsAreReproducible(t *testing.T) {
	row := training.Row{Text: "418 Hollis St", Tokens: [][2]string{{"418", "AddressNumber"}, {"Hollis", "StreetName"}, {"St", "StreetNamePostType"}}}
	lessons := training.Lessons([]training.Row{row}, 7)[:400]
	var once, twice, again bytes.Buffer
	if err := postal.Train(lessons, 2, 7).Write(&once); err != nil {
		t.Fatal(err)
	}
	if err := postal.Train(lessons, 2, 7).Write(&twice); err != nil {
		t.Fatal(err)
	}
	if once.Len() == 0 || !bytes.Equal(once.Bytes(), twice.Bytes()) {
		t.Error("learning twice gives other weights")
	}
	tagger, err := postal.ReadTagger(bytes.NewReader(once.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := tagger.Write(&again); err != nil || !bytes.Equal(once.Bytes(), again.Bytes()) {
		t.Errorf("what is read is not what was written: %v", err)
	}
	for _, broken := range []string{"no tab", "w x\t1", "w x\t99:1", "> 99\t1:1"} {
		if _, err := postal.ReadTagger(strings.NewReader(broken)); err == nil {
			t.Errorf("%q was read as weights", broken)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"Please ship to 418 Hollis St, Dayton, OH 45402 by Friday.", "corner of 5th & Main", "P.O. Box 88\nDayton OH", "Hauptstraße 12, 10115 Berlin", "(850)202 4416", "12 \xff rue ½, 75002 Paris",
		"#9 - Hollis Street Clinic, 418 Hollis Street", "||<b>12 A</b>", strings.Repeat("1 ", 300), "1/2 , , & @ # #1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, a := range postal.Find(text) {
			q, ok := projectr.Quoted(text, a.Start, a.End)
			if !ok || q != a.Text || q == "" || a.Start < end {
				t.Fatalf("%q does not stand at %d to %d of %q", a.Text, a.Start, a.End, text)
			}
			end = a.End
			if !a.Same(a) && (a.Line() != "" || a.Box != "") {
				t.Errorf("%q is not the same as itself", a.Text)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("Hi Renata, the crew pours 24 yards at 418 Hollis St, Dayton, OH 45402 on 3/14 and bills $18,250.00. Per A-601 the door moves. Could you please look at it and let me know what you think about it before the week is over? ", 10)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		postal.Find(text)
	}
}
