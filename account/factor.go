package account

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"projectr"
	"projectr/store"
)

const (
	recoveryCodes = 10
	offerLife     = 10 * time.Minute // how long a new secret waits for its first code
)

var (
	errCode      = &projectr.Error{Kind: projectr.SecondFactor, Field: "code", Message: "Type the six digits your authenticator app shows now, or one of your recovery codes."}
	errCodeWrong = &projectr.Error{Kind: projectr.SecondFactor, Field: "code", Message: "That code is not right, or was used already. Wait for the next one and type that."}
	errOffer     = &projectr.Error{Kind: projectr.Invalid, Field: "token", Message: "This code picture is too old. Start again with a new one."}
	errCodesOff  = &projectr.Error{Kind: projectr.Conflict, Message: "One-time codes are not turned on for this account."}
)

// second asks for the second proof of an account that has one-time codes. It reports
// whether there was one; false without an error is an account that has no codes.
func (a *Accounts) second(ctx context.Context, u projectr.User, code, device string) (bool, error) {
	f, err := a.store.Factors(ctx, u.ID)
	if err != nil {
		return false, fmt.Errorf("look up second factor: %w", err)
	}
	if f.TOTP == nil {
		return false, nil
	}
	if strings.TrimSpace(code) == "" {
		return false, errCode
	}
	ok := false
	if isTOTP(code) {
		ok, err = a.useTOTP(ctx, u.ID, f, code, device)
	} else if ok, err = a.store.TakeRecoveryCode(ctx, u.ID, hashOf(recoveryCode(code))); err != nil {
		err = fmt.Errorf("use recovery code: %w", err)
	}
	if err != nil {
		return false, err
	}
	if !ok {
		return false, errCodeWrong
	}
	return true, nil
}

// useTOTP uses a one-time code up. The try is counted before it is made: of many at
// once, none is free.
func (a *Accounts) useTOTP(ctx context.Context, u projectr.UserID, f store.Factors, code, device string) (bool, error) {
	cs := codeCounters(u, device)
	if d := a.limits.take(a.now(), cs...); d > 0 {
		return false, slowDown(d)
	}
	secret, err := a.unseal(f.TOTP, "totp "+string(u))
	if err != nil {
		return false, fmt.Errorf("open secret of %s: %w", u, err)
	}
	step, ok := totpMatch(secret, code, a.now(), f.Step)
	if ok {
		if ok, err = a.store.UseTOTP(ctx, u, f.TOTP, step); err != nil {
			return false, fmt.Errorf("use one-time code: %w", err)
		}
	}
	if ok {
		a.limits.forget(cs...)
	}
	return ok, nil
}

// TOTPOffer is a secret for an authenticator app that counts once its first code is
// shown to TurnOnTOTP.
type TOTPOffer struct {
	Token   string  `json:"token" doc:"Send it back with the first code, within ten minutes."`
	Secret  string  `json:"secret" doc:"To type in, base32."`
	URI     string  `json:"uri" doc:"otpauth: address, what the picture says."`
	Picture Picture `json:"picture"`
}

// offer is what a token holds, sealed: nothing is kept until the first code is right.
type offer struct {
	Secret []byte    `json:"s"`
	Until  time.Time `json:"t"`
}

// OfferTOTP makes a secret for one-time codes. It asks for a recent proof of who it is
// (kind Reauthenticate), and changes nothing yet.
func (a *Accounts) OfferTOTP(ctx context.Context, p Principal) (TOTPOffer, error) {
	if err := a.Recent(p); err != nil {
		return TOTPOffer{}, err
	}
	secret := make([]byte, totpSecret)
	if _, err := io.ReadFull(a.rand, secret); err != nil {
		return TOTPOffer{}, fmt.Errorf("make secret: %w", err)
	}
	plain, err := json.Marshal(offer{Secret: secret, Until: a.now().Add(offerLife)})
	if err != nil {
		return TOTPOffer{}, err
	}
	token, err := a.seal(plain, offerTo(p))
	if err != nil {
		return TOTPOffer{}, err
	}
	o := TOTPOffer{Token: base32Secret.EncodeToString(token), Secret: base32Secret.EncodeToString(secret), URI: totpURI(secret, "Projectr", p.User.Email)}
	o.Picture, err = picture(o.URI)
	return o, err
}

// offerTo ties an offer to the session it was made in.
func offerTo(p Principal) string { return "offer " + string(p.User.ID) + " " + p.Session.ID }

// TurnOnTOTP turns one-time codes on, or exchanges their secret, by the first code of
// an offer. It returns recovery codes, which are told this once, and the own session
// under a new secret; the others end.
func (a *Accounts) TurnOnTOTP(ctx context.Context, p Principal, token, code string) ([]string, Signed, error) {
	if err := a.Recent(p); err != nil {
		return nil, Signed{}, err
	}
	sealed, err := base32Secret.DecodeString(strings.TrimSpace(token))
	if err != nil {
		return nil, Signed{}, errOffer
	}
	plain, err := a.unseal(sealed, offerTo(p))
	var o offer
	switch {
	case err == errSeal:
		return nil, Signed{}, errOffer
	case err != nil:
		return nil, Signed{}, err
	}
	if err := json.Unmarshal(plain, &o); err != nil || !a.now().Before(o.Until) {
		return nil, Signed{}, errOffer
	}
	step, ok := totpMatch(o.Secret, code, a.now(), 0)
	if !ok {
		return nil, Signed{}, &projectr.Error{Kind: projectr.Invalid, Field: "code", Message: "That code is not right. Check that the clock of your phone is, and type the code it shows now."}
	}
	kept, err := a.seal(o.Secret, "totp "+string(p.User.ID))
	if err != nil {
		return nil, Signed{}, err
	}
	codes, hashes := a.newRecoveryCodes()
	if err := a.store.SetTOTP(ctx, p.User.ID, kept, step, hashes, a.letters(projectr.LetterFactorOn, p.User.ID)...); err != nil {
		return nil, Signed{}, fmt.Errorf("turn one-time codes on: %w", err)
	}
	s, err := a.alone(ctx, p, true)
	return codes, s, err
}

// TurnOffTOTP turns one-time codes off, and the recovery codes with them. The person's
// other sessions end.
func (a *Accounts) TurnOffTOTP(ctx context.Context, p Principal) error {
	if err := a.Recent(p); err != nil {
		return err
	}
	f, err := a.store.Factors(ctx, p.User.ID)
	if err != nil {
		return fmt.Errorf("look up second factor: %w", err)
	}
	if f.TOTP == nil {
		return errCodesOff
	}
	if err := a.store.SetTOTP(ctx, p.User.ID, nil, 0, nil, a.letters(projectr.LetterFactorOff, p.User.ID)...); err != nil {
		return fmt.Errorf("turn one-time codes off: %w", err)
	}
	return a.store.EndSessions(ctx, p.User.ID, p.hash)
}

// NewRecoveryCodes makes recovery codes in the place of those before and tells them
// this once. Without one-time codes it is a Conflict.
func (a *Accounts) NewRecoveryCodes(ctx context.Context, p Principal) ([]string, error) {
	if err := a.Recent(p); err != nil {
		return nil, err
	}
	codes, hashes := a.newRecoveryCodes()
	if err := a.store.PutRecoveryCodes(ctx, p.User.ID, hashes); err != nil {
		if projectr.KindOf(err) == projectr.Conflict {
			return nil, errCodesOff
		}
		return nil, fmt.Errorf("keep recovery codes: %w", err)
	}
	return codes, nil
}

// newRecoveryCodes returns codes of 80 random bits, in four groups of four, and their
// hashes: nobody guesses one, so one round of SHA-256 is enough.
func (a *Accounts) newRecoveryCodes() (codes, hashes []string) {
	for range recoveryCodes {
		s := a.secret()[:16]
		codes = append(codes, s[:4]+"-"+s[4:8]+"-"+s[8:12]+"-"+s[12:])
		hashes = append(hashes, hashOf(s))
	}
	return codes, hashes
}

// recoveryCode returns a code as it is hashed, however it was typed.
func recoveryCode(typed string) string {
	return strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(strings.TrimSpace(typed)))
}

// FactorsOf is what a person has beside their password.
type FactorsOf struct {
	TOTP          bool `json:"totp" doc:"One-time codes are on."`
	RecoveryCodes int  `json:"recovery_codes" doc:"Recovery codes that are left."`
	Passkeys      int  `json:"passkeys"`
}

// Factors returns what a person has beside their password.
func (a *Accounts) Factors(ctx context.Context, p Principal) (FactorsOf, error) {
	if p.Key {
		return FactorsOf{}, errPerson
	}
	f, err := a.store.Factors(ctx, p.User.ID)
	return FactorsOf{TOTP: f.TOTP != nil, RecoveryCodes: f.Codes, Passkeys: f.Passkeys}, err
}

// ResetFactors is the operator's help for somebody who lost all of them: one-time
// codes, recovery codes and passkeys are gone, and all sessions end.
func (a *Accounts) ResetFactors(ctx context.Context, u projectr.User, by projectr.Actor, why string) error {
	return a.store.ResetFactors(ctx, u.ID, by, why, a.letters(projectr.LetterFactorOff, u.ID)...)
}
