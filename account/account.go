// Package account knows people: their passwords, one-time codes and passkeys, sessions,
// mailed links, invitations, sign-ups and API keys, and who may enter which organisation.
//
// It promises that no secret is kept, only its hash, or sealed where it has to be read
// again; that nobody learns by answer or time whether an address has an account; that a
// link opens only what it was made for, once; that wrong tries of strangers lock nobody
// out of a browser they use, a mailed link or a passkey; that a session ends some days
// after its last use and some after its start, whatever happens; and that a role, a
// disabled account or a revoked key counts at the next request, because nothing about
// them is remembered here.
//
// Start reading at Accounts.SignIn, then Accounts.Enter; at Recent for what asks for a
// proof anew, and at Post for the letters.
package account

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"projectr"
	"projectr/store"
)

// How long what opens a door keeps doing so, where nothing else is set.
const (
	SessionIdle = 14 * 24 * time.Hour // Accounts.Idle
	SessionLife = 90 * 24 * time.Hour // Accounts.Life
	TicketLife  = 7 * 24 * time.Hour  // a sign-in link works this long, once
	seenEvery   = time.Minute         // a session's last use is noted at most this often
)

// Accounts is the people's side of the store. Make one with New; set the exported
// fields before it is used.
type Accounts struct {
	Idle time.Duration // a session not used for this long is over
	Life time.Duration // a session is over this long after sign-in

	Mails    bool          // letters of ours are sent; else nothing is written that waits for one
	SignUps  SignUps       // who may sign up an organisation
	Plan     string        // of an organisation that was signed up
	Trial    time.Duration // how long its mail is read before it subscribes; 0: it need not
	TimeZone string        // of one that names none, IANA
	Origin   string        // of the dashboard, as people type it; what passkeys are for
	Key      []byte        // of KeySize, what secrets are sealed with that have to be read again; nil: no one-time codes

	store  *store.Store
	now    func() time.Time
	rand   io.Reader
	params Params
	dummy  string // what a password is compared with when there is nothing to compare
	limits *limits
	slots  chan struct{}
	decoy  atomic.Pointer[string] // an address that has an account
	rp     func() (*webauthn.WebAuthn, error)
	signOn bool // people may sign on at a provider
}

// New returns the accounts kept in s. now tells the time (UTC) and random
// gives the bytes of secrets; p says how dear a password is to guess.
func New(s *store.Store, now func() time.Time, random io.Reader, p Params) (*Accounts, error) {
	dummy, err := p.hash(random, "no password is this one")
	if err != nil {
		return nil, err
	}
	a := &Accounts{
		Idle: SessionIdle, Life: SessionLife, SignUps: SignUpOperator, Plan: "self_hosted", TimeZone: "UTC",
		store: s, now: now, rand: random, params: p, dummy: dummy,
		limits: newLimits(), slots: make(chan struct{}, hashers),
	}
	a.rp = sync.OnceValues(func() (*webauthn.WebAuthn, error) { return relyingParty(a.Origin) })
	return a, nil
}

// Principal is somebody who has shown who they are: a person by a session or
// an API key by its secret. The zero Principal is nobody and enters nowhere.
type Principal struct {
	User projectr.User // for an API key, its principal id and name
	Key  bool          // an API key, not a person

	Session projectr.Session // of a person who came by one; else zero

	hash string         // of the session's secret
	org  projectr.OrgID // the one organisation a key opens
}

// errSignIn says that whoever it was is not signed in, or not any more.
var errSignIn = &projectr.Error{Kind: projectr.Unknown, Message: "Sign in to go on."}

// BySession returns who holds a session's secret. A session that is unknown or
// over is an error of kind Unknown.
func (a *Accounts) BySession(ctx context.Context, secret string) (Principal, error) {
	if secret == "" {
		return Principal{}, errSignIn
	}
	h := hashOf(secret)
	x, u, err := a.store.Session(ctx, h)
	if projectr.KindOf(err) == projectr.NotFound {
		return Principal{}, errSignIn
	}
	if err != nil {
		return Principal{}, fmt.Errorf("look up session: %w", err)
	}
	switch idle := a.now().Sub(x.SeenAt); {
	case idle >= a.Idle:
		if err := a.store.DeleteSession(ctx, h); err != nil {
			return Principal{}, fmt.Errorf("end idle session: %w", err)
		}
		return Principal{}, errSignIn
	case idle >= seenEvery:
		if err := a.store.SeeSession(ctx, h); err != nil {
			return Principal{}, fmt.Errorf("note use of session: %w", err)
		}
	}
	return Principal{User: u, Session: x, hash: h}, nil
}

// IsKey reports whether a secret has the form of an API key. An access token of a
// provider never has: it begins with the "{" of a header, in base64.
func IsKey(secret string) bool { return strings.HasPrefix(secret, keyPrefix) }

// ByKey returns the principal behind an API key. One that is unknown, revoked
// or expired is an error of kind Unknown.
func (a *Accounts) ByKey(ctx context.Context, secret string) (Principal, error) {
	if !IsKey(secret) {
		return Principal{}, errKey
	}
	org, u, err := a.store.KeyHolder(ctx, hashOf(secret))
	if projectr.KindOf(err) == projectr.NotFound {
		return Principal{}, errKey
	}
	if err != nil {
		return Principal{}, fmt.Errorf("look up API key: %w", err)
	}
	return Principal{User: projectr.User{ID: u}, Key: true, org: org}, nil
}

var errKey = &projectr.Error{Kind: projectr.Unknown, Message: "This API key opens nothing: it is misspelt, revoked or expired."}

// Enter lets a principal into an organisation, named by id or mail-in name,
// and says in which role. An organisation that does not exist and one that is
// not theirs are the same error, after the same work. One that asks for a second factor
// lets nobody in who came without (kind NoSecondFactor), but API keys.
func (a *Accounts) Enter(ctx context.Context, p Principal, nameOrID string) (store.Org, projectr.Role, error) {
	id, err := a.store.OrgNamed(ctx, nameOrID)
	if projectr.KindOf(err) == projectr.NotFound {
		id, err = "org_unknown", nil // looked up all the same, and found to have no such member
	}
	if err != nil {
		return store.Org{}, projectr.NoRole, fmt.Errorf("find organisation: %w", err)
	}
	if p.Key && p.org != id {
		id = "org_unknown"
	}
	o, role, err := a.store.AsMember(ctx, p.User.ID, id)
	if projectr.KindOf(err) == projectr.NotFound {
		return store.Org{}, projectr.NoRole, errNoOrg
	}
	if err != nil {
		return store.Org{}, projectr.NoRole, fmt.Errorf("enter organisation: %w", err)
	}
	if p.Key || p.TwoProofs() {
		return o, role, nil
	}
	switch x, err := o.Settings(ctx); {
	case err != nil:
		return store.Org{}, projectr.NoRole, fmt.Errorf("read settings: %w", err)
	case x.RequireSecondFactor && p.User.SecondFactor:
		return store.Org{}, projectr.NoRole, errUseFactor
	case x.RequireSecondFactor:
		return store.Org{}, projectr.NoRole, errNeedFactor
	}
	return o, role, nil
}

var (
	errNeedFactor = &projectr.Error{Kind: projectr.NoSecondFactor, Message: "This organisation lets in only who has a second factor. Turn on one-time codes or add a passkey in your settings, then come back."}
	errUseFactor  = &projectr.Error{Kind: projectr.NoSecondFactor, Message: "This organisation lets in only who came with a second factor. Show yours, then come back."}
)

// TwoProofs reports whether somebody came in with two proofs of who they are. One that
// was taken off the account since does not count; what a provider asks is its own.
func (p Principal) TwoProofs() bool {
	return p.Session.Second && (p.User.SecondFactor || p.Session.How == withProvider)
}

var errNoOrg = &projectr.Error{Kind: projectr.NotFound, Message: "No such organisation."}

// Belonging is one organisation somebody may enter.
type Belonging struct {
	Org  projectr.Org
	Role projectr.Role
}

// Belongings lists where a principal may go, by organisation id.
func (a *Accounts) Belongings(ctx context.Context, p Principal) ([]Belonging, error) {
	ids := []projectr.OrgID{p.org}
	if !p.Key {
		ms, err := a.store.MembershipsOf(ctx, p.User.ID)
		if err != nil {
			return nil, fmt.Errorf("list memberships: %w", err)
		}
		ids = ids[:0]
		for _, m := range ms {
			ids = append(ids, m.Org)
		}
	}
	list := make([]Belonging, 0, len(ids))
	for _, id := range ids {
		o, role, err := a.store.AsMember(ctx, p.User.ID, id)
		if projectr.KindOf(err) == projectr.NotFound {
			continue // taken out since the list was read
		}
		if err != nil {
			return nil, fmt.Errorf("enter organisation: %w", err)
		}
		i, err := o.Info(ctx)
		if err != nil {
			return nil, fmt.Errorf("read organisation: %w", err)
		}
		list = append(list, Belonging{Org: i, Role: role})
	}
	return list, nil
}

// User returns an account by sign-in address.
func (a *Accounts) User(ctx context.Context, email string) (projectr.User, error) {
	u, _, err := a.store.UserByEmail(ctx, normal(email))
	return u, err
}

// lookup returns the account of a normal address and its encoded password hash, for a
// stranger who must not learn whether there is one: whatever is found, the store finds
// one account and misses one. Nobody's account is the zero User.
func (a *Accounts) lookup(ctx context.Context, email string) (projectr.User, string, error) {
	u, hash, err := a.store.UserByEmail(ctx, email)
	other := "nobody" // has no @: no account has this address
	switch {
	case err == nil:
		a.decoy.Store(&email)
	case projectr.KindOf(err) != projectr.NotFound:
		return u, "", fmt.Errorf("look up account: %w", err)
	default:
		if d := a.decoy.Load(); d != nil {
			other = *d
		}
	}
	if _, _, err := a.store.UserByEmail(ctx, other); err != nil && projectr.KindOf(err) != projectr.NotFound {
		return u, "", fmt.Errorf("look up account: %w", err)
	}
	return u, hash, nil
}

// CreateUser keeps a new account. With an empty password nobody can sign in to
// it until a sign-in link has set one. An address that has an account is a
// Conflict.
func (a *Accounts) CreateUser(ctx context.Context, email, name, password string) (projectr.User, error) {
	u := projectr.User{ID: a.userID(), Email: normal(email), Name: strings.TrimSpace(name), CreatedAt: a.now()}
	if err := CheckPerson(email, name); err != nil {
		return u, err
	}
	var hash string
	if password != "" {
		if err := checkPassword(password, u); err != nil {
			return u, err
		}
		var err error
		if hash, err = a.hashed(ctx, password); err != nil {
			return u, err
		}
		u.VerifiedAt = u.CreatedAt // whoever gives a password vouches for the address
	}
	return u, a.store.CreateUser(ctx, u, hash)
}

func (a *Accounts) userID() projectr.UserID { return projectr.UserID("us_" + a.secret()[:20]) }

// AddMember gives the account of that address a role in the organisation and
// makes the account first when there is none; fresh says so. An account that
// there is keeps its name. What cannot be kept is refused before anything is.
func (a *Accounts) AddMember(ctx context.Context, o store.Org, email, name string, role projectr.Role) (u projectr.User, fresh bool, err error) {
	if err := checkRole(role); err != nil {
		return u, false, err
	}
	u, err = a.User(ctx, email)
	if projectr.KindOf(err) == projectr.NotFound {
		fresh = true
		u, err = a.CreateUser(ctx, email, name, "")
	}
	if err != nil {
		return u, false, err
	}
	return u, fresh, o.SaveMember(ctx, u.ID, role)
}

// SetPassword gives an account a new password, ends all its sessions and voids
// its sign-in links.
func (a *Accounts) SetPassword(ctx context.Context, u projectr.User, password string) error {
	if err := checkPassword(password, u); err != nil {
		return err
	}
	hash, err := a.hashed(ctx, password)
	if err != nil {
		return err
	}
	return a.store.SetPassword(ctx, u.ID, hash, "")
}

// Disable closes an account, or opens it again. A closed one keeps its
// memberships and loses its sessions and sign-in links at once. The logs say by whom and
// why.
func (a *Accounts) Disable(ctx context.Context, u projectr.User, disabled bool, by projectr.Actor, why string) error {
	return a.store.CloseUser(ctx, u.ID, disabled, by, why)
}

// DeleteUser removes an account, its memberships and its sessions. The logs say by whom
// and why.
func (a *Accounts) DeleteUser(ctx context.Context, u projectr.User, by projectr.Actor, why string) error {
	return a.store.DeleteUser(ctx, u.ID, by, why)
}

const (
	keyPrefix = "prj_"
	keyShown  = 10 // how much of a key is kept to recognise it by
)

// NewAPIKey makes a key for the organisation and returns its secret, which is
// told this once and cannot be told again. A zero expires is never.
// With scopes it may do these of all that its role may.
func (a *Accounts) NewAPIKey(ctx context.Context, o store.Org, name string, role projectr.Role, expires time.Time, scopes ...projectr.Permission) (string, projectr.APIKey, error) {
	secret := keyPrefix + a.secret()
	k := projectr.APIKey{
		ID: projectr.KeyID(a.secret()[:16]), Name: strings.TrimSpace(name), Prefix: secret[:keyShown],
		Role: role, Scopes: scopes, CreatedAt: a.now(), ExpiresAt: expires,
	}
	if err := checkName(k.Name); err != nil {
		return "", k, err
	}
	if err := checkRole(k.Role); err != nil {
		return "", k, err
	}
	return secret, k, o.SaveAPIKey(ctx, k, hashOf(secret))
}

// secret returns 160 random bits as 32 lower-case letters and digits.
func (a *Accounts) secret() string {
	var b [20]byte
	if _, err := io.ReadFull(a.rand, b[:]); err != nil {
		panic("account: no randomness: " + err.Error()) // going on would hand out guessable secrets
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

// hashOf returns under what a secret is kept. The secrets are random, so one
// round of SHA-256 is enough, and equal hashes are looked up, not compared.
func hashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

func normal(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// CheckPerson says what is wrong with the sign-in address and the name of a
// person, as an Invalid error, or nil. It is what every way to an account asks
// for, so that somebody who makes more than an account can ask first. White
// space around either does not count.
func CheckPerson(email, name string) error {
	if err := checkEmail(normal(email)); err != nil {
		return err
	}
	return checkName(strings.TrimSpace(name))
}

func checkEmail(email string) error {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 || !projectr.IsLine(email, 254) {
		return &projectr.Error{Kind: projectr.Invalid, Field: "email", Message: "That is not an e-mail address such as jo@example.com."}
	}
	return nil
}

func checkName(name string) error {
	if name == "" || !projectr.IsLine(name, 200) {
		return &projectr.Error{Kind: projectr.Invalid, Field: "name", Message: "A name has one line of at most 200 characters."}
	}
	return nil
}

func checkRole(r projectr.Role) error {
	if r != projectr.Admin && r != projectr.Viewer {
		return &projectr.Error{Kind: projectr.Invalid, Field: "role", Message: "A role is admin or viewer."}
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
