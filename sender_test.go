package projectr

import (
	"os"
	"regexp"
	"testing"
)

func TestNormalAddress(t *testing.T) {
	for _, c := range []struct{ in, normal, why string }{
		{"Jo@Acme.example", "jo@acme.example", ""},
		{"jo+jobs@acme.example", "jo@acme.example", "A mail server ignores what follows \"+\": jo+jobs@acme.example is jo@acme.example."},
		{"Jo.Park+acme@gmail.com", "jopark@gmail.com", "Gmail ignores what follows \"+\" and dots: jo.park+acme@gmail.com is jopark@gmail.com."},
		{"jo.park@googlemail.com", "jopark@gmail.com", "Gmail ignores dots: jo.park@googlemail.com is jopark@gmail.com."},
		{"jopark@googlemail.com", "jopark@gmail.com", "Gmail delivers googlemail.com and gmail.com to the same mailbox."},
		{"jo.park@outlook.com", "jo.park@outlook.com", ""},
		{"jo-list@yahoo.fr", "jo@yahoo.fr", "Yahoo ignores what follows \"-\": jo-list@yahoo.fr is jo@yahoo.fr."},
		{"jo-ann@acme.example", "jo-ann@acme.example", ""},
		{"+@gmail.com", "+@gmail.com", ""},
		{"...@gmail.com", "...@gmail.com", ""},
		{"\"a+b\"@acme.example", "\"a+b\"@acme.example", ""},
		{"\"jo.park\"@gmail.com", "jopark@gmail.com", "Gmail ignores dots: jo.park@gmail.com is jopark@gmail.com."},
		{"\"jo\"@acme.example", "jo@acme.example", ""},
		{"\"\"@acme.example", "\"\"@acme.example", ""},
		{"\"@acme.example", "\"@acme.example", ""},
		{"nobody", "nobody", ""},
		{"", "", ""},
	} {
		normal, why := NormalAddress(c.in)
		if normal != c.normal || why != c.why {
			t.Errorf("NormalAddress(%q) = %q, %q; want %q, %q", c.in, normal, why, c.normal, c.why)
		}
		if again, _ := NormalAddress(normal); again != normal {
			t.Errorf("NormalAddress(%q) = %q: not the same a second time", normal, again)
		}
	}
}

func TestPublicProvider(t *testing.T) {
	for d, want := range map[string]bool{"gmail.com": true, "Hotmail.co.uk": true, "yahoo.com.br": true, "mailbox.org": true, "optonline.net": true, "acme.example": false, "yahoo.evil.example": false, "outlook.construction": false, "": false} {
		if got := PublicProvider(d); got != want {
			t.Errorf("PublicProvider(%q) = %v, want %v", d, got, want)
		}
	}
}

// The dashboard offers "everyone at" only for domains of firms.
func TestDashboardKnowsThePublicProviders(t *testing.T) {
	source, err := os.ReadFile("web/src/domain/senders.ts")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?s)publicDomains: ReadonlySet<string> = new Set\(\[(.*?)\]\)`).FindSubmatch(source)
	if list == nil {
		t.Fatal("the dashboard has no list of public mail providers")
	}
	there := map[string]bool{}
	for _, m := range regexp.MustCompile(`"([^"]+)"`).FindAllSubmatch(list[1], -1) {
		there[string(m[1])] = true
	}
	for domain := range aliases {
		if !there[domain] {
			t.Errorf("the dashboard does not know that %s is of a public provider", domain)
		}
		delete(there, domain)
	}
	for domain := range there {
		t.Errorf("the dashboard takes %s for a public provider", domain)
	}
}

func TestSenderRules(t *testing.T) {
	for _, c := range []struct {
		pattern, form string
		fits          map[string]int
	}{
		{"*", "*", map[string]int{"a@b.example": 1, "": 1}},
		{" @X.example", "@x.example", map[string]int{"jo@x.example": 2, "jo@sub.x.example": 0, "jo@ax.example": 0, "x.example": 0, "": 0}},
		{"Jo+a@x.example", "jo@x.example", map[string]int{"jo@x.example": 3, "JO+b@x.example": 3, "joe@x.example": 0}},
		{"j.o@gmail.com", "jo@gmail.com", map[string]int{"jo@googlemail.com": 3, "joe@gmail.com": 0}},
	} {
		form, err := ValidatePattern(c.pattern)
		if err != nil || form != c.form {
			t.Errorf("ValidatePattern(%q) = %q, %v; want %q", c.pattern, form, err, c.form)
		}
		for addr, want := range c.fits {
			if got := (SenderRule{Pattern: form}).Fits(addr); got != want {
				t.Errorf("%s fits %q: %d, want %d", form, addr, got, want)
			}
		}
	}
	for _, bad := range []string{"", "jo", "@", "jo@", "@x..example", "jo @x.example", "*@x.example", "<jo@x.example>", "jo@x.example\nx", "@x.example,@y.example"} {
		if form, err := ValidatePattern(bad); KindOf(err) != Invalid {
			t.Errorf("ValidatePattern(%q) = %q, %v; want it refused", bad, form, err)
		}
	}
}
