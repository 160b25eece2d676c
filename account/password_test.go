package account

import (
	"crypto/rand"
	"strings"
	"testing"

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
