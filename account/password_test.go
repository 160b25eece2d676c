package account

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"projectr"
)

var cheap = Params{Memory: 64, Time: 1, Threads: 1}

func TestHashIsArgon2idWithItsParameters(t *testing.T) {
	h, err := cheap.hash(rand.Reader, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(h, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hash is %s", h)
	}
	again, err := cheap.hash(rand.Reader, "correct horse")
	if err != nil || again == h {
		t.Errorf("two hashes of one password are equal (%v): no salt", err)
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horsE": false, "": false, "correct horse ": false} {
		if got, err := verify(h, password); err != nil || got != want {
			t.Errorf("verify(%q) = %v, %v", password, got, err)
		}
	}
	if DefaultParams.Memory < 19456 || DefaultParams.Time < 2 || DefaultParams.Threads < 1 {
		t.Errorf("DefaultParams %v are below what OWASP asks for", DefaultParams)
	}
}

// A hash made elsewhere (the reference implementation's command line).
func TestVerifyKnowsTheStandardForm(t *testing.T) {
	const h = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if ok, err := verify(h, "password"); err != nil || !ok {
		t.Errorf("verify = %v, %v", ok, err)
	}
}

func TestVerifyRefusesBrokenHashes(t *testing.T) {
	for _, h := range []string{
		"", "x", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=1,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=64,t=1,p=1$***$AAAA",
	} {
		if ok, err := verify(h, "password"); err == nil || ok {
			t.Errorf("verify(%q) = %v, %v", h, ok, err)
		}
	}
}

func TestOneCharacterInTwoSpellingsIsOnePassword(t *testing.T) {
	h, err := cheap.hash(rand.Reader, "cafe\u0301 au lait")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := verify(h, "caf\u00e9 au lait"); err != nil || !ok {
		t.Errorf("verify = %v, %v", ok, err)
	}
}

func TestCheckPassword(t *testing.T) {
	u := projectr.User{Email: "dana.whitlock@example.com"}
	for _, c := range []struct {
		password string
		ok       bool
	}{
		{"gravel pit at dawn", true},
		{"zwölf Ziegel!", true},
		{"日本語のながいパスワードです", true},
		{"short", false},
		{"elevenchars", false},
		{strings.Repeat("long password ", 20), false},
		{"password1234", false},
		{"PASSWORD!!!!!", false},
		{"correcthorsebatterystaple", false},
		{"aaaaaaaaaaaaaa", false},
		{"dragon!2026!!!!", false},
		{"2026-monkey-2026", false},
		{"trustno1!!!!!!", false},
		{"4runner4runner", false},
		{"sunshinesunshine", false},
		{"Dragonmonkey!", false},
		{"monkey wrench dragon", true},
		{"kt7vqpz2mwxr", true},
		{"abababababab", false},
		{"dana.whitlock@example.com", false},
		{"dana.whitlock2026", false},
		{"gravel\npit at dawn", false},
		{"gravel pit at \xff dawn", false},
	} {
		err := checkPassword(c.password, u)
		if (err == nil) != c.ok {
			t.Errorf("checkPassword(%q) = %v", c.password, err)
		}
		if err != nil && projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("checkPassword(%q) is of kind %q", c.password, projectr.KindOf(err))
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password")
	f.Fuzz(func(t *testing.T, h, password string) {
		if strings.Contains(h, "m=") && len(h) > 40 && !strings.Contains(h, "m=64,t=1,p=1$") {
			t.Skip("dear parameters say nothing new")
		}
		_, _ = verify(h, password)
	})
}

// What is on the list is refused by the list, not for being short.
func TestCommonPasswords(t *testing.T) {
	long := 0
	for w, rank := range commonPasswords() {
		if !common(w) || !common(w+"2026!") {
			t.Errorf("%q is listed, and passes", w)
		}
		if rank < commonTop {
			long++
		}
	}
	if n := len(commonPasswords()); n < 40_000 || long != commonTop {
		t.Errorf("%d are listed, %d at the top", n, long)
	}
	for _, p := range []string{"", "7", "gravelpitatdawn", "kt7vqpz2mwxr"} {
		if common(p) {
			t.Errorf("%q is refused", p)
		}
	}
}

// Whatever hashes a password waits for its turn: each takes Params.Memory.
func TestEveryHashWaitsForItsTurn(t *testing.T) {
	h := open(t)
	u := h.user(t, "jo@acme.example", "")
	ticket, err := h.NewTicket(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	for range hashers {
		h.slots <- struct{}{}
	}
	for what, do := range map[string]func(context.Context) error{
		"new account": func(ctx context.Context) error {
			_, err := h.CreateUser(ctx, "ann@acme.example", "Ann", good)
			return err
		},
		"new password": func(ctx context.Context) error { return h.SetPassword(ctx, u, good) },
		"by a link": func(ctx context.Context) error {
			_, err := h.UseTicket(ctx, TicketUse{Secret: ticket, Password: good})
			return err
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if err := do(ctx); projectr.KindOf(err) != projectr.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
		cancel()
	}
}
