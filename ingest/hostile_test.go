package ingest_test

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"testing"

	"projectr"
	"projectr/sender"
)

// denies is a DNS in which two domains reject what is not their own.
type denies struct{}

func (denies) LookupTXT(_ context.Context, name string) ([]string, error) {
	if name == "_dmarc.firm.example" || name == "_dmarc.kfirm.example" {
		return []string{"v=DMARC1; p=reject"}, nil
	}
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (denies) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (denies) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func (denies) LookupAddr(_ context.Context, name string) ([]string, error) {
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

// ways to write From that two readers may read in two ways.
func TestNoSpellingOfFromGetsAround(t *testing.T) {
	for name, from := range map[string]string{
		"plain":              "boss@firm.example",
		"encoded":            "=?utf-8?q?boss=40firm.example?=",
		"encoded angle":      "=?utf-8?q?Boss_=3Cboss=40firm.example=3E?=",
		"control":            "boss@fi\x01rm.example",
		"turned":             "boss@firm.exam\u202aple",
		"dotted capital":     "boss@f\u0130rm.example",
		"kelvin":             "boss@\u212afirm.example",
		"two dots":           "boss@firm.example..",
		"group":              "x:boss@firm.example;",
		"two":                "boss@firm.example, x@evil.example",
		"two angles":         "<x@evil.example> <boss@firm.example>",
		"two angles swapped": "<boss@firm.example> <x@evil.example>",
		"comment":            "boss@firm.example (x@evil.example)",
		"comment open":       "boss@firm.example (x, y@evil.example",
		"name open":          "\"x@evil.example, boss@firm.example",
		"route":              "<@evil.example:boss@firm.example>",
		"mailto":             "mailto:boss@firm.example",
		"blank":              "boss @ firm.example",
		"blank in domain":    "boss@firm. example",
		"angle in angle":     "<<boss@firm.example>>",
		"apostrophes":        "'boss@firm.example'",
		"apostrophe angle":   "<'boss@firm.example'>",
		"comment in angle":   "<boss@firm(x).example>",
		"quoted":             "\"boss\"@firm.example",
		"semicolons":         "boss@firm.example; x@evil.example",
		"name first":         "x@evil.example <boss@firm.example>",
		"name with at":       "Boss boss@firm.example",
		"slash":              "boss@firm.example/x@evil.example",
		"nul":                "boss@firm\x00.example",
		"tab":                "boss@firm\t.example",
		"fullwidth at":       "boss\uff20firm.example",
		"fullwidth dot":      "boss@firm\uff0eexample",
		"soft hyphen":        "boss@fi\u00adrm.example",
		"zero width":         "boss@fi\u200brm.example",
		"latin1":             "boss@fi\x85rm.example",
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			acme := h.strict("acme")
			h.member(acme, "boss@firm.example", "Boss")
			h.member(acme, "boss@kfirm.example", "Boss")
			h.Checker = &sender.Checker{Resolver: denies{}, Log: slog.New(slog.DiscardHandler)}
			h.process("From: "+from+"\nTo: acme@mail.test\nSubject: RFI\nMessage-ID: <1@evil.example>\nDate: Mon, 2 Mar 2026 09:15:20 -0500\n\nPlease send the drawings by Friday.\n", "acme")
			for _, e := range emails(t, acme) {
				if e.State != projectr.Quarantined {
					t.Errorf("%+q is read as %+q, checked as %+q: %s: %s", from, e.From, e.Authentication.Domain, e.State, e.Why)
				}
			}
		})
	}
}
