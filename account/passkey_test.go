package account

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"projectr"
	"projectr/account/passkeytest"
)

const site = "https://projectr.example"

// withPasskey makes an account with a passkey.
func (h *house) withPasskey(t *testing.T, email string) (*passkeytest.Authenticator, projectr.Passkey, Signed) {
	t.Helper()
	h.Origin = site
	h.user(t, email, good)
	_, p := h.in(t, email, good)
	q, err := h.OfferPasskey(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	k := passkeytest.New(t, site)
	x, s, err := h.AddPasskey(t.Context(), p, " Phone ", k.Create(q))
	if err != nil {
		t.Fatal(err)
	}
	return k, x, s
}

func (h *house) question(t *testing.T) json.RawMessage {
	t.Helper()
	q, err := h.AskPasskey(t.Context(), here.From)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestPasskeys(t *testing.T) {
	h := open(t)
	h.Mails, h.Origin = true, site
	k, x, mine := h.withPasskey(t, "jo@acme.example")
	if x.Name != "Phone" || !h.who(t, mine.Secret).Session.Second || !h.who(t, mine.Secret).User.SecondFactor {
		t.Errorf("%+v, %+v", x, h.who(t, mine.Secret))
	}
	if got := kinds(h.due(t)); !strings.Contains(got, "new_passkey to jo@acme.example") {
		t.Errorf("told: %s", got)
	}
	s, err := h.SignInByPasskey(t.Context(), k.Get(h.question(t)), here)
	if err != nil {
		t.Fatal(err)
	}
	p := h.who(t, s.Secret)
	if p.User.Email != "jo@acme.example" || p.Session.How != "passkey" || !p.Session.Second {
		t.Errorf("%+v", p)
	}
	if list, err := h.Passkeys(t.Context(), p); err != nil || len(list) != 1 || list[0].UsedAt.IsZero() {
		t.Errorf("%+v, %v", list, err)
	}

	// To show again that it is you.
	h.now = h.now.Add(StepUp)
	wants(t, "later", h.Recent(p), projectr.Reauthenticate)
	s, err = h.ConfirmByPasskey(t.Context(), p, k.Get(h.question(t)), here.From)
	if err != nil {
		t.Fatal(err)
	}
	p = h.who(t, s.Secret)
	if err := h.Recent(p); err != nil {
		t.Error(err)
	}
	other, _, _ := h.withPasskey(t, "ann@acme.example")
	_, err = h.ConfirmByPasskey(t.Context(), p, other.Get(h.question(t)), here.From)
	wants(t, "somebody else's", err, projectr.Invalid)

	// Renamed and removed.
	if err := h.RenamePasskey(t.Context(), p, x.ID, "Old phone"); err != nil {
		t.Error(err)
	}
	ann, err := h.SignInByPasskey(t.Context(), other.Get(h.question(t)), here)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, "removed by somebody else", h.RemovePasskey(t.Context(), h.who(t, ann.Secret), x.ID), projectr.NotFound)
	wants(t, "renamed by somebody else", h.RenamePasskey(t.Context(), h.who(t, ann.Secret), x.ID, "Mine"), projectr.NotFound)
	if err := h.RemovePasskey(t.Context(), p, x.ID); err != nil {
		t.Fatal(err)
	}
	if got := kinds(h.due(t)); !strings.Contains(got, "passkey_removed to jo@acme.example") {
		t.Errorf("told: %s", got)
	}
	if h.over(t, s.Secret) || !h.over(t, mine.Secret) {
		t.Error("the session here goes on, and the others end")
	}
	_, err = h.SignInByPasskey(t.Context(), k.Get(h.question(t)), here)
	wants(t, "after it is removed", err, projectr.Unknown)
}

// What is not a fresh, verified answer of the right key to the right page opens nothing.
func TestPasskeysThatOpenNothing(t *testing.T) {
	for what, bend := range map[string]func(*house, *passkeytest.Authenticator, json.RawMessage) []byte{
		"nobody verified": func(_ *house, k *passkeytest.Authenticator, q json.RawMessage) []byte { k.Flags = 1; return k.Get(q) },
		"nobody present":  func(_ *house, k *passkeytest.Authenticator, q json.RawMessage) []byte { k.Flags = 4; return k.Get(q) },
		"another page": func(_ *house, k *passkeytest.Authenticator, q json.RawMessage) []byte {
			k.Origin = "https://projectr.example.evil.example"
			return k.Get(q)
		},
		"another host": func(_ *house, k *passkeytest.Authenticator, q json.RawMessage) []byte {
			k.Party = "evil.example"
			return k.Get(q)
		},
		"plain http": func(_ *house, k *passkeytest.Authenticator, q json.RawMessage) []byte {
			k.Origin = "http://projectr.example"
			return k.Get(q)
		},
		"another key": func(h *house, k *passkeytest.Authenticator, q json.RawMessage) []byte {
			k.Key = passkeytest.New(t, site).Key
			return k.Get(q)
		},
		"an unknown id": func(_ *house, k *passkeytest.Authenticator, q json.RawMessage) []byte {
			k.ID = []byte("never")
			return k.Get(q)
		},
		"another account": func(_ *house, k *passkeytest.Authenticator, q json.RawMessage) []byte {
			k.User = []byte("us_other")
			return k.Get(q)
		},
		"a counter gone back": func(_ *house, k *passkeytest.Authenticator, q json.RawMessage) []byte { k.Counter = 0; return k.Get(q) },
		"too late": func(h *house, k *passkeytest.Authenticator, q json.RawMessage) []byte {
			h.now = h.now.Add(passkeyLife)
			return k.Get(q)
		},
		"a made-up question": func(_ *house, k *passkeytest.Authenticator, _ json.RawMessage) []byte {
			return k.Get(json.RawMessage(`{"challenge":"` + base64.RawURLEncoding.EncodeToString([]byte("a challenge of my own making, yes")) + `","userVerification":"required"}`))
		},
		"a question for a new one": func(h *house, k *passkeytest.Authenticator, _ json.RawMessage) []byte {
			_, p := h.in(t, "jo@acme.example", good)
			p.Session.Second = true // as if by a passkey
			q, err := h.OfferPasskey(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			return k.Get(json.RawMessage(`{"challenge":"` + k.Challenge(q) + `","userVerification":"required"}`))
		},
		"used already": func(h *house, k *passkeytest.Authenticator, q json.RawMessage) []byte {
			a := k.Get(q)
			if _, err := h.SignInByPasskey(t.Context(), a, here); err != nil {
				t.Fatal(err)
			}
			return a
		},
		"a closed account": func(h *house, k *passkeytest.Authenticator, q json.RawMessage) []byte {
			u, err := h.User(t.Context(), "jo@acme.example")
			if err == nil {
				err = h.Disable(t.Context(), u, true, projectr.Actor{Kind: "operator"}, "test")
			}
			if err != nil {
				t.Fatal(err)
			}
			return k.Get(q)
		},
		"nothing": func(*house, *passkeytest.Authenticator, json.RawMessage) []byte { return nil },
		"no JSON": func(*house, *passkeytest.Authenticator, json.RawMessage) []byte { return []byte("{") },
		"null":    func(*house, *passkeytest.Authenticator, json.RawMessage) []byte { return []byte("null") },
	} {
		h := open(t)
		k, _, _ := h.withPasskey(t, "jo@acme.example")
		_, err := h.SignInByPasskey(t.Context(), bend(h, k, h.question(t)), here)
		wants(t, what, err, projectr.Unknown)
	}
}

func TestPasskeysThatAreNotAdded(t *testing.T) {
	for what, try := range map[string]func(*house, *passkeytest.Authenticator, Principal, json.RawMessage) ([]byte, string){
		"nobody verified": func(_ *house, k *passkeytest.Authenticator, _ Principal, q json.RawMessage) ([]byte, string) {
			k.Flags = 1
			return k.Create(q), "Phone"
		},
		"another page": func(_ *house, k *passkeytest.Authenticator, _ Principal, q json.RawMessage) ([]byte, string) {
			k.Origin = "https://evil.example"
			return k.Create(q), "Phone"
		},
		"too late": func(h *house, k *passkeytest.Authenticator, _ Principal, q json.RawMessage) ([]byte, string) {
			h.now = h.now.Add(passkeyLife)
			return k.Create(q), "Phone"
		},
		"no name": func(_ *house, k *passkeytest.Authenticator, _ Principal, q json.RawMessage) ([]byte, string) {
			return k.Create(q), " "
		},
		"no answer": func(*house, *passkeytest.Authenticator, Principal, json.RawMessage) ([]byte, string) {
			return []byte("{}"), "Phone"
		},
		"another account's question": func(h *house, k *passkeytest.Authenticator, _ Principal, _ json.RawMessage) ([]byte, string) {
			h.user(t, "ann@acme.example", good)
			_, ann := h.in(t, "ann@acme.example", good)
			q, err := h.OfferPasskey(t.Context(), ann)
			if err != nil {
				t.Fatal(err)
			}
			return k.Create(q), "Phone"
		},
	} {
		h := open(t)
		h.Origin = site
		h.user(t, "jo@acme.example", good)
		_, p := h.in(t, "jo@acme.example", good)
		q, err := h.OfferPasskey(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		answer, name := try(h, passkeytest.New(t, site), p, q)
		_, _, err = h.AddPasskey(t.Context(), p, name, answer)
		wants(t, what, err, projectr.Invalid)
		if list, err := h.Passkeys(t.Context(), p); err != nil || len(list) != 0 {
			t.Errorf("%s: %+v, %v", what, list, err)
		}
	}
	h := open(t)
	k, _, s := h.withPasskey(t, "jo@acme.example")
	q, err := h.OfferPasskey(t.Context(), h.who(t, s.Secret))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = h.AddPasskey(t.Context(), h.who(t, s.Secret), "Twice", k.Create(q))
	wants(t, "a key that is there", err, projectr.Conflict)
	h.now = h.now.Add(StepUp)
	_, err = h.OfferPasskey(t.Context(), h.who(t, s.Secret))
	wants(t, "without a recent proof", err, projectr.Reauthenticate)
}

// Of many who send the same answer at once, one comes in.
func TestAPasskeysAnswerIsTakenOnce(t *testing.T) {
	h := open(t)
	k, _, _ := h.withPasskey(t, "jo@acme.example")
	answer := k.Get(h.question(t))
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := h.SignInByPasskey(t.Context(), answer, here)
			if err == nil {
				won.Add(1)
			} else if projectr.KindOf(err) != projectr.Unknown {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 20 came in", won.Load())
	}
}

func TestWhereThereArePasskeys(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://projectr.example": true, "https://projectr.example:8443": true, "http://localhost:8080": true, "http://app.localhost": true,
		"http://projectr.example": false, "https://192.168.1.20": false, "https://[2001:db8::1]": false, "http://127.0.0.1:8080": false, "": false, "::": false,
	} {
		h := open(t)
		h.Origin = origin
		if h.HasPasskeys() != want {
			t.Errorf("%q: %v", origin, !want)
		}
		if _, err := h.AskPasskey(t.Context(), here.From); (err == nil) != want || err != nil && projectr.KindOf(err) != projectr.Unavailable {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

// Who knows the password of an account with a passkey cannot add a way in of their own,
// nor take that passkey away: the account is changed by who has shown the passkey.
func TestAPasswordAloneChangesNothingOfAnAccountWithAPasskey(t *testing.T) {
	h := open(t)
	k, kept, _ := h.withPasskey(t, "jo@acme.example")
	_, thief := h.in(t, "jo@acme.example", good)
	if thief.TwoProofs() || !thief.User.SecondFactor {
		t.Fatalf("by the password alone: %+v", thief)
	}
	for what, err := range map[string]error{
		"a passkey of their own": func() error { _, err := h.OfferPasskey(t.Context(), thief); return err }(),
		"one-time codes":         func() error { _, err := h.OfferTOTP(t.Context(), thief); return err }(),
		"taking it away":         h.RemovePasskey(t.Context(), thief, kept.ID),
		"another password":       func() error { _, err := h.ChangePassword(t.Context(), thief, good, "another pit at dawn"); return err }(),
		"showing it again":       func() error { _, err := h.Confirm(t.Context(), thief, Proof{Password: good}); return err }(),
	} {
		if projectr.KindOf(err) != projectr.Reauthenticate || err == nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	s, err := h.ConfirmByPasskey(t.Context(), thief, k.Get(h.question(t)), here.From)
	if err != nil {
		t.Fatal(err)
	}
	// Nor does it freshen what was begun with the passkey: whoever sits down at that screen
	// and knows the password shows less than the account has.
	h.now = h.now.Add(StepUp)
	stale := h.who(t, s.Secret)
	_, err = h.Confirm(t.Context(), stale, Proof{Password: good})
	wants(t, "by the password", err, projectr.Reauthenticate)
	_, err = h.ChangePassword(t.Context(), stale, good, "another pit at dawn")
	wants(t, "another password", err, projectr.Reauthenticate)
	wants(t, "after both", h.Recent(h.who(t, s.Secret)), projectr.Reauthenticate)
	if s, err = h.ConfirmByPasskey(t.Context(), stale, k.Get(h.question(t)), here.From); err != nil {
		t.Fatal(err)
	}
	if s, err = h.ChangePassword(t.Context(), h.who(t, s.Secret), good, "another pit at dawn"); err != nil {
		t.Errorf("another password by who has it: %v", err)
	}
	if err := h.RemovePasskey(t.Context(), h.who(t, s.Secret), kept.ID); err != nil {
		t.Errorf("by who has it: %v", err)
	}
}

// A passkey that was copied is not taken, and its owner is told a way to remove it that
// leads there.
func TestACopiedPasskeyIsRemovedTheWayItSays(t *testing.T) {
	const email = "jo@acme.example"
	copied := func(t *testing.T, h *house, k *passkeytest.Authenticator) string {
		t.Helper()
		k.Counter = 0
		_, err := h.SignInByPasskey(t.Context(), k.Get(h.question(t)), here)
		wants(t, "a copy", err, projectr.Unknown)
		return projectr.MessageOf(err)
	}
	t.Run("with codes", func(t *testing.T) {
		h := open(t)
		h.Origin = site
		secret, recovery, s := h.withCodes(t, email)
		k, x := h.another(t, s)
		if got := copied(t, h, k); !strings.HasSuffix(got, "Sign in with a one-time or recovery code, and remove this one under Security.") {
			t.Error(got)
		}
		for what, code := range map[string]string{"one-time": h.code(secret), "recovery": recovery[0]} {
			in, err := h.tryCode(t, email, code)
			if err != nil {
				t.Fatal(err)
			}
			if err := h.Recent(h.who(t, in.Secret)); err != nil {
				t.Errorf("by a %s code: %v", what, err)
			}
			s = in
		}
		if err := h.RemovePasskey(t.Context(), h.who(t, s.Secret), x.ID); err != nil {
			t.Error(err)
		}
	})
	t.Run("with another passkey", func(t *testing.T) {
		h := open(t)
		k, x, s := h.withPasskey(t, email)
		other, _ := h.another(t, s)
		if got := copied(t, h, k); !strings.HasSuffix(got, "Sign in with another passkey, and remove this one under Security.") {
			t.Error(got)
		}
		in, err := h.SignInByPasskey(t.Context(), other.Get(h.question(t)), here)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.RemovePasskey(t.Context(), h.who(t, in.Secret), x.ID); err != nil {
			t.Error(err)
		}
	})
	t.Run("with a password alone", func(t *testing.T) {
		h := open(t)
		k, x, _ := h.withPasskey(t, email)
		if got := copied(t, h, k); !strings.HasSuffix(got, "Ask whoever runs this Projectr to reset how you sign in.") {
			t.Error(got)
		}
		_, p := h.in(t, email, good)
		wants(t, "removed by a password alone", h.RemovePasskey(t.Context(), p, x.ID), projectr.Reauthenticate)
		if err := h.ResetFactors(t.Context(), p.User, projectr.Actor{Kind: "operator"}, "a copied passkey"); err != nil {
			t.Fatal(err)
		}
		if _, p := h.in(t, email, good); h.Recent(p) != nil {
			t.Error("after the reset the password is not enough")
		}
	})
	t.Run("by the provider", func(t *testing.T) {
		h := open(t)
		k, _, s := h.withPasskey(t, email)
		if err := h.store.PutIdentity(t.Context(), projectr.Identity{Issuer: "https://id.example", Subject: "1", User: s.User.ID, Email: email}, false); err != nil {
			t.Fatal(err)
		}
		if got := copied(t, h, k); strings.Contains(got, "provider") {
			t.Error("no provider is set up: " + got)
		}
		h.NewSignOn(&fakeProvider{})
		if got := copied(t, h, k); !strings.HasSuffix(got, "Sign in by your sign-in provider, and remove this one under Security.") {
			t.Error(got)
		}
	})
}

// another adds a passkey to the account of a session.
func (h *house) another(t *testing.T, s Signed) (*passkeytest.Authenticator, projectr.Passkey) {
	t.Helper()
	q, err := h.OfferPasskey(t.Context(), h.who(t, s.Secret))
	if err != nil {
		t.Fatal(err)
	}
	k := passkeytest.New(t, site)
	x, _, err := h.AddPasskey(t.Context(), h.who(t, s.Secret), "Key", k.Create(q))
	if err != nil {
		t.Fatal(err)
	}
	return k, x
}
