package account

import (
	"bytes"
	"encoding/base32"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"projectr"
)

// RFC 6238, appendix B, the rows for SHA-1. Its codes have eight digits, of which ours
// are the last six.
func TestTOTPVectors(t *testing.T) {
	secret := []byte("12345678901234567890")
	for _, c := range []struct {
		unix int64
		code string
	}{
		{59, "94287082"},
		{1111111109, "07081804"},
		{1111111111, "14050471"},
		{1234567890, "89005924"},
		{2000000000, "69279037"},
		{20000000000, "65353130"},
	} {
		if got := totpCode(secret, c.unix/30); got != c.code[2:] {
			t.Errorf("at %d: %s, want %s", c.unix, got, c.code[2:])
		}
	}
	// RFC 4226, appendix D.
	for i, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := totpCode(secret, int64(i)); got != want {
			t.Errorf("counter %d: %s, want %s", i, got, want)
		}
	}
}

func TestTOTPWindow(t *testing.T) {
	secret := []byte("12345678901234567890")
	now := time.Unix(1111111109, 0)
	step := now.Unix() / 30
	for _, c := range []struct {
		code  string
		after int64
		ok    bool
	}{
		{totpCode(secret, step), 0, true},
		{totpCode(secret, step-1), 0, true},
		{totpCode(secret, step+1), 0, true},
		{totpCode(secret, step-2), 0, false},
		{totpCode(secret, step+2), 0, false},
		{totpCode(secret, step), step - 1, true},
		{totpCode(secret, step), step, false},
		{totpCode(secret, step-1), step, false},
		{totpCode(secret, step+1), step, true},
		{" " + totpCode(secret, step)[:3] + " " + totpCode(secret, step)[3:], 0, true},
		{"", 0, false},
		{"000000", 0, false},
		{totpCode(secret, step) + "0", 0, false},
	} {
		if _, ok := totpMatch(secret, c.code, now, c.after); ok != c.ok {
			t.Errorf("%+v: %v", c, ok)
		}
	}
}

func TestThePictureSaysTheAddress(t *testing.T) {
	secret := []byte("12345678901234567890")
	uri := totpURI(secret, "Projectr", "jo+test@acme.example")
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Projectr:jo+test@acme.example" ||
		u.Query().Get("secret") != base32.StdEncoding.EncodeToString(secret) || u.Query().Get("issuer") != "Projectr" {
		t.Errorf("%s: %v", uri, err)
	}
	p, err := picture(uri)
	if err != nil {
		t.Fatal(err)
	}
	// The modules of the path, put back together, are those of a QR code: finder
	// patterns in three corners, inside a quiet margin.
	dark := map[[2]int]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(p.Path, -1) {
		var x, y, w, back int
		if _, err := fmt.Sscan(strings.Join(m[1:], " "), &x, &y, &w, &back); err != nil || w != back {
			t.Fatal(m, err)
		}
		for i := range w {
			dark[[2]int{x + i, y}] = true
		}
	}
	last := p.Size - quiet - 1
	for _, c := range [][2]int{{quiet, quiet}, {last - 6, quiet}, {quiet, last - 6}} {
		for i := range 7 {
			if !dark[[2]int{c[0] + i, c[1]}] || !dark[[2]int{c[0], c[1] + i}] || dark[[2]int{c[0] + 1, c[1] + 1}] || !dark[[2]int{c[0] + 3, c[1] + 3}] {
				t.Fatalf("no finder pattern at %v", c)
			}
		}
	}
	for at := range dark {
		if min(at[0], at[1]) < quiet || max(at[0], at[1]) > last {
			t.Errorf("dark at %v, in the margin", at)
		}
	}
}

func TestSeal(t *testing.T) {
	h := open(t)
	if _, err := h.seal([]byte("x"), "a"); projectr.KindOf(err) != projectr.Unavailable {
		t.Errorf("without a key: %v", err)
	}
	h.Key = bytes.Repeat([]byte{7}, KeySize)
	sealed, err := h.seal([]byte("a secret of somebody"), "totp us_1")
	if err != nil || bytes.Contains(sealed, []byte("secret")) {
		t.Fatalf("%x, %v", sealed, err)
	}
	if again, err := h.seal([]byte("a secret of somebody"), "totp us_1"); err != nil || bytes.Equal(again, sealed) {
		t.Errorf("sealed twice it is the same: %v", err)
	}
	if plain, err := h.unseal(sealed, "totp us_1"); err != nil || string(plain) != "a secret of somebody" {
		t.Errorf("%q, %v", plain, err)
	}
	if _, err := h.unseal(sealed, "totp us_2"); err != errSeal {
		t.Errorf("in another account's row: %v", err)
	}
	for i := range sealed {
		bent := bytes.Clone(sealed)
		bent[i] ^= 1
		if _, err := h.unseal(bent, "totp us_1"); err != errSeal {
			t.Fatalf("bent at %d: %v", i, err)
		}
	}
	if _, err := h.unseal(sealed[:5], "totp us_1"); err != errSeal {
		t.Errorf("cut off: %v", err)
	}
	h.Key = bytes.Repeat([]byte{8}, KeySize)
	if _, err := h.unseal(sealed, "totp us_1"); err != errSeal {
		t.Errorf("with another key: %v", err)
	}
}

// withCodes makes an account with one-time codes and returns their secret, the recovery
// codes and the session.
func (h *house) withCodes(t *testing.T, email string) ([]byte, []string, Signed) {
	t.Helper()
	h.Key = bytes.Repeat([]byte{7}, KeySize)
	h.user(t, email, good)
	_, p := h.in(t, email, good)
	o, err := h.OfferTOTP(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := base32Secret.DecodeString(o.Secret)
	if err != nil {
		t.Fatal(err)
	}
	codes, s, err := h.TurnOnTOTP(t.Context(), p, o.Token, h.code(secret))
	if err != nil {
		t.Fatal(err)
	}
	h.now = h.now.Add(time.Minute) // that code is used
	return secret, codes, s
}

func (h *house) code(secret []byte) string { return totpCode(secret, h.now.Unix()/30) }

func (h *house) tryCode(t *testing.T, email, code string) (Signed, error) {
	t.Helper()
	return h.SignIn(t.Context(), Attempt{Email: email, Password: good, Code: code, Visit: here})
}

func TestOneTimeCodes(t *testing.T) {
	h := open(t)
	h.Mails = true
	h.Key = bytes.Repeat([]byte{7}, KeySize)
	u := h.user(t, "jo@acme.example", good)
	other, _ := h.in(t, "jo@acme.example", good)
	mine, p := h.in(t, "jo@acme.example", good)
	o, err := h.OfferTOTP(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := base32Secret.DecodeString(o.Secret)
	if err != nil || len(secret) != 20 {
		t.Fatalf("%q: %v", o.Secret, err)
	}
	if f, err := h.Factors(t.Context(), p); err != nil || f.TOTP {
		t.Errorf("before the first code: %+v, %v", f, err)
	}
	_, q := h.in(t, "jo@acme.example", good)
	bent := "A" + o.Token[1:]
	if bent == o.Token {
		bent = "B" + o.Token[1:]
	}
	for what, try := range map[string]func() error{
		"a wrong code":         func() error { _, _, err := h.TurnOnTOTP(t.Context(), p, o.Token, "000000"); return err },
		"in another session":   func() error { _, _, err := h.TurnOnTOTP(t.Context(), q, o.Token, h.code(secret)); return err },
		"a token that is bent": func() error { _, _, err := h.TurnOnTOTP(t.Context(), p, bent, h.code(secret)); return err },
		"no token":             func() error { _, _, err := h.TurnOnTOTP(t.Context(), p, "", h.code(secret)); return err },
		"after ten minutes": func() error {
			h.now = noon.Add(offerLife)
			defer func() { h.now = noon }()
			_, _, err := h.TurnOnTOTP(t.Context(), p, o.Token, h.code(secret))
			return err
		},
	} {
		if err := try(); err == nil || projectr.KindOf(err) != projectr.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	codes, now, err := h.TurnOnTOTP(t.Context(), p, o.Token, h.code(secret))
	if err != nil {
		t.Fatal(err)
	}
	if len(codes) != recoveryCodes || h.over(t, now.Secret) || !h.over(t, mine.Secret) || !h.over(t, other.Secret) || !h.who(t, now.Secret).Session.Second {
		t.Errorf("%d recovery codes; the session here goes on, with two proofs, and the others end", len(codes))
	}
	f, err := h.store.Factors(t.Context(), u.ID)
	if err != nil || bytes.Contains(f.TOTP, secret) || f.Codes != recoveryCodes {
		t.Errorf("%+v, %v", f, err)
	}
	if got := kinds(h.due(t)); !strings.Contains(got, "second_factor_on to jo@acme.example") {
		t.Errorf("told: %s", got)
	}

	// Sign-in.
	_, err = h.tryCode(t, "jo@acme.example", "")
	wants(t, "without a code", err, projectr.SecondFactor)
	_, err = h.tryCode(t, "jo@acme.example", h.code(secret))
	wants(t, "with the code that turned it on", err, projectr.SecondFactor)
	_, err = h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: "not the password", Code: h.code(secret), Visit: here})
	wants(t, "with a wrong password", err, projectr.Unknown)
	h.now = h.now.Add(time.Minute)
	s, err := h.tryCode(t, "jo@acme.example", h.code(secret))
	if err != nil || !h.who(t, s.Secret).Session.Second {
		t.Errorf("with the code: %v", err)
	}
	_, err = h.tryCode(t, "jo@acme.example", h.code(secret))
	wants(t, "with the same code again", err, projectr.SecondFactor)

	// By a link, and to show that it is you.
	h.now = h.now.Add(time.Hour)
	if err := h.AskSignIn(t.Context(), "jo@acme.example", here.From); err != nil {
		t.Fatal(err)
	}
	link := h.one(t, projectr.LetterSignIn).Secret
	_, err = h.SignInByLink(t.Context(), link, "", here)
	wants(t, "by a link without a code", err, projectr.SecondFactor)
	if s, err = h.SignInByLink(t.Context(), link, h.code(secret), here); err != nil || !h.who(t, s.Secret).Session.Second {
		t.Errorf("by a link with the code: %v", err)
	}
	h.now = h.now.Add(StepUp)
	_, err = h.Confirm(t.Context(), h.who(t, s.Secret), Proof{Password: good})
	wants(t, "shown again without a code", err, projectr.SecondFactor)
	if s, err = h.Confirm(t.Context(), h.who(t, s.Secret), Proof{Password: good, Code: h.code(secret)}); err != nil {
		t.Errorf("shown again: %v", err)
	}

	// A welcome or a reset does not go past it.
	ticket, err := h.NewTicket(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.UseTicket(t.Context(), TicketUse{Secret: ticket, Password: "another pit at dawn", Visit: here})
	wants(t, "a welcome without a code", err, projectr.SecondFactor)
	if _, err := h.try(t, "jo@acme.example", "another pit at dawn"); err != errWrong {
		t.Errorf("it set the password: %v", err)
	}
	if err := h.AskReset(t.Context(), "jo@acme.example", here.From); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ResetPassword(t.Context(), h.one(t, projectr.LetterReset).Secret, good+" again", here.From); err != nil {
		t.Fatal(err)
	}
	_, err = h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good + " again", Visit: here})
	wants(t, "after a reset", err, projectr.SecondFactor)

	// Off again.
	h.now = h.now.Add(time.Hour)
	s, err = h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good + " again", Code: h.code(secret), Visit: here})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.TurnOffTOTP(t.Context(), h.who(t, s.Secret)); err != nil {
		t.Fatal(err)
	}
	wants(t, "off twice", h.TurnOffTOTP(t.Context(), h.who(t, s.Secret)), projectr.Conflict)
	_, err = h.NewRecoveryCodes(t.Context(), h.who(t, s.Secret))
	wants(t, "recovery codes without codes", err, projectr.Conflict)
	if _, err := h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good + " again", Visit: here}); err != nil {
		t.Errorf("after it is off: %v", err)
	}
}

// Of a hundred who have the same code at once, one comes in.
// A new password is no proof that one has the codes too.
func TestANewPasswordFreshensNothing(t *testing.T) {
	h := open(t)
	secret, _, s := h.withCodes(t, "jo@acme.example")
	h.now = h.now.Add(StepUp)
	_, err := h.ChangePassword(t.Context(), h.who(t, s.Secret), good, "another pit at dawn")
	wants(t, "by the password alone", err, projectr.Reauthenticate)
	wants(t, "codes turned off after it", h.TurnOffTOTP(t.Context(), h.who(t, s.Secret)), projectr.Reauthenticate)
	if s, err = h.Confirm(t.Context(), h.who(t, s.Secret), Proof{Password: good, Code: h.code(secret)}); err != nil {
		t.Fatal(err)
	}
	if _, err = h.ChangePassword(t.Context(), h.who(t, s.Secret), good, "another pit at dawn"); err != nil {
		t.Errorf("with a code: %v", err)
	}
}

func TestACodeIsUsedOnceAmongMany(t *testing.T) {
	for what, typed := range map[string]func(h *house, secret []byte, recovery []string) string{
		"one-time code": func(h *house, secret []byte, _ []string) string { return h.code(secret) },
		"recovery code": func(_ *house, _ []byte, recovery []string) string { return recovery[3] },
	} {
		h := open(t)
		secret, recovery, _ := h.withCodes(t, "jo@acme.example")
		code := typed(h, secret, recovery)
		u, err := h.User(t.Context(), "jo@acme.example")
		if err != nil {
			t.Fatal(err)
		}
		var won, slowed atomic.Int32
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				// Each from a browser of its own, so that no limit makes it easy.
				ok, err := h.second(t.Context(), u, code, fmt.Sprint("device ", i))
				switch {
				case err == nil && ok:
					won.Add(1)
				case projectr.KindOf(err) == projectr.TooMany:
					slowed.Add(1)
				case projectr.KindOf(err) != projectr.SecondFactor:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || slowed.Load() != 0 {
			t.Errorf("%s: %d of 100 came in, %d were slowed down", what, won.Load(), slowed.Load())
		}
	}
}

func TestRecoveryCodes(t *testing.T) {
	h := open(t)
	_, codes, s := h.withCodes(t, "jo@acme.example")
	for i, typed := range []string{codes[0], strings.ToUpper(codes[1]), strings.ReplaceAll(codes[2], "-", ""), " " + strings.ReplaceAll(codes[3], "-", " ") + " "} {
		if s, err := h.tryCode(t, "jo@acme.example", typed); err != nil || !h.who(t, s.Secret).Session.Second {
			t.Errorf("%q: %v", typed, err)
		}
		_, err := h.tryCode(t, "jo@acme.example", codes[i])
		wants(t, "used twice", err, projectr.SecondFactor)
	}
	p := h.who(t, s.Secret)
	if f, err := h.Factors(t.Context(), p); err != nil || !f.TOTP || f.RecoveryCodes != recoveryCodes-4 {
		t.Errorf("%+v, %v", f, err)
	}
	fresh, err := h.NewRecoveryCodes(t.Context(), p)
	if err != nil || len(fresh) != recoveryCodes {
		t.Fatalf("%v, %v", fresh, err)
	}
	_, err = h.tryCode(t, "jo@acme.example", codes[5])
	wants(t, "one of before", err, projectr.SecondFactor)
	seen := map[string]bool{}
	for _, c := range append(fresh, codes...) {
		if len(c) != 19 || seen[c] {
			t.Errorf("code %q", c)
		}
		seen[c] = true
	}
	// A lost key file leaves the recovery codes.
	h.Key = nil
	_, err = h.tryCode(t, "jo@acme.example", "123456")
	wants(t, "a one-time code without the key", err, projectr.Unavailable)
	if _, err := h.tryCode(t, "jo@acme.example", fresh[0]); err != nil {
		t.Errorf("a recovery code without the key: %v", err)
	}
}

// Codes are guessed slowly, and the guesses of a stranger who knows the password do not
// keep the person from a browser they use, nor from a recovery code.
func TestCodesAreGuessedSlowly(t *testing.T) {
	h := open(t)
	secret, codes, _ := h.withCodes(t, "jo@acme.example")
	known := here
	s, err := h.tryCode(t, "jo@acme.example", h.code(secret))
	if err != nil {
		t.Fatal(err)
	}
	known.Device = s.Device
	h.now = h.now.Add(time.Minute)
	wrong := 0
	for i := range 30 {
		_, err = h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good, Code: fmt.Sprintf("%06d", i), Visit: Visit{From: netip.AddrFrom4([4]byte{10, 0, byte(i), 1})}})
		if projectr.KindOf(err) == projectr.SecondFactor {
			wrong++
		}
	}
	var slow *SlowDown
	if !errors.As(err, &slow) || slow.After > codeRule.every || wrong != codeRule.burst {
		t.Errorf("%d guesses, then %v", wrong, err)
	}
	if _, err := h.SignIn(t.Context(), Attempt{Email: "jo@acme.example", Password: good, Code: h.code(secret), Visit: known}); err != nil {
		t.Errorf("the known browser: %v", err)
	}
	if _, err := h.tryCode(t, "jo@acme.example", codes[0]); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
}

func TestTheOperatorResetsFactors(t *testing.T) {
	h := open(t)
	h.Mails = true
	_, codes, s := h.withCodes(t, "jo@acme.example")
	if err := h.ResetFactors(t.Context(), s.User, projectr.Actor{Kind: "operator"}, "test"); err != nil {
		t.Fatal(err)
	}
	if !h.over(t, s.Secret) {
		t.Error("a session outlives it")
	}
	if s, err := h.tryCode(t, "jo@acme.example", codes[0]); err != nil || h.who(t, s.Secret).Session.Second {
		t.Errorf("%v", err)
	}
	if got := kinds(h.due(t)); !strings.Contains(got, "second_factor_off to jo@acme.example") {
		t.Errorf("told: %s", got)
	}
}

// An organisation that asks for a second factor lets in only who came with one.
func TestAnOrganisationAsksForASecondFactor(t *testing.T) {
	h := open(t)
	_, _, with := h.withCodes(t, "jo@acme.example")
	ann := h.user(t, "ann@acme.example", good)
	for _, u := range []projectr.User{with.User, ann} {
		if err := h.org.SaveMember(t.Context(), u.ID, projectr.Admin); err != nil {
			t.Fatal(err)
		}
	}
	without, _ := h.in(t, "ann@acme.example", good)
	key, _, err := h.NewAPIKey(t.Context(), h.org, "key", projectr.Viewer, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	byKey, err := h.ByKey(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	enter := func(p Principal) projectr.Kind {
		_, role, err := h.Enter(t.Context(), p, "acme")
		if (err == nil) != (role != projectr.NoRole) {
			t.Errorf("%v: %q, %v", p.User.ID, role, err)
		}
		if err == nil {
			return "in"
		}
		return projectr.KindOf(err)
	}
	for _, p := range []Principal{h.who(t, with.Secret), h.who(t, without.Secret), byKey} {
		if got := enter(p); got != "in" {
			t.Errorf("before it asks: %q", got)
		}
	}
	if _, err := h.org.ChangeSettings(t.Context(), func(s *projectr.Settings) { s.RequireSecondFactor = true }); err != nil {
		t.Fatal(err)
	}
	byProvider := Principal{User: ann, Session: projectr.Session{User: ann.ID, How: "oidc", Second: true}}
	for what, c := range map[string]struct {
		p    Principal
		want projectr.Kind
	}{
		"with codes":                {h.who(t, with.Secret), "in"},
		"without":                   {h.who(t, without.Secret), projectr.NoSecondFactor},
		"an API key":                {byKey, "in"},
		"by a provider":             {byProvider, "in"},
		"a second proof since gone": {Principal{User: ann, Session: projectr.Session{ID: "se_1", Second: true}}, projectr.NoSecondFactor},
		"somebody else":             {Principal{User: projectr.User{ID: "us_none"}}, projectr.NotFound},
	} {
		if got := enter(c.p); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
	}
	// Codes that are turned on, or off, count at once.
	p := h.who(t, without.Secret)
	o, err := h.OfferTOTP(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := base32Secret.DecodeString(o.Secret)
	if err != nil {
		t.Fatal(err)
	}
	_, now, err := h.TurnOnTOTP(t.Context(), p, o.Token, h.code(secret))
	if err != nil {
		t.Fatal(err)
	}
	if got := enter(h.who(t, now.Secret)); got != "in" {
		t.Errorf("turned on: %q", got)
	}
	if err := h.TurnOffTOTP(t.Context(), h.who(t, now.Secret)); err != nil {
		t.Fatal(err)
	}
	if got := enter(h.who(t, now.Secret)); got != projectr.NoSecondFactor {
		t.Errorf("turned off: %q", got)
	}
}
