package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"projectr"
)

// What people show of themselves beside a password, what they are asked, and what is
// sent to them. Secrets come here as hashes, or sealed.

// Factors is what an account has beside its password.
type Factors struct {
	TOTP     []byte // sealed secret of one-time codes; nil: none
	Step     int64  // the last time step (RFC 6238) whose code was used
	Codes    int    // recovery codes that are left
	Passkeys int
}

// Challenge is a question put to a browser or a provider whose answer is taken once.
// It is kept under the hash of what the asked one brings back.
type Challenge struct {
	Kind      string
	User      projectr.UserID // who has to answer; empty: it is not known yet
	Data      string
	ExpiresAt time.Time
}

// SignUp is an organisation that is asked for until the address is proved. It is kept
// under the hash of the secret that was sent there.
type SignUp struct {
	Email     string
	Data      string // JSON: what it will be
	ExpiresAt time.Time

	By projectr.Actor // the operator who invited them, which the house's log tells; zero: nobody
}

// Founding is what a sign-up becomes: an organisation, its first admin, and their
// session, kept under the hash Secret.
type Founding struct {
	Org      projectr.Org
	User     projectr.User // its address is the sign-up's, whatever stands here
	Password string        // encoded hash
	Session  projectr.Session
	Secret   string
}

// PeopleDriver is the part of Driver about factors, identities and letters.
type PeopleDriver interface {
	Factors(ctx context.Context, id projectr.UserID) (Factors, error)
	SetTOTP(ctx context.Context, id projectr.UserID, sealed []byte, step int64, codes []string, notices []projectr.Letter) error
	UseTOTP(ctx context.Context, id projectr.UserID, sealed []byte, step int64) (bool, error)
	PutRecoveryCodes(ctx context.Context, id projectr.UserID, hashes []string) error
	TakeRecoveryCode(ctx context.Context, id projectr.UserID, hash string) (bool, error)
	// ResetFactors keeps the entry in the house's log and in that of each organisation of the account.
	ResetFactors(ctx context.Context, id projectr.UserID, notices []projectr.Letter, a projectr.AuditEntry) error

	PutPasskey(ctx context.Context, k projectr.Passkey, notices []projectr.Letter) error
	Passkey(ctx context.Context, id string) (projectr.Passkey, error)
	Passkeys(ctx context.Context, id projectr.UserID) ([]projectr.Passkey, error)
	UsePasskey(ctx context.Context, was projectr.Passkey, credential string, at time.Time) error
	RenamePasskey(ctx context.Context, u projectr.UserID, id, name string) error
	DropPasskey(ctx context.Context, u projectr.UserID, id string, notices []projectr.Letter) error

	Identity(ctx context.Context, issuer, subject string) (projectr.Identity, projectr.User, error)
	Identities(ctx context.Context, id projectr.UserID) ([]projectr.Identity, error)
	PutIdentity(ctx context.Context, x projectr.Identity, untouched bool, notices []projectr.Letter) error
	CreateUserFrom(ctx context.Context, u projectr.User, x projectr.Identity) error
	SeeIdentity(ctx context.Context, x projectr.Identity) error
	DropIdentity(ctx context.Context, u projectr.UserID, issuer string) error

	PutDevice(ctx context.Context, hash string, id projectr.UserID, now, expires time.Time) error
	Device(ctx context.Context, hash string, now time.Time) (projectr.UserID, error)

	PutChallenge(ctx context.Context, hash string, c Challenge, now time.Time) error
	TakeChallenge(ctx context.Context, hash, kind string, now time.Time) (Challenge, error)

	PutSignUp(ctx context.Context, hash string, x SignUp, now time.Time, letters []projectr.Letter) error
	SignUp(ctx context.Context, hash string, now time.Time) (SignUp, error)
	// RenewSignUp keeps a sign-up under another hash, until another time.
	RenewSignUp(ctx context.Context, hash, fresh string, expires, now time.Time) error
	Found(ctx context.Context, hash string, f Founding, a projectr.AuditEntry) error

	PutLetters(ctx context.Context, ls []projectr.Letter) error
	TakeLetters(ctx context.Context, now, until time.Time, limit int) ([]projectr.Letter, error)
	PostponeLetter(ctx context.Context, n int64, due time.Time) error
	SentLetter(ctx context.Context, n int64, at time.Time) error
	PutLetterTicket(ctx context.Context, n int64, hash string, t Ticket) error
	LettersTo(ctx context.Context, email string, kind projectr.LetterKind, since time.Time) (int, time.Time, error)
}

// Factors returns what an account has beside its password.
func (s *Store) Factors(ctx context.Context, id projectr.UserID) (Factors, error) {
	return s.d.Factors(ctx, id)
}

// SetTOTP gives an account one-time codes: the sealed secret, the time step whose code
// it was turned on with, and the hashes of recovery codes in the place of all others.
// A nil secret turns the codes off, and the recovery codes with them.
func (s *Store) SetTOTP(ctx context.Context, id projectr.UserID, sealed []byte, step int64, codes []string, notices ...projectr.Letter) error {
	if len(sealed) == 0 && len(codes) > 0 {
		return errors.New("store: recovery codes without one-time codes")
	}
	return s.d.SetTOTP(ctx, id, sealed, step, codes, s.stamped(notices))
}

// UseTOTP uses the code of a time step up and reports whether it was there to be used:
// sealed is still the account's secret, and neither this step nor a later one was used
// before (RFC 6238, 5.2). Of many who try at once, one is told true.
func (s *Store) UseTOTP(ctx context.Context, id projectr.UserID, sealed []byte, step int64) (bool, error) {
	return s.d.UseTOTP(ctx, id, sealed, step)
}

// PutRecoveryCodes puts the hashes of recovery codes in the place of those before. An
// account without one-time codes is a Conflict.
func (s *Store) PutRecoveryCodes(ctx context.Context, id projectr.UserID, hashes []string) error {
	return s.d.PutRecoveryCodes(ctx, id, hashes)
}

// TakeRecoveryCode uses a recovery code up and reports whether it was there. Of many
// who try at once, one is told true.
func (s *Store) TakeRecoveryCode(ctx context.Context, id projectr.UserID, hash string) (bool, error) {
	return s.d.TakeRecoveryCode(ctx, id, hash)
}

// ResetFactors takes one-time codes, recovery codes and passkeys from an account that
// lost them, and ends its sessions. The house's audit log and that of each organisation
// of the account say who did it and why.
func (s *Store) ResetFactors(ctx context.Context, id projectr.UserID, by projectr.Actor, why string, notices ...projectr.Letter) error {
	return s.d.ResetFactors(ctx, id, s.stamped(notices), s.aboutUser("factors.reset", id, by, why))
}

// PutPasskey keeps a new passkey. A credential that is kept already is a Conflict.
func (s *Store) PutPasskey(ctx context.Context, k projectr.Passkey, notices ...projectr.Letter) error {
	if k.CreatedAt.IsZero() {
		k.CreatedAt = s.now()
	}
	return s.d.PutPasskey(ctx, k, s.stamped(notices))
}

// Passkey returns a passkey by its credential's id.
func (s *Store) Passkey(ctx context.Context, id string) (projectr.Passkey, error) {
	return s.d.Passkey(ctx, id)
}

// Passkeys lists an account's passkeys, the oldest first.
func (s *Store) Passkeys(ctx context.Context, id projectr.UserID) ([]projectr.Passkey, error) {
	return s.d.Passkeys(ctx, id)
}

// UsePasskey notes that the passkey that was read as was signed somebody in, and what
// its credential is now. It is a Conflict when another use came between: two uses of
// one counter are a sign of a copy.
func (s *Store) UsePasskey(ctx context.Context, was projectr.Passkey, credential string) error {
	return s.d.UsePasskey(ctx, was, credential, s.now())
}

// RenamePasskey changes what the person calls a passkey of theirs.
func (s *Store) RenamePasskey(ctx context.Context, u projectr.UserID, id, name string) error {
	if strings.TrimSpace(name) == "" || !projectr.IsLine(name, 100) {
		return &projectr.Error{Kind: projectr.Invalid, Field: "name", Message: "A passkey's name has one line of at most 100 characters."}
	}
	return s.d.RenamePasskey(ctx, u, id, name)
}

// DropPasskey removes a passkey of the account's.
func (s *Store) DropPasskey(ctx context.Context, u projectr.UserID, id string, notices ...projectr.Letter) error {
	return s.d.DropPasskey(ctx, u, id, s.stamped(notices))
}

// Identity returns an account at a provider and the account here that it signs in.
// Whether that one is disabled is the caller's to look at.
func (s *Store) Identity(ctx context.Context, issuer, subject string) (projectr.Identity, projectr.User, error) {
	return s.d.Identity(ctx, issuer, subject)
}

// Identities lists the accounts at providers that sign a person in, by issuer.
func (s *Store) Identities(ctx context.Context, id projectr.UserID) ([]projectr.Identity, error) {
	return s.d.Identities(ctx, id)
}

// PutIdentity lets an account at a provider sign a person in. One that signs in
// somebody already is a Conflict; so is a second one of the same issuer for the same
// person. With untouched, it is a Conflict too when anybody ever came into the account:
// by a password, a passkey, another identity, or at all.
func (s *Store) PutIdentity(ctx context.Context, x projectr.Identity, untouched bool, notices ...projectr.Letter) error {
	return s.d.PutIdentity(ctx, s.begun(x), untouched, s.stamped(notices))
}

// CreateUserFrom keeps a new account, without a password, and the account at a provider
// that signs it in, in one step.
func (s *Store) CreateUserFrom(ctx context.Context, u projectr.User, x projectr.Identity) error {
	x.User = u.ID
	return s.d.CreateUserFrom(ctx, u, s.begun(x))
}

func (s *Store) begun(x projectr.Identity) projectr.Identity {
	if x.CreatedAt.IsZero() {
		x.CreatedAt = s.now()
	}
	x.SeenAt = x.CreatedAt
	return x
}

// SeeIdentity notes that an identity was used, and what the provider said with it:
// address, organisation and role.
func (s *Store) SeeIdentity(ctx context.Context, x projectr.Identity) error {
	x.SeenAt = s.now()
	return s.d.SeeIdentity(ctx, x)
}

// DropIdentity ends that a provider signs a person in.
func (s *Store) DropIdentity(ctx context.Context, u projectr.UserID, issuer string) error {
	return s.d.DropIdentity(ctx, u, issuer)
}

// PutDevice keeps the hash of a secret by which a browser is known to have signed in
// to an account. The 20 that last longest are kept.
func (s *Store) PutDevice(ctx context.Context, hash string, id projectr.UserID, expires time.Time) error {
	return s.d.PutDevice(ctx, hash, id, s.now(), expires)
}

// Device returns to which account a browser has signed in before.
func (s *Store) Device(ctx context.Context, hash string) (projectr.UserID, error) {
	return s.d.Device(ctx, hash, s.now())
}

// PutChallenge keeps a question whose answer is taken once.
func (s *Store) PutChallenge(ctx context.Context, hash string, c Challenge) error {
	return s.d.PutChallenge(ctx, hash, c, s.now())
}

// TakeChallenge uses a challenge up. Used, expired, unknown and of another kind are all
// NotFound; the last of these stays as it is.
func (s *Store) TakeChallenge(ctx context.Context, hash, kind string) (Challenge, error) {
	return s.d.TakeChallenge(ctx, hash, kind, s.now())
}

// PutSignUp keeps what somebody signed up with until the address is proved, and the
// letters about it.
func (s *Store) PutSignUp(ctx context.Context, hash string, x SignUp, letters ...projectr.Letter) error {
	return s.d.PutSignUp(ctx, hash, x, s.now(), s.stamped(letters))
}

// SignUp returns a sign-up without using it up. Used, expired and unknown are all
// NotFound.
func (s *Store) SignUp(ctx context.Context, hash string) (SignUp, error) {
	return s.d.SignUp(ctx, hash, s.now())
}

// RenewSignUp keeps a sign-up under the hash of a fresh secret, until another time: its
// letter is written only now, and finds it again when it has to be sent once more. One
// that is used, expired or unknown is NotFound.
func (s *Store) RenewSignUp(ctx context.Context, hash, fresh string, expires time.Time) error {
	return s.d.RenewSignUp(ctx, hash, fresh, expires, s.now())
}

// Found uses a sign-up up and makes the organisation, its admin, whose address is
// proved by it, and their session, all or nothing. Other sign-ups with the address
// are void then. An address that has an account by now and a mail-in name that is
// taken are Conflicts and leave the sign-up; used, expired and unknown are NotFound.
func (s *Store) Found(ctx context.Context, hash string, f Founding) error {
	now := s.now()
	if f.Org.ID == "" || f.User.ID == "" || f.Session.ID == "" {
		return errors.New("store: founding without ids")
	}
	if f.Org.CreatedAt.IsZero() {
		f.Org.CreatedAt = now
	}
	if f.User.CreatedAt.IsZero() {
		f.User.CreatedAt = now
	}
	if err := f.Org.Validate(); err != nil {
		return err
	}
	f.Session.User = f.User.ID
	by := projectr.Actor{Kind: "user", ID: string(f.User.ID), Name: f.User.Name}
	return s.d.Found(ctx, hash, f, projectr.AuditEntry{At: now, Actor: by, Action: "org.create", Target: string(f.Org.ID)})
}

// PutLetters keeps mails of ours to be sent. One like it in kind, account, address and
// ref that waits already is enough.
func (s *Store) PutLetters(ctx context.Context, ls ...projectr.Letter) error {
	return s.d.PutLetters(ctx, s.stamped(ls))
}

// stamped gives letters their times.
func (s *Store) stamped(ls []projectr.Letter) []projectr.Letter {
	out := make([]projectr.Letter, len(ls))
	for i, l := range ls {
		if l.At.IsZero() {
			l.At = s.now()
		}
		if l.Due.IsZero() {
			l.Due = l.At
		}
		out[i] = l
	}
	return out
}

// TakeLetters returns at most limit letters that are due, the longest due first, and
// puts them off by lease: when whoever took them is gone, they are due again then.
func (s *Store) TakeLetters(ctx context.Context, lease time.Duration, limit int) ([]projectr.Letter, error) {
	now := s.now()
	return s.d.TakeLetters(ctx, now, now.Add(lease), limit)
}

// PostponeLetter says when a letter that could not be sent is due again. One that is
// gone is no error.
func (s *Store) PostponeLetter(ctx context.Context, n int64, due time.Time) error {
	return s.d.PostponeLetter(ctx, n, due)
}

// SentLetter notes that a letter was sent, or that there is nothing to send. It is
// remembered for a day, so that LettersTo can count it. One that is gone is no error.
func (s *Store) SentLetter(ctx context.Context, n int64) error {
	return s.d.SentLetter(ctx, n, s.now())
}

// PutLetterTicket keeps the one-time link of a letter that is about to be sent. A letter
// that is gone is NotFound: what made it void in the meantime, such as a new password,
// holds for a link made after it as well.
func (s *Store) PutLetterTicket(ctx context.Context, n int64, hash string, t Ticket) error {
	if t.CreatedAt.IsZero() {
		t.CreatedAt = s.now()
	}
	return s.d.PutLetterTicket(ctx, n, hash, t)
}

// LettersTo counts the letters of a kind to an address, waiting or sent, that were
// written at since or later, which is at most a day ago, and says when the last was.
func (s *Store) LettersTo(ctx context.Context, email string, kind projectr.LetterKind, since time.Time) (int, time.Time, error) {
	return s.d.LettersTo(ctx, email, kind, since)
}
