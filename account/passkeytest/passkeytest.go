// Package passkeytest is an authenticator with one passkey, and the browser it is used
// in (Web Authentication, W3C, level 3), for tests. Its fields are bent to have it
// answer wrongly. Start reading at New.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/url"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// What Flags says of whoever answered.
const (
	Present  = 1
	Verified = 4

	attested = 64 // credential data follows
)

// Authenticator answers questions for a new passkey, and for the one it has.
type Authenticator struct {
	Key     *ecdsa.PrivateKey // on P-256
	ID      []byte            // of the credential
	User    []byte            // the handle of whose it is, known once it is made
	Counter uint32            // of signatures
	Flags   byte
	Origin  string // of the page that asks
	Party   string // the host it takes the question to be for

	t testing.TB
}

// New returns an authenticator on a page of this origin, with somebody who is present
// and verified.
func New(t testing.TB, origin string) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	page, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	return &Authenticator{Key: key, ID: []byte(rand.Text()), Counter: 1, Flags: Present | Verified, Origin: origin, Party: page.Hostname(), t: t}
}

type question struct {
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

func (a *Authenticator) read(options json.RawMessage) question {
	a.t.Helper()
	var q question
	if err := json.Unmarshal(options, &q); err != nil {
		a.t.Fatal(err)
	}
	return q
}

// Challenge is what a question asks to have signed, base64url.
func (a *Authenticator) Challenge(options json.RawMessage) string {
	a.t.Helper()
	return a.read(options).Challenge
}

// Create answers a question for a new passkey, as JSON of the browser's answer. It
// fails the test where the question does not ask for one that is kept on the device
// and asks who uses it.
func (a *Authenticator) Create(options json.RawMessage) []byte {
	a.t.Helper()
	q := a.read(options)
	if q.Selection.ResidentKey != "required" || q.Selection.UserVerification != "required" {
		a.t.Errorf("asked for %+v", q.Selection)
	}
	var err error
	if a.User, err = base64.RawURLEncoding.DecodeString(q.User.ID); err != nil {
		a.t.Fatal(err)
	}
	point, err := a.Key.PublicKey.Bytes()
	if err != nil {
		a.t.Fatal(err)
	}
	public := a.cbor(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}) // ES256, RFC 9053
	data := append(a.data(a.Flags|attested), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.ID)))
	data = append(append(data, a.ID...), public...)
	object := a.cbor(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	return a.answer(map[string]string{"clientDataJSON": b64(a.client("webauthn.create", q.Challenge)), "attestationObject": b64(object)})
}

// Get answers a question for a passkey there is, as JSON of the browser's answer. It
// fails the test where the question does not ask who uses it.
func (a *Authenticator) Get(options json.RawMessage) []byte {
	a.t.Helper()
	q := a.read(options)
	if q.UserVerification != "required" {
		a.t.Errorf("asked for %q", q.UserVerification)
	}
	a.Counter++
	data, client := a.data(a.Flags), a.client("webauthn.get", q.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	sig, err := ecdsa.SignASN1(rand.Reader, a.Key, sum[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]string{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(sig), "userHandle": b64(a.User)})
}

func (a *Authenticator) cbor(v any) []byte {
	a.t.Helper()
	b, err := webauthncbor.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func (a *Authenticator) json(v any) []byte {
	a.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return b
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (a *Authenticator) client(kind, challenge string) []byte {
	a.t.Helper()
	return a.json(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
}

func (a *Authenticator) data(flags byte) []byte {
	party := sha256.Sum256([]byte(a.Party))
	return binary.BigEndian.AppendUint32(append(party[:], flags), a.Counter)
}

func (a *Authenticator) answer(response map[string]string) []byte {
	a.t.Helper()
	return a.json(map[string]any{"id": b64(a.ID), "rawId": b64(a.ID), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
}
