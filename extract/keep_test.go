package extract

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"projectr"
)

// TestKeepRaisesNothing has a model lie about the words of a mail: what is kept of its
// facts is no better proven than its words prove it.
func TestKeepRaisesNothing(t *testing.T) {
	const said = `Please call the inspector tomorrow.
The painting of room 450 is approved.
Job 24-117 is approved by the owner.
The office at 418 Hollis Street is approved.
COR 9 is approved at $4,200.
Please send the schedule by Friday and order glass within 3 weeks.
The pour is on June 12.
Please bring the keys by then.`
	action := func(quote, day string) claim {
		return claim{Kind: "action_item", Quote: quote, Text: quote, Date: day}
	}
	money := func(quote, sum string) claim {
		return claim{Kind: "budget_mention", Quote: quote, Text: quote, Amount: sum}
	}
	const call, glass, keys = "Please call the inspector tomorrow.", "Please send the schedule by Friday and order glass within 3 weeks.", "Please bring the keys by then."
	for name, c := range map[string]struct {
		claim claim
		want  string // deadline or sum | proof | standing
	}{
		"its day":                       {action(call, "tomorrow"), "2025-06-10 | verified | "},
		"its day in other words":        {action(call, "by 10 June"), "2025-06-10 | verified | "},
		"another day than tomorrow":     {action(call, "in 90 days"), "2025-09-07 | value_missing | "},
		"a written one":                 {action(call, "2025-09-07"), "2025-09-07 | value_missing | "},
		"the first of two":              {action(glass, "by Friday"), "2025-06-13 | verified | "},
		"the second of two":             {action(glass, "within 3 weeks"), "2025-06-30 | verified | "},
		"a day within the second":       {action(glass, "by June 24"), "2025-06-24 | value_missing | "},
		"the day named before":          {action(keys, "June 12"), "2025-06-12 | verified | "},
		"a day named nowhere":           {action(keys, "June 20"), "2025-06-20 | value_missing | "},
		"a sum":                         {money("COR 9 is approved at $4,200.", "$4,200"), "USD 420000 | verified | approved"},
		"a sum without its sign":        {money("COR 9 is approved at $4,200.", "4200"), "USD 420000 | verified | approved"},
		"the number of a change":        {money("COR 9 is approved at $4,200.", "$9"), "USD 900 | value_missing | "},
		"the number of a room":          {money("The painting of room 450 is approved.", "$450"), "USD 45000 | value_missing | "},
		"the number of a room, unsaid":  {money("The painting of room 450 is approved.", "450"), "USD 45000 | value_missing | "},
		"the number of a job":           {money("Job 24-117 is approved by the owner.", "24"), "USD 2400 | value_missing | "},
		"the other half of it":          {money("Job 24-117 is approved by the owner.", "$117"), "USD 11700 | value_missing | "},
		"the number of a house":         {money("The office at 418 Hollis Street is approved.", "$418"), "USD 41800 | value_missing | "},
		"the number of a house, in EUR": {money("The office at 418 Hollis Street is approved.", "418 EUR"), "EUR 41800 | value_missing | "},
	} {
		m := mailFrom(t, strings.Replace(jobMail, "Please send the door schedule before Friday.", said, 1))
		b, _ := modelReader(&answers{said: []string{single(c.claim)}})
		res, err := b.Extract(t.Context(), m)
		if err != nil || len(res.Facts) != 1 {
			t.Fatalf("%s: %+v, %v", name, res, err)
		}
		for _, f := range []projectr.Fact{res.Facts[0], Keep(m, res.Facts)[0], Keep(m, Keep(m, res.Facts))[0]} {
			got := str(f.Deadline)
			if f.Amount != nil {
				got = f.Amount.Currency + " " + strconv.FormatInt(f.Amount.Minor, 10)
			}
			if got += " | " + string(f.Proof) + " | " + string(f.Standing); got != c.want {
				t.Errorf("%s: got %s, want %s", name, got, c.want)
			}
		}
		// Whoever says that it is proven is not believed.
		f := res.Facts[0]
		f.Proof = projectr.Verified
		if f.Kind == projectr.BudgetMention {
			f.Standing = projectr.Approved
		}
		if f = Keep(m, []projectr.Fact{f})[0]; !strings.Contains(c.want, string(f.Proof)) || f.Proof != projectr.Verified && f.Standing != "" {
			t.Errorf("%s: kept as %s, %q", name, f.Proof, f.Standing)
		}
	}
}

func TestKeepRefusesWhatIsUnproven(t *testing.T) {
	m := mailFrom(t, jobMail)
	r, err := Rules{}.Extract(t.Context(), m)
	if err != nil || len(r.Facts) == 0 {
		t.Fatal(r, err)
	}
	for i := range r.Facts {
		r.Facts[i].Proof = projectr.Unverified
	}
	if kept := Keep(m, r.Facts); len(kept) != 0 {
		t.Errorf("%+v", kept)
	}
}

// A person may set what the words leave open: their correction is checked without the
// mail, as before.
func TestACorrectionIsChecked(t *testing.T) {
	m := mailFrom(t, jobMail)
	b, _ := modelReader(&answers{said: []string{single(claim{Kind: "action_item", Quote: "Mike will order the glass tomorrow.", Text: "Order the glass", Date: "by Wednesday"})}})
	res, err := b.Extract(t.Context(), m)
	if err != nil || len(res.Facts) != 1 || res.Facts[0].Proof != projectr.ValueMissing {
		t.Fatalf("%+v, %v", res, err)
	}
	f := Keep(m, res.Facts)[0]
	day := "2025-06-10"
	if f.Deadline = &day; Check(m.Text, f).Proof != projectr.Verified {
		t.Error("what a person sets is not verified")
	}
}

// TestKeepOfHonestFacts takes the labels of the gold mails for what a reader says: what
// Check finds in their evidence stays proven when it is kept, and all that rules read.
func TestKeepOfHonestFacts(t *testing.T) {
	days, sums := 0, 0
	for _, dir := range []string{"../testdata/construction-gold", "testdata/own-gold/dev"} {
		paths, _ := filepath.Glob(filepath.Join(dir, "gold", "*.json"))
		for _, path := range paths {
			data, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			g, err := ReadGold(data)
			data.Close()
			if err != nil {
				t.Fatal(err)
			}
			raw, err := os.ReadFile(filepath.Join(dir, "eml", strings.TrimSuffix(filepath.Base(path), ".json")+".eml"))
			if err != nil {
				t.Fatal(err)
			}
			m := mailFrom(t, strings.ReplaceAll(string(raw), "\r\n", "\n"))
			r, err := Rules{}.Extract(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			honest := r.Facts
			for _, it := range append(g.ActionItems, g.BudgetMentions...) {
				f := projectr.Fact{Kind: projectr.ActionItem, Text: "What is said", Quote: it.Evidence, Deadline: it.Deadline}
				if it.minor() != 0 {
					f.Kind, f.Amount = projectr.BudgetMention, &projectr.Amount{Minor: it.minor(), Currency: it.Currency}
				}
				honest = append(honest, f)
			}
			for _, f := range honest {
				f.Proof = ""
				checked := Check(m.Text, f)
				if checked.Proof != projectr.Verified || !readable(m.Spans, checked) {
					continue
				}
				if f.Deadline != nil {
					days++
				}
				if f.Amount != nil {
					sums++
				}
				if strings.HasSuffix(f.Quote, "by Thursday, 6500.") {
					continue // a bare figure, which nothing tells from that of a room
				}
				if kept := Keep(m, []projectr.Fact{f}); len(kept) != 1 || kept[0].Proof != projectr.Verified {
					t.Errorf("%s of %s: %q, %s, %+v: %+v", path, m.Date.Format(time.DateOnly), f.Quote, str(f.Deadline), f.Amount, kept)
				}
			}
		}
	}
	t.Logf("%d days, %d sums", days, sums)
	if days < 100 || sums < 100 {
		t.Errorf("%d days, %d sums", days, sums)
	}
}
