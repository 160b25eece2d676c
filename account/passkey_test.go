package account

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"projectr"
)

const site = "https://projectr.example"

// token is an authenticator as a browser on a page uses it.
type token struct {
	t       *testing.T
	key     *ecdsa.PrivateKey
	id      []byte
	user    []byte
	counter uint32
	flags   byte // present 1, verified 4
	origin  string
	party   string
}

func newToken(t *testing.T) *token {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &token{t: t, key: k, id: []byte(rand.Text()), counter: 1, flags: 1 | 4, origin: site, party: "projectr.example"}
}

// asked is what is read of a question.
type asked struct {
	Challenge string `json:"challenge"`
	User      struct {
		ID string `json:"id"`
	} `json:"user"`
	Selection struct {
		ResidentKey      string `json:"residentKey"`
		UserVerification string `json:"userVerification"`
	} `json:"authenticatorSelection"`
	UserVerification string `json:"userVerification"`
}

func (k *token) read(question json.RawMessage) asked {
	k.t.Helper()
	var q asked
	if err := json.Unmarshal(question, &q); err != nil {
		k.t.Fatal(err)
	}
	return q
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (k *token) client(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": k.origin, "crossOrigin": false})
	if err != nil {
		k.t.Fatal(err)
	}
	return b
}

func (k *token) data(flags byte) []byte {
	party := sha256.Sum256([]byte(k.party))
	return binary.BigEndian.AppendUint32(append(party[:], flags), k.counter)
}

func (k *token) answer(response map[string]string) []byte {
	b, err := json.Marshal(map[string]any{"id": b64(k.id), "rawId": b64(k.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		k.t.Fatal(err)
	}
	return b
}

// create answers a question for a new passkey.
func (k *token) create(question json.RawMessage) []byte {
	k.t.Helper()
	q := k.read(question)
	if q.Selection.ResidentKey != "required" || q.Selection.UserVerification != "required" {
		k.t.Errorf("asked for %+v", q.Selection)
	}
	var err error
	if k.user, err = base64.RawURLEncoding.DecodeString(q.User.ID); err != nil {
		k.t.Fatal(err)
	}
	point, err := k.key.PublicKey.Bytes()
	if err != nil {
		k.t.Fatal(err)
	}
	public, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		k.t.Fatal(err)
	}
	data := append(k.data(k.flags|64), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id)))
	data = append(append(data, k.id...), public...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		k.t.Fatal(err)
	}
	return k.answer(map[string]string{"clientDataJSON": b64(k.client("webauthn.create", q.Challenge)), "attestationObject": b64(object)})
}

// show answers a question for a passkey there is.
func (k *token) show(question json.RawMessage) []byte {
	k.t.Helper()
	q := k.read(question)
	if q.UserVerification != "required" {
		k.t.Errorf("asked for %q", q.UserVerification)
	}
	k.counter++
	data, client := k.data(k.flags), k.client("webauthn.get", q.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, k.key, sum[:])
	if err != nil {
		k.t.Fatal(err)
	}
	return k.answer(map[string]string{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(k.user)})
}

// withPasskey makes an account with a passkey.
func (h *house) withPasskey(t *testing.T, email string) (*token, projectr.Passkey, Signed) {
	t.Helper()
	h.Origin = site
	h.user(t, email, good)
	_, p := h.in(t, email, good)
	q, err := h.OfferPasskey(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	k := newToken(t)
	x, s, err := h.AddPasskey(t.Context(), p, " Phone ", k.create(q))
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
	s, err := h.SignInByPasskey(t.Context(), k.show(h.question(t)), here)
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
	s, err = h.ConfirmByPasskey(t.Context(), p, k.show(h.question(t)), here.From)
	if err != nil {
		t.Fatal(err)
	}
	p = h.who(t, s.Secret)
	if err := h.Recent(p); err != nil {
		t.Error(err)
	}
	other, _, _ := h.withPasskey(t, "ann@acme.example")
	_, err = h.ConfirmByPasskey(t.Context(), p, other.show(h.question(t)), here.From)
	wants(t, "somebody else's", err, projectr.Invalid)

	// Renamed and removed.
	if err := h.RenamePasskey(t.Context(), p, x.ID, "Old phone"); err != nil {
		t.Error(err)
	}
	ann, err := h.SignInByPasskey(t.Context(), other.show(h.question(t)), here)
	if err != nil {
		t.Fatal(err)
	}
	wants(t, "removed by somebody else", h.RemovePasskey(t.Context(), h.who(t, ann.Secret), x.ID), projectr.NotFound)
	wants(t, "renamed by somebody else", h.RenamePasskey(t.Context(), h.who(t, ann.Secret), x.ID, "Mine"), projectr.NotFound)
	if err := h.RemovePasskey(t.Context(), p, x.ID); err != nil {
		t.Fatal(err)
	}
	if h.over(t, s.Secret) || !h.over(t, mine.Secret) {
		t.Error("the session here goes on, and the others end")
	}
	_, err = h.SignInByPasskey(t.Context(), k.show(h.question(t)), here)
	wants(t, "after it is removed", err, projectr.Unknown)
}

// What is not a fresh, verified answer of the right key to the right page opens nothing.
func TestPasskeysThatOpenNothing(t *testing.T) {
	for what, bend := range map[string]func(*house, *token, json.RawMessage) []byte{
		"nobody verified": func(_ *house, k *token, q json.RawMessage) []byte { k.flags = 1; return k.show(q) },
		"nobody present":  func(_ *house, k *token, q json.RawMessage) []byte { k.flags = 4; return k.show(q) },
		"another page": func(_ *house, k *token, q json.RawMessage) []byte {
			k.origin = "https://projectr.example.evil.example"
			return k.show(q)
		},
		"another host": func(_ *house, k *token, q json.RawMessage) []byte { k.party = "evil.example"; return k.show(q) },
		"plain http": func(_ *house, k *token, q json.RawMessage) []byte {
			k.origin = "http://projectr.example"
			return k.show(q)
		},
		"another key":         func(h *house, k *token, q json.RawMessage) []byte { k.key = newToken(k.t).key; return k.show(q) },
		"an unknown id":       func(_ *house, k *token, q json.RawMessage) []byte { k.id = []byte("never"); return k.show(q) },
		"another account":     func(_ *house, k *token, q json.RawMessage) []byte { k.user = []byte("us_other"); return k.show(q) },
		"a counter gone back": func(_ *house, k *token, q json.RawMessage) []byte { k.counter = 0; return k.show(q) },
		"too late":            func(h *house, k *token, q json.RawMessage) []byte { h.now = h.now.Add(passkeyLife); return k.show(q) },
		"a made-up question": func(_ *house, k *token, _ json.RawMessage) []byte {
			return k.show(json.RawMessage(`{"challenge":"` + b64([]byte("a challenge of my own making, yes")) + `","userVerification":"required"}`))
		},
		"a question for a new one": func(h *house, k *token, _ json.RawMessage) []byte {
			_, p := h.in(k.t, "jo@acme.example", good)
			q, err := h.OfferPasskey(k.t.Context(), p)
			if err != nil {
				k.t.Fatal(err)
			}
			return k.show(json.RawMessage(`{"challenge":"` + k.read(q).Challenge + `","userVerification":"required"}`))
		},
		"used already": func(h *house, k *token, q json.RawMessage) []byte {
			a := k.show(q)
			if _, err := h.SignInByPasskey(k.t.Context(), a, here); err != nil {
				k.t.Fatal(err)
			}
			return a
		},
		"a closed account": func(h *house, k *token, q json.RawMessage) []byte {
			u, err := h.User(k.t.Context(), "jo@acme.example")
			if err == nil {
				err = h.Disable(k.t.Context(), u, true)
			}
			if err != nil {
				k.t.Fatal(err)
			}
			return k.show(q)
		},
		"nothing": func(*house, *token, json.RawMessage) []byte { return nil },
		"no JSON": func(*house, *token, json.RawMessage) []byte { return []byte("{") },
		"null":    func(*house, *token, json.RawMessage) []byte { return []byte("null") },
	} {
		h := open(t)
		k, _, _ := h.withPasskey(t, "jo@acme.example")
		_, err := h.SignInByPasskey(t.Context(), bend(h, k, h.question(t)), here)
		wants(t, what, err, projectr.Unknown)
	}
}

func TestPasskeysThatAreNotAdded(t *testing.T) {
	for what, try := range map[string]func(*house, *token, Principal, json.RawMessage) ([]byte, string){
		"nobody verified": func(_ *house, k *token, _ Principal, q json.RawMessage) ([]byte, string) {
			k.flags = 1
			return k.create(q), "Phone"
		},
		"another page": func(_ *house, k *token, _ Principal, q json.RawMessage) ([]byte, string) {
			k.origin = "https://evil.example"
			return k.create(q), "Phone"
		},
		"too late": func(h *house, k *token, _ Principal, q json.RawMessage) ([]byte, string) {
			h.now = h.now.Add(passkeyLife)
			return k.create(q), "Phone"
		},
		"no name":   func(_ *house, k *token, _ Principal, q json.RawMessage) ([]byte, string) { return k.create(q), " " },
		"no answer": func(*house, *token, Principal, json.RawMessage) ([]byte, string) { return []byte("{}"), "Phone" },
		"another account's question": func(h *house, k *token, _ Principal, _ json.RawMessage) ([]byte, string) {
			h.user(k.t, "ann@acme.example", good)
			_, ann := h.in(k.t, "ann@acme.example", good)
			q, err := h.OfferPasskey(k.t.Context(), ann)
			if err != nil {
				k.t.Fatal(err)
			}
			return k.create(q), "Phone"
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
		answer, name := try(h, newToken(t), p, q)
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
	_, _, err = h.AddPasskey(t.Context(), h.who(t, s.Secret), "Twice", k.create(q))
	wants(t, "a key that is there", err, projectr.Conflict)
	h.now = h.now.Add(StepUp)
	_, err = h.OfferPasskey(t.Context(), h.who(t, s.Secret))
	wants(t, "without a recent proof", err, projectr.Reauthenticate)
}

// Of many who send the same answer at once, one comes in.
func TestAPasskeysAnswerIsTakenOnce(t *testing.T) {
	h := open(t)
	k, _, _ := h.withPasskey(t, "jo@acme.example")
	answer := k.show(h.question(t))
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
