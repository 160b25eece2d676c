package account

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"projectr"
	"projectr/store"
)

// Passkeys are credentials as Web Authentication (W3C, level 3) describes them, kept by
// the person's own device, which asks for a finger, a face or a PIN: having the device
// and knowing or being that are two proofs. The device knows whose it is, so nobody
// types an address.

const (
	passkeyLife = 5 * time.Minute // how long a browser takes to answer
	maxPasskeys = 20              // of one account

	// Challenge.Kind of a new passkey, and of one that is shown.
	passkeyNew  = "passkey_new"
	passkeyShow = "passkey"
)

var (
	errNoPasskeys = &projectr.Error{Kind: projectr.Unavailable, Message: "Passkeys need an address such as https://projectr.example.com. Ask whoever runs this installation."}
	errPasskey    = &projectr.Error{Kind: projectr.Unknown, Message: "This passkey opens nothing here. Try again, or sign in another way."}
	errNewPasskey = &projectr.Error{Kind: projectr.Invalid, Message: "This passkey cannot be added. Begin again."}
)

// relyingParty is what passkeys of this installation are for: the host of its address,
// and pages of that address alone. An address of digits and one by plain http, but on
// one's own machine, can have none.
func relyingParty(origin string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Hostname() == "" {
		return nil, errNoPasskeys
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		return nil, errNoPasskeys
	}
	if u.Scheme != "https" && host != "localhost" && !strings.HasSuffix(host, ".localhost") {
		return nil, errNoPasskeys
	}
	resident := true
	w, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Projectr", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &resident, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("set passkeys up: %w", err)
	}
	return w, nil
}

// HasPasskeys reports whether this installation can take passkeys.
func (a *Accounts) HasPasskeys() bool {
	_, err := a.rp()
	return err == nil
}

// holder is an account as the library looks at it.
type holder struct {
	u    projectr.User
	keys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return []byte(h.u.ID) }
func (h holder) WebAuthnName() string                       { return h.u.Email }
func (h holder) WebAuthnDisplayName() string                { return h.u.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// OfferPasskey asks the browser for a new passkey: it returns what
// navigator.credentials.create is called with, as JSON. It asks for a recent proof of
// who it is (kind Reauthenticate).
func (a *Accounts) OfferPasskey(ctx context.Context, p Principal) (json.RawMessage, error) {
	w, err := a.rp()
	if err != nil {
		return nil, err
	}
	if err := a.Recent(p); err != nil {
		return nil, err
	}
	h, err := a.holder(ctx, p.User)
	if err != nil {
		return nil, err
	}
	if len(h.keys) >= maxPasskeys {
		return nil, &projectr.Error{Kind: projectr.Conflict, Message: "An account has at most 20 passkeys. Remove one first."}
	}
	options, asked, err := w.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return a.challenge(ctx, passkeyNew, p.User.ID, options.Response, asked)
}

// holder returns an account with its passkeys.
func (a *Accounts) holder(ctx context.Context, u projectr.User) (holder, error) {
	list, err := a.store.Passkeys(ctx, u.ID)
	if err != nil {
		return holder{}, fmt.Errorf("list passkeys: %w", err)
	}
	h := holder{u: u}
	for _, k := range list {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.Credential), &c); err != nil {
			return holder{}, fmt.Errorf("read passkey %s: %w", k.ID, err)
		}
		h.keys = append(h.keys, c)
	}
	return h, nil
}

// challenge keeps what a browser is asked, under the hash of the challenge that it
// brings back, and returns the question.
func (a *Accounts) challenge(ctx context.Context, kind string, u projectr.UserID, options any, asked *webauthn.SessionData) (json.RawMessage, error) {
	data, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	c := store.Challenge{Kind: kind, User: u, Data: string(data), ExpiresAt: a.now().Add(passkeyLife)}
	if err := a.store.PutChallenge(ctx, hashOf(asked.Challenge), c); err != nil {
		return nil, fmt.Errorf("keep challenge: %w", err)
	}
	return json.Marshal(options)
}

// taken uses a challenge up. One that is not there to be used is the error no.
func (a *Accounts) taken(ctx context.Context, kind, challenge string, no error) (store.Challenge, webauthn.SessionData, error) {
	var asked webauthn.SessionData
	c, err := a.store.TakeChallenge(ctx, hashOf(challenge), kind)
	if projectr.KindOf(err) == projectr.NotFound && err != nil {
		return c, asked, no
	}
	if err == nil {
		err = json.Unmarshal([]byte(c.Data), &asked)
	}
	if err != nil {
		return c, asked, fmt.Errorf("look up challenge: %w", err)
	}
	return c, asked, nil
}

// AddPasskey keeps the passkey that the browser made, as JSON of its answer, under a
// name of the person's. The own session goes on under a new secret, as begun with two
// proofs; the others end.
func (a *Accounts) AddPasskey(ctx context.Context, p Principal, name string, answer []byte) (projectr.Passkey, Signed, error) {
	w, err := a.rp()
	if err != nil {
		return projectr.Passkey{}, Signed{}, err
	}
	if err := a.Recent(p); err != nil {
		return projectr.Passkey{}, Signed{}, err
	}
	name = strings.TrimSpace(name)
	if name == "" || !projectr.IsLine(name, 100) {
		return projectr.Passkey{}, Signed{}, &projectr.Error{Kind: projectr.Invalid, Field: "name", Message: "A passkey's name has one line of at most 100 characters."}
	}
	made, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return projectr.Passkey{}, Signed{}, errNewPasskey
	}
	c, asked, err := a.taken(ctx, passkeyNew, made.Response.CollectedClientData.Challenge, errNewPasskey)
	if err != nil {
		return projectr.Passkey{}, Signed{}, err
	}
	if c.User != p.User.ID {
		return projectr.Passkey{}, Signed{}, errNewPasskey
	}
	key, err := w.CreateCredential(holder{u: p.User}, asked, made)
	if err != nil || !key.Flags.UserVerified {
		return projectr.Passkey{}, Signed{}, errNewPasskey
	}
	kept, err := json.Marshal(key)
	if err != nil {
		return projectr.Passkey{}, Signed{}, err
	}
	k := projectr.Passkey{ID: passkeyID(key.ID), User: p.User.ID, Name: name, Credential: string(kept), CreatedAt: a.now()}
	if err := a.store.PutPasskey(ctx, k, a.letters(projectr.LetterNewPasskey, p.User.ID)...); err != nil {
		return projectr.Passkey{}, Signed{}, fmt.Errorf("keep passkey: %w", err)
	}
	s, err := a.alone(ctx, p, true)
	return k, s, err
}

func passkeyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// Passkeys lists a person's passkeys, the oldest first.
func (a *Accounts) Passkeys(ctx context.Context, p Principal) ([]projectr.Passkey, error) {
	if p.Key {
		return nil, errPerson
	}
	return a.store.Passkeys(ctx, p.User.ID)
}

// RenamePasskey changes what a person calls a passkey of theirs.
func (a *Accounts) RenamePasskey(ctx context.Context, p Principal, id, name string) error {
	if p.Key {
		return errPerson
	}
	return a.store.RenamePasskey(ctx, p.User.ID, id, strings.TrimSpace(name))
}

// RemovePasskey removes a passkey of a person's. It asks for a recent proof of who it
// is, and their other sessions end.
func (a *Accounts) RemovePasskey(ctx context.Context, p Principal, id string) error {
	if err := a.Recent(p); err != nil {
		return err
	}
	if err := a.store.DropPasskey(ctx, p.User.ID, id, a.letters(projectr.LetterPasskeyRemoved, p.User.ID)...); err != nil {
		return err
	}
	return a.store.EndSessions(ctx, p.User.ID, p.hash)
}

// AskPasskey asks a browser for any passkey it has of this installation: it returns
// what navigator.credentials.get is called with, as JSON. The answer goes to
// SignInByPasskey, or to ConfirmByPasskey.
func (a *Accounts) AskPasskey(ctx context.Context, from netip.Addr) (json.RawMessage, error) {
	w, err := a.rp()
	if err != nil {
		return nil, err
	}
	if d := a.limits.take(a.now(), counter{&passkeyRule, place(from)}); d > 0 {
		return nil, tooOften(d)
	}
	options, asked, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	return a.challenge(ctx, passkeyShow, "", options.Response, asked)
}

// SignInByPasskey begins a session, as with two proofs, by the answer of a browser to
// AskPasskey, which is taken once. A passkey that is unknown, of a closed account, or
// does not answer what was asked is one error of kind Unknown.
func (a *Accounts) SignInByPasskey(ctx context.Context, answer []byte, v Visit) (Signed, error) {
	u, err := a.shown(ctx, answer, v.From)
	if err != nil {
		return Signed{}, err
	}
	device, err := a.device(ctx, v.Device, u.ID)
	if err != nil {
		return Signed{}, err
	}
	return a.begin(ctx, u, withPasskey, true, device, v)
}

// ConfirmByPasskey is Confirm by a passkey of the person's, as the answer of their
// browser to AskPasskey.
func (a *Accounts) ConfirmByPasskey(ctx context.Context, p Principal, answer []byte, from netip.Addr) (Signed, error) {
	if p.Session.ID == "" {
		return Signed{}, errPerson
	}
	u, err := a.shown(ctx, answer, from)
	if err != nil {
		return Signed{}, err
	}
	if u.ID != p.User.ID {
		return Signed{}, &projectr.Error{Kind: projectr.Invalid, Message: "This passkey is another account's. Choose one of the account you are signed in to."}
	}
	return a.renew(ctx, p, true)
}

// shown returns whose passkey it is that answers a challenge, which is used up.
func (a *Accounts) shown(ctx context.Context, answer []byte, from netip.Addr) (projectr.User, error) {
	w, err := a.rp()
	if err != nil {
		return projectr.User{}, err
	}
	at := counter{&secretRule, place(from)}
	if d := a.limits.wait(a.now(), at); d > 0 {
		return projectr.User{}, tooOften(d)
	}
	u, err := a.answered(ctx, w, answer)
	if projectr.KindOf(err) == projectr.Unknown && err != nil {
		a.limits.count(a.now(), at)
	}
	return u, err
}

func (a *Accounts) answered(ctx context.Context, w *webauthn.WebAuthn, answer []byte) (projectr.User, error) {
	got, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return projectr.User{}, errPasskey
	}
	_, asked, err := a.taken(ctx, passkeyShow, got.Response.CollectedClientData.Challenge, errPasskey)
	if err != nil {
		return projectr.User{}, err
	}
	was, err := a.store.Passkey(ctx, passkeyID(got.RawID))
	var u projectr.User
	if err == nil {
		u, err = a.store.User(ctx, was.User)
	}
	switch {
	case err != nil && projectr.KindOf(err) != projectr.NotFound:
		return projectr.User{}, fmt.Errorf("look up passkey: %w", err)
	case err != nil || u.Disabled:
		return projectr.User{}, errPasskey
	}
	var kept webauthn.Credential
	if err := json.Unmarshal([]byte(was.Credential), &kept); err != nil {
		return projectr.User{}, fmt.Errorf("read passkey %s: %w", was.ID, err)
	}
	_, key, err := w.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { // it compares the handle with the account's id
		return holder{u: u, keys: []webauthn.Credential{kept}}, nil
	}, asked, got)
	if err != nil || !key.Flags.UserVerified {
		return projectr.User{}, errPasskey
	}
	if key.Authenticator.CloneWarning {
		return projectr.User{}, a.copied(ctx, u)
	}
	now, err := json.Marshal(key)
	if err != nil {
		return projectr.User{}, err
	}
	switch err := a.store.UsePasskey(ctx, was, string(now)); {
	case err == nil:
		return u, nil
	case projectr.KindOf(err) == projectr.Conflict:
		return projectr.User{}, a.copied(ctx, u)
	case projectr.KindOf(err) == projectr.NotFound:
		return projectr.User{}, errPasskey
	default:
		return projectr.User{}, fmt.Errorf("note use of passkey: %w", err)
	}
}

// copied is what is answered to a passkey that seems to be a copy (Web Authentication,
// 6.1.1): it names the ways by which its owner, whose key it is in any case, can remove it.
// A password or a mailed link alone is none (Recent).
func (a *Accounts) copied(ctx context.Context, u projectr.User) error {
	f, err := a.store.Factors(ctx, u.ID)
	if err != nil {
		return fmt.Errorf("look up factors: %w", err)
	}
	known, err := a.store.Identities(ctx, u.ID)
	if err != nil {
		return fmt.Errorf("list identities: %w", err)
	}
	var ways []string
	if f.Passkeys > 1 {
		ways = append(ways, "with another passkey")
	}
	if f.TOTP != nil {
		ways = append(ways, "with a one-time or recovery code")
	}
	if a.signOn && len(known) > 0 {
		ways = append(ways, "by your sign-in provider")
	}
	next := "Ask whoever runs this Projectr to reset how you sign in."
	if len(ways) > 0 {
		next = "Sign in " + strings.Join(ways, " or ") + ", and remove this one under Security."
	}
	return &projectr.Error{Kind: projectr.Unknown, Message: "This passkey seems to be a copy, so it is not taken. " + next}
}
